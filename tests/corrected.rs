//! By which document late events are corrected, and in which window of a cap they then count.

use crate::support::{checked, holds_all, succeeds};

/// A contract with these conventions and this cap.
fn contract(conventions: &str, cap: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{ conflicting records first known stays {conventions} }}
asset pump "Pump" {{ }}
event failed of pump
clause 1 "Failures" {{ on failed, provider pays 300.00 EUR per pump as indemnity }}
clause 2 "Cap" {{ {cap} }}
clause 3 "Fee" {{ each month, customer pays 100.00 EUR as fee }}
scenario "s" {{
    2026-02-02 09:00 failed P1
    2026-03-02 09:00 failed P1
    2026-04-02 09:00 failed P1
    2026-12-30 09:00 failed P1 recorded 2027-02-10 09:00
    2027-02-02 09:00 failed P1
    expect total of customer in 2027-02 = 200.00 EUR
}}
"#
    )
}

fn codes(conventions: &str, cap: &str) -> Vec<&'static str> {
    checked(&contract(conventions, cap)).refusals().iter().map(|finding| finding.code.as_str()).collect()
}

const LATE: &str = "late events corrected in the next settlement";
const CAP: &str = "provider owes at most 1 000.00 EUR per year under clause 1";

#[test]
fn it_is_asked_where_a_cap_of_several_settlements_can_be_corrected() {
    assert_eq!(codes(LATE, CAP), ["C136"]);
    assert_eq!(codes("late events corrected by a credit note, up to 3 months back", CAP), ["C136"]);
    assert_eq!(codes(LATE, "provider owes at most 500.00 EUR per rolling 12 months under clause 1"), ["C136"]);
    assert_eq!(
        codes(LATE, "provider owes nothing up to 500.00 EUR per year, then the excess, under clause 1"),
        ["C136"]
    );
    // Nothing is corrected, the statement of its own window is, the window is that of the settlement, there is one
    // window, or nothing under it can become known late.
    let none: [&str; 0] = [];
    assert_eq!(codes("", CAP), none);
    assert_eq!(codes("late events do not count", CAP), none);
    assert_eq!(codes("late events corrected by a reissued statement", CAP), none);
    assert_eq!(codes(LATE, "provider owes at most 1 000.00 EUR per month under clause 1"), none);
    assert_eq!(codes(LATE, "provider owes at most 1 000.00 EUR over the term under clause 1"), none);
    assert_eq!(codes(LATE, "customer owes at least 1 000.00 EUR per year under clause 3"), none);
}

#[test]
fn the_question_tells_what_each_answer_pays() {
    let found = checked(&contract(LATE, CAP));
    let question = found.refusals()[0];
    assert!(
        question.primary.text.contains("900.00 EUR") && question.primary.text.contains("300.00 EUR"),
        "{question:?}"
    );
    // 1 000.00 less 900.00 EUR are left of the year.
    assert!(question.answers[0].means.contains("100.00 EUR"), "{question:?}");
    assert!(question.answers[1].means.contains("300.00 EUR"), "{question:?}");
}

/// Three failures of 2026 are 900.00 EUR; of the fourth, known in 2027, 100.00 EUR are left. That of 2027 is due whole:
/// 300.00 less the fee of 100.00 EUR.
#[test]
fn a_late_amount_counts_in_the_window_that_it_concerns() {
    let conventions = format!("{LATE} corrected amounts count in the window that they concern");
    let text = contract(&conventions, CAP).replace(
        "expect total",
        "expect clause 2 in 2026-12 = -200.00 EUR
    expect clause 2 in 2027-02 = 0.00 EUR
    expect total",
    );
    holds_all(&text);
}

#[test]
fn the_other_answer_is_refused() {
    assert_eq!(codes(&format!("{LATE} corrected amounts count in the window that pays them"), CAP), ["C137"]);
}

/// What the statement of December 2026 says about the failure that became known later.
fn said(late: &str) -> Option<String> {
    let folder = tempfile::tempdir().unwrap();
    let conventions = format!("{late} corrected amounts count in the window that they concern");
    std::fs::write(folder.path().join("t.consigne"), contract(&conventions, CAP)).unwrap();
    let settings = "contracts = [\"t.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    let event = |id: u32, more: &str| {
        format!(
            "{{\"id\":\"e{id}\",\"contract\":\"T-1\",\"kind\":\"failed\",\"asset\":\"P1\",\"occurred\":\"2026-12-30T09:00:00Z\"{more}}}\n"
        )
    };
    let late = ",\"recorded\":\"2027-02-10T09:00:00Z\"";
    std::fs::write(folder.path().join("events.jsonl"), format!("{}{}", event(1, ""), event(2, late))).unwrap();
    let statement = succeeds(folder.path(), &["settle", "2026-12"]);
    let json = succeeds(folder.path(), &["settle", "2026-12", "--format", "json"]);
    assert_eq!(json.contains("corrected_by"), statement.contains("became known after it"), "{json}");
    statement.lines().find(|line| line.contains("became known after it")).map(|line| line.trim().to_owned())
}

#[test]
fn the_statement_tells_what_became_known_later_and_how_it_is_corrected() {
    let told = |document: &str| {
        let text =
            "1 event of 2026-12 became known after it: what it changed of a settlement made before is corrected by";
        Some(format!("{text} {document}"))
    };
    assert_eq!(said(LATE), told("a line of the next settlement"));
    assert_eq!(said("late events corrected by a credit note, up to 12 months back"), told("a credit note"));
    assert_eq!(said("late events corrected by a reissued statement"), told("a reissued statement"));
    assert_eq!(said(""), None);
    assert_eq!(said("late events do not count"), None);
    assert_eq!(said("late events corrected by a reissued statement, up to 1 month back"), None);
}
