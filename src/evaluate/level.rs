//! A level over time, such as light on a picture or pallets in a store: level × time, cut at the ends of windows and
//! where an attribute changes.

use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::time::{Between, Instant};
use crate::base::vocabulary::LevelBetween;
use crate::evaluate::datum::Gap;
use crate::evaluate::held::{cuts, pieces, within};
use crate::evaluate::meter::levels;
use crate::evaluate::scene::{DayPart, Scene};
use crate::evaluate::states::without;
use crate::evaluate::subject::Subject;
use crate::plan::{Fold, Trigger};

/// What adds to one window, and when it begins.
type Part = (i64, Instant, Result<Ratio, Gap>);

/// A level from one reading to the next.
struct Step {
    time: Between,
    from: Ratio,
    to: Ratio,
}

/// What a subject's level adds to each window. Time of which no level is known is a gap: before the first reading and,
/// where the level runs from one reading to the next, after the last one.
pub(crate) fn accumulated<'a>(subject: &Subject<'a>, fold: &'a Fold) -> Vec<Part> {
    let Trigger::Level { kind, field, between, unit, size, sources } = &fold.trigger else {
        return Vec::new();
    };
    let read = levels(subject, fold, (*kind, *field), sources);
    let cuts = cuts(subject, fold);
    let mut found = Vec::new();
    let mut known = Vec::new();
    for step in steps(&read, *between) {
        known.push(step.time);
        for (window, _, piece) in pieces(subject, fold, &vec![step.time], &cuts) {
            let total = if step.from == step.to {
                step.from.times(&subject.scene.units(&[piece], unit, DayPart::Exact))
            } else {
                sloped(&subject.scene, &step, piece, unit)
            };
            found.push((window, piece.start, total.over(size).ok_or(Gap::Zero)));
        }
    }
    let there = within(subject, &subject.members());
    for (window, _, piece) in pieces(subject, fold, &without(&there, &known), &cuts) {
        found.push((window, piece.start, Err(Gap::NoField(*kind, *field))));
    }
    found.sort_by_key(|(window, at, _)| (*window, *at));
    found
}

fn steps(read: &[(Instant, Ratio)], between: LevelBetween) -> Vec<Step> {
    let mut steps = Vec::new();
    for (place, (at, level)) in read.iter().enumerate() {
        let next = read.get(place.saturating_add(1));
        let (end, to) = match (next, between) {
            (Some((end, _)), LevelBetween::Held) => (*end, level),
            (Some((end, to)), LevelBetween::Linear) => (*end, to),
            (None, LevelBetween::Held) => (Instant::MAX, level),
            (None, LevelBetween::Linear) => continue,
        };
        steps.push(Step { time: Between::new(*at, end), from: level.clone(), to: to.clone() });
    }
    steps.retain(|step| !step.time.is_empty());
    steps
}

/// The mean level of a piece times its time, day by day where days are counted: they are not all of one length.
fn sloped(scene: &Scene<'_>, step: &Step, piece: Between, unit: &Unit) -> Ratio {
    let zone = scene.zone();
    let mut total = Ratio::ZERO;
    let mut start = piece.start;
    while start < piece.end {
        let midnight = zone.start_of(zone.date_of(start).plus_days(1));
        let end = if *unit == Unit::Day { midnight.min(piece.end) } else { piece.end };
        let part = Between::new(start, end);
        let both = level_at(step, start).plus(&level_at(step, end));
        let mean = both.over(&Ratio::int(2)).unwrap_or(Ratio::ZERO);
        total = total.plus(&mean.times(&scene.units(&[part], unit, DayPart::Exact)));
        // INVARIANT (forward): the next midnight lies after the start.
        start = end.max(Instant(start.0.saturating_add(1)));
    }
    total
}

fn level_at(step: &Step, at: Instant) -> Ratio {
    let passed = Between::new(step.time.start, at).seconds();
    let part = passed.over(&step.time.seconds()).unwrap_or(Ratio::ZERO);
    step.from.plus(&step.to.minus(&step.from).times(&part))
}
