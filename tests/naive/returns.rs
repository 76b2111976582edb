//! What ends deposits: each sentence that gives one back or keeps it, by the texts of amended clauses.

use consigne::base::ids::ClauseId;
use consigne::base::vocabulary::Matching;
use consigne::check::contract::{Deposit, Opener, Release, Sentence};
use consigne::check::held_deposits::EndsBy;
use consigne::check::value::Value;

use super::World;
use super::deposits::{Doubt, Held, What};
use super::facts::Event;
use super::values::{Datum, Found, Gap, Hand};

/// A sentence by which something comes back.
pub(crate) struct Back {
    clause: ClauseId,
    /// Its place among the releases.
    place: usize,
    /// The text in which it stands and which text decides, where its clause is amended.
    text: Option<(usize, EndsBy)>,
    /// Among whose deposits it looks.
    whose: Option<Datum>,
    /// Where it cannot be told whether it ends anything.
    doubt: Option<Doubt>,
}

impl World<'_> {
    /// What ends on an event or with an obligation, by the releases at these places: each sentence ends what it finds, "those of
    /// an earlier clause first". What is of none is told by the text in force.
    pub(crate) fn ended(
        &self,
        deposit: &Deposit,
        (places, hand, doubt): (&[usize], &Hand<'_>, Option<Doubt>),
        held: &mut Vec<Held>,
    ) -> Found<Vec<What>> {
        let mut found = Vec::new();
        let mut all: Vec<Back> = Vec::new();
        for place in places {
            match self.back(deposit, *place, hand)? {
                Some(Ok(back)) => all.push(Back { doubt: doubt.or(back.doubt), ..back }),
                Some(Err(unknown)) => found.push(unknown),
                None => {}
            }
        }
        all.sort_by_key(|back| (back.clause, back.place));
        let mut ended: Vec<Vec<Held>> = Vec::new();
        let mut turn = None;
        for (place, back) in all.iter().enumerate() {
            // Of a pool the text of a clause that ends the first of its deposits has the turn.
            if all[..place].iter().all(|before| before.clause != back.clause) {
                turn = self.turn(deposit, (back, &all), hand, held);
            }
            if back.doubt.is_some() {
                ended.push(Vec::new());
                found.extend(self.doubted(deposit, back, hand, held));
                continue;
            }
            let own = turn.is_none() || turn == back.text.map(|(version, _)| version);
            let gone = if own { self.gone(deposit, back, hand, held) } else { Vec::new() };
            if let Some(share) = &deposit.releases[back.place].share {
                for (place, own) in &gone {
                    // "in its turn"
                    if let Some(rest) = self.rest(share, (own, back.place), hand)? {
                        held.insert(*place, rest);
                    }
                }
            }
            ended.push(gone.into_iter().map(|(_, own)| own).collect());
        }
        for (back, gone) in all.iter().zip(&ended) {
            let other = |(other, gone): (&Back, &Vec<Held>)| {
                let texts = back.text.zip(other.text).is_some_and(|((one, _), (other, _))| one != other);
                back.clause == other.clause && texts && !gone.is_empty()
            };
            if !gone.is_empty() {
                found.push(What::Ended(back.place, gone.clone()));
            } else if back.doubt.is_none() && self.speaks(back, hand) && !all.iter().zip(&ended).any(other) {
                found.push(What::None(back.place));
            }
        }
        Ok(found)
    }

    /// What a sentence may end, of which that cannot be told: it stays held, in doubt from then on. Of a pool it is the next one
    /// that is not yet in doubt.
    fn doubted(&self, deposit: &Deposit, back: &Back, hand: &Hand<'_>, held: &mut [Held]) -> Option<What> {
        let pooled = deposit.matching != Matching::Serial;
        let asset = |own: &Held| pooled || own.asset.as_deref() == hand.asset;
        let mut all: Vec<&mut Held> = held.iter_mut().filter(|own| asset(own) && self.ends(back, hand, own)).collect();
        if deposit.matching == Matching::LatestFirst {
            all.reverse();
        }
        let first = back.doubt == Some(Doubt::First);
        let fresh = |own: &Held| !own.doubt || (first && !pooled);
        let mut chosen: Vec<usize> = (0..all.len()).filter(|place| fresh(all[*place])).collect();
        if pooled {
            chosen.truncate(1);
        }
        if chosen.is_empty() && first && !all.is_empty() {
            chosen.push(0);
        }
        let mut found = Vec::new();
        for place in chosen {
            found.push(all[place].clone());
            (all[place].amount, all[place].doubt) = (Err(Gap::Held), true);
        }
        match back.doubt {
            _ if !found.is_empty() => Some(What::Doubted(back.place, found)),
            Some(Doubt::First) if self.speaks(back, hand) => Some(What::None(back.place)),
            Some(_) | None => None,
        }
    }

    /// A sentence by which something comes back; none where its condition does not hold.
    fn back(&self, deposit: &Deposit, place: usize, hand: &Hand<'_>) -> Found<Option<Result<Back, What>>> {
        let release = &deposit.releases[place];
        let Some(sentence) = self.of_release(deposit, place) else { return Ok(None) };
        let mut doubt = None;
        if let Opener::On(_, Some(filter)) = &release.opener {
            match self.holds_of_units(filter, hand) {
                Ok(true) => {}
                Ok(false) => return Ok(None),
                Err(_) => doubt = Some(Doubt::First),
            }
        }
        let text = release.by.and_then(|by| self.text_of(sentence).map(|(version, _)| (version, by)));
        let whose = release.of.map(|dim| self.group_at(&[dim], hand)).transpose()?;
        let whose = whose.and_then(|group| group.into_iter().next()).and_then(|(_, key)| key);
        if release.of.is_some() && whose.is_none() {
            return Ok(Some(Err(What::Unknown(place))));
        }
        Ok(Some(Ok(Back { clause: sentence.clause, place, text, whose, doubt })))
    }

    /// Whether a condition holds, whichever units of a lot an event is about.
    fn holds_of_units(&self, filter: &Value, hand: &Hand<'_>) -> Found<bool> {
        let Some(event) = hand.event.filter(|event| self.is_of_lots(event) && !self.facts.is_lot(event)) else {
            return self.holds(filter, hand);
        };
        let mut all: Vec<Found<bool>> = Vec::new();
        for own in self.hands(event, &[]) {
            all.push(self.holds(filter, &Hand { at: hand.at, ..own }));
        }
        if all.iter().all(|one| *one == all[0]) { all[0].clone() } else { Err(Gap::Held) }
    }

    /// Of a pool the text of an amended clause whose turn it is, of all by which something comes back.
    fn turn(&self, deposit: &Deposit, (own, all): (&Back, &[Back]), hand: &Hand<'_>, held: &[Held]) -> Option<usize> {
        let pooled = deposit.matching != Matching::Serial;
        let mut order: Vec<&Held> = held.iter().collect();
        if deposit.matching == Matching::LatestFirst {
            order.reverse();
        }
        let is_own = |back: &&Back| back.clause == own.clause && back.doubt.is_none();
        let ends = |held: &&Held| all.iter().filter(is_own).find(|back| self.ends(back, hand, held));
        let first = order.iter().find_map(ends).filter(|_| pooled)?;
        first.text.map(|(version, _)| version)
    }

    /// What one sentence ends: "`matched by serial`: the deposit of the very asset that comes back. `oldest first`, `latest
    /// first`: the deposit that was paid first or last of all that are held". Of a pool with its place.
    fn gone(&self, deposit: &Deposit, back: &Back, hand: &Hand<'_>, held: &mut Vec<Held>) -> Vec<(usize, Held)> {
        let is = |own: &Held| self.ends(back, hand, own);
        let place = match deposit.matching {
            Matching::Serial => {
                let (gone, rest): (Vec<Held>, Vec<Held>) =
                    held.drain(..).partition(|own| own.asset.as_deref() == hand.asset && is(own));
                *held = rest;
                return gone.into_iter().map(|own| (0, own)).collect();
            }
            Matching::OldestFirst => held.iter().position(is),
            Matching::LatestFirst => held.iter().rposition(is),
        };
        place.map(|place| (place, held.remove(place))).into_iter().collect()
    }

    /// Whether a sentence ends a deposit, if it is its turn. "What is left over stays a deposit, until another sentence ends it."
    fn ends(&self, back: &Back, hand: &Hand<'_>, own: &Held) -> bool {
        let by_text = back.text.is_none_or(|(version, by)| match by {
            EndsBy::Taking => own.text == Some(version),
            EndsBy::Paid => self.governs(version, hand.asset, own.paid),
            EndsBy::Last => self.lasts(version, hand.asset, hand.at),
            EndsBy::Return => self.governs(version, hand.asset, hand.at),
        });
        by_text && own.rest_of != Some(back.place) && (back.whose.is_none() || own.owner == back.whose)
    }

    /// Whether the text of a sentence governs what comes back and is of no deposit.
    fn speaks(&self, back: &Back, hand: &Hand<'_>) -> bool {
        back.text.is_none_or(|(version, by)| match by {
            EndsBy::Taking | EndsBy::Last => self.lasts(version, hand.asset, hand.at),
            EndsBy::Paid | EndsBy::Return => self.governs(version, hand.asset, hand.at),
        })
    }

    /// What comes back of which it cannot be told what is held, by each sentence whose text governs or that would end something.
    pub(crate) fn not_told(
        &self,
        deposit: &Deposit,
        (places, hand): (&[usize], &Hand<'_>),
        held: &[Held],
    ) -> Found<Vec<What>> {
        let mut found = Vec::new();
        let pooled = deposit.matching != Matching::Serial;
        let own = |held: &&Held| pooled || held.asset.as_deref() == hand.asset;
        for place in places {
            match self.back(deposit, *place, hand)? {
                Some(Ok(back))
                    if self.speaks(&back, hand) || held.iter().filter(own).any(|own| self.ends(&back, hand, own)) =>
                {
                    found.push(What::Unknown(*place));
                }
                Some(Err(unknown)) => found.push(unknown),
                Some(Ok(_)) | None => {}
            }
        }
        Ok(found)
    }

    /// What is left of a deposit of which a share is paid back.
    fn rest(&self, share: &Value, (own, place): (&Held, usize), hand: &Hand<'_>) -> Found<Option<Held>> {
        let share = self.number(share, &Hand { deposit: Some(own), ..hand.clone() });
        let left =
            |amount: &consigne::base::number::Ratio| share.clone().map(|share| amount.minus(&amount.times(&share)));
        let amount = own.amount.clone().and_then(|amount| left(&amount));
        let rest = Held { amount, rest_of: Some(place), ..own.clone() };
        let none = rest.amount.as_ref().is_ok_and(consigne::base::number::Ratio::is_zero);
        Ok(Some(rest).filter(|_| !none))
    }

    /// The sentence of a release.
    pub(crate) fn of_release(&self, deposit: &Deposit, release: usize) -> Option<&Sentence> {
        let deposit = self.contract.deposits.iter().position(|own| std::ptr::eq(own, deposit))?;
        let is = |sentence: &&Sentence| {
            sentence.gives_back.is_some_and(|gives| (gives.deposit, gives.release) == (deposit, release))
        };
        self.contract.sentences.iter().find(is)
    }
}

/// Whether a release ends deposits on an event of this kind.
pub(crate) fn ends_on(release: &Release, event: &Event) -> bool {
    matches!(&release.opener, Opener::On(kind, _) if *kind == event.kind)
}
