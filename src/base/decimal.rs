//! Decimals: what is read and written. Computing is done with [`Ratio`]; a decimal that would have to
//! round is refused.

use std::fmt;

use serde::{Serialize, Serializer};

use crate::base::number::Ratio;

/// A finite decimal of at most 28 digits, written as it is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Decimal(rust_decimal::Decimal);

impl Decimal {
    /// The decimal that a ratio is exactly.
    #[must_use]
    pub fn exact(number: &Ratio) -> Option<Self> {
        let text = number.to_string();
        if text.contains('/') {
            return None;
        }
        rust_decimal::Decimal::from_str_exact(&text).ok().map(Self)
    }

    /// The ratio of the same value.
    #[must_use]
    pub fn ratio(self) -> Ratio {
        Ratio::scaled(self.0.mantissa(), self.0.scale())
    }
}

impl fmt::Display for Decimal {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, out)
    }
}

impl Serialize for Decimal {
    fn serialize<S: Serializer>(&self, out: S) -> Result<S::Ok, S::Error> {
        out.collect_str(&self.0)
    }
}
