//! `File` → `Contract`: names, types and units, dates, bands, questions.
//!
//! INVARIANT (checked): only this layer builds a `Contract`, and only from a file without errors and
//! open questions. After it no name is looked up as a string.

pub mod adjustment;
mod adjustments;
mod aggregates;
mod bands;
mod cards;
mod checker;
mod clauses;
pub mod contract;
mod conventions;
mod decisions;
mod defines;
mod evidence;
mod finance;
mod frame;
mod kinds;
mod obligations;
mod operations;
mod order;
mod owed_order;
mod owes;
mod parts;
mod past;
mod payments;
mod rates;
mod scenarios;
mod states;
mod tables;
mod timelines;
pub mod value;
mod values;
mod vocabulary;
mod warnings;
mod windows;
mod worked;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::span::SourceId;
use crate::check::contract::Contract;
use crate::syntax::tree::File;

/// Checks a file whose text was read without mistakes. Gives the contract unless an error or a
/// question was found, and all findings in the order of the text.
#[must_use]
pub fn check(source: SourceId, text: &str, file: &File) -> (Option<Contract>, Vec<Diagnostic>) {
    let (contract, mut found) = frame::checked(source, text, file);
    found.sort_by_key(|finding| (finding.primary.span, finding.code));
    let refused = found.iter().any(|finding| finding.severity() != Severity::Warning);
    (contract.filter(|_| !refused), found)
}
