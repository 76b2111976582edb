//! Lots of assets that are not declared `in lots`: their units are not told apart.
//!
//! "Without `in lots` the lines that depend on a lot in this way are held, from the window of such an event until as many units
//! are ended as were begun."

use std::collections::BTreeMap;

use consigne::base::ids::{KindId, ObligationId};
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::{Matching, SecondDeposit};
use consigne::base::window::WindowKind;
use consigne::check::contract::{Deposit, Dimension, Opener, Sentence};
use consigne::check::value::{Point, State};

use super::World;
use super::calendar::{self, Window};
use super::facts::Event;
use super::states::kinds_of;
use super::values::{Found, Gap, Group, Hand};

/// A lot that is not told apart, from its first event to its last one.
struct NotDivided<'e> {
    first: &'e Event,
    last: Option<&'e Event>,
}

/// The same of the deposits of a clause.
pub(super) struct Lot {
    pub(super) first: Event,
    pub(super) last: Option<Instant>,
    /// Whether it is the deposits that begin and end, or an obligation that takes or ends them.
    pub(super) of_deposit: bool,
}

impl World<'_> {
    /// The first event of each lot for which a window of an asset is held.
    pub(crate) fn undivided<'e>(
        &'e self,
        asset: &'e str,
        points: &[(&Point, &Point)],
        kind: WindowKind,
        window: Window,
    ) -> Vec<&'e Event> {
        let mut found = Vec::new();
        for (from, to) in points {
            let (mut from_kinds, mut to_kinds) = (Vec::new(), Vec::new());
            kinds_of(from, &mut from_kinds);
            kinds_of(to, &mut to_kinds);
            let lots = self.not_divided(asset, (&from_kinds, &to_kinds)).into_iter();
            let held =
                |lot: &NotDivided<'_>| self.is_held_for(lot.first.at, lot.last.map(|last| last.at), (kind, window));
            found.extend(lots.filter(held).map(|lot| lot.first));
        }
        found
    }

    /// The groups for which time in a state is held in a window: those of the asset, whomever the events name.
    pub(crate) fn groups_undivided(
        &self,
        asset: &str,
        state: &State,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<Group>> {
        let lots = self.undivided(asset, &self.pairs_of(state), window.kind, window).into_iter();
        lots.map(|lot| self.group_at(dims, &Hand::of_asset(asset, lot.at))).collect()
    }

    /// Whether a window lies from that of the first event of a lot to that of its last one.
    fn is_held_for(&self, first: Instant, last: Option<Instant>, (kind, window): (WindowKind, Window)) -> bool {
        let of = |at: Instant| calendar::window(self.contract, kind, self.contract.zone.date_of(at));
        of(first).first <= window.first && last.is_none_or(|last| window.last <= of(last).last)
    }

    /// The times in which lots of an asset are not told apart, by the kinds of events that begin something and end it.
    fn not_divided<'e>(&'e self, asset: &'e str, (from, to): (&[KindId], &[KindId])) -> Vec<NotDivided<'e>> {
        let mut found = Vec::new();
        let mut going_on = 0;
        let mut lot: Option<&Event> = None;
        for event in self.events_of(Some(asset)) {
            let (starts, ends) = (from.contains(&event.kind), to.contains(&event.kind));
            if ends {
                going_on = 0.max(going_on - event.units);
            }
            if starts {
                going_on += event.units;
            }
            if (starts || ends) && event.units != 1 && lot.is_none() {
                lot = Some(event);
            }
            if (starts || ends)
                && going_on == 0
                && let Some(first) = lot.take()
            {
                found.push(NotDivided { first, last: Some(event) });
            }
        }
        found.extend(lot.map(|first| NotDivided { first, last: None }));
        found
    }

    /// Whether an obligation comes to stand so while a lot is not told apart that opened or ended it.
    pub(super) fn is_lot_of_duty(&self, id: ObligationId, asset: &str, at: Instant) -> bool {
        let obligation = &self.contract.obligations[id.index()];
        let (mut from, mut to) = (Vec::new(), Vec::new());
        kinds_of(&obligation.opens, &mut from);
        kinds_of(&obligation.done, &mut to);
        let lots = self.not_divided(asset, (&from, &to));
        lots.iter().any(|lot| lot.first.at <= at && lot.last.is_none_or(|last| at <= last.at))
    }

    /// By asset: the lots of which it is not known what is held as deposit.
    pub(super) fn lots_of(&self, deposit: &Deposit) -> Found<BTreeMap<String, Vec<Lot>>> {
        let mut found: BTreeMap<String, Vec<Lot>> = BTreeMap::new();
        // "A pool looks at what is held for all assets."
        if deposit.matching != Matching::Serial {
            return Ok(found);
        }
        let openers = deposit.taken_by.iter().map(|id| &self.contract.sentences[id.index()].opener);
        let openers: Vec<&Opener> = openers.chain(deposit.releases.iter().map(|release| &release.opener)).collect();
        let taken = deposit.taken_by.iter().filter_map(|id| kind_of(&self.contract.sentences[id.index()].opener));
        let ended = deposit.releases.iter().filter_map(|release| kind_of(&release.opener));
        let mut pairs: Vec<(Vec<KindId>, Vec<KindId>, bool)> = vec![(taken.collect(), ended.collect(), true)];
        for opener in openers {
            let Opener::Outcome(id, _) = opener else { continue };
            let obligation = &self.contract.obligations[id.index()];
            let (mut from, mut to) = (Vec::new(), Vec::new());
            kinds_of(&obligation.opens, &mut from);
            kinds_of(&obligation.done, &mut to);
            pairs.push((from, to, false));
        }
        for asset in self.assets(self.family_of_deposit(deposit).index()) {
            for (from, to, of_deposit) in &pairs {
                let lots = self.not_divided(&asset, (from, to)).into_iter();
                let lots: Vec<Lot> = lots
                    .map(|lot| Lot {
                        first: lot.first.clone(),
                        last: lot.last.map(|last| last.at),
                        of_deposit: *of_deposit,
                    })
                    .collect();
                found.entry(asset.clone()).or_default().extend(lots);
            }
        }
        Ok(found)
    }

    /// What is held of a sentence that takes deposits or ends them, in a window. Where a second deposit is held too, each unit
    /// takes one, whichever it is.
    pub(crate) fn held_for_lots(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let mut found = Vec::new();
        let Some(deposit) = self.deposit_of(sentence).map(|place| &self.contract.deposits[place]) else {
            return Ok(found);
        };
        if sentence.gives_back.is_none() && deposit.second == SecondDeposit::HeldToo {
            return Ok(found);
        }
        for (asset, lots) in self.lots_of(deposit)? {
            for lot in lots.iter().filter(|lot| self.is_held_for(lot.first.at, lot.last, (window.kind, window))) {
                if self.concerns(self.text_of(sentence), Some(&asset), window) {
                    found.push((self.group_at(dims, &Hand::of_event(&lot.first))?, Err(Gap::Held)));
                }
            }
        }
        Ok(found)
    }
}

/// The kind of event that opens a sentence.
fn kind_of(opener: &Opener) -> Option<KindId> {
    if let Opener::On(kind, _) = opener { Some(*kind) } else { None }
}
