//! What a cap leaves in a window and carries over to those that follow. A group has a cap in each window, also where
//! nothing is charged for it; an asset or member in those in which it is under the contract.

use std::collections::BTreeSet;
use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;

use crate::base::ids::AssetId;
use crate::base::number::Ratio;
use crate::base::time::Date;
use crate::base::value::Kind;
use crate::evaluate::charges::total;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::Desk;
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::owes::Spot;
use crate::evaluate::rolling::{Rolled, Used};
use crate::evaluate::settle::due;
use crate::evaluate::shown::quantity;
use crate::plan::{Carry, Owes};

/// What the windows so far have left, by group.
#[derive(Debug, Default)]
pub(crate) struct Left {
    /// Whether anything is carried over.
    keeps: bool,
    /// The groups for which something is charged in any window.
    groups: BTreeSet<Group>,
    /// The last window of each, and what is carried over from it.
    by_group: FxHashMap<Group, (i64, Result<Ratio, Gap>)>,
    /// Of a rolling cap, what was owed in each settlement period.
    rolled: Rolled,
}

impl Left {
    /// What is carried over to a group.
    pub(crate) fn of(&self, group: &Group) -> Result<Ratio, Gap> {
        self.by_group.get(group).map_or(Ok(Ratio::ZERO), |(_, unused)| unused.clone())
    }

    /// In a window in which the clause is suspended nothing is allowed and nothing used.
    pub(crate) fn wait(&mut self, carry: Carry) {
        match carry {
            Carry::UntilUsed => {}
            Carry::No | Carry::Once { .. } => self.by_group.clear(),
        }
    }

    /// Keeps what a window leaves, where it is carried over. A text that carries nothing over leaves nothing, whatever is held.
    pub(crate) fn set(&mut self, group: Group, (window, carry): (i64, Carry), unused: Result<Ratio, Gap>) {
        if self.keeps {
            let unused = if carry == Carry::No { Ok(Ratio::ZERO) } else { unused };
            self.by_group.insert(group, (window, unused));
        }
    }
}

impl<'a> Desk<'a> {
    /// Before the first window nothing is left, or what the cap of the text before left.
    pub(crate) fn left_before(&mut self, (place, owes): (usize, &Owes), windows: RangeInclusive<i64>) -> Left {
        let texts: Vec<&Owes> = owes.texts.iter().filter_map(|text| self.plan.owes.get(*text)).collect();
        let keeps = texts.iter().any(|text| text.carry != Carry::No);
        let groups = if keeps && !owes.dims.is_empty() {
            let of_text = |text: &&Owes| -> Vec<Group> {
                windows.clone().flat_map(|window| self.owing_groups(text, window)).collect()
            };
            texts.iter().flat_map(of_text).collect()
        } else {
            BTreeSet::new()
        };
        let before = owes.texts.iter().take_while(|text| **text != place).last();
        let before = before.and_then(|before| self.left.remove(before)).unwrap_or_default();
        Left { keeps, groups, by_group: before.by_group, rolled: Rolled::default() }
    }

    /// What was owed under the rolling caps of earlier texts.
    pub(crate) fn rolled_before(&mut self, (place, owes): (usize, &Owes)) -> Rolled {
        let before = owes.texts.iter().take_while(|text| **text != place).last();
        before.and_then(|before| self.left.remove(before)).unwrap_or_default().rolled
    }

    /// Hands on to the cap of the next text, where there is one, what was owed.
    pub(crate) fn roll_on(&mut self, (place, owes): (usize, &Owes), rolled: Rolled) {
        if owes.texts.last() != Some(&place) {
            self.left.insert(place, Left { rolled, ..Left::default() });
        }
    }

    /// Keeps what the groups leave for which nothing is charged in a window: its whole amount.
    pub(crate) fn left_by_silent(
        &mut self,
        left: &mut Left,
        (place, owes): (usize, &'a Owes),
        (window, over): (i64, i64),
    ) {
        let spoke = |group: &&Group| left.by_group.get(*group).is_none_or(|(last, _)| *last != window);
        let silent: Vec<Group> = left.groups.iter().filter(spoke).cloned().collect();
        for group in silent {
            let (carried, used) = (left.of(&group), Used::default());
            let at = Spot { place, owes, window, period: over, carried, used, group };
            let own = if self.has_cap(&at) { self.stated_amount(&at) } else { Ok(Ratio::ZERO) };
            // What is held for all groups may be charged to this one.
            let owed = total(owes.under.iter().map(|clause| self.owed_under(&at, *clause)));
            let unused = own.and_then(|own| self.unused(&at, &own, &owed?));
            left.set(at.group, (window, owes.carry), unused);
        }
    }

    /// Whether an asset or member is under the contract in a window: by the register, or from the first event on that happens
    /// to it or names it.
    fn has_cap(&self, at: &Spot<'_>) -> bool {
        let windows = &self.plan.windows;
        let (from, to) = windows.days(at.owes.window, at.window);
        let (first, last) = windows.term();
        let (from, to) = (from.max(first), to.min(last));
        let inside = |(start, end): &(Option<Date>, Option<Date>)| {
            start.is_none_or(|start| start <= to) && end.is_none_or(|end| from <= end)
        };
        let contract = self.names.feed.contracts.get(self.observations.contract);
        let there = |asset: AssetId| {
            let known = contract.and_then(|contract| contract.holding(asset));
            if let Some(holding) = known {
                return holding.members.iter().any(inside);
            }
            self.observations.overview.appeared.get(&asset).is_some_and(|first| *first <= to)
        };
        at.group.iter().all(|key| if let Key::Asset(asset) = key { there(*asset) } else { true })
    }

    /// An amount of a cap with what is carried over to its window. Where that is not known, it must not matter.
    pub(crate) fn with_carried(&mut self, at: &Spot<'_>, own: Ratio, owed: &Ratio) -> Result<Ratio, Gap> {
        let money = Kind::Money(self.plan.currency);
        match &at.carried {
            Ok(carried) if carried.is_zero() => Ok(own),
            Ok(carried) => {
                let all = own.plus(carried);
                let (shown, whole) = (quantity(&money, carried), quantity(&money, &all));
                self.note(|_| format!("carried over from before: {shown}; in all {whole}"), Some(at.owes.span));
                Ok(all)
            }
            Err(_) if *owed <= own => Ok(own),
            Err(gap) => Err(Gap::Held(format!("what is carried over is not known: {}", self.names.gap(gap)))),
        }
    }

    /// What a cap leaves to the next window, of its own amount and what was carried over to it.
    pub(crate) fn unused(&mut self, at: &Spot<'_>, own: &Ratio, owed: &Ratio) -> Result<Ratio, Gap> {
        let used = owed.clone().max(Ratio::ZERO);
        let unused = match at.owes.carry {
            Carry::No => return Ok(Ratio::ZERO),
            Carry::UntilUsed => own.plus(&at.carried.clone()?).minus(&used),
            // What is carried over lapses whole where nothing is used, however much it is.
            Carry::Once { first: true } if used.is_zero() => own.clone(),
            Carry::Once { first: true } => own.plus(&at.carried.clone()?).minus(&used).min(own.clone()),
            Carry::Once { first: false } => own.minus(&used).max(Ratio::ZERO),
        };
        if at.period == due(self.plan, at.owes.window, at.window) {
            let shown = quantity(&Kind::Money(self.plan.currency), &unused);
            self.note(|_| format!("not used, carried over: {shown}"), Some(at.owes.span));
        }
        Ok(unused)
    }

    /// What a window leaves of which the line is held: nothing of an amount that is used before what was carried over to it,
    /// where more than that is charged.
    pub(crate) fn left_though_held(&mut self, at: &Spot<'a>, gap: Gap) -> Result<Ratio, Gap> {
        if at.owes.carry != (Carry::Once { first: false }) {
            return Err(gap);
        }
        let owed = total(at.owes.under.iter().map(|clause| self.owed_under(at, *clause)));
        let used_up =
            at.owes.netted.is_empty() && self.stated_amount(at).is_ok_and(|own| owed.is_ok_and(|owed| owed >= own));
        if used_up { Ok(Ratio::ZERO) } else { Err(gap) }
    }
}
