//! What a person judged about an event, or what holds where nothing was decided in time.

use crate::base::ids::{FieldId, ObligationId};
use crate::base::value::Literal;
use crate::base::vocabulary::Outcome;
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::duties::instances;
use crate::evaluate::states::is_at;
use crate::evaluate::subject::AtHand;

/// The field of a judgement that holds what was decided.
const VALUE: FieldId = FieldId(0);

/// What was judged about the event at hand by the duty to decide. Until the time to decide is over, an open term
/// holds what depends on it.
pub(crate) fn judged<'a>(hand: &AtHand<'_, 'a>, duty: ObligationId, default: &'a Literal) -> Computed<'a> {
    let subject = hand.subject;
    let plan = subject.scene.plan.obligations.get(duty.index()).ok_or(Gap::NotAtHand)?;
    let event = hand.event.ok_or(Gap::NotAtHand)?;
    // A duty to decide has no pauses, so that no state is asked for.
    let all = instances(subject, &[], plan);
    let instance = all.iter().find(|instance| std::ptr::eq(instance.opened, event)).ok_or(Gap::NotAtHand)?;
    let deadline = instance.deadline.clone()?;
    let now = subject.scene.time.end;
    if let Some(done) = instance.reached(Outcome::Met).filter(|done| *done < now) {
        let brings =
            |found: &&'a crate::feed::events::Event| found.occurred == done && is_at(subject, &plan.done, found);
        let judgement = subject.events.iter().find(brings).ok_or(Gap::NotAtHand)?;
        return subject.on(judgement).field(judgement.kind, VALUE);
    }
    match deadline {
        Some(deadline) if deadline <= now => Ok(Datum::of(default)),
        Some(deadline) => {
            let zone = subject.scene.zone();
            Err(Gap::Held(format!(
                "`{}` is not decided yet; there is time until {}",
                plan.name,
                zone.local_text(deadline)
            )))
        }
        None => Err(Gap::Held(format!("`{}` is not decided yet", plan.name))),
    }
}
