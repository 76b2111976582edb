//! Levels that are added up over time.

use consigne::base::ids::{FieldId, KindId};
use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::LevelBetween;
use consigne::check::contract::Dimension;
use consigne::check::value::{Aggregate, Level, Missing};

use super::World;
use super::calendar::Window;
use super::measures::Occurrence;
use super::values::{Found, Gap, Hand};

/// A level from a moment on, through another one, and what it is there.
type Stretch = (Between, Option<(Ratio, Ratio)>);

impl World<'_> {
    /// "A level is read now and then, and holds over time. `accumulation of EVENT.field` multiplies it by the time and
    /// adds it up."
    pub(crate) fn accumulated(
        &self,
        aggregate: &Aggregate,
        (kind, field, level): (KindId, FieldId, &Level),
        window: Window,
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let Some(family) = self.contract.kinds[kind.index()].family else { panic!("check refuses levels of no asset") };
        let inside = self.inside(window);
        let mut found = Vec::new();
        for asset in self.assets(family.index()) {
            for (time, levels) in self.stretches_of_level(aggregate, (kind, field, level), &asset, window)? {
                for piece in self.cut_at_attributes(Some(&asset), time, dims) {
                    let at = self.read_at(piece.start, inside);
                    let group = self.group_at(dims, &Hand::of_asset(&asset, at))?;
                    let value = match &levels {
                        None if aggregate.missing == Missing::AddsNothing => Ok(None),
                        None => Err(Gap::Held),
                        Some(levels) => Ok(Some(self.added_up(level, (time, levels), piece))),
                    };
                    found.push(Occurrence::of(piece.start, group, value));
                }
            }
        }
        Ok(found)
    }

    /// The times of a window for which an asset has a level, or lacks one.
    fn stretches_of_level(
        &self,
        aggregate: &Aggregate,
        (kind, field, level): (KindId, FieldId, &Level),
        asset: &str,
        window: Window,
    ) -> Found<Vec<Stretch>> {
        let mut readings: Vec<(Instant, Ratio)> = Vec::new();
        for event in self.events_of(Some(asset)) {
            if let Some(value) = self.reading(aggregate, (kind, field), event, window)? {
                readings.push((event.at, value));
            }
        }
        let inside = self.inside(window);
        let registered = self.facts.register.contains_key(asset);
        let mut found: Vec<Stretch> = Vec::new();
        let first = readings.first().map_or(inside.end, |(at, _)| *at);
        found.push((Between::new(Instant::MIN, first), None));
        for (place, (at, value)) in readings.iter().enumerate() {
            let next = readings.get(place + 1);
            let end = next.map_or(Instant::MAX, |(at, _)| *at);
            let there = match (level.between, next) {
                (LevelBetween::Held, _) => Some((value.clone(), value.clone())),
                (LevelBetween::Linear, Some((_, next))) => Some((value.clone(), next.clone())),
                (LevelBetween::Linear, None) => None,
            };
            found.push((Between::new(*at, end), there));
        }
        let mut cut = Vec::new();
        for (time, levels) in found {
            let Some(part) = time.intersect(inside) else { continue };
            // "before the first reading of an asset that is under the contract already"
            let members = if registered { self.times_of_member(asset, part)? } else { vec![part] };
            for member in members {
                let Some(piece) = part.intersect(member) else { continue };
                if levels.is_none() && !registered && !self.is_member(asset, piece.start) {
                    let first = self.events_of(Some(asset)).next().map_or(piece.end, |first| first.at);
                    let Some(rest) = Between::new(first, Instant::MAX).intersect(piece) else { continue };
                    cut.push((rest, None));
                    continue;
                }
                cut.push((piece, between(time, levels.as_ref(), piece)));
            }
        }
        Ok(cut)
    }

    fn times_of_member(&self, asset: &str, inside: Between) -> Found<Vec<Between>> {
        self.times(&consigne::check::value::State::Member, Some(asset), inside)
    }

    /// "`in hours`, `in minutes` or `in days`: the unit of time. A day counts as one, whatever its length."
    fn added_up(&self, level: &Level, (time, levels): (Between, &(Ratio, Ratio)), piece: Between) -> Ratio {
        let Some((first, last)) = between(time, Some(levels), piece) else { return Ratio::ZERO };
        if level.unit != Unit::Day {
            let mean = first.plus(&last).over(&Ratio::int(2)).unwrap_or_default();
            return mean.times(&piece.seconds()).over(&level.size).unwrap_or_default();
        }
        let zone = self.contract.zone;
        let mut sum = Ratio::ZERO;
        let mut day = zone.date_of(piece.start);
        while zone.start_of(day) < piece.end {
            let whole = Between::new(zone.start_of(day), zone.start_of(day.plus_days(1)));
            if let Some(part) = whole.intersect(piece)
                && let Some((first, last)) = between(time, Some(levels), part)
            {
                let mean = first.plus(&last).over(&Ratio::int(2)).unwrap_or_default();
                sum = sum.plus(&mean.times(&part.seconds()).over(&whole.seconds()).unwrap_or_default());
            }
            day = day.plus_days(1);
        }
        sum.over(&level.size).unwrap_or_default()
    }
}

/// What a level is at the two ends of a piece of the time between two readings.
fn between(time: Between, levels: Option<&(Ratio, Ratio)>, piece: Between) -> Option<(Ratio, Ratio)> {
    let (from, to) = levels?;
    if from == to {
        return Some((from.clone(), to.clone()));
    }
    let at = |instant: Instant| {
        let gone = Between::new(time.start, instant).seconds().over(&time.seconds()).unwrap_or_default();
        from.plus(&to.minus(from).times(&gone))
    };
    Some((at(piece.start), at(piece.end)))
}
