//! The events of one contract: heads in total order, fields in columns.

use std::ops::Range;

use crate::base::ids::{AssetId, FieldId, KindId};
use crate::base::number::Ratio;
use crate::base::symbol::Symbol;
use crate::base::time::Instant;
use crate::feed::column::Column;

/// Where a line stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct Origin {
    /// Index into `Feed::files`.
    pub file: u32,
    /// The line, from 1; the first of a row that spans several.
    pub line: u32,
}

/// Whether it is open what an event says: another record of the same identity says something else, or its instant is
/// not known.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Contested {
    /// None does.
    No,
    /// One does that was known later.
    Later,
    /// One does that was known at the same instant, so that none is the first.
    Tied,
    /// The instant of it that counts is not known.
    Undated,
}

/// What every event has; its fields are in [`Events`].
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Event {
    /// The kind.
    pub kind: KindId,
    /// The row in the columns of its kind.
    pub row: u32,
    /// The asset, where one is named.
    pub asset: Option<AssetId>,
    /// How many: 1 for a serial asset, at least 1 for a lot.
    pub quantity: i64,
    /// When it happened; where another instant of its kind counts, that one.
    pub occurred: Instant,
    /// When the source wrote it down, where the feed says so.
    pub recorded: Option<Instant>,
    /// The order that the source gives to events of one instant; 0 where it gives none.
    pub sequence: i64,
    /// Who says so, in `Feed::symbols`; the empty text where nobody is named.
    pub source: Symbol,
    /// The event's id in `ContractFeed::ids`; `None` for a row of a table in which each row is an event.
    pub id: Option<Symbol>,
    /// The line it came from.
    pub origin: Origin,
    /// Whether it is open what it says.
    pub contested: Contested,
    /// Whether the line corrects an earlier one, in whose place it stands.
    pub corrects: bool,
}

impl Event {
    /// When it was known: recorded, else occurred.
    pub fn known(&self) -> Instant {
        self.recorded.unwrap_or(self.occurred)
    }
}

/// The events of one contract that are in use.
///
/// INVARIANT (total order): heads stand grouped by subject, and inside a subject by occurred, sequence,
/// kind, id, source, then values. Rows of a kind's columns are numbered in the same order. Hence the
/// order of files and lines never matters, and a walk reads memory forwards.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Events {
    /// The heads, in total order.
    pub heads: Vec<Event>,
    /// The fields: by `KindId`, then by `FieldId`.
    pub fields: Vec<Vec<Column>>,
    /// By kind, then by row: when events happened of which another instant counts; empty for other kinds.
    pub happened: Vec<Vec<Instant>>,
    /// Records that contradict one in use and are not in use themselves, in the order of heads.
    pub rivals: Vec<Event>,
}

impl Events {
    /// The column of a field.
    pub fn column(&self, kind: KindId, field: FieldId) -> Option<&Column> {
        self.fields.get(kind.index())?.get(field.index())
    }

    /// The integer stored for a field of an event; `None` where it is empty.
    #[inline]
    pub fn value(&self, event: &Event, field: FieldId) -> Option<i128> {
        self.column(event.kind, field)?.get(event.row)
    }

    /// The exact number in a field of an event; `None` where it is empty.
    pub fn number(&self, event: &Event, field: FieldId) -> Option<Ratio> {
        self.column(event.kind, field)?.number(event.row)
    }

    /// When an event happened, where another instant of it counts.
    pub fn happened(&self, event: &Event) -> Option<Instant> {
        self.happened.get(event.kind.index())?.get(event.row as usize).copied()
    }

    /// When and what happened, where another instant of it counts.
    pub fn otherwise(&self, event: &Event) -> Option<(Instant, KindId)> {
        self.happened(event).map(|happened| (happened, event.kind))
    }

    /// The records of an asset, or of none, that contradict one in use.
    pub fn rivals_of(&self, asset: Option<AssetId>) -> &[Event] {
        // As in the order of heads, those without an asset come last.
        let rank = |asset: Option<AssetId>| (asset.is_none(), asset);
        let from = self.rivals.partition_point(|event| rank(event.asset) < rank(asset));
        let until = self.rivals.partition_point(|event| rank(event.asset) <= rank(asset));
        self.rivals.get(from..until).unwrap_or_default()
    }

    /// The events of a subject, in total order.
    pub fn of(&self, subject: &Subject) -> &[Event] {
        self.heads.get(subject.range()).unwrap_or_default()
    }
}

/// What is walked by itself: one asset, or all events that name none.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Subject {
    /// The asset; `None` for the events without one.
    pub asset: Option<AssetId>,
    /// Its events: a range of `Events::heads`, empty for an asset that the feed is silent about.
    pub events: Range<u32>,
}

impl Subject {
    /// The range of its events.
    pub fn range(&self) -> Range<usize> {
        self.events.start as usize..self.events.end as usize
    }
}
