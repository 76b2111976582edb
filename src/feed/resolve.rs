//! The lines of one part, from what was read to what is in use: fates, total order, accounts.

use std::cmp::Ordering;
use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSliceMut as _;
use rustc_hash::FxHashSet;

use crate::base::ids::{AssetId, FieldId, KindId};
use crate::base::symbol::Symbol;
use crate::base::time::Instant;
use crate::base::vocabulary::Counts;
use crate::feed::column::Renumber;
use crate::feed::corrections::{self, Fates};
use crate::feed::events::{Contested, Event, Events, Subject};
use crate::feed::evidence::{Cause, Evidence, Fate, MissingField};
use crate::feed::holdings;
use crate::feed::identity::{self, Identities, Named};
use crate::feed::part::{Known, Part, RawEvent, Record, Store};
use crate::feed::parts::Frame;
use crate::feed::register::Holding;
use crate::feed::schema::Schema;
use crate::feed::tally::{Accounts, Own, View};
use crate::feed::texts::Ranks;
use crate::feed::{ContractFeed, Elsewhere};

/// What a part comes to.
pub(crate) struct Resolved {
    /// Its contracts, by their places.
    pub(crate) contracts: Vec<(usize, ContractFeed, Own)>,
    /// Its assets that bear several names.
    pub(crate) named: BTreeMap<AssetId, Named>,
    /// What became of its lines.
    pub(crate) accounts: Accounts,
}

/// Resolves the lines of some contracts, as they were known at an instant (without one, all that were read).
pub(crate) fn resolve(frame: &Frame, part: &Part, contracts: &[usize], as_of: Option<Instant>) -> Resolved {
    let known = Known { frame: &frame.raw, part };
    let mut fates = corrections::decide(known, as_of);
    let identities = identity::settle(known, &mut fates);
    let accounts = Accounts::new(known, &fates);
    let rank = |asset: u32| frame.assets.rank(asset);
    let named = identities.iter().rev().flat_map(|identities| identities.named(known, &rank)).collect();
    let (doubts, empty) = (Doubts::new(part, &fates), Identities::default());
    let built = contracts.par_iter().map(|contract| {
        let identities = identities.get(*contract).unwrap_or(&empty);
        let sorter = Sorter {
            known,
            fates: &fates,
            texts: &frame.texts,
            assets: &frame.assets,
            identities,
            doubts: &doubts,
            contract: *contract,
        };
        let (feed, missing) = sorter.build();
        let view = View { known, fates: &fates, contract: *contract, accounts: &accounts };
        (*contract, feed, view.own(missing))
    });
    let contracts = built.collect();
    Resolved { contracts, named, accounts }
}

/// Records that another one contradicts, and those that correct others.
struct Doubts {
    contested: BTreeMap<u32, Contested>,
    corrections: FxHashSet<u32>,
}

impl Doubts {
    fn new(part: &Part, fates: &Fates) -> Self {
        let mut contested = BTreeMap::new();
        for verdict in fates.verdicts.iter().filter(|verdict| verdict.cause == Cause::Conflict) {
            // What stood against a record that was corrected since contradicts nothing any more.
            let Some(stays) = verdict.by.filter(|stays| fates.of(*stays) == Fate::Used) else { continue };
            let known = |number: u32| part.record(number).map(Record::known);
            let how = if known(stays) == known(verdict.record) { Contested::Tied } else { Contested::Later };
            for record in [stays, verdict.record] {
                let entry = contested.entry(record).or_insert(how);
                if how == Contested::Tied {
                    *entry = how;
                }
            }
        }
        let links = part.links.iter().filter(|link| !link.retracts);
        Self { contested, corrections: links.map(|link| link.record).collect() }
    }

    fn of(&self, record: u32) -> Contested {
        self.contested.get(&record).copied().unwrap_or(Contested::No)
    }
}

/// What events are sorted by before anything has to be looked up: the final number of the asset (the greatest for none), the
/// instant, and the place among the events that were read. One number, because most of the order is decided by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Key(u128);

impl Key {
    fn new(asset: u32, instant: Instant, place: u32) -> Self {
        let instant = instant.0.cast_unsigned() ^ (1 << 63);
        Self((u128::from(asset) << 96) | (u128::from(instant) << 32) | u128::from(place))
    }

    /// What two events of one asset and instant have in common.
    fn head(self) -> u128 {
        self.0 >> 32
    }

    fn place(self) -> usize {
        usize::try_from(self.0 & u128::from(u32::MAX)).unwrap_or(usize::MAX)
    }
}

/// Puts the events of one contract in order.
struct Sorter<'a> {
    known: Known<'a>,
    fates: &'a Fates,
    texts: &'a Ranks,
    assets: &'a Ranks,
    identities: &'a Identities,
    doubts: &'a Doubts,
    contract: usize,
}

impl Sorter<'_> {
    /// What the contract sees of the lines, and how many events leave an optional field empty.
    fn build(&self) -> (ContractFeed, Vec<MissingField>) {
        let empty = Store::default();
        let store = self.known.part.stores.get(self.contract).unwrap_or(&empty);
        let contested = &self.doubts.contested;
        let used = self.sorted(store, &|record| self.fates.counts(record, self.contract));
        let lost = |record| contested.contains_key(&record) && !self.fates.counts(record, self.contract);
        let rivals = if contested.is_empty() { Vec::new() } else { self.sorted(store, &lost) };
        let names = (self.identities, self.assets);
        let (holdings, attribute_columns) =
            holdings::build(self.known.frame, self.contract, names, self.texts, &|asset| self.reads(asset));
        let events = self.events(store, &used, &rivals);
        let subjects = subjects(&holdings, &events);
        let ids = self.known.part.ids.texts();
        let (evidence, elsewhere) = (Evidence::default(), self.elsewhere());
        let feed = ContractFeed { events, ids, subjects, holdings, attribute_columns, evidence, elsewhere };
        let schema = self.known.frame.schemas.get(self.contract);
        let missing = schema.map(|schema| missing(schema, &feed)).unwrap_or_default();
        (feed, missing)
    }

    /// Whether an asset is read here.
    fn reads(&self, asset: u32) -> bool {
        self.known.part.shares.as_ref().is_none_or(|shares| shares.reads(asset))
    }

    /// What is seen here, and counts where others of the contract's assets are.
    fn elsewhere(&self) -> Elsewhere {
        let Some(shares) = &self.known.part.shares else { return Elsewhere::default() };
        let members = shares.members_elsewhere();
        let mut members: Vec<AssetId> = members.map(|member| AssetId(self.assets.rank(member))).collect();
        members.sort_unstable();
        Elsewhere { nameless: !shares.holds(None), members }
    }

    /// The asset to which an event happens, whatever the name by which it is reported.
    fn asset(&self, record: &Record) -> Option<u32> {
        record.asset.map(|name| self.identities.of(name, record.occurred))
    }

    /// The events of some records, in total order.
    fn sorted(&self, store: &Store, is_asked: &dyn Fn(u32) -> bool) -> Vec<RawEvent> {
        let mut keys: Vec<Key> = Vec::with_capacity(store.events.len());
        for (place, event) in (0_u32..).zip(&store.events) {
            // What names no asset, and members of families of parties, are seen by all parts of a contract that have them.
            let is_seen = |record: &&Record| !record.elsewhere || record.asset.is_none_or(|asset| self.reads(asset));
            let record = self.known.part.record(event.record).filter(is_seen);
            if let (true, Some(record)) = (is_asked(event.record), record) {
                let asset = self.asset(record).map_or(u32::MAX, |asset| self.assets.rank(asset));
                let counted = self.known.counted(self.contract, *event, record).unwrap_or(record.occurred);
                keys.push(Key::new(asset, counted, place));
            }
        }
        keys.par_sort_unstable();
        let event = |key: &Key| store.events.get(key.place()).copied();
        for same in keys.chunk_by_mut(|a, b| a.head() == b.head()).filter(|same| same.len() > 1) {
            same.sort_unstable_by(|a, b| match (event(a), event(b)) {
                (Some(first), Some(second)) => self.tied(store, first, second),
                _ => a.cmp(b),
            });
        }
        keys.iter().filter_map(event).collect()
    }

    /// Events of one subject and instant: by sequence, kind, id, source, values; then by place, which tells only equal
    /// events apart.
    fn tied(&self, store: &Store, a: RawEvent, b: RawEvent) -> Ordering {
        let (Some(first), Some(second)) = (self.known.part.record(a.record), self.known.part.record(b.record)) else {
            return a.record.cmp(&b.record);
        };
        let id = |record: &Record| record.id.map(|id| self.known.part.ids.get(id));
        let source = |record: &Record| self.texts.rank(record.source);
        (first.sequence, a.kind)
            .cmp(&(second.sequence, b.kind))
            // Events without id come last.
            .then_with(|| (id(first).is_none(), id(first)).cmp(&(id(second).is_none(), id(second))))
            .then_with(|| source(first).cmp(&source(second)))
            .then_with(|| first.quantity.cmp(&second.quantity))
            .then_with(|| first.recorded.cmp(&second.recorded))
            .then_with(|| self.values(store, a).cmp(&self.values(store, b)))
            .then_with(|| (first.origin, a.row).cmp(&(second.origin, b.row)))
    }

    /// The values of an event, in numbers that do not depend on the order of lines.
    fn values(&self, store: &Store, event: RawEvent) -> Vec<Option<i128>> {
        let columns = store.columns.get(event.kind.index()).map(Vec::as_slice).unwrap_or_default();
        let places = (0..columns.len()).map(FieldId::at).zip(columns);
        places
            .map(|(field, column)| {
                let renumber = self.renumber(event.kind, field);
                column.get(event.row).map(|value| crate::feed::column::renumbered(value, renumber))
            })
            .collect()
    }

    fn renumber(&self, kind: KindId, field: FieldId) -> Renumber<'_> {
        let schema = self.known.frame.schemas.get(self.contract);
        let kind = schema.and_then(|schema| schema.kinds.get(kind.index()));
        let field = kind.and_then(|kind| kind.fields.get(field.index()));
        field.map_or(Renumber::Nothing, |field| field.kind.renumber(self.texts.all(), self.assets.all()))
    }

    /// Heads and columns, in order.
    fn events(&self, store: &Store, used: &[RawEvent], rivals: &[RawEvent]) -> Events {
        let mut rows: Vec<Vec<u32>> = vec![Vec::new(); store.columns.len()];
        let mut heads = Vec::with_capacity(used.len());
        let mut lost = Vec::with_capacity(rivals.len());
        let mut happened: Vec<Vec<Instant>> = vec![Vec::new(); store.columns.len()];
        let of_used = used.iter().map(|event| (event, true));
        for (event, is_used) in of_used.chain(rivals.iter().map(|event| (event, false))) {
            let (Some(record), Some(rows)) = (self.known.part.record(event.record), rows.get_mut(event.kind.index()))
            else {
                continue;
            };
            let row = u32::try_from(rows.len()).unwrap_or(u32::MAX);
            rows.push(event.row);
            let counted = self.known.counted(self.contract, *event, record);
            if let (true, Some(happened)) = (self.counts_otherwise(event.kind), happened.get_mut(event.kind.index())) {
                happened.push(record.occurred);
            }
            let heads = if is_used { &mut heads } else { &mut lost };
            heads.push(Event {
                kind: event.kind,
                row,
                asset: self.asset(record).map(|asset| AssetId(self.assets.rank(asset))),
                quantity: record.quantity,
                occurred: counted.unwrap_or(record.occurred),
                recorded: record.recorded,
                sequence: record.sequence,
                source: Symbol(self.texts.rank(record.source)),
                id: record.id.map(Symbol),
                origin: record.origin,
                contested: if counted.is_none() { Contested::Undated } else { self.doubts.of(event.record) },
                corrects: self.doubts.corrections.contains(&event.record),
            });
        }
        let kinds = (0..store.columns.len()).map(KindId::at).zip(&store.columns).zip(&rows);
        let fields = kinds.map(|((kind, columns), rows)| {
            let fields = (0..columns.len()).map(FieldId::at).zip(columns);
            fields.map(|(field, column)| column.gather(rows, self.renumber(kind, field))).collect()
        });
        Events { fields: fields.collect(), heads, happened, rivals: lost }
    }

    /// Whether another instant of a kind counts than that when it happened.
    fn counts_otherwise(&self, kind: KindId) -> bool {
        let schema = self.known.frame.schemas.get(self.contract);
        schema.and_then(|schema| schema.kinds.get(kind.index())).is_some_and(|kind| kind.counts != Counts::Occurred)
    }
}

/// How many events that count leave an optional field empty.
fn missing(schema: &Schema, feed: &ContractFeed) -> Vec<MissingField> {
    let events = &feed.events;
    let elsewhere: Vec<&Event> = events.heads.iter().filter(|event| feed.elsewhere.has(event.asset)).collect();
    let mut missing = Vec::new();
    for (index, kind) in schema.kinds.iter().enumerate() {
        for place in 0..kind.fields.len() {
            let (kind, field) = (KindId::at(index), FieldId::at(place));
            let others = events.rivals.iter().chain(elsewhere.iter().copied());
            let lost = others.filter(|event| event.kind == kind && events.value(event, field).is_none());
            let count = events.column(kind, field).map_or(0, crate::feed::column::Column::absent);
            let count = count.saturating_sub(lost.count() as u64);
            if count > 0 {
                missing.push(MissingField { kind, field, count });
            }
        }
    }
    missing
}

/// All assets of the register, of the events and of records set aside that may count in place of them, then the events
/// without asset.
fn subjects(holdings: &[Holding], events: &Events) -> Vec<Subject> {
    let mut subjects = Vec::new();
    let mut others: Vec<AssetId> = events.rivals.iter().filter_map(|rival| rival.asset).collect();
    others.extend(holdings.iter().map(|holding| holding.asset));
    others.sort_unstable();
    others.dedup();
    let mut silent = others.into_iter().peekable();
    let mut start = 0_u32;
    for group in events.heads.chunk_by(|a, b| a.asset == b.asset) {
        let asset = group.first().and_then(|event| event.asset);
        while let Some(before) = silent.next_if(|held| asset.is_none_or(|asset| *held < asset)) {
            subjects.push(Subject { asset: Some(before), events: start..start });
        }
        silent.next_if(|held| Some(*held) == asset);
        let end = start.saturating_add(u32::try_from(group.len()).unwrap_or(u32::MAX));
        subjects.push(Subject { asset, events: start..end });
        start = end;
    }
    subjects.extend(silent.map(|asset| Subject { asset: Some(asset), events: start..start }));
    subjects
}
