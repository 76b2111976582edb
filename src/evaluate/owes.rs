//! Caps, minimums and exemptions over clauses. On a window longer than a settlement period a cap or an exemption
//! applies to the amounts so far, and what it takes back in a period is what it takes back through that period less
//! what it did through the one before; a minimum is made up when its window is over. A cap on a rolling window lets
//! through, of what is charged in a period, what the periods before have left of it.

use std::collections::BTreeSet;

use crate::base::ids::{AssetId, ClauseId, FamilyId, PartyId};
use crate::base::number::Ratio;
use crate::base::time::Date;
use crate::base::value::Kind;
use crate::base::vocabulary::{Exemption, Nature, OwedKind};
use crate::evaluate::charges::{Charge, Charged, total};
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::{At, Desk};
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::parties::{is_party, on_one_side};
use crate::evaluate::rolling::Used;
use crate::evaluate::settle::{Cause, Held, Line, due};
use crate::evaluate::shown::quantity;
use crate::plan::{Dimension, FirstWindow, OwedBase, Owes, Step};

/// One line of a cap, minimum or exemption: its window, settlement period and group.
pub(crate) struct Spot<'a> {
    pub(crate) place: usize,
    pub(crate) owes: &'a Owes,
    pub(crate) window: i64,
    pub(crate) period: i64,
    pub(crate) group: Group,
    /// What earlier windows left of a cap.
    pub(crate) carried: Result<Ratio, Gap>,
    /// What the periods before used up of a rolling cap.
    pub(crate) used: Used,
}

/// What a cap, minimum or exemption comes to through a period.
struct Reached {
    /// What it takes back (negative) or adds.
    difference: Ratio,
    /// What each clause under it charges.
    shares: Vec<(ClauseId, Ratio)>,
    /// What a cap leaves to the windows that follow.
    unused: Result<Ratio, Gap>,
}

impl<'a> Desk<'a> {
    /// Computes every line of a cap or minimum.
    pub(crate) fn owes(&mut self, place: usize, owes: &'a Owes) {
        let plan = self.plan;
        let (first, last) = plan.windows.term();
        let (_, asked) = plan.windows.days(plan.settled, plan.asked.1);
        let from = plan.windows.index_of_date(owes.window, first);
        let from = self.lookback.of_owes(place).map_or(from, |read| read.max(from));
        let to = plan.windows.index_of_date(owes.window, last.min(asked));
        // INVARIANT (gross): what stands under a cap is compared before the cap's own adjustments, of this period and
        // of earlier ones; they are charged when all of its periods are computed.
        let mut adjustments = Vec::new();
        if let Some(periods) = owes.rolling {
            self.rolling(place, owes, periods, &mut adjustments);
            for charge in adjustments {
                self.charge(charge);
            }
            return;
        }
        let mut left = self.left_before((place, owes), from..=to);
        for window in from..=to {
            let bounds = self.in_term(owes.window, window);
            if let Some(governs) = self.plan.amended.owes.get(&place).filter(|governs| !governs.window(bounds)) {
                if governs.is_suspended(bounds) {
                    left.wait(owes.carry);
                }
                continue;
            }
            let over = due(plan, owes.window, window);
            let (start, _) = plan.windows.days(owes.window, window);
            let begins = plan.windows.index_of_date(plan.settled, start.max(first));
            let periods = match owes.kind {
                OwedKind::AtMost | OwedKind::Exempt(_) => begins..=over.min(plan.asked.1),
                OwedKind::AtLeast if over <= plan.asked.1 => over..=over,
                OwedKind::AtLeast => continue,
            };
            for group in self.owing_groups(owes, window) {
                let mut before = Ratio::ZERO;
                let carried = left.of(&group);
                let mut unused = Ok(Ratio::ZERO);
                for period in periods.clone() {
                    let (carried, used) = (carried.clone(), Used::default());
                    let at = Spot { place, owes, window, period, group: group.clone(), carried, used };
                    (before, unused) = self.owes_line(&at, before, &mut adjustments);
                }
                left.set(group, (window, owes.carry), unused);
            }
            self.left_by_silent(&mut left, (place, owes), (window, over));
        }
        if owes.texts.last() != Some(&place) {
            self.left.insert(place, left);
        }
        for charge in adjustments {
            self.charge(charge);
        }
    }

    /// The groups that have charges in the window, and for a minimum the assets that the register knows: a
    /// silent one owes it too.
    pub(crate) fn owing_groups(&self, owes: &Owes, window: i64) -> BTreeSet<Group> {
        if owes.dims.is_empty() {
            return BTreeSet::from([Group::default()]);
        }
        let inside = |charge: &&Charge| self.is_inside(owes, charge, window);
        let charges = self.charges_of(&owes.under).filter(inside);
        let keys = charges.filter_map(|charge| self.keys(charge, &owes.dims));
        // A limit of each member is nobody's where it is not known who pays.
        let known = |(dim, key): (&Dimension, &Key)| *key != Key::Value(None) || !is_party(self.plan, dim);
        let mut groups: BTreeSet<Group> = keys.filter(|group| owes.dims.iter().zip(group).all(known)).collect();
        if let ([Dimension::Asset(family)], OwedKind::AtLeast) = (owes.dims.as_slice(), owes.kind) {
            groups
                .extend(self.members(*family, owes, window).into_iter().map(|asset| Group::from([Key::Asset(asset)])));
        }
        groups
    }

    /// The registered assets of a family under the contract at any time of a window.
    fn members(&self, family: FamilyId, owes: &Owes, window: i64) -> Vec<AssetId> {
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

    /// The line of one period, where `before` belongs to earlier periods; gives the adjustment through it, and what is then
    /// not used.
    pub(crate) fn owes_line(
        &mut self,
        at: &Spot<'a>,
        before: Ratio,
        adjustments: &mut Vec<Charge>,
    ) -> (Ratio, Result<Ratio, Gap>) {
        let (owes, period) = (at.owes, at.period);
        let cause = Cause {
            clause: owes.clause,
            step: Step::Owes(at.place),
            window: (owes.window, at.window),
            dims: owes.dims.clone(),
            group: at.group.clone(),
        };
        let (payer, payee) = self.who_owes(owes, &at.group);
        self.listen(&cause, period);
        let through = self.adjustment(at);
        if !before.is_zero() {
            let money = Kind::Money(self.plan.currency);
            self.note(
                |_| format!("of this, {} belongs to earlier periods", quantity(&money, &before)),
                Some(owes.span),
            );
        }
        let amount = through.as_ref().map(|through| through.difference.minus(&before)).map_err(Clone::clone);
        self.heard(&cause, &amount);
        match through {
            Ok(Reached { difference: through, shares, unused }) => {
                let amount = through.minus(&before);
                adjustments.extend(self.shared_out(at, &amount, &shares));
                let line = Line {
                    payer,
                    payee,
                    nature: self.nature(owes),
                    quantity: None,
                    rate: None,
                    exact: amount.clone(),
                    amount,
                    cause,
                };
                self.line(period, line);
                (through, unused)
            }
            Err(gap) => {
                // What it takes back is not known to what comes behind it either.
                let first = owes.under.first().map(|clause| (*clause, Ratio::ZERO));
                let doubts = self.shared_out(at, &Ratio::ZERO, first.as_slice()).into_iter();
                let held = |charge: Charge| Charge { amount: Err(gap.clone()), plain: Err(gap.clone()), ..charge };
                adjustments.extend(doubts.map(held));
                self.hold(period, Held { cause, payer, gap: gap.clone() });
                (before, self.left_though_held(at, gap))
            }
        }
    }

    /// What the cap takes back (negative) or the minimum adds through a period.
    fn adjustment(&mut self, at: &Spot<'a>) -> Result<Reached, Gap> {
        let (owes, money) = (at.owes, Kind::Money(self.plan.currency));
        let mut shares = Vec::new();
        for clause in &owes.under {
            shares.push((*clause, self.owed_under(at, *clause)?));
        }
        let gross = total(shares.iter().map(|(_, amount)| Ok(amount.clone())))?;
        self.note(|_| format!("charged under it so far: {}", quantity(&money, &gross)), Some(owes.span));
        let mut owed = gross;
        for clause in &owes.netted {
            let (party, payee) = self.who_owes(owes, &at.group);
            let back = self.charged_between(at, *clause, (payee, party))?;
            owed = owed.minus(&back);
            let (number, back, left) = (self.clause_number(*clause), quantity(&money, &back), quantity(&money, &owed));
            self.note(|_| format!("clause {number} goes the other way with {back}: {left} is left"), Some(owes.span));
        }
        let stated = match self.stated_amount(at) {
            // Of nothing, nothing is taken back, however high the limit is.
            Err(gap) if owed.is_zero() && owes.kind != OwedKind::AtLeast => {
                return Ok(Reached { difference: Ratio::ZERO, shares, unused: Err(gap) });
            }
            stated => stated?,
        };
        let own = self.not_used(at, &stated, &owed)?;
        let left = self.with_carried(at, own, &owed)?;
        let (word, bounded) = match owes.kind {
            OwedKind::AtMost => ("at most", owed.clone().min(left.clone())),
            OwedKind::AtLeast => ("at least", owed.clone().max(left.clone())),
            OwedKind::Exempt(Exemption::Below) if owed < left => ("nothing below", owed.clone().min(Ratio::ZERO)),
            OwedKind::Exempt(Exemption::Below) => ("the whole from", owed.clone()),
            OwedKind::Exempt(_) if owed <= left => ("nothing up to", owed.clone().min(Ratio::ZERO)),
            OwedKind::Exempt(Exemption::Whole) => ("the whole above", owed.clone()),
            OwedKind::Exempt(Exemption::Excess) => ("the excess over", owed.minus(&left)),
        };
        self.note(|_| format!("{word} {}: {}", quantity(&money, &left), quantity(&money, &bounded)), Some(owes.span));
        let difference = bounded.minus(&owed);
        self.note(|_| format!("difference: {}", quantity(&money, &difference)), Some(owes.span));
        let unused = self.unused(at, &stated, &bounded);
        Ok(Reached { difference, shares, unused })
    }

    /// The amount of the cap, minimum or exemption, as rounded.
    pub(crate) fn stated_amount(&mut self, at: &Spot<'a>) -> Result<Ratio, Gap> {
        let (owes, money) = (at.owes, Kind::Money(self.plan.currency));
        let first = self.plan.windows.index_of_date(owes.window, self.plan.windows.term().0) == at.window;
        let (amount, charged) = match (&owes.base, owes.rolling) {
            (_, Some(periods)) => (&owes.amount, Charged::Rolling(periods, at.period)),
            (OwedBase::Previous(FirstWindow::Amount(amount)), None) if first => (amount, Charged::Through(at.period)),
            (OwedBase::Previous(FirstWindow::Expected), None) if first => (&owes.amount, Charged::Expected(at.period)),
            (OwedBase::Previous(FirstWindow::SoFar), None) if first => (&owes.amount, Charged::Through(at.period)),
            (OwedBase::Previous(_), None) => (&owes.amount, Charged::Before(1)),
            (OwedBase::Expected, None) => (&owes.amount, Charged::Expected(at.period)),
            (OwedBase::SoFar, None) => (&owes.amount, Charged::Through(at.period)),
        };
        let mut here =
            At { desk: self, kind: owes.window, window: at.window, dims: &owes.dims, group: &at.group, charged };
        here.desk.plain = owes.before_index;
        let whole = number(amount, &mut here).map(|whole| whole.max(Ratio::ZERO));
        self.plain = false;
        let whole = whole?;
        let exact = if owes.prorated { self.prorated(owes, at.window, &whole) } else { whole };
        let Some(rounding) = &owes.rounding else { return Ok(exact) };
        let limit = exact.rounded(rounding);
        if limit != exact {
            let (before, after) = (exact.decimal_text(0, 10), quantity(&money, &limit));
            let (step, mode) = (rounding.step.decimal_text(0, 6), rounding.mode.word());
            self.note(|_| format!("rounded to {step} {mode}: {before} becomes {after}"), None);
        }
        Ok(limit)
    }

    /// The part of an amount that the days of its window in the term are of all of its days.
    fn prorated(&mut self, owes: &Owes, window: i64, whole: &Ratio) -> Ratio {
        let (from, to) = self.plan.windows.days(owes.window, window);
        let (first, last) = self.plan.windows.term();
        let days = |from: Date, to: Date| from.days_until(to).saturating_add(1);
        let (inside, all) = (days(from.max(first), to.min(last)), days(from, to));
        if inside == all {
            return whole.clone();
        }
        let part = whole.times(&Ratio::new(inside.into(), all.into()).unwrap_or(Ratio::ONE));
        let money = Kind::Money(self.plan.currency);
        let (whole, shown) = (quantity(&money, whole), quantity(&money, &part));
        self.note(|_| format!("{inside} of {all} days of {whole}: {shown}"), Some(owes.span));
        part
    }

    /// What the party owes the other one under a clause through a period.
    pub(crate) fn owed_under(&mut self, at: &Spot<'_>, clause: ClauseId) -> Result<Ratio, Gap> {
        self.charged_between(at, clause, self.who_owes(at.owes, &at.group))
    }

    /// What goes from one party to another under a clause through a period.
    fn charged_between(&mut self, at: &Spot<'_>, clause: ClauseId, sides: (PartyId, PartyId)) -> Result<Ratio, Gap> {
        let owes = at.owes;
        // A line that is held and of which nobody knows who pays may be of these.
        let one = |charge: &Charge, own: PartyId, side: PartyId| {
            own == side || (own == PartyId::UNKNOWN && charge.amount.is_err())
        };
        let places = self.places_of(clause, &owes.dims, &at.group);
        let counted = places.iter().filter_map(|place| self.charges.get(*place)).filter(|charge| {
            one(charge, charge.payer, sides.0)
                && one(charge, charge.payee, sides.1)
                && charge.due <= at.period
                && self.is_inside(owes, charge, at.window)
                && self.concerns(charge, &owes.dims, &at.group)
        });
        let number = self.clause_number(clause);
        total(counted.map(|charge| charge.amount.clone())).map_err(|_| Gap::Held(format!("clause {number} is held")))
    }

    /// Whether a charge belongs to a window: by the last day of its own, or, in a rolling one, by its settlement period.
    fn is_inside(&self, owes: &Owes, charge: &Charge, window: i64) -> bool {
        if owes.rolling.is_some() {
            return charge.due == window;
        }
        self.plan.windows.index_of_date(owes.window, charge.last) == window
    }

    /// The difference belongs to the clauses under it, by what each charges.
    fn shared_out(&self, at: &Spot<'_>, amount: &Ratio, shares: &[(ClauseId, Ratio)]) -> Vec<Charge> {
        let (owes, windows) = (at.owes, &self.plan.windows);
        let (payer, payee) = self.who_owes(owes, &at.group);
        let owed = shares.iter().fold(Ratio::ZERO, |sum, (_, share)| sum.plus(share));
        let (first, last) = windows.days(self.plan.settled, at.period);
        let (window, term) = (windows.days(owes.window, at.window), windows.term());
        let (first, last) = (first.max(window.0).max(term.0), last.min(window.1).min(term.1));
        let part = |place: usize, share: &Ratio| share.over(&owed).unwrap_or_else(|| Ratio::int(i64::from(place == 0)));
        let charge = |(place, (clause, share)): (usize, &(ClauseId, Ratio))| Charge {
            clause: *clause,
            stands: owes.clause,
            due: at.period,
            first,
            last,
            version: self.plan.amended.version(Step::Owes(at.place)),
            dims: owes.dims.clone(),
            group: at.group.clone(),
            payer,
            payee,
            met: false,
            amount: Ok(amount.times(&part(place, share))),
            plain: Ok(amount.times(&part(place, share))),
        };
        shares.iter().enumerate().map(charge).collect()
    }

    /// The nature of what stands under it.
    fn nature(&self, owes: &Owes) -> Nature {
        let under = self.plan.sentences.iter().filter(|sentence| owes.under.contains(&sentence.clause));
        let own = under.clone().find(|sentence| on_one_side(sentence.payer, owes.party));
        own.or_else(|| under.clone().next()).map_or(Nature::Price, |sentence| sentence.nature)
    }
}
