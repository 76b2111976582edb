//! The rules in force and what became of the files that they came from.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::base::diagnostic::Severity;
use crate::live::RuleSet;
use crate::render;
use crate::session::{Failing, Run, Trouble, Workspace};

/// How many lines of a refusal are told.
const TOLD: usize = 10;
/// A save may be seen half-way: what is broken is read once more after this long, if it changed meanwhile.
const HALFWAY: Duration = Duration::from_millis(120);

/// What a look at the files brought.
pub(super) enum News {
    /// Nothing new.
    None,
    /// The edit is broken; each line names file, line and column.
    Refused(String),
    /// What was broken is as it was when it was last good.
    Mended,
    /// Other rules are in force; with what is worth knowing about them.
    Swapped(Vec<String>),
}

/// What the files hold, read aside.
pub(crate) struct Read {
    looked: Vec<PathBuf>,
    stamps: Stamps,
    found: Result<Found, String>,
}

/// Rules, what is worth knowing about them, and which of their scenarios fail.
struct Found {
    workspace: Workspace,
    rules: RuleSet,
    notes: Vec<String>,
    failing: Failing,
}

type Stamps = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

/// Keeps the last good rules.
pub(super) struct Keeper {
    workspace: Workspace,
    rules: Arc<RuleSet>,
    /// Where files to take in were looked for.
    looked: Vec<PathBuf>,
    /// What the files looked like when they were last read.
    stamps: Stamps,
    /// The refusal that was told last, while it lasts.
    refused: Option<String>,
    /// The scenarios that fail: those of a text that did not change are not run again.
    failing: Arc<Failing>,
}

impl Keeper {
    /// Loads the rules for the first time; a broken contract keeps the service from starting.
    pub(super) fn open(workspace: &Workspace) -> Result<(Self, Vec<String>), Trouble> {
        let read = read(workspace.root(), &Failing::new());
        let Found { workspace, rules, notes, failing } = read.found.map_err(|why| {
            Trouble::call(format!("the contracts are refused:\n{why}"), "`consigne check` shows the places")
        })?;
        let (rules, failing) = (Arc::new(rules), Arc::new(failing));
        Ok((Self { workspace, rules, looked: read.looked, stamps: read.stamps, refused: None, failing }, notes))
    }

    /// The rules in force.
    pub(super) fn rules(&self) -> Arc<RuleSet> {
        Arc::clone(&self.rules)
    }

    /// The scenarios of the rules that were read last and fail.
    pub(super) fn failing(&self) -> Arc<Failing> {
        Arc::clone(&self.failing)
    }

    /// The folder of the workspace.
    pub(super) fn root(&self) -> PathBuf {
        self.workspace.root().to_owned()
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

    /// Whether the files look other than when they were last read.
    pub(super) fn is_stale(&self) -> bool {
        stamps(&self.workspace, &self.looked) != self.stamps
    }

    /// Takes over what was read aside: as a whole or not at all.
    pub(super) fn take(&mut self, read: Read) -> News {
        self.stamps = read.stamps;
        self.looked = read.looked;
        match read.found {
            Ok(Found { workspace, rules, notes, failing }) => {
                self.workspace = workspace;
                self.failing = Arc::new(failing);
                self.accept(rules, notes)
            }
            Err(why) if self.refused.as_ref() == Some(&why) => News::None,
            Err(why) => {
                self.refused = Some(why.clone());
                News::Refused(why)
            }
        }
    }

    fn accept(&mut self, rules: RuleSet, mut notes: Vec<String>) -> News {
        let was_refused = self.refused.take().is_some();
        let same_register = rules.register == self.rules.register;
        if digests(&rules) == digests(&self.rules) && same_register {
            return if was_refused { News::Mended } else { News::None };
        }
        if !same_register {
            notes.push("the register was read anew".to_owned());
        }
        let gone = self.rules.plans.iter().filter(|old| rules.plans.iter().all(|plan| plan.contract != old.contract));
        notes.extend(gone.map(|old| format!("{} is no longer in force: its events are for no contract", old.contract)));
        self.rules = Arc::new(rules);
        News::Swapped(notes)
    }
}

/// Reads and checks what the files hold. What is broken and changes again at once was seen half-way.
pub(super) fn read(root: &Path, known: &Failing) -> Read {
    let first = read_once(root, known);
    if first.found.is_ok() {
        return first;
    }
    std::thread::sleep(HALFWAY);
    let second = read_once(root, known);
    if second.stamps == first.stamps { first } else { second }
}

/// Files are looked at before they are read, so that no change goes unseen; which ones are taken in is known only after
/// the first reading.
fn read_once(root: &Path, known: &Failing) -> Read {
    let first = read_with(root, &[], known);
    if first.looked.is_empty() { first } else { read_with(root, &first.looked, known) }
}

fn read_with(root: &Path, looked: &[PathBuf], known: &Failing) -> Read {
    let told = |trouble: Trouble| trouble.to_string();
    let workspace = match Workspace::find(root) {
        Ok(workspace) => workspace,
        Err(trouble) => return Read { looked: Vec::new(), stamps: Vec::new(), found: Err(told(trouble)) },
    };
    let stamps = stamps(&workspace, looked);
    let run = match Run::load(workspace.clone()) {
        Ok(run) => run,
        Err(trouble) => return Read { looked: looked.to_owned(), stamps, found: Err(told(trouble)) },
    };
    Read { looked: run.looked.clone(), stamps, found: rules(workspace, &run, known) }
}

fn rules(workspace: Workspace, run: &Run, known: &Failing) -> Result<Found, String> {
    if let Some(why) = refusal(run) {
        return Err(why);
    }
    let (rules, mut notes) = run.rules().map_err(|trouble| trouble.to_string())?;
    // Where scenarios fail, the rules go into force, and it is said.
    let failing = run.failing_scenarios(known);
    let told = run.contracts().filter_map(|(_, digest)| failing.get(digest)).flatten();
    notes.extend(told.map(|title| format!("the scenario {title} fails: `consigne test` shows how")));
    Ok(Found { workspace, rules, notes, failing })
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
    let findings = refused.flat_map(|loaded| &loaded.diagnostics);
    let findings: Vec<_> = findings.filter(|finding| finding.severity() != Severity::Warning).collect();
    let mut lines: Vec<String> = Vec::new();
    for finding in findings.iter().take(TOLD) {
        lines.push(render::line(&run.sources, finding));
        lines.extend(finding.answers.iter().map(|answer| format!("    {}: {}", answer.write, answer.means)));
        lines.extend(finding.help.iter().map(|help| format!("    help: {help}")));
    }
    if findings.len() > TOLD {
        lines.push(format!("    … and {} more: `consigne check`", findings.len().saturating_sub(TOLD)));
    }
    (!lines.is_empty()).then(|| lines.join("\n"))
}

/// When each file of the rules was written and how long it is.
fn stamps(workspace: &Workspace, looked: &[PathBuf]) -> Stamps {
    let mut paths = workspace.contract_files().unwrap_or_default();
    paths.extend(looked.iter().cloned());
    paths.push(workspace.file());
    paths.extend(workspace.register_files());
    let stamp = |path: &PathBuf| {
        let data = path.metadata().ok()?;
        Some((data.modified().ok()?, data.len()))
    };
    paths.into_iter().map(|path| (path.clone(), stamp(&path))).collect()
}
