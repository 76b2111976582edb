//! The amount of a limit, and caps that roll with the settlements.

use std::collections::BTreeMap;

use consigne::base::ids::ClauseId;
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::{AttributesRead, IndexBase, LimitsRead, OwedKind};
use consigne::check::contract::{CapIndex, FirstWindow, OwedBase, Owes};

use super::World;
use super::calendar::{self, Window};
use super::money::Charge;
use super::values::{Datum, Found, Gap, Group, Hand};

/// A limit whose amount is computed, in a window through a period.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Limited<'o> {
    owes: &'o Owes,
    of: Of,
    window: Window,
    period: Window,
}

/// Of which charges a part is taken.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Of {
    /// "what was charged in the window until then"
    SoFar,
    /// "what was charged in the window until then, at that pace for the whole window"
    Expected,
    /// "what was charged in the window before"
    Previous,
    /// What was charged in so many settlement periods.
    Last(i64),
}

impl World<'_> {
    /// The amount of a limit in a window through a period. It is never below zero.
    pub(crate) fn limit(&self, owes: &Owes, (window, period): (Window, Window), group: &Group) -> Found<Ratio> {
        let first = window.first <= self.contract.term.0;
        let (value, of) = match &owes.base {
            _ if owes.rolling.is_some() => (&owes.amount, Of::Last(owes.rolling.unwrap_or(1))),
            OwedBase::Previous(_) if !first => (&owes.amount, Of::Previous),
            OwedBase::SoFar | OwedBase::Previous(FirstWindow::SoFar) => (&owes.amount, Of::SoFar),
            OwedBase::Expected | OwedBase::Previous(FirstWindow::Expected) => (&owes.amount, Of::Expected),
            // "a fixed amount in place of the whole"
            OwedBase::Previous(FirstWindow::Amount(amount)) => (amount, Of::SoFar),
        };
        let before =
            self.plain.replace(owes.indexed == CapIndex::Base(IndexBase::BeforeIndexation) || self.plain.get());
        let at = calendar::bounds(self.contract, period).end.min(self.inside(window).end);
        let limit = Some(Limited { owes, of, window, period });
        let whole = self.number(value, &Hand { at, limit, ..Hand::of_window(window, group) });
        self.plain.set(before);
        let whole = match owes.indexed {
            CapIndex::By(id) => self
                .indexed(id, &whole?, (window.first.max(self.contract.term.0), period.last.min(self.contract.term.1)))?
                .max(Ratio::ZERO),
            CapIndex::Unsaid | CapIndex::Not | CapIndex::Base(_) => whole?.max(Ratio::ZERO),
        };
        if !owes.prorated {
            return Ok(whole);
        }
        // "`prorated by day`: by the days of the window that lie in the term, of all of its days"
        let (first, last) = (window.first.max(self.contract.term.0), window.last.min(self.contract.term.1));
        let part = Ratio::new((first.days_until(last) + 1).into(), (window.first.days_until(window.last) + 1).into());
        Ok(whole.times(&part.unwrap_or_default()))
    }

    /// "Where the attribute can change within the window, the convention `limits read attributes` says which value counts.
    /// Where nothing is said, the line is held." "A member that comes later has its first value, and a window that is
    /// settled while it runs the value at the end of the period that is settled."
    pub(crate) fn attribute_for_limit(&self, asset: &str, attribute: usize, at: (Window, Instant)) -> Found<Datum> {
        let told = self.attribute_told(asset, attribute, at);
        // "In every other window in which it makes a difference which of two records counts."
        let differs = |other: &Self| other.attribute_told(asset, attribute, at) != told;
        if self.others.iter().any(differs) { Err(Gap::Held) } else { told }
    }

    fn attribute_told(&self, asset: &str, attribute: usize, (window, end): (Window, Instant)) -> Found<Datum> {
        let inside = self.inside(window);
        let last = Instant(end.0 - 1);
        let at_start = self.attribute(asset, attribute, inside.start);
        let later = self.moments_of_attributes(asset).into_iter().filter(|at| inside.start < *at && *at < end);
        let values: Vec<Datum> = later.filter_map(|at| self.attribute(asset, attribute, at)).collect();
        let first = at_start.or_else(|| values.first().cloned()).ok_or(Gap::Absent)?;
        match self.contract.conventions.limits_read {
            Some(LimitsRead::AtWindowStart) => Ok(first),
            Some(LimitsRead::AtWindowEnd) => self.attribute(asset, attribute, last).ok_or(Gap::Absent),
            // "The convention `attributes read at the start of the window` answers it too."
            None if self.contract.conventions.attributes_read == Some(AttributesRead::AtWindowStart) => Ok(first),
            None if values.iter().all(|value| *value == first) => Ok(first),
            None => Err(Gap::Held),
        }
    }

    /// What a clause charges of which the amount of a limit is a part.
    pub(crate) fn charged_for_limit(&self, limit: Limited<'_>, clause: ClauseId, group: &Group) -> Found<Ratio> {
        let Limited { owes, of, window, period } = limit;
        // "Where the clause is held for want of a value, so is the part."
        if self.plain.replace(false) {
            let known = self.charged_for_limit(limit, clause, group);
            self.plain.set(true);
            known?;
        }
        let first = self.contract.sentences.iter().find(|sentence| sentence.clause == clause);
        let Some(first) = first else { return Ok(Ratio::ZERO) };
        let window = if of == Of::Previous { calendar::earlier(self.contract, window, 1) } else { window };
        let mut sum = Ratio::ZERO;
        for charge in self.charges_of(clause)? {
            let due = calendar::period_of(self.contract, charge.window).first;
            let here = match of {
                Of::Last(periods) => due >= calendar::earlier(self.contract, period, periods - 1).first,
                _ => calendar::window(self.contract, owes.window, charge.last) == window,
            };
            let due = due <= period.first;
            if charge.stands != clause || !here || !due {
                continue;
            }
            let amount = self.part_of(&charge, group)?;
            sum = if self.goes_with(first, &charge) { sum.plus(&amount) } else { sum.minus(&amount) };
        }
        if of != Of::Expected {
            return Ok(sum);
        }
        // "The expected amount counts time in months, with the exact part of the last one. What the term cuts off a
        // window is not expected."
        let start = window.first.max(self.contract.term.0);
        let end = window.last.min(self.contract.term.1);
        let gone = calendar::months_between(start, period.last.min(end).plus_days(1));
        let whole = calendar::months_between(start, end.plus_days(1));
        Ok(sum.times(&whole.over(&gone).unwrap_or_default()))
    }

    /// "A cap `per rolling 12 months` holds in the twelve months that end with each settlement period. Of what is charged in
    /// a period so much is owed as the periods before leave of it. What it takes back is not given back later."
    pub(crate) fn owed_rolling(&self, owes: &Owes, charges: &[Charge]) -> Found<Vec<Charge>> {
        assert!(owes.kind == OwedKind::AtMost, "check refuses a minimum or exemption that rolls");
        let mut owed: BTreeMap<Group, Vec<(usize, Found<Ratio>)>> = BTreeMap::new();
        let mut found = Vec::new();
        for (place, period) in calendar::windows(self.contract, calendar::rhythm(self.contract)).into_iter().enumerate()
        {
            if period.first > self.last.first {
                break;
            }
            // What was owed by an earlier text of the cap counts. Where the clause is suspended nothing is used.
            let Some((cap, false)) = self.cap_in(owes, period) else { continue };
            let told = std::ptr::eq(cap, owes);
            for group in self.owing(cap, charges, period)? {
                let payer = self.who(owes.party, &group).unwrap_or_default();
                let payee = self.who(owes.payee, &group).unwrap_or_default();
                let taken = self.charged_under(cap, charges, (period, period), &group);
                let line = taken.and_then(|(charged, nature)| {
                    let limit = self.limit(cap, (period, period), &group);
                    let limit = super::money::of_nothing(&charged, limit, Ratio::ZERO)?;
                    Ok((charged, nature, self.line_rounded(limit)))
                });
                match line {
                    // Of what is held nobody knows how much was owed.
                    Err(gap) => {
                        owed.entry(group.clone()).or_default().push((place, Err(Gap::Held)));
                        if told {
                            found.push(self.line(owes, (period, period, &group), (&payer, &payee, ""), Err(gap)));
                        }
                    }
                    Ok((charged, nature, limit)) => {
                        let known = owed.entry(group.clone()).or_default();
                        let reach = usize::try_from(cap.rolling.unwrap_or(1)).unwrap_or(1);
                        let within = known.iter().filter(|(before, _)| before + reach > place);
                        let within: Vec<Found<Ratio>> = within.map(|(_, amount)| amount.clone()).collect();
                        let used = within.iter().flatten().fold(Ratio::ZERO, |sum, amount| sum.plus(amount));
                        let left = limit.minus(&used).max(Ratio::ZERO);
                        // It must matter: something is charged, and something may be left.
                        let matters = charged > Ratio::ZERO && !left.is_zero();
                        let is_owed = match within.into_iter().find(Result::is_err) {
                            Some(held) if matters => held,
                            Some(_) | None => Ok(charged.clone().min(left)),
                        };
                        let line = is_owed.clone().map(|is_owed| is_owed.minus(&charged));
                        if told {
                            found.push(self.line(owes, (period, period, &group), (&payer, &payee, &nature), line));
                        }
                        known.push((place, is_owed));
                    }
                }
            }
        }
        Ok(found)
    }
}
