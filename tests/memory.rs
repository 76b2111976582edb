//! A settlement for which there is little memory says the same as one for which there is much.

use std::path::Path;
use std::process::{Command, Output};

use serde_json::Value;

use crate::partitions::{CONTRACT, lines};

/// The contracts of the workspace. The register holds every pump under two of them, so that lines which claim no contract
/// are for both.
const CONTRACTS: [&str; 4] = ["T-1", "T-2", "T-3", "T-4"];

/// Puts a line under a contract by its number: two of four under one of their own, one under the two of the register, one
/// under T-4. Some corrections claim T-1 and correct a line that is for the others.
fn spread(line: &str) -> String {
    let id = line.split('"').nth(3).unwrap();
    let number: u64 = id.get(1..).unwrap().parse().unwrap();
    let elsewhere = id.starts_with('c') && number % 60 == 30;
    let claim = match number % 4 {
        0 => "\"contract\":\"T-1\",",
        1 => "\"contract\":\"T-2\",",
        2 if elsewhere => "\"contract\":\"T-1\",",
        2 => "",
        _ => "\"contract\":\"T-4\",",
    };
    line.replace("\"contract\":\"T-1\",", claim)
}

/// The lines, and some that are for no contract: two that take lines back, one of which is not there; two that say
/// something else than a line of T-1 and of T-4 do.
fn events() -> Vec<String> {
    let mut all: Vec<String> = lines().iter().map(|line| spread(line)).collect();
    for (id, target) in [("r1", "e7"), ("r2", "nothing")] {
        all.push(format!("{{\"id\":\"{id}\",\"retracts\":\"{target}\",\"recorded\":\"2026-07-01T00:00:00Z\"}}"));
    }
    for id in ["e8", "e11"] {
        all.push(format!(
            "{{\"id\":\"{id}\",\"kind\":\"danced\",\"asset\":\"P1\",\"occurred\":\"2026-06-30T00:00:00Z\"}}"
        ));
    }
    all
}

/// A workspace of some of the contracts.
fn workspace(contracts: &[&str]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, text: String| std::fs::write(folder.path().join(name), text).unwrap();
    for id in contracts {
        write(&format!("{id}.consigne"), CONTRACT.replace("contract T-1", &format!("contract {id}")));
    }
    let held = contracts.iter().filter(|id| ["T-2", "T-3"].contains(id));
    let rows = held.flat_map(|id| (0..40).map(move |pump| format!("P{pump},pump,{id}\n")));
    write("pumps.csv", format!("asset,family,contract\n{}", rows.collect::<String>()));
    let events = events();
    let (first, second) = events.split_at(events.len() / 3);
    write("a.jsonl", second.join("\n"));
    write("b.jsonl", first.join("\n"));
    let settings = "contracts = [\"*.consigne\"]\nassets = [\"pumps.csv\"]\n[[feed]]\npath = \"*.jsonl\"\n";
    write("consigne.toml", settings.to_owned());
    folder
}

fn settled(folder: &Path, scratch: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_consigne"))
        .args(["settle", "2026-01..2026-06"])
        .args(arguments)
        .current_dir(folder)
        .env("TMPDIR", scratch)
        .output()
        .unwrap()
}

fn json(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The periods of the statement of a contract.
fn periods(json: &Value, contract: &str) -> Value {
    let statements = json["statements"].as_array().unwrap();
    statements.iter().find(|statement| statement["contract"] == contract).unwrap()["periods"].clone()
}

#[test]
fn the_same_bytes_come_out_of_little_memory() {
    let folder = workspace(&CONTRACTS);
    let scratch = tempfile::tempdir().unwrap();
    for form in ["text", "json"] {
        let much = settled(folder.path(), scratch.path(), &["--format", form]);
        assert!(String::from_utf8_lossy(&much.stdout).contains("T-4"), "{much:?}");
        for memory in ["3KiB", "64KiB", "1GiB"] {
            let little = settled(folder.path(), scratch.path(), &["--format", form, "--memory", memory]);
            assert!(little == much, "{memory} as {form}");
        }
    }
    assert_eq!(std::fs::read_dir(scratch.path()).unwrap().count(), 0, "the scratch file is still there");
}

/// Lines of one contract of which some say something of lines of another pump: corrections and corrections of these that
/// name another one, records that contradict one of another pump, and what takes some of them back.
fn crossing() -> Vec<String> {
    let on = |line: &str, pump: u64| {
        let (before, rest) = line.split_once("\"asset\":\"").unwrap();
        let (_, after) = rest.split_once('"').unwrap();
        format!("{before}\"asset\":\"P{pump}\"{after}")
    };
    let mut all = Vec::new();
    for line in lines() {
        let id = line.split('"').nth(3).unwrap();
        let number: u64 = id.get(1..).unwrap().parse().unwrap();
        let is_correction = id.starts_with('c');
        if is_correction && number.is_multiple_of(45) {
            let again = on(&line, number % 37)
                .replace(&format!("\"corrects\":\"e{number}\""), &format!("\"corrects\":\"{id}\""));
            all.push(
                again
                    .replace(&format!("\"id\":\"{id}\""), &format!("\"id\":\"d{number}\""))
                    .replace("2026-07-0", "2026-07-1"),
            );
            all.push(on(&line, number % 38));
            continue;
        }
        if !is_correction && number % 70 == 3 {
            all.push(on(&line, number % 39).replace("}}", "},\"recorded\":\"2026-06-30T00:00:00Z\"}"));
        }
        all.push(line);
    }
    for (id, target) in [("r1", "d90"), ("r2", "e7"), ("r3", "nothing"), ("r4", "c135")] {
        all.push(format!("{{\"id\":\"{id}\",\"retracts\":\"{target}\",\"recorded\":\"2026-08-01T00:00:00Z\"}}"));
    }
    all.push("{\"id\":\"e8\",\"kind\":\"danced\",\"asset\":\"P1\",\"occurred\":\"2026-06-30T00:00:00Z\"}".to_owned());
    // What names no pump: said twice, corrected, contradicted, and missing at the end.
    for (id, kind, day, more) in [
        ("n1", "closed", "02-03", ""),
        ("n1", "closed", "02-03", ""),
        ("n2", "opened", "02-07", ""),
        ("n3", "opened", "02-10", ",\"corrects\":\"n2\",\"recorded\":\"2026-04-01T00:00:00Z\""),
        ("n4", "closed", "04-01", ""),
        ("n5", "opened", "04-20", ",\"recorded\":\"2026-04-21T00:00:00Z\""),
        ("n5", "opened", "04-22", ",\"recorded\":\"2026-04-21T00:00:00Z\""),
        ("n6", "closed", "06-20", ",\"fields\":{\"note\":\"still\"}"),
    ] {
        let at = format!("\"occurred\":\"2026-{day}T10:00:00Z\"");
        all.push(format!("{{\"id\":\"{id}\",\"contract\":\"T-1\",\"kind\":\"{kind}\",{at}{more}}}"));
    }
    all
}

/// The contract with a cap that goes by the site of a pump, which an event changes, and with a time in which its sites are
/// closed, which no event of a pump tells.
fn by_site() -> String {
    let cap = "at most by site { when north : 40.00 EUR  when south : 25.00 EUR  when east : 30.00 EUR } per pump";
    let read = "attributes read at the event\n    limits read attributes at the start of the window";
    let text = CONTRACT.replace("at most 40.00 EUR per pump", cap).replace("attributes read at the event", read);
    let text = text.replace("event worked of", "event closed, opened { note text, optional }\nevent worked of");
    let text = text.replace("define moves", "define shut = from closed to opened\ndefine moves");
    let clause =
        "clause 6 \"Shut\" { customer pays 0.70 EUR per pump per hour commenced while down and shut as price }\n";
    let text = text.replace("scenario", &format!("{clause}scenario"));
    assert!(["at most by site", "limits read", "event closed", "define shut"].iter().all(|part| text.contains(part)));
    text
}

/// Where there is little memory, a contract of which no clause compares pumps is settled some pumps at a time.
#[test]
fn one_contract_comes_to_the_same_out_of_little_memory() {
    let folder = workspace(&["T-1"]);
    let scratch = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("T-1.consigne"), by_site()).unwrap();
    std::fs::remove_file(folder.path().join("a.jsonl")).unwrap();
    std::fs::write(folder.path().join("b.jsonl"), crossing().join("\n")).unwrap();
    let rows = (0..30).map(|pump| format!("P{pump},pump,T-1,{}", ["north", "east"][pump % 2]));
    let rows: Vec<String> = std::iter::once("asset,family,contract,site".to_owned()).chain(rows).collect();
    std::fs::write(folder.path().join("pumps.csv"), rows.join("\n")).unwrap();
    for asked in [&["--format", "text"][..], &["--format", "json"], &["--as-of", "2026-07-15T00:00:00Z"]] {
        let much = settled(folder.path(), scratch.path(), asked);
        assert!(String::from_utf8_lossy(&much.stdout).contains("T-1"), "{much:?}");
        for memory in ["2KiB", "64KiB", "300KiB"] {
            let little = settled(folder.path(), scratch.path(), &[asked, &["--memory", memory]].concat());
            assert!(little == much, "{memory}, {asked:?}");
        }
    }
    let json = json(&settled(folder.path(), scratch.path(), &["--format", "json", "--memory", "2KiB"]));
    let periods = json["statements"][0]["periods"].to_string();
    for title in ["Cap", "Shut"] {
        assert!(periods.contains(&format!("\"title\":\"{title}\"")), "nothing of {title}: {periods}");
    }
    let count = |name: &str| json["evidence"][name].as_u64().unwrap();
    assert!(
        ["duplicate", "superseded", "retracted", "conflict", "rejected"].iter().all(|name| count(name) > 0),
        "{json}"
    );
}

/// Partners are read beside all pallets: their grades, which events change and of which two records differ, price the events
/// of each.
const POOL: &str = r#"contract T-1 "A pool"
parties {
    pool palletco "PalletCo"
    many partner "Partner" { tier (gold, silver) }
}
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions {
    conflicting records are held
    a second start changes nothing
    an end without a start is ignored
    still open counts to the end of the window
    attributes read at the event
}
asset pallet { holder partner }
event issued of pallet { holder partner }
event returned of pallet
event rated of partner { tier (gold, silver) }
define out = from issued to returned
define fee = by holder.tier { when gold : 2.00 EUR  when silver : 3.00 EUR }
define ratings per partner per month = count of rated
clause 1 "Issue" { on issued, holder pays fee as fee }
clause 2 "Hire" { holder pays 0.05 EUR per pallet per day while out, both days counted as price }
clause 3 "Rating" { on rated, partner pays 1.00 EUR as fee }
clause 4 "Limit" { each partner owes at most 30.00 EUR per month under clauses 1 and 3 }
"#;

/// Pallets that go out to three partners and come back; grades of these and of one that the register does not hold.
fn pool_events() -> Vec<String> {
    let line = |id: String, kind: &str, asset: &str, day: String, more: &str| {
        format!(
            "{{\"id\":\"{id}\",\"contract\":\"T-1\",\"kind\":\"{kind}\",\"asset\":\"{asset}\",\"occurred\":\"2026-{day}T09:00:00Z\"{more}}}"
        )
    };
    let mut all = Vec::new();
    for number in 0..300_u64 {
        let (month, day) = (1 + number % 6, 1 + number % 20);
        let partner = ["acme", "bravo", "cargo", "delta"][usize::try_from(number % 4).unwrap()];
        let (pallet, holder) = (format!("L{number}"), format!(",\"fields\":{{\"holder\":\"{partner}\"}}"));
        all.push(line(format!("i{number}"), "issued", &pallet, format!("{month:02}-{day:02}"), &holder));
        all.push(line(format!("b{number}"), "returned", &pallet, format!("{month:02}-{:02}", day + 6), ""));
    }
    let graded = [
        ("g1", "acme", "02-11", "silver", ""),
        ("g2", "bravo", "03-05", "gold", ""),
        ("g2", "bravo", "03-05", "silver", ",\"recorded\":\"2026-03-06T00:00:00Z\""),
        ("g3", "delta", "01-01", "gold", ""),
        ("g4", "delta", "04-09", "silver", ""),
        ("g5", "delta", "05-09", "gold", ",\"corrects\":\"g4\",\"recorded\":\"2026-05-10T00:00:00Z\""),
    ];
    for (id, partner, day, tier, more) in graded {
        let fields = format!(",\"fields\":{{\"tier\":\"{tier}\"}}{more}");
        all.push(line(id.to_owned(), "rated", partner, day.to_owned(), &fields));
    }
    all
}

#[test]
fn a_contract_with_partners_comes_to_the_same_out_of_little_memory() {
    let folder = workspace(&["T-1"]);
    let scratch = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("T-1.consigne", POOL);
    std::fs::remove_file(folder.path().join("a.jsonl")).unwrap();
    write("b.jsonl", &pool_events().join("\n"));
    let rows =
        ["asset,family,contract,tier", "acme,partner,T-1,gold", "bravo,partner,T-1,silver", "cargo,partner,T-1,gold"];
    write("pumps.csv", &rows.join("\n"));
    for form in ["text", "json"] {
        let much = settled(folder.path(), scratch.path(), &["--format", form]);
        for memory in ["2KiB", "64KiB", "300KiB"] {
            let little = settled(folder.path(), scratch.path(), &["--format", form, "--memory", memory]);
            assert!(little == much, "{memory} as {form}");
        }
    }
    let json = json(&settled(folder.path(), scratch.path(), &["--format", "json", "--memory", "2KiB"]));
    // The pallets of a partner go out each fourth number, so that acme, whose number is even, has those of January, March
    // and May. It turns silver on 11 February: 25 pallets a month, at 2.00 EUR in January and at 3.00 EUR in March.
    let paid = |month: usize, member: &str| -> Vec<Value> {
        let lines = json["statements"][0]["periods"][month]["lines"].as_array().unwrap().clone();
        let own = lines.into_iter().filter(|line| line["clause"] == "1" && line["payer"] == member);
        own.map(|line| line["amount"].clone()).collect()
    };
    assert_eq!((paid(0, "acme"), paid(2, "acme")), (vec!["50".into()], vec!["75".into()]), "{json}");
}

/// What takes a grade back names no partner, so that it waits with other pallets than most; with some of so many partners it
/// waits together. All of them stay gold: 2.00 EUR for the one pallet of each.
#[test]
fn what_takes_back_a_grade_is_read_beside_it() {
    let folder = workspace(&["T-1"]);
    let scratch = tempfile::tempdir().unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.path().join(name), text).unwrap();
    write("T-1.consigne", POOL);
    std::fs::remove_file(folder.path().join("a.jsonl")).unwrap();
    let (mut rows, mut lines) = (vec!["asset,family,contract,tier".to_owned()], Vec::new());
    for number in 0..2000 {
        rows.push(format!("P{number},partner,T-1,gold"));
        let line = |id: &str, kind: &str, asset: &str, day: &str, fields: &str| {
            format!(
                "{{\"id\":\"{id}{number}\",\"kind\":\"{kind}\",\"asset\":\"{asset}{number}\",\
                 \"occurred\":\"2026-{day}T09:00:00Z\",\"fields\":{{{fields}}}}}"
            )
        };
        lines.push(line("g", "rated", "P", "01-02", "\"tier\":\"silver\""));
        lines
            .push(format!("{{\"id\":\"r{number}\",\"retracts\":\"g{number}\",\"recorded\":\"2026-01-03T00:00:00Z\"}}"));
        lines.push(line("i", "issued", "L", "02-01", &format!("\"holder\":\"P{number}\"")));
    }
    write("pumps.csv", &rows.join("\n"));
    write("b.jsonl", &lines.join("\n"));
    for memory in ["2KiB", "1GiB"] {
        let json = json(&settled(folder.path(), scratch.path(), &["--format", "json", "--memory", memory]));
        let lines = json["statements"][0]["periods"][1]["lines"].as_array().unwrap().clone();
        let paid: Vec<Value> =
            lines.into_iter().filter(|line| line["clause"] == "1").map(|line| line["amount"].clone()).collect();
        assert_eq!(paid, vec![Value::from("2"); 2000], "{memory}");
    }
}

/// `explain`, `decide` and `feed check` take contracts one after the other too.
#[test]
fn whatever_reads_a_feed_says_the_same_out_of_little_memory() {
    let folder = workspace(&CONTRACTS);
    let said = |folder: &Path, words: &[&str], memory: &str| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
        command.args(words).args(["--memory", memory]).current_dir(folder).output().unwrap()
    };
    let triage = Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts/triage");
    let calls: [(&Path, &[&str], &str); 6] = [
        (folder.path(), &["explain", "clause", "5", "2026-03"], "T-4.consigne"),
        (folder.path(), &["explain", "clause", "1", "2026-01..2026-06", "--contract", "T-2"], "T-2.consigne"),
        (folder.path(), &["feed", "check"], "T-4 worked"),
        (folder.path(), &["feed", "check", "--format", "json"], "\"moved\""),
        (&triage, &["decide", "--format", "json"], "\"rows\""),
        (&triage, &["explain", "asset", "L3"], "row"),
    ];
    for (folder, words, part) in calls {
        let much = said(folder, words, "1GiB");
        assert!(String::from_utf8_lossy(&much.stdout).contains(part), "{words:?}: {much:?}");
        for memory in ["3KiB", "64KiB"] {
            assert!(said(folder, words, memory) == much, "{words:?} within {memory}");
        }
    }
    // What is told of one contract is what is told of it among all.
    let of = |words: &[&str]| String::from_utf8(said(folder.path(), words, "3KiB").stdout).unwrap();
    let (all, one) =
        (of(&["explain", "clause", "5", "2026-03"]), of(&["explain", "clause", "5", "2026-03", "--contract", "T-3"]));
    assert!(!one.is_empty() && all.contains(&one), "{one}");
}

#[test]
fn a_contract_is_settled_as_if_another_were_not_there() {
    let nowhere = std::env::temp_dir();
    let all = json(&settled(workspace(&CONTRACTS).path(), &nowhere, &["--format", "json"]));
    let fewer = json(&settled(workspace(&["T-2", "T-3", "T-4"]).path(), &nowhere, &["--format", "json"]));
    let counts = ["used", "duplicate", "superseded", "retracted", "conflict", "unassigned", "rejected"];
    for json in [&all, &fewer] {
        let sum: u64 = counts.iter().map(|count| json["evidence"][count].as_u64().unwrap()).sum();
        assert_eq!(json["evidence"]["read"], sum);
        // What takes back a line that is not there is rejected.
        assert_eq!(json["evidence"]["rejected"], 1);
        // The line of T-4 that is taken back, and what takes it back.
        assert_eq!(json["evidence"]["retracted"], 2);
    }
    let own = periods(&all, "T-4");
    assert!(!own[0]["lines"].as_array().unwrap().is_empty());
    assert_eq!(own, periods(&fewer, "T-4"));
}

#[test]
fn a_scratch_file_that_cannot_be_made_ends_the_command() {
    let folder = workspace(&CONTRACTS);
    let output = settled(folder.path(), Path::new("/nowhere/at/all"), &["--memory", "3KiB"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert_eq!((output.status.code(), output.stdout.is_empty()), (Some(3), true), "{said}");
    assert!(said.contains("the scratch file") && said.contains("TMPDIR"), "{said}");
    let wrong = settled(folder.path(), Path::new("/tmp"), &["--memory", "much"]);
    let said = String::from_utf8_lossy(&wrong.stderr);
    assert_eq!(wrong.status.code(), Some(2), "{said}");
    assert!(said.contains("`much` is no amount of memory") && said.contains("`2GiB`"), "{said}");
}
