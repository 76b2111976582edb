//! Files and calls that are wrong: each answer names the place, says what is wrong and how to mend it, and nothing is lost in
//! silence.

use std::io::Read as _;
use std::path::Path;
use std::process::{Command, Output, Stdio};

use serde_json::Value;

use crate::support::{consigne, root};

const CONTRACT: &str = r#"contract B-1 "Bad input"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions { rounded to 0.01 half up on each line  conflicting records first known stays }
asset pump "Pump" { site text, optional }
event worked of pump { cost money  grade (A, B, C), optional }
clause 1 "Work" { on worked, customer pays worked.cost as price }
scenario "s" { 2026-05-02 09:00 worked P1 { cost 2.00 EUR } expect clause 1 = 2.00 EUR }
"#;

const NATIVE: &str = "contracts = [\"c.consigne\"]\n[[feed]]\npath = \"feed.jsonl\"\n";

const TABLE: &str = "contracts = [\"c.consigne\"]\n[[feed]]\npath = \"work.csv\"\nasset = \"pump\"\nat = \"at\"\n\
                     each_row = \"an event\"\n[[feed.event]]\nkind = \"worked\"\nfields = { cost = \"cost\" }\n";

/// A workspace with this `consigne.toml` and these files.
fn workspace(settings: &str, files: &[(&str, &[u8])]) -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("c.consigne"), CONTRACT).unwrap();
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    for (name, bytes) in files {
        std::fs::write(folder.path().join(name), bytes).unwrap();
    }
    folder
}

/// An event of this id and instant that costs so much.
fn worked(id: &str, at: &str, cost: &str) -> String {
    format!(
        "{{\"id\":\"{id}\",\"kind\":\"worked\",\"asset\":\"P1\",\"occurred\":\"{at}\",\"fields\":{{\"cost\":\"{cost}\"}}}}\n"
    )
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

/// What a call says on both streams; it ends with this code.
#[track_caller]
fn ends(folder: &Path, arguments: &[&str], code: i32) -> String {
    let Output { status, stdout, stderr } = consigne(folder, arguments);
    let said = format!("{}{}", text(&stdout), text(&stderr));
    assert_eq!(status.code(), Some(code), "{arguments:?}: {said}");
    said
}

/// What is said of a feed in which a line needs a look.
#[track_caller]
fn looked(settings: &str, name: &str, bytes: &[u8]) -> String {
    ends(workspace(settings, &[(name, bytes)]).path(), &["feed", "check"], 1)
}

#[track_caller]
fn holds(said: &str, words: &[&str]) {
    for words in words {
        assert!(said.contains(words), "`{words}` is missing in:\n{said}");
    }
}

/// An amount that nobody got is not one that was told.
#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_told() {
    let sample = |name: &str| root().join("contracts").join(name);
    for (name, call) in [
        ("availability", &["settle", "2026-02"][..]),
        ("availability", &["settle", "2026-02", "--format", "json"]),
        ("availability", &["check"]),
        ("availability", &["test"]),
        ("availability", &["explain", "clause", "4.5", "2026-02"]),
        ("availability", &["feed", "check"]),
        ("triage", &["decide"]),
        ("triage", &["serve"]),
    ] {
        let full = std::fs::File::create("/dev/full").unwrap();
        let feed = std::fs::File::open(sample("triage").join("feed.jsonl")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
        let output = command.args(call).current_dir(sample(name)).stdin(feed).stdout(full).output().unwrap();
        let errors = text(&output.stderr);
        assert_eq!(output.status.code(), Some(3), "{call:?}: {errors}");
        holds(&errors, &["error: standard output could not be written: ", "help: make room"]);
    }
}

/// A reader that goes away has what it wanted of a statement; a service decides for nobody.
#[test]
fn a_reader_that_goes_away_ends_the_service() {
    for (call, code) in [(&["decide"][..], 0), (&["serve"], 3)] {
        let feed = std::fs::File::open(root().join("contracts/triage/feed.jsonl")).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
        command.args(call).current_dir(root().join("contracts/triage")).stdin(feed);
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        drop(child.stdout.take());
        let mut errors = String::new();
        child.stderr.take().unwrap().read_to_string(&mut errors).unwrap();
        assert_eq!(child.wait().unwrap().code(), Some(code), "{call:?}: {errors}");
    }
}

/// Three rows are joined by quotes that are not closed where their cell ends; the first and the last are none of them.
#[test]
fn rows_that_a_quote_joins_are_told() {
    let table = "at,pump,cost,note\n2026-03-02T09:00:00Z,P1,1.00,\n2026-03-03T09:00:00Z,P1,2.00,\"cut\n\
                 2026-03-04T09:00:00Z,P1,4.00,LAST2026-03-05T09:00:00Z,P1,8.00,\n";
    for (last, read, used, told) in [
        ("\n", 2, 1, "work.csv:3 ragged row: a quote is never closed"),
        ("\"\"cut\n", 2, 1, "work.csv:3 ragged row: a quote is never closed"),
        ("\"cut\"\n", 3, 2, "work.csv:3 ragged row: something follows behind a quote that should end its cell"),
    ] {
        let said = looked(TABLE, "work.csv", table.replace("LAST", last).as_bytes());
        let counts = format!("{read} lines read: {used} used, 1 rejected");
        holds(&said, &[&counts, told, "help: close the quote"]);
    }
    let whole = "at,pump,cost,note\n2026-03-02T09:00:00Z,P1,1.00,\"two\nlines, \"\"quoted\"\"\"\n2026-03-03T09:00:00Z,P1,2.00,6\" pipe\n";
    let folder = workspace(TABLE, &[("work.csv", whole.as_bytes())]);
    holds(&ends(folder.path(), &["feed", "check"], 0), &["2 lines read: 2 used"]);
}

#[test]
fn rows_of_a_register_that_a_quote_joins_are_told() {
    let settings = "contracts = [\"c.consigne\"]\nassets = [\"pumps.csv\"]\n";
    let said = looked(settings, "pumps.csv", b"asset,site\nP1,\"north\nP2,south\n");
    holds(&said, &["register: 1 rows read, 0 used", "pumps.csv:2 ragged row: a quote is never closed"]);
    let said = looked(settings, "pumps.csv", b"asset,\"site\nP1,north\nP2,south\n");
    holds(&said, &["pumps.csv:1 unreadable: a quote is never closed"]);
}

/// The signed name of a party would lose a letter.
#[test]
fn a_contract_that_is_not_utf_8_is_refused_by_place() {
    let folder = workspace(NATIVE, &[("feed.jsonl", b"")]);
    let latin = text(CONTRACT.as_bytes()).replace("Provider", "Pr?vider").into_bytes();
    let latin: Vec<u8> = latin.into_iter().map(|byte| if byte == b'?' { 0xe9 } else { byte }).collect();
    std::fs::write(folder.path().join("c.consigne"), latin).unwrap();
    let said = ends(folder.path(), &["check"], 1);
    holds(
        &said,
        &["error[C004]: the file is not UTF-8 here: a letter is lost", "c.consigne:2:27", "save the file as UTF-8"],
    );
    // As some programs save text: two bytes a letter.
    let wide: Vec<u8> = [0xff, 0xfe].into_iter().chain(CONTRACT.bytes().flat_map(|byte| [byte, 0])).collect();
    std::fs::write(folder.path().join("c.consigne"), wide).unwrap();
    holds(&ends(folder.path(), &["check"], 1), &["the file is not UTF-8 here", "1 error, "]);
}

/// Where not all findings are told, those that matter most are, and how many there are more.
#[test]
fn the_findings_that_are_told_are_those_that_matter() {
    let mut feed = worked("a", "2026-03-02T09:00:00Z", "1.00").repeat(1_200);
    feed.push_str(&"{\n".repeat(3));
    feed.push_str(&worked("b", "2026-03-02T09:00:00Z", "much"));
    let said = looked(NATIVE, "feed.jsonl", feed.as_bytes());
    holds(
        &said,
        &[
            "1 204 lines read: 1 used, 1 199 said again, 4 rejected",
            "feed.jsonl:1201 not JSON",
            "feed.jsonl:1204 bad value",
        ],
    );
    // Forty are told: four that need a look, and 36 of 1 199 that say again what the first one says.
    holds(&said, &["… and more: 1 163 duplicate; `--format json` shows the first 1 000 of each"]);
    let folder = workspace(NATIVE, &[("feed.jsonl", feed.as_bytes())]);
    let json: Value =
        serde_json::from_slice(&consigne(folder.path(), &["feed", "check", "--format", "json"]).stdout).unwrap();
    assert_eq!(json["evidence"]["causes"], serde_json::json!({ "duplicate": 1_199, "not JSON": 3, "bad value": 1 }));
    assert_eq!(json["evidence"]["findings"].as_array().unwrap().len(), 1_004);
}

#[test]
fn what_is_no_object_is_named_and_not_shown() {
    let long = format!("\"{}\"\n", "x".repeat(900_000));
    let said = looked(NATIVE, "feed.jsonl", long.as_bytes());
    holds(&said, &["feed.jsonl:1 not JSON: the line is not a JSON object: it is a text", "write one event a line"]);
    assert!(said.len() < 2_000, "{} bytes", said.len());
    holds(&looked(NATIVE, "feed.jsonl", b"[{}]\n"), &["it is a list"]);
    holds(&looked(NATIVE, "feed.jsonl", &b"[".repeat(100_000)), &["the line is not a JSON object: "]);
    holds(&looked(NATIVE, "feed.jsonl", b"17\n"), &["it is a single value"]);
    let lone = worked("a", "2026-03-02T09:00:00Z", "1.00").replace("P1", "\\ud800");
    holds(
        &looked(NATIVE, "feed.jsonl", lone.as_bytes()),
        &["`asset` is no text: ", "help: write its letters themselves"],
    );
}

/// A name that holds the end of a line would write lines of a statement, and one that holds a command of the terminal would
/// change what is seen of it.
#[test]
fn names_stand_in_one_line() {
    let forged = worked("a", "2026-03-02T09:00:00Z", "1.00").replace("P1", "P1\\n  customer owes provider: 0.00 EUR");
    holds(&looked(NATIVE, "feed.jsonl", forged.as_bytes()), &["bad value", "of `asset` holds a control character"]);
    let forged = worked("a\\u001b[2J", "2026-03-02T09:00:00Z", "1.00");
    holds(&looked(NATIVE, "feed.jsonl", forged.as_bytes()), &["of `id` holds a control character"]);
    let row = b"at,pump,cost\n2026-03-02T09:00:00Z,\"P1\n2\",1.00\n";
    holds(&looked(TABLE, "work.csv", row), &["work.csv:2 bad value", "of `asset` holds a control character"]);
    let settings = "contracts = [\"c.consigne\"]\nassets = [\"pumps.csv\"]\n";
    holds(&looked(settings, "pumps.csv", b"asset,site\n\"P\n1\",north\n"), &["pumps.csv:2 bad value"]);
}

/// Years that stand for “never” are no instants; they were read as the first or the last one that there is.
#[test]
fn an_instant_of_no_year_that_can_be_told_is_refused() {
    let local = format!("{NATIVE}timezone = \"Europe/Paris\"\n");
    for at in ["9999-12-31", "9999-12-31 23:59:59", "0001-01-01T00:00:00", "1600-02-29", "9999-12-31T23:59:59Z"] {
        let said = looked(&local, "feed.jsonl", worked("a", at, "1.00").as_bytes());
        holds(&said, &["1 rejected", &format!("`occurred`: `{at}` lies outside of the years 1678 to 2261"), "help: "]);
    }
    let said = looked(&local, "feed.jsonl", worked("a", "9999-02-30", "1.00").as_bytes());
    holds(&said, &["`9999-02-30` is no instant"]);
}

#[test]
fn a_file_that_is_not_what_its_name_says_is_told_with_a_way_out() {
    let line = worked("a", "2026-03-02T09:00:00Z", "1.00");
    for name in ["feed.jsonl.gz", "feed.jsonl.zst"] {
        let said = looked(&NATIVE.replace("feed.jsonl", name), name, line.as_bytes());
        holds(&said, &["unreadable: the file cannot be read from here on: ", "help: bring the file here again"]);
    }
    let said = looked(TABLE, "work.csv", &[0x1f, 0x8b, 8, 0, 0, 0, 0xff, b'\n']);
    holds(&said, &["work.csv:1 unreadable: the header is not UTF-8", "ends in `.gz` or `.zst`"]);
    let parquet = TABLE.replace("work.csv", "work.parquet");
    let said = looked(&parquet, "work.parquet", b"PAR");
    holds(&said, &["work.parquet unreadable: the file is called `.parquet` and is none", "help: write the file again"]);
    let said = looked(TABLE, "work.csv", b"at;pump;cost\n2026-03-02T09:00:00Z;P1;1.00\n");
    holds(&said, &["its header is one column, `at;pump;cost`: say which `delimiter` the file has"]);
    holds(&looked(TABLE, "work.csv", b"  \n\n"), &["the first line of the file is blank"]);
}

#[test]
fn a_word_of_one_letter_is_not_taken_for_another() {
    let line = worked("a", "2026-03-02T09:00:00Z", "1.00");
    let graded = |grade: &str| line.replace("\"fields\":{", &format!("\"fields\":{{\"grade\":\"{grade}\","));
    holds(&looked(NATIVE, "feed.jsonl", graded("D").as_bytes()), &["help: known are `A`, `B`, `C`"]);
    holds(&looked(NATIVE, "feed.jsonl", graded("b").as_bytes()), &["help: did you mean `B`?"]);
}

#[test]
fn a_pattern_may_begin_anywhere() {
    let line = worked("a", "2026-03-02T09:00:00Z", "1.00");
    let folder = workspace(NATIVE, &[("feed.jsonl", line.as_bytes())]);
    let whole = folder.path().canonicalize().unwrap().join("f*.jsonl");
    for pattern in ["f*.jsonl", "./f*.jsonl", whole.to_str().unwrap()] {
        let settings = format!("contracts = [\"./*.consigne\"]\n[[feed]]\npath = '{pattern}'\n");
        std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
        holds(&ends(folder.path(), &["feed", "check"], 0), &["1 lines read: 1 used"]);
    }
}

#[test]
fn a_workspace_file_that_is_wrong_is_told_in_its_own_words() {
    for (settings, told) in [
        ("contracts = []\n", "`contracts = []` in "),
        ("contracts = [\"c.consigne\"]\n[[feed]]\npath = []\n", "`path = []` in "),
        ("contracts = \"c.consigne\"\n", "expected a list, as in `[\"…\"]`"),
        ("contracts = [\"c.consigne\"]\n[feed]\npath = \"feed.jsonl\"\n", "write `[[feed]]`"),
    ] {
        let folder = workspace(settings, &[]);
        holds(&ends(folder.path(), &["feed", "check"], 3), &["consigne.toml", told]);
    }
}

#[test]
fn a_call_that_cannot_be_followed_says_what_can() {
    let folder = workspace(NATIVE, &[("feed.jsonl", b""), ("work.csv", b"at,pump,cost\n")]);
    let said = ends(folder.path(), &["settle", "2026-03", "--feed", "work.csv"], 2);
    holds(&said, &["work.csv is a table, and events given in the call are JSON Lines", "`[[feed]]`"]);
    holds(
        &ends(folder.path(), &["serve", "--follow", "-"], 2),
        &["`-` is no file that grows", "standard input is read"],
    );
    holds(&ends(folder.path(), &["test", "nothing"], 2), &["no title of a scenario holds `nothing`"]);
    holds(&ends(folder.path(), &["decide", "--asset", "P9"], 2), &["no decision is about an asset `P9`"]);
    holds(&ends(folder.path(), &["check", "c.consigne", "./c.consigne"], 0), &["0 errors"]);
    holds(&ends(folder.path(), &["settle", "2030"], 2), &["B-1 runs from 2026-01-01 to 2026-12-31"]);
    holds(&ends(folder.path(), &["check", "."], 3), &["name a file in the folder"]);
    holds(&ends(folder.path(), &["check", "nowhere.consigne"], 3), &["help: check the path"]);
    holds(&ends(folder.path(), &["settle", "--help"], 0), &["JSON Lines", ".jsonl", "`-` is standard"]);
}

/// An explanation shows figures, and lines that were not understood may be missing in them.
#[test]
fn an_explanation_tells_of_lines_that_may_be_missing() {
    let feed = worked("a", "2026-03-02T09:00:00Z", "1.00");
    let folder = workspace(NATIVE, &[("feed.jsonl", feed.as_bytes())]);
    let call = ["explain", "clause", "1", "2026-03"];
    ends(folder.path(), &call, 0);
    std::fs::write(folder.path().join("feed.jsonl"), format!("{feed}{{\n")).unwrap();
    holds(&ends(folder.path(), &call, 1), &["lines of the feed need a look", "`consigne feed check`"]);
}
