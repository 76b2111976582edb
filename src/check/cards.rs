//! Rate cards: `by grade { … }`, `by availability { … }`.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::value::{Cell, Kind, Literal};
use crate::check::checker::Checker;
use crate::check::coverage::TooLarge;
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
            rows.push(cells);
        }
        let proved = self.prove_card(columns, &rows, bands, (open, span));
        proved.unwrap_or_else(|_| {
            let warning =
                Diagnostic::new(Code::C084, span, "the card is too large to prove that each value takes one row");
            self.report(warning.help("split it into cards of fewer values"));
            Some(())
        })?;
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

    /// Every combination of values takes exactly one row, or one and `otherwise`.
    fn prove_card(
        &mut self,
        columns: &[(String, Value)],
        rows: &[Vec<Cell>],
        bands: &[Band],
        (open, span): (bool, Span),
    ) -> Result<Option<()>, TooLarge> {
        let proper = rows.len().saturating_sub(usize::from(open));
        let cells: Vec<&[Cell]> = rows.iter().take(proper).map(Vec::as_slice).collect();
        let mut searched = self.searched(columns, &cells, None);
        let all: Vec<usize> = (0..searched.axes.len()).collect();
        for row in 0..proper {
            let part = searched.grid.part_of(row);
            let Some(other) = searched.grid.meeting(&part)?.members().find(|other| *other < row) else { continue };
            let both = searched.grid.part_of_both(row, other);
            let case: Vec<usize> = both.iter().filter_map(|classes| classes.first().copied()).collect();
            let words = self.case_in_words(&searched, &case, &all);
            let place = |row: usize| bands.get(row).map_or(span, |band| band.span);
            let found = Diagnostic::new(Code::C030, place(row), format!("{words} takes this row and another one"));
            self.report(found.and_at(place(other), "the other one").help("let each value stand in one row only"));
            return Ok(None);
        }
        if open {
            return Ok(Some(()));
        }
        let (whole, every) = (searched.grid.whole(), searched.grid.all_rows());
        let Some(case) = searched.grid.outside(&whole, every)? else { return Ok(Some(())) };
        let deciding = searched.grid.deciding(&whole, &case);
        let words = self.case_in_words(&searched, &case, &deciding);
        let help = "add a row for it, or a last row `otherwise : …`";
        Ok(self.wrong(Code::C030, span, format!("{words} takes no row"), help))
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
