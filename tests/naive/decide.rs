//! Decision tables: every row is asked, then the policy chooses.

use consigne::base::ids::DispositionId;
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::value::{Cell, Literal};
use consigne::base::vocabulary::Collect;
use consigne::check::contract::{Disposition, Policy, Rest};

use super::World;
use super::facts::Event;
use super::values::{Datum, Found, Gap, Hand, literal, takes};

/// One list of values for each output, or nothing.
type Decided = Option<Vec<Vec<Literal>>>;

impl World<'_> {
    /// What is decided on the event at hand.
    pub(crate) fn decided(&self, table: DispositionId, output: usize, hand: &Hand<'_>) -> Found<Datum> {
        let table = &self.contract.dispositions[table.index()];
        let Some(event) = hand.event else { panic!("check refuses a decision without an event") };
        if !self.decides_on(table, event)? {
            return Err(Gap::Absent);
        }
        match self.chosen(table, event)? {
            Some(outputs) => outputs[output].first().map(literal).ok_or(Gap::Held),
            None => Err(Gap::Held),
        }
    }

    /// Whether a table decides on an event.
    pub(crate) fn decides_on(&self, table: &Disposition, event: &Event) -> Found<bool> {
        let before = self.knowing.replace(self.final_at(table, event));
        let found = self.is_point(&table.on, event);
        self.knowing.set(before);
        found
    }

    /// "Until the first such event that happens after the decision is known, the decision is made anew. Then it is final."
    /// "`never revised`: what was known with the event decides."
    fn final_at(&self, table: &Disposition, event: &Event) -> Option<Instant> {
        let kinds = table.finality.as_ref()?;
        if kinds.is_empty() {
            return Some(event.known);
        }
        let later = self.events_of(event.asset.as_deref()).filter(|other| other.order() > event.order());
        let first = later.filter(|other| kinds.contains(&other.kind)).map(|other| other.known).min();
        first.map(|first| first.max(event.known))
    }

    /// What a table decides on an event; nothing where it decides nothing.
    pub(crate) fn chosen(&self, table: &Disposition, event: &Event) -> Found<Decided> {
        // "Where none was known first … nothing is decided on it."
        if event.tied {
            return Ok(None);
        }
        let before = self.knowing.replace(self.final_at(table, event));
        let found = self.chosen_of(table, event);
        self.knowing.set(before);
        found
    }

    fn chosen_of(&self, table: &Disposition, event: &Event) -> Found<Decided> {
        if let Policy::Best(best) = table.policy {
            return self.best(table, best, event);
        }
        let hand = Hand::of_event(event);
        let mut keys = Vec::new();
        for (_, column) in &table.columns {
            match self.value(column, &hand) {
                Ok(key) => keys.push(Some(key)),
                Err(Gap::Absent | Gap::Empty | Gap::Held) => keys.push(None),
                Err(gap) => return Err(gap),
            }
        }
        let mut hits: Vec<&Vec<Literal>> = Vec::new();
        for (_, cells, outputs) in &table.rows {
            match applies(cells, &keys) {
                Some(true) => hits.push(outputs),
                Some(false) => continue,
                // "A row that asks for a value that is missing leaves the decision open."
                None => return Ok(None),
            }
            if table.policy == Policy::First {
                break;
            }
        }
        let one = |outputs: &Vec<Literal>| outputs.iter().map(|output| vec![output.clone()]).collect::<Vec<_>>();
        if let (Policy::Collect(_), true, Rest::Row(_, outputs)) = (table.policy, hits.is_empty(), &table.rest) {
            return Ok(Some(one(outputs)));
        }
        if hits.is_empty() && table.rest == Rest::NoDecision {
            return Ok(None);
        }
        if let Policy::Collect(how) = table.policy {
            return collected(how, &hits, table.outputs.len());
        }
        let Some(first) = hits.first() else {
            return Ok(match &table.rest {
                Rest::Row(_, outputs) => Some(one(outputs)),
                Rest::Unsaid | Rest::NoDecision => None,
            });
        };
        let agree = |rows: &[&Vec<Literal>]| rows.iter().all(|row| *row == rows[0]);
        Ok(match table.policy {
            Policy::First => Some(one(first)),
            // "nothing is decided, and the rows are named"
            Policy::One => (hits.len() == 1).then(|| one(first)),
            // "they must agree in all outputs; else nothing is decided"
            Policy::Any => agree(&hits).then(|| one(first)),
            // "the one with the least number in that output; rows with the same number must agree"
            Policy::BestBy(place) => {
                let number = |row: &Vec<Literal>| literal(&row[place]);
                let least = hits.iter().map(|row| number(row)).min();
                let best: Vec<&Vec<Literal>> = hits.iter().copied().filter(|row| Some(number(row)) == least).collect();
                agree(&best).then(|| one(best[0]))
            }
            Policy::Collect(_) | Policy::Best(_) => unreachable!("told above"),
        })
    }
}

/// Whether a row applies; `None` where it asks for a value that is missing before another cell refuses.
fn applies(cells: &[Cell], keys: &[Option<Datum>]) -> Option<bool> {
    for (cell, key) in cells.iter().zip(keys) {
        match (cell, key) {
            (Cell::Anything, _) => {}
            (_, None) => return None,
            (cell, Some(key)) if !takes(cell, key) => return Some(false),
            (_, Some(_)) => {}
        }
    }
    Some(true)
}

/// "`collect list`: all of them, in their order; `collect sum`: the sum of the first outputs; `collect count`: how many
/// they are; `collect least`, `collect greatest`: the least, the greatest first output. Where no row applies, the list is
/// empty, and the sum and the count are 0." There is no least and no greatest of none.
fn collected(how: Collect, hits: &[&Vec<Literal>], outputs: usize) -> Found<Decided> {
    let numbers: Vec<Ratio> = hits
        .iter()
        .filter_map(|row| if let Some(Literal::Quantity(number)) = row.first() { Some(number.clone()) } else { None })
        .collect();
    let number = |number: Option<Ratio>| number.map(|number| vec![vec![Literal::Quantity(number)]]);
    Ok(match how {
        Collect::List => {
            if hits.is_empty() {
                return Ok(Some(Vec::new()));
            }
            Some((0..outputs).map(|place| hits.iter().map(|row| row[place].clone()).collect()).collect())
        }
        Collect::Sum => number(Some(numbers.iter().fold(Ratio::ZERO, |sum, one| sum.plus(one)))),
        Collect::Count => number(Some(Ratio::int(i64::try_from(hits.len()).unwrap_or(0)))),
        Collect::Least => number(numbers.into_iter().min()),
        Collect::Greatest => number(numbers.into_iter().max()),
    })
}
