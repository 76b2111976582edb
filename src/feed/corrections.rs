//! Which lines are in use: repeated ones left out, corrections and retractions applied.
//!
//! A correction or retraction points at the line that has the identity it names. Of all that point at one
//! line and stand, the latest known wins; one stands unless it is itself taken back. A line that is
//! corrected gives way to its correction, which may be corrected in turn.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::base::time::Instant;
use crate::feed::digest::Content;
use crate::feed::evidence::{Cause, Fate};
use crate::feed::late::Limits;
use crate::feed::part::{Known, Link, Record};
use crate::feed::raw::Role;

/// What became of a line that is not simply used, or that needs a word.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Verdict {
    /// The line.
    pub(crate) record: u32,
    /// Why.
    pub(crate) cause: Cause,
    /// The line that decided it.
    pub(crate) by: Option<u32>,
}

/// The fate of every record.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fates {
    /// By record.
    pub(crate) all: Vec<Fate>,
    /// Lines that need a word, in order of records.
    pub(crate) verdicts: Vec<Verdict>,
    /// Retractions in force or too late, and what they take back.
    pub(crate) retractions: Vec<(u32, u32)>,
    /// Contracts and records in use that are too late for them, while other contracts use them.
    pub(crate) late: BTreeSet<(usize, u32)>,
}

/// Decides the fate of every record as known at an instant.
pub(crate) fn decide(known: Known<'_>, as_of: Option<Instant>) -> Fates {
    let mut fates = Fates { all: vec![Fate::Used; known.part.records.len()], ..Fates::default() };
    if let Some(as_of) = as_of {
        fates.cut(known, as_of);
    }
    let links = self_links(known);
    let limits = Limits::new(known);
    fates.drop_repeated(known, &links, &limits);
    fates.drop_late(&limits);
    fates.refuse_late(known, &links, &limits);
    fates.correct(known, &links);
    fates.verdicts.sort_unstable();
    fates
}

/// Links by record: those that point at the identity of their own line are `own`.
pub(crate) struct Links {
    pub(crate) by_record: FxHashMap<u32, (Link, bool)>,
}

fn self_links(known: Known<'_>) -> Links {
    let own = |link: &Link| known.part.record(link.record).and_then(|record| record.id) == Some(link.target);
    let by_record = known.part.links.iter().map(|link| (link.record, (*link, own(link))));
    Links { by_record: by_record.collect() }
}

impl Links {
    fn is_own(&self, record: u32) -> bool {
        self.by_record.get(&record).is_some_and(|(_, own)| *own)
    }
}

impl Fates {
    pub(crate) fn of(&self, record: u32) -> Fate {
        self.all.get(record as usize).copied().unwrap_or(Fate::Rejected)
    }

    pub(crate) fn set(&mut self, record: u32, fate: Fate, cause: Cause, by: Option<u32>) {
        if let Some(place) = self.all.get_mut(record as usize) {
            *place = fate;
        }
        self.verdicts.push(Verdict { record, cause, by });
    }

    fn cut(&mut self, known: Known<'_>, as_of: Instant) {
        for (number, record) in (0_u32..).zip(&known.part.records) {
            if record.known() > as_of {
                self.set(number, Fate::NotYetKnown, Cause::NotYetKnown, None);
            }
        }
    }

    /// Of lines with one identity the first known stays; others are repeated or contradict it.
    fn drop_repeated(&mut self, known: Known<'_>, links: &Links, limits: &Limits) {
        let mut repeated: Vec<_> = self
            .repeated(known)
            .into_iter()
            .filter_map(|number| {
                let record = known.part.record(number)?;
                let identity = (record.source, record.id?, links.is_own(number));
                // Where none was known first, that which happened first is told.
                Some((identity, record.known(), record.occurred, known.content(number), record.origin, number))
            })
            .collect();
        repeated.sort_unstable();
        for group in repeated.chunk_by(|(one, ..), (other, ..)| one == other) {
            let mut versions: Vec<(Content, u32)> = Vec::with_capacity(1);
            let mut first = None;
            for (_, _, _, content, _, other) in group.iter().copied() {
                if let Some((_, before)) = versions.iter().find(|(version, _)| *version == content) {
                    self.set(other, Fate::Duplicate, Cause::Duplicate, Some(*before));
                    continue;
                }
                versions.push((content, other));
                if limits.is_late(other) {
                    // What comes too late for every contract contradicts nothing.
                    self.set(other, Fate::TooLate, Cause::TooLate, None);
                } else if first.is_none() || links.is_own(other) {
                    // Corrections of a line by itself are versions of it, not contradictions.
                    first.get_or_insert(other);
                } else {
                    // What says again what contradicts is said again.
                    self.set(other, Fate::Conflict, Cause::Conflict, first);
                }
            }
        }
    }

    /// Records whose id occurs more than once.
    fn repeated(&self, known: Known<'_>) -> Vec<u32> {
        let mut seen: Vec<u8> = vec![0; known.part.ids.len()];
        let used = || (0_u32..).zip(&known.part.records).filter(|(number, _)| self.of(*number) == Fate::Used);
        for (_, record) in used() {
            if let Some(count) = record.id.and_then(|id| seen.get_mut(id as usize)) {
                *count = count.saturating_add(1);
            }
        }
        let again = |record: &Record| record.id.is_some_and(|id| seen.get(id as usize).is_some_and(|count| *count > 1));
        used().filter(|(_, record)| again(record)).map(|(number, _)| number).collect()
    }

    /// Applies corrections and retractions.
    fn correct(&mut self, known: Known<'_>, links: &Links) {
        if known.part.links.is_empty() {
            return;
        }
        let mut graph = Graph::new(known, links, self);
        graph.settle(known);
        for number in graph.cycle.clone() {
            self.set(number, Fate::Rejected, Cause::Cycle, graph.target.get(&number).copied());
        }
        graph.apply(known, self);
    }
}

/// Lines that point at lines.
#[derive(Debug, Default)]
pub(crate) struct Graph {
    /// What a line points at, where the feed has it.
    pub(crate) target: BTreeMap<u32, u32>,
    /// What points at a line.
    pub(crate) sources: BTreeMap<u32, Vec<u32>>,
    /// All lines that point or are pointed at, in order.
    pub(crate) nodes: Vec<u32>,
    /// The line that decides about a line, where one stands.
    pub(crate) winner: BTreeMap<u32, u32>,
    /// Lines that point at one another in a ring.
    pub(crate) cycle: Vec<u32>,
    /// Lines that take others back.
    pub(crate) retracts: BTreeMap<u32, bool>,
}

impl Graph {
    pub(crate) fn new(known: Known<'_>, links: &Links, fates: &Fates) -> Self {
        let bases = Bases::new(known, links, fates);
        let mut graph = Self::default();
        for link in known.part.links.iter().filter(|link| fates.of(link.record) == Fate::Used) {
            let source = known.part.record(link.record).map_or(u32::MAX, |record| record.source);
            graph.retracts.insert(link.record, link.retracts);
            graph.nodes.push(link.record);
            match bases.get(source, link.target) {
                Some(target) if target != link.record => {
                    graph.target.insert(link.record, target);
                    graph.sources.entry(target).or_default().push(link.record);
                    graph.nodes.push(target);
                }
                Some(_) | None => {}
            }
        }
        graph.nodes.sort_unstable();
        graph.nodes.dedup();
        graph
    }

    /// Finds what decides about each line, from the outermost lines inwards; rings remain.
    pub(crate) fn settle(&mut self, known: Known<'_>) {
        let mut waiting: BTreeMap<u32, usize> =
            self.sources.iter().map(|(target, sources)| (*target, sources.len())).collect();
        let mut ready: Vec<u32> = self.nodes.iter().copied().filter(|node| !waiting.contains_key(node)).collect();
        while let Some(node) = ready.pop() {
            if let Some(winner) = self.latest(known, node) {
                self.winner.insert(node, winner);
            }
            let Some(target) = self.target.get(&node).copied() else {
                continue;
            };
            if let Some(count) = waiting.get_mut(&target) {
                *count = count.saturating_sub(1);
                if *count == 0 {
                    waiting.remove(&target);
                    ready.push(target);
                }
            }
        }
        self.cycle = waiting.into_keys().collect();
        // What points into a ring points at nothing that can be used.
        let cycle = &self.cycle;
        self.target.retain(|_, target| cycle.binary_search(target).is_err());
    }

    /// Whether a line that points at another still stands.
    fn stands(&self, node: u32) -> bool {
        self.winner.get(&node).is_none_or(|winner| !self.is_retraction(*winner))
    }

    pub(crate) fn is_retraction(&self, node: u32) -> bool {
        self.retracts.get(&node).copied().unwrap_or_default()
    }

    /// The latest known of the lines that point at one and stand; of two known at one instant, the first
    /// by content.
    fn latest(&self, known: Known<'_>, node: u32) -> Option<u32> {
        let sources = self.sources.get(&node)?;
        let standing = sources.iter().copied().filter(|source| self.stands(*source));
        standing.min_by_key(|source| {
            let record = known.part.record(*source);
            (std::cmp::Reverse(record.map(Record::known)), known.content(*source), record.map(|record| record.origin))
        })
    }

    /// Gives every line its fate.
    fn apply(&self, known: Known<'_>, fates: &mut Fates) {
        let live = self.live();
        for node in self.nodes.iter().copied() {
            if self.cycle.binary_search(&node).is_ok() {
                continue;
            }
            let target = self.target.get(&node).copied();
            let wins = target.is_some_and(|target| self.winner.get(&target) == Some(&node));
            match self.winner.get(&node).copied() {
                Some(winner) if self.is_retraction(winner) => {
                    fates.set(node, Fate::Retracted, Cause::Retracted, Some(winner));
                    fates.retractions.push((winner, node));
                }
                Some(winner) => fates.set(node, Fate::Superseded, Cause::Superseded, Some(winner)),
                None if wins && self.is_retraction(node) => {
                    fates.set(node, Fate::Retracted, Cause::Retracted, None);
                }
                None if live.contains(&node) => self.lonely(node, fates),
                None => self.beaten(known, node, target, fates),
            }
        }
    }

    /// A line in force that may point at nothing.
    fn lonely(&self, node: u32, fates: &mut Fates) {
        let points = self.retracts.contains_key(&node) && !self.target.contains_key(&node);
        if points && self.is_retraction(node) {
            fates.set(node, Fate::Rejected, Cause::UnknownTarget, None);
        } else if points {
            fates.set(node, Fate::Used, Cause::UnknownTarget, None);
        }
    }

    /// A line that another one beat, or that points at a line which is no longer in force.
    fn beaten(&self, known: Known<'_>, node: u32, target: Option<u32>, fates: &mut Fates) {
        let winner = target.and_then(|target| self.winner.get(&target).copied());
        let when = |node: u32| known.part.record(node).map(Record::known);
        let tied = winner.is_some_and(|winner| when(winner) == when(node));
        let both_retract = self.is_retraction(node) && winner.is_some_and(|winner| self.is_retraction(winner));
        if tied && !both_retract {
            fates.set(node, Fate::Conflict, Cause::Conflict, winner);
        } else {
            fates.set(node, Fate::Superseded, Cause::Superseded, winner.or(target));
        }
    }

    /// The lines in force: the end of the way from each line that points at nothing.
    pub(crate) fn live(&self) -> BTreeSet<u32> {
        let roots = self.nodes.iter().copied().filter(|node| !self.target.contains_key(node));
        roots
            .map(|root| {
                let mut node = root;
                // Ends, because no ring is left.
                while let Some(next) = self.winner.get(&node).copied() {
                    node = next;
                }
                node
            })
            .collect()
    }
}

/// For each identity that something points at: its first version.
struct Bases(FxHashMap<(u32, u32), Option<Base>>);

/// A version: whether it corrects itself, when it was known, what it says, its record.
type Base = (bool, Instant, Content, u32);

impl Bases {
    fn new(known: Known<'_>, links: &Links, fates: &Fates) -> Self {
        let source = |link: &Link| known.part.record(link.record).map_or(u32::MAX, |record| record.source);
        let wanted = known.part.links.iter().map(|link| ((source(link), link.target), None));
        let mut bases: FxHashMap<(u32, u32), Option<Base>> = wanted.collect();
        for (number, record) in (0_u32..).zip(&known.part.records) {
            let Some(best) = record.id.and_then(|id| bases.get_mut(&(record.source, id))) else {
                continue;
            };
            let own = links.is_own(number);
            // A line that takes back its own identity is no version of it.
            if fates.of(number) != Fate::Used || (own && record.role == Role::Retraction) {
                continue;
            }
            let version = (own, record.known(), known.content(number), number);
            *best = Some(best.map_or(version, |best| best.min(version)));
        }
        Self(bases)
    }

    fn get(&self, source: u32, id: u32) -> Option<u32> {
        self.0.get(&(source, id)).copied().flatten().map(|base| base.3)
    }
}
