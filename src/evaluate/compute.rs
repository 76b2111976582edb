//! The one interpreter of formulas, for the walk of a subject and for settle.

use crate::base::ids::IndexationId;
use crate::base::number::{Ratio, Rounding};
use crate::base::value::Cell;
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::plan::{Adjustment, BitmapIndex, Card, Formula, Read};

/// What formulas look up, and who listens while they are computed.
pub(crate) trait Look<'a> {
    /// The value of a leaf.
    fn look(&mut self, read: &'a Read) -> Computed<'a>;

    /// A number was rounded.
    fn rounded(&mut self, _before: &Ratio, _after: &Ratio, _how: &'a Rounding) {}

    /// A stated part of something was taken.
    fn part(&mut self, _part: &Ratio, _of: &Ratio, _product: &Ratio) {}

    /// A step was done with an amount: what it stated (for a rounding the amount before), and the amount after.
    fn adjusted(&mut self, _step: &'a Adjustment, _stated: &Ratio, _after: &Ratio) {}

    /// An amount as an indexation raises it on the day at hand.
    fn indexed(&mut self, _id: IndexationId, _amount: &Ratio) -> Result<Ratio, Gap> {
        Err(Gap::NotAtHand)
    }

    /// A card was asked; `chosen` is the row that took the values.
    fn chosen(&mut self, _card: &'a Card, _values: &[Computed<'a>], _chosen: usize) {}

    /// Opens a part whose steps belong together.
    fn enter(&mut self) {}

    /// Closes it.
    fn leave(&mut self) {}
}

/// Computes a formula.
pub(crate) fn compute<'a>(formula: &'a Formula, look: &mut dyn Look<'a>) -> Computed<'a> {
    match formula {
        Formula::Constant(literal) => Ok(Datum::of(literal)),
        Formula::Read(read) => look.look(read),
        Formula::Compare(how, a, b) => {
            let (a, b) = (compute(a, look)?, compute(b, look)?);
            Ok(Datum::Flag(a.compares(*how, &b)?))
        }
        Formula::Present(a) => match compute(a, look) {
            Ok(_) => Ok(Datum::Flag(true)),
            Err(gap) if gap.is_absent() => Ok(Datum::Flag(false)),
            Err(gap) => Err(gap),
        },
        Formula::In(a, list) => {
            let value = compute(a, look)?;
            for item in list {
                if compute(item, look)? == value {
                    return Ok(Datum::Flag(true));
                }
            }
            Ok(Datum::Flag(false))
        }
        Formula::Not(a) => Ok(Datum::Flag(!compute(a, look)?.flag()?)),
        Formula::And(list) => decided(list, look, false),
        Formula::Or(list) => decided(list, look, true),
        Formula::Card(card) => by_card(card, look),
        Formula::OrElse(a, b) => match compute(a, look) {
            Err(gap) if gap.is_absent() => compute(b, look),
            other => other,
        },
        Formula::Negated(_)
        | Formula::Plus(..)
        | Formula::Minus(..)
        | Formula::Times(..)
        | Formula::Over(..)
        | Formula::Shortfall(..)
        | Formula::Excess(..)
        | Formula::Greatest(..)
        | Formula::Least(..)
        | Formula::Indexed(..)
        | Formula::Rounded(..) => number(formula, look).map(Datum::Quantity),
    }
}

/// Computes a formula that gives a quantity.
pub(crate) fn number<'a>(formula: &'a Formula, look: &mut dyn Look<'a>) -> Result<Ratio, Gap> {
    match formula {
        Formula::Negated(a) => Ok(number(a, look)?.negated()),
        Formula::Plus(a, b) => Ok(number(a, look)?.plus(&number(b, look)?)),
        Formula::Minus(a, b) => Ok(number(a, look)?.minus(&number(b, look)?)),
        Formula::Times(a, b) => {
            let stated = matches!(**a, Formula::Constant(_));
            let (a, b) = (number(a, look)?, number(b, look)?);
            let product = a.times(&b);
            if stated {
                look.part(&a, &b, &product);
            }
            Ok(product)
        }
        Formula::Over(a, b) => {
            let dividend = number(a, look)?;
            dividend.over(&number(b, look)?).ok_or(Gap::Zero)
        }
        Formula::Shortfall(a, b) => {
            let (a, b) = (number(a, look)?, number(b, look)?);
            Ok(b.minus(&a).max(Ratio::ZERO))
        }
        Formula::Excess(a, b) => {
            let (a, b) = (number(a, look)?, number(b, look)?);
            Ok(a.minus(&b).max(Ratio::ZERO))
        }
        Formula::Greatest(a, b) => Ok(number(a, look)?.max(number(b, look)?)),
        Formula::Least(a, b) => Ok(number(a, look)?.min(number(b, look)?)),
        Formula::Rounded(a, how) => {
            let before = number(a, look)?;
            let after = before.rounded(how);
            look.rounded(&before, &after, how);
            Ok(after)
        }
        Formula::Indexed(a, id) => {
            let amount = number(a, look)?;
            match look.indexed(*id, &amount) {
                // Nothing stays nothing, also for want of a value of an index.
                Err(_) if amount.is_zero() => Ok(amount),
                raised => raised,
            }
        }
        Formula::Constant(_)
        | Formula::Read(_)
        | Formula::Compare(..)
        | Formula::Present(_)
        | Formula::In(..)
        | Formula::Not(_)
        | Formula::And(_)
        | Formula::Or(_)
        | Formula::Card(_)
        | Formula::OrElse(..) => compute(formula, look)?.number(),
    }
}

/// `and` and `or`: one part that is `decisive` decides even where another cannot be told.
fn decided<'a>(list: &'a [Formula], look: &mut dyn Look<'a>, decisive: bool) -> Computed<'a> {
    let mut gap = None;
    for part in list {
        match compute(part, look).and_then(Datum::flag) {
            Ok(flag) if flag == decisive => return Ok(Datum::Flag(decisive)),
            Ok(_) => {}
            Err(found) => gap = gap.or(Some(found)),
        }
    }
    match gap {
        Some(gap) => Err(gap),
        None => Ok(Datum::Flag(!decisive)),
    }
}

fn by_card<'a>(card: &'a Card, look: &mut dyn Look<'a>) -> Computed<'a> {
    look.enter();
    let values: Vec<Computed<'a>> = card.columns.iter().map(|(_, column, _)| compute(column, look)).collect();
    look.leave();
    for (place, takes) in asked(&card.index, &values, |place| Some(&card.rows.get(place)?.cells)) {
        let Some(row) = card.rows.get(place) else { break };
        match takes {
            Ok(true) => {
                look.chosen(card, &values, place);
                return compute(&row.value, look);
            }
            Ok(false) => {}
            Err(gap) => return Err(gap),
        }
    }
    Err(Gap::NoRow(card.span))
}

/// The rows that an index leaves, in their order, and whether each takes the values.
pub(crate) fn asked<'t>(
    index: &'t BitmapIndex,
    values: &'t [Computed<'_>],
    cells: impl Fn(usize) -> Option<&'t Vec<Cell>> + 't,
) -> impl Iterator<Item = (usize, Result<bool, Gap>)> + 't {
    let candidates = index.candidates(values.iter().map(|value| value.as_ref().ok()));
    let are_exact = candidates.are_exact();
    candidates.map(move |place| {
        let taken = if are_exact { Ok(true) } else { cells(place).map_or(Ok(false), |cells| takes(cells, values)) };
        (place, taken)
    })
}

/// Whether a row takes the values: a cell that does not fit decides, even where another value is missing.
pub(crate) fn takes(cells: &[Cell], values: &[Computed<'_>]) -> Result<bool, Gap> {
    let mut gap = None;
    for (cell, value) in cells.iter().zip(values) {
        match value {
            _ if *cell == Cell::Anything => {}
            Ok(value) if value.fits(cell) => {}
            Ok(_) => return Ok(false),
            Err(found) => gap = gap.or_else(|| Some(found.clone())),
        }
    }
    match gap {
        Some(gap) => Err(gap),
        None => Ok(true),
    }
}
