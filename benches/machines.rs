//! How long a table of a thousand rows takes over a million machines, beside `DuckDB` and `Polars`.
//!
//! `cargo bench --bench machines` writes the machines as events and reads them. What is measured is the decision about all
//! of them over columns in memory, on all cores: the rows, as a settlement reads them, and the decisions with all that
//! explains them, as `consigne decide` lists them. A Python of its own, in a folder beside the build, has `DuckDB` and `Polars`
//! decide the same. Answers are compared before anything is told. `-- 100000` takes another number of machines.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock and files, tells its figures, and fails loudly"
)]

mod peers;
mod tables;

use std::fmt::Write as _;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use consigne::base::ids::AssetId;
use consigne::evaluate::batch::Batch;
use consigne::feed::Feed;
use consigne::plan::{Disposition, Plan};
use consigne::session::{Feeds, Memory, Run, Workspace};
use tables::{CENTS, DAYS, Form, Machine, PAGES, Table};

/// How many rows the tables have.
const ROWS: usize = 1000;
/// How many runs of each side are counted; they take turns.
const RUNS: usize = 3;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let machines = words.iter().find_map(|word| word.parse().ok()).unwrap_or(1_000_000);
    let python = peers::python(&["duckdb", "polars"]);
    for form in Form::ALL {
        measured(&Table::of(form, ROWS), machines, &python);
    }
}

/// Decides with each side, and tells the times.
fn measured(table: &Table, machines: u64, python: &Path) {
    let folder = tempfile::tempdir().unwrap();
    let asked: Vec<Machine> = (0..machines).map(|number| table.machine(number)).collect();
    let expected: Vec<usize> = asked.iter().map(|machine| table.row_by_row(machine)).collect();
    write_workspace(folder.path(), table, &asked);
    write_columns(folder.path(), table, &asked);
    let run = Run::load(Workspace::find(folder.path()).unwrap()).unwrap();
    let plan = run.whole().next().unwrap().unwrap();
    let (mut rows, mut listed, mut others) = (Vec::new(), Vec::new(), Vec::new());
    let memory = Memory::usual();
    let parts = run.parts(&Feeds::default(), (memory, &[]), &|_| {}).unwrap();
    let measured = |_, feed: &Feed| {
        let one = || {
            let (own, listed) = (in_batch(plan, feed, &expected), decided(plan, feed, &expected));
            (own, listed, by_peers(folder.path(), table.form, python, &expected))
        };
        std::iter::repeat_with(one).take(RUNS).collect::<Vec<_>>()
    };
    let take = |found: Vec<(usize, Vec<_>)>| {
        for (own, list, peers) in found.into_iter().flat_map(|(_, found)| found) {
            rows.push(own);
            listed.push(list);
            others.push(peers);
        }
    };
    Run::each(parts, memory, measured, take).unwrap();
    let (own, listed) = (least(rows.into_iter()), least(listed.into_iter()));
    println!("{}: {} machines, {ROWS} rows: {own:.3} s, listed {listed:.3} s", table.form.name(), asked.len());
    for peer in 0..others[0].len() {
        let time = least(others.iter().map(|times| times[peer].1));
        println!("    {}: {time:.3} s, {:.1} times as long", others[0][peer].0, time / own);
    }
}

fn least(times: impl Iterator<Item = f64>) -> f64 {
    times.fold(f64::INFINITY, f64::min)
}

/// The time for the rows that decide, once they are right.
fn in_batch(plan: &Plan, feed: &Feed, expected: &[usize]) -> f64 {
    let start = Instant::now();
    let batch = Batch::of(plan, feed, 0);
    let time = start.elapsed();
    let table = &plan.dispositions[0];
    for event in &feed.contracts[0].events.heads {
        let row = batch.row(table.id, event).unwrap();
        assert_eq!(number(table, row), expected[machine(feed, event.asset)]);
    }
    time.as_secs_f64()
}

/// The number of a row, from 1; 0 for the one that decides otherwise.
fn number(table: &Disposition, place: usize) -> usize {
    if place + 1 == table.rows.len() { 0 } else { place + 1 }
}

fn machine(feed: &Feed, asset: Option<AssetId>) -> usize {
    feed.asset(asset.unwrap()).trim_start_matches('P').parse().unwrap()
}

/// The time for the decisions, once they are right.
fn decided(plan: &Plan, feed: &Feed, expected: &[usize]) -> f64 {
    let start = Instant::now();
    let decisions = consigne::evaluate::decide(plan, feed, 0);
    let time = start.elapsed();
    assert_eq!(decisions.len(), expected.len());
    for decision in &decisions {
        let place = decision.result.as_ref().unwrap().rows()[0];
        assert_eq!(number(&plan.dispositions[0], place), expected[machine(feed, decision.asset)]);
    }
    time.as_secs_f64()
}

/// The contract, and one event for each machine.
fn write_workspace(folder: &Path, table: &Table, asked: &[Machine]) {
    std::fs::write(folder.join("contract.consigne"), table.contract()).unwrap();
    let workspace = "contracts = [\"*.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    std::fs::write(folder.join("consigne.toml"), workspace).unwrap();
    let mut lines = String::new();
    for (number, machine) in asked.iter().enumerate() {
        let Machine { model, site, cents, pages, made, served } = *machine;
        writeln!(
            lines,
            "{{\"id\":\"E{number}\",\"kind\":\"inspected\",\"asset\":\"P{number}\",\"occurred\":\"2026-03-02T09:00:00Z\",\
             \"fields\":{{\"model\":\"M{model}\",\"site\":\"S{site}\",\"cost\":\"{}.{:02}\",\"pages\":{pages},\
             \"made\":\"{}\",\"served\":\"{}\"}}}}",
            cents / 100,
            cents % 100,
            tables::date(made),
            tables::date(served)
        )
        .unwrap();
    }
    std::fs::write(folder.join("events.jsonl"), lines).unwrap();
}

/// Rows and machines as tables of columns: texts, cents, pages, days.
fn write_columns(folder: &Path, table: &Table, asked: &[Machine]) {
    let mut rows = String::from(
        "row,model,site,cents_from,cents_below,pages_from,pages_below,made_from,made_below,served_from,served_below\n",
    );
    for (place, [a, b, c]) in table.rows.iter().enumerate() {
        let (cost, pages, made, served) = match table.form {
            Form::Equality => (0, 0, 0, 0),
            Form::Numbers => (*a, *b, 0, 0),
            Form::Dates => (0, 0, *a, *b),
            Form::Mixed => (*b, 0, *c, 0),
        };
        let span = |field: i64, size: i64| format!("{},{}", field * size, (field + 1) * size);
        writeln!(
            rows,
            "{},M{a},S{b},{},{},{},{}",
            place + 1,
            span(cost, CENTS),
            span(pages, PAGES),
            span(made, DAYS),
            span(served, DAYS)
        )
        .unwrap();
    }
    std::fs::write(folder.join("rows.csv"), rows).unwrap();
    let mut machines = String::from("machine,model,site,cents,pages,made,served\n");
    for (number, machine) in asked.iter().enumerate() {
        let Machine { model, site, cents, pages, made, served } = *machine;
        writeln!(machines, "{number},M{model},S{site},{cents},{pages},{made},{served}").unwrap();
    }
    std::fs::write(folder.join("machines.csv"), machines).unwrap();
}

/// The times of the others, once their answers are right.
fn by_peers(folder: &Path, form: Form, python: &Path, expected: &[usize]) -> Vec<(String, f64)> {
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/machines.py");
    let output = Command::new(python).arg(script).arg(folder).arg(form.name()).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    let times = told.lines().map(|line| {
        let (name, time) = line.split_once('\t').unwrap();
        let answers = std::fs::read(folder.join(format!("{name}.answers"))).unwrap();
        let answers: Vec<usize> =
            answers.chunks_exact(4).map(|row| u32::from_le_bytes(row.try_into().unwrap()) as usize).collect();
        assert!(answers == expected, "{name} decides otherwise");
        (name.to_owned(), time.parse().unwrap())
    });
    times.collect()
}
