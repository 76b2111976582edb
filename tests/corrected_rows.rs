//! Rows of a table that correct others or take them back, by columns that the mapping names.

use serde_json::Value;

use crate::support::consigne;

const CONTRACT: &str = r#"contract T-1 "Visits"
parties { provider maker "Maker"  customer user "User" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, paid apart
conventions { rounded to 0.01 half up on each line  conflicting records first known stays }
asset pump "Pump"
event visited of pump { parts money }
clause 1 "Parts" { on visited, user pays parts as price }
"#;

const SETTINGS: &str = r#"contracts = ["t.consigne"]
[[feed]]
path = "visits.csv"
asset = "pump"
at = "at"
recorded = "known"
id = "slip"
corrects = "instead_of"
retracts = "void"
[[feed.event]]
kind = "visited"
fields = { parts = "parts EUR" }
"#;

/// The amounts of March, and the account.
fn settled(settings: &str, rows: &str) -> (Vec<String>, Value) {
    let folder = tempfile::tempdir().unwrap();
    for (name, text) in [("t.consigne", CONTRACT), ("consigne.toml", settings), ("visits.csv", rows)] {
        std::fs::write(folder.path().join(name), text).unwrap();
    }
    let output = consigne(folder.path(), &["settle", "2026-03", "--format", "json"]);
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines = json["statements"][0]["periods"][0]["lines"].as_array().cloned().unwrap_or_default();
    (lines.iter().map(|line| line["amount"].as_str().unwrap().to_owned()).collect(), json["evidence"].clone())
}

fn counts(evidence: &Value) -> [u64; 6] {
    ["read", "used", "duplicate", "superseded", "retracted", "rejected"].map(|key| evidence[key].as_u64().unwrap())
}

const ROWS: &str = "slip,at,known,pump,parts,instead_of,void
s1,2026-03-02T08:00:00Z,2026-03-02T09:00:00Z,P1,100.00,,
s2,2026-03-03T08:00:00Z,2026-03-03T09:00:00Z,P1,20.00,,
s3,2026-03-02T08:00:00Z,2026-03-05T09:00:00Z,P1,70.00,s1,
s4,2026-03-04T08:00:00Z,2026-03-04T09:00:00Z,P1,5.00,,
s4,2026-03-04T08:00:00Z,2026-03-04T10:00:00Z,P1,5.00,,
s5,,2026-03-06T09:00:00Z,,,,s2
";

#[test]
fn a_row_replaces_another_or_takes_it_back() {
    let (lines, evidence) = settled(SETTINGS, ROWS);
    // 70.00 in the place of 100.00, and 5.00, which is told twice; 20.00 is taken back by a row that has no instant of
    // its own. Read are 6: two used, one repeated, one replaced, one taken back and the row that does.
    assert_eq!(lines, ["75"]);
    assert_eq!(counts(&evidence), [6, 2, 1, 1, 2, 0], "{evidence:#}");
}

#[test]
fn a_pattern_that_names_no_file_is_a_finding() {
    for pattern in ["visits/*.csv", "visits/*.parquet", "v*"] {
        let (lines, evidence) = settled(&SETTINGS.replace("visits.csv", pattern), ROWS);
        let found = evidence["findings"].to_string();
        if pattern == "v*" {
            assert_eq!(lines, ["75"]);
        } else {
            assert!(lines.is_empty() && found.contains("the pattern names no file"), "{evidence:#}");
        }
    }
    let native = "contracts = [\"t.consigne\"]\n[[feed]]\npath = \"events/*.jsonl\"\n";
    let (_, evidence) = settled(native, ROWS);
    assert!(evidence["findings"].to_string().contains("the pattern names no file"), "{evidence:#}");
}

#[test]
fn what_cannot_be_is_told() {
    let both = format!("{ROWS}s6,2026-03-07T08:00:00Z,2026-03-07T09:00:00Z,P1,1.00,s1,s2\n");
    let (lines, evidence) = settled(SETTINGS, &both);
    assert_eq!((lines, counts(&evidence)), (vec!["75".to_owned()], [7, 2, 1, 1, 2, 1]));
    let told = |evidence: &Value| evidence["findings"].to_string();
    assert!(told(&evidence).contains("not both"), "{evidence:#}");
}
