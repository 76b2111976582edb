//! Lines of which nobody knows the quantity, and for which nothing is paid.

use consigne::base::number::Ratio;
use consigne::check::contract::{Amount, Sentence};
use consigne::check::value::{Node, Value};

use super::World;
use super::values::{Found, Gap, Hand};

impl World<'_> {
    /// "Where a line has one rate, and it or its factor is nothing, or not due, so is the line, also where its quantity is not
    /// known."
    pub(crate) fn unpaid(&self, sentence: &Sentence, hand: &Hand<'_>) -> Option<Found<Ratio>> {
        let Amount::Value(rate) = &sentence.amount else { return None };
        let rate = self.number(rate, hand).and_then(|rate| self.raised(sentence, rate, hand));
        let factor = sentence.times.as_ref().map(|times| self.number(times, hand));
        let known = |found: &Found<Ratio>| found.as_ref().is_ok_and(|factor| !factor.is_zero());
        [Some(rate), factor].into_iter().flatten().find(|found| !known(found)).filter(|found| !is_unknown(found))
    }

    /// The same of a line that is held as a whole, since what it counts is not recorded.
    pub(crate) fn unpaid_unrecorded(&self, sentence: &Sentence, hand: &Hand<'_>) -> Option<Found<Ratio>> {
        let one = sentence.dims.is_empty() && !self.is_priced_by_asset(sentence);
        if one { self.unpaid(sentence, hand) } else { None }
    }

    /// Whether what is paid goes by the asset or event, each by itself.
    pub(crate) fn is_priced_by_asset(&self, sentence: &Sentence) -> bool {
        let of_asset = |node: &Node| {
            matches!(
                node,
                Node::Field(..)
                    | Node::Attribute(..)
                    | Node::Decided(..)
                    | Node::Judged(..)
                    | Node::Deposit
                    | Node::DepositPaid
                    | Node::Since(..)
                    | Node::Rank(_)
                    | Node::OfParty(..)
            )
        };
        let mut values: Vec<&Value> = sentence.times.iter().collect();
        if let Amount::Value(value) = &sentence.amount {
            values.push(value);
        }
        let each = sentence.adjustments.iter().any(|step| step.each_asset);
        sentence.index_in_walk || each || values.into_iter().any(|value| self.reads(value, &of_asset))
    }
}

/// Whether nobody knows how much it is, though it may be due.
pub(crate) fn is_unknown(found: &Found<Ratio>) -> bool {
    found.as_ref().is_err_and(|gap| *gap != Gap::NotDue)
}
