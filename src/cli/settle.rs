//! `consigne settle`

use crate::base::time::Instant;
use crate::cli::feed::{Within, with_bar};
use crate::cli::output::Output;
use crate::cli::pages::{Page, Pages};
use crate::cli::{Common, End, loaded};
use crate::report::evidence;
use crate::session::{Asked, Feeds, Ready, Run, Trouble};

/// So many terms are told where no period lies in one.
const TERMS: usize = 3;

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
    /// Events from this file in place of the workspace's feeds; may be given several times. It holds JSON Lines, one event
    /// a line (`.jsonl`, `.ndjson` or `.json`, each also with `.gz` or `.zst`), `-` is standard input. A table is named in
    /// `consigne.toml`, which says what its columns mean.
    #[arg(long = "feed", value_name = "FILE")]
    feeds: Vec<std::path::PathBuf>,
    #[command(flatten)]
    within: Within,
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
        let memory = self.within.memory()?;
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        self.refuse_unknown(&run)?;
        let plans = run.plans(asked, as_of);
        // What was asked for is known before a feed is read.
        let is_asked = |id: &String| self.contract.as_ref().is_none_or(|wanted| wanted == id);
        if !plans.iter().flatten().any(|plan| is_asked(&plan.contract)) {
            return Err(Trouble::call(
                format!("no settlement period of a contract ends in {}", self.period),
                format!(
                    "ask for a period of the term, as long as the contract's rhythm of settlement; {}",
                    self.terms(&run)
                ),
            ));
        }
        let feeds = Feeds { instead: self.feeds.clone(), as_of };
        let parts = with_bar(&run, &feeds, output, |progress| run.parts(&feeds, (memory, &plans), progress))?;
        let mut pages = Pages::new(output);
        let wanted = (plans.as_slice(), self.contract.as_deref());
        let page = Page::in_form(output.is_json());
        let feed = Run::settle_each(parts, memory, wanted, page, |found| pages.take(found))?;
        pages.close(&evidence(&feed, &feed.evidence));
        let unclear = feed.evidence.causes.keys().any(|cause| cause.needs_a_look());
        Ok(if pages.is_held() || unclear { End::Findings } else { End::Well })
    }

    /// When the contracts that were asked for run.
    fn terms(&self, run: &Run) -> String {
        let asked =
            run.ready().filter(|ready| self.contract.as_ref().is_none_or(|wanted| *wanted == ready.contract.id));
        let term = |ready: &Ready| {
            let (first, last) = ready.contract.term;
            format!("{} runs from {first} to {last}", ready.contract.id)
        };
        let told: Vec<String> = asked.take(TERMS).map(term).collect();
        told.join(", ")
    }

    fn refuse_unknown(&self, run: &Run) -> Result<(), Trouble> {
        let Some(wanted) = &self.contract else {
            return Ok(());
        };
        let ids: Vec<&str> = run.ready().map(|ready| ready.contract.id.as_str()).collect();
        if ids.contains(&wanted.as_str()) {
            return Ok(());
        }
        Err(Trouble::call(format!("there is no contract `{wanted}`"), format!("known: {}", ids.join(", "))))
    }
}
