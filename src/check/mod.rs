//! `File` → `Contract`: names, types and units, dates, bands, questions.
//!
//! INVARIANT (checked): only this layer builds a `Contract`, and only from a file without errors and
//! open questions. After it no name is looked up as a string.

pub mod adjustment;
mod adjustments;
mod aggregates;
pub mod amended;
mod amendments;
mod at_hand;
mod axes;
mod bands;
mod best;
mod cards;
mod carried;
mod causes;
mod charged;
mod checker;
mod clauses;
mod collisions;
pub mod contract;
mod conventions;
mod corrected;
mod counted_duties;
mod coverage;
mod decisions;
mod declared;
mod defines;
mod denominators;
mod deposit_questions;
pub(crate) mod depositors;
mod deposits;
mod disposition;
pub mod documents;
mod durations;
mod evidence;
mod figures;
mod finality;
mod finance;
mod frame;
mod governed;
pub mod held_deposits;
mod identity;
pub mod indexation;
mod indexed;
mod indices;
mod instants;
mod judgements;
mod kinds;
mod levels;
mod lots;
mod meets;
mod number_words;
mod obligations;
mod of_groups;
mod operations;
mod order;
pub mod owed;
mod owed_order;
mod owed_parts;
mod owes;
mod own_limits;
pub(crate) mod parties;
mod parts;
mod past;
mod payments;
mod precedence;
mod proofs;
mod prose;
mod ranks;
mod rates;
pub mod records;
mod revisions;
pub mod rights;
mod samples;
mod scenarios;
mod states;
mod tables;
mod tax;
mod thresholds;
mod tiers;
mod ties;
mod time_unit;
mod timelines;
pub mod value;
mod values;
mod vocabulary;
mod warnings;
mod windows;
mod worked;
mod worked_places;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::check::contract::Contract;
use crate::check::documents::Documents;

/// Checks a contract whose texts were read without mistakes. Gives it unless an error or a question was found, and
/// all findings in the order of the texts.
#[must_use]
pub fn check(documents: &Documents<'_>) -> (Option<Contract>, Vec<Diagnostic>) {
    let (contract, mut found) = frame::checked(documents);
    found.sort_by_key(|finding| (finding.primary.span, finding.code));
    let refused = found.iter().any(|finding| finding.severity() != Severity::Warning);
    (contract.filter(|_| !refused), found)
}
