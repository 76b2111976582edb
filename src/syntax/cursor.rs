//! A cursor over the pairs of a matched rule, so that lowering reads like the grammar.
//!
//! INVARIANT (matched): lowering only sees what the grammar matched; a child that the grammar demands is
//! there. Where it still were not, the cursor gives an empty word at the rule's place instead of
//! panicking.

use pest::iterators::{Pair, Pairs};

use crate::base::number::Ratio;
use crate::base::span::{SourceId, Span, Spanned};
use crate::syntax::grammar::Rule;
use crate::syntax::tree::Word;

/// Children of one matched rule, in order.
#[derive(Clone, Debug)]
pub(super) struct Cursor<'i> {
    pairs: Pairs<'i, Rule>,
    source: SourceId,
    whole: Span,
    text: &'i str,
}

impl<'i> Cursor<'i> {
    /// Into a matched rule of a source.
    pub(super) fn into(pair: Pair<'i, Rule>, source: SourceId) -> Self {
        Self { source, whole: span_of(&pair, source), text: pair.as_str(), pairs: pair.into_inner() }
    }

    /// Into a child.
    pub(super) fn enter(&self, pair: Pair<'i, Rule>) -> Self {
        Self::into(pair, self.source)
    }

    /// The place of the whole rule.
    pub(super) fn span(&self) -> Span {
        self.whole
    }

    /// The text of the whole rule.
    pub(super) fn text(&self) -> &'i str {
        self.text
    }

    /// The source.
    pub(super) fn source(&self) -> SourceId {
        self.source
    }

    /// The rule of the next child.
    pub(super) fn peek(&self) -> Option<Rule> {
        self.pairs.peek().map(|pair| pair.as_rule())
    }

    /// The next child.
    pub(super) fn next(&mut self) -> Option<Pair<'i, Rule>> {
        self.pairs.next()
    }

    /// The next child if it is of this rule.
    pub(super) fn take(&mut self, rule: Rule) -> Option<Pair<'i, Rule>> {
        if self.peek() == Some(rule) { self.next() } else { None }
    }

    /// Passes keywords over.
    pub(super) fn skip(&mut self, rule: Rule) -> bool {
        self.take(rule).is_some()
    }

    /// A cursor into the next child if it is of this rule.
    pub(super) fn inside(&mut self, rule: Rule) -> Option<Self> {
        let pair = self.take(rule)?;
        Some(self.enter(pair))
    }

    /// The next children as long as they are of this rule.
    pub(super) fn each(&mut self, rule: Rule) -> Vec<Self> {
        std::iter::from_fn(|| self.inside(rule)).collect()
    }

    /// The next child as a word; a quoted one without its quotes.
    pub(super) fn word(&mut self) -> Word {
        match self.next() {
            Some(pair) => word_of(&pair, self.source),
            None => Spanned::new(String::new(), self.whole),
        }
    }

    /// The next child as a word if it is of this rule.
    pub(super) fn word_if(&mut self, rule: Rule) -> Option<Word> {
        (self.peek() == Some(rule)).then(|| self.word())
    }

    /// The next children as words as long as they are of this rule.
    pub(super) fn words(&mut self, rule: Rule) -> Vec<Word> {
        std::iter::from_fn(|| self.word_if(rule)).collect()
    }

    /// The next child as a number (digits, perhaps grouped; a percentage is its fraction).
    pub(super) fn number(&mut self) -> Spanned<Ratio> {
        let word = self.word();
        Spanned::new(number_of(&word.node), word.span)
    }
}

/// The number of a matched text. Numbers of too many digits are refused before matching.
pub(super) fn number_of(text: &str) -> Ratio {
    match text.strip_suffix('%') {
        Some(number) => Ratio::parse(number.trim_end()).unwrap_or_default().times(&Ratio::scaled(1, 2)),
        None => Ratio::parse(text).unwrap_or_default(),
    }
}

/// The place of a matched rule, without the white space that an optional end may have taken in.
pub(super) fn span_of(pair: &Pair<'_, Rule>, source: SourceId) -> Span {
    let span = pair.as_span();
    let length = pair.as_str().trim_end().len();
    Span::new(source, span.start(), span.start().saturating_add(length))
}

fn word_of(pair: &Pair<'_, Rule>, source: SourceId) -> Word {
    let span = span_of(pair, source);
    let quoted = matches!(pair.as_rule(), Rule::string | Rule::prose | Rule::text_value | Rule::subject);
    let text = if quoted { unquoted(pair.as_str()).to_owned() } else { joined(pair.as_str()) };
    Spanned::new(text, span)
}

fn unquoted(text: &str) -> &str {
    let prose = text.strip_prefix("\"\"\"").and_then(|rest| rest.strip_suffix("\"\"\""));
    let string = || text.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    prose.or_else(string).unwrap_or(text)
}

/// Words of a phrase joined by one space each, comments left out.
fn joined(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, comment)) = rest.split_once("/*") {
        plain.push_str(before);
        plain.push(' ');
        rest = comment.split_once("*/").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}
