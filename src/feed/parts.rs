//! What was read, in parts that have nothing to do with one another: each is resolved by itself and dropped when it is
//! no longer needed, so that no more of them than there is room for are in memory at a time.

use std::collections::BTreeMap;
use std::io;
use std::sync::Arc;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::base::ids::KindId;
use crate::base::series::Series;
use crate::base::time::Instant;
use crate::feed::account::Account;
use crate::feed::clusters::Cluster;
use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, Evidence};
use crate::feed::fault::Fault;
use crate::feed::gathered::{Gathered, Left};
use crate::feed::holdings;
use crate::feed::identity::Identities;
use crate::feed::indices;
use crate::feed::leaves::{Leaf, Store};
use crate::feed::part::Part;
use crate::feed::raw::RawFeed;
use crate::feed::resolve::{Resolved, resolve};
use crate::feed::tally::{Accounts, Beside, Own, Totals, whole};
use crate::feed::texts::{Ordered, Ranks};
use crate::feed::{ContractFeed, Elsewhere, Feed, FileAccount};

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
        let rest =
            parts.and_then(|parts| parts.wholes(usize::MAX, &|places, feed| (places, feed), |one| found.push(one)));
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
        let (clusters, rest) = clusters.cut(leaves, scratch.as_ref(), &self)?;
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
        let cluster = Cluster { leaves: vec![rest], ..Cluster::default() };
        let part = Part::unpack(&frame.raw, cluster, scratch.as_ref())?;
        let loose = resolve(&frame, &part, &[], as_of).accounts;
        Ok(Parts { frame, as_of, clusters, scratch, loose })
    }
}

/// What is made of the parts of a feed.
pub trait Work: Sync {
    /// What comes of a part with all that its contracts see.
    type Done: Send;
    /// What is seen of some assets of a contract.
    type Seen: Send;

    /// Takes a part, with the places of its contracts.
    fn whole(&self, places: Vec<usize>, feed: Feed) -> Self::Done;

    /// Looks at some assets of the contract at a place.
    fn some(&self, place: usize, feed: &Feed) -> Self::Seen;

    /// Whether events of a kind are still needed when all assets of a contract were seen.
    fn is_needed(&self, place: usize, kind: KindId) -> bool;

    /// Puts together what was seen of the assets of a contract.
    fn joined(&self, place: usize, seen: Vec<Self::Seen>, feed: Feed) -> Self::Done;
}

impl Parts {
    /// Gives each part to `work`, several at a time where their events have room in so many bytes; what comes of it goes to
    /// `take`, in the order of their first contracts. A contract that is read by asset is given in several parts where it
    /// is great. What is left is the account of all lines, in a feed without events.
    ///
    /// # Errors
    ///
    /// Why the scratch file cannot be read.
    pub fn each<W: Work>(self, room: usize, work: &W, mut take: impl FnMut(W::Done)) -> io::Result<Feed> {
        let Self { frame, as_of, clusters, scratch, loose } = self;
        let store = scratch.as_ref();
        let table = Table { frame: &frame, as_of, store, loose: &loose, room };
        let (mut done, mut whole) = (Vec::new(), Vec::new());
        let of_whole = |places: Vec<usize>, feed: Feed| work.whole(places, feed);
        for cluster in clusters {
            let place = cluster.contracts.first().copied().unwrap_or_default();
            let parts = cluster.divided(room);
            if parts.len() < 2 {
                whole.extend(parts);
                continue;
            }
            done.extend(table.whole(std::mem::take(&mut whole), &of_whole, &mut take)?);
            done.extend(table.by_asset(place, parts, work, &mut take)?);
        }
        done.extend(table.whole(whole, &of_whole, &mut take)?);
        done.push(loose);
        Ok(frame.rest(&done))
    }

    /// Gives contracts with all that they see to `work`, those together whose lines have to do with one another, several at
    /// a time where their events have room in so many bytes; what comes of it goes to `take`, in the order of their first
    /// contracts. What is left is the account of all lines, in a feed without events.
    ///
    /// # Errors
    ///
    /// Why the scratch file cannot be read.
    pub fn wholes<T: Send>(
        self,
        room: usize,
        work: &(impl Fn(Vec<usize>, Feed) -> T + Sync),
        mut take: impl FnMut(T),
    ) -> io::Result<Feed> {
        let Self { frame, as_of, clusters, scratch, loose } = self;
        let table = Table { frame: &frame, as_of, store: scratch.as_ref(), loose: &loose, room };
        let mut done = table.whole(clusters, work, &mut take)?;
        done.push(loose);
        Ok(frame.rest(&done))
    }

    /// Leaves out what has to do with none of these contracts, and what became of those lines.
    #[must_use]
    pub fn only(mut self, is_wanted: impl Fn(usize) -> bool) -> Self {
        self.clusters.retain(|cluster| cluster.contracts.iter().any(|place| is_wanted(*place)));
        self
    }
}

/// Where parts are worked on.
#[derive(Clone, Copy)]
struct Table<'a> {
    frame: &'a Frame,
    as_of: Option<Instant>,
    store: Option<&'a Store>,
    loose: &'a Accounts,
    room: usize,
}

impl Table<'_> {
    /// Works on clusters as a whole; gives the accounts of their lines.
    fn whole<T: Send>(
        &self,
        clusters: Vec<Cluster>,
        work: &(impl Fn(Vec<usize>, Feed) -> T + Sync),
        take: &mut impl FnMut(T),
    ) -> io::Result<Vec<Accounts>> {
        let mut done = Vec::new();
        self.together(
            clusters,
            &|cluster| {
                let places = cluster.contracts.clone();
                let (feed, accounts) = self.frame.feed(self.resolved(cluster)?, self.loose);
                Ok((work(places, feed), accounts))
            },
            &mut |(one, accounts)| {
                take(one);
                done.push(accounts);
            },
        )?;
        Ok(done)
    }

    /// Works on the parts of a contract that is read by asset.
    fn by_asset<W: Work>(
        &self,
        place: usize,
        parts: Vec<Cluster>,
        work: &W,
        take: &mut impl FnMut(W::Done),
    ) -> io::Result<Vec<Accounts>> {
        let Some(schema) = self.frame.raw.schemas.get(place) else { return Ok(Vec::new()) };
        let (mut seen, mut owns, mut done) = (Vec::new(), Vec::new(), Vec::new());
        let mut gathered = Gathered::default();
        self.together(
            parts,
            &|part| {
                let (feed, owns, accounts) = self.frame.some(self.resolved(part)?);
                let seen = work.some(place, &feed);
                let mut gathered = Gathered::default();
                for contract in feed.contracts.iter().skip(place).take(1) {
                    gathered.take(contract, schema, &|kind| work.is_needed(place, kind));
                }
                Ok((seen, gathered, owns, accounts))
            },
            &mut |(one, more, own, accounts)| {
                seen.push(one);
                gathered.append(more);
                owns.extend(own);
                done.push(accounts);
            },
        )?;
        let feed = self.frame.joined(place, (gathered.finish(schema), &owns), self.loose);
        take(work.joined(place, seen, feed));
        Ok(done)
    }

    /// Works on as many clusters at a time as there is room for; what comes of it is taken in their order.
    fn together<T: Send>(
        &self,
        clusters: Vec<Cluster>,
        work: &(impl Fn(Cluster) -> io::Result<T> + Sync),
        take: &mut impl FnMut(T),
    ) -> io::Result<()> {
        let mut clusters = clusters.into_iter().peekable();
        while clusters.peek().is_some() {
            let mut batch = Vec::new();
            let mut taken: usize = 0;
            let fits = |taken: usize, next: &Cluster| taken == 0 || taken.saturating_add(next.unpacked()) <= self.room;
            while let Some(next) = clusters.next_if(|next| fits(taken, next)) {
                taken = taken.saturating_add(next.unpacked()).max(1);
                batch.push(next);
            }
            let found = batch.into_par_iter().map(work);
            found.collect::<io::Result<Vec<T>>>()?.into_iter().for_each(&mut *take);
        }
        Ok(())
    }

    fn resolved(&self, cluster: Cluster) -> io::Result<Resolved> {
        let places = cluster.contracts.clone();
        let part = Part::unpack(&self.frame.raw, cluster, self.store)?;
        Ok(resolve(self.frame, &part, &places, self.as_of))
    }
}

impl Cluster {
    /// How many bytes its lines take when they are unpacked and resolved, about.
    pub(crate) fn unpacked(&self) -> usize {
        self.leaves.iter().map(Leaf::unpacked).fold(0, usize::saturating_add)
    }
}

impl Leaf {
    /// The same of some of them.
    pub(crate) fn unpacked(&self) -> usize {
        self.len().saturating_mul(UNPACKED)
    }
}

impl Frame {
    /// What the files say to the contracts of one part, and what became of its lines.
    fn feed(&self, part: Resolved, loose: &Accounts) -> (Feed, Accounts) {
        let beside = self.beside(loose);
        let mut feed = self.bare();
        for (place, contract, own) in part.contracts {
            if let Some(place_of) = feed.contracts.get_mut(place) {
                *place_of = ContractFeed { evidence: beside.evidence(place, &[own]), ..contract };
            }
        }
        (Feed { named: part.named, ..feed }, part.accounts)
    }

    /// What the files say of some assets of a contract, what became of their lines for it, and in all.
    fn some(&self, part: Resolved) -> (Feed, Vec<Own>, Accounts) {
        let mut feed = self.bare();
        let mut owns = Vec::new();
        for (place, contract, own) in part.contracts {
            owns.push(own);
            if let Some(place) = feed.contracts.get_mut(place) {
                *place = contract;
            }
        }
        (feed, owns, part.accounts)
    }

    /// What is left of a contract whose assets were all seen.
    fn joined(&self, place: usize, (left, owns): (Left, &[Own]), loose: &Accounts) -> Feed {
        let names = (&Identities::default(), &self.assets);
        let (holdings, attribute_columns) = holdings::build(&self.raw, place, names, &self.texts, &|_| true);
        let evidence = self.beside(loose).evidence(place, owns);
        let Left { events, ids, subjects } = left;
        let mut feed = self.bare();
        if let Some(own) = feed.contracts.get_mut(place) {
            let elsewhere = Elsewhere::default();
            *own = ContractFeed { events, ids, subjects, holdings, attribute_columns, evidence, elsewhere };
        }
        feed
    }

    fn beside<'a>(&'a self, loose: &'a Accounts) -> Beside<'a> {
        Beside { frame: &self.raw, totals: &self.totals, points: &self.points, loose }
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
