//! Why a figure or decision is what it is.

use std::fmt::Write as _;

use crate::base::ids::KindId;
use crate::base::source::Sources;
use crate::base::time::Instant;
use crate::base::value::Kind;
use crate::evaluate::decide::Decision;
use crate::evaluate::observations::{Observations, Occurrence};
use crate::evaluate::settle::{Trace, regrouped};
use crate::evaluate::shown::{Names, quantity};
use crate::feed::ContractFeed;
use crate::feed::events::Event;
use crate::plan::{EventKind, Step, Trigger};
use crate::report::decisions::decision;

/// The most events shown for each kind of observation.
const WITNESSES: usize = 20;
/// The most assets whose events are shown.
const ASSETS: usize = 5;

/// The computation of one line: the clause with its prose, each step, each rounding, the events behind it.
#[must_use]
pub fn explained(names: Names<'_>, sources: &Sources, trace: &Trace, observations: &Observations) -> String {
    let mut out = String::new();
    let plan = names.plan;
    if let Some(clause) = plan.clauses.get(trace.cause.clause.index()) {
        let version = plan.amended.behind(trace.cause.step);
        let (title, prose, span) =
            version.map_or((&clause.title, &clause.prose, clause.span), |text| (&text.title, &text.prose, text.span));
        let place = sources.place(span);
        let by = version.and_then(|text| text.amendment.as_ref()).map(|by| format!(", {by}")).unwrap_or_default();
        line(&mut out, format_args!("Clause {} {title}{by}  ({place})", clause.number));
        if let Some(prose) = prose {
            line(&mut out, format_args!("  “{prose}”"));
        }
    }
    let group = names.group(&trace.cause.dims, &trace.cause.group);
    let window = plan.windows.label(trace.cause.window.0, trace.cause.window.1);
    let of = if group.is_empty() { String::new() } else { format!(" for {group}") };
    line(&mut out, format_args!("\n{window}{of}"));
    for note in &trace.notes {
        let indent = "  ".repeat(note.depth.saturating_add(1));
        let at = note.span.map(|span| format!("  [{}]", sources.place(span))).unwrap_or_default();
        line(&mut out, format_args!("{indent}{}{at}", note.text));
    }
    match &trace.result {
        Ok(holds) if matches!(trace.cause.step, Step::Right(_)) => {
            let words = if holds.is_zero() { "the right does not apply" } else { "the right applies" };
            line(&mut out, format_args!("  = {words}"));
        }
        Ok(amount) => line(&mut out, format_args!("  = {}", quantity(&Kind::Money(plan.currency), amount))),
        Err(gap) => line(&mut out, format_args!("  not due or held: {}", names.gap(gap))),
    }
    witnesses(&mut out, names, trace, observations);
    out
}

fn line(out: &mut String, text: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "{text}");
}

/// The folds that the line is computed of, with their first occurrences.
fn witnesses(out: &mut String, names: Names<'_>, trace: &Trace, observations: &Observations) {
    let folds: &[crate::base::ids::FoldId] = match trace.cause.step {
        Step::Sentence(id) => names.plan.sentences.get(id.index()).map_or(&[], |sentence| &sentence.folds),
        Step::Right(place) => names.plan.rights.get(place).map_or(&[], |right| right.folds()),
        Step::Owes(_) | Step::Meets(_) => &[],
    };
    for fold in folds {
        let (Some(plan), Some(seen)) = (names.plan.folds.get(fold.index()), observations.seen.get(fold)) else {
            continue;
        };
        let own = |found: &&Occurrence| {
            let group = regrouped(&plan.dims, &found.group, &trace.cause.dims);
            group.is_none_or(|group| group == trace.cause.group)
        };
        let shown: Vec<&Occurrence> = seen.iter().filter(own).take(WITNESSES).collect();
        let count = if shown.is_empty() { "none".to_owned() } else { format!("the first {}", shown.len()) };
        line(out, format_args!("\n  {} ({count}):", plan.label));
        for occurrence in &shown {
            line(out, format_args!("    {}", witness(names, &plan.kind, occurrence)));
        }
        if !matches!(plan.trigger, Trigger::Event(_)) {
            facts(out, names, trace, observations, &shown);
            shared_facts(out, names, trace, observations, &plan.trigger);
        }
    }
}

/// The events of the assets that are shown, up to the end of the window: what time, meters and deadlines come from.
fn facts(out: &mut String, names: Names<'_>, trace: &Trace, observations: &Observations, shown: &[&Occurrence]) {
    let Some(contract) = names.feed.contracts.get(observations.contract) else { return };
    let end = names.plan.windows.bounds(trace.cause.window.0, trace.cause.window.1).end;
    let mut assets: Vec<_> = shown.iter().filter_map(|occurrence| occurrence.asset).collect();
    assets.sort_unstable();
    assets.dedup();
    for asset in assets.iter().take(ASSETS) {
        let subject = contract.subjects.iter().find(|subject| subject.asset == Some(*asset));
        let events = subject.map_or(&[][..], |subject| contract.events.of(subject));
        let past: Vec<&Event> = events.iter().filter(|event| event.occurred < end).collect();
        listed(out, names, contract, (names.feed.asset(*asset), &past));
    }
}

/// The events without an asset that start and end the timelines behind a line.
fn shared_facts(out: &mut String, names: Names<'_>, trace: &Trace, observations: &Observations, trigger: &Trigger) {
    let timelines = names.plan.timelines_behind(trigger);
    let Some(contract) = names.feed.contracts.get(observations.contract) else { return };
    let end = names.plan.windows.bounds(trace.cause.window.0, trace.cause.window.1).end;
    let subject = contract.subjects.iter().find(|subject| subject.asset.is_none());
    for state in timelines {
        let events = subject.map_or(&[][..], |subject| contract.events.of(subject));
        let own = events.iter().filter(|event| event.occurred < end && state.is_bounded_by(event.kind));
        listed(out, names, contract, (&state.name, &own.collect::<Vec<_>>()));
    }
}

/// The last of some events.
fn listed(out: &mut String, names: Names<'_>, contract: &ContractFeed, (of, past): (&str, &[&Event])) {
    line(out, format_args!("    events of {of}, the last {}:", past.len().min(WITNESSES)));
    for event in past.iter().skip(past.len().saturating_sub(WITNESSES)) {
        let kind = names.plan.kinds.get(event.kind.index()).map_or("", |kind| kind.name.as_str());
        let place = format!("{}:{}", names.feed.file(event.origin.file), event.origin.line);
        let happened = contract.events.otherwise(event).map(|found| happened(names, found)).unwrap_or_default();
        line(out, format_args!("      {}  {kind}{happened}  {place}", names.instant(event.occurred)));
    }
}

/// Which instant of an event counts, where it is not that when it happened.
fn happened(names: Names<'_>, (at, kind): (Instant, KindId)) -> String {
    let by = names.plan.kinds.get(kind.index()).map_or("", EventKind::counts_by);
    format!("  (counts when {by}, occurred {})", names.instant(at))
}

fn witness(names: Names<'_>, kind: &Kind, occurrence: &Occurrence) -> String {
    let asset = occurrence.asset.map_or("-", |asset| names.feed.asset(asset));
    let origin = occurrence
        .origin
        .map(|origin| format!("  {}:{}", names.feed.file(origin.file), origin.line))
        .unwrap_or_default();
    let value = occurrence.value.as_ref().map_or_else(|| "no value".to_owned(), |value| quantity(kind, value));
    let money = Kind::Money(names.plan.currency);
    let amount = match (&occurrence.amount, &occurrence.unlimited) {
        (Some(amount), Some(whole)) if amount != whole => {
            format!("  {}, limited from {}", quantity(&money, amount), quantity(&money, whole))
        }
        (Some(amount), _) => format!("  {}", quantity(&money, amount)),
        (None, _) => String::new(),
    };
    let deposit = occurrence
        .deposit
        .as_ref()
        .map(|(paid, each)| format!("  of a deposit of {} paid {}", quantity(&money, each), names.instant(*paid)));
    let deposit = deposit.unwrap_or_default();
    let ranks = match occurrence.ranks {
        Some((first, last)) if first == last => format!("  rank {first}"),
        Some((first, last)) => format!("  ranks {first} to {last}"),
        None => String::new(),
    };
    let happened = occurrence.happened.map(|found| happened(names, found)).unwrap_or_default();
    format!("{}  {asset}  {value}{ranks}{amount}{deposit}{happened}{origin}", names.instant(occurrence.at))
}

/// Why a decision came out as it did, row by row.
#[must_use]
pub fn question_line(names: Names<'_>, sources: &Sources, found: &Decision) -> String {
    let mut out = String::new();
    let record = decision(names, found);
    let outputs: Vec<String> = record.outputs.iter().map(|(name, value)| format!("{name} {value}")).collect();
    let decided = record.undecided.as_ref().map_or_else(|| outputs.join(", "), |reason| format!("undecided: {reason}"));
    line(&mut out, format_args!("{} on {}: {decided}", record.asset, names.instant(found.at)));
    line(
        &mut out,
        format_args!("  by event {}, rule set {}", record.event, record.rule_set.get(..12).unwrap_or_default()),
    );
    if let Some(later) = &found.later {
        line(&mut out, format_args!("  it is final; what became known later would decide: {later}"));
    }
    for (label, value) in found.values(names) {
        line(&mut out, format_args!("  {label} = {value}"));
    }
    let Some(table) = names.plan.dispositions.get(found.disposition.index()) else {
        return out;
    };
    let refused = found.refused(names);
    for (place, row) in table.rows.iter().enumerate() {
        let at = sources.place(row.span);
        let number = place.saturating_add(1);
        let why = match refused.get(place) {
            Some(Some(reason)) => format!("does not apply: {reason}"),
            Some(None) => "applies".to_owned(),
            None => "was not asked: a row above it decides".to_owned(),
        };
        line(&mut out, format_args!("  row {number} {why}  [{at}]"));
    }
    for (option, refused) in table.options.iter().zip(&refused) {
        let at = sources.place(option.span);
        let why = refused.as_ref().map_or_else(|| "is taken".to_owned(), |reason| format!("is not taken: {reason}"));
        line(&mut out, format_args!("  option {} {why}  [{at}]", option.name));
    }
    out
}
