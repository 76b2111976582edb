//! Values as a text states them, what they are, and conditions on them.

use crate::base::currency::Currency;
use crate::base::ids::PartyId;
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::time::{Date, Instant};

/// A value of the text.
#[derive(Clone, PartialEq, Debug)]
pub enum Literal {
    /// A quantity in base units.
    Quantity(Ratio),
    /// Text.
    Text(String),
    /// The place of a word in its enumeration.
    Choice(u32),
    /// yes or no
    Flag(bool),
    /// A day.
    Date(Date),
    /// An instant.
    Instant(Instant),
    /// A party.
    Party(PartyId),
}

/// What a value is, for showing it.
#[derive(Clone, PartialEq, Debug)]
pub enum Kind {
    /// A pure number.
    Number,
    /// A pure number shown as a percentage.
    Percentage,
    /// Money.
    Money(Currency),
    /// A quantity in a base unit.
    Quantity(Unit),
    /// Text.
    Text,
    /// One of these words.
    Choice(Vec<String>),
    /// yes or no
    Flag,
    /// A day.
    Date,
    /// An instant.
    Instant,
    /// A party.
    Party,
}

/// A condition on one value.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// Any value, a missing one included.
    Anything,
    /// One of these.
    OneOf(Vec<Literal>),
    /// None of these.
    NoneOf(Vec<Literal>),
    /// Between bounds; `true` includes the bound.
    Range {
        /// Lower bound.
        low: Option<(Literal, bool)>,
        /// Upper bound.
        high: Option<(Literal, bool)>,
    },
}

/// A comparison.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Comparison {
    /// equal
    Equal,
    /// not equal
    NotEqual,
    /// `is at least`
    AtLeast,
    /// `is at most`
    AtMost,
    /// `is above`
    Above,
    /// `is below`
    Below,
}
