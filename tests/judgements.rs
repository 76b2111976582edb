//! Open terms: what is left to the judgement of a party, and what holds where nothing was decided in time.

use serde_json::Value;

use crate::support::{checked, holds_all, succeeds};

/// A contract with these items and this scenario.
fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to          0.01 half up on each line
    conflicting records first known stays
    business days       Mon-Fri except holidays of FR
    deadline on a day off stays
}}
asset pump "Pump" {{ site text }}
event inspected, shipped of pump {{ cost money }}
event noted
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

/// The scenario must pass.
fn holds(body: &str, scenario: &str) {
    let text = contract(body, scenario);
    holds_all(&text);
}

/// What the scenario finds in place of what it expects.
fn finds(body: &str, scenario: &str) -> String {
    let text = contract(body, scenario);
    let result = checked(&text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    let trials = crate::support::trials(&result.contract.unwrap());
    trials[0].failures.iter().map(|failure| failure.found.clone()).collect::<Vec<_>>().join("; ")
}

/// The checker must refuse the text with this code.
fn refused(code: &str, body: &str) {
    let text = contract(body, "2026-01-05 noted\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    assert!(found, "{code} is not raised:\n{}\n{text}", result.listing());
}

const WEAR: &str = "define fair_wear = decided by provider within 10 business days of inspected
    first day not counted, otherwise yes
define worn per month = count of (inspected where fair_wear is yes)
clause 1 \"Repair\" { on inspected where fair_wear is no, customer pays cost per pump as indemnity }";

/// Inspected on Friday 2 January, there is time until Friday the 16th.
#[test]
fn a_judgement_in_time_counts() {
    let event = "2026-01-02 09:00 inspected P1 { cost 80.00 EUR }";
    holds(
        WEAR,
        &format!(
            "{event}
    2026-01-16 23:00 fair_wear P1 {{ value no, decided_by provider }}
    expect clause 1 in 2026-01 = 80.00 EUR
    expect worn in 2026-01 = 0
    expect fair_wear of P1 is met"
        ),
    );
    holds(
        WEAR,
        &format!(
            "{event}
    2026-01-05 09:00 fair_wear P1 {{ value yes, decided_by provider }}
    expect clause 1 in 2026-01 = 0.00 EUR
    expect worn in 2026-01 = 1"
        ),
    );
}

#[test]
fn what_holds_otherwise_counts_when_the_time_is_over() {
    let event = "2026-01-02 09:00 inspected P1 { cost 80.00 EUR }";
    holds(WEAR, &format!("{event}\n expect clause 1 in 2026-01 = 0.00 EUR\n expect worn in 2026-01 = 1"));
    // A judgement that comes too late, or from the other party, changes nothing.
    holds(
        WEAR,
        &format!(
            "{event}
    2026-01-05 09:00 fair_wear P1 {{ value no, decided_by customer }}
    2026-01-17 00:00 fair_wear P1 {{ value no, decided_by provider }}
    expect clause 1 in 2026-01 = 0.00 EUR
    expect worn in 2026-01 = 1"
        ),
    );
}

/// Inspected on Monday 26 January, there is time until Monday 9 February: the lines of January wait.
#[test]
fn an_open_term_holds_what_depends_on_it() {
    let event = "2026-01-26 09:00 inspected P1 { cost 80.00 EUR }";
    let found = finds(WEAR, &format!("{event}\n expect clause 1 in 2026-01 = 0.00 EUR"));
    assert!(found.contains("`fair_wear` is not decided yet; there is time until 2026-02-10 00:00"), "{found}");
    holds(
        WEAR,
        &format!(
            "{event}
    2026-02-03 09:00 fair_wear P1 {{ value no, decided_by provider }}
    expect clause 1 in 2026-01 = 80.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR"
        ),
    );
}

/// Two inspections are judged in their order.
#[test]
fn each_event_is_judged() {
    holds(
        WEAR,
        "2026-01-02 09:00 inspected P1 { cost 80.00 EUR }
    2026-01-05 09:00 inspected P1 { cost 50.00 EUR }
    2026-01-06 09:00 fair_wear P1 { value yes, decided_by provider }
    2026-01-07 09:00 fair_wear P1 { value no, decided_by provider }
    expect worn in 2026-01 = 1
    expect clause 1 in 2026-01 = 50.00 EUR",
    );
}

#[test]
fn an_amount_and_a_share_are_judged() {
    holds(
        "define damage = decided by customer within 48 hours of inspected, otherwise 25.00 EUR
define guilt = decided by provider within 2 days of shipped, first day not counted, otherwise 50%
clause 1 \"Damage\" { on inspected, customer pays damage per pump as indemnity }
clause 2 \"Guilt\" { on shipped, provider pays guilt * cost per pump as indemnity }",
        "2026-01-02 09:00 inspected P1 { cost 80.00 EUR }
    2026-01-04 09:00 damage P1 { value 40.00 EUR, decided_by customer }
    2026-01-02 09:00 inspected P2 { cost 80.00 EUR }
    2026-01-02 09:00 shipped P1 { cost 80.00 EUR }
    2026-01-03 09:00 guilt P1 { value 10%, decided_by provider }
    2026-01-02 09:00 shipped P2 { cost 80.00 EUR }
    expect clause 1 in 2026-01 = 65.00 EUR
    expect clause 2 in 2026-01 = 48.00 EUR",
    );
}

#[test]
fn open_terms_that_do_not_fit() {
    let open = "define fair_wear = decided by provider within 10 business days of inspected";
    refused("C042", &format!("{open}, otherwise yes"));
    refused("C020", &format!("{open}, first day not counted, otherwise \"yes\""));
    refused("C010", "define fair_wear = decided by nobody within 4 hours of inspected, otherwise yes");
    refused("C010", "define fair_wear = decided by provider within 4 hours of inspection, otherwise yes");
    refused("C022", "define fair_wear = decided by provider within 4 hours of noted, otherwise yes");
    refused(
        "C020",
        "define fair_wear = decided by provider within 4 pumps of inspected, otherwise yes\nasset box { pumps count of pumps }",
    );
    refused("C011", "define shipped = decided by provider within 4 hours of inspected, otherwise yes");
    refused("C023", "define fair_wear per month = decided by provider within 4 hours of inspected, otherwise yes");
    let hours = "define fair_wear = decided by provider within 4 hours of inspected, otherwise yes";
    refused(
        "C022",
        &format!("{hours}\nclause 1 \"x\" {{ on shipped where fair_wear is yes, customer pays 1.00 EUR as fee }}"),
    );
    refused(
        "C022",
        &format!(
            "{hours}\ndecide way of pump on inspected = first match by fair_wear {{ | yes | => a | | no | => b | }}"
        ),
    );
}

/// The statement lists the open judgement with its time, until it is decided.
#[test]
fn a_statement_lists_what_is_to_be_decided() {
    let folder = tempfile::tempdir().unwrap();
    let text =
        contract(WEAR, "2026-01-02 09:00 inspected P1 { cost 80.00 EUR }\n expect clause 1 in 2026-01 = 0.00 EUR");
    std::fs::write(folder.path().join("contract.consigne"), text).unwrap();
    let event = |id: &str, kind: &str, at: &str, fields: &str| {
        format!(
            r#"{{"id":"{id}","contract":"T-1","kind":"{kind}","asset":"P1","occurred":"{at}","fields":{{{fields}}}}}"#
        )
    };
    let mut feed = event("e1", "inspected", "2026-01-26T08:10:00Z", r#""cost":"80.00 EUR""#);
    let project = "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), project).unwrap();
    let settled = |feed: &str| -> Value {
        std::fs::write(folder.path().join("feed.jsonl"), feed).unwrap();
        let output = crate::support::consigne(folder.path(), &["settle", "2026-01", "--format", "json"]);
        serde_json::from_slice(&output.stdout).unwrap()
    };
    let json = settled(&feed);
    let statement = &json["statements"][0];
    assert_eq!(statement["periods"][0]["held"][0]["clause"], "1", "{json:#}");
    assert_eq!(statement["obligations"][0]["obligation"], "fair_wear", "{json:#}");
    assert_eq!(statement["obligations"][0]["outcome"], "open", "{json:#}");
    feed = format!(
        "{feed}\n{}",
        event("e2", "fair_wear", "2026-01-28T08:00:00Z", r#""value":"no","decided_by":"provider""#)
    );
    let json = settled(&feed);
    assert_eq!(json["statements"][0]["periods"][0]["lines"][0]["amount"], "80", "{json:#}");
    let text = succeeds(folder.path(), &["settle", "2026-01"]);
    assert!(text.contains("fair_wear"), "{text}");
}
