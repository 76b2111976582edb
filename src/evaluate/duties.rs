//! Obligations: when they open, until when there is time, when they are fulfilled, late or missed.

use crate::base::ids::FieldId;
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::quantity::Unit;
use crate::base::time::{Between, Date, Instant};
use crate::base::vocabulary::{Outcome, Part, RepeatedTrigger};
use crate::evaluate::compute::number;
use crate::evaluate::contested;
use crate::evaluate::datum::Gap;
use crate::evaluate::holders::holder_before;
use crate::evaluate::observations::{Duty, Key};
use crate::evaluate::scene::DayPart;
use crate::evaluate::states::{Times, is_at, when, without};
use crate::evaluate::subject::{AtHand, Subject};
use crate::feed::events::Event;
use crate::plan::obligation::Bearer;
use crate::plan::{Dimension, Obligation};

/// The days of a century. Business days and pauses thin the days out; so many without enough of them are none.
const CENTURY: i32 = 36_600;

/// An obligation of the subject, with what its lateness is counted by.
#[derive(Clone, Debug)]
pub(crate) struct Instance<'a> {
    /// The obligation.
    pub(crate) plan: &'a Obligation,
    /// The event that opened it.
    pub(crate) opened: &'a Event,
    /// The end of the time that there is; what kept it from being told.
    pub(crate) deadline: Result<Option<Instant>, Gap>,
    /// When it was fulfilled.
    pub(crate) done: Option<Instant>,
    /// Who had the asset until it was fulfilled, where that one owes it.
    fulfilled_by: Option<Key>,
    /// When it became missed.
    pub(crate) missed: Option<Instant>,
    /// Pauses after the deadline, where they count.
    pauses: Times,
}

/// The instances of an obligation, in the order of their opening.
pub(crate) fn instances<'a>(subject: &Subject<'a>, primitive: &[Times], plan: &'a Obligation) -> Vec<Instance<'a>> {
    let pauses = plan.paused.as_ref().map(|pause| when(subject, primitive, &pause.state)).unwrap_or_default();
    let mut all: Vec<Instance<'a>> = Vec::new();
    for event in subject.events {
        if is_at(subject, &plan.done, event) {
            fulfil(subject, plan, &mut all, event);
        }
        if is_at(subject, &plan.opens, event) {
            open(subject, plan, &mut all, event, &pauses);
        }
    }
    doubt(subject, plan, &mut all);
    all
}

/// The deadline of an obligation cannot be told where it cannot be told whether its clock paused.
fn doubt(subject: &Subject<'_>, plan: &Obligation, all: &mut [Instance<'_>]) {
    let scene = subject.scene;
    let mut timelines = Vec::new();
    if let Some(pause) = &plan.paused {
        scene.plan.timelines_of(&pause.state, &mut timelines);
    }
    let mut doubts: Vec<(Between, Gap)> =
        timelines.into_iter().flat_map(|state| scene.timelines.doubts(subject, state)).collect();
    let is_open = |doubt: &contested::Doubt<'_>| doubt.lasts && doubt.is_about(&plan.opens, &plan.done);
    let open = contested::doubts(subject).into_iter().filter(is_open);
    doubts.extend(open.map(|doubt| (doubt.time(), doubt.gap)));
    for instance in all {
        let runs = Between::new(instance.opened.occurred, instance.done.unwrap_or(Instant::MAX));
        if let Some((_, gap)) = doubts.iter().find(|(when, _)| when.intersect(runs).is_some()) {
            instance.deadline = Err(gap.clone());
            instance.missed = None;
        }
    }
}

fn open<'a>(
    subject: &Subject<'a>,
    plan: &'a Obligation,
    all: &mut Vec<Instance<'a>>,
    event: &'a Event,
    pauses: &Times,
) {
    let new = instance(subject, plan, event, pauses);
    if plan.matched_by.is_some() || plan.repeated == RepeatedTrigger::OpensAnother {
        all.push(new);
        return;
    }
    match all.iter_mut().rev().find(|instance| instance.is_open_at(event.occurred)) {
        None => all.push(new),
        Some(running) if plan.repeated == RepeatedTrigger::Restarts => *running = new,
        Some(_) => {}
    }
}

/// An event fulfils the earliest open obligation that it matches.
fn fulfil(subject: &Subject<'_>, plan: &Obligation, all: &mut [Instance<'_>], event: &Event) {
    let value = |event: &Event, field: FieldId| subject.scene.contract.events.value(event, field);
    let matches = |instance: &Instance<'_>| match plan.matched_by {
        Some((opens, done)) => value(instance.opened, opens) == value(event, done),
        None => true,
    };
    let at = event.occurred;
    if let Some(instance) = all.iter_mut().find(|instance| instance.is_open_at(at) && matches(instance)) {
        instance.done = Some(at);
        instance.missed = None;
        if let Bearer::Holder(Dimension::Attribute(_, with)) = plan.bearer {
            instance.fulfilled_by = holder_before(subject, with, event);
        }
    }
}

fn instance<'a>(subject: &Subject<'a>, plan: &'a Obligation, event: &'a Event, pauses: &Times) -> Instance<'a> {
    let deadline = deadline(subject, plan, event, pauses);
    let missed = match (&deadline, &plan.missed_after) {
        (Ok(Some(deadline)), Some((amount, unit))) => missed_at(subject, *deadline, amount, unit),
        _ => None,
    };
    let counted = plan.paused.as_ref().is_some_and(|pause| pause.after_deadline);
    Instance {
        plan,
        opened: event,
        deadline,
        done: None,
        fulfilled_by: None,
        missed,
        pauses: if counted { pauses.clone() } else { Vec::new() },
    }
}

/// The end of the last day, or the exact instant for hours; `None` while a pause does not end.
fn deadline<'a>(
    subject: &Subject<'a>,
    plan: &'a Obligation,
    event: &'a Event,
    pauses: &Times,
) -> Result<Option<Instant>, Gap> {
    let within = number(&plan.within, &mut subject.on(event))?;
    if within.is_negative() {
        return Err(Gap::Held("the time that there is comes to less than nothing".to_owned()));
    }
    if matches!(plan.unit, Unit::Second | Unit::WorkingSecond(_)) {
        return Ok(running_time(subject, plan, event.occurred, &within, pauses));
    }
    let day = last_day(subject, plan, event.occurred, &within, pauses)?;
    Ok(day.map(|day| subject.scene.zone().start_of(day.plus_days(1))))
}

/// The instant at which so much time has run outside of the pauses.
fn running_time(
    subject: &Subject<'_>,
    plan: &Obligation,
    start: Instant,
    within: &Ratio,
    pauses: &Times,
) -> Option<Instant> {
    let mut left = within.clone();
    for piece in without(&[Between::new(start, Instant::MAX)], pauses) {
        let end = subject.scene.after(piece.start, &left, &plan.unit);
        match end {
            Some(end) if end <= piece.end => return Some(end),
            _ if piece.end == Instant::MAX => return end,
            _ => left = left.minus(&subject.scene.units(&[piece], &plan.unit, DayPart::Exact)),
        }
    }
    None
}

/// The last day of a time in days or months. A day on which the clock is paused for any part does not count.
fn last_day(
    subject: &Subject<'_>,
    plan: &Obligation,
    start: Instant,
    within: &Ratio,
    pauses: &Times,
) -> Result<Option<Date>, Gap> {
    let scene = subject.scene;
    let opened = scene.zone().date_of(start);
    let whole = within.to_i64();
    let whole = whole.ok_or_else(|| Gap::Held("the time that there is comes to no whole number of days".to_owned()))?;
    let count = i32::try_from(whole).ok().filter(|count| *count <= CENTURY).ok_or(Gap::TooLarge)?;
    let calendar = scene.calendar();
    let business = plan.unit == Unit::BusinessDay;
    let day = if plan.unit == Unit::Month {
        let month_end = scene.plan.windows.month_end();
        let day = opened.plus_months(count, month_end).plus_days(if plan.first_day_counted { -1 } else { 0 });
        let paused = paused_days(subject, pauses, opened, day);
        counted_days(subject, day, paused, false, pauses)
    } else {
        let before = if plan.first_day_counted { opened.plus_days(-1) } else { opened };
        counted_days(subject, before, count, business, pauses)
    };
    let moved = |day: Date| {
        if plan.moves_to_business_day { calendar.and_then(|calendar| calendar.on_or_after(day)) } else { Some(day) }
    };
    Ok(day.and_then(moved))
}

/// The n-th day after a day that counts: a business day if asked, and without a pause.
fn counted_days(subject: &Subject<'_>, before: Date, count: i32, business: bool, pauses: &Times) -> Option<Date> {
    let calendar = subject.scene.calendar();
    if business && pauses.is_empty() {
        let day = calendar?.plus_business_days(before, count.into());
        return day.filter(|day| before.days_until(*day) < i64::from(CENTURY));
    }
    let mut day = before;
    let mut left = count;
    for _ in 0..CENTURY {
        if left <= 0 {
            return Some(day);
        }
        day = day.plus_days(1);
        let counts = !business || calendar.is_some_and(|calendar| calendar.is_business_day(day));
        left = left.saturating_sub(i32::from(counts && !is_paused(subject, pauses, day)));
    }
    None
}

fn is_paused(subject: &Subject<'_>, pauses: &Times, day: Date) -> bool {
    let zone = subject.scene.zone();
    let whole = Between::new(zone.start_of(day), zone.start_of(day.plus_days(1)));
    pauses.iter().any(|pause| pause.intersect(whole).is_some())
}

fn paused_days(subject: &Subject<'_>, pauses: &Times, after: Date, to: Date) -> i32 {
    let days = (after.0.saturating_add(1)..=to.0).map(Date);
    let paused = days.filter(|day| is_paused(subject, pauses, *day)).count();
    i32::try_from(paused).unwrap_or(i32::MAX)
}

/// Days and months behind a deadline are whole ones: the last of them ends it.
fn missed_at(subject: &Subject<'_>, deadline: Instant, amount: &Ratio, unit: &Unit) -> Option<Instant> {
    if amount.is_zero() {
        return Some(deadline);
    }
    if !matches!(unit, Unit::Day | Unit::BusinessDay | Unit::Month) {
        return subject.scene.after(deadline, amount, unit);
    }
    let zone = subject.scene.zone();
    let last = zone.date_of(Instant(deadline.0.saturating_sub(1)));
    let count = amount.to_i64()?;
    let day = match subject.scene.calendar() {
        Some(calendar) if *unit == Unit::BusinessDay => calendar.plus_business_days(last, count)?,
        _ if *unit == Unit::Month => {
            last.plus_months(i32::try_from(count).ok()?, subject.scene.plan.windows.month_end())
        }
        _ => last.plus_days(i32::try_from(count).ok()?),
    };
    Some(zone.start_of(day.plus_days(1)))
}

impl Instance<'_> {
    /// Whether an event at this instant would find it open.
    fn is_open_at(&self, at: Instant) -> bool {
        self.done.is_none() && self.missed.is_none_or(|missed| at < missed)
    }

    /// Whether an instant is too late: a time in days ends with its last day, a time in hours includes its end.
    fn is_late(&self, done: Instant, deadline: Instant) -> bool {
        if matches!(self.plan.unit, Unit::Second | Unit::WorkingSecond(_)) { done > deadline } else { done >= deadline }
    }

    /// Units of lateness up to an instant.
    pub(crate) fn lateness(
        &self,
        subject: &Subject<'_>,
        until: Instant,
        unit: &Unit,
        size: &Ratio,
        part: Part,
    ) -> Ratio {
        let Ok(Some(deadline)) = self.deadline else {
            return Ratio::ZERO;
        };
        let end = [Some(until), self.done, self.missed].into_iter().flatten().min().unwrap_or(until);
        // The instant at which it is done belongs to the lateness in days: at 00:00 a day has begun.
        let in_days = matches!(unit, Unit::Day | Unit::BusinessDay) && part == Part::Commenced;
        let end = if in_days && self.done == Some(end) && end < until && self.is_late(end, deadline) {
            Instant(end.0.saturating_add(1))
        } else {
            end
        };
        if end <= deadline {
            return Ratio::ZERO;
        }
        let late = without(&[Between::new(deadline, end)], &self.pauses);
        let days = match part {
            Part::Commenced => DayPart::Begun,
            Part::Completed => DayPart::Whole,
            Part::ProRata => DayPart::Exact,
        };
        let units = subject.scene.units(&late, unit, days).over(size).unwrap_or(Ratio::ZERO);
        let whole = |mode| units.rounded(&Rounding { mode, step: Ratio::ONE });
        match part {
            Part::Commenced => whole(Mode::Upward),
            Part::Completed => whole(Mode::Downward),
            Part::ProRata => units,
        }
    }

    /// How it stands at an instant.
    pub(crate) fn outcome(&self, at: Instant) -> Outcome {
        let passed = matches!(self.deadline, Ok(Some(deadline)) if deadline <= at);
        let missed = self.missed.is_some_and(|missed| missed <= at);
        match (self.done, &self.deadline) {
            (Some(done), Ok(Some(deadline))) if self.is_late(done, *deadline) => Outcome::Late,
            (Some(_), _) => Outcome::Met,
            (None, _) if missed => Outcome::Missed,
            (None, _) if passed => Outcome::Late,
            (None, _) => Outcome::Open,
        }
    }

    /// When it came to stand so, if it did.
    pub(crate) fn reached(&self, outcome: Outcome) -> Option<Instant> {
        let deadline = self.deadline.as_ref().ok().copied().flatten();
        match outcome {
            Outcome::Met => self.done.filter(|done| deadline.is_none_or(|deadline| !self.is_late(*done, deadline))),
            Outcome::Late => deadline.filter(|deadline| {
                self.done.is_none_or(|done| self.is_late(done, *deadline))
                    && self.missed.is_none_or(|missed| *deadline < missed)
            }),
            Outcome::Missed => self.missed,
            Outcome::Open => None,
        }
    }

    /// Who owes it at an instant; at that at which it is fulfilled the one who had the asset until then.
    pub(crate) fn bearer(&self, subject: &Subject<'_>, at: Instant) -> Key {
        match &self.plan.bearer {
            Bearer::Party(party) => Key::Value(Some(i128::from(party.0))),
            Bearer::Opening(dim) => AtHand { event: Some(self.opened), ..subject.at(self.opened.occurred) }.key(dim),
            Bearer::Holder(dim) => {
                self.fulfilled_by.filter(|_| self.done == Some(at)).unwrap_or_else(|| subject.at(at).key(dim))
            }
        }
    }

    /// The instants at which it goes over to another party.
    pub(crate) fn handed_on(&self, subject: &Subject<'_>) -> Vec<Instant> {
        if !matches!(self.plan.bearer, Bearer::Holder(_)) {
            return Vec::new();
        }
        let before = |at: Instant| self.bearer(subject, Instant(at.0.saturating_sub(1)));
        subject.changes().into_iter().filter(|at| self.bearer(subject, *at) != before(*at)).collect()
    }

    /// The account of it at an instant.
    pub(crate) fn duty(&self, subject: &Subject<'_>, at: Instant) -> Option<Duty> {
        let unit = if self.plan.unit == Unit::Month { Unit::Day } else { self.plan.unit.clone() };
        Some(Duty {
            obligation: self.plan.id,
            asset: subject.asset?,
            bearer: self
                .bearer(subject, [self.done, self.missed].into_iter().flatten().min().unwrap_or(at).min(at))
                .party(),
            units: subject.units(),
            opened: self.opened.occurred,
            deadline: self.deadline.as_ref().ok().copied().flatten(),
            done: self.done,
            missed: self.missed.filter(|missed| *missed <= at),
            outcome: self.outcome(at),
            late_by: self.lateness(subject, at, &unit, &Ratio::ONE, Part::Commenced),
            unit,
            gap: self.deadline.as_ref().err().cloned(),
        })
    }
}
