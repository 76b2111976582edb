//! What is held as deposit at the end of each period.

use crate::base::ids::{DepositId, PartyId};
use crate::base::number::Ratio;
use crate::base::time::{Date, Instant};
use crate::evaluate::datum::Gap;
use crate::evaluate::observations::{Group, HeldDeposit, Observations, Tally};
use crate::evaluate::records::unrecorded_in;
use crate::evaluate::settle::{Held, Period, regrouped};
use crate::evaluate::shown::Names;
use crate::plan::{Amount, Deposit, Dimension, Plan, Step, Trigger};

/// What is held under a clause at the end of a period.
#[derive(Clone, PartialEq, Debug)]
pub struct Balance {
    /// Which deposit.
    pub deposit: DepositId,
    /// Whose it is.
    pub payer: PartyId,
    /// For how many units.
    pub units: Ratio,
    /// How much, or why that cannot be told.
    pub amount: Result<Ratio, Gap>,
    /// What of it came back in lines that are held, by the last day of their window.
    pub waiting: Vec<(Date, Ratio)>,
}

/// A deposit that came back in a line that is held: it is not paid back yet.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Waiting {
    deposit: DepositId,
    payer: PartyId,
    /// The settlement period of the line, and the last day of its window.
    due: i64,
    day: Date,
    units: Ratio,
    amount: Ratio,
}

/// What came back in lines that are held, of windows that the records cover.
pub(super) fn waiting(plan: &Plan, observations: &Observations, held: &[(i64, Held)]) -> Vec<Waiting> {
    let mut found = Vec::new();
    for (due, held) in held {
        let Step::Sentence(id) = held.cause.step else { continue };
        let Some(Amount::Priced(id)) = plan.sentences.get(id.index()).map(|sentence| &sentence.amount) else {
            continue;
        };
        let Some(fold) = plan.folds.get(id.index()) else { continue };
        let Trigger::Released { deposit, .. } = fold.trigger else { continue };
        let (kind, window) = held.cause.window;
        let (first, last) = plan.windows.days(kind, window);
        let parts = plan.windows.index_of_date(fold.window, first)..=plan.windows.index_of_date(fold.window, last);
        let own = |part: &i64| unrecorded_in(plan, fold, *part).is_none();
        let tallies = observations.tallies.get(id.index()).into_iter();
        for (group, tally) in
            tallies.flat_map(|all| all.range(parts.clone())).filter(|(part, _)| own(part)).flat_map(|(_, all)| all)
        {
            let is_own = regrouped(&fold.dims, group, &held.cause.dims).as_ref() == Some(&held.cause.group);
            if let Some(payer) = payer(plan, deposit, &fold.dims, group).filter(|_| is_own && !tally.amount.is_zero()) {
                let Tally { sum: units, amount, .. } = tally.clone();
                found.push(Waiting { deposit, payer, due: *due, day: last, units, amount });
            }
        }
    }
    found
}

/// Whose deposits come back in a group.
fn payer(plan: &Plan, deposit: DepositId, dims: &[Dimension], group: &Group) -> Option<PartyId> {
    let named = plan.deposits.get(deposit.index()).and_then(|deposit| deposit.depositor);
    let keys = dims.iter().zip(group);
    let mut members = keys.filter(|(dim, _)| **dim == Dimension::Depositor(deposit)).map(|(_, key)| key.party());
    named.or_else(|| members.next())
}

/// The balance of each deposit that was held at some time until the end of a period, for each party whose it was. What came
/// back in a line that is held stays in it.
pub(super) fn balances(
    names: Names<'_>,
    deposits: &[HeldDeposit],
    waiting: &[Waiting],
    period: &Period,
) -> Vec<Balance> {
    let plan = names.plan;
    let end = plan.zone.start_of(period.days.1.plus_days(1));
    let of_deposit = |deposit: &Deposit| {
        let known = deposits.iter().filter(|held| held.deposit == deposit.id && held.payer != deposit.holder);
        let mut payers: Vec<PartyId> = known.map(|held| held.payer).collect();
        payers.sort_by_cached_key(|party| (names.party(*party), *party));
        payers.dedup();
        let id = deposit.id;
        payers.into_iter().filter_map(move |payer| balance_at(deposits, (id, payer), end)).collect::<Vec<_>>()
    };
    let mut balances: Vec<Balance> = plan.deposits.iter().flat_map(of_deposit).collect();
    for waits in waiting.iter().filter(|waits| waits.due <= period.index) {
        let own = |balance: &&mut Balance| (balance.deposit, balance.payer) == (waits.deposit, waits.payer);
        if let Some(balance) = balances.iter_mut().find(own) {
            balance.units = balance.units.plus(&waits.units);
            balance.amount = balance.amount.clone().map(|amount| amount.plus(&waits.amount));
            balance.waiting.push((waits.day, waits.amount.clone()));
        }
    }
    balances
}

/// The balance of a deposit of a party at an instant; `None` where it was never held until then.
pub(super) fn balance_at(deposits: &[HeldDeposit], (id, payer): (DepositId, PartyId), end: Instant) -> Option<Balance> {
    let own = move |held: &&HeldDeposit| (held.deposit, held.payer) == (id, payer);
    let known = || deposits.iter().filter(own).filter(|held| held.since < end);
    known().next()?;
    let held = || known().filter(|held| held.is_held_at(end));
    Some(Balance {
        deposit: id,
        payer,
        units: held().fold(Ratio::ZERO, |sum, held| sum.plus(&held.units)),
        amount: held().map(HeldDeposit::total).try_fold(Ratio::ZERO, |sum, amount| Ok(sum.plus(&amount?))),
        waiting: Vec::new(),
    })
}
