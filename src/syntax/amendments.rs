//! Matched amendments → the tree.

use crate::base::span::Spanned;
use crate::base::time::Date;
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::items::{date, decide, define, event, family};
use crate::syntax::sentences::clause;
use crate::syntax::tree::{Amendment, Change, Item, Kept, Word};

/// An amendment; the keyword is passed.
pub(super) fn amendment(mut cursor: Cursor<'_>) -> Amendment {
    let number = cursor.number();
    cursor.skip(Rule::kw_date_to);
    let to = cursor.word();
    cursor.skip(Rule::kw_signed);
    let signed = date(&mut cursor);
    let in_force = cursor.inside(Rule::in_force).map(|mut from| {
        from.skip(Rule::kw_in_force_from);
        date(&mut from)
    });
    let duties_stay = answer(&mut cursor, Rule::duties_stay, Rule::duties_go_over);
    let deposits_stay = answer(&mut cursor, Rule::deposits_stay, Rule::deposits_go_over);
    let cut_by_start = answer(&mut cursor, Rule::cut_by_start, Rule::cut_by_end);
    let changes = cursor.each(Rule::change).into_iter().filter_map(change).collect();
    let span = number.span.to(to.span);
    Amendment { span, number, to, signed, in_force, duties_stay, deposits_stay, cut_by_start, changes }
}

/// Which of two answers stands there.
fn answer(cursor: &mut Cursor<'_>, first: Rule, second: Rule) -> Option<bool> {
    if cursor.skip(first) { Some(true) } else { cursor.skip(second).then_some(false) }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the grammar has no other changes")]
fn change(mut change: Cursor<'_>) -> Option<Change> {
    let pair = change.next()?;
    let rule = pair.as_rule();
    let mut cursor = change.enter(pair);
    Some(match rule {
        Rule::kept => Change::Keep(kept(cursor)),
        Rule::replaced | Rule::inserted => {
            cursor.next();
            let mut inside = cursor.inside(Rule::clause)?;
            inside.next();
            let clause = clause(inside);
            if rule == Rule::replaced { Change::Replace(clause) } else { Change::Insert(clause) }
        }
        Rule::suspended => {
            cursor.next();
            let clauses = clauses(&mut cursor);
            cursor.skip(Rule::kw_state_from);
            let from = date(&mut cursor);
            cursor.skip(Rule::kw_date_to);
            Change::Suspend(clauses, from, date(&mut cursor))
        }
        Rule::ended => {
            cursor.next();
            Change::End(clauses(&mut cursor))
        }
        Rule::define | Rule::decide | Rule::asset | Rule::event => {
            cursor.next();
            Change::New(Box::new(match rule {
                Rule::define => Item::Define(define(cursor)),
                Rule::decide => Item::Decide(decide(cursor)),
                Rule::asset => Item::Asset(family(cursor)),
                _ => Item::Event(event(cursor)),
            }))
        }
        _ => return None,
    })
}

fn kept(mut cursor: Cursor<'_>) -> Kept {
    let span = cursor.span();
    let family = cursor.word();
    cursor.skip(Rule::kw_with);
    let by = cursor.word();
    cursor.skip(Rule::kw_before);
    let before: Spanned<Date> = date(&mut cursor);
    cursor.skip(Rule::kw_keeps);
    Kept { span, family, by, before, clauses: clauses(&mut cursor) }
}

fn clauses(cursor: &mut Cursor<'_>) -> Vec<Word> {
    let Some(mut list) = cursor.inside(Rule::clause_list) else { return Vec::new() };
    let mut clauses = Vec::new();
    while let Some(rule) = list.peek() {
        if rule == Rule::clause_number {
            clauses.push(list.word());
        } else {
            list.next();
        }
    }
    clauses
}
