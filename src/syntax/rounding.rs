//! `0.01 half up`

use crate::base::number::Mode;
use crate::base::span::Spanned;
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::tree::RoundedTo;

/// The rounding that comes next.
pub(super) fn rounding(cursor: &mut Cursor<'_>) -> RoundedTo {
    let mut inner = cursor.inside(Rule::rounding).unwrap_or_else(|| cursor.clone());
    let step = inner.number();
    let mode = match inner.peek() {
        Some(Rule::half_even) => Mode::HalfEven,
        Some(Rule::upward) => Mode::Upward,
        Some(Rule::downward) => Mode::Downward,
        _ => Mode::HalfUp,
    };
    RoundedTo { step: Spanned::new(step.node, step.span), mode }
}
