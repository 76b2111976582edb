//! Matched caps, minimums and exemptions over clauses → the tree.

use crate::base::span::Spanned;
use crate::base::vocabulary::{Exemption, LimitKind};
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::sentences::{each, index_base, per_word};
use crate::syntax::tree::{CapIndex, Carry, FirstWindow, Owed, OwedBase, OwedWhat, Owes, PerWord, Word};
use crate::syntax::values::value;

/// A cap, minimum or exemption.
pub(super) fn owes(mut cursor: Cursor<'_>) -> Owes {
    let span = cursor.span();
    let then = cursor.skip(Rule::kw_then);
    let each_party = each(&mut cursor);
    let party = value(&mut cursor);
    cursor.skip(Rule::kw_owes);
    let mut parts = Vec::new();
    while let Some(part) = cursor.inside(Rule::owed) {
        parts.push(owed(part));
        cursor.skip(Rule::kw_then);
    }
    let under = cursor.inside(Rule::under).map(clauses).unwrap_or_default();
    Owes { span, then, party, each_party, parts, under }
}

fn owed(mut cursor: Cursor<'_>) -> Owed {
    let span = cursor.span();
    let what = match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::kw_at_most) => OwedWhat::Limit(LimitKind::AtMost),
        Some(Rule::kw_at_least) => OwedWhat::Limit(LimitKind::AtLeast),
        Some(Rule::kw_nothing_below) => OwedWhat::NothingBelow,
        _ => OwedWhat::NothingUpTo,
    };
    let amount = value(&mut cursor);
    // `to provider per month` and `per month to provider` say the same.
    let before = cursor.skip(Rule::kw_pay_to).then(|| value(&mut cursor));
    let per = cursor.each(Rule::owed_window).into_iter().map(window).collect();
    let payee = before.or_else(|| cursor.skip(Rule::kw_pay_to).then(|| value(&mut cursor)));
    let base = cursor.inside(Rule::owed_base).map(|base| Spanned::new(amount_base(base.clone()), base.span()));
    let indexed = cursor.inside(Rule::cap_index).map(cap_index);
    let prorated = match cursor.peek() {
        Some(Rule::kw_prorated) => Some(true),
        Some(Rule::kw_in_full) => Some(false),
        _ => None,
    };
    let prorated = prorated.map(|prorated| Spanned::new(prorated, cursor.word().span));
    let netted = match cursor.peek() {
        Some(Rule::kw_gross) => Some(Spanned::new(Vec::new(), cursor.word().span)),
        _ => cursor.inside(Rule::netted_with).map(|netted| Spanned::new(clauses(netted.clone()), netted.span())),
    };
    let carry = cursor.inside(Rule::carry).map(|carry| Spanned::new(carried(carry.clone()), carry.span()));
    let then = match cursor.peek() {
        Some(Rule::then_the_whole) => Some(Exemption::Whole),
        Some(Rule::then_the_excess) => Some(Exemption::Excess),
        _ => None,
    };
    let then = then.map(|then| Spanned::new(then, cursor.word().span));
    Owed { span, what, amount, payee, per, base, indexed, prorated, netted, carry, then }
}

fn cap_index(mut cursor: Cursor<'_>) -> Spanned<CapIndex> {
    let span = cursor.span();
    if let Some(mut inner) = cursor.inside(Rule::a_indexed) {
        inner.skip(Rule::kw_indexed_by);
        return Spanned::new(CapIndex::By(inner.word()), span);
    }
    let base = cursor.inside(Rule::index_base).map(|base| CapIndex::Base(index_base(&base)));
    Spanned::new(base.unwrap_or(CapIndex::Not), span)
}

fn carried(mut cursor: Cursor<'_>) -> Carry {
    if cursor.skip(Rule::not_carried) {
        return Carry::No;
    }
    cursor.skip(Rule::kw_is_carried);
    if cursor.skip(Rule::until_used) {
        return Carry::UntilUsed;
    }
    cursor.skip(Rule::kw_to_the_next);
    let window = cursor.word();
    let only = cursor.skip(Rule::kw_only);
    let first = cursor.skip(Rule::used_first).then_some(true);
    Carry::Next(window, only, first.or_else(|| cursor.skip(Rule::used_last).then_some(false)))
}

fn window(mut cursor: Cursor<'_>) -> PerWord {
    if let Some(per) = cursor.inside(Rule::per_words) {
        return per_word(per);
    }
    PerWord { words: Word::new("term".to_owned(), cursor.span()) }
}

fn amount_base(mut cursor: Cursor<'_>) -> OwedBase {
    match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::kw_of_expected) => OwedBase::Expected(cursor.word()),
        Some(Rule::kw_of_previous) => {
            let window = cursor.word();
            let first = cursor.inside(Rule::first_window);
            OwedBase::Previous(window, first.map(|first| Spanned::new(first_window(first.clone()), first.span())))
        }
        _ => OwedBase::SoFar,
    }
}

fn first_window(mut cursor: Cursor<'_>) -> FirstWindow {
    cursor.skip(Rule::kw_in_the_first);
    cursor.word();
    match cursor.peek() {
        Some(Rule::kw_so_far) => FirstWindow::SoFar,
        Some(Rule::kw_of_expected) => FirstWindow::Expected,
        _ => FirstWindow::Amount(value(&mut cursor)),
    }
}

/// The numbers behind `under` or `netted with`.
fn clauses(mut cursor: Cursor<'_>) -> Vec<Word> {
    let mut clauses = Vec::new();
    while let Some(rule) = cursor.peek() {
        if rule == Rule::clause_number {
            clauses.push(cursor.word());
        } else {
            cursor.next();
        }
    }
    clauses
}
