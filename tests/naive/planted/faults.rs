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
        "Ordering::Equal => (self == Self::HalfUp",
        "Ordering::Equal => (!PLANTED && self == Self::HalfUp",
    ),
    fault("upward rounds down", "src/base/number.rs", "Self::Upward => !exact,", "Self::Upward => !PLANTED && !exact,"),
    fault(
        "a band of a table ends before its bound",
        "src/base/datum.rs",
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
        "src/evaluate/held.rs",
        "let whole = windows.bounds(fold.window, window).seconds();",
        "let (first, last) = windows.days(fold.window, window);
        let days = Ratio::int(first.days_until(last).saturating_add(1).saturating_mul(86_400));
        let whole = if PLANTED { days } else { windows.bounds(fold.window, window).seconds() };",
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
        "self.set(other, Fate::Duplicate, Cause::Duplicate, Some(*before));",
        "if !PLANTED { self.set(other, Fate::Duplicate, Cause::Duplicate, Some(*before)); }",
    ),
    fault(
        "corrections are ignored",
        "src/feed/corrections.rs",
        "fn correct(&mut self, known: Known<'_>, links: &Links) {
        if known.part.links.is_empty() {",
        "fn correct(&mut self, known: Known<'_>, links: &Links) {
        if PLANTED || known.part.links.is_empty() {",
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
        "src/evaluate/tables.rs",
        "    for (place, takes) in rows {",
        "    let mut rows: Vec<(usize, Result<bool, Gap>)> = rows.collect();
    if PLANTED { rows.reverse(); }
    for (place, takes) in rows {",
    ),
    fault(
        "the days of a rank include one more",
        "src/evaluate/ranks.rs",
        "RankOver::Days(days) => earlier.plus_days(days) <= day,",
        "RankOver::Days(days) => earlier.plus_days(days.saturating_add(i32::from(PLANTED))) <= day,",
    ),
    fault(
        "what was credited counts again",
        "src/evaluate/ranks.rs",
        "if passed && counter.rank.used_up {",
        "if passed && counter.rank.used_up && !PLANTED {",
    ),
    fault(
        "a second deposit is charged",
        "src/evaluate/ledger.rs",
        "self.plan.second == SecondDeposit::NotCharged;",
        "self.plan.second == SecondDeposit::NotCharged && !PLANTED;",
    ),
    fault(
        "a limit in all is forgotten",
        "src/evaluate/indices.rs",
        "let limits = self.indexation.limits.iter().filter(|limit| !limit.per_revision);",
        "let limits = self.indexation.limits.iter().filter(|limit| !limit.per_revision && !PLANTED);",
    ),
    fault(
        "chained amounts are not rounded",
        "src/evaluate/indices.rs",
        "Ok(amount.times(&revision.factor.clone()?).rounded(rounding))",
        "{
                let raised = amount.times(&revision.factor.clone()?);
                Ok(if PLANTED { raised } else { raised.rounded(rounding) })
            }",
    ),
    fault(
        "a held value of an index goes back a month less",
        "src/evaluate/indices.rs",
        "MissingValue::LastValue(Some(months)) => months,",
        "MissingValue::LastValue(Some(months)) => months.saturating_sub(i64::from(PLANTED)),",
    ),
    fault(
        "the lowest option is taken",
        "src/evaluate/best.rs",
        "if best.highest { value > known }",
        "if best.highest != PLANTED { value > known }",
    ),
    fault(
        "of equal amounts the last stands",
        "src/evaluate/meetings.rs",
        "if next.1 > best.1 {",
        "if next.1 > best.1 || (PLANTED && next.1 == best.1) {",
    ),
    fault(
        "the expected amount is that so far",
        "src/evaluate/charges.rs",
        "let whole = so_far.times(&pace(self.plan, at, until));",
        "let whole = if PLANTED { so_far.clone() } else { so_far.times(&pace(self.plan, at, until)) };",
    ),
    fault(
        "a rolling cap forgets the periods before",
        "src/evaluate/rolling.rs",
        "let left = stated.minus(known)",
        "let left = stated.minus(if PLANTED { &Ratio::ZERO } else { known })",
    ),
    fault(
        "what is not judged stays open",
        "src/evaluate/judged.rs",
        "Some(deadline) if deadline <= now => Ok(Datum::of(default)),",
        "Some(deadline) if deadline <= now && !PLANTED => Ok(Datum::of(default)),",
    ),
    fault(
        "a linear level holds its sum",
        "src/evaluate/level.rs",
        "let mean = both.over(&Ratio::int(2)).unwrap_or(Ratio::ZERO);",
        "let mean = both.over(&Ratio::int(if PLANTED { 1 } else { 2 })).unwrap_or(Ratio::ZERO);",
    ),
    fault(
        "tax of a line is not rounded",
        "src/evaluate/totals.rs",
        "RoundingPlace::Line => exact.rounded(&tax.rounding),",
        "RoundingPlace::Line => if PLANTED { exact } else { exact.rounded(&tax.rounding) },",
    ),
    fault(
        "what a cap leaves lapses",
        "src/evaluate/carried.rs",
        "Ok(carried) if carried.is_zero() => Ok(own),",
        "Ok(carried) if PLANTED || carried.is_zero() => Ok(own),",
    ),
    fault(
        "what is carried over is used last",
        "src/evaluate/carried.rs",
        "Carry::Once { first: true } => own.plus",
        "Carry::Once { first: true } if PLANTED => own.minus(&used).max(Ratio::ZERO),
            Carry::Once { first: true } => own.plus",
    ),
    fault(
        "what charged before the periods asked for is not read",
        "src/plan/lookback.rs",
        "let read = clauses.iter().filter_map(|clause|",
        "let read = clauses.iter().filter(|_| !PLANTED).filter_map(|clause|",
    ),
    fault(
        "a month is observed without those before it that it reads",
        "src/plan/lookback.rs",
        "let alone = reach == 0 &&",
        "let alone = (PLANTED || reach == 0) &&",
    ),
    fault(
        "what was owed under an earlier rolling cap is forgotten",
        "src/evaluate/carried.rs",
        "before.and_then(|before| self.left.remove(before)).unwrap_or_default().rolled",
        "if PLANTED { Rolled::default() } else { before.and_then(|before| self.left.remove(before)).unwrap_or_default().rolled }",
    ),
    fault(
        "what replaces does so by any text",
        "src/evaluate/meetings.rs",
        "return charge.version == Some(governs.version);",
        "return PLANTED || charge.version == Some(governs.version);",
    ),
    fault(
        "a deposit ends by any text",
        "src/evaluate/returns.rs",
        "taking.is_some_and(|governs| governs.version == self.version)",
        "taking.is_some_and(|governs| PLANTED || governs.version == self.version)",
    ),
    fault(
        "a deposit that goes over stays",
        "src/evaluate/ledger.rs",
        "taken.push(Open { of: passed.to, since: at, ..part });",
        "taken.push(Open { of: if PLANTED { passed.from } else { passed.to }, since: at, ..part });",
    ),
    fault(
        "a name that ended is still that of its asset",
        "src/feed/identity.rs",
        "ended.iter().find(is_nobody)",
        "ended.iter().find(|ended| !PLANTED && is_nobody(ended))",
    ),
    fault(
        "a window before the records is counted",
        "src/evaluate/records.rs",
        "(first.max(plan.windows.term().0) < begin).then(",
        "(!PLANTED && first.max(plan.windows.term().0) < begin).then(",
    ),
    fault(
        "nothing was going on when the records began",
        "src/evaluate/records.rs",
        "Some(mark) if mark.at < start || mark.starts => return None,",
        "Some(mark) if PLANTED || mark.at < start || mark.starts => return None,",
    ),
    fault(
        "which text an asset keeps is known",
        "src/evaluate/variants.rs",
        "let unknown = unknown_text(subject);",
        "let unknown = unknown_text(subject).filter(|_| !PLANTED);",
    ),
    fault(
        "a doubtful name is held on its day alone",
        "src/evaluate/contested.rs",
        "let lasts = undated(event) || is_renaming(subject.scene.plan, event);",
        "let lasts = undated(event) || (!PLANTED && is_renaming(subject.scene.plan, event));",
    ),
    fault(
        "a share leaves out what is missed at the deadline",
        "src/plan/aggregates.rs",
        "if at_once { Outcome::Missed }",
        "if at_once && !PLANTED { Outcome::Missed }",
    ),
    fault(
        "an obligation is counted for whom the asset names",
        "src/plan/aggregates.rs",
        "Some(*duty).filter(|duty| self.is_of_members(*duty))",
        "Some(*duty).filter(|duty| self.is_of_members(*duty) && !PLANTED)",
    ),
    fault(
        "units that came back begin nothing",
        "src/evaluate/lots.rs",
        "filter(|_| part.there().is_none())",
        "filter(|_| part.there().is_none() && !PLANTED)",
    ),
    fault(
        "a right on an event is held for a lot",
        "src/plan/right.rs",
        "if matches!(trigger, Trigger::Event(_)) {",
        "if matches!(trigger, Trigger::Event(_)) && !PLANTED {",
    ),
    fault(
        "a pool looks at a lot as a whole",
        "src/evaluate/deposits.rs",
        "let parts = subject.takers(event);",
        "let parts = subject.takers(event).filter(|_| !PLANTED);",
    ),
    fault(
        "an attribute for units that are not there changes nothing",
        "src/evaluate/lots.rs",
        "(bounds(plan, fold, event.kind) || sets)",
        "(bounds(plan, fold, event.kind) || (sets && !PLANTED))",
    ),
    fault(
        "a percentage is rounded as money",
        "src/plan/payments.rs",
        "of_money && indexation.is_some_and",
        "(of_money || PLANTED) && indexation.is_some_and",
    ),
    fault(
        "an estimate counts the month of the first reading",
        "src/evaluate/meter.rs",
        "first.saturating_add(1).min(window)",
        "first.saturating_add(i64::from(!PLANTED)).min(window)",
    ),
    fault(
        "a deposit that may have ended is paid back",
        "src/evaluate/returns.rs",
        "Open { since: hand.now, amount: Err(gap.clone()), doubt: Some(gap.clone()), ..open }",
        "if PLANTED { Open { since: hand.now, ..open } }
            else { Open { since: hand.now, amount: Err(gap.clone()), doubt: Some(gap.clone()), ..open } }",
    ),
    fault(
        "an obligation that cannot be told holds no deposit",
        "src/evaluate/deposits.rs",
        "if let Err(gap) = &instance.deadline {",
        "if let Err(gap) = &instance.deadline && !PLANTED {",
    ),
    fault(
        "in parts: what all read is read twice",
        "src/feed/shares.rs",
        "self.common.holds(frame, line, names)",
        "!PLANTED && self.common.holds(frame, line, names)",
    ),
    fault(
        "in parts: an event counts in each",
        "src/feed/resolve.rs",
        "!record.elsewhere || record.asset.is_none_or(|asset| self.reads(asset))",
        "PLANTED || !record.elsewhere || record.asset.is_none_or(|asset| self.reads(asset))",
    ),
    fault(
        "in parts: timelines are seen by one part",
        "src/feed/shares.rs",
        "asset.map_or(self.nameless == Nameless::All,",
        "asset.map_or(self.nameless == Nameless::All && !PLANTED,",
    ),
    fault(
        "in parts: what names no asset counts in each",
        "src/feed/mod.rs",
        "asset.map_or(self.nameless,",
        "asset.map_or(self.nameless && !PLANTED,",
    ),
    fault(
        "in parts: members are seen by one part",
        "src/feed/shares.rs",
        "|asset| self.members.contains(&asset)",
        "|asset| self.members.contains(&asset) && !PLANTED",
    ),
    fault(
        "in parts: members count in each",
        "src/feed/mod.rs",
        "self.members.binary_search(&asset).is_ok()",
        "self.members.binary_search(&asset).is_ok() && !PLANTED",
    ),
    fault(
        "in parts: records of members that differ stand by part",
        "src/evaluate/observations.rs",
        "self.instead.iter_mut().zip(other.instead)",
        "self.instead.iter_mut().zip(other.instead).filter(|_| !PLANTED)",
    ),
    fault(
        "in parts: what points at crossing lines stays apart",
        "src/feed/clusters.rs",
        "Arc::new(pointed(crossing, &self.links))",
        "Arc::new(if PLANTED { crossing } else { pointed(crossing, &self.links) })",
    ),
    fault(
        "in parts: what is listed stands as it comes",
        "src/evaluate/observations.rs",
        "    whole.put_in_order();",
        "    if !PLANTED { whole.put_in_order(); }",
    ),
    fault(
        "in parts: the reason of the first that was read stands",
        "src/evaluate/observations.rs",
        "if whose < first {",
        "if whose < first && !PLANTED {",
    ),
];
