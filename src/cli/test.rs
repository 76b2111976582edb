//! `consigne test`

use serde_json::json;

use crate::cli::output::Output;
use crate::cli::{Common, End, loaded};
use crate::session::{Ready, Trouble};
use crate::trial::Trial;

/// Runs the scenarios of contracts.
#[derive(Debug, clap::Args)]
pub(super) struct Test {
    /// Only scenarios whose title holds this text.
    filter: Option<String>,
}

impl Test {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let wanted = |trial: &Trial| self.filter.as_ref().is_none_or(|filter| trial.title.contains(filter.as_str()));
        let mut failed = 0_usize;
        let mut passed = 0_usize;
        let mut records = Vec::new();
        for Ready { contract, .. } in run.ready() {
            for trial in crate::trial::run(contract).into_iter().filter(wanted) {
                if trial.failures.is_empty() {
                    passed = passed.saturating_add(1);
                } else {
                    failed = failed.saturating_add(1);
                }
                if output.is_json() {
                    let failures = trial.failures.iter().map(|failure| {
                        json!({ "place": run.sources.place(failure.span), "expected": failure.expected, "found": failure.found })
                    });
                    let failures: Vec<_> = failures.collect();
                    records.push(json!({ "contract": contract.id, "scenario": trial.title, "clauses": trial.clauses, "failures": failures }));
                    continue;
                }
                let word = if trial.failures.is_empty() { "ok  " } else { "FAIL" };
                output.print(&format!("{word}  {}  {}\n", contract.id, trial.title));
                for failure in &trial.failures {
                    let place = run.sources.place(failure.span);
                    output.print(&format!(
                        "        {place}\n        expected {}\n        found    {}\n",
                        failure.expected, failure.found
                    ));
                }
            }
        }
        if let Some(filter) = self.filter.as_ref().filter(|_| passed == 0 && failed == 0) {
            let message = format!("no title of a scenario holds `{filter}`");
            return Err(Trouble::call(message, "`consigne test` lists all scenarios"));
        }
        if output.is_json() {
            output.json(&json!({ "scenarios": records, "passed": passed, "failed": failed }));
        } else {
            output.print(&format!("{passed} passed, {failed} failed\n"));
        }
        Ok(if failed == 0 { End::Well } else { End::Findings })
    }
}
