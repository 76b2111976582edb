//! Worked figures: what each answer to a question would cost, in figures of the very clause that it touches.
//!
//! A question knows a place of the text. `Checker::worked_at` finds the payment there, or the nearest one that
//! depends on it: the payment for the lateness of an obligation, the payment `while` a state holds, the payment by a
//! measure, over any number of definitions. `Worked` then puts counts into that payment's own rate:
//!
//! ```text
//! let worked = self.worked_at(span);
//! question.answer("commenced", worked.units(4)).answer("completed", worked.units(3))
//! //                           4 × 12.50 = 50.00 EUR                     3 × 12.50 = 37.50 EUR
//! ```
//!
//! It works on the tree alone, so that it can be asked before the sentences are checked, and it never says a figure
//! that the text does not fix: without a fixed rate it counts in rates (`4 times the rate`), or supposes a value of an
//! attribute and says so (`with a list_price of 1 000.00 EUR`).

use crate::base::currency::Currency;
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::vocabulary::{Bound, LimitKind, Operator, Part};
use crate::check::checker::Checker;
use crate::check::worked_places::Paid;
use crate::syntax::tree::{
    self, Adjust, Amount, Band, BandTest, DefineBody, Expr, ExprNode, Field, FieldKind, Item, Payment,
};

/// How deep definitions are followed, and how far a payment is looked for.
pub(super) const DEEPEST: usize = 12;

/// The rate of a payment as far as the text fixes it, ready to be multiplied.
#[derive(Clone, Debug)]
pub(crate) struct Worked {
    pub(super) rate: Option<Ratio>,
    /// The time that the rate is for, in base units, with what a part of one counts.
    pub(super) time: Option<(Unit, Ratio)>,
    part: Option<Part>,
    prorated: bool,
    /// Limits of the line that the text fixes.
    limits: Vec<(LimitKind, Ratio)>,
    /// Attributes that were given a value for the example.
    supposed: Vec<String>,
    clause: Option<String>,
    currency: Currency,
    rounding: Rounding,
}

impl Worked {
    /// The clause of the payment, if there is one.
    pub(crate) fn clause(&self) -> Option<&str> {
        self.clause.as_deref()
    }

    /// An amount as it stands in a line: `50.00 EUR`.
    pub(crate) fn money(&self, amount: &Ratio) -> String {
        let rounded = amount.rounded(&self.rounding);
        format!("{} {}", rounded.decimal_text(self.currency.minor_digits(), 6), self.currency)
    }

    /// So many units: `4 × 12.50 = 50.00 EUR`, or `4 times the rate` where the text does not fix it.
    pub(crate) fn units(&self, count: impl Into<Count>) -> String {
        let Count(count) = count.into();
        if count.is_zero() {
            return "nothing".to_owned();
        }
        let shown = count.decimal_text(0, 4);
        match &self.rate {
            Some(rate) => {
                let before = rate.times(&count);
                let limited = self.limits.iter().fold(before.clone(), |amount, (kind, limit)| match kind {
                    LimitKind::AtMost => amount.min(limit.clone()),
                    LimitKind::AtLeast => amount.max(limit.clone()),
                });
                let limit =
                    if limited == before { String::new() } else { format!(", by its limit {}", self.money(&limited)) };
                let amount = self.money(&before);
                format!("{shown} × {} = {amount}{limit}{}", self.plain(rate), self.supposition())
            }
            None if count == Ratio::ONE => "the rate once".to_owned(),
            None => format!("{shown} times the rate"),
        }
    }

    /// What it comes to once, where the text fixes it.
    pub(crate) fn once(&self) -> Option<Ratio> {
        if self.supposed.is_empty() { self.example_of(&Ratio::ONE) } else { None }
    }

    /// What so many units come to in an example, with what [`Self::supposition_with`] says of it.
    pub(crate) fn example_of(&self, count: &Ratio) -> Option<Ratio> {
        let amount = self.rate.as_ref()?.times(count);
        Some(self.limits.iter().fold(amount, |amount, (kind, limit)| match kind {
            LimitKind::AtMost => amount.min(limit.clone()),
            LimitKind::AtLeast => amount.max(limit.clone()),
        }))
    }

    /// What the examples of this payment and another one suppose: ` (with a list_price of 1 000.00 EUR)`.
    pub(crate) fn supposition_with(&self, other: &Self) -> String {
        let mut supposed = self.supposed.clone();
        supposed.extend(other.supposed.iter().filter(|words| !self.supposed.contains(words)).cloned());
        Self { supposed, ..self.clone() }.supposition()
    }

    /// A share of the rate: `15/31 × 42.00 = 20.32 EUR`, or `15/31 of the rate`.
    pub(crate) fn share(&self, part: i64, of: i64) -> String {
        let share = Ratio::new(part.into(), of.into()).unwrap_or_default();
        match &self.rate {
            Some(rate) => {
                let amount = self.money(&rate.times(&share));
                format!("{part}/{of} × {} = {amount}{}", self.plain(rate), self.supposition())
            }
            None => format!("{part}/{of} of the rate"),
        }
    }

    /// So many whole calendar days, by the payment's own unit of time; `None` where they alone do not say it.
    pub(crate) fn days(&self, days: i64) -> Option<String> {
        let (unit, size) = self.time.as_ref()?;
        match unit {
            Unit::Day => Ratio::int(days).over(size).map(|units| self.units(units)),
            Unit::Second => Ratio::int(days).times(&Ratio::int(86_400)).over(size).map(|units| self.units(units)),
            Unit::Month if self.prorated || self.part == Some(Part::ProRata) => {
                size.to_i64().map(|months| self.share(days, months.saturating_mul(30)))
            }
            Unit::Month | Unit::BusinessDay | Unit::WorkingSecond(_) | Unit::One | Unit::Money(_) | Unit::Thing(_) => {
                None
            }
        }
    }

    /// Some whole days at this rate and then some at another: `15 × 0.08 + 15 × 0.10 = 2.70 EUR`.
    pub(crate) fn days_and(&self, days: i64, then: &Self, others: i64) -> Option<String> {
        let part = |worked: &Self, days: i64| {
            let (unit, size) = worked.time.as_ref()?;
            let months = matches!(unit, Unit::Month) && (worked.prorated || worked.part == Some(Part::ProRata));
            let (count, of) = if *unit == Unit::Day {
                (Ratio::int(days).over(size)?, String::new())
            } else if months && *size == Ratio::ONE {
                (Ratio::new(days.into(), 30)?, "/30".to_owned())
            } else {
                return None;
            };
            let rate = worked.rate.as_ref()?;
            let shown = if of.is_empty() { count.decimal_text(0, 4) } else { days.to_string() };
            Some((format!("{shown}{of} × {}", worked.plain(rate)), rate.times(&count)))
        };
        let (first, amount) = part(self, days)?;
        if others == 0 {
            return Some(format!("{first} = {}", self.money(&amount)));
        }
        let (second, more) = part(then, others)?;
        Some(format!("{first} + {second} = {}", self.money(&amount.plus(&more))))
    }

    /// Lateness of so many calendar days, of which so many are business days, where that is known; a payment that is
    /// not by time is due once, or not at all.
    pub(crate) fn late(&self, days: i64, business: Option<i64>) -> Option<String> {
        match &self.time {
            Some((Unit::BusinessDay, size)) => Ratio::int(business?).over(size).map(|units| self.units(units)),
            Some(_) => self.days(days),
            None if self.clause.is_none() => None,
            None => Some(self.units(i64::from(days > 0))),
        }
    }

    /// What is not due, where there is a payment: `nothing`.
    pub(crate) fn nothing(&self) -> Option<String> {
        self.clause.as_ref().map(|_| "nothing".to_owned())
    }

    /// So many of a base unit, where the rate is for that unit: business days, hours of work.
    pub(crate) fn counted(&self, unit: &Unit, count: i64) -> Option<String> {
        let (own, size) = self.time.as_ref().filter(|(own, _)| own == unit)?;
        let base = if matches!(own, Unit::Second | Unit::WorkingSecond(_)) { 3600 } else { 1 };
        Ratio::int(count).times(&Ratio::int(base)).over(size).map(|units| self.units(units))
    }

    /// About how many days the window of the rate has: 31, 92 or 365.
    pub(crate) fn window_days(&self) -> i64 {
        match self.time.as_ref().map(|(_, size)| size.to_i64()) {
            Some(Some(12)) => 365,
            Some(Some(3)) => 92,
            Some(_) | None => 31,
        }
    }

    fn plain(&self, rate: &Ratio) -> String {
        rate.decimal_text(self.currency.minor_digits(), 6)
    }

    fn supposition(&self) -> String {
        if self.supposed.is_empty() { String::new() } else { format!(" (with {})", self.supposed.join(" and ")) }
    }
}

/// A count of units.
pub(crate) struct Count(Ratio);

impl From<i64> for Count {
    fn from(count: i64) -> Self {
        Self(Ratio::int(count))
    }
}

impl From<Ratio> for Count {
    fn from(count: Ratio) -> Self {
        Self(count)
    }
}

/// Words and what they would come to: `late by 5 days: 5 × 12.50 = 62.50 EUR`.
pub(crate) fn costing(words: impl Into<String>, cost: Option<String>) -> String {
    let words = words.into();
    match cost {
        Some(cost) => format!("{words}: {cost}"),
        None => words,
    }
}

impl<'a> Checker<'a> {
    /// The rate of the payment at a place of the text, or of the nearest one that depends on what stands there.
    pub(crate) fn worked_at(&self, span: Span) -> Worked {
        match self.payment_at(span) {
            Some((clause, payment)) => self.worked(clause, payment),
            None => self.without_rate(),
        }
    }

    fn without_rate(&self) -> Worked {
        let cent = Rounding { mode: Mode::HalfUp, step: Ratio::scaled(1, self.currency.minor_digits()) };
        Worked {
            rate: None,
            time: None,
            part: None,
            prorated: false,
            limits: Vec::new(),
            supposed: Vec::new(),
            clause: None,
            currency: self.currency,
            rounding: self.conventions.line_rounding.clone().unwrap_or(cent),
        }
    }

    /// The rate of a payment.
    pub(crate) fn worked(&self, clause: &tree::Clause, payment: &Payment) -> Worked {
        self.worked_with(clause, payment, Supposed::default())
    }

    /// The rate of a payment with one value of what it depends on, and with another one: the first two rows of a card
    /// that cost something, or an amount and twice as much.
    pub(crate) fn worked_twice(&self, span: Span) -> Option<(Worked, Worked)> {
        let (clause, payment) = self.payment_at(span)?;
        let other = Supposed { other: true, ..Supposed::default() };
        let pair = (self.worked(clause, payment), self.worked_with(clause, payment, other));
        (pair.0.rate.is_some() && pair.1.rate.is_some() && pair.0.rate != pair.1.rate).then_some(pair)
    }

    fn worked_with(&self, clause: &tree::Clause, payment: &Payment, mut supposed: Supposed) -> Worked {
        supposed.text = self.version_at(clause);
        let rate = match &payment.amount {
            Amount::Value(value) => self.fixed(value, &mut supposed, DEEPEST),
            Amount::Tiers { bands, .. } => self.first_row(bands, &mut supposed, DEEPEST),
        };
        let factor = payment.times.as_ref().and_then(|times| self.fixed(times, &mut Supposed::default(), DEEPEST));
        let rate = match (rate, factor) {
            (Some(rate), Some(factor)) => Some(rate.times(&factor)),
            (rate, _) => rate,
        };
        let limits = payment.adjustments.iter().filter_map(|step| {
            let Adjust::Limit(kind, value) = &step.what else { return None };
            let ExprNode::Measured(number, unit) = &*value.node else { return None };
            Currency::parse(&unit.node).map(|_| (*kind, number.clone()))
        });
        let time = payment.per.iter().find_map(|per| {
            let words = per.unit.words.node.as_str();
            let words = words.strip_prefix("calendar ").or_else(|| words.strip_prefix("contract ")).unwrap_or(words);
            let quarter = (words == "quarter").then_some((Unit::Month, 3));
            quarter.or_else(|| Unit::of_time(words)).map(|(unit, size)| (unit, Ratio::int(size)))
        });
        Worked {
            rate,
            time,
            part: payment.per.iter().find_map(|per| per.part.as_ref().map(|part| part.node)),
            prorated: payment.prorated.is_some(),
            limits: limits.collect(),
            supposed: supposed.words,
            clause: Some(clause.number.node.clone()),
            ..self.without_rate()
        }
    }

    /// The number that the text fixes for a value, in money or as it stands. An attribute of money is supposed to be
    /// 1 000, which is said.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other value is fixed by the text")]
    fn fixed(&self, expr: &Expr, supposed: &mut Supposed, depth: usize) -> Option<Ratio> {
        let depth = depth.checked_sub(1)?;
        match &*expr.node {
            ExprNode::Number(number) | ExprNode::Percent(number) => Some(number.clone()),
            ExprNode::Measured(number, unit) => Currency::parse(&unit.node).map(|_| number.clone()),
            ExprNode::Nothing => Some(Ratio::ZERO),
            ExprNode::Negated(inner) => self.fixed(inner, supposed, depth).map(|number| number.negated()),
            ExprNode::Observed { value, on: None, filter: None } => self.fixed(value, supposed, depth),
            ExprNode::Of(left, right) => {
                Some(self.fixed(left, supposed, depth)?.times(&self.fixed(right, supposed, depth)?))
            }
            ExprNode::Arithmetic(operator, left, right) => {
                let (left, right) = (self.fixed(left, supposed, depth)?, self.fixed(right, supposed, depth)?);
                match operator {
                    Operator::Plus => Some(left.plus(&right)),
                    Operator::Minus => Some(left.minus(&right)),
                    Operator::Times => Some(left.times(&right)),
                    Operator::Over => left.over(&right),
                }
            }
            ExprNode::Card { bands, .. } => self.first_row(bands, supposed, depth),
            ExprNode::Index(card, _) => self.fixed(card, supposed, depth),
            ExprNode::Name(name) => self.fixed_name(name, supposed, depth),
            ExprNode::Clause(number) | ExprNode::Charged(number) => self.fixed_clause(&number.node, supposed, depth),
            _ => None,
        }
    }

    fn fixed_name(&self, name: &str, supposed: &mut Supposed, depth: usize) -> Option<Ratio> {
        if let Some((define, _)) = self.defines.get(name) {
            let DefineBody::Value(value) = &define.body else { return None };
            return if define.per.is_empty() { self.fixed(value, supposed, depth) } else { None };
        }
        let is_money = |field: &Field| field.name.node == name && matches!(field.kind.node, FieldKind::Money);
        let known = self.file.items.iter().any(|item| fields_of(item).iter().any(is_money));
        if !known {
            return None;
        }
        Some(self.supposed_amount(name, supposed))
    }

    /// An amount that the text does not fix: a thousand, which is said.
    fn supposed_amount(&self, name: &str, supposed: &mut Supposed) -> Ratio {
        let amount = if supposed.other { 2 } else { 1 };
        let words = format!("a {name} of {amount}{} {}", thousand(self.currency.minor_digits()), self.currency);
        if !supposed.words.contains(&words) {
            supposed.words.push(words);
        }
        Ratio::int(1000).times(&Ratio::int(amount))
    }

    /// What the one payment of a clause comes to once, which is said. A rate for days or for a quantity is not what the
    /// clause charges.
    fn fixed_clause(&self, number: &str, supposed: &mut Supposed, depth: usize) -> Option<Ratio> {
        let mut payments =
            self.payments_beside(supposed.text).into_iter().filter(|paid| paid.clause.number.node == number);
        let Paid { clause, payment, .. } = payments.next()?;
        // Other texts of the clause hold at other times.
        if payments.any(|other| other.clause.number.span == clause.number.span) {
            return None;
        }
        let Amount::Value(value) = &payment.amount else { return None };
        if payment.for_quantity.is_some()
            || payment.per.iter().any(|per| is_within_a_window(per.unit.words.node.as_str()))
        {
            return Some(self.supposed_amount(&format!("clause {number}"), supposed));
        }
        let rate = self.fixed(value, supposed, depth)?;
        supposed.words.push(format!("a clause {number} of {}", self.without_rate().money(&rate)));
        Some(rate)
    }

    /// The first row of a card that costs something, which is said.
    fn first_row(&self, bands: &'a [Band], supposed: &mut Supposed, depth: usize) -> Option<Ratio> {
        let (other, text) = (supposed.other, supposed.text);
        let costs = |band: &'a Band| {
            let mut supposed = Supposed { other, text, words: Vec::new() };
            let rate = self.fixed(&band.value, &mut supposed, depth).filter(|rate| !rate.is_zero())?;
            Some((band, rate, supposed.words))
        };
        let mut rows = bands.iter().filter_map(costs);
        let first = rows.next()?;
        let (band, rate, words) = if other { rows.find(|(_, rate, _)| *rate != first.1)? } else { first };
        let row = self.words(band.span);
        supposed.words.push(format!("the row `{}`", row.split(" :").next().unwrap_or_default().trim_end()));
        supposed.words.extend(words);
        Some(rate)
    }

    /// The words of the row that the first payment by a measure takes for a number: `25% of clause 3.1`.
    pub(crate) fn row_at(&self, measure: &str, number: &Ratio) -> Option<String> {
        self.payments_beside(None).into_iter().find_map(|Paid { payment, .. }| {
            let Amount::Value(value) = &payment.amount else { return None };
            let ExprNode::Card { columns, bands } = &*value.node else { return None };
            let [column] = columns.as_slice() else { return None };
            let row = bands.iter().find(|band| self.may_take(&band.test, number))?;
            (self.words(column.span) == measure).then(|| format!("`{}`", self.words(row.value.span)))
        })
    }

    /// Whether a number is within the bounds that a row writes; a bare bound and `otherwise` take what is left.
    fn may_take(&self, test: &BandTest, number: &Ratio) -> bool {
        let BandTest::Bounds(bounds) = test else { return matches!(test, BandTest::Otherwise) };
        bounds.iter().all(|(bound, value)| {
            let value = value.as_ref().and_then(|value| self.fixed(value, &mut Supposed::default(), DEEPEST));
            value.is_none_or(|value| match bound {
                Bound::From => *number >= value,
                Bound::Above => *number > value,
                Bound::UpTo => *number <= value,
                Bound::Below => *number < value,
            })
        })
    }

    /// The factor or rate that a rank chooses at a place, and the rate that it is times; `None` where the text does
    /// not fix it.
    fn ranked_at(&self, span: Span, rank: i64) -> Option<Ratio> {
        let (_, payment) = self.payment_at(span)?;
        let Amount::Value(rate) = &payment.amount else { return None };
        let fixed = |expr: &Expr| self.fixed(expr, &mut Supposed::default(), DEEPEST);
        let rank = Ratio::int(rank);
        if let Some(tree::Opener::On(event)) = &payment.opener
            && let Some(passes) = event.filter.as_deref().and_then(|filter| self.passes(filter, span, &rank))
        {
            return if passes { fixed(rate) } else { Some(Ratio::ZERO) };
        }
        let (bands, once) = match payment.times.as_ref().and_then(|times| bands_by(times, span)) {
            Some(bands) => (bands, fixed(rate)?),
            None => (bands_by(rate, span)?, Ratio::ONE),
        };
        let row = bands.iter().find(|band| self.may_take(&band.test, &rank))?;
        fixed(&row.value).map(|factor| factor.times(&once))
    }

    /// Whether a condition on what stands at a place holds for a number.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other condition is one on a number")]
    fn passes(&self, condition: &Expr, span: Span, number: &Ratio) -> Option<bool> {
        let fixed = |expr: &Expr| self.fixed(expr, &mut Supposed::default(), DEEPEST);
        match &*condition.node {
            ExprNode::And(parts) => parts.iter().find_map(|part| self.passes(part, span, number)),
            ExprNode::Is { left, negated, test } if left.span == span => {
                let holds = match test {
                    tree::Test::Equal(value) => *number == fixed(value)?,
                    tree::Test::AtLeast(value) => *number >= fixed(value)?,
                    tree::Test::AtMost(value) => *number <= fixed(value)?,
                    tree::Test::Above(value) => *number > fixed(value)?,
                    tree::Test::Below(value) => *number < fixed(value)?,
                    tree::Test::Present | tree::Test::Absent | tree::Test::In(_) | tree::Test::Outcome(_) => {
                        return None;
                    }
                };
                Some(holds != *negated)
            }
            _ => None,
        }
    }

    /// What events of these ranks come to together: `ranks 1, 2, 1, 2: 72.00 EUR`.
    pub(crate) fn cost_of_ranks(&self, span: Span, ranks: &[i64]) -> Option<String> {
        let amounts: Option<Vec<Ratio>> = ranks.iter().map(|rank| self.ranked_at(span, *rank)).collect();
        let total = amounts?.iter().fold(Ratio::ZERO, |total, amount| total.plus(amount));
        let shown: Vec<String> = ranks.iter().map(ToString::to_string).collect();
        Some(format!("ranks {} make {}", shown.join(", "), self.without_rate().money(&total)))
    }

    /// What the first event at a place comes to.
    pub(crate) fn cost_of_first(&self, span: Span) -> Option<String> {
        self.ranked_at(span, 1).map(|amount| self.without_rate().money(&amount))
    }

    /// How many events at a place are charged like the first one; 2 where the text does not fix it.
    pub(crate) fn first_step(&self, span: Span) -> i64 {
        let first = self.ranked_at(span, 1);
        let step = (2..=20).find(|rank| self.ranked_at(span, *rank) != first);
        step.map_or(2, |rank: i64| rank.saturating_sub(1)).max(1)
    }

    /// The first rank that a condition lets through; `None` where it lets the first event through, or none.
    pub(crate) fn first_charged(&self, span: Span) -> Option<i64> {
        let (_, payment) = self.payment_at(span)?;
        let Some(tree::Opener::On(event)) = &payment.opener else { return None };
        let filter = event.filter.as_deref()?;
        (1..=100).find(|rank| self.passes(filter, span, &Ratio::int(*rank)) == Some(true)).filter(|rank| *rank > 1)
    }
}

/// The rows of a card that goes by what stands at a place.
fn bands_by(expr: &Expr, span: Span) -> Option<&[Band]> {
    let ExprNode::Card { columns, bands } = &*expr.node else { return None };
    let [column] = columns.as_slice() else { return None };
    (column.span == span).then_some(bands.as_slice())
}

/// Whether a rate is for a unit of which a window has many, such as a day.
fn is_within_a_window(unit: &str) -> bool {
    let unit = unit.strip_prefix("calendar ").unwrap_or(unit);
    Unit::of_time(unit).is_some_and(|(unit, _)| unit != Unit::Month)
}

fn fields_of(item: &Item) -> &[Field] {
    if let Item::Asset(asset) = item {
        &asset.attributes
    } else if let Item::Event(event) = item {
        &event.fields
    } else {
        &[]
    }
}

/// The zeros of a thousand.
fn thousand(digits: u32) -> String {
    let decimals = "0".repeat(usize::try_from(digits).unwrap_or(0));
    if decimals.is_empty() { " 000".to_owned() } else { format!(" 000.{decimals}") }
}

/// What an example supposes of things that the text does not fix.
#[derive(Default)]
struct Supposed {
    words: Vec<String>,
    /// Whether it is the other of two examples.
    other: bool,
    /// The text of a clause that is read, where there are several.
    text: Option<usize>,
}
