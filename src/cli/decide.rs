//! `consigne decide`

use std::path::PathBuf;

use crate::cli::feed::read;
use crate::cli::output::Output;
use crate::cli::{Common, End, loaded};
use crate::evaluate::shown::Names;
use crate::report::{decision, decision_text};
use crate::session::{Feeds, Run, Trouble};

/// Prints the decisions of the tables, one for each event that asks for one.
#[derive(Debug, clap::Args)]
pub(super) struct Decide {
    /// JSON Lines files in place of the workspace's feeds; `-` is standard input.
    files: Vec<PathBuf>,
    /// Only for this asset.
    #[arg(long)]
    asset: Option<String>,
}

impl Decide {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let feeds = Feeds { instead: self.files.clone(), as_of: None };
        let feed = read(&run, &feeds, output)?;
        let mut end =
            if feed.evidence.causes.keys().any(|cause| cause.needs_a_look()) { End::Findings } else { End::Well };
        for (place, plan) in run.whole().enumerate() {
            let Some(plan) = plan else { continue };
            let names = Names { plan, feed: &feed };
            let decisions = Run::decide(plan, &feed, place);
            let wanted = decisions.iter().filter(|found| {
                self.asset.as_ref().is_none_or(|asset| found.asset.is_some_and(|own| feed.is_named(own, asset)))
            });
            for found in wanted {
                let record = decision(names, found);
                if record.undecided.is_some() {
                    end = End::Findings;
                }
                if output.is_json() {
                    output.json_line(&record);
                } else {
                    output.print(&format!("{}\n", decision_text(&record)));
                }
            }
        }
        for finding in crate::report::evidence(&feed, &feed.evidence).findings {
            output.say(&format!("{} {}: {}", finding.place(), finding.cause, finding.reason));
        }
        Ok(end)
    }
}
