//! What the walk leaves behind: tallies by fold, window and group; how each obligation stands.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use crate::base::ids::{AssetId, DepositId, FoldId, KindId, ObligationId, PartyId, StateId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::time::Instant;
use crate::base::vocabulary::Outcome;
use crate::evaluate::datum::Gap;
use crate::evaluate::overview::Overview;
use crate::evaluate::ranks::Kept;
use crate::feed::events::Origin;

/// One coordinate of a group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Key {
    /// An asset.
    Asset(AssetId),
    /// The stored value of an attribute or field; `None` where it is not known.
    Value(Option<i128>),
}

impl Key {
    /// The party that a key is.
    pub(crate) fn party(self) -> PartyId {
        match self {
            Self::Asset(member) => PartyId::of_member(member),
            Self::Value(raw) => raw.and_then(|raw| u32::try_from(raw).ok()).map_or(PartyId::UNKNOWN, PartyId),
        }
    }
}

/// A group: one key for each of its dimensions.
pub type Group = Box<[Key]>;

/// The tallies of a fold, by window, then by group.
pub type Tallies = BTreeMap<i64, FxHashMap<Group, Tally>>;

/// What occurrences add up to.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Tally {
    /// How many occurrences.
    pub count: i64,
    /// Total of the values.
    pub sum: Ratio,
    /// Total of the weights.
    pub weight: Ratio,
    /// Total of the amounts, where they are priced in the walk.
    pub amount: Ratio,
    /// Occurrences that add nothing because a value is missing.
    pub missing: u64,
    /// Occurrences whose value is an estimate.
    pub estimated: u64,
    /// Returns for which no deposit is held.
    pub unmatched: u64,
    /// Why the tally cannot be used, and how often.
    pub held: Option<(Gap, u64)>,
    /// Least and greatest value.
    pub extremes: Option<(Ratio, Ratio)>,
    /// The latest value: when, and its sequence then.
    pub latest: Option<(Instant, i64, Ratio)>,
    /// How often each value occurs, where that is kept.
    pub values: BTreeMap<Ratio, u64>,
    /// Of whom that is which goes by an order.
    pub(crate) by: By,
}

/// Of whom something is told: assets come in their order, then what names none, then what compares assets.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Whose(u32);

impl Whose {
    /// What comes behind all assets.
    pub(crate) const LAST: Self = Self(u32::MAX);

    /// That of an asset, or of what names none.
    pub(crate) fn of(asset: Option<AssetId>) -> Self {
        asset.map_or(Self::LAST, |asset| Self(asset.0))
    }
}

/// Who was the first and the last to hold a tally, and whose value is the latest.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct By {
    pub(crate) held: (Whose, Whose),
    pub(crate) latest: Whose,
}

impl Default for By {
    fn default() -> Self {
        Self { held: (Whose::LAST, Whose::LAST), latest: Whose::LAST }
    }
}

impl Tally {
    /// Adds another tally.
    pub fn add(&mut self, other: &Self) {
        self.count = self.count.saturating_add(other.count);
        self.sum = self.sum.plus(&other.sum);
        self.weight = self.weight.plus(&other.weight);
        self.amount = self.amount.plus(&other.amount);
        self.missing = self.missing.saturating_add(other.missing);
        self.estimated = self.estimated.saturating_add(other.estimated);
        self.unmatched = self.unmatched.saturating_add(other.unmatched);
        if let Some((gap, times)) = &other.held {
            self.hold(other.by.held.0, gap.clone(), *times);
            self.by.held.1 = self.by.held.1.max(other.by.held.1);
        }
        if let Some((least, greatest)) = &other.extremes {
            self.extreme(least);
            self.extreme(greatest);
        }
        if let Some((at, sequence, value)) = &other.latest {
            self.late((*at, *sequence), (other.by.latest, value));
        }
        for (value, times) in &other.values {
            let known = self.values.entry(value.clone()).or_default();
            *known = known.saturating_add(*times);
        }
    }

    /// Notes that the tally cannot be used. The reason of the first of whom it is told stands.
    pub(crate) fn hold(&mut self, whose: Whose, gap: Gap, times: u64) {
        let Some((known, count)) = &mut self.held else {
            self.held = Some((gap, times));
            self.by.held = (whose, whose);
            return;
        };
        let (first, last) = self.by.held;
        *count = count.saturating_add(times);
        if whose < first {
            *known = gap;
        }
        self.by.held = (first.min(whose), last.max(whose));
    }

    /// Whether a subject held it.
    pub(crate) fn is_held_by(&self, whose: Whose) -> bool {
        self.held.is_some() && self.by.held.1 == whose
    }

    /// Takes a value into least and greatest.
    pub(crate) fn extreme(&mut self, value: &Ratio) {
        self.extremes = Some(match self.extremes.take() {
            None => (value.clone(), value.clone()),
            Some((least, greatest)) => (least.min(value.clone()), greatest.max(value.clone())),
        });
    }

    /// Takes a value in as the latest, unless a later one is known. Of one instant and sequence the last that comes stands:
    /// events of a subject come in total order, subjects in theirs.
    fn late(&mut self, (at, sequence): (Instant, i64), (whose, value): (Whose, &Ratio)) {
        let known = self.latest.as_ref().map(|(known, before, _)| (*known, *before, self.by.latest));
        if known.is_none_or(|known| known <= (at, sequence, whose)) {
            self.latest = Some((at, sequence, value.clone()));
            self.by.latest = whose;
        }
    }
}

/// How one obligation of one asset stands.
#[derive(Clone, PartialEq, Debug)]
pub struct Duty {
    /// Which obligation.
    pub obligation: ObligationId,
    /// The asset.
    pub asset: AssetId,
    /// Who owes it, or did when it ended.
    pub bearer: PartyId,
    /// How many units of it: 1, or those of a part of a lot.
    pub units: i64,
    /// When it was opened.
    pub opened: Instant,
    /// The end of the time that there is; `None` while a pause leaves it open, or where the time given cannot
    /// be told.
    pub deadline: Option<Instant>,
    /// When it was fulfilled.
    pub done: Option<Instant>,
    /// When it became missed.
    pub missed: Option<Instant>,
    /// How it stands.
    pub outcome: Outcome,
    /// How late it is, in whole units commenced of its own unit.
    pub late_by: Ratio,
    /// The unit.
    pub unit: Unit,
    /// Why the deadline cannot be told.
    pub gap: Option<Gap>,
}

/// A deposit that is or was held.
#[derive(Clone, PartialEq, Debug)]
pub struct HeldDeposit {
    /// Which one.
    pub deposit: DepositId,
    /// The asset for which it was paid.
    pub asset: Option<AssetId>,
    /// Whose it is: who paid it, or the one to whom it went over.
    pub payer: PartyId,
    /// When it was paid.
    pub paid: Instant,
    /// Since when this much of it is held.
    pub since: Instant,
    /// When it ended, if it did.
    pub until: Option<Instant>,
    /// Of how many units.
    pub units: Ratio,
    /// The deposit of one unit, or why it cannot be told.
    pub amount: Result<Ratio, Gap>,
}

impl HeldDeposit {
    /// Whether it is held when a period ends.
    #[must_use]
    pub fn is_held_at(&self, end: Instant) -> bool {
        self.since < end && self.until.is_none_or(|until| until >= end)
    }

    /// What is held in all.
    ///
    /// # Errors
    ///
    /// Why the deposit of one unit cannot be told.
    pub fn total(&self) -> Result<Ratio, Gap> {
        self.amount.as_ref().map(|amount| amount.times(&self.units)).map_err(Clone::clone)
    }
}

/// One occurrence, for explaining.
#[derive(Clone, PartialEq, Debug)]
pub struct Occurrence {
    /// The asset.
    pub asset: Option<AssetId>,
    /// When.
    pub at: Instant,
    /// When the event happened that makes it and the word for the instant that counts, where that is another one.
    pub happened: Option<(Instant, KindId)>,
    /// The line of the feed, where one event makes it.
    pub origin: Option<Origin>,
    /// What it adds; `None` where a value is missing.
    pub value: Option<Ratio>,
    /// Its amount, where it is priced in the walk.
    pub amount: Option<Ratio>,
    /// Its amount before its steps.
    pub unlimited: Option<Ratio>,
    /// The deposit that ends: when it was paid, and how much for one unit.
    pub deposit: Option<(Instant, Ratio)>,
    /// The first and last of its ranks, where it is priced by them.
    pub ranks: Option<(i64, i64)>,
    /// The keys of its group.
    pub group: Group,
}

/// Everything that the walk of one contract's subjects leaves behind.
#[derive(Clone, Debug, Default)]
pub struct Observations {
    /// The place of the contract in the feed.
    pub contract: usize,
    /// By fold: tallies by window, then by group.
    pub tallies: Vec<Tallies>,
    /// Which occurrences are kept for explaining.
    pub watch: Option<Watch>,
    /// By fold: events whose ranks are counted among several assets, until they are ranked.
    pub kept: BTreeMap<FoldId, Vec<Kept>>,
    /// What is said of the events as a whole.
    pub overview: Overview,
    /// Every obligation that was opened.
    pub duties: Vec<Duty>,
    /// Events that start no state, because another party had to declare them.
    pub undeclared: Vec<Undeclared>,
    /// Every deposit that was ever held.
    pub deposits: Vec<HeldDeposit>,
    /// Occurrences of the folds that are watched, at most [`Watch::limit`] of each.
    pub seen: BTreeMap<FoldId, Vec<Occurrence>>,
    /// What all comes to with another record of a member of a family of parties: one for each such record.
    pub instead: Vec<Instead>,
}

/// What all comes to with another record of a member of a family of parties.
#[derive(Clone, Debug)]
pub struct Instead {
    /// Why it is not known which of the two records counts.
    pub gap: Gap,
    /// What was observed then.
    pub observations: Observations,
}

/// An event that would start a state, if the right party had declared it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Undeclared {
    /// The asset, where one is named.
    pub asset: Option<AssetId>,
    /// The state.
    pub state: StateId,
    /// The line of the feed.
    pub origin: Origin,
    /// The kind of event.
    pub kind: KindId,
}

/// Which occurrences to keep for explaining.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Watch {
    /// Those at or after this instant …
    pub from: Instant,
    /// … and before this one.
    pub until: Instant,
    /// How many of each fold.
    pub limit: usize,
}

/// What was observed of a contract whose assets were observed in parts.
#[must_use]
pub fn together(mut parts: impl Iterator<Item = Observations>) -> Observations {
    let mut whole = parts.next().unwrap_or_default();
    parts.for_each(|part| whole.join(part));
    whole.put_in_order();
    whole
}

impl Observations {
    /// Takes in what was observed of the subjects that follow.
    pub(crate) fn join(&mut self, other: Self) {
        for (own, others) in self.tallies.iter_mut().zip(other.tallies) {
            for (window, others) in others {
                let own = own.entry(window).or_default();
                if own.is_empty() {
                    *own = others;
                    continue;
                }
                #[expect(clippy::iter_over_hash_type, reason = "tallies are added exactly, each to its own")]
                for (group, tally) in others {
                    own.entry(group).or_default().add(&tally);
                }
            }
        }
        for (fold, kept) in other.kept {
            self.kept.entry(fold).or_default().extend(kept);
        }
        self.overview.join(&other.overview);
        self.duties.extend(other.duties);
        self.undeclared.extend(other.undeclared);
        self.deposits.extend(other.deposits);
        let limit = self.watch.as_ref().map_or(0, |watch| watch.limit);
        for (fold, seen) in other.seen {
            let own = self.seen.entry(fold).or_default();
            let room = limit.saturating_sub(own.len());
            own.extend(seen.into_iter().take(room));
        }
        // Members are read by all, so that all know of the same records.
        for (own, other) in self.instead.iter_mut().zip(other.instead) {
            own.observations.join(other.observations);
        }
    }

    /// Puts what is listed by asset in the order of assets: what is joined may have walked them in any.
    fn put_in_order(&mut self) {
        self.duties.sort_by_key(|duty| Whose::of(Some(duty.asset)));
        self.undeclared.sort_by_key(|found| Whose::of(found.asset));
        self.deposits.sort_by_key(|held| Whose::of(held.asset));
    }

    /// A tally, where there is none an empty one.
    pub(crate) fn tally_mut(&mut self, fold: FoldId, window: i64, group: Group) -> &mut Tally {
        let index = fold.index();
        if self.tallies.len() <= index {
            self.tallies.resize_with(index.saturating_add(1), Default::default);
        }
        // INVARIANT (sized): the list was just made long enough.
        #[expect(clippy::indexing_slicing, reason = "INVARIANT (sized) above")]
        self.tallies[index].entry(window).or_default().entry(group).or_default()
    }

    /// A tally.
    #[must_use]
    pub fn tally(&self, fold: FoldId, window: i64, group: &[Key]) -> Option<&Tally> {
        self.tallies.get(fold.index())?.get(&window)?.get(group)
    }
}
