//! The live service: decisions as events arrive, and every way in which an editor saves a contract.

#![expect(clippy::panic, reason = "a service that does not answer fails the test")]

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::Value;

use crate::support::root;

/// Long enough for a busy machine; nothing waits this long when all is well.
const PATIENCE: Duration = Duration::from_secs(20);

const REGISTER: &str = "asset,family,contract,list_price,commissioned\nL1,laptop,TR-2026-003,1000.00,2025-02-10\n";

/// A running service over a copy of the triage sample.
struct Service {
    folder: tempfile::TempDir,
    child: Child,
    stdin: Option<ChildStdin>,
    out: Receiver<String>,
    err: Receiver<String>,
    events: usize,
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn lines(stream: impl std::io::Read + Send + 'static) -> Receiver<String> {
    let (tell, hear) = channel();
    std::thread::spawn(move || {
        for line in BufReader::new(stream).lines().map_while(Result::ok) {
            if tell.send(line).is_err() {
                return;
            }
        }
    });
    hear
}

impl Service {
    fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        std::fs::create_dir(folder.path().join("contracts")).unwrap();
        std::fs::write(folder.path().join("contracts/triage.consigne"), text()).unwrap();
        std::fs::write(folder.path().join("assets.csv"), REGISTER).unwrap();
        let settings = "contracts = [\"contracts\"]\nassets = [\"assets.csv\"]\n";
        std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
        let mut child = Command::new(env!("CARGO_BIN_EXE_consigne"))
            .arg("serve")
            .args(arguments)
            .current_dir(folder.path())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let out = lines(child.stdout.take().unwrap());
        let err = lines(child.stderr.take().unwrap());
        let stdin = child.stdin.take();
        let mut service = Self { folder, child, stdin, out, err, events: 0 };
        service.hears("rules in force");
        service
    }

    fn contract(&self) -> PathBuf {
        self.folder.path().join("contracts/triage.consigne")
    }

    /// Waits for a line on the error stream that holds some words.
    fn hears(&mut self, words: &str) -> String {
        loop {
            let line = self.err.recv_timeout(PATIENCE).unwrap_or_else(|_| panic!("never said `{words}`"));
            if line.contains(words) {
                return line;
            }
        }
    }

    fn event(&mut self) -> String {
        self.events += 1;
        format!(
            "{{\"id\":\"e{}\",\"contract\":\"TR-2026-003\",\"kind\":\"inspected\",\"asset\":\"L1\",\"occurred\":\"2026-03-02T08:10:00Z\",\
             \"fields\":{{\"data_wiped\":\"yes\",\"safety\":\"pass\",\"grade\":\"C\",\"repair_cost\":\"250.00 EUR\",\"parts_available\":\"yes\"}}}}",
            self.events
        )
    }

    fn send(&mut self, line: &str) {
        let stdin = self.stdin.as_mut().unwrap();
        writeln!(stdin, "{line}").unwrap();
        stdin.flush().unwrap();
    }

    fn decision(&self) -> Value {
        serde_json::from_str(&self.out.recv_timeout(PATIENCE).unwrap()).unwrap()
    }

    /// The route of a laptop of grade C whose repair costs 25 % of its price.
    fn route(&mut self) -> (String, String) {
        let event = self.event();
        self.send(&event);
        let decision = self.decision();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        (text(&decision["outputs"]["route"]), text(&decision["rule_set"]))
    }
}

/// The triage sample with its table alone, so that each event gives one decision.
fn text() -> String {
    let text = std::fs::read_to_string(root().join("contracts/triage/contract.consigne")).unwrap();
    let (before, rest) = text.split_once("decide best, worth").unwrap();
    let (_, rest) = rest.split_once("first of equals").unwrap();
    let (rest, _) = rest.split_once("scenario \"what each laptop is worth").unwrap();
    format!("{before}{rest}")
}

/// The contract with 30 % in place of 20 %: a repair for 25 % pays then.
fn edited() -> String {
    text().replace("<= 20%", "<= 30%")
}

/// Saves a text in some way, then expects the service to decide by it.
fn saved_by(save: impl Fn(&Path, &str)) {
    let mut service = Service::start(&[]);
    let (route, before) = service.route();
    assert_eq!(route, "harvest");
    save(&service.contract(), &edited());
    service.hears("rules in force");
    let (route, after) = service.route();
    assert_eq!(route, "repair");
    assert_ne!(before, after);
}

#[test]
fn written_in_place() {
    saved_by(|path, text| std::fs::write(path, text).unwrap());
}

#[test]
fn written_beside_and_moved_over() {
    saved_by(|path, text| {
        let beside = path.with_extension("tmp");
        std::fs::write(&beside, text).unwrap();
        std::fs::rename(&beside, path).unwrap();
    });
}

#[test]
fn moved_to_a_backup_and_written_anew() {
    saved_by(|path, text| {
        std::fs::rename(path, path.with_extension("consigne~")).unwrap();
        std::fs::write(path, text).unwrap();
    });
}

#[test]
fn deleted_and_written_after_a_while() {
    saved_by(|path, text| {
        std::fs::remove_file(path).unwrap();
        std::thread::sleep(Duration::from_millis(150));
        std::fs::write(path, text).unwrap();
    });
}

#[test]
fn written_piece_by_piece() {
    saved_by(|path, text| {
        let mut file = std::fs::File::create(path).unwrap();
        for piece in text.as_bytes().chunks(900) {
            file.write_all(piece).unwrap();
            file.flush().unwrap();
            std::thread::sleep(Duration::from_millis(20));
        }
    });
}

#[cfg(unix)]
#[test]
fn a_link_pointed_elsewhere() {
    saved_by(|path, text| {
        let elsewhere = path.parent().unwrap().parent().unwrap().join("next.txt");
        std::fs::write(&elsewhere, text).unwrap();
        let link = path.with_extension("link");
        std::os::unix::fs::symlink(&elsewhere, &link).unwrap();
        std::fs::rename(&link, path).unwrap();
    });
}

#[test]
fn a_folder_replaced() {
    saved_by(|path, text| {
        let folder = path.parent().unwrap();
        let next = folder.with_file_name("next");
        std::fs::create_dir(&next).unwrap();
        std::fs::write(next.join("triage.consigne"), text).unwrap();
        std::fs::rename(folder, folder.with_file_name("old")).unwrap();
        std::fs::rename(&next, folder).unwrap();
    });
}

#[test]
fn a_broken_edit_leaves_the_last_good_rules_in_force() {
    let mut service = Service::start(&[]);
    let (route, before) = service.route();
    assert_eq!(route, "harvest");
    // `gade` stands on line 35 of the text, behind `by data_wiped, safety, `.
    let broken = text().replace("by data_wiped, safety, grade", "by data_wiped, safety, gade");
    std::fs::write(service.contract(), &broken).unwrap();
    service.hears("refused");
    let place = service.hears("error[C010]");
    let (line, column) = place_of(&broken, "gade");
    assert!(place.contains(&format!("contracts/triage.consigne:{line}:{column}:")), "{place}");
    assert_eq!(service.route(), ("harvest".to_owned(), before.clone()));
    std::fs::write(service.contract(), text()).unwrap();
    service.hears("mended");
    assert_eq!(service.route(), ("harvest".to_owned(), before));
    std::fs::write(service.contract(), edited()).unwrap();
    service.hears("rules in force");
    assert_eq!(service.route().0, "repair");
}

/// Line and column of a word, from 1.
fn place_of(text: &str, word: &str) -> (usize, usize) {
    let before = &text[..text.find(word).unwrap()];
    (before.matches('\n').count() + 1, before.len() - before.rfind('\n').unwrap())
}

#[test]
fn a_growing_file_is_followed_and_a_repeated_event_decided_once() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("arrivals.jsonl");
    let mut service = Service::start(&["--follow", path.to_str().unwrap()]);
    let (first, second) = (service.event(), service.event());
    let mut file = std::fs::File::create(&path).unwrap();
    write!(file, "{first}\n{first}\n{}", &second[..20]).unwrap();
    file.flush().unwrap();
    assert_eq!(service.decision()["event"], "e1");
    writeln!(file, "{}", &second[20..]).unwrap();
    file.flush().unwrap();
    // The repeated line gives no decision: the next one is that of the second event.
    assert_eq!(service.decision()["event"], "e2");
}

#[test]
fn what_is_no_event_is_told_and_the_next_one_decided() {
    let mut service = Service::start(&[]);
    service.send("{\"kind\":\"inspected\"");
    let told = service.hears("-:1");
    assert!(told.contains("not JSON"), "{told}");
    assert_eq!(service.route().0, "harvest");
}

#[test]
fn the_service_ends_with_its_input() {
    let mut service = Service::start(&[]);
    assert_eq!(service.route().0, "harvest");
    service.stdin = None;
    let end = service.child.wait().unwrap();
    assert!(end.success());
}

#[test]
fn a_contradicting_event_is_told_and_decides_nothing() {
    let mut service = Service::start(&[]);
    let first = service.event();
    service.send(&first);
    assert_eq!(service.decision()["event"], "e1");
    service.send(&first.replace("250.00", "10.00"));
    let told = service.hears("conflict");
    assert!(told.contains("-:1") && told.contains("-:2"), "{told}");
    let next = service.event();
    service.send(&next);
    assert_eq!(service.decision()["event"], "e2");
}

#[test]
fn a_correction_names_what_it_corrects_and_a_retraction_is_told() {
    let mut service = Service::start(&[]);
    let first = service.event();
    service.send(&first);
    service.decision();
    let correction = first.replace("\"id\":\"e1\"", "\"id\":\"c1\",\"corrects\":\"e1\"").replace("250.00", "10.00");
    service.send(&correction);
    let decision = service.decision();
    assert_eq!((decision["event"].as_str(), decision["corrects"].as_str()), (Some("c1"), Some("e1")));
    assert_eq!(decision["outputs"]["route"], "repair");
    service.send("{\"id\":\"r1\",\"retracts\":\"c1\",\"occurred\":\"2026-03-03T08:10:00Z\"}");
    service.hears("takes the event `c1` back");
}

#[test]
fn a_replaced_file_is_read_from_its_start() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("arrivals.jsonl");
    let mut service = Service::start(&["--follow", path.to_str().unwrap()]);
    service.hears("waiting for");
    let events: Vec<String> = (0..4).map(|_| service.event()).collect();
    std::fs::write(&path, format!("{}\n", events[0])).unwrap();
    assert_eq!(service.decision()["event"], "e1");
    let next = folder.path().join("next.jsonl");
    std::fs::write(&next, format!("{}\n{}\n", events[1], events[2])).unwrap();
    std::fs::rename(&next, &path).unwrap();
    assert_eq!(service.decision()["event"], "e2");
    assert_eq!(service.decision()["event"], "e3");
}

#[test]
fn a_file_that_cannot_be_opened_is_told_and_tried_again() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("arrivals.jsonl");
    let mut service = Service::start(&["--follow", path.to_str().unwrap()]);
    service.hears("waiting for");
    std::fs::create_dir(&path).unwrap();
    service.hears("cannot be read: ");
    std::fs::remove_dir(&path).unwrap();
    let event = service.event();
    std::fs::write(&path, format!("{event}\n")).unwrap();
    assert_eq!(service.decision()["event"], "e1");
}

#[test]
fn a_service_that_cannot_start_says_whether_contracts_or_files_are_wrong() {
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"c.consigne\"]\nassets = [\"assets.csv\"]\n";
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    let starts = |text: &str| {
        std::fs::write(folder.path().join("c.consigne"), text).unwrap();
        let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
        let output = command.arg("serve").current_dir(folder.path()).stdin(Stdio::null()).output().unwrap();
        (output.status.code(), String::from_utf8(output.stderr).unwrap())
    };
    let (code, said) = starts(&format!("{}x {{", text()));
    assert!(code == Some(1) && said.contains("the contracts are refused") && said.contains("C003"), "{code:?} {said}");
    let (code, said) = starts(&text());
    assert!(code == Some(3) && said.contains("`assets.csv` in ") && !said.contains("refused"), "{code:?} {said}");
}

#[test]
fn an_edited_register_is_taken_up_and_named() {
    let mut service = Service::start(&[]);
    let event = service.event();
    service.send(&event);
    let before = service.decision();
    assert_eq!(before["outputs"]["route"], "harvest");
    // At a price of 2000 EUR the same repair costs 12.5 %.
    std::fs::write(service.folder.path().join("assets.csv"), REGISTER.replace("1000.00", "2000.00")).unwrap();
    service.hears("the register was read anew");
    let event = service.event();
    service.send(&event);
    let after = service.decision();
    assert_eq!(after["outputs"]["route"], "repair");
    assert_eq!(before["rule_set"], after["rule_set"]);
    assert_ne!(before["register"], after["register"]);
}

#[test]
fn a_library_that_a_contract_takes_in_is_reloaded() {
    let mut service = Service::start(&[]);
    let shelf = service.folder.path().join("shared");
    std::fs::create_dir(&shelf).unwrap();
    std::fs::write(service.contract(), format!("{}\nuse \"shared/terms\"\n", text())).unwrap();
    service.hears("refused");
    std::fs::write(shelf.join("terms.consigne"), "library \"Terms\"\ndefine limit = 1\n").unwrap();
    service.hears("rules in force");
    std::fs::write(shelf.join("terms.consigne"), "library \"Terms\"\ndefine limit = 2\n").unwrap();
    service.hears("rules in force");
    std::fs::write(shelf.join("terms.consigne"), "library \"Terms\"\ndefine limit 2\n").unwrap();
    let refusal = service.hears("terms.consigne:2");
    assert!(refusal.contains("C001"), "{refusal}");
}

/// Scenarios are run again where their contract changed; what is known of the others is told all the same.
#[test]
fn a_scenario_that_fails_is_told_with_every_edit() {
    let mut service = Service::start(&[]);
    let other = service.contract().with_file_name("other.consigne");
    let wrong = crate::partitions::CONTRACT.replace("= 9.30 EUR", "= 9.40 EUR");
    std::fs::write(&other, &wrong).unwrap();
    service.hears("the scenario “s” of T-1 fails");
    std::fs::write(service.contract(), edited()).unwrap();
    service.hears("the scenario “s” of T-1 fails");
    std::fs::write(&other, crate::partitions::CONTRACT).unwrap();
    service.hears("rules in force");
    std::fs::write(service.contract(), text()).unwrap();
    loop {
        let line = service.err.recv_timeout(PATIENCE).unwrap();
        assert!(!line.contains("T-1 fails"), "{line}");
        if line.contains("rules in force") {
            break;
        }
    }
}
