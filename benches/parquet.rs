//! How long the settlement of a month takes over the events of a year in Parquet, beside the same in `DuckDB`, and how much
//! memory.
//!
//! `cargo bench --bench parquet -- 1000000 /a/folder` writes a world of so many events (ten million if nothing is said) into
//! the folder (a temporary one if none is named), as JSON Lines and of these as Parquet. Consigne settles December of all
//! contracts; SQL written by hand does the same, once with each row as an event, as most people would write it, and once
//! without what was said twice and with corrections. The lines of the latter must be those of Consigne to the cent before
//! anything is told. Each side has two threads.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads files, tells its figures, and fails loudly"
)]

#[path = "world/columns.rs"]
mod columns;
mod peers;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use columns::{Cost, Side, least, tell};
use serde_json::Value;
use world::Size;

/// How many runs of each side are counted; they take turns.
const RUNS: usize = 3;

/// Clause, contract and machine of a line, and its cents; none where it is held.
type Lines = BTreeMap<(String, String, String), Option<i64>>;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let size = Size::of(words.iter().find_map(|word| word.parse().ok()).unwrap_or(10_000_000), &words);
    let temporary = tempfile::tempdir().unwrap();
    let named = words.iter().find(|word| word.starts_with('/')).map(PathBuf::from);
    let folder = named.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).unwrap();
    let side = Side::new(folder);
    world::write_frame(folder, size, "events.parquet");
    columns::write(folder, "events.parquet");
    world::write_pieces(&folder.join("events.jsonl"), size, usize::MAX, |_| side.pack("events.parquet"));
    by_sql(&side, "in_use.sql");
    compare(&own_lines(folder), &peer_lines(folder));
    let (mut own, mut plain, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        own.push(side.settled(&[]));
        plain.push(by_sql(&side, "as_written.sql"));
        same.push(by_sql(&side, "in_use.sql"));
    }
    println!("{} events, {} contracts, {} machines", size.events, size.contracts, size.assets);
    let own = least(&own);
    tell("settle", &own);
    for (name, costs) in [("the plain query", plain), ("the same work", same)] {
        let cost = least(&costs);
        let [time, work, space] = std::array::from_fn(|place| cost[place] / own[place]);
        tell(name, &cost);
        println!("    {time:.2} times as long, {work:.2} times the work, {space:.2} times the memory");
    }
}

/// December by `DuckDB`, over the events that a file of SQL makes.
fn by_sql(side: &Side<'_>, events: &str) -> Cost {
    let sql = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/duckdb");
    side.measured("query", &[&sql.join(events), &sql.join("december.sql")])
}

/// The lines that Consigne settles.
fn own_lines(folder: &Path) -> Lines {
    let output = Command::new(env!("CARGO_BIN_EXE_consigne"))
        .args(["settle", "2026-12", "--quiet", "--format", "json"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    let mut lines = Lines::new();
    for statement in json["statements"].as_array().unwrap() {
        let period = &statement["periods"][0];
        let (charged, held) = (period["lines"].as_array().unwrap(), period["held"].as_array().unwrap());
        for line in charged.iter().chain(held) {
            let key = (text(&line["clause"]), text(&statement["contract"]), text(&line["group"]));
            lines.insert(key, line["amount"].as_str().map(cents));
        }
    }
    lines
}

fn cents(amount: &str) -> i64 {
    let (whole, part) = amount.split_once('.').unwrap_or((amount, ""));
    format!("{whole}{part:0<2}").parse().unwrap()
}

/// The lines that the last query wrote; Consigne writes none of zero.
fn peer_lines(folder: &Path) -> Lines {
    let text = std::fs::read_to_string(folder.join("lines.csv")).unwrap();
    let lines = text.lines().skip(1).map(|line| {
        let cells: Vec<&str> = line.split(',').collect();
        let key = (cells[1].to_owned(), cells[0].to_owned(), cells[2].to_owned());
        (key, (!cells[3].is_empty()).then(|| cells[3].parse().unwrap()))
    });
    lines.filter(|(_, cents)| *cents != Some(0)).collect()
}

/// Fails at the first line in which the two differ.
fn compare(own: &Lines, peer: &Lines) {
    assert!(!own.is_empty(), "nothing was settled");
    for key in own.keys().chain(peer.keys()) {
        assert_eq!(own.get(key), peer.get(key), "{key:?}: Consigne, then DuckDB");
    }
}
