//! Two records of a renaming that differ: from then on nobody knows what a name means.

use std::collections::BTreeMap;

use crate::base::ids::AssetId;
use crate::base::symbol::Symbol;
use crate::feed::events::{Contested, Event};
use crate::feed::{ContractFeed, Feed};
use crate::plan::Plan;

/// The records of renamings of which another record differs, by the asset that bears the new name itself.
#[derive(Debug)]
pub(crate) struct Renamed<'a> {
    by_asset: BTreeMap<AssetId, Vec<&'a Event>>,
}

/// No renamings.
pub(crate) static NONE: Renamed<'static> = Renamed { by_asset: BTreeMap::new() };

impl<'a> Renamed<'a> {
    /// Those of a contract.
    pub(crate) fn of(plan: &Plan, feed: &'a Feed, contract: &'a ContractFeed) -> Self {
        let events = &contract.events;
        let name = |event: &Event| {
            let raw = events.value(event, plan.kinds.get(event.kind.index())?.renames?)?;
            Some(feed.symbols.text(Symbol(u32::try_from(raw).ok()?)))
        };
        let mut by_asset: BTreeMap<AssetId, Vec<&'a Event>> = BTreeMap::new();
        if events.rivals.iter().any(|event| is_renaming(plan, event)) {
            let contested = |event: &&Event| event.contested != Contested::No;
            for event in events.heads.iter().chain(&events.rivals).filter(contested) {
                if let Some(asset) = name(event).and_then(|name| feed.assets.get(name)) {
                    by_asset.entry(AssetId(asset.0)).or_default().push(event);
                }
            }
        }
        Self { by_asset }
    }

    /// Those that give another asset the name of this one.
    pub(crate) fn to(&self, asset: Option<AssetId>) -> &[&'a Event] {
        asset.and_then(|asset| self.by_asset.get(&asset)).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Whether an event gives its asset another name.
pub(crate) fn is_renaming(plan: &Plan, event: &Event) -> bool {
    plan.kinds.get(event.kind.index()).is_some_and(|kind| kind.renames.is_some())
}
