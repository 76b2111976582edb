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
use super::values::{Datum, Found, Gap, Group, Hand, unsupported};

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
    /// Whether it cannot be told whether it is held; then its amount is not known either.
    pub(super) doubt: bool,
}

/// Since when it cannot be told whether a deposit has ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Doubt {
    First,
    /// What is not yet in doubt is added to what is.
    Again,
}

/// A deposit ends with an obligation, or may.
struct OfDuty {
    at: Instant,
    /// Whether it does so after what else happens then.
    last: bool,
    place: usize,
    opened: Event,
    bearer: Option<Datum>,
    doubt: Option<Doubt>,
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
    /// It cannot be told whether a sentence takes one.
    Perhaps(SentenceId),
    /// By the release at this place, these end.
    Ended(usize, Vec<Held>),
    /// It cannot be told whether these end by the release at this place.
    Doubted(usize, Vec<Held>),
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

    /// When and by which release deposits end with an obligation, or may.
    fn ended_by_duties(&self, deposit: &Deposit) -> Found<Vec<OfDuty>> {
        let mut found = Vec::new();
        for (place, release) in deposit.releases.iter().enumerate() {
            let Opener::Outcome(obligation, outcome) = &release.opener else { continue };
            let text = self.of_release(deposit, place).and_then(|sentence| self.text_of(sentence));
            for duty in self.duties(*obligation)? {
                // "What ends them when an obligation is missed goes by the obligation."
                let (asset, since) = (duty.opened.asset.as_deref(), duty.opened.at);
                if text.is_some_and(|(version, _)| !self.governs(version, asset, since)) {
                    continue;
                }
                let of = |at: Instant, doubt: Option<Doubt>| {
                    // "What is met is met by" what happens then; what is missed is so before.
                    let last = doubt.is_some() || *outcome == Outcome::Met;
                    OfDuty { at, last, place, opened: duty.opened.clone(), bearer: duty.bearer_at(at), doubt }
                };
                if duty.unknown {
                    // It may be missed at any time until it is done.
                    found.push(of(since, Some(Doubt::First)));
                    let own = self.events_of(asset).map(|event| event.at).filter(|at| *at > since);
                    let later = own.filter(|at| duty.done.is_none_or(|done| *at < done));
                    found.extend(later.map(|at| of(at, Some(Doubt::Again))));
                } else if let Some(at) = duty.reached(*outcome) {
                    found.push(of(at, None));
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
        for (place, duty) in duties.iter().enumerate() {
            all.push((duty.at, if duty.last { usize::MAX } else { 0 }, &duty.opened, Opens::EndsOfDuty(place)));
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
            let duty = if let Opens::EndsOfDuty(duty) = opens { duties.get(duty) } else { None };
            let units = if duty.is_some() || at != event.at { 1 } else { event.units };
            let places = opens.releases(deposit, duty, event);
            let doubt = duty.and_then(|duty| duty.doubt);
            let before = pooled && !places.is_empty() && self.may_be_paid_before(deposit, None, at);
            // "What an event adds goes by the attribute of the units that it takes, for each of them."
            let parted = pooled && !matches!(opens, Opens::Passes(_));
            let pieces = if parted { self.unit_events(event) } else { Vec::new() };
            for unit in 0..units {
                let unit = usize::try_from(unit).ok().and_then(|unit| pieces.get(unit));
                let mut event = unit.unwrap_or(event);
                let alike;
                if let (Opens::Takes(id), true) = (opens, parted && self.takes_unknown_units(event)) {
                    let Some(unit) = self.unit_alike(id, event)? else {
                        found.extend(self.taken_of_unknown_units(id, event, &mut held)?);
                        continue;
                    };
                    alike = unit;
                    event = &alike;
                }
                let bearer = duty.and_then(|duty| duty.bearer.clone());
                let hand = Hand { at, bearer, ..Hand::of_event(event) };
                let what = match opens {
                    Opens::Takes(id) => self.take(deposit, id, event, &mut held)?,
                    Opens::Ends | Opens::EndsOfDuty(_) if before => {
                        self.of_an_unknown_pool(deposit, (&places, &hand), &held)?
                    }
                    Opens::Ends | Opens::EndsOfDuty(_) => self.ended(deposit, (&places, &hand, doubt), &mut held)?,
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
        let mut doubt = match filter.as_ref().map_or(Ok(true), |filter| self.holds(filter, &hand)) {
            Ok(true) => false,
            Ok(false) => return Ok(Vec::new()),
            Err(Gap::Unsupported(what)) => return unsupported(what),
            Err(_) => true,
        };
        let owner = match sentence.payer {
            Who::Party(_) => None,
            Who::Group(dim) => self.group_at(&[dim], &hand)?.into_iter().next().and_then(|(_, key)| key),
        };
        // Of a pool each event takes one. "A deposit of one member does not cover a second one that another member owes
        // for the same asset."
        if deposit.matching == Matching::Serial && deposit.second == SecondDeposit::NotCharged {
            let known = |owner: &Option<Datum>| matches!(sentence.payer, Who::Party(_)) || owner.is_some();
            let own: Vec<&Held> = held.iter().filter(|own| own.asset == event.asset).collect();
            if known(&owner) && own.iter().any(|own| own.owner == owner && !own.doubt) {
                return Ok(Vec::new());
            }
            doubt |= own.iter().any(|own| own.owner == owner || !known(&owner) || !known(&own.owner));
        }
        let amount = match self.each(sentence, &Ratio::ONE, &hand) {
            Err(Gap::Unsupported(what)) => return unsupported(what),
            _ if doubt => Err(Gap::Held),
            amount => amount,
        };
        held.push(Held { asset: event.asset.clone(), paid: event.at, owner, text, amount, rest_of: None, doubt });
        Ok(vec![if doubt { What::Perhaps(id) } else { What::Taken(id) }])
    }

    /// Whether it is not known which units of a lot an event takes, because it opens and ends nothing.
    fn takes_unknown_units(&self, event: &Event) -> bool {
        self.is_of_lots(event) && !self.facts.is_lot(event)
    }

    /// For each unit of which such an event may be, whether it takes a deposit by a sentence, and whose.
    fn perhaps_taken(&self, id: SentenceId, event: &Event) -> Found<Vec<(Event, Option<bool>, Group)>> {
        let sentence = &self.contract.sentences[id.index()];
        let filter = if let Opener::On(_, filter) = &sentence.opener { filter.as_ref() } else { None };
        let mut found = Vec::new();
        for hand in self.hands(event, &[]) {
            let is = match filter.map_or(Ok(true), |filter| self.holds(filter, &hand)) {
                Err(Gap::Unsupported(what)) => return unsupported(what),
                is => is.ok(),
            };
            let group = self.group_at(&sentence.dims, &hand)?;
            found.push((Event { asset: hand.asset.map(str::to_owned), ..event.clone() }, is, group));
        }
        Ok(found)
    }

    /// One of the units, where it makes no difference which.
    fn unit_alike(&self, id: SentenceId, event: &Event) -> Found<Option<Event>> {
        let all = self.perhaps_taken(id, event)?;
        let mut others = all.iter().skip(1);
        let Some((unit, is, group)) = all.first() else { return Ok(None) };
        Ok(others.all(|(_, own, other)| own == is && other == group).then(|| unit.clone()))
    }

    /// A deposit of which it is not known of which unit it is: the line is held for each of them. Whose it is is known where all
    /// are of one member.
    fn taken_of_unknown_units(&self, id: SentenceId, event: &Event, held: &mut Vec<Held>) -> Found<Vec<Step>> {
        let text = self.text_of(&self.contract.sentences[id.index()]).map(|(version, _)| version);
        let all = self.perhaps_taken(id, event)?;
        if all.iter().any(|(_, is, _)| *is == Some(false)) {
            return unsupported("a deposit of a lot of which it is not known which units take one");
        }
        let owner = |group: &Group| group.first().and_then(|(_, key)| key.clone());
        let first = all.first().and_then(|(.., group)| owner(group));
        let owner = first.filter(|first| all.iter().all(|(.., group)| owner(group).as_ref() == Some(first)));
        let (paid, amount, doubt) = (event.at, Err(Gap::Held), all.iter().any(|(_, is, _)| *is != Some(true)));
        held.push(Held { asset: None, paid, owner, text, amount, rest_of: None, doubt });
        Ok(all.into_iter().map(|(event, ..)| Step { at: event.at, event, what: What::Perhaps(id) }).collect())
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
    /// The places of the releases by which it ends deposits.
    fn releases(self, deposit: &Deposit, duty: Option<&OfDuty>, event: &Event) -> Vec<usize> {
        match self {
            Self::EndsOfDuty(_) => duty.map(|duty| duty.place).into_iter().collect(),
            Self::Ends => {
                let all = deposit.releases.iter().enumerate();
                all.filter(|(_, release)| ends_on(release, event)).map(|(place, _)| place).collect()
            }
            Self::Takes(_) | Self::Passes(_) => Vec::new(),
        }
    }

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
