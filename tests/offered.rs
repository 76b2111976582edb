//! What a finding offers is accepted: the text of its help or of its answers, put in place of what was wrong, checks
//! clean.

use crate::support::{Checked, checked, holds_all};

/// A pool of kegs, lent to a family of breweries.
fn contract(body: &str) -> String {
    format!(
        r#"contract K-1 "Kegs"
parties {{
    pool   fasspool "FassPool"
    many   brewery  "Brewery" {{ since date }}
    washer lavo     "Lavo"
}}
term     2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Berlin
settled  monthly, netted
conventions {{
    month end               last day
    month of                actual days
    rounded to              0.01 half up on each line
    a second start          changes nothing
    an end without a start  is ignored
    still open              counts to the end of the window
    a repeated trigger      changes nothing
    lateness                is paid as it accrues
    conflicting records     first known stays
    attributes read         at the event
}}
asset keg "Keg" {{ holder brewery }}
event delivered of keg {{ holder brewery }}
event returned of keg {{ grade (A, B, C)  repair_cost money }}
event lost of keg
define out = from delivered to returned or lost
{body}
"#
    )
}

/// The one refusal of a contract: its code and the words at its place, with all that it says.
#[track_caller]
fn refusal(body: &str) -> (Checked, String) {
    let result = checked(&contract(body));
    let refusals = result.refusals();
    assert_eq!(refusals.len(), 1, "not one finding:\n{}", result.listing());
    let finding = refusals[0];
    let answers = finding.answers.iter().map(|answer| format!("{}: {}", answer.write, answer.means));
    let said: Vec<String> = std::iter::once(finding.message.clone())
        .chain([finding.primary.text.clone()])
        .chain(answers)
        .chain(finding.help.clone())
        .collect();
    let words = result.sources.text_of(finding.primary.span);
    let told = format!("{} at `{words}`\n{}", finding.code.as_str(), said.join("\n"));
    (result, told)
}

/// The text is refused at these words with all of these pieces said.
#[track_caller]
fn told(body: &str, at: &str, pieces: &[&str]) {
    let (_, said) = refusal(body);
    assert!(said.starts_with(&format!("{at}\n")), "not {at}:\n{said}");
    for piece in pieces {
        assert!(said.contains(piece), "`{piece}` is not said:\n{said}");
    }
}

/// Nothing is refused.
#[track_caller]
fn clean(body: &str) {
    let result = checked(&contract(body));
    assert!(result.refusals().is_empty(), "{}", result.listing());
}

#[test]
fn a_part_of_a_clause_for_each_member_and_month() {
    let hire =
        "clause 2 \"Hire\" { holder pays 0.12 EUR to pool per keg per day while out, first day counted as price }";
    let bonus = |part: &str| {
        format!("{hire}\nclause 3 \"Bonus\" {{ each month, pool pays 5% of clause 2 to brewery {part} as bonus }}")
    };
    // A clause that charges 0.12 EUR a day does not come to 0.12 EUR in a month: 1 000.00 EUR are supposed.
    let (result, said) = refusal(&bonus(""));
    assert!(said.starts_with("C041 at `month`\n"), "{said}");
    for piece in [
        "per month commenced: 1 × 50.00 = 50.00 EUR (with a clause 2 of 1 000.00 EUR)",
        "per month pro rata: 15/30 × 50.00 = 25.00 EUR (with a clause 2 of 1 000.00 EUR)",
        "for a brewery that is under the contract for 15 of 30 days",
    ] {
        assert!(said.contains(piece), "`{piece}` is not said:\n{said}");
    }
    // 10 kegs for the ten days from the 17th to the 26th: 10 × 10 × 0.12 = 12.00 EUR, of which 5 % are 0.60 EUR.
    // From the 17th on are 15 of 31 days: 0.60 × 15 / 31 = 0.29 EUR.
    let parts: Vec<&str> = result.refusals()[0].answers.iter().map(|answer| answer.write.as_str()).collect();
    for (part, amount) in parts.iter().zip(["0.60", "0.00", "0.29", "0.29"]) {
        let kegs: String = (1..=10)
            .map(|keg| format!("2026-03-17 00:00 delivered K{keg} {{ holder acme }}\n2026-03-27 00:00 lost K{keg}\n"))
            .collect();
        let scenario = format!(
            "scenario \"ten kegs\" {{ assume since of acme = 2026-03-17\n{kegs}expect clause 2 in 2026-03 = 12.00 EUR\n\
             expect clause 3 in 2026-03 = {amount} EUR }}"
        );
        holds_all(&contract(&format!("{}\n{scenario}", bonus(part))));
    }
    assert_eq!(parts.len(), 4);
}

#[test]
fn each_month_takes_a_rate_by_the_day() {
    let fee = |rate: &str| format!("clause 1 \"Fee\" {{ each month, each brewery pays {rate} to pool as fee }}");
    let scenario = |amount: &str| {
        format!(
            "\nscenario \"from the 17th on\" {{ assume since of acme = 2026-03-17\nexpect clause 1 in 2026-03 = {amount} }}"
        )
    };
    // From 17 to 31 March are 15 days: 15 × 2.00 = 30.00 EUR, and 15/31 × 62.00 = 30.00 EUR.
    let by_day = fee("2.00 EUR per day").replace(" as fee", ", first day counted as fee");
    holds_all(&contract(&format!("{by_day}{}", scenario("30.00 EUR"))));
    let prorated = fee("62.00 EUR per month").replace(" as fee", " prorated by day, first day counted as fee");
    holds_all(&contract(&format!("{prorated}{}", scenario("30.00 EUR"))));
    told(&fee("62.00 EUR"), "C041 at `month`", &["1 × 62.00 = 62.00 EUR"]);
}
