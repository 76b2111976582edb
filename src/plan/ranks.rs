//! Ranks: the how-manieth event it is, and what a sentence needs to price each event by its rank.

use crate::base::ids::{KindId, RankId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::{Cell, Literal};
use crate::base::window::RankOver;
use crate::check::value::Rank as CheckedRank;
use crate::plan::aggregates::dimensions;
use crate::plan::builder::Builder;
use crate::plan::fold::{Dimension, Fold};
use crate::plan::formula::{Formula, Read};
use crate::plan::lower::Place;
use crate::plan::references::leaves;

/// The how-manieth event of a kind it is. A lot of n takes n ranks.
#[derive(Clone, PartialEq, Debug)]
pub struct Rank {
    /// The words of the contract.
    pub label: String,
    /// Where they stand.
    pub span: Span,
    /// The kind of event.
    pub kind: KindId,
    /// Which events are counted; the others have no rank.
    pub filter: Option<Formula>,
    /// Among which they are counted.
    pub dims: Vec<Dimension>,
    /// Over what they are counted.
    pub over: RankOver,
    /// Whether all that were counted are used up by one that the sentence pays for.
    pub used_up: bool,
}

/// What a fold needs where its occurrences depend on ranks.
#[derive(Clone, PartialEq, Debug)]
pub struct Ranked {
    /// The ranks that it reads.
    pub ranks: Vec<RankId>,
    /// What else it reads of the event and asset: kept with each event until its rank is known.
    pub leaves: Vec<Read>,
    /// Between these ranks nothing changes, so that a part of a lot is priced at once; `None` where each unit may
    /// differ from the one before.
    pub bounds: Option<Vec<Ratio>>,
    /// Whether each rank is counted within one asset, so that the walk can tell it.
    pub alone: bool,
}

impl Builder<'_> {
    /// The id of a rank; the same one is used again.
    pub(crate) fn rank_id(&mut self, rank: &CheckedRank) -> RankId {
        let plan = Rank {
            label: rank.label.clone(),
            span: rank.span,
            kind: rank.kind,
            filter: rank.filter.as_ref().map(|filter| self.formula(filter, &Place::in_walk())),
            dims: dimensions(&rank.dims),
            over: rank.over,
            used_up: rank.used_up,
        };
        let known = self.ranks.iter().position(|known| *known == plan);
        let place = known.unwrap_or(self.ranks.len());
        if known.is_none() {
            self.ranks.push(plan);
        }
        RankId::at(place)
    }

    /// What a fold needs of ranks; `None` where it reads none.
    pub(crate) fn ranked(&self, fold: &Fold) -> Option<Ranked> {
        let adjusting = fold.adjustments.iter().filter_map(|step| step.what.formula());
        let formulas: Vec<&Formula> =
            fold.filter.iter().chain(&fold.priced).chain([&fold.value]).chain(adjusting).collect();
        let (mut ranks, mut others) = (Vec::new(), Vec::new());
        for formula in &formulas {
            leaves(formula, &mut |read| {
                if let Read::Rank(id) = read {
                    ranks.push(*id);
                } else if !matches!(read, Read::Units | Read::LotQuantity) && !others.contains(read) {
                    others.push(read.clone());
                }
            });
        }
        ranks.sort_unstable();
        ranks.dedup();
        if ranks.is_empty() {
            return None;
        }
        let plans: Vec<&Rank> = ranks.iter().filter_map(|id| self.ranks.get(id.index())).collect();
        let mut bounds = Vec::new();
        let stepped = formulas.iter().all(|formula| bounded(formula, &mut bounds));
        let by_asset = |rank: &&Rank| rank.dims.iter().any(|dim| matches!(dim, Dimension::Asset(_)));
        Some(Ranked {
            alone: plans.iter().all(by_asset),
            bounds: (stepped && !plans.iter().any(|rank| rank.used_up)).then_some(bounds),
            leaves: others,
            ranks,
        })
    }
}

/// Collects the numbers with which ranks are compared; whether ranks are read in no other way.
fn bounded(formula: &Formula, bounds: &mut Vec<Ratio>) -> bool {
    let is_rank = |formula: &Formula| matches!(formula, Formula::Read(Read::Rank(_)));
    match formula {
        Formula::Compare(_, a, b) if is_rank(a) => constant(b, bounds),
        Formula::In(a, list) if is_rank(a) => list.iter().all(|item| constant(item, bounds)),
        Formula::Card(card) => {
            for (place, (_, column, _)) in card.columns.iter().enumerate() {
                if is_rank(column) {
                    let cells = card.rows.iter().filter_map(|row| row.cells.get(place));
                    cells.for_each(|cell| bounds_of(cell, bounds));
                } else if !bounded(column, bounds) {
                    return false;
                }
            }
            card.rows.iter().all(|row| bounded(&row.value, bounds))
        }
        Formula::Constant(_) => true,
        Formula::Read(read) => !matches!(read, Read::Rank(_)),
        Formula::Negated(a)
        | Formula::Rounded(a, _)
        | Formula::Indexed(a, _)
        | Formula::Present(a)
        | Formula::Not(a) => bounded(a, bounds),
        Formula::Plus(a, b)
        | Formula::Minus(a, b)
        | Formula::Times(a, b)
        | Formula::Over(a, b)
        | Formula::Shortfall(a, b)
        | Formula::Excess(a, b)
        | Formula::Greatest(a, b)
        | Formula::Least(a, b)
        | Formula::Compare(_, a, b)
        | Formula::OrElse(a, b) => bounded(a, bounds) && bounded(b, bounds),
        Formula::In(a, list) => bounded(a, bounds) && list.iter().all(|item| bounded(item, bounds)),
        Formula::And(list) | Formula::Or(list) => list.iter().all(|item| bounded(item, bounds)),
    }
}

fn constant(formula: &Formula, bounds: &mut Vec<Ratio>) -> bool {
    if let Formula::Constant(Literal::Quantity(number)) = formula {
        bounds.push(number.clone());
        return true;
    }
    false
}

fn bounds_of(cell: &Cell, bounds: &mut Vec<Ratio>) {
    let mut push = |literal: &Literal| {
        if let Literal::Quantity(number) = literal {
            bounds.push(number.clone());
        }
    };
    match cell {
        Cell::Anything => {}
        Cell::OneOf(list) | Cell::NoneOf(list) => list.iter().for_each(push),
        Cell::Range { low, high } => [low, high].into_iter().flatten().for_each(|(bound, _)| push(bound)),
    }
}
