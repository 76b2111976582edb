//! What is held, and how it is told: two records of one event that differ, and all that depends on which of them counts.
//! Figures were worked out by hand.

use crate::second_look_later::lines;
use crate::support::consigne;

fn contract(body: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ pool palletco "PalletCo"  many partner "Partner" {{ tier (gold, silver) }} }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records are held
    a second start         changes nothing
    an end without a start is ignored
    still open             counts to the end of the window
    attributes read        at the event
    limits read attributes at the start of the window
}}
asset pallet "Pallet" {{ holder partner }}
event issued of pallet {{ holder partner }}
event returned of pallet
event cleaned of pallet {{ cost money }}
event promoted of partner {{ tier (gold, silver) }}
define out = from issued to returned
{body}
"#
    )
}

const HIRE: &str = r#"clause 1 "Hire" {
    holder pays by holder.tier { when gold : 1.00 EUR  when silver : 2.00 EUR } to pool per pallet per day while out,
        first day counted as price
}"#;

const ROLLING: &str = r#"clause 1 "Cleaning" { on cleaned, holder pays cost to pool as price }
clause 2 "Cap" { each partner owes at most 50.00 EUR per rolling 3 months to pool under clause 1 }"#;

/// A record of `promoted` with its id: when, to what, and when that was known where it is not at once.
fn promoted(id: &str, day: &str, tier: &str, known: &str) -> String {
    let known = if known.is_empty() { String::new() } else { format!(",\"recorded\":\"{known}T10:00:00Z\"") };
    format!(
        "{{\"kind\":\"promoted\",\"id\":\"{id}\",\"asset\":\"acme\",\"occurred\":\"{day}T00:00:00Z\"{known},\"fields\":{{\"tier\":\"{tier}\"}}}}\n"
    )
}

fn issued(day: &str) -> String {
    format!(
        "{{\"kind\":\"issued\",\"id\":\"i1\",\"asset\":\"P1\",\"occurred\":\"{day}T00:00:00Z\",\"fields\":{{\"holder\":\"acme\"}}}}\n"
    )
}

fn cleaned(id: &str, day: &str, cost: &str, known: &str) -> String {
    format!(
        "{{\"kind\":\"cleaned\",\"id\":\"{id}\",\"asset\":\"P1\",\"occurred\":\"{day}T09:00:00Z\",\"recorded\":\"{known}T10:00:00Z\",\"fields\":{{\"cost\":\"{cost}\"}}}}\n"
    )
}

/// acme is gold or silver from 5 January on, nobody knows which; from 1 March on it is silver. The hire of February is held,
/// of March 31 × 2.00 EUR are due.
#[test]
fn what_goes_by_an_attribute_of_a_member_is_held_while_that_is_not_known() {
    let feed = promoted("e1", "2026-01-05", "gold", "")
        + &promoted("e1", "2026-01-05", "silver", "2026-01-09")
        + &promoted("e2", "2026-03-01", "silver", "")
        + &issued("2026-02-01");
    assert_eq!(lines(&contract(HIRE), &feed, "2026-02", "1"), (Vec::new(), 1));
    assert_eq!(lines(&contract(HIRE), &feed, "2026-03", "1"), (vec!["\"62\"".to_owned()], 0));
}

/// acme was silver, and became gold on 1 March or on 1 May: from March to April nobody knows which. 28 × 2.00 EUR are due in
/// February, 31 × 1.00 EUR in May.
#[test]
fn what_lies_between_the_two_instants_is_held() {
    let feed = promoted("e0", "2026-01-01", "silver", "")
        + &promoted("e1", "2026-03-01", "gold", "")
        + &promoted("e1", "2026-05-01", "gold", "2026-05-09")
        + &issued("2026-02-01");
    let of = |month: &str| lines(&contract(HIRE), &feed, month, "1");
    assert_eq!(of("2026-02"), (vec!["\"56\"".to_owned()], 0));
    assert_eq!([of("2026-03"), of("2026-04")], [(Vec::new(), 1), (Vec::new(), 1)]);
    assert_eq!(of("2026-05"), (vec!["\"31\"".to_owned()], 0));
}

/// P1 came back in February or in May. In March nothing is cleaned, so that its hire costs nothing either way, or is not due
/// since there is no mean; in April it is held. In February and May what is counted of pallets is held too.
#[test]
fn what_is_paid_at_no_rate_is_not_held_between_the_two_instants() {
    let hire = |rate: &str| {
        format!(
            r#"define cleanings per month = count of cleaned
define cleaning per month = mean of cleaned.cost, empty : nothing due
clause 1 "Hire" {{
    holder pays {rate} to pool per pallet per day while out, first day counted as price
}}"#
        )
    };
    let returned = |day: &str, known: &str| {
        format!(
            "{{\"kind\":\"returned\",\"id\":\"r1\",\"asset\":\"P1\",\"occurred\":\"{day}T00:00:00Z\",\"recorded\":\"{known}T10:00:00Z\"}}\n"
        )
    };
    let feed = issued("2026-02-01")
        + &returned("2026-02-10", "2026-02-10")
        + &returned("2026-05-10", "2026-05-10")
        + &cleaned("c1", "2026-04-10", "5.00 EUR", "2026-04-10");
    for rate in ["1.00 EUR * cleanings", "10% of cleaning"] {
        let of = |month: &str| lines(&contract(&hire(rate)), &feed, month, "1");
        let held = |month: &str| of(month).1;
        assert_eq!([held("2026-02"), held("2026-04"), held("2026-05")], [1, 1, 1], "{rate}");
        assert_eq!(of("2026-03"), (Vec::new(), 0), "{rate}");
    }
}

/// Both records of one cleaning are below 20.00 EUR, and neither is ranked: the other one is the first of those that are.
#[test]
fn a_record_that_does_not_meet_the_condition_of_a_rank_holds_none() {
    let body = r#"clause 1 "Dear" {
    on cleaned where cost is at least 20.00 EUR,
        holder pays 10.00 EUR to pool per pallet
            times by rank of (cleaned where cost is at least 20.00 EUR) per pallet per year { up to 1 : 1  above : 2 } as fee
}"#;
    let feed = issued("2026-01-01")
        + &cleaned("c1", "2026-01-10", "5.00 EUR", "2026-01-10")
        + &cleaned("c1", "2026-01-10", "6.00 EUR", "2026-01-12")
        + &cleaned("c2", "2026-03-10", "30.00 EUR", "2026-03-10");
    assert_eq!(lines(&contract(body), &feed, "2026-03", "1"), (vec!["\"10\"".to_owned()], 0));
}

/// 90.00 EUR are charged, of which at most 20.00 or 50.00 EUR are owed.
#[test]
fn a_limit_by_an_attribute_that_is_not_known_is_held() {
    let body = r#"clause 1 "Cleaning" { on cleaned, holder pays cost to pool as price }
clause 2 "Cap" { each partner owes at most by tier { when gold : 20.00 EUR  when silver : 50.00 EUR } per month to pool under clause 1 }"#;
    let feed = promoted("e1", "2026-01-05", "gold", "")
        + &promoted("e1", "2026-01-05", "silver", "2026-01-09")
        + &promoted("e2", "2026-03-01", "silver", "")
        + &issued("2026-02-01")
        + &cleaned("c1", "2026-02-10", "90.00 EUR", "2026-02-10")
        + &cleaned("c2", "2026-03-10", "90.00 EUR", "2026-03-10");
    assert_eq!(lines(&contract(body), &feed, "2026-02", "2"), (Vec::new(), 1));
    assert_eq!(lines(&contract(body), &feed, "2026-03", "2"), (vec!["\"-40\"".to_owned()], 0));
}

/// In January 40.00 EUR of 50.00 EUR in three months are owed; in February 5.00 or 6.00 EUR. Of 20.00 EUR in March 5.00 or
/// 4.00 EUR are left. In April, for which February to April count, it is not known either; nothing is charged in May, and in
/// July all of the 50.00 EUR are there again.
#[test]
fn what_a_rolling_cap_leaves_is_held_as_long_as_a_held_period_counts() {
    let feed = issued("2026-01-01")
        + &cleaned("c1", "2026-01-10", "40.00 EUR", "2026-01-10")
        + &cleaned("c2", "2026-02-10", "5.00 EUR", "2026-02-10")
        + &cleaned("c2", "2026-02-10", "6.00 EUR", "2026-02-12")
        + &cleaned("c3", "2026-03-10", "20.00 EUR", "2026-03-10")
        + &cleaned("c4", "2026-04-10", "20.00 EUR", "2026-04-10")
        + &cleaned("c5", "2026-07-10", "60.00 EUR", "2026-07-10");
    let of = |month: &str| lines(&contract(ROLLING), &feed, month, "2");
    assert_eq!([of("2026-02"), of("2026-03"), of("2026-04")], [(Vec::new(), 1), (Vec::new(), 1), (Vec::new(), 1)]);
    assert_eq!(of("2026-05"), (Vec::new(), 0));
    assert_eq!(of("2026-07"), (vec!["\"-10\"".to_owned()], 0));
}

/// In January all of the 50.00 EUR are used up, so that it does not matter what is owed in February: all of March is taken
/// back.
#[test]
fn a_rolling_cap_that_is_used_up_holds_nothing() {
    let feed = issued("2026-01-01")
        + &cleaned("c1", "2026-01-10", "60.00 EUR", "2026-01-10")
        + &cleaned("c2", "2026-02-10", "5.00 EUR", "2026-02-10")
        + &cleaned("c2", "2026-02-10", "6.00 EUR", "2026-02-12")
        + &cleaned("c3", "2026-03-10", "20.00 EUR", "2026-03-10");
    assert_eq!(lines(&contract(ROLLING), &feed, "2026-03", "2"), (vec!["\"-20\"".to_owned()], 0));
}

/// A fee a day, of which the index is missing in April: its thirty windows are told in one line, that of the year is named.
#[test]
fn a_statement_tells_the_windows_of_what_is_held() {
    let text = r#"contract T-1 "Test"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    rounded to 0.01 half up on each line
    conflicting records first known stays
}
index labour "Labour" monthly
indexation formula {
    coefficient labour[revision] / labour[2025-12]
    not rounded  revised each month  may fall  provisional : wait  missing : held
}
clause 1 "Fee" { each day, customer pays 1.00 EUR indexed by formula as fee }
clause 2 "Cap" { customer owes at most 50.00 EUR per year not indexed under clause 1 }
clause 3 "Two" {
    each month, customer pays 2.00 EUR indexed by formula as fee
    each month, customer pays 3.00 EUR indexed by formula as price
}
"#;
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"a.consigne\"]\nindices = [\"i.csv\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    let values = "series,month,value\nlabour,2025-12,100\nlabour,2026-01,100\nlabour,2026-02,100\nlabour,2026-03,100\n";
    for (name, text) in [("a.consigne", text), ("events.jsonl", ""), ("consigne.toml", settings), ("i.csv", values)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let told = String::from_utf8(consigne(folder.path(), &["settle", "2026-04"]).stdout).unwrap();
    let fee = "clause 1 Fee (2026-04-01 to 2026-04-30, 30 times): `labour` has no value for 2026-04";
    assert!(told.contains(fee) && told.contains("clause 2 Cap (2026): clause 1 is held"), "{told}");
    assert!(told.contains("clause 3 Two (2 times): `labour` has no value for 2026-04"), "{told}");
    assert!(told.contains("Evidence: 0 lines read\n"), "{told}");
}

/// P1 is asked for twice on 25 March, or the second time on 2 November; it is not fetched. In April it is late in any
/// case, and the right is there; whether it is in November is not known.
#[test]
fn a_right_that_is_there_with_either_record_is_not_held() {
    let body = r#"event wanted, fetched of pallet
clause 1 "Fetching" {
    obligation fetch : pool must have pallet fetched within 10 days of wanted
    first day not counted
    when fetch is late, pool may "block new issues"
}"#;
    let text =
        contract(body).replace("    attributes read", "    a repeated trigger opens another\n    attributes read");
    let wanted = |id: &str, at: &str| {
        format!(
            "{{\"kind\":\"wanted\",\"id\":\"{id}\",\"asset\":\"P1\",\"occurred\":\"{at}:00Z\",\"recorded\":\"{at}:30Z\"}}\n"
        )
    };
    let feed = issued("2026-01-01")
        + &wanted("w1", "2026-03-25T09:00")
        + &wanted("w2", "2026-03-25T10:00")
        + &wanted("w2", "2026-11-02T10:00");
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"a.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    for (name, text) in [("a.consigne", &text), ("events.jsonl", &feed), ("consigne.toml", &settings.to_owned())] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let told = |month: &str| String::from_utf8(consigne(folder.path(), &["settle", month]).stdout).unwrap();
    let (april, november) = (told("2026-04"), told("2026-11"));
    assert!(april.contains("block new issues") && !april.contains("Held until"), "{april}");
    assert!(november.contains("Held until") && !november.contains("block new issues"), "{november}");
}

/// Whether P2 was installed before the records begin is not known, nor when it was seen: it may go by either text in May, and
/// both lines are held. With its installation of 1 May it goes by the second, and P1 pays 50.00 EUR by the first.
#[test]
fn two_records_hold_both_texts_of_which_an_asset_may_keep_one() {
    let text = r#"contract T-1 "Test"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    rounded to 0.01 half up on each line
    conflicting records are held
    records begin 2026-04-01, what reaches back is held
}
asset pump "Pump" { }
event installed, seen, failed of pump
clause 1 "Failures" { on failed, provider pays 50.00 EUR per pump as price reduction }
amendment 1 to T-1 signed 2026-04-20, in force from 2026-05-01 {
    replace clause 1 "Failures" { on failed, provider pays 8.00 EUR per pump as price reduction }
    pump with installed before 2026-04-30 keeps clause 1
}
"#;
    let event = |id: &str, kind: &str, asset: &str, day: &str| {
        format!(
            "{{\"id\":\"{id}\",\"kind\":\"{kind}\",\"asset\":\"{asset}\",\"occurred\":\"{day}T09:00:00Z\",\"recorded\":\"2026-05-20T09:00:00Z\"}}\n"
        )
    };
    let feed = [
        event("1", "installed", "P1", "2026-04-16"),
        event("2", "failed", "P1", "2026-05-08"),
        event("3", "seen", "P2", "2026-03-24"),
        event("3", "seen", "P2", "2026-05-13"),
    ]
    .concat();
    assert_eq!(lines(text, &feed, "2026-05", "1"), (Vec::new(), 2));
    let known = [feed, event("4", "installed", "P2", "2026-05-01")].concat();
    assert_eq!(lines(text, &known, "2026-05", "1"), (vec!["\"50\"".to_owned()], 1));
}
