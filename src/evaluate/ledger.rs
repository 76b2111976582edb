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
use crate::evaluate::undivided::LotOfDeposits;
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
    /// Why it cannot be told whether it is held; then its amount is not known either.
    pub(crate) doubt: Option<Gap>,
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
    /// Until when it was walked.
    reached: Option<Instant>,
    /// Why nobody knows what of the asset is held: a lot that is not told apart.
    lot: Option<Gap>,
}

impl<'p> Ledger<'p> {
    /// Nothing held.
    pub(crate) fn new(plan: &'p Deposit) -> Self {
        Self { plan, open: Vec::new(), ended: Vec::new(), any: false, reached: None, lot: None }
    }

    /// The deposit.
    pub(crate) fn plan(&self) -> &'p Deposit {
        self.plan
    }

    /// Whether one was paid for the very asset, so that it has ended; in a pool that cannot be told.
    pub(crate) fn knew(&self) -> bool {
        self.any && self.plan.matching == Matching::Serial
    }

    /// Why nobody knows what of the asset is held.
    pub(crate) fn lot(&self) -> Option<Gap> {
        self.lot.clone()
    }

    /// Time goes on to an instant. From the first event of a lot that is not told apart nobody knows what of the asset is
    /// held; when as many units are ended as were begun, nothing is.
    pub(crate) fn reach(&mut self, at: Instant, lots: &[LotOfDeposits]) {
        let reached = self.reached.replace(at);
        let is_new = |edge: Instant| edge <= at && reached.is_none_or(|reached| reached < edge);
        let mut edges: Vec<(Instant, bool, &LotOfDeposits)> = Vec::new();
        for lot in lots {
            edges.extend(Some((lot.first, false, lot)).filter(|_| is_new(lot.first)));
            // What happens with its last event is of it, too.
            let after = lot.last.map(|last| (last, Instant(last.0.saturating_add(1))));
            edges.extend(after.filter(|(_, after)| is_new(*after)).map(|(last, _)| (last, true, lot)));
        }
        edges.sort_by_key(|(edge, ends, _)| (*edge, *ends));
        for (edge, ends, lot) in edges {
            for open in std::mem::take(&mut self.open) {
                self.ended.push(self.record(open.clone(), Some(edge)));
                if !(ends && lot.of_deposit) {
                    let doubt = Some(lot.gap.clone());
                    self.open.push(Open { since: edge, amount: Err(lot.gap.clone()), doubt, ..open });
                }
            }
        }
        self.lot = lots.iter().find(|lot| lot.contains(at)).map(|lot| lot.gap.clone());
    }

    /// Takes a deposit; `false` where one of the same party that is held covers it.
    ///
    /// # Errors
    /// Why it cannot be told whether it is taken: it is held in doubt.
    pub(crate) fn take(&mut self, mut deposit: Open) -> Result<bool, Gap> {
        let covers = self.plan.matching == Matching::Serial && self.plan.second == SecondDeposit::NotCharged;
        let is_known = |of: Key| self.plan.depositor.is_some() || of != Key::Value(None);
        let of = deposit.of;
        if covers && self.open.iter().any(|open| open.of == of && is_known(of) && open.doubt.is_none()) {
            return Ok(false);
        }
        if covers && deposit.doubt.is_none() {
            let may_cover = |open: &Open| match &open.doubt {
                Some(doubt) if open.of == of => Some(doubt.clone()),
                Some(_) | None if is_known(open.of) && is_known(of) => None,
                Some(_) | None => Some(Gap::Held("it is not known whose the deposit is that is held".to_owned())),
            };
            deposit.doubt = self.open.iter().find_map(may_cover);
        }
        if let Some(gap) = deposit.doubt.clone() {
            self.any |= self.lot.is_some();
            self.open.push(Open { amount: Err(gap.clone()), ..deposit });
            return Err(gap);
        }
        self.any = true;
        self.open.push(deposit);
        Ok(true)
    }

    /// Ends deposits of so many units by a release, of those that its text ends, each with its own age and amount; of one
    /// asset all that is held. Each comes with the place at which what stays of it is put back, the last one first.
    pub(crate) fn give(
        &mut self,
        at: Instant,
        wanted: &Wanted,
        release: usize,
        governs: &dyn Fn(&Open) -> bool,
    ) -> Vec<(usize, Open)> {
        let mut found = Vec::new();
        let mut left = wanted.units.clone();
        let ends =
            |open: &Open| open.left_by != Some(release) && wanted.of.is_none_or(|of| open.of == of) && governs(open);
        while let Some((place, open)) = self.next(&left, &ends) {
            if self.plan.matching != Matching::Serial {
                left = left.minus(&open.units);
            }
            self.ended.push(self.record(open.clone(), Some(at)));
            found.push((place, open));
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

    /// The next deposit that ends, cut to what is still wanted, and its place.
    fn next(&mut self, left: &Ratio, ends: &dyn Fn(&Open) -> bool) -> Option<(usize, Open)> {
        let place = match self.plan.matching {
            Matching::Serial | Matching::OldestFirst => self.open.iter().position(ends),
            Matching::LatestFirst => self.open.iter().rposition(ends),
        }?;
        if self.plan.matching == Matching::Serial {
            return Some((place, self.open.remove(place)));
        }
        let open = self.open.get_mut(place).filter(|_| !left.is_zero())?;
        if open.units <= *left {
            return Some((place, self.open.remove(place)));
        }
        open.units = open.units.minus(left);
        let part = Open { units: left.clone(), ..open.clone() };
        // The units that were paid last stand behind the others.
        let behind = usize::from(self.plan.matching == Matching::LatestFirst);
        Some((place.saturating_add(behind), part))
    }

    /// Deposits of so many units of an asset go over from one member to another: of one asset, all that are held of it; in
    /// a pool those paid first.
    pub(crate) fn pass(&mut self, at: Instant, passed: &Passed) {
        let mut left = passed.units.clone();
        let serial = self.plan.matching == Matching::Serial;
        let goes = |open: &Open| (serial || open.of == passed.from) && open.carried == Some(passed.with);
        let mut taken = Vec::new();
        while let Some(place) = self.open.iter().position(goes) {
            if !serial && left.is_zero() {
                break;
            }
            let Some(open) = self.open.get_mut(place) else { break };
            let whole = serial || open.units <= left;
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
            let place = self.open.partition_point(|other| other.paid <= open.paid);
            self.stays(place, open);
        }
    }

    /// What is not paid back of a deposit stays held, with its age and at its place.
    pub(crate) fn stays(&mut self, place: usize, rest: Open) {
        if !rest.amount.as_ref().is_ok_and(Ratio::is_zero) {
            self.open.insert(place.min(self.open.len()), rest);
        }
    }

    fn record(&self, open: Open, until: Option<Instant>) -> HeldDeposit {
        let Open { asset, of, paid, since, units, amount, carried: _, left_by: _, taking: _, doubt: _ } = open;
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
