//! Windows: the months, quarters and years over which things are counted, in the contract's zone.

use crate::base::time::{Between, Date, Instant, Month, MonthEnd, Zone};

/// A kind of window.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum WindowKind {
    /// A local day.
    Day,
    /// A week from Monday.
    Week,
    /// A calendar month.
    Month,
    /// A calendar quarter.
    Quarter,
    /// A calendar year.
    Year,
    /// A month counted from the start of the term.
    ContractMonth,
    /// Three months counted from the start of the term.
    ContractQuarter,
    /// A year counted from the start of the term.
    ContractYear,
    /// The whole term.
    Term,
    /// So many months that end with a settlement period of `every` months. These overlap: an event lies in several,
    /// and is counted by months.
    Rolling {
        /// Its length in months.
        months: u16,
        /// Months of a settlement period.
        every: u16,
    },
}

impl WindowKind {
    /// Every kind whose windows follow each other, shorter ones first.
    pub const ALL: [Self; 9] = [
        Self::Day,
        Self::Week,
        Self::Month,
        Self::Quarter,
        Self::Year,
        Self::ContractMonth,
        Self::ContractQuarter,
        Self::ContractYear,
        Self::Term,
    ];

    /// The word of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Day => "day",
            Self::Week => "week",
            Self::Month => "month",
            Self::Quarter => "quarter",
            Self::Year => "year",
            Self::ContractMonth => "contract month",
            Self::ContractQuarter => "contract quarter",
            Self::ContractYear => "contract year",
            Self::Term => "term",
            Self::Rolling { .. } => "rolling window",
        }
    }

    /// Its length in months, if it is made of months.
    #[must_use]
    pub fn months(self) -> Option<i32> {
        match self {
            Self::Month | Self::ContractMonth => Some(1),
            Self::Quarter | Self::ContractQuarter => Some(3),
            Self::Year | Self::ContractYear => Some(12),
            Self::Rolling { months, .. } => Some(i32::from(months)),
            Self::Day | Self::Week | Self::Term => None,
        }
    }

    /// The windows by which occurrences are counted: overlapping windows are added up of months.
    #[must_use]
    pub fn counted_by(self) -> Self {
        if let Self::Rolling { .. } = self { Self::Month } else { self }
    }

    fn contract_months(self) -> Option<i32> {
        match self {
            Self::ContractMonth => Some(1),
            Self::ContractQuarter => Some(3),
            Self::ContractYear => Some(12),
            Self::Day | Self::Week | Self::Month | Self::Quarter | Self::Year | Self::Term | Self::Rolling { .. } => {
                None
            }
        }
    }
}

/// The time over which events are counted until one of them.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum RankOver {
    /// The window in which it lies.
    Window(WindowKind),
    /// So many local days, its own included.
    Days(i32),
    /// So many months back: those count whose day lies less than so many months before its day.
    Months(i32),
}

/// The windows of a contract. Each instance of a kind has an index: calendar months are
/// year × 12 + month − 1, quarters year × 4 + quarter − 1, years the year, days and weeks count from
/// 1970, contract windows from 0 at the start of the term, and the term is 0. A rolling window has the index of the
/// settlement period with which it ends.
///
/// INVARIANT (anchored): contract windows start at the term's first day plus whole months, each
/// computed from that first day and never from the window before.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Windows {
    zone: Zone,
    first: Date,
    last: Date,
    month_end: MonthEnd,
}

impl Windows {
    /// The windows of a term, first and last day included.
    #[must_use]
    pub fn new(zone: Zone, first: Date, last: Date, month_end: MonthEnd) -> Self {
        Self { zone, first, last, month_end }
    }

    /// First and last day of the term.
    #[must_use]
    pub fn term(&self) -> (Date, Date) {
        (self.first, self.last)
    }

    /// Where a month without the day ends.
    #[must_use]
    pub fn month_end(&self) -> MonthEnd {
        self.month_end
    }

    /// The zone whose days count.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The index of the window of a kind in which an instant lies.
    #[must_use]
    pub fn index_of(&self, kind: WindowKind, instant: Instant) -> i64 {
        self.index_of_date(kind, self.zone.date_of(instant))
    }

    /// The index of the window of a kind in which a local day lies.
    #[must_use]
    pub fn index_of_date(&self, kind: WindowKind, date: Date) -> i64 {
        match kind {
            WindowKind::Day => i64::from(date.0),
            // 1970-01-01 was a Thursday: the Monday of its week is three days before.
            WindowKind::Week => i64::from(date.0).saturating_add(3).div_euclid(7),
            WindowKind::Month => date.as_month().index(),
            WindowKind::Quarter => date.as_month().index().div_euclid(3),
            WindowKind::Year => i64::from(date.year()),
            WindowKind::Term => 0,
            WindowKind::Rolling { every, .. } => date.as_month().index().div_euclid(i64::from(every.max(1))),
            WindowKind::ContractMonth | WindowKind::ContractQuarter | WindowKind::ContractYear => {
                self.contract_index(kind, date)
            }
        }
    }

    fn contract_index(&self, kind: WindowKind, date: Date) -> i64 {
        let months = i64::from(kind.contract_months().unwrap_or(1));
        let apart = date.as_month().index().saturating_sub(self.first.as_month().index());
        // The month count is off by one where the day of the month is not reached yet.
        let guess = apart.div_euclid(months).saturating_add(1);
        let fits = |index: &i64| self.contract_start(kind, *index) <= date;
        (guess.saturating_sub(3)..=guess).rev().find(fits).unwrap_or(guess)
    }

    fn contract_start(&self, kind: WindowKind, index: i64) -> Date {
        let months = index.saturating_mul(i64::from(kind.contract_months().unwrap_or(1)));
        self.first.plus_months(i32::try_from(months).unwrap_or(i32::MAX), self.month_end)
    }

    /// First and last local day of a window, both included.
    #[must_use]
    pub fn days(&self, kind: WindowKind, index: i64) -> (Date, Date) {
        let small = i32::try_from(index).unwrap_or(i32::MAX);
        let months =
            |first: i64, count: i64| (Month::at(first).first(), Month::at(first).plus(count.saturating_sub(1)).last());
        match kind {
            WindowKind::Day => (Date(small), Date(small)),
            WindowKind::Week => {
                let monday = Date(small.saturating_mul(7).saturating_sub(3));
                (monday, monday.plus_days(6))
            }
            WindowKind::Month => months(index, 1),
            WindowKind::Quarter => months(index.saturating_mul(3), 3),
            WindowKind::Year => months(index.saturating_mul(12), 12),
            WindowKind::Term => (self.first, self.last),
            WindowKind::Rolling { months: count, every } => {
                let next = index.saturating_add(1).saturating_mul(i64::from(every));
                months(next.saturating_sub(i64::from(count)), i64::from(count))
            }
            WindowKind::ContractMonth | WindowKind::ContractQuarter | WindowKind::ContractYear => {
                let next = self.contract_start(kind, index.saturating_add(1));
                (self.contract_start(kind, index), next.plus_days(-1))
            }
        }
    }

    /// The time of a window.
    #[must_use]
    pub fn bounds(&self, kind: WindowKind, index: i64) -> Between {
        let (first, last) = self.days(kind, index);
        Between::new(self.zone.start_of(first), self.zone.start_of(last.plus_days(1)))
    }

    /// The name of a window: `2026-03`, `2026-Q1`, `2026`, `week of 2026-03-02`, `contract year 1
    /// (2026-01-01 to 2026-12-31)`.
    #[must_use]
    pub fn label(&self, kind: WindowKind, index: i64) -> String {
        let (first, last) = self.days(kind, index);
        match kind {
            WindowKind::Day => first.to_string(),
            WindowKind::Week => format!("week of {first}"),
            WindowKind::Month => first.as_month().to_string(),
            WindowKind::Quarter => {
                let quarter = index.rem_euclid(4).saturating_add(1);
                format!("{}-Q{quarter}", first.year())
            }
            WindowKind::Year => first.year().to_string(),
            WindowKind::Term => format!("term ({first} to {last})"),
            WindowKind::Rolling { months, .. } => format!("{months} months to {last}"),
            WindowKind::ContractMonth | WindowKind::ContractQuarter | WindowKind::ContractYear => {
                format!("{} {} ({first} to {last})", kind.word(), index.saturating_add(1))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::number::Ratio;

    fn windows(zone: &str, first: &str, month_end: MonthEnd) -> Windows {
        let first = Date::parse(first).unwrap();
        Windows::new(Zone::parse(zone).unwrap(), first, first.plus_days(2000), month_end)
    }

    #[test]
    fn october_has_745_hours_in_paris() {
        let windows = windows("Europe/Paris", "2026-01-01", MonthEnd::LastDay);
        let october = windows.index_of_date(WindowKind::Month, Date::parse("2026-10-05").unwrap());
        assert_eq!(windows.label(WindowKind::Month, october), "2026-10");
        assert_eq!(windows.bounds(WindowKind::Month, october).seconds(), Ratio::int(745 * 3600));
    }

    #[test]
    fn the_month_of_an_instant_is_that_of_the_zone() {
        let windows = windows("America/New_York", "2013-01-01", MonthEnd::LastDay);
        let instant = Instant::parse_rfc3339("2013-02-01T04:59:59Z").unwrap();
        assert_eq!(windows.label(WindowKind::Month, windows.index_of(WindowKind::Month, instant)), "2013-01");
    }

    #[test]
    fn contract_months_from_the_31st_do_not_creep() {
        let windows = windows("Europe/Paris", "2026-01-31", MonthEnd::LastDay);
        let starts: Vec<String> =
            (0..5).map(|index| windows.days(WindowKind::ContractMonth, index).0.to_string()).collect();
        assert_eq!(starts, ["2026-01-31", "2026-02-28", "2026-03-31", "2026-04-30", "2026-05-31"]);
    }

    /// Every day lies in the window that its index names, and windows touch without overlap.
    #[test]
    fn windows_of_each_kind_cover_every_day_once() {
        for (first, month_end) in [
            ("2026-01-31", MonthEnd::LastDay),
            ("2026-01-31", MonthEnd::NextDay),
            ("2024-02-29", MonthEnd::SameDayElseLast),
            ("2026-03-15", MonthEnd::LastDay),
        ] {
            let windows = windows("Europe/Paris", first, month_end);
            for kind in WindowKind::ALL {
                for day in (0..1500).map(|days| Date::parse(first).unwrap().plus_days(days)) {
                    let index = windows.index_of_date(kind, day);
                    let (from, to) = windows.days(kind, index);
                    assert!(from <= day && day <= to, "{kind:?} {day} not in {from} to {to}");
                    if kind != WindowKind::Term {
                        assert_eq!(windows.days(kind, index + 1).0, to.plus_days(1), "{kind:?} {day}");
                    }
                }
            }
        }
    }

    #[test]
    fn weeks_begin_on_monday() {
        let windows = windows("Europe/Paris", "2026-01-01", MonthEnd::LastDay);
        let index = windows.index_of_date(WindowKind::Week, Date::parse("2026-03-08").unwrap());
        assert_eq!(windows.label(WindowKind::Week, index), "week of 2026-03-02");
    }
}
