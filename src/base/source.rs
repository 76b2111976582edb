//! The texts of a run and their names.

use std::sync::Arc;

use crate::base::span::{SourceId, Span};

/// One text: a contract file, a workspace file, a feed line that is quoted.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Source {
    /// The name to show, usually a path relative to the workspace.
    pub name: String,
    /// The whole text.
    pub text: Arc<str>,
}

/// All texts of a run, by id.
#[derive(Clone, Debug, Default)]
pub struct Sources {
    all: Vec<Source>,
}

/// A place as people name it: line and column from 1, columns in characters.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Position {
    /// Line, from 1.
    pub line: usize,
    /// Column in characters, from 1.
    pub column: usize,
}

impl Sources {
    /// Takes a text in and gives its id.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<Arc<str>>) -> SourceId {
        let id = SourceId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push(Source { name: name.into(), text: text.into() });
        id
    }

    /// The text of an id, if it belongs to this run.
    #[must_use]
    pub fn get(&self, id: SourceId) -> Option<&Source> {
        self.all.get(id.0 as usize)
    }

    /// The piece of text that a span covers; empty when it lies outside of the source.
    #[must_use]
    pub fn text_of(&self, span: Span) -> &str {
        self.get(span.source).and_then(|source| source.text.get(span.range())).unwrap_or_default()
    }

    /// Line and column of the start of a span.
    #[must_use]
    pub fn position(&self, span: Span) -> Position {
        let text = self.get(span.source).map_or("", |source| &*source.text);
        let before = text.get(..span.start as usize).unwrap_or(text);
        let line_start = before.rfind('\n').map_or(0, |newline| newline.saturating_add(1));
        let column = before.get(line_start..).unwrap_or_default().chars().count();
        Position { line: before.matches('\n').count().saturating_add(1), column: column.saturating_add(1) }
    }

    /// File and line of the start of a span, as `contract.consigne:12`.
    #[must_use]
    pub fn place(&self, span: Span) -> String {
        let name = self.get(span.source).map_or("", |source| source.name.as_str());
        format!("{name}:{}", self.position(span).line)
    }

    /// All sources with their ids, in the order in which they were added.
    pub fn iter(&self) -> impl Iterator<Item = (SourceId, &Source)> {
        (0u32..).map(SourceId).zip(&self.all)
    }
}
