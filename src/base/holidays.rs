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
        let after_easter = easter(year).map(|easter| easter.days_until(date));
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

    #[test]
    fn target_closes_on_six_days() {
        let count = (0..366)
            .map(|day| Date::ymd(2024, 1, 1).unwrap().plus_days(day))
            .filter(|day| Holidays::Target.contains(*day))
            .count();
        assert_eq!(count, 6);
        assert!(Holidays::Target.contains(Date::ymd(2024, 3, 29).unwrap()), "Good Friday");
    }
}
