//! The steps that an amount goes through, and the order said with `then`.

use crate::support::{Checked, checked, holds_all};

fn contract(amount: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    lateness is paid as it accrues
    month end last day
}}
asset pump "Pump" {{ price money }}
event ordered, fulfilled of pump
event noted of pump {{ cost money }}
define notes per month = count of noted
clause 1 "x" {{
    obligation deliver : provider must have pump fulfilled within 10 days of ordered
        first day not counted
        missed after 90 days
    provider pays {amount} as indemnity
}}
scenario "s" {{
    {scenario}
}}
"#
    )
}

fn read(amount: &str) -> Checked {
    checked(&contract(amount, "2026-01-05 noted P1 { cost 1.00 EUR }\n expect total of provider in 2026-01 = 0 EUR"))
}

/// The amount for a number of notes in January.
fn holds(amount: &str, cases: &[(&str, &str)]) {
    for (number, paid) in cases {
        let scenario = format!("assume notes in 2026-01 = {number}\n expect clause 1 in 2026-01 = {paid} EUR");
        passes(amount, &scenario);
    }
}

fn passes(amount: &str, scenario: &str) {
    let text = contract(amount, scenario);
    holds_all(&text);
}

fn asks(amount: &str, code: &str, answers: &[&str]) {
    let result = read(amount);
    let found: Vec<_> = result.refusals().into_iter().filter(|finding| finding.code.as_str() == code).collect();
    assert_eq!(found.len(), 1, "{amount}:\n{}", result.listing());
    let means: Vec<&str> = found[0].answers.iter().map(|answer| answer.means.as_str()).collect();
    assert_eq!(means, answers, "{amount}");
}

#[test]
fn exemptions_at_their_bound() {
    holds("10.00 EUR for notes, nothing below 20.00 EUR", &[("1", "0.00"), ("2", "20.00"), ("3", "30.00")]);
    holds("10.00 EUR for notes, nothing up to 20.00 EUR, then the whole", &[("2", "0.00"), ("3", "30.00")]);
    holds("10.00 EUR for notes nothing up to 20.00 EUR then the excess", &[("2", "0.00"), ("3", "10.00")]);
}

#[test]
fn steps_are_done_in_their_order() {
    // Five notes are 50.00. Exempt first: 30.00 over 20.00, capped at 25.00. Capped first: 25.00, 5.00 over 20.00.
    holds("10.00 EUR for notes nothing up to 20.00 EUR then the excess then at most 25.00 EUR", &[("5", "25.00")]);
    holds("10.00 EUR for notes at most 25.00 EUR then nothing up to 20.00 EUR then the excess", &[("5", "5.00")]);
    // Three times 3.33 is 9.99: rounded up to whole euros and capped, or capped and rounded up.
    holds("3.33 EUR for notes rounded to 1 upward then at most 9.50 EUR", &[("3", "9.50")]);
    holds("3.33 EUR for notes at most 9.50 EUR then rounded to 1 upward", &[("3", "10.00")]);
    holds("3.33 EUR for notes rounded to 5 half up", &[("3", "10.00"), ("0", "0.00")]);
}

#[test]
fn the_order_is_asked_for_where_it_matters() {
    asks(
        "10.00 EUR for notes, nothing up to 50.00 EUR, then the whole, at most 40.00 EUR",
        "C100",
        &["of 60.00 EUR, 40.00 EUR are paid", "of 60.00 EUR, nothing is paid"],
    );
    asks(
        "10.00 EUR for notes, rounded to 1 upward, at most 12.50 EUR",
        "C100",
        &["of 15.00 EUR, 12.50 EUR are paid", "of 15.00 EUR, 13.00 EUR are paid"],
    );
    // A minimum above the cap.
    assert_eq!(read("10.00 EUR for notes, at least 12.00 EUR, at most 8.00 EUR").refusals().len(), 1);
}

#[test]
fn the_order_is_not_asked_for_where_it_changes_nothing() {
    for amount in [
        "10.00 EUR for notes, at least 12.00 EUR, at most 40.00 EUR",
        "10.00 EUR for notes, at most 40.00 EUR, rounded to 0.05 half up",
        "10.00 EUR for notes, nothing up to 20.00 EUR, then the whole, at most 40.00 EUR",
        "10.00 EUR for notes, nothing up to 50.00 EUR, then the whole, then at most 40.00 EUR",
        "2% of cost per pump, at most 10% of price, at most 500.00 EUR",
    ] {
        let amount = if amount.contains("cost") {
            format!("2.00 EUR per day commenced for lateness of deliver{}", &amount[19..])
        } else {
            amount.to_owned()
        };
        assert!(read(&amount).refusals().is_empty(), "{amount}:\n{}", read(&amount).listing());
    }
}

#[test]
fn an_amount_that_is_not_known_is_taken_for_an_example() {
    let result =
        read("2.00 EUR per day commenced for lateness of deliver, at least 12.00 EUR per pump, at most 10% of price");
    let finding = result.refusals().into_iter().find(|finding| finding.code.as_str() == "C100").unwrap().clone();
    assert_eq!(finding.notes, ["taking 6.00 EUR for `10% of price`"]);
}

#[test]
fn what_is_exempt_is_asked_for() {
    asks("10.00 EUR for notes, nothing up to 50.00 EUR", "C101", &["60.00 EUR", "10.00 EUR"]);
}

#[test]
fn what_holds_for_each_asset_comes_first() {
    let late = "2.00 EUR per day commenced for lateness of deliver";
    let result = read(&format!("{late}, at most 500.00 EUR, then at most 10% of price"));
    assert!(result.refusals().iter().any(|finding| finding.code.as_str() == "C024"), "{}", result.listing());
}

#[test]
fn lateness_goes_through_the_steps_as_a_whole() {
    // The last day is 26 January. Ten days late are 20.00: five of them, in January, are not more than 10.00.
    let late = "2.00 EUR per day commenced for lateness of deliver";
    let events = "assume price of P1 = 100.00 EUR\n 2026-01-16 ordered P1\n 2026-02-05 fulfilled P1\n";
    for (steps, january, february) in [
        ("nothing up to 10.00 EUR per pump, then the whole", "0.00", "20.00"),
        ("nothing up to 10.00 EUR per pump, then the excess", "0.00", "10.00"),
        ("nothing up to 10% of price, then the excess, then at most 7.00 EUR", "0.00", "7.00"),
        ("at most 15% of price, then rounded to 10 upward", "10.00", "10.00"),
    ] {
        let expected =
            format!("expect clause 1 in 2026-01 = {january} EUR\n expect clause 1 in 2026-02 = {february} EUR");
        passes(&format!("{late}, {steps}"), &format!("{events}{expected}"));
    }
}
