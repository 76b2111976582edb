//! Caps, minimums and exemptions over clauses, in small contracts whose figures were worked out by hand.

use crate::support::{checked, holds_all};

fn contract(body: &str, scenario: &str) -> String {
    framed("provider pro \"Provider\"  customer cus \"Customer\"", body, scenario)
}

fn framed(parties: &str, body: &str, scenario: &str) -> String {
    format!(
        r#"contract T-1 "Limits"
parties {{ {parties} }}
term 2026-01-01 to 2028-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
}}
asset pump "Pump" {{ site text }}
event fined of pump {{ amount money }}
event billed of pump {{ amount money }}
{body}
scenario "s" {{
    {scenario}
}}
"#
    )
}

fn holds(body: &str, scenario: &str) {
    holds_all(&contract(body, scenario));
}

/// The same, where the term ends with June 2028.
fn cut(body: &str, scenario: &str) {
    holds_all(&contract(body, scenario).replace("2028-12-31", "2028-06-30"));
}

/// The finding of this code that the checker raises, printed.
fn raised(code: &str, body: &str) -> String {
    let text = contract(body, "2026-01-05 fined P1 { amount 1.00 EUR }\n expect total of provider in 2026-01 = 0 EUR");
    let result = checked(&text);
    let found: Vec<_> =
        result.refusals().into_iter().filter(|finding| finding.code.as_str() == code).cloned().collect();
    assert!(!found.is_empty(), "{code} is not raised:\n{}\n{text}", result.listing());
    consigne::render::text(&result.sources, &found, false)
}

const FINES: &str = "clause 1 \"Fines\" { on fined, provider pays amount as indemnity }\n";

#[test]
fn an_exemption_and_then_the_whole() {
    let body = format!(
        "{FINES}clause 2 \"Small\" {{ provider owes nothing up to 1 000.00 EUR over the term, then the whole, under clause 1 }}"
    );
    // 400 and 500 are below 1 000; with 200 more, 1 100 are above it, and the whole is due in March.
    holds(
        &body,
        "2026-01-05 fined P1 { amount 400.00 EUR }
         2026-02-05 fined P1 { amount 500.00 EUR }
         2026-03-05 fined P1 { amount 200.00 EUR }
         2026-04-05 fined P1 { amount 50.00 EUR }
         expect clause 2 in 2026-01 = -400.00 EUR
         expect clause 2 in 2026-02 = -500.00 EUR
         expect clause 2 in 2026-03 = 900.00 EUR
         expect total of customer in 2026-03 = 1100.00 EUR
         expect total of customer in 2026-04 = 50.00 EUR",
    );
    // The amount itself is exempt.
    holds(
        &body,
        "2026-01-05 fined P1 { amount 1000.00 EUR }
         2026-02-05 fined P1 { amount 0.01 EUR }
         expect total of customer in 2026-01 = 0.00 EUR
         expect total of customer in 2026-02 = 1000.01 EUR",
    );
}

#[test]
fn an_exemption_and_then_the_excess() {
    let body = format!(
        "{FINES}clause 2 \"Own share\" {{ provider owes nothing up to 1 000.00 EUR per year, then the excess, under clause 1 }}"
    );
    // 900 in 2026, then 300: 200 over the 1 000. The next year begins anew.
    holds(
        &body,
        "2026-01-05 fined P1 { amount 900.00 EUR }
         2026-12-05 fined P1 { amount 300.00 EUR }
         2027-01-05 fined P1 { amount 1100.00 EUR }
         expect total of customer in 2026-01 = 0.00 EUR
         expect total of customer in 2026-12 = 200.00 EUR
         expect clause 2 in 2026-12 = -100.00 EUR
         expect total of customer in 2027-01 = 100.00 EUR",
    );
}

#[test]
fn an_exemption_says_what_is_owed_above() {
    let told = raised(
        "C101",
        &format!("{FINES}clause 2 \"x\" {{ provider owes nothing up to 500.00 EUR per year under clause 1 }}"),
    );
    assert!(told.contains("then the whole") && told.contains("600.00 EUR"), "{told}");
    assert!(told.contains("then the excess") && told.contains("100.00 EUR"), "{told}");
    raised(
        "C024",
        &format!(
            "{FINES}clause 2 \"x\" {{ provider owes at most 500.00 EUR per year, then the whole, under clause 1 }}"
        ),
    );
}

#[test]
fn one_after_the_other() {
    let excess_first = format!(
        "{FINES}clause 2 \"x\" {{ provider owes nothing up to 500.00 EUR per year, then the excess, then at most 1 000.00 EUR per year, under clause 1 }}"
    );
    let events = "2026-01-05 fined P1 { amount 800.00 EUR }\n 2026-02-05 fined P1 { amount 1000.00 EUR }\n";
    // 800 − 500 = 300; 1 800 − 500 = 1 300, of which 1 000 are owed, 300 of them already.
    holds(
        &excess_first,
        &format!(
            "{events} expect total of customer in 2026-01 = 300.00 EUR\n expect total of customer in 2026-02 = 700.00 EUR"
        ),
    );
    let cap_first = format!(
        "{FINES}clause 2 \"x\" {{ provider owes at most 1 000.00 EUR per year, then nothing up to 500.00 EUR per year, then the excess, under clause 1 }}"
    );
    // 1 800 are capped at 1 000, of which 500 are over.
    holds(
        &cap_first,
        &format!(
            "{events} expect total of customer in 2026-01 = 300.00 EUR\n expect total of customer in 2026-02 = 200.00 EUR"
        ),
    );
    // The same in two sentences; the second begins with `then`.
    let sentences = format!(
        "{FINES}clause 2 \"x\" {{ provider owes at most 1 000.00 EUR per year under clause 1
         then provider owes nothing up to 500.00 EUR per year, then the excess, under clause 1 }}"
    );
    holds(
        &sentences,
        &format!(
            "{events} expect total of customer in 2026-01 = 300.00 EUR\n expect total of customer in 2026-02 = 200.00 EUR"
        ),
    );
}

#[test]
fn an_order_that_matters_is_asked() {
    let two = |one: &str, two: &str| {
        format!("{FINES}clause 2 \"x\" {{ provider owes {one}, under clause 1  provider owes {two}, under clause 1 }}")
    };
    let told =
        raised("C140", &two("at most 1 000.00 EUR per year", "nothing up to 500.00 EUR per year, then the excess"));
    // With 1 500 charged: capped at 1 000, 500 are over; over 500 are 1 000, at most 1 000.
    assert!(told.contains("500.00 EUR") && told.contains("1000.00 EUR"), "{told}");
    // Month and year: the cap of the month first leaves more below that of the year.
    raised("C140", &two("at most 100.00 EUR per month", "at most 600.00 EUR per year"));
    // A fine of 1 200 in one month would use the year up, though only 100 of it are owed.
    raised("C140", &two("at most 100.00 EUR per month", "at most 1 200.00 EUR per year"));
    raised("C140", &two("at most 100.00 EUR per site per month", "at most 150.00 EUR per month"));
}

#[test]
fn an_order_that_changes_nothing_is_not_asked() {
    let two = |one: &str, two: &str| {
        format!("{FINES}clause 2 \"x\" {{ provider owes {one}, under clause 1  provider owes {two}, under clause 1 }}")
    };
    let fine = "2026-01-05 fined P1 { amount 50 000.00 EUR }\n expect total of customer in 2026-01 = ";
    // The sketch of French supply conditions: 10 % of 420 000, exempt up to 1 000 as a whole.
    holds(
        &two("at most 10% * 420 000.00 EUR over the term", "nothing up to 1 000.00 EUR over the term, then the whole"),
        &format!("{fine} 42000.00 EUR"),
    );
    holds(&two("at most 100.00 EUR per month", "at most 80.00 EUR per month"), &format!("{fine} 80.00 EUR"));
    holds(&two("at least 100.00 EUR per month", "at most 200.00 EUR per month"), &format!("{fine} 200.00 EUR"));
}

#[test]
fn the_group_comes_before_the_whole() {
    let body = format!(
        "{FINES}clause 2 \"x\" {{ provider owes at most 100.00 EUR per site per month, then at most 150.00 EUR per month, under clause 1 }}"
    );
    // 120 of the north are capped at 100, with 70 of the south 170, of which 150 are owed.
    holds(
        &body,
        "assume site of P1 = \"north\", site of P2 = \"south\"
         2026-01-05 fined P1 { amount 120.00 EUR }
         2026-01-05 fined P2 { amount 70.00 EUR }
         expect total of customer in 2026-01 = 150.00 EUR",
    );
    raised(
        "C023",
        &format!(
            "{FINES}clause 2 \"x\" {{ provider owes at most 150.00 EUR per month, then at most 100.00 EUR per site per month, under clause 1 }}"
        ),
    );
}

const FEE: &str = "clause 9 \"Fee\" { each month, customer pays 100.00 EUR as fee }\n";

#[test]
fn a_part_of_the_expected_year() {
    let body = format!(
        "{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 20% of clause 9 per year, of the expected year, under clause 1 }}"
    );
    // 100 a month are 1 200 a year, of which 20 % are 240, from the first month on. In 2028 the term has six months:
    // 600 are expected, 120 owed at most.
    cut(
        &body,
        "2026-01-05 fined P1 { amount 300.00 EUR }
         2028-02-05 fined P1 { amount 300.00 EUR }
         expect clause 2 in 2026-01 = -60.00 EUR
         expect clause 2 in 2026-02 = 0.00 EUR
         expect clause 2 in 2028-02 = -180.00 EUR",
    );
}

#[test]
fn what_is_expected_follows_what_is_charged() {
    let body = format!(
        "{FINES}clause 9 \"Sales\" {{ on billed, customer pays amount as price }}
         clause 2 \"x\" {{ provider owes at most 10% of clause 9 per year, of the expected year, under clause 1 }}"
    );
    // 100 in January: 1 200 expected, 120 owed at most. 500 in February: 600 in two months, 3 600 expected. In November
    // 600 × 12 / 11 = 654.55 are expected, 65.45 owed at most; in December 60.00.
    holds(
        &body,
        "2026-01-05 billed P1 { amount 100.00 EUR }
         2026-01-05 fined P1 { amount 200.00 EUR }
         2026-02-05 billed P1 { amount 500.00 EUR }
         expect clause 2 in 2026-01 = -80.00 EUR
         expect clause 2 in 2026-02 = 80.00 EUR
         expect clause 2 in 2026-12 = -5.45 EUR
         expect clause 2 = -140.00 EUR",
    );
}

#[test]
fn a_part_of_the_previous_year() {
    let body = |first: &str| {
        format!(
            "{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 20% of clause 9 per year, of the previous year, in the first year {first}, under clause 1 }}"
        )
    };
    let events = "2026-01-05 fined P1 { amount 500.00 EUR }\n 2027-01-05 fined P1 { amount 500.00 EUR }\n";
    // 20 % of the 1 200 of 2026 are 240 in 2027.
    let second = "expect clause 2 in 2027-01 = -260.00 EUR\n expect clause 2 in 2027-02 = 0.00 EUR\n";
    holds(&body("150.00 EUR"), &format!("{events}{second} expect clause 2 in 2026-01 = -350.00 EUR"));
    holds(&body("of the expected year"), &format!("{events}{second} expect clause 2 in 2026-01 = -260.00 EUR"));
    // 20 in January, 20 more with each month.
    holds(
        &body("of the amount so far"),
        &format!("{events}{second} expect clause 2 in 2026-01 = -480.00 EUR\n expect clause 2 in 2026-02 = 20.00 EUR"),
    );
    raised(
        "C142",
        &format!(
            "{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 20% of clause 9 per year, of the previous year, under clause 1 }}"
        ),
    );
}

#[test]
fn the_base_is_asked_with_its_figures() {
    let told = raised(
        "C062",
        &format!("{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 20% of clause 9 per year under clause 1 }}"),
    );
    for answer in [
        "of the amount so far",
        "20.00 EUR after one month",
        "of the expected year",
        "240.00 EUR from the first",
        "of the previous year",
    ] {
        assert!(told.contains(answer), "{answer}: {told}");
    }
    raised(
        "C024",
        &format!(
            "{FINES}clause 2 \"x\" {{ provider owes at most 20.00 EUR per year, of the amount so far, under clause 1 }}"
        ),
    );
    raised(
        "C023",
        &format!(
            "{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 20% of clause 9 per year, of the expected quarter, under clause 1 }}"
        ),
    );
}

#[test]
fn a_rolling_window() {
    let body =
        format!("{FINES}clause 2 \"x\" {{ provider owes at most 100.00 EUR per rolling 12 months under clause 1 }}");
    // 80 in January, 20 of 50 in June, none of 10 in December. In January 2027 the 80 are out of the window, and 80 are
    // left beside the 20 of June.
    holds(
        &body,
        "2026-01-05 fined P1 { amount 80.00 EUR }
         2026-06-05 fined P1 { amount 50.00 EUR }
         2026-12-05 fined P1 { amount 10.00 EUR }
         2027-01-05 fined P1 { amount 90.00 EUR }
         expect clause 2 in 2026-01 = 0.00 EUR
         expect clause 2 in 2026-06 = -30.00 EUR
         expect clause 2 in 2026-12 = -10.00 EUR
         expect clause 2 in 2027-01 = -10.00 EUR",
    );
    let part = format!(
        "{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 50% of clause 9 per rolling 3 months under clause 1 }}"
    );
    // Half of 100 in January, half of the 300 of February to April in April, of which 50 were owed before.
    holds(
        &part,
        "2026-01-05 fined P1 { amount 80.00 EUR }
         2026-02-05 fined P1 { amount 50.00 EUR }
         2026-04-05 fined P1 { amount 500.00 EUR }
         expect clause 2 in 2026-01 = -30.00 EUR
         expect clause 2 in 2026-02 = 0.00 EUR
         expect clause 2 in 2026-04 = -400.00 EUR",
    );
    raised(
        "C023",
        &format!("{FINES}clause 2 \"x\" {{ provider owes at least 100.00 EUR per rolling 12 months under clause 1 }}"),
    );
}

#[test]
fn more_than_two_parties_name_who_is_owed() {
    let parties = "provider pro \"Provider\"  customer cus \"Customer\"  agent age \"Agent\"";
    let body = "clause 1 \"Sales\" { on billed, customer pays amount to provider as price }
        clause 2 \"Minimum\" { customer owes at least 300.00 EUR to provider per month under clause 1 }";
    let scenario = "2026-01-05 billed P1 { amount 120.00 EUR }
        expect clause 2 in 2026-01 = 180.00 EUR
        expect total of provider in 2026-01 = 300.00 EUR
        expect total of agent in 2026-01 = 0.00 EUR";
    holds_all(&framed(parties, body, scenario));
    let silent = body.replace(" to provider per", " per");
    let result = checked(&framed(parties, &silent, scenario));
    assert!(result.listing().contains("C172"), "{}", result.listing());
}

const BOTH_WAYS: &str = "clause 1 \"Both\" {
    on fined, provider pays amount as indemnity
    on billed, customer pays amount as bonus }\n";

#[test]
fn whether_a_bonus_counts_under_a_cap() {
    let body = |how: &str| {
        format!("{BOTH_WAYS}clause 2 \"x\" {{ provider owes at most 100.00 EUR per month{how} under clause 1 }}")
    };
    let events = "2026-01-05 fined P1 { amount 120.00 EUR }\n 2026-01-06 billed P1 { amount 50.00 EUR }\n";
    // 120 are capped at 100, beside a bonus of 50; or 120 less 50 are 70, below the cap.
    holds(&body(", gross,"), &format!("{events} expect clause 2 in 2026-01 = -20.00 EUR"));
    holds(&body(", netted with clause 1,"), &format!("{events} expect clause 2 in 2026-01 = 0.00 EUR"));
    // 280 less 50 are 230, of which 100 are owed.
    let more = format!(
        "{events} 2026-01-07 fined P1 {{ amount 160.00 EUR }}\n expect clause 2 in 2026-01 = -130.00 EUR\n expect total of customer in 2026-01 = 100.00 EUR"
    );
    holds(&body(", netted with clause 1,"), &more);
    let told = raised("C143", &body(""));
    assert!(told.contains("gross") && told.contains("50.00 EUR") && told.contains("70.00 EUR"), "{told}");
}

/// A pool of two breweries, whose kegs are taken in and given out against money.
fn pool(limit: &str, scenario: &str) -> String {
    format!(
        r#"contract P-1 "Pool"
parties {{ pool fasspool "FassPool"  many brewery "Brewery" {{ }}  washer lavo "Lavo" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Berlin
settled monthly
conventions {{ conflicting records first known stays }}
asset keg "Keg" {{ holder brewery }}
event damaged, cleaned, washed of keg {{ holder brewery }}
clause 1 "Both ways" {{
    on damaged, holder pays 40.00 EUR to pool per keg as indemnity
    on cleaned, pool pays 25.00 EUR to holder per keg as bonus
}}
clause 3 "Washing" {{
    on washed, washer pays 9.00 EUR to pool per keg as bonus
    on washed, pool pays 1.00 EUR to holder per keg as bonus
}}
clause 2 "Limit" {{ {limit} }}
scenario "s" {{
    2026-01-05 damaged K1 {{ holder acme }}
    2026-01-06 damaged K2 {{ holder acme }}
    2026-01-07 damaged K3 {{ holder bravo }}
    2026-01-08 cleaned K1 {{ holder acme }}
    2026-01-09 cleaned K3 {{ holder bravo }}
    2026-01-09 cleaned K4 {{ holder bravo }}
    2026-01-09 washed K4 {{ holder bravo }}
    {scenario}
}}
"#
    )
}

#[test]
fn money_goes_the_other_way_whatever_names_the_member() {
    let asked = |limit: &str| {
        let told = checked(&pool(limit, "expect clause 2 in 2026-01 = 0.00 EUR"));
        told.refusals().iter().map(|finding| finding.code.as_str().to_owned()).collect::<Vec<_>>()
    };
    let of_pool = |how: &str| format!("pool owes at most 20.00 EUR to brewery per month{how} under clause 1");
    let of_brewery = |how: &str| format!("each brewery owes at most 60.00 EUR to pool per month{how} under clause 1");
    assert_eq!([asked(&of_pool("")), asked(&of_brewery(""))], [["C143"], ["C143"]]);
    // The pool owes acme 25 and bravo 50: 5 and 30 too much. Less the 80 and 40 that they owe it, 10 are left to
    // bravo, which is below the limit.
    let scenario = "expect clause 2 for acme in 2026-01 = -5.00 EUR
    expect clause 2 for bravo in 2026-01 = -30.00 EUR";
    holds_all(&pool(&of_pool(", gross,"), scenario));
    let scenario = "expect clause 2 for acme in 2026-01 = 0.00 EUR
    expect clause 2 for bravo in 2026-01 = 0.00 EUR";
    holds_all(&pool(&of_pool(", netted with clause 1,"), scenario));
    // Acme owes 80, of which 60 remain; less 25 they are 55.
    let scenario = "expect clause 2 for acme in 2026-01 = -20.00 EUR
    expect clause 2 for bravo in 2026-01 = 0.00 EUR";
    holds_all(&pool(&of_brewery(", gross,"), scenario));
    let scenario = "expect clause 2 for acme in 2026-01 = 0.00 EUR";
    holds_all(&pool(&of_brewery(", netted with clause 1,"), scenario));
    // What the pool pays under the clause goes to the breweries, and nothing back to the washer.
    assert_eq!(asked("washer owes at most 5.00 EUR to pool per month under clause 3"), [""; 0]);
    assert_eq!(asked("washer owes at most 5.00 EUR to pool per month, gross, under clause 3"), ["C024"]);
}

#[test]
fn whether_credits_count_toward_a_minimum() {
    let body = |how: &str| {
        format!(
            "{FEE}clause 10 \"Credit\" {{ each month, provider pays 20% of clause 9 as charged as price reduction }}
            clause 11 \"x\" {{ customer owes at least 100.00 EUR per month{how} under clause 9 }}"
        )
    };
    // The fee of 100 is the minimum, and the credit is taken off it; or 80 are topped up to 100.
    let settled = |amount: &str| {
        format!("2026-01-05 fined P1 {{ amount 1.00 EUR }}\n expect total of provider in 2026-01 = {amount} EUR")
    };
    holds(&body(", gross,"), &settled("80.00"));
    holds(&body(", netted with clause 10,"), &settled("100.00"));
    let told = raised("C143", &body(""));
    assert!(told.contains("80.00 EUR") && told.contains("100.00 EUR"), "{told}");
}

#[test]
fn what_goes_no_other_way_is_not_netted() {
    raised(
        "C024",
        &format!("{FINES}clause 2 \"x\" {{ provider owes at most 100.00 EUR per month, gross, under clause 1 }}"),
    );
    raised(
        "C024",
        &format!(
            "{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 100.00 EUR per month, netted with clause 1, under clause 1 }}"
        ),
    );
    // A bonus in a clause that is not under the cap does not matter.
    holds(
        &format!("{FINES}{FEE}clause 2 \"x\" {{ provider owes at most 100.00 EUR per month under clause 1 }}"),
        "2026-01-05 fined P1 { amount 120.00 EUR }\n expect clause 2 in 2026-01 = -20.00 EUR",
    );
}

#[test]
fn a_window_that_the_term_cuts() {
    let body = |how: &str| {
        format!(
            "clause 1 \"Sales\" {{ on billed, customer pays amount as price }}
            clause 2 \"Minimum\" {{ customer owes at least 3 660.00 EUR per year{how} under clause 1 }}"
        )
    };
    let bought = "2026-01-05 billed P1 { amount 1000.00 EUR }\n 2028-02-05 billed P1 { amount 1000.00 EUR }\n";
    // From January to June 2028 are 182 of 366 days: 1 820.
    let prorated =
        format!("{bought} expect clause 2 in 2026-12 = 2660.00 EUR\n expect clause 2 in 2028-06 = 820.00 EUR");
    cut(&body(", prorated by day,"), &prorated);
    cut(&body(", in full,"), &format!("{bought} expect clause 2 in 2028-06 = 2660.00 EUR"));
    let text = contract(&body(""), "2026-01-05 billed P1 { amount 1.00 EUR }\n expect clause 2 in 2026-01 = 0.00 EUR");
    let result = checked(&text.replace("2028-12-31", "2028-06-30"));
    let told = consigne::render::text(&result.sources, &result.diagnostics, false);
    assert!(
        told.contains("C144") && told.contains("182 of 366 days: 1820.00 EUR") && told.contains("3660.00 EUR"),
        "{told}"
    );
    // Where nothing is cut there is no question.
    holds(&body(""), "2026-01-05 billed P1 { amount 3000.00 EUR }\n expect clause 2 in 2026-12 = 660.00 EUR");
    raised(
        "C024",
        &format!(
            "{FINES}clause 2 \"x\" {{ provider owes at most 100.00 EUR over the term, prorated by day, under clause 1 }}"
        ),
    );
}

/// A month without bills costs 50.00 EUR, which are of no pump: half of nothing is owed for P1, so that its fine of February is taken
/// back. P2 was billed 200.00 EUR in January: of its fine of 130.00 EUR half of that is owed.
#[test]
fn what_a_step_adds_to_a_line_of_nothing_is_of_no_group() {
    for limit in ["per pump per rolling 3 months", "per pump per quarter, of the amount so far"] {
        let body = format!(
            "{FINES}clause 9 \"Bills\" {{ on billed, customer pays amount, at least 50.00 EUR as price }}
clause 2 \"x\" {{ provider owes at most 50% of clause 9 {limit}, under clause 1 }}"
        );
        holds(
            &body,
            "2026-01-05 billed P2 { amount 200.00 EUR }
         2026-02-05 fined P1 { amount 100.00 EUR }
         2026-02-05 fined P2 { amount 130.00 EUR }
         expect clause 9 in 2026-01 = 200.00 EUR
         expect clause 9 in 2026-02 = 50.00 EUR
         expect clause 2 for P1 in 2026-02 = -100.00 EUR
         expect clause 2 for P2 in 2026-02 = -30.00 EUR",
        );
    }
}

/// In January nothing is billed, so that the fee of P1 is not due: 30.00 EUR of the fine of 100.00 EUR are owed. In February it is
/// 10 % of 200.00 EUR, and 50.00 EUR are owed.
#[test]
fn what_is_not_due_is_charged_nothing() {
    let body = format!(
        "define bill per month = mean of billed.amount, empty : nothing due
{FINES}clause 9 \"Fee\" {{ customer pays 10% of bill per pump per month commenced as fee }}
clause 2 \"x\" {{ provider owes at most 100% of clause 9 + 30.00 EUR per month, under clause 1 }}"
    );
    holds(
        &body,
        "2026-01-05 fined P1 { amount 100.00 EUR }
         2026-02-04 billed P1 { amount 200.00 EUR }
         2026-02-05 fined P1 { amount 100.00 EUR }
         expect clause 9 in 2026-01 = 0.00 EUR
         expect clause 2 in 2026-01 = -70.00 EUR
         expect clause 9 in 2026-02 = 20.00 EUR
         expect clause 2 in 2026-02 = -50.00 EUR",
    );
}
