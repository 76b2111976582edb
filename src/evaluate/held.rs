//! Time in a state as occurrences: cut at the ends of windows and where an attribute changes.

use std::collections::BTreeMap;

use crate::base::calendar::Calendar;
use crate::base::number::Ratio;
use crate::base::time::{Between, Date, Instant, Zone};
use crate::base::vocabulary::{AttributesRead, MonthLength};
use crate::evaluate::compute::number;
use crate::evaluate::governed::{clipped, clipped_days};
use crate::evaluate::scene::sum;
use crate::evaluate::states::{Times, both};
use crate::evaluate::subject::Subject;
use crate::plan::fold::ShareLength;
use crate::plan::{Dimension, Fold, Formula, HeldCount};

/// A stretch of one window in which no attribute changes, and how many units fall into it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Stretch {
    /// The window.
    pub(crate) window: i64,
    /// Its first instant in the state.
    pub(crate) start: Instant,
    /// The units.
    pub(crate) units: Ratio,
}

/// Local days without gaps, both included.
type Days = (Date, Date);

/// The stretches of a fold over time in a state.
pub(crate) fn stretches<'a>(subject: &Subject<'a>, fold: &'a Fold, times: &Times, count: &HeldCount) -> Vec<Stretch> {
    let cuts = cuts(subject, fold);
    match count {
        HeldCount::Seconds | HeldCount::WorkingSeconds(_) if matches!(fold.value, Formula::Rounded(..)) => {
            by_price(subject, fold, times, &cuts, count)
        }
        HeldCount::Seconds | HeldCount::WorkingSeconds(_) | HeldCount::ShareOfTime => {
            by_time(subject, fold, times, &cuts, count)
        }
        HeldCount::Touched | HeldCount::Filled => by_window(subject, fold, times, *count == HeldCount::Filled),
        HeldCount::Days { first, last } => {
            by_days(subject, fold, (&days_of(subject, times, *first, *last), times, (*first, *last)), &cuts, false)
        }
        HeldCount::BusinessDays { first, last } => {
            by_days(subject, fold, (&days_of(subject, times, *first, *last), times, (*first, *last)), &cuts, true)
        }
        HeldCount::ShareOfWindow { first, last, length } => {
            let days = clipped_days(subject, fold, &days_of(subject, times, *first, *last));
            shares(
                subject,
                fold,
                &days,
                &by_days(subject, fold, (&days, times, (*first, *last)), &cuts, false),
                *length,
            )
        }
    }
}

/// Where attributes change, if the fold depends on them.
pub(crate) fn cuts(subject: &Subject<'_>, fold: &Fold) -> Vec<Instant> {
    let by_price = fold.priced.is_some() && subject.scene.plan.attributes_read == AttributesRead::AtTheEvent;
    let mut all = if by_price || fold.keys.iter().any(is_changing) { subject.changes() } else { Vec::new() };
    if by_price && fold.reads_parties {
        all.extend(subject.scene.timelines.changes_of_parties());
    }
    all.extend(fold.cuts.iter().map(|day| subject.scene.zone().start_of(*day)));
    all.sort_unstable();
    all.dedup();
    all
}

/// Whether a group can change while the time of an asset passes.
fn is_changing(key: &Dimension) -> bool {
    matches!(key, Dimension::Attribute(..))
}

/// The groups of a fold without those that are only asked for by what reads its clause.
fn own_keys(fold: &Fold) -> &[Dimension] {
    fold.keys.get(..fold.own).unwrap_or(&fold.keys)
}

/// When attributes are read for what falls into a window.
pub(crate) fn read_at(subject: &Subject<'_>, fold: &Fold, window: i64, at: Instant) -> Instant {
    let plan = subject.scene.plan;
    match plan.attributes_read {
        AttributesRead::AtTheEvent => at,
        AttributesRead::AtWindowStart => plan.windows.bounds(fold.window, window).start.max(subject.scene.time.start),
    }
}

/// The instants at which the keys of some groups change.
pub(crate) fn changes_of(subject: &Subject<'_>, keys: &[Dimension]) -> Vec<Instant> {
    if !keys.iter().any(is_changing) {
        return Vec::new();
    }
    let group = |at: Instant| subject.at(at).group(keys);
    let changed = |at: &Instant| group(*at) != group(Instant(at.0.saturating_sub(1)));
    subject.changes().into_iter().filter(changed).collect()
}

/// The times within the term, the asked periods and the membership that the register states.
pub(crate) fn within(subject: &Subject<'_>, times: &Times) -> Times {
    let inside = both(times, &[subject.scene.time]);
    if subject.is_registered() { both(&inside, &subject.members()) } else { inside }
}

/// Time cut at windows and changes; shorter than each of them.
pub(crate) fn pieces(
    subject: &Subject<'_>,
    fold: &Fold,
    times: &Times,
    cuts: &[Instant],
) -> Vec<(i64, usize, Between)> {
    let windows = &subject.scene.plan.windows;
    let since = subject.scene.since(fold).at;
    let mut found = Vec::new();
    for time in clipped(subject, fold, within(subject, times)) {
        let mut start = time.start.max(since);
        while start < time.end {
            let window = windows.index_of(fold.window, start);
            let segment = cuts.partition_point(|cut| *cut <= start);
            let next_cut = cuts.get(segment).copied().unwrap_or(Instant::MAX);
            let end = windows.bounds(fold.window, window).end.min(time.end).min(next_cut);
            found.push((window, segment, Between::new(start, end)));
            // INVARIANT (forward): the end of a window and the next cut lie after the start.
            start = end.max(Instant(start.0.saturating_add(1)));
        }
    }
    found
}

/// The hours in which a count counts.
fn hours_of<'a>(subject: &Subject<'a>, count: &HeldCount) -> Option<&'a Calendar> {
    if let HeldCount::WorkingSeconds(hours) = count { subject.scene.plan.hours(hours) } else { None }
}

fn by_time(subject: &Subject<'_>, fold: &Fold, times: &Times, cuts: &[Instant], count: &HeldCount) -> Vec<Stretch> {
    let windows = &subject.scene.plan.windows;
    let hours = hours_of(subject, count);
    let length = |window: i64, piece: Between| {
        if *count != HeldCount::ShareOfTime {
            return seconds(hours, piece);
        }
        let whole = windows.bounds(fold.window, window).seconds();
        piece.seconds().over(&whole).unwrap_or(Ratio::ZERO)
    };
    let mut found: BTreeMap<(i64, usize), (Instant, Ratio)> = BTreeMap::new();
    for (window, segment, piece) in pieces(subject, fold, times, cuts) {
        let entry = found.entry((window, segment)).or_insert((piece.start, Ratio::ZERO));
        entry.1 = entry.1.plus(&length(window, piece));
    }
    stretched(found)
}

/// Seconds, or those within hours.
fn seconds(hours: Option<&Calendar>, piece: Between) -> Ratio {
    hours.map_or_else(|| piece.seconds(), |calendar| calendar.working_seconds(piece))
}

/// Time that is rounded to units: all of one price, in one of the fold's own groups, is added up first.
fn by_price<'a>(
    subject: &Subject<'a>,
    fold: &'a Fold,
    times: &Times,
    cuts: &[Instant],
    count: &HeldCount,
) -> Vec<Stretch> {
    let hours = hours_of(subject, count);
    let alike = |window: i64, at: Instant| {
        let mut hand = subject.at(read_at(subject, fold, window, at)).within(fold, window, at).with(Ratio::ONE);
        let price = fold.priced.as_ref().and_then(|priced| number(priced, &mut hand).ok());
        (hand.group(own_keys(fold)), price)
    };
    let pieces = pieces(subject, fold, times, cuts).into_iter();
    alike_in_window(
        pieces.map(|(window, _, piece)| (window, alike(window, piece.start), piece.start, seconds(hours, piece))),
    )
}

/// One for each window in which the state held, at any time or all the time; each of the fold's own groups counts for
/// itself. A unit is not split: the groups that others ask for are read when it begins.
fn by_window(subject: &Subject<'_>, fold: &Fold, times: &Times, filled: bool) -> Vec<Stretch> {
    let windows = &subject.scene.plan.windows;
    let pieces = pieces(subject, fold, times, &changes_of(subject, own_keys(fold))).into_iter();
    let group = |window: i64, at: Instant| {
        subject.at(read_at(subject, fold, window, at)).within(fold, window, at).group(own_keys(fold))
    };
    let mut found = alike_in_window(
        pieces.map(|(window, _, piece)| (window, group(window, piece.start), piece.start, piece.seconds())),
    );
    for Stretch { window, units, .. } in &mut found {
        let whole = *units == windows.bounds(fold.window, *window).seconds();
        *units = Ratio::int(i64::from(!filled || whole));
    }
    found
}

/// What is alike in a window, added up from its first instant on.
fn alike_in_window<K: PartialEq>(pieces: impl Iterator<Item = (i64, K, Instant, Ratio)>) -> Vec<Stretch> {
    let mut found: Vec<(K, Stretch)> = Vec::new();
    for (window, key, start, units) in pieces {
        let of_window = found.iter_mut().rev().take_while(|(_, stretch)| stretch.window == window);
        match of_window.into_iter().find(|(known, _)| *known == key) {
            Some((_, stretch)) => stretch.units = stretch.units.plus(&units),
            None => found.push((key, Stretch { window, start, units })),
        }
    }
    found.into_iter().map(|(_, stretch)| stretch).collect()
}

fn stretched(found: BTreeMap<(i64, usize), (Instant, Ratio)>) -> Vec<Stretch> {
    let stretch = |((window, _), (start, units))| Stretch { window, start, units };
    found.into_iter().map(stretch).collect()
}

/// The local days that count, each once. The day of the start and that of the end count as told; the term, the
/// asked periods and the register only bound them.
fn days_of(subject: &Subject<'_>, times: &Times, first: bool, last: bool) -> Vec<Days> {
    let zone = subject.scene.zone();
    let (from, to) = subject.scene.days;
    let mut free = from;
    let mut found = Vec::new();
    for time in times {
        let start = if time.start < subject.scene.time.start {
            from
        } else {
            zone.date_of(time.start).plus_days(i32::from(!first))
        };
        let end = if time.end > subject.scene.time.end {
            to
        } else {
            zone.date_of(time.end).plus_days(if last { 0 } else { -1 })
        };
        let (start, end) = (start.max(free), end.min(to));
        if start <= end {
            found.push((start, end));
            free = end.plus_days(1);
        }
    }
    found
}

/// Days cut at windows, changes and the membership that the register states.
fn by_days(
    subject: &Subject<'_>,
    fold: &Fold,
    (days, exact, ends): (&[Days], &Times, (bool, bool)),
    cuts: &[Instant],
    business: bool,
) -> Vec<Stretch> {
    let scene = subject.scene;
    let zone = scene.zone();
    let whole = |(from, to): &Days| Between::new(zone.start_of(*from), zone.start_of(to.plus_days(1)));
    // A change within a day holds from the next day on: a day is not split.
    let cuts: Vec<Instant> = cuts.iter().map(|cut| day_start(zone, *cut)).collect();
    let times: Times = days.iter().map(whole).collect();
    let mut found: BTreeMap<(i64, usize, Option<Instant>), Stretch> = BTreeMap::new();
    for (window, segment, piece) in pieces(subject, fold, &times, &cuts) {
        let (first, behind) = (zone.date_of(piece.start), zone.date_of(piece.end));
        let count = match scene.calendar() {
            Some(calendar) if business => calendar.business_days_between(first.plus_days(-1), behind.plus_days(-1)),
            _ => first.days_until(behind),
        };
        let held = held_at(zone, exact, first, ends);
        let start = held.map_or(piece.start, |since| since.max(piece.start));
        let stretch =
            found.entry((window, segment, held)).or_insert_with(|| Stretch { window, start, units: Ratio::ZERO });
        stretch.units = stretch.units.plus(&Ratio::int(count));
    }
    found.into_values().collect()
}

/// Since when the state holds for which a day counts: the day counts from its start, but what holds of the asset is read
/// when that time begins. A last day that counts is one of the time that ends with its first instant; one that does not is
/// none of it.
fn held_at(zone: Zone, exact: &Times, day: Date, (first, last): (bool, bool)) -> Option<Instant> {
    let start = zone.start_of(day);
    let counts = |time: &&Between| {
        let (from, to) = (zone.date_of(time.start), zone.date_of(time.end));
        (from < day || (first && from == day)) && (day < to || (last && day == to))
    };
    let over = exact.partition_point(|time| time.end < start);
    exact.iter().skip(over).find(counts).map(|time| time.start)
}

/// The start of a day for a change at its start, else that of the next day.
fn day_start(zone: Zone, cut: Instant) -> Instant {
    let day = zone.date_of(cut);
    let start = zone.start_of(day);
    if start == cut { start } else { zone.start_of(day.plus_days(1)) }
}

/// Counted days as parts of their window. Where a window is cut by a change, each stretch has its part of the
/// window's share by its days.
fn shares(
    subject: &Subject<'_>,
    fold: &Fold,
    days: &[Days],
    stretches: &[Stretch],
    length: ShareLength,
) -> Vec<Stretch> {
    let windows = &subject.scene.plan.windows;
    let mut found = Vec::new();
    for of_window in stretches.chunk_by(|a, b| a.window == b.window) {
        let Some(window) = of_window.first().map(|stretch| stretch.window) else {
            continue;
        };
        let bounds = windows.days(fold.window, window);
        let counted: Vec<Days> = days
            .iter()
            .map(|(from, to)| ((*from).max(bounds.0), (*to).min(bounds.1)))
            .filter(|(from, to)| from <= to)
            .collect();
        let total = sum(of_window.iter().map(|stretch| stretch.units.clone()));
        let share = share(&total, &counted, bounds, length);
        found.extend(of_window.iter().map(|stretch| Stretch {
            units: stretch.units.times(&share).over(&total).unwrap_or(Ratio::ZERO),
            ..stretch.clone()
        }));
    }
    found
}

/// The part of a window that counted days are.
fn share(total: &Ratio, counted: &[Days], bounds: Days, length: ShareLength) -> Ratio {
    let actual = Ratio::int(bounds.0.days_until(bounds.1).saturating_add(1));
    let over = |days: &Ratio, base: &Ratio| days.over(base).unwrap_or(Ratio::ZERO);
    match length {
        ShareLength::Actual | ShareLength::Month(MonthLength::Actual) => over(total, &actual),
        _ if *total == actual => Ratio::ONE,
        ShareLength::Month(MonthLength::Thirty) => {
            let thirty = Ratio::int(30);
            over(&total.clone().min(thirty.clone()), &thirty)
        }
        ShareLength::Month(MonthLength::ThirtyOf360) => over(&thirty_of_360(counted), &Ratio::int(30)),
        ShareLength::Days(days) => over(total, &Ratio::int(days)).min(Ratio::ONE),
    }
}

/// Days by 30/360: the 31st does not count, the last day of February stands for the days up to the 30th.
fn thirty_of_360(counted: &[Days]) -> Ratio {
    let weight = |day: Date| match (day.day(), day == day.last_of_month()) {
        (31, _) => 0,
        (number, true) => i64::from(31_u32.saturating_sub(number)),
        (_, false) => 1,
    };
    let days = counted.iter().flat_map(|(from, to)| (from.0..=to.0).map(Date));
    Ratio::int(days.map(weight).fold(0, i64::saturating_add))
}
