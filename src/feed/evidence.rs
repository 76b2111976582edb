//! What became of every line: counts that add up, and the lines that need a look.

use std::collections::BTreeMap;

use crate::base::ids::{FieldId, KindId};

/// The most findings kept for one cause in one account; the counts are always complete.
pub const FINDINGS_PER_CAUSE: u64 = 1_000;

/// What became of a line.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Fate {
    /// In use.
    Used,
    /// Says again what an earlier known line says.
    Duplicate,
    /// Replaced by a correction known later.
    Superseded,
    /// Taken back; the line that takes it back counts here too.
    Retracted,
    /// Contradicts a line with the same identity, which stays in use.
    Conflict,
    /// Not for any contract (in a contract's own account: not for this one).
    Unassigned,
    /// Known only after the as-of instant.
    NotYetKnown,
    /// Known too late to count, as the contract says.
    TooLate,
    /// Not understood.
    Rejected,
}

impl Fate {
    /// All fates, in the order in which they are told.
    pub const ALL: [Fate; 9] = [
        Fate::Used,
        Fate::Duplicate,
        Fate::Superseded,
        Fate::Retracted,
        Fate::Conflict,
        Fate::Unassigned,
        Fate::NotYetKnown,
        Fate::TooLate,
        Fate::Rejected,
    ];
}

/// How many lines had which fate.
///
/// INVARIANT (accounted): `used + duplicate + superseded + retracted + conflict + unassigned +
/// not_yet_known + too_late + rejected == read`. Blank lines and the header of a table are not read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tally {
    /// Lines read; rows for a table.
    pub read: u64,
    /// See [`Fate::Used`].
    pub used: u64,
    /// See [`Fate::Duplicate`].
    pub duplicate: u64,
    /// See [`Fate::Superseded`].
    pub superseded: u64,
    /// See [`Fate::Retracted`].
    pub retracted: u64,
    /// See [`Fate::Conflict`].
    pub conflict: u64,
    /// See [`Fate::Unassigned`].
    pub unassigned: u64,
    /// See [`Fate::NotYetKnown`].
    pub not_yet_known: u64,
    /// See [`Fate::TooLate`].
    pub too_late: u64,
    /// See [`Fate::Rejected`].
    pub rejected: u64,
}

/// Why a line is worth a look: the kinds of reason by which findings are counted.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Cause {
    /// A file, or the rest of one, could not be read.
    Unreadable,
    /// The mapping does not fit the file.
    Mapping,
    /// A column of the register means nothing to any contract.
    UnknownColumn,
    /// Longer than a line may be.
    TooLong,
    /// Not UTF-8.
    NotUtf8,
    /// Not a JSON object.
    NotJson,
    /// A row with more or fewer cells than the header.
    Ragged,
    /// A key that an event does not have.
    UnknownKey,
    /// A key given twice.
    RepeatedKey,
    /// Something that every event needs is missing.
    MissingKey,
    /// A field that the kind does not have.
    UnknownField,
    /// A field that may not be empty is.
    MissingField,
    /// A value that is not what the field holds.
    BadValue,
    /// An instant or date that is none, or lacks its offset.
    BadInstant,
    /// An asset of another family than the event is for.
    WrongFamily,
    /// A kind that no contract concerned declares.
    UnknownKind,
    /// A contract that the workspace does not have.
    UnknownContract,
    /// An asset or event that could not be given to one contract.
    NoContract,
    /// A row to which no event rule applies.
    NoRule,
    /// A series that no contract has as an index.
    UnknownSeries,
    /// A family that the contract does not declare.
    UnknownFamily,
    /// Says again what another line says.
    Duplicate,
    /// The same identity with other content, or two corrections known at one instant.
    Conflict,
    /// Replaced by a correction.
    Superseded,
    /// Taken back.
    Retracted,
    /// Corrects or takes back an event that the feed does not have.
    UnknownTarget,
    /// Corrections that correct one another.
    Cycle,
    /// Gives an asset a name that it had before.
    RenamedBack,
    /// Gives an asset a name that another one bears.
    NameTaken,
    /// Is reported under a name that its asset bears no longer.
    NameEnded,
    /// Known only after the as-of instant.
    NotYetKnown,
    /// Known too late to count, as the contract says.
    TooLate,
}

impl Cause {
    /// Whether lines of this cause may be missing from what was computed. What was said again, corrected, taken back or
    /// known later is as the feed means it.
    #[must_use]
    pub fn needs_a_look(self) -> bool {
        !matches!(self, Self::Duplicate | Self::Superseded | Self::Retracted | Self::NotYetKnown | Self::TooLate)
    }

    /// The reason in words.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Unreadable => "unreadable",
            Self::Mapping => "mapping",
            Self::UnknownColumn => "unknown column",
            Self::TooLong => "line too long",
            Self::NotUtf8 => "not UTF-8",
            Self::NotJson => "not JSON",
            Self::Ragged => "ragged row",
            Self::UnknownKey => "unknown key",
            Self::RepeatedKey => "repeated key",
            Self::MissingKey => "missing key",
            Self::UnknownField => "unknown field",
            Self::MissingField => "missing field",
            Self::BadValue => "bad value",
            Self::BadInstant => "bad instant",
            Self::WrongFamily => "wrong family",
            Self::UnknownKind => "unknown kind",
            Self::UnknownContract => "unknown contract",
            Self::NoContract => "no contract",
            Self::NoRule => "no rule",
            Self::UnknownSeries => "unknown series",
            Self::UnknownFamily => "unknown family",
            Self::Duplicate => "duplicate",
            Self::Conflict => "conflict",
            Self::Superseded => "superseded",
            Self::Retracted => "retracted",
            Self::UnknownTarget => "unknown target",
            Self::Cycle => "cycle",
            Self::RenamedBack => "renamed back",
            Self::NameTaken => "name taken",
            Self::NameEnded => "name ended",
            Self::NotYetKnown => "not yet known",
            Self::TooLate => "too late",
        }
    }
}

/// A line that is worth a look.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Finding {
    /// Index into `Feed::files`.
    pub file: u32,
    /// The line, from 1; 0 where the finding is about the whole file.
    pub line: u32,
    /// The kind of reason.
    pub cause: Cause,
    /// What became of the line; `None` for a finding about a file.
    pub fate: Option<Fate>,
    /// What was found, in the reader's words.
    pub reason: String,
    /// How to mend it.
    pub help: Option<String>,
}

/// How many events in use leave an optional field empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct MissingField {
    /// The kind.
    pub kind: KindId,
    /// The field.
    pub field: FieldId,
    /// How many.
    pub count: u64,
}

/// The account of a feed, or of what one contract made of it.
///
/// A contract's account covers all lines of the feed: those for other contracts only are `unassigned`,
/// and a line that could not be read at all is `rejected` in every account.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Evidence {
    /// Lines of events.
    pub tally: Tally,
    /// Rows of the register.
    pub register: Tally,
    /// Rows of index values.
    pub indices: Tally,
    /// Lines that name no asset: of all that were read; in a contract's account, of those in use for it.
    pub without_asset: u64,
    /// Events in use by kind and optional field that is empty, in that order; zero counts are left
    /// out. Only in a contract's account.
    pub missing: Vec<MissingField>,
    /// How many findings there are of each cause.
    pub causes: BTreeMap<Cause, u64>,
    /// The first [`FINDINGS_PER_CAUSE`] of each cause, by file and line.
    pub findings: Vec<Finding>,
}
