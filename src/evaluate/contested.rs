//! Events of which two records differ: what depends on them is held.

use crate::evaluate::datum::Gap;
use crate::evaluate::observe::Observer;
use crate::evaluate::scene::Scene;
use crate::evaluate::subject::Subject;
use crate::feed::events::{Contested, Event};
use crate::plan::{Fold, Plan, Trigger};

impl<'a> Observer<'a> {
    /// Holds what depends on events of which two records differ: everything observed of the asset in the window of
    /// the event.
    pub(super) fn contested(&mut self, subject: &Subject<'a>) {
        let (plan, time) = (self.scene.plan, self.scene.time);
        for event in subject.events.iter().filter(|event| time.contains(event.occurred)) {
            let own = |fold: &&Fold| {
                let of_asset = subject.asset.is_some() && fold.family == subject.family;
                of_asset || fold.trigger == Trigger::Event(event.kind)
            };
            let Some(gap) = contested_words(self.scene, event) else { continue };
            for fold in plan.folds.iter().filter(own) {
                let gap = gap.clone();
                let place = self.place(fold, event.occurred);
                self.gap(fold, &subject.on(event), &place, gap);
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
        Contested::Tied => true,
    }
}

/// Why what depends on an event is held, where two records of it differ.
pub(crate) fn contested_words(scene: Scene<'_>, event: &Event) -> Option<Gap> {
    if !is_contested(scene.plan, event) {
        return None;
    }
    let id = scene.feed.id(event).unwrap_or_default();
    let tie = if event.contested == Contested::Tied { " and none was known first" } else { "" };
    Some(Gap::Held(format!("two records of the event `{id}` differ{tie}")))
}
