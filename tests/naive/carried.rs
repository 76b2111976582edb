//! What a cap leaves to the next window.

use consigne::base::number::Ratio;
use consigne::base::vocabulary::OwedKind;
use consigne::check::contract::{Carry, Owes};

use super::World;
use super::calendar::{self, Window};
use super::money::Charge;
use super::values::{Datum, Found, Group};

impl World<'_> {
    /// What the window before leaves to a window, by what it was itself allowed.
    pub(crate) fn carried_to(&self, owes: &Owes, charges: &[Charge], window: Window, group: &Group) -> Found<Ratio> {
        // What its texts by these windows took back is no less used of them. What another text took back is not owed.
        let of_cap =
            |charge: &&Charge| charge.limit.is_some_and(|limit| self.is_of_cap(owes, &self.contract.owes[limit]));
        let own: Vec<Charge> = charges.iter().filter(|charge| !of_cap(charge)).cloned().collect();
        let charges = own.as_slice();
        let all = calendar::windows(self.contract, owes.window);
        let before = all.iter().take_while(|other| other.first < window.first).last();
        let Some(before) = before.filter(|_| owes.kind == OwedKind::AtMost).copied() else { return Ok(Ratio::ZERO) };
        // "Each window leaves what the text says that governs it: the first window of a new text takes over what the last
        // one of the earlier text left."
        let Some((owes, suspended)) = self.cap_in(owes, before) else { return Ok(Ratio::ZERO) };
        match owes.carry {
            Carry::No => return Ok(Ratio::ZERO),
            // "In a window in which the clause is suspended nothing is used: what is carried over until it is used waits,
            // and what is carried over to the next window only lapses."
            Carry::UntilUsed if suspended => return self.carried_to(owes, charges, before, group),
            Carry::Once { .. } if suspended => return Ok(Ratio::ZERO),
            Carry::UntilUsed | Carry::Once { .. } => {}
        }
        let over = calendar::period_of(self.contract, before);
        // "An asset has a cap in each window in which it is under the contract."
        // Also where something is charged to it though the register does not know it then.
        let own = if self.has_cap(before, group) || self.owing(owes, charges, before)?.contains(group) {
            self.line_rounded(self.limit(owes, (before, over), group)?)
        } else {
            Ratio::ZERO
        };
        let zero = Ratio::ZERO;
        let charged = self.charged_under(owes, charges, (before, over), group)?.0.max(zero.clone());
        // What was used of its own amount alone, and of what was carried to it.
        match owes.carry {
            Carry::No => Ok(zero),
            Carry::Once { first: false } => Ok(own.minus(&charged.min(own.clone()))),
            // What was carried to it lapses, however much it is.
            Carry::Once { first: true } if charged.is_zero() => Ok(own),
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
            if let Some((_, rows)) = self.rows_of(asset) {
                let apart = |row: &super::facts::Row| {
                    row.from.is_some_and(|from| from > days.1) || row.to.is_some_and(|to| to < days.0)
                };
                return !rows.iter().all(apart);
            }
            let first = self.facts.events.iter().find(|event| {
                let named = event.fields.iter().flatten().any(|value| *value == Datum::Asset(asset.clone()));
                event.asset.as_ref() == Some(asset) || named
            });
            first.is_some_and(|event| self.contract.zone.date_of(event.at) <= days.1)
        })
    }
}
