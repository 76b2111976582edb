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

mod peers;
mod world;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use world::Size;

/// How many runs of each side are counted; they take turns.
const RUNS: usize = 3;

/// The workspace: the columns of the table as events.
const WORKSPACE: &str = r#"contracts = ["*.consigne"]
assets    = ["machines.csv"]

[[feed]]
path     = "events.parquet"
asset    = "asset"
at       = "occurred"
recorded = "recorded"
id       = "id"
source   = { column = "source" }
corrects = "corrects"

[[feed.event]]
kind   = { column = "kind" }
fields = { pages = "pages", grade = "grade" }
"#;

/// What one run took: seconds, the seconds in which its threads were at work, together, and the peak memory in kB.
type Cost = [f64; 3];

/// Clause, contract and machine of a line, and its cents; none where it is held.
type Lines = BTreeMap<(String, String, String), Option<i64>>;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let size = Size::of(words.iter().find_map(|word| word.parse().ok()).unwrap_or(10_000_000));
    let temporary = tempfile::tempdir().unwrap();
    let named = words.iter().find(|word| word.starts_with('/')).map(PathBuf::from);
    let folder = named.as_deref().unwrap_or(temporary.path());
    let side = Side { python: peers::python(&["duckdb"]), folder };
    world::write_frame(folder, size, "events.parquet");
    std::fs::write(folder.join("consigne.toml"), WORKSPACE).unwrap();
    world::write_lines(&folder.join("events.jsonl"), size);
    side.measured("write", &[]);
    side.by_sql("in_use.sql");
    compare(&own_lines(folder), &peer_lines(folder));
    let (mut own, mut plain, mut same) = (Vec::new(), Vec::new(), Vec::new());
    for _ in 0..RUNS {
        own.push(
            side.measured("run", &[env!("CARGO_BIN_EXE_consigne").as_ref(), "settle".as_ref(), "2026-12".as_ref()]),
        );
        plain.push(side.by_sql("as_written.sql"));
        same.push(side.by_sql("in_use.sql"));
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

fn tell(name: &str, [seconds, worked, memory]: &Cost) {
    println!("{name}: {seconds:.2} s, at work {worked:.2} s, {:.0} MB", memory / 1000.0);
}

/// The least of each.
fn least(costs: &[Cost]) -> Cost {
    costs.iter().fold([f64::INFINITY; 3], |least, cost| std::array::from_fn(|place| least[place].min(cost[place])))
}

/// Who runs both sides, and where.
struct Side<'a> {
    python: PathBuf,
    folder: &'a Path,
}

impl Side<'_> {
    /// December by `DuckDB`, over the events that a file of SQL makes.
    fn by_sql(&self, events: &str) -> Cost {
        let sql = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/duckdb");
        self.measured("query", &[&sql.join(events), &sql.join("december.sql")])
    }

    fn measured(&self, task: &str, words: &[&Path]) -> Cost {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/parquet.py");
        let output = Command::new(&self.python).arg(script).arg(self.folder).arg(task).args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        let figures: Vec<f64> = told.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        figures.try_into().unwrap()
    }
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
