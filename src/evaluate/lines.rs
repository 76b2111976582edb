//! Payment sentences → lines: one for each window and group.

use std::collections::BTreeMap;

use crate::base::ids::{DepositId, FoldId, PartyId};
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::time::Between;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Part, TierMode};
use crate::base::window::WindowKind;
use crate::evaluate::adjust::adjusted;
use crate::evaluate::balances::balance_at;
use crate::evaluate::charges::{Charge, Charged};
use crate::evaluate::compute::{compute, number};
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::{At, Desk};
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::parties::is_party;
use crate::evaluate::settle::{Cause, Held, Line, due, regrouped};
use crate::evaluate::shown::{grouped, quantity};
use crate::plan::{Amount, Dimension, Fold, Quantity, Sentence, Step, Tier, Trigger, Who};

/// The figures of a line.
struct Figures {
    quantity: Option<Ratio>,
    rate: Option<Ratio>,
    /// Before the steps of the sentence and rounding.
    raw: Ratio,
    exact: Ratio,
    amount: Ratio,
    /// The amount before it is indexed.
    plain: Ratio,
}

/// The amount of a charge and the same before it is indexed, or why they are held.
type Both = (Result<Ratio, Gap>, Result<Ratio, Gap>);

impl<'a> Desk<'a> {
    /// Computes every line of a sentence.
    pub(crate) fn sentence(&mut self, sentence: &'a Sentence) {
        let mut credited: BTreeMap<Group, i64> = BTreeMap::new();
        for window in self.windows_of(sentence) {
            if !self.governs(sentence, window) {
                continue;
            }
            // What the sentence counts itself is counted in its own window; the numbers that it reads may look back.
            let own = |id: &FoldId| Some(*id) == sentence.own_fold();
            let (own, read): (Vec<FoldId>, Vec<FoldId>) = sentence.folds.iter().partition(|id| own(id));
            let at = (sentence.window, window);
            let unrecorded = self.unrecorded((&read, at, sentence.reach), &sentence.dims);
            let unrecorded = unrecorded.or_else(|| self.unrecorded((&own, at, 0), &sentence.dims));
            let charged = match unrecorded.map_or_else(|| self.charged_before(sentence, window), Err) {
                Ok(charged) => charged,
                Err(gap) => {
                    self.hold_whole(sentence, window, gap);
                    continue;
                }
            };
            let mut groups = self.groups(&read, at, sentence.reach, &sentence.dims);
            groups.extend(self.groups(&own, at, 0, &sentence.dims));
            groups.extend(charged);
            groups.sort();
            groups.dedup();
            for group in groups {
                self.credited = credited.get(&group).copied();
                let pays = self.one_line(sentence, window, group.clone());
                if pays && sentence.uses_up {
                    let (_, last) = self.plan.windows.days(sentence.window, window);
                    credited.insert(group, self.plan.windows.index_of_date(WindowKind::Month, last));
                }
            }
        }
        self.credited = None;
    }

    /// Whether the version of an amended clause governs a window.
    fn governs(&self, sentence: &Sentence, window: i64) -> bool {
        let Some(governs) = self.plan.amended.sentences.get(&sentence.id) else { return true };
        let bounds = self.in_term(sentence.window, window);
        let of_fold = matches!(sentence.quantity, Quantity::Folded(_)) || matches!(sentence.amount, Amount::Priced(_));
        // Lateness that is paid when it ends is paid by the text by which it grew, also when another one is in force.
        let late = |fold: &Fold| matches!(fold.trigger, Trigger::Lateness { .. });
        let own = sentence.folds.iter().filter_map(|id| self.plan.folds.get(id.index()));
        if self.plan.lateness_when_it_ends && own.into_iter().any(late) {
            return governs.begins_before(bounds.end);
        }
        if of_fold { governs.touches(bounds) } else { governs.window(bounds) }
    }

    /// A window as far as it lies in the term.
    pub(crate) fn in_term(&self, kind: WindowKind, window: i64) -> Between {
        let (first, last) = self.plan.windows.term();
        let zone = self.plan.zone;
        let term = Between::new(zone.start_of(first), zone.start_of(last.plus_days(1)));
        let bounds = self.plan.windows.bounds(kind, window);
        bounds.intersect(term).unwrap_or(bounds)
    }

    /// Computes a line; tells whether it pays anything.
    fn one_line(&mut self, sentence: &'a Sentence, window: i64, group: Group) -> bool {
        let due = due(self.plan, sentence.window, window);
        let cause = Cause {
            clause: sentence.clause,
            step: Step::Sentence(sentence.id),
            window: (sentence.window, window),
            dims: sentence.dims.clone(),
            group,
        };
        self.listen(&cause, due);
        let party = |who| self.who(who, &cause.dims, &cause.group);
        let (payer, payee) = (party(sentence.payer), party(sentence.payee));
        let computed = match (&payer, &payee) {
            // Nothing is due from or to nobody.
            (Err(gap), _) | (_, Err(gap)) => match self.computed(sentence, window, &cause.group) {
                Ok(found) if found.as_ref().is_none_or(|figures| figures.amount.is_zero()) => Ok(None),
                Ok(_) => Err(gap.clone()),
                Err(gap) => Err(gap),
            },
            (Ok(payer), Ok(payee)) if payer == payee => {
                self.note(|_| "who pays is the one who is paid: nothing is due".to_owned(), Some(sentence.span));
                Ok(None)
            }
            (Ok(_), Ok(_)) => self.computed(sentence, window, &cause.group).and_then(|found| told_apart(&cause, found)),
        };
        let unknown = |party: Result<PartyId, Gap>| party.unwrap_or(PartyId::UNKNOWN);
        let parties = (unknown(payer), unknown(payee));
        let result =
            computed.as_ref().map(|figures| figures.as_ref().map_or(Ratio::ZERO, |figures| figures.amount.clone()));
        self.heard(&cause, &result.map_err(Clone::clone));
        match computed {
            Ok(Some(figures)) => {
                if self.lookback.reads(sentence.clause) {
                    self.charges((sentence, parties), &cause, due, &figures);
                }
                let pays = !figures.amount.is_zero();
                let unit = sentence.unit.clone();
                let line = Line {
                    cause,
                    payer: parties.0,
                    payee: parties.1,
                    nature: sentence.nature,
                    quantity: figures.quantity.map(|quantity| (quantity, unit)),
                    rate: figures.rate,
                    exact: figures.exact,
                    amount: figures.amount,
                };
                self.line(due, line);
                pays
            }
            Ok(None) | Err(Gap::NotDue(_)) => false,
            Err(gap) => {
                let held = (Err(gap.clone()), Err(gap.clone()));
                self.charge(self.charge_of(parties, &cause, due, held));
                self.hold(due, Held { cause, payer: parties.0, gap });
                false
            }
        }
    }

    /// Holds a line for whatever groups there are.
    fn hold_whole(&mut self, sentence: &Sentence, window: i64, gap: Gap) {
        let due = due(self.plan, sentence.window, window);
        let cause = Cause {
            clause: sentence.clause,
            step: Step::Sentence(sentence.id),
            window: (sentence.window, window),
            dims: Vec::new(),
            group: Group::default(),
        };
        let party = |who| if let Who::Party(party) = who { party } else { PartyId::UNKNOWN };
        let parties = (party(sentence.payer), party(sentence.payee));
        let held = (Err(gap.clone()), Err(gap.clone()));
        self.charge(self.charge_of(parties, &cause, due, held));
        self.hold(due, Held { cause, payer: parties.0, gap });
    }

    fn charge_of(&self, (payer, payee): (PartyId, PartyId), cause: &Cause, due: i64, (amount, plain): Both) -> Charge {
        let (first, last) = self.plan.windows.days(cause.window.0, cause.window.1);
        let (term_first, term_last) = self.plan.windows.term();
        Charge {
            clause: cause.clause,
            stands: cause.clause,
            due,
            first: first.max(term_first),
            last: last.min(term_last),
            version: self.plan.amended.version(cause.step),
            dims: cause.dims.clone(),
            group: cause.group.clone(),
            payer,
            payee,
            met: false,
            amount,
            plain,
        }
    }

    /// What the line charges, by the finer groups for which its clause is asked. Each has the part of the
    /// rounded line that its own amount is of the line before the steps of the sentence and rounding.
    fn charges(
        &mut self,
        (sentence, parties): (&'a Sentence, (PartyId, PartyId)),
        cause: &Cause,
        due: i64,
        figures: &Figures,
    ) {
        let whole = self.charge_of(parties, cause, due, (Ok(figures.amount.clone()), Ok(figures.plain.clone())));
        let fold = match (&sentence.amount, &sentence.quantity) {
            (Amount::Priced(fold), _) | (_, Quantity::Folded(fold)) => *fold,
            (_, Quantity::One | Quantity::Measured(_)) => {
                self.charge(whole);
                return;
            }
        };
        let Some(plan) = self.plan.folds.get(fold.index()) else {
            return;
        };
        if plan.dims.len() == cause.dims.len() {
            self.charge(whole);
            return;
        }
        // What a step of the line adds where nothing happened (`at least …`) is of none of the finer groups.
        if figures.raw.is_zero() {
            self.charge(whole);
            return;
        }
        for group in self.groups(&[fold], cause.window, 0, &plan.dims) {
            if regrouped(&plan.dims, &group, &cause.dims).as_ref() != Some(&cause.group) {
                continue;
            }
            let tally = self.tally(fold, cause.window, &group);
            let own = match (&sentence.amount, &figures.quantity) {
                (Amount::Priced(_), _) => tally.amount.over(&figures.raw),
                (_, Some(quantity)) => tally.sum.over(quantity),
                (_, None) => None,
            };
            // What is charged nothing has no part.
            let Some(own) = own.filter(|own| !own.is_zero()) else { continue };
            let (amount, plain) = (Ok(figures.amount.times(&own)), Ok(figures.plain.times(&own)));
            self.charge(Charge { dims: plan.dims.clone(), group, amount, plain, ..whole.clone() });
        }
    }

    /// The figures of a line; `None` where its condition does not hold.
    fn computed(&mut self, sentence: &'a Sentence, window: i64, group: &Group) -> Result<Option<Figures>, Gap> {
        let mut at =
            At { desk: self, kind: sentence.window, window, dims: &sentence.dims, group, charged: Charged::Whole };
        if let Some(condition) = &sentence.condition
            && !compute(condition, &mut at)?.flag()?
        {
            at.desk.note(|_| "the condition does not hold: nothing is due".to_owned(), Some(sentence.span));
            return Ok(None);
        }
        let before = at.desk.plain;
        at.desk.plain |= sentence.before_index;
        let figures = at.figures(sentence);
        at.desk.plain = before;
        figures.map(Some)
    }
}

/// Money of a group whose attribute is not known is held: nobody can tell whose it is.
fn told_apart(cause: &Cause, found: Option<Figures>) -> Result<Option<Figures>, Gap> {
    let unknown = cause.dims.iter().zip(&cause.group).find_map(|(dim, key)| match (dim, key) {
        (Dimension::Attribute(family, attribute), Key::Value(None)) => Some(Gap::NoAttribute(*family, *attribute)),
        _ => None,
    });
    match (unknown, &found) {
        (Some(gap), Some(figures)) if !figures.amount.is_zero() => Err(gap),
        (Some(_) | None, _) => Ok(found),
    }
}

impl<'a> At<'_, 'a> {
    fn money(&self) -> Kind {
        Kind::Money(self.desk.plan.currency)
    }

    fn figures(&mut self, sentence: &'a Sentence) -> Result<Figures, Gap> {
        let quantity = match self.quantity(sentence) {
            Err(gap) if !matches!(gap, Gap::NotDue(_)) => self.of_nothing(sentence, gap)?,
            quantity => quantity?,
        };
        let (rate, mut raw) = self.priced(sentence, quantity.as_ref())?;
        if let Some(times) = &sentence.times {
            let factor = match number(times, self) {
                Err(_) if raw.is_zero() => Ratio::ONE,
                factor => factor?,
            };
            self.desk.note(|_| format!("times {}", factor.decimal_text(0, 6)), None);
            raw = raw.times(&factor);
        }
        let exact = adjusted(&sentence.adjustments, raw.clone(), self)?;
        let amount = self.rounded_line(sentence, &exact);
        let plain = self.plain_amount(sentence, quantity.as_ref(), &amount)?;
        Ok(Figures { quantity, rate, raw, exact, amount, plain })
    }

    /// What a quantity that is not known comes to where nothing is paid for it, whatever it is, or nothing is due.
    fn of_nothing(&mut self, sentence: &'a Sentence, gap: Gap) -> Result<Option<Ratio>, Gap> {
        let Amount::Rate(rate) = &sentence.amount else { return Err(gap) };
        let notes = self.desk.notes.take();
        let factors = std::iter::once(rate).chain(&sentence.times);
        let mut factors = factors.map(|factor| number(factor, self));
        let decisive = factors.find(|found| !found.as_ref().is_ok_and(|factor| !factor.is_zero()));
        self.desk.notes = notes;
        match decisive {
            Some(Ok(nothing)) => Ok(Some(nothing)),
            Some(Err(not_due @ Gap::NotDue(_))) => Err(not_due),
            Some(Err(_)) | None => Err(gap),
        }
    }

    /// The number of units.
    fn quantity(&mut self, sentence: &'a Sentence) -> Result<Option<Ratio>, Gap> {
        match &sentence.quantity {
            Quantity::One => Ok(None),
            Quantity::Folded(fold) => {
                let tally = self.desk.tally(*fold, (self.kind, self.window), self.group);
                let Some(plan) = self.desk.plan.folds.get(fold.index()) else {
                    return Err(Gap::NotAtHand);
                };
                if let Some(held) = &tally.held {
                    return Err(self.desk.names.held(held, &plan.label));
                }
                let (label, unit) = (&plan.label, &sentence.unit);
                let sum = || grouped(&tally.sum.decimal_text(0, 6));
                self.desk.note(|_| format!("{label}: {} {unit}", sum()), Some(plan.span));
                Ok(Some(tally.sum.clone()))
            }
            Quantity::Measured(measured) => {
                let value = number(&measured.formula, self)?;
                let units = value.over(&measured.per).ok_or(Gap::Zero)?;
                let whole = |mode| units.rounded(&Rounding { mode, step: Ratio::ONE });
                let counted = match measured.part {
                    None | Some(Part::ProRata) => units,
                    Some(Part::Commenced) => whole(Mode::Upward),
                    Some(Part::Completed) => whole(Mode::Downward),
                };
                let said = |_| {
                    let was = quantity(&measured.kind, &value);
                    format!("quantity: {was}, counted as {} {}", grouped(&counted.decimal_text(0, 6)), sentence.unit)
                };
                self.desk.note(said, Some(sentence.span));
                Ok(Some(counted))
            }
        }
    }

    /// The rate and the amount before factor, steps and rounding.
    fn priced(&mut self, sentence: &'a Sentence, units: Option<&Ratio>) -> Result<(Option<Ratio>, Ratio), Gap> {
        let money = self.money();
        match &sentence.amount {
            Amount::Rate(formula) => {
                let rate = match number(formula, self) {
                    // Of nothing, no rate is needed.
                    Err(_) if units.is_some_and(Ratio::is_zero) => return Ok((None, Ratio::ZERO)),
                    rate => rate?,
                };
                let amount = rate.times(units.unwrap_or(&Ratio::ONE));
                let said = |_| {
                    let (shown, total) = (quantity(&money, &rate), quantity(&money, &amount));
                    match units {
                        Some(units) => format!("{} × {shown} = {total}", grouped(&units.decimal_text(0, 6))),
                        None => format!("amount: {shown}"),
                    }
                };
                self.desk.note(said, Some(sentence.span));
                Ok((units.map(|_| rate), amount))
            }
            Amount::Priced(fold) => {
                let tally = self.desk.tally(*fold, (self.kind, self.window), self.group);
                self.applied_in_walk(&sentence.indexed_in_walk);
                let amount = || quantity(&money, &tally.amount);
                self.desk.note(|_| format!("priced one by one: {} in all", amount()), Some(sentence.span));
                self.balance(*fold);
                Ok((None, tally.amount.clone()))
            }
            Amount::Tiers(mode, tiers) => {
                let units = units.cloned().unwrap_or(Ratio::ZERO);
                let amount = self.tiered(sentence, *mode, tiers, &units)?;
                Ok((None, amount))
            }
        }
    }

    /// Notes what is held at the end of the window, behind a line that takes or ends deposits.
    fn balance(&mut self, fold: FoldId) {
        let plan = self.desk.plan;
        let trigger = plan.folds.get(fold.index()).map(|fold| &fold.trigger);
        let Some(Trigger::Taken(id, _) | Trigger::Released { deposit: id, .. }) = trigger else {
            return;
        };
        let end = plan.windows.bounds(self.kind, self.window).end;
        if self.desk.notes.is_none() {
            return;
        }
        let Some(payer) = self.depositor(*id) else { return };
        let Some(balance) = balance_at(&self.desk.observations.deposits, (*id, payer), end) else {
            return;
        };
        let money = self.money();
        let units = grouped(&balance.units.decimal_text(0, 6));
        if let Ok(amount) = &balance.amount {
            let amount = quantity(&money, amount);
            self.desk.note(|_| format!("deposits held at the end of the window: {amount} for {units}"), None);
        }
    }

    /// Whose deposits a line is about.
    fn depositor(&self, id: DepositId) -> Option<PartyId> {
        if let Some(party) = self.desk.plan.deposits.get(id.index()).and_then(|deposit| deposit.depositor) {
            return Some(party);
        }
        let place = self.dims.iter().position(|dim| is_party(self.desk.plan, dim))?;
        self.desk.who(Who::Group(place), self.dims, self.group).ok()
    }

    fn tiered(
        &mut self,
        sentence: &'a Sentence,
        mode: TierMode,
        tiers: &'a [Tier],
        units: &Ratio,
    ) -> Result<Ratio, Gap> {
        let per = match &sentence.quantity {
            Quantity::Measured(measured) => measured.per.clone(),
            Quantity::One | Quantity::Folded(_) => Ratio::ONE,
        };
        let mut total = Ratio::ZERO;
        for tier in tiers {
            let of = match &tier.of {
                Some(of) => number(of, self)?,
                None => Ratio::ONE,
            };
            if of.is_negative() {
                return Err(Gap::Held("the amount of which the bounds are parts is below zero".to_owned()));
            }
            let end = |bound: &Option<(Literal, bool)>| match bound {
                Some((Literal::Quantity(part), included)) => part.times(&of).over(&per).map(|end| (end, *included)),
                Some(_) | None => None,
            };
            let (low, high) = (end(&tier.low), end(&tier.high));
            let inside = match mode {
                TierMode::EachBand => overlap(units, low.as_ref(), high.as_ref()),
                TierMode::BandReached if reaches(units, low.as_ref(), high.as_ref()) => units.clone(),
                TierMode::BandReached => Ratio::ZERO,
            };
            if inside.is_zero() {
                self.desk.note(|_| "nothing in this band".to_owned(), Some(tier.span));
                continue;
            }
            let price = number(&tier.price, self)?;
            let part = inside.times(&price);
            let money = self.money();
            let said = |_| {
                let (inside, unit) = (grouped(&inside.decimal_text(0, 6)), &sentence.unit);
                let priced = if sentence.is_of_money() { &Kind::Percentage } else { &money };
                let (price, part) = (quantity(priced, &price), quantity(&money, &part));
                format!("in this band {inside} {unit} × {price} = {part}")
            };
            self.desk.note(said, Some(tier.span));
            total = total.plus(&part);
        }
        Ok(total)
    }

    /// The amount of a line before it is indexed, where a cap asks for that.
    fn plain_amount(&mut self, sentence: &'a Sentence, units: Option<&Ratio>, amount: &Ratio) -> Result<Ratio, Gap> {
        let plan = self.desk.plan;
        let asked = plan.owes.iter().any(|owes| owes.before_index)
            || plan.sentences.iter().any(|sentence| sentence.before_index);
        if !asked || self.desk.plain {
            return Ok(amount.clone());
        }
        let notes = self.desk.notes.take();
        self.desk.plain = true;
        let plain = self.unraised(sentence, units);
        self.desk.plain = false;
        self.desk.notes = notes;
        plain
    }

    fn unraised(&mut self, sentence: &'a Sentence, units: Option<&Ratio>) -> Result<Ratio, Gap> {
        let (_, mut raw) = self.priced(sentence, units)?;
        if let Some(times) = &sentence.times {
            raw = match number(times, self) {
                Err(_) if raw.is_zero() => raw,
                factor => raw.times(&factor?),
            };
        }
        let exact = adjusted(&sentence.adjustments, raw, self)?;
        Ok(self.rounded_line(sentence, &exact))
    }

    fn rounded_line(&mut self, sentence: &'a Sentence, exact: &Ratio) -> Ratio {
        let Some(rounding) = &sentence.rounding else {
            return exact.clone();
        };
        let amount = exact.rounded(rounding);
        let money = self.money();
        let said = |_| {
            let (before, shown) = (grouped(&exact.decimal_text(0, 10)), quantity(&money, &amount));
            let (step, mode) = (rounding.step.decimal_text(0, 6), rounding.mode.word());
            format!("line rounded to {step} {mode}: {before} becomes {shown}")
        };
        self.desk.note(said, None);
        amount
    }
}

/// How much of a quantity lies in a band.
fn overlap(units: &Ratio, low: Option<&(Ratio, bool)>, high: Option<&(Ratio, bool)>) -> Ratio {
    let from = low.map_or(Ratio::ZERO, |(low, _)| low.clone());
    let to = high.map_or_else(|| units.clone(), |(high, _)| high.clone().min(units.clone()));
    if units.is_negative() {
        return if low.is_none() { units.clone() } else { Ratio::ZERO };
    }
    to.minus(&from).max(Ratio::ZERO)
}

/// Whether a band takes a quantity.
fn reaches(units: &Ratio, low: Option<&(Ratio, bool)>, high: Option<&(Ratio, bool)>) -> bool {
    let above = low.is_none_or(|(low, included)| units > low || (*included && units == low));
    let below = high.is_none_or(|(high, included)| units < high || (*included && units == high));
    above && below
}
