//! Numbers that count how obligations ended; figures worked out by hand.

use crate::second_look_later::lines;
use crate::support::{checked, holds_all};

/// A pool of kegs that breweries bring back within 30 days, and a washer repairs within 10.
fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract K-1 "On time"
parties {{ pool fasspool "FassPool"  many brewery "Brewery" {{ }}  washer lavo "Lavo" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Berlin
settled monthly
conventions {{
    rounded to 0.01 half up on each line
    month end last day
    conflicting records are held
    a repeated trigger opens another
    attributes read at the event
    an obligation on a transfer goes over to the new holder
}}
asset keg "Keg" in lots from delivered, oldest first {{ holder brewery  site (north, south) }}
event delivered, moved of keg {{ holder brewery }}
event returned, damaged, repaired of keg
clause 1 "Return" {{
    obligation bring_back : holder must have keg returned within 30 days of delivered
        first day not counted
        missed after 30 days
}}
clause 2 "Repair" {{
    obligation repair : washer must have keg repaired within 10 days of damaged
        first day not counted
        missed after 0 days
}}
define in_time per brewery per quarter = share of (bring_back is met), empty : nothing due
define late_ones per brewery per month = count of (bring_back is late)
define lost_ones per month = count of (bring_back is missed)
define repaired_in_time per site per quarter = share of (repair is met), empty : nothing due
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const BONUS: &str = r#"clause 3 "Bonus-malus" {
    when in_time is at least 95%, pool pays 50.00 EUR to brewery as bonus
    when in_time is below 95%, brewery pays 200.00 EUR to pool as price reduction
}
clause 4 "Washer" { when repaired_in_time is below 50%, washer pays 10.00 EUR to pool as price reduction }
"#;

fn holds(scenario: &str) {
    holds_all(&contract(BONUS, scenario));
}

/// What the checker says of a definition.
fn refused(code: &str, words: &str, define: &str) {
    let result = checked(&contract(define, "expect lost_ones in 2026-01 = 0"));
    let findings = result.refusals();
    let told: Vec<String> = findings.iter().map(|finding| format!("{finding:?}")).collect();
    assert!(findings.iter().any(|finding| finding.code.as_str() == code), "{code}: {told:#?}");
    assert!(told.iter().any(|told| told.contains(words)), "{words}: {told:#?}");
}

#[test]
fn each_counts_when_it_comes_to_stand_so() {
    // Of acme's three one is brought back in time. Two are late at the end of 1 February; one of them is brought back, the other is
    // missed 30 days later, on 3 March. Nothing is due in the second quarter, in which nothing is decided.
    holds(
        "2026-01-02 09:00 delivered K1 { holder acme }
    2026-01-02 09:00 delivered K2 { holder acme }
    2026-01-02 09:00 delivered K3 { holder acme }
    2026-01-02 09:00 delivered K4 { holder bravo }
    2026-01-10 09:00 returned K1
    2026-01-20 09:00 returned K4
    2026-02-20 09:00 returned K2
    2026-03-20 09:00 delivered K4 { holder bravo }
    expect in_time of acme in 2026-03 = 33.33%
    expect in_time of bravo in 2026-03 = 100%
    expect late_ones of acme in 2026-02 = 2
    expect lost_ones in 2026-02 = 0
    expect lost_ones in 2026-03 = 1
    expect clause 3 for acme in 2026-03 = 200.00 EUR
    expect clause 3 for bravo in 2026-03 = 50.00 EUR
    expect clause 3 for acme in 2026-06 = 0.00 EUR",
    );
}

#[test]
fn what_is_missed_at_the_deadline_counts_once() {
    holds(
        "assume site of K1 = north, site of K2 = north, site of K3 = south
    2026-01-02 09:00 delivered K1 { holder acme }
    2026-01-02 09:00 delivered K2 { holder acme }
    2026-01-02 09:00 delivered K3 { holder acme }
    2026-01-10 09:00 damaged K1
    2026-01-12 09:00 repaired K1
    2026-01-12 09:00 damaged K2
    2026-01-12 09:00 damaged K3
    2026-02-12 09:00 repaired K2
    expect repaired_in_time of north in 2026-03 = 50%
    expect repaired_in_time of south in 2026-03 = 0%
    expect clause 4 in 2026-03 = 10.00 EUR",
    );
}

#[test]
fn it_is_of_the_one_who_owes_it_then() {
    // Bravo has it when it is late; what acme brings back on the 5th was its own.
    holds(
        "2026-01-02 09:00 delivered K1 { holder acme }
    2026-01-02 09:00 delivered K2 { holder acme }
    2026-01-05 09:00 returned K2
    2026-01-15 09:00 moved K1 { holder bravo }
    expect in_time of acme in 2026-03 = 100%
    expect in_time of bravo in 2026-03 = 0%
    expect late_ones of bravo in 2026-02 = 1",
    );
}

#[test]
fn units_of_a_lot_count_one_by_one() {
    // 30 of 40 are brought back in time.
    holds(
        "2026-01-02 09:00 delivered 40 keg L { holder acme }
    2026-01-10 09:00 returned 30 keg L
    2026-02-10 09:00 returned 5 keg L
    expect in_time of acme in 2026-03 = 75%
    expect late_ones of acme in 2026-02 = 10
    expect lost_ones in 2026-03 = 5",
    );
}

#[test]
fn where_records_differ_in_whether_it_was_met_it_is_held() {
    // By one record the keg came back on 30 January, in time; by the other one, of a later day, it was late.
    let text = contract(BONUS, "expect lost_ones in 2026-01 = 0");
    let line = |id: &str, kind: &str, day: &str, more: &str| {
        format!(
            r#"{{"id":"{id}","kind":"{kind}","asset":"K1","occurred":"2026-{day}T09:00:00+01:00","recorded":"2026-{day}T09:00:00+01:00"{more}}}"#
        )
    };
    let out = line("1", "delivered", "01-02", r#","fields":{"holder":"acme"}"#);
    let back = line("2", "returned", "01-30", "");
    let feed = |lines: &[&String]| lines.iter().map(|line| line.as_str()).collect::<Vec<_>>().join("\n");
    let other = |day: &str| line("2", "returned", day, "");
    assert_eq!(lines(&text, &feed(&[&out, &back]), "2026-03", "3").1, 0);
    // The bonus and the malus.
    assert_eq!(lines(&text, &feed(&[&out, &back, &other("02-20")]), "2026-03", "3").1, 2);
}

#[test]
fn what_is_no_count_of_obligations_is_refused() {
    refused("C022", "count of (bring_back is missed)", "define x per month = count of bring_back");
    refused("C022", "`count of (bring_back is missed)`", "define x per month = count of bring_back is missed");
    refused("C024", "share of (bring_back is met)", "define x per month = share of (bring_back is late)");
    refused("C024", "share of (bring_back is met)", "define x per month = mean of (bring_back is met)");
    refused("C024", "share of (bring_back is met)", "define x per month = count of (bring_back is open)");
    refused("C010", "did you mean `repair`", "define x per month = count of (repairs is met)");
    refused("C023", "per brewery", "define x per holder per month = count of (bring_back is met)");
    let amended = format!("{BONUS}amendment 1 to K-1 signed 2026-02-10, in force from 2026-03-01 {{ end clause 1 }}\n");
    refused("C167", "in a clause that no amendment changes", &amended);
}

#[test]
fn what_no_scenario_shows_can_be_expected_as_offered() {
    let right = "clause 3 \"Right\" { when in_time is below 50%, pool may \"end the supply\" }";
    let bare = contract(right, "2026-01-02 09:00 delivered K1 { holder acme }\n expect lost_ones in 2026-01 = 0");
    let offered = |text: &str| {
        let found = checked(text).diagnostics;
        let helps =
            found.iter().filter(|finding| finding.code.as_str() == "C082").filter_map(|finding| finding.help.clone());
        helps.collect::<Vec<_>>().join("\n")
    };
    let told = offered(&bare);
    for words in [
        "`expect bring_back of ASSET is met`",
        "`expect repair of ASSET is met`",
        "`expect clause 3 applies in PERIOD`",
    ] {
        assert!(told.contains(words), "{words}: {told}");
    }
    let shown = "2026-01-02 09:00 delivered K1 { holder acme }
    2026-01-03 09:00 returned K1
    expect bring_back of K1 is met
    expect clause 3 does not apply in 2026-03";
    assert!(!offered(&contract(right, shown)).contains("bring_back"));
}
