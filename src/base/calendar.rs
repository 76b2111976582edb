//! Business days and working hours.

use std::sync::{Arc, OnceLock};

use crate::base::holidays::Holidays;
use crate::base::number::Ratio;
use crate::base::time::{Between, Date, Instant, Zone};

/// How far a search for a business day or working hour goes before it gives up: a calendar without
/// any would never end.
const SEARCH_DAYS: i32 = 200_000;

/// The business days and working hours of a contract.
///
/// INVARIANT (hours on business days): working hours exist only on business days, so that both count the
/// same days.
#[derive(Clone, Debug)]
pub struct Calendar {
    zone: Zone,
    /// Hours of each weekday from Monday, as seconds of the day; sorted and apart.
    week: [Vec<(u32, u32)>; 7],
    business: [bool; 7],
    holidays: Vec<Holidays>,
    sums: Arc<Sums>,
}

/// The days for which sums are wanted, and the sums once somebody asked.
#[derive(Debug, Default)]
struct Sums {
    days: Option<(Date, Date)>,
    table: OnceLock<Table>,
}

/// Sums over the days of a stretch, so that long spans cost no more than short ones.
#[derive(Debug)]
struct Table {
    first: i32,
    /// Working seconds before each day, from the first; one entry more than days.
    working: Vec<i64>,
    /// Business days before each day.
    business: Vec<i64>,
}

impl Calendar {
    /// A calendar. `week` gives the hours of each weekday from Monday, as seconds of the local day; a
    /// weekday that is not a business day has none, whatever `week` says.
    #[must_use]
    pub fn new(zone: Zone, mut week: [Vec<(u32, u32)>; 7], business: [bool; 7], holidays: Vec<Holidays>) -> Self {
        for (hours, is_business) in week.iter_mut().zip(business) {
            if !is_business {
                hours.clear();
            }
            hours.sort_unstable();
        }
        Self { zone, week, business, holidays, sums: Arc::default() }
    }

    /// The same calendar that keeps sums of the days from `first` to `last`, made when they are first read.
    #[must_use]
    pub fn covering(mut self, first: Date, last: Date) -> Self {
        self.sums = Arc::new(Sums { days: Some((first, last)), table: OnceLock::new() });
        self
    }

    fn table(&self) -> Option<&Table> {
        let (first, last) = self.sums.days?;
        Some(self.sums.table.get_or_init(|| self.summed(first, last)))
    }

    fn summed(&self, first: Date, last: Date) -> Table {
        let (mut working, mut business) = (vec![0], vec![0]);
        let (mut seconds, mut days) = (0_i64, 0_i64);
        for day in (first.0..=last.0).take(100_000).map(Date) {
            seconds = seconds.saturating_add(self.working_day_seconds(day));
            days = days.saturating_add(i64::from(self.is_business_day(day)));
            working.push(seconds);
            business.push(days);
        }
        Table { first: first.0, working, business }
    }

    /// The zone of its days.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// Whether it states hours at all.
    #[must_use]
    pub fn has_hours(&self) -> bool {
        self.week.iter().any(|hours| !hours.is_empty())
    }

    /// Whether a day is a business day.
    #[must_use]
    pub fn is_business_day(&self, date: Date) -> bool {
        let weekday = self.business.get(date.weekday().index()).copied().unwrap_or(false);
        weekday && !self.holidays.iter().any(|holidays| holidays.contains(date))
    }

    /// The n-th business day after a date; the date itself for zero; `None` where there is none.
    #[must_use]
    pub fn plus_business_days(&self, date: Date, count: i64) -> Option<Date> {
        if let Some(day) = self.table().and_then(|table| table.business_day(date, count)) {
            return Some(day);
        }
        let mut left = count;
        let mut day = date;
        let mut searched = 0;
        while left > 0 {
            day = day.plus_days(1);
            left = left.saturating_sub(i64::from(self.is_business_day(day)));
            searched = i32::saturating_add(searched, 1);
            if searched > SEARCH_DAYS {
                return None;
            }
        }
        Some(day)
    }

    /// The first business day that is not before a date.
    #[must_use]
    pub fn on_or_after(&self, date: Date) -> Option<Date> {
        (0..SEARCH_DAYS).map(|days| date.plus_days(days)).find(|day| self.is_business_day(*day))
    }

    /// Business days after `from` up to and including `to`; zero where `to` is not later.
    #[must_use]
    pub fn business_days_between(&self, from: Date, to: Date) -> i64 {
        let (first, behind) = (from.plus_days(1), to.plus_days(1));
        let both = |table: &Table| Some((table.business_before(first)?, table.business_before(behind)?));
        if let Some((start, end)) = self.table().and_then(both) {
            return end.saturating_sub(start).max(0);
        }
        let days = (first.0..behind.0).filter(|day| self.is_business_day(Date(*day)));
        i64::try_from(days.count()).unwrap_or(i64::MAX)
    }

    /// The working time of a day: its pieces in order, DST changes included.
    pub fn working_pieces(&self, date: Date) -> impl Iterator<Item = Between> {
        let hours = if self.is_business_day(date) {
            self.week.get(date.weekday().index()).map_or(&[][..], Vec::as_slice)
        } else {
            &[]
        };
        hours.iter().map(move |(start, end)| Between::new(self.zone.at(date, *start), self.zone.at(date, *end)))
    }

    /// Working seconds of a day.
    #[must_use]
    pub fn working_day_seconds(&self, date: Date) -> i64 {
        self.working_pieces(date)
            .map(|piece| piece.end.seconds().saturating_sub(piece.start.seconds()))
            .fold(0, i64::saturating_add)
    }

    /// Exact working seconds of a span of time.
    #[must_use]
    pub fn working_seconds(&self, span: Between) -> Ratio {
        if span.is_empty() {
            return Ratio::ZERO;
        }
        let (first, last) = (self.zone.date_of(span.start), self.zone.date_of(span.end));
        if first == last {
            return self.working_in(first, span);
        }
        let ends = self.working_in(first, span).plus(&self.working_in(last, span));
        ends.plus(&Ratio::int(self.whole_days(first.plus_days(1), last)))
    }

    /// Working seconds of the whole days from `first` to the day before `behind`.
    fn whole_days(&self, first: Date, behind: Date) -> i64 {
        let both = |table: &Table| Some((table.working_before(first)?, table.working_before(behind)?));
        if let Some((start, end)) = self.table().and_then(both) {
            return end.saturating_sub(start);
        }
        (first.0..behind.0).map(|day| self.working_day_seconds(Date(day))).fold(0, i64::saturating_add)
    }

    fn working_in(&self, date: Date, span: Between) -> Ratio {
        self.working_pieces(date)
            .filter_map(|piece| piece.intersect(span))
            .fold(Ratio::ZERO, |sum, piece| sum.plus(&piece.seconds()))
    }

    /// The instant at which so many seconds of working time, and parts of one, have passed since `start`; for none, `start`
    /// itself.
    #[must_use]
    pub fn plus_working_seconds(&self, start: Instant, seconds: &Ratio) -> Option<Instant> {
        let mut left = i128::from(seconds.times(&Ratio::int(1_000_000_000)).floor().to_i64()?);
        if left <= 0 {
            return Some(start);
        }
        let rest = Between::new(start, Instant::MAX);
        let first = self.zone.date_of(start);
        for day in (0..SEARCH_DAYS).map(|days| first.plus_days(days)) {
            for piece in self.working_pieces(day).filter_map(|piece| piece.intersect(rest)) {
                let length = i128::from(piece.end.0).saturating_sub(i128::from(piece.start.0));
                if left <= length {
                    let nanos = i64::try_from(left).ok()?;
                    return piece.start.0.checked_add(nanos).map(Instant);
                }
                left = left.saturating_sub(length);
            }
        }
        None
    }
}

impl Table {
    fn working_before(&self, date: Date) -> Option<i64> {
        Self::at(&self.working, self.first, date)
    }

    fn business_before(&self, date: Date) -> Option<i64> {
        Self::at(&self.business, self.first, date)
    }

    /// The n-th business day after a date, where both lie in the stretch.
    fn business_day(&self, date: Date, count: i64) -> Option<Date> {
        if count <= 0 {
            return None;
        }
        let wanted = self.business_before(date.plus_days(1))?.saturating_add(count);
        // One entry is that of the day before which so many lie.
        let behind = self.business.partition_point(|sum| *sum < wanted);
        let behind = i32::try_from(behind).ok().filter(|_| behind < self.business.len())?;
        Some(Date(self.first.saturating_add(behind).saturating_sub(1)))
    }

    fn at(sums: &[i64], first: i32, date: Date) -> Option<i64> {
        let place = usize::try_from(date.0.checked_sub(first)?).ok()?;
        sums.get(place).copied().filter(|_| sums.len() > 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weekdays(hours: (u32, u32), holidays: &[Holidays]) -> Calendar {
        let days = [true, true, true, true, true, false, false];
        let week = days.map(|open| if open { vec![(hours.0 * 3600, hours.1 * 3600)] } else { vec![] });
        Calendar::new(Zone::parse("Europe/Paris").unwrap(), week, days, holidays.to_vec())
    }

    fn at(text: &str) -> Instant {
        Instant::parse_rfc3339(text).unwrap()
    }

    #[test]
    fn friday_afternoon_to_monday_morning_is_two_hours() {
        let calendar = weekdays((9, 17), &[]);
        let span = Between::new(at("2026-03-06T16:00:00+01:00"), at("2026-03-09T10:00:00+01:00"));
        assert_eq!(calendar.working_seconds(span), Ratio::int(7200));
    }

    #[test]
    fn eight_hours_from_monday_afternoon_end_on_tuesday_afternoon() {
        let calendar = weekdays((9, 18), &[]);
        let half = Ratio::new(1, 2).unwrap();
        let soon = calendar.plus_working_seconds(at("2026-03-02T16:00:00+01:00"), &half);
        assert_eq!(soon, Some(Instant(at("2026-03-02T16:00:00+01:00").0 + 500_000_000)));
        let due = calendar.plus_working_seconds(at("2026-03-02T16:00:00+01:00"), &Ratio::int(8 * 3600));
        assert_eq!(due, Some(at("2026-03-03T15:00:00+01:00")));
    }

    #[test]
    fn sums_prepared_for_a_stretch_change_no_answer() {
        let plain = weekdays((0, 24), &[Holidays::France]);
        let prepared = plain.clone().covering(Date::ymd(2025, 12, 1).unwrap(), Date::ymd(2027, 1, 31).unwrap());
        for (start, end) in [
            ("2026-03-27T12:00:00Z", "2026-03-31T01:00:00Z"),
            ("2026-01-01T00:00:00Z", "2026-12-31T23:59:59.5Z"),
            ("2025-06-01T00:00:00Z", "2028-06-01T00:00:00Z"),
        ] {
            let span = Between::new(at(start), at(end));
            assert_eq!(plain.working_seconds(span), prepared.working_seconds(span));
        }
        let (from, to) = (Date::ymd(2026, 4, 30).unwrap(), Date::ymd(2026, 5, 31).unwrap());
        for count in [0, 1, 17, 150, 1000] {
            assert_eq!(prepared.plus_business_days(from, count), plain.plus_business_days(from, count), "{count}");
        }
        // May 2026 has 21 weekdays less 1, 8, 14 and 25 May.
        assert_eq!(prepared.business_days_between(from, to), 17);
        assert_eq!(plain.business_days_between(from, to), 17);
    }

    #[test]
    fn the_night_of_the_clock_change_is_an_hour_short() {
        // Sunday 29 March 2026 is not a working day here, so take every day.
        let days = [true; 7];
        let calendar =
            Calendar::new(Zone::parse("Europe/Paris").unwrap(), days.map(|_| vec![(0, 86_400)]), days, vec![]);
        assert_eq!(calendar.working_day_seconds(Date::ymd(2026, 3, 29).unwrap()), 23 * 3600);
        assert_eq!(calendar.working_day_seconds(Date::ymd(2026, 10, 25).unwrap()), 25 * 3600);
    }

    #[test]
    fn a_calendar_without_business_days_ends_its_search() {
        let none = Calendar::new(Zone::UTC, Default::default(), [false; 7], vec![]);
        assert_eq!(none.plus_business_days(Date(0), 1), None);
        assert_eq!(none.plus_working_seconds(Instant(0), &Ratio::ONE), None);
    }
}
