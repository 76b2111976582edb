//! Rate cards: `by grade { … }`, `by availability { … }`.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::value::{Cell, Kind, Literal};
use crate::check::checker::{Checker, listed};
use crate::check::kinds::{agree, describe, is_quantity};
use crate::check::value::{Card, CardRow, Node, Value};
use crate::check::values::{Context, value_of};
use crate::syntax::tree::{Band, BandTest, Expr, ExprNode};

impl Checker<'_> {
    /// The value of a card.
    pub(super) fn card(&mut self, columns: &[Expr], bands: &[Band], span: Span, context: &Context) -> Option<Value> {
        let outer = Context { expected: None, ..context.clone() };
        let mut checked = Vec::new();
        for column in columns {
            let value = self.value(column, &outer)?;
            checked.push((self.words(column.span), value));
        }
        if bands.is_empty() {
            return self.wrong(
                Code::C030,
                span,
                "a card needs rows".to_owned(),
                "add rows such as `from 95% : …` or `when A : …`",
            );
        }
        self.rest_comes_last(bands)?;
        let cells = self.card_cells(&checked, bands, span)?;
        let (values, kind) = self.card_values(bands, context)?;
        let rows =
            bands.iter().zip(cells).zip(values).map(|((band, cells), value)| CardRow { span: band.span, cells, value });
        let card = Card { columns: checked, rows: rows.collect() };
        Some(value_of(Node::Card(card), kind, span))
    }

    fn rest_comes_last(&mut self, bands: &[Band]) -> Option<()> {
        let before_last = bands.iter().rev().skip(1);
        for band in before_last {
            if matches!(band.test, BandTest::Otherwise) {
                return self.wrong(
                    Code::C030,
                    band.span,
                    "`otherwise` takes the rest".to_owned(),
                    "make it the last row",
                );
            }
        }
        Some(())
    }

    /// The cells of each row.
    fn card_cells(&mut self, columns: &[(String, Value)], bands: &[Band], span: Span) -> Option<Vec<Vec<Cell>>> {
        let bounded: Vec<&Band> = bands.iter().filter(|band| matches!(band.test, BandTest::Bounds(_))).collect();
        let open = bands.iter().any(|band| matches!(band.test, BandTest::Otherwise));
        if bounded.is_empty() {
            return self.when_cells(columns, bands, open, span);
        }
        let [(_, column)] = columns else {
            let help = "with several columns each row begins with `when`, its columns separated by `;`";
            return self.wrong(Code::C030, span, "bounds go by one value".to_owned(), help);
        };
        if !is_quantity(&column.kind) {
            let message = format!("`{}` is {} and has no order", self.words(column.span), describe(&column.kind));
            return self.wrong(Code::C020, column.span, message, "use rows such as `when A, B : …`");
        }
        let kind = column.kind.clone();
        let mut ranges = self.ranges(&bounded, &kind, open, span)?.into_iter();
        let mut cells = Vec::new();
        for band in bands {
            cells.push(vec![match &band.test {
                BandTest::Bounds(_) => ranges.next().map_or(Cell::Anything, |range| Cell::Range {
                    low: range.low.map(|(number, included)| (Literal::Quantity(number), included)),
                    high: range.high.map(|(number, included)| (Literal::Quantity(number), included)),
                }),
                BandTest::Otherwise => Cell::Anything,
                BandTest::When(_) => {
                    let help = "use bounds in all rows, or `when` in all rows";
                    return self.wrong(Code::C030, band.span, "bounds and `when` do not mix".to_owned(), help);
                }
            }]);
        }
        Some(cells)
    }

    fn when_cells(
        &mut self,
        columns: &[(String, Value)],
        bands: &[Band],
        open: bool,
        span: Span,
    ) -> Option<Vec<Vec<Cell>>> {
        let mut rows: Vec<Vec<Cell>> = Vec::new();
        for band in bands {
            let BandTest::When(lists) = &band.test else {
                rows.push(vec![Cell::Anything; columns.len()]);
                continue;
            };
            if lists.len() != columns.len() {
                let message = format!("the row tests {} values, the card goes by {}", lists.len(), columns.len());
                return self.wrong(
                    Code::C030,
                    band.span,
                    message,
                    "separate the columns of a row with `;`, and write `-` for any value",
                );
            }
            let mut cells = Vec::new();
            for (list, (_, column)) in lists.iter().zip(columns) {
                cells.push(self.one_of(list, &column.kind)?);
            }
            self.refuse_twice(&rows, &cells, bands, band)?;
            rows.push(cells);
        }
        if !open {
            self.prove_complete(columns, &rows, span)?;
        }
        Some(rows)
    }

    /// One of listed values; an empty list takes any.
    pub(super) fn one_of(&mut self, list: &[Expr], kind: &Kind) -> Option<Cell> {
        if list.is_empty() {
            return Some(Cell::Anything);
        }
        let mut literals = Vec::new();
        for item in list {
            literals.push(self.literal(item, kind)?);
        }
        Some(Cell::OneOf(literals))
    }

    /// A fixed value of a kind.
    pub(super) fn literal(&mut self, expr: &Expr, kind: &Kind) -> Option<Literal> {
        let value = self.value_like(expr, kind, &Context::default())?;
        if let Some(number) = self.constant(&value) {
            return Some(Literal::Quantity(number));
        }
        if let Node::Literal(literal) = *value.node {
            return Some(literal);
        }
        self.wrong(Code::C020, expr.span, "a fixed value is expected here".to_owned(), "write the value itself")
    }

    /// Two rows that take the same values.
    fn refuse_twice(&mut self, rows: &[Vec<Cell>], cells: &[Cell], bands: &[Band], band: &Band) -> Option<()> {
        for (place, row) in rows.iter().enumerate() {
            let meet = row.iter().zip(cells).all(|(a, b)| cells_meet(a, b));
            if meet {
                let other = bands.get(place).map_or(band.span, |band| band.span);
                let found = Diagnostic::new(Code::C030, band.span, "a value takes this row and another one");
                self.report(found.and_at(other, "the other one").help("let each value stand in one row only"));
                return None;
            }
        }
        Some(())
    }

    /// Every combination of the words of enumerations takes a row.
    #[expect(clippy::wildcard_enum_match_arm, reason = "only these kinds list all of their values")]
    fn prove_complete(&mut self, columns: &[(String, Value)], rows: &[Vec<Cell>], span: Span) -> Option<()> {
        let mut combinations: Vec<Vec<(String, Literal)>> = vec![Vec::new()];
        for (_, column) in columns {
            let words: Vec<(String, Literal)> = match &column.kind {
                Kind::Choice(words) => {
                    (0_u32..).zip(words).map(|(place, word)| (word.clone(), Literal::Choice(place))).collect()
                }
                Kind::Flag => vec![("yes".to_owned(), Literal::Flag(true)), ("no".to_owned(), Literal::Flag(false))],
                _ => {
                    let help = "add a last row `otherwise : …`";
                    return self.wrong(Code::C030, span, "values that are not listed take no row".to_owned(), help);
                }
            };
            combinations = combinations
                .iter()
                .flat_map(|known| words.iter().map(|word| [known.as_slice(), std::slice::from_ref(word)].concat()))
                .take(10_000)
                .collect();
        }
        let taken = |combination: &Vec<(String, Literal)>| {
            rows.iter().any(|row| row.iter().zip(combination).all(|(cell, (_, word))| cell_takes(cell, word)))
        };
        let missed: Vec<String> = combinations
            .iter()
            .filter(|combination| !taken(combination))
            .map(|combination| combination.iter().map(|(word, _)| word.as_str()).collect::<Vec<_>>().join("; "))
            .collect();
        if missed.is_empty() {
            return Some(());
        }
        let known: Vec<&str> = missed.iter().map(String::as_str).collect();
        let message = format!("{} takes no row", listed(&known));
        self.wrong(Code::C030, span, message, "add a row for it, or a last row `otherwise : …`")
    }

    /// The values of the rows, all of one kind; `nothing` is of any.
    fn card_values(&mut self, bands: &[Band], context: &Context) -> Option<(Vec<Value>, Kind)> {
        let values: Vec<Option<Value>> = bands.iter().map(|band| self.value(&band.value, context)).collect();
        let values: Vec<Value> = values.into_iter().collect::<Option<_>>()?;
        let is_nothing = |band: &Band| matches!(&*band.value.node, ExprNode::Nothing);
        let mut named =
            bands.iter().zip(&values).filter(|(band, _)| !is_nothing(band)).map(|(_, value)| value.kind.clone());
        let kind = named.next().unwrap_or(Kind::Number);
        for (band, value) in bands.iter().zip(&values) {
            if !is_nothing(band) && !agree(&value.kind, &kind) {
                let message = format!("this row gives {}, another one {}", describe(&value.kind), describe(&kind));
                return self.wrong(Code::C020, band.value.span, message, "give all rows the same kind");
            }
        }
        let values = bands.iter().zip(values).map(|(band, value)| Value {
            kind: if is_nothing(band) { kind.clone() } else { value.kind.clone() },
            ..value
        });
        Some((values.collect(), kind))
    }
}

/// Whether some value satisfies both cells.
fn cells_meet(a: &Cell, b: &Cell) -> bool {
    match (a, b) {
        (Cell::OneOf(a), Cell::OneOf(b)) => a.iter().any(|literal| b.contains(literal)),
        _ => true,
    }
}

fn cell_takes(cell: &Cell, literal: &Literal) -> bool {
    match cell {
        Cell::Anything => true,
        Cell::OneOf(list) => list.contains(literal),
        Cell::NoneOf(list) => !list.contains(literal),
        Cell::Range { .. } => false,
    }
}
