//! Contracts whose assets have nothing to do with one another, so that they may be observed in parts.

use crate::base::ids::KindId;
use crate::base::value::Kind;
use crate::base::vocabulary::Matching;
use crate::plan::{Dimension, Plan};

impl Plan {
    /// Whether what is observed of one asset never depends on events of another one.
    ///
    /// Not by asset are names that change, pools of deposits, and groups that are told apart by what is numbered within a
    /// contract. What is ranked among several assets waits until all of them were observed; members of families of parties
    /// are read beside all assets.
    #[must_use]
    pub fn is_by_asset(&self) -> bool {
        self.kinds.iter().all(|kind| kind.renames.is_none())
            && self.deposits.iter().all(|deposit| deposit.matching == Matching::Serial)
            && self.folds.iter().flat_map(|fold| &fold.dims).all(|dim| self.is_a_word(dim))
            && self.ranks.iter().flat_map(|rank| &rank.dims).all(|dim| self.is_a_word(dim))
    }

    /// Whether what is observed of an asset depends on events that name none: timelines.
    #[must_use]
    pub fn has_timelines(&self) -> bool {
        self.states.iter().any(|state| state.family.is_none())
    }

    /// Whether events of a kind are read when what was observed is settled: those that set attributes, on which limits and
    /// rates may depend.
    #[must_use]
    pub fn is_read_when_settled(&self, kind: KindId) -> bool {
        self.kinds.get(kind.index()).is_some_and(|kind| !kind.sets.is_empty())
    }

    /// Whether the keys of a group are the same wherever they are read: numbers are stored by the longest of a column.
    fn is_a_word(&self, dim: &Dimension) -> bool {
        let kind = match dim {
            Dimension::Asset(_) | Dimension::Decided(..) | Dimension::Depositor(_) | Dimension::Bearer(_) => {
                return true;
            }
            Dimension::Event(_) => return false,
            Dimension::Attribute(family, attribute) => {
                let family = self.families.get(family.index());
                family.and_then(|family| family.attributes.get(attribute.index())).map(|(_, kind)| kind)
            }
            Dimension::Field(kind, field) => {
                let kind = self.kinds.get(kind.index());
                kind.and_then(|kind| kind.fields.get(field.index())).map(|(_, kind)| kind)
            }
        };
        kind.is_some_and(|kind| match kind {
            Kind::Text | Kind::Choice(_) | Kind::Flag | Kind::Date | Kind::Instant | Kind::Party => true,
            Kind::Number | Kind::Percentage | Kind::Money(_) | Kind::Quantity(_) => false,
        })
    }
}
