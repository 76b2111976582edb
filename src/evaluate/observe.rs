//! The walk: each subject once, in total order, every fold that cares.

use std::collections::BTreeSet;

use rayon::iter::{IndexedParallelIterator as _, ParallelIterator as _};
use rayon::slice::ParallelSlice as _;

use crate::base::ids::KindId;
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::time::{Between, Instant};
use crate::base::vocabulary::{Outcome, SecondStart};
use crate::evaluate::adjust::adjusted;
use crate::evaluate::batch::Batch;
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::deposits::Pooled;
use crate::evaluate::duties::Instance;
use crate::evaluate::governed::{by_opening, counts, duties_of, open_from};
use crate::evaluate::held::{read_at, stretches};
use crate::evaluate::indices::Indices;
use crate::evaluate::level::accumulated;
use crate::evaluate::lots::{Split, split_all};
use crate::evaluate::observations::{By, Observations, Occurrence, Tallies, Tally, Watch, Whose};
use crate::evaluate::overview::Overview;
use crate::evaluate::records::unknown_states;
use crate::evaluate::renamed::Renamed;
use crate::evaluate::scene::{DayPart, Scene, Since};
use crate::evaluate::shares::{About, adds_up, is_by_unit};
use crate::evaluate::shown::Names;
use crate::evaluate::states::{Times, attribute_instant, is_at, times_of_states, when};
use crate::evaluate::subject::{AtHand, Role, Subject};
use crate::evaluate::timelines::Timelines;
use crate::evaluate::variants::instead;
use crate::feed::Feed;
use crate::feed::events::Subject as Walked;
use crate::plan::{Fold, Keep, MissingPolicy, Plan, Point, Trigger};

/// So many subjects are walked by one core. What parts of them leave behind is added up exactly, so that the number is
/// never seen.
const TOGETHER: usize = 1 << 11;

/// Observes the subjects of one contract, on all cores. `watch` keeps occurrences for explaining.
#[must_use]
pub fn observe(plan: &Plan, feed: &Feed, place: usize, watch: Option<&Watch>) -> Observations {
    let Some(contract) = feed.contracts.get(place) else {
        return Observations::default();
    };
    let bare = Scene::new(plan, feed, contract);
    let instead = instead(bare, &|scene| pass(scene, place, None));
    Observations { overview: Overview::of(plan, contract), instead, ..pass(bare, place, watch) }
}

/// Walks all subjects of a contract.
fn pass(bare: Scene<'_>, place: usize, watch: Option<&Watch>) -> Observations {
    let Scene { plan, feed, contract, .. } = bare;
    let timelines = Timelines::resolve(bare);
    let indices = Indices::new(plan, feed);
    let batch = Batch::of(plan, feed, place);
    let (since, renamed) = (Since::of(plan), Renamed::of(plan, feed, contract));
    let scene = bare.with(&timelines, &indices, &batch).naming(&renamed).reading(&since);
    let lots = split_all(scene);
    let by_kind = by_kind(plan);
    let parts = contract.subjects.par_chunks(TOGETHER).enumerate().map(|(part, walked)| {
        let mut observer = Observer::new(scene, &by_kind, place, watch.cloned());
        let here = |(_, walked): &(usize, &Walked)| !contract.elsewhere.has(walked.asset);
        for (place, walked) in (part.saturating_mul(TOGETHER)..).zip(walked).filter(here) {
            let subject = Subject::new(scene, walked);
            match lots.get(&place) {
                Some(split) => observer.walk_lot(subject, split),
                None => observer.walk(subject),
            }
        }
        observer
    });
    let parts: Vec<Observer<'_>> = parts.collect();
    let mut observer = Observer::new(scene, &by_kind, place, watch.cloned());
    parts.into_iter().for_each(|part| observer.join(part));
    if !contract.elsewhere.nameless && contract.subjects.iter().all(|subject| subject.asset.is_some()) {
        // Time passes for the contract itself even where nothing happened to it.
        observer.walk(Subject::new(scene, &Walked { asset: None, events: 0..0 }));
    }
    observer.pools();
    observer.out
}

/// By kind of event: the folds that count it.
fn by_kind(plan: &Plan) -> Vec<Vec<&Fold>> {
    let counts = |kind: usize| plan.folds.iter().filter(move |fold| fold.trigger == Trigger::Event(KindId::at(kind)));
    (0..plan.kinds.len()).map(|kind| counts(kind).collect()).collect()
}

/// Walks subjects and fills the tallies.
pub(super) struct Observer<'a> {
    pub(super) scene: Scene<'a>,
    pub(super) out: Observations,
    /// What happens to pooled deposits: it compares assets, so it is decided when all of them were walked.
    pub(super) pooled: Vec<Pooled<'a>>,
    /// The subjects of which it does.
    pub(super) pooling: Vec<Subject<'a>>,
    /// The windows in which what is counted at the moment is held for lots that are not told apart.
    pub(super) undivided: BTreeSet<i64>,
    /// By kind of event: the folds that count it.
    pub(super) by_kind: &'a [Vec<&'a Fold>],
    /// Of whom it is told.
    pub(super) whose: Whose,
}

/// Where an occurrence belongs.
pub(super) struct Place {
    pub(super) window: i64,
    pub(super) at: Instant,
}

impl<'a> Observer<'a> {
    /// Nothing observed.
    pub(super) fn new(scene: Scene<'a>, by_kind: &'a [Vec<&'a Fold>], contract: usize, watch: Option<Watch>) -> Self {
        let tallies = vec![Tallies::default(); scene.plan.folds.len()];
        let out = Observations { contract, tallies, watch, ..Observations::default() };
        Self {
            scene,
            pooled: Vec::new(),
            pooling: Vec::new(),
            undivided: BTreeSet::new(),
            by_kind,
            whose: Whose::LAST,
            out,
        }
    }

    /// Takes in what another observed of the subjects that follow.
    fn join(&mut self, other: Self) {
        let before = self.pooling.len();
        let pooled = other.pooled.into_iter();
        self.pooled.extend(pooled.map(|step| Pooled { subject: step.subject.saturating_add(before), ..step }));
        self.pooling.extend(other.pooling);
        self.out.join(other.out);
    }

    fn walk(&mut self, subject: Subject<'a>) {
        self.whose = Whose::of(subject.asset);
        self.events(&subject, None);
        self.set_aside(&subject);
        self.rank_alone();
        self.contested(&subject);
        self.varied(&subject);
        self.live(subject);
    }

    /// What a subject comes to if its events are what is told.
    pub(super) fn walk_told(&mut self, subject: &Subject<'a>) {
        self.whose = Whose::of(subject.asset);
        self.events(subject, None);
        self.rank_alone();
        self.lasts(subject);
    }

    /// What lasts from one event to another.
    pub(super) fn live(&mut self, subject: Subject<'a>) {
        self.lasts(&subject);
        if self.pooled.last().is_some_and(|step| step.subject == self.pooling.len()) {
            self.pooling.push(subject);
        }
    }

    fn lasts(&mut self, subject: &Subject<'a>) {
        let primitive = times_of_states(subject);
        let plan = self.scene.plan;
        let duties: Vec<Vec<Instance<'a>>> = plan
            .obligations
            .iter()
            .map(|obligation| {
                let own = subject.family == Some(obligation.family) && subject.role != Role::Lot;
                if own { duties_of(subject, &primitive, obligation) } else { Vec::new() }
            })
            .collect();
        let now = self.scene.time.end;
        let all = duties.iter().flatten().filter(|instance| instance.opened.occurred < now);
        self.out.duties.extend(all.filter_map(|instance| instance.duty(subject, now)));
        let unknown = unknown_states(subject);
        for fold in plan.folds.iter().filter(|fold| is_of(fold, subject)) {
            let metered = matches!(fold.trigger, Trigger::Meter { .. } | Trigger::Level { .. });
            if metered && matches!(subject.role, Role::Part(_)) || !metered && subject.role == Role::Lot {
                continue;
            }
            self.doubted(subject, fold);
            self.not_recorded(subject, fold, &primitive, &unknown);
            self.not_begun(subject, fold);
            self.fold(subject, fold, &primitive, &duties);
        }
        self.deposits(subject, &duties);
    }

    /// Holds a fold in every window in which it cannot be told whether a timeline holds that it depends on.
    fn doubted(&mut self, subject: &Subject<'a>, fold: &'a Fold) {
        let (plan, time) = (self.scene.plan, self.scene.time);
        let Trigger::Held(..) = fold.trigger else { return };
        for state in plan.timelines_behind(&fold.trigger) {
            for (when, gap) in self.scene.timelines.doubts(subject, state) {
                let Some(when) = when.intersect(time) else { continue };
                let last = Instant(when.end.0.saturating_sub(1));
                let windows = plan.windows.index_of(fold.window, when.start)..=plan.windows.index_of(fold.window, last);
                for window in windows {
                    let at = plan.windows.bounds(fold.window, window).start.max(when.start);
                    let place = Place { window, at };
                    let why = self.names().gap(&gap);
                    let gap = Gap::Held(format!("it cannot be told whether `{}` holds: {why}", state.name));
                    self.gap(fold, &subject.at(at), &place, gap);
                }
            }
        }
    }

    fn names(&self) -> Names<'a> {
        Names { plan: self.scene.plan, feed: self.scene.feed }
    }

    /// Folds over events, in one pass.
    pub(super) fn events(&mut self, subject: &Subject<'a>, split: Option<&'a Split>) {
        let plan = self.scene.plan;
        for (place, event) in subject.events.iter().enumerate() {
            if !self.scene.time.contains(event.occurred) {
                continue;
            }
            let folds = self.by_kind.get(event.kind.index()).map(Vec::as_slice).unwrap_or_default();
            if folds.is_empty() {
                continue;
            }
            let day = self.scene.zone().date_of(event.occurred);
            let about = split.and_then(|split| About::new(subject, split, event));
            let whole = about.as_ref().map_or(subject, |about| &about.lot);
            for fold in folds {
                if event.occurred < self.scene.since(fold).at {
                    continue;
                }
                let window = plan.windows.index_of_date(fold.window, day);
                if !counts(subject, fold, event.occurred) {
                    continue;
                }
                if let Some(ranked) = &fold.ranked {
                    let excess = split.and_then(|split| split.too_many(plan, event));
                    self.keep((whole, excess), event, (fold, ranked), (place, window));
                    continue;
                }
                let place = Place { window, at: event.occurred };
                match &about {
                    Some(about) if about.lot.parts.len() > 1 && adds_up(fold) => {
                        for (part, share) in &about.shares {
                            self.filtered(fold, part.on(share), &place);
                        }
                    }
                    Some(_) | None => self.filtered(fold, whole.on(event), &place),
                }
            }
        }
    }

    fn filtered(&mut self, fold: &'a Fold, hand: AtHand<'_, 'a>, place: &Place) {
        if place.window < self.scene.since(fold).window {
            return;
        }
        let mut hand = hand.within(fold, place.window, place.at);
        if self.differs(fold, &mut hand) {
            self.of_units(fold, hand, place);
        } else {
            self.passed(fold, hand, place);
        }
    }

    pub(super) fn passed(&mut self, fold: &'a Fold, mut hand: AtHand<'_, 'a>, place: &Place) {
        match hand.passes(fold.filter.as_ref()) {
            Ok(true) => self.occur(fold, &mut hand, place, None),
            Ok(false) => {}
            Err(gap) => self.gap(fold, &hand, place, gap),
        }
    }

    fn fold(&mut self, subject: &Subject<'a>, fold: &'a Fold, primitive: &[Times], duties: &[Vec<Instance<'a>>]) {
        self.undivided = self.undivided(subject, fold);
        match &fold.trigger {
            Trigger::Event(_) | Trigger::Taken(..) | Trigger::Released { .. } => {}
            Trigger::Held(state, count) => {
                let times = when(subject, primitive, state);
                let found = stretches(subject, fold, &times, count);
                self.stretched(
                    subject,
                    fold,
                    found.into_iter().map(|stretch| (stretch.window, stretch.start, Ok(stretch.units))),
                );
            }
            Trigger::Meter { .. } => self.metered(subject, fold),
            Trigger::Level { .. } => self.stretched(subject, fold, accumulated(subject, fold).into_iter()),
            Trigger::Lateness { obligation, .. } => {
                for instance in duties.get(obligation.index()).into_iter().flatten() {
                    if by_opening(subject, fold) && !counts(subject, fold, instance.opened.occurred) {
                        continue;
                    }
                    self.lateness(subject, fold, instance);
                }
            }
            Trigger::Outcome(obligation, outcome) => {
                for instance in duties.get(obligation.index()).into_iter().flatten() {
                    self.outcome(subject, fold, (instance, *outcome));
                }
            }
            Trigger::Between { from, to, unit, second_start } => {
                let restarts = *second_start == SecondStart::Restarts;
                self.spans(subject, fold, (from, to), unit, restarts);
            }
        }
        self.undivided.clear();
    }

    /// An obligation comes to stand so, or may.
    fn outcome(&mut self, subject: &Subject<'a>, fold: &'a Fold, (instance, outcome): (&Instance<'a>, Outcome)) {
        let at = match &instance.deadline {
            Ok(_) => instance.reached(outcome),
            // What is met is so when it is done; what is late or missed may be so as long as it is open.
            Err(_) if outcome == Outcome::Met => instance.done,
            Err(_) => open_from(subject, fold, instance),
        };
        let Some(at) = at.filter(|at| self.scene.time.contains(*at)) else { return };
        let decides = if by_opening(subject, fold) { instance.opened.occurred } else { at };
        if !counts(subject, fold, decides) {
            return;
        }
        let bearer = Some(instance.bearer(subject, at));
        let hand = AtHand { event: Some(instance.opened), bearer, ..subject.at(at) };
        let place = self.place(fold, at);
        match &instance.deadline {
            Ok(_) => self.filtered(fold, hand, &place),
            Err(gap) => self.gap(fold, &hand, &place, gap.clone()),
        }
    }

    pub(super) fn place(&self, fold: &Fold, at: Instant) -> Place {
        Place { window: self.scene.plan.windows.index_of(fold.window, at), at }
    }

    /// Units by window; the steps of the amount hold for the subject's whole window.
    pub(super) fn stretched(
        &mut self,
        subject: &Subject<'a>,
        fold: &'a Fold,
        found: impl Iterator<Item = (i64, Instant, Result<Ratio, Gap>)>,
    ) {
        let mut priced: Option<(i64, Ratio)> = None;
        let since = self.scene.since(fold).window;
        for (window, at, units) in found.filter(|(window, ..)| *window >= since) {
            let place = Place { window, at };
            let mut hand = subject.at(read_at(subject, fold, window, at)).within(fold, window, at);
            let units = match units {
                Ok(units) => units,
                Err(gap) => {
                    self.gap(fold, &hand, &place, gap);
                    continue;
                }
            };
            hand.units = Some(units);
            let before = priced.take().filter(|(known, _)| *known == window).map(|(_, amount)| amount);
            let before = before.unwrap_or(Ratio::ZERO);
            let amount = self.price(fold, &mut hand).unwrap_or(Ratio::ZERO);
            self.occur(fold, &mut hand, &place, Some(&before));
            priced = Some((window, before.plus(&amount)));
        }
    }

    /// The next instant at which the price of a fold, or its group, changes.
    pub(super) fn next_cut(&self, fold: &Fold, changes: &[Instant], after: Instant) -> Option<Instant> {
        let zone = self.scene.zone();
        let prices = fold.cuts.iter().map(|day| zone.start_of(*day));
        prices.chain(changes.iter().copied()).filter(|cut| *cut > after).min()
    }

    /// Time from one point to another, counted where it ends, from the first start or the latest one.
    fn spans(
        &mut self,
        subject: &Subject<'a>,
        fold: &'a Fold,
        (from, to): (&'a Point, &'a Point),
        unit: &Unit,
        restarts: bool,
    ) {
        let mut open = attribute_instant(subject, from);
        for event in subject.events {
            if is_at(subject, to, event)
                && let Some(start) = open.take_if(|start| *start <= event.occurred)
                && self.scene.time.contains(event.occurred)
            {
                let units = self.span_units(Between::new(start, event.occurred), unit);
                self.filtered(fold, subject.on(event).with(units), &self.place(fold, event.occurred));
            }
            if (open.is_none() || restarts) && is_at(subject, from, event) {
                open = Some(event.occurred);
            }
        }
    }

    /// Days between two days, business days after the first up to the last; exact time otherwise.
    fn span_units(&self, span: Between, unit: &Unit) -> Ratio {
        let zone = self.scene.zone();
        let (from, to) = (zone.date_of(span.start), zone.date_of(span.end));
        match (unit, self.scene.calendar()) {
            (Unit::Day, _) => Ratio::int(from.days_until(to)),
            (Unit::BusinessDay, Some(calendar)) => Ratio::int(calendar.business_days_between(from, to)),
            _ => self.scene.units(&[span], unit, DayPart::Exact),
        }
    }

    /// The amount of an occurrence before its steps.
    pub(super) fn price(&self, fold: &'a Fold, hand: &mut AtHand<'_, 'a>) -> Option<Ratio> {
        let priced = fold.priced.as_ref()?;
        let units = number(&fold.value, hand).ok()?;
        number(priced, &mut hand.with(units)).ok()
    }

    /// Adds an occurrence. With `before`, the steps hold for it together with what was priced before.
    pub(super) fn occur(&mut self, fold: &'a Fold, hand: &mut AtHand<'_, 'a>, place: &Place, before: Option<&Ratio>) {
        if self.undivided.contains(&place.window) || place.window < self.scene.since(fold).window {
            return;
        }
        let valued = match hand.mixed(&fold.keys) {
            Some(gap) => Err(gap),
            None => self.valued(fold, hand, before),
        };
        match valued {
            Ok((tally, unlimited)) => {
                self.witness(fold, hand, place, Some((&tally, unlimited)));
                let group = hand.group(&fold.keys);
                let by = By { latest: self.whose, ..By::default() };
                self.tally(fold, place.window, group).add(&Tally {
                    latest: tally.latest.map(|(_, sequence, value)| (place.at, sequence, value)),
                    by,
                    ..tally
                });
            }
            Err(gap) => self.gap(fold, hand, place, gap),
        }
    }

    pub(super) fn valued(
        &self,
        fold: &'a Fold,
        hand: &mut AtHand<'_, 'a>,
        before: Option<&Ratio>,
    ) -> Result<(Tally, Ratio), Gap> {
        let value = number(&fold.value, hand)?;
        let weight = match &fold.weight {
            Some(weight) => number(weight, hand)?,
            None => Ratio::ZERO,
        };
        let (amount, unlimited) = match &fold.priced {
            Some(priced) => {
                let amount = match number(priced, &mut hand.with(value.clone())) {
                    // Of nothing, no rate is needed.
                    Err(_) if value.is_zero() && is_by_unit(priced) => Ratio::ZERO,
                    amount => amount?,
                };
                (stepped(fold, hand, amount.clone(), before)?, amount)
            }
            None => (Ratio::ZERO, Ratio::ZERO),
        };
        let extremes = fold.keep == Keep::Extremes;
        // What lasts is computed for one unit; a part of a lot is many. What ends of a deposit is counted in units.
        let of_deposit = matches!(fold.trigger, Trigger::Taken(..) | Trigger::Released { .. });
        let many = if of_deposit { 1 } else { hand.subject.units() };
        let times = |number: Ratio| if many == 1 { number } else { number.times(&Ratio::int(many)) };
        let tally = Tally {
            count: many,
            extremes: extremes.then(|| (value.clone(), value.clone())),
            latest: extremes.then(|| (hand.at, hand.event.map_or(0, |event| event.sequence), value.clone())),
            values: (fold.keep == Keep::Values).then(|| (value.clone(), many.unsigned_abs())).into_iter().collect(),
            sum: times(value),
            weight: times(weight),
            amount: times(amount),
            ..Tally::default()
        };
        Ok((tally, times(unlimited)))
    }

    pub(super) fn gap(&mut self, fold: &'a Fold, hand: &AtHand<'_, 'a>, place: &Place, gap: Gap) {
        if place.window < self.scene.since(fold).window {
            return;
        }
        self.witness(fold, hand, place, None);
        for (group, gap) in hand.groups(&fold.keys).into_iter().zip(std::iter::repeat(gap)) {
            let whose = self.whose;
            let tally = self.tally(fold, place.window, group);
            if gap.is_absent() && fold.missing == MissingPolicy::AddsNothing {
                tally.missing = tally.missing.saturating_add(1);
            } else {
                tally.hold(whose, gap, 1);
            }
        }
    }

    pub(super) fn tally(
        &mut self,
        fold: &Fold,
        window: i64,
        group: crate::evaluate::observations::Group,
    ) -> &mut Tally {
        self.out.tally_mut(fold.id, window, group)
    }

    pub(super) fn witness(
        &mut self,
        fold: &Fold,
        hand: &AtHand<'_, 'a>,
        place: &Place,
        tally: Option<(&Tally, Ratio)>,
    ) {
        let Some(watch) = self.out.watch.as_ref().filter(|watch| watch.from <= place.at && place.at < watch.until)
        else {
            return;
        };
        let seen = self.out.seen.entry(fold.id).or_default();
        if seen.len() < watch.limit {
            seen.push(Occurrence {
                asset: hand.subject.asset,
                at: place.at,
                happened: hand.event.and_then(|event| self.scene.contract.events.otherwise(event)),
                origin: hand.event.map(|event| event.origin),
                value: tally.as_ref().map(|(tally, _)| tally.sum.clone()),
                amount: tally.as_ref().filter(|_| fold.priced.is_some()).map(|(tally, _)| tally.amount.clone()),
                deposit: hand
                    .deposit
                    .as_ref()
                    .filter(|_| tally.is_some())
                    .map(|deposit| (deposit.paid, deposit.amount.clone())),
                unlimited: tally.filter(|_| fold.priced.is_some()).map(|(_, unlimited)| unlimited),
                ranks: None,
                group: hand.group(&fold.keys),
            });
        }
    }
}

/// Whether a fold observes a subject: the assets of its family, or the events and time of the contract itself.
pub(super) fn is_of(fold: &Fold, subject: &Subject<'_>) -> bool {
    fold.family == subject.family && fold.family.is_some() == subject.asset.is_some()
}

/// An amount after the steps of its fold: alone, or as what it adds to the amounts before.
fn stepped<'a>(fold: &'a Fold, hand: &mut AtHand<'_, 'a>, amount: Ratio, before: Option<&Ratio>) -> Result<Ratio, Gap> {
    if fold.adjustments.is_empty() {
        return Ok(amount);
    }
    let zero = Ratio::ZERO;
    let before = before.unwrap_or(&zero);
    let after = adjusted(&fold.adjustments, before.plus(&amount), hand)?;
    if before.is_zero() {
        return Ok(after);
    }
    Ok(after.minus(&adjusted(&fold.adjustments, before.clone(), hand)?))
}
