//! Duties with a deadline.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, ClauseId, FamilyId, FieldId, KindId, ObligationId};
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::time::{Date, MonthEnd};
use crate::base::value::Kind;
use crate::base::vocabulary::{DayCount, RepeatedTrigger, Transfer};
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, Field, Obligation, Who};
use crate::check::kinds::describe;
use crate::check::parties::AtHand;
use crate::check::value::{Point, State, Value};
use crate::check::values::Context;
use crate::check::worked::costing;
use crate::syntax::tree::{self, EventRef, Pause, Sentence};

impl Checker<'_> {
    /// Checks all obligations, in the order in which they were declared, so that place and id agree.
    pub(super) fn obligations(&mut self) {
        for clause in self.all_clauses() {
            let Some(id) = self.clause_id(&clause.number) else {
                continue;
            };
            let version = self.version_at(clause);
            for sentence in &clause.sentences {
                if let Sentence::Obligation(obligation) = sentence
                    && let Some(checked) = self.obligation(id, obligation)
                {
                    if let Some(version) = version {
                        self.amended.obligations.insert(checked.id, version);
                    }
                    self.obligations.push(checked);
                }
            }
        }
    }

    pub(super) fn obligation(&mut self, clause: ClauseId, text: &tree::Obligation) -> Option<Obligation> {
        let family = self.family(&text.family);
        let opens = family.and_then(|family| self.event_point(&text.opens, family));
        let done = family.and_then(|family| self.event_point(&text.done, family));
        let (family, (opened_by, opens), (done_by, done)) = (family?, opens?, done?);
        self.ask_about_ends((&opens, text.opens.name.span), (&done, text.done.name.span));
        let party = self.obliged(text, opened_by, family)?;
        let carried = self.carried(text, party, (opened_by, done_by));
        let (within, unit) = self.time_given(&text.within, opened_by, family)?;
        self.need_calendar(&unit, text.within.span);
        self.ask_about_month_end(&unit, text);
        let first_day_counted = self.first_day(text, &unit, &within);
        let paused = match &text.paused {
            Some(pause) => Some(self.pause(text, pause, family)?),
            None => None,
        };
        let missed_after = match &text.missed_after {
            Some(after) => Some(self.duration_from(after)?),
            None => None,
        };
        let matched_by = match &text.matched_by {
            Some(word) => Some(self.matched_by(word, opened_by, done_by)?),
            None => None,
        };
        Some(Obligation {
            id: ObligationId::at(self.obligations.len()),
            name: text.name.node.clone(),
            clause,
            span: text.name.span,
            party,
            carried,
            family,
            opens,
            done,
            within,
            moves_to_business_day: self.moves(&unit, text),
            unit,
            first_day_counted,
            paused,
            missed_after,
            repeated: self.repeated(text, matched_by.is_some()),
            matched_by,
        })
    }

    /// The party that must act: one that the contract names, or the one that the opening event or the asset names.
    fn obliged(&mut self, text: &tree::Obligation, opened_by: KindId, family: FamilyId) -> Option<Who> {
        let words = self.words(text.party.span);
        let holds = |fields: &[Field]| {
            let last = words.rsplit('.').next().unwrap_or(&words);
            fields.iter().any(|field| field.kind == Kind::Party && field.name == last)
        };
        let member = self.find_party_family(&words).is_some()
            || (self.find_party(&words).is_none()
                && (self.families.iter().any(|family| holds(&family.attributes))
                    || self.kinds.iter().any(|kind| holds(&kind.fields))));
        if member {
            let at = AtHand { kind: Some(opened_by), family: Some(family), dims: &[], duty: None };
            return self.who(&text.party, text.each_party, at);
        }
        if let Some(span) = text.each_party {
            let help = "`each` stands before a family such as `many partner`; remove it before a single party";
            return self.wrong(Code::C024, span, format!("`{words}` is not a family of parties"), help);
        }
        self.party(&text.party).map(Who::Party)
    }

    /// The attribute with which an obligation goes over to another member, where the conventions say so; asks where an
    /// event that neither opens nor ends it names another holder.
    fn carried(
        &mut self,
        text: &tree::Obligation,
        party: Who,
        (opened_by, done_by): (KindId, KindId),
    ) -> Option<AttributeId> {
        let (family, attribute) = match party {
            Who::Group(Dimension::Attribute(family, attribute)) => (family, attribute),
            Who::Group(Dimension::Field(kind, field)) => {
                let mut sets = self.kinds.get(kind.index())?.sets.iter();
                (self.family_of(kind)?, sets.find(|(own, _)| *own == field).map(|(_, attribute)| *attribute)?)
            }
            Who::Group(_) | Who::Party(_) => return None,
        };
        match self.conventions.duty_transfer {
            Some(Transfer::GoesOver) => return Some(attribute),
            Some(Transfer::Stays) => return None,
            None => {}
        }
        let mut kinds = self.kinds.iter().enumerate();
        let (_, passes) = kinds.find(|(place, kind)| {
            let own = KindId::at(*place);
            own != opened_by
                && own != done_by
                && kind.family == Some(family)
                && kind.sets.iter().any(|(_, set)| *set == attribute)
        })?;
        let (name, there) = (passes.name.clone(), passes.span);
        let worked = self.worked_at(text.name.span);
        let late = |days: i64| worked.late(days, Some(days));
        self.ask_once(
            Diagnostic::new(
                Code::C159,
                text.party.span,
                format!("it is not said who owes `{}` after `{name}`, which names another holder", text.name.node),
            )
            .and_at(there, "declared here")
            .label("A owes it; B has the asset from the second day after the deadline on and is three days late more")
            .answer("an obligation on a transfer stays with who owed it", costing("A is late by 5 days", late(5)))
            .answer(
                "an obligation on a transfer goes over to the new holder",
                costing("B is late by the last 3 of them, and what B misses is missed by B", late(3)),
            )
            .help("answer it in `conventions`"),
        );
        None
    }

    fn event_point(&mut self, event: &EventRef, family: FamilyId) -> Option<(KindId, Point)> {
        let kind = self.kind(&event.name)?;
        if self.family_of(kind) != Some(family) {
            let message = format!("`{}` does not happen to this asset family", event.name.node);
            return self.wrong(
                Code::C022,
                event.name.span,
                message,
                "an obligation opens and ends with events of its family",
            );
        }
        let context = Context::of_event(kind, Some(family));
        let filter = self.filter(event.filter.as_deref(), &context)?;
        Some((kind, Point::Event { kind, filter, after: None }))
    }

    /// The time that there is: a duration or a rate card of durations.
    fn time_given(&mut self, within: &tree::Expr, opened_by: KindId, family: FamilyId) -> Option<(Value, Unit)> {
        let value = self.value(within, &Context::of_event(opened_by, Some(family)))?;
        if let Kind::Quantity(unit) = &value.kind
            && matches!(unit, Unit::Second | Unit::WorkingSecond(_) | Unit::Day | Unit::BusinessDay | Unit::Month)
        {
            let unit = unit.clone();
            self.refuse_part_of_day(&value, &unit)?;
            self.refuse_numbers_of_windows(&value, &Context::of_event(opened_by, Some(family)))?;
            return Some((value, unit));
        }
        let message = format!("a time is expected here, this is {}", describe(&value.kind));
        let help = "write a time such as `10 business days`, `48 hours`, or `by … { … }` with a time in each row";
        self.wrong(Code::C020, within.span, message, help)
    }

    fn ask_about_month_end(&mut self, unit: &Unit, text: &tree::Obligation) {
        if *unit != Unit::Month || self.conventions.month_end.is_some() {
            return;
        }
        let worked = self.worked_at(text.name.span);
        let late = |words: &str, days: i64| costing(words, worked.late(days, None));
        self.ask_once(
            Diagnostic::new(
                Code::C044,
                text.within.span,
                "a time in months is counted, and it is not said when it ends in a month without that day",
            )
            .label("one month from 31 January, done on 1 March, would end")
            .answer("month end last day", late("on 28 February; from 28 February on 31 March", 1))
            .answer("month end next day", late("on 1 March", 0))
            .answer("month end same day else last", late("on 28 February; from 28 February on 28 March", 1))
            .help("answer it in `conventions`"),
        );
    }

    /// Whether the day of the opening counts; only for days and months.
    fn first_day(&mut self, text: &tree::Obligation, unit: &Unit, within: &Value) -> bool {
        let in_days = matches!(unit, Unit::Day | Unit::BusinessDay | Unit::Month);
        let mut first = None;
        for day in &text.days {
            match day.node {
                DayCount::First(counted) if in_days => first = Some(counted),
                DayCount::First(_) => {
                    let help = "a time in hours runs from the instant of the event; remove it";
                    self.wrong::<()>(Code::C024, day.span, "a time in hours has no first day".to_owned(), help);
                }
                DayCount::Last(_) | DayCount::Both(_) => {
                    let help =
                        "say `first day counted` or `first day not counted`; the deadline is the end of the last day";
                    self.wrong::<()>(Code::C024, day.span, "a deadline asks for the first day only".to_owned(), help);
                }
            }
        }
        if first.is_none() && in_days && text.days.is_empty() {
            self.ask_about_first_day(text, unit, within);
        }
        first.unwrap_or(false)
    }

    fn ask_about_first_day(&mut self, text: &tree::Obligation, unit: &Unit, within: &Value) {
        let opened = self.first_monday();
        let given = self.constant(within).and_then(|time| time.to_i64());
        let time = given.and_then(|time| i32::try_from(time).ok()).unwrap_or(10);
        if *unit == Unit::BusinessDay && self.calendar.is_none() {
            self.report(
                Diagnostic::new(
                    Code::C042,
                    text.within.span,
                    "it is not said whether the day of the event is the first day",
                )
                .answer("first day counted", format!("the day of the event is day 1 of {time}"))
                .answer("first day not counted", format!("the business day after it is day 1 of {time}"))
                .help("add one of them behind the event that opens it"),
            );
            return;
        }
        let deadline = |counted: bool| {
            let days = time.saturating_sub(i32::from(counted));
            match (unit, &self.calendar) {
                (Unit::BusinessDay, Some(calendar)) => {
                    calendar.plus_business_days(opened, days.into()).unwrap_or(opened)
                }
                (Unit::Month, _) => opened.plus_months(time, MonthEnd::LastDay).plus_days(days.saturating_sub(time)),
                _ => opened.plus_days(days),
            }
        };
        let (sooner, later) = (deadline(true), deadline(false));
        let business = self.calendar.as_ref().map(|calendar| calendar.business_days_between(sooner, later));
        let worked = self.worked_at(text.name.span);
        let cost = worked.late(sooner.days_until(later), business);
        let question = Diagnostic::new(
            Code::C042,
            text.within.span,
            "it is not said whether the day of the event is the first day",
        )
        .label(format!("opened on {opened} and done on {later}, there would be time"))
        .answer("first day counted", costing(format!("until the end of {sooner}"), cost))
        .answer("first day not counted", costing(format!("until the end of {later}"), worked.nothing()))
        .help("add one of them behind the event that opens it");
        self.report(question);
    }

    /// The first Monday of the term, for examples.
    fn first_monday(&self) -> Date {
        let (first, _) = self.term;
        let away = 7_usize.saturating_sub(first.weekday().index()).checked_rem(7);
        first.plus_days(away.and_then(|days| i32::try_from(days).ok()).unwrap_or(0))
    }

    fn pause(&mut self, text: &tree::Obligation, pause: &Pause, family: FamilyId) -> Option<(State, bool)> {
        let state = self.state(&pause.state)?;
        if self.family_of_state(&state).is_some_and(|of_state| of_state != family) {
            let help = "pause it while a state of the same family holds, or a timeline of the contract";
            let message = "this is a state of another asset family".to_owned();
            return self.wrong(Code::C022, pause.state.span, message, help);
        }
        self.timelines_fit(&state, Some(family), pause.state.span)?;
        self.ask_who_declares(&state, text, pause.state.span);
        if pause.after_deadline.is_none() {
            let words = self.words(pause.state.span);
            let worked = self.worked_at(pause.state.span);
            let late = |days: i64| costing(format!("late by {days} days"), worked.late(days, Some(days)));
            self.report(
                Diagnostic::new(
                    Code::C047,
                    pause.state.span,
                    format!("it is not said whether `{words}` after the deadline stops lateness too"),
                )
                .label("two working days of it after the deadline, done five after it")
                .answer("before the deadline only", late(5))
                .answer("also after the deadline", late(3))
                .help(format!("add one of them behind `paused while {words}`")),
            );
        }
        Some((state, pause.after_deadline.unwrap_or(false)))
    }

    /// Whether a deadline on a day off moves. Business days never end on one.
    fn moves(&mut self, unit: &Unit, text: &tree::Obligation) -> bool {
        if !matches!(unit, Unit::Day | Unit::Month) || self.calendar.is_none() {
            return false;
        }
        if self.conventions.deadline_moves.is_none() {
            let worked = self.worked_at(text.name.span);
            self.ask_once(
                Diagnostic::new(
                    Code::C048,
                    text.within.span,
                    "it is not said what happens when the last day is a day off",
                )
                .label("with a last day on Saturday, and done on Monday, there is time")
                .answer("deadline on a day off stays", costing("until the end of Saturday", worked.late(2, Some(1))))
                .answer(
                    "deadline on a day off moves to the next business day",
                    costing("until the end of Monday", worked.nothing()),
                )
                .help("answer it in `conventions`"),
            );
        }
        self.conventions.deadline_moves.unwrap_or(false)
    }

    fn repeated(&mut self, text: &tree::Obligation, matched: bool) -> RepeatedTrigger {
        if self.conventions.repeated_trigger.is_none() && !matched && !self.is_open_term(&text.name.node) {
            let (name, event) = (&text.name.node, &text.opens.name.node);
            let worked = self.worked_at(text.name.span);
            let late = |days: i64| worked.late(days, Some(days));
            self.ask_once(
                Diagnostic::new(
                    Code::C054,
                    text.opens.name.span,
                    format!("it is not said what a second `{event}` does while `{name}` is open"),
                )
                .label("a second one 3 working days later, done once, 5 after the first deadline")
                .answer("a repeated trigger changes nothing", costing("the first deadline stands, late by 5 days", late(5)))
                .answer("a repeated trigger restarts the clock", costing("the deadline counts from the second one, late by 2 days", late(2)))
                .answer("a repeated trigger opens another", "two deadlines run; each end fulfils the earlier one that is open, and the other grows late until a second end")
                .help("answer it in `conventions`, or match openings and ends with `matched by FIELD`"),
            );
        }
        self.conventions.repeated_trigger.unwrap_or(RepeatedTrigger::ChangesNothing)
    }

    fn matched_by(&mut self, word: &tree::Word, opened_by: KindId, done_by: KindId) -> Option<(FieldId, FieldId)> {
        let opens = self.field_place(opened_by, word)?;
        let done = self.field_place(done_by, word)?;
        Some((opens, done))
    }

    fn field_place(&mut self, kind: KindId, word: &tree::Word) -> Option<FieldId> {
        let kind = self.kinds.get(kind.index())?.clone();
        if let Some(place) = kind.fields.iter().position(|field| field.name == word.node) {
            return Some(FieldId::at(place));
        }
        let known: Vec<&str> = kind.fields.iter().map(|field| field.name.as_str()).collect();
        self.unknown(&format!("field of `{}`", kind.name), &word.node, word.span, &known)
    }

    /// Asks to which settlement lateness belongs that grows over several of them.
    pub(super) fn ask_about_growing_lateness(&mut self, charged: Span) {
        if self.conventions.lateness.is_some() {
            return;
        }
        let worked = self.worked_at(charged);
        let both = format!("{}, then {}", worked.units(2), worked.units(3));
        let message = "lateness can grow over several settlements, and it is not said to which of them it belongs";
        let question = Diagnostic::new(Code::C183, charged, message.to_owned())
            .label("where it grows by two units before the end of a settlement period and by three after it")
            .answer("lateness is paid as it accrues", format!("each settlement has its part: {both}"))
            .answer("lateness is paid when it ends", format!("the last one has all of it: {}", worked.units(5)))
            .help("answer it in `conventions`");
        self.ask_once(question);
    }

    /// Asks after how long late becomes missed, where lateness is charged: it would grow without end.
    pub(super) fn ask_about_end_of_lateness(&mut self, id: ObligationId, charged: Span) {
        let Some(obligation) = self.obligations.get(id.index()) else {
            return;
        };
        if obligation.missed_after.is_some() {
            return;
        }
        let (name, span) = (obligation.name.clone(), obligation.span);
        let word = match &obligation.unit {
            Unit::BusinessDay => "business days".to_owned(),
            Unit::WorkingSecond(hours) => format!("{} hours", hours.name()),
            Unit::Second => "hours".to_owned(),
            Unit::Day | Unit::Month | Unit::One | Unit::Money(_) | Unit::Thing(_) => "days".to_owned(),
        };
        let unit = obligation.unit.clone();
        let most = self.worked_at(charged).counted(&unit, 60).map(|cost| format!("at most {cost}"));
        let stops = "lateness stops growing there, and `is missed` holds";
        self.report(
            Diagnostic::new(Code::C061, span, format!("it is not said after how long late `{name}` is missed"))
                .and_at(charged, "charged here for as long as it is late")
                .answer(format!("missed after 60 {word}"), costing(stops, most))
                .answer("missed after 0 days", "late is missed at once: nothing is charged for lateness")
                .help("add it behind the deadline, with the time that the parties mean"),
        );
    }
}
