//! The sample agreements: they check without findings, their scenarios pass and cover every clause,
//! they settle to figures that were derived by hand, and none of their figures can be changed without
//! a test that fails.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use serde_json::Value;

use crate::support::{checked, contracts, samples, succeeds};

#[test]
fn every_sample_checks_without_a_finding() {
    for folder in samples() {
        let output = succeeds(&folder, &["check", "--format", "json"]);
        let findings: Value = serde_json::from_str(&output).unwrap();
        assert_eq!(findings["diagnostics"].as_array().map(Vec::len), Some(0), "{output}");
    }
}

#[test]
fn scenarios_pass_and_cover_every_clause() {
    for (path, text) in contracts() {
        let contract = checked(&text).contract.unwrap_or_else(|| panic!("{} does not check", path.display()));
        let trials = crate::support::trials(&contract);
        for trial in &trials {
            assert!(trial.failures.is_empty(), "{} {}: {:?}", path.display(), trial.title, trial.failures);
        }
        let covered: BTreeSet<&str> = trials.iter().flat_map(|trial| &trial.clauses).map(String::as_str).collect();
        for clause in &contract.clauses {
            assert!(
                covered.contains(clause.number.as_str()),
                "{}: no scenario expects clause {}",
                path.display(),
                clause.number
            );
        }
    }
}

/// Settles every period of a sample and compares the lines with those of `expected/settlement.csv`.
#[test]
fn every_sample_settles_to_the_expected_lines() {
    for folder in samples() {
        let expected = folder.join("expected/settlement.csv");
        if !expected.exists() {
            continue;
        }
        let wanted = lines_of_table(&expected);
        let periods: BTreeSet<&str> = wanted.iter().filter_map(|line| line.split(',').next()).collect();
        let mut found = BTreeSet::new();
        for period in periods {
            let output = succeeds(&folder, &["settle", period, "--format", "json"]);
            let json: Value = serde_json::from_str(&output).unwrap();
            found.extend(lines_of_statement(&json));
        }
        assert_eq!(found, wanted, "{}", folder.display());
    }
}

fn money(text: &str) -> String {
    consigne::base::number::Ratio::parse(text).unwrap().decimal_text(2, 2)
}

fn lines_of_table(path: &Path) -> BTreeSet<String> {
    let mut reader = csv::Reader::from_path(path).unwrap();
    reader
        .records()
        .map(|row| {
            let row = row.unwrap();
            format!("{},{},{},{},{},{}", &row[0], &row[1], &row[2], &row[3], &row[4], money(&row[5]))
        })
        .collect()
}

fn lines_of_statement(json: &Value) -> BTreeSet<String> {
    let mut lines = BTreeSet::new();
    for statement in json["statements"].as_array().unwrap() {
        for period in statement["periods"].as_array().unwrap() {
            for line in period["lines"].as_array().unwrap() {
                let text = |name: &str| line[name].as_str().unwrap_or_default().to_owned();
                lines.insert(format!(
                    "{},{},{},{},{},{}",
                    period["label"].as_str().unwrap(),
                    text("clause"),
                    text("group"),
                    text("payer"),
                    text("nature"),
                    money(&text("amount")),
                ));
            }
        }
    }
    lines
}

#[test]
fn triage_routes_as_expected() {
    let folder = crate::support::root().join("contracts/triage");
    let output = succeeds(&folder, &["decide", "--format", "json"]);
    let mut decided: BTreeMap<String, BTreeMap<String, String>> = BTreeMap::new();
    for line in output.lines() {
        let decision: Value = serde_json::from_str(line).unwrap();
        let text = |name: &str| decision[name].as_str().unwrap().to_owned();
        let outputs = decided.entry(format!("{},{}", text("event"), text("asset"))).or_default();
        for (name, value) in decision["outputs"].as_object().unwrap() {
            outputs.insert(name.clone(), value.as_str().unwrap().to_owned());
        }
    }
    let names = ["route", "priority", "best", "worth"];
    let row = |(event, outputs): (String, BTreeMap<String, String>)| {
        let values: Vec<String> = names.iter().map(|name| outputs.get(*name).cloned().unwrap_or_default()).collect();
        format!("{event},{}", values.join(","))
    };
    let found: BTreeSet<String> = decided.into_iter().map(row).collect();
    let wanted: BTreeSet<String> = csv::Reader::from_path(folder.join("expected/decisions.csv"))
        .unwrap()
        .records()
        .map(|row| row.unwrap().iter().collect::<Vec<_>>().join(","))
        .collect();
    assert_eq!(found, wanted);
}

/// Every number of a clause, definition or table, changed by itself, is noticed: the checker refuses
/// the text, or a scenario fails.
#[test]
fn a_changed_figure_makes_a_test_fail() {
    for (path, text) in contracts() {
        let changes = changed_figures(&text);
        assert!(changes.len() >= 5, "{}: only {} figures", path.display(), changes.len());
        let mut unnoticed = Vec::new();
        for (line, was, changed) in changes {
            let checked = checked(&changed);
            let failed = checked.contract.is_none_or(|contract| {
                crate::support::trials(&contract).iter().any(|trial| !trial.failures.is_empty())
            });
            if !failed {
                unnoticed.push(format!("line {line}: {was}"));
            }
        }
        assert!(unnoticed.is_empty(), "{}: nothing fails when these change: {unnoticed:#?}", path.display());
    }
}

/// The text once for each figure in it, with that figure changed: outside of prose, titles, scenarios,
/// the frame and conventions, whose answers not every scenario can show.
fn changed_figures(text: &str) -> Vec<(usize, String, String)> {
    let frame_end = text.find("\nasset ").unwrap_or(0);
    let end = text.find("\nscenario ").unwrap_or(text.len());
    let quoted: Vec<(usize, usize)> = {
        let marks: Vec<usize> = text.match_indices('"').map(|(place, _)| place).collect();
        marks.chunks_exact(2).map(|pair| (pair[0], pair[1])).collect()
    };
    let bytes = text.as_bytes();
    let mut changes = Vec::new();
    let mut place = frame_end;
    while place < end {
        let starts = bytes[place].is_ascii_digit() && !is_word(bytes[place - 1]);
        let hidden = quoted.iter().any(|(from, to)| (*from..=*to).contains(&place));
        if !starts || hidden || only_names(text, place) {
            place += 1;
            continue;
        }
        let mut stop = place;
        while bytes[stop].is_ascii_digit() || (bytes[stop] == b'.' && bytes[stop + 1].is_ascii_digit()) {
            stop += 1;
        }
        let figure = &text[place..stop];
        // The first digit grows by one, so that the number stays as long as it was.
        let first = if bytes[place] == b'9' { '8' } else { char::from(bytes[place] + 1) };
        let changed = format!("{}{first}{}", &text[..place], &text[place + 1..]);
        changes.push((text[..place].lines().count(), figure.to_owned(), changed));
        place = stop;
    }
    changes
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.' | b'-')
}

/// Whether the number at a place is that of a clause or amendment, where a changed one names another or none, or the
/// day on which an amendment was signed, of which nothing is computed.
fn only_names(text: &str, place: usize) -> bool {
    let before = text[..place].trim_end();
    ["clause", "clauses", "and", "amendment", "signed"].iter().any(|word| before.ends_with(word))
}
