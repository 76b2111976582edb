//! What is found wrong in the text of an amendment is told as it would be of the contract's own text: with the figures of
//! the sentence that it is about, whatever stands at the same place of another document.

use std::ops::Range;

use consigne::base::diagnostic::Diagnostic;

use crate::support::{Checked, checked, failures_of, root};

/// The blocks `clause N "TITLE" { … }` of a text: the number, and where the block stands.
fn clauses(text: &str) -> Vec<(String, Range<usize>)> {
    let mut found = Vec::new();
    let mut from = 0;
    while let Some(at) = text[from..].find("\nclause ").map(|at| from + at + 1) {
        let number = text[at + 7..].split_whitespace().next().unwrap().to_owned();
        let (mut depth, mut quoted, mut end) = (0, false, at);
        for (place, letter) in text[at..].char_indices() {
            match letter {
                '"' => quoted = !quoted,
                '{' if !quoted => depth += 1,
                '}' if !quoted => depth -= 1,
                _ => continue,
            }
            if letter == '}' && depth == 0 && !quoted {
                end = at + place + 1;
                break;
            }
        }
        assert!(end > at, "clause {number} has no end");
        found.push((number, at..end));
        from = end;
    }
    found
}

/// The word behind the first place of another one.
fn word_after<'t>(text: &'t str, before: &str) -> &'t str {
    let behind = &text[text.find(before).unwrap() + before.len()..];
    behind.split_whitespace().next().unwrap()
}

/// The text with every amount of less than a thousand made 7.77.
fn other_amounts(text: &str) -> String {
    let mut words: Vec<&str> = text.split(' ').collect();
    let is_digits = |word: &str| word.bytes().all(|letter| letter.is_ascii_digit());
    for place in 1..words.len() {
        let whole = words[place].split_once('.').map(|(whole, part)| is_digits(whole) && is_digits(part));
        if whole == Some(true) && !is_digits(words[place - 1]) {
            words[place] = "7.77";
        }
    }
    words.join(" ")
}

/// The contract with the text of one clause in an amendment that governs from the first day on: put in anew, or in
/// place of a text with other amounts.
fn amended(text: &str, clause: &(String, Range<usize>), replaced: bool) -> String {
    let (_, place) = clause;
    let (own, id) = (&text[place.clone()], word_after(text, "contract "));
    let first = word_after(text, "\nterm ");
    let change = if replaced { "replace" } else { "insert" };
    let left = if replaced { other_amounts(own) } else { String::new() };
    let (before, after) = (&text[..place.start], &text[place.end..]);
    let change = format!("    {change} {own}\n");
    format!("{before}{left}{after}\namendment 1 to {id} signed {first}, in force from {first} {{\n{change}}}\n")
}

/// What findings of a code tell that stand behind a byte of the text, without their places.
fn told(result: &Checked, code: &str, from: usize) -> Vec<String> {
    let behind = |finding: &&Diagnostic| finding.code.as_str() == code && finding.primary.span.range().start >= from;
    let own = result.diagnostics.iter().filter(behind);
    own.map(|finding| {
        let answers = finding.answers.iter().map(|answer| format!("\n  {}: {}", answer.write, answer.means));
        format!("{} [{}]{}", finding.message, finding.primary.text, answers.collect::<String>())
    })
    .collect()
}

#[test]
fn findings_tell_the_same_of_an_amendment() {
    let mut compared = Vec::new();
    for entry in std::fs::read_dir(root().join("tests/diagnostics")).unwrap() {
        let path = entry.unwrap().path();
        let text = std::fs::read_to_string(&path).unwrap();
        let code = path.file_stem().unwrap().to_string_lossy().into_owned();
        let several = ["\namendment ", "\nlibrary ", "\nuse "].iter().any(|word| text.contains(word));
        let expected = told(&checked(&text), &code, 0);
        if several || !text.contains("\nterm ") || !expected.iter().any(|finding| finding.contains(" EUR")) {
            continue;
        }
        let all = clauses(&text);
        // Of two clauses that meet the one of the amendment comes second.
        let skipped = if code == "C134" { all.len() - 1 } else { 0 };
        for clause in all.iter().skip(skipped) {
            for replaced in [false, true] {
                let changed = amended(&text, clause, replaced);
                let result = checked(&changed);
                let found = told(&result, &code, changed.find("\namendment ").unwrap());
                let wrong = found.iter().find(|finding| !expected.contains(finding));
                assert!(wrong.is_none(), "{code}: {wrong:?}\nand not {expected:?}\n{changed}");
                if !found.is_empty() {
                    compared.push(code.clone());
                }
            }
        }
    }
    compared.dedup();
    assert!(compared.len() >= 25, "{compared:?}");
}

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
    month end last day
    month of actual days
}
asset tower "Tower" { }
event failed, put, taken of tower
define failures per month = count of failed
define there = from put to taken
clause 1 "A" { each month, customer pays 7.77 EUR as fee }
"#;

/// The findings of a code in the frame with more text, each with its label and answers.
fn findings(more: &str, code: &str) -> String {
    told(&checked(&format!("{FRAME}{more}")), code, 0).join("\n")
}

/// An amendment in the middle of 2024.
fn amendment(changes: &str) -> String {
    format!("amendment 1 to T signed 2024-05-20, in force from 2024-06-01 {{ {changes} }}")
}

#[track_caller]
fn tells(found: &str, expected: &[&str]) {
    expected.iter().for_each(|words| assert!(found.contains(words), "{words}\nis not in\n{found}"));
    assert!(!found.contains("7.77"), "{found}");
}

#[test]
fn two_penalties_of_which_an_amendment_puts_in_one() {
    let own = r#"clause 2 "B" { on failed, customer pays 30.00 EUR per tower as indemnity }"#;
    let new = amendment(r#"insert clause 5 "B" { on failed, customer pays 60.00 EUR per tower as indemnity }"#);
    // 30.00 + 60.00 = 90.00 EUR.
    let expected = [
        "clause 2 charges 30.00 EUR, clause 5 60.00 EUR, together 90.00 EUR",
        "only clause 5 is due: 60.00 EUR",
        "the higher is due: 60.00 EUR",
    ];
    tells(&findings(&format!("{own}\n{new}"), "C134"), &expected);
}

#[test]
fn rates_by_time_of_an_amendment() {
    let own = r#"clause 2 "B" { customer pays 30.00 EUR per tower per month commenced while there as price }"#;
    let new = amendment(
        r#"replace clause 2 "B" { customer pays 60.00 EUR per tower per month while there as price }
           insert clause 4 "D" { customer pays 2.00 EUR per tower per day while there as price }"#,
    );
    let text = format!("{own}\n{new}");
    // 15/30 × 60.00 = 30.00 EUR; from 3 to 10 March 8 days with both ends, 7 with one, 6 with none.
    tells(&findings(&text, "C041"), &["1 × 60.00 = 60.00 EUR", "15/30 × 60.00 = 30.00 EUR"]);
    tells(&findings(&text, "C042"), &["7 × 2.00 = 14.00 EUR", "8 × 2.00 = 16.00 EUR", "6 × 2.00 = 12.00 EUR"]);
}

#[test]
fn an_obligation_of_an_amendment_is_paid_by_the_text_beside_it() {
    let clause = |rate: &str, more: &str| {
        let duty = format!("obligation bring : supplier must have tower taken within 10 days of put {more}");
        let paid = format!("supplier pays {rate} EUR per tower per day commenced for lateness of bring as indemnity");
        format!("\"Late\" {{ {duty} {paid} }}")
    };
    let own = format!("clause 2 {}", clause("12.00", "first day not counted"));
    let new = amendment(&format!("replace clause 2 {}", clause("50.00", "")));
    // One day late is 1 × 50.00 EUR, sixty are 3 000.00 EUR, not the 12.00 EUR of the text before.
    let text = format!("{own}\n{new}");
    let found = findings(&text, "C042");
    tells(&found, &["1 × 50.00 = 50.00 EUR"]);
    assert!(!found.contains("12.00"), "{found}");
    tells(&findings(&text, "C061"), &["60 × 12.00 = 720.00 EUR", "60 × 50.00 = 3000.00 EUR"]);
}

#[test]
fn clauses_that_meet_by_an_amendment_are_shown_with_its_amounts() {
    let own = r#"clause 2 "B" { on failed, customer pays 30.00 EUR per tower as indemnity }
clause 3 "C" { on failed, customer pays 20.00 EUR per tower as indemnity  clause 3 adds to clause 2 }"#;
    let new = amendment(
        r#"replace clause 3 "C" { on failed, customer pays 90.00 EUR per tower as indemnity  clauses 2 and 3 only the higher for the same tower }"#,
    );
    // Once each: 30.00 + 90.00 = 120.00 EUR, the higher 90.00 EUR.
    tells(&findings(&format!("{own}\n{new}"), "C135"), &["120.00 EUR", "90.00 EUR"]);
}

#[test]
fn an_amendment_of_its_own_file_is_no_place_of_the_contract() {
    let own = r#"clause 2 "B" { customer pays 30.00 EUR per tower per month commenced while there as price }"#;
    let new = amendment(r#"replace clause 2 "B" { customer pays 60.00 EUR per tower per month while there as price }"#);
    // The month of the amendment stands at the bytes at which the contract has its fee of 7.77 EUR.
    let there = FRAME.find("customer pays 7.77").unwrap();
    let blanks = " ".repeat(there + 5 - new.find("month while").unwrap());
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("consigne.toml", "contracts = [\"*.consigne\"]\n");
    write("contract.consigne", &format!("{FRAME}{own}"));
    write("amendment-1.consigne", &format!("{blanks}{new}"));
    let output = crate::support::consigne(folder.path(), &["check"]);
    let found = String::from_utf8_lossy(&output.stdout);
    // 15/30 × 60.00 = 30.00 EUR.
    tells(&found, &["C041", "1 × 60.00 = 60.00 EUR", "15/30 × 60.00 = 30.00 EUR"]);
}

/// An indexed price and one whose line is rounded, changed within November; a suspension from 10 February to 20 March.
const STEPS: &str = r#"contract D-2 "Steps of a line"
parties { provider p "P"  customer c "C" }
term 2026-01-01 to 2028-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions { rounded to 0.01 half up on each line  conflicting records first known stays  month of actual days
  a second start changes nothing  an end without a start is ignored  still open counts to the end of the window }
asset pump "Pump"
event installed, removed, failed of pump
define on_ = from installed to removed
index lab "L" monthly
indexation i { coefficient lab[service] / lab[2025-12]  not rounded  may fall  provisional : wait  missing : hold last value }
clause 1 "Visit"   { on failed, customer pays 30.00 EUR per pump indexed by i as price }
clause 2 "Fee"     { customer pays 30.00 EUR per pump per month while on_ prorated by day, first day counted indexed by i as fee }
clause 3 "Repair"  { on failed, customer pays 30.00 EUR per pump rounded to 0.05 half up as sale }
amendment 1 to D-2 signed 2026-10-10, in force from 2026-11-11, a window that is cut goes by its start {
  replace clause 1 "Visit"  { on failed, customer pays 60.00 EUR per pump indexed by i as price }
  replace clause 2 "Fee"    { customer pays 60.00 EUR per pump per month while on_ prorated by day, first day counted indexed by i as fee }
  replace clause 3 "Repair" { on failed, customer pays 60.00 EUR per pump rounded to 0.05 half up as sale }
  suspend clauses 1 and 2 from 2027-02-10 to 2027-03-20
}
"#;

/// By hand: visits of 5 and 15 November 30 + 60 = 90. Ten days of November at 30 / 30 and twenty at 60 / 30 = 50. Nine days of
/// February 60 × 9/28 = 19.29, eleven of March 60 × 11/31 = 21.29.
#[test]
fn a_raised_price_goes_by_the_instant() {
    let scenarios = r#"
scenario "a visit before and one after the change" {
  assume lab in 2025-12 = 100
  2026-11-05 09:00 failed P1
  2026-11-15 09:00 failed P1
  expect clause 1 in 2026-11 = 90.00 EUR
}
scenario "by day" {
  assume lab in 2025-12 = 100
  2026-01-01 00:00 installed P9
  expect clause 2 in 2026-11 = 50.00 EUR
  expect clause 2 in 2027-02 = 19.29 EUR
  expect clause 2 in 2027-03 = 21.29 EUR
}
scenario "a visit after the suspension, and one within it" {
  assume lab in 2025-12 = 100
  2027-03-05 09:00 failed P1
  2027-03-25 09:00 failed P1
  expect clause 1 in 2027-03 = 60.00 EUR
}"#;
    assert_eq!(failures_of(&format!("{STEPS}{scenarios}")), Vec::<String>::new());
}

/// A line that is rounded as a whole goes by one text for its window: both repairs of November by the text of its first day, or of
/// its last. One of them was paid by neither text.
#[test]
fn a_rounded_line_goes_by_its_window() {
    let scenario = |amount: &str| {
        format!(
            "scenario \"two repairs\" {{\n  2026-11-05 09:00 failed P1\n  2026-11-15 09:00 failed P1\n  expect clause 3 in 2026-11 = {amount} EUR\n}}"
        )
    };
    assert_eq!(failures_of(&format!("{STEPS}{}", scenario("60.00"))), Vec::<String>::new());
    let by_end = STEPS.replace("goes by its start", "goes by its end");
    assert_eq!(failures_of(&format!("{by_end}{}", scenario("120.00"))), Vec::<String>::new());
}
