//! The rules in force and what became of the files that they came from.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use crate::base::diagnostic::Severity;
use crate::live::RuleSet;
use crate::render;
use crate::session::{Rules, Run, Trouble, Workspace};

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

/// What is known of the files: where those that are taken in were looked for, the contracts as they were read last, and the
/// rules made of them when they were last good.
#[derive(Clone, Default)]
pub(crate) struct Before {
    looked: Vec<PathBuf>,
    run: Option<Arc<Run>>,
    rules: Option<Rules>,
}

/// What the files hold, read aside.
pub(crate) struct Read {
    looked: Vec<PathBuf>,
    stamps: Stamps,
    /// The contracts, unless they cannot be read together.
    run: Option<Arc<Run>>,
    found: Result<Rules, Refusal>,
}

/// Why there are no rules.
enum Refusal {
    /// Findings in contracts; each line names file, line and column.
    Findings(String),
    /// Something about files.
    Files(Trouble),
}

impl Refusal {
    fn words(&self) -> String {
        match self {
            Self::Findings(lines) => lines.clone(),
            Self::Files(trouble) => trouble.to_string(),
        }
    }
}

type Stamps = Vec<(PathBuf, Option<(SystemTime, u64)>)>;

/// Keeps the last good rules.
pub(super) struct Keeper {
    workspace: Workspace,
    rules: Rules,
    /// Where files to take in were looked for.
    looked: Vec<PathBuf>,
    /// What the files looked like when they were last read.
    stamps: Stamps,
    /// The contracts as they were read last: those whose texts do not change are not checked again.
    run: Option<Arc<Run>>,
    /// The refusal that was told last, while it lasts.
    refused: Option<String>,
}

impl Keeper {
    /// Loads the rules for the first time; a broken contract keeps the service from starting.
    pub(super) fn open(workspace: &Workspace) -> Result<(Self, Vec<String>), Trouble> {
        let Read { looked, stamps, run, found } = read(workspace.root(), Before::default());
        let rules = found.map_err(|why| match why {
            Refusal::Findings(lines) => Trouble::Refused(lines),
            Refusal::Files(trouble) => trouble,
        })?;
        let notes = notes(&rules);
        Ok((Self { workspace: workspace.clone(), rules, looked, stamps, run, refused: None }, notes))
    }

    /// The rules in force.
    pub(super) fn rules(&self) -> Arc<RuleSet> {
        Arc::clone(&self.rules.set)
    }

    /// What is known of the files.
    pub(super) fn before(&self) -> Before {
        Before { looked: self.looked.clone(), run: self.run.clone(), rules: Some(self.rules.clone()) }
    }

    /// The folder of the workspace.
    pub(super) fn root(&self) -> PathBuf {
        self.workspace.root().to_owned()
    }

    /// The contracts in force with the beginnings of their digests.
    pub(super) fn named(&self) -> String {
        named(&self.rules.set)
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
    pub(super) fn take(&mut self, Read { looked, stamps, run, found }: Read) -> News {
        (self.stamps, self.looked) = (stamps, looked);
        if let Some(run) = run {
            self.workspace = run.workspace.clone();
            self.run = Some(run);
        }
        match found {
            Ok(rules) => self.accept(rules),
            Err(why) if self.refused.as_ref() == Some(&why.words()) => News::None,
            Err(why) => {
                self.refused = Some(why.words());
                News::Refused(why.words())
            }
        }
    }

    fn accept(&mut self, rules: Rules) -> News {
        let was_refused = self.refused.take().is_some();
        let before = std::mem::replace(&mut self.rules, rules).set;
        let now = &self.rules.set;
        let same_register = now.register == before.register;
        if digests(now) == digests(&before) && same_register {
            return if was_refused { News::Mended } else { News::None };
        }
        let mut notes = notes(&self.rules);
        if !same_register {
            notes.push("the register was read anew".to_owned());
        }
        let gone = before.plans.iter().filter(|old| now.plans.iter().all(|plan| plan.contract != old.contract));
        notes.extend(gone.map(|old| format!("{} is no longer in force: its events are for no contract", old.contract)));
        News::Swapped(notes)
    }
}

/// What is worth knowing about rules. Where scenarios fail, the rules go into force, and it is said.
fn notes(rules: &Rules) -> Vec<String> {
    let failing = rules.failing.iter();
    let failing = failing.map(|title| format!("the scenario {title} fails: `consigne test` shows how"));
    rules.registers.iter().cloned().chain(failing).collect()
}

/// Reads and checks what the files hold. What is broken and changes again at once was seen half-way.
pub(super) fn read(root: &Path, before: Before) -> Read {
    let first = read_once(root, before.clone());
    if first.found.is_ok() {
        return first;
    }
    std::thread::sleep(HALFWAY);
    let second = read_once(root, before);
    if second.stamps == first.stamps { first } else { second }
}

/// Files are looked at before they are read, so that no change goes unseen; where others are taken in than before, that is
/// known only after the first reading.
fn read_once(root: &Path, mut before: Before) -> Read {
    let first = read_with(root, &before);
    if first.looked == before.looked {
        return first;
    }
    before.looked = first.looked;
    before.run = first.run.or(before.run);
    read_with(root, &before)
}

fn read_with(root: &Path, before: &Before) -> Read {
    let nothing = Err(Refusal::Findings(String::new()));
    let mut read = Read { looked: before.looked.clone(), stamps: Stamps::new(), run: None, found: nothing };
    let found = Workspace::find(root).and_then(|workspace| {
        read.stamps = stamps(&workspace, &before.looked);
        let run = Arc::new(Run::load_after(workspace, before.run.as_deref())?);
        read.looked.clone_from(&run.looked);
        let refusal = refusal(&run);
        read.run = Some(Arc::clone(&run));
        match refusal {
            Some(lines) => Ok(Err(Refusal::Findings(lines))),
            None => Rules::of(&run, before.rules.as_ref()).map(Ok),
        }
    });
    read.found = found.unwrap_or_else(|trouble| Err(Refusal::Files(trouble)));
    read
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
