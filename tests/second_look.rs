//! What the comparison with a second evaluator brought to light.

use crate::support::failures_of;

fn contract(term: &str, body: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term {term}
currency EUR
timezone UTC
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    conflicting readings meter
}}
asset pump "Pump" {{ }}
event failed of pump
event worked of pump {{ work duration, optional }}
event reading of pump {{ pages count of page, cumulative, reset by replaced }}
event replaced of pump
{body}
"#
    )
}

/// January is held, so nobody knows what is left of 74.00 EUR at the end of the year: 14.00 EUR would be a guess.
#[test]
fn a_minimum_of_each_asset_is_held_where_a_line_of_all_of_them_is() {
    let body = r#"clause 1 "Work" { on worked, customer pays 60.00 EUR per hour pro rata for work as price }
clause 2 "Minimum" { customer owes at least 74.00 EUR per pump per year under clause 1 }
scenario "s" {
    2026-01-05 09:00 worked P1
    2026-02-05 09:00 worked P1 { work 1 hour }
    expect clause 1 in 2026-02 = 60.00 EUR
    expect clause 2 in 2026-12 = 14.00 EUR
}"#;
    let found = failures_of(&contract("2026-01-01 to 2026-12-31", body));
    assert!(found.len() == 1 && found[0].contains("held"), "{found:?}");
}

/// Nothing failed: 50.00 EUR are due all the same, and 10 % of them.
#[test]
fn what_a_step_adds_to_nothing_is_charged() {
    let body = r#"clause 1 "Failures" { on failed, customer pays 5.00 EUR, at least 50.00 EUR as price }
clause 2 "Part" { each month, provider pays 10% of clause 1 as charged as fee }
clause 3 "Cap" { customer owes at most 1 000.00 EUR per pump per year under clause 1 }
scenario "s" {
    2026-02-05 09:00 failed P1
    expect clause 1 in 2026-01 = 50.00 EUR
    expect clause 2 in 2026-01 = 5.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), Vec::<String>::new());
}

/// 20 pages in 20 days, of which ten lie behind the term.
#[test]
fn an_increase_beyond_the_term_counts_by_its_part_in_the_term() {
    let body = r#"define used per term = increase of reading.pages, missing : adds nothing, across a window : by time
clause 1 "Pages" { customer pays 1.00 EUR per page for used as price }
scenario "s" {
    2026-12-22 00:00 reading P1 { pages 0 page }
    2027-01-11 00:00 reading P1 { pages 20 page }
    expect clause 1 in 2026-12 = 10.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), Vec::<String>::new());
}

/// The term ends in the middle of November: a November without a reading lacks one.
#[test]
fn a_window_that_the_end_of_the_term_cuts_can_lack_a_reading() {
    let body = r#"define used per calendar month = increase of reading.pages, missing : held, across a window : in the later window
clause 1 "Pages" { customer pays 1.00 EUR per page for used as price }
scenario "s" {
    2026-01-01 00:00 reading P1 { pages 0 page }
    2026-10-11 00:00 reading P1 { pages 20 page }
    expect clause 1 in 2026-11 = 0.00 EUR
}"#;
    let found = failures_of(&contract("2026-01-01 to 2026-11-14", body));
    assert!(found.len() == 1 && found[0].contains("held"), "{found:?}");
}
