//! Questions about money that are asked once a contract: where it is rounded, whether two parties set off what they
//! owe each other.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::quantity::Unit;
use crate::base::value::Kind;
use crate::base::vocabulary::{Nature, Operator, Part, PercentileBy};
use crate::check::checker::Checker;
use crate::check::contract::{Adjust, Amount, Basis, Sentence, TermBody, TimeUnit};
use crate::check::value::{Aggregate, Node, Over, Value, What};

/// More digits than any currency has.
const MANY: u32 = 99;

impl Checker<'_> {
    /// Asks what the clauses leave open about money, once all of them are known.
    pub(super) fn ask_about_money(&mut self) {
        self.ask_about_rounding();
        self.ask_about_set_off();
        self.ask_about_tax();
    }

    /// Asks how money is rounded, where an amount can have more digits than the currency.
    fn ask_about_rounding(&mut self) {
        let conventions = &self.conventions;
        if conventions.line_rounding.is_some() || conventions.total_rounding.is_some() {
            return;
        }
        let digits = self.currency.minor_digits();
        let finer = self.sentences.iter().find(|sentence| self.digits_of_line(sentence) > digits);
        let of_sentence = finer.map(|sentence| (sentence.span, self.fixed_amount(sentence)));
        let owes = || self.owes.iter().find(|owes| self.digits(&owes.amount) > digits).map(|owes| (owes.span, None));
        let Some((span, amount)) = of_sentence.or_else(owes) else {
            return;
        };
        let step = Ratio::scaled(1, digits);
        let half = Ratio::int(10).plus(&Ratio::scaled(5, digits.saturating_add(1)));
        let amount = amount.filter(|amount| amount.rounded(&by(Mode::HalfUp, &step)) != *amount).unwrap_or(half);
        let shown = |amount: &Ratio| format!("{} {}", amount.decimal_text(digits, 6), self.currency);
        let three = amount.times(&Ratio::int(3));
        let by_line = |mode: Mode| {
            let line = amount.rounded(&by(mode, &step));
            format!("3 × {} = {}", shown(&line), shown(&line.times(&Ratio::int(3))))
        };
        let total = three.rounded(&by(Mode::HalfUp, &step));
        let place = step.decimal_text(digits, digits);
        let question = Diagnostic::new(
            Code::C170,
            span,
            format!("this can have more digits than {} has, and it is not said how money is rounded", self.currency),
        )
        .label(format!("three lines of {} would come to", shown(&amount)))
        .answer(format!("rounded to {place} half up on each line"), by_line(Mode::HalfUp))
        .answer(
            format!("rounded to {place} half up on the total"),
            format!("{} becomes {}", shown(&three), shown(&total)),
        )
        .answer(format!("rounded to {place} half even on each line"), by_line(Mode::HalfEven))
        .help("answer it in `conventions`");
        self.ask_once(question);
    }

    /// The amount of a sentence that pays a fixed one.
    fn fixed_amount(&self, sentence: &Sentence) -> Option<Ratio> {
        match (&sentence.amount, &sentence.basis) {
            (Amount::Value(value), Basis::Once) if sentence.times.is_none() => self.known(value),
            _ => None,
        }
    }

    /// How many decimals the amount of a line can have.
    fn digits_of_line(&self, sentence: &Sentence) -> u32 {
        let price = match &sentence.amount {
            Amount::Value(value) => self.digits(value),
            Amount::Tiers(_, tiers) => tiers.iter().map(|tier| self.digits(&tier.price)).max().unwrap_or(0),
        };
        let quantity = match &sentence.basis {
            Basis::Once | Basis::Each | Basis::Event => 0,
            Basis::While(_, _, unit) => digits_of_time(unit),
            Basis::Lateness(_, _, _, part) => digits_of_part(*part, MANY),
            Basis::For(value, size, part) => {
                let exact = if *size == Ratio::ONE { self.digits(value) } else { MANY };
                part.map_or(exact, |part| digits_of_part(part, exact))
            }
        };
        let times = sentence.times.as_ref().map_or(0, |times| self.digits(times));
        let before = price.saturating_add(quantity).saturating_add(times);
        sentence.adjustments.iter().fold(before, |digits, step| match &step.what {
            Adjust::Limit(_, value) | Adjust::Exempt(_, value) => digits.max(self.digits(value)),
            Adjust::Rounded(how) => decimals(&how.step),
            Adjust::Indexed(_) => MANY,
        })
    }

    /// How many decimals a value can have. Amounts that the feed brings are taken to have those of the currency.
    fn digits(&self, value: &Value) -> u32 {
        if let Some(number) = self.known(value) {
            return decimals(&number);
        }
        let larger = |a: &Value, b: &Value| self.digits(a).max(self.digits(b));
        if let Node::Field(..) | Node::Attribute(..) | Node::Clause(..) = &*value.node {
            return digits_of_kind(&value.kind);
        }
        if let Node::Arithmetic(operator, a, b) = &*value.node {
            return match operator {
                Operator::Plus | Operator::Minus => larger(a, b),
                Operator::Times => self.digits(a).saturating_add(self.digits(b)),
                Operator::Over => MANY,
            };
        }
        if let Node::Deposit = &*value.node {
            return self.digits_of_deposits();
        }
        if let Node::Beyond(_, a, b) = &*value.node {
            return larger(a, b);
        }
        if let Node::Negated(a) = &*value.node {
            return self.digits(a);
        }
        if let Node::Card(card) = &*value.node {
            return card.rows.iter().map(|row| self.digits(&row.value)).max().unwrap_or(0);
        }
        if let Node::Aggregate(aggregate) = &*value.node {
            return self.digits_of_aggregate(aggregate);
        }
        if let Node::Term(id) | Node::Looked(id, _) = &*value.node {
            return match self.terms.get(id.index()).map(|term| &term.body) {
                Some(TermBody::Value(value)) => self.digits(value),
                Some(TermBody::Measure(measure)) => match &measure.rounding {
                    Some(rounding) => decimals(&rounding.step),
                    None => self.digits(&measure.value),
                },
                Some(TermBody::Unit(..) | TermBody::State(_)) | None => MANY,
            };
        }
        MANY
    }

    /// What is paid as deposit, less a share of it where the rest stays held.
    fn digits_of_deposits(&self) -> u32 {
        let taken = self.sentences.iter().filter(|other| other.nature == Nature::Deposit && other.gives_back.is_none());
        let paid = taken.map(|sentence| self.digits_of_line(sentence)).max().unwrap_or(0);
        let shares =
            self.deposits.iter().flat_map(|deposit| &deposit.releases).filter_map(|release| release.share.as_ref());
        paid.saturating_add(shares.map(|share| self.digits(share)).max().unwrap_or(0))
    }

    fn digits_of_aggregate(&self, aggregate: &Aggregate) -> u32 {
        match (aggregate.what, &aggregate.value, &aggregate.over) {
            (What::Count, ..) => 0,
            (What::Mean | What::Share | What::Percentile(_, PercentileBy::Interpolated), ..) => MANY,
            (_, Some(value), Over::Events(_) | Over::Meter(..)) => self.digits(value),
            (_, _, Over::Spans(_, _, Unit::Day | Unit::BusinessDay)) => 0,
            (What::Total | What::Least | What::Greatest | What::Latest | What::Percentile(..), ..) => MANY,
        }
    }

    /// The number that a value of fixed parts comes to.
    pub(super) fn known(&self, value: &Value) -> Option<Ratio> {
        self.constant(value)
    }

    /// Asks whether what two parties owe each other is netted, where both can owe. A price reduction is no debt of its
    /// own: it lessens the price.
    fn ask_about_set_off(&mut self) {
        if self.set_off.is_some() {
            return;
        }
        let debts = || self.sentences.iter().filter(|sentence| sentence.nature != Nature::PriceReduction);
        let back = |one: &Sentence| {
            let both = debts().find(|other| (other.payer, other.payee) == (one.payee, one.payer));
            both.map(|other| (one.clone(), other.clone()))
        };
        let Some((one, other)) = debts().find_map(back) else { return };
        let role = |sentence: &Sentence| self.in_words(sentence.payer);
        let number = |sentence: &Sentence| {
            self.clauses.get(sentence.clause.index()).map_or_else(String::new, |clause| clause.number.clone())
        };
        let (a, b) = (role(&one), role(&other));
        let (large, small) = (Ratio::int(100), Ratio::int(40));
        let shown =
            |amount: &Ratio| format!("{} {}", amount.decimal_text(self.currency.minor_digits(), 2), self.currency);
        let (due, back, net) = (shown(&large), shown(&small), shown(&large.minus(&small)));
        let question = Diagnostic::new(
            Code::C171,
            self.settled_span.unwrap_or(other.span),
            format!(
                "the {a} pays by clause {} and the {b} by clause {}; it is not said whether the two are netted",
                number(&one),
                number(&other)
            ),
        )
        .label(format!("where the {a} owes {due} and the {b} {back}"))
        .answer("netted", format!("the {a} pays {net}"))
        .answer("paid apart", format!("the {a} pays {due} and the {b} pays {back}"))
        .help("write it behind the rhythm: `settled monthly, netted`, or `settled monthly, paid apart`");
        self.ask_once(question);
    }
}

fn by(mode: Mode, step: &Ratio) -> Rounding {
    Rounding { mode, step: step.clone() }
}

/// How many decimals a number has.
fn decimals(number: &Ratio) -> u32 {
    if number.exact_decimal().is_none() {
        return MANY;
    }
    let text = number.decimal_text(0, 28);
    text.split_once('.').map_or(0, |(_, places)| u32::try_from(places.len()).unwrap_or(MANY))
}

fn digits_of_time(unit: &TimeUnit) -> u32 {
    match unit {
        TimeUnit::Share { .. } => MANY,
        TimeUnit::Days { .. } | TimeUnit::BusinessDays { .. } => 0,
        TimeUnit::Window(part) | TimeUnit::Time(_, _, part) => digits_of_part(*part, MANY),
    }
}

fn digits_of_part(part: Part, exact: u32) -> u32 {
    match part {
        Part::Commenced | Part::Completed => 0,
        Part::ProRata => exact,
    }
}

fn digits_of_kind(kind: &Kind) -> u32 {
    match kind {
        Kind::Money(currency) | Kind::Quantity(Unit::Money(currency)) => currency.minor_digits(),
        Kind::Quantity(Unit::Thing(_) | Unit::Day | Unit::BusinessDay | Unit::Month) => 0,
        Kind::Number
        | Kind::Percentage
        | Kind::Quantity(Unit::Second | Unit::WorkingSecond(_) | Unit::One)
        | Kind::Text
        | Kind::Choice(_)
        | Kind::Flag
        | Kind::Date
        | Kind::Instant
        | Kind::Party => MANY,
    }
}
