//! Definitions, in whatever order they refer to each other.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::TermId;
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Across, LevelBetween, PercentileBy};
use crate::base::window::WindowKind;
use crate::check::checker::{Checker, Progress};
use crate::check::contract::{Dimension, Empty, Measure, Term, TermBody};
use crate::check::kinds::{agree, describe};
use crate::check::value::{Missing, Node, Over, Value, What};
use crate::check::values::Context;
use crate::check::worked::costing;
use crate::syntax::tree::{self, Define, DefineBody, DefineOption, Expr, ExprNode};

/// The options of a definition that its aggregates obey.
#[derive(Clone, Debug, Default)]
pub(super) struct Options {
    /// `in working hours`
    pub(super) unit: Option<(String, Span)>,
    /// `missing : …`
    pub(super) missing: Option<Missing>,
    /// `across a window : …`
    pub(super) across: Option<Across>,
    /// `each exact`
    pub(super) each_exact: bool,
    /// `nearest rank`, `interpolated`
    pub(super) percentile: Option<PercentileBy>,
    /// `held until the next reading`, `linear between readings`
    pub(super) level: Option<LevelBetween>,
}

impl<'a> Checker<'a> {
    /// Checks all definitions.
    pub(super) fn definitions(&mut self) {
        let file = self.file;
        for item in &file.items {
            if let tree::Item::Define(define) = item {
                self.find_term(&define.name.node);
            }
        }
    }

    /// The term of a name, checked now if it was not yet; `None` where there is none or it is wrong.
    pub(super) fn find_term(&mut self, name: &str) -> Option<TermId> {
        let (define, progress) = *self.defines.get(name)?;
        match progress {
            Progress::Done(id) => id,
            Progress::Open => {
                let message = format!("`{name}` is defined by itself");
                self.wrong(Code::C014, define.name.span, message, "a definition reads others, never itself")
            }
            Progress::Waiting => {
                self.progress(name, Progress::Open);
                let body = self.define(define);
                let id = body.map(|body| {
                    self.terms.push(Term { name: name.to_owned(), body, span: define.name.span });
                    TermId::at(self.terms.len().saturating_sub(1))
                });
                self.progress(name, Progress::Done(id));
                id
            }
        }
    }

    /// The same, noting that the name is used.
    pub(super) fn term_id(&mut self, name: &str, _span: Span) -> Option<TermId> {
        self.used.push(name.to_owned());
        self.find_term(name)
    }

    fn progress(&mut self, name: &str, progress: Progress) {
        if let Some(entry) = self.defines.get_mut(name) {
            entry.1 = progress;
        }
    }

    fn define(&mut self, define: &'a Define) -> Option<TermBody> {
        match &define.body {
            DefineBody::State { from, to, same, declared } => {
                self.refuse_per(define, "a state");
                self.refuse_options(define, "a state");
                self.state_define(define, (from, to), (same.as_ref(), declared.as_ref())).map(TermBody::State)
            }
            DefineBody::Open(open) => {
                self.refuse_per(define, "left to a person");
                self.refuse_options(define, "left to a person");
                self.open_term(define, open).map(TermBody::Value)
            }
            DefineBody::Value(expr) if define.per.is_empty() && self.is_state(expr) => {
                self.refuse_options(define, "a state");
                self.state(expr).map(TermBody::State)
            }
            DefineBody::Value(expr) => self.value_define(define, expr),
        }
    }

    fn refuse_per(&mut self, define: &Define, what: &str) {
        if let Some(per) = define.per.first() {
            let message = format!("`{}` is {what} and has no window or group", define.name.node);
            self.wrong::<()>(Code::C023, per.words.span, message, "remove the `per`");
        }
    }

    fn refuse_options(&mut self, define: &Define, what: &str) {
        if let Some(option) = define.options.first() {
            let message = format!("`{}` is {what}; this option says nothing about it", define.name.node);
            self.wrong::<()>(Code::C024, option.span, message, "options belong to numbers observed from events");
        }
    }

    fn value_define(&mut self, define: &'a Define, expr: &Expr) -> Option<TermBody> {
        if let (ExprNode::Measured(number, unit), true) = (&*expr.node, define.per.is_empty())
            && let Some((unit, size)) = Unit::of_time(&unit.node)
                .map(|(unit, factor)| (unit, Ratio::int(factor)))
                .or_else(|| self.unit_of_hours(&unit.node))
        {
            self.refuse_options(define, "a unit");
            return Some(TermBody::Unit(number.times(&size), unit));
        }
        let (window, dims) = self.window_and_groups(&define.per);
        let options = self.options(define)?;
        let context = Context {
            window,
            dims: dims.clone(),
            options: options.clone(),
            family: self.single_family(&dims),
            defining: true,
            ..Context::default()
        };
        let value = self.value(expr, &context)?;
        self.refuse_idle_options(define, &value, window)?;
        match (window, self.observes(&value)) {
            (None, false) if define.per.is_empty() => {
                self.refuse_options(define, "a fixed value");
                Some(TermBody::Value(value))
            }
            (None, true) => {
                let message = format!("`{}` is observed from events but has no window", define.name.node);
                let help = "say over what it is counted: `per month`, `per quarter`, `per year`, `per contract year`, `per day`, `per week`, `per period` or `per term`";
                self.wrong(Code::C023, define.name.span, message, help)
            }
            (None | Some(_), false) => {
                let span = define.per.first().map_or(define.name.span, |per| per.words.span);
                let message =
                    format!("`{}` observes nothing, so that a window or group has no meaning", define.name.node);
                self.wrong(Code::C023, span, message, "remove the `per`, or count something")
            }
            (Some(window), true) => {
                self.refuse_what_no_group_has(&value, &dims)?;
                Some(self.measure(define, value, window, dims, &context))
            }
        }
    }

    /// Refuses an option that the definition gives no meaning to.
    fn refuse_idle_options(&mut self, define: &Define, value: &Value, window: Option<WindowKind>) -> Option<()> {
        let (mut times, mut meters) = (false, false);
        self.visit(value, &mut |node, _| {
            if let Node::Aggregate(aggregate) = node {
                times |= matches!(aggregate.over, Over::Time(..) | Over::Spans(..) | Over::Level(..));
                meters |= matches!(aggregate.over, Over::Meter(..));
            }
        });
        for option in &define.options {
            let (idle, message, help) = match &option.node {
                DefineOption::In(_) => (!times, "no time is counted here", "remove it, or count `time while STATE`"),
                DefineOption::Across(_) => {
                    (!meters, "no meter is read here", "remove it, or take `increase of EVENT.FIELD`")
                }
                DefineOption::Missing(tree::Missing::Estimated(_)) if meters => {
                    let short = window.is_some_and(|window| window.months().is_none());
                    (
                        short,
                        "an estimate from months needs a window of months",
                        "write `per month`, `per quarter` or `per year`",
                    )
                }
                DefineOption::Missing(tree::Missing::Estimated(_)) => {
                    (true, "only a meter is estimated", "write `missing : adds nothing`, `counts as …` or `held`")
                }
                DefineOption::Percentile(_) | DefineOption::Level(_) => {
                    self.refuse_idle_series(option, value)?;
                    continue;
                }
                DefineOption::Short(_) | DefineOption::UsedUp(_) | DefineOption::EachExact => {
                    self.refuse_idle_windows(option, value, window)?;
                    continue;
                }
                DefineOption::Missing(_)
                | DefineOption::Rounded(_)
                | DefineOption::NotRounded
                | DefineOption::AtLeast(_)
                | DefineOption::AtMost(_)
                | DefineOption::Empty(_) => continue,
            };
            if idle {
                return self.wrong(Code::C024, option.span, message.to_owned(), help);
            }
        }
        Some(())
    }

    /// A family whose attributes a value may read because it is asked for each of its assets.
    pub(super) fn single_family(&self, dims: &[Dimension]) -> Option<crate::base::ids::FamilyId> {
        dims.iter().find_map(|dim| match dim {
            Dimension::Asset(family) => Some(*family),
            Dimension::Attribute(..)
            | Dimension::Field(..)
            | Dimension::Event(_)
            | Dimension::Decided(..)
            | Dimension::Depositor(_)
            | Dimension::Bearer(_) => None,
        })
    }

    fn measure(
        &mut self,
        define: &Define,
        value: Value,
        window: WindowKind,
        dims: Vec<Dimension>,
        context: &Context,
    ) -> TermBody {
        let mut measure = Measure {
            window,
            dims,
            rounding: None,
            exact: false,
            at_least: None,
            at_most: None,
            empty: None,
            short: None,
            used_up: None,
            value,
        };
        for option in &define.options {
            match &option.node {
                DefineOption::NotRounded => measure.exact = true,
                DefineOption::Rounded(to) => measure.rounding = self.rounding(to),
                DefineOption::AtLeast(bound) => measure.at_least = self.bound(bound, &measure.value.kind, context),
                DefineOption::AtMost(bound) => measure.at_most = self.bound(bound, &measure.value.kind, context),
                DefineOption::Empty(empty) => measure.empty = self.empty(empty, &measure.value.kind, context),
                DefineOption::Short(short) => measure.short = Some(*short),
                DefineOption::UsedUp(used_up) => measure.used_up = Some(*used_up),
                DefineOption::In(_)
                | DefineOption::Missing(_)
                | DefineOption::Across(_)
                | DefineOption::EachExact
                | DefineOption::Percentile(_)
                | DefineOption::Level(_) => {}
            }
        }
        self.ask_about_short_windows(define, &measure);
        if measure.exact && measure.rounding.is_some() {
            let message = format!("`{}` is rounded and not rounded", define.name.node);
            self.wrong::<()>(Code::C024, define.name.span, message, "keep one of the two");
        }
        if measure.empty.is_none()
            && let Some(divisor) =
                self.divisor_that_may_be_zero(&measure.value).or_else(|| self.windows_that_may_be_none(&measure))
        {
            self.ask_about_empty(define, divisor, &measure.value.kind);
        }
        TermBody::Measure(measure)
    }

    fn bound(&mut self, bound: &Expr, kind: &Kind, context: &Context) -> Option<Value> {
        let value = self.value(bound, context)?;
        if agree(&value.kind, kind) {
            return Some(value);
        }
        let message =
            format!("this is {}, but the number that it stands for is {}", describe(&value.kind), describe(kind));
        self.wrong(Code::C020, bound.span, message, "give both the same kind")
    }

    fn empty(&mut self, empty: &tree::Empty, kind: &Kind, context: &Context) -> Option<Empty> {
        Some(match empty {
            tree::Empty::Held => Empty::Held,
            tree::Empty::NothingDue => Empty::NothingDue,
            tree::Empty::CountsAs(value) => {
                let value = self.bound(value, kind, context)?;
                if let Node::Literal(Literal::Quantity(number)) = *value.node {
                    Empty::CountsAs(Literal::Quantity(number))
                } else {
                    let help = "write a number, such as `empty : counts as 100%`";
                    return self.wrong(Code::C020, value.span, "only a fixed value can stand here".to_owned(), help);
                }
            }
        })
    }

    fn options(&mut self, define: &Define) -> Option<Options> {
        let mut options = Options::default();
        for option in &define.options {
            match &option.node {
                DefineOption::In(unit) => options.unit = Some((unit.node.clone(), unit.span)),
                DefineOption::Across(across) => options.across = Some(*across),
                DefineOption::Missing(missing) => options.missing = Some(self.missing(missing)?),
                DefineOption::EachExact => options.each_exact = true,
                DefineOption::Percentile(by) => options.percentile = Some(*by),
                DefineOption::Level(between) => options.level = Some(*between),
                DefineOption::Short(_)
                | DefineOption::UsedUp(_)
                | DefineOption::Rounded(_)
                | DefineOption::NotRounded
                | DefineOption::AtLeast(_)
                | DefineOption::AtMost(_)
                | DefineOption::Empty(_) => {}
            }
        }
        Some(options)
    }

    fn missing(&mut self, missing: &tree::Missing) -> Option<Missing> {
        Some(match missing {
            tree::Missing::AddsNothing => Missing::AddsNothing,
            tree::Missing::Held => Missing::Held,
            tree::Missing::CountsAs(value) => Missing::CountsAs(self.value(value, &Context::default())?),
            tree::Missing::Estimated(months) => {
                if let Some(count) = months.node.to_i64().filter(|count| (1..=24).contains(count)) {
                    Missing::Estimated(count)
                } else {
                    let help = "look back from 1 to 24 months";
                    return self.wrong(
                        Code::C005,
                        months.span,
                        "this is no number of months to look back".to_owned(),
                        help,
                    );
                }
            }
        })
    }

    fn ask_about_empty(&mut self, define: &Define, divisor: (Span, bool), kind: &Kind) {
        let name = &define.name.node;
        let (divisor, divides) = divisor;
        let words = self.words(divisor);
        let (message, label) = if divides {
            (format!("`{name}` does not say what it is when `{words}` is zero"), "divided by this")
        } else {
            (format!("`{name}` does not say what it is in a window with nothing to take it of"), "of nothing")
        };
        let ratio = matches!(kind, Kind::Number | Kind::Percentage);
        let row = self.row_at(name, if ratio { &Ratio::ONE } else { &Ratio::ZERO });
        let value = if ratio { "100%".to_owned() } else { crate::check::bands::shown(&Ratio::ZERO, kind) };
        self.report(
            Diagnostic::new(Code::C055, define.name.span, message)
                .and_at(divisor, label)
                .answer("empty : nothing due", "what depends on it is not due in that window")
                .answer(format!("empty : counts as {value}"), costing("it has this value in that window", row))
                .answer("empty : held", "the lines that depend on it are held until someone decides")
                .help(format!("add one of them behind the definition of `{name}`")),
        );
    }

    /// The place of a divisor that is observed and can therefore be zero.
    fn divisor_that_may_be_zero(&self, value: &Value) -> Option<(Span, bool)> {
        let mut found = None;
        self.visit(value, &mut |node, _| {
            if let Node::Arithmetic(crate::base::vocabulary::Operator::Over, _, divisor) = node
                && self.observes(divisor)
            {
                found = found.or(Some((divisor.span, true)));
            }
            if let Node::Aggregate(aggregate) = node
                && matches!(aggregate.what, What::Mean | What::Share | What::Percentile(..))
            {
                found = found.or(Some((aggregate.span, false)));
            }
        });
        found
    }
}
