//! How clauses meet that concern the same facts.

use crate::base::ids::ClauseId;
use crate::base::number::Rounding;
use crate::base::span::Span;
use crate::base::window::WindowKind;
use crate::plan::fold::Dimension;

/// Clauses of which not all stand, where they charge in the same window and group.
#[derive(Clone, PartialEq, Debug)]
pub struct Meeting {
    /// The clause in which it stands.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// The clauses that stand in place of the others; where there are none, the highest of all stands.
    pub instead: Vec<ClauseId>,
    /// The clauses of which what does not stand is taken back.
    pub clauses: Vec<ClauseId>,
    /// Only what belongs to the same window meets.
    pub window: WindowKind,
    /// Only what belongs to the same group meets.
    pub dims: Vec<Dimension>,
    /// Rounding of its lines.
    pub rounding: Option<Rounding>,
}

impl Meeting {
    /// All clauses that meet.
    pub fn all(&self) -> impl Iterator<Item = ClauseId> + '_ {
        self.instead.iter().chain(&self.clauses).copied()
    }
}
