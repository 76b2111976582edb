//! The statement as text: columns that line up, one fact a line.

use std::fmt::Write as _;

use crate::evaluate::shown::grouped;
use crate::feed::evidence::Cause;
use crate::report::deposits::balance_text;
use crate::report::indices::coefficient_lines;
use crate::report::late::{begins_later_text, late_text};
use crate::report::rights::right_text;
use crate::report::statement::{EvidenceRecord, LineRecord, PeriodRecord, Statement, TotalRecord};

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

/// The statement of one contract.
#[must_use]
pub fn statement_text(statement: &Statement) -> String {
    let mut out = String::new();
    let short = statement.text.get(..12).unwrap_or_default();
    push(&mut out, format_args!("{}  {}  (text {short})", statement.contract, statement.title));
    if let Some(at) = &statement.provisional_at {
        push(&mut out, format_args!("  PROVISIONAL: as known at {at}, before the end of the period; amounts so far"));
    }
    for (role, name) in &statement.parties {
        push(&mut out, format_args!("  {role:<10} {name}"));
    }
    misspelt(&mut out, &statement.evidence);
    for period in &statement.periods {
        period_text(&mut out, statement, period);
    }
    obligations(&mut out, statement);
    deposits(&mut out, statement);
    if let Some(day) = &statement.first_event {
        push(&mut out, format_args!("\n{}", begins_later_text(day)));
    }
    for found in statement.declared_by_others.iter().take(SHOWN) {
        push(&mut out, format_args!("\n{}", found.words()));
    }
    if statement.outside_of_the_term > 0 {
        push(
            &mut out,
            format_args!("\n{} events lie outside of the term and count for nothing", statement.outside_of_the_term),
        );
    }
    if !statement.not_in_the_register.is_empty() {
        let shown: Vec<&str> = statement.not_in_the_register.iter().take(SHOWN).map(String::as_str).collect();
        let count = statement.not_in_the_register.len();
        push(&mut out, format_args!("\n{count} assets or parties are not in the register: {}", shown.join(", ")));
    }
    out
}

/// Columns of a register that are not read and may be meant as others: what they hold is missing in all that follows.
fn misspelt(out: &mut String, evidence: &EvidenceRecord) {
    let columns = evidence.findings.iter().filter(|finding| finding.cause == Cause::UnknownColumn.words());
    for finding in columns {
        if let Some(help) = &finding.help {
            push(out, format_args!("  LOOK FIRST: {} {}; {help}", finding.place(), finding.reason));
        }
    }
}

fn push(out: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a String does not fail.
    let _ = writeln!(out, "{line}");
}

fn period_text(out: &mut String, statement: &Statement, period: &PeriodRecord) {
    push(out, format_args!("\nSettlement {}  ({} to {})", period.label, period.first, period.last));
    if period.lines.is_empty() {
        push(out, format_args!("  nothing is due"));
    } else {
        let pairs = pairs(period);
        for pair in &pairs {
            if pairs.len() > 1 {
                push(out, format_args!("\n  {} and {}", pair.0, pair.1));
            }
            lines(out, period, pair);
            for total in period.totals.iter().filter(|total| is_between(pair, &total.payer, &total.payee)) {
                total_text(out, statement, total);
            }
        }
    }
    for balance in &period.deposits {
        push(out, format_args!("{}", balance_text(balance)));
    }
    if let Some(late) = &period.late {
        push(out, format_args!("{}", late_text(late, &period.label)));
    }
    held(out, period);
    if !period.rights.is_empty() {
        push(out, format_args!("\n  Rights"));
        for right in &period.rights {
            push(out, format_args!("  {}", right_text(right, &period.label)));
        }
    }
    if !period.indices.is_empty() {
        push(out, format_args!("\n  Indices"));
        for line in coefficient_lines(&period.indices) {
            push(out, format_args!("{line}"));
        }
    }
    measures(out, period);
    for missing in &period.missing {
        let number = |count: u64| grouped(&count.to_string());
        if missing.count > 0 {
            let lacks = if missing.count == 1 {
                "occurrence lacks a value and adds"
            } else {
                "occurrences lack a value and add"
            };
            push(out, format_args!("  `{}`: {} {lacks} nothing", missing.what, number(missing.count)));
        }
        if missing.unmatched > 0 {
            let returns = if missing.unmatched == 1 { "return finds" } else { "returns find" };
            push(
                out,
                format_args!(
                    "  `{}`: {} {returns} no deposit and give nothing back",
                    missing.what,
                    number(missing.unmatched)
                ),
            );
        }
        if missing.estimated > 0 {
            let values = if missing.estimated == 1 { "value is an estimate" } else { "values are estimates" };
            push(out, format_args!("  `{}`: {} {values}, without a reading", missing.what, number(missing.estimated)));
        }
    }
}

/// Two parties between whom money moves.
type Pair<'p> = (&'p str, &'p str);

/// The pairs of parties of a period, in the order of its lines and totals.
fn pairs(period: &PeriodRecord) -> Vec<Pair<'_>> {
    let totals = period.totals.iter().map(|total| (total.payer.as_str(), total.payee.as_str()));
    let all = totals.chain(period.lines.iter().map(|line| (line.payer.as_str(), line.payee.as_str())));
    let mut pairs: Vec<Pair<'_>> = Vec::new();
    for (payer, payee) in all {
        if !pairs.iter().any(|pair| is_between(pair, payer, payee)) {
            pairs.push((payer, payee));
        }
    }
    pairs
}

fn is_between(pair: &Pair<'_>, payer: &str, payee: &str) -> bool {
    *pair == (payer, payee) || *pair == (payee, payer)
}

fn total_text(out: &mut String, statement: &Statement, total: &TotalRecord) {
    let days = statement.payable_within_days.map(|days| format!(", payable within {days} days")).unwrap_or_default();
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
fn lines(out: &mut String, period: &PeriodRecord, pair: &Pair<'_>) {
    let own: Vec<&LineRecord> = period.lines.iter().filter(|line| is_between(pair, &line.payer, &line.payee)).collect();
    if own.is_empty() {
        return;
    }
    let grouped = own.iter().any(|line| !line.group.is_empty());
    let mut head = vec![("clause", false), ("title", false)];
    if grouped {
        head.push(("for", false));
    }
    head.extend([("quantity", true), ("rate", true), ("amount", true), ("nature", false), ("paid by", false)]);
    let mut table = Table::new(&head);
    for line in own.iter().take(SHOWN) {
        table.rows.push(row(line, grouped, period));
    }
    out.push_str(&table.text());
    more(out, own.len(), "lines");
}

fn row(line: &LineRecord, grouped: bool, period: &PeriodRecord) -> Vec<String> {
    let by = line.amendment.as_ref().map(|by| format!(", {by}")).unwrap_or_default();
    let title = if line.window == period.label {
        format!("{}{by}", line.title)
    } else {
        format!("{}{by} ({})", line.title, line.window.split(" (").next().unwrap_or_default())
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

fn held(out: &mut String, period: &PeriodRecord) {
    if period.held.is_empty() {
        return;
    }
    push(out, format_args!("\n  Held until it can be told:"));
    for held in period.held.iter().take(SHOWN) {
        let group = if held.group.is_empty() { String::new() } else { format!(" for {}", held.group) };
        push(out, format_args!("    clause {} {}{group}: {}", held.clause, held.title, held.reason));
    }
    more(out, period.held.len(), "held lines");
}

fn measures(out: &mut String, period: &PeriodRecord) {
    if period.measures.is_empty() {
        return;
    }
    push(out, format_args!("\n  Key figures"));
    let mut table = Table::new(&[("", false), ("", false), ("", true)]);
    table.rows.clear();
    for measure in period.measures.iter().take(SHOWN) {
        let window = if measure.window == period.label { String::new() } else { measure.window.clone() };
        let group =
            [window, measure.group.clone()].into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ");
        table.rows.push(vec![format!("  {}", measure.name), group, measure.shown.clone()]);
    }
    out.push_str(&table.text());
    more(out, period.measures.len(), "key figures");
}

fn obligations(out: &mut String, statement: &Statement) {
    if statement.obligations.is_empty() {
        return;
    }
    push(out, format_args!("\nObligations"));
    // Who owes one is told where members of a family do: which of them, the contract does not say.
    let named = |party: &str| statement.parties.iter().any(|(role, _)| role == party);
    let members = statement.obligations.iter().any(|duty| !named(&duty.party));
    let mut head = vec![("clause", false), ("obligation", false), ("asset", false)];
    head.extend(members.then_some(("owed by", false)));
    head.extend([("opened", false), ("until", false), ("done", false), ("stands", false)]);
    let mut table = Table::new(&head);
    for duty in statement.obligations.iter().take(SHOWN) {
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
    more(out, statement.obligations.len(), "obligations");
}

fn deposits(out: &mut String, statement: &Statement) {
    if statement.deposits.is_empty() {
        return;
    }
    push(out, format_args!("\nDeposits held"));
    // Whose a deposit is is told where there are several.
    let several = statement
        .deposits
        .iter()
        .any(|held| Some(&held.paid_by) != statement.deposits.first().map(|held| &held.paid_by));
    let head =
        [("clause", false), ("asset", false), ("paid by", false), ("paid", false), ("units", true), ("amount", true)];
    let shown = |column: &usize| several || *column != 2;
    let columns: Vec<_> = head.iter().enumerate().filter(|(at, _)| shown(at)).map(|(_, column)| *column).collect();
    let mut table = Table::new(&columns);
    for held in statement.deposits.iter().take(SHOWN) {
        let cells = [&held.clause, &held.asset, &held.paid_by, &held.paid, &held.units, &held.shown];
        let row = cells.iter().enumerate().filter(|(at, _)| shown(at)).map(|(_, cell)| (*cell).clone());
        table.rows.push(row.collect());
    }
    out.push_str(&table.text());
    more(out, statement.deposits.len(), "deposits");
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
    push(&mut out, format_args!("\nEvidence: {read} lines read: {}", parts.join(", ")));
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
    for finding in evidence.findings.iter().take(SHOWN) {
        push(&mut out, format_args!("  {} {}: {}", finding.place(), finding.cause, finding.reason));
        if let Some(help) = &finding.help {
            push(&mut out, format_args!("      help: {help}"));
        }
    }
    more(&mut out, evidence.findings.len(), "findings");
    out
}
