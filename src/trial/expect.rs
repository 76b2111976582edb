//! Whether an expectation came true.

use crate::base::currency::Currency;
use crate::base::ids::AssetId;
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::quantity::{Hours, Unit};
use crate::base::time::{Date, Instant};
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Nature, Operator, Outcome};
use crate::evaluate::Gap;
use crate::evaluate::observations::Duty;
use crate::evaluate::settle::{Held, Line};
use crate::evaluate::shown::quantity;
use crate::plan::Plan;
use crate::syntax::tree::{Expect, Expected, Expr, ExprNode, Wanted, Word};
use crate::trial::facts::text_of;
use crate::trial::held;
use crate::trial::run::{Came, overlaps};
use crate::trial::told::{is_asset, is_of_group, loose, untold};

/// What came of an expectation.
pub(super) enum Verdict {
    /// It came true.
    Holds,
    /// It did not.
    Fails {
        /// What was expected, in words.
        expected: String,
        /// What came out, in words.
        found: String,
    },
}

/// Whether an expectation came true.
pub(super) fn verdict(came: &Came<'_>, expect: &Expect) -> Verdict {
    match &expect.what {
        Expected::Clause { number, nature, group, period, wanted } => {
            let nature = nature.as_ref().map(|nature| nature.node);
            clause(came, (number, nature), group.as_ref(), (period.as_ref(), wanted))
        }
        Expected::Deposits { number, group, period, wanted } => {
            deposits(came, number, group.as_ref(), (period.as_ref(), wanted))
        }
        Expected::Right { number, applies, group, period } => {
            right(came, (number, *applies), group.as_ref(), period.as_ref())
        }
        Expected::Total { party, paid_by, with_tax, period, wanted } => {
            total(came, (party, paid_by.as_ref(), with_tax.is_some()), period.as_ref(), wanted)
        }
        Expected::Value { name, of, period, wanted } => value_of(came, name, of.as_ref(), period.as_ref(), wanted),
        Expected::Due { name, of, date, time } => due(came, name, of, (date.node, *time)),
        Expected::Obligation { name, units, of, outcome, by } => {
            let stands =
                Stands { outcome: outcome.node, by: by.as_ref(), units: units.as_ref().map(|units| &units.node) };
            obligation(came, name, of, &stands)
        }
    }
}

fn judged(holds: bool, expected: impl FnOnce() -> String, found: impl FnOnce() -> String) -> Verdict {
    if holds {
        return Verdict::Holds;
    }
    Verdict::Fails { expected: expected(), found: found() }
}

fn clause(
    came: &Came<'_>,
    (number, nature): (&Word, Option<Nature>),
    group: Option<&Word>,
    (period, wanted): (Option<&Word>, &Wanted),
) -> Verdict {
    let (plan, names) = (&came.plan, came.names());
    let Some(clause) = plan.clauses.iter().find(|clause| clause.number == number.node) else {
        return Verdict::Holds;
    };
    let own = |cause: &crate::evaluate::settle::Cause| {
        cause.clause == clause.id && group.is_none_or(|group| is_of_group(came, cause, &group.node))
    };
    let periods = came.settlement.periods.iter().filter(|found| overlaps(plan, plan.settled, found.index, period));
    let held = held::of_clause(came, clause.id, (nature, group), period);
    let mut sum = Ratio::ZERO;
    let untold = group.and_then(|group| untold(came, clause.id, &group.node));
    let of_nature = |line: &&Line| nature.is_none_or(|nature| line.nature == nature);
    let all: Vec<&Line> = periods.clone().flat_map(|found| &found.lines).filter(of_nature).collect();
    let untold = untold.or_else(|| group.and_then(|group| loose(came, clause, &group.node, &all)));
    for found in periods {
        let lines = found.lines.iter().filter(of_nature);
        sum = lines.filter(|line| own(&line.cause)).fold(sum, |sum, line| sum.plus(&line.amount));
    }
    let as_words = nature.map(|nature| format!(" as {}", nature.word())).unwrap_or_default();
    let subject = || format!("clause {}{as_words}{}{}", number.node, of_words(group), in_words(period));
    judged(
        untold.is_none() && as_wanted(plan, wanted, held.is_empty().then_some(&sum)),
        || format!("{} {}", subject(), wanted_words(plan, wanted)),
        || match (&untold, held.first()) {
            (Some(reason), _) => reason.clone(),
            (None, Some(held)) => format!("it is held: {}", names.gap(&held.gap)),
            (None, None) => not_held(plan, wanted, &sum),
        },
    )
}

/// Whether an amount is the one that is expected; `None` where it is held.
fn as_wanted(plan: &Plan, wanted: &Wanted, found: Option<&Ratio>) -> bool {
    match wanted {
        Wanted::Held => found.is_none(),
        Wanted::Amount(amount) => found.is_some() && number(plan, amount).as_ref() == found,
    }
}

/// What is expected: `= 50.00 EUR` or `is held`.
fn wanted_words(plan: &Plan, wanted: &Wanted) -> String {
    match wanted {
        Wanted::Held => "is held".to_owned(),
        Wanted::Amount(amount) => {
            let number = number(plan, amount);
            format!("= {}", wanted_text(number.as_ref(), amount, &Kind::Money(plan.currency)))
        }
    }
}

/// An amount that came out.
fn not_held(plan: &Plan, wanted: &Wanted, found: &Ratio) -> String {
    let found = quantity(&Kind::Money(plan.currency), found);
    match wanted {
        Wanted::Held => format!("{found}, and nothing is held"),
        Wanted::Amount(_) => found,
    }
}

/// An amount that came out beside lines that are held.
fn beside(came: &Came<'_>, found: &Ratio, held: &[&Held]) -> String {
    format!("{}, and {}", quantity(&Kind::Money(came.plan.currency), found), held::words(came, held))
}

/// The deposits of a clause that are held at the end of a period, or of the last one.
fn deposits(
    came: &Came<'_>,
    number: &Word,
    group: Option<&Word>,
    (period, wanted): (Option<&Word>, &Wanted),
) -> Verdict {
    let plan = &came.plan;
    let last = came.settlement.periods.iter().rfind(|found| overlaps(plan, plan.settled, found.index, period));
    let end = last.map(|last| plan.zone.start_of(last.days.1.plus_days(1)));
    let own = came.settlement.deposits.iter().filter(|held| {
        let clause =
            plan.deposits.get(held.deposit.index()).and_then(|deposit| plan.clauses.get(deposit.clause.index()));
        let named = |id: AssetId, group: &Word| came.feed.is_named(id, &group.node);
        let asset = |group: &Word| [held.asset, held.payer.member()].into_iter().flatten().any(|id| named(id, group));
        clause.is_some_and(|clause| clause.number == number.node)
            && group.is_none_or(asset)
            && end.is_some_and(|end| held.is_held_at(end))
    });
    let waiting = held::waiting(came, number, last.filter(|_| group.is_none()));
    let found =
        own.map(crate::evaluate::observations::HeldDeposit::total).try_fold(waiting, |sum, held| Ok(sum.plus(&held?)));
    let held = held::of_deposits(came, number, group, period);
    let untold = group.filter(|group| !is_asset(came, &group.node));
    judged(
        untold.is_none() && as_wanted(plan, wanted, found.as_ref().ok().filter(|_| held.is_empty())),
        || {
            let (of, period) = (of_words(group), in_words(period));
            format!("deposits of clause {}{of}{period} {}", number.node, wanted_words(plan, wanted))
        },
        || match (untold, &found) {
            (Some(group), _) => format!("no asset of the scenario is named `{}`", group.node),
            (None, Ok(found)) if held.is_empty() => not_held(plan, wanted, found),
            (None, Ok(found)) => beside(came, found, &held),
            (None, Err(gap)) => came.names().gap(gap),
        },
    )
}

fn right(came: &Came<'_>, (number, applies): (&Word, bool), group: Option<&Word>, period: Option<&Word>) -> Verdict {
    let (plan, names) = (&came.plan, came.names());
    let Some(clause) = plan.clauses.iter().find(|clause| clause.number == number.node) else {
        return Verdict::Holds;
    };
    let is_of = |cause: &crate::evaluate::settle::Cause, wanted: &str| {
        let mut parts = cause.dims.chunks(1).zip(cause.group.chunks(1));
        names.is_group(&cause.dims, &cause.group, wanted) || parts.any(|(dim, key)| names.is_group(dim, key, wanted))
    };
    let own = |cause: &crate::evaluate::settle::Cause| {
        cause.clause == clause.id && group.is_none_or(|group| is_of(cause, &group.node))
    };
    let untold = group.and_then(|group| untold(came, clause.id, &group.node));
    let found = || came.settlement.periods.iter().filter(|found| overlaps(plan, plan.settled, found.index, period));
    let stands = found().flat_map(|period| &period.rights).any(|standing| own(&standing.cause));
    let held = found().flat_map(|period| &period.held).find(|held| own(&held.cause));
    let words = |applies: bool| if applies { "applies" } else { "does not apply" };
    judged(
        untold.is_none() && stands == applies && held.is_none(),
        || format!("clause {} {}{}{}", number.node, words(applies), of_words(group), in_words(period)),
        || match (&untold, held) {
            (Some(reason), _) => reason.clone(),
            (None, Some(held)) => format!("it is held: {}", names.gap(&held.gap)),
            (None, None) => format!("it {}", words(stands)),
        },
    )
}

/// What was expected: an amount with the digits of its currency, else as it is written.
fn wanted_text(wanted: Option<&Ratio>, written: &Expr, kind: &Kind) -> String {
    wanted.map_or_else(|| text_of(written), |wanted| quantity(kind, wanted))
}

fn of_words(group: Option<&Word>) -> String {
    group.map(|group| format!(" for {}", group.node)).unwrap_or_default()
}

fn in_words(period: Option<&Word>) -> String {
    period.map(|period| format!(" in {}", period.node)).unwrap_or_default()
}

/// What a party gets: from one other party, or from all less what it pays.
fn total(
    came: &Came<'_>,
    (party, paid_by, with_tax): (&Word, Option<&Word>, bool),
    period: Option<&Word>,
    wanted: &Wanted,
) -> Verdict {
    let plan = &came.plan;
    let is = |id, word: &Word| held::is_party(came, id, word);
    let periods = came.settlement.periods.iter().filter(|found| overlaps(plan, plan.settled, found.index, period));
    let net = periods.flat_map(|period| &period.totals).fold(Ratio::ZERO, |net, total| {
        let amount = total.taxed.as_ref().filter(|_| with_tax).map_or(&total.amount, |taxed| &taxed.gross);
        if is(total.payee, party) && paid_by.is_none_or(|payer| is(total.payer, payer)) {
            net.plus(amount)
        } else if is(total.payer, party) && paid_by.is_none() {
            net.minus(amount)
        } else {
            net
        }
    });
    let parties: Vec<&Word> = std::iter::once(party).chain(paid_by).collect();
    let held = held::of_total(came, &parties, period);
    judged(
        as_wanted(plan, wanted, held.is_empty().then_some(&net)),
        || {
            let what = match paid_by {
                Some(payer) => format!("payment from {} to {}", payer.node, party.node),
                None => format!("total of {}", party.node),
            };
            let taxed = if with_tax { " with tax" } else { "" };
            format!("{what}{taxed}{} {}", in_words(period), wanted_words(plan, wanted))
        },
        || if held.is_empty() { not_held(plan, wanted, &net) } else { beside(came, &net, &held) },
    )
}

fn value_of(came: &Came<'_>, name: &Word, of: Option<&Word>, period: Option<&Word>, wanted: &Wanted) -> Verdict {
    let outputs = came.plan.dispositions.iter();
    let output = outputs.into_iter().find_map(|table| {
        let place = table.outputs.iter().position(|output| output.name == name.node)?;
        Some((table, place))
    });
    match (output, wanted) {
        (Some((table, place)), Wanted::Amount(value)) => decided(came, table, place, of, period, value),
        // The checker refuses it.
        (Some(_), Wanted::Held) => Verdict::Holds,
        (None, _) => measured(came, name, of, period, wanted),
    }
}

fn decided(
    came: &Came<'_>,
    table: &crate::plan::Disposition,
    place: usize,
    of: Option<&Word>,
    period: Option<&Word>,
    value: &Expr,
) -> Verdict {
    let names = came.names();
    let output = table.outputs.get(place);
    let own = came.decisions.iter().rev().filter(|decision| decision.disposition == table.id).find(|decision| {
        let asset = of.is_none_or(|of| decision.asset.is_some_and(|own| came.feed.is_named(own, &of.node)));
        let day = came.plan.zone.date_of(decision.at);
        let inside = period.and_then(super::run::days).is_none_or(|(first, last)| first <= day && day <= last);
        asset && inside
    });
    let found = match own.map(|decision| &decision.result) {
        None => "nothing was decided".to_owned(),
        Some(Ok(chosen)) => {
            let values = chosen.outputs(table).into_iter().nth(place).unwrap_or_default();
            let kind = output.map_or(&Kind::Number, |output| &output.kind);
            if let ([Literal::Quantity(value_found)], Some(wanted)) = (values.as_slice(), number(&came.plan, value)) {
                let money = matches!(kind, Kind::Money(_));
                let words = || wanted_text(Some(&wanted).filter(|_| money), value, kind);
                return judged(*value_found == wanted, words, || quantity(kind, value_found));
            }
            values.iter().map(|value| names.literal(kind, value)).collect::<Vec<_>>().join(", ")
        }
        Some(Err(reason)) => format!("undecided: {}", reason.words(names)),
    };
    // `nothing` in place of a word: it is not decided.
    let word = output.is_some_and(|output| matches!(output.kind, Kind::Choice(_) | Kind::Text | Kind::Flag));
    if word && matches!(&*value.node, ExprNode::Nothing) {
        let undecided = own.is_none_or(|decision| decision.result.is_err());
        return judged(undecided, || "nothing is decided".to_owned(), || found.clone());
    }
    let wanted = text_of(value);
    judged(found == wanted, || wanted.clone(), || found.clone())
}

fn measured(came: &Came<'_>, name: &Word, of: Option<&Word>, period: Option<&Word>, wanted: &Wanted) -> Verdict {
    let (plan, names) = (&came.plan, came.names());
    let Some(measure) = plan.measures.iter().find(|measure| measure.name == name.node) else {
        return coefficient(came, name, period, wanted);
    };
    let mut figures = came.settlement.periods.iter().flat_map(|period| &period.figures).filter(|figure| {
        figure.measure == measure.id
            && overlaps(plan, measure.window, figure.window, period)
            && of.is_none_or(|of| names.is_group(&measure.dims, &figure.group, &of.node))
    });
    let found = figures.next_back().map(|figure| &figure.value);
    judged(
        is_figure(plan, found, wanted, &measure.kind),
        || {
            let of = of.map(|of| format!(" of {}", of.node)).unwrap_or_default();
            format!("{}{of}{} {}", name.node, in_words(period), figure_words(plan, wanted, &measure.kind))
        },
        || match found {
            None => "it has no value then".to_owned(),
            Some(Ok(found)) => quantity(&measure.kind, found),
            Some(Err(gap)) => names.gap(gap),
        },
    )
}

/// Whether a figure is the one that is expected; one that is not due is not held.
fn is_figure(plan: &Plan, found: Option<&Result<Ratio, Gap>>, wanted: &Wanted, kind: &Kind) -> bool {
    match (wanted, found) {
        (Wanted::Held, Some(Err(gap))) => !matches!(gap, Gap::NotDue(_)),
        (Wanted::Amount(value), Some(Ok(found))) => {
            number(plan, value).is_some_and(|wanted| as_written(found, &wanted, kind))
        }
        (Wanted::Held, Some(Ok(_)) | None) | (Wanted::Amount(_), Some(Err(_)) | None) => false,
    }
}

/// What is expected of a figure: `= 98.2%` or `is held`.
fn figure_words(plan: &Plan, wanted: &Wanted, kind: &Kind) -> String {
    match wanted {
        Wanted::Held => "is held".to_owned(),
        Wanted::Amount(value) => {
            let money = number(plan, value).filter(|_| matches!(kind, Kind::Money(_)));
            format!("= {}", wanted_text(money.as_ref(), value, kind))
        }
    }
}

/// The coefficient of an indexation that was applied last.
fn coefficient(came: &Came<'_>, name: &Word, period: Option<&Word>, wanted: &Wanted) -> Verdict {
    let plan = &came.plan;
    let Some(place) = plan.indexations.iter().position(|known| known.name == name.node) else {
        return Verdict::Holds;
    };
    let periods = came.settlement.periods.iter().filter(|found| overlaps(plan, plan.settled, found.index, period));
    let mut applied = periods.flat_map(|period| &period.coefficients).filter(|(id, _)| id.index() == place);
    let found = applied.next_back().map(|(_, revision)| &revision.factor);
    judged(
        is_figure(plan, found, wanted, &Kind::Number),
        || format!("{}{} {}", name.node, in_words(period), figure_words(plan, wanted, &Kind::Number)),
        || match found {
            None => "it was applied to nothing then".to_owned(),
            Some(Ok(found)) => quantity(&Kind::Number, found),
            Some(Err(gap)) => came.names().gap(gap),
        },
    )
}

/// Whether a number is the one that is written, to the digits that are written: at least two, for percentages
/// two of the percentage.
fn as_written(found: &Ratio, wanted: &Ratio, kind: &Kind) -> bool {
    let least = if *kind == Kind::Percentage { 4 } else { 2 };
    let text = wanted.decimal_text(0, 20);
    let written = text.split_once('.').map_or(0, |(_, decimals)| decimals.len());
    let places = u32::try_from(written).unwrap_or(20).max(least);
    let step = Ratio::scaled(1, places);
    found.rounded(&Rounding { mode: Mode::HalfUp, step }) == *wanted
}

/// Whether a duty is of an obligation of this name, in whichever text of it, and of this asset.
fn is_of(came: &Came<'_>, duty: &Duty, name: &Word, of: &Word) -> bool {
    let obligation = came.contract.obligations.get(duty.obligation.index());
    obligation.is_some_and(|obligation| obligation.name == name.node) && came.feed.is_named(duty.asset, &of.node)
}

/// The end of the time that there is: the last day, or the instant for a time in hours.
fn due(came: &Came<'_>, name: &Word, of: &Word, (day, time): (Date, Option<u32>)) -> Verdict {
    let zone = came.plan.zone;
    let own = |duty: &&Duty| is_of(came, duty, name, of);
    let found = came.in_the_end.iter().filter(own).max_by_key(|duty| duty.opened);
    let wanted = match time {
        Some(time) => zone.at(day, time),
        None => zone.start_of(day.plus_days(1)),
    };
    let names = came.names();
    let words = |at: Instant| if time.is_some() { names.instant(at) } else { names.day_before(at).to_string() };
    judged(
        found.is_some_and(|duty| duty.deadline == Some(wanted)),
        || format!("{} of {} is due {}", name.node, of.node, words(wanted)),
        || match found {
            None => format!("{} of {} was never opened", name.node, of.node),
            Some(duty) => {
                duty.deadline.map_or_else(|| "it has no deadline".to_owned(), |at| format!("it is due {}", words(at)))
            }
        },
    )
}

/// How an obligation is expected to stand.
struct Stands<'a> {
    outcome: Outcome,
    by: Option<&'a Expr>,
    /// So many units of a lot.
    units: Option<&'a Ratio>,
}

fn obligation(came: &Came<'_>, name: &Word, of: &Word, stands: &Stands<'_>) -> Verdict {
    // What is not done by the last event is still open then, and late or missed when nothing else happens.
    let duties = if stands.outcome == Outcome::Open { &came.settlement.duties } else { &came.in_the_end };
    let own = duties.iter().filter(|duty| is_of(came, duty, name, of));
    let own: Vec<&Duty> = own.collect();
    let latest = own.iter().map(|duty| duty.opened).max();
    let late_by = stands.by.and_then(|by| number(&came.plan, by));
    let as_expected = |duty: &Duty| {
        duty.outcome == stands.outcome && (stands.by.is_none() || late_by.as_ref() == Some(&duty.late_by))
    };
    // The parts of a lot stand each for itself; of several times that it opened for an asset the latest counts.
    let counted: Vec<&Duty> =
        own.into_iter().filter(|duty| stands.units.is_some() || Some(duty.opened) == latest).collect();
    let units = counted.iter().filter(|duty| as_expected(duty)).fold(0, |sum, duty| duty.units.saturating_add(sum));
    let holds = match stands.units {
        Some(wanted) => *wanted == Ratio::int(units),
        None => !counted.is_empty() && counted.iter().all(|duty| as_expected(duty)),
    };
    judged(
        holds,
        || {
            let by = stands.by.map(|by| format!(" by {}", text_of(by))).unwrap_or_default();
            let units = stands.units.map(|units| format!("{units} units of ")).unwrap_or_default();
            format!("{} of {units}{} is {}{by}", name.node, of.node, stands.outcome.word())
        },
        || match counted.as_slice() {
            [] => format!("{} of {} was never opened", name.node, of.node),
            [one] if stands.units.is_none() => format!("it is {}", stood(one)),
            parts => {
                parts.iter().map(|duty| format!("{} are {}", duty.units, stood(duty))).collect::<Vec<_>>().join(", ")
            }
        },
    )
}

fn stood(duty: &Duty) -> String {
    if duty.late_by.is_zero() {
        return duty.outcome.word().to_owned();
    }
    let late = quantity(&Kind::Quantity(duty.unit.clone()), &duty.late_by);
    format!("{} by {late}", duty.outcome.word())
}

/// A number as written, in the base unit of its kind.
#[expect(clippy::wildcard_enum_match_arm, reason = "a scenario states fixed values only")]
pub(super) fn number(plan: &Plan, value: &Expr) -> Option<Ratio> {
    match &*value.node {
        ExprNode::Number(number) | ExprNode::Percent(number) => Some(number.clone()),
        ExprNode::Measured(number, unit) => {
            if Currency::parse(&unit.node) == Some(plan.currency) {
                return Some(number.clone());
            }
            let of_time = Unit::of_time(&unit.node).map(|(_, factor)| factor);
            let factor = of_time.or_else(|| Hours::in_words(&unit.node).map(|(_, factor)| factor)).unwrap_or(1);
            Some(number.times(&Ratio::int(factor)))
        }
        ExprNode::Negated(value) => number(plan, value).map(|number| number.negated()),
        ExprNode::Nothing => Some(Ratio::ZERO),
        ExprNode::Arithmetic(operator, a, b) => {
            let (a, b) = (number(plan, a)?, number(plan, b)?);
            match operator {
                Operator::Plus => Some(a.plus(&b)),
                Operator::Minus => Some(a.minus(&b)),
                Operator::Times => Some(a.times(&b)),
                Operator::Over => a.over(&b),
            }
        }
        _ => None,
    }
}
