//! Periods as people ask for them: `2013-06`, `2013-Q2`, `2013`, a day, `2013-01..2013-06`.

use crate::base::time::{Date, Month};
use crate::base::window::Windows;
use crate::check::contract::Contract;
use crate::plan::rhythm;
use crate::session::trouble::Trouble;

/// First and last day of what was asked for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Asked {
    /// First day.
    pub first: Date,
    /// Last day, included.
    pub last: Date,
}

impl Asked {
    /// Reads a period.
    pub fn parse(text: &str) -> Result<Self, Trouble> {
        let bad = || {
            Trouble::call(
                format!("`{text}` is no period"),
                "write `2026-03`, `2026-Q1`, `2026`, or a range such as `2026-01..2026-06`",
            )
        };
        let (from, to) = text.split_once("..").unwrap_or((text, text));
        let (first, last) = (days(from).ok_or_else(bad)?, days(to).ok_or_else(bad)?);
        if last.1 < first.0 {
            return Err(Trouble::call(format!("`{text}` ends before it begins"), "write the earlier period first"));
        }
        Ok(Self { first: first.0, last: last.1 })
    }

    /// The settlement periods of a contract that end within what was asked for; `None` where none does.
    #[must_use]
    pub fn of(self, contract: &Contract) -> Option<(i64, i64)> {
        let (first, last) = contract.term;
        let end = crate::base::time::MonthEnd::LastDay;
        let windows = Windows::new(contract.zone, first, last, end);
        let settled = rhythm(contract.settled);
        let ends = |index: i64| windows.days(settled, index).1.min(last);
        let from = windows.index_of_date(settled, self.first.max(first));
        let to = windows.index_of_date(settled, self.last.min(last));
        let mut inside = (from..=to).filter(|index| self.first <= ends(*index) && ends(*index) <= self.last);
        let from = inside.next()?;
        Some((from, inside.next_back().unwrap_or(from)))
    }
}

fn days(text: &str) -> Option<(Date, Date)> {
    if let Some(day) = Date::parse(text) {
        return Some((day, day));
    }
    if let Some((year, quarter)) = text.split_once("-Q") {
        let quarter: u32 = quarter.parse().ok().filter(|quarter| (1..=4).contains(quarter))?;
        let first = quarter.saturating_sub(1).saturating_mul(3).saturating_add(1);
        let month = Month::parse(&format!("{year}-{first:02}"))?;
        return Some((month.first(), month.plus(2).last()));
    }
    if let Some(month) = Month::parse(text) {
        return Some((month.first(), month.last()));
    }
    let month = Month::parse(&format!("{text}-01")).filter(|_| text.len() == 4)?;
    Some((month.first(), month.plus(11).last()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn asked(text: &str) -> String {
        match Asked::parse(text) {
            Ok(asked) => format!("{} {}", asked.first, asked.last),
            Err(_) => "wrong".to_owned(),
        }
    }

    #[test]
    fn periods_read_as_people_write_them() {
        assert_eq!(asked("2024-02"), "2024-02-01 2024-02-29");
        assert_eq!(asked("2013-Q2"), "2013-04-01 2013-06-30");
        assert_eq!(asked("2013"), "2013-01-01 2013-12-31");
        assert_eq!(asked("2013-11..2014-Q1"), "2013-11-01 2014-03-31");
        for text in ["", "13", "2013-13", "2013-Q5", "2013-06..2013-01", "June"] {
            assert_eq!(asked(text), "wrong", "{text}");
        }
    }
}
