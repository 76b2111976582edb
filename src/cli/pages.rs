//! Statements, printed one after the other in the order of their contracts, so that none has to wait for all.

use std::collections::BTreeMap;

use crate::cli::output::Output;
use crate::report::{EvidenceRecord, Statement, evidence_text, statement_text};

/// Prints statements.
#[derive(Debug)]
pub(super) struct Pages<'a> {
    output: &'a Output,
    /// Contracts that are settled and follow one that is not; `None` for one without a statement.
    waiting: BTreeMap<usize, Option<Statement>>,
    /// The contract that comes next.
    next: usize,
    /// How many statements were printed.
    printed: usize,
    /// Whether a line of one of them is held.
    held: bool,
}

impl<'a> Pages<'a> {
    /// Nothing printed yet.
    pub(super) fn new(output: &'a Output) -> Self {
        Self { output, waiting: BTreeMap::new(), next: 0, printed: 0, held: false }
    }

    /// Takes in what some contracts came to, by their places, and prints those whose turn it is.
    pub(super) fn take(&mut self, settled: Vec<(usize, Option<Statement>)>) {
        self.waiting.extend(settled);
        while let Some(statement) = self.waiting.remove(&self.next) {
            self.next = self.next.saturating_add(1);
            if let Some(statement) = statement {
                self.held |= statement.periods.iter().any(|period| !period.held.is_empty());
                self.print(&statement);
                self.printed = self.printed.saturating_add(1);
            }
        }
    }

    /// Whether there was no statement.
    pub(super) fn is_empty(&self) -> bool {
        self.printed == 0
    }

    /// Whether a line is held.
    pub(super) fn is_held(&self) -> bool {
        self.held
    }

    fn print(&self, statement: &Statement) {
        if self.output.is_json() {
            let before = if self.printed == 0 { "{\n  \"statements\": [\n    " } else { ",\n    " };
            self.output.print(&format!("{before}{}", nested(statement, "    ")));
            return;
        }
        let before = if self.printed == 0 { "" } else { "\n" };
        self.output.print(&format!("{before}{}", statement_text(statement)));
    }

    /// Prints what became of every line.
    pub(super) fn close(&self, evidence: &EvidenceRecord) {
        if self.output.is_json() {
            self.output.print(&format!("\n  ],\n  \"evidence\": {}\n}}\n", nested(evidence, "  ")));
        } else {
            self.output.print(&evidence_text(evidence));
        }
    }
}

/// A part of a document. No text in it holds the end of a line: JSON writes it as `\n`.
fn nested(value: &impl serde::Serialize, indent: &str) -> String {
    let text = serde_json::to_string_pretty(value).unwrap_or_default();
    text.replace('\n', &format!("\n{indent}"))
}
