//! Rights that the movement of a coefficient gives: how far, since when, which way, before or after limits. Every figure
//! was worked out by hand.

use serde_json::Value;

use crate::support::{checked, failures_of, holds_all, succeeds};

const PLAIN: &str = "not rounded  may fall  provisional : settle then correct  missing : held";
const YEARLY: &str = "coefficient work[revision] / 100  revised every 12 months from 2026-01-01";
const CHAINED: &str =
    "coefficient work[revision] / work[revision - 12 months]  revised every 12 months from 2026-01-01";

/// A contract with an indexation of these parts, one right `when` this and this scenario.
fn contract(parts: &str, when: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2028-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{
    rounded to          0.01 half up on each line
    conflicting records first known stays
}}
index work "Work" monthly
indexation labour {{ {parts} }}
clause 1 "Fee" {{ each month, customer pays 100.00 EUR indexed by labour as price }}
clause 9 "Renegotiation" {{ when {when}, customer may "ask to renegotiate the fee" }}
scenario "s" {{
    {scenario}
}}
"#
    )
}

/// With these values of January the right arises in these Januaries and in no other month.
#[track_caller]
fn arises(parts: &str, when: &str, values: &str, years: &[i32]) {
    let expectation = |year: i32| {
        let word = if years.contains(&year) { "applies" } else { "does not apply" };
        format!("expect clause 9 {word} in {year}-01\n    expect clause 9 does not apply in {year}-02\n")
    };
    let steps: String = (2026..=2028).map(expectation).collect();
    holds_all(&contract(parts, when, &format!("assume {values}\n    {steps}")));
}

/// The codes that keep a contract with this right from being settled.
fn codes(parts: &str, when: &str) -> Vec<&'static str> {
    let text = contract(parts, when, "assume work in 2026-01 = 100\n expect clause 1 in 2026-01 = 100.00 EUR");
    checked(&text).refusals().iter().map(|finding| finding.code.as_str()).collect()
}

/// From 100 to 105 is 5 %, from 105 to 110.26 is 5.0095 %, from 105 to 110.25 is 5 %.
#[test]
fn a_rise_at_just_over_and_under_the_threshold() {
    let parts = format!("{YEARLY} {PLAIN}");
    let over = "work in 2026-01 = 100, work in 2027-01 = 105, work in 2028-01 = 110.26";
    let just = "work in 2026-01 = 100, work in 2027-01 = 104.99, work in 2028-01 = 110.2395";
    arises(&parts, "labour moves by more than 5% per revision", over, &[2028]);
    arises(&parts, "labour moves by at least 5% per revision", over, &[2027, 2028]);
    // 104.99 × 1.05 is 110.2395: exactly 5 % again, after 4.99 %.
    arises(&parts, "labour rises by more than 5% per revision", just, &[]);
    arises(&parts, "labour rises by at least 5% per revision", just, &[2028]);
}

/// 2026-01 is the first revision: 1.06 is compared with 1, the amount of the contract.
#[test]
fn the_first_revision_is_compared_with_the_contract() {
    let values = "work in 2026-01 = 106, work in 2027-01 = 106, work in 2028-01 = 106";
    arises(&format!("{YEARLY} {PLAIN}"), "labour moves by more than 5% per revision", values, &[2026]);
    arises(&format!("{YEARLY} {PLAIN}"), "labour moves by more than 5% in all", values, &[2026, 2027, 2028]);
}

/// From 100 to 94.9 is a fall of 5.1 %, from 94.9 to 100 a rise of 5.374 %.
#[test]
fn rises_and_falls() {
    let parts = format!("{YEARLY} {PLAIN}");
    let values = "work in 2026-01 = 100, work in 2027-01 = 94.9, work in 2028-01 = 100";
    arises(&parts, "labour moves by more than 5% per revision", values, &[2027, 2028]);
    arises(&parts, "labour rises by more than 5% per revision", values, &[2028]);
    arises(&parts, "labour falls by more than 5% per revision", values, &[2027]);
    arises(&parts, "labour falls by at least 5.1% in all", values, &[2027]);
    arises(&parts, "labour falls by more than 5.1% in all", values, &[]);
}

/// The index rises by 10 %, then from 110 to 113 by 2.73 %. The ceiling makes 1.04 and 1.0816 of it: 4 % each.
#[test]
fn a_ceiling_hides_the_movement() {
    let parts = format!("{YEARLY} at most 4% per revision {PLAIN}");
    let values = "work in 2026-01 = 100, work in 2027-01 = 110, work in 2028-01 = 113";
    arises(&parts, "labour moves by more than 5% per revision", values, &[2027]);
    arises(&parts, "labour moves by more than 5% per revision, before limits", values, &[2027]);
    arises(&parts, "labour moves by more than 5% per revision, after limits", values, &[]);
    arises(&parts, "labour moves by at least 4% per revision, after limits", values, &[2027, 2028]);
    arises(&parts, "labour moves by more than 12% in all", values, &[2028]);
    arises(&parts, "labour moves by more than 8% in all, after limits", values, &[2028]);
    let fees = "assume work in 2026-01 = 100, work in 2027-01 = 110, work in 2028-01 = 113
    expect clause 1 in 2027-01 = 104.00 EUR\n    expect clause 1 in 2028-01 = 108.16 EUR";
    holds_all(&contract(&parts, "labour moves by more than 5% per revision", fees));
}

/// A price that may not fall stays at 1; the index fell by 6 % all the same.
#[test]
fn a_floor_hides_the_fall() {
    let parts = format!("{YEARLY} {}", PLAIN.replace("may fall", "may not fall"));
    let values = "work in 2026-01 = 100, work in 2027-01 = 94, work in 2028-01 = 99";
    arises(&parts, "labour falls by at least 6% per revision", values, &[2027]);
    // 99 / 94 is 1.0532, although the price has not moved at all.
    arises(&parts, "labour rises by more than 5% per revision", values, &[2028]);
    arises(&parts, "labour moves by more than 0% per revision, after limits", values, &[]);
}

/// 1.5 % and 1.5 % of 101.5: each is left out of the price, both count as what the index did.
#[test]
fn a_small_movement_that_changes_no_price() {
    let parts = format!("{YEARLY} only when the movement is at least 2% {PLAIN}");
    let values = "work in 2026-01 = 100, work in 2027-01 = 101.5, work in 2028-01 = 103.0225";
    arises(&parts, "labour moves by at least 1.5% per revision", values, &[2027, 2028]);
    // The price is raised once, by 3.0225 %, in 2028.
    arises(&parts, "labour moves by more than 0% per revision, after limits", values, &[2028]);
    arises(&parts, "labour moves by at least 3.0225% per revision, after limits", values, &[2028]);
}

/// 104.96 / 100 is rounded up to 1.05 before it is compared: 5 %.
#[test]
fn the_rounded_coefficient_is_compared() {
    let parts = format!("{YEARLY} rounded to 0.01 upward at the end {}", PLAIN.replace("not rounded", ""));
    let values = "work in 2026-01 = 100, work in 2027-01 = 104.96, work in 2028-01 = 105";
    arises(&parts, "labour moves by at least 5% per revision", values, &[2027]);
}

/// Rises of 3 %, 5 % and 0.2 %; in all 3 %, 8.15 % and 1.0815 × 1.002 = 8.3663 %.
#[test]
fn chained() {
    let values = "work in 2025-01 = 100, work in 2026-01 = 103, work in 2027-01 = 108.15, work in 2028-01 = 108.3663";
    for chain in ["chained on exact amounts", "chained on amounts rounded to 0.01 half up"] {
        let parts = format!("{CHAINED} {chain} {PLAIN}");
        arises(&parts, "labour moves by at least 3% per revision", values, &[2026, 2027]);
        arises(&parts, "labour moves by more than 3% per revision", values, &[2027]);
        arises(&parts, "labour moves by at least 8.15% in all", values, &[2027, 2028]);
        arises(&parts, "labour moves by at least 8.3663% in all", values, &[2028]);
        let limited = format!("{parts} at most 4% per revision");
        arises(&limited, "labour moves by at least 5% per revision", values, &[2027]);
        // 3 %, 4 % in place of 5 %, and the 0.2 % of the last year.
        arises(&limited, "labour moves by more than 4% per revision, after limits", values, &[]);
        arises(&limited, "labour moves by at least 4% per revision, after limits", values, &[2027]);
    }
    // 1.03 × 1.04 is 1.0712, and 1.0712 × 1.002 is 1.0733424.
    let limited = format!("{CHAINED} chained on exact amounts {PLAIN} at most 4% per revision");
    arises(&limited, "labour moves by more than 7.12% in all, after limits", values, &[2028]);
    arises(&limited, "labour moves by at least 7.12% in all, after limits", values, &[2027, 2028]);
}

/// The right is of the day of the revision, in the settlement period of that day.
#[test]
fn a_revision_in_the_middle_of_a_year() {
    let parts = format!("coefficient work[revision] / 100  revised each 15 April {PLAIN}");
    let text = contract(
        &parts,
        "labour moves by more than 5% per revision",
        "assume work in 2026-04 = 100, work in 2027-04 = 106, work in 2028-04 = 106
    expect clause 9 does not apply in 2026-04
    expect clause 9 does not apply in 2027-03
    expect clause 9 applies in 2027-04
    expect clause 9 does not apply in 2027-05
    expect clause 9 does not apply in 2028-04",
    );
    // The fee of a month cannot be split: nothing is indexed here.
    holds_all(&text.replace("indexed by labour as price", "as price"));
}

/// `[service]` is revised each month: January is compared with December.
#[test]
fn a_coefficient_that_follows_each_month() {
    let parts = format!("coefficient work[service] / 100 {PLAIN}");
    holds_all(&contract(
        &parts,
        "labour moves by at least 2% per revision",
        "assume work in 2026-01 = 100, work in 2026-02 = 101, work in 2026-03 = 103.02
    expect clause 9 does not apply in 2026-02
    expect clause 9 applies in 2026-03",
    ));
}

/// The term begins in the middle of January: the coefficient of January is revised on its first day, from 1.
#[test]
fn a_term_that_begins_within_a_month() {
    for (month, each) in [("service", ""), ("settlement", ""), ("revision", "revised each month")] {
        let text = contract(
            &format!("coefficient work[{month}] / 100 {each} {PLAIN}"),
            "labour moves by at least 2% per revision",
            "assume work in 2026-01 = 102, work in 2026-02 = 103, work in 2026-03 = 106.09
    expect clause 9 applies in 2026-01
    expect clause 9 does not apply in 2026-02
    expect clause 9 applies in 2026-03",
        );
        let text = text.replace("each month, customer", "each calendar month, customer");
        let text = text.replace("indexed by labour as price", "as price");
        holds_all(&text.replace("term 2026-01-01", "term 2026-01-15"));
    }
    // A revision before the term gives no right; the one of 2027 is compared with it.
    let text = contract(
        &format!("coefficient work[revision] / 100  revised every 12 months from 2025-12-01 {PLAIN}"),
        "labour moves by at least 2% per revision",
        "assume work in 2025-12 = 110, work in 2026-12 = 111
    expect clause 9 does not apply in 2026-01
    expect clause 9 does not apply in 2026-12",
    );
    holds_all(&text.replace("indexed by labour as price", "as price"));
}

/// What is not known is held; a revision that is left out moves nothing.
#[test]
fn a_missing_value() {
    let scenario = "assume work in 2026-01 = 100, work in 2028-01 = 106
    expect clause 9 does not apply in 2027-01";
    let held =
        failures_of(&contract(&format!("{YEARLY} {PLAIN}"), "labour moves by more than 5% per revision", scenario));
    assert!(held.iter().any(|failure| failure.contains("it is held: `work` has no value for 2027-01")), "{held:?}");
    let left_out = PLAIN.replace("missing : held", "missing : hold last coefficient");
    arises(
        &format!("{YEARLY} {left_out}"),
        "labour moves by more than 5% per revision",
        "work in 2026-01 = 100, work in 2028-01 = 106",
        &[2028],
    );
}

/// The clause ends before the second revision.
#[test]
fn an_amended_right() {
    let text = contract(
        &format!("{YEARLY} {PLAIN}"),
        "labour moves by more than 5% per revision",
        "assume work in 2026-01 = 100, work in 2027-01 = 106, work in 2028-01 = 120
    expect clause 9 applies in 2027-01
    expect clause 9 does not apply in 2028-01",
    );
    let amendment = "amendment 1 to T-1 signed 2027-05-20, in force from 2027-06-01 { end clause 9 }\nscenario";
    holds_all(&text.replacen("scenario", amendment, 1));
}

#[test]
fn what_does_not_fit() {
    let parts = format!("{YEARLY} {PLAIN}");
    assert_eq!(codes(&parts, "labour moves by more than 5%"), ["C128"]);
    assert_eq!(codes(&parts, "labor moves by more than 5% per revision"), ["C010"]);
    assert_eq!(codes(&parts, "labour moves by more than -5% per revision"), ["C005"]);
    assert_eq!(codes(&parts, "labour moves by more than 5.00 EUR per revision"), ["C020"]);
    let chained = format!("{CHAINED} chained on amounts rounded to 0.01 half up {PLAIN}");
    assert_eq!(codes(&chained, "labour moves by more than 5% in all, after limits"), ["C024"]);
}

/// The coefficient of 2026 is not known, so that none is in 2027 and 2028 either. What a revision is itself is: from 100 to
/// 106 are 6 %, of which 4 % are applied; then nothing.
#[test]
fn a_chained_revision_moves_by_itself_where_the_one_before_is_not_known() {
    let values = "assume work in 2026-01 = 100, work in 2027-01 = 106, work in 2028-01 = 106";
    let limited = format!("{CHAINED} chained on exact amounts at most 4% per revision {PLAIN}");
    let asked = |least: &str, words: &str| {
        let when = format!("labour rises by at least {least} per revision, after limits");
        holds_all(&contract(&limited, &when, &format!("{values}\n {words}")));
    };
    asked("4%", "expect clause 9 applies in 2027-01\n expect clause 9 does not apply in 2028-01");
    asked("4.1%", "expect clause 9 does not apply in 2027-01");
    let held = "expect clause 9 does not apply in 2026-01";
    let failures = failures_of(&contract(&limited, "labour rises by at least 4% per revision, after limits", held));
    assert!(format!("{failures:?}").contains("has no value for 2026-01"), "{failures:?}");
    // A limit in all asks for the coefficient before.
    let in_all = format!("{CHAINED} chained on exact amounts at most 4% in all {PLAIN}");
    let asked = contract(
        &in_all,
        "labour rises by at least 4% per revision, after limits",
        &format!("{values}\n expect clause 9 applies in 2027-01"),
    );
    assert!(format!("{:?}", failures_of(&asked)).contains("has no value for 2025-01"));
}

/// The value of January 2026 is provisional and waited for, so that the coefficient stays unknown. With none for 2027 it
/// does not move in that year.
#[test]
fn what_is_left_out_does_not_move_an_unknown_coefficient() {
    let waits = "not rounded  may fall  provisional : wait  missing : hold last coefficient";
    let values = "assume work in 2025-01 = 100, work in 2026-01 provisional = 109";
    for parts in
        [format!("{YEARLY} at most 4% per revision {waits}"), format!("{CHAINED} chained on exact amounts {waits}")]
    {
        for limits in ["", ", after limits"] {
            let when = format!("labour moves by more than 0% per revision{limits}");
            holds_all(&contract(&parts, &when, &format!("{values}\n expect clause 9 does not apply in 2027-01")));
        }
    }
}

/// What somebody is likely to write instead is told how to be written.
#[test]
fn a_slip_is_told() {
    let helped = |text: &str, words: &str| {
        let result = checked(text);
        let helps: Vec<String> = result.refusals().iter().filter_map(|finding| finding.help.clone()).collect();
        assert!(helps.iter().any(|help| help.contains(words)), "{helps:?} {}", result.listing());
    };
    let scenario = "expect clause 1 = 0 EUR";
    let text = contract(&format!("{YEARLY} {PLAIN}"), "labour moves by more than 5% per revision", scenario);
    helped(&text.replace("may fall", "may fall notice above 5%"), "when labour moves by more than 5% per revision");
    helped(&text.replace("moves by more", "moves more"), "write `moves by more than 5%`");
    helped(&text.replace("moves by more than", "falls at least"), "`rises by at least 5%`");
    helped(&text.replace("may \"ask to renegotiate the fee\"", "pays 5.00 EUR as price"), "moves no money");
}

/// The question shows two rises that are small alone: 4.5 % and 4.5 %, 1.045 × 1.045 = 1.092025.
#[test]
fn the_question_shows_both_ways() {
    let text = contract(&format!("{YEARLY} {PLAIN}"), "labour moves by more than 5%", "expect clause 1 = 0 EUR");
    let result = checked(&text);
    let answers = format!("{:?}", result.refusals()[0].answers);
    assert!(answers.contains("by 4.5% and 4.5%") && answers.contains("by 9.2025% in all"), "{answers}");
}

#[test]
fn a_statement_shows_the_movement() {
    let folder = tempfile::tempdir().unwrap();
    let text = contract(
        &format!("{YEARLY} at most 4% per revision {PLAIN}"),
        "labour moves by more than 5% per revision",
        "assume work in 2026-01 = 100\n expect clause 9 does not apply in 2026-01",
    );
    std::fs::write(folder.path().join("contract.consigne"), text).unwrap();
    std::fs::write(folder.path().join("feed.jsonl"), "").unwrap();
    let values =
        "series,month,value,status\nwork,2026-01,102,final\nwork,2027-01,112.2,provisional\nwork,2028-01,112.2,final\n";
    std::fs::write(folder.path().join("indices.csv"), values).unwrap();
    let project = "contracts = [\"contract.consigne\"]\nindices = [\"indices.csv\"]\n[[feed]]\npath = \"feed.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), project).unwrap();
    let shown = succeeds(folder.path(), &["settle", "2027-01"]);
    let movement = "labour from 1.02 to 1.122 before limits: up 10%, provisional (moves by more than 5% per revision)";
    assert!(shown.contains("9  Renegotiation (2027-01-01): customer may “ask to renegotiate the fee”"), "{shown}");
    assert!(shown.contains(movement) && shown.contains("work 2027-01 = 112.2, provisional"), "{shown}");
    let json: Value =
        serde_json::from_str(&succeeds(folder.path(), &["settle", "2027-01", "--format", "json"])).unwrap();
    let right = &json["statements"][0]["periods"][0]["rights"][0];
    assert_eq!(right["window"], "2027-01-01");
    let of = |name: &str| right["movement"][name].as_str().unwrap().to_owned();
    assert_eq!([of("from"), of("to"), of("movement"), of("threshold")], ["1.02", "1.122", "10%", "5%"]);
    let told = succeeds(folder.path(), &["explain", "clause", "9", "2027-01"]);
    assert!(told.contains(movement) && told.contains("the right applies"), "{told}");
    let told = succeeds(folder.path(), &["explain", "clause", "9", "2028-01"]);
    assert!(told.contains("labour from 1.122 to 1.122 before limits: unchanged, provisional (moves by"), "{told}");
    assert!(told.contains("the right does not apply"), "{told}");
}
