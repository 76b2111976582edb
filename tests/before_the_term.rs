//! What the register and the feed say of the time before the term. Figures were worked out by hand.

use crate::support::consigne;

/// The amounts of the lines of clause 1 in a settlement, and how many of them are held.
fn lines(body: &str, register: &str, feed: &str, month: &str) -> (Vec<String>, usize) {
    let text = format!(
        r#"contract T-1 "Test"
parties {{ provider pro "Provider"  customer cus "Customer" }}
term 2026-01-15 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {{
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a repeated trigger changes nothing
    conflicting readings meter before customer
}}
asset pump "Pump" {{ site (north, south) }}
event requested, collected of pump
event reading of pump {{ litres count of litre, cumulative }}
{body}
"#
    );
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"a.consigne\"]\nassets = [\"register.csv\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    let files = [
        ("a.consigne", text.as_str()),
        ("register.csv", register),
        ("events.jsonl", feed),
        ("consigne.toml", settings),
    ];
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = consigne(folder.path(), &["settle", month, "--format", "json"]);
    let told: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    let period = &told["statements"][0]["periods"][0];
    let amounts = period["lines"].as_array().unwrap().iter().map(|line| line["amount"].to_string());
    (amounts.collect(), period["held"].as_array().unwrap().len())
}

/// P1 stands in the north, and from May on in the south. It was requested on 10 January, five days before its first row: ten days
/// end on the 20th.
#[test]
fn what_the_first_row_of_the_register_says_was_so_before() {
    let body = r#"clause 1 "Take-back" {
    obligation collect : provider must have pump collected
        within by site { when north : 10 days  when south : 60 days } of requested
        first day not counted
    when collect is late, provider pays 20.00 EUR per pump as indemnity
}"#;
    let feed = r#"{"id":"a","kind":"requested","asset":"P1","occurred":"2026-01-10T09:00:00Z"}"#;
    for rows in ["P1,2026-01-15,north\n", "P1,2026-01-15,north\nP1,2026-05-01,south\n"] {
        let register = format!("asset,from,site\n{rows}");
        assert_eq!(lines(body, &register, feed, "2026-01"), (vec!["\"20\"".to_owned()], 0), "{rows}");
    }
}

/// The 40 litres from November to 12 January lie before the term. Of January, what lies in the term counts, and P1 was not there
/// then: July has nothing to be estimated from.
#[test]
fn what_lies_before_the_term_in_a_window_that_it_cuts_is_not_estimated_from() {
    let body = r#"define litres per pump per calendar month = increase of reading.litres
    missing : estimated from the last 2 months
    across a window : in the later window
clause 1 "Litres" { customer pays 1.00 EUR for litres as price }"#;
    let reading = |id: &str, day: &str, litres: u32| {
        format!(
            "{{\"id\":\"{id}\",\"kind\":\"reading\",\"asset\":\"P1\",\"occurred\":\"{day}T09:00:00Z\",\"fields\":{{\"litres\":{litres}}}}}\n"
        )
    };
    let feed = reading("a", "2025-11-10", 100) + &reading("b", "2026-01-12", 140);
    assert_eq!(lines(body, "asset,from\nP1,2026-06-30\n", &feed, "2026-07"), (Vec::new(), 1));
}
