//! What a checked sentence does with its amount before it is paid, step by step.

use crate::base::ids::IndexationId;
use crate::base::number::Rounding;
use crate::base::span::Span;
use crate::base::vocabulary::{Exemption, LimitKind};
use crate::check::value::Value;

/// A step.
#[derive(Clone, PartialEq, Debug)]
pub struct Adjustment {
    /// What it does.
    pub what: Adjust,
    /// Whether `then` stands before it.
    pub then: bool,
    /// Whether it is done with the amount of each asset (each occurrence) instead of the line.
    pub each_asset: bool,
    /// Where it stands.
    pub span: Span,
}

/// What a step does.
#[derive(Clone, PartialEq, Debug)]
pub enum Adjust {
    /// `at most …`, `at least …`
    Limit(LimitKind, Value),
    /// `nothing below …`, `nothing up to …`
    Exempt(Exemption, Value),
    /// `rounded to …`
    Rounded(Rounding),
    /// `indexed by …`
    Indexed(IndexationId),
}

impl Adjust {
    /// The value that it states.
    #[must_use]
    pub fn value(&self) -> Option<&Value> {
        match self {
            Self::Limit(_, value) | Self::Exempt(_, value) => Some(value),
            Self::Rounded(_) | Self::Indexed(_) => None,
        }
    }
}
