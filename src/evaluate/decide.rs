//! Dispositions: a table, asked for each event on which it decides.

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};

use crate::base::ids::{AssetId, DispositionId};
use crate::base::number::Ratio;
use crate::base::symbol::Symbol;
use crate::base::time::Instant;
use crate::base::value::Literal;
use crate::evaluate::best::{self, Worth};
use crate::evaluate::compute::compute;
use crate::evaluate::contested::contested_words;
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::scene::Scene;
use crate::evaluate::shown::Names;
use crate::evaluate::subject::{AtHand, Subject};
use crate::evaluate::tables::{Answer, Chosen, Undecided, ask};
use crate::feed::Feed;
use crate::feed::events::{Contested, Event, Origin, Subject as Walked};
use crate::plan::{Disposition, Plan, Point, Policy, TableRow};

/// So many subjects are decided about on one core.
const TOGETHER: usize = 64;

/// A decision about one asset, made on one event.
#[derive(Clone, PartialEq, Debug)]
pub struct Decision {
    /// The place of the contract in the feed.
    pub contract: usize,
    /// The table.
    pub disposition: DispositionId,
    /// The asset; `None` where the event names none, so that nothing is decided.
    pub asset: Option<AssetId>,
    /// When the event occurred.
    pub at: Instant,
    /// The line of the feed.
    pub origin: Origin,
    /// The event's id in `ContractFeed::ids`, where it has one.
    pub event: Option<Symbol>,
    /// What was decided, or why nothing was.
    pub result: Result<Chosen, Undecided>,
    /// By which values; they say why in words when somebody asks.
    pub by: By,
    /// Whether it is final: what becomes known later changes nothing.
    pub is_final: bool,
    /// What would be decided by what became known later, where that differs.
    pub later: Option<String>,
}

/// What was decided by.
#[derive(Clone, PartialEq, Debug)]
pub enum By {
    /// The value of each column, and how many rows were asked, from the first on.
    Rows(Vec<Result<Literal, Gap>>, usize),
    /// What each option is worth; nothing where its condition does not hold.
    Options(Vec<Result<Option<Ratio>, Gap>>),
}

impl Decision {
    /// The event's id, where it has one.
    #[must_use]
    pub fn id<'f>(&self, feed: &'f Feed) -> Option<&'f str> {
        Some(feed.contracts.get(self.contract)?.ids.get(self.event?.0))
    }

    /// The value of each column, or of each option, in words.
    #[must_use]
    pub fn values(&self, names: Names<'_>) -> Vec<(String, String)> {
        let Some(table) = names.plan.dispositions.get(self.disposition.index()) else { return Vec::new() };
        match &self.by {
            By::Rows(values, _) => columns(names, table, values),
            By::Options(worth) => best::told(names, table, worth, &self.result).0,
        }
    }

    /// For each row or option, why it does not apply; `None` for the rows that do. Rows that were not asked any more are
    /// left out.
    #[must_use]
    pub fn refused(&self, names: Names<'_>) -> Vec<Option<String>> {
        let Some(table) = names.plan.dispositions.get(self.disposition.index()) else { return Vec::new() };
        match &self.by {
            By::Rows(values, asked) => {
                table.rows.iter().take(*asked).map(|row| refusal(names, table, row, values)).collect()
            }
            By::Options(worth) => best::told(names, table, worth, &self.result).1,
        }
    }
}

/// An output of what is decided on the event at hand. What is undecided holds what depends on it.
pub(crate) fn decided<'a>(hand: &mut AtHand<'_, 'a>, id: DispositionId, output: usize) -> Computed<'a> {
    let table = hand.subject.scene.plan.dispositions.get(id.index()).ok_or(Gap::NotAtHand)?;
    let event = hand.event.ok_or(Gap::NotAtHand)?;
    if let Some(row) = hand.subject.scene.batch.row(id, event) {
        return Chosen::Row(row).value(table, output).ok_or(Gap::NotAtHand);
    }
    let Some(asked) = asked(hand, table, event) else {
        return Err(Gap::NoDecision(id));
    };
    let chosen = asked.result.map_err(|reason| {
        let reason = reason.words(hand.names());
        Gap::Held(format!("`{}` is not decided: {reason}", table.name))
    })?;
    chosen.value(table, output).ok_or(Gap::NotAtHand)
}

/// Every decision of a contract's feed, by subject and time.
#[must_use]
pub fn decide(plan: &Plan, feed: &Feed, place: usize) -> Vec<Decision> {
    let Some(contract) = feed.contracts.get(place) else {
        return Vec::new();
    };
    let scene = Scene::new(plan, feed, contract);
    if plan.dispositions.is_empty() {
        return Vec::new();
    }
    let about = |walked: &Walked| {
        let subject = Subject::new(scene, walked);
        let events = subject.events.iter().flat_map(|event| plan.dispositions.iter().map(move |table| (table, event)));
        events.filter_map(|(table, event)| decision(&subject, place, table, event)).collect::<Vec<Decision>>()
    };
    if contract.subjects.len() <= TOGETHER {
        return contract.subjects.iter().flat_map(about).collect();
    }
    contract.subjects.par_iter().with_min_len(TOGETHER).flat_map_iter(about).collect()
}

fn decision<'a>(subject: &Subject<'a>, contract: usize, table: &'a Disposition, event: &'a Event) -> Option<Decision> {
    let mut hand = subject.on(event);
    let by_all = asked_by(&mut hand, table, event);
    let last = finality(&hand, table, event);
    let (asked, later) = match last {
        Some(as_of) => {
            let asked = asked_by(&mut AtHand { as_of, ..subject.on(event) }, table, event)?;
            let later = by_all.map(|all| all.result);
            let words = || outcome(hand.names(), table, later.as_ref());
            let later = (later.as_ref() != Some(&asked.result)).then(words);
            (asked, later)
        }
        None => (by_all?, None),
    };
    Some(Decision {
        contract,
        disposition: table.id,
        asset: subject.asset,
        at: event.occurred,
        origin: event.origin,
        event: event.id,
        result: asked.result.clone(),
        by: asked.by(table),
        is_final: last.is_some(),
        later,
    })
}

/// What was decided in words; without a result the event is none on which the table decides.
#[must_use]
pub fn outcome(names: Names<'_>, table: &Disposition, result: Option<&Result<Chosen, Undecided>>) -> String {
    match result {
        None => "no decision".to_owned(),
        Some(Err(reason)) => format!("undecided: {}", reason.words(names)),
        Some(Ok(chosen)) => {
            let values = chosen.outputs(table);
            let outputs = table.outputs.iter().zip(&values);
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

/// What came of asking a table, and what it was asked by.
struct Asked<'a> {
    result: Result<Chosen, Undecided>,
    /// The value of each column.
    values: Vec<Computed<'a>>,
    /// How many rows were asked, from the first on.
    rows: usize,
    /// What each option is worth.
    worth: Vec<Worth>,
}

impl Asked<'_> {
    fn by(self, table: &Disposition) -> By {
        if matches!(table.policy, Policy::Best(_)) {
            return By::Options(self.worth);
        }
        By::Rows(self.values.into_iter().map(|value| value.map(|value| value.literal())).collect(), self.rows)
    }
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
    let held = |words: &str| Some(Gap::Held(words.to_owned()));
    let gap = match gap {
        _ if hand.subject.asset.is_none() => held("the event names no asset"),
        _ if event.contested == Contested::Tied => held("two records of the event differ and none was known first"),
        _ if event.contested == Contested::Undated => contested_words(hand.subject.scene, event),
        gap => gap,
    };
    let missing = gap.map(|gap| Err(Undecided::Missing(gap)));
    if let Policy::Best(best) = table.policy {
        let worth = best::worth(hand, table);
        let result = missing.unwrap_or_else(|| best::taken(table, best, &worth));
        return Some(Asked { result, values: Vec::new(), rows: 0, worth });
    }
    let values: Vec<Computed<'a>> = table.columns.iter().map(|(_, column, _)| compute(column, hand)).collect();
    let Answer { result, asked } = match missing {
        Some(result) => Answer { result, asked: 0 },
        None => ask(table, &values),
    };
    Some(Asked { result, values, rows: asked, worth: Vec::new() })
}

fn columns(names: Names<'_>, table: &Disposition, values: &[Result<Literal, Gap>]) -> Vec<(String, String)> {
    let columns = table.columns.iter().zip(values);
    columns
        .map(|((label, _, kind), value)| {
            let shown = match value {
                Ok(value) => names.literal(kind, value),
                Err(gap) => names.gap(gap),
            };
            (label.clone(), shown)
        })
        .collect()
}

/// The first cell that does not take its value.
fn refusal(names: Names<'_>, table: &Disposition, row: &TableRow, values: &[Result<Literal, Gap>]) -> Option<String> {
    let cells = table.columns.iter().zip(&row.cells).zip(values);
    cells.into_iter().find_map(|(((label, _, kind), cell), value)| {
        let value = value.as_ref().ok()?;
        let words = || format!("{label} {} is not {}", names.literal(kind, value), names.cell(kind, cell));
        (!Datum::of(value).fits(cell)).then(words)
    })
}
