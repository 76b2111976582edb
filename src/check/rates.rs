//! What a rate is multiplied by: events, time in a state, a measured quantity, lateness.

use crate::base::calendar::Calendar;
use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::holidays::Holidays;
use crate::base::ids::FamilyId;
use crate::base::number::Ratio;
use crate::base::quantity::{Hours, Unit};
use crate::base::span::Span;
use crate::base::time::{Date, Zone};
use crate::base::value::Kind;
use crate::base::vocabulary::{DayCount, MonthLength, Part};
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::check::contract::{Basis, TimeUnit};
use crate::check::kinds::describe;
use crate::check::windows::Per;
use crate::check::worked::costing;
use crate::syntax::tree::Payment;

/// Monday to Friday.
const WEEKDAYS: [bool; 7] = [true, true, true, true, true, false, false];

/// What the `per` of a payment say.
#[derive(Default)]
pub(super) struct Pers {
    pub(super) family: Option<FamilyId>,
    pub(super) window: Option<(WindowKind, Span)>,
    pub(super) unit: Option<(Unit, Ratio, Span)>,
    pub(super) part: Option<Part>,
    /// Where the last `per` stands.
    pub(super) span: Option<Span>,
    pub(super) day: Option<Span>,
}

impl Checker<'_> {
    /// Sorts the `per` of a payment.
    pub(super) fn pers(&mut self, payment: &Payment) -> Option<Pers> {
        let mut pers = Pers::default();
        for per in &payment.per {
            let span = per.unit.words.span;
            let words = per.unit.words.node.as_str();
            pers.span = Some(span);
            if let Some(part) = &per.part {
                pers.part = Some(part.node);
            }
            // A day is a window of one day and a unit of time: as a rate it is the unit.
            if matches!(words, "day" | "calendar day") {
                pers.unit = Some((Unit::Day, Ratio::ONE, span));
                pers.day = Some(span);
                continue;
            }
            if matches!(words, "point" | "percentage point") && self.unit(words).is_none() {
                pers.unit = Some((Unit::One, Ratio::scaled(1, 2), span));
                continue;
            }
            match self.per(&per.unit)? {
                Per::Family(family) => pers.family = Some(family),
                Per::Window(window) => pers.window = Some((window, span)),
                Per::Unit(unit, size) => pers.unit = Some((unit, size, span)),
                Per::Group(_) => {
                    let help = "a group is named by the measure that the sentence reads, by its trigger or by a cap";
                    return self.wrong(Code::C024, span, format!("`{words}` is a group, not a unit of the rate"), help);
                }
            }
        }
        Some(pers)
    }

    /// `per month while in_service prorated by day`, `per day while out`, `per hour while down`.
    pub(super) fn time_unit_of(&mut self, payment: &Payment, pers: &Pers) -> Option<TimeUnit> {
        if let Some(prorated) = payment.prorated {
            let (window, _) = pers.window.or_else(|| {
                self.wrong(
                    Code::C024,
                    payment.span,
                    "only a rate for a window is prorated".to_owned(),
                    "write `per month`, `per quarter` or `per year`",
                )
            })?;
            return self.share_of_window(window, prorated, payment);
        }
        match (&pers.unit, pers.window) {
            (Some((Unit::Day, size, _)), _) if *size == Ratio::ONE => {
                let (first, last) = self.end_days(&payment.days, pers.day.unwrap_or(payment.span), payment)?;
                Some(TimeUnit::Days { first, last })
            }
            (Some((Unit::BusinessDay, size, span)), _) if *size == Ratio::ONE => {
                self.need_calendar(&Unit::BusinessDay, *span);
                let (first, last) = self.end_days(&payment.days, *span, payment)?;
                Some(TimeUnit::BusinessDays { first, last })
            }
            (Some((unit @ (Unit::Second | Unit::WorkingSecond(_)), size, span)), _) => {
                self.need_calendar(unit, *span);
                let part = self.part(pers, *span, payment)?;
                Some(TimeUnit::Time(unit.clone(), size.clone(), part))
            }
            (Some((unit, _, span)), _) => {
                let message = format!("time in a state is not counted per {}", unit.word());
                self.wrong(
                    Code::C021,
                    *span,
                    message,
                    "write `per day`, `per business day`, `per hour`, `per month` or another window",
                )
            }
            (None, Some((_, span))) => Some(TimeUnit::Window(self.window_part(pers, span, payment)?)),
            (None, None) => {
                let help = "say per what: `per month`, `per day`, `per hour`";
                self.wrong(Code::C024, payment.span, "a rate for time in a state has no unit of time".to_owned(), help)
            }
        }
    }

    /// `prorated by day`: the days of a window.
    pub(super) fn share_of_window(
        &mut self,
        window: WindowKind,
        prorated: Span,
        payment: &Payment,
    ) -> Option<TimeUnit> {
        self.ask_about_length(window, payment);
        let (first, last) = self.end_days(&payment.days, prorated, payment)?;
        Some(TimeUnit::Share { first, last })
    }

    /// How a part of a window counts: it must be said.
    pub(super) fn window_part(&mut self, pers: &Pers, span: Span, payment: &Payment) -> Option<Part> {
        if let Some(part) = pers.part {
            return Some(part);
        }
        let word = self.words(span);
        let worked = self.worked_at(payment.span);
        let family = pers.family.filter(|_| payment.while_state.is_none());
        let label = match family.and_then(|family| self.families.get(family.index())) {
            Some(family) => format!("for a {} that is under the contract for 15 of 30 days", family.name),
            None => "an asset in service for 15 of 30 days would pay".to_owned(),
        };
        self.report(
            Diagnostic::new(
                Code::C041,
                span,
                format!("the rate is for a {word}, and it is not said how a part of one counts"),
            )
            .label(label)
            .answer(format!("per {word} commenced"), worked.units(1))
            .answer(format!("per {word} completed"), worked.units(0))
            .answer(format!("per {word} pro rata"), format!("{}, by the exact time", worked.share(15, 30)))
            .answer("prorated by day, first day counted", format!("{}, by whole days", worked.share(15, 30)))
            .help(format!("write `per {word} commenced`, `completed` or `pro rata`, or add `prorated by day`")),
        );
        None
    }

    /// How a part of a unit counts: it must be said.
    pub(super) fn part(&mut self, pers: &Pers, span: Span, payment: &Payment) -> Option<Part> {
        if let Some(part) = pers.part {
            return Some(part);
        }
        let word = self.words(span);
        let worked = self.worked_at(payment.span);
        let clause = worked.clause().map_or(String::new(), |clause| format!("clause {clause} "));
        let (three, five) = if matches!(pers.unit, Some((Unit::BusinessDay, ..))) {
            ("an asset 3 days and 5 hours late would pay", " (5 hours are half of a day of 10 working hours)")
        } else {
            ("3 and a half units would pay", "")
        };
        self.report(
            Diagnostic::new(
                Code::C041,
                span,
                format!("{clause}charges \"per {word}\" without saying how a part of one counts"),
            )
            .label(three)
            .answer("commenced", worked.units(4))
            .answer("completed", worked.units(3))
            .answer("pro rata", format!("{}{five}", worked.units(Ratio::scaled(35, 1))))
            .help(format!("write `per {word} commenced`, `completed` or `pro rata`")),
        );
        None
    }

    fn ask_about_length(&mut self, window: WindowKind, payment: &Payment) {
        let span = payment.prorated.unwrap_or(payment.span);
        let worked = self.worked_at(payment.span);
        if window == WindowKind::Month && self.conventions.month_of.is_none() {
            self.ask_once(
                Diagnostic::new(
                    Code::C043,
                    span,
                    "a month is prorated by day, and it is not said how many days a month has",
                )
                .label("an asset in service from 17 to 31 January would pay")
                .answer("month of actual days", worked.share(15, 31))
                .answer("month of 30 days", worked.share(15, 30))
                .answer("month of 30/360", worked.share(14, 30))
                .help("answer it in `conventions`"),
            );
            self.conventions.month_of = Some(MonthLength::Actual);
        }
        if matches!(window, WindowKind::Year | WindowKind::ContractYear) && self.conventions.year_of.is_none() {
            self.ask_once(
                Diagnostic::new(
                    Code::C043,
                    span,
                    "a year is prorated by day, and it is not said how many days a year has",
                )
                .label("an asset in service for 180 days of a leap year would pay")
                .answer("year of actual days", worked.share(180, 366))
                .answer("year of 365 days", worked.share(180, 365))
                .answer("year of 360 days", worked.share(180, 360))
                .help("answer it in `conventions`"),
            );
        }
    }

    /// Which end days count. `first day counted` alone means: the day of the start counts, that of the end
    /// does not; `last day counted` alone the reverse.
    pub(super) fn end_days(
        &mut self,
        days: &[crate::base::span::Spanned<DayCount>],
        span: Span,
        payment: &Payment,
    ) -> Option<(bool, bool)> {
        let (mut first, mut last) = (None, None);
        for day in days {
            match day.node {
                DayCount::First(counted) => first = Some(counted),
                DayCount::Last(counted) => last = Some(counted),
                DayCount::Both(counted) => (first, last) = (Some(counted), Some(counted)),
            }
        }
        match (first, last) {
            (None, None) => {
                self.ask_about_days(span, payment);
                None
            }
            (Some(first), None) => Some((first, false)),
            (None, Some(last)) => Some((false, last)),
            (Some(first), Some(last)) => Some((first, last)),
        }
    }

    fn ask_about_days(&mut self, span: Span, payment: &Payment) {
        let worked = self.worked_at(payment.span);
        let shown = |days: i64| match payment.prorated {
            None => format!("{days} days: {}", worked.units(days)),
            Some(_) => worked.share(days, worked.window_days()),
        };
        self.report(
            Diagnostic::new(Code::C042, span, "it is not said whether the first and the last day count")
                .label("from 3 to 10 March would pay")
                .answer("first day counted", shown(7))
                .answer("last day counted", shown(7))
                .answer("both days counted", shown(8))
                .answer("both days not counted", shown(6))
                .help("add one of them behind the rate"),
        );
    }

    /// Asks for business days or working hours where a unit needs them.
    pub(super) fn need_calendar(&mut self, unit: &Unit, span: Span) {
        let missing = match unit {
            Unit::BusinessDay => self.calendar.is_none(),
            Unit::WorkingSecond(hours) if *hours != Hours::default() => false,
            Unit::WorkingSecond(_) => !self.calendar.as_ref().is_some_and(Calendar::has_hours),
            Unit::One | Unit::Money(_) | Unit::Second | Unit::Day | Unit::Month | Unit::Thing(_) => false,
        };
        if !missing {
            return;
        }
        let business = *unit == Unit::BusinessDay;
        let what = if business {
            "which days are business days, and whose holidays are off"
        } else {
            "which hours are working hours, and whose holidays are off"
        };
        let words = if business { "business days Mon-Fri" } else { "working hours Mon-Fri 08:00-18:00" };
        let year = self.term.0.year();
        let worked = self.worked_at(span);
        let days = |holidays: Option<Holidays>| may_days(year, holidays);
        let shown = |days: i64| {
            let counted = if business { days } else { days.saturating_mul(10) };
            let what = if business { "business days" } else { "working hours" };
            costing(format!("{counted} {what}"), worked.counted(unit, counted))
        };
        self.ask_once(
            Diagnostic::new(Code::C045, span, format!("it is not said {what}"))
                .label(format!("May {year} has"))
                .answer(format!("{words} except holidays of FR"), shown(days(Some(Holidays::France))))
                .answer(format!("{words} except holidays of TARGET"), shown(days(Some(Holidays::Target))))
                .answer(words, shown(days(None)))
                .help("answer it in `conventions`; holiday calendars are `FR` and `TARGET`"),
        );
    }

    /// The basis of a payment `for` a measured quantity.
    pub(super) fn measured_basis(
        &mut self,
        quantity: crate::check::value::Value,
        pers: &Pers,
        payment: &Payment,
    ) -> Option<Basis> {
        let span = quantity.span;
        match (&quantity.kind, &pers.unit) {
            (Kind::Quantity(of), Some((unit, size, unit_span))) if of == unit => {
                let whole = matches!(unit, Unit::Thing(_)) && *size == Ratio::ONE;
                let part = if whole { pers.part } else { Some(self.part(pers, *unit_span, payment)?) };
                Some(Basis::For(quantity.clone(), size.clone(), part))
            }
            (Kind::Percentage, Some((Unit::One, size, unit_span))) => {
                let part = self.part(pers, *unit_span, payment)?;
                self.ask_about_rounding_of_points(&quantity, part, *unit_span);
                Some(Basis::For(quantity.clone(), size.clone(), Some(part)))
            }
            (Kind::Percentage, None) => {
                let help = "write `per point commenced`, `completed` or `pro rata` behind the amount, or a percentage of an amount in place of it";
                let message = "the quantity is a percentage, and it is not said what is paid for one point of it";
                self.wrong(Code::C024, span, message.to_owned(), help)
            }
            (_, Some((Unit::One, _, unit_span))) => {
                let message = format!("points are counted of a percentage, this is {}", describe(&quantity.kind));
                let help = if quantity.kind == Kind::Number {
                    "count a `share of`; or remove the `per` and write what the whole costs, a hundred times a point"
                        .to_owned()
                } else {
                    own_rate(&quantity.kind)
                };
                self.wrong(Code::C021, *unit_span, message, help)
            }
            (Kind::Quantity(_), Some((unit, _, unit_span))) => {
                let message = format!("the quantity is {}, the rate is per {}", describe(&quantity.kind), unit.word());
                self.wrong(Code::C021, *unit_span, message, own_rate(&quantity.kind))
            }
            (Kind::Number | Kind::Percentage | Kind::Money(_), Some((unit, _, unit_span))) if is_time(unit) => {
                let message = format!("the quantity is {}, the rate is per {}", describe(&quantity.kind), unit.word());
                self.wrong(Code::C021, *unit_span, message, own_rate(&quantity.kind))
            }
            (Kind::Quantity(unit), None) if is_time(unit) => {
                let message =
                    format!("the quantity is {}, but the rate does not say per what", describe(&quantity.kind));
                self.wrong(Code::C024, span, message, own_rate(&quantity.kind))
            }
            (Kind::Number | Kind::Percentage | Kind::Money(_) | Kind::Quantity(_), _) => {
                Some(Basis::For(quantity, Ratio::ONE, pers.part))
            }
            (other, _) => {
                let message = format!("a rate is not multiplied by {}", describe(other));
                self.wrong(Code::C020, span, message, "a number, count, amount or time is needed behind `for`")
            }
        }
    }
}

/// Whether a unit is one of time.
fn is_time(unit: &Unit) -> bool {
    match unit {
        Unit::Second | Unit::Day | Unit::Month | Unit::BusinessDay | Unit::WorkingSecond(_) => true,
        Unit::One | Unit::Money(_) | Unit::Thing(_) => false,
    }
}

/// How the rate of a quantity is written in the unit that the quantity has.
fn own_rate(kind: &Kind) -> String {
    let per = |unit: &str| {
        format!("write `per {unit} commenced`, `per {unit} completed` or `per {unit} pro rata` behind the amount")
    };
    match kind {
        Kind::Quantity(Unit::Second) => {
            format!("{}; for days write `define full_day = 24 hours` and `per full_day commenced`", per("hour"))
        }
        Kind::Quantity(Unit::WorkingSecond(hours)) => per(&format!("{} hour", hours.name())),
        Kind::Quantity(unit @ (Unit::Day | Unit::BusinessDay)) => per(unit.word()),
        Kind::Percentage => per("point"),
        Kind::Quantity(Unit::Month) => "no rate is multiplied by months: write their number without a unit".to_owned(),
        Kind::Quantity(Unit::Thing(name)) => format!("write `per {name}`, or no `per`"),
        Kind::Quantity(Unit::One | Unit::Money(_)) | Kind::Number | Kind::Money(_) => {
            "remove the `per`: the amount is multiplied by the quantity as it is".to_owned()
        }
        Kind::Text | Kind::Choice(_) | Kind::Flag | Kind::Date | Kind::Instant | Kind::Party => {
            "a number, count, amount or time is needed behind `for`".to_owned()
        }
    }
}

/// The weekdays of May that no holiday takes.
fn may_days(year: i32, holidays: Option<Holidays>) -> i64 {
    let calendar = Calendar::new(Zone::UTC, Default::default(), WEEKDAYS, holidays.into_iter().collect());
    let last = Date::ymd(year, 4, 30).unwrap_or(Date(0));
    let calendar = calendar.covering(last, last.plus_days(31));
    calendar.business_days_between(last, last.plus_days(31))
}
