//! Lots whose units differ, or of which too many are told; figures worked out by hand.

use crate::support::checked;

fn failures(body: &str, scenario: &str) -> String {
    let text = format!(
        r#"contract L-2 "Lots that are shared"
parties {{ pool palletco "PalletCo SAS"  many partner "Partner" {{ tier (gold, silver) }} }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start restarts the time
    an end without a start is ignored
    still open counts to the end of the window
    attributes read at the event
    a repeated trigger opens another
    a second deposit is held too
    a return without a deposit is listed
    a deposit on a transfer stays with who paid it
}}
asset pallet "Pallet" in lots from issued, oldest first {{ holder partner }}
event issued of pallet {{ holder partner }}
event moved of pallet {{ sender partner  holder partner }}
event ended, checked of pallet
event taken of pallet {{ holder partner }}
define out = from issued to ended or taken
{body}
scenario "s" {{
    {scenario}
}}
"#
    );
    let result = checked(&text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    let trials = crate::support::trials(&result.contract.unwrap());
    let failures: Vec<_> = trials.into_iter().flat_map(|trial| trial.failures).collect();
    if failures.is_empty() { String::new() } else { format!("{failures:#?}\n{text}") }
}

fn holds(body: &str, scenario: &str) {
    let failures = failures(body, scenario);
    assert!(failures.is_empty(), "{failures}");
}

fn is_held(body: &str, scenario: &str, why: &str) {
    let failures = failures(body, scenario);
    assert!(failures.contains(why), "{failures}");
}

const HIRE: &str =
    r#"clause 3 "Hire" { holder pays 0.10 EUR to pool per pallet per day while out, first day counted as price }"#;
const BACK: &str = r#"clause 6 "Back" { on ended, pool pays 5.00 EUR to holder per pallet as bonus }"#;
const ISSUED: &str = "2026-03-02 09:00 issued 40 pallet L { holder acme }\n";
const MOVED: &str = "2026-03-02 09:00 issued 40 pallet L { holder acme }
    2026-03-11 09:00 moved 15 pallet L { sender acme, holder bravo }\n";

#[test]
fn an_event_is_paid_by_the_units_that_it_takes() {
    // All 40 come back: 25 × 5.00 to acme and 15 × 5.00 to bravo.
    let all = "2026-03-20 09:00 ended 40 pallet L
        expect clause 6 for acme in 2026-03 = 125.00 EUR
        expect clause 6 for bravo in 2026-03 = 75.00 EUR";
    holds(BACK, &format!("{MOVED}{all}"));
    // Nothing was moved: 40 × 5.00.
    holds(
        BACK,
        &format!("{ISSUED} 2026-03-20 09:00 ended 40 pallet L\n expect clause 6 for acme in 2026-03 = 200.00 EUR"),
    );
    // Of 30 without a name the oldest come first: the 25 of acme, then 5 of bravo.
    let some = "2026-03-20 09:00 ended 30 pallet L
        2026-04-20 09:00 ended 10 pallet L
        expect clause 6 for acme in 2026-03 = 125.00 EUR
        expect clause 6 for bravo in 2026-03 = 25.00 EUR
        expect clause 6 for bravo in 2026-04 = 50.00 EUR";
    holds(BACK, &format!("{MOVED}{some}"));
}

#[test]
fn a_rate_and_a_count_go_by_the_units() {
    let body = r#"define back per month per holder = count of ended
    clause 6 "Back" {
        on ended, pool pays by holder.tier { when gold : 3.00 EUR  otherwise : 2.00 EUR } to holder per pallet as bonus
    }"#;
    let events = "assume tier of acme = gold, tier of bravo = silver\n";
    // 25 × 3.00 and 15 × 2.00.
    let expect = "2026-03-20 09:00 ended 40 pallet L
        expect back of acme in 2026-03 = 25
        expect back of bravo in 2026-03 = 15
        expect clause 6 for acme in 2026-03 = 75.00 EUR
        expect clause 6 for bravo in 2026-03 = 30.00 EUR";
    holds(body, &format!("{events}{MOVED}{expect}"));
}

#[test]
fn what_cannot_be_told_apart_is_held() {
    let why = "the units of the lot differ in `holder`";
    // One amount for the event, whatever its units.
    let once = r#"clause 6 "Back" { on ended, pool pays 5.00 EUR to holder as bonus }"#;
    let all = "2026-03-20 09:00 ended 40 pallet L\n";
    for party in ["acme", "bravo"] {
        is_held(once, &format!("{MOVED}{all} expect clause 6 for {party} in 2026-03 = 5.00 EUR"), why);
    }
    // The units that the event takes are those of one holder.
    holds(
        once,
        &format!("{MOVED} 2026-03-20 09:00 ended 25 pallet L\n expect clause 6 for acme in 2026-03 = 5.00 EUR"),
    );
    // It is not known which units are looked at, as that opens and ends nothing.
    let look = r#"clause 7 "Check" { on checked, holder pays 1.00 EUR to pool per pallet as fee }"#;
    let checks = "2026-03-20 09:00 checked 10 pallet L\n";
    is_held(look, &format!("{MOVED}{checks} expect clause 7 for acme in 2026-03 = 10.00 EUR"), why);
    holds(look, &format!("{ISSUED}{checks} expect clause 7 for acme in 2026-03 = 10.00 EUR"));
    // The first 10 of a month cost less: the ranks of bravo's and acme's units cannot be told apart.
    let ranked = r#"clause 6 "Back" {
        on ended, pool pays 5.00 EUR to holder per pallet
            times by rank of ended per holder per month { up to 10 : 1  above : 0.2 }
            as bonus
    }"#;
    is_held(ranked, &format!("{MOVED}{all} expect clause 6 for acme in 2026-03 = 65.00 EUR"), why);
}

#[test]
fn an_event_that_names_a_holder_takes_the_units_of_that_holder() {
    // Bravo's 15 end on 20 March; acme keeps 25 for the 30 days of April: 25 × 30 × 0.10.
    let taken = "2026-03-20 09:00 taken 15 pallet L { holder bravo }\n";
    let april = "expect clause 3 for acme in 2026-04 = 75.00 EUR\n expect clause 3 for bravo in 2026-04 = 0.00 EUR";
    holds(HIRE, &format!("{MOVED}{taken}{april}"));
    // Without a name the oldest come first, which are acme's: acme keeps 10 and bravo 15.
    let ended = "2026-03-20 09:00 ended 15 pallet L\n";
    let april = "expect clause 3 for acme in 2026-04 = 30.00 EUR\n expect clause 3 for bravo in 2026-04 = 45.00 EUR";
    holds(HIRE, &format!("{MOVED}{ended}{april}"));
    // Bravo has only 15.
    let more = "2026-03-20 09:00 taken 20 pallet L { holder bravo }\n expect clause 3 for bravo in 2026-03 = 0.00 EUR";
    is_held(HIRE, &format!("{MOVED}{more}"), "`taken` of 20, of which 15 are there");
}

#[test]
fn units_are_handed_on_by_whom_the_event_names() {
    // Bravo hands 10 of its 15 on to carol; acme's 25 are older, but stay.
    let on = "2026-03-15 09:00 moved 10 pallet L { sender bravo, holder carol }\n";
    let april = "expect clause 3 for acme in 2026-04 = 75.00 EUR
        expect clause 3 for bravo in 2026-04 = 15.00 EUR
        expect clause 3 for carol in 2026-04 = 30.00 EUR";
    holds(HIRE, &format!("{MOVED}{on}{april}"));
    let more = "2026-03-15 09:00 moved 20 pallet L { sender bravo, holder carol }\n";
    for party in ["acme", "bravo"] {
        let expect = format!("expect clause 3 for {party} in 2026-03 = 0.00 EUR");
        is_held(HIRE, &format!("{MOVED}{more}{expect}"), "`moved` of 20, of which 15 are there");
    }
}

#[test]
fn more_units_than_there_are_are_not_paid() {
    let body = r#"define back per month = count of ended
    clause 6 "Back" { on ended, pool pays 5.00 EUR to holder per pallet as bonus }
    clause 7 "Once" { on ended, pool pays 5.00 EUR to holder as bonus }"#;
    let why = "`ended` of 12, of which 10 are there";
    let events = "2026-03-03 09:00 issued 10 pallet L { holder acme }\n 2026-03-25 09:00 ended 12 pallet L\n";
    is_held(body, &format!("{events} expect clause 6 for acme in 2026-03 = 50.00 EUR"), why);
    is_held(body, &format!("{events} expect clause 7 for acme in 2026-03 = 5.00 EUR"), why);
    is_held(body, &format!("{events} expect back in 2026-03 = 10"), why);
    let ten = events.replace("12", "10");
    let expect = "expect clause 6 for acme in 2026-03 = 50.00 EUR\n expect back in 2026-03 = 10";
    holds(body, &format!("{ten} {expect}"));
}

#[test]
fn a_time_after_what_brings_units_in_ends_nothing() {
    // 10 for 3 to 25 March and 10 for 20 to 31 March, without the last day: 10 × 22 + 10 × 12 = 340 days.
    let events = "2026-03-03 09:00 issued 10 pallet L { holder acme }
        2026-03-20 09:00 issued 10 pallet L { holder acme }
        2026-03-25 09:00 ended 10 pallet L
        expect clause 3 for acme in 2026-03 = 34.00 EUR";
    holds(HIRE, events);
    let fresh = r#"define fresh = from issued to 10 days after issued
    clause 9 "Fresh" { holder pays 0.10 EUR to pool per pallet per day while fresh, first day counted as fee }"#;
    // Ten days for each unit: 10 × 10 + 10 × 10 = 200 days.
    holds(&format!("{HIRE}\n{fresh}"), &format!("{events}\n expect clause 9 for acme in 2026-03 = 20.00 EUR"));
}

/// Three bins at 15.72 EUR, of which one is graded C: split off, it comes last of those filled at once. One of grade B
/// comes back for 15.72 EUR, then the other and that of grade C: 15.72 and 5.27 EUR; 10.45 EUR are charged.
#[test]
fn pooled_deposits_come_back_by_what_the_units_are() {
    let body = r#"asset bin "Bin" in lots from filled, oldest first { holder partner  grade (A, B, C) }
        event filled of bin { holder partner }
        event emptied of bin
        event graded of bin { grade (A, B, C) }
        define full = from filled to emptied
        clause 3 "Deposit" {
            on filled, holder pays by grade { when A, B : 15.72 EUR  when C : 1.00 EUR } to pool per bin as deposit
            on emptied, pool pays by grade { when A, B : 100%  when C : 33.5% } of clause 3 oldest first per holder as deposit,
                the rest as indemnity
        }"#;
    let events = "assume grade of L = B
        2026-03-02 09:00 filled 3 bin L { holder acme }
        2026-03-03 09:00 graded 1 bin L { grade C }
        2026-03-04 09:00 emptied 1 bin L
        2026-04-04 09:00 emptied 2 bin L\n";
    let expected = "expect deposits of clause 3 for acme in 2026-03 = 31.44 EUR
        expect payment from acme to pool in 2026-03 = 31.44 EUR
        expect clause 3 as indemnity in 2026-04 = 10.45 EUR
        expect payment from pool to acme in 2026-04 = 20.99 EUR
        expect deposits of clause 3 for acme in 2026-04 = 0.00 EUR";
    holds(body, &format!("{events}{expected}"));
}

/// 40 pallets of two holders take the ranks 1 to 40; what each of them pays is not known. Those that follow have the ranks
/// 41 and 42: twice 11.37 × 1.5.
#[test]
fn a_lot_whose_line_is_held_counts_in_the_ranks_of_others() {
    let body = r#"clause 2 "Wear" {
        on ended, holder pays 11.37 EUR to pool per pallet
            times by rank of ended per pool per rolling 90 days { up to 3 : 1  above : 1.5 } as price
    }"#;
    let events = format!(
        "{MOVED} 2026-04-01 09:00 issued 2 pallet M {{ holder dora }}
        2026-04-11 09:00 ended 40 pallet L
        2026-05-11 09:00 ended 2 pallet M\n"
    );
    holds(body, &format!("{events} expect clause 2 for dora in 2026-05 = 34.11 EUR"));
    is_held(body, &format!("{events} expect clause 2 for acme in 2026-04 = 0.00 EUR"), "differ in `holder`");
}

/// What comes back and is not there ends no deposit, and is no reason to hold what is paid when one is taken.
#[test]
fn a_return_of_more_units_holds_no_deposit_that_is_taken() {
    let body = r#"asset bin "Bin" in lots from filled, oldest first { holder partner }
        event filled, emptied of bin { holder partner }
        clause 3 "Deposit" {
            on filled, holder pays 65.00 EUR to pool per bin as deposit
            on emptied, pool pays 60% of clause 3 matched by serial as deposit, the rest as indemnity
        }"#;
    let events = "2026-04-01 07:00 emptied 2 bin L { holder acme }
        2026-04-02 07:00 filled 1 bin K { holder acme }
        expect clause 3 in 2026-04 = 65.00 EUR
        expect deposits of clause 3 for acme in 2026-04 = 65.00 EUR";
    holds(body, events);
}

/// Two bins of acme, then two of carl, which are graded C. Of three that come back those filled last come first: the two of
/// grade C, for which the oldest deposits, those of acme, are ended at 33.50 EUR of 100.00 EUR each; then one of grade A, for
/// which carl has all of its own back. What is kept is 2 × 66.50 EUR of acme.
#[test]
fn units_come_back_to_a_pool_in_the_order_in_which_they_are_taken() {
    let body = r#"asset bin "Bin" in lots from filled, latest first { holder partner  grade (A, C) }
        event filled of bin { holder partner }
        event emptied of bin
        event graded of bin { grade (A, C) }
        define full = from filled to emptied
        clause 3 "Deposit" {
            on filled, holder pays 100.00 EUR to pool per bin as deposit
            on emptied, pool pays by grade { when A : 100%  when C : 33.5% } of clause 3 oldest first of all as deposit,
                the rest as indemnity
        }"#;
    let events = "assume grade of L = A
        2026-03-02 09:00 filled 2 bin L { holder acme }
        2026-03-03 09:00 filled 2 bin L { holder carl }
        2026-03-04 09:00 graded 2 bin L { grade C }
        2026-04-04 09:00 emptied 3 bin L\n";
    let expected = "expect payment from pool to acme in 2026-04 = 67.00 EUR
        expect payment from pool to carl in 2026-04 = 100.00 EUR
        expect clause 3 as indemnity in 2026-04 = 133.00 EUR
        expect deposits of clause 3 for carl in 2026-04 = 100.00 EUR";
    holds(body, &format!("{events}{expected}"));
}

fn held(convention: &str, feed: &[&str], month: &str) -> (Vec<String>, usize) {
    let text = format!(
        r#"contract L-3 "Lots that are held"
parties {{ pool palletco "PalletCo SAS"  many partner "Partner" {{ }} }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    attributes read at the event
    {convention}
}}
asset pallet "Pallet" in lots from issued, oldest first {{ holder partner }}
event issued of pallet {{ holder partner }}
event ended of pallet
define out = from issued to ended
{HIRE}
"#
    );
    crate::second_look_later::lines(&text, &feed.join("\n"), month, "3")
}

/// On 5 March five pallets come in and five end at one instant: what depends on the lot is held from then on, also for those
/// that bravo gets on 20 March. Lot M of dora is another one: 2 pallets from 10 to 31 March are 44 days, 4.40 EUR.
#[test]
fn units_that_come_into_a_lot_that_is_held_are_held_too() {
    let feed = [
        r#"{"id":"a","kind":"issued","asset":"L","quantity":10,"occurred":"2026-03-02T09:00:00Z","fields":{"holder":"acme"}}"#,
        r#"{"id":"b","kind":"issued","asset":"L","quantity":5,"occurred":"2026-03-05T09:00:00Z","fields":{"holder":"acme"}}"#,
        r#"{"id":"c","kind":"ended","asset":"L","quantity":5,"occurred":"2026-03-05T09:00:00Z"}"#,
        r#"{"id":"d","kind":"issued","asset":"M","quantity":2,"occurred":"2026-03-10T09:00:00Z","fields":{"holder":"dora"}}"#,
        r#"{"id":"e","kind":"issued","asset":"L","quantity":5,"occurred":"2026-03-20T09:00:00Z","fields":{"holder":"bravo"}}"#,
    ];
    let conventions = "conflicting records first known stays  events at one instant are held";
    assert_eq!(held(conventions, &feed, "2026-03"), (vec!["\"4.4\"".to_owned()], 2));
    // 60 days of April.
    assert_eq!(held(conventions, &feed, "2026-04"), (vec!["\"6\"".to_owned()], 2));
}

/// Two or three pallets of a lot of eight came back, and nobody knows whose: both holders are held in March. In April what was
/// known first counts: the two oldest were of acme, which has 2 pallets for 30 days, 6.00 EUR, and bravo has 4, 12.00 EUR.
#[test]
fn where_two_records_of_a_return_differ_each_holder_of_the_lot_is_held() {
    let feed = [
        r#"{"id":"a","kind":"issued","asset":"L","quantity":4,"occurred":"2026-03-02T09:00:00Z","fields":{"holder":"acme"}}"#,
        r#"{"id":"b","kind":"issued","asset":"L","quantity":4,"occurred":"2026-03-03T09:00:00Z","fields":{"holder":"bravo"}}"#,
        r#"{"id":"c","kind":"ended","asset":"L","quantity":2,"occurred":"2026-03-10T09:00:00Z"}"#,
        r#"{"id":"c","kind":"ended","asset":"L","quantity":3,"occurred":"2026-03-10T09:00:00Z","recorded":"2026-03-11T09:00:00Z"}"#,
    ];
    let conventions = "conflicting records are held";
    assert_eq!(held(conventions, &feed, "2026-03"), (vec![], 2));
    assert_eq!(held(conventions, &feed, "2026-04"), (vec!["\"6\"".to_owned(), "\"12\"".to_owned()], 0));
}

const BINS: &str = r#"asset bin "Bin" in lots from filled, oldest first { holder partner  grade (A, B, C) }
    event filled of bin { holder partner }
    event seen, emptied of bin
    event graded of bin { grade (A, B, C) }
    define full = from filled to emptied"#;

/// Two bins of acme, of which both are graded C, and two of bravo.
const GRADED: &str = "assume grade of L = A
    2026-03-02 09:00 filled 2 bin L { holder acme }
    2026-03-03 09:00 graded 2 bin L { grade C }
    2026-03-04 09:00 filled 2 bin L { holder bravo }
    2026-03-10 09:00 seen 1 bin L\n";

/// Which bin is seen nobody knows. Of bravo none is of grade C: bravo pays nothing, whichever it is.
#[test]
fn what_a_condition_keeps_out_for_all_units_of_a_holder_is_not_held() {
    let fee = |only: &str| {
        format!("{BINS}\nclause 7 \"Seen\" {{ on seen where {only}, holder pays 2.00 EUR to pool per bin as fee }}")
    };
    let expect = "expect clause 7 for bravo in 2026-03 = 0.00 EUR";
    holds(&fee("grade is C"), &format!("{GRADED}{expect}"));
    let expect = "expect clause 7 for acme in 2026-03 = 2.00 EUR";
    is_held(&fee("grade is C"), &format!("{GRADED}{expect}"), "the units of the lot differ in `grade`");
    // No unit is of grade B.
    let expect = "expect clause 7 for acme in 2026-03 = 0.00 EUR\n expect clause 7 for bravo in 2026-03 = 0.00 EUR";
    holds(&fee("grade is B"), &format!("{GRADED}{expect}"));
}

/// Whichever of the four bins are seen, one of grade A or C is acme's, and costs 2.00 EUR: three are 6.00 EUR, and count as three.
#[test]
fn what_is_the_same_for_each_unit_is_paid() {
    let body = format!(
        "{BINS}\ndefine looks per partner per month = count of (seen where grade in (A, C))
        clause 7 \"Seen\" {{
            on seen where grade in (A, C), holder pays by grade {{ when A, C : 2.00 EUR  when B : 9.00 EUR }} to pool per bin as fee
        }}"
    );
    let events = "assume grade of L = A
        2026-03-02 09:00 filled 2 bin L { holder acme }
        2026-03-03 09:00 graded 2 bin L { grade C }
        2026-03-04 09:00 filled 2 bin L { holder acme }
        2026-03-10 09:00 seen 3 bin L
        expect looks of acme in 2026-03 = 3
        expect clause 7 for acme in 2026-03 = 6.00 EUR";
    holds(&body, events);
}

/// A bin of acme may have paid a deposit when one was seen, one of bravo has not. Acme's two come back first: whether one of
/// them has a deposit is not known. One of bravo's has none.
#[test]
fn a_deposit_that_some_unit_may_have_paid_is_of_those_who_have_such_units() {
    let body = format!(
        "{BINS}\nclause 3 \"Deposit\" {{
            on seen where grade is C, holder pays 10.00 EUR to pool per bin as deposit
            on emptied, pool pays 100% of clause 3 oldest first per holder as deposit
        }}"
    );
    let emptied = "2026-04-10 09:00 emptied 3 bin L\n";
    let expect = "expect clause 3 for bravo in 2026-03 = 0.00 EUR
        expect clause 3 for bravo in 2026-04 = 0.00 EUR";
    holds(&body, &format!("{GRADED}{emptied}{expect}"));
    for month in ["2026-03", "2026-04"] {
        let expect = format!("expect clause 3 for acme in {month} = 10.00 EUR");
        is_held(&body, &format!("{GRADED}{emptied}{expect}"), "held");
    }
}

/// Two pumps that are told under one name fail in May and keep the first text of the clause. In June that text is held, and the
/// second one, which does not govern them, is not.
#[test]
fn a_lot_that_is_not_told_apart_is_held_by_the_text_that_governs_it() {
    let text = r#"contract L-4 "Texts"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
}
asset pump "Pump" { }
event failed, restored of pump
define down = from failed to restored
clause 1 "Down" { provider pays 1.00 EUR per pump per day while down, first day counted as price reduction }
amendment 1 to L-4 signed 2026-05-02, in force from 2026-06-01 {
    replace clause 1 "Down" { provider pays 2.00 EUR per pump per day while down, first day counted as fee }
    pump with failed before 2026-06-01 keeps clause 1
}
"#;
    let feed = r#"{"id":"a","kind":"failed","asset":"P1","quantity":2,"occurred":"2026-05-10T09:00:00Z"}"#;
    assert_eq!(crate::second_look_later::lines(text, feed, "2026-06", "1"), (vec![], 1));
}

/// Of the event `x` two records differ, and none was known first: it ended on 1 January, or on the 31st. The one on 13 February
/// is the first in thirty days by the one, at 3.00 EUR, and the second by the other, at 4.50 EUR. A second one on 20 March is
/// the first by both, and the second one in thirty days after it is charged 4.50 EUR.
#[test]
fn a_rank_of_a_lot_is_held_where_another_record_would_change_it() {
    let text = r#"contract L-5 "Ranks"
parties { pool palletco "PalletCo"  many partner "Partner" { tier (gold, silver), optional } }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start restarts the time
    an end without a start counts from the start of the term
    still open counts to the end of the window
}
asset pallet "Pallet" in lots from issued, oldest first { holder partner }
event issued of pallet { holder partner }
event ended of pallet
clause 4 "Ends" { on ended, holder pays 3.00 EUR to pool per pallet times by rank of ended per partner per rolling 30 days { up to 1 : 1  above : 1.5 } as fee }
"#;
    let ended = |id: &str, at: &str, more: &str| {
        format!(r#"{{"id":"{id}","kind":"ended","asset":"L","quantity":1,"occurred":"{at}T08:00:00Z"{more}}}"#) + "\n"
    };
    let feed = [
        r#"{"id":"i","kind":"issued","asset":"L","quantity":4,"occurred":"2026-01-01T07:00:00Z","fields":{"holder":"acme"}}"#.to_owned() + "\n",
        ended("x", "2026-01-01", r#","recorded":"2026-01-31T08:00:00Z""#),
        ended("x", "2026-01-31", ""),
        ended("y", "2026-02-13", ""),
        ended("z", "2026-03-20", ""),
        ended("w", "2026-04-01", ""),
    ];
    let lines = |month: &str| crate::second_look_later::lines(text, &feed.concat(), month, "4");
    assert_eq!(lines("2026-02"), (vec![], 1));
    assert_eq!(lines("2026-03"), (vec!["\"3\"".to_owned()], 0));
    assert_eq!(lines("2026-04"), (vec!["\"4.5\"".to_owned()], 0));
}
