//! The rules in force and what became of the files that they came from.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use crate::live::RuleSet;
use crate::render;
use crate::session::{Run, Trouble, Workspace};

/// What a look at the files brought.
pub(super) enum News {
    /// Nothing new.
    None,
    /// The edit is broken; each line names file, line and column.
    Refused(String),
    /// What was broken is as it was when it was last good.
    Mended,
    /// Other rules are in force.
    Swapped,
}

/// Keeps the last good rules.
pub(super) struct Keeper {
    workspace: Workspace,
    rules: Arc<RuleSet>,
    /// What the files looked like when they were last read.
    stamps: Stamps,
    /// The refusal that was told last, while it lasts.
    refused: Option<String>,
}

type Stamps = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

impl Keeper {
    /// Loads the rules for the first time; a broken contract keeps the service from starting.
    pub(super) fn open(workspace: Workspace) -> Result<Self, Trouble> {
        let stamps = stamps(&workspace);
        let run = Run::load(workspace.clone())?;
        if let Some(why) = refusal(&run) {
            return Err(Trouble::call(
                format!("the contracts are refused:\n{why}"),
                "`consigne check` shows the places",
            ));
        }
        let rules = Arc::new(run.rules()?);
        Ok(Self { workspace, rules, stamps, refused: None })
    }

    /// The rules in force.
    pub(super) fn rules(&self) -> Arc<RuleSet> {
        Arc::clone(&self.rules)
    }

    /// The contracts in force with the beginnings of their digests.
    pub(super) fn named(&self) -> String {
        named(&self.rules)
    }

    /// The folders in which contracts, and what they link to, are.
    pub(super) fn folders(&self) -> Vec<PathBuf> {
        let mut folders = vec![self.workspace.root().to_owned()];
        for (path, _) in &self.stamps {
            let real = path.canonicalize().unwrap_or_else(|_| path.clone());
            folders.extend([path.parent(), real.parent()].into_iter().flatten().map(Path::to_owned));
        }
        folders.sort();
        folders.dedup();
        folders
    }

    /// Looks at the files; they are read when the system `told` of a change, or when they look changed. The rules
    /// are swapped as a whole or not at all.
    pub(super) fn look(&mut self, told: bool) -> News {
        let stamps = stamps(&self.workspace);
        if !told && stamps == self.stamps {
            return News::None;
        }
        self.stamps = stamps;
        match self.read() {
            Ok(rules) => self.accept(rules),
            Err(why) => self.refuse(why),
        }
    }

    fn read(&mut self) -> Result<RuleSet, String> {
        let told = |trouble: Trouble| trouble.to_string();
        let workspace = Workspace::find(self.workspace.root()).map_err(told)?;
        let run = Run::load(workspace.clone()).map_err(told)?;
        if let Some(why) = refusal(&run) {
            return Err(why);
        }
        let rules = run.rules().map_err(told)?;
        self.workspace = workspace;
        Ok(rules)
    }

    fn accept(&mut self, rules: RuleSet) -> News {
        let was_refused = self.refused.take().is_some();
        if digests(&rules) == digests(&self.rules) {
            // The register may have changed all the same.
            self.rules = Arc::new(rules);
            return if was_refused { News::Mended } else { News::None };
        }
        self.rules = Arc::new(rules);
        News::Swapped
    }

    fn refuse(&mut self, why: String) -> News {
        if self.refused.as_ref() == Some(&why) {
            return News::None;
        }
        self.refused = Some(why.clone());
        News::Refused(why)
    }
}

fn digests(rules: &RuleSet) -> Vec<&str> {
    rules.plans.iter().map(|plan| plan.digest.as_str()).collect()
}

fn named(rules: &RuleSet) -> String {
    let short = |digest: &str| digest.get(..12).unwrap_or_default().to_owned();
    let names: Vec<String> =
        rules.plans.iter().map(|plan| format!("{} {}", plan.contract, short(&plan.digest))).collect();
    names.join(", ")
}

/// Why the contracts of a run cannot be in force; `None` where they can.
fn refusal(run: &Run) -> Option<String> {
    let refused = run.loaded.iter().filter(|loaded| loaded.is_refused());
    let lines: Vec<String> = refused
        .flat_map(|loaded| &loaded.diagnostics)
        .filter(|finding| finding.severity() != crate::base::diagnostic::Severity::Warning)
        .map(|finding| render::line(&run.sources, finding))
        .collect();
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// When each file of the rules was written and how long it is.
fn stamps(workspace: &Workspace) -> Stamps {
    let mut paths = workspace.contract_files().unwrap_or_default();
    paths.push(workspace.file());
    paths.extend(workspace.register_files());
    let stamp = |path: &PathBuf| {
        let data = path.metadata().ok()?;
        Some((data.modified().ok()?, data.len()))
    };
    paths.into_iter().map(|path| (path.clone(), stamp(&path))).collect()
}
