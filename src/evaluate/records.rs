//! Records that begin after the contract: what depends on the time before is held.
//!
//! What is counted is held in windows that begin before the records do. What lasts is known from the event on that began
//! it, whenever that was; it is held where the first thing that the records know of it is its end, and where they know
//! nothing of it for an asset that was there. With an opening balance nothing else was going on.

use crate::base::ids::{DepositId, FoldId, KindId, StateId};
use crate::base::time::{Between, Date, Instant};
use crate::base::window::WindowKind;
use crate::evaluate::datum::Gap;
use crate::evaluate::deposits::takes_with;
use crate::evaluate::desk::Desk;
use crate::evaluate::governed::clipped;
use crate::evaluate::observe::{Observer, Place};
use crate::evaluate::states::{Times, attribute_instant, both, is_at, marks, union, when, without};
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::{Dimension, Fold, Plan, StateExpr, Trigger};

/// Why what counts events is held before a day.
pub(crate) fn unrecorded(label: &str, begin: Date) -> String {
    format!(
        "`{label}` counts what happened before {begin}, when the records begin; give these events too and say `records of …` \
         with the day from which all of them are there"
    )
}

/// Why what a fold counts in a window is held.
pub(crate) fn unrecorded_in(plan: &Plan, fold: &Fold, window: i64) -> Option<Gap> {
    plan.records.as_ref()?;
    let begin = plan.recorded_of(&fold.trigger)?;
    let (first, _) = plan.windows.days(fold.window, window);
    (first.max(plan.windows.term().0) < begin).then(|| Gap::Held(unrecorded(&fold.label, begin)))
}

/// What a line reads: folds, the window in which it does, and how many windows before it.
type Reads<'a> = (&'a [FoldId], (WindowKind, i64), i64);

impl Desk<'_> {
    /// Why it is not known of which groups there is something: nobody can list what was not recorded.
    pub(crate) fn unrecorded(&self, (folds, at, reach): Reads<'_>, dims: &[Dimension]) -> Option<Gap> {
        if self.plan.records.is_none() || dims.is_empty() {
            return None;
        }
        folds.iter().filter_map(|id| self.plan.folds.get(id.index())).find_map(|fold| {
            let first = *self.windows_in(fold.window, at, reach).start();
            unrecorded_in(self.plan, fold, first)
        })
    }
}

/// Whether an asset was there when the records began, by the register or by an event from before.
fn was_there(subject: &Subject<'_>, start: Instant) -> bool {
    subject.members().iter().any(|member| member.start < start && start < member.end)
}

/// Whether something can have been going on with an asset when the records began: one that the register brings under the
/// contract later began nothing before, one that it does not know can have.
pub(crate) fn can_have_begun(subject: &Subject<'_>, start: Instant) -> bool {
    !subject.is_registered() || subject.members().iter().any(|member| member.start < start)
}

/// Why it is not known whether something was going on when the records began.
fn words(what: &str, begin: Date) -> Gap {
    Gap::Held(format!(
        "the records begin on {begin}, and it is not known whether {what} then; give the event from before with which it \
         began, or say `with an opening balance`"
    ))
}

/// Since when the events of something that lasts are recorded, where what was going on then is not.
pub(crate) fn without_opening(plan: &Plan, begin: Option<Date>) -> Option<Date> {
    begin.filter(|_| plan.records.as_ref().is_some_and(|records| !records.opening))
}

/// The time in which it is not known whether a primitive state holds of a subject, by state.
pub(crate) fn unknown_states(subject: &Subject<'_>) -> Vec<Option<(Between, Gap)>> {
    let plan = subject.scene.plan;
    if plan.records.is_none() {
        return Vec::new();
    }
    let unknown = |state: &crate::plan::StatePlan| {
        let begin = without_opening(plan, plan.recorded_state(state))?;
        if state.family.is_some() && state.family != subject.family {
            return None;
        }
        let start = subject.scene.zone().start_of(begin);
        let until = match marks(subject, state).first() {
            Some(mark) if mark.at < start || mark.starts => return None,
            Some(_) if state.family.is_some() && !can_have_begun(subject, start) => return None,
            Some(mark) => mark.at,
            None if state.family.is_some() && was_there(subject, start) => Instant::MAX,
            None => return None,
        };
        Some((Between::new(start, until), words(&format!("`{}` held", state.name), begin)))
    };
    plan.states.iter().map(unknown).collect()
}

/// Whether a state is made of a primitive one.
fn reads(state: &StateExpr, id: StateId) -> bool {
    match state {
        StateExpr::In(own) => *own == id,
        StateExpr::Member => false,
        StateExpr::Not(inner) => reads(inner, id),
        StateExpr::And(parts) | StateExpr::Or(parts) => parts.iter().any(|part| reads(part, id)),
    }
}

/// The time in which a state certainly holds, and that in which it can hold.
fn bounds(
    subject: &Subject<'_>,
    primitive: &[Times],
    unknown: &[Option<(Between, Gap)>],
    state: &StateExpr,
) -> (Times, Times) {
    let each = |parts: &[StateExpr]| -> Vec<(Times, Times)> {
        parts.iter().map(|part| bounds(subject, primitive, unknown, part)).collect()
    };
    match state {
        StateExpr::In(id) => {
            let times = when(subject, primitive, state);
            let open = unknown.get(id.index()).cloned().flatten().map(|(time, _)| time);
            (times.clone(), union(times.into_iter().chain(open).collect()))
        }
        StateExpr::Member => (subject.members(), subject.members()),
        StateExpr::Not(inner) => {
            let (least, most) = bounds(subject, primitive, unknown, inner);
            let members = subject.members();
            (without(&members, &most), without(&members, &least))
        }
        StateExpr::And(parts) => {
            let mut all = each(parts).into_iter();
            let first = all.next().unwrap_or_default();
            all.fold(first, |(least, most), (a, b)| (both(&least, &a), both(&most, &b)))
        }
        StateExpr::Or(parts) => {
            let (least, most): (Vec<Times>, Vec<Times>) = each(parts).into_iter().unzip();
            (union(least.into_iter().flatten().collect()), union(most.into_iter().flatten().collect()))
        }
    }
}

/// The states of which each combination is tried.
const TRIED: usize = 8;

/// The times in which it makes a difference which of the states hold that are not known: each combination of them is tried.
/// Of many states all times are taken to differ.
fn varying(subject: &Subject<'_>, primitive: &[Times], unknown: &[Option<(Between, Gap)>], state: &StateExpr) -> Times {
    let open = unknown.iter().enumerate().filter_map(|(place, open)| Some((place, open.as_ref()?.0)));
    let open: Vec<(usize, Between)> = open.filter(|(place, _)| reads(state, StateId::at(*place))).collect();
    if open.len() > TRIED {
        return vec![Between::new(Instant::MIN, Instant::MAX)];
    }
    let with = |mask: u32| {
        let mut known = primitive.to_vec();
        for (_, (place, time)) in open.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0) {
            if let Some(own) = known.get_mut(*place) {
                *own = union(own.iter().copied().chain([*time]).collect());
            }
        }
        when(subject, &known, state)
    };
    let all: Vec<Times> = (0..1_u32 << open.len()).map(with).collect();
    let least = all.iter().skip(1).fold(all.first().cloned().unwrap_or_default(), |least, times| both(&least, times));
    without(&union(all.into_iter().flatten().collect()), &least)
}

impl<'a> Observer<'a> {
    /// Holds a fold over a state in every window in which it is not known whether the state holds.
    pub(super) fn not_recorded(
        &mut self,
        subject: &Subject<'a>,
        fold: &'a Fold,
        primitive: &[Times],
        unknown: &[Option<(Between, Gap)>],
    ) {
        let Trigger::Held(state, _) = &fold.trigger else { return };
        if unknown.iter().all(Option::is_none) {
            return;
        }
        let (least, most) = bounds(subject, primitive, unknown, state);
        let mut open = both(&without(&most, &least), &[self.scene.time]);
        if !open.is_empty() {
            open = both(&open, &varying(subject, primitive, unknown, state));
        }
        for open in clipped(subject, fold, open) {
            let states = unknown.iter().enumerate().filter_map(|(id, open)| Some((StateId::at(id), open.as_ref()?)));
            let mut own = states.filter(|(id, (time, _))| reads(state, *id) && time.intersect(open).is_some());
            if let Some((_, (_, gap))) = own.next() {
                self.hold_from(subject, fold, open, gap);
            }
        }
    }

    /// Holds a fold in all windows of a stretch of time, in each group in which the subject is then.
    fn hold_from(&mut self, subject: &Subject<'a>, fold: &'a Fold, open: Between, gap: &Gap) {
        let windows = self.scene.plan.windows;
        let last = Instant(open.end.0.saturating_sub(1));
        for window in windows.index_of(fold.window, open.start)..=windows.index_of(fold.window, last) {
            let Some(inside) = windows.bounds(fold.window, window).intersect(open) else { continue };
            let changes = subject.changes().into_iter().filter(|at| inside.start < *at && *at < inside.end);
            let mut before = None;
            for at in std::iter::once(inside.start).chain(changes) {
                let hand = subject.at(at);
                let groups = Some(hand.groups(&fold.keys));
                if groups != before {
                    self.gap(fold, &hand, &Place { window, at }, gap.clone());
                }
                before = groups;
            }
        }
    }

    /// Holds a fold in the window of an event that ends what nobody began, where it can have begun before the records.
    pub(super) fn not_begun(&mut self, subject: &Subject<'a>, fold: &'a Fold) {
        let plan = self.scene.plan;
        let Some(begin) = without_opening(plan, plan.recorded_of(&fold.trigger)) else { return };
        let duty = match &fold.trigger {
            Trigger::Lateness { obligation, .. } | Trigger::Outcome(obligation, _) => Some(*obligation),
            Trigger::Taken(..) => takes_with(plan, fold),
            Trigger::Between { .. }
            | Trigger::Event(_)
            | Trigger::Held(..)
            | Trigger::Meter { .. }
            | Trigger::Level { .. }
            | Trigger::Released { .. } => None,
        };
        let duty = duty.and_then(|id| plan.obligations.get(id.index()));
        let (from, to) = match (&fold.trigger, duty) {
            (Trigger::Between { from, to, .. }, _) => (from, to),
            (_, Some(duty)) => (&duty.opens, &duty.done),
            (_, None) => return,
        };
        if attribute_instant(subject, from).is_some() {
            return;
        }
        let bounding = |event: &&Event| is_at(subject, from, event) || is_at(subject, to, event);
        let Some(event) = subject.events.iter().find(bounding) else { return };
        let start = self.scene.zone().start_of(begin);
        if !can_have_begun(subject, start) {
            return;
        }
        if event.occurred >= start && !is_at(subject, from, event) && self.scene.time.contains(event.occurred) {
            let name = self.kind_name(event.kind);
            let gap = words(&format!("what ends with this `{name}` was going on"), begin);
            self.gap(fold, &subject.on(event), &self.place(fold, event.occurred), gap);
        }
    }

    fn kind_name(&self, kind: KindId) -> &'a str {
        self.scene.plan.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str())
    }

    /// Why a return without a deposit is held: it can have been paid before the records begin; to a pool by any asset.
    pub(super) fn paid_before(&self, deposit: DepositId, at: Instant, subject: Option<&Subject<'_>>) -> Option<Gap> {
        let plan = self.scene.plan;
        let begin = without_opening(plan, plan.recorded_deposit(deposit))?;
        let start = self.scene.zone().start_of(begin);
        let can_be = subject.is_none_or(|subject| subject.asset.is_none() || can_have_begun(subject, start));
        (at >= start && can_be).then(|| words("a deposit was held for what comes back", begin))
    }
}

/// The windows, up to that of its first reading, in which the increase of a meter is not known: the reading before the
/// records begin is missing. Each with the instant from which it is open.
pub(crate) fn unread(subject: &Subject<'_>, fold: &Fold, first: Instant) -> Vec<(i64, Instant, Gap)> {
    let plan = subject.scene.plan;
    let Some(begin) = without_opening(plan, plan.recorded_of(&fold.trigger)) else { return Vec::new() };
    let start = subject.scene.zone().start_of(begin);
    if first < start || !was_there(subject, start) {
        return Vec::new();
    }
    let windows = plan.windows;
    let range = windows.index_of(fold.window, start)..=windows.index_of(fold.window, first);
    let gap = || {
        Gap::Held(format!(
            "the records begin on {begin}, and no reading of the meter from before is known; give the last one"
        ))
    };
    range.map(|window| (window, windows.bounds(fold.window, window).start.max(start).min(first), gap())).collect()
}
