//! Indices and indexations: coefficients, revisions, chains, limits, missing and provisional values, and where in a
//! sentence they are applied. Every figure was worked out by hand.

use crate::support::{Checked, checked, holds_all};

const PLAIN: &str = "not rounded  may fall  provisional : settle then correct  missing : held";

/// A contract with an indexation of these parts beside `PLAIN`, these clauses and this scenario.
fn contract(parts: &str, clauses: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2028-12-31
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
    month end last day
    attributes read at the event
}}
asset pump "Pump" {{ price money }}
event installed, removed, failed, ordered, fulfilled of pump
define in_service = from installed to removed
define failures per month = count of failed
index work "Work" monthly
index material "Material" quarterly
indexation labour {{
    {parts}
}}
{clauses}
scenario "s" {{
    {scenario}
}}
"#
    )
}

fn passes(parts: &str, clauses: &str, scenario: &str) {
    let text = contract(parts, clauses, scenario);
    holds_all(&text);
}

fn read(parts: &str, clauses: &str) -> Checked {
    checked(&contract(parts, clauses, "2026-01-05 failed P1\n expect total of provider in 2026-01 = 0 EUR"))
}

/// The codes that keep a contract from being settled.
fn codes(parts: &str, clauses: &str) -> Vec<&'static str> {
    let result = read(parts, clauses);
    let mut codes: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
    codes.dedup();
    codes
}

const FEE: &str = "clause 1 \"Fee\" { each month, customer pays 100.00 EUR indexed by labour as fee }";
const BASE: &str = "coefficient work[revision] / work[2025-12]  revised each month";

#[test]
fn a_coefficient_follows_the_month_of_the_service() {
    let parts = format!("coefficient work[service] / work[2025-12] {PLAIN}");
    let values = "assume work in 2025-12 = 100, 2026-01 = 101, 2026-02 = 103\n";
    passes(
        &parts,
        FEE,
        &format!("{values} expect clause 1 in 2026-01 = 101.00 EUR\n expect clause 1 in 2026-02 = 103.00 EUR"),
    );
    // A base that the text states, and a lag.
    let parts = format!("coefficient work[service - 1 month] / 100 {PLAIN}");
    passes(&parts, FEE, &format!("{values} expect clause 1 in 2026-02 = 101.00 EUR"));
}

#[test]
fn a_coefficient_follows_the_month_of_the_settlement() {
    let parts = format!("coefficient work[settlement] / work[2025-12] {PLAIN}");
    let clause = "clause 1 \"Fee\" { each quarter, customer pays 100.00 EUR indexed by labour as fee }";
    passes(&parts, clause, "assume work in 2025-12 = 100, 2026-03 = 104\n expect clause 1 in 2026-03 = 104.00 EUR");
}

#[test]
fn amounts_stay_as_they_are_before_the_first_revision() {
    let parts = format!("coefficient work[revision - 3 months] / work[2025-12] revised each 1 April {PLAIN}");
    let values = "assume work in 2025-12 = 100, 2026-01 = 102, 2027-01 = 105\n";
    let expected = "expect clause 1 in 2026-03 = 100.00 EUR\n expect clause 1 in 2026-04 = 102.00 EUR
        expect clause 1 in 2027-03 = 102.00 EUR\n expect clause 1 in 2027-04 = 105.00 EUR";
    passes(&parts, FEE, &format!("{values}{expected}"));
}

#[test]
fn weights_and_roundings() {
    // Work from 100 to 103, material from 80 to 84 (1.05): 0.2 + 0.5 × 1.03 + 0.3 × 1.05 = 1.03.
    let formula = "coefficient 0.2 + 0.5 * work[service] / work[2025-12] + 30% * material[service] / material[2025-12]";
    let values = "assume work in 2025-12 = 100, 2026-01 = 103\n assume material in 2025-10 = 80, 2026-03 = 84\n";
    passes(&format!("{formula} {PLAIN}"), FEE, &format!("{values} expect clause 1 in 2026-01 = 103.00 EUR"));
    assert_eq!(codes(&format!("coefficient 0.2 + 0.7 * work[service] / work[2025-12] {PLAIN}"), FEE), ["C111"]);
    assert_eq!(codes(&format!("coefficient 0.2 + 0.7 * work[service] / 100 {PLAIN}"), FEE), ["C111"]);
    assert_eq!(codes(&format!("coefficient 0.3 + 0.7 * (work[service] / 100) {PLAIN}"), FEE), [""; 0]);
    // 0.85 × 101 = 85.85; / 102.4 = 0.838379; + 0.15 = 0.988379.
    let values = "assume work in 2025-12 = 102.4, 2026-01 = 101\n";
    let formula = "coefficient 0.15 + 0.85 * work[service] / work[2025-12] may fall provisional : wait missing : held";
    for (rounding, amount) in [
        ("not rounded", "98.84"),
        ("rounded to 0.001 upward at the end", "98.90"),
        ("rounded to 0.001 downward at the end", "98.80"),
        ("rounded to 0.01 half up at the end", "99.00"),
        // 85.9, then 0.9, and 1.05.
        ("rounded to 0.1 upward at every step", "110.00"),
    ] {
        let expected = format!("{values} expect clause 1 in 2026-01 = {amount} EUR");
        passes(&format!("{formula} {rounding}"), FEE, &expected);
    }
}

#[test]
fn limits_of_the_movement() {
    let values = "assume work in 2025-12 = 100, 2026-01 = 110, 2026-02 = 111, 2026-03 = 104\n";
    let plain = "not rounded provisional : settle then correct missing : held";
    for (rule, amounts) in [
        ("may fall", ["110.00", "111.00", "104.00"]),
        ("may not fall", ["110.00", "111.00", "111.00"]),
        // 105, then 5 % more is 110.25, and 104 lies below.
        ("may fall at most 5% per revision", ["105.00", "110.25", "104.00"]),
        ("may fall at most 8% in all", ["108.00", "108.00", "104.00"]),
        ("at least -2% per revision", ["110.00", "111.00", "108.78"]),
        // 111 is less than 2 % above 110.
        ("may fall only when the movement is at least 2%", ["110.00", "110.00", "104.00"]),
    ] {
        let expected: Vec<String> = (1..)
            .zip(amounts)
            .map(|(month, amount)| format!("expect clause 1 in 2026-0{month} = {amount} EUR"))
            .collect();
        passes(&format!("{BASE} {plain} {rule}"), FEE, &format!("{values} {}", expected.join("\n")));
    }
}

#[test]
fn chains() {
    let parts = "coefficient work[revision - 2 months] / work[revision - 14 months] revised each 1 March";
    // The rise is 3 % in 2026, 2 % in 2027: 10.05 becomes 10.3515 and 10.55853.
    let values = "assume work in 2025-01 = 100, 2026-01 = 103, 2027-01 = 105.06\n";
    let fee = "clause 1 \"Fee\" { customer pays 10.05 EUR for failures indexed by labour as fee }";
    for (chain, first, second) in [
        ("chained on exact amounts", "103515.00", "105585.30"),
        ("chained on rounded amounts", "103500.00", "105600.00"),
        ("chained on amounts rounded to 0.1 half up", "104000.00", "106000.00"),
        ("from the original", "103515.00", "102510.00"),
    ] {
        let events = "assume failures in 2026-03 = 10000, failures in 2027-03 = 10000\n";
        let expected = format!("expect clause 1 in 2026-03 = {first} EUR\n expect clause 1 in 2027-03 = {second} EUR");
        passes(&format!("{parts} {chain} {PLAIN}"), fee, &format!("{values}{events}{expected}"));
    }
    assert_eq!(codes(&format!("{parts} {PLAIN}"), FEE), ["C107"]);
    // A fixed rise needs no index.
    let parts = "coefficient 1.02 revised every 12 months from 2027-01-01 chained on exact amounts";
    passes(parts, FEE, "expect clause 1 in 2026-12 = 100.00 EUR\n expect clause 1 in 2028-01 = 104.04 EUR");
    assert_eq!(codes("coefficient 1.02 revised each 1 April", FEE), ["C107"]);
    // An amount that is rounded at each revision has no coefficient.
    let rounded = format!("{BASE} chained on rounded amounts {PLAIN}");
    let capped = "clause 1 \"x\" { each month, customer pays 1.00 EUR at most 5.00 EUR then indexed by labour as fee }";
    assert_eq!(codes(&rounded, capped), ["C024"]);
    assert_eq!(codes(&format!("{rounded} at most 4% in all"), FEE), ["C024"]);
}

#[test]
fn missing_values_are_held_or_held_over() {
    let formula = "coefficient work[service] / work[2025-12] not rounded may fall provisional : wait";
    let values = "assume work in 2025-12 = 100, 2026-01 = 101\n";
    let expected = |parts: &str, february: &str, march: &str| {
        let text =
            format!("{values} expect clause 1 in 2026-02 = {february} EUR\n expect clause 1 in 2026-03 = {march} EUR");
        passes(&format!("{formula} {parts}"), FEE, &text);
    };
    expected("missing : hold last value", "101.00", "101.00");
    expected("missing : hold last coefficient", "101.00", "101.00");
    expected("missing : hold last value for 2 months, then stop", "101.00", "101.00");
    for (parts, month, reason) in [
        ("missing : held", "2026-02", "`work` has no value for 2026-02"),
        ("missing : hold last value for 1 month, then stop", "2026-03", "`work` has no value for 2026-03"),
    ] {
        let text =
            contract(&format!("{formula} {parts}"), FEE, &format!("{values} expect clause 1 in {month} = 0.00 EUR"));
        let trials = crate::support::trials(&checked(&text).contract.unwrap());
        let found: Vec<&str> = trials[0].failures.iter().map(|failure| failure.found.as_str()).collect();
        assert_eq!(found, [format!("it is held: {reason}")]);
    }
}

#[test]
fn provisional_values_are_settled_or_wait() {
    let formula = "coefficient work[service] / work[2025-12] not rounded may fall missing : held";
    let provisional = "assume work in 2025-12 = 100, 2026-01, provisional, published 2026-03-01 = 101\n";
    let settled = format!("{provisional} expect clause 1 in 2026-01 = 101.00 EUR");
    passes(&format!("{formula} provisional : settle then correct"), FEE, &settled);
    let corrected = format!(
        "{provisional} assume work in 2026-01, published 2026-06-01 = 102\n expect clause 1 in 2026-01 = 102.00 EUR"
    );
    passes(&format!("{formula} provisional : settle then correct"), FEE, &corrected);
    passes(&format!("{formula} provisional : wait"), FEE, &corrected);
    let text = contract(&format!("{formula} provisional : wait"), FEE, &settled);
    let trials = crate::support::trials(&checked(&text).contract.unwrap());
    assert_eq!(trials[0].failures[0].found, "it is held: `work` for 2026-01 is still provisional: 101");
}

#[test]
fn the_latest_published_value() {
    let parts = format!("coefficient work[latest published at revision] / work[2025-09] revised each 1 April {PLAIN}");
    let values =
        "assume work in 2025-09 = 100, 2025-12, published 2026-02-20 = 102, 2026-01, published 2026-04-01 = 103,
        2026-02, published 2026-04-02 = 104\n";
    passes(&parts, FEE, &format!("{values} expect clause 1 in 2026-04 = 103.00 EUR"));
}

#[test]
fn a_rate_that_changes_inside_a_window_splits_it() {
    let parts = format!("coefficient work[revision] / work[2025-12] revised every 12 months from 2026-04-16 {PLAIN}");
    let values = "assume work in 2025-12 = 100, 2026-04 = 110\n";
    let rent = |rate: &str| format!("clause 1 \"x\" {{ customer pays {rate} indexed by labour as price }}");
    // Fifteen days at 1.00 and fifteen at 1.10 are 31.50; a month of 30.00 is the same.
    let in_april = format!("{values} 2026-03-01 installed P1\n expect clause 1 in 2026-04 = 31.50 EUR");
    passes(&parts, &rent("1.00 EUR per pump per day while in_service both days counted"), &in_april);
    passes(
        &parts,
        &rent("30.00 EUR per pump per month while in_service prorated by day, both days counted"),
        &in_april,
    );
    passes(&parts, &rent("30.00 EUR per pump per month pro rata while in_service"), &in_april);
    // Events have the coefficient of their day.
    let failed = format!(
        "{values} 2026-04-15 23:00 failed P1\n 2026-04-16 00:00 failed P1\n expect clause 1 in 2026-04 = 21.00 EUR"
    );
    passes(&parts, "clause 1 \"x\" { on failed, customer pays 10.00 EUR per pump indexed by labour as fee }", &failed);
    // The last day is 11 April. Of ten days late four come before the 16th.
    let late = "clause 1 \"x\" {
        obligation deliver : provider must have pump fulfilled within 10 days of ordered
            first day not counted
            missed after 90 days
        provider pays 2.00 EUR per day commenced for lateness of deliver indexed by labour as indemnity }";
    let days = "2026-04-01 ordered P1\n 2026-04-21 fulfilled P1\n expect clause 1 in 2026-04 = 21.20 EUR";
    passes(&parts, late, &format!("{values}{days}"));
    // Without parts there is nothing to split.
    for clause in [
        "each month, customer pays 10.00 EUR indexed by labour as fee",
        "customer pays 10.00 EUR for failures indexed by labour as fee",
        "customer pays 1.00 EUR per pump per month commenced while in_service indexed by labour as fee",
        "customer pays 1.00 EUR per pump per day while in_service both days counted at most 5.00 EUR then indexed by labour as fee",
    ] {
        assert_eq!(codes(&parts, &format!("clause 1 \"x\" {{ {clause} }}")), ["C112"], "{clause}");
    }
}

#[test]
fn index_and_cap_in_either_order() {
    let parts = format!("{BASE} {PLAIN}");
    let values = "assume work in 2025-12 = 1000, 2026-01 = 1071\n assume failures in 2026-01 = 6\n";
    for (steps, amount) in [
        ("indexed by labour, then at most 5 000.00 EUR", "5000.00"),
        ("at most 5 000.00 EUR, then indexed by labour", "5355.00"),
        ("indexed by labour, then at most 5 000.00 EUR * labour", "5355.00"),
    ] {
        let clause = format!("clause 1 \"x\" {{ provider pays 1 000.00 EUR for failures, {steps} as indemnity }}");
        passes(&parts, &clause, &format!("{values} expect clause 1 in 2026-01 = {amount} EUR"));
    }
    let clause = "clause 1 \"x\" { provider pays 1 000.00 EUR for failures, indexed by labour, at most 5 000.00 EUR as indemnity }";
    let result = read(&parts, clause);
    let finding = result.refusals().into_iter().find(|finding| finding.code.as_str() == "C100").unwrap();
    let means: Vec<&str> = finding.answers.iter().map(|answer| answer.means.as_str()).collect();
    assert_eq!(
        means,
        [
            "of 6000.00 EUR, 5000.00 EUR are paid",
            "of 6000.00 EUR, 5355.00 EUR are paid",
            "6000.00 EUR are 6426.00 EUR with the index, the limit is 5355.00 EUR: 5355.00 EUR are paid",
        ]
    );
}

#[test]
fn limits_for_each_asset_come_behind_the_coefficient() {
    let parts = format!("{BASE} {PLAIN}");
    let values = "assume work in 2025-12 = 100, 2026-01 = 110\n assume price of P1 = 100.00 EUR\n";
    let late = |steps: &str| {
        format!(
            "clause 1 \"x\" {{
            obligation deliver : provider must have pump fulfilled within 10 days of ordered
                first day not counted
                missed after 90 days
            provider pays 2.00 EUR per day commenced for lateness of deliver, {steps} as indemnity }}"
        )
    };
    // Ten days are 20.00, indexed 22.00; a fifth of the price is 20.00, indexed too 22.00.
    let days = "2026-01-02 ordered P1\n 2026-01-22 fulfilled P1\n";
    for (steps, amount) in [
        ("indexed by labour then at most 20% of price", "20.00"),
        ("at most 15% of price then indexed by labour", "16.50"),
        ("indexed by labour then at most 20% of price * labour", "22.00"),
    ] {
        passes(&parts, &late(steps), &format!("{values}{days} expect clause 1 in 2026-01 = {amount} EUR"));
    }
}

#[test]
fn caps_and_minimums_are_indexed_or_not() {
    let parts = format!("{BASE} {PLAIN}");
    let values = "assume work in 2025-12 = 100, 2026-01 = 110\n assume failures in 2026-01 = 10\n";
    let clauses = |cap: &str| {
        format!(
            "clause 1 \"Fee\" {{ each month, customer pays 100.00 EUR indexed by labour as price }}
             clause 2 \"Failures\" {{ provider pays 10.00 EUR for failures not indexed as indemnity
                 provider owes {cap} under clause 2 }}"
        )
    };
    for (cap, taken) in [
        ("at most 20% of clause 1 per month, after indexation", "22.00"),
        ("at most 20% of clause 1 per month, before indexation", "20.00"),
        ("at most 20.00 EUR per month, indexed by labour", "22.00"),
        ("at most 20.00 EUR per month, not indexed", "20.00"),
        ("at most 20.00 EUR * labour per month", "22.00"),
        ("at least 300.00 EUR per month indexed by labour", "330.00"),
    ] {
        passes(&parts, &clauses(cap), &format!("{values} expect clause 2 in 2026-01 = {taken} EUR"));
    }
    assert_eq!(codes(&parts, &clauses("at most 20% of clause 1 per month")), ["C113"]);
    assert_eq!(codes(&parts, &clauses("at most 20.00 EUR per month")), ["C109"]);
    assert_eq!(codes(&parts, &clauses("at most 20.00 EUR per year indexed by labour")), ["C112"]);
    assert_eq!(codes(&parts, &clauses("at most 20.00 EUR per month after indexation")), ["C024"]);
}

#[test]
fn penalties_in_a_contract_that_indexes() {
    let parts = format!("{BASE} {PLAIN}");
    let with = |sentence: &str| format!("{FEE}\nclause 2 \"x\" {{ {sentence} }}");
    for sentence in [
        "provider pays 10.00 EUR for failures as indemnity",
        "on failed, provider pays 10.00 EUR per pump as price reduction",
        "provider pays by failures { up to 1 : nothing above : 5.00 EUR } as price reduction",
    ] {
        assert_eq!(codes(&parts, &with(sentence)), ["C109"], "{sentence}");
    }
    for sentence in [
        "provider pays 10.00 EUR for failures not indexed as indemnity",
        "when failures is at least 1, provider pays 5% of clause 1 as price reduction",
        "on failed, customer pays 10.00 EUR per pump as fee",
    ] {
        assert_eq!(codes(&parts, &with(sentence)), [""; 0], "{sentence}");
    }
}

#[test]
fn a_part_of_an_indexed_clause_says_before_or_after_indexation() {
    let parts = format!("{BASE} {PLAIN}");
    let values = "assume work in 2025-12 = 100, 2026-01 = 110\n assume failures in 2026-01 = 10\n";
    let clauses = |sentence: &str| {
        format!(
            "clause 1 \"Fee\" {{ each month, customer pays 100.00 EUR indexed by labour as price }}
             clause 2 \"Failures\" {{ {sentence} }}"
        )
    };
    // The fee is 100.00, indexed 110.00. Five per cent are 5.00 or 5.50; ten failures ten times as much. A cap of
    // 20 % is 20.00 or 22.00 as well.
    for (sentence, amount) in [
        ("each month, provider pays 5% of clause 1 as price reduction", "5.50"),
        ("each month, provider pays 5% of clause 1 after indexation as price reduction", "5.50"),
        ("each month, provider pays 5% of clause 1, before indexation, as price reduction", "5.00"),
        ("provider pays 5% of clause 1 for failures before indexation as price reduction", "50.00"),
        (
            "provider pays by failures { up to 1 : nothing above : 5% of clause 1 } before indexation as price reduction",
            "5.00",
        ),
        ("provider pays 30.00 EUR for failures at most 20% of clause 1 before indexation not indexed as indemnity", ""),
        ("provider pays 5% of clause 1 for failures at most 20% of clause 1 before indexation as indemnity", "20.00"),
    ] {
        let clauses = clauses(sentence);
        if amount.is_empty() {
            assert_eq!(codes(&parts, &clauses), ["C024"], "{sentence}");
        } else {
            passes(&parts, &clauses, &format!("{values} expect clause 2 in 2026-01 = {amount} EUR"));
        }
    }
    // A part of a part: 10 % of the 5.00 that would be charged without an index are 0.50, of 5.50 they are 0.55.
    let chain = |base: &str| {
        clauses(&format!(
            "each month, provider pays 5% of clause 1 as price reduction }}
             clause 3 \"Bonus\" {{ each month, customer pays 10% of clause 2 {base} as bonus"
        ))
    };
    for (base, amount) in [("before indexation", "0.50"), ("after indexation", "0.55")] {
        passes(&parts, &chain(base), &format!("{values} expect clause 3 in 2026-01 = {amount} EUR"));
    }
    for (sentence, code) in [
        ("each month, provider pays 5.00 EUR before indexation as price reduction", "C024"),
        ("each month, provider pays 5% of clause 1 before indexation indexed by labour as price reduction", "C024"),
        ("each month, provider pays 5% of clause 1 before indexation after indexation as price reduction", "C024"),
        ("each month, provider pays 5% of clause 1 * labour before indexation as price reduction", "C024"),
        ("each month, provider pays 5% of clause 1 not indexed as price reduction", "C024"),
    ] {
        assert_eq!(codes(&parts, &clauses(sentence)), [code], "{sentence}");
    }
}

#[test]
fn what_does_not_fit_is_refused() {
    for (parts, code) in [
        ("coefficient work / work[2025-12] revised each month", "C102"),
        ("coefficient work[2025-13] / work[2025-12] revised each month", "C005"),
        ("coefficient work[yesterday] / work[2025-12] revised each month", "C024"),
        ("coefficient 0.5 + 0.5 * work[service] / work[2025-12] revised each 1 April", "C024"),
        ("coefficient 0.5 * work[service] / 100 + 0.5 * work[revision] / 100 revised each month", "C024"),
        ("coefficient work[revision] / work[2025-12] revised each 30 February", "C005"),
        ("coefficient work[revision] / work[2025-12] revised every 12 months", "C024"),
        ("coefficient work[revision] / work[2025-12] revised each 1 January", "C110"),
        ("coefficient work[revision] / work[2025-12]", "C110"),
        ("coefficient work[revision] / work[2025-12] revised each month revised each month", "C024"),
        ("coefficient work[revision] / work[2025-12] revised each month at most 4.00 EUR per revision", "C020"),
        ("coefficient labour * work[revision] / work[2025-12] revised each month", "C010"),
        ("coefficient wrok[revision] / work[2025-12] revised each month", "C010"),
        ("revised each month", "C024"),
    ] {
        let found = codes(&format!("{parts} {PLAIN}"), FEE);
        assert!(found.contains(&code), "{parts}: {found:?}");
    }
    let decision =
        "decide route of pump on failed = first match by 1.00 EUR * labour { | above 2.00 EUR | => a | | - | => b | }";
    assert!(codes(&format!("{BASE} {PLAIN}"), &format!("{FEE}\n{decision}")).contains(&"C022"));
    for (clause, code) in [
        ("each month, customer pays 1.00 EUR indexed by wages as fee", "C010"),
        ("each month, customer pays 1.00 EUR indexed by labour not indexed as fee", "C024"),
        ("each month, customer pays 1.00 EUR * work as fee", "C022"),
    ] {
        let found = codes(&format!("{BASE} {PLAIN}"), &format!("clause 1 \"x\" {{ {clause} }}"));
        assert!(found.contains(&code), "{clause}: {found:?}");
    }
}

#[test]
fn values_come_from_tables_with_their_publication() {
    let sample = crate::support::root().join("contracts/availability");
    let folder = tempfile::tempdir().unwrap();
    for name in ["consigne.toml", "contract.consigne", "assets.csv", "feed.jsonl"] {
        std::fs::copy(sample.join(name), folder.path().join(name)).unwrap();
    }
    std::fs::create_dir(folder.path().join("indices")).unwrap();
    let values = "series,month,value,published,status
labour_cost,2025-09,121.7,2025-12-19,final
labour_cost,2025-10,123.0,2026-01-20,provisional
labour_cost,2025-10,124.0,2026-03-10T08:00:00Z,final
labour_cost,2025-11,abc,,
labor_cost,2025-11,124.9,,
";
    std::fs::write(folder.path().join("indices/2026.csv"), values).unwrap();
    // Lines that cannot be used make the program end with a status of its own.
    let settled =
        |arguments: &[&str]| String::from_utf8(crate::support::consigne(folder.path(), arguments).stdout).unwrap();
    // 0.15 + 0.85 × 123.0 / 121.7 is 1.0091, rounded up 1.010; with 124.0 it is 1.0161 and 1.017. 97.50 is the fee.
    let first = settled(&["settle", "2026-02", "--as-of", "2026-03-05T00:00:00Z"]);
    assert!(first.contains("98.48 EUR") && first.contains("labour_cost 2025-10 = 123, provisional"), "{first}");
    let later = settled(&["settle", "2026-02"]);
    assert!(later.contains("99.16 EUR") && later.contains("labour_cost 2025-10 = 124\n"), "{later}");
    for told in [
        "indices/2026.csv:5 bad value: `abc` is no value of an index",
        "indices/2026.csv:6 unknown series: no contract has an index `labor_cost`",
        "did you mean `labour_cost`?",
    ] {
        assert!(later.contains(told), "{told}:\n{later}");
    }
    // Before October is published, September is held for it.
    let early = settled(&["settle", "2026-01", "--as-of", "2026-01-10T00:00:00Z"]);
    assert!(early.contains("labour_cost 2025-09 = 121.7, held for 2025-10"), "{early}");
    // The explanation of a line leads to the coefficient and its roundings.
    let explained = settled(&["explain", "clause", "3.1", "2026-02"]);
    for told in ["labour from 2026-01-01: 1.017", "rounded to 0.001 upward", "indexed: 97.50 EUR becomes"] {
        assert!(explained.contains(told), "{told}:\n{explained}");
    }
    let json: serde_json::Value = serde_json::from_str(&settled(&["settle", "2026-02", "--format", "json"])).unwrap();
    let applied = &json["statements"][0]["periods"][0]["indices"][0];
    assert_eq!(applied["coefficient"], "1.017");
    assert_eq!(applied["values"][0]["month"], "2025-10");
    assert_eq!(applied["values"][0]["status"], "final");
    // Two values with one publication contradict each other, and neither counts.
    std::fs::write(
        folder.path().join("indices/other.csv"),
        "series,month,value\nlabour_cost,2025-12,1.0\nlabour_cost,2025-12,2.0\n",
    )
    .unwrap();
    let told = settled(&["settle", "2026-02"]);
    assert!(told.contains("`labour_cost` has two values for 2025-12: 1 and 2"), "{told}");
}

/// Amounts that go by the price of each pump and are chained on rounded amounts are raised one by one, so that nobody has added up
/// what they were before: the cap took a part of the raised ones. One price for all is known before and after: of 3 × 12.00 EUR,
/// which are 12.24 EUR each from February on, a half is 18.00 EUR.
#[test]
fn what_is_raised_one_by_one_is_not_known_before_indexation() {
    let parts = "coefficient 1.02  rounded to 0.001 half up at the end  may fall
        revised each month from 2026-02-01  chained on amounts rounded to 0.01 half up";
    let clauses = |price: &str| {
        format!(
            "clause 1 \"Failures\" {{ on failed, customer pays {price} per pump indexed by labour as fee }}
            clause 2 \"Fee\" {{ each month, provider pays 90.00 EUR not indexed as fee }}
            clause 3 \"Cap\" {{ provider owes at most 50% of clause 1 per month, before indexation, under clause 2 }}"
        )
    };
    let by_price = clauses("by price { up to 100.00 EUR : 12.00 EUR  above : 15.00 EUR }");
    assert_eq!(codes(parts, &by_price), ["C112"]);
    let events = "2026-02-02 failed P1\n 2026-02-03 failed P1\n 2026-02-04 failed P1\n";
    let expected = "expect clause 1 in 2026-02 = 36.72 EUR\n expect clause 3 in 2026-02 = -72.00 EUR";
    passes(parts, &clauses("12.00 EUR"), &format!("{events}{expected}"));
}

/// The coefficient of the 16th raises what each failure costs: nothing has added up what they were before, also where no sentence
/// is `indexed by` it.
#[test]
fn what_is_raised_by_a_coefficient_in_its_price_is_not_known_before_indexation() {
    let parts = format!("coefficient work[revision] / work[2025-12] revised every 12 months from 2026-04-16 {PLAIN}");
    let clauses = |sentence: &str| {
        format!(
            "clause 1 \"Failures\" {{ on failed, customer pays 10.00 EUR * labour per pump as fee }}
            clause 2 \"Fee\" {{ each month, provider pays 90.00 EUR as fee }}
            clause 3 \"Part\" {{ {sentence} }}"
        )
    };
    for sentence in [
        "each month, provider pays 7% of clause 1 before indexation as fee",
        "provider owes at most 50% of clause 1 per month, before indexation, under clause 2",
    ] {
        assert_eq!(codes(&parts, &clauses(sentence)), ["C112"], "{sentence}");
    }
    let after = "each month, provider pays 7% of clause 1 as fee";
    let values =
        "assume work in 2025-12 = 100, 2026-04 = 110\n 2026-04-15 09:00 failed P1\n 2026-04-16 09:00 failed P1\n";
    // Of 10.00 and 11.00 EUR.
    let expected = "expect clause 3 in 2026-04 = 1.47 EUR";
    passes(&parts, &clauses(after), &format!("{values}{expected}"));
}
