//! What an indexation's formula comes to: its weights, its roundings, its revisions, its chain. What a text leaves open
//! about them is asked, with the coefficients that each answer would give.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::time::{Date, MonthEnd};
use crate::base::vocabulary::{Chain, LimitKind, MonthOf, Operator, Revised};
use crate::check::checker::Checker;
use crate::check::contract::Revisions;
use crate::check::indices::part;
use crate::check::value::{Node, Value};
use crate::syntax::tree::{Indexation, IndexationPart};

/// The months of indices that a coefficient reads.
pub(super) type Months = Vec<MonthOf>;

impl Checker<'_> {
    /// The months that a coefficient reads.
    pub(super) fn months_of(&self, coefficient: &Value) -> Months {
        let mut found = Months::new();
        self.visit(coefficient, &mut |node, _| {
            if let Node::Series(_, month) = node {
                found.push(*month);
            }
        });
        found
    }

    /// With every index where it was in its base month, nothing has moved: the coefficient is one.
    pub(super) fn check_weights(&mut self, coefficient: &Value, months: &Months) -> Option<()> {
        if months.is_empty() {
            return Some(());
        }
        if let Some(open) = self.without_base(coefficient) {
            self.ask_for_base(&open);
            return None;
        }
        let Some(sum) = self.weight(coefficient).filter(|sum| *sum != Ratio::ONE) else {
            return Some(());
        };
        let message = format!("the weights of the coefficient add up to {}, not to 1", sum.decimal_text(0, 6));
        let help =
            "the fixed part and the weights of the indices make one whole: where no index moves, the amount stays";
        self.wrong(Code::C111, coefficient.span, message, help)
    }

    /// What a formula comes to where each index stands as in its base month. A number that an index is divided by is
    /// the index's value then.
    fn weight(&self, value: &Value) -> Option<Ratio> {
        if let Node::Series(..) = &*value.node {
            return Some(Ratio::ONE);
        }
        let Node::Arithmetic(operator, a, b) = &*value.node else {
            return self.known(value);
        };
        if *operator == Operator::Over && self.reads_index(a) && !self.reads_index(b) {
            return self.weight(a);
        }
        operated(*operator, &self.weight(a)?, &self.weight(b)?)
    }

    fn reads_index(&self, value: &Value) -> bool {
        !self.months_of(value).is_empty()
    }

    /// An index that is divided by nothing.
    fn without_base(&self, value: &Value) -> Option<Value> {
        if let Node::Series(..) = &*value.node {
            return Some(value.clone());
        }
        if let Node::Arithmetic(operator, a, b) = &*value.node {
            let divided = |value: &Value| matches!(&*value.node, Node::Arithmetic(Operator::Over, ..));
            match operator {
                Operator::Over if self.reads_index(a) => return None,
                Operator::Times if divided(a) || divided(b) => return None,
                Operator::Plus | Operator::Minus | Operator::Times | Operator::Over => {}
            }
        }
        value.node.parts().into_iter().find_map(|part| self.without_base(part))
    }

    fn ask_for_base(&mut self, open: &Value) {
        let words = self.words(open.span);
        let name = words.split('[').next().unwrap_or_default().to_owned();
        let first = self.term.0.as_month();
        self.report(
            Diagnostic::new(
                Code::C103,
                open.span,
                format!("`{words}` is compared with no base: month zero of `{name}` is not said"),
            )
            .answer(
                format!("{words} / {name}[{}]", first.plus(-3)),
                "month zero is three months before the term begins",
            )
            .answer(format!("{words} / {name}[{first}]"), "month zero is that in which the term begins")
            .answer(format!("{words} / 112.4"), "the value of month zero, as the text of the contract states it")
            .help("divide the index by its value in month zero"),
        );
    }

    /// The coefficient where indices that move stand at 104.37 and those of a fixed month, or a stated base, at 100.
    fn sample(&self, value: &Value, moved: &Ratio, step: Option<&Rounding>) -> Option<Ratio> {
        let rounded = |number: Ratio| step.map_or_else(|| number.clone(), |step| number.rounded(step));
        if let Node::Series(_, month) = &*value.node {
            return Some(if is_moving(*month) { moved.clone() } else { Ratio::int(100) });
        }
        let Node::Arithmetic(operator, a, b) = &*value.node else {
            return self.known(value);
        };
        let hundred = Ratio::int(100);
        let number = match operator {
            Operator::Over if self.reads_index(a) && !self.reads_index(b) => {
                self.sample(a, moved, step)?.over(&hundred)?
            }
            Operator::Over if self.months_of(value).iter().all(|month| is_moving(*month)) => {
                self.sample(a, moved, step)?.over(&self.sample(b, &hundred, step)?)?
            }
            Operator::Plus | Operator::Minus | Operator::Times | Operator::Over => {
                operated(*operator, &self.sample(a, moved, step)?, &self.sample(b, moved, step)?)?
            }
        };
        Some(rounded(number))
    }

    /// How the coefficient is rounded; the inner `None` for not at all.
    pub(super) fn coefficient_rounding(
        &mut self,
        text: &Indexation,
        coefficient: &Value,
    ) -> Option<Option<(Rounding, bool)>> {
        let to =
            part(text, |part| if let IndexationPart::Rounded(to, place) = part { Some((to, *place)) } else { None });
        let exact = text.parts.iter().any(|part| part.node == IndexationPart::NotRounded);
        let said = to.map(Some).or(exact.then_some(None));
        let steps = operations(coefficient);
        match said {
            Some(None) => Some(None),
            None if steps == 0 => Some(None),
            Some(Some((to, place))) => {
                let step = self.step_of(to)?;
                if let Some(place) = place.or((steps < 2).then_some(false)) {
                    return Some(Some((step, place)));
                }
                self.ask_about_digits(text, coefficient, &[step]);
                None
            }
            None => {
                let step = |mode| Rounding { mode, step: Ratio::scaled(1, 3) };
                self.ask_about_digits(text, coefficient, &[step(Mode::HalfUp), step(Mode::Upward)]);
                None
            }
        }
    }

    fn ask_about_digits(&mut self, text: &Indexation, coefficient: &Value, ways: &[Rounding]) {
        let name = &text.name.node;
        let moved = Ratio::scaled(10437, 2);
        let shown = |number: Option<Ratio>| number.map_or_else(String::new, |number| number.decimal_text(0, 6));
        let exact = self.sample(coefficient, &moved, None);
        let mut question = Diagnostic::new(
            Code::C104,
            text.name.span,
            format!("how the coefficient of `{name}` is rounded is not said, or not where"),
        )
        .label("with an index that went from 100 to 104.37");
        for way in ways {
            let words = format!("rounded to {} {}", way.step.decimal_text(0, 6), way.mode.word());
            let end = exact.as_ref().map(|exact| exact.rounded(way));
            question = question.answer(format!("{words} at the end"), shown(end));
            if operations(coefficient) > 1 {
                let each = self.sample(coefficient, &moved, Some(way));
                question = question.answer(format!("{words} at every step"), shown(each));
            }
        }
        self.report(
            question.answer("not rounded", shown(exact)).help(format!("write one of them into `indexation {name}`")),
        );
    }

    /// When the coefficient is computed anew.
    pub(super) fn revisions(&mut self, text: &Indexation, months: &Months) -> Option<Revisions> {
        let said = text.parts.iter().find_map(|part| {
            if let IndexationPart::Revised(how, from) = &part.node {
                Some((*how, from.clone(), part.span))
            } else {
                None
            }
        });
        let of = |wanted: fn(&MonthOf) -> bool| months.iter().any(wanted);
        let service = of(|month| matches!(month, MonthOf::Service(_)));
        let settlement = of(|month| matches!(month, MonthOf::Settlement(_)));
        let revision = of(|month| matches!(month, MonthOf::Revision(_) | MonthOf::LatestPublished));
        let span = said.as_ref().map_or(text.name.span, |(_, _, span)| *span);
        if usize::from(service).saturating_add(usize::from(settlement)).saturating_add(usize::from(revision)) > 1 {
            let help = "read all indices in one of `[service]`, `[revision]` and `[settlement]`";
            return self.wrong(
                Code::C024,
                text.name.span,
                "one coefficient has one way to its months".to_owned(),
                help,
            );
        }
        match (said, service, settlement) {
            (None, _, true) => Some(Revisions::Settlement),
            (None, true, _) => Some(self.each_month()),
            (Some((Revised::EachMonth, None, _)), ..) if !settlement => Some(self.each_month()),
            (Some(_), true, _) | (Some(_), _, true) => {
                let help = "remove `revised`, or read the index at `[revision]`";
                self.wrong(
                    Code::C024,
                    span,
                    "`[service]` and `[settlement]` follow each month, not a revision".to_owned(),
                    help,
                )
            }
            (Some((how, from, _)), false, false) => self.revised(how, from.map(|from| from.node), span),
            (None, false, false) => {
                self.ask_when(text);
                None
            }
        }
    }

    fn each_month(&self) -> Revisions {
        let (first, last) = self.term;
        let (from, to) = (first.as_month().index(), last.as_month().index());
        Revisions::On((from..=to).map(|index| crate::base::time::Month::at(index).first()).collect())
    }

    fn revised(&mut self, how: Revised, from: Option<Date>, span: crate::base::span::Span) -> Option<Revisions> {
        let (first, last) = self.term;
        match how {
            Revised::EachMonth => {
                let Revisions::On(days) = self.each_month() else { return None };
                Some(Revisions::On(days.into_iter().filter(|day| from.is_none_or(|from| *day >= from)).collect()))
            }
            Revised::EveryMonths(months) => {
                let Some(start) = from.filter(|_| (1..=1200).contains(&months)) else {
                    let help = "write `revised every 12 months from 2027-01-01`: the first revision";
                    return self.wrong(
                        Code::C024,
                        span,
                        "it is not said from which day on it is revised".to_owned(),
                        help,
                    );
                };
                let days =
                    (0_i32..).map(|count| start.plus_months(months.saturating_mul(count), MonthEnd::SameDayElseLast));
                Some(Revisions::On(days.take_while(|day| *day <= last).collect()))
            }
            Revised::EachDate(day, month) => {
                let years = first.year()..=last.year();
                let days: Vec<Date> = years.filter_map(|year| Date::ymd(year, month, day)).collect();
                if Date::ymd(2026, month, day).is_none() {
                    let help = "write a day that every year has, such as `each 1 April`";
                    return self.wrong(Code::C005, span, "that day is not in every year".to_owned(), help);
                }
                if from.is_none() && days.first() == Some(&first) {
                    self.ask_about_first(span, first);
                    return None;
                }
                let within = |day: &Date| *day >= from.unwrap_or(first) && *day <= last;
                Some(Revisions::On(days.into_iter().filter(within).collect()))
            }
        }
    }

    fn ask_when(&mut self, text: &Indexation) {
        let name = &text.name.node;
        let first = self.term.0;
        let next = first.plus_months(12, MonthEnd::SameDayElseLast);
        self.report(
            Diagnostic::new(
                Code::C110,
                text.name.span,
                format!("it is not said when the coefficient of `{name}` is revised"),
            )
            .answer(
                format!("revised every 12 months from {first}"),
                format!("on {first} for the first time, then a year later"),
            )
            .answer(format!("revised every 12 months from {next}"), format!("amounts stay as they are until {next}"))
            .answer("revised each 1 April", "each year on that day")
            .answer("revised each month", "on the first day of each month")
            .help(format!("write one of them into `indexation {name}`")),
        );
    }

    fn ask_about_first(&mut self, span: crate::base::span::Span, first: Date) {
        let words = self.words(span);
        let next = first.plus_months(12, MonthEnd::SameDayElseLast);
        self.report(
            Diagnostic::new(
                Code::C110,
                span,
                format!("`{words}`: the term begins on such a day, and it is not said whether it is the first"),
            )
            .answer(format!("{words} from {first}"), "amounts are revised from the first day on")
            .answer(format!("{words} from {next}"), format!("amounts stay as they are until {next}"))
            .help("write the day of the first revision behind it"),
        );
    }

    /// What an indexed amount is computed of.
    pub(super) fn chain(&mut self, text: &Indexation, coefficient: &Value, months: &Months) -> Option<Chain> {
        let said = part(text, |part| if let IndexationPart::Chain(chain) = part { Some(chain.clone()) } else { None });
        let in_all = text.parts.iter().find(|part| matches!(part.node, IndexationPart::Limit(_, _, false)));
        match (said, in_all) {
            (Some(Chain::Rounded(_)), Some(limit)) => {
                let help = "write `chained on exact amounts`, or limit the movement `per revision`";
                let message =
                    "amounts that are rounded at each revision have no coefficient to limit in all".to_owned();
                self.wrong(Code::C024, limit.span, message, help)
            }
            (Some(Chain::Rounded(None)), None) => {
                if let Some(rounding) = &self.conventions.line_rounding {
                    return Some(Chain::Rounded(Some(rounding.clone())));
                }
                let help = "write `chained on amounts rounded to 0.01 half up`";
                let message = "it is not said to which step amounts are rounded at each revision".to_owned();
                self.wrong(Code::C024, text.name.span, message, help)
            }
            (Some(chain), _) => Some(chain),
            (None, _) if self.has_base(coefficient, months) => Some(Chain::Original),
            (None, _) => {
                self.ask_what_is_raised(text);
                None
            }
        }
    }

    /// Whether a formula compares with a month or value that never changes.
    fn has_base(&self, coefficient: &Value, months: &Months) -> bool {
        let mut stated = false;
        self.visit(coefficient, &mut |node, _| {
            if let Node::Arithmetic(Operator::Over, a, b) = node {
                stated |= self.reads_index(a) && !self.reads_index(b);
            }
        });
        stated || months.iter().any(|month| matches!(month, MonthOf::Fixed(_)))
    }

    fn ask_what_is_raised(&mut self, text: &Indexation) {
        let name = &text.name.node;
        self.report(
            Diagnostic::new(
                Code::C107,
                text.name.span,
                format!("it is not said which amount `{name}` raises at each revision"),
            )
            .label("10.05 after two revisions of 3 %")
            .answer("chained on exact amounts", "the amount before, exact: 10.05 × 1.03 × 1.03 = 10.661045")
            .answer("chained on amounts rounded to 0.01 half up", "the amount before, rounded: 10.05, 10.35, 10.66")
            .answer("from the original", "the amount of the contract: 10.05 × 1.03 = 10.3515, both times")
            .help(format!("write one of them into `indexation {name}`")),
        );
    }

    /// Asks whether the coefficient may fall.
    pub(super) fn ask_whether_it_falls(&mut self, text: &Indexation, coefficient: &Value) {
        let said = text.parts.iter().any(|part| {
            matches!(part.node, IndexationPart::MayFall(_) | IndexationPart::Limit(LimitKind::AtLeast, ..))
        });
        if said {
            return;
        }
        let name = &text.name.node;
        let fallen = self.sample(coefficient, &Ratio::int(96), None);
        let amount = fallen.map(|fallen| fallen.times(&Ratio::int(1000)).decimal_text(2, 2));
        let falls = amount.map_or_else(String::new, |amount| format!(": 1 000.00 becomes {amount}"));
        let currency = self.currency;
        self.report(
            Diagnostic::new(
                Code::C108,
                text.name.span,
                format!("it is not said whether amounts indexed by `{name}` may fall"),
            )
            .label("with an index that went from 100 to 96")
            .answer("may fall", format!("amounts follow the index down{falls} {currency}"))
            .answer("may not fall", "amounts stay as they are until the index exceeds what they stand at")
            .answer("at least -2% per revision", "they fall by at most 2 % at once")
            .help(format!("write one of them into `indexation {name}`; `at most 4% per revision` is a ceiling")),
        );
    }
}

fn is_moving(month: MonthOf) -> bool {
    !matches!(month, MonthOf::Fixed(_))
}

fn operated(operator: Operator, a: &Ratio, b: &Ratio) -> Option<Ratio> {
    match operator {
        Operator::Plus => Some(a.plus(b)),
        Operator::Minus => Some(a.minus(b)),
        Operator::Times => Some(a.times(b)),
        Operator::Over => a.over(b),
    }
}

/// How many operations a formula has.
fn operations(value: &Value) -> usize {
    let own = usize::from(matches!(&*value.node, Node::Arithmetic(..)));
    value.node.parts().into_iter().map(operations).fold(own, usize::saturating_add)
}
