//! `Contract` and asked periods → `Plan`: what to observe, what to compute of it and in which
//! order, self-contained, so that the evaluator never sees the checker.

pub mod adjustment;
mod aggregates;
pub mod amended;
mod apart;
pub mod bitmaps;
mod builder;
mod carried;
pub mod deposit;
pub mod disposition;
pub mod fold;
pub mod formula;
pub mod indexation;
pub mod lookback;
mod lower;
mod meeting;
pub mod obligation;
mod order;
mod past;
mod payments;
mod ranks;
mod records;
mod references;
pub mod right;
pub mod sentence;
mod ties;
mod timelines;

use crate::base::calendar::Calendar;
use crate::base::currency::Currency;
use crate::base::ids::{ClauseId, DispositionId, FamilyId, FieldId, FoldId, KindId, MeasureId, SentenceId};
use crate::base::number::{Ratio, Rounding};
use crate::base::quantity::Hours;
use crate::base::span::Span;
use crate::base::time::{Instant, Zone};
use crate::base::vocabulary::{
    AttributesRead, Corrected, Counts, LimitsRead, Matching, Nature, RoundingPlace, SetOff, ShortWindow, TaxedAmounts,
};
use crate::base::window::{WindowKind, Windows};

pub use adjustment::{Adjust, Adjustment};
pub use bitmaps::BitmapIndex;
pub use builder::{plan, rhythm};
pub use deposit::Deposit;
pub use disposition::{Choice, Disposition, Output, Policy, TableRow};
pub use fold::{Dimension, Fold, HeldCount, Keep, MissingPolicy, Point, Same, StateExpr, StatePlan, Trigger, Unread};
pub use formula::{Card, CardRow, Figure, Formula, OverAll, Past, Read};
pub use indexation::{Continued, Indexation, Movement, Revisions, Series};

use crate::base::value::{Kind, Literal};
pub use lookback::Lookback;
pub use meeting::Meeting;
pub use obligation::{Obligation, Pause};
pub use ranks::{Rank, Ranked};
pub use records::Records;
pub use right::{Condition, Holds, Notice, Right};
pub use sentence::{Amount, Carry, FirstWindow, Measured, OwedBase, Owes, Quantity, Sentence, Tier, Who};

/// Everything that a run of one contract computes.
#[derive(Clone, Debug)]
pub struct Plan {
    /// Identity of the contract.
    pub contract: String,
    /// Title of the contract.
    pub title: String,
    /// Digest of the contract's texts: the rule set that decisions name.
    pub digest: String,
    /// Currency of every amount.
    pub currency: Currency,
    /// The zone whose days, months and periods count.
    pub zone: Zone,
    /// The windows of the contract.
    pub windows: Windows,
    /// Business days and working hours, where the contract has them.
    pub calendar: Option<Calendar>,
    /// Hours under a name.
    pub named_hours: Vec<(String, Calendar)>,
    /// The settlement rhythm as a window kind.
    pub settled: WindowKind,
    /// Days to pay after the statement, if stated.
    pub payable_within: Option<i64>,
    /// Whether parties who owe each other pay the difference.
    pub set_off: SetOff,
    /// By which document late events are corrected, where the contract says it.
    pub corrected: Option<Corrected>,
    /// The settlement periods asked for, as window indices of `settled`: first and last.
    pub asked: (i64, i64),
    /// Time counts up to this instant only, where the run asks what was known then.
    pub until: Option<Instant>,
    /// Parties, by id.
    pub parties: Vec<Party>,
    /// Families of assets, by id.
    pub families: Vec<Family>,
    /// Kinds of events, by id, in the declared order that breaks ties.
    pub kinds: Vec<EventKind>,
    /// Primitive states, by id. A subject has at most 64 of them.
    pub states: Vec<StatePlan>,
    /// Folds, by id.
    pub folds: Vec<Fold>,
    /// Ranks of events, by id.
    pub ranks: Vec<Rank>,
    /// Obligations, by id.
    pub obligations: Vec<Obligation>,
    /// Measures, by id, each after those that it reads.
    pub measures: Vec<Measure>,
    /// Indices, by id.
    pub series: Vec<Series>,
    /// Indexations, by id.
    pub indexations: Vec<Indexation>,
    /// Clauses, by id.
    pub clauses: Vec<Clause>,
    /// Sentences that move money, by id.
    pub sentences: Vec<Sentence>,
    /// Which version of an amended clause governs when.
    pub amended: amended::Amended,
    /// Caps and minimums over clauses.
    pub owes: Vec<Owes>,
    /// Clauses of which not all stand.
    pub meetings: Vec<Meeting>,
    /// The order of computation: each step after those whose amounts it reads.
    pub steps: Vec<Step>,
    /// Rights and warnings.
    pub rights: Vec<Right>,
    /// Dispositions, by id.
    pub dispositions: Vec<Disposition>,
    /// Deposits that are given back or kept, by id.
    pub deposits: Vec<Deposit>,
    /// Whether what depends on an event of which two records differ is held; otherwise the first known one counts.
    pub holds_contested: bool,
    /// Since when events are recorded, where the text says it.
    pub records: Option<Records>,
    /// Kinds of which one starts what the other ends, where what depends on them is held when they happen at one instant.
    pub ties: Vec<(KindId, KindId)>,
    /// Whether lateness that grows over several windows belongs to the one in which it ends.
    pub lateness_when_it_ends: bool,
    /// When an attribute is read that changes over time.
    pub attributes_read: AttributesRead,
    /// When an attribute is read on which a limit over a window depends; `None` where the text does not say.
    pub limits_read: Option<LimitsRead>,
    /// Rounding of each line, unless it is the total that is rounded.
    pub line_rounding: Option<Rounding>,
    /// Rounding of the total of a statement.
    pub total_rounding: Option<Rounding>,
    /// Tax on what is paid, where the contract knows one.
    pub tax: Option<Tax>,
}

/// Tax on what is paid.
#[derive(Clone, PartialEq, Debug)]
pub struct Tax {
    /// Rates and the natures that bear them.
    pub rates: Vec<(Ratio, Vec<Nature>)>,
    /// Whether amounts are stated before tax.
    pub amounts: TaxedAmounts,
    /// How tax is rounded.
    pub rounding: Rounding,
    /// On what.
    pub place: RoundingPlace,
}

impl Plan {
    /// The calendar of the working hours, or of hours under a name.
    #[must_use]
    pub fn hours(&self, hours: &Hours) -> Option<&Calendar> {
        let named = self.named_hours.iter().find(|(name, _)| name == hours.name());
        named.map(|(_, calendar)| calendar).or_else(|| self.calendar.as_ref().filter(|_| *hours == Hours::default()))
    }

    /// Something that is decided.
    #[must_use]
    pub fn output(&self, decision: DispositionId, place: usize) -> Option<&Output> {
        self.dispositions.get(decision.index())?.outputs.get(place)
    }
}

/// A step of the computation.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Step {
    /// A sentence that moves money.
    Sentence(SentenceId),
    /// The cap or minimum at this place of `Plan::owes`.
    Owes(usize),
    /// The right at this place of `Plan::rights`; it comes after all that moves money.
    Right(usize),
    /// The meeting of clauses at this place of `Plan::meetings`.
    Meets(usize),
}

/// A party.
#[derive(Clone, PartialEq, Debug)]
pub struct Party {
    /// Its role in the contract.
    pub role: String,
    /// Its short name.
    pub name: String,
    /// Its full name.
    pub title: String,
}

/// A family of assets.
#[derive(Clone, PartialEq, Debug)]
pub struct Family {
    /// The name.
    pub name: String,
    /// Attributes: name, and how values are shown.
    pub attributes: Vec<(String, Kind)>,
    /// Whether its members are parties.
    pub of_parties: bool,
    /// How its assets are lots, if they are.
    pub lots: Option<Lots>,
}

/// Assets of many units.
#[derive(Clone, PartialEq, Debug)]
pub struct Lots {
    /// The events that bring units in.
    pub from: Vec<KindId>,
    /// Which units an event is about: those for which it was opened first, or last.
    pub order: Matching,
}

/// A kind of event.
#[derive(Clone, PartialEq, Debug)]
pub struct EventKind {
    /// The name.
    pub name: String,
    /// The family it happens to, if any.
    pub family: Option<FamilyId>,
    /// Fields: name, and how values are shown.
    pub fields: Vec<(String, Kind)>,
    /// Which instant of it counts.
    pub counts: Counts<FieldId>,
    /// Fields that set an attribute of the asset from this event on.
    pub sets: Vec<(crate::base::ids::FieldId, crate::base::ids::AttributeId)>,
    /// The field with the name by which its asset is known from this event on.
    pub renames: Option<crate::base::ids::FieldId>,
}

impl EventKind {
    /// The word for the instant of it that counts.
    #[must_use]
    pub fn counts_by(&self) -> &str {
        match self.counts {
            Counts::Occurred => "occurred",
            Counts::Recorded => "recorded",
            Counts::Field(field) => self.fields.get(field.index()).map_or("", |(name, _)| name),
        }
    }
}

/// A clause, for citing.
#[derive(Clone, PartialEq, Debug)]
pub struct Clause {
    /// Its id.
    pub id: ClauseId,
    /// Its number.
    pub number: String,
    /// Its title.
    pub title: String,
    /// The signed text.
    pub prose: Option<String>,
    /// Where it stands.
    pub span: Span,
}

/// A defined number with window and groups, computed of observations.
#[derive(Clone, PartialEq, Debug)]
pub struct Measure {
    /// Its id.
    pub id: MeasureId,
    /// Its name.
    pub name: String,
    /// Where it is defined.
    pub span: Span,
    /// Its window.
    pub window: WindowKind,
    /// Its groups.
    pub dims: Vec<Dimension>,
    /// The formula, rounding and bounds included.
    pub formula: Formula,
    /// What it is when a denominator is zero.
    pub empty: Empty,
    /// What it is where its windows begin before the term.
    pub short: ShortWindow,
    /// How many windows before the one at hand it reads.
    pub back: i64,
    /// Whether occurrences that a sentence credited leave the later windows of that sentence.
    pub used_up: bool,
    /// How its value is shown.
    pub kind: Kind,
    /// How many windows before the one at hand count for its groups.
    pub reach: i64,
    /// The folds whose groups make it exist: it has a value for every group seen by any of them;
    /// a measure without groups has one for every window.
    pub folds: Vec<FoldId>,
}

/// What a measure is when a denominator is zero.
#[derive(Clone, PartialEq, Debug)]
pub enum Empty {
    /// It cannot be: the checker proved it, or the measure is held and reported.
    Held,
    /// What depends on it is not due.
    NothingDue,
    /// This value.
    CountsAs(Literal),
}
