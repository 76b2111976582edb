//! States whose events name no asset: for all assets, for those of one site, alone.

use crate::second_look_later::lines;
use crate::support::{checked, holds_all};

fn contract(body: &str, scenario: &str) -> String {
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
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a repeated trigger changes nothing
    lateness is paid as it accrues
    attributes read at the event
}}
asset pump "Pump" {{ site (north, south) }}
asset crate "Crate" {{ }}
event installed, removed, failed, restored of pump
event called, came of pump
event moved of pump {{ site (north, south) }}
event filled, emptied of crate
event force_majeure_declared, force_majeure_lifted
event closed, reopened {{ site (north, south) }}
event shut, opened {{ site (north, south), optional }}
define in_service = from installed to removed
define down = from failed to restored
define force_majeure = from force_majeure_declared to force_majeure_lifted declared by either party
define closure = from closed to reopened, for the same site declared by either party
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

/// The checker must refuse the text with this code, and say these words.
fn refused(code: &str, words: &str, body: &str) {
    let text = contract(body, "2026-01-05 00:00 installed P1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    let listing = result.listing();
    assert!(found && listing.contains(words), "{code} with `{words}` is not raised:\n{listing}\n{text}");
}

const DOWN: &str = "define hours_down per month = total of time while down and not force_majeure
clause 1 \"x\" { provider pays 1.00 EUR per hour pro rata for hours_down as price reduction }";

#[test]
fn it_holds_for_every_asset() {
    // Two pumps down for ten hours each; force majeure takes four hours of both.
    holds(
        DOWN,
        "2026-01-05 08:00 failed P1\n 2026-01-05 08:00 failed P2
         2026-01-05 10:00 force_majeure_declared\n 2026-01-05 14:00 force_majeure_lifted
         2026-01-05 18:00 restored P1\n 2026-01-05 18:00 restored P2
         expect clause 1 in 2026-01 = 12.00 EUR",
    );
}

#[test]
fn it_began_before_the_asset_did() {
    // `or` joins it with a state of the asset; an asset unknown to the register is there from its first event on.
    holds(
        "define off per month = total of time while down or force_majeure
clause 1 \"x\" { provider pays 1.00 EUR per hour pro rata for off as price reduction }",
        "2026-01-05 00:00 force_majeure_declared
         2026-01-05 06:00 installed P1
         2026-01-05 10:00 force_majeure_lifted
         2026-01-05 09:00 failed P1
         2026-01-05 12:00 restored P1
         expect clause 1 in 2026-01 = 6.00 EUR",
    );
}

#[test]
fn it_stays_open_over_the_end_of_a_month_and_the_change_of_hour() {
    // From 29 March 00:00 to 30 March 00:00 are 23 hours; from 31 March 22:00 to 1 April 00:00 two more.
    holds(
        "define shut_down per month = total of time while force_majeure",
        "2026-03-29 00:00 force_majeure_declared\n 2026-03-30 00:00 force_majeure_lifted
         2026-03-31 22:00 force_majeure_declared\n 2026-04-01 05:00 force_majeure_lifted
         expect shut_down in 2026-03 = 25 hours
         expect shut_down in 2026-04 = 5 hours",
    );
}

#[test]
fn alone_it_is_time_of_the_contract() {
    // 31 days of 24 hours less one day; with no event at all the whole month.
    let body = "define calm per month = total of time while not force_majeure
clause 1 \"x\" { customer pays 1.00 EUR per hour pro rata for calm as price }";
    holds(
        body,
        "2026-01-05 00:00 force_majeure_declared\n 2026-01-06 00:00 force_majeure_lifted
         expect clause 1 in 2026-01 = 720.00 EUR",
    );
    holds(body, "2026-01-05 00:00 installed P1\n expect clause 1 in 2026-01 = 744.00 EUR");
}

#[test]
fn a_site_closes_for_its_assets_only_and_moves_with_them() {
    // North closes from 10:00 to 20:00. P1 is there until 14:00: four hours. P2 comes at 16:00: four hours. P3 never is.
    holds(
        "define closed_hours per pump per month = total of time while closure",
        "assume site of P1 = north, site of P2 = south, site of P3 = south
         2026-01-05 09:00 installed P1\n 2026-01-05 09:00 installed P2\n 2026-01-05 09:00 installed P3
         2026-01-05 10:00 closed { site north }
         2026-01-05 12:00 closed { site south }
         2026-01-05 12:30 reopened { site south }
         2026-01-05 14:00 moved P1 { site south }
         2026-01-05 16:00 moved P2 { site north }
         2026-01-05 20:00 reopened { site north }
         expect closed_hours of P1 in 2026-01 = 4 hours
         expect closed_hours of P2 in 2026-01 = 4.5 hours
         expect closed_hours of P3 in 2026-01 = 0.5 hours",
    );
}

#[test]
fn an_unknown_site_holds_what_depends_on_it() {
    // P1 has no site before it is moved; the closure of January touches that time, that of February does not.
    holds(
        "define closed_hours per month = total of time while closure and in_service
clause 1 \"x\" { provider pays 1.00 EUR per hour pro rata for closed_hours as price reduction }",
        "2026-01-05 09:00 installed P1
         2026-01-06 10:00 closed { site north }\n 2026-01-06 12:00 reopened { site north }
         2026-01-20 00:00 moved P1 { site north }
         2026-02-06 10:00 closed { site north }\n 2026-02-06 12:00 reopened { site north }
         expect clause 1 in 2026-02 = 2.00 EUR",
    );
    let text = contract(
        "define closed_hours per month = total of time while closure and in_service
clause 1 \"x\" { provider pays 1.00 EUR per hour pro rata for closed_hours as price reduction }",
        "2026-01-05 09:00 installed P1
         2026-01-06 10:00 closed { site north }\n 2026-01-06 12:00 reopened { site north }
         expect clause 1 in 2026-01 = 0.00 EUR",
    );
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    let failures = format!("{:?}", trials.first().unwrap().failures);
    assert!(failures.contains("held"), "{failures}");
}

#[test]
fn the_clock_of_an_obligation_pauses() {
    // Ten days from 5 January end on the 15th; three days of force majeure move it to the 18th.
    let body = "clause 1 \"x\" {
    obligation come : provider must have pump came within 10 days of called
        first day not counted
        paused while force_majeure or closure, before the deadline only
        missed after 60 days
    provider pays 2.00 EUR per calendar day commenced for lateness of come as indemnity
}";
    let events = "assume site of P1 = north, site of P2 = south
         2026-01-05 09:00 called P1\n 2026-01-05 09:00 called P2
         2026-01-07 00:00 closed { site north }\n 2026-01-10 00:00 reopened { site north }
         2026-01-20 09:00 came P1\n 2026-01-20 09:00 came P2";
    holds(body, &format!("{events}\n expect come of P1 is late by 2 days\n expect come of P2 is late by 5 days"));
    holds(body, &format!("{events}\n expect clause 1 in 2026-01 = 14.00 EUR"));
}

#[test]
fn a_rate_runs_while_it_does() {
    // 5, 6 and 7 January, for two crates.
    holds(
        "define out = from filled to emptied
clause 1 \"x\" { customer pays 0.50 EUR per crate per day while out and not force_majeure, both days counted as price }",
        "2026-01-03 00:00 filled C1\n 2026-01-03 00:00 filled C2
         2026-01-05 00:00 force_majeure_declared\n 2026-01-07 00:00 force_majeure_lifted
         2026-01-07 12:00 emptied C1\n 2026-01-07 12:00 emptied C2
         expect clause 1 in 2026-01 = 4.00 EUR",
    );
}

#[test]
fn whom_it_concerns_is_asked() {
    refused("C130", "does not say for which assets it holds", "define away = from shut to opened");
    holds(
        "define away = from shut to opened, for all assets
define away_hours per month = total of time while away and in_service",
        "assume site of P1 = south\n 2026-01-05 00:00 installed P1
         2026-01-05 10:00 shut { site north }\n 2026-01-05 12:00 opened
         expect away_hours in 2026-01 = 2 hours",
    );
}

#[test]
fn what_cannot_be_told_is_refused() {
    refused("C022", "no asset is at hand", "define hours per month = total of time while closure");
    refused("C022", "a crate has no such site", "define hours per crate per month = total of time while closure");
    refused("C022", "different asset families", "define out = from filled to emptied\ndefine both = out and down");
    refused("C023", "not counted per site", "define hours per site per month = total of time while force_majeure");
    refused("C024", "which its events name", "define away = from failed to restored, for the same site");
    refused("C010", "field of `closed`", "define away = from closed to reopened, for the same place");
}

#[test]
fn of_two_timelines_with_one_start_that_alone_is_held_of_which_the_end_is_at_the_same_instant() {
    // Pump P1 is installed from 1 January. On 10 January an alarm begins both times, and at that instant the site reopens:
    // nobody knows whether it stays closed. The strike goes on, without a doubt, for the 22 days from 10 to 31 January.
    let text = r#"contract T-1 "Test"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly
conventions {
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    events at one instant are held
}
asset pump "Pump" { }
event installed, removed of pump
event alarm, reopened, calm
define in_service = from installed to removed
define closed = from alarm to reopened declared by either party
define strike = from alarm to calm declared by either party
clause 1 "Closed" { provider pays 2.00 EUR per pump per day while in_service and closed, both days counted as price reduction }
clause 2 "Strike" { provider pays 3.00 EUR per pump per day while in_service and strike, both days counted as price reduction  clause 2 adds to clause 1 }
scenario "none" { expect clause 1 = 0.00 EUR }
"#;
    let feed = r#"{"id":"a","kind":"installed","asset":"P1","occurred":"2026-01-01T00:00:00Z"}
{"id":"b","kind":"alarm","occurred":"2026-01-10T00:00:00Z"}
{"id":"c","kind":"reopened","occurred":"2026-01-10T00:00:00Z"}"#;
    assert_eq!(lines(text, feed, "2026-01", "1"), (Vec::new(), 1));
    assert_eq!(lines(text, feed, "2026-01", "2"), (vec!["\"66\"".to_owned()], 0));
}
