//! Which units of a lot an event is about, where an attribute differs among them.
//!
//! INVARIANT (each unit its own): what an event adds goes by the attributes of the units that it takes; where that cannot be
//! told apart, it is held.

use crate::evaluate::lots::Split;
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::{Fold, Formula, Keep, Read};

/// The units of a lot that one event is about.
#[derive(Debug)]
pub(crate) struct About<'a> {
    /// The lot as these units.
    pub(crate) lot: Subject<'a>,
    /// Each part of it and the event of so many units.
    pub(crate) shares: Vec<(Subject<'a>, &'a Event)>,
}

impl<'a> About<'a> {
    /// The units that took an event; `None` where no unit did, or all units of the lot are alike.
    pub(crate) fn new(lot: &Subject<'a>, split: &'a Split, event: &Event) -> Option<Self> {
        let shares = split.shares.get(&(event.kind, event.row)).filter(|_| !lot.parts.is_empty())?;
        let parts = || shares.iter().filter_map(|(place, share)| Some((split.parts.get(*place)?, share)));
        let whole = |events: &'a [Event], parts| lot.part(events, 1).into_lot(parts);
        Some(Self {
            lot: whole(lot.events, parts().map(|(part, _)| lot.part(&part.events, part.units)).collect()),
            shares: parts().map(|(part, share)| (whole(&part.events, Vec::new()), share)).collect(),
        })
    }
}

/// Whether what a fold adds for an event is the sum of what it adds for its units.
pub(crate) fn adds_up(fold: &Fold) -> bool {
    fold.value == Formula::Read(Read::LotQuantity)
        && fold.weight.is_none()
        && fold.adjustments.is_empty()
        && matches!(fold.keep, Keep::Sums | Keep::Whether)
        && fold.priced.as_ref().is_none_or(by_unit)
}

/// Whether an amount is so much for each unit.
fn by_unit(amount: &Formula) -> bool {
    match amount {
        Formula::Read(read) => *read == Read::Units,
        Formula::Times(a, b) => (by_unit(a) && b.is_rate()) || (a.is_rate() && by_unit(b)),
        Formula::Over(a, b) => by_unit(a) && b.is_rate(),
        Formula::Negated(a) => by_unit(a),
        Formula::Constant(_)
        | Formula::Plus(..)
        | Formula::Minus(..)
        | Formula::Shortfall(..)
        | Formula::Excess(..)
        | Formula::Greatest(..)
        | Formula::Least(..)
        | Formula::Rounded(..)
        | Formula::Compare(..)
        | Formula::Present(_)
        | Formula::In(..)
        | Formula::Not(_)
        | Formula::And(_)
        | Formula::Or(_)
        | Formula::Card(_)
        | Formula::Indexed(..)
        | Formula::OrElse(..) => false,
    }
}

/// Whether an amount is some rate for each unit, be the rate known or not.
pub(crate) fn is_by_unit(amount: &Formula) -> bool {
    let units = |formula: &Formula| *formula == Formula::Read(Read::Units);
    matches!(amount, Formula::Times(a, b) if units(a) || units(b))
}
