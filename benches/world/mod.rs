//! A world to measure in: machines under contracts, and what happens to them in a year, from one seed.
//!
//! Every event follows from its number alone, so that a feed of any size is written in pieces and in an order that has
//! nothing to do with time. A few lines are written twice and a few are corrected, as real sources do.

use std::io::{BufWriter, Write};
use std::path::Path;

/// The size of a world.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Size {
    pub(crate) contracts: u64,
    pub(crate) assets: u64,
    /// Different events; duplicates and corrections come on top.
    pub(crate) events: u64,
}

/// What each machine sees in a year: one number of these for each event.
pub(crate) const EVENTS_OF_A_MACHINE: u64 = 50;
/// 2026-01-01 in Paris, in seconds since 1970 UTC.
const NEW_YEAR: u64 = 1_767_222_000;
const DAY: u64 = 86_400;

/// One line of the feed.
#[derive(Clone, Debug)]
pub(crate) struct Happening {
    pub(crate) id: String,
    pub(crate) asset: u64,
    pub(crate) kind: &'static str,
    /// Seconds since 1970 UTC.
    pub(crate) occurred: u64,
    pub(crate) recorded: u64,
    pub(crate) pages: Option<u64>,
    pub(crate) grade: Option<&'static str>,
    pub(crate) corrects: Option<String>,
}

impl Size {
    /// A world of so many events, of the usual proportions; the word `contracts=1` says how many contracts it has.
    pub(crate) fn of(events: u64, words: &[String]) -> Self {
        let contracts = words.iter().find_map(|word| word.strip_prefix("contracts=")?.parse().ok()).unwrap_or(200);
        Self { contracts, assets: events / EVENTS_OF_A_MACHINE, events }
    }

    /// The lines of the feed, in an order that has nothing to do with time.
    pub(crate) fn lines(self) -> impl Iterator<Item = Happening> {
        // A stride without a common factor with the count visits every number once.
        let mut stride = self.events / 2 + self.events / 9 + 1;
        while common(stride, self.events) != 1 {
            stride += 1;
        }
        let place =
            move |step: u64| u64::try_from(u128::from(step) * u128::from(stride) % u128::from(self.events)).unwrap();
        (0..self.events).flat_map(move |step| {
            let number = place(step);
            let own = event(number);
            let again = (step % 100 == 99).then(|| event(place(step - 50)));
            let corrected = mixed(number, 9).is_multiple_of(200).then(|| correction(&own, number));
            [Some(own), again, corrected].into_iter().flatten()
        })
    }
}

fn common(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { common(b, a % b) }
}

/// A number that looks random and follows from two others (splitmix64: Steele, Lea, Flood, OOPSLA 2014).
fn mixed(seed: u64, salt: u64) -> u64 {
    let mut z = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15).wrapping_add(salt.wrapping_mul(0xD1B5_4A32_D192_ED03));
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// The event of a number: what it is follows from its place among the events of its machine.
fn event(number: u64) -> Happening {
    let (asset, place) = (number / EVENTS_OF_A_MACHINE, number % EVENTS_OF_A_MACHINE);
    // Pairs lie in a stretch of their own, so that the second follows the first.
    let pair = |first: u64, pairs: u64, longest: u64| {
        let (which, second) = ((place - first) / 2, (place - first) % 2 == 1);
        let stretch = 360 * DAY / pairs;
        let seed = asset * 1000 + first + which;
        let start = NEW_YEAR + which * stretch + mixed(seed, 1) % (stretch / 2);
        if second { start + 600 + mixed(seed, 2) % longest } else { start }
    };
    let (kind, occurred) = match place {
        0..=11 => ("reading", NEW_YEAR + place * 30 * DAY + mixed(number, 1) % (25 * DAY)),
        12..=33 => (if place % 2 == 0 { "failed" } else { "restored" }, pair(12, 11, 4 * DAY)),
        34..=39 => (if place % 2 == 0 { "return_requested" } else { "collected" }, pair(34, 3, 40 * DAY)),
        _ => ("inspected", NEW_YEAR + mixed(number, 1) % (364 * DAY)),
    };
    let grade = ["a", "b", "c"][usize::try_from(mixed(number, 3) % 3).unwrap()];
    Happening {
        id: format!("e{number}"),
        asset,
        kind,
        occurred,
        recorded: occurred + mixed(number, 4) % (2 * DAY),
        pages: (kind == "reading").then(|| place * 6_000 + mixed(number, 5) % 6_000),
        grade: (kind == "inspected").then_some(grade),
        corrects: None,
    }
}

/// What a source writes some days later.
fn correction(of: &Happening, number: u64) -> Happening {
    Happening {
        id: format!("k{number}"),
        recorded: of.recorded + 3 * DAY,
        occurred: of.occurred.saturating_sub(300).max(NEW_YEAR),
        pages: of.pages.map(|pages| pages + 7),
        corrects: Some(of.id.clone()),
        ..of.clone()
    }
}

/// The id of a machine.
pub(crate) fn machine(number: u64) -> String {
    format!("MACH-{:08}-{}", number, mixed(number, 7) % 97)
}

/// The contract under which a machine stands.
pub(crate) fn contract(size: Size, machine: u64) -> String {
    format!("BENCH-{:03}", mixed(machine, 6) % size.contracts)
}

/// Writes the contracts, the register and a workspace file that reads `feed`.
pub(crate) fn write_frame(folder: &Path, size: Size, feed: &str) {
    let text = include_str!("contract.consigne");
    for number in 0..size.contracts {
        let own = text.replace("BENCH-000", &format!("BENCH-{number:03}"));
        std::fs::write(folder.join(format!("{number:03}.consigne")), own).unwrap();
    }
    let mut register = BufWriter::new(std::fs::File::create(folder.join("machines.csv")).unwrap());
    writeln!(register, "asset,family,contract,site").unwrap();
    for number in 0..size.assets {
        writeln!(register, "{},machine,{},S{}", machine(number), contract(size, number), mixed(number, 8) % 500)
            .unwrap();
    }
    let workspace =
        format!("contracts = [\"*.consigne\"]\nassets = [\"machines.csv\"]\n\n[[feed]]\npath = \"{feed}\"\n");
    std::fs::write(folder.join("consigne.toml"), workspace).unwrap();
}

/// Writes the feed as JSON Lines in pieces of so many lines, one after the other to the same path; `written` is told the
/// number of each that is there whole.
pub(crate) fn write_pieces(path: &Path, size: Size, lines: usize, mut written: impl FnMut(usize)) {
    let mut all = size.lines().peekable();
    let mut piece = 0;
    while all.peek().is_some() {
        let mut out = BufWriter::with_capacity(1 << 20, std::fs::File::create(path).unwrap());
        all.by_ref().take(lines).for_each(|line| write_line(&mut out, &line));
        out.flush().unwrap();
        written(piece);
        piece += 1;
    }
}

fn write_line(out: &mut impl Write, line: &Happening) {
    write!(out, "{{\"id\":\"{}\",\"kind\":\"{}\",\"asset\":\"{}\"", line.id, line.kind, machine(line.asset)).unwrap();
    write!(out, ",\"occurred\":\"{}\",\"recorded\":\"{}\"", instant(line.occurred), instant(line.recorded)).unwrap();
    write!(out, ",\"source\":\"meter\"").unwrap();
    if let Some(pages) = line.pages {
        write!(out, ",\"fields\":{{\"pages\":{pages}}}").unwrap();
    }
    if let Some(grade) = line.grade {
        write!(out, ",\"fields\":{{\"grade\":\"{grade}\"}}").unwrap();
    }
    if let Some(corrects) = &line.corrects {
        write!(out, ",\"corrects\":\"{corrects}\"").unwrap();
    }
    writeln!(out, "}}").unwrap();
}

/// An instant as RFC 3339.
fn instant(seconds: u64) -> String {
    let of_day = seconds % DAY;
    // Civil date from days (Howard Hinnant, chrono-Compatible Low-Level Date Algorithms).
    let z = seconds / DAY + 719_468;
    let era = z / 146_097;
    let doe = z % 146_097;
    let yoe = (doe - doe / 1_460 + doe / 36_524 - doe / 146_096) / 365;
    let doy = doe - (365 * yoe + yoe / 4 - yoe / 100);
    let mp = (5 * doy + 2) / 153;
    let (day, month) = (doy - (153 * mp + 2) / 5 + 1, if mp < 10 { mp + 3 } else { mp - 9 });
    let year = yoe + era * 400 + u64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{:02}Z", of_day / 3600, of_day / 60 % 60, of_day % 60)
}
