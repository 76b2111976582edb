//! What became known after a period, and the document by which the contract corrects a settlement that was made before.

use serde::Serialize;

use crate::base::vocabulary::Corrected;
use crate::feed::ContractFeed;
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
pub(super) fn late(plan: &Plan, contract: &ContractFeed, index: i64) -> Option<LateRecord> {
    let corrected_by = match plan.corrected? {
        Corrected::NextSettlement => "a line of the next settlement",
        Corrected::CreditNote => "a credit note",
        Corrected::Reissued => "a reissued statement",
    };
    let period = plan.windows.bounds(plan.settled, index);
    let is_late = |event: &&crate::feed::events::Event| period.contains(event.occurred) && event.known() >= period.end;
    let events = contract.events.heads.iter().filter(is_late).count();
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
