//! Amendments: which text of a clause governs an instant.

use std::collections::BTreeSet;

use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::{LatenessPaid, Outcome, OwedKind};
use consigne::check::amended::{By, Spared, SparedBy};
use consigne::check::contract::{Basis, Dimension, Owes, Sentence};

use super::World;
use super::calendar::{self, Window};
use super::duties::Duty;
use super::values::{Datum, Group};

/// A text of an amended clause, and what decides on it; none where the clause is not amended.
pub(crate) type Text = Option<(usize, By)>;

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

    /// Whether a text is the last that began by an instant, also where its clause is suspended or has ended.
    pub(crate) fn lasts(&self, version: usize, asset: Option<&str>, at: Instant) -> bool {
        let amended = &self.contract.amended;
        let Some(timeline) = amended.timelines.get(&amended.versions[version].clause) else { return true };
        let day = self.contract.zone.date_of(at).max(self.contract.term.0);
        let spares =
            |spared: &[Spared]| spared.iter().any(|spared| asset.is_some_and(|asset| self.is_spared(spared, asset)));
        let begun = timeline.changes.iter().filter(|change| change.from <= day && !spares(&change.spared));
        begun.filter_map(|change| change.to).next_back() == Some(version)
    }

    /// The cap of an amended clause that holds in a window, or would if the clause were not suspended then, and whether it
    /// is: this one, or that of another text by the same windows and for the same groups.
    pub(crate) fn cap_in<'o>(&'o self, owes: &'o Owes, window: Window) -> Option<(&'o Owes, bool)> {
        let (contract, amended) = (self.contract, &self.contract.amended);
        let place = contract.owes.iter().position(|own| std::ptr::eq(own, owes))?;
        let Some((version, by)) = amended.owes.get(&place).copied() else { return Some((owes, false)) };
        let timeline = amended.timelines.get(&amended.versions[version].clause)?;
        let inside = self.inside(window);
        let at = if by == By::WindowEnd { Instant(inside.end.0 - 1) } else { inside.start };
        let day = contract.zone.date_of(at);
        let suspended = timeline.holes.iter().any(|(first, last)| *first <= day && day <= *last);
        let text = timeline.changes.iter().rfind(|change| change.from <= day)?.to?;
        if text == version {
            return Some((owes, suspended));
        }
        let alike = |other: &&Owes| {
            let place = contract.owes.iter().position(|own| std::ptr::eq(own, *other));
            let of_text = place.and_then(|place| amended.owes.get(&place)).is_some_and(|(own, _)| *own == text);
            of_text && self.is_of_cap(owes, other)
        };
        contract.owes.iter().find(alike).map(|other| (other, suspended))
    }

    /// Whether a limit is a cap by which the text of another one goes on: between the same parties, by the same windows and for
    /// the same groups.
    pub(crate) fn is_of_cap(&self, owes: &Owes, other: &Owes) -> bool {
        let parties = (other.party, other.payee) == (owes.party, owes.payee);
        let windows = other.window == owes.window && other.rolling.is_some() == owes.rolling.is_some();
        let cap = other.kind == OwedKind::AtMost && other.clause == owes.clause;
        cap && parties && windows && other.dims == owes.dims
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
            || (self.spared.as_deref() == Some(asset) && self.may_be_spared(spared, asset))
    }

    /// "An asset of which the records know no such event, though it may have happened before they begin."
    fn may_be_spared(&self, spared: &Spared, asset: &str) -> bool {
        let SparedBy::Event(kind) = spared.by else { return false };
        let Some(start) = self.without_opening(&[kind]) else { return false };
        let known = self.events_of(Some(asset)).any(|event| event.kind == kind);
        self.family_of_asset(asset) == Some(spared.family.index()) && !known && self.can_have_begun(asset, start)
    }

    /// The assets of which it is not known which text of an amended clause they keep.
    pub(crate) fn perhaps_spared(&self) -> BTreeSet<String> {
        let changes = self.contract.amended.timelines.values().flat_map(|timeline| &timeline.changes);
        let all = changes.flat_map(|change| &change.spared);
        let unsure = all.flat_map(|spared| {
            let own = self.assets(spared.family.index()).into_iter();
            own.filter(|asset| self.may_be_spared(spared, asset)).collect::<Vec<String>>()
        });
        unsure.collect()
    }

    /// Whether something of an asset can go by a text in a window.
    pub(crate) fn concerns(&self, text: Text, asset: Option<&str>, window: Window) -> bool {
        let Some((version, by)) = text else { return true };
        let inside = self.inside(window);
        match by {
            By::WindowStart => self.governs(version, asset, inside.start),
            By::WindowEnd => self.governs(version, asset, Instant(inside.end.0 - 1)),
            By::Instant => !self.governed(Some(version), asset, &[inside]).is_empty(),
            // What was opened before can be paid for later.
            By::Opening => {
                let before = Between::new(Instant(inside.end.0 - i64::MAX / 4), inside.end);
                !self.governed(Some(version), asset, &[before]).is_empty()
            }
        }
    }

    /// Whether anything that nobody can list can go by a text in a window: also what a change spares.
    pub(crate) fn may_govern(&self, text: Text, window: Window) -> bool {
        let Some((version, _)) = text else { return true };
        if self.spares_any(version) { self.has_begun(version, window) } else { self.concerns(text, None, window) }
    }

    /// The same of the text of a sentence: also what is paid only when it ends.
    pub(crate) fn may_govern_of(&self, sentence: &Sentence, window: Window) -> bool {
        let text = self.text_of(sentence);
        let when_it_ends = self.contract.conventions.lateness == Some(LatenessPaid::WhenItEnds)
            && matches!(sentence.basis, Basis::Lateness(..));
        let later = text.filter(|_| when_it_ends).is_some_and(|(version, _)| self.has_begun(version, window));
        later || self.may_govern(text, window)
    }

    /// Whether a text governed anything before a window ended.
    fn has_begun(&self, version: usize, window: Window) -> bool {
        let Some(timeline) = self.contract.amended.timelines.get(&self.contract.amended.versions[version].clause)
        else {
            return true;
        };
        let begins = timeline.changes.iter().find(|change| change.to == Some(version));
        begins.is_some_and(|change| change.from <= window.last)
    }

    /// From when on an obligation of which the deadline is not known may be paid for by a text: while it runs, "or with the
    /// first day of the term".
    pub(crate) fn open_from(&self, text: Text, duty: &Duty) -> Option<Instant> {
        let (opened, asset) = (duty.opened.at, duty.opened.asset.as_deref());
        let term = calendar::term(self.contract).start;
        let since = if duty.done.is_some_and(|done| done < term) { opened } else { opened.max(term) };
        let at = match text {
            Some((version, By::Instant)) => {
                let times = self.governed(Some(version), asset, &[Between::new(since, Instant::MAX)]);
                times.first().map(|time| time.start)
            }
            Some(_) | None => Some(since).filter(|_| self.goes_by(text, asset, opened)),
        };
        at.filter(|at| duty.done.is_none_or(|done| *at <= done))
    }

    /// When an obligation comes to stand so, or may, as far as a text governs that. Where the time that there is cannot be told,
    /// what is met is so when it is done; what is late or missed may be so from its opening on.
    pub(crate) fn comes_to(&self, text: Text, duty: &Duty, outcome: Outcome) -> Option<Instant> {
        let at = match (duty.unknown, outcome) {
            (false, _) => duty.reached(outcome),
            (true, Outcome::Met) => duty.done,
            (true, _) => self.open_from(text, duty),
        }?;
        let decides = if matches!(text, Some((_, By::Opening))) { duty.opened.at } else { at };
        self.goes_by(text, duty.opened.asset.as_deref(), decides).then_some(at)
    }

    /// Whether what occurs at an instant goes by a text.
    pub(crate) fn goes_by(&self, text: Text, asset: Option<&str>, at: Instant) -> bool {
        text.is_none_or(|(version, _)| self.governs(version, asset, at))
    }

    /// Whether a change of the clause of a text spares assets.
    pub(crate) fn spares_any(&self, version: usize) -> bool {
        let amended = &self.contract.amended;
        let timeline = amended.timelines.get(&amended.versions[version].clause);
        timeline.is_some_and(|timeline| timeline.changes.iter().any(|change| !change.spared.is_empty()))
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
    pub(crate) fn text_of(&self, sentence: &Sentence) -> Text {
        self.contract.amended.sentences.get(&sentence.id).copied()
    }

    /// Whether a text governs a window: "by its start" or "by its end".
    pub(crate) fn governs_window(&self, text: Text, window: Window, group: &Group) -> bool {
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
