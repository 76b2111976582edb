//! One group of an attribute that several families have. Figures were worked out by hand.

use crate::support::{checked, holds_all};

fn contract(dispenser_site: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract SITES-1 "Sites"
parties {{ provider a "A"  customer b "B" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
}}
asset pump "Pump" {{ site (north, south) }}
asset dispenser "Dispenser" {{ model text  site {dispenser_site} }}
event installed, removed, failed, restored of pump
event placed, taken, broken, mended of dispenser
define in_service = from installed to removed
define down       = from failed to restored
define in_place   = from placed to taken
define out        = from broken to mended
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const SAME: &str = "(north, south)";

fn holds(body: &str, scenario: &str) {
    let text = contract(SAME, body, scenario);
    holds_all(&text);
}

fn refused(code: &str, site: &str, body: &str) -> String {
    let text = contract(site, body, "expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let codes: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, [code], "{}\n{text}", result.listing());
    result.refusals()[0].help.clone().unwrap_or_default()
}

#[test]
fn failures_of_two_families_are_counted_by_site() {
    for words in ["site of pump or dispenser", "site of dispenser or pump", "site of\n pump or\n dispenser"] {
        holds(
            &format!(
                "define failures per {words} per month = count of failed + count of broken
clause 1 \"Failures\" {{ provider pays 10.00 EUR for failures as indemnity }}"
            ),
            "assume site of P1 = north, site of P2 = south, site of D1 = north, site of D2 = south
    2026-01-05 failed P1
    2026-01-06 failed P1
    2026-01-07 broken D1
    2026-01-08 broken D2
    expect failures of north in 2026-01 = 3
    expect failures of south in 2026-01 = 1
    expect clause 1 for north in 2026-01 = 30.00 EUR
    expect clause 1 for south in 2026-01 = 10.00 EUR",
        );
    }
}

#[test]
fn availability_of_a_site_over_two_families() {
    // North: 10 days of P1 and 10 of D1, of which one and two are down: 17 of 20 are 85 %. South: 10 days, none down.
    holds(
        "define committed per site of pump or dispenser per month = (total of time while in_service) + (total of time while in_place)
define lost per site of pump or dispenser per month = (total of time while down and in_service) + (total of time while out and in_place)
define availability per site of pump or dispenser per month = 1 - lost / committed
    empty : nothing due
clause 1 \"Availability\" { when availability is below 90%, provider pays 100.00 EUR as price reduction }",
        "assume site of P1 = north, site of D1 = north, site of D2 = south
    2026-03-01 00:00 installed P1
    2026-03-11 00:00 removed P1
    2026-03-01 00:00 placed D1
    2026-03-11 00:00 taken D1
    2026-03-01 00:00 placed D2
    2026-03-11 00:00 taken D2
    2026-03-03 00:00 failed P1
    2026-03-04 00:00 restored P1
    2026-03-05 00:00 broken D1
    2026-03-07 00:00 mended D1
    expect availability of north in 2026-03 = 85%
    expect availability of south in 2026-03 = 100%
    expect clause 1 for north in 2026-03 = 100.00 EUR
    expect clause 1 for south in 2026-03 = 0.00 EUR",
    );
}

#[test]
fn a_card_goes_by_the_shared_attribute() {
    holds(
        "define rate = by site { when north : 10.00 EUR  when south : 20.00 EUR }
define owed per site of pump or dispenser per month = rate * (count of failed + count of broken)
clause 1 \"Failures\" { provider pays owed as indemnity }",
        "assume site of P1 = south, site of D1 = north
    2026-01-05 failed P1
    2026-01-08 broken D1
    expect clause 1 for north in 2026-01 = 10.00 EUR
    expect clause 1 for south in 2026-01 = 20.00 EUR",
    );
}

#[test]
fn a_device_that_moves_counts_where_it_is() {
    holds(
        "event moved of dispenser { site (north, south) }
define lost per site of pump or dispenser per month = (total of time while down) + (total of time while out)
clause 1 \"x\" { provider pays 1.00 EUR per hour pro rata for lost as indemnity }",
        "assume site of D1 = north
    2026-03-05 00:00 broken D1
    2026-03-06 00:00 moved D1 { site south }
    2026-03-07 12:00 mended D1
    expect clause 1 for north in 2026-03 = 24.00 EUR
    expect clause 1 for south in 2026-03 = 36.00 EUR",
    );
}

const FAILURES: &str = "clause 1 \"Failures\" {
    on failed, provider pays 30.00 EUR per pump as indemnity
    on broken, provider pays 20.00 EUR per dispenser as indemnity
}
";
const SITES: &str = "assume site of P1 = north, site of P2 = south, site of D1 = north, site of D2 = south
    ";

/// January, north: 30, 30 and 20, of which 60 are owed. February: 30, and 20 of D2, which has moved; with the 60 of January
/// 110, of which the quarter allows 100.
#[test]
fn a_cap_over_payments_on_events_of_two_families() {
    holds(
        &format!(
            "event moved of dispenser {{ site (north, south) }}
{FAILURES}clause 2 \"Cap\" {{ provider owes at most 60.00 EUR per site of pump or dispenser per month under clause 1 }}
clause 3 \"Quarter\" {{ then provider owes at most 100.00 EUR per site of dispenser or pump per quarter under clause 1 }}"
        ),
        &format!(
            "{SITES}2026-01-05 failed P1
    2026-01-06 failed P1
    2026-01-07 broken D1
    2026-01-08 broken D2
    2026-02-05 failed P1
    2026-02-06 moved D2 {{ site north }}
    2026-02-07 broken D2
    2026-02-08 failed P2
    expect clause 1 in 2026-01 = 100.00 EUR
    expect clause 2 for north in 2026-01 = -20.00 EUR
    expect clause 2 for south in 2026-01 = 0.00 EUR
    expect clause 3 in 2026-01 = 0.00 EUR
    expect clause 2 in 2026-02 = 0.00 EUR
    expect clause 3 for north in 2026-02 = -10.00 EUR
    expect clause 3 for south in 2026-02 = 0.00 EUR
    expect total of customer in 2026-01 = 80.00 EUR
    expect total of customer in 2026-02 = 70.00 EUR"
        ),
    );
}

/// North: 12 and 10 hours, of which 20.00 are owed; south: 3 hours, made up to 5.00.
#[test]
fn a_cap_and_a_minimum_over_time_of_two_families() {
    let time = "clause 1 \"Hours\" {
    provider pays 1.00 EUR per pump per hour pro rata while down as indemnity
    provider pays 1.00 EUR per dispenser per hour pro rata while out as indemnity
}
clause 2 \"Limits\" {
    provider owes at least 5.00 EUR per site of pump or dispenser per month, then at most 20.00 EUR per site of pump or dispenser per month, under clause 1
}";
    holds(
        time,
        &format!(
            "{SITES}2026-01-06 00:00 failed P1
    2026-01-06 12:00 restored P1
    2026-01-07 00:00 broken D1
    2026-01-07 10:00 mended D1
    2026-01-08 00:00 broken D2
    2026-01-08 03:00 mended D2
    expect clause 1 in 2026-01 = 25.00 EUR
    expect clause 2 for north in 2026-01 = -2.00 EUR
    expect clause 2 for south in 2026-01 = 2.00 EUR"
        ),
    );
}

/// North: 10 % of 30, 30 and 20 are 8.00. South has one failure and gets nothing.
#[test]
fn a_part_of_payments_on_events_of_two_families() {
    holds(
        &format!(
            "define failures per site of pump or dispenser per month = count of failed + count of broken
{FAILURES}clause 2 \"More\" {{ clause 2 adds to clause 1
    when failures is at least 2, provider pays 10% of clause 1 as indemnity }}"
        ),
        &format!(
            "{SITES}2026-01-05 failed P1
    2026-01-06 failed P1
    2026-01-07 broken D1
    2026-01-08 broken D2
    expect clause 2 for north in 2026-01 = 8.00 EUR
    expect clause 2 for south in 2026-01 = 0.00 EUR"
        ),
    );
}

#[test]
fn what_makes_no_one_group_is_told() {
    let one = |words: &str| {
        format!(
            "define failures per {words} per month = count of failed + count of broken
clause 1 \"x\" {{ provider pays 10.00 EUR for failures as indemnity }}"
        )
    };
    refused("C023", "(south, north)", &one("site of pump or dispenser"));
    refused("C023", "text", &one("site of pump or dispenser"));
    refused("C010", SAME, &one("model of pump or dispenser"));
    refused("C010", SAME, &one("site of pump or kettle"));
    let help = refused("C023", SAME, &one("site"));
    assert!(help.contains("`per site of pump or dispenser`"), "{help}");
}
