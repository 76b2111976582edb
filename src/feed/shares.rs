//! The lines of a contract that is read by asset: in shares, and those that say something of lines of another share or of
//! all assets.

use std::io;
use std::ops::Range;
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rustc_hash::FxHashSet;

use crate::feed::apart::{Apart, Nameless};
use crate::feed::clusters::{Cluster, damaged};
use crate::feed::leaf::Unpacked;
use crate::feed::leaves::{Leaf, Names, PIECE, Store};
use crate::feed::raw::{Line, RawFeed};

/// Some shares of the assets of a contract.
#[derive(Clone, Debug)]
pub(crate) struct Shares {
    of: Range<usize>,
    common: Arc<Common>,
}

/// Whose lines all shares of a contract read.
#[derive(Debug)]
pub(crate) struct ReadByAll {
    /// Who reads what names no asset.
    pub(crate) nameless: Nameless,
    /// Members of families of parties, which other assets name.
    pub(crate) members: FxHashSet<u32>,
}

/// Lines that say something of lines of another share, or of all assets: all shares read them, and each counts where its asset
/// is.
#[derive(Debug)]
struct Common {
    apart: Arc<Apart>,
    /// By number of an asset.
    shares: Arc<[u16]>,
    whose: ReadByAll,
    /// Those that have lines in several shares, in several contracts or among those that all shares read, and those that
    /// they point at.
    identities: Arc<FxHashSet<u64>>,
    lines: Leaf,
}

impl Cluster {
    /// The identities of lines that all shares read, whatever other lines say of them.
    pub(crate) fn read_by_all(
        &self,
        apart: &Apart,
        whose: &ReadByAll,
        (frame, store): (&RawFeed, Option<&Store>),
    ) -> io::Result<FxHashSet<u64>> {
        if whose.is_nobody() {
            return Ok(FxHashSet::default());
        }
        let found = self.leaves.par_iter().map(|leaf| {
            let mut found: Vec<u64> = Vec::new();
            each_line(leaf, (frame, store), |line, _, names| {
                if whose.has(line, names) {
                    found.extend(identities(apart, frame, line, names));
                }
            })?;
            Ok(found)
        });
        Ok(found.collect::<io::Result<Vec<Vec<u64>>>>()?.into_iter().flatten().collect())
    }

    /// Makes the cluster one that is read by asset. Its first leaves are its shares; what stands in those behind them has
    /// to do with some of these lines.
    pub(crate) fn by_asset(
        &mut self,
        (apart, shares): (&Arc<Apart>, &Arc<[u16]>),
        (whose, identities): (ReadByAll, &Arc<FxHashSet<u64>>),
        (frame, store): (&RawFeed, Option<&Store>),
    ) -> io::Result<()> {
        let (apart, shares, identities) = (Arc::clone(apart), Arc::clone(shares), Arc::clone(identities));
        let mut common = Common { apart, shares, whose, identities, lines: Leaf::default() };
        let given = self.leaves.split_off(self.leaves.len().min(common.apart.shares()));
        given.into_iter().for_each(|leaf| common.lines.append(leaf));
        if !common.identities.is_empty() || !common.whose.is_nobody() {
            let found = self.leaves.par_iter().map(|leaf| common.found(leaf, (frame, store)));
            let found: Vec<Leaf> = found.collect::<io::Result<_>>()?;
            found.into_iter().for_each(|leaf| common.lines.append(leaf));
        }
        self.shares = Some(Shares { of: 0..common.apart.shares(), common: Arc::new(common) });
        Ok(())
    }

    /// The cluster in parts that are resolved one by one, where there is room for so many bytes; one where there is no need.
    pub(crate) fn divided(mut self, room: usize) -> Vec<Self> {
        let Some(Shares { common, .. }) = &self.shares else { return vec![self] };
        let (common, apart) = (Arc::clone(common), Arc::clone(&common.apart));
        let parts = apart.parts((self.unpacked(), common.lines.unpacked()), room);
        if parts < 2 {
            return vec![self];
        }
        let each = apart.shares().div_ceil(parts);
        let mut leaves = std::mem::take(&mut self.leaves).into_iter();
        let starts = (0..apart.shares()).step_by(each);
        let part = |start: usize| Self {
            contracts: self.contracts.clone(),
            leaves: leaves.by_ref().take(each).collect(),
            shares: Some(Shares { of: start..start.saturating_add(each), common: Arc::clone(&common) }),
        };
        starts.map(part).collect()
    }
}

/// Gives each line of a leaf to `take`, with its bytes.
fn each_line(
    leaf: &Leaf,
    (frame, store): (&RawFeed, Option<&Store>),
    mut take: impl FnMut(&Line<'_>, &[u8], &Names),
) -> io::Result<()> {
    leaf.each(store, |bytes, names| {
        let mut lines = Unpacked::new(bytes);
        while !lines.is_over() {
            let fields = |contract: usize, kind: usize| {
                let schema = frame.schemas.get(contract)?;
                Some(schema.kinds.get(kind)?.fields.len())
            };
            let (line, whole) = lines.whole_line(fields).ok_or_else(damaged)?;
            take(&line, whole, names);
        }
        Ok(())
    })
}

/// The identity of a line, and that of the one that it points at.
fn identities(apart: &Apart, frame: &RawFeed, line: &Line<'_>, names: &Names) -> impl Iterator<Item = u64> {
    let source = names.as_deref().map_or(line.source, |names| names.text(line.source));
    let source = frame.texts.get(source);
    let ids = line.id.iter().chain(line.link.as_ref().map(|(target, _)| target));
    ids.map(move |id| apart.identity(source, id))
}

impl Common {
    /// Copies of the lines of a leaf that all shares read.
    fn found(&self, leaf: &Leaf, (frame, store): (&RawFeed, Option<&Store>)) -> io::Result<Leaf> {
        let mut found = Leaf::default();
        each_line(leaf, (frame, store), |line, whole, names| {
            if self.holds(frame, line, names) {
                found.add(whole, names, PIECE);
            }
        })?;
        Ok(found)
    }

    /// Whether all shares read a line: for whose it is, or for what it says of others.
    fn holds(&self, frame: &RawFeed, line: &Line<'_>, names: &Names) -> bool {
        let of_others = || identities(&self.apart, frame, line, names).any(|known| self.identities.contains(&known));
        self.whose.has(line, names) || (!self.identities.is_empty() && of_others())
    }
}

impl ReadByAll {
    /// Whether no line is read by all for whose it is.
    fn is_nobody(&self) -> bool {
        self.nameless == Nameless::One && self.members.is_empty()
    }

    /// Whether a line is about a member of a family of parties, or about all assets.
    fn has(&self, line: &Line<'_>, names: &Names) -> bool {
        let asset = line.asset.map(|asset| names.as_deref().map_or(asset, |names| names.asset(asset)));
        asset.map_or(self.nameless == Nameless::All, |asset| self.members.contains(&asset))
    }
}

impl Shares {
    /// The lines that all shares read.
    pub(crate) fn common(&self) -> &Leaf {
        &self.common.lines
    }

    /// Whether a line is one of those.
    pub(crate) fn is_common(&self, frame: &RawFeed, line: &Line<'_>, names: &Names) -> bool {
        self.common.holds(frame, line, names)
    }

    /// Members of families of parties that stand in other shares.
    pub(crate) fn members_elsewhere(&self) -> impl Iterator<Item = u32> {
        let members = self.common.whose.members.iter().copied();
        members.filter(|member| !self.holds(Some(*member)))
    }

    /// Whether an asset is read here: it is one of these shares, or a member of a family of parties.
    pub(crate) fn reads(&self, asset: u32) -> bool {
        self.holds(Some(asset)) || self.common.whose.members.contains(&asset)
    }

    /// Whether an asset is one of these shares, or what names none.
    pub(crate) fn holds(&self, asset: Option<u32>) -> bool {
        let share = asset.map_or(Some(0), |asset| self.common.shares.get(asset as usize).copied());
        share.is_some_and(|share| self.of.contains(&usize::from(share)))
    }
}
