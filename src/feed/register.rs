//! The register: which assets stand under which contract, from when to when, with which attributes.
//!
//! A table with the columns `asset`, `family`, `contract`, `from`, `to` and one for each attribute.
//! Several rows of one asset with different `from` are dated changes of its attributes.

use crate::base::ids::{AssetId, FamilyId};
use crate::base::time::Date;

/// An asset under a contract.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holding {
    /// The asset.
    pub asset: AssetId,
    /// Its family.
    pub family: FamilyId,
    /// When it stands under the contract: first and last day, both included, `None` for no limit. In
    /// order, not touching one another.
    pub members: Vec<(Option<Date>, Option<Date>)>,
    /// Its attributes over time, in order of their first day.
    pub changes: Vec<Change>,
}

/// Attributes that hold from a day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// The first day; `None` for always.
    pub from: Option<Date>,
    /// The row in the columns of the family.
    pub row: u32,
}

impl Holding {
    /// The row of attributes that holds on a day: the last change not after it, else the first there is
    /// (attributes are known before an asset joins).
    pub fn row_on(&self, day: Date) -> Option<u32> {
        let later = self
            .changes
            .partition_point(|change| change.from.is_none_or(|from| from <= day));
        let change = self.changes.get(later.saturating_sub(1))?;
        Some(change.row)
    }

    /// Whether it stands under the contract on a day.
    pub fn is_member(&self, day: Date) -> bool {
        self.members
            .iter()
            .any(|(from, to)| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to))
    }
}
