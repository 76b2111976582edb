//! Rights on a statement.

use serde::Serialize;

use crate::base::value::Kind;
use crate::evaluate::notices::Moved;
use crate::evaluate::rights::Standing;
use crate::evaluate::shown::{Names, quantity};
use crate::report::indices::{IndexValueRecord, value};

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
    /// The movement of a coefficient that gives it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub movement: Option<MovementRecord>,
}

/// How far a coefficient moved.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct MovementRecord {
    /// The indexation.
    pub indexation: String,
    /// What the coefficient is compared with; 1 for the amount of the contract.
    pub from: String,
    /// The coefficient.
    pub to: String,
    /// `before` or `after` the limits of the indexation.
    pub limits: &'static str,
    /// How far it moved: `9.8039%`, below zero where it fell.
    pub movement: String,
    /// How far it must move: `5%`.
    pub threshold: String,
    /// `per revision` or `in all`.
    pub since: &'static str,
    /// The values that the coefficient was computed of.
    pub values: Vec<IndexValueRecord>,
    /// The same in words, one thing a text.
    #[serde(skip)]
    pub shown: Vec<String>,
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
        party: names.party(standing.party),
        may: standing.text.clone(),
        movement: standing.movement.as_ref().map(|moved| movement(names, moved)),
    }
}

fn movement(names: Names<'_>, found: &Moved) -> MovementRecord {
    let Moved { notice, moved, values } = found;
    let indexation = names.plan.indexations.get(notice.indexation.index());
    let percent = |share| quantity(&Kind::Percentage, share);
    let shown = [names.movement(notice, moved)].into_iter().chain(values.iter().map(|used| names.index_value(used)));
    MovementRecord {
        indexation: indexation.map_or_else(String::new, |indexation| indexation.name.clone()),
        from: moved.from.decimal_text(0, 10),
        to: moved.to.decimal_text(0, 10),
        limits: if notice.after_limits { "after" } else { "before" },
        movement: percent(&moved.share().unwrap_or_default()),
        threshold: percent(&notice.threshold),
        since: notice.since.word(),
        values: values.iter().map(|used| value(names, used)).collect(),
        shown: shown.collect(),
    }
}

/// A right in a line of text; the movement that gives it in further ones.
pub(crate) fn right_text(record: &RightRecord, period: &str) -> String {
    let window = if record.window == period { String::new() } else { record.window.clone() };
    let of: Vec<String> = [window, record.group.clone()].into_iter().filter(|part| !part.is_empty()).collect();
    let of = if of.is_empty() { String::new() } else { format!(" ({})", of.join(", ")) };
    let right = format!("  {}  {}{of}: {} may “{}”", record.clause, record.title, record.party, record.may);
    let movement = record.movement.iter().flat_map(|movement| &movement.shown);
    let lines: Vec<String> = [right].into_iter().chain(movement.map(|text| format!("        {text}"))).collect();
    lines.join("\n")
}
