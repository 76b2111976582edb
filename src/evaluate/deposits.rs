//! Deposits: what is paid, held, given back and kept, one after the other.

use crate::base::ids::{DepositId, KindId, ObligationId};
use crate::base::number::Ratio;
use crate::base::time::Instant;
use crate::base::vocabulary::{LoneReturn, Matching, Outcome};
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::duties::Instance;
use crate::evaluate::ledger::{Back, Ledger, Open};
use crate::evaluate::observe::Observer;
use crate::evaluate::subject::{AtHand, Role, Subject};
use crate::feed::events::Event;
use crate::plan::deposit::{Deposit, Occasion, On};
use crate::plan::{Fold, Formula, Trigger};

/// What happens to the deposits of a clause.
#[derive(Clone, Debug)]
pub(crate) struct Move<'a> {
    /// When.
    pub(crate) at: Instant,
    /// Before, with or after the events of that instant.
    rank: u8,
    /// The event, or the one that opened the obligation.
    pub(crate) event: &'a Event,
    /// What, or why that cannot be told.
    pub(crate) what: What,
}

/// One step of a deposit; the number is the place among its takings or releases.
#[derive(Clone, Debug)]
pub(crate) enum What {
    /// So many units are paid at so much each.
    Taken(usize, Result<(Ratio, Result<Ratio, Gap>), Gap>),
    /// So many units come back.
    Released(usize, Result<Ratio, Gap>),
}

impl<'a> Move<'a> {
    /// What is at hand.
    pub(crate) fn hand<'s>(&self, subject: &'s Subject<'a>) -> AtHand<'s, 'a> {
        AtHand { event: Some(self.event), ..subject.at(self.at) }
    }

    /// The place in total order, within one asset or over all of them.
    pub(crate) fn order(&self) -> (Instant, u8) {
        (self.at, self.rank)
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
    found.retain(|step| step.at < subject.scene.time.end);
    found.sort_by_key(Move::order);
    found
}

fn on_events<'a>(subject: &Subject<'a>, deposit: &'a Deposit) -> Vec<Move<'a>> {
    let steps = subject.events.iter().flat_map(|event| {
        // An event that is both gives the held deposit back first.
        let on = |occasion: &Occasion| occasion.on == On::Event(event.kind);
        steps(subject, deposit, &on, (event, event.occurred, 1))
    });
    steps.collect()
}

fn on_outcomes<'a>(subject: &Subject<'a>, deposit: &'a Deposit, duties: &[Vec<Instance<'a>>]) -> Vec<Move<'a>> {
    let mut found = Vec::new();
    for (obligation, instance) in duties.iter().enumerate().flat_map(|(id, all)| all.iter().map(move |one| (id, one))) {
        for outcome in [Outcome::Late, Outcome::Missed, Outcome::Met] {
            // What is late or missed is so before what else happens at that instant; what is met is met by it.
            let rank = if outcome == Outcome::Met { 2 } else { 0 };
            let on = |occasion: &Occasion| occasion.on == On::Outcome(ObligationId::at(obligation), outcome);
            if let Some(at) = instance.reached(outcome) {
                found.extend(steps(subject, deposit, &on, (instance.opened, at, rank)));
            }
        }
    }
    found
}

/// What an event or outcome does: first what it gives back, then what it takes.
fn steps<'a>(
    subject: &Subject<'a>,
    deposit: &'a Deposit,
    on: &dyn Fn(&Occasion) -> bool,
    (event, at, rank): (&'a Event, Instant, u8),
) -> Vec<Move<'a>> {
    let mut hand = AtHand { event: Some(event), ..subject.at(at) };
    let mut found = Vec::new();
    for (place, release) in deposit.releases.iter().enumerate().filter(|(_, release)| on(&release.occasion)) {
        match hand.passes(release.occasion.filter.as_ref()) {
            Ok(false) => {}
            Ok(true) => found.push(What::Released(place, Ok(units_of(subject, &release.occasion, event)))),
            Err(gap) => found.push(What::Released(place, Err(gap))),
        }
    }
    for (place, taking) in deposit.takings.iter().enumerate().filter(|(_, taking)| on(&taking.occasion)) {
        match hand.passes(taking.occasion.filter.as_ref()) {
            Ok(false) => {}
            Ok(true) => {
                let amount = number(&taking.amount, &mut hand.with(Ratio::ONE));
                found.push(What::Taken(place, Ok((units_of(subject, &taking.occasion, event), amount))));
            }
            Err(gap) => found.push(What::Taken(place, Err(gap))),
        }
    }
    found.into_iter().map(|what| Move { at, rank, event, what }).collect()
}

/// An event is of so many units, an obligation of one; each as often as the subject is units.
fn units_of(subject: &Subject<'_>, occasion: &Occasion, event: &Event) -> Ratio {
    let each = match occasion.on {
        On::Event(_) => event.quantity,
        On::Outcome(..) => 1,
    };
    Ratio::int(each.saturating_mul(subject.units()))
}

/// What one subject does to pooled deposits.
#[derive(Debug)]
pub(super) struct Pooled<'a> {
    deposit: DepositId,
    /// Its place among the subjects that do something to them.
    pub(super) subject: usize,
    step: Move<'a>,
}

impl Pooled<'_> {
    /// The total order over all subjects: subjects come in the order of their assets.
    fn order(&self) -> (Instant, u8, i64, KindId, usize) {
        let (at, rank) = self.step.order();
        (at, rank, self.step.event.sequence, self.step.event.kind, self.subject)
    }
}

impl<'a> Observer<'a> {
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
            if self.lot_of_deposits(subject, deposit, &moves) {
                continue;
            }
            let mut ledger = Ledger::new(deposit);
            for step in &moves {
                self.moved(subject, &mut ledger, step);
            }
            self.out.deposits.extend(ledger.finished());
        }
    }

    /// Matches pooled deposits, when all subjects were walked: whatever the asset, in total order.
    pub(super) fn pools(&mut self) {
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

    /// Whether a lot is among what happens to the deposits of single assets: how it is split is not known here, so that
    /// what depends on it is held.
    fn lot_of_deposits(&mut self, subject: &Subject<'a>, deposit: &'a Deposit, moves: &[Move<'a>]) -> bool {
        let lots: Vec<&Move<'a>> = moves.iter().filter(|step| step.event.quantity != 1).collect();
        let plan = self.scene.plan;
        for step in &lots {
            let kind = plan.kinds.get(step.event.kind.index()).map_or("", |kind| kind.name.as_str());
            let gap = Gap::Held(format!(
                "`{kind}` of a lot of {}: deposits matched by serial are those of single assets, unless the family is declared `in lots`",
                step.event.quantity
            ));
            for fold in plan.folds.iter().filter(|fold| is_of(&fold.trigger, deposit.id)) {
                self.held_at(fold, &step.hand(subject), &gap);
            }
        }
        !lots.is_empty()
    }

    /// One step of the deposits of a clause.
    pub(super) fn moved(&mut self, subject: &Subject<'a>, ledger: &mut Ledger<'a>, step: &Move<'a>) {
        let (plan, id) = (self.scene.plan, ledger.plan().id);
        let hand = step.hand(subject);
        match &step.what {
            What::Taken(place, taken) => {
                let charged = match taken {
                    Ok((units, amount)) => {
                        let (units, amount) = (units.clone(), amount.clone());
                        let deposit =
                            Open { asset: subject.asset, paid: step.at, since: step.at, units, amount, left_by: None };
                        if !ledger.take(deposit.clone()) {
                            return;
                        }
                        Ok(deposit.units)
                    }
                    Err(gap) => Err(gap),
                };
                for fold in plan.folds.iter().filter(|fold| fold.trigger == Trigger::Taken(id, *place)) {
                    match &charged {
                        Ok(units) => self.counted(fold, hand.with(units.clone())),
                        Err(gap) => self.held_at(fold, &hand, gap),
                    }
                }
            }
            What::Released(place, Ok(units)) => {
                for back in ledger.give(step.at, units, *place) {
                    if let (Some(share), Some(open)) =
                        (ledger.plan().releases.get(*place).and_then(|release| release.share.as_ref()), &back.deposit)
                    {
                        ledger.stays(Open { left_by: Some(*place), ..rest(share, open, &hand) });
                    }
                    self.came_back(ledger, *place, &back, &hand);
                }
            }
            What::Released(place, Err(gap)) => {
                for fold in plan.folds.iter().filter(|fold| is_release(&fold.trigger, id, *place)) {
                    self.held_at(fold, &hand, gap);
                }
            }
        }
    }

    /// Units of one deposit come back, or of none.
    fn came_back(&mut self, ledger: &Ledger<'a>, place: usize, back: &Back, hand: &AtHand<'_, 'a>) {
        let (plan, id) = (self.scene.plan, ledger.plan().id);
        for fold in plan.folds.iter().filter(|fold| is_release(&fold.trigger, id, place)) {
            let tells = matches!(fold.trigger, Trigger::Released { tells: true, .. });
            match back.deposit.as_ref().map(|open| (open.paid, &open.amount)) {
                Some((paid, Ok(amount))) => {
                    let hand = AtHand { deposit: Some((paid, amount.clone())), ..hand.with(back.units.clone()) };
                    let nothing = self.price(fold, &mut hand.clone()).is_some_and(|amount| amount.is_zero());
                    if tells || !nothing {
                        self.counted(fold, hand);
                    }
                }
                Some((_, Err(gap))) => self.held_at(fold, hand, gap),
                None if !tells => {}
                None if ledger.plan().lone == LoneReturn::Listed || ledger.knew() => {
                    self.unmatched(fold, hand, &back.units);
                }
                None => {
                    let gap = Gap::Held("no deposit is known for what comes back".to_owned());
                    self.held_at(fold, hand, &gap);
                }
            }
        }
    }

    fn counted(&mut self, fold: &'a Fold, mut hand: AtHand<'_, 'a>) {
        if self.scene.time.contains(hand.at) {
            let place = self.place(fold, hand.at);
            self.occur(fold, &mut hand, &place, None);
        }
    }

    fn unmatched(&mut self, fold: &'a Fold, hand: &AtHand<'_, 'a>, units: &Ratio) {
        if self.scene.time.contains(hand.at) {
            let place = self.place(fold, hand.at);
            self.witness(fold, hand, &place, None);
            let units = units.to_i64().and_then(|units| u64::try_from(units).ok()).unwrap_or(1);
            let tally = self.tally(fold, place.window, hand.group(&fold.keys));
            tally.unmatched = tally.unmatched.saturating_add(units);
        }
    }

    fn held_at(&mut self, fold: &'a Fold, hand: &AtHand<'_, 'a>, gap: &Gap) {
        if self.scene.time.contains(hand.at) {
            let place = self.place(fold, hand.at);
            self.gap(fold, hand, &place, gap.clone());
        }
    }
}

/// What stays held of a deposit when a share of it is paid back.
fn rest<'a>(share: &'a Formula, open: &Open, hand: &AtHand<'_, 'a>) -> Open {
    let left = |amount: &Ratio| {
        let mut hand = AtHand { deposit: Some((open.paid, amount.clone())), ..hand.clone() };
        number(share, &mut hand).map(|share| amount.minus(&amount.times(&share)))
    };
    Open { since: hand.at, amount: open.amount.clone().and_then(|amount| left(&amount)), ..open.clone() }
}

fn is_release(trigger: &Trigger, id: DepositId, place: usize) -> bool {
    matches!(trigger, Trigger::Released { deposit, release, .. } if (*deposit, *release) == (id, place))
}

/// Whether a fold is about a deposit.
fn is_of(trigger: &Trigger, id: DepositId) -> bool {
    matches!(trigger, Trigger::Taken(deposit, _) | Trigger::Released { deposit, .. } if *deposit == id)
}
