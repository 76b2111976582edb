//! What the comparison with a second evaluator brought to light: amendments, names, records of which two differ.

use crate::support::{consigne, failures_of, holds_all};

fn contract(conventions: &str, body: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    {conventions}
}}
asset pump "Pump" {{ }}
event failed of pump
event retagged of pump {{ tag text, new identity, the old one ends }}
{body}
"#
    )
}

/// The amounts of the lines of a clause in a settlement, and how many of them are held.
pub(crate) fn lines(text: &str, feed: &str, month: &str, clause: &str) -> (Vec<String>, usize) {
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"a.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    for (name, text) in [("a.consigne", text), ("events.jsonl", feed), ("consigne.toml", settings)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = consigne(folder.path(), &["settle", month, "--format", "json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    if std::env::var("SHOW").is_ok() {
        eprintln!("{told:#}");
    }
    let period = &told["statements"][0]["periods"][0];
    let of = |list: &str| -> Vec<serde_json::Value> {
        let all = period[list].as_array().unwrap().iter();
        all.filter(|line| line["clause"] == clause).cloned().collect()
    };
    (of("lines").iter().map(|line| line["amount"].to_string()).collect(), of("held").len())
}

/// In January 400.00 EUR of 500.00 EUR are owed. From April on the cap is 700.00 EUR in twelve months: of 400.00 EUR in May
/// 700.00 − 400.00 = 300.00 EUR are owed, and nothing of those in June.
#[test]
fn what_was_owed_under_a_rolling_cap_counts_under_its_new_text() {
    let body = r#"clause 1 "Failures" { on failed, provider pays 400.00 EUR per pump as price reduction }
clause 2 "Cap" { provider owes at most 500.00 EUR per rolling 12 months under clause 1 }
amendment 1 to T-1 signed 2026-03-20, in force from 2026-04-01 {
    replace clause 2 "Cap" { provider owes at most 700.00 EUR per rolling 12 months under clause 1 }
}
scenario "s" {
    2026-01-05 09:00 failed P1
    2026-05-05 09:00 failed P1
    2026-06-05 09:00 failed P1
    expect clause 2 in 2026-01 = 0.00 EUR
    expect clause 2 in 2026-05 = -100.00 EUR
    expect clause 2 in 2026-06 = -400.00 EUR
}"#;
    holds_all(&contract("conflicting records first known stays", body));
}

/// P1 becomes P2 in January, and P3 becomes P1 in June. What is reported of P1 in between is of no pump.
#[test]
fn a_name_that_ended_is_nobodys_until_it_is_given_again() {
    let body = r#"clause 1 "Failures" { on failed, provider pays 40.00 EUR per pump as price reduction }
scenario "s" {
    2026-01-03 09:00 failed P1
    2026-01-05 09:00 retagged P1 { tag "P2" }
    2026-02-05 09:00 failed P1
    2026-06-05 09:00 retagged P3 { tag "P1" }
    2026-06-06 09:00 failed P1
    expect clause 1 in 2026-01 = 40.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-06 = 40.00 EUR
}"#;
    let found = failures_of(&contract("conflicting records first known stays", body));
    assert!(found.len() == 1 && found[0].contains("a name that ended"), "{found:?}");
}

/// Lines of a feed: failures with their ids.
fn failures(all: &[(&str, &str, &str)]) -> String {
    let line = |(id, pump, at): &(&str, &str, &str)| {
        format!("{{\"kind\":\"failed\",\"id\":\"{id}\",\"asset\":\"{pump}\",\"occurred\":\"{at}T09:00:00Z\"}}\n")
    };
    all.iter().map(line).collect()
}

const RANKED: &str = r#"clause 1 "Third" {
    on failed where rank of failed per customer per rolling 90 days HOW is at least 3, provider pays 40.00 EUR per pump as fee
}"#;

/// The first failure was on 1 March or on 1 June. Where it was in March, its time of 90 days ends before 30 May, and where it
/// was in June it comes later: on 20 June it may be the third one or the fourth.
#[test]
fn a_rank_is_held_as_long_as_one_of_two_records_may_count() {
    let text = contract("conflicting records are held", &RANKED.replace("HOW", "counted again"));
    let feed = failures(&[
        ("e1", "P1", "2026-03-01"),
        ("e2", "P1", "2026-04-20"),
        ("e3", "P2", "2026-05-10"),
        ("e4", "P2", "2026-07-05"),
    ]) + "{\"kind\":\"failed\",\"id\":\"e1\",\"asset\":\"P1\",\"occurred\":\"2026-06-01T09:00:00Z\",\"recorded\":\"2026-08-01T09:00:00Z\"}\n";
    // Of 5 July: 20 April, 10 May and perhaps 1 June lie in its 90 days, from 7 April on.
    assert_eq!(lines(&text, &feed, "2026-07", "1"), (Vec::new(), 1));
}

/// Without a contradiction in its time the failure of September is counted with those of which the rank was held: those of
/// 1 and 20 July lie in its 90 days, so that it is the third one. Where it could have been used up, nobody knows that.
#[test]
fn what_is_counted_behind_a_rank_that_is_held() {
    let feed = failures(&[
        ("e1", "P1", "2026-05-01"),
        ("e2", "P1", "2026-07-01"),
        ("e3", "P2", "2026-07-20"),
        ("e4", "P2", "2026-09-15"),
    ]) + "{\"kind\":\"failed\",\"id\":\"e1\",\"asset\":\"P1\",\"occurred\":\"2026-05-02T09:00:00Z\",\"recorded\":\"2026-08-01T09:00:00Z\"}\n";
    let again = contract("conflicting records are held", &RANKED.replace("HOW", "counted again"));
    assert_eq!(lines(&again, &feed, "2026-07", "1"), (Vec::new(), 1));
    assert_eq!(lines(&again, &feed, "2026-09", "1"), (vec!["\"40\"".to_owned()], 0));
    let used = contract("conflicting records are held", &RANKED.replace("HOW", "used up once credited"));
    assert_eq!(lines(&used, &feed, "2026-09", "1"), (Vec::new(), 1));
}

/// Of January it is not known which of two failures counts, so that its line is held. In February 90.00 EUR are charged, more
/// than its own 30.00 EUR: of these nothing is left for March, whatever January left. In March 40.00 EUR meet 30.00 EUR.
#[test]
fn nothing_is_left_of_an_amount_that_is_used_up_first() {
    let body = r#"event inspected of pump { cost money }
clause 1 "Repair" { on inspected, customer pays cost as price }
clause 2 "Cap" { customer owes at most 30.00 EUR per month, unused is carried over to the next month only, used last, under clause 1 }"#;
    let line = |id: &str, day: &str, cost: &str, recorded: &str| {
        format!(
            "{{\"kind\":\"inspected\",\"id\":\"{id}\",\"asset\":\"P1\",\"occurred\":\"{day}T09:00:00Z\",\"recorded\":\"{recorded}T09:00:00Z\",\"fields\":{{\"cost\":\"{cost} EUR\"}}}}\n"
        )
    };
    let feed = [
        line("e1", "2026-01-10", "5.00", "2026-01-10"),
        line("e1", "2026-01-11", "5.00", "2026-01-12"),
        line("e2", "2026-02-10", "90.00", "2026-02-10"),
        line("e3", "2026-03-10", "40.00", "2026-03-10"),
    ]
    .concat();
    let text = contract("conflicting records are held", body);
    assert_eq!(lines(&text, &feed, "2026-02", "2"), (Vec::new(), 1));
    assert_eq!(lines(&text, &feed, "2026-03", "2"), (vec!["\"-10\"".to_owned()], 0));
}

/// The tier changes on 10 March at noon: eight days from the 3rd to the 10th at 2.00 EUR and 21 to the 31st at 5.00 EUR are
/// 16.00 + 105.00 = 121.00 EUR.
#[test]
fn time_is_cut_where_an_event_changes_an_attribute_of_a_party() {
    let text = r#"contract T-2 "Test"
parties { pool palletco "PalletCo"  many partner "Partner" { tier (gold, silver) } }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    attributes read at the event
}
asset pallet "Pallet" { holder partner }
event issued of pallet { holder partner }
event returned of pallet
event promoted of partner { tier (gold, silver) }
define out = from issued to returned
clause 1 "Hire" {
    holder pays by holder.tier { when gold : 2.00 EUR  when silver : 5.00 EUR } per pallet per day while out,
        first day counted as price
}
scenario "s" {
    assume tier of acme = gold
    2026-03-03 09:00 issued P1 { holder acme }
    2026-03-10 12:00 promoted acme { tier silver }
    expect clause 1 for acme in 2026-03 = 121.00 EUR
}
"#;
    holds_all(text);
}

/// P1 is P2 and no longer P1. What then renames P1 once more is reported under a name that ended: it is rejected.
#[test]
fn a_name_that_ended_gives_no_other_one() {
    let body = r#"clause 1 "Failures" { on failed, provider pays 40.00 EUR per pump as price reduction }
clause 2 "Cap" { provider owes at most 10.00 EUR per pump per month under clause 1 }
scenario "s" {
    2026-01-05 09:00 retagged P1 { tag "P2" }
    2026-02-05 09:00 retagged P1 { tag "P3" }
    2026-03-05 09:00 failed P3
    expect clause 2 for P3 in 2026-03 = -30.00 EUR
}"#;
    let found = failures_of(&contract("conflicting records first known stays", body));
    assert!(found.len() == 1 && found[0].contains("a name that ended"), "{found:?}");
}

/// Two caps of 50.00 EUR, of a year and of a month. In January it is not known which of two repairs counts, so that it is not
/// known what the year leaves for February, nor what the month takes back behind it.
#[test]
fn a_cap_that_is_held_holds_the_one_behind_it() {
    let body = r#"event inspected of pump { cost money }
clause 1 "Repair" { on inspected, customer pays cost as price }
clause 2 "Year" { customer owes at most 50.00 EUR per year under clause 1 }
clause 3 "Month" { then customer owes at most 50.00 EUR per month under clause 1 }"#;
    let feed = "{\"kind\":\"inspected\",\"id\":\"e1\",\"asset\":\"P1\",\"occurred\":\"2026-01-10T09:00:00Z\",\"fields\":{\"cost\":\"5.00 EUR\"}}
{\"kind\":\"inspected\",\"id\":\"e1\",\"asset\":\"P1\",\"occurred\":\"2026-01-10T09:00:00Z\",\"recorded\":\"2026-01-12T09:00:00Z\",\"fields\":{\"cost\":\"6.00 EUR\"}}
{\"kind\":\"inspected\",\"id\":\"e2\",\"asset\":\"P1\",\"occurred\":\"2026-02-10T09:00:00Z\",\"fields\":{\"cost\":\"90.00 EUR\"}}
";
    let text = contract("conflicting records are held", body);
    assert_eq!(lines(&text, feed, "2026-02", "2"), (Vec::new(), 1));
    assert_eq!(lines(&text, feed, "2026-02", "3"), (Vec::new(), 1));
}

/// The second record of one failure names another pump of which nothing else is known: each of the two may have failed.
#[test]
fn what_another_record_says_of_an_asset_without_events_is_held() {
    let body = r#"define failures per pump per month = count of failed
clause 1 "Failures" { provider pays 40.00 EUR for failures as price reduction }"#;
    let feed = failures(&[("e1", "P1", "2026-03-01")])
        + "{\"kind\":\"failed\",\"id\":\"e1\",\"asset\":\"P2\",\"occurred\":\"2026-03-01T09:00:00Z\",\"recorded\":\"2026-03-05T09:00:00Z\"}\n";
    assert_eq!(lines(&contract("conflicting records are held", body), &feed, "2026-03", "1"), (Vec::new(), 2));
}

/// P1 is P2 too, and what is reported as P1 or P2 is about it, also when it is P4. So P3 cannot become P2.
#[test]
fn a_name_that_stays_is_not_given_to_another_asset() {
    let body = r#"clause 1 "Failures" { on failed, provider pays 40.00 EUR per pump as price reduction }
clause 2 "Cap" { provider owes at most 50.00 EUR per pump per month under clause 1 }
scenario "s" {
    2026-01-05 09:00 retagged P1 { tag "P2" }
    2026-01-06 09:00 retagged P1 { tag "P4" }
    2026-02-05 09:00 retagged P3 { tag "P2" }
    2026-03-05 09:00 failed P2
    2026-03-06 09:00 failed P4
    expect clause 2 in 2026-03 = -30.00 EUR
}"#;
    let text = contract("conflicting records first known stays", body).replace("the old one ends", "the old one stays");
    // Whether anything is reported of it under that name or not.
    for text in [text.replace("failed P2", "failed P1"), text] {
        let found = failures_of(&text);
        assert!(found.len() == 1 && found[0].contains("another asset"), "{found:?}");
    }
}

/// Carl is known by what P1 says of him in February: of ten caps of 10.00 EUR he has used none when 95.00 EUR are charged in
/// December, and with that of December he may owe 110.00 EUR.
#[test]
fn a_member_that_only_fields_name_has_a_cap_from_then_on() {
    let text = r#"contract T-2 "Test"
parties { pool palletco "PalletCo"  many partner "Partner" { } }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    conflicting records first known stays
}
asset pallet "Pallet" { holder partner }
event issued of pallet { holder partner }
event broken of pallet { cost money }
clause 1 "Repair" { on broken, holder pays cost as indemnity }
clause 2 "Cap" {
    each partner owes at most 10.00 EUR per month, unused is carried over until it is used, under clause 1
}
scenario "s" {
    2026-02-03 09:00 issued P1 { holder carl }
    2026-12-10 12:00 broken P1 { cost 95.00 EUR }
    expect clause 2 for carl in 2026-12 = 0.00 EUR
    expect payment from carl to pool in 2026-12 = 95.00 EUR
}
"#;
    holds_all(text);
}

const POOL: &str = r#"contract T-3 "Test"
parties { pool palletco "PalletCo"  many partner "Partner" { } }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a return without a deposit is held
    a deposit on a transfer stays with who paid it
}
asset pallet "Pallet" in lots from issued, oldest first { holder partner }
event issued of pallet { holder partner }
event returned of pallet
define out = from issued to returned
clause 1 "Deposit" {
    on issued, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 AMONG as deposit
}
"#;

/// Four of five pallets come back: the three of acme, which were issued first, and one of bravo.
#[test]
fn a_pool_looks_for_each_unit_of_a_lot_by_who_has_it() {
    let scenario = r#"scenario "s" {
    2026-03-02 09:00 issued 3 pallet LOT-7 { holder acme }
    2026-03-03 09:00 issued 2 pallet LOT-7 { holder bravo }
    2026-04-10 09:00 returned 4 pallet LOT-7
    expect payment from pool to acme in 2026-04 = 30.00 EUR
    expect payment from pool to bravo in 2026-04 = 10.00 EUR
    expect deposits of clause 1 for bravo in 2026-04 = 10.00 EUR
}"#;
    holds_all(&format!("{}{scenario}", POOL.replace("AMONG", "oldest first per holder")));
}

/// Three come back of a lot of two. The pool holds seven deposits and gives back the three that were paid first: 20.00 EUR and
/// 10.00 EUR.
#[test]
fn a_pool_gives_back_whatever_units_of_a_lot_are_there() {
    let scenario = r#"scenario "s" {
    2026-03-02 09:00 issued 2 pallet LOT-7 { holder acme }
    2026-03-03 09:00 issued 5 pallet LOT-8 { holder bravo }
    2026-04-10 09:00 returned 3 pallet LOT-7
    expect payment from pool to acme in 2026-04 = 20.00 EUR
    expect payment from pool to bravo in 2026-04 = 10.00 EUR
}"#;
    holds_all(&format!("{}{scenario}", POOL.replace("AMONG", "oldest first of all")));
}

/// Whether P2 was in service on 1 May, when the records begin, is not known, and by 10 May it is not. So the first text is held
/// in May, and the second one is not: P1 pays 2.00 EUR for each of the twelve days from 20 to 31 May.
#[test]
fn what_is_not_recorded_is_held_by_the_text_that_governs() {
    let conventions = "records begin 2026-05-01, what reaches back is held
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window";
    let body = r#"event installed, removed of pump
define in_service = from installed to removed
clause 1 "Rent" { customer pays 1.00 EUR per pump per day while in_service, first day counted as price }
amendment 1 to T-1 signed 2026-05-02, in force from 2026-05-18 {
    replace clause 1 "Rent" { customer pays 2.00 EUR per pump per day while in_service, first day counted as fee }
}"#;
    let event = |kind: &str, asset: &str, day: &str| {
        format!("{{\"kind\":\"{kind}\",\"id\":\"{day}\",\"asset\":\"{asset}\",\"occurred\":\"{day}T09:00:00Z\"}}\n")
    };
    let feed = event("removed", "P2", "2026-05-10") + &event("installed", "P1", "2026-05-20");
    let found = lines(&contract(conventions, body), &feed, "2026-05", "1");
    assert_eq!(found, (vec!["\"24\"".to_owned()], 1));
}

/// Two records of one retagging: P1 is P2 since February, or P3. In April P1, P3 and P9 fail, as it seems: which failed, of the
/// first two, is not known.
#[test]
fn what_is_reported_under_a_doubtful_name_is_held() {
    let body = r#"define failures per pump per month = count of failed
clause 1 "Failures" { provider pays 40.00 EUR for failures as price reduction }"#;
    let retagged = |tag: &str, recorded: &str| {
        format!(
            "{{\"kind\":\"retagged\",\"id\":\"r1\",\"asset\":\"P1\",\"occurred\":\"2026-02-01T09:00:00Z\",\"recorded\":\"{recorded}T09:00:00Z\",\"fields\":{{\"tag\":\"{tag}\"}}}}\n"
        )
    };
    let feed = failures(&[("e1", "P2", "2026-04-01"), ("e2", "P3", "2026-04-02"), ("e3", "P9", "2026-04-03")])
        + &retagged("P2", "2026-02-01")
        + &retagged("P3", "2026-02-05");
    let found = lines(&contract("conflicting records are held", body), &feed, "2026-04", "1");
    assert_eq!(found, (vec!["\"40\"".to_owned()], 2));
}

/// A tenth of 100.00 EUR is 10.00 EUR, and 3 % more from April on.
#[test]
fn what_a_percentage_comes_to_is_chained() {
    let body = r#"event repaired of pump { cost money }
indexation rise {
    coefficient 1.03
    not rounded
    revised each 1 April
    chained on amounts rounded to 0.01 half up
    may fall
}
define costs per month = total of repaired.cost
clause 1 "Handling" { customer pays 10% for costs indexed by rise as fee }
scenario "s" {
    2026-03-05 09:00 repaired P1 { cost 100.00 EUR }
    2026-04-05 09:00 repaired P1 { cost 100.00 EUR }
    expect clause 1 in 2026-03 = 10.00 EUR
    expect clause 1 in 2026-04 = 10.30 EUR
}"#;
    holds_all(&contract("conflicting records first known stays", body));
}

/// Pumps that were installed before March keep 40.00 EUR: P1. P3 was installed in May and costs 60.00 EUR. Of P2 that is not known,
/// as the records begin in April.
#[test]
fn which_text_an_asset_keeps_may_not_be_known() {
    let conventions = "records begin 2026-04-01, what reaches back is held
    conflicting records first known stays";
    let body = r#"event installed of pump
clause 1 "Failures" { on failed, provider pays 40.00 EUR per pump as price reduction }
amendment 1 to T-1 signed 2026-05-02, in force from 2026-06-01 {
    replace clause 1 "Failures" { on failed, provider pays 60.00 EUR per pump as price reduction }
    pump with installed before 2026-03-01 keeps clause 1
}"#;
    let installed = |asset: &str, day: &str| {
        format!("{{\"kind\":\"installed\",\"id\":\"i{day}\",\"asset\":\"{asset}\",\"occurred\":\"{day}T09:00:00Z\"}}\n")
    };
    let feed = failures(&[("e1", "P1", "2026-07-02"), ("e2", "P2", "2026-08-03"), ("e3", "P3", "2026-09-04")])
        + &installed("P1", "2026-01-10")
        + &installed("P3", "2026-05-05");
    let text = contract(conventions, body);
    let of = |month: &str| lines(&text, &feed, month, "1");
    assert_eq!(of("2026-07"), (vec!["\"40\"".to_owned()], 0));
    assert_eq!(of("2026-08"), (Vec::new(), 2));
    assert_eq!(of("2026-09"), (vec!["\"60\"".to_owned()], 0));
}

/// Four working hours from 09:00 and a quarter of a second, without the hour from 10:00 to 11:00, are over at 14:00 and a
/// quarter of a second: a pump that is restored a second later is late.
#[test]
fn paused_working_hours_end_within_a_second() {
    let conventions = "working hours Mon-Fri 08:00-18:00
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a repeated trigger changes nothing";
    let body = r#"event restored, denied, granted of pump
define blocked = from denied to granted declared by either party
clause 1 "Repair" {
    obligation repair : provider must have pump restored within 4 working hours of failed
        paused while blocked, before the deadline only
        missed after 12 days
    when repair is late, provider pays 10.00 EUR per pump as fee
}"#;
    let event = |kind: &str, time: &str| {
        format!("{{\"kind\":\"{kind}\",\"id\":\"{kind}\",\"asset\":\"P1\",\"occurred\":\"2026-03-02T{time}Z\"}}\n")
    };
    let feed = event("failed", "09:00:00.250")
        + &event("denied", "10:00:00")
        + &event("granted", "11:00:00")
        + &event("restored", "14:00:01");
    assert_eq!(lines(&contract(conventions, body), &feed, "2026-03", "1"), (vec!["\"10\"".to_owned()], 0));
}

/// Acme is charged 10.00 EUR, of which it owes 5.00 EUR at most. Whose P1 is nobody knows: its 10.00 EUR may be of acme too.
#[test]
fn what_is_of_nobody_knows_whom_holds_the_limits_of_all() {
    let text = r#"contract T-4 "Test"
parties { pool palletco "PalletCo"  many partner "Partner" { } }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    conflicting records first known stays
}
asset pallet "Pallet" { holder partner }
event issued of pallet { holder partner }
event ended of pallet
define number per partner per month = count of ended
clause 1 "Loss" { partner pays 10.00 EUR to pool for number as indemnity }
clause 2 "Cap" { each partner owes at most 5.00 EUR to pool per month under clause 1 }
"#;
    let feed = "{\"kind\":\"issued\",\"id\":\"e1\",\"asset\":\"P2\",\"occurred\":\"2026-03-01T09:00:00Z\",\"fields\":{\"holder\":\"acme\"}}
{\"kind\":\"ended\",\"id\":\"e2\",\"asset\":\"P2\",\"occurred\":\"2026-03-05T09:00:00Z\"}
{\"kind\":\"ended\",\"id\":\"e3\",\"asset\":\"P1\",\"occurred\":\"2026-03-06T09:00:00Z\"}
";
    assert_eq!(lines(text, feed, "2026-03", "1"), (vec!["\"10\"".to_owned()], 1));
    assert_eq!(lines(text, feed, "2026-03", "2"), (Vec::new(), 1));
}

/// 3.28 EUR go each way. The tax of 5.5 % on one of the two is 0.1804 EUR, rounded downward 0.18 EUR.
#[test]
fn tax_where_nothing_is_left_before_it() {
    let conventions = "conflicting records first known stays
    tax 5.5% on sale
    no tax on indemnity
    amounts before tax
    tax rounded to 0.01 downward on the total";
    let body = r#"clause 1 "Sale" { on failed, customer pays 3.28 EUR as sale }
clause 2 "Damage" { on failed, provider pays 3.28 EUR as indemnity }
scenario "s" {
    2026-03-05 09:00 failed P1
    expect payment from customer to provider with tax in 2026-03 = 0.18 EUR
}"#;
    holds_all(&contract(conventions, body));
}

/// Twelve minutes are no hour, whatever an hour costs by an index that is not there.
#[test]
fn of_no_hours_no_coefficient_is_needed() {
    let body = r#"event repaired of pump { work duration }
index labour_cost "labour_cost" monthly
indexation labour {
    coefficient labour_cost[service] / labour_cost[2025-12]
    not rounded
    may fall
    provisional : wait
    missing : held
}
clause 1 "Work" { on repaired, customer pays 30.00 EUR per hour completed for work indexed by labour as price }"#;
    let feed = "{\"kind\":\"repaired\",\"id\":\"e1\",\"asset\":\"P1\",\"occurred\":\"2026-03-05T09:00:00Z\",\"fields\":{\"work\":\"12 minutes\"}}\n";
    let text = contract("conflicting records first known stays", body);
    assert_eq!(lines(&text, feed, "2026-03", "1"), (Vec::new(), 0));
}

/// Of five pallets two are carl's. Which of them ended nobody knows: held is what each of the two pays, and nothing else, though
/// more pallets come in May.
#[test]
fn a_rank_of_a_lot_holds_the_units_that_are_there() {
    let text = POOL.replace("AMONG", "oldest first of all")
        + r#"event ended of pallet
event moved of pallet { sender partner  holder partner }
clause 2 "Loss" {
    on ended, holder pays 5.00 EUR to pool per pallet
        times by rank of ended per pool per calendar year { up to 3 : 1  above : 1.5 } as fee
}
"#;
    let event = |kind: &str, day: &str, units: u32, fields: &str| {
        format!(
            "{{\"kind\":\"{kind}\",\"id\":\"{day}\",\"asset\":\"LOT-7\",\"quantity\":{units},\"occurred\":\"{day}T09:00:00Z\",\"fields\":{{{fields}}}}}\n"
        )
    };
    let feed = event("issued", "2026-01-02", 5, "\"holder\":\"acme\"")
        + &event("moved", "2026-01-18", 2, "\"sender\":\"acme\",\"holder\":\"carl\"")
        + &event("ended", "2026-01-26", 4, "")
        + &event("issued", "2026-05-04", 6, "\"holder\":\"acme\"");
    assert_eq!(lines(&text, &feed, "2026-01", "2"), (Vec::new(), 2));
}

/// Of what provider pays and gets back nothing is left but a cent of rounding: 0.144 EUR of tax downward are 0.14 EUR, less
/// 0.144 EUR, downward 0.15 EUR. That cent lessens what provider owes, 2.88 EUR with 0.14 EUR, and is no debt of customer.
#[test]
fn what_rounding_leaves_of_a_line_that_is_taken_back_is_no_debt() {
    let conventions = "conflicting records first known stays
    tax 5% on price, price reduction
    no tax on indemnity
    amounts before tax
    tax rounded to 0.01 downward on each line";
    let body = r#"clause 1 "Failure" { on failed, provider pays 2.88 EUR per pump as price reduction }
clause 2 "Visit" {
    on failed, provider pays 2.88 EUR per pump as price
    clauses 1 and 2 only the higher for the same event
}
scenario "s" {
    2026-03-05 09:00 failed P1
    expect payment from provider to customer with tax in 2026-03 = 3.01 EUR
    expect payment from customer to provider with tax in 2026-03 = 0.00 EUR
}"#;
    holds_all(&contract(conventions, body).replace("netted", "paid apart"));
}

/// What the repair of March costs is not known. Nothing replaces it then: its line is held, and none of what is taken back. In
/// June something does.
#[test]
fn what_is_held_is_replaced_by_nothing_before_something_is_charged() {
    let body = r#"event repaired of pump { cost money, optional }
event lost of pump
clause 1 "Repairs" { on repaired, provider pays cost as price reduction }
clause 2 "Loss" {
    on lost, provider pays 100.00 EUR per pump as indemnity
    clause 2 replaces clause 1 for the same pump and calendar year
}"#;
    let text = contract("conflicting records are held", body);
    let line = |kind: &str, day: &str, fields: &str| {
        format!("{{\"kind\":\"{kind}\",\"asset\":\"P1\",\"occurred\":\"{day}T09:00:00Z\"{fields}}}\n")
    };
    let feed = [
        line("repaired", "2026-01-10", ",\"fields\":{\"cost\":\"10.00 EUR\"}"),
        line("repaired", "2026-03-10", ""),
        line("lost", "2026-06-10", ""),
    ]
    .concat();
    assert_eq!(lines(&text, &feed, "2026-01", "1"), (vec!["\"10\"".to_owned()], 0));
    assert_eq!(lines(&text, &feed, "2026-03", "1"), (Vec::new(), 1));
    // March by itself, and as the first of the months up to June, in which clause 2 charges.
    for months in ["2026-03", "2026-03..2026-06"] {
        assert_eq!(lines(&text, &feed, months, "2"), (Vec::new(), 0), "{months}");
    }
    assert_eq!(lines(&text, &feed, "2026-06", "2"), (vec!["\"100\"".to_owned()], 1));
}
