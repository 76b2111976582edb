//! Clauses that meet: what is charged twice for the same is taken back, by what was charged so far.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::ClauseId;
use consigne::base::number::Ratio;
use consigne::base::time::{Date, Instant};
use consigne::base::vocabulary::Meet;
use consigne::check::contract::{Dimension, Meeting};

use super::World;
use super::amended::Text;
use super::calendar::{self, Window};
use super::money::Charge;
use super::values::{Datum, Found, Gap, Group};

impl World<'_> {
    /// The lines of a meeting. "What is taken back is a line of its own, in the clause in which the sentence stands, and
    /// has the nature of what is taken back. It counts what was charged so far: where a clause is replaced in a later
    /// period, it is taken back then."
    pub(crate) fn met(&self, meeting: &Meeting, charges: &[Charge]) -> Found<Vec<Charge>> {
        if meeting.how == Meet::AddsTo {
            return Ok(Vec::new());
        }
        let place = self.contract.meetings.iter().position(|own| std::ptr::eq(own, meeting));
        let text = place.and_then(|place| self.contract.amended.meetings.get(&place).copied());
        let mut found = Vec::new();
        for parties in self.parties_of_all(meeting, charges) {
            self.met_between((meeting, text), charges, &parties, &mut found)?;
        }
        Ok(found)
    }

    /// The same of what one party pays another.
    fn met_between(
        &self,
        (meeting, text): (&Meeting, Text),
        charges: &[Charge],
        parties: &(String, String),
        found: &mut Vec<Charge>,
    ) -> Found<()> {
        let own: Vec<&Charge> = charges
            .iter()
            // What another meeting took back is not taken back again.
            .filter(|charge| (charge.met || charge.stands == charge.clause) && is_between(charge, parties))
            .filter(|charge| meeting.all().any(|clause| clause == charge.clause))
            // What is charged nothing meets nothing.
            .filter(|charge| charge.amount != Ok(Ratio::ZERO) && self.may_meet(meeting, text, charge))
            .collect();
        for window in calendar::windows(self.contract, meeting.window) {
            // "`only the higher` by the window that must be the same"
            let by_window = meeting.how == Meet::OnlyHigher && !is_for_one_event(meeting);
            if by_window && !self.governs_window(text, window, &Group::new()) {
                continue;
            }
            let here: Vec<&Charge> = own
                .iter()
                .copied()
                .filter(|charge| calendar::window(self.contract, meeting.window, charge.last) == window)
                .collect();
            for group in self.groups_that_meet(meeting, &here)? {
                let here = self.of_event(text, &group, &here);
                if !self.do_meet(&here, &group)? {
                    continue;
                }
                for clause in meeting.all() {
                    self.taken_back(meeting, clause, (window, &group), &here, found)?;
                }
            }
        }
        Ok(())
    }

    /// "By the charge of clause 5: by the text of clause 5 by which it is charged, where the sentence stands there; in another
    /// clause by the window in which it is charged. What clause 3 charges is taken back, whatever its text."
    fn may_meet(&self, meeting: &Meeting, text: Text, charge: &Charge) -> bool {
        let Some((version, _)) = text else { return true };
        if meeting.how != Meet::Replaces || !meeting.clauses.contains(&charge.clause) {
            return true;
        }
        if charge.clause != meeting.clause {
            return is_for_one_event(meeting) || self.governs_window(text, charge.window, &Group::new());
        }
        let sentence = charge.of.map(|place| &self.contract.sentences[place]);
        sentence.and_then(|sentence| self.text_of(sentence)).is_some_and(|(own, _)| own == version)
    }

    /// "What meets for one event goes by its instant": by the text in which the sentence stands. "What is held may be charged
    /// for any event of its window" that goes by its text.
    fn of_event<'c>(&self, text: Text, group: &Group, charges: &[&'c Charge]) -> Vec<&'c Charge> {
        let Some((at, asset)) = the_event(group) else { return charges.to_vec() };
        let goes_by = |text: Text| self.goes_by(text, asset, at);
        let of = |charge: &&Charge| charge.of.map(|place| &self.contract.sentences[place]);
        let day = self.contract.zone.date_of(at);
        let inside = |charge: &&Charge| charge.window.first <= day && day <= charge.window.last;
        let own = charges.iter().copied().filter(|charge| goes_by(text) && inside(charge));
        own.filter(|charge| of(charge).is_none_or(|sentence| goes_by(self.text_of(sentence)))).collect()
    }

    /// "All of them are paid by one party to one other": who pays whom what may meet.
    fn parties_of_all(&self, meeting: &Meeting, charges: &[Charge]) -> BTreeSet<(String, String)> {
        let own = charges.iter().filter(|charge| meeting.all().any(|clause| clause == charge.clause));
        own.map(|charge| (charge.payer.clone(), charge.payee.clone())).collect()
    }

    fn groups_that_meet(&self, meeting: &Meeting, charges: &[&Charge]) -> Found<BTreeSet<Group>> {
        if meeting.dims.is_empty() {
            return Ok(BTreeSet::from([Group::new()]));
        }
        let mut found = BTreeSet::new();
        for charge in charges {
            let told: Option<Group> =
                meeting.dims.iter().map(|dim| charge.group.iter().find(|(known, _)| known == dim).cloned()).collect();
            if let Some(group) = told {
                found.insert(group);
                continue;
            }
            // A line that is held charges nobody knows whom: it may meet everything in its window.
            let parts = self.finer(charge, &meeting.dims).unwrap_or_default();
            found.extend(parts.into_iter().map(|(group, _)| group));
        }
        Ok(found)
    }

    /// Whether more than one clause charges something in a group, or may.
    fn do_meet(&self, charges: &[&Charge], group: &Group) -> Found<bool> {
        if group.iter().any(|(_, value)| value.is_none()) {
            return Ok(true);
        }
        let mut clauses: BTreeSet<ClauseId> = BTreeSet::new();
        for charge in charges {
            match self.part_of(charge, group) {
                Ok(part) if part.is_zero() => {}
                Ok(_) | Err(_) => {
                    clauses.insert(charge.clause);
                }
            }
        }
        Ok(clauses.len() > 1)
    }

    /// What is taken back of one clause, period by period.
    fn taken_back(
        &self,
        meeting: &Meeting,
        clause: ClauseId,
        (window, group): (Window, &Group),
        charges: &[&Charge],
        found: &mut Vec<Charge>,
    ) -> Found<()> {
        let Some(like) = charges.iter().find(|charge| charge.clause == clause) else { return Ok(()) };
        let mut before: BTreeMap<Date, Ratio> = BTreeMap::new();
        for period in calendar::windows(self.contract, calendar::rhythm(self.contract)) {
            let begun = period.last >= window.first && period.first <= window.last.min(self.contract.term.1);
            if !begun || period.first > self.last.first {
                continue;
            }
            let due: Vec<&Charge> = charges
                .iter()
                .copied()
                .filter(|charge| calendar::period_of(self.contract, charge.window).first <= period.first)
                .collect();
            if group.iter().any(|(_, value)| value.is_none()) {
                if self.meets_unknown(clause, group, (&due, period))? {
                    let place = (clause, meeting.clause, period, period.last);
                    found.push(Charge { group: group.clone(), ..taken_of(like, place, Err(Gap::Held)) });
                }
                continue;
            }
            let through = |clause: ClauseId| -> Found<BTreeMap<Date, Ratio>> {
                let mut sums: BTreeMap<Date, Ratio> = BTreeMap::new();
                for charge in due.iter().filter(|charge| charge.clause == clause) {
                    let sum = sums.entry(charge.last).or_insert(Ratio::ZERO);
                    *sum = sum.plus(&self.part_of(charge, group)?);
                }
                Ok(sums)
            };
            let total = |clause: ClauseId| -> Found<Ratio> {
                Ok(through(clause)?.values().fold(Ratio::ZERO, |sum, one| sum.plus(one)))
            };
            // Of what is held nobody knows how much is taken back.
            let is_due = self.is_due(meeting, (clause, self.is_charged(clause, group, &due)), &total);
            let taken = match is_due.and_then(|due| if due { Ok(BTreeMap::new()) } else { through(clause) }) {
                Ok(taken) => taken,
                Err(gap) => {
                    // Held where something is charged in the period.
                    let now = |charge: &&&Charge| calendar::period_of(self.contract, charge.window) == period;
                    let nothing = |charge: &Charge| matches!(self.part_of(charge, group), Ok(part) if part.is_zero());
                    if charges.iter().filter(now).any(|charge| !nothing(charge)) {
                        let place = (clause, meeting.clause, period, period.last.min(self.contract.term.1));
                        found.push(Charge { group: group.clone(), ..taken_of(like, place, Err(gap)) });
                    }
                    continue;
                }
            };
            // Each part belongs where what it takes back belongs; the line is rounded as a whole, and what that adds is of the
            // latest day of which something is taken back.
            let days: BTreeSet<Date> = taken.keys().chain(before.keys()).copied().collect();
            let grown = |day: &Date| {
                let of = |sums: &BTreeMap<Date, Ratio>| sums.get(day).cloned().unwrap_or_default();
                of(&before).minus(&of(&taken))
            };
            let whole = days.iter().fold(Ratio::ZERO, |sum, day| sum.plus(&grown(day)));
            // "What is taken back so far is rounded as a line is."
            let line = self.line_rounded(so_far(&taken)).minus(&self.line_rounded(so_far(&before)));
            let rest = line.minus(&whole);
            let latest = days.iter().rev().find(|day| !grown(day).is_zero());
            for last in &days {
                let of_rounding = if Some(last) == latest { rest.clone() } else { Ratio::ZERO };
                let amount = Ok(grown(last).plus(&of_rounding));
                let place = (clause, meeting.clause, period, *last);
                found.push(Charge { group: group.clone(), ..taken_of(like, place, amount) });
            }
            before = taken;
        }
        Ok(())
    }

    /// Nobody knows with what a charge meets of which the group is not known: where another clause charges anything at all
    /// in the window, both are held. What is held may charge something.
    fn meets_unknown(&self, clause: ClauseId, group: &Group, (due, period): (&[&Charge], Window)) -> Found<bool> {
        let is_now = |charge: &Charge| calendar::period_of(self.contract, charge.window) == period;
        for own in due.iter().filter(|charge| charge.clause == clause) {
            match self.part_of(own, group) {
                Ok(part) if part.is_zero() => continue,
                Ok(_) | Err(_) => {}
            }
            let mut others = due.iter().filter(|charge| charge.clause != clause && charge.amount != Ok(Ratio::ZERO));
            if others.any(|other| is_now(own) || is_now(other)) {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// Whether a clause charges anything for a group, or may.
    fn is_charged(&self, clause: ClauseId, group: &Group, charges: &[&Charge]) -> bool {
        let mut own = charges.iter().filter(|charge| charge.clause == clause);
        own.any(|charge| !matches!(self.part_of(charge, group), Ok(part) if part.is_zero()))
    }

    /// "Where clause 5 charges, what clause 3 charges is taken back." "The highest is due; the others are taken back. At the
    /// same amount the first one named is due."
    fn is_due(
        &self,
        meeting: &Meeting,
        (clause, is_charged): (ClauseId, bool),
        through: &dyn Fn(ClauseId) -> Found<Ratio>,
    ) -> Found<bool> {
        if meeting.how == Meet::OnlyHigher {
            let mut best: Option<(ClauseId, Ratio)> = None;
            for own in meeting.all() {
                let amount = through(own)?;
                if best.as_ref().is_none_or(|(_, known)| amount > *known) {
                    best = Some((own, amount));
                }
            }
            return Ok(best.is_some_and(|(own, _)| own == clause));
        }
        // Of nothing, nothing is taken back.
        if meeting.clauses.contains(&clause) || !is_charged {
            return Ok(true);
        }
        // It stands where none of the others charges: one that does is enough.
        let mut charges = Ok(false);
        for own in &meeting.clauses {
            match through(*own) {
                Ok(amount) if !amount.is_zero() => return Ok(false),
                Ok(_) => {}
                Err(gap) => charges = Err(gap),
            }
        }
        charges.map(|charges: bool| !charges)
    }
}

fn is_for_one_event(meeting: &Meeting) -> bool {
    meeting.dims.iter().any(|dim| matches!(dim, Dimension::Event(_)))
}

/// The instant of the event of a group, and its asset.
fn the_event(group: &Group) -> Option<(Instant, Option<&str>)> {
    let asset = group.iter().find_map(|(_, key)| if let Some(Datum::Asset(asset)) = key { Some(asset) } else { None });
    let at = group.iter().find_map(|(_, key)| if let Some(Datum::Event(at, ..)) = key { Some(*at) } else { None });
    at.map(|at| (at, asset.map(String::as_str)))
}

fn is_between(charge: &Charge, (payer, payee): &(String, String)) -> bool {
    (&charge.payer, &charge.payee) == (payer, payee)
}

/// What is taken back in all.
fn so_far(taken: &BTreeMap<Date, Ratio>) -> Ratio {
    taken.values().fold(Ratio::ZERO, |sum, one| sum.minus(one))
}

/// A line that takes back of a charge, of the clause and in the clause at this place.
fn taken_of(
    like: &Charge,
    (clause, stands, window, last): (ClauseId, ClauseId, Window, Date),
    amount: Found<Ratio>,
) -> Charge {
    Charge { clause, stands, sentence: None, window, last, amount, met: true, ..like.clone() }
}
