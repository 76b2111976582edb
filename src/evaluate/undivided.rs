//! Lots of assets that are not declared to be lots: what lasts counts single assets, so that it cannot be told for a lot.

use std::collections::BTreeSet;

use crate::base::ids::{DepositId, KindId};
use crate::base::time::Instant;
use crate::evaluate::datum::Gap;
use crate::evaluate::governed::{may_concern, of_fold};
use crate::evaluate::observe::{Observer, Place};
use crate::evaluate::subject::{Role, Subject};
use crate::feed::events::Event;
use crate::plan::deposit::{Deposit, On};
use crate::plan::{Fold, Obligation, Plan, Point, StateExpr, Trigger};

const OBLIGATIONS: &str = "states, times and obligations count";

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
        let lots = lots(subject, &|kind| from.is_of(kind), &|kind| to.is_of(kind));
        let mut found = Vec::new();
        for lot in lots {
            self.hold_lot(subject, fold, (&lot, OBLIGATIONS));
            found.extend(self.windows_of(fold, &lot));
        }
        found
    }

    /// The windows from that of the first event of a lot to that of its last one.
    fn windows_of(&self, fold: &Fold, lot: &Lot<'_>) -> Vec<i64> {
        let (windows, time) = (self.scene.plan.windows, self.scene.time);
        let last = lot.last.map_or(Instant(time.end.0.saturating_sub(1)), |last| last.occurred);
        let all = windows.index_of(fold.window, lot.first.occurred)..=windows.index_of(fold.window, last);
        all.filter(|window| windows.bounds(fold.window, *window).intersect(time).is_some()).collect()
    }

    /// Holds a fold in the windows of a lot. Where another text of an amended clause governs, nothing of it depends on the lot.
    fn hold_lot(&mut self, subject: &Subject<'a>, fold: &'a Fold, (lot, what): (&Lot<'a>, &str)) {
        let (plan, text) = (self.scene.plan, of_fold(subject, fold));
        for window in self.windows_of(fold, lot) {
            let bounds = plan.windows.bounds(fold.window, window);
            let inside = bounds.intersect(self.scene.time).unwrap_or(bounds);
            if text.is_none_or(|governs| may_concern(subject, governs, inside)) {
                let at = bounds.start.max(lot.first.occurred);
                self.gap(fold, &subject.on(lot.first), &Place { window, at }, gap(plan, lot.first, what));
            }
        }
    }

    /// The lots of a single asset of which nobody knows what is held as deposit. What is taken and comes back is held in their
    /// windows.
    pub(super) fn lots_of_deposits(&mut self, subject: &Subject<'a>, deposit: &'a Deposit) -> Vec<LotOfDeposits> {
        let mut found = Vec::new();
        if subject.role != Role::Single || subject.events.iter().all(|event| event.quantity == 1) {
            return found;
        }
        let plan = self.scene.plan;
        let takes = |kind: KindId| deposit.takings.iter().any(|taking| taking.occasion.on == On::Event(kind));
        let ends = |kind: KindId| deposit.releases.iter().any(|release| release.occasion.on == On::Event(kind));
        let mut all: Vec<(Lot<'a>, bool)> = lots(subject, &takes, &ends).into_iter().map(|lot| (lot, true)).collect();
        for duty in deposit.obligations().filter_map(|id| plan.obligations.get(id.index())) {
            let of_duty = lots(subject, &|kind| duty.opens.is_of(kind), &|kind| duty.done.is_of(kind));
            all.extend(of_duty.into_iter().map(|lot| (lot, false)));
        }
        let what = "deposits matched by serial are those of";
        for (lot, of_deposit) in all {
            for fold in plan.folds.iter().filter(|fold| is_of(&fold.trigger, deposit.id)) {
                self.hold_lot(subject, fold, (&lot, what));
            }
            let (first, last) = (lot.first.occurred, lot.last.map(|last| last.occurred));
            found.push(LotOfDeposits { first, last, of_deposit, gap: gap(plan, lot.first, what) });
        }
        found
    }
}

/// A lot that is not told apart: from its first event until as many units are ended as were begun.
struct Lot<'a> {
    first: &'a Event,
    last: Option<&'a Event>,
}

/// The same of deposits.
#[derive(Debug)]
pub(crate) struct LotOfDeposits {
    pub(crate) first: Instant,
    pub(crate) last: Option<Instant>,
    /// Whether it is the deposits that begin and end, or an obligation that takes or ends them.
    pub(crate) of_deposit: bool,
    /// Why what depends on it is held.
    pub(crate) gap: Gap,
}

impl LotOfDeposits {
    /// Whether something that happens then happens to it.
    pub(crate) fn contains(&self, at: Instant) -> bool {
        self.first <= at && self.last.is_none_or(|last| at <= last)
    }
}

/// Why it cannot be told of how many units an obligation comes to stand so: a lot opened or ended it.
pub(super) fn lot_of_duty(subject: &Subject<'_>, duty: &Obligation, at: Instant) -> Option<Gap> {
    if subject.events.iter().all(|event| event.quantity == 1) {
        return None;
    }
    let lots = lots(subject, &|kind| duty.opens.is_of(kind), &|kind| duty.done.is_of(kind));
    let mut own = lots.iter().filter(|lot| lot.first.occurred <= at);
    let lot = own.find(|lot| lot.last.is_none_or(|last| at <= last.occurred))?;
    Some(gap(subject.scene.plan, lot.first, OBLIGATIONS))
}

/// The lots of a subject, by what begins something and what ends it.
fn lots<'a>(subject: &Subject<'a>, from: &dyn Fn(KindId) -> bool, to: &dyn Fn(KindId) -> bool) -> Vec<Lot<'a>> {
    let mut found = Vec::new();
    let mut open: i64 = 0;
    let mut since: Option<&'a Event> = None;
    for event in subject.events.iter().filter(|event| from(event.kind) || to(event.kind)) {
        if to(event.kind) {
            open = open.saturating_sub(event.quantity).max(0);
        }
        if from(event.kind) {
            open = open.saturating_add(event.quantity);
        }
        if since.is_none() && event.quantity != 1 {
            since = Some(event);
        }
        if let Some(first) = since.take_if(|_| open == 0) {
            found.push(Lot { first, last: Some(event) });
        }
    }
    found.extend(since.map(|first| Lot { first, last: None }));
    found
}

fn gap(plan: &Plan, lot: &Event, what: &str) -> Gap {
    let kind = plan.kinds.get(lot.kind.index()).map_or("", |kind| kind.name.as_str());
    Gap::Held(format!(
        "`{kind}` of a lot of {}: {what} single assets, unless the family is declared `in lots`",
        lot.quantity
    ))
}

/// Whether a fold is about a deposit.
fn is_of(trigger: &Trigger, id: DepositId) -> bool {
    matches!(trigger, Trigger::Taken(deposit, _) | Trigger::Released { deposit, .. } if *deposit == id)
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
