//! How long the settlement of a month takes over the events of a year, beside parsing their lines alone.
//!
//! `cargo bench --bench settle -- 1000000 /a/folder` writes a world of so many events (ten million if nothing is said) into
//! the folder (a temporary one if none is named), settles December of all its contracts, and has `peers/lines` parse the same
//! lines with `simd-json` and with `sonic-rs` into values, on all cores as well.

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

mod world;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::Instant;

use world::Size;

/// How many runs of each side are counted; they take turns.
const RUNS: usize = 5;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let size = Size::of(words.iter().find_map(|word| word.parse().ok()).unwrap_or(10_000_000), &words);
    let temporary = tempfile::tempdir().unwrap();
    let named = words.iter().find(|word| word.starts_with('/')).map(PathBuf::from);
    let folder = named.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).unwrap();
    let feed = folder.join("events.jsonl");
    world::write_frame(folder, size, "events.jsonl");
    world::write_pieces(&feed, size, usize::MAX, |_| {});
    let parser = parser();
    let (mut own, mut others) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        own.push(settled(folder));
        others.push(parsed(&parser, &feed));
    }
    let own = least(own.into_iter());
    println!("{} events, {} contracts, {} machines", size.events, size.contracts, size.assets);
    println!("settle: {own:.2} s");
    for (place, (name, _)) in others[0].iter().enumerate() {
        let alone = least(others.iter().map(|times| times[place].1));
        println!("    parsing alone with {name}: {alone:.2} s; ratio {:.2}", own / alone);
    }
}

fn least(times: impl Iterator<Item = f64>) -> f64 {
    times.fold(f64::INFINITY, f64::min)
}

/// One run of the program; lines that are held or corrected make it end with 1.
fn settled(folder: &Path) -> f64 {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_consigne"))
        .args(["settle", "2026-12", "--quiet"])
        .current_dir(folder)
        .output()
        .unwrap();
    let time = start.elapsed();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    time.as_secs_f64()
}

/// The program that parses alone, built beside this one.
fn parser() -> PathBuf {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/lines/Cargo.toml");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).join("lines");
    let mut build = Command::new(env!("CARGO"));
    build.args(["build", "--release", "--quiet", "--manifest-path"]).arg(manifest).arg("--target-dir").arg(&target);
    assert!(build.status().unwrap().success(), "{build:?}");
    target.join("release/peer-lines")
}

/// How many seconds each parser takes to read the file and parse each line into a value.
fn parsed(parser: &Path, feed: &Path) -> Vec<(String, f64)> {
    let output = Command::new(parser).arg(feed).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told = String::from_utf8(output.stdout).unwrap();
    let times = told.lines().map(|line| {
        let (name, seconds) = line.split_once('\t').unwrap();
        (name.to_owned(), seconds.parse().unwrap())
    });
    times.collect()
}
