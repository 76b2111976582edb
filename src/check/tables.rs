//! Decision tables.

use crate::base::code::Code;
use crate::base::ids::DispositionId;
use crate::base::span::Span;
use crate::base::value::{Cell, Kind, Literal};
use crate::base::vocabulary::{Bound, Collect};
use crate::check::checker::Checker;
use crate::check::contract::{Disposition, Policy, Rest};
use crate::check::kinds::{describe, is_quantity};
use crate::check::value::{Point, Value};
use crate::check::values::Context;
use crate::syntax::tree::{self, Decide, Expr, ExprNode};

impl Checker<'_> {
    /// A decision table.
    pub(super) fn table(&mut self, decide: &Decide, context: &Context, filter: Option<&Value>) -> Option<Disposition> {
        let (family, kind) = (context.family?, context.kind?);
        let columns = self.columns(&decide.columns, context)?;
        let outputs = self.output_kinds(decide)?;
        let policy = self.policy(decide, &outputs)?;
        let mut rows = Vec::new();
        for row in &decide.rows {
            if let Some(row) = self.row(row, &columns, &outputs) {
                rows.push(row);
            }
        }
        if decide.rows.is_empty() {
            let help = "add rows such as `| A | => redeploy |`";
            return self.wrong(Code::C031, decide.policy.span, "a table without rows decides nothing".to_owned(), help);
        }
        let rest = self.rest(decide, &outputs)?;
        let whole = rows.len() == decide.rows.len();
        let table = Disposition {
            id: DispositionId(0),
            outputs,
            family,
            on: Point::Event { kind, filter: filter.cloned(), after: None },
            policy,
            columns,
            rows,
            rest,
            options: Vec::new(),
            finality: None,
            span: Self::place_of_decision(decide),
        };
        if whole {
            self.prove_table(decide, &table, filter);
        }
        Some(table)
    }

    fn columns(&mut self, columns: &[Expr], context: &Context) -> Option<Vec<(String, Value)>> {
        let checked: Vec<Option<(String, Value)>> = columns
            .iter()
            .map(|column| {
                let value = self.value(column, context)?;
                self.refuse_other_parties(&value)?;
                self.refuse_numbers_of_windows(&value, context)?;
                Some((self.words(column.span), value))
            })
            .collect();
        checked.into_iter().collect()
    }

    /// The kinds of what is decided: words make an enumeration, numbers a number.
    fn output_kinds(&mut self, decide: &Decide) -> Option<Vec<(String, Kind)>> {
        let mut outputs = Vec::new();
        for (place, name) in decide.outputs.iter().enumerate() {
            let rows = decide.rows.iter().chain(&decide.otherwise);
            let values: Vec<&Expr> = rows.filter_map(|row| row.outputs.get(place)).collect();
            let words: Vec<String> = values.iter().filter_map(|value| word_of(value)).collect();
            let kind = if words.is_empty() {
                match values.first() {
                    Some(first) => self.value(first, &Context::default())?.kind,
                    None => Kind::Number,
                }
            } else {
                let mut distinct: Vec<String> = Vec::new();
                for word in words {
                    if !distinct.contains(&word) {
                        distinct.push(word);
                    }
                }
                Kind::Choice(distinct)
            };
            outputs.push((name.node.clone(), kind));
        }
        Some(outputs)
    }

    fn policy(&mut self, decide: &Decide, outputs: &[(String, Kind)]) -> Option<Policy> {
        let span = decide.policy.span;
        let first_is_quantity = outputs.first().is_some_and(|(_, kind)| is_quantity(kind));
        Some(match &decide.policy.node {
            // Options are checked elsewhere.
            tree::Policy::First | tree::Policy::Best { .. } => Policy::First,
            tree::Policy::One => Policy::One,
            tree::Policy::Any => Policy::Any,
            tree::Policy::BestBy(name) => {
                let Some(place) = outputs.iter().position(|(output, _)| *output == name.node) else {
                    let known: Vec<&str> = outputs.iter().map(|(name, _)| name.as_str()).collect();
                    return self.unknown("output", &name.node, name.span, &known);
                };
                if outputs.get(place).is_some_and(|(_, kind)| !is_quantity(kind)) {
                    let message = format!("`{}` has no order", name.node);
                    return self.wrong(
                        Code::C031,
                        name.span,
                        message,
                        "`best by` takes the row with the least number: 1 before 2",
                    );
                }
                Policy::BestBy(place)
            }
            tree::Policy::Collect(how @ (Collect::Sum | Collect::Least | Collect::Greatest)) if !first_is_quantity => {
                let message = format!("`collect {}` needs a number as its first output", collect_word(*how));
                return self.wrong(Code::C031, span, message, "use `collect list` or `collect count`");
            }
            tree::Policy::Collect(how) => Policy::Collect(*how),
        })
    }

    fn rest(&mut self, decide: &Decide, outputs: &[(String, Kind)]) -> Option<Rest> {
        Some(match &decide.otherwise {
            None => Rest::Unsaid,
            Some(row) if row.outputs.is_empty() => Rest::NoDecision,
            Some(row) => Rest::Row(row.span, self.row_outputs(row, outputs)?),
        })
    }

    fn row(
        &mut self,
        row: &tree::Row,
        columns: &[(String, Value)],
        outputs: &[(String, Kind)],
    ) -> Option<(Span, Vec<Cell>, Vec<Literal>)> {
        if row.cells.len() != columns.len() {
            let message = format!(
                "the row and the table do not fit: {}, {}",
                counted(row.cells.len(), "cell"),
                counted(columns.len(), "column")
            );
            return self.wrong(Code::C031, row.span, message, "give one cell for each column; `-` takes any value");
        }
        let values = self.row_outputs(row, outputs);
        let cells: Vec<Option<Cell>> = row
            .cells
            .iter()
            .zip(columns)
            .map(|(cell, (_, column))| self.cell(&cell.node, cell.span, &column.kind))
            .collect();
        let cells: Option<Vec<Cell>> = cells.into_iter().collect();
        Some((row.span, cells?, values?))
    }

    fn row_outputs(&mut self, row: &tree::Row, outputs: &[(String, Kind)]) -> Option<Vec<Literal>> {
        if row.outputs.len() != outputs.len() {
            let message = format!(
                "the row decides {}, the table {}",
                counted(row.outputs.len(), "value"),
                counted(outputs.len(), "output")
            );
            return self.wrong(Code::C031, row.span, message, "give one value for each output behind `=>`");
        }
        let values: Vec<Option<Literal>> =
            row.outputs.iter().zip(outputs).map(|(value, (_, kind))| self.literal(value, kind)).collect();
        values.into_iter().collect()
    }

    fn cell(&mut self, cell: &tree::Cell, span: Span, kind: &Kind) -> Option<Cell> {
        match cell {
            tree::Cell::Anything => Some(Cell::Anything),
            tree::Cell::OneOf(list) => self.one_of(list, kind),
            tree::Cell::NoneOf(list) => {
                let Cell::OneOf(literals) = self.one_of(list, kind)? else {
                    return None;
                };
                Some(Cell::NoneOf(literals))
            }
            tree::Cell::Bounds(bounds) => self.bounded_cell(bounds, span, kind),
        }
    }

    fn bounded_cell(&mut self, bounds: &[(Bound, Expr)], span: Span, kind: &Kind) -> Option<Cell> {
        if !is_quantity(kind) && !matches!(kind, Kind::Date | Kind::Instant) {
            let message = format!("the column holds {}, which has no order", describe(kind));
            return self.wrong(Code::C020, span, message, "list the values: `A, B`");
        }
        let (mut low, mut high) = (None, None);
        for (bound, value) in bounds {
            let literal = self.literal(value, kind)?;
            let (slot, included) = match bound {
                Bound::From => (&mut low, true),
                Bound::Above => (&mut low, false),
                Bound::UpTo => (&mut high, true),
                Bound::Below => (&mut high, false),
            };
            if slot.is_some() {
                return self.wrong(
                    Code::C031,
                    span,
                    "a cell has one lower and one upper bound".to_owned(),
                    "keep one of the two",
                );
            }
            *slot = Some((literal, included));
        }
        Some(Cell::Range { low, high })
    }
}

fn word_of(expr: &Expr) -> Option<String> {
    let (ExprNode::Name(word) | ExprNode::Text(word)) = &*expr.node else {
        return None;
    };
    Some(word.clone())
}

fn collect_word(how: Collect) -> &'static str {
    match how {
        Collect::List => "list",
        Collect::Sum => "sum",
        Collect::Count => "count",
        Collect::Least => "least",
        Collect::Greatest => "greatest",
    }
}

fn counted(count: usize, what: &str) -> String {
    let s = if count == 1 { "" } else { "s" };
    format!("{count} {what}{s}")
}
