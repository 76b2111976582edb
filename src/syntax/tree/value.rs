//! Values as written, and the bands that choose among them.

use crate::base::number::Ratio;
use crate::base::span::{Span, Spanned};
use crate::base::time::{Date, Month};
use crate::base::vocabulary::{Beyond, Bound, Operator, Outcome};
use crate::syntax::tree::{EventRef, PerWord, StatePoint, Word};

/// One row of bands: `from 98.5% : nothing`, `when A, B : 1`, `otherwise : 2`
#[derive(Clone, PartialEq, Debug)]
pub struct Band {
    /// The whole row.
    pub span: Span,
    /// When it applies.
    pub test: BandTest,
    /// Its value.
    pub value: Expr,
}

/// When a band applies.
#[derive(Clone, PartialEq, Debug)]
pub enum BandTest {
    /// `from 95% below 97%`: one bound or two. A bare `below` or `above` takes its value from the
    /// neighbouring row and is written with `None`.
    Bounds(Vec<(Bound, Option<Expr>)>),
    /// `when A, B` — one list for each column of the card; an empty list stands for `-`.
    When(Vec<Vec<Expr>>),
    /// `otherwise`
    Otherwise,
}

/// A value as written.
#[derive(Clone, PartialEq, Debug)]
pub struct Expr {
    /// What it is.
    pub node: Box<ExprNode>,
    /// Where.
    pub span: Span,
}

/// The forms of a value.
#[derive(Clone, PartialEq, Debug)]
pub enum ExprNode {
    /// `1.5`
    Number(Ratio),
    /// `98.5%`, kept as the fraction 0.985
    Percent(Ratio),
    /// `42.00 EUR`, `10 business days`, `40 blocks`: the unit words joined by one space
    Measured(Ratio, Word),
    /// `95th percentile`, before `of`: the number
    Percentile(Ratio),
    /// `"text"`
    Text(String),
    /// `2026-03-02`
    Date(Date),
    /// `2026-03`
    Month(Month),
    /// `yes`, `no`
    Flag(bool),
    /// `nothing`
    Nothing,
    /// `grade`
    Name(String),
    /// `reading.pages`
    Member(Expr, Word),
    /// `resale[grade]`
    Index(Expr, Expr),
    /// `clause 3.1`
    Clause(Word),
    /// `clause 3.1 as charged`: before what other clauses limit it to
    Charged(Word),
    /// `clause 4.2 of 3 months earlier`
    Earlier(Earlier),
    /// `count of x`, `5% of clause 3.1`, `list_price of P1`: left `of` right
    Of(Expr, Expr),
    /// `mean of x weighted by y` hangs the weight on the aggregated value.
    Weighted(Expr, Expr),
    /// `availability in the previous month`, `least of availability over the last 3 months`: hangs on the name
    Past(Past),
    /// `mean of availability over all sites`: hangs on the name
    OverAll(Expr, Word),
    /// `lost per customer per month`: a value asked per group
    Per(Expr, Vec<PerWord>),
    /// `(repair_cost on triaged where route is repair)`: inside parentheses only
    Observed {
        /// The value, or the event itself.
        value: Expr,
        /// `on triaged`
        on: Option<Word>,
        /// `where …`
        filter: Option<Expr>,
    },
    /// `time while down and in_service`
    TimeWhile(Expr),
    /// `time from received to available`, with `in business days`
    TimeBetween(StatePoint, StatePoint, Option<Word>),
    /// `time since commissioned`
    TimeSince(Expr),
    /// `by severity, site_class { … }`
    Card {
        /// What it goes by.
        columns: Vec<Expr>,
        /// Rows.
        bands: Vec<Band>,
    },
    /// `shortfall of a below b`, `excess of a over b`
    Beyond(Beyond, Expr, Expr),
    /// `-a`
    Negated(Expr),
    /// `a + b`
    Arithmetic(Operator, Expr, Expr),
    /// `rank of lost per customer per rolling 12 months`
    Rank(Rank),
    /// `a is at least b`
    Is {
        /// Left side.
        left: Expr,
        /// `not`
        negated: bool,
        /// Right side.
        test: Test,
    },
    /// `not a`
    Not(Expr),
    /// `a and b and c`
    And(Vec<Expr>),
    /// `a or b`
    Or(Vec<Expr>),
}

/// An earlier window in which a clause is read.
#[derive(Clone, PartialEq, Debug)]
pub struct Earlier {
    /// The clause.
    pub clause: Expr,
    /// How many windows earlier.
    pub count: Spanned<Ratio>,
    /// The word for one of them.
    pub window: Word,
}

/// Earlier windows in which a number is read.
#[derive(Clone, PartialEq, Debug)]
pub struct Past {
    /// The number.
    pub of: Expr,
    /// How many windows; `None` for the one before.
    pub count: Option<Spanned<Ratio>>,
    /// Whether the window at hand is one of them.
    pub with_this: bool,
    /// The word for one of them.
    pub window: Word,
}

/// `rank of (lost where grade is A) per customer per rolling 12 months, used up once credited`
#[derive(Clone, PartialEq, Debug)]
pub struct Rank {
    /// The events that are counted.
    pub events: EventRef,
    /// Among which, and over what.
    pub per: Vec<PerWord>,
    /// Whether events that were credited are counted again.
    pub again: Option<Spanned<bool>>,
}

/// The right side of `is`.
#[derive(Clone, PartialEq, Debug)]
pub enum Test {
    /// `is A`
    Equal(Expr),
    /// `is at least x`
    AtLeast(Expr),
    /// `is at most x`
    AtMost(Expr),
    /// `is above x`
    Above(Expr),
    /// `is below x`
    Below(Expr),
    /// `is present`; `is absent` is its negation
    Present,
    /// `is absent`
    Absent,
    /// `in (A, B)`
    In(Vec<Expr>),
    /// `is met`, `is late`, `is missed`, `is open`
    Outcome(Outcome),
}
