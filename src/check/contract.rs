//! The checked contract.

use crate::base::calendar::Calendar;
use crate::base::currency::Currency;
use crate::base::ids::{
    AttributeId, ClauseId, DispositionId, FamilyId, FieldId, KindId, ObligationId, SentenceId, StateId, TermId,
};
use crate::base::number::{Ratio, Rounding};
use crate::base::quantity::Unit;
use crate::base::span::{SourceId, Span};
use crate::base::time::{Date, MonthEnd, Zone};
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{
    AtOneInstant, AttributesRead, ConflictingRecords, Corrected, CorrectedIn, Counts, Frequency, IndexBase, LateLimit,
    LatenessPaid, LimitsRead, LoneEnd, LoneReturn, MonthLength, Nature, OldIdentity, Part, RepeatedTrigger,
    SecondDeposit, SecondStart, SetOff, ShortWindow, StillOpen, TierMode, Transfer, YearLength,
};
use crate::base::window::WindowKind;
pub use crate::check::adjustment::{Adjust, Adjustment};
use crate::check::amended::Amended;
pub use crate::check::declared::Declared;
pub use crate::check::depositors::Depositor;
pub use crate::check::deposits::{Deposit, GivesBack, Release};
pub use crate::check::disposition::{Choice, Disposition, Policy, Rest};
pub use crate::check::indexation::{CapIndex, Continued, Indexation, Movement, Revisions, Series};
pub use crate::check::lots::Lots;
pub use crate::check::meets::Meeting;
pub use crate::check::owed::{Carry, FirstWindow, OwedBase, Owes};
pub use crate::check::parties::{Party, Who};
pub use crate::check::records::Records;
pub use crate::check::rights::{Holds, Notice, Right};
pub use crate::check::tax::Taxes;
pub use crate::check::time_unit::TimeUnit;
use crate::check::value::{Point, State, Value};
use crate::syntax::tree;

/// One agreement, checked.
#[derive(Clone, Debug)]
pub struct Contract {
    /// The text that it was checked from.
    pub source: SourceId,
    /// Its identity.
    pub id: String,
    /// Its title.
    pub title: String,
    /// Parties, by id.
    pub parties: Vec<Party>,
    /// First and last day of the term, both included.
    pub term: (Date, Date),
    /// Currency.
    pub currency: Currency,
    /// Zone.
    pub zone: Zone,
    /// Rhythm of settlement.
    pub settled: Frequency,
    /// Whether parties who owe each other pay the difference.
    pub set_off: SetOff,
    /// Days to pay.
    pub payable_within: Option<i64>,
    /// Answers that hold for all clauses.
    pub conventions: Conventions,
    /// Business days and working hours, where given.
    pub calendar: Option<Calendar>,
    /// Attributes of several families that make one group.
    pub shared: Vec<Vec<(FamilyId, AttributeId)>>,
    /// Hours under a name, such as those of a workshop.
    pub named_hours: Vec<(String, Calendar)>,
    /// Families of assets, by id.
    pub families: Vec<Family>,
    /// Kinds of events, by id, in the order of the text.
    pub kinds: Vec<EventKind>,
    /// Primitive states, by id.
    pub states: Vec<PrimitiveState>,
    /// Defined terms, by id.
    pub terms: Vec<Term>,
    /// Obligations, by id.
    pub obligations: Vec<Obligation>,
    /// Dispositions, by id.
    pub dispositions: Vec<Disposition>,
    /// Indices, by id.
    pub series: Vec<Series>,
    /// Indexations, by id.
    pub indexations: Vec<Indexation>,
    /// Clauses, by id.
    pub clauses: Vec<Clause>,
    /// Sentences that move money, by id.
    pub sentences: Vec<Sentence>,
    /// What amendments make of the clauses.
    pub amended: Amended,
    /// Caps and minimums.
    pub owes: Vec<Owes>,
    /// How clauses meet.
    pub meetings: Vec<Meeting>,
    /// Deposits that are given back or kept.
    pub deposits: Vec<Deposit>,
    /// Rights and warnings.
    pub rights: Vec<Right>,
    /// Scenarios, as written: their names are resolved when they run.
    pub scenarios: Vec<tree::Scenario>,
}

/// Answers that hold for all clauses; `None` where the text gives none and needs none.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Conventions {
    /// 31 January + 1 month.
    pub month_end: Option<MonthEnd>,
    /// Rounding of each line.
    pub line_rounding: Option<Rounding>,
    /// Rounding of the total only.
    pub total_rounding: Option<Rounding>,
    /// Length of a month.
    pub month_of: Option<MonthLength>,
    /// Length of a year.
    pub year_of: Option<YearLength>,
    /// A start while a state holds.
    pub second_start: Option<SecondStart>,
    /// An end without a start.
    pub lone_end: Option<LoneEnd>,
    /// A deposit while one is held.
    pub second_deposit: Option<SecondDeposit>,
    /// A return for which no deposit is known.
    pub lone_return: Option<LoneReturn>,
    /// A deposit whose asset goes on to another member of a family of parties.
    pub transfer: Option<Transfer>,
    /// An obligation whose asset goes on to another member of a family of parties.
    pub duty_transfer: Option<Transfer>,
    /// A state still open.
    pub still_open: Option<StillOpen>,
    /// A trigger while an obligation is open.
    pub repeated_trigger: Option<RepeatedTrigger>,
    /// To which settlement lateness belongs that grows over several.
    pub lateness: Option<LatenessPaid>,
    /// Sources of meters in order of preference.
    pub conflicting_readings: Option<Vec<String>>,
    /// Records of one identity with different content.
    pub conflicting_records: Option<ConflictingRecords>,
    /// Since when events are recorded, where the text says it.
    pub records: Option<Records>,
    /// Deadlines on a day off move to the next business day.
    pub deadline_moves: Option<bool>,
    /// The order of events at one instant.
    pub at_one_instant: Option<AtOneInstant>,
    /// Whether it is said what late events change.
    pub late_answered: bool,
    /// By which document they are corrected, if they are.
    pub corrected: Option<Corrected>,
    /// In which window of a cap a corrected amount counts.
    pub corrected_in: Option<CorrectedIn>,
    /// How long late events are taken in; `None` without a limit.
    pub late: Option<LateLimit>,
    /// When an attribute is read on which a limit depends.
    pub limits_read: Option<LimitsRead>,
    /// When a changing attribute is read.
    pub attributes_read: Option<AttributesRead>,
    /// What is said about tax.
    pub taxes: Taxes,
}

/// A family of assets.
#[derive(Clone, PartialEq, Debug)]
pub struct Family {
    /// Name.
    pub name: String,
    /// Title; the name where none is given.
    pub title: String,
    /// Attributes, by id.
    pub attributes: Vec<Field>,
    /// How its assets are lots, if they are.
    pub lots: Option<Lots>,
    /// Whether its members are parties.
    pub of_parties: bool,
    /// Where it is declared.
    pub span: Span,
}

/// A typed attribute or field.
#[derive(Clone, PartialEq, Debug)]
pub struct Field {
    /// Name.
    pub name: String,
    /// Kind.
    pub kind: Kind,
    /// May be missing.
    pub optional: bool,
    /// A meter that only grows.
    pub cumulative: bool,
    /// Events after which the meter starts from zero.
    pub resets: Vec<KindId>,
    /// It names the asset from then on; what becomes of the old name.
    pub identity: Option<OldIdentity>,
    /// For a party: the family whose members it holds; `None` for any party.
    pub members: Option<FamilyId>,
    /// Where it is declared.
    pub span: Span,
}

/// A kind of event.
#[derive(Clone, PartialEq, Debug)]
pub struct EventKind {
    /// Name.
    pub name: String,
    /// Family, if it happens to an asset.
    pub family: Option<FamilyId>,
    /// Fields, by id.
    pub fields: Vec<Field>,
    /// Which instant of it counts; `None` where nothing is said, which is when it occurred.
    pub counts: Option<Counts<FieldId>>,
    /// Fields that set the attribute of the same name.
    pub sets: Vec<(FieldId, AttributeId)>,
    /// Where it is declared.
    pub span: Span,
}

/// `from installed to removed`
#[derive(Clone, PartialEq, Debug)]
pub struct PrimitiveState {
    /// Name.
    pub name: String,
    /// Family; `None` for a timeline, whose events name no asset.
    pub family: Option<FamilyId>,
    /// What tells the events of a timeline apart; `None` where it holds for all assets.
    pub same: Option<Same>,
    /// Start.
    pub from: Point,
    /// Whose declarations start it.
    pub declared: Declared,
    /// End.
    pub to: Point,
    /// A start while it holds.
    pub second_start: SecondStart,
    /// An end while it does not hold.
    pub lone_end: LoneEnd,
    /// Still open at the end of the window.
    pub still_open: StillOpen,
    /// Where it is defined.
    pub span: Span,
}

/// `for the same site`: the events of a timeline are told apart by a field, and it holds for the assets whose
/// attribute is equal to it then.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Same {
    /// The name of field and attribute.
    pub name: String,
    /// The field of the event that starts it.
    pub from: FieldId,
    /// The field of the event that ends it.
    pub to: FieldId,
    /// The attribute, in each family that has it.
    pub attributes: Vec<(FamilyId, AttributeId)>,
}

/// A defined term.
#[derive(Clone, PartialEq, Debug)]
pub struct Term {
    /// Name.
    pub name: String,
    /// What it is.
    pub body: TermBody,
    /// Where it is defined.
    pub span: Span,
}

/// What a defined term is.
#[derive(Clone, PartialEq, Debug)]
pub enum TermBody {
    /// A constant, or a value of the asset or event at hand (a rate card, a difference of
    /// attributes): the value stands wherever the name does.
    Value(Value),
    /// A unit such as `define block = 5 hours`: its size in base units.
    Unit(Ratio, Unit),
    /// A state.
    State(State),
    /// A number with window and groups.
    Measure(Measure),
}

/// A number with window and groups.
#[derive(Clone, PartialEq, Debug)]
pub struct Measure {
    /// Its window.
    pub window: WindowKind,
    /// Its groups.
    pub dims: Vec<Dimension>,
    /// The value, computed of aggregates and other measures.
    pub value: Value,
    /// `rounded to …`
    pub rounding: Option<Rounding>,
    /// `not rounded`
    pub exact: bool,
    /// `at least …`
    pub at_least: Option<Value>,
    /// `at most …`
    pub at_most: Option<Value>,
    /// What it is when a denominator is zero; `None` where none can be.
    pub empty: Option<Empty>,
    /// What it is where its windows begin before the term.
    pub short: Option<ShortWindow>,
    /// Whether what was credited leaves later windows, of a rolling one.
    pub used_up: Option<bool>,
}

/// What a measure is when a denominator is zero.
#[derive(Clone, PartialEq, Debug)]
pub enum Empty {
    /// It is held.
    Held,
    /// What depends on it is not due.
    NothingDue,
    /// This value.
    CountsAs(Literal),
}

/// A group.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Dimension {
    /// Each asset of a family.
    Asset(FamilyId),
    /// Each value of an attribute.
    Attribute(FamilyId, AttributeId),
    /// Each value of a field.
    Field(KindId, FieldId),
    /// Each event of a kind by itself.
    Event(KindId),
    /// Each value of what is decided on an event: the output at this place.
    Decided(KindId, DispositionId, usize),
    /// Each party whose deposit it is, of the deposit at this place.
    Depositor(usize),
    /// Each party that owes an obligation.
    Bearer(ObligationId),
}

impl Dimension {
    /// Whether what happens to an asset of a family, by an event of a kind, has this group.
    #[must_use]
    pub fn is_of(&self, of_family: Option<FamilyId>, of_kind: Option<KindId>) -> bool {
        match self {
            Self::Asset(family) | Self::Attribute(family, _) => of_family == Some(*family),
            Self::Field(kind, _) | Self::Event(kind) | Self::Decided(kind, ..) => of_kind == Some(*kind),
            Self::Depositor(_) | Self::Bearer(_) => false,
        }
    }
}

/// A clause.
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// Its id.
    pub id: ClauseId,
    /// Number.
    pub number: String,
    /// Title.
    pub title: String,
    /// The signed text.
    pub prose: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A sentence that moves money.
#[derive(Clone, PartialEq, Debug)]
pub struct Sentence {
    /// Its id.
    pub id: SentenceId,
    /// Its clause.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// When it applies.
    pub opener: Opener,
    /// Who pays.
    pub payer: Who,
    /// Who is paid.
    pub payee: Who,
    /// What is paid.
    pub amount: Amount,
    /// What it is multiplied by.
    pub basis: Basis,
    /// `times …`
    pub times: Option<Value>,
    /// What is done with the amount, in the order of the text.
    pub adjustments: Vec<Adjustment>,
    /// What it gives back of a deposit.
    pub gives_back: Option<GivesBack>,
    /// Where it says that it is not indexed.
    pub not_indexed: Option<Span>,
    /// Whether what it takes a part of counts as indexed, where that is said, and where.
    pub index_base: Option<(IndexBase, Span)>,
    /// Whether its coefficient is applied to each occurrence: it changes within a line, or a step for each asset
    /// comes behind it.
    pub index_in_walk: bool,
    /// Nature.
    pub nature: Nature,
    /// The window of a line.
    pub window: WindowKind,
    /// The groups of a line.
    pub dims: Vec<Dimension>,
}

/// What opens a sentence.
#[derive(Clone, PartialEq, Debug)]
pub enum Opener {
    /// Nothing.
    Always,
    /// `on EVENT`
    On(KindId, Option<Value>),
    /// `when collect is missed`: each obligation that comes to stand so.
    Outcome(ObligationId, tree::Outcome),
    /// `when CONDITION` on measures.
    When(Value),
    /// `each PERIOD`
    Each(WindowKind),
}

/// What is paid.
#[derive(Clone, PartialEq, Debug)]
pub enum Amount {
    /// A rate or an amount.
    Value(Value),
    /// A price table over the basis.
    Tiers(TierMode, Vec<Tier>),
}

/// A band of a price table.
#[derive(Clone, PartialEq, Debug)]
pub struct Tier {
    /// Where it stands.
    pub span: Span,
    /// Lower end and whether it is included.
    pub low: Option<(Literal, bool)>,
    /// Upper end and whether it is included.
    pub high: Option<(Literal, bool)>,
    /// Of what its ends are parts, where the text does not fix them.
    pub of: Option<Value>,
    /// Price of one unit.
    pub price: Value,
}

/// What a rate is multiplied by.
#[derive(Clone, PartialEq, Debug)]
pub enum Basis {
    /// Nothing.
    Once,
    /// Each asset of the opening event's lot (`per crate`), or each obligation of the outcome.
    Each,
    /// Each opening event once, whatever its lot.
    Event,
    /// Time in a state.
    While(State, FamilyId, TimeUnit),
    /// A measured quantity in units of this size (base units), and how a part counts.
    For(Value, Ratio, Option<Part>),
    /// Lateness of an obligation in units of this size of this base unit.
    Lateness(ObligationId, Unit, Ratio, Part),
}

/// A duty with a deadline.
#[derive(Clone, PartialEq, Debug)]
pub struct Obligation {
    /// Its id.
    pub id: ObligationId,
    /// Its name.
    pub name: String,
    /// Its clause.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// Who must: a party that the contract names, or the group that names it at the opening.
    pub party: Who,
    /// The attribute with which it goes over to another member.
    pub carried: Option<AttributeId>,
    /// The family.
    pub family: FamilyId,
    /// What opens it.
    pub opens: Point,
    /// What fulfils it.
    pub done: Point,
    /// How long there is, in base units of `unit`.
    pub within: Value,
    /// Its unit: `Second`, `WorkingSecond`, `Day`, `BusinessDay`, `Month`.
    pub unit: Unit,
    /// Whether the day of the opening counts.
    pub first_day_counted: bool,
    /// Whether a deadline on a day off moves to the next business day.
    pub moves_to_business_day: bool,
    /// State in which the clock pauses, and whether lateness pauses too.
    pub paused: Option<(State, bool)>,
    /// How late becomes missed, in base units.
    pub missed_after: Option<(Ratio, Unit)>,
    /// A second trigger.
    pub repeated: RepeatedTrigger,
    /// Fields that match opening and fulfilment.
    pub matched_by: Option<(FieldId, FieldId)>,
}

impl Contract {
    /// The state of a term, if it is one.
    #[must_use]
    pub fn term(&self, id: TermId) -> Option<&Term> {
        self.terms.get(id.index())
    }

    /// A primitive state.
    #[must_use]
    pub fn state(&self, id: StateId) -> Option<&PrimitiveState> {
        self.states.get(id.index())
    }
}
