//! Deposits that are held when a clause is amended. Figures were worked out by hand.

use std::path::Path;

use serde_json::Value;

use crate::support::{Checked, checked, consigne};

/// A contract of two years with these clauses, amendments and scenarios.
fn contract(rest: &str) -> String {
    format!(
        r#"contract H-1 "Held"
parties {{ provider medloop "MedLoop SAS"  customer chu "CHU de Nantes" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    events at one instant  go in the order declared
    rounded to             0.01 half up on each line
    conflicting records    first known stays
    a second deposit       is not charged
    a return without a deposit is listed
    a repeated trigger     changes nothing
}}
asset crate "Crate" {{ }}
event delivered, returned, lost of crate
{rest}"#
    )
}

/// A text of clause 1: so much is taken, and such a share comes back.
fn text(amount: &str, share: &str, how: &str) -> String {
    let rest = if share == "100%" { "" } else { ", the rest as indemnity" };
    format!(
        r#"clause 1 "Deposit" {{
            on delivered, customer pays {amount} EUR per crate as deposit
            on returned, provider pays {share} of clause 1 {how} as deposit{rest}
        }}"#
    )
}

fn amendment(answer: &str, changes: &str) -> String {
    format!("amendment 1 to H-1 signed 2026-05-20, in force from 2026-06-01{answer} {{ {changes} }}\n")
}

const STAY: &str = ", held deposits stay under the earlier text";
const OVER: &str = ", held deposits go over to the new text";
const SERIAL: &str = "matched by serial";

fn refused(rest: &str, wanted: &[&str]) -> Checked {
    let result = checked(&contract(rest));
    let found: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(found, wanted, "{}", result.listing());
    result
}

#[track_caller]
fn passes(rest: &str, facts: &str) {
    let result = checked(&contract(&format!("{rest}\nscenario \"s\" {{\n{facts}\n}}")));
    assert!(result.refusals().is_empty(), "{}", result.listing());
    for trial in consigne::trial::run(result.contract.as_ref().unwrap()) {
        assert!(trial.failures.is_empty(), "{}: {:?}", trial.title, trial.failures);
    }
}

#[test]
fn a_deposit_ends_by_the_text_that_took_it_or_by_the_new_one() {
    let own = text("25.00", "80%", SERIAL);
    let new = |answer: &str| amendment(answer, &format!("replace {}", text("30.00", "50%", SERIAL)));
    let asked = refused(&format!("{own}{}", new("")), &["C141"]);
    let rendered = format!("{:?}", asked.refusals()[0]);
    assert!(rendered.contains("20.00 EUR") && rendered.contains("12.50 EUR"), "{rendered}");
    let facts = |paid: &str| {
        format!(
            "2026-05-10 09:00 delivered K1
            2026-05-11 09:00 delivered K3
            2026-06-02 09:00 delivered K2
            2026-06-03 09:00 delivered K3
            2026-07-10 09:00 returned K1
            2026-07-11 09:00 returned K2
            expect clause 1 in 2026-05 = 50.00 EUR
            expect clause 1 in 2026-06 = 30.00 EUR
            expect payment from provider to customer in 2026-07 = {paid} EUR
            expect deposits of clause 1 in 2026-06 = 80.00 EUR
            expect deposits of clause 1 for K3 in 2026-07 = 25.00 EUR
            expect deposits of clause 1 in 2026-07 = 25.00 EUR"
        )
    };
    // K1 gets 80 % of 25.00 back, or 50 %; K2 50 % of 30.00. The deposit that is held for K3 covers the second one.
    passes(&format!("{own}{}", new(STAY)), &facts("35.00"));
    passes(&format!("{own}{}", new(OVER)), &facts("27.50"));
}

#[test]
fn texts_that_end_deposits_in_the_same_words_ask_nothing() {
    let texts = format!(
        "{}{}",
        text("25.00", "80%", SERIAL),
        amendment("", &format!("replace {}", text("30.00", "80%", "matched  by\n serial")))
    );
    // 80 % of 25.00 EUR and of 30.00 EUR.
    passes(
        &texts,
        "2026-05-10 09:00 delivered K1
        2026-06-02 09:00 delivered K2
        2026-07-10 09:00 returned K1
        2026-07-11 09:00 returned K2
        expect payment from provider to customer in 2026-07 = 44.00 EUR",
    );
}

#[test]
fn a_clause_that_ends_or_is_suspended_takes_none_and_gives_back() {
    let own = text("25.00", "80%", SERIAL);
    let facts = "2026-05-10 09:00 delivered K1
        2026-06-02 09:00 delivered K2
        2026-06-20 09:00 returned K1
        2026-06-21 09:00 returned K2
        2026-08-03 09:00 delivered K2
        2026-08-04 09:00 returned K2
        expect deposits of clause 1 in 2026-05 = 25.00 EUR
        expect payment from provider to customer in 2026-06 = 20.00 EUR";
    passes(
        &format!("{own}{}", amendment("", "end clause 1")),
        &format!("{facts} expect clause 1 as indemnity in 2026-08 = 0.00 EUR"),
    );
    // In August K2 is delivered again, and 5.00 EUR of its 25.00 EUR are kept.
    let suspended = amendment("", "suspend clause 1 from 2026-06-01 to 2026-07-31");
    passes(&format!("{own}{suspended}"), &format!("{facts} expect clause 1 as indemnity in 2026-08 = 5.00 EUR"));
    // A text that is inserted after the end is a new one: K1 stays under the first, or goes over to 50 %.
    let again = |answer: &str| {
        format!(
            "{}amendment 2 to H-1 signed 2026-07-20, in force from 2026-08-01{answer} {{ insert {} }}",
            amendment("", "end clause 1"),
            text("30.00", "50%", SERIAL)
        )
    };
    let facts = |paid: &str| {
        format!(
            "2026-05-10 09:00 delivered K1
            2026-08-10 09:00 returned K1
            expect payment from provider to customer in 2026-08 = {paid} EUR"
        )
    };
    refused(&format!("{own}{}", again("")), &["C141"]);
    passes(&format!("{own}{}", again(STAY)), &facts("20.00"));
    passes(&format!("{own}{}", again(OVER)), &facts("12.50"));
}

#[test]
fn another_clause_that_ends_deposits_is_amended() {
    let own = text("25.00", "100%", SERIAL);
    let keeps = r#"clause 2 "Kept" { on lost, provider keeps clause 1 as sale }"#;
    let facts = |sale: &str, held: &str| {
        format!(
            "2026-05-10 09:00 delivered K1
            2026-06-02 09:00 delivered K2
            2026-07-10 09:00 lost K1
            2026-07-11 09:00 lost K2
            expect clause 2 as sale in 2026-07 = {sale} EUR
            expect deposits of clause 1 in 2026-07 = {held} EUR"
        )
    };
    // It ends in June: K1, which was there before, is kept, or nothing is any more.
    let ends = |answer: &str| format!("{own}{keeps}{}", amendment(answer, "end clause 2"));
    refused(&ends(""), &["C141"]);
    passes(&ends(STAY), &facts("25.00", "25.00"));
    passes(&ends(OVER), &facts("0.00", "50.00"));
    // It comes in June: K2 is kept, or both.
    let comes = |answer: &str| format!("{own}{}", amendment(answer, &format!("insert {keeps}")));
    refused(&comes(""), &["C141"]);
    passes(&comes(STAY), &facts("25.00", "25.00"));
    passes(&comes(OVER), &facts("50.00", "0.00"));
    // An amendment of what takes them alone asks nothing: what ends them stands elsewhere.
    let takes = |amount: &str| {
        format!(r#"clause 1 "Deposit" {{ on delivered, customer pays {amount} EUR per crate as deposit }}"#)
    };
    let back = r#"clause 2 "Back" { on returned, provider pays 100% of clause 1 matched by serial as deposit }"#;
    let change = amendment("", &format!("replace {}", takes("30.00")));
    passes(
        &format!("{}{back}{change}", takes("25.00")),
        "2026-05-10 09:00 delivered K1
        2026-06-02 09:00 delivered K2
        2026-07-10 09:00 returned K1
        2026-07-11 09:00 returned K2
        expect payment from provider to customer in 2026-07 = 55.00 EUR",
    );
}

/// Clause 1 stands before clause 2, whichever of them is amended: it ends the deposit by its share, and clause 2 finds none. Of
/// a pool each of them ends one.
#[test]
fn an_amendment_changes_nothing_in_which_clause_comes_first() {
    let keeps = |how: &str| format!(r#"clause 2 "Kept" {{ on returned, provider keeps clause 1 {how} as sale }}"#);
    let change = amendment(STAY, &format!("replace {}", text("30.00", "50%", SERIAL)));
    let facts = "2026-05-10 09:00 delivered K1
        2026-05-12 09:00 returned K1
        expect clause 1 as indemnity in 2026-05 = 10.00 EUR
        expect clause 2 as sale in 2026-05 = 0.00 EUR";
    passes(&format!("{}{}", text("25.00", "60%", SERIAL), keeps(SERIAL)), facts);
    passes(&format!("{}{}{change}", text("25.00", "60%", SERIAL), keeps(SERIAL)), facts);
    // The one that was paid first is of clause 1: 40% of 20.00 EUR; the other one is kept.
    let taken = |amount: &str, share: &str| {
        format!(
            r#"clause 1 "Deposit" {{
                on delivered, customer pays {amount} EUR per crate as deposit
                on returned, provider pays {share} of clause 1 oldest first as deposit, the rest as indemnity
            }}"#
        )
    };
    let first = taken("20.00", "60%");
    let change = amendment(STAY, &format!("replace {}", taken("30.00", "50%")));
    passes(
        &format!("{first}{}{change}", keeps("oldest first")),
        "2026-05-10 09:00 delivered K1
        2026-06-11 09:00 delivered K2
        2026-07-12 09:00 returned K2
        expect clause 1 as indemnity in 2026-07 = 8.00 EUR
        expect clause 2 as sale in 2026-07 = 30.00 EUR",
    );
}

#[test]
fn texts_share_what_comes_back_of_a_pool() {
    let texts = |how: &str, answer: &str| {
        let new = format!("replace {}", text("30.00", "50%", how));
        format!("{}{}", text("25.00", "100%", how), amendment(answer, &new))
    };
    let facts = |back: &str, paid: &str, left: &str| {
        format!(
            "2026-05-10 09:00 delivered 2 crate L1
            2026-06-02 09:00 delivered 2 crate L2
            2026-07-10 09:00 returned {back} crate L3
            expect payment from provider to customer in 2026-07 = {paid} EUR
            expect deposits of clause 1 in 2026-07 = {left} EUR"
        )
    };
    // Two of 25.00 EUR come back whole, one of 30.00 EUR by half.
    passes(&texts("oldest first", STAY), &facts("3", "65.00", "30.00"));
    passes(&texts("oldest first", OVER), &facts("3", "40.00", "30.00"));
    passes(&texts("oldest first", STAY), &facts("1", "25.00", "85.00"));
    // The latest first: two of 30.00 EUR by half, one of 25.00 EUR.
    passes(&texts("latest first", STAY), &facts("3", "55.00", "25.00"));
    passes(&texts("latest first", STAY), &facts("1", "15.00", "80.00"));
    // More come back than are held.
    passes(&texts("oldest first", STAY), &facts("5", "80.00", "0.00"));
    passes(&texts("latest first", STAY), &facts("5", "80.00", "0.00"));
}

/// Statement of July of a workspace: what is paid back, and how many returns find no deposit.
fn settled(folder: &Path, rest: &str, events: &[(&str, &str, u32)]) -> (Vec<String>, u64) {
    std::fs::write(folder.join("a.consigne"), contract(rest)).unwrap();
    let project = "contracts = [\"a.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    std::fs::write(folder.join("consigne.toml"), project).unwrap();
    let line = |(number, (kind, day, quantity)): (usize, &(&str, &str, u32))| {
        format!(
            "{{\"id\":\"e{number}\",\"contract\":\"H-1\",\"kind\":\"{kind}\",\"asset\":\"L1\",\"occurred\":\"2026-{day}T08:10:00Z\",\"quantity\":{quantity}}}\n"
        )
    };
    std::fs::write(folder.join("events.jsonl"), events.iter().enumerate().map(line).collect::<String>()).unwrap();
    let output = consigne(folder, &["settle", "2026-07", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let period = &json["statements"][0]["periods"][0];
    let list = |name: &str| period[name].as_array().cloned().unwrap_or_default();
    let amounts = list("lines").iter().map(|line| line["amount"].as_str().unwrap().to_owned()).collect();
    (amounts, list("missing").iter().map(|found| found["unmatched"].as_u64().unwrap()).sum())
}

#[test]
fn a_return_without_a_deposit_is_told_once() {
    let folder = tempfile::tempdir().unwrap();
    let texts = |how: &str| {
        let new = format!("replace {}", text("30.00", "100%", how));
        format!("{}{}", text("25.00", "100%", how), amendment(STAY, &new))
    };
    // A second return of a crate of each text, and one of a crate that was never delivered.
    let again = |day: &'static str| vec![("delivered", day, 1), ("returned", "07-01", 1), ("returned", "07-02", 1)];
    assert_eq!(settled(folder.path(), &texts(SERIAL), &again("05-10")), (vec!["25".to_owned()], 1));
    assert_eq!(settled(folder.path(), &texts(SERIAL), &again("06-10")), (vec!["30".to_owned()], 1));
    assert_eq!(settled(folder.path(), &texts(SERIAL), &[("returned", "07-01", 1)]).1, 1);
    // Of five units of a pool four have a deposit.
    let pool = [("delivered", "05-10", 2), ("delivered", "06-10", 2), ("returned", "07-01", 5)];
    for how in ["oldest first", "latest first"] {
        let (mut amounts, unmatched) = settled(folder.path(), &texts(how), &pool);
        amounts.sort();
        assert_eq!((amounts, unmatched), (vec!["50".to_owned(), "60".to_owned()], 1), "{how}");
    }
    let ended = format!("{}{}", text("25.00", "100%", SERIAL), amendment("", "end clause 1"));
    assert_eq!(settled(folder.path(), &ended, &again("05-10")), (vec!["25".to_owned()], 1));
}

#[test]
fn what_is_kept_when_an_obligation_is_missed_goes_by_the_obligation() {
    let bring_back = |amount: &str, days: &str| {
        format!(
            r#"clause 1 "Deposit" {{
                on delivered, customer pays {amount} EUR per crate as deposit
                on returned, provider pays 100% of clause 1 matched by serial as deposit
                obligation bring_back : customer must have crate returned within {days} days of delivered
                    first day not counted
                    missed after 0 days
                when bring_back is missed, provider keeps clause 1 as sale
            }}"#
        )
    };
    let new = format!("replace {}", bring_back("30.00", "30"));
    let texts = |answers: &str| format!("{}{}", bring_back("25.00", "90"), amendment(answers, &new));
    refused(&texts(""), &["C169"]);
    // K1 has 90 days from 20 May, until 18 August; K2 has 30 days from 2 June, until 2 July.
    for answer in ["", STAY, OVER] {
        passes(
            &texts(&format!(", open obligations stay under the earlier text{answer}")),
            "2026-05-20 09:00 delivered K1
            2026-06-02 09:00 delivered K2
            expect clause 1 as sale in 2026-06 = 0.00 EUR
            expect clause 1 as sale in 2026-07 = 30.00 EUR
            expect deposits of clause 1 in 2026-07 = 25.00 EUR
            expect clause 1 as sale in 2026-08 = 25.00 EUR
            expect deposits of clause 1 in 2026-08 = 0.00 EUR",
        );
    }
}

/// Four units of one lot, two by each text: of three that come back the oldest are those of the first one.
#[test]
fn units_of_a_lot_end_by_their_texts() {
    let new = format!("replace {}", text("30.00", "50%", SERIAL));
    for (order, paid) in [("oldest first", "55.00"), ("latest first", "50.00")] {
        let rest = format!(
            r#"{}{}
            scenario "s" {{
                2026-05-10 09:00 delivered 2 crate L1
                2026-06-02 09:00 delivered 2 crate L1
                2026-07-10 09:00 returned 3 crate L1
                expect payment from provider to customer in 2026-07 = {paid} EUR
            }}"#,
            text("25.00", "80%", SERIAL),
            amendment(STAY, &new)
        );
        let lots = format!(r#""Crate" in lots from delivered, {order} {{ }}"#);
        crate::support::holds_all(&contract(&rest).replace(r#""Crate" { }"#, &lots));
    }
}

#[test]
fn crates_that_keep_the_text_keep_their_deposit() {
    let kept =
        format!("replace {} crate with delivered before 2026-03-01 keeps clause 1", text("30.00", "50%", SERIAL));
    let facts = |paid: &str| {
        format!(
            "2026-02-10 09:00 delivered K1
            2026-04-10 09:00 returned K1
            2026-04-11 09:00 delivered K2
            2026-07-01 09:00 delivered K1
            2026-07-02 09:00 delivered K3
            2026-08-01 09:00 returned K1
            2026-08-02 09:00 returned K2
            2026-08-03 09:00 returned K3
            expect deposits of clause 1 in 2026-07 = 80.00 EUR
            expect payment from provider to customer in 2026-08 = {paid} EUR"
        )
    };
    // K1 gets 80 % of 25.00; K2 80 % of 25.00, or 50 %; K3 50 % of 30.00.
    let texts = |answer: &str| format!("{}{}", text("25.00", "80%", SERIAL), amendment(answer, &kept));
    passes(&texts(STAY), &facts("55.00"));
    passes(&texts(OVER), &facts("47.50"));
    // In a pool nobody knows whose deposit comes back.
    let pool = format!(
        "replace {} crate with delivered before 2026-03-01 keeps clause 1",
        text("30.00", "50%", "oldest first")
    );
    let texts = |answer: &str| format!("{}{}", text("25.00", "80%", "oldest first"), amendment(answer, &pool));
    refused(&texts(OVER), &["C167", "C167"]);
    passes(
        &texts(STAY),
        "2026-05-02 09:00 delivered K1 2026-07-02 09:00 returned K1 expect deposits of clause 1 = 0.00 EUR",
    );
}

fn loss(price: &str, meets: &str) -> String {
    format!(r#"clause 2 "Loss" {{ on lost, customer pays {price} EUR per crate as indemnity {meets} }}"#)
}

#[test]
fn a_deposit_is_replaced_by_the_text_in_force_when_that_is_charged() {
    let own = text("25.00", "100%", SERIAL);
    let replaces = "clause 2 replaces clause 1 for the same crate";
    let facts = |back: &str, july: &str| {
        format!(
            "2026-05-10 09:00 delivered K1
            2026-05-11 09:00 delivered K2
            2026-05-20 09:00 lost K2
            2026-07-10 09:00 lost K1
            expect clause 2 as deposit in 2026-05 = 25.00 EUR
            expect clause 2 as deposit in 2026-07 = {back} EUR
            expect clause 2 as indemnity in 2026-07 = {july} EUR"
        )
    };
    let adds = amendment("", &format!("replace {}", loss("20.00", "clause 2 adds to clause 1")));
    passes(&format!("{own}{}{adds}", loss("18.00", replaces)), &facts("0.00", "20.00"));
    let again = amendment("", &format!("replace {}", loss("20.00", replaces)));
    passes(&format!("{own}{}{again}", loss("18.00", replaces)), &facts("25.00", "20.00"));
    // Said in a third clause it would give deposits back on events on which clause 2 is not charged any more.
    let third = format!(r#"{own}{}clause 3 "Order" {{ {replaces} }}"#, loss("18.00", ""));
    refused(&format!("{third}{}", amendment("", "end clause 2")), &["C167"]);
    let within = amendment("", "end clause 3").replace("2026-06-01", "2026-06-16");
    passes(
        &format!("{third}{within}"),
        "2026-05-11 09:00 delivered K2
        2026-06-20 09:00 lost K2
        expect clause 3 as deposit in 2026-06 = 0.00 EUR
        expect deposits of clause 1 in 2026-06 = 25.00 EUR",
    );
    passes(
        &format!("{third}{}", amendment("", "end clause 3")),
        "2026-05-10 09:00 delivered K1
        2026-05-11 09:00 delivered K2
        2026-05-20 09:00 lost K2
        2026-07-10 09:00 lost K1
        expect clause 3 as deposit in 2026-05 = 25.00 EUR
        expect clause 3 as deposit in 2026-07 = 0.00 EUR
        expect deposits of clause 1 in 2026-07 = 25.00 EUR",
    );
}

#[test]
fn the_rest_that_stays_held_ends_by_its_text() {
    let part = |amount: &str, share: &str| {
        format!(
            r#"clause 1 "Deposit" {{
                on delivered, customer pays {amount} EUR per crate as deposit
                on returned, provider pays {share} of clause 1 matched by serial as deposit, the rest stays held
                on lost, provider keeps clause 1 as sale
            }}"#
        )
    };
    let texts = |answer: &str| {
        format!("{}{}", part("25.00", "40%"), amendment(answer, &format!("replace {}", part("30.00", "50%"))))
    };
    // K1: 10.00 of 25.00 come back, and the other 15.00 are kept; K2: 15.00 and 15.00.
    passes(
        &texts(STAY),
        "2026-05-10 09:00 delivered K1
        2026-06-10 09:00 delivered K2
        2026-07-10 09:00 returned K1
        2026-07-11 09:00 returned K2
        2026-08-10 09:00 lost K1
        2026-08-11 09:00 lost K2
        expect payment from provider to customer in 2026-07 = 25.00 EUR
        expect deposits of clause 1 in 2026-07 = 30.00 EUR
        expect clause 1 as sale in 2026-08 = 30.00 EUR",
    );
    // Of a deposit that goes over it is not told whether 50 % are of the whole or of the rest.
    refused(&texts(OVER), &["C125"]);
}

#[test]
fn what_was_held_before_the_term_goes_by_the_text_of_the_contract() {
    let new = format!("replace {}", text("30.00", "50%", SERIAL));
    passes(
        &format!("{}{}", text("25.00", "80%", SERIAL), amendment(STAY, &new)),
        "2025-12-10 09:00 delivered K1
        2026-07-10 09:00 returned K1
        expect payment from provider to customer in 2026-07 = 20.00 EUR",
    );
    // An obligation too: due on 14 January, and done on the 20th.
    let repair = |price: &str| {
        format!(
            r#"clause 7 "Late" {{ customer pays {price} EUR per day commenced for lateness of bring_back as indemnity }}"#
        )
    };
    let duty = r#"clause 6 "Return" {
        obligation bring_back : customer must have crate returned within 30 days of delivered
            first day not counted
            missed after 90 days
    }"#;
    let new = format!("replace {}", repair("3.00"));
    let stay = ", open obligations stay under the earlier text";
    let text = contract(&format!(
        r#"{duty}{}{}
        scenario "s" {{
            2025-12-15 09:00 delivered K1
            2026-01-20 09:00 returned K1
            expect clause 7 in 2026-01 = 12.00 EUR
        }}"#,
        repair("2.00"),
        amendment(stay, &new)
    ));
    let text = text.replace("a repeated trigger ", "lateness is paid as it accrues\n    a repeated trigger ");
    crate::support::holds_all(&text);
}

#[test]
fn texts_that_cannot_hold_one_deposit() {
    // They choose it in two ways.
    let new = format!("replace {}", text("30.00", "100%", "oldest first"));
    refused(&format!("{}{}", text("25.00", "100%", SERIAL), amendment(STAY, &new)), &["C125"]);
    // Another party pays it.
    let three = |rest: &str| {
        contract(rest)
            .replace(r#"customer chu "CHU de Nantes""#, r#"customer chu "CHU de Nantes" carrier car "Carrier""#)
    };
    let takes = |payer: &str| {
        format!(
            r#"clause 1 "Deposit" {{
                on delivered, {payer} pays 25.00 EUR to provider per crate as deposit
                on returned, provider pays 100% of clause 1 to customer matched by serial as deposit
            }}"#
        )
    };
    let result =
        checked(&three(&format!("{}{}", takes("customer"), amendment(STAY, &format!("replace {}", takes("carrier"))))));
    let found: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    assert_eq!(found, ["C167"], "{}", result.listing());
    assert!(
        result.listing().contains("are paid by customer, and by this text by another party"),
        "{}",
        result.listing()
    );
}

/// K1 is spared by the new text, also for what is taken of it after the change. K2 was paid before that: it comes back first, and
/// 60 % of its 20.00 EUR. Then all of the 10.00 EUR of K1.
#[test]
fn a_pool_ends_the_deposits_of_all_texts_in_one_order() {
    let spares = format!(
        "replace {} crate with delivered before 2026-05-01 keeps clause 1",
        text("20.00", "60%", "oldest first")
    );
    let rest = text("10.00", "100%", "oldest first") + "\n" + &amendment(STAY, &spares);
    passes(
        &rest,
        "2026-02-10 09:00 delivered K1
        2026-02-20 09:00 returned K1
        2026-06-07 09:00 delivered K2
        2026-07-01 09:00 delivered K1
        2026-08-10 09:00 returned K3
        2026-09-10 09:00 returned K3
        expect payment from medloop to chu in 2026-08 = 12.00 EUR
        expect payment from medloop to chu in 2026-09 = 10.00 EUR",
    );
}
