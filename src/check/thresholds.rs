//! What is paid above a threshold, and what is compared with it.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::TermId;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::{Comparison, Kind};
use crate::base::vocabulary::{Beyond, Part};
use crate::check::bands::shown;
use crate::check::checker::Checker;
use crate::check::contract::{Basis, Opener, TermBody};
use crate::check::value::{Node, Value};
use crate::syntax::tree::Payment;

impl Checker<'_> {
    /// Asks whether a rate for a quantity that opens its sentence `when` it passes a threshold is paid for the excess
    /// only or for the whole.
    pub(super) fn ask_about_threshold(&mut self, payment: &Payment, opener: &Opener, basis: &Basis) -> Option<()> {
        let met = match (opener, basis) {
            (Opener::When(condition), Basis::For(quantity, size, _)) => {
                threshold(condition, quantity).map(|bound| (bound.clone(), quantity.clone(), size.clone()))
            }
            (_, _) => None,
        };
        let Some((bound, quantity, size)) = met else {
            return match payment.whole {
                Some(span) => {
                    let help = "remove it; it is said where `when` compares the same number with a threshold";
                    self.wrong(
                        Code::C024,
                        span,
                        "there is no threshold above which less than the whole could be meant".to_owned(),
                        help,
                    )
                }
                None => Some(()),
            };
        };
        if payment.whole.is_some() {
            return Some(());
        }
        let (name, limit) = (self.words(quantity.span), self.words(bound.span));
        let worked = self.worked_at(quantity.span);
        let over = self.constant(&bound).and_then(|bound| Some((bound.clone(), bound.over(&size)?)));
        let (label, excess, whole) = match &over {
            Some((bound, units)) => {
                let twice = bound.times(&Ratio::int(2));
                let label = format!("with {}", shown(&twice, &quantity.kind));
                (label, worked.units(units.clone()), worked.units(units.times(&Ratio::int(2))))
            }
            None => (String::new(), format!("what {name} is above {limit}"), format!("all of {name}")),
        };
        let message = format!(
            "once `{name}` is above `{limit}`, it is not said whether the whole of it is paid for or the excess only"
        );
        self.report(
            Diagnostic::new(Code::C145, quantity.span, message)
                .label(label)
                .answer(format!("for excess of {name} over {limit}"), excess)
                .answer(format!("for the whole of {name}"), whole)
                .help("write one of the two"),
        );
        None
    }

    /// Asks whether a percentage is rounded before whole points of it are counted.
    pub(super) fn ask_about_rounding_of_points(&mut self, quantity: &Value, part: Part, span: Span) {
        if part == Part::ProRata {
            return;
        }
        let Some(measure) = self.unrounded_percentage(quantity) else { return };
        let name = self.terms.get(measure.index()).map(|term| term.name.clone()).unwrap_or_default();
        let (bound, below) = self.bound_of(quantity);
        // Just beyond the bound a commenced point counts, and rounding makes it vanish; just before a whole point a
        // completed one does not, and rounding makes it one.
        let beyond = if part == Part::Commenced { Ratio::scaled(4, 4) } else { Ratio::scaled(96, 4) };
        let (exact, rounded) = if part == Part::Commenced { (1, 0) } else { (0, 1) };
        let achieved = if below { bound.minus(&beyond) } else { bound.plus(&beyond) };
        let worked = self.worked_at(span);
        let message = format!("points of `{name}` are counted whole, and it is not said whether it is rounded before");
        self.report(
            Diagnostic::new(Code::C146, span, message)
                .label(format!(
                    "with {} where {} is the bound",
                    shown(&achieved, &Kind::Percentage),
                    shown(&bound, &Kind::Percentage)
                ))
                .answer("not rounded", worked.units(exact))
                .answer("rounded to 0.1% half up", worked.units(rounded))
                .help(format!("write one of them behind the definition of `{name}`")),
        );
    }

    /// A measured percentage of which nothing says whether it is rounded.
    fn unrounded_percentage(&self, value: &Value) -> Option<TermId> {
        let mut found = None;
        self.visit(value, &mut |node, _| {
            if let Node::Term(id) = node
                && let Some(TermBody::Measure(measure)) = self.terms.get(id.index()).map(|term| &term.body)
                && measure.value.kind == Kind::Percentage
                && measure.rounding.is_none()
                && !measure.exact
            {
                found = found.or(Some(*id));
            }
        });
        found
    }

    /// The bound that a percentage falls short of, or exceeds; whether below.
    fn bound_of(&self, value: &Value) -> (Ratio, bool) {
        if let Node::Beyond(which, _, bound) = &*value.node {
            let bound = self.constant(bound).unwrap_or_else(|| Ratio::scaled(98, 2));
            return (bound, *which == Beyond::Shortfall);
        }
        (Ratio::ZERO, false)
    }
}

/// The bound that a condition puts under the very quantity that is paid for.
fn threshold<'v>(condition: &'v Value, quantity: &Value) -> Option<&'v Value> {
    let Node::Term(paid) = &*quantity.node else { return None };
    if let Node::And(list) = &*condition.node {
        return list.iter().find_map(|part| threshold(part, quantity));
    }
    let Node::Compare(Comparison::Above | Comparison::AtLeast, left, bound) = &*condition.node else { return None };
    matches!(&*left.node, Node::Term(compared) if compared == paid).then_some(bound)
}
