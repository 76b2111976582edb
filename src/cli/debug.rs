//! `consigne debug`

use clap::ValueEnum;

use crate::cli::feed::read;
use crate::cli::output::Output;
use crate::cli::{Common, End, loaded};
use crate::evaluate::settle::Wishes;
use crate::session::{Feeds, Run, Trouble};

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
    let feed = read(run, &Feeds::default(), output)?;
    for (place, plan) in run.whole().enumerate() {
        let Some(plan) = plan else { continue };
        let names = crate::evaluate::shown::Names { plan, feed: &feed };
        let (observations, _) = Run::settle(plan, &feed, place, &Wishes::default(), None);
        for (fold, tallies) in plan.folds.iter().zip(&observations.tallies) {
            output.print(&format!("{}\n", fold.label));
            for (window, groups) in tallies {
                let label = plan.windows.label(fold.window, *window);
                let mut rows: Vec<_> = groups.iter().collect();
                rows.sort_unstable_by(|a, b| a.0.cmp(b.0));
                for (group, tally) in rows {
                    let group = names.group(&fold.dims, group);
                    output.print(&format!("  {label} {group}: {tally:?}\n"));
                }
            }
        }
    }
    Ok(())
}
