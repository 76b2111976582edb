//! What is done with an amount before it is paid, step by step.

use crate::base::ids::IndexationId;
use crate::base::number::Rounding;
use crate::base::span::Span;
use crate::base::vocabulary::{Exemption, LimitKind};
use crate::plan::formula::Formula;

/// A step.
#[derive(Clone, PartialEq, Debug)]
pub struct Adjustment {
    /// What it does.
    pub what: Adjust,
    /// Where it stands.
    pub span: Span,
}

/// What a step does.
#[derive(Clone, PartialEq, Debug)]
pub enum Adjust {
    /// `at most …`, `at least …`
    Limit(LimitKind, Formula),
    /// `nothing below …`, `nothing up to …`
    Exempt(Exemption, Formula),
    /// `rounded to …`
    Rounded(Rounding),
    /// `indexed by …`
    Indexed(IndexationId),
}

impl Adjust {
    /// What the step is computed of, beside the amount.
    pub(crate) fn formula(&self) -> Option<&Formula> {
        match self {
            Self::Limit(_, formula) | Self::Exempt(_, formula) => Some(formula),
            Self::Rounded(_) | Self::Indexed(_) => None,
        }
    }
}
