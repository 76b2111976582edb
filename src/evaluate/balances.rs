//! What is held as deposit at the end of each period.

use crate::base::ids::DepositId;
use crate::base::number::Ratio;
use crate::base::time::Instant;
use crate::evaluate::datum::Gap;
use crate::evaluate::observations::HeldDeposit;
use crate::evaluate::settle::Period;
use crate::plan::Plan;

/// What is held under a clause at the end of a period.
#[derive(Clone, PartialEq, Debug)]
pub struct Balance {
    /// Which deposit.
    pub deposit: DepositId,
    /// For how many units.
    pub units: Ratio,
    /// How much, or why that cannot be told.
    pub amount: Result<Ratio, Gap>,
}

/// The balance of each deposit that was held at some time until the end of a period.
pub(super) fn balances(plan: &Plan, deposits: &[HeldDeposit], period: &Period) -> Vec<Balance> {
    let end = plan.zone.start_of(period.days.1.plus_days(1));
    plan.deposits.iter().filter_map(|deposit| balance_at(deposits, deposit.id, end)).collect()
}

/// The balance of a deposit at an instant; `None` where it was never held until then.
pub(super) fn balance_at(deposits: &[HeldDeposit], id: DepositId, end: Instant) -> Option<Balance> {
    let known = || deposits.iter().filter(move |held| held.deposit == id && held.since < end);
    known().next()?;
    let held = || known().filter(|held| held.is_held_at(end));
    Some(Balance {
        deposit: id,
        units: held().fold(Ratio::ZERO, |sum, held| sum.plus(&held.units)),
        amount: held().map(HeldDeposit::total).try_fold(Ratio::ZERO, |sum, amount| Ok(sum.plus(&amount?))),
    })
}
