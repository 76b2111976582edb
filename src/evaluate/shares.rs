//! Which units of a lot an event is about, where an attribute differs among them.
//!
//! INVARIANT (each unit its own): what an event adds goes by the attributes of the units that it takes; where that cannot be
//! told apart, it is held.

use crate::base::number::Ratio;
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::deposits::{Payment, payment};
use crate::evaluate::lots::Split;
use crate::evaluate::observations::Key;
use crate::evaluate::observe::{Observer, Place};
use crate::evaluate::subject::{AtHand, Role, Subject};
use crate::feed::events::Event;
use crate::plan::deposit::Taking;
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

/// The parts of a lot that are there.
fn there<'s, 'a>(hand: &AtHand<'s, 'a>) -> impl Iterator<Item = &'s Subject<'a>> + use<'s, 'a> {
    let at = hand.at;
    hand.subject.parts.iter().filter(move |part| part.events.first().is_some_and(|first| first.occurred <= at))
}

/// Whether it is not known which of the units of a lot an event is about, though they differ: it opens and ends nothing.
pub(crate) fn takes_unknown_units(subject: &Subject<'_>, event: &Event) -> bool {
    subject.role == Role::Lot && !subject.parts.is_empty() && subject.takers(event).next().is_none()
}

/// Whether a condition holds, whichever units of a lot an event is about.
pub(crate) fn passes_by_unit<'a>(
    hand: &mut AtHand<'_, 'a>,
    event: &Event,
    filter: Option<&'a Formula>,
) -> Result<bool, Gap> {
    let passes = hand.passes(filter);
    if passes.is_ok() || !takes_unknown_units(hand.subject, event) {
        return passes;
    }
    let mut each = there(hand).map(|part| AtHand { subject: part, ..hand.clone() }.passes(filter).ok());
    let first = each.next().flatten();
    first.filter(|first| each.all(|other| other == Some(*first))).map_or(passes, Ok)
}

/// What is paid as deposit on an event of which it is not known which units of a lot it is about: the same for each of them, or
/// it is not told which of those pay that may.
pub(crate) fn of_some_units<'a>(hand: &AtHand<'_, 'a>, taking: &'a Taking, units: &Ratio) -> Option<Payment> {
    let way = |part| {
        let mut hand = AtHand { subject: part, ..hand.clone() };
        let each = number(&taking.amount, &mut hand.with(Ratio::ONE)).ok();
        let of = taking.payer.as_ref().map_or(Key::Value(None), |payer| hand.key(payer));
        (hand.passes(taking.occasion.filter.as_ref()).ok(), each, of)
    };
    let all: Vec<(&Subject<'a>, _)> = there(hand).map(|part| (part, way(part))).collect();
    let Some((part, first)) = all.first() else { return payment(hand, taking, (units.clone(), None)) };
    if all.iter().all(|(_, own)| own == first) {
        return payment(&AtHand { subject: part, ..hand.clone() }, taking, (units.clone(), None));
    }
    let perhaps = all.iter().filter(|(_, (passes, ..))| *passes != Some(false));
    let most = perhaps.clone().fold(0_i64, |sum, (part, _)| sum.saturating_add(part.units()));
    let mut whose = perhaps.map(|(_, (.., of))| *of);
    let of = whose.next().filter(|first| whose.all(|of| of == *first));
    let gap = Gap::Held("it is not known which units of the lot pay a deposit".to_owned());
    let surely = all.iter().all(|(_, (passes, ..))| *passes == Some(true));
    let (_, each, _) = first;
    let each = each.clone().filter(|_| surely && all.iter().all(|(_, (_, own, _))| own == each));
    Some(Payment {
        units: units.clone().min(Ratio::int(most)),
        each: each.ok_or_else(|| gap.clone()),
        of: of.unwrap_or(Key::Value(None)),
        doubt: Some(gap).filter(|_| !surely),
    })
    .filter(|paid| !paid.units.is_zero())
}

impl<'a> Observer<'a> {
    /// Whether it cannot be told of the units of a lot together what an event adds.
    pub(super) fn differs(&self, fold: &'a Fold, hand: &mut AtHand<'_, 'a>) -> bool {
        let told =
            |hand: &mut AtHand<'_, 'a>| hand.mixed(&fold.keys).is_none() && self.valued(fold, hand, None).is_ok();
        there(hand).next().is_some()
            && match hand.passes(fold.filter.as_ref()) {
                Ok(passes) => passes && !told(hand),
                Err(_) => true,
            }
    }

    /// Adds an event whose units differ: what it adds is the same for each of them, or it is held for those for which it may
    /// add anything.
    pub(super) fn of_units(&mut self, fold: &'a Fold, mut hand: AtHand<'_, 'a>, place: &Place) {
        let lot = hand.subject;
        let with = |parts| lot.part(lot.events, 1).into_lot(parts);
        let units: Vec<Subject<'a>> = there(&hand).map(|part| lot.part(part.events, 1).into_lot(Vec::new())).collect();
        let way = |unit| {
            let mut hand = AtHand { subject: unit, ..hand.clone() };
            let passes = hand.passes(fold.filter.as_ref()).ok();
            let valued = passes.filter(|passes| *passes).and_then(|_| self.valued(fold, &mut hand, None).ok());
            (hand.group(&fold.keys), passes, valued)
        };
        let ways: Vec<_> = units.iter().map(way).collect();
        if let Some(unit) = units.first().filter(|_| ways.windows(2).all(|pair| pair.first() == pair.last())) {
            self.passed(fold, AtHand { subject: unit, ..hand }, place);
            return;
        }
        let why = hand.passes(fold.filter.as_ref()).err();
        let why = why.or_else(|| hand.mixed(&fold.keys)).or_else(|| self.valued(fold, &mut hand, None).err());
        let perhaps = units.into_iter().zip(&ways).filter(|(_, (_, passes, _))| *passes != Some(false));
        let perhaps: Vec<Subject<'a>> = perhaps.map(|(unit, _)| unit).collect();
        if let (Some(why), false) = (why, perhaps.is_empty()) {
            let some = with(perhaps);
            self.gap(fold, &AtHand { subject: &some, ..hand }, place, why);
        }
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
