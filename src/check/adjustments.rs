//! What a sentence does with its amount: caps, minimums, exemptions, roundings, in the order of the text.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::Exemption;
use crate::check::checker::Checker;
use crate::check::contract::{Adjust, Adjustment, Amount, Basis};
use crate::check::kinds::describe;
use crate::check::value::{Node, Value};
use crate::check::values::{Context, value_of};
use crate::check::windows::Per;
use crate::syntax::tree::{self, Expr, Payment};

impl Checker<'_> {
    /// The steps of a payment.
    pub(super) fn adjustments(
        &mut self,
        payment: &Payment,
        basis: &Basis,
        amount: &Amount,
        context: &Context,
    ) -> Option<Vec<Adjustment>> {
        let mut steps = Vec::new();
        for text in &payment.adjustments {
            let what = match &text.what {
                tree::Adjust::Limit(kind, limit) => {
                    Adjust::Limit(*kind, self.stated_amount(limit, payment, (basis, amount), context)?)
                }
                tree::Adjust::Exempt(kind, exempt) => {
                    let exempt = self.stated_amount(exempt, payment, (basis, amount), context)?;
                    let kind = kind.or_else(|| self.ask_what_is_exempt(text.span, &exempt))?;
                    Adjust::Exempt(kind, exempt)
                }
                tree::Adjust::Rounded(to) => Adjust::Rounded(self.step_of(to)?),
                tree::Adjust::Indexed(name) => Adjust::Indexed(self.indexation_named(name)?),
                tree::Adjust::NotIndexed | tree::Adjust::Base(_) => continue,
            };
            let each_asset = self.is_of_each_asset(text, &what, (payment, basis))?;
            steps.push(Adjustment { what, then: text.then, each_asset, span: text.span });
        }
        self.refuse_indexed_twice(payment)?;
        self.refuse_what_comes_too_late(&steps)?;
        self.ask_about_order(payment, &steps);
        Some(steps)
    }

    /// An amount of money, or what a number of the sentence's own units comes to, its factor included.
    fn stated_amount(
        &mut self,
        expr: &Expr,
        payment: &Payment,
        of: (&Basis, &Amount),
        context: &Context,
    ) -> Option<Value> {
        let value = self.value(expr, &Context { expected: None, ..context.clone() })?;
        let in_units = value.kind != Kind::Money(self.currency);
        let span = value.span;
        let value = self.limit_in_money(value, of.0, of.1)?;
        let (Some(times), true) = (&payment.times, in_units) else { return Some(value) };
        let (factor, kind) = (self.factor(times, context)?, value.kind.clone());
        Some(value_of(Node::Arithmetic(crate::base::vocabulary::Operator::Times, factor, value), kind, span))
    }

    fn refuse_indexed_twice(&mut self, payment: &Payment) -> Option<()> {
        let says = |step: &&tree::Adjustment| {
            matches!(step.what, tree::Adjust::Indexed(_) | tree::Adjust::NotIndexed | tree::Adjust::Base(_))
        };
        match payment.adjustments.iter().filter(says).nth(1) {
            Some(second) => self.wrong(
                Code::C024,
                second.span,
                "it is said a second time how the sentence is indexed".to_owned(),
                "keep one of them",
            ),
            None => Some(()),
        }
    }

    /// Whether a step is done with the amount of each asset.
    fn is_of_each_asset(
        &mut self,
        text: &tree::Adjustment,
        what: &Adjust,
        (payment, basis): (&Payment, &Basis),
    ) -> Option<bool> {
        let mut each_asset = what.value().is_some_and(|value| self.depends_on_asset(value));
        for per in &text.per {
            if let Per::Family(_) = self.per(per)? {
                each_asset = true;
            } else {
                let help = "a limit over another window or group is a sentence of its own: `PARTY owes at most … per WINDOW under clause N`";
                return self.wrong(
                    Code::C024,
                    per.words.span,
                    "a limit of a sentence holds for its line, or `per ASSET`".to_owned(),
                    help,
                );
            }
        }
        let by_event = matches!((&payment.opener, basis), (Some(tree::Opener::On(_)), Basis::For(..)));
        let by_asset = by_event || matches!(basis, Basis::Each | Basis::Event | Basis::While(..) | Basis::Lateness(..));
        if each_asset && !by_asset {
            let help = "give a limit that does not depend on the asset";
            return self.wrong(Code::C022, text.span, "this line is not counted asset by asset".to_owned(), help);
        }
        Some(each_asset)
    }

    /// The line is the sum of its assets: what holds for each of them cannot come behind what holds for the line.
    fn refuse_what_comes_too_late(&mut self, steps: &[Adjustment]) -> Option<()> {
        let of_line = steps.iter().position(|step| !step.each_asset && !matches!(step.what, Adjust::Indexed(_)));
        let late = steps.iter().skip(of_line.unwrap_or(steps.len())).find(|step| step.each_asset);
        let (Some(late), Some(line)) = (late, of_line.and_then(|place| steps.get(place))) else {
            return Some(());
        };
        let (late, line) = (late.span, line.span);
        let message = format!(
            "`{}` holds for each asset, but stands behind `{}`, which holds for the whole line",
            self.words(late),
            self.words(line)
        );
        let help = "write what holds for each asset first, or add `per ASSET` to the other";
        self.wrong(Code::C024, late, message, help)
    }

    pub(super) fn ask_what_is_exempt(&mut self, span: Span, exempt: &Value) -> Option<Exemption> {
        let worked = self.worked_at(span);
        let stated = self.known(exempt);
        let exempt = stated.clone().unwrap_or_else(|| Ratio::int(1000));
        let amount = exempt.times(&Ratio::scaled(12, 1));
        let (whole, excess) = (worked.money(&amount), worked.money(&amount.minus(&exempt)));
        let label = match stated {
            Some(_) => format!("an amount of {whole} would pay"),
            None => format!("where that is {}, {whole} would pay", worked.money(&exempt)),
        };
        let words = self.words(span);
        self.report(
            Diagnostic::new(Code::C101, span, format!("`{words}`: it is not said what is paid of a greater amount"))
                .label(label)
                .answer("then the whole", whole)
                .answer("then the excess", excess)
                .help(format!("write `{words}, then the whole` or `{words}, then the excess`")),
        );
        None
    }

    /// A limit in the sentence's own unit (`at most 40 blocks`) is that many times the rate.
    fn limit_in_money(&mut self, value: Value, basis: &Basis, amount: &Amount) -> Option<Value> {
        let money = Kind::Money(self.currency);
        if value.kind == money {
            return Some(value);
        }
        let unit = match basis {
            Basis::For(quantity, size, _) => {
                if let Kind::Quantity(unit) = &quantity.kind {
                    Some((unit.clone(), size.clone()))
                } else {
                    None
                }
            }
            Basis::Lateness(_, unit, size, _) => Some((unit.clone(), size.clone())),
            Basis::Once | Basis::Each | Basis::Event | Basis::While(..) => None,
        };
        if let (Some((unit, size)), Amount::Value(rate), Some(number)) = (unit, amount, self.constant(&value))
            && value.kind == Kind::Quantity(unit)
        {
            let span = value.span;
            let units = number.over(&size).unwrap_or_default();
            let units = crate::check::values::quantity(units, Kind::Number, span);
            let node = Node::Arithmetic(crate::base::vocabulary::Operator::Times, units, rate.clone());
            return Some(value_of(node, money, span));
        }
        let message =
            format!("a limit is an amount of money or a number of the rate's units; this is {}", describe(&value.kind));
        self.wrong(Code::C020, value.span, message, "write `at most 500.00 EUR` or `at most 40 UNITS`")
    }
}
