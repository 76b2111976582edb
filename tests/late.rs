//! Events that become known late: until when they count. Figures and instants were worked out by hand.

use std::path::Path;

use serde_json::Value;

use crate::support::{checked, consigne, succeeds};

/// 10.00 EUR for each failure of each month, and 1.00 EUR for each hour reported.
fn contract(settled: &str, zone: &str, late: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2025-01-01 to 2027-12-31
currency EUR
timezone {zone}
settled {settled}
conventions {{
    conflicting records first known stays
    rounded to 0.01 half up on each line
    {late}
}}
asset pump "Pump" {{ }}
event failed of pump {{ hours number }}
clause 1 "Failures" {{ on failed, provider pays 10.00 EUR for failed.hours as price reduction }}
scenario "s" {{ {scenario} }}
"#
    )
}

/// What one failure of one hour comes to: 10.00 EUR if it counts.
fn counts(settled: &str, late: &str, occurred: &str, recorded: &str) -> bool {
    let paris = |amount: &str| {
        let month = &occurred[..7];
        let facts = format!("{occurred} failed P1 recorded {recorded} {{ hours 1 }}");
        let text = contract(
            settled,
            "Europe/Paris",
            late,
            &format!("{facts} expect clause 1 in {month} = {amount} EUR expect total of customer = {amount} EUR"),
        );
        let result = checked(&text);
        assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
        crate::support::trials(&result.contract.unwrap()).iter().all(|trial| trial.failures.is_empty())
    };
    let (yes, no) = (paris("10.00"), paris("0.00"));
    assert_ne!(yes, no, "{settled} {late} {occurred} {recorded}");
    yes
}

const LATE: &str = "late events corrected in the next settlement";

#[test]
fn the_limit_runs_from_the_end_of_the_settlement_period() {
    let within = |limit: &str| format!("{LATE}, up to {limit} back");
    // March ends with 31 March; one month more is all of April.
    for (settled, late, occurred, in_time, too_late) in [
        ("monthly", within("1 month"), "2026-03-02 09:00", "2026-04-30 23:59:59", "2026-05-01 00:00"),
        ("monthly", within("12 months"), "2026-03-02 09:00", "2027-03-31 23:59:59", "2027-04-01 00:00"),
        ("monthly", within("1 year"), "2026-03-31 23:59", "2027-03-31 23:59:59", "2027-04-01 00:00"),
        // The first quarter ends with 31 March, the second with 30 June.
        ("quarterly", within("1 quarter"), "2026-01-02 09:00", "2026-06-30 23:59:59", "2026-07-01 00:00"),
        // 2025 ends with 31 December; ten days more end with 10 January.
        ("yearly", within("10 days"), "2025-02-02 09:00", "2026-01-10 23:59:59", "2026-01-11 00:00"),
        // January ends with its 31st, and one month more with 28 February; February with its 28th, and one month more
        // with 31 March: a whole month.
        ("monthly", within("1 month"), "2026-01-31 09:00", "2026-02-28 23:59:59", "2026-03-01 00:00"),
        ("monthly", within("1 month"), "2026-02-28 09:00", "2026-03-31 23:59:59", "2026-04-01 00:00"),
        ("monthly", within("0 days"), "2026-03-02 09:00", "2026-03-31 23:59:59", "2026-04-01 00:00"),
        (
            "monthly",
            "late events do not count".to_owned(),
            "2026-03-02 09:00",
            "2026-03-31 23:59:59",
            "2026-04-01 00:00",
        ),
    ] {
        assert!(counts(settled, &late, occurred, in_time), "{late} {in_time}");
        assert!(!counts(settled, &late, occurred, too_late), "{late} {too_late}");
    }
    // Without a limit, and in a contract that says nothing, all that is known counts.
    for late in [LATE, ""] {
        assert!(counts("monthly", late, "2025-01-02 09:00", "2027-12-31 09:00"), "{late}");
    }
}

/// Copies a contract and a feed of these lines into a workspace and settles.
fn workspace(folder: &Path, late: &str, lines: &[String]) -> Value {
    let text = contract("monthly", "Europe/Paris", late, "expect clause 1 = 0.00 EUR");
    std::fs::write(folder.join("contract.consigne"), text).unwrap();
    std::fs::write(
        folder.join("consigne.toml"),
        "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n",
    )
    .unwrap();
    std::fs::write(folder.join("feed.jsonl"), lines.join("\n")).unwrap();
    let output = consigne(folder, &["settle", "2026", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let evidence = &json["statements"][0]["evidence"];
    let names = [
        "used",
        "duplicate",
        "superseded",
        "retracted",
        "conflict",
        "unassigned",
        "not_yet_known",
        "too_late",
        "rejected",
    ];
    let sum: u64 = names.iter().map(|name| evidence[name].as_u64().unwrap()).sum();
    assert_eq!(evidence["read"].as_u64().unwrap(), sum, "{evidence:#}");
    assert_eq!(sum, lines.len() as u64);
    json["statements"][0].clone()
}

/// Amounts of clause 1 by month, and how many lines are used, said again, replaced, taken back and too late.
fn came(late: &str, lines: &[String]) -> (Vec<(String, String)>, [u64; 5]) {
    let folder = tempfile::tempdir().unwrap();
    let statement = workspace(folder.path(), late, lines);
    let mut reversed = lines.to_vec();
    reversed.reverse();
    let other = tempfile::tempdir().unwrap();
    assert_eq!(workspace(other.path(), late, &reversed)["periods"], statement["periods"]);
    let periods = statement["periods"].as_array().unwrap().iter();
    let amounts = periods.flat_map(|period| {
        let lines = period["lines"].as_array().unwrap().iter();
        lines.map(|line| (period["label"].as_str().unwrap().to_owned(), line["amount"].as_str().unwrap().to_owned()))
    });
    let names = ["used", "duplicate", "superseded", "retracted", "too_late"];
    (amounts.collect(), names.map(|name| statement["evidence"][name].as_u64().unwrap()))
}

fn event(id: &str, occurred: &str, hours: u32, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"contract\":\"T-1\",\"kind\":\"failed\",\"asset\":\"P1\",\"occurred\":\"{occurred}T10:00:00Z\",\
         \"fields\":{{\"hours\":\"{hours}\"}}{more}}}"
    )
}

fn known(at: &str) -> String {
    format!(",\"recorded\":\"{at}\"")
}

fn corrects(id: &str, at: &str) -> String {
    format!(",\"corrects\":\"{id}\"{}", known(at))
}

fn retracts(id: &str, target: &str, at: &str) -> String {
    format!("{{\"id\":\"{id}\",\"retracts\":\"{target}\",\"occurred\":\"{at}\"}}")
}

fn month(label: &str, amount: &str) -> (String, String) {
    (label.to_owned(), amount.to_owned())
}

fn one_month() -> String {
    format!("{LATE}, up to 1 month back")
}

#[test]
fn the_end_is_that_of_the_zone_over_a_change_of_the_clock() {
    // March ends in winter time of UTC+1 and on summer time of UTC+2: the limit of March, 1 May 00:00 in Paris, is 30
    // April 22:00 UTC; that of September, 1 November 00:00, is 31 October 23:00 UTC.
    for (day, end, before) in [
        ("2026-03-10", "2026-04-30T22:00:00Z", "2026-04-30T21:59:59.999999999Z"),
        ("2026-09-10", "2026-10-31T23:00:00Z", "2026-10-31T22:59:59.999999999Z"),
    ] {
        let (amounts, counts) = came(&one_month(), &[event("a", day, 1, &known(before))]);
        assert_eq!((amounts, counts), (vec![month(&day[..7], "10")], [1, 0, 0, 0, 0]));
        let (amounts, counts) = came(&one_month(), &[event("a", day, 1, &known(end))]);
        assert_eq!((amounts, counts), (vec![], [0, 0, 0, 0, 1]));
    }
}

#[test]
fn what_is_said_again_late_was_known_in_time() {
    let lines = [
        event("a", "2026-03-02", 1, &known("2026-03-03T00:00:00Z")),
        event("a", "2026-03-02", 1, &known("2026-08-01T00:00:00Z")),
    ];
    assert_eq!(came(&one_month(), &lines), (vec![month("2026-03", "10")], [1, 1, 0, 0, 0]));
    // Said twice, both times too late: the first is too late, the second says it again.
    let lines = [
        event("a", "2026-03-02", 1, &known("2026-07-01T00:00:00Z")),
        event("a", "2026-03-02", 1, &known("2026-08-01T00:00:00Z")),
    ];
    assert_eq!(came(&one_month(), &lines), (vec![], [0, 1, 0, 0, 1]));
    // What comes too late contradicts nothing: the later record, of an event in June, counts.
    let lines = [
        event("a", "2026-03-02", 1, &known("2026-07-01T00:00:00Z")),
        event("a", "2026-06-02", 2, &known("2026-07-02T00:00:00Z")),
    ];
    assert_eq!(came(&one_month(), &lines), (vec![month("2026-06", "20")], [1, 0, 0, 0, 1]));
}

#[test]
fn a_correction_is_taken_whole_or_not_at_all() {
    let first = event("a", "2026-03-02", 1, "");
    let with = |more: &[String]| came(&one_month(), &[std::slice::from_ref(&first), more].concat());
    // In time: 3 hours are 30.00 EUR.
    let in_time = event("b", "2026-03-02", 3, &corrects("a", "2026-04-30T12:00:00Z"));
    assert_eq!(with(std::slice::from_ref(&in_time)), (vec![month("2026-03", "30")], [1, 0, 1, 0, 0]));
    // In May March is closed: the hour stays.
    let late = event("b", "2026-03-02", 3, &corrects("a", "2026-05-02T12:00:00Z"));
    assert_eq!(with(std::slice::from_ref(&late)), (vec![month("2026-03", "10")], [1, 0, 0, 0, 1]));
    // It moves the event to April, for which it is in time, out of March, for which it is not.
    let moves = event("b", "2026-04-02", 3, &corrects("a", "2026-05-02T12:00:00Z"));
    assert_eq!(with(std::slice::from_ref(&moves)), (vec![month("2026-03", "10")], [1, 0, 0, 0, 1]));
    // And the other way: from April into March.
    let april = event("a", "2026-04-02", 1, "");
    assert_eq!(came(&one_month(), &[april.clone(), late]), (vec![month("2026-04", "10")], [1, 0, 0, 0, 1]));
    // A correction of what was not taken is not taken either, however it is dated.
    let again = event("c", "2026-05-02", 5, &corrects("b", "2026-05-10T12:00:00Z"));
    assert_eq!(with(&[moves, again]), (vec![month("2026-03", "10")], [1, 0, 0, 0, 2]));
    // Moved to April in time, the event is April's: in May it may still change, and move on.
    let moved = event("b", "2026-04-02", 3, &corrects("a", "2026-04-20T12:00:00Z"));
    let on = event("c", "2026-05-02", 4, &corrects("b", "2026-05-20T12:00:00Z"));
    assert_eq!(with(&[moved.clone(), on]), (vec![month("2026-05", "40")], [1, 0, 2, 0, 0]));
    // A second correction of the first line changes April alone, too.
    let second = event("c", "2026-04-03", 4, &corrects("a", "2026-05-20T12:00:00Z"));
    assert_eq!(with(&[moved, second]), (vec![month("2026-04", "40")], [1, 0, 2, 0, 0]));
}

#[test]
fn a_retraction_is_taken_in_time_only() {
    let first = event("a", "2026-03-02", 1, "");
    let with = |more: &[String]| came(&one_month(), &[std::slice::from_ref(&first), more].concat());
    assert_eq!(with(&[retracts("x", "a", "2026-04-30T12:00:00Z")]), (vec![], [0, 0, 0, 2, 0]));
    assert_eq!(with(&[retracts("x", "a", "2026-05-02T12:00:00Z")]), (vec![month("2026-03", "10")], [1, 0, 0, 0, 1]));
    // Taking back the correction that moved the event to April would put it into March again.
    let moved = event("b", "2026-04-02", 3, &corrects("a", "2026-04-20T12:00:00Z"));
    let back = |at: &str| with(&[moved.clone(), retracts("x", "b", at)]);
    assert_eq!(back("2026-04-30T12:00:00Z"), (vec![month("2026-03", "10")], [1, 0, 0, 2, 0]));
    assert_eq!(back("2026-05-02T12:00:00Z"), (vec![month("2026-04", "30")], [1, 0, 1, 0, 1]));
}

#[test]
fn a_late_event_is_listed_with_file_and_line() {
    let folder = tempfile::tempdir().unwrap();
    let lines = [event("a", "2026-03-02", 1, ""), event("b", "2026-03-03", 1, &known("2026-05-10T00:00:00Z"))];
    let statement = workspace(folder.path(), &one_month(), &lines);
    let finding = &statement["evidence"]["findings"][0];
    assert_eq!((finding["line"].as_u64(), finding["cause"].as_str()), (Some(2), Some("too late")));
    let text = succeeds(folder.path(), &["settle", "2026-03"]);
    assert!(text.contains("2 lines read: 1 used, 1 too late"), "{text}");
    let text = succeeds(folder.path(), &["feed", "check"]);
    assert!(text.contains("feed.jsonl:2 too late: known only from"), "{text}");
}

/// Two contracts hold one pump, and one of them takes nothing late.
#[test]
fn each_contract_has_a_limit_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    let text = |late: &str| contract("monthly", "Europe/Paris", late, "expect clause 1 = 0.00 EUR");
    write("a.consigne", &text("late events do not count"));
    write("b.consigne", &text(LATE).replace("contract T-1", "contract T-2"));
    write(
        "consigne.toml",
        "contracts = [\"a.consigne\", \"b.consigne\"]\nassets = [\"assets.csv\"]\n[[feed]]\npath = \"feed.jsonl\"\n",
    );
    write("assets.csv", "asset,family,contract\nP1,pump,T-1\nP1,pump,T-2\n");
    let late = event("a", "2026-03-02", 1, &known("2026-05-10T00:00:00Z")).replace("\"contract\":\"T-1\",", "");
    write("feed.jsonl", &late);
    let output = consigne(folder.path(), &["settle", "2026-03", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let counts = |place: usize| {
        let evidence = &json["statements"][place]["evidence"];
        ["read", "used", "too_late"].map(|name| evidence[name].as_u64().unwrap())
    };
    assert_eq!((counts(0), counts(1)), ([1, 0, 1], [1, 1, 0]), "{json:#}");
}

#[test]
fn limits_and_records_that_make_no_sense_are_refused() {
    let codes = |late: &str, scenario: &str| -> Vec<&'static str> {
        let text = contract("monthly", "Europe/Paris", late, scenario);
        checked(&text).refusals().iter().map(|finding| finding.code.as_str()).collect()
    };
    let nothing = "expect clause 1 = 0.00 EUR";
    assert_eq!(codes(&format!("{LATE}, up to 2.5 months back"), nothing), ["C005"]);
    assert_eq!(codes(&format!("{LATE}, up to 5000 years back"), nothing), ["C005"]);
    assert_eq!(codes(&format!("{LATE} late events do not count"), nothing), ["C011"]);
    let early = "2026-03-02 09:00 failed P1 recorded 2026-03-02 { hours 1 } expect clause 1 = 10.00 EUR";
    assert_eq!(codes("", early), ["C032"]);
}
