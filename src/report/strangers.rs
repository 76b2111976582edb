//! Who and what counts and is not in the register.

use std::collections::BTreeSet;

use crate::base::ids::{AssetId, PartyId};
use crate::evaluate::is_party;
use crate::evaluate::settle::Settlement;
use crate::evaluate::shown::Names;
use crate::feed::ContractFeed;

/// Assets with events, and parties of lines, obligations and deposits, that the register does not hold, where there is one.
pub(super) fn strangers(names: Names<'_>, contract: &ContractFeed, settlement: &Settlement) -> Vec<String> {
    let feed = names.feed;
    if contract.holdings.is_empty() {
        return Vec::new();
    }
    let lines = settlement.periods.iter().flat_map(|period| &period.lines);
    let of_lines = lines.flat_map(|line| [line.payer, line.payee]);
    // A party is one also where all that it pays is held.
    let of_held = settlement.periods.iter().flat_map(|period| &period.held).flat_map(|held| {
        let named = held.cause.dims.iter().zip(&held.cause.group).filter(|(dim, _)| is_party(names.plan, dim));
        named.map(|(_, key)| key.party()).chain([held.payer])
    });
    let of_duties = settlement.duties.iter().map(|duty| duty.bearer);
    let of_deposits = settlement.deposits.iter().map(|deposit| deposit.payer);
    let named = of_lines.chain(of_held).chain(of_duties).chain(of_deposits);
    let members: BTreeSet<AssetId> = named.filter_map(PartyId::member).collect();
    let assets = contract.subjects.iter().filter_map(|subject| subject.asset);
    let unknown = |asset: &AssetId| contract.holding(*asset).is_none();
    let parties: BTreeSet<AssetId> = members.into_iter().filter(unknown).collect();
    let assets: BTreeSet<AssetId> = assets.filter(unknown).filter(|asset| !parties.contains(asset)).collect();
    parties.into_iter().chain(assets).map(|asset| feed.asset(asset).to_owned()).collect()
}
