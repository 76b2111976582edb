//! What is proved of a decision table: that every case takes a row, that rows which may not apply together do not, and
//! that each row and column has a say. What fails is shown by a case.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::base::value::{Cell, Literal};
use crate::check::axes::Searched;
use crate::check::checker::Checker;
use crate::check::contract::{Disposition, Policy, Rest};
use crate::check::coverage::{Bits, Part, TooLarge};
use crate::syntax::tree::Decide;

/// The most findings of one sort that a table is told of.
const MOST: usize = 5;

/// A table while it is proved.
struct Proof<'d> {
    table: &'d Disposition,
    searched: Searched,
    /// What is decided, in words: `an inspected pump`.
    subject: String,
    /// Where the table stands.
    place: Span,
    found: Vec<Diagnostic>,
}

impl Checker<'_> {
    /// Proves a table, and reports what fails.
    pub(super) fn prove_table(
        &mut self,
        decide: &Decide,
        table: &Disposition,
        filter: Option<&crate::check::value::Value>,
    ) {
        let rows: Vec<&[Cell]> = table.rows.iter().map(|(_, cells, _)| cells.as_slice()).collect();
        let (event, family) = (&decide.on.name.node, &decide.family.node);
        let mut proof = Proof {
            table,
            searched: self.searched(&table.columns, &rows, filter),
            subject: with_article(&format!("{event} {family}").replace('_', " ")),
            place: table.span,
            found: Vec::new(),
        };
        let proved = self.prove_all(&mut proof);
        if proved.is_err() {
            let message = format!(
                "the table of `{}` is too large to prove that every case has one decision",
                decide.outputs.first().map_or("", |name| name.node.as_str())
            );
            let warning = Diagnostic::new(Code::C084, proof.place, message)
                .note("gaps, contradictions and rows that never decide were not looked for to the end");
            proof.found.push(warning.help("split it into tables that decide one after the other"));
        }
        for finding in proof.found {
            self.report(finding);
        }
    }

    fn prove_all(&self, proof: &mut Proof<'_>) -> Result<(), TooLarge> {
        let policy = proof.table.policy;
        if !policy.is_of_none() && proof.table.rest == Rest::Unsaid {
            self.prove_complete_table(proof)?;
        }
        match policy {
            Policy::One | Policy::Any => self.prove_apart(proof)?,
            Policy::BestBy(rank) => self.prove_ties(proof, rank)?,
            Policy::First | Policy::Best(_) | Policy::Collect(_) => {}
        }
        self.prove_rows(proof)?;
        prove_columns(proof);
        Ok(())
    }

    /// Every case takes a row.
    fn prove_complete_table(&self, proof: &mut Proof<'_>) -> Result<(), TooLarge> {
        let (whole, all) = (proof.searched.grid.whole(), proof.searched.grid.all_rows());
        let Some(case) = proof.searched.grid.outside(&whole, all)? else { return Ok(()) };
        let deciding = proof.searched.grid.deciding(&whole, &case);
        let words = self.case_in_words(&proof.searched, &case, &deciding);
        let with = if words.is_empty() { String::new() } else { format!(" with {words}") };
        let (code, takes) = proof.certainty(Code::C180, "takes");
        let finding = Diagnostic::new(code, proof.place, format!("{}{with} {takes} no row", proof.subject))
            .help("add a row for it, or a last row `otherwise => …`; `otherwise => no decision` says that such a case is left open");
        proof.found.push(finding);
        Ok(())
    }

    /// No case takes two rows (`one match`), or two rows that differ (`any match`).
    fn prove_apart(&self, proof: &mut Proof<'_>) -> Result<(), TooLarge> {
        let one = proof.table.policy == Policy::One;
        for row in 0..proof.table.rows.len() {
            let part = proof.searched.grid.part_of(row);
            let meeting = proof.searched.grid.meeting(&part)?;
            let clash = meeting.members().find(|other| *other < row && (one || !proof.agree(row, *other)));
            if let Some(other) = clash {
                let rule = if one { "`one match` lets only one apply" } else { "they decide differently" };
                let both = proof.searched.grid.part_of_both(row, other);
                let case: Vec<usize> = both.iter().filter_map(|classes| classes.first().copied()).collect();
                self.report_clash(proof, (row, other), &case, rule);
            }
        }
        Ok(())
    }

    /// Where rows with the same rank both apply, one with a better rank does too, or they agree.
    fn prove_ties(&self, proof: &mut Proof<'_>, rank: usize) -> Result<(), TooLarge> {
        for row in 0..proof.table.rows.len() {
            let part = proof.searched.grid.part_of(row);
            let meeting = proof.searched.grid.meeting(&part)?;
            let ranked = proof.rank(row, rank);
            let better: Bits = proof.rows_where(|other| meeting.contains(other) && proof.rank(other, rank) < ranked);
            let ties: Vec<usize> = meeting
                .members()
                .filter(|other| *other < row && proof.rank(*other, rank) == ranked && !proof.agree(row, *other))
                .collect();
            for other in ties {
                let both: Part = proof.searched.grid.part_of_both(row, other);
                if let Some(case) = proof.searched.grid.outside(&both, better.clone())? {
                    self.report_clash(proof, (row, other), &case, "they have the same rank and decide differently");
                    break;
                }
            }
        }
        Ok(())
    }

    fn report_clash(&self, proof: &mut Proof<'_>, (row, other): (usize, usize), case: &[usize], rule: &str) {
        if proof.count(Code::C181) >= MOST {
            return;
        }
        let columns: Vec<usize> = (0..case.len()).collect();
        let words = self.case_in_words(&proof.searched, case, &columns);
        let (code, takes) = proof.certainty(Code::C181, "takes");
        let message =
            format!("{} with {words} {takes} this row and row {}: {rule}", proof.subject, other.saturating_add(1));
        let finding = Diagnostic::new(code, proof.row_span(row), message)
            .and_at(proof.row_span(other), "the other one")
            .help("narrow one of the two, or let the order decide with `first match`");
        proof.found.push(finding);
    }

    /// Each row decides some case.
    fn prove_rows(&self, proof: &mut Proof<'_>) -> Result<(), TooLarge> {
        let mut told: usize = 0;
        for row in 0..proof.table.rows.len() {
            if told == MOST {
                break;
            }
            let part = proof.searched.grid.part_of(row);
            let impossible = part.iter().any(Vec::is_empty);
            let by = proof.winners_over(row);
            let covered = if impossible || by.is_empty() {
                impossible
            } else {
                let meeting = proof.searched.grid.meeting(&part)?.and(&by);
                !meeting.is_empty() && proof.searched.grid.outside(&part, meeting)?.is_none()
            };
            if covered {
                told = told.saturating_add(1);
                proof.report_idle(row, impossible, &by);
            }
        }
        Ok(())
    }
}

impl Proof<'_> {
    /// Rows whose decision stands where they apply together with a row: those before it, those with a better rank, or
    /// those that decide the same.
    fn winners_over(&self, row: usize) -> Bits {
        match self.table.policy {
            Policy::First => self.rows_where(|other| other < row),
            Policy::BestBy(rank) => self.rows_where(|other| {
                let (own, its) = (self.rank(row, rank), self.rank(other, rank));
                its < own || (its == own && other < row && self.agree(row, other))
            }),
            Policy::Any => self.rows_where(|other| other != row && self.agree(row, other)),
            Policy::One | Policy::Best(_) | Policy::Collect(_) => Bits::none(self.table.rows.len()),
        }
    }

    fn report_idle(&mut self, row: usize, impossible: bool, by: &Bits) {
        let number = row.saturating_add(1);
        let (message, help) = if impossible {
            (
                format!("row {number} can never apply: no value is within all of its cells"),
                "mend its cells, or remove it",
            )
        } else if self.table.policy == Policy::Any {
            (format!("row {number} adds nothing: other rows decide all of its cases, and the same"), "remove it")
        } else {
            (
                format!("row {number} can never decide: the rows before it take all of its cases"),
                "move it up, mend its cells, or remove it",
            )
        };
        let alone = by.members().find(|other| self.takes_all_of(row, *other));
        let mut finding = Diagnostic::new(Code::C083, self.row_span(row), message).help(help);
        if let (Some(other), false) = (alone, impossible) {
            finding = finding.and_at(self.row_span(other), "this row takes all of them");
        }
        self.found.push(finding);
    }

    /// Whether one row takes every case of another.
    fn takes_all_of(&self, row: usize, other: usize) -> bool {
        let (inner, outer) = (self.searched.grid.part_of(row), self.searched.grid.part_of(other));
        inner.iter().zip(&outer).all(|(inner, outer)| inner.iter().all(|class| outer.contains(class)))
    }

    /// The code and the verb: what was found in columns that depend on each other may be a case that cannot be.
    fn certainty(&self, code: Code, verb: &str) -> (Code, String) {
        if self.searched.related {
            (Code::C084, format!("may {}", verb.trim_end_matches('s')))
        } else {
            (code, verb.to_owned())
        }
    }

    fn count(&self, code: Code) -> usize {
        self.found.iter().filter(|finding| finding.code == code || finding.code == Code::C084).count()
    }

    fn row_span(&self, row: usize) -> Span {
        self.table.rows.get(row).map_or(self.place, |(span, ..)| *span)
    }

    fn outputs(&self, row: usize) -> Option<&Vec<Literal>> {
        self.table.rows.get(row).map(|(_, _, outputs)| outputs)
    }

    fn agree(&self, row: usize, other: usize) -> bool {
        self.outputs(row) == self.outputs(other)
    }

    fn rank(&self, row: usize, output: usize) -> Option<crate::base::number::Ratio> {
        self.outputs(row)?.get(output).and_then(crate::check::samples::order)
    }

    fn rows_where(&self, chosen: impl Fn(usize) -> bool) -> Bits {
        let count = self.table.rows.len();
        Bits::of(count, (0..count).filter(|row| chosen(*row)))
    }
}

/// Each column has a cell that asks something.
fn prove_columns(proof: &mut Proof<'_>) {
    for (place, (label, column)) in proof.table.columns.iter().enumerate() {
        let asks = |cells: &Vec<Cell>| cells.get(place).is_some_and(|cell| *cell != Cell::Anything);
        if !proof.table.rows.iter().any(|(_, cells, _)| asks(cells)) {
            let message = format!("no row asks for `{label}`");
            let finding = Diagnostic::new(Code::C083, column.span, message);
            proof.found.push(finding.help("remove the column, or fill its cells"));
        }
    }
}

fn with_article(words: &str) -> String {
    let vowel = words.starts_with(['a', 'e', 'i', 'o', 'u', 'A', 'E', 'I', 'O', 'U']);
    format!("{} {words}", if vowel { "an" } else { "a" })
}
