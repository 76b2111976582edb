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
        let kegs = (1..=10)
            .map(|keg| format!("2026-03-17 00:00 delivered K{keg} {{ holder acme }}\n2026-03-27 00:00 lost K{keg}\n"));
        let kegs = kegs.collect::<Vec<_>>().concat();
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

#[test]
fn a_rate_in_the_unit_of_its_quantity() {
    let rate = |more: &str, measure: &str, per: &str| {
        format!(
            "{more}\ndefine n per holder per month = {measure}\n\
             clause 1 \"Use\" {{ brewery pays 0.10 EUR {per} to pool for n as price }}"
        )
    };
    let time = "total of time while out";
    let of_clock =
        ["`per hour commenced`", "`per hour pro rata`", "`define full_day = 24 hours`", "`per full_day commenced`"];
    told(&rate("", time, ""), "C024 at `n`", &of_clock);
    told(&rate("", time, "per day commenced"), "C021 at `day`", &of_clock);
    for per in ["per hour commenced", "per hour completed", "per hour pro rata"] {
        clean(&rate("", time, per));
    }
    clean(&rate("define full_day = 24 hours", time, "per full_day commenced"));
    let lasted = "total of (time from delivered to returned in days)";
    told(&rate("", lasted, "per hour commenced"), "C021 at `hour`", &["`per day commenced`"]);
    for per in ["per day commenced", "per day completed", "per day pro rata"] {
        clean(&rate("", lasted, per));
    }
    // A number of events is no time.
    told(&rate("", "count of lost", "per hour commenced"), "C021 at `hour`", &["remove the `per`"]);
    clean(&rate("", "count of lost", ""));
    let months = |quantity: &str| {
        format!("clause 1 \"Loss\" {{ on lost, holder pays 9.00 EUR to pool for {quantity} as price }}")
    };
    told(&months("3 months"), "C024 at `3 months`", &["without a unit"]);
    clean(&months("3"));
}

#[test]
fn what_an_aggregate_is_taken_of() {
    let of = |aggregate: &str| {
        format!(
            "define n per holder per month = {aggregate}, empty : nothing due\n\
             clause 1 \"Quick\" {{ when n is above 50%, pool pays 1.00 EUR to brewery as bonus }}"
        )
    };
    let share = ["write `share of (EVENT where CONDITION)`"];
    let times = "(time from delivered to returned in days is at most 30 days)";
    told(&of(&format!("share of {times}")), &format!("C022 at `{times}`"), &share);
    told(&of("share of returned"), "C024 at `share of returned`", &share);
    told(&of("share of returned.repair_cost"), "C024 at `share of returned.repair_cost`", &share);
    clean(&of("share of (returned where grade is A)"));
    let of = |aggregate: &str, rate: &str| {
        format!(
            "define n per holder per month = {aggregate}\n\
             clause 1 \"Cost\" {{ brewery pays {rate} to pool for n as price }}"
        )
    };
    told(&of("count of 3", "1.00 EUR"), "C022 at `3`", &["`count of EVENT` or `count of (EVENT where CONDITION)`"]);
    clean(&of("count of returned", "1.00 EUR"));
    clean(&of("count of (returned where grade is A)", "1.00 EUR"));
    let values =
        ["`total of EVENT.field`", "`total of (VALUE on EVENT)`", "`total of (VALUE on EVENT where CONDITION)`"];
    told(&of("total of 3", "5%"), "C022 at `3`", &values);
    for value in ["returned.repair_cost", "(repair_cost on returned)", "(repair_cost on returned where grade is A)"] {
        clean(&of(&format!("total of {value}"), "5%"));
    }
}

/// A right of a number by holders, and what a scenario expects of the contract.
fn rights(sentence: &str, expected: &str) -> String {
    format!(
        "define lost_kegs per holder per month = count of lost\n\
         clause 1 \"Rights\" {{ {sentence} }}\nscenario \"none\" {{ {expected} }}"
    )
}

#[test]
fn a_right_of_each_member_of_a_family() {
    let nothing = "expect clause 1 does not apply in 2026-03";
    let told = |sentence: &str, at: &str, pieces: &[&str]| told(&rights(sentence, nothing), at, pieces);
    for party in ["each brewery", "brewery", "holder", "pool"] {
        clean(&rights(&format!("when lost_kegs is at least 5, {party} may \"end\""), nothing));
        if party != "each brewery" {
            clean(&rights(&format!("on lost, {party} may \"end\""), nothing));
        }
    }
    let family = ["`pool` is not a family of parties", "remove it before a single party"];
    told("when lost_kegs is below 5, each pool may \"end\"", "C024 at `each`", &family);
    told("when lost_kegs is below 5, buyer may \"end\"", "C010 at `buyer`", &["known: "]);
    // A row needs its colon, a sentence its verb.
    let verb = rights("when lost_kegs is below 5, pool pay 5.00 EUR to washer as fee", nothing);
    let (_, said) = refusal(&verb);
    assert!(said.starts_with("C001 at `pay`\n") && !said.contains("colon"), "{said}");
}

/// A fee of each brewery, and a limit of it.
fn limited(limit: &str) -> String {
    format!(
        "clause 1 \"Fee\" {{ on lost, holder pays 5.00 EUR to pool as fee }}\n\
         clause 2 \"Back\" {{ on returned, pool pays 1.00 EUR to holder as fee }}\n\
         clause 3 \"Limit\" {{ {limit} }}"
    )
}

#[test]
fn the_parts_of_a_limit_in_another_order() {
    let order = ["come in this order: the amount, `to PARTY` and `per …`", "and `under clause N` at the end"];
    let told = |limit: &str, at: &str| told(&limited(limit), at, &order);
    told("each brewery owes at most 9.00 EUR to pool under clause 1 per quarter", "C001 at `per`");
    told("each brewery owes at most 9.00 EUR to pool under clauses 1 and 2 over the term", "C001 at `over`");
    told("each brewery owes at most 9.00 EUR per quarter gross to pool under clause 1", "C001 at `to`");
    told("each brewery owes at most 9.00 EUR to pool gross per quarter under clause 1", "C001 at `per`");
    told("each brewery owes at most 9.00 EUR to pool gross in full under clause 1", "C001 at `in`");
    told("each brewery owes at most 9.00 EUR to pool gross not indexed under clause 1", "C001 at `not`");
    told("each brewery owes at most 9.00 EUR to pool gross after indexation under clause 1", "C001 at `after`");
    clean(&limited("each brewery owes at most 9.00 EUR to pool per quarter gross under clauses 1 and 2"));
    clean(&limited("each brewery owes at most 9.00 EUR to pool over the term gross under clauses 1 and 2"));
}

#[test]
fn who_a_limit_is_of() {
    let limit = |party: &str| limited(&format!("{party} owes at most 9.00 EUR to pool per month under clause 1"));
    told(&limit("holder"), "C010 at `holder`", &["a limit is about no event or asset", "write `each brewery`"]);
    told(&limit("lost.holder"), "C010 at `lost.holder`", &["write `each brewery`"]);
    clean(&limit("each brewery"));
    told(&limit("buyer"), "C010 at `buyer`", &["known: `pool`, `washer`, `brewery`"]);
    clean(&limit("brewery"));
    let limit = |party: &str| limited(&format!("pool owes at most 9.00 EUR to {party} per month under clause 2"));
    told(&limit("holder"), "C010 at `holder`", &["write `to brewery`"]);
    told(&limit("each brewery"), "C001 at `each`", &["not behind `to`", "write `to brewery`"]);
    clean(&limit("brewery"));
    let bonus = |party: &str| {
        format!("clause 1 \"Bonus\" {{ each month, pool pays 5.00 EUR to {party} per month commenced as bonus }}")
    };
    told(&bonus("each brewery"), "C001 at `each`", &["write `to brewery`"]);
    clean(&bonus("brewery"));
}

/// What is offered for an expectation is expected in its place.
#[track_caller]
fn rewritten(expected: &str, at: &str, offered: &str) {
    let with = |expected: &str| {
        let limit = limited("when lost_kegs is above 5, pool may \"end\"");
        format!("define lost_kegs per holder per month = count of lost\n{limit}\nscenario \"s\" {{ {expected} }}")
    };
    told(&with(expected), at, &[&format!("write `{offered}`")]);
    clean(&with(offered));
}

#[test]
fn the_parts_of_an_expectation_in_another_order() {
    rewritten(
        "expect clause 1 for acme as fee in 2026-03 = 5.00 EUR",
        "C001 at `as`",
        "expect clause 1 as fee for acme in 2026-03 = 5.00 EUR",
    );
    rewritten(
        "expect clause 1 in 2026-03 for acme is held",
        "C001 at `for`",
        "expect clause 1 for acme in 2026-03 is held",
    );
    rewritten("expect clause 1 in 2026-03 is 5.00 EUR", "C001 at `is`", "expect clause 1 in 2026-03 = 5.00 EUR");
    rewritten(
        "expect clause 3 for acme applies in 2026-03",
        "C001 at `applies`",
        "expect clause 3 applies for acme in 2026-03",
    );
    rewritten(
        "expect clause 3 in 2026-03 does not apply",
        "C001 at `does`",
        "expect clause 3 does not apply in 2026-03",
    );
    rewritten("expect lost_kegs in 2026-03 of acme = 2", "C001 at `of`", "expect lost_kegs of acme in 2026-03 = 2");
    rewritten(
        "expect total of pool = 5.00 EUR in 2026-03",
        "C001 at `in`",
        "expect total of pool in 2026-03 = 5.00 EUR",
    );
    // Where nothing is out of order, the form is told.
    let form = ["`expect clause N as NATURE for GROUP in PERIOD = AMOUNT`"];
    told(&format!("{} scenario \"s\" {{ expect clause 1 of acme = 5.00 EUR }}", limited("")), "C001 at `of`", &form);
}

#[test]
fn a_number_is_expected_to_be_held() {
    let body = |expected: &str| {
        contract(&format!(
            "event weighed of keg {{ weight number, optional }}\n\
             define weight per holder per month = total of weighed.weight, missing : held\n\
             define mean_weight per holder per month = mean of weighed.weight, missing : adds nothing, empty : nothing due\n\
             clause 1 \"Weight\" {{ brewery pays 1.00 EUR to pool for weight as fee }}\n\
             clause 2 \"Mean\" {{ brewery pays 1.00 EUR to pool for mean_weight as fee }}\n\
             scenario \"weighed twice, once without a weight\" {{\n\
                 2026-03-01 09:00 delivered K1 {{ holder acme }}\n\
                 2026-03-02 09:00 delivered K2 {{ holder bravo }}\n\
                 2026-03-03 09:00 delivered K3 {{ holder coast }}\n\
                 2026-03-05 09:00 weighed K1\n\
                 2026-03-05 09:00 weighed K2 {{ weight 3 }}\n\
                 2026-03-05 09:00 weighed K3\n\
                 {expected}\n\
             }}"
        ))
    };
    holds_all(&body(
        "expect weight of acme in 2026-03 is held\nexpect weight of bravo in 2026-03 = 3\nexpect clause 1 for acme in 2026-03 is held",
    ));
    let failures = |expected: &str| {
        let result = checked(&body(expected));
        assert!(result.refusals().is_empty(), "{}", result.listing());
        let trials = crate::support::trials(&result.contract.unwrap());
        let failed = trials.into_iter().flat_map(|trial| trial.failures);
        failed.map(|failure| (failure.expected, failure.found)).collect::<Vec<_>>()
    };
    let said = |expected: &str, found: &str| vec![(expected.to_owned(), found.to_owned())];
    assert_eq!(failures("expect weight of bravo in 2026-03 is held"), said("weight of bravo in 2026-03 is held", "3"));
    // Of nothing that is due nothing is held, and of a month without figures neither.
    let found = failures("expect mean_weight of acme in 2026-03 is held");
    assert_eq!(found.len(), 1, "{found:?}");
    assert_eq!(
        failures("expect weight of acme in 2026-02 is held"),
        said("weight of acme in 2026-02 is held", "it has no value then")
    );
}

#[test]
fn what_is_decided_is_never_held() {
    let body = |wanted: &str| {
        format!(
            "decide route of keg on returned = first match by grade {{\n\
             | A | => reuse |\n| - | => wash |\n}}\n\
             scenario \"none\" {{ expect route of K1 in 2026-03 {wanted} }}"
        )
    };
    told(&body("is held"), "C032 at `route`", &["`= nothing`"]);
    clean(&body("= nothing"));
}

#[test]
fn no_letter_is_taken_for_another() {
    let on = |event: &str| {
        format!("event L, M of keg\nclause 1 \"L\" {{ on {event}, holder pays 5.00 EUR to pool as fee }}\n")
    };
    let (_, said) = refusal(&on("K"));
    assert!(said.starts_with("C010 at `K`\n") && !said.contains("did you mean"), "{said}");
    assert!(said.contains("`L`, `M`"), "{said}");
    told(&on("l"), "C010 at `l`", &["did you mean `L`?"]);
    clean(&on("L"));
}
