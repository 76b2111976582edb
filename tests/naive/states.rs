//! When states hold, asked instant by instant between the moments at which anything can change.

use std::collections::BTreeSet;

use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::{LoneEnd, SecondStart, StillOpen};
use consigne::check::contract::{Declared, PrimitiveState, Same};
use consigne::check::value::{Point, State};

use super::World;
use super::calendar;
use super::facts::Event;
use super::lots::lot_of;
use super::values::{Datum, Found, Hand};

/// From when to when a primitive state holds; without an end while it is open.
pub(crate) type Span = (Instant, Option<Instant>);

impl World<'_> {
    /// The events that are a point of one asset, or of the contract.
    pub(crate) fn is_point(&self, point: &Point, event: &Event) -> Found<bool> {
        match point {
            Point::Event { kind, filter, .. } if *kind == event.kind => match filter {
                None => Ok(true),
                // One of which the condition cannot be told is none.
                Some(filter) => Ok(self.holds(filter, &Hand::of_event(event)).unwrap_or(false)),
            },
            Point::Event { .. } | Point::Attribute(_) => Ok(false),
            Point::AnyOf(points) => {
                for point in points {
                    if self.is_point(point, event)? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// "a time after an event: `2 days after removed`"
    fn shifted(&self, point: &Point, at: Instant) -> Instant {
        match point {
            Point::Event { after: Some((amount, unit)), .. } => self.later(at, amount, unit),
            Point::Event { after: None, .. } | Point::Attribute(_) | Point::AnyOf(_) => at,
        }
    }

    /// An instant so much later. Nothing comes so late that there are not enough business days or working hours before it.
    fn later(&self, at: Instant, amount: &Ratio, unit: &Unit) -> Instant {
        let contract = self.contract;
        let day = contract.zone.date_of(at);
        let whole = || amount.to_i64().expect("check refuses a part of a day");
        let on = |day| calendar::on_day(contract, at, day);
        let days = |count: i64| i32::try_from(count).expect("a time of a century");
        match unit {
            Unit::Second => Instant(at.0 + amount.times(&Ratio::int(1_000_000_000)).floor().to_i64().unwrap_or(0)),
            Unit::Day => on(day.plus_days(days(whole()))),
            Unit::Month => on(calendar::months_after(day, days(whole()), calendar::month_end(contract))),
            Unit::BusinessDay => calendar::business_days_after(contract, day, whole()).map_or(Instant::MAX, on),
            Unit::WorkingSecond(hours) => {
                calendar::working_time_after(contract, hours.name(), at, amount).unwrap_or(Instant::MAX)
            }
            Unit::One | Unit::Money(_) | Unit::Thing(_) => panic!("check refuses {unit:?} after an event"),
        }
    }

    /// The events of an asset; those without an asset for none.
    pub(crate) fn events_of<'e>(&'e self, asset: Option<&'e str>) -> impl Iterator<Item = &'e Event> {
        self.facts.single.iter().filter(move |event| event.asset.as_deref() == asset)
    }

    /// The times of a primitive state of an asset: event by event.
    pub(crate) fn spans(&self, state: &PrimitiveState, asset: Option<&str>) -> Found<Vec<Span>> {
        match (&state.same, asset) {
            (Some(same), Some(asset)) => self.spans_for_the_same(state, same, asset),
            // "Alone, without a state of assets or `per pump`, it has no time of its own."
            (Some(_), None) => Ok(Vec::new()),
            (None, _) => self.spans_of(state, if state.family.is_none() { None } else { asset }, None),
        }
    }

    /// "`for the same FIELD`: for the assets whose attribute has the value of the field at the time. Each value has a
    /// state of its own, and both events bring it."
    fn spans_for_the_same(&self, state: &PrimitiveState, same: &Same, asset: &str) -> Found<Vec<Span>> {
        let pieces = self.pieces_for_the_same(state, same, asset)?.into_iter();
        let mut found: Vec<Span> =
            pieces.filter(|(_, value, own)| own.as_ref() == Some(value)).map(|of| of.0).collect();
        found.sort_unstable();
        Ok(found)
    }

    /// The times of all values, cut where the attribute of the asset can change: each with the value, and that of the asset.
    pub(crate) fn pieces_for_the_same(
        &self,
        state: &PrimitiveState,
        same: &Same,
        asset: &str,
    ) -> Found<Vec<(Span, Datum, Option<Datum>)>> {
        let family = self.family_of_asset(asset);
        let attribute = same.attributes.iter().find(|(own, _)| Some(own.index()) == family);
        let Some((_, attribute)) = attribute else { return Ok(Vec::new()) };
        let values: BTreeSet<Datum> = self.events_of(None).filter_map(|event| told_apart(state, same, event)).collect();
        let cuts = self.moments_of_attributes(asset);
        let mut found = Vec::new();
        for value in values {
            for (start, end) in self.spans_of(state, None, Some((same, &value)))? {
                let mut from = start;
                let inner: Vec<Instant> =
                    cuts.iter().copied().filter(|at| *at > start && end.is_none_or(|end| *at < end)).collect();
                for to in inner.into_iter().map(Some).chain([end]) {
                    found.push(((from, to), value.clone(), self.attribute(asset, attribute.index(), from)));
                    from = to.unwrap_or(from);
                }
            }
        }
        Ok(found)
    }

    pub(crate) fn family_of_asset(&self, asset: &str) -> Option<usize> {
        let registered = self.rows_of(asset).map(|(family, _)| *family);
        let by_event = || {
            let first = self.facts.events.iter().find(|event| event.asset.as_deref() == Some(lot_of(asset)))?;
            self.contract.kinds[first.kind.index()].family.map(consigne::base::ids::FamilyId::index)
        };
        registered.or_else(by_event)
    }

    /// When a state may begin and end, in order of time, and which of the two.
    pub(crate) fn marks(
        &self,
        state: &PrimitiveState,
        asset: Option<&str>,
        only: Option<(&Same, &Datum)>,
    ) -> Found<Vec<(Instant, bool)>> {
        // "a date or instant that is an attribute of the asset"
        let mut marks: Vec<(Instant, bool)> = Vec::new();
        for (point, starts) in [(&state.from, true), (&state.to, false)] {
            if let (Point::Attribute(attribute), Some(asset)) = (point, asset) {
                match self.attribute(asset, attribute.index(), Instant::MAX) {
                    Some(Datum::Date(date)) => marks.push((self.contract.zone.start_of(date), starts)),
                    Some(Datum::Instant(at)) => marks.push((at, starts)),
                    _ => {}
                }
            }
        }
        for event in self.events_of(asset) {
            if only.is_some_and(|(same, value)| told_apart(state, same, event).as_ref() != Some(value)) {
                continue;
            }
            let (from, to) = (self.is_point(&state.from, event)?, self.is_point(&state.to, event)?);
            // An event that is both ends the time first and then starts it again.
            let later = matches!(state.to, Point::Event { after: Some(_), .. });
            let own = if later { [(from, true), (to, false)] } else { [(to, false), (from, true)] };
            marks.extend(own.into_iter().filter(|(is, _)| *is).map(|(_, starts)| (event.at, starts)));
        }
        marks.sort_by_key(|(at, _)| *at);
        Ok(marks)
    }

    fn spans_of(&self, state: &PrimitiveState, asset: Option<&str>, only: Option<(&Same, &Datum)>) -> Found<Vec<Span>> {
        let marks = self.marks(state, asset, only)?;
        let mut found = Vec::new();
        let mut open: Option<Instant> = None;
        for (at, starts) in marks {
            match (open, starts) {
                (None, true) => open = Some(at),
                // "`changes nothing`: it counts from the first start; `restarts the time`: from the latest start"
                (Some(_), true) => {
                    if state.second_start == SecondStart::Restarts {
                        open = Some(at);
                    }
                }
                (Some(start), false) => {
                    found.push((self.shifted(&state.from, start), Some(self.shifted(&state.to, at))));
                    open = None;
                }
                // "`counts from the start of the term`: the state held before the term began …: where whole days
                // count, the first day of the term is not the day of its start"
                (None, false) => {
                    if state.lone_end == LoneEnd::FromStart && found.is_empty() && !self.set_aside(state, asset, at)? {
                        let before = Instant(calendar::term(self.contract).start.0 - 1);
                        found.push((before, Some(self.shifted(&state.to, at))));
                    }
                }
            }
        }
        if let Some(start) = open {
            // "`does not count`: it counts only once it has ended"
            if state.still_open == StillOpen::Counts {
                found.push((self.shifted(&state.from, start), None));
            }
        }
        Ok(found)
    }

    /// The end of what another party began, and what was set aside, is no end without a start.
    fn set_aside(&self, state: &PrimitiveState, asset: Option<&str>, end: Instant) -> Found<bool> {
        let Declared::By(_, anyone) = &state.declared else { return Ok(false) };
        for event in self.events_of(asset).filter(|event| event.at <= end) {
            if self.is_point(anyone, event)? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether an asset is under the contract: "as the register of assets says, or from its first event on".
    pub(crate) fn is_member(&self, asset: &str, at: Instant) -> bool {
        let zone = self.contract.zone;
        match self.rows_of(asset) {
            Some((_, rows)) => {
                let date = zone.date_of(at);
                let from = rows.first().and_then(|row| row.from);
                let to = rows.last().and_then(|row| row.to);
                from.is_none_or(|from| from <= date) && to.is_none_or(|to| date <= to)
            }
            None => self.events_of(Some(asset)).next().is_some_and(|first| first.at <= at),
        }
    }

    /// Whether a state holds at an instant.
    fn is_in(&self, state: &State, asset: Option<&str>, at: Instant) -> Found<bool> {
        Ok(match state {
            State::In(id) => {
                let primitive = &self.contract.states[id.index()];
                let spans = self.spans_once(id.index(), primitive, asset)?;
                let inside = spans.iter().any(|(start, end)| *start <= at && end.is_none_or(|end| at < end));
                let shared = primitive.family.is_none();
                inside && (!shared || asset.is_none_or(|asset| self.is_registered_or_there(asset, at)))
            }
            State::Member => asset.is_none_or(|asset| self.is_member(asset, at)),
            // "`not STATE` is bounded by the time in which the asset is under the contract"
            State::Not(inner) => {
                asset.is_none_or(|asset| self.is_member(asset, at)) && !self.is_in(inner, asset, at)?
            }
            State::And(parts) => {
                for part in parts {
                    if !self.is_in(part, asset, at)? {
                        return Ok(false);
                    }
                }
                true
            }
            State::Or(parts) => {
                for part in parts {
                    if self.is_in(part, asset, at)? {
                        return Ok(true);
                    }
                }
                false
            }
        })
    }

    fn is_registered_or_there(&self, asset: &str, at: Instant) -> bool {
        self.rows_of(asset).is_some() || self.is_member(asset, at)
    }

    fn spans_once(&self, place: usize, state: &PrimitiveState, asset: Option<&str>) -> Found<Vec<Span>> {
        if self.going_on.borrow().contains(&place) {
            let mut spans = self.spans(state, asset)?;
            let open = asset.map(|asset| self.unknown_span(place, asset)).transpose()?.flatten();
            spans.extend(open.map(|open| (open.start, Some(open.end))));
            return Ok(spans);
        }
        let key = (place, asset.map(str::to_owned));
        if let Some(known) = self.spans.borrow().get(&key) {
            return known.clone();
        }
        let found = self.spans(state, asset);
        self.spans.borrow_mut().insert(key, found.clone());
        found
    }

    /// The points at which the states begin and end of which one is made.
    pub(crate) fn points_of<'s>(&'s self, state: &'s State, found: &mut Vec<&'s Point>) {
        match state {
            State::In(id) => {
                found.extend([&self.contract.states[id.index()].from, &self.contract.states[id.index()].to]);
            }
            State::Member => {}
            State::Not(inner) => self.points_of(inner, found),
            State::And(parts) | State::Or(parts) => parts.iter().for_each(|part| self.points_of(part, found)),
        }
    }

    /// The points between which states last that are joined, in pairs.
    pub(crate) fn pairs_of(&self, state: &State) -> Vec<(&Point, &Point)> {
        let mut points = Vec::new();
        match state {
            State::In(id) => {
                points.push((&self.contract.states[id.index()].from, &self.contract.states[id.index()].to));
            }
            State::Member => {}
            State::Not(inner) => points.extend(self.pairs_of(inner)),
            State::And(parts) | State::Or(parts) => points.extend(parts.iter().flat_map(|part| self.pairs_of(part))),
        }
        points
    }

    /// The moments at which a state of an asset may change.
    fn moments(&self, state: &State, asset: Option<&str>, found: &mut BTreeSet<Instant>) -> Found<()> {
        match state {
            State::In(id) => {
                for (start, end) in self.spans_once(id.index(), &self.contract.states[id.index()], asset)? {
                    found.insert(start);
                    found.extend(end);
                }
            }
            State::Member => {}
            State::Not(inner) => self.moments(inner, asset, found)?,
            State::And(parts) | State::Or(parts) => {
                for part in parts {
                    self.moments(part, asset, found)?;
                }
            }
        }
        Ok(())
    }

    /// The moments at which an asset comes under the contract or leaves it.
    fn moments_of_membership(&self, asset: &str, found: &mut BTreeSet<Instant>) {
        let zone = self.contract.zone;
        if let Some((_, rows)) = self.rows_of(asset) {
            for row in rows {
                found.extend(row.from.map(|from| zone.start_of(from)));
                found.extend(row.to.map(|to| zone.start_of(to.plus_days(1))));
            }
        }
        found.extend(self.events_of(Some(asset)).next().map(|first| first.at));
    }

    /// The times in which a state holds, cut to a time; touching pieces are one.
    pub(crate) fn times(&self, state: &State, asset: Option<&str>, inside: Between) -> Found<Vec<Between>> {
        let mut moments = BTreeSet::from([inside.start, inside.end]);
        self.moments(state, asset, &mut moments)?;
        if let Some(asset) = asset {
            self.moments_of_membership(asset, &mut moments);
        }
        let moments: Vec<Instant> = moments.into_iter().filter(|at| inside.start <= *at && *at <= inside.end).collect();
        let mut found: Vec<Between> = Vec::new();
        for pair in moments.windows(2) {
            if !self.is_in(state, asset, pair[0])? {
                continue;
            }
            match found.last_mut() {
                Some(last) if last.end == pair[0] => last.end = pair[1],
                Some(_) | None => found.push(Between::new(pair[0], pair[1])),
            }
        }
        Ok(found)
    }

    /// The same, while the asset is under the contract where the register says so.
    pub(crate) fn times_there(&self, state: &State, asset: Option<&str>, inside: Between) -> Found<Vec<Between>> {
        let times = self.times(state, asset, inside)?;
        let Some(asset) = asset.filter(|asset| self.rows_of(asset).is_some()) else { return Ok(times) };
        let there = self.times(&State::Member, Some(asset), inside)?;
        Ok(times.iter().flat_map(|time| there.iter().filter_map(|there| time.intersect(*there))).collect())
    }

    /// The family of the assets whose state it is.
    pub(crate) fn family_of_state(&self, state: &State) -> Option<usize> {
        match state {
            State::In(id) => self.contract.states[id.index()].family.map(consigne::base::ids::FamilyId::index),
            State::Member => None,
            State::Not(inner) => self.family_of_state(inner),
            State::And(parts) | State::Or(parts) => parts.iter().find_map(|part| self.family_of_state(part)),
        }
    }

    /// The assets of a family: those of the register, and those that only events name.
    pub(crate) fn assets(&self, family: usize) -> BTreeSet<String> {
        let registered = self.facts.register.iter().filter(|(_, (own, _))| *own == family);
        let mut found: BTreeSet<String> = registered.map(|(name, _)| name.clone()).collect();
        // A lot is its units.
        found.retain(|_| self.contract.families[family].lots.is_none());
        let rivals = self.facts.rivals.iter().filter(|rival| !self.is_of_lots(rival));
        for event in self.facts.single.iter().chain(rivals) {
            if self.contract.kinds[event.kind.index()].family.is_some_and(|own| own.index() == family) {
                found.extend(event.asset.clone());
            }
        }
        found
    }

    /// The family of an asset and its rows of the register; those of a unit are those of its lot.
    pub(crate) fn rows_of(&self, asset: &str) -> Option<&(usize, Vec<super::facts::Row>)> {
        self.facts.register.get(lot_of(asset))
    }

    /// The attribute of an asset at an instant: the register's row, or what an event set since.
    pub(crate) fn attribute(&self, asset: &str, attribute: usize, at: Instant) -> Option<Datum> {
        // Of a lot what all of its units have.
        let has_lots = self.contract.families.iter().any(|family| family.lots.is_some());
        let units = if has_lots && lot_of(asset) == asset { self.units_there(asset, at) } else { BTreeSet::new() };
        if !units.is_empty() {
            let values: BTreeSet<Option<Datum>> =
                units.iter().map(|unit| self.attribute(unit, attribute, at)).collect();
            return if values.len() == 1 { values.into_iter().next().flatten() } else { None };
        }
        let zone = self.contract.zone;
        let mut known: Option<(Option<Instant>, Datum)> = None;
        if let Some((family, rows)) = self.rows_of(asset) {
            let name = &self.contract.families[*family].attributes[attribute].name;
            let date = zone.date_of(at);
            // "What the first row says was so before."
            let row = rows.iter().rev().find(|row| row.from.is_none_or(|from| from <= date));
            if let Some(row) = row.or(rows.first()) {
                let from = row.from.map(|from| zone.start_of(from));
                known = row.values.get(name).map(|value| (from, value.clone()));
            }
        }
        // "An event field with the name of an attribute sets the attribute from then on."
        // Where no unit of a lot is there, it has what its events name.
        let named = self.facts.events.iter().filter(|event| event.asset.as_deref() == Some(asset));
        let is_lot = has_lots && lot_of(asset) == asset;
        let events: Vec<&Event> = if is_lot { named.collect() } else { self.events_of(Some(asset)).collect() };
        for event in events {
            let late = self.knowing.get().is_some_and(|knowing| event.known > knowing);
            // When what was corrected later happened is not known either.
            if if late { event.corrects.is_none() } else { event.at > at } {
                continue;
            }
            let sets = self.contract.kinds[event.kind.index()].sets.iter().find(|(_, set)| set.index() == attribute);
            let Some((field, _)) = sets else { continue };
            let Some(value) = &event.fields[field.index()] else { continue };
            // What was known then is there no more.
            if late {
                return None;
            }
            // A row that begins later than the moment at hand undoes nothing.
            let undone = |from: &Option<Instant>| from.is_some_and(|from| event.at < from && from <= at);
            if known.as_ref().is_none_or(|(from, _)| !undone(from)) {
                known = Some((Some(event.at), value.clone()));
            }
        }
        known.map(|(_, value)| value)
    }

    /// The moments at which an attribute of an asset may change.
    pub(crate) fn moments_of_attributes(&self, asset: &str) -> BTreeSet<Instant> {
        let zone = self.contract.zone;
        let mut found = BTreeSet::new();
        if let Some((_, rows)) = self.rows_of(asset) {
            found.extend(rows.iter().filter_map(|row| row.from).map(|from| zone.start_of(from)));
        }
        for event in self.events_of(Some(asset)) {
            if !self.contract.kinds[event.kind.index()].sets.is_empty() {
                found.insert(event.at);
            }
        }
        found
    }
}

/// The value by which an event of a timeline is told apart.
pub(crate) fn told_apart(state: &PrimitiveState, same: &Same, event: &Event) -> Option<Datum> {
    let mut kinds = Vec::new();
    kinds_of(&state.from, &mut kinds);
    let mut ends = Vec::new();
    kinds_of(&state.to, &mut ends);
    let field = if kinds.contains(&event.kind) {
        same.from
    } else if ends.contains(&event.kind) {
        same.to
    } else {
        return None;
    };
    event.fields[field.index()].clone()
}

pub(crate) fn kinds_of(point: &Point, found: &mut Vec<consigne::base::ids::KindId>) {
    match point {
        Point::Event { kind, .. } => found.push(*kind),
        Point::Attribute(_) => {}
        Point::AnyOf(points) => points.iter().for_each(|point| kinds_of(point, found)),
    }
}
