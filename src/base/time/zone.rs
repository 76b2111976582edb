//! Time zones: which local day an instant falls on, and when a local day begins.

use std::fmt;

use chrono::{DateTime, NaiveDateTime, NaiveTime, TimeDelta, TimeZone, Timelike};
use chrono_tz::Tz;

use crate::base::time::offsets::{DAY, offset_at, offset_on};
use crate::base::time::{Date, Instant};

/// A zone of the IANA data base.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Zone(Tz);

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(Tz::UTC);

    /// Reads `Europe/Paris`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        text.parse().ok().map(Self)
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name()
    }

    /// The names of all zones.
    pub fn names() -> impl Iterator<Item = &'static str> {
        chrono_tz::TZ_VARIANTS.iter().map(|zone| zone.name())
    }

    /// Local date and time of an instant.
    fn local(self, instant: Instant) -> NaiveDateTime {
        let utc = DateTime::from_timestamp_nanos(instant.0).naive_utc();
        let offset = offset_at(self.0, utc.and_utc().timestamp());
        utc.checked_add_signed(TimeDelta::seconds(offset)).unwrap_or(utc)
    }

    /// Seconds since 1970 by the clock on the wall.
    fn wall(self, instant: Instant) -> i64 {
        let second = instant.0.div_euclid(NANOS);
        let offset = offset_on(self.0, second.div_euclid(DAY)).unwrap_or_else(|| offset_at(self.0, second));
        second.saturating_add(offset)
    }

    /// The local day of an instant.
    #[must_use]
    pub fn date_of(self, instant: Instant) -> Date {
        Date(i32::try_from(self.wall(instant).div_euclid(DAY)).unwrap_or_default())
    }

    /// Seconds since the local midnight by the clock on the wall.
    #[must_use]
    pub fn seconds_of_day(self, instant: Instant) -> u32 {
        u32::try_from(self.wall(instant).rem_euclid(DAY)).unwrap_or_default()
    }

    /// The first instant of a local day. Where midnight does not exist (a change of the clock), the day
    /// begins with the first instant after.
    #[must_use]
    pub fn start_of(self, date: Date) -> Instant {
        self.at(date, 0)
    }

    /// The instant of a day and a time of day, such as `2026-03-05 09:00`; of a day alone, its start.
    #[must_use]
    pub fn moment(self, text: &str) -> Option<Instant> {
        let (day, clock) = text.split_once(char::is_whitespace).unwrap_or((text, "00:00"));
        let mut parts = clock.trim().split(':').map(|part| part.parse::<u32>().ok());
        let (hour, minute, second) = (parts.next()??, parts.next()??, parts.next().unwrap_or(Some(0))?);
        if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let seconds = hour.checked_mul(3_600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
        Some(self.at(Date::parse(day)?, seconds))
    }

    /// The instant at which the clock shows this many seconds since midnight (up to and including
    /// 86 400, the start of the next day). Where the clock shows it twice, the first time; where it never
    /// does, the first instant after the gap.
    #[must_use]
    pub fn at(self, date: Date, seconds_of_day: u32) -> Instant {
        if seconds_of_day >= 86_400 {
            return self.at(date.plus_days(1), 0);
        }
        // No offset is as long as a day: where one holds around this day, there is one such instant.
        let around = [-1, 0, 1].map(|more| offset_on(self.0, i64::from(date.0).saturating_add(more)));
        if let [Some(before), Some(offset), Some(after)] = around
            && before == offset
            && offset == after
        {
            let wall = i64::from(date.0).saturating_mul(DAY).saturating_add(i64::from(seconds_of_day));
            return clamped(wall.saturating_sub(offset));
        }
        let day = chrono::NaiveDate::from_epoch_days(date.0).unwrap_or_default();
        let time = NaiveTime::from_num_seconds_from_midnight_opt(seconds_of_day, 0).unwrap_or_default();
        let local = day.and_time(time);
        let found = self.0.from_local_datetime(&local).earliest();
        match found {
            Some(instant) => clamped(instant.timestamp()),
            None => self.after_gap(local),
        }
    }

    /// The instant of another day at which the clock shows the same, to the fraction of a second; where it never does, so
    /// much of a second after the gap.
    #[must_use]
    pub fn on_day(self, instant: Instant, date: Date) -> Instant {
        let whole = self.at(date, self.seconds_of_day(instant));
        Instant(whole.0.saturating_add(instant.0.rem_euclid(NANOS)))
    }

    /// The end of the gap around a local time that does not exist: the offset before the gap applied
    /// to it gives an instant behind the change, from which the change is at most a day back.
    fn after_gap(self, local: NaiveDateTime) -> Instant {
        let day_before = local.checked_sub_signed(TimeDelta::days(1)).unwrap_or(local);
        let before = offset_at(self.0, day_before.and_utc().timestamp());
        let wall = local.and_utc().timestamp().saturating_sub(before);
        let (mut low, mut high) = (wall.saturating_sub(DAY), wall);
        while high.saturating_sub(low) > 1 {
            let middle = low.midpoint(high);
            if offset_at(self.0, middle) == before {
                low = middle;
            } else {
                high = middle;
            }
        }
        clamped(high)
    }

    /// `2026-03-02 09:00`, with seconds only where there are some.
    #[must_use]
    pub fn local_text(self, instant: Instant) -> String {
        let local = self.local(instant);
        let format = match (local.second(), local.nanosecond()) {
            (0, 0) => "%Y-%m-%d %H:%M",
            (_, 0) => "%Y-%m-%d %H:%M:%S",
            _ => "%Y-%m-%d %H:%M:%S%.f",
        };
        local.format(format).to_string()
    }
}

const NANOS: i64 = 1_000_000_000;

fn clamped(seconds: i64) -> Instant {
    Instant::of_seconds(seconds).unwrap_or(if seconds < 0 { Instant::MIN } else { Instant::MAX })
}

impl fmt::Display for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

impl fmt::Debug for Zone {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn clock_changes() {
        let paris = Zone::parse("Europe/Paris").unwrap();
        let spring = Date::parse("2026-03-29").unwrap();
        // 02:30 does not exist: the first instant after the gap is 03:00 summer time.
        assert_eq!(paris.at(spring, 9000), at("2026-03-29T03:00:00+02:00"));
        // 02:30 happens twice in October: the first is summer time.
        let autumn = Date::parse("2026-10-25").unwrap();
        assert_eq!(paris.at(autumn, 9000), at("2026-10-25T02:30:00+02:00"));
        // Midnight did not exist in Santiago on 2022-09-11 (clocks went from 00:00 to 01:00).
        let santiago = Zone::parse("America/Santiago").unwrap();
        let day = Date::parse("2022-09-11").unwrap();
        assert_eq!(santiago.start_of(day), at("2022-09-11T01:00:00-03:00"));
        assert_eq!(santiago.date_of(santiago.start_of(day)), day);
    }

    /// From winter to summer time: the clock shows the same, the time between is an hour less than two days.
    #[test]
    fn a_day_later_keeps_the_fraction_of_a_second() {
        let zone = Zone::parse("Europe/Paris").unwrap();
        let later = zone.on_day(at("2026-03-28T13:30:00.250Z"), Date::parse("2026-03-30").unwrap());
        assert_eq!(later, at("2026-03-30T12:30:00.250Z"));
    }

    #[test]
    fn local_text_shows_seconds_only_where_there_are_some() {
        let paris = Zone::parse("Europe/Paris").unwrap();
        assert_eq!(paris.local_text(at("2026-03-02T08:00:00Z")), "2026-03-02 09:00");
        assert_eq!(paris.local_text(at("2026-03-02T08:00:05Z")), "2026-03-02 09:00:05");
    }
}
