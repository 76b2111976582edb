//! How several documents make one contract: libraries, what they leave open, which goes before which.

use crate::base::span::{Span, Spanned};
use crate::syntax::tree::{Expr, FieldKind, Word};

/// `library "General conditions" edition 2021-04`: the first line of shared text.
#[derive(Clone, PartialEq, Debug)]
pub struct Library {
    /// Its title.
    pub title: Word,
    /// Its edition: a day, month or year as written.
    pub edition: Option<Word>,
}

/// `use "templates/lighting" edition 2021-04 with fee 42.00 EUR, target 98.5%`
#[derive(Clone, PartialEq, Debug)]
pub struct Use {
    /// The whole item.
    pub span: Span,
    /// The name of the file, without its ending.
    pub path: Word,
    /// The edition that is meant.
    pub edition: Option<Word>,
    /// What it leaves open, filled.
    pub with: Vec<(Word, Expr)>,
}

/// `given fee money`: what a library leaves open.
#[derive(Clone, PartialEq, Debug)]
pub struct Given {
    /// Its name.
    pub name: Word,
    /// What it is filled with.
    pub kind: Spanned<GivenKind>,
}

/// What is filled in.
#[derive(Clone, PartialEq, Debug)]
pub enum GivenKind {
    /// A value of a type.
    Value(FieldKind),
    /// An asset family.
    Asset,
}

/// `precedence this contract before "annex" before "std/…"`
#[derive(Clone, PartialEq, Debug)]
pub struct Precedence {
    /// The documents, the one that counts most first.
    pub documents: Vec<Spanned<Document>>,
}

/// A document.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Document {
    /// `this contract`
    This,
    /// A library, by the name that `use` gives it.
    Library(String),
}
