//! Rights: whether their condition holds, window by window.

use crate::base::ids::PartyId;
use crate::base::number::Ratio;
use crate::evaluate::charges::Charged;
use crate::evaluate::compute::compute;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::{At, Desk};
use crate::evaluate::notices::{Moved, notices};
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::settle::{Cause, Held, due};
use crate::plan::{Formula, Holds, Right, Step};

/// A right that a party has.
#[derive(Clone, PartialEq, Debug)]
pub struct Standing {
    /// Where it comes from.
    pub cause: Cause,
    /// Who has it.
    pub party: PartyId,
    /// What it is.
    pub text: String,
    /// The movement of a coefficient that gives it.
    pub movement: Option<Moved>,
}

/// The rights that hold, each with its settlement period. One whose condition cannot be told is held.
pub(crate) fn rights(desk: &mut Desk<'_>) -> Vec<(i64, Standing)> {
    let plan = desk.plan;
    let mut standing = Vec::new();
    for (place, right) in plan.rights.iter().enumerate() {
        let condition = match &right.holds {
            Holds::When(condition) => condition,
            Holds::Moves(notice) => {
                standing.extend(notices(desk, (place, right), notice));
                continue;
            }
        };
        for window in desk.windows_asked(right.window) {
            let governs = plan.amended.rights.get(&place);
            if governs.is_some_and(|governs| !governs.touches(desk.in_term(right.window, window))) {
                continue;
            }
            let reads = (condition.folds.as_slice(), (right.window, window), condition.reach);
            if let Some(gap) = desk.unrecorded(reads, &right.dims) {
                let (dims, group, step) = (Vec::new(), Group::default(), Step::Right(place));
                let cause = Cause { clause: right.clause, step, window: (right.window, window), dims, group };
                desk.hold(due(plan, right.window, window), Held { cause, payer: holder(desk, right, &[]), gap });
                continue;
            }
            for group in desk.groups(&condition.folds, (right.window, window), condition.reach, &right.dims) {
                standing.extend(stands(desk, (place, right), &condition.formula, (window, group)));
            }
        }
    }
    standing
}

fn stands<'a>(
    desk: &mut Desk<'a>,
    (place, right): (usize, &'a Right),
    condition: &'a Formula,
    (window, group): (i64, Group),
) -> Option<(i64, Standing)> {
    let due = due(desk.plan, right.window, window);
    let dims = right.dims.clone();
    let step = Step::Right(place);
    let cause = Cause { clause: right.clause, step, window: (right.window, window), dims, group };
    desk.listen(&cause, due);
    let (kind, dims, group) = (right.window, &right.dims, &cause.group);
    let mut at = At { desk, kind, window, dims, group, charged: Charged::Whole };
    let holds = compute(condition, &mut at).and_then(crate::evaluate::datum::Datum::flag);
    let told = holds.clone().map(|holds| Ratio::int(i64::from(holds)));
    desk.heard(&cause, &told);
    match holds {
        Ok(true) => match desk.who(right.party, &right.dims, &cause.group) {
            Ok(party) => Some((due, Standing { cause, party, text: right.text.clone(), movement: None })),
            Err(gap) => {
                desk.hold(due, Held { cause, payer: PartyId::UNKNOWN, gap });
                None
            }
        },
        Ok(false) | Err(Gap::NotDue(_)) => None,
        Err(gap) => {
            let payer = holder(desk, right, &cause.group);
            desk.hold(due, Held { cause, payer, gap });
            None
        }
    }
}

/// Who has a right in a group, where that is known.
pub(crate) fn holder(desk: &Desk<'_>, right: &Right, group: &[Key]) -> PartyId {
    desk.who(right.party, &right.dims, group).unwrap_or(PartyId::UNKNOWN)
}
