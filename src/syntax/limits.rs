//! What is refused before matching, so that no text can exhaust memory, time or stack.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::{SourceId, Span};

/// The longest file, in bytes.
const LONGEST: usize = 4 * 1024 * 1024;
/// The deepest nesting of brackets.
const DEEPEST: usize = 48;
/// The most operators of one value: each nests the value one deeper.
const OPERATORS: usize = 250;
/// The most digits of a number.
const DIGITS: usize = 28;

/// What makes a text unfit to be read; empty for a text that can be.
pub(super) fn refusals(source: SourceId, text: &str) -> Vec<Diagnostic> {
    if text.len() > LONGEST {
        let found = Diagnostic::new(Code::C004, Span::new(source, 0, 0), "the file is longer than 4 MiB")
            .help("split shared text into files of its own");
        return vec![found];
    }
    let mut scan = Scan { source, text, open: Vec::new(), operators: 0, found: Vec::new() };
    scan.run();
    scan.found
}

struct Scan<'a> {
    source: SourceId,
    text: &'a str,
    open: Vec<(char, usize)>,
    /// Operators since the value at hand began.
    operators: usize,
    found: Vec<Diagnostic>,
}

impl Scan<'_> {
    fn run(&mut self) {
        let mut place = 0;
        while let Some(rest) = self.text.get(place..).filter(|rest| !rest.is_empty()) {
            let Some(letter) = rest.chars().next() else {
                break;
            };
            let length = if rest.starts_with("\"\"\"") {
                self.quoted(rest, place, "\"\"\"", "\"\"\"")
            } else if letter == '"' {
                self.string(rest, place)
            } else if rest.starts_with("/*") {
                self.quoted(rest, place, "/*", "*/")
            } else if letter.is_ascii_digit() {
                self.digits(rest, place)
            } else if letter.is_alphabetic() {
                self.word(rest, place)
            } else {
                self.letter(letter, place);
                letter.len_utf8()
            };
            if self.open.len() > DEEPEST || self.found.len() >= 50 {
                break;
            }
            place = place.saturating_add(length.max(1));
        }
        if self.found.is_empty()
            && let Some((bracket, place)) = self.open.pop()
        {
            let message = format!("`{bracket}` is never closed");
            self.report(Code::C003, place, 1, message, format!("add `{}` where it ends", closing(bracket)));
        }
    }

    fn report(&mut self, code: Code, place: usize, length: usize, message: String, help: String) {
        let span = Span::new(self.source, place, place.saturating_add(length));
        self.found.push(Diagnostic::new(code, span, message).help(help));
    }

    /// Length of a quoted piece; the rest of the text where it never ends.
    fn quoted(&mut self, rest: &str, place: usize, open: &str, close: &str) -> usize {
        let body = rest.get(open.len()..).unwrap_or_default();
        if let Some(length) = body.find(close) {
            self.inside(body.get(..length).unwrap_or_default(), place.saturating_add(open.len()));
            length.saturating_add(open.len()).saturating_add(close.len())
        } else {
            let help = format!("close it with `{close}`");
            self.report(Code::C003, place, open.len(), format!("what `{open}` opens here never ends"), help);
            rest.len()
        }
    }

    /// Control characters inside of quoted text: they would reach the reader's terminal.
    fn inside(&mut self, body: &str, place: usize) {
        for (offset, letter) in body.char_indices().filter(|(_, letter)| is_no_text(*letter)) {
            self.no_text(letter, place.saturating_add(offset));
        }
    }

    fn no_text(&mut self, letter: char, place: usize) {
        let message = format!("the character U+{:04X} is not text", u32::from(letter));
        let help = "remove the character, and type the word around it again";
        self.report(Code::C004, place, letter.len_utf8(), message, help.to_owned());
    }

    fn string(&mut self, rest: &str, place: usize) -> usize {
        let body = rest.get(1..).unwrap_or_default();
        match body.find(['"', '\n']) {
            Some(length) if body.as_bytes().get(length) == Some(&b'"') => {
                self.inside(body.get(..length).unwrap_or_default(), place.saturating_add(1));
                length.saturating_add(2)
            }
            other => {
                let help = "close it with `\"` on the same line".to_owned();
                self.report(Code::C003, place, 1, "a quoted text does not end on its line".to_owned(), help);
                other.unwrap_or(rest.len()).saturating_add(1)
            }
        }
    }

    fn digits(&mut self, rest: &str, place: usize) -> usize {
        let length = rest.find(|letter: char| !letter.is_ascii_digit() && letter != '.').unwrap_or(rest.len());
        let digits = rest.get(..length).unwrap_or_default().bytes().filter(u8::is_ascii_digit).count();
        if digits > DIGITS {
            let message = format!("a number of {digits} digits is too large");
            self.report(Code::C005, place, length, message, format!("a number has at most {DIGITS} digits"));
        }
        length
    }

    /// A word: some are operators, a verb begins another sentence.
    fn word(&mut self, rest: &str, place: usize) -> usize {
        let length = rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len());
        match rest.get(..length).unwrap_or_default() {
            "of" | "not" => self.operator(place, length),
            "pays" | "owes" | "expect" | "assume" | "define" => self.operators = 0,
            _ => {}
        }
        length
    }

    fn operator(&mut self, place: usize, length: usize) {
        self.operators = self.operators.saturating_add(1);
        if self.operators == OPERATORS {
            let message = format!("a value has more than {OPERATORS} operators");
            self.report(Code::C003, place, length, message, "give a part of it a name with `define`".to_owned());
        }
    }

    fn letter(&mut self, letter: char, place: usize) {
        match letter {
            '+' | '-' | '*' | '/' => self.operator(place, 1),
            ':' | '|' | '=' | ',' => self.operators = 0,
            _ => {}
        }
        match letter {
            '{' | '(' | '[' => {
                self.open.push((letter, place));
                if self.open.len() > DEEPEST {
                    let message = format!("brackets are nested more than {DEEPEST} deep");
                    self.report(Code::C003, place, 1, message, "give a part of it a name with `define`".to_owned());
                }
            }
            '}' | ')' | ']' => self.close(letter, place),
            control if is_no_text(control) => self.no_text(control, place),
            _ => {}
        }
    }

    fn close(&mut self, letter: char, place: usize) {
        match self.open.pop() {
            Some((open, _)) if closing(open) == letter => {}
            Some((open, at)) => {
                let span = Span::new(self.source, place, place.saturating_add(1));
                let message = format!("`{letter}` closes what `{open}` opened");
                let opened = Span::new(self.source, at, at.saturating_add(1));
                let found = Diagnostic::new(Code::C003, span, message).and_at(opened, "opened here");
                self.found.push(found.help(format!("write `{}` here", closing(open))));
            }
            None => {
                let message = format!("`{letter}` closes nothing");
                self.report(Code::C003, place, 1, message, "remove it, or add what it should close".to_owned());
            }
        }
    }
}

fn closing(open: char) -> char {
    match open {
        '{' => '}',
        '(' => ')',
        _ => ']',
    }
}

/// Control characters other than line breaks and tabs.
fn is_no_text(letter: char) -> bool {
    letter.is_control() && !matches!(letter, '\n' | '\r' | '\t')
}
