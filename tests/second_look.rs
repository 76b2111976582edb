//! What the comparison with a second evaluator brought to light.

use crate::support::{consigne, failures_of};

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
    attributes read at the event
    a second start changes nothing
    an end without a start counts from the start of the term
    still open counts to the end of the window
}}
asset pump "Pump" {{ site (north, south), optional  tier (gold, silver), optional }}
event failed of pump
event restored of pump
event moved of pump {{ site (north, south) }}
event rated of pump {{ tier (gold, silver) }}
event worked of pump {{ work duration, optional }}
define down = from failed to restored
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

/// Two sites in a month are still one month commenced, 100.00 EUR; it belongs to the site in which it begins, so that
/// the part of 10 % is 10.00 EUR for the north and nothing for the south.
#[test]
fn a_month_commenced_is_one_whoever_reads_the_clause() {
    let body = r#"define failures per site per month = count of failed
clause 1 "Rent" { customer pays 100.00 EUR per pump per month commenced while down as price }
clause 2 "Part" { when failures is at least 1, provider pays 10% of clause 1 as fee }
scenario "s" {
    assume site of P1 = north
    2026-02-03 09:00 failed P1
    2026-02-10 09:00 moved P1 { site south }
    2026-02-12 09:00 failed P1
    expect clause 1 in 2026-02 = 100.00 EUR
    expect clause 2 in 2026-02 = 10.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), Vec::<String>::new());
}

/// 1 h 30 in the north and 1 h 15 in the south are 2 h 45: three hours commenced, all of one price. They begin in the
/// north.
#[test]
fn hours_are_added_up_before_they_are_rounded_whoever_reads_the_clause() {
    let body = r#"define failures per site per month = count of failed
clause 1 "Down" { provider pays 10.00 EUR per pump per hour commenced while down as indemnity }
clause 2 "Part" { when failures is at least 1, customer pays 10% of clause 1 as fee }
scenario "s" {
    assume site of P1 = north
    2026-02-03 09:00 failed P1
    2026-02-03 10:30 moved P1 { site south }
    2026-02-03 11:45 restored P1
    expect clause 1 in 2026-02 = 30.00 EUR
    expect clause 2 in 2026-02 = 3.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), Vec::<String>::new());
}

/// Gold from 9:00 to 9:20 and from 10:00 to 10:20, silver for the 40 minutes between: one hour of each commenced. That
/// the site changes at 9:10 does not matter to the price.
#[test]
fn hours_of_one_price_are_added_up_before_they_are_rounded() {
    let body = r#"define hourly = by tier { when gold : 10.00 EUR  when silver : 7.00 EUR }
clause 1 "Down" { provider pays hourly per pump per hour commenced while down as indemnity }
scenario "s" {
    assume tier of P1 = gold
    2026-02-03 09:00 failed P1
    2026-02-03 09:10 moved P1 { site south }
    2026-02-03 09:20 rated P1 { tier silver }
    2026-02-03 10:00 rated P1 { tier gold }
    2026-02-03 10:20 restored P1
    expect clause 1 in 2026-02 = 17.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), Vec::<String>::new());
}

/// North from the 3rd, south from the 10th, north again from the 20th: a month in each of the two sites.
#[test]
fn a_line_for_each_site_counts_a_month_once_in_a_site_that_is_left_and_reached_again() {
    let body = r#"define failures per site per month = count of failed
clause 1 "Rent" {
    when failures is at least 1, customer pays 100.00 EUR per pump per month commenced while down as price
}
scenario "s" {
    assume site of P1 = north
    2026-02-03 09:00 failed P1
    2026-02-10 09:00 moved P1 { site south }
    2026-02-11 09:00 failed P1
    2026-02-20 09:00 moved P1 { site north }
    expect clause 1 in 2026-02 = 200.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), Vec::<String>::new());
}

/// The state begins with the term, on 1 January: under `last day counted` that day does not count. A state that was
/// there before the term does not begin in it: its first day in the term counts.
#[test]
fn the_day_of_a_start_at_the_first_instant_of_the_term_counts_as_told() {
    let body = r#"clause 1 "Last"  { provider pays 1.00 EUR per pump per day while down, last day counted as indemnity }
scenario "starts with the term: 2 and 3 January" {
    2026-01-01 00:00 failed P1
    2026-01-03 09:00 restored P1
    expect clause 1 in 2026-01 = 2.00 EUR
}
scenario "was there before: 1 to 3 January" {
    2026-01-03 09:00 restored P1
    expect clause 1 in 2026-01 = 3.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), Vec::<String>::new());
}

/// 100 pages on 1 February, 60 on 1 April: what February and March had of the difference nobody knows.
#[test]
fn a_meter_that_runs_back_is_held_in_every_window_over_which_it_is_spread() {
    let body = r#"define used per pump per month = increase of reading.pages, missing : adds nothing, across a window : by time
clause 1 "Pages" { customer pays 1.00 EUR per page for used as price }
scenario "s" {
    2026-02-01 00:00 reading P1 { pages 100 page }
    2026-04-01 00:00 reading P1 { pages 60 page }
    2026-04-11 00:00 reading P1 { pages 70 page }
    expect clause 1 in 2026-01 = 0.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-03 = 0.00 EUR
    expect clause 1 in 2026-04 = 10.00 EUR
}"#;
    let found = failures_of(&contract("2026-01-01 to 2026-12-31", body));
    assert_eq!(found.len(), 3, "{found:?}");
    assert!(found.iter().all(|failure| failure.contains("the meter reads less on 2026-04-01")), "{found:?}");
}

/// The term begins on 16 April and ends on 15 June. Of the 20 pages from the 6th to the 26th of April half lie before
/// it; of the 20 from the 5th to the 25th of June half lie behind it.
#[test]
fn what_a_meter_grew_in_a_window_cut_by_the_term_counts_by_its_part_or_by_its_later_reading() {
    let body = r#"define later per pump per calendar month = increase of reading.pages, missing : adds nothing, across a window : in the later window
define by_days per pump per calendar month = increase of reading.pages, missing : adds nothing, across a window : by time
clause 1 "Later" { customer pays 1.00 EUR per page for later as price }
clause 2 "By time" { customer pays 1.00 EUR per page for by_days as price }
scenario "the first reading lies before the term, in the same month" {
    2026-04-06 00:00 reading P1 { pages 100 page }
    2026-04-26 00:00 reading P1 { pages 120 page }
    expect clause 1 in 2026-04 = 20.00 EUR
    expect clause 2 in 2026-04 = 10.00 EUR
}
scenario "the last one lies behind the term" {
    2026-06-06 00:00 reading P1 { pages 100 page }
    2026-06-26 00:00 reading P1 { pages 120 page }
    expect clause 1 in 2026-06 = 0.00 EUR
    expect clause 2 in 2026-06 = 10.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-04-16 to 2026-06-15", body)), Vec::<String>::new());
}

/// Down since February, under the contract since 17 March: of March 15 of 30 days, and 14 by 30/360, where the 31st
/// does not count.
#[test]
fn a_month_of_thirty_days_has_only_the_days_that_the_register_knows() {
    for (month, amount) in [("30 days", "150"), ("30/360", "140"), ("actual days", "145.16")] {
        let register = "asset,family,contract,from\nP1,pump,T-1,2026-03-17\n";
        let line = r#"{"id":"1","contract":"T-1","kind":"failed","asset":"P1","occurred":"2026-02-03T08:10:00Z"}"#;
        let body = r#"clause 1 "Rent" { customer pays 300.00 EUR per pump per month while down prorated by day, first day counted as price }
scenario "s" { 2026-12-31 09:00 failed P1 expect clause 1 in 2026-11 = 0.00 EUR }
"#;
        let text = contract("2026-01-01 to 2026-12-31", body)
            .replace("conventions {\n", &format!("conventions {{\n    month of {month}\n"));
        let found = settled(&text, register, line, "2026-03");
        assert_eq!(found["statements"][0]["periods"][0]["lines"][0]["amount"], amount, "{month}: {found:#}");
    }
}

/// One record of the failure says 28 February, the other 1 March: nobody knows in which month it counts.
#[test]
fn two_records_of_one_event_hold_the_months_of_both() {
    let body = r#"clause 1 "Failures" { on failed, provider pays 10.00 EUR per pump as indemnity }
scenario "s" { 2026-12-31 09:00 failed P1 expect clause 1 in 2026-11 = 0.00 EUR }
"#;
    let text = contract("2026-01-01 to 2026-12-31", body).replace("first known stays", "are held");
    let line = |day: &str, more: &str| {
        format!(
            "{{\"id\":\"1\",\"contract\":\"T-1\",\"kind\":\"failed\",\"asset\":\"P1\",\"occurred\":\"2026-{day}T08:10:00Z\"{more}}}\n"
        )
    };
    let register = "asset,family,contract\nP1,pump,T-1\n";
    let both = line("02-28", "") + &line("03-01", "");
    for month in ["2026-02", "2026-03"] {
        let found = settled(&text, register, &both, month);
        assert_eq!(found["statements"][0]["periods"][0]["held"].as_array().unwrap().len(), 1, "{month}: {found:#}");
    }
    // A correction of the one that stands settles it: 10.00 EUR in February, nothing in March.
    let corrected = both
        + &line("02-27", ",\"corrects\":\"1\",\"recorded\":\"2026-03-05T08:00:00Z\"")
            .replace("\"id\":\"1\"", "\"id\":\"2\"");
    for (month, lines) in [("2026-02", 1), ("2026-03", 0)] {
        let found = settled(&text, register, &corrected, month);
        let period = &found["statements"][0]["periods"][0];
        assert_eq!(period["held"].as_array().unwrap().len(), 0, "{month}: {found:#}");
        assert_eq!(period["lines"].as_array().unwrap().len(), lines, "{month}: {found:#}");
    }
}

/// What the program settles for a month in a workspace of its own; what is held makes it fail, and it prints it all the same.
fn settled(text: &str, register: &str, lines: &str, month: &str) -> serde_json::Value {
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"a.consigne\"]\nassets = [\"assets.csv\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    for (name, text) in
        [("a.consigne", text), ("assets.csv", register), ("events.jsonl", lines), ("consigne.toml", settings)]
    {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = consigne(folder.path(), &["settle", month, "--format", "json"]);
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

/// An index that rises by 10 % from December 2025 to March 2026, and no more is known of it.
const INDEXED: &str = r#"index labour "Labour" monthly
indexation rise {
    coefficient labour[service] / labour[2025-12]
    not rounded
    may fall
    provisional : wait
    missing : held
}
"#;

/// The first failure costs nothing, the second one 10.00 EUR × 1.1.
#[test]
fn a_price_by_rank_is_indexed() {
    let body = r#"clause 1 "Failures" {
    on failed, customer pays by rank of failed per customer per calendar year { up to 1 : nothing  above : 10.00 EUR } per pump
        indexed by rise as fee
}
scenario "s" {
    assume labour in 2025-12 = 120, labour in 2026-03 = 132
    2026-03-02 09:00 failed P1
    2026-03-03 09:00 failed P2
    expect clause 1 in 2026-03 = 11.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", &format!("{INDEXED}{body}"))), [] as [&str; 0]);
}

/// The index of March is not known. In the south nothing is due, whatever it will be.
#[test]
fn nothing_stays_nothing_for_want_of_an_index() {
    let body = r#"clause 1 "Failures" {
    on failed, customer pays by site { when north : 10.00 EUR  when south : nothing } per pump indexed by rise as fee
}
scenario "s" {
    assume site of P1 = south, labour in 2025-12 = 120
    2026-03-02 09:00 failed P1
    expect clause 1 in 2026-03 = 0.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", &format!("{INDEXED}{body}"))), [] as [&str; 0]);
}

/// Five months are one quarter and two months of the one before, and a limit looks at whole quarters.
#[test]
fn a_rolling_window_holds_whole_settlement_periods() {
    let body = r#"define failures per rolling 2 months = count of failed, counted again, a short window : counts as it is
clause 1 "Failures" { on failed, customer pays 10.00 EUR per pump as fee }
clause 2 "Cap" { customer owes at most 50.00 EUR per rolling 5 months under clause 1 }"#;
    let text = contract("2026-01-01 to 2026-12-31", body).replace("settled monthly", "settled quarterly");
    let found: Vec<String> =
        crate::support::checked(&text).refusals().iter().map(|finding| finding.message.clone()).collect();
    assert!(found.iter().any(|message| message.contains("and that is longer")), "{found:?}");
    assert!(found.iter().any(|message| message.contains("whole settlement periods")), "{found:?}");
}

/// 20 of 60 minutes are a third of 1.00 EUR; 0.33 EUR are taken back. 1.00 + 0.50 − 0.33 EUR are 1.17 EUR, 0.07 EUR too much.
#[test]
fn limits_compare_what_lines_of_clauses_that_meet_say() {
    let body = r#"clause 1 "Work" { on worked, customer pays 1.00 EUR per hour pro rata for work as fee }
clause 2 "Failures" {
    on failed, customer pays 0.50 EUR per pump as fee
    clause 2 replaces clause 1 for the same pump
}
clause 3 "Cap" { customer owes at most 1.10 EUR per month under clauses 1 and 2 }
scenario "s" {
    2026-01-05 09:00 worked P1 { work 20 minutes }
    2026-01-05 09:00 worked P2 { work 40 minutes }
    2026-01-06 09:00 failed P1
    expect clause 2 in 2026-01 = 0.17 EUR
    expect clause 3 in 2026-01 = -0.07 EUR
    expect total of provider in 2026-01 = 1.10 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), [] as [&str; 0]);
}

/// Nobody knows the site of P1, so nobody knows what is left of February, nor of March, nor whether that is enough. In April
/// there is nothing that it could meet: 40.00 EUR, and 80.00 EUR are made up.
#[test]
fn clauses_that_meet_for_nobody_knows_what_are_held_in_each_period() {
    let body = r#"clause 1 "Failures" { on failed, customer pays 40.00 EUR per pump as fee }
clause 2 "Repairs" {
    on restored, customer pays 25.00 EUR per pump as fee
    clauses 1 and 2 only the higher for the same site and month
}
clause 3 "Minimum" { customer owes at least 120.00 EUR per month under clauses 1 and 2 }
scenario "s" {
    assume site of P2 = north
    2026-02-05 09:00 failed P1
    2026-02-06 09:00 restored P2
    2026-03-06 09:00 restored P1
    2026-03-07 09:00 failed P2
    2026-04-07 09:00 failed P1
    expect clause 2 in 2026-02 = 25.00 EUR
    expect clause 2 in 2026-03 = 25.00 EUR
    expect clause 3 in 2026-02 = 55.00 EUR
    expect clause 3 in 2026-03 = 55.00 EUR
    expect clause 2 in 2026-04 = 0.00 EUR
    expect clause 3 in 2026-04 = 80.00 EUR
}"#;
    let found = failures_of(&contract("2026-01-01 to 2026-12-31", body));
    assert!(found.len() == 4 && found.iter().all(|failure| failure.contains("held")), "{found:?}");
}

/// The pumps of a lot that is not told apart are down: nobody knows for how long each. Ten begin and ten end, so that January
/// and February are held. P2 is down for two days of March: 2.00 EUR.
#[test]
fn a_lot_that_is_not_told_apart_is_held_until_all_of_it_ended() {
    let body = r#"clause 1 "Down" { provider pays 1.00 EUR per pump per day while down, first day counted as fee }
scenario "s" {
    2026-01-05 09:00 failed 10 pump P1
    2026-02-10 09:00 restored 10 pump P1
    2026-03-02 09:00 failed P2
    2026-03-04 09:00 restored P2
    expect clause 1 in 2026-01 = 0.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-03 = 2.00 EUR
}"#;
    let found = failures_of(&contract("2026-01-01 to 2026-12-31", body));
    assert!(found.len() == 2 && found.iter().all(|failure| failure.contains("`failed` of a lot of 10")), "{found:?}");
}

/// A day of January is paid before the lot comes, and stays paid: 1.00 EUR.
#[test]
fn what_came_before_a_lot_is_counted() {
    let body = r#"clause 1 "Down" { provider pays 1.00 EUR per pump per day while down, first day counted as fee }
scenario "s" {
    2026-01-05 09:00 failed P1
    2026-01-06 09:00 restored P1
    2026-02-10 09:00 failed 2 pump P1
    expect clause 1 in 2026-01 = 1.00 EUR
}"#;
    assert_eq!(failures_of(&contract("2026-01-01 to 2026-12-31", body)), [] as [&str; 0]);
}

/// A clause that is named twice counted twice: of 40.00 EUR nothing would be made up to 60.00 EUR.
#[test]
fn a_clause_is_named_once_under_a_limit() {
    let limit = |under: &str| {
        let body = format!(
            r#"clause 1 "Failures" {{ on failed, customer pays 40.00 EUR per pump as fee }}
clause 2 "Repairs" {{ on restored, customer pays 5.00 EUR per pump as fee }}
clause 3 "Minimum" {{ customer owes at least 60.00 EUR per month under {under} }}"#
        );
        let checked = crate::support::checked(&contract("2026-01-01 to 2026-12-31", &body));
        checked.refusals().iter().map(|finding| (finding.code.as_str(), finding.message.clone())).collect::<Vec<_>>()
    };
    assert_eq!(limit("clauses 1, 2 and 1"), [("C024", "clause 1 is named twice".to_owned())]);
    assert_eq!(limit("clauses 1 and 2"), []);
}

/// A pool of pallets with these clauses and events.
fn pool(answers: &str, body: &str) -> String {
    format!(
        r#"contract T-2 "Pool"
parties {{ pool palletco "PalletCo"  carrier hauler "Hauler"  many partner "Partner" {{ }} }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    still open counts to the end of the window
    {answers}
}}
asset pallet "Pallet" {{ holder partner }}
event issued of pallet {{ holder partner }}
event moved of pallet {{ sender partner  holder partner }}
event returned, ended of pallet
define out = from issued to returned
{body}
"#
    )
}

/// Acme hands the pallet on to bravo in the morning of 1 February: each has begun a month of February, and none of them
/// completed it, whenever other attributes are read.
#[test]
fn whose_a_month_is_goes_by_who_has_the_pallet_then() {
    for read in ["at the event", "at the start of the window"] {
        let body = r#"clause 1 "Begun" { holder pays 30.00 EUR to pool per pallet per month commenced while out as price }
clause 2 "Full" {
    holder pays 30.00 EUR to pool per pallet per month completed while out as price
    clause 2 adds to clause 1
}
scenario "s" {
    2026-01-01 14:00 issued P1 { holder acme }
    2026-02-01 08:00 moved P1 { sender acme, holder bravo }
    expect clause 1 for acme in 2026-01 = 30.00 EUR
    expect clause 1 for acme in 2026-02 = 30.00 EUR
    expect clause 1 for bravo in 2026-02 = 30.00 EUR
    expect clause 2 in 2026-02 = 0.00 EUR
    expect clause 2 for bravo in 2026-03 = 30.00 EUR
}"#;
        let text = pool(&format!("an end without a start is ignored\n attributes read {read}"), body);
        assert_eq!(failures_of(&text), [] as [&str; 0], "{read}");
    }
}

/// Nobody knows who had P1 before it came back shortly before the end of February, which is no whole month: nothing is due
/// from nobody. January is held.
#[test]
fn nothing_is_due_from_nobody() {
    let body = r#"clause 1 "Full" { holder pays 30.00 EUR to pool per pallet per month completed while out as price }
scenario "s" {
    2026-02-28 23:50 returned P1
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-01 = 0.00 EUR
}"#;
    let found = failures_of(&pool("an end without a start counts from the start of the term", body));
    assert!(found.len() == 1 && found[0].contains("held"), "{found:?}");
}

/// Bravo has P1 from the first instant of the 11th on, which is the last day of the first time: the 2nd to the 10th, and the 21st
/// to the 25th, are acme's.
#[test]
fn a_last_day_is_of_the_time_that_ends_with_it() {
    let body = r#"event taken of pallet { holder partner }
define lent = from issued to taken
clause 1 "Hire" { holder pays 1.00 EUR to pool per pallet per day while lent, last day counted as price }
scenario "s" {
    2026-01-01 12:00 issued P1 { holder acme }
    2026-01-11 00:00 taken P1 { holder bravo }
    2026-01-20 12:00 issued P1 { holder acme }
    2026-01-25 12:00 taken P1 { holder carl }
    expect clause 1 for acme in 2026-01 = 14.00 EUR
    expect clause 1 for bravo in 2026-01 = 1.00 EUR
}"#;
    let text = pool("an end without a start is ignored\n attributes read at the event", body);
    assert_eq!(failures_of(&text), [] as [&str; 0]);
}

/// Nobody knows the tier of acme, so nobody knows how much its deposit was; but it is acme's.
#[test]
fn a_deposit_of_which_it_is_not_known_how_much_it_was_is_of_who_paid_it() {
    let body = r#"clause 1 "Deposit" {
    on issued, holder pays by holder.tier { when gold : 8.00 EUR  when silver : 10.00 EUR } to pool per pallet as deposit
    on returned, pool pays 100% of clause 1 matched by serial as deposit
}
scenario "s" {
    assume tier of bravo = gold
    2026-01-05 09:00 issued P1 { holder acme }
    2026-01-05 09:00 issued P2 { holder bravo }
    2026-02-05 09:00 returned P1
    2026-02-05 09:00 returned P2
    expect clause 1 for acme in 2026-02 = 0.00 EUR
    expect clause 1 for bravo in 2026-02 = 8.00 EUR
}"#;
    let answers = "an end without a start is ignored
    a second deposit is not charged
    a return without a deposit is listed
    a deposit on a transfer stays with who paid it";
    let text =
        pool(answers, body).replace("many partner \"Partner\" { }", "many partner \"Partner\" { tier (gold, silver) }");
    let found = failures_of(&text);
    assert!(found.len() == 1 && found[0].contains("held"), "{found:?}");
}

/// The units that come later are nobody's yet when the first ones are looked at: 10 × 1.00 EUR are acme's.
#[test]
fn units_of_a_lot_that_come_later_do_not_matter() {
    let body = r#"event checked of pallet
clause 1 "Check" { on checked, holder pays 1.00 EUR to pool per pallet as fee }
scenario "s" {
    2026-01-05 09:00 issued 40 pallet L { holder acme }
    2026-02-05 09:00 checked 10 pallet L
    2026-03-05 09:00 issued 10 pallet L { holder bravo }
    expect clause 1 for acme in 2026-02 = 10.00 EUR
}"#;
    let text = pool("an end without a start is ignored", body);
    let text = text.replace("asset pallet \"Pallet\"", "asset pallet \"Pallet\" in lots from issued, oldest first");
    assert_eq!(failures_of(&text), [] as [&str; 0]);
}

/// The value of February came out on 2 April, a day after the revision: also in New York, where the day begins later. 110 / 100
/// counts from May on.
#[test]
fn a_day_of_publication_is_the_same_day_everywhere() {
    for zone in ["America/New_York", "UTC", "Pacific/Auckland"] {
        let body = r#"index cost "Cost" monthly
indexation rise {
    coefficient  cost[latest published at revision] / cost[2025-12]
    not rounded
    revised      each month
    may fall
    provisional  : wait
    missing      : held
}
clause 1 "Fee" { each month, customer pays 100.00 EUR indexed by rise as fee }
scenario "s" {
    assume cost in 2025-12 published 2026-01-20 = 100, 2026-02 published 2026-04-02 = 110
    expect clause 1 in 2026-04 = 100.00 EUR
    expect clause 1 in 2026-05 = 110.00 EUR
}"#;
        let text = contract("2026-01-01 to 2026-12-31", body).replace("timezone UTC", &format!("timezone {zone}"));
        assert_eq!(failures_of(&text), [] as [&str; 0], "{zone}");
    }
}

/// Due on 22 January and done on 3 February: 9 days of January by the first text and 3 days of February by the second, all of
/// it paid in February: 18.00 and 9.00 EUR. Where the clause ends instead, 18.00 EUR are left.
#[test]
fn lateness_that_is_paid_when_it_ends_is_paid_by_both_texts() {
    let price = |price: &str| {
        format!(
            "clause 2 \"Late\" {{ provider pays {price} EUR per pump per day commenced for lateness of repair as indemnity }}"
        )
    };
    for (change, amount) in [(format!("replace {}", price("3.00")), "27.00"), ("end clause 2".to_owned(), "18.00")] {
        let body = format!(
            r#"clause 1 "Repair" {{
    obligation repair : provider must have pump restored within 10 days of failed, first day not counted, missed after 60 days
}}
{}
amendment 1 to T-1 signed 2026-01-01, in force from 2026-02-01, open obligations go over to the new text {{ {change} }}
scenario "s" {{
    2026-01-12 09:00 failed P1
    2026-02-03 09:00 restored P1
    expect clause 2 in 2026-01 = 0.00 EUR
    expect clause 2 in 2026-02 = {amount} EUR
}}"#,
            price("2.00")
        );
        let text = contract("2026-01-01 to 2026-12-31", &body);
        let answers =
            "a repeated trigger changes nothing\n    lateness is paid when it ends\n    a second start changes";
        let text = text.replacen("a second start changes", answers, 1);
        assert_eq!(failures_of(&text), [] as [&str; 0], "{change}");
    }
}
