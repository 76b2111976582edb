//! Indices and coefficients: each revision computed from the values that are known, one after the other.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::{IndexationId, SeriesId};
use consigne::base::movement::{Since, Way};
use consigne::base::number::{Ratio, Rounding};
use consigne::base::time::{Date, Instant, Month, Zone};
use consigne::base::vocabulary::{Chain, Frequency, LimitKind, MissingValue, MonthOf, Provisional};
use consigne::check::contract::{Adjust, Contract, Indexation, Notice, Revisions, Sentence, TermBody};
use consigne::check::value::{Node, Value};

use super::World;
use super::calendar;
use super::money::{read_by, rounded};
use super::values::{Found, Gap, Hand};

/// A published value: when, whether it is final, and how much.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) struct Published {
    at: Option<Instant>,
    is_final: bool,
    value: Ratio,
}

/// What was published, by index and month.
pub(crate) type Indices = BTreeMap<(usize, i64), Vec<Published>>;

/// Reads a table of indices: `series, month, value, published, status`.
pub(crate) fn read(contract: &Contract, table: &str, as_of: Option<Instant>) -> Result<Indices, String> {
    let mut found = Indices::new();
    let mut reader = csv::Reader::from_reader(table.as_bytes());
    let head: Vec<String> = reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let cell = |name: &str| {
            let place = head.iter().position(|own| own == name)?;
            row.get(place).filter(|text| !text.is_empty())
        };
        let series = contract.series.iter().position(|series| Some(series.name.as_str()) == cell("series"));
        let (Some(series), Some(month)) = (series, cell("month").and_then(Month::parse)) else { continue };
        let at = match cell("published") {
            Some(text) => {
                let day = Date::parse(text).map(|day| contract.zone.start_of(day));
                Some(day.or_else(|| Instant::parse_rfc3339(text)).ok_or_else(|| format!("published {text}"))?)
            }
            None => None,
        };
        let value = Ratio::parse(cell("value").unwrap_or_default()).map_err(|_| "a value of an index".to_owned())?;
        // An index is of no contract: its days of publication begin in UTC.
        let day = cell("published").and_then(Date::parse);
        let known = day.map(|day| Zone::UTC.start_of(day)).or(at);
        if as_of.is_none_or(|as_of| known.is_none_or(|known| known <= as_of)) {
            let is_final = cell("status") != Some("provisional");
            found.entry((series, month.index())).or_default().push(Published { at, is_final, value });
        }
    }
    for values in found.values_mut() {
        values.sort();
        values.dedup();
    }
    Ok(found)
}

/// A coefficient that is computed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coefficient<'i> {
    indexation: &'i Indexation,
    moment: Moment,
    /// How each step is rounded.
    pub(crate) each: Option<&'i Rounding>,
}

impl Coefficient<'_> {
    /// The same, of which no step is rounded.
    pub(crate) fn exact(self) -> Self {
        Self { each: None, ..self }
    }
}

/// What a coefficient is computed for: the day of the revision or of the service.
#[derive(Clone, Copy, Debug)]
struct Moment {
    day: Date,
    /// The last day of the settlement period.
    settled: Date,
}

impl World<'_> {
    /// "The coefficient is that of the day on which something happened, or of the first day of the window." The second day
    /// is the last one of the settlement period to which it belongs.
    pub(crate) fn day_of(&self, hand: &Hand<'_>) -> (Date, Date) {
        let day = match (hand.on, hand.window) {
            (Some(day), _) => day,
            (None, Some(window)) => window.first.max(self.contract.term.0),
            (None, None) => self.contract.zone.date_of(hand.at),
        };
        let rhythm = calendar::rhythm(self.contract);
        let period = match hand.window {
            Some(window) => calendar::period_of(self.contract, window),
            None => calendar::window(self.contract, rhythm, day),
        };
        (day, period.last.min(self.contract.term.1))
    }

    /// An amount with its coefficient.
    pub(crate) fn indexed(&self, id: IndexationId, amount: &Ratio, day: (Date, Date)) -> Found<Ratio> {
        let indexation = &self.contract.indexations[id.index()];
        if self.plain.get() {
            return Ok(amount.clone());
        }
        let Chain::Rounded(own) = &indexation.chain else { return Ok(amount.times(&self.coefficient(id, day)?)) };
        // "it raises the amount before, which was rounded"; "the same, rounded as lines are"
        let rounding = own.clone().or_else(|| self.contract.conventions.line_rounding.clone());
        let mut amount = amount.clone();
        let mut before = Ratio::ONE;
        for revision in self.revisions(indexation, day) {
            let now = self.revised(indexation, revision, &Ok(before.clone()))?;
            let risen = amount.times(&now.over(&before).ok_or(Gap::Held)?);
            amount = rounding.as_ref().map_or(risen.clone(), |how| rounded(&risen, how));
            before = now;
        }
        Ok(amount)
    }

    /// The coefficient in force on a day. "Before the first revision amounts stay as they are."
    pub(crate) fn coefficient(&self, id: IndexationId, day: (Date, Date)) -> Found<Ratio> {
        let indexation = &self.contract.indexations[id.index()];
        let revisions = self.revisions(indexation, day);
        let mut before = Ok(Ratio::ONE);
        for revision in revisions {
            before = self.revised(indexation, revision, &before);
        }
        before
    }

    /// The days of the revisions up to a day; without days the coefficient is that of the month at hand.
    fn revisions(&self, indexation: &Indexation, (day, settled): (Date, Date)) -> Vec<Moment> {
        match &indexation.revisions {
            Revisions::On(days) => {
                days.iter().filter(|own| **own <= day).map(|own| Moment { day: *own, settled }).collect()
            }
            Revisions::Settlement => vec![Moment { day, settled }],
        }
    }

    /// The coefficients by which a sentence is indexed, or that stand in its values.
    pub(crate) fn coefficients_of(&self, sentence: &Sentence) -> BTreeSet<IndexationId> {
        let steps = sentence.adjustments.iter().map(|step| &step.what);
        let by = steps.filter_map(|step| if let Adjust::Indexed(id) = step { Some(*id) } else { None });
        let mut found: BTreeSet<IndexationId> = by.collect();
        for value in read_by(sentence) {
            self.coefficients_in(value, &mut found);
        }
        found
    }

    fn coefficients_in(&self, value: &Value, found: &mut BTreeSet<IndexationId>) {
        match &*value.node {
            Node::Coefficient(id) => found.extend([*id]),
            Node::Term(term) => {
                if let TermBody::Value(value) = &self.contract.terms[term.index()].body {
                    self.coefficients_in(value, found);
                }
            }
            _ => value.node.parts().into_iter().for_each(|part| self.coefficients_in(part, found)),
        }
    }

    /// The days on which a coefficient changes in a stretch of time.
    pub(crate) fn changes_of(&self, id: IndexationId, (from, to): (Date, Date)) -> Vec<Date> {
        match &self.contract.indexations[id.index()].revisions {
            Revisions::On(days) => days.iter().copied().filter(|day| from <= *day && *day <= to).collect(),
            Revisions::Settlement => {
                let mut found = Vec::new();
                let mut day = from.as_month().next().first();
                while day <= to {
                    found.push(day);
                    day = day.as_month().next().first();
                }
                found
            }
        }
    }

    /// "On each day of the term on which the coefficient is revised": the day, and what is asked of the coefficient then.
    pub(crate) fn movements(&self, notice: &Notice) -> Vec<(Date, Found<bool>)> {
        let indexation = &self.contract.indexations[notice.indexation.index()];
        let (first, last) = self.contract.term;
        let moments: Vec<Moment> = match &indexation.revisions {
            Revisions::On(days) => days.iter().map(|day| Moment { day: *day, settled: last }).collect(),
            Revisions::Settlement => calendar::windows(self.contract, calendar::rhythm(self.contract))
                .iter()
                .map(|period| Moment { day: period.first.max(first), settled: period.last.min(last) })
                .collect(),
        };
        let mut found = Vec::new();
        let (mut bare, mut applied): (Found<Ratio>, Found<Ratio>) = (Ok(Ratio::ONE), Ok(Ratio::ONE));
        for moment in moments {
            let (bare_before, applied_before) = (bare.clone(), applied.clone());
            bare = self.bare(indexation, moment, &bare_before);
            applied = self.revised(indexation, moment, &applied_before);
            let (before, now) = if notice.after_limits { (applied_before, &applied) } else { (bare_before, &bare) };
            // Of amounts that are chained the rise alone is what a revision says.
            let of_all = notice.after_limits && indexation.limits.iter().any(|limit| !limit.per_revision);
            let alone = indexation.chain != Chain::Original && notice.since == Since::Revision && !of_all;
            // "Where a revision is left out, `hold last coefficient`, nothing has moved."
            let left_out = indexation.missing == MissingValue::LastCoefficient
                && self.formula(indexation, moment, None) == Err(Gap::Absent);
            let moved = match notice.since {
                Since::Revision if left_out => Ok(Ratio::ONE),
                Since::Revision if alone && notice.after_limits => self.revised(indexation, moment, &Ok(Ratio::ONE)),
                Since::Revision if alone => self.bare(indexation, moment, &Ok(Ratio::ONE)),
                Since::Revision => before.and_then(|before| now.clone()?.over(&before).ok_or(Gap::Held)),
                Since::Contract => now.clone(),
            };
            let moved = moved.map(|moved| moved.minus(&Ratio::ONE));
            let far = match notice.way {
                Way::Up => moved,
                Way::Down => moved.map(|moved| moved.negated()),
                Way::Either => moved.map(|moved| if moved.is_negative() { moved.negated() } else { moved }),
            };
            let holds = far.map(|far| if notice.included { far >= notice.threshold } else { far > notice.threshold });
            let begins = moment.day < first && moment.day.as_month() == first.as_month();
            let day = if begins { first } else { moment.day };
            if first <= day && day <= last {
                found.push((day, holds));
            }
        }
        found
    }

    /// "Before limits": the coefficient as the formula gives it, rounded; the product of all of them where it is chained.
    fn bare(&self, indexation: &Indexation, moment: Moment, before: &Found<Ratio>) -> Found<Ratio> {
        let free = Indexation { limits: Vec::new(), threshold: None, ..indexation.clone() };
        self.revised(&free, moment, before)
    }

    /// "The coefficient is rounded first, then a small movement is left out, then it is limited."
    fn revised(&self, indexation: &Indexation, moment: Moment, before: &Found<Ratio>) -> Found<Ratio> {
        let each = indexation.rounding.as_ref().filter(|(_, every_step)| *every_step).map(|(how, _)| how);
        let formula = match self.formula(indexation, moment, each) {
            // "`missing : hold last coefficient`: the revision is left out"
            Err(Gap::Absent) if indexation.missing == MissingValue::LastCoefficient => return before.clone(),
            Err(Gap::Absent) => return Err(Gap::Held),
            other => other?,
        };
        let formula = match &indexation.rounding {
            Some((how, _)) => rounded(&formula, how),
            None => formula,
        };
        let mut now = if indexation.chain == Chain::Original { formula } else { before.clone()?.times(&formula) };
        if let Some(least) = &indexation.threshold {
            let movement = now.over(&before.clone()?).ok_or(Gap::Held)?.minus(&Ratio::ONE);
            let size = if movement.is_negative() { movement.negated() } else { movement };
            if size < *least {
                now = before.clone()?;
            }
        }
        for limit in &indexation.limits {
            let of = if limit.per_revision { before.clone()? } else { Ratio::ONE };
            let end = of.times(&Ratio::ONE.plus(&limit.share));
            now = match limit.kind {
                LimitKind::AtMost => now.min(end),
                LimitKind::AtLeast => now.max(end),
            };
        }
        Ok(now)
    }

    /// What the formula comes to. "Each product, quotient and sum of the formula is rounded", where that is said.
    fn formula(&self, indexation: &Indexation, moment: Moment, each: Option<&Rounding>) -> Found<Ratio> {
        let hand = Hand::of_coefficient(Coefficient { indexation, moment, each });
        match self.number(&indexation.coefficient, &hand) {
            Err(Gap::Empty) => Err(Gap::Held),
            found => found,
        }
    }

    /// The value of an index in a coefficient.
    pub(crate) fn index_in(&self, coefficient: Coefficient<'_>, series: SeriesId, of: MonthOf) -> Found<Ratio> {
        let Coefficient { indexation, moment, .. } = coefficient;
        let month = moment.day.as_month();
        let month = match of {
            MonthOf::Service(moved) | MonthOf::Revision(moved) => month.plus(moved),
            // "the last month of the settlement period"
            MonthOf::Settlement(moved) => moment.settled.as_month().plus(moved),
            MonthOf::Fixed(month) => month,
            // "the last month that had been published by the day of the revision"
            MonthOf::LatestPublished => {
                let by = self.contract.zone.start_of(moment.day.plus_days(1));
                let published = |values: &[Published]| values.iter().any(|value| value.at.is_some_and(|at| at < by));
                let own = self.facts.indices.iter().filter(|((own, _), _)| *own == series.index());
                let last = own.filter(|(_, values)| published(values)).map(|((_, month), _)| *month).max();
                Month::at(last.ok_or(Gap::Absent)?)
            }
        };
        if let Some(value) = self.known(indexation, series, month)? {
            return Ok(value);
        }
        // "`hold last value for 3 months, then stop`: the last value counts for three months; longer, amounts are held"
        if let MissingValue::LastValue(months) = indexation.missing {
            for back in 1..=months.unwrap_or(1_200) {
                if let Some(value) = self.known(indexation, series, month.plus(-back))? {
                    return Ok(value);
                }
            }
        }
        if indexation.missing == MissingValue::LastCoefficient { Err(Gap::Absent) } else { Err(Gap::Held) }
    }

    /// The value of a month: the last one known. "Of a quarter or a year the value counts that was published for it."
    fn known(&self, indexation: &Indexation, series: SeriesId, month: Month) -> Found<Option<Ratio>> {
        let declared = &self.contract.series[series.index()];
        if let Some(continued) = declared.continued.as_ref().filter(|continued| month >= continued.from) {
            let value = self.known(indexation, continued.by, month)?.map(|value| value.times(&continued.times));
            return Ok(value.map(|value| continued.rounding.as_ref().map_or(value.clone(), |how| rounded(&value, how))));
        }
        let length = match declared.every {
            Frequency::Monthly => 1,
            Frequency::Quarterly => 3,
            Frequency::Yearly => 12,
        };
        let first = month.index().div_euclid(length) * length;
        let mut months = (first..first + length).rev();
        let Some(values) = months.find_map(|month| self.facts.indices.get(&(series.index(), month))) else {
            return Ok(None);
        };
        let Some(last) = values.last() else { return Ok(None) };
        let others = values.iter().filter(|other| other.at == last.at && other.is_final == last.is_final);
        if others.count() > 1 {
            return Err(Gap::Held);
        }
        // "`provisional : wait`: amounts are held until the final value is known"
        if !last.is_final && indexation.provisional == Provisional::Waits {
            return Err(Gap::Held);
        }
        Ok(Some(last.value.clone()))
    }
}
