//! Deposits: taken and given back event by event. What ends them stands in `returns`, what is paid in `deposited`.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::SentenceId;
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::{Matching, Outcome, SecondDeposit, Transfer};
use consigne::check::contract::{Deposit, Dimension, Opener, Who};

use super::World;
use super::facts::Event;
use super::lots::lot_of;
use super::returns::ends_on;
use super::values::{Datum, Found, Gap, Hand, unsupported};

/// A deposit that is held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    pub(crate) asset: Option<String>,
    pub(crate) paid: Instant,
    /// Whose it is, where a member of a family paid it.
    pub(crate) owner: Option<Datum>,
    /// The text of its clause by which it was taken, where that is amended.
    pub(super) text: Option<usize>,
    /// How much, or that it cannot be told.
    pub(crate) amount: Found<Ratio>,
    /// The release of which it is the rest.
    pub(super) rest_of: Option<usize>,
}

/// What happens to the deposits of a clause.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: Instant,
    pub(crate) event: Event,
    pub(crate) what: What,
}

#[derive(Clone, Debug)]
pub(crate) enum What {
    /// A sentence takes one.
    Taken(SentenceId),
    /// By the release at this place, these end.
    Ended(usize, Vec<Held>),
    /// By the release at this place none is found, nor was there one before.
    None(usize),
    /// What comes back by the release at this place may have been paid before the records begin.
    Unknown(usize),
}

impl World<'_> {
    /// All that happens to the deposits of a clause, in order.
    pub(crate) fn steps_of_deposit(&self, place: usize) -> Found<Vec<Step>> {
        if let Some(known) = self.deposits.borrow().get(&place) {
            return known.clone();
        }
        let found = self.walked_deposit(&self.contract.deposits[place]);
        self.deposits.borrow_mut().insert(place, found.clone());
        found
    }

    /// When and by which release deposits end with an obligation, what opened it, and who owes it then.
    fn ended_by_duties(&self, deposit: &Deposit) -> Found<Vec<(Instant, usize, Event, Option<Datum>)>> {
        let mut found = Vec::new();
        for (place, release) in deposit.releases.iter().enumerate() {
            if let Opener::Outcome(obligation, outcome) = &release.opener {
                let text = self.of_release(deposit, place).and_then(|sentence| self.text_of(sentence));
                for duty in self.duties(*obligation)? {
                    // "What ends them when an obligation is missed goes by the obligation."
                    let asset = duty.opened.asset.as_deref();
                    if text.is_some_and(|(version, _)| !self.governs(version, asset, duty.opened.at)) {
                        continue;
                    }
                    if duty.unknown {
                        return unsupported("deposits that end with an obligation that cannot be told");
                    }
                    if let Some(at) = duty.reached(*outcome) {
                        let bearer = duty.bearer_at(at);
                        found.push((at, place, duty.opened, bearer));
                    }
                }
            }
        }
        Ok(found)
    }

    /// What events do to the deposits of a clause.
    fn opened_by_events(&self, deposit: &Deposit) -> Vec<(Instant, usize, &Event, Opens)> {
        // "A pool looks at what is held for all assets: there each event takes a deposit."
        let pooled = deposit.matching != Matching::Serial;
        let events = if pooled { &self.facts.events } else { &self.facts.single };
        let turns = self.turns(deposit);
        let mut all: Vec<(Instant, usize, &Event, Opens)> = Vec::new();
        for event in events {
            let order = turns[&event.row];
            // An event gives back first, and takes then.
            if deposit.releases.iter().any(|release| ends_on(release, event)) {
                all.push((event.at, order, event, Opens::Ends));
            }
            for id in &deposit.taken_by {
                if matches!(&self.contract.sentences[id.index()].opener, Opener::On(kind, _) if *kind == event.kind) {
                    all.push((event.at, order, event, Opens::Takes(*id)));
                }
            }
        }
        all
    }

    /// Which event comes before which, by their rows; none has the first turn. "Of those paid at one instant in the order of
    /// their assets."
    fn turns(&self, deposit: &Deposit) -> BTreeMap<usize, usize> {
        let mut events: Vec<&Event> = self.facts.events.iter().chain(&self.facts.single).collect();
        if deposit.matching == Matching::Serial {
            events.sort_by_key(|event| event.row);
        } else {
            let lot = |event: &Event| event.asset.as_deref().map(|asset| lot_of(asset).to_owned());
            events.sort_by_key(|event| (event.at, event.sequence, event.kind, lot(event), event.row));
        }
        events.dedup_by_key(|event| event.row);
        events.into_iter().enumerate().map(|(place, event)| (event.row, place + 1)).collect()
    }

    fn walked_deposit(&self, deposit: &Deposit) -> Found<Vec<Step>> {
        let pooled = deposit.matching != Matching::Serial;
        let duties = self.ended_by_duties(deposit)?;
        let mut all = self.opened_by_events(deposit);
        for (duty, (at, place, opened, _)) in duties.iter().enumerate() {
            // "What is met is met by" what happens then; what is missed is so before.
            let met = matches!(deposit.releases[*place].opener, Opener::Outcome(_, Outcome::Met));
            all.push((*at, if met { usize::MAX } else { 0 }, opened, Opens::EndsOfDuty(duty)));
        }
        let carried = self.carried_attribute(deposit);
        let mut handed = Vec::new();
        if let (Some(attribute), Transfer::GoesOver) = (carried, deposit.transfer) {
            self.passed_on(deposit, attribute, &mut all, &mut handed)?;
            all.extend(handed.iter().map(|event| (event.at, 0, event, Opens::Passes(attribute))));
        }
        all.sort_by_key(|(at, order, event, opens)| (*at, *order, event.row, opens.order()));
        let mut held: Vec<Held> = Vec::new();
        let mut known: BTreeSet<Option<String>> = BTreeSet::new();
        let mut found = Vec::new();
        for (at, _, event, opens) in all {
            if event.units != 1 && !pooled {
                return unsupported("deposits of lots that are not told apart");
            }
            // An obligation is of one unit.
            let units = if at == event.at { event.units } else { 1 };
            let (places, bearer): (Vec<usize>, Option<Datum>) = match opens {
                Opens::EndsOfDuty(duty) => (vec![duties[duty].1], duties[duty].3.clone()),
                Opens::Ends => {
                    let all = deposit.releases.iter().enumerate();
                    (all.filter(|(_, release)| ends_on(release, event)).map(|(place, _)| place).collect(), None)
                }
                Opens::Takes(_) | Opens::Passes(_) => (Vec::new(), None),
            };
            let before = pooled && !places.is_empty() && self.may_be_paid_before(deposit, None, at);
            // "What an event adds goes by the attribute of the units that it takes, for each of them."
            let parted = pooled && !matches!(opens, Opens::Passes(_));
            let pieces = if parted { self.unit_events(event) } else { Vec::new() };
            for unit in 0..units {
                let unit = usize::try_from(unit).ok().and_then(|unit| pieces.get(unit));
                let event = unit.unwrap_or(event);
                let hand = Hand { at, bearer: bearer.clone(), ..Hand::of_event(event) };
                let what = match opens {
                    Opens::Takes(id) => self.take(deposit, id, event, &mut held)?,
                    Opens::Ends | Opens::EndsOfDuty(_) if before => {
                        self.of_an_unknown_pool(deposit, (&places, &hand), &held)?
                    }
                    Opens::Ends | Opens::EndsOfDuty(_) => self.ended(deposit, (&places, &hand), &mut held)?,
                    Opens::Passes(attribute) => {
                        self.passes((deposit, attribute), event, &mut held);
                        Vec::new()
                    }
                };
                // "A deposit ends once. A later return finds none: nothing is paid, and the statement counts it."
                let again = !pooled && known.contains(&event.asset);
                let what = what.into_iter().filter(|what| !(again && matches!(what, What::None(_))));
                for what in what {
                    if matches!(what, What::Taken(_)) {
                        known.insert(event.asset.clone());
                    }
                    found.push(Step { at, event: event.clone(), what });
                }
            }
        }
        Ok(found)
    }

    /// The asset goes on to another member: all that is held of it; of a pool as many of the one before as go on.
    /// Of those paid at one instant it stands behind the others then.
    fn passes(&self, (deposit, attribute): (&Deposit, usize), event: &Event, held: &mut Vec<Held>) {
        let at = |at: Instant| self.attribute(event.asset.as_deref().unwrap_or_default(), attribute, at);
        let named = |own: &Event| {
            let (field, _) =
                self.contract.kinds[own.kind.index()].sets.iter().find(|(_, set)| set.index() == attribute)?;
            own.fields.get(field.index()).cloned().flatten()
        };
        // Of events at one instant each hands on what the one before it left.
        let earlier = self.events_of(event.asset.as_deref()).filter(|own| own.at == event.at && own.row < event.row);
        let before = earlier.filter_map(named).last().or_else(|| at(Instant(event.at.0 - 1)));
        let holder = named(event).or_else(|| at(event.at));
        if holder.is_none() {
            return;
        }
        if deposit.matching == Matching::Serial {
            for own in held.iter_mut().filter(|own| own.asset == event.asset) {
                own.owner.clone_from(&holder);
            }
        } else if before.is_some()
            && before != holder
            && let Some(place) = held.iter().position(|own| own.owner == before)
        {
            let own = Held { owner: holder, ..held.remove(place) };
            held.insert(held.partition_point(|other| other.paid <= own.paid), own);
        }
    }

    /// "`is not charged`: a deposit is held for the asset and its event comes again: the one that is held covers it."
    fn take(&self, deposit: &Deposit, id: SentenceId, event: &Event, held: &mut Vec<Held>) -> Found<Vec<What>> {
        let sentence = &self.contract.sentences[id.index()];
        let Opener::On(_, filter) = &sentence.opener else { return unsupported("a deposit that no event takes") };
        let hand = Hand::of_event(event);
        // "A deposit is taken by the text in force then."
        let text = self.text_of(sentence).map(|(version, _)| version);
        if text.is_some_and(|version| !self.governs(version, event.asset.as_deref(), event.at)) {
            return Ok(Vec::new());
        }
        match filter.as_ref().map_or(Ok(true), |filter| self.holds(filter, &hand)) {
            Ok(true) => {}
            Ok(false) => return Ok(Vec::new()),
            Err(_) => return unsupported("a deposit of which it cannot be told whether it is taken"),
        }
        let owner = match sentence.payer {
            Who::Party(_) => None,
            Who::Group(dim) => {
                let owner = self.group_at(&[dim], &hand)?.into_iter().next().and_then(|(_, key)| key);
                if owner.is_none() {
                    return unsupported("a deposit of which it is not known whose it is");
                }
                owner
            }
        };
        // Of a pool each event takes one. "A deposit of one member does not cover a second one that another member owes
        // for the same asset."
        let same = |own: &Held| own.asset == event.asset && own.owner == owner;
        let is_held = deposit.matching == Matching::Serial && held.iter().any(same);
        if is_held && deposit.second == SecondDeposit::NotCharged {
            return Ok(Vec::new());
        }
        let amount = match self.each(sentence, &Ratio::ONE, &hand) {
            Err(Gap::Unsupported(what)) => return unsupported(what),
            amount => amount,
        };
        held.push(Held { asset: event.asset.clone(), paid: event.at, owner, text, amount, rest_of: None });
        Ok(vec![What::Taken(id)])
    }

    /// The attribute that names whose a deposit is.
    fn carried_attribute(&self, deposit: &Deposit) -> Option<usize> {
        deposit.taken_by.iter().find_map(|id| match self.contract.sentences[id.index()].payer {
            Who::Group(Dimension::Attribute(_, attribute)) => Some(attribute.index()),
            Who::Group(Dimension::Field(kind, field)) => {
                let mut sets = self.contract.kinds[kind.index()].sets.iter();
                sets.find(|(own, _)| *own == field).map(|(_, attribute)| attribute.index())
            }
            Who::Group(_) | Who::Party(_) => None,
        })
    }

    /// "`goes over to the new holder`: the one who has the asset gets it back." "An event that gives a deposit back and names
    /// another holder gives it back to the one before."
    fn passed_on<'e>(
        &'e self,
        deposit: &Deposit,
        attribute: usize,
        all: &mut Vec<(Instant, usize, &'e Event, Opens)>,
        handed: &mut Vec<Event>,
    ) -> Found<()> {
        let family = self.family_of_deposit(deposit)?;
        let turns = self.turns(deposit);
        for event in &self.facts.single {
            let kind = &self.contract.kinds[event.kind.index()];
            if kind.family == Some(family) && kind.sets.iter().any(|(_, set)| set.index() == attribute) {
                all.push((event.at, turns[&event.row], event, Opens::Passes(attribute)));
            }
        }
        // The register hands on too.
        let first =
            self.facts.single.iter().find(|event| self.contract.kinds[event.kind.index()].family == Some(family));
        let Some(first) = first else { return Ok(()) };
        for asset in self.assets(family.index()) {
            let rows = self.rows_of(&asset).map(|(_, rows)| rows.as_slice()).unwrap_or_default();
            for from in rows.iter().filter_map(|row| row.from) {
                let at = self.contract.zone.start_of(from);
                let fields = first.fields.iter().map(|_| None).collect();
                handed.push(Event { asset: Some(asset.clone()), at, row: 0, units: 1, fields, ..first.clone() });
            }
        }
        Ok(())
    }
}

/// What an event does to deposits.
#[derive(Clone, Copy)]
enum Opens {
    Takes(SentenceId),
    Ends,
    /// The same with an obligation, by its place.
    EndsOfDuty(usize),
    /// The asset goes on to another member, by this attribute.
    Passes(usize),
}

impl Opens {
    /// An event gives back first, passes on then, and takes at last.
    fn order(self) -> usize {
        match self {
            Self::Ends => 0,
            Self::EndsOfDuty(duty) => duty,
            Self::Passes(_) => usize::MAX - 1,
            Self::Takes(_) => usize::MAX,
        }
    }
}
