//! Rates for time: each asset by itself, each day by itself.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::FamilyId;
use consigne::base::number::Ratio;
use consigne::base::time::{Between, Date, Instant};
use consigne::base::vocabulary::{AttributesRead, MonthLength, Part, YearLength};
use consigne::base::window::WindowKind;
use consigne::check::amended::By;
use consigne::check::contract::{Amount, Basis, Dimension, Sentence, TermBody, TimeUnit};
use consigne::check::value::{Node, State, Value};

use super::World;
use super::calendar::{self, Window};
use super::duties::counted;
use super::values::{Datum, Found, Group, Hand};

/// Pieces of time since when they are read.
type Pieces = Vec<(Instant, Vec<Between>)>;

/// A group, and the price there, where lines are told apart by it.
type Line = (Group, Option<Found<Ratio>>);

/// Time of an asset that has one price and one group: since when it is read, and how much.
type Stretch = (Instant, Ratio);

impl World<'_> {
    /// "multiplies the rate by the time of each pump in the state"
    pub(crate) fn in_states(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let Basis::While(state, family, unit) = &sentence.basis else { unreachable!("`lines` sends only these here") };
        let inside = self.inside(window);
        let reads = self.contract.conventions.attributes_read != Some(AttributesRead::AtWindowStart)
            && self.reads_attributes(sentence);
        let by_group = dims.iter().any(|dim| matches!(dim, Dimension::Attribute(..)));
        let mut parts = Vec::new();
        for asset in self.assets(family.index()) {
            let text = self.text_of(sentence);
            let own: Group = vec![(Dimension::Asset(*family), Some(Datum::Asset(asset.clone())))];
            if text.is_some_and(|(_, by)| by != By::Instant) && !self.governs_window(text, window, &own) {
                continue;
            }
            let lots = self.groups_undivided(&asset, state, dims, window)?;
            let divided = lots.is_empty();
            parts.extend(lots.into_iter().map(|group| (group, Err(super::values::Gap::Held))));
            parts.extend(self.untold_of(sentence, (state, &asset), dims, window)?);
            if !divided {
                continue;
            }
            let always = Between::new(Instant(inside.start.0 - i64::MAX / 4), Instant(inside.end.0 + i64::MAX / 8));
            let times = self.times(state, Some(&asset), always)?;
            let mut cuts: BTreeSet<Instant> =
                if reads || by_group { self.moments_of_attributes(&asset) } else { BTreeSet::new() };
            if self.reads_parties(sentence) {
                let members =
                    self.facts.register.iter().filter(|(_, (family, _))| self.contract.families[*family].of_parties);
                cuts.extend(members.flat_map(|(member, _)| self.moments_of_attributes(member)));
            }
            let indexed = self.coefficients_of(sentence);
            let days = (window.first, window.last);
            let changes = indexed.iter().flat_map(|id| self.changes_of(*id, days));
            cuts.extend(changes.map(|day| self.contract.zone.start_of(day)));
            let cuts: Vec<Instant> = cuts.into_iter().collect();
            let hand_at = |at: Instant| {
                let on = Some(self.contract.zone.date_of(at));
                let hand = Hand {
                    on,
                    window: Some(window),
                    now: Some(at),
                    ..Hand::of_asset(&asset, self.read_at(at, inside))
                };
                Ok(Hand { group: self.group_at(&sentence.dims, &hand)?, ..hand })
            };
            let alike = |at: Instant, priced: bool| {
                let hand = hand_at(at)?;
                let priced = priced && (reads || !indexed.is_empty());
                // Of a price that is held nobody knows more than that.
                let price = priced.then(|| self.each(sentence, &Ratio::ONE, &hand));
                Ok((hand.group, price))
            };
            let cut = text.filter(|(_, by)| *by == By::Instant).map(|(version, _)| version);
            for (at, units) in self.stretches((&asset, cut), &times, (unit, window), &cuts, &alike)? {
                let hand = hand_at(at)?;
                let group = self.group_at(dims, &hand)?;
                parts.push((group, self.each_for_time(sentence, &units, &hand)));
            }
        }
        parts.extend(self.contested_lots(sentence, (*family, dims), window)?);
        let mut points = Vec::new();
        self.points_of(state, &mut points);
        parts.extend(self.held_of_lots(family.index(), dims, (inside, &points))?);
        Ok(parts)
    }

    /// What is held of an asset because it cannot be told: the records do not reach back so far, two of them differ, or nobody
    /// knows whether a timeline holds.
    fn untold_of(
        &self,
        sentence: &Sentence,
        (state, asset): (&State, &str),
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let (text, inside, mut groups) = (self.text_of(sentence), self.inside(window), Vec::new());
        let cut = text.filter(|(_, by)| *by == By::Instant).map(|(version, _)| version);
        let open = if self.may_govern_of(sentence, window) { inside } else { Between::new(inside.end, inside.end) };
        groups.extend(self.not_known_of(state, (asset, cut), dims, open)?.into_iter().map(|(group, _)| group));
        if self.concerns(text, Some(asset), window) {
            let of_asset =
                |event: &&super::facts::Event| event.asset.as_deref() == Some(asset) && !self.is_of_lots(event);
            for event in self.facts.contested().filter(of_asset).filter(|event| inside.contains(event.at)) {
                groups.push(self.group_at(dims, &Hand::of_event(event))?);
            }
            let doubts = self.doubts_of(state, Some(asset))?.into_iter();
            for part in doubts.filter_map(|doubt| doubt.intersect(inside)) {
                groups.push(self.group_at(dims, &Hand::of_asset(asset, part.start))?);
            }
        }
        Ok(groups.into_iter().map(|group| (group, Err(super::values::Gap::Held))).collect())
    }

    /// What is held of lots of which two records differ.
    fn contested_lots(
        &self,
        sentence: &Sentence,
        (family, dims): (FamilyId, &[Dimension]),
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let (mut parts, inside) = (Vec::new(), self.inside(window));
        let lots = self.facts.contested().filter(|event| inside.contains(event.at) && self.is_of_lots(event));
        let own = lots.filter(|event| self.contract.kinds[event.kind.index()].family == Some(family));
        for event in own.filter(|event| self.concerns(self.text_of(sentence), event.asset.as_deref(), window)) {
            let groups = self.groups_contested(dims, event, &Hand::of_event(event))?;
            parts.extend(groups.into_iter().map(|group| (group, Err(super::values::Gap::Held))));
        }
        Ok(parts)
    }

    fn each_for_time(&self, sentence: &Sentence, units: &Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        if units.is_zero() {
            return Ok(Ratio::ZERO);
        }
        self.each(sentence, units, hand)
    }

    /// Whether it depends on an attribute of a party.
    fn reads_parties(&self, sentence: &Sentence) -> bool {
        let mut values: Vec<&Value> = sentence.times.iter().collect();
        if let Amount::Value(value) = &sentence.amount {
            values.push(value);
        }
        values.extend(sentence.adjustments.iter().filter_map(|step| step.what.value()));
        values.into_iter().any(|value| self.reads(value, &|node| matches!(node, Node::OfParty(..))))
    }

    /// Whether the rate, factor or a step depends on an attribute.
    fn reads_attributes(&self, sentence: &Sentence) -> bool {
        let mut values: Vec<&Value> = sentence.times.iter().collect();
        if let Amount::Value(value) = &sentence.amount {
            values.push(value);
        }
        values.extend(sentence.adjustments.iter().filter_map(|step| step.what.value()));
        values.into_iter().any(|value| self.reads(value, &|node| matches!(node, Node::Attribute(..))))
    }

    pub(crate) fn reads(&self, value: &Value, wanted: &dyn Fn(&Node) -> bool) -> bool {
        match &*value.node {
            node if wanted(node) => true,
            Node::Term(term) => match &self.contract.terms[term.index()].body {
                TermBody::Value(value) => self.reads(value, wanted),
                TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_) => false,
            },
            _ => value.node.parts().into_iter().any(|part| self.reads(part, wanted)),
        }
    }

    /// The quantities of one asset in a window, cut where its attributes change.
    fn stretches(
        &self,
        (asset, text): (&str, Option<usize>),
        times: &[Between],
        (unit, window): (&TimeUnit, Window),
        cuts: &[Instant],
        alike: &dyn Fn(Instant, bool) -> Found<Line>,
    ) -> Found<Vec<Stretch>> {
        match unit {
            TimeUnit::Time(unit, size, part) => {
                let mut found = self.pieces(asset, &self.governed(text, Some(asset), times), window, cuts);
                if *part != Part::ProRata {
                    found = joined(found, &|at| alike(at, true))?;
                }
                let mut sums: Vec<Stretch> = Vec::new();
                for (start, pieces) in &mut found {
                    let mut sum = Ratio::ZERO;
                    for piece in pieces {
                        sum = sum.plus(&self.in_unit(*piece, unit));
                    }
                    let units = sum.over(size).unwrap_or_default();
                    sums.push((*start, counted(&units, *part)));
                }
                Ok(sums)
            }
            TimeUnit::Window(part) => {
                let whole = calendar::bounds(self.contract, window).seconds();
                let mut found = self.pieces(asset, &self.governed(text, Some(asset), times), window, cuts);
                if *part != Part::ProRata {
                    found = joined(found, &|at| alike(at, false))?;
                }
                let mut sums: Vec<Stretch> = Vec::new();
                for (start, pieces) in found {
                    let held = pieces.iter().fold(Ratio::ZERO, |sum, piece| sum.plus(&piece.seconds()));
                    let units = match part {
                        Part::Commenced => Ratio::int(i64::from(!held.is_zero())),
                        Part::Completed => Ratio::int(i64::from(held == whole)),
                        Part::ProRata => held.over(&whole).unwrap_or_default(),
                    };
                    sums.push((start, units));
                }
                Ok(sums)
            }
            TimeUnit::Days { first, last } => {
                Ok(self.by_day(&self.days((asset, text), times, window, (*first, *last)), cuts, |_| true))
            }
            TimeUnit::BusinessDays { first, last } => {
                let days = self.days((asset, text), times, window, (*first, *last));
                Ok(self.by_day(&days, cuts, |day| calendar::is_business_day(self.contract, day)))
            }
            TimeUnit::Share { first, last } => {
                let days = self.days((asset, text), times, window, (*first, *last));
                let share = self.share(&days, window);
                let total = Ratio::int(i64::try_from(days.len()).unwrap_or(0));
                let stretches = self.by_day(&days, cuts, |_| true);
                let part = |units: Ratio| units.times(&share).over(&total).unwrap_or_default();
                Ok(stretches.into_iter().map(|(at, units)| (at, part(units))).collect())
            }
        }
    }

    /// The exact pieces of time of an asset in a window, by the cuts between which they lie.
    fn pieces(&self, asset: &str, times: &[Between], window: Window, cuts: &[Instant]) -> Pieces {
        let inside = self.inside(window);
        let mut found: BTreeMap<usize, (Instant, Vec<Between>)> = BTreeMap::new();
        let membership = match self.rows_of(asset) {
            Some(_) => self.times(&State::Member, Some(asset), inside).unwrap_or_default(),
            None => vec![inside],
        };
        for time in times {
            for member in &membership {
                let Some(piece) = time.intersect(*member) else { continue };
                let mut start = piece.start;
                while start < piece.end {
                    let place = cuts.iter().filter(|cut| **cut <= start).count();
                    let end = cuts.get(place).copied().unwrap_or(piece.end).min(piece.end);
                    found.entry(place).or_insert((start, Vec::new())).1.push(Between::new(start, end));
                    start = end;
                }
            }
        }
        found.into_values().collect()
    }

    /// "`first day counted`: the day of the start counts, the day of the end does not; `last day counted`: the day of
    /// the end counts, the day of the start does not …" Each day once, with the moment at which the asset is read.
    fn days(
        &self,
        (asset, text): (&str, Option<usize>),
        times: &[Between],
        window: Window,
        (first, last): (bool, bool),
    ) -> BTreeMap<Date, (Instant, Instant)> {
        let zone = self.contract.zone;
        let (from, to) = (window.first.max(self.contract.term.0), window.last.min(self.contract.term.1));
        let mut found = BTreeMap::new();
        let mut day = from;
        while day <= to {
            let counts = times.iter().find(|time| {
                let (start, end) = (zone.date_of(time.start), zone.date_of(time.end));
                let after_start = start < day || (start == day && first);
                let before_end = day < end || (day == end && last);
                after_start && before_end
            });
            let member = match self.rows_of(asset) {
                Some(_) => self.is_member(asset, zone.start_of(day)),
                None => true,
            };
            let governs = text.is_none_or(|text| self.governs(text, Some(asset), zone.start_of(day)));
            if let Some(time) = counts
                && member
                && governs
            {
                found.insert(day, (time.start, time.start.max(zone.start_of(day))));
            }
            day = day.plus_days(1);
        }
        found
    }

    /// "Where days are counted, a change within a day holds from the next day on." Each time in the state is read by itself.
    fn by_day(
        &self,
        days: &BTreeMap<Date, (Instant, Instant)>,
        cuts: &[Instant],
        counts: impl Fn(Date) -> bool,
    ) -> Vec<Stretch> {
        let zone = self.contract.zone;
        let mut found: BTreeMap<(usize, Instant), Stretch> = BTreeMap::new();
        for (day, (since, at)) in days {
            let place = cuts.iter().filter(|cut| **cut <= zone.start_of(*day)).count();
            let entry = found.entry((place, *since)).or_insert((*at, Ratio::ZERO));
            entry.1 = entry.1.plus(&Ratio::int(i64::from(counts(*day))));
        }
        found.into_values().collect()
    }

    /// The part of a window that some days are. "`actual days`: a prorated month has as many days as it has. `30 days`:
    /// it always has 30. A whole month is one month, and never more than one is paid. `30/360`: it has 30. The 31st does
    /// not count. The last day of February stands for the days up to the 30th."
    fn share(&self, days: &BTreeMap<Date, (Instant, Instant)>, window: Window) -> Ratio {
        let whole = window.first.days_until(window.last) + 1;
        let count = i64::try_from(days.len()).unwrap_or(0);
        let of = |count: i64, length: i64| Ratio::new(count.into(), length.into()).unwrap_or_default();
        let conventions = &self.contract.conventions;
        match window.kind {
            WindowKind::Month | WindowKind::ContractMonth => match conventions.month_of {
                Some(MonthLength::Thirty) if count != whole => of(count.min(30), 30),
                Some(MonthLength::ThirtyOf360) if count != whole => {
                    let weight = |day: &Date| match day.day() {
                        31 => 0,
                        number if *day == day.last_of_month() => 31 - i64::from(number),
                        _ => 1,
                    };
                    of(days.keys().map(weight).sum(), 30)
                }
                Some(_) if count == whole => Ratio::ONE,
                Some(_) | None => of(count, whole),
            },
            WindowKind::Year | WindowKind::ContractYear => match conventions.year_of {
                Some(_) if count == whole => Ratio::ONE,
                Some(YearLength::Days365) => of(count.min(365), 365),
                Some(YearLength::Days360) => of(count.min(360), 360),
                Some(YearLength::Actual) | None => of(count, whole),
            },
            _ => of(count, whole),
        }
    }
}

/// "A unit is not split": the pieces of one line and price are one, from the first of them on.
fn joined(pieces: Pieces, alike: &dyn Fn(Instant) -> Found<Line>) -> Found<Pieces> {
    let mut found: Vec<(Line, (Instant, Vec<Between>))> = Vec::new();
    for (start, times) in pieces {
        let key = alike(start)?;
        match found.iter_mut().find(|(known, _)| *known == key) {
            Some((_, (_, all))) => all.extend(times),
            None => found.push((key, (start, times))),
        }
    }
    Ok(found.into_iter().map(|(_, piece)| piece).collect())
}
