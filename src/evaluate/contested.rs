//! Events of which two records differ, or whose instant is not known: what depends on them is held.

use crate::base::time::Instant;
use crate::evaluate::datum::Gap;
use crate::evaluate::observe::{Observer, Place};
use crate::evaluate::scene::Scene;
use crate::evaluate::subject::Subject;
use crate::feed::events::{Contested, Event};
use crate::plan::{Fold, Plan, Trigger};

impl<'a> Observer<'a> {
    /// Holds what depends on events of which two records differ: everything observed of the asset in the window of
    /// the event.
    pub(super) fn contested(&mut self, subject: &Subject<'a>) {
        self.undeclared(subject);
        let (plan, time) = (self.scene.plan, self.scene.time);
        for event in subject.events.iter().filter(|event| time.contains(event.occurred) || undated(event)) {
            let own = |fold: &&Fold| {
                let of_asset = subject.asset.is_some() && fold.family == subject.family;
                of_asset || fold.trigger == Trigger::Event(event.kind)
            };
            let Some(gap) = contested_words(self.scene, event) else { continue };
            for fold in plan.folds.iter().filter(own) {
                let from = event.occurred.max(time.start);
                let first = plan.windows.index_of(fold.window, from);
                // An event whose instant is not known can count at any time after it happened.
                let last = if undated(event) { plan.windows.index_of(fold.window, before(time.end)) } else { first };
                for window in first..=last {
                    let at = plan.windows.bounds(fold.window, window).start.max(from);
                    self.gap(fold, &subject.on(event), &Place { window, at }, gap.clone());
                }
            }
        }
    }
}

/// Whether what depends on an event is held: the contract says so for records that differ, and where none was
/// known first, no rule can tell which one counts.
fn is_contested(plan: &Plan, event: &Event) -> bool {
    match event.contested {
        Contested::No => false,
        Contested::Later => plan.holds_contested,
        Contested::Tied | Contested::Undated => true,
    }
}

/// Whether the instant of an event that counts is not known.
pub(crate) fn undated(event: &Event) -> bool {
    event.contested == Contested::Undated
}

fn before(end: Instant) -> Instant {
    Instant(end.0.saturating_sub(1))
}

/// Why what depends on an event is held, where two records of it differ.
pub(crate) fn contested_words(scene: Scene<'_>, event: &Event) -> Option<Gap> {
    if !is_contested(scene.plan, event) {
        return None;
    }
    let id = scene.feed.id(event).unwrap_or_default();
    if undated(event) {
        let kind = scene.plan.kinds.get(event.kind.index());
        let (name, field) = kind.map_or(("", ""), |kind| (&kind.name, kind.counts_by()));
        return Some(Gap::Held(format!(
            "`{name}` counts when {field}, and the event `{id}` does not say when that was"
        )));
    }
    let tie = if event.contested == Contested::Tied { " and none was known first" } else { "" };
    Some(Gap::Held(format!("two records of the event `{id}` differ{tie}")))
}
