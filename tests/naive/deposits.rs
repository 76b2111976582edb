//! Deposits: taken and given back event by event.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::{FamilyId, SentenceId};
use consigne::base::number::Ratio;
use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::{LoneReturn, Matching, SecondDeposit, Transfer};
use consigne::check::contract::{Deposit, Dimension, Opener, Release, Sentence, Who};
use consigne::check::held_deposits::EndsBy;
use consigne::check::value::Value;

use super::World;
use super::facts::Event;
use super::lots::lot_of;
use super::values::{Datum, Found, Gap, Group, Hand, unsupported};

/// A deposit that is held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    asset: Option<String>,
    pub(crate) paid: Instant,
    /// Whose it is, where a member of a family paid it.
    pub(crate) owner: Option<Datum>,
    /// The text of its clause by which it was taken, where that is amended.
    text: Option<usize>,
    /// How much, or that it cannot be told.
    pub(crate) amount: Found<Ratio>,
    /// The release of which it is the rest.
    rest_of: Option<usize>,
}

/// When and on which event something is paid, of which deposit, and how much.
type Paid = (Instant, Event, Option<Held>, Found<Ratio>);

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
            let ends = deposit.releases.iter().enumerate().filter(|(_, release)| ends_on(release, event));
            let (texts, plain): (Vec<_>, Vec<_>) =
                ends.map(|(place, _)| place).partition(|place| deposit.releases[*place].by.is_some());
            all.extend(plain.into_iter().map(|place| (event.at, order, event, Opens::Ends(place))));
            if let Some(first) = texts.first() {
                all.push((event.at, order, event, Opens::EndsByText(*first)));
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
        if deposit.releases.iter().any(|release| release.share.is_some() && release.by.is_some()) {
            return unsupported("deposits of amended clauses of which a rest stays held");
        }
        let pooled = deposit.matching != Matching::Serial;
        let duties = self.ended_by_duties(deposit)?;
        let mut all = self.opened_by_events(deposit);
        for (duty, (at, place, opened, _)) in duties.iter().enumerate() {
            all.push((*at, 0, opened, Opens::EndsOfDuty(*place, duty)));
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
            if pooled
                && let Opens::Ends(place) | Opens::EndsByText(place) | Opens::EndsOfDuty(place, _) = opens
                && self.may_be_paid_before(deposit, None, at)
            {
                found.push(Step { at, event: event.clone(), what: What::Unknown(place) });
                continue;
            }
            // "What an event adds goes by the attribute of the units that it takes, for each of them."
            let parted = pooled && !matches!(opens, Opens::Passes(_));
            let pieces = if parted { self.unit_events(event) } else { Vec::new() };
            for unit in 0..units {
                let unit = usize::try_from(unit).ok().and_then(|unit| pieces.get(unit));
                let event = unit.unwrap_or(event);
                let what = match opens {
                    Opens::Takes(id) => self.take(deposit, id, event, &mut held)?,
                    Opens::Ends(place) => self.end_of_deposit(deposit, (place, None), event, &mut held)?,
                    Opens::EndsOfDuty(place, duty) => {
                        let bearer = duties.get(duty).and_then(|(.., bearer)| bearer.clone());
                        self.end_of_deposit(deposit, (place, bearer), event, &mut held)?
                    }
                    Opens::EndsByText(_) => self.ended_by_texts(deposit, event, &mut held)?,
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

    /// "`matched by serial`: the deposit of the very asset that comes back. `oldest first`, `latest first`: the deposit
    /// that was paid first or last of all that are held."
    fn end_of_deposit(
        &self,
        deposit: &Deposit,
        (place, bearer): (usize, Option<Datum>),
        event: &Event,
        held: &mut Vec<Held>,
    ) -> Found<Vec<What>> {
        let hand = Hand { bearer, ..Hand::of_event(event) };
        if let Opener::On(_, Some(filter)) = &deposit.releases[place].opener {
            match self.holds(filter, &hand) {
                Ok(true) => {}
                Ok(false) => return Ok(Vec::new()),
                Err(_) => return unsupported("a deposit of which it cannot be told whether it ends"),
            }
        }
        let of = deposit.releases[place].of;
        let whose = of.map(|dim| self.group_at(&[dim], &hand)).transpose()?;
        let whose = whose.and_then(|group| group.into_iter().next()).and_then(|(_, key)| key);
        if of.is_some() && whose.is_none() {
            return Ok(vec![What::Unknown(place)]);
        }
        // "What is left over stays a deposit, until another sentence ends it."
        let (mut among, others): (Vec<Held>, Vec<Held>) =
            held.drain(..).partition(|own| (whose.is_none() || own.owner == whose) && own.rest_of != Some(place));
        let ended = self.chosen_deposits(deposit, event, &mut among);
        among.extend(others);
        if let Some(share) = &deposit.releases[place].share {
            for own in &ended {
                among.extend(self.rest(share, (own, place), &hand)?);
            }
        }
        among.sort_by_key(|own| own.paid);
        *held = among;
        Ok(vec![if ended.is_empty() { What::None(place) } else { What::Ended(place, ended) }])
    }

    /// What is left of a deposit of which a share is paid back.
    fn rest(&self, share: &Value, (own, place): (&Held, usize), hand: &Hand<'_>) -> Found<Option<Held>> {
        let share = match self.number(share, &Hand { deposit: Some(own), ..hand.clone() }) {
            Err(Gap::Unsupported(what)) => return unsupported(what),
            share => share,
        };
        let left = |amount: &Ratio| share.clone().map(|share| amount.minus(&amount.times(&share)));
        let amount = own.amount.clone().and_then(|amount| left(&amount));
        let rest = Held { amount, rest_of: Some(place), ..own.clone() };
        Ok(Some(rest).filter(|rest| rest.amount != Ok(Ratio::ZERO)))
    }

    /// The sentence of a release.
    fn of_release(&self, deposit: &Deposit, release: usize) -> Option<&Sentence> {
        let deposit = self.contract.deposits.iter().position(|own| std::ptr::eq(own, deposit))?;
        let is = |sentence: &&Sentence| {
            sentence.gives_back.is_some_and(|gives| (gives.deposit, gives.release) == (deposit, release))
        };
        self.contract.sentences.iter().find(is)
    }

    /// What the texts of an amended clause end on an event: each what it governs, and of a pool one in all. What is of none
    /// is told by the text in force.
    fn ended_by_texts(&self, deposit: &Deposit, event: &Event, held: &mut Vec<Held>) -> Found<Vec<What>> {
        let hand = Hand::of_event(event);
        let mut texts: Vec<(usize, usize, EndsBy)> = Vec::new();
        for (place, release) in deposit.releases.iter().enumerate().filter(|(_, release)| ends_on(release, event)) {
            let (Some(by), Some((version, _))) =
                (release.by, self.of_release(deposit, place).and_then(|sentence| self.text_of(sentence)))
            else {
                return unsupported("a deposit that two clauses end on one event, of which one is amended");
            };
            if texts.iter().any(|(_, own, _)| *own == version) || release.of.is_some() {
                return unsupported("a text that ends deposits in several ways on one event");
            }
            match &release.opener {
                Opener::On(_, Some(filter)) => match self.holds(filter, &hand) {
                    Ok(true) => texts.push((place, version, by)),
                    Ok(false) => {}
                    Err(_) => return unsupported("a deposit of which it cannot be told whether it ends"),
                },
                _ => texts.push((place, version, by)),
            }
        }
        let asset = event.asset.as_deref();
        let ends = |own: &Held, (_, version, by): &(usize, usize, EndsBy)| match by {
            EndsBy::Taking => own.text == Some(*version),
            EndsBy::Paid => self.governs(*version, asset, own.paid),
            EndsBy::Last => self.lasts(*version, asset, event.at),
            EndsBy::Return => self.governs(*version, asset, event.at),
        };
        let mut ended: Vec<What> = Vec::new();
        if deposit.matching == Matching::Serial {
            for text in &texts {
                let (gone, rest): (Vec<Held>, Vec<Held>) =
                    held.drain(..).partition(|own| own.asset == event.asset && ends(own, text));
                *held = rest;
                if !gone.is_empty() {
                    ended.push(What::Ended(text.0, gone));
                }
            }
        } else {
            let is = |own: &Held| texts.iter().any(|text| ends(own, text));
            let place = match deposit.matching {
                Matching::LatestFirst => held.iter().rposition(is),
                Matching::Serial | Matching::OldestFirst => held.iter().position(is),
            };
            if let Some(place) = place {
                let own = held.remove(place);
                let text = texts.iter().find(|text| ends(&own, text)).map_or(0, |text| text.0);
                ended.push(What::Ended(text, vec![own]));
            }
        }
        if ended.is_empty() {
            let speaks = |(_, version, by): &&(usize, usize, EndsBy)| match by {
                EndsBy::Taking | EndsBy::Last => self.lasts(*version, asset, event.at),
                EndsBy::Paid | EndsBy::Return => self.governs(*version, asset, event.at),
            };
            ended.extend(texts.iter().find(speaks).map(|(place, ..)| What::None(*place)));
        }
        Ok(ended)
    }

    fn chosen_deposits(&self, deposit: &Deposit, event: &Event, held: &mut Vec<Held>) -> Vec<Held> {
        match deposit.matching {
            Matching::Serial => {
                let (ended, rest): (Vec<Held>, Vec<Held>) = held.drain(..).partition(|own| own.asset == event.asset);
                *held = rest;
                ended
            }
            Matching::OldestFirst | Matching::LatestFirst if held.is_empty() => Vec::new(),
            Matching::OldestFirst => vec![held.remove(0)],
            Matching::LatestFirst => held.pop().into_iter().collect(),
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

    /// What a sentence pays that takes a deposit, or ends one: each occurrence with its event.
    pub(crate) fn paid_of_deposit(&self, sentence: &Sentence) -> Found<Option<(FamilyId, Vec<Paid>)>> {
        let mut found = Vec::new();
        if let Some(gives) = sentence.gives_back {
            let deposit = &self.contract.deposits[gives.deposit];
            for step in self.steps_of_deposit(gives.deposit)? {
                match &step.what {
                    What::Ended(place, ended) if *place == gives.release => {
                        for held in ended {
                            let hand = Hand { deposit: Some(held), ..Hand::of_event(&step.event) };
                            let amount = self.each(sentence, &Ratio::ONE, &hand);
                            found.push((step.at, step.event.clone(), Some(held.clone()), amount));
                        }
                    }
                    // A return without a deposit is told once.
                    What::None(place) if *place == gives.release && gives.tells && deposit.lone == LoneReturn::Held => {
                        found.push((step.at, step.event, None, Err(Gap::Held)));
                    }
                    What::None(place)
                        if *place == gives.release
                            && gives.tells
                            && self.may_be_paid_before(deposit, step.event.asset.as_deref(), step.at) =>
                    {
                        found.push((step.at, step.event, None, Err(Gap::Held)));
                    }
                    What::Unknown(place) if *place == gives.release => {
                        found.push((step.at, step.event, None, Err(Gap::Held)));
                    }
                    What::Ended(..) | What::None(_) | What::Taken(_) | What::Unknown(_) => {}
                }
            }
            return Ok(Some((self.family_of_deposit(deposit)?, found)));
        }
        let taking = self.contract.deposits.iter().position(|deposit| deposit.taken_by.contains(&sentence.id));
        let Some(place) = taking else { return Ok(None) };
        for step in self.steps_of_deposit(place)? {
            if matches!(&step.what, What::Taken(id) if *id == sentence.id) {
                let amount = self.each(sentence, &Ratio::ONE, &Hand::of_event(&step.event));
                found.push((step.at, step.event, None, amount));
            }
        }
        Ok(Some((self.family_of_deposit(&self.contract.deposits[place])?, found)))
    }

    /// What is held of a deposit because something happened to more units than there are.
    pub(crate) fn too_many_deposits(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        inside: Between,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let taking = self.contract.deposits.iter().position(|deposit| deposit.taken_by.contains(&sentence.id));
        let Some(place) = sentence.gives_back.as_ref().map(|gives| gives.deposit).or(taking) else {
            return Ok(Vec::new());
        };
        let deposit = &self.contract.deposits[place];
        // "A pool looks at what is held for all assets": what it gives back does not depend on the units that are there.
        let pooled = deposit.matching != Matching::Serial;
        if pooled && sentence.gives_back.is_some() {
            return Ok(Vec::new());
        }
        let family = self.family_of_deposit(deposit)?;
        let is_on = |opener: &Opener, event: &Event| matches!(opener, Opener::On(kind, _) if *kind == event.kind);
        let mut found = Vec::new();
        for event in self.facts.events.iter().filter(|event| event.too_many && inside.contains(event.at)) {
            let kind = &self.contract.kinds[event.kind.index()];
            if kind.family != Some(family) {
                continue;
            }
            let returns = deposit.releases.iter().any(|release| ends_on(release, event));
            let mut takes = deposit.taken_by.iter().map(|id| &self.contract.sentences[id.index()].opener);
            let is_taken =
                if pooled { is_on(&sentence.opener, event) } else { takes.any(|opener| is_on(opener, event)) };
            // "Of a lot of which more units come back than are there, the others find no deposit."
            let held = if is_taken {
                true
            } else if returns && !pooled {
                let before = self.may_be_paid_before(deposit, event.asset.as_deref(), event.at);
                sentence.gives_back.is_some() && (before || deposit.lone == LoneReturn::Held)
            } else {
                !kind.sets.is_empty()
            };
            if held {
                found.extend(self.groups_of_lot(dims, event)?);
            }
        }
        Ok(found)
    }

    fn family_of_deposit(&self, deposit: &Deposit) -> Found<FamilyId> {
        let family = deposit.taken_by.iter().find_map(|id| match &self.contract.sentences[id.index()].opener {
            Opener::On(kind, _) => self.contract.kinds[kind.index()].family,
            _ => None,
        });
        family.ok_or(Gap::Unsupported("deposits of no asset".to_owned()))
    }
}

/// What an event does to deposits.
#[derive(Clone, Copy)]
enum Opens {
    Takes(SentenceId),
    Ends(usize),
    /// The same with an obligation, by its place.
    EndsOfDuty(usize, usize),
    /// By all texts of an amended clause, of which the first release stands at this place.
    EndsByText(usize),
    /// The asset goes on to another member, by this attribute.
    Passes(usize),
}

impl Opens {
    /// An event gives back first, passes on then, and takes at last.
    fn order(self) -> usize {
        match self {
            Self::Ends(place) | Self::EndsByText(place) | Self::EndsOfDuty(place, _) => place,
            Self::Passes(_) => usize::MAX - 1,
            Self::Takes(_) => usize::MAX,
        }
    }
}

/// Whether a release ends deposits on an event of this kind.
fn ends_on(release: &Release, event: &Event) -> bool {
    matches!(&release.opener, Opener::On(kind, _) if *kind == event.kind)
}
