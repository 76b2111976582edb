//! What a sentence does with its amount before it is paid, step by step, as written.

use crate::base::span::Span;
use crate::base::vocabulary::{Exemption, IndexBase, LimitKind};
use crate::syntax::tree::{Expr, PerWord, RoundedTo, Word};

/// `then at most 30% of list_price per pump`
#[derive(Clone, PartialEq, Debug)]
pub struct Adjustment {
    /// The whole step.
    pub span: Span,
    /// Whether `then` stands before it.
    pub then: bool,
    /// What it does.
    pub what: Adjust,
    /// `per pump`
    pub per: Vec<PerWord>,
}

/// The steps that an amount can go through.
#[derive(Clone, PartialEq, Debug)]
pub enum Adjust {
    /// `at most …`, `at least …`
    Limit(LimitKind, Expr),
    /// `nothing below …`, `nothing up to …, then the whole`; `None` where the text does not say what is paid of more.
    Exempt(Option<Exemption>, Expr),
    /// `rounded to 0.01 half up`
    Rounded(RoundedTo),
    /// `indexed by labour`
    Indexed(Word),
    /// `not indexed`
    NotIndexed,
    /// `before indexation`: of which amount of a clause a part is taken.
    Base(IndexBase),
}
