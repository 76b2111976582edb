//! Records that begin after the contract: what depends on the time before is held.

use std::collections::BTreeSet;

use consigne::base::ids::{KindId, ObligationId};
use consigne::base::time::{Between, Date, Instant};
use consigne::base::window::RankOver;
use consigne::check::contract::{Basis, Deposit, Dimension, Opener, Sentence, TermBody};
use consigne::check::value::{Aggregate, Node, Over, Point, Rank, State, Value};

use super::World;
use super::calendar::{self, Window};
use super::money::read_by;
use super::states::kinds_of;
use super::values::{Found, Gap, Group, Hand};

impl World<'_> {
    /// "The first day of which all events are recorded", where what reaches back before it is held.
    fn recorded(&self, kind: KindId) -> Option<Date> {
        let records = self.contract.conventions.records.as_ref().filter(|records| records.held)?;
        let own = records.of.iter().find(|(of, _)| *of == kind).map(|(_, day)| *day);
        own.or(records.begin).filter(|day| *day > self.contract.term.0)
    }

    /// The last of these days, where what was still going on then is not recorded.
    pub(crate) fn without_opening(&self, kinds: &[KindId]) -> Option<Instant> {
        let opening = self.contract.conventions.records.as_ref().is_some_and(|records| records.opening);
        let day = kinds.iter().filter_map(|kind| self.recorded(*kind)).max().filter(|_| !opening);
        day.map(|day| self.contract.zone.start_of(day))
    }

    /// "What counts events in a window that begins before the records do."
    pub(crate) fn unrecorded(&self, kinds: &[KindId], window: Window) -> bool {
        let first = window.first.max(self.contract.term.0);
        kinds.iter().filter_map(|kind| self.recorded(*kind)).any(|begin| first < begin)
    }

    /// The kinds of events that an aggregate goes by.
    pub(crate) fn kinds_of_aggregate(&self, aggregate: &Aggregate) -> Vec<KindId> {
        let mut kinds = Vec::new();
        match &aggregate.over {
            Over::Events(kind) | Over::Level(kind, ..) => kinds.push(*kind),
            Over::Meter(kind, field, _) => {
                kinds.push(*kind);
                kinds.extend(self.contract.kinds[kind.index()].fields[field.index()].resets.iter().copied());
            }
            Over::Time(state, _) => self.kinds_of_state(state, &mut kinds),
            Over::Duties(duty, _) => self.kinds_of_duty(*duty, &mut kinds),
            Over::Spans(from, to, _) => {
                kinds_of(from, &mut kinds);
                kinds_of(to, &mut kinds);
            }
        }
        kinds
    }

    fn kinds_of_state(&self, state: &State, kinds: &mut Vec<KindId>) {
        let mut points = Vec::new();
        self.points_of(state, &mut points);
        points.into_iter().for_each(|point| kinds_of(point, kinds));
    }

    pub(crate) fn kinds_of_duty(&self, id: ObligationId, kinds: &mut Vec<KindId>) {
        let obligation = &self.contract.obligations[id.index()];
        kinds_of(&obligation.opens, kinds);
        kinds_of(&obligation.done, kinds);
    }

    /// The kinds of events on which a deposit is paid.
    fn kinds_of_deposit(&self, deposit: &Deposit) -> Vec<KindId> {
        let mut kinds = Vec::new();
        for id in &deposit.taken_by {
            match &self.contract.sentences[id.index()].opener {
                Opener::On(kind, _) => kinds.push(*kind),
                Opener::Outcome(id, _) => self.kinds_of_duty(*id, &mut kinds),
                Opener::Always | Opener::When(_) | Opener::Each(_) => {}
            }
        }
        kinds
    }

    /// The kinds of events that a sentence goes by itself, not by a number.
    pub(crate) fn kinds_of_sentence(&self, sentence: &Sentence) -> Vec<KindId> {
        let taking = self.contract.deposits.iter().position(|deposit| deposit.taken_by.contains(&sentence.id));
        if let Some(place) = sentence.gives_back.as_ref().map(|gives| gives.deposit).or(taking) {
            return self.kinds_of_deposit(&self.contract.deposits[place]);
        }
        let mut kinds = Vec::new();
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => kinds.push(*kind),
            (Opener::Outcome(id, _), _) | (_, Basis::Lateness(id, ..)) => self.kinds_of_duty(*id, &mut kinds),
            (_, Basis::While(state, ..)) => self.kinds_of_state(state, &mut kinds),
            _ => {}
        }
        kinds
    }

    /// Whether a value reads a window that begins before the records do, such as an earlier one.
    pub(crate) fn reaches_unrecorded(&self, value: &Value, window: Window) -> Found<bool> {
        self.is_read_before_records(value, (window, true))
    }

    fn is_read_before_records(&self, value: &Value, (window, earlier): (Window, bool)) -> Found<bool> {
        match &*value.node {
            Node::Aggregate(aggregate) => Ok(self.unrecorded(&self.kinds_of_aggregate(aggregate), window)),
            Node::Term(term) => match &self.contract.terms[term.index()].body {
                TermBody::Measure(measure) => {
                    let window = self.window_of(measure, window);
                    self.is_read_before_records(&measure.value, (window, earlier))
                }
                TermBody::Value(value) => self.is_read_before_records(value, (window, earlier)),
                TermBody::Unit(..) | TermBody::State(_) => Ok(false),
            },
            Node::Past(past) => {
                let TermBody::Measure(measure) = &self.contract.terms[past.term.index()].body else { return Ok(false) };
                let first = calendar::earlier(self.contract, window, if earlier { past.from } else { 0 });
                self.is_read_before_records(&measure.value, (first, earlier))
            }
            Node::OverAll(over) => {
                let TermBody::Measure(measure) = &self.contract.terms[over.term.index()].body else { return Ok(false) };
                self.is_read_before_records(&measure.value, (window, earlier))
            }
            _ => {
                for part in value.node.parts() {
                    if self.is_read_before_records(part, (window, earlier))? {
                        return Ok(true);
                    }
                }
                Ok(false)
            }
        }
    }

    /// Whether a line is held as a whole: "a line whose groups nobody can list".
    pub(crate) fn is_unrecorded(&self, sentence: &Sentence, window: Window) -> Found<bool> {
        if self.contract.conventions.records.is_none() || !self.may_govern_of(sentence, window) {
            return Ok(false);
        }
        let own = self.unrecorded(&self.kinds_of_sentence(sentence), window);
        if own || sentence.dims.is_empty() {
            return Ok(own);
        }
        for value in read_by(sentence) {
            // What a clause charged earlier can be for a group that the numbers have in that window alone.
            let first = calendar::earlier(self.contract, window, super::money::reach(sentence));
            if self.reaches_unrecorded(value, window)? || self.is_read_before_records(value, (first, false))? {
                return Ok(true);
            }
        }
        Ok(false)
    }

    /// "The rank of an event, as long as it counts what lies before."
    pub(crate) fn rank_reaches_back(&self, rank: &Rank, day: Date) -> bool {
        self.recorded(rank.kind)
            .is_some_and(|begin| day < begin || self.lies_within(rank.over, begin.plus_days(-1), day))
    }

    /// Whether a day lies in the time in which the rank of a later one counts.
    pub(crate) fn lies_within(&self, over: RankOver, day: Date, last: Date) -> bool {
        match over {
            RankOver::Window(kind) => {
                calendar::window(self.contract, kind, day) == calendar::window(self.contract, kind, last)
            }
            // "30 days are the day itself and the 29 before it"
            RankOver::Days(days) => day.days_until(last) < i64::from(days),
            // "less than that time before the day of the event"
            RankOver::Months(months) => {
                let rule = self.contract.conventions.month_end.unwrap_or(consigne::base::time::MonthEnd::LastDay);
                calendar::months_after(day, months, rule) > last
            }
        }
    }

    /// "An asset that the register brings under the contract later began nothing before."
    pub(crate) fn can_have_begun(&self, asset: &str, start: Instant) -> bool {
        self.rows_of(asset).is_none() || self.is_member(asset, Instant(start.0 - 1)) || self.left_before(asset, start)
    }

    fn left_before(&self, asset: &str, start: Instant) -> bool {
        let day = self.contract.zone.date_of(start);
        self.rows_of(asset)
            .is_some_and(|(_, rows)| rows.first().is_some_and(|row| row.from.is_none_or(|from| from < day)))
    }

    fn was_there(&self, asset: &str, start: Instant) -> bool {
        self.is_member(asset, Instant(start.0 - 1)) && self.is_member(asset, start)
    }

    /// The time in which it is not known whether a primitive state holds: "where its end is the first thing that the records
    /// know of it, and a state of an asset that was there then and of which the records know nothing".
    pub(crate) fn unknown_span(&self, place: usize, asset: &str) -> Found<Option<Between>> {
        let state = &self.contract.states[place];
        let mut kinds = Vec::new();
        kinds_of(&state.from, &mut kinds);
        kinds_of(&state.to, &mut kinds);
        let Some(start) = self.without_opening(&kinds).filter(|_| state.family.is_some()) else { return Ok(None) };
        if state.family.map(consigne::base::ids::FamilyId::index) != self.family_of_asset(asset) {
            return Ok(None);
        }
        let marks = self.marks(state, Some(asset), None)?;
        let until = match marks.first() {
            Some((at, starts)) if *at < start || *starts => return Ok(None),
            Some(_) if !self.can_have_begun(asset, start) => return Ok(None),
            Some((at, _)) => *at,
            None if self.was_there(asset, start) => Instant::MAX,
            None => return Ok(None),
        };
        Ok(Some(Between::new(start, until)))
    }

    /// The times in which it is not known whether a state holds.
    pub(crate) fn unknown_times(&self, state: &State, asset: &str) -> Found<Vec<Between>> {
        let mut places = BTreeSet::new();
        primitive(state, &mut places);
        let mut open: Vec<usize> = Vec::new();
        for place in places {
            if self.unknown_span(place, asset)?.is_some() {
                open.push(place);
            }
        }
        if open.is_empty() {
            return Ok(Vec::new());
        }
        let inside = calendar::term(self.contract);
        let mut all: Vec<Vec<Between>> = Vec::new();
        for mask in 0..1_usize << open.len() {
            let on = open.iter().enumerate().filter(|(bit, _)| mask & (1 << bit) != 0).map(|(_, place)| *place);
            self.going_on.replace(on.collect());
            let times = self.times(state, Some(asset), inside);
            self.going_on.take();
            all.push(times?);
        }
        let cuts: BTreeSet<Instant> = all.iter().flatten().flat_map(|time| [time.start, time.end]).collect();
        let cuts: Vec<Instant> = cuts.into_iter().collect();
        let mut found = Vec::new();
        for pair in cuts.windows(2) {
            let holds = |times: &&Vec<Between>| times.iter().any(|time| time.contains(pair[0]));
            let count = all.iter().filter(holds).count();
            if count > 0 && count < all.len() {
                found.push(Between::new(pair[0], pair[1]));
            }
        }
        Ok(found)
    }

    /// What is held in a window because it is not known whether a state holds: for each asset the groups.
    pub(crate) fn not_known_of(
        &self,
        state: &State,
        (asset, text): (&str, Option<usize>),
        dims: &[Dimension],
        inside: Between,
    ) -> Found<Vec<(Group, Instant)>> {
        let mut found = Vec::new();
        if self.contract.conventions.records.is_none() {
            return Ok(found);
        }
        for open in self.unknown_times(state, asset)? {
            for part in self.governed(text, Some(asset), open.intersect(inside).as_slice()) {
                // In each group in which the asset is then.
                let changes = self.moments_of_attributes(asset).into_iter();
                let changes = changes.filter(|at| part.start < *at && *at < part.end);
                for at in std::iter::once(part.start).chain(changes) {
                    found.push((self.group_at(dims, &Hand::of_asset(asset, at))?, at));
                }
            }
        }
        Ok(found)
    }

    /// The end of something of an asset of which nobody knows the beginning, in a window.
    pub(crate) fn not_begun(
        &self,
        (from, to): (&Point, &Point),
        asset: &str,
        dims: &[Dimension],
        inside: Between,
    ) -> Found<Option<(Group, Instant)>> {
        let mut kinds = Vec::new();
        kinds_of(from, &mut kinds);
        kinds_of(to, &mut kinds);
        let Some(start) = self.without_opening(&kinds) else { return Ok(None) };
        for event in self.events_of(Some(asset)) {
            let (begins, ends) = (self.is_point(from, event)?, self.is_point(to, event)?);
            if !begins && !ends {
                continue;
            }
            let open = !begins && event.at >= start && inside.contains(event.at) && self.can_have_begun(asset, start);
            return Ok(if open { Some((self.group_at(dims, &Hand::of_event(event))?, event.at)) } else { None });
        }
        Ok(None)
    }

    /// The same for all assets of an obligation.
    pub(crate) fn not_opened(
        &self,
        id: ObligationId,
        dims: &[Dimension],
        inside: Between,
    ) -> Found<Vec<(Group, Found<consigne::base::number::Ratio>)>> {
        let mut found = Vec::new();
        if self.contract.conventions.records.is_none() {
            return Ok(found);
        }
        let obligation = &self.contract.obligations[id.index()];
        for asset in self.assets(obligation.family.index()) {
            let open = self.not_begun((&obligation.opens, &obligation.done), &asset, dims, inside)?;
            found.extend(open.map(|(group, _)| (group, Err(Gap::Held))));
        }
        Ok(found)
    }

    /// "A return for which no deposit is known, of an asset that may have been there before, and each return to a pool."
    pub(crate) fn may_be_paid_before(&self, deposit: &Deposit, asset: Option<&str>, at: Instant) -> bool {
        let start = self.without_opening(&self.kinds_of_deposit(deposit));
        start.is_some_and(|start| at >= start && asset.is_none_or(|asset| self.can_have_begun(asset, start)))
    }

    /// "The increase of a meter of an asset that was there, up to its first reading."
    pub(crate) fn is_unread(&self, kinds: &[KindId], asset: Option<&str>, first: Instant, window: Window) -> bool {
        let Some(start) = self.without_opening(kinds).filter(|start| *start <= first) else { return false };
        let bounds = calendar::bounds(self.contract, window);
        asset.is_none_or(|asset| self.was_there(asset, start)) && start < bounds.end && bounds.start <= first
    }
}

fn primitive(state: &State, found: &mut BTreeSet<usize>) {
    match state {
        State::In(id) => {
            found.insert(id.index());
        }
        State::Member => {}
        State::Not(inner) => primitive(inner, found),
        State::And(parts) | State::Or(parts) => parts.iter().for_each(|part| primitive(part, found)),
    }
}
