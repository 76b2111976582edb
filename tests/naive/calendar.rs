//! Windows, days and months, counted one after the other.

use consigne::base::calendar::Calendar;
use consigne::base::number::Ratio;
use consigne::base::time::{Between, Date, Instant, MonthEnd};
use consigne::base::vocabulary::Frequency;
use consigne::base::window::WindowKind;
use consigne::check::contract::Contract;

/// A window: its first and last day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Window {
    pub(crate) kind: WindowKind,
    pub(crate) first: Date,
    pub(crate) last: Date,
}

/// How many days a month has: from its first day to the first of the next one.
fn days_of(year: i32, month: u32) -> u32 {
    let leap = (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
    match month {
        2 => 28 + u32::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn day(year: i32, month: u32, day: u32) -> Date {
    Date::ymd(year, month, day).unwrap_or(Date(0))
}

/// The first day of the month that lies so many months from a day.
fn month_from(date: Date, months: i32) -> (i32, u32) {
    let (year, month, _) = date.parts();
    let all = year * 12 + i32::try_from(month).unwrap_or(1) - 1 + months;
    (all.div_euclid(12), u32::try_from(all.rem_euclid(12)).unwrap_or(0) + 1)
}

/// "`last day`: One month from 31 January ends on 28 February, or 29. One month from 28 February ends on 31 March.
/// `next day`: one month from 31 January ends on 1 March. `same day else last`: …"
pub(crate) fn months_after(date: Date, months: i32, rule: MonthEnd) -> Date {
    let (year, month) = month_from(date, months);
    let (own_year, own_month, own_day) = date.parts();
    let length = days_of(year, month);
    let is_last = own_day == days_of(own_year, own_month);
    if rule == MonthEnd::LastDay && is_last {
        return day(year, month, length);
    }
    if own_day <= length {
        return day(year, month, own_day);
    }
    if rule == MonthEnd::NextDay { day(year, month, length).plus_days(1) } else { day(year, month, length) }
}

/// What one month from the end of a month is.
pub(crate) fn month_end(contract: &Contract) -> MonthEnd {
    contract.conventions.month_end.expect("check asks when a time in months ends")
}

/// The settlement period as a window.
pub(crate) fn rhythm(contract: &Contract) -> WindowKind {
    match contract.settled {
        Frequency::Monthly => WindowKind::Month,
        Frequency::Quarterly => WindowKind::Quarter,
        Frequency::Yearly => WindowKind::Year,
    }
}

/// The window of a kind in which a day lies.
pub(crate) fn window(contract: &Contract, kind: WindowKind, date: Date) -> Window {
    let (year, month, _) = date.parts();
    let months =
        |from: u32, count: u32| (day(year, from, 1), day(year, from + count - 1, days_of(year, from + count - 1)));
    let (first, last) = match kind {
        WindowKind::Day => (date, date),
        WindowKind::Week => {
            let mut monday = date;
            while monday.weekday().index() != 0 {
                monday = monday.plus_days(-1);
            }
            (monday, monday.plus_days(6))
        }
        WindowKind::Month => months(month, 1),
        WindowKind::Quarter => months((month - 1) / 3 * 3 + 1, 3),
        WindowKind::Year => months(1, 12),
        WindowKind::Term => contract.term,
        WindowKind::ContractMonth => contract_window(contract, 1, date),
        WindowKind::ContractQuarter => contract_window(contract, 3, date),
        WindowKind::ContractYear => contract_window(contract, 12, date),
        // "so many months that end with each settlement period"
        WindowKind::Rolling { months: count, .. } => {
            let period = window(contract, rhythm(contract), date);
            let (year, month) = month_from(period.last, 1 - i32::from(count));
            (day(year, month, 1), period.last)
        }
    };
    Window { kind, first, last }
}

/// "counted from the first day of the term": each computed from that first day.
fn contract_window(contract: &Contract, months: i32, date: Date) -> (Date, Date) {
    let rule = contract.conventions.month_end.unwrap_or(MonthEnd::LastDay);
    let start = |count: i32| months_after(contract.term.0, count * months, rule);
    let mut count = 0;
    while start(count + 1) <= date {
        count += 1;
    }
    while start(count) > date {
        count -= 1;
    }
    (start(count), start(count + 1).plus_days(-1))
}

/// All windows of a kind that touch the term, in order.
pub(crate) fn windows(contract: &Contract, kind: WindowKind) -> Vec<Window> {
    let mut found: Vec<Window> = Vec::new();
    let mut date = contract.term.0;
    while date <= contract.term.1 {
        let next = window(contract, kind, date);
        date = next.last.plus_days(1);
        found.push(next);
    }
    found
}

/// The window so many before a window.
pub(crate) fn earlier(contract: &Contract, window: Window, back: i64) -> Window {
    let mut found = window;
    // "Before the term nothing was charged": there is no other window.
    if window.kind == WindowKind::Term && back > 0 {
        let before = window.first.plus_days(-1);
        return Window { first: before, last: before, ..window };
    }
    // "So many months that end with each settlement period": the window before ends with the period before.
    let step = match window.kind {
        WindowKind::Rolling { .. } => rhythm(contract),
        kind => kind,
    };
    for _ in 0..back {
        let own = self::window(contract, step, found.last);
        found = self::window(contract, window.kind, own.first.plus_days(-1));
    }
    found
}

/// "A line belongs to the settlement period in which its window ends. A window that the end of the term cuts ends with
/// the term."
pub(crate) fn period_of(contract: &Contract, window: Window) -> Window {
    self::window(contract, rhythm(contract), window.last.min(contract.term.1))
}

/// The time of a window.
pub(crate) fn bounds(contract: &Contract, window: Window) -> Between {
    Between::new(contract.zone.start_of(window.first), contract.zone.start_of(window.last.plus_days(1)))
}

/// The time of the term.
pub(crate) fn term(contract: &Contract) -> Between {
    let (first, last) = contract.term;
    Between::new(contract.zone.start_of(first), contract.zone.start_of(last.plus_days(1)))
}

/// Working time between two instants: day by day, piece by piece.
pub(crate) fn working_seconds(contract: &Contract, hours: &str, span: Between) -> Ratio {
    let Some(calendar) = hours_of(contract, hours) else { return Ratio::ZERO };
    let mut sum = Ratio::ZERO;
    let mut date = contract.zone.date_of(span.start);
    while date <= contract.zone.date_of(span.end) {
        for piece in calendar.working_pieces(date) {
            if let Some(inside) = piece.intersect(span) {
                sum = sum.plus(&inside.seconds());
            }
        }
        date = date.plus_days(1);
    }
    sum
}

/// The working hours, or hours under a name.
pub(crate) fn hours_of<'c>(contract: &'c Contract, name: &str) -> Option<&'c Calendar> {
    let named = contract.named_hours.iter().find(|(own, _)| own == name).map(|(_, calendar)| calendar);
    named.or(contract.calendar.as_ref().filter(|_| name == "working"))
}

/// Whether a day is a business day.
pub(crate) fn is_business_day(contract: &Contract, date: Date) -> bool {
    contract.calendar.as_ref().is_some_and(|calendar| calendar.is_business_day(date))
}

/// Another local day at the time of the clock of an instant.
pub(crate) fn on_day(contract: &Contract, at: Instant, day: Date) -> Instant {
    let rest = at.0.rem_euclid(1_000_000_000);
    let whole = contract.zone.at(day, contract.zone.seconds_of_day(at));
    Instant(whole.0 + rest)
}

/// So many business days after a day; none where there are too few.
pub(crate) fn business_days_after(contract: &Contract, from: Date, count: i64) -> Option<Date> {
    let (mut day, mut left) = (from, count);
    while left > 0 {
        day = day.plus_days(1);
        left -= i64::from(is_business_day(contract, day));
        if from.days_until(day) > 36_600 {
            return None;
        }
    }
    Some(day)
}

/// When so much working time has gone by since an instant; none where there is too little.
pub(crate) fn working_time_after(contract: &Contract, hours: &str, from: Instant, seconds: &Ratio) -> Option<Instant> {
    let calendar = hours_of(contract, hours)?;
    let (first, mut left) = (contract.zone.date_of(from), seconds.clone());
    for day in (0..36_600).map(|days| first.plus_days(days)) {
        for piece in calendar.working_pieces(day) {
            let Some(piece) = piece.intersect(Between::new(from, Instant::MAX)) else { continue };
            if left <= piece.seconds() {
                let nanos = left.times(&Ratio::int(1_000_000_000)).floor().to_i64()?;
                return Some(Instant(piece.start.0 + nanos));
            }
            left = left.minus(&piece.seconds());
        }
    }
    None
}

/// Months from a day to another, "with the exact part of the last one".
pub(crate) fn months_between(from: Date, to: Date) -> Ratio {
    if to < from {
        return months_between(to, from).negated();
    }
    let rule = MonthEnd::SameDayElseLast;
    let mut whole = 0;
    while months_after(from, whole + 1, rule) <= to {
        whole += 1;
    }
    let (start, next) = (months_after(from, whole, rule), months_after(from, whole + 1, rule));
    let part = Ratio::new(start.days_until(to).into(), start.days_until(next).into()).unwrap_or_default();
    Ratio::int(whole.into()).plus(&part)
}
