//! Sentences about how clauses meet → the tree.

use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::{Meet, Meets, PerWord, Word};

/// `clause 5 replaces clause 3 for the same crate`
pub(super) fn meets(mut cursor: Cursor<'_>) -> Meets {
    let span = cursor.span();
    let clauses = clauses(&mut cursor);
    let how = match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::kw_adds_to) => Meet::AddsTo,
        Some(Rule::kw_only_higher) => Meet::OnlyHigher,
        _ => Meet::Replaces,
    };
    let others = clauses_behind(&mut cursor);
    let scope = cursor.inside(Rule::same_scope).map(|mut scope| {
        scope.skip(Rule::kw_same);
        let mut words = vec![PerWord { words: scope.word() }];
        while scope.skip(Rule::kw_and) {
            words.push(PerWord { words: scope.word() });
        }
        words
    });
    Meets { span, clauses, how, others, scope: scope.unwrap_or_default() }
}

fn clauses_behind(cursor: &mut Cursor<'_>) -> Vec<Word> {
    if cursor.peek() == Some(Rule::clause_list) { clauses(cursor) } else { Vec::new() }
}

fn clauses(cursor: &mut Cursor<'_>) -> Vec<Word> {
    let Some(mut list) = cursor.inside(Rule::clause_list) else { return Vec::new() };
    let mut found = Vec::new();
    while let Some(rule) = list.peek() {
        if rule == Rule::clause_number {
            found.push(list.word());
        } else {
            list.next();
        }
    }
    found
}
