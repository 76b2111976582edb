//! Answers that hold for all clauses.

use crate::base::calendar::Calendar;
use crate::base::code::Code;
use crate::base::holidays::Holidays;
use crate::base::number::{Ratio, Rounding};
use crate::base::quantity::{Hours, Unit};
use crate::base::span::{Span, Spanned};
use crate::base::time::Weekday;
use crate::base::vocabulary::{DeadlineOnDayOff, LateLimit, RoundingPlace};
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::syntax::tree::{Convention, Item, RoundedTo, Word, WorkingHours};

/// Business days and hours as they are read, before they become a calendar.
#[derive(Default)]
struct Week {
    hours: Option<[Vec<(u32, u32)>; 7]>,
    business: Option<[bool; 7]>,
    holidays: Vec<Holidays>,
}

impl Checker<'_> {
    /// Takes all conventions in and builds the calendar.
    pub(super) fn conventions(&mut self) {
        let file = self.file;
        let mut week = Week::default();
        let mut seen: Vec<&'static str> = Vec::new();
        let rows =
            file.items.iter().filter_map(|item| if let Item::Conventions(rows) = item { Some(rows) } else { None });
        for row in rows.flatten() {
            let name = name_of(&row.node);
            let several = matches!(
                row.node,
                Convention::Tax { .. } | Convention::NamedHours { .. } | Convention::RecordsOf { .. }
            );
            if seen.contains(&name) && !several {
                let message = format!("the convention `{name}` is answered twice");
                self.wrong::<()>(Code::C011, row.span, message, "keep one answer");
                continue;
            }
            seen.push(name);
            self.convention(row, &mut week);
        }
        self.build_calendar(week);
    }

    fn convention(&mut self, row: &Spanned<Convention>, week: &mut Week) {
        let span = row.span;
        match &row.node {
            Convention::MonthEnd(end) => self.conventions.month_end = Some(*end),
            Convention::WorkingHours { week: rows, holidays } => self.working_hours(rows, holidays, span, week),
            Convention::NamedHours { name, week: rows, holidays } => self.hours_under_a_name(name, rows, holidays),
            Convention::BusinessDays { days, holidays } => {
                let mut business = [false; 7];
                for (from, to) in days {
                    mark(&mut business, *from, *to);
                }
                week.business = Some(business);
                self.holidays(holidays, week);
            }
            Convention::Rounded(to, place) => {
                let rounding = self.rounding(to);
                match place {
                    RoundingPlace::Line => self.conventions.line_rounding = rounding,
                    RoundingPlace::Total => self.conventions.total_rounding = rounding,
                }
            }
            Convention::Tax { rate, natures } => self.tax(rate.as_ref(), natures, span),
            Convention::Amounts(amounts) => {
                self.conventions.taxes.amounts = Some(*amounts);
                self.conventions.taxes.span.get_or_insert(span);
            }
            Convention::TaxRounded(to, place) => {
                self.conventions.taxes.rounding = self.rounding(to).map(|rounding| (rounding, *place));
                self.conventions.taxes.span.get_or_insert(span);
            }
            Convention::MonthOf(length) => self.conventions.month_of = Some(*length),
            Convention::YearOf(length) => self.conventions.year_of = Some(*length),
            Convention::SecondStart(answer) => self.conventions.second_start = Some(*answer),
            Convention::LoneEnd(answer) => self.conventions.lone_end = Some(*answer),
            Convention::SecondDeposit(answer) => self.conventions.second_deposit = Some(*answer),
            Convention::LoneReturn(answer) => self.conventions.lone_return = Some(*answer),
            Convention::Transfer(answer) => self.conventions.transfer = Some(*answer),
            Convention::DutyTransfer(answer) => self.conventions.duty_transfer = Some(*answer),
            Convention::StillOpen(answer) => self.conventions.still_open = Some(*answer),
            Convention::RepeatedTrigger(answer) => self.conventions.repeated_trigger = Some(*answer),
            Convention::Lateness(answer) => self.conventions.lateness = Some(*answer),
            Convention::ConflictingReadings(sources) => {
                let sources = sources.iter().map(|word| word.node.clone()).collect();
                self.conventions.conflicting_readings = Some(sources);
            }
            Convention::ConflictingRecords(answer) => self.conventions.conflicting_records = Some(*answer),
            // Since when events are recorded is taken in when all that reads them is known.
            Convention::RecordsBegin { .. } | Convention::RecordsOf { .. } => {}
            Convention::DeadlineOnDayOff(answer) => {
                self.conventions.deadline_moves = Some(*answer == DeadlineOnDayOff::NextBusinessDay);
            }
            Convention::AtOneInstant(answer) => self.conventions.at_one_instant = Some(*answer),
            Convention::LimitsRead(answer) => self.conventions.limits_read = Some(*answer),
            Convention::LateEvents(corrected, limit) => {
                self.conventions.corrected = *corrected;
                self.late_events(limit.as_ref());
            }
            Convention::CorrectedIn(answer) => self.corrected_in(*answer, span),
            Convention::AttributesRead(answer) => self.conventions.attributes_read = Some(*answer),
        }
    }

    /// How long after the end of its settlement period an event still counts.
    fn late_events(&mut self, limit: Option<&(Spanned<Ratio>, WindowKind)>) {
        self.conventions.late_answered = true;
        let Some((count, unit)) = limit else { return };
        let Some(whole) = count.node.to_i64().and_then(|whole| i32::try_from(whole).ok()).filter(|it| *it <= 1_000)
        else {
            let message = "late events are corrected for a whole number of months, at most 1000".to_owned();
            self.wrong::<()>(Code::C005, count.span, message, "write `up to 12 months back`, or a time in days");
            return;
        };
        let months = unit.months().map_or(0, |months| months.saturating_mul(whole));
        let days = if unit.months().is_some() { 0 } else { whole };
        self.conventions.late = Some(LateLimit { months, days });
    }

    fn working_hours(&mut self, rows: &[WorkingHours], holidays: &[Word], span: Span, week: &mut Week) {
        let mut hours: [Vec<(u32, u32)>; 7] = Default::default();
        for row in rows {
            let mut days = [false; 7];
            mark(&mut days, row.from, row.to);
            for (of_day, open) in hours.iter_mut().zip(days) {
                if open {
                    of_day.extend(&row.hours);
                }
            }
        }
        for of_day in &mut hours {
            of_day.sort_unstable();
            let apart = of_day.windows(2).all(|pair| matches!(pair, [(_, end), (start, _)] if end <= start));
            let forward = of_day.iter().all(|(start, end)| start < end);
            if !apart || !forward {
                let help = "each piece ends after it begins and before the next one begins";
                self.wrong::<()>(Code::C025, span, "working hours overlap or run backwards".to_owned(), help);
                return;
            }
        }
        week.hours = Some(hours);
        self.holidays(holidays, week);
    }

    /// `workshop hours Mon-Sat 07:00-20:00`: hours beside the working hours, in which a sentence may count.
    fn hours_under_a_name(&mut self, name: &Word, rows: &[WorkingHours], holidays: &[Word]) {
        if Unit::of_time(&format!("{} hours", name.node)).is_some() || Unit::of_time(&name.node).is_some() {
            let message = format!("`{} hours` has a meaning of its own", name.node);
            self.wrong::<()>(Code::C011, name.span, message, "give these hours another name");
            return;
        }
        if self.named_hours.iter().any(|(known, _)| *known == name.node) {
            let message = format!("`{} hours` are stated twice", name.node);
            self.wrong::<()>(Code::C011, name.span, message, "keep one of them");
            return;
        }
        let mut week = Week::default();
        self.working_hours(rows, holidays, name.span, &mut week);
        let calendar = week.hours.map(|hours| {
            let business = open(&hours);
            Calendar::new(self.zone, hours, business, week.holidays)
        });
        if let Some(calendar) = calendar {
            let (first, last) = self.term;
            let calendar = calendar.covering(first.plus_days(-366), last.plus_days(366));
            self.named_hours.push((name.node.clone(), calendar));
        }
    }

    /// `workshop hours`, `workshop minute`: the unit and its size.
    pub(super) fn unit_of_hours(&mut self, words: &str) -> Option<(Unit, Ratio)> {
        let (name, factor) = Hours::in_words(words)?;
        let known = self.named_hours.iter().any(|(known, _)| known == name);
        if known {
            self.used.push(format!("{name} hours"));
        }
        known.then(|| (Unit::WorkingSecond(Hours::named(name)), Ratio::int(factor)))
    }

    fn holidays(&mut self, names: &[Word], week: &mut Week) {
        for name in names {
            match Holidays::parse(&name.node) {
                Some(found) if week.holidays.contains(&found) => {}
                Some(found) => week.holidays.push(found),
                None => {
                    self.unknown::<()>("holiday calendar", &name.node, name.span, &Holidays::NAMES);
                }
            }
        }
    }

    /// A rounding; a step of zero is wrong.
    pub(super) fn rounding(&mut self, to: &RoundedTo) -> Option<Rounding> {
        if to.step.node == Ratio::ZERO {
            let help = "write the step to round to, such as `0.01`";
            return self.wrong(Code::C005, to.step.span, "nothing can be rounded to 0".to_owned(), help);
        }
        Some(Rounding { mode: to.mode, step: to.step.node.clone() })
    }

    /// Working days without a list of their own are the days that have hours.
    fn build_calendar(&mut self, week: Week) {
        let business = week.business.or_else(|| week.hours.as_ref().map(open));
        let Some(business) = business else { return };
        let calendar = Calendar::new(self.zone, week.hours.unwrap_or_default(), business, week.holidays);
        let (first, last) = self.term;
        self.calendar = Some(calendar.covering(first.plus_days(-366), last.plus_days(366)));
    }
}

/// The weekdays that have hours.
fn open(hours: &[Vec<(u32, u32)>; 7]) -> [bool; 7] {
    let mut business = [false; 7];
    for (day, of_day) in business.iter_mut().zip(hours) {
        *day = !of_day.is_empty();
    }
    business
}

/// Marks the weekdays from one to another, over the end of the week if need be.
fn mark(days: &mut [bool; 7], from: Weekday, to: Weekday) {
    let (from, to) = (from.index(), to.index());
    for (place, day) in days.iter_mut().enumerate() {
        let inside = if from <= to { (from..=to).contains(&place) } else { place >= from || place <= to };
        *day |= inside;
    }
}

pub(super) fn name_of(convention: &Convention) -> &'static str {
    match convention {
        Convention::MonthEnd(_) => "month end",
        Convention::WorkingHours { .. } => "working hours",
        Convention::BusinessDays { .. } => "business days",
        Convention::NamedHours { .. } => "hours",
        Convention::Rounded(_, RoundingPlace::Line) => "rounded to … on each line",
        Convention::Rounded(_, RoundingPlace::Total) => "rounded to … on the total",
        Convention::Tax { .. } => "tax",
        Convention::Amounts(_) => "amounts",
        Convention::TaxRounded(..) => "tax rounded to",
        Convention::MonthOf(_) => "month of",
        Convention::YearOf(_) => "year of",
        Convention::SecondStart(_) => "a second start",
        Convention::LoneEnd(_) => "an end without a start",
        Convention::SecondDeposit(_) => "a second deposit",
        Convention::LoneReturn(_) => "a return without a deposit",
        Convention::Transfer(_) => "a deposit on a transfer",
        Convention::DutyTransfer(_) => "an obligation on a transfer",
        Convention::StillOpen(_) => "still open",
        Convention::RepeatedTrigger(_) => "a repeated trigger",
        Convention::Lateness(_) => "lateness",
        Convention::ConflictingReadings(_) => "conflicting readings",
        Convention::ConflictingRecords(_) => "conflicting records",
        Convention::RecordsBegin { .. } => "records begin",
        Convention::RecordsOf { .. } => "records of",
        Convention::DeadlineOnDayOff(_) => "deadline on a day off",
        Convention::AtOneInstant(_) => "events at one instant",
        Convention::LimitsRead(_) => "limits read attributes",
        Convention::LateEvents(..) => "late events",
        Convention::CorrectedIn(_) => "corrected amounts",
        Convention::AttributesRead(_) => "attributes read",
    }
}
