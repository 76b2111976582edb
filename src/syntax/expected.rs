//! What was expected, in the reader's words.

use crate::syntax::answers::answer;
use crate::syntax::grammar::Rule;

/// The most alternatives that a message lists.
const MOST: usize = 4;

/// The expected things in words, at most four.
pub(super) fn wanted(rules: &[Rule]) -> String {
    let mut words: Vec<String> = Vec::new();
    for rule in rules {
        // Of a convention it is an answer, in a scenario one of what may be expected.
        let answers = *rule == Rule::is_held && rules.iter().any(|other| !answer(*other).is_empty());
        let word = if answers { "`is held`".to_owned() } else { word(*rule) };
        if !word.is_empty() && !words.contains(&word) {
            words.push(word);
        }
    }
    // Words that close a sentence say more than those that may prolong a value.
    words.sort_by_key(|word| (rank(word), word.len()));
    let more = words.len() > MOST;
    words.truncate(MOST);
    let list = match words.split_last() {
        Some((last, [])) => last.clone(),
        Some((last, others)) => format!("{} or {last}", others.join(", ")),
        None => String::new(),
    };
    if more { format!("{list}, among others") } else { list }
}

fn rank(word: &str) -> u8 {
    match word {
        "`as` and the nature of the money" | "a band such as `from 95% : …`" => 0,
        "a name" | "a value" | "a number" => 1,
        "an operator" => 9,
        _ => 5,
    }
}

/// A rule in words. Keywords are shown as they are written: their rule's name says them.
#[expect(clippy::wildcard_enum_match_arm, reason = "the other rules stand for themselves")]
fn word(rule: Rule) -> String {
    let fixed = match rule {
        Rule::kw_as => "`as` and the nature of the money",
        Rule::nature => "a nature such as `price` or `indemnity`",
        Rule::name | Rule::any_name | Rule::path | Rule::path_name | Rule::any_word => "a name",
        Rule::string | Rule::text_value => "a text in quotes",
        Rule::number => "a number",
        Rule::date => "a date such as `2026-03-31`",
        Rule::month | Rule::period => "a month such as `2026-03`",
        Rule::currency_code => "a currency such as `EUR`",
        Rule::zone_name => "a time zone such as `Europe/Paris`",
        Rule::clause_number => "a clause number",
        Rule::contract_id => "the identity of the contract",
        Rule::unit | Rule::unit_words => "a unit",
        Rule::field_type => "a type such as `money`, `number`, `text` or `(A, B)`",
        Rule::field | Rule::field_option => "a field",
        Rule::convention => "a convention",
        Rule::rounding => "a step and how, such as `0.01 half up`",
        Rule::weekday | Rule::day_range => "a weekday such as `Mon`",
        Rule::day_hours => "weekdays and hours such as `Mon-Fri 08:00-18:00`",
        Rule::hours => "hours such as `08:00-18:00`",
        Rule::clock => "a time such as `09:00`",
        Rule::assumption => "what is assumed, such as `energy in 2026-03 = 104.2`",
        Rule::counts_as => "`counts as …`",
        Rule::estimated => "`estimated …`",
        Rule::is_held => "`= …`",
        Rule::band | Rule::band_test | Rule::band_bounds => "a band such as `from 95% : …`",
        Rule::row => "a row between `|`",
        Rule::cell => "a cell",
        Rule::document => "`this contract` or a library in quotes",
        Rule::change => "a change such as `replace clause`, `insert clause`, `suspend clause`, `end clause`",
        Rule::edition => "an edition such as `2021-04`",
        Rule::item | Rule::opening => "an item such as `clause` or `define`",
        Rule::sentence | Rule::one_sentence => "a sentence such as `customer pays …`",
        Rule::step => "a step: a dated event, `assume` or `expect`",
        Rule::amount | Rule::sum | Rule::product | Rule::factor | Rule::of_chain | Rule::expression => "a value",
        Rule::sum_operator | Rule::product_operator => "an operator",
        Rule::EOI => "the end",
        other => answer(other),
    };
    if !fixed.is_empty() {
        return fixed.to_owned();
    }
    let name = format!("{rule:?}");
    let bare = ["kw_", "cv_", "ty_", "n_", "c_", "out_", "o_"].iter().find_map(|prefix| name.strip_prefix(prefix));
    match bare {
        Some(word) => format!("`{}`", keyword(word)),
        None => String::new(),
    }
}

/// The keyword of a role: `pay_to` is written `to`.
fn keyword(role: &str) -> String {
    match role {
        "pay_to" | "date_to" | "state_to" | "day_to" => "to".to_owned(),
        "state_from" | "band_from" => "from".to_owned(),
        "must_have" => "must have".to_owned(),
        "flag" => "yes or no".to_owned(),
        "reduction" => "price reduction".to_owned(),
        "so_far" => "of the amount so far".to_owned(),
        "of_expected" => "of the expected".to_owned(),
        "of_previous" => "of the previous".to_owned(),
        other => other.replace('_', " "),
    }
}

/// A slip that is recognised by what stands where it stopped fitting.
pub(super) fn hint(found: &str, (before, after): (&str, &str), expected: &[Rule]) -> Option<String> {
    if let Some(help) = slip(found, before, after, expected) {
        return Some(help);
    }
    let help = match found {
        "=" if before.trim_end().ends_with(|letter: char| letter != '|')
            && before.lines().last().is_some_and(|line| line.trim_start().starts_with('|')) =>
        {
            "a cell is closed with `|` before `=>`"
        }
        "<" | ">" | "=" | "!" => {
            "comparisons are written in words: `is below`, `is above`, `is at least`, `is`; signs stand in table cells only"
        }
        "$" | "€" | "£" => "a currency is written behind the amount by its code: `42.00 EUR`",
        ";" => "no sign ends a sentence here; remove it, or write a comma between listed values",
        "more" | "at" if ["moves", "rises", "falls"].iter().any(|word| before.trim_end().ends_with(word)) => {
            "write `moves by more than 5%`, `rises by at least 5%`"
        }
        "at" => {
            "a limit such as `at most 45.00 EUR` stands before `as`; a row of bands begins with `from`, `above`, `up to`, `below`, `when` or `otherwise`"
        }
        "or" | "("
            if before.trim_end().rsplit(char::is_whitespace).nth(1) == Some("to")
                || before.trim_end().ends_with(" to") =>
        {
            "the ends of a state are events: `from delivered to returned or lost`"
        }
        "or" if before.lines().last().is_some_and(|line| line.contains("must have")) => {
            "one event fulfils an obligation: declare one with a field that says how it ended, such as `must have pallet ended where how is sound or how is lost`"
        }
        "carried" => {
            "what a cap leaves lapses, unless it says `unused is carried over until it is used` or `unused is carried over to the next year only, used first`"
        }
        "notice" => {
            "a movement gives a right, in a clause: `when labour moves by more than 5% per revision, customer may \"…\"`"
        }
        "pays" | "owes" if expected.contains(&Rule::kw_may) && !expected.contains(&Rule::kw_pays) => {
            "the movement of a coefficient gives a right and moves no money: `customer may \"…\"`"
        }
        "except" => "write `except holidays of FR`, without a comma before it",
        "after" => "a time is given `within 30 days of EVENT`",
        "if" => "a condition opens its sentence: `when … , customer pays …`",
        "'" => "texts stand in double quotes",
        _ => return None,
    };
    Some(help.to_owned())
}

/// A slip of someone who writes contracts and not programs.
fn slip(found: &str, before: &str, after: &str, expected: &[Rule]) -> Option<String> {
    let previous = before.split_whitespace().next_back().unwrap_or_default();
    let line = before.lines().next_back().unwrap_or_default().trim_start();
    let code = |word: &str| word.len() == 3 && word.bytes().all(|byte| byte.is_ascii_uppercase());
    let digits = found.starts_with(|letter: char| letter.is_ascii_digit());
    let word = found.starts_with(char::is_alphabetic);
    let verb = expected.contains(&Rule::kw_pays) || expected.contains(&Rule::kw_may);
    let opens_band = ["from", "up to", "above", "below", "when", "otherwise"].iter().any(|word| line.starts_with(word));
    let amount: String = after.chars().take_while(|letter| letter.is_ascii_digit() || *letter == '.').collect();
    let help = match (previous, found) {
        (_, "«" | "»" | "“" | "”" | "„" | "‘" | "’") => "texts stand in straight double quotes: `\"Availability\"`".to_owned(),
        (currency, _) if code(currency) && digits => {
            format!("the currency stands behind the amount: `{amount} {currency}`")
        }
        ("if" | "If" | "si", _) => "a condition opens its sentence with `when`: `when availability is below 95%, customer pays …`".to_owned(),
        ("the" | "The" | "le" | "la", _) => format!("parties and things are named without an article: `{found}`"),
        (_, "shall" | "must" | "will" | "should" | "has") | ("shall" | "must" | "will" | "should", _) => {
            "the verb of a payment is `pays`, that of a cap or minimum `owes`, that of a duty `must have`".to_owned()
        }
        ("business", _) => "units of business time are `business days`, `business hours` and `business minutes`".to_owned(),
        ("working", "day" | "days") => "days on which work is done are `business days`; `working hours` count time".to_owned(),
        (_, "per") if !expected.contains(&Rule::kw_per) => {
            "every `per` stands directly behind the amount, before `for`, `while` and the others: `12.50 EUR per pump per day commenced for …`".to_owned()
        }
        _ if comma_number(before, after).is_some() => {
            let written = comma_number(before, after).unwrap_or_default();
            format!("decimals are written with a point and digits grouped by spaces: {written}")
        }
        (_, "as") if !expected.contains(&Rule::kw_as) => "close the rows before it with `}`".to_owned(),
        _ if digits && expected.contains(&Rule::date) => {
            "dates are written year-month-day: 1 April 2026 is `2026-04-01`".to_owned()
        }
        _ if opens_band && (digits || word) && !line.contains(':') && found != "at" && !verb => {
            format!("a row has a colon before its value: `{} : {found} …`", line.trim_end())
        }
        _ if word && expected.contains(&Rule::kw_per) && !previous.is_empty() && !is_clause_word(found) => {
            format!("each unit of a rate has its own `per`: `per {found}`")
        }
        _ => return None,
    };
    Some(help)
}

/// How a number with a comma is written here: `42,00` is `42.00`, `1,042.00` is `1 042.00`, and `1,042` may be both.
fn comma_number(before: &str, after: &str) -> Option<String> {
    let number = |letter: &char| letter.is_ascii_digit() || matches!(letter, '.' | ',');
    let head: Vec<char> = before.chars().rev().take_while(number).collect();
    let whole: String = head.into_iter().rev().chain(after.chars().take_while(number)).collect();
    let whole = whole.trim_end_matches([',', '.']);
    let (first, last) = (whole.find(','), whole.rfind([',', '.'])?);
    first.filter(|_| whole.starts_with(|letter: char| letter.is_ascii_digit()))?;
    let (left, right) = whole.split_at_checked(last)?;
    let right = right.get(1..)?;
    let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
    let with_decimals = format!("`{}.{right}`", grouped(&digits(left)));
    let without = format!("`{}`", grouped(&digits(whole)));
    let signs = whole.chars().filter(|letter| !letter.is_ascii_digit()).count();
    Some(match (signs, right.len()) {
        (1, 3) => format!("{with_decimals} or {without}"),
        (_, 3) if left.contains(',') && whole.chars().nth(last) == Some(',') => without,
        _ => with_decimals,
    })
}

/// Digits in groups of three.
fn grouped(digits: &str) -> String {
    let count = digits.len();
    let mut out = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && count.saturating_sub(place).is_multiple_of(3) {
            out.push(' ');
        }
        out.push(digit);
    }
    out
}

/// Words that stand in a payment for something else than a unit.
fn is_clause_word(word: &str) -> bool {
    [
        "for", "while", "prorated", "times", "at", "as", "to", "then", "and", "or", "first", "last", "both", "if",
        "on", "when", "in", "is", "after", "except", "pays", "owes",
    ]
    .contains(&word)
}

/// How to go on, by what was expected.
pub(super) fn help(rules: &[Rule]) -> Option<String> {
    let has = |rule: Rule| rules.contains(&rule);
    let help = if has(Rule::kw_as) {
        "a payment ends with its nature: `as price`, `as price reduction`, `as bonus`, `as indemnity`, `as deposit`, `as sale`, `as interest` or `as fee`; its parts come in the order amount, `to PARTY`, `per`, `for` or `while`, `prorated`, days counted, `times`, limits, `as`"
    } else if has(Rule::nature) {
        "natures are price, price reduction, bonus, indemnity, deposit, sale, interest and fee"
    } else if has(Rule::convention) {
        "conventions are listed in the language reference under “Conventions”"
    } else if has(Rule::item) || has(Rule::opening) {
        "items are use, given, precedence, amendment, contract, parties, term, currency, timezone, settled, conventions, asset, event, define, decide, clause and scenario"
    } else {
        return None;
    };
    Some(help.to_owned())
}
