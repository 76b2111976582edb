//! Matched values → expressions.

use crate::base::span::{Span, Spanned};
use crate::base::time::{Date, Month};
use crate::base::vocabulary::{Beyond, Bound, Operator, Outcome};
use crate::syntax::cursor::{Cursor, number_of};
use crate::syntax::grammar::Rule;
use crate::syntax::sentences::per_words;
use crate::syntax::tree::{Band, BandTest, Earlier, EventRef, Expr, ExprNode, Past, Rank, StatePoint, Test, Word};

fn expr(node: ExprNode, span: Span) -> Expr {
    Expr { node: Box::new(node), span }
}

/// Any value: whatever level of the grammar the next child is.
pub(super) fn value(cursor: &mut Cursor<'_>) -> Expr {
    let span = cursor.span();
    let Some(pair) = cursor.next() else {
        return expr(ExprNode::Nothing, span);
    };
    let rule = pair.as_rule();
    level(rule, cursor.enter(pair))
}

/// The values of the next children as long as they are of a rule.
pub(super) fn values(cursor: &mut Cursor<'_>, rule: Rule) -> Vec<Expr> {
    std::iter::from_fn(|| (cursor.peek() == Some(rule)).then(|| value(cursor))).collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the rules of the grammar are many; every other one is an atom")]
fn level(rule: Rule, mut cursor: Cursor<'_>) -> Expr {
    match rule {
        Rule::expression => chain(&mut cursor, ExprNode::Or, Rule::kw_or),
        Rule::conjunction => chain(&mut cursor, ExprNode::And, Rule::kw_and),
        Rule::negation => negation(&mut cursor),
        Rule::comparison => comparison(&mut cursor),
        Rule::sum | Rule::product => arithmetic(&mut cursor),
        Rule::factor => factor(&mut cursor),
        Rule::of_chain => of_chain(&mut cursor),
        other => atom(other, cursor),
    }
}

fn chain(cursor: &mut Cursor<'_>, node: fn(Vec<Expr>) -> ExprNode, word: Rule) -> Expr {
    let span = cursor.span();
    let mut parts = vec![value(cursor)];
    while cursor.skip(word) {
        parts.push(value(cursor));
    }
    match parts.pop() {
        Some(only) if parts.is_empty() => only,
        Some(last) => {
            parts.push(last);
            expr(node(parts), span)
        }
        None => expr(ExprNode::Nothing, span),
    }
}

fn negation(cursor: &mut Cursor<'_>) -> Expr {
    let span = cursor.span();
    let mut negations = 0_u32;
    while cursor.skip(Rule::kw_not) {
        negations = negations.wrapping_add(1);
    }
    let inner = value(cursor);
    if negations % 2 == 1 { expr(ExprNode::Not(inner), span) } else { inner }
}

fn comparison(cursor: &mut Cursor<'_>) -> Expr {
    let span = cursor.span();
    let left = value(cursor);
    let Some(mut tail) = cursor.inside(Rule::comparison_tail) else {
        return left;
    };
    tail.skip(Rule::kw_is);
    let mut negated = tail.skip(Rule::kw_not);
    let test = match tail.next() {
        Some(pair) => {
            let rule = pair.as_rule();
            let mut inner = tail.enter(pair);
            if rule == Rule::membership && inner.skip(Rule::kw_not) {
                negated = !negated;
            }
            test(rule, &mut inner)
        }
        None => Test::Present,
    };
    expr(ExprNode::Is { left, negated, test }, span)
}

#[expect(clippy::wildcard_enum_match_arm, reason = "a test that is none of the others compares for equality")]
fn test(rule: Rule, cursor: &mut Cursor<'_>) -> Test {
    let mut operand = |word: Rule| {
        cursor.skip(word);
        value(cursor)
    };
    match rule {
        Rule::test_at_least => Test::AtLeast(operand(Rule::kw_at_least)),
        Rule::test_at_most => Test::AtMost(operand(Rule::kw_at_most)),
        Rule::test_above => Test::Above(operand(Rule::kw_above)),
        Rule::test_below => Test::Below(operand(Rule::kw_below)),
        Rule::kw_present => Test::Present,
        Rule::kw_absent => Test::Absent,
        Rule::out_met | Rule::out_late | Rule::out_missed | Rule::out_open => Test::Outcome(outcome(rule)),
        Rule::membership => {
            cursor.skip(Rule::kw_in);
            let list = cursor.inside(Rule::value_list);
            Test::In(list.map(|mut list| values(&mut list, Rule::sum)).unwrap_or_default())
        }
        _ => Test::Equal(value(cursor)),
    }
}

/// The outcome that a word names.
#[expect(clippy::wildcard_enum_match_arm, reason = "only called with the four outcome words")]
pub(super) fn outcome(rule: Rule) -> Outcome {
    match rule {
        Rule::out_met => Outcome::Met,
        Rule::out_late => Outcome::Late,
        Rule::out_missed => Outcome::Missed,
        _ => Outcome::Open,
    }
}

fn arithmetic(cursor: &mut Cursor<'_>) -> Expr {
    let mut left = value(cursor);
    while let Some(operator) = cursor.next() {
        let operator = match operator.as_str() {
            "+" => Operator::Plus,
            "-" => Operator::Minus,
            "*" => Operator::Times,
            _ => Operator::Over,
        };
        let right = value(cursor);
        let span = left.span.to(right.span);
        left = expr(ExprNode::Arithmetic(operator, left, right), span);
    }
    left
}

fn factor(cursor: &mut Cursor<'_>) -> Expr {
    let span = cursor.span();
    let mut signs = 0_u32;
    while cursor.skip(Rule::minus) {
        signs = signs.wrapping_add(1);
    }
    let inner = value(cursor);
    if signs % 2 == 1 { expr(ExprNode::Negated(inner), span) } else { inner }
}

/// `a of b of c` reads as `a of (b of c)`.
fn of_chain(cursor: &mut Cursor<'_>) -> Expr {
    let mut parts = vec![value(cursor)];
    while cursor.skip(Rule::kw_of) {
        parts.push(value(cursor));
    }
    if let Some(operand) = parts.pop() {
        parts.push(behind(cursor, operand));
    }
    let weight = cursor.inside(Rule::weight).map(|mut weight| {
        weight.skip(Rule::kw_weighted);
        value(&mut weight)
    });
    let mut parts = parts.into_iter().rev();
    let Some(mut right) = parts.next() else {
        return expr(ExprNode::Nothing, cursor.span());
    };
    if let Some(weight) = weight {
        let span = right.span.to(weight.span);
        right = expr(ExprNode::Weighted(right, weight), span);
    }
    for left in parts {
        let span = left.span.to(right.span);
        right = expr(ExprNode::Of(left, right), span);
    }
    right
}

/// `over the last 3 months`, `over all sites` behind what is aggregated.
fn behind(cursor: &mut Cursor<'_>, operand: Expr) -> Expr {
    if let Some(mut past) = cursor.inside(Rule::past) {
        let with_this = past.next().is_some_and(|word| word.as_rule() == Rule::kw_over_last);
        let (count, window) = (Some(past.number()), past.word());
        let span = operand.span.to(window.span);
        return expr(ExprNode::Past(Past { of: operand, count, with_this, window }), span);
    }
    if let Some(mut all) = cursor.inside(Rule::over_all) {
        all.skip(Rule::kw_over_all);
        let groups = all.word();
        let span = operand.span.to(groups.span);
        return expr(ExprNode::OverAll(operand, groups), span);
    }
    operand
}

/// `clause 4.2`, `clause 4.2 as charged`
fn clause_reference(cursor: &mut Cursor<'_>) -> ExprNode {
    cursor.skip(Rule::kw_clause);
    let number = cursor.word();
    if cursor.peek() == Some(Rule::as_charged) { ExprNode::Charged(number) } else { ExprNode::Clause(number) }
}

/// `clause 4.2 of 3 months earlier`
fn clause_earlier(cursor: &mut Cursor<'_>) -> ExprNode {
    let clause = value(cursor);
    cursor.skip(Rule::kw_of);
    ExprNode::Earlier(Earlier { clause, count: cursor.number(), window: cursor.word() })
}

/// `availability in the previous month`
fn previous(cursor: &mut Cursor<'_>) -> ExprNode {
    let name = cursor.word();
    cursor.skip(Rule::kw_in_previous);
    let of = expr(ExprNode::Name(name.node), name.span);
    ExprNode::Past(Past { of, count: None, with_this: false, window: cursor.word() })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the grammar's other rules are no atoms")]
fn atom(rule: Rule, mut cursor: Cursor<'_>) -> Expr {
    let span = cursor.span();
    let text = cursor.text().trim_end();
    let node = match rule {
        Rule::parenthesis => return parenthesis(&mut cursor),
        Rule::card => card(&mut cursor),
        Rule::beyond => beyond(&mut cursor),
        Rule::previous => previous(&mut cursor),
        Rule::percentile => ExprNode::Percentile(cursor.number().node),
        Rule::rank_of => rank(&mut cursor),
        Rule::time_while => {
            cursor.skip(Rule::kw_time);
            cursor.skip(Rule::kw_while);
            ExprNode::TimeWhile(value(&mut cursor))
        }
        Rule::time_between => time_between(&mut cursor),
        Rule::time_since => {
            cursor.skip(Rule::kw_time);
            cursor.skip(Rule::kw_since);
            ExprNode::TimeSince(value(&mut cursor))
        }
        Rule::clause_reference => clause_reference(&mut cursor),
        Rule::clause_earlier => clause_earlier(&mut cursor),
        Rule::date => ExprNode::Date(Date::parse(text).unwrap_or(Date(0))),
        Rule::month => ExprNode::Month(Month::parse(text).unwrap_or(Month::at(0))),
        Rule::measured => {
            let number = cursor.number();
            ExprNode::Measured(number.node, cursor.word())
        }
        Rule::percent => ExprNode::Percent(number_of(text)),
        Rule::number => ExprNode::Number(number_of(text)),
        Rule::text_value => ExprNode::Text(cursor.word().node),
        Rule::yes => ExprNode::Flag(true),
        Rule::no => ExprNode::Flag(false),
        Rule::path => return path(&mut cursor),
        _ => ExprNode::Nothing,
    };
    expr(node, span)
}

fn parenthesis(cursor: &mut Cursor<'_>) -> Expr {
    let span = cursor.span();
    let inner = value(cursor);
    let on = cursor.inside(Rule::on_event).map(|mut on| {
        on.skip(Rule::kw_on);
        on.word()
    });
    let filter = filter(cursor);
    if on.is_none() && filter.is_none() {
        return Expr { span, ..inner };
    }
    expr(ExprNode::Observed { value: inner, on, filter }, span)
}

/// `where …`
pub(super) fn filter(cursor: &mut Cursor<'_>) -> Option<Expr> {
    cursor.inside(Rule::where_part).map(|mut part| {
        part.skip(Rule::kw_where);
        value(&mut part)
    })
}

fn card(cursor: &mut Cursor<'_>) -> ExprNode {
    cursor.skip(Rule::kw_by);
    ExprNode::Card { columns: values(cursor, Rule::sum), bands: bands(cursor) }
}

/// The rows of bands that come next.
pub(super) fn bands(cursor: &mut Cursor<'_>) -> Vec<Band> {
    cursor.each(Rule::band).into_iter().map(|mut row| band(&mut row)).collect()
}

fn band(cursor: &mut Cursor<'_>) -> Band {
    let span = cursor.span();
    let test = match cursor.inside(Rule::band_test) {
        Some(mut test) => match test.peek() {
            Some(Rule::band_when) => BandTest::When(when_columns(&mut test)),
            Some(Rule::band_bounds) => BandTest::Bounds(bounds(&mut test)),
            _ => BandTest::Otherwise,
        },
        None => BandTest::Otherwise,
    };
    Band { span, test, value: value(cursor) }
}

fn when_columns(test: &mut Cursor<'_>) -> Vec<Vec<Expr>> {
    let Some(mut when) = test.inside(Rule::band_when) else {
        return Vec::new();
    };
    when.skip(Rule::kw_when);
    when.each(Rule::when_column).into_iter().map(|mut column| values(&mut column, Rule::sum)).collect()
}

fn bounds(test: &mut Cursor<'_>) -> Vec<(Bound, Option<Expr>)> {
    let Some(mut bounds) = test.inside(Rule::band_bounds) else {
        return Vec::new();
    };
    let one = |mut bound: Cursor<'_>| {
        let kind = match bound.next().map(|word| word.as_rule()) {
            Some(Rule::kw_band_from) => Bound::From,
            Some(Rule::kw_up_to) => Bound::UpTo,
            Some(Rule::kw_above) => Bound::Above,
            _ => Bound::Below,
        };
        (kind, bound.peek().map(|_| value(&mut bound)))
    };
    bounds.each(Rule::band_bound).into_iter().map(one).collect()
}

/// `rank of lost per customer per rolling 12 months`
fn rank(cursor: &mut Cursor<'_>) -> ExprNode {
    cursor.skip(Rule::kw_rank_of);
    let events = match cursor.inside(Rule::ranked_events) {
        Some(mut events) => EventRef { name: events.word(), filter: filter(&mut events).map(Box::new) },
        None => EventRef { name: cursor.word(), filter: None },
    };
    let per = per_words(cursor);
    let again = [(Rule::counted_again, true), (Rule::used_up, false)].into_iter().find_map(|(rule, again)| {
        let words = cursor.take(rule)?;
        Some(Spanned::new(again, crate::syntax::cursor::span_of(&words, cursor.source())))
    });
    ExprNode::Rank(Rank { events, per, again })
}

fn beyond(cursor: &mut Cursor<'_>) -> ExprNode {
    let which = match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::kw_shortfall) => Beyond::Shortfall,
        _ => Beyond::Excess,
    };
    let left = value(cursor);
    cursor.next();
    ExprNode::Beyond(which, left, value(cursor))
}

fn time_between(cursor: &mut Cursor<'_>) -> ExprNode {
    cursor.skip(Rule::kw_time);
    cursor.skip(Rule::kw_state_from);
    let from = state_point(cursor);
    cursor.skip(Rule::kw_state_to);
    let to = state_point(cursor);
    let unit = cursor.skip(Rule::kw_in).then(|| cursor.word());
    ExprNode::TimeBetween(from, to, unit)
}

/// `30 days after moved where …`
pub(super) fn state_point(cursor: &mut Cursor<'_>) -> StatePoint {
    let mut point = cursor.inside(Rule::state_point).unwrap_or_else(|| cursor.clone());
    let after = (point.peek() == Some(Rule::measured)).then(|| value(&mut point));
    point.skip(Rule::kw_after);
    StatePoint { after, name: point.word(), filter: filter(&mut point).map(Box::new), others: Vec::new() }
}

fn path(cursor: &mut Cursor<'_>) -> Expr {
    let words = cursor.words(Rule::name);
    let mut words = words.into_iter();
    let first: Word = words.next().unwrap_or_else(|| Spanned::new(String::new(), cursor.span()));
    let mut found = expr(ExprNode::Name(first.node), first.span);
    for word in words {
        let span = found.span.to(word.span);
        found = expr(ExprNode::Member(found, word), span);
    }
    if let Some(mut index) = cursor.inside(Rule::index) {
        if let Some(latest) = index.word_if(Rule::latest_published) {
            let span = cursor.span();
            found = expr(ExprNode::Index(found, expr(ExprNode::Name(latest.node), latest.span)), span);
        }
        for key in values(&mut index, Rule::sum) {
            let span = cursor.span();
            found = expr(ExprNode::Index(found, key), span);
        }
    }
    found
}
