//! Dated changes to a contract, kept as text of their own.

use crate::base::number::Ratio;
use crate::base::span::{Span, Spanned};
use crate::base::time::Date;
use crate::syntax::tree::{Clause, Item, Word};

/// `amendment 2 to AV-2026-014 signed 2027-05-20, in force from 2027-07-01 { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Amendment {
    /// The first line.
    pub span: Span,
    /// Its number.
    pub number: Spanned<Ratio>,
    /// The contract that it changes.
    pub to: Word,
    /// When it was signed.
    pub signed: Spanned<Date>,
    /// From when on it governs; `None` where the text does not say.
    pub in_force: Option<Spanned<Date>>,
    /// Whether obligations that are open then stay under the earlier text; `None` where the text does not say.
    pub duties_stay: Option<bool>,
    /// Whether deposits that are held then end by the earlier text; `None` where the text does not say.
    pub deposits_stay: Option<bool>,
    /// Whether a window that is cut goes by the text at its start; `None` where the text does not say.
    pub cut_by_start: Option<bool>,
    /// What it changes.
    pub changes: Vec<Change>,
}

/// One change.
#[derive(Clone, PartialEq, Debug)]
pub enum Change {
    /// `replace clause 4.2 "Availability" { … }`
    Replace(Clause),
    /// `insert clause 4.6 "Cleaning" { … }`
    Insert(Clause),
    /// `suspend clause 6.1 from 2027-08-01 to 2027-08-31`, both days included.
    Suspend(Vec<Word>, Spanned<Date>, Spanned<Date>),
    /// `end clause 7`
    End(Vec<Word>),
    /// `pump with installed before 2027-07-01 keeps clause 3.1`
    Keep(Kept),
    /// `define new_target = 99%`: vocabulary that the new text needs.
    New(Box<Item>),
}

/// Assets that keep the earlier text.
#[derive(Clone, PartialEq, Debug)]
pub struct Kept {
    /// The whole change.
    pub span: Span,
    /// The family.
    pub family: Word,
    /// The event, or the attribute that holds a date.
    pub by: Word,
    /// It happened before this day.
    pub before: Spanned<Date>,
    /// The clauses.
    pub clauses: Vec<Word>,
}
