//! Tables asked with values: the rows that apply, and what the policy makes of them.

use crate::base::datum::Datum;
use crate::base::number::Ratio;
use crate::base::value::Literal;
use crate::base::vocabulary::Collect;
use crate::evaluate::compute::asked;
use crate::evaluate::datum::{Computed, Gap};
use crate::evaluate::shown::Names;
use crate::plan::{Disposition, Policy, TableRow};

/// What was decided.
#[derive(Clone, PartialEq, Debug)]
pub enum Chosen {
    /// By this row.
    Row(usize),
    /// By all of these rows together.
    Rows(Vec<usize>),
    /// For this option, of this value.
    Option(usize, Ratio),
}

/// Why nothing was decided.
#[derive(Clone, PartialEq, Debug)]
pub enum Undecided {
    /// No row applies.
    NoRow,
    /// Rows that may not apply together do.
    Several(Vec<usize>),
    /// No option is open.
    NoOption,
    /// Options of one value, by name.
    Equal(Vec<String>),
    /// A value is missing on which it depends.
    Missing(Gap),
}

impl Undecided {
    /// The reason in words.
    #[must_use]
    pub fn words(&self, names: Names<'_>) -> String {
        match self {
            Self::NoRow => "no row applies".to_owned(),
            Self::Several(rows) => {
                let rows: Vec<String> = rows.iter().map(|row| row.saturating_add(1).to_string()).collect();
                format!("rows {} apply and do not agree", rows.join(" and "))
            }
            Self::NoOption => "no option is open".to_owned(),
            Self::Equal(names) => format!("{} have one value", names.join(" and ")),
            Self::Missing(gap) => names.gap(gap),
        }
    }
}

impl Chosen {
    /// The places of the rows or of the option.
    #[must_use]
    pub fn rows(&self) -> &[usize] {
        match self {
            Self::Row(place) | Self::Option(place, _) => std::slice::from_ref(place),
            Self::Rows(places) => places,
        }
    }

    /// One list of values for each output of the table: one value, or those of all rows that are collected.
    #[must_use]
    pub fn outputs(&self, table: &Disposition) -> Vec<Vec<Literal>> {
        if let (Self::Rows(places), Policy::Collect(Collect::List)) = (self, table.policy) {
            let rows: Vec<&TableRow> = at(table, places).collect();
            let width = rows.first().map_or(0, |row| row.outputs.len());
            let column = |output: usize| rows.iter().filter_map(|row| row.outputs.get(output).cloned()).collect();
            return (0..width).map(column).collect();
        }
        let values = (0..table.outputs.len()).map_while(|output| self.value(table, output));
        values.map(|value| vec![value.literal()]).collect()
    }

    /// The value of an output; of a list the first one.
    #[must_use]
    pub fn value<'t>(&self, table: &'t Disposition, output: usize) -> Option<Datum<'t>> {
        let of_row = |place: usize| table.rows.get(place).and_then(|row| row.outputs.get(output)).map(Datum::of);
        match (self, table.policy, output) {
            (Self::Row(place), _, _) => of_row(*place),
            (Self::Rows(places), Policy::Collect(Collect::List), _) => places.first().and_then(|place| of_row(*place)),
            (Self::Rows(places), Policy::Collect(how), 0) => Some(Datum::Quantity(collected(how, table, places))),
            (Self::Option(place, _), _, 0) => Some(Datum::Choice(u32::try_from(*place).unwrap_or(u32::MAX))),
            (Self::Option(_, worth), _, 1) => Some(Datum::Quantity(worth.clone())),
            (Self::Rows(_) | Self::Option(..), _, _) => None,
        }
    }
}

/// What came of asking a table.
#[derive(Clone, PartialEq, Debug)]
pub struct Answer {
    /// What was decided, or why nothing was.
    pub result: Result<Chosen, Undecided>,
    /// How many rows it depends on, from the first on: those behind them were not asked.
    pub asked: usize,
}

/// Asks a table with the values of its columns.
#[must_use]
pub fn ask(table: &Disposition, values: &[Computed<'_>]) -> Answer {
    answer(table, asked(&table.index, values, |place| Some(&table.rows.get(place)?.cells)))
}

/// Asks some rows of a table in their order; the rows that are left out do not take the values. The first-match policy
/// stops at the first row that applies.
fn answer(table: &Disposition, rows: impl Iterator<Item = (usize, Result<bool, Gap>)>) -> Answer {
    let proper = table.rows.len().saturating_sub(usize::from(table.otherwise));
    let mut matching = Vec::new();
    for (place, takes) in rows {
        match takes {
            Ok(true) if table.policy == Policy::First => {
                return Answer { result: Ok(Chosen::Row(place)), asked: place.saturating_add(1) };
            }
            Ok(true) => matching.push(place),
            Ok(false) => {}
            Err(gap) => return Answer { result: Err(Undecided::Missing(gap)), asked: place },
        }
    }
    if table.otherwise && matching.is_empty() {
        matching.push(proper);
    }
    let asked = proper.max(matching.last().map_or(0, |place| place.saturating_add(1)));
    Answer { result: by_policy(table, matching), asked }
}

fn by_policy(table: &Disposition, matching: Vec<usize>) -> Result<Chosen, Undecided> {
    let first = matching.first().copied().ok_or(Undecided::NoRow);
    match table.policy {
        Policy::Collect(_) if matching.is_empty() && !table.of_none => Err(Undecided::NoRow),
        Policy::Collect(_) => Ok(Chosen::Rows(matching)),
        Policy::First | Policy::Best(_) => first.map(Chosen::Row),
        Policy::One if matching.len() < 2 => first.map(Chosen::Row),
        Policy::Any if agree(table, &matching) => first.map(Chosen::Row),
        Policy::One | Policy::Any => Err(Undecided::Several(matching)),
        Policy::BestBy(output) => best(table, output, &matching),
    }
}

/// The row with the least value of an output; rows that tie must agree.
fn best(table: &Disposition, output: usize, matching: &[usize]) -> Result<Chosen, Undecided> {
    let value = |row: &TableRow| row.outputs.get(output).map(number_of);
    let least = at(table, matching).map(value).min().flatten();
    let ties = matching.iter().copied().zip(at(table, matching)).filter(|(_, row)| value(row) == least);
    let ties: Vec<usize> = ties.map(|(place, _)| place).collect();
    match ties.first() {
        None => Err(Undecided::NoRow),
        Some(first) if agree(table, &ties) => Ok(Chosen::Row(*first)),
        Some(_) => Err(Undecided::Several(ties)),
    }
}

/// Whether some rows decide the same.
fn agree(table: &Disposition, places: &[usize]) -> bool {
    let mut rows = at(table, places);
    rows.next().is_none_or(|first| rows.all(|row| row.outputs == first.outputs))
}

fn at<'t>(table: &'t Disposition, places: &[usize]) -> impl Iterator<Item = &'t TableRow> {
    places.iter().filter_map(|place| table.rows.get(*place))
}

fn number_of(literal: &Literal) -> Ratio {
    match literal {
        Literal::Quantity(number) => number.clone(),
        Literal::Choice(place) => Ratio::int(i64::from(*place)),
        Literal::Text(_) | Literal::Flag(_) | Literal::Date(_) | Literal::Instant(_) | Literal::Party(_) => Ratio::ZERO,
    }
}

/// What the first outputs of some rows come to; for a list, how many they are.
fn collected(how: Collect, table: &Disposition, places: &[usize]) -> Ratio {
    let firsts = || at(table, places).filter_map(|row| row.outputs.first()).map(number_of);
    match how {
        Collect::Sum => firsts().fold(Ratio::ZERO, |sum, number| sum.plus(&number)),
        Collect::List | Collect::Count => Ratio::int(i64::try_from(places.len()).unwrap_or(i64::MAX)),
        Collect::Least => firsts().min().unwrap_or(Ratio::ZERO),
        Collect::Greatest => firsts().max().unwrap_or(Ratio::ZERO),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::base::ids::{DispositionId, FamilyId, KindId, PartyId};
    use crate::base::span::{SourceId, Span};
    use crate::base::time::{Date, Instant};
    use crate::base::value::{Cell, Kind};
    use crate::evaluate::compute::takes;
    use crate::plan::{BitmapIndex, Output, Point};

    /// A kind of column, and how many values stand in it.
    #[derive(Clone, Copy, Debug)]
    struct Sort {
        kind: u8,
        values: i64,
    }

    /// What is drawn for a cell: its form, and numbers from which its values are made.
    type Draw = (u8, i64, i64);

    fn literal(sort: Sort, number: i64) -> Literal {
        let number = number.rem_euclid(sort.values);
        let small = u32::try_from(number).unwrap();
        let part = |of: i128| Literal::Quantity(Ratio::new(i128::from(number), of).unwrap());
        match sort.kind {
            0 => part(1),
            1 => part(100),
            // Thirds and sevenths beside cents.
            2 => part([100, 3, 7][small as usize % 3]),
            // Larger than the keys, and larger than any integer.
            3 => Literal::Quantity(Ratio::big(i128::MAX - i128::from(number)).times(&Ratio::int(1 + number % 2))),
            4 => Literal::Choice(small),
            5 => Literal::Flag(number % 2 == 0),
            6 => Literal::Date(Date(i32::try_from(number).unwrap())),
            // At the end of time.
            7 => Literal::Instant(Instant(i64::MAX - number)),
            8 => Literal::Party(PartyId(small)),
            _ => Literal::Text(format!("model {number}")),
        }
    }

    fn cell(sort: Sort, (form, a, b): Draw) -> Cell {
        let (low, high) = (literal(sort, a), literal(sort, b));
        let ordered = !matches!(sort.kind, 4 | 5 | 8 | 9);
        match form {
            0 | 1 => Cell::Anything,
            2 | 3 => Cell::OneOf(vec![low]),
            4 => Cell::OneOf(vec![high, low]),
            5 => Cell::NoneOf(vec![low, high]),
            6 if ordered => Cell::Range { low: Some((low, a % 2 == 0)), high: None },
            7 if ordered => Cell::Range { low: None, high: Some((high, b % 2 == 0)) },
            _ if ordered => Cell::Range { low: Some((low, b % 2 == 0)), high: Some((high, a % 2 == 0)) },
            _ => Cell::NoneOf(vec![high]),
        }
    }

    fn table(sorts: &[Sort], rows: &[(Vec<Draw>, i64)], (policy, otherwise): (Policy, bool)) -> Disposition {
        let span = Span::new(SourceId(0), 0, 0);
        let cells = |draws: &[Draw]| sorts.iter().zip(draws).map(|(sort, draw)| cell(*sort, *draw)).collect();
        let row = |cells: Vec<Cell>, output: i64| {
            let number = |number: i64| Literal::Quantity(Ratio::int(number));
            TableRow { span, cells, outputs: vec![number(output), number(output / 2)] }
        };
        let mut rows: Vec<TableRow> = rows.iter().map(|(draws, output)| row(cells(draws), *output)).collect();
        let proper: Vec<&[Cell]> = rows.iter().map(|row| row.cells.as_slice()).collect();
        let index = BitmapIndex::new(&proper);
        if otherwise {
            rows.push(row(vec![Cell::Anything; sorts.len()], 99));
        }
        let output = |name: &str| Output { name: name.to_owned(), kind: Kind::Number };
        Disposition {
            id: DispositionId(0),
            name: "way".to_owned(),
            span,
            family: FamilyId(0),
            on: Point::Event { kind: KindId(0), filter: None, after: None },
            outputs: vec![output("way"), output("rank")],
            policy,
            columns: Vec::new(),
            rows,
            otherwise,
            of_none: !otherwise,
            index,
            fields: None,
            options: Vec::new(),
            finality: None,
        }
    }

    fn policies() -> impl Strategy<Value = (Policy, bool)> {
        let collect = [Collect::List, Collect::Sum, Collect::Count, Collect::Least, Collect::Greatest];
        let all = [Policy::First, Policy::One, Policy::Any, Policy::BestBy(1)];
        let all: Vec<Policy> = all.into_iter().chain(collect.map(Policy::Collect)).collect();
        (proptest::sample::select(all), any::<bool>())
    }

    fn draws(width: usize) -> impl Strategy<Value = Vec<Draw>> {
        proptest::collection::vec((0_u8..9, 0_i64..2000, 0_i64..2000), width)
    }

    /// Columns, rows with their outputs, and what is drawn for the values that are asked.
    type Drawn = (Vec<Sort>, Vec<(Vec<Draw>, i64)>, Vec<Vec<(u8, i64)>>);

    /// Some tables of up to so many rows, each with values of which one in eight is missing.
    fn asked(rows: usize) -> impl Strategy<Value = Drawn> {
        let sort = (0_u8..10, proptest::sample::select(vec![2_i64, 5, 40, 2000]));
        proptest::collection::vec(sort.prop_map(|(kind, values)| Sort { kind, values }), 1..5).prop_flat_map(
            move |sorts| {
                let width = sorts.len();
                let rows = proptest::collection::vec((draws(width), 0_i64..4), 0..rows);
                let asked = proptest::collection::vec((0_u8..8, 0_i64..2000), width);
                (Just(sorts), rows, proptest::collection::vec(asked, 20))
            },
        )
    }

    /// Asks with the index and row by row.
    fn agree(table: &Disposition, sorts: &[Sort], asked: &[Vec<(u8, i64)>]) {
        let proper = table.rows.len() - usize::from(table.otherwise);
        for draw in asked {
            // A part of a step beside a bound, so that it lies between two.
            let beside = |(sort, (aside, number)): (&Sort, &(u8, i64))| match (literal(*sort, *number), aside) {
                (Literal::Quantity(number), 1) => Literal::Quantity(number.plus(&Ratio::new(1, 1300).unwrap())),
                (Literal::Quantity(number), 2) => Literal::Quantity(number.minus(&Ratio::new(1, 1300).unwrap())),
                (literal, _) => literal,
            };
            let literals: Vec<Literal> = sorts.iter().zip(draw).map(beside).collect();
            let value = |(literal, (missing, _)): (_, &(u8, i64))| {
                if *missing == 0 { Err(Gap::Zero) } else { Ok(Datum::of(literal)) }
            };
            let values: Vec<Computed<'_>> = literals.iter().zip(draw).map(value).collect();
            let by_rows = answer(table, (0..proper).map(|row| (row, takes(&table.rows[row].cells, &values))));
            assert_eq!(ask(table, &values), by_rows);
        }
    }

    proptest! {
        #[test]
        fn a_table_decides_as_if_each_row_were_asked((sorts, rows, asked) in asked(150), how in policies()) {
            agree(&table(&sorts, &rows, how), &sorts, &asked);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(8))]
        #[test]
        fn so_does_one_of_thousands_of_rows((sorts, rows, asked) in asked(300), how in policies()) {
            // The rows many times over, each time with other numbers: more bounds than pieces, more than 64 × 64 rows.
            let moved = |turn: i64| {
                let draws = move |draws: &[Draw]| draws.iter().map(|(form, a, b)| (*form, a + turn * 7, b + turn * 11)).collect();
                rows.iter().map(move |(cells, output)| (draws(cells), *output))
            };
            let rows: Vec<(Vec<Draw>, i64)> = (0..20).flat_map(moved).collect();
            agree(&table(&sorts, &rows, how), &sorts, &asked);
        }
    }
}
