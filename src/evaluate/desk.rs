//! The desk at which a settlement is computed: tallies rolled up by group, measures by window and group, what
//! each clause charges so far.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::ops::RangeInclusive;

use rustc_hash::FxHashMap;

use crate::base::ids::{ClauseId, FoldId, IndexationId, MeasureId};
use crate::base::number::{Ratio, Rounding};
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::value::{Kind, Literal};
use crate::base::window::WindowKind;
use crate::evaluate::carried::Left;
use crate::evaluate::charges::{Asked, ByGroup, Charge, Charged, Places};
use crate::evaluate::compute::{Look, number};
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::indices::{Indices, When};
use crate::evaluate::observations::{Group, Key, Observations, Tallies, Tally, Whose};
use crate::evaluate::percentile::percentile;
use crate::evaluate::records::unrecorded_in;
use crate::evaluate::settle::{Cause, Figure, Held, Line, Note, Period, Trace, Wishes, due, regrouped};
use crate::evaluate::shown::{Names, adjusted_words, grouped, quantity};
use crate::plan::{Adjustment, Card, Dimension, Empty, Figure as Of, Fold, Lookback, Measure, Plan, Read, Sentence};

/// The desk.
pub(crate) struct Desk<'a> {
    pub(crate) names: Names<'a>,
    pub(crate) plan: &'a Plan,
    pub(crate) observations: &'a Observations,
    pub(crate) wishes: &'a Wishes,
    rolled: FxHashMap<(FoldId, usize), Tallies>,
    groups: FxHashMap<FoldId, BTreeMap<i64, Vec<Group>>>,
    measures: FxHashMap<(MeasureId, i64, Group), Result<Ratio, Gap>>,
    pub(crate) charges: Vec<Charge>,
    pub(crate) asked: FxHashMap<Asked, ByGroup>,
    pub(crate) places: FxHashMap<(ClauseId, Vec<Dimension>), Places>,
    /// What the last window of a cap left that hands it on to the cap of a later text, by its place.
    pub(crate) left: FxHashMap<usize, Left>,
    /// How far back is read.
    pub(crate) lookback: Lookback,
    /// The coefficients of the plan, and which of them were applied in which settlement period.
    pub(crate) indices: Indices,
    applied: BTreeSet<(i64, IndexationId, usize)>,
    /// Whether amounts are taken before they are indexed.
    pub(crate) plain: bool,
    lines: BTreeMap<i64, Vec<Line>>,
    held: Vec<(i64, Held)>,
    traces: Vec<Trace>,
    /// The last counted window that the sentence at hand has credited before.
    pub(crate) credited: Option<i64>,
    /// The last counted window that does not count for the measure at hand.
    used_until: Option<i64>,
    /// The steps of the line at hand, while it is to be explained.
    pub(crate) notes: Option<Vec<Note>>,
    pub(crate) depth: usize,
}

impl<'a> Desk<'a> {
    pub(crate) fn new(names: Names<'a>, observations: &'a Observations, wishes: &'a Wishes) -> Self {
        Self {
            names,
            plan: names.plan,
            observations,
            wishes,
            rolled: FxHashMap::default(),
            groups: FxHashMap::default(),
            measures: FxHashMap::default(),
            charges: Vec::new(),
            asked: FxHashMap::default(),
            places: FxHashMap::default(),
            left: FxHashMap::default(),
            lookback: names.plan.lookback(),
            indices: Indices::new(names.plan, names.feed),
            applied: BTreeSet::new(),
            plain: false,
            lines: BTreeMap::new(),
            held: Vec::new(),
            traces: Vec::new(),
            credited: None,
            used_until: None,
            notes: None,
            depth: 0,
        }
    }

    /// The lines by settlement period, the held lines with theirs, and the traces.
    pub(crate) fn finished(self) -> (BTreeMap<i64, Vec<Line>>, Vec<(i64, Held)>, Vec<Trace>) {
        (self.lines, self.held, self.traces)
    }

    /// The windows of a kind that are due in the periods asked for.
    pub(crate) fn windows_asked(&self, kind: WindowKind) -> impl Iterator<Item = i64> + use<'a> {
        let plan = self.plan;
        self.windows(kind).filter(move |window| due(plan, kind, *window) >= plan.asked.0)
    }

    /// The windows in which the lines of a sentence are computed: those asked for, and those before that something reads.
    pub(crate) fn windows_of(&self, sentence: &Sentence) -> impl Iterator<Item = i64> + use<'a> {
        let first = self.lookback.of_sentence(sentence.id);
        self.windows(sentence.window).filter(move |window| first.is_none_or(|first| *window >= first))
    }

    /// The windows of a kind that are due at the end of the last period asked for.
    fn windows(&self, kind: WindowKind) -> impl Iterator<Item = i64> + use<'a> {
        let plan = self.plan;
        let (first, last) = plan.windows.term();
        let (_, asked) = plan.windows.days(plan.settled, plan.asked.1);
        let from = plan.windows.index_of_date(kind, first);
        let to = plan.windows.index_of_date(kind, last.min(asked));
        (from..=to).filter(move |window| due(plan, kind, *window) <= plan.asked.1)
    }

    /// The tally of a fold in a window of a kind and a group; the fold may be kept finer than both.
    pub(crate) fn tally(&mut self, fold: FoldId, (kind, window): (WindowKind, i64), group: &[Key]) -> Cow<'a, Tally> {
        let Some(plan) = self.plan.folds.get(fold.index()) else {
            return Cow::default();
        };
        if plan.window == kind {
            return self.tally_of_one(fold, window, group);
        }
        let mut whole = Tally::default();
        for part in self.windows_in(plan.window, (kind, window), 0) {
            if self.used_until.is_none_or(|used| part > used) {
                whole.add(&self.tally_of_one(fold, part, group));
            }
        }
        Cow::Owned(whole)
    }

    fn tally_of_one(&mut self, fold: FoldId, window: i64, group: &[Key]) -> Cow<'a, Tally> {
        let Some(plan) = self.plan.folds.get(fold.index()) else {
            return Cow::default();
        };
        let observations = self.observations;
        let mut tally = if plan.dims.len() == group.len() {
            observations.tally(fold, window, group).map_or_else(Cow::default, Cow::Borrowed)
        } else {
            let rolled = self.rolled.entry((fold, group.len()));
            let rolled = rolled.or_insert_with(|| roll_up(observations, fold, group.len()));
            Cow::Owned(rolled.get(&window).and_then(|groups| groups.get(group)).cloned().unwrap_or_default())
        };
        if let Some(gap) = unrecorded_in(self.plan, plan, window) {
            tally.to_mut().hold(Whose::LAST, gap, 1);
        }
        tally
    }

    /// The windows of a kind within the one of another kind and so many before it, from the start of the term on.
    pub(crate) fn windows_in(
        &self,
        kind: WindowKind,
        (outer, window): (WindowKind, i64),
        reach: i64,
    ) -> RangeInclusive<i64> {
        let windows = &self.plan.windows;
        let (first, _) = windows.days(outer, window.saturating_sub(reach));
        let (_, last) = windows.days(outer, window);
        let from = first.max(windows.term().0);
        windows.index_of_date(kind, from)..=windows.index_of_date(kind, last)
    }

    /// The groups that some folds have seen in a window and so many before it, in the order of the wanted dimensions.
    pub(crate) fn groups(
        &mut self,
        folds: &[FoldId],
        (kind, window): (WindowKind, i64),
        reach: i64,
        dims: &[Dimension],
    ) -> Vec<Group> {
        if dims.is_empty() {
            return vec![Group::default()];
        }
        let mut found = Vec::new();
        for id in folds {
            let Some(fold) = self.plan.folds.get(id.index()) else {
                continue;
            };
            let observations = self.observations;
            let range = self.windows_in(fold.window, (kind, window), reach);
            let seen = self.groups.entry(*id).or_insert_with(|| seen(observations, *id));
            let here = seen.range(range).flat_map(|(_, groups)| groups);
            found.extend(here.filter_map(|group| regrouped(&fold.dims, group, dims)));
        }
        found.extend(self.assumed_groups(folds, (kind, window), reach, dims));
        // They mostly stand in order already.
        found.sort();
        found.dedup();
        found
    }

    /// A measure in a window and group.
    pub(crate) fn measure(&mut self, id: MeasureId, window: i64, group: &Group) -> Result<Ratio, Gap> {
        let key = (id, window, group.clone());
        // What is known before indexation is not kept for what reads it indexed.
        let kept = self.credited.is_none() && !self.plain;
        if self.notes.is_none()
            && kept
            && let Some(known) = self.measures.get(&key)
        {
            return known.clone();
        }
        let Some(measure) = self.plan.measures.get(id.index()) else {
            return Err(Gap::NotAtHand);
        };
        let value = match self.assumed(measure, window, group) {
            Some(value) => {
                self.note(|_| format!("{} is assumed", measure.name), Some(measure.span));
                Ok(value)
            }
            None => self.measured(measure, window, group),
        };
        self.note(|names| stated(names, measure, &value), Some(measure.span));
        if kept {
            self.measures.insert(key, value.clone());
        }
        value
    }

    fn measured(&mut self, measure: &'a Measure, window: i64, group: &Group) -> Result<Ratio, Gap> {
        self.full(measure, window)?;
        self.depth = self.depth.saturating_add(1);
        let before = std::mem::replace(&mut self.used_until, self.credited.filter(|_| measure.used_up));
        let mut at =
            At { desk: self, kind: measure.window, window, dims: &measure.dims, group, charged: Charged::Whole };
        let value = number(&measure.formula, &mut at);
        self.used_until = before;
        self.depth = self.depth.saturating_sub(1);
        match (value, &measure.empty) {
            (Err(Gap::Zero | Gap::NoOccurrence(_)), Empty::NothingDue) => Err(Gap::NotDue(measure.name.clone())),
            (Err(Gap::Zero | Gap::NoOccurrence(_)), Empty::CountsAs(Literal::Quantity(value))) => Ok(value.clone()),
            (Err(gap @ (Gap::Zero | Gap::NoOccurrence(_))), _) => {
                Err(Gap::Held(format!("`{}` cannot be told: {}", measure.name, self.names.gap(&gap))))
            }
            (other, _) => other,
        }
    }

    /// Notes that a coefficient was applied.
    pub(crate) fn apply(&mut self, due: i64, id: IndexationId, place: usize) {
        self.applied.insert((due, id, place));
        let Some(revision) = self.indices.revision(id, place).filter(|_| self.notes.is_some()).cloned() else {
            return;
        };
        let span = self.plan.indexations.get(id.index()).map(|indexation| indexation.span);
        for text in self.names.revision(id, &revision) {
            self.note(|_| text, span);
        }
    }

    /// Puts the coefficients that were applied into their periods.
    pub(crate) fn coefficients(&mut self, periods: &mut [Period]) {
        for (due, id, place) in &self.applied {
            let period = periods.iter_mut().find(|period| period.index == *due);
            if let (Some(period), Some(revision)) = (period, self.indices.revision(*id, *place)) {
                period.coefficients.push((*id, revision.clone()));
            }
        }
    }

    /// Puts every measure whose window ends in a period into that period.
    pub(crate) fn figures(&mut self, periods: &mut [Period]) {
        for measure in &self.plan.measures {
            for window in self.windows_asked(measure.window) {
                let due = due(self.plan, measure.window, window);
                let Some(period) = periods.iter_mut().find(|period| period.index == due) else {
                    continue;
                };
                for group in self.groups(&measure.folds, (measure.window, window), measure.reach, &measure.dims) {
                    let value = self.measure(measure.id, window, &group);
                    period.figures.push(Figure { measure: measure.id, window, group, value });
                }
            }
        }
    }

    /// Takes a line in. Lines of nothing are left out.
    pub(crate) fn line(&mut self, due: i64, line: Line) {
        if !line.amount.is_zero() {
            self.lines.entry(due).or_default().push(line);
        }
    }

    /// Takes a held line in.
    pub(crate) fn hold(&mut self, due: i64, held: Held) {
        self.held.push((due, held));
    }

    /// Starts to listen where the line is to be explained.
    pub(crate) fn listen(&mut self, cause: &Cause, due: i64) {
        let wanted = self.wishes.question.as_ref().is_some_and(|question| {
            question.clause == cause.clause
                && question.period == due
                && question.group.as_ref().is_none_or(|wanted| self.names.is_group(&cause.dims, &cause.group, wanted))
        });
        self.notes = wanted.then(Vec::new);
        self.depth = 0;
    }

    /// Ends listening and keeps what was heard.
    pub(crate) fn heard(&mut self, cause: &Cause, result: &Result<Ratio, Gap>) {
        if let Some(notes) = self.notes.take() {
            self.traces.push(Trace { cause: cause.clone(), notes, result: result.clone() });
        }
    }

    /// Notes a step, if the line is to be explained.
    pub(crate) fn note(&mut self, text: impl FnOnce(Names<'a>) -> String, span: Option<Span>) {
        let (depth, names) = (self.depth, self.names);
        if let Some(notes) = &mut self.notes {
            // What is read twice for one figure is told once.
            let note = Note { depth, text: text(names), span };
            if notes.last() != Some(&note) {
                notes.push(note);
            }
        }
    }

    pub(crate) fn clause_number(&self, clause: ClauseId) -> &'a str {
        self.plan.clauses.get(clause.index()).map_or("", |clause| clause.number.as_str())
    }
}

fn roll_up(observations: &Observations, fold: FoldId, keys: usize) -> Tallies {
    let mut rolled = Tallies::default();
    for (window, groups) in observations.tallies.get(fold.index()).into_iter().flatten() {
        let mut tallies: Vec<_> = groups.iter().collect();
        tallies.sort_unstable_by(|a, b| a.0.cmp(b.0));
        let rolled = rolled.entry(*window).or_default();
        for (group, tally) in tallies {
            let prefix = group.get(..keys).unwrap_or_default();
            rolled.entry(prefix.into()).or_default().add(tally);
        }
    }
    rolled
}

/// The groups of each window, in order.
fn seen(observations: &Observations, fold: FoldId) -> BTreeMap<i64, Vec<Group>> {
    let windows = observations.tallies.get(fold.index()).into_iter().flatten();
    let in_order = windows.map(|(window, tallies)| {
        let mut groups: Vec<Group> = tallies.keys().cloned().collect();
        groups.sort_unstable();
        (*window, groups)
    });
    in_order.collect()
}

fn stated(_: Names<'_>, measure: &Measure, value: &Result<Ratio, Gap>) -> String {
    match value {
        Ok(value) => format!("{} = {}", measure.name, quantity(&measure.kind, value)),
        Err(_) => format!("{} has no value", measure.name),
    }
}

/// The desk at one window and group.
pub(crate) struct At<'d, 'a> {
    pub(crate) desk: &'d mut Desk<'a>,
    pub(crate) kind: WindowKind,
    pub(crate) window: i64,
    pub(crate) dims: &'d [Dimension],
    pub(crate) group: &'d Group,
    /// Which charges of a clause count.
    pub(crate) charged: Charged,
}

impl At<'_, '_> {
    /// The day from which the window counts, and its settlement period.
    fn when(&self) -> When {
        let plan = self.desk.plan;
        let (first, _) = plan.windows.days(self.kind, self.window);
        let due = match self.charged {
            Charged::Through(until) | Charged::Expected(until) | Charged::Rolling(_, until) => until,
            Charged::Whole | Charged::Before(_) => due(plan, self.kind, self.window),
        };
        let (_, settled) = plan.windows.days(plan.settled, due);
        When { service: first.max(plan.windows.term().0), settled }
    }

    /// Notes the coefficients that the walk applied inside of a window.
    pub(crate) fn applied_in_walk(&mut self, ids: &[IndexationId]) {
        let plan = self.desk.plan;
        let (_, last) = plan.windows.days(self.kind, self.window);
        let due = due(plan, self.kind, self.window);
        let start = self.when();
        let end = When { service: last.min(plan.windows.term().1), ..start };
        for id in ids {
            let from = self.desk.indices.in_force(plan, *id, start).map(|(place, _)| place);
            let to = self.desk.indices.in_force(plan, *id, end).map(|(place, _)| place);
            for place in from.unwrap_or(0)..=to.unwrap_or(0) {
                if to.is_some() {
                    self.desk.apply(due, *id, place);
                }
            }
        }
    }

    fn observed(&mut self, id: FoldId, figure: Of) -> Result<Ratio, Gap> {
        let Some(fold) = self.desk.plan.folds.get(id.index()) else {
            return Err(Gap::NotAtHand);
        };
        let tally = self.desk.tally(id, (self.kind, self.window), self.group);
        if let Some(held) = &tally.held {
            return Err(self.desk.names.held(held, &fold.label));
        }
        let value = match figure {
            Of::Count => Some(Ratio::int(tally.count)),
            Of::Sum => Some(tally.sum.clone()),
            Of::Weight => Some(tally.weight.clone()),
            Of::Least => tally.extremes.clone().map(|(least, _)| least),
            Of::Greatest => tally.extremes.clone().map(|(_, greatest)| greatest),
            Of::Latest => tally.latest.clone().map(|(.., value)| value),
            Of::Percentile(rank, by) => percentile(&tally.values, rank, by),
        };
        self.desk.note(|_| observed_words(fold, figure, value.as_ref(), &tally), Some(fold.span));
        value.ok_or_else(|| Gap::NoOccurrence(fold.label.clone()))
    }

    fn clause(&mut self, clause: ClauseId, back: i64) -> Result<Ratio, Gap> {
        let charged = if back > 0 { Charged::Before(back) } else { self.charged };
        let found = self.desk.clause(clause, (self.kind, self.window), self.dims, self.group, charged);
        let then = earlier(self.kind, back);
        let base = if self.desk.plain { " before indexation" } else { "" };
        let number = self.desk.clause_number(clause);
        let currency = self.desk.plan.currency;
        match &found {
            Ok(amount) => {
                let shown = quantity(&Kind::Money(currency), amount);
                self.desk.note(|_| format!("clause {number} charges {shown}{then}{base}"), None);
            }
            Err(_) => return Err(Gap::Held(format!("clause {number} is held{then}"))),
        }
        found
    }

    fn window_length(&self, unit: &Unit) -> Ratio {
        let plan = self.desk.plan;
        let (first, last) = plan.windows.days(self.kind, self.window);
        let bounds = plan.windows.bounds(self.kind, self.window);
        match (unit, &plan.calendar) {
            (Unit::Day, _) => Ratio::int(first.days_until(last).saturating_add(1)),
            (Unit::BusinessDay, Some(calendar)) => {
                Ratio::int(calendar.business_days_between(first.plus_days(-1), last))
            }
            (Unit::WorkingSecond(hours), _) => {
                plan.hours(hours).map_or(Ratio::ZERO, |calendar| calendar.working_seconds(bounds))
            }
            (Unit::Month, _) => {
                let months = last.plus_days(1).as_month().index().saturating_sub(first.as_month().index());
                Ratio::int(months)
            }
            _ => bounds.seconds(),
        }
    }
}

/// ` 3 months earlier`; nothing for the window at hand.
fn earlier(kind: WindowKind, back: i64) -> String {
    match back {
        0 => String::new(),
        1 => format!(" 1 {} earlier", kind.word()),
        _ => format!(" {back} {}s earlier", kind.word()),
    }
}

fn observed_words(fold: &Fold, figure: Of, value: Option<&Ratio>, tally: &Tally) -> String {
    let shown = |kind: &Kind| value.map_or_else(|| "none".to_owned(), |value| quantity(kind, value));
    let (what, value) = match figure {
        Of::Count => ("number of occurrences", shown(&Kind::Number)),
        Of::Weight => ("weights", shown(&Kind::Number)),
        Of::Sum | Of::Least | Of::Greatest | Of::Latest | Of::Percentile(..) => ("", shown(&fold.kind)),
    };
    let space = if what.is_empty() { "" } else { ", " };
    let missing = match tally.missing {
        0 => String::new(),
        count => format!("; {count} without a value add nothing"),
    };
    let estimated = match tally.estimated {
        0 => String::new(),
        count => format!("; {count} of them estimated, without a reading"),
    };
    format!("{}{space}{what} = {value}{missing}{estimated}", fold.label)
}

impl<'a> Look<'a> for At<'_, 'a> {
    fn indexed(&mut self, id: IndexationId, amount: &Ratio) -> Result<Ratio, Gap> {
        if self.desk.plain {
            return Ok(amount.clone());
        }
        let plan = self.desk.plan;
        let when = self.when();
        let due = due(plan, self.kind, self.window);
        let raised = self.desk.indices.raised(plan, id, amount, when);
        if raised.is_err() && amount.is_zero() {
            return raised;
        }
        if let Some((place, _)) = self.desk.indices.in_force(plan, id, when) {
            self.desk.apply(due, id, place);
        }
        raised
    }

    fn look(&mut self, read: &'a Read) -> Computed<'a> {
        match read {
            Read::Observed(fold, figure) => self.observed(*fold, *figure).map(Datum::Quantity),
            Read::Measure(measure, places) => {
                let group: Option<Group> = places.iter().map(|place| self.group.get(*place).copied()).collect();
                let group = group.ok_or(Gap::NotAtHand)?;
                self.desk.measure(*measure, self.window, &group).map(Datum::Quantity)
            }
            Read::Past(past) => self.past(past).map(Datum::Quantity),
            Read::OverAll(all) => self.over_all(*all).map(Datum::Quantity),
            Read::Clause(clause, back) => self.clause(*clause, *back).map(Datum::Quantity),
            Read::WindowLength(unit) => Ok(Datum::Quantity(self.window_length(unit))),
            Read::Attribute(family, attribute) => match self.asset_of(*family) {
                Some(asset) => self.of_asset(asset, (*family, *attribute)),
                None => self.of_group(&Dimension::Attribute(*family, *attribute)),
            },
            Read::Field(kind, field) => self.of_group(&Dimension::Field(*kind, *field)),
            Read::Series(..)
            | Read::Decided(..)
            | Read::Judged(..)
            | Read::LotQuantity
            | Read::Deposit
            | Read::DepositPaid
            | Read::MonthsSince(_)
            | Read::Rank(_)
            | Read::OfParty(..)
            | Read::Units => Err(Gap::NotAtHand),
        }
    }

    fn rounded(&mut self, before: &Ratio, after: &Ratio, how: &'a Rounding) {
        let shown = |number: &Ratio| number.decimal_text(0, 10);
        let said = |_| {
            let (step, mode) = (shown(&how.step), how.mode.word());
            format!("rounded to {step} {mode}: {} becomes {}", shown(before), shown(after))
        };
        self.desk.note(said, None);
    }

    fn part(&mut self, part: &Ratio, of: &Ratio, product: &Ratio) {
        let shown = |number: &Ratio| grouped(&number.decimal_text(0, 6));
        self.desk
            .note(|_| format!("{} of {} = {}", quantity(&Kind::Percentage, part), shown(of), shown(product)), None);
    }

    fn adjusted(&mut self, step: &'a Adjustment, stated: &Ratio, after: &Ratio) {
        let money = Kind::Money(self.desk.plan.currency);
        self.desk.note(|_| adjusted_words(step, &money, stated, after), Some(step.span));
    }

    fn chosen(&mut self, card: &'a Card, values: &[Computed<'a>], chosen: usize) {
        for (place, row) in card.rows.iter().enumerate() {
            let span = Some(row.span);
            self.desk.note(|names| row_words(names, card, values, place, chosen), span);
        }
    }

    fn enter(&mut self) {
        self.desk.depth = self.desk.depth.saturating_add(1);
    }

    fn leave(&mut self) {
        self.desk.depth = self.desk.depth.saturating_sub(1);
    }
}

/// Why a row of a card applies or not.
fn row_words(names: Names<'_>, card: &Card, values: &[Computed<'_>], place: usize, chosen: usize) -> String {
    let Some(row) = card.rows.get(place) else {
        return String::new();
    };
    let cells = card.columns.iter().zip(&row.cells).zip(values);
    if place == chosen {
        let taken: Vec<String> = cells
            .filter_map(|(((label, _, kind), cell), value)| {
                let value = value.as_ref().ok()?;
                Some(format!("{label} {} is {}", names.datum(kind, value), names.cell(kind, cell)))
            })
            .collect();
        return format!("this band applies: {}", taken.join(", "));
    }
    let refused = cells.into_iter().find_map(|(((label, _, kind), cell), value)| {
        let value = value.as_ref().ok()?;
        (!value.fits(cell)).then(|| format!("{label} {} is not {}", names.datum(kind, value), names.cell(kind, cell)))
    });
    format!("not this band: {}", refused.unwrap_or_else(|| "a band above it applies".to_owned()))
}
