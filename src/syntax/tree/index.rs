//! Indices and indexations as written.

use crate::base::movement::{Since, Way};
use crate::base::number::Ratio;
use crate::base::span::{Span, Spanned};
use crate::base::time::{Date, Month};
use crate::base::vocabulary::{Chain, Frequency, IndexBase, LimitKind, MissingValue, Provisional, Revised};
use crate::syntax::tree::{Expr, RoundedTo, Word};

/// `index labour_cost "INSEE 001565183" monthly`
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// Its name.
    pub name: Word,
    /// Publisher and identity.
    pub title: Word,
    /// How often it is published.
    pub every: Frequency,
    /// `continued by …`
    pub continued: Option<Continued>,
}

/// `continued by bitumen_2015 times 1.6296 from 2024-01, rounded to 0.1 half up`
#[derive(Clone, PartialEq, Debug)]
pub struct Continued {
    /// The whole of it.
    pub span: Span,
    /// The series that goes on.
    pub by: Word,
    /// The linking coefficient.
    pub times: Option<Spanned<Ratio>>,
    /// The first month that the other series gives.
    pub from: Spanned<Month>,
    /// How a continued value is rounded: `Some(None)` for `not rounded`, `None` where it is not said.
    pub rounded: Option<Option<RoundedTo>>,
}

/// `indexation labour { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Indexation {
    /// Its name.
    pub name: Word,
    /// Its parts in the order of the text.
    pub parts: Vec<Spanned<IndexationPart>>,
}

/// A part of an indexation.
#[derive(Clone, PartialEq, Debug)]
pub enum IndexationPart {
    /// `coefficient 0.15 + 0.85 * labour_cost[revision] / labour_cost[2025-09]`
    Coefficient(Expr),
    /// `rounded to 0.001 upward`, with `at the end` (`false`), `at every step` (`true`) or neither.
    Rounded(RoundedTo, Option<bool>),
    /// `not rounded`
    NotRounded,
    /// `revised each 1 April from 2027-04-01`
    Revised(Revised, Option<Spanned<Date>>),
    /// `chained on rounded amounts`, `from the original`
    Chain(Chain),
    /// `at most 4% per revision` (`true`), `at most 20% in all` (`false`)
    Limit(LimitKind, Expr, bool),
    /// `may fall`, `may not fall`
    MayFall(bool),
    /// `only when the movement is at least 2%`
    Threshold(Expr),
    /// `provisional : …`
    Provisional(Provisional),
    /// `missing : …`
    Missing(MissingValue),
}

impl IndexationPart {
    /// What may stand once.
    #[must_use]
    pub fn role(&self) -> &'static str {
        match self {
            Self::Coefficient(_) => "coefficient",
            Self::Rounded(..) | Self::NotRounded => "rounding",
            Self::Revised(..) => "revised",
            Self::Chain(_) => "chained",
            Self::Limit(LimitKind::AtMost, _, true) => "at most … per revision",
            Self::Limit(LimitKind::AtLeast, _, true) | Self::MayFall(_) => "at least … per revision",
            Self::Limit(LimitKind::AtMost, _, false) => "at most … in all",
            Self::Limit(LimitKind::AtLeast, _, false) => "at least … in all",
            Self::Threshold(_) => "only when",
            Self::Provisional(_) => "provisional",
            Self::Missing(_) => "missing",
        }
    }
}

/// How a cap or minimum is indexed.
#[derive(Clone, PartialEq, Debug)]
pub enum CapIndex {
    /// `not indexed`
    Not,
    /// `indexed by labour`
    By(Word),
    /// `after indexation`, `before indexation`
    Base(IndexBase),
}

/// `labour moves by more than 5% per revision, after limits`
#[derive(Clone, PartialEq, Debug)]
pub struct Moves {
    /// From `when` on.
    pub span: Span,
    /// The indexation.
    pub name: Word,
    /// Which movements count.
    pub way: Way,
    /// `at least`: whether a movement by just so much counts.
    pub included: bool,
    /// How far.
    pub threshold: Expr,
    /// What the coefficient is compared with, where it is said.
    pub since: Option<Since>,
    /// Whether ceilings and the like have been taken off before.
    pub after_limits: bool,
}
