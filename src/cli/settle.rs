//! `consigne settle`

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::base::time::Instant;
use crate::cli::feed::read;
use crate::cli::output::Output;
use crate::cli::{Common, End, loaded};
use crate::evaluate::settle::Wishes;
use crate::report::{Statement, Statements, evidence, evidence_text, statement, statement_text};
use crate::session::{Asked, Feeds, Run, Trouble};

/// Prints the statement of each contract for a period.
#[derive(Debug, clap::Args)]
pub(super) struct Settle {
    /// The period: `2026-03`, `2026-Q1`, `2026`, `2026-01..2026-06`.
    period: String,
    /// Only this contract.
    #[arg(long)]
    contract: Option<String>,
    /// Only what was known at this instant, such as `2026-04-03T00:00:00Z`.
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// JSON Lines files in place of the workspace's feeds; `-` is standard input.
    #[arg(long = "feed", value_name = "FILE")]
    feeds: Vec<std::path::PathBuf>,
}

/// An instant of the command line.
pub(super) fn instant(text: &str) -> Result<Instant, Trouble> {
    Instant::parse_rfc3339(text).ok_or_else(|| {
        Trouble::call(format!("`{text}` is no instant"), "write it with its offset, such as `2026-04-03T00:00:00Z`")
    })
}

impl Settle {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let asked = Asked::parse(&self.period)?;
        let as_of = self.as_of.as_deref().map(instant).transpose()?;
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        self.refuse_unknown(&run)?;
        let feeds = Feeds { instead: self.feeds.clone(), as_of };
        let feed = read(&run, &feeds, output)?;
        let plans = run.plans_until(Some(asked), as_of);
        let wanted = |id: &String| self.contract.as_ref().is_none_or(|wanted| wanted == id);
        let settled = plans.par_iter().zip(&feed.contracts).enumerate().filter_map(|(place, (plan, contract))| {
            let plan = plan.as_ref().filter(|plan| wanted(&plan.contract))?;
            let (_, settlement) = Run::settle(plan, &feed, place, &Wishes::default(), None);
            Some(statement(plan, &feed, contract, &settlement))
        });
        let statements: Vec<Statement> = settled.collect();
        if statements.is_empty() {
            return Err(Trouble::call(
                format!("no settlement period of a contract ends in {}", self.period),
                "ask for a period of the term, as long as the contract's rhythm of settlement",
            ));
        }
        let statements = Statements { statements, evidence: evidence(&feed, &feed.evidence) };
        print(&statements, output);
        let held =
            statements.statements.iter().flat_map(|statement| &statement.periods).any(|period| !period.held.is_empty());
        let unclear = feed.evidence.causes.keys().any(|cause| cause.needs_a_look());
        Ok(if held || unclear { End::Findings } else { End::Well })
    }

    fn refuse_unknown(&self, run: &Run) -> Result<(), Trouble> {
        let Some(wanted) = &self.contract else {
            return Ok(());
        };
        let ids: Vec<&str> = run.contracts().map(|(contract, _)| contract.id.as_str()).collect();
        if ids.contains(&wanted.as_str()) {
            return Ok(());
        }
        Err(Trouble::call(format!("there is no contract `{wanted}`"), format!("known: {}", ids.join(", "))))
    }
}

fn print(statements: &Statements, output: &Output) {
    if output.is_json() {
        output.json(statements);
        return;
    }
    for (place, statement) in statements.statements.iter().enumerate() {
        if place > 0 {
            output.print("\n");
        }
        output.print(&statement_text(statement));
    }
    output.print(&evidence_text(&statements.evidence));
}
