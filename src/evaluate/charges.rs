//! What each clause charges so far, for whatever reads it.

use rustc_hash::FxHashMap;

use crate::base::ids::{ClauseId, PartyId};
use crate::base::number::Ratio;
use crate::base::time::Date;
use crate::base::value::Kind;
use crate::base::window::WindowKind;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::Desk;
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::parties::is_party;
use crate::evaluate::shown::quantity;
use crate::plan::{Dimension, Plan, Sentence};

/// A clause as it is asked for: over which windows, by which groups, before indexation or not.
pub(crate) type Asked = (ClauseId, WindowKind, Vec<Dimension>, bool);

/// A part of what a clause charges, as fine as anything asks for it.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(crate) clause: ClauseId,
    /// The clause in which the sentence, cap or minimum stands.
    pub(crate) stands: ClauseId,
    /// The settlement period to which it belongs.
    pub(crate) due: i64,
    /// The first day of its window.
    pub(crate) first: Date,
    /// The last day of its window.
    pub(crate) last: Date,
    /// The version of the clause by which it is charged, where that is amended.
    pub(crate) version: Option<usize>,
    pub(crate) dims: Vec<Dimension>,
    pub(crate) group: Group,
    pub(crate) payer: PartyId,
    pub(crate) payee: PartyId,
    /// Whether it is taken back because clauses meet.
    pub(crate) met: bool,
    /// The amount, or why it is held.
    pub(crate) amount: Result<Ratio, Gap>,
    /// The same before it is indexed.
    pub(crate) plain: Result<Ratio, Gap>,
}

/// What a clause charges, by window and group; and what is held of it and has no parts for these groups.
#[derive(Debug, Default)]
pub(crate) struct ByGroup {
    known: FxHashMap<(i64, Group), Result<Ratio, Gap>>,
    whole: Vec<(i64, Charge)>,
}

impl ByGroup {
    fn get(&self, window: i64, dims: &[Dimension], group: &Group) -> Result<Ratio, Gap> {
        let mut held = self.whole.iter().filter(|(held, _)| *held == window).map(|(_, charge)| charge);
        if let Some(Err(gap)) = held.find(|charge| charge.may_be_of(dims, group)).map(|charge| &charge.amount) {
            return Err(gap.clone());
        }
        self.known.get(&(window, group.clone())).cloned().unwrap_or(Ok(Ratio::ZERO))
    }
}

/// The charges of a clause by group, as places among all charges; and those that are not told apart by these groups.
#[derive(Debug, Default)]
pub(crate) struct Places {
    by_group: FxHashMap<Group, Vec<usize>>,
    whole: Vec<usize>,
}

impl Charge {
    /// Whether a part of it can belong to a group: no key that both have differs.
    fn may_be_of(&self, dims: &[Dimension], group: &Group) -> bool {
        let key = |dim: &Dimension| dims.iter().position(|known| known == dim).and_then(|place| group.get(place));
        self.dims.iter().zip(&self.group).all(|(dim, own)| key(dim).is_none_or(|other| other == own))
    }
}

/// Which charges of a clause count that is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Charged {
    /// Those of the window at hand.
    Whole,
    /// Those of the window at hand, up to a settlement period.
    Through(i64),
    /// The same, at that pace for the whole window.
    Expected(i64),
    /// Those of the window so many before.
    Before(i64),
    /// Those of so many settlement periods, up to one.
    Rolling(i64, i64),
}

impl Desk<'_> {
    /// Takes a charge in.
    pub(crate) fn charge(&mut self, charge: Charge) {
        let clause = charge.clause;
        self.asked.retain(|(known, ..), _| *known != clause);
        self.places.retain(|(known, _), _| *known != clause);
        self.charges.push(charge);
    }

    /// The charges of some clauses.
    pub(crate) fn charges_of<'s>(&'s self, clauses: &'s [ClauseId]) -> impl Iterator<Item = &'s Charge> {
        self.charges.iter().filter(|charge| clauses.contains(&charge.clause))
    }

    /// Where the charges of a clause stand that may belong to a group: those whose keys are its own, and those without such
    /// keys. A clause is gone through once for all of its groups, until it charges more.
    pub(crate) fn places_of(&mut self, clause: ClauseId, dims: &[Dimension], group: &Group) -> Vec<usize> {
        let key = (clause, dims.to_vec());
        if !self.places.contains_key(&key) {
            let mut found = Places::default();
            for (place, charge) in self.charges.iter().enumerate().filter(|(_, charge)| charge.clause == clause) {
                match self.keys(charge, dims) {
                    Some(keys) if !self.is_anybodys(charge, dims, &keys) => {
                        found.by_group.entry(keys).or_default().push(place);
                    }
                    Some(_) | None => found.whole.push(place),
                }
            }
            self.places.insert(key.clone(), found);
        }
        let Some(found) = self.places.get(&key) else { return Vec::new() };
        let own = found.by_group.get(group).into_iter().flatten();
        let mut places: Vec<usize> = own.chain(&found.whole).copied().collect();
        places.sort_unstable();
        places
    }

    /// What stands in a clause and charges under it.
    fn own_charges(&self, clause: ClauseId) -> impl Iterator<Item = &Charge> {
        self.charges.iter().filter(move |charge| charge.clause == clause && charge.stands == clause && !charge.met)
    }

    /// What some clauses charge after the caps and minimums that stand in them, and after clauses have met.
    pub(crate) fn standing_charges<'s>(&'s self, clauses: &'s [ClauseId]) -> impl Iterator<Item = &'s Charge> {
        self.charges_of(clauses).filter(|charge| charge.met || charge.stands == charge.clause)
    }

    /// What a clause charges in a window and group, in the direction of its first sentence: after the caps and minimums
    /// that stand in it, before those of other clauses.
    pub(crate) fn clause(
        &mut self,
        clause: ClauseId,
        at: (WindowKind, i64),
        dims: &[Dimension],
        group: &Group,
        charged: Charged,
    ) -> Result<Ratio, Gap> {
        let (first, until) = match charged {
            Charged::Whole => return self.clause_in_window(clause, at, dims, group),
            Charged::Before(back) => {
                return self.clause_in_window(clause, (at.0, at.1.saturating_sub(back)), dims, group);
            }
            Charged::Through(until) | Charged::Expected(until) => (None, until),
            Charged::Rolling(periods, until) => (Some(until.saturating_sub(periods)), until),
        };
        let places = self.places_of(clause, dims, group);
        let inside = |charge: &Charge| self.plan.windows.index_of_date(at.0, charge.last) == at.1;
        let charges = places.iter().filter_map(|place| self.charges.get(*place)).filter(|charge| {
            self.concerns(charge, dims, group)
                && charge.stands == clause
                && !charge.met
                && charge.due <= until
                && first.map_or_else(|| inside(charge), |first| charge.due > first)
        });
        let so_far = total(charges.map(|charge| self.directed(charge)))?;
        let Charged::Expected(_) = charged else { return Ok(so_far) };
        let whole = so_far.times(&pace(self.plan, at, until));
        let money = Kind::Money(self.plan.currency);
        let number = self.clause_number(clause);
        self.note(
            |_| {
                format!(
                    "clause {number} charges {} so far, {} at that pace",
                    quantity(&money, &so_far),
                    quantity(&money, &whole)
                )
            },
            None,
        );
        Ok(whole)
    }

    /// Whether a charge is held of which nobody knows to which member it belongs.
    fn is_anybodys(&self, charge: &Charge, dims: &[Dimension], keys: &[Key]) -> bool {
        let unknown = |(dim, key): (&Dimension, &Key)| *key == Key::Value(None) && is_party(self.plan, dim);
        charge.amount.is_err() && dims.iter().zip(keys).any(unknown)
    }

    /// Whether a charge belongs to a group. One that is held and has no parts for finer groups is held for each of them.
    pub(crate) fn concerns(&self, charge: &Charge, dims: &[Dimension], group: &Group) -> bool {
        match self.keys(charge, dims) {
            Some(found) if self.is_anybodys(charge, dims, &found) => {
                let same = |(own, other): (&Key, &Key)| own == other || *own == Key::Value(None);
                found.iter().zip(group).all(same)
            }
            Some(found) => found == *group,
            None => charge.amount.is_err() && charge.may_be_of(dims, group),
        }
    }

    /// The groups for which clauses charged something in the earlier windows that a sentence reads, or why nobody can list
    /// them.
    pub(crate) fn charged_before(&mut self, sentence: &Sentence, window: i64) -> Result<Vec<Group>, Gap> {
        let mut found = Vec::new();
        for (clause, back) in sentence.earlier.iter().filter(|_| !sentence.dims.is_empty()) {
            let at = window.saturating_sub(*back);
            let Some(by_group) = self.by_group(*clause, sentence.window, &sentence.dims) else { continue };
            if let Some((_, held)) = by_group.whole.iter().find(|(own, _)| *own == at) {
                held.amount.clone()?;
            }
            let own = by_group.known.iter().filter(|((own, _), amount)| *own == at && **amount != Ok(Ratio::ZERO));
            found.extend(own.map(|((_, group), _)| group.clone()));
        }
        Ok(found)
    }

    fn clause_in_window(
        &mut self,
        clause: ClauseId,
        at: (WindowKind, i64),
        dims: &[Dimension],
        group: &Group,
    ) -> Result<Ratio, Gap> {
        self.by_group(clause, at.0, dims).map_or(Ok(Ratio::ZERO), |by_group| by_group.get(at.1, dims, group))
    }

    /// What a clause charges by window and group; it is gone through once for each such way, until it charges more.
    fn by_group(&mut self, clause: ClauseId, kind: WindowKind, dims: &[Dimension]) -> Option<&ByGroup> {
        let key = (clause, kind, dims.to_vec(), self.plain);
        if !self.asked.contains_key(&key) {
            let mut by_group = ByGroup::default();
            for charge in self.own_charges(clause) {
                let window = self.plan.windows.index_of_date(kind, charge.last);
                let Some(group) = self.keys(charge, dims) else {
                    if charge.amount.is_err() {
                        by_group.whole.push((window, charge.clone()));
                    }
                    continue;
                };
                let amount = by_group.known.entry((window, group)).or_insert(Ok(Ratio::ZERO));
                *amount = match (std::mem::replace(amount, Ok(Ratio::ZERO)), self.directed(charge)) {
                    (Ok(a), Ok(b)) => Ok(a.plus(&b)),
                    (Err(gap), _) | (_, Err(gap)) => Err(gap),
                };
            }
            self.asked.insert(key.clone(), by_group);
        }
        self.asked.get(&key)
    }
}

/// How many times the time from the start of a window to the end of a settlement period the whole window is, in months
/// with the exact part of the last one. What the term cuts off does not count.
fn pace(plan: &Plan, (kind, window): (WindowKind, i64), until: i64) -> Ratio {
    let (first, last) = plan.windows.days(kind, window);
    let (term_first, term_last) = plan.windows.term();
    let (first, last) = (first.max(term_first), last.min(term_last));
    let (_, end) = plan.windows.days(plan.settled, until);
    let months = |last: Date| first.months_until(last.plus_days(1));
    months(last).over(&months(end.min(last))).unwrap_or(Ratio::ONE)
}

/// The amounts of some charges, or why one of them is held.
pub(crate) fn total(mut amounts: impl Iterator<Item = Result<Ratio, Gap>>) -> Result<Ratio, Gap> {
    amounts.try_fold(Ratio::ZERO, |total, amount| Ok(total.plus(&amount?)))
}
