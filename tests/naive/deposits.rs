//! Deposits: taken and given back event by event.

use std::collections::BTreeSet;

use consigne::base::ids::{FamilyId, SentenceId};
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::{LoneReturn, Matching, SecondDeposit};
use consigne::check::contract::{Deposit, Depositor, Opener, Sentence};

use super::World;
use super::facts::Event;
use super::values::{Found, Gap, Hand, unsupported};

/// A deposit that is held.
#[derive(Clone, Debug)]
pub(crate) struct Held {
    asset: Option<String>,
    pub(crate) paid: Instant,
    /// How much, or that it cannot be told.
    pub(crate) amount: Found<Ratio>,
}

/// When and on which event something is paid, and how much.
type Paid = (Instant, Event, Found<Ratio>);

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

    fn walked_deposit(&self, deposit: &Deposit) -> Found<Vec<Step>> {
        if !matches!(deposit.depositor, Depositor::Party(_)) {
            return unsupported("deposits of members");
        }
        if deposit.releases.iter().any(|release| release.share.is_some()) {
            return unsupported("deposits of which a rest stays held");
        }
        let mut all: Vec<(Instant, usize, &Event, Opens)> = Vec::new();
        for (order, event) in self.facts.events.iter().enumerate() {
            // An event gives back first, and takes then.
            for (place, release) in deposit.releases.iter().enumerate() {
                if let Opener::On(kind, _) = &release.opener
                    && *kind == event.kind
                {
                    all.push((event.at, order, event, Opens::Ends(place)));
                }
            }
            for id in &deposit.taken_by {
                if matches!(&self.contract.sentences[id.index()].opener, Opener::On(kind, _) if *kind == event.kind) {
                    all.push((event.at, order, event, Opens::Takes(*id)));
                }
            }
        }
        let mut duties = Vec::new();
        for (place, release) in deposit.releases.iter().enumerate() {
            if let Opener::Outcome(obligation, outcome) = &release.opener {
                for duty in self.duties(*obligation)? {
                    if duty.unknown {
                        return unsupported("deposits that end with an obligation that cannot be told");
                    }
                    if let Some(at) = duty.reached(*outcome) {
                        duties.push((at, place, duty.opened));
                    }
                }
            }
        }
        all.extend(duties.iter().map(|(at, place, opened)| (*at, 0, opened, Opens::Ends(*place))));
        all.sort_by_key(|(at, order, ..)| (*at, *order));
        let mut held: Vec<Held> = Vec::new();
        let mut known: BTreeSet<Option<String>> = BTreeSet::new();
        let mut found = Vec::new();
        for (at, _, event, opens) in all {
            if event.contested || event.units != 1 {
                return unsupported("deposits of lots and of records that contradict each other");
            }
            let what = match opens {
                Opens::Takes(id) => self.take(deposit, id, event, &mut held)?,
                Opens::Ends(place) => self.end_of_deposit(deposit, place, event, &mut held)?,
            };
            // "A deposit ends once. A later return finds none: nothing is paid, and the statement counts it."
            let again = deposit.matching == Matching::Serial && known.contains(&event.asset);
            let what = what.filter(|what| !(again && matches!(what, What::None(_))));
            if matches!(what, Some(What::Taken(_))) {
                known.insert(event.asset.clone());
            }
            found.extend(what.map(|what| Step { at, event: event.clone(), what }));
        }
        Ok(found)
    }

    /// "`is not charged`: a deposit is held for the asset and its event comes again: the one that is held covers it."
    fn take(&self, deposit: &Deposit, id: SentenceId, event: &Event, held: &mut Vec<Held>) -> Found<Option<What>> {
        let sentence = &self.contract.sentences[id.index()];
        let Opener::On(_, filter) = &sentence.opener else { return unsupported("a deposit that no event takes") };
        let hand = Hand::of_event(event);
        match filter.as_ref().map_or(Ok(true), |filter| self.holds(filter, &hand)) {
            Ok(true) => {}
            Ok(false) => return Ok(None),
            Err(_) => return unsupported("a deposit of which it cannot be told whether it is taken"),
        }
        // Of a pool each event takes one.
        let is_held = deposit.matching == Matching::Serial && held.iter().any(|own| own.asset == event.asset);
        if is_held && deposit.second == SecondDeposit::NotCharged {
            return Ok(None);
        }
        let amount = match self.each(sentence, &Ratio::ONE, &hand) {
            Err(Gap::Unsupported(what)) => return unsupported(what),
            amount => amount,
        };
        held.push(Held { asset: event.asset.clone(), paid: event.at, amount });
        Ok(Some(What::Taken(id)))
    }

    /// "`matched by serial`: the deposit of the very asset that comes back. `oldest first`, `latest first`: the deposit
    /// that was paid first or last of all that are held."
    fn end_of_deposit(
        &self,
        deposit: &Deposit,
        place: usize,
        event: &Event,
        held: &mut Vec<Held>,
    ) -> Found<Option<What>> {
        let hand = Hand::of_event(event);
        if let Opener::On(_, Some(filter)) = &deposit.releases[place].opener {
            match self.holds(filter, &hand) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(_) => return unsupported("a deposit of which it cannot be told whether it ends"),
            }
        }
        let ended = match deposit.matching {
            Matching::Serial => {
                let (ended, rest): (Vec<Held>, Vec<Held>) = held.drain(..).partition(|own| own.asset == event.asset);
                *held = rest;
                ended
            }
            Matching::OldestFirst | Matching::LatestFirst if held.is_empty() => Vec::new(),
            Matching::OldestFirst => vec![held.remove(0)],
            Matching::LatestFirst => held.pop().into_iter().collect(),
        };
        Ok(Some(if ended.is_empty() { What::None(place) } else { What::Ended(place, ended) }))
    }

    /// What a sentence pays that takes a deposit, or ends one: each occurrence with its event.
    pub(crate) fn paid_of_deposit(&self, sentence: &Sentence) -> Found<Option<(FamilyId, Vec<Paid>)>> {
        let mut found = Vec::new();
        if let Some(gives) = sentence.gives_back {
            let deposit = &self.contract.deposits[gives.deposit];
            for step in self.steps_of_deposit(gives.deposit)? {
                let amount = match &step.what {
                    What::Ended(place, ended) if *place == gives.release => self.of_ended(sentence, &step, ended),
                    // A return without a deposit is told once.
                    What::None(place) if *place == gives.release && gives.tells && deposit.lone == LoneReturn::Held => {
                        Err(Gap::Held)
                    }
                    What::Ended(..) | What::None(_) | What::Taken(_) => continue,
                };
                found.push((step.at, step.event, amount));
            }
            return Ok(Some((self.family_of_deposit(deposit)?, found)));
        }
        let taking = self.contract.deposits.iter().position(|deposit| deposit.taken_by.contains(&sentence.id));
        let Some(place) = taking else { return Ok(None) };
        for step in self.steps_of_deposit(place)? {
            if matches!(&step.what, What::Taken(id) if *id == sentence.id) {
                let amount = self.each(sentence, &Ratio::ONE, &Hand::of_event(&step.event));
                found.push((step.at, step.event, amount));
            }
        }
        Ok(Some((self.family_of_deposit(&self.contract.deposits[place])?, found)))
    }

    fn family_of_deposit(&self, deposit: &Deposit) -> Found<FamilyId> {
        let family = deposit.taken_by.iter().find_map(|id| match &self.contract.sentences[id.index()].opener {
            Opener::On(kind, _) => self.contract.kinds[kind.index()].family,
            _ => None,
        });
        family.ok_or(Gap::Unsupported("deposits of no asset".to_owned()))
    }

    fn of_ended(&self, sentence: &Sentence, step: &Step, ended: &[Held]) -> Found<Ratio> {
        let mut sum = Ratio::ZERO;
        for held in ended {
            let hand = Hand { deposit: Some(held), ..Hand::of_event(&step.event) };
            sum = sum.plus(&self.each(sentence, &Ratio::ONE, &hand)?);
        }
        Ok(sum)
    }
}

/// What an event does to deposits.
#[derive(Clone, Copy)]
enum Opens {
    Takes(SentenceId),
    Ends(usize),
}
