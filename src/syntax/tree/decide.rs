//! Decisions as written: tables, and options by their value.

use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::{Bound, Collect};
use crate::syntax::tree::{EventRef, Expr, Word};

/// `decide route, priority of laptop on inspected = first match by … { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Decide {
    /// Names of what is decided.
    pub outputs: Vec<Word>,
    /// The family.
    pub family: Word,
    /// The event on which it is decided.
    pub on: EventRef,
    /// Hit policy.
    pub policy: Spanned<Policy>,
    /// Columns.
    pub columns: Vec<Expr>,
    /// Rows.
    pub rows: Vec<Row>,
    /// `otherwise => recycle, 5`: a row without cells; without outputs too where it says `no decision`.
    pub otherwise: Option<Row>,
    /// Options, for the one of the highest or lowest value.
    pub options: Vec<Choice>,
    /// Until when a late fact may still change what is decided, if it is said.
    pub finality: Option<Finality>,
}

/// Until when a late fact may still change what is decided.
#[derive(Clone, PartialEq, Debug)]
pub enum Finality {
    /// `never revised`
    Never,
    /// `final on shipped or sold`
    On(Vec<Word>),
}

/// How the rows of a table that match become a decision.
#[derive(Clone, PartialEq, Debug)]
pub enum Policy {
    /// The first row that matches.
    First,
    /// Exactly one row may match.
    One,
    /// Several may match if they agree.
    Any,
    /// The row with the least value of this output.
    BestBy(Word),
    /// All rows, as a list or folded to one value.
    Collect(Collect),
    /// The option of the highest, else of the lowest value; whether the first of equals is taken, if it is said.
    Best {
        /// `highest of`
        highest: bool,
        /// `first of equals`, else `equals are not decided`
        first_of_equals: Option<bool>,
    },
}

/// `option refurbish : resale[A] - repair_cost provided parts_available`
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// What is decided.
    pub name: Word,
    /// What it is worth.
    pub value: Expr,
    /// Only where this holds.
    pub provided: Option<Expr>,
}

/// `| yes | A, B | < 3 years | - | => refurbish, 2 |`
#[derive(Clone, PartialEq, Debug)]
pub struct Row {
    /// The whole row.
    pub span: Span,
    /// One cell a column.
    pub cells: Vec<Spanned<Cell>>,
    /// One value an output.
    pub outputs: Vec<Expr>,
}

/// A condition on one column.
#[derive(Clone, PartialEq, Debug)]
pub enum Cell {
    /// `-`
    Anything,
    /// `A, B`
    OneOf(Vec<Expr>),
    /// `not A, B`
    NoneOf(Vec<Expr>),
    /// `>= 20% < 35%`, `above 3`: one bound or two
    Bounds(Vec<(Bound, Expr)>),
}
