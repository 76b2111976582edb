//! What comes back of deposits: by each sentence that ends them, and by which text of an amended clause.

use crate::base::ids::{ClauseId, DepositId};
use crate::base::number::Ratio;
use crate::base::time::{Between, Instant};
use crate::base::vocabulary::{LoneReturn, Matching};
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::governed::{is_governed, spares};
use crate::evaluate::ledger::{Ledger, Open, Wanted};
use crate::evaluate::observations::Key;
use crate::evaluate::observe::Observer;
use crate::evaluate::subject::{AtHand, DepositBack, Subject};
use crate::plan::amended::By;
use crate::plan::deposit::{EndsBy, Occasion, Releasing, Taking};
use crate::plan::{Fold, Formula, Plan, Trigger};

/// What one sentence ends when something comes back.
#[derive(Clone, Debug)]
pub(crate) struct Returned {
    /// Its place among the releases.
    pub(crate) place: usize,
    /// Its clause.
    pub(crate) clause: ClauseId,
    /// What comes back, or why it is not known whose it is.
    pub(crate) wanted: Result<Wanted, Gap>,
    /// Why it cannot be told whether it ends anything.
    pub(crate) doubt: Option<Gap>,
    /// Whether it was in doubt before: only what is not yet in doubt is added.
    pub(crate) again: bool,
    /// The text in which it stands, where its clause is amended.
    pub(crate) text: Option<TextAt>,
}

/// A text of an amended clause at an instant.
#[derive(Clone, Debug)]
pub(crate) struct TextAt {
    version: usize,
    by: EndsBy,
    /// When it governs.
    times: Vec<Between>,
    at: Instant,
}

impl TextAt {
    /// Whether it governs what comes back and is of no deposit.
    pub(crate) fn speaks(&self) -> bool {
        self.times.iter().any(|time| time.contains(self.at))
    }

    /// Whether it ends a deposit.
    fn ends(&self, open: &Open, takings: &[Taking]) -> bool {
        match self.by {
            EndsBy::Taking => {
                let taking = takings.get(open.taking).and_then(|taking| taking.occasion.text.as_ref());
                taking.is_some_and(|governs| governs.version == self.version)
            }
            EndsBy::Paid => self.times.iter().any(|time| time.contains(open.paid)),
            EndsBy::Last | EndsBy::Return => self.speaks(),
        }
    }

    /// When it begins.
    fn begins(&self) -> Instant {
        self.times.iter().map(|time| time.start).min().unwrap_or(Instant::MAX)
    }
}

/// The text of a release at an instant, for an asset that some changes spare.
pub(crate) fn text_at(subject: &Subject<'_>, release: &Releasing, at: Instant) -> Option<TextAt> {
    let text = release.text.as_ref()?;
    let own = |spared: &_| spares(subject, spared);
    let times = match text.by {
        EndsBy::Taking | EndsBy::Last => text.governs.lasting(&own),
        EndsBy::Paid | EndsBy::Return => text.governs.times(&own),
    };
    Some(TextAt { version: text.governs.version, by: text.by, times, at })
}

/// Whether the text is in force by which something takes or ends a deposit: when it happens, or when the obligation was
/// opened.
pub(crate) fn is_in_force(subject: &Subject<'_>, occasion: &Occasion, (opened, at): (Instant, Instant)) -> bool {
    occasion.text.as_ref().is_none_or(|governs| {
        let decides = match governs.by {
            By::Opening => opened,
            By::Instant | By::WindowStart | By::WindowEnd => at,
        };
        is_governed(subject, governs, decides)
    })
}

impl Returned {
    /// Whether it ends a deposit, or would tell that there is none.
    fn concerns(&self, ledger: &Ledger<'_>) -> bool {
        let takings = &ledger.plan().takings;
        self.text.as_ref().is_none_or(|text| text.speaks() || ledger.holds(&|open| text.ends(open, takings)))
    }

    /// Its clause and version, where another version of it may end deposits on the same event.
    fn version(&self) -> Option<(ClauseId, usize)> {
        self.text.as_ref().map(|text| (self.clause, text.version))
    }
}

/// How many units of a pool each text of the clause of a sentence ends: it is one order in which all of them end.
fn by_own(ledger: &Ledger<'_>, back: &[Returned], own: &Returned) -> Option<Ratio> {
    let (clause, version) = own.version()?;
    let mut left = own.wanted.as_ref().ok()?.units.clone();
    let ends = |open: &Open, returned: &Returned| {
        let wanted = returned.wanted.as_ref().is_ok_and(|wanted| wanted.of.is_none_or(|of| of == open.of));
        let is_own = returned.clause == clause && returned.doubt.is_none() && wanted;
        let text = returned.text.as_ref().filter(|_| is_own);
        let ends = text.filter(|text| text.ends(open, &ledger.plan().takings) && open.left_by != Some(returned.place));
        ends.map(|text| text.version)
    };
    let mut units = Ratio::ZERO;
    for open in ledger.in_order() {
        if left.is_zero() {
            break;
        }
        let Some(ended) = back.iter().find_map(|returned| ends(open, returned)) else { continue };
        let part = open.units.clone().min(left.clone());
        left = left.minus(&part);
        if ended == version {
            units = units.plus(&part);
        }
    }
    Some(units)
}

/// How many units the other texts of a clause have ended on an event; one text may end the same units by several
/// sentences.
fn by_others(back: &[Returned], ended: &[Ratio], own: &Returned) -> Ratio {
    let Some((clause, version)) = own.version() else { return Ratio::ZERO };
    let mut most: Vec<(usize, Ratio)> = Vec::new();
    for (other, units) in back.iter().zip(ended) {
        let Some((_, version)) = other.version().filter(|(of, other)| *of == clause && *other != version) else {
            continue;
        };
        match most.iter_mut().find(|(known, _)| *known == version) {
            Some((_, known)) => *known = known.clone().max(units.clone()),
            None => most.push((version, units.clone())),
        }
    }
    most.iter().fold(Ratio::ZERO, |sum, (_, units)| sum.plus(units))
}

impl<'a> Observer<'a> {
    /// Units come back: each sentence ends the deposits that its text governs, those of an earlier clause first. Of a pool the
    /// texts of one clause share them, in the order in which all of the deposits end; what is of none is told by the text
    /// in force.
    pub(super) fn released(&mut self, ledger: &mut Ledger<'a>, back: &[Returned], hand: &AtHand<'_, 'a>) {
        let (id, matching) = (ledger.plan().id, ledger.plan().matching);
        let serial = matching == Matching::Serial;
        let unknown = if serial { ledger.lot() } else { self.paid_before(id, hand.now, None) };
        let mut order: Vec<(usize, &Returned)> = back.iter().enumerate().collect();
        let begins = |returned: &Returned| returned.text.as_ref().map_or(Instant::MIN, TextAt::begins);
        order.sort_by_key(|(_, returned)| (returned.clause, begins(returned)));
        let mut own: Vec<Option<Ratio>> = Vec::new();
        let mut clause = None;
        let mut ended = vec![Ratio::ZERO; back.len()];
        for (place, returned) in order {
            // Of a pool it is not known what lies in it, nor what of an asset with a lot that is not told apart.
            if let Some(gap) = returned.wanted.as_ref().err().or(unknown.as_ref()) {
                if returned.concerns(ledger) {
                    self.held_release((id, returned.place), hand, gap);
                }
                continue;
            }
            if let Some(gap) = &returned.doubt {
                self.in_doubt(ledger, (returned, gap), hand);
                continue;
            }
            if !serial && clause != Some(returned.clause) {
                own = back.iter().map(|returned| by_own(ledger, back, returned)).collect();
                clause = Some(returned.clause);
            }
            let most = own.get(place).cloned().flatten();
            let units = self.ends(ledger, (returned, most.as_ref()), hand);
            if let Some(known) = ended.get_mut(place) {
                *known = units;
            }
        }
        for (returned, units) in back.iter().zip(&ended) {
            let (None, Ok(wanted)) = (&unknown, &returned.wanted) else { continue };
            let known = by_others(back, &ended, returned).plus(units);
            let left = if serial { wanted.units.clone() } else { wanted.units.minus(&known) };
            let lacks = if serial { known.is_zero() } else { left > Ratio::ZERO };
            if lacks && returned.doubt.is_none() && returned.text.as_ref().is_none_or(TextAt::speaks) {
                self.came_without(ledger, (returned.place, &left), hand);
            }
        }
    }

    /// Ends the deposits that a sentence governs, of a pool as many as are its own; gives how many units.
    fn ends(
        &mut self,
        ledger: &mut Ledger<'a>,
        (returned, most): (&Returned, Option<&Ratio>),
        hand: &AtHand<'_, 'a>,
    ) -> Ratio {
        let Ok(wanted) = &returned.wanted else { return Ratio::ZERO };
        let (plan, place) = (ledger.plan(), returned.place);
        let governs = |open: &Open| returned.text.as_ref().is_none_or(|text| text.ends(open, &plan.takings));
        let wanted = Wanted { units: most.unwrap_or(&wanted.units).clone(), of: wanted.of };
        let mut units = Ratio::ZERO;
        let found = ledger.give(hand.now, &wanted, place, &governs);
        if let Some(share) = plan.releases.get(place).and_then(|release| release.share.as_ref()) {
            for (at, open) in found.iter().rev() {
                ledger.stays(*at, Open { left_by: Some(place), ..rest(share, open, hand) });
            }
        }
        for (_, open) in &found {
            units = units.plus(&open.units);
            self.came_back(ledger, place, open, hand);
        }
        units
    }

    /// It cannot be told whether deposits end: they stay, and are in doubt from then on. Of a pool those that are not yet in
    /// doubt are the next ones.
    fn in_doubt(&mut self, ledger: &mut Ledger<'a>, (returned, gap): (&Returned, &Gap), hand: &AtHand<'_, 'a>) {
        let Ok(wanted) = &returned.wanted else { return };
        let (takings, place) = (&ledger.plan().takings, returned.place);
        let serial = ledger.plan().matching == Matching::Serial;
        let governs = |open: &Open| returned.text.as_ref().is_none_or(|text| text.ends(open, takings));
        let fresh = |open: &Open| governs(open) && (open.doubt.is_none() || (serial && !returned.again));
        let found = ledger.give(hand.now, wanted, place, &fresh);
        let mut units = Ratio::ZERO;
        for (at, open) in found.into_iter().rev() {
            units = units.plus(&open.units);
            self.may_come_back(ledger, (place, gap), &open, hand);
            ledger.stays(at, Open { since: hand.now, amount: Err(gap.clone()), doubt: Some(gap.clone()), ..open });
        }
        if returned.again || (serial && !units.is_zero()) || units >= wanted.units {
            return;
        }
        let of_whom = |open: &&Open| wanted.of.is_none_or(|of| open.of == of) && open.left_by != Some(place);
        if let Some(open) = ledger.in_order().filter(of_whom).find(|open| governs(open)).cloned() {
            self.may_come_back(ledger, (place, gap), &open, hand);
        } else if returned.text.as_ref().is_none_or(TextAt::speaks) {
            self.lacks(ledger, place, hand);
        }
    }

    /// It cannot be told whether a deposit comes back.
    fn may_come_back(&mut self, ledger: &Ledger<'a>, (place, gap): (usize, &Gap), open: &Open, hand: &AtHand<'_, 'a>) {
        let id = ledger.plan().id;
        let deposit = Some(DepositBack { paid: open.paid, amount: Ratio::ZERO, of: open.of });
        let hand = AtHand { deposit, ..hand.clone() };
        self.held_release((id, place), &hand, gap);
    }

    /// Units of one deposit come back.
    fn came_back(&mut self, ledger: &Ledger<'a>, place: usize, open: &Open, hand: &AtHand<'_, 'a>) {
        let (plan, id) = (self.scene.plan, ledger.plan().id);
        for fold in plan.folds.iter().filter(|fold| is_release(&fold.trigger, id, place)) {
            let tells = matches!(fold.trigger, Trigger::Released { tells: true, .. });
            let named = ledger.plan().depositor.is_some();
            match &open.amount {
                Ok(amount) => {
                    let deposit = Some(DepositBack { paid: open.paid, amount: amount.clone(), of: open.of });
                    let own = AtHand { deposit, ..hand.with(open.units.clone()) };
                    let nothing = self.price(fold, &mut own.clone()).is_some_and(|amount| amount.is_zero());
                    if !nothing && open.of == Key::Value(None) && !named {
                        let gap = Gap::Held("it is not known who paid the deposit that comes back".to_owned());
                        self.held_at(fold, hand, &gap);
                    } else if tells || !nothing {
                        self.counted(fold, own);
                    }
                }
                // Whose it is is known, also where it is not known how much it was.
                Err(gap) => {
                    let deposit = Some(DepositBack { paid: open.paid, amount: Ratio::ZERO, of: open.of });
                    self.held_at(fold, &AtHand { deposit, ..hand.clone() }, gap);
                }
            }
        }
    }

    /// Units come back of which no deposit is held.
    fn came_without(&mut self, ledger: &Ledger<'a>, (place, units): (usize, &Ratio), hand: &AtHand<'_, 'a>) {
        if self.lacks(ledger, place, hand) {
            return;
        }
        for fold in telling(self.scene.plan, ledger.plan().id, place) {
            self.unmatched(fold, hand, units);
        }
    }

    /// Whether what comes back is held for want of a deposit; then its lines are.
    fn lacks(&mut self, ledger: &Ledger<'a>, place: usize, hand: &AtHand<'_, 'a>) -> bool {
        let id = ledger.plan().id;
        let gap = match self.paid_before(id, hand.at, Some(hand.subject)) {
            _ if ledger.knew() => None,
            Some(gap) => Some(gap),
            None if ledger.plan().lone == LoneReturn::Listed => None,
            None => Some(Gap::Held("no deposit is known for what comes back".to_owned())),
        };
        let Some(gap) = gap else { return false };
        for fold in telling(self.scene.plan, id, place) {
            self.held_at(fold, hand, &gap);
        }
        true
    }

    fn held_release(&mut self, (id, place): (DepositId, usize), hand: &AtHand<'_, 'a>, gap: &Gap) {
        for fold in self.scene.plan.folds.iter().filter(|fold| is_release(&fold.trigger, id, place)) {
            self.held_at(fold, hand, gap);
        }
    }
}

/// What stays held of a deposit when a share of it is paid back.
fn rest<'a>(share: &'a Formula, open: &Open, hand: &AtHand<'_, 'a>) -> Open {
    let left = |amount: &Ratio| {
        let deposit = Some(DepositBack { paid: open.paid, amount: amount.clone(), of: open.of });
        let mut hand = AtHand { deposit, ..hand.clone() };
        number(share, &mut hand).map(|share| amount.minus(&amount.times(&share)))
    };
    Open { since: hand.at, amount: open.amount.clone().and_then(|amount| left(&amount)), ..open.clone() }
}

/// What tells that a return is without a deposit.
fn telling(plan: &Plan, id: DepositId, place: usize) -> impl Iterator<Item = &Fold> {
    let tells = move |fold: &&Fold| {
        let tells = matches!(fold.trigger, Trigger::Released { tells: true, .. });
        tells && is_release(&fold.trigger, id, place)
    };
    plan.folds.iter().filter(tells)
}

fn is_release(trigger: &Trigger, id: DepositId, place: usize) -> bool {
    matches!(trigger, Trigger::Released { deposit, release, .. } if (*deposit, *release) == (id, place))
}
