//! The lines of one cluster, unpacked: records, what they say of one another, and their events by contract.

use std::io;

use crate::base::ids::KindId;
use crate::base::time::Instant;
use crate::base::vocabulary::Counts;
use crate::feed::clusters::{Cluster, damaged};
use crate::feed::column::Column;
use crate::feed::digest::Content;
use crate::feed::events::Origin;
use crate::feed::leaf::{Packed, Unpacked};
use crate::feed::leaves::{Leaf, Store as Scratch};
use crate::feed::raw::{RawFeed, Role};
use crate::feed::schema::{FieldSchema, Schema};
use crate::feed::texts::Pool;

/// The lines of one cluster.
#[derive(Debug, Default)]
pub(crate) struct Part {
    /// Ids of lines.
    pub(crate) ids: Pool,
    /// In the order in which they were read.
    pub(crate) records: Vec<Record>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) links: Vec<Link>,
    /// By contract; empty for those of other clusters.
    pub(crate) stores: Vec<Store>,
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
    /// Into the identities; `None` for a row that is an event by itself.
    pub(crate) identity: Option<u32>,
    pub(crate) role: Role,
}

impl Record {
    pub(crate) fn known(&self) -> Instant {
        self.recorded.unwrap_or(self.occurred)
    }
}

/// Identity and content of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Identity {
    /// In the pool of ids.
    pub(crate) id: u32,
    pub(crate) content: Content,
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
        for leaf in cluster.leaves {
            part.take_leaf(leaf, scratch)?;
        }
        part.put_in_order();
        Ok(part)
    }

    fn take_leaf(&mut self, leaf: Leaf, scratch: Option<&Scratch>) -> io::Result<()> {
        leaf.drain(scratch, |bytes| {
            let mut lines = Unpacked::new(bytes);
            while !lines.is_over() {
                self.take(&mut lines).ok_or_else(damaged)?;
            }
            Ok(())
        })
    }

    fn take(&mut self, lines: &mut Unpacked<'_>) -> Option<()> {
        let (line, events) = lines.line()?;
        let record = u32::try_from(self.records.len()).ok()?;
        for _ in 0..events {
            let (contract, kind) = lines.event()?;
            let store = self.stores.get_mut(contract)?;
            let row = store.rows.get_mut(kind.index())?;
            for column in store.columns.get_mut(kind.index())? {
                column.push(lines.value()?);
            }
            store.events.push(RawEvent { record, kind, row: *row });
            *row = row.checked_add(1)?;
        }
        let identity = self.identify(&line)?;
        if let Some((target, retracts)) = line.link {
            self.links.push(Link { record, target: self.ids.intern(target), retracts });
        }
        let Packed { origin, occurred, recorded, quantity, sequence, asset, source, role, .. } = line;
        self.records.push(Record { origin, occurred, recorded, quantity, sequence, asset, source, identity, role });
        Some(())
    }

    fn identify(&mut self, line: &Packed<'_>) -> Option<Option<u32>> {
        let Some((id, content)) = line.identity else { return Some(None) };
        let place = u32::try_from(self.identities.len()).ok()?;
        self.identities.push(Identity { id: self.ids.intern(id), content });
        Some(Some(place))
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

    pub(crate) fn identity(&self, record: &Record) -> Option<&Identity> {
        self.identities.get(record.identity? as usize)
    }

    pub(crate) fn id_of(&self, record: &Record) -> Option<u32> {
        self.identity(record).map(|identity| identity.id)
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
}
