//! What several test files need: the project's contracts, temporary workspaces, the program itself.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use consigne::base::diagnostic::{Diagnostic, Severity};
use consigne::base::source::Sources;
use consigne::check::contract::Contract;

/// The folder of the project.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The shared data beside the project, if it is there; otherwise says that a test is skipped.
pub(crate) fn shared(test: &str, path: &str) -> Option<PathBuf> {
    let found = root().join("../shared").join(path);
    if found.exists() {
        return Some(found);
    }
    eprintln!("SKIPPED {test}: ../shared/{path} is absent");
    None
}

/// The folders of the sample agreements, by name.
pub(crate) fn samples() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("contracts")).unwrap();
    let mut folders: Vec<PathBuf> =
        folders.map(|entry| entry.unwrap().path()).filter(|path| path.join("consigne.toml").exists()).collect();
    folders.sort();
    assert!(folders.len() >= 5, "the samples are gone: {folders:?}");
    folders
}

/// The contract files of the samples.
pub(crate) fn contracts() -> Vec<(PathBuf, String)> {
    let paths = samples().into_iter().map(|folder| folder.join("contract.consigne"));
    paths.map(|path| (path.clone(), std::fs::read_to_string(&path).unwrap())).collect()
}

/// A text read and checked.
pub(crate) struct Checked {
    pub(crate) contract: Option<Contract>,
    pub(crate) diagnostics: Vec<Diagnostic>,
    pub(crate) sources: Sources,
}

impl Checked {
    /// Everything that keeps the contract from being evaluated.
    pub(crate) fn refusals(&self) -> Vec<&Diagnostic> {
        self.diagnostics.iter().filter(|finding| finding.severity() != Severity::Warning).collect()
    }

    /// The findings, one a line, with code and place.
    pub(crate) fn listing(&self) -> String {
        let mut out = String::new();
        for finding in &self.diagnostics {
            let place = self.sources.position(finding.primary.span);
            let code = finding.code.as_str();
            writeln!(out, "{code} {}:{} {}", place.line, place.column, finding.message).unwrap();
        }
        out
    }
}

/// Reads and checks a text.
pub(crate) fn checked(text: &str) -> Checked {
    checked_with(text, &[])
}

/// Reads and checks a text that may take in others, by name.
pub(crate) fn checked_with(text: &str, library: &[(&str, &str)]) -> Checked {
    let mut read = consigne::session::load_text("contract.consigne", text, library);
    let loaded = read.loaded.remove(0);
    let contract = loaded.ready.map(|ready| ready.contract.clone());
    Checked { contract, diagnostics: loaded.diagnostics, sources: read.sources }
}

/// Runs the program in a folder.
pub(crate) fn consigne(folder: &Path, arguments: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_consigne")).current_dir(folder).args(arguments).output().unwrap()
}

/// Standard output of a run that must succeed.
pub(crate) fn succeeds(folder: &Path, arguments: &[&str]) -> String {
    let output = consigne(folder, arguments);
    let errors = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{arguments:?} in {}: {errors}", folder.display());
    String::from_utf8(output.stdout).unwrap()
}

/// Runs the scenarios of a contract, and compares what came of their facts with the second evaluator.
#[track_caller]
pub(crate) fn trials(contract: &Contract) -> Vec<consigne::trial::Trial> {
    crate::naive::agree(contract);
    consigne::trial::run(contract)
}

/// Every scenario of a contract that is checked without a finding holds.
#[track_caller]
pub(crate) fn holds_all(text: &str) {
    let result = checked(text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    for trial in trials(&result.contract.unwrap()) {
        assert!(trial.failures.is_empty(), "{:#?}\n{text}", trial.failures);
    }
}

/// What came out in place of what the scenarios of such a contract expect.
#[track_caller]
pub(crate) fn failures_of(text: &str) -> Vec<String> {
    let result = checked(text);
    assert!(result.refusals().is_empty(), "{}\n{text}", result.listing());
    let trials = trials(&result.contract.unwrap());
    trials.into_iter().flat_map(|trial| trial.failures).map(|failure| failure.found).collect()
}
