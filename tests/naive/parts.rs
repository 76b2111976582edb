//! What a clause charged in a window and for a group, and its parts by finer groups.

use consigne::base::ids::ClauseId;
use consigne::base::number::Ratio;
use consigne::base::window::WindowKind;
use consigne::check::contract::{Basis, Dimension, Opener, Sentence};

use super::World;
use super::calendar::{self, Window};
use super::money::Charge;
use super::values::{Found, Gap, Group, Hand};

impl World<'_> {
    /// The charges of a clause, computed once.
    pub(crate) fn charges_of(&self, clause: ClauseId) -> Found<Vec<Charge>> {
        let key = (clause.index(), self.plain.get());
        if let Some(known) = self.charges.borrow().get(&key) {
            return known.clone();
        }
        let mut all = Vec::new();
        let sentences = self.contract.sentences.iter().filter(|sentence| sentence.clause == clause);
        // What another line reads of the clause has its steps behind it.
        let bare = self.bare.replace(false);
        for sentence in sentences {
            all.extend(self.sentence(sentence)?);
        }
        self.bare.set(bare);
        for owes in self.contract.owes.iter().filter(|owes| owes.clause == clause && owes.under == [clause]) {
            let lines = self.owed(owes, &all)?;
            all.extend(lines);
        }
        let found: Found<Vec<Charge>> = Ok(all);
        self.charges.borrow_mut().insert(key, found.clone());
        found
    }

    /// What a clause charges in a window and group, after the caps and minimums that stand in it.
    pub(crate) fn charged(&self, clause: ClauseId, window: Window, group: &Group, plain: bool) -> Found<Ratio> {
        // "Where the clause is held, its part before indexation is held too."
        if plain && !self.plain.get() {
            self.charged_so(clause, window, group)?;
        }
        let before = self.plain.replace(plain || self.plain.get());
        let found = self.charged_so(clause, window, group);
        self.plain.set(before);
        found
    }

    fn charged_so(&self, clause: ClauseId, window: Window, group: &Group) -> Found<Ratio> {
        let first = self.contract.sentences.iter().find(|sentence| sentence.clause == clause);
        // "A clause without a payment of its own charges nothing."
        let Some(first) = first else { return Ok(Ratio::ZERO) };
        let mut sum = Ratio::ZERO;
        for charge in self.charges_of(clause)? {
            if charge.stands != clause {
                continue;
            }
            // "`5% of clause 3` in it is that of the period"
            let same = match window.kind {
                WindowKind::Rolling { .. } => calendar::period_of(self.contract, charge.window).last == window.last,
                kind => calendar::window(self.contract, kind, charge.last) == window,
            };
            if !same {
                continue;
            }
            let amount = self.part_of(&charge, group)?;
            sum = if self.goes_with(first, &charge) { sum.plus(&amount) } else { sum.minus(&amount) };
        }
        Ok(sum)
    }

    /// What of a charge is of a group. "Where the clause is charged asset by asset, its part for a group is taken."
    pub(crate) fn part_of(&self, charge: &Charge, group: &Group) -> Found<Ratio> {
        let of = |dim: Dimension| self.key_of(charge, dim);
        // Whose it is that is not known may be anybody's.
        if group.iter().any(|(dim, key)| key.is_some() && self.is_of_members(*dim) && of(*dim) == Some(None)) {
            return charge.amount.clone().map(|_| Ratio::ZERO);
        }
        if group.iter().all(|(dim, _)| of(*dim).is_some()) {
            let own = group.iter().all(|(dim, key)| of(*dim).as_ref() == Some(key));
            return if own { charge.amount.clone() } else { Ok(Ratio::ZERO) };
        }
        let dims: Vec<Dimension> = group.iter().map(|(dim, _)| *dim).collect();
        let mut sum = Ratio::ZERO;
        for (found, amount) in self.finer(charge, &dims)? {
            if found == *group {
                sum = sum.plus(&amount);
            }
        }
        Ok(sum)
    }

    /// The lines of a sentence in a window. Where events are used up, those of the windows before it are computed first.
    fn lines_in_turn(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        if !self.ranks_of(sentence).iter().any(|rank| rank.used_up) {
            return self.lines(sentence, dims, window);
        }
        let windows = calendar::windows(self.contract, sentence.window).into_iter();
        let windows = windows.take_while(|before| before.first <= window.first);
        let all: Vec<_> = self.in_turn(|| windows.map(|before| self.lines(sentence, dims, before)).collect());
        all.into_iter().next_back().unwrap_or_else(|| Ok(Vec::new()))
    }

    /// A charge by finer groups: each has the part of the rounded line that its own amount is of the line before the
    /// steps and the rounding.
    pub(crate) fn finer(&self, charge: &Charge, dims: &[Dimension]) -> Found<Vec<(Group, Ratio)>> {
        let place = charge.sentence.expect("check refuses the part of a limit for a group");
        let sentence = &self.contract.sentences[place];
        if self.is_unrecorded(sentence, charge.window)? {
            let hand = Hand::of_window(charge.window, &charge.group);
            return if self.unpaid_unrecorded(sentence, &hand).is_some() { Ok(Vec::new()) } else { Err(Gap::Held) };
        }
        let of_assets = matches!(sentence.opener, Opener::On(..) | Opener::Outcome(..))
            || matches!(sentence.basis, Basis::While(..) | Basis::Lateness(..));
        // What is held of a number has no groups.
        let whole = charge.amount.clone()?;
        assert!(of_assets, "check refuses the part of a clause for groups that it has not");
        let mut all = sentence.dims.clone();
        let told: Group = dims.iter().filter_map(|dim| Some((*dim, self.key_of(charge, *dim)?))).collect();
        all.extend(dims.iter().filter(|dim| !told.iter().any(|(known, _)| known == *dim)));
        let mut parts: Vec<(Group, Ratio)> = Vec::new();
        for (group, amount) in self.lines_in_turn(sentence, &all, charge.window)? {
            if charge.group.iter().all(|key| group.contains(key)) {
                let own =
                    dims.iter().filter_map(|dim| group.iter().chain(&told).find(|(known, _)| known == dim).cloned());
                let Ok(amount) = amount else { return Err(Gap::Held) };
                parts.push((own.collect(), amount));
            }
        }
        // What is charged nothing has no part.
        parts.retain(|(_, amount)| !amount.is_zero());
        let total = parts.iter().fold(Ratio::ZERO, |sum, (_, amount)| sum.plus(amount));
        let part = |amount: Ratio| whole.times(&amount.over(&total).unwrap_or_default());
        Ok(parts.into_iter().map(|(group, amount)| (group, part(amount))).collect())
    }
}
