//! The statement of a contract as plain data: what its JSON holds and what its text lays out.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::value::Kind;
use crate::base::vocabulary::Outcome;
use crate::evaluate::observations::Duty;
use crate::evaluate::overview::Overview;
use crate::evaluate::settle::{Cause, Figure, Held, Line, Period, Settlement, TaxOf, Taxed, Total};
use crate::evaluate::shown::Names;
use crate::feed::ContractFeed;
use crate::plan::{Plan, Sentence, Step};
use crate::report::declared::{UndeclaredRecord, undeclared};
use crate::report::deposits::{BalanceRecord, DepositRecord, balance, held_in_the_end};
use crate::report::evidence::{EvidenceRecord, evidence};
use crate::report::indices::{CoefficientRecord, coefficient};
use crate::report::late::{LateRecord, begins_later, late};
use crate::report::rights::{RightRecord, right};
use crate::report::strangers::strangers;

/// The statement of one contract. Amounts and quantities are decimals as texts; a quantity that no decimal
/// writes exactly is a fraction such as `1/3`.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct Statement {
    /// Identity of the contract.
    pub contract: String,
    /// Its title.
    pub title: String,
    /// SHA-256 of its text.
    pub text: String,
    /// Currency of every amount.
    pub currency: String,
    /// Days to pay.
    pub payable_within_days: Option<i64>,
    /// The parties by role.
    pub parties: BTreeMap<String, String>,
    /// The settled periods.
    pub periods: Vec<PeriodRecord>,
    /// The instant at which it was known, where that is before the end of a period: amounts so far.
    pub provisional_at: Option<String>,
    /// How the obligations stand.
    pub obligations: Vec<DutyRecord>,
    /// The deposits that are held at the end.
    pub deposits: Vec<DepositRecord>,
    /// Events that start no state, because another party had to declare them.
    pub declared_by_others: Vec<UndeclaredRecord>,
    /// The day of the first event, where it lies a year or more behind the first day of the term and the contract does not
    /// say since when events are recorded.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub first_event: Option<String>,
    /// Events of the feed that lie outside of the term.
    pub outside_of_the_term: usize,
    /// Parties of lines and assets with events that the register does not hold, where there is one; parties come first.
    pub not_in_the_register: Vec<String>,
    /// What became of the lines of the feed for this contract.
    pub evidence: EvidenceRecord,
}

/// One period.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct PeriodRecord {
    /// Its label, such as `2013-06`.
    pub label: String,
    /// First day.
    pub first: String,
    /// Last day, included.
    pub last: String,
    /// What is due.
    pub lines: Vec<LineRecord>,
    /// What is held and why.
    pub held: Vec<HeldRecord>,
    /// Net amounts.
    pub totals: Vec<TotalRecord>,
    /// Rights that hold.
    pub rights: Vec<RightRecord>,
    /// Coefficients that were applied, with the values of indices.
    pub indices: Vec<CoefficientRecord>,
    /// Key figures.
    pub measures: Vec<MeasureRecord>,
    /// Deposits held at its end.
    pub deposits: Vec<BalanceRecord>,
    /// Values that are missing and add nothing.
    pub missing: Vec<MissingRecord>,
    /// What became known after the period, where the contract says how that is corrected.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub late: Option<LateRecord>,
}

/// A line.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct LineRecord {
    /// Number of the clause.
    pub clause: String,
    /// Title of the clause.
    pub title: String,
    /// The amendment that states it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendment: Option<String>,
    /// The window, where it is not the period.
    pub window: String,
    /// The group; empty for all together.
    pub group: String,
    /// Role of who pays.
    pub payer: String,
    /// Role of who is paid.
    pub payee: String,
    /// Nature.
    pub nature: String,
    /// Quantity.
    pub quantity: Option<String>,
    /// One unit of the quantity.
    pub unit: Option<String>,
    /// Rate of one unit.
    pub rate: Option<String>,
    /// Amount before rounding.
    pub exact: String,
    /// Amount.
    pub amount: String,
    /// Quantity, rate and amount for people.
    #[serde(skip)]
    pub shown: Shown,
}

/// Figures for people.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Shown {
    /// Quantity and unit.
    pub quantity: String,
    /// Rate.
    pub rate: String,
    /// Amount.
    pub amount: String,
}

/// A held line.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct HeldRecord {
    /// Number of the clause.
    pub clause: String,
    /// Title of the clause.
    pub title: String,
    /// The amendment that states it, if one does.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub amendment: Option<String>,
    /// The window.
    pub window: String,
    /// The group.
    pub group: String,
    /// Role of who would pay.
    pub payer: String,
    /// Why.
    pub reason: String,
}

/// A net amount.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct TotalRecord {
    /// Role of who pays.
    pub payer: String,
    /// Role of who is paid.
    pub payee: String,
    /// Amount.
    pub amount: String,
    /// Tax, where the contract knows one; the amount is what the lines come to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub tax: Option<TaxedRecord>,
    /// What is paid, for people.
    #[serde(skip)]
    pub shown: String,
}

/// An amount with its tax.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TaxedRecord {
    /// Before tax.
    pub net: String,
    /// By rate: the rate as a percentage, what bears it, the tax.
    pub rates: Vec<TaxOfRecord>,
    /// What lies outside the scope of tax.
    pub outside: String,
    /// What is paid.
    pub gross: String,
    /// The same for people, line by line.
    #[serde(skip)]
    pub shown: Vec<(String, String)>,
}

/// Tax of one rate.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct TaxOfRecord {
    /// The rate, such as `20%`.
    pub rate: String,
    /// What bears it.
    pub base: String,
    /// The tax.
    pub tax: String,
}

/// A key figure.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct MeasureRecord {
    /// Its name.
    pub name: String,
    /// The window.
    pub window: String,
    /// The group.
    pub group: String,
    /// Its value; none where it is held or empty.
    pub value: Option<String>,
    /// The unit of the value: a currency, `seconds`, `days`, a thing; none for numbers. A percentage is a fraction.
    pub unit: Option<String>,
    /// Why there is none.
    pub reason: Option<String>,
    /// The value for people.
    #[serde(skip)]
    pub shown: String,
}

/// Missing values.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MissingRecord {
    /// The words of the contract.
    pub what: String,
    /// How many occurrences.
    pub count: u64,
    /// How many values are estimates, for want of a reading.
    pub estimated: u64,
    /// How many returns find no deposit.
    pub unmatched: u64,
}

/// How an obligation stands.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DutyRecord {
    /// Its name.
    pub obligation: String,
    /// Number of its clause.
    pub clause: String,
    /// The asset.
    pub asset: String,
    /// How many units of it: 1, or those of a part of a lot.
    pub units: i64,
    /// Role of who must.
    pub party: String,
    /// When it was opened, in local time.
    pub opened: String,
    /// The last day, or the instant for times in hours; none while it cannot be told.
    pub deadline: Option<String>,
    /// When it was fulfilled.
    pub done: Option<String>,
    /// `met`, `late`, `missed` or `open`.
    pub outcome: String,
    /// How late, in words; empty where it is not.
    pub late_by: String,
}

/// The statement of one contract.
#[must_use]
pub fn statement(names: Names<'_>, contract: &ContractFeed, settlement: &Settlement) -> Statement {
    let Names { plan, feed } = names;
    Statement {
        contract: plan.contract.clone(),
        title: plan.title.clone(),
        text: plan.digest.clone(),
        currency: plan.currency.to_string(),
        payable_within_days: plan.payable_within,
        parties: parties(plan),
        periods: settlement.periods.iter().map(|found| period(names, &settlement.overview, found)).collect(),
        deposits: held_in_the_end(names, settlement),
        provisional_at: provisional_at(plan),
        first_event: begins_later(plan, &settlement.overview).map(|day| day.to_string()),
        declared_by_others: settlement.undeclared.iter().filter_map(|found| undeclared(names, found)).collect(),
        outside_of_the_term: settlement.overview.outside,
        not_in_the_register: strangers(names, contract, settlement),
        obligations: settlement.duties.iter().filter_map(|found| duty(names, found)).collect(),
        evidence: evidence(feed, &contract.evidence),
    }
}

/// The titles of the parties by role.
pub(super) fn parties(plan: &Plan) -> BTreeMap<String, String> {
    plan.parties.iter().map(|party| (party.role.clone(), party.title.clone())).collect()
}

pub(super) fn provisional_at(plan: &Plan) -> Option<String> {
    let (_, last) = plan.windows.days(plan.settled, plan.asked.1);
    let over = plan.zone.start_of(last.min(plan.windows.term().1).plus_days(1));
    plan.until.filter(|until| *until < over).map(|until| until.to_string())
}

fn period(names: Names<'_>, overview: &Overview, period: &Period) -> PeriodRecord {
    PeriodRecord {
        label: names.plan.windows.label(names.plan.settled, period.index),
        first: period.days.0.to_string(),
        last: period.days.1.to_string(),
        lines: period.lines.iter().map(|found| line(names, found)).collect(),
        held: period.held.iter().map(|found| held(names, found)).collect(),
        totals: period.totals.iter().map(|found| total(names, found)).collect(),
        rights: period.rights.iter().map(|found| right(names, found)).collect(),
        indices: period.coefficients.iter().map(|found| coefficient(names, found)).collect(),
        measures: period.figures.iter().filter_map(|found| measure(names, found)).collect(),
        deposits: period.deposits.iter().filter_map(|found| balance(names, found)).collect(),
        missing: period
            .missing
            .iter()
            .map(|found| MissingRecord {
                what: found.label.clone(),
                count: found.count,
                estimated: found.estimated,
                unmatched: found.unmatched,
            })
            .collect(),
        late: late(names.plan, overview, period.index),
    }
}

/// Number and title of a clause as it governs the line, and the amendment that states it.
fn clause(names: Names<'_>, cause: &Cause) -> (String, String, Option<String>) {
    let Some(clause) = names.plan.clauses.get(cause.clause.index()) else { return Default::default() };
    match names.plan.amended.behind(cause.step) {
        Some(version) => (clause.number.clone(), version.title.clone(), version.amendment.clone()),
        None => (clause.number.clone(), clause.title.clone(), None),
    }
}

pub(super) fn line(names: Names<'_>, line: &Line) -> LineRecord {
    let (number, title, amendment) = clause(names, &line.cause);
    let money = Kind::Money(names.plan.currency);
    let quantity = line.quantity.as_ref();
    let sentence = match line.cause.step {
        Step::Sentence(id) => names.plan.sentences.get(id.index()),
        Step::Meets(_) | Step::Owes(_) | Step::Right(_) => None,
    };
    let is_part = sentence.is_some_and(Sentence::is_of_money);
    let rate_kind = if is_part { Kind::Percentage } else { money.clone() };
    let shown = crate::evaluate::shown::quantity;
    LineRecord {
        clause: number,
        title,
        amendment,
        window: names.plan.windows.label(line.cause.window.0, line.cause.window.1),
        group: names.group(&line.cause.dims, &line.cause.group),
        payer: names.party(line.payer),
        payee: names.party(line.payee),
        nature: line.nature.word().to_owned(),
        quantity: quantity.map(|(quantity, _)| quantity.to_string()),
        unit: quantity.map(|(_, unit)| unit.clone()),
        rate: line.rate.as_ref().map(ToString::to_string),
        exact: line.exact.to_string(),
        amount: line.amount.to_string(),
        shown: Shown {
            quantity: quantity.map_or_else(String::new, |(quantity, unit)| {
                let figure = shown(&Kind::Number, &cut(quantity));
                let plural = if *quantity == Ratio::ONE || unit.is_empty() || unit.contains('×') || unit.ends_with('s')
                {
                    ""
                } else {
                    "s"
                };
                format!("{figure} {unit}{plural}").trim().to_owned()
            }),
            rate: line.rate.as_ref().map_or_else(String::new, |rate| shown(&rate_kind, rate)),
            amount: shown(&money, &line.amount),
        },
    }
}

/// A quantity to four decimals, as tables show it; the exact one stands in the JSON.
fn cut(quantity: &Ratio) -> Ratio {
    use crate::base::number::{Mode, Rounding};
    quantity.rounded(&Rounding { mode: Mode::HalfUp, step: Ratio::scaled(1, 4) })
}

pub(super) fn held(names: Names<'_>, held: &Held) -> HeldRecord {
    let (number, title, amendment) = clause(names, &held.cause);
    HeldRecord {
        clause: number,
        title,
        amendment,
        window: names.plan.windows.label(held.cause.window.0, held.cause.window.1),
        group: names.group(&held.cause.dims, &held.cause.group),
        payer: names.party(held.payer),
        reason: names.gap(&held.gap),
    }
}

pub(super) fn total(names: Names<'_>, total: &Total) -> TotalRecord {
    let paid = total.taxed.as_ref().map_or(&total.amount, |taxed| &taxed.gross);
    TotalRecord {
        payer: names.party(total.payer),
        payee: names.party(total.payee),
        amount: total.amount.to_string(),
        tax: total.taxed.as_ref().map(|taxed| with_tax(names, taxed)),
        shown: crate::evaluate::shown::quantity(&Kind::Money(names.plan.currency), paid),
    }
}

fn with_tax(names: Names<'_>, taxed: &Taxed) -> TaxedRecord {
    let money = |amount: &Ratio| crate::evaluate::shown::quantity(&Kind::Money(names.plan.currency), amount);
    let percent = |rate: &Ratio| format!("{}%", rate.times(&Ratio::int(100)).decimal_text(0, 6));
    let mut shown = vec![("before tax".to_owned(), money(&taxed.net))];
    if !taxed.outside.is_zero() {
        shown.push(("of this outside the scope of tax".to_owned(), money(&taxed.outside)));
    }
    let rates = taxed.rates.iter();
    shown.extend(rates.map(|of| (format!("tax {} on {}", percent(&of.rate), money(&of.base)), money(&of.tax))));
    let rate = |of: &TaxOf| TaxOfRecord { rate: percent(&of.rate), base: of.base.to_string(), tax: of.tax.to_string() };
    TaxedRecord {
        net: taxed.net.to_string(),
        rates: taxed.rates.iter().map(rate).collect(),
        outside: taxed.outside.to_string(),
        gross: taxed.gross.to_string(),
        shown,
    }
}

pub(super) fn measure(names: Names<'_>, figure: &Figure) -> Option<MeasureRecord> {
    let measure = names.plan.measures.get(figure.measure.index())?;
    let (value, reason) = match &figure.value {
        Ok(value) => (Some(value), None),
        Err(gap) => (None, Some(names.gap(gap))),
    };
    Some(MeasureRecord {
        name: measure.name.clone(),
        window: names.plan.windows.label(measure.window, figure.window),
        group: names.group(&measure.dims, &figure.group),
        shown: match (value, &reason) {
            (Some(value), _) => crate::evaluate::shown::quantity(&measure.kind, value),
            (None, reason) => reason.clone().unwrap_or_default(),
        },
        value: value.map(ToString::to_string),
        unit: unit(&measure.kind),
        reason,
    })
}

/// The unit of the figures of a kind.
fn unit(kind: &Kind) -> Option<String> {
    match kind {
        Kind::Money(currency) => Some(currency.to_string()),
        Kind::Quantity(Unit::Second) => Some("seconds".to_owned()),
        Kind::Quantity(Unit::WorkingSecond(hours)) => Some(format!("{} seconds", hours.name())),
        Kind::Quantity(unit) => Some(unit.word().to_owned()),
        Kind::Number
        | Kind::Percentage
        | Kind::Text
        | Kind::Choice(_)
        | Kind::Flag
        | Kind::Date
        | Kind::Instant
        | Kind::Party => None,
    }
}

pub(super) fn duty(names: Names<'_>, duty: &Duty) -> Option<DutyRecord> {
    let plan = names.plan;
    let obligation = plan.obligations.get(duty.obligation.index())?;
    // An open term stands in no clause.
    let clause = plan.clauses.get(obligation.clause.index());
    let in_days = matches!(obligation.unit, Unit::Day | Unit::BusinessDay | Unit::Month);
    let late = duty.outcome == Outcome::Late || duty.outcome == Outcome::Missed;
    Some(DutyRecord {
        obligation: obligation.name.clone(),
        clause: clause.map_or_else(String::new, |clause| clause.number.clone()),
        asset: names.feed.asset(duty.asset).to_owned(),
        units: duty.units,
        party: names.party(duty.bearer),
        opened: names.instant(duty.opened),
        deadline: duty.deadline.map(|at| if in_days { names.day_before(at).to_string() } else { names.instant(at) }),
        done: duty.done.map(|at| names.instant(at)),
        outcome: duty.outcome.word().to_owned(),
        late_by: if late && !duty.late_by.is_zero() {
            crate::evaluate::shown::quantity(&Kind::Quantity(duty.unit.clone()), &duty.late_by)
        } else {
            String::new()
        },
    })
}
