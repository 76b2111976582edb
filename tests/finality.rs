//! Until when a decision may be revised: what becomes known later counts until it is final, and is listed afterwards.

use std::io::Write as _;
use std::process::{Command, Stdio};

use serde_json::Value;

use crate::support::{checked, holds_all, succeeds};

/// A contract with this end of its table and this scenario.
fn contract(finality: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{ conflicting records first known stays }}
asset laptop "Laptop" {{ worth money }}
event valued of laptop {{ worth money }}
event inspected of laptop {{ grade (A, B, C) }}
event shipped, sold of laptop
event arrived

decide route of laptop on inspected = first match by grade, worth {{
    | A, B | above 100.00 EUR | => resale  |
    | -    | -                | => recycle |
}}
    {finality}

decide next of laptop on inspected where route is resale = first match by grade {{
    | A | => shop |
    | - | => yard |
}}
    {finality}

clause 1 "Resale" {{ on inspected where route is resale, provider pays 10.00 EUR per laptop as sale }}

scenario "s" {{ {scenario} }}
"#
    )
}

/// What keeps the contract from being settled, by code.
fn codes(finality: &str) -> Vec<&'static str> {
    let text = contract(finality, "2026-01-05 09:00 shipped L1 expect clause 1 in 2026-01 = 0.00 EUR");
    checked(&text).refusals().iter().map(|finding| finding.code.as_str()).collect()
}

/// The laptop is worth 50.00 EUR, and 150.00 EUR from the first on, as is known from the given day on. It is inspected on
/// the 2nd and shipped on the 5th.
fn decides(finality: &str, known: &str, shipping: &str, route: &str, amount: &str) {
    let next = if route == "resale" { "shop" } else { "nothing" };
    let scenario = format!(
        "assume worth of L1 = 50.00 EUR
        2026-03-01 09:00 valued L1 recorded {known} {{ worth 150.00 EUR }}
        2026-03-02 09:00 inspected L1 {{ grade A }}
        {shipping}
        expect route of L1 = {route}
        expect next of L1 = {next}
        expect clause 1 in 2026-03 = {amount} EUR"
    );
    let text = contract(finality, &scenario);
    holds_all(&text);
}

const SHIPPED: &str = "2026-03-05 09:00 shipped L1";

#[test]
fn it_is_asked_where_another_event_sets_what_decides() {
    assert_eq!(codes(""), ["C151", "C151"]);
    for answer in ["never revised", "final on shipped", ", final on shipped or sold"] {
        assert!(codes(answer).is_empty(), "{answer}: {:?}", codes(answer));
    }
}

#[test]
fn what_makes_it_final_happens_to_the_same_family() {
    assert_eq!(codes("final on arrived"), ["C022", "C022"]);
    assert_eq!(codes("final on shiped"), ["C010", "C010"]);
}

#[test]
fn never_revised_goes_by_what_was_known_with_the_event() {
    decides("never revised", "2026-03-01 09:00", SHIPPED, "resale", "10.00");
    decides("never revised", "2026-03-02 09:00", SHIPPED, "resale", "10.00");
    decides("never revised", "2026-03-02 09:01", SHIPPED, "recycle", "0.00");
}

#[test]
fn until_the_event_that_makes_it_final_late_facts_count() {
    decides("final on shipped", "2026-03-04 09:00", SHIPPED, "resale", "10.00");
    decides("final on shipped", "2026-03-05 09:00", SHIPPED, "resale", "10.00");
    decides("final on shipped", "2026-03-05 09:01", SHIPPED, "recycle", "0.00");
    // Nothing made it final yet.
    decides("final on shipped", "2026-03-09 09:00", "", "resale", "10.00");
    decides("final on sold or shipped", "2026-03-09 09:00", SHIPPED, "recycle", "0.00");
}

#[test]
fn it_is_final_once_that_event_is_known() {
    let late = "2026-03-05 09:00 shipped L1 recorded 2026-03-10 09:00";
    decides("final on shipped", "2026-03-09 09:00", late, "resale", "10.00");
    decides("final on shipped", "2026-03-11 09:00", late, "recycle", "0.00");
    // What happened before the inspection makes nothing final.
    decides("final on shipped", "2026-03-09 09:00", "2026-02-05 09:00 shipped L1", "resale", "10.00");
}

const REGISTER: &str = "asset,family,contract,worth\nL1,laptop,T-1,50.00\n";

/// A workspace with the contract.
fn workspace(finality: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let text = contract(finality, "2026-01-05 09:00 shipped L1 expect clause 1 in 2026-01 = 0.00 EUR");
    std::fs::write(folder.path().join("t.consigne"), text).unwrap();
    std::fs::write(folder.path().join("assets.csv"), REGISTER).unwrap();
    let settings = "contracts = [\"t.consigne\"]\nassets = [\"assets.csv\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    folder
}

fn event(id: &str, kind: &str, day: &str, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"contract\":\"T-1\",\"kind\":\"{kind}\",\"asset\":\"L1\",\"occurred\":\"2026-03-{day}T09:00:00Z\"{more}}}"
    )
}

fn valued(id: &str, worth: &str, more: &str) -> String {
    event(id, "valued", "01", &format!(",\"fields\":{{\"worth\":\"{worth}\"}}{more}"))
}

fn inspected() -> String {
    event("i1", "inspected", "02", ",\"fields\":{\"grade\":\"A\"}")
}

/// What the service decides about some lines, and what it says.
fn served(finality: &str, lines: &[String]) -> (Vec<String>, String) {
    let folder = workspace(finality);
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
    let said = String::from_utf8(output.stderr).unwrap();
    let decided = String::from_utf8(output.stdout).unwrap();
    let told = |line: &str| {
        let record: Value = serde_json::from_str(line).unwrap();
        let outputs = record["outputs"].as_object().unwrap();
        let outputs: Vec<String> = outputs.values().map(|value| value.as_str().unwrap().to_owned()).collect();
        let text = |key: &str| record[key].as_str().map_or_else(String::new, |text| format!(" {key} {text}"));
        format!("{} {}{}{}", record["event"].as_str().unwrap(), outputs.join(" "), text("cause"), {
            record["revision"].as_u64().map_or_else(String::new, |number| format!(" revision {number}"))
        })
    };
    (decided.lines().map(told).collect(), said)
}

#[test]
fn the_service_revises_until_it_is_final_and_lists_afterwards() {
    let lines = [
        inspected(),
        valued("v1", "150.00 EUR", ""),
        event("s1", "shipped", "05", ""),
        valued("v2", "20.00 EUR", ",\"sequence\":2"),
        event("s2", "shipped", "06", ""),
    ];
    let (decided, said) = served("final on shipped", &lines);
    let wanted = ["i1 recycle", "i1 resale cause v1 revision 1", "i1 shop cause v1 revision 1"];
    assert_eq!(decided, wanted, "{said}");
    let listed: Vec<&str> = said.lines().filter(|line| line.contains("too late")).collect();
    assert_eq!(
        listed,
        [
            "serve: -:4 comes too late to change the decision on the event `i1`, which is final; it would be route recycle"
        ]
    );
}

#[test]
fn the_service_never_revises_where_that_is_said() {
    let (decided, said) = served("never revised", &[inspected(), valued("v1", "150.00 EUR", "")]);
    assert_eq!(decided, ["i1 recycle"], "{said}");
    assert!(said.contains("-:2 comes too late to change the decision on the event `i1`"), "{said}");
    assert!(said.contains("it would be route resale"), "{said}");
}

#[test]
fn what_was_corrected_after_it_was_final_is_not_guessed() {
    let folder = workspace("final on shipped");
    let correction = valued("v2", "150.00 EUR", ",\"corrects\":\"v1\",\"recorded\":\"2026-03-08T09:00:00Z\"");
    let lines = [valued("v1", "120.00 EUR", ""), inspected(), event("s1", "shipped", "05", ""), correction];
    std::fs::write(folder.path().join("events.jsonl"), format!("{}\n", lines.join("\n"))).unwrap();
    let output = crate::support::consigne(folder.path(), &["decide"]);
    let decided = String::from_utf8(output.stdout).unwrap();
    assert!(
        decided.contains("undecided: `worth` was corrected later, and the feed has only the correction"),
        "{decided}"
    );
}

#[test]
fn a_difference_stands_beside_the_decision_and_in_its_explanation() {
    let folder = workspace("never revised");
    let lines = [inspected(), valued("v1", "150.00 EUR", ",\"recorded\":\"2026-03-04T09:00:00Z\"")];
    std::fs::write(folder.path().join("events.jsonl"), format!("{}\n", lines.join("\n"))).unwrap();
    let decided = succeeds(folder.path(), &["decide"]);
    assert!(decided.contains("route recycle"), "{decided}");
    assert!(decided.contains("what became known later would decide route resale"), "{decided}");
    let told = succeeds(folder.path(), &["explain", "asset", "L1"]);
    assert!(told.contains("what became known later would decide: route resale"), "{told}");
    assert!(told.contains("worth = 50.00 EUR"), "{told}");
}
