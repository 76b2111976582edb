//! What a lawyer is likely to get wrong while writing: each slip is told at its place with how to mend it, and none
//! hides another.

use crate::support::{checked, root};

fn good() -> String {
    std::fs::read_to_string(root().join("contracts/availability/contract.consigne")).unwrap()
}

/// The contract with one piece of text written differently.
fn with(text: &str, from: &str, to: &str) -> String {
    assert!(text.contains(from), "the sample does not say `{from}`");
    text.replacen(from, to, 1)
}

/// The slip gives one finding, at these words, with a help that holds this piece.
#[track_caller]
fn slip(from: &str, to: &str, code: &str, at: &str, help: &str) {
    let result = checked(&with(&good(), from, to));
    let refusals = result.refusals();
    assert_eq!(refusals.len(), 1, "not one finding:\n{}", result.listing());
    let finding = refusals[0];
    let words = result.sources.text_of(finding.primary.span);
    let told = finding.help.clone().unwrap_or_default();
    assert_eq!((finding.code.as_str(), words), (code, at), "{}", result.listing());
    assert!(told.contains(help), "the help is `{told}`");
}

const RENT: &str = "    customer pays 42.00 EUR per pump per month";

#[test]
fn a_missing_brace() {
    slip("        as price\n}", "        as price\n", "C003", "{", "add `}` before `clause 4.2`");
    let end = "    expect clause 4.3 in 2026-01 = 0.21 EUR\n";
    slip(&format!("{end}}}"), end, "C003", "{", "add `}` before `scenario");
    slip("        as price\n}", "        as price\n}\n}", "C003", "}", "remove it");
}

#[test]
fn words_in_another_order() {
    let lateness = "per pump per business day commenced\n        for lateness of collect";
    let turned = "for lateness of collect\n        per pump per business day commenced";
    slip(lateness, turned, "C001", "per", "stands directly behind the amount");
    slip(
        "        then at most 30% of list_price\n        as indemnity",
        "        as indemnity\n        at most 30% of list_price",
        "C001",
        "at",
        "stands before `as`",
    );
}

#[test]
fn a_forgotten_per() {
    slip(RENT, "    customer pays 42.00 EUR pump per month", "C001", "pump", "`per pump`");
    slip(RENT, "    customer pays 42.00 EUR per pump month", "C001", "month", "`per month`");
}

#[test]
fn commas_in_numbers() {
    slip("98.5% :", "98,5% :", "C001", ",", "`98.5`");
    slip(RENT, "    customer pays 42,00 EUR per pump per month", "C001", "00", "`42.00`");
    slip(RENT, "    customer pays 1,042.00 EUR per pump per month", "C001", "042", "`1 042.00`");
    slip(RENT, "    customer pays 1.042,00 EUR per pump per month", "C001", "00", "`1 042.00`");
    slip(RENT, "    customer pays 1,042 EUR per pump per month", "C001", "042", "`1.042` or `1 042`");
}

/// 0.998 of all is 99.8 %; 99.8 of all would be 9 980 %, so only 99.8 % can be meant.
#[test]
fn a_share_without_its_sign() {
    slip("is at least 99.8%", "is at least 0.998", "C021", "0.998", "write `99.8%`; or `0.998%`");
    slip("is at least 99.8%", "is at least 99.8", "C021", "99.8", "write `99.8%`");
}

#[test]
fn an_unknown_unit() {
    slip("within 10 business days of", "within 10 workdays of", "C010", "workdays", "write `business days`");
    slip("within 10 business days of", "within 10 business dayz of", "C001", "dayz", "business days");
    slip("within 10 business days of", "within 10 working days of", "C001", "days", "`business days`");
    slip("missed after 60 business days", "missed after 60 dais", "C010", "dais", "did you mean `days`?");
}

#[test]
fn a_missing_nature() {
    slip("indexed by labour\n        as price", "indexed by labour", "C001", "}", "a payment ends with its nature");
}

#[test]
fn if_in_place_of_when() {
    slip("    when availability", "    if availability", "C001", "availability", "opens its sentence with `when`");
}

#[test]
fn the_currency_before_the_number() {
    slip(RENT, "    customer pays EUR 42.00 per pump per month", "C001", "42", "`42.00 EUR`");
    slip(RENT, "    customer pays €42.00 per pump per month", "C001", "€", "`42.00 EUR`");
    slip(RENT, "    customer pays 42.00 € per pump per month", "C001", "€", "`42.00 EUR`");
}

#[test]
fn dates_in_words() {
    slip("term      2026-01-01", "term      1 January 2026", "C001", "1", "year-month-day");
    slip("term      2026-01-01", "term      01/01/2026", "C001", "01", "year-month-day");
}

#[test]
fn other_quotes() {
    slip("clause 4.2 \"Availability\"", "clause 4.2 « Availability »", "C001", "«", "straight double quotes");
    slip("clause 4.2 \"Availability\"", "clause 4.2 “Availability”", "C001", "“", "straight double quotes");
}

#[test]
fn words_of_a_contract_on_paper() {
    slip(
        RENT,
        "    customer shall pay 42.00 EUR per pump per month",
        "C001",
        "shall",
        "the verb of a payment is `pays`",
    );
    slip(RENT, "    the customer pays 42.00 EUR per pump per month", "C001", "customer", "without an article");
    slip("availability is at least 99.8%", "availability >= 99.8%", "C001", ">", "`is at least`");
    slip("from 97.0% : 5%", "from 97.0% 5%", "C001", "5", "a colon before its value");
    slip("        as bonus\n", "        as bonus;\n", "C001", ";", "no sign ends a sentence");
}

#[test]
fn one_slip_hides_no_other() {
    let mut text = with(&good(), "        as price\n}", "        as price\n");
    text = with(&text, "98.5% :", "98,5% :");
    text = with(&text, "    when availability", "    if availability");
    text = with(&text, "within 10 business days of", "within 10 working days of");
    text = with(&text, "        as indemnity\n", "\n");
    let result = checked(&text);
    let lines: Vec<(&str, usize)> = result
        .refusals()
        .iter()
        .map(|finding| (finding.code.as_str(), result.sources.position(finding.primary.span).line))
        .collect();
    let line = |piece: &str| text[..text.find(piece).unwrap()].lines().count();
    let expected = [
        ("C003", line("clause 3.1") + 1),
        ("C001", line("98,5")),
        ("C001", line("if availability")),
        ("C001", line("working days of")),
    ];
    for wanted in expected {
        assert!(
            lines.iter().any(|found| found.0 == wanted.0 && found.1.abs_diff(wanted.1) <= 1),
            "{wanted:?} in {lines:?}"
        );
    }
    assert!(lines.len() >= 5, "{}", result.listing());
}

/// What the one finding says where a piece of the contract is written differently.
#[track_caller]
fn message(from: &str, to: &str) -> String {
    let result = checked(&with(&good(), from, to));
    let refusals = result.refusals();
    assert_eq!(refusals.len(), 1, "{}", result.listing());
    refusals[0].message.clone()
}

/// An answer that there is none of: the message tells those that there are.
#[test]
fn conventions_and_their_answers() {
    let before = "conflicting records first known stays";
    for (line, told) in [
        ("conflicting records held", "`held` does not fit here: expected `are held` or `first known stays`"),
        ("rounded to cents", "`cents` does not fit here: expected a step and how, such as `0.01 half up`"),
        ("rounded to 0.01 half up", "`late` does not fit here: expected `on each line` or `on the total`"),
        ("attributes read now", "`now` does not fit here: expected `at the event` or `at the start of the window`"),
        ("a return without a deposit stays", "`stays` does not fit here: expected `is held` or `is listed`"),
        ("business days are fine", "`are` does not fit here: expected a weekday such as `Mon`"),
        ("month of 31 days", "`31` does not fit here: expected `30/360`, `30 days` or `actual days`"),
    ] {
        assert_eq!(message(before, line), told);
    }
}

#[test]
fn rhythms_bands_and_times() {
    for (from, to, told) in [
        ("monthly, netted", "weekly", "`weekly` does not fit here: expected `yearly`, `monthly` or `quarterly`"),
        (
            "from 97.0% : 5%",
            "97.0% : 5%",
            "`97` does not fit here: expected a band such as `from 95% : …`, `of`, `over all` or `weighted`, among others",
        ),
        ("Mon-Fri 08:00-18:00", "Mon-Fri 8 to 18", "`8` does not fit here: expected a time such as `09:00`"),
    ] {
        assert_eq!(message(from, to), told);
    }
}

/// A month was taken for its first day, in a cell as in a condition.
#[test]
fn a_month_is_no_day() {
    let contract = r#"contract CAP-1 "Cap"
parties { provider refab "Refab"  customer lessor "Leasia" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions { rounded to 0.01 half up on each line  conflicting records first known stays }
asset laptop "Laptop" { }
event inspected of laptop { on_day date }
decide route of laptop on inspected = first match by on_day {
    | above 2026-03 | => later |
    | -             | => early |
}
clause 1 "Up to March" { on inspected where on_day is at most 2026-02, customer pays 10.00 EUR per laptop as fee }
"#;
    let result = checked(contract);
    let told: Vec<(&str, String)> = result
        .refusals()
        .iter()
        .map(|finding| {
            (finding.code.as_str(), format!("{}: {}", finding.message, finding.help.clone().unwrap_or_default()))
        })
        .collect();
    let of = |month: &str, first: &str, last: &str| {
        (
            "C020",
            format!(
                "`{month}` is a month, where a value of one day is expected: write `{first}`, its first day, or `{last}`, its last one"
            ),
        )
    };
    assert_eq!(told, [of("2026-03", "2026-03-01", "2026-03-31"), of("2026-02", "2026-02-01", "2026-02-28")]);
}
