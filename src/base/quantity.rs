//! Units of quantities. Each kind of quantity is computed in its base unit; kinds never mix.

use crate::base::currency::Currency;
use crate::base::number::Ratio;

/// A base unit.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Unit {
    /// A pure number.
    One,
    /// Money.
    Money(Currency),
    /// Time of the clock.
    Second,
    /// Calendar days; a week is seven.
    Day,
    /// Calendar months; a year is twelve.
    Month,
    /// Business days of the contract's calendar.
    BusinessDay,
    /// Time within the contract's working hours.
    WorkingSecond,
    /// Counted things, such as pages.
    Thing(Box<str>),
}

impl Unit {
    /// The base unit and the factor of a unit word in singular or plural, such as `hours`: second,
    /// 3600. `None` for words that are not units of time.
    #[must_use]
    pub fn of_time(words: &str) -> Option<(Self, i64)> {
        let singular = words.strip_suffix('s').unwrap_or(words);
        Some(match singular {
            "second" => (Self::Second, 1),
            "minute" => (Self::Second, 60),
            "hour" => (Self::Second, 3600),
            "day" | "calendar day" => (Self::Day, 1),
            "week" => (Self::Day, 7),
            "month" => (Self::Month, 1),
            "year" => (Self::Month, 12),
            "business day" => (Self::BusinessDay, 1),
            "working minute" | "business minute" => (Self::WorkingSecond, 60),
            "working hour" | "business hour" => (Self::WorkingSecond, 3600),
            _ => return None,
        })
    }

    /// The largest unit word that divides a size, in words: 3600 seconds are `hour`, 18000 `5 hours`.
    #[must_use]
    pub fn in_words(&self, size: &Ratio) -> String {
        let (word, factor) = match (self, size.to_i64()) {
            (Self::Second, Some(size)) if size % 3600 == 0 => ("hour", 3600),
            (Self::Second, Some(size)) if size % 60 == 0 => ("minute", 60),
            (Self::WorkingSecond, Some(size)) if size % 3600 == 0 => ("working hour", 3600),
            (Self::WorkingSecond, Some(size)) if size % 60 == 0 => ("working minute", 60),
            (Self::Month, Some(size)) if size % 12 == 0 => ("year", 12),
            _ => (self.word(), 1),
        };
        let count = size.over(&Ratio::int(factor)).unwrap_or(Ratio::ONE);
        if count == Ratio::ONE { word.to_owned() } else { format!("{count} {word}s") }
    }

    /// The word of the base unit, in singular.
    #[must_use]
    pub fn word(&self) -> &str {
        match self {
            Self::One => "",
            Self::Money(currency) => currency.as_str(),
            Self::Second => "second",
            Self::Day => "day",
            Self::Month => "month",
            Self::BusinessDay => "business day",
            Self::WorkingSecond => "working second",
            Self::Thing(name) => name,
        }
    }
}
