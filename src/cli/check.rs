//! `consigne check`

use std::collections::BTreeSet;
use std::path::PathBuf;

use serde_json::json;

use crate::base::diagnostic::Severity;
use crate::cli::output::Output;
use crate::cli::{Common, End};
use crate::render::{Record, record};
use crate::session::{Loaded, Texts, Trouble, Workspace, load};

/// Finds errors and open questions in contracts.
#[derive(Debug, clap::Args)]
pub(super) struct Check {
    /// Contract files; without any, those of the workspace.
    files: Vec<PathBuf>,
}

impl Check {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let Texts { sources, loaded, .. } = self.loaded(common)?;
        let all = || loaded.iter().flat_map(|loaded| &loaded.diagnostics);
        if output.is_json() {
            let records: Vec<Record> = all().map(|finding| record(&sources, finding)).collect();
            output.json(&json!({ "diagnostics": records }));
        } else {
            for loaded in &loaded {
                output.print_as_it_is(&output.findings_text(&sources, &loaded.diagnostics));
            }
            let count = |severity| all().filter(|finding| finding.severity() == severity).count();
            let (errors, questions, warnings) =
                (count(Severity::Error), count(Severity::Question), count(Severity::Warning));
            let found = errors.saturating_add(questions).saturating_add(warnings) > 0;
            if found || !output.is_quiet() {
                output.print(&format!(
                    "{}, {}, {}\n",
                    counted(errors, "error"),
                    counted(questions, "open question"),
                    counted(warnings, "warning")
                ));
            }
        }
        let refused = loaded.iter().any(Loaded::is_refused);
        Ok(if refused { End::Findings } else { End::Well })
    }

    fn loaded(&self, common: &Common) -> Result<Texts, Trouble> {
        if self.files.is_empty() {
            let workspace = Workspace::find(&common.workspace)?;
            return load(&workspace.contract_files()?, Some(workspace.root()), &|path| workspace.shown(path));
        }
        let workspace = Workspace::find(&common.workspace).ok();
        let root = workspace.as_ref().map(Workspace::root);
        // A file that is named twice is one file.
        let same = |path: &PathBuf| path.canonicalize().unwrap_or_else(|_| path.clone());
        let mut known = BTreeSet::new();
        let files: Vec<PathBuf> = self.files.iter().filter(|path| known.insert(same(path))).cloned().collect();
        load(&files, root, &|path| path.display().to_string())
    }
}

fn counted(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}
