//! Clauses that meet: what one charges is taken back where another one stands in its place, or is higher. It holds for
//! what is charged so far: where the other one charges in a later period, it is taken back then.

use std::collections::BTreeMap;

use crate::base::ids::{ClauseId, PartyId};
use crate::base::number::Ratio;
use crate::base::time::{Between, Instant};
use crate::base::value::Kind;
use crate::base::vocabulary::Nature;
use crate::evaluate::charges::Charge;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::Desk;
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::settle::{Cause, Held, Line, regrouped};
use crate::evaluate::shown::quantity;
use crate::evaluate::subject::event_instant;
use crate::plan::amended::By;
use crate::plan::{Dimension, Meeting, Step, Who};

/// What meets in one window and group.
struct Met<'a> {
    meeting: &'a Meeting,
    cause: Cause,
    payer: PartyId,
    payee: PartyId,
    /// The charges, each with what is taken back of it so far.
    charges: Vec<(Charge, Ratio)>,
    /// What is taken back of each clause so far, before rounding.
    taken: BTreeMap<ClauseId, Ratio>,
    /// For a group that is not known: which clauses charge anything at all, and in which period.
    around: Option<Vec<(ClauseId, i64)>>,
}

/// What does not stand.
#[derive(Default)]
struct Loses {
    /// Clauses of which all is taken back that they charge.
    known: Vec<ClauseId>,
    /// Clauses of which it is not known how much that is.
    held: Vec<(ClauseId, Gap)>,
}

impl Met<'_> {
    /// What is held for a group that is known is held for that one, also of a line that is of none.
    fn of_group(&self, charge: Charge) -> Charge {
        let untold = regrouped(&charge.dims, &charge.group, &self.meeting.dims).is_none();
        if self.around.is_some() || !untold {
            return charge;
        }
        Charge { dims: self.cause.dims.clone(), group: self.cause.group.clone(), ..charge }
    }
}

impl<'a> Desk<'a> {
    /// Takes back what does not stand.
    pub(crate) fn meeting(&mut self, place: usize, meeting: &'a Meeting) {
        let mut met: BTreeMap<(i64, Group, PartyId, PartyId), Vec<(Charge, Ratio)>> = BTreeMap::new();
        let mut untold: Vec<(i64, Charge)> = Vec::new();
        let all: Vec<ClauseId> = meeting.all().collect();
        for charge in self.standing_charges(&all) {
            // What is charged nothing meets nothing.
            if charge.amount == Ok(Ratio::ZERO) || !self.may_meet(place, meeting, charge) {
                continue;
            }
            let window = self.plan.windows.index_of_date(meeting.window, charge.last);
            match regrouped(&charge.dims, &charge.group, &meeting.dims) {
                Some(group) => met
                    .entry((window, group, charge.payer, charge.payee))
                    .or_default()
                    .push((charge.clone(), Ratio::ZERO)),
                None => untold.push((window, charge.clone())),
            }
        }
        // A line that is held charges nobody knows whom: it may meet everything in its window.
        for ((window, group, payer, payee), charges) in &mut met {
            let event = event_of(&meeting.dims, group);
            let same = |charge: &Charge| {
                let may_be = event.is_none_or(|at| self.may_be_of_event(place, charge, at));
                (charge.payer, charge.payee) == (*payer, *payee) && may_be
            };
            let here = untold.iter().filter(|(of, charge)| of == window && same(charge));
            charges.extend(here.map(|(_, charge)| (charge.clone(), Ratio::ZERO)));
        }
        // A charge of a group that is not known may meet what is charged for any other one.
        let mut anything: BTreeMap<(i64, PartyId, PartyId), Vec<(ClauseId, i64)>> = BTreeMap::new();
        for ((window, _, payer, payee), charges) in &met {
            let some = charges.iter().filter(|(charge, _)| charge.amount != Ok(Ratio::ZERO));
            let some = some.map(|(charge, _)| (charge.clause, charge.due));
            anything.entry((*window, *payer, *payee)).or_default().extend(some);
        }
        for ((window, group, payer, payee), charges) in met {
            let clauses: Vec<ClauseId> = charges.iter().map(|(charge, _)| charge.clause).collect();
            let unknown = group.contains(&Key::Value(None));
            if !unknown && clauses.iter().all(|clause| Some(clause) == clauses.first()) {
                continue;
            }
            let around = if unknown { anything.get(&(window, payer, payee)).cloned() } else { None };
            let cause = Cause {
                clause: meeting.clause,
                step: Step::Meets(place),
                window: (meeting.window, window),
                dims: meeting.dims.clone(),
                group,
            };
            let taken = meeting.clauses.iter().map(|clause| (*clause, Ratio::ZERO)).collect();
            self.met(Met { meeting, cause, payer, payee, charges, taken, around });
        }
    }

    /// Whether a charge meets others by the text in which the meeting stands. What replaces others does where that text is
    /// in force when it is charged, or where it is charged by that text; the higher one stands in a window, and after one
    /// event, of that text.
    fn may_meet(&self, place: usize, meeting: &Meeting, charge: &Charge) -> bool {
        let Some(governs) = self.plan.amended.meetings.get(&place) else { return true };
        let replaces = meeting.instead.contains(&charge.clause);
        if !replaces && !meeting.instead.is_empty() {
            return true;
        }
        if replaces && charge.clause == meeting.clause {
            return charge.version == Some(governs.version);
        }
        match (governs.by, event_of(&charge.dims, &charge.group)) {
            (By::Instant, event) => event.is_none_or(|at| governs.at(at)),
            (By::WindowStart | By::WindowEnd, _) if meeting.instead.is_empty() => {
                let window = self.plan.windows.index_of_date(meeting.window, charge.last);
                governs.window(self.in_term(meeting.window, window))
            }
            (By::Opening | By::WindowStart | By::WindowEnd, _) => {
                let zone = self.plan.zone;
                governs.window(Between::new(zone.start_of(charge.first), zone.start_of(charge.last.plus_days(1))))
            }
        }
    }

    /// Whether what is held can be charged for an event: one of its window, which goes by the text by which it is charged and
    /// by that in which the meeting stands. What keeps an earlier text is not known here.
    fn may_be_of_event(&self, place: usize, charge: &Charge, at: Instant) -> bool {
        let day = self.plan.zone.date_of(at);
        let amended = &self.plan.amended;
        let own = charge.version.and_then(|version| amended.sentences.values().find(|own| own.version == version));
        let mut texts = own.into_iter().chain(amended.meetings.get(&place));
        charge.first <= day && day <= charge.last && texts.all(|governs| governs.spares() || governs.at(at))
    }

    fn met(&mut self, mut met: Met<'a>) {
        let mut periods: Vec<i64> = met.charges.iter().map(|(charge, _)| charge.due).collect();
        periods.extend(met.around.iter().flatten().map(|(_, due)| *due));
        periods.sort_unstable();
        periods.dedup();
        for period in periods {
            self.listen(&met.cause, period);
            match self.loses(&met, period) {
                Ok(Loses { known, held }) => {
                    let total = self.take_back(&mut met, (&known, &held), period);
                    let open: Vec<ClauseId> = held.iter().map(|(clause, _)| *clause).collect();
                    let gap = held.into_iter().map(|(_, gap)| gap).next();
                    self.heard(&met.cause, &gap.clone().map_or(Ok(total), Err));
                    if let Some(gap) = gap {
                        self.hold_back(&met, period, gap, &|charge| open.contains(&charge.clause));
                    }
                }
                Err(gap) => {
                    self.heard(&met.cause, &Err(gap.clone()));
                    // What stands in place of others is taken back in no case; where nobody knows for whom it is charged, all is
                    // open that it may replace.
                    let is_sure =
                        |charge: &Charge| met.around.is_none() && met.meeting.instead.contains(&charge.clause);
                    self.hold_back(&met, period, gap, &|charge| !is_sure(charge));
                }
            }
        }
    }

    /// What is left of some charges is not known: neither are limits over it, nor what was charged so far in later periods.
    fn hold_back(&mut self, met: &Met<'a>, period: i64, gap: Gap, is_open: &dyn Fn(&Charge) -> bool) {
        let stands = met.meeting.clause;
        let mut open = met.charges.iter().map(|(charge, _)| charge).filter(|charge| is_open(charge));
        let mut doubts: Vec<Charge> = open.clone().filter(|charge| charge.due == period).cloned().collect();
        // What is charged for another group then may take back what was charged before.
        if doubts.is_empty() {
            let (first, last) = self.plan.windows.days(self.plan.settled, period);
            let last = last.min(self.plan.windows.term().1);
            let before = open.next_back().cloned();
            doubts.extend(before.map(|charge| Charge { due: period, first, last, ..charge }));
        }
        for charge in doubts {
            let doubt = Charge { amount: Err(gap.clone()), stands, met: true, ..charge };
            self.charge(met.of_group(doubt));
        }
        self.hold(period, Held { cause: met.cause.clone(), payer: met.payer, gap });
    }

    /// What does not stand, by what is charged through a period.
    fn loses(&mut self, met: &Met<'a>, period: i64) -> Result<Loses, Gap> {
        let mut found = Loses::default();
        if let Some(around) = &met.around {
            if meets_unknown(&met.charges, around, period) {
                return Err(Gap::Held("it is not known whether these clauses are charged for the same".to_owned()));
            }
            return Ok(found);
        }
        let replaces = !met.meeting.instead.is_empty();
        let mut charged: Vec<(ClauseId, Ratio)> = Vec::new();
        let mut open = Ok(());
        for clause in met.meeting.all() {
            let own = met.charges.iter().filter(|(charge, _)| charge.clause == clause && charge.due <= period);
            let number = self.clause_number(clause);
            let amount = own.clone().try_fold(Ratio::ZERO, |sum, (charge, _)| Ok(sum.plus(charge.amount.as_ref()?)));
            let amount = match amount.map_err(|_: &Gap| Gap::Held(format!("clause {number} is held"))) {
                Ok(amount) => amount,
                // What is replaced need not be known before something replaces it.
                Err(gap) if replaces && !met.meeting.instead.contains(&clause) => {
                    found.held.push((clause, gap));
                    continue;
                }
                Err(gap) => {
                    open = Err(gap);
                    continue;
                }
            };
            let shown = quantity(&Kind::Money(self.plan.currency), &amount);
            if own.clone().next().is_some() {
                self.note(|_| format!("clause {number} charges {shown} so far"), Some(met.meeting.span));
            }
            charged.push((clause, amount));
        }
        let stands = if replaces {
            let instead =
                |(clause, amount): &&(ClauseId, Ratio)| met.meeting.instead.contains(clause) && !amount.is_zero();
            charged.iter().find(instead).map(|(clause, _)| *clause)
        } else {
            open.clone()?;
            // At the same amount the first one stands.
            let highest = charged.iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
            highest.filter(|(_, amount)| !amount.is_zero()).map(|(clause, _)| *clause)
        };
        // Where nothing is charged so far that may be replaced, nothing is taken back.
        let replaced = |charge: &Charge| charge.due <= period && !met.meeting.instead.contains(&charge.clause);
        let nothing = replaces && !met.charges.iter().any(|(charge, _)| replaced(charge));
        let Some(stands) = stands else { return if nothing { Ok(found) } else { open.map(|()| Loses::default()) } };
        let number = self.clause_number(stands);
        let why = if replaces { "stands in place of the others" } else { "is the highest" };
        self.note(|_| format!("clause {number} {why}"), Some(met.meeting.span));
        let loses = |clause: &ClauseId| *clause != stands && !found.held.iter().any(|(held, _)| held == clause);
        found.known = met.meeting.clauses.iter().copied().filter(loses).collect();
        Ok(found)
    }

    /// Takes back what the losing clauses charge through a period, less what was taken back before; what was taken
    /// back of a clause that stands again is due again.
    fn take_back(
        &mut self,
        met: &mut Met<'a>,
        (losers, held): (&[ClauseId], &[(ClauseId, Gap)]),
        period: i64,
    ) -> Ratio {
        let mut total = Ratio::ZERO;
        for clause in met.meeting.clauses.iter().filter(|clause| !held.iter().any(|(held, _)| held == *clause)) {
            let mut exact = Ratio::ZERO;
            let mut changes: Vec<Charge> = Vec::new();
            for (charge, taken) in &mut met.charges {
                if charge.clause != *clause || charge.due > period {
                    continue;
                }
                let amount = charge.amount.clone().unwrap_or(Ratio::ZERO);
                let back = if losers.contains(clause) { amount.negated() } else { Ratio::ZERO };
                let change = back.minus(taken);
                exact = exact.plus(&change);
                *taken = back;
                if !change.is_zero() {
                    let stands = met.meeting.clause;
                    changes.push(Charge { amount: Ok(change), due: period, stands, met: true, ..charge.clone() });
                }
            }
            let before = met.taken.get(clause).cloned().unwrap_or(Ratio::ZERO);
            let through = before.plus(&exact);
            let rounded = |amount: &Ratio| match &met.meeting.rounding {
                Some(how) => amount.rounded(how),
                None => amount.clone(),
            };
            let amount = rounded(&through).minus(&rounded(&before));
            total = total.plus(&amount);
            // What is compared with a limit is what the line says.
            if let Some(last) = changes.last_mut() {
                last.amount = last.amount.clone().map(|change| change.plus(&amount).minus(&exact));
            }
            changes.into_iter().for_each(|change| self.charge(change));
            met.taken.insert(*clause, through);
            let line = Line {
                cause: met.cause.clone(),
                payer: met.payer,
                payee: met.payee,
                nature: self.nature_of(*clause, met.payer),
                quantity: None,
                rate: None,
                exact,
                amount,
            };
            self.line(period, line);
        }
        let shown = quantity(&Kind::Money(self.plan.currency), &total);
        self.note(|_| format!("taken back in this period: {shown}"), Some(met.meeting.span));
        total
    }

    fn nature_of(&self, clause: ClauseId, payer: PartyId) -> Nature {
        let own = self.plan.sentences.iter();
        let pays = |who: Who| who == Who::Party(payer) || matches!(who, Who::Group(_));
        let mut own = own.filter(|sentence| sentence.clause == clause && pays(sentence.payer));
        own.next().map_or(Nature::Indemnity, |sentence| sentence.nature)
    }
}

/// The instant of the event for which something is charged, where it is told apart by events.
fn event_of(dims: &[Dimension], group: &Group) -> Option<Instant> {
    let place = dims.iter().position(|dim| matches!(dim, Dimension::Event(_)))?;
    if let Some(Key::Value(Some(event))) = group.get(place) { Some(event_instant(*event)) } else { None }
}

/// Whether charges of a group that is not known may meet what other clauses charge, by what became due in a period.
fn meets_unknown(charges: &[(Charge, Ratio)], around: &[(ClauseId, i64)], period: i64) -> bool {
    let own = charges.iter().filter(|(charge, _)| charge.due <= period && charge.amount != Ok(Ratio::ZERO));
    let others = || around.iter().filter(|(_, due)| *due <= period);
    own.into_iter().any(|(charge, _)| {
        others().any(|(clause, due)| *clause != charge.clause && (*due == period || charge.due == period))
    })
}
