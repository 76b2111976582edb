//! Numbers observed from events: every occurrence is listed with its groups, then added up.

use std::collections::BTreeSet;
use std::rc::Rc;

use consigne::base::ids::{AttributeId, ObligationId};
use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Between, Instant};
use consigne::base::value::Kind;
use consigne::base::vocabulary::{AttributesRead, Outcome, PercentileBy};
use consigne::check::contract::{Dimension, Field, TermBody, Who};
use consigne::check::value::{Aggregate, Missing, Node, Over, Point, State, Value, What};

use super::World;
use super::calendar::{self, Window};
use super::duties::Duty;
use super::facts::Event;
use super::values::{Datum, Found, Gap, Group, Hand};
use super::variants::differ;

/// Something that is counted.
#[derive(Clone, Debug)]
pub(crate) struct Occurrence {
    pub(crate) at: Instant,
    /// Which of one instant is the latest: by the source, then by the asset.
    pub(crate) then: (i64, String),
    pub(crate) group: Group,
    pub(crate) units: Ratio,
    /// The value, or why it is held; `None` where it adds nothing.
    pub(crate) value: Found<Option<Ratio>>,
    pub(crate) weight: Ratio,
    /// Whether it passes the condition.
    pub(crate) passes: bool,
}

impl Occurrence {
    /// One that counts as it is.
    pub(crate) fn of(at: Instant, group: Group, value: Found<Option<Ratio>>) -> Self {
        let then = (0, String::new());
        Self { at, then, group, units: Ratio::ONE, value, weight: Ratio::ONE, passes: true }
    }

    /// One that an event counts.
    pub(crate) fn on(event: &Event, group: Group, value: Found<Option<Ratio>>) -> Self {
        let then = (event.sequence, event.asset.clone().unwrap_or_default());
        Self { then, ..Self::of(event.at, group, value) }
    }
}

impl World<'_> {
    /// The figure of an aggregate in a window and group.
    pub(crate) fn aggregate(&self, aggregate: &Aggregate, window: Window, group: &Group) -> Found<Ratio> {
        if self.unrecorded(&self.kinds_of_aggregate(aggregate), window) {
            return Err(Gap::Held);
        }
        let dims: Vec<Dimension> = group.iter().map(|(dim, _)| *dim).collect();
        let mut own = Vec::new();
        for occurrence in self.occurrences(aggregate, window, &dims)?.iter() {
            if occurrence.group == *group {
                own.push(occurrence.clone());
            }
        }
        figure(aggregate.what, &own)
    }

    /// The groups for which what a value reads has an occurrence in the window.
    pub(crate) fn seen(
        &self,
        value: &Value,
        window: Window,
        dims: &[Dimension],
        found: &mut BTreeSet<Group>,
    ) -> Found<()> {
        match &*value.node {
            Node::Aggregate(aggregate) => {
                for occurrence in self.occurrences(aggregate, window, dims)?.iter() {
                    if occurrence.passes || aggregate.what == What::Share {
                        found.insert(occurrence.group.clone());
                    }
                }
                Ok(())
            }
            Node::Term(term) => match &self.contract.terms[term.index()].body {
                TermBody::Measure(measure) if measure.dims.len() >= dims.len() => {
                    let window = self.window_of(measure, window);
                    self.assumed_groups(*term, window, dims, found);
                    self.seen(&measure.value, window, dims, found)
                }
                TermBody::Measure(_) | TermBody::Value(_) | TermBody::Unit(..) | TermBody::State(_) => Ok(()),
            },
            Node::Past(past) => match &self.contract.terms[past.term.index()].body {
                TermBody::Measure(measure) => {
                    // "in these windows or in the one at hand"
                    for back in 0..=past.from {
                        let window = calendar::earlier(self.contract, window, back);
                        if window.last >= self.contract.term.0 {
                            self.assumed_groups(past.term, window, dims, found);
                            self.seen(&measure.value, window, dims, found)?;
                        }
                    }
                    Ok(())
                }
                TermBody::Value(_) | TermBody::Unit(..) | TermBody::State(_) => Ok(()),
            },
            Node::Literal(_)
            | Node::Field(..)
            | Node::Attribute(..)
            | Node::Decided(..)
            | Node::Deposit
            | Node::DepositPaid
            | Node::Judged(..)
            | Node::Looked(..)
            | Node::OverAll(_)
            | Node::Clause(..)
            | Node::Series(..)
            | Node::Coefficient(_)
            | Node::WindowLength(_)
            | Node::Since(_)
            | Node::Rank(_)
            | Node::OfParty(..)
            | Node::Negated(_)
            | Node::Arithmetic(..)
            | Node::Beyond(..)
            | Node::Compare(..)
            | Node::Present(_)
            | Node::In(..)
            | Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Card(_) => {
                for part in value.node.parts() {
                    self.seen(part, window, dims, found)?;
                }
                Ok(())
            }
        }
    }

    /// Every occurrence of an aggregate in a window, with the groups asked for.
    fn occurrences(&self, aggregate: &Aggregate, window: Window, dims: &[Dimension]) -> Found<Rc<Vec<Occurrence>>> {
        let key = (std::ptr::from_ref(aggregate).addr(), window, dims.to_vec());
        if let Some(known) = self.occurrences.borrow().get(&key) {
            return Ok(Rc::clone(known));
        }
        let mut found = self.listed(aggregate, window, dims)?;
        for other in &self.others {
            differ(aggregate, &mut found, &other.listed(aggregate, window, dims)?);
        }
        let found = Rc::new(found);
        self.occurrences.borrow_mut().insert(key, Rc::clone(&found));
        Ok(found)
    }

    fn listed(&self, aggregate: &Aggregate, window: Window, asked: &[Dimension]) -> Found<Vec<Occurrence>> {
        let named = self.named_by_duty(&aggregate.over, asked);
        let dims = named.as_slice();
        let bounds = calendar::bounds(self.contract, window);
        let Some(inside) = bounds.intersect(calendar::term(self.contract)) else { return Ok(Vec::new()) };
        let mut found = match &aggregate.over {
            Over::Events(kind) => self.counted(aggregate, *kind, inside, dims)?,
            Over::Time(state, unit) => self.time_in(state, unit, (inside, window), dims)?,
            Over::Spans(from, to, unit) => self.between((from, to), unit, (inside, window), dims)?,
            Over::Meter(kind, field, across) => match &aggregate.missing {
                Missing::Estimated(months) => {
                    self.estimated(aggregate, (*kind, *field, *across, *months), window, dims)?
                }
                _ => self.increases(aggregate, (*kind, *field, *across), window, dims)?,
            },
            Over::Level(kind, field, level) => self.accumulated(aggregate, (*kind, *field, level), window, dims)?,
            Over::Duties(duty, outcome) => self.stood(aggregate.what, (*duty, *outcome), (inside, window), dims)?,
        };
        self.contest(aggregate, inside, dims, &mut found)?;
        for occurrence in &mut found {
            occurrence.group.iter_mut().zip(asked).for_each(|(own, dim)| own.0 = *dim);
        }
        Ok(found)
    }

    /// "Obligations of members of a family are counted `per partner` for the one who owes it then", others for the member that
    /// an attribute of the asset names.
    fn named_by_duty(&self, over: &Over, dims: &[Dimension]) -> Vec<Dimension> {
        let Over::Duties(id, _) = over else { return dims.to_vec() };
        let duty = &self.contract.obligations[id.index()];
        let name = |dim: &Dimension| match dim {
            Dimension::Asset(members) if self.contract.families[members.index()].of_parties => {
                let attributes = &self.contract.families[duty.family.index()].attributes;
                let holds =
                    |field: &Field| field.kind == Kind::Party && field.members.is_none_or(|own| own == *members);
                match attributes.iter().position(holds) {
                    _ if matches!(duty.party, Who::Group(_)) => Dimension::Bearer(*id),
                    Some(place) => Dimension::Attribute(duty.family, AttributeId::at(place)),
                    None => *dim,
                }
            }
            _ => *dim,
        };
        dims.iter().map(name).collect()
    }

    /// "or what depends on the asset in that window is held"
    fn contest(
        &self,
        aggregate: &Aggregate,
        inside: Between,
        dims: &[Dimension],
        found: &mut Vec<Occurrence>,
    ) -> Found<()> {
        let family = match &aggregate.over {
            Over::Events(kind) | Over::Meter(kind, ..) | Over::Level(kind, ..) => {
                self.contract.kinds[kind.index()].family.map(consigne::base::ids::FamilyId::index)
            }
            Over::Time(state, _) => self.family_timed(state, dims),
            Over::Spans(from, _, _) => self.family_of_point(from),
            Over::Duties(duty, _) => Some(self.contract.obligations[duty.index()].family.index()),
        };
        for event in self.facts.contested().filter(|event| inside.contains(event.at)) {
            let own = self.contract.kinds[event.kind.index()].family.map(consigne::base::ids::FamilyId::index);
            let same_kind = matches!(&aggregate.over, Over::Events(kind) if *kind == event.kind);
            if (own.is_some() && own == family) || same_kind {
                let hand = match (&aggregate.over, event.asset.as_deref()) {
                    (Over::Time(..), Some(asset)) => Hand::of_asset(asset, event.at),
                    (Over::Events(kind), Some(asset)) if *kind != event.kind => Hand::of_asset(asset, event.at),
                    _ => Hand::of_event(event),
                };
                for group in self.groups_contested(dims, event, &hand)? {
                    found.push(Occurrence::of(event.at, group, Err(Gap::Held)));
                }
            }
        }
        let mut points = Vec::new();
        match &aggregate.over {
            Over::Time(state, _) => self.points_of(state, &mut points),
            Over::Spans(from, to, _) => points.extend([from, to]),
            Over::Duties(duty, _) => {
                let duty = &self.contract.obligations[duty.index()];
                points.extend([&duty.opens, &duty.done]);
            }
            Over::Events(_) | Over::Meter(..) | Over::Level(..) => {}
        }
        let held = match &aggregate.over {
            Over::Events(kind) => self.held_of_attributes(*kind, dims, inside)?,
            _ => self.held_of_lots(family.unwrap_or(usize::MAX), dims, (inside, &points))?,
        };
        for (group, held) in held {
            found.push(Occurrence::of(inside.start, group, held.map(Some)));
        }
        Ok(())
    }

    /// Obligations that were met, late or missed in a window. "A share is that of all that were met, or came to be late or
    /// missed: each counts once, by the instant at which it was decided."
    fn stood(
        &self,
        what: What,
        (id, outcome): (ObligationId, Outcome),
        (inside, window): (Between, Window),
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let mut found = Vec::new();
        let (lots, held) = self.undivided_for((id, None), dims, window)?;
        let held = held.into_iter().chain(self.not_opened(id, dims, inside)?);
        found.extend(held.map(|(group, held)| Occurrence::of(inside.start, group, held.map(Some))));
        let of_lots = |duty: &Duty| duty.opened.asset.as_ref().is_some_and(|asset| lots.contains(asset));
        let all = [Outcome::Met, Outcome::Late, Outcome::Missed];
        for duty in self.duties(id)?.iter().filter(|duty| duty.unknown || !of_lots(duty)) {
            let reached: Vec<Outcome> = match what {
                What::Share if duty.unknown => vec![Outcome::Met, Outcome::Late],
                What::Share => all.into_iter().find(|outcome| duty.reached(*outcome).is_some()).into_iter().collect(),
                _ => vec![outcome],
            };
            for reached in reached {
                let at = self.comes_to(None, duty, reached).filter(|at| inside.contains(*at));
                let Some(at) = at else { continue };
                let on = Some(self.contract.zone.date_of(at));
                let hand = Hand { at, on, bearer: duty.bearer_at(at), ..Hand::of_event(&duty.opened) };
                let value = if duty.unknown { Err(Gap::Held) } else { Ok(Some(Ratio::ONE)) };
                let passes = reached == outcome;
                found.push(Occurrence { passes, ..Occurrence::of(at, self.group_at(dims, &hand)?, value) });
            }
        }
        Ok(found)
    }

    pub(crate) fn family_of_point(&self, point: &Point) -> Option<usize> {
        match point {
            Point::Event { kind, .. } => {
                self.contract.kinds[kind.index()].family.map(consigne::base::ids::FamilyId::index)
            }
            Point::Attribute(_) => None,
            Point::AnyOf(points) => points.iter().find_map(|point| self.family_of_point(point)),
        }
    }

    /// The groups of what is at hand.
    pub(crate) fn group_at(&self, dims: &[Dimension], hand: &Hand<'_>) -> Found<Group> {
        let mut group = Group::new();
        for dim in dims {
            let key = match dim {
                Dimension::Asset(family) if self.contract.families[family.index()].of_parties => {
                    self.member_at(*family, hand)
                }
                Dimension::Asset(_) => hand.asset.map(|asset| Datum::Asset(super::lots::lot_of(asset).to_owned())),
                Dimension::Attribute(family, attribute) => hand.asset.and_then(|asset| {
                    // "one group of several families"
                    let own = self.family_of_asset(asset).unwrap_or(family.index());
                    let alike = self.contract.shared.iter().find(|shared| shared.contains(&(*family, *attribute)));
                    let own = match alike {
                        _ if own == family.index() => *attribute,
                        Some(shared) => shared.iter().find(|(other, _)| other.index() == own)?.1,
                        None => return None,
                    };
                    let at = hand.now.filter(|_| self.is_of_members(*dim)).unwrap_or(hand.at);
                    self.attribute(asset, own.index(), at)
                }),
                Dimension::Field(kind, field) => {
                    hand.event.filter(|event| event.kind == *kind).and_then(|event| event.fields[field.index()].clone())
                }
                Dimension::Decided(_, table, output) => Some(self.decided(*table, *output, hand)?),
                Dimension::Event(kind) => {
                    let event = hand.event.filter(|event| event.kind == *kind);
                    event.map(|event| Datum::Event(event.at, event.source.clone(), event.id.clone()))
                }
                Dimension::Depositor(_) => hand.deposit.and_then(|held| held.owner.clone()),
                Dimension::Bearer(_) => hand.bearer.clone(),
            };
            group.push((*dim, key));
        }
        Ok(group)
    }

    /// Events in a window.
    fn counted(
        &self,
        aggregate: &Aggregate,
        kind: consigne::base::ids::KindId,
        inside: Between,
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let mut found = Vec::new();
        for event in self.facts.events.iter().filter(|event| event.kind == kind && inside.contains(event.at)) {
            found.extend(self.counted_on(aggregate, event, dims)?);
        }
        Ok(found)
    }

    /// What an event counts, for each of its units where these are told apart.
    pub(crate) fn counted_on(
        &self,
        aggregate: &Aggregate,
        event: &Event,
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let mut found = Vec::new();
        let pieces = self.unit_events(event);
        let hands = self.hands(event, &pieces);
        let mut own: Vec<Occurrence> = Vec::new();
        for hand in &hands {
            own.extend(self.counted_once(aggregate, event, dims, hand)?);
        }
        let counts = matches!(aggregate.what, What::Count | What::Share);
        let same = |one: &Occurrence| (one.group.clone(), one.value.clone(), one.passes, one.weight.clone());
        if event.too_many {
            let groups = self.groups_of_lot(dims, event)?.into_iter();
            found.extend(groups.map(|(group, _)| Occurrence::of(event.at, group, Err(Gap::Held))));
        } else if counts && self.facts.is_lot(event) {
            found.extend(own.into_iter().map(|one| {
                let units = if one.units.is_zero() { Ratio::ZERO } else { Ratio::ONE };
                Occurrence { units, ..one }
            }));
        } else if own.len() == hands.len() && own.iter().all(|one| same(one) == same(&own[0])) {
            let units = Ratio::int(event.units);
            let units = if own.iter().any(|one| one.units.is_zero()) { Ratio::ZERO } else { units };
            found.extend(own.into_iter().next().map(|one| Occurrence { units, ..one }));
        } else {
            found.extend(own.into_iter().map(|one| Occurrence { value: Err(Gap::Held), ..one }));
        }
        Ok(found)
    }

    /// An event as it is counted for what is at hand.
    fn counted_once(
        &self,
        aggregate: &Aggregate,
        event: &Event,
        dims: &[Dimension],
        hand: &Hand<'_>,
    ) -> Found<Option<Occurrence>> {
        let group = self.group_at(dims, hand)?;
        let passes = match &aggregate.filter {
            None => Ok(true),
            Some(filter) => self.holds(filter, hand),
        };
        let value = match &aggregate.value {
            None => Ok(None),
            Some(value) => self.number(value, hand).map(Some),
        };
        let weight = match &aggregate.weight {
            None => Ok(Ratio::ONE),
            Some(weight) => self.number(weight, hand),
        };
        // "`missing :` takes: the event is left out; this value is taken; held"
        let (passes, value, weight) = match (passes, value, weight) {
            (Ok(passes), _, _) if !passes && aggregate.what != What::Share => return Ok(None),
            (Ok(passes), Ok(value), Ok(weight)) => (passes, Ok(value), weight),
            (passes, value, weight) => match &aggregate.missing {
                // It is left out, but stands in its group.
                Missing::AddsNothing => {
                    let units = Ratio::ZERO;
                    return Ok(Some(Occurrence { units, ..Occurrence::of(event.at, group, Ok(None)) }));
                }
                Missing::CountsAs(instead) if value == Err(Gap::Absent) && passes.is_ok() && weight.is_ok() => {
                    (true, self.number(instead, hand).map(Some), weight.unwrap_or_default())
                }
                Missing::Held | Missing::Never | Missing::CountsAs(_) | Missing::Estimated(_) => {
                    (true, Err(Gap::Held), Ratio::ONE)
                }
            },
        };
        let units = Ratio::int(event.units);
        Ok(Some(Occurrence { units, weight, passes, ..Occurrence::on(event, group, value) }))
    }

    /// Time in a state, added up over the assets.
    fn time_in(
        &self,
        state: &State,
        unit: &Unit,
        (inside, window): (Between, Window),
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let assets: Vec<Option<String>> = match self.family_timed(state, dims) {
            Some(family) => self.assets(family).into_iter().map(Some).collect(),
            None => vec![None],
        };
        let mut found = Vec::new();
        for asset in assets {
            let asset = asset.as_deref();
            let lots = asset.map(|asset| self.groups_undivided(asset, state, dims, window)).transpose()?;
            let lots = lots.unwrap_or_default();
            let pieces = if lots.is_empty() { self.times_there(state, asset, inside)? } else { Vec::new() };
            found.extend(lots.into_iter().map(|group| Occurrence::of(inside.start, group, Err(Gap::Held))));
            for part in self.doubts_of(state, asset)?.into_iter().filter_map(|doubt| doubt.intersect(inside)) {
                let hand = Hand { asset, ..Hand::of_asset("", part.start) };
                found.push(Occurrence::of(part.start, self.group_at(dims, &hand)?, Err(Gap::Held)));
            }
            if let Some(asset) = asset {
                for (group, at) in self.not_known_of(state, (asset, None), dims, inside)? {
                    found.push(Occurrence::of(at, group, Err(Gap::Held)));
                }
            }
            for piece in pieces {
                for piece in self.cut_at_attributes(asset, piece, dims) {
                    let at = self.read_at(piece.start, inside);
                    let hand = Hand { asset, now: Some(piece.start), ..Hand::of_asset("", at) };
                    let value = self.in_unit(piece, unit);
                    found.push(Occurrence::of(piece.start, self.group_at(dims, &hand)?, Ok(Some(value))));
                }
            }
        }
        Ok(found)
    }

    /// The family whose time in a state is counted: that of the state, or of what holds for all assets `per pump`.
    fn family_timed(&self, state: &State, dims: &[Dimension]) -> Option<usize> {
        let asset = |dim: &Dimension| if let Dimension::Asset(family) = dim { Some(family.index()) } else { None };
        self.family_of_state(state).or_else(|| dims.iter().find_map(asset))
    }

    /// "`attributes read`: at the event, at the start of the window"
    pub(crate) fn read_at(&self, at: Instant, inside: Between) -> Instant {
        match self.contract.conventions.attributes_read {
            Some(AttributesRead::AtWindowStart) => inside.start,
            Some(AttributesRead::AtTheEvent) | None => at,
        }
    }

    /// A piece of time in parts in which no attribute changes.
    pub(crate) fn cut_at_attributes(&self, asset: Option<&str>, piece: Between, dims: &[Dimension]) -> Vec<Between> {
        let by_attribute = dims.iter().any(|dim| match dim {
            Dimension::Attribute(..) => true,
            Dimension::Asset(family) => self.contract.families[family.index()].of_parties,
            _ => false,
        });
        let Some(asset) = asset.filter(|_| by_attribute) else { return vec![piece] };
        let mut cuts = vec![piece.start];
        let inner = self.moments_of_attributes(asset).into_iter();
        cuts.extend(inner.filter(|at| piece.start < *at && *at < piece.end));
        cuts.push(piece.end);
        cuts.windows(2).map(|pair| Between::new(pair[0], pair[1])).collect()
    }

    pub(crate) fn in_unit(&self, piece: Between, unit: &Unit) -> Ratio {
        match unit {
            Unit::Second => piece.seconds(),
            Unit::WorkingSecond(hours) => calendar::working_seconds(self.contract, hours.name(), piece),
            _ => panic!("check refuses time in other units"),
        }
    }
}

/// "The value of the last event in the window." "Of several values at one instant that of the higher `sequence`; of the
/// same one that of the asset whose name comes last."
pub(crate) fn latest(all: &[Occurrence]) -> Found<Option<Ratio>> {
    let mut found: Option<(&Occurrence, Ratio)> = None;
    for occurrence in all {
        let Some(value) = occurrence.value.clone()? else { continue };
        let order = |one: &Occurrence| (one.at, one.then.clone());
        if found.as_ref().is_none_or(|(known, _)| order(known) <= order(occurrence)) {
            found = Some((occurrence, value));
        }
    }
    Ok(found.map(|(_, value)| value))
}

/// The figure of some occurrences.
fn figure(what: What, all: &[Occurrence]) -> Found<Ratio> {
    let mut values: Vec<(Ratio, Ratio)> = Vec::new();
    let (mut count, mut passing) = (Ratio::ZERO, Ratio::ZERO);
    for occurrence in all {
        if let Some(value) = occurrence.value.clone()? {
            values.push((value, occurrence.weight.clone()));
        }
        count = count.plus(&occurrence.units);
        if occurrence.passes {
            passing = passing.plus(&occurrence.units);
        }
    }
    let sum = |numbers: &mut dyn Iterator<Item = Ratio>| numbers.fold(Ratio::ZERO, |sum, number| sum.plus(&number));
    match what {
        What::Count => Ok(count),
        What::Total => Ok(sum(&mut values.into_iter().map(|(value, _)| value))),
        // "the sum of value times weight, over the sum of weights"
        What::Mean => {
            let weights = sum(&mut values.iter().map(|(_, weight)| weight.clone()));
            sum(&mut values.iter().map(|(value, weight)| value.times(weight))).over(&weights).ok_or(Gap::Empty)
        }
        What::Least => values.into_iter().map(|(value, _)| value).min().ok_or(Gap::Empty),
        What::Greatest => values.into_iter().map(|(value, _)| value).max().ok_or(Gap::Empty),
        What::Latest => latest(all)?.ok_or(Gap::Empty),
        // "those that meet the condition, over all; a percentage"
        What::Share => passing.over(&count).ok_or(Gap::Empty),
        What::Percentile(rank, by) => {
            let mut sorted: Vec<Ratio> = values.into_iter().map(|(value, _)| value).collect();
            sorted.sort();
            percentile(rank, by, &sorted)
        }
    }
}

/// "`nearest rank`: the rank is 95 % of the number of values, rounded up. `interpolated`: from the first to the last
/// value there is one step less than there are values. 95 % of these steps are gone, and the part of a step that is left
/// is taken of the distance to the next value."
fn percentile(rank: u32, by: PercentileBy, sorted: &[Ratio]) -> Found<Ratio> {
    let Some(count) = i64::try_from(sorted.len()).ok().filter(|count| *count > 0) else { return Err(Gap::Empty) };
    let part = Ratio::scaled(rank.into(), 5);
    let at = |place: &Ratio| place.to_i64().and_then(|place| sorted.get(usize::try_from(place).ok()?)).cloned();
    match by {
        PercentileBy::NearestRank => {
            let place = part.times(&Ratio::int(count)).ceil().minus(&Ratio::ONE);
            at(&place).ok_or(Gap::Empty)
        }
        PercentileBy::Interpolated => {
            let gone = part.times(&Ratio::int(count - 1));
            let whole = gone.floor();
            let below = at(&whole).ok_or(Gap::Empty)?;
            let above = at(&whole.plus(&Ratio::ONE)).unwrap_or_else(|| below.clone());
            Ok(below.plus(&above.minus(&below).times(&gone.minus(&whole))))
        }
    }
}
