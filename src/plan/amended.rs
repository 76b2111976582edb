//! Which version of a clause governs when: what a sentence, a fold, a cap or an obligation of an amended clause counts.

use std::collections::BTreeMap;

use crate::base::ids::{AttributeId, ClauseId, FamilyId, FoldId, KindId, ObligationId, SentenceId};
use crate::base::span::Span;
use crate::base::time::{Between, Instant, Zone};
use crate::base::vocabulary::Meet;
use crate::check::amended::{self, Timeline};
use crate::check::contract::{self, Contract};
use crate::plan::Step;

/// The amended clauses of a contract; empty where nothing is amended.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Amended {
    /// All versions of all amended clauses.
    pub versions: Vec<Version>,
    /// Sentences of amended clauses.
    pub sentences: BTreeMap<SentenceId, Governs>,
    /// Folds of such sentences.
    pub folds: BTreeMap<FoldId, Governs>,
    /// Caps, minimums and exemptions of amended clauses, by their place.
    pub owes: BTreeMap<usize, Governs>,
    /// Rights of amended clauses, by their place.
    pub rights: BTreeMap<usize, Governs>,
    /// How clauses meet by amended clauses, by its place.
    pub meetings: BTreeMap<usize, Governs>,
    /// Obligations of amended clauses.
    pub obligations: BTreeMap<ObligationId, Governs>,
}

/// A version of a clause, for citing.
#[derive(Clone, PartialEq, Debug)]
pub struct Version {
    /// The clause.
    pub clause: ClauseId,
    /// `amendment 2`; `None` for the contract itself.
    pub amendment: Option<String>,
    /// Its title.
    pub title: String,
    /// Its signed text.
    pub prose: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// When one version governs.
#[derive(Clone, PartialEq, Debug)]
pub struct Governs {
    /// The version.
    pub version: usize,
    /// All changes of the clause, in order.
    pub changes: Vec<Change>,
    /// When the clause is suspended.
    pub holes: Vec<Between>,
    /// Which instant decides.
    pub by: By,
}

/// From an instant on another version governs.
#[derive(Clone, PartialEq, Debug)]
pub struct Change {
    /// The instant.
    pub at: Instant,
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
    /// … before this instant.
    pub before: Instant,
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

impl Governs {
    /// The times in which the version governs, for an asset that some changes spare.
    pub fn times(&self, spares: &dyn Fn(&Spared) -> bool) -> Vec<Between> {
        self.without_holes(self.spans(spares))
    }

    /// The same, with the times in which the clause is suspended.
    fn spans(&self, spares: &dyn Fn(&Spared) -> bool) -> Vec<Between> {
        let mut times = Vec::new();
        let mut running: Option<(Option<usize>, Instant)> = None;
        for change in &self.changes {
            if change.spared.iter().any(spares) {
                continue;
            }
            if let Some((to, since)) = running
                && to == Some(self.version)
            {
                times.push(Between::new(since, change.at));
            }
            running = Some((change.to, change.at));
        }
        if let Some((to, since)) = running
            && to == Some(self.version)
        {
            times.push(Between::new(since, Instant::MAX));
        }
        times
    }

    fn without_holes(&self, times: Vec<Between>) -> Vec<Between> {
        self.holes.iter().fold(times, |times, hole| {
            let around = |time: &Between| {
                [Between::new(time.start, time.end.min(hole.start)), Between::new(time.start.max(hole.end), time.end)]
            };
            times.iter().flat_map(around).filter(|time| time.start < time.end).collect()
        })
    }

    /// The times in which the version is the last that began, also where the clause is suspended or has ended.
    pub fn lasting(&self, spares: &dyn Fn(&Spared) -> bool) -> Vec<Between> {
        let texts = self.changes.iter().filter(|change| change.to.is_some()).cloned().collect();
        Self { changes: texts, holes: Vec::new(), ..self.clone() }.spans(spares)
    }

    /// Whether the version governs an instant, for whatever no change spares.
    pub fn at(&self, instant: Instant) -> bool {
        self.times(&|_| false).iter().any(|time| time.contains(instant))
    }

    /// Whether the version governs a window as a whole, where the window decides.
    pub fn window(&self, bounds: Between) -> bool {
        self.at(self.decisive(bounds))
    }

    /// Whether the version would govern a window as a whole, if the clause were not suspended then.
    pub fn is_suspended(&self, bounds: Between) -> bool {
        let at = self.decisive(bounds);
        !self.at(at) && self.spans(&|_| false).iter().any(|time| time.contains(at))
    }

    /// The instant of a window that decides.
    #[must_use]
    pub fn decisive(&self, bounds: Between) -> Instant {
        match self.by {
            By::WindowEnd => Instant(bounds.end.0.saturating_sub(1)),
            By::WindowStart | By::Instant | By::Opening => bounds.start,
        }
    }

    /// Whether any change of its clause spares assets.
    #[must_use]
    pub fn spares(&self) -> bool {
        self.changes.iter().any(|change| !change.spared.is_empty())
    }

    /// Whether the version may govern anything in a window.
    pub fn touches(&self, bounds: Between) -> bool {
        match self.by {
            By::WindowStart | By::WindowEnd if !self.spares() => self.window(bounds),
            By::Instant if !self.spares() => self.times(&|_| false).iter().any(|time| time.intersect(bounds).is_some()),
            // What was opened before, or is spared from a change, can be paid for later.
            By::Opening | By::Instant | By::WindowStart | By::WindowEnd => self.begins_before(bounds.end),
        }
    }

    /// Whether the version ever governed before an instant.
    #[must_use]
    pub fn begins_before(&self, at: Instant) -> bool {
        let begins = self.changes.iter().find(|change| change.to == Some(self.version));
        begins.is_some_and(|begins| begins.at < at)
    }
}

impl Amended {
    /// The version behind a line.
    #[must_use]
    pub fn behind(&self, step: Step) -> Option<&Version> {
        self.versions.get(self.version(step)?)
    }

    /// The place of the version behind a line.
    #[must_use]
    pub fn version(&self, step: Step) -> Option<usize> {
        let governs = match step {
            Step::Sentence(id) => self.sentences.get(&id),
            Step::Owes(place) => self.owes.get(&place),
            Step::Right(place) => self.rights.get(&place),
            Step::Meets(place) => self.meetings.get(&place),
        };
        governs.map(|governs| governs.version)
    }
}

/// Lowers what amendments make of a contract; folds are added as they are made.
pub(crate) fn amended(contract: &Contract) -> Amended {
    let own = &contract.amended;
    let governs = |version: usize, by: amended::By| governs(contract, version, by);
    Amended {
        versions: own.versions.iter().map(version).collect(),
        sentences: own.sentences.iter().map(|(id, (version, by))| (*id, governs(*version, *by))).collect(),
        folds: BTreeMap::new(),
        owes: own.owes.iter().map(|(place, (version, by))| (*place, governs(*version, *by))).collect(),
        rights: own.rights.iter().map(|(place, (version, by))| (*place, governs(*version, *by))).collect(),
        meetings: taking_back(contract)
            .enumerate()
            .filter_map(|(place, (of_contract, _))| {
                own.meetings.get(&of_contract).map(|(version, by)| (place, governs(*version, *by)))
            })
            .collect(),
        obligations: own
            .obligations
            .iter()
            .map(|(id, version)| (*id, governs(*version, amended::By::Opening)))
            .collect(),
    }
}

/// The meetings of the plan, each with its place in the contract: those by which something is taken back.
pub(crate) fn taking_back(contract: &Contract) -> impl Iterator<Item = (usize, &contract::Meeting)> {
    contract.meetings.iter().enumerate().filter(|(_, meeting)| meeting.how != Meet::AddsTo)
}

fn version(version: &amended::Version) -> Version {
    Version {
        clause: version.clause,
        amendment: version.amendment.as_ref().map(|number| format!("amendment {number}")),
        title: version.title.clone(),
        prose: version.prose.clone(),
        span: version.span,
    }
}

fn governs(contract: &Contract, version: usize, by: amended::By) -> Governs {
    let empty = Timeline::default();
    let clause = contract.amended.versions.get(version).map(|version| version.clause);
    let timeline = clause.and_then(|clause| contract.amended.timelines.get(&clause)).unwrap_or(&empty);
    let zone = contract.zone;
    let own =
        |version: usize| contract.amended.versions.get(version).is_some_and(|version| version.amendment.is_none());
    // What occurred before the term went by the contract's own text.
    let since = |found: &amended::Change| {
        if found.to.is_some_and(own) { Instant::MIN } else { zone.start_of(found.from) }
    };
    Governs {
        version,
        changes: timeline.changes.iter().map(|found| Change { at: since(found), ..change(found, zone) }).collect(),
        holes: timeline
            .holes
            .iter()
            .map(|(first, last)| Between::new(zone.start_of(*first), zone.start_of(last.plus_days(1))))
            .collect(),
        by: match by {
            amended::By::Instant => By::Instant,
            amended::By::Opening => By::Opening,
            amended::By::WindowStart => By::WindowStart,
            amended::By::WindowEnd => By::WindowEnd,
        },
    }
}

fn change(change: &amended::Change, zone: Zone) -> Change {
    let spared = |spared: &amended::Spared| Spared {
        family: spared.family,
        by: match spared.by {
            amended::SparedBy::Event(kind) => SparedBy::Event(kind),
            amended::SparedBy::Attribute(attribute) => SparedBy::Attribute(attribute),
        },
        before: zone.start_of(spared.before),
    };
    Change { at: zone.start_of(change.from), to: change.to, spared: change.spared.iter().map(spared).collect() }
}
