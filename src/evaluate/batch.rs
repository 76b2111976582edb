//! Decisions that go by fields of their events alone are made in one go over the columns of the feed, on all cores; the
//! walk then reads them. It is told nothing but which row of a table decides: what has another outcome, and why, the walk
//! asks itself.

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use rustc_hash::FxHashMap;

use crate::base::datum::Datum;
use crate::base::ids::{DispositionId, FieldId};
use crate::base::value::Kind;
use crate::evaluate::compute::{Look, compute};
use crate::evaluate::datum::{Computed, Gap};
use crate::evaluate::scene::Scene;
use crate::evaluate::tables::{Chosen, ask};
use crate::feed::Feed;
use crate::feed::events::{Contested, Event};
use crate::plan::{Disposition, Plan, Point, Read};

/// So many events are decided on by one core at a time.
const TOGETHER: usize = 1024;
/// The most combinations of words that are kept.
const COMBINATIONS: usize = 1 << 14;
/// In place of a row where the walk asks the table itself.
const OPEN: u32 = u32::MAX;

/// Which rows decide.
#[derive(Clone, PartialEq, Eq, Default, Debug)]
pub struct Batch {
    /// By table, then by the row of the event in the columns of its kind; empty for tables that ask for more than fields.
    tables: Vec<Vec<u32>>,
}

/// Nothing was decided beforehand.
pub(crate) static NONE: Batch = Batch { tables: Vec::new() };

impl Batch {
    /// The decisions of one contract's tables that go by fields alone.
    #[must_use]
    pub fn of(plan: &Plan, feed: &Feed, place: usize) -> Self {
        let Some(contract) = feed.contracts.get(place) else { return Self::default() };
        let scene = Scene::new(plan, feed, contract);
        let rows = |table: &Disposition| table.fields.as_ref().map_or_else(Vec::new, |by| decided(scene, table, by));
        Self { tables: plan.dispositions.iter().map(rows).collect() }
    }

    /// The row of a table that decides on an event; `None` where the walk has to ask.
    #[must_use]
    pub fn row(&self, table: DispositionId, event: &Event) -> Option<usize> {
        let row = self.tables.get(table.index())?.get(event.row as usize)?;
        (*row != OPEN).then_some(*row as usize)
    }
}

/// For each row of the kind of event, which row of the table decides. Events whose fields are equal are decided alike: where
/// these are words, of which there are few, the table is asked once for each of their combinations.
fn decided<'a>(scene: Scene<'a>, table: &'a Disposition, by: &[FieldId]) -> Vec<u32> {
    let Point::Event { kind, .. } = table.on else { return Vec::new() };
    let of = |field: &FieldId| scene.plan.kinds.get(kind.index())?.fields.get(field.index()).map(|(_, of)| of);
    let by_words = by.iter().all(|field| matches!(of(field), Some(Kind::Choice(_) | Kind::Flag | Kind::Text)));
    let heads = scene.contract.events.heads.par_iter().with_min_len(TOGETHER).filter(|event| event.kind == kind);
    let one = |known: &mut Known<'a>, event: &'a Event| {
        if event.asset.is_none() || event.contested != Contested::No {
            return (event, OPEN);
        }
        if by_words {
            known.key.clear();
            known.key.extend(by.iter().map(|field| scene.contract.events.value(event, *field)));
            if let Some(row) = known.rows.get(known.key.as_slice()) {
                return (event, *row);
            }
        }
        let row = row(scene, table, event, &mut known.values);
        if by_words {
            known.keep(row);
        }
        (event, row)
    };
    let found: Vec<(&Event, u32)> = heads.map_init(Known::default, one).collect();
    let mut rows = Vec::new();
    for (event, row) in found {
        let place = event.row as usize;
        if rows.len() <= place {
            rows.resize(place.saturating_add(1), OPEN);
        }
        rows.get_mut(place).into_iter().for_each(|kept| *kept = row);
    }
    rows
}

/// What one core knows, and room for the event at hand.
#[derive(Default)]
struct Known<'a> {
    /// The rows that decide where the fields are these.
    rows: FxHashMap<Box<[Option<i128>]>, u32>,
    key: Vec<Option<i128>>,
    values: Vec<Computed<'a>>,
}

impl Known<'_> {
    /// Keeps the row for the fields at hand, where there is room.
    fn keep(&mut self, row: u32) {
        if self.rows.len() < COMBINATIONS {
            self.rows.insert(self.key.as_slice().into(), row);
        }
    }
}

/// The row that decides on an event of one asset that nothing contradicts; `OPEN` where none does.
fn row<'a>(scene: Scene<'a>, table: &'a Disposition, event: &'a Event, values: &mut Vec<Computed<'a>>) -> u32 {
    asked(scene, table, event, values).unwrap_or(OPEN)
}

fn asked<'a>(
    scene: Scene<'a>,
    table: &'a Disposition,
    event: &'a Event,
    values: &mut Vec<Computed<'a>>,
) -> Option<u32> {
    let mut fields = Fields { scene, event };
    if let Point::Event { filter: Some(filter), .. } = &table.on
        && compute(filter, &mut fields).and_then(Datum::flag) != Ok(true)
    {
        return None;
    }
    values.clear();
    values.extend(table.columns.iter().map(|(_, column, _)| compute(column, &mut fields)));
    match ask(table, values).result {
        Ok(Chosen::Row(row)) => u32::try_from(row).ok(),
        Ok(Chosen::Rows(_) | Chosen::Option(..)) | Err(_) => None,
    }
}

/// An event by itself.
struct Fields<'a> {
    scene: Scene<'a>,
    event: &'a Event,
}

impl<'a> Look<'a> for Fields<'a> {
    fn look(&mut self, read: &'a Read) -> Computed<'a> {
        if let Read::Field(kind, field) = read {
            self.scene.field(self.event, *kind, *field)
        } else {
            Err(Gap::NotAtHand)
        }
    }
}
