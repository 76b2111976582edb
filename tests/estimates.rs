//! Meters that are estimated where they are not read. Figures were worked out by hand.

use crate::second_look_later::lines;
use crate::support::holds_all;

fn contract(term: &str, across: &str, body: &str) -> String {
    read(term, "estimated from the last 2 months", across, body)
}

fn read(term: &str, missing: &str, across: &str, body: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term {term}
currency EUR
timezone UTC
settled monthly, netted
conventions {{ rounded to 0.01 half up on each line  conflicting records first known stays
    conflicting readings meter before customer }}
asset copier "Copier" {{ }}
event reading of copier {{ pages count of page, cumulative, reset by replaced }}
event replaced of copier
define pages per copier per calendar month = increase of reading.pages
    missing : {missing}
    across a window : {across}
clause 1 "Pages" {{ customer pays 0.01 EUR for pages as price }}
{body}
"#
    )
}

#[test]
fn where_the_term_begins_behind_the_only_reading_of_a_month() {
    // The reading of 5 January says where the meter stands. What was read in February, 700 pages, counts there. January
    // has no reading in the term and no month before it: nothing to estimate from.
    let body = r#"scenario "February" {
        2026-01-05 09:00 reading C1 { pages 100 page }
        2026-02-09 09:00 reading C1 { pages 800 page }
        expect clause 1 in 2026-01 is held
        expect pages of C1 in 2026-02 = 700 page
        expect clause 1 in 2026-02 = 7.00 EUR
    }"#;
    holds_all(&contract("2026-01-10 to 2026-12-31", "in the later window", body));
}

#[test]
fn behind_the_last_reading_of_a_meter_that_is_spread_by_time() {
    // 5 900 pages from 1 March to 29 April, 59 days: 100 a day. March has 3 100, April 2 800 of 28 days. May is their mean
    // without the month of the first reading, April's; June that of April and May. With
    // 3 100 more pages in the 31 days to 30 May, 2 more days of April and 29 of May, April has 3 000 and May 2 900; June is
    // (3 000 + 2 900) / 2.
    let body = r#"scenario "May and June" {
        2026-03-01 00:00 reading C1 { pages 0 page }
        2026-04-29 00:00 reading C1 { pages 5900 page }
        expect pages of C1 in 2026-03 = 3100 page
        expect pages of C1 in 2026-04 = 2800 page
        expect pages of C1 in 2026-05 = 2800 page
        expect pages of C1 in 2026-06 = 2800 page
    }
    scenario "a later reading takes the place of what was estimated" {
        2026-03-01 00:00 reading C1 { pages 0 page }
        2026-04-29 00:00 reading C1 { pages 5900 page }
        2026-05-30 00:00 reading C1 { pages 9000 page }
        expect pages of C1 in 2026-04 = 3000 page
        expect pages of C1 in 2026-05 = 2900 page
        expect pages of C1 in 2026-06 = 2950 page
    }"#;
    holds_all(&contract("2026-01-01 to 2026-12-31", "by time", body));
}

#[test]
fn a_reading_at_the_first_instant_of_a_month_is_one_of_that_month() {
    // April has a reading and no time up to it: it is not estimated, and is among the months that May is estimated from:
    // 0 pages. The minimum is due for it.
    let body = r#"clause 2 "At least" { customer pays 0.01 EUR for pages, at least 54.00 EUR as price  clause 2 adds to clause 1 }
    scenario "on 1 April" {
        2026-03-01 00:00 reading C1 { pages 0 page }
        2026-04-01 00:00 reading C1 { pages 6200 page }
        expect clause 2 in 2026-03 = 62.00 EUR
        expect pages of C1 in 2026-04 = 0 page
        expect clause 2 in 2026-04 = 54.00 EUR
        expect pages of C1 in 2026-05 = 0 page
    }"#;
    holds_all(&contract("2026-01-01 to 2026-12-31", "by time", body));
}

#[test]
fn a_meter_that_was_never_read_is_held() {
    let text = contract("2026-01-01 to 2026-12-31", "in the later window", "");
    let feed = r#"{"id":"a","kind":"replaced","asset":"C1","occurred":"2026-03-10T09:00:00Z"}"#;
    // It is there from its first event on.
    assert_eq!(lines(&text, feed, "2026-02", "1"), (Vec::new(), 0));
    assert_eq!(lines(&text, feed, "2026-03", "1"), (Vec::new(), 1));
    assert_eq!(lines(&text, feed, "2026-09", "1"), (Vec::new(), 1));
}

/// The copier is there, read before the term alone: nothing is counted, and the minimum of 5.00 EUR is due. With a reading of
/// 700 pages behind the one of 100, 600 pages cost 6.00 EUR.
#[test]
fn the_term_as_a_window_has_a_copier_that_was_read_before_it_alone() {
    for across in ["in the later window", "by time"] {
        let body = r#"scenario "read before" {
            2025-12-31 09:00 reading C1 { pages 100 page }
            expect clause 1 in 2026-12 = 5.00 EUR
        }
        scenario "read again, on the first day" {
            2026-01-01 00:00 reading C1 { pages 100 page }
            2026-03-05 09:00 reading C1 { pages 700 page }
            expect clause 1 in 2026-12 = 6.00 EUR
        }"#;
        let text = contract("2026-01-01 to 2026-12-31", across, body);
        let text =
            text.replace("per calendar month", "per term").replace("estimated from the last 2 months", "adds nothing");
        holds_all(&text.replace("for pages as price", "for pages, at least 5.00 EUR as price"));
    }
}

#[test]
fn a_month_without_a_reading_counts_as_what_is_said() {
    // C1 is not read in March, C2 never: 500 pages each. What C1 has grown by April counts there in full.
    let body = r#"scenario "in the later month" {
        2026-02-02 09:00 reading C1 { pages 100 page }
        2026-02-09 09:00 reading C1 { pages 800 page }
        2026-04-09 09:00 reading C1 { pages 900 page }
        2026-03-01 09:00 replaced C2
        expect pages of C1 in 2026-02 = 700 page
        expect pages of C1 in 2026-03 = 500 page
        expect pages of C2 in 2026-03 = 500 page
        expect pages of C1 in 2026-04 = 100 page
        expect pages of C1 in 2026-05 = 500 page
        expect clause 1 in 2026-03 = 10.00 EUR
        expect clause 1 in 2026-04 = 6.00 EUR
    }"#;
    holds_all(&read("2026-01-01 to 2026-12-31", "counts as 500 page", "in the later window", body));
    // By time each day up to the last reading has its part: 3 100 pages in the 31 days from 1 March.
    let body = r#"scenario "by time" {
        2026-03-01 00:00 reading C1 { pages 0 page }
        2026-04-01 00:00 reading C1 { pages 3100 page }
        expect pages of C1 in 2026-03 = 3100 page
        expect pages of C1 in 2026-04 = 0 page
        expect pages of C1 in 2026-05 = 500 page
    }"#;
    holds_all(&read("2026-01-01 to 2026-12-31", "counts as 500 page", "by time", body));
    let body = r#"scenario "held" {
        2026-03-02 09:00 reading C1 { pages 100 page }
        2026-05-09 09:00 reading C1 { pages 900 page }
        expect clause 1 in 2026-04 is held
        expect clause 1 in 2026-05 = 8.00 EUR
    }"#;
    holds_all(&read("2026-01-01 to 2026-12-31", "held", "in the later window", body));
}
