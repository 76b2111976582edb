//! Lines → what is paid: between each two parties the difference, or each what it owes, with its tax.

use std::collections::BTreeMap;

use crate::base::ids::PartyId;
use crate::base::number::Ratio;
use crate::base::vocabulary::{Nature, RoundingPlace, SetOff, TaxedAmounts};
use crate::evaluate::settle::{Line, TaxOf, Taxed, Total};
use crate::plan::{Plan, Tax};

/// A debt: who pays whom.
type Debt = (PartyId, PartyId);

/// What lines add up to.
#[derive(Clone, Default)]
struct Sums {
    amount: Ratio,
    /// By rate: what bears it, and the tax of each line, rounded where that is told.
    taxed: Vec<(Ratio, Ratio)>,
}

impl Sums {
    /// Whether the other party owes: the amount, or where that is nothing, the tax. What rounding leaves of lines that
    /// are taken back is no tax.
    fn is_the_other_way(&self, plan: &Plan) -> bool {
        let rates = plan.tax.iter().flat_map(|tax| &tax.rates).zip(&self.taxed);
        let tax = rates.fold(Ratio::ZERO, |sum, ((rate, _), (base, _))| sum.plus(&rate.times(base)));
        self.amount.is_negative() || (self.amount.is_zero() && tax.is_negative())
    }

    fn add(&mut self, other: &Self, turned: bool) {
        let plus = |sum: &Ratio, more: &Ratio| if turned { sum.minus(more) } else { sum.plus(more) };
        self.amount = plus(&self.amount, &other.amount);
        self.taxed.resize(self.taxed.len().max(other.taxed.len()), (Ratio::ZERO, Ratio::ZERO));
        for ((base, tax), (more_base, more_tax)) in self.taxed.iter_mut().zip(&other.taxed) {
            *base = plus(base, more_base);
            *tax = plus(tax, more_tax);
        }
    }
}

/// What is paid for some lines, rounded where the contract rounds the total. A debt of less than nothing is one the
/// other way.
pub(crate) fn totals(plan: &Plan, lines: &[Line]) -> Vec<Total> {
    let mut debts: BTreeMap<Debt, Sums> = BTreeMap::new();
    for line in lines {
        let (debt, turned) = debt(plan, line);
        debts.entry(debt).or_default().add(&of_line(plan, line), turned);
    }
    let mut paid: BTreeMap<Debt, Sums> = BTreeMap::new();
    for ((payer, payee), sums) in debts {
        let turned = sums.is_the_other_way(plan);
        let debt = if turned { (payee, payer) } else { (payer, payee) };
        paid.entry(debt).or_default().add(&sums, turned);
    }
    let rounded = |amount: Ratio| match &plan.total_rounding {
        Some(rounding) => amount.rounded(rounding),
        None => amount,
    };
    let total = |((payer, payee), sums): (Debt, Sums)| {
        let amount = rounded(sums.amount.clone());
        Total { payer, payee, taxed: plan.tax.as_ref().map(|tax| taxed(tax, &sums, &amount)), amount }
    };
    paid.into_iter().map(total).collect()
}

/// The debt of which a line is a part, and whether it lessens it. Netted, all lines between two parties are parts of
/// one. Apart, a price reduction lessens what the other party owes, and any other line is a part of its payer's own debt.
fn debt(plan: &Plan, line: &Line) -> (Debt, bool) {
    let turned = match plan.set_off {
        SetOff::Netted => line.payee < line.payer,
        SetOff::PaidApart => line.nature == Nature::PriceReduction,
    };
    (if turned { (line.payee, line.payer) } else { (line.payer, line.payee) }, turned)
}

fn of_line(plan: &Plan, line: &Line) -> Sums {
    let taxed = plan.tax.iter().flat_map(|tax| {
        tax.rates.iter().map(|(rate, natures)| {
            if !natures.contains(&line.nature) {
                return (Ratio::ZERO, Ratio::ZERO);
            }
            let exact = within(tax, rate, &line.amount);
            let of_line = match tax.place {
                RoundingPlace::Line => exact.rounded(&tax.rounding),
                RoundingPlace::Total => exact,
            };
            (line.amount.clone(), of_line)
        })
    });
    Sums { amount: line.amount.clone(), taxed: taxed.collect() }
}

/// The tax on an amount, or within one that includes it.
fn within(tax: &Tax, rate: &Ratio, amount: &Ratio) -> Ratio {
    let on_top = amount.times(rate);
    match tax.amounts {
        TaxedAmounts::Before => on_top,
        TaxedAmounts::Including => on_top.over(&Ratio::ONE.plus(rate)).unwrap_or(Ratio::ZERO),
    }
}

fn taxed(tax: &Tax, sums: &Sums, amount: &Ratio) -> Taxed {
    let mut rates = Vec::new();
    let mut outside = amount.clone();
    for ((rate, _), (base, of_lines)) in tax.rates.iter().zip(&sums.taxed) {
        outside = outside.minus(base);
        if base.is_zero() && of_lines.is_zero() {
            continue;
        }
        let of_rate = match tax.place {
            RoundingPlace::Line => of_lines.clone(),
            RoundingPlace::Total => of_lines.rounded(&tax.rounding),
        };
        let base = match tax.amounts {
            TaxedAmounts::Before => base.clone(),
            TaxedAmounts::Including => base.minus(&of_rate),
        };
        rates.push(TaxOf { rate: rate.clone(), base, tax: of_rate });
    }
    let all = rates.iter().fold(Ratio::ZERO, |sum, of| sum.plus(&of.tax));
    let (net, gross) = match tax.amounts {
        TaxedAmounts::Before => (amount.clone(), amount.plus(&all)),
        TaxedAmounts::Including => (amount.minus(&all), amount.clone()),
    };
    Taxed { net, rates, outside, gross }
}
