//! Amendments of what lasts: how clauses meet. What caps leave stands in `carried.rs`.

use crate::second_look_later::lines;
use crate::support::{Checked, checked};

/// A contract of a year over crates, with damage and loss.
fn contract(rest: &str) -> String {
    format!(
        r#"contract L-1 "Lasting"
parties {{ provider medloop "MedLoop SAS"  customer chu "CHU de Nantes" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    events at one instant  go in the order declared
    rounded to             0.01 half up on each line
    conflicting records    first known stays
    a second deposit       is not charged
    a return without a deposit is listed
}}
asset crate "Crate" {{ site (north, south) }}
event delivered, returned, damaged, lost of crate
clause 1 "Damage" {{ on damaged, customer pays 30.00 EUR per crate as indemnity }}
{rest}"#
    )
}

fn amended(head: &str, changes: &str) -> String {
    format!("amendment 1 to L-1 signed 2026-05-20, in force from {head} {{ {changes} }}\n")
}

fn refusals(rest: &str) -> (Vec<String>, Checked) {
    let result = checked(&contract(rest));
    let found = result.refusals().into_iter();
    let found =
        found.map(|finding| format!("{} {}", finding.code.as_str(), result.sources.text_of(finding.primary.span)));
    (found.collect(), result)
}

fn refused(rest: &str, wanted: &[&str]) -> Checked {
    let (found, result) = refusals(rest);
    assert_eq!(found, wanted, "{}", result.listing());
    result
}

fn passes(rest: &str) {
    let (_, result) = refusals(rest);
    assert!(result.refusals().is_empty(), "{}", result.listing());
    let trials = consigne::trial::run(result.contract.as_ref().unwrap());
    assert!(!trials.is_empty(), "no scenario runs");
    for trial in trials {
        assert!(trial.failures.is_empty(), "{}: {:?}", trial.title, trial.failures);
    }
}

fn loss(price: &str, meets: &str) -> String {
    format!(r#"clause 2 "Loss" {{ on lost, customer pays {price} EUR per crate as indemnity  {meets} }}"#)
}

const REPLACES: &str = "clause 2 replaces clause 1 for the same crate";

#[test]
fn what_replaces_goes_by_the_text_by_which_it_is_charged() {
    let replaced = |before: &str, after: &str, scenario: &str| {
        let change = amended("2026-06-16", &format!("replace {}", loss("120.00", after)));
        passes(&format!(
            r#"{}{change}
            scenario "a loss before and losses after" {{
                2026-03-02 09:00 damaged K1
                2026-04-02 09:00 lost K2
                2026-06-02 09:00 damaged K3
                2026-06-10 09:00 lost K3
                2026-06-11 09:00 damaged K4
                2026-06-20 09:00 lost K4
                2026-07-02 09:00 lost K1
                2026-07-03 09:00 damaged K2
                {scenario}
            }}"#,
            loss("100.00", before)
        ));
    };
    // June: K3 is lost by the first text, 100 - 30, K4 by the second, 120 - 30. July: 120 for K1 less its damage of March,
    // less the damage of K2, which was lost by the first text: 120 - 30 - 30.
    let both = "expect clause 2 in 2026-06 = 160.00 EUR  expect clause 2 in 2026-07 = 60.00 EUR";
    replaced(REPLACES, REPLACES, both);
    // From 16 June on both are due: 70 + 120, then 120 for K1; K2 was lost by the first text.
    let first = "expect clause 2 in 2026-06 = 190.00 EUR  expect clause 2 in 2026-07 = 90.00 EUR";
    replaced(REPLACES, "clause 2 adds to clause 1", first);
    // Until 15 June both are due: 100 + 90, then 90 for K1; the damage of K2 is due.
    let second = "expect clause 2 in 2026-06 = 190.00 EUR  expect clause 2 in 2026-07 = 90.00 EUR";
    replaced("clause 2 adds to clause 1", REPLACES, second);
    replaced("", REPLACES, second);
}

#[test]
fn a_clause_that_says_how_others_meet_goes_by_their_window() {
    let own = format!(r#"{} clause 3 "Order" {{ {REPLACES} }}"#, loss("100.00", ""));
    let scenario = |amount: &str, july: &str| {
        format!(
            r#"scenario "two losses in June, one in July" {{
                2026-03-02 09:00 damaged K1
                2026-06-02 09:00 lost K1
                2026-06-03 09:00 damaged K2
                2026-06-20 09:00 lost K2
                2026-07-02 09:00 damaged K3
                2026-07-03 09:00 lost K3
                expect clause 3 in 2026-06 = {amount} EUR
                expect clause 3 in 2026-07 = {july} EUR
            }}"#
        )
    };
    let ends = |head: &str| amended(head, "end clause 3");
    // What is lost in June is charged for June as a whole: the damage of March and that of June are taken back, or not.
    refused(&format!("{own}{}{}", ends("2026-06-16"), scenario("0.00", "0.00")), &["C168 1 to L-1"]);
    let by = |end: &str| ends(&format!("2026-06-16, a window that is cut goes by its {end}"));
    passes(&format!("{own}{}{}", by("start"), scenario("-60.00", "0.00")));
    passes(&format!("{own}{}{}", by("end"), scenario("0.00", "0.00")));
    passes(&format!("{own}{}{}", ends("2026-07-01"), scenario("-60.00", "0.00")));
    // Suspended in June: nobody replaces anything then.
    let suspended = amended("2026-06-01", "suspend clause 3 from 2026-06-01 to 2026-06-30");
    passes(&format!("{own}{suspended}{}", scenario("0.00", "-30.00")));
    // Inserted in July.
    let new = amended("2026-07-01", &format!(r#"insert clause 3 "Order" {{ {REPLACES} }}"#));
    passes(&format!("{}{new}{}", loss("100.00", ""), scenario("0.00", "-30.00")));
}

#[test]
fn only_the_higher_goes_by_its_window() {
    let own = format!(
        r#"{} clause 3 "Both" {{ clauses 1 and 2 only the higher for the same crate and quarter }}"#,
        loss("20.00", "")
    );
    let change = |head: &str| amended(head, r#"replace clause 3 "Both" { clause 2 adds to clause 1 }"#);
    let scenario = |second: &str| {
        format!(
            r#"scenario "damage in May, loss in June" {{
                2026-03-02 09:00 damaged K1
                2026-03-03 09:00 lost K1
                2026-05-02 09:00 damaged K2
                2026-06-20 09:00 lost K2
                2026-07-02 09:00 damaged K3
                2026-07-03 09:00 lost K3
                expect clause 3 in 2026-03 = -20.00 EUR
                expect clause 3 in 2026-06 = {second} EUR
                expect clause 3 in 2026-07 = 0.00 EUR
            }}"#
        )
    };
    refused(&format!("{own}{}", change("2026-06-16")), &["C168 1 to L-1"]);
    passes(&format!("{own}{}{}", change("2026-06-16, a window that is cut goes by its start"), scenario("-20.00")));
    passes(&format!("{own}{}{}", change("2026-06-16, a window that is cut goes by its end"), scenario("0.00")));
    passes(&format!("{own}{}{}", change("2026-07-01"), scenario("-20.00")));
}

#[test]
fn what_meets_for_one_event_goes_by_its_instant() {
    let second = |price: &str, meets: &str| {
        format!(r#"clause 2 "More" {{ on damaged, customer pays {price} EUR per crate as indemnity  {meets} }}"#)
    };
    let higher = "clauses 1 and 2 only the higher for the same event";
    let change = |text: &str| amended("2026-06-16", &format!("replace {text}"));
    let scenario = |june: &str| {
        format!(
            r#"scenario "before and on the day" {{
                2026-06-15 23:59 damaged K1
                2026-06-16 00:00 damaged K2
                expect clause 2 in 2026-06 = {june} EUR
            }}"#
        )
    };
    // K1: 20 less 20. K2: 50, and the 30 of clause 1 are taken back.
    let amended = change(&second("50.00", higher));
    passes(&format!("{}{amended}{}", second("20.00", higher), scenario("20.00")));
    // K2: 50 beside the 30 of clause 1.
    let amended = change(&second("50.00", "clause 2 adds to clause 1"));
    passes(&format!("{}{amended}{}", second("20.00", higher), scenario("50.00")));
    // K1: 20 beside 30. K2: 50 in place of 30.
    let amended = change(&second("50.00", "clause 2 replaces clause 1 for the same event"));
    passes(&format!("{}{amended}{}", second("20.00", "clause 2 adds to clause 1"), scenario("40.00")));
}

/// What the repair of 10 June costs is not known: the first text of clause 2 is held. The repair of 20 June goes by the second:
/// 50 in place of the 30 of its check.
#[test]
fn what_is_held_by_one_text_does_not_meet_an_event_of_another() {
    let own = |price: &str| {
        format!(
            r#"clause 2 "Repair" {{
                on mended, customer pays {price} as indemnity
                clause 2 replaces clause 3 for the same event
            }}"#
        )
    };
    let change = amended("2026-06-16", &format!("replace {}", own("50.00 EUR per crate")));
    passes(&format!(
        r#"event mended of crate {{ checked yes or no  cost money, optional }}
        {}
        clause 3 "Check" {{ on mended where checked is yes, customer pays 30.00 EUR per crate as price reduction }}
        {change}
        scenario "no cost before the day" {{
            2026-06-10 09:00 mended K1 {{ checked no }}
            2026-06-20 09:00 mended K2 {{ checked yes }}
            expect clause 2 as indemnity in 2026-06 is held
            expect clause 3 as price reduction in 2026-06 = 30.00 EUR
            expect clause 2 as price reduction in 2026-06 = -30.00 EUR
        }}"#,
        own("cost")
    ));
}

#[test]
fn nothing_is_left_unsaid_when_the_order_ends() {
    let second = r#"clause 2 "More" { on damaged, customer pays 20.00 EUR per crate as indemnity }
        clause 3 "Both" { clause 2 adds to clause 1 }"#;
    let said = |change: &str| {
        let (found, result) = refusals(&format!("{second}{}", amended("2026-06-16", change)));
        assert!(found.len() == 1 && found[0].starts_with("C134"), "{}", result.listing());
        let finding = result.refusals()[0].clone();
        format!("{} {}", finding.message, finding.primary.text)
    };
    let ended = said("end clause 3");
    assert!(ended.contains("from 2026-06-16 on clauses 1 and 2 can both charge"), "{ended}");
    assert!(ended.contains("`damaged` on 2026-06-16"), "{ended}");
    let suspended = said("suspend clause 3 from 2026-08-01 to 2026-08-31");
    assert!(suspended.contains("from 2026-08-01 on"), "{suspended}");
    // The other penalty ends with it.
    let (found, result) = refusals(&format!("{second}{}", amended("2026-06-16", "end clauses 2 and 3")));
    assert!(found.is_empty(), "{}", result.listing());
    // A new text of one of them says nothing; the first one did.
    let own =
        r#"clause 2 "More" { on damaged, customer pays 20.00 EUR per crate as indemnity  clause 2 adds to clause 1 }"#;
    let silent = r#"replace clause 2 "More" { on damaged, customer pays 25.00 EUR per crate as indemnity }"#;
    let (found, result) = refusals(&format!("{own}{}", amended("2026-06-16", silent)));
    assert!(found.len() == 1 && found[0].starts_with("C134"), "{}", result.listing());
    // A clause that comes with the amendment meets what stands by what it says itself.
    let new = r#"insert clause 2 "More" { on damaged, customer pays 20.00 EUR per crate as indemnity  clause 2 adds to clause 1 }"#;
    let (found, result) = refusals(&amended("2026-06-16", new));
    assert!(found.is_empty(), "{}", result.listing());
}

#[test]
fn crates_that_keep_a_text_keep_what_it_replaces() {
    let kept = "crate with delivered before 2026-03-01 keeps clause 2";
    let change = format!("replace {} {kept}", loss("120.00", "clause 2 adds to clause 1"));
    // K1 keeps the first text: 100 - 30. K2 goes by the second: 120 beside its damage.
    passes(&format!(
        r#"{}{}
        scenario "two crates" {{
            2026-02-02 09:00 delivered K1
            2026-03-02 09:00 delivered K2
            2026-07-02 09:00 damaged K1
            2026-07-02 09:00 damaged K2
            2026-07-03 09:00 lost K1
            2026-07-03 09:00 lost K2
            expect clause 2 in 2026-07 = 190.00 EUR
        }}"#,
        loss("100.00", REPLACES),
        amended("2026-06-16", &change)
    ));
    // Which crate it is that meets by another clause's text cannot be told.
    let order = format!(r#"{} clause 3 "Order" {{ {REPLACES} }}"#, loss("100.00", ""));
    let change = r#"replace clause 3 "Order" { clause 2 adds to clause 1 }
        crate with delivered before 2026-03-01 keeps clause 3"#;
    let head = "2026-07-01";
    refused(&format!("{order}{}", amended(head, change)), &[&format!("C167 {REPLACES}")]);
}

#[test]
fn texts_that_share_no_window_need_not_be_told_apart_alike() {
    let own = r#"define damages per site per month = count of damaged
        define losses per site per month = count of lost
        define all_losses per quarter = count of lost
        clause 4 "Damages" { provider pays 5.00 EUR for damages as price reduction }
        clause 5 "Losses" { provider pays 7.00 EUR for losses as price reduction }
        clause 6 "Both" { clauses 4 and 5 only the higher for the same site and month }"#;
    let new = r#"replace clause 5 "Losses" { provider pays 9.00 EUR for all_losses as price reduction }
        replace clause 6 "Both" { clause 5 adds to clause 4 }"#;
    // North in March: 5 against 7. In the third quarter 9 beside 5.
    passes(&format!(
        r#"{own}{}{}
        scenario "by site and month, then by quarter" {{
            assume site of K1 = north
            2026-03-02 09:00 damaged K1
            2026-03-03 09:00 lost K1
            2026-08-02 09:00 damaged K1
            2026-08-03 09:00 lost K1
            expect clause 6 in 2026-03 = -5.00 EUR
            expect clause 4 in 2026-08 = 5.00 EUR
            expect clause 5 in 2026-09 = 9.00 EUR
        }}"#,
        loss("100.00", ""),
        amended("2026-07-01", new)
    ));
    // From August on the quarter of July has charges of both texts.
    let change = amended("2026-08-01, a window that is cut goes by its end", new);
    let (found, result) = refusals(&format!("{own}{}{change}", loss("100.00", "")));
    assert_eq!(found.len(), 0, "{}", result.listing());
    let change = change.replace("replace clause 6 \"Both\" { clause 5 adds to clause 4 }", "");
    let (found, result) = refusals(&format!("{own}{}{change}", loss("100.00", "")));
    assert!(found.iter().all(|found| found.starts_with("C023")) && !found.is_empty(), "{}", result.listing());
}

/// The term ends on 14 November, and so does its last month: the hire is suspended at the end of October and then, so that
/// nothing is due for either. It was looked at on the 30th, when the clause would have been in force again.
#[test]
fn a_window_that_the_term_cuts_ends_with_the_term() {
    let rest = format!(
        r#"define out = from delivered to returned
        clause 2 "Hire" {{ customer pays 10.00 EUR per crate per calendar month commenced while out as price }}
        {}
        scenario "to the end" {{
            2026-09-05 09:00 delivered K1
            expect clause 2 in 2026-09 = 10.00 EUR
            expect clause 2 in 2026-10 = 0.00 EUR
            expect clause 2 in 2026-11 = 0.00 EUR
        }}"#,
        amended("2026-09-23, a window that is cut goes by its end", "suspend clause 2 from 2026-10-17 to 2026-11-14")
    );
    let answers = "a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    conflicting records";
    let text = contract(&rest).replace("to 2026-12-31", "to 2026-11-14").replacen("conflicting records", answers, 1);
    crate::support::holds_all(&text);
}

/// What the repair of January costs is not known. The loss of K1 in June replaces it by the first text, that of K2 in October by
/// the second: in June what is taken back is held for K1 alone. The line of the repair is of no crate, so that it is held for K2
/// in October.
#[test]
fn what_one_text_holds_for_one_crate_holds_nothing_for_another() {
    let own = |price: &str| {
        format!(
            r#"clause 3 "Theft" {{
                on lost, customer pays {price} EUR per crate as indemnity
                clause 3 replaces clause 2 for the same crate
            }}"#
        )
    };
    let text = contract(&format!(
        r#"event mended of crate {{ cost money, optional }}
        clause 2 "Repair" {{ on mended, customer pays cost as price reduction }}
        {}{}"#,
        own("100.00"),
        amended("2026-09-01", &format!("replace {}", own("80.00")))
    ));
    let event = |kind: &str, crate_: &str, day: &str| {
        format!("{{\"kind\":\"{kind}\",\"asset\":\"{crate_}\",\"occurred\":\"{day}T09:00:00Z\"}}\n")
    };
    let feed =
        [event("mended", "K1", "2026-01-10"), event("lost", "K1", "2026-06-10"), event("lost", "K2", "2026-10-10")];
    assert_eq!(lines(&text, &feed.concat(), "2026-06..2026-10", "3"), (vec!["\"100\"".to_owned()], 1));
    assert_eq!(lines(&text, &feed.concat(), "2026-10", "3"), (vec!["\"80\"".to_owned()], 1));
}
