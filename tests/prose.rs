//! Prose and sentences are compared: figures, dates, references to clauses, defined terms.

use crate::support::checked;

const FRAME: &str = r#"
contract P-1 "Prose"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2028-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted, payable within 30 days
conventions {
    conflicting records first known stays
    late events corrected in the next settlement
    rounded to 0.01 half up on each line
    a repeated trigger changes nothing
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    month of actual days
    month end last day
    deadline on a day off stays
    working hours Mon-Fri 08:00-18:00 except holidays of FR
}
asset pump "Pump" { list_price money  commissioned date }
event failed, requested, collected, installed, removed of pump
define failures per month = count of failed
define yearly_failures per year = count of failed
define in_service = from installed to removed
define grace = 20 days
index labour_cost "ICHT-IME" monthly
indexation labour {
    coefficient  0.15 + 0.85 * labour_cost[revision - 3 months] / labour_cost[2025-09]
    rounded to   0.001 upward at the end
    revised      every 12 months from 2026-01-01
    at most      4% per revision
    may fall
    provisional  : settle then correct
    missing      : hold last value for 3 months, then stop
}
clause 9 "Other" { each month, customer pays 100.00 EUR as fee }
"#;

/// What is found to differ between the prose of a clause and its sentences.
fn differences(prose: &str, sentences: &str) -> Vec<String> {
    let text = format!("{FRAME}\nclause 1 \"Compared\" {{\n    \"\"\"{prose}\"\"\"\n    {sentences}\n}}\n");
    let result = checked(&text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    let told = result.diagnostics.iter().filter(|finding| finding.code.as_str() >= "C085");
    told.map(|finding| finding.message.clone()).collect()
}

#[track_caller]
fn agree(prose: &str, sentences: &str) {
    assert_eq!(differences(prose, sentences), [""; 0], "{prose}");
}

fn within(time: &str) -> String {
    let counted = if time.contains("hour") || time.contains("minute") { "" } else { "first day not counted" };
    format!("obligation collect : provider must have pump collected within {time} of requested {counted}")
}

fn pays(amount: &str) -> String {
    format!("on failed, provider pays {amount} per pump as indemnity")
}

#[test]
fn times_in_two_languages() {
    agree("Pumps are collected within ten business days.", &within("10 business days"));
    agree("Les pompes sont reprises sous dix jours ouvrés.", &within("10 business days"));
    agree("Enlèvement sous quatre-vingt-dix (90) jours calendaires.", &within("90 days"));
    agree("Collection within thirty (30) calendar days of the request.", &within("30 days"));
    agree("Within ten full working days.", &within("10 business days"));
    agree("Within twelve months.", &within("1 year"));
    agree("Within two years.", &within("24 months"));
    agree("Sous deux mois.", &within("2 months"));
    agree("Within a fortnight, that is 2 weeks.", &within("14 days"));
    agree("Within four hours.", &within("4 working hours"));
    agree("Within 90 minutes.", &within("90 minutes"));
    agree("Within eight working hours.", &within("8 business hours"));
    agree("Within the time of grace, 20 days.", &within("grace"));
    agree("Bills are payable within thirty days. Collection takes 5 days.", &within("5 days"));
    assert_eq!(
        differences("Pumps are collected within ten days.", &within("10 business days")),
        ["the prose of clause 1 says `ten days`, its sentences say `10 business days`"]
    );
    assert_eq!(
        differences("Pumps are collected within 15 jours ouvrés.", &within("10 business days")),
        ["the prose of clause 1 says `15 jours ouvrés`, its sentences say `10 business days`"]
    );
    assert_eq!(
        differences("Pumps are collected without delay.", &within("10 business days")),
        ["a sentence of clause 1 says `10 business days`, and its prose does not"]
    );
}

#[test]
fn amounts_and_how_they_are_written() {
    for written in [
        "1 000 EUR",
        "1 000.00 EUR",
        "1\u{202f}000,00 €",
        "€1,000.00",
        "EUR 1 000",
        "1.000,00 euros",
        "1,000 EUR",
        "one thousand euros",
        "mille euros",
        "1'000 EUR",
    ] {
        agree(&format!("Each failure costs {written}."), &pays("1 000.00 EUR"));
    }
    agree("Each failure costs 12,50 €.", &pays("12.50 EUR"));
    agree("A page costs 0.0120 EUR.", &pays("0.0120 EUR"));
    assert_eq!(
        differences("Each failure costs 12,50 €.", &pays("15.20 EUR")),
        ["the prose of clause 1 says `12,50 €`, its sentences say `15.20 EUR`"]
    );
}

#[test]
fn percentages() {
    for written in ["98,5 %", "98.5%", "98.5 per cent", "98.5 percent", "98,5 pour cent"] {
        agree(&format!("It costs {written} of the price."), &pays("98.5% of list_price"));
    }
    agree("It costs five percent.", &pays("5% of list_price"));
    agree("It costs 5 ‰ of the price.", &pays("0.5% of list_price"));
    agree("It costs a thousandth of the price.", &pays("list_price / 1000"));
    agree("It costs half of the price.", &pays("50% of list_price"));
    let bands = "from 4 : 2% of clause 9  from 3 : 4% of clause 9  below : 7% of clause 9";
    agree(
        "With 4 failures, 3 or fewer it costs 2, 4 or 7 % of the monthly fee.",
        &format!("provider pays by failures {{ {bands} }} as price reduction"),
    );
    assert_eq!(
        differences("It costs 5 % of the price.", &pays("6% of list_price")),
        ["the prose of clause 1 says `5 %`, its sentences say `6%`"]
    );
}

#[test]
fn numbers_and_places() {
    let bands =
        "provider pays by failures { up to 3 : nothing  up to 8 : 9.00 EUR  above : 18.00 EUR } as price reduction";
    agree("From the fourth failure on 9.00 EUR are due, from the ninth on 18.00 EUR.", bands);
    agree("Above 3 failures 9.00 EUR are due, above 8 failures 18.00 EUR.", bands);
    agree("Au-delà de trois pannes 9,00 € sont dus, au-delà de huit 18 €.", bands);
    agree("It costs twice the price.", &pays("list_price * 2"));
    agree("The list price is paid for each failure.", &pays("list_price"));
    assert_eq!(
        differences("Above 3 failures 9 EUR are due, above 7 failures 18 EUR.", bands),
        ["the prose of clause 1 says `7`, its sentences say `8`"]
    );
    // Numbers of other texts, of enumerations and of years are no figures of the clause.
    agree(
        "See article 12 of law no 75-1334, ISO 9001 and annex 2. (1) In 2026 each costs the price.",
        &pays("list_price"),
    );
    agree(
        "Each of the two parties keeps three copies. The price is paid 24/7, from 08:00 to 18:00.",
        &pays("list_price"),
    );
}

#[test]
fn dates() {
    let since = "provider pays by commissioned { when 2026-03-31 : 5.00 EUR  otherwise : nothing } per pump as fee";
    let since = format!("on failed, {since}");
    for written in ["2026-03-31", "31 March 2026", "March 31, 2026", "31 mars 2026", "31/03/2026", "31st of March 2026"]
    {
        agree(&format!("Pumps of {written} cost 5.00 EUR."), &since);
    }
    agree("The contract begins on 1er janvier 2026. Each failure costs 5 EUR.", &pays("5.00 EUR"));
    assert_eq!(
        differences("Pumps of 30 April 2026 cost 5.00 EUR.", &since),
        ["the prose of clause 1 says `30 April 2026`, its sentences say `2026-03-31`"]
    );
}

#[test]
fn rhythms_and_windows() {
    agree("Every twelve months 50 EUR are due.", "each year, provider pays 50.00 EUR as fee");
    agree("A yearly fee of 50 EUR.", "each year, provider pays 50.00 EUR as fee");
    agree("Every three months 50 EUR are due.", "each quarter, provider pays 50.00 EUR as fee");
}

#[test]
fn references_to_clauses() {
    let cap = "customer owes at most 40.00 EUR per month under clause 9";
    agree("What is owed under clause 9 is at most 40 EUR.", cap);
    agree("What is owed under clause 7.3 of the general conditions and clause 9 is at most 40 EUR.", cap);
    agree("Notwithstanding clause 9, a failure costs 5 EUR.", &pays("5.00 EUR"));
    let other = "clause 8 \"Another\" { each month, provider pays 1.00 EUR as fee }";
    let found = differences(
        "What is owed under clause 8 is at most 40 EUR.",
        &format!("{cap} }} {}", other.trim_end_matches('}')),
    );
    assert_eq!(found, ["the prose of clause 1 says `8`, and none of its sentences does"]);
}

#[test]
fn defined_terms() {
    let rent = "customer pays 5.00 EUR per pump per day while in_service, both days counted as price";
    agree("Each pump in service costs 5 EUR a day.", rent);
    let found = differences("Each pump in service costs 5 EUR for a failure.", &pays("5.00 EUR"));
    assert_eq!(found, ["the prose of clause 1 says `in service`, and its sentences do not read `in_service`"]);
}

#[test]
fn the_place_is_that_of_the_words() {
    let text = format!(
        "{FRAME}\nclause 1 \"Compared\" {{\n    \"\"\"Each failure\n    costs 5 % of it.\"\"\"\n    {}\n}}\n",
        pays("6% of list_price")
    );
    let result = checked(&text);
    let finding = result.diagnostics.iter().find(|finding| finding.code.as_str() == "C085").unwrap();
    assert_eq!(result.sources.text_of(finding.primary.span), "5 %");
    assert_eq!(result.sources.text_of(finding.secondary[0].span), "6%");
}
#[test]
fn the_rest_of_a_whole_and_the_next_one() {
    let shares =
        "provider pays by failures { up to 20 : 20% of clause 9  above : 2.5% of clause 9 } as price reduction";
    agree("Down to 80 % of the fee for up to 20 failures, 102.5 % from 21 on.", shares);
    assert_eq!(
        differences("20 % of the fee for up to 20 failures, 2.5 % from 22 on.", shares),
        ["the prose of clause 1 says `22`, and none of its sentences does"]
    );
}

#[test]
fn what_another_clause_agrees_on_may_be_told_again() {
    let pages = "clause 2 \"Above\" { \"\"\"Failures above 5 000 cost 8 EUR.\"\"\"
        provider pays by failures { up to 5 000 : nothing  above : 8.00 EUR } as price reduction";
    let base = |count: &str| format!("Each month costs 300 EUR, with {count} failures.");
    let both = format!("each month, provider pays 300.00 EUR as fee }}\n{pages}");
    agree(&base("5 000"), &both);
    assert_eq!(
        differences(&base("6 000"), &both),
        ["the prose of clause 1 says `6 000`, and none of its sentences does"]
    );
}

#[test]
fn figures_of_an_indexation_that_a_sentence_uses() {
    let fee = "each month, customer pays 10.00 EUR indexed by labour as fee";
    let prose = |share: &str| {
        format!(
            "A fee of 10 EUR, revised every twelve months by 0,15 + 0,85 x S / S0, where S0 is that of September 2025, and \
             by at most {share} each time."
        )
    };
    agree(&prose("4 %"), fee);
    assert_eq!(differences(&prose("5 %"), fee), ["the prose of clause 1 says `5 %`, and none of its sentences does"]);
}

/// What is found to differ in the texts of an amendment to clause 1, which costs 5.00 EUR.
fn amended(changes: &str) -> Vec<String> {
    let text = format!(
        "{FRAME}\nclause 1 \"Visits\" {{\n    \"\"\"A failure costs 5.00 EUR.\"\"\"\n    {}\n}}\n\
         amendment 1 to P-1 signed 2026-05-20, in force from 2026-07-01 {{ {changes} }}\n",
        pays("5.00 EUR")
    );
    let result = checked(&text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    let told = result.diagnostics.iter().filter(|finding| finding.code.as_str() >= "C085");
    told.map(|finding| finding.message.clone()).collect()
}

#[test]
fn amendments_are_compared_too() {
    let replaced = |prose: &str, amount: &str| {
        amended(&format!("replace clause 1 \"Visits\" {{ \"\"\"{prose}\"\"\" {} }}", pays(amount)))
    };
    let inserted =
        |prose: &str, sentence: &str| amended(&format!("insert clause 2 \"New\" {{ \"\"\"{prose}\"\"\" {sentence} }}"));
    let none = [""; 0];
    assert_eq!(replaced("From 1 July 2026 on a failure costs 7.00 EUR.", "7.00 EUR"), none);
    assert_eq!(replaced("By the amendment of 20 May 2026 a failure costs seven euros.", "7.00 EUR"), none);
    assert_eq!(
        replaced("A failure costs 6.00 EUR.", "7.00 EUR"),
        ["the prose of clause 1 says `6.00 EUR`, its sentences say `7.00 EUR`"]
    );
    assert_eq!(
        replaced("From 1 August 2026 on a failure costs 7.00 EUR.", "7.00 EUR"),
        ["the prose of clause 1 says `1 August 2026`, and none of its sentences does"]
    );
    // What a clause says is read in all of its versions.
    let part = |prose: &str| {
        amended(&format!(
            "replace clause 1 \"Visits\" {{ \"\"\"A failure costs 7.00 EUR.\"\"\" {} }}
             insert clause 2 \"Part\" {{ \"\"\"{prose}\"\"\" each month, customer pays 10% of clause 1 as fee }}",
            pays("7.00 EUR")
        ))
    };
    assert_eq!(part("10 % of the 5.00 EUR, later 7.00 EUR, of clause 1 are paid."), none);
    assert_eq!(part("12 % of clause 1 are paid."), ["the prose of clause 2 says `12 %`, its sentences say `10%`"]);
    assert_eq!(
        inserted("Each month 40.00 EUR are due.", "each month, customer pays 50.00 EUR as fee"),
        ["the prose of clause 2 says `40.00 EUR`, its sentences say `50.00 EUR`"]
    );
}

#[test]
fn the_title_of_a_scenario_answers_for_nothing() {
    let found = |title: &str| {
        let clause = "clause 2 \"Breakdowns\" { \"\"\"More than 3 breakdowns: 40 EUR and nine weeks.\"\"\"
            when failures is above 3, customer pays 41.00 EUR not indexed as fee }";
        let facts = "2026-02-02 09:00 failed P1  2026-02-09 09:00 failed P1  expect clause 2 in 2026-02 = 0.00 EUR";
        let result = checked(&format!("{FRAME}\n{clause}\nscenario \"{title}\" {{ {facts} }}"));
        assert!(result.refusals().is_empty(), "{}", result.listing());
        result.listing().replace(title, "TITLE")
    };
    // The prose says 40 EUR and nine weeks; the sentence says 41.00 EUR and no time, whatever a scenario is called and does.
    let told = found("two breakdowns");
    assert!(told.contains("says `40 EUR`, its sentences say `41.00 EUR`") && told.contains("`nine weeks`"), "{told}");
    assert_eq!(found("failures"), told);
}

/// What happens to a second start, and that the first known record stays, are conventions and no figures.
#[test]
fn ordinals_of_conventions_answer_for_nothing() {
    let sentence = "on failed, provider pays 100.00 EUR per pump as indemnity";
    let told = differences("For each failure the provider pays EUR 100.00, at most 3 times.", sentence);
    assert_eq!(told, ["the prose of clause 1 says `3`, and none of its sentences does"]);
}

/// What a party may do stands in quotes, and its figures are the sentence's.
#[test]
fn figures_of_a_right_are_compared() {
    let right = |days: &str| format!("on failed, customer may \"end this contract on {days} days' notice\"");
    let prose = "If a pump fails, the customer may end this contract on 33 days' notice.";
    agree(prose, &right("33"));
    assert_eq!(differences(prose, &right("45")).len(), 1);
}
