//! Lines → what is paid: between each two parties the difference, or each what it owes.

use std::collections::BTreeMap;

use crate::base::ids::PartyId;
use crate::base::number::Ratio;
use crate::base::vocabulary::{Nature, SetOff};
use crate::evaluate::settle::{Line, Total};
use crate::plan::Plan;

/// A debt: who pays whom.
type Debt = (PartyId, PartyId);

/// What is paid for some lines, rounded where the contract rounds the total. A debt of less than nothing is one the
/// other way.
pub(crate) fn totals(plan: &Plan, lines: &[Line]) -> Vec<Total> {
    let mut debts: BTreeMap<Debt, Ratio> = BTreeMap::new();
    for line in lines {
        let (debt, amount) = debt(plan, line);
        let sum = debts.entry(debt).or_default();
        *sum = sum.plus(&amount);
    }
    let mut paid: BTreeMap<Debt, Ratio> = BTreeMap::new();
    for ((payer, payee), amount) in debts {
        let debt = if amount.is_negative() { (payee, payer) } else { (payer, payee) };
        let sum = paid.entry(debt).or_default();
        *sum = sum.plus(&amount.abs());
    }
    let rounded = |amount: Ratio| match &plan.total_rounding {
        Some(rounding) => amount.rounded(rounding),
        None => amount,
    };
    paid.into_iter().map(|((payer, payee), amount)| Total { payer, payee, amount: rounded(amount) }).collect()
}

/// The debt of which a line is a part. Netted, all lines between two parties are parts of one. Apart, a price
/// reduction lessens what the other party owes, and any other line is a part of its payer's own debt.
fn debt(plan: &Plan, line: &Line) -> (Debt, Ratio) {
    let (own, other) = ((line.payer, line.payee), (line.payee, line.payer));
    let turned = match plan.set_off {
        SetOff::Netted => line.payee < line.payer,
        SetOff::PaidApart => line.nature == Nature::PriceReduction,
    };
    if turned { (other, line.amount.negated()) } else { (own, line.amount.clone()) }
}
