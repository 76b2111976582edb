//! Assets that are given another identity: one history under several names.

use std::path::Path;

use crate::support::{checked, holds_all, succeeds};

fn contract(old: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract I-1 "Identity"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a repeated trigger changes nothing
    a second deposit is not charged
    a return without a deposit is listed
}}
asset pump "Pump" {{ worth money }}
event installed, removed, failed, restored of pump
event retagged of pump {{ tag text, new identity, {old} }}
define in_service = from installed to removed
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

fn holds(old: &str, body: &str, scenario: &str) {
    let text = contract(old, body, scenario);
    holds_all(&text);
}

const STAYS: &str = "the old one stays";
const ENDS: &str = "the old one ends";
const RENT: &str = r#"define rented per pump per month = total of time while in_service
clause 1 "Rent" { customer pays 1.00 EUR per pump per day while in_service, first day counted as price }"#;

#[test]
fn a_history_goes_on_under_another_identity() {
    // From 5 to 20 March are 15 days, whatever the tag.
    let events = "2026-03-05 10:00 installed P1
        2026-03-10 10:00 retagged P1 { tag \"P2\" }
        2026-03-20 10:00 removed P2";
    for old in [STAYS, ENDS] {
        holds(
            old,
            RENT,
            &format!(
                "{events}
                expect clause 1 in 2026-03 = 15.00 EUR
                expect rented of P1 in 2026-03 = 360 hours
                expect rented of P2 in 2026-03 = 360 hours"
            ),
        );
    }
}

#[test]
fn identities_follow_each_other() {
    holds(
        ENDS,
        RENT,
        "2026-03-05 10:00 installed P1
        2026-03-10 10:00 retagged P1 { tag \"P2\" }
        2026-03-12 10:00 retagged P2 { tag \"P3\" }
        2026-03-20 10:00 removed P3
        expect clause 1 in 2026-03 = 15.00 EUR",
    );
}

/// P1 became A2, P0 became P1, A2 became A3: A2 ends then, and P1 stays with what was P0.
#[test]
fn a_name_that_another_asset_was_given_since_does_not_end() {
    holds(
        ENDS,
        RENT,
        r#"2026-03-02 retagged P1 { tag "A2" }
        2026-03-03 retagged P0 { tag "P1" }
        2026-03-04 retagged A2 { tag "A3" }
        2026-03-05 10:00 installed P1
        2026-03-20 10:00 removed P1
        expect clause 1 in 2026-03 = 15.00 EUR
        expect rented of P0 in 2026-03 = 360 hours"#,
    );
}

#[test]
fn what_is_reported_under_the_old_identity() {
    let events = "2026-03-05 10:00 installed P1
        2026-03-10 10:00 retagged P1 { tag \"P2\" }
        2026-03-20 10:00 removed P1";
    holds(STAYS, RENT, &format!("{events}\n expect clause 1 in 2026-03 = 15.00 EUR"));
    // In a scenario every event must fit.
    let text = contract(ENDS, RENT, &format!("{events}\n expect clause 1 in 2026-03 = 27.00 EUR"));
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(format!("{trials:?}").contains("names an asset by a name that ended"), "{trials:?}");
}

#[test]
fn the_new_identity_was_anothers_before() {
    // P2 was a pump of its own, removed on the 8th: 4 days. Then P1 is called P2: 15 days.
    holds(
        ENDS,
        RENT,
        "2026-03-04 10:00 installed P2
        2026-03-08 10:00 removed P2
        2026-03-05 10:00 installed P1
        2026-03-10 10:00 retagged P1 { tag \"P2\" }
        2026-03-20 10:00 removed P2
        expect clause 1 in 2026-03 = 19.00 EUR",
    );
}

#[test]
fn an_attribute_and_an_obligation_go_on() {
    let body = r#"clause 2 "Repair" {
        obligation repair : provider must have pump restored within 2 days of failed, first day not counted
        when repair is late, provider pays 1% of worth per pump as indemnity
    }"#;
    holds(
        ENDS,
        body,
        "assume worth of P1 = 900.00 EUR
        2026-03-05 10:00 failed P1
        2026-03-06 10:00 retagged P1 { tag \"P2\" }
        2026-03-10 10:00 restored P2
        expect repair of P2 is late by 3 days
        expect clause 2 in 2026-03 = 9.00 EUR",
    );
}

#[test]
fn a_deposit_follows_its_asset() {
    let body = r#"clause 3 "Deposit" {
        on installed, customer pays 25.00 EUR per pump as deposit
        on removed, provider pays 100% of clause 3 matched by serial as deposit
    }"#;
    holds(
        ENDS,
        body,
        "2026-03-05 10:00 installed P1
        2026-04-10 10:00 retagged P1 { tag \"P2\" }
        2026-05-20 10:00 removed P2
        expect deposits of clause 3 for P2 in 2026-04 = 25.00 EUR
        expect clause 3 in 2026-05 = 25.00 EUR",
    );
}

#[test]
fn what_is_asked_and_refused() {
    let code = |old: &str| {
        let text = contract(old, RENT, "2026-03-05 10:00 installed P1\n expect clause 1 in 2026-03 = 27.00 EUR");
        let text = text.replace(", new identity, }", ", new identity }");
        checked(&text).refusals().iter().map(|finding| finding.code.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(code(""), ["C126"]);
    assert!(code(STAYS).is_empty());
    let plain = contract(STAYS, RENT, "2026-03-05 10:00 installed P1\n expect clause 1 in 2026-03 = 27.00 EUR");
    for (from, to) in [
        ("tag text, new", "tag number, new"),
        ("retagged of pump", "retagged"),
        ("{ worth money }", "{ worth money, new identity, the old one ends }"),
    ] {
        let text = plain.replace(from, to);
        assert_ne!(text, plain);
        let found = checked(&text);
        assert!(found.refusals().iter().any(|finding| finding.code.as_str() == "C127"), "{from}: {}", found.listing());
    }
}

/// A workspace with a contract and a feed.
fn settled(folder: &Path, lines: &str) -> serde_json::Value {
    let text = contract(ENDS, RENT, "2026-03-05 10:00 installed P1\n expect clause 1 in 2026-03 = 27.00 EUR");
    std::fs::write(folder.join("contract.consigne"), text).unwrap();
    std::fs::write(
        folder.join("consigne.toml"),
        "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n",
    )
    .unwrap();
    std::fs::write(folder.join("feed.jsonl"), lines).unwrap();
    // Lines that need a look are told by the exit code.
    let output = crate::support::consigne(folder, &["settle", "2026-03", "--format", "json"]);
    serde_json::from_slice(&output.stdout).unwrap()
}

fn event(id: &str, kind: &str, asset: &str, day: u32, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"contract\":\"I-1\",\"kind\":\"{kind}\",\"asset\":\"{asset}\",\"occurred\":\"2026-03-{day:02}T09:00:00Z\"{more}}}\n"
    )
}

fn tag(id: &str, asset: &str, new: &str, day: u32, more: &str) -> String {
    event(id, "retagged", asset, day, &format!(",\"fields\":{{\"tag\":\"{new}\"}}{more}"))
}

/// The first line's amount, and the causes of the findings.
fn read(json: &serde_json::Value) -> (String, Vec<String>) {
    let statement = &json["statements"][0];
    let amount = statement["periods"][0]["lines"][0]["amount"].as_str().unwrap_or("none").to_owned();
    let findings = statement["evidence"]["findings"].as_array().unwrap();
    (amount, findings.iter().map(|finding| finding["cause"].as_str().unwrap().to_owned()).collect())
}

#[test]
fn corrected_retracted_and_repeated_renamings() {
    let folder = tempfile::tempdir().unwrap();
    let start = event("i1", "installed", "P1", 5, "") + &event("r1", "removed", "P2", 20, "");
    // Without a renaming P2 is another pump, which was never installed.
    assert_eq!(read(&settled(folder.path(), &start)), ("27".to_owned(), vec![]));
    // A renaming to the wrong tag, corrected later.
    let wrong = tag("t1", "P1", "P9", 10, "");
    assert_eq!(read(&settled(folder.path(), &(start.clone() + &wrong))).0, "27");
    let mended =
        wrong.clone() + &tag("t2", "P1", "P2", 10, ",\"corrects\":\"t1\",\"recorded\":\"2026-03-25T09:00:00Z\"");
    assert_eq!(read(&settled(folder.path(), &(start.clone() + &mended))).0, "15");
    // Taken back again: P2 is another pump.
    let back = mended
        + "{\"id\":\"x\",\"retracts\":\"t2\",\"recorded\":\"2026-03-26T09:00:00Z\",\"occurred\":\"2026-03-26T09:00:00Z\"}\n";
    assert_eq!(read(&settled(folder.path(), &(start.clone() + &back))).0, "27");
    // Said twice by two sources.
    let twice = tag("t1", "P1", "P2", 10, "") + &tag("t2", "P1", "P2", 11, "");
    let (amount, causes) = read(&settled(folder.path(), &(start + &twice)));
    assert_eq!(amount, "15");
    assert!(causes.iter().all(|cause| cause == "name ended" || cause == "duplicate"), "{causes:?}");
}

#[test]
fn circles_and_names_that_are_taken_are_rejected() {
    let folder = tempfile::tempdir().unwrap();
    let start =
        event("i1", "installed", "P1", 5, "") + &event("r1", "removed", "P2", 20, "") + &tag("t1", "P1", "P2", 10, "");
    let (amount, causes) = read(&settled(folder.path(), &(start.clone() + &tag("t2", "P2", "P1", 12, ""))));
    assert_eq!((amount.as_str(), causes.as_slice()), ("15", &["renamed back".to_owned()][..]));
    // P3 cannot be called P2 as well.
    let taken = event("i3", "installed", "P3", 5, "") + &tag("t2", "P3", "P2", 12, "");
    let (amount, causes) = read(&settled(folder.path(), &(start.clone() + &taken)));
    assert_eq!((amount.as_str(), causes.as_slice()), ("42", &["name taken".to_owned()][..]));
    // An event under the ended name is rejected, and all lines are accounted for.
    let json = settled(folder.path(), &(start + &event("r2", "removed", "P1", 15, "")));
    let (amount, causes) = read(&json);
    assert_eq!((amount.as_str(), causes.as_slice()), ("15", &["name ended".to_owned()][..]));
    let evidence = &json["statements"][0]["evidence"];
    assert_eq!(
        (evidence["read"].as_u64(), evidence["used"].as_u64(), evidence["rejected"].as_u64()),
        (Some(4), Some(3), Some(1))
    );
}

#[test]
fn the_order_of_lines_does_not_matter_and_both_names_are_shown() {
    let folder = tempfile::tempdir().unwrap();
    let lines =
        [event("i1", "installed", "P1", 5, ""), tag("t1", "P1", "P2", 10, ""), event("r1", "removed", "P2", 20, "")];
    let forward = settled(folder.path(), &lines.concat());
    let backward = settled(folder.path(), &lines.iter().rev().cloned().collect::<String>());
    assert_eq!(forward, backward);
    let explained = succeeds(folder.path(), &["explain", "clause", "1", "2026-03"]);
    assert!(explained.contains("P1 (now P2)"), "{explained}");
}
