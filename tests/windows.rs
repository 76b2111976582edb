//! Windows beyond the one at hand: rolling ones, those before it, and a number over all of its groups.

use crate::support::{checked, holds_all};

/// A contract settled as told, with these items and this scenario.
fn contract(settled: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled {settled}
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
}}
asset pump "Pump" {{ site text }}
event failed, restored, served of pump
event weighed of pump {{ load number }}
define down = from failed to restored
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

/// The scenario must pass.
fn holds_by(settled: &str, body: &str, scenario: &str) {
    let text = contract(settled, body, scenario);
    holds_all(&text);
}

fn holds(body: &str, scenario: &str) {
    holds_by("monthly", body, scenario);
}

/// The checker must refuse the text with this code.
fn refused(code: &str, body: &str) {
    let text = contract("monthly", body, "2026-01-05 failed P1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    assert!(found, "{code} is not raised:\n{}\n{text}", result.listing());
}

const FAILURES: &str = "2026-01-05 09:00 failed P1
    2026-01-20 09:00 failed P2
    2026-02-03 09:00 failed P1
    2026-04-30 23:59 failed P1";

/// January holds 2, February 1, April 1: three months end with 2, 3, 3, 2, 1, 1 and 0.
#[test]
fn a_rolling_window_ends_with_each_period() {
    let body = "define recent per rolling 3 months = count of failed, counted again, a short window : counts as it is
clause 1 \"x\" { provider pays 10.00 EUR for recent as price reduction }";
    holds(
        body,
        &format!(
            "{FAILURES}
    expect recent in 2026-01 = 2
    expect recent in 2026-02 = 3
    expect clause 1 in 2026-01 = 20.00 EUR
    expect clause 1 in 2026-02 = 30.00 EUR
    expect clause 1 in 2026-03 = 30.00 EUR
    expect clause 1 in 2026-04 = 20.00 EUR
    expect clause 1 in 2026-05 = 10.00 EUR
    expect clause 1 in 2026-06 = 10.00 EUR
    expect clause 1 in 2026-07 = 0.00 EUR"
        ),
    );
}

/// Settled by quarters, six months end with March, June and September.
#[test]
fn a_rolling_window_of_quarters() {
    let body = "define recent per rolling 6 months = count of failed, counted again, a short window : counts as it is
clause 1 \"x\" { provider pays 10.00 EUR for recent as price reduction }";
    holds_by(
        "quarterly",
        body,
        &format!(
            "{FAILURES}
    expect clause 1 in 2026-03 = 30.00 EUR
    expect clause 1 in 2026-06 = 40.00 EUR
    expect clause 1 in 2026-09 = 10.00 EUR
    expect clause 1 in 2026-12 = 0.00 EUR"
        ),
    );
}

#[test]
fn what_is_credited_counts_again_or_is_used_up() {
    let body = |used: &str| {
        format!(
            "define recent per pump per rolling 3 months = count of failed, {used}, a short window : counts as it is
clause 1 \"x\" {{ when recent is at least 2, provider pays 100.00 EUR as price reduction }}"
        )
    };
    // P1 has two failures by February; they lie in the windows to February and March.
    let again = "expect clause 1 for P1 in 2026-02 = 100.00 EUR
    expect clause 1 for P1 in 2026-03 = 100.00 EUR
    expect clause 1 for P1 in 2026-04 = 100.00 EUR
    expect clause 1 = 300.00 EUR";
    holds(&body("counted again"), &format!("{FAILURES}\n {again}"));
    // Credited with February, both are used up: April holds one.
    let used = "expect clause 1 for P1 in 2026-02 = 100.00 EUR
    expect clause 1 for P1 in 2026-03 = 0.00 EUR
    expect clause 1 for P1 in 2026-04 = 0.00 EUR
    expect clause 1 for P1 in 2026-05 = 0.00 EUR
    expect clause 1 = 100.00 EUR";
    holds(&body("used up once credited"), &format!("{FAILURES}\n {used}"));
    // A later failure in May makes two with that of April.
    let later = "2026-05-02 09:00 failed P1
    expect clause 1 for P1 in 2026-04 = 0.00 EUR
    expect clause 1 for P1 in 2026-05 = 100.00 EUR";
    holds(&body("used up once credited"), &format!("{FAILURES}\n {later}"));
}

#[test]
fn a_window_before_the_term() {
    let body = |short: &str| {
        format!(
            "define recent per rolling 3 months = count of failed, counted again, a short window : {short}
clause 1 \"x\" {{ provider pays 10.00 EUR for recent as price reduction }}"
        )
    };
    let due = "expect clause 1 in 2026-01 = 0.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-03 = 30.00 EUR";
    holds(&body("nothing due"), &format!("{FAILURES}\n {due}"));
    holds(&body("held"), &format!("{FAILURES}\n expect clause 1 in 2026-03 = 30.00 EUR"));
    let text = contract("monthly", &body("held"), &format!("{FAILURES}\n expect clause 1 in 2026-02 = 0.00 EUR"));
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures[0].found.contains("before the term"), "{:?}", trials[0].failures);
}

/// P2 failed in January only. It has a line as long as a window holds January, though nothing happens to it.
#[test]
fn groups_of_earlier_months_are_remembered() {
    let body =
        "define recent per pump per rolling 3 months = count of failed, counted again, a short window : counts as it is
define count_now per pump per month = count of failed
define before per pump per month = count_now in the previous month, a short window : nothing due
clause 1 \"x\" { provider pays 10.00 EUR for recent as price reduction }
clause 2 \"y\" { provider pays 1.00 EUR for before as price reduction  clause 2 adds to clause 1 }";
    holds(
        body,
        &format!(
            "{FAILURES}
    expect clause 1 for P2 in 2026-03 = 10.00 EUR
    expect clause 1 for P2 in 2026-04 = 0.00 EUR
    expect clause 2 for P2 in 2026-02 = 1.00 EUR
    expect clause 2 for P1 in 2026-03 = 1.00 EUR
    expect clause 2 for P2 in 2026-03 = 0.00 EUR"
        ),
    );
}

#[test]
fn figures_over_earlier_windows() {
    let body = "define now per month = count of failed
define least3    per month = least of now over the last 3 months, a short window : counts as it is
define greatest3 per month = greatest of now over the last 3 months, a short window : nothing due
define total3    per month = total of now over the last 3 months, a short window : counts as it is
define mean2     per month = mean of now over the previous 2 months, a short window : counts as it is, empty : nothing due
define rise      per month = now - now in the previous month, a short window : counts as it is, empty : counts as 7
clause 1 \"x\" { when greatest3 is at least 2, provider pays 5.00 EUR as price reduction }";
    holds(
        body,
        &format!(
            "{FAILURES}
    expect least3 in 2026-01 = 2
    expect least3 in 2026-02 = 1
    expect least3 in 2026-03 = 0
    expect total3 in 2026-02 = 3
    expect total3 in 2026-04 = 2
    expect mean2 in 2026-02 = 2
    expect mean2 in 2026-03 = 1.5
    expect mean2 in 2026-04 = 0.5
    expect rise in 2026-01 = 7
    expect rise in 2026-02 = -1
    expect rise in 2026-04 = 1
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-03 = 5.00 EUR
    expect clause 1 in 2026-04 = 0.00 EUR"
        ),
    );
}

/// What is assumed of a month counts in the windows that look back at it.
#[test]
fn assumed_windows_are_looked_back_at() {
    let body = "define rate per month = count of restored / count of failed, empty : nothing due
define calm per month = least of rate over the last 3 months, a short window : nothing due, empty : nothing due
clause 1 \"x\" { when calm is at least 99%, customer pays 40.00 EUR as bonus }";
    holds(
        body,
        "assume rate in 2026-01 = 99.5%, rate in 2026-02 = 99%, rate in 2026-03 = 100%, rate in 2026-04 = 98%
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 1 in 2026-03 = 40.00 EUR
    expect clause 1 in 2026-04 = 0.00 EUR",
    );
}

/// May and June have no rate: they are left out, and July has none to look back at.
#[test]
fn windows_of_which_nothing_is_due_are_left_out() {
    let body = "define rate per month = count of restored / count of failed, empty : nothing due
define before per month = mean of rate over the previous 2 months, a short window : nothing due, empty : counts as 50%";
    holds(
        body,
        "assume rate in 2026-03 = 80%, rate in 2026-04 = 90%
    expect before in 2026-05 = 85%
    expect before in 2026-06 = 90%
    expect before in 2026-07 = 50%",
    );
}

/// Site n: 1 of 2 restored, site s: 3 of 3. The mean of the ratios is 75 %, the ratio of the sums 4 / 5. Weighted by
/// failures the mean is the ratio of the sums.
#[test]
fn a_mean_of_ratios_and_a_ratio_of_sums() {
    let body = "define fails per site per month = count of failed
define back  per site per month = count of restored
define rate  per site per month = back / fails, empty : nothing due
define mean_rate  per month = mean of rate over all sites, each exact, empty : nothing due
define by_fails   per month = mean of rate over all sites weighted by fails, each exact, empty : nothing due
define of_sums    per month = total of back over all sites / total of fails over all sites, empty : nothing due
define worst      per month = least of rate over all sites, empty : nothing due
clause 1 \"x\" { when worst is below 60%, provider pays 5.00 EUR as price reduction }";
    holds(
        body,
        "assume site of N1 = n, site of N2 = n, site of S1 = s, site of S2 = s, site of S3 = s
    2026-01-05 09:00 failed N1
    2026-01-05 09:00 failed N2
    2026-01-05 09:00 failed S1
    2026-01-05 09:00 failed S2
    2026-01-05 09:00 failed S3
    2026-01-06 09:00 restored N1
    2026-01-06 09:00 restored S1
    2026-01-06 09:00 restored S2
    2026-01-06 09:00 restored S3
    expect mean_rate in 2026-01 = 75%
    expect by_fails in 2026-01 = 80%
    expect of_sums in 2026-01 = 80%
    expect worst in 2026-01 = 50%
    expect clause 1 in 2026-01 = 5.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR",
    );
}

/// A third of 3 and two thirds of 3: exactly 50 %; each rounded to whole percents, 33 % and 67 %, 50 %; downward 33 %
/// and 66 %, 49.5 %.
#[test]
fn each_ratio_rounded_first() {
    let body = "define rate per pump per month = count of restored / count of failed, empty : nothing due, rounded to 1% downward
define mean_rate per month = mean of rate over all pumps, empty : nothing due
clause 1 \"x\" { when mean_rate is below 50%, provider pays 5.00 EUR as price reduction }";
    let events = "2026-01-05 09:00 failed P1
    2026-01-06 09:00 failed P1
    2026-01-07 09:00 failed P1
    2026-01-05 09:00 failed P2
    2026-01-06 09:00 failed P2
    2026-01-07 09:00 failed P2
    2026-01-08 09:00 restored P1
    2026-01-08 09:00 restored P2
    2026-01-09 09:00 restored P2";
    holds(body, &format!("{events}\n expect mean_rate in 2026-01 = 49.5%\n expect clause 1 in 2026-01 = 5.00 EUR"));
}

#[test]
fn the_clause_of_a_period_beside_a_rolling_number() {
    let body = "define recent per rolling 12 months = count of failed, counted again, a short window : counts as it is
clause 1 \"Fee\" { each month, customer pays 200.00 EUR as fee }
clause 2 \"x\" { when recent is at least 3, provider pays 5% of clause 1 as price reduction }";
    holds(
        body,
        &format!(
            "{FAILURES}
    expect clause 2 in 2026-01 = 0.00 EUR
    expect clause 2 in 2026-02 = 10.00 EUR
    expect clause 2 in 2027-01 = 0.00 EUR"
        ),
    );
}

#[test]
fn time_in_a_state_over_rolling_months() {
    let body =
        "define hours per rolling 2 months = total of time while down, counted again, a short window : counts as it is
clause 1 \"x\" { provider pays 1.00 EUR per hour pro rata for hours as price reduction }";
    holds(
        body,
        "2026-01-31 12:00 failed P1
    2026-02-01 06:00 restored P1
    expect clause 1 in 2026-01 = 12.00 EUR
    expect clause 1 in 2026-02 = 18.00 EUR
    expect clause 1 in 2026-03 = 6.00 EUR",
    );
}

#[test]
fn questions_and_refusals() {
    refused("C152", "define n per rolling 3 months = count of failed");
    refused(
        "C153",
        "define n per rolling 3 months = count of failed, a short window : held
clause 1 \"x\" { provider pays 1.00 EUR for n as price reduction }",
    );
    // Through another number too.
    refused(
        "C153",
        "define n per rolling 3 months = count of failed, a short window : held
define m per month = n * 2
clause 1 \"x\" { provider pays 1.00 EUR for m as price reduction }",
    );
    refused("C152", "define n per month = count of failed\n define b per month = n in the previous month");
    refused(
        "C055",
        "define n per month = count of failed
define b per month = n in the previous month, a short window : counts as it is",
    );
    refused("C023", "define n per rolling 3 days = count of failed");
    refused("C023", "define n per rolling 0 months = count of failed");
    refused(
        "C023",
        "define n per month = count of failed\n define b per month = n in the previous quarter, a short window : held",
    );
    refused(
        "C022",
        "define n per month = count of failed\n clause 1 \"x\" { when n in the previous month is above 2, provider pays 1.00 EUR as price reduction }",
    );
    refused(
        "C024",
        "define n per month = count of failed\n define b per month = count of n over the last 3 months, a short window : held",
    );
    refused("C024", "define n per month = count of failed, a short window : held");
    refused("C024", "define n per month = count of failed, used up once credited");
    refused(
        "C005",
        "define n per month = count of failed\n define b per month = least of n over the last 400 months, a short window : held",
    );
    refused("C014", "define n per month = n in the previous month, a short window : held");
    refused(
        "C023",
        "define n per month = count of failed\n define b per month = mean of n over all sites, empty : held",
    );
    refused(
        "C023",
        "define n per month = count of failed\n clause 1 \"x\" { each month, customer pays 5.00 EUR as fee }\n clause 2 \"y\" { customer owes at least 9.00 EUR per rolling 3 months under clause 1 }",
    );
    refused(
        "C023",
        "define n per rolling 3 months = count of failed, a short window : held
define m per year = n * 2",
    );
}

/// Two failures in January, one in February and none in March: of the three the greatest is 2; that of the month before is 1.
/// What clause 1 charged a quarter earlier, 15.00 EUR, is charged again by half: 7.50 EUR.
#[test]
fn earlier_windows_are_named_as_those_of_the_calendar_too() {
    holds(
        "define failures per calendar month = count of failed
define most per calendar month = greatest of failures over the last 3 calendar months
    a short window : nothing due
define before per calendar month = least of failures over the previous 1 calendar months
    a short window : nothing due
clause 1 \"Failures\" { each calendar quarter, provider pays 15.00 EUR as price reduction }
clause 2 \"Half\" { each calendar quarter, provider pays 50% of clause 1 of 1 calendar quarters earlier as price reduction
    clause 2 adds to clause 1 }",
        "2026-01-05 09:00 failed P1
    2026-01-06 09:00 failed P1
    2026-02-05 09:00 failed P1
    expect most in 2026-03 = 2
    expect before in 2026-03 = 1
    expect clause 2 in 2026-03 = 0.00 EUR
    expect clause 2 in 2026-06 = 7.50 EUR",
    );
}

/// P1 was served twice in January, and never failed. Its line is there by the number that multiplies, as by one in the rate or in a
/// step: at least 5.00 EUR, or 2 × 5.00 EUR. P2 failed and was not served: 1.00 EUR × 0 is at least 5.00 EUR too, or 0.
#[test]
fn a_line_is_there_for_each_group_of_any_of_its_numbers() {
    let defined = "define failures per pump per month = count of failed
define visits per pump per month = count of served\n";
    let events = "2026-01-05 09:00 served P1
    2026-01-06 09:00 served P1
    2026-01-07 09:00 failed P2";
    for (amount, of_p1, of_p2) in [
        ("1.00 EUR for failures times visits, at least 5.00 EUR", "5.00", "5.00"),
        ("1.00 EUR * visits for failures, at least 5.00 EUR", "5.00", "5.00"),
        ("0.00 EUR for failures, at least 5.00 EUR * visits", "10.00", "0.00"),
    ] {
        let body = format!("{defined}clause 1 \"Line\" {{ provider pays {amount} as price reduction }}");
        let scenario = format!(
            "{events}
    expect clause 1 for P1 in 2026-01 = {of_p1} EUR
    expect clause 1 for P2 in 2026-01 = {of_p2} EUR"
        );
        holds(&body, &scenario);
    }
}
