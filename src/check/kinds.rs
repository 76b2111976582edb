//! Kinds of value in the reader's words, and which go together.

use crate::base::quantity::Unit;
use crate::base::value::Kind;

/// A kind in words: `an amount of EUR`, `a number of business days`.
pub(crate) fn describe(kind: &Kind) -> String {
    match kind {
        Kind::Number => "a number".to_owned(),
        Kind::Percentage => "a percentage".to_owned(),
        Kind::Money(currency) => format!("an amount of {currency}"),
        Kind::Quantity(unit) => match unit {
            Unit::One => "a number".to_owned(),
            Unit::Money(currency) => format!("an amount of {currency}"),
            Unit::Second => "a time of the clock (seconds, minutes, hours)".to_owned(),
            Unit::Day => "a number of calendar days".to_owned(),
            Unit::Month => "a number of months".to_owned(),
            Unit::BusinessDay => "a number of business days".to_owned(),
            Unit::WorkingSecond(hours) => format!("a time in {} hours", hours.name()),
            Unit::Thing(name) => format!("a count of {name}"),
        },
        Kind::Text => "a text".to_owned(),
        Kind::Choice(words) => format!("one of {}", words.join(", ")),
        Kind::Flag => "yes or no".to_owned(),
        Kind::Date => "a date".to_owned(),
        Kind::Instant => "an instant".to_owned(),
        Kind::Party => "a party".to_owned(),
    }
}

/// Whether a value is a pure number.
pub(crate) fn is_pure(kind: &Kind) -> bool {
    matches!(kind, Kind::Number | Kind::Percentage | Kind::Quantity(Unit::One))
}

/// Whether a value is a quantity of any kind, money and pure numbers included.
pub(crate) fn is_quantity(kind: &Kind) -> bool {
    is_pure(kind) || matches!(kind, Kind::Money(_) | Kind::Quantity(_))
}

/// Whether two values may be compared, added or stand beside each other.
pub(crate) fn agree(a: &Kind, b: &Kind) -> bool {
    let counted = |kind: &Kind| is_pure(kind) || matches!(kind, Kind::Quantity(Unit::Thing(_)));
    // A bare number may stand where things are counted: `up to 5 000` pages.
    let bare = (is_pure(a) && counted(b)) || (is_pure(b) && counted(a));
    let words = matches!((a, b), (Kind::Text, Kind::Choice(_)) | (Kind::Choice(_), Kind::Text));
    a == b || bare || words
}
