//! The columns of a table as axes: classes of values that no cell tells apart, each with a value that stands for it.
//! Columns that go by the same value are one axis, and the condition of the event narrows it.

use rustc_hash::FxHashSet;

use crate::base::ids::{AttributeId, DispositionId, FamilyId, FieldId, KindId};
use crate::base::number::Ratio;
use crate::base::value::{Cell, Comparison, Kind, Literal};
use crate::check::checker::Checker;
use crate::check::contract::TermBody;
use crate::check::coverage::{Bits, Grid};
use crate::check::samples::{Sample, Scale, day, named, order, takes, written};
use crate::check::value::{Node, Value};

/// A column of the search.
#[derive(Debug)]
pub(super) struct Axis {
    /// The words of the first column.
    label: String,
    kind: Kind,
    key: String,
    /// The columns that are this axis.
    columns: Vec<usize>,
    /// What stands for each class.
    pub(super) classes: Vec<Sample>,
    /// What its value is computed of.
    leaves: Vec<Leaf>,
}

/// Something outside of the table that a column is computed of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Leaf {
    Field(KindId, FieldId),
    Attribute(FamilyId, AttributeId),
}

/// A table ready to be searched.
#[derive(Debug)]
pub(super) struct Searched {
    pub(super) axes: Vec<Axis>,
    pub(super) grid: Grid,
    /// Whether columns depend on each other in ways that the search does not follow: what it proves holds, but a case
    /// that it finds may be one that cannot be.
    pub(super) related: bool,
}

impl Checker<'_> {
    /// The axes of a table and the boxes of its rows.
    pub(super) fn searched(&self, columns: &[(String, Value)], rows: &[&[Cell]], filter: Option<&Value>) -> Searched {
        let mut axes: Vec<Axis> = Vec::new();
        for (place, (label, value)) in columns.iter().enumerate() {
            let key = self.key_of(value);
            if let Some(axis) = axes.iter_mut().find(|axis| axis.key == key) {
                axis.columns.push(place);
                continue;
            }
            axes.push(Axis {
                label: label.clone(),
                kind: value.kind.clone(),
                key,
                columns: vec![place],
                classes: Vec::new(),
                leaves: self.leaves_of(value),
            });
        }
        let mut related = self.related(&axes);
        let mut conditions = Vec::new();
        let mut loose = Vec::new();
        if let Some(filter) = filter {
            self.conditions_of(filter, &axes, &mut conditions, &mut loose);
        }
        for leaf in loose.iter().flat_map(|value| self.leaves_of(value)) {
            related |= axes.iter().any(|axis| axis.leaves.contains(&leaf));
        }
        let mut all = Vec::new();
        for (place, axis) in axes.iter_mut().enumerate() {
            let values: Vec<&Value> = columns.iter().map(|(_, value)| value).collect();
            let positive = axis.columns.first().and_then(|column| values.get(*column));
            let positive = positive.is_some_and(|value| self.is_never_negative(value));
            let asked: Vec<&Test> = conditions.iter().filter(|(of, _)| *of == place).map(|(_, test)| test).collect();
            let samples = self.samples_of(axis, rows, &asked, positive);
            all.push(classes(axis, samples, rows));
        }
        Searched { axes, grid: Grid::new(rows.len(), all), related }
    }

    /// One value for each piece of an axis; numbers and dates in order.
    fn samples_of(&self, axis: &Axis, rows: &[&[Cell]], asked: &[&Test], positive: bool) -> Vec<Sample> {
        let cells = rows.iter().flat_map(|row| axis.columns.iter().filter_map(|column| row.get(*column)));
        let tested = asked.iter().flat_map(|test| test.values());
        let known: Vec<&Literal> = cells.flat_map(named).chain(tested).collect();
        let mut samples: Vec<Sample> = match &axis.kind {
            Kind::Choice(words) => {
                (0_u32..).zip(words).map(|(place, _)| Literal::Choice(place)).map(Sample::Value).collect()
            }
            Kind::Flag => [true, false].map(Literal::Flag).map(Sample::Value).to_vec(),
            Kind::Party => {
                let parties = (0..self.parties.len()).map(crate::base::ids::PartyId::at);
                parties.map(Literal::Party).map(Sample::Value).collect()
            }
            Kind::Text | Kind::Instant => {
                let mut samples = vec![Sample::Other];
                for value in known {
                    let sample = Sample::Value(value.clone());
                    if !samples.contains(&sample) {
                        samples.push(sample);
                    }
                }
                samples
            }
            Kind::Number | Kind::Percentage | Kind::Money(_) | Kind::Quantity(_) | Kind::Date => {
                let mut bounds: Vec<Ratio> = known.into_iter().filter_map(order).collect();
                bounds.sort_unstable();
                bounds.dedup();
                let numbers = Scale::of(&axis.kind, positive, &bounds).numbers(&bounds);
                let is_date = axis.kind == Kind::Date;
                let literals = numbers
                    .into_iter()
                    .filter_map(|number| if is_date { day(&number) } else { Some(Literal::Quantity(number)) });
                literals.map(Sample::Value).collect()
            }
        };
        samples.retain(|sample| asked.iter().all(|test| test.holds(sample)));
        samples
    }

    /// Whether a value cannot be below zero: a time since something, a time or count that is told.
    fn is_never_negative(&self, value: &Value) -> bool {
        if let Node::Term(id) = &*value.node
            && let Some(TermBody::Value(value)) = self.terms.get(id.index()).map(|term| &term.body)
        {
            return self.is_never_negative(value);
        }
        let told = matches!(*value.node, Node::Field(..) | Node::Attribute(..));
        matches!(*value.node, Node::Since(_)) || (told && matches!(value.kind, Kind::Quantity(_)))
    }

    /// Whether two axes are computed of one thing.
    fn related(&self, axes: &[Axis]) -> bool {
        let mut seen: Vec<Leaf> = Vec::new();
        axes.iter().any(|axis| {
            let shared = axis.leaves.iter().any(|leaf| seen.contains(leaf));
            seen.extend(&axis.leaves);
            shared
        })
    }

    /// The parts of a condition that test an axis, and those that test something else.
    fn conditions_of<'v>(
        &self,
        condition: &'v Value,
        axes: &[Axis],
        tests: &mut Vec<(usize, Test)>,
        loose: &mut Vec<&'v Value>,
    ) {
        if let Node::And(parts) = &*condition.node {
            parts.iter().for_each(|part| self.conditions_of(part, axes, tests, loose));
            return;
        }
        let axis_of = |value: &Value| {
            let key = self.key_of(value);
            axes.iter().position(|axis| axis.key == key)
        };
        match self.test_of(condition).and_then(|(value, test)| Some((axis_of(value)?, test))) {
            Some(found) => tests.push(found),
            None => loose.push(condition),
        }
    }

    /// A condition as a test of one value against fixed ones.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other condition tests one value")]
    fn test_of<'v>(&self, condition: &'v Value) -> Option<(&'v Value, Test)> {
        match &*condition.node {
            Node::Compare(comparison, value, with) => {
                let (value, fixed) = (value, self.fixed_literal(with)?);
                let (low, high) = (
                    |included| (Some((fixed.clone(), included)), None),
                    |included| (None, Some((fixed.clone(), included))),
                );
                let cell = match comparison {
                    Comparison::Equal => Cell::OneOf(vec![fixed]),
                    Comparison::NotEqual => Cell::NoneOf(vec![fixed]),
                    Comparison::AtLeast => range(low(true)),
                    Comparison::Above => range(low(false)),
                    Comparison::AtMost => range(high(true)),
                    Comparison::Below => range(high(false)),
                };
                Some((value, Test { cell, negated: false }))
            }
            Node::In(value, list) => {
                let list: Option<Vec<Literal>> = list.iter().map(|item| self.fixed_literal(item)).collect();
                Some((value, Test { cell: Cell::OneOf(list?), negated: false }))
            }
            Node::Not(inner) => {
                let (value, test) = self.test_of(inner)?;
                Some((value, Test { negated: !test.negated, ..test }))
            }
            _ => None,
        }
    }

    fn fixed_literal(&self, value: &Value) -> Option<Literal> {
        if let Node::Literal(literal) = &*value.node {
            return Some(literal.clone());
        }
        self.constant(value).map(Literal::Quantity)
    }

    /// What a value is computed of, through definitions and other decisions.
    fn leaves_of(&self, value: &Value) -> Vec<Leaf> {
        let mut leaves = Vec::new();
        let mut decided: Vec<DispositionId> = Vec::new();
        let mut see = |node: &Node, _: bool| {
            if let Node::Field(kind, field) = node {
                leaves.push(Leaf::Field(*kind, *field));
            } else if let Node::Attribute(family, attribute) = node {
                leaves.push(Leaf::Attribute(*family, *attribute));
            } else if let Node::Decided(decision, _) = node {
                decided.push(*decision);
            }
        };
        self.visit(value, &mut see);
        for decision in decided {
            let columns = self.dispositions.get(decision.index()).map(|table| &table.columns);
            leaves.extend(columns.into_iter().flatten().flat_map(|(_, column)| self.leaves_of(column)));
        }
        leaves
    }

    /// Words that two values share when they are the same.
    #[expect(clippy::wildcard_enum_match_arm, reason = "any other value is only the same as itself")]
    fn key_of(&self, value: &Value) -> String {
        let parts = || value.node.parts().into_iter().map(|part| self.key_of(part)).collect::<Vec<_>>().join(",");
        match &*value.node {
            Node::Literal(literal) => format!("{literal:?}"),
            Node::Field(kind, field) => format!("field {kind:?} {field:?}"),
            Node::Attribute(family, attribute) => format!("attribute {family:?} {attribute:?}"),
            Node::Decided(decision, output) => format!("decided {decision:?} {output}"),
            Node::Term(id) => match self.terms.get(id.index()).map(|term| &term.body) {
                Some(TermBody::Value(value)) => self.key_of(value),
                Some(TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_)) | None => format!("term {id:?}"),
            },
            Node::Looked(id, _) => format!("looked {id:?} {}", parts()),
            Node::Arithmetic(operator, ..) => format!("{operator:?}({})", parts()),
            Node::Beyond(which, ..) => format!("{which:?}({})", parts()),
            Node::Compare(comparison, ..) => format!("{comparison:?}({})", parts()),
            Node::Card(card) => {
                let cells: Vec<_> = card.rows.iter().map(|row| &row.cells).collect();
                format!("card {cells:?} ({})", parts())
            }
            Node::Since(_) => format!("since({})", parts()),
            Node::Negated(_) => format!("-({})", parts()),
            Node::Present(_) => format!("present({})", parts()),
            Node::In(..) => format!("in({})", parts()),
            Node::Not(_) => format!("not({})", parts()),
            Node::And(_) => format!("and({})", parts()),
            Node::Or(_) => format!("or({})", parts()),
            _ => format!("at {:?}", value.span),
        }
    }

    /// A case in words: `grade C, age 7 years`.
    pub(super) fn case_in_words(&self, searched: &Searched, case: &[usize], columns: &[usize]) -> String {
        let words: Vec<String> = columns
            .iter()
            .filter_map(|column| {
                let axis = searched.axes.get(*column)?;
                let sample = axis.classes.get(*case.get(*column)?)?;
                Some(format!("{} {}", axis.label, self.sample_in_words(sample, &axis.kind)))
            })
            .collect();
        words.join(", ")
    }

    fn sample_in_words(&self, sample: &Sample, kind: &Kind) -> String {
        let Sample::Value(literal) = sample else { return "other than those listed".to_owned() };
        match literal {
            Literal::Quantity(number) => written(number, kind),
            Literal::Text(text) => format!("\"{text}\""),
            Literal::Choice(place) => {
                let words = if let Kind::Choice(words) = kind { words.as_slice() } else { &[] };
                usize::try_from(*place).ok().and_then(|place| words.get(place)).cloned().unwrap_or_default()
            }
            Literal::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
            Literal::Date(date) => date.to_string(),
            Literal::Instant(instant) => format!("{instant:?}"),
            Literal::Party(party) => {
                self.parties.get(party.index()).map(|party| party.role.clone()).unwrap_or_default()
            }
        }
    }
}

/// A part of the condition of the event, as a test of one axis.
#[derive(Debug)]
struct Test {
    cell: Cell,
    negated: bool,
}

impl Test {
    fn holds(&self, sample: &Sample) -> bool {
        takes(&self.cell, sample) != self.negated
    }

    fn values(&self) -> Vec<&Literal> {
        named(&self.cell)
    }
}

type End = Option<(Literal, bool)>;

fn range((low, high): (End, End)) -> Cell {
    Cell::Range { low, high }
}

/// Puts the samples that the same rows take together: the first stands for them. Gives the rows of each class. What is
/// below zero comes last: another case is a better example.
fn classes(axis: &mut Axis, samples: Vec<Sample>, rows: &[&[Cell]]) -> Vec<Bits> {
    let mut taking = vec![Bits::none(rows.len()); samples.len()];
    for (place, row) in rows.iter().enumerate() {
        let cells = axis.columns.iter().filter_map(|column| row.get(*column));
        let all = Bits::of(samples.len(), 0..samples.len());
        let taken = cells.fold(all, |taken, cell| taken.and(&taken_samples(cell, &samples)));
        for sample in taken.members() {
            if let Some(bits) = taking.get_mut(sample) {
                bits.insert(place);
            }
        }
    }
    let mut known: FxHashSet<Bits> = FxHashSet::default();
    let mut found: Vec<(Sample, Bits)> =
        samples.into_iter().zip(taking).filter(|(_, bits)| known.insert(bits.clone())).collect();
    found.sort_by_key(|(sample, _)| sample_order(sample).is_some_and(|number| number.is_negative()));
    let (samples, bits) = found.into_iter().unzip();
    axis.classes = samples;
    bits
}

/// The samples that a cell takes. Those of an order stand in it, so that a cell with bounds takes a run of them.
fn taken_samples(cell: &Cell, samples: &[Sample]) -> Bits {
    let count = samples.len();
    let Cell::Range { low, high } = cell else {
        let taken = samples.iter().enumerate().filter(|(_, sample)| takes(cell, sample));
        return Bits::of(count, taken.map(|(place, _)| place));
    };
    let upper = Cell::Range { low: None, high: high.clone() };
    let lower = Cell::Range { low: low.clone(), high: None };
    let from = samples.partition_point(|sample| !takes(&lower, sample));
    let to = samples.partition_point(|sample| takes(&upper, sample));
    Bits::of(count, from..to.max(from))
}

/// The place of a number among others; a date is never below zero to a reader.
fn sample_order(sample: &Sample) -> Option<Ratio> {
    if let Sample::Value(Literal::Quantity(number)) = sample { Some(number.clone()) } else { None }
}
