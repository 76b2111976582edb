//! Everything that was read, typed and routed, before it is known which lines are in use.
//!
//! Readers go line by line: `begin`, then `reject` it, or `offer` its events to the contracts that it is
//! for and `close` it.

use std::borrow::Cow;
use std::sync::Arc;

use crate::base::ids::{FieldId, KindId};
use crate::base::time::Instant;
use crate::feed::FileAccount;
use crate::feed::Holds;
use crate::feed::account::Account;
use crate::feed::apart::Apart;
use crate::feed::cell::Cell;
use crate::feed::clusters::Clusters;
use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, Fate, Tally};
use crate::feed::fault::{Fault, shown};
use crate::feed::figure::Figure;
use crate::feed::indices::RawPoint;
use crate::feed::leaf;
use crate::feed::leaves::{Leaves, Room};
use crate::feed::moment::Clock;
use crate::feed::register::RegisterRows;
use crate::feed::route::Router;
use crate::feed::schema::{FieldSchema, Schema};
use crate::feed::texts::Pool;
use crate::feed::value::{self, Reading, Unit};

/// What a feed says, line by line. Cut it at an as-of instant with [`RawFeed::resolve`].
#[derive(Debug)]
pub struct RawFeed {
    pub(crate) schemas: Arc<[Schema]>,
    pub(crate) router: Arc<Router>,
    /// Values of text fields and names of sources.
    pub(crate) texts: Pool,
    pub(crate) assets: Pool,
    /// By contract.
    pub(crate) books: Vec<Books>,
    /// The lines that take part in resolution, packed.
    pub(crate) leaves: Leaves,
    /// Empty ones for what is taken in beside each other.
    pub(crate) passing: Vec<Leaves>,
    /// Which contracts must be resolved together.
    pub(crate) clusters: Clusters,
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
    /// The contracts of the events of the line at hand, and these, packed.
    events: (Vec<usize>, Vec<u8>),
    /// The line at hand, packed.
    packed: Vec<u8>,
}

/// The account and the register of one contract.
#[derive(Clone, Debug, Default)]
pub(crate) struct Books {
    /// Lines for this contract that it could not use.
    pub(crate) rejected: u64,
    pub(crate) account: Account,
    pub(crate) register: RegisterRows,
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

/// What the readers know of a line.
#[derive(Clone, Debug)]
pub(crate) struct Line<'a> {
    pub(crate) origin: Origin,
    pub(crate) occurred: Instant,
    pub(crate) recorded: Option<Instant>,
    pub(crate) quantity: i64,
    pub(crate) sequence: i64,
    pub(crate) asset: Option<u32>,
    pub(crate) source: u32,
    /// `None` for a row that is an event by itself.
    pub(crate) id: Option<Cow<'a, str>>,
    /// The id that it corrects or retracts, and whether it retracts.
    pub(crate) link: Option<(Cow<'a, str>, bool)>,
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
    pub(crate) fn new(schemas: &[Schema], (room, apart): (Room, Apart)) -> Self {
        let books = |schema: &Schema| Books { register: RegisterRows::new(schema), ..Books::default() };
        let clusters = Clusters::new(schemas, apart);
        let leaves = Leaves::new(clusters.leaves(), room);
        Self {
            router: Arc::new(Router::new(schemas)),
            books: schemas.iter().map(books).collect(),
            clusters,
            ..Self::empty(schemas.into(), leaves)
        }
    }

    /// Nothing at all.
    pub(crate) fn empty(schemas: Arc<[Schema]>, leaves: Leaves) -> Self {
        Self {
            router: Arc::default(),
            texts: Pool::default(),
            assets: Pool::default(),
            books: Vec::new(),
            leaves,
            passing: Vec::new(),
            clusters: Clusters::default(),
            schemas,
            files: Vec::new(),
            common: Account::default(),
            stray: Account::default(),
            nameless: 0,
            lost_lines: 0,
            lost_rows: 0,
            points: Vec::new(),
            marks: Vec::new(),
            values: Vec::new(),
            events: (Vec::new(), Vec::new()),
            packed: Vec::new(),
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
        self.events.0.clear();
        self.events.1.clear();
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

    /// Gives an event of a line to a contract. `cell` is what a field holds, if it has something.
    pub(crate) fn offer<'c>(
        &mut self,
        line: &Line<'_>,
        (contract, kind): (usize, KindId),
        hand: &mut Hand,
        cell: impl Fn(FieldId) -> Option<(Cell<'c>, Option<&'c Unit>)>,
    ) {
        let mark = match self.typed(line, (contract, kind), hand, cell) {
            Ok(()) => {
                self.give(contract, kind);
                Mark::Accepted
            }
            Err(fault) => {
                self.cause(line.origin, fault.cause);
                if let Some(books) = self.books.get_mut(contract) {
                    books.account.note(line.origin, Some(Fate::Rejected), fault.cause, || fault);
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
        line: &Line<'_>,
        (contract, kind): (usize, KindId),
        hand: &mut Hand,
        cell: impl Fn(FieldId) -> Option<(Cell<'c>, Option<&'c Unit>)>,
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
                Some((cell, unit)) => Some(value::read(field, cell, unit, &mut reading)?),
                None if field.optional => None,
                None => return Err(missing(&declared.name, field)),
            };
            self.values.push(value);
        }
        if let (Some(member), true) = (line.asset, declared.family.is_some_and(|family| schema.is_of_parties(family))) {
            self.clusters.tell_member(contract, member);
        }
        Ok(())
    }

    /// Adds the values at hand to the line at hand, as an event.
    fn give(&mut self, contract: usize, kind: KindId) {
        let (contracts, events) = &mut self.events;
        contracts.push(contract);
        leaf::event(events, contract, kind);
        self.values.iter().for_each(|value| leaf::value(events, *value));
    }

    /// Ends a line that was read.
    pub(crate) fn close(&mut self, line: &Line<'_>) {
        let accepted = self.marks.iter().any(|(_, mark)| *mark == Mark::Accepted);
        for (contract, mark) in &self.marks {
            if let (Mark::Refused, Some(books)) = (mark, self.books.get_mut(*contract)) {
                books.rejected = books.rejected.saturating_add(1);
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
                if line.id.is_none() && line.link.is_none() {
                    return;
                }
                Role::Stray
            }
        };
        self.keep(line, role);
    }

    fn keep(&mut self, line: &Line<'_>, role: Role) {
        let (contracts, events) = &self.events;
        let id = line.id.as_deref();
        let target = line.link.as_ref().map(|(target, _)| &**target);
        let source = self.texts.get(line.source);
        let place =
            self.clusters.place(contracts, (line.asset, &self.assets), (source, [id, target]), &mut self.leaves);
        self.packed.clear();
        leaf::pack(&mut self.packed, line, role, (contracts.len(), events));
        self.leaves.add(place, &self.packed);
    }
}

fn missing(kind: &str, field: &FieldSchema) -> Fault {
    let reason = format!("{} of {} is empty, and the contract needs it", shown(&field.name), shown(kind));
    Fault::new(Cause::MissingField, reason)
        .help(format!("give it, or declare {} as optional in the contract", shown(&field.name)))
}
