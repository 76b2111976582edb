//! Increases of cumulative meters.

use std::collections::{BTreeMap, BTreeSet};

use crate::base::ids::{FieldId, KindId};
use crate::base::number::Ratio;
use crate::base::symbol::Symbol;
use crate::base::time::{Between, Instant};
use crate::base::vocabulary::Across;
use crate::base::window::WindowKind;
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::held::read_at;
use crate::evaluate::observe::Observer;
use crate::evaluate::records::unread;
use crate::evaluate::scene::sum;
use crate::evaluate::subject::{AtHand, Subject};
use crate::feed::events::Event;
use crate::plan::{Fold, Trigger, Unread};

/// What a meter says, as the plan states it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Meter<'a> {
    pub(crate) kind: KindId,
    pub(crate) field: FieldId,
    pub(crate) resets: &'a [KindId],
    pub(crate) across: Across,
    pub(crate) sources: &'a [String],
    pub(crate) unread: &'a Unread,
}

/// What falls into one window.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Increase {
    pub(crate) window: i64,
    /// When groups are read: at the reading, or at the start of a window without one.
    pub(crate) at: Instant,
    /// The increase, or why it cannot be told.
    pub(crate) value: Result<Ratio, Gap>,
    /// Whether it is an estimate.
    pub(crate) estimated: bool,
}

/// A reading that counts.
struct Reading {
    at: Instant,
    value: Ratio,
    /// Whether the meter started from zero since the reading before.
    reset: bool,
}

impl<'a> Observer<'a> {
    /// Increases of a meter, in the windows in which they are read.
    pub(super) fn metered(&mut self, subject: &Subject<'a>, fold: &'a Fold) {
        let Trigger::Meter { kind, field, resets, across, sources, unread } = &fold.trigger else { return };
        let (kind, field, across) = (*kind, *field, *across);
        let since = self.scene.since(fold).window;
        let mut found = increases(subject, fold, Meter { kind, field, resets, across, sources, unread });
        found.retain(|increase| increase.window >= since);
        for increase in found.iter().filter(|increase| increase.estimated && increase.value.is_ok()) {
            let read_at = read_at(subject, fold, increase.window, increase.at);
            let group = AtHand { now: increase.at, ..subject.at(read_at) }.group(&fold.keys);
            let tally = self.tally(fold, increase.window, group);
            tally.estimated = tally.estimated.saturating_add(1);
        }
        self.stretched(subject, fold, found.into_iter().map(|increase| (increase.window, increase.at, increase.value)));
    }
}

/// The increases of a subject's meter by window, estimates included.
pub(crate) fn increases<'a>(subject: &Subject<'a>, fold: &'a Fold, meter: Meter<'a>) -> Vec<Increase> {
    let readings = readings(subject, fold, meter);
    let mut found = Found::new(subject);
    let Some(first) = readings.first() else {
        return silent(subject, fold, meter);
    };
    for (window, at, gap) in unread(subject, fold, first.at) {
        found.by_window.insert(window, (at, Err(gap)));
    }
    let mut before: Option<&Reading> = None;
    // What is estimated of earlier windows is made good in later ones.
    let estimated = matches!(meter.unread, Unread::Estimated(_));
    let since = if estimated { Instant::MIN } else { subject.scene.since(fold).at };
    for reading in &readings {
        if reading.at < since {
            before = Some(reading);
            continue;
        }
        if meter.across == Across::LaterWindow {
            found.fill(subject, fold, meter, first.at, before.map_or(first.at, |before| before.at), reading.at);
        }
        match before {
            Some(last) => found.take(subject, fold, meter.across, last, reading),
            None if reading.reset => found.add(subject, fold, reading.at, Ok(reading.value.clone())),
            None => found.add(subject, fold, reading.at, Ok(Ratio::ZERO)),
        }
        before = Some(reading);
    }
    let last = before.map_or(first.at, |last| last.at);
    found.fill(subject, fold, meter, first.at, last, subject.scene.time.end);
    let increases = found.by_window.into_iter();
    let inside = increases.filter(|(_, (at, _))| subject.scene.time.contains(*at));
    inside
        .map(|(window, (at, value))| Increase { window, at, value, estimated: found.estimates.contains(&window) })
        .collect()
}

/// The increases so far, and what of them is estimated and not yet made good by a reading.
struct Found {
    by_window: BTreeMap<i64, (Instant, Result<Ratio, Gap>)>,
    estimated: Ratio,
    /// Windows whose increase is an estimate.
    estimates: BTreeSet<i64>,
    term: Between,
}

impl Found {
    fn new(subject: &Subject<'_>) -> Self {
        let (first, last) = subject.scene.plan.windows.term();
        let zone = subject.scene.zone();
        let term = Between::new(zone.start_of(first), zone.start_of(last.plus_days(1)));
        Self { by_window: BTreeMap::new(), estimated: Ratio::ZERO, estimates: BTreeSet::new(), term }
    }

    /// Adds to the window of an instant. A window that the term cuts has only what lies in the term.
    fn add(&mut self, subject: &Subject<'_>, fold: &Fold, at: Instant, value: Result<Ratio, Gap>) {
        let window = subject.scene.plan.windows.index_of(fold.window, at);
        let entry = self.by_window.entry(window).or_insert_with(|| (at, Ok(Ratio::ZERO)));
        match (self.term.contains(entry.0), self.term.contains(at)) {
            (true, false) => return,
            (false, true) => *entry = (at, Ok(Ratio::ZERO)),
            (true, true) | (false, false) => {}
        }
        entry.1 = match (std::mem::replace(&mut entry.1, Ok(Ratio::ZERO)), value) {
            (Ok(a), Ok(b)) => Ok(a.plus(&b)),
            (Err(gap), _) | (_, Err(gap)) => Err(gap),
        };
    }

    /// The increase from one reading to the next. What was estimated since is taken off, never below zero. Of a meter
    /// that runs back the increase is not known in any window in which it is sought.
    fn take(&mut self, subject: &Subject<'_>, fold: &Fold, across: Across, last: &Reading, reading: &Reading) {
        let increase = if reading.reset { reading.value.clone() } else { reading.value.minus(&last.value) };
        if increase.is_negative() {
            let day = subject.scene.zone().local_text(reading.at);
            let gap = Gap::Held(format!("the meter reads less on {day} than before, without a reset"));
            if across == Across::ByTime {
                self.spread(subject, fold, Between::new(last.at, reading.at), &Err(gap.clone()));
            }
            self.add(subject, fold, reading.at, Err(gap));
            return;
        }
        match across {
            Across::LaterWindow => {
                let made_good = self.estimated.clone().min(increase.clone());
                self.estimated = self.estimated.minus(&made_good);
                self.add(subject, fold, reading.at, Ok(increase.minus(&made_good)));
            }
            Across::ByTime => {
                self.spread(subject, fold, Between::new(last.at, reading.at), &Ok(increase));
                // A reading at the first instant of a window is one of that window.
                self.add(subject, fold, reading.at, Ok(Ratio::ZERO));
            }
        }
    }

    /// Spreads an increase over the windows between two readings by time. Time before the term and after it has its
    /// part too.
    fn spread(&mut self, subject: &Subject<'_>, fold: &Fold, span: Between, increase: &Result<Ratio, Gap>) {
        let windows = &subject.scene.plan.windows;
        let whole = span.seconds();
        if whole.is_zero() {
            self.add(subject, fold, span.start, increase.clone());
            return;
        }
        let mut start = span.start;
        while start < span.end {
            let window = windows.index_of(fold.window, start);
            let bounds = windows.bounds(fold.window, window);
            // The term is the only window of its kind: what lies outside of it belongs to none.
            if start < bounds.start {
                start = bounds.start;
                continue;
            }
            if bounds.end <= start {
                return;
            }
            let edge = [self.term.start, self.term.end].into_iter().filter(|edge| *edge > start).min();
            let end = bounds.end.min(span.end).min(edge.unwrap_or(Instant::MAX));
            let part = Between::new(start, end).seconds().over(&whole).unwrap_or(Ratio::ZERO);
            self.add(subject, fold, start, increase.clone().map(|increase| increase.times(&part)));
            start = end.max(Instant(start.0.saturating_add(1)));
        }
    }

    /// Whether there is a reading in a window, within the term.
    fn has_reading(&self, window: i64) -> bool {
        self.by_window.get(&window).is_some_and(|(at, _)| *at >= self.term.start)
    }

    /// Gives every window without a reading between two instants its estimate, or says that it is missing.
    fn fill<'a>(
        &mut self,
        subject: &Subject<'a>,
        fold: &Fold,
        meter: Meter<'a>,
        first: Instant,
        from: Instant,
        until: Instant,
    ) {
        // The term is the only window of its kind; a reading lies in it, or before it.
        let once = fold.window == WindowKind::Term;
        if once && from >= self.term.start {
            return;
        }
        let windows = &subject.scene.plan.windows;
        let first = windows.index_of(fold.window, first);
        let until = until.min(subject.scene.time.end);
        let mut window = if from < self.term.start {
            windows.index_of(fold.window, self.term.start)
        } else {
            windows.index_of(fold.window, from).saturating_add(1)
        };
        loop {
            let bounds = windows.bounds(fold.window, window);
            // A window that the end of the term cuts ends with the term.
            if bounds.end.min(self.term.end) > until || bounds.start >= self.term.end || self.has_reading(window) {
                return;
            }
            let start = bounds.start.max(subject.scene.time.start);
            if subject.is_member(subject.scene.zone().date_of(start)) {
                let unread = self.unread(subject, fold, meter, (first, window, start));
                self.add(subject, fold, start, unread);
            }
            if once {
                return;
            }
            window = window.saturating_add(1);
        }
    }

    /// What a window without a reading has; what is estimated is made good later.
    fn unread<'a>(
        &mut self,
        subject: &Subject<'a>,
        fold: &Fold,
        meter: Meter<'a>,
        (first, window, start): (i64, i64, Instant),
    ) -> Result<Ratio, Gap> {
        let Unread::Estimated(months) = meter.unread else { return without_reading(subject, meter, start) };
        let cut = subject.scene.plan.windows.index_of(fold.window, self.term.start);
        let estimate =
            self.estimate(fold, *months, (first, window, cut)).ok_or(Gap::NoField(meter.kind, meter.field))?;
        self.estimates.insert(window);
        if meter.across == Across::LaterWindow {
            self.estimated = self.estimated.plus(&estimate);
        }
        Ok(estimate)
    }

    /// The mean of the windows before, as many as the contract says, without the one of the first reading.
    fn estimate(&self, fold: &Fold, months: i64, (first, window, cut): (i64, i64, i64)) -> Option<Ratio> {
        let per_window = i64::from(fold.window.months().unwrap_or(1));
        let back = months.checked_div(per_window).unwrap_or(months).max(1);
        // Where the term begins behind the first reading, in one window, there is none between the two.
        let known = self.by_window.range(first.saturating_add(1).min(window)..window);
        // Of a window that the term cuts, what lies before the term does not count.
        let known = known.filter(|(window, _)| **window != cut || self.has_reading(**window));
        let known: Vec<Ratio> = known
            .rev()
            .take(usize::try_from(back).unwrap_or(1))
            .filter_map(|(_, (_, value))| value.clone().ok())
            .collect();
        let count = Ratio::int(i64::try_from(known.len()).unwrap_or(i64::MAX));
        sum(known.into_iter()).over(&count)
    }
}

/// What a window has in which the meter is not read and nothing is estimated.
fn without_reading<'a>(subject: &Subject<'a>, meter: Meter<'a>, start: Instant) -> Result<Ratio, Gap> {
    match meter.unread {
        Unread::Missing => Err(Gap::NoField(meter.kind, meter.field)),
        Unread::Estimated(_) => Err(Gap::Held("there is no reading to estimate from".to_owned())),
        Unread::CountsAs(value) => number(value, &mut subject.at(start)),
    }
}

/// An asset of the register without any reading misses one in each window.
fn silent<'a>(subject: &Subject<'a>, fold: &Fold, meter: Meter<'a>) -> Vec<Increase> {
    let scene = subject.scene;
    let windows = &scene.plan.windows;
    let mut found = Vec::new();
    for member in crate::evaluate::states::both(&subject.members(), &[scene.time]) {
        let mut start = member.start;
        while start < member.end {
            let window = windows.index_of(fold.window, start);
            let value = without_reading(subject, meter, start);
            found.push(Increase { window, at: start, value, estimated: false });
            start = windows.bounds(fold.window, window).end.max(Instant(start.0.saturating_add(1)));
        }
    }
    found
}

/// The levels that count, in order: in each window those of the most preferred source that has one there.
pub(crate) fn levels<'a>(
    subject: &Subject<'a>,
    fold: &'a Fold,
    (kind, field): (KindId, FieldId),
    sources: &'a [String],
) -> Vec<(Instant, Ratio)> {
    let meter = Meter { kind, field, resets: &[], across: Across::LaterWindow, sources, unread: &Unread::Missing };
    readings(subject, fold, meter).into_iter().map(|reading| (reading.at, reading.value)).collect()
}

/// The readings that count, in order: in each window those of the most preferred source that has one there.
fn readings<'a>(subject: &Subject<'a>, fold: &'a Fold, meter: Meter<'a>) -> Vec<Reading> {
    let scene = subject.scene;
    let rank = |source: Symbol| {
        let name = scene.feed.symbols.text(source);
        meter.sources.iter().position(|known| known == name).unwrap_or(meter.sources.len())
    };
    let window = |event: &Event| scene.plan.windows.index_of(fold.window, event.occurred);
    let mut best: BTreeMap<i64, usize> = BTreeMap::new();
    let several = !meter.sources.is_empty();
    for event in subject.events.iter().filter(|event| several && event.kind == meter.kind) {
        let entry = best.entry(window(event)).or_insert(usize::MAX);
        *entry = rank(event.source).min(*entry);
    }
    let counts = |event: &Event| !several || best.get(&window(event)) == Some(&rank(event.source));
    let mut found = Vec::new();
    let mut reset = false;
    for event in subject.events {
        if meter.resets.contains(&event.kind) {
            reset = true;
        }
        if event.kind != meter.kind || !counts(event) {
            continue;
        }
        if let Some(value) = scene.contract.events.number(event, meter.field) {
            found.push(Reading { at: event.occurred, value, reset });
            reset = false;
        }
    }
    found
}
