//! The deposits of one clause, of one asset or pooled.
//!
//! INVARIANT (held once): a deposit ends once. What comes back is never more than what is held, so that no order of
//! events, repeated record or second return can make the balance negative.

use crate::base::ids::{AssetId, AttributeId};
use crate::base::number::Ratio;
use crate::base::time::Instant;
use crate::base::vocabulary::{Matching, SecondDeposit};
use crate::evaluate::datum::Gap;
use crate::evaluate::observations::{HeldDeposit, Key};
use crate::plan::Deposit;

/// A deposit that is held.
#[derive(Clone, Debug)]
pub(crate) struct Open {
    pub(crate) asset: Option<AssetId>,
    /// What took it, by its place.
    pub(crate) taking: usize,
    /// Whose it is.
    pub(crate) of: Key,
    /// The attribute with which it goes over to another member.
    pub(crate) carried: Option<AttributeId>,
    /// When it was paid.
    pub(crate) paid: Instant,
    /// Since when this much of it is held.
    pub(crate) since: Instant,
    pub(crate) units: Ratio,
    /// Of one unit.
    pub(crate) amount: Result<Ratio, Gap>,
    /// The release that left it over: it pays nothing back of it again.
    pub(crate) left_by: Option<usize>,
}

/// So many units that are to come back, perhaps of one party.
#[derive(Clone, Debug)]
pub(crate) struct Wanted {
    pub(crate) units: Ratio,
    pub(crate) of: Option<Key>,
}

/// So many units that go on from one member to another.
#[derive(Clone, Debug)]
pub(crate) struct Passed {
    pub(crate) units: Ratio,
    /// The attribute that names who has them.
    pub(crate) with: AttributeId,
    pub(crate) from: Key,
    pub(crate) to: Key,
}

/// The deposits of one clause.
#[derive(Debug)]
pub(crate) struct Ledger<'p> {
    plan: &'p Deposit,
    /// In the order in which they were paid.
    open: Vec<Open>,
    ended: Vec<HeldDeposit>,
    any: bool,
}

impl<'p> Ledger<'p> {
    /// Nothing held.
    pub(crate) fn new(plan: &'p Deposit) -> Self {
        Self { plan, open: Vec::new(), ended: Vec::new(), any: false }
    }

    /// The deposit.
    pub(crate) fn plan(&self) -> &'p Deposit {
        self.plan
    }

    /// Whether one was paid for the very asset, so that it has ended; in a pool that cannot be told.
    pub(crate) fn knew(&self) -> bool {
        self.any && self.plan.matching == Matching::Serial
    }

    /// Takes a deposit; `false` where one of the same party that is held covers it.
    pub(crate) fn take(&mut self, deposit: Open) -> bool {
        let covered = self.plan.matching == Matching::Serial && self.plan.second == SecondDeposit::NotCharged;
        if covered && self.open.iter().any(|open| open.of == deposit.of) {
            return false;
        }
        self.any = true;
        self.open.push(deposit);
        true
    }

    /// Ends deposits of so many units by a release, of those that its text ends, each with its own age and amount; of one
    /// asset all that is held.
    pub(crate) fn give(
        &mut self,
        at: Instant,
        wanted: &Wanted,
        release: usize,
        governs: &dyn Fn(&Open) -> bool,
    ) -> Vec<Open> {
        let mut found = Vec::new();
        let mut left = wanted.units.clone();
        let ends =
            |open: &Open| open.left_by != Some(release) && wanted.of.is_none_or(|of| open.of == of) && governs(open);
        while let Some(open) = self.next(&left, &ends) {
            if self.plan.matching != Matching::Serial {
                left = left.minus(&open.units);
            }
            self.ended.push(self.record(open.clone(), Some(at)));
            found.push(open);
        }
        found
    }

    /// Whether any such deposit is held.
    pub(crate) fn holds(&self, is_such: &dyn Fn(&Open) -> bool) -> bool {
        self.open.iter().any(is_such)
    }

    /// What is held, in the order in which it ends.
    pub(crate) fn in_order(&self) -> impl Iterator<Item = &Open> {
        let latest = self.plan.matching == Matching::LatestFirst;
        let count = self.open.len();
        (0..count).filter_map(move |place| {
            let place = if latest { count.saturating_sub(place).saturating_sub(1) } else { place };
            self.open.get(place)
        })
    }

    /// The next deposit that ends, cut to what is still wanted.
    fn next(&mut self, left: &Ratio, ends: &dyn Fn(&Open) -> bool) -> Option<Open> {
        let place = match self.plan.matching {
            Matching::Serial | Matching::OldestFirst => self.open.iter().position(ends),
            Matching::LatestFirst => self.open.iter().rposition(ends),
        }?;
        if self.plan.matching == Matching::Serial {
            return Some(self.open.remove(place));
        }
        let open = self.open.get_mut(place).filter(|_| !left.is_zero())?;
        if open.units <= *left {
            return Some(self.open.remove(place));
        }
        open.units = open.units.minus(left);
        Some(Open { units: left.clone(), ..open.clone() })
    }

    /// Deposits of so many units of an asset go over from one member to another: of one asset, all that are held of it; in
    /// a pool those paid first.
    pub(crate) fn pass(&mut self, at: Instant, passed: &Passed) {
        let mut left = passed.units.clone();
        let goes = |open: &Open| open.of == passed.from && open.carried == Some(passed.with);
        let mut taken = Vec::new();
        while let Some(place) = self.open.iter().position(goes) {
            if self.plan.matching != Matching::Serial && left.is_zero() {
                break;
            }
            let Some(open) = self.open.get_mut(place) else { break };
            let whole = self.plan.matching == Matching::Serial || open.units <= left;
            let units = if whole { open.units.clone() } else { left.clone() };
            let part = Open { units: units.clone(), ..open.clone() };
            open.units = open.units.minus(&units);
            if whole {
                self.open.remove(place);
            }
            left = left.minus(&units);
            self.ended.push(self.record(part.clone(), Some(at)));
            taken.push(Open { of: passed.to, since: at, ..part });
        }
        for open in taken {
            self.stays(open);
        }
    }

    /// What is not paid back of a deposit stays held, with its age.
    pub(crate) fn stays(&mut self, rest: Open) {
        if rest.amount.as_ref().is_ok_and(Ratio::is_zero) {
            return;
        }
        let place = self.open.partition_point(|open| open.paid <= rest.paid);
        self.open.insert(place, rest);
    }

    fn record(&self, open: Open, until: Option<Instant>) -> HeldDeposit {
        let Open { asset, of, paid, since, units, amount, carried: _, left_by: _, taking: _ } = open;
        let payer = self.plan.depositor.unwrap_or_else(|| of.party());
        HeldDeposit { deposit: self.plan.id, asset, payer, paid, since, until, units, amount }
    }

    /// Everything that was ever held.
    pub(crate) fn finished(mut self) -> Vec<HeldDeposit> {
        let open = std::mem::take(&mut self.open);
        let still: Vec<HeldDeposit> = open.into_iter().map(|open| self.record(open, None)).collect();
        self.ended.extend(still);
        self.ended
    }
}
