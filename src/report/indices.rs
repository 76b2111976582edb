//! Coefficients and index values on a statement.

use serde::Serialize;

use crate::base::ids::{IndexationId, SeriesId};
use crate::evaluate::indices::{Revision, Used};
use crate::evaluate::shown::Names;

/// A coefficient that was applied.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct CoefficientRecord {
    /// The indexation.
    pub indexation: String,
    /// The day from which it holds.
    pub from: String,
    /// The coefficient; `null` where it is not known.
    pub coefficient: Option<String>,
    /// The values that it was computed of.
    pub values: Vec<IndexValueRecord>,
    /// The same in words, one thing a text.
    #[serde(skip)]
    pub shown: Vec<String>,
}

/// A value of an index.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct IndexValueRecord {
    /// The index.
    pub index: String,
    /// The month whose value it is.
    pub month: String,
    /// The month that was asked for.
    pub asked: String,
    /// The value, carried over to the index where another one continues it.
    pub value: String,
    /// `final` or `provisional`.
    pub status: &'static str,
}

/// A coefficient as a record.
pub(crate) fn coefficient(names: Names<'_>, (id, revision): &(IndexationId, Revision)) -> CoefficientRecord {
    let indexation = names.plan.indexations.get(id.index());
    CoefficientRecord {
        indexation: indexation.map_or_else(String::new, |indexation| indexation.name.clone()),
        from: revision.from.to_string(),
        coefficient: revision.factor.as_ref().ok().map(|factor| factor.decimal_text(0, 10)),
        values: revision.values.iter().map(|used| value(names, used)).collect(),
        shown: names.revision(*id, revision),
    }
}

/// A value of an index as a record.
pub(crate) fn value(names: Names<'_>, used: &Used) -> IndexValueRecord {
    let name = |id: SeriesId| names.plan.series.get(id.index()).map_or_else(String::new, |series| series.name.clone());
    IndexValueRecord {
        index: name(used.series),
        month: used.month.to_string(),
        asked: used.asked.to_string(),
        value: used.value.decimal_text(0, 10),
        status: if used.provisional { "provisional" } else { "final" },
    }
}

/// Coefficients as lines of text.
pub(crate) fn coefficient_lines(records: &[CoefficientRecord]) -> Vec<String> {
    let mut out = Vec::new();
    for record in records {
        let last = record.shown.last().map_or("", String::as_str);
        let values = record.shown.len().saturating_sub(1);
        out.push(format!("    {last}"));
        out.extend(record.shown.iter().take(values).map(|text| format!("      {text}")));
    }
    out
}
