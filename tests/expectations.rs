//! What scenarios set and expect: numbers of groups to which nothing happened, and what is held.

use crate::support::{checked, consigne, failures_of, holds_all};

fn contract(records: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Crates"
parties {{ provider pro "Provider"  customer cus "Customer"  insurer ins "Insurer" }}
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
    attributes read at the event
    a second deposit is not charged
    a return without a deposit is listed
    {records}
}}
asset crate "Crate" {{ site (north, south)  depot text  insured yes or no }}
event delivered, returned, failed of crate
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

const HELD: &str = "records begin 2024-01-01, what reaches back is held";

#[track_caller]
fn holds(records: &str, body: &str, scenario: &str) {
    holds_all(&contract(records, body, scenario));
}

/// The one expectation of the scenario fails, and this came out.
#[track_caller]
fn fails(records: &str, body: &str, scenario: &str, words: &str) {
    let found = failures_of(&contract(records, body, scenario));
    assert!(found.len() == 1 && found[0].contains(words), "`{words}` in {found:?}");
}

/// The findings of the checker.
fn said(body: &str, scenario: &str) -> String {
    let result = checked(&contract("", body, scenario));
    result.refusals().iter().map(|finding| format!("{finding:?}")).collect::<Vec<_>>().join("\n")
}

const BY_SITE: &str = "define failures per site per month = count of failed
define most per month = greatest of failures over all sites empty : nothing due
clause 5 \"F\" { provider pays 40.00 EUR to customer for failures as price reduction }
clause 6 \"M\" { when most is above 3, provider pays 7.00 EUR to customer as indemnity  clause 6 adds to clause 5 }";

#[test]
fn a_number_is_set_for_a_group_to_which_nothing_happened() {
    // 4 × 40.00, and four are more than three.
    holds(
        "",
        BY_SITE,
        "assume failures of north in 2026-05 = 4
    expect clause 5 in 2026-05 = 160.00 EUR
    expect clause 5 for north in 2026-05 = 160.00 EUR
    expect clause 6 in 2026-05 = 7.00 EUR
    expect failures of north in 2026-05 = 4
    expect clause 5 in 2026-04 = 0.00 EUR",
    );
    // Beside a site to which something happened: 2 × 40.00 and 1 × 40.00.
    holds(
        "",
        BY_SITE,
        "assume site of K1 = south, failures of north in 2026-05 = 2
    2026-05-03 failed K1
    expect clause 5 for south in 2026-05 = 40.00 EUR
    expect clause 5 in 2026-05 = 120.00 EUR",
    );
    // Without a period in every window: 1 × 40.00 in April and in May.
    holds(
        "",
        BY_SITE,
        "assume failures of north = 1
    expect clause 5 in 2026-04 = 40.00 EUR
    expect clause 5 in 2026-05 = 40.00 EUR",
    );
}

#[test]
fn a_group_of_two_names_and_a_text() {
    let body = "define failures per site per depot per month = count of failed
clause 5 \"F\" { provider pays 40.00 EUR to customer for failures as price reduction }";
    holds(
        "",
        body,
        "assume site of K1 = south, depot of K1 = lyon, failures of \"north, lyon\" in 2026-05 = 3
    expect clause 5 in 2026-05 = 120.00 EUR",
    );
    // A depot of which the scenario says nothing else.
    fails(
        "",
        body,
        "assume failures of \"north, nantes\" in 2026-05 = 3
    expect clause 5 in 2026-05 = 0.00 EUR",
        "nothing in the scenario is named `north, nantes`",
    );
    let one = said(body, "assume failures of north in 2026-05 = 3 expect clause 5 in 2026-05 = 0.00 EUR");
    assert!(one.contains("C032") && one.contains("is told apart by site and depot"), "{one}");
}

#[test]
fn a_group_that_is_not_there() {
    let misspelt = said(BY_SITE, "assume failures of nroth in 2026-05 = 4 expect clause 5 in 2026-05 = 160.00 EUR");
    assert!(
        misspelt.contains("C032") && misspelt.contains("`nroth` is no value of `site`: north, south"),
        "{misspelt}"
    );
    let none = said(BY_SITE, "assume most of north in 2026-05 = 4 expect clause 6 in 2026-05 = 7.00 EUR");
    assert!(none.contains("C032") && none.contains("`most` has no groups"), "{none}");
    // Yes or no, and nothing else: 2 × 40.00.
    let by_flag = BY_SITE.replace("per site", "per insured").replace("over all sites", "over all insured");
    let maybe = said(&by_flag, "assume failures of maybe in 2026-05 = 2 expect clause 5 in 2026-05 = 80.00 EUR");
    assert!(maybe.contains("C032") && maybe.contains("`maybe` is no value of `insured`: yes, no"), "{maybe}");
    holds("", &by_flag, "assume failures of \"no\" in 2026-05 = 2\n expect clause 5 in 2026-05 = 80.00 EUR");
    // In a table the words are known row by row.
    fails(
        "",
        BY_SITE,
        "for each | spot | { | north | | nroth | }
    assume failures of spot in 2026-05 = 0
    expect clause 5 in 2026-05 = 0.00 EUR",
        "nothing in the scenario is named `nroth`",
    );
    let body = "define failures per crate per month = count of failed
clause 5 \"F\" { provider pays 40.00 EUR to customer for failures as price reduction }";
    let set = "assume failures of K9 in 2026-05 = 2";
    fails("", body, &format!("{set}\n expect clause 5 in 2026-05 = 0.00 EUR"), "nothing in the scenario is named `K9`");
    holds("", body, &format!("assume site of K9 = north\n {set}\n expect clause 5 for K9 in 2026-05 = 80.00 EUR"));
}

const FAILURES: &str = "define failures per month = count of failed
clause 1 \"F\" { provider pays 10.00 EUR to customer for failures as price reduction }
clause 2 \"I\" { each month, insurer pays 3.00 EUR to provider as fee }
clause 3 \"Way out\" { when failures is above 4, customer may \"end this contract\" }";

#[test]
fn a_total_of_which_a_line_is_held() {
    let one = "2023-12-10 failed K1";
    let words = "0.00 EUR, and 1 line is held: clause 1: `count of failed` counts what happened before 2024-01-01";
    fails(HELD, FAILURES, &format!("{one}\n expect total of customer in 2023-12 = 0.00 EUR"), words);
    fails(
        HELD,
        FAILURES,
        &format!("{one}\n expect payment from provider to customer in 2023-12 = 0.00 EUR"),
        "0.00 EUR, and 1 line is held: clause 1",
    );
    // It is no line of the insurer; 3.00 EUR go from the insurer to the provider.
    holds(HELD, FAILURES, &format!("{one}\n expect total of insurer in 2023-12 = -3.00 EUR"));
    holds(HELD, FAILURES, &format!("{one}\n expect payment from insurer to provider in 2023-12 = 3.00 EUR"));
    // Two months, two lines, one reason.
    fails(
        HELD,
        FAILURES,
        "2023-12-10 failed K1
    expect total of customer in 2023 = 0.00 EUR",
        "12 lines are held: clause 1:",
    );
}

#[test]
fn what_is_held_can_be_expected() {
    let two = "2024-01-10 failed K1\n 2024-01-11 failed K1";
    holds(
        HELD,
        FAILURES,
        &format!(
            "{two}
    expect clause 1 in 2023-12 is held
    expect clause 1 as price reduction in 2023-12 is held
    expect clause 3 in 2023-12 is held
    expect total of customer in 2023-12 is held
    expect payment from provider to customer in 2023-12 is held
    expect clause 1 in 2024-01 = 20.00 EUR"
        ),
    );
    let fails = |expected: &str, words: &str| fails(HELD, FAILURES, &format!("{two}\n expect {expected}"), words);
    fails("clause 1 in 2024-01 is held", "20.00 EUR, and nothing is held");
    fails("clause 3 in 2024-01 is held", "0.00 EUR, and nothing is held");
    fails("total of customer in 2024-01 is held", "20.00 EUR, and nothing is held");
    fails("total of insurer in 2023-12 is held", "-3.00 EUR, and nothing is held");
    fails("clause 1 in 2023-12 = 0.00 EUR", "it is held");
    // A line that is not told apart can be one of K1 only where the clause knows crates.
    let by_crate = FAILURES.replace("failures per month", "failures per crate per month");
    holds(HELD, &by_crate, &format!("{two}\n expect clause 1 for K1 in 2023-12 is held"));
}

#[test]
fn deposits_that_are_not_known() {
    let body = "clause 1 \"Deposit\" {
    on delivered, customer pays 25.00 EUR to provider per crate as deposit
    on returned, provider pays 100% of clause 1 to customer matched by serial as deposit
}";
    let known = "2024-01-05 delivered K1\n 2024-03-10 returned K2\n 2024-05-02 failed K1";
    // K2 may have been there before: what is held until it comes back is not known.
    let words = "25.00 EUR, and 1 line is held: clause 1: the records begin on 2024-01-01";
    fails(HELD, body, &format!("{known}\n expect deposits of clause 1 in 2024-02 = 25.00 EUR"), words);
    holds(
        HELD,
        body,
        &format!(
            "{known}
    expect deposits of clause 1 in 2024-02 is held
    expect deposits of clause 1 in 2024-03 is held
    expect deposits of clause 1 for K2 in 2024-02 is held
    expect deposits of clause 1 for K1 in 2024-02 = 25.00 EUR
    expect deposits of clause 1 in 2024-04 = 25.00 EUR"
        ),
    );
    let opening = "records begin 2024-01-01 with an opening balance, what reaches back is held";
    holds(opening, body, &format!("{known}\n expect deposits of clause 1 in 2024-02 = 25.00 EUR"));
    let is_held = format!("{known}\n expect deposits of clause 1 in 2024-02 is held");
    fails(opening, body, &is_held, "25.00 EUR, and nothing is held");
}

/// What is known of a deposit stays in the books while the line is held in which it comes back.
#[test]
fn a_deposit_that_waits_to_be_paid_back() {
    let body = "clause 1 \"Deposit\" {
    on delivered, customer pays 25.00 EUR to provider per crate as deposit
    on returned, provider pays 100% of clause 1 to customer matched by serial as deposit
}";
    // K1 is known and comes back in March, as K2, of which nothing is known.
    let events = "2024-01-05 delivered K1\n 2024-03-08 returned K1\n 2024-03-10 returned K2\n 2024-05-02 failed K1";
    holds(
        HELD,
        body,
        &format!(
            "{events}
    expect clause 1 in 2024-03 is held
    expect deposits of clause 1 in 2024-03 is held
    expect deposits of clause 1 for K1 in 2024-03 is held
    expect deposits of clause 1 for K1 in 2024-04 is held
    expect deposits of clause 1 for K2 in 2024-04 = 0.00 EUR
    expect deposits of clause 1 in 2024-04 = 25.00 EUR"
        ),
    );
    let words = "25.00 EUR, and 1 line is held: clause 1: the records begin on 2024-01-01";
    fails(HELD, body, &format!("{events}\n expect deposits of clause 1 in 2024-03 = 0.00 EUR"), words);
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("consigne.toml", "contracts = [\"c.consigne\"]\n[[feed]]\npath = \"f.jsonl\"\n");
    write("c.consigne", &contract(HELD, body, "expect clause 1 in 2024-01 = 0.00 EUR"));
    let event = |kind: &str, asset: &str, day: &str| {
        let id = format!("{kind}{asset}");
        format!("{{\"id\":\"{id}\",\"kind\":\"{kind}\",\"asset\":\"{asset}\",\"occurred\":\"{day}T09:00:00Z\"}}\n")
    };
    let known = format!("{}{}", event("delivered", "K1", "2024-01-05"), event("returned", "K1", "2024-03-08"));
    write("f.jsonl", &format!("{known}{}", event("returned", "K2", "2024-03-10")));
    for month in ["2024-03", "2024-04"] {
        let statement = String::from_utf8(consigne(folder.path(), &["settle", month]).stdout).unwrap();
        let told =
            "at the end: 25.00 EUR, of which 25.00 EUR came back by 2024-03-31 and are held (1 paid for by customer)";
        assert!(statement.contains(told), "{statement}");
    }
    // Where K2 is left out, K1 is paid back: nothing is held any more.
    write("f.jsonl", &known);
    let statement = String::from_utf8(consigne(folder.path(), &["settle", "2024-03"]).stdout).unwrap();
    assert!(statement.contains("at the end: 0.00 EUR (0 paid for by customer)"), "{statement}");
}
