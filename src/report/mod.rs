//! What people and other programs read of a settlement or decision. No arithmetic: every figure comes from
//! `evaluate`.

mod decisions;
mod declared;
pub mod deposits;
mod evidence;
mod explained;
mod indices;
mod late;
mod rights;
mod statement;
mod strangers;
mod text;

pub use decisions::{DecisionRecord, decision, decision_text};
pub use evidence::{EvidenceRecord, FindingRecord, Turn, evidence};
pub use explained::{explained, question_line};
pub use statement::{Statement, statement};
pub use text::{evidence_text, statement_text};
