//! Money on the statement: where it is rounded, what is netted, what tax is added. Figures were worked out by hand.

use crate::support::{checked, holds_all};

/// A contract with this rhythm, these conventions, clauses and expectations.
fn contract(settled: &str, conventions: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
{settled}
conventions {{
    conflicting records first known stays
    {conventions}
}}
asset pump "Pump" {{ price money }}
event damaged, complained, praised
event sold of pump {{ weight number  pages count of page }}
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

/// The scenario must pass.
fn holds(settled: &str, conventions: &str, body: &str, scenario: &str) {
    let text = contract(settled, conventions, body, scenario);
    holds_all(&text);
}

/// The questions and errors that a text raises.
fn raised(settled: &str, conventions: &str, body: &str) -> Vec<&'static str> {
    let text = contract(settled, conventions, body, "expect total of provider in 2026-01 = 0 EUR");
    checked(&text).refusals().iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn rounding_is_asked_for_where_an_amount_can_have_more_digits() {
    let asked =
        |amount: &str| raised("settled monthly, netted", "", &format!("clause 1 \"x\" {{ {amount} }}")) == ["C170"];
    for finer in [
        "each month, customer pays 15% * 66.70 EUR as fee",
        "each month, customer pays 100.00 EUR / 3 as fee",
        "on sold, customer pays 0.0120 EUR for sold.pages as fee",
        "on sold, customer pays 1.00 EUR for sold.weight as fee",
        "on sold, customer pays 30% of price per pump as fee",
        "on sold, customer pays 10.00 EUR times 0.125 as fee",
        "customer pays 900.00 EUR per pump per month pro rata as price",
        "each month, customer pays 10.00 EUR as fee }
        clause 2 \"y\" { each month, customer pays 5.00 EUR as fee customer owes at most 7.5% of clause 1 under clause 2",
    ] {
        assert!(asked(finer), "{finer}");
    }
    for whole in [
        "each month, customer pays 42.00 EUR as fee",
        "each month, customer pays 2% of 420 000.00 EUR / 12 as fee",
        "on sold, customer pays 0.02 EUR for sold.pages as fee",
        "on sold, customer pays price per pump as fee",
        "on sold, customer pays 50% * 10.00 EUR per pump as fee",
        "customer pays 900.00 EUR per pump per month commenced as price",
    ] {
        assert!(!asked(whole), "{whole}");
    }
}

const BOTH: &str = r#"clause 1 "Rent" { each month, customer pays 100.00 EUR as price }
clause 2 "Damage" { on damaged, provider pays 40.00 EUR as indemnity }
clause 3 "Complaint" { on complained, provider pays 130.00 EUR as price reduction }"#;

#[test]
fn set_off_is_asked_for_where_both_can_owe() {
    assert_eq!(raised("settled monthly", "", BOTH), ["C171"]);
    let reduced = r#"clause 1 "Rent" { each month, customer pays 100.00 EUR as price }
clause 3 "Complaint" { on complained, provider pays 30.00 EUR as price reduction }"#;
    assert!(raised("settled monthly", "", reduced).is_empty());
}

#[test]
fn netted_one_party_pays_the_difference() {
    let scenario = "2026-01-05 damaged
    expect payment from customer to provider in 2026-01 = 60.00 EUR
    expect payment from provider to customer in 2026-01 = 0.00 EUR
    expect total of customer in 2026-01 = -60.00 EUR";
    let late = "late events corrected in the next settlement";
    holds("settled monthly, netted, payable within 30 days", late, BOTH, scenario);
}

#[test]
fn apart_each_pays_what_it_owes() {
    let scenario = "2026-01-05 damaged
    expect payment from customer to provider in 2026-01 = 100.00 EUR
    expect payment from provider to customer in 2026-01 = 40.00 EUR
    expect total of customer in 2026-01 = -60.00 EUR";
    holds("settled monthly paid apart", "", BOTH, scenario);
}

#[test]
fn a_reduction_beyond_the_price_is_paid_back_with_what_else_is_owed() {
    // 100.00 less 130.00 leaves 30.00 to the customer, and the damage makes it 70.00.
    let scenario = "2026-01-05 damaged
    2026-01-06 complained
    expect payment from customer to provider in 2026-01 = 0.00 EUR
    expect payment from provider to customer in 2026-01 = 70.00 EUR";
    holds("settled monthly, paid apart", "", BOTH, scenario);
    holds("settled monthly, netted", "", BOTH, scenario);
}

#[test]
fn apart_each_total_is_rounded_by_itself() {
    let body = r#"clause 1 "Rent" { each month, customer pays 15% * 66.70 EUR as price }
clause 2 "Damage" { on damaged, provider pays 5% * 66.70 EUR as indemnity }"#;
    // 10.005 and 3.335; the difference is 6.67.
    let day = "2026-01-05 damaged";
    holds(
        "settled monthly, paid apart",
        "rounded to 0.01 half up on the total",
        body,
        &format!(
            "{day}\n expect payment from customer to provider in 2026-01 = 10.01 EUR
            expect payment from provider to customer in 2026-01 = 3.34 EUR"
        ),
    );
    holds(
        "settled monthly, netted",
        "rounded to 0.01 half up on the total",
        body,
        &format!("{day}\n expect payment from customer to provider in 2026-01 = 6.67 EUR"),
    );
}

const TAXED: &str = "tax 20% on price, price reduction
    tax 5.5% on sale
    no tax on indemnity
    amounts before tax
    tax rounded to 0.01 half up on the total";

const MIXED: &str = r#"clause 1 "Rent" { each month, customer pays 100.00 EUR as price }
clause 2 "Complaint" { on complained, provider pays 10.00 EUR as price reduction }
clause 3 "Spare part" { on praised, customer pays 40.00 EUR as sale }
clause 4 "Damage" { on damaged, provider pays 25.00 EUR as indemnity }"#;

const DAYS: &str = "2026-01-05 complained
    2026-01-06 praised
    2026-01-07 damaged";

#[test]
fn tax_is_added_by_rate_and_nature() {
    // 100 − 10 + 40 − 25 = 105.00; 20 % of 90.00 is 18.00, 5.5 % of 40.00 is 2.20, the indemnity bears none.
    holds(
        "settled monthly, netted",
        TAXED,
        MIXED,
        &format!(
            "{DAYS}
    expect total of provider in 2026-01 = 105.00 EUR
    expect total of provider with tax in 2026-01 = 125.20 EUR
    expect payment from customer to provider with tax in 2026-01 = 125.20 EUR"
        ),
    );
    // Apart: 130.00 and 20.20 of tax one way, 25.00 the other way.
    holds(
        "settled monthly, paid apart",
        TAXED,
        MIXED,
        &format!(
            "{DAYS}
    expect payment from customer to provider with tax in 2026-01 = 150.20 EUR
    expect payment from provider to customer with tax in 2026-01 = 25.00 EUR
    expect total of customer with tax in 2026-01 = -125.20 EUR"
        ),
    );
}

#[test]
fn tax_is_rounded_by_line_or_on_the_total() {
    let lines = r#"clause 1 "a" { each month, customer pays 10.03 EUR as price }
clause 2 "b" { each month, customer pays 10.03 EUR as price }
clause 3 "c" { each month, customer pays 10.03 EUR as price }"#;
    // 20 % of 10.03 is 2.006: three times 2.01, or 6.018 becomes 6.02.
    for (place, gross) in [("each line", "36.12"), ("the total", "36.11")] {
        let conventions = format!("tax 20% on price  amounts before tax  tax rounded to 0.01 half up on {place}");
        let scenario = format!("expect total of provider with tax in 2026-01 = {gross} EUR");
        holds("settled monthly", &conventions, lines, &scenario);
    }
}

#[test]
fn amounts_may_include_the_tax() {
    // 42.00 with 20 % inside is 35.00 and 7.00.
    holds(
        "settled monthly",
        "tax 20% on price  amounts including tax  tax rounded to 0.01 half up on the total",
        "clause 1 \"a\" { each month, customer pays 42.00 EUR as price }",
        "expect total of provider in 2026-01 = 42.00 EUR
    expect total of provider with tax in 2026-01 = 42.00 EUR",
    );
}

#[test]
fn a_refund_beyond_the_price_takes_its_tax_back() {
    // 100.00 less 150.00 is 50.00 the other way, with 10.00 of tax.
    let body = r#"clause 1 "Rent" { each month, customer pays 100.00 EUR as price }
clause 2 "Complaint" { on complained, provider pays 150.00 EUR as price reduction }"#;
    for settled in ["settled monthly, netted", "settled monthly, paid apart"] {
        let scenario = "2026-01-05 complained
    expect payment from provider to customer with tax in 2026-01 = 60.00 EUR
    expect payment from customer to provider with tax in 2026-01 = 0.00 EUR";
        holds(settled, TAXED, body, scenario);
    }
}

#[test]
fn what_a_tax_leaves_open_is_asked() {
    let without = |line: &str| TAXED.lines().filter(|row| !row.contains(line)).collect::<Vec<_>>().join("\n");
    let body = "clause 1 \"a\" { on damaged, provider pays 42.00 EUR as indemnity }";
    let asked = |conventions: &str, body: &str| raised("settled monthly, netted", conventions, body);
    assert_eq!(asked(&without("no tax"), body), ["C173"]);
    assert_eq!(asked(&without("amounts"), body), ["C174"]);
    assert_eq!(asked(&without("tax rounded"), body), ["C175"]);
    assert_eq!(
        asked("tax 20% on price, fee  no tax on fee  amounts before tax tax rounded to 0.01 half up on the total", ""),
        ["C011"]
    );
    assert_eq!(asked("no tax on indemnity", body), ["C024"]);
    assert!(asked(TAXED, body).is_empty());
    let text = contract("settled monthly", "", "", "expect total of provider with tax in 2026-01 = 0 EUR");
    assert!(checked(&text).listing().contains("C032"), "{}", checked(&text).listing());
}
