//! `consigne explain`

use serde_json::json;

use crate::base::code::Code;
use crate::cli::feed::read;
use crate::cli::output::Output;
use crate::cli::settle::instant;
use crate::cli::{Common, End, loaded};
use crate::evaluate::observations::Watch;
use crate::evaluate::settle::{Question, Wishes};
use crate::evaluate::shown::Names;
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
        let own: Vec<(usize, &_)> = plans
            .iter()
            .enumerate()
            .filter_map(|(place, plan)| Some((place, plan.as_ref()?)))
            .filter(|(_, plan)| self.wanted(&plan.contract))
            .collect();
        let numbers: Vec<&str> =
            own.iter().flat_map(|(_, plan)| plan.clauses.iter().map(|clause| clause.number.as_str())).collect();
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
        let feed = read(&run, &Feeds { as_of, ..Feeds::default() }, output)?;
        let mut told = Vec::new();
        for (place, plan) in own {
            let Some(clause) = plan.clauses.iter().find(|clause| clause.number == number) else {
                continue;
            };
            for period in plan.asked.0..=plan.asked.1 {
                let question = Question { clause: clause.id, period, group: group.map(str::to_owned) };
                let bounds = plan.windows.bounds(plan.settled, period);
                let watch = Watch { from: bounds.start, until: bounds.end, limit: 20 };
                let wishes = Wishes { question: Some(question), assumed: Vec::new() };
                let (observations, settlement) = Run::settle(plan, &feed, place, &wishes, Some(&watch));
                let names = Names { plan, feed: &feed };
                told.extend(settlement.traces.iter().map(|trace| explained(names, &run.sources, trace, &observations)));
            }
        }
        if told.is_empty() {
            return Err(nothing());
        }
        if output.is_json() {
            output.json(&json!({ "explanations": told }));
        } else {
            output.print(&told.join("\n"));
        }
        Ok(End::Well)
    }

    fn asset(&self, asset: &str, common: &Common, output: &Output) -> Result<End, Trouble> {
        let Some(run) = loaded(common, output)? else {
            return Ok(End::Findings);
        };
        let feed = read(&run, &Feeds::default(), output)?;
        let mut told = Vec::new();
        for (place, plan) in run.whole().enumerate() {
            let Some(plan) = plan.filter(|plan| self.wanted(&plan.contract)) else {
                continue;
            };
            let names = Names { plan, feed: &feed };
            let decisions = Run::decide(plan, &feed, place);
            let own = decisions.iter().filter(|found| found.asset.is_some_and(|own| feed.is_named(own, asset)));
            told.extend(own.map(|found| question_line(names, &run.sources, found)));
        }
        if told.is_empty() {
            return Err(Trouble::call(
                format!("no decision is about an asset `{asset}`"),
                "`consigne decide` lists all decisions",
            ));
        }
        if output.is_json() {
            output.json(&json!({ "explanations": told }));
        } else {
            output.print(&told.join("\n"));
        }
        Ok(End::Well)
    }
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
