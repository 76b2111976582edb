//! Caps and minimums that go by an attribute of the member or asset for which they are. Figures were worked out by hand.

use crate::support::checked;

/// A pool of pallets with these answers, clauses and scenario.
fn contract(answers: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract POOL-4 "Pool"
parties {{
    pool palletco "PalletCo"
    many partner "Partner" {{ tier (gold, silver)  floor money }}
}}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    {answers}
}}
asset pallet "Pallet" {{ holder partner  size (small, large) }}
event issued of pallet {{ holder partner }}
event promoted of partner {{ tier (gold, silver) }}
clause 1 "Issue" {{ on issued, holder pays 10.00 EUR per pallet as fee }}
clause 2 "Limit" {{ {body} under clause 1 }}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const START: &str = "limits read attributes at the start of the window";
const END: &str = "limits read attributes at the end of the window";
const BY_TIER: &str =
    "each partner owes at least by tier { when gold : 100.00 EUR  when silver : 25.00 EUR } per month";

fn failures(answers: &str, body: &str, scenario: &str) -> Vec<String> {
    let text = contract(answers, body, scenario);
    let result = checked(&text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    let trials = crate::support::trials(&result.contract.unwrap());
    let failed = trials.iter().flat_map(|trial| &trial.failures);
    failed.map(|failure| format!("{}: {}", failure.expected, failure.found)).collect()
}

fn holds(answers: &str, body: &str, scenario: &str) {
    let failed = failures(answers, body, scenario);
    assert!(failed.is_empty(), "{failed:#?}\n{}", contract(answers, body, scenario));
}

fn refused(code: &str, answers: &str, body: &str) {
    let text = contract(answers, body, "expect total of pool in 2026-01 = 0 EUR");
    let result = checked(&text);
    let codes: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, [code], "{}\n{text}", result.listing());
}

#[test]
fn a_minimum_goes_by_the_tier_of_each_member() {
    // Acme pays 20.00 of 100.00 EUR, bravo 10.00 of 25.00, carl nothing of 25.00: the register knows carl.
    holds(
        START,
        BY_TIER,
        "assume tier of acme = gold, tier of bravo = silver, tier of carl = silver
    2026-01-05 09:00 issued P1 { holder acme }
    2026-01-05 09:00 issued P2 { holder acme }
    2026-01-05 09:00 issued P3 { holder bravo }
    expect clause 2 for acme in 2026-01 = 80.00 EUR
    expect clause 2 for bravo in 2026-01 = 15.00 EUR
    expect clause 2 for carl in 2026-01 = 25.00 EUR
    expect clause 2 in 2026-01 = 120.00 EUR",
    );
}

#[test]
fn a_limit_is_an_attribute_of_the_member() {
    let scenario = "assume floor of acme = 35.00 EUR, floor of bravo = 5.00 EUR
    2026-01-05 09:00 issued P1 { holder acme }
    2026-01-05 09:00 issued P3 { holder bravo }
    expect clause 2 for acme in 2026-01 = 25.00 EUR
    expect clause 2 for bravo in 2026-01 = 0.00 EUR";
    for amount in ["floor", "partner.floor"] {
        holds("", &format!("each partner owes at least {amount} per month"), scenario);
    }
    holds(
        "",
        "each partner owes at most 50% of floor per month",
        "assume floor of acme = 35.00 EUR
    2026-01-05 09:00 issued 4 pallet L1 { holder acme }
    expect clause 2 for acme in 2026-01 = -22.50 EUR",
    );
}

/// Acme is known from January on: 25.00 are left of it and 5.00 of February. Bravo comes in March.
#[test]
fn what_a_cap_leaves_is_kept_for_each_member() {
    holds(
        "",
        "each partner owes at most 25.00 EUR per month, unused is carried over until it is used,",
        "assume floor of acme = 1.00 EUR, floor of bravo in 2026-03 = 1.00 EUR
    2026-02-05 09:00 issued 2 pallet L1 { holder acme }
    2026-03-05 09:00 issued 9 pallet L2 { holder acme }
    2026-03-05 09:00 issued 4 pallet L3 { holder bravo }
    expect clause 2 for acme in 2026-02 = 0.00 EUR
    expect clause 2 for acme in 2026-03 = -35.00 EUR
    expect clause 2 for bravo in 2026-03 = -15.00 EUR",
    );
}

#[test]
fn which_value_counts_is_asked_and_obeyed() {
    refused("C176", "", BY_TIER);
    // Silver until the 14th, gold from then on: 25.00 or 100.00 EUR.
    let scenario = |least: &str| {
        format!(
            "assume tier of acme = silver
    2026-01-14 09:00 promoted acme {{ tier gold }}
    2026-01-15 09:00 issued P1 {{ holder acme }}
    expect clause 2 in 2026-01 = {least} EUR
    2026-02-15 09:00 issued P1 {{ holder acme }}
    expect clause 2 in 2026-02 = 90.00 EUR"
        )
    };
    holds(START, BY_TIER, &scenario("15.00"));
    holds("attributes read at the start of the window", BY_TIER, &scenario("15.00"));
    holds(END, BY_TIER, &scenario("90.00"));
}

#[test]
fn a_member_that_comes_within_the_window_has_its_first_value() {
    let scenario = "2026-01-14 09:00 promoted acme { tier gold }
    2026-01-15 09:00 issued P1 { holder acme }
    expect clause 2 in 2026-01 = 90.00 EUR";
    holds(START, BY_TIER, scenario);
}

#[test]
fn what_the_register_changes_within_the_window_is_held_where_nothing_is_said() {
    let body = "each partner owes at least floor per quarter";
    let scenario = "assume floor of acme = 35.00 EUR, floor of acme in 2026-02 = 50.00 EUR
    2026-01-05 09:00 issued P1 { holder acme }
    expect clause 2 in 2026-03 = 0.00 EUR";
    let failed = failures("", body, scenario);
    assert!(failed.len() == 1 && failed[0].contains("`floor` changes within the window"), "{failed:?}");
    holds(START, body, &scenario.replace("= 0.00 EUR", "= 25.00 EUR"));
    holds(END, body, &scenario.replace("= 0.00 EUR", "= 40.00 EUR"));
}

#[test]
fn a_cap_that_is_settled_while_its_window_runs_reads_the_period_that_ends() {
    // 30.00 EUR in January against 20.00, so -10.00; with 25.00 EUR from February on, 60.00 EUR so far against 25.00: -35.00
    // in all, of which -25.00 belong to February.
    holds(
        END,
        "each partner owes at most floor per quarter",
        "assume floor of acme = 20.00 EUR, floor of acme in 2026-02 = 25.00 EUR
    2026-01-05 09:00 issued 3 pallet L1 { holder acme }
    2026-02-05 09:00 issued 3 pallet L2 { holder acme }
    expect clause 2 in 2026-01 = -10.00 EUR
    expect clause 2 in 2026-02 = -25.00 EUR",
    );
}

#[test]
fn a_limit_for_each_asset_goes_by_the_asset() {
    holds(
        "",
        "each partner owes at most by size { when small : 15.00 EUR  when large : 40.00 EUR } per pallet per month",
        "assume size of P1 = small, size of P2 = large
    2026-01-05 09:00 issued P1 { holder acme }
    2026-01-06 09:00 issued P1 { holder acme }
    2026-01-06 09:00 issued P2 { holder acme }
    2026-01-07 09:00 issued P2 { holder acme }
    expect clause 2 in 2026-01 = -5.00 EUR",
    );
}

#[test]
fn a_limit_of_a_member_whose_attribute_is_not_known_is_held() {
    let failed = failures(
        START,
        BY_TIER,
        "2026-01-05 09:00 issued P1 { holder acme }
    expect clause 2 in 2026-01 = 0.00 EUR",
    );
    assert!(failed.len() == 1 && failed[0].contains("held"), "{failed:?}");
}

#[test]
fn a_limit_of_each_member_reads_no_attribute_of_an_asset() {
    refused(
        "C022",
        START,
        "each partner owes at most by size { when small : 15.00 EUR  when large : 40.00 EUR } per month",
    );
}
