//! Payments on events: one event after the other, and of lots one unit after the other.

use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::check::amended::By;
use consigne::check::contract::{Basis, Dimension, Sentence};
use consigne::check::value::Value;

use super::World;
use super::calendar::Window;
use super::money::in_units;
use super::values::{Found, Gap, Group, Hand};

impl World<'_> {
    /// "`on EVENT,` pays for each event."
    pub(crate) fn on_events(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        (kind, filter): (consigne::base::ids::KindId, Option<&Value>),
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let inside = self.inside(window);
        let family = self.contract.kinds[kind.index()].family;
        let ranked = !self.ranks_of(sentence).is_empty();
        let mut parts = Vec::new();
        let governs =
            |event: &&super::facts::Event| self.concerns(self.text_of(sentence), event.asset.as_deref(), window);
        for event in self.facts.contested().filter(governs).filter(|event| inside.contains(event.at)) {
            let same_asset = family.is_some() && self.contract.kinds[event.kind.index()].family == family;
            if event.kind == kind || same_asset {
                let groups = self.groups_contested(dims, event, &Hand::of_event(event))?;
                parts.extend(groups.into_iter().map(|group| (group, Err(Gap::Held))));
            }
        }
        parts.extend(self.held_of_attributes(kind, dims, inside)?);
        for event in self.facts.events.iter().filter(|event| event.kind == kind && inside.contains(event.at)) {
            // "A limit of a line by its window": all of it goes by one text.
            let goes_by = |(version, by): (usize, By)| {
                let at = match by {
                    By::WindowStart => inside.start,
                    By::WindowEnd => Instant(inside.end.0 - 1),
                    By::Instant | By::Opening => event.at,
                };
                self.governs(version, event.asset.as_deref(), at)
            };
            if !self.text_of(sentence).is_none_or(goes_by) {
                continue;
            }
            let pieces = self.unit_events(event);
            let hands = self.hands(event, &pieces);
            let group = self.group_at(dims, &hands[0])?;
            if event.too_many {
                parts.extend(self.groups_of_lot(dims, event)?);
            } else if ranked {
                // "Where that is not so much for each unit (a rank …), it is held."
                let groups: Found<Vec<Group>> = hands.iter().map(|hand| self.group_at(dims, hand)).collect();
                let groups = groups?;
                if groups.iter().any(|own| *own != group) {
                    self.doubt_all(sentence, event);
                    parts.extend(groups.into_iter().map(|group| (group, Err(Gap::Held))));
                    continue;
                }
                for unit in 0..event.units {
                    let hand = Hand { unit, ..hands[0].clone() };
                    let paid = self.ranked(sentence, filter, event, &hand);
                    self.doubt(sentence, event, &hand);
                    if matches!(&paid, Ok(Some(amount)) if !amount.is_zero()) {
                        self.use_up(sentence, event, unit)?;
                    }
                    if let Some(amount) = paid.transpose() {
                        parts.push((group.clone(), amount));
                    }
                }
            } else {
                parts.extend(self.of_units(sentence, dims, filter, (event, &hands))?);
            }
        }
        self.added(sentence, dims, window, parts)
    }

    /// What is paid on an event, and for which group. "What an event adds goes by the attribute of the units that it takes,
    /// for each of them. Where that is not so much for each unit (one amount for the event, a rank, a limit), it is held."
    fn of_units(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        filter: Option<&Value>,
        (event, hands): (&super::facts::Event, &[Hand<'_>]),
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let all = Ratio::int(event.units);
        let mut whole: Vec<(Group, Option<Found<Ratio>>)> = Vec::new();
        for hand in hands {
            let paid = self.on_event(sentence, filter, &all, hand);
            let own = (self.group_at(dims, hand)?, paid);
            if !whole.contains(&own) {
                whole.push(own);
            }
        }
        if let [(group, paid)] = whole.as_slice() {
            return Ok(paid.iter().map(|amount| (group.clone(), amount.clone())).collect());
        }
        // "or where it is not known which units it takes because it opens and ends nothing"
        let for_each_unit = self.facts.is_lot(event)
            && matches!(sentence.basis, Basis::Each)
            && !sentence.adjustments.iter().any(|step| step.each_asset);
        let mut found = Vec::new();
        for hand in hands {
            let paid = self.on_event(sentence, filter, &Ratio::ONE, hand);
            let paid = paid.map(|paid| if for_each_unit { paid } else { Err(Gap::Held) });
            found.extend(paid.map(|paid| Ok((self.group_at(dims, hand)?, paid))).transpose()?);
        }
        Ok(found)
    }

    /// What is paid on an event for so many units, where it pays at all.
    fn on_event(
        &self,
        sentence: &Sentence,
        filter: Option<&Value>,
        units: &Ratio,
        hand: &Hand<'_>,
    ) -> Option<Found<Ratio>> {
        match filter.map_or(Ok(true), |filter| self.holds(filter, hand)) {
            Ok(false) => return None,
            Ok(true) => {}
            Err(_) => return Some(Err(Gap::Held)),
        }
        let group = match self.group_at(&sentence.dims, hand) {
            Ok(group) => group,
            Err(gap) => return Some(Err(gap)),
        };
        let hand = &Hand { group, ..hand.clone() };
        let units = match &sentence.basis {
            Basis::Once | Basis::Event => Ok(Ratio::ONE),
            // "it counts as so many events in what is paid `per crate` on the event"
            Basis::Each => Ok(units.clone()),
            Basis::For(value, size, part) => self.number(value, hand).map(|value| in_units(&value, size, *part)),
            Basis::While(..) | Basis::Lateness(..) => panic!("check refuses time behind an event"),
        };
        Some(units.and_then(|units| self.each(sentence, &units, hand)))
    }

    /// What is paid for one unit of an event that is paid by its rank.
    fn ranked(
        &self,
        sentence: &Sentence,
        filter: Option<&Value>,
        event: &super::facts::Event,
        hand: &Hand<'_>,
    ) -> Found<Option<Ratio>> {
        // "What is paid once for an event of a lot has no one rank."
        if !matches!(sentence.basis, Basis::Each) && event.units != 1 {
            return Err(Gap::Held);
        }
        match filter.map_or(Ok(true), |filter| self.holds(filter, hand)) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) => return Err(Gap::Held),
        }
        let hand = Hand { group: self.group_at(&sentence.dims, hand)?, ..hand.clone() };
        self.each(sentence, &Ratio::ONE, &hand).map(Some)
    }
}
