//! Identity over time: an asset that is given another name stays the same asset.
//!
//! It is settled after corrections and before subjects are formed, so that a renaming that becomes known later moves
//! the events that it concerns. An asset is known here by its first name.
//!
//! INVARIANT (one bearer): at any instant a name is that of one asset. A renaming to a name that another asset bears, or
//! that the same asset bore before, is rejected.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::ids::{AssetId, FieldId};
use crate::base::time::Instant;
use crate::feed::corrections::Fates;
use crate::feed::evidence::{Cause, Fate};
use crate::feed::part::{Known, RawEvent, Record};
use crate::feed::schema::Renames;

/// The names of the assets of one contract.
#[derive(Debug, Default)]
pub(crate) struct Identities {
    /// By name, as it is numbered in the pool of assets: who bears it from when.
    bearers: FxHashMap<u32, Vec<(Instant, u32)>>,
    /// By name: when it is nobody's.
    ended: FxHashMap<u32, Vec<Ended>>,
    /// By asset: its later names.
    names: BTreeMap<u32, Vec<Later>>,
}

/// A name that an asset was given.
#[derive(Debug)]
struct Later {
    name: String,
    /// Whether the asset bears it no more.
    ended: bool,
}

/// A time in which a name is nobody's.
#[derive(Debug)]
struct Ended {
    /// From when on.
    from: Instant,
    /// The record that says so.
    by: u32,
    /// When an asset is given it again.
    until: Instant,
}

/// The names of one asset.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Named {
    /// The first name, and those that followed.
    pub names: Vec<String>,
    /// How the asset is shown: `P1 (now P2)`.
    pub shown: String,
}

/// An event that gives an asset another name.
struct Renaming {
    record: u32,
    old: u32,
    new: String,
    old_ends: bool,
}

/// Settles the names of the assets of each contract; what cannot be is rejected.
pub(crate) fn settle(known: Known<'_>, fates: &mut Fates) -> Vec<Identities> {
    let contracts = 0..known.part.stores.len();
    let settled = contracts.map(|contract| {
        let mut identities = Identities::default();
        for renaming in renamings(known, fates, contract) {
            identities.rename(known, fates, renaming);
        }
        identities.reject_ended(known, fates, contract);
        identities
    });
    let settled = settled.collect();
    fates.verdicts.sort_unstable();
    settled
}

/// The renamings in use, in order of time.
fn renamings(known: Known<'_>, fates: &Fates, contract: usize) -> Vec<Renaming> {
    let (Some(schema), Some(store)) = (known.frame.schemas.get(contract), known.part.stores.get(contract)) else {
        return Vec::new();
    };
    let mut found: Vec<(Renaming, &Record)> = Vec::new();
    for event in &store.events {
        let renames = schema.kinds.get(event.kind.index()).and_then(|kind| kind.renames);
        let (Some(Renames { field, old_ends }), true) = (renames, fates.counts(event.record, contract)) else {
            continue;
        };
        let record = known.part.record(event.record);
        if let (Some(record), Some(new)) = (record, text_of(known, contract, *event, field))
            && let Some(old) = record.asset
        {
            found.push((Renaming { record: event.record, old, new, old_ends }, record));
        }
    }
    found.sort_by_cached_key(|(renaming, record)| {
        (
            record.occurred,
            record.sequence,
            record.id.map(|id| known.part.ids.get(id)),
            renaming.new.clone(),
            record.origin,
        )
    });
    found.into_iter().map(|(renaming, _)| renaming).collect()
}

fn text_of(known: Known<'_>, contract: usize, event: RawEvent, field: FieldId) -> Option<String> {
    let columns = known.part.stores.get(contract)?.columns.get(event.kind.index())?;
    let text = columns.get(field.index())?.get(event.row)?;
    Some(known.frame.texts.get(u32::try_from(text).ok()?).to_owned())
}

impl Identities {
    /// The asset that bears a name at an instant: one that was given it, else the one whose first name it is.
    pub(crate) fn of(&self, name: u32, at: Instant) -> u32 {
        let given = self.bearers.get(&name).and_then(|given| given.iter().rfind(|(from, _)| *from <= at));
        given.map_or(name, |(_, asset)| *asset)
    }

    /// Whether a name ended before an instant and was not given again since, of the renamings so far.
    fn is_nobodys(&self, name: u32, at: Instant) -> bool {
        let ended = self.ended.get(&name).and_then(|ended| ended.last());
        ended.is_some_and(|ended| ended.from < at && at < ended.until)
    }

    fn rename(&mut self, known: Known<'_>, fates: &mut Fates, renaming: Renaming) {
        let Some(at) = known.part.record(renaming.record).map(|record| record.occurred) else { return };
        let Renaming { record, old, new, old_ends } = renaming;
        // What is told under a name that ended gives no other one; it is rejected with all that is.
        if self.is_nobodys(old, at) {
            return;
        }
        let asset = self.of(old, at);
        let latest = self.names.get(&asset).and_then(|names| names.last());
        if latest.is_some_and(|latest| latest.name == new) {
            fates.set(record, Fate::Duplicate, Cause::Duplicate, None);
            return;
        }
        let number = known.frame.assets.find(&new);
        let bore = |names: &Vec<Later>| names.iter().any(|later| later.name == new);
        let bore = self.names.get(&asset).is_some_and(bore) || number == Some(asset);
        // One whose old name stays bears it beside the new one.
        let bears = |names: &Vec<Later>| names.iter().any(|later| later.name == new && !later.ended);
        let taken = self.names.iter().any(|(other, names)| *other != asset && bears(names));
        if bore || taken {
            fates.set(record, Fate::Rejected, if bore { Cause::RenamedBack } else { Cause::NameTaken }, None);
            return;
        }
        if old_ends {
            let names = self.names.get(&asset).into_iter().flatten();
            let before = names.filter_map(|later| known.frame.assets.find(&later.name)).chain([asset]);
            // One that another asset was given since is no longer its own.
            let own: Vec<u32> = before.filter(|name| self.of(*name, at) == asset).collect();
            for name in own {
                let ended = self.ended.entry(name).or_default();
                if ended.last().is_none_or(|last| last.until < Instant::MAX) {
                    ended.push(Ended { from: at, by: record, until: Instant::MAX });
                }
            }
        }
        if let Some(number) = number {
            self.bearers.entry(number).or_default().push((at, asset));
            if let Some(last) = self.ended.get_mut(&number).and_then(|ended| ended.last_mut()) {
                last.until = last.until.min(at);
            }
        }
        let names = self.names.entry(asset).or_default();
        names.iter_mut().for_each(|later| later.ended |= old_ends);
        names.push(Later { name: new, ended: false });
    }

    /// Rejects what is reported under a name that had ended.
    fn reject_ended(&self, known: Known<'_>, fates: &mut Fates, contract: usize) {
        let events = known.part.stores.get(contract).into_iter().flat_map(|store| &store.events);
        for event in events.filter(|_| !self.ended.is_empty()) {
            let used = fates.counts(event.record, contract);
            let record = known.part.record(event.record).filter(|_| used);
            let ended = record.and_then(|record| record.asset).and_then(|name| self.ended.get(&name));
            let (Some(record), Some(ended)) = (record, ended) else { continue };
            let is_nobody = |ended: &&Ended| {
                ended.from < record.occurred && record.occurred < ended.until && ended.by != event.record
            };
            if let Some(Ended { by, .. }) = ended.iter().find(is_nobody) {
                fates.set(event.record, Fate::Rejected, Cause::NameEnded, Some(*by));
            }
        }
    }

    /// The assets that bear several names, by their final number.
    pub(crate) fn named(&self, known: Known<'_>, rank: &dyn Fn(u32) -> u32) -> BTreeMap<AssetId, Named> {
        let named = self.names.iter().filter_map(|(asset, later)| {
            let first = known.frame.assets.get(*asset);
            let last = &later.last()?.name;
            let names = std::iter::once(first.to_owned()).chain(later.iter().map(|later| later.name.clone())).collect();
            Some((AssetId(rank(*asset)), Named { names, shown: format!("{first} (now {last})") }))
        });
        named.collect()
    }
}
