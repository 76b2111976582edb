//! Checked caps, minimums and exemptions over clauses.

use crate::base::ids::ClauseId;
use crate::base::span::Span;
use crate::base::vocabulary::OwedKind;
use crate::base::window::WindowKind;
use crate::check::contract::{CapIndex, Dimension, Who};
use crate::check::value::Value;

/// A cap, minimum or exemption over clauses.
#[derive(Clone, PartialEq, Debug)]
pub struct Owes {
    /// The clause in which it stands.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// Who owes.
    pub party: Who,
    /// To whom.
    pub payee: Who,
    /// Which way.
    pub kind: OwedKind,
    /// How much.
    pub amount: Value,
    /// How the amount is indexed.
    pub indexed: CapIndex,
    /// Its window; that of the settlements where it is rolling.
    pub window: WindowKind,
    /// How many settlement periods a window has that rolls with them.
    pub rolling: Option<i64>,
    /// Of which amount a part of what a clause charges is taken, while the window runs.
    pub base: OwedBase,
    /// Its groups.
    pub dims: Vec<Dimension>,
    /// Whether it is prorated by day where the term cuts its window.
    pub prorated: bool,
    /// What becomes of what is not used.
    pub carry: Carry,
    /// The clauses under it.
    pub under: Vec<ClauseId>,
    /// The clauses of which money that goes the other way is taken off; `None` where the text does not say.
    pub netted: Option<Vec<ClauseId>>,
    /// Whether `then` puts it behind those that stand before it.
    pub then: bool,
    /// Those that are computed before it, by their places.
    pub after: Vec<usize>,
}

impl Owes {
    /// The clauses whose charges it compares.
    pub fn clauses(&self) -> impl Iterator<Item = ClauseId> + '_ {
        self.under.iter().chain(self.netted.iter().flatten()).copied()
    }
}

/// What becomes of what a cap leaves in a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Carry {
    /// It lapses.
    No,
    /// It is added to the amounts of the windows that follow until it is used.
    UntilUsed,
    /// It is added to the amount of the next window, and lapses with it.
    Once {
        /// Whether it is used before the amount of that window.
        first: bool,
    },
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
    /// In place of the whole amount of the cap, this.
    Amount(Value),
}
