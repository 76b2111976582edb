//! How long it takes from an edit on disk to rules in force, in a workspace of a hundred contract files.
//!
//! `cargo bench --bench reload` starts `consigne serve`, changes one file after the other as an editor does (a new file is
//! moved into its place), and takes the time from there until the service says which rules are in force, the wait for the
//! folder to be quiet included. The files are those of the other benchmarks, then the longest of the sample agreements.

#![expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock and files, tells its figures, and fails loudly"
)]

mod contracts;

use std::io::{BufRead as _, BufReader};
use std::path::Path;
use std::process::{Child, ChildStderr, Command, Stdio};
use std::time::{Duration, Instant};

/// How many files there are, and how often one of them is changed.
const FILES: usize = 100;
const EDITS: usize = 200;
/// An edit comes so long after the last one took effect: longer than a folder has to be quiet, and never in step with it.
const PAUSE: Duration = Duration::from_millis(150);
const STEP: Duration = Duration::from_micros(370);

fn main() {
    let short = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/world/contract.consigne"));
    for sample in [short.unwrap(), contracts::longest_sample()] {
        let folder = tempfile::tempdir().unwrap();
        let lines = contracts::write(folder.path(), FILES, &sample);
        let mut times = edits(folder.path());
        times.sort_unstable();
        let at = |percent: usize| times.get(EDITS.saturating_mul(percent).div_euclid(100).saturating_sub(1)).unwrap();
        println!(
            "edit of one of {FILES} files, {lines} lines each: median {:.1?}, 99th percentile {:.1?}, greatest {:.1?} ({EDITS} edits)",
            at(50),
            at(99),
            at(100)
        );
    }
}

/// What each edit takes.
fn edits(folder: &Path) -> Vec<Duration> {
    let mut service = Command::new(env!("CARGO_BIN_EXE_consigne"))
        .arg("serve")
        .current_dir(folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    // An editor may write the new file where nobody watches.
    let desk = tempfile::tempdir().unwrap();
    let mut said = BufReader::new(service.stderr.take().unwrap());
    in_force(&mut said);
    let times = (0..EDITS).map(|edit| {
        std::thread::sleep(PAUSE.saturating_add(STEP.saturating_mul(u32::try_from(edit).unwrap())));
        // Neighbours are not changed one after the other.
        let path = folder.join(format!("contracts/{}.consigne", edit.saturating_mul(37).rem_euclid(FILES)));
        let text = std::fs::read_to_string(&path).unwrap();
        let new = desk.path().join("new");
        std::fs::write(&new, format!("{text}\n/* edit {edit} */\n")).unwrap();
        std::fs::rename(&new, &path).unwrap();
        let start = Instant::now();
        in_force(&mut said);
        start.elapsed()
    });
    let times = times.collect();
    stop(service);
    times
}

/// Waits until the service says which rules are in force.
fn in_force(said: &mut BufReader<ChildStderr>) {
    let mut line = String::new();
    while !line.contains("rules in force") {
        line.clear();
        assert!(said.read_line(&mut line).unwrap() > 0, "the service has ended");
    }
}

fn stop(mut service: Child) {
    service.kill().unwrap();
    service.wait().unwrap();
}
