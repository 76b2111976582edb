//! Quotes of a table that are never closed, or not where their cell ends: each joins rows, in silence.

use std::collections::VecDeque;

/// Where the reader of cells stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum State {
    /// At the beginning of a cell.
    Start,
    /// In a cell without quotes; a quote in it is a letter.
    Plain,
    /// Between quotes.
    Quoted,
    /// Behind a quote between quotes: it closes them, or is the first of two that stand for one.
    Closing,
}

/// Follows the quotes of a table as its cells are read.
#[derive(Debug)]
pub(crate) struct Quotes {
    delimiter: u8,
    state: State,
    /// How many bytes were passed.
    passed: u64,
    /// Where the quotes at hand opened.
    opened: u64,
    /// Where quotes opened that do not close where their cell ends.
    amiss: VecDeque<u64>,
    /// Where quotes opened that are never closed.
    open: Option<u64>,
}

/// What is wrong with the quotes of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Amiss {
    /// Something follows behind quotes, in the same cell.
    Followed,
    /// They are never closed: all that follows is one cell.
    Open,
}

impl Quotes {
    /// At the beginning of a table.
    pub(crate) fn new(delimiter: u8) -> Self {
        Self { delimiter, state: State::Start, passed: 0, opened: 0, amiss: VecDeque::new(), open: None }
    }

    /// Passes some bytes; none at the end of the table.
    pub(crate) fn pass(&mut self, bytes: &[u8]) {
        if bytes.is_empty() && self.state == State::Quoted {
            self.open = Some(self.opened);
        }
        let is_plain = matches!(self.state, State::Start | State::Plain) && memchr::memchr(b'"', bytes).is_none();
        let (skipped, rest) = bytes.split_at(if is_plain { bytes.len().saturating_sub(1) } else { 0 });
        self.passed = self.passed.saturating_add(skipped.len() as u64);
        for byte in rest {
            self.step(*byte);
            self.passed = self.passed.saturating_add(1);
        }
    }

    fn step(&mut self, byte: u8) {
        let ends = byte == self.delimiter || matches!(byte, b'\n' | b'\r');
        // The byte order mark stands before the first cell.
        let is_mark = self.passed < 3 && matches!(byte, 0xef | 0xbb | 0xbf);
        self.state = match (self.state, byte) {
            (State::Start, b'"') => {
                self.opened = self.passed;
                State::Quoted
            }
            (State::Start, _) if is_mark => State::Start,
            (State::Quoted, b'"') => State::Closing,
            (State::Quoted, _) | (State::Closing, b'"') => State::Quoted,
            (State::Start | State::Plain | State::Closing, _) if ends => State::Start,
            (State::Start | State::Plain, _) => State::Plain,
            (State::Closing, _) => {
                self.amiss.push_back(self.opened);
                State::Plain
            }
        };
    }

    /// What is wrong with a row that ends before this byte; rows are asked about in their order.
    pub(crate) fn amiss_before(&mut self, end: u64) -> Option<Amiss> {
        let mut found = None;
        while self.amiss.front().is_some_and(|place| *place < end) {
            self.amiss.pop_front();
            found = Some(Amiss::Followed);
        }
        let is_open = self.open.is_some_and(|place| place < end);
        if is_open { Some(Amiss::Open) } else { found }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is wrong with a text, read in pieces of this many bytes.
    fn amiss(text: &str, piece: usize) -> Option<Amiss> {
        let mut quotes = Quotes::new(b',');
        text.as_bytes().chunks(piece).for_each(|bytes| quotes.pass(bytes));
        quotes.pass(b"");
        quotes.amiss_before(text.len() as u64)
    }

    #[test]
    fn quotes_close_where_their_cell_ends() {
        let cases = [
            ("a,b\n1,2\n", None),
            ("\u{feff}\"a\",b\n", None),
            ("a\n\"x\"\n\"y\"", None),
            ("a\n\"x,\r\ny\",\"\"\n", None),
            ("a\n\"6\"\" pipe\"\n", None),
            ("a\n6\" pipe\n", None),
            ("a\n x\"y\n", None),
            ("a\n\"x\ny\n", Some(Amiss::Open)),
            ("a\n\"", Some(Amiss::Open)),
            ("a,b\n1,\"x\n2,\"y\"\n", Some(Amiss::Followed)),
            ("a\n\"6\" pipe\"\n", Some(Amiss::Followed)),
        ];
        for (text, expected) in cases {
            for piece in [1, 2, 3, 100] {
                assert_eq!(amiss(text, piece), expected, "{text:?} in pieces of {piece}");
            }
        }
    }

    #[test]
    fn a_row_is_told_apart_from_those_behind_it() {
        let mut quotes = Quotes::new(b';');
        quotes.pass(b"a\n1\n\"x\"y\n2\n");
        // The third line ends before its ninth byte.
        assert_eq!(quotes.amiss_before(4), None);
        assert_eq!(quotes.amiss_before(9), Some(Amiss::Followed));
        assert_eq!(quotes.amiss_before(11), None);
    }
}
