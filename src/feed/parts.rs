//! What was read, in parts that have nothing to do with one another: each is resolved by itself and dropped when it is
//! no longer needed, so that no more of them than there is room for are in memory at a time.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::base::series::Series;
use crate::base::time::Instant;
use crate::feed::account::Account;
use crate::feed::clusters::Cluster;
use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, Evidence};
use crate::feed::fault::Fault;
use crate::feed::indices;
use crate::feed::leaves::{Leaf, Store};
use crate::feed::part::Part;
use crate::feed::raw::RawFeed;
use crate::feed::resolve::{Resolved, resolve};
use crate::feed::tally::{Accounts, Totals, whole};
use crate::feed::texts::{Ordered, Ranks};
use crate::feed::{ContractFeed, Feed, FileAccount};

/// What all parts share.
pub(crate) struct Frame {
    pub(crate) raw: RawFeed,
    /// Final numbers of texts and names of sources.
    pub(crate) texts: Ranks,
    /// Those of assets.
    pub(crate) assets: Ranks,
    pub(crate) totals: Totals,
    pub(crate) points: indices::Resolved,
    symbols: Ordered,
    names: Ordered,
    files: Arc<[FileAccount]>,
    series: Arc<BTreeMap<String, Series>>,
}

/// What was read, in parts.
pub struct Parts {
    frame: Frame,
    as_of: Option<Instant>,
    clusters: Vec<Cluster>,
    scratch: Option<Store>,
    /// The lines that have to do with no contract.
    loose: Accounts,
}

impl std::fmt::Debug for Parts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Parts").field("clusters", &self.clusters.len()).finish_non_exhaustive()
    }
}

/// Lines that are unpacked and resolved take about so many times the room in which they waited.
const UNPACKED: usize = 6;

impl RawFeed {
    /// What was known at an instant (without one, all that was read), deduplicated, corrected and in order. What was read
    /// must have waited in memory: a scratch file that fails is a finding, and there are no events then.
    pub fn resolve(self, as_of: Option<Instant>) -> Feed {
        let contracts = self.schemas.len();
        let mut found = Vec::new();
        let parts = self.parts(as_of);
        let rest = parts.and_then(|parts| parts.each(usize::MAX, |places, feed| (places, feed), |one| found.push(one)));
        let mut feed = rest.unwrap_or_else(|why| Feed::unread(contracts, &why));
        for (places, mut part) in found {
            for place in places {
                if let (Some(own), Some(other)) = (feed.contracts.get_mut(place), part.contracts.get_mut(place)) {
                    *own = std::mem::take(other);
                }
            }
            feed.named.append(&mut part.named);
        }
        feed
    }

    /// The same in parts.
    ///
    /// # Errors
    ///
    /// Why the scratch file cannot be made, written or read.
    pub fn parts(mut self, as_of: Option<Instant>) -> io::Result<Parts> {
        self.passing.clear();
        let (leaves, scratch) = self.leaves.take()?;
        let clusters = std::mem::take(&mut self.clusters);
        let (clusters, rest) = clusters.cut(leaves, scratch.as_ref())?;
        let mut points = indices::resolve(&self, as_of);
        let (texts, symbols) = Ranks::new(&self.texts);
        let (assets, names) = Ranks::new(&self.assets);
        let frame = Frame {
            totals: Totals::new(&self, &points),
            files: self.files.as_slice().into(),
            series: Arc::new(std::mem::take(&mut points.series)),
            raw: self,
            texts,
            assets,
            points,
            symbols,
            names,
        };
        let cluster = Cluster { contracts: Vec::new(), leaves: vec![rest] };
        let part = Part::unpack(&frame.raw, cluster, scratch.as_ref())?;
        let loose = resolve(&frame, &part, &[], (as_of, &Accounts::default())).accounts;
        Ok(Parts { frame, as_of, clusters, scratch, loose })
    }
}

impl Parts {
    /// Gives each part to `work`, with the places of its contracts, several at a time where their events have room in so
    /// many bytes; what comes of it goes to `take`, in the order of their first contracts. What is left is the account of
    /// all lines, in a feed without events.
    ///
    /// # Errors
    ///
    /// Why the scratch file cannot be read.
    pub fn each<T: Send>(
        self,
        room: usize,
        work: impl Fn(Vec<usize>, Feed) -> T + Sync,
        mut take: impl FnMut(T),
    ) -> io::Result<Feed> {
        let Self { frame, as_of, clusters, scratch, loose } = self;
        let mut done = Vec::new();
        let mut clusters = clusters.into_iter().peekable();
        while clusters.peek().is_some() {
            let mut batch = Vec::new();
            let mut taken: usize = 0;
            while let Some(next) = clusters.next_if(|next| taken == 0 || taken.saturating_add(next.unpacked()) <= room)
            {
                taken = taken.saturating_add(next.unpacked()).max(1);
                batch.push(next);
            }
            let found = batch.into_par_iter().map(|cluster| {
                let places = cluster.contracts.clone();
                let part = Part::unpack(&frame.raw, cluster, scratch.as_ref())?;
                let resolved = resolve(&frame, &part, &places, (as_of, &loose));
                drop(part);
                let (feed, accounts) = frame.feed(resolved);
                Ok((work(places, feed), accounts))
            });
            for (one, accounts) in found.collect::<io::Result<Vec<_>>>()? {
                take(one);
                done.push(accounts);
            }
        }
        done.push(loose);
        Ok(frame.rest(&done))
    }
}

impl Cluster {
    /// How many bytes its lines take when they are unpacked and resolved, about.
    fn unpacked(&self) -> usize {
        self.leaves.iter().map(Leaf::len).fold(0, usize::saturating_add).saturating_mul(UNPACKED)
    }
}

impl Frame {
    /// What the files say to the contracts of one part, and what became of its lines.
    fn feed(&self, part: Resolved) -> (Feed, Accounts) {
        let mut feed = self.bare();
        for (place, contract) in part.contracts {
            if let Some(own) = feed.contracts.get_mut(place) {
                *own = contract;
            }
        }
        (Feed { named: part.named, ..feed }, part.accounts)
    }

    /// The account of all lines, in a feed without events.
    fn rest(&self, parts: &[Accounts]) -> Feed {
        let (files, evidence) = whole(&self.raw, &self.points, &self.totals, parts);
        Feed { files: files.into(), evidence, ..self.bare() }
    }

    fn bare(&self) -> Feed {
        Feed {
            files: Arc::clone(&self.files),
            symbols: self.symbols.clone(),
            assets: self.names.clone(),
            named: BTreeMap::new(),
            contracts: vec![ContractFeed::default(); self.raw.schemas.len()],
            series: Arc::clone(&self.series),
            evidence: Evidence::default(),
        }
    }
}

impl Feed {
    /// Nothing, because a scratch file failed.
    fn unread(contracts: usize, why: &io::Error) -> Self {
        let mut account = Account::default();
        let fault = || Fault::new(Cause::Unreadable, format!("what was read cannot be kept: {why}"));
        account.note(Origin { file: 0, line: 0 }, None, Cause::Unreadable, fault);
        Self {
            files: Arc::default(),
            symbols: Ordered::default(),
            assets: Ordered::default(),
            named: BTreeMap::new(),
            contracts: vec![ContractFeed::default(); contracts],
            series: Arc::default(),
            evidence: Evidence { causes: account.causes, findings: account.findings, ..Evidence::default() },
        }
    }
}
