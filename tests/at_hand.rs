//! What is at hand where a value stands, and times in whole days and months: what cannot be told is refused, and never
//! computed of something else. The figures were worked out by hand.

use crate::support::{checked, holds_all};

fn contract(conventions: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "At hand"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a repeated trigger changes nothing
    lateness is paid as it accrues
    attributes read at the event
    {conventions}
}}
asset pump "Pump" {{ list_price money  site (north, south)  commissioned date }}
event scored of pump {{ score number }}
event installed, removed, failed, restored, requested, collected, denied of pump
define in_service = from installed to removed
define down = from failed to restored
define failures per month = count of failed
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const MONTHS: &str = "month end last day\n    working hours Mon-Fri 08:00-18:00\n    deadline on a day off stays";

fn holds(body: &str, scenario: &str) {
    holds_all(&contract(MONTHS, body, scenario));
}

fn codes(conventions: &str, body: &str) -> Vec<String> {
    let text = contract(conventions, body, "2026-01-05 09:00 failed P1\n expect total of provider = 0.00 EUR");
    checked(&text).refusals().into_iter().map(|finding| finding.code.as_str().to_owned()).collect()
}

#[track_caller]
fn refused(code: &str, body: &str) {
    assert_eq!(codes(MONTHS, body), [code], "{body}");
}

const FETCH: &str = "obligation fetch : provider must have pump collected within 2 days of requested
        first day not counted
        missed after 60 days";

#[test]
fn months_behind_an_event_end_as_the_conventions_say() {
    let body = "define billed = from installed to 1 month after removed
define hours per month = total of time while billed";
    let scenario = |hours: &str| {
        format!("2026-02-28 00:00 installed P1\n 2026-02-28 00:00 removed P1\n expect hours in 2026-03 = {hours} hours")
    };
    // To 31 March at midnight: 30 days, of which one has 23 hours.
    holds_all(&contract("month end last day", body, &scenario("719")));
    // To 28 March: 27 days.
    holds_all(&contract("month end same day else last", body, &scenario("648")));
    assert_eq!(codes("", body), ["C044"]);
}

#[test]
fn months_behind_a_deadline_are_whole_ones() {
    let body = "clause 1 \"Take-back\" {
    obligation fetch : provider must have pump collected within 2 days of requested
        first day not counted
        missed after 1 month
}";
    // The last day is 30 January, and a month more ends with 28 February.
    holds(
        body,
        "2026-01-28 09:00 requested P1
    2026-02-28 12:00 collected P1
    2026-01-28 09:00 requested P2
    2026-03-01 00:00 collected P2
    expect fetch of P1 is late by 29 days
    expect fetch of P2 is missed",
    );
    assert_eq!(codes("", body), ["C044"]);
}

#[test]
fn business_days_behind_an_event_must_be_known() {
    let body = "define billed = from installed to 2 business days after removed
define hours per month = total of time while billed";
    // From Friday 9:00 to Tuesday 9:00.
    holds(body, "2026-03-06 09:00 installed P1\n 2026-03-06 09:00 removed P1\n expect hours in 2026-03 = 96 hours");
    assert_eq!(codes("", body), ["C045"]);
    // Five working hours from Friday 15:00 on: three, and two on Monday.
    let body = "define billed = from installed to 5 working hours after removed
define hours per month = total of time while billed";
    holds(body, "2026-03-06 15:00 installed P1\n 2026-03-06 15:00 removed P1\n expect hours in 2026-03 = 67 hours");
}

#[test]
fn a_part_of_a_day_is_no_time_in_days() {
    let duty = |within: &str, missed: &str| {
        format!(
            "clause 1 \"Take-back\" {{
    obligation fetch : provider must have pump collected within {within} of requested
        first day not counted
        missed after {missed}
}}"
        )
    };
    refused("C021", &duty("1.5 days", "2 days"));
    refused("C021", &duty("by site { when north : 1 day  when south : 0.5 days }", "2 days"));
    refused("C021", &duty("2 days", "0.5 months"));
    refused("C021", "define billed = from installed to 0.5 days after removed");
}

#[test]
fn a_computed_time_that_is_no_whole_number_of_days_is_held() {
    let body = "clause 1 \"Answer\" {
    obligation answer : provider must have pump collected within (1 day * score) of scored
        first day not counted
        missed after 0 days
    when answer is missed, provider pays 5.00 EUR per pump as indemnity
}";
    holds(
        body,
        "2026-03-02 09:00 scored P1 { score 2 }
    2026-05-04 09:00 scored P2 { score 1.5 }
    2026-07-06 09:00 scored P3 { score -1 }
    expect clause 1 in 2026-03 = 5.00 EUR
    expect clause 1 in 2026-05 is held
    expect clause 1 in 2026-07 is held",
    );
}

#[test]
fn a_time_runs_from_an_event_to_an_event() {
    for points in ["failed to 2 days after restored", "1 day after failed to restored", "commissioned to restored"] {
        refused("C022", &format!("define hours per month = total of time from {points} in days"));
    }
}

#[test]
fn an_event_has_no_time_of_its_own_to_pay_for() {
    refused(
        "C024",
        "clause 1 \"F\" { on failed, provider pays 1.00 EUR per pump per day while down, both days counted as fee }",
    );
    for opener in ["on failed, ", "when fetch is missed, "] {
        let late = format!("{opener}provider pays 1.00 EUR per pump per day commenced for lateness of fetch as fee");
        refused("C024", &format!("clause 1 \"F\" {{ {FETCH}\n {late} }}"));
    }
    for rate in ["10% for list_price", "1.00 EUR for failures"] {
        refused("C024", &format!("clause 1 \"F\" {{ {FETCH}\n when fetch is missed, provider pays {rate} as fee }}"));
    }
}

#[test]
fn what_is_asked_of_an_event_reads_no_number_of_a_window() {
    let fee = "clause 1 \"Fee\" { each month, customer pays 100.00 EUR as price }\n";
    for body in [
        "clause 2 \"F\" { on failed, provider pays 5.00 EUR for count of failed as fee }",
        "clause 2 \"F\" { on scored where 5.00 EUR * score is above clause 1, provider pays 5.00 EUR per pump as fee }",
        "define high per month = count of (scored where 5.00 EUR * score is above clause 1)",
        "define sum per month = total of (clause 1 * score on scored)",
        "decide way of pump on scored = first match by clause 1 { | above 5.00 EUR | => a | otherwise => b }",
        "clause 2 \"F\" { on failed, provider pays 5% of clause 1 per pump, at most 10% of list_price as fee }",
        "clause 2 \"F\" { on failed, provider pays 5% of clause 1 * (list_price / 100.00 EUR) per pump as fee }",
        "clause 2 \"F\" { provider pays 1% of list_price * failures per pump per day while down, both days counted as fee }",
    ] {
        refused("C022", &format!("{fee}{body}"));
    }
    let late =
        "provider pays 1.00 EUR * failures per pump per day commenced for lateness of fetch, at most 1% of list_price";
    refused("C022", &format!("clause 1 \"F\" {{ {FETCH}\n {late} as fee }}"));
}

#[test]
fn a_part_of_a_clause_for_each_event_is_of_its_settlement() {
    // 5 % of 100.00 EUR for each of two failures.
    holds(
        "clause 1 \"Fee\" { each month, customer pays 100.00 EUR as price }
clause 2 \"F\" { on failed, provider pays 5% of clause 1 per pump as fee }",
        "2026-01-05 09:00 failed P1
    2026-01-06 09:00 failed P2
    2026-02-06 09:00 failed P2
    expect clause 2 in 2026-01 = 10.00 EUR
    expect clause 2 in 2026-02 = 5.00 EUR",
    );
}

#[test]
fn time_is_paid_for_where_a_condition_holds() {
    // Down on 30 and 31 January, and on 1 and 2 February; in February there is no failure.
    holds(
        "clause 1 \"F\" {
    when failures is at least 1, provider pays 3.00 EUR per pump per day while down, both days counted as fee
}",
        "2026-01-30 09:00 failed P1
    2026-02-02 09:00 restored P1
    expect clause 1 in 2026-01 = 6.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR",
    );
}

#[test]
fn lateness_goes_by_the_window_of_the_number_that_opens_it() {
    // The last day is 4 January. 27 days in January, and the 1st and 2nd of February: in the quarter 29.
    let scenario = "2026-01-02 09:00 failed P1
    2026-01-02 09:00 requested P1
    2026-02-02 09:00 collected P1
    expect clause 1 in 2026-01 = 0.00 EUR
    expect clause 1 in 2026-03 = 29.00 EUR";
    let rate = "provider pays 1.00 EUR per pump per day commenced for lateness of fetch as fee";
    let body = "define quarterly per quarter = count of failed\n";
    holds(&format!("{body}clause 1 \"F\" {{ {FETCH}\n when quarterly is at least 1, {rate} }}"), scenario);
    holds(&format!("clause 1 \"F\" {{ {FETCH}\n each quarter, {rate} }}"), scenario);
}

#[test]
fn a_group_of_an_earlier_window_holds_no_time_of_this_one() {
    // In April nothing happened in the north, and no score of it is waited for.
    holds(
        "define score per site per month = latest of scored.score, empty : held
define both per site per month = total of score over the last 2 months, a short window : counts as it is
clause 1 \"F\" {
    when both is at least 0, provider pays 1.00 EUR per pump per day while down, both days counted as fee
}",
        "assume site of P1 = north
    2026-03-02 09:00 failed P1
    2026-03-03 09:00 restored P1
    expect clause 1 in 2026-03 is held
    expect clause 1 in 2026-04 = 0.00 EUR",
    );
}

#[test]
fn a_number_over_groups_that_nobody_can_list_is_held() {
    let records = "records begin 2026-03-01, what reaches back is held";
    let body = "define own per pump per month = count of failed
define worst per month = greatest of own over all pumps, empty : counts as 0
clause 1 \"F\" { when worst is at most 3, customer pays 180.00 EUR as price }";
    holds_all(&contract(
        records,
        body,
        "2026-05-01 09:00 failed P1
    expect clause 1 in 2026-01 is held
    expect clause 1 in 2026-02 is held
    expect clause 1 in 2026-03 = 180.00 EUR
    expect clause 1 in 2026-05 = 180.00 EUR",
    ));
}

#[test]
fn every_step_of_a_coefficient_is_rounded() {
    // 90.5 / 100 is 0.91, below 1 by 0.09, and three times that is 0.27.
    holds_all(&contract(
        "",
        "index cpi \"Prices\" monthly
indexation prices {
    coefficient 1 + 3 * (shortfall of cpi[service] / cpi[2025-12] below 1)
    rounded to  0.01 half up at every step
    may fall
    provisional : wait
    missing     : held
}
clause 1 \"Fee\" { each month, customer pays 100.00 EUR indexed by prices as price }",
        "assume cpi in 2025-12 = 100, 2026-01 = 90.5
    expect clause 1 in 2026-01 = 127.00 EUR",
    ));
}

#[test]
fn two_coefficients_of_one_rate_are_refused_where_one_changes_within() {
    let index = "index cpi \"Prices\" monthly
indexation prices {
    coefficient cpi[revision] / cpi[2025-12]
    not rounded
    revised     each 15 April
    may fall
    provisional : wait
    missing     : held
}
indexation service {
    coefficient cpi[service] / cpi[2025-12]
    not rounded
    may fall
    provisional : wait
    missing     : held
}";
    let rate = "customer pays 1.00 EUR * prices per pump per day while in_service, both days counted";
    let body = format!("{index}\nclause 1 \"F\" {{ {rate}, at most 90.00 EUR, then indexed by service as price }}");
    refused("C112", &body);
}

#[test]
fn a_rolling_number_is_read_in_its_own_window() {
    let rolling = |months: &str| {
        format!(
            "define year per rolling 12 months = count of failed, counted again, a short window : counts as it is
define more per {months} = year + 1, counted again, a short window : counts as it is"
        )
    };
    refused("C023", &rolling("rolling 3 months"));
    assert_eq!(codes(MONTHS, &rolling("rolling 12 months")), Vec::<String>::new());
}

#[test]
fn a_rolling_cap_is_a_part_of_the_same_months() {
    // 20 % of 100, 200 and 300 EUR leave 20.00 EUR each month; in April those of January are gone on both sides.
    holds(
        "clause 1 \"Fee\"      { each month, customer pays 100.00 EUR as fee }
clause 2 \"Failures\" { on failed, provider pays 40.00 EUR per pump as price reduction }
clause 3 \"Cap\"      { provider owes at most 20% of clause 1 per rolling 3 months under clause 2 }",
        "2026-01-05 09:00 failed P1
    2026-02-05 09:00 failed P1
    2026-04-05 09:00 failed P1
    2026-05-05 09:00 failed P1
    expect clause 3 in 2026-01 = -20.00 EUR
    expect clause 3 in 2026-02 = -20.00 EUR
    expect clause 3 in 2026-04 = 0.00 EUR
    expect clause 3 in 2026-05 = -20.00 EUR",
    );
}

#[test]
fn a_limit_for_all_together_has_no_part_for_a_group() {
    let rent = "clause 1 \"Failures\" {
    on failed, provider pays 40.00 EUR per pump as price reduction
    provider owes at most 50.00 EUR per month under clause 1
}
define denials per site per month = count of denied\n";
    refused(
        "C023",
        &format!("{rent}clause 2 \"Part\" {{ when denials is at least 1, customer pays 10% of clause 1 as fee }}"),
    );
    let meets = "clause 2 \"Denied\" {
    on denied, provider pays 10.00 EUR per pump as price reduction
    clauses 1 and 2 only the higher for the same site and month
}";
    refused("C023", &format!("{rent}{meets}"));
    // For all together it has one: 10 % of 50.00 EUR.
    holds(
        &format!("{rent}clause 2 \"Part\" {{ each month, customer pays 10% of clause 1 as fee }}"),
        "2026-01-05 09:00 failed P1
    2026-01-06 09:00 failed P2
    expect clause 1 in 2026-01 = 50.00 EUR
    expect clause 2 in 2026-01 = 5.00 EUR",
    );
}

#[test]
fn a_limit_is_a_part_of_what_its_group_is_charged() {
    let fee = "clause 1 \"Fee\" { each month, customer pays 100.00 EUR as fee }
clause 2 \"Failures\" { on failed, provider pays 40.00 EUR per pump as price reduction }\n";
    refused(
        "C023",
        &format!("{fee}clause 3 \"Cap\" {{ provider owes at most 20% of clause 1 per pump per month under clause 2 }}"),
    );
    holds(
        &format!(
            "{fee}clause 3 \"Cap\" {{ provider owes at most 10% of clause 1 + 5.00 EUR per month under clause 2 }}"
        ),
        "2026-01-05 09:00 failed P1
    expect clause 3 in 2026-01 = -25.00 EUR",
    );
}

#[test]
fn a_limit_by_months_comes_before_one_by_settlements() {
    let text = |limits: &str| {
        let body = format!(
            "clause 1 \"Fee\" {{ each month, customer pays 180.00 EUR as price }}
clause 2 \"Limits\" {{ customer owes {limits}, under clause 1 }}"
        );
        contract("", &body, "expect clause 2 in 2026-01 = -450.00 EUR").replace("settled monthly", "settled quarterly")
    };
    // Three times 100.00 EUR are left by the months, of which 90.00 EUR are owed: 540.00 EUR less 450.00 EUR.
    holds_all(&text("at most 100.00 EUR per month, then at most 90.00 EUR per quarter"));
    let result = checked(&text("at most 90.00 EUR per quarter, then at most 100.00 EUR per month"));
    let codes: Vec<&str> = result.refusals().into_iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, ["C023"]);
}

#[test]
fn one_rank_of_a_lot_is_held() {
    holds_all(&contract(
        "",
        "asset crate \"Crate\" { }
event lost of crate
clause 1 \"Losses\" {
    on lost, customer pays 18.00 EUR times by rank of lost per customer per calendar year { up to 3 : 1  above : 2 } as fee
}",
        "2026-05-04 09:00 lost 5 crate LOT
    2026-06-05 09:00 lost K1
    expect clause 1 in 2026-05 is held
    expect clause 1 in 2026-06 = 36.00 EUR",
    ));
}

#[test]
fn a_number_is_set_of_groups_of_every_kind() {
    holds(
        "event called of pump { ticket text  by_whom party  urgent yes or no }
decide way of pump on called = first match by urgent { | yes | => fast | | no | => slow | }
define by_ticket per called.ticket per month = count of called
define by_party per called.by_whom per month = count of called
define by_need per called.urgent per month = count of called
define by_way per way per month = count of called
clause 1 \"A\" { customer pays 1.00 EUR for by_ticket as fee }
clause 2 \"B\" { customer pays 1.00 EUR for by_party as fee }
clause 3 \"C\" { customer pays 1.00 EUR for by_need as fee }
clause 4 \"D\" { customer pays 1.00 EUR for by_way as fee }",
        "2026-01-05 09:00 called P1 { ticket \"T1\", by_whom customer, urgent yes }
    assume by_ticket of T1 in 2026-02 = 2, by_party of provider in 2026-02 = 3
    assume by_need of \"no\" in 2026-02 = 4, by_way of slow in 2026-02 = 5
    expect clause 1 for T1 in 2026-02 = 2.00 EUR
    expect clause 2 for provider in 2026-02 = 3.00 EUR
    expect clause 3 for \"no\" in 2026-02 = 4.00 EUR
    expect clause 4 for slow in 2026-02 = 5.00 EUR",
    );
}

#[test]
fn a_new_cap_by_months_carries_over_what_the_old_one_took_back() {
    // By the old text nothing more is owed of the second quarter than its 91.00 EUR, all used in the first: all of it is taken
    // back with the last month, so that June leaves its 104.00 EUR to July. May leaves nothing.
    let text = contract(
        "",
        "clause 1 \"Fee\" { each month, customer pays 180.00 EUR as price }
clause 2 \"Cap\" { customer owes at most 91.00 EUR per rolling 6 months under clause 1 }
amendment 1 to T-1 signed 2026-01-01, in force from 2026-04-16, a window that is cut goes by its start {
    replace clause 2 \"Cap\" {
        customer owes at most 104.00 EUR per month, unused is carried over to the next month only, used last, under clause 1
    }
}",
        "expect clause 2 in 2026-03 = -449.00 EUR
    expect clause 2 in 2026-09 = -152.00 EUR",
    );
    holds_all(&text.replace("settled monthly", "settled quarterly"));
}
