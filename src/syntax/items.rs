//! Matched items → the tree: the frame, vocabulary, definitions and tables.

use crate::base::span::Spanned;
use crate::base::time::Date;
use crate::base::vocabulary::{
    Across, Bound, Collect, Counts, Frequency, LevelBetween, OldIdentity, PercentileBy, SetOff, ShortWindow,
};
use crate::syntax::amendments::amendment;
use crate::syntax::conventions::conventions;
use crate::syntax::cursor::Cursor;
use crate::syntax::documents;
use crate::syntax::grammar::Rule;
use crate::syntax::indices::{indexation, series};
use crate::syntax::rounding::rounding;
use crate::syntax::scenarios::scenario;
use crate::syntax::sentences::{clause, days, event_reference, matching, per_words};
use crate::syntax::tree::{
    Asset, Cell, Choice, Decide, Declared, Define, DefineBody, DefineOption, Empty, Event, Field, FieldKind, Finality,
    Heading, Item, Lots, Missing, OpenTerm, Parties, Party, Policy, Row, Same, Settled, StatePoint, Term,
};
use crate::syntax::values::{state_point, value, values};

/// One item; clauses and scenarios may hold broken pieces, which are left out here.
#[expect(clippy::wildcard_enum_match_arm, reason = "the grammar has no other items")]
pub(super) fn item(mut item: Cursor<'_>) -> Option<Item> {
    let pair = item.next()?;
    let rule = pair.as_rule();
    let mut cursor = item.enter(pair);
    // Every item begins with its keyword.
    cursor.next();
    Some(match rule {
        Rule::library => Item::Library(documents::library(cursor)),
        Rule::take_in => Item::Use(documents::used(cursor)),
        Rule::given => Item::Given(documents::given(cursor)),
        Rule::precedence => Item::Precedence(documents::precedence(cursor)),
        Rule::heading => Item::Contract(Heading { id: cursor.word(), title: cursor.word() }),
        Rule::parties => Item::Parties(parties(cursor)),
        Rule::term => {
            let from = date(&mut cursor);
            cursor.skip(Rule::kw_date_to);
            Item::Term(Term { from, to: date(&mut cursor) })
        }
        Rule::currency => Item::Currency(cursor.word()),
        Rule::timezone => Item::Timezone(cursor.word()),
        Rule::settled => Item::Settled(settled(cursor)),
        Rule::conventions => Item::Conventions(conventions(cursor)),
        Rule::amendment => Item::Amendment(amendment(cursor)),
        Rule::asset => Item::Asset(family(cursor)),
        Rule::event => Item::Event(event(cursor)),
        Rule::define => Item::Define(define(cursor)),
        Rule::decide => Item::Decide(decide(cursor)),
        Rule::series => Item::Series(series(cursor)),
        Rule::indexation => Item::Indexation(indexation(cursor)),
        Rule::clause => Item::Clause(clause(cursor)),
        Rule::scenario => Item::Scenario(scenario(cursor)),
        _ => return None,
    })
}

/// A date; one that the calendar does not have is refused before lowering.
pub(super) fn date(cursor: &mut Cursor<'_>) -> Spanned<Date> {
    let word = cursor.word();
    Spanned::new(Date::parse(&word.node).unwrap_or(Date(0)), word.span)
}

fn parties(mut cursor: Cursor<'_>) -> Parties {
    let mut parties = Parties { named: Vec::new(), families: Vec::new() };
    while let Some(pair) = cursor.next() {
        let rule = pair.as_rule();
        let mut inner = cursor.enter(pair);
        if rule == Rule::party_family {
            inner.skip(Rule::kw_many);
            parties.families.push(family(inner));
        } else {
            parties.named.push(party(inner));
        }
    }
    parties
}

pub(super) fn family(mut cursor: Cursor<'_>) -> Asset {
    Asset {
        name: cursor.word(),
        title: cursor.word_if(Rule::string),
        lots: cursor.inside(Rule::lots).map(lots),
        attributes: cursor.each(Rule::field).into_iter().map(field).collect(),
    }
}

fn party(mut cursor: Cursor<'_>) -> Party {
    Party {
        role: cursor.word(),
        name: cursor.word(),
        title: cursor.word_if(Rule::string),
        facts: cursor.each(Rule::fact).into_iter().map(|mut fact| (fact.word(), fact.word())).collect(),
    }
}

/// `monthly`, `quarterly`, `yearly`
pub(super) fn frequency(word: &str) -> Frequency {
    match word {
        "quarterly" => Frequency::Quarterly,
        "yearly" => Frequency::Yearly,
        _ => Frequency::Monthly,
    }
}

fn settled(mut cursor: Cursor<'_>) -> Settled {
    let span = cursor.span();
    let word = cursor.word();
    let every = frequency(&word.node);
    let set_off = match cursor.peek() {
        Some(Rule::netted) => Some(SetOff::Netted),
        Some(Rule::paid_apart) => Some(SetOff::PaidApart),
        _ => None,
    };
    let set_off = set_off.map(|set_off| Spanned::new(set_off, cursor.word().span));
    cursor.skip(Rule::kw_payable);
    cursor.skip(Rule::kw_within);
    Settled {
        span,
        every: Spanned::new(every, word.span),
        set_off,
        payable_within: (cursor.peek() == Some(Rule::number)).then(|| cursor.number()),
    }
}

fn lots(mut cursor: Cursor<'_>) -> Lots {
    let span = cursor.span();
    let mut from = Vec::new();
    let mut order = None;
    while let Some(rule) = cursor.peek() {
        if rule == Rule::name {
            from.push(cursor.word());
        } else if rule == Rule::matching {
            order = matching(&mut cursor);
        } else {
            cursor.next();
        }
    }
    Lots { span, from, order }
}

pub(super) fn event(mut cursor: Cursor<'_>) -> Event {
    let names = cursor.words(Rule::name);
    let family = cursor.skip(Rule::kw_of).then(|| cursor.word());
    let counts = cursor.inside(Rule::counts).map(counts);
    Event { names, family, counts, fields: cursor.each(Rule::field).into_iter().map(field).collect() }
}

/// `counts when notified`
fn counts(mut cursor: Cursor<'_>) -> Spanned<Counts<crate::syntax::tree::Word>> {
    let span = cursor.span();
    cursor.skip(Rule::kw_counts_when);
    let counts = match cursor.peek() {
        Some(Rule::when_occurred) => Counts::Occurred,
        Some(Rule::when_recorded) => Counts::Recorded,
        _ => Counts::Field(cursor.word()),
    };
    Spanned::new(counts, span)
}

fn field(mut cursor: Cursor<'_>) -> Field {
    let name = cursor.word();
    let kind = match cursor.inside(Rule::field_type) {
        Some(kind) => Spanned::new(field_kind(kind.clone()), kind.span()),
        None => Spanned::new(FieldKind::Text, cursor.span()),
    };
    let mut field = Field { name, kind, optional: None, cumulative: None, reset_by: Vec::new(), identity: None };
    for mut option in cursor.each(Rule::field_option) {
        let span = option.span();
        match option.peek() {
            Some(Rule::kw_optional) => field.optional = Some(span),
            Some(Rule::kw_cumulative) => field.cumulative = Some(span),
            Some(Rule::field_identity) => field.identity = option.inside(Rule::field_identity).map(identity),
            _ => {
                if let Some(mut reset) = option.inside(Rule::field_reset) {
                    reset.skip(Rule::kw_reset_by);
                    field.reset_by.push(reset.word());
                    while reset.skip(Rule::kw_or) || reset.peek() == Some(Rule::name) {
                        field.reset_by.push(reset.word());
                    }
                }
            }
        }
    }
    field
}

fn identity(mut cursor: Cursor<'_>) -> Spanned<Option<OldIdentity>> {
    let span = cursor.span();
    cursor.skip(Rule::kw_new_identity);
    let old = match cursor.peek() {
        Some(Rule::old_stays) => Some(OldIdentity::Stays),
        Some(Rule::old_ends) => Some(OldIdentity::Ends),
        _ => None,
    };
    Spanned::new(old, span)
}

pub(super) fn field_kind(mut cursor: Cursor<'_>) -> FieldKind {
    match cursor.peek() {
        Some(Rule::ty_number) => FieldKind::Number,
        Some(Rule::ty_percentage) => FieldKind::Percentage,
        Some(Rule::ty_money) => FieldKind::Money,
        Some(Rule::ty_duration) => FieldKind::Duration,
        Some(Rule::ty_date) => FieldKind::Date,
        Some(Rule::ty_instant) => FieldKind::Instant,
        Some(Rule::ty_flag) => FieldKind::Flag,
        Some(Rule::ty_party) => FieldKind::Party,
        Some(Rule::field_count) => match cursor.inside(Rule::field_count) {
            Some(mut count) => {
                count.skip(Rule::ty_count);
                FieldKind::Count(count.word())
            }
            None => FieldKind::Number,
        },
        Some(Rule::field_choice) => {
            let choice = cursor.inside(Rule::field_choice);
            FieldKind::Choice(choice.map(|mut choice| choice.words(Rule::any_name)).unwrap_or_default())
        }
        Some(Rule::field_family) => match cursor.inside(Rule::field_family) {
            Some(mut family) => FieldKind::Member(family.word()),
            None => FieldKind::Text,
        },
        _ => FieldKind::Text,
    }
}

pub(super) fn define(mut cursor: Cursor<'_>) -> Define {
    let name = cursor.word();
    let per = per_words(&mut cursor);
    let body = match cursor.inside(Rule::state) {
        Some(mut state) => {
            state.skip(Rule::kw_state_from);
            let from = state_points(&mut state);
            state.skip(Rule::kw_state_to);
            let to = state_points(&mut state);
            let same = same(&mut state);
            DefineBody::State { from, to, same, declared: state.inside(Rule::declared).map(declared) }
        }
        None if cursor.peek() == Some(Rule::open_term) => {
            DefineBody::Open(Box::new(open_term(&mut cursor.inside(Rule::open_term).unwrap_or_else(|| cursor.clone()))))
        }
        None => match cursor.inside(Rule::definition) {
            Some(mut definition) => DefineBody::Value(value(&mut definition)),
            None => DefineBody::Value(value(&mut cursor)),
        },
    };
    let options = cursor.each(Rule::define_option).into_iter();
    Define { name, per, body, options: options.filter_map(define_option).collect() }
}

/// `returned or lost`
fn state_points(cursor: &mut Cursor<'_>) -> StatePoint {
    let mut point = state_point(cursor);
    while cursor.skip(Rule::kw_or) {
        point.others.push(state_point(cursor));
    }
    point
}

fn same(state: &mut Cursor<'_>) -> Option<Same> {
    if let Some(mut field) = state.inside(Rule::same_field) {
        field.skip(Rule::kw_same);
        return Some(Same::Field(field.word()));
    }
    let words = state.take(Rule::for_all_assets)?;
    Some(Same::AllAssets(crate::syntax::cursor::span_of(&words, state.source())))
}

/// `declared by provider, named in declarer`
fn declared(mut cursor: Cursor<'_>) -> Spanned<Declared> {
    let span = cursor.span();
    cursor.skip(Rule::kw_declared_by);
    let Some(party) = cursor.word_if(Rule::name) else {
        return Spanned::new(Declared::Anyone, span);
    };
    let field = cursor.skip(Rule::kw_named_in).then(|| cursor.word());
    Spanned::new(Declared::By { party, field }, span)
}

fn open_term(cursor: &mut Cursor<'_>) -> OpenTerm {
    cursor.skip(Rule::kw_decided_by);
    let party = value(cursor);
    cursor.skip(Rule::kw_within);
    let within = value(cursor);
    cursor.skip(Rule::kw_of);
    let of = cursor.word();
    let days = days(cursor);
    cursor.skip(Rule::kw_otherwise);
    OpenTerm { party, within, of, days, otherwise: value(cursor) }
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the grammar has no other options")]
fn define_option(mut option: Cursor<'_>) -> Option<Spanned<DefineOption>> {
    let span = option.span();
    let pair = option.next()?;
    let rule = pair.as_rule();
    let mut cursor = option.enter(pair);
    // Every other option begins with its keyword.
    cursor.next();
    let node = match rule {
        Rule::counted_again => DefineOption::UsedUp(false),
        Rule::used_up => DefineOption::UsedUp(true),
        Rule::each_exact => DefineOption::EachExact,
        Rule::nearest_rank => DefineOption::Percentile(PercentileBy::NearestRank),
        Rule::interpolated => DefineOption::Percentile(PercentileBy::Interpolated),
        Rule::level_held => DefineOption::Level(LevelBetween::Held),
        Rule::level_linear => DefineOption::Level(LevelBetween::Linear),
        Rule::o_short => DefineOption::Short(match cursor.peek() {
            Some(Rule::as_it_is) => ShortWindow::AsItIs,
            Some(Rule::nothing_due) => ShortWindow::NothingDue,
            _ => ShortWindow::Held,
        }),
        Rule::o_in => DefineOption::In(cursor.word()),
        Rule::kw_not_rounded => DefineOption::NotRounded,
        Rule::o_rounded => DefineOption::Rounded(rounding(&mut cursor)),
        Rule::o_at_least => DefineOption::AtLeast(value(&mut cursor)),
        Rule::o_at_most => DefineOption::AtMost(value(&mut cursor)),
        Rule::o_missing => DefineOption::Missing(missing(&mut cursor)),
        Rule::o_empty => DefineOption::Empty(empty(&mut cursor)),
        Rule::o_across => DefineOption::Across(match cursor.peek() {
            Some(Rule::by_time) => Across::ByTime,
            _ => Across::LaterWindow,
        }),
        _ => return None,
    };
    Some(Spanned::new(node, span))
}

fn counted_as(cursor: &mut Cursor<'_>) -> Option<crate::syntax::tree::Expr> {
    cursor.inside(Rule::counts_as).map(|mut counts| {
        counts.skip(Rule::kw_counts_as);
        value(&mut counts)
    })
}

fn missing(cursor: &mut Cursor<'_>) -> Missing {
    if let Some(value) = counted_as(cursor) {
        return Missing::CountsAs(value);
    }
    if let Some(mut estimated) = cursor.inside(Rule::estimated) {
        estimated.skip(Rule::kw_estimated);
        return Missing::Estimated(estimated.number());
    }
    match cursor.peek() {
        Some(Rule::adds_nothing) => Missing::AddsNothing,
        _ => Missing::Held,
    }
}

fn empty(cursor: &mut Cursor<'_>) -> Empty {
    match (counted_as(cursor), cursor.peek()) {
        (Some(value), _) => Empty::CountsAs(value),
        (None, Some(Rule::nothing_due)) => Empty::NothingDue,
        (None, _) => Empty::Held,
    }
}

pub(super) fn decide(mut cursor: Cursor<'_>) -> Decide {
    let outputs = cursor.words(Rule::name);
    cursor.skip(Rule::kw_of);
    let family = cursor.word();
    cursor.skip(Rule::kw_on);
    let on = event_reference(&mut cursor);
    if let Some(best) = cursor.inside(Rule::best_of) {
        let (policy, options) = best_of(best);
        let (columns, rows) = (Vec::new(), Vec::new());
        let finality = finality(&mut cursor);
        return Decide { outputs, family, on, policy, columns, rows, otherwise: None, options, finality };
    }
    let policy = match cursor.inside(Rule::policy) {
        Some(policy) => Spanned::new(self::policy(policy.clone()), policy.span()),
        None => Spanned::new(Policy::First, cursor.span()),
    };
    cursor.skip(Rule::kw_by);
    Decide {
        outputs,
        family,
        on,
        policy,
        columns: values(&mut cursor, Rule::sum),
        rows: cursor.each(Rule::row).into_iter().map(row).collect(),
        otherwise: cursor.inside(Rule::other_row).map(|mut other| {
            other.skip(Rule::kw_otherwise);
            row(other)
        }),
        options: Vec::new(),
        finality: finality(&mut cursor),
    }
}

/// `final on shipped`, `never revised`
fn finality(cursor: &mut Cursor<'_>) -> Option<Finality> {
    let mut finality = cursor.inside(Rule::finality)?;
    if finality.skip(Rule::never_revised) {
        return Some(Finality::Never);
    }
    finality.skip(Rule::kw_final_on);
    let mut events = finality.words(Rule::name);
    while finality.skip(Rule::kw_or) {
        events.extend(finality.words(Rule::name));
    }
    Some(Finality::On(events))
}

fn best_of(mut cursor: Cursor<'_>) -> (Spanned<Policy>, Vec<Choice>) {
    let span = cursor.span();
    let highest = cursor.skip(Rule::highest_of);
    cursor.skip(Rule::lowest_of);
    let options = cursor.each(Rule::choice).into_iter().map(choice).collect();
    let first_of_equals = match cursor.peek() {
        Some(Rule::first_of_equals) => Some(true),
        Some(Rule::equals_undecided) => Some(false),
        _ => None,
    };
    (Spanned::new(Policy::Best { highest, first_of_equals }, span), options)
}

fn choice(mut cursor: Cursor<'_>) -> Choice {
    cursor.skip(Rule::kw_option);
    let (name, worth) = (cursor.word(), value(&mut cursor));
    Choice { name, value: worth, provided: cursor.skip(Rule::kw_provided).then(|| value(&mut cursor)) }
}

fn policy(mut cursor: Cursor<'_>) -> Policy {
    match cursor.peek() {
        Some(Rule::one_match) => Policy::One,
        Some(Rule::any_match) => Policy::Any,
        Some(Rule::best_by) => match cursor.inside(Rule::best_by) {
            Some(mut best) => {
                best.skip(Rule::kw_best_by);
                Policy::BestBy(best.word())
            }
            None => Policy::First,
        },
        Some(Rule::collect) => {
            let how = cursor.inside(Rule::collect).and_then(|mut collect| {
                collect.skip(Rule::kw_collect);
                collect.peek()
            });
            Policy::Collect(match how {
                Some(Rule::c_sum) => Collect::Sum,
                Some(Rule::c_count) => Collect::Count,
                Some(Rule::c_least) => Collect::Least,
                Some(Rule::c_greatest) => Collect::Greatest,
                _ => Collect::List,
            })
        }
        _ => Policy::First,
    }
}

fn row(mut cursor: Cursor<'_>) -> Row {
    let span = cursor.span();
    let cells = cursor.each(Rule::cell).into_iter().map(|cell| Spanned::new(self::cell(cell.clone()), cell.span()));
    Row { span, cells: cells.collect(), outputs: values(&mut cursor, Rule::sum) }
}

fn cell(mut cursor: Cursor<'_>) -> Cell {
    if let Some(mut none) = cursor.inside(Rule::none_of) {
        none.skip(Rule::kw_not);
        return Cell::NoneOf(values(&mut none, Rule::sum));
    }
    if let Some(mut one) = cursor.inside(Rule::one_of) {
        return Cell::OneOf(values(&mut one, Rule::sum));
    }
    match cursor.inside(Rule::bounds) {
        Some(mut bounds) => Cell::Bounds(bounds.each(Rule::cell_bound).into_iter().map(cell_bound).collect()),
        None => Cell::Anything,
    }
}

fn cell_bound(mut cursor: Cursor<'_>) -> (Bound, crate::syntax::tree::Expr) {
    let bound = match cursor.next().map(|word| word.as_rule()) {
        Some(Rule::cell_from) => Bound::From,
        Some(Rule::cell_up_to) => Bound::UpTo,
        Some(Rule::cell_above) => Bound::Above,
        _ => Bound::Below,
    };
    (bound, value(&mut cursor))
}
