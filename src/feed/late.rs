//! What is known too late to count, where contracts set a limit.
//!
//! An event counts in a contract if it was known before the end of the settlement period in which it occurred (where
//! another instant of its kind counts, in which that lies), and the contract's limit. A correction or retraction is taken whole or not at all: it must be known in time for every period
//! that it changes, of every contract that it touches. They are judged as they became known, each by what stood then.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashMap;

use crate::base::time::{Instant, MonthEnd};
use crate::base::window::Windows;
use crate::feed::corrections::{Fates, Graph, Links};
use crate::feed::evidence::{Cause, Fate};
use crate::feed::part::{Known, Record, Store};
use crate::feed::schema::Schema;

/// Until when each record must be known.
#[derive(Debug, Default)]
pub(crate) struct Limits {
    /// By record: the earliest instant of all contracts; empty where no contract sets a limit.
    ends: FxHashMap<u32, Instant>,
    /// Events that point at no other and are too late: the contracts for which they are.
    late: BTreeMap<u32, BTreeSet<usize>>,
    /// Those of them that are too late for every contract.
    nowhere: BTreeSet<u32>,
}

impl Limits {
    /// The limits of all contracts, for the records of a feed.
    pub(crate) fn new(known: Known<'_>) -> Self {
        let mut limits = Self::default();
        let part = known.part;
        for (contract, (schema, store)) in known.frame.schemas.iter().zip(&part.stores).enumerate() {
            limits.take(known, contract, schema, store);
        }
        if limits.ends.is_empty() {
            return limits;
        }
        for link in &part.links {
            limits.late.remove(&link.record);
        }
        let mut holders: BTreeMap<u32, BTreeSet<usize>> = BTreeMap::new();
        for (contract, store) in part.stores.iter().enumerate() {
            for event in store.events.iter().filter(|event| limits.late.contains_key(&event.record)) {
                holders.entry(event.record).or_default().insert(contract);
            }
        }
        let everywhere = limits.late.iter().filter(|(record, late)| holders.get(record) == Some(*late));
        limits.nowhere = everywhere.map(|(record, _)| *record).collect();
        limits
    }

    fn take(&mut self, known: Known<'_>, contract: usize, schema: &Schema, store: &Store) {
        let Some(late) = schema.late else { return };
        // Windows of the calendar do not depend on the term.
        let epoch = crate::base::time::Date(0);
        let windows = Windows::new(schema.zone, epoch, epoch, MonthEnd::LastDay);
        let mut ends: FxHashMap<i64, Instant> = FxHashMap::default();
        for event in &store.events {
            let Some(record) = known.part.record(event.record) else { continue };
            let counted = known.counted(contract, *event, record).unwrap_or(record.occurred);
            let period = windows.index_of(late.settled, counted);
            let end = *ends.entry(period).or_insert_with(|| {
                let (_, last) = windows.days(late.settled, period);
                let after = last.plus_days(1).plus_months(late.limit.months, MonthEnd::LastDay);
                schema.zone.start_of(after.plus_days(late.limit.days))
            });
            let earliest = self.ends.entry(event.record).or_insert(end);
            *earliest = end.min(*earliest);
            if record.known() >= end {
                self.late.entry(event.record).or_default().insert(contract);
            }
        }
    }

    /// Whether an event that points at no other is too late for every contract that it is for.
    pub(crate) fn is_late(&self, record: u32) -> bool {
        self.nowhere.contains(&record)
    }

    fn earliest<'a>(&self, records: impl Iterator<Item = &'a u32>) -> Option<Instant> {
        records.filter_map(|record| self.ends.get(record).copied()).min()
    }
}

impl Fates {
    /// Whether a record is in use for a contract.
    pub(crate) fn counts(&self, record: u32, contract: usize) -> bool {
        self.of(record) == Fate::Used && !self.late.contains(&(contract, record))
    }

    /// Places of the records that others use and that are too late for a contract.
    pub(crate) fn late_for(&self, contract: usize) -> BTreeSet<usize> {
        let own = self.late.iter().filter(|(late, record)| *late == contract && self.of(*record) == Fate::Used);
        own.map(|(_, record)| *record as usize).collect()
    }

    /// Leaves out events that are too late.
    pub(crate) fn drop_late(&mut self, limits: &Limits) {
        for (record, contracts) in &limits.late {
            if self.of(*record) != Fate::Used {
                continue;
            }
            if limits.is_late(*record) {
                self.set(*record, Fate::TooLate, Cause::TooLate, None);
            } else {
                self.late.extend(contracts.iter().map(|contract| (*contract, *record)));
            }
        }
    }

    /// Leaves out corrections and retractions that are too late for what they change.
    pub(crate) fn refuse_late(&mut self, known: Known<'_>, links: &Links, limits: &Limits) {
        if limits.ends.is_empty() || known.part.links.is_empty() {
            return;
        }
        let mut graph = Graph::new(known, links, self);
        graph.settle(known);
        for chain in graph.chains() {
            for node in graph.late_in(known, limits, &chain) {
                let target = graph.target.get(&node).copied();
                self.set(node, Fate::TooLate, Cause::TooLate, target);
                if let (true, Some(target)) = (graph.is_retraction(node), target) {
                    self.retractions.push((node, target));
                }
            }
        }
    }
}

impl Graph {
    /// Lines that hang together, by the line at their root, but for rings.
    fn chains(&self) -> Vec<Vec<u32>> {
        let mut chains: BTreeMap<u32, Vec<u32>> = BTreeMap::new();
        for node in self.nodes.iter().filter(|node| self.cycle.binary_search(node).is_err()) {
            let root = self.upward(*node).last().unwrap_or(*node);
            chains.entry(root).or_default().push(*node);
        }
        chains.into_values().collect()
    }

    /// A line, what it points at, and so on.
    fn upward(&self, node: u32) -> impl Iterator<Item = u32> + '_ {
        std::iter::successors(Some(node), |node| self.target.get(node).copied())
    }

    /// The corrections and retractions of a chain that are too late.
    fn late_in(&self, known: Known<'_>, limits: &Limits, chain: &[u32]) -> Vec<u32> {
        let when = |node: u32| known.part.record(node).map(Record::known);
        let end = limits.earliest(chain.iter());
        if !chain.iter().any(|node| end.is_some() && when(*node) >= end) {
            return Vec::new();
        }
        let (mut pointing, standing): (Vec<u32>, Vec<u32>) =
            chain.iter().partition(|node| self.retracts.contains_key(node));
        // As they became known, but never before what they point at.
        pointing.sort_by_cached_key(|node| {
            let record = known.part.record(*node);
            let latest = self.upward(*node).map(when).max();
            (latest, self.upward(*node).count(), when(*node), known.content(*node), record.map(|record| record.origin))
        });
        let mut admitted: BTreeSet<u32> = standing.into_iter().collect();
        let mut stood = self.in_force(known, &admitted);
        let mut late = Vec::new();
        for node in pointing {
            let mut with = admitted.clone();
            with.insert(node);
            let stands = self.in_force(known, &with);
            let end = limits.earliest(stood.symmetric_difference(&stands));
            let loose = self.target.get(&node).is_some_and(|target| !admitted.contains(target));
            if loose || end.is_some_and(|end| when(node) >= Some(end)) {
                late.push(node);
            } else {
                (admitted, stood) = (with, stands);
            }
        }
        late
    }

    /// The lines that give events, where only these are there.
    fn in_force(&self, known: Known<'_>, admitted: &BTreeSet<u32>) -> BTreeSet<u32> {
        let mut some = Self { nodes: admitted.iter().copied().collect(), ..Self::default() };
        for node in admitted {
            if let Some(retracts) = self.retracts.get(node) {
                some.retracts.insert(*node, *retracts);
            }
            if let Some(target) = self.target.get(node).filter(|target| admitted.contains(target)) {
                some.target.insert(*node, *target);
                some.sources.entry(*target).or_default().push(*node);
            }
        }
        some.settle(known);
        let live = some.live().into_iter();
        live.filter(|node| !some.is_retraction(*node)).collect()
    }
}
