//! Files that are read again after an edit: what is taken over from before is what a fresh reading would give.

use std::path::Path;

use consigne::session::{Ready, Run, Workspace};

const FIRST: &str = r#"contract A-1 "First"
use "shared/terms"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly, netted
conventions {
    rounded to 0.01 half up on each line
    conflicting records first known stays
}
asset pump "Pump"
event failed of pump
clause 1 "Failures" { on failed, provider pays rate as indemnity }
scenario "a failure" { 2026-05-02 09:00 failed P1  expect clause 1 = 4.00 EUR }
"#;

const TERMS: &str = "library \"Terms\"\ndefine rate = 4.00 EUR\n";

const AMENDMENT: &str = "amendment 1 to B-1 signed 2026-03-20, in force from 2026-04-01 {
    replace clause 1 \"Failures\" { on failed, provider pays 9.00 EUR as indemnity }
}
";

/// Another contract, which takes in nothing.
fn second() -> String {
    FIRST.replace("A-1", "B-1").replace("use \"shared/terms\"\n", "").replace("pays rate", "pays 4.00 EUR")
}

fn write(folder: &Path, name: &str, text: &str) {
    std::fs::write(folder.join(name), text).unwrap();
}

fn workspace() -> tempfile::TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in ["contracts", "shared", "contracts/shared"] {
        std::fs::create_dir(folder.path().join(name)).unwrap();
    }
    write(folder.path(), "consigne.toml", "contracts = [\"contracts/*.consigne\"]\n");
    write(folder.path(), "shared/terms.consigne", TERMS);
    write(folder.path(), "contracts/a.consigne", FIRST);
    write(folder.path(), "contracts/b.consigne", &second());
    folder
}

fn run(folder: &Path, before: Option<&Run>) -> Run {
    Run::load_after(Workspace::find(folder).unwrap(), before).unwrap()
}

/// All that is told of a run, and what it would evaluate.
fn told(run: &Run) -> String {
    let mut told = Vec::new();
    for loaded in &run.loaded {
        told.push(format!("{} {} {}", loaded.path.display(), loaded.digest, loaded.is_part));
        for finding in &loaded.diagnostics {
            let place = run.sources.place(finding.primary.span);
            told.push(format!("  {place} {} {}", finding.code.as_str(), finding.message));
        }
    }
    for ready in run.ready() {
        told.push(format!("{:?}\n{:?}\n{:?}", ready.contract, ready.whole(), ready.failing()));
    }
    told.join("\n")
}

/// Reads the files again and compares that with a fresh reading.
fn again(folder: &Path, before: &Run) -> Run {
    let (fresh, again) = (run(folder, None), run(folder, Some(before)));
    let (fresh, found) = (told(&fresh), told(&again));
    let differing = fresh.lines().zip(found.lines()).find(|(fresh, found)| fresh != found);
    assert!(fresh == found, "{differing:?}");
    again
}

fn contract<'a>(run: &'a Run, id: &str) -> &'a Ready {
    run.ready().find(|ready| ready.contract.id == id).unwrap()
}

/// Whether a contract is the very one that an earlier run had.
fn is_taken_over(id: &str, before: &Run, after: &Run) -> bool {
    std::ptr::eq(contract(before, id), contract(after, id))
}

#[test]
fn only_the_contract_that_changed_is_checked_again() {
    let folder = workspace();
    let first = run(folder.path(), None);
    write(folder.path(), "contracts/b.consigne", &second().replace("= 4.00 EUR", "= 4.10 EUR"));
    let next = again(folder.path(), &first);
    assert!(is_taken_over("A-1", &first, &next));
    assert!(!is_taken_over("B-1", &first, &next));
    assert_eq!(contract(&next, "B-1").failing(), ["“a failure” of B-1"]);
    assert!(contract(&first, "B-1").failing().is_empty());
}

#[test]
fn a_contract_is_checked_again_when_what_it_takes_in_changes() {
    let folder = workspace();
    let first = run(folder.path(), None);
    write(folder.path(), "shared/terms.consigne", &TERMS.replace("4.00", "5.00"));
    let next = again(folder.path(), &first);
    assert!(is_taken_over("B-1", &first, &next));
    assert_eq!(contract(&next, "A-1").failing(), ["“a failure” of A-1"]);
    // A file nearer to the contract now answers to the same name.
    write(folder.path(), "contracts/shared/terms.consigne", TERMS);
    let nearer = again(folder.path(), &next);
    assert!(contract(&nearer, "A-1").failing().is_empty());
    std::fs::remove_file(folder.path().join("contracts/shared/terms.consigne")).unwrap();
    assert_eq!(contract(&again(folder.path(), &nearer), "A-1").failing().len(), 1);
    std::fs::remove_file(folder.path().join("shared/terms.consigne")).unwrap();
    let without = again(folder.path(), &nearer);
    assert_eq!(without.ready().count(), 1);
}

#[test]
fn a_contract_is_checked_again_when_it_is_amended() {
    let folder = workspace();
    let first = run(folder.path(), None);
    write(folder.path(), "contracts/c.consigne", AMENDMENT);
    let amended = again(folder.path(), &first);
    // May is after the first of April: 9.00 EUR, not the 4.00 EUR that the scenario expects.
    assert_eq!(contract(&amended, "B-1").failing(), ["“a failure” of B-1"]);
    write(folder.path(), "contracts/c.consigne", &AMENDMENT.replace("9.00", "4.00"));
    let mended = again(folder.path(), &amended);
    assert!(is_taken_over("A-1", &amended, &mended));
    assert!(contract(&mended, "B-1").failing().is_empty());
    std::fs::remove_file(folder.path().join("contracts/c.consigne")).unwrap();
    let withdrawn = again(folder.path(), &mended);
    assert!(!is_taken_over("B-1", &mended, &withdrawn));
}

/// Places name a text by its number: where a file comes before the others, all have another.
#[test]
fn places_stay_right_when_files_come_and_go() {
    let folder = workspace();
    let first = run(folder.path(), None);
    write(folder.path(), "contracts/a.consigne", &FIRST.replace("as indemnity", "as indemnty"));
    let broken = again(folder.path(), &first);
    assert!(told(&broken).contains("contracts/a.consigne:14 "), "{}", told(&broken));
    write(folder.path(), "contracts/0.consigne", &second().replace("B-1", "C-1"));
    let shifted = again(folder.path(), &broken);
    assert!(told(&shifted).contains("contracts/a.consigne:14 "), "{}", told(&shifted));
    std::fs::rename(folder.path().join("contracts/b.consigne"), folder.path().join("contracts/1.consigne")).unwrap();
    let renamed = again(folder.path(), &shifted);
    write(folder.path(), "contracts/a.consigne", FIRST);
    assert_eq!(again(folder.path(), &renamed).ready().count(), 3);
}
