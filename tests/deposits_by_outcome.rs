//! Deposits that an obligation takes, by how it comes to stand; figures worked out by hand.

use crate::support::holds_all;

fn holds(sentences: &str, scenario: &str) {
    holds_all(&format!(
        r#"contract D-2 "Deposits by outcome"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    a second deposit is not charged
    a return without a deposit is listed
}}
asset crate "Crate" {{ worth money }}
event delivered, lost, swapped, returned of crate
clause 3 "Deposit" {{
    {sentences}
}}
scenario "s" {{
    {scenario}
}}
"#
    ));
}

/// The thirty days end on 4 February. K1 came back the day before and pays nothing, K2 pays 25.00 EUR then and has them back in
/// March.
#[test]
fn who_is_late_pays_a_deposit() {
    let sentences = "obligation bring_back : customer must have crate returned within 30 days of delivered
        first day not counted, missed after 60 days
    when bring_back is late, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 3 matched by serial as deposit";
    let scenario = "2026-01-05 10:00 delivered K1
    2026-01-05 10:00 delivered K2
    2026-02-03 10:00 returned K1
    2026-03-10 10:00 returned K2
    expect clause 3 in 2026-01 = 0.00 EUR
    expect payment from customer to provider in 2026-02 = 25.00 EUR
    expect deposits of clause 3 for K2 in 2026-02 = 25.00 EUR
    expect payment from provider to customer in 2026-03 = 25.00 EUR
    expect deposits of clause 3 in 2026-03 = 0.00 EUR";
    holds(sentences, scenario);
}

/// Both obligations are missed when 4 February ends. The 25.00 EUR are kept as price, so that none is held any more that could
/// cover the new deposit: 25.00 − 25.00 + 10.00 EUR.
#[test]
fn what_obligations_give_back_comes_before_what_they_take() {
    let sentences = "on delivered, customer pays 25.00 EUR per crate as deposit
    obligation look : customer must have crate swapped within 30 days of delivered
        first day not counted, missed after 0 days
    obligation bring_back : customer must have crate returned within 30 days of delivered
        first day not counted, missed after 0 days
    when look is missed, customer pays 10.00 EUR per crate as deposit
    when bring_back is missed, provider keeps clause 3 matched by serial as sale";
    let scenario = "2026-01-05 10:00 delivered K1
    expect clause 3 in 2026-01 = 25.00 EUR
    expect clause 3 as sale in 2026-02 = 25.00 EUR
    expect payment from customer to provider in 2026-02 = 10.00 EUR
    expect deposits of clause 3 in 2026-02 = 10.00 EUR";
    holds(sentences, scenario);
}

/// K1 and K2 are late at one instant, the one by what was swapped, the other by what was delivered. The deposit of K1 comes
/// first: 10.00 EUR.
#[test]
fn deposits_that_obligations_take_at_one_instant_go_by_the_asset() {
    let sentences = "obligation one : customer must have crate returned within 30 days of delivered
        first day not counted, missed after 60 days
    obligation two : customer must have crate returned within 30 days of swapped
        first day not counted, missed after 60 days
    when one is late, customer pays worth per crate as deposit
    when two is late, customer pays worth per crate as deposit
    on lost, provider pays 100% of clause 3 oldest first as deposit";
    let scenario = "assume worth of K1 = 10.00 EUR, worth of K2 = 20.00 EUR
    2026-01-05 10:00 delivered K2
    2026-01-05 12:00 swapped K1
    2026-03-02 10:00 lost K9
    expect clause 3 in 2026-02 = 30.00 EUR
    expect payment from provider to customer in 2026-03 = 10.00 EUR
    expect deposits of clause 3 in 2026-03 = 20.00 EUR";
    holds(sentences, scenario);
}

/// How long there is for K1 nobody knows: ten days or ninety. It is done on the 20th of them, 14 February, and was in time then, or
/// late. So a deposit is held of February, and none of January; what comes back in March is held, too. K2 is never done.
#[test]
fn what_may_be_met_is_held_when_it_is_done() {
    let sentences = "obligation look : customer must have crate swapped
            within by worth { up to 10.00 EUR : 90 days  above 10.00 EUR : 10 days } of delivered
        first day not counted, missed after 200 days
    when look is met, customer pays 25.00 EUR per crate as deposit
    on returned, provider pays 100% of clause 3 matched by serial as deposit";
    let scenario = "2026-01-25 10:00 delivered K1
    2026-01-25 10:00 delivered K2
    2026-02-14 10:00 swapped K1
    2026-03-10 10:00 returned K1
    2026-04-10 10:00 returned K2
    expect clause 3 in 2026-01 = 0.00 EUR
    expect clause 3 in 2026-02 is held
    expect clause 3 in 2026-03 is held
    expect clause 3 in 2026-04 = 0.00 EUR";
    holds(sentences, scenario);
}

/// A payment for what is met is held when it is done: of February, not of January, when it was opened.
#[test]
fn a_payment_for_what_may_be_met_is_held_when_it_is_done() {
    let sentences = "obligation look : customer must have crate swapped
            within by worth { up to 10.00 EUR : 90 days  above 10.00 EUR : 10 days } of delivered
        first day not counted, missed after 200 days
    when look is met, customer pays 25.00 EUR per crate as fee";
    let scenario = "2026-01-25 10:00 delivered K1
    2026-02-14 10:00 swapped K1
    expect clause 3 in 2026-01 = 0.00 EUR
    expect clause 3 in 2026-02 is held";
    holds(sentences, scenario);
}

/// The 25.00 EUR were paid before the term. How long there is nobody knows: that K1 is missed may be so from its first day on,
/// when the deposit may be kept. K2 was done before.
#[test]
fn what_was_opened_before_the_term_may_be_missed_from_its_first_day_on() {
    let sentences = "on delivered, customer pays 25.00 EUR per crate as deposit
    obligation look : customer must have crate swapped
            within by worth { up to 10.00 EUR : 90 days  above 10.00 EUR : 10 days } of delivered
        first day not counted, missed after 0 days
    when look is missed, provider keeps clause 3 matched by serial as sale";
    for (asset, done, told) in [("K1", "2026-04-10", "is held"), ("K2", "2025-12-22", "= 0.00 EUR")] {
        let scenario = format!(
            "2025-12-20 10:00 delivered {asset}
    {done} 10:00 swapped {asset}
    expect clause 3 in 2026-01 {told}"
        );
        holds(sentences, &scenario);
    }
}
