//! `consigne debug`

use std::fmt::Write as _;

use clap::ValueEnum;

use crate::cli::feed::parts;
use crate::cli::output::Output;
use crate::cli::turns::Turns;
use crate::cli::{Common, End, loaded};
use crate::evaluate::settle::Wishes;
use crate::evaluate::shown::Names;
use crate::feed::Feed;
use crate::session::{Feeds, Memory, Run, Trouble};

/// Prints a stage between text and statement.
#[derive(Debug, clap::Args)]
pub(super) struct Debug {
    /// Which stage.
    stage: Stage,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Stage {
    /// The syntax tree, without places.
    Tree,
    /// The checked contract.
    Contract,
    /// What a run computes.
    Plan,
    /// What the walk of the feed leaves behind.
    Observations,
}

impl Debug {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        match self.stage {
            Stage::Tree => {
                for (source, text) in run.sources.iter() {
                    let (file, _) = crate::syntax::parse(source, &text.text);
                    output.print(&format!("{}\n", crate::syntax::outline(&file)));
                }
            }
            Stage::Contract => {
                for ready in run.ready() {
                    output.print(&format!("{:#?}\n", ready.contract));
                }
            }
            Stage::Plan => {
                for plan in run.whole().flatten() {
                    output.print(&format!("{plan:#?}\n"));
                }
            }
            Stage::Observations => observations(&run, output)?,
        }
        Ok(End::Well)
    }
}

fn observations(run: &Run, output: &Output) -> Result<(), Trouble> {
    let plans: Vec<_> = run.whole().collect();
    let memory = Memory::usual();
    let mut turns = Turns::new();
    let observed = |place: usize, feed: &Feed| {
        let plan = plans.get(place).copied().flatten();
        plan.map(|plan| observations_of(Names { plan, feed }, place)).unwrap_or_default()
    };
    Run::each(parts(run, &Feeds::default(), memory, output)?, memory, observed, |found| {
        turns.take(found).iter().for_each(|text| output.print(text));
    })?;
    Ok(())
}

fn observations_of(names: Names<'_>, place: usize) -> String {
    let plan = names.plan;
    let (observations, _) = Run::settle(plan, names.feed, place, &Wishes::default(), None);
    let mut text = String::new();
    for (fold, tallies) in plan.folds.iter().zip(&observations.tallies) {
        let _ = writeln!(text, "{}", fold.label);
        for (window, groups) in tallies {
            let label = plan.windows.label(fold.window, *window);
            let mut rows: Vec<_> = groups.iter().collect();
            rows.sort_unstable_by(|a, b| a.0.cmp(b.0));
            for (group, tally) in rows {
                let group = names.group(&fold.dims, group);
                let _ = writeln!(text, "  {label} {group}: {tally:?}");
            }
        }
    }
    text
}
