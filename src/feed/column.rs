//! One field of one kind of event, or one attribute of a family, as integers at one scale.

use crate::base::ids::{AssetId, PartyId};
use crate::base::number::Ratio;
use crate::feed::figure::Figure;

/// Stored where a row has no value.
const ABSENT: i64 = i64::MIN;
/// Stored where a row of a wide column has no value.
const WIDE_ABSENT: i128 = i128::MIN;
/// The most digits after the decimal point, and the most before it. Together they fit an `i128`.
pub const MAX_DIGITS: u32 = 18;

/// Values of one field. What the integers stand for is said by
/// [`FieldType`](crate::feed::schema::FieldType).
///
/// INVARIANT (one scale): every value of a column is an integer divided by `10^scale`. The scale is the
/// longest fraction of any value, and the column is wide exactly if some value does not fit 64 bits at
/// that scale: both depend on which values there are, never on their order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Column {
    scale: u32,
    values: Values,
}

#[derive(Clone, PartialEq, Eq, Debug)]
enum Values {
    Narrow(Vec<i64>),
    Wide(Vec<i128>),
}

impl Default for Column {
    fn default() -> Self {
        Self { scale: 0, values: Values::Narrow(Vec::new()) }
    }
}

impl Column {
    /// The number of rows.
    pub fn len(&self) -> usize {
        match &self.values {
            Values::Narrow(values) => values.len(),
            Values::Wide(values) => values.len(),
        }
    }

    /// Whether there are no rows.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The number of decimal places of every value; 0 for what is no number.
    pub fn scale(&self) -> u32 {
        self.scale
    }

    /// The integer stored at a row; `None` where the field was empty.
    #[inline]
    pub fn get(&self, row: u32) -> Option<i128> {
        match &self.values {
            Values::Narrow(values) => {
                values.get(row as usize).filter(|value| **value != ABSENT).map(|value| i128::from(*value))
            }
            Values::Wide(values) => values.get(row as usize).copied().filter(|value| *value != WIDE_ABSENT),
        }
    }

    /// The number at a row, exactly; `None` where the field was empty.
    pub fn number(&self, row: u32) -> Option<Ratio> {
        self.get(row).map(|value| Ratio::scaled(value, self.scale))
    }

    /// How many rows have no value.
    pub fn absent(&self) -> u64 {
        let count = match &self.values {
            Values::Narrow(values) => values.iter().filter(|value| **value == ABSENT).count(),
            Values::Wide(values) => values.iter().filter(|value| **value == WIDE_ABSENT).count(),
        };
        count as u64
    }

    /// The least and the greatest integer stored; `None` where every row is empty.
    pub fn range(&self) -> Option<(i128, i128)> {
        let rows = u32::try_from(self.len()).unwrap_or(u32::MAX);
        let mut values = (0..rows).filter_map(|row| self.get(row));
        let first = values.next()?;
        Some(values.fold((first, first), |(least, greatest), value| (least.min(value), greatest.max(value))))
    }

    /// Adds a row.
    pub(crate) fn push(&mut self, figure: Option<Figure>) {
        let Some(figure) = figure else {
            match &mut self.values {
                Values::Narrow(values) => values.push(ABSENT),
                Values::Wide(values) => values.push(WIDE_ABSENT),
            }
            return;
        };
        if figure.scale > self.scale {
            self.rescale(figure.scale);
        }
        // INVARIANT (small) of figures: every one fits at every scale that a column can have.
        self.store(figure.at(self.scale).unwrap_or(WIDE_ABSENT));
    }

    fn store(&mut self, value: i128) {
        match &mut self.values {
            Values::Wide(values) => values.push(value),
            Values::Narrow(values) => match i64::try_from(value) {
                Ok(value) if value != ABSENT => values.push(value),
                Ok(_) | Err(_) => {
                    let mut wide: Vec<i128> = values.iter().map(|value| widened(*value)).collect();
                    wide.push(value);
                    self.values = Values::Wide(wide);
                }
            },
        }
    }

    /// Brings all values to a longer fraction.
    fn rescale(&mut self, scale: u32) {
        let factor = 10_i128.checked_pow(scale.saturating_sub(self.scale)).unwrap_or(1);
        let before = std::mem::take(self);
        self.scale = scale;
        let rows = u32::try_from(before.len()).unwrap_or(u32::MAX);
        for row in 0..rows {
            match before.get(row) {
                Some(value) => self.store(value.saturating_mul(factor)),
                None => self.push(None),
            }
        }
    }

    /// The column of these rows, in this order; what stands for texts or members of families of parties is renumbered.
    pub(crate) fn gather(&self, rows: &[u32], renumber: Renumber<'_>) -> Self {
        let mut gathered = Self { scale: self.scale, values: Values::Narrow(Vec::with_capacity(rows.len())) };
        for row in rows {
            match self.get(*row) {
                None => gathered.push(None),
                Some(value) => gathered.store(renumbered(value, renumber)),
            }
        }
        gathered
    }
}

fn widened(value: i64) -> i128 {
    if value == ABSENT { WIDE_ABSENT } else { i128::from(value) }
}

/// Numbers that became others: the first that did, and what it and those after it became.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Numbers<'a> {
    pub(crate) from: u32,
    pub(crate) to: &'a [u32],
}

impl Numbers<'_> {
    /// What a number became.
    pub(crate) fn of(self, number: u32) -> u32 {
        let place = number.checked_sub(self.from);
        place.and_then(|place| self.to.get(place as usize)).copied().unwrap_or(number)
    }
}

/// Which numbers of a column became others.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Renumber<'a> {
    /// None.
    Nothing,
    /// Each stands for a text.
    Texts(Numbers<'a>),
    /// Those of members of families of parties, which are named like assets.
    Members(Numbers<'a>),
}

/// The new number of a text or party.
pub(crate) fn renumbered(value: i128, renumber: Renumber<'_>) -> i128 {
    let new = match renumber {
        Renumber::Nothing => None,
        Renumber::Texts(numbers) => u32::try_from(value).ok().map(|old| numbers.of(old)),
        Renumber::Members(numbers) => {
            let member = u32::try_from(value).ok().and_then(|party| PartyId(party).member());
            member.map(|member| PartyId::of_member(AssetId(numbers.of(member.0))).0)
        }
    };
    new.map_or(value, i128::from)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn column(texts: &[&str]) -> Column {
        let mut column = Column::default();
        for text in texts {
            column.push(Figure::parse(text, b'.').ok());
        }
        column
    }

    #[test]
    fn a_longer_fraction_rescales_the_column() {
        let values = column(&["42", "", "0.125", "-1.5"]);
        assert_eq!(values.scale(), 3);
        let stored: Vec<_> = (0..5).map(|row| values.get(row)).collect();
        assert_eq!(stored, [Some(42_000), None, Some(125), Some(-1_500), None]);
        assert_eq!(values.number(2), Ratio::new(1, 8));
        assert_eq!((values.absent(), values.range()), (1, Some((-1_500, 42_000))));
    }

    #[test]
    fn great_and_small_numbers_stand_in_one_column_in_any_order() {
        let (great, small) = ("999999999999999999", "0.000000000000000001");
        for texts in [[great, small], [small, great]] {
            let values = column(&texts);
            assert_eq!(values.scale(), 18);
            for (row, text) in (0..).zip(texts) {
                assert_eq!(values.number(row), Ratio::parse(text).ok());
            }
        }
    }

    #[test]
    fn numbers_before_the_first_that_became_others_stay() {
        let numbers = Numbers { from: 2, to: &[7, 5] };
        assert_eq!([0, 1, 2, 3, 4].map(|number| numbers.of(number)), [0, 1, 7, 5, 4]);
    }

    #[test]
    fn rows_are_gathered_and_texts_renumbered() {
        let values = column(&["0", "", "1", "2"]);
        let gathered = values.gather(&[3, 1, 0], Renumber::Texts(Numbers { from: 0, to: &[7, 8, 9] }));
        let stored: Vec<_> = (0..3).map(|row| gathered.get(row)).collect();
        assert_eq!(stored, [Some(9), None, Some(7)]);
    }
}
