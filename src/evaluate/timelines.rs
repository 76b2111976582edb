//! Timelines: states whose events name no asset, resolved once for a contract and shared by all subjects.

use std::collections::BTreeMap;

use crate::base::time::{Between, Instant};
use crate::evaluate::contested;
use crate::evaluate::datum::Gap;
use crate::evaluate::scene::Scene;
use crate::evaluate::states::{Times, both, marks, paired, union};
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::{Point, StatePlan};

/// The timelines of a contract, by state id; empty for states of assets.
#[derive(Debug, Default)]
pub(crate) struct Timelines {
    by_state: Vec<Timeline>,
    /// The instants at which attributes of parties change, where something is priced by them.
    of_parties: Vec<Instant>,
}

/// No timelines.
pub(crate) static NONE: Timelines = Timelines { by_state: Vec::new(), of_parties: Vec::new() };

/// One timeline.
#[derive(Clone, Debug, Default)]
struct Timeline {
    /// The times, by the value that tells its events apart; by none where it holds for all assets.
    times: BTreeMap<Option<i128>, Times>,
    /// Where it cannot be told for whom, or whether, it starts or ends.
    doubts: Vec<(Between, Gap)>,
}

/// A stretch of time in which an attribute of a subject has one value.
type Valued = (Option<i128>, Between);

impl Timelines {
    /// The timelines of a contract.
    pub(crate) fn resolve(scene: Scene<'_>) -> Self {
        let states = &scene.plan.states;
        let of_parties = changes_of_parties(scene);
        if states.iter().all(|state| state.family.is_some()) {
            return Self { by_state: Vec::new(), of_parties };
        }
        let subject = Subject::new(scene, &scene.contract.nameless());
        let one = |state| if is_timeline(state) { timeline(&subject, state) } else { Timeline::default() };
        Self { by_state: states.iter().map(one).collect(), of_parties }
    }

    /// The instants at which attributes of parties change, by the register or by an event.
    pub(crate) fn changes_of_parties(&self) -> &[Instant] {
        &self.of_parties
    }

    /// When a timeline holds for a subject.
    pub(crate) fn times(&self, subject: &Subject<'_>, state: &StatePlan) -> Times {
        let Some(timeline) = self.by_state.get(state.id.index()) else { return Times::new() };
        let of = |value: &Option<i128>| timeline.times.get(value);
        if state.same.is_none() {
            return of(&None).cloned().unwrap_or_default();
        }
        let known = valued(subject, state).into_iter().filter(|(value, _)| value.is_some());
        let inside = |(value, time): Valued| of(&value).map(|times| both(times, &[time])).unwrap_or_default();
        union(known.flat_map(inside).collect())
    }

    /// Where it cannot be told whether a timeline holds for a subject, and why.
    pub(crate) fn doubts(&self, subject: &Subject<'_>, state: &StatePlan) -> Vec<(Between, Gap)> {
        let Some(timeline) = self.by_state.get(state.id.index()) else { return Vec::new() };
        let mut found = timeline.doubts.clone();
        let attribute = state
            .same
            .as_ref()
            .and_then(|same| same.attributes.iter().find(|(family, _)| subject.family == Some(*family)));
        let (Some((family, attribute)), Some(_)) = (attribute, subject.asset) else { return found };
        let anyone = union(timeline.times.values().flatten().copied().collect());
        let there = both(&anyone, &subject.members());
        for (_, time) in valued(subject, state).into_iter().filter(|(value, _)| value.is_none()) {
            let gap = Gap::NoAttribute(*family, *attribute);
            found.extend(both(&there, &[time]).into_iter().map(|time| (time, gap.clone())));
        }
        found
    }
}

fn changes_of_parties(scene: Scene<'_>) -> Vec<Instant> {
    let plan = scene.plan;
    if !plan.folds.iter().any(|fold| fold.reads_parties) {
        return Vec::new();
    }
    let is_party = |subject: &Subject<'_>| {
        let family = subject.family.and_then(|family| plan.families.get(family.index()));
        family.is_some_and(|family| family.of_parties)
    };
    let subjects = scene.contract.subjects.iter().map(|walked| Subject::new(scene, walked));
    let mut changes: Vec<Instant> = subjects.filter(is_party).flat_map(|subject| subject.changes()).collect();
    changes.sort_unstable();
    changes.dedup();
    changes
}

fn is_timeline(state: &StatePlan) -> bool {
    state.family.is_none()
}

fn timeline(subject: &Subject<'_>, state: &StatePlan) -> Timeline {
    let mut doubts = Vec::new();
    let mut by_value: BTreeMap<Option<i128>, Vec<(Instant, bool)>> = BTreeMap::new();
    for mark in marks(subject, state) {
        let value = mark.event.and_then(|event| value_of(subject, state, event, mark.starts));
        if let (Some(event), Some(same), None) = (mark.event, &state.same, value) {
            let field = if mark.starts { same.from } else { same.to };
            doubts.push((instant(event), Gap::NoField(event.kind, field)));
            continue;
        }
        by_value.entry(value).or_default().push((mark.at, mark.starts));
    }
    let open = contested::doubts(subject).into_iter().filter(|doubt| doubt.is_about(&state.from, &state.to));
    doubts.extend(open.map(|doubt| (doubt.time(), doubt.gap)));
    let times = |(value, marks): (Option<i128>, Vec<(Instant, bool)>)| (value, paired(subject, state, &marks));
    Timeline { times: by_value.into_iter().map(times).collect(), doubts }
}

fn instant(event: &Event) -> Between {
    Between::new(event.occurred, Instant(event.occurred.0.saturating_add(1)))
}

/// The value that tells an event of a timeline apart.
fn value_of(subject: &Subject<'_>, state: &StatePlan, event: &Event, starts: bool) -> Option<i128> {
    let same = state.same.as_ref()?;
    // The two fields may differ in place, not in kind, and an event is of the kind of its end.
    let of = |point: &Point| matches!(point, Point::Event { kind, .. } if *kind == event.kind);
    let field = if starts && of(&state.from) { same.from } else { same.to };
    subject.scene.contract.events.value(event, field)
}

/// The stretches of time in which the attribute that tells a timeline apart has one value.
fn valued(subject: &Subject<'_>, state: &StatePlan) -> Vec<Valued> {
    let attributes = state.same.iter().flat_map(|same| &same.attributes);
    let Some((_, attribute)) = attributes.into_iter().find(|(family, _)| subject.family == Some(*family)) else {
        return Vec::new();
    };
    let mut cuts = subject.changes();
    cuts.push(Instant::MAX);
    let mut start = Instant::MIN;
    let mut found = Vec::new();
    for cut in cuts {
        let value = subject.attribute(*attribute, start).map(|(raw, _)| raw);
        found.push((value, Between::new(start, cut)));
        start = cut;
    }
    found
}
