//! The rules of the live service, made of the contracts of a workspace and its registers.

use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use sha2::{Digest as _, Sha256};

use crate::feed::Tables;
use crate::feed::slices::Slices;
use crate::live::RuleSet;
use crate::session::files;
use crate::session::ladder::Run;
use crate::session::ready::Ready;
use crate::session::trouble::Trouble;

/// How many findings about registers are told.
const TOLD: usize = 10;

/// Rules, and what is worth knowing about them.
#[derive(Clone, Debug)]
pub struct Rules {
    /// What decides.
    pub set: Arc<RuleSet>,
    /// What is wrong with the registers.
    pub registers: Vec<String>,
    /// The scenarios that fail.
    pub failing: Vec<String>,
}

impl Rules {
    /// The rules of a run, all of whose contracts can be evaluated. What is the same as in those before is not worked out
    /// again.
    pub fn of(run: &Run, before: Option<&Self>) -> Result<Self, Trouble> {
        let ready: Vec<&Ready> = run.ready().collect();
        let made = ready.into_par_iter().map(|ready| (ready.whole(), ready.schema(), ready.failing()));
        let made: Vec<_> = made.collect();
        let schemas: Vec<_> = made.iter().map(|(_, schema, _)| (*schema).clone()).collect();
        let register = digest(run)?;
        let known = before.filter(|before| before.set.register == register);
        let (registers, slices) = match known.filter(|known| known.set.schemas == schemas) {
            Some(known) => (known.registers.clone(), Arc::clone(&known.set.registers)),
            None => (findings(run)?, known.map_or_else(|| slices(run), |known| Ok(Arc::clone(&known.set.registers)))?),
        };
        let plans = made.iter().filter_map(|(plan, ..)| plan.cloned()).collect();
        let failing = made.iter().flat_map(|(.., failing)| failing.iter().cloned()).collect();
        let set = RuleSet { plans, schemas, registers: slices, register };
        Ok(Self { set: Arc::new(set), registers, failing })
    }
}

/// SHA-256 of the texts of the registers; empty where there is none.
fn digest(run: &Run) -> Result<String, Trouble> {
    let paths = run.workspace.registers()?;
    let mut digest = Sha256::new();
    for path in &paths {
        digest.update(files::bytes(path)?);
    }
    Ok(if paths.is_empty() { String::new() } else { format!("{:x}", digest.finalize()) })
}

fn slices(run: &Run) -> Result<Arc<Slices>, Trouble> {
    let mut slices = Slices::default();
    for path in run.workspace.registers()? {
        slices.add(run.workspace.input(&path, 0)?);
    }
    Ok(Arc::new(slices))
}

/// What is wrong with the registers, in words.
fn findings(run: &Run) -> Result<Vec<String>, Trouble> {
    let paths = run.workspace.registers()?;
    let registers = paths.iter().map(|path| run.workspace.input(path, 0)).collect::<Result<_, _>>()?;
    let tables = Tables { registers, ..Tables::default() };
    let read = crate::feed::read(&run.schemas(), tables, &[], Vec::new(), &|_| {}).resolve(None);
    let findings = read.evidence.findings.iter().take(TOLD).map(|finding| {
        format!("{}:{} {}: {}", read.file(finding.file), finding.line, finding.cause.words(), finding.reason)
    });
    Ok(findings.collect())
}
