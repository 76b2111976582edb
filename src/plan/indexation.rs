//! Indexations: when a coefficient is computed, of what.

pub use crate::check::contract::{Continued, Movement, Revisions, Series};

use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::Literal;
use crate::base::vocabulary::{Chain, MissingValue, Provisional};
use crate::check::contract;
use crate::plan::builder::Builder;
use crate::plan::formula::Formula;
use crate::plan::lower::Place;

/// The formula that makes a coefficient of indices, and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Indexation {
    /// Its name.
    pub name: String,
    /// The coefficient, rounded as told.
    pub formula: Formula,
    /// When it is computed anew.
    pub revisions: Revisions,
    /// What an indexed amount is computed of.
    pub chain: Chain,
    /// Limits of the movement.
    pub limits: Vec<Movement>,
    /// The least movement that counts.
    pub threshold: Option<Ratio>,
    /// While a value is provisional.
    pub provisional: Provisional,
    /// Where there is no value.
    pub missing: MissingValue,
    /// Where it is declared.
    pub span: Span,
}

impl Builder<'_> {
    /// The plan of an indexation.
    pub(crate) fn indexation(&mut self, indexation: &contract::Indexation) -> Indexation {
        let each_step = indexation.rounding.as_ref().filter(|(_, each_step)| *each_step);
        let each_step = each_step.map(|(rounding, _)| rounding.clone());
        let exact = self.formula(&indexation.coefficient, &Place { each_step, ..Place::in_walk() });
        let formula = match &indexation.rounding {
            Some((rounding, false)) => Formula::Rounded(Box::new(exact), rounding.clone()),
            Some((_, true)) | None => exact,
        };
        Indexation {
            name: indexation.name.clone(),
            formula,
            revisions: indexation.revisions.clone(),
            chain: indexation.chain.clone(),
            limits: indexation.limits.clone(),
            threshold: indexation.threshold.clone(),
            provisional: indexation.provisional,
            missing: indexation.missing,
            span: indexation.span,
        }
    }
}

/// A value raised by an indexation.
pub(crate) fn indexed(formula: Formula, id: crate::base::ids::IndexationId) -> Formula {
    Formula::Indexed(Box::new(formula), id)
}

/// The coefficient itself.
pub(crate) fn coefficient(id: crate::base::ids::IndexationId) -> Formula {
    indexed(Formula::Constant(Literal::Quantity(Ratio::ONE)), id)
}
