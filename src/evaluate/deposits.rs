//! Deposits: what is paid, held, given back and kept, one after the other.

use std::borrow::Cow;

use crate::base::ids::{AttributeId, DepositId, KindId, ObligationId};
use crate::base::number::Ratio;
use crate::base::time::Instant;
use crate::base::vocabulary::{LoneReturn, Matching, Outcome};
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::duties::Instance;
use crate::evaluate::governed::{open_since, open_under};
use crate::evaluate::holders::{holder, holder_before, named};
use crate::evaluate::ledger::{Ledger, Open, Passed, Wanted};
use crate::evaluate::observations::{Key, Whose};
use crate::evaluate::observe::Observer;
use crate::evaluate::returns::{Returned, is_in_force, text_at};
use crate::evaluate::shares::{of_some_units, passes_by_unit, takes_unknown_units};
use crate::evaluate::subject::{AtHand, Role, Subject};
use crate::evaluate::undivided::lot_of_duty;
use crate::feed::events::Event;
use crate::plan::deposit::{Deposit, Occasion, On, Releasing, Taking};
use crate::plan::{Dimension, Fold, Plan, Trigger};

/// What happens to the deposits of a clause.
#[derive(Clone, Debug)]
pub(crate) struct Move<'a> {
    /// When.
    pub(crate) at: Instant,
    /// Before, with or after the events of that instant.
    turn: Turn,
    /// The event, or the one that opened the obligation; none where the register says who has the asset.
    pub(crate) event: Option<&'a Event>,
    /// Who owes the obligation.
    bearer: Option<Key>,
    /// What of a lot it is about: the place among its parts.
    part: Option<usize>,
    /// What, or why that cannot be told.
    pub(crate) what: What,
}

/// What comes before what at one instant: what is late or missed is so before what else happens then; what is met is met by it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Turn {
    Missed,
    Register,
    Event,
    Met,
}

/// Why something happens to a deposit.
#[derive(Clone, Copy)]
struct Cause<'a, 'g> {
    /// The event, or the one that opened the obligation.
    event: &'a Event,
    units: i64,
    turn: Turn,
    /// Why it cannot be told whether it happens.
    doubt: Option<&'g Gap>,
}

/// One step of a deposit; the number is the place among its takings.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// So many units are paid at so much each.
    Taken(usize, Payment),
    /// Units come back, by each sentence that says so.
    Released(Vec<Returned>),
    /// So many units go on to another member.
    Passed(Passed),
}

/// So many units that are paid.
#[derive(Clone, Debug)]
pub(crate) struct Payment {
    pub(super) units: Ratio,
    pub(super) each: Result<Ratio, Gap>,
    /// Who pays.
    pub(super) of: Key,
    /// Why it cannot be told whether they are paid.
    pub(super) doubt: Option<Gap>,
}

impl<'a> Move<'a> {
    /// What is at hand.
    pub(crate) fn hand<'s>(&self, subject: &'s Subject<'a>) -> AtHand<'s, 'a> {
        let subject = self.part.and_then(|part| subject.parts.get(part)).unwrap_or(subject);
        AtHand { event: self.event, bearer: self.bearer, ..subject.at(self.at) }
    }

    /// The place in total order, within one asset or over all of them: obligations give back what they do before they take
    /// anything.
    pub(crate) fn order(&self) -> (Instant, Turn, bool) {
        (self.at, self.turn, self.turn != Turn::Event && matches!(self.what, What::Taken(..)))
    }
}

/// What happens to the deposits of a clause by one subject, in total order, up to the end of the time that counts. The
/// events of a lot are those of its parts; to a pool they happen as a whole.
fn moves<'a>(subject: &Subject<'a>, deposit: &'a Deposit, duties: &[Vec<Instance<'a>>]) -> Vec<Move<'a>> {
    let pooled = deposit.matching != Matching::Serial;
    let events = match subject.role {
        Role::Single => true,
        Role::Lot => pooled,
        Role::Part(_) => !pooled,
    };
    let mut found = if events { on_events(subject, deposit) } else { Vec::new() };
    found.extend(on_outcomes(subject, deposit, duties));
    if events {
        found.extend(by_register(subject, deposit));
    }
    found.retain(|step| step.at < subject.scene.time.end);
    found.sort_by_key(Move::order);
    found
}

fn on_events<'a>(subject: &Subject<'a>, deposit: &'a Deposit) -> Vec<Move<'a>> {
    let mut found = Vec::new();
    for event in subject.events {
        // An event that is several gives the held deposit back first, then hands it on, then takes another.
        let on = |occasion: &Occasion| occasion.on == On::Event(event.kind);
        let of_part = |(part, hand, units)| {
            let own = steps(&hand, deposit, &on, Cause { event, units, turn: Turn::Event, doubt: None }).into_iter();
            own.map(move |step| Move { part, ..step }).collect::<Vec<_>>()
        };
        let all = about(subject, event).into_iter().flat_map(of_part);
        let (back, taken): (Vec<_>, Vec<_>) = all.partition(|step| matches!(step.what, What::Released(..)));
        found.extend(back);
        found.extend(handed_on(subject, deposit, event));
        found.extend(taken);
    }
    found
}

/// What an event is about, each with its place among the parts and its units: what it takes of a lot of which the units
/// differ, in the order in which it takes them, and the others.
fn about<'s, 'a>(subject: &'s Subject<'a>, event: &'a Event) -> Vec<(Option<usize>, AtHand<'s, 'a>, i64)> {
    let parts = subject.takers(event);
    let mut found: Vec<_> = parts.map(|(place, part)| (Some(place), part.on(event), part.units())).collect();
    let taken = found.iter().fold(0_i64, |sum, (_, _, units)| sum.saturating_add(*units));
    let left = event.quantity.saturating_sub(taken);
    if left > 0 || found.is_empty() {
        found.push((None, subject.on(event), left.saturating_mul(subject.units())));
    }
    found
}

/// What obligations do, those that were opened first.
fn on_outcomes<'a>(subject: &Subject<'a>, deposit: &'a Deposit, duties: &[Vec<Instance<'a>>]) -> Vec<Move<'a>> {
    let mut found = Vec::new();
    let all = duties.iter().enumerate().flat_map(|(id, all)| all.iter().map(move |one| (id, one)));
    let mut all: Vec<(usize, &Instance<'a>)> = all.collect();
    all.sort_by_key(|(_, one)| (one.opened.occurred, one.opened.sequence, one.opened.kind));
    for (obligation, instance) in all {
        if let Err(gap) = &instance.deadline {
            found.extend(in_doubt(subject, deposit, (ObligationId::at(obligation), instance), gap));
            continue;
        }
        for outcome in [Outcome::Late, Outcome::Missed, Outcome::Met] {
            // What is late or missed is so before what else happens at that instant; what is met is met by it.
            let turn = if outcome == Outcome::Met { Turn::Met } else { Turn::Missed };
            let on = |occasion: &Occasion| occasion.on == On::Outcome(ObligationId::at(obligation), outcome);
            if let Some(at) = instance.reached(outcome) {
                let bearer = Some(instance.bearer(subject, at));
                let hand = AtHand { event: Some(instance.opened), bearer, ..subject.at(at) };
                // Of a lot that is not told apart it may be of each unit.
                let lot = lot_of_duty(subject, instance.plan, at);
                let units = if lot.is_some() { instance.opened.quantity } else { subject.units() };
                let cause = Cause { event: instance.opened, units, turn, doubt: lot.as_ref() };
                found.extend(steps(&hand, deposit, &on, cause));
            }
        }
    }
    found
}

/// What may happen with an obligation that cannot be told: what is met is so when it is done; what is late or missed may be so to
/// what is held when it is opened, or with the first day of the term, and to what is taken until it is done.
fn in_doubt<'a>(
    subject: &Subject<'a>,
    deposit: &'a Deposit,
    (obligation, instance): (ObligationId, &Instance<'a>),
    gap: &Gap,
) -> Vec<Move<'a>> {
    let opened = instance.opened;
    let cause = Cause { event: opened, units: subject.units(), turn: Turn::Met, doubt: Some(gap) };
    let bearer = |at: Instant| Some(instance.bearer(subject, at));
    let hand = |at: Instant| AtHand { event: Some(opened), bearer: bearer(at), ..subject.at(at) };
    let met = |occasion: &Occasion| occasion.on == On::Outcome(obligation, Outcome::Met);
    let other = |occasion: &Occasion| matches!(occasion.on, On::Outcome(of, _) if of == obligation) && !met(occasion);
    let mut found = instance.done.map(|at| steps(&hand(at), deposit, &met, cause)).unwrap_or_default();
    let back = |at: Instant, again: bool| {
        let mut all = steps(&hand(at), deposit, &other, cause);
        all.retain_mut(|step| match &mut step.what {
            What::Released(back) => {
                back.iter_mut().for_each(|returned| returned.again = again);
                true
            }
            What::Taken(..) | What::Passed(_) => false,
        });
        all
    };
    let since = open_since(subject, instance);
    found.extend(back(since, false));
    for (place, taking) in deposit.takings.iter().enumerate().filter(|(_, taking)| other(&taking.occasion)) {
        let from = open_under(subject, taking.occasion.text.as_ref(), instance);
        let paid = |at: Instant| Some((at, payment(&hand(at), taking, (Ratio::int(cause.units), Some(gap)))?));
        let taken = from.and_then(paid).map(|(at, paid)| cause.step(&hand(at), What::Taken(place, paid)));
        found.extend(taken);
    }
    let later = subject.events.iter().map(|event| event.occurred).filter(|at| *at > since);
    found.extend(later.filter(|at| instance.done.is_none_or(|done| *at < done)).flat_map(|at| back(at, true)));
    found
}

/// What an event or outcome does to so many units: first what it gives back, then what it takes.
fn steps<'a>(
    hand: &AtHand<'_, 'a>,
    deposit: &'a Deposit,
    on: &dyn Fn(&Occasion) -> bool,
    cause: Cause<'a, '_>,
) -> Vec<Move<'a>> {
    let event = cause.event;
    let units = Ratio::int(cause.units);
    let (mut hand, subject, at) = (hand.clone(), hand.subject, hand.now);
    let mut found = Vec::new();
    let happens = |occasion: &Occasion| on(occasion) && is_in_force(subject, occasion, (event.occurred, at));
    let mut back = Vec::new();
    for (place, release) in deposit.releases.iter().enumerate().filter(|(_, release)| happens(&release.occasion)) {
        let doubt = match passes_by_unit(&mut hand, event, release.occasion.filter.as_ref()) {
            Ok(false) => continue,
            Ok(true) => cause.doubt.cloned(),
            Err(gap) => Some(gap),
        };
        let wanted = wanted(&hand, units.clone(), release.of.as_ref());
        let text = text_at(subject, release, at);
        back.push(Returned { place, clause: release.clause, wanted, doubt, again: false, text });
    }
    if !back.is_empty() {
        found.push(What::Released(back));
    }
    for (place, taking) in deposit.takings.iter().enumerate().filter(|(_, taking)| happens(&taking.occasion)) {
        let paid = if takes_unknown_units(subject, event) {
            of_some_units(&hand, taking, &units)
        } else {
            payment(&hand, taking, (units.clone(), cause.doubt))
        };
        found.extend(paid.map(|paid| What::Taken(place, paid)));
    }
    found.into_iter().map(|what| cause.step(&hand, what)).collect()
}

impl<'a> Cause<'a, '_> {
    fn step(&self, hand: &AtHand<'_, 'a>, what: What) -> Move<'a> {
        Move { at: hand.now, turn: self.turn, event: Some(self.event), bearer: hand.bearer, part: None, what }
    }
}

/// What is paid for so many units that are alike; nothing where the condition does not hold.
pub(super) fn payment(
    hand: &AtHand<'_, '_>,
    taking: &Taking,
    (units, doubt): (Ratio, Option<&Gap>),
) -> Option<Payment> {
    let mut hand = hand.clone();
    let doubt = match hand.passes(taking.occasion.filter.as_ref()) {
        Ok(false) => return None,
        Ok(true) => doubt.cloned(),
        Err(gap) => Some(gap),
    };
    let each = number(&taking.amount, &mut hand.with(Ratio::ONE));
    let of = taking.payer.as_ref().map_or(Key::Value(None), |payer| hand.key(payer));
    Some(Payment { units, each, of, doubt })
}

/// What comes back, of the member who brings it where that counts.
fn wanted(hand: &AtHand<'_, '_>, units: Ratio, of: Option<&Dimension>) -> Result<Wanted, Gap> {
    let of = of.map(|dim| hand.key(dim));
    if of == Some(Key::Value(None)) {
        return Err(Gap::Held("it is not known who brings back what comes back".to_owned()));
    }
    Ok(Wanted { units, of })
}

/// What an event hands on: it names another holder.
fn handed_on<'a>(subject: &Subject<'a>, deposit: &'a Deposit, event: &'a Event) -> Vec<Move<'a>> {
    let passed = move |part: &Subject<'a>, each: i64| {
        let units = Ratio::int(each.saturating_mul(part.units()));
        let with = |with: AttributeId| {
            let to = named(part, event, with)?;
            let from = one_before(deposit, holder_before(part, with, event))?;
            (from != to).then(|| Passed { units: units.clone(), with, from, to })
        };
        carried(deposit).into_iter().filter_map(with).collect()
    };
    let found: Vec<Passed> = if subject.role == Role::Lot {
        subject.takers(event).flat_map(|(_, part)| passed(part, 1)).collect()
    } else {
        passed(subject, event.quantity)
    };
    let step = |passed: Passed| Move {
        at: event.occurred,
        turn: Turn::Event,
        event: Some(event),
        bearer: None,
        part: None,
        what: What::Passed(passed),
    };
    found.into_iter().map(step).collect()
}

/// What the register hands on.
fn by_register<'a>(subject: &Subject<'a>, deposit: &'a Deposit) -> Vec<Move<'a>> {
    let set = |at: Instant| subject.events.iter().any(|event| event.occurred == at);
    let mut found = Vec::new();
    for at in subject.changes().into_iter().filter(|at| !set(*at)) {
        let parts = if subject.role == Role::Lot { subject.parts.iter().collect() } else { vec![subject] };
        for part in parts {
            let step = |passed: Passed| Move {
                at,
                turn: Turn::Register,
                event: None,
                bearer: None,
                part: None,
                what: What::Passed(passed),
            };
            let with = |with: AttributeId| {
                let from = one_before(deposit, holder(part, with, Instant(at.0.saturating_sub(1))))?;
                let to = holder(part, with, at)?;
                (from != to).then(|| Passed { units: Ratio::int(part.units()), with, from, to })
            };
            found.extend(carried(deposit).into_iter().filter_map(with).map(step));
        }
    }
    found
}

/// The member before. Of a single asset all goes over to the next one, also where it is not known who had it before.
fn one_before(deposit: &Deposit, known: Option<Key>) -> Option<Key> {
    known.or_else(|| (deposit.matching == Matching::Serial).then_some(Key::Value(None)))
}

/// The attributes with which a deposit goes over.
fn carried(deposit: &Deposit) -> Vec<AttributeId> {
    let mut carried: Vec<AttributeId> = deposit.takings.iter().filter_map(|taking| taking.carried).collect();
    carried.sort_unstable();
    carried.dedup();
    carried
}

/// What one subject does to pooled deposits.
#[derive(Debug)]
pub(super) struct Pooled<'a> {
    pub(super) deposit: DepositId,
    /// Its place among the subjects that do something to them.
    pub(super) subject: usize,
    pub(super) step: Move<'a>,
}

impl Pooled<'_> {
    /// The total order over all subjects: subjects come in the order of their assets. What an obligation does goes by its own
    /// asset, whatever opened it.
    fn order(&self) -> (Instant, Turn, bool, Option<(i64, KindId)>, usize) {
        let (at, turn, taken) = self.step.order();
        let event = self.step.event.filter(|_| turn == Turn::Event);
        (at, turn, taken, event.map(|event| (event.sequence, event.kind)), self.subject)
    }
}

/// What units of a lot mean to a fold that come back and are not there.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Lone {
    /// It tells them as returns without a deposit.
    Told,
    /// Another fold tells them.
    Elsewhere,
    /// It is held.
    Held,
}

impl<'a> Observer<'a> {
    /// Whether units that come back and are not there are listed as returns without a deposit, as a single asset's are.
    pub(super) fn lone_return(&self, fold: &Fold, hand: &mut AtHand<'_, 'a>) -> Lone {
        let (Some(deposit), Some(event)) = (of_fold(self.scene.plan, fold), hand.event) else { return Lone::Held };
        // A pool looks at what is held for all assets, whatever units of a lot there are.
        if deposit.matching != Matching::Serial {
            return Lone::Elsewhere;
        }
        let (subject, at) = (hand.subject, event.occurred);
        let on = |occasion: &Occasion| occasion.on == On::Event(event.kind) && is_in_force(subject, occasion, (at, at));
        let speaks = |release: &Releasing| text_at(subject, release, at).is_none_or(|text| text.speaks());
        let takes = deposit.takings.iter().any(|taking| on(&taking.occasion));
        // What an obligation takes depends on it as the obligation does.
        let plan = self.scene.plan;
        let duty = if let Trigger::Outcome(id, _) = fold.trigger { Some(id) } else { takes_with(plan, fold) };
        if let Some(duty) = duty.and_then(|id| plan.obligations.get(id.index())) {
            let sets = plan.kinds.get(event.kind.index()).is_some_and(|kind| !kind.sets.is_empty());
            let is_about = duty.opens.is_of(event.kind) || duty.done.is_of(event.kind);
            return if is_about || sets { Lone::Held } else { Lone::Elsewhere };
        }
        // It takes none and ends none: what is paid when one is taken stays.
        let ends = deposit.releases.iter().any(|release| release.occasion.on == On::Event(event.kind));
        if ends && !takes && !matches!(fold.trigger, Trigger::Released { .. }) {
            return Lone::Elsewhere;
        }
        let before = self.paid_before(deposit.id, event.occurred, Some(subject)).is_some();
        if takes || before || deposit.lone != LoneReturn::Listed {
            return Lone::Held;
        }
        let mut back =
            deposit.releases.iter().enumerate().filter(|(_, release)| on(&release.occasion) && speaks(release));
        // Whether its condition holds or not, nothing comes back.
        let told = back.find(|(_, release)| hand.passes(release.occasion.filter.as_ref()) == Ok(true));
        match (told, &fold.trigger) {
            (Some((place, _)), Trigger::Released { release, tells: true, .. }) if *release == place => Lone::Told,
            (None, _) if !ends => Lone::Held,
            (Some(_) | None, _) => Lone::Elsewhere,
        }
    }

    /// Takes and ends the deposits of one subject.
    pub(super) fn deposits(&mut self, subject: &Subject<'a>, duties: &[Vec<Instance<'a>>]) {
        for deposit in &self.scene.plan.deposits {
            let moves = moves(subject, deposit, duties);
            if deposit.matching != Matching::Serial {
                let subject = self.pooling.len();
                let pooled = moves.into_iter().map(|step| Pooled { deposit: deposit.id, subject, step });
                self.pooled.extend(pooled);
                continue;
            }
            let lots = self.lots_of_deposits(subject, deposit);
            let mut ledger = Ledger::new(deposit);
            for step in &moves {
                ledger.reach(step.at, &lots);
                self.moved(subject, &mut ledger, step);
            }
            ledger.reach(self.scene.time.end, &lots);
            self.out.deposits.extend(ledger.finished());
        }
    }

    /// Matches pooled deposits, when all subjects were walked: whatever the asset, in total order.
    pub(super) fn pools(&mut self) {
        self.whose = Whose::LAST;
        let mut pooled = std::mem::take(&mut self.pooled);
        let subjects = std::mem::take(&mut self.pooling);
        pooled.sort_by_key(Pooled::order);
        for deposit in &self.scene.plan.deposits {
            let mut ledger = Ledger::new(deposit);
            for pooled in pooled.iter().filter(|pooled| pooled.deposit == deposit.id) {
                if let Some(subject) = subjects.get(pooled.subject) {
                    self.moved(subject, &mut ledger, &pooled.step);
                }
            }
            self.out.deposits.extend(ledger.finished());
        }
    }

    /// One step of the deposits of a clause.
    pub(super) fn moved(&mut self, subject: &Subject<'a>, ledger: &mut Ledger<'a>, step: &Move<'a>) {
        let (plan, id) = (self.scene.plan, ledger.plan().id);
        let hand = step.hand(subject);
        match &step.what {
            What::Taken(place, paid) => {
                let deposit = Open {
                    asset: subject.asset,
                    taking: *place,
                    of: paid.of,
                    carried: ledger.plan().takings.get(*place).and_then(|taking| taking.carried),
                    paid: step.at,
                    since: step.at,
                    units: paid.units.clone(),
                    amount: paid.each.clone(),
                    left_by: None,
                    doubt: paid.doubt.clone().or(ledger.lot()),
                };
                let taken = ledger.take(deposit);
                for fold in plan.folds.iter().filter(|fold| fold.trigger == Trigger::Taken(id, *place)) {
                    match &taken {
                        Ok(true) => self.counted(fold, hand.with(paid.units.clone())),
                        Ok(false) => {}
                        Err(gap) => self.held_at(fold, &hand, gap),
                    }
                }
            }
            What::Passed(passed) => ledger.pass(step.at, passed),
            What::Released(back) => {
                let (back, times) = one_by_one(ledger.plan(), back);
                for _ in 0..times {
                    self.released(ledger, &back, &hand);
                }
            }
        }
    }

    pub(super) fn counted(&mut self, fold: &'a Fold, mut hand: AtHand<'_, 'a>) {
        if self.scene.time.contains(hand.at) {
            let place = self.place(fold, hand.at);
            self.occur(fold, &mut hand, &place, None);
        }
    }

    pub(super) fn unmatched(&mut self, fold: &'a Fold, hand: &AtHand<'_, 'a>, units: &Ratio) {
        if self.scene.time.contains(hand.at) {
            let place = self.place(fold, hand.at);
            self.witness(fold, hand, &place, None);
            let units = units.to_i64().and_then(|units| u64::try_from(units).ok()).unwrap_or(1);
            let tally = self.tally(fold, place.window, hand.group(&fold.keys));
            tally.unmatched = tally.unmatched.saturating_add(units);
        }
    }

    pub(super) fn held_at(&mut self, fold: &'a Fold, hand: &AtHand<'_, 'a>, gap: &Gap) {
        if self.scene.time.contains(hand.at) {
            let place = self.place(fold, hand.at);
            self.gap(fold, hand, &place, gap.clone());
        }
    }
}

/// What comes back to a pool by several sentences does so unit by unit, as of so many events: what each of them ends, and how
/// often.
fn one_by_one<'b>(deposit: &Deposit, back: &'b [Returned]) -> (Cow<'b, [Returned]>, i64) {
    let units = back.iter().find_map(|returned| returned.wanted.as_ref().ok()?.units.to_i64()).unwrap_or(1);
    if deposit.matching == Matching::Serial || back.len() < 2 || units < 2 {
        return (Cow::Borrowed(back), 1);
    }
    let one = |returned: &Returned| {
        let wanted = returned.wanted.clone().map(|wanted| Wanted { units: Ratio::ONE, ..wanted });
        Returned { wanted, ..returned.clone() }
    };
    (back.iter().map(one).collect(), units)
}

/// The deposit that a fold takes or ends.
fn of_fold<'p>(plan: &'p Plan, fold: &Fold) -> Option<&'p Deposit> {
    let id = if let Trigger::Released { deposit, .. } = fold.trigger { Some(deposit) } else { fold.takes };
    plan.deposits.get(id?.index())
}

/// The obligation by whose outcome a fold takes deposits.
pub(super) fn takes_with(plan: &Plan, fold: &Fold) -> Option<ObligationId> {
    let Trigger::Taken(deposit, place) = &fold.trigger else { return None };
    match plan.deposits.get(deposit.index())?.takings.get(*place)?.occasion.on {
        On::Outcome(obligation, _) => Some(obligation),
        On::Event(_) => None,
    }
}
