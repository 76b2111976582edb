//! The closed words of the language: the answers and modes that mean the same from the text down to
//! the evaluator.

/// A rhythm of settlement.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Frequency {
    /// Each calendar month.
    Monthly,
    /// Each calendar quarter.
    Quarterly,
    /// Each calendar year.
    Yearly,
}

/// What two parties who owe each other pay.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SetOff {
    /// The difference, once.
    Netted,
    /// Each what it owes.
    PaidApart,
}

/// Whether amounts are stated before tax.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TaxedAmounts {
    /// Tax is added to them.
    Before,
    /// They include it.
    Including,
}

/// What is rounded.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RoundingPlace {
    /// Each line.
    Line,
    /// Only the total of a statement.
    Total,
}

/// By which document what a late event changes of a settlement that was made is put right.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Corrected {
    /// By a line of the next settlement.
    NextSettlement,
    /// By a credit note.
    CreditNote,
    /// By a statement that takes the place of the first one.
    Reissued,
}

/// In which window of a cap, minimum or exemption a corrected amount counts.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum CorrectedIn {
    /// In that to which the amount belongs.
    Own,
    /// In that of the settlement that pays it.
    Paying,
}

/// How long after the end of its settlement period an event may become known and still count.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct LateLimit {
    /// Calendar months.
    pub months: i32,
    /// Local days.
    pub days: i32,
}

/// How long a month is when a fee is prorated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum MonthLength {
    /// The days of that month.
    Actual,
    /// Always 30; a whole month is one.
    Thirty,
    /// 30/360: the 31st does not count, February is filled up.
    ThirtyOf360,
}

/// How long a year is when a fee is prorated.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum YearLength {
    /// The days of that year.
    Actual,
    /// Always 365.
    Days365,
    /// Always 360.
    Days360,
}

/// What a start does while the state holds.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SecondStart {
    /// Nothing: the first start counts.
    ChangesNothing,
    /// The time before it is dropped.
    Restarts,
}

/// What an end does while the state does not hold.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LoneEnd {
    /// Nothing.
    Ignored,
    /// The state is taken to have begun with the contract.
    FromStart,
}

/// What becomes of the name of an asset that is given another one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OldIdentity {
    /// What is reported under it is still of the asset.
    Stays,
    /// Nothing may be reported under it.
    Ends,
}

/// Which of the deposits that are held comes back.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Matching {
    /// That of the same asset.
    Serial,
    /// The one paid first.
    OldestFirst,
    /// The one paid last.
    LatestFirst,
}

impl Matching {
    /// The words of the text.
    #[must_use]
    pub fn words(self) -> &'static str {
        match self {
            Self::Serial => "matched by serial",
            Self::OldestFirst => "oldest first",
            Self::LatestFirst => "latest first",
        }
    }
}

/// What an event that takes a deposit does while one is held for the asset.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum SecondDeposit {
    /// Nothing is charged: the deposit held covers it.
    NotCharged,
    /// It is charged and held too; the next return gives both back.
    HeldToo,
}

/// What a return means for which no deposit is known.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LoneReturn {
    /// Nothing is paid back, and the return is listed.
    Listed,
    /// The line is held.
    Held,
}

/// What becomes of what depends on the time before the records begin.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ReachesBack {
    /// It is held.
    Held,
    /// It counts what was recorded, and nothing before.
    CountsFromThen,
}

/// Whose deposit or obligation it is when the asset goes on to another member of a family of parties.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Transfer {
    /// Still that of the one who paid or owed it.
    Stays,
    /// That of the new holder.
    GoesOver,
}

/// What a state is worth that is still open when the window ends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum StillOpen {
    /// Its time up to the end of the window.
    Counts,
    /// Nothing as long as it is open; once ended, its time counts in the windows that it covers.
    DoesNotCount,
}

/// What a trigger does while the obligation is open.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum RepeatedTrigger {
    /// Nothing.
    ChangesNothing,
    /// The deadline runs from the new trigger.
    Restarts,
    /// A second obligation opens beside the first.
    OpensAnother,
}

/// To which settlement an amount belongs that grows over several of them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LatenessPaid {
    /// To each what it grew by.
    AsItAccrues,
    /// All of it to the one in which it stops growing.
    WhenItEnds,
}

/// What happens to records of one identity with different content.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum ConflictingRecords {
    /// The first known stays.
    FirstKnown,
    /// All of them are set aside until someone decides.
    Held,
}

/// What happens to a deadline that falls on a day that is not a business day.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DeadlineOnDayOff {
    /// It stays.
    Stays,
    /// It moves to the next business day.
    NextBusinessDay,
}

/// When an attribute that changes is read for an obligation or a window.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum AttributesRead {
    /// As it was when the event happened or the time passed.
    AtTheEvent,
    /// As it was when the window began.
    AtWindowStart,
}

/// When an attribute is read on which a limit over a window depends.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LimitsRead {
    /// When the window begins, or first within it.
    AtWindowStart,
    /// When the window ends, or the settlement period through which it is settled.
    AtWindowEnd,
}

/// Where the increase of a meter belongs whose two readings lie in different windows.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Across {
    /// To the window of the later reading.
    LaterWindow,
    /// Shared in proportion to the time in each window.
    ByTime,
}

/// How collected rows become one value.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Collect {
    /// The list.
    List,
    /// The total.
    Sum,
    /// How many.
    Count,
    /// The least.
    Least,
    /// The greatest.
    Greatest,
}

/// A bound of a band or cell.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bound {
    /// `from a`, `>= a`: included below
    From,
    /// `above a`, `> a`: excluded below
    Above,
    /// `up to b`, `<= b`: included above
    UpTo,
    /// `below b`, `< b`: excluded above
    Below,
}

/// How a price table over a quantity is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum TierMode {
    /// `each band at its own price`
    EachBand,
    /// `all at the price of the band reached`
    BandReached,
}

/// How a part of a unit counts.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Part {
    /// A begun unit counts whole.
    Commenced,
    /// Only whole units count.
    Completed,
    /// A part counts as that part.
    ProRata,
}

/// Which end days count.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum DayCount {
    /// `first day counted`, `first day not counted`
    First(bool),
    /// `last day counted`, `last day not counted`
    Last(bool),
    /// `both days counted`, `both days not counted`
    Both(bool),
}

/// Which way a limit goes.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum LimitKind {
    /// A cap.
    AtMost,
    /// A minimum.
    AtLeast,
}

/// Which small amounts are not paid, and what is paid of a greater one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Exemption {
    /// `nothing below X`: what is below X is not paid, X itself is.
    Below,
    /// `nothing up to X, then the whole`: what is above X is paid from the first cent on.
    Whole,
    /// `nothing up to X, then the excess`: only what is above X is paid.
    Excess,
}

/// What a party owes of what clauses charge it.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum OwedKind {
    /// A cap.
    AtMost,
    /// A minimum.
    AtLeast,
    /// An exemption.
    Exempt(Exemption),
}

/// The nature of money.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Nature {
    /// `price`
    Price,
    /// `price reduction`
    PriceReduction,
    /// `bonus`
    Bonus,
    /// `indemnity`
    Indemnity,
    /// `deposit`
    Deposit,
    /// `sale`
    Sale,
    /// `interest`
    Interest,
    /// `fee`
    Fee,
}

/// Which difference.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Beyond {
    /// What is missing to the second value.
    Shortfall,
    /// What is over the second value.
    Excess,
}

/// An arithmetic operator.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

/// How an obligation stands.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Outcome {
    /// Done in time.
    Met,
    /// Done late, or not done and past the deadline.
    Late,
    /// So late that it counts as never.
    Missed,
    /// Not yet done, deadline not passed.
    Open,
}

impl Outcome {
    /// The word of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Late => "late",
            Self::Missed => "missed",
            Self::Open => "open",
        }
    }
}

impl Nature {
    /// The words of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Price => "price",
            Self::PriceReduction => "price reduction",
            Self::Bonus => "bonus",
            Self::Indemnity => "indemnity",
            Self::Deposit => "deposit",
            Self::Sale => "sale",
            Self::Interest => "interest",
            Self::Fee => "fee",
        }
    }
}

/// What a number is whose windows begin before the term.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum ShortWindow {
    /// What there is counts.
    AsItIs,
    /// What depends on it is not due.
    NothingDue,
    /// It is held.
    Held,
}

/// Which figure of several values of one number.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Among {
    /// `total of`
    Total,
    /// `mean of`
    Mean,
    /// `least of`
    Least,
    /// `greatest of`
    Greatest,
}

impl Among {
    /// The word of the language.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Mean => "mean",
            Self::Least => "least",
            Self::Greatest => "greatest",
        }
    }
}

/// What a percentile is.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum PercentileBy {
    /// The value at the rank that is reached: one of the values.
    NearestRank,
    /// Between the two values around the rank, in proportion.
    Interpolated,
}

/// What a level is between two readings.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum LevelBetween {
    /// The one that was read last.
    Held,
    /// In proportion to the time between the two.
    Linear,
}

/// Which of several options is taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Best {
    /// The one of the highest value, else of the lowest.
    pub highest: bool,
    /// Of equals the one written first, else none.
    pub first_of_equals: bool,
}

/// When the coefficient of an indexation is computed anew.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Revised {
    /// `each month`
    EachMonth,
    /// `each 1 April`: day and month from 1.
    EachDate(u32, u32),
    /// `every 12 months`
    EveryMonths(i32),
}

/// What happens while a value of an index is provisional.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Provisional {
    /// It counts until the final one is known.
    Settled,
    /// What depends on it waits.
    Waits,
}

/// What happens where an index has no value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MissingValue {
    /// What depends on it is held.
    Held,
    /// The last known value counts, for so many months; longer, what depends on it is held.
    LastValue(Option<i64>),
    /// The coefficient before stays.
    LastCoefficient,
}

/// What an indexed amount is computed of at each revision.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Chain {
    /// Of the amount in the contract.
    Original,
    /// Of the amount before, exact.
    Exact,
    /// Of the amount before, rounded; without a rounding of its own by that of lines.
    Rounded(Option<crate::base::number::Rounding>),
}

/// Whether what is a part of a charge counts the charge as indexed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum IndexBase {
    /// `after indexation`
    AfterIndexation,
    /// `before indexation`
    BeforeIndexation,
}

/// Which month of an index a coefficient reads.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum MonthOf {
    /// `[service]`: the month of the service, moved by so many months.
    Service(i64),
    /// `[revision - 3 months]`: the month of the revision in force, moved by so many months.
    Revision(i64),
    /// `[settlement]`: the last month of the settlement period, moved by so many months.
    Settlement(i64),
    /// `[latest published at revision]`
    LatestPublished,
    /// `[2025-09]`
    Fixed(crate::base::time::Month),
}

/// How clauses meet that concern the same facts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Meet {
    /// The first ones stand in place of the others.
    Replaces,
    /// Both are due.
    AddsTo,
    /// Only the highest is due.
    OnlyHigher,
}

/// Which instant of an event counts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Counts<F> {
    /// `counts when occurred`: when it happened.
    Occurred,
    /// `counts when recorded`: when its record was made.
    Recorded,
    /// `counts when notified`: the instant that a field of it holds.
    Field(F),
}

/// In which order events of one asset go that happen at one instant, where the source gives none.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum AtOneInstant {
    /// In the order in which the contract declares their kinds.
    InOrder,
    /// Where it matters, what depends on them is held.
    Held,
}
