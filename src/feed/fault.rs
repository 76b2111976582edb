//! Why a line, or what it says about one contract, is not accepted.

use std::io::{Error, ErrorKind};

use crate::base::suggest::closest;
use crate::feed::evidence::Cause;

/// A reason in the reader's words, and how to mend it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Fault {
    /// The kind of reason.
    pub(crate) cause: Cause,
    /// What was found.
    pub(crate) reason: String,
    /// How to mend it.
    pub(crate) help: Option<String>,
}

impl Fault {
    /// A fault without help.
    pub(crate) fn new(cause: Cause, reason: impl Into<String>) -> Self {
        Self { cause, reason: reason.into(), help: None }
    }

    /// A file that cannot be read, or not on.
    pub(crate) fn of_file(what: &str, error: &Error) -> Self {
        if error.kind() == ErrorKind::NotFound {
            return Self::new(Cause::Unreadable, error.to_string()).help(
                "a pattern goes from the workspace folder; files that are missing are missing in what is computed",
            );
        }
        let fault = Self::new(Cause::Unreadable, format!("{what}: {error}"));
        if error.kind() == ErrorKind::FileTooLarge {
            return fault.help("look there for a quote that opens and does not close");
        }
        fault.help(
            "bring the file here again: it is cut or damaged, or its name does not tell how it is compressed (`.gz`, `.zst`)",
        )
    }

    /// Refuses a name that would break the lines in which it is told, or be taken as a command by a terminal.
    pub(crate) fn unless_plain(key: &str, name: &str) -> Result<(), Self> {
        // Most names hold no byte that could belong to a control character: 0xc2 begins those from U+0080 on.
        let plain = |byte: u8| byte >= b' ' && byte != 0x7f && byte != 0xc2;
        if name.bytes().all(plain) || !name.contains(char::is_control) {
            return Ok(());
        }
        let reason = format!("{} of {} holds a control character or the end of a line", shown(name), shown(key));
        Err(Self::new(Cause::BadValue, reason).help("write the name in one line, with letters that can be seen"))
    }

    /// Says how to mend it.
    pub(crate) fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Offers the closest of the words that would do, else lists them.
    pub(crate) fn among<'a>(self, word: &str, words: impl Iterator<Item = &'a str>) -> Self {
        let words: Vec<&str> = words.collect();
        match near(word, words.iter().copied()) {
            Some(close) => self.help(format!("did you mean `{close}`?")),
            None if words.is_empty() => self,
            None => self.help(format!("known are {}", listed(&words))),
        }
    }
}

/// The closest word, unless the word is so long that looking is a waste.
pub(crate) fn near<'a>(word: &str, words: impl Iterator<Item = &'a str>) -> Option<&'a str> {
    if word.len() > 100 { None } else { closest(word, words) }
}

/// Words in backticks, at most a dozen.
fn listed(words: &[&str]) -> String {
    let shown: Vec<String> = words.iter().take(12).map(|word| shown(word)).collect();
    let more = if words.len() > 12 { ", …" } else { "" };
    format!("{}{more}", shown.join(", "))
}

/// A user's word in backticks: cut if it is long, on one line, without control characters.
pub(crate) fn shown(word: &str) -> String {
    let clean: String =
        word.chars().take(60).map(|letter| if letter.is_control() { '\u{fffd}' } else { letter }).collect();
    let more = if word.chars().nth(60).is_some() { "…" } else { "" };
    format!("`{clean}{more}`")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_plain_without_control_characters() {
        for name in ["P1", "Überführung", "½ £ Â", "\u{a0}", "日本"] {
            assert!(Fault::unless_plain("id", name).is_ok(), "{name:?}");
        }
        for name in ["P\n1", "\u{1b}[31m", "\u{7f}", "\u{80}", "x\u{85}", "\u{9b}31m", "\0"] {
            assert!(Fault::unless_plain("id", name).is_err(), "{name:?}");
        }
    }
}
