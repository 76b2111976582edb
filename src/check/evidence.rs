//! Questions about the facts themselves: attributes that change, records that contradict each other.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, FamilyId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::vocabulary::AttributesRead;
use crate::check::checker::Checker;
use crate::check::contract::{Adjustment, Amount, Basis, Opener, Sentence, TermBody};
use crate::check::value::{Node, State, Value};
use crate::check::worked::costing;
use crate::syntax::tree::Item;

impl Checker<'_> {
    /// Asks when an attribute is read that an event can change, where a rate for a span of time depends on it.
    pub(super) fn ask_about_attributes(
        &mut self,
        basis: &Basis,
        amount: &Amount,
        times: Option<&Value>,
        adjustments: &[Adjustment],
    ) {
        if self.conventions.attributes_read.is_some() || !matches!(basis, Basis::While(..) | Basis::Lateness(..)) {
            return;
        }
        let rate = if let Amount::Value(value) = amount { Some(value) } else { None };
        let values = rate.into_iter().chain(times).chain(adjustments.iter().filter_map(|step| step.what.value()));
        let changing = values.into_iter().find_map(|value| self.changing_attribute(value));
        let Some((name, event, span)) = changing else { return };
        let worked = self.worked_twice(span);
        let split = worked.as_ref().and_then(|(one, other)| one.days_and(15, other, 15));
        let whole = worked.as_ref().and_then(|(one, other)| one.days_and(30, other, 0));
        let label = if split.is_some() { ", for example in the middle of 30 days" } else { "" };
        self.ask_once(
            Diagnostic::new(
                Code::C059,
                span,
                format!("`{name}` can change during the time that is paid for, and it is not said which value counts"),
            )
            .label(format!("set by `{event}`{label}"))
            .answer(
                "attributes read at the event",
                costing("each part of the time has the value that held in it", split),
            )
            .answer(
                "attributes read at the start of the window",
                costing("the whole window has the value that held when it began", whole),
            )
            .help("answer it in `conventions`"),
        );
    }

    /// Asks when an attribute is read on which a limit over a window depends, where an event can change it.
    pub(super) fn ask_when_limits_read(&mut self, amount: &Value) {
        if self.conventions.limits_read.is_some()
            || self.conventions.attributes_read == Some(AttributesRead::AtWindowStart)
        {
            return;
        }
        let Some((name, event, span)) = self.changing_attribute(amount) else { return };
        let (low, high) = self.least_and_greatest(amount);
        let shown = |found: &Option<Ratio>, otherwise: &str| match found {
            Some(found) => format!("{otherwise}: {}", crate::check::bands::shown(found, &amount.kind)),
            None => otherwise.to_owned(),
        };
        let example =
            if low.is_some() { ", for example from what the first row takes to what the last one takes" } else { "" };
        self.ask_once(
            Diagnostic::new(
                Code::C176,
                span,
                format!("`{name}` can change within the window of this limit, and it is not said which value counts"),
            )
            .label(format!("set by `{event}`{example}"))
            .answer(
                "limits read attributes at the start of the window",
                shown(&low, "the value that holds when the window begins, or first within it"),
            )
            .answer(
                "limits read attributes at the end of the window",
                shown(&high, "the value that holds when the window, or the period that is settled, ends"),
            )
            .help("answer it in `conventions`"),
        );
    }

    /// The first and the last amount of a card, where the text fixes them.
    fn least_and_greatest(&self, amount: &Value) -> (Option<Ratio>, Option<Ratio>) {
        let inner = if let Node::Term(id) = &*amount.node { self.terms.get(id.index()) } else { None };
        let value = match inner.map(|term| &term.body) {
            Some(TermBody::Value(value)) => value,
            Some(TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_)) | None => amount,
        };
        let Node::Card(card) = &*value.node else { return (None, None) };
        let at = |row: Option<&crate::check::value::CardRow>| row.and_then(|row| self.constant(&row.value));
        (at(card.rows.first()), at(card.rows.last()))
    }

    /// The first attribute of a value that an event sets: its name, the event, where it is read.
    fn changing_attribute(&self, value: &Value) -> Option<(String, String, Span)> {
        let mut read: Vec<(FamilyId, AttributeId)> = Vec::new();
        self.visit(value, &mut |node, inside| {
            if let (Node::Attribute(family, attribute), false) = (node, inside) {
                read.push((*family, *attribute));
            }
        });
        let set = |family: FamilyId, attribute: AttributeId| {
            let sets = |kind: &&crate::check::contract::EventKind| {
                kind.family == Some(family) && kind.sets.iter().any(|(_, set)| *set == attribute)
            };
            self.kinds.iter().find(sets)
        };
        read.into_iter().find_map(|(family, attribute)| {
            let kind = set(family, attribute)?;
            let name = &self.families.get(family.index())?.attributes.get(attribute.index())?.name;
            Some((name.clone(), kind.name.clone(), value.span))
        })
    }

    /// Asks what counts when two records of one event differ: every feed can bring such records.
    pub(super) fn ask_about_conflicts(&mut self) {
        if self.conventions.conflicting_records.is_some() {
            return;
        }
        let Some(kind) = self.kinds.first() else { return };
        let (name, span) = (kind.name.clone(), kind.span);
        self.ask_once(
            Diagnostic::new(
                Code::C060,
                span,
                format!("it is not said what counts when two records of one `{name}` differ"),
            )
            .label("the same source and id, with other content")
            .answer(
                "conflicting records first known stays",
                "the record that was known first counts, the other is listed",
            )
            .answer(
                "conflicting records are held",
                "what depends on the asset in that window is held until it is settled",
            )
            .help("answer it in `conventions`"),
        );
    }

    /// Asks what an event changes that becomes known after its settlement period, where the contract says when a
    /// settlement is paid: then it can be paid before all of it is known.
    pub(super) fn ask_about_late_events(&mut self) {
        if self.conventions.late_answered {
            return;
        }
        let payable =
            self.file.items.iter().find_map(|item| {
                if let Item::Settled(settled) = item { settled.payable_within.as_ref() } else { None }
            });
        let Some(payable) = payable else { return };
        let Some(sentence) = self.sentences.iter().find(|sentence| self.hangs_on_events(sentence)) else { return };
        let (days, at) = (payable.node.decimal_text(0, 0), sentence.span);
        let worked = self.worked_at(at);
        let more = worked.clause().map(|_| format!("for one of January that is known in May, {}", worked.units(1)));
        self.ask_once(
            Diagnostic::new(
                Code::C115,
                payable.span,
                format!(
                    "a settlement is paid within {days} days, and it is not said what an event changes that becomes known later"
                ),
            )
            .label("a settlement that is paid can be overtaken by what becomes known")
            .and_at(at, "such an event changes what this comes to")
            .answer("late events corrected in the next settlement", costing("whenever it becomes known", more.clone()))
            .answer(
                "late events corrected in the next settlement, up to 12 months back",
                costing("within 12 months after its period; later it is listed and changes nothing", more),
            )
            .answer("late events corrected by a credit note", "the same, by a document of its own; a time back may follow")
            .answer("late events corrected by a reissued statement", "the same, by a statement that takes the place of it")
            .answer("late events do not count", costing("it is listed and changes nothing", worked.nothing()))
            .help("answer it in `conventions`, with the time that the parties mean"),
        );
    }

    /// Whether what a sentence comes to is not fixed by the text and the calendar alone.
    pub(super) fn hangs_on_events(&self, sentence: &Sentence) -> bool {
        let observed = |value: &Value| self.observes(value);
        let opened = match &sentence.opener {
            Opener::On(..) | Opener::Outcome(..) | Opener::When(_) => true,
            Opener::Always | Opener::Each(_) => false,
        };
        let counted = match &sentence.basis {
            Basis::Once | Basis::While(State::Member, ..) => false,
            Basis::Each | Basis::Event | Basis::Lateness(..) | Basis::While(..) => true,
            Basis::For(value, ..) => observed(value),
        };
        let amount = if let Amount::Value(value) = &sentence.amount { observed(value) } else { false };
        opened || counted || amount || sentence.times.as_ref().is_some_and(observed)
    }
}
