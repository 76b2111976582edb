//! Coefficients of indexations: one for each revision, computed once, each with the values that it was computed of.

use crate::base::ids::{IndexationId, SeriesId};
use crate::base::movement::{Move, Since};
use crate::base::number::{Ratio, Rounding};
use crate::base::series::Point;
use crate::base::time::{Date, Month};
use crate::base::vocabulary::{Chain, Frequency, LimitKind, MissingValue, MonthOf, Provisional};
use crate::evaluate::compute::{Look, number};
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::feed::Feed;
use crate::plan::{Indexation, Notice, Plan, Read, Revisions};

/// A value of an index that a coefficient was computed of.
#[derive(Clone, PartialEq, Debug)]
pub struct Used {
    /// The index.
    pub series: SeriesId,
    /// The month that was asked for.
    pub asked: Month,
    /// The month whose value counts: another one where the last value is held.
    pub month: Month,
    /// The index that gave the value: another one where the series is continued.
    pub by: SeriesId,
    /// The value.
    pub value: Ratio,
    /// Whether another value is still to come.
    pub provisional: bool,
}

/// A coefficient from a day on.
#[derive(Clone, PartialEq, Debug)]
pub struct Revision {
    /// The first day.
    pub from: Date,
    /// The coefficient; for amounts that are chained and rounded what the amount before is multiplied by.
    pub factor: Result<Ratio, Gap>,
    /// What the formula comes to, rounded, before the limits of the indexation; where amounts are chained this is the
    /// rise since the revision before.
    pub reached: Result<Ratio, Gap>,
    /// How far it moves by itself, where that is known whatever the coefficient before is: one, where it is left out; where
    /// amounts are chained the rise, limited per revision.
    pub alone: Option<Ratio>,
    /// The values that it was computed of.
    pub values: Vec<Used>,
    /// How it came about, in words.
    pub steps: Vec<String>,
}

/// The day and settlement period of an amount.
#[derive(Clone, Copy, Debug)]
pub(crate) struct When {
    /// The day on which the service was rendered, the event happened or the window began.
    pub(crate) service: Date,
    /// The last day of the settlement period.
    pub(crate) settled: Date,
}

/// The coefficients of a plan.
#[derive(Debug)]
pub(crate) struct Indices {
    /// By indexation, in the order of days.
    tables: Vec<Vec<Revision>>,
}

/// No coefficients.
pub(crate) static NONE: Indices = Indices { tables: Vec::new() };

impl Indices {
    /// The coefficients up to the end of the last period asked for.
    pub(crate) fn new(plan: &Plan, feed: &Feed) -> Self {
        let table = |indexation: &Indexation| Table { plan, feed, indexation }.revisions();
        Self { tables: plan.indexations.iter().map(table).collect() }
    }

    /// The coefficient that holds, and its place; none before the first revision.
    pub(crate) fn in_force(&self, plan: &Plan, id: IndexationId, when: When) -> Option<(usize, &Revision)> {
        let table = self.tables.get(id.index())?;
        let by_settlement = plan.indexations.get(id.index()).is_some_and(|own| own.revisions == Revisions::Settlement);
        let day = if by_settlement { when.settled } else { when.service };
        let place = table.partition_point(|revision| revision.from <= day).checked_sub(1)?;
        Some((place, table.get(place)?))
    }

    /// A coefficient by its place.
    pub(crate) fn revision(&self, id: IndexationId, place: usize) -> Option<&Revision> {
        self.tables.get(id.index())?.get(place)
    }

    /// The coefficients of an indexation, in the order of days.
    pub(crate) fn revisions(&self, id: IndexationId) -> &[Revision] {
        self.tables.get(id.index()).map(Vec::as_slice).unwrap_or_default()
    }

    /// How far a coefficient has moved with a revision.
    pub(crate) fn movement(&self, plan: &Plan, notice: &Notice, place: usize) -> Result<Move, Gap> {
        let chain = plan.indexations.get(notice.indexation.index()).map(|indexation| &indexation.chain);
        let value =
            |revision: &Revision| if notice.after_limits { &revision.factor } else { &revision.reached }.clone();
        let stepwise = match chain {
            Some(Chain::Rounded(_)) => true,
            Some(Chain::Exact) => !notice.after_limits,
            Some(Chain::Original) | None => false,
        };
        let past = self.revisions(notice.indexation).get(..=place).unwrap_or_default();
        let count = match (stepwise, notice.since) {
            (true, Since::Contract) => past.len(),
            (false, Since::Revision) => 2,
            (true, Since::Revision) | (false, Since::Contract) => 1,
        };
        let read = past.get(past.len().saturating_sub(count)..).unwrap_or_default();
        let (now, before) = read.split_last().ok_or(Gap::NotAtHand)?;
        let provisional =
            |read: &[Revision]| read.iter().flat_map(|revision| &revision.values).any(|used| used.provisional);
        if !stepwise {
            let last = before.last().map_or(Ok(Ratio::ONE), value);
            return match (last, value(now), now.alone.clone().filter(|_| notice.since == Since::Revision)) {
                (Ok(from), Ok(to), _) => Ok(Move { from, to, provisional: provisional(read) }),
                (_, _, Some(to)) => {
                    Ok(Move { from: Ratio::ONE, to, provisional: provisional(std::slice::from_ref(now)) })
                }
                (Err(gap), _, None) | (_, Err(gap), None) => Err(gap),
            };
        }
        let to = read.iter().try_fold(Ratio::ONE, |whole, step| Ok(whole.times(&value(step)?)))?;
        Ok(Move { from: Ratio::ONE, to, provisional: provisional(read) })
    }

    /// An amount as it is raised on a day; as it stands before the first revision.
    pub(crate) fn raised(&self, plan: &Plan, id: IndexationId, amount: &Ratio, when: When) -> Result<Ratio, Gap> {
        let Some((place, revision)) = self.in_force(plan, id, when) else {
            return Ok(amount.clone());
        };
        let chain = plan.indexations.get(id.index()).map(|indexation| &indexation.chain);
        let Some(Chain::Rounded(Some(rounding))) = chain else {
            return Ok(amount.times(&revision.factor.clone()?));
        };
        let table = self.tables.get(id.index()).into_iter().flatten();
        table
            .take(place.saturating_add(1))
            .try_fold(amount.clone(), |amount, revision| Ok(amount.times(&revision.factor.clone()?).rounded(rounding)))
    }
}

/// The coefficients of one indexation.
struct Table<'a> {
    plan: &'a Plan,
    feed: &'a Feed,
    indexation: &'a Indexation,
}

impl Table<'_> {
    fn revisions(&self) -> Vec<Revision> {
        let mut found: Vec<Revision> = Vec::new();
        for (from, month) in self.days() {
            found.push(self.revision(from, month, found.last()));
        }
        found
    }

    /// The first day of each coefficient, and the month that `[revision]` or `[settlement]` means.
    fn days(&self) -> Vec<(Date, Month)> {
        let windows = &self.plan.windows;
        let (first, last) = windows.term();
        let (_, asked) = windows.days(self.plan.settled, self.plan.asked.1);
        match &self.indexation.revisions {
            Revisions::On(days) => {
                let due = days.iter().filter(|day| **day <= last.min(asked));
                due.map(|day| (*day, day.as_month())).collect()
            }
            Revisions::Settlement => {
                let from = windows.index_of_date(self.plan.settled, first);
                let periods = from..=self.plan.asked.1;
                let period = |index: i64| {
                    let (start, end) = windows.days(self.plan.settled, index);
                    (start, end.min(last).as_month())
                };
                periods.map(period).collect()
            }
        }
    }

    fn revision(&self, from: Date, month: Month, last: Option<&Revision>) -> Revision {
        let mut look = Reader { table: self, from, month, values: Vec::new(), steps: Vec::new(), missing: false };
        let computed = number(&self.indexation.formula, &mut look);
        let Reader { values, mut steps, missing, .. } = look;
        let before = last.map_or(Ok(Ratio::ONE), |revision| revision.factor.clone());
        let (reached, alone, factor) = match computed {
            Ok(raw) => {
                let (alone, factor) = self.moved(&raw, before, &mut steps);
                (Ok(raw), alone, factor)
            }
            Err(_) if missing && self.indexation.missing == MissingValue::LastCoefficient => {
                steps.push("a value is missing: the coefficient before stays".to_owned());
                let none = last.filter(|_| self.indexation.chain == Chain::Original);
                let reached = none.map_or(Ok(Ratio::ONE), |revision| revision.reached.clone());
                let rounded = matches!(self.indexation.chain, Chain::Rounded(_));
                (reached, Some(Ratio::ONE), if rounded { Ok(Ratio::ONE) } else { before })
            }
            Err(gap) => (Err(gap.clone()), None, Err(gap)),
        };
        Revision { from, factor, reached, alone, values, steps }
    }

    /// How far the coefficient moves by itself, where that can be told, and the coefficient after the limits of its movement.
    fn moved(
        &self,
        raw: &Ratio,
        before: Result<Ratio, Gap>,
        steps: &mut Vec<String>,
    ) -> (Option<Ratio>, Result<Ratio, Gap>) {
        if self.indexation.chain == Chain::Original {
            return (None, self.of_original(raw, before, steps));
        }
        let step = self.limited_step(raw.clone(), steps);
        let base = if matches!(self.indexation.chain, Chain::Rounded(_)) { Ok(Ratio::ONE) } else { before };
        let factor = base.map(|base| self.limited_in_all(base.times(&step), steps));
        (Some(step).filter(|_| self.indexation.limits.iter().all(|limit| limit.per_revision)), factor)
    }

    /// The coefficient of amounts that are raised from the original. A revision without rules of its own does not depend on
    /// the one before.
    fn of_original(&self, raw: &Ratio, before: Result<Ratio, Gap>, steps: &mut Vec<String>) -> Result<Ratio, Gap> {
        let free =
            self.indexation.threshold.is_none() && !self.indexation.limits.iter().any(|limit| limit.per_revision);
        let base = if free { Ratio::ONE } else { before? };
        let step = self.limited_step(raw.over(&base).ok_or(Gap::Zero)?, steps);
        Ok(self.limited_in_all(base.times(&step), steps))
    }

    fn limited_in_all(&self, factor: Ratio, steps: &mut Vec<String>) -> Ratio {
        let limits = self.indexation.limits.iter().filter(|limit| !limit.per_revision);
        limits.fold(factor, |factor, limit| bounded(&factor, (limit.kind, &limit.share), "in all", steps))
    }

    /// The movement since the revision before, as far as it counts.
    fn limited_step(&self, reached: Ratio, steps: &mut Vec<String>) -> Ratio {
        if let Some(threshold) = &self.indexation.threshold
            && reached.minus(&Ratio::ONE).abs() < *threshold
        {
            steps.push(format!("the movement is below {}: nothing changes", percent(threshold)));
            return Ratio::ONE;
        }
        let limits = self.indexation.limits.iter().filter(|limit| limit.per_revision);
        limits.fold(reached, |step, limit| bounded(&step, (limit.kind, &limit.share), "per revision", steps))
    }
}

fn bounded(factor: &Ratio, (kind, share): (LimitKind, &Ratio), per: &str, steps: &mut Vec<String>) -> Ratio {
    let bound = Ratio::ONE.plus(share);
    let (word, after) = match kind {
        LimitKind::AtMost => ("at most", factor.clone().min(bound)),
        LimitKind::AtLeast => ("at least", factor.clone().max(bound)),
    };
    if after != *factor {
        let (before, now) = (factor.decimal_text(0, 10), after.decimal_text(0, 10));
        steps.push(format!("{word} {} {per}: {before} becomes {now}", percent(share)));
    }
    after
}

fn percent(share: &Ratio) -> String {
    format!("{}%", share.times(&Ratio::int(100)).decimal_text(0, 4))
}

/// What a coefficient looks up.
struct Reader<'t, 'a> {
    table: &'t Table<'a>,
    from: Date,
    month: Month,
    values: Vec<Used>,
    steps: Vec<String>,
    missing: bool,
}

impl Reader<'_, '_> {
    fn value(&mut self, id: SeriesId, month: MonthOf) -> Result<Ratio, Gap> {
        let asked = match month {
            MonthOf::Fixed(month) => month,
            MonthOf::Service(lag) | MonthOf::Revision(lag) | MonthOf::Settlement(lag) => self.month.plus(lag),
            MonthOf::LatestPublished => self.latest_published(id)?,
        };
        let Some(used) = self.known(id, asked) else {
            self.missing = true;
            return Err(Gap::Held(format!("`{}` has no value for {asked}", self.name(id))));
        };
        if used.provisional && self.table.indexation.provisional == Provisional::Waits {
            let value = used.value.decimal_text(0, 10);
            return Err(Gap::Held(format!("`{}` for {} is still provisional: {value}", self.name(id), used.month)));
        }
        let value = used.value.clone();
        if !self.values.contains(&used) {
            self.values.push(used);
        }
        Ok(value)
    }

    fn name(&self, id: SeriesId) -> &str {
        self.table.plan.series.get(id.index()).map_or("", |series| series.name.as_str())
    }

    fn points(&self, id: SeriesId) -> &[Point] {
        self.table.feed.series.get(self.name(id)).map(crate::base::series::Series::points).unwrap_or_default()
    }

    /// The last month that had been published on the day of the revision.
    fn latest_published(&mut self, id: SeriesId) -> Result<Month, Gap> {
        let zone = self.table.plan.zone;
        let out = |point: &&Point| point.published_on(zone).is_some_and(|day| day <= self.from);
        let months = self.points(id).iter().filter(out).map(|point| point.month);
        let found = months.max();
        found.ok_or_else(|| {
            self.missing = true;
            Gap::Held(format!("no value of `{}` is known to be published by {}", self.name(id), self.from))
        })
    }

    /// The value of a month, or the last one before it as far as that may be held.
    fn known(&self, id: SeriesId, asked: Month) -> Option<Used> {
        let back = match self.table.indexation.missing {
            MissingValue::Held | MissingValue::LastCoefficient => 0,
            MissingValue::LastValue(Some(months)) => months,
            MissingValue::LastValue(None) => 1200,
        };
        (0..=back).find_map(|months| self.exactly(id, asked, asked.plus(months.saturating_neg())))
    }

    fn exactly(&self, id: SeriesId, asked: Month, month: Month) -> Option<Used> {
        let series = self.table.plan.series.get(id.index())?;
        let continued = series.continued.as_ref().filter(|continued| continued.from <= month);
        let by = continued.map_or(id, |continued| continued.by);
        let (from, to) = period(self.table.plan.series.get(by.index())?.every, month);
        let published = self.table.feed.series.get(self.name(by))?;
        let point = published.between(from, to).filter(|point| !point.contested)?;
        let value = match continued {
            Some(continued) => {
                let linked = point.value.times(&continued.times);
                continued.rounding.as_ref().map_or_else(|| linked.clone(), |rounding| linked.rounded(rounding))
            }
            None => point.value.clone(),
        };
        Some(Used { series: id, asked, month, by, value, provisional: point.provisional })
    }
}

/// The months for which one value is published.
fn period(every: Frequency, month: Month) -> (Month, Month) {
    let months = match every {
        Frequency::Monthly => 1,
        Frequency::Quarterly => 3,
        Frequency::Yearly => 12,
    };
    let first = month.index().saturating_sub(month.index().rem_euclid(months));
    (Month::at(first), Month::at(first.saturating_add(months).saturating_sub(1)))
}

impl<'a> Look<'a> for Reader<'_, '_> {
    fn look(&mut self, read: &'a Read) -> Computed<'a> {
        match read {
            Read::Series(id, month) => self.value(*id, *month).map(Datum::Quantity),
            Read::Field(..)
            | Read::Attribute(..)
            | Read::OfParty(..)
            | Read::Decided(..)
            | Read::Judged(..)
            | Read::LotQuantity
            | Read::Deposit
            | Read::DepositPaid
            | Read::Rank(_)
            | Read::Past(_)
            | Read::OverAll(_)
            | Read::MonthsSince(_)
            | Read::Units
            | Read::Observed(..)
            | Read::Measure(..)
            | Read::Clause(..)
            | Read::WindowLength(_) => Err(Gap::NotAtHand),
        }
    }

    fn rounded(&mut self, before: &Ratio, after: &Ratio, how: &'a Rounding) {
        let (before, after) = (before.decimal_text(0, 10), after.decimal_text(0, 10));
        let step = how.step.decimal_text(0, 10);
        self.steps.push(format!("rounded to {step} {}: {before} becomes {after}", how.mode.word()));
    }
}
