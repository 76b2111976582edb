//! Dispositions: a table, asked for each event on which it decides.

use crate::base::ids::{AssetId, DispositionId};
use crate::base::number::Ratio;
use crate::base::time::Instant;
use crate::base::value::Literal;
use crate::base::vocabulary::Collect;
use crate::evaluate::best::{self, Worth};
use crate::evaluate::compute::{compute, takes};
use crate::evaluate::contested::contested_words;
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::scene::Scene;
use crate::evaluate::shown::Names;
use crate::evaluate::subject::{AtHand, Subject};
use crate::feed::Feed;
use crate::feed::events::{Contested, Event, Origin};
use crate::plan::{Disposition, Plan, Point, Policy, TableRow};

/// A decision about one asset, made on one event.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// The table.
    pub disposition: DispositionId,
    /// The asset; `None` where the event names none, so that nothing is decided.
    pub asset: Option<AssetId>,
    /// When the event occurred.
    pub at: Instant,
    /// The line of the feed.
    pub origin: Origin,
    /// The event's id, where it has one.
    pub event: Option<String>,
    /// What was decided, or why nothing was.
    pub result: Result<Chosen, Undecided>,
    /// The value of each column, or of each option, in words.
    pub columns: Vec<(String, String)>,
    /// For each row or option, why it does not apply; `None` for the rows that do, or that were not asked any more.
    pub refused: Vec<Option<String>>,
    /// Whether it is final: what becomes known later changes nothing.
    pub is_final: bool,
    /// What would be decided by what became known later, where that differs.
    pub later: Option<String>,
}

/// What was decided.
#[derive(Clone, PartialEq, Debug)]
pub struct Chosen {
    /// The rows or options that decide, by their place.
    pub rows: Vec<usize>,
    /// One list of values for each output: one value, or those of all rows that are collected.
    pub outputs: Vec<Vec<Literal>>,
}

/// Why nothing was decided.
#[derive(Clone, PartialEq, Debug)]
pub enum Undecided {
    /// No row applies.
    NoRow,
    /// Rows that may not apply together do.
    Several(Vec<usize>),
    /// No option is open.
    NoOption,
    /// Options of one value, by name.
    Equal(Vec<String>),
    /// A value is missing on which it depends.
    Missing(String),
}

impl Undecided {
    /// The reason in words.
    #[must_use]
    pub fn words(&self) -> String {
        match self {
            Self::NoRow => "no row applies".to_owned(),
            Self::Several(rows) => {
                let rows: Vec<String> = rows.iter().map(|row| row.saturating_add(1).to_string()).collect();
                format!("rows {} apply and do not agree", rows.join(" and "))
            }
            Self::NoOption => "no option is open".to_owned(),
            Self::Equal(names) => format!("{} have one value", names.join(" and ")),
            Self::Missing(what) => what.clone(),
        }
    }
}

/// An output of what is decided on the event at hand. What is undecided holds what depends on it.
pub(crate) fn decided<'a>(hand: &mut AtHand<'_, 'a>, id: DispositionId, output: usize) -> Computed<'a> {
    let table = hand.subject.scene.plan.dispositions.get(id.index()).ok_or(Gap::NotAtHand)?;
    let event = hand.event.ok_or(Gap::NotAtHand)?;
    let Some(asked) = asked(hand, table, event) else {
        return Err(Gap::NoDecision(id));
    };
    let held = |reason: &Undecided| Gap::Held(format!("`{}` is not decided: {}", table.name, reason.words()));
    let chosen = asked.result.map_err(|reason| held(&reason))?;
    let literal = chosen.outputs.get(output).and_then(|values| values.first()).ok_or(Gap::NotAtHand)?;
    match literal {
        Literal::Quantity(number) => Ok(Datum::Quantity(number.clone())),
        Literal::Choice(place) => Ok(Datum::Choice(*place)),
        Literal::Flag(flag) => Ok(Datum::Flag(*flag)),
        Literal::Date(date) => Ok(Datum::Date(*date)),
        Literal::Instant(instant) => Ok(Datum::Instant(*instant)),
        Literal::Party(party) => Ok(Datum::Party(*party)),
        // Texts stand in the rows of the table.
        Literal::Text(_) => {
            let row = chosen.rows.first().and_then(|row| table.rows.get(*row));
            row.and_then(|row| row.outputs.get(output)).map(Datum::of).ok_or(Gap::NotAtHand)
        }
    }
}

/// Every decision of a contract's feed, by subject and time.
#[must_use]
pub fn decide(plan: &Plan, feed: &Feed, place: usize) -> Vec<Decision> {
    let Some(contract) = feed.contracts.get(place) else {
        return Vec::new();
    };
    let scene = Scene::new(plan, feed, contract);
    let mut decisions = Vec::new();
    for walked in &contract.subjects {
        let subject = Subject::new(scene, walked);
        for event in subject.events {
            decisions.extend(decide_on(&subject, event));
        }
    }
    decisions
}

/// The decisions that one event asks for.
fn decide_on<'a>(subject: &Subject<'a>, event: &'a Event) -> Vec<Decision> {
    let plan = subject.scene.plan;
    plan.dispositions.iter().filter_map(|table| decision(subject, table, event)).collect()
}

fn decision<'a>(subject: &Subject<'a>, table: &'a Disposition, event: &'a Event) -> Option<Decision> {
    let mut hand = subject.on(event);
    let by_all = asked_by(&mut hand, table, event);
    let last = finality(&hand, table, event);
    let asked = match last {
        Some(as_of) => asked_by(&mut AtHand { as_of, ..hand }, table, event)?,
        None => by_all.clone()?,
    };
    let later = by_all.map(|all| all.result);
    let names = Names { plan: subject.scene.plan, feed: subject.scene.feed };
    let (columns, refused) = match &asked.by {
        By::Rows(values, rows) => {
            let asked = table.rows.iter().take(*rows);
            (columns(names, table, values), asked.map(|row| refusal(names, table, row, values)).collect())
        }
        By::Options(worth) => best::told(names, table, worth, &asked.result),
    };
    Some(Decision {
        disposition: table.id,
        asset: subject.asset,
        at: event.occurred,
        origin: event.origin,
        event: names.feed.id(event).map(str::to_owned),
        is_final: last.is_some(),
        later: (later.as_ref() != Some(&asked.result)).then(|| outcome(names, table, later.as_ref())),
        result: asked.result,
        columns,
        refused,
    })
}

/// What was decided in words; without a result the event is none on which the table decides.
#[must_use]
pub fn outcome(names: Names<'_>, table: &Disposition, result: Option<&Result<Chosen, Undecided>>) -> String {
    match result {
        None => "no decision".to_owned(),
        Some(Err(reason)) => format!("undecided: {}", reason.words()),
        Some(Ok(chosen)) => {
            let outputs = table.outputs.iter().zip(&chosen.outputs);
            let outputs = outputs.map(|(output, values)| {
                let values: Vec<String> = values.iter().map(|value| names.literal(&output.kind, value)).collect();
                format!("{} {}", output.name, values.join(", "))
            });
            outputs.collect::<Vec<_>>().join(", ")
        }
    }
}

/// Until when facts had to be known that change what is decided on an event; `None` while all of them count. A decision
/// is final once one of the events is known that make it so, and at once where it is never revised.
fn finality(hand: &AtHand<'_, '_>, table: &Disposition, event: &Event) -> Option<Instant> {
    let kinds = table.finality.as_ref()?;
    if kinds.is_empty() {
        return Some(event.known());
    }
    let is_after = |other: &&Event| other.occurred >= event.occurred && other.origin != event.origin;
    let ends = hand.subject.events.iter().filter(|other| kinds.contains(&other.kind)).filter(is_after);
    ends.map(Event::known).min().map(|known| known.max(event.known()))
}

/// Asks a table about the event at hand, by what was known when it became final.
fn asked<'a>(hand: &mut AtHand<'_, 'a>, table: &'a Disposition, event: &Event) -> Option<Asked<'a>> {
    match finality(hand, table, event) {
        Some(last) => asked_by(&mut AtHand { as_of: last.min(hand.as_of), ..hand.clone() }, table, event),
        None => asked_by(hand, table, event),
    }
}

/// What came of asking a table.
#[derive(Clone)]
struct Asked<'a> {
    result: Result<Chosen, Undecided>,
    by: By<'a>,
}

/// What was decided by.
#[derive(Clone)]
enum By<'a> {
    /// The value of each column, and how many rows were asked, from the first on.
    Rows(Vec<Computed<'a>>, usize),
    /// What each option is worth.
    Options(Vec<Worth>),
}

/// Asks a table about the event at hand; `None` where it is none on which the table decides.
fn asked_by<'a>(hand: &mut AtHand<'_, 'a>, table: &'a Disposition, event: &Event) -> Option<Asked<'a>> {
    let gap = match &table.on {
        Point::Event { kind, .. } if *kind != event.kind => return None,
        Point::Event { filter, .. } => match hand.passes(filter.as_ref()) {
            Ok(true) => None,
            Ok(false) => return None,
            Err(gap) => Some(gap),
        },
        Point::Attribute(_) | Point::AnyOf(_) => return None,
    };
    let names = Names { plan: hand.subject.scene.plan, feed: hand.subject.scene.feed };
    let gap = match gap {
        _ if hand.subject.asset.is_none() => Some("the event names no asset".to_owned()),
        _ if event.contested == Contested::Tied => {
            Some("two records of the event differ and none was known first".to_owned())
        }
        _ if event.contested == Contested::Undated => {
            contested_words(hand.subject.scene, event).map(|gap| names.gap(&gap))
        }
        gap => gap.map(|gap| names.gap(&gap)),
    };
    if let Policy::Best(best) = table.policy {
        let worth = best::worth(hand, table);
        let result = match gap {
            Some(gap) => Err(Undecided::Missing(gap)),
            None => best::taken(names, table, best, &worth),
        };
        return Some(Asked { result, by: By::Options(worth) });
    }
    let values: Vec<Computed<'a>> = table.columns.iter().map(|(_, column, _)| compute(column, hand)).collect();
    let (result, rows) = match gap {
        Some(gap) => (Err(Undecided::Missing(gap)), 0),
        None => chosen(names, table, &values),
    };
    Some(Asked { result, by: By::Rows(values, rows) })
}

fn columns(names: Names<'_>, table: &Disposition, values: &[Computed<'_>]) -> Vec<(String, String)> {
    let columns = table.columns.iter().zip(values);
    columns
        .map(|((label, _, kind), value)| {
            let shown = match value {
                Ok(value) => names.datum(kind, value),
                Err(gap) => names.gap(gap),
            };
            (label.clone(), shown)
        })
        .collect()
}

/// Asks the rows in order, and tells how many were asked. The first-match policy stops at the first that applies.
fn chosen(names: Names<'_>, table: &Disposition, values: &[Computed<'_>]) -> (Result<Chosen, Undecided>, usize) {
    let mut matching = Vec::new();
    let proper = table.rows.len().saturating_sub(usize::from(table.otherwise));
    for (place, row) in table.rows.iter().enumerate().take(proper) {
        match takes(&row.cells, values) {
            Ok(true) => {
                matching.push(place);
                if table.policy == Policy::First {
                    break;
                }
            }
            Ok(false) => {}
            Err(gap) => return (Err(Undecided::Missing(names.gap(&gap))), place),
        }
    }
    if table.otherwise && matching.is_empty() {
        matching.push(proper);
    }
    let asked = match (table.policy, matching.first()) {
        (Policy::First, Some(place)) => place.saturating_add(1),
        _ => proper.max(matching.last().map_or(0, |place| place.saturating_add(1))),
    };
    (by_policy(table, &matching), asked)
}

/// The first cell that does not take its value.
fn refusal(names: Names<'_>, table: &Disposition, row: &TableRow, values: &[Computed<'_>]) -> Option<String> {
    let cells = table.columns.iter().zip(&row.cells).zip(values);
    cells.into_iter().find_map(|(((label, _, kind), cell), value)| {
        let value = value.as_ref().ok()?;
        (!value.fits(cell)).then(|| format!("{label} {} is not {}", names.datum(kind, value), names.cell(kind, cell)))
    })
}

fn by_policy(table: &Disposition, matching: &[usize]) -> Result<Chosen, Undecided> {
    let rows: Vec<&TableRow> = matching.iter().filter_map(|place| table.rows.get(*place)).collect();
    let Some(first) = rows.first() else {
        return match table.policy {
            Policy::Collect(how) => Ok(collected(how, &rows, matching)),
            Policy::First | Policy::One | Policy::Any | Policy::BestBy(_) | Policy::Best(_) => Err(Undecided::NoRow),
        };
    };
    let one = |place: usize, row: &TableRow| Chosen {
        rows: vec![place],
        outputs: row.outputs.iter().map(|output| vec![output.clone()]).collect(),
    };
    let first_place = matching.first().copied().unwrap_or(0);
    match table.policy {
        Policy::First | Policy::Best(_) => Ok(one(first_place, first)),
        Policy::One if rows.len() == 1 => Ok(one(first_place, first)),
        Policy::Any if rows.iter().all(|row| row.outputs == first.outputs) => Ok(one(first_place, first)),
        Policy::One | Policy::Any => Err(Undecided::Several(matching.to_vec())),
        Policy::BestBy(output) => best(output, matching, &rows).map(|(place, row)| one(place, row)),
        Policy::Collect(how) => Ok(collected(how, &rows, matching)),
    }
}

/// The row with the least value of an output; rows that tie must agree.
fn best<'t>(output: usize, matching: &[usize], rows: &[&'t TableRow]) -> Result<(usize, &'t TableRow), Undecided> {
    let value = |row: &TableRow| row.outputs.get(output).map(number_of);
    let least = rows.iter().map(|row| value(row)).min().flatten();
    let ties = || matching.iter().copied().zip(rows).filter(|(_, row)| value(row) == least);
    let Some((place, row)) = ties().next() else {
        return Err(Undecided::NoRow);
    };
    if ties().all(|(_, other)| other.outputs == row.outputs) {
        return Ok((place, row));
    }
    Err(Undecided::Several(ties().map(|(place, _)| place).collect()))
}

fn number_of(literal: &Literal) -> Ratio {
    match literal {
        Literal::Quantity(number) => number.clone(),
        Literal::Choice(place) => Ratio::int(i64::from(*place)),
        Literal::Text(_) | Literal::Flag(_) | Literal::Date(_) | Literal::Instant(_) | Literal::Party(_) => Ratio::ZERO,
    }
}

fn collected(how: Collect, rows: &[&TableRow], matching: &[usize]) -> Chosen {
    let firsts = || rows.iter().filter_map(|row| row.outputs.first()).map(number_of);
    let one = |number: Ratio| vec![vec![Literal::Quantity(number)]];
    let outputs = match how {
        Collect::List => {
            let width = rows.first().map_or(0, |row| row.outputs.len());
            (0..width).map(|output| rows.iter().filter_map(|row| row.outputs.get(output).cloned()).collect()).collect()
        }
        Collect::Sum => one(firsts().fold(Ratio::ZERO, |sum, number| sum.plus(&number))),
        Collect::Count => one(Ratio::int(i64::try_from(rows.len()).unwrap_or(i64::MAX))),
        Collect::Least => one(firsts().min().unwrap_or(Ratio::ZERO)),
        Collect::Greatest => one(firsts().max().unwrap_or(Ratio::ZERO)),
    };
    Chosen { rows: matching.to_vec(), outputs }
}
