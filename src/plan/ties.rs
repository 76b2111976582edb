//! Kinds of events whose order decides, where they happen at one instant: one starts what the other ends.

use crate::base::ids::KindId;
use crate::plan::deposit::{Deposit, On};
use crate::plan::fold::{Fold, Point, StatePlan, Trigger};
use crate::plan::obligation::Obligation;

/// The pairs of different kinds, the start first.
pub(super) fn ties(
    (states, obligations): (&[StatePlan], &[Obligation]),
    deposits: &[Deposit],
    folds: &[Fold],
) -> Vec<(KindId, KindId)> {
    let spans = folds.iter().filter_map(|fold| match &fold.trigger {
        Trigger::Between { from, to, .. } => Some((from, to)),
        Trigger::Event(_)
        | Trigger::Held(..)
        | Trigger::Meter { .. }
        | Trigger::Level { .. }
        | Trigger::Lateness { .. }
        | Trigger::Outcome(..)
        | Trigger::Taken(..)
        | Trigger::Released { .. } => None,
    });
    let bounds = states.iter().map(|state| (&state.from, &state.to));
    let bounds = bounds.chain(obligations.iter().map(|duty| (&duty.opens, &duty.done))).chain(spans);
    let mut found = Vec::new();
    for (from, to) in bounds {
        pairs(&kinds(from), &kinds(to), &mut found);
    }
    for deposit in deposits {
        let kind = |on: On| if let On::Event(kind) = on { Some(kind) } else { None };
        let takes: Vec<KindId> = deposit.takings.iter().filter_map(|taking| kind(taking.occasion.on)).collect();
        let ends: Vec<KindId> = deposit.releases.iter().filter_map(|release| kind(release.occasion.on)).collect();
        pairs(&takes, &ends, &mut found);
    }
    found.sort_unstable();
    found.dedup();
    found
}

fn pairs(starts: &[KindId], ends: &[KindId], found: &mut Vec<(KindId, KindId)>) {
    let all = starts.iter().flat_map(|start| ends.iter().map(move |end| (*start, *end)));
    found.extend(all.filter(|(start, end)| start != end));
}

fn kinds(point: &Point) -> Vec<KindId> {
    match point {
        Point::Event { kind, .. } => vec![*kind],
        Point::Attribute(_) => Vec::new(),
        Point::AnyOf(points) => points.iter().flat_map(kinds).collect(),
    }
}
