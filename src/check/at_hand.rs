//! What is not at hand where a value stands: numbers of a window and charges of clauses beside a single event or asset.

use crate::base::code::Code;
use crate::base::span::Span;
use crate::check::checker::Checker;
use crate::check::contract::{Adjustment, Amount, Basis, Opener, Sentence};
use crate::check::value::{Node, Value};
use crate::check::values::Context;
use crate::syntax::tree::Payment;

impl Checker<'_> {
    /// Refuses what is counted over a window, or what a clause charges, where there is no window.
    pub(super) fn refuse_numbers_of_windows(&mut self, value: &Value, context: &Context) -> Option<()> {
        if context.window.is_some() || context.defining {
            return Some(());
        }
        self.refuse_number_of_window(value, "what is asked of one event, when it happens, cannot read it")
    }

    fn refuse_number_of_window(&mut self, value: &Value, why: &str) -> Option<()> {
        if !self.is_of_window(value) {
            return Some(());
        }
        let message = format!("`{}` is a number of a window: {why}", self.words(value.span));
        let help = "test a number in a sentence that opens with `when`, and pay by it there";
        self.wrong(Code::C022, value.span, message, help)
    }

    /// Whether a value reads a number of a window, or what a clause charges.
    fn is_of_window(&self, value: &Value) -> bool {
        self.observes(value) || self.reads_charge(value)
    }

    fn reads_charge(&self, value: &Value) -> bool {
        let mut found = false;
        self.visit(value, &mut |node, _| found |= matches!(node, Node::Clause(..)));
        found
    }

    /// Refuses a payment that counts time for each event or obligation, or a quantity for each obligation: each is one
    /// thing to pay for, and has no time or quantity of its own there.
    pub(super) fn refuse_time_of_events(&mut self, payment: &Payment, opener: &Opener, basis: &Basis) -> Option<()> {
        let counted = match (opener, basis) {
            (Opener::On(..) | Opener::Outcome(..), Basis::While(..)) => "the time in a state",
            (Opener::On(..) | Opener::Outcome(..), Basis::Lateness(..)) => "lateness",
            (Opener::Outcome(..), Basis::For(..)) => "a quantity",
            (Opener::On(..) | Opener::Outcome(..), Basis::Once | Basis::Each | Basis::Event | Basis::For(..))
            | (Opener::Always | Opener::When(_) | Opener::Each(_), _) => return Some(()),
        };
        let what = if matches!(opener, Opener::On(..)) { "event" } else { "obligation" };
        let message = format!("the sentence pays for each {what}, and {counted} is not counted for one of them");
        let help = "leave out what opens the sentence, or state what each of them costs";
        self.wrong(Code::C024, place_of_quantity(payment), message, help)
    }

    /// Refuses an amount that goes by the single event or asset and by a number of a window too: the one is computed when it
    /// happens, the other when the window is over.
    pub(super) fn refuse_mixed(&mut self, sentence: &Sentence) -> Option<()> {
        let on_event = matches!(sentence.opener, Opener::On(..));
        let counted = on_event
            || matches!(sentence.opener, Opener::Outcome(..))
            || matches!(sentence.basis, Basis::While(..) | Basis::Lateness(..));
        if !counted {
            return Some(());
        }
        if let Basis::For(quantity, ..) = &sentence.basis {
            self.refuse_number_of_window(quantity, "the quantity is that of one event")?;
        }
        let rates: Vec<&Value> = match &sentence.amount {
            Amount::Value(value) => vec![value],
            Amount::Tiers(_, tiers) => tiers.iter().map(|tier| &tier.price).collect(),
        };
        let priced: Vec<&Value> = rates.into_iter().chain(&sentence.times).collect();
        let steps = sentence.adjustments.iter();
        if on_event {
            for value in priced.iter().copied().chain(steps.clone().filter_map(|step| step.what.value())) {
                if self.observes(value) {
                    self.refuse_number_of_window(value, "the amount is that of one event")?;
                }
            }
        }
        let of_each = steps.filter(|step| step.each_asset);
        let one_by_one = sentence.index_in_walk
            || matches!(sentence.amount, Amount::Tiers(..))
            || of_each.clone().next().is_some()
            || priced.iter().any(|value| self.goes_by_each(value));
        if one_by_one {
            for value in priced.into_iter().chain(of_each.filter_map(|step: &Adjustment| step.what.value())) {
                self.refuse_number_of_window(value, "here each event or asset is priced by itself")?;
            }
        }
        Some(())
    }

    /// Whether a value goes by the event or asset at hand, or by an attribute of a party.
    fn goes_by_each(&self, value: &Value) -> bool {
        let mut of_party = false;
        self.visit(value, &mut |node, inside| of_party |= !inside && matches!(node, Node::OfParty(..)));
        of_party || self.depends_on_asset(value)
    }
}

/// Where a payment says what it is multiplied by.
fn place_of_quantity(payment: &Payment) -> Span {
    let quantity = payment.for_quantity.as_ref().or(payment.while_state.as_ref());
    quantity.map_or(payment.span, |quantity| quantity.span)
}
