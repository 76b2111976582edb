//! Lots: events of a part of the units, deadlines and deposits of each; figures worked out by hand.

use crate::support::{checked, holds_all};

/// A contract of crates in lots with these sentences and scenario.
fn contract(lots: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract L-1 "Lots"
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
    a repeated trigger opens another
    attributes read at the event
    a second deposit is held too
    a return without a deposit is listed
}}
asset crate "Crate" {lots} {{ grade (A, B, C) }}
event delivered, returned, lost, failed, mended, checked of crate
event graded of crate {{ grade (A, B, C) }}
define out = from delivered to returned
define at_hand = from delivered to returned or lost
define down = from failed to mended
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const OLDEST: &str = "in lots from delivered, oldest first";
const LATEST: &str = "in lots from delivered, latest first";

fn failures(lots: &str, body: &str, scenario: &str) -> String {
    let text = contract(lots, body, scenario);
    let result = checked(&text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    let trials = crate::support::trials(&result.contract.unwrap());
    let failures: Vec<_> = trials.into_iter().flat_map(|trial| trial.failures).collect();
    if failures.is_empty() { String::new() } else { format!("{failures:#?}\n{text}") }
}

fn holds(lots: &str, body: &str, scenario: &str) {
    let failures = failures(lots, body, scenario);
    assert!(failures.is_empty(), "{failures}");
}

const HIRE: &str =
    r#"clause 4 "Hire" { customer pays 0.10 EUR per crate per day while out, both days counted as price }"#;

#[test]
fn hire_days_count_for_each_unit() {
    // 40 crates for 3 to 10 March are 320 days; 15 of them go on to the 20th, 150 days more; 5 are out to the end of
    // the month, 11 days more.
    holds(
        OLDEST,
        HIRE,
        "2026-03-03 10:00 delivered 40 crate LOT-7
        2026-03-10 10:00 returned 25 crate LOT-7
        2026-03-20 10:00 returned 10 crate LOT-7
        expect clause 4 in 2026-03 = 52.50 EUR
        expect clause 4 in 2026-04 = 15.00 EUR",
    );
}

#[test]
fn a_loss_ends_a_state_where_it_is_written() {
    let body =
        r#"clause 4 "Hire" { customer pays 0.10 EUR per crate per day while at_hand, first day counted as price }"#;
    // 10 for 3 days, then 6 for 2 days, then 1 for 5 days: 30 + 12 + 5.
    let lot = "2026-03-03 10:00 delivered 10 crate L
        2026-03-06 10:00 lost 4 crate L
        2026-03-08 10:00 returned 5 crate L
        2026-03-13 10:00 lost L";
    holds(OLDEST, body, &format!("{lot}\n expect clause 4 in 2026-03 = 4.70 EUR"));
    let single = "2026-03-03 10:00 delivered K1\n 2026-03-06 10:00 lost K1\n 2026-03-08 10:00 returned K1";
    holds("", body, &format!("{single}\n expect clause 4 in 2026-03 = 0.30 EUR"));
}

#[test]
fn a_lot_is_as_many_single_assets() {
    let lot = "2026-03-03 10:00 delivered 2 crate L
        2026-03-05 10:00 failed 1 crate L
        2026-03-07 10:00 mended 1 crate L
        2026-03-09 10:00 returned 2 crate L";
    let single = "2026-03-03 10:00 delivered K1
        2026-03-03 10:00 delivered K2
        2026-03-05 10:00 failed K1
        2026-03-07 10:00 mended K1
        2026-03-09 10:00 returned K1
        2026-03-09 10:00 returned K2";
    let body = r#"define hours_down per month = total of time while down and out
    define repair per month = mean of time from failed to mended in hours, empty : nothing due
    clause 1 "Credit" { provider pays 1.00 EUR per crate per hour commenced while down as price reduction }
    clause 2 "Rest" { customer pays 1.00 EUR per crate per day while out and not down, first day counted as price }"#;
    let expect = "expect hours_down in 2026-03 = 48 hours
        expect repair in 2026-03 = 48 hours
        expect clause 1 in 2026-03 = 48.00 EUR";
    for events in [lot, single] {
        holds(OLDEST, body, &format!("{events}\n {expect}\n expect clause 2 in 2026-03 = 10.00 EUR"));
    }
}

#[test]
fn a_second_delivery_brings_more_units_in() {
    let body = r#"clause 4 "Hire" { customer pays 1.00 EUR per crate per month completed while out as price }"#;
    let events = "2026-01-10 10:00 delivered 10 crate L
        2026-02-10 10:00 delivered 10 crate L
        2026-03-10 10:00 returned 10 crate L";
    // In March the ten that stay are there all month; those of January were there all February.
    let expect = "expect clause 4 in 2026-02 = 10.00 EUR\n expect clause 4 in 2026-03 = 10.00 EUR";
    holds(OLDEST, body, &format!("{events}\n {expect}"));
    holds(LATEST, body, &format!("{events}\n {expect}"));
    // 5 of the first come back within February: oldest first 5 are left that fill it, latest first 10.
    let early = "2026-01-10 10:00 delivered 10 crate L
        2026-02-03 10:00 delivered 10 crate L
        2026-02-10 10:00 returned 5 crate L";
    holds(OLDEST, body, &format!("{early}\n expect clause 4 in 2026-02 = 5.00 EUR"));
    holds(LATEST, body, &format!("{early}\n expect clause 4 in 2026-02 = 10.00 EUR"));
}

const DUTY: &str = r#"clause 6 "Return" {
    obligation bring_back : customer must have crate returned within 30 days of delivered
        first day not counted, missed after 0 days
    when bring_back is missed, customer pays 7.00 EUR per crate as fee
}"#;

#[test]
fn an_obligation_is_met_for_a_part() {
    holds(
        OLDEST,
        DUTY,
        "2026-03-03 10:00 delivered 40 crate LOT-7
        2026-03-10 10:00 returned 25 crate LOT-7
        2026-03-12 10:00 returned 10 crate LOT-7
        expect bring_back of 35 crate LOT-7 is met
        expect bring_back of 5 crate LOT-7 is missed
        expect bring_back of 0 crate LOT-7 is late
        expect clause 6 in 2026-04 = 35.00 EUR",
    );
    let mixed = failures(
        OLDEST,
        DUTY,
        "2026-03-03 delivered 4 crate L\n 2026-03-10 returned 1 crate L\n expect bring_back of L is met",
    );
    assert!(mixed.contains("1 are met") && mixed.contains("3 are missed"), "{mixed}");
}

#[test]
fn which_units_come_first() {
    // Deadlines are 9 April (of 10 March) and 29 April (of 30 March): ten come back on 20 April.
    let events = "2026-03-10 10:00 delivered 10 crate L
        2026-03-30 10:00 delivered 10 crate L
        2026-04-05 10:00 returned 10 crate L
        2026-04-20 10:00 returned 10 crate L";
    holds(
        OLDEST,
        DUTY,
        &format!("{events}\n expect bring_back of 20 crate L is met\n expect clause 6 in 2026-04 = 0.00 EUR"),
    );
    holds(
        LATEST,
        DUTY,
        &format!("{events}\n expect bring_back of 10 crate L is missed\n expect clause 6 in 2026-04 = 70.00 EUR"),
    );
}

const DEPOSIT: &str = r#"clause 3 "Deposit" {
    on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 3 matched by serial as deposit
    obligation bring_back : customer must have crate returned within 30 days of delivered
        first day not counted, missed after 0 days
    when bring_back is missed, provider keeps clause 3 in full as sale
    on lost, provider keeps clause 3 in full as indemnity
}"#;

#[test]
fn deposits_of_a_lot_end_in_part() {
    // 40 × 25.00; 25 come back, 10 are lost, 5 are missed on 2 April; 2 of these come back too late and find nothing.
    holds(
        OLDEST,
        DEPOSIT,
        "2026-03-03 10:00 delivered 40 crate LOT-7
        2026-03-10 10:00 returned 25 crate LOT-7
        2026-03-12 10:00 lost 10 crate LOT-7
        2026-05-02 10:00 returned 2 crate LOT-7
        expect clause 3 as deposit in 2026-03 = 1875.00 EUR
        expect clause 3 as indemnity in 2026-03 = 250.00 EUR
        expect total of provider in 2026-03 = 375.00 EUR
        expect deposits of clause 3 in 2026-03 = 125.00 EUR
        expect clause 3 as sale in 2026-04 = 125.00 EUR
        expect deposits of clause 3 in 2026-04 = 0.00 EUR
        expect clause 3 in 2026-05 = 0.00 EUR",
    );
}

#[test]
fn more_than_there_are_is_held() {
    let body = format!("{HIRE}\n{DEPOSIT}");
    let events = "2026-03-03 10:00 delivered 10 crate L\n 2026-03-10 10:00 returned 12 crate L";
    let hire = failures(OLDEST, &body, &format!("{events}\n expect clause 4 in 2026-03 = 8.00 EUR"));
    assert!(hire.contains("`returned` of 12, of which 10 are there"), "{hire}");
    // Nothing is held in the other months.
    holds(OLDEST, &body, &format!("{events}\n expect clause 4 in 2026-04 = 0.00 EUR"));
}

#[test]
fn without_the_declaration_a_lot_is_held() {
    let held = failures("", HIRE, "2026-03-03 10:00 delivered 10 crate L\n expect clause 4 in 2026-03 = 29.00 EUR");
    assert!(held.contains("in lots"), "{held}");
}

#[test]
fn a_grade_that_an_event_gives_to_a_part() {
    let body = r#"clause 4 "Hire" {
        customer pays by grade { when A : 2.00 EUR  otherwise : 1.00 EUR } per crate per day while out, first day counted
            as price
    }"#;
    // All ten are of grade A; three of them C from the 6th on: 10 × 2 × 2.00 + 7 × 3 × 2.00 + 3 × 3 × 1.00.
    holds(
        OLDEST,
        body,
        "assume grade of L = A
        2026-03-04 10:00 delivered 10 crate L
        2026-03-06 00:00 graded 3 crate L { grade C }
        2026-03-09 10:00 returned 10 crate L
        expect clause 4 in 2026-03 = 91.00 EUR",
    );
}

#[test]
fn which_units_is_asked_where_it_matters() {
    let asks = |body: &str| {
        let text = contract(
            "in lots from delivered",
            body,
            "2026-03-04 delivered L\n expect total of provider in 2026-03 = 0 EUR",
        );
        checked(&text).refusals().iter().any(|finding| finding.code.as_str() == "C124")
    };
    assert!(asks(DUTY));
    assert!(asks(DEPOSIT));
    assert!(asks(r#"clause 4 "Hire" { customer pays 1.00 EUR per crate per month completed while out as price }"#));
    assert!(!asks(HIRE));
    assert!(!asks(r#"clause 4 "Hire" { on delivered, customer pays 1.00 EUR per crate as price }"#));
}

#[test]
fn units_of_which_nothing_has_begun_are_there_since_they_were_brought_in() {
    // Nothing begins with a delivery. Two crates are down from 10 to 12 March, 6 days, one from the 10th to the end of the
    // month, 22 days, and the fourth from the 20th on, 12 days. In April two are down all month, 60 days, and one of those
    // that were mended fails again on the 2nd, 29 days. Of four crates no five can be down.
    let body =
        r#"clause 4 "Down" { provider pays 1.00 EUR per crate per day while down, both days counted as indemnity }"#;
    let scenario = "2026-03-03 10:00 delivered 4 crate LOT-7
        2026-03-10 10:00 failed 3 crate LOT-7
        2026-03-12 10:00 mended 2 crate LOT-7
        2026-03-20 10:00 failed 1 crate LOT-7
        2026-04-02 10:00 failed 1 crate LOT-7
        2026-05-02 10:00 failed 2 crate LOT-7
        expect clause 4 in 2026-03 = 40.00 EUR
        expect clause 4 in 2026-04 = 89.00 EUR
        expect clause 4 in 2026-05 is held";
    let text = contract(OLDEST, body, scenario)
        .replace("define out = from delivered to returned\n", "")
        .replace("define at_hand = from delivered to returned or lost\n", "");
    holds_all(&text);
}

#[test]
fn units_that_came_back_may_turn_out_to_be_damaged() {
    // Four crates came back, two of them are down from the 11th to the 31st: 2 x 21 days. Of five crates no six can
    // be down, wherever they are.
    let body =
        r#"clause 4 "Down" { provider pays 1.00 EUR per crate per day while down, both days counted as indemnity }"#;
    let back = "2026-03-02 09:00 delivered 4 crate LOT-7
        2026-03-10 09:00 returned 4 crate LOT-7
        2026-03-11 09:00 failed 2 crate LOT-7
        expect clause 4 in 2026-03 = 42.00 EUR";
    let too_many = "2026-03-02 09:00 delivered 5 crate LOT-7
        2026-03-10 09:00 returned 4 crate LOT-7
        2026-03-11 09:00 failed 1 crate LOT-7
        2026-03-12 09:00 returned 1 crate LOT-7
        2026-03-21 09:00 failed 4 crate LOT-7
        2026-03-31 09:00 failed 1 crate LOT-7
        expect clause 4 in 2026-03 is held";
    [back, too_many].iter().for_each(|scenario| holds(OLDEST, body, scenario));
}
