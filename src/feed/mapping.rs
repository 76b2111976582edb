//! How a table is read as events: the `[[feed]]` tables of a workspace, as plain data.
//!
//! Words inside values (conditions, units, time zones) are read while the TOML is, so that a mistake is
//! told at its place in the workspace file.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer};

use crate::base::time::Zone;
use crate::feed::condition::Condition;

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
    /// The column or columns of the id of the row that a row replaces: as many as `id` has, in its order.
    pub corrects: Option<OneOrMany>,
    /// Those of the id of the row that a row takes back.
    pub retracts: Option<OneOrMany>,
    /// Who says so: a constant or a column. Without it the first `path` is the source.
    pub source: Option<ConstantOrColumn>,
    /// The contract: a constant, or a column with a map from its values.
    pub contract: Option<ConstantOrMap>,
    /// The column of the number of things in a lot.
    pub quantity: Option<String>,
    /// The column that orders events of one instant.
    pub sequence: Option<String>,
    /// The zone of instants without an offset, such as `Europe/Paris`.
    #[serde(default, deserialize_with = "zone")]
    pub timezone: Option<Zone>,
    /// What stands between columns: `;`, `tab`; a comma where nothing is said.
    #[serde(default, deserialize_with = "delimiter")]
    pub delimiter: Option<u8>,
    /// The decimal mark, `.` or `,`; a point where nothing is said.
    #[serde(default, deserialize_with = "decimal")]
    pub decimal: Option<u8>,
    /// The events that a row stands for. All rules that apply give an event.
    #[serde(default, rename = "event")]
    pub events: Vec<EventRule>,
}

/// One text or several.
#[derive(Clone, PartialEq, Eq, Debug, Deserialize)]
#[serde(untagged, expecting = "expected a text or a list of texts")]
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
#[serde(untagged, deny_unknown_fields, expecting = "expected a text or `{ column = \"…\" }`")]
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
#[serde(untagged, deny_unknown_fields, expecting = "expected a text or `{ column = \"…\", map = { … } }`")]
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
    pub when: Option<Condition>,
    /// Fields and where they come from: a column, or a column and a unit.
    #[serde(default)]
    pub fields: BTreeMap<String, String>,
}

impl OneOrMany {
    /// The texts.
    pub fn texts(&self) -> &[String] {
        match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts,
        }
    }
}

impl Mapping {
    /// A feed that needs no mapping: JSON Lines under this path.
    pub fn native(path: impl Into<String>) -> Self {
        Self {
            path: OneOrMany::One(path.into()),
            asset: None,
            at: None,
            recorded: None,
            id: None,
            each_row: None,
            corrects: None,
            retracts: None,
            source: None,
            contract: None,
            quantity: None,
            sequence: None,
            timezone: None,
            delimiter: None,
            decimal: None,
            events: Vec::new(),
        }
    }
}

fn zone<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<Zone>, D::Error> {
    let name = String::deserialize(deserializer)?;
    let zone = Zone::parse(&name).ok_or_else(|| {
        let close = crate::feed::fault::near(&name, Zone::names());
        let help = close.map_or(String::new(), |close| format!("; did you mean `{close}`?"));
        serde::de::Error::custom(format!("`{name}` is no time zone{help}"))
    })?;
    Ok(Some(zone))
}

fn delimiter<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.as_bytes() {
        b"tab" => Ok(Some(b'\t')),
        [byte @ (b',' | b';' | b'\t' | b'|' | b':')] => Ok(Some(*byte)),
        _ => Err(serde::de::Error::custom(format!(
            "`{text}` cannot stand between columns: write `,`, `;`, `|`, `:` or `tab`"
        ))),
    }
}

fn decimal<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Option<u8>, D::Error> {
    let text = String::deserialize(deserializer)?;
    match text.as_bytes() {
        [mark @ (b'.' | b',')] => Ok(Some(*mark)),
        _ => Err(serde::de::Error::custom(format!("`{text}` is no decimal mark: write `.` or `,`"))),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Mapping, String> {
        toml::from_str(text).map_err(|error| error.message().to_owned())
    }

    #[test]
    fn the_mapping_of_a_table() {
        let mapping = read(
            r#"
            path     = "flights.csv.gz"
            asset    = "tailnum"
            at       = "time_hour"
            each_row = "an event"
            timezone = "America/New_York"
            delimiter = "tab"
            decimal  = ","
            contract = { column = "carrier", map = { UA = "PBH-UA-2013" } }
            [[event]]
            kind   = "flown"
            when   = "dep_time is present"
            fields = { air_time = "air_time minutes" }
            [[event]]
            kind   = { column = "what" }
            "#,
        )
        .unwrap();
        assert_eq!(mapping.path.texts(), ["flights.csv.gz"]);
        assert_eq!((mapping.delimiter, mapping.decimal), (Some(b'\t'), Some(b',')));
        assert_eq!(mapping.events.len(), 2);
    }

    #[test]
    fn mistakes_are_told_in_words() {
        let told = |text: &str| read(&format!("path = \"a.csv\"\n{text}")).unwrap_err();
        assert!(told("timezone = \"Europe/Pariss\"").contains("did you mean `Europe/Paris`?"));
        assert!(told("aset = \"x\"").contains("unknown field `aset`"));
        assert!(told("each_row = \"event\"").contains("an event"));
        assert!(told("id = 3").contains("a text or a list of texts"));
        assert!(told("contract = { colum = \"x\" }").contains("column"));
        assert!(told("[[event]]\nkind = \"x\"\nwhen = \"y\"").contains("no condition"));
        assert!(told("decimal = \"'\"").contains("no decimal mark"));
    }
}
