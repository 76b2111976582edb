//! What a cap leaves in a window and carries over to the next ones. Figures were worked out by hand.

use std::path::Path;

use serde_json::Value;

use crate::support::{checked, failures_of, holds_all, succeeds};

const FINES: &str = "clause 1 \"Fines\" { on fined, provider pays amount as indemnity }\n";
const UNTIL: &str = "unused is carried over until it is used";
const FIRST: &str = "unused is carried over to the next year only, used first";
const LAST: &str = "unused is carried over to the next year only, used last";

/// A contract from 2026 to 2028 with these clauses and this scenario.
fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Carried"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2028-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
}}
asset pump "Pump" {{ site text }}
event fined, billed, seen of pump {{ amount money optional }}
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

/// A cap in these words over the fines.
fn cap(words: &str) -> String {
    format!("{FINES}clause 2 \"Cap\" {{ provider owes {words}, under clause 1 }}")
}

/// A fine on the second day of a month.
fn fine(month: &str, amount: &str) -> String {
    format!("{month}-02 fined P1 {{ amount {amount} EUR }}\n    ")
}

#[track_caller]
fn holds(body: &str, scenario: &str) {
    holds_all(&contract(body, scenario));
}

/// The codes that keep a contract with this cap from being settled.
fn codes(words: &str) -> Vec<&'static str> {
    let text = contract(&cap(words), "2026-01-05 fined P1 { amount 1.00 EUR }\n expect clause 1 = 1.00 EUR");
    checked(&text).refusals().iter().map(|finding| finding.code.as_str()).collect()
}

/// 2026 leaves 600.00 of 1 000.00. 2027 allows 1 600.00: 1 200.00 in February, and 400.00 of the 600.00 of May.
#[test]
fn what_a_year_leaves_raises_the_next_one() {
    let facts = [fine("2026-05", "400.00"), fine("2027-02", "1200.00"), fine("2027-05", "600.00")].concat();
    let expected = "expect clause 2 in 2026 = 0.00 EUR\n    expect clause 2 in 2027-02 = 0.00 EUR
    expect clause 2 in 2027-05 = -200.00 EUR\n    expect clause 2 in 2027-06 = 0.00 EUR";
    for carry in [UNTIL, FIRST, LAST] {
        holds(&cap(&format!("at most 1 000.00 EUR per year, {carry}")), &format!("{facts}{expected}"));
    }
    let plain = expected
        .replace("2027-02 = 0.00", "2027-02 = -200.00")
        .replace("= -200.00 EUR\n    expect clause 2 in 2027-06", "= -600.00 EUR\n    expect clause 2 in 2027-06");
    for none in ["", ", unused is not carried over"] {
        holds(&cap(&format!("at most 1 000.00 EUR per year{none}")), &format!("{facts}{plain}"));
    }
}

/// What 2028 owes of 5 000.00 EUR, after these fines in 2026 and 2027.
#[track_caller]
fn third(carry: &str, fines: (&str, &str), owed: &str) {
    let facts = [fine("2026-05", fines.0), fine("2027-05", fines.1), fine("2028-05", "5000.00")].concat();
    let body = cap(&format!("at most 1 000.00 EUR per year, {carry}"));
    holds(&body, &format!("{facts}expect total of customer in 2028 = {owed} EUR"));
}

#[test]
fn once_or_until_it_is_used_and_which_is_used_first() {
    // Nothing in two years: three caps, or two.
    third(UNTIL, ("0.00", "0.00"), "3000.00");
    third(FIRST, ("0.00", "0.00"), "2000.00");
    third(LAST, ("0.00", "0.00"), "2000.00");
    // Nothing, then 1 000.00: the second year used what the first left, or its own.
    third(UNTIL, ("0.00", "1000.00"), "2000.00");
    third(FIRST, ("0.00", "1000.00"), "2000.00");
    third(LAST, ("0.00", "1000.00"), "1000.00");
    // 700.00, then 500.00: 300.00 carried; 2027 leaves 800.00. First: 300.00 and 200.00 of its own are used, 800.00 of
    // its own are left. Last: 500.00 of its own are used, 500.00 are left, the 300.00 lapse.
    third(UNTIL, ("700.00", "500.00"), "1800.00");
    third(FIRST, ("700.00", "500.00"), "1800.00");
    third(LAST, ("700.00", "500.00"), "1500.00");
    // 900.00, then 50.00: 100.00 carried. Until: 1 000 + 1 100 - 50. First: 50.00 of the 100.00 lapse, 1 000.00 are left.
    third(UNTIL, ("900.00", "50.00"), "2050.00");
    third(FIRST, ("900.00", "50.00"), "2000.00");
    third(LAST, ("900.00", "50.00"), "1950.00");
    // Above the cap in both years: nothing is left.
    third(UNTIL, ("1500.00", "1500.00"), "1000.00");
}

/// 100.00 and 100.00 for February, of which 150.00 are used; 100.00 and 50.00 for March.
#[test]
fn a_window_of_one_settlement_period() {
    let body = cap("at most 100.00 EUR per month, unused is carried over until it is used");
    let facts = [fine("2026-02", "150.00"), fine("2026-03", "190.00"), fine("2026-04", "150.00")].concat();
    holds(
        &body,
        &format!(
            "{facts}expect clause 2 in 2026-01 = 0.00 EUR\n    expect clause 2 in 2026-02 = 0.00 EUR
    expect clause 2 in 2026-03 = -40.00 EUR\n    expect clause 2 in 2026-04 = -50.00 EUR"
        ),
    );
}

/// From July 2026 to June 2028: 184 of 365 days of 3 650.00 are 1 840.00, and 182 of 366 days of it 1 815.03.
#[test]
fn windows_that_the_term_cuts() {
    let facts = [fine("2026-08", "840.00"), fine("2027-05", "4000.00"), fine("2028-05", "9000.00")].concat();
    let cut = |how: &str, carry: &str, scenario: &str| {
        let body = cap(&format!("at most 3 650.00 EUR per calendar year, {how}, {carry}"));
        let text = contract(&body, &format!("{facts}{scenario}"));
        holds_all(&text.replace("2026-01-01 to 2028-12-31", "2026-07-01 to 2028-06-30"));
    };
    // 1 000.00 are left of 2026; of 4 650.00 2027 leaves 650.00; 1 815.03 and 650.00 are 2 465.03.
    cut(
        "prorated by day",
        UNTIL,
        "expect clause 2 in 2027 = 0.00 EUR\n expect total of customer in 2028 = 2465.03 EUR",
    );
    // 2 810.00 are left in full; of 6 460.00 2027 leaves 2 460.00; with 3 650.00 they are 6 110.00.
    cut("in full", UNTIL, "expect clause 2 in 2027 = 0.00 EUR\n expect total of customer in 2028 = 6110.00 EUR");
}

/// P1 is under the contract from 2026 on, P2 from 2027 on.
#[test]
fn each_asset_has_its_own() {
    let body = cap("at most 100.00 EUR per pump per year, unused is carried over until it is used");
    holds(
        &body,
        "2026-03-02 seen P1
    2027-03-02 fined P1 { amount 180.00 EUR }
    2027-03-02 fined P2 { amount 180.00 EUR }
    2028-03-02 fined P1 { amount 180.00 EUR }
    2028-03-02 fined P2 { amount 180.00 EUR }
    expect clause 2 for P1 in 2027-03 = 0.00 EUR
    expect clause 2 for P2 in 2027-03 = -80.00 EUR
    expect clause 2 for P1 in 2028-03 = -60.00 EUR
    expect clause 2 for P2 in 2028-03 = -80.00 EUR",
    );
    // A year in which nothing is charged leaves all of it.
    holds(
        &body,
        "2026-03-02 fined P1 { amount 70.00 EUR }
    2028-03-02 fined P1 { amount 400.00 EUR }
    expect clause 2 for P1 in 2028-03 = -170.00 EUR",
    );
    holds(
        &body.replace(UNTIL, FIRST),
        "2026-03-02 fined P1 { amount 70.00 EUR }
    2028-03-02 fined P1 { amount 400.00 EUR }
    expect clause 2 for P1 in 2028-03 = -200.00 EUR",
    );
}

const BILLS: &str = "clause 3 \"Bills\" { on billed, customer pays amount as price }\n";

/// 20 % of 1 000.00 leave 150.00 of 2026. In 2027 100.00 and then 200.00 come to it.
#[test]
fn a_part_of_an_amount_that_grows() {
    let body = format!("{BILLS}{}", cap(&format!("at most 20% of clause 3 per year, of the amount so far, {UNTIL}")));
    let facts = [
        "2026-02-01 billed P1 { amount 400.00 EUR }\n 2026-11-01 billed P1 { amount 600.00 EUR }\n",
        "2027-01-01 billed P1 { amount 500.00 EUR }\n 2027-06-01 billed P1 { amount 500.00 EUR }\n",
        &fine("2026-03", "50.00"),
        &fine("2027-01", "300.00"),
        &fine("2028-01", "100.00"),
    ]
    .concat();
    holds(
        &body,
        &format!(
            "{facts}expect clause 2 in 2027-01 = -50.00 EUR
    expect clause 2 in 2027-06 = 50.00 EUR
    expect clause 2 in 2028-01 = -50.00 EUR"
        ),
    );
    // With 150.00 for the first year: 100.00 are left; 20 % of the 1 000.00 of 2026 make 300.00 of it, which 2027 uses;
    // 20 % of the 1 000.00 of 2027 are 200.00.
    let body = body.replace("of the amount so far", "of the previous year, in the first year 150.00 EUR");
    holds(
        &body,
        &format!(
            "{facts}expect clause 2 in 2027-01 = 0.00 EUR
    expect clause 2 in 2027-06 = 0.00 EUR
    expect clause 2 in 2028-01 = 0.00 EUR"
        ),
    );
}

/// An index from 100 to 110 to 120. 2026 leaves 40.00 of 100.00. 2027 has 110.00 of its own, and the 40.00 stay 40.00.
#[test]
fn a_cap_that_is_indexed() {
    let index = "index work \"Work\" monthly
indexation labour { coefficient work[revision] / 100  revised every 12 months from 2026-01-01  not rounded  may fall
    provisional : wait  missing : held }
clause 4 \"Fee\" { each month, customer pays 10.00 EUR indexed by labour as price }\n";
    let fines = FINES.replace("amount as", "amount not indexed as");
    let facts = [fine("2026-03", "60.00"), fine("2027-03", "160.00"), fine("2028-03", "140.00")].concat();
    let values = "assume work in 2026-01 = 100, work in 2027-01 = 110, work in 2028-01 = 120\n    ";
    let body = |words: &str| format!("{index}{fines}clause 2 \"Cap\" {{ provider owes {words}, under clause 1 }}");
    holds(
        &body(&format!("at most 100.00 EUR per year, indexed by labour, {UNTIL}")),
        &format!("{values}{facts}expect clause 2 in 2027-03 = -10.00 EUR\n    expect clause 2 in 2028-03 = -20.00 EUR"),
    );
    // Half of the fees: 60.00, 66.00 and 72.00 a year; before indexation always 60.00.
    holds(
        &body(&format!("at most 50% of clause 4 per year, of the expected year, after indexation, {UNTIL}")),
        &format!("{values}{facts}expect clause 2 in 2027-03 = -94.00 EUR\n    expect clause 2 in 2028-03 = -68.00 EUR"),
    );
    let less = [fine("2026-03", "10.00"), fine("2027-03", "160.00"), fine("2028-03", "140.00")].concat();
    holds(
        &body(&format!("at most 50% of clause 4 per year, of the expected year, before indexation, {UNTIL}")),
        &format!("{values}{less}expect clause 2 in 2027-03 = -50.00 EUR\n    expect clause 2 in 2028-03 = -80.00 EUR"),
    );
}

/// In 2026 the customer is owed nothing in the end: all 100.00 are left, and no more.
#[test]
fn money_that_goes_the_other_way() {
    let body = "clause 1 \"Fines and bonus\" {
    on fined, provider pays amount as indemnity
    on billed, customer pays amount as bonus
}
clause 2 \"Cap\" { provider owes at most 100.00 EUR per year, netted with clause 1, unused is carried over until it is used, under clause 1 }";
    holds(
        body,
        "2026-03-02 fined P1 { amount 60.00 EUR }
    2026-03-03 billed P1 { amount 90.00 EUR }
    2027-03-02 fined P1 { amount 260.00 EUR }
    2027-03-03 billed P1 { amount 20.00 EUR }
    expect clause 2 in 2026-03 = 0.00 EUR
    expect clause 2 in 2027-03 = -40.00 EUR",
    );
}

/// Three fines a year, one cap by month in front of one by year: 20.00 are carried to March, which owes 120.00; of 300.00
/// the year allows 250.00.
#[test]
fn two_caps_in_order() {
    let words =
        "at most 100.00 EUR per month, unused is carried over until it is used, then at most 250.00 EUR per year";
    let facts = [fine("2026-02", "180.00"), fine("2026-03", "150.00")].concat();
    holds(
        &cap(words),
        &format!(
            "{facts}expect total of customer in 2026-02 = 180.00 EUR\n    expect total of customer in 2026-03 = 70.00 EUR"
        ),
    );
    let apart = format!(
        "{}\nclause 4 \"x\" {{ provider owes at most 90.00 EUR per month under clause 1 }}",
        cap(&format!("at most 100.00 EUR per month, {UNTIL}"))
    );
    let text = contract(&apart, "2026-01-05 fined P1 { amount 1.00 EUR }\n expect clause 1 = 1.00 EUR");
    assert!(checked(&text).listing().contains("C140"), "{}", checked(&text).listing());
}

/// The fine of 2026 is held, and with it what that year leaves: 80.00 are within the 100.00 of 2027 whatever it is.
#[test]
fn what_is_not_known_is_held() {
    let body = format!(
        "index work \"Work\" monthly
indexation labour {{ coefficient work[service] / 100  not rounded  may fall  provisional : wait  missing : held }}
{}clause 2 \"Cap\" {{ provider owes at most 100.00 EUR per year, not indexed, {UNTIL}, under clause 1 }}",
        FINES.replace("amount as", "amount indexed by labour as")
    );
    let facts = [fine("2026-03", "60.00"), fine("2027-03", "80.00"), fine("2028-03", "150.00")].concat();
    let failed = failures_of(&contract(
        &body,
        &format!(
            "assume work in 2027-03 = 100, work in 2028-03 = 100
    {facts}expect clause 2 in 2027-03 = 0.00 EUR\n    expect clause 2 in 2028-03 = 0.00 EUR"
        ),
    ));
    assert_eq!(failed.len(), 1, "{failed:?}");
    assert!(failed[0].contains("what is carried over is not known: clause 1 is held"), "{failed:?}");
}

#[test]
fn what_does_not_fit() {
    assert_eq!(codes("at most 100.00 EUR per year, unused is carried over to the next year"), ["C129"]);
    assert_eq!(codes("at most 100.00 EUR per year, unused is carried over to the next year only"), ["C139"]);
    assert_eq!(
        codes("at most 100.00 EUR per year, unused is carried over to the next month only, used first"),
        ["C023"]
    );
    assert_eq!(codes(&format!("at most 100.00 EUR over the term, {UNTIL}")), ["C024"]);
    assert_eq!(codes(&format!("at most 100.00 EUR per rolling 12 months, {UNTIL}")), ["C024"]);
    assert_eq!(codes(&format!("at least 100.00 EUR per year, {UNTIL}")), ["C024"]);
    assert_eq!(codes(&format!("nothing up to 100.00 EUR per year, {UNTIL}, then the whole")), ["C024"]);
    assert_eq!(codes(&format!("at most 100.00 EUR per site per year, {UNTIL}")), ["C023"]);
}

/// What an amendment makes of a yearly cap of 1 000.00 EUR that carries over in these words, with these facts.
#[track_caller]
fn amended(carry: &str, amendments: &str, facts: &[String], expected: &str) {
    let body = format!("{}\n{amendments}", cap(&format!("at most 1 000.00 EUR per year{carry}")));
    holds(&body, &format!("{}{expected}", facts.concat()));
}

/// An amendment from a day on, and the text that it gives to the cap.
fn amendment(number: i64, from: &str, words: &str) -> String {
    let text = format!("replace clause 2 \"Cap\" {{ provider owes {words}, under clause 1 }}");
    format!("amendment {number} to T-1 signed 2026-05-2{number}, in force from {from} {{ {text} }}\n")
}

#[test]
fn an_amended_cap_takes_over_what_was_left() {
    let until = &format!(", {UNTIL}");
    let spent = fine("2026-05", "400.00");
    // 2026 leaves 600.00: 2027 allows 500.00 and 600.00, 2028 its own 500.00.
    let new = amendment(1, "2027-01-01", &format!("at most 500.00 EUR per year, {UNTIL}"));
    let facts = [spent.clone(), fine("2027-05", "1200.00"), fine("2028-05", "600.00")];
    let expected = "expect clause 2 in 2027-05 = -100.00 EUR expect clause 2 in 2028-05 = -100.00 EUR";
    amended(until, &new, &facts, expected);
    // What the new text leaves of both lapses by that text: 1 100.00 less 700.00.
    let lapses = amendment(1, "2027-01-01", "at most 500.00 EUR per year");
    let facts = [spent.clone(), fine("2027-05", "700.00"), fine("2028-05", "600.00")];
    amended(until, &lapses, &facts, "expect clause 2 in 2027-05 = 0.00 EUR expect clause 2 in 2028-05 = -100.00 EUR");
    // The first text leaves nothing; the new one leaves 300.00.
    let facts = [spent.clone(), fine("2027-05", "200.00"), fine("2028-05", "900.00")];
    amended("", &new, &facts, "expect clause 2 in 2028-05 = -100.00 EUR");
    // What went to the next year only is carried on by the new text: 1 000.00 + 600.00 - 100.00, and 1 000.00.
    let longer = amendment(1, "2027-01-01", &format!("at most 1 000.00 EUR per year, {UNTIL}"));
    let facts = [spent.clone(), fine("2027-05", "100.00"), fine("2028-05", "2600.00")];
    amended(&format!(", {FIRST}"), &longer, &facts, "expect clause 2 in 2028-05 = -100.00 EUR");
    // By other windows it begins with nothing: 600.00 against 500.00.
    let quarters = amendment(1, "2027-01-01", &format!("at most 500.00 EUR per quarter, {UNTIL}"));
    amended(until, &quarters, &[spent, fine("2027-02", "600.00")], "expect clause 2 in 2027-02 = -100.00 EUR");
}

#[test]
fn a_cap_that_is_suspended_or_ends() {
    let suspends = "amendment 1 to T-1 signed 2026-05-20, in force from 2027-01-01 { suspend clause 2 from 2027-01-01 to 2027-12-31 }";
    let facts = [fine("2026-05", "400.00"), fine("2027-05", "5000.00"), fine("2028-05", "5000.00")];
    // 2027 is not capped and uses nothing. In 2028 the 600.00 of 2026 are there, or have lapsed.
    let waits = "expect clause 2 in 2027 = 0.00 EUR expect clause 2 in 2028-05 = -3400.00 EUR";
    let lapses = "expect clause 2 in 2027 = 0.00 EUR expect clause 2 in 2028-05 = -4000.00 EUR";
    amended(&format!(", {UNTIL}"), suspends, &facts, waits);
    amended(&format!(", {FIRST}"), suspends, &facts, lapses);
    amended(&format!(", {LAST}"), suspends, &facts, lapses);
    let ends = "amendment 1 to T-1 signed 2026-05-20, in force from 2027-01-01 { end clause 2 }
        amendment 2 to T-1 signed 2027-05-20, in force from 2028-01-01 { insert clause 2 \"Cap\" {
            provider owes at most 1 000.00 EUR per year, unused is carried over until it is used, under clause 1
        } }\n";
    amended(&format!(", {UNTIL}"), ends, &facts, lapses);
}

#[test]
fn a_year_within_which_a_cap_is_amended() {
    let change = |end: &str| {
        let words = format!("at most 200.00 EUR per year, {UNTIL}");
        amendment(1, &format!("2027-07-01, a window that is cut goes by its {end}"), &words)
    };
    let facts = [fine("2026-05", "400.00"), fine("2027-05", "1700.00"), fine("2028-05", "300.00")];
    // By the start 2027 allows 1 000.00 and 600.00, by the end 200.00 and 600.00; 2028 allows 200.00.
    let years = |second: &str| format!("expect clause 2 in 2027 = -{second} EUR expect clause 2 in 2028 = -100.00 EUR");
    amended(&format!(", {UNTIL}"), &change("start"), &facts, &years("100.00"));
    amended(&format!(", {UNTIL}"), &change("end"), &facts, &years("900.00"));
}

#[test]
fn amendments_in_any_order_of_the_text() {
    // 2026 leaves 600.00, 2027 800.00 of 1 100.00, and 2028 allows 100.00 and 800.00.
    let first = amendment(1, "2027-01-01", &format!("at most 500.00 EUR per year, {UNTIL}"));
    let second = amendment(2, "2028-01-01", &format!("at most 100.00 EUR per year, {UNTIL}"));
    let facts = [fine("2026-05", "400.00"), fine("2027-05", "300.00"), fine("2028-05", "1000.00")];
    for both in [format!("{first}{second}"), format!("{second}{first}")] {
        amended(&format!(", {UNTIL}"), &both, &facts, "expect clause 2 in 2028-05 = -100.00 EUR");
    }
}

/// P2 is seen in 2026 and billed in 2028: a text that also caps what is billed finds 100.00 EUR of each of two years. P1
/// is there from 2027 on, and 70.00 EUR are left of that year.
#[test]
fn an_amended_cap_over_more_clauses() {
    let text = |under: &str| format!("provider owes at most 100.00 EUR per pump per year, {UNTIL}, under {under}");
    let body = format!(
        "{FINES}clause 2 \"Cap\" {{ {} }}
        clause 3 \"Bills\" {{ on billed, provider pays amount as indemnity }}
        amendment 1 to T-1 signed 2026-05-21, in force from 2028-01-01 {{ replace clause 2 \"Cap\" {{ {} }} }}",
        text("clause 1"),
        text("clauses 1 and 3")
    );
    holds(
        &body,
        "2026-05-05 seen P2
        2027-05-05 fined P1 { amount 30.00 EUR }
        2028-05-05 billed P2 { amount 350.00 EUR }
        2028-05-05 fined P1 { amount 180.00 EUR }
        expect clause 2 for P2 in 2028-05 = -50.00 EUR
        expect clause 2 for P1 in 2028-05 = -10.00 EUR",
    );
}

/// A workspace with a yearly cap of 100.00 EUR and these lines of a feed.
fn workspace(folder: &Path, late: &str, lines: &[(&str, &str, &str)]) {
    let text = contract(&cap(&format!("at most 100.00 EUR per year, {UNTIL}")), "expect clause 1 = 0.00 EUR");
    let text = text.replace("    rounded to", &format!("    {late}\n    rounded to"));
    let text = text.replace("settled monthly, netted", "settled monthly, netted, payable within 30 days");
    std::fs::write(folder.join("contract.consigne"), text).unwrap();
    let line = |(number, (occurred, recorded, amount)): (usize, &(&str, &str, &str))| {
        format!(
            r#"{{"id":"e{number}","contract":"T-1","kind":"fined","asset":"P1","occurred":"{occurred}T09:00:00Z","recorded":"{recorded}T09:00:00Z","fields":{{"amount":{amount}}}}}"#
        ) + "\n"
    };
    std::fs::write(folder.join("feed.jsonl"), lines.iter().enumerate().map(line).collect::<String>()).unwrap();
    let project = "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n";
    std::fs::write(folder.join("consigne.toml"), project).unwrap();
}

#[test]
fn an_explanation_shows_what_is_carried() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [("2026-03-02", "2026-03-02", "60.00"), ("2027-03-02", "2027-03-02", "120.00")];
    workspace(folder.path(), "late events do not count", &lines);
    let told = succeeds(folder.path(), &["explain", "clause", "2", "2026-12"]);
    assert!(told.contains("not used, carried over: 40.00 EUR"), "{told}");
    let told = succeeds(folder.path(), &["explain", "clause", "2", "2027-03"]);
    assert!(told.contains("carried over from before: 40.00 EUR; in all 140.00 EUR"), "{told}");
    let told = succeeds(folder.path(), &["explain", "clause", "2", "2027-12"]);
    assert!(told.contains("not used, carried over: 20.00 EUR"), "{told}");
}

/// What becomes known of 2026 takes from what 2027 was allowed, and the settlement of that is corrected with it.
#[test]
fn a_late_event_corrects_the_windows_that_follow() {
    let question = contract(
        &cap(&format!("at most 100.00 EUR per month, {UNTIL}")),
        "2026-01-05 fined P1 { amount 1.00 EUR }\n expect clause 1 = 1.00 EUR",
    );
    let late = "late events corrected in the next settlement";
    let question = question
        .replace("    rounded to", &format!("    {late}\n    rounded to"))
        .replace("settled monthly, netted", "settled monthly, netted, payable within 30 days");
    assert!(checked(&question).listing().contains("C136"), "{}", checked(&question).listing());
    let folder = tempfile::tempdir().unwrap();
    let lines = [
        ("2026-03-02", "2026-03-02", "10.00"),
        ("2027-02-02", "2027-02-02", "250.00"),
        ("2026-12-10", "2027-03-10", "60.00"),
    ];
    let late = format!("{late}\n    corrected amounts count in the window that they concern");
    workspace(folder.path(), &late, &lines);
    let total = |asked: &[&str]| -> Value { serde_json::from_str(&succeeds(folder.path(), asked)).unwrap() };
    // Known on 1 March: 250.00 in February against 100.00 and the 90.00 of 2026.
    let before = total(&["settle", "2027-02", "--as-of", "2027-03-01T00:00:00Z", "--format", "json"]);
    let after = total(&["settle", "2027-02", "--as-of", "2027-04-01T00:00:00Z", "--format", "json"]);
    let caps = |json: &Value| -> Vec<String> {
        let lines = json["statements"][0]["periods"][0]["lines"].as_array().unwrap();
        let own = lines.iter().filter(|line| line["clause"] == "2");
        own.map(|line| line["amount"].as_str().unwrap().to_owned()).collect()
    };
    // With 60.00 more in 2026, 30.00 are left of it: 130.00 of 250.00.
    assert_eq!((caps(&before), caps(&after)), (vec!["-60".to_owned()], vec!["-120".to_owned()]));
}

#[test]
fn the_questions_show_the_difference() {
    let told = |words: &str| {
        let text = contract(&cap(words), "2026-01-05 fined P1 { amount 1.00 EUR }\n expect clause 1 = 1.00 EUR");
        format!("{:?}", checked(&text).refusals()[0].answers)
    };
    let long = told("at most 250.00 EUR per year, unused is carried over to the next year");
    assert!(long.contains("750.00 EUR") && long.contains("500.00 EUR"), "{long}");
    let order = told("at most 250.00 EUR per year, unused is carried over to the next year only");
    assert!(order.contains("500.00 EUR") && order.contains("250.00 EUR"), "{order}");
    // What is written by many is told how it is said.
    let text = contract(&cap("at most 100.00 EUR per year, carried over to the next year"), "expect clause 1 = 0 EUR");
    let help = checked(&text).refusals()[0].help.clone().unwrap_or_default();
    assert!(help.contains("unused is carried over until it is used"), "{help}");
}

/// The fine of 2026 is held, and with it what 2026 leaves. 2027 uses nothing and leaves its own 100.00, whatever was carried
/// to it: 2028 owes 200.00 of 250.00.
#[test]
fn what_lapsed_need_not_be_known() {
    let body = |carry: &str| {
        format!(
            "index work \"Work\" monthly
indexation labour {{ coefficient work[service] / 100  not rounded  may fall  provisional : wait  missing : held }}
{}clause 2 \"Cap\" {{ provider owes at most 100.00 EUR per pump per year, not indexed, {carry}, under clause 1 }}",
            FINES.replace("amount as", "amount indexed by labour as")
        )
    };
    let facts = [fine("2026-03", "60.00"), fine("2028-03", "250.00")].concat();
    let scenario = format!("assume work in 2028-03 = 100\n    {facts}expect clause 2 in 2028-03 = -50.00 EUR");
    holds(&body(FIRST), &scenario);
    holds(&body(LAST), &scenario);
    let failed = failures_of(&contract(&body(UNTIL), &scenario));
    assert!(failed.len() == 1 && failed[0].contains("what is carried over is not known"), "{failed:?}");
}
