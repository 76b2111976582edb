//! The faults: where each stands, and what stands there instead. `PLANTED` is true while the fault is switched on.

/// A fault that is planted in a copy of the program.
#[derive(Clone, Copy, Debug)]
pub(super) struct Fault {
    pub(super) name: &'static str,
    pub(super) file: &'static str,
    /// Words that stand there once.
    pub(super) find: &'static str,
    pub(super) plant: &'static str,
}

const fn fault(name: &'static str, file: &'static str, find: &'static str, plant: &'static str) -> Fault {
    Fault { name, file, find, plant }
}

pub(super) const FAULTS: &[Fault] = &[
    fault(
        "halves are rounded down",
        "src/base/number.rs",
        "Ordering::Equal => mode == Mode::HalfUp",
        "Ordering::Equal => !PLANTED && mode == Mode::HalfUp",
    ),
    fault(
        "upward rounds down",
        "src/base/number.rs",
        "Mode::Upward => steps.ceil(),",
        "Mode::Upward => if PLANTED { steps.floor() } else { steps.ceil() },",
    ),
    fault(
        "a band of a table ends before its bound",
        "src/evaluate/datum.rs",
        "order == Some(Ordering::Less) || (*included",
        "order == Some(Ordering::Less) || (!PLANTED && *included",
    ),
    fault(
        "a price band ends before its bound",
        "src/evaluate/lines.rs",
        "units < high || (*included && units == high)",
        "units < high || (!PLANTED && *included && units == high)",
    ),
    fault(
        "`then` goes in the other order",
        "src/evaluate/adjust.rs",
        "steps.iter().try_fold(",
        "{ let mut steps: Vec<&'a Adjustment> = steps.iter().collect(); if PLANTED { steps.reverse(); } steps }
            .into_iter().try_fold(",
    ),
    fault(
        "the excess is the whole",
        "src/evaluate/adjust.rs",
        "Exemption::Excess => amount.minus(exempt),",
        "Exemption::Excess => if PLANTED { amount } else { amount.minus(exempt) },",
    ),
    fault(
        "the day of the end counts",
        "src/evaluate/held.rs",
        ".plus_days(if last { 0 } else { -1 })",
        ".plus_days(if last || PLANTED { 0 } else { -1 })",
    ),
    fault("the 31st counts in 30/360", "src/evaluate/held.rs", "(31, _) => 0,", "(31, _) => i64::from(PLANTED),"),
    fault(
        "a window is so many times 24 hours",
        "src/base/window.rs",
        "Between::new(self.zone.start_of(first), self.zone.start_of(last.plus_days(1)))",
        "{
            let start = self.zone.start_of(first);
            let hours = first.days_until(last).saturating_add(1).saturating_mul(24);
            let end = Instant(start.0.saturating_add(hours.saturating_mul(3_600_000_000_000)));
            Between::new(start, if PLANTED { end } else { self.zone.start_of(last.plus_days(1)) })
        }",
    ),
    fault(
        "a quarter begins a month early",
        "src/base/window.rs",
        "WindowKind::Quarter => date.as_month().index().div_euclid(3),",
        "WindowKind::Quarter => date.as_month().index().saturating_add(i64::from(PLANTED)).div_euclid(3),",
    ),
    fault(
        "what is said twice counts twice",
        "src/feed/corrections.rs",
        "self.set(*other, Fate::Duplicate, Cause::Duplicate, Some(before));",
        "if !PLANTED { self.set(*other, Fate::Duplicate, Cause::Duplicate, Some(before)); }",
    ),
    fault(
        "corrections are ignored",
        "src/feed/corrections.rs",
        "fn correct(&mut self, raw: &RawFeed, links: &Links) {
        if raw.links.is_empty() {",
        "fn correct(&mut self, raw: &RawFeed, links: &Links) {
        if PLANTED || raw.links.is_empty() {",
    ),
    fault(
        "a contradiction is not held",
        "src/feed/resolve.rs",
        "let how = if known(stays)",
        "let how = if PLANTED { Contested::No } else if known(stays)",
    ),
    fault(
        "late events count",
        "src/feed/late.rs",
        "if record.known() >= end {",
        "if !PLANTED && record.known() >= end {",
    ),
    fault(
        "a pause is forgotten",
        "src/evaluate/duties.rs",
        "i32::from(counts && !is_paused(",
        "i32::from(counts && !PLANTED && !is_paused(",
    ),
    fault(
        "the first day counts",
        "src/evaluate/duties.rs",
        "let before = if plan.first_day_counted {",
        "let before = if PLANTED || plan.first_day_counted {",
    ),
    fault(
        "a second start restarts the time",
        "src/evaluate/states.rs",
        "(true, Some(_)) if state.second_start",
        "(true, Some(_)) if PLANTED || state.second_start",
    ),
    fault(
        "a meter is not reset",
        "src/evaluate/meter.rs",
        "if meter.resets.contains(&event.kind) {",
        "if !PLANTED && meter.resets.contains(&event.kind) {",
    ),
    fault(
        "the nearest rank is not rounded up",
        "src/evaluate/percentile.rs",
        "let rank = whole.negated().floor().negated().to_i64()",
        "let rank = if PLANTED { whole.floor() } else { whole.negated().floor().negated() }.to_i64()",
    ),
    fault(
        "the groups of an attribute are one",
        "src/evaluate/subject.rs",
        "known.flatten().map(|(raw, _)| raw))",
        "known.flatten().map(|(raw, _)| if PLANTED { 0 } else { raw }))",
    ),
    fault(
        "a minimum is forgotten",
        "src/evaluate/owes.rs",
        "OwedKind::AtLeast => (\"at least\", owed.clone().max(left.clone())),",
        "OwedKind::AtLeast => (\"at least\", if PLANTED { owed.clone() } else { owed.clone().max(left.clone()) }),",
    ),
    fault(
        "a cap is not prorated",
        "src/evaluate/owes.rs",
        "let exact = if owes.prorated {",
        "let exact = if owes.prorated && !PLANTED {",
    ),
    fault(
        "the last row of a table comes first",
        "src/evaluate/decide.rs",
        "for (place, row) in table.rows.iter().enumerate().take(proper) {",
        "let mut rows: Vec<_> = table.rows.iter().enumerate().take(proper).collect();
        if PLANTED { rows.reverse(); }
        for (place, row) in rows {",
    ),
];
