//! The syntax tree: what stands in a contract file, as written, with its place.
//!
//! Expression levels of the grammar are collapsed here: a chain of one element is that element.

mod adjust;
mod amendment;
mod decide;
mod deposit;
mod document;
mod index;
mod meets;
mod obligation;
mod owes;
mod scenario;
mod value;
mod vocabulary;

use crate::base::number::{Mode, Ratio};
use crate::base::span::{Span, Spanned};
use crate::base::time::Weekday;
use crate::base::time::{Date, MonthEnd};
pub use crate::base::vocabulary::{
    Across, AtOneInstant, AttributesRead, Beyond, Bound, Collect, ConflictingRecords, Corrected, CorrectedIn, DayCount,
    DeadlineOnDayOff, Exemption, Frequency, LatenessPaid, LevelBetween, LimitKind, LimitsRead, LoneEnd, LoneReturn,
    Matching, Meet, MonthLength, Nature, OldIdentity, Operator, Outcome, Part, PercentileBy, ReachesBack,
    RepeatedTrigger, RoundingPlace, SecondDeposit, SecondStart, SetOff, ShortWindow, StillOpen, TaxedAmounts, TierMode,
    Transfer, YearLength,
};
use crate::base::window::WindowKind;

pub use adjust::{Adjust, Adjustment};
pub use amendment::{Amendment, Change, Kept};
pub use decide::{Cell, Choice, Decide, Finality, Policy, Row};
pub use deposit::{Keeps, Pool, Rest};
pub use document::{Document, Given, GivenKind, Library, Precedence, Use};
pub use index::{CapIndex, Continued, Indexation, IndexationPart, Moves, Series};
pub use meets::Meets;
pub use obligation::{Obligation, Pause};
pub use owes::{Carry, FirstWindow, Owed, OwedBase, OwedWhat, Owes};
pub use scenario::{Assume, Expect, Expected, Scenario, ScenarioEvent, ScenarioTable, Step, Wanted};
pub use value::{Band, BandTest, Earlier, Expr, ExprNode, Past, Rank, Test};
pub use vocabulary::{Asset, Event, Field, FieldKind, Lots};

/// A word of the text with its place.
pub type Word = Spanned<String>;

/// One contract file.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct File {
    /// Its items in the order of the text.
    pub items: Vec<Item>,
}

impl File {
    /// The first line of a library, where the file is one.
    #[must_use]
    pub fn library(&self) -> Option<&Library> {
        self.items.iter().find_map(|item| if let Item::Library(library) = item { Some(library) } else { None })
    }

    /// The contracts that the file amends, where it is a file of amendments only.
    pub fn amends(&self) -> impl Iterator<Item = &Word> {
        let is_contract = self.items.iter().any(|item| matches!(item, Item::Contract(_)));
        let items = if is_contract { &[] } else { self.items.as_slice() };
        items.iter().filter_map(|item| if let Item::Amendment(amendment) = item { Some(&amendment.to) } else { None })
    }

    /// What the file takes in.
    pub fn uses(&self) -> impl Iterator<Item = &Use> {
        self.items.iter().filter_map(|item| if let Item::Use(used) = item { Some(used) } else { None })
    }
}

/// One item of a file.
#[derive(Clone, PartialEq, Debug)]
pub enum Item {
    /// `library "General conditions" edition 2021-04`
    Library(Library),
    /// `use "templates/lighting" with fee 42.00 EUR`
    Use(Use),
    /// `given fee money`
    Given(Given),
    /// `precedence this contract before "std/…"`
    Precedence(Precedence),
    /// `amendment 2 to AV-2026-014 signed 2027-05-20, in force from 2027-07-01 { … }`
    Amendment(Amendment),
    /// `contract AV-2026-014 "Availability of infusion pumps"`
    Contract(Heading),
    /// `parties { … }`
    Parties(Parties),
    /// `term 2026-01-01 to 2028-12-31`
    Term(Term),
    /// `currency EUR`
    Currency(Word),
    /// `timezone Europe/Paris`
    Timezone(Word),
    /// `settled monthly, payable within 30 days`
    Settled(Settled),
    /// `conventions { … }`
    Conventions(Vec<Spanned<Convention>>),
    /// `asset pump "Infusion pump" { … }`
    Asset(Asset),
    /// `event installed, removed of pump { … }`
    Event(Event),
    /// `define downtime per month = …`
    Define(Define),
    /// `decide route of laptop on inspected = first match by … { … }`
    Decide(Decide),
    /// `index labour_cost "INSEE 001565183" monthly`
    Series(Series),
    /// `indexation labour { … }`
    Indexation(Indexation),
    /// `clause 3.1 "Monthly fee" { … }`
    Clause(Clause),
    /// `scenario "…" { … }`
    Scenario(Scenario),
}

/// The first line of a contract.
#[derive(Clone, PartialEq, Debug)]
pub struct Heading {
    /// Its identity, such as `AV-2026-014`.
    pub id: Word,
    /// Its title.
    pub title: Word,
}

/// The parties: those that the contract names, and families of them whose members come from data.
#[derive(Clone, PartialEq, Debug)]
pub struct Parties {
    /// The parties named.
    pub named: Vec<Party>,
    /// `many partner { tier (gold, silver) }`
    pub families: Vec<Asset>,
}

/// A party: role, short name, full name and further facts.
#[derive(Clone, PartialEq, Debug)]
pub struct Party {
    /// The role that clauses use, such as `provider`.
    pub role: Word,
    /// A short name, such as `medloop`.
    pub name: Word,
    /// The full name.
    pub title: Option<Word>,
    /// Facts such as `siren "812345678"`.
    pub facts: Vec<(Word, Word)>,
}

/// First and last day, both included.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// First day.
    pub from: Spanned<Date>,
    /// Last day, included.
    pub to: Spanned<Date>,
}

/// How often the contract is settled.
#[derive(Clone, PartialEq, Debug)]
pub struct Settled {
    /// Where it is said.
    pub span: Span,
    /// The rhythm.
    pub every: Spanned<Frequency>,
    /// `netted | paid apart`, if stated.
    pub set_off: Option<Spanned<SetOff>>,
    /// Days to pay, if stated.
    pub payable_within: Option<Spanned<Ratio>>,
}

/// One answer that holds for all clauses.
#[derive(Clone, PartialEq, Debug)]
pub enum Convention {
    /// `month end last day | next day | same day else last`
    MonthEnd(MonthEnd),
    /// `working hours Mon-Fri 08:00-18:00, Sat 09:00-12:00 except holidays of FR`
    WorkingHours {
        /// Days and hours.
        week: Vec<WorkingHours>,
        /// Names of holiday calendars, such as `FR`.
        holidays: Vec<Word>,
    },
    /// `business days Mon-Fri except holidays of FR`
    BusinessDays {
        /// First and last weekday of each range.
        days: Vec<(Weekday, Weekday)>,
        /// Names of holiday calendars.
        holidays: Vec<Word>,
    },
    /// `rounded to 0.01 half up on each line | on the total`
    Rounded(RoundedTo, RoundingPlace),
    /// `tax 20% on price, fee`, `no tax on indemnity`
    Tax {
        /// The rate; `None` outside the scope of tax.
        rate: Option<Spanned<Ratio>>,
        /// The natures of money.
        natures: Vec<Spanned<Nature>>,
    },
    /// `amounts before tax | including tax`
    Amounts(TaxedAmounts),
    /// `tax rounded to 0.01 half up on each line | on the total`
    TaxRounded(RoundedTo, RoundingPlace),
    /// `month of actual days | 30 days | 30/360`
    MonthOf(MonthLength),
    /// `year of actual days | 365 days | 360 days`
    YearOf(YearLength),
    /// `a second start changes nothing | restarts the time`
    SecondStart(SecondStart),
    /// `an end without a start is ignored | counts from the start of the window`
    LoneEnd(LoneEnd),
    /// `a second deposit is not charged | is held too`
    SecondDeposit(SecondDeposit),
    /// `a return without a deposit is listed | is held`
    LoneReturn(LoneReturn),
    /// `a deposit on a transfer stays with who paid it | goes over to the new holder`
    Transfer(Transfer),
    /// `workshop hours Mon-Sat 07:00-20:00 except holidays of FR`
    NamedHours {
        /// The name.
        name: Word,
        /// Rows of weekdays and hours.
        week: Vec<WorkingHours>,
        /// Holiday calendars.
        holidays: Vec<Word>,
    },
    /// `limits read attributes at the start of the window | at the end of the window`
    LimitsRead(LimitsRead),
    /// `an obligation on a transfer stays with who owed it | goes over to the new holder`
    DutyTransfer(Transfer),
    /// `still open counts to the end of the window | does not count`
    StillOpen(StillOpen),
    /// `a repeated trigger changes nothing | restarts the clock | opens another`
    RepeatedTrigger(RepeatedTrigger),
    /// `lateness is paid as it accrues | is paid when it ends`
    Lateness(LatenessPaid),
    /// `conflicting readings customer_meter before provider_meter`
    ConflictingReadings(Vec<Word>),
    /// `conflicting records first known stays | are held`
    ConflictingRecords(ConflictingRecords),
    /// `records begin 2024-01-01 with an opening balance, what reaches back is held | counts from then`
    RecordsBegin {
        /// The first day of which all events are recorded.
        from: Spanned<Date>,
        /// Whether what was still going on then is recorded by the events from before that began it.
        opening: bool,
        /// What becomes of what depends on the time before.
        back: Option<ReachesBack>,
    },
    /// `records of lost, damaged begin 2023-01-01`
    RecordsOf {
        /// Kinds of events.
        kinds: Vec<Word>,
        /// The first day of which all of them are recorded.
        from: Spanned<Date>,
    },
    /// `deadline on a day off stays | moves to the next business day`
    DeadlineOnDayOff(DeadlineOnDayOff),
    /// `attributes read at the event | at the start of the window`
    AttributesRead(AttributesRead),
    /// `events at one instant go in the order declared | are held`
    AtOneInstant(AtOneInstant),
    /// `late events corrected in the next settlement, up to 12 months back`: by which document, and how many of which
    /// unit; `do not count` is no document and no day at all.
    LateEvents(Option<Corrected>, Option<(Spanned<Ratio>, WindowKind)>),
    /// `corrected amounts count in the window that they concern | that pays them`
    CorrectedIn(CorrectedIn),
}

/// Some weekdays and their hours.
#[derive(Clone, PartialEq, Debug)]
pub struct WorkingHours {
    /// First weekday.
    pub from: Weekday,
    /// Last weekday, included.
    pub to: Weekday,
    /// Hours as seconds of the day, start included, end excluded.
    pub hours: Vec<(u32, u32)>,
}

/// `rounded to 0.01 half up`
#[derive(Clone, PartialEq, Debug)]
pub struct RoundedTo {
    /// The step: 0.01, 0.05, 1, 100. A percentage step is the fraction (`0.01%` is 0.0001).
    pub step: Spanned<Ratio>,
    /// The mode.
    pub mode: Mode,
}

/// `define downtime per month = total of time while down, in working hours`
#[derive(Clone, PartialEq, Debug)]
pub struct Define {
    /// The name.
    pub name: Word,
    /// Window and groups, in the order of the text.
    pub per: Vec<PerWord>,
    /// What it stands for.
    pub body: DefineBody,
    /// Options behind the body.
    pub options: Vec<Spanned<DefineOption>>,
}

/// `per site`, `per contract year`
#[derive(Clone, PartialEq, Debug)]
pub struct PerWord {
    /// The words as written, joined by one space: `month`, `contract year`, `business day`, `pump`.
    pub words: Word,
}

/// The right side of a `define`.
#[derive(Clone, PartialEq, Debug)]
pub enum DefineBody {
    /// `from installed to removed`
    State {
        /// Where it starts.
        from: StatePoint,
        /// Where it ends.
        to: StatePoint,
        /// What tells its events apart, where they name no asset.
        same: Option<Same>,
        /// Whose declarations start it, if it is said.
        declared: Option<Spanned<Declared>>,
    },
    /// A judgement that is left to a person.
    Open(Box<OpenTerm>),
    /// Any other value.
    Value(Expr),
}

/// `decided by provider within 10 business days of inspected, first day not counted, otherwise yes`
#[derive(Clone, PartialEq, Debug)]
pub struct OpenTerm {
    /// Who decides.
    pub party: Expr,
    /// How long there is.
    pub within: Expr,
    /// The event about which it is decided.
    pub of: Word,
    /// `first day not counted`
    pub days: Vec<Spanned<DayCount>>,
    /// What holds where nothing was decided in time.
    pub otherwise: Expr,
}

/// For which assets a state holds whose events name none.
#[derive(Clone, PartialEq, Debug)]
pub enum Same {
    /// `for the same site`
    Field(Word),
    /// `for all assets`
    AllAssets(Span),
}

/// Whose declarations start a state.
#[derive(Clone, PartialEq, Debug)]
pub enum Declared {
    /// `declared by either party`
    Anyone,
    /// `declared by provider, named in declarer`
    By {
        /// The party.
        party: Word,
        /// The field of the event that names it, where it is said.
        field: Option<Word>,
    },
}

/// `30 days after moved where quantity is above 3`
#[derive(Clone, PartialEq, Debug)]
pub struct StatePoint {
    /// `30 days after`
    pub after: Option<Expr>,
    /// The event, or an attribute that holds a date.
    pub name: Word,
    /// `where …`
    pub filter: Option<Box<Expr>>,
    /// `or lost`: other events that do the same, for a state.
    pub others: Vec<StatePoint>,
}

/// An option of a `define`.
#[derive(Clone, PartialEq, Debug)]
pub enum DefineOption {
    /// `in working hours`, `in hours`, `in business days`
    In(Word),
    /// `rounded to 0.1 half up`
    Rounded(RoundedTo),
    /// `not rounded`
    NotRounded,
    /// `at least 100 hours`
    AtLeast(Expr),
    /// `at most 100%`
    AtMost(Expr),
    /// `missing : …`
    Missing(Missing),
    /// `empty : …`
    Empty(Empty),
    /// `across a window : by the reading then | by time | in the later window`
    Across(Across),
    /// `a short window : counts as it is | nothing due | held`
    Short(ShortWindow),
    /// `counted again`, `used up once credited`: whether what was credited leaves later rolling windows
    UsedUp(bool),
    /// `each exact`: a mean of ratios that are not rounded
    EachExact,
    /// `nearest rank`, `interpolated`: what a percentile is
    Percentile(PercentileBy),
    /// `held until the next reading`, `linear between readings`: what a level is between two readings
    Level(LevelBetween),
}

/// What a missing value counts as.
#[derive(Clone, PartialEq, Debug)]
pub enum Missing {
    /// `missing : adds nothing`
    AddsNothing,
    /// `missing : held`
    Held,
    /// `missing : counts as 0`
    CountsAs(Expr),
    /// `missing : estimated from the last 3 months` (a meter without a reading in the window)
    Estimated(Spanned<Ratio>),
}

/// What a ratio is when its denominator is zero.
#[derive(Clone, PartialEq, Debug)]
pub enum Empty {
    /// `empty : held`
    Held,
    /// `empty : nothing due`
    NothingDue,
    /// `empty : counts as 100%`
    CountsAs(Expr),
}

/// An event, perhaps only some of them.
#[derive(Clone, PartialEq, Debug)]
pub struct EventRef {
    /// The kind.
    pub name: Word,
    /// `where …`
    pub filter: Option<Box<Expr>>,
}

/// `clause 3.1 "Monthly fee" { """prose""" sentences }`
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// Its number, such as `3.1`.
    pub number: Word,
    /// Its title.
    pub title: Word,
    /// The signed text.
    pub prose: Option<Word>,
    /// Its sentences.
    pub sentences: Vec<Sentence>,
}

/// A sentence of a clause.
#[derive(Clone, PartialEq, Debug)]
pub enum Sentence {
    /// Money moves.
    Pays(Box<Payment>),
    /// A cap or a minimum over clauses.
    Owes(Box<Owes>),
    /// A deposit is kept.
    Keeps(Box<Keeps>),
    /// How clauses meet.
    Meets(Box<Meets>),
    /// A duty with a deadline.
    Obligation(Box<Obligation>),
    /// A right or warning that moves no money.
    Right(Box<Right>),
}

/// `when reuse_rate is below 40%, customer may "end this contract"`
#[derive(Clone, PartialEq, Debug)]
pub struct Right {
    /// The whole sentence.
    pub span: Span,
    /// When it holds.
    pub holds: Option<Holds>,
    /// `each` before the party.
    pub each_party: Option<Span>,
    /// Who has it.
    pub party: Expr,
    /// What it is.
    pub text: Word,
}

/// When a right holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Holds {
    /// `on EVENT`, `when CONDITION`
    Opened(Opener),
    /// `when labour moves by more than 5% per revision`
    Moves(Moves),
}

/// `[on EVENT | when CONDITION | each PERIOD] PARTY pays AMOUNT …`
#[derive(Clone, PartialEq, Debug)]
pub struct Payment {
    /// The whole sentence.
    pub span: Span,
    /// When it applies.
    pub opener: Option<Opener>,
    /// Who pays: a role, or `moved.sender`.
    pub payer: Expr,
    /// `each` before the payer: every member of a family.
    pub each_payer: Option<Span>,
    /// What is paid.
    pub amount: Amount,
    /// To whom, where there are more than two parties.
    pub payee: Option<Expr>,
    /// `per pump per business day commenced`
    pub per: Vec<Per>,
    /// `for lateness of collect`
    pub for_quantity: Option<Expr>,
    /// `for the whole of failures`: not only what is above the threshold of `when`
    pub whole: Option<Span>,
    /// `while in_service`
    pub while_state: Option<Expr>,
    /// `prorated by day`
    pub prorated: Option<Span>,
    /// `first day counted`, `last day not counted`, `both days counted`
    pub days: Vec<Spanned<DayCount>>,
    /// `times 1.5`
    pub times: Option<Expr>,
    /// `at most …`, `at least …`, `nothing below …`, `rounded to …`, in the order of the text
    pub adjustments: Vec<Adjustment>,
    /// `matched by serial`: which deposit comes back.
    pub matching: Option<Spanned<Matching>>,
    /// Among whose deposits.
    pub pool: Option<Spanned<Pool>>,
    /// What kind of money it is.
    pub nature: Spanned<Nature>,
    /// `the rest as sale`: what becomes of the part of a deposit that is not paid back.
    pub rest: Option<Spanned<Rest>>,
}

/// What opens a sentence.
#[derive(Clone, PartialEq, Debug)]
pub enum Opener {
    /// `on delivered where quantity is above 3`
    On(EventRef),
    /// `when availability is below 95%`
    When(Expr),
    /// `each month`
    Each(PerWord),
}

/// What is paid.
#[derive(Clone, PartialEq, Debug)]
pub enum Amount {
    /// A value, a percentage of a clause, or `by x { … }`.
    Value(Expr),
    /// `for pages, each band at its own price { … }`
    Tiers {
        /// The quantity.
        quantity: Expr,
        /// How bands price it; `None` where the text does not say.
        mode: Option<Spanned<TierMode>>,
        /// The bands.
        bands: Vec<Band>,
    },
}

/// A unit of a rate, and how a part of it counts.
#[derive(Clone, PartialEq, Debug)]
pub struct Per {
    /// The unit.
    pub unit: PerWord,
    /// `commenced`, `completed`, `pro rata`
    pub part: Option<Spanned<Part>>,
}
