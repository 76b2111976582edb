//! Observations → money: every period asked for, line by line, in exact ratios, rounded only where told.

use crate::base::ids::{ClauseId, IndexationId, MeasureId, PartyId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::time::Date;
use crate::base::vocabulary::Nature;
use crate::base::window::WindowKind;
use crate::evaluate::balances::{Balance, balances, waiting};
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::Desk;
use crate::evaluate::indices::Revision;
use crate::evaluate::observations::{Duty, Group, HeldDeposit, Key, Observations, Tally, Undeclared};
use crate::evaluate::overview::Overview;
use crate::evaluate::rights::{Standing, rights};
use crate::evaluate::shown::Names;
use crate::evaluate::totals::totals;
use crate::plan::{Dimension, Plan, Step};

/// The settlement of one contract.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Settlement {
    /// The periods asked for, in order.
    pub periods: Vec<Period>,
    /// What is said of the events as a whole.
    pub overview: Overview,
    /// How the obligations stand at the end of the last one.
    pub duties: Vec<Duty>,
    /// Events that start no state, because another party had to declare them.
    pub undeclared: Vec<Undeclared>,
    /// The deposits that are or were held.
    pub deposits: Vec<HeldDeposit>,
    /// The computation of what was asked to be explained.
    pub traces: Vec<Trace>,
}

/// One settlement period.
#[derive(Clone, PartialEq, Debug)]
pub struct Period {
    /// Its index as a window of the settlement rhythm.
    pub index: i64,
    /// First and last day.
    pub days: (Date, Date),
    /// What is due.
    pub lines: Vec<Line>,
    /// What cannot be told.
    pub held: Vec<Held>,
    /// What one party owes another.
    pub totals: Vec<Total>,
    /// Coefficients that were applied.
    pub coefficients: Vec<(IndexationId, Revision)>,
    /// Measures whose window ends in the period.
    pub figures: Vec<Figure>,
    /// Rights that hold.
    pub rights: Vec<Standing>,
    /// Deposits held at its end.
    pub deposits: Vec<Balance>,
    /// Occurrences that add nothing because a value is missing.
    pub missing: Vec<Missing>,
}

/// Where a line comes from: one sentence, cap or minimum, one window, one group.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Cause {
    /// The clause.
    pub clause: ClauseId,
    /// The sentence, cap or minimum.
    pub step: Step,
    /// Its window.
    pub window: (WindowKind, i64),
    /// Its groups.
    pub dims: Vec<Dimension>,
    /// The keys of the group.
    pub group: Group,
}

/// A line.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// Where it comes from.
    pub cause: Cause,
    /// Who pays.
    pub payer: PartyId,
    /// Who is paid.
    pub payee: PartyId,
    /// What kind of money.
    pub nature: Nature,
    /// The quantity and the words for one unit of it.
    pub quantity: Option<(Ratio, String)>,
    /// The rate of one unit; for a quantity of money a fraction of it.
    pub rate: Option<Ratio>,
    /// The amount before rounding.
    pub exact: Ratio,
    /// The amount; negative where a cap takes back.
    pub amount: Ratio,
}

/// A line that cannot be told.
#[derive(Clone, PartialEq, Debug)]
pub struct Held {
    /// Where it would come from.
    pub cause: Cause,
    /// Who would pay.
    pub payer: PartyId,
    /// Why.
    pub gap: Gap,
}

/// What one party owes another.
#[derive(Clone, PartialEq, Debug)]
pub struct Total {
    /// Who pays.
    pub payer: PartyId,
    /// Who is paid.
    pub payee: PartyId,
    /// What the lines come to, never negative.
    pub amount: Ratio,
    /// Its tax, where the contract knows one.
    pub taxed: Option<Taxed>,
}

/// An amount with its tax.
#[derive(Clone, PartialEq, Debug)]
pub struct Taxed {
    /// Before tax.
    pub net: Ratio,
    /// Tax by rate, where something bears it.
    pub rates: Vec<TaxOf>,
    /// What lies outside the scope of tax.
    pub outside: Ratio,
    /// What is paid.
    pub gross: Ratio,
}

/// Tax of one rate.
#[derive(Clone, PartialEq, Debug)]
pub struct TaxOf {
    /// The rate.
    pub rate: Ratio,
    /// What bears it, before tax.
    pub base: Ratio,
    /// The tax.
    pub tax: Ratio,
}

/// A measure in one window and group.
#[derive(Clone, PartialEq, Debug)]
pub struct Figure {
    /// The measure.
    pub measure: MeasureId,
    /// The window's index.
    pub window: i64,
    /// The keys of the group.
    pub group: Group,
    /// Its value.
    pub value: Result<Ratio, Gap>,
}

/// Occurrences of a fold that add nothing.
#[derive(Clone, PartialEq, Debug)]
pub struct Missing {
    /// The words of the contract.
    pub label: String,
    /// How many.
    pub count: u64,
    /// How many values are estimates.
    pub estimated: u64,
    /// How many returns find no deposit.
    pub unmatched: u64,
}

/// A measure that a scenario sets.
#[derive(Clone, PartialEq, Debug)]
pub struct Assumed {
    /// The measure.
    pub measure: MeasureId,
    /// The group in words; `None` for every group.
    pub group: Option<String>,
    /// The window; `None` for every window.
    pub window: Option<i64>,
    /// Its value.
    pub value: Ratio,
}

/// What is to be explained: the lines of a clause in a period.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Question {
    /// The clause.
    pub clause: ClauseId,
    /// The period.
    pub period: i64,
    /// The group in words; `None` for all of them.
    pub group: Option<String>,
}

/// How one line was computed, whether or not anything is due.
#[derive(Clone, PartialEq, Debug)]
pub struct Trace {
    /// Where the line comes from.
    pub cause: Cause,
    /// The steps.
    pub notes: Vec<Note>,
    /// What came of it.
    pub result: Result<Ratio, Gap>,
}

/// A step of a computation.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Note {
    /// How deep it lies.
    pub depth: usize,
    /// In words.
    pub text: String,
    /// The place of the contract that it obeys.
    pub span: Option<Span>,
}

/// What a settlement is computed with, beside plan and observations.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Wishes {
    /// Measures that are set.
    pub assumed: Vec<Assumed>,
    /// What is to be explained.
    pub question: Option<Question>,
}

/// Settles every period of the plan.
#[must_use]
pub fn settle(names: Names<'_>, observations: &Observations, wishes: &Wishes) -> Settlement {
    let plan = names.plan;
    let mut desk = Desk::new(names, observations, wishes);
    for step in &plan.steps {
        match step {
            Step::Sentence(id) => {
                if let Some(sentence) = plan.sentences.get(id.index()) {
                    desk.sentence(sentence);
                }
            }
            Step::Meets(place) => {
                if let Some(meeting) = plan.meetings.get(*place) {
                    desk.meeting(*place, meeting);
                }
            }
            Step::Owes(place) => {
                if let Some(owes) = plan.owes.get(*place) {
                    desk.owes(*place, owes);
                }
            }
            Step::Right(_) => {}
        }
    }
    let asked = plan.asked.0..=plan.asked.1;
    let mut periods: Vec<Period> = asked.map(|index| period(plan, index)).collect();
    desk.figures(&mut periods);
    for (due, standing) in rights(&mut desk) {
        if let Some(period) = periods.iter_mut().find(|period| period.index == due) {
            period.rights.push(standing);
        }
    }
    desk.coefficients(&mut periods);
    let (mut lines, held, traces) = desk.finished();
    for period in &mut periods {
        period.lines = lines.remove(&period.index).unwrap_or_default();
    }
    let waiting = waiting(plan, observations, &held);
    for (due, held) in held {
        if let Some(period) = periods.iter_mut().find(|period| period.index == due) {
            period.held.push(held);
        }
    }
    for period in &mut periods {
        period.lines.sort_by_cached_key(|line| order(names, &line.cause));
        period.held.sort_by_cached_key(|held| order(names, &held.cause));
        period.rights.sort_by_cached_key(|standing| order(names, &standing.cause));
        period.totals = totals(plan, &period.lines);
        period.deposits = balances(names, &observations.deposits, &waiting, period);
        period.missing = missing(plan, observations, period.index);
    }
    Settlement {
        periods,
        overview: observations.overview.clone(),
        duties: observations.duties.clone(),
        undeclared: observations.undeclared.clone(),
        deposits: observations.deposits.clone(),
        traces,
    }
}

fn order(names: Names<'_>, cause: &Cause) -> (ClauseId, Step, i64, String) {
    (cause.clause, cause.step, cause.window.1, names.group(&cause.dims, &cause.group))
}

fn period(plan: &Plan, index: i64) -> Period {
    let (first, last) = plan.windows.days(plan.settled, index);
    let (term_first, term_last) = plan.windows.term();
    Period {
        index,
        days: (first.max(term_first), last.min(term_last)),
        lines: Vec::new(),
        held: Vec::new(),
        totals: Vec::new(),
        coefficients: Vec::new(),
        figures: Vec::new(),
        rights: Vec::new(),
        deposits: Vec::new(),
        missing: Vec::new(),
    }
}

/// The settlement period to which a window belongs: the one in which it, or the term, ends.
pub(crate) fn due(plan: &Plan, kind: WindowKind, window: i64) -> i64 {
    let (_, last) = plan.windows.days(kind, window);
    let (_, term_last) = plan.windows.term();
    plan.windows.index_of_date(plan.settled, last.min(term_last))
}

fn missing(plan: &Plan, observations: &Observations, period: i64) -> Vec<Missing> {
    let mut found = Vec::new();
    for (fold, tallies) in plan.folds.iter().zip(&observations.tallies) {
        let windows = tallies.iter().filter(|(window, _)| due(plan, fold.window, **window) == period);
        let own: Vec<&Tally> = windows.flat_map(|(_, groups)| groups.values()).collect();
        let sum = |count: fn(&Tally) -> u64| own.iter().map(|tally| count(tally)).fold(0, u64::saturating_add);
        let (count, estimated, unmatched) =
            (sum(|tally| tally.missing), sum(|tally| tally.estimated), sum(|tally| tally.unmatched));
        if count > 0 || estimated > 0 || unmatched > 0 {
            found.push(Missing { label: fold.label.clone(), count, estimated, unmatched });
        }
    }
    found
}

/// The keys of a group in the order of other dimensions; `None` where one of them is not among its own.
pub(crate) fn regrouped(own: &[Dimension], keys: &[Key], wanted: &[Dimension]) -> Option<Group> {
    let key = |dim: &Dimension| own.iter().position(|known| known == dim).and_then(|place| keys.get(place).copied());
    wanted.iter().map(key).collect()
}
