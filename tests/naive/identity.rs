//! New identities: which asset a name means at an instant; and events of which nobody knows the order.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::KindId;
use consigne::base::time::Instant;
use consigne::base::vocabulary::{AtOneInstant, OldIdentity};
use consigne::check::contract::{Contract, Opener};
use consigne::check::value::Point;

use super::World;
use super::facts::{Event, Facts};
use super::values::Datum;

/// A name that an asset was given, since when, and until when it is its name.
pub(crate) struct Given {
    asset: String,
    name: String,
    from: Instant,
    until: Option<Instant>,
}

/// The events as of the assets that their names mean, without those that are rejected; and how assets are shown that have
/// more than one name: "`P1 (now P2)`".
///
/// Records that contradict an event are of the asset that their name means.
pub(crate) fn resolved(
    contract: &Contract,
    events: Vec<Event>,
    rivals: &mut Vec<Event>,
) -> (Vec<Event>, BTreeMap<String, String>, Vec<Given>) {
    let mut given: Vec<Given> = Vec::new();
    let mut ended: BTreeMap<String, Instant> = BTreeMap::new();
    let mut rejected: BTreeSet<usize> = BTreeSet::new();
    for (place, event) in events.iter().enumerate() {
        let Some((old, name)) = new_name(contract, event) else { continue };
        let meant = event.asset.as_ref().and_then(|asset| means(&given, &ended, asset, event.at));
        let Some(asset) = meant else {
            rejected.insert(place);
            continue;
        };
        // "A name that another asset bears, or that the asset bore before, is rejected."
        let bore = asset == name || given.iter().any(|own| own.asset == asset && own.name == name);
        let is_taken = given.iter().any(|own| own.name == name && own.asset != asset && own.until.is_none());
        if bore || is_taken {
            rejected.insert(place);
            continue;
        }
        if old == OldIdentity::Ends {
            ended.entry(asset.clone()).or_insert(event.at);
            given
                .iter_mut()
                .filter(|own| own.asset == asset && own.until.is_none())
                .for_each(|own| own.until = Some(event.at));
        }
        given.push(Given { asset, name, from: event.at, until: None });
    }
    let mut found = Vec::new();
    for (place, event) in events.into_iter().enumerate().filter(|(place, _)| !rejected.contains(place)) {
        let _ = place;
        match &event.asset {
            None => found.push(event),
            Some(name) => {
                if let Some(asset) = means(&given, &ended, name, event.at) {
                    found.push(Event { asset: Some(asset), ..event });
                }
            }
        }
    }
    for rival in std::mem::take(rivals) {
        match &rival.asset {
            None => rivals.push(rival),
            Some(name) => {
                // Also under a name that ended by then: it is the asset of which two records differ.
                let named = |own: &&Given| own.name == *name && own.from <= rival.at;
                let bore = || given.iter().rev().find(named).map(|own| own.asset.clone());
                let asset = means(&given, &ended, name, rival.at).or_else(bore).unwrap_or_else(|| name.clone());
                rivals.push(Event { asset: Some(asset), ..rival });
            }
        }
    }
    let shown = given.iter().map(|own| (own.asset.clone(), format!("{} (now {})", own.asset, own.name))).collect();
    (found, shown, given)
}

/// The name that an event gives its asset, and what becomes of the old one.
fn new_name(contract: &Contract, event: &Event) -> Option<(OldIdentity, String)> {
    let mut fields = contract.kinds[event.kind.index()].fields.iter().zip(&event.fields);
    match fields.find_map(|(field, value)| Some((field.identity?, value.clone())))? {
        (old, Some(Datum::Text(name))) => Some((old, name)),
        _ => None,
    }
}

/// "Of a new identity all that is of the asset is held from then on, and of the one that bears the new name itself": copies of
/// the records of which two differ, one for each day that follows and each event of these assets.
pub(crate) fn doubted(contract: &Contract, facts: &Facts) -> Vec<Event> {
    let mut found = Vec::new();
    for event in facts.events.iter().filter(|event| event.contested).chain(&facts.rivals) {
        let Some((_, name)) = new_name(contract, event) else { continue };
        for asset in [event.asset.clone(), Some(name)].into_iter().flatten() {
            let own = |other: &&Event| other.asset.as_ref() == Some(&asset);
            let known = facts.events.iter().chain(&facts.rivals).any(|other| own(&other));
            if !known && !facts.register.contains_key(&asset) {
                continue;
            }
            found.extend(from_then_on(contract, facts, event, Some(&asset)));
        }
    }
    found
}

/// "Two events of one asset at one instant of which one starts what the other ends: … what depends on the asset is held from
/// then on": copies of those that start something, in the same way.
pub(crate) fn tied(contract: &Contract, facts: &Facts) -> Vec<Event> {
    let mut starts: Vec<&Event> =
        together(contract, &facts.events.iter().collect::<Vec<_>>()).into_iter().map(|(start, _)| start).collect();
    starts.dedup_by_key(|event| event.row);
    starts.into_iter().flat_map(|event| from_then_on(contract, facts, event, event.asset.as_ref())).collect()
}

/// Of some events those that start something that another one of the same asset ends at the same instant, and what that one
/// is, where that is held.
fn together<'e>(contract: &Contract, events: &[&'e Event]) -> Vec<(&'e Event, KindId)> {
    if contract.conventions.at_one_instant != Some(AtOneInstant::Held) {
        return Vec::new();
    }
    let ties = kinds_tied(contract);
    let together =
        |one: &Event, other: &Event| one.asset == other.asset && (one.at, one.sequence) == (other.at, other.sequence);
    let pairs = events.iter().flat_map(|one| events.iter().map(move |other| (*one, *other)));
    let tied = pairs.filter(|(one, other)| together(one, other) && ties.contains(&(one.kind, other.kind)));
    tied.map(|(one, other)| (one, other.kind)).collect()
}

impl World<'_> {
    /// When events of an asset, or of a unit of a lot, or of none begin and end the same at one instant, where that is held.
    pub(crate) fn tied_of(&self, asset: Option<&str>, (from, to): (&Point, &Point)) -> Vec<Instant> {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        super::states::kinds_of(from, &mut starts);
        super::states::kinds_of(to, &mut ends);
        let tied = together(self.contract, &self.events_of(asset).collect::<Vec<_>>()).into_iter();
        tied.filter(|(start, end)| starts.contains(&start.kind) && ends.contains(end))
            .map(|(start, _)| start.at)
            .collect()
    }
}

/// Kinds of events of which one starts what the other ends.
fn kinds_tied(contract: &Contract) -> BTreeSet<(KindId, KindId)> {
    let mut found = BTreeSet::new();
    let mut pairs = |starts: &[KindId], ends: &[KindId]| {
        let all = starts.iter().flat_map(|start| ends.iter().map(move |end| (*start, *end)));
        found.extend(all.filter(|(start, end)| start != end));
    };
    for (from, to) in super::lots::lasting_points(contract) {
        let (mut starts, mut ends) = (Vec::new(), Vec::new());
        super::states::kinds_of(from, &mut starts);
        super::states::kinds_of(to, &mut ends);
        pairs(&starts, &ends);
    }
    for deposit in &contract.deposits {
        let kind = |opener: &Opener| if let Opener::On(kind, _) = opener { Some(*kind) } else { None };
        let starts: Vec<KindId> =
            deposit.taken_by.iter().filter_map(|id| kind(&contract.sentences[id.index()].opener)).collect();
        let ends: Vec<KindId> = deposit.releases.iter().filter_map(|release| kind(&release.opener)).collect();
        pairs(&starts, &ends);
    }
    found
}

/// Copies of an event, as of an asset: one for each day that follows and each event of that asset.
fn from_then_on(contract: &Contract, facts: &Facts, event: &Event, asset: Option<&String>) -> Vec<Event> {
    let own = |other: &&Event| other.asset.as_ref() == asset;
    let mut moments = BTreeSet::from([event.at]);
    moments.extend(facts.events.iter().filter(own).map(|other| other.at).filter(|at| *at > event.at));
    let mut day = contract.zone.date_of(event.at).plus_days(1);
    while day <= contract.term.1 {
        moments.insert(contract.zone.start_of(day));
        day = day.plus_days(1);
    }
    let copy = |at| Event { asset: asset.cloned(), at, contested: true, ..event.clone() };
    moments.into_iter().map(copy).collect()
}

/// "A row of the register is about the asset that bears the name on its first day, without one in the end."
pub(crate) fn bearer(given: &[Given], name: &str, at: Instant) -> String {
    let own = given.iter().rev().find(|own| own.name == name && own.from <= at);
    own.map_or_else(|| name.to_owned(), |own| own.asset.clone())
}

/// The asset that a name means at an instant; none where it ended.
fn means(given: &[Given], ended: &BTreeMap<String, Instant>, name: &str, at: Instant) -> Option<String> {
    let since = given.iter().rev().find(|own| own.name == name && own.from <= at);
    match since {
        Some(own) => own.until.is_none_or(|until| at <= until).then(|| own.asset.clone()),
        None => ended.get(name).is_none_or(|end| at <= *end).then(|| name.to_owned()),
    }
}
