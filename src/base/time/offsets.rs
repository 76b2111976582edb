//! Offsets from universal time that hold for a whole day of it. Most days have one, and they are asked for again and again.

use std::cell::Cell;

use chrono::{DateTime, Offset, TimeZone};
use chrono_tz::Tz;

/// Seconds of a day.
pub(super) const DAY: i64 = 86_400;
/// A clock is looked at so often, in seconds: no zone of the data base changes its offset twice within that time.
const STEP: usize = 900;
/// So many days are remembered, each where the last bits of its number say.
const REMEMBERED: usize = 1 << 11;
const LAST_BITS: i64 = (1 << 11) - 1;

/// A day since 1970 in universal time.
#[derive(Clone, Copy)]
struct Known {
    zone: Tz,
    day: i64,
    /// In seconds east; `None` where it changes on that day.
    offset: Option<i64>,
}

thread_local! {
    // What is remembered follows from zone and day, so that it never shows.
    static KNOWN: [Cell<Known>; REMEMBERED] =
        const { [const { Cell::new(Known { zone: Tz::UTC, day: i64::MAX, offset: None }) }; REMEMBERED] };
}

/// The offset at a second since 1970, in seconds east.
pub(super) fn offset_at(zone: Tz, second: i64) -> i64 {
    let utc = DateTime::from_timestamp(second, 0).unwrap_or_default().naive_utc();
    i64::from(zone.offset_from_utc_datetime(&utc).fix().local_minus_utc())
}

/// The offset throughout a day of universal time; `None` where it changes.
pub(super) fn offset_on(zone: Tz, day: i64) -> Option<i64> {
    let place = usize::try_from(day & LAST_BITS).unwrap_or_default();
    KNOWN.with(|known| {
        let found = known.get(place)?;
        if (found.get().day, found.get().zone) != (day, zone) {
            found.set(Known { zone, day, offset: throughout(zone, day) });
        }
        found.get().offset
    })
}

fn throughout(zone: Tz, day: i64) -> Option<i64> {
    let start = day.checked_mul(DAY)?;
    let first = offset_at(zone, start);
    let mut looks = (0..DAY).step_by(STEP).chain([DAY.saturating_sub(1)]);
    looks.all(|second| offset_at(zone, start.saturating_add(second)) == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every day of 2026 and 2027, days of a century, and the one on which Samoa went over the date line, in zones that
    /// change their clocks twice a year, around Ramadan, by half an hour, by two hours, or not at all.
    #[test]
    fn an_offset_throughout_a_day_is_that_of_each_minute() {
        let zones = [
            (Tz::UTC, 0),
            (Tz::Europe__Paris, 4),
            (Tz::America__New_York, 4),
            (Tz::Australia__Lord_Howe, 4),
            (Tz::Antarctica__Troll, 4),
            (Tz::Africa__Casablanca, 4),
            (Tz::Pacific__Apia, 0),
            (Tz::Asia__Kathmandu, 0),
        ];
        for (zone, changes) in zones {
            let changing = |day: i64| {
                let minutes = (0..1_440_i64).map(|minute| offset_at(zone, day * DAY + minute * 60));
                let mut offsets: Vec<i64> = minutes.collect();
                offsets.dedup();
                let expected = if let [one] = offsets.as_slice() { Some(*one) } else { None };
                for _ in 0..2 {
                    assert_eq!(offset_on(zone, day), expected, "{zone} on day {day}");
                }
                expected.is_none()
            };
            assert_eq!((20_454..21_184).filter(|day| changing(*day)).count(), changes, "{zone}");
            assert_eq!(changing(15_338), zone == Tz::Pacific__Apia, "{zone}");
            (-20_000..30_000).step_by(37).for_each(|day| {
                changing(day);
            });
        }
    }
}
