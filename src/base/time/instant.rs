//! Instants of UTC and the time between two of them.

use std::fmt;

use chrono::{DateTime, Datelike as _, SecondsFormat, Timelike as _, Utc};

use crate::base::number::Ratio;

/// Nanoseconds in a second.
const NANOS: i64 = 1_000_000_000;

/// An instant: nanoseconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Instant(pub i64);

impl Instant {
    /// The earliest instant that can be written.
    pub const MIN: Self = Self(i64::MIN + 1);
    /// The latest.
    pub const MAX: Self = Self(i64::MAX);

    /// Reads an RFC 3339 text with any offset, to the nanosecond.
    #[must_use]
    pub fn parse_rfc3339(text: &str) -> Option<Self> {
        let parsed = DateTime::parse_from_rfc3339(text).ok()?;
        parsed.timestamp_nanos_opt().map(Self)
    }

    /// The instant of whole seconds since 1970.
    #[must_use]
    pub fn of_seconds(seconds: i64) -> Option<Self> {
        seconds.checked_mul(NANOS).map(Self)
    }

    /// Whole seconds since 1970, rounded down.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0.div_euclid(NANOS)
    }

    /// Exact seconds from this instant to another.
    #[must_use]
    pub fn seconds_until(self, other: Self) -> Ratio {
        let nanos = i128::from(other.0).saturating_sub(i128::from(self.0));
        Ratio::new(nanos, i128::from(NANOS)).unwrap_or_default()
    }
}

impl fmt::Display for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whole = DateTime::from_timestamp_nanos(self.0);
        match whole_seconds(&whole) {
            Some(text) => out.write_str(&String::from_utf8_lossy(&text)),
            None => out.write_str(&whole.to_rfc3339_opts(SecondsFormat::AutoSi, true)),
        }
    }
}

/// `2026-03-02T09:00:00Z`; `None` where there are parts of a second, or another number of digits.
fn whole_seconds(instant: &DateTime<Utc>) -> Option<[u8; 20]> {
    if instant.nanosecond() != 0 {
        return None;
    }
    let mut text = *b"0000-00-00T00:00:00Z";
    let year = u32::try_from(instant.year()).ok()?;
    let parts = [
        (0, year.checked_div(100)?),
        (2, year.checked_rem(100)?),
        (5, instant.month()),
        (8, instant.day()),
        (11, instant.hour()),
        (14, instant.minute()),
        (17, instant.second()),
    ];
    for (place, number) in parts {
        for (byte, digit) in text.get_mut(place..)?.iter_mut().zip([number.checked_div(10)?, number.checked_rem(10)?]) {
            *byte = b'0'.checked_add(u8::try_from(digit).ok().filter(|digit| *digit < 10)?)?;
        }
    }
    Some(text)
}

impl fmt::Debug for Instant {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// The time between two instants: the start belongs to it, the end does not.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Between {
    /// First instant.
    pub start: Instant,
    /// The instant behind the last one.
    pub end: Instant,
}

impl Between {
    /// From `start` to `end`; empty when `end` is not later.
    #[must_use]
    pub fn new(start: Instant, end: Instant) -> Self {
        Self { start, end }
    }

    /// Whether there is nothing between.
    #[must_use]
    pub fn is_empty(self) -> bool {
        self.end <= self.start
    }

    /// Whether an instant lies in it.
    #[must_use]
    pub fn contains(self, instant: Instant) -> bool {
        self.start <= instant && instant < self.end
    }

    /// What both have in common.
    #[must_use]
    pub fn intersect(self, other: Self) -> Option<Self> {
        let common = Self::new(self.start.max(other.start), self.end.min(other.end));
        (!common.is_empty()).then_some(common)
    }

    /// Its exact length in seconds; zero when empty.
    #[must_use]
    pub fn seconds(self) -> Ratio {
        if self.is_empty() { Ratio::ZERO } else { self.start.seconds_until(self.end) }
    }
}
