//! What a feed holds, kind by kind.

use std::fmt;

use serde::Serialize;

use crate::base::number::Ratio;
use crate::base::time::Instant;
use crate::feed::ContractFeed;
use crate::feed::schema::{KindSchema, Schema};

/// What a feed holds of one kind of event of one contract.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Summary {
    /// The contract.
    pub contract: String,
    /// The kind.
    pub kind: String,
    /// Events in use.
    pub events: usize,
    /// Different assets.
    pub assets: usize,
    /// The first and the last instant, in UTC.
    pub span: Option<(String, String)>,
    /// Fields: name, how many events lack it, least and greatest of numbers.
    pub fields: Vec<FieldSummary>,
}

/// What a feed holds of one field.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct FieldSummary {
    /// The field.
    pub name: String,
    /// Events in use without it.
    pub missing: u64,
    /// Least and greatest value, for numbers; durations in seconds.
    pub range: Option<(String, String)>,
}

/// What a contract sees of every kind, in their order.
#[must_use]
pub fn summaries(contract: &ContractFeed, schema: &Schema) -> Vec<Summary> {
    let kinds = schema.kinds.iter().enumerate();
    kinds.map(|(place, kind)| summary(schema, contract, place, kind)).collect()
}

fn summary(schema: &Schema, contract: &ContractFeed, place: usize, kind: &KindSchema) -> Summary {
    let own = || contract.events.heads.iter().filter(move |event| event.kind.index() == place);
    let mut assets: Vec<_> = own().filter_map(|event| event.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    let first: Option<Instant> = own().map(|event| event.occurred).min();
    let last = own().map(|event| event.occurred).max();
    let columns = contract.events.fields.get(place).map_or(&[][..], Vec::as_slice);
    Summary {
        contract: schema.contract.clone(),
        kind: kind.name.clone(),
        events: own().count(),
        assets: assets.len(),
        span: first.zip(last).map(|(first, last)| (first.to_string(), last.to_string())),
        fields: kind
            .fields
            .iter()
            .zip(columns)
            .map(|(field, column)| {
                let number = |value: i128| Ratio::scaled(value, column.scale()).decimal_text(0, 6);
                FieldSummary {
                    name: field.name.clone(),
                    missing: column.absent(),
                    range: column
                        .range()
                        .filter(|_| field.kind.is_quantity())
                        .map(|(least, greatest)| (number(least), number(greatest))),
                }
            })
            .collect(),
    }
}

impl fmt::Display for Summary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {} events of {} assets", self.contract, self.kind, self.events, self.assets)?;
        if let Some((first, last)) = &self.span {
            write!(f, ", {first} to {last}")?;
        }
        for field in &self.fields {
            write!(f, "\n  {}", field.name)?;
            if let Some((least, greatest)) = &field.range {
                write!(f, " {least} to {greatest}")?;
            }
            if field.missing > 0 {
                match field.missing {
                    1 => f.write_str(", missing once")?,
                    missing => write!(f, ", missing {missing} times")?,
                }
            }
        }
        Ok(())
    }
}
