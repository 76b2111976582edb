//! Instants as feeds write them: with an offset, or in the local time of a stated zone.

use crate::base::time::{Date, Instant, Zone};
use crate::feed::evidence::Cause;
use crate::feed::fault::{Fault, shown};

const NANOS: i64 = 1_000_000_000;
const DAY: i64 = 86_400;
/// The years of which each instant can be told in nanoseconds since 1970.
const FIRST: i32 = 1678;
const LAST: i32 = 2261;

/// Reads instants, remembering the day read last: rows come in runs of one day.
#[derive(Clone, Debug)]
pub(crate) struct Clock {
    zone: Option<Zone>,
    day: [u8; 10],
    days: i64,
}

impl Clock {
    /// Reads local times in this zone; without one, every instant needs its offset.
    pub(crate) fn new(zone: Option<Zone>) -> Self {
        Self { zone, day: *b"1970-01-01", days: 0 }
    }

    /// Reads an instant.
    pub(crate) fn read(&mut self, text: &str) -> Result<Instant, Fault> {
        if let Some(instant) = self.usual(text) {
            return Ok(instant);
        }
        if let Some(instant) = with_offset(text) {
            return Ok(instant);
        }
        if is_far(text) {
            let reason = format!("{} lies outside of the years {FIRST} to {LAST}", shown(text));
            return Err(Fault::new(Cause::BadInstant, reason)
                .help("write the year in which it happened, and leave empty what is not known"));
        }
        let Some((date, nanos)) = local(text) else {
            return Err(Fault::new(Cause::BadInstant, format!("{} is no instant", shown(text)))
                .help("write it as `2026-03-02T09:00:00+01:00`"));
        };
        match self.zone {
            Some(zone) => Ok(at(zone, date, nanos)),
            None => Err(Fault::new(Cause::BadInstant, format!("{} does not say its offset from UTC", shown(text)))
                .help("add the offset, as in `2026-03-02T09:00:00+01:00`, or give the feed a `timezone`")),
        }
    }

    /// `2013-01-01T10:00:00Z`, without any search.
    fn usual(&mut self, text: &str) -> Option<Instant> {
        let bytes: &[u8; 20] = text.as_bytes().try_into().ok()?;
        let [.., b'T', h1, h2, b':', m1, m2, b':', s1, s2, b'Z'] = bytes else {
            return None;
        };
        let (hour, minute, second) = (pair(*h1, *h2)?, pair(*m1, *m2)?, pair(*s1, *s2)?);
        if hour > 23 || minute > 59 || second > 59 {
            return None;
        }
        let day = text.get(..10)?;
        if day.as_bytes() != self.day {
            self.days = i64::from(Date::parse(day)?.0);
            self.day = day.as_bytes().try_into().ok()?;
        }
        let clock = hour.checked_mul(3_600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
        let seconds = self.days.checked_mul(DAY)?.checked_add(clock)?;
        seconds.checked_mul(NANOS).map(Instant)
    }
}

fn pair(tens: u8, ones: u8) -> Option<i64> {
    let digit = |byte: u8| byte.is_ascii_digit().then(|| i64::from(byte.wrapping_sub(b'0')));
    digit(tens)?.checked_mul(10)?.checked_add(digit(ones)?)
}

/// Whether all is well with an instant but its year.
fn is_far(text: &str) -> bool {
    let Some((year, rest)) = text.split_at_checked(4) else { return false };
    let near = year.parse().is_ok_and(|year| (FIRST..=LAST).contains(&year));
    let digits = year.bytes().all(|byte| byte.is_ascii_digit());
    // The year 2000 has each day that any year has.
    let nearer = format!("2000{rest}");
    digits && !near && (with_offset(&nearer).is_some() || local(&nearer).is_some())
}

/// RFC 3339, also with a space for the `T`, as many databases write it.
fn with_offset(text: &str) -> Option<Instant> {
    match text.as_bytes().get(10)? {
        b' ' => Instant::parse_rfc3339(&text.replacen(' ', "T", 1)),
        _ => Instant::parse_rfc3339(text),
    }
}

/// A day and the nanoseconds since its midnight: `2026-03-02`, `2026-03-02 09:00`, `2026-03-02T09:00:30.5`.
fn local(text: &str) -> Option<(Date, i64)> {
    let date = Date::parse(text.get(..10)?)?;
    let rest = text.get(10..)?;
    if rest.is_empty() {
        return Some((date, 0));
    }
    let mut parts = rest.strip_prefix(['T', ' '])?.split(':');
    let (hour, minute) = (two(parts.next()?)?, two(parts.next()?)?);
    let (second, nanos) = match parts.next() {
        None => (0, 0),
        Some(seconds) => match seconds.split_once('.') {
            None => (two(seconds)?, 0),
            Some((whole, fraction)) => (two(whole)?, fraction_nanos(fraction)?),
        },
    };
    if parts.next().is_some() || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let clock = hour.checked_mul(3_600)?.checked_add(minute.checked_mul(60)?)?.checked_add(second)?;
    Some((date, clock.checked_mul(NANOS)?.checked_add(nanos)?))
}

fn two(text: &str) -> Option<i64> {
    match text.as_bytes() {
        [tens, ones] => pair(*tens, *ones),
        _ => None,
    }
}

/// Up to nine digits of a second; further ones are below a nanosecond and refused.
fn fraction_nanos(digits: &str) -> Option<i64> {
    if digits.is_empty() || digits.len() > 9 || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    format!("{digits:0<9}").parse().ok()
}

fn at(zone: Zone, date: Date, nanos: i64) -> Instant {
    let seconds = u32::try_from(nanos.div_euclid(NANOS)).unwrap_or_default();
    let below = nanos.rem_euclid(NANOS);
    Instant(zone.at(date, seconds).0.saturating_add(below))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn paris() -> Clock {
        Clock::new(Zone::parse("Europe/Paris"))
    }

    fn utc(text: &str) -> String {
        paris().read(text).map_or_else(|fault| fault.reason, |instant| instant.to_string())
    }

    #[test]
    fn instants_with_an_offset() {
        assert_eq!(utc("2013-01-01T10:00:00Z"), "2013-01-01T10:00:00Z");
        assert_eq!(utc("2026-03-02T09:00:00+01:00"), "2026-03-02T08:00:00Z");
        assert_eq!(utc("2026-03-02 09:00:00+01:00"), "2026-03-02T08:00:00Z");
    }

    #[test]
    fn local_instants_take_the_zone_of_the_feed() {
        assert_eq!(utc("2026-03-02 09:00"), "2026-03-02T08:00:00Z");
        assert_eq!(utc("2026-07-02T09:00:30"), "2026-07-02T07:00:30Z");
        assert_eq!(utc("2026-07-02"), "2026-07-01T22:00:00Z");
        let half = paris().read("2026-03-02 09:00:00.5").unwrap();
        assert_eq!(half.0.rem_euclid(NANOS), 500_000_000);
    }

    #[test]
    fn a_local_instant_without_a_zone_is_asked_about() {
        let fault = Clock::new(None).read("2026-03-02 09:00").unwrap_err();
        assert_eq!(fault.reason, "`2026-03-02 09:00` does not say its offset from UTC");
        assert!(fault.help.unwrap().contains("timezone"));
    }

    #[test]
    fn what_is_no_instant_is_refused() {
        for text in [
            "",
            "NA",
            "2026-02-30T09:00:00Z",
            "2026-03-02T24:00:00Z",
            "2026-03-02T09:60:00Z",
            "2026-03-02 9:00",
            "02/03/2026",
            "2026-03-02T09:00:00.Z",
            "2026-03-02T09",
            "9999-12-31T00:00:00Z",
            "2026-03-02é09:00",
            "éééééééééé",
            "2026-03-02T09:00:00.1234567891",
        ] {
            assert_eq!(paris().read(text).unwrap_err().cause, Cause::BadInstant, "{text}");
        }
    }

    #[test]
    fn the_day_read_last_never_shows() {
        let mut clock = Clock::new(None);
        for text in ["2013-01-01T10:00:00Z", "2013-01-02T00:00:00Z", "2013-01-01T23:59:59Z", "2013-02-30T00:00:00Z"] {
            assert_eq!(clock.read(text).ok(), Instant::parse_rfc3339(text), "{text}");
        }
    }
}
