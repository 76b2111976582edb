//! Caps on a window of the last settlement periods: of what is charged in a period so much is owed as the periods before
//! leave of it.

use rustc_hash::FxHashMap;

use crate::base::number::Ratio;
use crate::base::value::Kind;
use crate::evaluate::charges::{Charge, total};
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::Desk;
use crate::evaluate::observations::Group;
use crate::evaluate::owes::Spot;
use crate::evaluate::shown::quantity;
use crate::plan::Owes;

/// What was owed under a rolling cap, by group and settlement period; why it is not known of one that is held.
pub(crate) type Rolled = FxHashMap<Group, Vec<(i64, Result<Ratio, Gap>)>>;

/// What is used up of a rolling cap.
#[derive(Clone, Default, Debug)]
pub(crate) struct Used {
    /// As far as it is known.
    known: Ratio,
    /// Why more may be.
    unknown: Option<Gap>,
}

impl Used {
    fn of<'r>(owed: impl Iterator<Item = &'r Result<Ratio, Gap>>) -> Self {
        let mut used = Self::default();
        for amount in owed {
            match amount {
                Ok(amount) => used.known = used.known.plus(amount),
                Err(gap) => used.unknown = used.unknown.or_else(|| Some(gap.clone())),
            }
        }
        used
    }
}

impl<'a> Desk<'a> {
    /// Computes every line of a rolling cap.
    pub(crate) fn rolling(&mut self, place: usize, owes: &'a Owes, periods: i64, adjustments: &mut Vec<Charge>) {
        let (first, last) = self.plan.windows.term();
        let (_, asked) = self.plan.windows.days(self.plan.settled, self.plan.asked.1);
        let index = |date| self.plan.windows.index_of_date(self.plan.settled, date);
        let (from, to) = (index(first), index(last.min(asked)));
        let mut owed = self.rolled_before((place, owes));
        for period in from..=to {
            let governs = self.plan.amended.owes.get(&place);
            if governs.is_some_and(|governs| !governs.window(self.in_term(self.plan.settled, period))) {
                continue;
            }
            for group in self.owing_groups(owes, period) {
                let known = owed.entry(group.clone()).or_default();
                let within = known.iter().filter(|(known, _)| known.saturating_add(periods) > period);
                let used = Used::of(within.map(|(_, amount)| amount));
                let at = Spot { place, owes, window: period, period, group, carried: Ok(Ratio::ZERO), used };
                let (taken, told) = self.owes_line(&at, Ratio::ZERO, adjustments);
                let charged = total(owes.under.iter().map(|clause| self.owed_under(&at, *clause)));
                // Of nothing, nothing is owed, whatever the cap is.
                let let_through = match (charged, told) {
                    (Ok(charged), Ok(_)) => Ok(charged.plus(&taken)),
                    (Ok(charged), Err(_)) if charged.is_zero() => Ok(charged),
                    (Ok(_), Err(gap)) | (Err(gap), _) => Err(gap),
                };
                owed.entry(at.group).or_default().push((period, let_through));
            }
        }
        self.roll_on((place, owes), owed);
    }

    /// What the periods before leave of an amount. Where that is not known, it must not matter.
    pub(crate) fn not_used(&mut self, at: &Spot<'_>, stated: &Ratio, owed: &Ratio) -> Result<Ratio, Gap> {
        let Used { known, unknown } = &at.used;
        let left = stated.minus(known).max(Ratio::ZERO);
        if let Some(gap) = unknown
            && !left.is_zero()
            && *owed > Ratio::ZERO
        {
            let why = self.names.gap(gap);
            return Err(Gap::Held(format!("what was owed in the periods before is not known: {why}")));
        }
        if !known.is_zero() {
            let money = Kind::Money(self.plan.currency);
            let (used, left) = (quantity(&money, known), quantity(&money, &left));
            self.note(
                |_| format!("of this, {used} was owed in the periods before; {left} is left"),
                Some(at.owes.span),
            );
        }
        Ok(left)
    }
}
