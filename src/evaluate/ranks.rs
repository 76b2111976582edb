//! Events that are priced by their rank. One that is counted within its asset is told in the walk; one that is
//! counted among several assets is kept with all that its price needs, and ranked when everything was observed.

use std::collections::VecDeque;

use rustc_hash::FxHashMap;

use crate::base::ids::{IndexationId, KindId, RankId};
use crate::base::number::Ratio;
use crate::base::time::Date;
use crate::base::time::Instant;
use crate::base::value::Literal;
use crate::base::window::{RankOver, Windows};
use crate::evaluate::adjust::adjusted;
use crate::evaluate::compute::{Look, compute, number};
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::indices::{Indices, When};
use crate::evaluate::observations::{Group, Key, Observations, Occurrence, Tally, Whose};
use crate::evaluate::records::unrecorded;
use crate::evaluate::shown::Names;
use crate::evaluate::variants::hold_by_members;
use crate::feed::events::Event;
use crate::plan::{Fold, Formula, Plan, Rank, Ranked, Read};

/// The largest lot of which each unit is priced for itself.
const LARGEST: i64 = 100_000;

/// An event whose rank is not told yet, with all that its price needs.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// The event.
    pub event: Event,
    /// Its id.
    pub id: Option<Box<str>>,
    /// When and what happened, where another instant of it counts.
    pub happened: Option<(Instant, KindId)>,
    /// Its place among the events of its subject.
    pub place: usize,
    /// The window of the fold.
    pub window: i64,
    /// The keys of the fold's groups.
    pub group: Group,
    /// For each rank: the group in which it is counted, and whether it is.
    pub scopes: Vec<(Group, Result<bool, Gap>)>,
    /// Why it is not known to which group it belongs.
    pub held: Option<Gap>,
    /// What the fold reads of event and asset.
    pub leaves: Vec<Result<Literal, Gap>>,
}

/// What became of an event: what it adds, its amount before limits, and its first and last rank.
pub(crate) type Priced = (Tally, Ratio, Option<(i64, i64)>);

/// Ranks what was kept, and holds what goes by a member of whom two records differ. It comes after all subjects were observed
/// and before anything is settled.
#[must_use]
pub fn ranked(names: Names<'_>, mut observations: Observations) -> Observations {
    hold_by_members(names, &mut observations);
    let indices = Indices::new(names.plan, names.feed);
    for (id, mut kept) in std::mem::take(&mut observations.kept) {
        let Some(fold) = names.plan.folds.get(id.index()) else { continue };
        // INVARIANT (total order): instant, sequence of the source, id, source, asset; then as its subject is walked.
        kept.sort_by_cached_key(|kept| order(names, kept));
        price_all((names.plan, &indices), fold, &kept, &mut |kept, priced| {
            observations.take((fold, Whose::LAST), kept, priced);
        });
    }
    observations
}

type Order = (i64, i64, Option<Box<str>>, String, Option<String>, usize);

fn order(names: Names<'_>, kept: &Kept) -> Order {
    let event = &kept.event;
    let source = names.feed.symbols.text(event.source).to_owned();
    let asset = event.asset.map(|asset| names.feed.asset(asset).to_owned());
    (event.occurred.0, event.sequence, kept.id.clone(), source, asset, kept.place)
}

impl Observations {
    /// Takes in what became of a ranked event, and of whom it is told.
    pub(crate) fn take(&mut self, (fold, whose): (&Fold, Whose), kept: &Kept, priced: Result<Priced, Gap>) {
        let watch = self.watch.as_ref();
        if let Some(watch) =
            watch.filter(|watch| watch.from <= kept.event.occurred && kept.event.occurred < watch.until)
        {
            let seen = self.seen.entry(fold.id).or_default();
            let told = priced.as_ref().ok();
            if seen.len() < watch.limit && told.is_none_or(|(tally, ..)| tally.count > 0) {
                let money = told.filter(|_| fold.priced.is_some());
                seen.push(Occurrence {
                    asset: kept.event.asset,
                    at: kept.event.occurred,
                    happened: kept.happened,
                    origin: Some(kept.event.origin),
                    value: told.map(|(tally, ..)| tally.sum.clone()),
                    amount: money.map(|(tally, ..)| tally.amount.clone()),
                    unlimited: money.map(|(_, unlimited, _)| unlimited.clone()),
                    deposit: None,
                    ranks: told.and_then(|(_, _, ranks)| *ranks),
                    group: kept.group.clone(),
                });
            }
        }
        let Some(tallies) = self.tallies.get_mut(fold.id.index()) else { return };
        if matches!(&priced, Ok((tally, ..)) if tally.count == 0) {
            return;
        }
        let own = tallies.entry(kept.window).or_default().entry(kept.group.clone()).or_default();
        match priced {
            Ok((tally, ..)) => own.add(&tally),
            Err(gap) => own.hold(whose, gap, 1),
        }
    }
}

/// Prices events that stand in their order.
pub(crate) fn price_all(
    (plan, indices): (&Plan, &Indices),
    fold: &Fold,
    kept: &[Kept],
    take: &mut dyn FnMut(&Kept, Result<Priced, Gap>),
) {
    let Some(ranked) = &fold.ranked else { return };
    let ranks = ranked.ranks.iter().filter_map(|id| plan.ranks.get(id.index()));
    let mut counters: Vec<Counter<'_>> = ranks.map(|rank| Counter::new(rank, plan)).collect();
    for kept in kept {
        let priced = price((plan, indices), (fold, ranked), kept, &mut counters);
        take(kept, priced);
    }
}

/// How many events were counted so far, by group.
struct Counter<'p> {
    rank: &'p Rank,
    windows: Windows,
    /// The first day of which all events of the kind are recorded, where days of the term lie before it.
    recorded: Option<Date>,
    counted: FxHashMap<Group, Counted>,
    /// Events of which it is not known whether they count, in one group or in any.
    doubts: Vec<(Option<Group>, Date, Gap)>,
}

/// The events of one group that still count.
#[derive(Default)]
struct Counted {
    events: VecDeque<(Date, i64)>,
    sum: i64,
}

impl<'p> Counter<'p> {
    fn new(rank: &'p Rank, plan: &Plan) -> Self {
        Self {
            rank,
            windows: plan.windows,
            recorded: plan.recorded(rank.kind),
            counted: FxHashMap::default(),
            doubts: Vec::new(),
        }
    }

    /// Whether an event of an earlier day no longer counts.
    fn is_over(&self, earlier: Date, day: Date) -> bool {
        match self.rank.over {
            RankOver::Window(kind) => {
                self.windows.index_of_date(kind, earlier) != self.windows.index_of_date(kind, day)
            }
            RankOver::Days(days) => earlier.plus_days(days) <= day,
            RankOver::Months(months) => earlier.plus_months(months, self.windows.month_end()) <= day,
        }
    }

    /// The day on which the records begin, where the rank of a day counts what lies before it.
    fn unrecorded(&self, day: Date) -> Option<Date> {
        self.recorded.filter(|begin| day < *begin || !self.is_over(begin.plus_days(-1), day))
    }

    /// How many count before an event of a day.
    fn before(&mut self, (scope, counts): &(Group, Result<bool, Gap>), day: Date) -> Result<i64, Gap> {
        let unknown = scope.contains(&Key::Value(None));
        if unknown || counts.is_err() {
            let words = "it is not known among which events it is counted".to_owned();
            let gap = counts.as_ref().err().cloned().unwrap_or(Gap::Held(words));
            self.doubts.push(((!unknown).then(|| scope.clone()), day, gap.clone()));
            return Err(gap);
        }
        if *counts == Ok(false) {
            return Err(Gap::NotAtHand);
        }
        if let Some(begin) = self.unrecorded(day) {
            let gap = Gap::Held(unrecorded(&self.rank.label, begin));
            if self.rank.used_up {
                self.doubts.push((Some(scope.clone()), day, gap.clone()));
            }
            return Err(gap);
        }
        let mine = |of: &Option<Group>| of.as_ref().is_none_or(|of| of == scope);
        let doubt = self.doubts.iter().find(|(of, earlier, _)| mine(of) && !self.is_over(*earlier, day));
        if let Some((_, _, gap)) = doubt {
            let gap = gap.clone();
            // Whether it is credited, and what it uses up then, is not known either.
            if self.rank.used_up {
                self.doubts.push((Some(scope.clone()), day, gap.clone()));
            }
            return Err(gap);
        }
        let mut known = self.counted.remove(scope).unwrap_or_default();
        while let Some((earlier, count)) = known.events.front().copied() {
            if !self.is_over(earlier, day) {
                break;
            }
            known.events.pop_front();
            known.sum = known.sum.saturating_sub(count);
        }
        let sum = known.sum;
        self.counted.insert(scope.clone(), known);
        Ok(sum)
    }

    fn count(&mut self, scope: &Group, day: Date, units: i64) {
        let known = self.counted.entry(scope.clone()).or_default();
        known.events.push_back((day, units));
        known.sum = known.sum.saturating_add(units);
    }

    fn use_up(&mut self, scope: &Group) {
        self.counted.remove(scope);
    }
}

/// Prices one event, unit by unit or in parts of its lot of one price, and counts it.
fn price(
    (plan, indices): (&Plan, &Indices),
    (fold, ranked): (&Fold, &Ranked),
    kept: &Kept,
    counters: &mut [Counter<'_>],
) -> Result<Priced, Gap> {
    let day = plan.zone.date_of(kept.event.occurred);
    let quantity = kept.event.quantity;
    let one_by_one = ranked.bounds.is_none();
    let whole = fold.value != Formula::Read(Read::LotQuantity);
    let refused = if quantity != 1 && whole {
        Some(format!("a lot of {quantity} has as many ranks, and what is paid once has one: charge `per` asset"))
    } else if quantity > LARGEST && one_by_one {
        Some(format!("a lot of {quantity} is too large to price each of its units"))
    } else {
        None
    };
    let period = plan.windows.index_of_date(plan.settled, day);
    let when = When { service: day, settled: plan.windows.days(plan.settled, period).1 };
    let bare = AtRank { plan, indices, when, ranked, values: &kept.leaves, befores: &[], lot: quantity, units: None };
    let mut found: Result<Priced, Gap> = Ok((Tally::default(), Ratio::ZERO, None));
    let mut done = 0_i64;
    while done < quantity {
        let befores: Vec<Result<i64, Gap>> =
            counters.iter_mut().zip(&kept.scopes).map(|(counter, scope)| counter.before(scope, day)).collect();
        let units = ranked.bounds.as_ref().map_or(1, |bounds| alike(&befores, bounds, quantity.saturating_sub(done)));
        let units = if refused.is_some() { quantity } else { units };
        let at = AtRank { befores: &befores, lot: units, ..bare.clone() };
        let passed = part(fold, at, &mut found);
        for ((counter, (scope, counts)), before) in counters.iter_mut().zip(&kept.scopes).zip(&befores) {
            // An event whose own rank is not known counts for later ones, unless it may have used them up.
            let known = before.is_ok() || !counter.rank.used_up;
            if *counts == Ok(true) && known {
                counter.count(scope, day, units);
                if passed && counter.rank.used_up {
                    counter.use_up(scope);
                }
            }
        }
        done = done.saturating_add(units.max(1));
    }
    if let Some(gap) = kept.held.clone().or(refused.map(Gap::Held)) {
        return Err(gap);
    }
    let (mut tally, amount, ranks) = found?;
    if fold.priced.is_some() && tally.count > 0 {
        let mut at = AtRank { units: Some(tally.sum.clone()), ..bare };
        tally.amount = adjusted(&fold.adjustments, amount.clone(), &mut at)?;
    }
    Ok((tally, amount, ranks))
}

/// How many of the next units have ranks between the same bounds.
fn alike(befores: &[Result<i64, Gap>], bounds: &[Ratio], left: i64) -> i64 {
    let mut units = left;
    for before in befores.iter().flatten() {
        let rank = before.saturating_add(1);
        for bound in bounds {
            let below = bound.floor().to_i64().unwrap_or(i64::MAX);
            let is_whole = Ratio::int(below) == *bound;
            let changes = [below.saturating_add(1), if is_whole { below } else { below.saturating_add(1) }];
            for change in changes.into_iter().filter(|change| *change > rank) {
                units = units.min(change.saturating_sub(rank));
            }
        }
    }
    units.max(1)
}

/// Adds a part of a lot; whether the sentence pays for it.
fn part<'s>(fold: &'s Fold, mut at: AtRank<'s>, found: &mut Result<Priced, Gap>) -> bool {
    let added = added(fold, &mut at);
    let passed = matches!(added, Ok(Some(_)));
    let Ok((tally, amount, ranks)) = found else { return passed };
    match added {
        Ok(Some((value, priced))) => {
            tally.count = 1;
            tally.sum = tally.sum.plus(&value);
            *amount = amount.plus(&priced);
            if let Some(Ok(before)) = at.befores.first() {
                let (first, last) = (before.saturating_add(1), before.saturating_add(at.lot));
                *ranks = Some((ranks.map_or(first, |(known, _)| known), last));
            }
        }
        Ok(None) => {}
        Err(gap) => *found = Err(gap),
    }
    passed
}

/// What a part of a lot adds: its quantity and its amount; `None` where the sentence does not pay for it.
fn added<'s>(fold: &'s Fold, at: &mut AtRank<'s>) -> Result<Option<(Ratio, Ratio)>, Gap> {
    if let Some(filter) = &fold.filter
        && !compute(filter, at)?.flag()?
    {
        return Ok(None);
    }
    let value = number(&fold.value, at)?;
    at.units = Some(value.clone());
    let amount = match &fold.priced {
        Some(priced) => number(priced, at)?,
        None => Ratio::ZERO,
    };
    Ok(Some((value, amount)))
}

/// What is at hand where a part of a lot is priced.
#[derive(Clone)]
struct AtRank<'s> {
    plan: &'s Plan,
    indices: &'s Indices,
    /// Of which day a coefficient is.
    when: When,
    ranked: &'s Ranked,
    values: &'s [Result<Literal, Gap>],
    /// How many count before it, for each rank.
    befores: &'s [Result<i64, Gap>],
    lot: i64,
    units: Option<Ratio>,
}

impl AtRank<'_> {
    fn rank(&self, id: RankId) -> Result<Ratio, Gap> {
        let place = self.ranked.ranks.iter().position(|known| *known == id).ok_or(Gap::NotAtHand)?;
        let before = self.befores.get(place).cloned().ok_or(Gap::NotAtHand)??;
        Ok(Ratio::int(before.saturating_add(1)))
    }
}

impl<'s> Look<'s> for AtRank<'s> {
    fn indexed(&mut self, id: IndexationId, amount: &Ratio) -> Result<Ratio, Gap> {
        self.indices.raised(self.plan, id, amount, self.when)
    }

    fn look(&mut self, read: &'s Read) -> Computed<'s> {
        match read {
            Read::Rank(id) => self.rank(*id).map(Datum::Quantity),
            Read::LotQuantity => Ok(Datum::Quantity(Ratio::int(self.lot))),
            Read::Units => self.units.clone().map(Datum::Quantity).ok_or(Gap::NotAtHand),
            Read::Field(..)
            | Read::Attribute(..)
            | Read::Decided(..)
            | Read::Judged(..)
            | Read::MonthsSince(_)
            | Read::OfParty(..)
            | Read::Observed(..)
            | Read::Measure(..)
            | Read::Past(_)
            | Read::Deposit
            | Read::DepositPaid
            | Read::OverAll(_)
            | Read::Clause(..)
            | Read::Series(..)
            | Read::WindowLength(_) => {
                let place = self.ranked.leaves.iter().position(|known| known == read).ok_or(Gap::NotAtHand)?;
                match self.values.get(place) {
                    Some(Ok(value)) => Ok(Datum::of(value)),
                    Some(Err(gap)) => Err(gap.clone()),
                    None => Err(Gap::NotAtHand),
                }
            }
        }
    }
}
