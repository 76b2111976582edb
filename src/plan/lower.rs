//! Checked values → formulas. The same lowering serves the walk and settle: a leaf that its place
//! cannot look up is refused by the checker, and held by the evaluator should it ever come through.

use crate::base::ids::{MeasureId, TermId};
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::value::{Cell, Literal};
use crate::base::vocabulary::{Beyond, Operator, Part};
use crate::base::window::WindowKind;
use crate::check::contract::{Dimension, TermBody};
use crate::check::value::{Card as CheckedCard, Node, Past as CheckedPast, Value};
use crate::plan::bitmaps::BitmapIndex;
use crate::plan::builder::Builder;
use crate::plan::formula::{Card, CardRow, Formula, OverAll, Past, Read};
use crate::plan::indexation::coefficient;

/// Where a value is computed: the window and groups of what reads it.
#[derive(Clone, Debug)]
pub(crate) struct Place {
    /// The window at hand.
    pub(crate) window: WindowKind,
    /// The groups at hand.
    pub(crate) dims: Vec<Dimension>,
    /// How each product, quotient and sum is rounded, of a coefficient that says so.
    pub(crate) each_step: Option<Rounding>,
}

impl Place {
    /// A step of what is computed there.
    fn stepped(&self, step: Formula) -> Formula {
        match &self.each_step {
            Some(rounding) => Formula::Rounded(Box::new(step), rounding.clone()),
            None => step,
        }
    }

    /// The same, where no step is rounded.
    fn exact(&self) -> Self {
        Self { each_step: None, ..self.clone() }
    }
}

impl Builder<'_> {
    /// The formula of a value.
    pub(crate) fn formula(&mut self, value: &Value, place: &Place) -> Formula {
        match &*value.node {
            Node::Literal(literal) => Formula::Constant(literal.clone()),
            Node::Field(kind, field) => Formula::Read(Read::Field(*kind, *field)),
            Node::Attribute(family, attribute) => Formula::Read(Read::Attribute(*family, *attribute)),
            Node::Decided(decision, output) => Formula::Read(Read::Decided(*decision, *output)),
            Node::Deposit => Formula::Read(Read::Deposit),
            Node::DepositPaid => Formula::Read(Read::DepositPaid),
            Node::Judged(duty, default) => Formula::Read(Read::Judged(*duty, default.clone())),
            Node::Term(term) => self.term(*term, place),
            Node::Looked(term, keys) => self.looked_up(*term, keys, place),
            Node::Aggregate(aggregate) => self.aggregate(aggregate, place),
            Node::Past(past) => self.past(*past, place),
            Node::OverAll(all) => Formula::Read(Read::OverAll(OverAll {
                among: all.among,
                measure: self.measure_id(all.term),
                weight: all.weight.map(|weight| self.measure_id(weight)),
            })),
            Node::Series(series, month) => Formula::Read(Read::Series(*series, *month)),
            Node::Coefficient(id) => coefficient(*id),
            Node::Clause(clause, back) => Formula::Read(Read::Clause(*clause, *back)),
            Node::WindowLength(unit) => Formula::Read(Read::WindowLength(unit.clone())),
            Node::Since(date) => Formula::Read(Read::MonthsSince(self.boxed(date, place))),
            Node::Rank(rank) => Formula::Read(Read::Rank(self.rank_id(rank))),
            Node::OfParty(party, family, attribute) => {
                Formula::Read(Read::OfParty(self.boxed(party, place), *family, *attribute))
            }
            Node::Card(card) => Formula::Card(Box::new(self.card(card, value, place))),
            Node::Negated(..)
            | Node::Arithmetic(..)
            | Node::Beyond(..)
            | Node::Compare(..)
            | Node::Present(_)
            | Node::In(..)
            | Node::Not(_)
            | Node::And(_)
            | Node::Or(_) => self.operation(&value.node, place),
        }
    }

    fn boxed(&mut self, value: &Value, place: &Place) -> Box<Formula> {
        Box::new(self.formula(value, place))
    }

    fn all(&mut self, values: &[Value], place: &Place) -> Vec<Formula> {
        values.iter().map(|value| self.formula(value, place)).collect()
    }

    fn operation(&mut self, node: &Node, place: &Place) -> Formula {
        match node {
            Node::Negated(a) => Formula::Negated(self.boxed(a, place)),
            Node::Arithmetic(operator, a, b) => {
                let (a, b) = (self.boxed(a, place), self.boxed(b, place));
                place.stepped(match operator {
                    Operator::Plus => Formula::Plus(a, b),
                    Operator::Minus => Formula::Minus(a, b),
                    Operator::Times => Formula::Times(a, b),
                    Operator::Over => Formula::Over(a, b),
                })
            }
            Node::Beyond(beyond, a, b) => {
                let (a, b) = (self.boxed(a, place), self.boxed(b, place));
                place.stepped(match beyond {
                    Beyond::Shortfall => Formula::Shortfall(a, b),
                    Beyond::Excess => Formula::Excess(a, b),
                })
            }
            Node::Compare(comparison, a, b) => {
                Formula::Compare(*comparison, self.boxed(a, place), self.boxed(b, place))
            }
            Node::Present(a) => Formula::Present(self.boxed(a, place)),
            Node::In(a, list) => Formula::In(self.boxed(a, place), self.all(list, place)),
            Node::Not(a) => Formula::Not(self.boxed(a, place)),
            Node::And(list) => Formula::And(self.all(list, place)),
            Node::Or(list) => Formula::Or(self.all(list, place)),
            Node::Literal(_)
            | Node::Field(..)
            | Node::Attribute(..)
            | Node::Decided(..)
            | Node::Judged(..)
            | Node::Deposit
            | Node::DepositPaid
            | Node::Term(_)
            | Node::Looked(..)
            | Node::Aggregate(_)
            | Node::Past(_)
            | Node::OverAll(_)
            | Node::Clause(..)
            | Node::Series(..)
            | Node::Coefficient(_)
            | Node::WindowLength(_)
            | Node::Since(..)
            | Node::Rank(_)
            | Node::OfParty(..)
            | Node::Card(_) => Formula::Read(Read::Units),
        }
    }

    /// A term stands for its value; a measure is read, in the groups that it shares with the reader.
    fn term(&mut self, id: TermId, place: &Place) -> Formula {
        let contract = self.contract;
        match contract.term(id).map(|term| &term.body) {
            // What has a name is no step of a coefficient.
            Some(TermBody::Value(value)) => self.formula(value, &place.exact()),
            Some(TermBody::Unit(size, _)) => Formula::Constant(Literal::Quantity(size.clone())),
            Some(TermBody::Measure(measure)) => {
                let places =
                    measure.dims.iter().filter_map(|dim| place.dims.iter().position(|own| own == dim)).collect();
                Formula::Read(Read::Measure(self.measure_id(id), places))
            }
            Some(TermBody::State(_)) | None => Formula::Constant(Literal::Flag(false)),
        }
    }

    fn past(&self, past: CheckedPast, place: &Place) -> Formula {
        let dims = match self.contract.term(past.term).map(|term| &term.body) {
            Some(TermBody::Measure(measure)) => measure.dims.as_slice(),
            Some(TermBody::Value(_) | TermBody::Unit(..) | TermBody::State(_)) | None => &[],
        };
        let places = dims.iter().filter_map(|dim| place.dims.iter().position(|own| own == dim)).collect();
        let (measure, from, to) = (self.measure_id(past.term), past.from, past.to);
        Formula::Read(Read::Past(Box::new(Past { among: past.among, measure, places, from, to })))
    }

    /// The id of a measure that is already lowered (terms are lowered in the order of their use).
    fn measure_id(&self, id: TermId) -> MeasureId {
        self.measure_ids.get(&id).copied().unwrap_or(MeasureId(u32::MAX))
    }

    /// `resale[A]`: the card of the term, asked with these values instead of its own columns.
    fn looked_up(&mut self, id: TermId, keys: &[Value], place: &Place) -> Formula {
        let contract = self.contract;
        let Some(TermBody::Value(value)) = contract.term(id).map(|term| &term.body) else {
            return Formula::Constant(Literal::Quantity(Ratio::ZERO));
        };
        let Node::Card(card) = &*value.node else {
            return self.formula(value, place);
        };
        let mut lowered = self.card(card, value, &place.exact());
        for (column, key) in lowered.columns.iter_mut().zip(keys) {
            column.1 = self.formula(key, place);
        }
        Formula::Card(Box::new(lowered))
    }

    fn card(&mut self, card: &CheckedCard, value: &Value, place: &Place) -> Card {
        let columns = card
            .columns
            .iter()
            .map(|(label, column)| (label.clone(), self.formula(column, place), column.kind.clone()))
            .collect();
        let cells: Vec<&[Cell]> = card.rows.iter().map(|row| row.cells.as_slice()).collect();
        let rows = card
            .rows
            .iter()
            .map(|row| CardRow { span: row.span, cells: row.cells.clone(), value: self.formula(&row.value, place) })
            .collect();
        Card { columns, rows, index: BitmapIndex::new(&cells), span: value.span }
    }
}

/// A quantity in units of a size, with the part of a unit counted as told.
pub(crate) fn counted(quantity: Formula, size: &Ratio, part: Part) -> Formula {
    let units = if *size == Ratio::ONE {
        quantity
    } else {
        Formula::Over(Box::new(quantity), Box::new(Formula::Constant(Literal::Quantity(size.clone()))))
    };
    let whole = |mode| Rounding { mode, step: Ratio::ONE };
    match part {
        Part::ProRata => units,
        Part::Commenced => Formula::Rounded(Box::new(units), whole(Mode::Upward)),
        Part::Completed => Formula::Rounded(Box::new(units), whole(Mode::Downward)),
    }
}

/// Whether a value depends on the event or asset at hand, so that it must be computed in the walk.
pub(crate) fn depends_on_asset(value: &Value, terms: &[crate::check::contract::Term]) -> bool {
    let any = |values: &[Value]| values.iter().any(|value| depends_on_asset(value, terms));
    match &*value.node {
        Node::Field(..)
        | Node::Attribute(..)
        | Node::Decided(..)
        | Node::Judged(..)
        | Node::Deposit
        | Node::DepositPaid
        | Node::Since(..)
        | Node::Rank(_)
        | Node::OfParty(..) => true,
        Node::Literal(_)
        | Node::Aggregate(_)
        | Node::Past(_)
        | Node::OverAll(_)
        | Node::Clause(..)
        | Node::Series(..)
        | Node::Coefficient(_)
        | Node::WindowLength(_) => false,
        Node::Term(id) => match terms.get(id.index()).map(|term| &term.body) {
            Some(TermBody::Value(value)) => depends_on_asset(value, terms),
            Some(TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_)) | None => false,
        },
        Node::Looked(id, keys) => {
            any(keys)
                || match terms.get(id.index()).map(|term| &term.body) {
                    Some(TermBody::Value(value)) => rows_depend(value, terms),
                    Some(TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_)) | None => false,
                }
        }
        Node::Negated(a) | Node::Present(a) | Node::Not(a) => depends_on_asset(a, terms),
        Node::Arithmetic(_, a, b) | Node::Beyond(_, a, b) | Node::Compare(_, a, b) => {
            depends_on_asset(a, terms) || depends_on_asset(b, terms)
        }
        Node::In(a, list) => depends_on_asset(a, terms) || any(list),
        Node::And(list) | Node::Or(list) => any(list),
        Node::Card(card) => {
            card.columns.iter().any(|(_, column)| depends_on_asset(column, terms)) || rows_depend(value, terms)
        }
    }
}

fn rows_depend(value: &Value, terms: &[crate::check::contract::Term]) -> bool {
    if let Node::Card(card) = &*value.node {
        card.rows.iter().any(|row| depends_on_asset(&row.value, terms))
    } else {
        false
    }
}

/// Clamps a formula by bounds that a definition states.
pub(crate) fn clamped(formula: Formula, at_least: Option<Formula>, at_most: Option<Formula>) -> Formula {
    let raised = match at_least {
        Some(bound) => Formula::Greatest(Box::new(formula), Box::new(bound)),
        None => formula,
    };
    match at_most {
        Some(bound) => Formula::Least(Box::new(raised), Box::new(bound)),
        None => raised,
    }
}
