//! Which version of an amended clause governs what a subject does.

use crate::base::time::{Between, Date, Instant};
use crate::evaluate::datum::Gap;
use crate::evaluate::duties::{Instance, instances};
use crate::evaluate::held::within;
use crate::evaluate::records::{can_have_begun, without_opening};
use crate::evaluate::states::{Times, both};
use crate::evaluate::subject::Subject;
use crate::plan::amended::{By, Governs, Spared, SparedBy};
use crate::plan::{Fold, Obligation, Point};

/// The times in which a version governs for a subject.
pub(crate) fn times(subject: &Subject<'_>, governs: &Governs) -> Times {
    governs.times(&|spared| spares(subject, spared))
}

pub(crate) fn spares(subject: &Subject<'_>, spared: &Spared) -> bool {
    if subject.family != Some(spared.family) || subject.asset.is_none() {
        return false;
    }
    let first = match spared.by {
        SparedBy::Event(kind) => subject.events.iter().find(|event| event.kind == kind).map(|event| event.occurred),
        SparedBy::Attribute(attribute) => {
            crate::evaluate::states::attribute_instant(subject, &Point::Attribute(attribute))
        }
    };
    first.is_some_and(|first| first < spared.before) || (subject.spared && not_recorded(subject, spared).is_some())
}

/// The day on which the records begin, where they know nothing of the event that spares an asset and it may have happened
/// before.
fn not_recorded(subject: &Subject<'_>, spared: &Spared) -> Option<Date> {
    let SparedBy::Event(kind) = spared.by else { return None };
    let begin = without_opening(subject.scene.plan, subject.scene.plan.recorded(kind))?;
    let known = subject.events.iter().any(|event| event.kind == kind);
    let own = subject.asset.is_some() && subject.family == Some(spared.family);
    (own && !known && can_have_begun(subject, subject.scene.zone().start_of(begin))).then_some(begin)
}

/// Why it is not known which text an asset keeps, where changes of clauses may spare it.
pub(crate) fn unknown_text(subject: &Subject<'_>) -> Option<Gap> {
    let plan = subject.scene.plan;
    plan.records.as_ref()?;
    let mut spared = plan.amended.folds.values().flat_map(|governs| &governs.changes).flat_map(|change| &change.spared);
    let begin = spared.find_map(|spared| not_recorded(subject, spared))?;
    Some(Gap::Held(format!(
        "the records begin on {begin}, and it is not known which text of the clause the asset keeps by what happened to it \
         before; give the event"
    )))
}

/// The version of a fold, where its clause is amended.
pub(crate) fn of_fold<'a>(subject: &Subject<'a>, fold: &Fold) -> Option<&'a Governs> {
    subject.scene.plan.amended.folds.get(&fold.id)
}

/// Whether what happens at an instant goes by the version of a fold.
pub(crate) fn is_governed(subject: &Subject<'_>, governs: &Governs, at: Instant) -> bool {
    times(subject, governs).iter().any(|time| time.contains(at))
}

/// Whether anything of a subject can go by a version in a window.
pub(crate) fn concerns(subject: &Subject<'_>, governs: &Governs, window: Between) -> bool {
    let times = times(subject, governs);
    match governs.by {
        By::Instant => times.iter().any(|time| time.intersect(window).is_some()),
        By::WindowStart => times.iter().any(|time| time.contains(window.start)),
        By::WindowEnd => times.iter().any(|time| time.contains(Instant(window.end.0.saturating_sub(1)))),
        // What was opened before can be paid for later.
        By::Opening => times.iter().any(|time| time.start < window.end),
    }
}

/// The same, also where it is not known which text the subject keeps.
pub(crate) fn may_concern(subject: &Subject<'_>, governs: &Governs, window: Between) -> bool {
    let mut kept = subject.with_events(subject.events);
    kept.spared = unknown_text(subject).is_some();
    concerns(subject, governs, window) || concerns(&kept, governs, window)
}

/// Whether what occurs at an instant counts for a fold: by that instant, or by its window, where that goes by one text as a
/// whole.
pub(crate) fn counts(subject: &Subject<'_>, fold: &Fold, at: Instant) -> bool {
    let decides = |governs: &Governs| match governs.by {
        By::Instant | By::Opening => at,
        By::WindowStart | By::WindowEnd => {
            let windows = &subject.scene.plan.windows;
            decisive(subject, governs, windows.bounds(fold.window, windows.index_of(fold.window, at)))
        }
    };
    of_fold(subject, fold).is_none_or(|governs| is_governed(subject, governs, decides(governs)))
}

/// The instant of a window that decides; one that the term cuts begins and ends with it.
fn decisive(subject: &Subject<'_>, governs: &Governs, bounds: Between) -> Instant {
    let scene = subject.scene;
    let last = scene.plan.windows.term().1;
    let term = Between::new(scene.time.start, scene.zone().start_of(last.plus_days(1)));
    governs.decisive(bounds.intersect(term).unwrap_or(bounds))
}

/// Whether it is the opening of an obligation that decides on the version of a fold.
pub(crate) fn by_opening(subject: &Subject<'_>, fold: &Fold) -> bool {
    of_fold(subject, fold).is_some_and(|governs| governs.by == By::Opening)
}

/// From when on an obligation of which the deadline is not known may be paid for by the version of a fold: while it runs.
pub(crate) fn open_from(subject: &Subject<'_>, fold: &Fold, instance: &Instance<'_>) -> Option<Instant> {
    open_under(subject, of_fold(subject, fold).filter(|governs| governs.by != By::Opening), instance)
}

/// The same by a version of what it takes or pays.
pub(crate) fn open_under(subject: &Subject<'_>, governs: Option<&Governs>, instance: &Instance<'_>) -> Option<Instant> {
    let opened = instance.opened.occurred;
    let Some(governs) = governs else { return Some(open_since(subject, instance)) };
    let times = times(subject, governs);
    if governs.by == By::Opening {
        return times.iter().any(|time| time.contains(opened)).then(|| open_since(subject, instance));
    }
    let since = open_since(subject, instance);
    let at = times.iter().filter(|time| time.end > since).map(|time| time.start.max(since)).min()?;
    instance.done.is_none_or(|done| at <= done).then_some(at)
}

/// From when on an obligation is open; what is still open when the term begins, from then on.
pub(crate) fn open_since(subject: &Subject<'_>, instance: &Instance<'_>) -> Instant {
    let (opened, term) = (instance.opened.occurred, subject.scene.time.start);
    if instance.done.is_some_and(|done| done < term) { opened } else { opened.max(term) }
}

/// The instances of an obligation that were opened under its version.
pub(crate) fn duties_of<'a>(
    subject: &Subject<'a>,
    primitive: &[Times],
    obligation: &'a Obligation,
) -> Vec<Instance<'a>> {
    let mut all = instances(subject, primitive, obligation);
    if let Some(governs) = subject.scene.plan.amended.obligations.get(&obligation.id) {
        all.retain(|instance| is_governed(subject, governs, instance.opened.occurred));
    }
    all
}

/// Where the version of a fold begins or ends to govern.
pub(crate) fn cuts_of(subject: &Subject<'_>, fold: &Fold) -> Vec<Instant> {
    let own = of_fold(subject, fold).map(|governs| times(subject, governs)).unwrap_or_default();
    own.iter().flat_map(|time| [time.start, time.end]).collect()
}

/// Time in a state as far as the version of a fold governs it.
pub(crate) fn clipped(subject: &Subject<'_>, fold: &Fold, all: Times) -> Times {
    let Some(governs) = of_fold(subject, fold) else { return all };
    let own = times(subject, governs);
    match governs.by {
        By::Instant | By::Opening => both(&all, &own),
        By::WindowStart | By::WindowEnd => both(&all, &whole_windows(subject, fold, governs, &own)),
    }
}

/// The windows that go by the version as a whole.
fn whole_windows(subject: &Subject<'_>, fold: &Fold, governs: &Governs, own: &[Between]) -> Times {
    let windows = &subject.scene.plan.windows;
    let time = subject.scene.time;
    let (first, last) = (windows.index_of(fold.window, time.start), windows.index_of(fold.window, time.end));
    let bounds = (first..=last).map(|window| windows.bounds(fold.window, window));
    bounds.filter(|bounds| own.iter().any(|time| time.contains(decisive(subject, governs, *bounds)))).collect()
}

/// Days as far as the version of a fold governs them, the term lasts and the register knows the asset.
pub(crate) fn clipped_days(subject: &Subject<'_>, fold: &Fold, days: &[(Date, Date)]) -> Vec<(Date, Date)> {
    let zone = subject.scene.zone();
    let whole = |(from, to): &(Date, Date)| Between::new(zone.start_of(*from), zone.start_of(to.plus_days(1)));
    let all: Times = days.iter().map(whole).collect();
    let kept = clipped(subject, fold, within(subject, &all));
    kept.iter().map(|time| (zone.date_of(time.start), zone.date_of(Instant(time.end.0.saturating_sub(1))))).collect()
}
