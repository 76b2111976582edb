//! Faults planted in a copy of the program, one at a time: the second evaluator must find each.
//!
//! The copy stands under `target/planted` and is built once. Every fault of the list is in it, and a variable of the
//! environment switches one on. A fault whose words stand no longer in the source, or more than once, stops the run.

mod faults;

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use self::faults::{FAULTS, Fault};

/// How many random contracts each fault is looked for in.
const SEEDS: u64 = 1_500;

/// The switch, behind the last line of the library.
const SWITCH: &str = "
/// Whether a fault is switched on.
#[must_use]
pub fn planted(name: &str) -> bool {
    static NAME: std::sync::OnceLock<Option<String>> = std::sync::OnceLock::new();
    NAME.get_or_init(|| std::env::var(\"CONSIGNE_PLANTED\").ok()).as_deref() == Some(name)
}
";

/// A file of the program with its faults.
fn with_faults(name: &str, text: &str) -> String {
    let mut text = text.to_owned();
    for Fault { name: fault, file, find, plant } in FAULTS.iter().filter(|fault| fault.file == name) {
        let places = text.matches(find).count();
        assert_eq!(places, 1, "“{fault}” can not be planted: these words stand {places} times in {file}:\n{find}");
        text = text.replace(find, &plant.replace("PLANTED", &format!("crate::planted(\"{fault}\")")));
    }
    if name == "src/lib.rs" { text + SWITCH } else { text }
}

/// Copies a file or folder of the tree; what is as it was keeps its date, so that it is not built again.
fn copy(root: &Path, tree: &Path, name: &str) {
    let (from, to) = (root.join(name), tree.join(name));
    if from.is_dir() {
        let names = |folder: &Path| -> BTreeSet<String> {
            let entries = std::fs::read_dir(folder).into_iter().flatten();
            entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
        };
        std::fs::create_dir_all(&to).unwrap();
        let (own, copied) = (names(&from), names(&to));
        for gone in copied.difference(&own).map(|gone| to.join(gone)) {
            if gone.is_dir() { std::fs::remove_dir_all(gone).unwrap() } else { std::fs::remove_file(gone).unwrap() }
        }
        own.iter().for_each(|inner| copy(root, tree, &format!("{name}/{inner}")));
        return;
    }
    let bytes = std::fs::read(&from).unwrap();
    let planted = match std::str::from_utf8(&bytes) {
        Ok(text) => with_faults(name, text).into_bytes(),
        Err(_) => bytes,
    };
    if std::fs::read(&to).ok().as_ref() != Some(&planted) {
        std::fs::write(&to, planted).unwrap();
    }
}

/// What the copy says of itself where a period comes to something else when it is asked for alone, or a contract in parts.
const OTHERWISE: [&str; 2] = ["the last period asked for alone, then among all", "the assets in parts, then together"];

/// The seeds for which the copy differs from the second evaluator, at most so many; the last number where it differs from
/// itself.
fn differing(tree: &Path, fault: &str, most: usize, known: &BTreeSet<u64>) -> BTreeSet<u64> {
    let skip: Vec<String> = known.iter().map(u64::to_string).collect();
    let output = Command::new(env!("CARGO"))
        .args(["test", "--locked", "--test", "main", "naive::runs::long", "--", "--ignored", "--nocapture"])
        .current_dir(tree)
        .env("CARGO_TARGET_DIR", tree.with_file_name("build"))
        .env("CONSIGNE_PLANTED", fault)
        .env("CONSIGNE_FROM", "0")
        .env("CONSIGNE_SEEDS", SEEDS.to_string())
        .env("CONSIGNE_FAILURES", most.to_string())
        .env("CONSIGNE_SKIP", skip.join(","))
        .env("CONSIGNE_SHRINK", "no")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr);
    if OTHERWISE.iter().any(|words| told.contains(words)) {
        return BTreeSet::from([u64::MAX]);
    }
    assert!(told.contains("random contracts: "), "the copy does not run:\n{told}");
    let seed = |line: &str| line.strip_prefix("seed ")?.split(' ').next()?.parse().ok();
    told.lines().filter(|line| line.contains(" differs:")).filter_map(seed).collect()
}

/// Whoever changes the words of a fault learns it here, and not from the long run.
#[test]
fn every_fault_can_be_planted() {
    let files: BTreeSet<&str> = FAULTS.iter().map(|fault| fault.file).collect();
    for file in files {
        let text = std::fs::read_to_string(crate::support::root().join(file)).unwrap();
        assert_ne!(with_faults(file, &text), text, "{file}");
    }
}

/// The run: see the head of the folder `naive`.
#[test]
#[ignore = "builds the program again and runs it once for each fault; by one command"]
fn every_fault_is_found() {
    let root = crate::support::root();
    let tree = root.join("target/planted/tree");
    for name in ["Cargo.toml", "Cargo.lock", "src", "tests", "benches", "grammar", "contracts", "README.md"] {
        std::fs::create_dir_all(&tree).unwrap();
        copy(root, &tree, name);
    }
    let known = differing(&tree, "", usize::MAX, &BTreeSet::new());
    eprintln!("without a fault: {} of {SEEDS} seeds differ and are left out", known.len());
    let only = std::env::var("CONSIGNE_FAULTS").unwrap_or_default();
    let asked = |fault: &&Fault| only.split(',').any(|word| fault.name.contains(word));
    let tried: Vec<&Fault> = FAULTS.iter().filter(asked).collect();
    let mut missed = Vec::new();
    for fault in &tried {
        match differing(&tree, fault.name, 1, &known).first() {
            Some(&u64::MAX) => eprintln!("found, it comes to something else alone or in parts: {}", fault.name),
            Some(seed) => eprintln!("found with seed {seed}: {}", fault.name),
            None => missed.push(fault.name),
        }
    }
    eprintln!("{} of {} faults found", tried.len() - missed.len(), tried.len());
    assert!(missed.is_empty(), "not found in {SEEDS} random contracts: {missed:?}");
}
