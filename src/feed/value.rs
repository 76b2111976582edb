//! The text of a cell or JSON value to the integer that a column stores.

use crate::base::currency::Currency;
use crate::base::ids::{AssetId, PartyId};
use crate::base::time::Date;
use crate::feed::cell::Cell;
use crate::feed::evidence::Cause;
use crate::feed::fault::{Fault, shown};
use crate::feed::figure::{Figure, NotFigure};
use crate::feed::moment::Clock;
use crate::feed::schema::{FieldSchema, FieldType, Named, Schema};
use crate::feed::texts::Pool;

/// A unit of a cell, or of a column.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Unit {
    /// So many seconds on the clock.
    Seconds(i64),
    /// So many calendar days.
    Days(i64),
    /// So many months.
    Months(i64),
    /// Hundredths.
    Percent,
    /// Money.
    Money(Currency),
    /// Anything else, such as `pages`.
    Word(String),
}

impl Unit {
    /// Reads the word of a unit; any word is one.
    pub(crate) fn of(word: &str) -> Self {
        match word {
            "s" | "sec" | "second" | "seconds" => Self::Seconds(1),
            "min" | "minute" | "minutes" => Self::Seconds(60),
            "h" | "hour" | "hours" => Self::Seconds(3_600),
            "day" | "days" => Self::Days(1),
            "week" | "weeks" => Self::Days(7),
            "month" | "months" => Self::Months(1),
            "year" | "years" => Self::Months(12),
            "%" | "percent" => Self::Percent,
            _ => match Currency::parse(word) {
                Some(currency) => Self::Money(currency),
                None => Self::Word(word.to_owned()),
            },
        }
    }
}

/// How values are read: what the mapping says, and where texts are kept.
pub(crate) struct Reading<'a> {
    /// The decimal mark.
    pub(crate) point: u8,
    /// Reads instants.
    pub(crate) clock: &'a mut Clock,
    /// Keeps texts.
    pub(crate) texts: &'a mut Pool,
    /// Keeps names of assets, and of members of families of parties.
    pub(crate) assets: &'a mut Pool,
    /// The contract, for its parties.
    pub(crate) schema: &'a Schema,
}

/// The value of a field. `unit` is that of the column, for a cell without one.
pub(crate) fn read(
    field: &FieldSchema,
    cell: Cell<'_>,
    unit: Option<&Unit>,
    reading: &mut Reading<'_>,
) -> Result<Figure, Fault> {
    match (cell, &field.kind) {
        (Cell::Instant(instant), FieldType::Instant) => Ok(Figure::whole(instant.0)),
        (Cell::Number(..), kind) if kind.is_quantity() => match cell.figure(reading.point) {
            Some(figure) => measured(field, cell, figure, unit),
            None => Err(too_long(field, cell)),
        },
        (Cell::Text(text), _) => read_text(field, text, unit, reading),
        (Cell::Number(..) | Cell::Instant(_), _) => read_text(field, &cell.text(), unit, reading),
    }
}

fn read_text(field: &FieldSchema, text: &str, unit: Option<&Unit>, reading: &mut Reading<'_>) -> Result<Figure, Fault> {
    let fault = |what: &str, help: String| {
        let reason = format!("{} of {} is not {what}", shown(text), shown(&field.name));
        Err(Fault::new(Cause::BadValue, reason).help(help))
    };
    match &field.kind {
        FieldType::Number
        | FieldType::Percentage
        | FieldType::Money(_)
        | FieldType::Seconds
        | FieldType::Days
        | FieldType::Months
        | FieldType::Thing(_) => quantity(field, text, unit, reading.point),
        FieldType::Text => Ok(whole(reading.texts.intern(text))),
        FieldType::Flag => match flag(text) {
            Some(flag) => Ok(Figure::whole(i64::from(flag))),
            None => fault("yes or no", "write `yes` or `no`, `true` or `false`".to_owned()),
        },
        FieldType::Choice(words) => {
            if let Some(place) = words.iter().position(|word| word == text) {
                Ok(Figure::whole(i64::try_from(place).unwrap_or(i64::MAX)))
            } else {
                let reason = format!("{} of {} is none of its words", shown(text), shown(&field.name));
                let words = words.iter().map(String::as_str);
                Err(Fault::new(Cause::BadValue, reason).among(text, words))
            }
        }
        FieldType::Date => match Date::parse(text) {
            Some(date) => Ok(Figure::whole(i64::from(date.0))),
            None => fault("a date", "write it as `2026-03-02`".to_owned()),
        },
        FieldType::Instant => match reading.clock.read(text) {
            Ok(instant) => Ok(Figure::whole(instant.0)),
            Err(mut fault) => {
                fault.reason = format!("{}: {}", shown(&field.name), fault.reason);
                Err(fault)
            }
        },
        FieldType::Party(named) => party(field, *named, text, reading),
    }
}

fn whole(number: u32) -> Figure {
    Figure::whole(i64::from(number))
}

/// A party by any of its names; a member of a family by the name that the register gives it.
fn party(field: &FieldSchema, named: Named, text: &str, reading: &mut Reading<'_>) -> Result<Figure, Fault> {
    let parties = &reading.schema.parties;
    let found = parties.iter().position(|names| names.iter().any(|name| name == text)).map(PartyId::at);
    let found = match (found, named) {
        (Some(_), Named::Members) => {
            let reason = format!("{} of {} is a party of its own, and no member", shown(text), shown(&field.name));
            return Err(Fault::new(Cause::BadValue, reason).help("name a member of the family of parties"));
        }
        (Some(party), Named::Parties | Named::PartiesAndMembers) => party,
        (None, Named::Members | Named::PartiesAndMembers) => {
            Fault::unless_plain(&field.name, text)?;
            PartyId::of_member(AssetId(reading.assets.intern(text)))
        }
        (None, Named::Parties) => {
            let reason = format!("{} of {} is no party of the contract", shown(text), shown(&field.name));
            let names = parties.iter().flatten().map(String::as_str);
            return Err(Fault::new(Cause::BadValue, reason).among(text, names));
        }
    };
    Ok(whole(found.0))
}

/// yes, no, true, false, 1, 0; in any case.
fn flag(text: &str) -> Option<bool> {
    let is = |word: &str| text.eq_ignore_ascii_case(word);
    if is("yes") || is("true") || text == "1" {
        Some(true)
    } else if is("no") || is("false") || text == "0" {
        Some(false)
    } else {
        None
    }
}

/// A number with or without a unit, in the field's base unit.
fn quantity(field: &FieldSchema, text: &str, column: Option<&Unit>, point: u8) -> Result<Figure, Fault> {
    if let Some(figure) = iso_duration(&field.kind, text, point) {
        return Ok(figure);
    }
    let cell = Cell::Text(text);
    match Figure::parse(text, point) {
        Ok(figure) => measured(field, cell, figure, column),
        Err(NotFigure::TooLong) => Err(too_long(field, cell)),
        Err(NotFigure::Shape) => {
            let (number, word) = unit_apart(text);
            match Figure::parse(number, point) {
                Ok(figure) if !word.is_empty() => measured(field, cell, figure, Some(&Unit::of(word))),
                Ok(_) | Err(NotFigure::Shape) => Err(no_number(field, text)),
                Err(NotFigure::TooLong) => Err(too_long(field, cell)),
            }
        }
    }
}

/// The figure of a cell in the field's base unit.
fn measured(field: &FieldSchema, cell: Cell<'_>, figure: Figure, unit: Option<&Unit>) -> Result<Figure, Fault> {
    match in_base_unit(&field.kind, figure, unit) {
        Some(figure) => figure.ok_or_else(|| too_long(field, cell)),
        None => Err(wrong_unit(field, &cell.text(), unit.is_none())),
    }
}

fn too_long(field: &FieldSchema, cell: Cell<'_>) -> Fault {
    let reason = format!("{} of {} has too many digits", shown(&cell.text()), shown(&field.name));
    Fault::new(Cause::BadValue, reason).help("at most 18 digits before the decimal mark and 18 after it are kept")
}

/// The number before the first letter or sign of a unit, and the unit.
fn unit_apart(text: &str) -> (&str, &str) {
    let starts = |letter: char| letter.is_alphabetic() || letter == '%';
    let place = text.find(starts).unwrap_or(text.len());
    let (number, unit) = text.split_at(place);
    (number.trim_end(), unit)
}

/// The figure in the base unit of the type: `None` where the unit does not fit, `Some(None)` where the
/// figure gets too long.
fn in_base_unit(kind: &FieldType, figure: Figure, unit: Option<&Unit>) -> Option<Option<Figure>> {
    match (kind, unit) {
        (FieldType::Number | FieldType::Money(_) | FieldType::Thing(_), None) => Some(Some(figure)),
        (FieldType::Number | FieldType::Percentage, Some(Unit::Percent)) => Some(figure.percent()),
        // `99.6` without a sign may be meant as a percentage: only a fraction is taken as one.
        (FieldType::Percentage, None) if figure.cmp(Figure::whole(1)).is_le() => Some(Some(figure)),
        (FieldType::Money(wanted), Some(Unit::Money(found))) if wanted == found => Some(Some(figure)),
        (FieldType::Seconds, Some(Unit::Seconds(factor)))
        | (FieldType::Days, Some(Unit::Days(factor)))
        | (FieldType::Months, Some(Unit::Months(factor))) => Some(figure.times(*factor)),
        (FieldType::Thing(thing), Some(Unit::Word(word))) if is_thing(thing, word) => Some(Some(figure)),
        _ => None,
    }
}

/// Whether a word names a thing, in the singular or plural.
fn is_thing(thing: &str, word: &str) -> bool {
    word == thing || word.strip_suffix('s') == Some(thing)
}

/// ISO 8601 durations of one kind: `PT3H30M`, `P2D`, `P1W`, `P1Y6M`.
fn iso_duration(kind: &FieldType, text: &str, point: u8) -> Option<Figure> {
    let rest = text.strip_prefix('P')?;
    let (clock, mut rest) = match rest.strip_prefix('T') {
        Some(rest) => (true, rest),
        None => (false, rest),
    };
    let mut sum = None;
    while !rest.is_empty() {
        let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
        let figure = Figure::parse(rest.get(..end)?, point).ok()?;
        let mut letters = rest.get(end..)?.chars();
        let unit = iso_unit(clock, letters.next()?)?;
        let part = in_base_unit(kind, figure, Some(&unit))??;
        sum = Some(match sum {
            None => part,
            Some(sum) => part.plus(sum)?,
        });
        rest = letters.as_str();
    }
    sum
}

fn iso_unit(clock: bool, letter: char) -> Option<Unit> {
    match (clock, letter) {
        (true, 'S') => Some(Unit::Seconds(1)),
        (true, 'M') => Some(Unit::Seconds(60)),
        (true, 'H') => Some(Unit::Seconds(3_600)),
        (false, 'D') => Some(Unit::Days(1)),
        (false, 'W') => Some(Unit::Days(7)),
        (false, 'M') => Some(Unit::Months(1)),
        (false, 'Y') => Some(Unit::Months(12)),
        _ => None,
    }
}

fn no_number(field: &FieldSchema, text: &str) -> Fault {
    let reason = format!("{} of {} is not {}", shown(text), shown(&field.name), noun(&field.kind));
    Fault::new(Cause::BadValue, reason).help(format!("write {}", example(&field.kind)))
}

fn wrong_unit(field: &FieldSchema, text: &str, bare: bool) -> Fault {
    let reason = if bare {
        format!("{} of {} does not say its unit", shown(text), shown(&field.name))
    } else {
        format!("{} of {} is not {}", shown(text), shown(&field.name), noun(&field.kind))
    };
    Fault::new(Cause::BadValue, reason).help(format!("write {}", example(&field.kind)))
}

fn noun(kind: &FieldType) -> String {
    match kind {
        FieldType::Money(currency) => format!("an amount in {currency}"),
        FieldType::Seconds => "a duration on the clock".to_owned(),
        FieldType::Days => "a number of days".to_owned(),
        FieldType::Months => "a number of months".to_owned(),
        FieldType::Thing(thing) => format!("a number of {thing}s"),
        FieldType::Percentage => "a percentage with `%`, or a fraction up to 1".to_owned(),
        FieldType::Number
        | FieldType::Text
        | FieldType::Flag
        | FieldType::Choice(_)
        | FieldType::Date
        | FieldType::Instant
        | FieldType::Party(_) => "a number".to_owned(),
    }
}

fn example(kind: &FieldType) -> String {
    match kind {
        FieldType::Money(currency) => format!("`120.00 {currency}` or `120.00`"),
        FieldType::Seconds => {
            "`227 minutes`, `3 hours` or `PT3H`; in a table, give the column a unit: `air_time minutes`".to_owned()
        }
        FieldType::Days => "`2 days` or `P2D`; in a table, give the column a unit: `delay days`".to_owned(),
        FieldType::Months => {
            "`36 months`, `3 years` or `P3Y`; in a table, give the column a unit: `age months`".to_owned()
        }
        FieldType::Percentage => "`99.6%` or `0.996`; in a table, give the column a unit: `purity %`".to_owned(),
        FieldType::Thing(_)
        | FieldType::Number
        | FieldType::Text
        | FieldType::Flag
        | FieldType::Choice(_)
        | FieldType::Date
        | FieldType::Instant
        | FieldType::Party(_) => "`1234.5`; in a table, `decimal = \",\"` reads `1234,5`".to_owned(),
    }
}
