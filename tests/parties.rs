//! Families of parties, and parties that an event or asset names. Figures were worked out by hand.

use crate::support::{checked, holds_all};

/// A contract of a pool with these conventions, clauses and scenario.
fn contract(body: &str, scenario: &str) -> String {
    format!(
        r#"contract POOL-1 "Pool"
parties {{
    pool     palletco "PalletCo"
    operator hauler   "Hauler"
    many partner "Partner" {{ tier (gold, silver)  discount percentage }}
}}
term 2026-01-01 to 2027-12-31
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
    month of actual days
    attributes read at the event
}}
asset pallet "Pallet" {{ holder partner  grade (A, B) }}
event issued of pallet {{ holder partner }}
event moved of pallet {{ sender partner  holder partner }}
event returned of pallet {{ giver partner }}
event lost of pallet
event reported {{ by_whom party, optional  count number }}
event promoted of partner {{ tier (gold, silver) }}
define out = from issued to returned
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

fn refused(code: &str, body: &str) {
    let text = contract(body, "expect total of pool in 2026-01 = 0 EUR");
    let result = checked(&text);
    let codes: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, [code], "{}\n{text}", result.listing());
}

#[test]
fn a_field_of_the_event_pays() {
    holds(
        "clause 1 \"Moves\" { on moved, moved.sender pays 1.45 EUR per pallet to pool as fee }",
        "2026-01-05 moved P1 { sender acme, holder bravo }
    2026-01-06 moved P2 { sender acme, holder bravo }
    2026-01-07 moved P3 { sender bravo, holder acme }
    expect clause 1 for acme in 2026-01 = 2.90 EUR
    expect clause 1 for bravo in 2026-01 = 1.45 EUR
    expect payment from acme to pool in 2026-01 = 2.90 EUR
    expect payment from bravo to pool in 2026-01 = 1.45 EUR
    expect total of pool in 2026-01 = 4.35 EUR",
    );
}

#[test]
fn both_sides_may_be_members_and_are_netted_by_pair() {
    holds(
        "clause 1 \"Moves\" { on moved, moved.sender pays 2.00 EUR per pallet to moved.holder as fee }",
        "2026-01-05 moved 3 pallet L1 { sender acme, holder bravo }
    2026-01-07 moved P3 { sender bravo, holder acme }
    2026-01-08 moved P4 { sender carl, holder acme }
    2026-01-09 moved P5 { sender carl, holder carl }
    expect payment from acme to bravo in 2026-01 = 4.00 EUR
    expect payment from bravo to acme in 2026-01 = 0.00 EUR
    expect payment from carl to acme in 2026-01 = 2.00 EUR
    expect total of acme in 2026-01 = -2.00 EUR
    expect total of carl in 2026-01 = -2.00 EUR
    expect clause 1 in 2026-01 = 10.00 EUR",
    );
}

#[test]
fn who_holds_a_pallet_pays_for_its_days() {
    // Issued on the 5th to acme, moved on the 8th to bravo, back on the 10th. A change within a day holds from the
    // next day on: acme pays for the 5th to the 8th, bravo for the 9th and 10th.
    let scenario = "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-08 15:00 moved P1 { sender acme, holder bravo }
    2026-01-10 09:00 returned P1 { giver bravo }
    expect clause 1 for acme in 2026-01 = 0.40 EUR
    expect clause 1 for bravo in 2026-01 = 0.20 EUR";
    for payer in ["holder", "partner"] {
        holds(
            &format!(
                "clause 1 \"Hire\" {{ {payer} pays 0.10 EUR to pool per pallet per day while out, both days counted as price }}"
            ),
            scenario,
        );
    }
}

#[test]
fn time_is_cut_where_the_holder_changes() {
    // 6 hours each, then 12.
    holds(
        "clause 1 \"Hire\" { holder pays 1.00 EUR to pool per hour pro rata while out as price }",
        "2026-01-05 06:00 issued P1 { holder acme }
    2026-01-05 12:00 moved P1 { sender acme, holder bravo }
    2026-01-05 18:00 moved P1 { sender bravo, holder acme }
    2026-01-06 06:00 returned P1 { giver acme }
    expect clause 1 for acme in 2026-01 = 18.00 EUR
    expect clause 1 for bravo in 2026-01 = 6.00 EUR",
    );
    // A month that two of them have commenced is owed by each; none has completed it.
    let commenced = |part: &str| {
        format!("clause 1 \"Hire\" {{ holder pays 5.00 EUR to pool per pallet per month {part} while out as price }}")
    };
    let events = "2026-01-05 issued P1 { holder acme }
    2026-01-20 moved P1 { sender acme, holder bravo }";
    holds(
        &commenced("commenced"),
        &format!(
            "{events}
    expect clause 1 for acme in 2026-01 = 5.00 EUR
    expect clause 1 for bravo in 2026-01 = 5.00 EUR
    expect clause 1 for acme in 2026-02 = 0.00 EUR
    expect clause 1 for bravo in 2026-02 = 5.00 EUR"
        ),
    );
    holds(
        &commenced("completed"),
        &format!("{events}\n expect clause 1 in 2026-01 = 0.00 EUR\n expect clause 1 for bravo in 2026-02 = 5.00 EUR"),
    );
}

#[test]
fn lateness_is_paid_by_who_holds_it_then() {
    // Due on the 15th. Late on the 16th and 17th with acme, on the 18th, 19th and 20th with bravo. P2 is late by 60 days
    // on 16 March: 16 days of March and the loss.
    holds(
        "clause 1 \"Late\" {
    obligation bring_back : operator must have pallet returned within 10 days of issued
        first day not counted, missed after 60 days
    holder pays 2.00 EUR to pool per day commenced for lateness of bring_back as indemnity
    when bring_back is missed, holder pays 50.00 EUR per pallet to pool as indemnity
}",
        "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-18 00:00 moved P1 { sender acme, holder bravo }
    2026-01-20 09:00 returned P1 { giver bravo }
    2026-01-05 09:00 issued P2 { holder carl }
    2026-02-10 09:00 moved P2 { sender carl, holder dora }
    expect clause 1 for acme in 2026-01 = 4.00 EUR
    expect clause 1 for bravo in 2026-01 = 6.00 EUR
    expect clause 1 for dora in 2026-03 = 82.00 EUR",
    );
}

#[test]
fn a_measure_counts_for_each_member() {
    let body = |pays: &str| {
        format!(
            "define moves per moved.sender per month = count of moved
define losses per partner per month = count of lost
clause 1 \"Moves\" {{ {pays} to pool as fee }}
clause 2 \"Losses\" {{ when losses is above 1, partner pays 30.00 EUR to pool as indemnity }}"
        )
    };
    let bands = "pays for moves, each band at its own price { up to 1 : 2.00 EUR  above : 1.00 EUR }";
    for payer in ["partner", "moved.sender"] {
        holds(
            &body(&format!("{payer} {bands}")),
            "2026-01-05 moved P1 { sender acme, holder bravo }
    2026-01-06 moved P2 { sender acme, holder bravo }
    2026-01-07 moved P3 { sender bravo, holder acme }
    2026-01-20 lost P1
    2026-01-20 lost P2
    2026-01-20 lost P3
    expect moves of acme in 2026-01 = 2
    expect losses of bravo in 2026-01 = 2
    expect clause 1 for acme in 2026-01 = 3.00 EUR
    expect clause 1 for bravo in 2026-01 = 2.00 EUR
    expect clause 2 for bravo in 2026-01 = 30.00 EUR
    expect clause 2 for acme in 2026-01 = 0.00 EUR",
        );
    }
}

#[test]
fn caps_and_minimums_hold_for_each_member() {
    let body = "clause 1 \"Moves\" { on moved, moved.sender pays 4.00 EUR per pallet to pool as fee }
clause 2 \"Returns\" { on returned, returned.giver pays 1.00 EUR per pallet to pool as fee }
clause 3 \"Limits\" {
    each partner owes at most 6.00 EUR per month to pool under clauses 1 and 2
}
clause 4 \"Minimum\" {
    partner owes at least 5.00 EUR to pool per month under clauses 1 and 2
}";
    // acme 4 + 4 + 1 = 9, capped at 6; bravo 1, raised to 5; silent, known by the register, pays 5.
    holds(
        body,
        "assume tier of silent = gold
    2026-01-05 moved P1 { sender acme, holder bravo }
    2026-01-06 moved P2 { sender acme, holder bravo }
    2026-01-07 returned P1 { giver acme }
    2026-01-07 returned P2 { giver bravo }
    expect clause 3 for acme in 2026-01 = -3.00 EUR
    expect clause 3 for bravo in 2026-01 = 0.00 EUR
    expect clause 4 for bravo in 2026-01 = 4.00 EUR
    expect clause 4 for silent in 2026-01 = 5.00 EUR
    expect clause 4 for acme in 2026-01 = 0.00 EUR
    expect payment from acme to pool in 2026-01 = 6.00 EUR
    expect payment from silent to pool in 2026-01 = 5.00 EUR",
    );
}

#[test]
fn the_pool_may_owe_each_member_at_most_so_much() {
    holds(
        "clause 1 \"Bonus\" {
    on returned, pool pays 3.00 EUR per pallet to returned.giver as bonus
    pool owes at most 5.00 EUR per partner per month to partner under clause 1
}",
        "2026-01-05 returned P1 { giver acme }
    2026-01-05 returned P2 { giver acme }
    2026-01-05 returned P3 { giver bravo }
    expect payment from pool to acme in 2026-01 = 5.00 EUR
    expect payment from pool to bravo in 2026-01 = 3.00 EUR",
    );
}

#[test]
fn a_part_of_a_clause_is_that_of_the_same_member() {
    holds(
        "clause 1 \"Moves\" { on moved, moved.sender pays 4.00 EUR per pallet to pool as fee }
define returns per returned.giver per month = count of returned
clause 2 \"Handling\" { when returns is at least 1, partner pays 10% of clause 1 to operator as fee }",
        "2026-01-05 moved P1 { sender acme, holder bravo }
    2026-01-06 moved P2 { sender bravo, holder acme }
    2026-01-07 moved P3 { sender bravo, holder acme }
    2026-01-07 returned P1 { giver bravo }
    expect clause 2 for bravo in 2026-01 = 0.80 EUR
    expect clause 2 for acme in 2026-01 = 0.00 EUR
    expect payment from bravo to operator in 2026-01 = 0.80 EUR",
    );
}

#[test]
fn each_member_pays_for_its_time_under_the_contract() {
    holds(
        "clause 1 \"Fee\" { each partner pays 31.00 EUR to pool per month prorated by day, first day counted as fee }",
        "assume tier of acme = gold, tier of bravo in 2026-02 = silver
    expect clause 1 for acme in 2026-01 = 31.00 EUR
    expect clause 1 for bravo in 2026-01 = 0.00 EUR
    expect clause 1 for bravo in 2026-02 = 31.00 EUR
    expect payment from bravo to pool in 2026-02 = 31.00 EUR",
    );
    holds(
        "clause 1 \"Fee\" { each month, each partner pays by tier { when gold : 5.00 EUR  when silver : 8.00 EUR } to pool per month commenced as fee }",
        "assume tier of acme = gold, tier of bravo = silver
    expect clause 1 for acme in 2026-01 = 5.00 EUR
    expect clause 1 for bravo in 2026-01 = 8.00 EUR",
    );
}

#[test]
fn a_party_has_attributes_of_its_own() {
    holds(
        "clause 1 \"Moves\" { on moved, moved.sender pays by moved.sender.tier { when gold : 1.00 EUR  when silver : 2.00 EUR } to pool per pallet as fee }
clause 2 \"Hire\" { holder pays 1.00 EUR to pool per pallet per day while out, both days counted times holder.discount as price }",
        "assume tier of acme = gold, tier of bravo = silver
    assume discount of acme = 50%, discount of acme in 2026-02 = 100%, discount of bravo = 100%
    2026-01-30 issued P1 { holder acme }
    2026-02-02 returned P1 { giver acme }
    2026-01-05 moved P2 { sender acme, holder bravo }
    2026-01-06 moved P2 { sender bravo, holder bravo }
    2026-01-07 promoted bravo { tier gold }
    2026-01-08 moved P2 { sender bravo, holder bravo }
    expect clause 1 for acme in 2026-01 = 1.00 EUR
    expect clause 1 for bravo in 2026-01 = 3.00 EUR
    expect clause 2 for acme in 2026-01 = 1.00 EUR
    expect clause 2 for acme in 2026-02 = 2.00 EUR",
    );
}

#[test]
fn a_party_that_is_not_named_holds_its_line() {
    let body = "clause 1 \"Reports\" { on reported, reported.by_whom pays 10.00 EUR to pool as indemnity }";
    holds(
        body,
        "2026-01-05 reported { by_whom acme, count 1 }
    2026-01-06 reported { by_whom operator, count 1 }
    expect payment from acme to pool in 2026-01 = 10.00 EUR
    expect payment from operator to pool in 2026-01 = 10.00 EUR",
    );
    let text = contract(
        body,
        "assume grade of P1 = A\n 2026-01-05 reported { by_whom P1, count 1 }\n expect clause 1 in 2026-01 = 0.00 EUR",
    );
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    let found: Vec<&str> = trials[0].failures.iter().map(|failure| failure.found.as_str()).collect();
    assert_eq!(found, ["it is held: `P1` is a pallet in the register, and no party"]);
    let text = contract(body, "2026-01-05 reported { count 1 }\n expect clause 1 in 2026-01 = 0.00 EUR");
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    let found: Vec<&str> = trials[0].failures.iter().map(|failure| failure.found.as_str()).collect();
    assert_eq!(found, ["it is held: `reported.by_whom` is not there"]);
}

#[test]
fn a_repeat_factor_counts_for_each_member() {
    // Among the losses of one holder: acme the first and second at 10.00, the third at 20.00; bravo one at 10.00.
    holds(
        "clause 1 \"Losses\" { on lost, holder pays 10.00 EUR to pool per pallet times by rank of lost per partner per calendar month { up to 2 : 1  above : 2 } as indemnity }",
        "assume holder of P1 = acme, holder of P2 = acme, holder of P3 = acme, holder of P4 = bravo
    2026-01-05 lost P1
    2026-01-06 lost P4
    2026-01-07 lost P2
    2026-01-08 lost P3
    expect clause 1 for acme in 2026-01 = 40.00 EUR
    expect clause 1 for bravo in 2026-01 = 10.00 EUR",
    );
}

#[test]
fn several_parties_are_a_question() {
    refused("C172", "clause 1 \"x\" { on moved, partner pays 1.00 EUR to pool as fee }");
    refused("C172", "clause 1 \"x\" { on lost, pool pays 1.00 EUR as fee }");
    refused("C172", "define moves per partner per month = count of moved");
    refused("C022", "clause 1 \"x\" { on reported, holder pays 1.00 EUR to pool as fee }");
    refused("C024", "clause 1 \"x\" { each month, each pool pays 1.00 EUR to operator as fee }");
    refused("C020", "clause 1 \"x\" { on reported, reported.count pays 1.00 EUR to pool as fee }");
}

/// The first time ends on 1 January, which does not count in it; in the second one that day counts, and bravo has the pallet.
#[test]
fn a_day_is_of_the_one_who_has_the_pallet_in_the_time_of_which_it_counts() {
    let body =
        "clause 1 \"Hire\" { holder pays 1.00 EUR to pool per pallet per day while out, first day counted as price }";
    let events = "2026-01-01 09:00 returned P1 { giver acme }
        2026-01-01 12:00 issued P1 { holder bravo }
        2026-01-03 09:00 returned P1 { giver bravo }
        expect clause 1 for bravo in 2026-01 = 2.00 EUR
        expect total of pool in 2026-01 = 2.00 EUR";
    let text = contract(body, events);
    holds_all(&text.replace("start is ignored", "start counts from the start of the term"));
}

/// acme has the pallet on the 32 days from 1 January to 1 February, bravo on the 271 days from 5 April on.
#[test]
fn each_time_of_a_window_is_read_by_itself() {
    let body =
        "clause 1 \"Hire\" { holder pays 1.00 EUR to pool per pallet per day while out, both days counted as price }";
    let events = "2026-01-01 02:00 issued P1 { holder acme }
        2026-02-01 10:00 returned P1 { giver acme }
        2026-04-05 09:00 issued P1 { holder bravo }
        expect clause 1 for acme in 2026 = 32.00 EUR
        expect clause 1 for bravo in 2026 = 271.00 EUR";
    holds_all(&contract(body, events).replace("settled monthly", "settled yearly"));
}
