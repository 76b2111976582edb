//! The key figures of the standard library, over scenarios with figures by hand.

use crate::support::{Checked, checked_with};

const STATES: &str = "rounded to 0.01 half up on each line  a second start changes nothing  an end without a start is ignored  \
    still open counts to the end of the window";

fn contract(conventions: &str, rest: &str) -> String {
    format!(
        "contract K-1 \"Key figures\"\n\
         parties {{ provider medloop \"MedLoop SAS\"  customer chu \"CHU de Nantes\" }}\n\
         term 2026-01-01 to 2026-12-31\ncurrency EUR\ntimezone Europe/Paris\nsettled monthly, netted\n\
         conventions {{ conflicting records first known stays  {conventions} }}\n\
         asset pump {{ }}\nuse \"std/key-figures\" with article pump\n{rest}"
    )
}

/// Nothing is found, not even a warning, and the scenarios pass.
fn passes(rest: &str) {
    let result = checked_with(&contract(STATES, rest), &[]);
    assert!(result.diagnostics.is_empty(), "{}", result.listing());
    let trials = crate::support::trials(result.contract.as_ref().unwrap());
    assert!(!trials.is_empty(), "no scenario runs");
    for trial in trials {
        assert!(trial.failures.is_empty(), "{}: {:?}", trial.title, trial.failures);
    }
}

fn codes(result: &Checked) -> Vec<&str> {
    result.refusals().iter().map(|finding| finding.code.as_str()).collect()
}

#[test]
fn what_goes_back_into_use() {
    // Three of five go back into use: 60 %. Parts and material do not count. April sorts nothing: it has no rate.
    passes(
        r#"clause 1 "Reuse" { when reuse_rate is below 65%, provider pays 10.00 EUR as price reduction }
        scenario "three of five" {
            2026-03-02 09:00 sorted P1 { way reuse }
            2026-03-02 09:00 sorted P2 { way remanufacture }
            2026-03-03 09:00 sorted P3 { way parts }
            2026-03-04 09:00 sorted P4 { way repair }
            2026-03-31 23:00 sorted P5 { way material }
            2026-04-02 09:00 came_back P1
            expect reused     in 2026-03 = 3
            expect reuse_rate in 2026-03 = 60%
            expect clause 1 in 2026-03 = 10.00 EUR
            expect clause 1 in 2026-04 = 0.00 EUR
        }"#,
    );
}

#[test]
fn how_long_assets_are_away() {
    // Of 2, 3, 5 and 20 days the median is the second of four; 95 % of four are 3.8, the fourth. P4 comes back in
    // March and is ready in April, where it would be alone: it counts there, with 20 days. P5 is never ready.
    passes(
        r#"scenario "four in March" {
            2026-03-02 17:00 came_back P1
            2026-03-02 08:00 came_back P2
            2026-03-02 08:00 came_back P3
            2026-03-02 08:00 came_back P4
            2026-03-02 08:00 came_back P5
            2026-03-04 08:00 ready P1
            2026-03-05 20:00 ready P2
            2026-03-07 08:00 ready P3
            2026-03-22 08:00 ready P4
            expect median_return in 2026-03 = 3 days
            expect slow_return   in 2026-03 = 20 days
        }
        scenario "over the end of a month" {
            2026-03-30 08:00 came_back P1
            2026-03-02 08:00 came_back P2
            2026-03-04 08:00 ready P2
            2026-04-19 08:00 ready P1
            expect median_return in 2026-03 = 2 days
            expect median_return in 2026-04 = 20 days
        }"#,
    );
}

#[test]
fn what_is_saved_against_new() {
    // 400 − 130 and 400 − 450: 270 − 50 = 220 EUR, of 800 EUR 27.5 %.
    passes(
        r#"clause 1 "Share" { customer pays 50% of savings as bonus }
        scenario "one saves, one does not" {
            2026-03-02 09:00 used_again P1 { new_price 400.00 EUR, cost 130.00 EUR }
            2026-03-03 09:00 used_again P2 { new_price 400.00 EUR, cost 450.00 EUR }
            expect savings      in 2026-03 = 220.00 EUR
            expect savings_rate in 2026-03 = 27.5%
            expect clause 1 in 2026-03 = 110.00 EUR
        }"#,
    );
}

#[test]
fn the_three_denominators() {
    // April has 720 hours, 12 of them planned, and failures of 4 + 6.5 + 1.5 = 12 hours. 696 / 720 = 96.6667 %,
    // 696 / 708 = 98.3051 %, 708 / 720 = 98.3333 %. Failures of 12 hours within 12 planned ones change nothing of the
    // planned ones: 708 / 720 = 98.3333 %, 708 / 708 and 720 / 720.
    passes(
        r#"scenario "planned and failed" {
            2026-04-01 00:00 put_in_service P1
            2026-04-07 08:00 maintenance_begun P1
            2026-04-07 20:00 maintenance_ended P1
            2026-04-09 08:00 failed P1
            2026-04-09 12:00 restored P1
            2026-04-14 22:00 failed P1
            2026-04-15 04:30 restored P1
            2026-04-20 08:00 failed P1
            2026-04-20 09:30 restored P1
            2026-05-01 00:00 withdrawn P1
            expect availability_planned_down  in 2026-04 = 96.6667%
            expect availability_planned_apart in 2026-04 = 98.3051%
            expect availability_planned_up    in 2026-04 = 98.3333%
        }
        scenario "a failure while it is maintained" {
            2026-04-01 00:00 put_in_service P1
            2026-04-07 08:00 maintenance_begun P1
            2026-04-07 08:00 failed P1
            2026-04-07 20:00 restored P1
            2026-04-07 20:00 maintenance_ended P1
            2026-05-01 00:00 withdrawn P1
            expect availability_planned_down  in 2026-04 = 98.3333%
            expect availability_planned_apart in 2026-04 = 100%
            expect availability_planned_up    in 2026-04 = 100%
        }"#,
    );
}

#[test]
fn a_fleet_is_a_ratio_of_sums() {
    // P1 serves 30 days and is down for 3, P2 serves the last 10 and is down for none: 37 of 40 days are 92.5 %. The
    // mean of 90 % and 100 % would be 95 %. The failure of P2 before it serves does not count.
    passes(
        r#"scenario "two pumps" {
            2026-04-01 00:00 put_in_service P1
            2026-04-10 00:00 failed P1
            2026-04-13 00:00 restored P1
            2026-04-18 00:00 failed P2
            2026-04-19 00:00 restored P2
            2026-04-21 00:00 put_in_service P2
            2026-05-01 00:00 withdrawn P1
            2026-05-01 00:00 withdrawn P2
            expect availability_planned_apart in 2026-04 = 92.5%
        }"#,
    );
}

#[test]
fn material_and_carbon_of_a_unit_of_service() {
    // (30 + 6) / 1 200 = 0.03 kg and (48 + 12) / 1 200 = 0.05 kg. In April nothing is rendered: no figure, nothing due.
    passes(
        r#"clause 1 "Carbon" { when carbon_per_unit is above 0.04, provider pays 10.00 EUR as price reduction }
        scenario "1 200 washes" {
            2026-03-02 09:00 rendered P1 { units 700 }
            2026-03-09 09:00 rendered P2 { units 500 }
            2026-03-10 09:00 burdened P1 { material_kg 30, carbon_kg 48 }
            2026-03-11 09:00 burdened P2 { material_kg 6, carbon_kg 12 }
            2026-04-10 09:00 burdened P2 { material_kg 6, carbon_kg 12 }
            expect material_per_unit in 2026-03 = 0.03
            expect carbon_per_unit   in 2026-03 = 0.05
            expect clause 1 in 2026-03 = 10.00 EUR
            expect clause 1 in 2026-04 = 0.00 EUR
        }"#,
    );
}

#[test]
fn a_contract_brings_its_own_events() {
    let own = r#"use "std/lifecycle" with item pump
        event sorted of pump { way (reuse, repair, refurbish, remanufacture, parts, material, energy, disposal), by_whom text }
        PRECEDENCE
        scenario "one of two" {
            2026-03-02 09:00 sorted P1 { way reuse, by_whom "A" }
            2026-03-02 09:00 sorted P2 { way energy, by_whom "B" }
            expect reuse_rate in 2026-03 = 50%
        }"#;
    let refused = checked_with(&contract(STATES, &own.replace("PRECEDENCE", "")), &[]);
    assert_eq!(codes(&refused).first(), Some(&"C162"), "{}", refused.listing());
    passes(&own.replace("PRECEDENCE", "precedence this contract before \"std/key-figures\""));
}

#[test]
fn what_states_mean_is_asked() {
    let asked = checked_with(&contract("", ""), &[]);
    assert_eq!(codes(&asked), ["C051", "C052", "C053"], "{}", asked.listing());
}
