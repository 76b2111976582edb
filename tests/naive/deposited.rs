//! What is paid of deposits: each time that one is taken or ended, and what is held of it.

use consigne::base::ids::FamilyId;
use consigne::base::number::Ratio;
use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::{LoneReturn, Matching};
use consigne::check::contract::{Deposit, Dimension, Opener, Sentence};

use super::World;
use super::deposits::{Held, What};
use super::facts::Event;
use super::returns::ends_on;
use super::values::{Found, Gap, Group, Hand};

/// When and on which event something is paid, of which deposit, and how much.
type Paid = (Instant, Event, Option<Held>, Found<Ratio>);

impl World<'_> {
    /// What a sentence pays that takes a deposit, or ends one: each occurrence with its event.
    pub(crate) fn paid_of_deposit(&self, sentence: &Sentence) -> Found<Option<(FamilyId, Vec<Paid>)>> {
        let mut found = Vec::new();
        if let Some(gives) = sentence.gives_back {
            let deposit = &self.contract.deposits[gives.deposit];
            for step in self.steps_of_deposit(gives.deposit)? {
                match &step.what {
                    What::Ended(place, ended) if *place == gives.release => {
                        for held in ended {
                            let hand = Hand { at: step.at, deposit: Some(held), ..Hand::of_event(&step.event) };
                            let amount = self.each(sentence, &Ratio::ONE, &hand);
                            found.push((step.at, step.event.clone(), Some(held.clone()), amount));
                        }
                    }
                    What::Doubted(place, doubted) if *place == gives.release => {
                        for held in doubted {
                            found.push((step.at, step.event.clone(), Some(held.clone()), Err(Gap::Held)));
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
                    What::Ended(..)
                    | What::Doubted(..)
                    | What::None(_)
                    | What::Taken(_)
                    | What::Perhaps(_)
                    | What::Unknown(_) => {}
                }
            }
            return Ok(Some((self.family_of_deposit(deposit)?, found)));
        }
        let taking = self.contract.deposits.iter().position(|deposit| deposit.taken_by.contains(&sentence.id));
        let Some(place) = taking else { return Ok(None) };
        for step in self.steps_of_deposit(place)? {
            let amount = match &step.what {
                What::Taken(id) if *id == sentence.id => self.each(sentence, &Ratio::ONE, &Hand::of_event(&step.event)),
                What::Perhaps(id) if *id == sentence.id => Err(Gap::Held),
                _ => continue,
            };
            found.push((step.at, step.event, None, amount));
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

    pub(crate) fn family_of_deposit(&self, deposit: &Deposit) -> Found<FamilyId> {
        let family = deposit.taken_by.iter().find_map(|id| match &self.contract.sentences[id.index()].opener {
            Opener::On(kind, _) => self.contract.kinds[kind.index()].family,
            _ => None,
        });
        family.ok_or(Gap::Unsupported("deposits of no asset".to_owned()))
    }
}
