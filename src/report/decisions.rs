//! Decisions as records of one line each, and as text.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::evaluate::decide::Decision;
use crate::evaluate::shown::Names;

/// A decision as one JSON object.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct DecisionRecord {
    /// The contract.
    pub contract: String,
    /// The event's id, or its file and line.
    pub event: String,
    /// The asset.
    pub asset: String,
    /// When the event occurred, in UTC.
    pub occurred: String,
    /// What was decided: one text for each output; several are joined by commas.
    pub outputs: BTreeMap<String, String>,
    /// The rows that decided, from 1.
    pub rows: Vec<usize>,
    /// Why nothing was decided.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub undecided: Option<String>,
    /// What the table went by.
    pub by: BTreeMap<String, String>,
    /// SHA-256 of the contract's text: the rule set under which it was decided.
    pub rule_set: String,
    /// SHA-256 of the registers' texts, where the service read some.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub register: String,
    /// The event that this one corrects: its decision takes the place of the earlier one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrects: Option<String>,
    /// The how-manieth revision it is, where a late fact changed what was decided.
    #[serde(skip_serializing_if = "is_first")]
    pub revision: u32,
    /// The event that made it known, for a revision.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub cause: Option<String>,
    /// What would be decided by facts that became known after it was final.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub later: Option<String>,
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks by reference")]
fn is_first(revision: &u32) -> bool {
    *revision == 0
}

/// The record of a decision.
#[must_use]
pub fn decision(names: Names<'_>, decision: &Decision) -> DecisionRecord {
    let table = names.plan.dispositions.get(decision.disposition.index());
    let mut outputs = BTreeMap::new();
    let mut rows = Vec::new();
    let mut undecided = None;
    match &decision.result {
        Ok(chosen) => {
            rows.extend(chosen.rows().iter().map(|row| row.saturating_add(1)));
            let values = table.map(|table| chosen.outputs(table)).unwrap_or_default();
            for (output, values) in table.into_iter().flat_map(|table| &table.outputs).zip(values) {
                let values: Vec<String> = values.iter().map(|value| names.literal(&output.kind, value)).collect();
                outputs.insert(output.name.clone(), values.join(", "));
            }
        }
        Err(reason) => undecided = Some(reason.words(names)),
    }
    let origin = format!("{}:{}", names.feed.file(decision.origin.file), decision.origin.line);
    DecisionRecord {
        contract: names.plan.contract.clone(),
        event: decision.id(names.feed).map_or(origin, str::to_owned),
        asset: decision.asset.map_or_else(String::new, |asset| names.feed.asset(asset).to_owned()),
        occurred: decision.at.to_string(),
        outputs,
        rows,
        undecided,
        by: decision.values(names).into_iter().collect(),
        rule_set: names.plan.digest.clone(),
        register: String::new(),
        corrects: None,
        revision: 0,
        cause: None,
        later: decision.later.clone(),
    }
}

/// A decision in one line of text.
#[must_use]
pub fn decision_text(record: &DecisionRecord) -> String {
    let outputs: Vec<String> = record.outputs.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let by: Vec<String> = record.by.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let decided = match &record.undecided {
        Some(reason) => format!("undecided: {reason}"),
        None => outputs.join(", "),
    };
    let later = record.later.as_ref().map(|later| format!("; final, what became known later would decide {later}"));
    let later = later.unwrap_or_default();
    format!("{}  {}  {decided}  (row {}; {}{later})", record.occurred, record.asset, rows(record), by.join(", "))
}

fn rows(record: &DecisionRecord) -> String {
    let rows: Vec<String> = record.rows.iter().map(ToString::to_string).collect();
    if rows.is_empty() { "-".to_owned() } else { rows.join(", ") }
}
