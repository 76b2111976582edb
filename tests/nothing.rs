//! An amount of nothing is not held because an index value, a rate or a limit is missing.

use crate::support::failures_of;

/// A contract with these clauses whose index is known for March alone.
fn contract(clauses: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    lateness is paid as it accrues
    month end last day
}}
asset pump "Pump" {{ price money }}
event failed, ordered, fulfilled of pump
define failures per month = count of failed
index work "Work" monthly
indexation labour {{
    coefficient work[service] / work[2025-12]
    not rounded  may fall  provisional : wait  missing : held
}}
{clauses}
scenario "s" {{
    assume work in 2025-12 = 100, 2026-03 = 120
    {scenario}
}}
"#
    )
}

/// What fails of the scenario.
fn failures(clauses: &str, scenario: &str) -> Vec<String> {
    let text = contract(clauses, scenario);
    failures_of(&text)
}

/// January is nothing without an index value; March has one; in April there is an amount, and it is held.
fn nothing_in_january(clauses: &str, march: &str, april: &str) {
    let both = format!(
        "{march}
    expect clause 1 in 2026-01 = 0.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-03 = 120.00 EUR"
    );
    assert!(failures(clauses, &both).is_empty(), "{clauses}: {:?}", failures(clauses, &both));
    let held = failures(clauses, &format!("{april}\n expect clause 1 in 2026-04 = 120.00 EUR"));
    assert!(held.iter().any(|found| found.contains("`work` has no value for 2026-04")), "{clauses}: {held:?}");
}

/// Ten days late, each 10.00 EUR: 100.00 × 1.2. The 10th is the last of the five days.
#[test]
fn lateness_that_is_indexed() {
    nothing_in_january(
        r#"clause 1 "Delay" {
        obligation deliver : provider must have pump fulfilled within 5 days of ordered first day not counted missed after 60 days
        provider pays 10.00 EUR per pump per day commenced for lateness of deliver indexed by labour as indemnity
    }"#,
        "2026-03-05 10:00 ordered P1
    2026-03-20 10:00 fulfilled P1",
        "2026-04-05 10:00 ordered P1
    2026-04-20 10:00 fulfilled P1",
    );
}

const FAILED: &str = "2026-03-05 10:00 failed P1\n 2026-03-06 10:00 failed P1";
const IN_APRIL: &str = "2026-04-05 10:00 failed P1\n 2026-04-06 10:00 failed P1";

#[test]
fn a_number_that_is_indexed() {
    let clause = r#"clause 1 "Failures" { provider pays 50.00 EUR for failures indexed by labour as indemnity }"#;
    nothing_in_january(clause, FAILED, IN_APRIL);
}

#[test]
fn a_rate_that_is_computed_of_an_index() {
    let clause = r#"clause 1 "Failures" { provider pays 50.00 EUR * labour for failures not indexed as indemnity }"#;
    nothing_in_january(clause, FAILED, IN_APRIL);
}

/// 2 × 80.00 are 160.00 EUR, of which 100.00 × 1.2 are owed.
#[test]
fn a_cap_in_the_sentence_that_is_indexed() {
    let clause = r#"clause 1 "Failures" { provider pays 80.00 EUR for failures not indexed then at most 100.00 EUR * labour as indemnity }"#;
    nothing_in_january(clause, FAILED, IN_APRIL);
}

#[test]
fn a_cap_over_clauses_that_is_indexed() {
    let clause = r#"clause 1 "Failures" {
        provider pays 80.00 EUR for failures not indexed as indemnity
        provider owes at most 100.00 EUR per month, indexed by labour, under clause 1
    }"#;
    nothing_in_january(clause, FAILED, IN_APRIL);
}

/// A minimum is owed also where nothing is charged: without its index value it is held.
#[test]
fn a_minimum_is_held_all_the_same() {
    let clauses = r#"clause 1 "Failures" {
        provider pays 80.00 EUR for failures not indexed as indemnity
        provider owes at least 100.00 EUR per month, indexed by labour, under clause 1
    }"#;
    let held = failures(clauses, "expect clause 1 in 2026-01 = 0.00 EUR");
    assert!(held.iter().any(|found| found.contains("`work` has no value for 2026-01")), "{held:?}");
}

/// The coefficient changes on the 16th of each month, so that each failure is raised by itself. One of P1 costs 10.00 × 0 EUR,
/// whatever the index is; one of P9 costs 10.00 × 2 × 1.2 EUR in March, and is held from 16 April on.
#[test]
fn a_factor_of_nothing_where_each_event_is_raised_by_itself() {
    let clauses = "clause 1 \"x\" { on failed, customer pays 10.00 EUR per pump
        times by price { up to 5.00 EUR : 0  above : 2 } indexed by labour as fee }";
    let text = |scenario: &str| {
        let text = contract(clauses, &format!("assume price of P1 = 1.00 EUR, price of P9 = 9.00 EUR\n{scenario}"));
        text.replace("work[service]", "work[revision]")
            .replace("not rounded", "not rounded  revised every 1 months from 2026-03-16")
    };
    let nothing = "2026-04-20 failed P1\n expect clause 1 in 2026-04 = 0.00 EUR";
    assert_eq!(failures_of(&text(nothing)), Vec::<String>::new());
    let known = "2026-03-20 failed P9\n expect clause 1 in 2026-03 = 24.00 EUR";
    assert_eq!(failures_of(&text(known)), Vec::<String>::new());
    let held = failures_of(&text("2026-04-20 failed P9\n expect clause 1 in 2026-04 = 24.00 EUR"));
    assert!(held.len() == 1 && held[0].contains("`work` has no value for 2026-04"), "{held:?}");
}
