//! Bytes to events: read, typed, routed to their contracts, deduplicated, corrected, put in order.
//!
//! A feed is read once for all contracts of a workspace. `session` opens files and hands in byte
//! streams; nothing here touches a file or a clock. [`read`] turns bytes into a
//! [`RawFeed`](raw::RawFeed), `resolve` cuts it at an as-of instant and gives a [`Feed`]; `parts` gives it in parts.
//!
//! No line is lost: every one is counted under one [`Fate`](evidence::Fate), and what is not used is
//! listed with file, line, reason and fix.

mod account;
pub mod apart;
mod cell;
mod clusters;
pub mod column;
mod columns;
pub mod condition;
mod corrections;
mod digest;
pub mod events;
pub mod evidence;
mod fault;
mod figure;
mod fork;
mod gathered;
mod guard;
mod holdings;
mod identity;
pub mod indices;
pub mod input;
mod json;
mod late;
mod leaf;
pub mod leaves;
mod lines;
pub mod mapping;
mod moment;
mod native;
mod parquet;
mod part;
pub mod parts;
pub mod placed;
mod quotes;
pub mod raw;
mod read;
pub mod register;
mod resolve;
mod route;
mod rules;
pub mod schema;
mod shares;
pub mod slices;
pub mod summary;
mod table;
mod tally;
pub mod texts;
mod value;
mod worded;

pub use crate::feed::identity::Named;
pub use crate::feed::read::{Tables, read, read_within};

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::base::ids::AssetId;
use crate::base::series::Series;
use crate::base::symbol::Symbol;
use crate::feed::column::Column;
use crate::feed::events::{Event, Events, Subject};
use crate::feed::evidence::{Cause, Evidence, Tally};
use crate::feed::register::Holding;
use crate::feed::texts::{Ordered, Texts};

/// What a set of files says, as known at an as-of instant; or what they say to some of the contracts.
///
/// INVARIANT (canonical): texts, assets and events are numbered by their order, never by that of files
/// and lines, so the same lines in any order give the same feed but for the origins and the numbers of ids.
#[derive(Clone, Debug)]
pub struct Feed {
    /// The files read, by name: registers and feeds. Where the feed is what they say to some contracts, what became of
    /// their lines is not told.
    pub files: Arc<[FileAccount]>,
    /// Texts of fields and attributes, and names of sources.
    pub symbols: Ordered,
    /// Identities of assets: the symbol with the number of an `AssetId`.
    pub assets: Ordered,
    /// Assets that bear several names.
    pub named: BTreeMap<AssetId, Named>,
    /// By contract, in the order of the schemas.
    pub contracts: Vec<ContractFeed>,
    /// Values of indices, by the names of their series.
    pub series: Arc<BTreeMap<String, Series>>,
    /// The account of all lines; empty where the feed is what they say to some contracts.
    pub evidence: Evidence,
}

/// What a file holds.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Holds {
    /// Events.
    Events,
    /// A register of assets.
    Register,
    /// Values of indices.
    Indices,
}

/// A file and what became of its lines.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct FileAccount {
    /// Its name, as the workspace shows it.
    pub name: String,
    /// What it holds.
    pub holds: Holds,
    /// What became of its lines.
    pub tally: Tally,
    /// How many findings there are of each cause.
    pub causes: BTreeMap<Cause, u64>,
}

impl FileAccount {
    /// Adds what became of more of its lines.
    pub(crate) fn add(&mut self, tally: &Tally, causes: &BTreeMap<Cause, u64>) {
        self.tally.add(tally);
        account::add_counts(&mut self.causes, causes);
    }
}

/// What one contract sees of a feed.
#[derive(Clone, Debug, Default)]
pub struct ContractFeed {
    /// Its events, in total order.
    pub events: Events,
    /// Ids of events, for `Event::id`: those given, or a digest of the content. In the order of their arrival.
    pub ids: Arc<Texts>,
    /// Every asset of the register under this contract and every asset that its events name, in the
    /// order of `AssetId`; last, if there are any, the events without asset.
    pub subjects: Vec<Subject>,
    /// Assets that the register holds under this contract, in the order of `AssetId`.
    pub holdings: Vec<Holding>,
    /// Attributes of the register's rows: by `FamilyId`, then by `AttributeId`.
    pub attribute_columns: Vec<Vec<Column>>,
    /// The account of this contract.
    pub evidence: Evidence,
    /// Where these are some assets of a contract that is read by asset: what counts elsewhere.
    pub elsewhere: Elsewhere,
}

/// What is seen beside some assets of a contract, and counts where others of its assets are.
#[derive(Clone, Debug, Default)]
pub struct Elsewhere {
    /// Whether what names no asset does: timelines alone read it here.
    pub nameless: bool,
    /// Members of families of parties, in their order: what names them reads their attributes here.
    pub members: Vec<AssetId>,
}

impl Elsewhere {
    /// Whether an asset, or what names none, counts elsewhere.
    pub fn has(&self, asset: Option<AssetId>) -> bool {
        asset.map_or(self.nameless, |asset| self.members.binary_search(&asset).is_ok())
    }
}

impl ContractFeed {
    /// The subject of an asset, if the register or an event names it.
    pub fn subject(&self, asset: AssetId) -> Option<&Subject> {
        let named = self.subjects.partition_point(|subject| subject.asset.is_some_and(|own| own < asset));
        self.subjects.get(named).filter(|subject| subject.asset == Some(asset))
    }

    /// The events without asset.
    pub fn nameless(&self) -> Subject {
        let place = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let heads = &self.events.heads;
        let first = heads.partition_point(|event| event.asset.is_some());
        Subject { asset: None, events: place(first)..place(heads.len()) }
    }

    /// The events that count here.
    pub fn counted(&self) -> impl Iterator<Item = &Event> {
        self.events.heads.iter().filter(|event| !self.elsewhere.has(event.asset))
    }

    /// The subjects that count here.
    pub fn walked(&self) -> impl Iterator<Item = &Subject> {
        self.subjects.iter().filter(|subject| !self.elsewhere.has(subject.asset))
    }

    /// The id of an event.
    pub fn id(&self, event: &Event) -> Option<&str> {
        event.id.map(|id| self.ids.get(id.0))
    }

    /// The register's entry for an asset.
    pub fn holding(&self, asset: AssetId) -> Option<&Holding> {
        let place = self.holdings.binary_search_by_key(&asset, |holding| holding.asset);
        self.holdings.get(place.ok()?)
    }
}

impl Feed {
    /// The text of an asset's identity; of one that bears several names `P1 (now P2)`.
    pub fn asset(&self, asset: AssetId) -> &str {
        if let Some(named) = self.named.get(&asset) {
            return &named.shown;
        }
        self.assets.text(Symbol(asset.0))
    }

    /// Whether an asset bears or bore a name.
    pub fn is_named(&self, asset: AssetId, name: &str) -> bool {
        match self.named.get(&asset) {
            Some(named) => named.shown == name || named.names.iter().any(|own| own == name),
            None => self.asset(asset) == name,
        }
    }

    /// Who says that an event happened; empty where nobody is named.
    pub fn source(&self, event: &Event) -> &str {
        self.symbols.text(event.source)
    }

    /// The name of a file, by its number in origins and findings.
    pub fn file(&self, file: u32) -> &str {
        self.files.get(file as usize).map_or("", |account| account.name.as_str())
    }
}
