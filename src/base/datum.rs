//! Values while they are computed, and whether a cell takes one.

use std::cmp::Ordering;

use crate::base::ids::PartyId;
use crate::base::number::Ratio;
use crate::base::time::{Date, Instant};
use crate::base::value::{Cell, Kind, Literal};

/// A value.
#[derive(Clone, PartialEq, Debug)]
pub enum Datum<'a> {
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

impl<'a> Datum<'a> {
    /// A value of the text.
    pub fn of(literal: &'a Literal) -> Self {
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

    /// The value as the plan would state it.
    pub fn literal(&self) -> Literal {
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
    pub fn key(&self) -> Option<i128> {
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
    pub fn order(&self, other: &Self) -> Option<Ordering> {
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

    /// How it stands to a value of the text; `None` for different kinds.
    #[inline]
    pub fn against(&self, literal: &Literal) -> Option<Ordering> {
        match (self, literal) {
            (Self::Quantity(a), Literal::Quantity(b)) => Some(a.cmp(b)),
            (Self::Text(a), Literal::Text(b)) => Some((*a).cmp(b.as_str())),
            _ => self.order(&Datum::of(literal)),
        }
    }

    /// Whether a cell takes the value.
    pub fn fits(&self, cell: &Cell) -> bool {
        let is = |literal: &Literal| self.against(literal) == Some(Ordering::Equal);
        match cell {
            Cell::Anything => true,
            Cell::OneOf(list) => list.iter().any(is),
            Cell::NoneOf(list) => !list.iter().any(is),
            Cell::Range { low, high } => {
                let above = |(bound, included): &(Literal, bool)| {
                    let order = self.against(bound);
                    order == Some(Ordering::Greater) || (*included && order == Some(Ordering::Equal))
                };
                let below = |(bound, included): &(Literal, bool)| {
                    let order = self.against(bound);
                    order == Some(Ordering::Less) || (*included && order == Some(Ordering::Equal))
                };
                low.as_ref().is_none_or(above) && high.as_ref().is_none_or(below)
            }
        }
    }

    /// The value of a stored number, by its kind; numbers come as ratios (see `number_of`).
    pub fn stored(kind: &Kind, raw: i128, number: Ratio, text: impl FnOnce(u32) -> &'a str) -> Self {
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
