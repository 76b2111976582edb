//! Percentiles, and levels that add up over time.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::{LevelBetween, PercentileBy};
use crate::check::aggregates::{Taken, plain};
use crate::check::checker::Checker;
use crate::check::value::{Level, Missing, Node, Over, Value, What};
use crate::check::values::Context;
use crate::syntax::tree::{DefineOption, Expr};

impl Checker<'_> {
    /// `95th percentile of (time from received to available in business days)`
    pub(super) fn percentile(&mut self, rank: &Ratio, operand: &Expr, span: Span, context: &Context) -> Option<Value> {
        let thousandths = rank.times(&Ratio::int(1000));
        let Some(thousandths) = thousandths
            .to_i64()
            .filter(|_| thousandths.floor() == thousandths)
            .and_then(|rank| u32::try_from(rank).ok())
            .filter(|rank| (1..=100_000).contains(rank))
        else {
            let help = "write a number above 0 up to 100, with three decimals at most, such as `95th` or `99.9th`";
            return self.wrong(Code::C005, span, "there is no such percentile".to_owned(), help);
        };
        let by = context.options.percentile.or_else(|| self.ask_about_percentile(span));
        let what = What::Percentile(thousandths, by.unwrap_or(PercentileBy::NearestRank));
        self.aggregated(("percentile", what), operand, span, context)
    }

    fn ask_about_percentile(&mut self, span: Span) -> Option<PercentileBy> {
        let words = self.words(span);
        self.report(
            Diagnostic::new(Code::C155, span, format!("it is not said what `{words}` is between two values"))
                .label("of 1, 2, 3 and 10 days the 95th percentile would be")
                .answer("nearest rank", "95% of 4 are 3.8: the 4th value, 10 days")
                .answer("interpolated", "95% of the 3 steps are 2.85: 3 + 0.85 × 7 = 8.95 days")
                .help("add one of them behind the definition"),
        );
        None
    }

    /// `accumulation of measured.lux`
    pub(super) fn level(&mut self, operand: &Expr, context: &Context) -> Option<Taken> {
        let taken = self.events("accumulation", operand)?;
        let read = taken.value.as_ref().and_then(|value| {
            if let Node::Field(kind, field) = *value.node { Some((kind, field, value.clone())) } else { None }
        });
        let Some((kind, field, value)) = read else {
            let help = "write `accumulation of EVENT.field`";
            return self.wrong(Code::C022, operand.span, "a level is expected here".to_owned(), help);
        };
        if self.family_of(kind).is_none() {
            let help = "declare the event `of` a family; a site or store can be one";
            return self.wrong(Code::C022, operand.span, "a level is that of an asset".to_owned(), help);
        }
        if self.is_cumulative(kind, field) {
            let help = "take `increase of` it: a meter that only grows is no level";
            return self.wrong(Code::C020, operand.span, "a meter is not added up over time".to_owned(), help);
        }
        let (unit, size) = self.unit_of_level(operand.span, context)?;
        self.ask_about_readings(operand.span);
        let between = context.options.level.or_else(|| self.ask_about_level(operand.span));
        let level = Level { between: between.unwrap_or(LevelBetween::Held), unit, size };
        Some(Taken { value: Some(value), ..plain(Over::Level(kind, field, level)) })
    }

    /// The unit of time by which a level is multiplied.
    fn unit_of_level(&mut self, span: Span, context: &Context) -> Option<(Unit, Ratio)> {
        let help = "add `in hours`, `in minutes` or `in days` behind the definition";
        let Some((words, place)) = context.options.unit.clone() else {
            let message = "it is not said in which unit of time the level adds up".to_owned();
            return self.wrong(Code::C024, span, message, help);
        };
        if let Some((unit @ (Unit::Second | Unit::Day), size)) = self.unit(&words) {
            return Some((unit, size));
        }
        self.wrong(Code::C021, place, format!("a level does not add up in `{words}`"), help)
    }

    fn ask_about_level(&mut self, span: Span) -> Option<LevelBetween> {
        let words = self.words(span);
        self.report(
            Diagnostic::new(Code::C156, span, format!("it is not said what `{words}` is between two readings"))
                .label("read as 100 at noon and as 200 at noon of the next day, it adds up to")
                .answer("held until the next reading", "100 × 24 hours = 2 400")
                .answer("linear between readings", "150 × 24 hours = 3 600")
                .help("add one of them behind the definition"),
        );
        None
    }

    /// What counts while no level is known.
    pub(super) fn missing_level(&mut self, missing: Option<Missing>, span: Span) -> Missing {
        match missing {
            Some(missing @ (Missing::AddsNothing | Missing::Held)) => return missing,
            Some(Missing::CountsAs(value)) => {
                let help = "write `missing : adds nothing`, or begin the feed with a reading";
                self.wrong::<()>(Code::C024, value.span, "no level is assumed where none was read".to_owned(), help);
            }
            // What else a definition can say was refused with the definition.
            Some(Missing::Never | Missing::Estimated(_)) => {}
            None => self.report(
                Diagnostic::new(Code::C056, span, "it is not said what counts while no level is known")
                    .label("before the first reading and, where it is linear, after the last one")
                    .answer("missing : adds nothing", "this time adds nothing and is counted on the statement")
                    .answer("missing : held", "the figure is held in windows with such time")
                    .help("add one of them behind the definition"),
            ),
        }
        Missing::Held
    }

    /// Refuses an option about percentiles or levels where there is none.
    pub(super) fn refuse_idle_series(&mut self, option: &Spanned<DefineOption>, value: &Value) -> Option<()> {
        let (mut ranks, mut levels) = (false, false);
        self.visit(value, &mut |node, _| {
            if let Node::Aggregate(aggregate) = node {
                ranks |= matches!(aggregate.what, What::Percentile(..));
                levels |= matches!(aggregate.over, Over::Level(..));
            }
        });
        if matches!(option.node, DefineOption::Percentile(_)) && !ranks {
            let help = "remove it, or take `95th percentile of …`";
            return self.wrong(Code::C024, option.span, "no percentile is taken here".to_owned(), help);
        }
        if matches!(option.node, DefineOption::Level(_)) && !levels {
            let help = "remove it, or take `accumulation of EVENT.field`";
            return self.wrong(Code::C024, option.span, "no level adds up here".to_owned(), help);
        }
        Some(())
    }
}
