//! The cells of a row, whatever the table is written in.

use std::borrow::Cow;

use csv::StringRecord;

use crate::base::time::Instant;
use crate::feed::figure::Figure;

/// A cell that is not empty.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cell<'a> {
    /// A text, without the space around it.
    Text(&'a str),
    /// An instant of a column of instants.
    Instant(Instant),
    /// A number of a column of numbers, in units of 10^-scale.
    Number(i64, u32),
}

impl<'a> Cell<'a> {
    /// The cell as a table of text would have it.
    pub(crate) fn text(self) -> Cow<'a, str> {
        match self {
            Self::Text(text) => Cow::Borrowed(text),
            Self::Instant(instant) => Cow::Owned(instant.to_string()),
            Self::Number(number, 0) => Cow::Owned(number.to_string()),
            Self::Number(number, scale) => Cow::Owned(decimal(i128::from(number), scale)),
        }
    }

    /// The text of a column of texts.
    pub(crate) fn as_text(self) -> Option<&'a str> {
        match self {
            Self::Text(text) => Some(text),
            Self::Instant(_) | Self::Number(..) => None,
        }
    }

    /// The number that it is, or is written in it with this decimal mark.
    pub(crate) fn figure(self, point: u8) -> Option<Figure> {
        match self {
            Self::Text(text) => Figure::parse(text, point).ok(),
            Self::Number(number, scale) => Figure::new(i128::from(number), scale),
            Self::Instant(_) => None,
        }
    }

    /// Whether it is written like this.
    pub(crate) fn is(self, text: &str) -> bool {
        self.text() == text
    }
}

/// A row.
pub(crate) trait Cells {
    /// A cell; `None` where it is empty or `NA`.
    fn cell(&self, column: usize) -> Option<Cell<'_>>;

    /// A cell of a column of texts. INVARIANT: what tells a row from others, or where it belongs, is read as text.
    fn text(&self, column: usize) -> Option<&str> {
        self.cell(column)?.as_text()
    }

    /// The number of the asset of the row, where it was looked up already.
    fn asset(&self) -> Option<u32> {
        None
    }
}

impl Cells for StringRecord {
    fn cell(&self, column: usize) -> Option<Cell<'_>> {
        filled(self.get(column)?).map(Cell::Text)
    }
}

/// A text without the space around it; `None` where it is empty or `NA`.
pub(crate) fn filled(text: &str) -> Option<&str> {
    // Most texts have none, which their ends show.
    let is_bare = |end: Option<&u8>| end.is_some_and(u8::is_ascii_graphic);
    let bytes = text.as_bytes();
    let text = if is_bare(bytes.first()) && is_bare(bytes.last()) { text } else { text.trim() };
    if text.is_empty() || text == "NA" { None } else { Some(text) }
}

/// A number in units of 10^-scale.
pub(crate) fn decimal(value: i128, scale: u32) -> String {
    let places = scale as usize;
    let sign = if value < 0 { "-" } else { "" };
    let digits = format!("{:0>width$}", value.unsigned_abs(), width = places.saturating_add(1));
    let (whole, part) = digits.split_at_checked(digits.len().saturating_sub(places)).unwrap_or((&digits, ""));
    if places == 0 { format!("{sign}{whole}") } else { format!("{sign}{whole}.{part}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn typed_cells_read_like_their_texts() {
        for (cell, text) in [
            (Cell::Number(-1_250, 2), "-12.50"),
            (Cell::Number(5, 3), "0.005"),
            (Cell::Number(42, 0), "42"),
            (Cell::Instant(Instant(0)), "1970-01-01T00:00:00Z"),
        ] {
            assert_eq!(cell.text(), text);
            assert_eq!(cell.figure(b'.'), Figure::parse(text, b'.').ok(), "{text}");
        }
    }

    #[test]
    fn space_and_na_are_nothing() {
        let row = StringRecord::from(vec![" a b ", "  ", "NA", ""]);
        let texts: Vec<_> = (0..5).map(|column| row.text(column)).collect();
        assert_eq!(texts, [Some("a b"), None, None, None, None]);
    }
}
