//! Obligations: opened and ended event by event, deadlines counted day by day.

use std::collections::BTreeSet;

use consigne::base::ids::ObligationId;
use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Between, Date, Instant};
use consigne::base::vocabulary::{Outcome, Part, RepeatedTrigger};
use consigne::check::contract::{Dimension, Obligation, Who};

use super::World;
use super::amended::Text;
use super::calendar;
use super::facts::Event;
use super::values::{Datum, Found, Gap, Group, Hand};

/// How far days are counted before a search is given up.
const FAR: i32 = 1_500;

/// An obligation of an asset, once opened.
#[derive(Clone, Debug)]
pub(crate) struct Duty {
    pub(crate) opened: Event,
    /// The end of the time that there is; `None` while a pause leaves it open.
    pub(crate) deadline: Option<Instant>,
    pub(crate) done: Option<Instant>,
    /// The event that ended it.
    pub(crate) done_by: Option<Event>,
    pub(crate) missed: Option<Instant>,
    /// The times after the deadline that are not late, where pauses count there.
    pauses: Vec<Between>,
    exact: bool,
    /// The time that there is cannot be told.
    pub(crate) unknown: bool,
    /// Who owes it, and since when.
    bearers: Vec<(Instant, Option<Datum>)>,
    /// Who got the asset at the instant of the event that ended it, and before that event.
    handed: Option<Datum>,
}

impl World<'_> {
    /// Every time that an obligation was opened.
    pub(crate) fn duties(&self, id: ObligationId) -> Found<Vec<Duty>> {
        if let Some(known) = self.known_duties.borrow().get(&id.index()) {
            return known.clone();
        }
        let found = self.walked(id);
        self.known_duties.borrow_mut().insert(id.index(), found.clone());
        found
    }

    /// What is held of an obligation because something happened to more units than there are.
    pub(crate) fn too_many_for(
        &self,
        id: ObligationId,
        dims: &[Dimension],
        inside: Between,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let obligation = &self.contract.obligations[id.index()];
        let points = [&obligation.opens, &obligation.done];
        self.held_of_lots(obligation.family.index(), dims, (inside, &points))
    }

    /// What is held of an obligation because of lots that are not told apart, and of which assets.
    pub(crate) fn undivided_for(
        &self,
        (id, text): (ObligationId, Text),
        dims: &[Dimension],
        window: calendar::Window,
    ) -> Found<(BTreeSet<String>, Vec<(Group, Found<Ratio>)>)> {
        let obligation = &self.contract.obligations[id.index()];
        let points = [(&obligation.opens, &obligation.done)];
        let (mut assets, mut parts) = (BTreeSet::new(), Vec::new());
        for asset in self.assets(obligation.family.index()) {
            for lot in self.undivided(&asset, &points, window.kind, window) {
                // "By a text of an amended clause something is held where that text governs."
                if self.concerns(text, Some(&asset), window) {
                    parts.push((self.group_at(dims, &Hand::of_event(lot))?, Err(Gap::Held)));
                }
                assets.insert(asset.clone());
            }
        }
        Ok((assets, parts))
    }

    fn walked(&self, id: ObligationId) -> Found<Vec<Duty>> {
        let obligation = &self.contract.obligations[id.index()];
        let mut all: Vec<Duty> = Vec::new();
        for asset in self.assets(obligation.family.index()) {
            let mut own: Vec<Duty> = Vec::new();
            for event in self.events_of(Some(&asset)) {
                if self.is_point(&obligation.done, event)? {
                    self.end(obligation, &mut own, event);
                }
                let text = self.contract.amended.obligations.get(&id);
                let governs = text.is_none_or(|text| self.governs(*text, event.asset.as_deref(), event.at));
                if governs && self.is_point(&obligation.opens, event)? {
                    let mut new = self.opened(obligation, event)?;
                    new.bearers = self.bearers(obligation, event)?;
                    begin(obligation, &mut own, new);
                }
            }
            // "The deadline cannot be told where it cannot be told whether its clock paused."
            let mut doubts = match &obligation.paused {
                Some((state, _)) => self.doubts_of(state, Some(&asset))?,
                None => Vec::new(),
            };
            // Where nobody knows which of two events came first that begin and end it, all that comes after is open.
            let tied = self.tied_of(Some(&asset), (&obligation.opens, &obligation.done)).into_iter();
            doubts.extend(tied.map(|at| Between::new(at, Instant::MAX)));
            for duty in &mut own {
                let runs = Between::new(duty.opened.at, duty.done.unwrap_or(Instant::MAX));
                if doubts.iter().any(|doubt| doubt.intersect(runs).is_some()) {
                    (duty.unknown, duty.deadline, duty.missed) = (true, None, None);
                }
            }
            all.extend(own);
        }
        Ok(all)
    }

    /// "The party that the opening event or the asset names owes it." "`goes over to the new holder`: the one who has the
    /// asset owes it."
    fn bearers(&self, obligation: &Obligation, event: &Event) -> Found<Vec<(Instant, Option<Datum>)>> {
        let Who::Group(dim) = obligation.party else { return Ok(Vec::new()) };
        let first = self.group_at(&[dim], &Hand::of_event(event))?.into_iter().next();
        let mut found = vec![(event.at, first.and_then(|(_, key)| key))];
        let (Some(attribute), Some(asset)) = (obligation.carried, event.asset.as_deref()) else { return Ok(found) };
        for at in self.moments_of_attributes(asset).into_iter().filter(|at| *at >= event.at) {
            let holder = self.attribute(asset, attribute.index(), at);
            if holder.is_some() && found.last().is_some_and(|(_, last)| *last != holder) {
                // Who hands it over at the instant at which it is opened owes it for no time.
                found.retain(|(since, _)| *since < at);
                found.push((at, holder));
            }
        }
        Ok(found)
    }

    /// "With `matched by FIELD` the ending event ends the one with the same value." "`opens another`: Two run. An
    /// ending event ends the earlier one."
    fn end(&self, obligation: &Obligation, own: &mut [Duty], event: &Event) {
        let matches = |duty: &Duty| match obligation.matched_by {
            Some((opens, done)) => duty.opened.fields[opens.index()] == event.fields[done.index()],
            None => true,
        };
        if let Some(duty) = own.iter_mut().find(|duty| duty.is_open_at(event.at) && matches(duty)) {
            duty.done = Some(event.at);
            duty.done_by = Some(event.clone());
            duty.missed = None;
            duty.handed = self.handed(obligation, event);
        }
    }

    /// "Events of one asset at one instant go in the order that the source gives them": who has the asset by those that
    /// come before one at its own instant.
    fn handed(&self, obligation: &Obligation, event: &Event) -> Option<Datum> {
        let attribute = obligation.carried?;
        let own = self.events_of(event.asset.as_deref());
        let before = own.filter(|other| other.at == event.at && other.row < event.row);
        let named = before.filter_map(|other| {
            let sets = &self.contract.kinds[other.kind.index()].sets;
            let (field, _) = sets.iter().find(|(_, set)| *set == attribute)?;
            other.fields[field.index()].clone()
        });
        named.last()
    }

    fn opened(&self, obligation: &Obligation, event: &Event) -> Found<Duty> {
        let horizon = Instant(event.at.0 + i64::from(FAR + 900) * 86_400_000_000_000);
        let day = self.contract.zone.date_of(event.at);
        let from = self.contract.zone.start_of(day.plus_days(-1));
        let pauses = match &obligation.paused {
            Some((state, _)) => self.times(state, event.asset.as_deref(), Between::new(from, horizon))?,
            None => Vec::new(),
        };
        let exact = matches!(obligation.unit, Unit::Second | Unit::WorkingSecond(_));
        let within = self.number(&obligation.within, &Hand::of_event(event)).ok();
        // "Where a deadline is computed and comes to no whole number, or to a time of less than nothing, what depends on it is
        // held."
        let days = within.as_ref().and_then(Ratio::to_i64).and_then(|days| i32::try_from(days).ok());
        let within = match within {
            Some(within) if !within.is_negative() && (exact || days.is_some()) => within,
            Some(_) | None => {
                let (deadline, done, missed) = (None, None, None);
                let (opened, pauses) = (event.clone(), Vec::new());
                return Ok(Duty {
                    opened,
                    deadline,
                    done,
                    done_by: None,
                    missed,
                    pauses,
                    exact,
                    unknown: true,
                    bearers: Vec::new(),
                    handed: None,
                });
            }
        };
        let deadline = if exact {
            self.run(obligation, event.at, horizon, &within, &pauses)
        } else {
            let last = self.last_day(obligation, day, days.unwrap_or(0), &pauses);
            last.map(|last| self.contract.zone.start_of(last.plus_days(1)))
        };
        let missed = match (deadline, &obligation.missed_after) {
            (Some(deadline), Some((amount, unit))) => self.missed(deadline, amount, unit),
            _ => None,
        };
        let after = obligation.paused.as_ref().is_some_and(|(_, after)| *after);
        let pauses = if after { pauses } else { Vec::new() };
        let opened = event.clone();
        let (done, bearers) = (None, Vec::new());
        Ok(Duty { opened, deadline, done, done_by: None, missed, pauses, exact, unknown: false, bearers, handed: None })
    }

    /// "A time in hours goes on where it stood."
    fn run(
        &self,
        obligation: &Obligation,
        start: Instant,
        horizon: Instant,
        within: &Ratio,
        pauses: &[Between],
    ) -> Option<Instant> {
        let mut left = within.clone();
        if left.is_zero() && obligation.paused.is_none() {
            return Some(start);
        }
        let mut day = self.contract.zone.date_of(start);
        while self.contract.zone.start_of(day) < horizon {
            let whole = Between::new(self.contract.zone.start_of(day), self.contract.zone.start_of(day.plus_days(1)));
            let pieces: Vec<Between> = match &obligation.unit {
                Unit::WorkingSecond(hours) => {
                    let calendar = calendar::hours_of(self.contract, hours.name());
                    calendar.map(|calendar| calendar.working_pieces(day).collect()).unwrap_or_default()
                }
                _ => vec![whole],
            };
            let rest = Between::new(start, horizon);
            for piece in pieces.iter().filter_map(|piece| piece.intersect(rest)) {
                for piece in without(piece, pauses) {
                    if left <= piece.seconds() {
                        let nanos = left.times(&Ratio::int(1_000_000_000)).floor().to_i64()?;
                        return Some(Instant(piece.start.0 + nanos));
                    }
                    left = left.minus(&piece.seconds());
                }
            }
            day = day.plus_days(1);
        }
        None
    }

    /// "A deadline in days, business days or months is the end of its last day." "A day on which the clock is paused
    /// for any part does not count."
    fn last_day(&self, obligation: &Obligation, opened: Date, count: i32, pauses: &[Between]) -> Option<Date> {
        let zone = self.contract.zone;
        let paused = |day: Date| {
            let whole = Between::new(zone.start_of(day), zone.start_of(day.plus_days(1)));
            pauses.iter().any(|pause| pause.intersect(whole).is_some())
        };
        let (mut day, mut left, business) = if obligation.unit == Unit::Month {
            let end = calendar::months_after(opened, count, calendar::month_end(self.contract));
            let end = if obligation.first_day_counted { end.plus_days(-1) } else { end };
            let mut lost = 0;
            let mut day = opened.plus_days(1);
            while day <= end {
                lost += i32::from(paused(day));
                day = day.plus_days(1);
            }
            (end, lost, false)
        } else {
            let before = if obligation.first_day_counted { opened.plus_days(-1) } else { opened };
            (before, count, obligation.unit == Unit::BusinessDay)
        };
        let mut searched = 0;
        while left > 0 {
            day = day.plus_days(1);
            let counts = (!business || calendar::is_business_day(self.contract, day)) && !paused(day);
            left -= i32::from(counts);
            searched += 1;
            if searched > FAR {
                return None;
            }
        }
        // "deadline on a day off: moves to the next business day"
        while obligation.moves_to_business_day && !calendar::is_business_day(self.contract, day) {
            day = day.plus_days(1);
        }
        Some(day)
    }

    /// "When it is not done within the time of `missed after`, it is missed." A time in days or months is one of whole days.
    fn missed(&self, deadline: Instant, amount: &Ratio, unit: &Unit) -> Option<Instant> {
        if amount.is_zero() {
            return Some(deadline);
        }
        let (contract, zone) = (self.contract, self.contract.zone);
        let last = zone.date_of(Instant(deadline.0 - 1));
        let whole = || amount.to_i64().expect("check refuses a part of a day");
        let count = || i32::try_from(whole()).expect("a time of a century");
        let day = match unit {
            Unit::Day => last.plus_days(count()),
            Unit::BusinessDay => calendar::business_days_after(contract, last, whole())?,
            Unit::Month => calendar::months_after(last, count(), calendar::month_end(contract)),
            Unit::Second => {
                return Some(Instant(deadline.0 + amount.times(&Ratio::int(1_000_000_000)).floor().to_i64()?));
            }
            Unit::WorkingSecond(hours) => {
                return calendar::working_time_after(contract, hours.name(), deadline, amount);
            }
            Unit::One | Unit::Money(_) | Unit::Thing(_) => panic!("check refuses {unit:?} behind a deadline"),
        };
        Some(zone.start_of(day.plus_days(1)))
    }

    /// Units of lateness up to an instant: day by day for days, by the time for hours.
    pub(crate) fn lateness(&self, duty: &Duty, until: Instant, (unit, size, part): (&Unit, &Ratio, Part)) -> Ratio {
        let Some(deadline) = duty.deadline else { return Ratio::ZERO };
        let ends = [Some(until), duty.done, duty.missed];
        let mut end = ends.into_iter().flatten().min().unwrap_or(until);
        let in_days = matches!(unit, Unit::Day | Unit::BusinessDay);
        // "a day counts when it has begun": also where it is done with its first instant
        if in_days && part == Part::Commenced && duty.done == Some(end) && end < until && end >= deadline && !duty.exact
        {
            end = Instant(end.0 + 1);
        }
        if in_days && part == Part::Commenced && duty.done == Some(end) && end < until && end > deadline && duty.exact {
            end = Instant(end.0 + 1);
        }
        if end <= deadline {
            return Ratio::ZERO;
        }
        let late = without(Between::new(deadline, end), &duty.pauses);
        let mut units = Ratio::ZERO;
        if in_days {
            let zone = self.contract.zone;
            let mut day = zone.date_of(deadline);
            while zone.start_of(day) < end {
                let whole = Between::new(zone.start_of(day), zone.start_of(day.plus_days(1)));
                let business = *unit == Unit::BusinessDay;
                if !business || calendar::is_business_day(self.contract, day) {
                    units = units.plus(&self.part_of_day(whole, &late, business, part));
                }
                day = day.plus_days(1);
            }
        } else {
            for piece in &late {
                units = units.plus(&self.in_unit(*piece, unit));
            }
        }
        let units = units.over(size).unwrap_or_default();
        counted(&units, part)
    }

    fn part_of_day(&self, whole: Between, late: &[Between], business: bool, part: Part) -> Ratio {
        let inside: Vec<Between> = late.iter().filter_map(|piece| piece.intersect(whole)).collect();
        let held = inside.iter().fold(Ratio::ZERO, |sum, piece| sum.plus(&piece.seconds()));
        match part {
            Part::Commenced => Ratio::int(i64::from(!held.is_zero())),
            Part::Completed => Ratio::int(i64::from(held == whole.seconds())),
            Part::ProRata => {
                let hours = calendar::working_seconds(self.contract, "working", whole);
                if business && !hours.is_zero() {
                    let worked = inside.iter().fold(Ratio::ZERO, |sum, piece| {
                        sum.plus(&calendar::working_seconds(self.contract, "working", *piece))
                    });
                    return worked.over(&hours).unwrap_or_default();
                }
                held.over(&whole.seconds()).unwrap_or_default()
            }
        }
    }
}

/// "`commenced` counts as a whole one; `completed` does not count; `pro rata` counts as that part, by the exact time"
pub(crate) fn counted(units: &Ratio, part: Part) -> Ratio {
    match part {
        Part::Commenced => units.ceil(),
        Part::Completed => units.floor(),
        Part::ProRata => units.clone(),
    }
}

/// "`changes nothing`: the first deadline stands. `restarts the clock`: the deadline runs from the later event. `opens
/// another`: Two run."
fn begin(obligation: &Obligation, own: &mut Vec<Duty>, new: Duty) {
    let running = own.iter().rposition(|duty| duty.is_open_at(new.opened.at));
    match running {
        Some(place) if obligation.matched_by.is_none() => match obligation.repeated {
            RepeatedTrigger::ChangesNothing => {}
            RepeatedTrigger::Restarts => own[place] = new,
            RepeatedTrigger::OpensAnother => own.push(new),
        },
        Some(_) | None => own.push(new),
    }
}

/// A time without its pauses.
fn without(time: Between, pauses: &[Between]) -> Vec<Between> {
    let mut found = Vec::new();
    let mut start = time.start;
    for pause in pauses.iter().filter(|pause| pause.end > time.start && pause.start < time.end) {
        if pause.start > start {
            found.push(Between::new(start, pause.start));
        }
        start = start.max(pause.end);
    }
    if start < time.end {
        found.push(Between::new(start, time.end));
    }
    found
}

impl Duty {
    /// "When it is not done within the time of `missed after`, it is missed. What is done later does not change that."
    fn is_open_at(&self, at: Instant) -> bool {
        self.done.is_none() && self.missed.is_none_or(|missed| at < missed)
    }

    /// "What is done on that day is met. What is done at that instant is met."
    fn is_late(&self, done: Instant, deadline: Instant) -> bool {
        if self.exact { done > deadline } else { done >= deadline }
    }

    /// The times for which each owes it; one without a name where the contract names the party.
    pub(crate) fn borne(&self) -> Vec<(Option<Datum>, Between)> {
        if self.bearers.is_empty() {
            return vec![(None, Between::new(Instant(i64::MIN), Instant::MAX))];
        }
        let ends = self.bearers.iter().skip(1).map(|(at, _)| *at).chain([Instant::MAX]);
        let times = self.bearers.iter().zip(ends);
        times.map(|((start, bearer), end)| (bearer.clone(), Between::new(*start, end))).collect()
    }

    /// Who owes it when something comes of it.
    pub(crate) fn bearer_at(&self, at: Instant) -> Option<Datum> {
        let met = self.done == Some(at);
        if let Some(handed) = self.handed.as_ref().filter(|_| met) {
            return Some(handed.clone());
        }
        let before = |start: Instant| if met { start < at } else { start <= at };
        let last = self.bearers.iter().rfind(|(start, _)| before(*start)).or(self.bearers.first());
        last.and_then(|(_, bearer)| bearer.clone())
    }

    /// How it stands at an instant.
    pub(crate) fn outcome(&self, at: Instant) -> Outcome {
        if let Some(done) = self.done {
            let late = self.deadline.is_some_and(|deadline| self.is_late(done, deadline));
            return if late { Outcome::Late } else { Outcome::Met };
        }
        if self.missed.is_some_and(|missed| missed <= at) {
            return Outcome::Missed;
        }
        if self.deadline.is_some_and(|deadline| deadline <= at) { Outcome::Late } else { Outcome::Open }
    }

    /// "met when it is done, late when the deadline is over, missed when the time of `missed after` is over. With
    /// `missed after 0 days` it is missed and not late."
    pub(crate) fn reached(&self, outcome: Outcome) -> Option<Instant> {
        match outcome {
            Outcome::Met => {
                self.done.filter(|done| self.deadline.is_none_or(|deadline| !self.is_late(*done, deadline)))
            }
            Outcome::Late => self.deadline.filter(|deadline| {
                self.done.is_none_or(|done| self.is_late(done, *deadline)) && self.missed != Some(*deadline)
            }),
            Outcome::Missed => self.missed,
            Outcome::Open => None,
        }
    }
}
