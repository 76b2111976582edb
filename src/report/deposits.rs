//! Deposits that are held, as the statement shows them.

use serde::Serialize;

use crate::base::number::Ratio;
use crate::base::value::Kind;
use crate::evaluate::Gap;
use crate::evaluate::balances::Balance;
use crate::evaluate::observations::HeldDeposit;
use crate::evaluate::settle::Settlement;
use crate::evaluate::shown::{Names, grouped, quantity};

/// What is held under a clause at the end of a period.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct BalanceRecord {
    /// Number of the clause.
    pub clause: String,
    /// Title of the clause.
    pub title: String,
    /// Whose it is: the role, or the name of the member, of who paid it or to whom it went over; empty where it is not known.
    pub paid_by: String,
    /// Role of who holds it.
    pub held_by: String,
    /// For how many units.
    pub units: String,
    /// How much; none where a deposit cannot be told.
    pub amount: Option<String>,
    /// What of it came back in lines that are held.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub waiting: Vec<WaitingRecord>,
    /// The amount for people, or why there is none.
    #[serde(skip)]
    pub shown: String,
}

/// What came back of deposits in a line that is held.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct WaitingRecord {
    /// The last day of the line's window.
    pub until: String,
    /// How much.
    pub amount: String,
}

/// A deposit that is held at the end of the last period.
#[derive(Clone, PartialEq, Debug, Serialize)]
pub struct DepositRecord {
    /// Number of the clause.
    pub clause: String,
    /// The asset for which it was paid; empty without one.
    pub asset: String,
    /// Whose it is: the role, or the name of the member, of who paid it or to whom it went over; empty where it is not known.
    pub paid_by: String,
    /// When it was paid.
    pub paid: String,
    /// For how many units.
    pub units: String,
    /// How much in all; none where it cannot be told.
    pub amount: Option<String>,
    /// The amount for people, or why there is none.
    #[serde(skip)]
    pub shown: String,
}

/// The balance of a clause at the end of a period.
pub(super) fn balance(names: Names<'_>, balance: &Balance) -> Option<BalanceRecord> {
    let plan = names.plan;
    let deposit = plan.deposits.get(balance.deposit.index())?;
    let clause = plan.clauses.get(deposit.clause.index())?;
    Some(BalanceRecord {
        clause: clause.number.clone(),
        title: clause.title.clone(),
        paid_by: names.party(balance.payer),
        held_by: names.party(deposit.holder),
        units: balance.units.to_string(),
        shown: [shown(names, &balance.amount)].into_iter().chain(waits(names, balance)).collect::<Vec<_>>().join(", "),
        amount: balance.amount.as_ref().ok().map(ToString::to_string),
        waiting: balance
            .waiting
            .iter()
            .map(|(day, amount)| WaitingRecord { until: day.to_string(), amount: amount.to_string() })
            .collect(),
    })
}

/// What of a balance waits: `of which 25.00 EUR came back by 2025-08-31 and are held`.
fn waits(names: Names<'_>, balance: &Balance) -> Option<String> {
    let (last, _) = balance.waiting.last()?;
    let sum = balance.waiting.iter().fold(Ratio::ZERO, |sum, (_, amount)| sum.plus(amount));
    let sum = quantity(&Kind::Money(names.plan.currency), &sum);
    Some(format!("of which {sum} came back by {last} and are held"))
}

fn shown(names: Names<'_>, amount: &Result<Ratio, Gap>) -> String {
    match amount {
        Ok(amount) => quantity(&Kind::Money(names.plan.currency), amount),
        Err(gap) => names.gap(gap),
    }
}

/// The deposits that are held at the end of the last period, in the order of clauses, assets and days.
pub(super) fn held_in_the_end(names: Names<'_>, settlement: &Settlement) -> Vec<DepositRecord> {
    let plan = names.plan;
    let Some(last) = settlement.periods.last() else { return Vec::new() };
    let end = plan.zone.start_of(last.days.1.plus_days(1));
    let mut held: Vec<&HeldDeposit> = settlement.deposits.iter().filter(|held| held.is_held_at(end)).collect();
    held.sort_by_key(|held| (held.deposit, held.asset, held.paid, held.since));
    let record = |held: &&HeldDeposit| {
        let clause = plan.clauses.get(plan.deposits.get(held.deposit.index())?.clause.index())?;
        let amount = held.total();
        Some(DepositRecord {
            clause: clause.number.clone(),
            asset: held.asset.map_or_else(String::new, |asset| names.feed.asset(asset).to_owned()),
            paid_by: names.party(held.payer),
            paid: names.instant(held.paid),
            units: held.units.to_string(),
            shown: shown(names, &amount),
            amount: amount.ok().map(|amount| amount.to_string()),
        })
    };
    held.iter().filter_map(record).collect()
}

/// A balance as a line of text.
pub(super) fn balance_text(balance: &BalanceRecord) -> String {
    let units = grouped(&balance.units);
    let whose = match balance.paid_by.as_str() {
        "" => format!("{units}, it is not known whose"),
        member => format!("{units} paid for by {member}"),
    };
    format!(
        "  Deposits held by {} under clause {} at the end: {} ({whose})",
        balance.held_by, balance.clause, balance.shown
    )
}
