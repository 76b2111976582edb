//! A scenario with a table runs once a row: the words of the header stand for the row's values.

use crate::base::span::Span;
use crate::syntax::tree::{Expect, Expected, Expr, ExprNode, Scenario, Step, Wanted, Word};

/// The runs of a scenario: its steps as they stand, or once for each row of its table with the row's
/// values put in; with the number of the row, from 1, and its place.
pub(super) fn runs(scenario: &Scenario) -> Vec<(Option<(usize, Span)>, Vec<Step>)> {
    let Some(table) = &scenario.table else {
        return vec![(None, scenario.steps.clone())];
    };
    let rows = (1_usize..).zip(&table.rows);
    rows.map(|(number, (span, values))| {
        let row: Vec<(&str, &Expr)> = table.header.iter().map(|word| word.node.as_str()).zip(values).collect();
        let steps = scenario.steps.iter().map(|step| filled(step, &row)).collect();
        (Some((number, *span)), steps)
    })
    .collect()
}

fn filled(step: &Step, row: &[(&str, &Expr)]) -> Step {
    let mut step = step.clone();
    match &mut step {
        Step::Assume(assume) => {
            fill(&mut assume.value, row);
            assume.of.iter_mut().for_each(|word| rename(word, row));
        }
        Step::Event(event) => {
            event.asset.iter_mut().for_each(|word| rename(word, row));
            event.fields.iter_mut().for_each(|(_, value)| fill(value, row));
        }
        Step::Expect(expect) => fill_expected(expect, row),
    }
    step
}

fn fill_expected(expect: &mut Expect, row: &[(&str, &Expr)]) {
    match &mut expect.what {
        Expected::Clause { group, wanted, .. } | Expected::Deposits { group, wanted, .. } => {
            group.iter_mut().for_each(|word| rename(word, row));
            fill_wanted(wanted, row);
        }
        Expected::Right { group, .. } => group.iter_mut().for_each(|word| rename(word, row)),
        Expected::Total { wanted, .. } => fill_wanted(wanted, row),
        Expected::Value { of, wanted, .. } => {
            of.iter_mut().for_each(|word| rename(word, row));
            fill_wanted(wanted, row);
        }
        Expected::Due { of, .. } => rename(of, row),
        Expected::Obligation { of, by, .. } => {
            rename(of, row);
            by.iter_mut().for_each(|value| fill(value, row));
        }
    }
}

fn fill_wanted(wanted: &mut Wanted, row: &[(&str, &Expr)]) {
    match wanted {
        Wanted::Amount(amount) => fill(amount, row),
        Wanted::Held => {}
    }
}

fn value_of<'a>(name: &str, row: &[(&str, &'a Expr)]) -> Option<&'a Expr> {
    row.iter().find(|(header, _)| *header == name).map(|(_, value)| *value)
}

fn fill(value: &mut Expr, row: &[(&str, &Expr)]) {
    if let ExprNode::Name(name) = &*value.node
        && let Some(found) = value_of(name, row)
    {
        *value = found.clone();
    }
}

fn rename(word: &mut Word, row: &[(&str, &Expr)]) {
    if let Some(found) = value_of(&word.node, row) {
        word.node = super::facts::text_of(found);
    }
}
