//! What is the same for all subjects of a contract: the plan, the feed, the time that counts.

use crate::base::calendar::Calendar;
use crate::base::ids::{AssetId, FieldId, KindId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::symbol::Symbol;
use crate::base::time::{Between, Date, Instant, Zone};
use crate::base::value::Kind;
use crate::evaluate::batch::{self, Batch};
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::indices::{self, Indices};
use crate::evaluate::renamed::{self, Renamed};
use crate::evaluate::timelines::{NONE, Timelines};
use crate::feed::events::{Event, Subject as Walked};
use crate::feed::{ContractFeed, Feed};
use crate::plan::{Fold, Plan};

/// What is the same for all subjects.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Scene<'a> {
    pub(crate) plan: &'a Plan,
    pub(crate) feed: &'a Feed,
    pub(crate) contract: &'a ContractFeed,
    /// The states whose events name no asset.
    pub(crate) timelines: &'a Timelines,
    /// The coefficients of indexations.
    pub(crate) indices: &'a Indices,
    /// What was decided beforehand.
    pub(crate) batch: &'a Batch,
    /// Renamings of which two records differ.
    pub(crate) renamed: &'a Renamed<'a>,
    /// The events of one asset as another record would have them.
    instead: Option<(AssetId, &'a [Event])>,
    /// The time that counts: the term up to the end of the last period asked for.
    pub(crate) time: Between,
    /// The same as local days, both included.
    pub(crate) days: (Date, Date),
    /// By fold: since when it is read; empty where all of them are read since ever.
    since: &'a [Since],
}

/// Since when a fold is read. What it counts in windows before that is left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Since {
    /// The first window.
    pub(crate) window: i64,
    /// Its first instant.
    pub(crate) at: Instant,
}

impl Since {
    /// Since ever.
    const EVER: Self = Self { window: i64::MIN, at: Instant::MIN };

    /// Of the folds of a plan, since when each is read.
    pub(crate) fn of(plan: &Plan) -> Vec<Self> {
        let lookback = plan.lookback();
        let since = |fold: &Fold| {
            let first = lookback.of_fold(fold.id);
            first.map_or(Self::EVER, |window| Self { window, at: plan.windows.bounds(fold.window, window).start })
        };
        plan.folds.iter().map(since).collect()
    }
}

impl<'a> Scene<'a> {
    /// The scene of one contract.
    pub(crate) fn new(plan: &'a Plan, feed: &'a Feed, contract: &'a ContractFeed) -> Self {
        let (first, last) = plan.windows.term();
        let (_, asked) = plan.windows.days(plan.settled, plan.asked.1);
        let zone = plan.zone;
        let last = plan.until.map_or(last, |until| last.min(zone.date_of(until))).min(asked);
        let over = zone.start_of(last.plus_days(1));
        let time = Between::new(zone.start_of(first), plan.until.map_or(over, |until| over.min(until)));
        let (timelines, indices, batch, renamed) = (&NONE, &indices::NONE, &batch::NONE, &renamed::NONE);
        let (instead, days, since) = (None, (first, last), &[]);
        Self { plan, feed, contract, timelines, indices, batch, renamed, instead, time, days, since }
    }

    /// The same with its timelines, coefficients and what was decided beforehand.
    pub(crate) fn with(self, timelines: &'a Timelines, indices: &'a Indices, batch: &'a Batch) -> Self {
        Self { timelines, indices, batch, ..self }
    }

    /// The same with the renamings of which two records differ.
    pub(crate) fn naming(self, renamed: &'a Renamed<'a>) -> Self {
        Self { renamed, ..self }
    }

    /// The same where one asset has these events.
    pub(crate) fn instead(self, asset: AssetId, events: &'a [Event]) -> Self {
        Self { instead: Some((asset, events)), ..self }
    }

    /// The events of a subject.
    pub(crate) fn events_of(&self, walked: &Walked) -> &'a [Event] {
        match self.instead {
            Some((asset, events)) if walked.asset == Some(asset) => events,
            Some(_) | None => self.contract.events.of(walked),
        }
    }

    /// The same where each fold is read since some window only.
    pub(crate) fn reading(self, since: &'a [Since]) -> Self {
        Self { since, ..self }
    }

    /// Since when a fold is read.
    pub(crate) fn since(&self, fold: &Fold) -> Since {
        self.since.get(fold.id.index()).copied().unwrap_or(Since::EVER)
    }

    /// A field of an event.
    pub(crate) fn field(&self, event: &Event, kind: KindId, field: FieldId) -> Computed<'a> {
        if event.kind != kind {
            return Err(Gap::NotAtHand);
        }
        let missing = Gap::NoField(kind, field);
        let events = &self.contract.events;
        let (Some(raw), Some(number)) = (events.value(event, field), events.number(event, field)) else {
            return Err(missing);
        };
        let of = self.plan.kinds.get(kind.index()).and_then(|kind| kind.fields.get(field.index()));
        let (_, of) = of.ok_or(Gap::NotAtHand)?;
        Ok(self.datum(of, raw, number))
    }

    /// A stored value.
    pub(crate) fn datum(&self, kind: &Kind, raw: i128, number: Ratio) -> Datum<'a> {
        let symbols = &self.feed.symbols;
        Datum::stored(kind, raw, number, |text| symbols.text(Symbol(text)))
    }

    pub(crate) fn zone(&self) -> Zone {
        self.plan.zone
    }

    pub(crate) fn calendar(&self) -> Option<&'a Calendar> {
        self.plan.calendar.as_ref()
    }

    /// The instant a time after another one. Days and months keep the time of day; `None` where the calendar has
    /// no such day.
    pub(crate) fn after(&self, start: Instant, amount: &Ratio, unit: &Unit) -> Option<Instant> {
        let zone = self.zone();
        let whole = amount.to_i64();
        let on = |date: Date| Some(zone.on_day(start, date));
        let day = zone.date_of(start);
        match unit {
            Unit::Day => on(day.plus_days(i32::try_from(whole?).ok()?)),
            Unit::Month => on(day.plus_months(i32::try_from(whole?).ok()?, self.plan.windows.month_end())),
            Unit::BusinessDay => on(self.calendar()?.plus_business_days(day, whole?)?),
            Unit::WorkingSecond(hours) => self.plan.hours(hours)?.plus_working_seconds(start, amount),
            Unit::Second | Unit::One | Unit::Money(_) | Unit::Thing(_) => plus_exact(start, amount),
        }
    }

    /// Time in a unit over some pieces of time. Days are local days; part of a day is that part of its time, for
    /// business days of its working hours where the contract has them.
    pub(crate) fn units(&self, pieces: &[Between], unit: &Unit, part: DayPart) -> Ratio {
        match unit {
            Unit::WorkingSecond(hours) => match self.plan.hours(hours) {
                Some(calendar) => sum(pieces.iter().map(|piece| calendar.working_seconds(*piece))),
                None => Ratio::ZERO,
            },
            Unit::Day | Unit::BusinessDay => self.days_in(pieces, *unit == Unit::BusinessDay, part),
            Unit::Second | Unit::Month | Unit::One | Unit::Money(_) | Unit::Thing(_) => {
                sum(pieces.iter().map(|piece| piece.seconds()))
            }
        }
    }

    fn days_in(&self, pieces: &[Between], business: bool, part: DayPart) -> Ratio {
        let (Some(first), Some(last)) = (pieces.first(), pieces.last()) else {
            return Ratio::ZERO;
        };
        let zone = self.zone();
        let (from, to) = (zone.date_of(first.start), zone.date_of(Instant(last.end.0.saturating_sub(1))));
        if let ([piece], DayPart::Begun) = (pieces, part)
            && is_plain(zone, *piece, (from, to))
        {
            let days = match self.calendar().filter(|_| business) {
                Some(calendar) => calendar.business_days_between(from.plus_days(-1), to),
                None if business => 0,
                None => from.days_until(to).saturating_add(1),
            };
            return Ratio::int(days);
        }
        let counts = |day: Date| !business || self.calendar().is_some_and(|calendar| calendar.is_business_day(day));
        let inner = |day: &Between| sum(pieces.iter().filter_map(|piece| piece.intersect(*day)).map(Between::seconds));
        let days = (from.0..=to.0).map(Date).filter(|day| counts(*day));
        sum(days.map(|day| {
            let whole = Between::new(zone.start_of(day), zone.start_of(day.plus_days(1)));
            let held = inner(&whole);
            match part {
                DayPart::Begun => Ratio::int(i64::from(!held.is_zero())),
                DayPart::Whole => Ratio::int(i64::from(held == whole.seconds())),
                DayPart::Exact => self.part_of_day(day, whole, &held, pieces, business),
            }
        }))
    }

    fn part_of_day(&self, day: Date, whole: Between, held: &Ratio, pieces: &[Between], business: bool) -> Ratio {
        if let Some(calendar) = self.calendar().filter(|calendar| business && calendar.has_hours()) {
            let inside = pieces.iter().filter_map(|piece| piece.intersect(whole));
            let worked = sum(inside.map(|piece| calendar.working_seconds(piece)));
            // A business day can be one without working hours.
            if let Some(part) = worked.over(&Ratio::int(calendar.working_day_seconds(day))) {
                return part;
            }
        }
        held.over(&whole.seconds()).unwrap_or(Ratio::ZERO)
    }
}

/// Whether some time touches each of its days, the first and last of which are given: the clock leaves no day out, as where
/// a zone moves to the other side of the date line, and does not go back over midnight at its ends.
fn is_plain(zone: Zone, time: Between, (from, to): (Date, Date)) -> bool {
    let (start, behind) = (zone.start_of(from), zone.start_of(to.plus_days(1)));
    let within = time.start < zone.start_of(from.plus_days(1)) && time.end <= behind && !time.is_empty();
    let whole = from.days_until(to).saturating_add(1).saturating_mul(86_400);
    within && behind.seconds().saturating_sub(start.seconds()) > whole.saturating_sub(43_200)
}

/// How a part of a day counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum DayPart {
    /// As a day.
    Begun,
    /// Not at all.
    Whole,
    /// As that part.
    Exact,
}

/// The sum of some numbers.
pub(crate) fn sum(numbers: impl Iterator<Item = Ratio>) -> Ratio {
    numbers.fold(Ratio::ZERO, |sum, number| sum.plus(&number))
}

fn plus_exact(start: Instant, seconds: &Ratio) -> Option<Instant> {
    let nanos = seconds.times(&Ratio::int(1_000_000_000)).floor().to_i64()?;
    start.0.checked_add(nanos).map(Instant)
}
