//! Deposits: what gives one back, what ends it.

use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::{Matching, Nature};
use crate::syntax::tree::{Expr, Opener, Word};

/// What becomes of the part of a deposit that is not paid back.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Rest {
    /// `the rest as sale`: it goes back too, and as much is charged.
    Charged(Nature),
    /// `the rest stays held`
    StaysHeld,
}

/// Among whose deposits the first or last is looked for.
#[derive(Clone, PartialEq, Debug)]
pub enum Pool {
    /// `per partner`: those of this member of a family.
    Each(Expr),
    /// `of all`
    All,
}

/// `when bring_back is missed, provider keeps clause 3 as sale`
#[derive(Clone, PartialEq, Debug)]
pub struct Keeps {
    /// The whole sentence.
    pub span: Span,
    /// When it applies.
    pub opener: Option<Opener>,
    /// Who keeps it.
    pub party: Expr,
    /// The clause of the deposit.
    pub clause: Word,
    /// `in full`: whatever was paid for the time that it was out.
    pub in_full: bool,
    /// Which deposit it is.
    pub matching: Option<Spanned<Matching>>,
    /// Among whose deposits.
    pub pool: Option<Spanned<Pool>>,
    /// What it becomes.
    pub nature: Spanned<Nature>,
}
