//! Decisions about one asset, made on an event by a table.

use crate::base::ids::{DispositionId, FamilyId, FieldId, KindId};
use crate::base::span::Span;
use crate::base::value::{Cell, Kind, Literal};
use crate::base::vocabulary::{Best, Collect};
use crate::check::contract;
use crate::plan::bitmaps::BitmapIndex;
use crate::plan::builder::Builder;
use crate::plan::fold::Point;
use crate::plan::formula::{Formula, Read};
use crate::plan::lower::Place;
use crate::plan::references::leaves;

/// A decision table.
#[derive(Clone, PartialEq, Debug)]
pub struct Disposition {
    /// Its id.
    pub id: DispositionId,
    /// Its first output's name, which names the disposition.
    pub name: String,
    /// Where it stands.
    pub span: Span,
    /// The family.
    pub family: FamilyId,
    /// The event on which it is made.
    pub on: Point,
    /// What is decided.
    pub outputs: Vec<Output>,
    /// How matching rows become a decision.
    pub policy: Policy,
    /// Columns: label, formula, and how values are shown.
    pub columns: Vec<(String, Formula, Kind)>,
    /// Rows.
    pub rows: Vec<TableRow>,
    /// Whether the last row applies only where no other one does.
    pub otherwise: bool,
    /// Whether something is collected of no row: an empty list, or a sum or count of 0.
    pub of_none: bool,
    /// Which of the other rows may take a value.
    pub index: BitmapIndex,
    /// The fields of the event that decide; `None` where anything else does too.
    pub fields: Option<Vec<FieldId>>,
    /// Options, in the order of the words of the first output.
    pub options: Vec<Choice>,
    /// The events after which facts that become known change nothing any more; none where nothing later does, `None`
    /// where all facts count.
    pub finality: Option<Vec<KindId>>,
}

/// An option and what it is worth.
#[derive(Clone, PartialEq, Debug)]
pub struct Choice {
    /// Where it stands.
    pub span: Span,
    /// Its name.
    pub name: String,
    /// Its value.
    pub value: Formula,
    /// Only where this holds.
    pub provided: Option<Formula>,
    /// How its value is shown.
    pub kind: Kind,
}

/// Something that is decided.
#[derive(Clone, PartialEq, Debug)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// How its values are shown.
    pub kind: Kind,
}

/// How matching rows become a decision.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Policy {
    /// The first row that matches.
    First,
    /// Exactly one row may match; two are a finding.
    One,
    /// Several may match if they agree; otherwise a finding.
    Any,
    /// The matching row with the least value of this output; a tie that disagrees is a finding.
    BestBy(usize),
    /// The option of the highest or lowest value of those that are open.
    Best(Best),
    /// All matching rows; sums, least and greatest go over the first output.
    Collect(Collect),
}

/// A row.
#[derive(Clone, PartialEq, Debug)]
pub struct TableRow {
    /// Where it stands.
    pub span: Span,
    /// One cell a column.
    pub cells: Vec<Cell>,
    /// One value an output.
    pub outputs: Vec<Literal>,
}

impl Builder<'_> {
    /// The decisions.
    pub(crate) fn dispositions(&mut self) -> Vec<Disposition> {
        let contract = self.contract;
        let plan = |disposition: &contract::Disposition| {
            let on = self.point(&disposition.on);
            let columns: Vec<(String, Formula, Kind)> = disposition
                .columns
                .iter()
                .map(|(label, column)| (label.clone(), self.formula(column, &Place::in_walk()), column.kind.clone()))
                .collect();
            let outputs =
                disposition.outputs.iter().map(|(name, kind)| Output { name: name.clone(), kind: kind.clone() });
            Disposition {
                id: disposition.id,
                name: disposition.outputs.first().map(|(name, _)| name.clone()).unwrap_or_default(),
                span: disposition.span,
                family: disposition.family,
                outputs: outputs.collect(),
                policy: policy(disposition.policy),
                rows: table_rows(disposition),
                otherwise: matches!(disposition.rest, contract::Rest::Row(..)),
                of_none: disposition.policy.is_of_none() && disposition.rest == contract::Rest::Unsaid,
                index: BitmapIndex::new(&cells(disposition)),
                fields: fields(&on, &columns).filter(|_| disposition.options.is_empty()),
                options: self.options(disposition),
                finality: disposition.finality.clone(),
                on,
                columns,
            }
        };
        contract.dispositions.iter().map(plan).collect()
    }

    fn options(&mut self, disposition: &contract::Disposition) -> Vec<Choice> {
        let names = match disposition.outputs.first() {
            Some((_, Kind::Choice(words))) => words.clone(),
            Some(_) | None => Vec::new(),
        };
        let place = Place::in_walk();
        let choice = |(option, name): (&contract::Choice, String)| Choice {
            span: option.span,
            name,
            value: self.formula(&option.value, &place),
            provided: option.provided.as_ref().map(|provided| self.formula(provided, &place)),
            kind: option.value.kind.clone(),
        };
        disposition.options.iter().zip(names).map(choice).collect()
    }
}

/// The fields of the event that its condition and the columns read, where they read nothing else.
fn fields(on: &Point, columns: &[(String, Formula, Kind)]) -> Option<Vec<FieldId>> {
    let Point::Event { kind, filter, .. } = on else { return None };
    let mut found = Some(Vec::new());
    for formula in columns.iter().map(|(_, column, _)| column).chain(filter) {
        leaves(formula, &mut |read| match (read, &mut found) {
            (Read::Field(of, field), Some(fields)) if of == kind => fields.push(*field),
            _ => found = None,
        });
    }
    let mut fields = found?;
    fields.sort_unstable();
    fields.dedup();
    Some(fields)
}

fn policy(policy: contract::Policy) -> Policy {
    match policy {
        contract::Policy::First => Policy::First,
        contract::Policy::One => Policy::One,
        contract::Policy::Any => Policy::Any,
        contract::Policy::BestBy(output) => Policy::BestBy(output),
        contract::Policy::Best(best) => Policy::Best(best),
        contract::Policy::Collect(how) => Policy::Collect(how),
    }
}

/// The cells of the rows that do not decide otherwise.
fn cells(table: &contract::Disposition) -> Vec<&[Cell]> {
    table.rows.iter().map(|(_, cells, _)| cells.as_slice()).collect()
}

/// The rows of a table; the one that decides otherwise comes last and takes any value.
fn table_rows(table: &contract::Disposition) -> Vec<TableRow> {
    let row = |span: &Span, cells: &[Cell], outputs: &[Literal]| TableRow {
        span: *span,
        cells: cells.to_vec(),
        outputs: outputs.to_vec(),
    };
    let rest = match &table.rest {
        contract::Rest::Row(span, outputs) => Some(row(span, &vec![Cell::Anything; table.columns.len()], outputs)),
        contract::Rest::Unsaid | contract::Rest::NoDecision => None,
    };
    table.rows.iter().map(|(span, cells, outputs)| row(span, cells, outputs)).chain(rest).collect()
}
