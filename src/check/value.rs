//! Checked values: every name resolved, every kind known.

use crate::base::ids::{
    AttributeId, ClauseId, DispositionId, FamilyId, FieldId, IndexationId, KindId, ObligationId, SeriesId, StateId,
    TermId,
};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::value::{Cell, Comparison, Kind, Literal};
use crate::base::vocabulary::{Across, Among, Beyond, LevelBetween, MonthOf, Operator, Outcome, PercentileBy};
use crate::base::window::RankOver;
use crate::check::contract::Dimension;

/// A checked value.
#[derive(Clone, PartialEq, Debug)]
pub struct Value {
    /// What it is.
    pub node: Box<Node>,
    /// Its kind.
    pub kind: Kind,
    /// Where it is written.
    pub span: Span,
}

/// The forms of a checked value. Quantities are in base units of their kind.
#[derive(Clone, PartialEq, Debug)]
pub enum Node {
    /// A value of the text. `nothing` is the quantity zero.
    Literal(Literal),
    /// A field of the event at hand.
    Field(KindId, FieldId),
    /// An attribute of the asset at hand.
    Attribute(FamilyId, AttributeId),
    /// What is decided on the event at hand: the output at this place.
    Decided(DispositionId, usize),
    /// The deposit that is given back: of one unit.
    Deposit,
    /// When that deposit was paid.
    DepositPaid,
    /// What a person judged about the event at hand: an open term, and what holds otherwise.
    Judged(ObligationId, Literal),
    /// A defined term: a constant, a value of the asset or event, or a measure.
    Term(TermId),
    /// A rate card looked up by a given value in place of its own column: `resale[A]`.
    Looked(TermId, Vec<Value>),
    /// A number observed from events.
    Aggregate(Box<Aggregate>),
    /// A measure in earlier windows.
    Past(Past),
    /// A measure over all of its finer groups.
    OverAll(OverAll),
    /// What a clause charges, so many windows before the one at hand.
    Clause(ClauseId, i64),
    /// An index in a month.
    Series(SeriesId, MonthOf),
    /// The coefficient of an indexation.
    Coefficient(IndexationId),
    /// Length of the window at hand, in this base unit.
    WindowLength(Unit),
    /// Months from a date to the event at hand, with the exact part of the last one.
    Since(Value),
    /// The how-manieth event it is.
    Rank(Box<Rank>),
    /// An attribute of a party of this family.
    OfParty(Value, FamilyId, AttributeId),
    /// `-a`
    Negated(Value),
    /// `a + b` and so on; `p% of x` is a product.
    Arithmetic(Operator, Value, Value),
    /// `shortfall of a below b`, `excess of a over b`
    Beyond(Beyond, Value, Value),
    /// A comparison.
    Compare(Comparison, Value, Value),
    /// `a is present`
    Present(Value),
    /// `a in (x, y)`
    In(Value, Vec<Value>),
    /// `not a`
    Not(Value),
    /// `a and b`
    And(Vec<Value>),
    /// `a or b`
    Or(Vec<Value>),
    /// `by x { … }`
    Card(Card),
}

impl Node {
    /// The values directly inside of a node.
    #[must_use]
    pub fn parts(&self) -> Vec<&Value> {
        match self {
            Self::Literal(_)
            | Self::Field(..)
            | Self::Attribute(..)
            | Self::Decided(..)
            | Self::Judged(..)
            | Self::Deposit
            | Self::DepositPaid
            | Self::Term(_)
            | Self::Past(_)
            | Self::OverAll(_)
            | Self::Clause(..)
            | Self::Series(..)
            | Self::Coefficient(_)
            | Self::WindowLength(_) => Vec::new(),
            Self::Since(a) | Self::OfParty(a, ..) | Self::Negated(a) | Self::Present(a) | Self::Not(a) => vec![a],
            Self::Arithmetic(_, a, b) | Self::Beyond(_, a, b) | Self::Compare(_, a, b) => {
                vec![a, b]
            }
            Self::In(a, list) => std::iter::once(a).chain(list).collect(),
            Self::Looked(_, list) | Self::And(list) | Self::Or(list) => list.iter().collect(),
            Self::Aggregate(aggregate) => {
                let parts = [&aggregate.filter, &aggregate.value, &aggregate.weight];
                parts.into_iter().flatten().collect()
            }
            Self::Rank(rank) => rank.filter.iter().collect(),
            Self::Card(card) => {
                let columns = card.columns.iter().map(|(_, column)| column);
                columns.chain(card.rows.iter().map(|row| &row.value)).collect()
            }
        }
    }
}

/// `least of availability over the last 3 months`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Past {
    /// Which figure of the windows.
    pub among: Among,
    /// The measure.
    pub term: TermId,
    /// How many windows back the first one lies …
    pub from: i64,
    /// … and the last one; 0 is the window at hand.
    pub to: i64,
}

/// `mean of availability over all sites weighted by committed`
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct OverAll {
    /// Which figure of the groups.
    pub among: Among,
    /// The measure.
    pub term: TermId,
    /// A measure of the same groups by which they are weighted.
    pub weight: Option<TermId>,
}

/// A rate card or bands; bounds taken from neighbours are filled in.
#[derive(Clone, PartialEq, Debug)]
pub struct Card {
    /// What it goes by, each with the words of the text.
    pub columns: Vec<(String, Value)>,
    /// Rows: place, cells (one a column), value.
    pub rows: Vec<CardRow>,
}

/// A row of a card.
#[derive(Clone, PartialEq, Debug)]
pub struct CardRow {
    /// Where it stands.
    pub span: Span,
    /// One cell a column.
    pub cells: Vec<Cell>,
    /// Its value.
    pub value: Value,
}

/// `total of (repair_cost on triaged where route is repair)`
#[derive(Clone, PartialEq, Debug)]
pub struct Aggregate {
    /// The words of the text.
    pub label: String,
    /// Where they stand.
    pub span: Span,
    /// Which figure.
    pub what: What,
    /// Of what.
    pub over: Over,
    /// Which occurrences.
    pub filter: Option<Value>,
    /// The value of an occurrence; absent for counts and times.
    pub value: Option<Value>,
    /// The weight of an occurrence, for a weighted mean.
    pub weight: Option<Value>,
    /// What a missing field means.
    pub missing: Missing,
}

/// The how-manieth event of a kind it is, in a scope and over some time.
#[derive(Clone, PartialEq, Debug)]
pub struct Rank {
    /// The words of the text.
    pub label: String,
    /// Where they stand.
    pub span: Span,
    /// The kind of event.
    pub kind: KindId,
    /// Which ones are counted.
    pub filter: Option<Value>,
    /// Among which they are counted.
    pub dims: Vec<Dimension>,
    /// Over what they are counted.
    pub over: RankOver,
    /// Whether events that were credited are no longer counted.
    pub used_up: bool,
}

/// Which figure of the occurrences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum What {
    /// `count of`
    Count,
    /// `total of`, `increase of`
    Total,
    /// `mean of`: total of value × weight over total of weights, or total over count
    Mean,
    /// `least of`
    Least,
    /// `greatest of`
    Greatest,
    /// `latest of`
    Latest,
    /// `95th percentile of`: in thousandths of a percent
    Percentile(u32, PercentileBy),
    /// `share of (event where …)`: those that pass the filter, over all that are not missing
    Share,
}

/// What is aggregated.
#[derive(Clone, PartialEq, Debug)]
pub enum Over {
    /// Events of a kind.
    Events(KindId),
    /// Time in a state; the unit is `Second` or `WorkingSecond`.
    Time(State, Unit),
    /// Spans from one point to another, in `Second`, `WorkingSecond`, `Day` or `BusinessDay`.
    Spans(Point, Point, Unit),
    /// Increases of a cumulative meter.
    Meter(KindId, FieldId, Across),
    /// A level over time: in units of this size of seconds of the clock or of days.
    Level(KindId, FieldId, Level),
    /// Obligations that come to stand so. A share is one of all that were met or not.
    Duties(ObligationId, Outcome),
}

/// How a level adds up over time.
#[derive(Clone, PartialEq, Debug)]
pub struct Level {
    /// What it is between two readings.
    pub between: LevelBetween,
    /// `Second` or `Day`.
    pub unit: Unit,
    /// The size of one unit in these.
    pub size: Ratio,
}

/// What a missing value counts as.
#[derive(Clone, PartialEq, Debug)]
pub enum Missing {
    /// Nothing can be missing.
    Never,
    /// The occurrence adds nothing and is counted as missing.
    AddsNothing,
    /// The figure is held.
    Held,
    /// This value.
    CountsAs(Value),
    /// A meter without a reading: estimated from the last so many months.
    Estimated(i64),
}

/// A state made of primitive ones.
#[derive(Clone, PartialEq, Debug)]
pub enum State {
    /// A primitive one.
    In(StateId),
    /// Under the contract.
    Member,
    /// `not a`
    Not(Box<State>),
    /// `a and b`
    And(Vec<State>),
    /// `a or b`
    Or(Vec<State>),
}

/// A point in the life of an asset.
#[derive(Clone, PartialEq, Debug)]
pub enum Point {
    /// An event, perhaps only some, perhaps shifted (amount in base units).
    Event {
        /// The kind.
        kind: KindId,
        /// Which ones.
        filter: Option<Value>,
        /// How long after it.
        after: Option<(Ratio, Unit)>,
    },
    /// The date or instant that an attribute holds.
    Attribute(AttributeId),
    /// Any of some events.
    AnyOf(Vec<Point>),
}

impl Point {
    /// Adds the kinds of events that it is.
    pub(crate) fn kinds(&self, found: &mut Vec<KindId>) {
        match self {
            Self::Event { kind, .. } => found.push(*kind),
            Self::Attribute(_) => {}
            Self::AnyOf(points) => points.iter().for_each(|point| point.kinds(found)),
        }
    }
}
