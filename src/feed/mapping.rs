//! How a table is read as events: the `[[feed]]` tables of a workspace, as plain data.
//!
//! Words inside values (conditions, units, time zones) are read while the TOML is, so that a mistake is
//! told at its place in the workspace file.

use std::collections::BTreeMap;

use serde::Deserialize;

/// One `[[feed]]` of the workspace. Only `path` is needed for JSON Lines; a table also needs `at`, `id`
/// or `each_row`, and at least one `[[feed.event]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Mapping {
    /// The files, as patterns.
    pub path: OneOrMany,
    /// The column of the asset.
    pub asset: Option<String>,
    /// The column of the instant at which it happened.
    pub at: Option<String>,
    /// The column of the instant at which it was recorded.
    pub recorded: Option<String>,
    /// The column or columns that identify a row.
    pub id: Option<OneOrMany>,
    /// `each_row = "an event"`: nothing identifies a row, two equal rows are two events.
    pub each_row: Option<EachRow>,
    /// Who says so: a constant or a column. Without it the first `path` is the source.
    pub source: Option<ConstantOrColumn>,
    /// The contract: a constant, or a column with a map from its values.
    pub contract: Option<ConstantOrMap>,
    /// The column of the number of things in a lot.
    pub quantity: Option<String>,
    /// The column that orders events of one instant.
    pub sequence: Option<String>,
    /// The events that a row stands for. All rules that apply give an event.
    #[serde(default, rename = "event")]
    pub events: Vec<EventRule>,
}

/// One text or several.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum OneOrMany {
    /// One.
    One(String),
    /// Several.
    Many(Vec<String>),
}

/// The one answer to `each_row`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize)]
pub enum EachRow {
    /// Each row is an event of its own.
    #[serde(rename = "an event")]
    AnEvent,
}

/// `"erp"` or `{ column = "system" }`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum ConstantOrColumn {
    /// The same for every row.
    Constant(String),
    /// The value of a column.
    Column {
        /// The column.
        column: String,
    },
}

/// `"AV-2026-014"`, or `{ column = "carrier", map = { UA = "PBH-UA-2013" } }`.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged)]
pub enum ConstantOrMap {
    /// The same for every row.
    Constant(String),
    /// The value of a column, through a map; without a map, the value itself. A value that the map does
    /// not hold is for no contract, or no kind.
    Mapped {
        /// The column.
        column: String,
        /// From its values.
        map: Option<BTreeMap<String, String>>,
    },
}

/// One `[[feed.event]]`.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EventRule {
    /// The kind of event: a constant, or a column with a map.
    pub kind: ConstantOrMap,
    /// Which rows stand for it; all where nothing is said.
    pub when: Option<String>,
    /// Fields and where they come from: a column, or a column and a unit.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}
