//! What takes deposits: events, of lots for each unit, and outcomes of obligations.

use consigne::base::ids::SentenceId;
use consigne::base::number::Ratio;
use consigne::base::vocabulary::SecondDeposit;
use consigne::check::contract::{Opener, Who};

use super::World;
use super::deposits::{Held, Walk, What};
use super::facts::Event;
use super::values::{Datum, Found, Gap, Group, Hand};

/// What an event would take of one unit.
struct OfUnit {
    unit: Event,
    /// Whether it takes a deposit, where that is known.
    takes: Option<bool>,
    group: Group,
    amount: Option<Ratio>,
}

impl World<'_> {
    /// What a sentence takes on an event: "each event takes a deposit", of a lot once for each unit.
    pub(super) fn taken_on(&self, id: SentenceId, hand: &Hand<'_>, walk: &mut Walk<'_>) -> Found<()> {
        let Some(event) = hand.event else { return Ok(()) };
        if walk.pooled() && self.takes_unknown_units(event) {
            return self.taken_of_unknown_units(id, event, walk);
        }
        // "What an event adds goes by the attribute of the units that it takes, for each of them."
        let pieces = if walk.pooled() { self.unit_events(event) } else { Vec::new() };
        let once = self.lies_in_lot(hand, walk) && walk.deposit.second == SecondDeposit::NotCharged;
        for unit in 0..if once { 1 } else { event.units } {
            let unit = usize::try_from(unit).ok().and_then(|unit| pieces.get(unit)).unwrap_or(event);
            self.taken(id, (&Hand::of_event(unit), false), walk)?;
        }
        Ok(())
    }

    /// One deposit is taken, or it cannot be told whether it is. "`is not charged`: a deposit is held for the asset and its
    /// event comes again: the one that is held covers it."
    pub(super) fn taken(&self, id: SentenceId, (hand, doubt): (&Hand<'_>, bool), walk: &mut Walk<'_>) -> Found<()> {
        let sentence = &self.contract.sentences[id.index()];
        let covers = !walk.pooled() && walk.deposit.second == SecondDeposit::NotCharged;
        // It is not known which of the units of a lot are covered.
        let in_lot = self.lies_in_lot(hand, walk);
        let mut doubt = doubt || (in_lot && covers);
        let text = self.text_of(sentence).map(|(version, _)| version);
        if let Opener::On(_, filter) = &sentence.opener {
            // "A deposit is taken by the text in force then."
            if text.is_some_and(|version| !self.governs(version, hand.asset, hand.at)) {
                return Ok(());
            }
            match filter.as_ref().map_or(Ok(true), |filter| self.holds(filter, hand)) {
                Ok(true) => {}
                Ok(false) => return Ok(()),
                Err(_) => doubt = true,
            }
        }
        let owner = match sentence.payer {
            Who::Party(_) => None,
            Who::Group(dim) => self.group_at(&[dim], hand)?.into_iter().next().and_then(|(_, key)| key),
        };
        // "A deposit of one member does not cover a second one that another member owes for the same asset."
        if covers {
            let known = |owner: &Option<Datum>| matches!(sentence.payer, Who::Party(_)) || owner.is_some();
            let own: Vec<&Held> = walk.held.iter().filter(|own| own.asset.as_deref() == hand.asset).collect();
            if known(&owner) && own.iter().any(|own| own.owner == owner && !own.doubt) {
                return Ok(());
            }
            doubt |= own.iter().any(|own| own.owner == owner || !known(&owner) || !known(&own.owner));
        }
        let amount = match self.each(sentence, &Ratio::ONE, hand) {
            _ if doubt => Err(Gap::Held),
            amount => amount,
        };
        let (asset, paid) = (hand.asset.map(str::to_owned), hand.at);
        walk.held.push(Held { asset, paid, owner, text, amount, rest_of: None, doubt });
        walk.tell(hand, if doubt { What::Perhaps(id) } else { What::Taken(id) });
        if in_lot {
            walk.knows(hand);
        }
        Ok(())
    }

    /// Whether it is not known which units of a lot an event takes, because it opens and ends nothing.
    fn takes_unknown_units(&self, event: &Event) -> bool {
        self.is_of_lots(event) && !self.facts.is_lot(event)
    }

    /// For each unit of which such an event may be, what it takes by a sentence.
    fn of_each_unit(&self, id: SentenceId, event: &Event) -> Found<Vec<OfUnit>> {
        let sentence = &self.contract.sentences[id.index()];
        let filter = if let Opener::On(_, filter) = &sentence.opener { filter.as_ref() } else { None };
        let mut found = Vec::new();
        for hand in self.hands(event, &[]) {
            let takes = filter.map_or(Ok(true), |filter| self.holds(filter, &hand));
            let amount = self.each(sentence, &Ratio::ONE, &hand);
            let unit = Event { asset: hand.asset.map(str::to_owned), ..event.clone() };
            let group = self.group_at(&sentence.dims, &hand)?;
            found.push(OfUnit { unit, takes: takes.ok(), group, amount: amount.ok() });
        }
        Ok(found)
    }

    /// What an event takes that is about some units of a lot, nobody knows which: where it makes a difference, the line is held
    /// for each unit that may take a deposit, and as many as these are held. Whose they are is known where all these units
    /// are of one member.
    fn taken_of_unknown_units(&self, id: SentenceId, event: &Event, walk: &mut Walk<'_>) -> Found<()> {
        let text = self.text_of(&self.contract.sentences[id.index()]).map(|(version, _)| version);
        if text.is_some_and(|version| !self.governs(version, event.asset.as_deref(), event.at)) {
            return Ok(());
        }
        let all = self.of_each_unit(id, event)?;
        let Some(first) = all.first() else { return Ok(()) };
        let same = |one: &OfUnit| (one.takes, &one.group, &one.amount) == (first.takes, &first.group, &first.amount);
        if all.iter().all(same) {
            for _ in 0..event.units {
                self.taken(id, (&Hand::of_event(&first.unit), false), walk)?;
            }
            return Ok(());
        }
        let surely = all.iter().all(|one| one.takes == Some(true));
        let known = first.amount.clone().filter(|_| surely && all.iter().all(|one| one.amount == first.amount));
        let perhaps: Vec<&OfUnit> = all.iter().filter(|one| one.takes != Some(false)).collect();
        let owner = |one: &OfUnit| one.group.first().and_then(|(_, key)| key.clone());
        let whose = perhaps.first().and_then(|one| owner(one));
        let whose = whose.filter(|whose| perhaps.iter().all(|one| owner(one).as_ref() == Some(whose)));
        let most = i64::try_from(perhaps.len()).unwrap_or(i64::MAX);
        for _ in 0..event.units.min(most) {
            walk.held.push(Held {
                asset: None,
                paid: event.at,
                owner: whose.clone(),
                text,
                amount: known.clone().ok_or(Gap::Held),
                rest_of: None,
                doubt: !surely,
            });
        }
        for one in perhaps {
            walk.tell(&Hand::of_event(&one.unit), What::Perhaps(id));
        }
        Ok(())
    }
}
