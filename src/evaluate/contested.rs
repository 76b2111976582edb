//! Events that leave something open: two records of one differ, the instant of one is not known, the order of two is not.
//! What depends on them is held.

use crate::base::ids::KindId;
use crate::base::time::{Between, Instant};
use crate::evaluate::datum::Gap;
use crate::evaluate::governed::{counts, may_concern, of_fold};
use crate::evaluate::observe::{Observer, Place};
use crate::evaluate::renamed::is_renaming;
use crate::evaluate::scene::Scene;
use crate::evaluate::subject::{AtHand, Subject};
use crate::feed::events::{Contested, Event};
use crate::plan::{Fold, Plan, Point, Trigger};

/// An event that leaves open what depends on it.
#[derive(Clone, Debug)]
pub(crate) struct Doubt<'a> {
    /// The event.
    pub(crate) event: &'a Event,
    /// Why.
    pub(crate) gap: Gap,
    /// Whether it leaves open all that comes after it, too.
    pub(crate) lasts: bool,
    /// Of an event at one instant with another one, what each of the two is: this one starts what the other ends.
    pub(crate) tie: Option<(KindId, KindId)>,
}

impl Doubt<'_> {
    /// Whether it leaves open what some events start and others end.
    pub(crate) fn is_about(&self, starts: &Point, ends: &Point) -> bool {
        match self.tie {
            Some((start, end)) => starts.is_of(start) && ends.is_of(end),
            None => starts.is_of(self.event.kind) || ends.is_of(self.event.kind),
        }
    }

    /// The time that it leaves open.
    pub(crate) fn time(&self) -> Between {
        let at = self.event.occurred;
        Between::new(at, if self.lasts { Instant::MAX } else { Instant(at.0.saturating_add(1)) })
    }
}

/// The events of a subject that leave open what depends on them.
pub(crate) fn doubts<'a>(subject: &Subject<'a>) -> Vec<Doubt<'a>> {
    let contested = |event: &'a Event| {
        // An event whose instant is not known can count at any time after it happened; what is reported under a name
        // that may be another one comes after it.
        let lasts = undated(event) || is_renaming(subject.scene.plan, event);
        contested_words(subject.scene, event).map(|gap| Doubt { event, gap, lasts, tie: None })
    };
    // A record that is set aside leaves its own time open as well: nobody knows which of the two counts.
    let rivals = subject.scene.contract.events.rivals_of(subject.asset);
    let named = subject.scene.renamed.to(subject.asset).iter().copied();
    let own = subject.events.iter().chain(rivals).chain(named);
    let mut found: Vec<Doubt<'a>> = own.filter_map(contested).collect();
    if !subject.scene.plan.ties.is_empty() {
        let together = subject.events.chunk_by(|a, b| (a.occurred, a.sequence) == (b.occurred, b.sequence));
        found.extend(together.flat_map(|events| tied(subject.scene.plan, events)));
    }
    found
}

/// Of events at one instant, those that start what another one ends.
fn tied<'a>(plan: &'a Plan, events: &'a [Event]) -> impl Iterator<Item = Doubt<'a>> {
    let name = |kind: KindId| plan.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str());
    let happens = |kind: KindId| events.iter().any(|event| event.kind == kind);
    let starts = events
        .iter()
        .flat_map(|event| plan.ties.iter().filter(|(start, _)| *start == event.kind).map(move |tie| (event, *tie)));
    starts.filter(move |(_, (_, end))| happens(*end)).map(move |(event, (start, end))| {
        let gap = Gap::Held(format!(
            "`{}` and `{}` happen at one instant, and the source does not say which comes first",
            name(start),
            name(end)
        ));
        Doubt { event, gap, lasts: true, tie: Some((start, end)) }
    })
}

impl<'a> Observer<'a> {
    /// Holds what depends on events that leave something open: everything observed of the asset in the window of the
    /// event, and after it where that is open too.
    pub(super) fn contested(&mut self, subject: &Subject<'a>) {
        self.undeclared(subject);
        let (plan, time) = (self.scene.plan, self.scene.time);
        let mut all = doubts(subject);
        // An event that starts what several others end leaves open the same.
        all.dedup_by(|next, kept| next.tie.is_some() && kept.tie.is_some() && std::ptr::eq(next.event, kept.event));
        for doubt in all {
            let Some(open) = doubt.time().intersect(time) else { continue };
            let kind = doubt.event.kind;
            let own = |fold: &&Fold| {
                let of_asset = subject.asset.is_some() && fold.family == subject.family;
                of_asset || fold.trigger == Trigger::Event(kind)
            };
            for fold in plan.folds.iter().filter(own) {
                let first = plan.windows.index_of(fold.window, open.start);
                let last = plan.windows.index_of(fold.window, Instant(open.end.0.saturating_sub(1)));
                let text = of_fold(subject, fold);
                for window in first..=last {
                    // Where another text of an amended clause governs the window, nothing of it depends on the event.
                    let bounds = plan.windows.bounds(fold.window, window);
                    let inside = bounds.intersect(time).unwrap_or(bounds);
                    if text.is_some_and(|governs| !may_concern(subject, governs, inside)) {
                        continue;
                    }
                    // Of what lasts it is not known in which group it is, where the asset goes on to another one, or more
                    // units of a lot come in.
                    let (start, end) = (bounds.start.max(open.start), bounds.end.min(open.end));
                    let come = subject.parts.iter().filter_map(|part| part.events.first().map(|first| first.occurred));
                    let changes = subject.changes().into_iter().chain(come).filter(|at| start < *at && *at < end);
                    for at in std::iter::once(start).chain(changes) {
                        let hand = AtHand { event: Some(doubt.event), ..subject.at(at) };
                        self.gap(fold, &hand, &Place { window, at }, doubt.gap.clone());
                    }
                }
            }
        }
    }

    /// Keeps records that may stand in place of others, so that what counts them is held.
    pub(super) fn set_aside(&mut self, subject: &Subject<'a>) {
        let scene = self.scene;
        let rivals = scene.contract.events.rivals_of(subject.asset).iter();
        for rival in rivals.filter(|rival| scene.time.contains(rival.occurred)) {
            if contested_words(scene, rival).is_none() {
                continue;
            }
            let folds = self.by_kind.get(rival.kind.index()).cloned().unwrap_or_default();
            for fold in folds.into_iter().filter(|fold| counts(subject, fold, rival.occurred)) {
                let Some(ranked) = &fold.ranked else { continue };
                let window = scene.plan.windows.index_of(fold.window, rival.occurred);
                self.keep((subject, None), rival, (fold, ranked), (usize::MAX, window));
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
fn undated(event: &Event) -> bool {
    event.contested == Contested::Undated
}

/// Why what depends on an event is held, where two records of it differ.
pub(crate) fn contested_words(scene: Scene<'_>, event: &Event) -> Option<Gap> {
    if !is_contested(scene.plan, event) {
        return None;
    }
    let id = scene.contract.id(event).unwrap_or_default();
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
