//! What became known after a period, and the document by which the contract corrects a settlement that was made before;
//! and events that begin long after the term.

use serde::Serialize;

use crate::base::time::{Date, MonthEnd};
use crate::base::vocabulary::Corrected;
use crate::evaluate::overview::Overview;
use crate::plan::Plan;

/// Events of a period that became known after it.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize)]
pub struct LateRecord {
    /// How many.
    pub events: usize,
    /// The document by which they correct what was settled before.
    pub corrected_by: &'static str,
}

/// The events of a period that became known after it, where there are some and the contract says how they are corrected.
pub(super) fn late(plan: &Plan, overview: &Overview, index: i64) -> Option<LateRecord> {
    let corrected_by = match plan.corrected? {
        Corrected::NextSettlement => "a line of the next settlement",
        Corrected::CreditNote => "a credit note",
        Corrected::Reissued => "a reissued statement",
    };
    let events = overview.late.get(&index).copied().unwrap_or_default();
    (events > 0).then_some(LateRecord { events, corrected_by })
}

/// The same in a sentence.
pub(super) fn late_text(late: &LateRecord, period: &str) -> String {
    let (events, it) = if late.events == 1 { ("event of", "it") } else { ("events of", "they") };
    format!(
        "  {} {events} {period} became known after it: what {it} changed of a settlement made before is corrected by {}",
        late.events, late.corrected_by
    )
}

/// The day of the first event, where it lies a year or more behind the first day of the term and the contract does not
/// say since when events are recorded: what was not recorded counts as not having happened.
pub(super) fn begins_later(plan: &Plan, overview: &Overview) -> Option<Date> {
    if plan.records.is_some() {
        return None;
    }
    let day = plan.zone.date_of(overview.first?);
    (plan.windows.term().0.plus_months(12, MonthEnd::LastDay) <= day).then_some(day)
}

/// The same in a sentence.
pub(super) fn begins_later_text(day: &str) -> String {
    format!(
        "The first event that is known is of {day}, a year or more after the term began: what happened before counts as \
         nothing. If it was not recorded, say so in the conventions: `records begin {day}`"
    )
}
