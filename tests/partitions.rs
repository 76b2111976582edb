//! The same bytes come out whatever the number of threads, the order of files and that of lines.

use std::process::Command;

use serde_json::Value;

use crate::support::failures_of;

pub(crate) const CONTRACT: &str = r#"contract T-1 "Test"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {
    rounded to 0.01 half up on each line
    conflicting records first known stays
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    attributes read at the event
}
asset pump "Pump" { site (north, south, east), optional }
event failed, restored of pump
event moved of pump { site (north, south, east) }
event worked of pump { hours number }
define down = from failed to restored
define moves per site per month = count of moved
define worst per pump per month = greatest of worked.hours, empty : nothing due
clause 1 "Down" { provider pays 3.10 EUR per pump per hour commenced while down as indemnity }
clause 2 "Work" { on worked, customer pays 17.35 EUR per pump times hours as price }
clause 3 "Sites" { when moves is at least 2, provider pays 7% of clause 2 as price reduction }
clause 4 "Worst" { when worst is at least 8, customer pays 5.55 EUR as fee }
clause 5 "Cap" { provider owes at most 40.00 EUR per pump per quarter under clause 1 }
scenario "s" { 2026-05-02 09:00 failed P1  2026-05-02 11:30 restored P1  expect clause 1 = 9.30 EUR }
"#;

/// Some hundred lines: failures and repairs, moves, work; every tenth twice, every fifteenth corrected.
pub(crate) fn lines() -> Vec<String> {
    let mut seed: u64 = 42;
    let mut next = move |below: u64| {
        seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (seed >> 33) % below
    };
    let mut lines = Vec::new();
    for number in 0..600_u64 {
        let (pump, month, day, hour) = (next(40), 1 + next(6), 1 + next(28), next(24));
        let (kind, fields) = match next(4) {
            0 => ("failed", String::new()),
            1 => ("restored", String::new()),
            2 => {
                let site = ["north", "south", "east"][usize::try_from(next(3)).unwrap()];
                ("moved", format!(",\"fields\":{{\"site\":\"{site}\"}}"))
            }
            _ => ("worked", format!(",\"fields\":{{\"hours\":\"{}.{}\"}}", next(10), next(4) * 25)),
        };
        let line = |id: &str, hour: u64, more: &str| {
            format!(
                "{{\"id\":\"{id}\",\"contract\":\"T-1\",\"kind\":\"{kind}\",\"asset\":\"P{pump}\",\
                 \"occurred\":\"2026-{month:02}-{day:02}T{hour:02}:00:00Z\"{fields}{more}}}"
            )
        };
        let own = line(&format!("e{number}"), hour, "");
        if number % 10 == 0 {
            lines.push(own.clone());
        }
        lines.push(own);
        if number % 15 == 0 {
            let more = format!(",\"corrects\":\"e{number}\",\"recorded\":\"2026-07-0{}T00:00:00Z\"", 1 + next(9));
            lines.push(line(&format!("c{number}"), 23 - hour, &more));
        }
    }
    lines
}

/// What the settlement of half a year prints as text and as JSON, with some threads and some files of lines.
fn settled(threads: &str, files: &[Vec<String>]) -> [String; 2] {
    settled_under(&[CONTRACT], threads, files)
}

/// The same under some contracts.
fn settled_under(contracts: &[&str], threads: &str, files: &[Vec<String>]) -> [String; 2] {
    let folder = tempfile::tempdir().unwrap();
    for (number, contract) in contracts.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.consigne")), contract).unwrap();
    }
    let settings = "contracts = [\"*.consigne\"]\n[[feed]]\npath = \"*.jsonl\"\n";
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    for (number, lines) in files.iter().enumerate() {
        std::fs::write(folder.path().join(format!("{number}.jsonl")), lines.join("\n")).unwrap();
    }
    ["text", "json"].map(|form| {
        let output = Command::new(env!("CARGO_BIN_EXE_consigne"))
            .args(["settle", "2026-01..2026-06", "--format", form])
            .current_dir(folder.path())
            .env("RAYON_NUM_THREADS", threads)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    })
}

/// The statement of each period, and how many lines met which fate: all but the places of lines.
fn figures(json: &str) -> (Value, Vec<Value>) {
    let json: Value = serde_json::from_str(json).unwrap();
    let counts = ["read", "used", "duplicate", "superseded", "conflict", "rejected"];
    (json["statements"][0]["periods"].clone(), counts.map(|count| json["evidence"][count].clone()).into())
}

#[test]
fn the_same_bytes_come_out_of_every_partition_and_order() {
    assert_eq!(failures_of(CONTRACT), Vec::<String>::new());
    let lines = lines();
    let [text, json] = settled("1", std::slice::from_ref(&lines));
    let expected = figures(&json);
    assert!(["Down", "Work", "Sites", "Worst", "Cap"].iter().all(|title| text.contains(title)), "{text}");
    let dealt = |count: usize| -> Vec<Vec<String>> {
        (0..count).map(|first| lines.iter().skip(first).step_by(count).cloned().collect()).collect()
    };
    let backwards = vec![lines.iter().rev().cloned().collect::<Vec<_>>()];
    let mut turned = dealt(3);
    turned.rotate_left(1);
    let layouts =
        [("1 file", vec![lines.clone()]), ("7 files", dealt(7)), ("backwards", backwards), ("3 files", turned)];
    for (name, files) in layouts {
        let alone = settled("1", &files);
        assert_eq!(figures(&alone[1]), expected, "{name}");
        for threads in ["2", "7"] {
            assert!(settled(threads, &files) == alone, "{name}, {threads} threads");
        }
    }
}

/// The contract with sites as texts that nobody lists.
fn free_sites() -> String {
    CONTRACT.replace("site (north, south, east)", "site text")
}

/// Twenty thousand lines: those of the other test many times over, under identities, pumps and sites of their own. Some
/// name no contract, some contradict those of the file's beginning, some cannot be read.
fn many() -> Vec<String> {
    let mut all = Vec::new();
    for copy in 0..30 {
        for (place, line) in lines().iter().enumerate() {
            let own = line.replace("\"id\":\"", &format!("\"id\":\"{copy}"));
            let own = own.replace("\"corrects\":\"", &format!("\"corrects\":\"{copy}"));
            let own = own.replace("\"asset\":\"", &format!("\"asset\":\"{}-", copy % 7));
            let own = own.replace("\"site\":\"", &format!("\"site\":\"{}-", copy % 11));
            all.push(match (place + copy) % 97 {
                0 => own.replace("\"contract\":\"T-1\"", "\"contract\":\"T-9\""),
                1 => own.replace("\"occurred\":\"2026", "\"occurred\":\"soon"),
                2 => own.replace("\"kind\":\"", "\"kind\":\"un"),
                3 => line.replace("T10:00", "T11:00"),
                4 => format!("{{\"id\":\"r{copy}\",\"retracts\":\"{copy}e9\",\"recorded\":\"2026-07-01T00:00:00Z\"}}"),
                _ => own,
            });
        }
    }
    all
}

#[test]
fn a_long_file_says_what_short_ones_say() {
    let lines = many();
    let short: Vec<Vec<String>> = lines.chunks(5_000).map(<[String]>::to_vec).collect();
    let told = |threads: &str, files: &[Vec<String>]| settled_under(&[&free_sites()], threads, files);
    let expected = figures(&told("1", &short)[1]);
    assert!(expected.1.iter().all(|count| count.as_u64().unwrap() > 0), "{:?}", expected.1);
    let alone = told("1", std::slice::from_ref(&lines));
    assert_eq!(figures(&alone[1]), expected);
    for threads in ["2", "7"] {
        assert!(told(threads, std::slice::from_ref(&lines)) == alone, "{threads} threads");
    }
}

/// The same under contracts that have some lines in common: those that name no contract of the workspace.
#[test]
fn a_long_file_is_for_several_contracts() {
    let other = free_sites().replace("contract T-1", "contract T-9");
    let (lines, contracts) = (many(), [free_sites(), other]);
    let contracts: Vec<&str> = contracts.iter().map(String::as_str).collect();
    let short: Vec<Vec<String>> = lines.chunks(5_000).map(<[String]>::to_vec).collect();
    let json = |files: &[Vec<String>], threads: &str| -> Value {
        serde_json::from_str(&settled_under(&contracts, threads, files)[1]).unwrap()
    };
    let places = |json: &Value| [0, 1].map(|place| json["statements"][place]["periods"].clone());
    let expected = json(&short, "1");
    let long = json(std::slice::from_ref(&lines), "1");
    assert_eq!(places(&long), places(&expected));
    assert!(places(&long).iter().all(|periods| periods.to_string().contains("\"amount\"")), "nothing is owed");
    for threads in ["2", "7"] {
        assert!(json(std::slice::from_ref(&lines), threads) == long, "{threads} threads");
    }
}

/// Two sources that are new in a long file, first in one order and then in the other: a line of the second contract says
/// something else than one of the first, wherever the file is cut.
#[test]
fn sources_are_told_apart_by_their_names() {
    let line = |id: &str, source: &str, contract: &str, number: usize| {
        format!(
            "{{\"id\":\"{id}{number}\",{source}\"contract\":\"{contract}\",\"kind\":\"moved\",\"asset\":\"P1\",\
             \"occurred\":\"2026-01-09T10:00:00Z\",\"fields\":{{\"site\":\"north\"}}}}"
        )
    };
    let source = |number: usize| if number.is_multiple_of(2) { "\"source\":\"crm\"," } else { "\"source\":\"erp\"," };
    let mut lines: Vec<String> = (0..26_000).map(|number| line("before-", "", "T-1", number)).collect();
    lines.extend((0..10_000).map(|number| line("a", source(number), "T-1", number)));
    lines.extend((0..10_000).map(|number| line("between-", "", "T-1", number)));
    for number in (0..500).map(|number| number ^ 1) {
        let id = if number == 101 { "a" } else { "b" };
        lines.push(line(id, source(number), "T-9", number));
    }
    let other = CONTRACT.replace("contract T-1", "contract T-9");
    for threads in ["1", "2"] {
        let told = settled_under(&[CONTRACT, &other], threads, std::slice::from_ref(&lines));
        let json: Value = serde_json::from_str(&told[1]).unwrap();
        let counts = ["used", "conflict"].map(|count| json["evidence"][count].as_u64().unwrap());
        assert_eq!(counts, [46_499, 1], "{threads} threads");
    }
}
