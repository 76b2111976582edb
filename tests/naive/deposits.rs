//! Deposits: taken and given back one after the other. What takes them stands in `takings`, what ends them in `returns`, what
//! is paid in `deposited`.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::{ObligationId, SentenceId};
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::{Matching, Outcome, Transfer};
use consigne::check::contract::{Deposit, Dimension, Opener, Who};

use super::World;
use super::duties::Duty;
use super::facts::Event;
use super::lots::lot_of;
use super::returns::ends_on;
use super::undivided::Lot;
use super::values::{Datum, Found, Gap, Hand};

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

/// What happens to the deposits of a clause.
#[derive(Clone, Debug)]
pub(crate) struct Step {
    pub(crate) at: Instant,
    pub(crate) event: Event,
    /// Who owes the obligation with which it happens.
    bearer: Option<Datum>,
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
    /// What comes back by the release at this place cannot be told: it may have been paid before the records begin, or is of
    /// a lot that is not told apart.
    Unknown(usize),
}

impl Step {
    /// What is at hand.
    pub(crate) fn hand(&self) -> Hand<'_> {
        Hand { at: self.at, bearer: self.bearer.clone(), ..Hand::of_event(&self.event) }
    }
}

/// The deposits of a clause while they are walked.
pub(super) struct Walk<'w> {
    pub(super) deposit: &'w Deposit,
    /// By asset: the lots that are not told apart.
    lots: BTreeMap<String, Vec<Lot>>,
    pub(super) held: Vec<Held>,
    /// The assets of which one was taken.
    known: BTreeSet<Option<String>>,
    steps: Vec<Step>,
}

impl Walk<'_> {
    /// "A pool looks at what is held for all assets: there each event takes a deposit."
    pub(super) fn pooled(&self) -> bool {
        self.deposit.matching != Matching::Serial
    }

    /// Some deposit of an asset was taken.
    pub(super) fn knows(&mut self, hand: &Hand<'_>) {
        self.known.insert(hand.asset.map(str::to_owned));
    }

    /// Tells what happened.
    pub(super) fn tell(&mut self, hand: &Hand<'_>, what: What) {
        let Some(event) = hand.event.cloned() else { return };
        // "A deposit ends once. A later return finds none: nothing is paid, and the statement counts it."
        let again = !self.pooled() && self.known.contains(&event.asset);
        if again && matches!(what, What::None(_)) {
            return;
        }
        if matches!(what, What::Taken(_)) {
            self.knows(hand);
        }
        self.steps.push(Step { at: hand.at, event, bearer: hand.bearer.clone(), what });
    }
}

/// What happens to deposits with an obligation, or may.
struct OfDuty {
    at: Instant,
    phase: Phase,
    obligation: ObligationId,
    does: Does,
    opened: Event,
    bearer: Option<Datum>,
    doubt: Option<Doubt>,
    /// "An obligation is of one unit." Of a lot that is not told apart it may be of each.
    units: i64,
}

#[derive(Clone, Copy)]
enum Does {
    Takes(SentenceId),
    /// By the release at this place.
    Ends(usize),
}

/// What comes before what at one instant: "what is late or missed is so before what else happens then, what is met is met by
/// it".
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Phase {
    Missed,
    Register,
    Event,
    Met,
}

/// Something that happens to deposits.
struct Turn<'e> {
    at: Instant,
    /// What it goes by among what happens at one instant.
    order: (Phase, bool, Option<(String, usize)>, usize, usize),
    event: &'e Event,
    opens: Opens,
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

    /// What obligations do to the deposits of a clause, or may.
    fn by_duties(&self, deposit: &Deposit) -> Found<Vec<OfDuty>> {
        let mut found = Vec::new();
        for (place, release) in deposit.releases.iter().enumerate() {
            let Opener::Outcome(obligation, outcome) = &release.opener else { continue };
            // "What ends them when an obligation is missed goes by the obligation."
            let text = self.of_release(deposit, place).and_then(|sentence| self.text_of(sentence));
            for duty in self.duties(*obligation)? {
                let Some(at) = self.comes_to(text, &duty, *outcome) else { continue };
                let doubt = Some(Doubt::First).filter(|_| duty.unknown);
                let of = |at: Instant, doubt: Option<Doubt>| {
                    of_duty(*obligation, Does::Ends(place), (&duty, *outcome), (at, doubt))
                };
                found.push(of(at, doubt));
                if duty.unknown && *outcome != Outcome::Met {
                    // It may be missed at any time until it is done.
                    let own = self.events_of(duty.opened.asset.as_deref()).map(|event| event.at);
                    let own = own.filter(|own| *own > at && duty.done.is_none_or(|done| *own < done));
                    found.extend(own.map(|at| of(at, Some(Doubt::Again))));
                }
            }
        }
        for id in &deposit.taken_by {
            let sentence = &self.contract.sentences[id.index()];
            let Opener::Outcome(obligation, outcome) = &sentence.opener else { continue };
            for duty in self.duties(*obligation)? {
                let Some(at) = self.comes_to(self.text_of(sentence), &duty, *outcome) else { continue };
                let doubt = Some(Doubt::First).filter(|_| duty.unknown);
                found.push(of_duty(*obligation, Does::Takes(*id), (&duty, *outcome), (at, doubt)));
            }
        }
        for own in &mut found {
            let asset = own.opened.asset.as_deref().unwrap_or_default();
            if own.doubt.is_none() && self.is_lot_of_duty(own.obligation, asset, own.at) {
                (own.doubt, own.units) = (Some(Doubt::First), own.opened.units);
            }
        }
        Ok(found)
    }

    /// What events do to the deposits of a clause.
    fn by_events(&self, deposit: &Deposit) -> Vec<Turn<'_>> {
        let pooled = deposit.matching != Matching::Serial;
        let events = if pooled { &self.facts.events } else { &self.facts.single };
        let turns = self.turns(deposit);
        let mut all = Vec::new();
        for event in events {
            let mut push = |opens: Opens| {
                all.push(Turn { at: event.at, order: opens.order_of_event(turns[&event.row]), event, opens });
            };
            // An event gives back first, and takes then.
            if deposit.releases.iter().any(|release| ends_on(release, event)) {
                push(Opens::Ends);
            }
            for id in &deposit.taken_by {
                if matches!(&self.contract.sentences[id.index()].opener, Opener::On(kind, _) if *kind == event.kind) {
                    push(Opens::Takes(*id));
                }
            }
        }
        all
    }

    /// Which event comes before which, by their rows. "Of those paid at one instant in the order of their assets."
    fn turns(&self, deposit: &Deposit) -> BTreeMap<usize, usize> {
        let mut events: Vec<&Event> = self.facts.events.iter().chain(&self.facts.single).collect();
        if deposit.matching == Matching::Serial {
            events.sort_by_key(|event| event.row);
        } else {
            let lot = |event: &Event| event.asset.as_deref().map(|asset| lot_of(asset).to_owned());
            events.sort_by_key(|event| (event.at, event.sequence, event.kind, lot(event), event.row));
        }
        events.dedup_by_key(|event| event.row);
        events.into_iter().enumerate().map(|(place, event)| (event.row, place)).collect()
    }

    /// What an obligation does: "what comes back does so before anything is taken, of a pool in the order of their assets, and
    /// what was opened first comes first".
    fn turn_of_duty<'e>(&self, deposit: &Deposit, (place, duty): (usize, &'e OfDuty)) -> Turn<'e> {
        let asset = duty.opened.asset.clone().filter(|_| deposit.matching != Matching::Serial);
        let unit = asset.map(|asset| (lot_of(&asset).to_owned(), self.facts.units.get(&asset).copied().unwrap_or(0)));
        let takes = matches!(duty.does, Does::Takes(_));
        let order = (duty.phase, takes, unit, duty.opened.row, duty.obligation.index());
        Turn { at: duty.at, order, event: &duty.opened, opens: Opens::OfDuty(place) }
    }

    fn walked_deposit(&self, deposit: &Deposit) -> Found<Vec<Step>> {
        let duties = self.by_duties(deposit)?;
        let mut all = self.by_events(deposit);
        all.extend(duties.iter().enumerate().map(|duty| self.turn_of_duty(deposit, duty)));
        let mut handed = Vec::new();
        if let (Some(attribute), Transfer::GoesOver) = (self.carried_attribute(deposit), deposit.transfer) {
            self.passed_on(deposit, attribute, &mut all, &mut handed)?;
            all.extend(handed.iter().map(|event| Turn {
                at: event.at,
                order: (Phase::Register, false, None, 0, 0),
                event,
                opens: Opens::Passes(attribute),
            }));
        }
        all.sort_by(|one, other| (one.at, &one.order).cmp(&(other.at, &other.order)));
        let (lots, held, known, steps) = (self.lots_of(deposit)?, Vec::new(), BTreeSet::new(), Vec::new());
        let mut walk = Walk { deposit, lots, held, known, steps };
        for turn in all {
            let duty = if let Opens::OfDuty(place) = turn.opens { duties.get(place) } else { None };
            let places = turn.opens.releases(deposit, duty, turn.event);
            let bearer = duty.and_then(|duty| duty.bearer.clone());
            let hand = Hand { at: turn.at, bearer, ..Hand::of_event(turn.event) };
            match turn.opens {
                Opens::Passes(attribute) => {
                    for _ in 0..turn.event.units {
                        self.passes((deposit, attribute), turn.event, &mut walk.held);
                    }
                }
                Opens::Takes(id) => self.taken_on(id, &hand, &mut walk)?,
                Opens::OfDuty(_) if places.is_empty() => {
                    let Some((duty, Does::Takes(id))) = duty.map(|duty| (duty, duty.does)) else { continue };
                    for _ in 0..if walk.pooled() { duty.units } else { 1 } {
                        self.taken(id, (&hand, duty.doubt.is_some()), &mut walk)?;
                    }
                }
                Opens::Ends | Opens::OfDuty(_) => self.given_back(&places, (&hand, duty), &mut walk)?,
            }
        }
        Ok(walk.steps)
    }

    /// What comes back by the releases at these places: of an event once for each of its units.
    fn given_back(
        &self,
        places: &[usize],
        (hand, duty): (&Hand<'_>, Option<&OfDuty>),
        walk: &mut Walk<'_>,
    ) -> Found<()> {
        let Some(event) = hand.event else { return Ok(()) };
        let in_lot = self.lies_in_lot(hand, walk);
        let before = walk.pooled() && self.may_be_paid_before(walk.deposit, None, hand.at);
        // "Of a pool of deposits its units end one after the other, in the order in which it takes them."
        let pieces = if walk.pooled() && duty.is_none() { self.unit_events(event) } else { Vec::new() };
        let units = if in_lot { 1 } else { duty.map_or(event.units, |duty| duty.units) };
        let doubt = duty.and_then(|duty| duty.doubt);
        for unit in 0..units {
            let unit = usize::try_from(unit).ok().and_then(|unit| pieces.get(unit)).unwrap_or(event);
            let hand = Hand { at: hand.at, bearer: hand.bearer.clone(), ..Hand::of_event(unit) };
            let what = if before || in_lot {
                self.not_told(walk.deposit, (places, &hand), &walk.held)?
            } else {
                self.ended(walk.deposit, (places, &hand, doubt), &mut walk.held)?
            };
            what.into_iter().for_each(|what| walk.tell(&hand, what));
        }
        Ok(())
    }

    /// Whether something happens to a lot that is not told apart. From its first event on nobody knows what of the asset is
    /// held; when as many units are ended as were begun, nothing is.
    pub(super) fn lies_in_lot(&self, hand: &Hand<'_>, walk: &mut Walk<'_>) -> bool {
        let lots = hand.asset.and_then(|asset| walk.lots.get(asset)).map(Vec::as_slice).unwrap_or_default();
        let own = |held: &Held| held.asset.as_deref() == hand.asset;
        for lot in lots.iter().filter(|lot| lot.first.at <= hand.at) {
            let last = lot.last.unwrap_or(Instant::MAX);
            if lot.of_deposit && last < hand.at {
                walk.held.retain(|held| !(own(held) && held.paid <= last));
            }
            for held in walk.held.iter_mut().filter(|held| own(held) && held.paid <= last.min(hand.at)) {
                (held.amount, held.doubt) = (Err(Gap::Held), true);
            }
        }
        let is_in = |lot: &Lot| lot.first.at <= hand.at && lot.last.is_none_or(|last| hand.at <= last);
        lots.iter().any(is_in)
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
        all: &mut Vec<Turn<'e>>,
        handed: &mut Vec<Event>,
    ) -> Found<()> {
        let family = self.family_of_deposit(deposit);
        let turns = self.turns(deposit);
        for event in &self.facts.single {
            let kind = &self.contract.kinds[event.kind.index()];
            if kind.family == Some(family) && kind.sets.iter().any(|(_, set)| set.index() == attribute) {
                let opens = Opens::Passes(attribute);
                all.push(Turn { at: event.at, order: opens.order_of_event(turns[&event.row]), event, opens });
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

/// What is done to deposits.
#[derive(Clone, Copy)]
enum Opens {
    /// By an event.
    Takes(SentenceId),
    Ends,
    /// What an obligation does, by its place.
    OfDuty(usize),
    /// The asset goes on to another member, by this attribute.
    Passes(usize),
}

impl Opens {
    /// The places of the releases by which it ends deposits.
    fn releases(self, deposit: &Deposit, duty: Option<&OfDuty>, event: &Event) -> Vec<usize> {
        match (self, duty.map(|duty| duty.does)) {
            (Self::OfDuty(_), Some(Does::Ends(place))) => vec![place],
            (Self::Ends, _) => {
                let all = deposit.releases.iter().enumerate();
                all.filter(|(_, release)| ends_on(release, event)).map(|(place, _)| place).collect()
            }
            (Self::OfDuty(_) | Self::Takes(_) | Self::Passes(_), _) => Vec::new(),
        }
    }

    /// An event gives back first, passes on then, and takes at last.
    fn order_of_event(self, turn: usize) -> (Phase, bool, Option<(String, usize)>, usize, usize) {
        let place = match self {
            Self::Ends | Self::OfDuty(_) => 0,
            Self::Passes(_) => 1,
            Self::Takes(_) => 2,
        };
        (Phase::Event, false, None, turn, place)
    }
}

/// What an obligation does to deposits when it comes to stand so, or may.
fn of_duty(
    obligation: ObligationId,
    does: Does,
    (duty, outcome): (&Duty, Outcome),
    (at, doubt): (Instant, Option<Doubt>),
) -> OfDuty {
    let phase = if doubt.is_some() || outcome == Outcome::Met { Phase::Met } else { Phase::Missed };
    let (opened, bearer) = (duty.opened.clone(), duty.bearer_at(at));
    OfDuty { at, phase, obligation, does, opened, bearer, doubt, units: 1 }
}
