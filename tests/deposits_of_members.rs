//! Deposits that members of a family of parties pay. Figures were worked out by hand.

use crate::support::{checked, consigne, holds_all};

/// A pool of pallets with these answers, clauses and scenario.
fn contract(answers: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract POOL-2 "Pool"
parties {{
    pool palletco "PalletCo"
    many partner "Partner" {{ tier (gold, silver) }}
}}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    {answers}
}}
asset pallet "Pallet" {{ holder partner }}
event issued of pallet {{ holder partner }}
event checked of pallet
event moved of pallet {{ sender partner  holder partner }}
event returned of pallet {{ giver partner }}
clause 1 "Deposit" {{
    {body}
}}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const ANSWERS: &str = "a second deposit is not charged a return without a deposit is listed";
const STAYS: &str = "a second deposit is not charged a return without a deposit is listed
    a deposit on a transfer stays with who paid it";
const GOES: &str = "a second deposit is not charged a return without a deposit is listed
    a deposit on a transfer goes over to the new holder";
const SERIAL: &str = "on issued, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 matched by serial as deposit";

fn holds(answers: &str, body: &str, scenario: &str) {
    let text = contract(answers, body, scenario);
    holds_all(&text);
}

fn refused(code: &str, answers: &str, body: &str) {
    let text = contract(answers, body, "expect total of pool in 2026-01 = 0 EUR");
    let result = checked(&text);
    let codes: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(codes, [code], "{}\n{text}", result.listing());
}

/// P1 is issued to acme and P2 to bravo in January; acme hands P1 on to bravo in February; both come back in March.
const HANDED_ON: &str = "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-06 09:00 issued P2 { holder bravo }
    2026-02-03 09:00 moved P1 { sender acme, holder bravo }
    2026-03-02 09:00 returned P1 { giver bravo }
    2026-03-03 09:00 returned P2 { giver bravo }
    expect clause 1 for acme in 2026-01 = 10.00 EUR
    expect clause 1 for bravo in 2026-01 = 10.00 EUR
    expect deposits of clause 1 in 2026-01 = 20.00 EUR
    expect deposits of clause 1 for acme in 2026-01 = 10.00 EUR
    expect deposits of clause 1 for P1 in 2026-01 = 10.00 EUR";

#[test]
fn who_paid_gets_it_back_after_a_transfer() {
    holds(
        STAYS,
        SERIAL,
        &format!(
            "{HANDED_ON}
    expect deposits of clause 1 for acme in 2026-02 = 10.00 EUR
    expect deposits of clause 1 for bravo in 2026-02 = 10.00 EUR
    expect payment from pool to acme in 2026-03 = 10.00 EUR
    expect payment from pool to bravo in 2026-03 = 10.00 EUR
    expect deposits of clause 1 in 2026-03 = 0.00 EUR"
        ),
    );
}

#[test]
fn the_new_holder_gets_it_back_where_it_goes_over() {
    holds(
        GOES,
        SERIAL,
        &format!(
            "{HANDED_ON}
    expect deposits of clause 1 for acme in 2026-02 = 0.00 EUR
    expect deposits of clause 1 for bravo in 2026-02 = 20.00 EUR
    expect clause 1 in 2026-02 = 0.00 EUR
    expect payment from pool to acme in 2026-03 = 0.00 EUR
    expect payment from pool to bravo in 2026-03 = 20.00 EUR"
        ),
    );
}

/// acme hands P1 on at the instant at which it gets it; bravo hands it on to acme and back at one instant.
#[test]
fn what_is_handed_on_at_one_instant_goes_over_step_by_step() {
    holds(
        GOES,
        SERIAL,
        "2026-01-05 09:00 issued P1 { holder acme }
        2026-01-05 09:00 moved P1 { sender acme, holder bravo }
        expect deposits of clause 1 for acme in 2026-01 = 0.00 EUR
        expect deposits of clause 1 for bravo in 2026-01 = 10.00 EUR
        2026-02-05 09:00 moved P1 { sender bravo, holder acme }
        2026-02-05 09:00 moved P1 { sender acme, holder bravo }
        expect deposits of clause 1 for bravo in 2026-02 = 10.00 EUR
        2026-03-02 09:00 returned P1 { giver bravo }
        expect payment from pool to bravo in 2026-03 = 10.00 EUR",
    );
}

#[test]
fn whose_it_is_after_a_transfer_is_asked() {
    refused("C157", ANSWERS, SERIAL);
    refused("C157", ANSWERS, &SERIAL.replace("matched by serial", "oldest first of all"));
    // A field that sets no attribute is not handed on.
    let by_sender = "on moved, moved.sender pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 matched by serial as deposit";
    holds(
        ANSWERS,
        by_sender,
        "2026-01-05 09:00 moved P1 { sender acme, holder bravo }
    2026-01-06 09:00 returned P1 { giver bravo }
    expect payment from acme to pool in 2026-01 = 0.00 EUR
    expect clause 1 for acme in 2026-01 = 20.00 EUR",
    );
}

#[test]
fn a_transfer_that_ends_it_and_takes_another_asks_nothing() {
    holds(
        ANSWERS,
        "on issued, holder pays 10.00 EUR per pallet as deposit
    on moved, pool pays 100% of clause 1 matched by serial as deposit
    on moved, moved.holder pays 12.00 EUR per pallet as deposit
    on returned, pool pays 50% of clause 1 matched by serial as deposit, the rest as indemnity",
        "2026-01-05 09:00 issued P1 { holder acme }
    2026-02-03 09:00 moved P1 { sender acme, holder bravo }
    2026-03-02 09:00 returned P1 { giver bravo }
    expect payment from acme to pool in 2026-01 = 10.00 EUR
    expect payment from pool to acme in 2026-02 = 10.00 EUR
    expect payment from bravo to pool in 2026-02 = 12.00 EUR
    expect deposits of clause 1 for acme in 2026-02 = 0.00 EUR
    expect deposits of clause 1 for bravo in 2026-02 = 12.00 EUR
    expect payment from pool to bravo in 2026-03 = 6.00 EUR
    expect clause 1 as indemnity in 2026-03 = 6.00 EUR
    expect clause 1 for bravo as indemnity in 2026-03 = 6.00 EUR"
            .replace("for bravo as indemnity", "as indemnity for bravo")
            .as_str(),
    );
}

#[test]
fn pooled_deposits_come_back_of_all_or_per_member() {
    // Acme pays on the 5th, bravo 12.00 EUR on the 6th of February. Bravo brings a pallet back on the 1st of March.
    let body = |words: &str| {
        format!(
            "on issued, holder pays by grade_of {{ when gold : 10.00 EUR  when silver : 12.00 EUR }} per pallet as deposit
    on returned, pool pays 100% of clause 1 {words} as deposit"
        )
        .replace("by grade_of", "by holder.tier")
    };
    let scenario = "assume tier of acme = gold, tier of bravo = silver
    2026-02-05 09:00 issued P1 { holder acme }
    2026-02-06 09:00 issued P2 { holder bravo }
    2026-03-01 09:00 returned P2 { giver bravo }";
    holds(
        STAYS,
        &body("oldest first of all"),
        &format!(
            "{scenario}
    expect payment from pool to acme in 2026-03 = 10.00 EUR
    expect deposits of clause 1 for bravo in 2026-03 = 12.00 EUR"
        ),
    );
    for words in ["oldest first per holder", "oldest first per returned.giver", "latest first per returned.giver"] {
        holds(
            STAYS,
            &body(words),
            &format!(
                "{scenario}
    expect payment from pool to bravo in 2026-03 = 12.00 EUR
    expect deposits of clause 1 for acme in 2026-03 = 10.00 EUR
    expect deposits of clause 1 for bravo in 2026-03 = 0.00 EUR"
            ),
        );
    }
}

#[test]
fn among_whose_deposits_one_comes_back_is_asked() {
    refused("C158", STAYS, &SERIAL.replace("matched by serial", "oldest first"));
    // Both the giver and the holder are partners: which of them is a question of its own.
    refused("C172", STAYS, &SERIAL.replace("matched by serial", "oldest first per partner"));
    refused(
        "C125",
        STAYS,
        "on issued, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 oldest first of all as deposit
    on moved, pool pays 100% of clause 1 oldest first per holder as deposit",
    );
}

#[test]
fn a_member_without_a_pooled_deposit_gets_nothing_back() {
    holds(
        STAYS,
        &SERIAL.replace("matched by serial", "oldest first per returned.giver"),
        "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-06 09:00 returned P1 { giver bravo }
    expect clause 1 in 2026-01 = 10.00 EUR
    expect deposits of clause 1 for acme in 2026-01 = 10.00 EUR",
    );
}

#[test]
fn pooled_deposits_go_over_by_the_units_of_the_event() {
    // Ten of acme, of which four go on to bravo, who brings six back: four of them are paid for.
    holds(
        GOES,
        &SERIAL.replace("matched by serial", "oldest first per returned.giver"),
        "2026-01-05 09:00 issued 10 pallet L1 { holder acme }
    2026-01-06 09:00 moved 4 pallet L2 { sender acme, holder bravo }
    2026-01-07 09:00 moved 4 pallet L1 { sender acme, holder bravo }
    2026-02-07 09:00 returned 6 pallet L1 { giver bravo }
    expect deposits of clause 1 for acme in 2026-01 = 60.00 EUR
    expect deposits of clause 1 for bravo in 2026-01 = 40.00 EUR
    expect payment from pool to bravo in 2026-02 = 40.00 EUR
    expect deposits of clause 1 for acme in 2026-02 = 60.00 EUR",
    );
}

#[test]
fn a_deposit_of_another_member_covers_no_second_one() {
    // Bravo is issued the pallet that was never recorded as returned by acme: both deposits are held, and the return
    // gives each of them back to the one who paid it.
    let scenario = "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-06 09:00 issued P1 { holder bravo }
    2026-01-07 09:00 issued P1 { holder bravo }
    2026-02-07 09:00 returned P1 { giver bravo }
    expect clause 1 in 2026-01 = 20.00 EUR
    expect payment from pool to acme in 2026-02 = 10.00 EUR
    expect payment from pool to bravo in 2026-02 = 10.00 EUR";
    holds(STAYS, SERIAL, scenario);
}

#[test]
fn the_register_hands_on_too() {
    holds(
        GOES,
        "on issued, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 matched by serial as deposit",
        "assume holder of P1 in 2026-03 = bravo
    2026-02-05 09:00 issued P1 { holder acme }
    2026-04-07 09:00 returned P1 { giver bravo }
    expect deposits of clause 1 for acme in 2026-02 = 10.00 EUR
    expect deposits of clause 1 for bravo in 2026-03 = 10.00 EUR
    expect payment from pool to bravo in 2026-04 = 10.00 EUR",
    );
}

#[test]
fn a_deposit_is_kept_of_the_one_who_paid_it() {
    holds(
        STAYS,
        "on issued, holder pays 10.00 EUR per pallet as deposit
    obligation bring_back : pool must have pallet returned within 10 days of issued first day not counted missed after 0 days
    on returned, pool pays 100% of clause 1 matched by serial as deposit
    when bring_back is missed, pool keeps clause 1 as sale",
        "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-07 09:00 moved P1 { sender acme, holder bravo }
    2026-01-20 09:00 returned P1 { giver bravo }
    expect clause 1 as sale for acme in 2026-01 = 10.00 EUR
    expect payment from acme to pool in 2026-01 = 10.00 EUR
    expect deposits of clause 1 in 2026-01 = 0.00 EUR",
    );
}

#[test]
fn what_cannot_be_a_deposit_of_members_is_refused() {
    // Held by a member.
    refused(
        "C125",
        STAYS,
        "on issued, pool pays 10.00 EUR per pallet to holder as deposit
    on returned, holder pays 100% of clause 1 matched by serial as deposit",
    );
    // Paid back to another one than whose it is.
    refused(
        "C125",
        STAYS,
        "on issued, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 to returned.giver matched by serial as deposit",
    );
}

/// Nobody knows who has P1 when it is checked. It goes over to bravo, who brings it back: 10.00 EUR. Where it stays with who paid
/// it, its return is held.
#[test]
fn a_deposit_of_nobody_known_goes_over_too() {
    let taken = "on checked, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 matched by serial as deposit";
    let facts = "2026-01-05 09:00 checked P1
    2026-02-05 09:00 moved P1 { sender acme, holder bravo }
    2026-03-05 09:00 returned P1 { giver bravo }
    expect clause 1 in 2026-01 is held";
    holds(GOES, taken, &format!("{facts}\n    expect payment from pool to bravo in 2026-03 = 10.00 EUR"));
    holds(STAYS, taken, &format!("{facts}\n    expect clause 1 in 2026-03 is held"));
}

/// It is not known whose the first deposit is: it may be that of acme, which would cover the second one.
#[test]
fn a_deposit_of_nobody_known_may_cover_a_second_one() {
    let taken = "on checked, holder pays 10.00 EUR per pallet as deposit
    on issued, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 matched by serial as deposit";
    let facts = "2026-01-05 09:00 checked P1
    2026-02-05 09:00 issued P1 { holder acme }
    2026-03-05 09:00 returned P1 { giver acme }
    2026-04-05 09:00 issued P1 { holder acme }
    expect clause 1 for acme in 2026-02 is held
    expect clause 1 for acme in 2026-03 is held
    expect clause 1 for acme in 2026-04 = 10.00 EUR";
    holds(STAYS, taken, facts);
}

#[test]
fn what_is_taken_of_more_units_than_there_are_is_of_nobody_known() {
    // Acme has two pallets of L and bravo one; five are damaged. Three are there, each pays its own; whose the two others are
    // cannot be told, and what each member pays is held.
    let body = "on damaged, holder pays 10.00 EUR per pallet to pool as deposit
    on returned, pool pays 100% of clause 1 oldest first per holder as deposit";
    let answers = format!(
        "{STAYS}\na second start changes nothing\nan end without a start is ignored
    still open counts to the end of the window"
    );
    let text = contract(&answers, body, "expect clause 1 in 2026-01 = 0.00 EUR")
        .replace("asset pallet \"Pallet\"", "asset pallet \"Pallet\" in lots from issued, oldest first")
        .replace("event checked of pallet", "event damaged, mended of pallet\ndefine down = from damaged to mended");
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("consigne.toml", "contracts = [\"c.consigne\"]\n[[feed]]\npath = \"f.jsonl\"\n");
    write("c.consigne", &text);
    let event = |day: u32, kind: &str, units: u32, fields: &str| {
        format!(
            "{{\"id\":\"e{day}\",\"kind\":\"{kind}\",\"asset\":\"L\",\"quantity\":{units},\
             \"occurred\":\"2026-01-{day}T09:00:00Z\",\"fields\":{{{fields}}}}}\n"
        )
    };
    let issued = [event(11, "issued", 2, "\"holder\":\"acme\""), event(12, "issued", 1, "\"holder\":\"bravo\"")];
    write("f.jsonl", &format!("{}{}", issued.concat(), event(13, "damaged", 5, "")));
    let statement = String::from_utf8(consigne(folder.path(), &["settle", "2026-01"]).stdout).unwrap();
    for told in [
        "at the end: 20.00 EUR (2 paid for by acme)",
        "at the end: 10.00 EUR (1 paid for by bravo)",
        "at the end: 20.00 EUR (2, it is not known whose)",
        "clause 1 Deposit for acme: `damaged` of 5, of which 3 are there",
        "clause 1 Deposit for bravo: `damaged` of 5, of which 3 are there",
        "(not known)  2026-01-13 10:00      2",
    ] {
        assert!(statement.contains(told), "{told}\n{statement}");
    }
}
