//! The engine's side: the table of a contract, asked with values.

use std::hint::black_box;
use std::time::{Duration, Instant};

use consigne::base::datum::Datum;
use consigne::base::number::Ratio;
use consigne::base::time::Date;
use consigne::evaluate::Computed;
use consigne::evaluate::tables::ask;
use consigne::plan::Disposition;
use consigne::session::Asked;

use crate::tables::{Form, Machine, Table, date as day_text};

/// The table as the engine has it, from the text of a contract.
pub(crate) fn planned(table: &Table) -> Disposition {
    let mut loaded = consigne::session::load_text("bench.consigne", &table.contract(), &[]).loaded.remove(0);
    assert!(loaded.ready.is_some(), "{:?}", loaded.diagnostics);
    let asked = Asked::parse("2026").unwrap();
    loaded.ready.take().unwrap().plan(asked).unwrap().dispositions.remove(0)
}

/// The texts of a machine: model and site.
pub(crate) fn texts(machine: &Machine) -> [String; 2] {
    [format!("M{}", machine.model), format!("S{}", machine.site)]
}

/// The values of the columns, as the walk of a feed has them.
pub(crate) fn values<'t>(form: Form, machine: &Machine, [model, site]: &'t [String; 2]) -> Vec<Computed<'t>> {
    let cost = || Datum::Quantity(Ratio::scaled(machine.cents.into(), 2));
    let date = |day: i64| Datum::Date(Date::parse(&day_text(day)).unwrap());
    let values = match form {
        Form::Equality => vec![Datum::Text(model), Datum::Text(site)],
        Form::Numbers => vec![cost(), Datum::Quantity(Ratio::int(machine.pages))],
        Form::Dates => vec![date(machine.made), date(machine.served)],
        Form::Mixed => vec![Datum::Text(model), cost(), date(machine.made)],
    };
    values.into_iter().map(Ok).collect()
}

/// The row that decides, from 1; 0 where none applies but the last line.
pub(crate) fn row(table: &Disposition, values: &[Computed<'_>]) -> usize {
    let place = ask(table, values).result.unwrap().rows()[0];
    if place + 1 == table.rows.len() { 0 } else { place + 1 }
}

/// The time of one question, of many.
pub(crate) fn each(count: usize, ask: impl Fn(usize) -> usize) -> Duration {
    let start = Instant::now();
    let mut rounds = 0;
    while start.elapsed() < Duration::from_millis(60) {
        (0..count).for_each(|place| {
            black_box(ask(place));
        });
        rounds += 1;
    }
    start.elapsed() / u32::try_from(rounds * count).unwrap()
}

pub(crate) fn least(times: &mut [Duration]) -> Duration {
    times.sort_unstable();
    times[0]
}
