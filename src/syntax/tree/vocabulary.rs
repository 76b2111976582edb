//! What there is and what happens: families of assets, kinds of events, their fields.

use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::{Counts, Matching, OldIdentity};
use crate::syntax::tree::Word;

/// `asset pump "Infusion pump" { list_price money … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Asset {
    /// The family's name.
    pub name: Word,
    /// Its title.
    pub title: Option<Word>,
    /// `in lots from delivered, oldest first`
    pub lots: Option<Lots>,
    /// Attributes.
    pub attributes: Vec<Field>,
}

/// `event failed, restored of pump { severity (low, high) }`
#[derive(Clone, PartialEq, Debug)]
pub struct Event {
    /// The kinds that it declares.
    pub names: Vec<Word>,
    /// The family they happen to, if any.
    pub family: Option<Word>,
    /// `counts when notified`, if it is said.
    pub counts: Option<Spanned<Counts<Word>>>,
    /// Fields, the same for all the kinds.
    pub fields: Vec<Field>,
}

/// A typed field of an event or attribute of an asset.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// Name.
    pub name: Word,
    /// Type.
    pub kind: Spanned<FieldKind>,
    /// `optional`
    pub optional: Option<Span>,
    /// `cumulative`: a meter that only grows.
    pub cumulative: Option<Span>,
    /// `reset by replaced`: events after which the meter starts from zero.
    pub reset_by: Vec<Word>,
    /// `new identity, the old one ends`: it names the asset from then on.
    pub identity: Option<Spanned<Option<OldIdentity>>>,
}

/// The type of a field.
#[derive(Clone, PartialEq, Debug)]
pub enum FieldKind {
    /// `number`
    Number,
    /// `percentage`
    Percentage,
    /// `money`
    Money,
    /// `duration`: clock time
    Duration,
    /// `date`
    Date,
    /// `instant`
    Instant,
    /// `text`
    Text,
    /// `yes or no`
    Flag,
    /// `party`
    Party,
    /// `partner`: a member of a family of parties
    Member(Word),
    /// `count of page`
    Count(Word),
    /// `(A, B, C)`
    Choice(Vec<Word>),
}

/// `in lots from delivered, oldest first`
#[derive(Clone, PartialEq, Debug)]
pub struct Lots {
    /// The words.
    pub span: Span,
    /// The events that bring units in.
    pub from: Vec<Word>,
    /// Which units an event is about.
    pub order: Option<Spanned<Matching>>,
}
