//! The conditions of event rules: `dep_time is present and delay is at least 15`.

use crate::feed::cell::Cell;
use crate::feed::figure::Figure;

/// Alternatives, each of which is a list of tests that must all hold.
#[derive(Clone, PartialEq, Eq, Debug, serde::Deserialize)]
#[serde(try_from = "String")]
pub struct Condition {
    pub(crate) any: Vec<Vec<Test>>,
}

/// A test of one cell.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Test {
    pub(crate) column: String,
    pub(crate) check: Check,
}

/// What a cell must be. An empty cell is absent, is not any value, and fails every comparison.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Check {
    Present,
    Absent,
    Is(String),
    IsNot(String),
    AtLeast(Figure),
    AtMost(Figure),
    Above(Figure),
    Below(Figure),
}

impl Check {
    /// Whether a cell passes; a cell that is no number fails every comparison.
    pub(crate) fn holds(&self, cell: Option<Cell<'_>>, point: u8) -> bool {
        let compared = |with: &Figure| Some(cell?.figure(point)?.cmp(*with));
        match self {
            Self::Present => cell.is_some(),
            Self::Absent => cell.is_none(),
            Self::Is(value) => cell.is_some_and(|cell| cell.is(value)),
            Self::IsNot(value) => cell.is_none_or(|cell| !cell.is(value)),
            Self::AtLeast(bound) => compared(bound).is_some_and(std::cmp::Ordering::is_ge),
            Self::AtMost(bound) => compared(bound).is_some_and(std::cmp::Ordering::is_le),
            Self::Above(bound) => compared(bound).is_some_and(std::cmp::Ordering::is_gt),
            Self::Below(bound) => compared(bound).is_some_and(std::cmp::Ordering::is_lt),
        }
    }
}

impl TryFrom<String> for Condition {
    type Error = String;

    fn try_from(text: String) -> Result<Self, String> {
        Self::parse(&text)
    }
}

impl Condition {
    /// Reads a condition. `and` binds tighter than `or`; columns and values that hold `is`, `and` or `or`
    /// as a word stand in quotes.
    pub fn parse(text: &str) -> Result<Self, String> {
        let words = words(text)?;
        let alternatives = words.split(|word| word.is("or"));
        let any: Result<_, String> =
            alternatives.map(|words| words.split(|word| word.is("and")).map(test).collect()).collect();
        Ok(Self { any: any? })
    }
}

struct Word {
    text: String,
    quoted: bool,
}

impl Word {
    fn is(&self, keyword: &str) -> bool {
        !self.quoted && self.text == keyword
    }
}

fn words(text: &str) -> Result<Vec<Word>, String> {
    let mut words = Vec::new();
    let mut rest = text.trim_start();
    while let Some(first) = rest.chars().next() {
        let after = if matches!(first, '\'' | '"' | '`') {
            let inside = rest.get(1..).unwrap_or_default();
            let (word, after) =
                inside.split_once(first).ok_or_else(|| format!("a quote {first} is not closed in `{text}`"))?;
            words.push(Word { text: word.to_owned(), quoted: true });
            after
        } else {
            let end = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let (word, after) = rest.split_at(end);
            words.push(Word { text: word.to_owned(), quoted: false });
            after
        };
        rest = after.trim_start();
    }
    Ok(words)
}

fn joined(words: &[Word]) -> String {
    let texts: Vec<&str> = words.iter().map(|word| word.text.as_str()).collect();
    texts.join(" ")
}

fn test(words: &[Word]) -> Result<Test, String> {
    let verb = words.iter().position(|word| word.is("is"));
    let (Some(verb), true) = (verb, verb != Some(0)) else {
        return Err(format!(
            "`{}` is no condition: write `COLUMN is present`, `is absent`, `is VALUE`, `is not VALUE` or `is at least NUMBER`, joined by `and` and `or`",
            joined(words)
        ));
    };
    let (column, predicate) = words.split_at(verb);
    let column = joined(column);
    let check = check(predicate.get(1..).unwrap_or_default())
        .ok_or_else(|| format!("`{}`: what the column must be is missing, no number, or a slip of `present` or `absent` (a value like these stands in quotes)", joined(words)))?;
    Ok(Test { column, check })
}

fn check(words: &[Word]) -> Option<Check> {
    let starts = |keywords: &[&str]| {
        let (head, rest) = words.split_at_checked(keywords.len())?;
        let same = head.iter().zip(keywords).all(|(word, keyword)| word.is(keyword));
        (same && !rest.is_empty()).then_some(rest)
    };
    let only = |keywords: &[&str]| {
        words.len() == keywords.len() && words.iter().zip(keywords).all(|(word, keyword)| word.is(keyword))
    };
    let number = |words: &[Word]| Figure::parse(&joined(words), b'.').ok();
    let unfinished: [&[&str]; 5] = [&["not"], &["at", "least"], &["at", "most"], &["above"], &["below"]];
    if words.is_empty() || unfinished.iter().any(|keywords| only(keywords)) {
        return None;
    }
    if only(&["present"]) || only(&["not", "absent"]) {
        return Some(Check::Present);
    }
    if only(&["absent"]) || only(&["not", "present"]) {
        return Some(Check::Absent);
    }
    if let Some(rest) = starts(&["at", "least"]) {
        return number(rest).map(Check::AtLeast);
    }
    if let Some(rest) = starts(&["at", "most"]) {
        return number(rest).map(Check::AtMost);
    }
    if let Some(rest) = starts(&["above"]) {
        return number(rest).map(Check::Above);
    }
    if let Some(rest) = starts(&["below"]) {
        return number(rest).map(Check::Below);
    }
    if let Some(rest) = starts(&["not"]) {
        return Some(Check::IsNot(joined(rest)));
    }
    // A slip of the pen: a value that looks like one of the words stands in quotes.
    if let [word] = words
        && !word.quoted
        && ["present", "absent"].into_iter().any(|meant| crate::base::suggest::closest(&word.text, [meant]).is_some())
    {
        return None;
    }
    Some(Check::Is(joined(words)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn holds(condition: &str, cell: Option<&str>) -> bool {
        let condition = Condition::parse(condition).unwrap();
        condition.any.iter().any(|all| all.iter().all(|test| test.check.holds(cell.map(Cell::Text), b'.')))
    }

    #[test]
    fn presence() {
        assert!(holds("x is present", Some("1")));
        assert!(!holds("x is present", None));
        assert!(holds("x is not present", None));
        assert!(holds("x is 'present'", Some("present")));
    }

    #[test]
    fn values_and_numbers() {
        assert!(holds("x is in transit", Some("in transit")));
        assert!(holds("x is not A", None));
        assert!(!holds("x is not A", Some("A")));
        assert!(holds("x is at least 15", Some("15.0")));
        assert!(!holds("x is above 15", Some("15")));
        assert!(holds("x is below -1.5", Some("-2")));
        assert!(!holds("x is at most 5", None));
        assert!(!holds("x is at most 5", Some("five")));
    }

    #[test]
    fn and_binds_tighter_than_or() {
        assert!(holds("x is 1 or x is 2 and x is 3", Some("1")));
        assert!(!holds("x is 1 and x is 2 or x is 3", Some("1")));
    }

    #[test]
    fn columns_may_have_several_words() {
        let condition = Condition::parse("Date of return is present and \"this is it\" is not x").unwrap();
        let columns: Vec<&str> = condition.any[0].iter().map(|test| test.column.as_str()).collect();
        assert_eq!(columns, ["Date of return", "this is it"]);
    }

    #[test]
    fn what_is_no_condition_is_told() {
        for text in [
            "",
            "x",
            "is present",
            "x is",
            "x is not",
            "x is at least",
            "x is at least much",
            "x is 1 and",
            "or x is 1",
            "'x is 1",
        ] {
            assert!(Condition::parse(text).is_err(), "{text}");
        }
    }
}
