//! Scenarios as written: facts and what is expected of them.

use crate::base::number::Ratio;
use crate::base::span::{Span, Spanned};
use crate::base::time::Date;
use crate::base::vocabulary::{Nature, Outcome};
use crate::syntax::tree::{Expr, Word};

/// `scenario "collected late" { … }`
#[derive(Clone, PartialEq, Debug)]
pub struct Scenario {
    /// Its title.
    pub title: Word,
    /// Steps in the order of the text.
    pub steps: Vec<Step>,
    /// The rows of `for each | a | b | …`: header and rows of values; empty when there is none.
    pub table: Option<ScenarioTable>,
}

/// A table that runs a scenario once a row: header words stand for the row's values.
#[derive(Clone, PartialEq, Debug)]
pub struct ScenarioTable {
    /// Names.
    pub header: Vec<Word>,
    /// Values, one a name.
    pub rows: Vec<(Span, Vec<Expr>)>,
}

/// A step of a scenario.
#[derive(Clone, PartialEq, Debug)]
pub enum Step {
    /// `assume list_price of P1 = 1850.00 EUR`
    Assume(Assume),
    /// `2026-03-02 09:00 return_requested P1`
    Event(ScenarioEvent),
    /// `expect …`
    Expect(Expect),
}

/// Sets an attribute or a measure directly.
#[derive(Clone, PartialEq, Debug)]
pub struct Assume {
    /// The whole step.
    pub span: Span,
    /// Attribute or term.
    pub name: Word,
    /// Asset or group.
    pub of: Option<Word>,
    /// `in 2026-03`: month, date or year as written
    pub period: Option<Word>,
    /// `provisional`: a value of an index that is not final.
    pub provisional: Option<Span>,
    /// `published 2026-04-15`: when a value of an index became known.
    pub published: Option<Spanned<Date>>,
    /// The value.
    pub value: Expr,
}

/// A dated line.
#[derive(Clone, PartialEq, Debug)]
pub struct ScenarioEvent {
    /// The whole line.
    pub span: Span,
    /// Local date.
    pub date: Spanned<Date>,
    /// Seconds of the local day; midnight when not written.
    pub time: u32,
    /// Kind of event.
    pub kind: Word,
    /// `40 crate` gives a quantity.
    pub quantity: Option<Spanned<Ratio>>,
    /// Asset.
    pub asset: Option<Word>,
    /// `recorded 2026-05-10 09:00`: when it became known; without it, when it occurred.
    pub recorded: Option<(Spanned<Date>, u32)>,
    /// `{ grade A, repair_cost 120.00 EUR }`
    pub fields: Vec<(Word, Expr)>,
}

/// An expectation.
#[derive(Clone, PartialEq, Debug)]
pub struct Expect {
    /// The whole step.
    pub span: Span,
    /// What is expected.
    pub what: Expected,
}

/// What is expected of money, or of a number.
#[derive(Clone, PartialEq, Debug)]
pub enum Wanted {
    /// `= 50.00 EUR`
    Amount(Expr),
    /// `is held`: it cannot be told.
    Held,
}

/// What a scenario can expect.
#[derive(Clone, PartialEq, Debug)]
pub enum Expected {
    /// `expect clause 6.1 for P1 in 2026-03 = 50.00 EUR`, `expect clause 6.1 in 2026-03 is held`: of a right too
    Clause {
        /// The clause.
        number: Word,
        /// Only lines of this nature.
        nature: Option<Spanned<Nature>>,
        /// The group, if any.
        group: Option<Word>,
        /// The period.
        period: Option<Word>,
        /// The amount, or that it is held.
        wanted: Wanted,
    },
    /// `expect deposits of clause 3 for K1 in 2026-03 = 25.00 EUR`: what is held at the end of the period
    Deposits {
        /// The clause.
        number: Word,
        /// The asset, if any.
        group: Option<Word>,
        /// The period.
        period: Option<Word>,
        /// The amount, or that it is held.
        wanted: Wanted,
    },
    /// `expect clause 9 applies in 2026-06`, `does not apply`: a right
    Right {
        /// The clause.
        number: Word,
        /// Whether it holds.
        applies: bool,
        /// The group, if any.
        group: Option<Word>,
        /// The period.
        period: Option<Word>,
    },
    /// `expect total of provider in 2026-03 = 120.00 EUR` (what the party gets less what it pays), `expect payment
    /// from customer to provider in 2026-03 = 120.00 EUR`
    Total {
        /// The party that gets it.
        party: Word,
        /// The party that pays it; `None` for all parties, less what the first one pays.
        paid_by: Option<Word>,
        /// `with tax`: what is paid, tax included.
        with_tax: Option<Span>,
        /// The period.
        period: Option<Word>,
        /// The amount, or that it is held.
        wanted: Wanted,
    },
    /// `expect availability of nantes in 2026-03 = 98.2%`, `… is held`, `expect route of L1 = refurbish`
    Value {
        /// A term or the output of a disposition.
        name: Word,
        /// Group or asset.
        of: Option<Word>,
        /// The period.
        period: Option<Word>,
        /// The value.
        wanted: Wanted,
    },
    /// `expect collect of P1 is due 2026-03-30`, `expect answer of P1 is due 2026-03-03 15:00`
    Due {
        /// The obligation.
        name: Word,
        /// The asset.
        of: Word,
        /// The last day of the time that there is.
        date: Spanned<Date>,
        /// Seconds of that day, for a time in hours; `None` for the whole day.
        time: Option<u32>,
    },
    /// `expect collect of P1 is late by 4 business days`, `expect bring_back of 25 crate LOT-7 is met`
    Obligation {
        /// The obligation.
        name: Word,
        /// How many units of a lot stand so.
        units: Option<Spanned<Ratio>>,
        /// The asset.
        of: Word,
        /// How it stands.
        outcome: Spanned<Outcome>,
        /// By how much it is late.
        by: Option<Expr>,
    },
}
