//! Which contracts must be resolved together: those whose lines say something about one another.
//!
//! A line that is for two contracts, two lines of one identity, a line that corrects or takes back another: each joins the
//! contracts of its lines. What is joined is a cluster, and clusters are resolved one by one, as if there were no others.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};
use rustc_hash::{FxHashMap, FxHashSet};

use crate::feed::apart::Apart;
use crate::feed::fork::Renumbered;
use crate::feed::leaf::Unpacked;
use crate::feed::leaves::{Leaf, Leaves, PIECE, Store};
use crate::feed::raw::RawFeed;
use crate::feed::schema::Schema;
use crate::feed::shares::{ReadByAll, Shares};
use crate::feed::texts::Pool;

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
    /// Which contracts are read by asset.
    apart: Arc<Apart>,
    /// Identities of which a line of one points at the other, where contracts are read by asset.
    links: Vec<(u64, u64)>,
    /// By contract that is read by asset: those of its assets that events tell to be members of families of parties.
    members: BTreeMap<usize, FxHashSet<u32>>,
}

/// Contracts that are resolved together, or some assets of one that is read by asset.
#[derive(Debug, Default)]
pub(crate) struct Cluster {
    /// In their order.
    pub(crate) contracts: Vec<usize>,
    /// Their lines, and those for no contract that contradict, correct or take back one of them.
    pub(crate) leaves: Vec<Leaf>,
    /// Of a contract that is read by asset: the shares of assets whose lines these are.
    pub(crate) shares: Option<Shares>,
}

/// Clusters in the order of their first contracts, and the lines that have to do with no contract.
pub(crate) type Cut = (Vec<Cluster>, Leaf);

impl Clusters {
    /// Nothing is joined yet.
    pub(crate) fn new(schemas: &[Schema], apart: Apart) -> Self {
        let renames = schemas.iter().flat_map(|schema| &schema.kinds).any(|kind| kind.renames.is_some());
        Self {
            contracts: schemas.len(),
            joined: (0..schemas.len()).map(numbered).collect(),
            homes: renames.then(Vec::new),
            apart: Arc::new(apart),
            links: Vec::new(),
            members: BTreeMap::new(),
        }
    }

    /// How many leaves there are: those of each contract, one for lines that are for none, and the shares of identities.
    pub(crate) fn leaves(&self) -> usize {
        self.loose().saturating_add(1).saturating_add(SHARES)
    }

    /// The leaf of lines that are for no contract. Up to it, nodes are leaves; from it on, each is one of these lines.
    fn loose(&self) -> usize {
        self.contracts.saturating_mul(self.apart.shares())
    }

    /// The contract of a node, or the place of the line for no contract that it is, behind all contracts.
    fn owner(&self, node: u32) -> u32 {
        let node = node as usize;
        let owner = match node.checked_sub(self.loose()) {
            Some(line) => self.contracts.saturating_add(line),
            None => node.checked_div(self.apart.shares()).unwrap_or_default(),
        };
        numbered(owner)
    }

    /// One that has seen no line yet.
    pub(crate) fn fork(&self) -> Self {
        Self {
            contracts: self.contracts,
            joined: (0..self.contracts).map(numbered).collect(),
            homes: self.homes.as_ref().map(|_| Vec::new()),
            apart: Arc::clone(&self.apart),
            links: Vec::new(),
            members: BTreeMap::new(),
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
        self.links.extend(fork.links);
        for (contract, members) in fork.members {
            let renamed = members.into_iter().map(|member| names.asset(member));
            self.members.entry(contract).or_default().extend(renamed);
        }
        let (first, lines) = (numbered(self.joined.len()), fork.joined.len().saturating_sub(self.contracts));
        self.joined.extend((first..).take(lines));
        let before = first.saturating_sub(numbered(self.contracts));
        let loose = numbered(self.loose());
        if lines > 0 && before > 0 {
            let marks = self.loose().saturating_add(1);
            leaves.change(marks, |marks| moved(marks, loose, loose.saturating_add(before)));
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

    /// An event tells that an asset is a member of a family of parties of a contract.
    pub(crate) fn tell_member(&mut self, contract: usize, member: u32) {
        if self.apart.is(contract) {
            self.members.entry(contract).or_default().insert(member);
        }
    }

    /// The members of the families of parties of a contract, by the register and by events.
    fn members_of(&mut self, contract: usize, frame: &RawFeed) -> FxHashSet<u32> {
        let mut members = self.members.remove(&contract).unwrap_or_default();
        if let Some((books, schema)) = frame.books.get(contract).zip(frame.schemas.get(contract)) {
            let registered = books.register.entries.iter().filter(|entry| schema.is_of_parties(entry.family));
            members.extend(registered.map(|entry| entry.asset));
        }
        members
    }

    /// The leaf of a line: that of the first of its contracts and of its asset. Its own id and the one that it points at are
    /// remembered.
    pub(crate) fn place(
        &mut self,
        contracts: &[usize],
        (asset, names): (Option<u32>, &Pool),
        (source, ids): (&str, [Option<&str>; 2]),
        leaves: &mut Leaves,
    ) -> usize {
        let Some(home) = contracts.first().copied().or((self.contracts == 1).then_some(0)) else {
            let own = self.joined.len();
            self.joined.push(numbered(own));
            let node = self.loose().saturating_add(own.saturating_sub(self.contracts));
            self.remember(numbered(node), (source, ids), leaves);
            return self.loose();
        };
        for other in contracts {
            self.join(numbered(home), numbered(*other));
            if let Some(asset) = asset {
                self.meet(asset, *other);
            }
        }
        let shares = self.apart.shares();
        let share = if self.apart.is(home) { self.apart.share(asset.map(|asset| names.get(asset))) } else { 0 };
        let leaf = home.saturating_mul(shares).saturating_add(share);
        if self.contracts > 1 || shares > 1 {
            self.remember(numbered(leaf), (source, ids), leaves);
        }
        leaf
    }

    fn remember(&mut self, node: u32, (source, ids): (&str, [Option<&str>; 2]), leaves: &mut Leaves) {
        let hashes = ids.map(|id| id.map(|id| self.apart.identity(source, id)));
        if let ([Some(own), Some(target)], true) = (hashes, self.apart.shares() > 1) {
            self.links.push((own, target));
        }
        for hash in hashes.into_iter().flatten() {
            let share = usize::try_from(hash.checked_shr(u64::BITS.saturating_sub(SHARE_BITS)).unwrap_or_default());
            let mut mark = [0; 12];
            let (first, last) = mark.split_at_mut(8);
            first.copy_from_slice(&hash.to_le_bytes());
            last.copy_from_slice(&node.to_le_bytes());
            leaves.add(self.loose().saturating_add(1).saturating_add(share.unwrap_or_default()), &mark);
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
    pub(crate) fn cut(mut self, mut leaves: Vec<Leaf>, store: Option<&Store>, frame: &RawFeed) -> io::Result<Cut> {
        let shares = leaves.split_off(leaves.len().min(self.loose().saturating_add(1)));
        let met: Vec<Vec<Crossing>> =
            shares.into_par_iter().map(|share| crossing(share, store)).collect::<io::Result<_>>()?;
        let mut identities: FxHashSet<u64> = FxHashSet::default();
        for Crossing { identity, nodes: (a, b) } in met.into_iter().flatten() {
            identities.insert(identity);
            let (a, b) = (self.owner(a), self.owner(b));
            self.join(a, b);
        }
        let loose = leaves.pop().unwrap_or_default();
        let mut clusters: BTreeMap<u32, Cluster> = BTreeMap::new();
        let mut leaves = leaves.into_iter();
        for contract in 0..self.contracts {
            let cluster = clusters.entry(self.root(numbered(contract))).or_default();
            cluster.contracts.push(contract);
            cluster.leaves.extend(leaves.by_ref().take(self.apart.shares()));
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
        self.by_asset(&mut clusters, identities, (frame, store))?;
        // To contracts without lines nothing has to be put in order: they need not be taken one by one.
        let mut idle: Vec<usize> = Vec::new();
        clusters.retain(|_, cluster| {
            let is_idle = cluster.leaves.iter().all(|leaf| leaf.lines() == 0);
            idle.extend(cluster.contracts.iter().filter(|_| is_idle));
            !is_idle
        });
        idle.sort_unstable();
        if let Some(first) = idle.first() {
            clusters.insert(numbered(*first), Cluster { contracts: idle, leaves: Vec::new(), shares: None });
        }
        Ok((clusters.into_values().collect(), rest))
    }

    /// Makes those clusters that are one contract that is read by asset such. `crossing` are the identities that have lines in
    /// several places; what points at a line that all shares read is read by all too.
    fn by_asset(
        &mut self,
        clusters: &mut BTreeMap<u32, Cluster>,
        mut crossing: FxHashSet<u64>,
        (frame, store): (&RawFeed, Option<&Store>),
    ) -> io::Result<()> {
        let mut found = Vec::new();
        for cluster in clusters.values_mut() {
            if let [contract] = *cluster.contracts.as_slice()
                && let Some(nameless) = self.apart.nameless(contract)
            {
                let whose = ReadByAll { nameless, members: self.members_of(contract, frame) };
                crossing.extend(cluster.read_by_all(&self.apart, &whose, (frame, store))?);
                found.push((cluster, whose));
            }
        }
        if found.is_empty() {
            return Ok(());
        }
        let (shares, identities) = (self.apart.shares_of(&frame.assets), Arc::new(pointed(crossing, &self.links)));
        for (cluster, whose) in found {
            cluster.by_asset((&self.apart, &shares), (whose, &identities), (frame, store))?;
        }
        Ok(())
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

/// Two nodes that have lines of one identity.
struct Crossing {
    identity: u64,
    nodes: (u32, u32),
}

/// Those that share an identity with others.
fn crossing(share: Leaf, store: Option<&Store>) -> io::Result<Vec<Crossing>> {
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
        let others = same.iter().filter(move |(_, node)| *node != first);
        others.map(move |(identity, node)| Crossing { identity: *identity, nodes: (first, *node) })
    });
    Ok(pairs.collect())
}

/// Identities with all that they point at, or that points at them.
fn pointed(identities: FxHashSet<u64>, links: &[(u64, u64)]) -> FxHashSet<u64> {
    if identities.is_empty() || links.is_empty() {
        return identities;
    }
    let mut beside: FxHashMap<u64, Vec<u64>> = FxHashMap::default();
    for (own, target) in links {
        beside.entry(*own).or_default().push(*target);
        beside.entry(*target).or_default().push(*own);
    }
    let mut waiting: Vec<u64> = identities.iter().copied().collect();
    let mut all = identities;
    while let Some(identity) = waiting.pop() {
        let others = beside.get(&identity).into_iter().flatten();
        waiting.extend(others.copied().filter(|other| all.insert(*other)));
    }
    all
}
