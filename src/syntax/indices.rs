//! Matched indices and indexations → the tree.

use crate::base::movement::{Since, Way};
use crate::base::span::Spanned;
use crate::base::time::{Date, Month};
use crate::base::vocabulary::{Chain, LimitKind, MissingValue, Provisional, Revised};
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::items::{date, frequency};
use crate::syntax::rounding::rounding;
use crate::syntax::tree::{Continued, Indexation, IndexationPart, Moves, Series};
use crate::syntax::values::value;

/// An index, behind its keyword.
pub(super) fn series(mut cursor: Cursor<'_>) -> Series {
    Series {
        name: cursor.word(),
        title: cursor.word(),
        every: frequency(&cursor.word().node),
        continued: cursor.inside(Rule::continued).map(continued),
    }
}

fn continued(mut cursor: Cursor<'_>) -> Continued {
    let span = cursor.span();
    cursor.skip(Rule::kw_continued_by);
    let by = cursor.word();
    let times = cursor.skip(Rule::kw_times).then(|| cursor.number());
    cursor.skip(Rule::kw_month_from);
    let month = cursor.word();
    let from = Spanned::new(Month::parse(&month.node).unwrap_or(Date(0).as_month()), month.span);
    let rounded = match cursor.inside(Rule::i_rounded) {
        Some(mut inner) => {
            inner.skip(Rule::cv_rounded);
            Some(Some(rounding(&mut inner)))
        }
        None => cursor.skip(Rule::kw_not_rounded).then_some(None),
    };
    Continued { span, by, times, from, rounded }
}

/// An indexation, behind its keyword.
pub(super) fn indexation(mut cursor: Cursor<'_>) -> Indexation {
    let name = cursor.word();
    let parts = cursor.each(Rule::indexation_part).into_iter();
    Indexation { name, parts: parts.filter_map(part).collect() }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the grammar has no other parts")]
fn part(mut cursor: Cursor<'_>) -> Option<Spanned<IndexationPart>> {
    let pair = cursor.next()?;
    let rule = pair.as_rule();
    let mut inner = cursor.enter(pair);
    let span = inner.span();
    let part = match rule {
        Rule::i_coefficient => {
            inner.skip(Rule::kw_coefficient);
            IndexationPart::Coefficient(value(&mut inner))
        }
        Rule::i_rounded => {
            inner.skip(Rule::cv_rounded);
            let to = rounding(&mut inner);
            IndexationPart::Rounded(to, inner.peek().map(|place| place == Rule::at_every_step))
        }
        Rule::kw_not_rounded => IndexationPart::NotRounded,
        Rule::i_revised => revised(inner),
        Rule::i_chained => IndexationPart::Chain(chain(inner)),
        Rule::from_original => IndexationPart::Chain(Chain::Original),
        Rule::i_limit => limit(inner),
        Rule::may_fall => IndexationPart::MayFall(true),
        Rule::may_not_fall => IndexationPart::MayFall(false),
        Rule::i_threshold => {
            inner.skip(Rule::kw_only_when);
            IndexationPart::Threshold(value(&mut inner))
        }
        Rule::i_provisional => {
            inner.skip(Rule::kw_provisional);
            let waits = inner.peek() == Some(Rule::waits);
            IndexationPart::Provisional(if waits { Provisional::Waits } else { Provisional::Settled })
        }
        Rule::i_missing => IndexationPart::Missing(missing(inner)),
        _ => return None,
    };
    Some(Spanned::new(part, span))
}

fn revised(mut cursor: Cursor<'_>) -> IndexationPart {
    cursor.skip(Rule::kw_revised);
    let how = if let Some(mut each) = cursor.inside(Rule::each_date) {
        each.skip(Rule::kw_each);
        let day = each.number().node.to_i64().and_then(|day| u32::try_from(day).ok()).unwrap_or(0);
        Revised::EachDate(day, month_number(&each.word().node))
    } else if let Some(mut every) = cursor.inside(Rule::every_months) {
        every.skip(Rule::kw_every);
        let months = every.number().node.to_i64().and_then(|months| i32::try_from(months).ok());
        Revised::EveryMonths(months.unwrap_or(0))
    } else {
        cursor.next();
        Revised::EachMonth
    };
    IndexationPart::Revised(how, cursor.skip(Rule::kw_date_from).then(|| date(&mut cursor)))
}

/// The number of a month by its first letters.
fn month_number(name: &str) -> u32 {
    let names = ["Ja", "F", "Mar", "Ap", "May", "Jun", "Jul", "Au", "S", "O", "N", "D"];
    let place = (1_u32..).zip(names).find(|(_, start)| name.starts_with(start));
    place.map_or(0, |(number, _)| number)
}

fn chain(mut cursor: Cursor<'_>) -> Chain {
    match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::chained_on_exact) => Chain::Exact,
        Some(Rule::chained_on_steps) => {
            let to = rounding(&mut cursor);
            Chain::Rounded(Some(crate::base::number::Rounding { mode: to.mode, step: to.step.node }))
        }
        _ => Chain::Rounded(None),
    }
}

fn limit(mut cursor: Cursor<'_>) -> IndexationPart {
    let kind = match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::kw_at_least) => LimitKind::AtLeast,
        _ => LimitKind::AtMost,
    };
    let share = value(&mut cursor);
    IndexationPart::Limit(kind, share, cursor.peek() == Some(Rule::per_revision))
}

/// `when labour moves by more than 5% per revision`
pub(super) fn moves(mut cursor: Cursor<'_>) -> Moves {
    let span = cursor.span();
    cursor.skip(Rule::kw_when);
    let name = cursor.word();
    let way = match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::rises_by) => Way::Up,
        Some(Rule::falls_by) => Way::Down,
        _ => Way::Either,
    };
    let included = cursor.next().map(|word| word.as_rule()) == Some(Rule::kw_at_least);
    let threshold = value(&mut cursor);
    let since = if cursor.skip(Rule::per_revision) {
        Some(Since::Revision)
    } else {
        cursor.skip(Rule::in_all).then_some(Since::Contract)
    };
    Moves { span, name, way, included, threshold, since, after_limits: cursor.skip(Rule::after_limits) }
}

fn missing(mut cursor: Cursor<'_>) -> MissingValue {
    cursor.skip(Rule::kw_missing);
    match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::hold_coefficient) => MissingValue::LastCoefficient,
        Some(Rule::hold_value) => {
            let months = cursor.skip(Rule::kw_for).then(|| cursor.number().node.to_i64().unwrap_or(0));
            MissingValue::LastValue(months)
        }
        _ => MissingValue::Held,
    }
}
