//! Statements, printed one after the other in the order of their contracts, so that none has to wait for all.

use crate::cli::output::Output;
use crate::cli::turns::Turns;
use crate::evaluate::settle::Settlement;
use crate::evaluate::shown::Names;
use crate::feed::ContractFeed;
use crate::report::{EvidenceRecord, evidence_text, statement, statement_text};

/// The statement of one contract as it is printed.
#[derive(Debug)]
pub(super) struct Page {
    text: String,
    /// Whether a line of it is held.
    held: bool,
}

impl Page {
    /// What makes pages as text, or as parts of a JSON document.
    pub(super) fn in_form(json: bool) -> impl Fn(Names<'_>, &ContractFeed, &Settlement) -> Self + Sync {
        move |names, contract, settlement| {
            let text = if json {
                nested(&statement(names, contract, settlement), "    ")
            } else {
                statement_text(names, contract, settlement)
            };
            Self { text, held: settlement.periods.iter().any(|period| !period.held.is_empty()) }
        }
    }
}

/// Prints statements.
#[derive(Debug)]
pub(super) struct Pages<'a> {
    output: &'a Output,
    /// Contracts that are settled and follow one that is not; `None` for one without a statement.
    turns: Turns<Option<Page>>,
    /// How many statements were printed.
    printed: usize,
    /// Whether a line of one of them is held.
    held: bool,
}

impl<'a> Pages<'a> {
    /// Nothing printed yet.
    pub(super) fn new(output: &'a Output) -> Self {
        Self { output, turns: Turns::new(), printed: 0, held: false }
    }

    /// Takes in what some contracts came to, by their places, and prints those whose turn it is.
    pub(super) fn take(&mut self, settled: Vec<(usize, Option<Page>)>) {
        for page in self.turns.take(settled).into_iter().flatten() {
            self.held |= page.held;
            self.print(&page.text);
            self.printed = self.printed.saturating_add(1);
        }
    }

    /// Whether a line is held.
    pub(super) fn is_held(&self) -> bool {
        self.held
    }

    fn print(&self, page: &str) {
        let before = match (self.output.is_json(), self.printed) {
            (true, 0) => "{\n  \"statements\": [\n    ",
            (true, _) => ",\n    ",
            (false, 0) => "",
            (false, _) => "\n",
        };
        self.output.print(before);
        self.output.print(page);
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
