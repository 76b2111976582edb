//! Values while they are computed, and why one cannot be.

use std::cmp::Ordering;

use crate::base::ids::{AttributeId, DispositionId, FamilyId, FieldId, KindId, PartyId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::time::{Date, Instant};
use crate::base::value::{Cell, Comparison, Kind, Literal};

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub(crate) enum Datum<'a> {
    /// A quantity in the base unit of its kind.
    Quantity(Ratio),
    /// A text.
    Text(&'a str),
    /// A word of an enumeration, by its place.
    Choice(u32),
    /// Yes or no.
    Flag(bool),
    /// A local day.
    Date(Date),
    /// An instant.
    Instant(Instant),
    /// A party.
    Party(PartyId),
}

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
pub(crate) type Computed<'a> = Result<Datum<'a>, Gap>;

impl<'a> Datum<'a> {
    /// A value of the text.
    pub(crate) fn of(literal: &'a Literal) -> Self {
        match literal {
            Literal::Quantity(number) => Self::Quantity(number.clone()),
            Literal::Text(text) => Self::Text(text),
            Literal::Choice(place) => Self::Choice(*place),
            Literal::Flag(flag) => Self::Flag(*flag),
            Literal::Date(date) => Self::Date(*date),
            Literal::Instant(instant) => Self::Instant(*instant),
            Literal::Party(party) => Self::Party(*party),
        }
    }

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

    /// The value as the plan would state it.
    pub(crate) fn literal(&self) -> Literal {
        match self {
            Self::Quantity(number) => Literal::Quantity(number.clone()),
            Self::Text(text) => Literal::Text((*text).to_owned()),
            Self::Choice(place) => Literal::Choice(*place),
            Self::Flag(flag) => Literal::Flag(*flag),
            Self::Date(date) => Literal::Date(*date),
            Self::Instant(instant) => Literal::Instant(*instant),
            Self::Party(party) => Literal::Party(*party),
        }
    }

    /// What tells a group of it from others, as stored values do; a text that is computed has none.
    pub(crate) fn key(&self) -> Option<i128> {
        match self {
            Self::Choice(place) => Some(i128::from(*place)),
            Self::Flag(flag) => Some(i128::from(*flag)),
            Self::Date(date) => Some(i128::from(date.0)),
            Self::Instant(instant) => Some(i128::from(instant.0)),
            Self::Party(party) => i128::try_from(party.index()).ok(),
            Self::Quantity(_) | Self::Text(_) => None,
        }
    }

    /// How two values of one kind stand to each other; `None` for different kinds.
    pub(crate) fn order(&self, other: &Self) -> Option<Ordering> {
        match (self, other) {
            (Self::Quantity(a), Self::Quantity(b)) => Some(a.cmp(b)),
            (Self::Text(a), Self::Text(b)) => Some(a.cmp(b)),
            (Self::Choice(a), Self::Choice(b)) => Some(a.cmp(b)),
            (Self::Flag(a), Self::Flag(b)) => Some(a.cmp(b)),
            (Self::Date(a), Self::Date(b)) => Some(a.cmp(b)),
            (Self::Instant(a), Self::Instant(b)) => Some(a.cmp(b)),
            (Self::Party(a), Self::Party(b)) => Some(a.cmp(b)),
            _ => None,
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

    /// Whether a cell takes the value.
    pub(crate) fn fits(&self, cell: &Cell) -> bool {
        let is = |literal: &Literal| self.order(&Datum::of(literal)) == Some(Ordering::Equal);
        match cell {
            Cell::Anything => true,
            Cell::OneOf(list) => list.iter().any(is),
            Cell::NoneOf(list) => !list.iter().any(is),
            Cell::Range { low, high } => {
                let above = |(bound, included): &(Literal, bool)| {
                    let order = self.order(&Datum::of(bound));
                    order == Some(Ordering::Greater) || (*included && order == Some(Ordering::Equal))
                };
                let below = |(bound, included): &(Literal, bool)| {
                    let order = self.order(&Datum::of(bound));
                    order == Some(Ordering::Less) || (*included && order == Some(Ordering::Equal))
                };
                low.as_ref().is_none_or(above) && high.as_ref().is_none_or(below)
            }
        }
    }

    /// The value of a stored number, by its kind; numbers come as ratios (see `number_of`).
    pub(crate) fn stored(kind: &Kind, raw: i128, number: Ratio, text: impl FnOnce(u32) -> &'a str) -> Self {
        let small = u32::try_from(raw).unwrap_or(u32::MAX);
        match kind {
            Kind::Number | Kind::Percentage | Kind::Money(_) | Kind::Quantity(_) => Self::Quantity(number),
            Kind::Text => Self::Text(text(small)),
            Kind::Choice(_) => Self::Choice(small),
            Kind::Flag => Self::Flag(raw != 0),
            Kind::Date => Self::Date(Date(i32::try_from(raw).unwrap_or(i32::MAX))),
            Kind::Instant => Self::Instant(Instant(i64::try_from(raw).unwrap_or(i64::MAX))),
            Kind::Party => Self::Party(PartyId(small)),
        }
    }
}
