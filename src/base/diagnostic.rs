//! What is told to a person about their text: built where the fact is known, printed in one place
//! (`render`), collected instead of stopping.

use crate::base::code::Code;
use crate::base::span::Span;

/// How grave a diagnostic is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Severity {
    /// The contract cannot be evaluated.
    Error,
    /// The contract leaves open what a figure depends on; it is not evaluated until answered.
    Question,
    /// The contract can be evaluated, but something looks wrong.
    Warning,
}

/// A place with a few words about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Label {
    /// Where.
    pub span: Span,
    /// What is there, in the reader's words; may be empty.
    pub text: String,
}

/// One possible answer to a question, and what it would mean.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Answer {
    /// The words to write.
    pub write: String,
    /// What they mean, with figures where they are known.
    pub means: String,
}

/// One finding about a text.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Diagnostic {
    /// The code, which names the explanation page.
    pub code: Code,
    /// One line, lower case, the user's words in backticks.
    pub message: String,
    /// The place that is wrong.
    pub primary: Label,
    /// Other places that matter.
    pub secondary: Vec<Label>,
    /// Further facts.
    pub notes: Vec<String>,
    /// For a question: the possible answers.
    pub answers: Vec<Answer>,
    /// How to mend it.
    pub help: Option<String>,
}

impl Diagnostic {
    /// A finding at a place.
    pub fn new(code: Code, span: Span, message: impl Into<String>) -> Self {
        Self {
            code,
            message: message.into(),
            primary: Label { span, text: String::new() },
            secondary: Vec::new(),
            notes: Vec::new(),
            answers: Vec::new(),
            help: None,
        }
    }

    /// Says what is at the primary place.
    #[must_use]
    pub fn label(mut self, text: impl Into<String>) -> Self {
        self.primary.text = text.into();
        self
    }

    /// Points at another place that matters.
    #[must_use]
    pub fn and_at(mut self, span: Span, text: impl Into<String>) -> Self {
        self.secondary.push(Label { span, text: text.into() });
        self
    }

    /// Adds a fact.
    #[must_use]
    pub fn note(mut self, text: impl Into<String>) -> Self {
        self.notes.push(text.into());
        self
    }

    /// Adds a possible answer.
    #[must_use]
    pub fn answer(mut self, write: impl Into<String>, means: impl Into<String>) -> Self {
        self.answers.push(Answer { write: write.into(), means: means.into() });
        self
    }

    /// Says how to mend it.
    #[must_use]
    pub fn help(mut self, text: impl Into<String>) -> Self {
        self.help = Some(text.into());
        self
    }

    /// The gravity of this finding, which its code decides.
    #[must_use]
    pub fn severity(&self) -> Severity {
        self.code.severity()
    }
}
