//! How long `consigne check` takes for a thousand contract files: the time of the whole process, five runs.
//!
//! `cargo bench --bench check` builds the program as it is released, writes the files into a temporary folder and prints
//! the least, middle and greatest time. The files are the longest of the sample agreements, each under a number of its own.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock and files, tells its figures, and fails loudly"
)]

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How many files are checked.
const FILES: usize = 1000;
/// How many runs are counted, after one that is not.
const RUNS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let lines = write_contracts(folder.path());
    let mut times: Vec<Duration> = (0..=RUNS).map(|_| checked(folder.path())).skip(1).collect();
    times.sort_unstable();
    let shown = |time: Option<&Duration>| time.map_or(0, Duration::as_millis);
    println!(
        "check of {FILES} files, {} lines each: {} ms (least {}, greatest {}, {RUNS} runs)",
        lines.checked_div(FILES).unwrap_or(0),
        shown(times.get(RUNS.div_euclid(2))),
        shown(times.first()),
        shown(times.last()),
    );
}

/// One run, which must find nothing.
fn checked(folder: &Path) -> Duration {
    let start = Instant::now();
    let output =
        Command::new(env!("CARGO_BIN_EXE_consigne")).args(["check", "--quiet"]).current_dir(folder).output().unwrap();
    let time = start.elapsed();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    time
}

/// Writes the files; gives how many lines they have together.
fn write_contracts(folder: &Path) -> usize {
    let contracts = folder.join("contracts");
    std::fs::create_dir(&contracts).unwrap();
    std::fs::write(folder.join("consigne.toml"), "contracts = [\"contracts\"]\n").unwrap();
    let sample = longest_sample();
    let files = (0..FILES).map(|number| (number, renamed(&sample, number)));
    files.fold(0, |lines, (number, text)| {
        std::fs::write(contracts.join(format!("{number}.consigne")), &text).unwrap();
        lines.saturating_add(text.lines().count())
    })
}

/// The longest of the sample agreements.
fn longest_sample() -> String {
    let folders = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts")).unwrap();
    let paths = folders.map(|entry| entry.unwrap().path().join("contract.consigne")).filter(|path| path.exists());
    let texts = paths.map(|path| std::fs::read_to_string(path).unwrap());
    texts.max_by_key(|text| text.lines().count()).unwrap()
}

/// The contract under another identity.
fn renamed(text: &str, number: usize) -> String {
    let (head, rest) = text.split_once("contract ").unwrap();
    let (_, title) = rest.split_once(" \"").unwrap();
    format!("{head}contract BENCH-{number} \"{title}")
}
