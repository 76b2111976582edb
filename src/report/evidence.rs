//! What became of every line of a feed, as plain data.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::feed::Feed;
use crate::feed::evidence::{Evidence, Finding};

/// What became of every line of a feed.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct EvidenceRecord {
    /// Lines of events that were read.
    pub read: u64,
    /// In use.
    pub used: u64,
    /// Said again.
    pub duplicate: u64,
    /// Replaced by a correction.
    pub superseded: u64,
    /// Taken back.
    pub retracted: u64,
    /// In conflict with a line in use.
    pub conflict: u64,
    /// Not for this contract, or not for any.
    pub unassigned: u64,
    /// Known only after the as-of instant.
    pub not_yet_known: u64,
    /// Known too late to count, as the contract says.
    pub too_late: u64,
    /// Not understood.
    pub rejected: u64,
    /// Lines in use that name no asset.
    pub without_asset: u64,
    /// The register.
    pub register: RegisterRecord,
    /// Index values.
    pub indices: RegisterRecord,
    /// How many findings there are of each kind of reason.
    pub causes: BTreeMap<&'static str, u64>,
    /// The first of each kind, by file and line.
    pub findings: Vec<FindingRecord>,
}

/// What became of the rows of the register, or of index values.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct RegisterRecord {
    /// Rows that were read.
    pub read: u64,
    /// Rows in use.
    pub used: u64,
}

/// A line that needs a look.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FindingRecord {
    /// File.
    pub file: String,
    /// Line; 0 for the whole file.
    pub line: u32,
    /// Kind of reason.
    pub cause: String,
    /// What was found.
    pub reason: String,
    /// How to mend it.
    pub help: Option<String>,
    /// How soon it is told, where not all are.
    #[serde(skip)]
    pub turn: Turn,
}

/// Which findings are told where not all are.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Turn {
    /// First those about a whole file, or the rest of one.
    File,
    /// Then lines that may be missing from what was computed.
    Line,
    /// What is as the feed means it.
    Note,
}

impl FindingRecord {
    /// The file and the line in it; the file alone where the finding is about all of it.
    #[must_use]
    pub fn place(&self) -> String {
        if self.line == 0 { self.file.clone() } else { format!("{}:{}", self.file, self.line) }
    }
}

/// What became of every line.
#[must_use]
pub fn evidence(feed: &Feed, evidence: &Evidence) -> EvidenceRecord {
    let tally = &evidence.tally;
    EvidenceRecord {
        read: tally.read,
        used: tally.used,
        duplicate: tally.duplicate,
        superseded: tally.superseded,
        retracted: tally.retracted,
        conflict: tally.conflict,
        unassigned: tally.unassigned,
        not_yet_known: tally.not_yet_known,
        too_late: tally.too_late,
        rejected: tally.rejected,
        without_asset: evidence.without_asset,
        register: RegisterRecord { read: evidence.register.read, used: evidence.register.used },
        indices: RegisterRecord { read: evidence.indices.read, used: evidence.indices.used },
        causes: evidence.causes.iter().map(|(cause, count)| (cause.words(), *count)).collect(),
        findings: evidence.findings.iter().map(|found| finding(feed, found)).collect(),
    }
}

pub(super) fn finding(feed: &Feed, finding: &Finding) -> FindingRecord {
    FindingRecord {
        file: feed.file(finding.file).to_owned(),
        line: finding.line,
        cause: finding.cause.words().to_owned(),
        reason: finding.reason.clone(),
        help: finding.help.clone(),
        turn: match (finding.fate, finding.cause.needs_a_look()) {
            (None, true) => Turn::File,
            (Some(_), true) => Turn::Line,
            (_, false) => Turn::Note,
        },
    }
}
