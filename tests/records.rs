//! Records that begin after the contract: what is held, until when, and what an opening balance changes.

use crate::support::{checked, consigne, failures_of, holds_all, succeeds};

const HELD: &str = "records begin 2024-01-01, what reaches back is held";
const OPENING: &str = "records begin 2024-01-01 with an opening balance, what reaches back is held";
const ANEW: &str = "records begin 2024-01-01, what reaches back counts from then";

fn contract(records: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Since 2022"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2022-07-01 to 2026-06-30
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    month end last day
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a repeated trigger changes nothing
    lateness is paid as it accrues
    attributes read at the event
    conflicting readings first before second
    a second deposit is not charged
    a return without a deposit is listed
    {records}
}}
asset crate "Crate" {{ site (north, south) }}
event delivered, returned, lost, called, came, failed, restored, blocked, freed, reset of crate
event reading of crate {{ washes number, cumulative, reset by reset }}
define out = from delivered to returned
define down = from failed to restored
define shut = from blocked to freed
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

/// The scenario must pass.
#[track_caller]
fn holds(records: &str, body: &str, scenario: &str) {
    holds_all(&contract(records, body, scenario));
}

/// The one expectation of the scenario meets a line that is held, with these words.
#[track_caller]
fn held(records: &str, body: &str, scenario: &str, words: &str) {
    let found = failures_of(&contract(records, body, scenario));
    assert!(found.len() == 1 && found[0].contains("held") && found[0].contains(words), "`{words}` in {found:?}");
}

const FAILURES: &str = "define failures per month = count of failed
clause 1 \"F\" { provider pays 10.00 EUR for failures as price reduction }";

/// One failure of December, two of January, one of March.
const FOUR: &str = "2023-12-10 09:00 failed K1
    2024-01-10 09:00 failed K1
    2024-01-20 09:00 failed K2
    2024-03-05 09:00 failed K1";

#[test]
fn windows_that_begin_before_are_held() {
    holds(
        HELD,
        FAILURES,
        &format!("{FOUR}\n expect clause 1 in 2024-01 = 20.00 EUR\n expect clause 1 in 2024-02 = 0.00 EUR"),
    );
    let before = format!("{FOUR}\n expect clause 1 in 2023-12 = 10.00 EUR");
    held(HELD, FAILURES, &before, "before 2024-01-01, when the records begin");
    // A day within January: all of January is held.
    let within = HELD.replace("01-01", "01-15");
    held(&within, FAILURES, &format!("{FOUR}\n expect clause 1 in 2024-01 = 20.00 EUR"), "before 2024-01-15");
    holds(&within, FAILURES, &format!("{FOUR}\n expect clause 1 in 2024-03 = 10.00 EUR"));
    // Whoever starts anew counts what is there.
    holds(ANEW, FAILURES, &before);
    // What reads no events is not concerned.
    holds(
        HELD,
        "clause 1 \"Fee\" { each month, customer pays 100.00 EUR as fee }",
        "expect clause 1 in 2023-05 = 100.00 EUR",
    );
}

#[test]
fn groups_of_which_nothing_is_known_are_held_together() {
    let body = "define failures per crate per month = count of failed
clause 1 \"F\" { provider pays 10.00 EUR for failures as price reduction }
clause 2 \"Part\" { each month, customer pays 10% of clause 1 as fee }
clause 3 \"Way out\" { when failures is above 4, customer may \"end this contract\" }";
    holds(
        HELD,
        body,
        &format!("{FOUR}\n expect clause 1 for K2 in 2024-01 = 10.00 EUR\n expect clause 2 in 2024-01 = 2.00 EUR"),
    );
    held(HELD, body, "2024-01-10 09:00 failed K1\n expect clause 1 in 2023-12 = 0.00 EUR", "2024-01-01");
    held(HELD, body, "2024-01-10 09:00 failed K1\n expect clause 2 in 2023-12 = 0.00 EUR", "clause 1 is held");
}

#[test]
fn rolling_and_earlier_windows_are_held_until_they_lie_behind() {
    let body = "define recent per rolling 3 months = count of failed, counted again, a short window : counts as it is
define failures per month = count of failed
define before per month = failures in the previous month, a short window : nothing due
clause 1 \"R\" { provider pays 10.00 EUR for recent as price reduction }
clause 2 \"B\" { provider pays 1.00 EUR for before as price reduction  clause 2 adds to clause 1 }";
    for month in ["2024-01", "2024-02"] {
        held(HELD, body, &format!("{FOUR}\n expect clause 1 in {month} = 0.00 EUR"), "2024-01-01");
    }
    held(HELD, body, &format!("{FOUR}\n expect clause 2 in 2024-01 = 0.00 EUR"), "2024-01-01");
    // January to March: three. In February January is read: two.
    holds(
        HELD,
        body,
        &format!("{FOUR}\n expect clause 1 in 2024-03 = 30.00 EUR\n expect clause 2 in 2024-02 = 2.00 EUR"),
    );
    // Failures are known since October: November to January make three, October to December one.
    let known = format!("{HELD}  records of failed begin 2023-10-01");
    holds(
        &known,
        body,
        &format!("{FOUR}\n expect clause 1 in 2024-01 = 30.00 EUR\n expect clause 1 in 2023-12 = 10.00 EUR"),
    );
    held(&known, body, &format!("{FOUR}\n expect clause 1 in 2023-11 = 0.00 EUR"), "2023-10-01");
}

const LOSSES: &str = "clause 1 \"Losses\" {
    on lost, customer pays 18.00 EUR per crate
        times by rank of lost per customer per rolling 12 months { up to 2 : 1  above : 2 } as indemnity
}";

#[test]
fn ranks_are_held_until_they_lie_behind() {
    let lost = "2023-11-10 09:00 lost K1
    2023-12-10 09:00 lost K2
    2024-12-30 09:00 lost K3
    2025-01-01 09:00 lost K4";
    held(HELD, LOSSES, &format!("{lost}\n expect clause 1 in 2024-12 = 18.00 EUR"), "2024-01-01");
    // On 30 December 2024 the losses since 31 December 2023 count, which is before the records.
    // On 1 January 2025 the losses since 2 January 2024 count: K3 is the first, K4 the second.
    holds(HELD, LOSSES, &format!("{lost}\n expect clause 1 in 2025-01 = 18.00 EUR"));
    // With the losses of 2023: K3 is the only one of its twelve months. On 9 November 2024 those since 10 November 2023
    // count: K1, K2 and K5, which is the third.
    let known = format!("{HELD}  records of lost begin 2023-01-01");
    holds(&known, LOSSES, &format!("{lost}\n expect clause 1 in 2024-12 = 18.00 EUR"));
    holds(&known, LOSSES, &format!("{lost}\n 2024-11-09 09:00 lost K5\n expect clause 1 in 2024-11 = 36.00 EUR"));
}

#[test]
fn a_window_of_the_whole_year_and_the_cap_over_it() {
    let body = format!(
        "{FAILURES}
clause 2 \"Cap\" {{ provider owes at most 15.00 EUR per contract year under clause 1 }}"
    );
    // The contract year runs from July: that of 2023 is held, that of 2024 is known.
    let failed = "2024-02-10 09:00 failed K1
    2024-02-11 09:00 failed K1
    2024-08-10 09:00 failed K1
    2024-08-11 09:00 failed K1";
    held(HELD, &body, &format!("{failed}\n expect clause 2 in 2024-02 = -5.00 EUR"), "clause 1 is held");
    holds(
        HELD,
        &body,
        &format!("{failed}\n expect clause 1 in 2024-02 = 20.00 EUR\n expect clause 2 in 2024-08 = -5.00 EUR"),
    );
}

/// What the years before have left of a cap is not known; where it cannot matter, nothing is held.
#[test]
fn what_a_cap_of_each_crate_leaves_over() {
    let body = "clause 1 \"Failures\" { on failed, provider pays 10.00 EUR per crate as price reduction }
clause 2 \"Cap\" {
    provider owes at most 15.00 EUR per crate per contract year, unused is carried over until it is used, under clause 1
}";
    let twice = "2024-08-10 09:00 failed K1\n 2024-08-11 09:00 failed K1";
    held(HELD, body, &format!("{twice}\n expect clause 2 in 2024-08 = 0.00 EUR"), "what is carried over is not known");
    let once = "2024-08-10 09:00 failed K1";
    holds(HELD, body, &format!("{once}\n expect clause 2 in 2024-08 = 0.00 EUR"));
}

/// The partner is not known that paid before, so that the cap of each of them is held in the year that is cut.
#[test]
fn a_cap_of_each_member_of_a_family() {
    let body = "clause 1 \"Losses\" { on lost, holder pays 10.00 EUR to pro per crate as indemnity }
clause 2 \"Cap\" { each partner owes at most 15.00 EUR per contract year under clause 1 }";
    let text = |scenario: &str| {
        let text = contract(HELD, body, scenario);
        let text = text.replace("customer cus \"Customer\" }", "many partner \"Partner\" { } }");
        text.replace("site (north, south) }", "site (north, south)  holder partner }")
    };
    let lost = "assume holder of K1 = acme, holder of K2 = acme
    2024-02-10 09:00 lost K1
    2024-02-10 09:00 lost K2
    2024-08-10 09:00 lost K1
    2024-08-10 09:00 lost K2";
    let found = failures_of(&text(&format!("{lost}\n expect clause 2 in 2024-02 = -5.00 EUR")));
    assert!(found.len() == 1 && found[0].contains("held"), "{found:?}");
    holds_all(&text(&format!("{lost}\n expect clause 2 for acme in 2024-08 = -5.00 EUR")));
}

const HIRE: &str =
    "clause 1 \"Hire\" { customer pays 0.10 EUR per crate per day while out, both days counted as price }";

#[test]
fn a_state_that_ends_and_whose_start_is_not_known() {
    // From before: K1 came on 20 December. January: the 1st to the 10th.
    let known = "2023-12-20 09:00 delivered K1\n 2024-01-10 09:00 returned K1";
    for records in [HELD, OPENING, ANEW] {
        holds(records, HIRE, &format!("{known}\n expect clause 1 in 2024-01 = 1.00 EUR"));
    }
    // Nothing is known of K2 before its return. February and the time behind are not concerned.
    let lone = "2024-02-15 09:00 returned K2\n 2024-03-02 09:00 delivered K2\n 2024-03-04 09:00 returned K2";
    for month in ["2024-01", "2024-02"] {
        held(HELD, HIRE, &format!("{lone}\n expect clause 1 in {month} = 0.00 EUR"), "whether `out` held then");
    }
    holds(HELD, HIRE, &format!("{lone}\n expect clause 1 in 2024-03 = 0.30 EUR"));
    // With an opening balance, it is an end without a start, which is ignored.
    for records in [OPENING, ANEW] {
        holds(
            records,
            HIRE,
            &format!("{lone}\n expect clause 1 in 2024-01 = 0.00 EUR\n expect clause 1 in 2024-02 = 0.00 EUR"),
        );
    }
}

#[test]
fn an_asset_of_the_register_of_which_nothing_is_known() {
    let silent = "assume site of K1 = north\n 2024-05-02 09:00 failed K9";
    held(HELD, HIRE, &format!("{silent}\n expect clause 1 in 2024-04 = 0.00 EUR"), "whether `out` held then");
    holds(OPENING, HIRE, &format!("{silent}\n expect clause 1 in 2024-04 = 0.00 EUR"));
    // Its first event is a start: it was not out before.
    let first = "assume site of K1 = north\n 2024-04-29 09:00 delivered K1\n expect clause 1 in 2024-04 = 0.20 EUR";
    holds(HELD, HIRE, &format!("{first}\n expect clause 1 in 2024-03 = 0.00 EUR"));
}

/// What the register brings under the contract later began nothing before.
#[test]
fn an_asset_that_was_not_there_before() {
    // In a scenario, an asset with an attribute is there from its first event on.
    let lone = "assume site of K1 = north\n 2024-02-15 09:00 returned K1";
    let nothing = format!("{lone}\n expect clause 1 in 2024-01 = 0.00 EUR\n expect clause 1 in 2024-02 = 0.00 EUR");
    holds(HELD, HIRE, &nothing);
    let deposit = "clause 1 \"Deposit\" {
    on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 1 matched by serial as deposit
}";
    holds(HELD, deposit, &nothing);
    let waits = "define waits per month = mean of (time from called to came in days) empty : nothing due
clause 1 \"Wait\" { when waits is above 20 days, provider pays 5.00 EUR as fee }";
    holds(HELD, waits, &nothing.replace("returned", "came"));
    // From files, with the day of the register: before the records, and behind them.
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("consigne.toml", "contracts = [\"c.consigne\"]\nassets = [\"r.csv\"]\n[[feed]]\npath = \"f.jsonl\"\n");
    write("c.consigne", &contract(HELD, HIRE, "expect clause 1 in 2024-01 = 0.00 EUR"));
    write("f.jsonl", "{\"id\":\"a\",\"kind\":\"returned\",\"asset\":\"K1\",\"occurred\":\"2024-02-15T09:00:00Z\"}\n");
    for (from, is_held) in [("2023-06-01", true), ("2024-02-15", false)] {
        write("r.csv", &format!("asset,family,contract,from,site\nK1,crate,T-1,{from},north\n"));
        let statement = String::from_utf8(consigne(folder.path(), &["settle", "2024-02"]).stdout).unwrap();
        assert_eq!(statement.contains("whether `out` held then"), is_held, "{from}: {statement}");
    }
}

/// It is not known whether K1 was shut; where it was not down, that does not matter.
#[test]
fn what_cannot_matter_is_not_held() {
    let body = "define lack per month = total of time while down and not shut
clause 1 \"Lack\" { provider pays 1.00 EUR per hour pro rata for lack as price reduction }";
    let events = "assume site of K1 = north
    2023-12-01 00:00 failed K1
    2023-12-02 00:00 restored K1
    2024-02-10 00:00 failed K1
    2024-02-10 06:00 restored K1
    2024-03-05 00:00 freed K1
    2024-03-10 00:00 failed K1
    2024-03-10 07:00 restored K1";
    holds(
        HELD,
        body,
        &format!("{events}\n expect clause 1 in 2024-01 = 0.00 EUR\n expect clause 1 in 2024-03 = 7.00 EUR"),
    );
    held(HELD, body, &format!("{events}\n expect clause 1 in 2024-02 = 6.00 EUR"), "whether `shut` held then");
}

#[test]
fn a_deposit_that_was_paid_before() {
    let body = "clause 1 \"Deposit\" {
    on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 1 matched by serial as deposit
}";
    let known = "2023-12-20 09:00 delivered K1\n 2024-01-10 09:00 returned K1";
    for records in [HELD, OPENING] {
        holds(records, body, &format!("{known}\n expect total of customer in 2024-01 = 25.00 EUR"));
    }
    let lone = "2024-01-10 09:00 returned K1";
    held(HELD, body, &format!("{lone}\n expect clause 1 in 2024-01 = 0.00 EUR"), "whether a deposit was held");
    for records in [OPENING, ANEW] {
        holds(records, body, &format!("{lone}\n expect clause 1 in 2024-01 = 0.00 EUR"));
    }
    // The second return of a crate whose deposit is known is one without a deposit.
    let twice = "2024-01-02 09:00 delivered K1\n 2024-01-10 09:00 returned K1\n 2024-02-10 09:00 returned K1";
    holds(HELD, body, &format!("{twice}\n expect clause 1 in 2024-02 = 0.00 EUR"));
    // Which deposit of a pool comes back is not known while what lies in it is not.
    let pool = body.replace("matched by serial", "oldest first");
    let paid = "2024-01-02 09:00 delivered K1\n 2024-01-10 09:00 returned K1";
    held(HELD, &pool, &format!("{paid}\n expect clause 1 in 2024-01 = 0.00 EUR"), "whether a deposit was held");
    holds(OPENING, &pool, &format!("{paid}\n expect total of customer in 2024-01 = 0.00 EUR"));
}

#[test]
fn a_meter_needs_the_reading_from_before() {
    let body = "define washes per crate per month = increase of reading.washes
    across a window : in the later window
    missing : held
clause 1 \"Washes\" { customer pays 0.50 EUR for washes as price }";
    let first = "2023-12-01 09:00 blocked K1\n 2024-01-31 09:00 reading K1 { washes 1200 }\n 2024-02-28 09:00 reading K1 { washes 1230 }";
    held(
        HELD,
        body,
        &format!("{first}\n expect clause 1 in 2024-01 = 0.00 EUR"),
        "no reading of the meter from before",
    );
    // 30 washes in February; with the reading of December 200 in January.
    holds(HELD, body, &format!("{first}\n expect clause 1 in 2024-02 = 15.00 EUR"));
    let read = format!("2023-12-31 09:00 reading K1 {{ washes 1000 }}\n {first}");
    holds(HELD, body, &format!("{read}\n expect clause 1 in 2024-01 = 100.00 EUR"));
}

#[test]
fn an_obligation_that_was_opened_before() {
    let body = "clause 1 \"Come\" {
    obligation come : provider must have crate came within 10 days of called
        first day not counted
        missed after 90 days
    provider pays 2.00 EUR per day commenced for lateness of come as indemnity
}
define waits per month = mean of (time from called to came in days) empty : nothing due
clause 2 \"Wait\" { when waits is above 20 days, provider pays 5.00 EUR as fee }";
    // Called on 27 December, due on 6 January, here on the 9th: three days late.
    let known = "2023-12-27 09:00 called K1\n 2024-01-09 09:00 came K1";
    holds(HELD, body, &format!("{known}\n expect clause 1 in 2024-01 = 6.00 EUR"));
    let lone = "2024-01-09 09:00 came K1";
    for clause in ["1", "2"] {
        held(HELD, body, &format!("{lone}\n expect clause {clause} in 2024-01 = 0.00 EUR"), "ends with this `came`");
    }
    holds(OPENING, body, &format!("{lone}\n expect clause 1 in 2024-01 = 0.00 EUR"));
    holds(HELD, body, &format!("{lone}\n expect clause 1 in 2024-02 = 0.00 EUR"));
}

/// What the checker says of a contract with such a convention.
fn said(records: &str, body: &str) -> String {
    let text = contract(records, body, "expect total of provider in 2024-01 = 0.00 EUR");
    let result = checked(&text);
    result.refusals().iter().map(|finding| format!("{finding:?}")).collect::<Vec<_>>().join("\n")
}

#[test]
fn what_reaches_back_is_asked() {
    let begin = "records begin 2024-01-01";
    // A fourth loss costs 36.00 EUR, a first one 18.00 EUR.
    let rank = said(begin, LOSSES);
    assert!(rank.contains("C119") && rank.contains("counts from 2023-01-02 on"), "{rank}");
    assert!(
        rank.contains("records of lost begin 2023-01-02") && rank.contains("as the 1st it costs 18.00 EUR"),
        "{rank}"
    );
    let known = "records begin 2024-01-01  records of lost begin 2023-01-02";
    assert!(said(known, LOSSES).contains("counts from 2022-07-01 on"), "{}", said(known, LOSSES));
    let state = said(begin, HIRE);
    assert!(state.contains("C119") && state.contains("14 × 0.10 = 1.40 EUR"), "{state}");
    assert!(state.contains("records begin 2024-01-01 with an opening balance, what reaches back is held"), "{state}");
    for answered in [HELD, OPENING, ANEW, ""] {
        assert_eq!(said(answered, HIRE), "", "{answered}");
    }
    // Records that begin with the term leave nothing before them.
    assert_eq!(said("records begin 2022-07-01", LOSSES), "");
}

#[test]
fn what_is_wrong_with_it() {
    let refused = |records: &str, code: &str, words: &str| {
        let said = said(records, HIRE);
        assert!(said.contains(code) && said.contains(words), "{records}: {said}");
    };
    refused("records begin 2027-01-01, what reaches back is held", "C025", "after the last day of the term");
    refused("records of wrecked begin 2024-01-01", "C010", "wrecked");
    refused(&format!("{HELD} records begin 2024-02-01"), "C011", "answered twice");
}

/// From files: a register, a feed that begins in 2024, and then the event from before.
#[test]
fn a_feed_that_begins_later() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("consigne.toml", "contracts = [\"c.consigne\"]\nassets = [\"r.csv\"]\n[[feed]]\npath = \"f.jsonl\"\n");
    write(
        "c.consigne",
        &contract(HELD, HIRE, "expect clause 1 in 2024-01 = 0.00 EUR").replace("scenario \"s\"", "scenario \"none\""),
    );
    write("r.csv", "asset,family,site\nK1,crate,north\n");
    let event = |id: &str, kind: &str, day: &str| {
        format!("{{\"id\":\"{id}\",\"kind\":\"{kind}\",\"asset\":\"K1\",\"occurred\":\"{day}T09:00:00Z\"}}\n")
    };
    let back = event("b", "returned", "2024-01-10");
    write("f.jsonl", &back);
    // A statement with held lines ends with a code of its own.
    let output = consigne(folder.path(), &["settle", "2024-01"]);
    let statement = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success() && statement.contains("the records begin on 2024-01-01"), "{statement}");
    // Where nothing is said, the statement tells that the feed begins late; what was said is not told again.
    let text = std::fs::read_to_string(folder.path().join("c.consigne")).unwrap();
    for (records, told) in [("", true), (ANEW, false), (HELD, false)] {
        write("c.consigne", &text.replace(HELD, records));
        let output = consigne(folder.path(), &["settle", "2024-01"]);
        let statement = String::from_utf8(output.stdout).unwrap();
        let words = "The first event that is known is of 2024-01-10, a year or more after the term began";
        assert_eq!(statement.contains(words), told, "{records}: {statement}");
    }
    write("f.jsonl", &format!("{back}{}", event("a", "delivered", "2023-12-20")));
    // Ten days of January.
    let statement = succeeds(folder.path(), &["settle", "2024-01"]);
    assert!(statement.contains("1.00 EUR") && !statement.contains("the records begin"), "{statement}");
}

/// What was going on in January is not known of a crate that has been there since 2023. It makes no difference to a state that
/// nothing can be in, nor to one that it is always in.
#[test]
fn what_does_not_depend_on_what_is_not_known_is_not_held() {
    let body = r#"define idle = out and not down
        define idle_too = out and not down
        clause 1 "Never" { customer pays 1.00 EUR per crate per day while idle and not idle_too, first day counted as fee }
        clause 2 "Always" { customer pays 1.00 EUR per crate per day while out or not out, first day counted as fee }
        clause 3 "Idle" { customer pays 1.00 EUR per crate per day while idle, first day counted as fee }"#;
    let there = "2023-06-01 09:00 called K1\n";
    holds(
        HELD,
        body,
        &format!("{there} expect clause 1 in 2024-02 = 0.00 EUR\n expect clause 2 in 2024-02 = 29.00 EUR"),
    );
    held(HELD, body, &format!("{there} expect clause 3 in 2024-02 = 0.00 EUR"), "it is not known whether");
}

/// Until September 2023 what a cap leaves was carried over; what was charged then is not known. The text since carries nothing
/// over, so that from October on nothing is left of it: of 90.00 EUR in February 77.00 EUR are owed.
#[test]
fn what_an_earlier_text_left_does_not_hold_a_text_that_carries_nothing_over() {
    let body = r#"clause 1 "Failures" { on failed, provider pays 90.00 EUR per crate as price reduction }
        clause 2 "Cap" { provider owes at most 176.00 EUR per month, unused is carried over until it is used, under clause 1 }
        amendment 1 to T-1 signed 2023-09-01, in force from 2023-10-01 {
            replace clause 2 "Cap" { provider owes at most 77.00 EUR per month, under clause 1 }
        }"#;
    holds(HELD, body, "2024-02-05 09:00 failed K1\n expect clause 2 in 2024-02 = -13.00 EUR");
}

/// K1 goes from north to south in February; whether it was out since 2023 is not known until it comes back in March. Both sites
/// are held in February, and south alone in March.
#[test]
fn what_is_not_known_is_held_in_each_group_of_a_window() {
    let body = r#"define hours_out per site per month = total of time while out, in hours
        clause 1 "Hire" { customer pays 1.00 EUR per hour commenced for hours_out as fee }"#;
    let events = "assume site of K1 = north, site of K1 in 2024-02-15 = south
        2023-06-01 09:00 called K1
        2024-03-10 09:00 returned K1\n";
    let expected = "expect clause 1 for north in 2024-02 is held
        expect clause 1 for south in 2024-02 is held
        expect clause 1 for south in 2024-03 is held
        expect clause 1 for north in 2024-03 = 0.00 EUR";
    holds(HELD, body, &format!("{events}{expected}"));
}

/// Nobody knows whether C1 was out when the records began. In February nothing was called, so that its hire costs nothing, or is
/// not due since there is no share; in March it is held. What is counted of March alone is known.
#[test]
fn what_lasts_holds_nothing_where_nothing_is_paid_for_it() {
    for rate in ["1.00 EUR * calls", "1.00 EUR * answered"] {
        let body = format!(
            "define calls per month = count of called
define answered per month = count of came / count of called, empty : nothing due
clause 1 \"Hire\" {{ customer pays {rate} per crate per day while out, first day counted as price }}"
        );
        let scenario = "2023-12-01 09:00 called C1
    2024-03-04 09:00 called C1
    2024-03-05 09:00 came C1
    expect clause 1 in 2024-02 = 0.00 EUR
    expect clause 1 in 2024-03 is held";
        holds(HELD, &body, scenario);
    }
}

/// All calls are recorded, and C1 was called in December: whether it was down then nobody knows. In November nothing is due.
#[test]
fn a_condition_that_does_not_hold_holds_nothing() {
    let records = format!("{HELD}\n    records of called begin 2022-07-02");
    let body = "define calls per month = count of called
clause 1 \"Down\" { when calls is at least 1, provider pays 1.00 EUR per crate per hour commenced while down as indemnity }";
    let scenario = "2023-12-05 09:00 called C1
    expect clause 1 in 2023-11 = 0.00 EUR
    expect clause 1 in 2023-12 is held";
    holds(&records, body, scenario);
}
