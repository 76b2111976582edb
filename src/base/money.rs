//! Amounts of money.

use crate::base::currency::Currency;
use crate::base::number::{Mode, Ratio, Rounding};

/// An exact amount in one currency.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct Money {
    /// How much.
    pub amount: Ratio,
    /// Of what.
    pub currency: Currency,
}

impl Money {
    /// An amount of a currency.
    #[must_use]
    pub fn new(amount: Ratio, currency: Currency) -> Self {
        Self { amount, currency }
    }

    /// The sum; `None` for different currencies.
    #[must_use]
    pub fn plus(&self, other: &Self) -> Option<Self> {
        (self.currency == other.currency).then(|| Self::new(self.amount.plus(&other.amount), self.currency))
    }

    /// The difference; `None` for different currencies.
    #[must_use]
    pub fn minus(&self, other: &Self) -> Option<Self> {
        (self.currency == other.currency).then(|| Self::new(self.amount.minus(&other.amount), self.currency))
    }

    /// Rounded as told.
    #[must_use]
    pub fn rounded(&self, how: &Rounding) -> Self {
        Self::new(self.amount.rounded(how), self.currency)
    }

    /// Shares of this amount in proportion to `weights`, each rounded half up to `step`; what rounding
    /// leaves over goes to the largest share (the first of equal ones), so that the shares always sum
    /// to the amount. Weights that sum to zero give the whole to the first share.
    #[must_use]
    pub fn split(&self, weights: &[Ratio], step: &Ratio) -> Vec<Self> {
        let total = weights.iter().fold(Ratio::ZERO, |sum, weight| sum.plus(weight));
        let rounding = Rounding { mode: Mode::HalfUp, step: step.clone() };
        let share = |weight: &Ratio| match weight.over(&total) {
            Some(part) => self.amount.times(&part).rounded(&rounding),
            None => Ratio::ZERO,
        };
        let mut shares: Vec<Ratio> = weights.iter().map(share).collect();
        let given = shares.iter().fold(Ratio::ZERO, |sum, share| sum.plus(share));
        let left = self.amount.minus(&given);
        let mut largest = 0;
        for (place, weight) in weights.iter().enumerate() {
            if weights.get(largest).is_some_and(|best| weight > best) {
                largest = place;
            }
        }
        if let Some(share) = shares.get_mut(largest) {
            *share = share.plus(&left);
        }
        shares.into_iter().map(|share| Self::new(share, self.currency)).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_sum_to_the_whole() {
        let euro = Currency::parse("EUR").unwrap();
        let amount = Money::new(Ratio::parse("100.00").unwrap(), euro);
        let weights = [Ratio::int(1), Ratio::int(1), Ratio::int(1)];
        let texts: Vec<String> =
            amount.split(&weights, &Ratio::scaled(1, 2)).iter().map(|share| share.amount.to_string()).collect();
        assert_eq!(texts, ["33.34", "33.33", "33.33"]);
    }
}
