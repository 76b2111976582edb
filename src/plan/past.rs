//! How far back in time a formula reads, and whose groups it needs there.

use crate::base::ids::MeasureId;
use crate::base::window::WindowKind;
use crate::plan::Measure;
use crate::plan::builder::Builder;
use crate::plan::formula::{Formula, Read};
use crate::plan::references::leaves;

impl Builder<'_> {
    /// How many windows before the one at hand a formula reads.
    pub(crate) fn back(&self, formula: &Formula) -> i64 {
        let mut back = 0;
        leaves(formula, &mut |read| {
            if let Read::Past(past) = read {
                back = past.from.max(back);
            }
        });
        back
    }

    /// How many windows before the one at hand a group may have been seen last for which a formula has a value.
    pub(crate) fn reach(&self, formula: &Formula, window: WindowKind) -> i64 {
        let mut reach = 0;
        leaves(formula, &mut |read| {
            if let Read::Clause(_, back) = read {
                reach = reach.max(*back);
            }
            let Some(id) = read.measure() else { return };
            let from = if let Read::Past(past) = read { past.from } else { 0 };
            let own =
                self.read_measure(id).map_or(0, |measure| overhang(measure, window).saturating_add(measure.reach));
            reach = own.saturating_add(from).max(reach);
        });
        reach
    }

    /// Whether a formula reads a measure whose occurrences are used up once credited.
    pub(crate) fn uses_up(&self, formula: &Formula) -> bool {
        let mut found = false;
        leaves(formula, &mut |read| {
            let Some(id) = read.measure() else { return };
            let measure = self.read_measure(id);
            found |= measure.is_some_and(|measure| measure.used_up || self.uses_up(&measure.formula));
        });
        found
    }

    fn read_measure(&self, id: MeasureId) -> Option<&Measure> {
        self.measures.get(id.index())
    }
}

/// By how many windows of its reader a rolling window is longer than one of them.
fn overhang(measure: &Measure, reader: WindowKind) -> i64 {
    match (measure.window, reader) {
        (WindowKind::Rolling { .. }, WindowKind::Rolling { .. }) => 0,
        (WindowKind::Rolling { months, every }, _) => i64::from(months.div_ceil(every.max(1))).saturating_sub(1),
        _ => 0,
    }
}
