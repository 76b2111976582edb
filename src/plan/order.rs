//! The order of computation: each sentence after those whose clauses it reads.

use crate::base::ids::ClauseId;
use crate::check::contract::{Contract, Owes};
use crate::plan::Step;
use crate::plan::amended::taking_back;
use crate::plan::carried::texts_of_cap;
use crate::plan::references::{clauses_of, clauses_of_sentence};

/// The steps of a contract. A cap or minimum comes after every clause under it and after those that `then`
/// puts before it; within one clause the sentences come before its own caps and minimums, in the order of the text.
///
/// INVARIANT (acyclic): the checker refuses clauses that read each other in a circle, so every pass
/// places at least one step; what a broken contract value would leave over is appended as written.
pub(crate) fn steps(contract: &Contract) -> Vec<Step> {
    let mut waiting: Vec<Waiting> = waiting(contract);
    let mut steps = Vec::with_capacity(waiting.len());
    while !waiting.is_empty() {
        let ready = waiting.iter().position(|step| step.is_ready(&waiting)).unwrap_or(0);
        steps.push(waiting.remove(ready).step);
    }
    steps
}

/// A step that is not yet placed.
struct Waiting {
    step: Step,
    clause: ClauseId,
    reads: Vec<ClauseId>,
    /// The clauses under a cap, minimum or exemption.
    under: Vec<ClauseId>,
    /// The caps that `then` puts before it, by their places.
    after: Vec<usize>,
}

impl Waiting {
    /// Whether no other waiting step has to come before it.
    fn is_ready(&self, waiting: &[Self]) -> bool {
        waiting.iter().all(|other| other.step == self.step || !other.comes_before(self))
    }

    /// Whether it has to come before another step: it belongs to a clause that the other one reads. A cap reads its own
    /// clause's sentences too, but not the other caps of its own clause that stand after it. Clauses meet after their
    /// sentences and own caps, one meeting after the other, and before the caps over several clauses.
    fn comes_before(&self, other: &Self) -> bool {
        let meets = |clauses: &[ClauseId]| self.reads.iter().any(|clause| clauses.contains(clause));
        match (self.step, other.step) {
            (Step::Right(_), _) | (Step::Meets(_), Step::Sentence(_)) => false,
            (Step::Meets(own), Step::Meets(place)) => own < place && meets(&other.reads),
            (Step::Meets(_), Step::Owes(_)) => !other.is_own_cap() && meets(&other.under),
            (Step::Owes(_), Step::Meets(_)) => self.is_own_cap() && other.reads.contains(&self.clause),
            (Step::Owes(own), Step::Owes(_)) if other.after.contains(&own) => true,
            (Step::Owes(_), Step::Owes(_)) if self.clause == other.clause && self.step > other.step => false,
            (Step::Meets(_), Step::Right(_)) => true,
            (Step::Sentence(_) | Step::Owes(_), _) => other.reads.contains(&self.clause),
        }
    }

    /// Whether it is a cap over its own clause alone.
    fn is_own_cap(&self) -> bool {
        self.under.iter().all(|clause| *clause == self.clause)
    }
}

fn waiting(contract: &Contract) -> Vec<Waiting> {
    let sentences = contract.sentences.iter().map(|sentence| Waiting {
        step: Step::Sentence(sentence.id),
        clause: sentence.clause,
        reads: clauses_of_sentence(contract, sentence),
        under: Vec::new(),
        after: Vec::new(),
    });
    let owes = contract.owes.iter().enumerate().map(|(place, owes)| {
        // A cap that hands on what it leaves knows all groups of the caps that take it over.
        let texts = texts_of_cap(contract, place);
        let of_texts = texts.iter().filter_map(|text| contract.owes.get(*text)).flat_map(Owes::clauses);
        let before = texts.iter().take_while(|text| **text != place).copied();
        Waiting {
            step: Step::Owes(place),
            clause: owes.clause,
            reads: clauses_of(contract, &owes.amount).into_iter().chain(of_texts).collect(),
            under: owes.clauses().collect(),
            after: owes.after.iter().copied().chain(before).collect(),
        }
    });
    let meetings = taking_back(contract).enumerate().map(|(place, (_, meeting))| Waiting {
        step: Step::Meets(place),
        clause: meeting.clause,
        reads: meeting.clauses.iter().chain(&meeting.others).copied().collect(),
        under: Vec::new(),
        after: Vec::new(),
    });
    sentences.chain(owes).chain(meetings).collect()
}
