//! Caps, minimums and exemptions over clauses: what is owed of what was charged so far, period by period.

use std::collections::BTreeSet;

use consigne::base::number::Ratio;
use consigne::base::vocabulary::OwedKind;
use consigne::check::contract::{Dimension, Owes, Sentence, Who};

use super::World;
use super::calendar::{self, Window};
use super::money::{Charge, exempted};
use super::values::{Datum, Found, Group};

impl World<'_> {
    /// The lines of a cap, minimum or exemption over some charges.
    pub(crate) fn owed(&self, owes: &Owes, charges: &[Charge]) -> Found<Vec<Charge>> {
        if owes.rolling.is_some() {
            return self.owed_rolling(owes, charges);
        }
        let mut found = Vec::new();
        for window in calendar::windows(self.contract, owes.window) {
            let place = self.contract.owes.iter().position(|own| std::ptr::eq(own, owes));
            let text = place.and_then(|place| self.contract.amended.owes.get(&place).copied());
            for group in self.owing(owes, charges, window)? {
                if !self.governs_window(text, window, &group) {
                    continue;
                }
                let payer = self.who(owes.party, &group).unwrap_or_default();
                let payee = self.who(owes.payee, &group).unwrap_or_default();
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
                        Err(gap) => {
                            found.push(self.line(owes, (window, period, &group), (&payer, &payee, &nature), Err(gap)));
                            continue;
                        }
                    };
                    if !of.is_empty() {
                        nature = of;
                    }
                    let grown = amount.minus(&before);
                    before = amount;
                    found.push(self.line(owes, (window, period, &group), (&payer, &payee, &nature), Ok(grown)));
                }
            }
        }
        Ok(found)
    }

    pub(crate) fn line(
        &self,
        owes: &Owes,
        (window, period, group): (Window, Window, &Group),
        (payer, payee, nature): (&str, &str, &str),
        amount: Found<Ratio>,
    ) -> Charge {
        Charge {
            clause: owes.under.first().copied().unwrap_or(owes.clause),
            stands: owes.clause,
            sentence: None,
            of: None,
            limit: self.contract.owes.iter().position(|own| std::ptr::eq(own, owes)),
            window: period,
            last: period.last.min(window.last).min(self.contract.term.1),
            group: group.clone(),
            payer: payer.to_owned(),
            payee: payee.to_owned(),
            // "Where none of them pays, it is a price."
            nature: if nature.is_empty() { "price" } else { nature }.to_owned(),
            amount,
            met: false,
        }
    }

    /// The groups that something is charged for; "a minimum `per copier` is owed for each copier of the register, also
    /// for one without events."
    pub(crate) fn owing(&self, owes: &Owes, charges: &[Charge], window: Window) -> Found<BTreeSet<Group>> {
        if owes.dims.is_empty() {
            return Ok(BTreeSet::from([Group::new()]));
        }
        let mut found = BTreeSet::new();
        for charge in charges.iter().filter(|charge| owes.under.contains(&charge.clause)) {
            if calendar::window(self.contract, owes.window, charge.last) == window {
                if let Some(group) = self.of_group(charge, &owes.dims) {
                    found.insert(group);
                    continue;
                }
                let parts = self.finer(charge, &owes.dims).unwrap_or_default();
                found.extend(parts.into_iter().map(|(group, _)| group));
            }
        }
        // A limit of each member is nobody's where it is not known who pays.
        let known = |group: &Group| group.iter().all(|(dim, key)| key.is_some() || !self.is_of_members(*dim));
        found.retain(known);
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

    /// What a limit changes of what was charged in a window through a period, and the nature of that.
    fn adjustment(
        &self,
        owes: &Owes,
        charges: &[Charge],
        (window, period): (Window, Window),
        group: &Group,
    ) -> Found<(Ratio, String)> {
        let (charged, nature) = self.charged_under(owes, charges, (window, period), group)?;
        let limit = self.limit(owes, (window, period), group);
        let limit = match owes.kind {
            OwedKind::AtLeast => limit?,
            OwedKind::AtMost | OwedKind::Exempt(_) => super::money::of_nothing(&charged, limit, Ratio::ZERO)?,
        };
        let mut limit = self.line_rounded(limit);
        // What is not known of earlier windows holds a line only where it matters.
        match self.carried_to(owes, charges, window, group) {
            Ok(carried) => limit = limit.plus(&carried),
            Err(_) if charged <= limit => {}
            Err(gap) => return Err(gap),
        }
        let owed = match owes.kind {
            OwedKind::AtMost => charged.clone().min(limit),
            OwedKind::AtLeast => charged.clone().max(limit),
            // What the other party owes in effect is no small amount of which this one is freed.
            OwedKind::Exempt(_) if charged.is_negative() => charged.clone(),
            OwedKind::Exempt(kind) => exempted(kind, charged.clone(), &limit),
        };
        Ok((owed.minus(&charged), nature))
    }

    /// A limit is an amount of money, rounded as a line is.
    pub(crate) fn line_rounded(&self, amount: Ratio) -> Ratio {
        match &self.contract.conventions.line_rounding {
            Some(rounding) => super::money::rounded(&amount, rounding),
            None => amount,
        }
    }

    /// What was charged in a window through a period, with what stands against it, and its nature.
    pub(crate) fn charged_under(
        &self,
        owes: &Owes,
        charges: &[Charge],
        (window, period): (Window, Window),
        group: &Group,
    ) -> Found<(Ratio, String)> {
        let party = self.who(owes.party, group).unwrap_or_default();
        // "to whom; needed with more than two parties"
        let payee = self.who(owes.payee, group).unwrap_or_default();
        let mut charged = Ratio::ZERO;
        for charge in charges {
            let under = owes.under.contains(&charge.clause);
            let netted = owes.netted.iter().flatten().any(|clause| *clause == charge.clause);
            let of_period = calendar::period_of(self.contract, charge.window);
            let here = match owes.rolling {
                Some(_) => of_period == period,
                None => calendar::window(self.contract, owes.window, charge.last) == window,
            };
            // "Limits that stand in another clause compare what is left."
            let compares = !charge.met || owes.under != [owes.clause];
            if !(under || netted) || !compares || !here || of_period.first > period.first {
                continue;
            }
            // Whose it is that is not known may be of this party.
            let is = |one: &str, other: &str| one == other || one.is_empty();
            if under && is(&charge.payer, &party) && is(&charge.payee, &payee) {
                charged = charged.plus(&self.part_of(charge, group)?);
            } else if netted && is(&charge.payer, &payee) && is(&charge.payee, &party) {
                charged = charged.minus(&self.part_of(charge, group)?);
            }
        }
        // "The line has the nature of the first sentence of these clauses by which the party pays."
        let pays = |sentence: &&Sentence| match (sentence.payer, owes.party) {
            (Who::Party(one), Who::Party(other)) => one == other,
            (Who::Group(_), Who::Group(_)) => true,
            _ => false,
        };
        let first = self.contract.sentences.iter().filter(pays).find(|sentence| owes.under.contains(&sentence.clause));
        Ok((charged, first.map(|sentence| sentence.nature.word().to_owned()).unwrap_or_default()))
    }
}
