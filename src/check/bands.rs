//! Bands: rows that give a bound each, and take the other from their neighbour.
//!
//! INVARIANT (touching): after this step every value takes exactly one row, or the place where none or two
//! would take it was reported with such a value.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Bound, Operator};
use crate::check::checker::Checker;
use crate::check::samples::{Scale, written};
use crate::check::value::Node;
use crate::check::values::Context;
use crate::syntax::tree::{Band, BandTest, Expr};

/// An end of a band: the number and whether it belongs to the band.
pub(super) type End = Option<(Ratio, bool)>;

/// A row with both of its ends.
#[derive(Clone, Debug)]
pub(super) struct Range {
    pub(super) span: Span,
    pub(super) low: End,
    pub(super) high: End,
}

/// The ends that a row writes; `Some(None)` is a bare `below` or `above`.
#[derive(Default)]
struct Written {
    low: Option<Option<(Ratio, bool)>>,
    high: Option<Option<(Ratio, bool)>>,
}

impl Checker<'_> {
    /// The ranges of rows that state bounds; `open` says that an `otherwise` takes the rest.
    pub(super) fn ranges(&mut self, bands: &[&Band], kind: &Kind, open: bool, whole: Span) -> Option<Vec<Range>> {
        let mut rows = Vec::new();
        for band in bands {
            rows.push((band.span, self.written(band, kind)?));
        }
        let descending = rows.first().is_some_and(|(_, row)| matches!(row.low, Some(Some(_))));
        let mut ranges: Vec<Range> = Vec::new();
        for place in 0..rows.len() {
            let Some((span, row)) = rows.get(place) else {
                continue;
            };
            let before = place.checked_sub(1).and_then(|place| ranges.get(place));
            let range = self.completed(*span, row, before, descending)?;
            ranges.push(range);
        }
        self.prove_touching(&ranges, kind, open, whole)?;
        Some(ranges)
    }

    fn written(&mut self, band: &Band, kind: &Kind) -> Option<Written> {
        let BandTest::Bounds(bounds) = &band.test else {
            return Some(Written::default());
        };
        let mut written = Written::default();
        for (bound, value) in bounds {
            let value = match value {
                Some(value) => Some(self.fixed_number(value, kind)?),
                None => None,
            };
            let (slot, included) = match bound {
                Bound::From => (&mut written.low, true),
                Bound::Above => (&mut written.low, false),
                Bound::UpTo => (&mut written.high, true),
                Bound::Below => (&mut written.high, false),
            };
            if slot.is_some() {
                return self.wrong(
                    Code::C030,
                    band.span,
                    "a band has one lower and one upper bound".to_owned(),
                    "keep one of the two",
                );
            }
            *slot = Some(value.map(|value| (value, included)));
        }
        Some(written)
    }

    /// A number that the text fixes, in base units of a kind.
    pub(super) fn fixed_number(&mut self, expr: &Expr, kind: &Kind) -> Option<Ratio> {
        let value = self.value_like(expr, kind, &Context::default())?;
        match self.constant(&value) {
            Some(number) => Some(number),
            None => self.wrong(Code::C030, expr.span, "a bound is a fixed value".to_owned(), "write a number"),
        }
    }

    /// The number of a value that the text fixes: a literal, a definition of one, or what is computed of such.
    pub(super) fn constant(&self, value: &crate::check::value::Value) -> Option<Ratio> {
        self.constant_with(value, None)
    }

    /// The same, where every clause that is read charges a given amount.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other value is fixed by the text")]
    pub(super) fn constant_with(&self, value: &crate::check::value::Value, charged: Option<&Ratio>) -> Option<Ratio> {
        match &*value.node {
            Node::Literal(Literal::Quantity(number)) => Some(number.clone()),
            Node::Clause(..) => charged.cloned(),
            Node::Negated(inner) => self.constant_with(inner, charged).map(|number| number.negated()),
            Node::Arithmetic(operator, a, b) => {
                let (a, b) = (self.constant_with(a, charged)?, self.constant_with(b, charged)?);
                match operator {
                    Operator::Plus => Some(a.plus(&b)),
                    Operator::Minus => Some(a.minus(&b)),
                    Operator::Times => Some(a.times(&b)),
                    Operator::Over => a.over(&b),
                }
            }
            Node::Term(id) => match self.terms.get(id.index()).map(|term| &term.body) {
                Some(crate::check::contract::TermBody::Value(value)) => self.constant_with(value, charged),
                Some(crate::check::contract::TermBody::Unit(size, _)) => Some(size.clone()),
                Some(crate::check::contract::TermBody::State(_) | crate::check::contract::TermBody::Measure(_))
                | None => None,
            },
            _ => None,
        }
    }

    /// A row with its other end taken from the row before it.
    fn completed(&mut self, span: Span, row: &Written, before: Option<&Range>, descending: bool) -> Option<Range> {
        let beside = |end: &End| end.as_ref().map(|(number, included)| (number.clone(), !included));
        let from_low = before.and_then(|before| beside(&before.low));
        let from_high = before.and_then(|before| beside(&before.high));
        let range = match (&row.low, &row.high) {
            (Some(Some(low)), Some(Some(high))) => Range { span, low: Some(low.clone()), high: Some(high.clone()) },
            (Some(Some(low)), _) => {
                Range { span, low: Some(low.clone()), high: if descending { from_low } else { None } }
            }
            (None, Some(Some(high))) => {
                Range { span, low: if descending { None } else { from_high }, high: Some(high.clone()) }
            }
            (Some(None), _) if from_high.is_some() => Range { span, low: from_high, high: None },
            (None, Some(None)) if from_low.is_some() => Range { span, low: None, high: from_low },
            _ => {
                let help = "write its bound, such as `below 95%`";
                return self.wrong(
                    Code::C030,
                    span,
                    "this band has no neighbour to take its bound from".to_owned(),
                    help,
                );
            }
        };
        if let (Some((low, low_in)), Some((high, high_in))) = (&range.low, &range.high)
            && (low > high || (low == high && !(*low_in && *high_in)))
        {
            let help = "write the rows from the highest to the lowest (`from …`) or from the lowest to the highest (`up to …`)";
            return self.wrong(Code::C030, span, "no value can take this band".to_owned(), help);
        }
        Some(range)
    }

    /// Every number takes one band: the bounds cut all numbers into pieces, and one of each is asked.
    fn prove_touching(&mut self, ranges: &[Range], kind: &Kind, open: bool, whole: Span) -> Option<()> {
        let ends = ranges.iter().flat_map(|range| [&range.low, &range.high]).flatten();
        let mut bounds: Vec<Ratio> = ends.map(|(bound, _)| bound.clone()).collect();
        bounds.sort_unstable();
        bounds.dedup();
        let mut numbers = Scale::of(kind, false, &bounds).numbers(&bounds);
        // A reader meets a number between two bounds before one below all of them.
        if numbers.len() > 1 {
            numbers.rotate_left(1);
        }
        for number in numbers {
            let mut taking = ranges.iter().filter(|range| range.takes(&number));
            let shown = written(&number, kind);
            match (taking.next(), taking.next()) {
                (Some(first), Some(second)) => {
                    let found = Diagnostic::new(Code::C030, second.span, format!("{shown} takes two bands"));
                    self.report(found.and_at(first.span, "the other one").help("let only one of the two include it"));
                    return None;
                }
                (None, _) if !open => {
                    self.report_gap(ranges, &number, &shown, whole);
                    return None;
                }
                (None | Some(_), _) => {}
            }
        }
        Some(())
    }

    fn report_gap(&mut self, ranges: &[Range], number: &Ratio, shown: &str, whole: Span) {
        let below = ranges.iter().filter(|range| range.high.as_ref().is_some_and(|(high, _)| high <= number));
        let above = ranges.iter().filter(|range| range.low.as_ref().is_some_and(|(low, _)| low >= number));
        let below = below.max_by_key(|range| range.high.clone());
        let above = above.min_by_key(|range| range.low.clone());
        let message = format!("{shown} takes no band");
        let finding = match (below, above) {
            (Some(below), Some(above)) => Diagnostic::new(Code::C030, above.span, message)
                .and_at(below.span, "the neighbouring band")
                .help("let one of the two bands include it"),
            (Some(_) | None, None) | (None, Some(_)) => Diagnostic::new(Code::C030, whole, message)
                .help("close the list with a bare `below` or `above`, or with `otherwise : …`"),
        };
        self.report(finding);
    }
}

impl Range {
    fn takes(&self, number: &Ratio) -> bool {
        let low = self.low.as_ref().is_none_or(|(low, included)| number > low || (*included && number == low));
        let high = self.high.as_ref().is_none_or(|(high, included)| number < high || (*included && number == high));
        low && high
    }
}

/// A number of a kind as a reader writes it.
#[expect(clippy::wildcard_enum_match_arm, reason = "every other kind is a bare number")]
pub(super) fn shown(number: &Ratio, kind: &Kind) -> String {
    match kind {
        Kind::Percentage => format!("{}%", number.times(&Ratio::int(100)).decimal_text(0, 6)),
        Kind::Money(currency) => format!("{} {currency}", number.decimal_text(currency.minor_digits(), 6)),
        Kind::Quantity(unit) => {
            let (factor, word) = match unit {
                crate::base::quantity::Unit::Second => (3600, "hours".to_owned()),
                crate::base::quantity::Unit::WorkingSecond(hours) => (3600, format!("{} hours", hours.name())),
                other => (1, other.word().to_owned()),
            };
            format!("{} {word}", number.over(&Ratio::int(factor)).unwrap_or_default().decimal_text(0, 6))
        }
        _ => number.decimal_text(0, 6),
    }
}
