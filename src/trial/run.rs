//! Runs scenarios: facts → feed → observations → settlement, as for real data.

use crate::base::time::Date;
use crate::base::window::{WindowKind, Windows};
use crate::check::contract::Contract;
use crate::evaluate::decide::Decision;
use crate::evaluate::observations::Duty;
use crate::evaluate::settle::{Assumed, Settlement, Wishes};
use crate::evaluate::shown::Names;
use crate::evaluate::{decide, observe, ranked, settle};
use crate::feed::evidence::Cause;
use crate::feed::input::{Compression, Format, Input};
use crate::feed::mapping::Mapping;
use crate::feed::{Feed, Tables};
use crate::plan::{Plan, plan, rhythm};
use crate::syntax::tree::{Expect, Expected, Scenario, Step, Word};
use crate::trial::expect::{self, Verdict};
use crate::trial::facts::{facts, first_day};
use crate::trial::schema::schema;
use crate::trial::table::runs;

/// One run of a scenario.
#[derive(Clone, PartialEq, Debug)]
pub struct Trial {
    /// The scenario's title; with the number of the row where a table runs it several times.
    pub title: String,
    /// What did not come out as expected; empty where it passes.
    pub failures: Vec<Failure>,
    /// Numbers of the clauses of which something is expected.
    pub clauses: Vec<String>,
}

/// An expectation that did not come true.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Failure {
    /// Where it is written.
    pub span: crate::base::span::Span,
    /// What was expected.
    pub expected: String,
    /// What came out.
    pub found: String,
}

/// What came of the facts of a scenario.
pub(super) struct Came<'a> {
    pub(super) contract: &'a Contract,
    pub(super) plan: Plan,
    pub(super) feed: Feed,
    pub(super) settlement: Settlement,
    pub(super) decisions: Vec<Decision>,
    /// How obligations stand when the term is over and nothing else happens.
    pub(super) in_the_end: Vec<Duty>,
}

impl Came<'_> {
    pub(super) fn names(&self) -> Names<'_> {
        Names { plan: &self.plan, feed: &self.feed }
    }
}

/// Runs every scenario of a contract.
#[must_use]
pub fn run(contract: &Contract) -> Vec<Trial> {
    contract.scenarios.iter().flat_map(|scenario| trials(contract, scenario)).collect()
}

fn trials(contract: &Contract, scenario: &Scenario) -> Vec<Trial> {
    let runs = runs(scenario);
    runs.into_iter()
        .map(|(row, steps)| {
            let title = &scenario.title.node;
            let title = match row {
                Some((number, _)) => format!("{title}, row {number}"),
                None => title.clone(),
            };
            Trial { title, failures: failures(contract, &steps), clauses: clauses(contract, &steps) }
        })
        .collect()
}

fn expectations(steps: &[Step]) -> impl Iterator<Item = &Expect> {
    steps.iter().filter_map(|step| match step {
        Step::Expect(expect) => Some(expect),
        Step::Event(_) | Step::Assume(_) => None,
    })
}

fn clauses(contract: &Contract, steps: &[Step]) -> Vec<String> {
    let expected = expectations(steps).filter_map(|expect| match &expect.what {
        Expected::Clause { number, .. } | Expected::Deposits { number, .. } | Expected::Right { number, .. } => {
            Some(number.node.clone())
        }
        Expected::Obligation { name, .. } | Expected::Due { name, .. } => {
            let obligation = contract.obligations.iter().find(|obligation| obligation.name == name.node)?;
            contract.clauses.get(obligation.clause.index()).map(|clause| clause.number.clone())
        }
        Expected::Total { .. } | Expected::Value { .. } => None,
    });
    expected.collect()
}

fn failures(contract: &Contract, steps: &[Step]) -> Vec<Failure> {
    let came = came(contract, steps);
    let refused = &came.feed.evidence;
    let unfit = refused.findings.iter().filter(|finding| finding.cause != Cause::TooLate);
    let rejected = unfit.map(|finding| Failure {
        span: steps.iter().map(span_of).nth(finding.line.saturating_sub(1) as usize).unwrap_or(steps_span(contract)),
        expected: "every event to fit the contract".to_owned(),
        found: finding.reason.clone(),
    });
    let mut failures: Vec<Failure> = rejected.chain(steps.iter().filter_map(|step| untold(&came, step))).collect();
    for expect in expectations(steps) {
        if let Verdict::Fails { expected, found } = expect::verdict(&came, expect) {
            failures.push(Failure { span: expect.span, expected, found });
        }
    }
    failures
}

/// A number that is set for a group of which nothing is known, so that it would say nothing.
fn untold(came: &Came<'_>, step: &Step) -> Option<Failure> {
    let Step::Assume(assume) = step else { return None };
    let of = &assume.of.as_ref()?.node;
    let measure = came.plan.measures.iter().find(|measure| measure.name == assume.name.node)?;
    let names = came.names();
    let figures = came.settlement.periods.iter().flat_map(|period| &period.figures);
    let mut own = figures.filter(|figure| figure.measure == measure.id);
    let is_there =
        names.keys(measure.id, of).is_some() || own.any(|figure| names.is_group(&measure.dims, &figure.group, of));
    (!is_there).then(|| Failure {
        span: assume.span,
        expected: format!("`{of}` to be a group of `{}`", measure.name),
        found: format!("nothing in the scenario is named `{of}`: give it an event or an attribute"),
    })
}

fn span_of(step: &Step) -> crate::base::span::Span {
    match step {
        Step::Event(event) => event.span,
        Step::Assume(assume) => assume.span,
        Step::Expect(expect) => expect.span,
    }
}

fn steps_span(contract: &Contract) -> crate::base::span::Span {
    crate::base::span::Span::new(contract.source, 0, 0)
}

/// What comes of the facts: settled up to the last day that a step names.
fn came<'a>(contract: &'a Contract, steps: &[Step]) -> Came<'a> {
    let feed = feed_of(contract, steps);
    let (first, last) = contract.term;
    let until = steps.iter().filter_map(last_day).max().unwrap_or(first).clamp(first, last);
    let windows = Windows::new(contract.zone, first, last, crate::base::time::MonthEnd::LastDay);
    let settled = rhythm(contract.settled);
    let period = |day: Date| windows.index_of_date(settled, day);
    let whole = plan(contract, (period(first), period(last)), String::new());
    let plan = Plan { asked: (period(first), period(until)), ..whole.clone() };
    let names = Names { plan: &plan, feed: &feed };
    let observations = ranked(names, observe(&plan, &feed, 0, None));
    let wishes = Wishes { assumed: steps.iter().filter_map(|step| assumed(&plan, step)).collect(), question: None };
    let settlement = settle(names, &observations, &wishes);
    Came {
        decisions: decide(&plan, &feed, 0),
        in_the_end: observe(&whole, &feed, 0, None).duties,
        contract,
        settlement,
        feed,
        plan,
    }
}

fn feed_of(contract: &Contract, steps: &[Step]) -> Feed {
    let facts = facts(contract, steps);
    let input = |name: &str, format, text: &str| Input {
        name: name.to_owned(),
        format,
        compression: Compression::None,
        bytes: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        placed: None,
        mapping: 0,
    };
    let register =
        if facts.register.is_empty() { Vec::new() } else { vec![input("register", Format::Table, &facts.register)] };
    let mapping = Mapping::native("scenario".to_owned());
    let inputs = vec![input("scenario", Format::JsonLines, &facts.feed)];
    let values =
        if facts.indices.is_empty() { Vec::new() } else { vec![input("indices", Format::Table, &facts.indices)] };
    let tables = Tables { registers: register, indices: values };
    crate::feed::read(&[schema(contract)], tables, &[mapping], inputs, &|_| {}).resolve(None)
}

/// The last day of what a step names.
fn last_day(step: &Step) -> Option<Date> {
    match step {
        Step::Event(event) => Some(event.date.node),
        Step::Assume(_) => None,
        Step::Expect(expect) => match &expect.what {
            Expected::Clause { period, .. }
            | Expected::Deposits { period, .. }
            | Expected::Right { period, .. }
            | Expected::Total { period, .. }
            | Expected::Value { period, .. } => period.as_ref().and_then(days).map(|(_, last)| last),
            Expected::Obligation { .. } | Expected::Due { .. } => None,
        },
    }
}

/// First and last day of a period as written: a day, month or year.
pub(super) fn days(period: &Word) -> Option<(Date, Date)> {
    let first = first_day(period)?;
    let last = match period.node.len() {
        0..=4 => first.plus_months(11, crate::base::time::MonthEnd::LastDay).last_of_month(),
        5..=7 => first.last_of_month(),
        _ => first,
    };
    Some((first, last))
}

fn assumed(plan: &Plan, step: &Step) -> Option<Assumed> {
    let Step::Assume(assume) = step else {
        return None;
    };
    let measure = plan.measures.iter().find(|measure| measure.name == assume.name.node)?;
    let window = |day: Date| plan.windows.index_of_date(measure.window, day);
    Some(Assumed {
        measure: measure.id,
        group: assume.of.as_ref().map(|word| word.node.clone()),
        window: assume.period.as_ref().and_then(days).map(|(first, _)| window(first)),
        value: expect::number(plan, &assume.value)?,
    })
}

/// Whether a window of a kind lies in, or holds, a period as written.
pub(super) fn overlaps(plan: &Plan, kind: WindowKind, window: i64, period: Option<&Word>) -> bool {
    let Some((first, last)) = period.and_then(days) else {
        return true;
    };
    let (from, to) = plan.windows.days(kind, window);
    // A rolling window is that of the period with which it ends.
    let from = if matches!(kind, WindowKind::Rolling { .. }) { to } else { from };
    from <= last && first <= to
}
