//! Hours under a name beside the working hours. Figures were worked out by hand.

use crate::support::{checked, holds_all};

/// An office that works from Monday to Friday and a workshop that works longer and on Saturdays.
fn contract(hours: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract HOURS-1 "Hours"
parties {{ provider a "A"  customer b "B" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    lateness is paid as it accrues
    working hours Mon-Fri 09:00-17:00 except holidays of FR
    {hours}
}}
asset pump "Pump" {{ }}
event failed, restored of pump
define down = from failed to restored
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const WORKSHOP: &str = "workshop hours Mon-Fri 07:00-12:00 and 13:00-19:00, Sat 08:00-12:00 except holidays of FR";

fn holds(body: &str, scenario: &str) {
    let text = contract(WORKSHOP, body, scenario);
    holds_all(&text);
}

fn refused(code: &str, hours: &str, body: &str) {
    let text = contract(hours, body, "expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let codes: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, [code], "{}\n{text}", result.listing());
}

#[test]
fn two_obligations_run_in_hours_of_their_own() {
    // From Friday 16:00: the office works one hour then and the others from Monday 09:00. The workshop works three hours
    // on Friday and four on Saturday; the eighth is on Monday from 07:00 to 08:00.
    holds(
        "clause 1 \"Repair\" {
    obligation answer : provider must have pump restored within 8 working hours of failed
    obligation repair : provider must have pump restored within 8 workshop hours of failed
}",
        "2026-03-06 16:00 failed P1
    2026-03-09 15:00 restored P1
    expect answer of P1 is due 2026-03-09 16:00
    expect repair of P1 is due 2026-03-09 08:00
    expect answer of P1 is met
    expect repair of P1 is late by 6 workshop hours",
    );
}

#[test]
fn lateness_is_paid_in_named_hours() {
    // Due on Monday 08:00; until 15:00 the workshop works 4 hours and, after its break, 2: six hours at 10.00 EUR.
    holds(
        "clause 1 \"Repair\" {
    obligation repair : provider must have pump restored within 8 workshop hours of failed missed after 40 workshop hours
    provider pays 10.00 EUR per pump per workshop hour commenced for lateness of repair as indemnity
}",
        "2026-03-06 16:00 failed P1
    2026-03-09 15:00 restored P1
    expect clause 1 in 2026-03 = 60.00 EUR",
    );
}

#[test]
fn time_in_a_state_is_counted_in_named_hours() {
    // From Friday 16:00 to Saturday 10:00: one working hour, and three and two workshop hours.
    holds(
        "define in_office   per month = total of time while down, in working hours
define in_workshop per month = total of time while down, in workshop hours
define block = 2 workshop hours
clause 1 \"Downtime\" { provider pays 5.00 EUR per pump per workshop hour pro rata while down as indemnity }
clause 2 \"Blocks\" { provider pays 3.00 EUR per pump per block commenced while down as indemnity }
clause 3 \"Both\" { clause 2 adds to clause 1 }",
        "2026-03-06 16:00 failed P1
    2026-03-07 10:00 restored P1
    expect in_office in 2026-03 = 1 working hour
    expect in_workshop in 2026-03 = 5 workshop hours
    expect clause 1 in 2026-03 = 25.00 EUR
    expect clause 2 in 2026-03 = 9.00 EUR",
    );
}

#[test]
fn times_between_events_are_counted_in_named_hours() {
    holds(
        "define slow per month = total of (time from failed to restored in workshop hours)
    missing : held
clause 1 \"Slow\" { when slow is above 4 workshop hours, provider pays 7.00 EUR as indemnity }",
        "2026-03-06 16:00 failed P1
    2026-03-07 10:00 restored P1
    expect slow in 2026-03 = 5 workshop hours
    expect clause 1 in 2026-03 = 7.00 EUR",
    );
}

#[test]
fn hours_do_not_mix() {
    refused(
        "C021",
        WORKSHOP,
        "define off per month = total of time while down, in workshop hours
clause 1 \"x\" { when off is above 4 working hours, provider pays 7.00 EUR as indemnity }",
    );
}

#[test]
fn hours_that_are_not_stated_or_stated_twice_are_told() {
    let body = "clause 1 \"x\" { obligation repair : provider must have pump restored within 8 depot hours of failed }";
    refused("C010", WORKSHOP, body);
    let none = "clause 1 \"x\" { on failed, provider pays 7.00 EUR per pump as indemnity }";
    refused("C011", &format!("{WORKSHOP}\n    {WORKSHOP}"), none);
    refused("C011", "business hours Mon-Fri 07:00-12:00", none);
    refused("C025", "depot hours Mon-Fri 12:00-07:00", none);
}
