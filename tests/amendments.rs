//! Amendments: which version of a clause governs what occurs, and what does not fit.

use crate::support::{Checked, checked, checked_with, consigne, succeeds};

/// A contract of two years with a monthly fee, a credit by a measure, and a duty with a penalty.
fn contract(rest: &str) -> String {
    format!(
        r#"contract A-1 "Amended"
parties {{ provider medloop "MedLoop SAS"  customer chu "CHU de Nantes" }}
term 2026-01-01 to 2027-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    month of               actual days
    events at one instant  go in the order declared
    rounded to             0.01 half up on each line
    a second start         changes nothing
    an end without a start is ignored
    still open             counts to the end of the window
    a repeated trigger     changes nothing
    lateness  is paid as it accrues
    conflicting records    first known stays
    attributes read        at the event
}}
asset pump "Pump" {{ list_price money }}
event installed, removed, failed, called, repaired of pump
define in_service = from installed to removed
define failures per month = count of failed

clause 3 "Fee" {{
    """Each pump in service costs 30.00 EUR a month."""
    customer pays 30.00 EUR per pump per month while in_service prorated by day, both days counted as price
}}
clause 4 "Failures" {{
    provider pays 10.00 EUR for failures as price reduction
}}
clause 5 "Visits" {{
    on failed, provider pays 7.00 EUR per pump as indemnity
}}
clause 2 "Both" {{ clause 5 adds to clause 4 }}
clause 6 "Repair" {{
    obligation mend : provider must have pump repaired within 5 days of called
        first day not counted
        missed after 90 days
    provider pays 2.00 EUR per day commenced for lateness of mend as indemnity
}}
{rest}"#
    )
}

fn amendment(head: &str, changes: &str) -> String {
    format!("amendment 1 to A-1 signed 2026-05-20{head} {{ {changes} }}\n")
}

fn codes(result: &Checked) -> Vec<(String, String)> {
    let refusals = result.refusals().into_iter();
    refusals
        .map(|finding| (finding.code.as_str().to_owned(), result.sources.text_of(finding.primary.span).to_owned()))
        .collect()
}

fn refused(rest: &str, wanted: &[(&str, &str)]) {
    let result = checked(&contract(rest));
    let found = codes(&result);
    let found: Vec<(&str, &str)> = found.iter().map(|(code, text)| (code.as_str(), text.as_str())).collect();
    assert_eq!(found, wanted, "{}", result.listing());
}

fn passes(rest: &str) {
    let result = checked(&contract(rest));
    assert!(result.refusals().is_empty(), "{}", result.listing());
    let trials = crate::support::trials(result.contract.as_ref().unwrap());
    assert!(!trials.is_empty(), "no scenario runs");
    for trial in trials {
        assert!(trial.failures.is_empty(), "{}: {:?}", trial.title, trial.failures);
    }
}

const FEE: &str = r#"replace clause 3 "Fee" {
    """Each pump in service costs 60.00 EUR a month."""
    customer pays 60.00 EUR per pump per month while in_service prorated by day, both days counted as price
}"#;

#[test]
fn time_is_cut_on_the_day_of_the_change() {
    // June has 30 days: 1 to 15 June go by 30.00 EUR, 16 to 30 June by 60.00 EUR: 15.00 + 30.00.
    let amended = amendment(", in force from 2026-06-16", FEE);
    passes(&format!(
        r#"{amended}
        scenario "a pump all the time" {{
            2026-01-01 00:00 installed P1
            expect clause 3 in 2026-05 = 30.00 EUR
            expect clause 3 in 2026-06 = 45.00 EUR
            expect clause 3 in 2026-07 = 60.00 EUR
        }}
        scenario "removed before" {{
            2026-06-01 00:00 installed P1
            2026-06-10 12:00 removed P1
            expect clause 3 in 2026-06 = 10.00 EUR
        }}
        scenario "installed and removed on the day of the change" {{
            2026-06-16 08:00 installed P1
            2026-06-16 12:00 removed P1
            expect clause 3 in 2026-06 = 2.00 EUR
        }}
        scenario "the last day of the old text and the first of the new" {{
            2026-06-15 08:00 installed P1
            2026-06-16 12:00 removed P1
            expect clause 3 in 2026-06 = 3.00 EUR
        }}"#
    ));
}

#[test]
fn events_go_by_the_text_of_their_instant() {
    let amended = amendment(
        ", in force from 2026-06-01",
        r#"replace clause 5 "Visits" { on failed, provider pays 9.00 EUR per pump as indemnity }"#,
    );
    // The last second of May and midnight of 1 June.
    passes(&format!(
        r#"{amended}
        scenario "around midnight" {{
            2026-05-31 23:59:59 failed P1
            2026-06-01 00:00 failed P1
            2026-06-02 09:00 failed P1
            expect clause 5 in 2026-05 = 7.00 EUR
            expect clause 5 in 2026-06 = 18.00 EUR
        }}"#
    ));
}

#[test]
fn a_change_at_the_start_of_a_window_cuts_none() {
    let amended = amendment(
        ", in force from 2026-06-01",
        r#"replace clause 4 "Failures" { provider pays 25.00 EUR for failures as price reduction }"#,
    );
    passes(&format!(
        r#"{amended}
        scenario "by month" {{
            2026-05-10 09:00 failed P1
            2026-06-10 09:00 failed P1
            expect clause 4 in 2026-05 = 10.00 EUR
            expect clause 4 in 2026-06 = 25.00 EUR
        }}"#
    ));
}

#[test]
fn a_window_that_is_cut_is_asked_for() {
    let change = r#"replace clause 4 "Failures" { provider pays 25.00 EUR for failures as price reduction }"#;
    let silent = amendment(", in force from 2026-06-16", change);
    refused(&silent, &[("C168", "1 to A-1")]);
    let scenario = |amount: &str| {
        format!(
            "scenario \"cut\" {{ 2026-06-02 09:00 failed P1\n 2026-06-20 09:00 failed P1\n 2026-07-20 09:00 failed P1\n \
             expect clause 4 in 2026-06 = {amount}\n expect clause 4 in 2026-07 = 25.00 EUR }}"
        )
    };
    // Two failures in June: both at 10.00 EUR, or both at 25.00 EUR.
    let by = |words: &str| {
        amendment(&format!(", in force from 2026-06-16, a window that is cut goes by its {words}"), change)
    };
    passes(&format!("{}{}", by("start"), scenario("20.00 EUR")));
    passes(&format!("{}{}", by("end"), scenario("50.00 EUR")));
}

#[test]
fn clauses_are_inserted_ended_and_suspended() {
    let amended = amendment(
        ", in force from 2026-06-01",
        r#"insert clause 8 "Cleaning" { on failed, customer pays 3.00 EUR per pump as fee }
           end clause 5
           suspend clauses 3 and 4 from 2026-08-01 to 2026-08-31"#,
    );
    passes(&format!(
        r#"{amended}
        scenario "a year" {{
            2026-01-01 00:00 installed P1
            2026-05-10 09:00 failed P1
            2026-06-10 09:00 failed P1
            2026-08-10 09:00 failed P1
            2026-09-10 09:00 failed P1
            expect clause 8 in 2026-05 = 0.00 EUR
            expect clause 8 in 2026-06 = 3.00 EUR
            expect clause 5 in 2026-05 = 7.00 EUR
            expect clause 5 in 2026-06 = 0.00 EUR
            expect clause 3 in 2026-07 = 30.00 EUR
            expect clause 3 in 2026-08 = 0.00 EUR
            expect clause 4 in 2026-08 = 0.00 EUR
            expect clause 3 in 2026-09 = 30.00 EUR
            expect clause 4 in 2026-09 = 10.00 EUR
        }}"#
    ));
}

#[test]
fn a_suspension_within_a_month_leaves_its_other_days() {
    // June without 11 to 20: 20 of 30 days.
    let amended = amendment(", in force from 2026-06-01", "suspend clause 3 from 2026-06-11 to 2026-06-20");
    passes(&format!(
        r#"{amended}
        scenario "suspended" {{
            2026-01-01 00:00 installed P1
            expect clause 3 in 2026-06 = 20.00 EUR
            expect clause 3 in 2026-07 = 30.00 EUR
        }}"#
    ));
}

#[test]
fn assets_that_were_there_before_keep_the_earlier_text() {
    let kept = format!("{FEE} pump with installed before 2026-05-01 keeps clause 3");
    let amended = amendment(", in force from 2026-06-01", &kept);
    passes(&format!(
        r#"{amended}
        scenario "by installation" {{
            2026-04-30 23:00 installed P1
            2026-05-01 00:00 installed P2
            expect clause 3 in 2026-05 = 60.00 EUR
            expect clause 3 in 2026-06 = 90.00 EUR
        }}"#
    ));
    let measured = r#"replace clause 4 "Failures" { provider pays 25.00 EUR for failures as price reduction }
        pump with installed before 2026-05-01 keeps clause 4"#;
    let result = checked(&contract(&amendment(", in force from 2026-06-01", measured)));
    assert!(codes(&result).iter().all(|(code, _)| code == "C167"), "{}", result.listing());
    let other = format!("{FEE} pump with installed before 2026-05-01 keeps clause 5");
    refused(&amendment(", in force from 2026-06-01", &other), &[("C167", "5")]);
    let unknown = format!("{FEE} pump with list_price before 2026-05-01 keeps clause 3");
    refused(&amendment(", in force from 2026-06-01", &unknown), &[("C167", "list_price")]);
}

const REPAIR: &str = r#"replace clause 6 "Repair" {
    obligation mend : provider must have pump repaired within 2 days of called
        first day not counted
        missed after 90 days
    provider pays 4.00 EUR per day commenced for lateness of mend as indemnity
}"#;

#[test]
fn obligations_that_are_open_stay_under_the_text_that_opened_them() {
    refused(&amendment(", in force from 2026-06-01", REPAIR), &[("C169", "1 to A-1")]);
    let amended = amendment(", in force from 2026-06-01, open obligations stay under the earlier text", REPAIR);
    // P1 is called on 20 May, due on the 25th and done on 4 June: 6 days late in May, 4 in June, each 2.00 EUR.
    // P2 is called on 1 June, due on the 3rd and done on the 6th: 3 days late, each 4.00 EUR.
    passes(&format!(
        r#"{amended}
        scenario "two calls" {{
            2026-05-20 09:00 called P1
            2026-06-01 00:00 called P2
            2026-06-04 09:00 repaired P1
            2026-06-06 09:00 repaired P2
            expect mend of P1 is late by 10 days
            expect mend of P2 is late by 3 days
            expect clause 6 in 2026-05 = 12.00 EUR
            expect clause 6 in 2026-06 = 20.00 EUR
        }}"#
    ));
    let over = amendment(", in force from 2026-06-01, open obligations go over to the new text", REPAIR);
    let result = checked(&contract(&over));
    assert!(codes(&result).iter().all(|(code, _)| code == "C167"), "{}", result.listing());
}

#[test]
fn lateness_goes_over_to_the_new_text_or_is_suspended() {
    let duty = r#"clause 7 "Penalty" { provider pays 1.00 EUR per day commenced for lateness of mend as indemnity }
        clause 8 "Both" { clause 7 adds to clause 6 }
        scenario "late over the change" {
            2026-05-20 09:00 called P1
            2026-06-09 09:00 repaired P1
            expect clause 7 in 2026-05 = 6.00 EUR
            expect clause 7 in 2026-06 = AMOUNT
        }"#;
    // Due on 25 May, done on 9 June: 6 days late in May, 9 in June. From 5 June on a day costs 3.00 EUR: 4 + 15.
    let change =
        r#"replace clause 7 "Penalty" { provider pays 3.00 EUR per day commenced for lateness of mend as indemnity }"#;
    let over = amendment(", in force from 2026-06-05, open obligations go over to the new text", change);
    passes(&format!("{over}{}", duty.replace("AMOUNT", "19.00 EUR")));
    let stay = amendment(", in force from 2026-06-05, open obligations stay under the earlier text", change);
    passes(&format!("{stay}{}", duty.replace("AMOUNT", "9.00 EUR")));
    // Suspended from 3 to 6 June, four of the nine days.
    let change = "suspend clause 7 from 2026-06-03 to 2026-06-06";
    let over = amendment(", in force from 2026-06-01, open obligations go over to the new text", change);
    passes(&format!("{over}{}", duty.replace("AMOUNT", "5.00 EUR")));
}

#[test]
fn a_part_of_a_clause_is_taken_of_all_its_versions() {
    let amended = amendment(", in force from 2026-06-16", FEE);
    passes(&format!(
        r#"{amended}
        clause 9 "Service" {{ each month, customer pays 10% of clause 3 as fee }}
        scenario "a tenth of 45.00 EUR" {{
            2026-01-01 00:00 installed P1
            expect clause 9 in 2026-05 = 3.00 EUR
            expect clause 9 in 2026-06 = 4.50 EUR
        }}"#
    ));
}

#[test]
fn two_amendments_one_after_the_other() {
    let second = FEE.replace("60.00", "90.00");
    let rest = format!(
        "amendment 1 to A-1 signed 2026-05-20, in force from 2026-06-01 {{ {FEE} pump with installed before 2026-02-01 keeps clause 3 }}\n\
         amendment 2 to A-1 signed 2026-07-20, in force from 2026-08-01 {{ {second} pump with installed before 2026-03-01 keeps clause 3 }}\n"
    );
    // P1 keeps the first text both times; P2 goes over to the second and keeps it; P3 goes over twice.
    passes(&format!(
        r#"{rest}
        scenario "three pumps" {{
            2026-01-10 00:00 installed P1
            2026-02-10 00:00 installed P2
            2026-03-10 00:00 installed P3
            expect clause 3 in 2026-05 = 90.00 EUR
            expect clause 3 in 2026-06 = 150.00 EUR
            expect clause 3 in 2026-08 = 180.00 EUR
        }}"#
    ));
}

#[test]
fn what_does_not_fit_is_refused() {
    let from = ", in force from 2026-06-01";
    refused(&amendment(from, "end clause 12"), &[("C167", "12")]);
    refused(&amendment(from, r#"insert clause 3 "Fee" { on failed, customer pays 1 EUR as fee }"#), &[("C167", "3")]);
    refused(&amendment(", in force from 2028-06-01", FEE), &[("C167", "2028-06-01")]);
    refused(&amendment(from, "suspend clause 3 from 2026-07-31 to 2026-07-01"), &[("C025", "2026-07-01")]);
    refused(&amendment(from, "suspend clause 3 from 2027-07-31 to 2028-07-01"), &[("C167", "3")]);
    refused(&amendment("", FEE), &[("C166", "1 to A-1")]);
    refused(&amendment(from, FEE).replace("to A-1", "to A-2"), &[("C167", "A-2")]);
    let again = |number: &str, signed: &str, from: &str| {
        format!("amendment {number} to A-1 signed {signed}, in force from {from} {{ {FEE} }}\n")
    };
    let (first, same) = (again("1", "2026-05-20", "2026-06-01"), again("2", "2026-05-21", "2026-06-01"));
    refused(&format!("{first}{same}"), &[("C167", "3")]);
    refused(&format!("{first}{}", again("1", "2026-05-21", "2026-07-01")), &[("C167", "1")]);
    // Agreed later, in force earlier: what holds from July on is not said.
    let late = again("2", "2026-05-21", "2026-05-25");
    let result = checked(&contract(&format!("{first}{late}")));
    assert_eq!(codes(&result), [("C167".to_owned(), "3".to_owned())]);
    assert!(result.listing().contains("from 2026-06-01 on amendment 1 would take the place of amendment 2"));
    let ended = "amendment 1 to A-1 signed 2026-05-20, in force from 2026-06-01 { end clause 3 }\n";
    refused(&format!("{ended}{}", again("2", "2026-06-20", "2026-07-01")), &[("C167", "3")]);
}

#[test]
fn an_amendment_brings_the_words_that_it_needs() {
    let amended = amendment(
        ", in force from 2026-06-01",
        r#"event swapped of pump
           define swap_fee = 11.00 EUR
           insert clause 8 "Swaps" { on swapped, customer pays swap_fee per pump as fee }"#,
    );
    passes(&format!(
        "{amended} scenario \"a swap\" {{ 2026-06-10 09:00 swapped P1\n expect clause 8 in 2026-06 = 11.00 EUR }}"
    ));
}

#[test]
fn amendments_of_their_own_file() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("consigne.toml", "contracts = [\"*.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n");
    write("contract.consigne", &contract(""));
    write("amendment-1.consigne", &amendment(", in force from 2026-06-16", FEE));
    let event = "{\"id\":\"e1\",\"contract\":\"A-1\",\"asset\":\"P1\",\"kind\":\"installed\",\"occurred\":\"2026-01-01T08:00:00+01:00\"}\n";
    write("feed.jsonl", event);
    let text = succeeds(folder.path(), &["settle", "2026-06"]);
    assert!(text.contains("Fee, amendment 1") && text.contains("30.00 EUR") && text.contains("15.00 EUR"), "{text}");
    let text = succeeds(folder.path(), &["explain", "clause", "3", "2026-06"]);
    assert!(text.contains("Clause 3 Fee, amendment 1  (amendment-1.consigne:1)"), "{text}");
    assert!(text.contains("Each pump in service costs 60.00 EUR a month."), "{text}");
    write("amendment-1.consigne", &amendment(", in force from 2026-06-16", FEE).replace("A-1", "A-9"));
    let output = consigne(folder.path(), &["check"]);
    assert!(String::from_utf8_lossy(&output.stdout).contains("C167"), "{output:?}");
}

#[test]
fn a_library_holds_no_amendment() {
    let library = [(
        "terms",
        "library \"Terms\"\namendment 1 to A-1 signed 2026-05-20, in force from 2026-06-01 { end clause 3 }",
    )];
    let result = checked_with(&contract("use \"terms\""), &library);
    assert_eq!(codes(&result), [("C165".to_owned(), "1 to A-1".to_owned())]);
}

#[test]
fn a_cap_goes_by_its_window() {
    let cap = r#"clause 7 "Cap" { provider owes at most 15.00 EUR per quarter under clause 5 }
        scenario "four failures" {
            2026-04-10 09:00 failed P1
            2026-05-10 09:00 failed P1
            2026-06-20 09:00 failed P1
            2026-07-20 09:00 failed P1
            expect clause 7 in 2026-06 = AMOUNT
            expect total of customer in 2026-07 = 17.00 EUR
        }"#;
    let change = r#"replace clause 7 "Cap" { provider owes at most 20.00 EUR per quarter under clause 5 }"#;
    let amended = |words: &str| amendment(&format!(", in force from 2026-05-15{words}"), change);
    let result = checked(&contract(&format!("{}{}", amended(""), cap.replace("AMOUNT", "0.00 EUR"))));
    assert_eq!(codes(&result), [("C168".to_owned(), "1 to A-1".to_owned())], "{}", result.listing());
    // Three failures of the quarter are 21.00 EUR: 6.00 EUR above the earlier cap, 1.00 EUR above the new one.
    let by = |words: &str, amount: &str| {
        format!("{}{}", amended(&format!(", a window that is cut goes by its {words}")), cap.replace("AMOUNT", amount))
    };
    passes(&by("start", "-6.00 EUR"));
    passes(&by("end", "-1.00 EUR"));
}

#[test]
fn months_commenced_and_line_limits_are_not_cut() {
    let hire = |price: &str, more: &str| {
        format!(
            r#"clause 7 "Hire" {{ customer pays {price} EUR per pump per month commenced while in_service {more} as price }}"#
        )
    };
    let change = format!("replace {}", hire("50.00", ""));
    let own = hire("20.00", "");
    refused(&format!("{own}{}", amendment(", in force from 2026-06-16", &change)), &[("C168", "1 to A-1")]);
    let by_end = amendment(", in force from 2026-06-16, a window that is cut goes by its end", &change);
    passes(&format!(
        "{own}{by_end} scenario \"one month, one price\" {{ 2026-05-20 09:00 installed P1\n \
         expect clause 7 in 2026-05 = 20.00 EUR\n expect clause 7 in 2026-06 = 50.00 EUR }}"
    ));
}

#[test]
fn thirty_days_of_360_are_cut_too() {
    let text = contract(&format!(
        r#"{}
        scenario "31 days, by 30/360" {{
            2026-01-01 00:00 installed P1
            expect clause 3 in 2026-06 = 30.00 EUR
            expect clause 3 in 2026-07 = 45.00 EUR
            expect clause 3 in 2026-08 = 60.00 EUR
        }}"#,
        // July 1 to 15 are 15 of 30 days, 16 to 31 the other 15: the 31st does not count.
        amendment(", in force from 2026-07-16", FEE)
    ))
    .replace("month of               actual days", "month of 30/360");
    let result = checked(&text);
    assert!(result.refusals().is_empty(), "{}", result.listing());
    for trial in crate::support::trials(result.contract.as_ref().unwrap()) {
        assert!(trial.failures.is_empty(), "{}: {:?}", trial.title, trial.failures);
    }
}

#[test]
fn a_new_duty_begins_with_what_opens_it() {
    let amended = amendment(
        ", in force from 2026-06-01",
        r#"insert clause 8 "Collection" {
            obligation collect : provider must have pump removed within 5 days of failed
                first day not counted
                missed after 90 days
            provider pays 2.00 EUR per day commenced for lateness of collect as indemnity
        }"#,
    );
    // The failure of 31 May opens nothing; that of 2 June is due on the 7th, and the pump is removed on the 10th.
    passes(&format!(
        r#"{amended}
        scenario "before and after" {{
            2026-05-31 09:00 failed P1
            2026-06-02 09:00 failed P2
            2026-06-10 09:00 removed P1
            2026-06-10 09:00 removed P2
            expect collect of P2 is late by 3 days
            expect clause 8 in 2026-06 = 6.00 EUR
        }}"#
    ));
}

#[test]
fn two_texts_of_a_cap_never_meet() {
    let cap = r#"clause 7 "Cap" { provider owes at most 15.00 EUR per month under clause 5 }"#;
    let change = r#"replace clause 7 "Exemption" {
        provider owes nothing up to 10.00 EUR per month, then the whole, under clause 5
    }"#;
    // Three visits are 21.00 EUR: above the cap in May. One visit is 7.00 EUR: exempt in June.
    passes(&format!(
        r#"{cap}{}
        scenario "cap, then exemption" {{
            2026-05-10 09:00 failed P1
            2026-05-11 09:00 failed P1
            2026-05-12 09:00 failed P1
            2026-06-10 09:00 failed P1
            expect clause 7 in 2026-05 = -6.00 EUR
            expect clause 7 in 2026-06 = -7.00 EUR
        }}"#,
        amendment(", in force from 2026-06-01", change)
    ));
}

#[test]
fn rights_go_by_the_text_of_their_window() {
    let own = r#"clause 7 "Way out" { when failures is above 1, customer may "end this contract" }"#;
    let change = r#"replace clause 7 "Way out" { when failures is above 2, customer may "end this contract" }"#;
    let amended = amendment(", in force from 2026-06-01", change);
    let result = checked(&contract(&format!("{own}{amended}")));
    assert!(result.refusals().is_empty(), "{}", result.listing());
    let cut = amendment(", in force from 2026-06-10", change);
    let result = checked(&contract(&format!("{own}{cut}")));
    assert_eq!(codes(&result), [("C168".to_owned(), "1 to A-1".to_owned())], "{}", result.listing());
}

/// 10 June cuts no window: what fails on the 9th gives the right of the first text, a call on the 10th that of the second. P3 was
/// there in April and keeps the first.
#[test]
fn a_right_goes_by_the_instant_of_its_event() {
    let text = |event: &str| format!(r#"clause 7 "Way out" {{ on {event}, customer may "send it back" }}"#);
    let own = text("failed");
    let change = format!("replace {}\n    pump with installed before 2026-04-30 keeps clause 7", text("called"));
    let amended = amendment(", in force from 2026-06-10", &change);
    passes(&format!(
        r#"{own}{amended}
        scenario "before and on the day" {{
            2026-04-01 00:00 installed P3
            2026-06-09 23:59 failed P1
            2026-06-09 23:59 called P2
            2026-06-10 00:00 called P4
            2026-06-10 00:00 failed P5
            2026-06-20 00:00 failed P3
            expect clause 7 applies for P1 in 2026-06
            expect clause 7 does not apply for P2 in 2026-06
            expect clause 7 applies for P4 in 2026-06
            expect clause 7 does not apply for P5 in 2026-06
            expect clause 7 applies for P3 in 2026-06
        }}"#
    ));
}

/// Called on 20 March, due on the 25th, missed 90 days later, on 23 June.
#[test]
fn a_right_by_an_obligation_goes_by_what_is_said_of_open_ones() {
    let amended = |open: &str| {
        let change = amendment(&format!(", in force from 2026-06-01{open}"), "end clause 7");
        format!(r#"clause 7 "Way out" {{ when mend is missed, customer may "end this contract" }}{change}"#)
    };
    refused(&amended(""), &[("C169", "1 to A-1")]);
    let scenario = |applies: &str| {
        format!(r#"scenario "missed in June" {{ 2026-03-20 09:00 called P1  expect clause 7 {applies} in 2026-06 }}"#)
    };
    let stays = amended(", open obligations stay under the earlier text");
    passes(&format!("{stays}{}", scenario("applies")));
    let over = amended(", open obligations go over to the new text");
    passes(&format!("{over}{}", scenario("does not apply")));
}

/// Where the crate stands is not known, so that neither its deadline is. Asked for on 30 June, while clause 8 is suspended: it
/// may be paid from 11 July on. What was fetched before is not.
#[test]
fn a_deadline_that_is_not_known_is_held_from_when_a_text_pays_for_it() {
    let amended = amendment(
        ", in force from 2026-06-01, open obligations go over to the new text",
        "suspend clause 8 from 2026-06-01 to 2026-07-10",
    );
    passes(&format!(
        r#"asset crate {{ site (north, south) }}
        event asked, fetched of crate
        clause 7 "Collection" {{
            obligation fetch : provider must have crate fetched
                within by site {{ when north : 1 day  when south : 5 days }} of asked
                first day not counted
                missed after 90 days
        }}
        clause 8 "Penalty" {{ provider pays 2.00 EUR per day commenced for lateness of fetch as indemnity }}
        {amended}
        scenario "fetched late" {{
            2026-06-30 09:00 asked C1
            2026-07-20 09:00 fetched C1
            expect clause 8 in 2026-06 = 0.00 EUR
            expect clause 8 in 2026-07 is held
        }}
        scenario "fetched before" {{
            2026-06-15 09:00 asked C1
            2026-07-05 09:00 fetched C1
            expect clause 8 = 0.00 EUR
        }}"#
    ));
}
