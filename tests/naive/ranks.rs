//! Ranks: the events before one are counted, one unit at a time.

use std::collections::BTreeSet;

use consigne::base::number::Ratio;
use consigne::check::contract::{Amount, Opener, Sentence, TermBody};
use consigne::check::value::{Node, Rank, Value};

use super::World;
use super::calendar;
use super::facts::Event;
use super::values::{Found, Gap, Group, Hand};

/// A unit of an event: the id of the event and its place in the lot.
pub(crate) type Unit = (String, i64);

impl World<'_> {
    /// "`rank of EVENT per GROUP per WINDOW` is the how-manieth event it is. A lot of n takes n ranks, each unit its own."
    pub(crate) fn rank(&self, rank: &Rank, hand: &Hand<'_>) -> Found<Ratio> {
        let Some(event) = hand.event else { panic!("check refuses a rank without an event") };
        Ok(Ratio::int(i64::try_from(self.before(rank, event, hand.unit)?.len()).unwrap_or(0) + 1))
    }

    /// The units that are counted before one.
    fn before(&self, rank: &Rank, event: &Event, unit: i64) -> Found<Vec<Unit>> {
        if self.rank_reaches_back(rank, self.contract.zone.date_of(event.at)) {
            return Err(Gap::Held);
        }
        let own = self.group_of_rank(rank, event)?;
        if own.iter().any(|(_, value)| value.is_none()) {
            return Err(Gap::Held);
        }
        let mut found = Vec::new();
        // "What lies before the term is not counted."
        let begins = calendar::term(self.contract).start;
        for other in self.facts.events.iter().filter(|other| other.at >= begins) {
            let is_own = std::ptr::eq(other, event) || other == event;
            let units = if is_own { unit } else { other.units };
            if other.kind == rank.kind && self.counts(rank, other, event)? {
                let groups = self.groups_of_rank(rank, other)?;
                // Where it is not known among which events one counts, nobody knows whether it counts here.
                if groups.iter().flatten().any(|(_, value)| value.is_none()) {
                    return Err(Gap::Held);
                }
                if groups.contains(&own) {
                    if other.contested || other.too_many || groups.len() > 1 {
                        return Err(Gap::Held);
                    }
                    // Where its own rank is not known, nobody knows what it used up.
                    let doubtful = self.doubtful.borrow();
                    if rank.used_up && (0..units).any(|unit| doubtful.contains(&(other.id.clone(), unit))) {
                        return Err(Gap::Held);
                    }
                    let credited = self.credited.borrow();
                    let all = (0..units).map(|unit| (other.id.clone(), unit));
                    found.extend(all.filter(|unit| !rank.used_up || !credited.contains(unit)));
                }
            }
            if is_own {
                break;
            }
        }
        // A record that may stand in place of another one may be counted.
        let order = |event: &Event| (event.at, event.sequence, event.kind);
        let before = |rival: &Event| rival.at >= begins && order(rival) < order(event);
        for rival in self.facts.rivals.iter().filter(|rival| rival.kind == rank.kind && before(rival)) {
            let group = self.group_of_rank(rank, rival)?;
            let may_be = group == own || group.iter().any(|(_, value)| value.is_none());
            if may_be && self.counts(rank, rival, event)? {
                return Err(Gap::Held);
            }
        }
        Ok(found)
    }

    /// An event whose rank is not known may have used up others.
    pub(crate) fn doubt(&self, sentence: &Sentence, event: &Event, hand: &Hand<'_>) {
        let mut used_up = self.ranks_of(sentence).into_iter().filter(|rank| rank.used_up);
        if used_up.any(|rank| self.rank(rank, hand).is_err()) {
            self.doubtful.borrow_mut().insert((event.id.clone(), hand.unit));
        }
    }

    /// Of an event whose line is held nobody knows what it used up.
    pub(crate) fn doubt_all(&self, sentence: &Sentence, event: &Event) {
        if self.ranks_of(sentence).iter().any(|rank| rank.used_up) {
            self.doubtful.borrow_mut().extend((0..event.units).map(|unit| (event.id.clone(), unit)));
        }
    }

    /// Among which events one is counted; the units of a lot must not differ in it.
    fn group_of_rank(&self, rank: &Rank, event: &Event) -> Found<Group> {
        let mut groups = self.groups_of_rank(rank, event)?.into_iter();
        match (groups.next(), groups.next()) {
            (Some(group), None) => Ok(group),
            _ => Err(Gap::Held),
        }
    }

    fn groups_of_rank(&self, rank: &Rank, event: &Event) -> Found<BTreeSet<Group>> {
        let pieces = self.unit_events(event);
        self.hands(event, &pieces).iter().map(|hand| self.group_at(&rank.dims, hand)).collect()
    }

    /// Whether an event lies in the time of another one, and meets the condition.
    fn counts(&self, rank: &Rank, other: &Event, event: &Event) -> Found<bool> {
        let zone = self.contract.zone;
        let (day, last) = (zone.date_of(other.at), zone.date_of(event.at));
        let inside = self.lies_within(rank.over, day, last);
        if !inside {
            return Ok(false);
        }
        match &rank.filter {
            None => Ok(true),
            Some(filter) => self.holds(filter, &Hand::of_event(other)),
        }
    }

    /// "`used up once credited`": the units that led to a payment are counted no more.
    pub(crate) fn use_up(&self, sentence: &Sentence, event: &Event, unit: i64) -> Found<()> {
        for rank in self.ranks_of(sentence).into_iter().filter(|rank| rank.used_up) {
            let mut gone: BTreeSet<Unit> = self.before(rank, event, unit)?.into_iter().collect();
            gone.insert((event.id.clone(), unit));
            self.credited.borrow_mut().extend(gone);
        }
        Ok(())
    }

    /// Computes windows one after the other, of which the first one finds nothing used up.
    pub(super) fn in_turn<T>(&self, windows: impl FnOnce() -> T) -> T {
        let worlds = || std::iter::once(self).chain(&self.others);
        let before: Vec<_> = worlds().map(|world| (world.credited.take(), world.doubtful.take())).collect();
        let found = windows();
        for (world, (credited, doubtful)) in worlds().zip(before) {
            world.credited.replace(credited);
            world.doubtful.replace(doubtful);
        }
        found
    }

    /// The ranks that a sentence reads.
    pub(crate) fn ranks_of<'s>(&'s self, sentence: &'s Sentence) -> Vec<&'s Rank> {
        let mut values: Vec<&Value> = sentence.times.iter().collect();
        if let Opener::On(_, Some(filter)) = &sentence.opener {
            values.push(filter);
        }
        if let Amount::Value(value) = &sentence.amount {
            values.push(value);
        }
        values.extend(sentence.adjustments.iter().filter_map(|step| step.what.value()));
        let mut found = Vec::new();
        for value in values {
            self.ranks_in(value, &mut found);
        }
        found
    }

    pub(crate) fn ranks_in<'s>(&'s self, value: &'s Value, found: &mut Vec<&'s Rank>) {
        match &*value.node {
            Node::Rank(rank) => found.push(rank),
            Node::Term(term) => {
                if let TermBody::Value(value) = &self.contract.terms[term.index()].body {
                    self.ranks_in(value, found);
                }
            }
            _ => value.node.parts().into_iter().for_each(|part| self.ranks_in(part, found)),
        }
    }
}
