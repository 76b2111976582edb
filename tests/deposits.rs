//! Deposits: paid, held, given back by share, kept; figures worked out by hand.

use crate::support::{checked, holds_all};

/// A contract with these conventions, sentences of clause 3 and scenario.
fn contract(conventions: &str, sentences: &str, scenario: &str) -> String {
    format!(
        r#"contract D-1 "Deposits"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    {conventions}
}}
asset crate "Crate" {{ grade (A, B, C, D)  worth money }}
asset box "Box" {{ }}
event delivered, lost, swapped of crate
event returned of crate {{ grade (A, B, C, D) }}
event packed of box
clause 3 "Deposit" {{
    {sentences}
}}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const PLAIN: &str = "a second deposit is not charged
    a return without a deposit is listed";

const BY_GRADE: &str = "on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays by grade { when A, B : 100%  when C : 60%  otherwise : nothing } of clause 3
        matched by serial as deposit, the rest as indemnity";

const KEPT: &str = "on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 3 matched by serial as deposit
    obligation bring_back : customer must have crate returned within 90 days of delivered
        first day not counted, missed after 0 days
    when bring_back is missed, provider keeps clause 3 as sale";

/// The scenario must pass.
fn holds(conventions: &str, sentences: &str, scenario: &str) {
    let text = contract(conventions, sentences, scenario);
    holds_all(&text);
}

/// The checker must refuse the text with this code.
fn refused(code: &str, conventions: &str, sentences: &str) {
    let text =
        contract(conventions, sentences, "2026-01-05 delivered K1\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found = result.refusals().iter().any(|finding| finding.code.as_str() == code);
    assert!(found, "{code} is not raised:\n{}\n{text}", result.listing());
}

#[test]
fn paid_in_one_period_and_given_back_in_another() {
    // Grade C: 60 % of 25.00 are 15.00; the other 10.00 go back too and are charged as damages.
    holds(
        PLAIN,
        BY_GRADE,
        "2026-01-05 10:00 delivered K1
        2026-01-05 10:00 delivered K2
        2026-03-02 10:00 returned K1 { grade A }
        2026-03-02 10:00 returned K2 { grade C }
        expect clause 3 in 2026-01 = 50.00 EUR
        expect deposits of clause 3 in 2026-02 = 50.00 EUR
        expect clause 3 as deposit in 2026-03 = 50.00 EUR
        expect clause 3 as indemnity in 2026-03 = 10.00 EUR
        expect total of customer in 2026-03 = 40.00 EUR
        expect deposits of clause 3 in 2026-03 = 0.00 EUR
        expect deposits of clause 3 for K2 in 2026-02 = 25.00 EUR",
    );
}

#[test]
fn a_deposit_ends_once() {
    // The second return finds nothing, and a return before the delivery neither.
    holds(
        PLAIN,
        BY_GRADE,
        "2026-01-04 10:00 returned K1 { grade A }
        2026-01-05 10:00 delivered K1
        2026-02-02 10:00 returned K1 { grade A }
        2026-02-03 10:00 returned K1 { grade A }
        expect clause 3 in 2026-01 = 25.00 EUR
        expect clause 3 in 2026-02 = 25.00 EUR
        expect deposits of clause 3 in 2026-02 = 0.00 EUR",
    );
}

#[test]
fn delivered_again_after_a_return_is_a_deposit_again() {
    holds(
        PLAIN,
        BY_GRADE,
        "2026-01-05 10:00 delivered K1
        2026-01-06 10:00 returned K1 { grade A }
        2026-01-06 10:00 delivered K1
        expect clause 3 in 2026-01 = 75.00 EUR
        expect total of provider in 2026-01 = 25.00 EUR
        expect deposits of clause 3 in 2026-01 = 25.00 EUR",
    );
}

#[test]
fn a_second_deposit() {
    let twice = "2026-01-05 10:00 delivered K1
        2026-01-08 10:00 delivered K1
        2026-02-02 10:00 returned K1 { grade A }";
    let once = "expect clause 3 in 2026-01 = 25.00 EUR\n expect clause 3 in 2026-02 = 25.00 EUR";
    holds(PLAIN, BY_GRADE, &format!("{twice}\n {once}"));
    let both = "expect clause 3 in 2026-01 = 50.00 EUR\n expect clause 3 in 2026-02 = 50.00 EUR";
    let too = PLAIN.replace("is not charged", "is held too");
    holds(&too, BY_GRADE, &format!("{twice}\n {both}\n expect deposits of clause 3 in 2026-02 = 0.00 EUR"));
}

#[test]
fn a_return_of_which_no_deposit_is_known() {
    holds(PLAIN, BY_GRADE, "2026-01-05 10:00 returned K1 { grade A }\n expect clause 3 in 2026-01 = 0.00 EUR");
    // A deposit from before the term opens the balance: it is held and not charged.
    holds(
        PLAIN,
        BY_GRADE,
        "2025-12-20 10:00 delivered K1
        2026-01-05 10:00 returned K1 { grade A }
        expect total of customer in 2026-01 = 25.00 EUR",
    );
    let held = PLAIN.replace("is listed", "is held");
    let text =
        contract(&held, BY_GRADE, "2026-01-05 10:00 returned K1 { grade A }\n expect clause 3 in 2026-01 = 0.00 EUR");
    let result = checked(&text);
    let trials = crate::support::trials(&result.contract.unwrap());
    assert!(format!("{:?}", trials[0].failures).contains("no deposit is known"), "{trials:#?}");
}

#[test]
fn kept_when_it_is_not_brought_back() {
    // 90 days after 5 January is 5 April: missed as that day ends, in April. A later return finds nothing.
    holds(
        PLAIN,
        KEPT,
        "2026-01-05 10:00 delivered K1
        2026-01-05 10:00 delivered K2
        2026-04-05 23:00 returned K2 { grade D }
        2026-05-02 10:00 returned K1 { grade A }
        expect deposits of clause 3 in 2026-03 = 50.00 EUR
        expect clause 3 as deposit in 2026-04 = 50.00 EUR
        expect clause 3 as sale in 2026-04 = 25.00 EUR
        expect total of customer in 2026-04 = 25.00 EUR
        expect deposits of clause 3 in 2026-04 = 0.00 EUR
        expect clause 3 in 2026-05 = 0.00 EUR",
    );
}

#[test]
fn kept_on_an_event() {
    let sentences = BY_GRADE.to_owned() + "\n on lost, provider keeps clause 3 as indemnity";
    holds(
        PLAIN,
        &sentences,
        "2026-01-05 10:00 delivered K1
        2026-02-05 10:00 lost K1
        2026-02-06 10:00 lost K2
        2026-02-07 10:00 returned K1 { grade A }
        expect clause 3 as indemnity in 2026-02 = 25.00 EUR
        expect clause 3 as deposit in 2026-02 = 25.00 EUR
        expect total of customer in 2026-02 = 0.00 EUR",
    );
}

#[test]
fn the_share_goes_by_the_age_of_the_deposit() {
    let sentences = "on delivered, customer pays 25.00 EUR per crate as deposit
        on returned, provider pays by time since delivered {
            up to 3 months : 100%
            up to 6 months : 80%
            above          : 50%
        } of clause 3 matched by serial as deposit, the rest as price";
    holds(
        PLAIN,
        sentences,
        "2026-01-05 10:00 delivered K1
        2026-01-05 10:00 delivered K2
        2026-01-05 10:00 delivered K3
        2026-04-05 09:00 returned K1 { grade A }
        2026-04-06 09:00 returned K2 { grade A }
        2026-07-06 09:00 returned K3 { grade A }
        expect total of customer in 2026-04 = 45.00 EUR
        expect clause 3 as price in 2026-04 = 5.00 EUR
        expect total of customer in 2026-07 = 12.50 EUR",
    );
}

#[test]
fn the_rest_stays_held() {
    let sentences = "on delivered, customer pays 25.00 EUR per crate as deposit
        on returned, provider pays 80% of clause 3 matched by serial as deposit, the rest stays held
        on swapped, provider pays 100% of clause 3 as deposit
        on lost, provider keeps clause 3 as indemnity";
    holds(
        PLAIN,
        sentences,
        "2026-01-05 10:00 delivered K1
        2026-01-05 10:00 delivered K2
        2026-02-05 10:00 returned K1 { grade A }
        2026-02-05 10:00 returned K2 { grade A }
        2026-02-06 10:00 returned K1 { grade A }
        2026-03-05 10:00 swapped K1
        2026-03-05 10:00 lost K2
        expect clause 3 in 2026-02 = 40.00 EUR
        expect deposits of clause 3 in 2026-02 = 10.00 EUR
        expect clause 3 as deposit in 2026-03 = 10.00 EUR
        expect clause 3 as indemnity in 2026-03 = 5.00 EUR
        expect deposits of clause 3 in 2026-03 = 0.00 EUR",
    );
}

#[test]
fn a_deposit_by_the_worth_of_the_asset() {
    let sentences = "on delivered, customer pays 10% of worth per crate as deposit
        on returned, provider pays 50% of clause 3 matched by serial as deposit, the rest as fee";
    holds(
        PLAIN,
        sentences,
        "assume worth of K1 = 150.00 EUR
        assume worth of K2 = 90.50 EUR
        2026-01-05 10:00 delivered K1
        2026-01-05 10:00 delivered K2
        2026-02-05 10:00 returned K2 { grade A }
        expect clause 3 in 2026-01 = 24.05 EUR
        expect total of customer in 2026-02 = 4.53 EUR
        expect clause 3 as fee in 2026-02 = 4.53 EUR
        expect deposits of clause 3 in 2026-02 = 15.00 EUR",
    );
}

#[test]
fn a_condition_on_what_takes_and_gives_back() {
    let sentences = "on delivered where worth is at least 100.00 EUR, customer pays 25.00 EUR per crate as deposit
        on returned where grade is A, provider pays clause 3 matched by serial as deposit
        on returned where grade is not A, provider keeps clause 3 as sale";
    holds(
        PLAIN,
        sentences,
        "assume worth of K1 = 100.00 EUR, worth of K2 = 99.99 EUR, worth of K3 = 100.00 EUR
        2026-01-05 10:00 delivered K1
        2026-01-05 10:00 delivered K2
        2026-01-05 10:00 delivered K3
        2026-02-05 10:00 returned K1 { grade A }
        2026-02-05 10:00 returned K2 { grade A }
        2026-02-05 10:00 returned K3 { grade B }
        expect clause 3 in 2026-01 = 50.00 EUR
        expect clause 3 as deposit in 2026-02 = 50.00 EUR
        expect total of customer in 2026-02 = 25.00 EUR",
    );
}

/// Two deposits of different amounts, by the worth of the crates; K9 never had one.
fn pooled(matching: &str, scenario: &str) {
    let sentences = format!(
        "on delivered, customer pays worth per crate as deposit
        on returned, provider pays 100% of clause 3 {matching} as deposit"
    );
    let worth = "assume worth of K1 = 10.00 EUR, worth of K2 = 20.00 EUR, worth of K3 = 30.00 EUR\n";
    holds("a return without a deposit is listed", &sentences, &format!("{worth}{scenario}"));
}

const THREE: &str = "2026-01-07 10:00 delivered K3
    2026-01-05 10:00 delivered 2 crate K1
    2026-01-06 10:00 delivered K2
    2026-02-02 10:00 returned 3 crate K9 { grade A }
    2026-03-02 10:00 returned 2 crate K1 { grade A }
    expect clause 3 in 2026-01 = 70.00 EUR
    expect deposits of clause 3 in 2026-01 = 70.00 EUR\n";

#[test]
fn pooled_deposits() {
    // The oldest three are twice 10.00 and 20.00; the latest three 30.00, 20.00 and 10.00. One return finds nothing.
    let rest = "expect deposits of clause 3 in 2026-03 = 0.00 EUR";
    pooled(
        "oldest first",
        &format!("{THREE} expect clause 3 in 2026-02 = 40.00 EUR\n expect clause 3 in 2026-03 = 30.00 EUR\n {rest}"),
    );
    pooled(
        "latest first",
        &format!("{THREE} expect clause 3 in 2026-02 = 60.00 EUR\n expect clause 3 in 2026-03 = 10.00 EUR\n {rest}"),
    );
}

#[test]
fn pooled_deposits_of_one_instant_go_by_the_declared_order_and_the_asset() {
    let events = "2026-01-05 10:00 delivered K2
        2026-01-05 10:00 delivered K1
        2026-01-06 10:00 returned K3 { grade A }
        expect total of customer in 2026-01";
    // Scenario lines are numbered, so that the line that stands first is the older one.
    pooled("oldest first", &format!("{events} = -10.00 EUR"));
    pooled("latest first", &format!("{events} = -20.00 EUR"));
}

#[test]
fn pooled_deposits_that_are_kept_or_stay_in_part() {
    let sentences = "on delivered, customer pays worth per crate as deposit
        on returned, provider pays 50% of clause 3 oldest first as deposit, the rest stays held
        on lost, provider keeps clause 3 as sale";
    // 50 % of 10.00 come back and 5.00 stay; the next return is of the next deposit; a loss ends the oldest rest.
    holds(
        "a return without a deposit is listed",
        sentences,
        "assume worth of K1 = 10.00 EUR, worth of K2 = 20.00 EUR
        2026-01-05 10:00 delivered K1
        2026-01-06 10:00 delivered K2
        2026-02-02 10:00 returned K1 { grade A }
        2026-02-03 10:00 returned K1 { grade A }
        2026-02-04 10:00 returned K1 { grade A }
        2026-03-03 10:00 lost K9
        expect clause 3 in 2026-02 = 15.00 EUR
        expect clause 3 as sale in 2026-03 = 5.00 EUR
        expect deposits of clause 3 in 2026-03 = 10.00 EUR",
    );
}

#[test]
fn what_is_asked() {
    let taken = "on delivered, customer pays 25.00 EUR per crate as deposit\n";
    let back = |words: &str| format!("{taken} on returned, provider pays {words}");
    refused("C120", PLAIN, &back("100% of clause 3 as deposit"));
    refused("C121", PLAIN, &back("60% of clause 3 matched by serial as deposit"));
    refused("C122", "a return without a deposit is listed", BY_GRADE);
    refused("C123", "a second deposit is not charged", BY_GRADE);
}

#[test]
fn what_is_wrong() {
    let taken = "on delivered, customer pays 25.00 EUR per crate as deposit\n";
    let back = |words: &str| format!("{taken} on returned, {words}");
    refused("C125", PLAIN, &back("customer pays 100% of clause 3 matched by serial as deposit"));
    refused("C125", PLAIN, &back("provider pays 120% of clause 3 matched by serial as deposit"));
    refused("C125", PLAIN, &back("provider pays 5.00 EUR matched by serial as deposit"));
    refused("C125", PLAIN, &back("provider pays 100% of clause 3 matched by serial as price"));
    refused("C125", PLAIN, &back("provider pays 100% of clause 3 times 2 matched by serial as deposit"));
    refused("C024", PLAIN, &back("provider pays 5.00 EUR as price, the rest as sale"));
    refused("C024", PLAIN, &back("provider pays 100% of clause 3 matched by serial as deposit, the rest as sale"));
    refused(
        "C125",
        PLAIN,
        "each month, customer pays 25.00 EUR as deposit
        on returned, provider pays 100% of clause 3 matched by serial as deposit",
    );
    refused(
        "C125",
        PLAIN,
        "on delivered, customer pays 25.00 EUR as deposit
        on returned, provider pays 100% of clause 3 matched by serial as deposit",
    );
    refused(
        "C125",
        PLAIN,
        "on packed, customer pays 25.00 EUR per box as deposit
        on returned, provider pays 100% of clause 3 matched by serial as deposit",
    );
    refused("C125", PLAIN, "on returned, provider keeps clause 3 as sale");
    let two = "provider pays 100% of clause 3 matched by serial as deposit
        on lost, provider keeps clause 3 oldest first as sale";
    refused("C125", PLAIN, &back(two));
    let shares = "provider pays 50% of clause 3 matched by serial as deposit, the rest stays held
        on swapped, provider pays 50% of clause 3 as deposit, the rest as sale";
    refused("C125", PLAIN, &back(shares));
}

/// Nobody knows the grade of K1 when it is delivered: whether a deposit is taken cannot be told, and what gives it back is held
/// with it. A second delivery may be covered. K2 is of grade A: nothing of it is in doubt, 25.00 EUR.
#[test]
fn what_cannot_be_told_to_be_taken_holds_what_gives_it_back() {
    let taken = "on delivered where grade in (A, B), customer pays 25.00 EUR per crate as deposit
    on lost, provider pays 100% of clause 3 matched by serial as deposit";
    let facts = "assume grade of K2 = A, grade of K3 = D
    2026-01-05 delivered K1
    2026-02-05 delivered K1
    2026-03-05 lost K1
    2026-04-06 delivered K2
    2026-05-06 lost K2
    2026-06-06 delivered K3
    2026-07-06 lost K3";
    let expected = "expect clause 3 in 2026-01 is held
    expect clause 3 in 2026-02 is held
    expect clause 3 in 2026-03 is held
    expect clause 3 in 2026-04 = 25.00 EUR
    expect clause 3 in 2026-05 = 25.00 EUR
    expect clause 3 in 2026-06 = 0.00 EUR
    expect clause 3 in 2026-07 = 0.00 EUR
    expect deposits of clause 3 in 2026-02 is held
    expect deposits of clause 3 in 2026-04 is held";
    holds(PLAIN, taken, &format!("{facts}\n{expected}"));
}

/// Whether K1 is lost with a deposit that ends cannot be told without its grade: the deposit of 25.00 EUR is in doubt from then
/// on, also when it is swapped. Of K2 nothing is held, so nothing of it can come back.
#[test]
fn what_may_have_ended_holds_what_ends_it_later() {
    let taken = "on delivered, customer pays 25.00 EUR per crate as deposit
    on lost where grade in (A, B), provider keeps clause 3 as sale
    on swapped, provider pays 100% of clause 3 matched by serial as deposit";
    let facts = "2026-01-05 delivered K1
    2026-02-05 lost K1
    2026-03-05 swapped K1
    2026-04-05 swapped K1
    2026-05-05 lost K2
    2026-06-05 delivered K2
    2026-07-05 swapped K2
    expect clause 3 in 2026-01 = 25.00 EUR
    expect clause 3 in 2026-02 is held
    expect deposits of clause 3 in 2026-02 is held
    expect clause 3 in 2026-03 is held
    expect clause 3 in 2026-04 = 0.00 EUR
    expect clause 3 in 2026-05 = 0.00 EUR
    expect clause 3 in 2026-06 = 25.00 EUR
    expect clause 3 in 2026-07 = 25.00 EUR";
    holds(PLAIN, taken, facts);
}

/// The time in which K1 must come back goes by its grade, which nobody knows: it may have been missed before it came back on the
/// 20th day. Of K2, of grade A, it was not: 90 days.
#[test]
fn an_obligation_that_cannot_be_told_holds_the_deposit() {
    let taken = "on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 3 matched by serial as deposit
    obligation bring_back : customer must have crate returned within by grade { when A, B : 90 days  otherwise : 10 days } of delivered
        first day not counted, missed after 0 days
    when bring_back is missed, provider keeps clause 3 as sale";
    let facts = "assume grade of K2 = A
    2026-01-05 delivered K1
    2026-01-25 returned K1 { grade A }
    2026-03-05 delivered K2
    2026-04-25 returned K2 { grade A }
    expect clause 3 in 2026-01 is held
    expect clause 3 in 2026-03 = 25.00 EUR
    expect clause 3 as deposit in 2026-04 = 25.00 EUR
    expect clause 3 as sale in 2026-04 = 0.00 EUR";
    holds(PLAIN, taken, facts);
}

/// The rest of a deposit stands in its turn: what is swapped gives half of the oldest back, and the other half is kept of the
/// same one, whatever was paid at the same instant: 50% of 20.00 EUR each.
#[test]
fn a_rest_keeps_its_turn_in_a_pool() {
    let taken = "on delivered, customer pays worth per crate as deposit
    on swapped, provider pays 50% of clause 3 oldest first as deposit, the rest stays held
    on swapped, provider keeps clause 3 oldest first as sale";
    let facts = "assume worth of K1 = 20.00 EUR, worth of K2 = 30.00 EUR
    2026-01-05 09:00 delivered K1
    2026-01-05 09:00 delivered K2
    2026-02-05 swapped K2
    expect clause 3 as sale in 2026-02 = 10.00 EUR
    expect deposits of clause 3 in 2026-02 = 30.00 EUR";
    holds(PLAIN, taken, facts);
}

/// One crate has its deposit back in February. Three that are told under its name go out in March and come back one by one until
/// May: whose deposits these are is not known. Then it is one crate again.
#[test]
fn a_lot_that_is_not_told_apart_holds_its_deposits_until_all_of_it_came_back() {
    let taken = "on delivered, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 3 matched by serial as deposit";
    let facts = "2026-01-05 delivered K1
    2026-02-05 returned K1 { grade A }
    2026-03-05 delivered 3 crate K1
    2026-05-05 returned 1 crate K1 { grade A }
    2026-05-06 returned 2 crate K1 { grade A }
    2026-06-05 delivered K1
    2026-07-05 returned K1 { grade A }
    2026-03-07 delivered K2
    expect clause 3 in 2026-01 = 25.00 EUR
    expect clause 3 in 2026-02 = 25.00 EUR
    expect clause 3 in 2026-03 is held
    expect clause 3 in 2026-04 is held
    expect clause 3 in 2026-05 is held
    expect clause 3 in 2026-06 = 25.00 EUR
    expect payment from provider to customer in 2026-07 = 25.00 EUR";
    holds(PLAIN, taken, facts);
}

/// Two crates come back at once, and two clauses end deposits by that. As of two crates: the first ends the 10.00 EUR, which are
/// paid back, and the 20.00 EUR, which are kept; the second one the 30.00 EUR, which are paid back, and no other is left.
#[test]
fn two_clauses_end_pooled_deposits_unit_by_unit() {
    let taken = "on delivered, customer pays worth per crate as deposit
    on returned, provider pays 100% of clause 3 oldest first as deposit
}
clause 4 \"Wear\" {
    on returned, provider keeps clause 3 oldest first as sale";
    let facts = "assume worth of K1 = 10.00 EUR, worth of K2 = 20.00 EUR, worth of K3 = 30.00 EUR
    2026-01-05 delivered K1
    2026-01-06 delivered K2
    2026-01-07 delivered K3
    2026-02-05 returned 2 crate K9 { grade A }
    expect clause 3 in 2026-02 = 40.00 EUR
    expect clause 4 as sale in 2026-02 = 20.00 EUR
    expect payment from provider to customer in 2026-02 = 40.00 EUR
    expect deposits of clause 3 in 2026-02 = 0.00 EUR";
    holds(PLAIN, taken, facts);
}
