//! What the parties pay each other in a period, of its lines, and the tax on it.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::number::Ratio;
use consigne::base::vocabulary::{Nature, RoundingPlace, SetOff, TaxedAmounts};
use consigne::check::contract::Taxes;

use super::World;
use super::money::rounded;

/// A line as it is paid.
#[derive(Clone, Debug)]
pub(crate) struct Paid {
    pub(crate) payer: String,
    pub(crate) payee: String,
    pub(crate) nature: String,
    pub(crate) amount: Ratio,
}

/// Lines that are one debt, each with its amount from one party to the other.
type Debt<'l> = Vec<(Ratio, &'l Paid)>;

impl World<'_> {
    /// Of the lines of one period: who pays whom, how much, and how much with tax.
    pub(crate) fn totals(&self, lines: &[Paid]) -> BTreeMap<String, String> {
        let parties: BTreeSet<&String> = lines.iter().flat_map(|line| [&line.payer, &line.payee]).collect();
        let mut found = BTreeMap::new();
        for one in &parties {
            for other in parties.iter().filter(|other| one < *other) {
                let between: Debt<'_> = lines
                    .iter()
                    .filter_map(|line| match (&line.payer == *one, &line.payee == *other) {
                        (true, true) => Some((line.amount.clone(), line)),
                        _ if line.payer == **other && line.payee == **one => Some((line.amount.negated(), line)),
                        _ => None,
                    })
                    .collect();
                // A debt of less than nothing, or of tax alone that is less, is one the other way.
                let (mut there, mut back) = (Debt::new(), Debt::new());
                for (debt, way) in self.debts(between).into_iter().zip([Ratio::ONE, Ratio::int(-1)]) {
                    let (sum, tax) = self.sums(&debt);
                    let turned = if sum.is_zero() { tax } else { sum }.times(&way).is_negative();
                    if turned == way.is_negative() { there.extend(debt) } else { back.extend(debt) }
                }
                self.owed_between(one, other, &there, &mut found);
                self.owed_between(one, other, &back, &mut found);
            }
        }
        found
    }

    /// "`netted`: the one that owes more pays the difference. `paid apart`: each pays what it owes. A price reduction is
    /// no debt of its own. It lessens what the other party owes, either way."
    fn debts<'l>(&self, between: Debt<'l>) -> Vec<Debt<'l>> {
        if self.contract.set_off == SetOff::Netted {
            return vec![between];
        }
        let (mut there, mut back) = (Vec::new(), Vec::new());
        for (amount, line) in between {
            // What a cap takes back belongs to the debt that it lessens: it has the payer of that.
            let forward = amount.is_negative() == line.amount.is_negative();
            let lessens = line.nature == Nature::PriceReduction.word();
            if forward == lessens { back.push((amount, line)) } else { there.push((amount, line)) }
        }
        vec![there, back]
    }

    /// What a debt adds up to, and its tax, before rounding.
    fn sums(&self, debt: &[(Ratio, &Paid)]) -> (Ratio, Ratio) {
        let rates = &self.contract.conventions.taxes.rates;
        let rate_of = |line: &Paid| {
            let own = rates.iter().filter(|(_, natures)| natures.iter().any(|own| own.word() == line.nature));
            own.fold(Ratio::ZERO, |sum, (rate, _)| sum.plus(rate))
        };
        let sum = debt.iter().fold(Ratio::ZERO, |sum, (amount, _)| sum.plus(amount));
        let tax = debt.iter().fold(Ratio::ZERO, |sum, (amount, line)| sum.plus(&amount.times(&rate_of(line))));
        (sum, tax)
    }

    fn owed_between(&self, one: &str, other: &str, debt: &[(Ratio, &Paid)], found: &mut BTreeMap<String, String>) {
        // Where nothing is left before tax, it goes the way of the tax.
        let (sum, tax_sum) = self.sums(debt);
        let taxes = &self.contract.conventions.taxes;
        let back = sum.is_negative() || (sum.is_zero() && tax_sum.is_negative());
        let (payer, payee, sign) = if back { (other, one, Ratio::int(-1)) } else { (one, other, Ratio::ONE) };
        let amount = match &self.contract.conventions.total_rounding {
            Some(rounding) => rounded(&sum.times(&sign), rounding),
            None => sum.times(&sign),
        };
        let mut gross = amount.clone();
        if taxes.amounts == Some(TaxedAmounts::Before) {
            for (rate, natures) in &taxes.rates {
                let bears = |line: &Paid| natures.iter().any(|nature| nature.word() == line.nature);
                let way =
                    |amount: &Ratio, line: &Paid| if *amount == line.amount { sign.clone() } else { sign.negated() };
                let bases = debt.iter().filter(|(_, line)| bears(line));
                let bases = bases.map(|(amount, line)| (way(amount, line), line.amount.clone()));
                gross = gross.plus(&tax(taxes, rate, bases));
            }
        }
        found.extend(total_text((payer, payee), &amount, &gross));
    }
}

/// A total in words. Where nothing is paid before tax, the parties stand in the order of their names; what else is paid
/// between them has a place of its own.
pub(crate) fn total_text((payer, payee): (&str, &str), amount: &Ratio, gross: &Ratio) -> Option<(String, String)> {
    if amount.is_zero() && gross.is_zero() {
        return None;
    }
    if amount.is_zero() && payer > payee {
        return total_text((payee, payer), amount, &gross.negated());
    }
    let alone = if amount.is_zero() { ", tax alone" } else { "" };
    Some((format!("{payer} to {payee}{alone}"), format!("{amount}, with tax {gross}")))
}

/// "How tax is rounded: that of each line, or by rate that of all lines between two parties."
fn tax(taxes: &Taxes, rate: &Ratio, bases: impl Iterator<Item = (Ratio, Ratio)>) -> Ratio {
    let sum = |numbers: &mut dyn Iterator<Item = Ratio>| numbers.fold(Ratio::ZERO, |sum, one| sum.plus(&one));
    match &taxes.rounding {
        Some((how, RoundingPlace::Line)) => {
            sum(&mut bases.map(|(way, base)| way.times(&rounded(&base.times(rate), how))))
        }
        Some((how, RoundingPlace::Total)) => {
            rounded(&sum(&mut bases.map(|(way, base)| way.times(&base).times(rate))), how)
        }
        None => sum(&mut bases.map(|(way, base)| way.times(&base).times(rate))),
    }
}
