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

mod contracts;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

/// How many files are checked.
const FILES: usize = 1000;
/// How many runs are counted, after one that is not.
const RUNS: usize = 5;

fn main() {
    let folder = tempfile::tempdir().unwrap();
    let lines = contracts::write(folder.path(), FILES, &contracts::longest_sample());
    let mut times: Vec<Duration> = (0..=RUNS).map(|_| checked(folder.path())).skip(1).collect();
    times.sort_unstable();
    let shown = |time: Option<&Duration>| time.map_or(0, Duration::as_millis);
    println!(
        "check of {FILES} files, {} lines each: {} ms (least {}, greatest {}, {RUNS} runs)",
        lines,
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
