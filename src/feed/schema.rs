//! What a contract expects of its feed, so that a value is typed once, when it is read.
//!
//! `session` builds one [`Schema`] per contract. Ids index the lists in declared order.

use crate::base::currency::Currency;
use crate::base::ids::{FamilyId, FieldId, PartyId};
use crate::base::time::Zone;
use crate::base::vocabulary::{Counts, LateLimit};
use crate::base::window::WindowKind;
use crate::feed::column::{Numbers, Renumber};
use crate::feed::raw::RawFeed;

/// What one contract expects.
#[derive(Clone, PartialEq, Debug)]
pub struct Schema {
    /// The contract's identifier, as `contract` columns and keys name it.
    pub contract: String,
    /// The contract's currency.
    pub currency: Currency,
    /// The contract's time zone.
    pub zone: Zone,
    /// Until when an event counts, where the contract sets a limit.
    pub late: Option<Late>,
    /// By `PartyId`: the words that name the party (role, short name, legal name).
    pub parties: Vec<Vec<String>>,
    /// By `FamilyId`.
    pub families: Vec<FamilySchema>,
    /// By `KindId`.
    pub kinds: Vec<KindSchema>,
    /// Names of its indices.
    pub series: Vec<String>,
}

impl Schema {
    /// Whether what is of a family is a party.
    pub(crate) fn is_of_parties(&self, family: FamilyId) -> bool {
        self.families.get(family.index()).is_some_and(|family| family.of_parties)
    }
}

/// Until when an event counts: it must be known before the end of the settlement period in which it occurred, and
/// so much time.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Late {
    /// The time after the end of the period.
    pub limit: LateLimit,
    /// The settlement periods.
    pub settled: WindowKind,
}

/// A family of assets.
#[derive(Clone, PartialEq, Debug)]
pub struct FamilySchema {
    /// Its name.
    pub name: String,
    /// Whether its assets are parties: other assets read their attributes.
    pub of_parties: bool,
    /// Its attributes, by `AttributeId`.
    pub attributes: Vec<FieldSchema>,
}

/// A kind of event.
#[derive(Clone, PartialEq, Debug)]
pub struct KindSchema {
    /// Its name.
    pub name: String,
    /// The family whose assets it happens to; `None` for an event of the contract itself.
    pub family: Option<FamilyId>,
    /// Its fields, by `FieldId`.
    pub fields: Vec<FieldSchema>,
    /// Which instant of it counts.
    pub counts: Counts<FieldId>,
    /// Whether it gives its asset another name.
    pub renames: Option<Renames>,
}

/// An event that gives its asset another name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Renames {
    /// The field that holds the new name.
    pub field: FieldId,
    /// Whether the old name is nobody's from then on.
    pub old_ends: bool,
}

/// A field of an event or an attribute of an asset.
#[derive(Clone, PartialEq, Debug)]
pub struct FieldSchema {
    /// Its name.
    pub name: String,
    /// What its values are.
    pub kind: FieldType,
    /// Whether it may be empty. An event that lacks a field which may not is rejected.
    pub optional: bool,
}

/// Which parties a field may hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Named {
    /// Those that the contract names.
    Parties,
    /// Those, and members of its families of parties.
    PartiesAndMembers,
    /// Members only.
    Members,
}

/// What the values of a field are, and what a [`Column`](crate::feed::column::Column) stores for them.
#[derive(Clone, PartialEq, Debug)]
pub enum FieldType {
    /// A pure number; `35 %` is 0.35. Stored exactly, at the column's scale.
    Number,
    /// A percentage: with `%`, or a fraction up to 1.
    Percentage,
    /// Money of this currency; another currency is rejected. Stored in whole units of the currency, at
    /// the column's scale.
    Money(Currency),
    /// A time on the clock. Stored in seconds.
    Seconds,
    /// Calendar days. Stored in days (a week is seven).
    Days,
    /// Months. Stored in months (a year is twelve).
    Months,
    /// A number of things, such as pages. Stored exactly.
    Thing(String),
    /// Text. Stored as a `Symbol` of `Feed::symbols`.
    Text,
    /// yes or no. Stored as 1 or 0.
    Flag,
    /// One of these words. Stored as the place of the word in the list.
    Choice(Vec<String>),
    /// A day. Stored as `Date::0`, days since 1970-01-01.
    Date,
    /// An instant. Stored as `Instant::0`, nanoseconds since 1970 UTC.
    Instant,
    /// A party. Stored as `PartyId`.
    Party(Named),
}

impl FieldType {
    /// The text for which a stored number stands, if it stands for one.
    pub(crate) fn text<'a>(&self, value: Option<i128>, frame: &'a RawFeed) -> Option<&'a str> {
        let value = u32::try_from(value?).ok()?;
        match self.renumber(Numbers::default(), Numbers::default()) {
            Renumber::Nothing => None,
            Renumber::Texts(_) => Some(frame.texts.get(value)),
            Renumber::Members(_) => PartyId(value).member().map(|member| frame.assets.get(member.0)),
        }
    }

    /// Whether its values are numbers, with a unit or without.
    pub(crate) fn is_quantity(&self) -> bool {
        match self {
            Self::Number
            | Self::Percentage
            | Self::Money(_)
            | Self::Seconds
            | Self::Days
            | Self::Months
            | Self::Thing(_) => true,
            Self::Text | Self::Flag | Self::Choice(_) | Self::Date | Self::Instant | Self::Party(_) => false,
        }
    }

    /// Which stored numbers stand for names that became others: those of texts, and those of members of families of
    /// parties, which are named like assets.
    pub(crate) fn renumber<'a>(&self, texts: Numbers<'a>, assets: Numbers<'a>) -> Renumber<'a> {
        match self {
            Self::Text => Renumber::Texts(texts),
            Self::Party(_) => Renumber::Members(assets),
            Self::Number
            | Self::Percentage
            | Self::Money(_)
            | Self::Seconds
            | Self::Days
            | Self::Months
            | Self::Thing(_)
            | Self::Flag
            | Self::Choice(_)
            | Self::Date
            | Self::Instant => Renumber::Nothing,
        }
    }
}
