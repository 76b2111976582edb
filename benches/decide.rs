//! How long one decision by a table of 10 to 10 000 rows takes, beside a plain loop over the rows; how long its index takes
//! to build, and its contract to be read and checked. Answers are compared before anything is measured.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::float_arithmetic,
    clippy::indexing_slicing,
    clippy::print_stdout,
    clippy::unwrap_used,
    reason = "a benchmark reads the clock and files, tells its figures, and fails loudly"
)]

#[path = "tables/own.rs"]
mod own;
mod tables;

use std::hint::black_box;
use std::time::Instant;

use consigne::base::value::Cell;
use consigne::evaluate::Computed;
use consigne::plan::BitmapIndex;
use own::{each, least, planned, row, texts, values};
use tables::{Form, Machine, Table};

/// How many runs are counted; the sides take turns.
const RUNS: usize = 5;

fn main() {
    println!("{:<9} {:>6} {:>10} {:>10} {:>6} {:>9} {:>9}", "table", "rows", "own", "loop", "ratio", "index", "check");
    for form in Form::ALL {
        for size in [10, 100, 1_000, 10_000] {
            one(form, size);
        }
    }
}

/// One decision by a table.
fn one(form: Form, size: usize) {
    let table = Table::of(form, size);
    let start = Instant::now();
    let own = planned(&table);
    let check = start.elapsed();
    let machines: Vec<Machine> = (0..1000).map(|number| table.machine(number)).collect();
    let texts: Vec<[String; 2]> = machines.iter().map(texts).collect();
    let asked: Vec<Vec<Computed<'_>>> =
        machines.iter().zip(&texts).map(|(machine, texts)| values(form, machine, texts)).collect();
    for (machine, values) in machines.iter().zip(&asked) {
        assert_eq!(row(&own, values), table.row_by_row(machine), "{form:?} {machine:?}");
    }
    let (mut by_index, mut by_loop, mut built) = (Vec::new(), Vec::new(), Vec::new());
    let cells: Vec<&[Cell]> = own.rows.iter().take(size).map(|row| row.cells.as_slice()).collect();
    for _ in 0..RUNS {
        by_index.push(each(asked.len(), |place| row(&own, black_box(&asked[place]))));
        by_loop.push(each(machines.len(), |place| table.row_by_row(black_box(&machines[place]))));
        let start = Instant::now();
        black_box(BitmapIndex::new(black_box(&cells)));
        built.push(start.elapsed());
    }
    let (by_index, by_loop, built) = (least(&mut by_index), least(&mut by_loop), least(&mut built));
    println!(
        "{:<9} {size:>6} {by_index:>10.0?} {by_loop:>10.0?} {:>6.1} {built:>9.0?} {check:>9.0?}",
        form.name(),
        by_loop.as_secs_f64() / by_index.as_secs_f64()
    );
}
