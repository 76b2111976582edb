//! `consigne feed check`

use std::path::PathBuf;

use crate::cli::output::Output;
use crate::cli::{Common, End, loaded};
use crate::report::{evidence, evidence_text};
use crate::session::{Feeds, Run, Trouble};

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
        /// JSON Lines files in place of the workspace's feeds; `-` is standard input.
        files: Vec<PathBuf>,
    },
}

/// Reads the feed, with a progress bar.
pub(super) fn read(run: &Run, feeds: &Feeds, output: &Output) -> Result<crate::feed::Feed, Trouble> {
    with_bar(run, feeds, output, |progress| run.feed(feeds, progress))
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
        let FeedCommand::Check { files } = &self.command;
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let feeds = Feeds { instead: files.clone(), as_of: None };
        let feed = read(&run, &feeds, output)?;
        let record = evidence(&feed, &feed.evidence);
        let summaries: Vec<_> = crate::feed::summary::summaries(&feed, &run.schemas());
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
