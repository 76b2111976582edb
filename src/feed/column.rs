//! One field of one kind of event, or one attribute of a family, as integers at one scale.

use crate::base::number::Ratio;

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
        Self {
            scale: 0,
            values: Values::Narrow(Vec::new()),
        }
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
            Values::Narrow(values) => values
                .get(row as usize)
                .filter(|value| **value != ABSENT)
                .map(|value| i128::from(*value)),
            Values::Wide(values) => values
                .get(row as usize)
                .copied()
                .filter(|value| *value != WIDE_ABSENT),
        }
    }

    /// The number at a row, exactly; `None` where the field was empty.
    pub fn number(&self, row: u32) -> Option<Ratio> {
        self.get(row).map(|value| Ratio::scaled(value, self.scale))
    }
}
