//! Which of two records of one event counts may make a difference long after it: in what it began, or set. The asset is
//! walked once with each of them, and what differs is held. The same where it is not known which text of an amended clause
//! an asset keeps.

use std::collections::BTreeSet;

use crate::base::number::Ratio;
use crate::evaluate::contested::contested_words;
use crate::evaluate::datum::Gap;
use crate::evaluate::governed::unknown_text;
use crate::evaluate::observations::{By, Group, Instead, Observations, Tally, Whose};
use crate::evaluate::observe::Observer;
use crate::evaluate::ranks::ranked;
use crate::evaluate::scene::Scene;
use crate::evaluate::shown::Names;
use crate::evaluate::subject::{Role, Subject};
use crate::feed::events::{Contested, Event, Subject as Walked};
use crate::plan::{Fold, Keep, Trigger};

/// The events of an asset as another record would have them, and why that is not known.
struct Variant {
    events: Vec<Event>,
    /// Whether changes of clauses spare it that may.
    spared: bool,
    gap: Gap,
}

impl<'a> Observer<'a> {
    /// Holds what differs by which of two records of an event counts, in whatever window. Lots, events without an asset, and
    /// what compares assets, are held in the windows of the two records alone.
    pub(super) fn varied(&mut self, subject: &Subject<'a>) {
        let variants = variants(subject);
        if variants.is_empty() {
            return;
        }
        let told = self.alone(subject);
        for Variant { events, spared, gap } in variants {
            let mut with = subject.with_events(&events);
            with.spared = spared;
            let other = self.alone(&with);
            for fold in &self.scene.plan.folds {
                for (window, group) in differing(fold, &told, &other) {
                    let whose = self.whose;
                    let tally = self.tally(fold, window, group);
                    if !tally.is_held_by(whose) {
                        tally.hold(whose, gap.clone(), 1);
                    }
                }
            }
        }
    }

    /// What one subject comes to by itself.
    fn alone<'b>(&self, subject: &Subject<'b>) -> Observations
    where
        'a: 'b,
    {
        let mut observer = Observer::<'b>::new(self.scene, self.by_kind, self.out.contract, None);
        observer.walk_told(subject);
        observer.out
    }
}

/// What all comes to with another record of a member of a family of parties, for each such record: other assets read its
/// attributes, so that all of them are walked `again`.
pub(super) fn instead(scene: Scene<'_>, again: &dyn Fn(Scene<'_>) -> Observations) -> Vec<Instead> {
    let plan = scene.plan;
    let events = &scene.contract.events;
    let two = |event: &Event| event.contested != Contested::No;
    if !events.rivals.iter().any(two) || !plan.families.iter().any(|family| family.of_parties) {
        return Vec::new();
    }
    let of_parties = |subject: &Subject<'_>| {
        let family = subject.family.and_then(|family| plan.families.get(family.index()));
        family.is_some_and(|family| family.of_parties)
    };
    let sets = |event: &Event| plan.kinds.get(event.kind.index()).is_some_and(|kind| !kind.sets.is_empty());
    let disputed = |walked: &&Walked| {
        let mut all = events.of(walked).iter().chain(events.rivals_of(walked.asset));
        all.any(|event| two(event) && sets(event))
    };
    let subjects = scene.contract.subjects.iter().filter(disputed).map(|walked| Subject::new(scene, walked));
    let mut found = Vec::new();
    for subject in subjects.filter(of_parties) {
        let Some(asset) = subject.asset else { continue };
        for Variant { events, gap, .. } in by_records(&subject) {
            found.push(Instead { gap, observations: again(scene.instead(asset, &events)) });
        }
    }
    found
}

/// Holds what differs by which of two records of a member counts, in whatever window. It comes after all subjects were
/// observed; what waits for its rank may go by a member too.
pub(super) fn hold_by_members(names: Names<'_>, told: &mut Observations) {
    let all = std::mem::take(&mut told.instead);
    if all.is_empty() {
        return;
    }
    let own = ranked(names, told.clone());
    for Instead { gap, observations } in all {
        let other = ranked(names, observations);
        for fold in &names.plan.folds {
            for (window, group) in differing(fold, &own, &other) {
                let tally = told.tally_mut(fold.id, window, group);
                if tally.held.is_none() {
                    tally.hold(Whose::LAST, gap.clone(), 1);
                }
            }
        }
    }
}

/// The windows and groups in which a fold differs.
fn differing(fold: &Fold, told: &Observations, other: &Observations) -> Vec<(i64, Group)> {
    let nothing = Tally::default();
    let keys = |all: &Observations| -> Vec<(i64, Group)> {
        let windows = all.tallies.get(fold.id.index()).into_iter().flatten();
        windows.flat_map(|(window, groups)| groups.keys().map(|group| (*window, group.clone()))).collect()
    };
    let all: BTreeSet<(i64, Group)> = keys(told).into_iter().chain(keys(other)).collect();
    let differs = |(window, group): &(i64, Group)| {
        let tally =
            |of: &'_ Observations| of.tally(fold.id, *window, group).cloned().unwrap_or_else(|| nothing.clone());
        !is_same(fold, &tally(told), &tally(other))
    };
    all.into_iter().filter(differs).collect()
}

/// Whether two tallies come to the same. Into how many pieces a time or a reading falls does not matter, nor how many are
/// listed because they add nothing.
fn is_same(fold: &Fold, one: &Tally, other: &Tally) -> bool {
    let pieces = match fold.trigger {
        Trigger::Held(..) | Trigger::Lateness { .. } | Trigger::Meter { .. } | Trigger::Level { .. } => true,
        Trigger::Event(_)
        | Trigger::Between { .. }
        | Trigger::Outcome(..)
        | Trigger::Taken(..)
        | Trigger::Released { .. } => false,
    };
    // What is priced in the walk is read as money alone.
    let priced = fold.priced.is_some();
    let whether = fold.keep == Keep::Whether;
    let count = |tally: &Tally| if whether { tally.count.signum() } else { tally.count };
    let plain = |tally: &Tally| Tally {
        count: if pieces || priced { 0 } else { count(tally) },
        sum: if priced || whether { Ratio::ZERO } else { tally.sum.clone() },
        missing: 0,
        estimated: 0,
        unmatched: 0,
        by: By::default(),
        held: tally.held.clone().map(|(gap, _)| (gap, 1)),
        ..tally.clone()
    };
    plain(one) == plain(other)
}

/// What is read of an asset, where all records that may count say the same.
pub(crate) fn undisputed<T: PartialEq>(subject: &Subject<'_>, read: &dyn Fn(&Subject<'_>) -> T) -> Result<T, Gap> {
    let told = read(subject);
    let other = by_records(subject).into_iter().find(|other| read(&subject.with_events(&other.events)) != told);
    other.map_or(Ok(told), |other| Err(other.gap))
}

/// The events of an asset as they may be besides what is told.
fn variants(subject: &Subject<'_>) -> Vec<Variant> {
    let mut found = by_records(subject);
    if subject.role == Role::Single && subject.asset.is_some() {
        let unknown = unknown_text(subject);
        found.extend(unknown.map(|gap| Variant { events: subject.events.to_vec(), spared: true, gap }));
    }
    found
}

/// For each record that may stand in place of another one: the events with it.
fn by_records(subject: &Subject<'_>) -> Vec<Variant> {
    if subject.role != Role::Single || subject.asset.is_none() {
        return Vec::new();
    }
    let two = |event: &&Event| matches!(event.contested, Contested::Later | Contested::Tied);
    let rivals: Vec<&Event> = subject.scene.contract.events.rivals_of(subject.asset).iter().filter(two).collect();
    let used: Vec<&Event> = subject.events.iter().filter(two).collect();
    let same = |one: &Event, other: &Event| one.id == other.id && one.source == other.source;
    let variant = |events: Vec<Event>, gap: &Gap| Variant { events, spared: false, gap: gap.clone() };
    let mut found = Vec::new();
    for event in &used {
        let Some(gap) = contested_words(subject.scene, event) else { continue };
        let own: Vec<&&Event> = rivals.iter().filter(|rival| same(rival, event)).collect();
        let without = || subject.events.iter().filter(|known| *known != *event).copied().collect::<Vec<Event>>();
        // The other record may be of another asset.
        if own.is_empty() {
            found.push(variant(without(), &gap));
        }
        found.extend(own.into_iter().map(|rival| variant(with(without(), rival), &gap)));
    }
    for rival in rivals.iter().filter(|rival| !used.iter().any(|event| same(event, rival))) {
        if let Some(gap) = contested_words(subject.scene, rival) {
            found.push(variant(with(subject.events.to_vec(), rival), &gap));
        }
    }
    found
}

/// Events with one more, in total order.
fn with(mut events: Vec<Event>, other: &Event) -> Vec<Event> {
    let order = |event: &Event| (event.occurred, event.sequence, event.kind);
    let place = events.partition_point(|event| order(event) <= order(other));
    events.insert(place, *other);
    events
}
