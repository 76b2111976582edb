//! Lateness that grows over several settlements: as it accrues, or when it ends.

use crate::support::checked;

/// A pump is requested on 16 March 2026: ten business days end on the 30th, and each business day after it costs 12.50.
fn contract(convention: &str, sentence: &str, scenario: &str) -> String {
    format!(
        r#"contract L-1 "Lateness"
parties {{ provider a "A"  customer b "B" }}
term     2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled  monthly
conventions {{
    business days Mon-Fri except holidays of FR
    conflicting records first known stays
    a repeated trigger changes nothing
    {convention}
}}
asset pump {{ }}
event requested, collected of pump
clause 1 "Take-back" {{
    obligation collect : provider must have pump collected within 10 business days of requested
        first day not counted, missed after 5 business days
    provider pays 12.50 EUR per pump per business day commenced for lateness of collect {sentence} as indemnity
}}
scenario "s" {{
    2026-03-16 09:00 requested P1
    {scenario}
}}"#
    )
}

fn passes(convention: &str, sentence: &str, scenario: &str) {
    let result = checked(&contract(convention, sentence, scenario));
    assert!(result.refusals().is_empty(), "{}", result.listing());
    let trials = crate::support::trials(&result.contract.unwrap());
    assert!(trials.iter().all(|trial| trial.failures.is_empty()), "{trials:?}");
}

#[test]
fn as_it_accrues_each_month_has_its_part() {
    // 31 March, and 1, 2 and 3 April: one and three business days.
    passes(
        "lateness is paid as it accrues",
        "",
        "2026-04-03 10:00 collected P1
         expect clause 1 in 2026-03 = 12.50 EUR
         expect clause 1 in 2026-04 = 37.50 EUR",
    );
}

#[test]
fn when_it_ends_the_month_of_the_collection_has_all() {
    passes(
        "lateness is paid when it ends",
        "",
        "2026-04-03 10:00 collected P1
         expect clause 1 in 2026-03 = 0.00 EUR
         expect clause 1 in 2026-04 = 50.00 EUR
         expect clause 1 in 2026-05 = 0.00 EUR",
    );
}

#[test]
fn when_it_ends_a_missed_one_is_paid_with_the_month_in_which_it_is_missed() {
    // The fifth business day after 30 March is 7 April: 6 April is Easter Monday.
    passes(
        "lateness is paid when it ends",
        "",
        "expect clause 1 in 2026-03 = 0.00 EUR
         expect clause 1 in 2026-04 = 62.50 EUR
         expect collect of P1 is missed",
    );
}

#[test]
fn a_limit_holds_for_all_of_it() {
    passes(
        "lateness is paid when it ends",
        "at most 30.00 EUR per pump",
        "2026-04-03 10:00 collected P1
         expect clause 1 in 2026-03 = 0.00 EUR
         expect clause 1 in 2026-04 = 30.00 EUR",
    );
}

#[test]
fn what_is_done_in_time_pays_nothing_either_way() {
    for convention in ["lateness is paid when it ends", "lateness is paid as it accrues"] {
        passes(convention, "", "2026-03-30 23:59 collected P1\nexpect clause 1 in 2026-03 = 0.00 EUR");
    }
}

#[test]
fn silence_is_asked_with_both_sums() {
    let result = checked(&contract("", "", "expect clause 1 in 2026-03 = 12.50 EUR"));
    let question = result.diagnostics.iter().find(|found| found.code.as_str() == "C183").unwrap();
    let answers = format!("{question:?}");
    for sum in ["25.00 EUR", "37.50 EUR", "62.50 EUR"] {
        assert!(answers.contains(sum), "{sum} is missing in {answers}");
    }
}

/// Ten business days, Saturdays too, end on Friday 27 March. Saturday has no working hours and counts by its time, which is
/// one day; of Monday's ten hours five are over: 1.5 × 12.50 EUR.
#[test]
fn a_business_day_without_working_hours_counts_by_its_time() {
    let scenario = "2026-03-30 13:00 collected P1
        expect clause 1 in 2026-03 = 18.75 EUR";
    let text = contract("lateness is paid as it accrues", "", scenario);
    let text = text.replace("per business day commenced", "per business day pro rata");
    let hours =
        "working hours Mon-Fri 08:00-18:00\n    business days Mon-Sat\n    rounded to 0.01 half up on each line";
    let text = text.replace("business days Mon-Fri except holidays of FR", hours);
    crate::support::holds_all(&text);
}

/// A contract that begins on 15 January at 00:00. What is late by an hour costs 10.00 EUR.
fn begun(convention: &str, time: &str, sentence: &str, scenario: &str) -> String {
    format!(
        r#"contract L-2 "Lateness before the term"
parties {{ provider a "A"  customer b "B" }}
term     2026-01-15 to 2026-12-31
currency EUR
timezone Europe/Paris
settled  monthly
conventions {{
    conflicting records first known stays
    a repeated trigger changes nothing
    lateness is paid {convention}
}}
asset pump {{ }}
event failed of pump {{ factor number }}
event restored of pump
clause 1 "Repair" {{
    obligation repair : provider must have pump restored within {time} of failed
        missed after 100 hours
    provider pays 10.00 EUR per pump per hour commenced for lateness of repair {sentence} as indemnity
}}
clause 2 "Late" {{
    when repair is late, provider pays 7.00 EUR per pump as indemnity
    clause 2 adds to clause 1
}}
scenario "s" {{
    {scenario}
}}"#
    )
}

/// The four hours are over at 22:00 on the 14th: two hours lie before the term, and three in January. Of a limit of 40.00 EUR
/// 20.00 EUR are used before. It came to be late before the term.
#[test]
fn what_accrued_before_the_term_is_of_no_settlement() {
    for (convention, sentence, amount) in [
        ("as it accrues", "", "30.00 EUR"),
        ("as it accrues", "at most 40.00 EUR per pump", "20.00 EUR"),
        ("when it ends", "", "50.00 EUR"),
        ("when it ends", "at most 40.00 EUR per pump", "40.00 EUR"),
    ] {
        let scenario = format!(
            "2026-01-14 18:00 failed P1 {{ factor 1 }}
    2026-01-15 03:00 restored P1
    expect clause 1 in 2026-01 = {amount}
    expect clause 1 in 2026-02 = 0.00 EUR
    expect clause 2 in 2026-01 = 0.00 EUR"
        );
        crate::support::holds_all(&begun(convention, "4 hours", sentence, &scenario));
    }
}

/// An hour late, and done before the term, though in the month in which it begins.
#[test]
fn what_was_done_before_the_term_is_not_paid() {
    for convention in ["as it accrues", "when it ends"] {
        let scenario = "2026-01-14 18:00 failed P1 { factor 1 }
    2026-01-14 23:00 restored P1
    expect clause 1 in 2026-01 = 0.00 EUR";
        crate::support::holds_all(&begun(convention, "4 hours", "", scenario));
    }
}

/// Four hours times −1 is no time that there may be. Times 0 the deadline is the event itself: 90 minutes are two hours commenced.
#[test]
fn a_time_of_less_than_nothing_is_held() {
    for (time, days) in [("(4 hours * factor)", ""), ("(4 days * factor)", "first day counted")] {
        for convention in ["as it accrues", "when it ends"] {
            let scenario = "2026-02-10 09:00 failed P1 { factor -1 }
    2026-02-10 10:30 restored P1
    expect clause 1 in 2026-02 is held
    expect clause 2 in 2026-02 is held";
            let text = begun(convention, time, "", scenario);
            crate::support::holds_all(&text.replace("of failed\n", &format!("of failed {days}\n")));
        }
    }
    let scenario = "2026-02-10 09:00 failed P1 { factor 0 }
    2026-02-10 10:30 restored P1
    expect clause 1 in 2026-02 = 20.00 EUR
    expect clause 2 in 2026-02 = 7.00 EUR";
    crate::support::holds_all(&begun("as it accrues", "(4 hours * factor)", "", scenario));
}

/// Nobody knows whether it is late. It was opened before the term: what is paid for it may be due from the first day on, while
/// it runs. What was done before the term is no longer open.
#[test]
fn what_was_opened_before_the_term_with_no_known_deadline_is_held_with_its_first_day() {
    for (done, held) in [("2026-01-15 03:00", true), ("2026-01-14 20:00", false)] {
        let told = if held { "is held" } else { "= 0.00 EUR" };
        let scenario = format!(
            "2026-01-14 18:00 failed P1 {{ factor -1 }}
    {done} restored P1
    expect clause 1 in 2026-01 {told}
    expect clause 2 in 2026-01 {told}
    expect clause 1 in 2026-02 = 0.00 EUR"
        );
        crate::support::holds_all(&begun("as it accrues", "(4 hours * factor)", "", &scenario));
    }
}

/// Nine days in February cost 18.00 EUR by the first text, all in the south. In March nine days of 3.00 EUR lie in the south and
/// eleven, from the 10th to the 20th, in the north: 27.00 and 33.00 EUR. Of each 10.00 EUR are owed.
#[test]
fn lateness_of_an_amended_clause_goes_by_the_site_of_each_day() {
    crate::support::holds_all(
        r#"contract L-3 "Two sites"
parties { provider a "A"  customer b "B" }
term     2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled  monthly
conventions {
    conflicting records first known stays
    a repeated trigger changes nothing
    lateness is paid as it accrues
}
asset pump { site (north, south) }
event requested, collected of pump
event moved of pump { site (north, south) }
clause 1 "Take-back" {
    obligation collect : provider must have pump collected within 10 days of requested
        first day not counted, missed after 60 days
}
clause 2 "Late" { provider pays 2.00 EUR per pump per day commenced for lateness of collect as indemnity }
clause 3 "Cap" { provider owes at most 10.00 EUR per site per month, under clause 2 }
amendment 1 to L-3 signed 2026-02-20, in force from 2026-03-01, open obligations go over to the new text {
    replace clause 2 "Late" { provider pays 3.00 EUR per pump per day commenced for lateness of collect as indemnity }
}
scenario "s" {
    assume site of P1 = south
    2026-02-09 09:00 requested P1
    2026-03-10 00:00 moved P1 { site north }
    2026-03-20 09:00 collected P1
    expect clause 2 in 2026-02 = 18.00 EUR
    expect clause 3 for south in 2026-02 = -8.00 EUR
    expect clause 2 in 2026-03 = 60.00 EUR
    expect clause 3 for south in 2026-03 = -17.00 EUR
    expect clause 3 for north in 2026-03 = -23.00 EUR
}"#,
    );
}
