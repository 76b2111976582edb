//! What is held as deposit at the end of each period.

use crate::base::ids::{DepositId, PartyId};
use crate::base::number::Ratio;
use crate::base::time::Instant;
use crate::evaluate::datum::Gap;
use crate::evaluate::observations::HeldDeposit;
use crate::evaluate::settle::Period;
use crate::evaluate::shown::Names;
use crate::plan::Deposit;

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
}

/// The balance of each deposit that was held at some time until the end of a period, for each party whose it was.
pub(super) fn balances(names: Names<'_>, deposits: &[HeldDeposit], period: &Period) -> Vec<Balance> {
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
    plan.deposits.iter().flat_map(of_deposit).collect()
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
    })
}
