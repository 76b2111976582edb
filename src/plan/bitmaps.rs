//! The bitmap index of a table: each column is cut into pieces where its cells begin and end, and each piece has a bitmap
//! of the rows that may take a value of it. The bitmaps of all columns together leave a few rows, which are then asked in
//! their order.
//!
//! INVARIANT (superset): every row that takes the values is among those left. What the index cannot tell (a missing value,
//! a number that does not fit, two bounds in one piece) leaves rows in, never out, so that a table decides as if each row
//! were asked.
//!
//! INVARIANT (exact): where a column is cut at each of its bounds, each of its cells takes all values of a piece or none. Where
//! that is so for all columns and no value is missing, the rows that are left take the values, and need not be asked.

use std::fmt;

use rustc_hash::FxHashMap;

use crate::base::datum::Datum;
use crate::base::number::Ratio;
use crate::base::value::{Cell, Literal};

/// The most pieces of a column; where there are more bounds, pieces hold about as many bounds each.
const PIECES: usize = 256;
/// How many columns narrow the rows; those behind them are asked only row by row.
const NARROWING: usize = 16;
/// Tables of so few rows are asked row by row, which is as fast.
const FEW: usize = 8;
/// Bounds have keys below this, and other values below twice as much, so that each stands on its side of every bound.
const LARGEST: i64 = 1 << 60;
/// The bits of a word.
const BITS: usize = 64;

/// The index of a table.
#[derive(Clone, PartialEq, Default)]
pub struct BitmapIndex {
    /// By column; `None` where it does not narrow.
    columns: Vec<Option<Column>>,
    /// All rows.
    all: Vec<u64>,
    /// How many words of a set of rows say which of the others have a row: they stand before these.
    marks: usize,
}

/// A column: where it is cut, and which rows may take what lies between.
#[derive(Clone, PartialEq)]
struct Column {
    scale: Scale,
    /// The least key of each piece behind the first one, ascending.
    cuts: Vec<i64>,
    /// Whether it is cut at each bound.
    is_exact: bool,
    /// A set of rows for each piece, one more than cuts; one after the other.
    pieces: Vec<u64>,
}

/// How values become whole keys in their order.
#[derive(Clone, PartialEq)]
enum Scale {
    /// Quantities, where each bound is so many of one in this: twice that number, and one more between two numbers.
    Parts(i128),
    /// Words, flags, days, instants and parties, which are of the kind of this one: their number.
    Numbered(Literal),
    /// Texts: the place of each one of the column; all others have one key.
    Texts(FxHashMap<Box<str>, i64>),
}

impl BitmapIndex {
    /// The index of rows of cells, one cell a column.
    #[must_use]
    pub fn new(rows: &[&[Cell]]) -> Self {
        let mut all = vec![0; rows.len().div_ceil(BITS)];
        (0..rows.len()).for_each(|row| flip(&mut all, row));
        let width = if rows.len() > FEW { rows.first().map_or(0, |row| row.len()) } else { 0 };
        let cells = |place: usize| rows.iter().filter_map(|row| row.get(place)).collect::<Vec<&Cell>>();
        let columns = (0..width).map(|place| Column::of(&cells(place), all.len())).collect();
        let marks = all.len().div_ceil(BITS);
        Self { columns, all: marked(&all).collect(), marks }
    }

    /// The rows that may take some values, in their order; `None` stands for a value that is missing.
    pub fn candidates<'v, 'd: 'v>(&self, values: impl Iterator<Item = Option<&'v Datum<'d>>>) -> Candidates<'_> {
        let mut sets = [self.all.as_slice(); NARROWING];
        let mut used = 0_usize;
        let mut are_exact = !self.columns.is_empty();
        for (column, value) in self.columns.iter().zip(values) {
            let piece = column.as_ref().zip(value).and_then(|(column, value)| column.piece(value, self.all.len()));
            match (piece, sets.get_mut(used)) {
                (Some((piece, is_exact)), Some(set)) => {
                    *set = piece;
                    used = used.saturating_add(1);
                    are_exact &= is_exact;
                }
                (None, _) | (_, None) => are_exact = false,
            }
        }
        let (words, rows) = (Bits::default(), Bits::default());
        Candidates { sets, used: used.max(1), marks: self.marks, are_exact, block: 0, words, rows }
    }
}

impl fmt::Debug for BitmapIndex {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces =
            self.columns.iter().map(|column| column.as_ref().map_or(1, |column| column.cuts.len().saturating_add(1)));
        write!(out, "BitmapIndex {{ pieces: {:?} }}", pieces.collect::<Vec<usize>>())
    }
}

impl Column {
    /// `None` for a column that takes everything, or whose bounds do not fit.
    fn of(cells: &[&Cell], words: usize) -> Option<Self> {
        let scale = Scale::of(cells)?;
        let spans: Vec<Vec<(i64, i64)>> = cells.iter().map(|cell| scale.spans(cell)).collect::<Option<_>>()?;
        // The least of all keys and what follows the greatest one are no bounds.
        let firsts = spans.iter().flatten().map(|(first, _)| *first).filter(|first| *first != i64::MIN);
        let mut bounds: Vec<i64> =
            firsts.chain(spans.iter().flatten().filter_map(|(_, last)| last.checked_add(1))).collect();
        bounds.sort_unstable();
        let cuts = quantiles(&bounds);
        // Beside the least and the greatest key there is none to begin behind it, or to end before it.
        let is_inside = |(first, last): &(i64, i64)| *first != i64::MAX && *last != i64::MIN;
        let is_exact =
            bounds.iter().all(|bound| cuts.binary_search(bound).is_ok()) && spans.iter().flatten().all(is_inside);
        // A row enters and leaves the set at the turn of two pieces.
        let mut turns: Vec<Vec<usize>> = vec![Vec::new(); cuts.len().saturating_add(2)];
        for (row, spans) in spans.iter().enumerate() {
            for (first, last) in in_pieces(&cuts, spans) {
                [first, last.saturating_add(1)].into_iter().for_each(|turn| {
                    turns.get_mut(turn).into_iter().for_each(|rows| rows.push(row));
                });
            }
        }
        let mut set = vec![0; words];
        let mut pieces = Vec::new();
        for rows in turns.iter().take(cuts.len().saturating_add(1)) {
            rows.iter().for_each(|row| flip(&mut set, *row));
            pieces.extend(marked(&set));
        }
        Some(Self { scale, cuts, is_exact, pieces })
    }

    /// The rows that may take a value, in so many words, and whether they surely do.
    fn piece(&self, value: &Datum<'_>, words: usize) -> Option<(&[u64], bool)> {
        let start = place(&self.cuts, self.scale.key(value)?).checked_mul(words)?;
        Some((self.pieces.get(start..start.checked_add(words)?)?, self.is_exact))
    }
}

/// The piece of a key.
fn place(cuts: &[i64], key: i64) -> usize {
    match (cuts.first(), cuts.last()) {
        // Cuts at whole numbers that follow one another: those of words, for one.
        (Some(first), Some(last)) if usize::try_from(last.abs_diff(*first)).is_ok_and(|gap| gap < cuts.len()) => {
            let place = usize::try_from(key.saturating_sub(*first).saturating_add(1)).unwrap_or(0);
            place.min(cuts.len())
        }
        _ => cuts.partition_point(|cut| *cut <= key),
    }
}

/// Where a column is cut: at each of the bounds, or at so many that as many lie between two of them.
fn quantiles(bounds: &[i64]) -> Vec<i64> {
    let mut cuts = bounds.to_vec();
    cuts.dedup();
    if cuts.len() < PIECES {
        return cuts;
    }
    let nth = |piece: usize| bounds.get(piece.saturating_mul(bounds.len()).div_euclid(PIECES)).copied();
    let mut cuts: Vec<i64> = (1..PIECES).filter_map(nth).collect();
    cuts.dedup();
    cuts
}

/// The pieces that spans of keys touch, as first and last, apart from each other and ascending.
fn in_pieces(cuts: &[i64], spans: &[(i64, i64)]) -> Vec<(usize, usize)> {
    let mut found: Vec<(usize, usize)> = Vec::with_capacity(spans.len());
    for (first, last) in spans.iter().filter(|(first, last)| first <= last) {
        let (first, last) = (place(cuts, *first), place(cuts, *last));
        match found.last_mut() {
            Some((_, before)) if first <= before.saturating_add(1) => *before = last.max(*before),
            Some(_) | None => found.push((first, last)),
        }
    }
    found
}

impl Scale {
    fn of(cells: &[&Cell]) -> Option<Self> {
        let values: Vec<&Literal> = cells.iter().flat_map(|cell| literals(cell)).collect();
        match values.first()? {
            Literal::Quantity(_) => {
                let mut parts = 1_i128;
                for value in values {
                    let Literal::Quantity(number) = value else { return None };
                    parts = number.common_parts(parts)?;
                }
                Some(Self::Parts(parts))
            }
            Literal::Text(_) => {
                let mut known = FxHashMap::default();
                for value in values {
                    let Literal::Text(text) = value else { return None };
                    let next = i64::try_from(known.len()).ok()?;
                    known.entry(text.as_str().into()).or_insert(next);
                }
                Some(Self::Texts(known))
            }
            like @ (Literal::Choice(_)
            | Literal::Flag(_)
            | Literal::Date(_)
            | Literal::Instant(_)
            | Literal::Party(_)) => Some(Self::Numbered((*like).clone())),
        }
    }

    /// The key of a value; `None` where it does not fit or is of another kind.
    fn key(&self, value: &Datum<'_>) -> Option<i64> {
        match (self, value) {
            (Self::Parts(parts), Datum::Quantity(number)) => in_parts(number, *parts),
            (Self::Texts(known), Datum::Text(text)) => Some(known.get(*text).copied().unwrap_or(-1)),
            (Self::Numbered(like), _) => {
                value.order(&Datum::of(like))?;
                i64::try_from(value.key()?).ok()
            }
            (Self::Parts(_) | Self::Texts(_), _) => None,
        }
    }

    /// The keys of the values that a cell takes, as first and last of each span, ascending; `None` where one does not fit.
    fn spans(&self, cell: &Cell) -> Option<Vec<(i64, i64)>> {
        let bound = |literal: &Literal| {
            let fits = |key: &i64| !matches!(self, Self::Parts(_)) || (-LARGEST..LARGEST).contains(key);
            self.key(&Datum::of(literal)).filter(fits)
        };
        let sorted = |list: &[Literal]| {
            let mut keys = list.iter().map(bound).collect::<Option<Vec<i64>>>()?;
            keys.sort_unstable();
            Some(keys)
        };
        Some(match cell {
            Cell::Anything => vec![(i64::MIN, i64::MAX)],
            Cell::OneOf(list) => sorted(list)?.into_iter().map(|key| (key, key)).collect(),
            Cell::NoneOf(list) => {
                let keys = sorted(list)?;
                let firsts = std::iter::once(i64::MIN).chain(keys.iter().map(|key| key.saturating_add(1)));
                let lasts = keys.iter().map(|key| key.saturating_sub(1)).chain([i64::MAX]);
                firsts.zip(lasts).collect()
            }
            Cell::Range { .. } if matches!(self, Self::Texts(_)) => return None,
            Cell::Range { low, high } => {
                let end = |at: &Option<(Literal, bool)>, open: i64, inward: i64| match at {
                    None => Some(open),
                    Some((literal, true)) => bound(literal),
                    Some((literal, false)) => bound(literal).map(|key| key.saturating_add(inward)),
                };
                vec![(end(low, i64::MIN, 1)?, end(high, i64::MAX, -1)?)]
            }
        })
    }
}

/// Twice the whole number of parts that a quantity has, and one more where it has more.
fn in_parts(number: &Ratio, parts: i128) -> Option<i64> {
    let (numerator, denominator) = number.parts()?;
    let (whole, more) = match denominator {
        _ if denominator == parts => (numerator, false),
        _ => {
            let wide = numerator.checked_mul(parts)?;
            match (i64::try_from(wide), i64::try_from(denominator)) {
                (Ok(wide), Ok(by)) => (wide.div_euclid(by).into(), wide.rem_euclid(by) != 0),
                _ => (wide.div_euclid(denominator), wide.rem_euclid(denominator) != 0),
            }
        }
    };
    let limit = i128::from(LARGEST);
    i64::try_from(whole.clamp(limit.saturating_neg(), limit)).ok()?.checked_mul(2)?.checked_add(more.into())
}

/// The values that a cell names.
fn literals(cell: &Cell) -> Vec<&Literal> {
    match cell {
        Cell::Anything => Vec::new(),
        Cell::OneOf(list) | Cell::NoneOf(list) => list.iter().collect(),
        Cell::Range { low, high } => low.iter().chain(high).map(|(literal, _)| literal).collect(),
    }
}

/// A set of rows behind the marks that say which of its words have a row.
fn marked(words: &[u64]) -> impl Iterator<Item = u64> {
    let mut marks = vec![0; words.len().div_ceil(BITS)];
    let full = words.iter().enumerate().filter(|(_, word)| **word != 0);
    full.for_each(|(place, _)| flip(&mut marks, place));
    marks.into_iter().chain(words.iter().copied())
}

/// Turns the bit at a place.
fn flip(words: &mut [u64], place: usize) {
    if let (Some(word), Some(bit)) = (words.get_mut(place.div_euclid(BITS)), bit(place.rem_euclid(BITS))) {
        *word ^= bit;
    }
}

fn bit(place: usize) -> Option<u64> {
    1_u64.checked_shl(u32::try_from(place).ok()?)
}

/// The rows that are in all of some sets, ascending.
#[derive(Debug)]
pub struct Candidates<'i> {
    sets: [&'i [u64]; NARROWING],
    /// How many of the sets count.
    used: usize,
    /// How many words of each are marks.
    marks: usize,
    are_exact: bool,
    /// The place of the words' next block.
    block: usize,
    /// The words of the block that are not empty and were not looked at.
    words: Bits,
    /// The rows of the word that were not given.
    rows: Bits,
}

impl Candidates<'_> {
    /// Whether each of them takes the values, so that none need be asked.
    #[must_use]
    pub fn are_exact(&self) -> bool {
        self.are_exact
    }

    /// The bits that a word has in all sets.
    fn all_in(&self, word: usize) -> Option<u64> {
        let mut sets = self.sets.iter().take(self.used);
        let first = *sets.next()?.get(word)?;
        Some(sets.fold(first, |all, set| all & set.get(word).copied().unwrap_or(0)))
    }
}

impl Iterator for Candidates<'_> {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        loop {
            if let Some(row) = self.rows.next() {
                return Some(row);
            }
            if let Some(word) = self.words.next() {
                self.rows = Bits::of(word, self.all_in(word.saturating_add(self.marks))?);
            } else if self.block < self.marks {
                self.words = Bits::of(self.block, self.all_in(self.block)?);
                self.block = self.block.saturating_add(1);
            } else {
                return None;
            }
        }
    }
}

/// The places of the bits of a word.
#[derive(Default, Debug)]
struct Bits {
    /// The place of its first bit.
    from: usize,
    bits: u64,
}

impl Bits {
    /// Those of the word at a place.
    fn of(place: usize, bits: u64) -> Self {
        Self { from: place.saturating_mul(BITS), bits }
    }
}

impl Iterator for Bits {
    type Item = usize;

    fn next(&mut self) -> Option<usize> {
        if self.bits == 0 {
            return None;
        }
        let place = self.from.saturating_add(self.bits.trailing_zeros() as usize);
        self.bits &= self.bits.wrapping_sub(1);
        Some(place)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::number::Ratio;

    /// A row for each number below this: from the number to below the next one.
    fn steps(rows: i64) -> Vec<Vec<Cell>> {
        let bound = |number: i64| Literal::Quantity(Ratio::int(number));
        let cell = |row: i64| Cell::Range { low: Some((bound(row), true)), high: Some((bound(row + 1), false)) };
        (0..rows).map(|row| vec![cell(row)]).collect()
    }

    fn candidates(rows: &[Vec<Cell>], value: Option<Ratio>) -> Vec<usize> {
        let index = BitmapIndex::new(&rows.iter().map(Vec::as_slice).collect::<Vec<_>>());
        index.candidates([value.map(Datum::Quantity).as_ref()].into_iter()).collect()
    }

    fn half(number: i64) -> Option<Ratio> {
        Ratio::int(number).over(&Ratio::int(2))
    }

    #[test]
    fn one_row_is_left_of_a_hundred() {
        let rows = steps(100);
        assert_eq!(candidates(&rows, half(14)), [7]);
        assert_eq!(candidates(&rows, half(15)), [7]);
        assert_eq!(candidates(&rows, half(199)), [99]);
        assert_eq!(candidates(&rows, half(-1)), [0_usize; 0]);
        assert_eq!(candidates(&rows, half(200)), [0_usize; 0]);
        assert_eq!(candidates(&rows, None), (0..100).collect::<Vec<_>>());
    }

    #[test]
    fn a_piece_of_many_bounds_leaves_its_rows() {
        // 10 000 rows have 20 000 bounds, each twice but the first and last: 256 pieces of 78 or 79 of them, of 40 rows.
        let rows = steps(10_000);
        let left = candidates(&rows, half(10_001));
        assert!(left.contains(&5000) && (39..=42).contains(&left.len()), "{left:?}");
    }
}
