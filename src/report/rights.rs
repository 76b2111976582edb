//! Rights on a statement.

use serde::Serialize;

use crate::evaluate::rights::Standing;
use crate::evaluate::shown::Names;

/// A right that a party has.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct RightRecord {
    /// Number of the clause.
    pub clause: String,
    /// Title of the clause.
    pub title: String,
    /// The window in which its condition holds.
    pub window: String,
    /// The group; empty for all together.
    pub group: String,
    /// Role of who has it.
    pub party: String,
    /// What it is.
    pub may: String,
}

/// A right as a record.
pub(crate) fn right(names: Names<'_>, standing: &Standing) -> RightRecord {
    let plan = names.plan;
    let clause = plan.clauses.get(standing.cause.clause.index());
    RightRecord {
        clause: clause.map_or_else(String::new, |clause| clause.number.clone()),
        title: clause.map_or_else(String::new, |clause| clause.title.clone()),
        window: plan.windows.label(standing.cause.window.0, standing.cause.window.1),
        group: names.group(&standing.cause.dims, &standing.cause.group),
        party: plan.parties.get(standing.party.index()).map_or_else(String::new, |party| party.role.clone()),
        may: standing.text.clone(),
    }
}

/// A right in one line of text.
pub(crate) fn right_text(record: &RightRecord, period: &str) -> String {
    let window = if record.window == period { String::new() } else { record.window.clone() };
    let of: Vec<String> = [window, record.group.clone()].into_iter().filter(|part| !part.is_empty()).collect();
    let of = if of.is_empty() { String::new() } else { format!(" ({})", of.join(", ")) };
    format!("  {}  {}{of}: {} may “{}”", record.clause, record.title, record.party, record.may)
}
