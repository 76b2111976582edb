//! Rights and warnings: whether they hold, window by window.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::window::WindowKind;
use consigne::check::contract::{Holds, Notice, Opener, Right};
use consigne::check::value::{Aggregate, Missing, Over, Value, What};

use super::amended::Text;
use super::calendar::{self, Window};
use super::duties::Duty;
use super::facts::Event;
use super::values::{Found, Gap, Group, Hand};
use super::{Outcome, World};

impl World<'_> {
    /// "The statement lists it in each settlement period in which the condition holds. A right whose condition cannot be
    /// told is held."
    pub(crate) fn tell_rights(&self, asked: &[Window], outcome: &mut Outcome) -> Found<()> {
        for (place, right) in self.contract.rights.iter().enumerate() {
            let text = self.contract.amended.rights.get(&place).copied();
            if let Holds::Moves(notice) = &right.holds {
                self.tell_notices((right, text), notice, asked, outcome)?;
                continue;
            }
            let by_window = matches!(&right.holds, Holds::Opened(Opener::When(_)));
            for window in calendar::windows(self.contract, right.window) {
                let period = calendar::period_of(self.contract, window);
                if !asked.contains(&period) {
                    continue;
                }
                let label = period.first.max(self.contract.term.0);
                let number = &self.contract.clauses[right.clause.index()].number;
                if self.may_govern(text, window) && self.is_right_unrecorded(right, window)? {
                    outcome.held.insert(format!("{label} clause {number}"));
                    continue;
                }
                for (group, holds) in self.standing((right, text), window)? {
                    if by_window && !self.governs_window(text, window, &group) {
                        continue;
                    }
                    let text = self.group_text(&group);
                    let text = if text.is_empty() { text } else { format!(" for {text}") };
                    let key = format!("{label} clause {number}{text}");
                    match holds {
                        Ok(true) => {
                            match self.who(right.party, &group) {
                                Some(party) => {
                                    outcome.rights.insert(key, party);
                                }
                                // "A right of nobody known is held."
                                None => {
                                    outcome.held.insert(key);
                                }
                            }
                        }
                        Ok(false) | Err(Gap::NotDue) => {}
                        Err(_) => {
                            outcome.held.insert(key);
                        }
                    }
                }
            }
        }
        Ok(())
    }

    fn is_right_unrecorded(&self, right: &Right, window: Window) -> Found<bool> {
        let Holds::Opened(opener) = &right.holds else { return Ok(false) };
        match opener {
            Opener::When(condition) if !right.dims.is_empty() => self.reaches_unrecorded(condition, window),
            Opener::On(kind, _) => Ok(self.unrecorded(&[*kind], window)),
            Opener::Outcome(id, _) => {
                let mut kinds = Vec::new();
                self.kinds_of_duty(*id, &mut kinds);
                Ok(self.unrecorded(&kinds, window))
            }
            Opener::When(_) | Opener::Always | Opener::Each(_) => Ok(false),
        }
    }

    fn tell_notices(
        &self,
        (right, text): (&Right, Text),
        notice: &Notice,
        asked: &[Window],
        outcome: &mut Outcome,
    ) -> Found<()> {
        for (day, holds) in self.movements(notice) {
            let period = calendar::window(self.contract, calendar::rhythm(self.contract), day);
            let own = calendar::window(self.contract, WindowKind::Day, day);
            if !asked.contains(&period) || !self.governs_window(text, own, &Group::new()) {
                continue;
            }
            let label = period.first.max(self.contract.term.0);
            let key = format!("{label} clause {}", self.contract.clauses[right.clause.index()].number);
            match holds {
                Ok(true) => {
                    outcome.rights.insert(key, self.who(right.party, &Group::new()).expect("a named party"));
                }
                Ok(false) => {}
                Err(_) => {
                    outcome.held.insert(key);
                }
            }
        }
        Ok(())
    }

    pub(crate) fn standing_told(
        &self,
        (right, text): (&Right, Text),
        window: Window,
    ) -> Found<BTreeMap<Group, Found<bool>>> {
        let mut found: BTreeMap<Group, Found<bool>> = BTreeMap::new();
        let inside = self.inside(window);
        let Holds::Opened(opener) = &right.holds else { unreachable!("`tell_rights` sends only these here") };
        match opener {
            Opener::When(condition) => {
                let mut groups = BTreeSet::new();
                if right.dims.is_empty() {
                    groups.insert(Group::new());
                } else {
                    self.seen(condition, window, &right.dims, &mut groups)?;
                }
                for group in groups {
                    let holds = self.holds(condition, &Hand::of_window(window, &group));
                    found.insert(group, holds);
                }
            }
            Opener::On(kind, filter) => {
                let family = self.contract.kinds[kind.index()].family;
                for event in self.facts.contested().filter(|event| inside.contains(event.at)) {
                    let own = family.is_some() && self.contract.kinds[event.kind.index()].family == family;
                    if (own || event.kind == *kind) && self.concerns(text, event.asset.as_deref(), window) {
                        let groups = self.groups_contested(&right.dims, event, &Hand::of_event(event))?;
                        found.extend(groups.into_iter().map(|group| (group, Err(Gap::Held))));
                    }
                }
                let held = self.held_of_attributes(*kind, &right.dims, inside)?;
                found.extend(held.into_iter().map(|(group, _)| (group, Err(Gap::Held))));
                let happens = |event: &&Event| event.kind == *kind && inside.contains(event.at);
                let own = |event: &&Event| self.goes_by(text, event.asset.as_deref(), event.at);
                for event in self.facts.events.iter().filter(happens).filter(own) {
                    for (group, own) in self.given_on(right, filter.as_ref(), event)? {
                        let sum = found.entry(group).or_insert(Ok(false));
                        *sum = either(sum.clone(), if event.contested { Err(Gap::Held) } else { own });
                    }
                }
            }
            Opener::Outcome(obligation, outcome) => {
                let family = self.contract.obligations[obligation.index()].family;
                for (group, held) in self.contested(family, &right.dims, (window, text))? {
                    found.insert(group, held.map(|_| true));
                }
                let (lots, undivided) = self.undivided_for((*obligation, text), &right.dims, window)?;
                let mut held = self.too_many_for(*obligation, &right.dims, inside)?;
                held.extend(undivided);
                if self.may_govern(text, window) {
                    held.extend(self.not_opened(*obligation, &right.dims, inside)?);
                }
                found.extend(held.into_iter().map(|(group, held)| (group, held.map(|_| true))));
                let of_lots = |duty: &Duty| duty.opened.asset.as_ref().is_some_and(|asset| lots.contains(asset));
                for duty in self.duties(*obligation)?.into_iter().filter(|duty| duty.unknown || !of_lots(duty)) {
                    let at = self.comes_to(text, &duty, *outcome).filter(|at| inside.contains(*at));
                    if let Some(at) = at {
                        // Who has the asset, and who owes it, is read when it comes to stand so.
                        let hand = Hand { at, bearer: duty.bearer_at(at), ..Hand::of_event(&duty.opened) };
                        let group = self.group_at(&right.dims, &hand)?;
                        let sum = found.entry(group).or_insert(Ok(false));
                        *sum = either(sum.clone(), if duty.unknown { Err(Gap::Held) } else { Ok(true) });
                    }
                }
            }
            Opener::Always | Opener::Each(_) => panic!("check refuses a right without a condition"),
        }
        Ok(found)
    }
}

impl World<'_> {
    /// For whom an event gives a right: of a lot each unit for itself.
    fn given_on(&self, right: &Right, filter: Option<&Value>, event: &Event) -> Found<Vec<(Group, Found<bool>)>> {
        let mut ranks = Vec::new();
        filter.into_iter().for_each(|filter| self.ranks_in(filter, &mut ranks));
        if ranks.is_empty() || event.too_many {
            let counted = Aggregate {
                label: String::new(),
                span: right.span,
                what: What::Count,
                over: Over::Events(event.kind),
                filter: filter.cloned(),
                value: None,
                weight: None,
                missing: Missing::Never,
            };
            let given = self.counted_on(&counted, event, &right.dims)?.into_iter();
            return Ok(given.map(|one| (one.group, one.value.map(|_| true))).collect());
        }
        let pieces = self.unit_events(event);
        let hands = self.hands(event, &pieces);
        let groups: Found<BTreeSet<Group>> = hands.iter().map(|hand| self.group_at(&right.dims, hand)).collect();
        let groups = groups?;
        // "Where that is not so much for each unit (a rank …), it is held."
        if groups.len() > 1 {
            return Ok(groups.into_iter().map(|group| (group, Err(Gap::Held))).collect());
        }
        // "A lot of n takes n ranks, each unit its own."
        let gives = |unit| filter.map_or(Ok(true), |filter| self.holds(filter, &Hand { unit, ..hands[0].clone() }));
        let own = (0..event.units).map(gives).fold(Ok(false), either);
        Ok(groups.into_iter().map(|group| (group, own.clone())).collect())
    }
}

/// One of two, of which one may not be told.
fn either(one: Found<bool>, other: Found<bool>) -> Found<bool> {
    match (one, other) {
        (Ok(one), Ok(other)) => Ok(one || other),
        (Err(gap), _) | (_, Err(gap)) => Err(gap),
    }
}
