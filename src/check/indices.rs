//! Indices and indexations: their names, the formula, and what a text must say about them.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{IndexationId, SeriesId};
use crate::base::number::{Ratio, Rounding};
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::{LimitKind, MissingValue, MonthOf, Provisional};
use crate::check::checker::Checker;
use crate::check::contract::{Continued, Indexation, Movement, Series};
use crate::check::revisions::Months;
use crate::check::value::{Node, Value};
use crate::check::values::{Context, value_of};
use crate::syntax::tree::{self, Expr, ExprNode, IndexationPart, Item, RoundedTo};

impl Checker<'_> {
    /// Takes the names of all indices and indexations in.
    pub(super) fn declare_indices(&mut self) {
        let file = self.file;
        let series =
            file.items.iter().filter_map(|item| if let Item::Series(series) = item { Some(series) } else { None });
        for series in series.clone() {
            self.new_name(&series.name);
            self.series.push(Series {
                name: series.name.node.clone(),
                title: series.title.node.clone(),
                every: series.every,
                continued: None,
                span: series.name.span,
            });
        }
        for (place, series) in series.enumerate() {
            let continued = series.continued.as_ref().and_then(|text| self.continued(place, text));
            if let Some(own) = self.series.get_mut(place) {
                own.continued = continued;
            }
        }
        for item in &file.items {
            if let Item::Indexation(indexation) = item {
                self.new_name(&indexation.name);
                self.declared_indexations.push(indexation);
            }
        }
    }

    fn new_name(&mut self, name: &tree::Word) {
        let taken = self.series.iter().any(|series| series.name == name.node)
            || self.find_indexation(&name.node).is_some()
            || self.find_kind(&name.node).is_some()
            || self.families.iter().any(|family| family.name == name.node);
        if taken || self.defines.contains_key(&name.node) {
            let message = format!("`{}` is already the name of something else", name.node);
            self.wrong::<()>(Code::C011, name.span, message, "give one of them another name");
        }
    }

    /// The place of an indexation.
    pub(super) fn find_indexation(&self, name: &str) -> Option<IndexationId> {
        self.declared_indexations.iter().position(|known| known.name.node == name).map(IndexationId::at)
    }

    pub(super) fn find_series(&self, name: &str) -> Option<SeriesId> {
        self.series.iter().position(|known| known.name == name).map(SeriesId::at)
    }

    /// The indexation of a name.
    pub(super) fn indexation_named(&mut self, word: &tree::Word) -> Option<IndexationId> {
        self.used.push(word.node.clone());
        if let Some(found) = self.find_indexation(&word.node) {
            return Some(found);
        }
        let names: Vec<String> = self.declared_indexations.iter().map(|known| known.name.node.clone()).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        if self.find_series(&word.node).is_some() {
            let message = format!("`{}` is an index, and an indexation is expected here", word.node);
            let help = "amounts follow an indexation, and a movement is that of its coefficient";
            let known = if known.is_empty() {
                String::new()
            } else {
                format!("; known: {}", crate::check::checker::listed(&known))
            };
            return self.wrong(Code::C010, word.span, message, format!("{help}{known}"));
        }
        self.unknown("indexation", &word.node, word.span, &known)
    }

    pub(super) fn series_named(&mut self, word: &tree::Word) -> Option<SeriesId> {
        self.used.push(word.node.clone());
        if let Some(found) = self.find_series(&word.node) {
            return Some(found);
        }
        let names: Vec<String> = self.series.iter().map(|known| known.name.clone()).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        self.unknown("index", &word.node, word.span, &known)
    }

    fn continued(&mut self, place: usize, text: &tree::Continued) -> Option<Continued> {
        let by = self.series_named(&text.by)?;
        let goes_on = self.file.items.iter().any(
            |item| matches!(item, Item::Series(series) if series.name.node == text.by.node && series.continued.is_some()),
        );
        if by.index() == place || goes_on {
            let help = "name the series that is published today";
            let message = format!("`{}` is continued itself", text.by.node);
            return self.wrong(Code::C014, text.by.span, message, help);
        }
        match (&text.times, &text.rounded) {
            (Some(times), Some(rounded)) => Some(Continued {
                by,
                times: times.node.clone(),
                from: text.from.node,
                rounding: match rounded {
                    Some(to) => Some(self.step_of(to)?),
                    None => None,
                },
            }),
            (times, rounded) => {
                self.ask_how_it_is_linked(text, times.is_none(), rounded.is_none());
                None
            }
        }
    }

    fn ask_how_it_is_linked(&mut self, text: &tree::Continued, unlinked: bool, unrounded: bool) {
        let by = &text.by.node;
        let mut question = Diagnostic::new(
            Code::C114,
            text.span,
            format!("the index is continued by `{by}`, and it is not said how its values are carried over"),
        );
        if unlinked {
            question = question
                .answer("times 1.6296", "the new value times the linking coefficient that the publisher gives")
                .answer("times 1", "the new value as it is: both have one base");
        }
        if unrounded {
            let product = |text: &str| text.to_owned();
            question = question
                .answer("rounded to 0.1 half up", product("112.2 times 1.6296 is 182.84112 and counts as 182.8"))
                .answer("not rounded", product("it counts as 182.84112"));
        }
        self.report(
            question.help(format!(
                "write `continued by {by} times 1.6296 from {}, rounded to 0.1 half up`",
                text.from.node
            )),
        );
    }

    /// Checks all indexations.
    pub(super) fn indexations(&mut self) {
        for text in self.declared_indexations.clone() {
            let checked = self.indexation(text);
            self.indexations.push(checked);
        }
    }

    fn indexation(&mut self, text: &tree::Indexation) -> Option<Indexation> {
        self.refuse_part_twice(text)?;
        let span = text.name.span;
        let Some(formula) =
            part(text, |part| if let IndexationPart::Coefficient(value) = part { Some(value) } else { None })
        else {
            let help = "write `coefficient 0.15 + 0.85 * INDEX[revision] / INDEX[2025-09]`";
            let message = format!("the indexation `{}` has no coefficient", text.name.node);
            return self.wrong(Code::C024, span, message, help);
        };
        let coefficient = self.coefficient(formula)?;
        let months = self.months_of(&coefficient);
        self.check_weights(&coefficient, &months)?;
        let revisions = self.revisions(text, &months);
        let rounding = self.coefficient_rounding(text, &coefficient);
        let chain = self.chain(text, &coefficient, &months);
        let limits = self.movements(text);
        let threshold = self.threshold(text);
        if !months.is_empty() {
            self.ask_whether_it_falls(text, &coefficient);
        }
        let provisional = self.provisional(text, &months);
        let missing = self.missing_value(text, &months);
        Some(Indexation {
            name: text.name.node.clone(),
            coefficient,
            rounding: rounding?,
            revisions: revisions?,
            chain: chain?,
            limits: limits?,
            threshold: threshold?,
            provisional: provisional?,
            missing: missing?,
            span,
        })
    }

    fn refuse_part_twice(&mut self, text: &tree::Indexation) -> Option<()> {
        let mut seen = Vec::new();
        for part in &text.parts {
            let role = part.node.role();
            if seen.contains(&role) {
                return self.wrong(
                    Code::C024,
                    part.span,
                    format!("the indexation says `{role}` a second time"),
                    "keep one of them",
                );
            }
            seen.push(role);
        }
        Some(())
    }

    fn coefficient(&mut self, formula: &Expr) -> Option<Value> {
        let context = Context { in_coefficient: true, ..Context::default() };
        let value = self.number(formula, &context)?;
        if matches!(value.kind, Kind::Number | Kind::Percentage) {
            return Some(value);
        }
        let help = "divide values of an index by its value in a base month";
        self.wrong(Code::C020, formula.span, "a coefficient is a number".to_owned(), help)
    }

    /// An index at a place of a coefficient: `labour_cost[revision - 3 months]`.
    pub(super) fn index_value(
        &mut self,
        name: &str,
        key: Option<&Expr>,
        span: Span,
        context: &Context,
    ) -> Option<Value> {
        let id = self.find_series(name)?;
        self.used.push(name.to_owned());
        if !context.in_coefficient {
            let help = "read it in the `coefficient` of an indexation, and use the name of the indexation here";
            return self.wrong(Code::C022, span, format!("`{name}` is an index"), help);
        }
        let Some(key) = key else {
            self.ask_which_month(name, span);
            return None;
        };
        let month = self.month_of(key)?;
        Some(value_of(Node::Series(id, month), Kind::Number, span))
    }

    #[expect(clippy::wildcard_enum_match_arm, reason = "nothing else names a month")]
    fn month_of(&mut self, key: &Expr) -> Option<MonthOf> {
        let moved = |name: &str, lag: i64| match name {
            "service" => Some(MonthOf::Service(lag)),
            "revision" => Some(MonthOf::Revision(lag)),
            "settlement" => Some(MonthOf::Settlement(lag)),
            "latest published at revision" if lag == 0 => Some(MonthOf::LatestPublished),
            _ => None,
        };
        let found = match &*key.node {
            ExprNode::Month(month) => Some(MonthOf::Fixed(*month)),
            ExprNode::Name(name) => moved(name, 0),
            ExprNode::Arithmetic(operator, left, right) => match (&*left.node, &*right.node) {
                (ExprNode::Name(name), ExprNode::Measured(number, unit)) => {
                    let months = lag(number, &unit.node);
                    let back = *operator == crate::base::vocabulary::Operator::Minus;
                    let sum = back || *operator == crate::base::vocabulary::Operator::Plus;
                    let months = months.map(|months| if back { months.saturating_neg() } else { months });
                    months.filter(|_| sum).and_then(|months| moved(name, months))
                }
                _ => None,
            },
            _ => None,
        };
        if found.is_some() {
            return found;
        }
        let help = "write `[service]`, `[revision]`, `[settlement]`, each less a number of months such as `[revision - 3 months]`, `[latest published at revision]`, or a month such as `[2025-09]`";
        self.wrong(Code::C024, key.span, "this does not name a month".to_owned(), help)
    }

    fn ask_which_month(&mut self, name: &str, span: Span) {
        self.report(
            Diagnostic::new(Code::C102, span, format!("it is not said which month of `{name}` counts"))
                .answer(
                    format!("{name}[service]"),
                    "the month in which the service is rendered; it changes every month",
                )
                .answer(
                    format!("{name}[revision]"),
                    "the month of the revision in force; `[revision - 3 months]` three months before",
                )
                .answer(format!("{name}[settlement]"), "the last month of the settlement period")
                .answer(
                    format!("{name}[latest published at revision]"),
                    "the last value that was known on the day of the revision",
                )
                .answer(
                    format!("{name}[{}]", self.term.0.as_month()),
                    "always that month: the base of the index, month zero",
                )
                .help("write the month in brackets behind the index"),
        );
    }

    fn movements(&mut self, text: &tree::Indexation) -> Option<Vec<Movement>> {
        let mut limits = Vec::new();
        for part in &text.parts {
            match &part.node {
                IndexationPart::Limit(kind, share, per_revision) => {
                    let share = self.movement(share)?;
                    limits.push(Movement { kind: *kind, share, per_revision: *per_revision });
                }
                IndexationPart::MayFall(false) => {
                    limits.push(Movement { kind: LimitKind::AtLeast, share: Ratio::ZERO, per_revision: true });
                }
                IndexationPart::Coefficient(_)
                | IndexationPart::Rounded(..)
                | IndexationPart::NotRounded
                | IndexationPart::Revised(..)
                | IndexationPart::Chain(_)
                | IndexationPart::MayFall(true)
                | IndexationPart::Threshold(_)
                | IndexationPart::Provisional(_)
                | IndexationPart::Missing(_) => {}
            }
        }
        Some(limits)
    }

    /// A fixed percentage.
    pub(super) fn movement(&mut self, expr: &Expr) -> Option<Ratio> {
        let value = self.number(expr, &Context::default())?;
        let known = self.known(&value).filter(|_| value.kind == Kind::Percentage);
        known.or_else(|| {
            let help = "write a percentage such as `4%`";
            self.wrong(Code::C020, expr.span, "a movement is a fixed percentage".to_owned(), help)
        })
    }

    fn threshold(&mut self, text: &tree::Indexation) -> Option<Option<Ratio>> {
        let found = part(text, |part| if let IndexationPart::Threshold(share) = part { Some(share) } else { None });
        match found {
            Some(share) => self.movement(share).map(Some),
            None => Some(None),
        }
    }

    fn provisional(&mut self, text: &tree::Indexation, months: &Months) -> Option<Provisional> {
        let said = part(text, |part| if let IndexationPart::Provisional(how) = part { Some(*how) } else { None });
        if said.is_some() || months.is_empty() {
            return Some(said.unwrap_or(Provisional::Waits));
        }
        let name = &text.name.node;
        self.report(
            Diagnostic::new(
                Code::C105,
                text.name.span,
                format!("values of an index come out as provisional first; what `{name}` then does is not said"),
            )
            .answer(
                "provisional : settle then correct",
                "amounts are settled with the provisional value, and once more with the final one",
            )
            .answer("provisional : wait", "amounts are held until the final value is published")
            .help(format!("write one of them into `indexation {name}`")),
        );
        None
    }

    fn missing_value(&mut self, text: &tree::Indexation, months: &Months) -> Option<MissingValue> {
        let said = part(text, |part| if let IndexationPart::Missing(how) = part { Some(*how) } else { None });
        if said.is_some() || months.is_empty() {
            return Some(said.unwrap_or(MissingValue::Held));
        }
        let name = &text.name.node;
        self.report(
            Diagnostic::new(
                Code::C106,
                text.name.span,
                format!("a value may be late or a series may stop; what `{name}` then does is not said"),
            )
            .answer("missing : held", "amounts are held until the value is there")
            .answer(
                "missing : hold last value for 3 months, then stop",
                "the last value counts for three months; longer, amounts are held",
            )
            .answer("missing : hold last coefficient", "the revision is left out: the coefficient before it stays")
            .help(format!("write one of them into `indexation {name}`")),
        );
        None
    }

    /// A rounding of the text.
    pub(super) fn step_of(&mut self, to: &RoundedTo) -> Option<Rounding> {
        if to.step.node.is_zero() {
            let help = "write a step above zero, such as `0.01`";
            return self.wrong(Code::C005, to.step.span, "nothing is rounded to steps of zero".to_owned(), help);
        }
        Some(Rounding { mode: to.mode, step: to.step.node.clone() })
    }
}

/// The first part that is looked for.
pub(super) fn part<'t, T>(text: &'t tree::Indexation, find: impl Fn(&'t IndexationPart) -> Option<T>) -> Option<T> {
    text.parts.iter().find_map(|part| find(&part.node))
}

/// A number of months.
fn lag(number: &Ratio, unit: &str) -> Option<i64> {
    let months = number.to_i64().filter(|months| (0..=1200).contains(months))?;
    match unit {
        "month" | "months" => Some(months),
        "year" | "years" => months.checked_mul(12),
        _ => None,
    }
}
