//! The ladder: contracts and feed → observations → settlement or decisions.

use std::path::Path;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::base::ids::KindId;
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::evaluate::decide::Decision;
use crate::evaluate::observations::{Observations, Watch};
use crate::evaluate::settle::{Settlement, Wishes};
use crate::evaluate::shown::Names;
use crate::evaluate::{decide, observe, ranked, settle, together};
use crate::feed::apart::{Apart, Nameless};
use crate::feed::input::Format;
use crate::feed::leaves::Room;
use crate::feed::mapping::Mapping;
use crate::feed::parts::{Parts, Work};
use crate::feed::raw::RawFeed;
use crate::feed::schema::Schema;
use crate::feed::{ContractFeed, Feed, Tables};
use crate::plan::Plan;
use crate::session::contracts::{Loaded, Texts, load_after};
use crate::session::known::Known;
use crate::session::memory::Memory;
pub use crate::session::period::Asked;
use crate::session::ready::Ready;
use crate::session::trouble::Trouble;
use crate::session::workspace::Workspace;

/// Contracts of a workspace that can be evaluated.
#[derive(Debug)]
pub struct Run {
    /// The workspace.
    pub workspace: Workspace,
    /// The texts.
    pub sources: Sources,
    /// Every contract file.
    pub loaded: Vec<Loaded>,
    /// Where files to take in were looked for.
    pub looked: Vec<std::path::PathBuf>,
    known: Known,
}

/// Where events come from, beside the workspace's own feeds.
#[derive(Clone, Debug, Default)]
pub struct Feeds {
    /// These files in place of the workspace's feeds; `-` is standard input.
    pub instead: Vec<std::path::PathBuf>,
    /// Only what was known at this instant.
    pub as_of: Option<Instant>,
}

impl Run {
    /// Loads and checks the contracts of a workspace.
    pub fn load(workspace: Workspace) -> Result<Self, Trouble> {
        Self::load_after(workspace, None)
    }

    /// The same; contracts whose texts are those of an earlier run are taken over from it.
    pub fn load_after(workspace: Workspace, before: Option<&Self>) -> Result<Self, Trouble> {
        let paths = workspace.contract_files()?;
        let nothing = Known::default();
        let known = before.map_or(&nothing, |before| &before.known);
        let read = load_after(known, &paths, Some(workspace.root()), &|path| workspace.shown(path))?;
        let Texts { sources, loaded, looked, known } = read;
        Ok(Self { workspace, sources, loaded, looked, known })
    }

    /// The contracts that can be evaluated.
    pub fn ready(&self) -> impl Iterator<Item = &Ready> {
        self.loaded.iter().filter_map(|loaded| loaded.ready.as_deref())
    }

    /// The schemas of the contracts, in their order.
    #[must_use]
    pub fn schemas(&self) -> Vec<Schema> {
        self.ready().map(|ready| ready.schema().clone()).collect()
    }

    /// How many bytes the feed has, for progress.
    pub fn bytes(&self, feeds: &Feeds) -> Result<u64, Trouble> {
        let own = if feeds.instead.is_empty() { self.workspace.feeds()? } else { Vec::new() };
        let sizes = own.iter().map(|(_, path)| super::files::size(path));
        Ok(sizes.chain(feeds.instead.iter().map(|path| super::files::size(path))).fold(0, u64::saturating_add))
    }

    /// Reads the feed, once for all contracts, in parts for which so much memory is there: to settle by these plans, or, by
    /// none, to look at contracts as a whole.
    pub fn parts(
        &self,
        feeds: &Feeds,
        (memory, plans): (Memory, &[Option<Plan>]),
        progress: &(dyn Fn(u64) + Sync),
    ) -> Result<Parts, Trouble> {
        // One of which nothing is asked has lines all the same.
        let asked =
            plans.iter().zip(self.ready()).map(|(plan, ready)| plan.as_ref().or_else(|| Some(&**ready.whole()?)));
        let within = (memory.waiting(), Apart::of(asked.map(|plan| Self::nameless(plan?)).collect()));
        self.raw(feeds, within, progress)?.parts(feeds.as_of).map_err(Trouble::Scratch)
    }

    /// Who reads what names no asset, of a contract that is settled by asset.
    #[must_use]
    pub fn nameless(plan: &Plan) -> Option<Nameless> {
        let all = plan.has_timelines();
        plan.is_by_asset().then_some(if all { Nameless::All } else { Nameless::One })
    }

    fn raw(&self, feeds: &Feeds, within: (Room, Apart), progress: &(dyn Fn(u64) + Sync)) -> Result<RawFeed, Trouble> {
        let mut tables = Tables::default();
        for path in self.workspace.registers()? {
            tables.registers.push(self.workspace.input(&path, 0)?);
        }
        for path in self.workspace.indices()? {
            tables.indices.push(self.workspace.input(&path, 0)?);
        }
        let mut mappings: Vec<Mapping> = self.workspace.mappings().to_vec();
        let mut inputs = Vec::new();
        if feeds.instead.is_empty() {
            inputs.extend(self.workspace.silent_feeds()?);
            for (mapping, path) in self.workspace.feeds()? {
                inputs.push(self.workspace.input(&path, mapping)?);
            }
        } else {
            mappings.push(Mapping::native("-"));
            let native = mappings.len().saturating_sub(1);
            for path in &feeds.instead {
                refuse_table(path)?;
                inputs.push(self.workspace.input(path, native)?);
            }
        }
        Ok(crate::feed::read_within(within, &self.schemas(), tables, (&mappings, inputs), progress))
    }

    /// The plans of the contracts for what was asked, `None` for those that have no such period. Time counts up to an
    /// instant only, if there is one.
    #[must_use]
    pub fn plans(&self, asked: Asked, until: Option<Instant>) -> Vec<Option<Plan>> {
        let made = |ready: &Ready| Some(Plan { until, ..ready.plan(asked)? });
        self.ready().map(made).collect()
    }

    /// The plans of the contracts for their whole terms.
    pub fn whole(&self) -> impl Iterator<Item = Option<&Plan>> {
        self.ready().map(|ready| ready.whole().map(|plan| &**plan))
    }

    /// Settles one contract.
    #[must_use]
    pub fn settle(
        plan: &Plan,
        feed: &Feed,
        place: usize,
        wishes: &Wishes,
        watch: Option<&Watch>,
    ) -> (Observations, Settlement) {
        let names = Names { plan, feed };
        let observations = ranked(names, observe(plan, feed, place, watch));
        let settlement = settle(names, &observations, wishes);
        (observations, settlement)
    }

    /// Settles the contracts of each part, or the one that is wanted, and drops the part. What `page` makes of the
    /// settlement of a contract goes to `take` with its place; nothing where no period was asked for. What is left is the
    /// account of all lines, in a feed without events.
    pub fn settle_each<T: Send>(
        parts: Parts,
        memory: Memory,
        (plans, wanted): (&[Option<Plan>], Option<&str>),
        page: impl Fn(Names<'_>, &ContractFeed, &Settlement) -> T + Sync,
        take: impl FnMut(Vec<(usize, Option<T>)>),
    ) -> Result<Feed, Trouble> {
        let work = Settling { plans, wanted, page };
        parts.each(memory.working(), &work, take).map_err(Trouble::Scratch)
    }

    /// Gives each contract with what it sees to `made`, and drops it. What comes of contracts goes to `take` with their places.
    /// What is left is the account of all lines, in a feed without events.
    pub fn each<T: Send>(
        parts: Parts,
        memory: Memory,
        made: impl Fn(usize, &Feed) -> T + Sync,
        take: impl FnMut(Vec<(usize, T)>),
    ) -> Result<Feed, Trouble> {
        let work = |places: Vec<usize>, feed: Feed| {
            let made = |place: usize| (place, made(place, &feed));
            places.into_par_iter().map(made).collect::<Vec<_>>()
        };
        parts.wholes(memory.working(), &work, take).map_err(Trouble::Scratch)
    }

    /// Decides for every event of one contract that asks for it.
    #[must_use]
    pub fn decide(plan: &Plan, feed: &Feed, place: usize) -> Vec<Decision> {
        decide(plan, feed, place)
    }
}

/// Only a workspace says what the columns of a table mean.
fn refuse_table(path: &Path) -> Result<(), Trouble> {
    let name = path.display().to_string();
    match Format::of(&name) {
        Some((Format::Table, _)) => Err(Trouble::call(
            format!("{name} is a table, and events given in the call are JSON Lines"),
            "name it in `consigne.toml` by a `[[feed]]` that says what its columns mean",
        )),
        Some((Format::JsonLines, _)) | None => Ok(()),
    }
}

/// Settles contracts, each as a whole or by its assets, and makes a page of each.
struct Settling<'a, P> {
    plans: &'a [Option<Plan>],
    wanted: Option<&'a str>,
    page: P,
}

impl<P> Settling<'_, P> {
    /// The plan of a contract of which a page is wanted.
    fn plan(&self, place: usize) -> Option<&Plan> {
        let plan = self.plans.get(place)?.as_ref();
        plan.filter(|plan| self.wanted.is_none_or(|wanted| wanted == plan.contract))
    }
}

impl<T: Send, P: Fn(Names<'_>, &ContractFeed, &Settlement) -> T + Sync> Work for Settling<'_, P> {
    type Done = Vec<(usize, Option<T>)>;
    type Seen = Option<Observations>;

    fn whole(&self, places: Vec<usize>, feed: Feed) -> Self::Done {
        let settled = |place: usize| {
            let (plan, feed) = (self.plan(place)?, &feed);
            let contract = feed.contracts.get(place)?;
            let (_, settlement) = Run::settle(plan, feed, place, &Wishes::default(), None);
            Some((self.page)(Names { plan, feed }, contract, &settlement))
        };
        places.into_par_iter().map(|place| (place, settled(place))).collect()
    }

    fn some(&self, place: usize, feed: &Feed) -> Self::Seen {
        self.plan(place).map(|plan| observe(plan, feed, place, None))
    }

    fn is_needed(&self, place: usize, kind: KindId) -> bool {
        self.plan(place).is_some_and(|plan| plan.is_read_when_settled(kind))
    }

    fn joined(&self, place: usize, seen: Vec<Self::Seen>, feed: Feed) -> Self::Done {
        let settled = || {
            let (plan, feed) = (self.plan(place)?, &feed);
            let contract = feed.contracts.get(place)?;
            let names = Names { plan, feed };
            let observations = ranked(names, together(seen.into_iter().flatten()));
            let settlement = settle(names, &observations, &Wishes::default());
            Some((self.page)(names, contract, &settlement))
        };
        vec![(place, settled())]
    }
}
