//! The lines of one cluster, unpacked: records, what they say of one another, and their events by contract.

use std::io;

use crate::base::ids::KindId;
use crate::base::time::Instant;
use crate::base::vocabulary::Counts;
use crate::feed::clusters::{Cluster, damaged};
use crate::feed::column::Column;
use crate::feed::digest::{Content, Digester};
use crate::feed::events::Origin;
use crate::feed::leaf::Unpacked;
use crate::feed::leaves::{Leaf, Names, Store as Scratch};
use crate::feed::raw::{Line, RawFeed, Role};
use crate::feed::schema::{FieldSchema, Schema};
use crate::feed::shares::Shares;
use crate::feed::texts::Pool;

/// The lines of one cluster.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Ids of lines.
    pub(crate) ids: Pool,
    /// In the order in which they were read.
    pub(crate) records: Vec<Record>,
    pub(crate) links: Vec<Link>,
    /// By contract; empty for those of other clusters.
    pub(crate) stores: Vec<Store>,
    /// Of a contract that is read by asset: the shares of assets that stand here.
    pub(crate) shares: Option<Shares>,
}

/// The events of one contract.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    /// By kind, then by field.
    pub(crate) columns: Vec<Vec<Column>>,
    /// By kind: how many rows its columns have.
    rows: Vec<u32>,
    pub(crate) events: Vec<RawEvent>,
}

/// An event of a contract; what it shares with the other events of its line is in the [`Record`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct RawEvent {
    pub(crate) record: u32,
    pub(crate) kind: KindId,
    pub(crate) row: u32,
}

/// A line that takes part in resolution.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Record {
    pub(crate) origin: Origin,
    pub(crate) occurred: Instant,
    pub(crate) recorded: Option<Instant>,
    pub(crate) quantity: i64,
    pub(crate) sequence: i64,
    pub(crate) asset: Option<u32>,
    pub(crate) source: u32,
    /// In the pool of ids; `None` for a row that is an event by itself.
    pub(crate) id: Option<u32>,
    pub(crate) role: Role,
    /// Whether it counts in another part of the contract: its asset stands there.
    pub(crate) elsewhere: bool,
}

impl Record {
    pub(crate) fn known(&self) -> Instant {
        self.recorded.unwrap_or(self.occurred)
    }
}

/// A correction or retraction of the line with an id of the same source.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Link {
    pub(crate) record: u32,
    pub(crate) target: u32,
    pub(crate) retracts: bool,
}

impl Part {
    /// Unpacks the lines of a cluster.
    pub(crate) fn unpack(frame: &RawFeed, cluster: Cluster, scratch: Option<&Scratch>) -> io::Result<Self> {
        let mut part = Self { stores: vec![Store::default(); frame.schemas.len()], ..Self::default() };
        for contract in cluster.contracts {
            if let (Some(store), Some(schema)) = (part.stores.get_mut(contract), frame.schemas.get(contract)) {
                *store = Store::new(schema);
            }
        }
        let lines = cluster.leaves.iter().map(Leaf::lines).fold(0, usize::saturating_add);
        part.records.reserve_exact(lines);
        part.ids = Pool::with_room(lines);
        let shares = cluster.shares.clone();
        part.shares.clone_from(&shares);
        let shares = shares.as_ref();
        for leaf in cluster.leaves {
            leaf.drain(scratch, |bytes, names| {
                part.take_all(frame, (bytes, names), shares.map(|shares| (shares, false)))
            })?;
        }
        if let Some(shares) = shares {
            shares.common().each(scratch, |bytes, names| part.take_all(frame, (bytes, names), Some((shares, true))))?;
        }
        part.put_in_order();
        Ok(part)
    }

    /// Takes in lines: of a contract that is read by asset those of some shares, or those that all shares read.
    fn take_all(
        &mut self,
        frame: &RawFeed,
        (bytes, names): (&[u8], &Names),
        shares: Option<(&Shares, bool)>,
    ) -> io::Result<()> {
        let mut lines = Unpacked::new(bytes);
        while !lines.is_over() {
            self.take(frame, &mut lines, names, shares).ok_or_else(damaged)?;
        }
        Ok(())
    }

    /// Takes in the next line; some of its names may have other numbers by now.
    fn take(
        &mut self,
        frame: &RawFeed,
        lines: &mut Unpacked<'_>,
        names: &Names,
        shares: Option<(&Shares, bool)>,
    ) -> Option<()> {
        let mut ahead = *lines;
        let (line, role, events) = lines.line()?;
        if let Some((shares, false)) = shares
            && shares.is_common(frame, &line, names)
        {
            let fields = |contract: usize, kind: usize| Some(self.stores.get(contract)?.columns.get(kind)?.len());
            ahead.whole_line(fields)?;
            *lines = ahead;
            return Some(());
        }
        let renamed = names.as_deref();
        let record = u32::try_from(self.records.len()).ok()?;
        for _ in 0..events {
            let (contract, kind) = lines.event()?;
            let store = self.stores.get_mut(contract)?;
            let row = store.rows.get_mut(kind.index())?;
            let columns = store.columns.get_mut(kind.index())?;
            match renamed {
                None => {
                    for column in columns {
                        column.push(lines.value()?);
                    }
                }
                Some(names) => {
                    let fields = &frame.schemas.get(contract)?.kinds.get(kind.index())?.fields;
                    for (column, field) in columns.iter_mut().zip(fields) {
                        column.push(lines.value()?.map(|figure| names.value(&field.kind, figure)));
                    }
                }
            }
            store.events.push(RawEvent { record, kind, row: *row });
            *row = row.checked_add(1)?;
        }
        let id = line.id.map(|id| self.ids.intern(&id));
        if let Some((target, retracts)) = line.link {
            self.links.push(Link { record, target: self.ids.intern(&target), retracts });
        }
        let Line { origin, occurred, recorded, quantity, sequence, mut asset, mut source, .. } = line;
        if let Some(names) = renamed {
            (asset, source) = (asset.map(|asset| names.asset(asset)), names.text(source));
        }
        let elsewhere = shares.is_some_and(|(shares, is_common)| is_common && !shares.holds(asset));
        self.records.push(Record {
            origin,
            occurred,
            recorded,
            quantity,
            sequence,
            asset,
            source,
            id,
            role,
            elsewhere,
        });
        Some(())
    }

    /// Puts the lines of several leaves in the order in which they were read.
    fn put_in_order(&mut self) {
        if self.records.is_sorted_by_key(|record| record.origin) {
            return;
        }
        let mut order: Vec<(u32, Record)> = (0_u32..).zip(std::mem::take(&mut self.records)).collect();
        order.sort_by_key(|(_, record)| record.origin);
        let mut places = vec![0; order.len()];
        for (place, (number, _)) in (0_u32..).zip(&order) {
            if let Some(own) = places.get_mut(*number as usize) {
                *own = place;
            }
        }
        self.records = order.into_iter().map(|(_, record)| record).collect();
        let moved = |record: &mut u32| *record = places.get(*record as usize).copied().unwrap_or(*record);
        self.links.iter_mut().for_each(|link| moved(&mut link.record));
        self.links.sort_by_key(|link| link.record);
        for store in &mut self.stores {
            store.events.iter_mut().for_each(|event| moved(&mut event.record));
            store.events.sort_by_key(|event| event.record);
        }
    }

    pub(crate) fn record(&self, number: u32) -> Option<&Record> {
        self.records.get(number as usize)
    }
}

impl Store {
    fn new(schema: &Schema) -> Self {
        let columns = |fields: &[FieldSchema]| vec![Column::default(); fields.len()];
        Self {
            columns: schema.kinds.iter().map(|kind| columns(&kind.fields)).collect(),
            rows: vec![0; schema.kinds.len()],
            events: Vec::new(),
        }
    }
}

/// The lines of a cluster with what they are read by.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Known<'a> {
    pub(crate) frame: &'a RawFeed,
    pub(crate) part: &'a Part,
}

impl Known<'_> {
    /// The instant of an event that counts for a contract; `None` where the line does not bring it.
    pub(crate) fn counted(&self, contract: usize, event: RawEvent, record: &Record) -> Option<Instant> {
        let kind = self.frame.schemas.get(contract).and_then(|schema| schema.kinds.get(event.kind.index()));
        match kind.map_or(Counts::Occurred, |kind| kind.counts) {
            Counts::Occurred => Some(record.occurred),
            Counts::Recorded => record.recorded,
            Counts::Field(field) => {
                let columns = self.part.stores.get(contract)?.columns.get(event.kind.index())?;
                let nanos = columns.get(field.index())?.get(event.row)?;
                i64::try_from(nanos).ok().map(Instant)
            }
        }
    }

    /// A digest of all that a line says, but for its id and when it was recorded. It goes by what the values are, not by
    /// how they are written.
    pub(crate) fn content(&self, number: u32) -> Content {
        let mut digester = Digester::default();
        let Some(record) = self.part.record(number) else { return digester.finish() };
        digester.part(record.asset.map(|asset| self.frame.assets.get(asset)));
        digester.part(Some(self.frame.texts.get(record.source)));
        for number in [record.occurred.0, record.quantity, record.sequence] {
            digester.number(number.into());
        }
        let own = self.part.links.partition_point(|link| link.record < number);
        let link = self.part.links.get(own).filter(|link| link.record == number);
        digester.part(link.map(|link| self.part.ids.get(link.target)));
        digester.number(link.map_or(0, |link| i128::from(link.retracts).saturating_add(1)));
        for (place, store) in self.part.stores.iter().enumerate() {
            let first = store.events.partition_point(|event| event.record < number);
            let events = store.events.get(first..).unwrap_or_default();
            for event in events.iter().take_while(|event| event.record == number) {
                digester.number(place as i128);
                digester.number(event.kind.index() as i128);
                self.add_values(&mut digester, (place, store), *event);
            }
        }
        digester.finish()
    }

    /// Adds the values of an event.
    fn add_values(&self, digester: &mut Digester, (contract, store): (usize, &Store), event: RawEvent) {
        let schema = self.frame.schemas.get(contract).and_then(|schema| schema.kinds.get(event.kind.index()));
        let fields = schema.map(|kind| kind.fields.as_slice()).unwrap_or_default();
        for (field, column) in fields.iter().zip(store.columns.get(event.kind.index()).into_iter().flatten()) {
            let value = column.get(event.row);
            let text = field.kind.text(value, self.frame);
            digester.part(text);
            if text.is_none() {
                digester.number(value.unwrap_or(i128::MIN));
            }
        }
    }
}
