//! Which contracts must be resolved together: those whose lines say something about one another.
//!
//! A line that is for two contracts, two lines of one identity, a line that corrects or takes back another: each joins the
//! contracts of its lines. What is joined is a cluster, and clusters are resolved one by one, as if there were no others.

use std::collections::BTreeMap;
use std::io;

use ahash::RandomState;
use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::feed::fork::Renumbered;
use crate::feed::leaf::Unpacked;
use crate::feed::leaves::{Leaf, Leaves, PIECE, Store};
use crate::feed::schema::Schema;

/// Identities are compared in so many shares, by the first bits of their hashes.
const SHARES: usize = 64;
const SHARE_BITS: u32 = SHARES.trailing_zeros();
/// Stands for no contract.
const NOBODY: u32 = u32::MAX;

/// What joins contracts, while lines are read.
#[derive(Debug, Default)]
pub(crate) struct Clusters {
    contracts: usize,
    /// Contracts, then the lines that are for none: each points at an earlier one with which it is joined, or at itself.
    joined: Vec<u32>,
    /// By asset: a contract to which something of it belongs. `None` where no contract gives assets other names.
    homes: Option<Vec<u32>>,
    hasher: RandomState,
}

/// Contracts that are resolved together.
#[derive(Debug, Default)]
pub(crate) struct Cluster {
    /// In their order.
    pub(crate) contracts: Vec<usize>,
    /// Their lines, and those for no contract that contradict, correct or take back one of them.
    pub(crate) leaves: Vec<Leaf>,
}

/// Clusters in the order of their first contracts, and the lines that have to do with no contract.
pub(crate) type Cut = (Vec<Cluster>, Leaf);

impl Clusters {
    /// Nothing is joined yet.
    pub(crate) fn new(schemas: &[Schema]) -> Self {
        let renames = schemas.iter().flat_map(|schema| &schema.kinds).any(|kind| kind.renames.is_some());
        Self {
            contracts: schemas.len(),
            joined: (0..schemas.len()).map(numbered).collect(),
            homes: renames.then(Vec::new),
            hasher: RandomState::new(),
        }
    }

    /// How many leaves there are: one for each contract, one for lines that are for none, and the shares of identities.
    pub(crate) fn leaves(contracts: usize) -> usize {
        contracts.saturating_add(1).saturating_add(SHARES)
    }

    /// One that has seen no line yet.
    pub(crate) fn fork(&self) -> Self {
        Self {
            contracts: self.contracts,
            joined: (0..self.contracts).map(numbered).collect(),
            homes: self.homes.as_ref().map(|_| Vec::new()),
            hasher: self.hasher.clone(),
        }
    }

    /// Adds what a fork saw; lines for no contract get other numbers in its leaves.
    pub(crate) fn join_all(&mut self, fork: Clusters, leaves: &mut Leaves, names: &Renumbered) {
        for (node, other) in fork.joined.iter().take(self.contracts).enumerate() {
            self.join(numbered(node), *other);
        }
        let met = fork.homes.into_iter().flatten().enumerate().filter(|(_, home)| *home != NOBODY);
        for (asset, home) in met {
            self.meet(names.asset(numbered(asset)), home as usize);
        }
        let (first, lines) = (numbered(self.joined.len()), fork.joined.len().saturating_sub(self.contracts));
        self.joined.extend((first..).take(lines));
        let contracts = numbered(self.contracts);
        if lines > 0 && first > contracts {
            leaves.change(self.contracts.saturating_add(1), |marks| moved(marks, contracts, first));
        }
    }

    /// Something of an asset belongs to a contract.
    pub(crate) fn meet(&mut self, asset: u32, contract: usize) {
        let Some(homes) = &mut self.homes else { return };
        let place = asset as usize;
        if homes.len() <= place {
            homes.resize(place.saturating_add(1), NOBODY);
        }
        match homes.get_mut(place) {
            Some(home) if *home == NOBODY => *home = numbered(contract),
            Some(home) => {
                let home = *home;
                self.join(home, numbered(contract));
            }
            None => {}
        }
    }

    /// The leaf of a line: that of the first of its contracts. Its own id and the one that it points at are remembered.
    pub(crate) fn place(
        &mut self,
        contracts: &[usize],
        asset: Option<u32>,
        (source, ids): (u32, [Option<&str>; 2]),
        leaves: &mut Leaves,
    ) -> usize {
        let Some(home) = contracts.first().copied().or((self.contracts == 1).then_some(0)) else {
            let own = numbered(self.joined.len());
            self.joined.push(own);
            self.remember(own, (source, ids), leaves);
            return self.contracts;
        };
        for other in contracts {
            self.join(numbered(home), numbered(*other));
            if let Some(asset) = asset {
                self.meet(asset, *other);
            }
        }
        if self.contracts > 1 {
            self.remember(numbered(home), (source, ids), leaves);
        }
        home
    }

    fn remember(&self, node: u32, (source, ids): (u32, [Option<&str>; 2]), leaves: &mut Leaves) {
        for id in ids.into_iter().flatten() {
            let hash = self.hasher.hash_one((source, id));
            let share = usize::try_from(hash.checked_shr(u64::BITS.saturating_sub(SHARE_BITS)).unwrap_or_default());
            let mut mark = [0; 12];
            let (first, last) = mark.split_at_mut(8);
            first.copy_from_slice(&hash.to_le_bytes());
            last.copy_from_slice(&node.to_le_bytes());
            leaves.add(self.contracts.saturating_add(1).saturating_add(share.unwrap_or_default()), &mark);
        }
    }

    fn join(&mut self, a: u32, b: u32) {
        if a == b {
            return;
        }
        let (a, b) = (self.root(a), self.root(b));
        if let Some(place) = self.joined.get_mut(a.max(b) as usize) {
            *place = a.min(b);
        }
    }

    /// The first with which one is joined.
    fn root(&mut self, node: u32) -> u32 {
        let mut node = node;
        loop {
            let next = self.joined.get(node as usize).copied().unwrap_or(node);
            if next == node {
                return node;
            }
            // Half of the way is enough the next time.
            let after = self.joined.get(next as usize).copied().unwrap_or(next);
            if let Some(place) = self.joined.get_mut(node as usize) {
                *place = after;
            }
            node = next;
        }
    }

    /// Cuts what was read into clusters.
    pub(crate) fn cut(mut self, mut leaves: Vec<Leaf>, store: Option<&Store>) -> io::Result<Cut> {
        let shares = leaves.split_off(leaves.len().min(self.contracts.saturating_add(1)));
        let met: Vec<Vec<(u32, u32)>> =
            shares.into_par_iter().map(|share| crossing(share, store)).collect::<io::Result<_>>()?;
        for (a, b) in met.into_iter().flatten() {
            self.join(a, b);
        }
        let loose = leaves.pop().unwrap_or_default();
        let mut clusters: BTreeMap<u32, Cluster> = BTreeMap::new();
        for (contract, leaf) in leaves.into_iter().enumerate() {
            let cluster = clusters.entry(self.root(numbered(contract))).or_default();
            cluster.contracts.push(contract);
            cluster.leaves.push(leaf);
        }
        let mut given: BTreeMap<u32, Leaf> = BTreeMap::new();
        let mut rest = Leaf::default();
        let mut node = numbered(self.contracts);
        loose.drain(store, |bytes, names| {
            let mut lines = Unpacked::new(bytes);
            while !lines.is_over() {
                let line = lines.bare_line().ok_or_else(damaged)?;
                let root = self.root(node);
                node = node.saturating_add(1);
                let leaf = if clusters.contains_key(&root) { given.entry(root).or_default() } else { &mut rest };
                leaf.add(line, names, PIECE);
            }
            Ok(())
        })?;
        for (root, leaf) in given {
            clusters.entry(root).or_default().leaves.push(leaf);
        }
        // To contracts without lines nothing has to be put in order: they need not be taken one by one.
        let mut idle: Vec<usize> = Vec::new();
        clusters.retain(|_, cluster| {
            let is_idle = cluster.leaves.iter().all(|leaf| leaf.lines() == 0);
            idle.extend(cluster.contracts.iter().filter(|_| is_idle));
            !is_idle
        });
        idle.sort_unstable();
        if let Some(first) = idle.first() {
            clusters.insert(numbered(*first), Cluster { contracts: idle, leaves: Vec::new() });
        }
        Ok((clusters.into_values().collect(), rest))
    }
}

fn numbered(place: usize) -> u32 {
    u32::try_from(place).unwrap_or(NOBODY)
}

/// What a scratch file says that somebody else wrote to.
pub(crate) fn damaged() -> io::Error {
    io::Error::other("the scratch file does not hold what was written to it")
}

/// Gives the lines for no contract other numbers in marks: the first of them `first` in place of `before`.
fn moved(marks: &mut [u8], before: u32, first: u32) {
    for [.., a, b, c, d] in marks.as_chunks_mut::<12>().0 {
        let node = u32::from_le_bytes([*a, *b, *c, *d]);
        if let Some(line) = node.checked_sub(before) {
            [*a, *b, *c, *d] = first.saturating_add(line).to_le_bytes();
        }
    }
}

/// Those that share an identity with others.
fn crossing(share: Leaf, store: Option<&Store>) -> io::Result<Vec<(u32, u32)>> {
    let mut marks: Vec<(u64, u32)> = Vec::with_capacity(share.lines());
    share.drain(store, |bytes, _| {
        let (found, []) = bytes.as_chunks::<12>() else { return Err(damaged()) };
        marks.extend(found.iter().filter_map(|mark| {
            let (hash, node) = mark.split_first_chunk::<8>()?;
            Some((u64::from_le_bytes(*hash), u32::from_le_bytes(node.try_into().ok()?)))
        }));
        Ok(())
    })?;
    marks.sort_unstable();
    let same = marks.chunk_by(|(a, _), (b, _)| a == b).filter(|same| same.len() > 1);
    let pairs = same.flat_map(|same| {
        let first = same.first().map_or(NOBODY, |(_, node)| *node);
        same.iter().map(move |(_, node)| (first, *node)).filter(|(first, node)| first != node)
    });
    Ok(pairs.collect())
}
