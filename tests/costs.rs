//! What each answer to a question would cost, in figures of the clause that it touches. The figures are worked out by
//! hand from the rates of the examples: 12.50 EUR a business day or day late, 42.00 EUR a month, 0.01 EUR a page.

use crate::support::{checked, root};

/// The answers to the first question of a code in a text: what each would come to.
fn costs(text: &str, code: &str) -> Vec<String> {
    let result = checked(text);
    let found = result.diagnostics.iter().find(|finding| finding.code.as_str() == code);
    assert!(found.is_some(), "{code} is not asked:\n{}", result.listing());
    found.unwrap().answers.iter().map(|answer| answer.means.clone()).collect()
}

fn gallery(code: &str) -> String {
    std::fs::read_to_string(root().join(format!("tests/diagnostics/{code}.consigne"))).unwrap()
}

/// Each answer ends with its cost.
fn assert_costs(text: &str, code: &str, expected: &[&str]) {
    let found = costs(text, code);
    for (found, end) in found.iter().zip(expected) {
        assert!(found.ends_with(end), "{code}: `{found}` does not end with `{end}`");
    }
    assert!(found.len() >= expected.len(), "{code}: {found:?}");
}

#[test]
fn the_answers_to_a_question_say_what_they_cost() {
    // A business day is 12.50 EUR.
    assert_costs(&gallery("C042"), "C042", &["1 × 12.50 = 12.50 EUR", "nothing"]);
    assert_costs(&gallery("C044"), "C044", &["1 × 12.50 = 12.50 EUR", "nothing", "1 × 12.50 = 12.50 EUR"]);
    assert_costs(&gallery("C047"), "C047", &["5 × 12.50 = 62.50 EUR", "3 × 12.50 = 37.50 EUR"]);
    assert_costs(&gallery("C048"), "C048", &["2 × 12.50 = 25.00 EUR", "nothing"]);
    // A day is 0.80 EUR.
    assert_costs(&gallery("C118"), "C118", &["for ten days 10 × 0.80 = 8.00 EUR"]);
    let late = ["3 × 12.50 = 37.50 EUR", "5 × 12.50 = 62.50 EUR", "3 × 12.50 = 37.50 EUR"];
    assert_costs(&gallery("C117"), "C117", &late);
    assert_costs(&gallery("C116"), "C116", &["3 × 12.50 = 37.50 EUR", "nothing"]);
    assert_costs(&gallery("C054"), "C054", &["5 × 12.50 = 62.50 EUR", "2 × 12.50 = 25.00 EUR"]);
    assert_costs(&gallery("C061"), "C061", &["at most 60 × 12.50 = 750.00 EUR"]);
    // A month is 42.00 EUR: 15/31 are 20.32 EUR, 15/30 are 21.00 EUR, 14/30 are 19.60 EUR.
    let months = ["15/31 × 42.00 = 20.32 EUR", "15/30 × 42.00 = 21.00 EUR", "14/30 × 42.00 = 19.60 EUR"];
    assert_costs(&gallery("C043"), "C043", &months);
    assert_costs(&gallery("C051"), "C051", &["7/30 × 42.00 = 9.80 EUR", "4/30 × 42.00 = 5.60 EUR"]);
    assert_costs(&gallery("C052"), "C052", &["nothing counts", "9/30 × 42.00 = 12.60 EUR"]);
    assert_costs(&gallery("C053"), "C053", &["10/30 × 42.00 = 14.00 EUR"]);
    // A page is 0.01 EUR.
    assert_costs(&gallery("C057"), "C057", &["1000 × 0.01 = 10.00 EUR", "1100 × 0.01 = 11.00 EUR"]);
    assert_costs(&gallery("C058"), "C058", &["1000 × 0.01 = 10.00 EUR", "500 × 0.01 = 5.00 EUR"]);
}

#[test]
fn holidays_are_counted_in_the_month_that_has_most_of_them() {
    // May 2026 has 21 weekdays. In France the 1st, the 8th, Ascension Day (14th) and Whit Monday (25th) are off; for
    // TARGET only the 1st.
    let expected = ["17 × 12.50 = 212.50 EUR", "20 × 12.50 = 250.00 EUR", "21 × 12.50 = 262.50 EUR"];
    assert_costs(&gallery("C045"), "C045", &expected);
}

#[test]
fn a_rate_is_followed_through_definitions_factors_and_cards() {
    let text = gallery("C041");
    let with = |rate: &str| text.replace("12.50 EUR", rate);
    assert_costs(&with("50.00 EUR / 4"), "C041", &["4 × 12.50 = 50.00 EUR"]);
    assert_costs(&with("1% of 1 250.00 EUR"), "C041", &["4 × 12.50 = 50.00 EUR"]);
    let defined = format!("{}\ndefine daily = 12.50 EUR\n", with("daily"));
    assert_costs(&defined, "C041", &["4 × 12.50 = 50.00 EUR"]);
    let factor = text.replace("as indemnity", "times 2 as indemnity");
    assert_costs(&factor, "C041", &["4 × 25.00 = 100.00 EUR"]);
    let limited = text.replace("as indemnity", "at most 45.00 EUR as indemnity");
    assert_costs(&limited, "C041", &["4 × 12.50 = 50.00 EUR, by its limit 45.00 EUR", "3 × 12.50 = 37.50 EUR"]);
}

#[test]
fn what_the_text_does_not_fix_is_supposed_and_said() {
    let priced = gallery("C041").replace("12.50 EUR", "1% of list_price");
    let priced = priced.replace("asset pump \"Pump\" {", "asset pump \"Pump\" { list_price money ");
    assert_costs(&priced, "C041", &["4 × 10.00 = 40.00 EUR (with a list_price of 1 000.00 EUR)"]);
}

#[test]
fn an_empty_measure_shows_the_row_that_it_would_take() {
    let text = gallery("C055");
    let bands = "from 50% : 80.00 EUR\n from 10% : 30.00 EUR\n below : nothing";
    let clause = format!("clause 9 \"By rate\" {{ provider pays by failure_rate {{ {bands} }} as price reduction }}");
    let found = costs(&format!("{text}\n{clause}\n"), "C055");
    assert_eq!(found[1], "it has this value in that window: `80.00 EUR`");
}

#[test]
fn a_part_before_and_after_the_limit_of_another_clause() {
    assert_costs(&gallery("C182"), "C182", &["10% of 1000.00 EUR = 100.00 EUR", "10% of 700.00 EUR = 70.00 EUR"]);
    let answered = gallery("C182").replace("10% of clause 1 as fee", "10% of clause 1 as charged as fee");
    assert!(checked(&answered).refusals().is_empty(), "{}", checked(&answered).listing());
    let empty = gallery("C182").replace("10% of clause 1 as fee", "10% of clause 2 as fee");
    assert_eq!(checked(&empty).refusals().first().map(|finding| finding.code.as_str()), Some("C022"));
}

#[test]
fn an_attribute_that_changes_in_the_middle_of_a_month() {
    let hire = ["15 × 0.10 + 15 × 0.08 = 2.70 EUR", "30 × 0.10 = 3.00 EUR"];
    assert_costs(&gallery("C059"), "C059", &hire);
    let text = gallery("C041")
        .replace("12.50 EUR", "1% of list_price")
        .replace("per business day", "per calendar day commenced");
    let text = text.replace("asset pump \"Pump\" {", "asset pump \"Pump\" { list_price money ");
    let text =
        text.replace("event requested of pump", "event requested of pump\nevent revalued of pump { list_price money }");
    let expected = ["15 × 10.00 + 15 × 20.00 = 450.00 EUR", "30 × 10.00 = 300.00 EUR"];
    assert_costs(&text, "C059", &expected);
}
