//! Assets of many units: each unit is an asset of its own, and each event of a lot is that of the units that it is about.
//!
//! "A lot comes to what as many single assets would."

use std::collections::BTreeSet;

use consigne::base::ids::KindId;
use consigne::base::number::Ratio;
use consigne::base::time::{Between, Instant};
use consigne::base::value::Kind;
use consigne::base::vocabulary::{LoneEnd, Matching};
use consigne::check::contract::{Contract, Dimension, Lots, Opener, TermBody};
use consigne::check::value::{Node, Over, Point, Value};

use super::World;
use super::facts::Event;
use super::values::{Datum, Found, Gap, Group, Hand};

/// What stands between the name of a lot and the number of a unit.
const MARK: char = '\u{1f}';

/// The name of the lot of a unit; of another asset its own.
pub(crate) fn lot_of(asset: &str) -> &str {
    asset.split(MARK).next().unwrap_or(asset)
}

/// What lasts from one event to another: a state, an obligation, a deposit, a time that is measured.
struct Lasting<'c> {
    opens: Vec<&'c Point>,
    ends: Vec<&'c Point>,
    /// Deposits go by the kind of event alone.
    opening_kinds: Vec<KindId>,
    ending_kinds: Vec<KindId>,
    /// An end without a start counts from the start of the term.
    lone_end: bool,
}

/// One unit of a lot.
struct Unit {
    name: String,
    lot: String,
    /// For each lasting thing, which event opened it.
    open: Vec<Option<usize>>,
    /// Which event brought it in, and whether anything was ever open.
    first: usize,
    opened: bool,
    /// Units of one history have one class; those that were split off come behind those that they were split from.
    class: usize,
}

/// What an event does to lasting things, by their places.
struct Does {
    ends: Vec<usize>,
    opens: Vec<usize>,
    over: Vec<usize>,
    lone_end: bool,
}

impl World<'_> {
    /// Gives the events of lots to their units, one event after the other.
    pub(crate) fn split_lots(&mut self) -> Result<(), String> {
        let events = std::mem::take(&mut self.facts.single);
        let mut units: Vec<Unit> = Vec::new();
        for event in events {
            let family = self.contract.kinds[event.kind.index()].family.map(consigne::base::ids::FamilyId::index);
            let lots = family.and_then(|family| self.contract.families[family].lots.clone());
            let (Some(lots), Some(family), Some(lot)) = (lots, family, event.asset.clone()) else {
                self.facts.single.push(event);
                continue;
            };
            let taken = self.given(&lots, family, &lot, &event, &mut units);
            let taken = taken.map_err(|gap| format!("{gap:?} of the units of a lot"))?;
            for name in &taken {
                self.facts.single.push(Event { asset: Some(name.clone()), units: 1, ..event.clone() });
                self.spans.borrow_mut().clear();
            }
        }
        self.spans.borrow_mut().clear();
        self.facts.units = units.into_iter().map(|unit| (unit.name, unit.class)).collect();
        Ok(())
    }

    /// The units that an event is about; marks the event where there are not so many.
    fn given(
        &mut self,
        lots: &Lots,
        family: usize,
        lot: &str,
        event: &Event,
        units: &mut Vec<Unit>,
    ) -> Found<Vec<String>> {
        let lasting = self.lasting(family);
        let entry = lots.from.contains(&event.kind);
        let does = self.does(&lasting, event)?;
        let sets = !self.contract.kinds[event.kind.index()].sets.is_empty();
        if does.ends.is_empty() && does.opens.is_empty() && !entry && !sets {
            return Ok(Vec::new());
        }
        let wanted = usize::try_from(event.units).unwrap_or(0);
        let mut taken: Vec<usize> = Vec::new();
        let open_at = |unit: &Unit, place: &usize| unit.open[*place];
        let since = |unit: &Unit| unit.open.iter().flatten().min().copied();
        // "about units for which it ends something"
        let ends = |unit: &Unit| does.ends.iter().filter_map(|place| open_at(unit, place)).min();
        self.choose(lots, (lot, event), units, &does, wanted, &mut taken, &ends);
        if does.ends.is_empty() && does.opens.is_empty() && !entry {
            // It gives an attribute to units that are there. A unit of which all has ended is there no more.
            self.choose(lots, (lot, event), units, &does, wanted, &mut taken, &since);
            let named = self.other_parties(event).is_empty();
            let idle = |unit: &Unit| Some(unit.first).filter(|_| since(unit).is_none() && (named || !unit.opened));
            self.choose(lots, (lot, event), units, &does, wanted, &mut taken, &idle);
        } else if !entry && !does.opens.is_empty() {
            // "about units for which that has not begun: first those that are there …"
            let begun = |unit: &Unit| does.opens.iter().any(|place| open_at(unit, place).is_some());
            // "Where nothing of a unit has begun yet, it is there since it was brought in."
            let there = |unit: &Unit| if unit.opened { since(unit) } else { Some(unit.first) };
            let fresh = |unit: &Unit| there(unit).filter(|_| !begun(unit));
            self.choose(lots, (lot, event), units, &does, wanted, &mut taken, &fresh);
            // "… then those of which all has ended."
            let ended = |unit: &Unit| Some(unit.first).filter(|_| there(unit).is_none());
            self.choose(lots, (lot, event), units, &does, wanted, &mut taken, &ended);
        }
        if taken.len() < wanted && (entry || does.lone_end) {
            let class = units.iter().map(|unit| unit.class).max().unwrap_or(0) + 1;
            while taken.len() < wanted {
                let number = units.iter().filter(|unit| unit.lot == lot).count();
                taken.push(units.len());
                units.push(Unit {
                    name: format!("{lot}{MARK}{number:05}"),
                    lot: lot.to_owned(),
                    open: vec![None; lasting.len()],
                    first: event.row,
                    opened: false,
                    class,
                });
            }
        } else if taken.len() < wanted {
            self.facts.too_many(event.row);
        }
        self.move_on(&does, event, units, &taken);
        Ok(taken.into_iter().map(|unit| units[unit].name.clone()).collect())
    }

    fn move_on(&self, does: &Does, event: &Event, units: &mut [Unit], taken: &[usize]) {
        let mut next = units.iter().map(|unit| unit.class).max().unwrap_or(0) + 1;
        // Units with one history of which only some are taken are split: those that are taken come last.
        let mut moved: Vec<(usize, usize)> = Vec::new();
        for unit in taken {
            let class = units[*unit].class;
            let mut alike = units.iter().enumerate().filter(|(_, other)| other.class == class);
            if alike.all(|(place, _)| taken.contains(&place)) {
                continue;
            }
            let known = moved.iter().find(|(other, _)| units[*other].class == class).map(|(_, new)| *new);
            moved.push((*unit, known.unwrap_or(next)));
            next += usize::from(known.is_none());
        }
        for (unit, class) in moved {
            units[unit].class = class;
        }
        for unit in taken {
            let unit = &mut units[*unit];
            does.ends.iter().for_each(|place| unit.open[*place] = None);
            unit.opened |= !does.opens.is_empty();
            for place in does.opens.iter().filter(|place| !does.over.contains(place)) {
                unit.open[*place].get_or_insert(event.row);
            }
        }
    }

    /// Adds units to those that are taken, as many as are wanted and can be: "`oldest first` takes the units for which that
    /// was opened first, `latest first` those for which it was opened last".
    #[expect(clippy::too_many_arguments, reason = "all that the choice goes by")]
    fn choose(
        &self,
        lots: &Lots,
        (lot, event): (&str, &Event),
        units: &[Unit],
        does: &Does,
        wanted: usize,
        taken: &mut Vec<usize>,
        since: &dyn Fn(&Unit) -> Option<usize>,
    ) {
        let own = units.iter().enumerate().filter(|(place, unit)| unit.lot == lot && !taken.contains(place));
        let mut found: Vec<(usize, usize, usize)> =
            own.filter_map(|(place, unit)| Some((since(unit)?, unit.class, place))).collect();
        let others = self.other_parties(event);
        for (field, attribute) in &self.contract.kinds[event.kind.index()].sets {
            let Some(value) = &event.fields[field.index()] else { continue };
            let is_party = self.contract.kinds[event.kind.index()].fields[field.index()].kind == Kind::Party;
            let has = |place: usize| self.given_by_events(&units[place].name, attribute.index(), event.at);
            let first = found.first().map(|(.., place)| has(*place));
            // "where those that it could take differ in it"
            if found.iter().all(|(.., place)| Some(has(*place)) == first) {
                continue;
            }
            if is_party && !others.is_empty() {
                // "One that names another party beside the new one takes units of that other party."
                found.retain(|(.., place)| has(*place).is_some_and(|value| others.contains(&value)));
            } else if !does.ends.is_empty() || !does.opens.is_empty() {
                found.retain(|(.., place)| has(*place).as_ref() == Some(value));
            }
        }
        found.sort_unstable();
        assert_ne!(lots.order, Some(Matching::Serial), "check refuses it: the units of a lot have no serial numbers");
        if lots.order == Some(Matching::LatestFirst) {
            found.reverse();
        }
        let left = wanted.saturating_sub(taken.len());
        taken.extend(found.into_iter().take(left).map(|(.., place)| place));
    }

    /// The parties that an event names beside the attributes that it sets.
    fn other_parties(&self, event: &Event) -> Vec<Datum> {
        let kind = &self.contract.kinds[event.kind.index()];
        let is_set = |place: usize| kind.sets.iter().any(|(field, _)| field.index() == place);
        let fields = kind.fields.iter().enumerate();
        let parties = fields.filter(|(place, field)| field.kind == Kind::Party && !is_set(*place));
        parties.filter_map(|(place, _)| event.fields[place].clone()).collect()
    }

    /// What events gave a unit last.
    fn given_by_events(&self, unit: &str, attribute: usize, at: Instant) -> Option<Datum> {
        let events = self.events_of(Some(unit)).filter(|event| event.at <= at);
        let given = events.filter_map(|event| {
            let sets = &self.contract.kinds[event.kind.index()].sets;
            let (field, _) = sets.iter().find(|(_, set)| set.index() == attribute)?;
            event.fields[field.index()].clone()
        });
        given.last()
    }

    fn does(&self, lasting: &[Lasting<'_>], event: &Event) -> Found<Does> {
        let mut does = Does { ends: Vec::new(), opens: Vec::new(), over: Vec::new(), lone_end: false };
        for (place, span) in lasting.iter().enumerate() {
            let mut opens = span.opening_kinds.contains(&event.kind);
            for point in &span.opens {
                opens |= self.is_point(point, event)?;
            }
            let mut ends = span.ending_kinds.contains(&event.kind);
            for point in &span.ends {
                ends |= self.is_point(point, event)?;
            }
            // "A time that ends so long after an event that also begins it ends nothing."
            let after = |point: &&Point| matches!(point, Point::Event { after: Some(_), .. });
            let mut kinds = Vec::new();
            span.opens.iter().for_each(|point| super::states::kinds_of(point, &mut kinds));
            let lasts = !span.ends.is_empty() && span.ends.iter().all(after) && kinds.contains(&event.kind);
            if opens {
                does.opens.push(place);
            }
            if ends && lasts {
                does.over.push(place);
            } else if ends {
                does.ends.push(place);
                does.lone_end |= span.lone_end;
            }
        }
        Ok(does)
    }

    /// All that lasts for assets of a family.
    fn lasting(&self, family: usize) -> Vec<Lasting<'_>> {
        let contract = self.contract;
        let of = |opens, ends, lone_end| Lasting {
            opens: vec![opens],
            ends: vec![ends],
            opening_kinds: Vec::new(),
            ending_kinds: Vec::new(),
            lone_end,
        };
        let mut found = Vec::new();
        for state in contract.states.iter().filter(|state| state.family.is_some_and(|own| own.index() == family)) {
            found.push(of(&state.from, &state.to, state.lone_end == LoneEnd::FromStart));
        }
        for duty in contract.obligations.iter().filter(|duty| duty.family.index() == family) {
            found.push(of(&duty.opens, &duty.done, false));
        }
        for term in &contract.terms {
            let TermBody::Measure(measure) = &term.body else { continue };
            let mut spans = Vec::new();
            spans_in(&measure.value, &mut spans);
            for (from, to) in spans {
                if self.family_of_point(from) == Some(family) {
                    found.push(of(from, to, false));
                }
            }
        }
        for deposit in contract.deposits.iter().filter(|deposit| deposit.matching == Matching::Serial) {
            let kind = |opener: &Opener| if let Opener::On(kind, _) = opener { Some(*kind) } else { None };
            let taken = deposit.taken_by.iter().filter_map(|id| kind(&contract.sentences[id.index()].opener)).collect();
            let ended = deposit.releases.iter().filter_map(|release| kind(&release.opener)).collect();
            let (opens, ends) = (Vec::new(), Vec::new());
            found.push(Lasting { opens, ends, opening_kinds: taken, ending_kinds: ended, lone_end: false });
        }
        found
    }

    /// The events of the units of an event; of another event itself.
    pub(crate) fn unit_events(&self, event: &Event) -> Vec<Event> {
        if !self.facts.is_lot(event) {
            return vec![event.clone()];
        }
        self.facts.single.iter().filter(|own| own.row == event.row).cloned().collect()
    }

    /// The units of a lot that were brought in by an instant.
    pub(crate) fn units_there(&self, lot: &str, at: Instant) -> BTreeSet<&str> {
        let came = |unit: &&str| self.events_of(Some(unit)).next().is_some_and(|first| first.at <= at);
        self.units_of(lot).into_iter().filter(came).collect()
    }

    /// The units of a lot.
    pub(crate) fn units_of(&self, lot: &str) -> BTreeSet<&str> {
        let names = self.facts.single.iter().filter_map(|event| event.asset.as_deref());
        names.filter(|name| name.contains(MARK) && lot_of(name) == lot).collect()
    }

    /// "What happens to more units than there are is held: the states, times, obligations and deposits of which the event is
    /// a start or an end."
    pub(crate) fn held_of_lots(
        &self,
        family: usize,
        dims: &[Dimension],
        (inside, points): (Between, &[&Point]),
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let mut kinds = Vec::new();
        points.iter().for_each(|point| super::states::kinds_of(point, &mut kinds));
        let mut found = Vec::new();
        for event in self.facts.events.iter().filter(|event| event.too_many && inside.contains(event.at)) {
            let kind = &self.contract.kinds[event.kind.index()];
            if kind.family.is_some_and(|own| own.index() == family)
                && (kinds.contains(&event.kind) || !kind.sets.is_empty())
            {
                found.extend(self.groups_of_lot(dims, event)?);
            }
        }
        Ok(found)
    }

    /// "Where it gives an attribute, all that is of the lot in its window": what is held of other kinds of events.
    pub(crate) fn held_of_attributes(
        &self,
        kind: KindId,
        dims: &[Dimension],
        inside: Between,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let family = self.contract.kinds[kind.index()].family;
        let mut found = Vec::new();
        for event in self.facts.events.iter().filter(|event| event.too_many && inside.contains(event.at)) {
            let other = &self.contract.kinds[event.kind.index()];
            if event.kind != kind && family.is_some() && other.family == family && !other.sets.is_empty() {
                found.extend(self.groups_of_lot(dims, event)?);
            }
        }
        Ok(found)
    }

    /// The groups of the units of a lot that are there at an event, before it and with it: what lasts is of the asset,
    /// whatever the event names. Where none is there it is of whom its events name.
    pub(crate) fn groups_of_lot(&self, dims: &[Dimension], event: &Event) -> Found<Vec<(Group, Found<Ratio>)>> {
        let lot = event.asset.as_deref().unwrap_or_default();
        let assets = self.units_there(lot, event.at);
        let by_field = dims.iter().any(|dim| matches!(dim, Dimension::Field(kind, _) if *kind == event.kind));
        let hand = |asset, at| Hand { event: Some(event).filter(|_| by_field), ..Hand::of_asset(asset, at) };
        if assets.is_empty() {
            return Ok(vec![(self.group_at(dims, &hand(lot, event.at))?, Err(Gap::Held))]);
        }
        // What gives no attribute is about the units as they are.
        let hands_on = !self.contract.kinds[event.kind.index()].sets.is_empty();
        let mut found = Vec::new();
        for asset in assets {
            // A unit that comes now was nobody's before.
            let before = Instant(event.at.0 - 1);
            let was_there = hands_on && self.units_there(lot, before).contains(asset);
            let since = if was_there { before } else { event.at };
            for at in [since, event.at] {
                found.push((self.group_at(dims, &hand(asset, at))?, Err(Gap::Held)));
            }
        }
        Ok(found)
    }

    /// The groups of a record that another one contradicts: of a lot, those of its units.
    pub(crate) fn groups_contested(&self, dims: &[Dimension], event: &Event, hand: &Hand<'_>) -> Found<Vec<Group>> {
        if !self.is_of_lots(event) {
            return Ok(vec![self.group_at(dims, hand)?]);
        }
        let groups: BTreeSet<Group> = self.groups_of_lot(dims, event)?.into_iter().map(|(group, _)| group).collect();
        Ok(groups.into_iter().collect())
    }

    /// What is at hand on an event: once for each of the units that it is about, where these are told apart.
    pub(crate) fn hands<'e>(&'e self, event: &'e Event, pieces: &'e [Event]) -> Vec<Hand<'e>> {
        let of_unit = |asset: &'e str| Hand { asset: Some(asset), ..Hand::of_event(event) };
        if self.facts.is_lot(event) {
            return pieces.iter().filter_map(|piece| piece.asset.as_deref()).map(of_unit).collect();
        }
        let lot = event.asset.as_deref().filter(|_| self.is_of_lots(event)).unwrap_or_default();
        let units = self.units_there(lot, event.at);
        if units.is_empty() { vec![Hand::of_event(event)] } else { units.into_iter().map(of_unit).collect() }
    }

    /// Whether an event is of assets that are lots.
    pub(crate) fn is_of_lots(&self, event: &Event) -> bool {
        let family = self.contract.kinds[event.kind.index()].family;
        family.is_some_and(|family| self.contract.families[family.index()].lots.is_some())
    }
}

/// From where to where states, obligations and times last.
pub(crate) fn lasting_points(contract: &Contract) -> Vec<(&Point, &Point)> {
    let mut found: Vec<(&Point, &Point)> = contract.states.iter().map(|state| (&state.from, &state.to)).collect();
    found.extend(contract.obligations.iter().map(|duty| (&duty.opens, &duty.done)));
    for term in &contract.terms {
        if let TermBody::Measure(measure) = &term.body {
            spans_in(&measure.value, &mut found);
        }
    }
    found
}

fn spans_in<'v>(value: &'v Value, found: &mut Vec<(&'v Point, &'v Point)>) {
    if let Node::Aggregate(aggregate) = &*value.node
        && let Over::Spans(from, to, _) = &aggregate.over
    {
        found.push((from, to));
    }
    value.node.parts().into_iter().for_each(|part| spans_in(part, found));
}
