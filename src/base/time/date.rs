//! Local days and months.

use std::fmt;

use chrono::{Datelike, NaiveDate};

use crate::base::number::Ratio;

/// A day of the calendar: days since 1970-01-01.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(pub i32);

/// A day of the week.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Weekday {
    /// Monday
    Monday,
    /// Tuesday
    Tuesday,
    /// Wednesday
    Wednesday,
    /// Thursday
    Thursday,
    /// Friday
    Friday,
    /// Saturday
    Saturday,
    /// Sunday
    Sunday,
}

impl Weekday {
    /// All of them, from Monday.
    pub const ALL: [Self; 7] =
        [Self::Monday, Self::Tuesday, Self::Wednesday, Self::Thursday, Self::Friday, Self::Saturday, Self::Sunday];

    /// Reads `Mon` or `Monday`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|day| text == day.short() || text == format!("{day:?}"))
    }

    /// `Mon`
    #[must_use]
    pub fn short(self) -> &'static str {
        match self {
            Self::Monday => "Mon",
            Self::Tuesday => "Tue",
            Self::Wednesday => "Wed",
            Self::Thursday => "Thu",
            Self::Friday => "Fri",
            Self::Saturday => "Sat",
            Self::Sunday => "Sun",
        }
    }

    /// Its place in the week, Monday being 0.
    #[must_use]
    pub fn index(self) -> usize {
        self as usize
    }
}

/// What the same day of another month is when that month is shorter, or when the start is the last
/// day of its month.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MonthEnd {
    /// The last day: 31 January + 1 month is 28 (29) February, and 30 April + 1 month is 31 May, since a
    /// last day stays a last day.
    LastDay,
    /// The first day of the month after: 31 January + 1 month is 1 March.
    NextDay,
    /// The same day of the month, else the last: 31 January + 1 month is 28 (29) February, 30 April +
    /// 1 month is 30 May.
    SameDayElseLast,
}

impl Date {
    /// The day of a year, month (1 to 12) and day of the month.
    #[must_use]
    pub fn ymd(year: i32, month: u32, day: u32) -> Option<Self> {
        NaiveDate::from_ymd_opt(year, month, day).map(Self::of)
    }

    fn of(date: NaiveDate) -> Self {
        Self(date.to_epoch_days())
    }

    fn naive(self) -> NaiveDate {
        NaiveDate::from_epoch_days(self.0).unwrap_or_default()
    }

    /// Reads `2026-03-02`, years 1 to 9999.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let [y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2] = *text.as_bytes() else {
            return None;
        };
        let digits = [y1, y2, y3, y4, m1, m2, d1, d2].map(|byte| u32::from(byte.wrapping_sub(b'0')));
        if digits.iter().any(|digit| *digit > 9) {
            return None;
        }
        let number =
            |digits: &[u32]| digits.iter().fold(0_u32, |all, digit| all.saturating_mul(10).saturating_add(*digit));
        let (year, rest) = digits.split_first_chunk::<4>()?;
        let (month, day) = rest.split_first_chunk::<2>()?;
        let year = Some(number(year)).filter(|year| *year > 0)?;
        Self::ymd(i32::try_from(year).ok()?, number(month), number(day))
    }

    /// Year.
    #[must_use]
    pub fn year(self) -> i32 {
        self.naive().year()
    }

    /// Month, 1 to 12.
    #[must_use]
    pub fn month(self) -> u32 {
        self.naive().month()
    }

    /// Day of the month, from 1.
    #[must_use]
    pub fn day(self) -> u32 {
        self.naive().day()
    }

    /// Year, month and day at once.
    #[must_use]
    pub fn parts(self) -> (i32, u32, u32) {
        let date = self.naive();
        (date.year(), date.month(), date.day())
    }

    /// Day of the week.
    #[must_use]
    pub fn weekday(self) -> Weekday {
        // 1970-01-01 was a Thursday.
        let place = self.0.saturating_add(3).rem_euclid(7);
        Weekday::ALL.into_iter().nth(usize::try_from(place).unwrap_or(0)).unwrap_or(Weekday::Monday)
    }

    /// This many days later, or earlier.
    #[must_use]
    pub fn plus_days(self, days: i32) -> Self {
        Self(self.0.saturating_add(days))
    }

    /// Days from this one to another.
    #[must_use]
    pub fn days_until(self, other: Self) -> i64 {
        i64::from(other.0).saturating_sub(i64::from(self.0))
    }

    /// The last day of its month.
    #[must_use]
    pub fn last_of_month(self) -> Self {
        self.as_month().last()
    }

    /// Its month.
    #[must_use]
    pub fn as_month(self) -> Month {
        let (year, month, _) = self.parts();
        Month::of(year, month)
    }

    /// This many months later, or earlier.
    #[must_use]
    pub fn plus_months(self, months: i32, end: MonthEnd) -> Self {
        let target = self.as_month().plus(i64::from(months));
        let (_, _, day) = self.parts();
        if end == MonthEnd::LastDay && self == self.last_of_month() {
            return target.last();
        }
        let (year, month) = target.parts();
        match (Self::ymd(year, month, day), end) {
            (Some(date), _) => date,
            (None, MonthEnd::NextDay) => target.plus(1).first(),
            (None, MonthEnd::LastDay | MonthEnd::SameDayElseLast) => target.last(),
        }
    }

    /// Whole months to another day and the exact part of the last one; negative backwards.
    #[must_use]
    pub fn months_until(self, to: Self) -> Ratio {
        if to < self {
            return to.months_until(self).negated();
        }
        let end = MonthEnd::SameDayElseLast;
        let guess = to.as_month().index().saturating_sub(self.as_month().index());
        let guess = i32::try_from(guess).unwrap_or(i32::MAX);
        let whole = if self.plus_months(guess, end) <= to { guess } else { guess.saturating_sub(1) };
        let (start, next) = (self.plus_months(whole, end), self.plus_months(whole.saturating_add(1), end));
        let part = Ratio::new(start.days_until(to).into(), start.days_until(next).into()).unwrap_or(Ratio::ZERO);
        Ratio::int(whole.into()).plus(&part)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.parts();
        write!(out, "{year:04}-{month:02}-{day:02}")
    }
}

impl fmt::Debug for Date {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

/// A month of the calendar: year × 12 + month − 1.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i64);

impl Month {
    /// The month of a year; `month` from 1 to 12.
    #[must_use]
    pub fn of(year: i32, month: u32) -> Self {
        let months = i64::from(year).saturating_mul(12);
        Self(months.saturating_add(i64::from(month)).saturating_sub(1))
    }

    /// The month at an index (year × 12 + month − 1).
    #[must_use]
    pub fn at(index: i64) -> Self {
        Self(index)
    }

    /// Its index.
    #[must_use]
    pub fn index(self) -> i64 {
        self.0
    }

    /// Reads `2026-03`.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let (year, month) = text.split_once('-')?;
        if month.len() != 2 || month.contains('-') {
            return None;
        }
        Date::parse(&format!("{year}-{month}-01")).map(Date::as_month)
    }

    /// Year and month from 1 to 12.
    #[must_use]
    pub fn parts(self) -> (i32, u32) {
        let year = i32::try_from(self.0.div_euclid(12)).unwrap_or(0);
        let month = u32::try_from(self.0.rem_euclid(12)).unwrap_or(0).saturating_add(1);
        (year, month)
    }

    /// This many months later, or earlier.
    #[must_use]
    pub fn plus(self, months: i64) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// The next month.
    #[must_use]
    pub fn next(self) -> Self {
        self.plus(1)
    }

    /// Its first day.
    #[must_use]
    pub fn first(self) -> Date {
        let (year, month) = self.parts();
        Date::ymd(year, month, 1).unwrap_or(Date(0))
    }

    /// Its last day.
    #[must_use]
    pub fn last(self) -> Date {
        self.plus(1).first().plus_days(-1)
    }
}

impl fmt::Display for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month) = self.parts();
        write!(out, "{year:04}-{month:02}")
    }
}

impl fmt::Debug for Month {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, out)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn date(text: &str) -> Date {
        Date::parse(text).unwrap()
    }

    #[test]
    fn months_later_by_each_rule() {
        let next = |start: &str, months, end| date(start).plus_months(months, end).to_string();
        assert_eq!(next("2026-01-31", 1, MonthEnd::LastDay), "2026-02-28");
        assert_eq!(next("2028-01-31", 1, MonthEnd::LastDay), "2028-02-29");
        assert_eq!(next("2026-04-30", 1, MonthEnd::LastDay), "2026-05-31");
        assert_eq!(next("2026-01-31", 1, MonthEnd::NextDay), "2026-03-01");
        assert_eq!(next("2026-04-30", 1, MonthEnd::NextDay), "2026-05-30");
        assert_eq!(next("2026-01-31", 1, MonthEnd::SameDayElseLast), "2026-02-28");
        assert_eq!(next("2026-04-30", 1, MonthEnd::SameDayElseLast), "2026-05-30");
        assert_eq!(next("2026-03-31", -1, MonthEnd::SameDayElseLast), "2026-02-28");
    }

    #[test]
    fn weekdays_and_texts() {
        assert_eq!(date("2026-03-02").weekday(), Weekday::Monday);
        assert_eq!(date("1969-12-31").weekday(), Weekday::Wednesday);
        for text in ["2026-02-29", "2026-13-01", "26-01-01", "2026-1-1", "2026-01-01-", "0000-01-01", "+026-01-01"] {
            assert_eq!(Date::parse(text), None, "{text}");
        }
        assert_eq!(Month::parse("2026-03").map(Month::last), Some(date("2026-03-31")));
        assert_eq!(Month::parse("2026-3"), None);
    }
}
