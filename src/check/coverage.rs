//! Which cases a table covers: an exact search over the boxes that its rows are, with a counter-example where they
//! leave one.
//!
//! The values of each column fall into classes that no cell tells apart. A row is a box of classes, and a case is one
//! class of each column. Sets of rows are bits, so that a branch of the search asks all rows at once: it ends where no
//! row is left (a case without one), where some row takes all that is to come, and where it was before. The work is
//! bounded; what could not be proved within the bound is told, never passed over.

use rustc_hash::FxHashSet;

/// The most steps over words of bits that one table may take.
const MOST_WORK: u64 = 30_000_000;

/// A set of small numbers.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub(super) struct Bits(Vec<u64>);

impl Bits {
    /// The empty set, with room for numbers below `count`.
    pub(super) fn none(count: usize) -> Self {
        Self(vec![0; count.div_ceil(64)])
    }

    /// The set of these numbers.
    pub(super) fn of(count: usize, members: impl IntoIterator<Item = usize>) -> Self {
        let mut set = Self::none(count);
        members.into_iter().for_each(|member| set.insert(member));
        set
    }

    pub(super) fn insert(&mut self, member: usize) {
        if let Some(word) = self.0.get_mut(member >> 6) {
            *word |= bit(member);
        }
    }

    pub(super) fn contains(&self, member: usize) -> bool {
        self.0.get(member >> 6).is_some_and(|word| word & bit(member) != 0)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.0.iter().all(|word| *word == 0)
    }

    pub(super) fn and(&self, other: &Self) -> Self {
        Self(self.0.iter().zip(&other.0).map(|(a, b)| a & b).collect())
    }

    pub(super) fn join(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(a, b)| *a |= b);
    }

    fn meets(&self, other: &Self) -> bool {
        self.0.iter().zip(&other.0).any(|(a, b)| a & b != 0)
    }

    pub(super) fn members(&self) -> impl Iterator<Item = usize> {
        let words = self.0.iter().enumerate();
        words.flat_map(|(place, word)| {
            (0..64).filter(move |member| word & bit(*member) != 0).map(move |member| (place << 6) | member)
        })
    }
}

fn bit(member: usize) -> u64 {
    1_u64.rotate_left(u32::try_from(member & 63).unwrap_or(0))
}

/// The work was not done within the bound.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct TooLarge;

/// A part of all cases: for each column the classes that belong to it.
pub(super) type Part = Vec<Vec<usize>>;

/// A table as boxes.
#[derive(Debug)]
pub(super) struct Grid {
    rows: usize,
    /// For each column and class: the rows that take it.
    takes: Vec<Vec<Bits>>,
    work: u64,
}

impl Grid {
    /// A table of so many rows; for each column and class the rows that take it.
    pub(super) fn new(rows: usize, takes: Vec<Vec<Bits>>) -> Self {
        Self { rows, takes, work: 0 }
    }

    /// All cases.
    pub(super) fn whole(&self) -> Part {
        self.takes.iter().map(|column| (0..column.len()).collect()).collect()
    }

    /// All rows.
    pub(super) fn all_rows(&self) -> Bits {
        Bits::of(self.rows, 0..self.rows)
    }

    /// The cases that a row takes.
    pub(super) fn part_of(&self, row: usize) -> Part {
        let taken = |column: &Vec<Bits>| {
            let classes = column.iter().enumerate().filter(|(_, rows)| rows.contains(row));
            classes.map(|(class, _)| class).collect()
        };
        self.takes.iter().map(taken).collect()
    }

    /// The cases that two rows take.
    pub(super) fn part_of_both(&self, a: usize, b: usize) -> Part {
        let taken = |column: &Vec<Bits>| {
            let classes = column.iter().enumerate().filter(|(_, rows)| rows.contains(a) && rows.contains(b));
            classes.map(|(class, _)| class).collect()
        };
        self.takes.iter().map(taken).collect()
    }

    /// The rows that share a case with a part.
    pub(super) fn meeting(&mut self, part: &Part) -> Result<Bits, TooLarge> {
        let mut meeting = self.all_rows();
        for (column, classes) in part.iter().enumerate() {
            self.spend(classes.len())?;
            let mut any = Bits::none(self.rows);
            let column = self.takes.get(column);
            classes.iter().filter_map(|class| column?.get(*class)).for_each(|rows| any.join(rows));
            meeting = meeting.and(&any);
        }
        Ok(meeting)
    }

    /// A case of a part that none of these rows takes: a class of each column.
    pub(super) fn outside(&mut self, part: &Part, rows: Bits) -> Result<Option<Vec<usize>>, TooLarge> {
        if part.iter().any(Vec::is_empty) {
            return Ok(None);
        }
        let mut free = vec![self.all_rows()];
        for (column, classes) in part.iter().enumerate().rev() {
            self.spend(classes.len())?;
            let column = self.takes.get(column);
            let after = free.last().cloned().unwrap_or_default();
            let taken = classes.iter().filter_map(|class| column?.get(*class));
            free.push(taken.fold(after, |all, rows| all.and(rows)));
        }
        free.reverse();
        let mut search = Search { part, free, known: FxHashSet::default(), path: Vec::new() };
        let found = self.descend(&mut search, rows)?;
        Ok(found.then_some(search.path))
    }

    /// Follows the classes of the next column with the rows that are left.
    fn descend(&mut self, search: &mut Search<'_>, rows: Bits) -> Result<bool, TooLarge> {
        let column = search.path.len();
        if rows.is_empty() {
            let rest = search.part.iter().skip(column).filter_map(|classes| classes.first().copied());
            search.path.extend(rest);
            return Ok(true);
        }
        let covered = search.free.get(column).is_none_or(|free| free.meets(&rows));
        if covered || search.known.contains(&(column, rows.clone())) {
            return Ok(false);
        }
        let part = search.part;
        let mut tried: FxHashSet<Bits> = FxHashSet::default();
        for class in part.get(column).into_iter().flatten() {
            self.spend(1)?;
            let taking = self.takes.get(column).and_then(|column| column.get(*class));
            let left = taking.map(|taking| rows.and(taking)).unwrap_or_default();
            if !tried.insert(left.clone()) {
                continue;
            }
            search.path.push(*class);
            if self.descend(search, left)? {
                return Ok(true);
            }
            search.path.pop();
        }
        search.known.insert((column, rows));
        Ok(false)
    }

    /// The columns of a case that matter for its having no row: in the others any class of the part would do.
    pub(super) fn deciding(&self, part: &Part, case: &[usize]) -> Vec<usize> {
        let mut deciding: Vec<usize> = (0..case.len()).collect();
        for column in (0..case.len()).rev() {
            let others = deciding.iter().filter(|other| **other != column).filter_map(|other| {
                let class = case.get(*other)?;
                self.takes.get(*other)?.get(*class)
            });
            let left = others.fold(self.all_rows(), |left, rows| left.and(rows));
            let classes = part.get(column).into_iter().flatten();
            let mut taken = classes.filter_map(|class| self.takes.get(column)?.get(*class));
            if taken.all(|rows| !rows.meets(&left)) {
                deciding.retain(|other| *other != column);
            }
        }
        deciding
    }

    fn spend(&mut self, classes: usize) -> Result<(), TooLarge> {
        let words = self.rows.div_ceil(64).saturating_mul(classes);
        self.work = self.work.saturating_add(u64::try_from(words).unwrap_or(u64::MAX));
        if self.work > MOST_WORK { Err(TooLarge) } else { Ok(()) }
    }
}

struct Search<'p> {
    part: &'p Part,
    /// For each column: the rows that take all of the part in it and in the columns behind it.
    free: Vec<Bits>,
    /// Where the search was without finding a case.
    known: FxHashSet<(usize, Bits)>,
    path: Vec<usize>,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Three columns of three classes; a row names its class of each, or takes any.
    fn grid(rows: &[[Option<usize>; 3]]) -> Grid {
        let column = |column: usize| {
            (0..3)
                .map(|class| {
                    let taking = rows
                        .iter()
                        .enumerate()
                        .filter(|(_, row)| row.get(column).copied().flatten().is_none_or(|wanted| wanted == class));
                    Bits::of(rows.len(), taking.map(|(place, _)| place))
                })
                .collect()
        };
        Grid::new(rows.len(), (0..3).map(column).collect())
    }

    #[test]
    fn a_gap_is_found_and_a_cover_proved() {
        let mut open = grid(&[[Some(0), None, None], [Some(1), None, None], [Some(2), Some(1), None]]);
        let (whole, all) = (open.whole(), open.all_rows());
        let case = open.outside(&whole, all).unwrap().unwrap();
        assert_eq!(case, [2, 0, 0]);
        assert_eq!(open.deciding(&whole, &case), [0, 1]);
        let mut closed = grid(&[[Some(0), None, None], [Some(1), None, None], [Some(2), None, None]]);
        let (whole, all) = (closed.whole(), closed.all_rows());
        assert_eq!(closed.outside(&whole, all).unwrap(), None);
    }

    #[test]
    fn a_row_is_covered_by_several_together() {
        let mut grid =
            grid(&[[None, Some(0), None], [None, Some(1), None], [None, Some(2), None], [Some(1), None, Some(2)]]);
        let part = grid.part_of(3);
        assert_eq!(grid.meeting(&part).unwrap(), grid.all_rows());
        assert_eq!(grid.outside(&part, Bits::of(4, 0..3)).unwrap(), None);
        assert!(grid.outside(&part, Bits::of(4, 0..2)).unwrap().is_some());
    }
}
