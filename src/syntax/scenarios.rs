//! Matched scenarios → the tree.

use crate::base::span::Spanned;
use crate::syntax::conventions::clock;
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::items::date;
use crate::syntax::sentences::nature;
use crate::syntax::tree::{
    Assume, Expect, Expected, Expr, ExprNode, Scenario, ScenarioEvent, ScenarioTable, Step, Wanted, Word,
};
use crate::syntax::values::{outcome, value, values};

/// A scenario, behind its keyword; broken steps are left out.
pub(super) fn scenario(mut cursor: Cursor<'_>) -> Scenario {
    let title = cursor.word();
    let table = cursor.inside(Rule::for_each).map(table);
    let mut steps = Vec::new();
    while let Some(pair) = cursor.next() {
        if pair.as_rule() == Rule::step {
            steps.extend(step(cursor.enter(pair)));
        }
    }
    Scenario { title, steps, table }
}

fn table(mut cursor: Cursor<'_>) -> ScenarioTable {
    cursor.skip(Rule::kw_for_each);
    let header = cursor.words(Rule::name);
    let rows = cursor.each(Rule::table_row).into_iter();
    ScenarioTable { header, rows: rows.map(|mut row| (row.span(), values(&mut row, Rule::sum))).collect() }
}

fn step(mut cursor: Cursor<'_>) -> Vec<Step> {
    if let Some(mut assume) = cursor.inside(Rule::assume) {
        assume.skip(Rule::kw_assume);
        return assumptions(assume);
    }
    if let Some(dated) = cursor.inside(Rule::dated) {
        return vec![Step::Event(event(dated))];
    }
    cursor.inside(Rule::expect).and_then(expect).map(Step::Expect).into_iter().collect()
}

fn subject(cursor: &mut Cursor<'_>, word: Rule) -> Option<Word> {
    cursor.skip(word).then(|| cursor.word())
}

/// The assumptions of one step; one that begins with a month is about what the one before it names.
fn assumptions(mut cursor: Cursor<'_>) -> Vec<Step> {
    let mut named: Option<(Word, Option<Word>)> = None;
    let mut found = Vec::new();
    for one in cursor.each(Rule::assumption) {
        let assume = assumption(one, named.as_ref());
        named = Some((assume.name.clone(), assume.of.clone()));
        found.push(Step::Assume(assume));
    }
    found
}

/// The value of a field; a day with a time of day is the text that a feed would hold.
fn fact(cursor: &mut Cursor<'_>) -> Expr {
    match cursor.word_if(Rule::moment) {
        Some(moment) => Expr { node: Box::new(ExprNode::Text(moment.node)), span: moment.span },
        None => value(cursor),
    }
}

fn assumption(mut cursor: Cursor<'_>, before: Option<&(Word, Option<Word>)>) -> Assume {
    let span = cursor.span();
    let (name, of, period) = match (cursor.word_if(Rule::period), before) {
        (Some(period), Some((name, of))) => (name.clone(), of.clone(), Some(period)),
        (Some(period), None) => (period.clone(), None, Some(period)),
        (None, _) => (cursor.word(), subject(&mut cursor, Rule::kw_of), subject(&mut cursor, Rule::kw_in)),
    };
    let provisional = cursor.word_if(Rule::kw_provisional).map(|word| word.span);
    let published = cursor.skip(Rule::kw_published).then(|| date(&mut cursor));
    Assume { span, name, of, period, provisional, published, value: value(&mut cursor) }
}

fn event(mut cursor: Cursor<'_>) -> ScenarioEvent {
    let span = cursor.span();
    let date = date(&mut cursor);
    let time = cursor.word_if(Rule::clock).map_or(0, |word| clock(&word.node));
    let kind = cursor.word();
    let quantity = cursor.inside(Rule::lot).map(|mut lot| {
        let number = lot.number();
        Spanned::new(number.node, number.span)
    });
    let asset = cursor.word_if(Rule::subject);
    let recorded = cursor.inside(Rule::recorded_at).map(|mut recorded| {
        recorded.skip(Rule::kw_recorded);
        let day = crate::syntax::items::date(&mut recorded);
        (day, recorded.word_if(Rule::clock).map_or(0, |word| clock(&word.node)))
    });
    let fields = cursor.each(Rule::event_field).into_iter();
    ScenarioEvent {
        span,
        date,
        time,
        kind,
        quantity,
        asset,
        recorded,
        fields: fields.map(|mut field| (field.word(), fact(&mut field))).collect(),
    }
}

fn expect(mut cursor: Cursor<'_>) -> Option<Expect> {
    let span = cursor.span();
    cursor.skip(Rule::kw_expect);
    let pair = cursor.next()?;
    let rule = pair.as_rule();
    let mut inner = cursor.enter(pair);
    let what = if rule == Rule::expect_right {
        inner.skip(Rule::kw_clause);
        let number = inner.word();
        let applies = inner.skip(Rule::applies);
        inner.skip(Rule::applies_not);
        let group = subject(&mut inner, Rule::kw_for);
        Expected::Right { number, applies, group, period: subject(&mut inner, Rule::kw_in) }
    } else if rule == Rule::expect_clause {
        inner.skip(Rule::kw_clause);
        Expected::Clause {
            number: inner.word(),
            nature: inner.skip(Rule::kw_as).then(|| nature(&mut inner)),
            group: subject(&mut inner, Rule::kw_for),
            period: subject(&mut inner, Rule::kw_in),
            wanted: wanted(&mut inner),
        }
    } else if rule == Rule::expect_deposits {
        inner.skip(Rule::kw_deposits_of);
        inner.skip(Rule::kw_clause);
        Expected::Deposits {
            number: inner.word(),
            group: subject(&mut inner, Rule::kw_for),
            period: subject(&mut inner, Rule::kw_in),
            wanted: wanted(&mut inner),
        }
    } else if rule == Rule::expect_total {
        let paid_by = inner.skip(Rule::kw_payment_from).then(|| inner.word());
        inner.skip(Rule::kw_total_of);
        inner.skip(Rule::kw_pay_to);
        let party = inner.word();
        let with_tax = inner.take(Rule::kw_with_tax);
        Expected::Total {
            party,
            paid_by,
            with_tax: with_tax.map(|words| crate::syntax::cursor::span_of(&words, inner.source())),
            period: subject(&mut inner, Rule::kw_in),
            wanted: wanted(&mut inner),
        }
    } else if rule == Rule::expect_due {
        expected_due(inner)?
    } else if rule == Rule::expect_obligation {
        expected_obligation(inner)?
    } else {
        Expected::Value {
            name: inner.word(),
            of: subject(&mut inner, Rule::kw_of),
            period: subject(&mut inner, Rule::kw_in),
            wanted: wanted(&mut inner),
        }
    };
    Some(Expect { span, what })
}

fn wanted(cursor: &mut Cursor<'_>) -> Wanted {
    if cursor.skip(Rule::is_held) { Wanted::Held } else { Wanted::Amount(value(cursor)) }
}

fn expected_due(mut cursor: Cursor<'_>) -> Option<Expected> {
    let name = cursor.word();
    let of = subject(&mut cursor, Rule::kw_of)?;
    cursor.skip(Rule::kw_is);
    cursor.skip(Rule::kw_due);
    let date = date(&mut cursor);
    let time = cursor.word_if(Rule::clock).map(|word| clock(&word.node));
    Some(Expected::Due { name, of, date, time })
}

fn expected_obligation(mut cursor: Cursor<'_>) -> Option<Expected> {
    let name = cursor.word();
    cursor.skip(Rule::kw_of);
    let units = cursor.inside(Rule::lot).map(|mut lot| lot.number());
    let of = cursor.word();
    cursor.skip(Rule::kw_is);
    let rule = cursor.peek()?;
    let word = cursor.word();
    Some(Expected::Obligation {
        name,
        units,
        of,
        outcome: Spanned::new(outcome(rule), word.span),
        by: cursor.skip(Rule::kw_by).then(|| value(&mut cursor)),
    })
}
