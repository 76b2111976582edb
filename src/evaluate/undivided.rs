//! Lots of assets that are not declared to be lots: what lasts counts single assets, so that it cannot be told for a lot.

use std::collections::BTreeSet;

use crate::base::time::Instant;
use crate::evaluate::datum::Gap;
use crate::evaluate::observe::{Observer, Place};
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::{Fold, Plan, Point, StateExpr, Trigger};

impl<'a> Observer<'a> {
    /// Holds what lasts and is opened or ended by a lot: from the window of such an event until as many units are ended as
    /// were begun. Gives the windows; in them nothing else is counted.
    pub(super) fn undivided(&mut self, subject: &Subject<'a>, fold: &'a Fold) -> BTreeSet<i64> {
        let mut found = BTreeSet::new();
        if subject.events.iter().all(|event| event.quantity == 1) {
            return found;
        }
        let plan = self.scene.plan;
        for (from, to) in spans(plan, fold) {
            found.extend(self.windows_of_lots(subject, fold, (from, to)));
        }
        found
    }

    fn windows_of_lots(&mut self, subject: &Subject<'a>, fold: &'a Fold, (from, to): (&Point, &Point)) -> Vec<i64> {
        let (plan, time) = (self.scene.plan, self.scene.time);
        let last = plan.windows.index_of(fold.window, Instant(time.end.0.saturating_sub(1)));
        let mut found: Vec<(i64, &'a Event)> = Vec::new();
        let mut open: i64 = 0;
        let mut since: Option<(i64, &'a Event)> = None;
        for event in subject.events.iter().filter(|event| from.is_of(event.kind) || to.is_of(event.kind)) {
            if to.is_of(event.kind) {
                open = open.saturating_sub(event.quantity).max(0);
            }
            if from.is_of(event.kind) {
                open = open.saturating_add(event.quantity);
            }
            let window = plan.windows.index_of(fold.window, event.occurred);
            if since.is_none() && event.quantity != 1 {
                since = Some((window, event));
            }
            if let (Some((first, lot)), true) = (since, open == 0) {
                found.extend((first..=window).map(|window| (window, lot)));
                since = None;
            }
        }
        found.extend(since.into_iter().flat_map(|(first, lot)| (first..=last).map(move |window| (window, lot))));
        found.retain(|(window, _)| plan.windows.bounds(fold.window, *window).intersect(time).is_some());
        for (window, lot) in &found {
            self.hold_lot(subject, fold, *window, lot);
        }
        found.into_iter().map(|(window, _)| window).collect()
    }

    fn hold_lot(&mut self, subject: &Subject<'a>, fold: &'a Fold, window: i64, lot: &'a Event) {
        let plan = self.scene.plan;
        let kind = plan.kinds.get(lot.kind.index()).map_or("", |kind| kind.name.as_str());
        let gap = Gap::Held(format!(
            "`{kind}` of a lot of {}: states, times and obligations count single assets, unless the family is declared `in lots`",
            lot.quantity
        ));
        let at = plan.windows.bounds(fold.window, window).start.max(lot.occurred);
        self.gap(fold, &subject.on(lot), &Place { window, at }, gap);
    }
}

/// What a fold counts from one point to another.
fn spans<'p>(plan: &'p Plan, fold: &'p Fold) -> Vec<(&'p Point, &'p Point)> {
    let duty = |place: usize| plan.obligations.get(place).map(|duty| (&duty.opens, &duty.done)).into_iter().collect();
    match &fold.trigger {
        Trigger::Held(state, _) => {
            let mut found = Vec::new();
            in_state(plan, state, &mut found);
            found
        }
        Trigger::Lateness { obligation, .. } | Trigger::Outcome(obligation, _) => duty(obligation.index()),
        Trigger::Between { from, to, .. } => vec![(from, to)],
        Trigger::Event(_)
        | Trigger::Taken(..)
        | Trigger::Released { .. }
        | Trigger::Meter { .. }
        | Trigger::Level { .. } => Vec::new(),
    }
}

fn in_state<'p>(plan: &'p Plan, state: &StateExpr, found: &mut Vec<(&'p Point, &'p Point)>) {
    match state {
        StateExpr::In(id) => found.extend(plan.states.get(id.index()).map(|state| (&state.from, &state.to))),
        StateExpr::Member => {}
        StateExpr::Not(inner) => in_state(plan, inner, found),
        StateExpr::And(parts) | StateExpr::Or(parts) => parts.iter().for_each(|part| in_state(plan, part, found)),
    }
}
