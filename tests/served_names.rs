//! The live service: assets with other names, and events that are known too late.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

fn contract(more: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{ conflicting records first known stays {more} }}
asset laptop "Laptop" {{ worth money }}
event valued of laptop {{ worth money }}
event inspected of laptop {{ grade (A, B, C) }}
event shipped of laptop
event retagged of laptop {{ tag text, new identity, the old one stays }}

decide route of laptop on inspected = first match by grade, worth {{
    | A, B | above 100.00 EUR | => resale  |
    | -    | -                | => recycle |
}}
    final on shipped

clause 1 "Resale" {{ on inspected where route is resale, provider pays 10.00 EUR per laptop as sale }}

scenario "s" {{ 2026-01-05 09:00 shipped L1 expect clause 1 in 2026-01 = 0.00 EUR }}
"#
    )
}

fn event(id: &str, kind: &str, (asset, day): (&str, &str), more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"contract\":\"T-1\",\"kind\":\"{kind}\",\"asset\":\"{asset}\",\"occurred\":\"2026-03-{day}T09:00:00Z\"{more}}}"
    )
}

fn valued(id: &str, (asset, day): (&str, &str), more: &str) -> String {
    event(id, "valued", (asset, day), &format!(",\"fields\":{{\"worth\":\"150.00 EUR\"}}{more}"))
}

fn inspected(id: &str, (asset, day): (&str, &str), more: &str) -> String {
    event(id, "inspected", (asset, day), &format!(",\"fields\":{{\"grade\":\"A\"}}{more}"))
}

fn retagged(id: &str, (asset, day): (&str, &str), tag: &str) -> String {
    event(id, "retagged", (asset, day), &format!(",\"fields\":{{\"tag\":\"{tag}\"}}"))
}

/// What the service decides about some lines, and what it says.
fn served(more: &str, lines: &[String]) -> (Vec<String>, String) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.consigne"), contract(more)).unwrap();
    std::fs::write(folder.path().join("consigne.toml"), "contracts = [\"t.consigne\"]\n").unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_consigne"))
        .arg("serve")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    child.stdin.take().unwrap().write_all(format!("{}\n", lines.join("\n")).as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let told = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        let route = record["outputs"]["route"].as_str().unwrap_or("undecided");
        let cause = record["cause"].as_str().map_or_else(String::new, |cause| format!(" by {cause}"));
        format!("{} {route}{cause}", record["event"].as_str().unwrap())
    };
    let decided = String::from_utf8(output.stdout).unwrap();
    (decided.lines().map(told).collect(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_history_goes_on_under_another_name() {
    let lines = [
        valued("v1", ("L1", "01"), ""),
        retagged("t1", ("L1", "02"), "L2"),
        inspected("i1", ("L2", "03"), ""),
        retagged("t2", ("L2", "04"), "L3"),
        inspected("i2", ("L3", "05"), ""),
        // The old name stays a name of it.
        inspected("i3", ("L1", "06"), ""),
    ];
    let (decided, said) = served("", &lines);
    assert_eq!(decided, ["i1 resale", "i2 resale", "i3 resale"], "{said}");
}

#[test]
fn a_name_that_becomes_known_later_revises_what_was_decided_under_it() {
    let lines = [
        valued("v1", ("L1", "01"), ""),
        // Nothing is known of L2 yet.
        inspected("i1", ("L2", "03"), ""),
        retagged("t1", ("L1", "02"), "L2"),
        inspected("i2", ("L2", "04"), ""),
    ];
    let (decided, said) = served("", &lines);
    assert_eq!(decided, ["i1 undecided", "i1 resale by t1", "i2 resale"], "{said}");
}

#[test]
fn a_name_that_another_asset_bears_is_refused() {
    let lines = [
        valued("v1", ("L1", "01"), ""),
        retagged("t1", ("L1", "02"), "L2"),
        retagged("t2", ("L9", "03"), "L2"),
        inspected("i1", ("L2", "04"), ""),
        inspected("i2", ("L9", "04"), ""),
    ];
    let (decided, said) = served("", &lines);
    assert_eq!(decided, ["i1 resale", "i2 undecided"], "{said}");
    assert!(said.lines().any(|line| line.contains("-:3")), "{said}");
}

#[test]
fn what_is_known_too_late_is_not_decided_on() {
    let limit = "late events corrected in the next settlement, up to 1 month back";
    let at = |known: &str| format!(",\"recorded\":\"{known}\"");
    // March ends the limit with April: what is known on 1 May in Paris is too late.
    let lines = [
        valued("v1", ("L1", "01"), &at("2026-04-30T22:00:00Z")),
        inspected("i1", ("L1", "02"), &at("2026-04-30T21:59:59Z")),
        inspected("i2", ("L1", "02"), &at("2026-04-30T22:00:00Z")),
    ];
    let (decided, said) = served(limit, &lines);
    assert_eq!(decided, ["i1 undecided"], "{said}");
    let late: Vec<&str> = said.lines().filter(|line| line.contains("too late")).collect();
    assert_eq!(late.len(), 2, "{said}");
    assert!(late[0].contains("-:1") && late[1].contains("-:3"), "{said}");
    let (decided, said) = served("", &lines);
    assert_eq!(decided, ["i1 resale", "i2 resale"], "{said}");
}
