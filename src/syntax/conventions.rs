//! Matched conventions → the tree.

use crate::base::number::Ratio;
use crate::base::span::Spanned;
use crate::base::time::{MonthEnd, Weekday};
use crate::base::vocabulary::{
    AtOneInstant, AttributesRead, ConflictingRecords, Corrected, CorrectedIn, DeadlineOnDayOff, LatenessPaid,
    LimitsRead, LoneEnd, LoneReturn, MonthLength, ReachesBack, RepeatedTrigger, RoundingPlace, SecondDeposit,
    SecondStart, StillOpen, TaxedAmounts, Transfer, YearLength,
};
use crate::base::window::WindowKind;
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::items::date;
use crate::syntax::rounding::rounding;
use crate::syntax::sentences::nature;
use crate::syntax::tree::{Convention, RoundedTo, Word, WorkingHours};

/// The rows of `conventions { … }`.
pub(super) fn conventions(mut cursor: Cursor<'_>) -> Vec<Spanned<Convention>> {
    let rows = cursor.each(Rule::convention).into_iter();
    rows.filter_map(|row| {
        let span = row.span();
        convention(row).map(|convention| Spanned::new(convention, span))
    })
    .collect()
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the grammar has no other conventions")]
fn convention(mut row: Cursor<'_>) -> Option<Convention> {
    let pair = row.next()?;
    let rule = pair.as_rule();
    let mut cursor = row.enter(pair);
    // Every convention begins with its name.
    let name = cursor.next().map(|pair| pair.as_str().to_owned());
    let answer = cursor.peek();
    let is = |word: Rule| answer == Some(word);
    Some(match rule {
        Rule::c_month_end if is(Rule::next_day) => Convention::MonthEnd(MonthEnd::NextDay),
        Rule::c_month_end if is(Rule::same_day) => Convention::MonthEnd(MonthEnd::SameDayElseLast),
        Rule::c_month_end => Convention::MonthEnd(MonthEnd::LastDay),
        Rule::c_named_hours => {
            let span = cursor.span();
            let week = cursor.each(Rule::day_hours).into_iter().map(day_hours).collect();
            let name = name.as_deref().and_then(|words| words.split_whitespace().next()).unwrap_or_default();
            Convention::NamedHours { name: Word::new(name.to_owned(), span), week, holidays: holidays(&mut cursor) }
        }
        Rule::c_working_hours => Convention::WorkingHours {
            week: cursor.each(Rule::day_hours).into_iter().map(day_hours).collect(),
            holidays: holidays(&mut cursor),
        },
        Rule::c_business_days => Convention::BusinessDays {
            days: cursor.each(Rule::day_range).into_iter().map(|mut range| weekdays(&mut range)).collect(),
            holidays: holidays(&mut cursor),
        },
        Rule::c_rounded => {
            let (rounding, place) = rounded(&mut cursor);
            Convention::Rounded(rounding, place)
        }
        Rule::c_tax_rounded => {
            let (rounding, place) = rounded(&mut cursor);
            Convention::TaxRounded(rounding, place)
        }
        Rule::c_tax => {
            let rate = cursor.number();
            Convention::Tax { rate: Some(rate), natures: natures(&mut cursor) }
        }
        Rule::c_no_tax => Convention::Tax { rate: None, natures: natures(&mut cursor) },
        Rule::c_amounts if is(Rule::including_tax) => Convention::Amounts(TaxedAmounts::Including),
        Rule::c_amounts => Convention::Amounts(TaxedAmounts::Before),
        Rule::c_month_of if is(Rule::thirty_days) => Convention::MonthOf(MonthLength::Thirty),
        Rule::c_month_of if is(Rule::thirty_of_360) => Convention::MonthOf(MonthLength::ThirtyOf360),
        Rule::c_month_of => Convention::MonthOf(MonthLength::Actual),
        Rule::c_year_of if is(Rule::days_365) => Convention::YearOf(YearLength::Days365),
        Rule::c_year_of if is(Rule::days_360) => Convention::YearOf(YearLength::Days360),
        Rule::c_year_of => Convention::YearOf(YearLength::Actual),
        Rule::c_repeated if is(Rule::restarts_clock) => Convention::RepeatedTrigger(RepeatedTrigger::Restarts),
        Rule::c_repeated if is(Rule::opens_another) => Convention::RepeatedTrigger(RepeatedTrigger::OpensAnother),
        Rule::c_repeated => Convention::RepeatedTrigger(RepeatedTrigger::ChangesNothing),
        Rule::c_lateness if is(Rule::when_it_ends) => Convention::Lateness(LatenessPaid::WhenItEnds),
        Rule::c_lateness => Convention::Lateness(LatenessPaid::AsItAccrues),
        Rule::c_readings => Convention::ConflictingReadings(listed(&mut cursor)),
        Rule::c_records if is(Rule::are_held) => Convention::ConflictingRecords(ConflictingRecords::Held),
        Rule::c_records => Convention::ConflictingRecords(ConflictingRecords::FirstKnown),
        Rule::c_records_begin | Rule::c_records_of => records_begin(rule, &mut cursor),
        Rule::c_day_off if is(Rule::moves_to_next) => Convention::DeadlineOnDayOff(DeadlineOnDayOff::NextBusinessDay),
        Rule::c_day_off => Convention::DeadlineOnDayOff(DeadlineOnDayOff::Stays),
        Rule::c_one_instant if is(Rule::are_held) => Convention::AtOneInstant(AtOneInstant::Held),
        Rule::c_one_instant => Convention::AtOneInstant(AtOneInstant::InOrder),
        Rule::c_attributes if is(Rule::at_window_start) => Convention::AttributesRead(AttributesRead::AtWindowStart),
        Rule::c_attributes => Convention::AttributesRead(AttributesRead::AtTheEvent),
        Rule::c_limits if is(Rule::at_window_end) => Convention::LimitsRead(LimitsRead::AtWindowEnd),
        Rule::c_limits => Convention::LimitsRead(LimitsRead::AtWindowStart),
        Rule::c_late if is(Rule::late_not) => {
            Convention::LateEvents(None, Some((Spanned::new(Ratio::ZERO, cursor.span()), WindowKind::Day)))
        }
        Rule::c_late => late_events(&mut cursor),
        Rule::c_corrected if is(Rule::in_paying_window) => Convention::CorrectedIn(CorrectedIn::Paying),
        Rule::c_corrected => Convention::CorrectedIn(CorrectedIn::Own),
        rule => return of_states_and_deposits(rule, answer),
    })
}

#[expect(clippy::wildcard_enum_match_arm, reason = "the grammar has no other conventions")]
fn of_states_and_deposits(rule: Rule, answer: Option<Rule>) -> Option<Convention> {
    let is = |word: Rule| answer == Some(word);
    Some(match rule {
        Rule::c_second_start if is(Rule::restarts_time) => Convention::SecondStart(SecondStart::Restarts),
        Rule::c_second_start => Convention::SecondStart(SecondStart::ChangesNothing),
        Rule::c_lone_end if is(Rule::counts_from_start) => Convention::LoneEnd(LoneEnd::FromStart),
        Rule::c_lone_end => Convention::LoneEnd(LoneEnd::Ignored),
        Rule::c_second_deposit if is(Rule::is_held_too) => Convention::SecondDeposit(SecondDeposit::HeldToo),
        Rule::c_second_deposit => Convention::SecondDeposit(SecondDeposit::NotCharged),
        Rule::c_lone_return if is(Rule::is_held) => Convention::LoneReturn(LoneReturn::Held),
        Rule::c_lone_return => Convention::LoneReturn(LoneReturn::Listed),
        Rule::c_transfer if is(Rule::goes_over) => Convention::Transfer(Transfer::GoesOver),
        Rule::c_transfer => Convention::Transfer(Transfer::Stays),
        Rule::c_duty_transfer if is(Rule::goes_over) => Convention::DutyTransfer(Transfer::GoesOver),
        Rule::c_duty_transfer => Convention::DutyTransfer(Transfer::Stays),
        Rule::c_still_open if is(Rule::does_not_count) => Convention::StillOpen(StillOpen::DoesNotCount),
        Rule::c_still_open => Convention::StillOpen(StillOpen::Counts),
        _ => return None,
    })
}

/// `0.01 half up on the total`
fn rounded(cursor: &mut Cursor<'_>) -> (RoundedTo, RoundingPlace) {
    let rounding = rounding(cursor);
    let total = cursor.peek() == Some(Rule::on_the_total);
    (rounding, if total { RoundingPlace::Total } else { RoundingPlace::Line })
}

/// `2024-01-01 with an opening balance, what reaches back is held`, `lost, damaged begin 2023-01-01`
fn records_begin(rule: Rule, cursor: &mut Cursor<'_>) -> Convention {
    if rule == Rule::c_records_of {
        let kinds = cursor.words(Rule::name);
        cursor.skip(Rule::kw_begin);
        return Convention::RecordsOf { kinds, from: date(cursor) };
    }
    let from = date(cursor);
    let opening = cursor.skip(Rule::opening_balance);
    cursor.skip(Rule::kw_reaches_back);
    let answers = [(Rule::is_held, ReachesBack::Held), (Rule::counts_from_then, ReachesBack::CountsFromThen)];
    let back = answers.into_iter().find_map(|(rule, back)| cursor.skip(rule).then_some(back));
    Convention::RecordsBegin { from, opening, back }
}

/// `corrected by a credit note, up to 12 months back`
fn late_events(cursor: &mut Cursor<'_>) -> Convention {
    let corrected = if cursor.skip(Rule::late_credit_note) {
        Corrected::CreditNote
    } else if cursor.skip(Rule::late_reissued) {
        Corrected::Reissued
    } else {
        cursor.skip(Rule::late_corrected);
        Corrected::NextSettlement
    };
    Convention::LateEvents(Some(corrected), late_limit(cursor))
}

/// `up to 12 months back`, if it is written.
fn late_limit(cursor: &mut Cursor<'_>) -> Option<(Spanned<Ratio>, WindowKind)> {
    if !cursor.skip(Rule::kw_up_to) {
        return None;
    }
    let count = cursor.number();
    let unit = if cursor.skip(Rule::kw_days) {
        WindowKind::Day
    } else if cursor.skip(Rule::kw_months) {
        WindowKind::Month
    } else if cursor.skip(Rule::kw_quarters) {
        WindowKind::Quarter
    } else {
        WindowKind::Year
    };
    Some((count, unit))
}

fn natures(cursor: &mut Cursor<'_>) -> Vec<Spanned<crate::base::vocabulary::Nature>> {
    cursor.skip(Rule::kw_on);
    let mut natures = Vec::new();
    while cursor.peek() == Some(Rule::nature) {
        natures.push(nature(cursor));
    }
    natures
}

/// Names with keywords between them.
fn listed(cursor: &mut Cursor<'_>) -> Vec<crate::syntax::tree::Word> {
    let mut names = Vec::new();
    while let Some(rule) = cursor.peek() {
        if rule == Rule::name {
            names.push(cursor.word());
        } else {
            cursor.next();
        }
    }
    names
}

fn holidays(cursor: &mut Cursor<'_>) -> Vec<crate::syntax::tree::Word> {
    cursor.inside(Rule::holidays).map(|mut holidays| listed(&mut holidays)).unwrap_or_default()
}

fn weekdays(cursor: &mut Cursor<'_>) -> (Weekday, Weekday) {
    let mut day = || Weekday::parse(&cursor.word().node).unwrap_or(Weekday::Monday);
    let first = day();
    let last = if cursor.skip(Rule::kw_day_to) { Weekday::parse(&cursor.word().node).unwrap_or(first) } else { first };
    (first, last)
}

fn day_hours(mut cursor: Cursor<'_>) -> WorkingHours {
    let (from, to) = weekdays(&mut cursor);
    let mut hours = Vec::new();
    while let Some(mut pair) = cursor.inside(Rule::hours) {
        hours.push((clock(&pair.word().node), clock(&pair.word().node)));
        cursor.skip(Rule::kw_and);
    }
    WorkingHours { from, to, hours }
}

/// Seconds of the day of `08:30` or `08:30:15`; up to 24:00. A clock that shows more is refused
/// before lowering.
pub(super) fn clock(text: &str) -> u32 {
    let weights = [3600, 60, 1_u32];
    let parts = text.split(':').zip(weights);
    parts.fold(0, |sum, (part, weight)| sum.saturating_add(part.parse::<u32>().unwrap_or(0).saturating_mul(weight)))
}
