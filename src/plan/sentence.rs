//! Sentences that move money.

use crate::base::ids::{ClauseId, FoldId, IndexationId, PartyId, SentenceId};
use crate::base::number::{Ratio, Rounding};
use crate::base::span::Span;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Nature, OwedKind, Part, TierMode};
use crate::base::window::WindowKind;
pub use crate::check::contract::Carry;
use crate::plan::adjustment::Adjustment;
use crate::plan::fold::Dimension;
use crate::plan::formula::Formula;

/// One payment sentence. It gives one line for each of its windows and groups.
#[derive(Clone, PartialEq, Debug)]
pub struct Sentence {
    /// Its id.
    pub id: SentenceId,
    /// Its clause.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// Who pays.
    pub payer: Who,
    /// Who is paid.
    pub payee: Who,
    /// What kind of money.
    pub nature: Nature,
    /// Whether the clauses that it reads count as before their indexation.
    pub before_index: bool,
    /// The window of a line; a line belongs to the settlement period in which its window ends.
    pub window: WindowKind,
    /// The groups of a line.
    pub dims: Vec<Dimension>,
    /// Only when this holds, in the window and group.
    pub condition: Option<Formula>,
    /// What the rate is multiplied by.
    pub quantity: Quantity,
    /// The rate or price table.
    pub amount: Amount,
    /// A further factor.
    pub times: Option<Formula>,
    /// What is done with the amount of the line, in order, before it is rounded.
    pub adjustments: Vec<Adjustment>,
    /// Indexations whose coefficients are applied to each occurrence.
    pub indexed_in_walk: Vec<IndexationId>,
    /// Rounding of the line.
    pub rounding: Option<Rounding>,
    /// The folds whose groups make a line.
    pub folds: Vec<FoldId>,
    /// How many windows before the one at hand count for its groups.
    pub reach: i64,
    /// What clauses charged so many windows before that it reads: groups for which they did make a line too.
    pub earlier: Vec<(ClauseId, i64)>,
    /// Whether what it credits leaves later rolling windows.
    pub uses_up: bool,
    /// What one unit of the quantity is, in the reader's words, such as `pump × month`.
    pub unit: String,
}

impl Sentence {
    /// Whether its units are money, so that its rates are fractions of it.
    #[must_use]
    pub fn is_of_money(&self) -> bool {
        matches!(&self.quantity, Quantity::Measured(measured) if matches!(measured.kind, Kind::Money(_)))
    }

    /// The fold of what the sentence counts itself.
    pub(crate) fn own_fold(&self) -> Option<FoldId> {
        match (&self.quantity, &self.amount) {
            (Quantity::Folded(fold), _) | (_, Amount::Priced(fold)) => Some(*fold),
            (Quantity::One | Quantity::Measured(_), Amount::Rate(_) | Amount::Tiers(..)) => None,
        }
    }
}

/// A party of a sentence.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Who {
    /// One that the contract names.
    Party(PartyId),
    /// The one that is the group of the line at this place of its groups.
    Group(usize),
}

/// What the rate is multiplied by.
#[derive(Clone, PartialEq, Debug)]
pub enum Quantity {
    /// Nothing: the amount is due once a window.
    One,
    /// The sum of a fold.
    Folded(FoldId),
    /// A measured quantity.
    Measured(Measured),
}

/// A quantity that is measured and counted in units.
#[derive(Clone, PartialEq, Debug)]
pub struct Measured {
    /// The quantity, in base units.
    pub formula: Formula,
    /// The size of one unit in base units: 3600 for `per hour`.
    pub per: Ratio,
    /// How a part of a unit counts; `None` where the quantity is a number of whole things.
    pub part: Option<Part>,
    /// How the quantity is shown.
    pub kind: Kind,
}

/// The rate.
#[derive(Clone, PartialEq, Debug)]
pub enum Amount {
    /// One rate for each unit.
    Rate(Formula),
    /// Priced inside the walk: the fold's sum of amounts.
    Priced(FoldId),
    /// A price table over the quantity.
    Tiers(TierMode, Vec<Tier>),
}

/// A band of a price table over a quantity: above `low` up to `high`.
#[derive(Clone, PartialEq, Debug)]
pub struct Tier {
    /// Where it stands.
    pub span: Span,
    /// Lower end and whether it is included.
    pub low: Option<(Literal, bool)>,
    /// Upper end and whether it is included.
    pub high: Option<(Literal, bool)>,
    /// Of what its ends are parts, where they are no fixed values.
    pub of: Option<Formula>,
    /// Price of one unit; for money a percentage.
    pub price: Formula,
}

/// A cap, minimum or exemption over clauses.
#[derive(Clone, PartialEq, Debug)]
pub struct Owes {
    /// The clause in which it stands.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// The party that owes.
    pub party: Who,
    /// To whom the difference of a minimum goes.
    pub payee: Who,
    /// Cap, minimum or exemption.
    pub kind: OwedKind,
    /// How much, in the window and group.
    pub amount: Formula,
    /// Whether clauses that the amount is a part of count before they are indexed.
    pub before_index: bool,
    /// The window; longer than a settlement period it applies to the amounts so far in the window.
    pub window: WindowKind,
    /// How many settlement periods a window has that rolls with them.
    pub rolling: Option<i64>,
    /// Of which amount a part of what a clause charges is taken.
    pub base: OwedBase,
    /// The groups.
    pub dims: Vec<Dimension>,
    /// Whether it is prorated by day where the term cuts its window.
    pub prorated: bool,
    /// What becomes of what is not used.
    pub carry: Carry,
    /// The caps of the texts of its clause that hand on what they leave to each other, by their places, in the order of
    /// the texts; it is one of them.
    pub texts: Vec<usize>,
    /// The clauses under it.
    pub under: Vec<ClauseId>,
    /// The clauses of which money that goes the other way is taken off.
    pub netted: Vec<ClauseId>,
    /// Rounding of its line.
    pub rounding: Option<Rounding>,
}

/// Of which amount a part of what a clause charges is taken.
#[derive(Clone, PartialEq, Debug)]
pub enum OwedBase {
    /// What is charged in the window, through the period at hand.
    SoFar,
    /// What is charged so far, at that pace for the whole window.
    Expected,
    /// What was charged in the window before; in the first one, this.
    Previous(FirstWindow),
}

/// What stands for the window before the first one.
#[derive(Clone, PartialEq, Debug)]
pub enum FirstWindow {
    /// The amount so far.
    SoFar,
    /// The expected amount.
    Expected,
    /// In place of the whole amount, this.
    Amount(Formula),
}
