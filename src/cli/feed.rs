//! `consigne feed check`

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::cli::output::Output;
use crate::cli::{Common, End, loaded};
use crate::feed::parts::Parts;
use crate::feed::summary::{Summary, summaries};
use crate::report::{evidence, evidence_text};
use crate::session::{Feeds, Memory, Run, Trouble};

/// Looks into feeds.
#[derive(Debug, clap::Args)]
pub(super) struct Feed {
    #[command(subcommand)]
    command: FeedCommand,
}

#[derive(Debug, clap::Subcommand)]
enum FeedCommand {
    /// What the feed holds: counts, kinds, spans of time, and every line that needs a look.
    Check {
        /// Events from these files in place of the workspace's feeds: JSON Lines, one event a line; `-` is standard input.
        /// Tables are named in `consigne.toml`.
        files: Vec<PathBuf>,
        #[command(flatten)]
        within: Within,
    },
}

/// How much memory events may take.
#[derive(Debug, clap::Args)]
pub(super) struct Within {
    /// So much memory for events, such as `2GiB`: the rest waits in a file. Half of the machine's unless told otherwise.
    #[arg(long, value_name = "SIZE")]
    memory: Option<String>,
}

impl Within {
    /// What was asked for, or the usual.
    pub(super) fn memory(&self) -> Result<Memory, Trouble> {
        self.memory.as_deref().map_or_else(|| Ok(Memory::usual()), Memory::parse)
    }
}

/// Reads the feed, with a progress bar, in parts that each have contracts as a whole.
pub(super) fn parts(run: &Run, feeds: &Feeds, memory: Memory, output: &Output) -> Result<Parts, Trouble> {
    with_bar(run, feeds, output, |progress| run.parts(feeds, (memory, &[]), progress))
}

/// Shows how far the reading of a feed has come.
pub(super) fn with_bar<T>(
    run: &Run,
    feeds: &Feeds,
    output: &Output,
    read: impl FnOnce(&(dyn Fn(u64) + Sync)) -> Result<T, Trouble>,
) -> Result<T, Trouble> {
    let bar = output.progress(run.bytes(feeds)?);
    let found = read(&|bytes| bar.inc(bytes))?;
    bar.finish_and_clear();
    Ok(found)
}

impl Feed {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let FeedCommand::Check { files, within } = &self.command;
        let memory = within.memory()?;
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let feeds = Feeds { instead: files.clone(), as_of: None };
        let schemas = run.schemas();
        let mut found = BTreeMap::new();
        let summed = |place: usize, feed: &crate::feed::Feed| {
            let own = schemas.get(place).zip(feed.contracts.get(place));
            own.map(|(schema, contract)| summaries(contract, schema)).unwrap_or_default()
        };
        let feed = Run::each(parts(&run, &feeds, memory, output)?, memory, summed, |more| found.extend(more))?;
        let summaries: Vec<Summary> = found.into_values().flatten().collect();
        let record = evidence(&feed, &feed.evidence);
        if output.is_json() {
            output.json(&serde_json::json!({ "evidence": record, "kinds": summaries }));
        } else {
            output.print(evidence_text(&record).trim_start());
            for summary in &summaries {
                output.print(&format!("{summary}\n"));
            }
        }
        let clean = !feed.evidence.causes.keys().any(|cause| cause.needs_a_look());
        Ok(if clean { End::Well } else { End::Findings })
    }
}
