//! What amendments make of a contract: versions of clauses, and which governs when.

use std::collections::BTreeMap;

use crate::base::ids::{AttributeId, ClauseId, FamilyId, KindId, ObligationId, SentenceId};
use crate::base::span::Span;
use crate::base::time::Date;

/// What amendments make of a contract. A clause that none of them touches has no version.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Amended {
    /// All versions of all amended clauses.
    pub versions: Vec<Version>,
    /// By clause, when which version governs.
    pub timelines: BTreeMap<ClauseId, Timeline>,
    /// Sentences of versions.
    pub sentences: BTreeMap<SentenceId, (usize, By)>,
    /// Caps, minimums and exemptions of versions, by their place.
    pub owes: BTreeMap<usize, (usize, By)>,
    /// Rights of versions, by their place.
    pub rights: BTreeMap<usize, (usize, By)>,
    /// How clauses meet by versions, by place.
    pub meetings: BTreeMap<usize, (usize, By)>,
    /// Obligations of versions.
    pub obligations: BTreeMap<ObligationId, usize>,
}

impl Amended {
    /// Whether two caps stand in two versions of one clause, so that they never hold together.
    #[must_use]
    pub fn are_apart(&self, one: usize, other: usize) -> bool {
        let version = |place: usize| self.owes.get(&place).map(|(version, _)| *version);
        let clause = |version: usize| self.versions.get(version).map(|version| version.clause);
        match (version(one), version(other)) {
            (Some(one), Some(other)) => one != other && clause(one) == clause(other),
            (Some(_) | None, None) | (None, Some(_)) => false,
        }
    }

    /// Whether a version governs anything on a day.
    #[must_use]
    pub fn governs_on(&self, version: usize, day: Date) -> bool {
        self.days(version).iter().any(|(from, to)| *from <= day && day <= *to)
    }

    /// First and last days, both included, on which a version may govern anything. For assets that keep an earlier text
    /// that one lasts.
    #[must_use]
    pub fn days(&self, version: usize) -> Vec<(Date, Date)> {
        let timeline = self.versions.get(version).and_then(|version| self.timelines.get(&version.clause));
        let Some(Timeline { changes, holes }) = timeline else { return Vec::new() };
        let begins = changes.iter().position(|change| change.to == Some(version));
        let Some((from, later)) = begins.and_then(|place| {
            Some((changes.get(place)?.from, changes.get(place.saturating_add(1)..).unwrap_or_default()))
        }) else {
            return Vec::new();
        };
        let ends = later.iter().find(|change| change.spared.is_empty()).map(|change| change.from.plus_days(-1));
        without_days(&[(from, ends.unwrap_or(Date(i32::MAX)))], holes)
    }
}

/// The days of some spans that lie in none of others.
#[must_use]
pub fn without_days(days: &[(Date, Date)], taken: &[(Date, Date)]) -> Vec<(Date, Date)> {
    taken.iter().fold(days.to_vec(), |days, (first, last)| {
        let around = |(from, to): &(Date, Date)| {
            [(*from, (*to).min(first.plus_days(-1))), ((*from).max(last.plus_days(1)), *to)]
        };
        days.iter().flat_map(around).filter(|(from, to)| from <= to).collect()
    })
}

/// The days that lie in some spans and in others.
#[must_use]
pub fn common_days(days: &[(Date, Date)], others: &[(Date, Date)]) -> Vec<(Date, Date)> {
    let with = |(from, to): &(Date, Date)| {
        let (from, to) = (*from, *to);
        others.iter().map(move |(first, last)| (from.max(*first), to.min(*last))).collect::<Vec<_>>()
    };
    days.iter().flat_map(with).filter(|(from, to)| from <= to).collect()
}

/// A version of a clause.
#[derive(Clone, PartialEq, Debug)]
pub struct Version {
    /// The clause.
    pub clause: ClauseId,
    /// The number of the amendment that states it; `None` for the contract itself.
    pub amendment: Option<String>,
    /// Its title.
    pub title: String,
    /// Its signed text.
    pub prose: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// When which version of a clause governs.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Timeline {
    /// Changes in the order of their days.
    pub changes: Vec<Change>,
    /// First and last days on which the clause is suspended, both included.
    pub holes: Vec<(Date, Date)>,
}

/// From a day on another version governs.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// The first day.
    pub from: Date,
    /// The version; `None` where the clause ends.
    pub to: Option<usize>,
    /// Assets for which nothing changes.
    pub spared: Vec<Spared>,
}

/// Assets that keep the earlier text.
#[derive(Clone, PartialEq, Debug)]
pub struct Spared {
    /// The family.
    pub family: FamilyId,
    /// What happened …
    pub by: SparedBy,
    /// … before this day.
    pub before: Date,
}

/// What spares an asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum SparedBy {
    /// The first event of a kind.
    Event(KindId),
    /// A date that it has.
    Attribute(AttributeId),
}

/// Which instant decides on the version.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum By {
    /// The instant of what occurs.
    Instant,
    /// The instant when the obligation was opened.
    Opening,
    /// The start of the window.
    WindowStart,
    /// The end of the window.
    WindowEnd,
}
