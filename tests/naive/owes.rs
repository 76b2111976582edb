//! Caps, minimums and exemptions over clauses: what is owed of what was charged so far, period by period.

use std::collections::BTreeSet;

use consigne::base::number::Ratio;
use consigne::base::vocabulary::OwedKind;
use consigne::check::contract::{Carry, Dimension, OwedBase, Owes};
use consigne::check::value::{Node, Value};

use super::World;
use super::calendar::{self, Window};
use super::money::{Charge, exempted, reads_clause};
use super::values::{Datum, Found, Gap, Group, Hand, unsupported};

impl World<'_> {
    /// The lines of a cap, minimum or exemption over some charges.
    pub(crate) fn owed(&self, owes: &Owes, charges: &[Charge]) -> Found<Vec<Charge>> {
        if owes.rolling.is_some() {
            return unsupported("rolling limits");
        }
        if !matches!(owes.base, OwedBase::SoFar) && reads_clause(&owes.amount) {
            return unsupported("parts of expected and previous amounts");
        }
        let payer = self.who(owes.party)?;
        let payee = self.who(owes.payee)?;
        let mut found = Vec::new();
        for window in calendar::windows(self.contract, owes.window) {
            for group in self.owing(owes, charges, window)? {
                let mut before = Ratio::ZERO;
                let mut nature = String::new();
                for period in calendar::windows(self.contract, calendar::rhythm(self.contract)) {
                    let over = calendar::period_of(self.contract, window);
                    let begun = period.last >= window.first;
                    if !begun || period.first > over.first || period.first > self.last.first {
                        continue;
                    }
                    // "A minimum is made up when its window ends."
                    if owes.kind == OwedKind::AtLeast && period.first != over.first {
                        continue;
                    }
                    let (amount, of) = match self.adjustment(owes, charges, (window, period), &group) {
                        Ok(found) => found,
                        Err(Gap::Unsupported(what)) => return unsupported(what),
                        Err(gap) => {
                            found.push(self.line(owes, (period, &group), (&payer, &payee, &nature), Err(gap)));
                            continue;
                        }
                    };
                    if !of.is_empty() {
                        nature = of;
                    }
                    let grown = amount.minus(&before);
                    before = amount;
                    found.push(self.line(owes, (period, &group), (&payer, &payee, &nature), Ok(grown)));
                }
            }
        }
        Ok(found)
    }

    fn line(
        &self,
        owes: &Owes,
        (period, group): (Window, &Group),
        (payer, payee, nature): (&str, &str, &str),
        amount: Found<Ratio>,
    ) -> Charge {
        Charge {
            clause: owes.under.first().copied().unwrap_or(owes.clause),
            stands: owes.clause,
            sentence: None,
            window: period,
            group: group.clone(),
            payer: payer.to_owned(),
            payee: payee.to_owned(),
            nature: nature.to_owned(),
            amount,
        }
    }

    /// The groups that something is charged for; "a minimum `per copier` is owed for each copier of the register, also
    /// for one without events."
    fn owing(&self, owes: &Owes, charges: &[Charge], window: Window) -> Found<BTreeSet<Group>> {
        if owes.dims.is_empty() {
            return Ok(BTreeSet::from([Group::new()]));
        }
        let mut found = BTreeSet::new();
        for charge in charges.iter().filter(|charge| owes.under.contains(&charge.clause)) {
            let last = charge.window.last.min(self.contract.term.1);
            if calendar::window(self.contract, owes.window, last) == window {
                match of_group(charge, &owes.dims) {
                    Some(group) => found.extend([group]),
                    None => match self.finer(charge, &owes.dims) {
                        Ok(parts) => found.extend(parts.into_iter().map(|(group, _)| group)),
                        Err(Gap::Unsupported(what)) => return unsupported(what),
                        Err(_) => {}
                    },
                }
            }
        }
        if let ([Dimension::Asset(family)], OwedKind::AtLeast) = (owes.dims.as_slice(), owes.kind) {
            let days = (window.first.max(self.contract.term.0), window.last.min(self.contract.term.1));
            for (asset, (own, rows)) in &self.facts.register {
                let from = rows.first().and_then(|row| row.from);
                let to = rows.last().and_then(|row| row.to);
                let there = from.is_none_or(|from| from <= days.1) && to.is_none_or(|to| days.0 <= to);
                if *own == family.index() && there {
                    found.insert(vec![(owes.dims[0], Some(Datum::Asset(asset.clone())))]);
                }
            }
        }
        Ok(found)
    }

    /// What was charged in a window through a period, and the nature of that.
    fn charged_under(
        &self,
        owes: &Owes,
        charges: &[Charge],
        (window, period): (Window, Window),
        group: &Group,
    ) -> Found<(Ratio, String)> {
        let party = self.who(owes.party)?;
        let mut charged = Ratio::ZERO;
        let mut nature = String::new();
        for charge in charges {
            let under = owes.under.contains(&charge.clause);
            let netted = owes.netted.iter().flatten().any(|clause| *clause == charge.clause);
            let last = charge.window.last.min(self.contract.term.1);
            let here = calendar::window(self.contract, owes.window, last) == window;
            let due = calendar::period_of(self.contract, charge.window).first <= period.first;
            if !(under || netted) || !here || !due {
                continue;
            }
            let amount = self.part_of(charge, group)?;
            if charge.payer == party && under {
                charged = charged.plus(&amount);
                nature.clone_from(&charge.nature);
            } else if charge.payer != party && netted {
                charged = charged.minus(&amount);
            }
        }
        Ok((charged, nature))
    }

    /// A limit is an amount of money, rounded as a line is.
    fn rounded_limit(&self, owes: &Owes, charges: &[Charge], at: (Window, Window), group: &Group) -> Found<Ratio> {
        let limit = self.limit(owes, &owes.amount, charges, at, group)?;
        Ok(match &self.contract.conventions.line_rounding {
            Some(rounding) => super::money::rounded(&limit, rounding),
            None => limit,
        })
    }

    /// What the window before leaves to a window, by what it was itself allowed.
    fn carried_to(&self, owes: &Owes, charges: &[Charge], window: Window, group: &Group) -> Found<Ratio> {
        let all = calendar::windows(self.contract, owes.window);
        let before = all.iter().take_while(|other| other.first < window.first).last();
        let Some(before) = before.filter(|_| owes.carry != Carry::No).copied() else { return Ok(Ratio::ZERO) };
        let over = calendar::period_of(self.contract, before);
        // "An asset has a cap in each window in which it is under the contract."
        let own = if self.has_cap(before, group) {
            self.rounded_limit(owes, charges, (before, over), group)?
        } else {
            Ratio::ZERO
        };
        let zero = Ratio::ZERO;
        let charged = self.charged_under(owes, charges, (before, over), group)?.0.max(zero.clone());
        // What was used of its own amount alone, and of what was carried to it.
        match owes.carry {
            Carry::No => Ok(zero),
            Carry::Once { first: false } => Ok(own.minus(&charged.min(own.clone()))),
            Carry::Once { first: true } => {
                let older = self.carried_to(owes, charges, before, group)?;
                let used = charged.minus(&older).max(zero.clone());
                Ok(own.minus(&used).max(zero))
            }
            Carry::UntilUsed => {
                let older = self.carried_to(owes, charges, before, group)?;
                Ok(own.plus(&older).minus(&charged).max(zero))
            }
        }
    }

    /// Whether an asset is under the contract in a window: "by the register, or from its first event on."
    fn has_cap(&self, window: Window, group: &Group) -> bool {
        let days = (window.first.max(self.contract.term.0), window.last.min(self.contract.term.1));
        group.iter().all(|(_, key)| {
            let Some(Datum::Asset(asset)) = key else { return true };
            if let Some((_, rows)) = self.facts.register.get(asset) {
                let apart = |row: &super::facts::Row| {
                    row.from.is_some_and(|from| from > days.1) || row.to.is_some_and(|to| to < days.0)
                };
                return !rows.iter().all(apart);
            }
            let first = self.facts.events.iter().find(|event| event.asset.as_ref() == Some(asset));
            first.is_some_and(|event| self.contract.zone.date_of(event.at) <= days.1)
        })
    }

    /// What a limit changes of what was charged in a window through a period, and the nature of that.
    fn adjustment(
        &self,
        owes: &Owes,
        charges: &[Charge],
        (window, period): (Window, Window),
        group: &Group,
    ) -> Found<(Ratio, String)> {
        let party = self.who(owes.party)?;
        let (charged, mut nature) = self.charged_under(owes, charges, (window, period), group)?;
        let limit = self.rounded_limit(owes, charges, (window, period), group);
        let mut limit = match owes.kind {
            OwedKind::AtLeast => limit?,
            OwedKind::AtMost | OwedKind::Exempt(_) => super::money::of_nothing(&charged, limit, Ratio::ZERO)?,
        };
        // What is not known of earlier windows holds a line only where it matters.
        match self.carried_to(owes, charges, window, group) {
            Ok(carried) => limit = limit.plus(&carried),
            Err(Gap::Unsupported(what)) => return unsupported(what),
            Err(_) if charged <= limit => {}
            Err(gap) => return Err(gap),
        }
        let owed = match owes.kind {
            OwedKind::AtMost => charged.clone().min(limit),
            OwedKind::AtLeast => charged.clone().max(limit),
            OwedKind::Exempt(kind) => exempted(kind, charged.clone(), &limit),
        };
        if nature.is_empty() {
            let first = owes.under.iter().find_map(|clause| {
                self.contract
                    .sentences
                    .iter()
                    .find(|sentence| sentence.clause == *clause && self.who(sentence.payer).as_ref() == Ok(&party))
            });
            nature = first.map(|sentence| sentence.nature.word().to_owned()).unwrap_or_default();
        }
        Ok((owed.minus(&charged), nature))
    }

    /// The amount of a limit: fixed, or a part of what a clause charged in the window until then.
    fn limit(
        &self,
        owes: &Owes,
        value: &Value,
        charges: &[Charge],
        (window, period): (Window, Window),
        group: &Group,
    ) -> Found<Ratio> {
        if !reads_clause(value) {
            let amount = self.number(value, &Hand::of_window(window, group))?;
            // "`prorated by day`: by the days of the window that lie in the term, of all of its days"
            let (first, last) = (window.first.max(self.contract.term.0), window.last.min(self.contract.term.1));
            let part =
                Ratio::new((first.days_until(last) + 1).into(), (window.first.days_until(window.last) + 1).into());
            return Ok(if owes.prorated { amount.times(&part.unwrap_or_default()) } else { amount });
        }
        match &*value.node {
            Node::Clause(clause, 0) => {
                let first = self.contract.sentences.iter().find(|sentence| sentence.clause == *clause);
                let Some(first) = first else { return unsupported("a part of a clause without payment") };
                let payer = self.who(first.payer)?;
                let mut sum = Ratio::ZERO;
                let _ = charges;
                for charge in self.charges_of(*clause)? {
                    let last = charge.window.last.min(self.contract.term.1);
                    let here = calendar::window(self.contract, owes.window, last) == window;
                    let due = calendar::period_of(self.contract, charge.window).first <= period.first;
                    if charge.stands != *clause || !here || !due {
                        continue;
                    }
                    let amount = self.part_of(&charge, group)?;
                    sum = if charge.payer == payer { sum.plus(&amount) } else { sum.minus(&amount) };
                }
                Ok(sum)
            }
            Node::Arithmetic(consigne::base::vocabulary::Operator::Times, a, b) => {
                let a = self.limit_part(owes, a, charges, (window, period), group)?;
                Ok(a.times(&self.limit_part(owes, b, charges, (window, period), group)?))
            }
            _ => unsupported("this form of a limit"),
        }
    }

    fn limit_part(
        &self,
        owes: &Owes,
        value: &Value,
        charges: &[Charge],
        at: (Window, Window),
        group: &Group,
    ) -> Found<Ratio> {
        if reads_clause(value) {
            return self.limit(owes, value, charges, at, group);
        }
        self.number(value, &Hand::of_window(at.0, group))
    }
}

fn of_group(charge: &Charge, dims: &[Dimension]) -> Option<Group> {
    dims.iter().map(|dim| charge.group.iter().find(|(known, _)| known == dim).cloned()).collect()
}
