//! What is paid of deposits: each time that one is taken or ended, and what is held of it.

use consigne::base::ids::FamilyId;
use consigne::base::number::Ratio;
use consigne::base::time::Between;
use consigne::base::vocabulary::{LoneReturn, Matching, SecondDeposit};
use consigne::check::contract::{Deposit, Dimension, GivesBack, Opener, Sentence};

use super::World;
use super::deposits::{Held, Step, What};
use super::facts::Event;
use super::lots::lot_of;
use super::returns::ends_on;
use super::values::{Found, Gap, Group, Hand};

/// Something that is paid of a deposit: what happened, the deposit that ended, and how much.
pub(crate) struct Paid {
    pub(crate) step: Step,
    held: Option<Held>,
    pub(crate) amount: Found<Ratio>,
}

impl Paid {
    /// What is at hand.
    pub(crate) fn hand(&self) -> Hand<'_> {
        Hand { deposit: self.held.as_ref(), ..self.step.hand() }
    }
}

impl World<'_> {
    /// The deposit that a sentence takes or ends, by its place.
    pub(crate) fn deposit_of(&self, sentence: &Sentence) -> Option<usize> {
        let taking = self.contract.deposits.iter().position(|deposit| deposit.taken_by.contains(&sentence.id));
        sentence.gives_back.map(|gives| gives.deposit).or(taking)
    }

    /// What a sentence pays that takes a deposit, or ends one: each occurrence. One that is taken each time that an obligation
    /// comes to stand so, whatever is held, is paid as any payment for an outcome.
    pub(crate) fn paid_of_deposit(&self, sentence: &Sentence) -> Found<Option<(FamilyId, Vec<Paid>)>> {
        let Some(place) = self.deposit_of(sentence) else { return Ok(None) };
        let deposit = &self.contract.deposits[place];
        let covers = deposit.matching == Matching::Serial && deposit.second == SecondDeposit::NotCharged;
        if sentence.gives_back.is_none() && matches!(sentence.opener, Opener::Outcome(..)) && !covers {
            return Ok(None);
        }
        let mut found = Vec::new();
        for step in self.steps_of_deposit(place)? {
            if let Some(gives) = sentence.gives_back {
                self.paid_back(sentence, gives, &step, &mut found);
                continue;
            }
            if self.is_of_too_many(&step.event) {
                continue;
            }
            let amount = match &step.what {
                What::Taken(id) if *id == sentence.id => self.each(sentence, &Ratio::ONE, &step.hand()),
                What::Perhaps(id) if *id == sentence.id => Err(Gap::Held),
                _ => continue,
            };
            found.push(Paid { step, held: None, amount });
        }
        Ok(Some((self.family_of_deposit(deposit), found)))
    }

    /// What a sentence pays by which a deposit comes back or is kept.
    fn paid_back(&self, sentence: &Sentence, gives: GivesBack, step: &Step, found: &mut Vec<Paid>) {
        let deposit = &self.contract.deposits[gives.deposit];
        let mut push = |held: Option<Held>, amount| found.push(Paid { step: step.clone(), held, amount });
        match &step.what {
            What::Ended(place, ended) if *place == gives.release => {
                for held in ended {
                    let hand = Hand { deposit: Some(held), ..step.hand() };
                    push(Some(held.clone()), self.each(sentence, &Ratio::ONE, &hand));
                }
            }
            What::Doubted(place, doubted) if *place == gives.release => {
                doubted.iter().for_each(|held| push(Some(held.clone()), Err(Gap::Held)));
            }
            // A return without a deposit is told once.
            What::None(place) if *place == gives.release && gives.tells => {
                let before = self.may_be_paid_before(deposit, step.event.asset.as_deref(), step.at);
                if before || deposit.lone == LoneReturn::Held {
                    push(None, Err(Gap::Held));
                }
            }
            What::Unknown(place) if *place == gives.release => push(None, Err(Gap::Held)),
            What::Ended(..)
            | What::Doubted(..)
            | What::None(_)
            | What::Taken(_)
            | What::Perhaps(_)
            | What::Unknown(_) => {}
        }
    }

    /// Whether it is what takes of more units than there are: that is held for all whose units are there, not for nobody.
    fn is_of_too_many(&self, event: &Event) -> bool {
        event.too_many && event.asset.as_deref().is_some_and(|asset| lot_of(asset) == asset)
    }

    /// What is held of a deposit because something happened to more units than there are.
    pub(crate) fn too_many_deposits(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        inside: Between,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let Some(place) = self.deposit_of(sentence) else { return Ok(Vec::new()) };
        let deposit = &self.contract.deposits[place];
        // "A pool looks at what is held for all assets": what it gives back does not depend on the units that are there.
        let pooled = deposit.matching != Matching::Serial;
        if pooled && sentence.gives_back.is_some() {
            return Ok(Vec::new());
        }
        let family = self.family_of_deposit(deposit);
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

    pub(crate) fn family_of_deposit(&self, deposit: &Deposit) -> FamilyId {
        let family = deposit.taken_by.iter().find_map(|id| match &self.contract.sentences[id.index()].opener {
            Opener::On(kind, _) => self.contract.kinds[kind.index()].family,
            Opener::Outcome(id, _) => Some(self.contract.obligations[id.index()].family),
            Opener::Always | Opener::When(_) | Opener::Each(_) => None,
        });
        family.expect("check refuses deposits of no asset")
    }
}
