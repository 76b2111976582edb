//! Duties with a deadline.

use crate::base::ids::{ClauseId, FamilyId, FieldId, ObligationId, PartyId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::vocabulary::RepeatedTrigger;
use crate::plan::fold::{Dimension, Point, StateExpr};
use crate::plan::formula::Formula;

/// Who must have what done within which time of what.
#[derive(Clone, PartialEq, Debug)]
pub struct Obligation {
    /// Its id.
    pub id: ObligationId,
    /// Its name.
    pub name: String,
    /// Its clause.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// Who must.
    pub bearer: Bearer,
    /// The family.
    pub family: FamilyId,
    /// The event that opens it.
    pub opens: Point,
    /// The event that fulfils it.
    pub done: Point,
    /// How long there is, in base units of `unit`; read at the opening event.
    pub within: Formula,
    /// `Second` (hours of the clock), `WorkingSecond`, `Day`, `BusinessDay` or `Month`.
    pub unit: Unit,
    /// For days and months: whether the day of the opening event is the first day.
    pub first_day_counted: bool,
    /// Whether a deadline in days or months that falls on a day off moves to the next business day.
    pub moves_to_business_day: bool,
    /// When the clock pauses.
    pub paused: Option<Pause>,
    /// After how much lateness late becomes missed.
    pub missed_after: Option<(Ratio, Unit)>,
    /// What a trigger does while it is open.
    pub repeated: RepeatedTrigger,
    /// Fields that match an opening with its fulfilment; several may then be open at a time.
    pub matched_by: Option<(FieldId, FieldId)>,
}

/// Who owes an obligation.
#[derive(Clone, PartialEq, Debug)]
pub enum Bearer {
    /// A party that the contract names.
    Party(PartyId),
    /// The one that this group names when the obligation opens.
    Opening(Dimension),
    /// The one that this group names at each instant.
    Holder(Dimension),
}

/// When the clock pauses.
#[derive(Clone, PartialEq, Debug)]
pub struct Pause {
    /// The state.
    pub state: StateExpr,
    /// Whether lateness pauses too.
    pub after_deadline: bool,
}
