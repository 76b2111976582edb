//! How time and memory grow with the number of events, where memory is bounded.
//!
//! `cargo bench --bench growth -- 1000000 10000000 /a/folder` makes a world of each size (one, ten and a hundred million
//! events if nothing is said) in the folder (a temporary one if none is named): Parquet in pieces of five million lines,
//! the machines of one register. December of all contracts is settled with `--memory 2GiB`, or what the word `memory=` says.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::cast_precision_loss,
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

use std::path::{Path, PathBuf};

use columns::{Side, least, tell};
use world::Size;

const PIECE: usize = 5_000_000;
const RUNS: usize = 3;

fn main() {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let mut sizes: Vec<u64> = words.iter().filter_map(|word| word.parse().ok()).collect();
    if sizes.is_empty() {
        sizes = vec![1_000_000, 10_000_000, 100_000_000];
    }
    let memory = words.iter().find_map(|word| word.strip_prefix("memory=")).unwrap_or("2GiB");
    let temporary = tempfile::tempdir().unwrap();
    let named = words.iter().find(|word| word.starts_with('/')).map(PathBuf::from);
    for events in sizes {
        let folder = named.as_deref().unwrap_or(temporary.path()).join(events.to_string());
        measure(&folder, Size::of(events, &words), memory);
    }
}

fn measure(folder: &Path, size: Size, memory: &str) {
    std::fs::create_dir_all(folder).unwrap();
    let side = Side::new(folder);
    world::write_frame(folder, size, "events.jsonl");
    columns::write(folder, "events-*.parquet");
    let lines = folder.join("events.jsonl");
    world::write_pieces(&lines, size, PIECE, |piece| side.pack(&format!("events-{piece:03}.parquet")));
    std::fs::remove_file(&lines).unwrap();
    let runs = if size.events > 50_000_000 { 1 } else { RUNS };
    let costs: Vec<_> = (0..runs).map(|_| side.settled(&["--memory", memory])).collect();
    let cost = least(&costs);
    println!("{} events, {} contracts, {} machines", size.events, size.contracts, size.assets);
    tell(&format!("settle within {memory}"), &cost);
    let [seconds, ..] = cost;
    println!("    {:.2} s for each million", seconds / (size.events as f64 / 1e6));
}
