//! Who has a thing, such as the member that holds a pallet.

use crate::base::ids::AttributeId;
use crate::base::time::Instant;
use crate::evaluate::observations::Key;
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::Dimension;

/// Who has a thing at an instant, where that is known.
pub(super) fn holder(subject: &Subject<'_>, with: AttributeId, at: Instant) -> Option<Key> {
    let key = subject.at(at).key(&Dimension::Attribute(subject.family?, with));
    Some(key).filter(|key| *key != Key::Value(None))
}

/// Who has a thing by what an event names.
pub(super) fn named<'a>(subject: &Subject<'a>, event: &'a Event, with: AttributeId) -> Option<Key> {
    let kind = subject.scene.plan.kinds.get(event.kind.index())?;
    let (field, _) = kind.sets.iter().find(|(_, attribute)| *attribute == with)?;
    let key = subject.on(event).key(&Dimension::Field(event.kind, *field));
    Some(key).filter(|key| *key != Key::Value(None))
}

/// Who has a thing before an event: of events at one instant each hands on what the one before it left.
pub(super) fn holder_before(subject: &Subject<'_>, with: AttributeId, event: &Event) -> Option<Key> {
    let before = subject.events.iter().take_while(|own| (own.kind, own.row) != (event.kind, event.row));
    let together = before.filter(|own| own.occurred == event.occurred);
    let earlier = together.filter_map(|own| named(subject, own, with)).last();
    earlier.or_else(|| holder(subject, with, Instant(event.occurred.0.saturating_sub(1))))
}
