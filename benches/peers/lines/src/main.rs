//! Parses the lines of a file into values with each parser, on all cores, and tells how long that took.
//!
//! `peer-lines FILE` prints a line for each parser: its name and the seconds, the reading of the file among them.

use std::time::Instant;

use rayon::prelude::*;

fn main() {
    let path = std::env::args().nth(1).expect("the file to parse");
    timed("simd-json", &path, |line| simd_json::to_borrowed_value(line).is_ok());
    timed("sonic-rs", &path, |line| sonic_rs::from_slice::<sonic_rs::Value>(line).is_ok());
}

fn timed(name: &str, path: &str, parse: impl Fn(&mut [u8]) -> bool + Sync) {
    let start = Instant::now();
    let mut bytes = std::fs::read(path).expect("a file that can be read");
    let lines: Vec<&mut [u8]> = bytes.split_mut(|byte| *byte == b'\n').filter(|line| !line.is_empty()).collect();
    let (count, parsed) = (lines.len(), lines.into_par_iter().filter_map(|line| parse(line).then_some(())).count());
    let seconds = start.elapsed().as_secs_f64();
    assert_eq!(parsed, count, "{name} did not parse each line");
    println!("{name}\t{seconds}");
}
