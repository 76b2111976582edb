//! Obligations that members of a family of parties owe. Figures were worked out by hand.

use crate::support::{checked, holds_all};

/// A pool of pallets with these answers, clauses and scenario.
fn contract(answers: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract POOL-3 "Pool"
parties {{
    pool palletco "PalletCo"
    many partner "Partner" {{ days_given duration }}
}}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    lateness is paid as it accrues
    a second deposit is not charged
    a return without a deposit is listed
    a deposit on a transfer stays with who paid it
    {answers}
}}
asset pallet "Pallet" {{ holder partner }}
event issued of pallet {{ holder partner }}
event moved of pallet {{ sender partner  holder partner }}
event returned of pallet {{ giver partner }}
event ordered, reported of partner
clause 1 "Return" {{
    {body}
}}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const STAYS: &str = "an obligation on a transfer stays with who owed it";
const GOES: &str = "an obligation on a transfer goes over to the new holder";

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

fn back(party: &str, payer: &str) -> String {
    format!(
        "obligation back : {party} must have pallet returned within 10 days of issued
        first day not counted missed after 10 days
    {payer} pays 2.00 EUR per pallet per day commenced for lateness of back as indemnity
    when back is missed, {payer} pays 30.00 EUR per pallet as indemnity"
    )
}

/// Issued on the 5th: until the 15th there is time. Acme hands it on after the 17th, bravo brings it back on the 20th.
const HANDED_ON: &str = "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-18 00:00 moved P1 { sender acme, holder bravo }
    2026-01-20 09:00 returned P1 { giver bravo }
    expect back of P1 is late by 5 days
    expect clause 1 in 2026-01 = 10.00 EUR";

#[test]
fn who_owed_it_stays_late_after_a_transfer() {
    // The 16th to the 20th are five days at 2.00 EUR.
    for (party, payer) in [
        ("holder", "holder"),
        ("issued.holder", "issued.holder"),
        ("partner", "partner"),
        ("each partner", "partner"),
        ("issued.holder", "partner"),
    ] {
        holds(
            STAYS,
            &back(party, payer),
            &format!(
                "{HANDED_ON}
    expect clause 1 for acme in 2026-01 = 10.00 EUR
    expect payment from acme to pool in 2026-01 = 10.00 EUR
    expect payment from bravo to pool in 2026-01 = 0.00 EUR"
            ),
        );
    }
}

#[test]
fn the_new_holder_is_late_from_the_transfer_on() {
    // The 16th and 17th are acme's, the 18th to the 20th bravo's.
    for (party, payer) in [("holder", "holder"), ("partner", "partner")] {
        holds(
            GOES,
            &back(party, payer),
            &format!(
                "{HANDED_ON}
    expect payment from acme to pool in 2026-01 = 4.00 EUR
    expect payment from bravo to pool in 2026-01 = 6.00 EUR"
            ),
        );
    }
}

#[test]
fn what_is_missed_bears_on_the_one_who_owes_it() {
    // Missed at the end of the 25th, after ten days at 2.00 EUR.
    let scenario = "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-18 00:00 moved P1 { sender acme, holder bravo }
    expect back of P1 is missed";
    holds(
        STAYS,
        &back("holder", "partner"),
        &format!("{scenario}\n    expect payment from acme to pool in 2026-01 = 50.00 EUR"),
    );
    holds(
        GOES,
        &back("holder", "partner"),
        &format!(
            "{scenario}\n    expect payment from acme to pool in 2026-01 = 4.00 EUR
    expect payment from bravo to pool in 2026-01 = 46.00 EUR"
        ),
    );
}

#[test]
fn who_owes_it_after_a_transfer_is_asked() {
    refused("C159", "", &back("holder", "holder"));
    // Where the transfer ends it, nothing is asked.
    holds(
        "",
        "obligation pass_on : issued.holder must have pallet moved within 10 days of issued
        first day not counted missed after 0 days
    when pass_on is missed, partner pays 30.00 EUR per pallet as indemnity",
        "2026-01-05 09:00 issued P1 { holder acme }
    expect payment from acme to pool in 2026-01 = 30.00 EUR",
    );
}

#[test]
fn a_member_owes_what_is_about_itself() {
    // Ordered on the 5th, no report until the end of the 15th.
    holds(
        "",
        "obligation report : each partner must have partner reported within 10 days of ordered
        first day not counted missed after 0 days
    when report is missed, partner pays 30.00 EUR per partner as indemnity",
        "2026-01-05 09:00 ordered acme
    2026-01-05 09:00 ordered bravo
    2026-01-12 09:00 reported bravo
    expect report of acme is missed
    expect report of bravo is met
    expect payment from acme to pool in 2026-01 = 30.00 EUR
    expect payment from bravo to pool in 2026-01 = 0.00 EUR",
    );
}

#[test]
fn a_deposit_is_kept_of_the_one_who_is_late() {
    // Pooled: acme has two deposits, bravo one. Bravo's pallet is not brought back.
    holds(
        STAYS,
        "on issued, holder pays 10.00 EUR per pallet as deposit
    on returned, pool pays 100% of clause 1 oldest first per returned.giver as deposit
    obligation back : holder must have pallet returned within 10 days of issued
        first day not counted missed after 0 days
    when back is missed, pool keeps clause 1 oldest first per partner as sale",
        "2026-01-05 09:00 issued P1 { holder acme }
    2026-01-05 09:00 issued P2 { holder acme }
    2026-01-06 09:00 issued P3 { holder bravo }
    2026-01-12 09:00 returned P1 { giver acme }
    2026-01-12 09:00 returned P2 { giver acme }
    expect back of P3 is missed
    expect clause 1 as sale for bravo in 2026-01 = 10.00 EUR
    expect clause 1 as sale in 2026-01 = 10.00 EUR
    expect deposits of clause 1 in 2026-01 = 0.00 EUR",
    );
}

#[test]
fn several_members_named_or_none_are_told() {
    let body = "obligation hand : partner must have pallet returned within 10 days of moved first day not counted";
    refused("C172", STAYS, body);
    refused(
        "C022",
        STAYS,
        "obligation hand : moved.sender must have pallet returned within 10 days of issued first day not counted",
    );
    refused(
        "C024",
        STAYS,
        "obligation hand : each pool must have pallet returned within 10 days of issued first day not counted",
    );
}

#[test]
fn the_statement_says_who_owes() {
    let folder = tempfile::tempdir().unwrap();
    let text = contract(
        GOES,
        &back("holder", "partner"),
        "2026-01-05 issued P1 { holder acme } expect clause 1 in 2026-01 = 50 EUR",
    );
    std::fs::write(folder.path().join("a.consigne"), text).unwrap();
    let settings = "contracts = [\"a.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    let line = |id: &str, kind: &str, day: &str, fields: &str| {
        format!(
            "{{\"id\":\"{id}\",\"contract\":\"POOL-3\",\"kind\":\"{kind}\",\"asset\":\"P1\",\"occurred\":\"2026-01-{day}T08:00:00Z\",\"fields\":{{{fields}}}}}\n"
        )
    };
    let lines = line("e1", "issued", "05", "\"holder\":\"acme\"")
        + &line("e2", "moved", "18", "\"sender\":\"acme\",\"holder\":\"bravo\"")
        + &line("e3", "returned", "20", "\"giver\":\"bravo\"");
    std::fs::write(folder.path().join("events.jsonl"), lines).unwrap();
    let statement = crate::support::succeeds(folder.path(), &["settle", "2026-01"]);
    assert!(statement.contains("owed by"), "{statement}");
    let owed = statement.lines().find(|line| line.contains("back") && line.contains("P1")).unwrap();
    assert!(owed.contains("bravo") && owed.contains("late by 5 days"), "{owed}");
}

/// Whoever had the pallet until then has met it: the one that hands it on, and not the one that gets it by the same event or by
/// a later one of that instant.
#[test]
fn it_is_met_by_the_one_who_had_the_asset() {
    let onward = "obligation onward : each partner must have pallet moved within 10 days of issued
            first day not counted missed after 10 days
        when onward is met, pool pays 5.00 EUR to partner per pallet as bonus";
    holds(
        GOES,
        onward,
        "2026-03-02 09:00 issued P1 { holder acme }
         2026-03-04 09:00 moved P1 { sender acme, holder bravo }
         expect payment from pool to acme in 2026-03 = 5.00 EUR
         expect total of bravo in 2026-03 = 0.00 EUR",
    );
    let returned = onward.replace("pallet moved", "pallet returned");
    holds(
        GOES,
        &returned,
        "2026-03-02 09:00 issued P1 { holder acme }
         2026-03-04 09:00 moved P1 { sender acme, holder bravo }
         2026-03-05 09:00 returned P1 { giver bravo }
         2026-03-05 09:00 moved P1 { sender bravo, holder carl }
         expect payment from pool to bravo in 2026-03 = 5.00 EUR
         expect total of carl in 2026-03 = 0.00 EUR
         expect total of acme in 2026-03 = 0.00 EUR",
    );
    // It was carl's before it came back.
    holds(
        GOES,
        &returned,
        "2026-03-02 09:00 issued P1 { holder acme }
         2026-03-05 09:00 moved P1 { sender acme, holder carl }
         2026-03-05 09:00 returned P1 { giver carl }
         expect payment from pool to carl in 2026-03 = 5.00 EUR
         expect total of acme in 2026-03 = 0.00 EUR",
    );
}
