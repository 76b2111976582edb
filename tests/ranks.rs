//! The how-manieth event: in a window, among assets, in lots, as a factor and as a condition.

use crate::support::{checked, holds_all};

fn contract(conventions: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2028-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    {conventions}
}}
asset crate "Crate" {{ site (north, south)  list_price money }}
event lost of crate {{ grade (A, B), optional }}
event moved of crate {{ site (north, south) }}
event returned of crate
event cancelled {{ reason (late, other) }}
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const MONTHS: &str = "month end last day";

/// The scenario must pass.
fn holds(body: &str, scenario: &str) {
    let text = contract(MONTHS, body, scenario);
    holds_all(&text);
}

/// What the checker says.
fn said(conventions: &str, body: &str) -> String {
    let text = contract(conventions, body, "2026-01-05 lost C1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let findings: Vec<String> = result.refusals().iter().map(|finding| format!("{finding:?}")).collect();
    findings.join("\n")
}

fn refused(code: &str, words: &str, body: &str) {
    let said = said(MONTHS, body);
    assert!(said.contains(code) && said.contains(words), "{code} with `{words}` is not raised:\n{said}\n{body}");
}

/// 10.00 EUR for each of the first three, then 15.00 EUR, from the ninth on 20.00 EUR.
fn losses(among: &str) -> String {
    format!(
        "clause 1 \"x\" {{ on lost, customer pays 10.00 EUR per crate times by rank of lost {among} {{
            up to 3 : 1
            up to 8 : 1.5
            above   : 2
        }} as indemnity }}"
    )
}

#[test]
fn among_all_assets_in_a_year() {
    // Three at 10, the fourth at 15.
    holds(
        &losses("per customer per calendar year"),
        "2026-02-02 09:00 lost C1\n 2026-02-03 09:00 lost C2\n 2026-03-02 09:00 lost C3\n 2026-12-31 23:00 lost C4
         2027-01-01 00:30 lost C5
         expect clause 1 in 2026-02 = 20.00 EUR
         expect clause 1 in 2026-03 = 10.00 EUR
         expect clause 1 in 2026-12 = 15.00 EUR
         expect clause 1 in 2027-01 = 10.00 EUR",
    );
}

#[test]
fn the_asked_period_counts_what_came_before() {
    // Only December is expected, and the fourth loss of the year stands in it.
    holds(
        &losses("per customer per calendar year"),
        "2026-02-02 09:00 lost C1\n 2026-02-03 09:00 lost C2\n 2026-03-02 09:00 lost C3\n 2026-12-31 23:00 lost C4
         expect clause 1 in 2026-12 = 15.00 EUR",
    );
}

#[test]
fn a_lot_takes_as_many_ranks() {
    // Ranks 1 to 10: three at 10, five at 15, two at 20 are 145.
    holds(
        &losses("per customer per calendar year"),
        "2026-02-02 09:00 lost 10 crate LOT\n expect clause 1 in 2026-02 = 145.00 EUR",
    );
    // Two before it: rank 3 at 10, 4 to 8 at 15 and 9 to 12 at 20 are 10 + 75 + 80.
    holds(
        &losses("per customer per calendar year"),
        "2026-01-02 09:00 lost 2 crate LOT\n 2026-02-02 09:00 lost 10 crate LOT2
         expect clause 1 in 2026-02 = 165.00 EUR",
    );
}

#[test]
fn a_rolling_time_goes_by_days() {
    // On 1 March the three of 1 March a year before no longer count; a day earlier they do.
    let events = "2026-03-01 09:00 lost 3 crate LOT\n";
    let body = losses("per customer per rolling 12 months");
    holds(&body, &format!("{events} 2027-02-28 23:00 lost C1\n expect clause 1 in 2027-02 = 15.00 EUR"));
    holds(&body, &format!("{events} 2027-03-01 00:00 lost C1\n expect clause 1 in 2027-03 = 10.00 EUR"));
    // 30 days: the day itself and the 29 before it.
    let body = losses("per customer per rolling 30 days");
    holds(&body, &format!("{events} 2026-03-30 09:00 lost C1\n expect clause 1 in 2026-03 = 45.00 EUR"));
    holds(&body, &format!("{events} 2026-03-31 09:00 lost C1\n expect clause 1 in 2026-03 = 40.00 EUR"));
}

#[test]
fn a_rolling_month_at_the_end_of_a_month() {
    let events = "2026-01-31 09:00 lost 3 crate LOT\n 2026-02-28 09:00 lost C1\n";
    let body = losses("per customer per rolling 1 month");
    let run = |conventions: &str, amount: &str| {
        let text = contract(conventions, &body, &format!("{events} expect clause 1 in 2026-02 = {amount}"));
        let result = checked(&text);
        assert!(result.refusals().is_empty(), "{}", result.listing());
        let trials = crate::support::trials(&result.contract.unwrap());
        assert!(trials.iter().all(|trial| trial.failures.is_empty()), "{conventions}: {trials:?}");
    };
    run("month end last day", "10.00 EUR");
    run("month end next day", "15.00 EUR");
    assert!(said("", &body).contains("C044"));
}

#[test]
fn within_one_asset_or_one_site() {
    // C1 has ranks 1 to 4, C2 has 1.
    holds(
        &losses("per crate per term"),
        "2026-02-02 09:00 lost C1\n 2026-02-03 09:00 lost C1\n 2026-02-04 09:00 lost C1\n 2026-02-05 09:00 lost C1
         2026-02-05 09:00 lost C2
         expect clause 1 in 2026-02 = 55.00 EUR",
    );
    // North has four: C1, C2, C3 and C1 again; C1 moves to the south and has the first rank there.
    holds(
        &losses("per site per calendar year"),
        "assume site of C1 = north, site of C2 = north, site of C3 = north
         2026-02-02 09:00 lost C1\n 2026-02-03 09:00 lost C2\n 2026-02-04 09:00 lost C3\n 2026-02-05 09:00 lost C1
         2026-02-06 09:00 moved C1 { site south }
         2026-02-07 09:00 lost C1
         expect clause 1 in 2026-02 = 55.00 EUR",
    );
}

#[test]
fn two_at_one_instant_have_two_ranks() {
    // All four at one instant: three at 10 and one at 15, whoever is first.
    holds(
        &losses("per customer per calendar year"),
        "2026-02-02 09:00 lost C4\n 2026-02-02 09:00 lost C3\n 2026-02-02 09:00 lost C2\n 2026-02-02 09:00 lost C1
         expect clause 1 in 2026-02 = 45.00 EUR",
    );
}

#[test]
fn as_a_condition() {
    // The third and later ones in a year; the k-th only.
    let from = |test: &str| {
        format!(
            "clause 1 \"x\" {{ on lost where rank of lost per customer per calendar year is {test},
             customer pays 7.00 EUR per crate as indemnity }}"
        )
    };
    let events = "2026-02-02 09:00 lost C1\n 2026-02-03 09:00 lost C2\n 2026-02-04 09:00 lost 3 crate LOT\n";
    holds(&from("above 2"), &format!("{events} expect clause 1 in 2026-02 = 21.00 EUR"));
    holds(&from("3"), &format!("{events} expect clause 1 in 2026-02 = 7.00 EUR"));
    holds(&from("at most 4"), &format!("{events} expect clause 1 in 2026-02 = 28.00 EUR"));
}

#[test]
fn used_up_or_counted_again() {
    // Five within 90 days, a credit from the third on: again, numbers 3, 4 and 5; used up, only number 3.
    let body = |again: &str| {
        format!(
            "clause 1 \"x\" {{ on lost where rank of lost per customer per rolling 90 days {again} is at least 3,
             customer pays 7.00 EUR per crate as indemnity }}"
        )
    };
    let events = "2026-02-02 09:00 lost C1\n 2026-02-03 09:00 lost C2\n 2026-02-04 09:00 lost C3
         2026-02-05 09:00 lost C4\n 2026-02-06 09:00 lost C5\n";
    holds(&body("counted again"), &format!("{events} expect clause 1 in 2026-02 = 21.00 EUR"));
    holds(&body("used up once credited"), &format!("{events} expect clause 1 in 2026-02 = 7.00 EUR"));
    // A lot of seven: again five of them, used up numbers 3 and 6.
    let lot = "2026-02-02 09:00 lost 7 crate LOT\n";
    holds(&body("counted again"), &format!("{lot} expect clause 1 in 2026-02 = 35.00 EUR"));
    holds(&body("used up once credited"), &format!("{lot} expect clause 1 in 2026-02 = 14.00 EUR"));
    refused("C133", "used up once credited", &body(""));
    refused("C133", "ranks 1, 2, 3, 1 make 7.00 EUR", &body(""));
}

#[test]
fn with_what_the_asset_and_event_bring() {
    // 10 % of 50.00 and of 80.00; the third loss of grade A counts double.
    holds(
        "clause 1 \"x\" { on lost where grade is present and grade is A, customer pays 10% of list_price per crate
            times by rank of (lost where grade is present and grade is A) per customer per term { up to 2 : 1  above : 2 }
            at most 9.00 EUR per crate as indemnity }",
        "assume list_price of C1 = 50.00 EUR, list_price of C2 = 80.00 EUR
         2026-02-02 09:00 lost C1 { grade A }\n 2026-02-02 09:30 lost C2 { grade B }\n 2026-02-02 10:00 lost C2 { grade A }
         2026-02-03 09:00 lost C2\n 2026-02-04 09:00 lost C1 { grade A }\n 2026-02-05 09:00 lost C2 { grade A }
         expect clause 1 in 2026-02 = 31.00 EUR",
    );
}

#[test]
fn of_events_without_an_asset_and_by_a_name() {
    holds(
        "define factor = by rank of cancelled per cancelled.reason per contract year { up to 1 : 1  above : 3 }
clause 1 \"x\" { on cancelled, customer pays 5.00 EUR times factor as indemnity }",
        "2026-02-02 09:00 cancelled { reason late }\n 2026-02-03 09:00 cancelled { reason late }
         2026-02-04 09:00 cancelled { reason other }
         expect clause 1 in 2026-02 = 25.00 EUR",
    );
}

#[test]
fn paid_once_for_a_lot_it_is_held() {
    let body = "clause 1 \"x\" { on lost, customer pays 10.00 EUR times by rank of lost per customer per term {
        up to 3 : 1  above : 2 } as indemnity }";
    holds(body, "2026-02-02 09:00 lost C1\n expect clause 1 in 2026-02 = 10.00 EUR");
    let text = contract(MONTHS, body, "2026-02-02 lost 5 crate LOT\n expect clause 1 in 2026-02 = 10.00 EUR");
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(format!("{trials:?}").contains("held"), "{trials:?}");
}

#[test]
fn an_unknown_group_holds_what_comes_after() {
    // It is not known at which site C2 is lost, so that the rank of every later loss is open.
    let body = losses("per site per calendar year");
    let events =
        "assume site of C1 = north\n 2026-02-02 09:00 lost C1\n 2026-03-03 09:00 lost C2\n 2026-04-04 09:00 lost C1\n";
    holds(&body, &format!("{events} expect clause 1 in 2026-02 = 10.00 EUR"));
    let text = contract(MONTHS, &body, &format!("{events} expect clause 1 in 2026-04 = 10.00 EUR"));
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(format!("{trials:?}").contains("held"), "{trials:?}");
}

#[test]
fn what_is_not_said_is_asked_with_figures() {
    // Six losses, three of each crate: 30 + 45 together, 60 apart.
    refused("C131", "ranks 1, 2, 3, 4, 5, 6 make 75.00 EUR", &losses("per calendar year"));
    refused("C131", "ranks 1, 2, 3, 1, 2, 3 make 60.00 EUR", &losses("per calendar year"));
    refused("C131", "per site", &losses("per calendar year"));
    refused("C132", "ranks 1, 2, 3, 1, 2, 3 make 60.00 EUR", &losses("per customer"));
    refused("C132", "per rolling 12 months", &losses("per customer"));
}

#[test]
fn what_cannot_be_is_refused() {
    refused(
        "C022",
        "not the rank of the event at hand",
        "clause 1 \"x\" { on returned, customer pays 1.00 EUR per crate times by rank of lost per customer per term { up to 3 : 1  above : 2 } as fee }",
    );
    refused(
        "C022",
        "no event is at hand",
        "define losses per month = total of (rank of lost per customer per term on lost)",
    );
    refused(
        "C022",
        "no event is at hand",
        "clause 1 \"x\" { each month, customer pays 1.00 EUR times rank of lost per customer per term as fee }",
    );
    refused(
        "C022",
        "does not count",
        "clause 1 \"x\" { on lost, customer pays 1.00 EUR per crate times by rank of (lost where grade is A) per customer per term { up to 3 : 1  above : 2 } as fee }",
    );
    refused("C023", "a second window", &losses("per customer per term per calendar year"));
    refused("C023", "no time over which", &losses("per customer per rolling 12 hours"));
    refused(
        "C023",
        "has no such asset",
        "clause 1 \"x\" { on cancelled, customer pays 1.00 EUR times by rank of cancelled per crate per term { up to 3 : 1  above : 2 } as fee }",
    );
    refused("C024", "every event is charged", &losses("per customer per term used up once credited"));
    refused(
        "C022",
        "whole lot",
        "clause 1 \"x\" { on lost, customer pays 1.00 EUR per crate at most 1.00 EUR * rank of lost per customer per term as fee }",
    );
}

/// Three losses in December lie before the term: that of January is the first of the contract, at 10.00 EUR.
#[test]
fn what_lies_before_the_term_is_not_counted() {
    for among in ["per customer per rolling 12 months", "per crate per calendar year", "per customer per term"] {
        holds(
            &losses(among),
            "2025-12-19 09:00 lost 3 crate C1
    2026-01-05 09:00 lost C1
    expect clause 1 in 2026-01 = 10.00 EUR",
        );
    }
}
