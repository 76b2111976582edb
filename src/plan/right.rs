//! Rights and warnings that move no money.

use crate::base::ids::{ClauseId, FamilyId, FoldId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::{Comparison, Kind, Literal};
use crate::base::window::WindowKind;
use crate::check::contract::{self, Opener};
use crate::plan::aggregates::{dimensions, one};
use crate::plan::amended::Governs;
use crate::plan::builder::{Builder, who};
use crate::plan::fold::{Dimension, Fold, Keep, MissingPolicy, Trigger};
use crate::plan::formula::{Figure, Formula, Read};
use crate::plan::lower::Place;
use crate::plan::sentence::Who;

pub use crate::check::contract::Notice;

/// A right or warning.
#[derive(Clone, PartialEq, Debug)]
pub struct Right {
    /// Its clause.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// Who has it.
    pub party: Who,
    /// What it is.
    pub text: String,
    /// Its window.
    pub window: WindowKind,
    /// Its groups.
    pub dims: Vec<Dimension>,
    /// When it holds.
    pub holds: Holds,
}

/// When a right holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Holds {
    /// In each window and group in which a condition does.
    When(Condition),
    /// On each day on which a coefficient moved so far.
    Moves(Notice),
}

/// The condition of a right.
#[derive(Clone, PartialEq, Debug)]
pub struct Condition {
    /// A flag.
    pub formula: Formula,
    /// The folds whose groups it is asked for.
    pub folds: Vec<FoldId>,
    /// How many windows before the one at hand count for its groups.
    pub reach: i64,
}

impl Right {
    /// The folds whose groups it is asked for.
    #[must_use]
    pub fn folds(&self) -> &[FoldId] {
        match &self.holds {
            Holds::When(condition) => &condition.folds,
            Holds::Moves(_) => &[],
        }
    }
}

impl Builder<'_> {
    /// The rights of the contract.
    pub(crate) fn rights(&mut self) -> Vec<Right> {
        let contract = self.contract;
        contract.rights.iter().enumerate().map(|(place, right)| self.right(place, right)).collect()
    }

    fn right(&mut self, place: usize, right: &contract::Right) -> Right {
        let holds = match &right.holds {
            contract::Holds::Opened(opener) => {
                let text = self.amended.rights.get(&place).cloned();
                Holds::When(self.condition_of((right, text), opener))
            }
            contract::Holds::Moves(notice) => Holds::Moves(notice.clone()),
        };
        Right {
            clause: right.clause,
            span: right.span,
            party: who(right.party, &right.dims),
            text: right.text.clone(),
            window: right.window,
            dims: dimensions(&right.dims),
            holds,
        }
    }

    fn condition_of(&mut self, (right, text): (&contract::Right, Option<Governs>), opener: &Opener) -> Condition {
        let place = Place { window: right.window, dims: right.dims.clone(), each_step: None };
        let formula = match opener {
            Opener::When(condition) => self.formula(condition, &place),
            Opener::On(kind, filter) => {
                let filter = filter.as_ref().map(|filter| self.formula(filter, &Place::in_walk()));
                let of = self.contract.kinds.get(kind.index());
                let label = of.map_or_else(String::new, |kind| format!("{} events", kind.name));
                self.happened((right, text), (Trigger::Event(*kind), label), of.and_then(|kind| kind.family), filter)
            }
            Opener::Outcome(obligation, outcome) => {
                let of = self.contract.obligations.get(obligation.index());
                let label = of.map_or_else(String::new, |of| format!("{} is {}", of.name, outcome.word()));
                let trigger = Trigger::Outcome(*obligation, *outcome);
                self.happened((right, text), (trigger, label), of.map(|obligation| obligation.family), None)
            }
            // The checker lets no other right through.
            Opener::Always | Opener::Each(_) => Formula::Constant(Literal::Flag(false)),
        };
        Condition { folds: self.folds_behind(&formula), reach: self.reach(&formula, right.window), formula }
    }

    /// Whether something happened at all in the window, and goes by the text in which the right stands.
    fn happened(
        &mut self,
        (right, text): (&contract::Right, Option<Governs>),
        (trigger, label): (Trigger, String),
        family: Option<FamilyId>,
        filter: Option<Formula>,
    ) -> Formula {
        // Of a lot each unit gives it for itself.
        let value = if matches!(trigger, Trigger::Event(_)) { Formula::Read(Read::LotQuantity) } else { one() };
        let mut fold = Fold {
            id: FoldId(0),
            label,
            span: right.span,
            family,
            trigger,
            filter,
            value,
            weight: None,
            priced: None,
            adjustments: Vec::new(),
            cuts: Vec::new(),
            window: right.window,
            dims: dimensions(&right.dims),
            keys: dimensions(&right.dims),
            own: right.dims.len(),
            reads_parties: false,
            takes: None,
            missing: MissingPolicy::Held,
            keep: Keep::Whether,
            ranked: None,
            kind: Kind::Number,
        };
        fold.ranked = self.ranked(&fold);
        let id = match text {
            Some(governs) => self.add_governed_fold(fold, governs),
            None => self.add_fold(fold),
        };
        let count = Formula::Read(Read::Observed(id, Figure::Count));
        let none = Formula::Constant(Literal::Quantity(Ratio::ZERO));
        Formula::Compare(Comparison::Above, Box::new(count), Box::new(none))
    }
}
