//! Caps, minimums and exemptions over clauses, as written.

use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::{Exemption, LimitKind};
use crate::syntax::tree::{CapIndex, Expr, PerWord, Word};

/// `customer owes at least 300.00 EUR per copier per month under clause 2`
#[derive(Clone, PartialEq, Debug)]
pub struct Owes {
    /// The whole sentence.
    pub span: Span,
    /// Whether it begins with `then`: after those that stand above it.
    pub then: bool,
    /// The party that owes.
    pub party: Expr,
    /// `each` before it: every member of a family.
    pub each_party: Option<Span>,
    /// What it owes of what is charged, one after the other.
    pub parts: Vec<Owed>,
    /// The clauses under it.
    pub under: Vec<Word>,
}

/// One cap, minimum or exemption: `at most 15% of clause 3.1 per contract year, of the amount so far`
#[derive(Clone, PartialEq, Debug)]
pub struct Owed {
    /// The whole part.
    pub span: Span,
    /// Which way.
    pub what: OwedWhat,
    /// How much.
    pub amount: Expr,
    /// `to provider`
    pub payee: Option<Expr>,
    /// Window and groups; `over the term` is the window `term`.
    pub per: Vec<PerWord>,
    /// `of the amount so far`
    pub base: Option<Spanned<OwedBase>>,
    /// How it is indexed, where that is said.
    pub indexed: Option<Spanned<CapIndex>>,
    /// `prorated by day`, or not: `in full`
    pub prorated: Option<Spanned<bool>>,
    /// `gross`, which names no clause, or `netted with clause 4.3`
    pub netted: Option<Spanned<Vec<Word>>>,
    /// What becomes of what is not used, where that is said.
    pub carry: Option<Spanned<Carry>>,
    /// `then the whole`, `then the excess`
    pub then: Option<Spanned<Exemption>>,
}

/// What becomes of what a cap leaves in a window.
#[derive(Clone, PartialEq, Debug)]
pub enum Carry {
    /// `unused is not carried over`
    No,
    /// `unused is carried over until it is used`
    UntilUsed,
    /// `unused is carried over to the next year only, used first`: whether `only` is said, and whether it is used before
    /// the amount of that window.
    Next(Word, bool, Option<bool>),
}

/// Which way something is owed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OwedWhat {
    /// `at most`, `at least`
    Limit(LimitKind),
    /// `nothing up to`
    NothingUpTo,
    /// `nothing below`
    NothingBelow,
}

/// Which amount a part of what a clause charges is taken of, while the window runs.
#[derive(Clone, PartialEq, Debug)]
pub enum OwedBase {
    /// `of the amount so far`
    SoFar,
    /// `of the expected year`
    Expected(Word),
    /// `of the previous year, in the first year of the amount so far`
    Previous(Word, Option<Spanned<FirstWindow>>),
}

/// What stands for the previous window in the first one.
#[derive(Clone, PartialEq, Debug)]
pub enum FirstWindow {
    /// `in the first year of the amount so far`
    SoFar,
    /// `in the first year of the expected year`
    Expected,
    /// `in the first year 10 000.00 EUR`
    Amount(Expr),
}
