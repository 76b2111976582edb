//! Which instant of an event counts.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{FieldId, KindId};
use crate::base::span::{Span, Spanned};
use crate::base::value::Kind;
use crate::base::vocabulary::Counts;
use crate::check::checker::Checker;
use crate::check::contract::Field;
use crate::check::kinds::describe;
use crate::check::value::Point;
use crate::check::worked::costing;
use crate::syntax::tree;

/// What an event is to a clock.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Clock {
    /// It starts it.
    Starts,
    /// It ends it.
    Ends,
}

impl Checker<'_> {
    /// The instant that an event says counts.
    pub(super) fn counts(&mut self, event: &tree::Event, fields: &[Field]) -> Option<Counts<FieldId>> {
        // What is wrong was said, if not well: it is not asked again.
        event.counts.as_ref().map(|counts| self.counted(counts, event, fields).unwrap_or(Counts::Occurred))
    }

    fn counted(
        &mut self,
        counts: &Spanned<Counts<tree::Word>>,
        event: &tree::Event,
        fields: &[Field],
    ) -> Option<Counts<FieldId>> {
        if let (Some(field), false) =
            (fields.iter().find(|field| field.identity.is_some()), matches!(counts.node, Counts::Occurred))
        {
            let message = format!("`{}` gives the asset another name, which holds from when it occurred", field.name);
            return self.wrong(Code::C024, counts.span, message, "write `counts when occurred`, or nothing");
        }
        match &counts.node {
            Counts::Occurred => self.named_apart("occurred", counts.span, fields).map(|()| Counts::Occurred),
            Counts::Recorded => self.named_apart("recorded", counts.span, fields).map(|()| Counts::Recorded),
            Counts::Field(word) => self.counted_field(word, event, fields).map(Counts::Field),
        }
    }

    /// A field must not have the name of an instant that every event has.
    fn named_apart(&mut self, name: &str, span: Span, fields: &[Field]) -> Option<()> {
        let Some(field) = fields.iter().find(|field| field.name == name) else { return Some(()) };
        let message = format!("`{name}` is a field here, and an instant that every event has");
        let twice = Diagnostic::new(Code::C011, span, message).and_at(field.span, "the field");
        self.report(twice.help("give the field another name"));
        None
    }

    fn counted_field(&mut self, word: &tree::Word, event: &tree::Event, fields: &[Field]) -> Option<FieldId> {
        let Some(place) = fields.iter().position(|field| field.name == word.node) else {
            let instants = fields.iter().filter(|field| field.kind == Kind::Instant).map(|field| field.name.as_str());
            let known: Vec<&str> = ["occurred", "recorded"].into_iter().chain(instants).collect();
            let of = event.names.first().map_or("", |name| name.node.as_str());
            return self.unknown(&format!("instant of `{of}`"), &word.node, word.span, &known);
        };
        let kind = fields.get(place).map(|field| field.kind.clone())?;
        if kind == Kind::Instant {
            return Some(FieldId::at(place));
        }
        let message = format!("an instant is expected here, `{}` is {}", word.node, describe(&kind));
        let help = format!("declare it as an instant, `{} instant`, which has a day and a time of day", word.node);
        self.wrong(Code::C020, word.span, message, help)
    }

    /// Asks which instant counts of the events between which time is counted.
    pub(super) fn ask_about_instants(&mut self, from: (&Point, Span), to: (&Point, Span)) {
        for ((point, at), clock) in [(from, Clock::Starts), (to, Clock::Ends)] {
            let points = if let Point::AnyOf(points) = point { points.as_slice() } else { std::slice::from_ref(point) };
            for point in points {
                if let Point::Event { kind, .. } = point {
                    self.ask_which_instant(*kind, clock, at);
                }
            }
        }
    }

    /// Asks which instant of an event counts that starts or ends a clock and brings another one than its own.
    pub(super) fn ask_which_instant(&mut self, kind: KindId, clock: Clock, at: Span) {
        let Some(kind) = self.kinds.get(kind.index()).filter(|kind| kind.counts.is_none()) else { return };
        let Some(field) = kind.fields.iter().find(|field| field.kind == Kind::Instant) else { return };
        let (name, other, declared) = (kind.name.clone(), field.name.clone(), field.span);
        let message = format!("`{name}` has an instant of its own, `{other}`, and it is not said which one counts");
        if self.found.iter().any(|found| found.code == Code::C116 && found.message == message) {
            return;
        }
        let worked = self.worked_at(at);
        let three = worked.late(3, Some(3));
        let (verb, early, late) = match clock {
            Clock::Starts => {
                ("starts", costing("three days more have run", three), costing("none of them has", worked.nothing()))
            }
            Clock::Ends => (
                "ends",
                costing("it ends three days sooner", worked.nothing()),
                costing("three days more have run", three),
            ),
        };
        self.report(
            Diagnostic::new(Code::C116, at, message)
                .label(format!("it {verb} a clock here; one that occurred three days before its `{other}`"))
                .and_at(declared, "the other instant")
                .answer("counts when occurred", early)
                .answer(format!("counts when {other}"), late)
                .answer("counts when recorded", "the clock goes by when the record of it was made")
                .help(format!("say it where the event is declared: `event {name} … counts when {other}`")),
        );
    }
}
