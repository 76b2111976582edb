//! Since when events are recorded, and which observations need to know.

use crate::base::ids::{DepositId, KindId, ObligationId};
use crate::base::time::Date;
use crate::plan::deposit::On;
use crate::plan::{Plan, Point, StateExpr, StatePlan, Trigger};

pub use crate::check::contract::Records;

impl Plan {
    /// The first day of which events of a kind are recorded, where days of the term lie before it and what depends on them
    /// is held.
    #[must_use]
    pub fn recorded(&self, kind: KindId) -> Option<Date> {
        let records = self.records.as_ref().filter(|records| records.held)?;
        let own = records.of.iter().find(|(of, _)| *of == kind).map(|(_, day)| *day);
        own.or(records.begin).filter(|day| *day > self.windows.term().0)
    }

    /// The same for all kinds of events on which a trigger depends.
    #[must_use]
    pub fn recorded_of(&self, trigger: &Trigger) -> Option<Date> {
        self.records.as_ref()?;
        let mut kinds = Vec::new();
        match trigger {
            Trigger::Event(kind) | Trigger::Level { kind, .. } => kinds.push(*kind),
            Trigger::Meter { kind, resets, .. } => kinds.extend(resets.iter().chain([kind])),
            Trigger::Held(state, _) => self.kinds_of_state(state, &mut kinds),
            Trigger::Lateness { obligation, .. } | Trigger::Outcome(obligation, _) => {
                self.kinds_of_duty(*obligation, &mut kinds);
            }
            Trigger::Taken(deposit, _) | Trigger::Released { deposit, .. } => {
                self.kinds_of_deposit(*deposit, &mut kinds);
            }
            Trigger::Between { from, to, .. } => {
                from.kinds(&mut kinds);
                to.kinds(&mut kinds);
            }
        }
        self.latest(&kinds)
    }

    /// The same for the events that begin and end a state.
    #[must_use]
    pub fn recorded_state(&self, state: &StatePlan) -> Option<Date> {
        let mut kinds = Vec::new();
        state.from.kinds(&mut kinds);
        state.to.kinds(&mut kinds);
        self.latest(&kinds)
    }

    /// The same for the events that open and end an obligation.
    #[must_use]
    pub fn recorded_duty(&self, obligation: ObligationId) -> Option<Date> {
        let mut kinds = Vec::new();
        self.kinds_of_duty(obligation, &mut kinds);
        self.latest(&kinds)
    }

    /// The same for the events on which a deposit is paid.
    #[must_use]
    pub fn recorded_deposit(&self, deposit: DepositId) -> Option<Date> {
        let mut kinds = Vec::new();
        self.kinds_of_deposit(deposit, &mut kinds);
        self.latest(&kinds)
    }

    fn latest(&self, kinds: &[KindId]) -> Option<Date> {
        kinds.iter().filter_map(|kind| self.recorded(*kind)).max()
    }

    fn kinds_of_state(&self, state: &StateExpr, found: &mut Vec<KindId>) {
        match state {
            StateExpr::In(id) => {
                if let Some(state) = self.states.get(id.index()) {
                    state.from.kinds(found);
                    state.to.kinds(found);
                }
            }
            StateExpr::Member => {}
            StateExpr::Not(inner) => self.kinds_of_state(inner, found),
            StateExpr::And(parts) | StateExpr::Or(parts) => {
                parts.iter().for_each(|part| self.kinds_of_state(part, found));
            }
        }
    }

    fn kinds_of_duty(&self, obligation: ObligationId, found: &mut Vec<KindId>) {
        let Some(duty) = self.obligations.get(obligation.index()) else { return };
        duty.opens.kinds(found);
        duty.done.kinds(found);
    }

    fn kinds_of_deposit(&self, deposit: DepositId, found: &mut Vec<KindId>) {
        let Some(deposit) = self.deposits.get(deposit.index()) else { return };
        for taking in &deposit.takings {
            match taking.occasion.on {
                On::Event(kind) => found.push(kind),
                On::Outcome(obligation, _) => self.kinds_of_duty(obligation, found),
            }
        }
    }
}

impl Point {
    /// Adds the kinds of events that it is.
    pub(crate) fn kinds(&self, found: &mut Vec<KindId>) {
        match self {
            Self::Event { kind, .. } => found.push(*kind),
            Self::Attribute(_) => {}
            Self::AnyOf(points) => points.iter().for_each(|point| point.kinds(found)),
        }
    }
}
