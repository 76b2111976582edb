//! What each word of the language means, in small contracts whose figures were worked out by hand.

use crate::support::{checked, holds_all};

/// A contract with these conventions, definitions, clauses and scenario.
fn contract(conventions: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    {conventions}
}}
asset pump "Pump" {{ site text  price money  bought date  grade (A, B, C) }}
event started, ended, noted of pump
event ordered of pump {{ number text }}
event fulfilled of pump {{ number text }}
event graded of pump {{ grade (A, B, C) }}
event sold of pump {{ amount money  weight number, optional }}
event reading of pump {{ hours duration, cumulative, reset by ended }}
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const PLAIN: &str = "a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a repeated trigger changes nothing
    lateness is paid as it accrues";

/// The scenario must pass.
fn holds(conventions: &str, body: &str, scenario: &str) {
    let text = contract(conventions, body, scenario);
    holds_all(&text);
}

/// The checker must refuse the text with this code.
fn refused(code: &str, conventions: &str, body: &str) {
    let text = contract(conventions, body, "2026-01-05 noted P1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    assert!(found, "{code} is not raised:\n{}\n{text}", result.listing());
}

const RUN: &str = "define busy = from started to ended
define time_on per month = total of time while busy, in hours
clause 1 \"x\" { customer pays 1.00 EUR per hour pro rata for time_on as price }";

fn with(changed: &str, to: &str) -> String {
    let all = PLAIN.replace(changed, to);
    assert_ne!(all, PLAIN);
    all
}

#[test]
fn a_second_start() {
    let events = "2026-01-05 10:00 started P1\n 2026-01-05 12:00 started P1\n 2026-01-05 15:00 ended P1";
    holds(PLAIN, RUN, &format!("{events}\n expect clause 1 in 2026-01 = 5.00 EUR"));
    let restarts = with("a second start changes nothing", "a second start restarts the time");
    holds(&restarts, RUN, &format!("{events}\n expect clause 1 in 2026-01 = 3.00 EUR"));
}

#[test]
fn an_end_without_a_start() {
    let events = "2026-01-02 06:00 ended P1";
    holds(PLAIN, RUN, &format!("{events}\n expect clause 1 in 2026-01 = 0.00 EUR"));
    let counts = with("an end without a start is ignored", "an end without a start counts from the start of the term");
    // From 1 January 00:00 to 2 January 06:00.
    holds(&counts, RUN, &format!("{events}\n expect clause 1 in 2026-01 = 30.00 EUR"));
}

#[test]
fn a_state_still_open() {
    let events = "2026-01-31 20:00 started P1";
    holds(
        PLAIN,
        RUN,
        &format!("{events}\n expect clause 1 in 2026-01 = 4.00 EUR\n expect clause 1 in 2026-02 = 672.00 EUR"),
    );
    let not = with("still open counts to the end of the window", "still open does not count");
    holds(
        &not,
        RUN,
        &format!("{events}\n expect clause 1 in 2026-01 = 0.00 EUR\n expect clause 1 in 2026-02 = 0.00 EUR"),
    );
    let ended = format!("{events}\n 2026-02-01 03:00 ended P1");
    holds(
        &not,
        RUN,
        &format!("{ended}\n expect clause 1 in 2026-01 = 4.00 EUR\n expect clause 1 in 2026-02 = 3.00 EUR"),
    );
}

#[test]
fn hours_of_the_clock_follow_summer_time() {
    // On 29 March 2026 the clock in Paris goes from 02:00 to 03:00, on 25 October from 03:00 back to 02:00.
    holds(
        PLAIN,
        RUN,
        "2026-03-29 00:00 started P1\n 2026-03-30 00:00 ended P1\n expect clause 1 in 2026-03 = 23.00 EUR",
    );
    holds(
        PLAIN,
        RUN,
        "2026-10-25 00:00 started P1\n 2026-10-26 00:00 ended P1\n expect clause 1 in 2026-10 = 25.00 EUR",
    );
    // October has 745 hours.
    holds(PLAIN, RUN, "2026-09-01 00:00 started P1\n expect clause 1 in 2026-10 = 745.00 EUR");
}

#[test]
fn states_combine() {
    let body = "define busy = from started to ended
define marked = from noted to ordered
define alone per month = total of time while busy and not marked, in hours
define either per month = total of time while busy or marked, in hours
clause 1 \"x\" { customer pays 1.00 EUR per hour pro rata for alone as price }
clause 2 \"y\" { customer pays 1.00 EUR per hour pro rata for either as price }";
    let events = "2026-01-05 08:00 started P1
 2026-01-05 10:00 noted P1
 2026-01-05 14:00 ended P1
 2026-01-05 17:00 ordered P1 { number \"1\" }";
    holds(PLAIN, body, &format!("{events}\n expect clause 1 = 2.00 EUR\n expect clause 2 = 9.00 EUR"));
}

#[test]
fn a_state_may_begin_some_time_after_its_event() {
    let body = "define late = from 10 days after started to ended
define time_late per month = total of time while late, in hours
clause 1 \"x\" { customer pays 1.00 EUR per hour pro rata for time_late as price }";
    holds(PLAIN, body, "2026-01-05 08:00 started P1\n 2026-01-15 20:00 ended P1\n expect clause 1 = 12.00 EUR");
    holds(PLAIN, body, "2026-01-05 08:00 started P1\n 2026-01-10 20:00 ended P1\n expect clause 1 = 0.00 EUR");
}

/// Two days after 14:00:00.250 on Monday the pump is late, for 0.75 s until 14:00:01: of 3 600 EUR an hour 0.75 EUR.
#[test]
fn days_after_an_event_keep_the_fraction_of_a_second() {
    let body = "define late = from 2 days after started to ended
define time_late per month = total of time while late, in hours
clause 1 \"x\" { customer pays 3600.00 EUR per hour pro rata for time_late as price }";
    let text = contract(PLAIN, body, "expect total of customer in 2026-01 = 0 EUR");
    let event = |kind: &str, at: &str| {
        format!("{{\"kind\":\"{kind}\",\"id\":\"{kind}\",\"asset\":\"P1\",\"occurred\":\"{at}Z\"}}\n")
    };
    let feed = event("started", "2026-01-05T13:00:00.250") + &event("ended", "2026-01-07T13:00:01");
    assert_eq!(crate::second_look_later::lines(&text, &feed, "2026-01", "1"), (vec!["\"0.75\"".to_owned()], 0));
}

fn daily(days: &str) -> String {
    format!(
        "define busy = from started to ended\nclause 1 \"x\" {{ customer pays 1.00 EUR per pump per day while busy, {days} as price }}"
    )
}

#[test]
fn which_days_count() {
    // From 3 to 10 March.
    let events = "2026-03-03 15:00 started P1\n 2026-03-10 09:00 ended P1";
    for (days, amount) in [
        ("first day counted", 7),
        ("last day counted", 7),
        ("both days counted", 8),
        ("both days not counted", 6),
        ("first day not counted", 6),
    ] {
        holds(PLAIN, &daily(days), &format!("{events}\n expect clause 1 in 2026-03 = {amount} EUR"));
    }
    // A day that ends one stay and begins another counts once.
    let again = format!("{events}\n 2026-03-10 18:00 started P1\n 2026-03-12 09:00 ended P1");
    holds(PLAIN, &daily("both days counted"), &format!("{again}\n expect clause 1 in 2026-03 = 10 EUR"));
    // Over the end of a month.
    let over = "2026-03-30 15:00 started P1\n 2026-04-02 09:00 ended P1";
    holds(
        PLAIN,
        &daily("first day counted"),
        &format!("{over}\n expect clause 1 in 2026-03 = 2 EUR\n expect clause 1 in 2026-04 = 1 EUR"),
    );
}

#[test]
fn business_days_leave_out_weekends_and_holidays() {
    let conventions = format!("{PLAIN}\n business days Mon-Fri except holidays of FR");
    let body = "define busy = from started to ended
clause 1 \"x\" { customer pays 1.00 EUR per pump per business day while busy, both days counted as price }";
    // 30 April 2026 is a Thursday, 1 May a holiday, then a weekend, then 4 to 8 May, of which the 8th is a holiday.
    holds(
        &conventions,
        body,
        "2026-04-30 09:00 started P1\n 2026-05-08 09:00 ended P1\n expect clause 1 in 2026-04 = 1 EUR\n expect clause 1 in 2026-05 = 4 EUR",
    );
}

fn monthly(length: &str) -> (String, &'static str) {
    let body = "define busy = from started to ended
clause 1 \"x\" { customer pays 31.00 EUR per pump per month while busy prorated by day, first day counted as price }";
    (format!("{PLAIN}\n month of {length}"), body)
}

#[test]
fn how_long_a_month_is() {
    // From 17 to 31 January: 15 of 31 days, 15 of 30 days, 14 of 30 by 30/360.
    for (length, amount) in [("actual days", "15.00"), ("30 days", "15.50"), ("30/360", "14.47")] {
        let (conventions, body) = monthly(length);
        holds(
            &conventions,
            body,
            &format!(
                "2026-01-17 09:00 started P1\n expect clause 1 in 2026-01 = {amount} EUR\n expect clause 1 in 2026-02 = 31.00 EUR"
            ),
        );
    }
    // 10 to 28 February, the whole end of the month: 19 of 28; 19 of 30; 18 + 3 = 21 of 30.
    for (length, amount) in [("actual days", "21.04"), ("30 days", "19.63"), ("30/360", "21.70")] {
        let (conventions, body) = monthly(length);
        holds(&conventions, body, &format!("2026-02-10 09:00 started P1\n expect clause 1 in 2026-02 = {amount} EUR"));
    }
}

#[test]
fn parts_of_a_month() {
    let body = |part: &str| {
        format!(
            "define busy = from started to ended\nclause 1 \"x\" {{ customer pays 28.00 EUR per pump per month {part} while busy as price }}"
        )
    };
    // 14 of 28 days of February.
    let events = "2026-02-15 00:00 started P1";
    for (part, amount) in [("commenced", 28), ("completed", 0), ("pro rata", 14)] {
        holds(
            PLAIN,
            &body(part),
            &format!("{events}\n expect clause 1 in 2026-02 = {amount} EUR\n expect clause 1 in 2026-03 = 28 EUR"),
        );
    }
}

fn duty(within: &str, more: &str, rate: &str) -> String {
    format!(
        "define away = from noted to graded declared by either party
clause 1 \"x\" {{
    obligation job : provider must have pump ended within {within} of started {more}
    provider pays {rate} for lateness of job as indemnity
}}"
    )
}

#[test]
fn deadlines_in_calendar_days() {
    let body = duty("3 days", "first day not counted, missed after 30 days", "1.00 EUR per calendar day commenced");
    // Opened on 2 March, time until the end of 5 March.
    for (done, outcome, amount) in [
        ("2026-03-05 23:59", "met", "0.00"),
        ("2026-03-06 00:01", "late by 1 days", "1.00"),
        ("2026-03-08 10:00", "late by 3 days", "3.00"),
    ] {
        holds(
            PLAIN,
            &body,
            &format!(
                "2026-03-02 09:00 started P1\n {done} ended P1\n expect job of P1 is {outcome}\n expect clause 1 in 2026-03 = {amount} EUR"
            ),
        );
    }
    let counted = duty("3 days", "first day counted, missed after 30 days", "1.00 EUR per calendar day commenced");
    holds(
        PLAIN,
        &counted,
        "2026-03-02 09:00 started P1\n 2026-03-05 08:00 ended P1\n expect job of P1 is late by 1 days",
    );
}

#[test]
fn parts_of_a_late_day() {
    // Late from 6 March 00:00 to 8 March 12:00: two whole days and a half.
    let events = "2026-03-02 09:00 started P1\n 2026-03-08 12:00 ended P1";
    for (part, amount) in [("commenced", "3.00"), ("completed", "2.00"), ("pro rata", "2.50")] {
        let rate = format!("1.00 EUR per calendar day {part}");
        let body = duty("3 days", "first day not counted, missed after 30 days", &rate);
        holds(PLAIN, &body, &format!("{events}\n expect clause 1 in 2026-03 = {amount} EUR"));
    }
}

#[test]
fn parts_of_a_late_business_day_go_by_working_hours() {
    let conventions = format!("{PLAIN}\n working hours Mon-Fri 08:00-18:00 except holidays of FR");
    // Three business days from Monday 2 March: Thursday 5 March. Friday 6, Monday 9 until 13:00: 1 day and 5 of 10 hours.
    let events = "2026-03-02 09:00 started P1\n 2026-03-09 13:00 ended P1";
    for (part, amount) in [("commenced", "2.00"), ("completed", "1.00"), ("pro rata", "1.50")] {
        let rate = format!("1.00 EUR per business day {part}");
        let body = duty("3 business days", "first day not counted, missed after 30 business days", &rate);
        holds(&conventions, &body, &format!("{events}\n expect clause 1 in 2026-03 = {amount} EUR"));
    }
}

#[test]
fn deadlines_in_hours() {
    let body = duty("48 hours", "missed after 100 hours", "1.00 EUR per hour commenced");
    holds(PLAIN, &body, "2026-03-02 09:00 started P1\n 2026-03-04 09:00 ended P1\n expect job of P1 is met");
    holds(
        PLAIN,
        &body,
        "2026-03-02 09:00 started P1\n 2026-03-04 10:30 ended P1\n expect clause 1 in 2026-03 = 2.00 EUR",
    );
    let conventions = format!("{PLAIN}\n working hours Mon-Fri 08:00-18:00");
    let working = duty("5 working hours", "missed after 100 working hours", "1.00 EUR per working hour completed");
    // Friday 6 March 16:00 and five working hours: Monday 11:00.
    holds(
        &conventions,
        &working,
        "2026-03-06 16:00 started P1\n 2026-03-09 14:30 ended P1\n expect clause 1 in 2026-03 = 3.00 EUR",
    );
}

#[test]
fn deadlines_in_months() {
    for (end, last_day) in
        [("last day", "2026-02-28"), ("next day", "2026-03-01"), ("same day else last", "2026-02-28")]
    {
        let conventions = format!("{PLAIN}\n month end {end}");
        let body =
            duty("1 months", "first day not counted, missed after 30 days", "1.00 EUR per calendar day commenced");
        holds(
            &conventions,
            &body,
            &format!("2026-01-31 09:00 started P1\n {last_day} 20:00 ended P1\n expect job of P1 is met"),
        );
    }
    let conventions = format!("{PLAIN}\n month end same day else last");
    let body = duty("1 months", "first day not counted, missed after 30 days", "1.00 EUR per calendar day commenced");
    // 30 April and a month: 30 May, not 31 May.
    holds(
        &conventions,
        &body,
        "2026-04-30 09:00 started P1\n 2026-05-31 20:00 ended P1\n expect job of P1 is late by 1 days",
    );
    let last = format!("{PLAIN}\n month end last day");
    holds(&last, &body, "2026-04-30 09:00 started P1\n 2026-05-31 20:00 ended P1\n expect job of P1 is met");
}

#[test]
fn a_deadline_on_a_day_off() {
    let body = duty("5 days", "first day not counted, missed after 30 days", "1.00 EUR per calendar day commenced");
    // Monday 2 March and five days: Saturday 7 March.
    let events = "2026-03-02 09:00 started P1\n 2026-03-09 09:00 ended P1";
    let calendar = format!("{PLAIN}\n business days Mon-Fri");
    let stays = format!("{calendar}\n deadline on a day off stays");
    holds(&stays, &body, &format!("{events}\n expect job of P1 is late by 2 days"));
    let moves = format!("{calendar}\n deadline on a day off moves to the next business day");
    holds(&moves, &body, &format!("{events}\n expect job of P1 is met"));
}

#[test]
fn pauses() {
    let before = duty(
        "3 days",
        "first day not counted, paused while away, before the deadline only, missed after 30 days",
        "1.00 EUR per calendar day commenced",
    );
    // Paused on 4 March for an hour: that day does not count, so that there is time until 6 March.
    let paused = "2026-03-02 09:00 started P1\n 2026-03-04 10:00 noted P1\n 2026-03-04 11:00 graded P1 { grade A }";
    holds(PLAIN, &before, &format!("{paused}\n 2026-03-06 20:00 ended P1\n expect job of P1 is met"));
    holds(PLAIN, &before, &format!("{paused}\n 2026-03-07 20:00 ended P1\n expect job of P1 is late by 1 days"));
    // Away on 7 and 8 March, after the deadline of 5 March; done on 10 March: five days, or three.
    let after = "2026-03-02 09:00 started P1\n 2026-03-07 00:00 noted P1\n 2026-03-09 00:00 graded P1 { grade A }\n 2026-03-10 12:00 ended P1";
    holds(PLAIN, &before, &format!("{after}\n expect job of P1 is late by 5 days"));
    let too = before.replace("before the deadline only", "also after the deadline");
    holds(PLAIN, &too, &format!("{after}\n expect job of P1 is late by 3 days"));
}

#[test]
fn a_second_trigger() {
    let body = duty("10 days", "first day not counted, missed after 60 days", "1.00 EUR per calendar day commenced");
    // Until 12 March by the first trigger, until 19 March by the second.
    let events = "2026-03-02 09:00 started P1\n 2026-03-09 09:00 started P1\n 2026-03-15 09:00 ended P1";
    holds(PLAIN, &body, &format!("{events}\n expect clause 1 in 2026-03 = 3.00 EUR"));
    let restarts = with("a repeated trigger changes nothing", "a repeated trigger restarts the clock");
    holds(&restarts, &body, &format!("{events}\n expect clause 1 in 2026-03 = 0.00 EUR"));
    // Two deadlines: the first is fulfilled on the 15th, three days late, the second on the 21st, two days late.
    let another = with("a repeated trigger changes nothing", "a repeated trigger opens another");
    holds(&another, &body, &format!("{events}\n 2026-03-21 09:00 ended P1\n expect clause 1 in 2026-03 = 5.00 EUR"));
}

#[test]
fn openings_and_ends_matched_by_a_field() {
    let body = "clause 1 \"x\" {
    obligation job : provider must have pump fulfilled within 2 days of ordered first day not counted, missed after 60 days, matched by number
    provider pays 1.00 EUR per calendar day commenced for lateness of job as indemnity
}";
    // Order 2 is met, order 1 is two days late.
    let events = "2026-03-02 09:00 ordered P1 { number \"1\" }
 2026-03-02 10:00 ordered P1 { number \"2\" }
 2026-03-03 09:00 fulfilled P1 { number \"2\" }
 2026-03-06 09:00 fulfilled P1 { number \"1\" }";
    holds(PLAIN, body, &format!("{events}\n expect clause 1 in 2026-03 = 2.00 EUR"));
}

#[test]
fn lateness_belongs_to_the_period_in_which_it_accrues() {
    let body = duty("3 days", "first day not counted, missed after 60 days", "1.00 EUR per calendar day commenced");
    // Until 29 March; late on 30 and 31 March, then on 1 to 4 April.
    let events = "2026-03-26 09:00 started P1\n 2026-04-04 09:00 ended P1";
    holds(
        PLAIN,
        &body,
        &format!("{events}\n expect clause 1 in 2026-03 = 2.00 EUR\n expect clause 1 in 2026-04 = 4.00 EUR"),
    );
}

#[test]
fn done_at_midnight_belongs_to_the_day_that_begins() {
    let body = duty("3 days", "first day not counted, missed after 60 days", "1.00 EUR per calendar day commenced");
    // Until 29 March; late on 30 and 31 March; done with the first instant of 1 April, a third day that has begun.
    let events = "2026-03-26 09:00 started P1\n 2026-04-01 00:00 ended P1";
    holds(
        PLAIN,
        &body,
        &format!(
            "{events}\n expect job of P1 is late by 3 days\n expect clause 1 in 2026-03 = 2.00 EUR\n expect clause 1 in 2026-04 = 1.00 EUR"
        ),
    );
}

#[test]
fn a_limit_for_each_occurrence_holds_over_periods() {
    let body = duty("3 days", "first day not counted, missed after 60 days", "1.00 EUR per calendar day commenced")
        .replace("for lateness of job", "for lateness of job at most 10% of price");
    let events = "assume price of P1 = 35.00 EUR\n 2026-03-26 09:00 started P1\n 2026-04-04 09:00 ended P1";
    holds(
        PLAIN,
        &body,
        &format!("{events}\n expect clause 1 in 2026-03 = 2.00 EUR\n expect clause 1 in 2026-04 = 1.50 EUR"),
    );
}

#[test]
fn outcomes_open_sentences() {
    let body = "clause 1 \"x\" {
    obligation job : provider must have pump ended within 3 days of started first day not counted, missed after 5 days
    when job is late, provider pays 10.00 EUR per pump as indemnity
    when job is missed, provider pays 100.00 EUR per pump as indemnity
    when job is met, customer pays 1.00 EUR per pump as bonus
}";
    holds(
        PLAIN,
        body,
        "2026-03-02 09:00 started P1\n 2026-03-04 09:00 ended P1\n expect clause 1 in 2026-03 = 1.00 EUR",
    );
    holds(
        PLAIN,
        body,
        "2026-03-02 09:00 started P1\n 2026-03-07 09:00 ended P1\n expect clause 1 in 2026-03 = 10.00 EUR",
    );
    holds(
        PLAIN,
        body,
        "2026-03-02 09:00 started P1\n expect job of P1 is missed\n expect clause 1 in 2026-03 = 110.00 EUR",
    );
}

const SALES: &str = "define revenue  per month = total of sold.amount
define number   per month = count of sold
define typical  per month = mean of sold.amount, empty : nothing due
define weighed  per month = mean of (weight on sold) weighted by amount / 1.00 EUR, missing : adds nothing, empty : nothing due
define smallest per month = least of sold.amount, empty : nothing due
define largest  per month = greatest of sold.amount, empty : nothing due
define last     per month = latest of sold.amount, empty : nothing due
define big      per month = share of (sold where amount is above 15.00 EUR), empty : nothing due";

#[test]
fn aggregates() {
    let body = SALES.replace("define weighed  per month = mean of (weight on sold) weighted by amount / 1.00 EUR, missing : adds nothing, empty : nothing due\n", "");
    let events = "2026-01-05 sold P1 { amount 10.00 EUR }
 2026-01-06 sold P2 { amount 40.00 EUR }
 2026-01-07 sold P1 { amount 16.00 EUR }";
    let clause = "clause 1 \"x\" { customer pays 10% for revenue as fee }";
    holds(
        PLAIN,
        &format!("{body}\n{clause}"),
        &format!(
            "{events}\n expect revenue in 2026-01 = 66.00 EUR\n expect number in 2026-01 = 3\n expect typical in 2026-01 = 22.00 EUR
 expect smallest in 2026-01 = 10.00 EUR\n expect largest in 2026-01 = 40.00 EUR\n expect last in 2026-01 = 16.00 EUR
 expect big in 2026-01 = 66.67%\n expect clause 1 in 2026-01 = 6.60 EUR"
        ),
    );
}

#[test]
fn groups_are_settled_apart() {
    let body = "define revenue per site per month = total of sold.amount
clause 1 \"x\" { customer pays for revenue, each band at its own price { up to 20.00 EUR : 10%  above : 50% } as fee }";
    // Nantes 30: 2.00 + 5.00; Brest 15: 1.50.
    let events = "assume site of P1 = \"Nantes\"\n assume site of P2 = \"Nantes\"\n assume site of P3 = \"Brest\"
 2026-01-05 sold P1 { amount 12.00 EUR }\n 2026-01-05 sold P2 { amount 18.00 EUR }\n 2026-01-05 sold P3 { amount 15.00 EUR }";
    holds(
        PLAIN,
        body,
        &format!(
            "{events}\n expect clause 1 for Nantes in 2026-01 = 7.00 EUR\n expect clause 1 for Brest in 2026-01 = 1.50 EUR\n expect clause 1 in 2026-01 = 8.50 EUR"
        ),
    );
}

#[test]
fn both_ways_of_bands() {
    let body = |mode: &str| {
        format!(
            "define number per month = count of noted\nclause 1 \"x\" {{ customer pays for number, {mode} {{ up to 2 : 10.00 EUR  up to 4 : 8.00 EUR  above : 5.00 EUR }} as price }}"
        )
    };
    let events =
        |count: usize| (1..=count).map(|day| format!("2026-01-{day:02} noted P1")).collect::<Vec<_>>().join("\n ");
    for (count, each, reached) in [(0, 0, 0), (2, 20, 20), (3, 28, 24), (4, 36, 32), (6, 46, 30)] {
        let each = format!("{}\n expect clause 1 in 2026-01 = {each} EUR", events(count));
        let reached = format!("{}\n expect clause 1 in 2026-01 = {reached} EUR", events(count));
        holds(PLAIN, &body("each band at its own price"), &each);
        holds(PLAIN, &body("all at the price of the band reached"), &reached);
    }
}

#[test]
fn a_rate_by_an_attribute_that_changes_within_the_month() {
    let body = "define busy = from started to ended
define hire = by grade { when A : 0.10 EUR  otherwise : 0.08 EUR }
clause 1 \"x\" { customer pays hire per pump per day while busy, both days counted as price }";
    // All 30 days of June; grade B from the end of the 10th on: 10 × 0.10 + 20 × 0.08.
    let events = "assume grade of P1 = A\n 2026-06-01 00:00 started P1\n 2026-06-10 22:00 graded P1 { grade B }";
    holds(
        &format!("{PLAIN}\n attributes read at the event"),
        body,
        &format!("{events}\n expect clause 1 in 2026-06 = 2.60 EUR"),
    );
    holds(
        &format!("{PLAIN}\n attributes read at the start of the window"),
        body,
        &format!("{events}\n expect clause 1 in 2026-06 = 3.00 EUR"),
    );
}

#[test]
fn meters() {
    let conventions = format!("{PLAIN}\n conflicting readings one before other");
    let body = "define used per month = increase of reading.hours, missing : adds nothing, across a window : in the later window
clause 1 \"x\" { customer pays 1.00 EUR per hour pro rata for used as price }";
    let events = "2026-01-11 00:00 reading P1 { hours 100 hours }\n 2026-02-10 00:00 reading P1 { hours 160 hours }";
    holds(
        &conventions,
        body,
        &format!("{events}\n expect clause 1 in 2026-01 = 0 EUR\n expect clause 1 in 2026-02 = 60.00 EUR"),
    );
    // By time: 21 of 30 days in January, 9 in February.
    let spread = body.replace("in the later window", "by time");
    holds(
        &conventions,
        &spread,
        &format!("{events}\n expect clause 1 in 2026-01 = 42.00 EUR\n expect clause 1 in 2026-02 = 18.00 EUR"),
    );
}

#[test]
fn windows() {
    let body = "define number per contract year = count of noted
clause 1 \"x\" { customer pays 1.00 EUR for number as price }";
    // A contract year is due in the month in which it ends.
    let events = "2026-03-05 noted P1\n 2026-11-05 noted P1\n 2027-01-05 noted P1";
    holds(
        PLAIN,
        body,
        &format!(
            "{events}\n expect clause 1 in 2026-03 = 0 EUR\n expect clause 1 in 2026-12 = 2.00 EUR\n expect clause 1 in 2027-12 = 1.00 EUR"
        ),
    );
    let daily = "define number per day = count of noted
clause 1 \"x\" { customer pays for number, each band at its own price { up to 1 : nothing  above : 1.00 EUR } as price }";
    let events = "2026-03-05 noted P1\n 2026-03-05 noted P1\n 2026-03-05 noted P2\n 2026-03-06 noted P1";
    holds(PLAIN, daily, &format!("{events}\n expect clause 1 in 2026-03 = 2.00 EUR"));
}

#[test]
fn minimums_over_a_longer_window_are_made_up_at_its_end() {
    let body = "clause 1 \"x\" {
    on noted, customer pays 10.00 EUR per pump as price
    customer owes at least 50.00 EUR per quarter under clause 1
}";
    let events = "2026-01-05 noted P1\n 2026-02-05 noted P1";
    holds(
        PLAIN,
        body,
        &format!(
            "{events}\n expect clause 1 in 2026-01 = 10.00 EUR\n expect clause 1 in 2026-02 = 10.00 EUR\n expect clause 1 in 2026-03 = 30.00 EUR"
        ),
    );
}

#[test]
fn caps_of_one_window_by_group() {
    let body = "clause 1 \"x\" {
    on noted, customer pays 10.00 EUR per pump as price
    customer owes at most 25.00 EUR per pump per month under clause 1
}
clause 2 \"y\" { each month, provider pays 10% of clause 1 as price reduction }";
    let events = "2026-01-05 noted P1\n 2026-01-06 noted P1\n 2026-01-07 noted P1\n 2026-01-07 noted P2";
    // P1 30 capped at 25, P2 10; a tenth of 35.
    holds(
        PLAIN,
        body,
        &format!("{events}\n expect clause 1 in 2026-01 = 35.00 EUR\n expect clause 2 in 2026-01 = 3.50 EUR"),
    );
}

#[test]
fn an_expectation_for_a_group_fails_where_only_some_lines_are_told_apart() {
    // The cap is told apart by pump, what stands under it is not: -5.00 EUR is not what P1 comes to.
    let body = "clause 1 \"x\" {
    on noted, customer pays 10.00 EUR per pump as price
    customer owes at most 25.00 EUR per pump per month under clause 1
}";
    let events = "2026-01-05 noted P1\n 2026-01-06 noted P1\n 2026-01-07 noted P1\n 2026-01-07 noted P2";
    let scenario = format!("{events}\n expect clause 1 for P1 in 2026-01 = -5.00 EUR");
    let result = checked(&contract(PLAIN, body, &scenario));
    let trials = crate::support::trials(&result.contract.unwrap());
    let failures: Vec<_> = trials.iter().flat_map(|trial| &trial.failures).collect();
    assert_eq!(failures.len(), 1);
    let found = &failures[0].found;
    assert!(found.starts_with("only some lines of clause 1 are told apart; others come to 40.00 EUR"), "{found}");
}

#[test]
fn a_part_of_a_clause_is_taken_after_its_own_caps_and_before_those_of_others() {
    let body = |inside: &str, outside: &str| {
        format!(
            "clause 1 \"x\" {{ on noted, customer pays 10.00 EUR per pump as price {inside} }}
clause 2 \"y\" {{ {outside} }}
clause 3 \"z\" {{ each month, provider pays 10% of clause 1 as charged as price reduction }}"
        )
    };
    let cap = "customer owes at most 15.00 EUR per month under clause 1";
    let events = "2026-01-05 noted P1\n 2026-01-06 noted P1";
    let other = "on ended, customer pays 1.00 EUR per pump as price";
    holds(PLAIN, &body(cap, other), &format!("{events}\n expect clause 3 in 2026-01 = 1.50 EUR"));
    holds(
        PLAIN,
        &body("", cap),
        &format!("{events}\n expect clause 3 in 2026-01 = 2.00 EUR\n expect clause 2 in 2026-01 = -5.00 EUR"),
    );
}

#[test]
fn money_the_other_way_counts_under_a_cap_as_said() {
    let body = |how: &str| {
        format!(
            "clause 1 \"x\" {{
    on noted, provider pays 10.00 EUR per pump as indemnity
    on ended, customer pays 4.00 EUR per pump as bonus
    provider owes at most 15.00 EUR per month{how} under clause 1
}}"
        )
    };
    let events = "2026-01-05 noted P1\n 2026-01-06 noted P1\n 2026-01-07 ended P1";
    // 20 are capped at 15, less 4; or 20 less 4 are 16, capped at 15.
    holds(PLAIN, &body(", gross,"), &format!("{events}\n expect total of customer in 2026-01 = 11.00 EUR"));
    let netted = body(", netted with clause 1,");
    holds(PLAIN, &netted, &format!("{events}\n expect total of customer in 2026-01 = 15.00 EUR"));
    refused("C143", PLAIN, &body(""));
}

#[test]
fn rounding_of_lines_and_of_the_total() {
    let body = "define number per site per month = count of noted
clause 1 \"x\" { customer pays 0.125 EUR for number as price }";
    let events = "assume site of P1 = \"a\"\n assume site of P2 = \"b\"\n 2026-01-05 noted P1\n 2026-01-05 noted P2";
    for (mode, total) in [("half up", "0.26"), ("half even", "0.24"), ("upward", "0.26"), ("downward", "0.24")] {
        let conventions = PLAIN.to_owned();
        let text =
            contract(&conventions, body, &format!("{events}\n expect total of provider in 2026-01 = {total} EUR"))
                .replace("rounded to 0.01 half up on each line", &format!("rounded to 0.01 {mode} on each line"));
        let trials = crate::support::trials(&checked(&text).contract.unwrap());
        assert!(trials[0].failures.is_empty(), "{mode}: {:?}", trials[0].failures);
    }
    let text = contract(PLAIN, body, &format!("{events}\n expect total of provider in 2026-01 = 0.25 EUR"))
        .replace("rounded to 0.01 half up on each line", "rounded to 0.01 half up on the total");
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures.is_empty(), "{:?}", trials[0].failures);
}

#[test]
fn what_cannot_be_told_is_held() {
    let body = "define weight_sold per month = total of sold.weight, missing : held
clause 1 \"x\" { customer pays 1.00 EUR for weight_sold as price }";
    let text = contract(PLAIN, body, "2026-01-05 sold P1 { amount 1.00 EUR }\n expect clause 1 in 2026-01 = 0 EUR");
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures[0].found.contains("held"), "{:?}", trials[0].failures);
    let counted = body.replace("missing : held", "missing : counts as 5");
    holds(
        PLAIN,
        &counted,
        "2026-01-05 sold P1 { amount 1.00 EUR }\n 2026-01-05 sold P1 { amount 1.00 EUR, weight 2 }\n expect clause 1 in 2026-01 = 7.00 EUR",
    );
}

#[test]
fn spans_between_events() {
    let body = "define turnaround per month = mean of time from started to ended in days, empty : nothing due
clause 1 \"x\" { customer pays 1.00 EUR for number as price }
define number per month = count of noted";
    // Two days and five days: three and a half on average, in the month in which they end.
    let events = "2026-01-30 09:00 started P1\n 2026-02-01 10:00 ended P1\n 2026-02-02 09:00 started P1\n 2026-02-07 10:00 ended P1";
    holds(PLAIN, body, &format!("{events}\n expect turnaround in 2026-02 = 3.5 days"));
}

#[test]
fn a_second_start_of_a_span() {
    let body = "define turnaround per month = mean of time from started to ended in days, empty : nothing due
define number per month = count of noted
clause 1 \"x\" { customer pays 1.00 EUR for number as price }";
    let events = "2026-02-01 09:00 started P1\n 2026-02-04 09:00 started P1\n 2026-02-10 10:00 ended P1";
    holds(PLAIN, body, &format!("{events}\n expect turnaround in 2026-02 = 9 days"));
    let restarts = with("a second start changes nothing", "a second start restarts the time");
    holds(&restarts, body, &format!("{events}\n expect turnaround in 2026-02 = 6 days"));
    refused("C051", &PLAIN.replace("a second start changes nothing", ""), body);
}

#[test]
fn units_of_the_contract() {
    let body = "define block = 5 hours
define busy = from started to ended
define time_on per month = total of time while busy, in hours
clause 1 \"x\" { customer pays 10.00 EUR per block commenced for time_on at most 3 blocks as price }";
    holds(
        PLAIN,
        body,
        "2026-01-05 08:00 started P1\n 2026-01-05 14:00 ended P1\n expect clause 1 in 2026-01 = 20.00 EUR",
    );
    holds(
        PLAIN,
        body,
        "2026-01-05 08:00 started P1\n 2026-01-07 14:00 ended P1\n expect clause 1 in 2026-01 = 30.00 EUR",
    );
}

#[test]
fn kinds_and_units_are_checked() {
    refused(
        "C021",
        PLAIN,
        "define x = 5 days + 3 hours\nclause 1 \"x\" { on noted, customer pays 1.00 EUR per pump as price }",
    );
    refused("C021", PLAIN, "clause 1 \"x\" { on noted, customer pays 1.00 USD per pump as price }");
    refused("C020", PLAIN, "clause 1 \"x\" { on noted, customer pays 5 per pump as price }");
    refused("C022", PLAIN, "clause 1 \"x\" { on noted, customer pays sold.amount per pump as price }");
    refused(
        "C023",
        PLAIN,
        "define n per day = count of noted\ndefine m per month = n + count of sold\nclause 1 \"x\" { customer pays 1.00 EUR for m as price }",
    );
    refused(
        "C014",
        PLAIN,
        "clause 1 \"x\" { customer pays 5% of clause 2 per month as price }\nclause 2 \"y\" { customer pays 5% of clause 1 per month as price }",
    );
    refused(
        "C022",
        PLAIN,
        "clause 1 \"x\" {\n obligation job : provider must have pump ended within 3 days of started first day counted, missed after 5 days\n when job is open, provider pays 1.00 EUR per pump as fee\n}",
    );
    refused(
        "C023",
        PLAIN,
        "define n per price per month = count of noted\nclause 1 \"x\" { customer pays 1.00 EUR for n as price }",
    );
    refused(
        "C023",
        PLAIN,
        "clause 1 \"x\" { customer pays 100.00 EUR per month as price }\ndefine n per site per month = count of noted\nclause 2 \"y\" { provider pays by n { from 3 : 5% of clause 1  below : nothing } as price reduction }",
    );
    refused(
        "C023",
        PLAIN,
        "define n per quarter = count of noted\nclause 1 \"x\" { on noted, customer pays 1.00 EUR per pump as price\n customer owes at most 1.00 EUR * n per quarter under clause 1 }",
    );
}

#[test]
fn a_percentage_is_written_with_its_sign() {
    let body = |bound: &str| {
        format!(
            "define big per month = share of (sold where amount is above 15.00 EUR), empty : nothing due\n\
                 clause 1 \"x\" {{ when big is at least {bound}, customer pays 1.00 EUR as bonus }}"
        )
    };
    refused("C021", PLAIN, &body("99.5"));
    let events = "2026-01-05 sold P1 { amount 20.00 EUR }";
    holds(PLAIN, &body("99.5%"), &format!("{events}\n expect clause 1 in 2026-01 = 1.00 EUR"));
}

#[test]
fn an_attribute_is_not_compared_with_what_the_event_sets() {
    refused(
        "C022",
        PLAIN,
        "clause 1 \"x\" { on graded where graded.grade is not grade, customer pays 1.00 EUR per pump as fee }",
    );
}

#[test]
fn a_rate_for_each_window_says_how_a_part_of_one_counts() {
    refused("C041", PLAIN, "clause 1 \"x\" { each month, customer pays 5.00 EUR per pump as price }");
    let body = "clause 1 \"x\" { each month, customer pays 5.00 EUR per pump per month commenced as price }";
    holds(PLAIN, body, "2026-01-17 noted P1\n expect clause 1 in 2026-01 = 5.00 EUR");
    holds(
        PLAIN,
        &body.replace("commenced", "completed"),
        "2026-01-17 noted P1\n expect clause 1 in 2026-01 = 0 EUR\n expect clause 1 in 2026-02 = 5.00 EUR",
    );
}

#[test]
fn groups_and_windows_must_be_those_of_what_is_counted() {
    let sentence = "clause 1 \"x\" { customer pays 1.00 EUR for n as price }";
    refused("C023", PLAIN, &format!("define n per ordered.number per month = count of noted\n{sentence}"));
    refused(
        "C023",
        PLAIN,
        "define n per quarter = count of noted\nclause 1 \"x\" { customer pays 1.00 EUR per month for n as price }",
    );
    let by_number = "define n per ordered.number per month = count of ordered
clause 2 \"y\" { provider pays by n { from 2 : 5% of clause 1  below : nothing } as price reduction }";
    refused(
        "C023",
        PLAIN,
        &format!("{by_number}\nclause 1 \"x\" {{ on noted, customer pays 1.00 EUR per pump as price }}"),
    );
    let own = format!("{by_number}\nclause 1 \"x\" {{ on ordered, customer pays 10.00 EUR per pump as price }}");
    // Two orders of number 1: 5 % of 20.00; one of number 2: nothing.
    let events = "2026-01-05 ordered P1 { number \"1\" }\n 2026-01-06 ordered P2 { number \"1\" }\n 2026-01-06 ordered P2 { number \"2\" }";
    holds(PLAIN, &own, &format!("{events}\n expect clause 2 in 2026-01 = 1.00 EUR"));
}

#[test]
fn options_are_those_of_what_is_defined() {
    let conventions = format!("{PLAIN}\n conflicting readings one before other");
    for definition in [
        "define n per month = count of noted, in hours",
        "define n per month = count of noted, across a window : by time",
        "define n per month = count of noted, missing : estimated from the last 3 months",
        "define n per day = increase of reading.hours, missing : estimated from the last 3 months, across a window : by time",
    ] {
        refused(
            "C024",
            &conventions,
            &format!("{definition}\nclause 1 \"x\" {{ on noted, customer pays 1.00 EUR per pump as price }}"),
        );
    }
}

#[test]
fn what_is_written_is_never_ignored() {
    for sentence in [
        "on noted, customer pays 1.00 EUR per pump, both days counted as fee",
        "on noted, customer pays 1.00 EUR per pump per month as fee",
        "on noted, customer pays 1.00 EUR per pump prorated by day, first day counted as fee",
        "on noted, customer pays 1.00 EUR per pump per day as fee",
        "customer pays 1.00 EUR per pump for number as fee",
    ] {
        refused("C024", PLAIN, &format!("define number per month = count of noted\nclause 1 \"x\" {{ {sentence} }}"));
    }
}

#[test]
fn a_lot_is_paid_for_each_of_it_or_once() {
    let body = "clause 1 \"x\" { on noted, customer pays 2.00 EUR per pump as fee }
clause 2 \"y\" { on noted, customer pays 5.00 EUR as fee }";
    holds(
        PLAIN,
        body,
        "2026-01-05 noted 40 pump LOT\n expect clause 1 in 2026-01 = 80.00 EUR\n expect clause 2 in 2026-01 = 5.00 EUR",
    );
}

#[test]
fn a_lot_in_a_state_is_held() {
    let text = contract(
        PLAIN,
        &daily("both days counted"),
        "2026-01-05 started 40 pump LOT\n expect clause 1 in 2026-01 = 0 EUR",
    );
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert!(trials[0].failures[0].found.contains("lot of 40"), "{:?}", trials[0].failures);
}

#[test]
fn an_assumed_word_does_not_bring_an_asset_under_the_contract() {
    let body =
        "clause 1 \"x\" { customer pays 31.00 EUR per pump per month prorated by day, first day counted as price }";
    let conventions = format!("{PLAIN}\n month of actual days");
    let events = "assume site of P1 = \"Nantes\"\n 2026-01-17 noted P1";
    holds(&conventions, body, &format!("{events}\n expect clause 1 in 2026-01 = 15.00 EUR"));
}
