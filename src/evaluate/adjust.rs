//! What is done with an amount before it is paid, in the walk and in settle.

use crate::base::number::Ratio;
use crate::base::vocabulary::{Exemption, LimitKind};
use crate::evaluate::compute::{Look, number};
use crate::evaluate::datum::Gap;
use crate::plan::{Adjust, Adjustment};

/// An amount after all of its steps. Nothing stays nothing where it is indexed, capped or exempt: it is not held for want of
/// an index value or of a limit.
pub(crate) fn adjusted<'a>(steps: &'a [Adjustment], amount: Ratio, look: &mut dyn Look<'a>) -> Result<Ratio, Gap> {
    steps.iter().try_fold(amount, |before, step| {
        let (stated, after) = match &step.what {
            Adjust::Limit(kind, limit) => {
                let limit = match (number(limit, look), kind) {
                    (Err(_), LimitKind::AtMost) if before.is_zero() => return Ok(before),
                    (limit, _) => limit?,
                };
                let after = match kind {
                    LimitKind::AtMost => before.min(limit.clone()),
                    LimitKind::AtLeast => before.max(limit.clone()),
                };
                (limit, after)
            }
            Adjust::Exempt(kind, exempt) => {
                let exempt = match number(exempt, look) {
                    Err(_) if before.is_zero() => return Ok(before),
                    exempt => exempt?,
                };
                let after = after_exemption(*kind, before, &exempt);
                (exempt, after)
            }
            Adjust::Indexed(id) => {
                let after = match look.indexed(*id, &before) {
                    Err(_) if before.is_zero() => return Ok(before),
                    after => after?,
                };
                (before, after)
            }
            Adjust::Rounded(how) => {
                let after = before.rounded(how);
                (before, after)
            }
        };
        look.adjusted(step, &stated, &after);
        Ok(after)
    })
}

fn after_exemption(kind: Exemption, amount: Ratio, exempt: &Ratio) -> Ratio {
    let is_paid = match kind {
        Exemption::Below => amount >= *exempt,
        Exemption::Whole | Exemption::Excess => amount > *exempt,
    };
    match kind {
        _ if !is_paid => Ratio::ZERO,
        Exemption::Below | Exemption::Whole => amount,
        Exemption::Excess => amount.minus(exempt),
    }
}
