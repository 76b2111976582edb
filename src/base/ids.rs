//! Typed ids: after checking, a thing of the contract is named by its id, never by a string or a
//! bare index.

/// Declares an id type: a small number that can only index its own kind of thing.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub struct $name(pub u32);

        impl $name {
            /// The id of the element at `index` of its table.
            #[must_use]
            pub fn at(index: usize) -> Self {
                Self(u32::try_from(index).unwrap_or(u32::MAX))
            }

            /// The place of this element in its table.
            #[must_use]
            pub fn index(self) -> usize {
                self.0 as usize
            }
        }
    };
}

id!(
    /// A party of the contract.
    PartyId
);
id!(
    /// A family of assets, such as `pump`.
    FamilyId
);
id!(
    /// An attribute, numbered within its family.
    AttributeId
);
id!(
    /// A kind of event, such as `failed`, in the order of declaration.
    KindId
);
id!(
    /// A field of an event, numbered within its kind.
    FieldId
);
id!(
    /// A defined term.
    TermId
);
id!(
    /// A primitive state: the time between two events of one asset.
    StateId
);
id!(
    /// An outside index.
    SeriesId
);
id!(
    /// An indexation: the formula that makes a coefficient of indices.
    IndexationId
);
id!(
    /// A clause.
    ClauseId
);
id!(
    /// A sentence that moves money, numbered over the contract.
    SentenceId
);
id!(
    /// An obligation.
    ObligationId
);
id!(
    /// A deposit: what is held under a clause that gives it back.
    DepositId
);
id!(
    /// A disposition: a `decide` item.
    DispositionId
);
id!(
    /// A fold: one kind of observation made while walking the events.
    FoldId
);
id!(
    /// A rank: the how-manieth event it is.
    RankId
);
id!(
    /// A measure: a defined term with a window and groups.
    MeasureId
);
id!(
    /// An asset, interned for one run.
    AssetId
);

impl PartyId {
    /// Marks the members of families of parties, which the register names as it names assets.
    const MEMBER: u32 = 1 << 31;

    /// Stands where it is not known which party is meant.
    pub const UNKNOWN: Self = Self(u32::MAX);

    /// A member of a family of parties.
    #[must_use]
    pub fn of_member(member: AssetId) -> Self {
        Self(member.0 | Self::MEMBER)
    }

    /// The member of a family of parties; `None` for a party that the contract names.
    #[must_use]
    pub fn member(self) -> Option<AssetId> {
        (self.0 & Self::MEMBER != 0 && self != Self::UNKNOWN).then_some(AssetId(self.0 & !Self::MEMBER))
    }
}
