//! When states hold: the time between two points of one subject, and what is made of it.

use crate::base::time::{Between, Instant};
use crate::base::vocabulary::{LoneEnd, SecondStart, StillOpen};
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::{Point, StateExpr, StatePlan};

/// Times in order that do not touch each other.
pub(crate) type Times = Vec<Between>;

/// The times of each primitive state of a subject, by state id; empty for those of other families.
pub(crate) fn times_of_states(subject: &Subject<'_>) -> Vec<Times> {
    let states = &subject.scene.plan.states;
    let times = |state: &StatePlan| match state.family {
        None => subject.scene.timelines.times(subject, state),
        family if family == subject.family => {
            let marks: Vec<(Instant, bool)> =
                marks(subject, state).into_iter().map(|mark| (mark.at, mark.starts)).collect();
            paired(subject, state, &marks)
        }
        Some(_) => Times::new(),
    };
    states.iter().map(times).collect()
}

/// The times between starts (`true`) and ends that stand in total order.
pub(crate) fn paired(subject: &Subject<'_>, state: &StatePlan, marks: &[(Instant, bool)]) -> Times {
    let mut found = Vec::new();
    let mut open: Option<Instant> = None;
    for (at, starts) in marks.iter().copied() {
        match (starts, open) {
            (true, None) => open = Some(at),
            (true, Some(_)) if state.second_start == SecondStart::Restarts => open = Some(at),
            (false, Some(start)) => {
                found.push((Some(start), Some(at)));
                open = None;
            }
            (false, None)
                if state.lone_end == LoneEnd::FromStart && found.is_empty() && !set_aside(subject, state, at) =>
            {
                found.push((None, Some(at)));
            }
            (true, Some(_)) | (false, None) => {}
        }
    }
    if let Some(start) = open
        && state.still_open == StillOpen::Counts
    {
        found.push((Some(start), None));
    }
    let spans = found.into_iter().filter_map(|(start, end)| {
        let start = match start {
            Some(start) => shifted(subject, &state.from, start)?,
            // It held before the term began, so the first day of the term is not the day of its start.
            None => Instant(subject.scene.time.start.0.saturating_sub(1)),
        };
        let end = match end {
            Some(end) => shifted(subject, &state.to, end)?,
            None => Instant::MAX,
        };
        Some(Between::new(start, end))
    });
    union(spans.filter(|span| !span.is_empty()).collect())
}

/// Whether a start was set aside before an end, because another party had to declare it: then the end has a start.
fn set_aside(subject: &Subject<'_>, state: &StatePlan, end: Instant) -> bool {
    let Some((_, anyone)) = &state.declared else { return false };
    subject.events.iter().any(|event| event.occurred <= end && is_at(subject, anyone, event))
}

/// A start or end of a state.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Mark<'a> {
    pub(crate) at: Instant,
    pub(crate) starts: bool,
    pub(crate) event: Option<&'a Event>,
}

/// The starts and ends of a state in total order; attributes before events of the same instant.
pub(crate) fn marks<'a>(subject: &Subject<'a>, state: &StatePlan) -> Vec<Mark<'a>> {
    let mut marks: Vec<Mark<'a>> = Vec::new();
    for (point, starts) in [(&state.from, true), (&state.to, false)] {
        marks.extend(attribute_instant(subject, point).map(|at| Mark { at, starts, event: None }));
    }
    for event in subject.events {
        // An event that is both ends the time first and then starts it again; where the end is a time after it, it
        // starts the time that it ends.
        let mut points = [(&state.to, false), (&state.from, true)];
        if matches!(state.to, Point::Event { after: Some(_), .. }) {
            points.reverse();
        }
        for (point, starts) in points {
            if is_at(subject, point, event) {
                marks.push(Mark { at: event.occurred, starts, event: Some(event) });
            }
        }
    }
    marks.sort_by_key(|mark| mark.at);
    marks
}

/// Whether an event is a point. One whose filter cannot be told is not.
pub(crate) fn is_at<'a>(subject: &Subject<'a>, point: &'a Point, event: &'a Event) -> bool {
    match point {
        Point::Event { kind, filter, .. } => {
            *kind == event.kind && subject.on(event).passes(filter.as_ref()).unwrap_or(false)
        }
        Point::Attribute(_) => false,
        Point::AnyOf(points) => points.iter().any(|point| is_at(subject, point, event)),
    }
}

/// The instant that a point's attribute holds.
pub(crate) fn attribute_instant(subject: &Subject<'_>, point: &Point) -> Option<Instant> {
    let Point::Attribute(attribute) = point else {
        return None;
    };
    let family = subject.scene.plan.families.get(subject.family?.index())?;
    let (_, kind) = family.attributes.get(attribute.index())?;
    let (raw, _) = subject.attribute(*attribute, Instant::MAX)?;
    if *kind == crate::base::value::Kind::Date {
        let day = crate::base::time::Date(i32::try_from(raw).ok()?);
        return Some(subject.scene.zone().start_of(day));
    }
    i64::try_from(raw).ok().map(Instant)
}

/// An instant, shifted as its point says.
pub(crate) fn shifted(subject: &Subject<'_>, point: &Point, at: Instant) -> Option<Instant> {
    match point {
        Point::Event { after: Some((amount, unit)), .. } => subject.scene.after(at, amount, unit),
        Point::Event { after: None, .. } | Point::Attribute(_) | Point::AnyOf(_) => Some(at),
    }
}

/// When a state made of primitive ones holds. One that the register does not know is there from its first
/// event on, which bounds what `not` means.
pub(crate) fn when(subject: &Subject<'_>, primitive: &[Times], state: &StateExpr) -> Times {
    match state {
        StateExpr::In(id) => {
            let times = primitive.get(id.index()).cloned().unwrap_or_default();
            let plan = subject.scene.plan.states.get(id.index());
            let shared = plan.is_some_and(|state| state.family.is_none());
            if shared && !subject.is_registered() { both(&times, &subject.members()) } else { times }
        }
        StateExpr::Member => subject.members(),
        StateExpr::Not(inner) => without(&subject.members(), &when(subject, primitive, inner)),
        StateExpr::And(parts) => {
            let mut all = parts.iter().map(|part| when(subject, primitive, part));
            let first = all.next().unwrap_or_default();
            all.fold(first, |a, b| both(&a, &b))
        }
        StateExpr::Or(parts) => union(parts.iter().flat_map(|part| when(subject, primitive, part)).collect()),
    }
}

/// What two lists of times have in common.
pub(crate) fn both(a: &[Between], b: &[Between]) -> Times {
    let mut found = Vec::new();
    let (mut left, mut right) = (a.iter().peekable(), b.iter().peekable());
    while let (Some(x), Some(y)) = (left.peek(), right.peek()) {
        found.extend(x.intersect(**y));
        if x.end <= y.end {
            left.next();
        } else {
            right.next();
        }
    }
    found
}

/// The times of the first list outside of those of the second.
pub(crate) fn without(a: &[Between], b: &[Between]) -> Times {
    let mut gaps = Vec::new();
    let mut start = Instant::MIN;
    for piece in b {
        gaps.push(Between::new(start, piece.start));
        start = piece.end;
    }
    gaps.push(Between::new(start, Instant::MAX));
    gaps.retain(|gap| !gap.is_empty());
    both(a, &gaps)
}

/// All times as a list in order that do not touch.
pub(crate) fn union(mut times: Vec<Between>) -> Times {
    times.sort_unstable_by_key(|time| (time.start, time.end));
    let mut joined: Times = Vec::new();
    for time in times {
        match joined.last_mut() {
            Some(last) if time.start <= last.end => last.end = last.end.max(time.end),
            Some(_) | None => joined.push(time),
        }
    }
    joined
}
