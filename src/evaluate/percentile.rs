//! Percentiles of values that are counted by how often they occur.

use std::collections::BTreeMap;

use crate::base::number::Ratio;
use crate::base::vocabulary::PercentileBy;

/// A percentile in thousandths of a percent; `None` of nothing.
pub(crate) fn percentile(values: &BTreeMap<Ratio, u64>, rank: u32, by: PercentileBy) -> Option<Ratio> {
    let count = values.values().copied().fold(0_u64, u64::saturating_add);
    let last = count.checked_sub(1)?;
    let part = Ratio::new(i128::from(rank), 100_000)?;
    match by {
        PercentileBy::NearestRank => {
            let whole = Ratio::big(i128::from(count)).times(&part);
            // The least whole rank that is not below it; at least the first.
            let rank = whole.negated().floor().negated().to_i64().and_then(|rank| u64::try_from(rank).ok());
            at(values, rank.unwrap_or(0).max(1).saturating_sub(1))
        }
        PercentileBy::Interpolated => {
            let place = Ratio::big(i128::from(last)).times(&part);
            let below = place.floor();
            let index = below.to_i64().and_then(|place| u64::try_from(place).ok())?;
            let low = at(values, index)?;
            let high = at(values, index.saturating_add(1).min(last))?;
            Some(low.plus(&high.minus(&low).times(&place.minus(&below))))
        }
    }
}

/// The value at a place in their order, from 0.
fn at(values: &BTreeMap<Ratio, u64>, place: u64) -> Option<Ratio> {
    let mut passed = 0_u64;
    values.iter().find_map(|(value, times)| {
        passed = passed.saturating_add(*times);
        (place < passed).then(|| value.clone())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(values: &[i64], rank: u32, by: PercentileBy) -> Option<String> {
        let mut counted = BTreeMap::new();
        for value in values {
            *counted.entry(Ratio::int(*value)).or_insert(0) += 1;
        }
        percentile(&counted, rank, by).map(|found| found.to_string())
    }

    /// Of 1, 2, 3 and 10: 95 % of four is 3.8, the fourth; 95 % of three steps is 2.85, 3 + 0.85 × 7.
    #[test]
    fn nearest_and_between() {
        assert_eq!(of(&[10, 1, 3, 2], 95_000, PercentileBy::NearestRank), Some("10".to_owned()));
        assert_eq!(of(&[10, 1, 3, 2], 95_000, PercentileBy::Interpolated), Some("8.95".to_owned()));
        assert_eq!(of(&[10, 1, 3, 2], 50_000, PercentileBy::NearestRank), Some("2".to_owned()));
        assert_eq!(of(&[10, 1, 3, 2], 50_000, PercentileBy::Interpolated), Some("2.5".to_owned()));
    }

    #[test]
    fn ends_and_nothing() {
        assert_eq!(of(&[4], 95_000, PercentileBy::Interpolated), Some("4".to_owned()));
        assert_eq!(of(&[4, 4, 9], 100_000, PercentileBy::NearestRank), Some("9".to_owned()));
        assert_eq!(of(&[4, 4, 9], 100_000, PercentileBy::Interpolated), Some("9".to_owned()));
        assert_eq!(of(&[4, 4, 9], 1, PercentileBy::NearestRank), Some("4".to_owned()));
        assert_eq!(of(&[], 95_000, PercentileBy::NearestRank), None);
    }
}
