//! Percentiles, and levels that add up over time.

use crate::support::{checked, holds_all};

/// A contract with these items and this scenario.
fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{
    rounded to           0.01 half up on each line
    conflicting records  first known stays
    conflicting readings main before spare
    a second start       changes nothing
    business days        Mon-Fri except holidays of FR
    attributes read      at the event
}}
asset box "Box" {{ site text }}
event received, available, moved of box {{ site text, optional }}
event weighed of box {{ load number }}
event stocked of box {{ pallets count of pallet  balance money, optional }}
event seen {{ load number }}
event meter of box {{ total number, cumulative }}
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

/// The checker must refuse the text with this code.
fn refused(code: &str, body: &str) {
    let text = contract(body, "2026-01-05 received P1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    assert!(found, "{code} is not raised:\n{}\n{text}", result.listing());
}

/// 1, 2, 3 and 10 by box: the 95th is 10 by rank, 8.95 between; the median 2 and 2.5.
#[test]
fn percentiles_of_a_field() {
    let body = "define high   per month = 95th percentile of weighed.load, nearest rank, empty : nothing due
define between  per month = 95th percentile of weighed.load, interpolated, empty : nothing due
define median   per month = 50th percentile of weighed.load, nearest rank, empty : nothing due
define middle   per month = 50th percentile of weighed.load, interpolated, empty : nothing due
define large    per month = 75th percentile of (load on weighed where load is above 1), nearest rank, empty : nothing due
define of_box   per box per month = 99.9th percentile of weighed.load, nearest rank, empty : nothing due
clause 1 \"x\" { when high is above 9, provider pays 5.00 EUR as price reduction }";
    holds(
        body,
        "2026-01-05 09:00 weighed A { load 10 }
    2026-01-06 09:00 weighed B { load 1 }
    2026-01-07 09:00 weighed A { load 3 }
    2026-01-08 09:00 weighed B { load 2 }
    expect high in 2026-01 = 10
    expect between in 2026-01 = 8.95
    expect median in 2026-01 = 2
    expect middle in 2026-01 = 2.5
    expect large in 2026-01 = 10
    expect of_box of B in 2026-01 = 2
    expect clause 1 in 2026-01 = 5.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR",
    );
}

/// Received on Friday 2 January: available on Monday is one business day later, on Thursday four.
#[test]
fn percentiles_of_a_span() {
    let body = "define slow per month = 90th percentile of (time from received to available in business days)
    nearest rank, empty : nothing due
clause 1 \"x\" { provider pays 2.00 EUR per business day completed for slow as price reduction }";
    holds(
        body,
        "2026-01-02 09:00 received A
    2026-01-02 09:00 received B
    2026-01-05 09:00 available A
    2026-01-08 09:00 available B
    expect slow in 2026-01 = 4 business days
    expect clause 1 in 2026-01 = 8.00 EUR",
    );
}

/// The values of three months are ranked together: 5, 1 and 1 of which the median is 1; with April 1, 1, 7.
#[test]
fn percentiles_over_rolling_months() {
    let body = "define median per rolling 3 months = 50th percentile of weighed.load
    nearest rank, empty : nothing due, a short window : counts as it is";
    holds(
        body,
        "2026-01-05 09:00 weighed A { load 5 }
    2026-02-06 09:00 weighed A { load 1 }
    2026-03-07 09:00 weighed A { load 1 }
    2026-04-08 09:00 weighed B { load 7 }
    expect median in 2026-01 = 5
    expect median in 2026-02 = 1
    expect median in 2026-03 = 1
    expect median in 2026-04 = 1
    expect median in 2026-05 = 1
    expect median in 2026-06 = 7",
    );
}

/// 100 for a day, then 200 until noon of the last day of January, when it is empty.
#[test]
fn a_level_is_held_until_the_next_reading() {
    let body = "define burden per box per month = accumulation of weighed.load, in hours, held until the next reading
    missing : adds nothing
clause 1 \"x\" { customer pays 0.01 EUR for burden as price }";
    holds(
        body,
        "2026-01-29 12:00 weighed A { load 100 }
    2026-01-30 12:00 weighed A { load 200 }
    2026-02-01 12:00 weighed A { load 0 }
    expect burden of A in 2026-01 = 9600
    expect burden of A in 2026-02 = 2400
    expect clause 1 in 2026-01 = 96.00 EUR
    expect clause 1 in 2026-03 = 0.00 EUR",
    );
}

/// From 0 to 48 in two days from noon on 30 January: 12 at midnight, 36 at the end of the month. The mean of the 36
/// hours in January is 18, of the 12 hours in February 42.
#[test]
fn a_level_that_runs_from_reading_to_reading() {
    let body = "define burden per month = accumulation of weighed.load, in hours, linear between readings
    missing : adds nothing";
    holds(
        body,
        "2026-01-30 12:00 weighed A { load 0 }
    2026-02-01 12:00 weighed A { load 48 }
    expect burden in 2026-01 = 648
    expect burden in 2026-02 = 504
    expect burden in 2026-03 = 0",
    );
}

/// On 29 March 2026 the clocks go forward: the day has 23 hours and is one day.
#[test]
fn days_count_by_their_own_length() {
    let body = "define stored per month = accumulation of stocked.pallets, in days, held until the next reading
    missing : adds nothing
define hours per month = accumulation of stocked.pallets, in hours, held until the next reading
    missing : adds nothing
define grown per month = accumulation of weighed.load, in days, linear between readings, missing : adds nothing
clause 1 \"Storage\" { customer pays 0.35 EUR for stored as price }";
    holds(
        body,
        "2026-03-29 00:00 stocked A { pallets 10 pallet }
    2026-03-30 00:00 stocked A { pallets 40 pallet }
    2026-03-31 00:00 stocked A { pallets 0 pallet }
    2026-03-29 00:00 weighed B { load 0 }
    2026-03-30 00:00 weighed B { load 23 }
    expect stored in 2026-03 = 50
    expect hours in 2026-03 = 1190
    expect grown in 2026-03 = 11.5
    expect clause 1 in 2026-03 = 17.50 EUR",
    );
}

/// 5 % a year on 7 300.00 EUR for the 10 days from 22 January: 7 300 × 10 × 5 % / 365 = 10.00 EUR.
#[test]
fn money_over_time_is_money() {
    let body = "define held per month = accumulation of stocked.balance, in days, held until the next reading
    missing : adds nothing
clause 1 \"Interest\" { customer pays 5% / 365 of held as interest }";
    let body = body.replace("pays 5% / 365 of held", "pays (5% / 365) * held");
    holds(
        &body,
        "2026-01-22 00:00 stocked A { pallets 0 pallet, balance 7300.00 EUR }
    expect clause 1 in 2026-01 = 10.00 EUR
    expect clause 1 in 2026-02 = 28.00 EUR",
    );
}

/// A box that moves in the middle takes its level along.
#[test]
fn a_level_follows_its_group() {
    let body =
        "define stored per site per month = accumulation of stocked.pallets, in days, held until the next reading
    missing : adds nothing";
    holds(
        body,
        "assume site of A = north
    2026-01-01 00:00 stocked A { pallets 3 pallet }
    2026-01-11 00:00 moved A { site south }
    expect stored of north in 2026-01 = 30
    expect stored of south in 2026-01 = 63",
    );
}

/// A box that is there before its first reading: the time adds nothing, or holds the figure.
#[test]
fn time_without_a_level() {
    let body = |missing: &str| {
        format!(
            "define stored per month = accumulation of stocked.pallets, in days, held until the next reading
    missing : {missing}
clause 1 \"x\" {{ customer pays 1.00 EUR for stored as price }}"
        )
    };
    let events = "2026-01-01 00:00 moved A
    2026-01-22 00:00 stocked A { pallets 3 pallet }";
    holds(&body("adds nothing"), &format!("{events}\n expect clause 1 in 2026-01 = 30.00 EUR"));
    holds(&body("held"), &format!("{events}\n expect clause 1 in 2026-02 = 84.00 EUR"));
    let text = contract(&body("held"), &format!("{events}\n expect clause 1 in 2026-01 = 30.00 EUR"));
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures[0].found.contains("it is held"), "{:?}", trials[0].failures);
}

#[test]
fn questions_and_refusals() {
    let high = "define n per month = 95th percentile of weighed.load";
    refused("C155", &format!("{high}, empty : held"));
    refused("C055", &format!("{high}, nearest rank"));
    refused("C005", "define n per month = 100.5th percentile of weighed.load, nearest rank, empty : held");
    refused("C005", "define n per month = 0th percentile of weighed.load, nearest rank, empty : held");
    refused("C024", "define n per month = count of weighed, nearest rank");
    refused("C024", "define n per month = 95th percentile of weighed, nearest rank, empty : held");
    refused("C022", "define n per month = 95th percentile, nearest rank, empty : held");
    let level = "define n per month = accumulation of weighed.load";
    refused("C156", &format!("{level}, in hours, missing : held"));
    refused("C056", &format!("{level}, in hours, held until the next reading"));
    refused("C024", &format!("{level}, held until the next reading, missing : held"));
    refused("C021", &format!("{level}, in business days, held until the next reading, missing : held"));
    refused("C024", &format!("{level}, in hours, held until the next reading, missing : counts as 4"));
    refused(
        "C022",
        "define n per month = accumulation of seen.load, in hours, held until the next reading, missing : held",
    );
    refused(
        "C020",
        "define n per month = accumulation of meter.total, in hours, held until the next reading, missing : held",
    );
    refused("C024", "define n per month = count of weighed, linear between readings");
}
