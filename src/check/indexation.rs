//! Checked indices and indexations.

use crate::base::ids::{IndexationId, SeriesId};
use crate::base::number::{Ratio, Rounding};
use crate::base::span::Span;
use crate::base::time::{Date, Month};
use crate::base::vocabulary::{Chain, Frequency, IndexBase, LimitKind, MissingValue, Provisional};
use crate::check::value::Value;

/// An outside index.
#[derive(Clone, PartialEq, Debug)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Publisher and identity.
    pub title: String,
    /// How often it is published.
    pub every: Frequency,
    /// Which other index goes on from which month.
    pub continued: Option<Continued>,
    /// Where it is declared.
    pub span: Span,
}

/// `continued by bitumen_2015 times 1.6296 from 2024-01, rounded to 0.1 half up`
#[derive(Clone, PartialEq, Debug)]
pub struct Continued {
    /// The index that goes on.
    pub by: SeriesId,
    /// The linking coefficient.
    pub times: Ratio,
    /// The first month that it gives.
    pub from: Month,
    /// How a continued value is rounded.
    pub rounding: Option<Rounding>,
}

/// The formula that makes a coefficient of indices, and when.
#[derive(Clone, PartialEq, Debug)]
pub struct Indexation {
    /// Its name.
    pub name: String,
    /// The formula.
    pub coefficient: Value,
    /// How the coefficient is rounded, and whether at every step.
    pub rounding: Option<(Rounding, bool)>,
    /// When it is computed anew.
    pub revisions: Revisions,
    /// What an indexed amount is computed of; a rounded chain has its rounding.
    pub chain: Chain,
    /// Limits of the movement.
    pub limits: Vec<Movement>,
    /// The least movement that counts.
    pub threshold: Option<Ratio>,
    /// While a value is provisional.
    pub provisional: Provisional,
    /// Where there is no value.
    pub missing: MissingValue,
    /// Where it is declared.
    pub span: Span,
}

/// A limit of the movement of a coefficient.
#[derive(Clone, PartialEq, Debug)]
pub struct Movement {
    /// Which way.
    pub kind: LimitKind,
    /// How much: 0.04 for 4 %.
    pub share: Ratio,
    /// From one revision to the next, or in all.
    pub per_revision: bool,
}

/// When a coefficient is computed anew.
#[derive(Clone, PartialEq, Debug)]
pub enum Revisions {
    /// On these days, in order.
    On(Vec<Date>),
    /// With each settlement period.
    Settlement,
}

/// How a cap or minimum is indexed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CapIndex {
    /// Nothing is said.
    Unsaid,
    /// `not indexed`
    Not,
    /// `indexed by labour`
    By(IndexationId),
    /// `after indexation`, `before indexation`: what it is a part of is taken so.
    Base(IndexBase),
}
