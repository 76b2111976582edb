//! Lots: an asset of many units. Its events open and end in part, so that it is walked as parts, each of which is so many
//! units with the same events.
//!
//! INVARIANT (a lot is its units): a lot comes to what as many single assets would, each with the events of its own.

use rustc_hash::FxHashMap;

use crate::base::ids::{AttributeId, FieldId, KindId, ObligationId};
use crate::base::number::Ratio;
use crate::base::value::Kind;
use crate::base::vocabulary::{LoneEnd, Matching};
use crate::evaluate::datum::Gap;
use crate::evaluate::deposits::{Lone, takes_with};
use crate::evaluate::observations::Whose;
use crate::evaluate::observe::{Observer, is_of};
use crate::evaluate::scene::Scene;
use crate::evaluate::states::is_at;
use crate::evaluate::subject::Subject;
use crate::feed::events::Event;
use crate::plan::deposit::On;
use crate::plan::{Fold, Lots, Plan, Point, StateExpr, Trigger};

/// The parts of one lot.
#[derive(Debug, Default)]
pub(crate) struct Split {
    /// Each with its own events.
    pub(crate) parts: Vec<Part>,
    /// Events of more units than there are: the event, and how many are too many.
    pub(crate) excess: Vec<(Event, i64)>,
    /// For each event, by kind and row: the parts that took it in their turn, each with the event of so many units.
    pub(crate) shares: FxHashMap<(KindId, u32), Vec<(usize, Event)>>,
    /// Whether an event gave units an attribute.
    mixed: bool,
}

impl Split {
    /// Why an event is held: there are not so many units.
    pub(crate) fn too_many(&self, plan: &Plan, event: &Event) -> Option<Gap> {
        let (_, many) = self.excess.iter().find(|(found, _)| (found.kind, found.row) == (event.kind, event.row))?;
        let kind = plan.kinds.get(event.kind.index()).map_or("", |kind| kind.name.as_str());
        let there = event.quantity.saturating_sub(*many);
        Some(Gap::Held(format!("`{kind}` of {}, of which {there} are there", event.quantity)))
    }

    fn share(&mut self) {
        let of_part = |(place, part): (usize, &Part)| {
            let taken = part.events.iter().zip(&part.turns);
            taken.map(move |(event, turn)| (*turn, place, Event { quantity: part.units, ..*event })).collect::<Vec<_>>()
        };
        let mut all: Vec<_> = self.parts.iter().enumerate().flat_map(of_part).collect();
        all.sort_by_key(|(turn, place, _)| (*turn, *place));
        for (_, place, share) in all {
            self.shares.entry((share.kind, share.row)).or_default().push((place, share));
        }
    }
}

/// So many units with the same events.
#[derive(Clone, Debug)]
pub(crate) struct Part {
    /// How many units.
    pub(crate) units: i64,
    /// Their events, each as of a single asset.
    pub(crate) events: Vec<Event>,
    /// For each of them, its turn among all that take an event.
    turns: Vec<usize>,
    /// For each span that is open: the place of the event that opened it.
    open: Vec<Option<usize>>,
    /// The place of its last event.
    last: usize,
    /// The place of its first event.
    first: usize,
    /// Whether anything was ever open.
    opened: bool,
    /// What events gave it, the latest last.
    values: Vec<(AttributeId, i128)>,
}

/// What is open from one event to another: a state, an obligation, a deposit, a time that is measured.
struct Span<'p> {
    opens: Vec<Way<'p>>,
    ends: Vec<Way<'p>>,
    /// An end without a start counts.
    lone_end: bool,
}

impl Span<'_> {
    /// Whether it ends a time after an event that also opens it: then that event ends nothing that is there.
    fn lasts(&self, event: &Event) -> bool {
        let after = |way: &Way<'_>| matches!(way, Way::Point(Point::Event { after: Some(_), .. }));
        self.ends.iter().all(after) && self.opens.iter().any(|way| way.is_of(event))
    }
}

/// An event that opens or ends a span.
enum Way<'p> {
    Point(&'p Point),
    Kind(KindId),
}

impl<'p> Way<'p> {
    fn is_of(&self, event: &Event) -> bool {
        match self {
            Self::Point(point) => point.is_of(event.kind),
            Self::Kind(kind) => *kind == event.kind,
        }
    }

    fn is(&self, subject: &Subject<'p>, event: &'p Event) -> bool {
        match self {
            Self::Point(point) => is_at(subject, point, event),
            Self::Kind(kind) => *kind == event.kind,
        }
    }
}

/// The lots of a contract, by their place among the subjects.
pub(crate) fn split_all(scene: Scene<'_>) -> FxHashMap<usize, Split> {
    let mut found = FxHashMap::default();
    if scene.plan.families.iter().all(|family| family.lots.is_none()) {
        return found;
    }
    for (place, walked) in scene.contract.subjects.iter().enumerate() {
        let subject = Subject::new(scene, walked);
        let family = subject.family.and_then(|family| scene.plan.families.get(family.index()));
        if let Some(lots) = family.and_then(|family| family.lots.as_ref()) {
            found.insert(place, split(&subject, lots));
        }
    }
    found
}

fn split(subject: &Subject<'_>, lots: &Lots) -> Split {
    let spans = spans(subject.scene.plan, subject);
    let mut lot = Lot { lots, spans: spans.len(), turns: 0, split: Split::default() };
    for (place, event) in subject.events.iter().enumerate() {
        let of = |ways: &dyn Fn(&Span<'_>) -> bool| {
            spans.iter().enumerate().filter(|(_, span)| ways(span)).map(|(place, _)| place).collect::<Vec<_>>()
        };
        let ends = of(&|span| !span.lasts(event) && span.ends.iter().any(|way| way.is(subject, event)));
        let opens = of(&|span| span.opens.iter().any(|way| way.is(subject, event)));
        let over = of(&|span| span.lasts(event) && span.ends.iter().any(|way| way.is(subject, event)));
        let lone_end = ends.iter().any(|place| spans.get(*place).is_some_and(|span| span.lone_end));
        let (sets, from) = named(subject, event);
        lot.split.mixed |= !sets.is_empty();
        lot.happens(&Step { event: *event, place, ends, opens, over, lone_end, sets, from });
    }
    lot.split.share();
    lot.split
}

/// The attributes that an event names, with their values and whether they are parties; and the other parties that it names.
fn named(subject: &Subject<'_>, event: &Event) -> (Vec<(AttributeId, i128, bool)>, Vec<i128>) {
    let Some(kind) = subject.scene.plan.kinds.get(event.kind.index()) else { return Default::default() };
    let value = |field: FieldId| subject.scene.contract.events.value(event, field);
    let (mut sets, mut others) = (Vec::new(), Vec::new());
    for (place, (_, of)) in kind.fields.iter().enumerate() {
        let field = FieldId::at(place);
        let party = *of == Kind::Party;
        let set = kind.sets.iter().find(|(own, _)| *own == field);
        match (set, value(field)) {
            (Some((_, attribute)), Some(raw)) => sets.push((*attribute, raw, party)),
            (None, Some(raw)) if party => others.push(raw),
            (Some(_) | None, _) => {}
        }
    }
    (sets, others)
}

/// One event and what it opens and ends.
struct Step {
    event: Event,
    place: usize,
    ends: Vec<usize>,
    opens: Vec<usize>,
    /// What it opens only for a time.
    over: Vec<usize>,
    lone_end: bool,
    sets: Vec<(AttributeId, i128, bool)>,
    /// The parties that it names beside these.
    from: Vec<i128>,
}

struct Lot<'p> {
    lots: &'p Lots,
    spans: usize,
    /// How many turns were taken.
    turns: usize,
    split: Split,
}

impl Lot<'_> {
    fn happens(&mut self, step: &Step) {
        let entry = self.lots.from.contains(&step.event.kind);
        if step.ends.is_empty() && step.opens.is_empty() && !entry && step.sets.is_empty() {
            return;
        }
        let mut left = step.event.quantity;
        // First the units for which it ends something …
        if !step.ends.is_empty() {
            left = self.take(step, left, |part| step.ends.iter().filter_map(|span| part.opened(*span)).min());
        }
        // … then those that it brings in, or those that have not begun what it begins: first those that are there, then
        // those of which all has ended.
        if entry && left > 0 {
            let part = self.part(step, left);
            self.split.parts.push(part);
            return;
        }
        if step.ends.is_empty() && step.opens.is_empty() {
            left = self.take(step, left, Part::since);
            // A unit of which all has ended is not handed on any more.
            let still = |part: &Part| part.since().is_none() && (step.from.is_empty() || !part.opened);
            left = self.take(step, left, |part| Some(part.first).filter(|_| still(part)));
            if left > 0 {
                self.split.excess.push((step.event, left));
            }
            return;
        }
        let begun = |part: &Part| step.opens.iter().any(|span| part.opened(*span).is_some());
        if !step.opens.is_empty() {
            left = self.take(step, left, |part| part.there().filter(|_| !begun(part)));
            left = self.take(step, left, |part| Some(part.first).filter(|_| part.there().is_none()));
        }
        if left > 0 && step.lone_end {
            let part = self.part(step, left);
            self.split.parts.push(part);
        } else if left > 0 {
            self.split.excess.push((step.event, left));
        }
    }

    /// A part that begins with an event.
    fn part(&mut self, step: &Step, units: i64) -> Part {
        let mut part = Part {
            units,
            events: Vec::new(),
            turns: Vec::new(),
            open: vec![None; self.spans],
            last: step.place,
            first: step.place,
            opened: false,
            values: Vec::new(),
        };
        part.take(step, self.turn());
        part
    }

    fn turn(&mut self) -> usize {
        self.turns = self.turns.saturating_add(1);
        self.turns
    }

    /// Gives the event to units that are told to be open, in the order that the contract says; gives back for how many
    /// there are none.
    fn take(&mut self, step: &Step, wanted: i64, since: impl Fn(&Part) -> Option<usize>) -> i64 {
        let mut found: Vec<(usize, usize)> = Vec::new();
        for (place, part) in self.split.parts.iter().enumerate() {
            found.extend(since(part).filter(|_| part.last != step.place).map(|since| (since, place)));
        }
        for (attribute, value, party) in &step.sets {
            let has = |place: usize| self.split.parts.get(place).and_then(|part| part.value(*attribute));
            let first = found.first().and_then(|(_, place)| has(*place));
            if found.iter().all(|(_, place)| has(*place) == first) {
                continue;
            }
            if *party && !step.from.is_empty() {
                found.retain(|(_, place)| has(*place).is_some_and(|value| step.from.contains(&value)));
            } else if !step.ends.is_empty() || !step.opens.is_empty() {
                found.retain(|(_, place)| has(*place) == Some(*value));
            }
        }
        found.sort_unstable();
        if self.lots.order == Matching::LatestFirst {
            found.reverse();
        }
        let mut left = wanted;
        for (_, place) in found {
            let turn = self.turn();
            let Some(part) = self.split.parts.get_mut(place).filter(|_| left > 0) else { break };
            let units = part.units.min(left);
            left = left.saturating_sub(units);
            if units < part.units {
                let mut taken = Part { units, ..part.clone() };
                part.units = part.units.saturating_sub(units);
                taken.take(step, turn);
                self.split.parts.push(taken);
            } else {
                part.take(step, turn);
            }
        }
        left
    }
}

impl Part {
    fn opened(&self, span: usize) -> Option<usize> {
        self.open.get(span).copied().flatten()
    }

    /// Since when something of it is open: the place of the event.
    fn since(&self) -> Option<usize> {
        self.open.iter().flatten().min().copied()
    }

    /// Since when it is there: while something is open, and from its first event on as long as nothing ever was.
    fn there(&self) -> Option<usize> {
        self.since().or(Some(self.first).filter(|_| !self.opened))
    }

    /// What an event gave it last.
    fn value(&self, attribute: AttributeId) -> Option<i128> {
        self.values.iter().rev().find(|(own, _)| *own == attribute).map(|(_, value)| *value)
    }

    fn take(&mut self, step: &Step, turn: usize) {
        self.values.retain(|(own, _)| step.sets.iter().all(|(set, ..)| set != own));
        self.values.extend(step.sets.iter().map(|(attribute, value, _)| (*attribute, *value)));
        self.events.push(Event { quantity: 1, ..step.event });
        self.turns.push(turn);
        self.last = step.place;
        for span in &step.ends {
            if let Some(open) = self.open.get_mut(*span) {
                *open = None;
            }
        }
        self.opened |= !step.opens.is_empty();
        for span in step.opens.iter().filter(|span| !step.over.contains(span)) {
            if let Some(open) = self.open.get_mut(*span) {
                open.get_or_insert(step.place);
            }
        }
    }
}

/// Everything that events of a lot open and end.
fn spans<'p>(plan: &'p Plan, subject: &Subject<'_>) -> Vec<Span<'p>> {
    let one = |point: &'p Point| vec![Way::Point(point)];
    let own = |family| subject.family == Some(family);
    let states = plan.states.iter().filter(|state| state.family.is_some_and(own)).map(|state| Span {
        opens: one(&state.from),
        ends: one(&state.to),
        lone_end: state.lone_end == LoneEnd::FromStart,
    });
    let duties = plan.obligations.iter().filter(|duty| own(duty.family)).map(|duty| Span {
        opens: one(&duty.opens),
        ends: one(&duty.done),
        lone_end: false,
    });
    let times = plan.folds.iter().filter(|fold| fold.family.is_some_and(own)).filter_map(|fold| match &fold.trigger {
        Trigger::Between { from, to, .. } => Some(Span { opens: one(from), ends: one(to), lone_end: false }),
        Trigger::Event(_)
        | Trigger::Held(..)
        | Trigger::Meter { .. }
        | Trigger::Level { .. }
        | Trigger::Lateness { .. }
        | Trigger::Outcome(..)
        | Trigger::Taken(..)
        | Trigger::Released { .. } => None,
    });
    states.chain(duties).chain(times).chain(deposits(plan)).collect()
}

/// Deposits that are matched by serial; those of a pool are not the asset's.
fn deposits(plan: &Plan) -> impl Iterator<Item = Span<'_>> {
    let kind = |on: On| match on {
        On::Event(kind) => Some(Way::Kind(kind)),
        On::Outcome(..) => None,
    };
    let serial = plan.deposits.iter().filter(|deposit| deposit.matching == Matching::Serial);
    serial.map(move |deposit| Span {
        opens: deposit.takings.iter().filter_map(|taking| kind(taking.occasion.on)).collect(),
        ends: deposit.releases.iter().filter_map(|release| kind(release.occasion.on)).collect(),
        lone_end: false,
    })
}

impl<'a> Observer<'a> {
    /// A lot: what is counted by event and read on meters as a whole, what lasts part by part.
    pub(super) fn walk_lot(&mut self, lot: Subject<'a>, split: &'a Split) {
        self.whose = Whose::of(lot.asset);
        let lot = if split.mixed { lot.into_parts(split) } else { lot.into_lot(Vec::new()) };
        self.events(&lot, Some(split));
        self.set_aside(&lot);
        self.rank_alone();
        self.contested(&lot);
        self.excess(&lot, split);
        for part in &split.parts {
            self.live(lot.part(&part.events, part.units));
        }
        self.live(lot);
    }

    /// Holds what depends on events of more units than a lot has.
    fn excess(&mut self, lot: &Subject<'a>, split: &'a Split) {
        let (plan, time) = (self.scene.plan, self.scene.time);
        for (event, many) in split.excess.iter().filter(|(event, _)| time.contains(event.occurred)) {
            let Some(gap) = split.too_many(plan, event) else { continue };
            let sets = plan.kinds.get(event.kind.index()).is_some_and(|kind| !kind.sets.is_empty());
            let own = |fold: &&Fold| {
                fold.trigger == Trigger::Event(event.kind)
                    || is_of(fold, lot) && (bounds(plan, fold, event.kind) || sets)
            };
            for fold in plan.folds.iter().filter(own) {
                match self.lone_return(fold, &mut lot.on(event)) {
                    Lone::Told => self.unmatched(fold, &lot.on(event), &Ratio::int(*many)),
                    Lone::Elsewhere => {}
                    Lone::Held => {
                        let place = self.place(fold, event.occurred);
                        self.gap(fold, &lot.on(event), &place, gap.clone());
                    }
                }
            }
        }
    }
}

/// Whether a kind of event is one of the points between which a fold counts.
fn bounds(plan: &Plan, fold: &Fold, kind: KindId) -> bool {
    let is = |point: &Point| point.is_of(kind);
    let duty =
        |id: &ObligationId| plan.obligations.get(id.index()).is_some_and(|duty| is(&duty.opens) || is(&duty.done));
    match &fold.trigger {
        Trigger::Held(state, _) => in_state(plan, state, &is),
        Trigger::Lateness { obligation, .. } | Trigger::Outcome(obligation, _) => duty(obligation),
        Trigger::Between { from, to, .. } => is(from) || is(to),
        Trigger::Taken(deposit, _) | Trigger::Released { deposit, .. } => {
            plan.deposits.get(deposit.index()).is_some_and(|deposit| deposit.is_bounded_by(kind))
                || takes_with(plan, fold).as_ref().is_some_and(duty)
        }
        Trigger::Event(_) | Trigger::Meter { .. } | Trigger::Level { .. } => false,
    }
}

fn in_state(plan: &Plan, state: &StateExpr, is: &dyn Fn(&Point) -> bool) -> bool {
    match state {
        StateExpr::In(id) => plan.states.get(id.index()).is_some_and(|state| is(&state.from) || is(&state.to)),
        StateExpr::Member => false,
        StateExpr::Not(inner) => in_state(plan, inner, is),
        StateExpr::And(parts) | StateExpr::Or(parts) => parts.iter().any(|part| in_state(plan, part, is)),
    }
}
