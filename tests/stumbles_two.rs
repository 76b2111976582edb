//! What a reader of the reference alone stumbled over: each is refused, or told, instead of passing in silence.

use crate::support::{Checked, checked};

/// A contract of 2026 with its own families, clauses and scenario.
fn contract(body: &str) -> String {
    format!(
        r#"contract S-2 "Stumbles"
parties {{ provider a "A"  customer b "B" }}
term     2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled  monthly
conventions {{
    rounded to 0.01 half up on each line
    working hours Mon-Fri 08:00-18:00 except holidays of FR
    business days Mon-Fri except holidays of FR
    conflicting records first known stays
    a repeated trigger changes nothing
    lateness is paid as it accrues
}}
{body}"#
    )
}

fn result(body: &str) -> Checked {
    checked(&contract(body))
}

/// What came out instead of what was expected, one line each.
fn failures(body: &str) -> Vec<String> {
    let result = result(body);
    assert!(result.refusals().is_empty(), "{}", result.listing());
    let trials = crate::support::trials(&result.contract.unwrap());
    trials.into_iter().flat_map(|trial| trial.failures).map(|failure| failure.found).collect()
}

fn passes(body: &str) {
    assert_eq!(failures(body), Vec::<String>::new());
}

/// The only refusal of a contract: its code, message and help.
fn refusal(body: &str) -> (&'static str, String, String) {
    let result = result(body);
    let refusals = result.refusals();
    assert_eq!(refusals.len(), 1, "{}", result.listing());
    let help = refusals[0].help.clone().unwrap_or_default();
    (refusals[0].code.as_str(), refusals[0].message.clone(), help)
}

/// A crate is fetched for 7.00; K2 once, K3 never.
fn fees(expected: &str) -> String {
    format!(
        r#"asset k {{ site (store, depot) }}
event asked, fetched of k
define fetches per k per month = count of fetched
clause 1 "Fee"   {{ on fetched, customer pays 7.00 EUR per k as fee }}
clause 2 "Again" {{ customer pays 2.00 EUR for fetches as fee }}
scenario "s" {{
    2026-05-20 08:00 fetched K2
    2026-05-21 08:00 asked K3
    expect clause 1 in 2026-05 = 7.00 EUR
    {expected}
}}"#
    )
}

#[test]
fn a_line_that_does_not_tell_assets_apart_is_not_zero_for_one() {
    let found = failures(&fees("expect clause 1 for K2 in 2026-05 = 7.00 EUR"));
    assert_eq!(found, ["the lines of clause 1 are not told apart at all: leave out `for K2`"]);
    let found = failures(&fees("expect clause 1 for K3 in 2026-05 = 0.00 EUR"));
    assert_eq!(found, ["the lines of clause 1 are not told apart at all: leave out `for K3`"]);
    let found = failures(&fees("expect clause 2 for store in 2026-05 = 0.00 EUR"));
    assert_eq!(found, ["the lines of clause 2 are told apart by k only: leave out `for store`"]);
}

#[test]
fn what_nothing_names_is_not_zero() {
    let found = failures(&fees("expect clause 1 for NOBODY in 2026-05 = 0.00 EUR"));
    assert_eq!(found, ["nothing in the scenario is named `NOBODY`"]);
    let found = failures(&fees("expect clause 2 for NOBODY in 2026-05 = 0.00 EUR"));
    assert_eq!(found, ["nothing in the scenario is named `NOBODY`"]);
}

#[test]
fn an_asset_of_the_scenario_without_a_line_is_zero() {
    // One fetch of K2 at 2.00; none of K3, and none of K2 in June.
    passes(&fees(
        "expect clause 2 for K2 in 2026-05 = 2.00 EUR
    expect clause 2 for K3 in 2026-05 = 0.00 EUR
    expect clause 2 for K2 in 2026-06 = 0.00 EUR",
    ));
}

#[test]
fn a_part_of_an_indexed_clause_is_not_called_not_indexed() {
    let indexed = |said: &str, expected: &str| {
        format!(
            r#"index labour "ICHT-IME" monthly
indexation rise {{
    coefficient  labour[service] / labour[2025-12]
    not rounded
    may fall
    provisional  : wait
    missing      : held
}}
asset k {{ }}
event failed of k
define failures per month = count of failed
clause 1 "Price"  {{ each month, customer pays 1 000.00 EUR indexed by rise as price }}
clause 2 "Credit" {{ when failures is above 0, provider pays 5% of clause 1 {said} as price reduction }}
scenario "s" {{
    assume labour in 2025-12 = 120, 2026-03 = 132
    2026-03-02 09:00 failed K1
    {expected}
}}"#
        )
    };
    let (code, message, help) = refusal(&indexed("not indexed", "expect clause 2 in 2026-03 = 50.00 EUR"));
    assert_eq!(code, "C024");
    assert_eq!(message, "clause 1 is indexed, and a part of what it charges is a part of its indexed amount");
    assert!(help.starts_with("write `after indexation` or `before indexation`"), "{help}");
    // 1 000.00 × 132 / 120 = 1 100.00; 5 % of it are 55.00; of the amount before indexation 50.00.
    passes(&indexed("", "expect clause 2 in 2026-03 = 55.00 EUR"));
    passes(&indexed("before indexation", "expect clause 2 in 2026-03 = 50.00 EUR"));
}

#[test]
fn a_unit_of_ones_own_is_used_where_a_time_is_stated_in_it() {
    let result = result(
        r#"asset k { }
event failed, swapped of k
define working_day = 10 working hours
clause 1 "Swap" {
    obligation swap : provider must have k swapped within 3 working_days of failed missed after 20 working_days
    provider pays 6.00 EUR per k for lateness of swap as indemnity
}
scenario "s" {
    2026-05-05 09:00 failed K2
    expect clause 1 in 2026-03 = 0.00 EUR
}"#,
    );
    assert!(!result.listing().contains("C080"), "{}", result.listing());
}

/// Failures of lamps, and what a site may have of them.
fn norm(define: &str, expected: &str) -> String {
    format!(
        r#"asset lamp {{ site (store, depot) }}
event failed of lamp
define failures per site per month = count of failed
define norm = by site {{ when store : 10 when depot : 20 }}
{define}
scenario "s" {{
    assume site of L1 = store, site of L2 = depot
    2026-03-02 09:00 failed L1
    2026-03-02 09:00 failed L2
    {expected}
}}"#
    )
}

#[test]
fn a_card_is_read_by_the_group_at_hand() {
    // Store 1 / 10 = 10 %, depot 1 / 20 = 5 %, which is not above 5 %.
    passes(&norm(
        r#"define ratio per site per month = failures / norm
clause 1 "Ratio" { when ratio is above 5%, provider pays 7.00 EUR as price reduction }"#,
        "expect ratio of store in 2026-03 = 10%
    expect ratio of depot in 2026-03 = 5%
    expect clause 1 in 2026-03 = 7.00 EUR
    expect clause 1 for store in 2026-03 = 7.00 EUR",
    ));
}

#[test]
fn a_share_of_a_card_is_read_by_the_group_too() {
    // 1 / (95 % × 10) = 10.526… %, and 1 / (95 % × 20) = 5.263… %.
    passes(&norm(
        r#"define ratio per site per month = failures / (95% * norm)
clause 1 "Ratio" { when ratio is above 5%, provider pays 7.00 EUR as price reduction }"#,
        "expect ratio of store in 2026-03 = 10.53%
    expect clause 1 in 2026-03 = 14.00 EUR",
    ));
}

#[test]
fn a_card_of_what_no_group_has_is_refused() {
    let define = r#"define all per month = count of failed
define ratio per month = all / norm
clause 1 "Ratio" { when ratio is above 5%, provider pays 7.00 EUR as price reduction }"#;
    let (code, message, _) = refusal(&norm(define, "expect clause 1 in 2026-03 = 0.00 EUR"));
    assert_eq!(code, "C022");
    assert_eq!(
        message,
        "`norm` goes by `site`; no single `site` is at hand for a number that is counted for all together"
    );
}

/// Two families have a site; sensors trip.
fn shared(per: &str) -> String {
    format!(
        r#"asset lamp {{ site (store, depot) }}
asset sensor {{ site (store, depot) }}
event failed of lamp
event tripped of sensor
define failures per site per month = count of failed
define trips per {per} per month = count of tripped
clause 1 "Both" {{
    provider pays 1.00 EUR for failures as fee
    provider pays 1.00 EUR for trips as fee
}}
scenario "s" {{
    assume site of L1 = store, site of S1 = depot
    2026-03-02 09:00 failed L1
    2026-03-02 09:00 tripped S1
    expect clause 1 in 2026-03 = 2.00 EUR
    expect clause 1 for depot in 2026-03 = 1.00 EUR
}}"#
    )
}

#[test]
fn an_attribute_of_two_families_is_named_by_its_family() {
    let (code, message, help) = refusal(&shared("site"));
    assert_eq!(code, "C023");
    assert!(message.contains("several families have an attribute of that name"), "{message}");
    assert_eq!(help, "write `per sensor.site`, or `per site of lamp or sensor` for one group of both");
    // One failure at the store and one trip at the depot, at 1.00 each.
    passes(&shared("sensor.site"));
}

#[test]
fn money_of_a_group_that_is_not_known_is_held() {
    let body = r#"asset lamp { site (store, depot) }
event failed of lamp
define failures per site per month = count of failed
clause 1 "Failures" { provider pays 5.00 EUR for failures as price reduction }
scenario "s" {
    assume site of L1 = store
    2026-03-02 09:00 failed L1
    2026-03-02 09:00 failed L2
    expect clause 1 for store in 2026-03 = 5.00 EUR
    expect clause 1 in 2026-03 = 5.00 EUR
}"#;
    assert_eq!(failures(body), ["it is held: `site` of a lamp is not known"]);
}
