//! How far the coefficient of an indexation moved.

use crate::base::number::Ratio;

/// Which movements count.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Way {
    /// `moves by`: up and down.
    Either,
    /// `rises by`
    Up,
    /// `falls by`
    Down,
}

/// What a coefficient is compared with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Since {
    /// `per revision`: the one before it; one, for the first.
    Revision,
    /// `in all`: one, which is the amount of the contract.
    Contract,
}

/// A coefficient and what it is compared with.
#[derive(Clone, PartialEq, Debug)]
pub struct Move {
    /// What it is compared with.
    pub from: Ratio,
    /// The coefficient.
    pub to: Ratio,
    /// Whether a value of an index behind them is still to be replaced.
    pub provisional: bool,
}

impl Move {
    /// The movement as a share of what the coefficient is compared with, below zero where it fell: `to / from - 1`.
    /// None where that is zero.
    #[must_use]
    pub fn share(&self) -> Option<Ratio> {
        Some(self.to.over(&self.from)?.minus(&Ratio::ONE))
    }
}

impl Since {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Revision => "per revision",
            Self::Contract => "in all",
        }
    }
}

impl Way {
    /// As it is written.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Either => "moves by",
            Self::Up => "rises by",
            Self::Down => "falls by",
        }
    }

    /// How far a movement goes this way; below zero where it goes the other way.
    #[must_use]
    pub fn reach(self, share: &Ratio) -> Ratio {
        match self {
            Self::Either => share.abs(),
            Self::Up => share.clone(),
            Self::Down => share.negated(),
        }
    }
}
