//! `consigne decide`

use std::path::PathBuf;

use crate::base::ids::AssetId;
use crate::cli::feed::{Within, parts};
use crate::cli::output::{Output, json_line};
use crate::cli::turns::Turns;
use crate::cli::{Common, End, loaded, no_decision};
use crate::evaluate::shown::Names;
use crate::feed::Feed;
use crate::report::{decision, decision_text};
use crate::session::{Feeds, Run, Trouble};

/// Prints the decisions of the tables, one for each event that asks for one.
#[derive(Debug, clap::Args)]
pub(super) struct Decide {
    /// Events from these files in place of the workspace's feeds: JSON Lines, one event a line; `-` is standard input.
    /// Tables are named in `consigne.toml`.
    files: Vec<PathBuf>,
    /// Only for this asset.
    #[arg(long)]
    asset: Option<String>,
    #[command(flatten)]
    within: Within,
}

/// The decisions of one contract as they are printed.
#[derive(Default)]
struct Decided {
    text: String,
    /// Whether something could not be decided.
    is_open: bool,
}

impl Decide {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let memory = self.within.memory()?;
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let feeds = Feeds { instead: self.files.clone(), as_of: None };
        let plans: Vec<_> = run.whole().collect();
        let decided = |place: usize, feed: &Feed| {
            let plan = plans.get(place).copied().flatten();
            plan.map(|plan| self.decided(Names { plan, feed }, place, output.is_json())).unwrap_or_default()
        };
        let (mut turns, mut is_open, mut is_empty) = (Turns::new(), false, true);
        let feed = Run::each(parts(&run, &feeds, memory, output)?, memory, decided, |found| {
            for Decided { text, is_open: own } in turns.take(found) {
                is_empty &= text.is_empty();
                output.print(&text);
                is_open |= own;
            }
        })?;
        for finding in crate::report::evidence(&feed, &feed.evidence).findings {
            output.say(&format!("{} {}: {}", finding.place(), finding.cause, finding.reason));
        }
        if let Some(asset) = self.asset.as_ref().filter(|_| is_empty) {
            return Err(no_decision(asset));
        }
        let unclear = feed.evidence.causes.keys().any(|cause| cause.needs_a_look());
        Ok(if is_open || unclear { End::Findings } else { End::Well })
    }

    fn decided(&self, names: Names<'_>, place: usize, json: bool) -> Decided {
        let mut decided = Decided::default();
        let is_asked = |asset: Option<AssetId>| {
            self.asset.as_ref().is_none_or(|wanted| asset.is_some_and(|own| names.feed.is_named(own, wanted)))
        };
        for found in Run::decide(names.plan, names.feed, place).iter().filter(|found| is_asked(found.asset)) {
            let record = decision(names, found);
            decided.is_open |= record.undecided.is_some();
            let text = if json { json_line(&record) } else { decision_text(&record) };
            decided.text.push_str(&text);
            decided.text.push('\n');
        }
        decided
    }
}
