//! Public holidays, computed for any year.

use crate::base::time::Date;

/// A set of public holidays that a contract names.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Holidays {
    /// The eleven legal holidays of France (Code du travail, art. L3133-1), without Alsace-Moselle.
    France,
    /// The closing days of the TARGET payment system since 2000.
    Target,
}

impl Holidays {
    /// The names that a contract can use.
    pub const NAMES: [&'static str; 2] = ["FR", "TARGET"];

    /// Reads `FR` or `TARGET`.
    #[must_use]
    pub fn parse(name: &str) -> Option<Self> {
        match name {
            "FR" => Some(Self::France),
            "TARGET" => Some(Self::Target),
            _ => None,
        }
    }

    /// Its name.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::France => "FR",
            Self::Target => "TARGET",
        }
    }

    /// Whether a day is one of them.
    #[must_use]
    pub fn contains(self, date: Date) -> bool {
        let (year, month, day) = date.parts();
        // Good Friday is never before March, Whit Monday never after June.
        let near = (3..=6).contains(&month);
        let after_easter = near.then(|| easter(year)).flatten().map(|easter| easter.days_until(date));
        match self {
            Self::France => {
                let fixed = matches!((month, day), (1 | 5 | 11, 1) | (5, 8) | (7, 14) | (8, 15) | (11, 11) | (12, 25));
                // Easter Monday, Ascension Day, Whit Monday.
                fixed || matches!(after_easter, Some(1 | 39 | 50))
            }
            Self::Target => {
                let fixed = matches!((month, day), (1 | 5, 1) | (12, 25 | 26));
                // Good Friday, Easter Monday.
                fixed || matches!(after_easter, Some(-2 | 1))
            }
        }
    }
}

/// Easter Sunday of the Gregorian calendar, by the anonymous algorithm (Nature, 20 April 1876; Meeus,
/// Astronomical Algorithms, chapter 8).
#[expect(clippy::many_single_char_names, reason = "the letters of the published algorithm")]
fn easter(year: i32) -> Option<Date> {
    let div = |a: i32, b: i32| a.checked_div_euclid(b);
    let rem = |a: i32, b: i32| a.checked_rem_euclid(b);
    let a = rem(year, 19)?;
    let (b, c) = (div(year, 100)?, rem(year, 100)?);
    let (d, e) = (div(b, 4)?, rem(b, 4)?);
    let f = div(b.checked_add(8)?, 25)?;
    let g = div(b.checked_sub(f)?.checked_add(1)?, 3)?;
    let h = rem(a.checked_mul(19)?.checked_add(b)?.checked_sub(d)?.checked_sub(g)?.checked_add(15)?, 30)?;
    let (i, k) = (div(c, 4)?, rem(c, 4)?);
    let twice = e.checked_add(i)?.checked_mul(2)?;
    let l = rem(twice.checked_add(32)?.checked_sub(h)?.checked_sub(k)?, 7)?;
    let m = div(a.checked_add(h.checked_mul(11)?)?.checked_add(l.checked_mul(22)?)?, 451)?;
    let n = h.checked_add(l)?.checked_sub(m.checked_mul(7)?)?.checked_add(114)?;
    let month = u32::try_from(div(n, 31)?).ok()?;
    let day = u32::try_from(rem(n, 31)?.checked_add(1)?).ok()?;
    Date::ymd(year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Dates of Easter as printed in church calendars.
    #[test]
    fn easter_of_known_years() {
        for (year, month, day) in
            [(2000, 4, 23), (2008, 3, 23), (2011, 4, 24), (2024, 3, 31), (2025, 4, 20), (2026, 4, 5), (2027, 3, 28)]
        {
            assert_eq!(easter(year), Date::ymd(year, month, day), "{year}");
        }
    }

    #[test]
    fn french_holidays_of_2026_as_the_ministry_lists_them() {
        let days: Vec<String> = (0..365)
            .map(|day| Date::ymd(2026, 1, 1).unwrap().plus_days(day))
            .filter(|day| Holidays::France.contains(*day))
            .map(|day| day.to_string())
            .collect();
        assert_eq!(
            days,
            [
                "2026-01-01",
                "2026-04-06",
                "2026-05-01",
                "2026-05-08",
                "2026-05-14",
                "2026-05-25",
                "2026-07-14",
                "2026-08-15",
                "2026-11-01",
                "2026-11-11",
                "2026-12-25"
            ]
        );
    }

    /// The days of a set in a year, as months and days.
    fn days_of(holidays: Holidays, year: i32) -> Vec<(u32, u32)> {
        (0..366)
            .map(|day| Date::ymd(year, 1, 1).unwrap().plus_days(day))
            .filter(|day| day.parts().0 == year && holidays.contains(*day))
            .map(|day| (day.parts().1, day.parts().2))
            .collect()
    }

    /// Easter Monday, Ascension Day and Whit Monday as printed in calendars; 38 and 49 days after Easter Monday.
    #[test]
    fn the_movable_holidays_of_france() {
        for (year, movable) in [
            (2024, [(4, 1), (5, 9), (5, 20)]),
            (2025, [(4, 21), (5, 29), (6, 9)]),
            (2026, [(4, 6), (5, 14), (5, 25)]),
            (2027, [(3, 29), (5, 6), (5, 17)]),
            (2038, [(4, 26), (6, 3), (6, 14)]),
        ] {
            let fixed = [(1, 1), (5, 1), (5, 8), (7, 14), (8, 15), (11, 1), (11, 11), (12, 25)];
            let mut expected: Vec<(u32, u32)> = fixed.into_iter().chain(movable).collect();
            expected.sort_unstable();
            assert_eq!(days_of(Holidays::France, year), expected, "{year}");
        }
    }

    /// Ascension Day fell on 1 May in 2008, so that there were ten days for eleven holidays.
    #[test]
    fn two_holidays_on_one_day_are_one_day() {
        let days = days_of(Holidays::France, 2008);
        assert_eq!(days.len(), 10);
        assert!(days.contains(&(3, 24)) && days.contains(&(5, 12)), "{days:?}");
    }

    /// Eleven, except where Ascension Day meets 1 May (Easter on 23 March) or 8 May (Easter on 30 March).
    #[test]
    fn france_has_eleven_legal_holidays() {
        for year in 2000..2100 {
            let meets = easter(year) == Date::ymd(year, 3, 23) || easter(year) == Date::ymd(year, 3, 30);
            assert_eq!(days_of(Holidays::France, year).len(), if meets { 10 } else { 11 }, "{year}");
        }
    }

    /// Good Friday and Easter Monday, with the four fixed days.
    #[test]
    fn target_closes_on_the_days_that_the_central_bank_lists() {
        for (year, friday, monday) in [
            (2008, (3, 21), (3, 24)),
            (2024, (3, 29), (4, 1)),
            (2025, (4, 18), (4, 21)),
            (2026, (4, 3), (4, 6)),
            (2027, (3, 26), (3, 29)),
            (2038, (4, 23), (4, 26)),
        ] {
            assert_eq!(days_of(Holidays::Target, year), [(1, 1), friday, monday, (5, 1), (12, 25), (12, 26)], "{year}");
        }
    }
}
