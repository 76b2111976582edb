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
    /// Time within the contract's working hours, or within named hours of it.
    WorkingSecond(Hours),
    /// Counted things, such as pages.
    Thing(Box<str>),
}

/// Hours that a contract states: its working hours, or others under a name.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Hours {
    /// `working`, or the name.
    name: Box<str>,
    /// The word of the base unit: `working second`.
    second: Box<str>,
}

impl Default for Hours {
    fn default() -> Self {
        Self::named("working")
    }
}

impl Hours {
    /// Hours under a name.
    #[must_use]
    pub fn named(name: &str) -> Self {
        Self { name: name.into(), second: format!("{name} second").into() }
    }

    /// The name of hours, and the size in seconds, that some words such as `workshop hours` are.
    #[must_use]
    pub fn in_words(words: &str) -> Option<(&str, i64)> {
        let (name, unit) = words.split_once(' ')?;
        let (base, factor) = Unit::of_time(unit)?;
        (base == Unit::Second && factor > 1).then_some((name, factor))
    }

    /// `working`, or the name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
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
            "working minute" | "business minute" => (Self::WorkingSecond(Hours::default()), 60),
            "working hour" | "business hour" => (Self::WorkingSecond(Hours::default()), 3600),
            _ => return None,
        })
    }

    /// The largest unit word that divides a size, in words: 3600 seconds are `hour`, 18000 `5 hours`.
    #[must_use]
    pub fn in_words(&self, size: &Ratio) -> String {
        if let (Self::WorkingSecond(hours), Some(whole)) = (self, size.to_i64()) {
            let (word, factor) = match whole {
                whole if whole % 3600 == 0 => (format!("{} hour", hours.name), 3600),
                whole if whole % 60 == 0 => (format!("{} minute", hours.name), 60),
                _ => (hours.second.to_string(), 1),
            };
            return counted(&word, size, factor);
        }
        let (word, factor) = match (self, size.to_i64()) {
            (Self::Second, Some(size)) if size % 3600 == 0 => ("hour", 3600),
            (Self::Second, Some(size)) if size % 60 == 0 => ("minute", 60),
            (Self::Month, Some(size)) if size % 12 == 0 => ("year", 12),
            _ => (self.word(), 1),
        };
        counted(word, size, factor)
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
            Self::WorkingSecond(hours) => &hours.second,
            Self::Thing(name) => name,
        }
    }
}

fn counted(word: &str, size: &Ratio, factor: i64) -> String {
    let count = size.over(&Ratio::int(factor)).unwrap_or(Ratio::ONE);
    if count == Ratio::ONE { word.to_owned() } else { format!("{count} {word}s") }
}
