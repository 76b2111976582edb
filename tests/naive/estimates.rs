//! Meters that are estimated where they are not read.

use consigne::base::ids::{FieldId, KindId};
use consigne::base::number::Ratio;
use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::Across;
use consigne::check::contract::Dimension;
use consigne::check::value::{Aggregate, State};

use super::World;
use super::calendar::{self, Window};
use super::measures::Occurrence;
use super::meters::Reading;
use super::values::{Found, Gap, Hand};

/// What a meter has in a window: where that is known to be in which group, and how much.
type Counted = (Window, Instant, Found<Ratio>);

impl World<'_> {
    /// "In a window without a reading, `estimated from the last 3 months` takes the mean increase of the last windows, as
    /// many as fit in the months named, without the window of the first reading." "Where there is no such
    /// window, as with a meter that was never read, the window is held."
    pub(crate) fn estimated(
        &self,
        aggregate: &Aggregate,
        (kind, field, across, months): (KindId, FieldId, Across, i64),
        window: Window,
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let per_window = window.kind.months().expect("check refuses estimates of other windows than months");
        let back = usize::try_from((months / i64::from(per_window)).max(1)).unwrap_or(1);
        let Some(inside) = calendar::bounds(self.contract, window).intersect(calendar::term(self.contract)) else {
            return Ok(Vec::new());
        };
        let kinds = self.kinds_of_aggregate(aggregate);
        let mut found = Vec::new();
        let mut add = |asset: Option<&str>, at: Instant, group_at: Instant, value: Found<Ratio>| {
            let group = self.group_at(dims, &Hand::of_subject(asset, group_at))?;
            found.push(Occurrence::of(at, group, value.map(Some)));
            Ok(())
        };
        for asset in self.metered(kind) {
            let asset = asset.as_deref();
            let readings = self.readings(aggregate, (kind, field), asset, window)?;
            let Some(first) = readings.first().map(Reading::at) else {
                for there in self.times(&State::Member, asset, inside)? {
                    add(asset, there.start, there.start, Err(Gap::Held))?;
                }
                continue;
            };
            if self.is_unread(&kinds, asset, first, window) {
                add(asset, first, inside.start.min(first), Err(Gap::Held))?;
            }
            let counted = match across {
                Across::LaterWindow => self.read_later(&readings, asset, (window, back)),
                Across::ByTime => self.read_by_time(&readings, asset, (window, back)),
            };
            for (_, at, value) in counted.into_iter().filter(|(here, ..)| *here == window) {
                add(asset, at, at, value)?;
            }
        }
        Ok(found)
    }

    /// "The whole increase counts where the later reading lies", and "the next reading makes the estimate good: what was
    /// estimated is taken off, never below zero".
    fn read_later(&self, readings: &[Reading<'_>], asset: Option<&str>, (last, back): (Window, usize)) -> Vec<Counted> {
        let mut counted: Vec<Counted> = Vec::new();
        let mut owed = Ratio::ZERO;
        for (here, inside) in self.windows_since(readings, last) {
            let read: Vec<&Reading<'_>> = readings.iter().filter(|reading| inside.contains(reading.at())).collect();
            let Some(first) = read.first() else {
                if let Some(estimate) = self.estimate(readings, &counted, asset, (here, inside, back)) {
                    owed = owed.plus(&estimate.clone().unwrap_or_default());
                    counted.push((here, inside.start, estimate));
                }
                continue;
            };
            let mut sum = Ok(Ratio::ZERO);
            for reading in &read {
                let made_good = owed.clone().min(reading.grown.clone().unwrap_or_default());
                owed = owed.minus(&made_good);
                sum = sum.and_then(|sum| Ok(sum.plus(&reading.grown.clone()?.minus(&made_good))));
            }
            counted.push((here, first.at(), sum));
        }
        counted
    }

    /// "It is shared in proportion to the time in each window": behind the last reading there is nothing to share.
    fn read_by_time(
        &self,
        readings: &[Reading<'_>],
        asset: Option<&str>,
        (last, back): (Window, usize),
    ) -> Vec<Counted> {
        let mut counted: Vec<Counted> = Vec::new();
        for (here, inside) in self.windows_since(readings, last) {
            let mut shares: Vec<(Instant, Found<Ratio>)> = Vec::new();
            for reading in readings {
                let part = reading.part(Across::ByTime, inside);
                shares.extend(part.map(|part| (reading.since.max(inside.start), part)));
            }
            if let Some((at, _)) = shares.first() {
                let at = *at;
                let sum = shares.into_iter().try_fold(Ratio::ZERO, |sum, (_, share)| Ok(sum.plus(&share?)));
                counted.push((here, at, sum));
            } else if let Some(estimate) = self.estimate(readings, &counted, asset, (here, inside, back)) {
                counted.push((here, inside.start, estimate));
            }
        }
        counted
    }

    /// The windows from that of the first reading on, with what of each lies in the term. Those before the term are whole.
    fn windows_since(&self, readings: &[Reading<'_>], last: Window) -> Vec<(Window, Between)> {
        let Some(first) = readings.first() else { return Vec::new() };
        let zone = self.contract.zone;
        let mut found = Vec::new();
        let mut date = zone.date_of(first.at());
        while date <= last.last.min(self.contract.term.1) {
            let here = calendar::window(self.contract, last.kind, date);
            let whole = calendar::bounds(self.contract, here);
            found.push((here, whole.intersect(calendar::term(self.contract)).unwrap_or(whole)));
            date = here.last.plus_days(1);
        }
        found
    }

    /// The mean of the windows before, in a window of the term in which the asset is there and the meter stood somewhere.
    fn estimate(
        &self,
        readings: &[Reading<'_>],
        counted: &[Counted],
        asset: Option<&str>,
        (here, inside, back): (Window, Between, usize),
    ) -> Option<Found<Ratio>> {
        let first = readings.first().map(Reading::at)?;
        let in_term = calendar::term(self.contract).contains(inside.start);
        if first >= inside.start || !in_term || !asset.is_none_or(|asset| self.is_member(asset, inside.start)) {
            return None;
        }
        let own =
            |window: &Window| *window == calendar::window(self.contract, here.kind, self.contract.zone.date_of(first));
        let known = counted.iter().filter(|(window, ..)| !own(window)).rev().take(back);
        let known: Vec<Ratio> = known.filter_map(|(.., value)| value.clone().ok()).collect();
        let count = Ratio::int(i64::try_from(known.len()).unwrap_or(0));
        Some(known.iter().fold(Ratio::ZERO, |sum, one| sum.plus(one)).over(&count).ok_or(Gap::Held))
    }
}
