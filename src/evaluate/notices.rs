//! Rights that the movement of a coefficient gives: one on each day on which it is revised and has moved so far.

use crate::base::movement::Move;
use crate::base::number::Ratio;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::Desk;
use crate::evaluate::indices::{Revision, Used};
use crate::evaluate::rights::{Standing, holder};
use crate::evaluate::settle::{Cause, Held, due};
use crate::plan::{Notice, Revisions, Right, Step};

/// A movement of a coefficient that gives a right.
#[derive(Clone, PartialEq, Debug)]
pub struct Moved {
    /// How far it must move.
    pub notice: Notice,
    /// How far it did.
    pub moved: Move,
    /// The values that the coefficient was computed of.
    pub values: Vec<Used>,
}

/// The days of the term on which the right arises, each with its settlement period. A movement that is not known is held.
pub(crate) fn notices(desk: &mut Desk<'_>, (place, right): (usize, &Right), notice: &Notice) -> Vec<(i64, Standing)> {
    let plan = desk.plan;
    let (first, last) = plan.windows.term();
    let settled =
        plan.indexations.get(notice.indexation.index()).map(|own| &own.revisions) == Some(&Revisions::Settlement);
    // What follows months or settlement periods is revised with the first day of the term too.
    let on = |revision: &Revision| {
        let begins = settled || revision.from.as_month() == first.as_month();
        if begins { revision.from.max(first) } else { revision.from }
    };
    let days: Vec<_> = desk.indices.revisions(notice.indexation).iter().map(on).collect();
    let mut standing = Vec::new();
    for (revision, day) in days.into_iter().enumerate().filter(|(_, day)| (first..=last).contains(day)) {
        let window = plan.windows.index_of_date(right.window, day);
        let governs = plan.amended.rights.get(&place);
        if governs.is_some_and(|governs| !governs.window(desk.in_term(right.window, window))) {
            continue;
        }
        let cause = Cause {
            clause: right.clause,
            step: Step::Right(place),
            window: (right.window, window),
            dims: right.dims.clone(),
            group: [].into(),
        };
        standing.extend(arises(desk, right, notice, (revision, cause)));
    }
    standing
}

fn arises(
    desk: &mut Desk<'_>,
    right: &Right,
    notice: &Notice,
    (revision, cause): (usize, Cause),
) -> Option<(i64, Standing)> {
    let due = due(desk.plan, right.window, cause.window.1);
    desk.listen(&cause, due);
    let moved = desk.indices.movement(desk.plan, notice, revision);
    let found = moved.and_then(|moved| moved.share().map(|share| (moved, share)).ok_or(Gap::Zero));
    let reaches = |share: &Ratio| {
        let reach = notice.way.reach(share);
        reach > notice.threshold || notice.included && reach == notice.threshold
    };
    let holds = found.as_ref().is_ok_and(|(_, share)| reaches(share));
    let revision = desk.indices.revision(notice.indexation, revision).cloned();
    note(desk, notice, revision.as_ref(), found.as_ref().ok().map(|(moved, _)| moved));
    let told = found.clone().map(|_| Ratio::int(i64::from(holds)));
    desk.heard(&cause, &told);
    match found {
        Ok((moved, _)) if holds => {
            let values = revision.map(|revision| revision.values).unwrap_or_default();
            let movement = Some(Moved { notice: notice.clone(), moved, values });
            Some((due, Standing { cause, party: holder(desk, right, &[]), text: right.text.clone(), movement }))
        }
        Ok(_) => None,
        Err(gap) => {
            desk.hold(due, Held { cause, payer: holder(desk, right, &[]), gap });
            None
        }
    }
}

/// The values behind the coefficient and how far it moved, where the right is to be explained.
fn note(desk: &mut Desk<'_>, notice: &Notice, revision: Option<&Revision>, moved: Option<&Move>) {
    for used in revision.into_iter().flat_map(|revision| &revision.values) {
        desk.note(|names| names.index_value(used), None);
    }
    if let Some(moved) = moved {
        desk.note(|names| names.movement(notice, moved), Some(notice.span));
    }
}
