//! The program as its users call it.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{consigne, root, succeeds};

fn sample(name: &str) -> std::path::PathBuf {
    root().join("contracts").join(name)
}

fn ends(folder: &Path, arguments: &[&str], code: i32) -> String {
    let output = consigne(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr).into_owned();
    assert_eq!(output.status.code(), Some(code), "{arguments:?}: {errors}");
    errors
}

#[test]
fn a_new_workspace_checks_tests_and_settles() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("demo");
    succeeds(folder.path(), &["new", "demo"]);
    assert_eq!(succeeds(&dir, &["check"]), "0 errors, 0 open questions, 0 warnings\n");
    assert_eq!(succeeds(&dir, &["check", "--quiet"]), "");
    assert!(succeeds(&dir, &["test"]).contains(" 0 failed"));
    // 7 hours × 385.00 = 2695.00, less 2 % of it: 53.90.
    assert!(succeeds(&dir, &["settle", "2013-01"]).contains("customer owes provider: 2 641.10 USD"));
    let below = dir.join("deeper");
    std::fs::create_dir(&below).unwrap();
    succeeds(&below, &["check"]);
    assert!(ends(folder.path(), &["new", "demo"], 2).contains("not empty"));
}

#[test]
fn exit_codes_tell_findings_calls_and_files_apart() {
    let nowhere = tempfile::tempdir().unwrap();
    assert!(ends(nowhere.path(), &["check"], 3).contains("consigne new"));
    assert!(ends(&sample("triage"), &["settle", "June"], 2).contains("2026-03"));
    assert!(ends(&sample("triage"), &["settle", "2031"], 2).contains("no settlement period"));
    // Told before any feed is read.
    let nowhere = ["settle", "2031", "--feed", "nowhere.jsonl"];
    assert!(ends(&sample("triage"), &nowhere, 2).contains("no settlement period"));
    assert!(ends(&sample("triage"), &["explain", "clause", "9", "2026-03"], 2).contains("clauses: 2, 3"));
    ends(&sample("triage"), &["sttle"], 2);
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("consigne.toml"), "contracts = [\"c.consigne\"]\nfeeds = 3\n").unwrap();
    assert!(ends(folder.path(), &["check"], 3).contains("feeds"));
    std::fs::write(folder.path().join("consigne.toml"), "contracts = [\"c.consigne\"]\n").unwrap();
    assert!(ends(folder.path(), &["check"], 3).contains("c.consigne"));
    std::fs::write(folder.path().join("c.consigne"), "contract X \"x\"").unwrap();
    ends(folder.path(), &["check"], 1);
    assert!(ends(folder.path(), &["settle", "2026-01"], 1).contains("C012"));
}

#[test]
fn check_points_at_the_place_and_offers_a_word() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(sample("triage").join("contract.consigne")).unwrap();
    let path = folder.path().join("c.consigne");
    std::fs::write(&path, text.replace("count of redeployed", "count of redeploid")).unwrap();
    let output = consigne(folder.path(), &["check", path.to_str().unwrap(), "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let finding = &json["diagnostics"][0];
    assert_eq!(finding["code"], "C010");
    assert_eq!(finding["help"], "did you mean `redeployed`?");
    let line = text.lines().position(|line| line.contains("count of redeployed")).unwrap() + 1;
    assert_eq!(finding["line"], line);
}

#[test]
fn several_mistakes_are_all_told() {
    let folder = tempfile::tempdir().unwrap();
    let text = std::fs::read_to_string(sample("availability").join("contract.consigne")).unwrap();
    let broken = text
        .replace("42.00 EUR per pump", "42.00 USD per pump")
        .replace("from failed to restored", "from faild to restored")
        .replace("under clauses 4.2 and 6.1", "under clauses 4.2 and 6.7");
    let path = folder.path().join("c.consigne");
    std::fs::write(&path, broken).unwrap();
    let output = consigne(folder.path(), &["check", path.to_str().unwrap(), "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let findings = json["diagnostics"].as_array().unwrap();
    let has = |code: &str, word: &str| {
        findings.iter().any(|found| found["code"] == code && found["message"].as_str().unwrap().contains(word))
    };
    assert!(has("C021", "USD"), "{json:#}");
    assert!(has("C010", "faild"), "{json:#}");
    assert!(has("C010", "6.7"), "{json:#}");
}

#[test]
fn decide_reads_standard_input() {
    let mut child = Command::new(env!("CARGO_BIN_EXE_consigne"))
        .args(["decide", "-", "--format", "json"])
        .current_dir(sample("triage"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let line = "{\"id\":\"n1\",\"contract\":\"TR-2026-003\",\"kind\":\"inspected\",\"asset\":\"L1\",\"occurred\":\"2026-03-02T08:10:00Z\",\"fields\":{\"data_wiped\":\"no\",\"safety\":\"pass\",\"grade\":\"A\",\"repair_cost\":\"0 EUR\",\"parts_available\":\"no\"}}\n";
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let decision: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(decision["outputs"]["route"], "quarantine");
}

#[test]
fn explain_shows_every_row_and_why_it_does_not_apply() {
    let text = succeeds(&sample("triage"), &["explain", "asset", "L3"]);
    assert!(text.contains("route harvest"), "{text}");
    // 320 of 900 EUR are 35.56 %: more than the 35 % up to which a refurbishment pays.
    assert!(text.contains("row 4 does not apply: repair_cost / list_price ≈ 35.5556% is not up to 35%"), "{text}");
    assert!(succeeds(&sample("triage"), &["explain", "c041"]).contains("commenced"));
}

#[test]
fn the_feed_check_counts_every_line() {
    let text = succeeds(&sample("power-by-the-hour"), &["feed", "check"]);
    assert!(text.contains("10 lines read: 9 used, 1 not for any contract"), "{text}");
    assert!(text.contains("1 of all lines name no asset"), "{text}");
    assert!(text.contains("air_time 1800 to 10800, missing once"), "{text}");
}

#[test]
fn a_rejected_line_is_told_by_file_line_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["consigne.toml", "contract.consigne", "assets.csv"] {
        std::fs::copy(sample("triage").join(name), folder.path().join(name)).unwrap();
    }
    let feed = std::fs::read_to_string(sample("triage").join("feed.jsonl")).unwrap();
    std::fs::write(folder.path().join("feed.jsonl"), feed.replacen("\"grade\":\"A\"", "\"grade\":\"E\"", 1)).unwrap();
    let output = consigne(folder.path(), &["settle", "2026-03", "--format", "json"]);
    assert_eq!(output.status.code(), Some(1));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["evidence"]["rejected"], 1);
    let finding = &json["evidence"]["findings"][0];
    assert_eq!((finding["file"].as_str(), finding["line"].as_u64()), (Some("feed.jsonl"), Some(1)));
    assert!(finding["reason"].as_str().unwrap().contains('E'), "{finding}");
}

#[test]
fn the_order_of_lines_and_repeated_lines_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::create_dir(folder.path().join("indices")).unwrap();
    for name in ["consigne.toml", "contract.consigne", "assets.csv", "indices/labour_cost.csv"] {
        std::fs::copy(sample("availability").join(name), folder.path().join(name)).unwrap();
    }
    let feed = std::fs::read_to_string(sample("availability").join("feed.jsonl")).unwrap();
    let mut lines: Vec<&str> = feed.lines().collect();
    lines.reverse();
    lines.extend(feed.lines().take(3));
    std::fs::write(folder.path().join("feed.jsonl"), lines.join("\n")).unwrap();
    let periods = |folder: &Path| {
        let json: Value = serde_json::from_str(&succeeds(folder, &["settle", "2026-Q1", "--format", "json"])).unwrap();
        json["statements"][0]["periods"].clone()
    };
    assert_eq!(periods(folder.path()), periods(&sample("availability")));
}

#[test]
fn completions_and_stages_print() {
    let folder = sample("triage");
    assert!(succeeds(&folder, &["completions", "bash"]).contains("consigne"));
    for stage in ["tree", "contract", "plan", "observations"] {
        assert!(succeeds(&folder, &["debug", stage]).len() > 100, "{stage}");
    }
}

#[test]
fn the_readme_of_a_sample_is_there() {
    for folder in crate::support::samples() {
        let text = std::fs::read_to_string(folder.join("README.md")).unwrap();
        assert!(text.lines().count() >= 8, "{}", folder.display());
    }
}

#[test]
fn a_statement_before_the_end_of_its_period_is_provisional() {
    // Asked for on 2 February, an hour before P2 is requested back: nothing is late then, and 33 days have begun.
    let text = succeeds(&sample("availability"), &["settle", "2026-02", "--as-of", "2026-02-02T07:00:00Z"]);
    assert!(text.contains("PROVISIONAL"), "{text}");
    assert!(!text.contains("late by"), "{text}");
    let text = succeeds(&sample("availability"), &["settle", "2026-02", "--as-of", "2026-03-15T00:00:00Z"]);
    assert!(!text.contains("PROVISIONAL"), "{text}");
}

#[test]
fn an_estimate_is_named() {
    let text = succeeds(&sample("pay-per-use"), &["settle", "2026-03"]);
    assert!(text.contains("2 values are estimates, without a reading"), "{text}");
    let text = succeeds(&sample("pay-per-use"), &["explain", "clause", "2", "2026-03", "C2"]);
    assert!(text.contains("1 of them estimated"), "{text}");
}

#[test]
fn a_feed_that_cannot_be_read_whole_is_a_finding() {
    let folder = tempfile::tempdir().unwrap();
    for name in ["consigne.toml", "contract.consigne", "flights.csv"] {
        std::fs::copy(sample("power-by-the-hour").join(name), folder.path().join(name)).unwrap();
    }
    ends(folder.path(), &["settle", "2013-01"], 0);
    let settings = std::fs::read_to_string(folder.path().join("consigne.toml")).unwrap();
    std::fs::write(folder.path().join("consigne.toml"), settings.replace("\"tailnum\"", "\"tail\"")).unwrap();
    ends(folder.path(), &["settle", "2013-01"], 1);
    std::fs::write(folder.path().join("consigne.toml"), settings.replace("is present", "is presnt")).unwrap();
    assert!(ends(folder.path(), &["settle", "2013-01"], 3).contains("slip"));
}

#[test]
fn the_tour_of_the_readme_holds() {
    let folder = tempfile::tempdir().unwrap();
    succeeds(folder.path(), &["new", "demo"]);
    let dir = folder.path().join("demo");
    let path = dir.join("contract.consigne");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("per hour pro rata", "per hour")).unwrap();
    let output = consigne(&dir, &["check"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("error[C041]") && told.contains("commenced") && told.contains("1 open question"), "{told}");
    std::fs::write(&path, text.replace("360.00 USD\n", "361.00 USD\n")).unwrap();
    let output = consigne(&dir, &["test"]);
    let told = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(told.contains("FAIL") && told.contains("expected clause 2"), "{told}");
}

/// The clause that the README shows is one of the sample, word for word.
#[test]
fn the_clause_of_the_readme_is_that_of_the_sample() {
    let readme = std::fs::read_to_string(root().join("README.md")).unwrap();
    let (_, clause) = readme.split_once("clause 6.1").unwrap();
    let (clause, _) = clause.split_once("```").unwrap();
    let contract = std::fs::read_to_string(sample("availability").join("contract.consigne")).unwrap();
    assert!(contract.contains(clause), "{clause}");
}
