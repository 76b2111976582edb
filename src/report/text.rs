//! The statement as text: columns that line up, one fact a line.

use std::fmt::Write as _;

use crate::base::ids::PartyId;
use crate::evaluate::overview::Overview;
use crate::evaluate::settle::{Line, Missing, Period, Settlement, Total};
use crate::evaluate::shown::{Names, grouped};
use crate::feed::ContractFeed;
use crate::feed::evidence::{Cause, Evidence, FINDINGS_PER_CAUSE};
use crate::report::declared::undeclared;
use crate::report::deposits::{balance, balance_text, held_in_the_end};
use crate::report::evidence::{EvidenceRecord, FindingRecord, finding};
use crate::report::indices::{coefficient, coefficient_lines};
use crate::report::late::{begins_later, begins_later_text, late, late_text};
use crate::report::rights::{right, right_text};
use crate::report::statement;
use crate::report::statement::{HeldRecord, LineRecord};
use crate::report::strangers::strangers;

/// The most lines, key figures or findings of a kind that a text shows; the JSON holds all.
const SHOWN: usize = 40;

/// A table whose columns are as wide as their widest cell.
struct Table {
    rows: Vec<Vec<String>>,
    right: Vec<bool>,
}

impl Table {
    fn new(head: &[(&str, bool)]) -> Self {
        Self {
            rows: vec![head.iter().map(|(name, _)| (*name).to_owned()).collect()],
            right: head.iter().map(|(_, right)| *right).collect(),
        }
    }

    fn text(&self) -> String {
        let width = |column: usize| {
            self.rows.iter().filter_map(|row| row.get(column)).map(|cell| cell.chars().count()).max().unwrap_or(0)
        };
        let widths: Vec<usize> = (0..self.right.len()).map(width).collect();
        let mut out = String::new();
        for row in &self.rows {
            let mut line = String::from(" ");
            for ((cell, width), right) in row.iter().zip(&widths).zip(&self.right) {
                let pad = " ".repeat(width.saturating_sub(cell.chars().count()));
                let cell = if *right { format!("{pad}{cell}") } else { format!("{cell}{pad}") };
                line.push(' ');
                line.push_str(&cell);
                line.push(' ');
            }
            out.push_str(line.trim_end());
            out.push('\n');
        }
        out
    }
}

/// The statement of one contract. Records are made of what is shown alone.
#[must_use]
pub fn statement_text(names: Names<'_>, contract: &ContractFeed, settlement: &Settlement) -> String {
    let plan = names.plan;
    let mut out = String::new();
    let short = plan.digest.get(..12).unwrap_or_default();
    push(&mut out, format_args!("{}  {}  (text {short})", plan.contract, plan.title));
    if let Some(at) = statement::provisional_at(plan) {
        push(&mut out, format_args!("  PROVISIONAL: as known at {at}, before the end of the period; amounts so far"));
    }
    for (role, name) in statement::parties(plan) {
        push(&mut out, format_args!("  {role:<10} {name}"));
    }
    misspelt(&mut out, names, &contract.evidence);
    for period in &settlement.periods {
        period_text(&mut out, names, &settlement.overview, period);
    }
    obligations(&mut out, names, settlement);
    deposits(&mut out, names, settlement);
    if let Some(day) = begins_later(plan, &settlement.overview) {
        push(&mut out, format_args!("\n{}", begins_later_text(&day.to_string())));
    }
    for found in settlement.undeclared.iter().filter_map(|found| undeclared(names, found)).take(SHOWN) {
        push(&mut out, format_args!("\n{}", found.words()));
    }
    let outside = settlement.overview.outside;
    if outside > 0 {
        push(&mut out, format_args!("\n{outside} events lie outside of the term and count for nothing"));
    }
    let strangers = strangers(names, contract, settlement);
    if !strangers.is_empty() {
        let shown: Vec<&str> = strangers.iter().take(SHOWN).map(String::as_str).collect();
        let count = strangers.len();
        push(&mut out, format_args!("\n{count} assets or parties are not in the register: {}", shown.join(", ")));
    }
    out
}

/// Columns of a register that are not read and may be meant as others: what they hold is missing in all that follows.
fn misspelt(out: &mut String, names: Names<'_>, evidence: &Evidence) {
    let columns = evidence.findings.iter().filter(|finding| finding.cause == Cause::UnknownColumn);
    for finding in columns.map(|found| finding(names.feed, found)) {
        if let Some(help) = &finding.help {
            push(out, format_args!("  LOOK FIRST: {} {}; {help}", finding.place(), finding.reason));
        }
    }
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "{line}");
}

fn period_text(out: &mut String, names: Names<'_>, overview: &Overview, period: &Period) {
    let plan = names.plan;
    let label = plan.windows.label(plan.settled, period.index);
    push(out, format_args!("\nSettlement {label}  ({} to {})", period.days.0, period.days.1));
    if period.lines.is_empty() {
        push(out, format_args!("  nothing is due"));
    } else {
        let pairs = pairs(period);
        for pair in &pairs {
            if pairs.len() > 1 {
                push(out, format_args!("\n  {} and {}", names.party(pair.0), names.party(pair.1)));
            }
            lines(out, names, (period, &label), *pair);
            for total in period.totals.iter().filter(|total| is_between(*pair, total.payer, total.payee)) {
                total_text(out, names, total);
            }
        }
    }
    for balance in period.deposits.iter().filter_map(|found| balance(names, found)) {
        push(out, format_args!("{}", balance_text(&balance)));
    }
    if let Some(late) = late(plan, overview, period.index) {
        push(out, format_args!("{}", late_text(&late, &label)));
    }
    held(out, names, (period, &label));
    if !period.rights.is_empty() {
        push(out, format_args!("\n  Rights"));
        for found in &period.rights {
            push(out, format_args!("  {}", right_text(&right(names, found), &label)));
        }
    }
    if !period.coefficients.is_empty() {
        push(out, format_args!("\n  Indices"));
        let records: Vec<_> = period.coefficients.iter().map(|found| coefficient(names, found)).collect();
        for line in coefficient_lines(&records) {
            push(out, format_args!("{line}"));
        }
    }
    measures(out, names, (period, &label));
    missing(out, &period.missing);
}

/// Values that are missing and add nothing, or are estimates.
fn missing(out: &mut String, all: &[Missing]) {
    for missing in all {
        let number = |count: u64| grouped(&count.to_string());
        if missing.count > 0 {
            let lacks = if missing.count == 1 {
                "occurrence lacks a value and adds"
            } else {
                "occurrences lack a value and add"
            };
            push(out, format_args!("  `{}`: {} {lacks} nothing", missing.label, number(missing.count)));
        }
        if missing.unmatched > 0 {
            let returns = if missing.unmatched == 1 { "return finds" } else { "returns find" };
            push(
                out,
                format_args!(
                    "  `{}`: {} {returns} no deposit and give nothing back",
                    missing.label,
                    number(missing.unmatched)
                ),
            );
        }
        if missing.estimated > 0 {
            let values = if missing.estimated == 1 { "value is an estimate" } else { "values are estimates" };
            push(out, format_args!("  `{}`: {} {values}, without a reading", missing.label, number(missing.estimated)));
        }
    }
}

/// Two parties between whom money moves.
type Pair = (PartyId, PartyId);

/// The pairs of parties of a period, in the order of its lines and totals.
fn pairs(period: &Period) -> Vec<Pair> {
    let totals = period.totals.iter().map(|total| (total.payer, total.payee));
    let all = totals.chain(period.lines.iter().map(|line| (line.payer, line.payee)));
    let mut pairs: Vec<Pair> = Vec::new();
    for (payer, payee) in all {
        if !pairs.iter().any(|pair| is_between(*pair, payer, payee)) {
            pairs.push((payer, payee));
        }
    }
    pairs
}

fn is_between(pair: Pair, payer: PartyId, payee: PartyId) -> bool {
    pair == (payer, payee) || pair == (payee, payer)
}

fn total_text(out: &mut String, names: Names<'_>, total: &Total) {
    let total = statement::total(names, total);
    let within = names.plan.payable_within;
    let days = within.map(|days| format!(", payable within {days} days")).unwrap_or_default();
    out.push('\n');
    let parts = total.tax.iter().flat_map(|tax| &tax.shown);
    let width = parts.clone().map(|(words, _)| words.chars().count()).max().unwrap_or(0);
    let digits = parts.clone().map(|(_, amount)| amount.chars().count()).max().unwrap_or(0);
    for (words, amount) in parts {
        push(out, format_args!("  {words:<width$}  {amount:>digits$}"));
    }
    push(out, format_args!("  {} owes {}: {}{days}", total.payer, total.payee, total.shown));
}

/// The lines between two parties.
fn lines(out: &mut String, names: Names<'_>, (period, label): (&Period, &str), pair: Pair) {
    let own: Vec<&Line> = period.lines.iter().filter(|line| is_between(pair, line.payer, line.payee)).collect();
    if own.is_empty() {
        return;
    }
    let grouped = own.iter().any(|line| !names.group(&line.cause.dims, &line.cause.group).is_empty());
    let mut head = vec![("clause", false), ("title", false)];
    if grouped {
        head.push(("for", false));
    }
    head.extend([("quantity", true), ("rate", true), ("amount", true), ("nature", false), ("paid by", false)]);
    let mut table = Table::new(&head);
    for line in own.iter().take(SHOWN) {
        table.rows.push(row(&statement::line(names, line), grouped, label));
    }
    out.push_str(&table.text());
    more(out, own.len(), "lines");
}

/// The name of a window, without its days.
fn short(window: &str) -> &str {
    window.split(" (").next().unwrap_or_default()
}

fn row(line: &LineRecord, grouped: bool, label: &str) -> Vec<String> {
    let by = line.amendment.as_ref().map(|by| format!(", {by}")).unwrap_or_default();
    let title = if line.window == label {
        format!("{}{by}", line.title)
    } else {
        format!("{}{by} ({})", line.title, short(&line.window))
    };
    let mut row = vec![line.clause.clone(), title];
    if grouped {
        row.push(line.group.clone());
    }
    let shown = &line.shown;
    row.extend([
        shown.quantity.clone(),
        shown.rate.clone(),
        shown.amount.clone(),
        line.nature.clone(),
        line.payer.clone(),
    ]);
    row
}

fn more(out: &mut String, count: usize, what: &str) {
    if count > SHOWN {
        push(out, format_args!("  … and {} more {what}: `--format json` shows all", count.saturating_sub(SHOWN)));
    }
}

/// What is held, windows one behind the other that are held for one reason in one line.
fn held(out: &mut String, names: Names<'_>, (period, label): (&Period, &str)) {
    if period.held.is_empty() {
        return;
    }
    push(out, format_args!("\n  Held until it can be told:"));
    let alike =
        |one: &HeldRecord, other: &HeldRecord| HeldRecord { window: one.window.clone(), ..other.clone() } == *one;
    let mut told = 0_usize;
    let mut all = period.held.iter().map(|found| statement::held(names, found)).peekable();
    for _ in 0..SHOWN {
        let Some(held) = all.next() else { break };
        let (mut count, mut last) = (1_usize, None);
        while let Some(next) = all.next_if(|next| alike(&held, next)) {
            (count, last) = (count.saturating_add(1), Some(next.window));
        }
        told = told.saturating_add(count);
        let windows = match last {
            // Several sentences of a clause in one window.
            Some(last) if last == held.window && last == label => format!(" ({count} times)"),
            Some(last) if last == held.window => format!(" ({}, {count} times)", short(&last)),
            Some(last) => format!(" ({} to {}, {count} times)", short(&held.window), short(&last)),
            None if held.window == label => String::new(),
            None => format!(" ({})", short(&held.window)),
        };
        let group = if held.group.is_empty() { String::new() } else { format!(" for {}", held.group) };
        push(out, format_args!("    clause {} {}{windows}{group}: {}", held.clause, held.title, held.reason));
    }
    if told < period.held.len() {
        let left = period.held.len().saturating_sub(told);
        push(out, format_args!("  … and {left} more held lines: `--format json` shows all"));
    }
}

fn measures(out: &mut String, names: Names<'_>, (period, label): (&Period, &str)) {
    if period.figures.is_empty() {
        return;
    }
    push(out, format_args!("\n  Key figures"));
    let mut table = Table::new(&[("", false), ("", false), ("", true)]);
    table.rows.clear();
    for measure in period.figures.iter().filter_map(|found| statement::measure(names, found)).take(SHOWN) {
        let window = if measure.window == label { String::new() } else { measure.window.clone() };
        let group =
            [window, measure.group.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        table.rows.push(vec![format!("  {}", measure.name), group, measure.shown.clone()]);
    }
    out.push_str(&table.text());
    more(out, period.figures.len(), "key figures");
}

fn obligations(out: &mut String, names: Names<'_>, settlement: &Settlement) {
    if settlement.duties.is_empty() {
        return;
    }
    push(out, format_args!("\nObligations"));
    // Who owes one is told where members of a family do: which of them, the contract does not say.
    let named = |party: PartyId| party.member().is_none() && names.plan.parties.get(party.index()).is_some();
    let members = settlement.duties.iter().any(|duty| !named(duty.bearer));
    let mut head = vec![("clause", false), ("obligation", false), ("asset", false)];
    head.extend(members.then_some(("owed by", false)));
    head.extend([("opened", false), ("until", false), ("done", false), ("stands", false)]);
    let mut table = Table::new(&head);
    for duty in settlement.duties.iter().filter_map(|found| statement::duty(names, found)).take(SHOWN) {
        let stands = if duty.late_by.is_empty() {
            duty.outcome.clone()
        } else {
            format!("{} by {}", duty.outcome, duty.late_by)
        };
        let asset = if duty.units == 1 { duty.asset.clone() } else { format!("{} of {}", duty.units, duty.asset) };
        let mut row = vec![duty.clause.clone(), duty.obligation.clone(), asset];
        row.extend(members.then(|| duty.party.clone()));
        row.extend([
            duty.opened.clone(),
            duty.deadline.clone().unwrap_or_else(|| "-".to_owned()),
            duty.done.clone().unwrap_or_else(|| "-".to_owned()),
            stands,
        ]);
        table.rows.push(row);
    }
    out.push_str(&table.text());
    more(out, settlement.duties.len(), "obligations");
}

fn deposits(out: &mut String, names: Names<'_>, settlement: &Settlement) {
    let deposits = held_in_the_end(names, settlement);
    if deposits.is_empty() {
        return;
    }
    push(out, format_args!("\nDeposits held"));
    // Whose a deposit is is told where there are several.
    let several = deposits.iter().any(|held| Some(&held.paid_by) != deposits.first().map(|held| &held.paid_by));
    let head =
        [("clause", false), ("asset", false), ("paid by", false), ("paid", false), ("units", true), ("amount", true)];
    let shown = |column: &usize| several || *column != 2;
    let columns: Vec<_> = head.iter().enumerate().filter(|(at, _)| shown(at)).map(|(_, column)| *column).collect();
    let mut table = Table::new(&columns);
    for held in deposits.iter().take(SHOWN) {
        let whose = if held.paid_by.is_empty() { "(not known)" } else { &held.paid_by };
        let cells = [&held.clause, &held.asset, whose, &held.paid, &held.units, &held.shown];
        let row = cells.iter().enumerate().filter(|(at, _)| shown(at)).map(|(_, cell)| (*cell).to_owned());
        table.rows.push(row.collect());
    }
    out.push_str(&table.text());
    more(out, deposits.len(), "deposits");
}

/// What became of every line, as text.
#[must_use]
pub fn evidence_text(evidence: &EvidenceRecord) -> String {
    let mut out = String::new();
    let counts = [
        (evidence.used, "used"),
        (evidence.duplicate, "said again"),
        (evidence.superseded, "replaced by a correction"),
        (evidence.retracted, "taken back"),
        (evidence.conflict, "in conflict"),
        (evidence.unassigned, "not for any contract"),
        (evidence.not_yet_known, "not known yet"),
        (evidence.too_late, "too late"),
        (evidence.rejected, "rejected"),
    ];
    let parts: Vec<String> = counts
        .iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{} {what}", grouped(&count.to_string())))
        .collect();
    let read = grouped(&evidence.read.to_string());
    let parts = if parts.is_empty() { String::new() } else { format!(": {}", parts.join(", ")) };
    push(&mut out, format_args!("\nEvidence: {read} lines read{parts}"));
    if evidence.without_asset > 0 {
        push(&mut out, format_args!("  {} of all lines name no asset", grouped(&evidence.without_asset.to_string())));
    }
    let (read, used) = (evidence.register.read, evidence.register.used);
    if read > 0 {
        push(&mut out, format_args!("  register: {read} rows read, {used} used"));
    }
    let (read, used) = (evidence.indices.read, evidence.indices.used);
    if read > 0 {
        push(&mut out, format_args!("  index values: {read} rows read, {used} used"));
    }
    let told = told_first(&evidence.findings);
    for finding in &told {
        push(&mut out, format_args!("  {} {}: {}", finding.place(), finding.cause, finding.reason));
        if let Some(help) = &finding.help {
            push(&mut out, format_args!("      help: {help}"));
        }
    }
    left(&mut out, evidence, &told);
    out
}

/// Findings that are told: where there are many, those first that matter most, in their order all the same.
fn told_first(findings: &[FindingRecord]) -> Vec<&FindingRecord> {
    let mut order: Vec<(usize, &FindingRecord)> = findings.iter().enumerate().collect();
    order.sort_by_key(|(place, finding)| (finding.turn, *place));
    order.truncate(SHOWN);
    order.sort_by_key(|(place, _)| *place);
    order.into_iter().map(|(_, finding)| finding).collect()
}

/// How many findings of each kind are not told.
fn left(out: &mut String, evidence: &EvidenceRecord, told: &[&FindingRecord]) {
    let number = |count: u64| grouped(&count.to_string());
    let of = |cause: &str, count: u64| {
        let shown = told.iter().filter(|finding| finding.cause == cause).count();
        count.saturating_sub(u64::try_from(shown).unwrap_or(u64::MAX))
    };
    let left: Vec<(&str, u64)> = evidence.causes.iter().map(|(cause, count)| (*cause, of(cause, *count))).collect();
    let words: Vec<String> = left
        .iter()
        .filter(|(_, count)| *count > 0)
        .map(|(cause, count)| format!("{} {cause}", number(*count)))
        .collect();
    if !words.is_empty() {
        let most = number(FINDINGS_PER_CAUSE);
        push(out, format_args!("  … and more: {}; `--format json` shows the first {most} of each", words.join(", ")));
    }
}
