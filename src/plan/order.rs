//! The order of computation: each sentence after those whose clauses it reads.

use crate::base::ids::ClauseId;
use crate::check::contract::Contract;
use crate::plan::Step;
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
}

impl Waiting {
    /// Whether no other waiting step belongs to a clause that this one reads. A cap reads its own
    /// clause's sentences too, but not the other caps of its own clause that stand after it.
    fn is_ready(&self, waiting: &[Self]) -> bool {
        waiting.iter().all(|other| {
            let own = other.step == self.step;
            let later_cap = other.clause == self.clause && is_cap(other.step) && other.step > self.step;
            own || later_cap || !self.reads.contains(&other.clause)
        })
    }
}

fn is_cap(step: Step) -> bool {
    matches!(step, Step::Owes(_))
}

fn waiting(contract: &Contract) -> Vec<Waiting> {
    let sentences = contract.sentences.iter().map(|sentence| Waiting {
        step: Step::Sentence(sentence.id),
        clause: sentence.clause,
        reads: clauses_of_sentence(contract, sentence),
    });
    let owes = contract.owes.iter().enumerate().map(|(place, owes)| Waiting {
        step: Step::Owes(place),
        clause: owes.clause,
        reads: clauses_of(contract, &owes.amount).into_iter().chain(owes.under.iter().copied()).collect(),
    });
    sentences.chain(owes).collect()
}
