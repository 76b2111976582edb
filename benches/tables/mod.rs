//! Decision tables to measure with, and the machines that are asked about: from a size and one seed.
//!
//! The rows are the fields of a grid in an order that has nothing to do with it, so that each machine takes one row, and a
//! search row by row goes through half of the table. Without a row, for a machine outside the grid, the last line decides.

use std::fmt::Write as _;

/// What the columns of a table ask.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Form {
    /// Which model at which site.
    Equality,
    /// A band of costs and a band of pages.
    Numbers,
    /// A span of days of making and one of days of the last service.
    Dates,
    /// Which model, a band of costs and a span of days of making.
    Mixed,
}

/// A table.
#[derive(Clone, Debug)]
pub(crate) struct Table {
    pub(crate) form: Form,
    /// The rows, in the order in which they are asked: where each stands in the grid.
    pub(crate) rows: Vec<[i64; 3]>,
    /// How many fields the grid has along each side that is used.
    pub(crate) side: i64,
}

/// A machine: a model and a site by number, a cost in cents, pages, days since 2000-01-01.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Machine {
    pub(crate) model: i64,
    pub(crate) site: i64,
    pub(crate) cents: i64,
    pub(crate) pages: i64,
    pub(crate) made: i64,
    pub(crate) served: i64,
}

/// The sizes of a field: cents, pages, days.
pub(crate) const CENTS: i64 = 12_350;
pub(crate) const PAGES: i64 = 5_000;
pub(crate) const DAYS: i64 = 30;

/// A number below a limit that follows from another one.
fn drawn(number: u64, salt: u64, below: i64) -> i64 {
    // SplitMix64 (Steele, Lea, Flood 2014).
    let mut mixed = number.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(salt.wrapping_mul(0xD1B5_4A32_D192_ED03));
    mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    i64::try_from((mixed ^ (mixed >> 31)) % u64::try_from(below).unwrap()).unwrap()
}

impl Form {
    pub(crate) const ALL: [Self; 4] = [Self::Equality, Self::Numbers, Self::Dates, Self::Mixed];

    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Equality => "equality",
            Self::Numbers => "numbers",
            Self::Dates => "dates",
            Self::Mixed => "mixed",
        }
    }

    /// The names of its columns in a contract.
    pub(crate) fn columns(self) -> &'static [&'static str] {
        match self {
            Self::Equality => &["model", "site"],
            Self::Numbers => &["cost", "pages"],
            Self::Dates => &["made", "served"],
            Self::Mixed => &["model", "cost", "made"],
        }
    }
}

impl Table {
    pub(crate) fn of(form: Form, size: usize) -> Self {
        let wide = form.columns().len();
        let fields = |side: i64| side.pow(u32::try_from(wide).unwrap());
        let side = (1..10_000).find(|side| fields(*side) >= i64::try_from(size).unwrap()).unwrap();
        let mut rows: Vec<[i64; 3]> =
            (0..fields(side)).map(|field| [field % side, field / side % side, field / side / side]).collect();
        for place in (1..rows.len()).rev() {
            let other = drawn(u64::try_from(place).unwrap(), 3, i64::try_from(place + 1).unwrap());
            rows.swap(place, usize::try_from(other).unwrap());
        }
        rows.truncate(size);
        Self { form, rows, side }
    }

    /// A machine that is asked about; one in forty is outside the grid.
    pub(crate) fn machine(&self, number: u64) -> Machine {
        let along = |salt: u64, size: i64| drawn(number, salt, (self.side * 40 + 1) * size / 40);
        Machine {
            model: along(11, 40) / 40,
            site: along(12, 40) / 40,
            cents: along(13, CENTS),
            pages: along(14, PAGES),
            made: along(15, DAYS),
            served: along(16, DAYS),
        }
    }

    /// The answers to a search row by row: the number of the row from 1, 0 where none applies.
    pub(crate) fn row_by_row(&self, machine: &Machine) -> usize {
        let within = |value: i64, field: i64, size: i64| value >= field * size && value < (field + 1) * size;
        let takes = |row: &[i64; 3]| match self.form {
            Form::Equality => machine.model == row[0] && machine.site == row[1],
            Form::Numbers => within(machine.cents, row[0], CENTS) && within(machine.pages, row[1], PAGES),
            Form::Dates => within(machine.made, row[0], DAYS) && within(machine.served, row[1], DAYS),
            Form::Mixed => {
                machine.model == row[0] && within(machine.cents, row[1], CENTS) && within(machine.made, row[2], DAYS)
            }
        };
        self.rows.iter().position(takes).map_or(0, |place| place + 1)
    }

    /// The contract with the table: what is decided is the number of the row.
    pub(crate) fn contract(&self) -> String {
        let mut text = String::from(FRAME);
        let columns = self.form.columns().join(", ");
        writeln!(text, "decide row of machine on inspected = first match by {columns} {{").unwrap();
        let euro = |cents: i64| format!("{}.{:02} EUR", cents / 100, cents % 100);
        let cost = |field: i64| format!("from {} below {}", euro(field * CENTS), euro((field + 1) * CENTS));
        let pages = |field: i64| format!("from {} pages below {} pages", field * PAGES, (field + 1) * PAGES);
        let days = |field: i64| format!("from {} below {}", date(field * DAYS), date((field + 1) * DAYS));
        for (place, [a, b, c]) in self.rows.iter().enumerate() {
            let cells = match self.form {
                Form::Equality => format!("\"M{a}\" | \"S{b}\""),
                Form::Numbers => format!("{} | {}", cost(*a), pages(*b)),
                Form::Dates => format!("{} | {}", days(*a), days(*b)),
                Form::Mixed => format!("\"M{a}\" | {} | {}", cost(*b), days(*c)),
            };
            writeln!(text, "    | {cells} | => {} |", place + 1).unwrap();
        }
        text.push_str("    otherwise => 0\n}\n");
        text
    }
}

/// A day as `2026-03-02`.
pub(crate) fn date(since_2000: i64) -> String {
    // Civil date from days (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms); 2000-03-01 is day 60.
    let z = since_2000 - 60;
    let era = z.div_euclid(146_097);
    let doe = z.rem_euclid(146_097);
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = 2000 + yoe + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

const FRAME: &str = r#"
contract BENCH "Decisions"
parties { provider maker "Maker"  customer user "User" }
term 2000-01-01 to 2039-12-31
currency EUR
timezone UTC
settled yearly
conventions { conflicting records first known stays  rounded to 0.01 half up on each line }
asset machine "Machine" { owner text }
event inspected of machine { model text  site text  cost money  pages count of page  made date  served date }

"#;
