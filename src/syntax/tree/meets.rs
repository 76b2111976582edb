//! How clauses meet that concern the same facts, as written.

use crate::base::span::Span;
use crate::syntax::tree::{Meet, PerWord, Word};

/// `clause 5 replaces clause 3 for the same crate`, `clauses 4.2 and 5.1 only the higher for the same site and month`
#[derive(Clone, PartialEq, Debug)]
pub struct Meets {
    /// The whole sentence.
    pub span: Span,
    /// The clauses that it begins with.
    pub clauses: Vec<Word>,
    /// What they do.
    pub how: Meet,
    /// The clauses to which they do it.
    pub others: Vec<Word>,
    /// `for the same crate and month`
    pub scope: Vec<PerWord>,
}
