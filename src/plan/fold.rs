//! What is observed while a subject's events are walked.

use crate::base::ids::{
    AttributeId, DepositId, DispositionId, FamilyId, FieldId, FoldId, KindId, ObligationId, PartyId, StateId,
};
use crate::base::number::Ratio;
use crate::base::quantity::{Hours, Unit};
use crate::base::span::Span;
use crate::base::time::Date;
use crate::base::value::Kind;
use crate::base::vocabulary::{Across, LevelBetween, LoneEnd, MonthLength, Outcome, Part, SecondStart, StillOpen};
use crate::base::window::WindowKind;
use crate::plan::adjustment::Adjustment;
use crate::plan::formula::Formula;
use crate::plan::ranks::Ranked;

/// One kind of observation: for each occurrence a value is added to the tally of its window and
/// group.
#[derive(Clone, PartialEq, Debug)]
pub struct Fold {
    /// Its id.
    pub id: FoldId,
    /// The words of the contract that it stands for.
    pub label: String,
    /// Where they stand.
    pub span: Span,
    /// The family whose assets it walks; `None` for events without an asset.
    pub family: Option<FamilyId>,
    /// What makes an occurrence.
    pub trigger: Trigger,
    /// Which occurrences count.
    pub filter: Option<Formula>,
    /// What an occurrence adds. Reads the event's fields and asset's attributes; in `Held`, `Meter`, `Level` and
    /// `Lateness` folds `Read::Units` is the time, increase or number of late units itself.
    pub value: Formula,
    /// A second total, for weights.
    pub weight: Option<Formula>,
    /// Priced inside the walk, where the price depends on the asset or event: amount of an
    /// occurrence from `Read::Units`, which stands for `value`. The sum of amounts is `Tally::amount`.
    pub priced: Option<Formula>,
    /// What is done with the amount of one occurrence (an event, the lateness of one obligation) or, for
    /// time and meters, of one asset in one window.
    pub adjustments: Vec<Adjustment>,
    /// Days on which the price of an occurrence changes: held time and lateness are cut there.
    pub cuts: Vec<Date>,
    /// The windows of the tally.
    pub window: WindowKind,
    /// The groups of the tally.
    pub dims: Vec<Dimension>,
    /// What gives the key of each group: the group itself, or for a family of parties what names the member.
    pub keys: Vec<Dimension>,
    /// How many of its groups are its own; those after them are only asked for by what reads its clause.
    pub own: usize,
    /// Whether it reads attributes of parties.
    pub reads_parties: bool,
    /// The deposit that its occurrences take, where it is that of the asset.
    pub takes: Option<DepositId>,
    /// What a missing field means.
    pub missing: MissingPolicy,
    /// What is kept beside count and sums.
    pub keep: Keep,
    /// What it needs of ranks; `None` where it reads none.
    pub ranked: Option<Ranked>,
    /// How its sum is shown.
    pub kind: Kind,
}

/// What makes an occurrence.
#[derive(Clone, PartialEq, Debug)]
pub enum Trigger {
    /// Each event of this kind.
    Event(KindId),
    /// Each piece of time in which a state holds, cut at window ends and where a group changes.
    Held(StateExpr, HeldCount),
    /// Each increase of a cumulative meter.
    Meter {
        /// The reading event.
        kind: KindId,
        /// The meter field.
        field: FieldId,
        /// Events after which the meter starts from zero.
        resets: Vec<KindId>,
        /// Where an increase belongs whose readings lie in different windows.
        across: Across,
        /// Sources in order of preference; empty where there is only one.
        sources: Vec<String>,
        /// What a window without a reading has.
        unread: Unread,
    },
    /// A level over time: level × time, cut at window ends and where a group changes.
    Level {
        /// The reading event.
        kind: KindId,
        /// The field that holds the level.
        field: FieldId,
        /// What it is between two readings.
        between: LevelBetween,
        /// `Second` or `Day`.
        unit: Unit,
        /// The size of one counted unit in these.
        size: Ratio,
        /// Sources in order of preference; empty where there is only one.
        sources: Vec<String>,
    },
    /// Lateness of an obligation, as it accrues: what it is at the end of a window less what it was at the
    /// end of the window before.
    Lateness {
        /// The obligation.
        obligation: ObligationId,
        /// Its base unit: `Second`, `Day`, `BusinessDay` or `WorkingSecond`.
        unit: Unit,
        /// The size of one counted unit in base units: 3600 for `per hour`, 1 for `per business day`.
        size: Ratio,
        /// How a part of a counted unit counts. `Read::Units` is the number of counted units.
        part: Part,
    },
    /// Each obligation that reaches this outcome, at the instant when it does.
    Outcome(ObligationId, Outcome),
    /// Each deposit that is taken by this one of its takings and charged.
    Taken(DepositId, usize),
    /// Each deposit that is ended by this one of its releases. `Read::Units` is how many units come back,
    /// `Read::Deposit` what was paid for one.
    Released {
        /// The deposit.
        deposit: DepositId,
        /// The place of the release.
        release: usize,
        /// Whether a return without a deposit is told here.
        tells: bool,
    },
    /// Each span of time from one event to the next other event, at the instant when it ends.
    Between {
        /// Start.
        from: Point,
        /// End.
        to: Point,
        /// The unit in which it is counted: `Second`, `Day`, `BusinessDay`, `WorkingSecond`.
        unit: Unit,
        /// A start before the end.
        second_start: SecondStart,
    },
}

/// How held time counts.
#[derive(Clone, PartialEq, Debug)]
pub enum HeldCount {
    /// In seconds of the clock.
    Seconds,
    /// In seconds of working hours.
    WorkingSeconds(Hours),
    /// In local days, each once an asset.
    Days {
        /// Whether the day of the start counts.
        first: bool,
        /// Whether the day of the end counts.
        last: bool,
    },
    /// In business days, each once an asset.
    BusinessDays {
        /// Whether the day of the start counts.
        first: bool,
        /// Whether the day of the end counts.
        last: bool,
    },
    /// As the part of the fold's window (a month, quarter or year) that the counted days are.
    ShareOfWindow {
        /// Whether the day of the start counts.
        first: bool,
        /// Whether the day of the end counts.
        last: bool,
        /// How long a month is; quarters and years by actual days unless the year has a length.
        length: ShareLength,
    },
    /// As the exact part of the window's time.
    ShareOfTime,
    /// One for each window in which the state held at any time (commenced).
    Touched,
    /// One for each window in which the state held all the time (completed).
    Filled,
}

/// The base of a share of a window.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ShareLength {
    /// By the convention for months.
    Month(MonthLength),
    /// A fixed number of days, for a year of 365 or 360 days.
    Days(i64),
    /// The days of the window.
    Actual,
}

/// A state made of primitive ones.
#[derive(Clone, PartialEq, Debug)]
pub enum StateExpr {
    /// A primitive state.
    In(StateId),
    /// The asset is under the contract by the register (or, where the register does not know it, from
    /// its first event on).
    Member,
    /// `not a`
    Not(Box<StateExpr>),
    /// `a and b`
    And(Vec<StateExpr>),
    /// `a or b`
    Or(Vec<StateExpr>),
}

/// The time between two points of one asset.
#[derive(Clone, PartialEq, Debug)]
pub struct StatePlan {
    /// Its id.
    pub id: StateId,
    /// Its name.
    pub name: String,
    /// Where it is defined.
    pub span: Span,
    /// The family; `None` for a timeline, whose events name no asset.
    pub family: Option<FamilyId>,
    /// What tells the events of a timeline apart; `None` where it holds for all assets.
    pub same: Option<Same>,
    /// Where it starts.
    pub from: Point,
    /// Where it would start if not one party alone could declare it: the party, and the start.
    pub declared: Option<(PartyId, Point)>,
    /// Where it ends.
    pub to: Point,
    /// A start while it holds.
    pub second_start: SecondStart,
    /// An end while it does not hold.
    pub lone_end: LoneEnd,
    /// Still open at the end of the window.
    pub still_open: StillOpen,
}

/// A timeline is that of each value of a field, and holds for the assets whose attribute has it.
#[derive(Clone, PartialEq, Debug)]
pub struct Same {
    /// The field of the event that starts it.
    pub from: FieldId,
    /// The field of the event that ends it.
    pub to: FieldId,
    /// The attribute, in each family that has it.
    pub attributes: Vec<(FamilyId, AttributeId)>,
}

/// A point in the life of an asset.
#[derive(Clone, PartialEq, Debug)]
pub enum Point {
    /// An event, perhaps shifted.
    Event {
        /// The kind.
        kind: KindId,
        /// Which ones.
        filter: Option<Formula>,
        /// This long after it.
        after: Option<(Ratio, Unit)>,
    },
    /// The date or instant that an attribute holds (a date begins with its local day).
    Attribute(AttributeId),
    /// Any of some events.
    AnyOf(Vec<Point>),
}

impl Point {
    /// Whether it is an event of a kind, or one of some of which it is.
    #[must_use]
    pub fn is_of(&self, kind: KindId) -> bool {
        match self {
            Self::Event { kind: own, .. } => *own == kind,
            Self::Attribute(_) => false,
            Self::AnyOf(points) => points.iter().any(|point| point.is_of(kind)),
        }
    }
}

/// A group of a tally or line.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Dimension {
    /// Each asset.
    Asset(FamilyId),
    /// Each value of an attribute.
    Attribute(FamilyId, AttributeId),
    /// Each value of a field.
    Field(KindId, FieldId),
    /// Each event of a kind by itself.
    Event(KindId),
    /// Each value of the output at this place of what is decided on the event.
    Decided(DispositionId, usize),
    /// Each party whose deposit it is.
    Depositor(DepositId),
    /// Each party that owes an obligation.
    Bearer(ObligationId),
}

/// What a missing field means for a fold.
#[derive(Clone, PartialEq, Debug)]
pub enum MissingPolicy {
    /// The occurrence adds nothing and is counted as missing.
    AddsNothing,
    /// The tally is held, and so is what depends on it.
    Held,
}

/// What is kept beside count and sums.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Keep {
    /// Nothing.
    Sums,
    /// Nothing: only whether there is any is read.
    Whether,
    /// Least, greatest and latest value.
    Extremes,
    /// How often each value occurs.
    Values,
}

/// What a meter has in a window without a reading.
#[derive(Clone, PartialEq, Debug)]
pub enum Unread {
    /// Nothing that is known.
    Missing,
    /// The mean of the windows of so many months before.
    Estimated(i64),
    /// This.
    CountsAs(Formula),
}
