//! Decisions of a checked contract.

use crate::base::ids::{DispositionId, FamilyId, KindId};
use crate::base::span::Span;
use crate::base::value::{Cell, Kind, Literal};
use crate::base::vocabulary::{Best, Collect};
use crate::check::value::{Point, Value};

/// A decision table.
#[derive(Clone, PartialEq, Debug)]
pub struct Disposition {
    /// Its id.
    pub id: DispositionId,
    /// What is decided: names and kinds. The first names the disposition.
    pub outputs: Vec<(String, Kind)>,
    /// The family.
    pub family: FamilyId,
    /// The event on which it is made.
    pub on: Point,
    /// Hit policy.
    pub policy: Policy,
    /// Columns: the words of the text and the value.
    pub columns: Vec<(String, Value)>,
    /// Rows: place, cells, outputs.
    pub rows: Vec<(Span, Vec<Cell>, Vec<Literal>)>,
    /// What is decided where no row applies.
    pub rest: Rest,
    /// Options, in the order of the words of the first output.
    pub options: Vec<Choice>,
    /// The events after which facts that become known change nothing any more; none where nothing later does, `None`
    /// where all facts count.
    pub finality: Option<Vec<KindId>>,
    /// Where it stands.
    pub span: Span,
}

/// What a table decides where no row applies.
#[derive(Clone, PartialEq, Debug)]
pub enum Rest {
    /// It does not say.
    Unsaid,
    /// `otherwise => no decision`
    NoDecision,
    /// `otherwise => recycle, 5`
    Row(Span, Vec<Literal>),
}

/// A hit policy.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// The first row that matches.
    First,
    /// Exactly one may match.
    One,
    /// Several may match if they agree.
    Any,
    /// The least value of this output.
    BestBy(usize),
    /// All of them.
    Collect(Collect),
    /// The option of the highest or lowest value.
    Best(Best),
}

impl Policy {
    /// Whether it also comes to something where no row applies: an empty list, a sum or count of 0.
    #[must_use]
    pub fn is_of_none(self) -> bool {
        matches!(self, Self::Collect(Collect::List | Collect::Sum | Collect::Count))
    }
}

/// An option and what it is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// Its value.
    pub value: Value,
    /// Only where this holds.
    pub provided: Option<Value>,
    /// Where it stands.
    pub span: Span,
}
