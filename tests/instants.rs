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
