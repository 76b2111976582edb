//! Decisions about one asset, made on an event by a table.

use crate::base::ids::{DispositionId, FamilyId};
use crate::base::span::Span;
use crate::base::value::{Cell, Kind, Literal};
use crate::base::vocabulary::Collect;
use crate::plan::fold::Point;
use crate::plan::formula::Formula;

/// A decision table.
#[derive(Clone, PartialEq, Debug)]
pub struct Disposition {
    /// Its id.
    pub id: DispositionId,
    /// Its first output's name, which names the disposition.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// The family.
    pub family: FamilyId,
    /// The event on which it is made.
    pub on: Point,
    /// What is decided.
    pub outputs: Vec<Output>,
    /// How matching rows become a decision.
    pub policy: Policy,
    /// Columns: label, formula, and how values are shown.
    pub columns: Vec<(String, Formula, Kind)>,
    /// Rows.
    pub rows: Vec<TableRow>,
    /// Whether the last row applies only where no other one does.
    pub otherwise: bool,
}

/// Something that is decided.
#[derive(Clone, PartialEq, Debug)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// How its values are shown.
    pub kind: Kind,
}

/// How matching rows become a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// The first row that matches.
    First,
    /// Exactly one row may match; two are a finding.
    One,
    /// Several may match if they agree; otherwise a finding.
    Any,
    /// The matching row with the least value of this output; a tie that disagrees is a finding.
    BestBy(usize),
    /// All matching rows; sums, least and greatest go over the first output.
    Collect(Collect),
}

/// A row.
#[derive(Clone, PartialEq, Debug)]
pub struct TableRow {
    /// Where it stands.
    pub span: Span,
    /// One cell a column.
    pub cells: Vec<Cell>,
    /// One value an output.
    pub outputs: Vec<Literal>,
}
