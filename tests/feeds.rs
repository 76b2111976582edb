//! What becomes of every line of a feed.

use std::io::Write as _;
use std::path::Path;

use serde_json::Value;

use crate::support::{consigne, root};

/// A copy of the triage sample with another feed.
fn workspace(feed: &str) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["consigne.toml", "contract.consigne", "assets.csv"] {
        std::fs::copy(root().join("contracts/triage").join(name), folder.path().join(name)).unwrap();
    }
    std::fs::write(folder.path().join("feed.jsonl"), feed).unwrap();
    folder
}

fn inspected(id: &str, cost: &str, more: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"contract\":\"TR-2026-003\",\"kind\":\"inspected\",\"asset\":\"L1\",\"occurred\":\"2026-03-02T08:10:00Z\",\
         \"fields\":{{\"data_wiped\":\"yes\",\"safety\":\"pass\",\"grade\":\"A\",\"repair_cost\":\"{cost} EUR\",\"parts_available\":\"no\"}}{more}}}"
    )
}

fn settled(folder: &Path, more: &[&str]) -> Value {
    let arguments: Vec<&str> =
        ["settle", "2026-03", "--format", "json"].into_iter().chain(more.iter().copied()).collect();
    serde_json::from_slice(&consigne(folder, &arguments).stdout).unwrap()
}

const COUNTS: [&str; 9] =
    ["used", "duplicate", "superseded", "retracted", "conflict", "unassigned", "not_yet_known", "too_late", "rejected"];

#[test]
fn every_line_ends_in_one_count() {
    let lines = [
        inspected("a", "1.00", ""),
        inspected("a", "1.00", ""),                    // said again
        inspected("a", "2.00", ""),                    // something else under the same id
        inspected("b", "1.00", ""),                    // corrected by the next
        inspected("c", "3.00", ",\"corrects\":\"b\""), // in use in its place
        inspected("d", "1.00", ""),                    // taken back by the next
        "{\"id\":\"e\",\"retracts\":\"d\",\"occurred\":\"2026-03-03T08:10:00Z\"}".to_owned(),
        inspected("f", "1.00", "").replace("TR-2026-003", "OTHER"), // for no contract here
        inspected("g", "1.00", "").replace("\"inspected\"", "\"dusted\""), // no such kind
        inspected("h", "much", ""),                                 // no amount
        "{\"id\":".to_owned(),                                      // no JSON
        inspected("i", "1.00", ",\"recorded\":\"2026-05-01T00:00:00Z\""),
        String::new(), // a blank line is not read
    ];
    let folder = workspace(&lines.join("\n"));
    for (more, expected) in [
        (&[][..], [3, 1, 1, 2, 1, 2, 0, 0, 2]),
        (&["--as-of", "2026-04-01T00:00:00Z"][..], [2, 1, 1, 2, 1, 2, 1, 0, 2]),
    ] {
        let evidence = settled(folder.path(), more)["evidence"].clone();
        let counts = COUNTS.map(|name| evidence[name].as_u64().unwrap());
        assert_eq!(counts, expected, "{evidence:#}");
        assert_eq!(evidence["read"].as_u64().unwrap(), counts.iter().sum::<u64>());
    }
}

#[test]
fn a_line_is_said_again_by_what_its_values_are() {
    let lines = [
        inspected("a", "1.00", ""),
        inspected("a", "1.0", ""), // written in another way
        inspected("a", "1.00", "").replace("08:10:00Z", "09:10:00+01:00"), // the same instant
        inspected("a", "1.01", ""), // something else
        inspected("a", "1.010", ""), // says again what contradicts
    ];
    let evidence = settled(workspace(&lines.join("\n")).path(), &[])["evidence"].clone();
    let counts = COUNTS.map(|name| evidence[name].as_u64().unwrap());
    assert_eq!(counts, [1, 3, 0, 0, 1, 0, 0, 0, 0], "{evidence:#}");
}

#[test]
fn a_contested_record_holds_its_lines_where_the_contract_says_so() {
    let recorded = |hour: u32| format!(",\"recorded\":\"2026-03-02T{hour:02}:00:00Z\"");
    let feed = format!("{}\n{}", inspected("a", "1.00", &recorded(9)), inspected("a", "2.00", &recorded(10)));
    let folder = workspace(&feed);
    let clause = |json: &Value, list: &str| {
        json["statements"][0]["periods"][0][list]
            .as_array()
            .unwrap()
            .iter()
            .filter(|line| line["clause"] == "2")
            .count()
    };
    let json = settled(folder.path(), &[]);
    assert_eq!((clause(&json, "lines"), clause(&json, "held")), (1, 0));
    let path = folder.path().join("contract.consigne");
    let text = std::fs::read_to_string(&path).unwrap();
    std::fs::write(&path, text.replace("conflicting records first known stays", "conflicting records are held"))
        .unwrap();
    let json = settled(folder.path(), &[]);
    assert_eq!((clause(&json, "lines"), clause(&json, "held")), (0, 1));
    let reason = json["statements"][0]["periods"][0]["held"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("two records of the event `a` differ"), "{reason}");
    // Where none was known first, no rule can tell which one counts.
    let tied = workspace(&format!("{}\n{}", inspected("a", "1.00", ""), inspected("a", "2.00", "")));
    let json = settled(tied.path(), &[]);
    assert_eq!((clause(&json, "lines"), clause(&json, "held")), (0, 1));
    let reason = json["statements"][0]["periods"][0]["held"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("none was known first"), "{reason}");
}

/// Both say `a`, both were known on 6 March: that of 2 March is told, in whatever order they stand, and nothing is decided on it.
#[test]
fn of_two_records_known_at_one_instant_that_which_happened_first_is_told_and_decides_nothing() {
    let known = ",\"recorded\":\"2026-03-06T09:00:00Z\"";
    let (first, later) =
        (inspected("a", "1.00", known), inspected("a", "2.00", known).replace("2026-03-02T", "2026-03-05T"));
    for feed in [format!("{first}\n{later}"), format!("{later}\n{first}")] {
        let folder = workspace(&feed);
        let decided = String::from_utf8(consigne(folder.path(), &["decide", "--format", "json"]).stdout).unwrap();
        // One for each of the two tables.
        assert_eq!(decided.lines().count(), 2, "{decided}");
        for line in decided.lines() {
            let decision: Value = serde_json::from_str(line).unwrap();
            assert_eq!(decision["occurred"], "2026-03-02T08:10:00Z");
            assert_eq!(decision["outputs"], serde_json::json!({}));
            assert_eq!(decision["undecided"], "two records of the event differ and none was known first");
        }
        let json = settled(folder.path(), &[]);
        assert_eq!(json["evidence"]["conflict"], 1);
        let period = &json["statements"][0]["periods"][0];
        let held: Vec<&str> =
            period["held"].as_array().unwrap().iter().map(|line| line["clause"].as_str().unwrap()).collect();
        assert_eq!((period["lines"].as_array().unwrap().len(), held), (0, vec!["2", "3"]));
    }
}

/// The same table plain, compressed, with a byte order mark and foreign line ends, and with semicolons and commas.
#[test]
fn a_table_reads_the_same_in_every_dress() {
    let source = root().join("contracts/power-by-the-hour");
    let table = std::fs::read_to_string(source.join("flights.csv")).unwrap();
    let settings = std::fs::read_to_string(source.join("consigne.toml")).unwrap();
    let statement = |name: &str, settings: String, bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(source.join("contract.consigne"), folder.path().join("contract.consigne")).unwrap();
        std::fs::write(folder.path().join("consigne.toml"), settings.replace("flights.csv", name)).unwrap();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let output = consigne(folder.path(), &["settle", "2013", "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        json["statements"][0]["periods"].clone()
    };
    let plain = statement("flights.csv", settings.clone(), table.as_bytes());
    assert_eq!(plain[0]["lines"][0]["amount"], "2695");
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    gzip.write_all(table.as_bytes()).unwrap();
    assert_eq!(statement("flights.csv.gz", settings.clone(), &gzip.finish().unwrap()), plain);
    let windows = format!("\u{feff}{}", table.replace('\n', "\r\n"));
    assert_eq!(statement("flights.csv", settings.clone(), windows.as_bytes()), plain);
    let french = table.replace(',', ";").replace(";120;", ";120,0;");
    let french_settings = settings.replace("each_row", "delimiter = \";\"\ndecimal = \",\"\neach_row");
    assert_eq!(statement("flights.csv", french_settings, french.as_bytes()), plain);
}

/// A workspace with one table of failures, and what March settles to.
fn failures(keys: &str, table: &str) -> Value {
    failures_in("t.csv", keys, table)
}

/// The same where the feed has another path than the table, `t.csv`.
fn failures_in(path: &str, keys: &str, table: &str) -> Value {
    let folder = tempfile::tempdir().unwrap();
    let contract = "contract T-1 \"Test\"\nparties { provider pro \"P\"  customer cus \"C\" }\nterm 2026-01-01 to 2026-12-31\n\
                    currency EUR\ntimezone UTC\nsettled monthly\nconventions { conflicting records first known stays }\n\
                    asset pump { }\nevent failed of pump { cost money }\nclause 1 \"F\" { on failed, provider pays cost per pump as indemnity }\n\
                    scenario \"s\" { 2026-05-02 09:00 failed P1 { cost 1.00 EUR } expect clause 1 = 1.00 EUR }\n";
    let settings = format!(
        "contracts = [\"t.consigne\"]\n[[feed]]\npath = \"{path}\"\nasset = \"pump\"\nat = \"at\"\nrecorded = \"made\"\n{keys}\n\
         [[feed.event]]\nkind = \"failed\"\nfields = {{ cost = \"cost EUR\" }}\n"
    );
    std::fs::write(folder.path().join("t.consigne"), contract).unwrap();
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    std::fs::write(folder.path().join("t.csv"), table).unwrap();
    settled(folder.path(), &[])
}

/// An id of two columns: 10.00 EUR stay, 20.00 EUR become 25.00 EUR, 40.00 EUR are taken back by a row without an instant of
/// its own, and a row that does both is refused. 10 + 25 = 35.
#[test]
fn a_row_of_a_table_replaces_another_or_takes_it_back() {
    let keys =
        "id = [\"slip\", \"line\"]\ncorrects = [\"old_slip\", \"old_line\"]\nretracts = [\"void_slip\", \"void_line\"]";
    let table = "slip,line,at,made,pump,cost,old_slip,old_line,void_slip,void_line
S1,1,2026-03-02T09:00:00Z,2026-03-02T10:00:00Z,P1,10.00,,,,
S1,2,2026-03-03T09:00:00Z,2026-03-03T10:00:00Z,P1,20.00,,,,
S1,3,2026-03-04T09:00:00Z,2026-03-04T10:00:00Z,P2,40.00,,,,
S2,1,2026-03-03T09:00:00Z,2026-03-05T10:00:00Z,P1,25.00,S1,2,,
S2,2,,2026-03-05T10:00:00Z,,,,,S1,3
S2,3,2026-03-04T09:00:00Z,2026-03-05T10:00:00Z,P1,1.00,S1,1,S1,1
";
    let json = failures(keys, table);
    let lines = &json["statements"][0]["periods"][0]["lines"];
    assert_eq!(lines[0]["amount"], "35", "{json:#}");
    // Both the row that is taken back and the one that does it are counted as retracted, as in JSON Lines.
    let counts = COUNTS.map(|name| json["evidence"][name].as_u64().unwrap());
    assert_eq!(counts, [2, 0, 1, 2, 0, 0, 0, 0, 1], "{json:#}");
    assert!(json["evidence"].to_string().contains("corrects another and takes one back"), "{json:#}");
}

/// By one column: 70.00 EUR stand in the place of 100.00 EUR, 5.00 EUR are told twice, 20.00 EUR are taken back. 70 + 5 = 75.
const BY_SLIP: &str = "slip,at,made,pump,cost,instead_of,void
s1,2026-03-02T08:00:00Z,2026-03-02T09:00:00Z,P1,100.00,,
s2,2026-03-03T08:00:00Z,2026-03-03T09:00:00Z,P1,20.00,,
s3,2026-03-02T08:00:00Z,2026-03-05T09:00:00Z,P1,70.00,s1,
s4,2026-03-04T08:00:00Z,2026-03-04T09:00:00Z,P1,5.00,,
s4,2026-03-04T08:00:00Z,2026-03-04T10:00:00Z,P1,5.00,,
s5,,2026-03-06T09:00:00Z,,,,s2
";
const SLIPS: &str = "id = \"slip\"\ncorrects = \"instead_of\"\nretracts = \"void\"";

#[test]
fn one_column_may_name_the_other_row() {
    let json = failures(SLIPS, BY_SLIP);
    assert_eq!(json["statements"][0]["periods"][0]["lines"][0]["amount"], "75", "{json:#}");
    let counts = COUNTS.map(|name| json["evidence"][name].as_u64().unwrap());
    assert_eq!(counts, [2, 1, 1, 2, 0, 0, 0, 0, 0], "{json:#}");
}

#[test]
fn a_pattern_that_names_no_file_is_a_finding() {
    let found = |json: &Value| json["evidence"]["findings"].to_string().contains("the pattern names no file");
    for pattern in ["visits/*.csv", "visits/*.parquet", "visits/*"] {
        let json = failures_in(pattern, SLIPS, BY_SLIP);
        assert_eq!(json["statements"][0]["periods"][0]["lines"].as_array().map(Vec::len), Some(0), "{json:#}");
        assert!(found(&json), "{json:#}");
    }
    let json = failures_in("t*.csv", SLIPS, BY_SLIP);
    assert!(!found(&json), "{json:#}");
    let folder = workspace("");
    let settings = "contracts = [\"contract.consigne\"]\n[[feed]]\npath = \"events/*.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    assert!(found(&settled(folder.path(), &[])));
}

#[test]
fn what_a_row_replaces_is_named_as_rows_are() {
    let table = "slip,line,at,made,pump,cost\nS1,1,2026-03-02T09:00:00Z,,P1,10.00\n";
    for (keys, told) in [
        ("each_row = \"an event\"\ncorrects = \"slip\"", "gives `corrects`, and nothing identifies a row"),
        ("id = [\"slip\", \"line\"]\nretracts = \"slip\"", "names 1 column as `retracts` and 2 columns as `id`"),
        ("id = \"slip\"\ncorrects = \"old\"", "the file has no column `old`"),
    ] {
        let json = failures(keys, table);
        assert!(json["evidence"]["findings"].to_string().contains(told), "{json:#}");
    }
}

#[test]
fn a_finding_about_a_whole_file_names_the_file_alone() {
    let finding = |line| consigne::report::FindingRecord {
        file: "feed.jsonl".to_owned(),
        line,
        cause: String::new(),
        reason: String::new(),
        help: None,
        turn: consigne::report::Turn::File,
    };
    assert_eq!((finding(0).place(), finding(7).place()), ("feed.jsonl".to_owned(), "feed.jsonl:7".to_owned()));
}

/// Two records say when P1 was installed: in March or in June. Nobody knows whether April and May are paid for. From July on
/// it makes no difference, and before March neither.
#[test]
fn what_a_contested_record_began_is_held_as_long_as_it_makes_a_difference() {
    let folder = tempfile::tempdir().unwrap();
    let text = r#"contract K-1 "Contested"
parties { provider a "A"  customer b "B" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone UTC
settled monthly, netted
conventions {
    month of actual days
    rounded to 0.01 half up on each line
    conflicting records are held
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
}
asset pump "Pump" { }
event installed, removed of pump
define in_service = from installed to removed
clause 1 "Hire" {
    customer pays 30.00 EUR per pump per month while in_service prorated by day, both days counted as price
}
scenario "s" { 2026-02-01 installed P1 expect clause 1 in 2026-02 = 30.00 EUR }
"#;
    std::fs::write(folder.path().join("a.consigne"), text).unwrap();
    let project = "contracts = [\"a.consigne\"]\n\n[[feed]]\npath = \"events.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), project).unwrap();
    let line = |id: &str, kind: &str, day: &str, recorded: &str| {
        format!(
            "{{\"id\":\"{id}\",\"contract\":\"K-1\",\"kind\":\"{kind}\",\"asset\":\"P1\",\"occurred\":\"2026-{day}T09:00:00Z\",\"recorded\":\"2026-{recorded}T09:00:00Z\"}}\n"
        )
    };
    let feed = line("e1", "installed", "03-10", "03-10")
        + &line("e1", "installed", "06-10", "06-10")
        + &line("e2", "removed", "08-10", "08-10");
    std::fs::write(folder.path().join("events.jsonl"), feed).unwrap();
    let output = consigne(folder.path(), &["settle", "2026", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let periods = json["statements"][0]["periods"].as_array().unwrap();
    let held: Vec<usize> =
        (1..=periods.len()).filter(|month| periods[month - 1]["held"] != Value::Array(vec![])).collect();
    // July in full, and 10 of the 31 days of August: 9.677… EUR.
    let paid = |month: usize| periods[month - 1]["lines"][0]["amount"].as_str().unwrap_or_default().to_owned();
    assert_eq!((held, paid(7), paid(8)), (vec![3, 4, 5, 6], "30".to_owned(), "9.68".to_owned()), "{json:#}");
}
