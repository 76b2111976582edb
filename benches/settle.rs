//! How long the settlement of a month takes over the events of a year, beside parsing their lines alone.
//!
//! `cargo bench --bench settle -- 1000000 /a/folder` writes a world of so many events (ten million if nothing is said) into
//! the folder (a temporary one if none is named), settles December of all its contracts, and parses the same lines with
//! `simd-json` into values, on all cores as well.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock and files, tells its figures, and fails loudly"
)]

mod world;

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use world::Size;

/// How many runs of each side are counted; they take turns.
const RUNS: usize = 3;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let size = Size::of(words.iter().find_map(|word| word.parse().ok()).unwrap_or(10_000_000));
    let temporary = tempfile::tempdir().unwrap();
    let named = words.iter().find(|word| word.starts_with('/')).map(PathBuf::from);
    let folder = named.as_deref().unwrap_or(temporary.path());
    std::fs::create_dir_all(folder).unwrap();
    let feed = folder.join("events.jsonl");
    world::write_frame(folder, size, "events.jsonl");
    world::write_pieces(&feed, size, usize::MAX, |_| {});
    let (mut own, mut alone) = (Vec::new(), Vec::new());
    for _ in 0..RUNS {
        own.push(settled(folder));
        alone.push(parsed(&feed));
    }
    let middle = |times: &mut Vec<Duration>| {
        times.sort_unstable();
        times[RUNS / 2].as_secs_f64()
    };
    let (own, alone) = (middle(&mut own), middle(&mut alone));
    println!("{} events, {} contracts, {} machines", size.events, size.contracts, size.assets);
    println!("settle: {own:.2} s; parsing alone: {alone:.2} s; ratio {:.1}", own / alone);
}

/// One run of the program; lines that are held or corrected make it end with 1.
fn settled(folder: &Path) -> Duration {
    let start = Instant::now();
    let output = Command::new(env!("CARGO_BIN_EXE_consigne"))
        .args(["settle", "2026-12", "--quiet"])
        .current_dir(folder)
        .output()
        .unwrap();
    let time = start.elapsed();
    assert!(matches!(output.status.code(), Some(0 | 1)), "{}", String::from_utf8_lossy(&output.stderr));
    time
}

/// Reads the file and parses each line into a value.
fn parsed(feed: &Path) -> Duration {
    let start = Instant::now();
    let mut bytes = std::fs::read(feed).unwrap();
    let lines: Vec<&mut [u8]> = bytes.split_mut(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let objects =
        lines.into_par_iter().map(|line| usize::from(simd_json::to_borrowed_value(line).is_ok())).sum::<usize>();
    let time = start.elapsed();
    assert!(objects > 0, "nothing was parsed");
    time
}
