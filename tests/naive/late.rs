//! Money for lateness: as it accrues, or when it ends.

use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::LatenessPaid;
use consigne::check::contract::{Basis, Dimension, Sentence};

use super::World;
use super::calendar::Window;
use super::money::indexed_by;
use super::values::{Found, Gap, Group, Hand, unsupported};

impl World<'_> {
    /// "Lateness can grow over several settlements. With `is paid as it accrues` each settlement period pays what was
    /// added in it. With `is paid when it ends` the period pays all of it in which the thing is done, or missed."
    pub(crate) fn late(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let Basis::Lateness(id, unit, size, part) = &sentence.basis else { return unsupported("lateness") };
        let inside = self.inside(window);
        let mut parts = self.contested(self.contract.obligations[id.index()].family, dims, window)?;
        for duty in self.duties(*id)? {
            let hand = Hand::of_event(&duty.opened);
            if duty.unknown && inside.contains(duty.opened.at) {
                parts.push((self.group_at(dims, &hand)?, Err(Gap::Held)));
            }
            let through = |until: Instant| -> Found<Ratio> {
                if indexed_by(sentence).is_some() {
                    return self.late_by_day(sentence, &duty, until);
                }
                let units = self.lateness(&duty, until, (unit, size, *part))?;
                if units.is_zero() {
                    return Ok(Ratio::ZERO);
                }
                self.each(sentence, &units.times(&Ratio::int(duty.opened.units)), &hand)
            };
            let amount = match self.contract.conventions.lateness {
                Some(LatenessPaid::WhenItEnds) => {
                    let ends = duty.done.or(duty.missed);
                    if ends.is_some_and(|end| inside.contains(end)) {
                        through(Instant(i64::MAX))
                    } else {
                        Ok(Ratio::ZERO)
                    }
                }
                Some(LatenessPaid::AsItAccrues) | None => {
                    let units = |until: Instant| self.lateness(&duty, until, (unit, size, *part));
                    if units(inside.end)? == units(inside.start)? {
                        continue;
                    }
                    through(inside.end).and_then(|now| Ok(now.minus(&through(inside.start)?)))
                }
            };
            parts.push((self.group_at(dims, &hand)?, amount));
        }
        self.added(sentence, dims, window, parts)
    }

    /// "Time in a state and lateness are split where it changes: each day has its own."
    fn late_by_day(&self, sentence: &Sentence, duty: &super::duties::Duty, until: Instant) -> Found<Ratio> {
        let Basis::Lateness(_, unit, size, part) = &sentence.basis else { return unsupported("lateness") };
        let (Some(id), Some(deadline)) = (indexed_by(sentence), duty.deadline) else { return Ok(Ratio::ZERO) };
        if sentence.adjustments.len() > 1 || *part != consigne::base::vocabulary::Part::ProRata {
            return unsupported("indexed lateness with other steps");
        }
        let zone = self.contract.zone;
        let end = [Some(until), duty.done, duty.missed].into_iter().flatten().min().unwrap_or(until);
        let days = (zone.date_of(deadline), zone.date_of(end));
        let mut ends: Vec<Instant> = self.changes_of(id, days).into_iter().map(|day| zone.start_of(day)).collect();
        ends.push(until);
        let (mut from, mut sum) = (deadline, Ratio::ZERO);
        for end in ends.into_iter().filter(|end| *end > deadline) {
            let units = |at: Instant| self.lateness(duty, at, (unit, size, *part));
            let grown = units(end)?.minus(&units(from)?);
            if !grown.is_zero() {
                let hand = Hand { on: Some(zone.date_of(from)), ..Hand::of_event(&duty.opened) };
                let grown = grown.times(&Ratio::int(duty.opened.units));
                sum = sum.plus(&self.each(sentence, &grown, &hand)?);
            }
            from = end;
        }
        Ok(sum)
    }
}
