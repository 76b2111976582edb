//! Matched clauses → the tree.

use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::{DayCount, Exemption, IndexBase, LimitKind, Matching, Nature, Part, TierMode};
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::indices::moves;
use crate::syntax::rounding::rounding;
use crate::syntax::tree::{
    Adjust, Adjustment, Amount, Clause, EventRef, Holds, Keeps, Obligation, Opener, Pause, Payment, Per, PerWord, Pool,
    Rest, Right, Sentence,
};
use crate::syntax::values::{bands, filter, value};

/// A clause, behind its keyword; broken sentences are left out.
pub(super) fn clause(mut cursor: Cursor<'_>) -> Clause {
    let number = cursor.word();
    let title = cursor.word();
    let prose = cursor.word_if(Rule::prose);
    let mut sentences = Vec::new();
    while let Some(pair) = cursor.next() {
        if pair.as_rule() == Rule::sentence {
            sentences.extend(sentence(cursor.enter(pair)));
        }
    }
    Clause { number, title, prose, sentences }
}

fn sentence(mut cursor: Cursor<'_>) -> Option<Sentence> {
    if let Some(inner) = cursor.inside(Rule::obligation) {
        return Some(Sentence::Obligation(Box::new(obligation(inner))));
    }
    if let Some(inner) = cursor.inside(Rule::meets) {
        return Some(Sentence::Meets(Box::new(crate::syntax::meets::meets(inner))));
    }
    if let Some(inner) = cursor.inside(Rule::owes) {
        return Some(Sentence::Owes(Box::new(crate::syntax::owes::owes(inner))));
    }
    if let Some(inner) = cursor.inside(Rule::keeps) {
        return Some(Sentence::Keeps(Box::new(keeps(inner))));
    }
    if let Some(inner) = cursor.inside(Rule::right) {
        return Some(Sentence::Right(Box::new(right(inner))));
    }
    cursor.inside(Rule::payment).map(|inner| Sentence::Pays(Box::new(payment(inner))))
}

/// `when … customer may "…"`
fn right(mut cursor: Cursor<'_>) -> Right {
    let span = cursor.span();
    let holds = match cursor.inside(Rule::moves) {
        Some(inner) => Some(Holds::Moves(moves(inner))),
        None => cursor.inside(Rule::opener).and_then(opener).map(Holds::Opened),
    };
    let each_party = each(&mut cursor);
    let party = value(&mut cursor);
    cursor.skip(Rule::kw_may);
    Right { span, holds, each_party, party, text: cursor.word() }
}

/// The `per …` that come next.
pub(super) fn per_words(cursor: &mut Cursor<'_>) -> Vec<PerWord> {
    cursor.each(Rule::per_words).into_iter().map(per_word).collect()
}

/// Behind `per`.
pub(super) fn per_word(mut per: Cursor<'_>) -> PerWord {
    per.skip(Rule::kw_per);
    PerWord { words: per.word() }
}

/// An event, perhaps with `where`.
pub(super) fn event_reference(cursor: &mut Cursor<'_>) -> EventRef {
    let mut event = cursor.inside(Rule::event_reference).unwrap_or_else(|| cursor.clone());
    EventRef { name: event.word(), filter: filter(&mut event).map(Box::new) }
}

fn payment(mut cursor: Cursor<'_>) -> Payment {
    let span = cursor.span();
    let opener = cursor.inside(Rule::opener).and_then(opener);
    let each_payer = each(&mut cursor);
    let payer = value(&mut cursor);
    cursor.skip(Rule::kw_pays);
    let amount = amount(&mut cursor);
    // `to pool per pallet` and `per pallet to pool` say the same.
    let before = cursor.skip(Rule::kw_pay_to).then(|| value(&mut cursor));
    let per = cursor.each(Rule::per).into_iter().map(per).collect();
    let payee = before.or_else(|| cursor.skip(Rule::kw_pay_to).then(|| value(&mut cursor)));
    let (whole, for_quantity) = match cursor.inside(Rule::for_part) {
        Some(mut part) => {
            part.skip(Rule::kw_for);
            let whole = part.word_if(Rule::kw_the_whole_of).map(|words| words.span);
            (whole, Some(value(&mut part)))
        }
        None => (None, None),
    };
    let while_state = cursor.inside(Rule::while_part).map(|mut part| {
        part.skip(Rule::kw_while);
        value(&mut part)
    });
    let prorated = cursor.inside(Rule::prorated).map(|prorated| prorated.span());
    let days = days(&mut cursor);
    let times = cursor.inside(Rule::times).map(|mut times| {
        times.skip(Rule::kw_times);
        value(&mut times)
    });
    let adjustments = cursor.each(Rule::adjustment).into_iter().map(adjustment).collect();
    let (matching, pool) = matched(&mut cursor);
    cursor.skip(Rule::kw_as);
    Payment {
        span,
        opener,
        payer,
        each_payer,
        amount,
        payee,
        per,
        for_quantity,
        whole,
        while_state,
        prorated,
        days,
        times,
        adjustments,
        matching,
        pool,
        nature: nature(&mut cursor),
        rest: cursor.inside(Rule::rest).map(rest),
    }
}

/// Which deposit it is, and among whose.
fn matched(cursor: &mut Cursor<'_>) -> (Option<Spanned<Matching>>, Option<Spanned<Pool>>) {
    let Some(mut matched) = cursor.inside(Rule::matched) else { return (None, None) };
    let matching = matching(&mut matched);
    let span = matched.span();
    if matched.skip(Rule::of_all) {
        return (matching, Some(Spanned::new(Pool::All, span)));
    }
    let each = matched.skip(Rule::kw_per).then(|| value(&mut matched));
    (matching, each.map(|party| Spanned::new(Pool::Each(party), span)))
}

/// Which deposit or part of a lot it is.
pub(super) fn matching(cursor: &mut Cursor<'_>) -> Option<Spanned<Matching>> {
    let words = cursor.inside(Rule::matching)?;
    let matching = match words.peek() {
        Some(Rule::oldest_first) => Matching::OldestFirst,
        Some(Rule::latest_first) => Matching::LatestFirst,
        _ => Matching::Serial,
    };
    Some(Spanned::new(matching, words.span()))
}

fn rest(mut cursor: Cursor<'_>) -> Spanned<Rest> {
    let span = cursor.span();
    if cursor.skip(Rule::rest_stays) {
        return Spanned::new(Rest::StaysHeld, span);
    }
    cursor.skip(Rule::rest_as);
    Spanned::new(Rest::Charged(nature(&mut cursor).node), span)
}

fn keeps(mut cursor: Cursor<'_>) -> Keeps {
    let span = cursor.span();
    let opener = cursor.inside(Rule::opener).and_then(opener);
    let party = value(&mut cursor);
    cursor.skip(Rule::kw_keeps);
    let mut reference = cursor.inside(Rule::clause_reference).unwrap_or_else(|| cursor.clone());
    reference.skip(Rule::kw_clause);
    let clause = reference.word();
    let in_full = cursor.skip(Rule::kw_in_full);
    let (matching, pool) = matched(&mut cursor);
    cursor.skip(Rule::kw_as);
    Keeps { span, opener, party, clause, in_full, matching, pool, nature: nature(&mut cursor) }
}

/// `each` before a party.
pub(super) fn each(cursor: &mut Cursor<'_>) -> Option<Span> {
    cursor.take(Rule::kw_each).map(|word| crate::syntax::cursor::span_of(&word, cursor.source()))
}

fn opener(mut cursor: Cursor<'_>) -> Option<Opener> {
    if let Some(mut on) = cursor.inside(Rule::on_opener) {
        on.skip(Rule::kw_on);
        return Some(Opener::On(event_reference(&mut on)));
    }
    if let Some(mut when) = cursor.inside(Rule::when_opener) {
        when.skip(Rule::kw_when);
        return Some(Opener::When(value(&mut when)));
    }
    cursor.inside(Rule::each_opener).map(|mut each| {
        each.skip(Rule::kw_each);
        Opener::Each(PerWord { words: each.word() })
    })
}

fn amount(cursor: &mut Cursor<'_>) -> Amount {
    let Some(mut inner) = cursor.inside(Rule::amount) else {
        return Amount::Value(value(cursor));
    };
    let Some(mut tiers) = inner.inside(Rule::tiers) else {
        return Amount::Value(value(&mut inner));
    };
    tiers.skip(Rule::kw_for);
    let quantity = value(&mut tiers);
    let mode = match tiers.peek() {
        Some(Rule::band_reached) => Some(TierMode::BandReached),
        Some(Rule::each_band) => Some(TierMode::EachBand),
        _ => None,
    };
    let mode = mode.map(|mode| Spanned::new(mode, tiers.word().span));
    Amount::Tiers { quantity, mode, bands: bands(&mut tiers) }
}

fn per(mut cursor: Cursor<'_>) -> Per {
    cursor.skip(Rule::kw_per);
    let unit = PerWord { words: cursor.word() };
    let part = match cursor.peek() {
        Some(Rule::commenced) => Some(Part::Commenced),
        Some(Rule::completed) => Some(Part::Completed),
        Some(Rule::pro_rata) => Some(Part::ProRata),
        _ => None,
    };
    Per { unit, part: part.map(|part| Spanned::new(part, cursor.word().span)) }
}

/// Which end days count.
pub(super) fn days(cursor: &mut Cursor<'_>) -> Vec<Spanned<DayCount>> {
    let counts = cursor.each(Rule::day_count).into_iter();
    counts
        .map(|count| {
            let which = match count.peek() {
                Some(Rule::first_counted) => DayCount::First(true),
                Some(Rule::first_not) => DayCount::First(false),
                Some(Rule::last_counted) => DayCount::Last(true),
                Some(Rule::last_not) => DayCount::Last(false),
                Some(Rule::both_not) => DayCount::Both(false),
                _ => DayCount::Both(true),
            };
            Spanned::new(which, count.span())
        })
        .collect()
}

fn limit_kind(cursor: &mut Cursor<'_>) -> LimitKind {
    match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::kw_at_least) => LimitKind::AtLeast,
        _ => LimitKind::AtMost,
    }
}

fn adjustment(mut cursor: Cursor<'_>) -> Adjustment {
    let span = cursor.span();
    let then = cursor.skip(Rule::kw_then);
    let (what, per) = adjust(&mut cursor);
    Adjustment { span, then, what, per }
}

fn adjust(cursor: &mut Cursor<'_>) -> (Adjust, Vec<PerWord>) {
    if let Some(mut inner) = cursor.inside(Rule::a_rounded) {
        inner.skip(Rule::cv_rounded);
        return (Adjust::Rounded(rounding(&mut inner)), per_words(&mut inner));
    }
    if let Some(mut inner) = cursor.inside(Rule::a_nothing_below) {
        inner.skip(Rule::kw_nothing_below);
        return (Adjust::Exempt(Some(Exemption::Below), value(&mut inner)), per_words(&mut inner));
    }
    if let Some(mut inner) = cursor.inside(Rule::a_nothing_up_to) {
        inner.skip(Rule::kw_nothing_up_to);
        let (up_to, per) = (value(&mut inner), per_words(&mut inner));
        let then = match inner.peek() {
            Some(Rule::then_the_whole) => Some(Exemption::Whole),
            Some(Rule::then_the_excess) => Some(Exemption::Excess),
            _ => None,
        };
        return (Adjust::Exempt(then, up_to), per);
    }
    if let Some(mut inner) = cursor.inside(Rule::a_indexed) {
        inner.skip(Rule::kw_indexed_by);
        return (Adjust::Indexed(inner.word()), Vec::new());
    }
    if cursor.skip(Rule::not_indexed) {
        return (Adjust::NotIndexed, Vec::new());
    }
    if let Some(base) = cursor.inside(Rule::index_base) {
        return (Adjust::Base(index_base(&base)), Vec::new());
    }
    let mut inner = cursor.inside(Rule::a_limit).unwrap_or_else(|| cursor.clone());
    (Adjust::Limit(limit_kind(&mut inner), value(&mut inner)), per_words(&mut inner))
}

/// `after indexation`, `before indexation`
pub(super) fn index_base(base: &Cursor<'_>) -> IndexBase {
    match base.peek() {
        Some(Rule::before_indexation) => IndexBase::BeforeIndexation,
        _ => IndexBase::AfterIndexation,
    }
}

/// The nature that comes next.
pub(super) fn nature(cursor: &mut Cursor<'_>) -> Spanned<Nature> {
    let mut word = cursor.inside(Rule::nature).unwrap_or_else(|| cursor.clone());
    let span = word.span();
    let nature = match word.next().map(|word| word.as_rule()) {
        Some(Rule::n_reduction) => Nature::PriceReduction,
        Some(Rule::n_bonus) => Nature::Bonus,
        Some(Rule::n_indemnity) => Nature::Indemnity,
        Some(Rule::n_deposit) => Nature::Deposit,
        Some(Rule::n_sale) => Nature::Sale,
        Some(Rule::n_interest) => Nature::Interest,
        Some(Rule::n_fee) => Nature::Fee,
        _ => Nature::Price,
    };
    Spanned::new(nature, span)
}

fn obligation(mut cursor: Cursor<'_>) -> Obligation {
    let span = cursor.span();
    cursor.skip(Rule::kw_obligation);
    let name = cursor.word();
    let each_party = each(&mut cursor);
    let party = value(&mut cursor);
    cursor.skip(Rule::kw_must_have);
    let family = cursor.word();
    let done = event_reference(&mut cursor);
    cursor.skip(Rule::kw_within);
    let within = value(&mut cursor);
    cursor.skip(Rule::kw_of);
    let opens = event_reference(&mut cursor);
    let days = days(&mut cursor);
    let paused = cursor.inside(Rule::pause).map(pause);
    let missed_after = cursor.inside(Rule::missed_after).map(|mut missed| {
        missed.skip(Rule::kw_missed_after);
        value(&mut missed)
    });
    let matched_by = cursor.inside(Rule::matched_by).map(|mut matched| {
        matched.skip(Rule::kw_matched_by);
        matched.word()
    });
    Obligation { span, name, party, each_party, family, done, within, opens, days, paused, missed_after, matched_by }
}

fn pause(mut cursor: Cursor<'_>) -> Pause {
    cursor.skip(Rule::kw_paused);
    Pause {
        state: value(&mut cursor),
        after_deadline: match cursor.peek() {
            Some(Rule::pause_after) => Some(true),
            Some(Rule::pause_before) => Some(false),
            _ => None,
        },
    }
}
