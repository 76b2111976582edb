//! Money for lateness: as it accrues, or when it ends.

use std::collections::BTreeSet;

use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::LatenessPaid;
use consigne::check::amended::By;
use consigne::check::contract::{Basis, Dimension, Sentence};

use super::World;
use super::calendar::Window;
use super::money::raised_first;
use super::values::{Found, Gap, Group, Hand};

impl World<'_> {
    /// "Lateness can grow over several settlements. With `is paid as it accrues` each settlement period pays what was
    /// added in it. With `is paid when it ends` the period pays all of it in which the thing is done, or missed."
    pub(crate) fn late(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let Basis::Lateness(id, unit, size, part) = &sentence.basis else {
            unreachable!("`lines` sends only these here")
        };
        let inside = self.inside(window);
        let mut parts =
            self.contested(self.contract.obligations[id.index()].family, dims, (window, self.text_of(sentence)))?;
        parts.extend(self.too_many_for(*id, dims, inside)?);
        if self.may_govern_of(sentence, window) {
            parts.extend(self.not_opened(*id, dims, inside)?);
        }
        let (lots, held) = self.undivided_for((*id, self.text_of(sentence)), dims, window)?;
        parts.extend(held);
        let of_lots = |duty: &super::duties::Duty| duty.opened.asset.as_ref().is_some_and(|asset| lots.contains(asset));
        let text = self.text_of(sentence);
        let by_opening = text.filter(|(_, by)| *by == By::Opening);
        let by_instant = text.filter(|(_, by)| *by != By::Opening).map(|(version, _)| version);
        let open = |duty: &super::duties::Duty| {
            by_opening.is_none_or(|(version, _)| self.governs(version, duty.opened.asset.as_deref(), duty.opened.at))
        };
        // What cannot be told is held for whom it is of, too.
        let own = |duty: &super::duties::Duty| (!of_lots(duty) || duty.unknown) && open(duty);
        for duty in self.duties(*id)?.into_iter().filter(own) {
            let hand = Hand { bearer: duty.bearer_at(duty.opened.at), ..Hand::of_event(&duty.opened) };
            let unknown = self.open_from(text, &duty).filter(|at| duty.unknown && inside.contains(*at));
            if let Some(at) = unknown {
                let hand = Hand { at, bearer: duty.bearer_at(at), ..hand.clone() };
                parts.push((self.group_at(dims, &hand)?, Err(Gap::Held)));
            }
            let through = |until: Instant, group: &Group| -> Found<Ratio> {
                // A coefficient is that of the window, where it does not change within.
                let line = Some(window).filter(|_| !sentence.index_in_walk);
                let hand = Hand { group: group.clone(), window: line, ..hand.clone() };
                if sentence.index_in_walk {
                    return self.late_by_day(sentence, &duty, until, &hand);
                }
                let units = self.lateness(&duty, until, (unit, size, *part));
                if units.is_zero() {
                    return Ok(Ratio::ZERO);
                }
                self.each(sentence, &units.times(&Ratio::int(duty.opened.units)), &hand)
            };
            // "each is late by its own time"
            let by_attribute = dims.iter().any(|dim| matches!(dim, Dimension::Attribute(..)));
            let asset = duty.opened.asset.as_deref().filter(|_| by_attribute);
            let times = duty.borne().into_iter().flat_map(|(bearer, time)| {
                // Each by itself: what a text governs of two of them is still told apart.
                let pieces = self.cut_at_attributes(asset, time, dims).into_iter();
                let pieces = pieces.flat_map(|piece| self.governed(by_instant, duty.opened.asset.as_deref(), &[piece]));
                pieces.map(|piece| (bearer.clone(), piece)).collect::<Vec<_>>()
            });
            for (bearer, time) in times {
                // Whose it is goes by the time itself, "whatever `attributes read` says".
                let now = Some(time.start.max(duty.opened.at)).filter(|_| by_attribute);
                let at = now.map_or(duty.opened.at, |now| self.read_at(now, inside));
                let hand = Hand { at, now, bearer, ..hand.clone() };
                let (start, end) = match self.contract.conventions.lateness {
                    Some(LatenessPaid::WhenItEnds) => {
                        let ends = duty.done.or(duty.missed);
                        if !ends.is_some_and(|end| inside.contains(end)) {
                            continue;
                        }
                        (time.start, time.end)
                    }
                    Some(LatenessPaid::AsItAccrues) | None => (inside.start.max(time.start), inside.end.min(time.end)),
                };
                let units = |until: Instant| self.lateness(&duty, until, (unit, size, *part));
                if start >= end || units(end) == units(start) {
                    continue;
                }
                let own = self.group_at(&sentence.dims, &hand)?;
                let amount = through(end, &own).and_then(|now| Ok(now.minus(&through(start, &own)?)));
                parts.push((self.group_at(dims, &hand)?, amount));
            }
        }
        Ok(parts)
    }

    /// "Time in a state and lateness are split where it changes: each day has its own."
    fn late_by_day(
        &self,
        sentence: &Sentence,
        duty: &super::duties::Duty,
        until: Instant,
        hand: &Hand<'_>,
    ) -> Found<Ratio> {
        let Basis::Lateness(_, unit, size, part) = &sentence.basis else {
            unreachable!("`late` sends only these here")
        };
        let Some(deadline) = duty.deadline else { return Ok(Ratio::ZERO) };
        let raised = usize::from(raised_first(sentence));
        let zone = self.contract.zone;
        let end = [Some(until), duty.done, duty.missed].into_iter().flatten().min().unwrap_or(until);
        let days = (zone.date_of(deadline), zone.date_of(end));
        let changes = self.coefficients_of(sentence).into_iter().flat_map(|id| self.changes_of(id, days));
        let mut ends: BTreeSet<Instant> = changes.map(|day| zone.start_of(day)).collect();
        ends.insert(until);
        let (mut from, mut sum) = (deadline, Ratio::ZERO);
        for end in ends.into_iter().filter(|end| *end > deadline) {
            let units = |at: Instant| self.lateness(duty, at, (unit, size, *part));
            let grown = units(end).minus(&units(from));
            if !grown.is_zero() {
                let hand = Hand { on: Some(zone.date_of(from)), ..hand.clone() };
                let grown = grown.times(&Ratio::int(duty.opened.units));
                sum = sum.plus(&self.indexed_rate(sentence, &grown, &hand)?);
            }
            from = end;
        }
        if sum.is_zero() {
            return Ok(sum);
        }
        // The steps behind it are those of the whole lateness of the obligation.
        self.steps_behind(sentence, raised, true, sum, hand)
    }
}
