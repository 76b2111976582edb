//! Numbers observed from events: `count of`, `total of`, `share of` and their like.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{FamilyId, FieldId, KindId};
use crate::base::quantity::{Hours, Unit};
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::{Across, Outcome};
use crate::check::checker::Checker;
use crate::check::contract::Dimension;
use crate::check::kinds::{describe, is_quantity};
use crate::check::value::{Aggregate, Missing, Node, Over, Point, Value, What};
use crate::check::values::{Context, value_of};
use crate::check::worked::costing;
use crate::syntax::tree::{Expr, ExprNode, StatePoint, Test, Word};

/// The words before `of`.
const WORDS: [&str; 10] =
    ["count", "total", "mean", "least", "greatest", "latest", "share", "increase", "accumulation", "length"];

/// How a share is written.
const SHARE: &str = "write `share of (EVENT where CONDITION)`";

/// What an aggregate is made of, before its kind is known.
pub(super) struct Taken {
    pub(super) over: Over,
    pub(super) filter: Option<Value>,
    pub(super) value: Option<Value>,
    pub(super) weight: Option<Value>,
}

impl Checker<'_> {
    /// `WORD of OPERAND`
    pub(super) fn aggregate(
        &mut self,
        word: &str,
        at: Span,
        operand: &Expr,
        span: Span,
        context: &Context,
    ) -> Option<Value> {
        if let Some(found) = self.of_measure(word, operand, span, context) {
            return found;
        }
        let what = match word {
            "count" => What::Count,
            "total" | "increase" | "accumulation" => What::Total,
            "mean" => What::Mean,
            "least" => What::Least,
            "greatest" => What::Greatest,
            "latest" => What::Latest,
            "share" => What::Share,
            "length" => return self.window_length(operand, span, context),
            "lateness" => {
                let help = "write `pays RATE per UNIT commenced for lateness of OBLIGATION`";
                return self.wrong(Code::C022, span, "lateness is the quantity of a payment".to_owned(), help);
            }
            _ => return self.unknown("aggregate", word, at, &WORDS),
        };
        self.aggregated((word, what), operand, span, context)
    }

    /// A figure of what an operand observes.
    pub(super) fn aggregated(
        &mut self,
        (word, what): (&str, What),
        operand: &Expr,
        span: Span,
        context: &Context,
    ) -> Option<Value> {
        let taken = match word {
            "increase" => self.meter(operand, context)?,
            "accumulation" => self.level(operand, context)?,
            _ => self.taken(word, operand, context)?,
        };
        self.refuse_foreign_groups(&taken.over, span, context)?;
        self.refuse_meter_total(word, &taken)?;
        let kind = self.aggregate_kind(word, what, &taken, span)?;
        let missing = self.missing_of(&taken, span, context);
        let aggregate = Aggregate {
            label: self.words(span),
            span,
            what,
            over: taken.over,
            filter: taken.filter,
            value: taken.value,
            weight: taken.weight,
            missing,
        };
        Some(value_of(Node::Aggregate(Box::new(aggregate)), kind, span))
    }

    fn window_length(&mut self, operand: &Expr, span: Span, context: &Context) -> Option<Value> {
        let ExprNode::Name(name) = &*operand.node else {
            return self.wrong(
                Code::C022,
                operand.span,
                "a window is expected here".to_owned(),
                "write `length of month`",
            );
        };
        let window = self.window(name, operand.span);
        if window.is_none() || window != context.window {
            let message = format!("`{name}` is not the window at hand");
            return self.wrong(
                Code::C023,
                operand.span,
                message,
                "name the window of the definition, such as `length of month`",
            );
        }
        Some(value_of(Node::WindowLength(Unit::Second), Kind::Quantity(Unit::Second), span))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "every other value is tried as events")]
    fn taken(&mut self, word: &str, operand: &Expr, context: &Context) -> Option<Taken> {
        match &*operand.node {
            ExprNode::TimeWhile(states) => {
                let state = self.state(states)?;
                let family = self.family_of_state(&state).or_else(|| asset_of(&context.dims));
                self.timelines_fit(&state, family, states.span)?;
                let unit = self.time_unit(context)?;
                Some(plain(Over::Time(state, unit)))
            }
            ExprNode::TimeBetween(from, to, unit) => self.spans(from, to, unit.as_ref(), context),
            ExprNode::Weighted(inner, weight) => {
                let mut taken = self.taken(word, inner, context)?;
                let kind = self.kind_over(&taken.over, inner.span)?;
                let at_event = Context::of_event(kind, self.family_of(kind));
                let weight = self.number(weight, &at_event)?;
                self.refuse_numbers_of_windows(&weight, &at_event)?;
                taken.weight = Some(weight);
                Some(taken)
            }
            ExprNode::Is { left, negated, test: Test::Outcome(outcome) } => {
                self.duties(word, left, (*negated, *outcome), operand.span)
            }
            ExprNode::Observed { value, on, filter } => self.observed(word, value, on.as_ref(), filter.as_ref()),
            _ => self.events(word, operand),
        }
    }

    /// Refuses groups that what is counted does not have: every occurrence would be of no known group.
    fn refuse_foreign_groups(&mut self, over: &Over, span: Span, context: &Context) -> Option<()> {
        let (family, kind) = match over {
            Over::Events(kind) | Over::Meter(kind, ..) | Over::Level(kind, ..) => (self.family_of(*kind), Some(*kind)),
            Over::Time(state, _) => (self.family_of_state(state).or_else(|| asset_of(&context.dims)), None),
            Over::Spans(from, to, _) => {
                let kind = [from, to].into_iter().find_map(|point| match point {
                    Point::Event { kind, .. } => Some(*kind),
                    Point::Attribute(_) | Point::AnyOf(_) => None,
                });
                (kind.and_then(|kind| self.family_of(kind)), None)
            }
            Over::Duties(duty, _) => (self.family_of_duty(*duty), None),
        };
        let event = if let Over::Events(kind) = over { Some(*kind) } else { None };
        for dim in &context.dims {
            self.ask_which_member(*dim, event, family, span)?;
        }
        let named = |dim: &Dimension| {
            dim.is_of(family, kind)
                || self.makes_one_group(*dim, family)
                || !self.named_members(*dim, event, family).is_empty()
        };
        let Some(foreign) = context.dims.iter().find(|dim| !named(dim)) else { return Some(()) };
        let (foreign, group) = (*foreign, self.dims_in_words(&[*foreign]));
        if let Some(own) = self.shared_group(foreign, family) {
            let message = format!(
                "this is not counted {group}: several families have an attribute of that name, and the first of them is meant"
            );
            let help = match own.split_once('.') {
                Some((other, name)) => {
                    let first = self.family_of_group(foreign);
                    format!("write `per {own}`, or `per {name} of {first} or {other}` for one group of both")
                }
                None => format!("write `per {own}`"),
            };
            return self.wrong(Code::C023, span, message, help);
        }
        let message = format!("this is not counted {group}: it has no such attribute or field");
        let help = "group by the asset counted, by an attribute of its family, or by a field of the event counted";
        self.wrong(Code::C023, span, message, help)
    }

    fn kind_over(&mut self, over: &Over, span: Span) -> Option<KindId> {
        match over {
            Over::Events(kind) | Over::Meter(kind, ..) | Over::Level(kind, ..) => Some(*kind),
            Over::Time(..) | Over::Spans(..) | Over::Duties(..) => {
                self.wrong(Code::C024, span, "a weight belongs to values of events".to_owned(), "leave the weight out")
            }
        }
    }

    /// `EVENT`, `EVENT.field`
    #[expect(clippy::wildcard_enum_match_arm, reason = "every other value is refused")]
    pub(super) fn events(&mut self, word: &str, operand: &Expr) -> Option<Taken> {
        match &*operand.node {
            ExprNode::Name(name) if self.find_kind(name).is_none() && self.find_obligation(name).is_some() => {
                let message = format!("`{name}` is an obligation, and it is not said how it ended");
                let help = format!("write `count of ({name} is missed)` or `share of ({name} is met)`");
                self.wrong(Code::C022, operand.span, message, help)
            }
            ExprNode::Name(name) => {
                let kind = self.kind(&Word::new(name.clone(), operand.span))?;
                Some(plain(Over::Events(kind)))
            }
            ExprNode::Member(base, _) => {
                let ExprNode::Name(name) = &*base.node else {
                    return self.wrong(
                        Code::C022,
                        base.span,
                        "an event is expected here".to_owned(),
                        "write `EVENT.field`",
                    );
                };
                let kind = self.kind(&Word::new(name.clone(), base.span))?;
                let context = Context::of_event(kind, self.family_of(kind));
                let value = self.value(operand, &context)?;
                Some(Taken { value: Some(value), ..plain(Over::Events(kind)) })
            }
            _ => {
                let help = match word {
                    "share" => SHARE.to_owned(),
                    "count" => "write `count of EVENT` or `count of (EVENT where CONDITION)`".to_owned(),
                    "increase" | "accumulation" => format!("write `{word} of EVENT.field`"),
                    _ => format!(
                        "write `{word} of EVENT.field`, `{word} of (VALUE on EVENT)` or `{word} of (VALUE on EVENT where CONDITION)`"
                    ),
                };
                self.wrong(Code::C022, operand.span, "events are expected here".to_owned(), help)
            }
        }
    }

    /// `(OBLIGATION is met)`
    fn duties(&mut self, word: &str, duty: &Expr, (negated, outcome): (bool, Outcome), span: Span) -> Option<Taken> {
        let id = self.obligation_named(duty)?;
        let name = self.words(duty.span);
        let fits = match outcome {
            Outcome::Met => matches!(word, "count" | "share"),
            Outcome::Late | Outcome::Missed => word == "count",
            Outcome::Open => false,
        };
        if negated || !fits {
            let message = "obligations are counted by how they ended".to_owned();
            let help = format!(
                "write `share of ({name} is met)`, or `count of ({name} is met)`, `is late` or `is missed` in the parentheses"
            );
            return self.wrong(Code::C024, span, message, help);
        }
        Some(plain(Over::Duties(id, outcome)))
    }

    fn observed(&mut self, word: &str, value: &Expr, on: Option<&Word>, filter: Option<&Expr>) -> Option<Taken> {
        let mut taken = match on {
            Some(event) => {
                let kind = self.kind(event)?;
                let context = Context::of_event(kind, self.family_of(kind));
                let value = self.value(value, &context)?;
                self.refuse_numbers_of_windows(&value, &context)?;
                Taken { value: Some(value), ..plain(Over::Events(kind)) }
            }
            None => self.events(word, value)?,
        };
        if let (Some(filter), Over::Events(kind)) = (filter, &taken.over) {
            let context = Context::of_event(*kind, self.family_of(*kind));
            let condition = self.condition(filter, &context)?;
            self.refuse_numbers_of_windows(&condition, &context)?;
            taken.filter = Some(condition);
        }
        Some(taken)
    }

    fn spans(&mut self, from: &StatePoint, to: &StatePoint, unit: Option<&Word>, context: &Context) -> Option<Taken> {
        let family = self.state_family(from, to)?;
        let (words, span) = (format!("time from {} to {}", from.name.node, to.name.node), from.name.span);
        let ends = (from.name.span, to.name.span);
        let (from, to) = (self.point(from, Some(family))?, self.point(to, Some(family))?);
        self.refuse_times_without_events(&[(&from, ends.0), (&to, ends.1)])?;
        self.ask_about_ends((&from, ends.0), (&to, ends.1));
        self.ask_about_second_start(&words, span);
        let unit = match unit {
            Some(word) => {
                if let Some((unit @ (Unit::Second | Unit::Day | Unit::BusinessDay | Unit::WorkingSecond(_)), _)) =
                    self.unit(&word.node)
                {
                    unit
                } else {
                    let help = "write `in hours`, `in days`, `in business days` or `in working hours`";
                    return self.wrong(
                        Code::C021,
                        word.span,
                        format!("time cannot be counted in `{}`", word.node),
                        help,
                    );
                }
            }
            None => self.time_unit(context)?,
        };
        self.need_calendar(
            &unit,
            context.options.unit.as_ref().map_or(Span::new(self.span_source(), 0, 0), |(_, span)| *span),
        );
        Some(plain(Over::Spans(from, to, unit)))
    }

    /// A time runs from an event to an event: not from a day of the asset, and not from some time after an event.
    fn refuse_times_without_events(&mut self, ends: &[(&Point, Span)]) -> Option<()> {
        let other = ends.iter().find(|(point, _)| !matches!(point, Point::Event { after: None, .. }));
        let Some((_, span)) = other else { return Some(()) };
        let message = "a time runs from one event to another".to_owned();
        let help = "name an event; for the time from a day, or until some time after an event, define a state and take `total of time while STATE`";
        self.wrong(Code::C022, *span, message, help)
    }

    fn span_source(&self) -> crate::base::span::SourceId {
        self.clauses.first().map_or(crate::base::span::SourceId(0), |clause| clause.span.source)
    }

    /// The unit of time that the definition around asks for.
    fn time_unit(&mut self, context: &Context) -> Option<Unit> {
        let Some((words, span)) = context.options.unit.clone() else {
            return Some(Unit::Second);
        };
        let unit = match words.as_str() {
            "working hours" | "business hours" => Unit::WorkingSecond(Hours::default()),
            other => {
                if let Some((unit @ (Unit::Second | Unit::WorkingSecond(_)), _)) = self.unit(other) {
                    unit
                } else {
                    let message = format!("time in a state cannot be counted in `{other}`");
                    return self.wrong(Code::C021, span, message, "write `in working hours` or `in hours`");
                }
            }
        };
        self.need_calendar(&unit, span);
        Some(unit)
    }

    /// `increase of reading.pages`
    fn meter(&mut self, operand: &Expr, context: &Context) -> Option<Taken> {
        let taken = self.events("increase", operand)?;
        let field = taken.value.as_ref().and_then(|value| {
            let Node::Field(kind, field) = *value.node else {
                return None;
            };
            Some((kind, field, value.kind.clone()))
        });
        let Some((kind, field, of)) = field else {
            return self.wrong(
                Code::C022,
                operand.span,
                "a meter is expected here".to_owned(),
                "write `increase of EVENT.field`",
            );
        };
        if !self.is_cumulative(kind, field) {
            let help = "declare the field `cumulative`, or take `total of` it if each event brings its own amount";
            return self.wrong(Code::C020, operand.span, "this field is not a meter that only grows".to_owned(), help);
        }
        let across = context.options.across.or_else(|| self.ask_about_across(operand.span));
        self.ask_about_readings(operand.span);
        Some(Taken {
            value: Some(value_of(Node::Field(kind, field), of, operand.span)),
            ..plain(Over::Meter(kind, field, across.unwrap_or(Across::LaterWindow)))
        })
    }

    pub(super) fn is_cumulative(&self, kind: KindId, field: FieldId) -> bool {
        let kind = self.kinds.get(kind.index());
        kind.and_then(|kind| kind.fields.get(field.index())).is_some_and(|field| field.cumulative)
    }

    fn ask_about_across(&mut self, span: Span) -> Option<Across> {
        let words = self.words(span);
        let worked = self.worked_at(span);
        let units = |count: i64| worked.clause().map(|_| worked.units(count));
        self.report(
            Diagnostic::new(
                Code::C058,
                span,
                format!("it is not said to which window an increase of `{words}` belongs whose readings lie in two"),
            )
            .label("an increase of 1 000, half of the time before the end of a window")
            .answer(
                "across a window : in the later window",
                costing("the whole increase counts where the later reading lies", units(1000)),
            )
            .answer(
                "across a window : by time",
                costing("the increase is shared in proportion to the time; in each of the two", units(500)),
            )
            .help("add one of them behind the definition"),
        );
        None
    }

    pub(super) fn ask_about_readings(&mut self, span: Span) {
        if self.conventions.conflicting_readings.is_none() {
            let worked = self.worked_at(span);
            let units = |count: i64| worked.clause().map(|_| worked.units(count));
            self.ask_once(
                Diagnostic::new(
                    Code::C057,
                    span,
                    "it is not said whose reading counts when several sources read one meter",
                )
                .label("where `customer_meter` grew by 1 000 and `provider_meter` by 1 100")
                .answer(
                    "conflicting readings customer_meter before provider_meter",
                    costing("the first source that has a reading in the window", units(1000)),
                )
                .answer(
                    "conflicting readings provider_meter before customer_meter",
                    costing("the first source that has a reading in the window", units(1100)),
                )
                .answer(
                    "conflicting readings meter",
                    "the source `meter` counts before any other; name it as the feed does",
                )
                .help("answer it in `conventions`, with the names of sources that the feed uses"),
            );
        }
    }

    fn refuse_meter_total(&mut self, word: &str, taken: &Taken) -> Option<()> {
        if word == "increase" {
            return Some(());
        }
        if let (What::Total | What::Mean, Some(value)) =
            (if word == "total" { What::Total } else { What::Mean }, &taken.value)
            && matches!(word, "total" | "mean")
            && let Node::Field(kind, field) = *value.node
            && self.is_cumulative(kind, field)
        {
            let help = "take `increase of` it: what it grew by in the window";
            return self.wrong(Code::C020, value.span, "the readings of a meter cannot be added up".to_owned(), help);
        }
        Some(())
    }

    fn aggregate_kind(&mut self, word: &str, what: What, taken: &Taken, span: Span) -> Option<Kind> {
        if matches!(what, What::Count) {
            return Some(Kind::Number);
        }
        if matches!(what, What::Share) {
            if taken.filter.is_none() && !matches!(taken.over, Over::Duties(..)) {
                return self.wrong(Code::C024, span, "a share needs the condition that it counts".to_owned(), SHARE);
            }
            return Some(Kind::Percentage);
        }
        match (&taken.value, &taken.over) {
            (_, Over::Time(_, unit)) if what == What::Total => Some(Kind::Quantity(unit.clone())),
            (_, Over::Time(..)) => {
                let help = "write `total of time while …`";
                self.wrong(Code::C024, span, format!("`{word} of` time in a state has no meaning"), help)
            }
            (_, Over::Spans(_, _, unit)) => Some(Kind::Quantity(unit.clone())),
            // Money over time stays money: a rate of interest is a part of it. Anything else is a bare number.
            (Some(value), Over::Level(..)) if matches!(value.kind, Kind::Money(_)) => Some(value.kind.clone()),
            (_, Over::Level(..)) => Some(Kind::Number),
            (Some(value), _)
                if is_quantity(&value.kind) || (what == What::Latest && matches!(value.kind, Kind::Date)) =>
            {
                Some(value.kind.clone())
            }
            (Some(value), _) => {
                let message = format!("`{word} of` {}", describe(&value.kind));
                self.wrong(Code::C020, value.span, message, "a number, amount or time is needed here")
            }
            (None, _) => {
                let help = format!(
                    "write `{word} of EVENT.field` or `{word} of (VALUE on EVENT)`; to count events write `count of`"
                );
                self.wrong(Code::C024, span, format!("`{word} of` an event needs a value"), help)
            }
        }
    }

    /// What a missing value means; asked where an optional field is read and nothing is said.
    fn missing_of(&mut self, taken: &Taken, span: Span, context: &Context) -> Missing {
        let optional = [&taken.filter, &taken.value, &taken.weight]
            .into_iter()
            .flatten()
            .find_map(|value| self.optional_field(value));
        if let (Over::Level(..), missing) = (&taken.over, &context.options.missing) {
            return self.missing_level(missing.clone(), span);
        }
        let meter = matches!(taken.over, Over::Meter(..));
        match (&context.options.missing, optional) {
            (Some(missing), _) => self.fitting(missing.clone(), taken),
            (None, None) if meter => {
                self.ask_about_missing_reading(span);
                Missing::Held
            }
            (None, None) => Missing::Never,
            (None, Some(name)) => {
                let kind = taken.value.as_ref().map_or(Kind::Number, |value| value.kind.clone());
                let zero = crate::check::bands::shown(&crate::base::number::Ratio::ZERO, &kind);
                self.report(
                    Diagnostic::new(Code::C056, span, format!("it is not said what counts where `{name}` is missing"))
                        .answer("missing : adds nothing", "the event is left out and counted on the statement")
                        .answer(format!("missing : counts as {zero}"), "this value is taken instead")
                        .answer("missing : held", "the figure is held until the value is known")
                        .help("add one of them behind the definition"),
                );
                Missing::Held
            }
        }
    }

    /// A value that stands for a missing one is of its kind.
    fn fitting(&mut self, missing: Missing, taken: &Taken) -> Missing {
        if let (Missing::CountsAs(stands), Some(value)) = (&missing, &taken.value)
            && !crate::check::kinds::agree(&stands.kind, &value.kind)
        {
            let (own, needed) =
                (crate::check::kinds::describe(&stands.kind), crate::check::kinds::describe(&value.kind));
            let message = format!("this is {own}, but what is missing is {needed}");
            self.wrong::<()>(Code::C020, stands.span, message, "give both the same kind and unit");
        }
        missing
    }

    fn ask_about_missing_reading(&mut self, span: Span) {
        let worked = self.worked_at(span);
        let estimated = worked.clause().map(|_| worked.units(1000));
        self.report(
            Diagnostic::new(Code::C056, span, "it is not said what counts in a window without a reading")
                .label("after windows with an increase of 1 000 each")
                .answer(
                    "missing : estimated from the last 3 months",
                    costing("the mean increase of the last windows that have readings", estimated),
                )
                .answer("missing : adds nothing", costing("nothing counts in that window", worked.nothing()))
                .answer("missing : held", "the figure is held until a reading is known")
                .help("add one of them behind the definition"),
        );
    }

    /// The name of an optional field that a value reads, other than to ask whether it is present.
    fn optional_field(&self, value: &Value) -> Option<String> {
        if matches!(*value.node, Node::Present(_)) {
            return None;
        }
        if let Some(name) = self.optional_value(&value.node) {
            return Some(name);
        }
        value.node.parts().into_iter().find_map(|part| self.optional_field(part))
    }
}

/// The family whose assets are the groups.
fn asset_of(dims: &[Dimension]) -> Option<FamilyId> {
    dims.iter().find_map(|dim| if let Dimension::Asset(family) = dim { Some(*family) } else { None })
}

pub(super) fn plain(over: Over) -> Taken {
    Taken { over, filter: None, value: None, weight: None }
}
