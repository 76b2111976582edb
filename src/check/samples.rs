//! Values that stand for all others of a column: where the bounds of its cells cut it, one value of each piece, as a
//! reader would write it. No cell tells two values of one piece apart.

use std::cmp::Ordering;

use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::time::Date;
use crate::base::value::{Cell, Kind, Literal};

/// A value that stands for a piece of a column.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Sample {
    /// This value.
    Value(Literal),
    /// A text or party that no cell names, or a value without an order that no cell tells apart.
    Other,
}

/// How the numbers of a column are written and which there are.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Scale {
    /// The size of the unit in which a reader writes them.
    size: Ratio,
    /// Whether there are none between whole ones.
    whole: bool,
    /// Whether there are none below zero.
    positive: bool,
}

impl Scale {
    /// The scale of a kind with these bounds.
    pub(super) fn of(kind: &Kind, positive: bool, bounds: &[Ratio]) -> Self {
        let fits = |size: i64| {
            let size = Ratio::int(size);
            bounds.iter().all(|bound| bound.over(&size).is_some_and(|units| units.is_integer()))
        };
        let largest = |sizes: &[i64]| Ratio::int(sizes.iter().copied().find(|size| fits(*size)).unwrap_or(1));
        let (size, whole, positive) = match kind {
            Kind::Percentage => (Ratio::scaled(1, 2), false, positive),
            Kind::Date => (Ratio::ONE, true, false),
            Kind::Quantity(Unit::Month) => (largest(&[12]), false, positive),
            Kind::Quantity(Unit::Second | Unit::WorkingSecond(_)) => (largest(&[3600, 60]), false, positive),
            Kind::Quantity(Unit::Thing(_)) => (Ratio::ONE, fits(1), true),
            Kind::Quantity(Unit::One | Unit::Money(_) | Unit::Day | Unit::BusinessDay)
            | Kind::Number
            | Kind::Money(_)
            | Kind::Text
            | Kind::Choice(_)
            | Kind::Flag
            | Kind::Instant
            | Kind::Party => (Ratio::ONE, false, positive),
        };
        Self { size, whole, positive }
    }

    /// One number of each piece that the bounds cut, in order.
    pub(super) fn numbers(&self, bounds: &[Ratio]) -> Vec<Ratio> {
        let mut numbers = Vec::new();
        let mut low: Option<&Ratio> = None;
        for bound in bounds {
            numbers.extend(self.between(low, Some(bound)));
            numbers.push(bound.clone());
            low = Some(bound);
        }
        numbers.extend(self.between(low, None));
        numbers.retain(|number| !(self.positive && number.is_negative()));
        numbers
    }

    /// The number between two bounds that is the shortest to write.
    fn between(&self, low: Option<&Ratio>, high: Option<&Ratio>) -> Option<Ratio> {
        let units = |bound: &Ratio| bound.over(&self.size).unwrap_or_default();
        let found = match (low.map(units), high.map(units)) {
            (None, None) => Ratio::ZERO,
            (Some(low), None) => low.floor().plus(&Ratio::ONE),
            (None, Some(high)) if !high.is_negative() && !high.is_zero() => Ratio::ZERO,
            (None, Some(high)) => high.ceil().minus(&Ratio::ONE),
            (Some(low), Some(high)) => self.shortest(&low, &high)?,
        };
        Some(found.times(&self.size))
    }

    fn shortest(&self, low: &Ratio, high: &Ratio) -> Option<Ratio> {
        let places: u32 = if self.whole { 1 } else { 7 };
        let above = |places: u32| {
            let step = Ratio::scaled(1, places);
            let steps = low.over(&step)?.floor().plus(&Ratio::ONE);
            Some(steps.times(&step))
        };
        let found = (0..places).find_map(|places| above(places).filter(|number| number < high));
        let middle = || low.plus(high).over(&Ratio::int(2));
        found.or_else(|| if self.whole { None } else { middle() })
    }
}

/// The place of a value among others of its kind, if they have an order.
pub(super) fn order(literal: &Literal) -> Option<Ratio> {
    match literal {
        Literal::Quantity(number) => Some(number.clone()),
        Literal::Date(date) => Some(Ratio::int(i64::from(date.0))),
        Literal::Text(_) | Literal::Choice(_) | Literal::Flag(_) | Literal::Instant(_) | Literal::Party(_) => None,
    }
}

/// The values that a cell names or is bounded by.
pub(super) fn named(cell: &Cell) -> Vec<&Literal> {
    match cell {
        Cell::Anything => Vec::new(),
        Cell::OneOf(list) | Cell::NoneOf(list) => list.iter().collect(),
        Cell::Range { low, high } => [low, high].into_iter().flatten().map(|(literal, _)| literal).collect(),
    }
}

/// Whether a cell takes the piece that a sample stands for.
pub(super) fn takes(cell: &Cell, sample: &Sample) -> bool {
    let Sample::Value(value) = sample else {
        return matches!(cell, Cell::Anything | Cell::NoneOf(_));
    };
    match cell {
        Cell::Anything => true,
        Cell::OneOf(list) => list.contains(value),
        Cell::NoneOf(list) => !list.contains(value),
        Cell::Range { low, high } => {
            let Some(number) = order(value) else { return false };
            let within = |end: &Option<(Literal, bool)>, side: Ordering| {
                end.as_ref().is_none_or(|(bound, included)| {
                    let found = order(bound).map(|bound| number.cmp(&bound));
                    found == Some(side) || (*included && found == Some(Ordering::Equal))
                })
            };
            within(low, Ordering::Greater) && within(high, Ordering::Less)
        }
    }
}

/// The day of an order.
pub(super) fn day(number: &Ratio) -> Option<Literal> {
    let day = i32::try_from(number.to_i64()?).ok()?;
    (Date(-719_162)..Date(2_932_897)).contains(&Date(day)).then_some(Literal::Date(Date(day)))
}

/// A number as a reader writes it: `7 years`, `21%`, `1 850.00 EUR`.
pub(super) fn written(number: &Ratio, kind: &Kind) -> String {
    let counted = |size: i64, word: &str| {
        let count = number.over(&Ratio::int(size)).unwrap_or_default();
        let s = if count == Ratio::ONE { "" } else { "s" };
        format!("{} {word}{s}", count.decimal_text(0, 6))
    };
    let fits = |size: i64| number.over(&Ratio::int(size)).is_some_and(|count| count.is_integer());
    match kind {
        Kind::Quantity(Unit::Month) if fits(12) => counted(12, "year"),
        Kind::Quantity(Unit::Month) => counted(1, "month"),
        Kind::Quantity(Unit::Day) => counted(1, "day"),
        Kind::Quantity(Unit::BusinessDay) => counted(1, "business day"),
        Kind::Quantity(Unit::Second) if fits(3600) => counted(3600, "hour"),
        Kind::Quantity(Unit::Second) => counted(60, "minute"),
        Kind::Quantity(Unit::WorkingSecond(hours)) => counted(3600, &format!("{} hour", hours.name())),
        Kind::Quantity(Unit::One | Unit::Money(_) | Unit::Thing(_))
        | Kind::Number
        | Kind::Percentage
        | Kind::Money(_)
        | Kind::Text
        | Kind::Choice(_)
        | Kind::Flag
        | Kind::Date
        | Kind::Instant
        | Kind::Party => crate::check::bands::shown(number, kind),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(kind: &Kind, bounds: &[&str]) -> Vec<String> {
        let bounds: Vec<Ratio> = bounds.iter().map(|bound| Ratio::parse(bound).unwrap()).collect();
        let scale = Scale::of(kind, true, &bounds);
        scale.numbers(&bounds).iter().map(|number| written(number, kind)).collect()
    }

    #[test]
    fn pieces_are_shown_by_the_shortest_number_in_them() {
        let years = texts(&Kind::Quantity(Unit::Month), &["36", "72"]);
        assert_eq!(years, ["0 years", "3 years", "4 years", "6 years", "7 years"]);
        assert_eq!(texts(&Kind::Percentage, &["0.2", "0.35"]), ["0%", "20%", "21%", "35%", "36%"]);
        assert_eq!(texts(&Kind::Number, &["1", "1.05", "2"]), ["0", "1", "1.01", "1.05", "1.1", "2", "3"]);
        let pages = Kind::Quantity(Unit::Thing("page".into()));
        assert_eq!(texts(&pages, &["0", "5", "6"]), ["0 page", "1 page", "5 page", "6 page", "7 page"]);
        assert_eq!(texts(&Kind::Quantity(Unit::Second), &["5400"]), ["0 hours", "90 minutes", "91 minutes"]);
    }
}
