//! Findings for people and for machines: the one place where diagnostics are printed.

use std::collections::BTreeMap;

use codespan_reporting::diagnostic::{Diagnostic as Shown, Label, Severity as Level};
use codespan_reporting::files::SimpleFiles;
use codespan_reporting::term::termcolor::Buffer;
use codespan_reporting::term::{Config, emit};
use serde::Serialize;

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::source::Sources;
use crate::base::span::{SourceId, Span};

/// Findings as text, with the lines that they point at.
#[must_use]
pub fn text(sources: &Sources, findings: &[Diagnostic], colours: bool) -> String {
    let mut files = SimpleFiles::new();
    // Only the texts that findings point into: each one added is read once more for its lines.
    let mut places: BTreeMap<SourceId, usize> = BTreeMap::new();
    for span in findings.iter().flat_map(spans) {
        if let (None, Some(source)) = (places.get(&span.source), sources.get(span.source)) {
            places.insert(span.source, files.add(source.name.as_str(), &*source.text));
        }
    }
    let mut buffer = if colours { Buffer::ansi() } else { Buffer::no_color() };
    for finding in findings {
        // Writing to memory does not fail, and every span lies in its source.
        let _ = emit(&mut buffer, &Config::default(), &files, &shown(finding, &places));
    }
    String::from_utf8_lossy(buffer.as_slice()).into_owned()
}

fn spans(finding: &Diagnostic) -> impl Iterator<Item = Span> {
    std::iter::once(finding.primary.span).chain(finding.secondary.iter().map(|label| label.span))
}

fn shown(finding: &Diagnostic, places: &BTreeMap<SourceId, usize>) -> Shown<usize> {
    let level = match finding.severity() {
        Severity::Error | Severity::Question => Level::Error,
        Severity::Warning => Level::Warning,
    };
    let file = |span: Span| places.get(&span.source).copied().unwrap_or_default();
    let primary = &finding.primary;
    let mut labels = vec![Label::primary(file(primary.span), primary.span.range()).with_message(primary.text.as_str())];
    labels.extend(
        finding
            .secondary
            .iter()
            .map(|label| Label::secondary(file(label.span), label.span.range()).with_message(label.text.as_str())),
    );
    let width = finding.answers.iter().map(|answer| answer.write.chars().count()).max().unwrap_or(0);
    let mut notes = finding.notes.clone();
    notes.extend(finding.answers.iter().map(|answer| {
        let pad = " ".repeat(width.saturating_sub(answer.write.chars().count()));
        format!("{}{pad}   {}", answer.write, answer.means)
    }));
    notes.extend(finding.help.iter().map(|help| format!("help: {help}")));
    Shown::new(level)
        .with_code(finding.code.as_str())
        .with_message(finding.message.as_str())
        .with_labels(labels)
        .with_notes(notes)
}

/// A finding as JSON.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct Record {
    code: &'static str,
    severity: &'static str,
    message: String,
    file: String,
    line: usize,
    column: usize,
    end_line: usize,
    end_column: usize,
    label: String,
    notes: Vec<String>,
    answers: Vec<Answer>,
    help: Option<String>,
}

#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
struct Answer {
    write: String,
    means: String,
}

/// A finding as JSON holds it.
#[must_use]
pub fn record(sources: &Sources, finding: &Diagnostic) -> Record {
    let span = finding.primary.span;
    let start = sources.position(span);
    let end = sources.position(Span { start: span.end, ..span });
    Record {
        code: finding.code.as_str(),
        severity: match finding.severity() {
            Severity::Error => "error",
            Severity::Question => "question",
            Severity::Warning => "warning",
        },
        message: finding.message.clone(),
        file: sources.get(span.source).map_or_else(String::new, |source| source.name.clone()),
        line: start.line,
        column: start.column,
        end_line: end.line,
        end_column: end.column,
        label: finding.primary.text.clone(),
        notes: finding.notes.clone(),
        answers: finding
            .answers
            .iter()
            .map(|answer| Answer { write: answer.write.clone(), means: answer.means.clone() })
            .collect(),
        help: finding.help.clone(),
    }
}

/// A finding in one line, such as `contract.consigne:12:5: error[C010]: there is no such event`.
#[must_use]
pub fn line(sources: &Sources, finding: &Diagnostic) -> String {
    let span = finding.primary.span;
    let at = sources.position(span);
    let name = sources.get(span.source).map_or("", |source| source.name.as_str());
    let level = match finding.severity() {
        Severity::Error | Severity::Question => "error",
        Severity::Warning => "warning",
    };
    format!("{name}:{}:{}: {level}[{}]: {}", at.line, at.column, finding.code.as_str(), finding.message)
}
