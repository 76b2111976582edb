//! What can be done with a value while it is computed, and why one cannot be.

use crate::base::ids::{AttributeId, DispositionId, FamilyId, FieldId, KindId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::Comparison;

pub(crate) use crate::base::datum::Datum;

/// Why a value cannot be computed.
#[derive(Clone, PartialEq, Debug)]
pub enum Gap {
    /// A field of the event is not there.
    NoField(KindId, FieldId),
    /// An attribute of the asset is not known then.
    NoAttribute(FamilyId, AttributeId),
    /// The event is none on which it is decided.
    NoDecision(DispositionId),
    /// A divisor is zero.
    Zero,
    /// There is no occurrence to take a value of.
    NoOccurrence(String),
    /// No row of a card takes the value.
    NoRow(Span),
    /// The measure says that nothing is due.
    NotDue(String),
    /// What it is computed of is held.
    Held(String),
    /// The value is not at hand at this place.
    NotAtHand,
    /// A number is too large to count on with.
    TooLarge,
}

impl Gap {
    /// Whether it is a value that is simply not there.
    pub(crate) fn is_absent(&self) -> bool {
        matches!(self, Self::NoField(..) | Self::NoAttribute(..) | Self::NoDecision(_))
    }
}

/// A value, or why there is none.
pub type Computed<'a> = Result<Datum<'a>, Gap>;

impl Datum<'_> {
    /// The quantity.
    pub(crate) fn number(self) -> Result<Ratio, Gap> {
        match self {
            Self::Quantity(number) => Ok(number),
            Self::Text(_) | Self::Choice(_) | Self::Flag(_) | Self::Date(_) | Self::Instant(_) | Self::Party(_) => {
                Err(Gap::NotAtHand)
            }
        }
    }

    /// The flag.
    pub(crate) fn flag(self) -> Result<bool, Gap> {
        match self {
            Self::Flag(flag) => Ok(flag),
            Self::Quantity(_) | Self::Text(_) | Self::Choice(_) | Self::Date(_) | Self::Instant(_) | Self::Party(_) => {
                Err(Gap::NotAtHand)
            }
        }
    }

    /// Whether a comparison holds.
    pub(crate) fn compares(&self, how: Comparison, other: &Self) -> Result<bool, Gap> {
        let order = self.order(other).ok_or(Gap::NotAtHand)?;
        Ok(match how {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::AtLeast => order.is_ge(),
            Comparison::AtMost => order.is_le(),
            Comparison::Above => order.is_gt(),
            Comparison::Below => order.is_lt(),
        })
    }
}
