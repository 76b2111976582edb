//! Credits that are given back when the windows after them meet the target.

use crate::support::{checked, holds_all};

fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Earn-back"
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
event spent {{ cost money, optional }}
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

/// 20.00 EUR are credited for each failure of a month, and given back after three months without one.
const BODY: &str = "define failures per month = count of failed
define worst per month = greatest of failures over the last 3 months, a short window : nothing due
clause 4.2 \"Credit\" { provider pays 20.00 EUR for failures as price reduction }
clause 4.3 \"Earn-back\" { when worst is at most 0, customer pays 100% of clause 4.2 of 3 months earlier as price }
";

#[test]
fn a_credit_is_given_back_after_three_good_months() {
    // Two failures in January are 40.00 EUR; February, March and April have none.
    holds(
        BODY,
        "2026-01-05 failed P1
        2026-01-06 failed P1
        expect clause 4.2 in 2026-01 = 40.00 EUR
        expect clause 4.3 in 2026-03 = 0.00 EUR
        expect clause 4.3 in 2026-04 = 40.00 EUR
        expect clause 4.3 in 2026-05 = 0.00 EUR",
    );
}

#[test]
fn a_later_period_asked_alone_gives_the_same() {
    holds(BODY, "2026-01-05 failed P1\n expect clause 4.3 in 2026-04 = 20.00 EUR");
    holds(BODY, "2027-08-05 failed P1\n expect clause 4.3 in 2027-11 = 20.00 EUR");
}

#[test]
fn without_a_credit_there_is_nothing_to_give_back() {
    holds(
        BODY,
        "2026-05-05 failed P1
        expect clause 4.3 in 2026-01 = 0.00 EUR
        expect clause 4.3 in 2026-04 = 0.00 EUR",
    );
}

#[test]
fn a_miss_in_the_middle_leaves_the_credit() {
    // The failure of March stands between; its own credit is given back in June.
    holds(
        BODY,
        "2026-01-05 failed P1
        2026-03-31 failed P1
        expect clause 4.3 in 2026-04 = 0.00 EUR
        expect clause 4.3 in 2026-05 = 0.00 EUR
        expect clause 4.3 in 2026-06 = 20.00 EUR",
    );
}

#[test]
fn each_site_earns_its_own_back() {
    // The north fails once in January and never again; the south twice in January and once in February. In April only
    // the north gets its 20.00 EUR back; in May the south has the 20.00 EUR of February.
    holds(
        "define failures per site per month = count of failed
define worst per site per month = greatest of failures over the last 3 months, a short window : nothing due
clause 1 \"Credit\" { provider pays 20.00 EUR for failures as price reduction }
clause 2 \"Earn-back\" { when worst is at most 0, customer pays 100% of clause 1 of 3 months earlier as price }
",
        "assume site of N1 = north, site of S1 = south
        2026-01-05 failed N1
        2026-01-05 failed S1
        2026-01-06 failed S1
        2026-02-05 failed S1
        expect clause 1 in 2026-01 = 60.00 EUR
        expect clause 2 in 2026-04 = 20.00 EUR
        expect clause 2 in 2026-05 = 20.00 EUR
        expect clause 2 in 2026-06 = 0.00 EUR",
    );
}

#[test]
fn a_part_of_the_window_before_is_read() {
    // Half of the 40.00 EUR of January is added in February.
    holds(
        "define failures per month = count of failed
clause 1 \"Credit\" { provider pays 20.00 EUR for failures as price reduction }
clause 2 \"Echo\" { each month, provider pays 50% of clause 1 of 1 month earlier as indemnity }
",
        "2026-01-05 failed P1
        2026-01-31 failed P1
        expect clause 2 in 2026-01 = 0.00 EUR
        expect clause 2 in 2026-02 = 20.00 EUR
        expect clause 2 in 2026-03 = 0.00 EUR",
    );
}

/// P1 is replaced in January for 50.00 EUR and P2 in February; P2 fails three times in April. No pump failed before: that of
/// January is given back in March all the same, that of February not, as P2 failed more than twice in April.
#[test]
fn a_group_is_known_by_what_was_charged_for_it() {
    holds(
        "event replaced of pump
define failures per pump per month = count of failed
clause 1 \"Replacement\" { on replaced, customer pays 50.00 EUR per pump as price }
clause 2 \"Rebate\" { when failures is at most 2, provider pays 10% of clause 1 of 2 months earlier as price reduction }
",
        "2026-01-05 replaced P1
        2026-02-05 replaced P2
        2026-04-05 failed P2
        2026-04-06 failed P2
        2026-04-07 failed P2
        expect clause 2 in 2026-02 = 0.00 EUR
        expect clause 2 for P1 in 2026-03 = 5.00 EUR
        expect clause 2 in 2026-04 = 0.00 EUR
        expect clause 2 in 2026-05 = 0.00 EUR",
    );
}

#[test]
fn a_held_credit_holds_what_gives_it_back() {
    // A cost of January is not known; that of February is 300.00 EUR, a tenth of which is credited.
    let body = "define cost per month = total of spent.cost, missing : held
clause 1 \"Credit\" { each month, provider pays 10% of cost as price reduction }
clause 2 \"Earn-back\" { each month, customer pays 100% of clause 1 of 3 months earlier as price }
";
    let events = "2026-01-05 spent\n 2026-02-05 spent { cost 300 EUR }";
    holds(body, &format!("{events}\n expect clause 2 in 2026-05 = 30.00 EUR"));
    let text = contract(body, &format!("{events}\n expect clause 2 in 2026-04 = 0.00 EUR"));
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures[0].found.contains("it is held"), "{:?}", trials[0].failures);
}

#[test]
fn what_cannot_be_read_is_refused_with_a_fix() {
    let define = "define failures per month = count of failed\n";
    let credit = "clause 1 \"Credit\" { provider pays 20.00 EUR for failures as price reduction }\n";
    let with = |clause: &str| format!("{define}{credit}clause 2 \"Back\" {{ {clause} }}\n");
    let unit = raised("C023", &with("each month, customer pays 100% of clause 1 of 1 quarter earlier as price"));
    assert!(unit.contains("look back in windows of the sentence: `months`"), "{unit}");
    raised("C005", &with("each month, customer pays 100% of clause 1 of 0 months earlier as price"));
    raised("C005", &with("each month, customer pays 100% of clause 1 of 121 months earlier as price"));
    raised("C005", &with("each month, customer pays 100% of clause 1 of 1.5 months earlier as price"));
    raised("C014", &with("each month, customer pays 100% of clause 2 of 1 month earlier as price"));
    raised("C024", &with("provider owes at most 50% of clause 1 of 1 month earlier per month under clause 1"));
}
