//! The cells of some rows, column by column: texts, or the instants and numbers that a file holds as such.

use crate::base::time::Instant;
use crate::feed::cell::{Cell, Cells, filled};
use crate::feed::events::Origin;
use crate::feed::evidence::Cause;
use crate::feed::fault::Fault;

/// The cells of some rows that follow one another.
#[derive(Debug, Default)]
pub(crate) struct Columns {
    all: Vec<ColumnCells>,
    rows: usize,
    /// The row before the first.
    before: Origin,
    /// Whether the value of some row cannot be written.
    odd: bool,
}

/// One of them.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ColumnsRow<'a> {
    columns: &'a Columns,
    row: usize,
    asset: Option<u32>,
}

impl Columns {
    /// So many columns without rows, to be filled, behind a row.
    pub(crate) fn empty(&mut self, width: usize, before: Origin) -> &mut [ColumnCells] {
        self.all.resize_with(width, ColumnCells::default);
        (self.rows, self.before) = (0, before);
        self.all.iter_mut().for_each(ColumnCells::clear);
        &mut self.all
    }

    /// Each column was filled with so many rows.
    pub(crate) fn filled(&mut self, rows: usize) {
        self.rows = rows;
        self.odd = self.all.iter().any(|column| !column.odd.is_empty());
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    /// The cells of a column of texts.
    pub(crate) fn texts(&self, column: usize) -> impl Iterator<Item = Option<&str>> {
        let column = self.all.get(column);
        (0..self.rows).map(move |row| column?.cell(row)?.as_text())
    }

    /// A row, whose asset may be known, and where it stands.
    #[inline]
    pub(crate) fn row(&self, row: usize, asset: Option<u32>) -> (Origin, ColumnsRow<'_>) {
        let line = self.before.line.saturating_add(1).saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        (Origin { line, ..self.before }, ColumnsRow { columns: self, row, asset })
    }
}

impl ColumnsRow<'_> {
    /// Why the row cannot be used, if it cannot.
    pub(crate) fn fault(&self) -> Option<Fault> {
        if !self.columns.odd {
            return None;
        }
        let odd = self.columns.all.iter().find_map(|column| column.odd(self.row))?;
        Some(Fault::new(Cause::BadValue, odd).help("write the column as text, a number or an instant"))
    }
}

impl Cells for ColumnsRow<'_> {
    fn cell(&self, column: usize) -> Option<Cell<'_>> {
        self.columns.all.get(column)?.cell(self.row)
    }

    fn asset(&self) -> Option<u32> {
        self.asset
    }
}

/// Where a text begins and ends among those of its column.
pub(crate) type Lies = (usize, usize);

/// The cells of one column.
#[derive(Debug, Default)]
pub(crate) struct ColumnCells {
    pub(crate) how: How,
    /// Texts, one after the other.
    pub(crate) text: String,
    /// Where the last of them ends, and where each lies in it, without the space around it; an empty one is nothing.
    end: usize,
    texts: Vec<Lies>,
    /// In a column of instants or numbers: those, where there is one.
    numbers: Vec<Option<i64>>,
    /// Rows whose value cannot be written, and why.
    odd: Vec<(usize, String)>,
}

/// How a column is read.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) enum How {
    /// Not at all.
    #[default]
    Not,
    /// As text.
    Text,
    /// As instants, in units of so many nanoseconds.
    Instants(i64),
    /// As numbers, in units of 10^-scale.
    Numbers(u32),
}

impl ColumnCells {
    fn clear(&mut self) {
        self.text.clear();
        self.end = 0;
        self.texts.clear();
        self.numbers.clear();
        self.odd.clear();
    }

    /// How many rows there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len().max(self.numbers.len())
    }

    /// Takes in the text that was written since the last cell, and tells where it lies.
    pub(crate) fn end_text(&mut self, written: Result<(), String>) -> Lies {
        if let Err(why) = written {
            self.odd.push((self.texts.len(), why));
        }
        let text = self.text.get(self.end..).unwrap_or_default();
        let lies = filled(text).map_or((0, 0), |filled| {
            let before = filled.as_ptr().addr().saturating_sub(text.as_ptr().addr());
            let start = self.end.saturating_add(before);
            (start, start.saturating_add(filled.len()))
        });
        self.end = self.text.len();
        self.again(lies)
    }

    /// Takes in a text that was written before.
    pub(crate) fn again(&mut self, lies: Lies) -> Lies {
        self.texts.push(lies);
        lies
    }

    /// Takes in a number, or says why the row's cannot be written.
    pub(crate) fn end_number(&mut self, number: Result<Option<i64>, String>) {
        let number = number.unwrap_or_else(|why| {
            self.odd.push((self.numbers.len(), why));
            None
        });
        self.numbers.push(number);
    }

    fn cell(&self, row: usize) -> Option<Cell<'_>> {
        match self.how {
            How::Not => None,
            How::Text => {
                let (start, end) = *self.texts.get(row)?;
                if start < end { self.text.get(start..end).map(Cell::Text) } else { None }
            }
            How::Instants(_) => self.numbers.get(row)?.map(|nanos| Cell::Instant(Instant(nanos))),
            How::Numbers(scale) => self.numbers.get(row)?.map(|number| Cell::Number(number, scale)),
        }
    }

    fn odd(&self, row: usize) -> Option<String> {
        let place = self.odd.binary_search_by_key(&row, |(row, _)| *row).ok()?;
        self.odd.get(place).map(|(_, why)| why.clone())
    }
}
