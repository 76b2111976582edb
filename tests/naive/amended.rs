//! Amendments: which text of a clause governs an instant.

use std::collections::BTreeSet;

use consigne::base::time::{Between, Instant};
use consigne::check::amended::{By, Spared, SparedBy};
use consigne::check::contract::{Contract, Dimension, Sentence};

use super::World;
use super::calendar::Window;
use super::values::{Datum, Group};

/// Forms of amendments that this evaluator does not know.
pub(super) fn refuse(contract: &Contract) -> Result<(), String> {
    let amended = &contract.amended;
    let is_amended = |clause| amended.timelines.contains_key(&clause);
    if contract.deposits.iter().any(|deposit| is_amended(deposit.clause)) {
        return Err("amended deposits".to_owned());
    }
    if !amended.meetings.is_empty() {
        return Err("amended meetings of clauses".to_owned());
    }
    let carries = |place: &usize| contract.owes[*place].carry != consigne::check::contract::Carry::No;
    if amended.owes.keys().any(carries) {
        return Err("amended caps that carry over".to_owned());
    }
    if amended.owes.keys().any(|place| contract.owes[*place].rolling.is_some()) {
        return Err("amended caps that roll".to_owned());
    }
    Ok(())
}

impl World<'_> {
    /// "Exactly one text of a clause governs each instant": whether it is this one, for an asset.
    pub(crate) fn governs(&self, version: usize, asset: Option<&str>, at: Instant) -> bool {
        let amended = &self.contract.amended;
        let Some(timeline) = amended.timelines.get(&amended.versions[version].clause) else { return true };
        // What happened before the term goes by the text of the contract.
        let day = self.contract.zone.date_of(at).max(self.contract.term.0);
        if timeline.holes.iter().any(|(first, last)| *first <= day && day <= *last) {
            return false;
        }
        let mut text = None;
        for change in timeline.changes.iter().filter(|change| change.from <= day) {
            // "assets to which the event had happened before that day keep the earlier text"
            if !change.spared.iter().any(|spared| asset.is_some_and(|asset| self.is_spared(spared, asset))) {
                text = change.to;
            }
        }
        text == Some(version)
    }

    fn is_spared(&self, spared: &Spared, asset: &str) -> bool {
        let zone = self.contract.zone;
        if self.family_of_asset(asset) != Some(spared.family.index()) {
            return false;
        }
        let day = match spared.by {
            SparedBy::Event(kind) => {
                let first = self.events_of(Some(asset)).find(|event| event.kind == kind);
                first.map(|event| zone.date_of(event.at))
            }
            SparedBy::Attribute(attribute) => match self.attribute(asset, attribute.index(), Instant::MAX) {
                Some(Datum::Date(date)) => Some(date),
                Some(Datum::Instant(at)) => Some(zone.date_of(at)),
                _ => None,
            },
        };
        day.is_some_and(|day| day < spared.before)
    }

    /// The parts of some times in which a text governs.
    pub(crate) fn governed(&self, version: Option<usize>, asset: Option<&str>, times: &[Between]) -> Vec<Between> {
        let Some(version) = version else { return times.to_vec() };
        let (amended, zone) = (&self.contract.amended, self.contract.zone);
        let mut days = BTreeSet::new();
        if let Some(timeline) = amended.timelines.get(&amended.versions[version].clause) {
            days.extend(timeline.changes.iter().map(|change| change.from));
            days.extend(timeline.holes.iter().flat_map(|(first, last)| [*first, last.plus_days(1)]));
        }
        let mut found: Vec<Between> = Vec::new();
        for time in times {
            let inner = days.iter().map(|day| zone.start_of(*day)).filter(|at| time.start < *at && *at < time.end);
            let mut cuts = vec![time.start];
            cuts.extend(inner);
            cuts.push(time.end);
            for pair in cuts.windows(2) {
                if self.governs(version, asset, pair[0]) {
                    match found.last_mut() {
                        Some(last) if last.end == pair[0] => last.end = pair[1],
                        Some(_) | None => found.push(Between::new(pair[0], pair[1])),
                    }
                }
            }
        }
        found
    }

    /// The text in which a sentence stands, and what decides on it; none where its clause is not amended.
    pub(crate) fn text_of(&self, sentence: &Sentence) -> Option<(usize, By)> {
        self.contract.amended.sentences.get(&sentence.id).copied()
    }

    /// Whether a text governs a window: "by its start" or "by its end".
    pub(crate) fn governs_window(&self, text: Option<(usize, By)>, window: Window, group: &Group) -> bool {
        let Some((version, by)) = text else { return true };
        let inside = self.inside(window);
        let at = if by == By::WindowEnd { Instant(inside.end.0 - 1) } else { inside.start };
        let asset = group.iter().find_map(|(dim, key)| match (dim, key) {
            (Dimension::Asset(_), Some(Datum::Asset(asset))) => Some(asset.as_str()),
            _ => None,
        });
        self.governs(version, asset, at)
    }
}
