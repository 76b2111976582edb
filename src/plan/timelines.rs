//! Which timelines an observation depends on.

use crate::base::ids::ObligationId;
use crate::plan::{Plan, StateExpr, StatePlan, Trigger};

impl Plan {
    /// The states whose events name no asset and on which a trigger depends.
    #[must_use]
    pub fn timelines_behind(&self, trigger: &Trigger) -> Vec<&StatePlan> {
        let mut found = Vec::new();
        match trigger {
            Trigger::Held(state, _) => self.timelines_of(state, &mut found),
            Trigger::Lateness { obligation, .. } | Trigger::Outcome(obligation, _) => {
                self.timelines_of_duty(*obligation, &mut found);
            }
            Trigger::Taken(deposit, _) | Trigger::Released { deposit, .. } => {
                let deposit = self.deposits.get(deposit.index());
                for obligation in deposit.iter().flat_map(|deposit| deposit.obligations()) {
                    self.timelines_of_duty(obligation, &mut found);
                }
            }
            Trigger::Event(_) | Trigger::Meter { .. } | Trigger::Level { .. } | Trigger::Between { .. } => {}
        }
        found
    }

    fn timelines_of_duty<'a>(&'a self, obligation: ObligationId, found: &mut Vec<&'a StatePlan>) {
        let duty = self.obligations.get(obligation.index());
        if let Some(pause) = duty.and_then(|duty| duty.paused.as_ref()) {
            self.timelines_of(&pause.state, found);
        }
    }

    /// The timelines that a state is made of.
    pub(crate) fn timelines_of<'a>(&'a self, state: &StateExpr, found: &mut Vec<&'a StatePlan>) {
        match state {
            StateExpr::In(id) => {
                found.extend(self.states.get(id.index()).filter(|state| state.family.is_none()));
            }
            StateExpr::Member => {}
            StateExpr::Not(inner) => self.timelines_of(inner, found),
            StateExpr::And(parts) | StateExpr::Or(parts) => {
                parts.iter().for_each(|part| self.timelines_of(part, found));
            }
        }
    }
}

impl StatePlan {
    /// Whether events of a kind start or end it.
    #[must_use]
    pub fn is_bounded_by(&self, kind: crate::base::ids::KindId) -> bool {
        self.from.is_of(kind) || self.to.is_of(kind)
    }
}
