//! Shares of savings and overruns, points, thresholds, in small contracts whose figures were worked out by hand.

use crate::support::{checked, holds_all};

fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Sharing"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
}}
asset pump "Pump" {{ site text }}
event failed of pump
event spent {{ cost money }}
event planned {{ budget money }}
event checked {{ passed yes or no }}
define failures per month = count of failed
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

fn holds(body: &str, scenario: &str) {
    let text = contract(body, scenario);
    holds_all(&text);
}

/// The finding of this code that the checker raises, printed.
fn raised(code: &str, body: &str) -> String {
    let text = contract(body, "2026-01-05 failed P1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found: Vec<_> =
        result.refusals().into_iter().filter(|finding| finding.code.as_str() == code).cloned().collect();
    assert!(!found.is_empty(), "{code} is not raised:\n{}\n{text}", result.listing());
    consigne::render::text(&result.sources, &found, false)
}

const COSTS: &str =
    "define outturn per month = total of spent.cost\ndefine target per month = total of planned.budget\n";

#[test]
fn bounds_that_are_parts_of_a_counted_amount() {
    let body = format!(
        "{COSTS}clause 1 \"Saving\" {{
            customer pays for shortfall of outturn below target, each band at its own price {{
                up to 10% of target : 50%
                up to 20% of target : 25%
                above               : nothing
            }} as bonus }}"
    );
    // Target 1 000: of 350 saved, 100 at 50 % and 100 at 25 %. Target 2 000: of 300 saved, 200 at 50 % and 100 at 25 %.
    // Without a target nothing is saved.
    holds(
        &body,
        "2026-01-05 planned { budget 1000.00 EUR }
         2026-01-06 spent { cost 650.00 EUR }
         2026-02-05 planned { budget 2000.00 EUR }
         2026-02-06 spent { cost 1700.00 EUR }
         2026-03-06 spent { cost 10.00 EUR }
         expect clause 1 in 2026-01 = 75.00 EUR
         expect clause 1 in 2026-02 = 125.00 EUR
         expect clause 1 in 2026-03 = 0.00 EUR",
    );
}

#[test]
fn bounds_whose_order_is_not_known_are_refused() {
    let with = |rows: &str| {
        format!(
            "{COSTS}clause 1 \"x\" {{ customer pays for shortfall of outturn below target, each band at its own price {{ {rows} }} as bonus }}"
        )
    };
    raised("C030", &with("up to 10% of target : 50%  up to 500.00 EUR : 25%  above : nothing"));
    raised("C030", &with("up to 10% of target : 50%  up to 20% of outturn : 25%  above : nothing"));
    raised("C030", &with("up to target : 50%  above : nothing"));
    raised("C030", &with("up to 20% of target : 50%  up to 10% of target : 25%  above : nothing"));
}

#[test]
fn a_bound_is_computed_of_fixed_values() {
    let body = "define budget_of_year = 12 000.00 EUR
        define outturn per month = total of spent.cost
        clause 1 \"x\" { provider pays by outturn { up to budget_of_year / 12 + 50.00 EUR : nothing  above : 100.00 EUR } as indemnity }";
    // A twelfth and 50 are 1 050.
    holds(
        body,
        "2026-01-05 spent { cost 1050.00 EUR }
         2026-02-05 spent { cost 1050.01 EUR }
         expect clause 1 in 2026-01 = 0.00 EUR
         expect clause 1 in 2026-02 = 100.00 EUR",
    );
}

#[test]
fn how_bands_price_is_asked_with_both_figures() {
    // 20: 5 × 7.00 + 5 × 6.50 + 10 × 6.00, or 20 × 6.00.
    let told = raised(
        "C149",
        "clause 1 \"x\" { customer pays for failures { up to 5 : 7.00 EUR  up to 10 : 6.50 EUR  above : 6.00 EUR } as price }",
    );
    assert!(told.contains("127.50 EUR") && told.contains("120.00 EUR"), "{told}");
}

const SHARE: &str = "define share_passed per month = share of (checked where passed is yes), empty : nothing due";

#[test]
fn points_of_a_percentage() {
    let body = |part: &str, rounding: &str| {
        format!(
            "{SHARE}{rounding}\nclause 1 \"x\" {{ provider pays 2.00 EUR per point {part} for shortfall of share_passed below 98% as price reduction }}"
        )
    };
    let events =
        "2026-01-05 checked { passed yes }\n 2026-01-06 checked { passed yes }\n 2026-01-07 checked { passed no }\n";
    // 98 − 66.67 = 31.33 points.
    holds(&body("commenced", ", not rounded"), &format!("{events} expect clause 1 in 2026-01 = 64.00 EUR"));
    holds(&body("completed", ", not rounded"), &format!("{events} expect clause 1 in 2026-01 = 62.00 EUR"));
    holds(&body("pro rata", ""), &format!("{events} expect clause 1 in 2026-01 = 62.67 EUR"));
    // 66.67 is rounded to 67: 31 points.
    holds(&body("commenced", ", rounded to 1% half up"), &format!("{events} expect clause 1 in 2026-01 = 62.00 EUR"));
    let told = raised("C146", &body("commenced", ""));
    assert!(told.contains("97.96%") && told.contains("2.00 EUR") && told.contains("nothing"), "{told}");
    assert!(raised("C146", &body("completed", "")).contains("97.04%"));
    raised("C041", &body("", ""));
    raised("C024", &body("commenced", ", not rounded, rounded to 1% half up"));
}

#[test]
fn a_percentage_is_not_multiplied_without_its_points() {
    raised(
        "C024",
        &format!(
            "{SHARE}\nclause 1 \"x\" {{ provider pays 2.00 EUR for shortfall of share_passed below 98% as price reduction }}"
        ),
    );
    raised("C021", "clause 1 \"x\" { provider pays 2.00 EUR per point commenced for failures as price reduction }");
}

#[test]
fn the_excess_or_the_whole() {
    let body = |what: &str| {
        format!("clause 1 \"x\" {{ when failures is above 2, provider pays 10.00 EUR for {what} as indemnity }}")
    };
    let at = |number: u32, amount: &str| {
        format!("assume failures in 2026-01 = {number}\n expect clause 1 in 2026-01 = {amount} EUR")
    };
    let told = raised("C145", &body("failures"));
    // Twice the threshold: 4, of which 2 are above it.
    assert!(told.contains("20.00 EUR") && told.contains("40.00 EUR"), "{told}");
    holds(&body("the whole of failures"), &at(3, "30.00"));
    holds(&body("the whole of failures"), &at(2, "0.00"));
    holds(&body("excess of failures over 2"), &at(3, "10.00"));
    raised("C024", "clause 1 \"x\" { provider pays 10.00 EUR for the whole of failures as indemnity }");
}
