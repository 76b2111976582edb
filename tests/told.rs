//! What findings say: answers that can be written, one finding for one mistake, figures that are those of the text.

use crate::support::{Checked, checked, holds_all, root, succeeds};

const FRAME: &str = r#"contract T "T"
parties { supplier mon "Mon"  customer tour "Tour" }
term 2024-01-01 to 2028-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a repeated trigger changes nothing
    lateness is paid as it accrues
    month end last day
    month of actual days
}
asset tower "Tower" { }
event failed, moved, put, taken of tower
define failures per month = count of failed
index labour "Labour" monthly
"#;

const INDEXED: &str = r#"
indexation formula { coefficient labour[revision - 3 months] / labour[2023-09]
    not rounded revised each 1 January from 2025-01-01 may fall provisional : settle then correct missing : held }
clause 1 "Fee" { each month, customer pays 100.00 EUR indexed by formula as fee }
"#;

const PENALTIES: &str = r#"
clause 3 "A" { on failed, supplier pays 30.00 EUR per tower as indemnity }
clause 4 "B" { on failed, supplier pays 60.00 EUR per tower as indemnity }
"#;

fn look(more: &str) -> Checked {
    checked(&format!("{FRAME}{more}"))
}

/// Every finding with its answers and its help; the codes stand first.
fn told(result: &Checked) -> String {
    let lines = result.refusals().into_iter().map(|finding| {
        let answers: Vec<String> =
            finding.answers.iter().map(|answer| format!("{}: {}", answer.write, answer.means)).collect();
        let (label, help) = (&finding.primary.text, finding.help.clone().unwrap_or_default());
        format!("{} {} [{label}] {} ({help})", finding.code.as_str(), finding.message, answers.join(" | "))
    });
    lines.collect::<Vec<_>>().join("\n")
}

fn gallery(code: &str) -> String {
    std::fs::read_to_string(root().join(format!("tests/diagnostics/{code}.consigne"))).unwrap()
}

#[track_caller]
fn alone(found: &str, code: &str, words: &[&str]) {
    assert!(found.starts_with(code) && found.lines().count() == 1, "not {code} alone:\n{found}");
    words.iter().for_each(|words| assert!(found.contains(words), "{words}\nis not in\n{found}"));
}

#[test]
fn clauses_that_meet_by_an_open_sentence_are_asked_about_once() {
    let higher = |scope: &str| {
        format!("{PENALTIES} clause 5 \"Both\" {{ clauses 3 and 4 only the higher for the same {scope} }}")
    };
    // Once each in two months: 30.00 + 60.00 = 90.00 EUR where they do not meet, the higher 60.00 EUR where they do.
    let answers = ["for the same tower and term: they meet, whenever they are charged: 60.00 EUR", "does: 90.00 EUR"];
    alone(&told(&look(&higher("tower"))), "C135", &answers);
    let scenario = "scenario \"two months\" { 2024-02-02 failed E1  expect total of customer in 2024-02 = 60.00 EUR }";
    holds_all(&format!("{FRAME}{}{scenario}", higher("tower and term")));
}

#[test]
fn an_index_is_no_indexation() {
    let right = "clause 9 \"Talks\" { when labour moves by more than 5% in all, customer may \"renegotiate\" }";
    let found = told(&look(&format!("{INDEXED}{right}")));
    alone(&found, "C010", &["`labour` is an index", "a movement is that of its coefficient; known: `formula`"]);
}

#[test]
fn where_a_cap_says_how_it_is_indexed() {
    let cap = |more: &str| {
        format!("{INDEXED}{PENALTIES} clause 5 \"Order\" {{ clause 4 adds to clause 3 }} clause 6 \"Cap\" {{ supplier owes at most {more} unused is carried over until it is used, under clauses 3 and 4 }}")
            .replace("per tower as", "per tower not indexed as")
    };
    let place = "its window and `of the expected year`, before `prorated`, `gross`, `unused`";
    alone(&told(&look(&cap("100.00 EUR per year,"))), "C109", &[place]);
    alone(&told(&look(&cap("10% of clause 1 per year, of the expected year,"))), "C113", &[place]);
    // There it can be written.
    assert_eq!(told(&look(&cap("100.00 EUR per year, not indexed,"))), "");
    assert_eq!(told(&look(&cap("10% of clause 1 per year, of the expected year, after indexation,"))), "");
}

#[test]
fn records_that_begin_later_keep_what_is_said_of_them() {
    let with = "records begin       2024-01-01 with an opening balance";
    let found = told(&checked(&gallery("C119").replace("records begin       2024-01-01", with)));
    let said = "records begin 2024-01-01 with an opening balance, what reaches back";
    // One loss at its rate of 18.00 EUR, times 1.
    alone(
        &found,
        "C119",
        &[&format!("{said} is held"), &format!("{said} counts from then"), "as the 1st it costs 18.00 EUR"],
    );
    assert!(!found.contains("ranks 1"), "{found}");
    let later = "conventions {\n records begin 2026-02-01, what reaches back is held";
    let found = told(&checked(&gallery("C123").replace("conventions {", later)));
    alone(&found, "C123", &["1 × 25.00 = 25.00 EUR may be owed", "with a day before the records begin if need be"]);
}

#[test]
fn what_is_paid_in_either_order_of_two_steps() {
    let steps = "clause 3 \"C\" { supplier pays 10.00 EUR for failures, nothing up to 50.00 EUR, then the whole, at most 40.00 EUR as indemnity }";
    // 60.00 EUR are above 50.00 and cut to 40.00; cut first, 40.00 EUR are below 50.00 and nothing is due.
    alone(
        &told(&look(steps)),
        "C100",
        &["clause 3: ", "of 60.00 EUR, 40.00 EUR are paid", "of 60.00 EUR, nothing is paid"],
    );
    let raised = "clause 3 \"C\" { supplier pays 10.00 EUR for failures, nothing below 50.00 EUR, at least 20.00 EUR as indemnity }";
    let found = told(&look(raised));
    // 24.00 EUR are below 50.00: nothing, raised to 20.00 EUR; raised first they stay 24.00, and nothing is due.
    alone(&found, "C100", &["20.00 EUR are paid", "nothing is paid"]);
}

fn amended(changes: &str) -> String {
    format!("amendment 1 to T signed 2024-05-20, in force from 2024-07-01 {{ {changes} }}")
}

#[test]
fn a_clause_that_is_not_there_is_told_once() {
    let new = amended("replace clause 9 \"B\" { on failed, supplier pays 11.00 EUR per tower as indemnity }");
    alone(&told(&look(&new)), "C167", &["there is no clause 9 to change"]);
}

#[test]
fn a_suspension_begins_when_its_amendment_is_in_force() {
    let clause = "clause 1 \"A\" { each month, customer pays 7.00 EUR as fee }\n";
    let suspended = |from: &str| {
        told(&look(&format!("{clause}{}", amended(&format!("suspend clause 1 from {from} to 2024-09-30")))))
    };
    alone(
        &suspended("2024-04-01"),
        "C167",
        &["begins on 2024-04-01, before its amendment is in force", "from 2024-07-01 on"],
    );
    assert_eq!(suspended("2024-07-01"), "");
}

#[test]
fn a_suspension_within_a_window_is_asked_about_once() {
    let both =
        format!("{PENALTIES} clause 5 \"Both\" {{ clauses 3 and 4 only the higher for the same tower and term }}\n");
    let suspended = |answer: &str, last: &str| {
        let first = format!("in force from 2024-07-01{answer}");
        let change = amended(&format!("suspend clause 5 from 2024-07-01 to {last}"));
        format!("{FRAME}{both}{}", change.replace("in force from 2024-07-01", &first))
    };
    let found = told(&checked(&suspended("", "2024-09-30")));
    let windows: Vec<&str> = found.lines().filter(|line| line.starts_with("C168")).collect();
    // The term begins and ends under the text; it is suspended in between.
    assert!(windows.len() == 1 && !windows[0].contains("suspended"), "{found}");
    let to_the_end = told(&checked(&suspended("", "2028-12-31")));
    assert!(to_the_end.contains("goes by its last day, 2028-12-31, on which the clause is suspended"), "{to_the_end}");
    // By its start the whole term has the sentence: in August the higher of 30.00 and 60.00 EUR is due.
    let scenario =
        "\nscenario \"while suspended\" { 2024-08-02 failed E1  expect total of customer in 2024-08 = 60.00 EUR }";
    let by_start = suspended(", a window that is cut goes by its start", "2028-12-31");
    holds_all(&format!("{by_start}{scenario}"));
    // By its end the term has none, from its first day on.
    let by_end = told(&checked(&suspended(", a window that is cut goes by its end", "2028-12-31")));
    alone(&by_end, "C134", &["clause 3 charges 30.00 EUR, clause 4 60.00 EUR, together 90.00 EUR"]);
}

#[test]
fn obligations_that_are_open_when_their_lateness_is_suspended() {
    let clauses = r#"clause 1 "Duty" { obligation bring : supplier must have tower taken within 3 days of put first day not counted }
clause 2 "Late" { supplier pays 5.00 EUR per tower per day commenced for lateness of bring as indemnity }
"#;
    let found = told(&look(&format!("{clauses}{}", amended("suspend clause 2 from 2024-07-01 to 2024-07-31"))));
    let asked: Vec<&str> = found.lines().filter(|line| line.starts_with("C169")).collect();
    assert_eq!(asked.len(), 1, "{found}");
    let over = "lateness up to 2024-07-01 is charged, and from 2024-08-01 on; none while the clause is suspended";
    assert!(asked[0].contains(over) && asked[0].contains("also while the clause is suspended"), "{found}");
}

/// The columns of a statement: a price below one euro is money, a part of an amount a percentage, and what is paid for is
/// counted in its own unit, whatever the event happened to.
#[test]
fn columns_say_what_they_count() {
    let contract = r#"contract K-1 "Columns"
parties { pool krat "Krat"  grower veld "Veld" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions { rounded to 0.01 half up on each line  conflicting records first known stays }
asset occasion "Occasion"
event delivered of occasion
event arrived of occasion { called count of cup  in_time count of cup  worth money }
define deliveries per month = count of delivered
define worth per month = total of arrived.worth
clause 1 "Handling" { grower pays 0.50 EUR for deliveries as fee }
clause 2 "Short" { on arrived, pool pays 0.25 EUR per cup for shortfall of in_time below called as indemnity }
clause 3 "Service" { grower pays 5% for worth as fee }
"#;
    let feed = r#"{"id":"1","kind":"delivered","asset":"O1","occurred":"2026-07-02T09:00:00Z"}
{"id":"2","kind":"arrived","asset":"O1","occurred":"2026-07-03T09:00:00Z","fields":{"called":"5000 cup","in_time":"4000 cup","worth":"200.00 EUR"}}
"#;
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("k.consigne", contract);
    write("f.jsonl", feed);
    write("consigne.toml", "contracts = [\"k.consigne\"]\n[[feed]]\npath = \"f.jsonl\"\n");
    let text = succeeds(folder.path(), &["settle", "2026-07"]);
    let row = |title: &str| {
        let line = text.lines().find(|line| line.contains(title)).unwrap_or_else(|| panic!("no {title}: {text}"));
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert!(row("Handling").contains("1 0.50 EUR 0.50 EUR"), "{text}");
    assert!(row("Short").contains("1 000 cups 0.25 EUR 250.00 EUR"), "{text}");
    assert!(row("Service").contains("200 5% 10.00 EUR"), "{text}");
}
