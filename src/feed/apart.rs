//! Contracts whose assets have nothing to do with one another: their lines wait in shares, each of some assets, so that
//! not all of them need be resolved at a time.

use std::sync::Arc;

use ahash::RandomState;

use crate::feed::texts::Pool;

/// A contract has at most so many shares.
const MOST: usize = 256;
/// All contracts together have about so many; where each would have few, none has any.
const ALL: usize = 512;
const FEW: usize = 8;
/// Lines that take less than so many bytes unpacked are resolved at once.
const LEAST: usize = 64 << 20;
/// Parts take about so many: what is read in any order stands in the caches of a core then.
const PART: usize = 16 << 20;

/// Who reads the lines of a contract that name no asset, where it is read by asset.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Nameless {
    /// One share.
    One,
    /// All shares; they count in one.
    All,
}

/// Which contracts are read by asset.
#[derive(Clone, Debug)]
pub struct Apart {
    contracts: Vec<Option<Nameless>>,
    shares: usize,
    hasher: RandomState,
}

impl Default for Apart {
    fn default() -> Self {
        Self { contracts: Vec::new(), shares: 1, hasher: RandomState::new() }
    }
}

impl Apart {
    /// By contract: who reads what names no asset, where its assets have nothing to do with one another.
    #[must_use]
    pub fn of(contracts: Vec<Option<Nameless>>) -> Self {
        let each = ALL.checked_div(contracts.len()).unwrap_or(1).min(MOST);
        let shares = if each < FEW || contracts.iter().all(Option::is_none) { 1 } else { each };
        Self { contracts, shares, ..Self::default() }
    }

    /// How many shares each contract has.
    pub(crate) fn shares(&self) -> usize {
        self.shares
    }

    /// Who reads what names no asset, of a contract that is read by asset.
    pub(crate) fn nameless(&self, contract: usize) -> Option<Nameless> {
        self.contracts.get(contract).copied().flatten().filter(|_| self.shares > 1)
    }

    /// Whether a contract is read by asset.
    pub(crate) fn is(&self, contract: usize) -> bool {
        self.nameless(contract).is_some()
    }

    /// In how many parts lines are resolved that take so many bytes unpacked, where there is room for so many, and each
    /// part reads `common` bytes beside its own.
    pub(crate) fn parts(&self, (bytes, common): (usize, usize), room: usize) -> usize {
        if bytes <= LEAST.min(room) {
            return 1;
        }
        // Each core has one at hand, and what is left at the end is little.
        let cores = rayon::current_num_threads();
        let fits = room.checked_div(cores.saturating_mul(2)).unwrap_or_default().max(1);
        let wanted = bytes.div_ceil(fits).max(bytes.div_ceil(PART)).max(cores.saturating_mul(4));
        // What all of them read again is not to come to more than all that there is.
        let most = bytes.max(LEAST).checked_div(common).unwrap_or(usize::MAX);
        wanted.min(most).clamp(1, self.shares)
    }

    /// The share of an asset; the first of what names none.
    pub(crate) fn share(&self, asset: Option<&str>) -> usize {
        let hash = asset.map_or(0, |asset| self.hasher.hash_one(asset));
        usize::try_from(hash >> 32).unwrap_or_default().checked_rem(self.shares).unwrap_or_default()
    }

    /// The shares of assets, by their numbers.
    pub(crate) fn shares_of(&self, assets: &Pool) -> Arc<[u16]> {
        let numbers = 0..u32::try_from(assets.len()).unwrap_or(u32::MAX);
        numbers.map(|asset| u16::try_from(self.share(Some(assets.get(asset)))).unwrap_or(u16::MAX)).collect()
    }

    /// Stands for an identity: the id of a line of a source.
    pub(crate) fn identity(&self, source: &str, id: &str) -> u64 {
        self.hasher.hash_one((source, id))
    }
}
