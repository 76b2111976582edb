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
use super::values::{Datum, Found, Gap, Hand};

/// A reading that counts, when that before it was, and how much the meter grew since.
pub(crate) struct Reading<'w> {
    event: &'w Event,
    pub(crate) since: Instant,
    pub(crate) grown: Found<Ratio>,
}

impl Reading<'_> {
    pub(crate) fn at(&self) -> Instant {
        self.event.at
    }

    /// What of it counts in a time. "The whole increase counts where the later reading lies", or "it is shared in proportion to
    /// the time"; what is held is held "with `by time` in every window between the two".
    pub(crate) fn part(&self, across: Across, inside: Between) -> Option<Found<Ratio>> {
        let (time, here) = (Between::new(self.since, self.at()), inside.contains(self.at()));
        match time.intersect(inside).filter(|_| across == Across::ByTime) {
            Some(share) => {
                let share = share.seconds().over(&time.seconds()).unwrap_or_default();
                Some(self.grown.clone().map(|grown| grown.times(&share)))
            }
            None if across == Across::LaterWindow || time.is_empty() => here.then(|| self.grown.clone()),
            // A reading at the first instant of a window is one of that window.
            None => here.then(|| self.grown.clone().map(|_| Ratio::ZERO)),
        }
    }
}

impl World<'_> {
    /// What a cumulative meter grew by, in each window.
    pub(crate) fn increases(
        &self,
        aggregate: &Aggregate,
        (kind, field, across): (KindId, FieldId, Across),
        window: Window,
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let kinds = self.kinds_of_aggregate(aggregate);
        // "Readings outside of the term …": a window that the term cuts has only what lies in the term.
        let whole = calendar::bounds(self.contract, window);
        let Some(bounds) = whole.intersect(calendar::term(self.contract)) else { return Ok(Vec::new()) };
        let mut found = Vec::new();
        for asset in self.metered(kind) {
            let asset = asset.as_deref();
            let readings = self.readings(aggregate, (kind, field), asset, window)?;
            let first = readings.first().map(Reading::at);
            let mut has_reading = false;
            for reading in &readings {
                let Some(part) = reading.part(across, bounds) else { continue };
                // By time the window has its part of what is read later.
                has_reading = true;
                let group = self.group_at(dims, &Hand::of_event(reading.event))?;
                found.push(Occurrence::of(reading.at(), group, part.map(Some)));
            }
            if let Some(first) = first.filter(|first| self.is_unread(&kinds, asset, *first, window)) {
                let hand = Hand::of_subject(asset, bounds.start.min(first));
                found.push(Occurrence::of(first, self.group_at(dims, &hand)?, Err(Gap::Held)));
            }
            if has_reading {
                continue;
            }
            // An asset that was never read misses a reading in each window in which it is under the contract.
            let Some(first) = first else {
                if let Some(there) = self.times(&State::Member, asset, bounds)?.first() {
                    let hand = Hand::of_subject(asset, there.start);
                    found.push(Occurrence::of(there.start, self.group_at(dims, &hand)?, self.unread(aggregate, &hand)));
                }
                continue;
            };
            // A window behind the first reading misses one.
            if first < bounds.start && asset.is_none_or(|asset| self.is_member(asset, bounds.start)) {
                let hand = Hand::of_subject(asset, bounds.start);
                found.push(Occurrence::of(bounds.start, self.group_at(dims, &hand)?, self.unread(aggregate, &hand)));
            }
        }
        Ok(found)
    }

    /// The assets that have a meter; what is read of no asset is one meter.
    pub(crate) fn metered(&self, kind: KindId) -> Vec<Option<String>> {
        match self.contract.kinds[kind.index()].family {
            Some(family) => self.assets(family.index()).into_iter().map(Some).collect(),
            None => vec![None],
        }
    }

    /// The readings of an asset that count, in order.
    pub(crate) fn readings<'w>(
        &'w self,
        aggregate: &Aggregate,
        (kind, field): (KindId, FieldId),
        asset: Option<&'w str>,
        window: Window,
    ) -> Found<Vec<Reading<'w>>> {
        let resets = &self.contract.kinds[kind.index()].fields[field.index()].resets;
        let mut found: Vec<Reading<'w>> = Vec::new();
        let (mut stood, mut reset) = (None, false);
        for event in self.events_of(asset) {
            // "After an event named by `reset by` the meter starts from zero."
            reset |= resets.contains(&event.kind);
            let Some(value) = self.reading(aggregate, (kind, field), event, window)? else { continue };
            let grown = match &stood {
                _ if reset => value.clone(),
                Some(before) => value.minus(before),
                // "The first reading of a meter counts nothing: it is where the meter stands."
                None => Ratio::ZERO,
            };
            // "A meter that reads less than before without a reset is held."
            let grown = if grown.is_negative() { Err(Gap::Held) } else { Ok(grown) };
            let since = found.last().map_or(event.at, Reading::at);
            found.push(Reading { event, since, grown });
            (stood, reset) = (Some(value), false);
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
