//! One subject and what is at hand while its events are walked.

use crate::base::ids::{AssetId, AttributeId, FamilyId, FieldId, IndexationId, KindId, PartyId};
use crate::base::number::Ratio;
use crate::base::time::{Between, Date, Instant};
use crate::base::value::Kind;
use crate::evaluate::compute::{Look, compute};
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::decide::decided;
use crate::evaluate::indices::When;
use crate::evaluate::judged::judged;
use crate::evaluate::lots::Split;
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::scene::Scene;
use crate::evaluate::settle::due;
use crate::evaluate::shown::Names;
use crate::feed::events::{Event, Subject as Walked};
use crate::feed::register::Holding;
use crate::plan::{Dimension, Fold, Formula, Read};

/// An attribute that an event set.
#[derive(Clone, Debug)]
struct Set {
    at: Instant,
    /// When it was known, and whether it stands in the place of an earlier line.
    known: Instant,
    corrects: bool,
    attribute: AttributeId,
    raw: i128,
    number: Ratio,
}

/// What a subject stands for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Role {
    /// A single asset, or the events without one.
    Single,
    /// A lot as a whole.
    Lot,
    /// So many units of a lot with the same events.
    Part(i64),
}

/// One subject: an asset with its events, or the events without an asset.
#[derive(Debug)]
pub(crate) struct Subject<'a> {
    pub(crate) scene: Scene<'a>,
    pub(crate) asset: Option<AssetId>,
    pub(crate) family: Option<FamilyId>,
    pub(crate) events: &'a [Event],
    pub(crate) role: Role,
    /// The parts among which the attributes of a lot are read, where they can differ.
    pub(crate) parts: Vec<Subject<'a>>,
    /// How these parts came about, which tells who took an event.
    split: Option<&'a Split>,
    /// Whether it is taken to be spared by what may have happened to it before the records begin.
    pub(crate) spared: bool,
    holding: Option<&'a Holding>,
    sets: Vec<Set>,
}

impl<'a> Subject<'a> {
    /// A subject of the feed.
    pub(crate) fn new(scene: Scene<'a>, walked: &Walked) -> Self {
        let events = scene.events_of(walked);
        let holding = walked.asset.and_then(|asset| scene.contract.holding(asset));
        let rivals = scene.contract.events.rivals_of(walked.asset);
        let by_event = || events.iter().chain(rivals).find_map(|event| kind_family(&scene, event.kind));
        let family = walked.asset.and(holding.map(|holding| holding.family).or_else(by_event));
        let mut subject = Self {
            scene,
            asset: walked.asset,
            family,
            events,
            role: Role::Single,
            parts: Vec::new(),
            split: None,
            spared: false,
            holding,
            sets: Vec::new(),
        };
        if walked.asset.is_some() {
            subject.take_sets();
        }
        subject
    }

    /// The same as a lot, which is walked as its parts.
    pub(crate) fn into_lot(self, parts: Vec<Subject<'a>>) -> Self {
        Self { role: Role::Lot, parts, ..self }
    }

    /// The same with other events.
    pub(crate) fn with_events<'b>(&self, events: &'b [Event]) -> Subject<'b>
    where
        'a: 'b,
    {
        let Self { scene, asset, family, role, holding, spared, .. } = *self;
        let (parts, sets) = (Vec::new(), Vec::new());
        let mut other = Subject { scene, asset, family, events, role, parts, split: None, spared, holding, sets };
        if asset.is_some() {
            other.take_sets();
        }
        other
    }

    /// So many units of it with events of their own.
    pub(crate) fn part(&self, events: &'a [Event], units: i64) -> Self {
        let Self { scene, asset, family, holding, .. } = *self;
        let (role, spared) = (Role::Part(units), self.spared);
        let (parts, sets) = (Vec::new(), Vec::new());
        let mut part = Self { scene, asset, family, events, role, parts, split: None, spared, holding, sets };
        part.take_sets();
        part
    }

    /// The same as a lot of which the units differ, with all the parts into which it is split.
    pub(crate) fn into_parts(self, split: &'a Split) -> Self {
        let parts = split.parts.iter().map(|part| self.part(&part.events, part.units)).collect();
        Self { split: Some(split), ..self.into_lot(parts) }
    }

    /// The parts that take an event, each with its place, in their turn.
    pub(crate) fn takers(&self, event: &Event) -> impl Iterator<Item = (usize, &Self)> {
        let shares = self.split.and_then(|split| split.shares.get(&(event.kind, event.row)));
        shares.into_iter().flatten().filter_map(|(place, _)| Some((*place, self.parts.get(*place)?)))
    }

    /// For how many single assets it stands.
    pub(crate) fn units(&self) -> i64 {
        match self.role {
            Role::Single | Role::Lot => 1,
            Role::Part(units) => units,
        }
    }

    fn take_sets(&mut self) {
        let scene = self.scene;
        for event in self.events {
            let Some(kind) = scene.plan.kinds.get(event.kind.index()) else {
                continue;
            };
            for (field, attribute) in &kind.sets {
                let raw = scene.contract.events.value(event, *field);
                if let (Some(raw), Some(number)) = (raw, scene.contract.events.number(event, *field)) {
                    let (at, known, corrects) = (event.occurred, event.known(), event.corrects);
                    self.sets.push(Set { at, known, corrects, attribute: *attribute, raw, number });
                }
            }
        }
    }

    /// Whether the register knows it.
    pub(crate) fn is_registered(&self) -> bool {
        self.holding.is_some()
    }

    /// When it stands under the contract: by the register, else from its first event on.
    pub(crate) fn members(&self) -> Vec<Between> {
        let zone = self.scene.zone();
        if self.asset.is_none() {
            return vec![Between::new(Instant::MIN, Instant::MAX)];
        }
        match self.holding {
            Some(holding) => holding
                .members
                .iter()
                .map(|(from, to)| {
                    let start = from.map_or(Instant::MIN, |from| zone.start_of(from));
                    let end = to.map_or(Instant::MAX, |to| zone.start_of(to.plus_days(1)));
                    Between::new(start, end)
                })
                .collect(),
            None => self.events.first().map(|first| Between::new(first.occurred, Instant::MAX)).into_iter().collect(),
        }
    }

    /// Whether it stands under the contract on a day; one that the register does not know always does.
    pub(crate) fn is_member(&self, day: Date) -> bool {
        self.holding.is_none_or(|holding| holding.is_member(day))
    }

    /// The instants at which an attribute may change.
    pub(crate) fn changes(&self) -> Vec<Instant> {
        let zone = self.scene.zone();
        let register = self.holding.iter().flat_map(|holding| &holding.changes);
        let mut changes: Vec<Instant> =
            register.filter_map(|change| change.from).map(|from| zone.start_of(from)).collect();
        changes.extend(self.sets.iter().map(|set| set.at));
        changes.sort_unstable();
        changes.dedup();
        changes
    }

    /// The stored value of an attribute at an instant: what an event set last, unless a later row of the
    /// register says otherwise.
    pub(crate) fn attribute(&self, attribute: AttributeId, at: Instant) -> Option<(i128, Ratio)> {
        self.attribute_as_known(attribute, at, Instant::MAX)
    }

    /// The same by what was known at an instant.
    fn attribute_as_known(&self, attribute: AttributeId, at: Instant, as_of: Instant) -> Option<(i128, Ratio)> {
        // They stand in the order of their instants.
        let until = self.sets.partition_point(|set| set.at <= at);
        let own = |set: &&Set| set.attribute == attribute && set.known <= as_of;
        let set = self.sets.get(..until).and_then(|sets| sets.iter().rfind(own));
        let registered = self.registered(attribute, at);
        match (set, registered) {
            (Some(set), Some((from, _))) if from.is_none_or(|from| from <= set.at || at < from) => {
                Some((set.raw, set.number.clone()))
            }
            (_, Some((_, value))) => Some(value),
            (Some(set), None) => Some((set.raw, set.number.clone())),
            (None, None) => None,
        }
    }

    fn registered(&self, attribute: AttributeId, at: Instant) -> Option<(Option<Instant>, (i128, Ratio))> {
        let holding = self.holding?;
        let zone = self.scene.zone();
        let row =
            if holding.changes.len() == 1 { holding.changes.first()?.row } else { holding.row_on(zone.date_of(at))? };
        let from = holding.changes.iter().find(|change| change.row == row)?.from;
        let columns = self.scene.contract.attribute_columns.get(holding.family.index())?;
        let column = columns.get(attribute.index())?;
        let value = (column.get(row)?, column.number(row)?);
        Some((from.map(|from| zone.start_of(from)), value))
    }

    /// The same; of a lot, what all of its units have then.
    fn known(&self, attribute: AttributeId, at: Instant, as_of: Instant) -> Result<Option<(i128, Ratio)>, Gap> {
        let replaced = |set: &Set| set.attribute == attribute && set.corrects && set.known > as_of;
        if as_of < Instant::MAX && self.sets.iter().any(replaced) {
            let name = self.name_of(attribute);
            return Err(Gap::Held(format!("`{name}` was corrected later, and the feed has only the correction")));
        }
        let there = |part: &&Subject<'a>| part.events.first().is_some_and(|first| first.occurred <= at);
        let parts = self.parts.iter().filter(there);
        let mut values = parts.map(|part| part.attribute_as_known(attribute, at, as_of));
        let Some(first) = values.next() else { return Ok(self.attribute_as_known(attribute, at, as_of)) };
        if values.all(|value| value == first) {
            return Ok(first);
        }
        Err(Gap::Held(format!("the units of the lot differ in `{}`", self.name_of(attribute))))
    }

    fn name_of(&self, attribute: AttributeId) -> &'a str {
        let family = self.family.and_then(|family| self.scene.plan.families.get(family.index()));
        family.and_then(|family| family.attributes.get(attribute.index())).map_or("", |(name, _)| name)
    }

    /// A kind of the plan's attributes.
    pub(crate) fn attribute_kind(&self, family: FamilyId, attribute: AttributeId) -> Option<&'a Kind> {
        let family = self.scene.plan.families.get(family.index())?;
        family.attributes.get(attribute.index()).map(|(_, kind)| kind)
    }

    /// What is at hand at an instant, without an event.
    pub(crate) fn at(&self, at: Instant) -> AtHand<'_, 'a> {
        let (event, units, deposit, bearer, when) = (None, None, None, None, None);
        AtHand { subject: self, event, at, now: at, units, deposit, bearer, when, as_of: Instant::MAX }
    }

    /// What is at hand at an event.
    pub(crate) fn on(&self, event: &'a Event) -> AtHand<'_, 'a> {
        AtHand { event: Some(event), ..self.at(event.occurred) }
    }
}

/// The key of a stored value. A member of a family of parties is one and the same, whatever names it.
fn key_of(party: bool, raw: Option<i128>) -> Key {
    let named = raw.filter(|_| party).and_then(|raw| u32::try_from(raw).ok());
    named.and_then(|party| PartyId(party).member()).map_or(Key::Value(raw), Key::Asset)
}

/// An event as a key: its instant, then its row.
fn numbered(event: &Event) -> i128 {
    i128::from(event.occurred.0).saturating_mul(1 << 32).saturating_add(event.row.into())
}

/// When the event of a number occurred.
pub(crate) fn event_instant(number: i128) -> Instant {
    Instant(i64::try_from(number.div_euclid(1 << 32)).unwrap_or(i64::MAX))
}

fn kind_family(scene: &Scene<'_>, kind: KindId) -> Option<FamilyId> {
    scene.plan.kinds.get(kind.index()).and_then(|kind| kind.family)
}

/// A deposit that is given back.
#[derive(Clone, Debug)]
pub(crate) struct DepositBack {
    /// When it was paid.
    pub(crate) paid: Instant,
    /// How much for one unit.
    pub(crate) amount: Ratio,
    /// Whose it is.
    pub(crate) of: Key,
}

/// What formulas of the walk look up.
#[derive(Clone, Debug)]
pub(crate) struct AtHand<'s, 'a> {
    pub(crate) subject: &'s Subject<'a>,
    pub(crate) event: Option<&'a Event>,
    /// The instant at which attributes are read.
    pub(crate) at: Instant,
    /// The instant that counts.
    pub(crate) now: Instant,
    /// The units of the occurrence that is being priced.
    pub(crate) units: Option<Ratio>,
    /// The deposit that is given back.
    pub(crate) deposit: Option<DepositBack>,
    /// Who owes the obligation at hand.
    pub(crate) bearer: Option<Key>,
    /// The day of the service and the settlement period of the occurrence, for coefficients.
    pub(crate) when: Option<When>,
    /// What became known later is not read: something is decided, and final.
    pub(crate) as_of: Instant,
}

impl<'a> AtHand<'_, 'a> {
    /// The same with units.
    pub(crate) fn with(&self, units: Ratio) -> Self {
        Self { units: Some(units), ..self.clone() }
    }

    /// The same in a window of a fold, served from an instant on.
    pub(crate) fn within(self, fold: &Fold, window: i64, service: Instant) -> Self {
        let plan = self.subject.scene.plan;
        let (_, settled) = plan.windows.days(plan.settled, due(plan, fold.window, window));
        Self { now: service, when: Some(When { service: plan.zone.date_of(service), settled }), ..self }
    }

    /// Whether a filter lets the occurrence through.
    pub(crate) fn passes(&mut self, filter: Option<&'a Formula>) -> Result<bool, Gap> {
        match filter {
            None => Ok(true),
            Some(filter) => compute(filter, self)?.flag(),
        }
    }

    /// The names behind ids.
    pub(crate) fn names(&self) -> Names<'a> {
        Names { plan: self.subject.scene.plan, feed: self.subject.scene.feed }
    }

    /// The keys of the groups at hand.
    pub(crate) fn group(&self, dims: &[Dimension]) -> Group {
        dims.iter().map(|dim| self.key(dim)).collect()
    }

    /// Why it cannot be told to which group a lot belongs: its units differ.
    pub(crate) fn mixed(&self, dims: &[Dimension]) -> Option<Gap> {
        let subject = self.subject;
        dims.iter().find_map(|dim| match dim {
            Dimension::Attribute(family, attribute) if subject.family == Some(*family) => {
                [self.at, self.now].into_iter().find_map(|at| subject.known(*attribute, at, self.as_of).err())
            }
            Dimension::Decided(decision, output) if !subject.parts.is_empty() => {
                let found = self.event.map(|event| decided(&mut subject.on(event), *decision, *output));
                found.and_then(Result::err).filter(|gap| matches!(gap, Gap::Held(_)))
            }
            Dimension::Attribute(..)
            | Dimension::Decided(..)
            | Dimension::Asset(_)
            | Dimension::Field(..)
            | Dimension::Event(_)
            | Dimension::Depositor(_)
            | Dimension::Bearer(_) => None,
        })
    }

    /// The groups at hand: one, or those of all the units of a lot that differ.
    pub(crate) fn groups(&self, dims: &[Dimension]) -> Vec<Group> {
        let before = |at: Instant| Instant(at.0.saturating_sub(1));
        let mut groups: Vec<Group> = Vec::new();
        let there = |part: &&Subject<'a>| part.events.first().is_some_and(|first| first.occurred <= self.at);
        let kind = self.event.and_then(|event| self.subject.scene.plan.kinds.get(event.kind.index()));
        let hands_on = kind.is_none_or(|kind| !kind.sets.is_empty());
        for part in self.subject.parts.iter().filter(there) {
            let hand = AtHand { subject: part, ..self.clone() };
            // What hands units on concerns both sides; a unit that comes now was nobody's before.
            if hands_on && part.events.first().is_some_and(|first| first.occurred < self.at) {
                groups.push(AtHand { at: before(self.at), now: before(self.now), ..hand.clone() }.group(dims));
            }
            groups.push(hand.group(dims));
        }
        if groups.is_empty() {
            groups.push(self.group(dims));
        }
        groups.sort_unstable();
        groups.dedup();
        groups
    }

    /// The key of one group at hand.
    pub(crate) fn key(&self, dim: &Dimension) -> Key {
        let subject = self.subject;
        match dim {
            Dimension::Asset(_) => subject.asset.map_or(Key::Value(None), Key::Asset),
            Dimension::Attribute(family, attribute) => {
                let party = subject.attribute_kind(*family, *attribute) == Some(&Kind::Party);
                // Who holds a thing pays for it: a party is never read at another instant than that which counts.
                let at = if party { self.now } else { self.at };
                let known =
                    (subject.family == Some(*family)).then(|| subject.known(*attribute, at, self.as_of).ok().flatten());
                key_of(party, known.flatten().map(|(raw, _)| raw))
            }
            Dimension::Field(kind, field) => {
                let event = self.event.filter(|event| event.kind == *kind);
                let fields = subject.scene.plan.kinds.get(kind.index()).map(|kind| &kind.fields);
                let of = fields.and_then(|fields| fields.get(field.index()));
                let party = of.is_some_and(|(_, kind)| *kind == Kind::Party);
                key_of(party, event.and_then(|event| subject.scene.contract.events.value(event, *field)))
            }
            Dimension::Event(kind) => {
                let event = self.event.filter(|event| event.kind == *kind);
                Key::Value(event.map(numbered))
            }
            Dimension::Bearer(_) => self.bearer.unwrap_or(Key::Value(None)),
            Dimension::Depositor(_) => self.deposit.as_ref().map_or(Key::Value(None), |deposit| deposit.of),
            Dimension::Decided(decision, output) => {
                let found = self.event.and_then(|event| decided(&mut subject.on(event), *decision, *output).ok());
                Key::Value(found.and_then(|found| found.key()))
            }
        }
    }

    /// A field of the event at hand.
    pub(crate) fn field(&self, kind: KindId, field: FieldId) -> Computed<'a> {
        self.subject.scene.field(self.event.ok_or(Gap::NotAtHand)?, kind, field)
    }

    fn datum(&self, kind: &Kind, raw: i128, number: Ratio) -> Datum<'a> {
        self.subject.scene.datum(kind, raw, number)
    }

    /// An attribute of a party, as it is at the instant at which attributes are read.
    fn of_party(&mut self, party: &'a Formula, family: FamilyId, attribute: AttributeId) -> Computed<'a> {
        let missing = Gap::NoAttribute(family, attribute);
        let Datum::Party(party) = compute(party, self)? else {
            return Err(Gap::NotAtHand);
        };
        let scene = self.subject.scene;
        let walked = party.member().and_then(|member| scene.contract.subject(member)).ok_or_else(|| missing.clone())?;
        let member = Subject::new(scene, walked);
        let kind = member.attribute_kind(family, attribute).ok_or(Gap::NotAtHand)?;
        let known = (member.family == Some(family)).then(|| member.attribute_as_known(attribute, self.at, self.as_of));
        let (raw, number) = known.flatten().ok_or(missing)?;
        Ok(self.datum(kind, raw, number))
    }

    fn months_since(&mut self, date: &'a Formula) -> Result<Ratio, Gap> {
        let (from, to) = self.span_since(date)?;
        Ok(from.months_until(to))
    }

    fn span_since(&mut self, date: &'a Formula) -> Result<(Date, Date), Gap> {
        let zone = self.subject.scene.zone();
        let from = match compute(date, self)? {
            Datum::Date(date) => date,
            Datum::Instant(instant) => zone.date_of(instant),
            Datum::Quantity(_) | Datum::Text(_) | Datum::Choice(_) | Datum::Flag(_) | Datum::Party(_) => {
                return Err(Gap::NotAtHand);
            }
        };
        Ok((from, zone.date_of(self.at)))
    }
}

impl<'a> Look<'a> for AtHand<'_, 'a> {
    fn indexed(&mut self, id: IndexationId, amount: &Ratio) -> Result<Ratio, Gap> {
        let scene = self.subject.scene;
        let here = || {
            let service = scene.zone().date_of(self.now);
            let period = scene.plan.windows.index_of_date(scene.plan.settled, service);
            When { service, settled: scene.plan.windows.days(scene.plan.settled, period).1 }
        };
        scene.indices.raised(scene.plan, id, amount, self.when.unwrap_or_else(here))
    }

    fn look(&mut self, read: &'a Read) -> Computed<'a> {
        match read {
            Read::Field(kind, field) => self.field(*kind, *field),
            Read::Attribute(family, attribute) => {
                let missing = Gap::NoAttribute(*family, *attribute);
                if self.subject.family != Some(*family) {
                    return Err(missing);
                }
                let kind = self.subject.attribute_kind(*family, *attribute).ok_or(Gap::NotAtHand)?;
                let (raw, number) = self.subject.known(*attribute, self.at, self.as_of)?.ok_or(missing)?;
                Ok(self.datum(kind, raw, number))
            }
            Read::Decided(decision, output) => {
                let event = self.event.ok_or(Gap::NotAtHand)?;
                let mut hand = AtHand { as_of: self.as_of, ..self.subject.on(event) };
                decided(&mut hand, *decision, *output)
            }
            Read::Judged(duty, default) => judged(self, *duty, default),
            Read::LotQuantity => Ok(Datum::Quantity(Ratio::int(self.event.map_or(1, |event| event.quantity)))),
            Read::Deposit => {
                let deposit = self.deposit.as_ref().ok_or(Gap::NotAtHand)?;
                Ok(Datum::Quantity(deposit.amount.clone()))
            }
            Read::DepositPaid => {
                self.deposit.as_ref().map(|deposit| Datum::Instant(deposit.paid)).ok_or(Gap::NotAtHand)
            }
            Read::MonthsSince(date) => self.months_since(date).map(Datum::Quantity),
            Read::OfParty(party, family, attribute) => self.of_party(party, *family, *attribute),
            Read::Units => self.units.clone().map(Datum::Quantity).ok_or(Gap::NotAtHand),
            Read::Rank(_)
            | Read::Observed(..)
            | Read::Measure(..)
            | Read::Past(_)
            | Read::OverAll(_)
            | Read::Clause(..)
            | Read::Series(..)
            | Read::WindowLength(_) => Err(Gap::NotAtHand),
        }
    }
}
