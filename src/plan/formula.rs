//! Formulas: the one expression form of the evaluator, read inside the walk of a subject (fields,
//! attributes) and in settle (observations, measures, amounts of clauses).

use crate::base::ids::{
    AttributeId, ClauseId, DispositionId, FamilyId, FieldId, FoldId, IndexationId, KindId, MeasureId, ObligationId,
    RankId, SeriesId,
};
use crate::base::number::Rounding;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::value::{Cell, Comparison, Kind, Literal};
use crate::base::vocabulary::{Among, MonthOf, PercentileBy};
use crate::plan::bitmaps::BitmapIndex;

/// A computation. Units were checked; a quantity is a bare ratio in the base unit of its kind.
#[derive(Clone, PartialEq, Debug)]
pub enum Formula {
    /// A value of the text.
    Constant(Literal),
    /// Something that is looked up.
    Read(Read),
    /// `-a`
    Negated(Box<Formula>),
    /// `a + b`
    Plus(Box<Formula>, Box<Formula>),
    /// `a - b`
    Minus(Box<Formula>, Box<Formula>),
    /// `a * b`, `p% of a`
    Times(Box<Formula>, Box<Formula>),
    /// `a / b`; a zero divisor makes the result empty
    Over(Box<Formula>, Box<Formula>),
    /// `shortfall of a below b`: max(b − a, 0)
    Shortfall(Box<Formula>, Box<Formula>),
    /// `excess of a over b`: max(a − b, 0)
    Excess(Box<Formula>, Box<Formula>),
    /// The greater: `at least`
    Greatest(Box<Formula>, Box<Formula>),
    /// The lesser: `at most`
    Least(Box<Formula>, Box<Formula>),
    /// Rounded as told.
    Rounded(Box<Formula>, Rounding),
    /// A comparison.
    Compare(Comparison, Box<Formula>, Box<Formula>),
    /// Whether a value is there.
    Present(Box<Formula>),
    /// `a in (x, y)`
    In(Box<Formula>, Vec<Formula>),
    /// `not a`
    Not(Box<Formula>),
    /// All of them; a false one decides even when another is missing.
    And(Vec<Formula>),
    /// Any of them; a true one decides even when another is missing.
    Or(Vec<Formula>),
    /// `by x, y { … }`
    Card(Box<Card>),
    /// A value raised by an indexation, as it is on the day at hand.
    Indexed(Box<Formula>, IndexationId),
    /// The first, or the second where the first is missing.
    OrElse(Box<Formula>, Box<Formula>),
}

/// A leaf that is looked up.
#[derive(Clone, PartialEq, Debug)]
pub enum Read {
    /// A field of the event at hand.
    Field(KindId, FieldId),
    /// An attribute of the asset at hand, as it is then.
    Attribute(FamilyId, AttributeId),
    /// The output at this place of what is decided on the event at hand.
    Decided(DispositionId, usize),
    /// What was judged about the event at hand, by the duty to decide; what holds where nothing was in time.
    Judged(ObligationId, Literal),
    /// The quantity of the event at hand: 1, or that of a lot.
    LotQuantity,
    /// The deposit that is given back: of one unit.
    Deposit,
    /// When that deposit was paid.
    DepositPaid,
    /// Time from a date to the event at hand, in months with the exact part of the last one.
    MonthsSince(Box<Formula>),
    /// The how-manieth event it is.
    Rank(RankId),
    /// An attribute of a party of a family, as it is then.
    OfParty(Box<Formula>, FamilyId, AttributeId),
    /// The units of the occurrence that is being priced.
    Units,
    /// A figure of a fold, in the window and group at hand.
    Observed(FoldId, Figure),
    /// A measure in the window at hand; the list gives, for each of its groups, the place of that
    /// group among those at hand.
    Measure(MeasureId, Vec<usize>),
    /// A measure in windows before the one at hand.
    Past(Box<Past>),
    /// A measure over all of its groups in the group at hand.
    OverAll(OverAll),
    /// What a clause charges in the window and group at hand (zero where it charges nothing);
    /// What a clause charges, so many windows before the one at hand.
    Clause(ClauseId, i64),
    /// An index in a month; in the coefficient of an indexation only.
    Series(SeriesId, MonthOf),
    /// Length of the window at hand in this unit.
    WindowLength(Unit),
}

impl Read {
    /// The measure that is read: here, in earlier windows or over all groups.
    pub(crate) fn measure(&self) -> Option<MeasureId> {
        match self {
            Self::Measure(id, _) => Some(*id),
            Self::Past(past) => Some(past.measure),
            Self::OverAll(all) => Some(all.measure),
            Self::Field(..)
            | Self::Attribute(..)
            | Self::Decided(..)
            | Self::Judged(..)
            | Self::LotQuantity
            | Self::Deposit
            | Self::DepositPaid
            | Self::MonthsSince(_)
            | Self::OfParty(..)
            | Self::Units
            | Self::Rank(_)
            | Self::Observed(..)
            | Self::Clause(..)
            | Self::Series(..)
            | Self::WindowLength(_) => None,
        }
    }
}

/// A measure in windows before the one at hand. Windows before the term, and those in which nothing is due, are
/// left out.
#[derive(Clone, PartialEq, Debug)]
pub struct Past {
    /// Which figure of the windows.
    pub among: Among,
    /// The measure.
    pub measure: MeasureId,
    /// The places of its groups among those at hand.
    pub places: Vec<usize>,
    /// How many windows back the first one lies …
    pub from: i64,
    /// … and the last one; 0 is the window at hand.
    pub to: i64,
}

/// A measure over all of its groups. Those for which nothing is due are left out.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OverAll {
    /// Which figure of the groups.
    pub among: Among,
    /// The measure.
    pub measure: MeasureId,
    /// A measure of the same groups by which they are weighted.
    pub weight: Option<MeasureId>,
}

/// Which figure of a fold.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Figure {
    /// How many occurrences.
    Count,
    /// The total.
    Sum,
    /// The total of the second value of the fold (weights; see `Fold::weight`).
    Weight,
    /// The least value; empty without one.
    Least,
    /// The greatest value; empty without one.
    Greatest,
    /// The value of the latest occurrence; empty without one.
    Latest,
    /// A percentile, in thousandths of a percent; empty without an occurrence.
    Percentile(u32, PercentileBy),
}

/// A rate card or bands: the first row whose cells all hold gives the value. The checker has given
/// every band its bounds, so that rows of bands exclude each other.
#[derive(Clone, PartialEq, Debug)]
pub struct Card {
    /// What it goes by: label, formula, and how values are shown.
    pub columns: Vec<(String, Formula, Kind)>,
    /// Rows.
    pub rows: Vec<CardRow>,
    /// Which rows may take a value.
    pub index: BitmapIndex,
    /// Where it stands.
    pub span: Span,
}

/// A row of a card.
#[derive(Clone, PartialEq, Debug)]
pub struct CardRow {
    /// Where it stands.
    pub span: Span,
    /// One cell a column; `Cell::Anything` for `otherwise`.
    pub cells: Vec<Cell>,
    /// Its value; `None` for `nothing`, which is zero of any kind.
    pub value: Formula,
}
