//! Text → `File` and every mistake in it.
//!
//! What is no item runs to where the next one opens (a broken piece), inside of clauses and scenarios
//! too; each broken piece is read again by the rule that it began, which gives the exact place. So one
//! mistake gives one error and never hides another.

use std::ops::Range;

use pest::Parser;
use pest::error::{Error, ErrorVariant, InputLocation};
use pest::iterators::Pair;

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::{SourceId, Span};
use crate::base::time::{Date, Month};
use crate::syntax::cursor::Cursor;
use crate::syntax::expected::{help, hint, wanted};
use crate::syntax::grammar::{Grammar, Rule};
use crate::syntax::items::item;
use crate::syntax::limits::refusals;
use crate::syntax::orders::order;
use crate::syntax::tree::File;

/// Steps of matching after which a text is given up: thousands of times what a real one takes.
const MOST_CALLS: usize = 40_000_000;
/// What opens an item lies within so many letters.
const OPENING: usize = 1 << 10;

/// Reads a contract file. Gives what could be read and all mistakes that were found.
#[must_use]
pub fn parse(source: SourceId, text: &str) -> (File, Vec<Diagnostic>) {
    let refused = refusals(source, text);
    if let Some((finding, mended)) = mended(&refused, source, text) {
        // The rest is read as if the brace stood where it belongs: one mistake hides no other.
        let (file, found) = parse_text(source, &mended);
        return (file, std::iter::once(finding).chain(found).collect());
    }
    if !refused.is_empty() {
        return (File::default(), refused);
    }
    parse_text(source, text)
}

fn parse_text(source: SourceId, text: &str) -> (File, Vec<Diagnostic>) {
    pest::set_call_limit(std::num::NonZeroUsize::new(MOST_CALLS));
    match Grammar::parse(Rule::file, text) {
        Ok(mut pairs) => match pairs.next() {
            Some(file) => read(file, source, text),
            None => (File::default(), Vec::new()),
        },
        Err(error) => (File::default(), vec![mistake(&error, source, text, 0..text.len())]),
    }
}

/// A text in which one brace is not closed or one closes nothing, with the brace put where an item opens inside of the
/// block, or taken away. No place of the text moves. With what is told about it.
fn mended(refused: &[Diagnostic], source: SourceId, text: &str) -> Option<(Diagnostic, String)> {
    let [finding] = refused else { return None };
    if finding.code != Code::C003 {
        return None;
    }
    let start = finding.primary.span.range().start;
    let mut bytes = text.as_bytes().to_vec();
    let one = |bytes: Vec<u8>| {
        let mended = String::from_utf8(bytes).ok()?;
        refusals(source, &mended).is_empty().then_some(mended)
    };
    if text.get(start..)?.starts_with('}') {
        *bytes.get_mut(start)? = b' ';
        return Some((finding.clone(), one(bytes)?));
    }
    // A failed match looks for its line from the end of what it was given.
    let opens = |line: usize| {
        let rest = text.get(line..).unwrap_or_default();
        let near = rest.char_indices().nth(OPENING).and_then(|(end, _)| rest.get(..end)).unwrap_or(rest);
        near.starts_with(char::is_alphabetic) && Grammar::parse(Rule::opening, near).is_ok()
    };
    let breaks = text.get(start..)?.match_indices('\n').map(|(offset, _)| start.saturating_add(offset));
    let mut lines = breaks.filter(|place| {
        let rest = text.get(place.saturating_add(1)..).unwrap_or_default();
        let blank = rest.len().saturating_sub(rest.trim_start_matches([' ', '\t']).len());
        opens(place.saturating_add(1).saturating_add(blank))
    });
    let Some(place) = lines.next() else {
        bytes.push(b'}');
        return Some((finding.clone(), one(bytes)?));
    };
    *bytes.get_mut(place)? = b'}';
    let line = text.get(place..)?.trim_start().lines().next().unwrap_or_default();
    let at = place.saturating_add(text.get(place..)?.find(line)?);
    let words = line.split_whitespace().take(2).collect::<Vec<_>>().join(" ");
    let told = finding.clone().and_at(Span::new(source, at, at.saturating_add(line.len())), "this begins inside of it");
    Some((told.help(format!("add `}}` before `{words}`")), one(bytes)?))
}

fn read(file: Pair<'_, Rule>, source: SourceId, text: &str) -> (File, Vec<Diagnostic>) {
    let mut tree = File::default();
    let found = broken_pieces(&file, source, text);
    for pair in file.into_inner().filter(|pair| pair.as_rule() == Rule::item) {
        tree.items.extend(item(Cursor::into(pair, source)));
    }
    (tree, found)
}

/// Every broken piece in what was matched, and every token that names no real date or time.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other rules hold no broken piece themselves")]
fn broken_pieces(file: &Pair<'_, Rule>, source: SourceId, text: &str) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    // What lies in a broken piece is told with it.
    let mut end = 0;
    for pair in file.clone().into_inner().flatten() {
        let rule = match pair.as_rule() {
            Rule::broken => Some(Rule::one_item),
            Rule::broken_sentence => Some(Rule::one_sentence),
            Rule::broken_step => Some(Rule::one_step),
            Rule::date | Rule::month | Rule::clock => None,
            _ => continue,
        };
        let span = pair.as_span();
        if span.start() < end {
            continue;
        }
        match rule {
            Some(rule) => {
                end = span.end();
                found.push(again(&pair, rule, source, text));
            }
            None => found.extend(unreal(&pair, source)),
        }
    }
    found
}

/// Reads a broken piece by its own rule to find out what is wrong with it.
fn again(pair: &Pair<'_, Rule>, rule: Rule, source: SourceId, text: &str) -> Diagnostic {
    let start = pair.as_span().start();
    let piece = pair.as_str();
    if let Err(error) = Grammar::parse(rule, piece) {
        mistake(&error, source, text, start..start.saturating_add(piece.len()))
    } else {
        let span = Span::new(source, start, start.saturating_add(piece.trim_end().len()));
        Diagnostic::new(Code::C001, span, "this does not belong here").help("close the block before it with `}`")
    }
}

/// What does not fit in a piece of a text.
fn mistake(error: &Error<Rule>, source: SourceId, text: &str, piece: Range<usize>) -> Diagnostic {
    let at = match error.location {
        InputLocation::Pos(place) | InputLocation::Span((place, _)) => place.saturating_add(piece.start),
    };
    let rest = text.get(at..).unwrap_or_default();
    let skipped = rest.len().saturating_sub(rest.trim_start().len());
    let start = at.saturating_add(skipped);
    let found = token(text.get(start..).unwrap_or_default());
    let span = Span::new(source, start, start.saturating_add(found.len()));
    let before = text.get(..start).unwrap_or_default();
    if let Some(member) = each_payee(found, before, text.get(start..).unwrap_or_default()) {
        let message = "`each` stands before who pays or owes, and not behind `to`";
        return Diagnostic::new(Code::C001, span, message).help(format!("write `to {member}`"));
    }
    if let Some(reserved) = reserved(found, error) {
        return Diagnostic::new(Code::C002, span, format!("`{found}` is a word of the language and cannot be a name"))
            .help(format!("use another spelling, such as `{reserved}`"));
    }
    let expected = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => wanted(positives),
        ErrorVariant::CustomError { message } if message.contains("call limit") => {
            return Diagnostic::new(Code::C003, span, "the text is too long or too tangled to be read")
                .help("give parts of it names with `define`");
        }
        ErrorVariant::CustomError { .. } => String::new(),
    };
    let what = if found.is_empty() { "the text ends here".to_owned() } else { format!("`{found}` does not fit here") };
    let message = if expected.is_empty() { what } else { format!("{what}: expected {expected}") };
    let diagnostic = Diagnostic::new(Code::C001, span, message);
    let advice = match &error.variant {
        ErrorVariant::ParsingError { positives, .. } => {
            let read = text.get(piece.start..start).unwrap_or_default();
            let whole = text.get(piece.clone()).unwrap_or_default();
            let around = (before, text.get(start..).unwrap_or_default());
            let ordered = order(found, (text.get(..piece.start).unwrap_or_default(), read, whole));
            ordered.or_else(|| hint(found, around, positives)).or_else(|| help(positives))
        }
        ErrorVariant::CustomError { .. } => None,
    };
    match advice {
        Some(advice) => diagnostic.help(advice),
        None => diagnostic,
    }
}

/// The family behind `to each`.
fn each_payee<'t>(found: &str, before: &str, after: &'t str) -> Option<&'t str> {
    let behind = before.trim_end();
    let to = found == "each" && behind.ends_with("to") && behind.len() < before.len();
    let member = to.then(|| token(after.get(found.len()..).unwrap_or_default().trim_start()))?;
    member.starts_with(char::is_alphabetic).then_some(member)
}

/// Another spelling for a reserved word that stands where a name is expected.
fn reserved(found: &str, error: &Error<Rule>) -> Option<String> {
    let ErrorVariant::ParsingError { positives, .. } = &error.variant else {
        return None;
    };
    let names = [Rule::name, Rule::path, Rule::any_name, Rule::path_name, Rule::asset_id, Rule::subject];
    let wants_name = !positives.is_empty() && positives.iter().all(|rule| names.contains(rule));
    let is_reserved = Grammar::parse(Rule::reserved, found)
        .is_ok_and(|mut pairs| pairs.next().is_some_and(|pair| pair.as_str() == found));
    (wants_name && is_reserved).then(|| format!("{found}_"))
}

/// The word, number or sign at the start of a text.
fn token(rest: &str) -> &str {
    let word = |letter: char| letter.is_alphanumeric() || letter == '_';
    let first = rest.chars().next().map_or(0, char::len_utf8);
    let length = rest.find(|letter| !word(letter)).unwrap_or(rest.len());
    rest.get(..length.max(first)).unwrap_or_default()
}

/// A date or time that the calendar or clock does not have.
#[expect(clippy::wildcard_enum_match_arm, reason = "`broken_pieces` sends only these here")]
fn unreal(pair: &Pair<'_, Rule>, source: SourceId) -> Option<Diagnostic> {
    let text = pair.as_str();
    let span = Span::new(source, pair.as_span().start(), pair.as_span().end());
    let (real, what) = match pair.as_rule() {
        Rule::date => (Date::parse(text).is_some(), "day"),
        Rule::month => (Month::parse(text).is_some(), "month"),
        _ => (is_clock(text), "time of the day"),
    };
    let found = || Diagnostic::new(Code::C005, span, format!("there is no {what} `{text}`"));
    (!real)
        .then(|| found().help("dates are written year-month-day, such as `2026-03-31`; times from `00:00` to `24:00`"))
}

fn is_clock(text: &str) -> bool {
    let mut parts = text.split(':').map(|part| part.parse::<u32>().unwrap_or(99));
    let (hours, minutes, seconds) = (parts.next().unwrap_or(99), parts.next().unwrap_or(99), parts.next().unwrap_or(0));
    (hours < 24 && minutes < 60 && seconds < 60) || (hours, minutes, seconds) == (24, 0, 0)
}
