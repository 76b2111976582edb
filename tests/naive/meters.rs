//! Meters: what they grew by, by their readings.

use consigne::base::ids::{FieldId, KindId};
use consigne::base::number::Ratio;
use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::Across;
use consigne::check::contract::Dimension;
use consigne::check::value::{Aggregate, Missing, State};

use super::World;
use super::calendar::{self, Window};
use super::facts::Event;
use super::measures::Occurrence;
use super::values::{Datum, Found, Gap, Hand, unsupported};

impl World<'_> {
    /// What a cumulative meter grew by, in each window.
    pub(crate) fn increases(
        &self,
        aggregate: &Aggregate,
        (kind, field, across): (KindId, FieldId, Across),
        window: Window,
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let declared = &self.contract.kinds[kind.index()];
        let Some(family) = declared.family else { return unsupported("meters of no asset") };
        let resets = &declared.fields[field.index()].resets;
        let kinds = self.kinds_of_aggregate(aggregate);
        // "Readings outside of the term …": a window that the term cuts has only what lies in the term.
        let whole = calendar::bounds(self.contract, window);
        let Some(bounds) = whole.intersect(calendar::term(self.contract)) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for asset in self.assets(family.index()) {
            let mut before: Option<(Instant, Ratio)> = None;
            let mut reset = false;
            let mut has_reading = false;
            let mut first: Option<Instant> = None;
            for event in self.events_of(Some(&asset)) {
                // "After an event named by `reset by` the meter starts from zero."
                if resets.contains(&event.kind) {
                    reset = true;
                }
                let Some(value) = self.reading(aggregate, (kind, field), event, window)? else { continue };
                has_reading |= bounds.contains(event.at);
                first = first.or(Some(event.at));
                let increase = match (&before, reset) {
                    (_, true) => value.clone(),
                    (Some((_, last)), false) => value.minus(last),
                    // "The first reading of a meter counts nothing: it is where the meter stands."
                    (None, false) => Ratio::ZERO,
                };
                let span = Between::new(before.as_ref().map_or(event.at, |(at, _)| *at), event.at);
                // "A meter that reads less than before without a reset is held … in each window between the two."
                let held = increase.is_negative();
                let part = if held && across == Across::ByTime {
                    (span.intersect(bounds).is_some() || bounds.contains(event.at)).then_some(increase)
                } else if held || across == Across::LaterWindow || span.is_empty() {
                    bounds.contains(event.at).then_some(increase)
                } else {
                    // "it is shared in proportion to the time in each window"
                    let share = span.intersect(bounds);
                    let part = share.map(|share| share.seconds().over(&span.seconds()).unwrap_or_default());
                    // A reading at the first instant of a window is one of that window.
                    part.or(bounds.contains(event.at).then_some(Ratio::ZERO)).map(|part| increase.times(&part))
                };
                // By time the window has its part of what is read later.
                has_reading |= part.is_some();
                if let Some(part) = part {
                    let group = self.group_at(dims, &Hand::of_event(event))?;
                    let value = if held { Err(Gap::Held) } else { Ok(Some(part)) };
                    found.push(Occurrence::of(event.at, group, value));
                }
                before = Some((event.at, value));
                reset = false;
            }
            if let Some(first) = first.filter(|first| self.is_unread(&kinds, &asset, *first, window)) {
                let start = calendar::term(self.contract).start;
                let hand = Hand::of_asset(&asset, bounds.start.max(start).min(first));
                found.push(Occurrence::of(first, self.group_at(dims, &hand)?, Err(Gap::Held)));
            }
            if has_reading {
                continue;
            }
            // An asset that was never read misses a reading in each window in which it is under the contract.
            if before.is_none() {
                if let Some(there) = self.times(&State::Member, Some(&asset), bounds)?.first() {
                    let hand = Hand::of_asset(&asset, there.start);
                    found.push(Occurrence::of(there.start, self.group_at(dims, &hand)?, self.unread(aggregate, &hand)));
                }
                continue;
            }
            // A window behind the first reading misses one, and adds nothing.
            let read = before.is_some() && first.is_some_and(|first| first < bounds.start);
            let start = bounds.start.max(calendar::term(self.contract).start);
            if read && self.is_member(&asset, start) {
                let hand = Hand::of_asset(&asset, start);
                found.push(Occurrence::of(start, self.group_at(dims, &hand)?, self.unread(aggregate, &hand)));
            }
        }
        Ok(found)
    }

    /// What a window without a reading has. "`counts as VALUE`: this value is taken"; "`held`: the lines that depend on it wait
    /// until the value is known".
    fn unread(&self, aggregate: &Aggregate, hand: &Hand<'_>) -> Found<Option<Ratio>> {
        match &aggregate.missing {
            Missing::CountsAs(value) => self.number(value, hand).map(Some),
            Missing::Held => Err(Gap::Held),
            Missing::Never | Missing::AddsNothing | Missing::Estimated(_) => Ok(None),
        }
    }

    /// The reading of an event, where it counts. "In each window the first source counts that has a reading there."
    pub(crate) fn reading(
        &self,
        aggregate: &Aggregate,
        (kind, field): (KindId, FieldId),
        event: &Event,
        window: Window,
    ) -> Found<Option<Ratio>> {
        if event.kind != kind {
            return Ok(None);
        }
        if let Some(sources) = &self.contract.conventions.conflicting_readings {
            let rank = |event: &Event| sources.iter().position(|known| *known == event.source).unwrap_or(sources.len());
            let of = |event: &Event| calendar::window(self.contract, window.kind, self.contract.zone.date_of(event.at));
            let rivals =
                self.events_of(event.asset.as_deref()).filter(|other| other.kind == kind && of(other) == of(event));
            if rivals.map(rank).min() != Some(rank(event)) {
                return Ok(None);
            }
        }
        if let Some(filter) = &aggregate.filter
            && !self.holds(filter, &Hand::of_event(event))?
        {
            return Ok(None);
        }
        match &event.fields[field.index()] {
            Some(Datum::Number(number)) => Ok(Some(number.clone())),
            Some(_) | None => Ok(None),
        }
    }
}
