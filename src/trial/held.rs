//! What is held of that which an expectation asks for.

use crate::base::ids::{DepositId, PartyId};
use crate::base::number::Ratio;
use crate::base::vocabulary::{Matching, Nature};
use crate::evaluate::observations::HeldDeposit;
use crate::evaluate::settle::{Held, Period};
use crate::plan::{Deposit, Step, Trigger, Who};
use crate::syntax::tree::Word;
use crate::trial::run::{Came, overlaps};
use crate::trial::told::{is_of_group, may_be_of};

/// The lines that are held, in words: how many, and each clause with the reason, three at most.
pub(super) fn words(came: &Came<'_>, held: &[&Held]) -> String {
    let mut reasons: Vec<String> = Vec::new();
    for line in held {
        let clause = came.plan.clauses.get(line.cause.clause.index());
        let number = clause.map_or("", |clause| clause.number.as_str());
        let reason = format!("clause {number}: {}", came.names().gap(&line.gap));
        if !reasons.contains(&reason) {
            reasons.push(reason);
        }
    }
    let more = if reasons.len() > 3 { "; and others" } else { "" };
    reasons.truncate(3);
    let count = match held.len() {
        1 => "1 line is held".to_owned(),
        count => format!("{count} lines are held"),
    };
    format!("{count}: {}{more}", reasons.join("; "))
}

/// The held lines of a clause, of a nature and group where these are named.
pub(super) fn of_clause<'c>(
    came: &'c Came<'_>,
    clause: crate::base::ids::ClauseId,
    (nature, group): (Option<Nature>, Option<&Word>),
    period: Option<&Word>,
) -> Vec<&'c Held> {
    let own = |held: &&Held| {
        held.cause.clause == clause
            && group.is_none_or(|group| may_be_of(came, &held.cause, &group.node))
            && nature.is_none_or(|wanted| nature_of(came, held.cause.step).is_none_or(|nature| nature == wanted))
    };
    periods(came, period).flat_map(|found| &found.held).filter(own).collect()
}

/// The held lines that could be a part of what a party gets and pays; of what one pays the other.
pub(super) fn of_total<'c>(came: &'c Came<'_>, parties: &[&Word], period: Option<&Word>) -> Vec<&'c Held> {
    let own = |held: &&Held| {
        let known = parties_of(came, held);
        let among = |word: &&Word| known.iter().any(|party| party.is_none_or(|party| is_party(came, party, word)));
        !matches!(held.cause.step, Step::Right(_)) && parties.iter().all(among)
    };
    periods(came, period).flat_map(|found| &found.held).filter(own).collect()
}

/// Whether a party is the one that a word names.
pub(super) fn is_party(came: &Came<'_>, party: PartyId, word: &Word) -> bool {
    let known = came.plan.parties.get(party.index()).is_some_and(|known| known.name == word.node);
    known || came.names().party(party) == word.node
}

/// The held lines for which it is not known what is held as deposit of a clause at the end of a period. What was paid
/// before the records began is asked for only where it comes back; that ends it, so that nothing of it is left then.
pub(super) fn of_deposits<'c>(
    came: &'c Came<'_>,
    number: &Word,
    group: Option<&Word>,
    period: Option<&Word>,
) -> Vec<&'c Held> {
    let plan = &came.plan;
    let last = periods(came, period).last();
    let end = last.map_or(i64::MAX, |last| last.index);
    let from_before = plan.records.as_ref().is_some_and(|records| !records.opening);
    let own = |period: &Period, held: &Held| {
        let earlier = period.index < end;
        let mut concerned = deposits_of(came, held).filter_map(|own| {
            let deposit = plan.deposits.get(own.deposit.index())?;
            let clause = plan.clauses.get(deposit.clause.index())?;
            let waits = group.is_some_and(|group| came_back(came, deposit, held, group));
            let over = from_before && own.ends && deposit.matching == Matching::Serial && !waits;
            (clause.number == number.node && !(earlier && (over || own.unrecorded))).then_some(deposit)
        });
        concerned.any(|deposit| group.is_none_or(|group| of_group(came, deposit, held, group)))
    };
    let all = came.settlement.periods.iter().flat_map(|period| period.held.iter().map(move |held| (period, held)));
    all.filter(|(period, held)| own(period, held)).map(|(_, held)| held).collect()
}

/// What came back of the deposits of a clause in lines that are held, at the end of a period.
pub(super) fn waiting(came: &Came<'_>, number: &Word, period: Option<&Period>) -> Ratio {
    let own = |deposit: DepositId| {
        let clause = came.plan.deposits.get(deposit.index()).map(|deposit| deposit.clause);
        clause.and_then(|clause| came.plan.clauses.get(clause.index())).is_some_and(|known| known.number == number.node)
    };
    let balances = period.into_iter().flat_map(|period| &period.deposits);
    let waiting = balances.filter(|balance| own(balance.deposit)).flat_map(|balance| &balance.waiting);
    waiting.fold(Ratio::ZERO, |sum, (_, amount)| sum.plus(amount))
}

/// Whether a held line can be about the deposits of an asset or member. Where lines are not told apart, an asset of which a
/// deposit is known is not concerned, unless it comes back in that line.
fn of_group(came: &Came<'_>, deposit: &Deposit, held: &Held, group: &Word) -> bool {
    let apart = deposit.matching == Matching::Serial && known(came, deposit, group).next().is_some();
    is_of_group(came, &held.cause, &group.node)
        || (may_be_of(came, &held.cause, &group.node) && (!apart || came_back(came, deposit, held, group)))
}

/// The known deposits of an asset or member.
fn known<'c>(came: &'c Came<'_>, deposit: &'c Deposit, group: &'c Word) -> impl Iterator<Item = &'c HeldDeposit> {
    came.settlement.deposits.iter().filter(move |known| {
        let mut ids = [known.asset, known.payer.member()].into_iter().flatten();
        known.deposit == deposit.id && ids.any(|id| came.feed.is_named(id, &group.node))
    })
}

/// Whether a known deposit of an asset or member came back in the window of a held line.
fn came_back(came: &Came<'_>, deposit: &Deposit, held: &Held, group: &Word) -> bool {
    let (kind, window) = held.cause.window;
    let bounds = came.plan.windows.bounds(kind, window);
    known(came, deposit, group).any(|known| known.until.is_some_and(|until| bounds.contains(until)))
}

/// What a held line does to a deposit.
struct Does {
    deposit: DepositId,
    /// It ends all of it.
    ends: bool,
    /// Its window begins before the records.
    unrecorded: bool,
}

/// The deposits that a held line takes or ends.
fn deposits_of<'c>(came: &'c Came<'_>, held: &Held) -> impl Iterator<Item = Does> + use<'c> {
    let plan = &came.plan;
    let (kind, window) = held.cause.window;
    let first = plan.windows.days(kind, window).0.max(plan.windows.term().0);
    let sentence = if let Step::Sentence(id) = held.cause.step { plan.sentences.get(id.index()) } else { None };
    let folds =
        sentence.into_iter().flat_map(|sentence| &sentence.folds).filter_map(|fold| plan.folds.get(fold.index()));
    let does = move |trigger: &Trigger, deposit: DepositId, ends: bool| {
        let unrecorded = plan.recorded_of(trigger).is_some_and(|begin| first < begin);
        Some(Does { deposit, ends, unrecorded })
    };
    folds.filter_map(move |fold| match &fold.trigger {
        Trigger::Taken(id, _) => does(&fold.trigger, *id, false),
        Trigger::Released { deposit, release, .. } => {
            let release = plan.deposits.get(deposit.index())?.releases.get(*release)?;
            does(&fold.trigger, *deposit, release.share.is_none())
        }
        Trigger::Event(_)
        | Trigger::Held(..)
        | Trigger::Between { .. }
        | Trigger::Lateness { .. }
        | Trigger::Outcome(..)
        | Trigger::Meter { .. }
        | Trigger::Level { .. } => None,
    })
}

fn periods<'c>(came: &'c Came<'_>, period: Option<&Word>) -> impl Iterator<Item = &'c Period> {
    let plan = &came.plan;
    came.settlement.periods.iter().filter(move |found| overlaps(plan, plan.settled, found.index, period))
}

fn nature_of(came: &Came<'_>, step: Step) -> Option<Nature> {
    match step {
        Step::Sentence(id) => came.plan.sentences.get(id.index()).map(|sentence| sentence.nature),
        Step::Owes(_) | Step::Meets(_) | Step::Right(_) => None,
    }
}

/// Who would pay a held line and be paid by it; `None` for one that is not known.
fn parties_of(came: &Came<'_>, held: &Held) -> Vec<Option<PartyId>> {
    let plan = &came.plan;
    let known = |who: Who| match who {
        Who::Party(party) => Some(party),
        Who::Group(place) => held.cause.group.get(place).map(|key| key.party()),
    };
    let of_clauses = |clauses: Vec<crate::base::ids::ClauseId>| {
        let sentences = plan.sentences.iter().filter(move |sentence| clauses.contains(&sentence.clause));
        sentences.flat_map(|sentence| [sentence.payer, sentence.payee])
    };
    let who: Vec<Who> = match held.cause.step {
        Step::Sentence(id) => {
            plan.sentences.get(id.index()).into_iter().flat_map(|sentence| [sentence.payer, sentence.payee]).collect()
        }
        Step::Owes(place) => {
            let owes = plan.owes.get(place).into_iter();
            owes.flat_map(|owes| of_clauses(owes.under.clone()).chain([owes.party, owes.payee])).collect()
        }
        Step::Meets(place) => {
            let meeting = plan.meetings.get(place).into_iter();
            meeting.flat_map(|meeting| of_clauses(meeting.all().collect())).collect()
        }
        Step::Right(_) => Vec::new(),
    };
    let known = who.into_iter().map(known).chain([Some(held.payer)]);
    known.map(|party| party.filter(|party| *party != PartyId::UNKNOWN)).collect()
}
