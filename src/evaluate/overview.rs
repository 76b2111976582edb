//! What a statement says of the events as a whole, beside what they come to.

use std::collections::BTreeMap;

use crate::base::ids::{AssetId, FieldId, PartyId};
use crate::base::time::{Between, Date, Instant};
use crate::base::value::Kind;
use crate::feed::ContractFeed;
use crate::feed::events::Event;
use crate::plan::{Carry, Plan};

/// Counts over the events of one contract that are in use.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Overview {
    /// How many lie outside of the term.
    pub outside: usize,
    /// When the first one happened.
    pub first: Option<Instant>,
    /// By period asked for: how many of its events became known after it, where the contract says how that is corrected.
    pub late: BTreeMap<i64, usize>,
    /// The first day on which one of its events happens to, or names, an asset or member that the register does not hold,
    /// where a cap carries something over to each of them from that day on.
    pub appeared: BTreeMap<AssetId, Date>,
}

impl Overview {
    /// That of the events of a contract.
    pub(crate) fn of(plan: &Plan, contract: &ContractFeed) -> Self {
        Self {
            outside: outside(plan, contract),
            first: contract.counted().map(|event| event.occurred).min(),
            late: if plan.corrected.is_some() { late(plan, contract) } else { BTreeMap::new() },
            appeared: if plan.owes.iter().any(|owes| owes.carry != Carry::No) {
                appeared(plan, contract)
            } else {
                BTreeMap::new()
            },
        }
    }

    /// Adds that of other events.
    pub(crate) fn join(&mut self, other: &Self) {
        self.outside = self.outside.saturating_add(other.outside);
        self.first = self.first.into_iter().chain(other.first).min();
        for (period, count) in &other.late {
            let own = self.late.entry(*period).or_default();
            *own = own.saturating_add(*count);
        }
        for (asset, day) in &other.appeared {
            let own = self.appeared.entry(*asset).or_insert(*day);
            *own = *day.min(own);
        }
    }
}

/// By asset or member that the register does not hold: the first day on which an event happens to it or names it.
fn appeared(plan: &Plan, contract: &ContractFeed) -> BTreeMap<AssetId, Date> {
    let mut found: BTreeMap<AssetId, Date> = BTreeMap::new();
    for event in contract.counted() {
        let fields = plan.kinds.get(event.kind.index()).map_or(&[][..], |kind| kind.fields.as_slice());
        let parties = (0..).map(FieldId::at).zip(fields).filter(|(_, (_, kind))| *kind == Kind::Party);
        let values = parties.filter_map(|(field, _)| contract.events.value(event, field));
        let members = values.filter_map(|raw| PartyId(u32::try_from(raw).ok()?).member());
        let day = plan.zone.date_of(event.occurred);
        for asset in members.chain(event.asset).filter(|asset| contract.holding(*asset).is_none()) {
            let first = found.entry(asset).or_insert(day);
            *first = day.min(*first);
        }
    }
    found
}

/// How many events lie outside of the term. Those a day or more from its ends need no calendar.
fn outside(plan: &Plan, contract: &ContractFeed) -> usize {
    let (first, last) = plan.windows.term();
    let well_inside = Between::new(plan.zone.start_of(first.plus_days(1)), plan.zone.start_of(last));
    let inside = |day: Date| first <= day && day <= last;
    let is_outside = |at: Instant| !well_inside.contains(at) && !inside(plan.zone.date_of(at));
    contract.counted().filter(|event| is_outside(event.occurred)).count()
}

fn late(plan: &Plan, contract: &ContractFeed) -> BTreeMap<i64, usize> {
    let periods = (plan.asked.0..=plan.asked.1).map(|index| (index, plan.windows.bounds(plan.settled, index)));
    let counted = periods.map(|(index, period)| {
        let is_late = |event: &&Event| period.contains(event.occurred) && event.known() >= period.end;
        (index, contract.counted().filter(is_late).count())
    });
    counted.filter(|(_, count)| *count > 0).collect()
}
