//! Deposits that are held when a clause is amended: by which text they end, and what has to be asked for it.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::ClauseId;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::time::Date;
use crate::base::vocabulary::{Matching, Nature, Operator};
use crate::check::amended::By;
use crate::check::checker::Checker;
use crate::check::contract::{Amount, GivesBack, Opener, Sentence, Who};
use crate::check::depositors::Depositor;
use crate::check::deposits::{Deposit, Release};
use crate::check::value::Node;
use crate::check::worked::costing;
use crate::syntax::tree::{self, Amendment};

/// Which text of its clause decides whether a release ends a deposit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum EndsBy {
    /// That by which the deposit was taken, in the same clause.
    Taking,
    /// That of another clause which was in force when the deposit was taken.
    Paid,
    /// The last text of the same clause that began before it ends.
    Last,
    /// That of another clause which is in force when it ends.
    Return,
}

impl<'a> Checker<'a> {
    /// Decides for every event on which an amended clause ends deposits which of its texts does. Gives how the sentence
    /// is governed.
    pub(super) fn govern_release(&mut self, sentence: &Sentence, back: GivesBack) -> Option<By> {
        let deposit = self.deposits.get(back.deposit)?.clone();
        let release = deposit.releases.get(back.release)?;
        if !matches!(sentence.opener, Opener::On(..)) {
            return None;
        }
        let own = deposit.clause == sentence.clause;
        // What replaces a deposit goes by the text in force when it is charged, as whatever replaces.
        let replaces = self.meetings.iter().any(|meeting| meeting.span == release.span);
        let goes_over = !replaces && self.deposits_go_over(sentence.clause, &deposit);
        let by = match (own, goes_over || replaces) {
            (true, false) => EndsBy::Taking,
            (true, true) => EndsBy::Last,
            (false, false) => EndsBy::Paid,
            (false, true) => EndsBy::Return,
        };
        if deposit.matching != Matching::Serial
            && by != EndsBy::Taking
            && let Some(kept) = self.kept_family(sentence.clause)
        {
            self.refuse_kept(sentence.clause, sentence.span, kept);
        }
        let known = self.deposits.get_mut(back.deposit).and_then(|deposit| deposit.releases.get_mut(back.release));
        if let Some(known) = known {
            known.by = Some(by);
        }
        Some(By::Opening)
    }

    /// The answer of the amendments for deposits that are held when the text changes; asked for where one is silent.
    fn deposits_go_over(&mut self, clause: ClauseId, deposit: &Deposit) -> bool {
        let own = deposit.clause == clause;
        let begins = self.amended.timelines.get(&clause).and_then(|timeline| timeline.changes.first());
        let new = begins.map(|change| change.from).filter(|_| own);
        let mut answers: Vec<(bool, &'a Amendment)> = Vec::new();
        for (day, amendment) in self.cuts(clause) {
            // Where the clause that takes them ends or is suspended, they end by the text that they have.
            if own && (Some(day) == new || !self.states(amendment, clause)) {
                continue;
            }
            match amendment.deposits_stay {
                Some(stay) => answers.push((stay, amendment)),
                None if self.ends_alike(clause, day, deposit) => {}
                None => self.ask_about_held(clause, day, (amendment, deposit)),
            }
        }
        self.one_answer(clause, &answers);
        answers.first().is_some_and(|(stay, _)| !stay)
    }

    /// Whether an amendment gives a text to a clause.
    fn states(&self, amendment: &Amendment, clause: ClauseId) -> bool {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.as_str());
        amendment.changes.iter().any(|change| match change {
            tree::Change::Replace(text) | tree::Change::Insert(text) => Some(text.number.node.as_str()) == number,
            tree::Change::Suspend(..) | tree::Change::End(_) | tree::Change::Keep(_) | tree::Change::New(_) => false,
        })
    }

    /// Whether the text of a clause in force the day before a day and the one on it end deposits in the same words.
    fn ends_alike(&self, clause: ClauseId, day: Date, deposit: &Deposit) -> bool {
        let words = |at: Date| -> Vec<String> {
            let own = |version: &usize| {
                self.amended.versions.get(*version).is_some_and(|found| found.clause == clause)
                    && self.amended.governs_on(*version, at)
            };
            let on_event = |release: &&Release| matches!(release.opener, Opener::On(..));
            let releases = deposit.releases.iter().filter(on_event);
            let releases = releases.filter(|release| release.version.as_ref().is_some_and(own));
            let mut words: Vec<String> = releases.map(|release| self.words(release.span)).collect();
            words.sort_unstable();
            words.dedup();
            words
        };
        words(day.plus_days(-1)) == words(day)
    }

    fn ask_about_held(&mut self, clause: ClauseId, day: Date, (amendment, deposit): (&'a Amendment, &Deposit)) {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let taken = deposit.taken_by.first().and_then(|id| self.sentences.get(id.index())).map(|taken| taken.span);
        let worked = self.worked_at(taken.unwrap_or(amendment.span));
        let back = |before: bool| {
            let share = self.share_back(clause, day, before)?;
            Some(if share.is_zero() { "nothing comes back".to_owned() } else { worked.units(share) })
        };
        let message = format!("clause {number} ends deposits, and some can be held on {day}");
        let stay = costing("a deposit ends as the text says that was in force when it was taken", back(true));
        let over = costing("what ends a deposit from that day on is the new text, whenever it was taken", back(false));
        let question = Diagnostic::new(Code::C141, amendment.span, message)
            .label(format!("a deposit that was taken before: {}", worked.units(1)))
            .answer("held deposits stay under the earlier text", stay)
            .answer("held deposits go over to the new text", over)
            .help("write it in the first line of the amendment");
        self.report(question);
    }

    /// The share that comes back by the text of a clause in force the day before a day or on it, where all that it gives
    /// back is one fixed share.
    fn share_back(&self, clause: ClauseId, day: Date, before: bool) -> Option<Ratio> {
        let at = if before { day.plus_days(-1) } else { day };
        let in_force = |sentence: &&Sentence| {
            let version = self.amended.sentences.get(&sentence.id).map(|(version, _)| *version);
            version.is_some_and(|version| self.amended.governs_on(version, at))
        };
        let tells = |sentence: &&Sentence| sentence.gives_back.is_some_and(|back| back.tells);
        let own = self.sentences.iter().filter(|sentence| sentence.clause == clause);
        let shares = own.filter(tells).filter(in_force).map(|sentence| match &sentence.amount {
            Amount::Value(value) => {
                let share =
                    if let Node::Arithmetic(Operator::Times, share, _) = &*value.node { Some(share) } else { None };
                self.constant(share?)
            }
            Amount::Tiers(..) => None,
        });
        let shares = shares.collect::<Option<Vec<Ratio>>>()?;
        let (first, others) = shares.split_first()?;
        others.iter().all(|other| other == first).then(|| first.clone())
    }

    /// Refuses a text by which another party pays the deposits of a clause, which the others give back.
    pub(super) fn refuse_other_payers(&mut self, deposit: &Deposit) {
        let foreign = |sentence: &&Sentence| {
            sentence.clause == deposit.clause
                && sentence.nature == Nature::Deposit
                && sentence.gives_back.is_none()
                && self.amended.sentences.contains_key(&sentence.id)
                && sentence.payer != Who::Party(deposit.holder)
                && !Self::is_paid_by(sentence, deposit.depositor)
        };
        let found: Vec<Span> = self.sentences.iter().filter(foreign).map(|sentence| sentence.span).collect();
        for span in found {
            let number = self.clauses.get(deposit.clause.index()).map_or("", |clause| clause.number.as_str());
            let by = match deposit.depositor {
                Depositor::Party(party) => self.parties.get(party.index()).map_or("", |party| party.role.as_str()),
                Depositor::Named(_) => "the party that an event or asset names",
            };
            let message =
                format!("the deposits of clause {number} are paid by {by}, and by this text by another party");
            let help = "end the clause, and insert one with another number for the new deposits";
            self.wrong::<()>(Code::C167, span, message, help);
        }
    }
}
