//! Duties as written.

use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::DayCount;
use crate::syntax::tree::{EventRef, Expr, Word};

/// `obligation collect : provider must have pump collected within 10 business days of return_requested …`
#[derive(Clone, PartialEq, Debug)]
pub struct Obligation {
    /// The whole sentence.
    pub span: Span,
    /// Its name.
    pub name: Word,
    /// Who must have it done.
    pub party: Expr,
    /// `each` before it.
    pub each_party: Option<Span>,
    /// The family.
    pub family: Word,
    /// The event that fulfils it.
    pub done: EventRef,
    /// How long there is: a duration or a rate card.
    pub within: Expr,
    /// The event that opens it.
    pub opens: EventRef,
    /// `first day not counted`
    pub days: Vec<Spanned<DayCount>>,
    /// `paused while blocked`
    pub paused: Option<Pause>,
    /// `missed after 60 business days`
    pub missed_after: Option<Expr>,
    /// `matched by order`
    pub matched_by: Option<Word>,
}

/// `paused while blocked, before the deadline only | also after the deadline`
#[derive(Clone, PartialEq, Debug)]
pub struct Pause {
    /// The state.
    pub state: Expr,
    /// Whether lateness pauses too; `None` when the text does not say.
    pub after_deadline: Option<bool>,
}
