//! A settlement for which there is little memory says the same as one for which there is much.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::partitions::{CONTRACT, lines};

/// The contracts of the workspace. The register holds every pump under two of them, so that lines which claim no contract
/// are for both.
const CONTRACTS: [&str; 4] = ["T-1", "T-2", "T-3", "T-4"];

/// Puts a line under a contract by its number: two of four under one of their own, one under the two of the register, one
/// under T-4. Some corrections claim T-1 and correct a line that is for the others.
fn spread(line: &str) -> String {
    let id = line.split('"').nth(3).unwrap();
    let number: u64 = id.get(1..).unwrap().parse().unwrap();
    let elsewhere = id.starts_with('c') && number % 60 == 30;
    let claim = match number % 4 {
        0 => "\"contract\":\"T-1\",",
        1 => "\"contract\":\"T-2\",",
        2 if elsewhere => "\"contract\":\"T-1\",",
        2 => "",
        _ => "\"contract\":\"T-4\",",
    };
    line.replace("\"contract\":\"T-1\",", claim)
}

/// The lines, and some that are for no contract: two that take lines back, one of which is not there; two that say
/// something else than a line of T-1 and of T-4 do.
fn events() -> Vec<String> {
    let mut all: Vec<String> = lines().iter().map(|line| spread(line)).collect();
    for (id, target) in [("r1", "e7"), ("r2", "nothing")] {
        all.push(format!("{{\"id\":\"{id}\",\"retracts\":\"{target}\",\"recorded\":\"2026-07-01T00:00:00Z\"}}"));
    }
    for id in ["e8", "e11"] {
        all.push(format!(
            "{{\"id\":\"{id}\",\"kind\":\"danced\",\"asset\":\"P1\",\"occurred\":\"2026-06-30T00:00:00Z\"}}"
        ));
    }
    all
}

/// A workspace of some of the contracts.
fn workspace(contracts: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    for id in contracts {
        write(&format!("{id}.consigne"), CONTRACT.replace("contract T-1", &format!("contract {id}")));
    }
    let held = contracts.iter().filter(|id| ["T-2", "T-3"].contains(id));
    let rows = held.flat_map(|id| (0..40).map(move |pump| format!("P{pump},pump,{id}\n")));
    write("pumps.csv", format!("asset,family,contract\n{}", rows.collect::<String>()));
    let events = events();
    let (first, second) = events.split_at(events.len() / 3);
    write("a.jsonl", second.join("\n"));
    write("b.jsonl", first.join("\n"));
    let settings = "contracts = [\"*.consigne\"]\nassets = [\"pumps.csv\"]\n[[feed]]\npath = \"*.jsonl\"\n";
    write("consigne.toml", settings.to_owned());
    folder
}

fn settled(folder: &Path, scratch: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_consigne"))
        .args(["settle", "2026-01..2026-06"])
        .args(arguments)
        .current_dir(folder)
        .env("TMPDIR", scratch)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The periods of the statement of a contract.
fn periods(json: &Value, contract: &str) -> Value {
    let statements = json["statements"].as_array().unwrap();
    statements.iter().find(|statement| statement["contract"] == contract).unwrap()["periods"].clone()
}

#[test]
fn the_same_bytes_come_out_of_little_memory() {
    let folder = workspace(&CONTRACTS);
    let scratch = tempfile::tempdir().unwrap();
    for form in ["text", "json"] {
        let much = settled(folder.path(), scratch.path(), &["--format", form]);
        assert!(String::from_utf8_lossy(&much.stdout).contains("T-4"), "{much:?}");
        for memory in ["3KiB", "64KiB", "1GiB"] {
            let little = settled(folder.path(), scratch.path(), &["--format", form, "--memory", memory]);
            assert!(little == much, "{memory} as {form}");
        }
    }
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0, "the scratch file is still there");
}

#[test]
fn a_contract_is_settled_as_if_another_were_not_there() {
    let nowhere = std::env::temp_dir();
    let all = json(&settled(workspace(&CONTRACTS).path(), &nowhere, &["--format", "json"]));
    let fewer = json(&settled(workspace(&["T-2", "T-3", "T-4"]).path(), &nowhere, &["--format", "json"]));
    let counts = ["used", "duplicate", "superseded", "retracted", "conflict", "unassigned", "rejected"];
    for json in [&all, &fewer] {
        let sum: u64 = counts.iter().map(|count| json["evidence"][count].as_u64().unwrap()).sum();
        assert_eq!(json["evidence"]["read"], sum);
        // What takes back a line that is not there is rejected.
        assert_eq!(json["evidence"]["rejected"], 1);
        // The line of T-4 that is taken back, and what takes it back.
        assert_eq!(json["evidence"]["retracted"], 2);
    }
    let own = periods(&all, "T-4");
    assert!(!own[0]["lines"].as_array().unwrap().is_empty());
    assert_eq!(own, periods(&fewer, "T-4"));
}

#[test]
fn a_scratch_file_that_cannot_be_made_ends_the_command() {
    let folder = workspace(&CONTRACTS);
    let output = settled(folder.path(), Path::new("/nowhere/at/all"), &["--memory", "3KiB"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(3), true), "{said}");
    assert!(said.contains("the scratch file") && said.contains("TMPDIR"), "{said}");
    let wrong = settled(folder.path(), Path::new("/tmp"), &["--memory", "much"]);
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(said.contains("`much` is no amount of memory") && said.contains("`2GiB`"), "{said}");
}
