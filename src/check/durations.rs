//! Fixed times: of whole days and months, with the business days and the ends of months that they need.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::value::{Kind, Literal};
use crate::check::checker::Checker;
use crate::check::kinds::describe;
use crate::check::value::{Node, Value};
use crate::check::values::Context;
use crate::syntax::tree::Expr;

impl Checker<'_> {
    /// A fixed duration, in base units.
    pub(super) fn duration(&mut self, expr: &Expr) -> Option<(Ratio, Unit)> {
        let value = self.value(expr, &Context::default())?;
        if let (Node::Literal(Literal::Quantity(number)), Kind::Quantity(unit)) = (&*value.node, &value.kind)
            && !matches!(unit, Unit::Thing(_) | Unit::One | Unit::Money(_))
        {
            let found = (number.clone(), unit.clone());
            self.refuse_part_of_day(&value, unit)?;
            return Some(found);
        }
        let message = format!("a fixed time is expected here, this is {}", describe(&value.kind));
        self.wrong(Code::C020, expr.span, message, "write a time such as `30 days` or `5 business days`")
    }

    /// A fixed duration behind an event or a deadline, with what it needs to be counted.
    pub(super) fn duration_from(&mut self, expr: &Expr) -> Option<(Ratio, Unit)> {
        let (time, unit) = self.duration(expr)?;
        self.need_calendar(&unit, expr.span);
        if unit == Unit::Month && self.conventions.month_end.is_none() {
            self.ask_once(
                Diagnostic::new(
                    Code::C044,
                    expr.span,
                    "a time in months is counted, and it is not said when it ends in a month without that day",
                )
                .label("one month from 31 January would end")
                .answer("month end last day", "on 28 February; from 28 February on 31 March")
                .answer("month end next day", "on 1 March")
                .answer("month end same day else last", "on 28 February; from 28 February on 28 March")
                .help("answer it in `conventions`"),
            );
        }
        Some((time, unit))
    }

    /// Refuses a time that is no whole number of days or months, where the text fixes it: it would have no last day.
    pub(super) fn refuse_part_of_day(&mut self, value: &Value, unit: &Unit) -> Option<()> {
        if !matches!(unit, Unit::Day | Unit::BusinessDay | Unit::Month) {
            return Some(());
        }
        match self.part_of_day(value) {
            Some(span) => {
                let message = "a time in days or months is a whole number of them".to_owned();
                self.wrong(Code::C021, span, message, "state it in hours or working hours, or in whole days")
            }
            None => Some(()),
        }
    }

    /// Where a value is fixed and no whole number.
    fn part_of_day(&self, value: &Value) -> Option<Span> {
        if let Node::Card(card) = &*value.node {
            return card.rows.iter().find_map(|row| self.part_of_day(&row.value));
        }
        let number = self.constant(value)?;
        (number.to_i64().is_none() || number.is_negative()).then_some(value.span)
    }
}
