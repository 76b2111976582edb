//! Everything that was read, typed and routed, before it is known which lines are in use.
//!
//! Readers go line by line: `begin`, then `reject` it, or `offer` its events to the contracts that it is
//! for and `close` it.

use crate::base::ids::{FieldId, KindId};
use crate::base::time::Instant;
use crate::base::vocabulary::Counts;
use crate::feed::FileAccount;
use crate::feed::Holds;
use crate::feed::account::Account;
use crate::feed::column::Column;
use crate::feed::digest::Content;
use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, Fate, Tally};
use crate::feed::fault::{Fault, shown};
use crate::feed::figure::Figure;
use crate::feed::indices::RawPoint;
use crate::feed::moment::Clock;
use crate::feed::register::RegisterRows;
use crate::feed::route::Router;
use crate::feed::schema::{FieldSchema, Schema};
use crate::feed::texts::Pool;
use crate::feed::value::{self, Reading, Unit};

/// What a feed says, line by line. Cut it at an as-of instant with [`RawFeed::resolve`].
#[derive(Clone, Debug)]
pub struct RawFeed {
    pub(crate) schemas: Vec<Schema>,
    pub(crate) router: Router,
    /// Values of text fields and names of sources.
    pub(crate) texts: Pool,
    pub(crate) assets: Pool,
    pub(crate) ids: Pool,
    pub(crate) stores: Vec<Store>,
    pub(crate) records: Vec<Record>,
    pub(crate) identities: Vec<Identity>,
    pub(crate) links: Vec<Link>,
    pub(crate) files: Vec<FileAccount>,
    /// What concerns every contract: lines that could not be read at all.
    pub(crate) common: Account,
    /// What concerns no contract.
    pub(crate) stray: Account,
    /// Lines of all files that name no asset.
    pub(crate) nameless: u64,
    /// Lines of events that were rejected for every contract.
    pub(crate) lost_lines: u64,
    /// Rows of registers that were.
    pub(crate) lost_rows: u64,
    /// Values of indices.
    pub(crate) points: Vec<RawPoint>,
    /// What the line at hand was to each contract that it is for.
    marks: Vec<(usize, Mark)>,
    /// The values of the event at hand.
    values: Vec<Option<Figure>>,
}

/// What one contract was given.
#[derive(Clone, Debug, Default)]
pub(crate) struct Store {
    /// By kind, then by field.
    pub(crate) columns: Vec<Vec<Column>>,
    /// By kind: how many rows its columns have.
    pub(crate) rows: Vec<u32>,
    pub(crate) events: Vec<RawEvent>,
    /// Lines for this contract that it could not use.
    pub(crate) rejected: u64,
    pub(crate) account: Account,
    pub(crate) register: RegisterRows,
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

/// What a line is to the feed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// It gives events.
    Events,
    /// It takes another line back.
    Retraction,
    /// It is for no contract, but contradicts or corrects others; it is counted already.
    Stray,
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

/// What the readers know of a line.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Line {
    pub(crate) origin: Origin,
    pub(crate) occurred: Instant,
    pub(crate) recorded: Option<Instant>,
    pub(crate) quantity: i64,
    pub(crate) sequence: i64,
    pub(crate) asset: Option<u32>,
    pub(crate) source: u32,
    pub(crate) identity: Option<Identity>,
    /// The id that it corrects or retracts, and whether it retracts.
    pub(crate) link: Option<(u32, bool)>,
}

/// How the values of a line are written.
#[derive(Debug)]
pub(crate) struct Hand {
    /// The decimal mark.
    pub(crate) point: u8,
    /// Reads instants.
    pub(crate) clock: Clock,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Mark {
    Refused,
    Accepted,
}

impl RawFeed {
    /// Nothing read yet.
    pub(crate) fn new(schemas: &[Schema]) -> Self {
        Self {
            schemas: schemas.to_vec(),
            router: Router::new(schemas),
            texts: Pool::default(),
            assets: Pool::default(),
            ids: Pool::default(),
            stores: schemas.iter().map(Store::new).collect(),
            records: Vec::new(),
            identities: Vec::new(),
            links: Vec::new(),
            files: Vec::new(),
            common: Account::default(),
            stray: Account::default(),
            nameless: 0,
            lost_lines: 0,
            lost_rows: 0,
            points: Vec::new(),
            marks: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The instant of an event that counts for a contract; `None` where the line does not bring it.
    pub(crate) fn counted(&self, contract: usize, event: RawEvent, record: &Record) -> Option<Instant> {
        let kind = self.schemas.get(contract).and_then(|schema| schema.kinds.get(event.kind.index()));
        match kind.map_or(Counts::Occurred, |kind| kind.counts) {
            Counts::Occurred => Some(record.occurred),
            Counts::Recorded => record.recorded,
            Counts::Field(field) => {
                let columns = self.stores.get(contract)?.columns.get(event.kind.index())?;
                let nanos = columns.get(field.index())?.get(event.row)?;
                i64::try_from(nanos).ok().map(Instant)
            }
        }
    }

    /// Takes in a file and gives its number.
    pub(crate) fn open(&mut self, name: String, holds: Holds) -> u32 {
        let number = u32::try_from(self.files.len()).unwrap_or(u32::MAX);
        self.files.push(FileAccount {
            name,
            holds,
            tally: Tally::default(),
            causes: std::collections::BTreeMap::new(),
        });
        number
    }

    /// Starts a line.
    pub(crate) fn begin(&mut self, origin: Origin) {
        self.marks.clear();
        self.count(origin, |tally| &mut tally.read);
    }

    /// Counts a line of a file.
    pub(crate) fn count(&mut self, origin: Origin, which: impl Fn(&mut Tally) -> &mut u64) {
        if let Some(file) = self.files.get_mut(origin.file as usize) {
            let count = which(&mut file.tally);
            *count = count.saturating_add(1);
        }
    }

    /// Counts a finding of a file.
    pub(crate) fn cause(&mut self, origin: Origin, cause: Cause) {
        if let Some(file) = self.files.get_mut(origin.file as usize) {
            let count = file.causes.entry(cause).or_default();
            *count = count.saturating_add(1);
        }
    }

    /// Says what is wrong with a file, or with the rest of it.
    pub(crate) fn blame_file(&mut self, origin: Origin, fault: Fault) {
        self.cause(origin, fault.cause);
        self.common.note(origin, None, fault.cause, || fault);
    }

    /// Ends a line that could not be read.
    pub(crate) fn reject(&mut self, origin: Origin, fault: Fault) {
        self.cause(origin, fault.cause);
        self.count(origin, |tally| &mut tally.rejected);
        let lost = match self.files.get(origin.file as usize).map(|file| file.holds) {
            Some(Holds::Register) => Some(&mut self.lost_rows),
            Some(Holds::Events) => Some(&mut self.lost_lines),
            Some(Holds::Indices) | None => None,
        };
        if let Some(lost) = lost {
            *lost = lost.saturating_add(1);
        }
        self.common.note(origin, Some(Fate::Rejected), fault.cause, || fault);
    }

    /// Notes why a line, or one of its events, is for no contract.
    pub(crate) fn note_stray(&mut self, origin: Origin, cause: Cause, words: impl FnOnce(&Self) -> Fault) {
        self.cause(origin, cause);
        let mut stray = std::mem::take(&mut self.stray);
        stray.note(origin, Some(Fate::Unassigned), cause, || words(self));
        self.stray = stray;
    }

    /// Gives an event of a line to a contract. `cell` is the text of a field, if it has one.
    pub(crate) fn offer<'c>(
        &mut self,
        line: &Line,
        (contract, kind): (usize, KindId),
        hand: &mut Hand,
        cell: impl Fn(FieldId) -> Option<(&'c str, Option<&'c Unit>)>,
    ) {
        let mark = match self.typed(line, (contract, kind), hand, cell) {
            Ok(()) => {
                self.store(contract, kind);
                Mark::Accepted
            }
            Err(fault) => {
                self.cause(line.origin, fault.cause);
                if let Some(store) = self.stores.get_mut(contract) {
                    store.account.note(line.origin, Some(Fate::Rejected), fault.cause, || fault);
                }
                Mark::Refused
            }
        };
        match self.marks.iter_mut().find(|(marked, _)| *marked == contract) {
            Some((_, before)) if mark == Mark::Accepted => *before = mark,
            Some(_) => {}
            None => self.marks.push((contract, mark)),
        }
    }

    /// Reads the values of an event into `self.values`.
    fn typed<'c>(
        &mut self,
        line: &Line,
        (contract, kind): (usize, KindId),
        hand: &mut Hand,
        cell: impl Fn(FieldId) -> Option<(&'c str, Option<&'c Unit>)>,
    ) -> Result<(), Fault> {
        self.values.clear();
        let Some(schema) = self.schemas.get(contract) else {
            return Ok(());
        };
        let Some(declared) = schema.kinds.get(kind.index()) else {
            return Ok(());
        };
        let held = line.asset.and_then(|asset| self.router.family(asset, contract));
        if let (Some(held), Some(wanted)) = (held, declared.family)
            && held != wanted
        {
            let family =
                |id: crate::base::ids::FamilyId| schema.families.get(id.index()).map_or("", |family| &family.name);
            let reason = format!(
                "the asset is a {} in the register, {} happens to a {}",
                family(held),
                shown(&declared.name),
                family(wanted)
            );
            return Err(Fault::new(Cause::WrongFamily, reason).help("correct the register or the event"));
        }
        let mut reading = Reading {
            point: hand.point,
            clock: &mut hand.clock,
            texts: &mut self.texts,
            assets: &mut self.assets,
            schema,
        };
        for (index, field) in declared.fields.iter().enumerate() {
            let value = match cell(FieldId::at(index)) {
                Some((text, unit)) => Some(value::read(field, text, unit, &mut reading)?),
                None if field.optional => None,
                None => return Err(missing(&declared.name, field)),
            };
            self.values.push(value);
        }
        Ok(())
    }

    /// Stores the values at hand as an event of the line at hand.
    fn store(&mut self, contract: usize, kind: KindId) {
        let record = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let Some(store) = self.stores.get_mut(contract) else {
            return;
        };
        let (Some(columns), Some(rows)) = (store.columns.get_mut(kind.index()), store.rows.get_mut(kind.index()))
        else {
            return;
        };
        for (column, value) in columns.iter_mut().zip(&self.values) {
            column.push(*value);
        }
        store.events.push(RawEvent { record, kind, row: *rows });
        *rows = rows.saturating_add(1);
    }

    /// Ends a line that was read.
    pub(crate) fn close(&mut self, line: &Line) {
        let accepted = self.marks.iter().any(|(_, mark)| *mark == Mark::Accepted);
        for (contract, mark) in &self.marks {
            if let (Mark::Refused, Some(store)) = (mark, self.stores.get_mut(*contract)) {
                store.rejected = store.rejected.saturating_add(1);
            }
        }
        let role = match line.link {
            Some((_, true)) => Role::Retraction,
            Some(_) | None if accepted => Role::Events,
            Some(_) | None if !self.marks.is_empty() => {
                return self.count(line.origin, |tally| &mut tally.rejected);
            }
            Some(_) | None => {
                self.count(line.origin, |tally| &mut tally.unassigned);
                if line.identity.is_none() && line.link.is_none() {
                    return;
                }
                Role::Stray
            }
        };
        self.keep(line, role);
    }

    fn keep(&mut self, line: &Line, role: Role) {
        let record = u32::try_from(self.records.len()).unwrap_or(u32::MAX);
        let identity = line.identity.map(|identity| {
            self.identities.push(identity);
            u32::try_from(self.identities.len().saturating_sub(1)).unwrap_or(u32::MAX)
        });
        if let Some((target, retracts)) = line.link {
            self.links.push(Link { record, target, retracts });
        }
        self.records.push(Record {
            origin: line.origin,
            occurred: line.occurred,
            recorded: line.recorded,
            quantity: line.quantity,
            sequence: line.sequence,
            asset: line.asset,
            source: line.source,
            identity,
            role,
        });
    }
}

impl Store {
    fn new(schema: &Schema) -> Self {
        let columns = |fields: &[FieldSchema]| vec![Column::default(); fields.len()];
        Self {
            columns: schema.kinds.iter().map(|kind| columns(&kind.fields)).collect(),
            rows: vec![0; schema.kinds.len()],
            register: RegisterRows::new(schema),
            ..Self::default()
        }
    }
}

fn missing(kind: &str, field: &FieldSchema) -> Fault {
    let reason = format!("{} of {} is empty, and the contract needs it", shown(&field.name), shown(kind));
    Fault::new(Cause::MissingField, reason)
        .help(format!("give it, or declare {} as optional in the contract", shown(&field.name)))
}
