//! Caps and minimums over clauses. On a window longer than a settlement period a cap applies to the amounts so
//! far, and what it takes back in a period is what it takes back through that period less what it did through
//! the one before; a minimum is made up when its window is over.

use std::collections::BTreeSet;

use crate::base::ids::ClauseId;
use crate::base::number::Ratio;
use crate::base::value::Kind;
use crate::base::vocabulary::{LimitKind, Nature};
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::{At, Charge, Desk, total};
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::settle::{Cause, Held, Line, due, regrouped};
use crate::evaluate::shown::quantity;
use crate::plan::{Dimension, Owes, Step};

impl<'a> Desk<'a> {
    /// Computes every line of a cap or minimum.
    pub(crate) fn owes(&mut self, place: usize, owes: &'a Owes) {
        let plan = self.plan;
        let (first, last) = plan.windows.term();
        let (_, asked) = plan.windows.days(plan.settled, plan.asked.1);
        let from = plan.windows.index_of_date(owes.window, first);
        let to = plan.windows.index_of_date(owes.window, last.min(asked));
        // INVARIANT (gross): what stands under a cap is compared before the cap's own adjustments, of this period and
        // of earlier ones; they are charged when all of its periods are computed.
        let mut adjustments = Vec::new();
        for window in from..=to {
            let over = due(plan, owes.window, window);
            let (start, _) = plan.windows.days(owes.window, window);
            let begins = plan.windows.index_of_date(plan.settled, start.max(first));
            let periods = match owes.kind {
                LimitKind::AtMost => begins..=over.min(plan.asked.1),
                LimitKind::AtLeast if over <= plan.asked.1 => over..=over,
                LimitKind::AtLeast => continue,
            };
            for group in self.owing_groups(owes, window) {
                let mut before = Ratio::ZERO;
                for period in periods.clone() {
                    before = self.owes_line((place, owes), window, &group, (period, before), &mut adjustments);
                }
            }
        }
        for charge in adjustments {
            self.charge(charge);
        }
    }

    /// The groups that have charges in the window, and for a minimum the assets that the register knows: a
    /// silent one owes it too.
    fn owing_groups(&self, owes: &Owes, window: i64) -> BTreeSet<Group> {
        if owes.dims.is_empty() {
            return BTreeSet::from([Group::default()]);
        }
        let inside = |charge: &&Charge| self.plan.windows.index_of_date(owes.window, charge.last) == window;
        let charges = self.charges_of(&owes.under).filter(inside);
        let mut groups: BTreeSet<Group> =
            charges.filter_map(|charge| regrouped(&charge.dims, &charge.group, &owes.dims)).collect();
        if let ([Dimension::Asset(family)], LimitKind::AtLeast) = (owes.dims.as_slice(), owes.kind) {
            groups
                .extend(self.members(*family, owes, window).into_iter().map(|asset| Group::from([Key::Asset(asset)])));
        }
        groups
    }

    /// The registered assets of a family under the contract at any time of a window.
    fn members(&self, family: crate::base::ids::FamilyId, owes: &Owes, window: i64) -> Vec<crate::base::ids::AssetId> {
        let (first, last) = self.plan.windows.days(owes.window, window);
        let (term_first, term_last) = self.plan.windows.term();
        let (first, last) = (first.max(term_first), last.min(term_last));
        let contract = self.names.feed.contracts.get(self.observations.contract);
        let holdings = contract.into_iter().flat_map(|contract| &contract.holdings);
        let inside = |(from, to): &(Option<crate::base::time::Date>, Option<crate::base::time::Date>)| {
            from.is_none_or(|from| from <= last) && to.is_none_or(|to| first <= to)
        };
        holdings
            .filter(|holding| holding.family == family && holding.members.iter().any(inside))
            .map(|holding| holding.asset)
            .collect()
    }

    /// The line of one period; gives the adjustment through it.
    fn owes_line(
        &mut self,
        (place, owes): (usize, &'a Owes),
        window: i64,
        group: &Group,
        (period, before): (i64, Ratio),
        adjustments: &mut Vec<Charge>,
    ) -> Ratio {
        let cause = Cause {
            clause: owes.clause,
            step: Step::Owes(place),
            window: (owes.window, window),
            dims: owes.dims.clone(),
            group: group.clone(),
        };
        self.listen(&cause, period);
        let through = self.adjustment(owes, window, group, period);
        if !before.is_zero() {
            let money = Kind::Money(self.plan.currency);
            self.note(
                |_| format!("of this, {} belongs to earlier periods", quantity(&money, &before)),
                Some(owes.span),
            );
        }
        let amount = through.clone().map(|(through, _)| through.minus(&before));
        self.heard(&cause, &amount);
        match through {
            Ok((through, shares)) => {
                let amount = through.minus(&before);
                adjustments.extend(self.shared_out(owes, &cause, period, &amount, &shares));
                let line = Line {
                    payer: owes.party,
                    payee: owes.payee,
                    nature: self.nature(owes),
                    quantity: None,
                    rate: None,
                    exact: amount.clone(),
                    amount,
                    cause,
                };
                self.line(period, line);
                through
            }
            Err(gap) => {
                self.hold(period, Held { cause, payer: owes.party, gap });
                before
            }
        }
    }

    /// What the cap takes back (negative) or the minimum adds through a period, and what each clause under it
    /// charges.
    fn adjustment(
        &mut self,
        owes: &'a Owes,
        window: i64,
        group: &Group,
        period: i64,
    ) -> Result<(Ratio, Vec<(ClauseId, Ratio)>), Gap> {
        let money = Kind::Money(self.plan.currency);
        let mut shares = Vec::new();
        for clause in &owes.under {
            shares.push((*clause, self.owed_under(owes, *clause, window, group, period)?));
        }
        let owed = total(shares.iter().map(|(_, amount)| Ok(amount.clone())))?;
        self.note(|_| format!("charged under it so far: {}", quantity(&money, &owed)), Some(owes.span));
        let mut at = At { desk: self, kind: owes.window, window, dims: &owes.dims, group, until: Some(period) };
        let limit = number(&owes.amount, &mut at)?.max(Ratio::ZERO);
        let exact = limit;
        let limit = owes.rounding.as_ref().map_or_else(|| exact.clone(), |rounding| exact.rounded(rounding));
        if let Some(rounding) = owes.rounding.as_ref().filter(|_| limit != exact) {
            let (before, after) = (exact.decimal_text(0, 10), quantity(&money, &limit));
            let (step, mode) = (rounding.step.decimal_text(0, 6), rounding.mode.word());
            self.note(|_| format!("rounded to {step} {mode}: {before} becomes {after}"), None);
        }
        let (word, bounded) = match owes.kind {
            LimitKind::AtMost => ("at most", owed.clone().min(limit.clone())),
            LimitKind::AtLeast => ("at least", owed.clone().max(limit.clone())),
        };
        self.note(|_| format!("{word} {}: {}", quantity(&money, &limit), quantity(&money, &bounded)), Some(owes.span));
        let difference = bounded.minus(&owed);
        self.note(|_| format!("difference: {}", quantity(&money, &difference)), Some(owes.span));
        Ok((difference, shares))
    }

    /// What the party owes under a clause through a period; money going the other way does not count.
    fn owed_under(&self, owes: &Owes, clause: ClauseId, window: i64, group: &Group, period: i64) -> Result<Ratio, Gap> {
        let counted = self.charges_of(std::slice::from_ref(&clause)).filter(|charge| {
            charge.payer == owes.party
                && charge.due <= period
                && self.plan.windows.index_of_date(owes.window, charge.last) == window
                && regrouped(&charge.dims, &charge.group, &owes.dims).is_some_and(|found| found == *group)
        });
        let number = self.plan.clauses.get(clause.index()).map_or("", |clause| clause.number.as_str());
        total(counted.map(|charge| charge.amount.clone())).map_err(|_| Gap::Held(format!("clause {number} is held")))
    }

    /// The difference belongs to the clauses under it, by what each charges.
    fn shared_out(
        &self,
        owes: &Owes,
        cause: &Cause,
        period: i64,
        amount: &Ratio,
        shares: &[(ClauseId, Ratio)],
    ) -> Vec<Charge> {
        let owed = shares.iter().fold(Ratio::ZERO, |sum, (_, share)| sum.plus(share));
        let (_, last) = self.plan.windows.days(self.plan.settled, period);
        let (_, term_last) = self.plan.windows.term();
        let part = |place: usize, share: &Ratio| share.over(&owed).unwrap_or_else(|| Ratio::int(i64::from(place == 0)));
        let charge = |(place, (clause, share)): (usize, &(ClauseId, Ratio))| Charge {
            clause: *clause,
            stands: owes.clause,
            due: period,
            last: last.min(term_last),
            dims: cause.dims.clone(),
            group: cause.group.clone(),
            payer: owes.party,
            amount: Ok(amount.times(&part(place, share))),
        };
        shares.iter().enumerate().map(charge).collect()
    }

    /// The nature of what stands under it.
    fn nature(&self, owes: &Owes) -> Nature {
        let under = self.plan.sentences.iter().filter(|sentence| owes.under.contains(&sentence.clause));
        let own = under.clone().find(|sentence| sentence.payer == owes.party);
        own.or_else(|| under.clone().next()).map_or(Nature::Price, |sentence| sentence.nature)
    }
}
