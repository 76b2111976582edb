//! Which facts count, and when: late events, the instant of an event that counts, who declares a pause, events at one
//! instant. Figures were worked out by hand.

use crate::support::checked;

/// The questions and errors that a text raises.
fn raised(text: &str) -> Vec<&'static str> {
    checked(text).refusals().iter().map(|finding| finding.code.as_str()).collect()
}

mod late {
    use super::raised;

    fn contract(settled: &str, conventions: &str, clause: &str) -> String {
        format!(
            r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled {settled}
conventions {{
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    {conventions}
}}
asset pump "Pump" {{ }}
event installed, removed, failed of pump
define in_service = from installed to removed
define failures per month = count of failed
clause 1 "C" {{ {clause} }}
"#
        )
    }

    #[test]
    fn what_is_known_late_is_asked_where_a_settlement_is_paid() {
        let asked = |clause: &str| raised(&contract("monthly, payable within 30 days", "", clause));
        for clause in [
            "on failed, provider pays 25.00 EUR as indemnity",
            "when failures is above 3, provider pays 25.00 EUR as indemnity",
            "each month, provider pays 2.00 EUR * failures as indemnity",
            "provider pays 2.00 EUR for failures as indemnity",
            "customer pays 2.00 EUR per pump per day while in_service, both days counted as price",
        ] {
            assert_eq!(asked(clause), ["C115"], "{clause}");
            for answer in [
                "corrected in the next settlement",
                "corrected in the next settlement, up to 3 months back",
                "do not count",
            ] {
                let answered = contract("monthly, payable within 30 days", &format!("late events {answer}"), clause);
                assert!(raised(&answered).is_empty(), "{clause}");
            }
            // Without a time for payment nothing is paid that could be overtaken.
            assert!(raised(&contract("monthly", "", clause)).is_empty(), "{clause}");
        }
        // No event changes a fixed amount.
        assert!(asked("each month, customer pays 100.00 EUR as price").is_empty());
    }
}

mod counts {
    use serde_json::Value;

    use super::raised;
    use crate::support::holds_all;
    use crate::support::{consigne, succeeds};

    /// A take-back within ten days, 12.50 EUR for each day late, and 1.00 EUR for each day out.
    fn contract(requested: &str, collected: &str, scenario: &str) -> String {
        format!(
            r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    conflicting records first known stays
    a repeated trigger changes nothing
    lateness is paid as it accrues
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
}}
asset pump "Pump" {{ }}
event requested of pump {requested}
event collected of pump {collected}
define waiting = from requested to collected
clause 1 "Take-back" {{
    obligation collect : provider must have pump collected within 10 days of requested
        first day not counted
        missed after 60 days
    provider pays 12.50 EUR per pump per day commenced for lateness of collect as indemnity
}}
clause 2 "Waiting" {{ customer pays 1.00 EUR per pump per day while waiting, first day counted as price }}
clause 3 "Request" {{ on requested, customer pays 5.00 EUR as fee }}
{scenario}
"#
        )
    }

    fn scenario(steps: &str) -> String {
        format!("scenario \"s\" {{ {steps} }}")
    }

    #[test]
    fn a_clock_starts_at_the_instant_that_counts() {
        // Requested on the 2nd, recorded on the 4th, notified on the 5th; ten days later it is the 12th, 14th, 15th. It is
        // collected on the 17th: 5, 3 or 2 days late, after 15, 13 or 12 days.
        for (counts, days, late, waited) in [
            ("counts when occurred", 5, "62.50", "15.00"),
            (", counts when recorded", 3, "37.50", "13.00"),
            (", counts when notified", 2, "25.00", "12.00"),
        ] {
            let steps = format!(
                "2026-03-02 09:00 requested P1 recorded 2026-03-04 10:00 {{ notified 2026-03-05 09:00 }}
                2026-03-17 09:00 collected P1
                expect collect of P1 is late by {days} days
                expect clause 1 in 2026-03 = {late} EUR
                expect clause 2 in 2026-03 = {waited} EUR"
            );
            holds_all(&contract(&format!("{counts} {{ notified instant }}"), "", &scenario(&steps)));
        }
        // Where it is not said when it was recorded, that was at once.
        let steps =
            "2026-03-02 09:00 requested P1 2026-03-17 09:00 collected P1 expect collect of P1 is late by 5 days";
        holds_all(&contract(", counts when recorded", "", &scenario(steps)));
    }

    #[test]
    fn a_clock_ends_at_the_instant_that_counts() {
        // Collected on the 12th in time, received on the 14th, 2 days late.
        for (counts, how, amount) in [("occurred", "met", "0.00"), ("received", "late by 2 days", "25.00")] {
            let steps = format!(
                "2026-03-02 09:00 requested P1
                2026-03-12 18:00 collected P1 {{ received 2026-03-14 08:00 }}
                expect collect of P1 is {how}
                expect clause 1 in 2026-03 = {amount} EUR"
            );
            holds_all(&contract("", &format!("counts when {counts} {{ received instant }}"), &scenario(&steps)));
        }
    }

    #[test]
    fn the_instant_that_counts_puts_an_amount_into_its_window_and_events_in_order() {
        // Requested on 31 March and notified on 1 April at 00:30 in Paris, which is still March in UTC.
        let steps = "2026-03-31 09:00 requested P1 { notified 2026-04-01 00:30 }
            expect clause 3 in 2026-03 = 0.00 EUR
            expect clause 3 in 2026-04 = 5.00 EUR";
        holds_all(&contract(", counts when notified { notified instant }", "", &scenario(steps)));
        // Notified only after the collection: the request stands after it, and waits still.
        let steps = "2026-03-02 09:00 requested P1 { notified 2026-03-06 }
            2026-03-04 09:00 collected P1
            expect collect of P1 is due 2026-03-16
            expect collect of P1 is missed
            expect clause 2 in 2026-03 = 26.00 EUR";
        holds_all(&contract(", counts when notified { notified instant }", "", &scenario(steps)));
    }

    /// Settles a feed of these lines.
    fn settled(conventions: &str, requested: &str, lines: &[&str]) -> (tempfile::TempDir, Value) {
        let folder = tempfile::tempdir().unwrap();
        let text = contract(requested, "", &scenario("expect clause 1 = 0.00 EUR"));
        let text = text.replace("conventions {", &format!("conventions {{\n{conventions}"));
        std::fs::write(folder.path().join("contract.consigne"), text).unwrap();
        let toml = "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n";
        std::fs::write(folder.path().join("consigne.toml"), toml).unwrap();
        std::fs::write(folder.path().join("feed.jsonl"), lines.join("\n")).unwrap();
        let output = consigne(folder.path(), &["settle", "2026", "--format", "json"]);
        let json = serde_json::from_slice(&output.stdout).unwrap();
        (folder, json)
    }

    const REQUESTED: &str =
        r#"{"id":"a","contract":"T-1","kind":"requested","asset":"P1","occurred":"2026-02-26T10:00:00Z""#;

    /// The months of clause 3 with their amounts, and those in which it is held.
    fn requests(json: &Value) -> (Vec<String>, usize) {
        let periods = json["statements"][0]["periods"].as_array().unwrap();
        let of = |period: &Value| {
            let lines = period["lines"].as_array().unwrap().iter().filter(|line| line["clause"] == "3");
            let label = period["label"].as_str().unwrap().to_owned();
            lines
                .filter_map(|line| line["amount"].as_str())
                .map(|amount| format!("{label} {amount}"))
                .collect::<Vec<_>>()
        };
        let text = json.to_string();
        (periods.iter().flat_map(of).collect(), text.matches("does not say when that was").count())
    }

    #[test]
    fn an_event_that_does_not_say_when_it_counts_is_held() {
        let with = format!("{REQUESTED},\"fields\":{{\"notified\":\"2026-03-05T09:00:00Z\"}}}}");
        let without = format!("{REQUESTED}}}");
        let optional = ", counts when notified { notified instant, optional }";
        let (_, json) = settled("", optional, &[&with]);
        assert_eq!(requests(&json), (vec!["2026-03 5".to_owned()], 0), "{json:#}");
        // It can count in each month from February on.
        let (folder, json) = settled("", optional, &[&without]);
        let (amounts, held) = requests(&json);
        assert!(amounts.is_empty() && held >= 11, "{held} {json:#}");
        let text = consigne(folder.path(), &["settle", "2026-03"]);
        let text = String::from_utf8_lossy(&text.stdout).into_owned();
        assert!(
            text.contains("`requested` counts when notified, and the event `a` does not say when that was"),
            "{text}"
        );
        // Before it happened nothing is held.
        let january = succeeds(folder.path(), &["settle", "2026-01"]);
        assert!(!january.contains("held"), "{january}");
        // A record without `recorded` does not say either.
        let (_, json) = settled("", ", counts when recorded", &[&without]);
        assert!(requests(&json).1 >= 11, "{json:#}");
    }

    #[test]
    fn late_is_what_is_known_after_the_period_of_the_instant_that_counts() {
        // It occurred in February and was known on 10 March; it counts in March, in which it was notified.
        let line = format!(
            "{REQUESTED},\"recorded\":\"2026-03-10T09:00:00Z\",\"fields\":{{\"notified\":\"2026-03-05T09:00:00Z\"}}}}"
        );
        let late = "late events do not count";
        let (_, json) = settled(late, ", counts when notified { notified instant }", &[&line]);
        assert_eq!(requests(&json).0, ["2026-03 5"], "{json:#}");
        let (_, json) = settled(late, ", counts when occurred { notified instant }", &[&line]);
        assert!(requests(&json).0.is_empty(), "{json:#}");
        assert_eq!(json["statements"][0]["evidence"]["too_late"], 1);
        // What counts when it is recorded is never late.
        let (_, json) = settled(late, ", counts when recorded { notified instant }", &[&line]);
        assert_eq!(requests(&json).0, ["2026-03 5"], "{json:#}");
    }

    #[test]
    fn explanations_tell_which_instant_counted() {
        let line = format!("{REQUESTED},\"fields\":{{\"notified\":\"2026-03-05T09:00:00Z\"}}}}");
        let (folder, _) = settled("", ", counts when notified { notified instant }", &[&line]);
        let text = succeeds(folder.path(), &["explain", "clause", "3", "2026-03"]);
        // 09:00 and 10:00 in UTC are an hour later in Paris in winter.
        assert!(text.contains("2026-03-05 10:00"), "{text}");
        assert!(text.contains("counts when notified, occurred 2026-02-26 11:00"), "{text}");
    }

    #[test]
    fn an_instant_that_cannot_count_is_refused() {
        for (requested, codes) in [
            (", counts when notified", vec!["C010"]),
            (", counts when notified { notified date }", vec!["C020"]),
            (", counts when recorded { recorded instant }", vec!["C011"]),
            (", counts when told { told instant  tag text, new identity, the old one ends }", vec!["C024"]),
            // A clock starts with it, and it has another instant.
            ("{ notified instant }", vec!["C116"]),
            (", counts when occurred { notified instant }", vec![]),
        ] {
            assert_eq!(raised(&contract(requested, "", "")), codes, "{requested}");
        }
        let bad = "2026-03-02 requested P1 { notified 3 } expect clause 1 = 0.00 EUR";
        assert_eq!(raised(&contract(", counts when notified { notified instant }", "", &scenario(bad))), ["C032"]);
    }
}

mod declared {
    use serde_json::Value;

    use super::raised;
    use crate::support::consigne;
    use crate::support::holds_all;

    const WITH: &str = "{ declarer party }";

    /// A pause that a state of these words makes, and 2.00 EUR for each day of it.
    fn contract(shut: &str, opened: &str, from: &str, declared: &str, scenario: &str) -> String {
        format!(
            r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    conflicting records first known stays
    a repeated trigger changes nothing
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    lateness is paid as it accrues
}}
asset pump "Pump" {{ bought date }}
event requested, collected of pump
event shut of pump {shut}
event locked of pump {shut}
event opened of pump {opened}
define blocked = from {from} to opened {declared}
clause 1 "Take-back" {{
    obligation collect : provider must have pump collected within 5 days of requested
        first day not counted
        paused while blocked, before the deadline only
        missed after 30 days
    provider pays 10.00 EUR per pump per day commenced for lateness of collect as indemnity
}}
clause 2 "Waiting" {{ customer pays 2.00 EUR per pump per day while blocked, both days counted as price }}
{scenario}
"#
        )
    }

    /// Shut on 4 and 5 March: there is time to the 9th with a pause, to the 7th without. Collected on the 10th.
    fn shut_by(declared: &str, by: &str, late: &str, waited: &str) {
        let steps = format!(
            "scenario \"s\" {{
            2026-03-02 09:00 requested P1
            2026-03-04 09:00 shut P1 {{ declarer {by} }}
            2026-03-05 09:00 opened P1
            2026-03-10 09:00 collected P1
            expect clause 1 in 2026-03 = {late} EUR
            expect clause 2 in 2026-03 = {waited} EUR }}"
        );
        holds_all(&contract(WITH, "", "shut or locked", declared, &steps));
    }

    #[test]
    fn only_what_the_party_declares_starts_the_state() {
        shut_by("declared by customer", "customer", "10.00", "4.00");
        shut_by("declared by customer", "cus", "10.00", "4.00");
        shut_by("declared by customer", "provider", "30.00", "0.00");
        shut_by(", declared by pro", "provider", "10.00", "4.00");
        shut_by("declared by customer, named in declarer", "customer", "10.00", "4.00");
        shut_by("declared by either party", "provider", "10.00", "4.00");
        shut_by("declared by any party", "customer", "10.00", "4.00");
    }

    #[test]
    fn a_condition_is_kept_beside_it() {
        // 4 March: the provider's; 5 March: the customer's, of the wrong kind; 6 March: the right one, for a day.
        let steps = "scenario \"s\" {
            2026-03-02 09:00 requested P1
            2026-03-04 09:00 shut P1 { declarer provider, whole yes }
            2026-03-05 09:00 shut P1 { declarer customer, whole no }
            2026-03-06 09:00 shut P1 { declarer customer, whole yes }
            2026-03-06 18:00 opened P1
            2026-03-08 09:00 collected P1
            expect collect of P1 is due 2026-03-08
            expect clause 2 in 2026-03 = 2.00 EUR }";
        let fields = "{ declarer party  whole yes or no }";
        holds_all(&contract(fields, "", "shut where whole is yes", "declared by customer", steps));
    }

    #[test]
    fn an_end_of_what_another_party_declared_has_a_start() {
        // Opened on the 5th counts from the start of the year, 64 days at 2.00 EUR, but not where the provider shut it.
        let lone = |steps: &str, amount: &str| {
            let steps = format!("scenario \"s\" {{ {steps} expect clause 2 = {amount} EUR }}");
            let text = contract(WITH, "", "shut", "declared by customer", &steps);
            holds_all(&text.replace("without a start is ignored", "without a start counts from the start of the term"));
        };
        let known = "assume bought of P1 = 2026-01-01";
        lone(&format!("{known} 2026-03-05 09:00 opened P1"), "128.00");
        lone(&format!("{known} 2026-03-04 09:00 shut P1 {{ declarer provider }} 2026-03-05 09:00 opened P1"), "0.00");
    }

    #[test]
    fn it_is_asked_where_a_clock_pauses() {
        let asked = |shut: &str, from: &str, declared: &str| raised(&contract(shut, "", from, declared, ""));
        assert_eq!(asked(WITH, "shut", ""), ["C117"]);
        assert_eq!(asked("", "shut", ""), ["C117"]);
        assert_eq!(asked("", "shut or locked", ""), ["C117"]);
        assert!(asked("", "shut", "declared by either party").is_empty());
        // The condition says it.
        assert!(asked(WITH, "shut where shut.declarer is customer", "").is_empty());
        // Nobody declares a date.
        assert!(asked("", "bought", "").is_empty());
        // No clock pauses.
        let free = contract(WITH, "", "shut", "", "").replace("paused while blocked, before the deadline only", "");
        assert!(raised(&free).is_empty());
    }

    #[test]
    fn who_declares_it_must_be_known() {
        let refused = |shut: &str, from: &str, declared: &str| raised(&contract(shut, "", from, declared, ""));
        // No field names a party, or it may be missing, or there are two.
        assert_eq!(refused("", "shut", "declared by customer"), ["C022"]);
        assert_eq!(refused("{ declarer party, optional }", "shut", "declared by customer"), ["C022"]);
        let two = "{ declarer party  witness party }";
        assert_eq!(refused(two, "shut", "declared by customer"), ["C022"]);
        assert!(refused(two, "shut", "declared by customer named in witness").is_empty());
        assert_eq!(refused(two, "shut", "declared by customer named in wittness"), ["C010"]);
        assert_eq!(refused(WITH, "shut", "declared by custommer"), ["C010"]);
        assert_eq!(refused(WITH, "bought", "declared by customer"), ["C024"]);
    }

    #[test]
    fn what_another_party_declared_is_listed() {
        let folder = tempfile::tempdir().unwrap();
        let scenario = "scenario \"s\" { expect clause 1 = 0.00 EUR }";
        let text = contract(WITH, "", "shut", "declared by customer", scenario);
        std::fs::write(folder.path().join("contract.consigne"), text).unwrap();
        let toml = "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n";
        std::fs::write(folder.path().join("consigne.toml"), toml).unwrap();
        let line = |day: u32, who: &str| {
            format!(
                "{{\"id\":\"e{day}\",\"contract\":\"T-1\",\"kind\":\"shut\",\"asset\":\"P1\",\
                 \"occurred\":\"2026-03-0{day}T10:00:00Z\",\"fields\":{{\"declarer\":\"{who}\"}}}}"
            )
        };
        std::fs::write(folder.path().join("feed.jsonl"), [line(4, "provider"), line(5, "customer")].join("\n"))
            .unwrap();
        let output = consigne(folder.path(), &["settle", "2026-03", "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let listed = json["statements"][0]["declared_by_others"].as_array().unwrap();
        assert_eq!(listed.len(), 1, "{json:#}");
        assert_eq!((listed[0]["line"].as_u64(), listed[0]["state"].as_str()), (Some(1), Some("blocked")));
        let output = consigne(folder.path(), &["settle", "2026-03"]);
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(
            text.contains("feed.jsonl:1 `shut` does not start `blocked`: it is not declared by the customer"),
            "{text}"
        );
    }
}

mod one_instant {
    use serde_json::Value;

    use super::raised;
    use crate::support::consigne;

    fn contract(kinds: &str, convention: &str, body: &str) -> String {
        format!(
            r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-01 to 2026-06-30
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {{
    conflicting records first known stays
    a repeated trigger changes nothing
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    a second deposit is not charged
    a return without a deposit is listed
    {convention}
}}
asset crate "Crate" {{ }}
event {kinds} of crate
{body}
"#
        )
    }

    const OUT: &str = "define out = from delivered to returned
        clause 1 \"Hire\" { customer pays 0.80 EUR per crate per day while out, both days counted as price }";
    const DEPOSIT: &str = "clause 1 \"Deposit\" {
        on delivered, customer pays 25.00 EUR per crate as deposit
        on returned, provider pays 100% of clause 1 matched by serial as deposit }";
    const BACK: &str = "clause 1 \"Return\" {
        obligation back : customer must have crate returned within 5 days of delivered
            first day not counted, missed after 0 days
        when back is missed, customer pays 18.00 EUR per crate as indemnity }";
    const TIME: &str = "define away per month = total of (time from delivered to returned in days)
        clause 1 \"Time\" { each month, customer pays 1.00 EUR * away / 1 day as fee }";

    #[test]
    fn the_order_is_asked_where_the_end_is_declared_first() {
        for body in [OUT, DEPOSIT, BACK] {
            assert!(raised(&contract("delivered, returned", "", body)).is_empty(), "{body}");
            assert_eq!(raised(&contract("returned, delivered", "", body)), ["C118"], "{body}");
            for answer in ["events at one instant go in the order declared", "events at one instant are held"] {
                assert!(raised(&contract("returned, delivered", answer, body)).is_empty(), "{body}");
            }
        }
        assert!(raised(&contract("returned, delivered", "", TIME)).contains(&"C118"));
        // Events that end and start nothing of each other need no order.
        let counted = "define both per month = count of delivered + count of returned
            clause 1 \"Count\" { each month, customer pays 1.00 EUR * both as fee }";
        assert!(raised(&contract("returned, delivered", "", counted)).is_empty());
    }

    /// Months with the amount of clause 1, and the reasons for which lines are held.
    fn settled(kinds: &str, convention: &str, body: &str, sequences: [u32; 2]) -> (Vec<String>, usize) {
        let folder = tempfile::tempdir().unwrap();
        let scenario = "scenario \"s\" { expect clause 1 = 0.00 EUR }";
        std::fs::write(folder.path().join("contract.consigne"), contract(kinds, convention, body) + scenario).unwrap();
        let toml = "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n";
        std::fs::write(folder.path().join("consigne.toml"), toml).unwrap();
        let line = |kind: &str, sequence: u32| {
            format!(
                "{{\"id\":\"{kind}\",\"contract\":\"T-1\",\"kind\":\"{kind}\",\"asset\":\"C1\",\"sequence\":{sequence},\
                 \"occurred\":\"2026-05-30T10:00:00Z\"}}"
            )
        };
        let lines = [line("delivered", sequences[0]), line("returned", sequences[1])];
        std::fs::write(folder.path().join("feed.jsonl"), lines.join("\n")).unwrap();
        let output = consigne(folder.path(), &["settle", "2026", "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        let periods = json["statements"][0]["periods"].as_array().unwrap();
        let of = |period: &Value| {
            let lines = period["lines"].as_array().unwrap().iter();
            let label = period["label"].as_str().unwrap().to_owned();
            lines
                .filter_map(|line| line["amount"].as_str())
                .map(|amount| format!("{label} {amount}"))
                .collect::<Vec<_>>()
        };
        let held = periods.iter().filter(|period| period.to_string().contains("happen at one instant")).count();
        (periods.iter().flat_map(of).collect(), held)
    }

    #[test]
    fn they_go_in_the_order_declared_unless_the_source_gives_one() {
        let declared = "events at one instant go in the order declared";
        // Delivered first: out for no time.
        assert_eq!(settled("delivered, returned", "", OUT, [0, 0]), (vec![], 0));
        // Returned first: out from 30 May on, for two days of May and 30 of June.
        let on = vec!["2026-05 1.6".to_owned(), "2026-06 24".to_owned()];
        assert_eq!(settled("returned, delivered", declared, OUT, [0, 0]), (on.clone(), 0));
        // The source says that it was returned first, or delivered first.
        assert_eq!(settled("delivered, returned", "", OUT, [2, 1]), (on, 0));
        assert_eq!(settled("returned, delivered", declared, OUT, [1, 2]), (vec![], 0));
    }

    #[test]
    fn where_they_are_held_all_is_held_from_then_on() {
        let held = "events at one instant are held";
        for kinds in ["delivered, returned", "returned, delivered"] {
            for body in [OUT, BACK, DEPOSIT] {
                // May and June; the months before are not in doubt.
                assert_eq!(settled(kinds, held, body, [0, 0]), (vec![], 2), "{kinds} {body}");
            }
        }
        // The source gives an order, and nothing is held.
        assert_eq!(settled("delivered, returned", held, OUT, [1, 2]), (vec![], 0));
    }
}
