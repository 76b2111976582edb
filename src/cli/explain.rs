//! `consigne explain`

use std::collections::BTreeMap;

use serde_json::json;

use crate::base::code::Code;
use crate::base::ids::AssetId;
use crate::base::source::Sources;
use crate::cli::feed::{Within, parts};
use crate::cli::output::Output;
use crate::cli::settle::instant;
use crate::cli::{Common, End, loaded, no_decision};
use crate::evaluate::observations::Watch;
use crate::evaluate::settle::{Question, Wishes};
use crate::evaluate::shown::Names;
use crate::feed::Feed;
use crate::report::{explained, question_line};
use crate::session::{Asked, Feeds, Run, Trouble};

/// Tells why a figure or decision is what it is, or what a finding means.
#[derive(Debug, clap::Args)]
#[command(after_help = "Examples:
  consigne explain clause 3 2013-01            the lines of a clause, step by step
  consigne explain clause 6.1 2026-03 P1       only for one group
  consigne explain asset L1                    the decisions about an asset, row by row
  consigne explain C041                        what a finding means")]
pub(super) struct Explain {
    /// `clause NUMBER PERIOD [GROUP]`, `asset ID`, or the code of a finding.
    #[arg(required = true, num_args = 1..=4)]
    what: Vec<String>,
    /// Only what was known at this instant, such as `2026-04-03T00:00:00Z`.
    #[arg(long, value_name = "INSTANT")]
    as_of: Option<String>,
    /// Only this contract.
    #[arg(long)]
    contract: Option<String>,
    #[command(flatten)]
    within: Within,
}

impl Explain {
    pub(super) fn follow(&self, common: &Common, output: &Output) -> Result<End, Trouble> {
        let what: Vec<&str> = self.what.iter().map(String::as_str).collect();
        match what.as_slice() {
            ["clause", number, period] => self.clause(number, period, None, common, output),
            ["clause", number, period, group] => self.clause(number, period, Some(group), common, output),
            ["asset", asset] => self.asset(asset, common, output),
            [code] => page(code, output),
            _ => Err(Trouble::call(
                format!("`explain {}` is not understood", self.what.join(" ")),
                "write `explain clause 3 2013-01`, `explain asset L1` or `explain C041`",
            )),
        }
    }

    fn wanted(&self, id: &str) -> bool {
        self.contract.as_ref().is_none_or(|wanted| wanted == id)
    }

    fn clause(
        &self,
        number: &str,
        period: &str,
        group: Option<&str>,
        common: &Common,
        output: &Output,
    ) -> Result<End, Trouble> {
        let asked = Asked::parse(period)?;
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let as_of = self.as_of.as_deref().map(instant).transpose()?;
        let plans = run.plans(asked, as_of);
        let own = plans.iter().map(|plan| plan.as_ref().filter(|plan| self.wanted(&plan.contract))).collect::<Vec<_>>();
        let clauses = own.iter().flatten().flat_map(|plan| &plan.clauses);
        let numbers: Vec<&str> = clauses.map(|clause| clause.number.as_str()).collect();
        let is_known = numbers.contains(&number);
        let nothing = || {
            let help = match group.filter(|_| is_known) {
                Some(group) => format!("there may be no line for `{group}`; without a group all lines are told"),
                None => format!("clauses: {}", numbers.join(", ")),
            };
            Trouble::call(format!("clause {number} computes nothing in {period}"), help)
        };
        // What there is no clause of needs no feed.
        if !is_known {
            return Err(nothing());
        }
        let feeds = Feeds { as_of, ..Feeds::default() };
        // Lines of contracts without the clause need not be put in order.
        let plan = |place: usize| {
            let plan = own.get(place).copied().flatten();
            plan.filter(|plan| plan.clauses.iter().any(|clause| clause.number == number))
        };
        let (told, end) = self.told((&run, &feeds), output, &|place| plan(place).is_some(), |place, feed| {
            let lines = |plan| clause_lines(Names { plan, feed }, place, (number, group), &run.sources);
            plan(place).map(lines).unwrap_or_default()
        })?;
        if told.is_empty() {
            return Err(nothing());
        }
        if output.is_json() {
            output.json(&json!({ "explanations": told }));
        } else {
            output.print(&told.join("\n"));
        }
        Ok(end)
    }

    fn asset(&self, asset: &str, common: &Common, output: &Output) -> Result<End, Trouble> {
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let own: Vec<_> = run.whole().map(|plan| plan.filter(|plan| self.wanted(&plan.contract))).collect();
        let plan = |place: usize| own.get(place).copied().flatten();
        let (told, end) =
            self.told((&run, &Feeds::default()), output, &|place| plan(place).is_some(), |place, feed| {
                let lines = |plan| asset_lines(Names { plan, feed }, place, asset, &run.sources);
                plan(place).map(lines).unwrap_or_default()
            })?;
        if told.is_empty() {
            return Err(no_decision(asset));
        }
        if output.is_json() {
            output.json(&json!({ "explanations": told }));
        } else {
            output.print(&told.join("\n"));
        }
        Ok(end)
    }

    /// What is told of the contracts that are wanted, in their order. Lines of the feed that may be missing are findings.
    fn told(
        &self,
        (run, feeds): (&Run, &Feeds),
        output: &Output,
        is_wanted: &dyn Fn(usize) -> bool,
        lines: impl Fn(usize, &Feed) -> Vec<String> + Sync,
    ) -> Result<(Vec<String>, End), Trouble> {
        let memory = self.within.memory()?;
        let parts = parts(run, feeds, memory, output)?.only(is_wanted);
        let mut told = BTreeMap::new();
        let feed = Run::each(parts, memory, lines, |found| told.extend(found))?;
        let unclear = feed.evidence.causes.keys().any(|cause| cause.needs_a_look());
        if unclear {
            output.say("lines of the feed need a look and may be missing here: `consigne feed check` tells which");
        }
        let end = if unclear { End::Findings } else { End::Well };
        Ok((told.into_values().flatten().collect(), end))
    }
}

/// The lines of a clause of a contract in the periods asked for, or of one group.
fn clause_lines(
    names: Names<'_>,
    place: usize,
    (number, group): (&str, Option<&str>),
    sources: &Sources,
) -> Vec<String> {
    let Names { plan, feed } = names;
    let Some(clause) = plan.clauses.iter().find(|clause| clause.number == number) else { return Vec::new() };
    let periods = plan.asked.0..=plan.asked.1;
    let told = periods.flat_map(|period| {
        let question = Question { clause: clause.id, period, group: group.map(str::to_owned) };
        let bounds = plan.windows.bounds(plan.settled, period);
        let watch = Watch { from: bounds.start, until: bounds.end, limit: 20 };
        let wishes = Wishes { question: Some(question), assumed: Vec::new() };
        let (observations, settlement) = Run::settle(plan, feed, place, &wishes, Some(&watch));
        let lines = settlement.traces.iter().map(|trace| explained(names, sources, trace, &observations));
        lines.collect::<Vec<_>>()
    });
    told.collect()
}

/// The decisions of a contract about an asset.
fn asset_lines(names: Names<'_>, place: usize, asset: &str, sources: &Sources) -> Vec<String> {
    let decisions = Run::decide(names.plan, names.feed, place);
    let is_it = |asset_of: Option<AssetId>| asset_of.is_some_and(|own| names.feed.is_named(own, asset));
    let own = decisions.iter().filter(|found| is_it(found.asset));
    own.map(|found| question_line(names, sources, found)).collect()
}

/// The explanation page of a code.
fn page(code: &str, output: &Output) -> Result<End, Trouble> {
    let upper = code.to_ascii_uppercase();
    match Code::ALL.iter().find(|known| known.as_str() == upper) {
        Some(found) => {
            output.print(found.page());
            Ok(End::Well)
        }
        None => Err(Trouble::call(
            format!("there is nothing called `{code}` to explain"),
            "write `explain clause 3 2013-01`, `explain asset L1` or `explain C041`",
        )),
    }
}
