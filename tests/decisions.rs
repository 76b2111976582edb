//! What is decided is read elsewhere: in counts, totals, groups, payments and other decisions.

use crate::support::{checked, holds_all};

/// A contract with these items and this scenario.
fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
}}
asset laptop "Laptop" {{ list_price money  grade (A, B, C) }}
event inspected of laptop {{ grade (A, B, C)  repair_cost money  wiped yes or no  parts yes or no, optional }}
event shipped of laptop
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const ROUTE: &str = "decide route, rank of laptop on inspected = first match by wiped, grade {
    | no  | - | => quarantine, 9 |
    | yes | A | => redeploy,   1 |
    | yes | B | => repair,     2 |
    otherwise => no decision
}";

/// The scenario must pass.
fn holds(body: &str, scenario: &str) {
    let text = contract(body, scenario);
    holds_all(&text);
}

/// The checker must refuse the text with this code.
fn refused(code: &str, body: &str) {
    let text = contract(body, "2026-01-05 shipped P1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    assert!(found, "{code} is not raised:\n{}\n{text}", result.listing());
}

const THREE: &str = "2026-01-05 10:00 inspected L1 { grade A, repair_cost 10.00 EUR, wiped yes }
    2026-01-06 10:00 inspected L2 { grade B, repair_cost 80.00 EUR, wiped yes }
    2026-01-07 10:00 inspected L3 { grade A, repair_cost 40.00 EUR, wiped no }";

#[test]
fn a_decision_filters_what_is_counted_and_paid() {
    let body = format!(
        "{ROUTE}
define reused per month = count of (inspected where route in (redeploy, repair))
define spent  per month = total of (repair_cost on inspected where route is repair)
define ranks  per month = total of inspected.rank
clause 1 \"Sorting\" {{ on inspected where route is not quarantine, customer pays 5.00 EUR per laptop as fee }}
clause 2 \"Bonus\"   {{ when reused is at least 2, customer pays 7.00 EUR as bonus }}"
    );
    holds(
        &body,
        &format!(
            "{THREE}
    expect reused in 2026-01 = 2
    expect spent  in 2026-01 = 80.00 EUR
    expect ranks  in 2026-01 = 12
    expect clause 1 in 2026-01 = 10.00 EUR
    expect clause 2 in 2026-01 = 7.00 EUR
    expect clause 2 in 2026-02 = 0.00 EUR"
        ),
    );
}

#[test]
fn a_decision_is_a_group_and_a_column_of_a_card() {
    let body = format!(
        "{ROUTE}
define handling = by route {{ when redeploy : 3.00 EUR  when repair : 4.00 EUR  when quarantine : 1.00 EUR }}
define by_route per route per month = count of inspected
clause 1 \"Handling\" {{ on inspected, customer pays handling per laptop as fee }}
clause 2 \"Routes\"   {{ customer pays 2.00 EUR for by_route as fee }}"
    );
    holds(
        &body,
        &format!(
            "{THREE}
    2026-01-08 10:00 inspected L4 {{ grade A, repair_cost 0.00 EUR, wiped yes }}
    expect clause 1 in 2026-01 = 11.00 EUR
    expect by_route of redeploy in 2026-01 = 2
    expect clause 2 for redeploy in 2026-01 = 4.00 EUR
    expect clause 2 for quarantine in 2026-01 = 2.00 EUR"
        ),
    );
}

#[test]
fn one_decision_reads_another_in_any_order() {
    let body = format!(
        "decide urgent of laptop on inspected where route is not quarantine = first match by rank {{
    | up to 1 | => yes |
    | above 1 | => no  |
}}
{ROUTE}
define hurried per month = count of (inspected where urgent is present and urgent is yes), missing : adds nothing
clause 1 \"x\" {{ on inspected where route is not quarantine and urgent is yes, customer pays 9.00 EUR as fee }}"
    );
    let facts = format!(
        "{THREE}
    expect urgent of L1 = yes
    expect urgent of L2 = no
    expect hurried in 2026-01 = 1
    expect clause 1 in 2026-01 = 9.00 EUR"
    );
    holds(&body, &facts);
}

/// L4 has grade C: no row applies, so that nothing is counted for its month. February is free of it.
#[test]
fn what_is_undecided_holds_what_depends_on_it() {
    let body = format!(
        "{ROUTE}
define reused per month = count of (inspected where route in (redeploy, repair))
clause 1 \"x\" {{ customer pays 2.00 EUR for reused as fee }}"
    );
    let facts = "2026-01-05 10:00 inspected L4 { grade C, repair_cost 10.00 EUR, wiped yes }
    2026-02-05 10:00 inspected L5 { grade A, repair_cost 10.00 EUR, wiped yes }";
    holds(&body, &format!("{facts}\n expect clause 1 in 2026-02 = 2.00 EUR"));
    let text = contract(&body, &format!("{facts}\n expect clause 1 in 2026-01 = 0.00 EUR"));
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    let found = &trials[0].failures[0].found;
    assert!(found.contains("`route` is not decided: no row applies"), "{found}");
}

#[test]
fn what_is_not_decided_on_every_event_asks() {
    let some = "decide route of laptop on inspected where wiped is yes = first match by grade { | - | => sold | }";
    refused("C056", &format!("{some}\n define sold per month = count of (inspected where route is sold)"));
}

#[test]
fn circles_and_foreign_events_are_refused() {
    refused(
        "C014",
        "decide a of laptop on inspected = first match by b { | x | => y | }
decide b of laptop on inspected = first match by a { | y | => x | }",
    );
    refused("C014", "decide a of laptop on inspected where a is x = first match by grade { | - | => x | }");
    refused(
        "C022",
        &format!("{ROUTE}\n clause 1 \"x\" {{ on shipped where route is repair, customer pays 1.00 EUR as fee }}"),
    );
    refused(
        "C022",
        &format!(
            "{ROUTE}
define handling = by route {{ when redeploy : 3.00 EUR  otherwise : 4.00 EUR }}
clause 1 \"x\" {{ on shipped, customer pays handling as fee }}"
        ),
    );
    refused("C023", &format!("{ROUTE}\n define n per route per month = count of shipped"));
    refused("C013", &format!("{ROUTE}\n define n per month = count of (inspected where route is repaired)"));
}

#[test]
fn names_of_decisions_are_their_own() {
    refused("C011", "decide grade of laptop on inspected = first match by wiped { | - | => x | }");
    refused("C011", "decide list_price of laptop on inspected = first match by wiped { | - | => x | }");
    refused("C011", "define route = 4\n decide route of laptop on inspected = first match by wiped { | - | => x | }");
    refused(
        "C011",
        &format!("{ROUTE}\n decide rank of laptop on shipped = first match by list_price {{ | - | => x | }}"),
    );
}

#[test]
fn a_list_is_no_single_value() {
    refused(
        "C022",
        "decide work of laptop on inspected = collect list by grade { | A | => clean | | - | => wipe | }
define n per month = count of (inspected where work is clean)",
    );
    holds(
        "decide charge of laptop on inspected = collect sum by grade { | A, B | => 20.00 EUR | | - | => 5.00 EUR | }
clause 1 \"x\" { on inspected, customer pays charge per laptop as fee }",
        "2026-01-05 10:00 inspected L1 { grade A, repair_cost 10.00 EUR, wiped yes }
    2026-01-05 10:00 inspected L2 { grade C, repair_cost 10.00 EUR, wiped yes }
    expect clause 1 in 2026-01 = 30.00 EUR",
    );
}

/// Where no row applies there is no least and no greatest: the table says what then, or leaves the case open, and what
/// depends on it is held. A sum may be left open too; of L1 20.00 + 5.00 EUR are charged.
#[test]
fn there_is_no_least_of_no_rows() {
    let table = |how: &str, rest: &str| {
        format!(
            "decide charge of laptop on inspected = collect {how} by grade {{ | A, B | => 20.00 EUR | | A | => 5.00 EUR | {rest} }}
clause 1 \"x\" {{ on inspected, customer pays charge per laptop as fee }}"
        )
    };
    refused("C180", &table("least", ""));
    refused("C180", &table("greatest", ""));
    let events = "2026-01-05 10:00 inspected L1 { grade A, repair_cost 10.00 EUR, wiped yes }
    2026-02-05 10:00 inspected L2 { grade C, repair_cost 10.00 EUR, wiped yes }";
    let expected = |january: &str, february: &str| {
        format!("{events}\n expect clause 1 in 2026-01 = {january} EUR\n expect clause 1 in 2026-02 {february}")
    };
    holds(&table("least", "otherwise => 1.00 EUR"), &expected("5.00", "= 1.00 EUR"));
    holds(&table("greatest", "otherwise => no decision"), &expected("20.00", "is held"));
    holds(&table("sum", "otherwise => no decision"), &expected("25.00", "is held"));
    holds(&table("sum", ""), &expected("25.00", "= 0.00 EUR"));
}

const BEST: &str = "define resale = by grade { when A : 420.00 EUR  when B : 330.00 EUR  otherwise : 90.00 EUR }
decide best, worth of laptop on inspected where wiped is yes = highest of {
    option redeploy  : resale - 20.00 EUR
    option refurbish : resale[A] - repair_cost - 20.00 EUR  provided parts is present and parts is yes
    option recycle   : 15.00 EUR
}";

/// As it is B is worth 330 − 20 = 310, refurbished 420 − 80 − 20 = 320; without parts that option is not open.
#[test]
fn the_option_of_the_highest_value() {
    let body = format!(
        "{BEST} first of equals
define refurbished per month = count of (inspected where best is refurbish), missing : adds nothing
clause 1 \"x\" {{ on inspected where wiped is yes, provider pays 10% * worth as sale }}"
    );
    holds(
        &body,
        "2026-01-05 10:00 inspected L1 { grade B, repair_cost 80.00 EUR, wiped yes, parts yes }
    2026-01-05 10:00 inspected L2 { grade B, repair_cost 80.00 EUR, wiped yes, parts no }
    2026-01-05 10:00 inspected L3 { grade C, repair_cost 400.00 EUR, wiped yes }
    2026-01-05 10:00 inspected L4 { grade A, repair_cost 10.00 EUR, wiped no }
    expect best of L1 = refurbish
    expect worth of L1 = 320.00 EUR
    expect best of L2 = redeploy
    expect worth of L2 = 310.00 EUR
    expect best of L3 = redeploy
    expect worth of L3 = 70.00 EUR
    expect best of L4 = nothing
    expect refurbished in 2026-01 = 1
    expect clause 1 in 2026-01 = 70.00 EUR",
    );
}

/// 420 − 90 − 20 = 330 − 20.
#[test]
fn options_of_one_value() {
    let equal = "2026-01-05 10:00 inspected L1 { grade B, repair_cost 90.00 EUR, wiped yes, parts yes }";
    holds(&format!("{BEST} first of equals"), &format!("{equal}\n expect best of L1 = redeploy"));
    holds(&format!("{BEST}, equals are not decided"), &format!("{equal}\n expect best of L1 = nothing"));
    refused("C150", BEST);
}

#[test]
fn the_option_of_the_lowest_value() {
    holds(
        "decide way of laptop on inspected = lowest of {
    option repair  : repair_cost + 5.00 EUR
    option replace : 60% of list_price, provided wiped is yes
} first of equals",
        "assume list_price of L1 = 100.00 EUR
    2026-01-05 10:00 inspected L1 { grade B, repair_cost 50.00 EUR, wiped yes }
    2026-01-05 10:00 inspected L2 { grade B, repair_cost 90.00 EUR, wiped no }
    expect way of L1 = repair
    expect way of L2 = repair",
    );
}

/// No list price is known of L1, so that replacing it might be the cheapest.
#[test]
fn an_option_of_unknown_value_leaves_the_decision_open() {
    holds(
        "decide way of laptop on inspected = lowest of {
    option repair  : repair_cost
    option replace : list_price
} first of equals",
        "2026-01-05 10:00 inspected L1 { grade B, repair_cost 50.00 EUR, wiped yes }
    expect way of L1 = nothing",
    );
}

#[test]
fn no_option_is_open() {
    let body = "decide way of laptop on inspected = highest of {
    option repair  : 4.00 EUR provided wiped is yes
    option replace : 5.00 EUR provided wiped is yes and grade is A
} first of equals
clause 1 \"x\" { on inspected where way is repair, customer pays 1.00 EUR as fee }";
    let event = "2026-01-05 10:00 inspected L1 { grade B, repair_cost 50.00 EUR, wiped no }";
    holds(body, &format!("{event}\n expect way of L1 = nothing"));
    let text = contract(body, &format!("{event}\n expect clause 1 in 2026-01 = 0.00 EUR"));
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures[0].found.contains("no option is open"), "{:?}", trials[0].failures);
}

#[test]
fn options_that_do_not_fit() {
    refused("C031", "decide way of laptop on inspected = highest of { }");
    refused(
        "C011",
        "decide way of laptop on inspected = highest of { option a : 4.00 EUR option a : 5.00 EUR } first of equals",
    );
    refused(
        "C021",
        "decide way of laptop on inspected = highest of { option a : 4.00 EUR option b : 5 days } first of equals",
    );
    refused(
        "C031",
        "decide way, worth, more of laptop on inspected = highest of { option a : 4.00 EUR option b : 5.00 EUR } first of equals",
    );
    refused(
        "C020",
        "decide way of laptop on inspected = highest of { option a : grade option b : 5.00 EUR } first of equals",
    );
    refused(
        "C020",
        "decide way of laptop on inspected = highest of { option a : 4.00 EUR provided repair_cost option b : 5.00 EUR } first of equals",
    );
    refused(
        "C014",
        "decide way, worth of laptop on inspected = highest of { option a : worth option b : 5.00 EUR } first of equals",
    );
}

/// A definition goes by a field that one kind of event alone has.
#[test]
fn a_card_by_a_field_of_an_event() {
    let cards = "define cleaning = by wiped { when yes : nothing  when no : 15.00 EUR }
define surcharge = 10% of repair_cost";
    holds(
        &format!(
            "{cards}
clause 1 \"x\" {{ on inspected, customer pays cleaning + surcharge per laptop as fee }}"
        ),
        "2026-01-05 10:00 inspected L1 { grade A, repair_cost 10.00 EUR, wiped yes }
    2026-01-05 10:00 inspected L2 { grade A, repair_cost 20.00 EUR, wiped no }
    expect clause 1 in 2026-01 = 18.00 EUR",
    );
    refused("C022", &format!("{cards}\nclause 1 \"x\" {{ on shipped, customer pays cleaning per laptop as fee }}"));
    refused("C022", &format!("{cards}\ndefine n per month = count of (shipped where cleaning is at least 1.00 EUR)"));
    refused(
        "C022",
        "event packed of laptop { wiped yes or no }
define cleaning = by wiped { when yes : nothing  when no : 15.00 EUR }
clause 1 \"x\" { on inspected, customer pays cleaning per laptop as fee }",
    );
}
