//! What was expected, in the reader's words.

use crate::syntax::grammar::Rule;

/// The most alternatives that a message lists.
const MOST: usize = 4;

/// The expected things in words, at most four.
pub(super) fn wanted(rules: &[Rule]) -> String {
    let mut words: Vec<String> = Vec::new();
    for rule in rules {
        let word = word(*rule);
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
        "`as` and the nature of the money" => 0,
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
        Rule::band => "a band such as `from 95% : …`",
        Rule::row => "a row between `|`",
        Rule::cell => "a cell",
        Rule::document => "`this contract` or a library in quotes",
        Rule::edition => "an edition such as `2021-04`",
        Rule::item | Rule::opening => "an item such as `clause` or `define`",
        Rule::sentence | Rule::one_sentence => "a sentence such as `customer pays …`",
        Rule::step => "a step: a dated event, `assume` or `expect`",
        Rule::amount | Rule::sum | Rule::product | Rule::factor | Rule::of_chain | Rule::expression => "a value",
        Rule::sum_operator | Rule::product_operator => "an operator",
        Rule::EOI => "the end",
        _ => "",
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
pub(super) fn hint(found: &str, before: &str) -> Option<String> {
    let help = match found {
        "=" if before.trim_end().ends_with(|letter: char| letter != '|')
            && before.lines().last().is_some_and(|line| line.trim_start().starts_with('|')) =>
        {
            "a cell is closed with `|` before `=>`"
        }
        "<" | ">" | "=" | "!" => {
            "comparisons are written in words: `is below`, `is above`, `is at least`, `is`; signs stand in table cells only"
        }
        "," if before.ends_with(|letter: char| letter.is_ascii_digit()) => {
            "decimals are written with a point and digits grouped by spaces: `1 234.50`"
        }
        "$" | "€" | "£" => "a currency is written behind the amount by its code: `42.00 EUR`",
        digits if before.ends_with(',') && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            "decimals are written with a point and digits grouped by spaces: `60 000.00`"
        }
        ";" => "no sign ends a sentence here; remove it, or write a comma between listed values",
        "at" => {
            "a limit such as `at most 45.00 EUR` stands before `as`; a row of bands begins with `from`, `above`, `up to`, `below`, `when` or `otherwise`"
        }
        "or" | "("
            if before.trim_end().rsplit(char::is_whitespace).nth(1) == Some("to")
                || before.trim_end().ends_with(" to") =>
        {
            "a state has one start and one end; define two states and join them with `and` or `or`"
        }
        "except" => "write `except holidays of FR`, without a comma before it",
        "after" => "a time is given `within 30 days of EVENT`",
        "if" => "a condition opens its sentence: `when … , customer pays …`",
        "'" => "texts stand in double quotes",
        _ => return None,
    };
    Some(help.to_owned())
}

/// How to go on, by what was expected.
pub(super) fn help(rules: &[Rule]) -> Option<String> {
    let has = |rule: Rule| rules.contains(&rule);
    let help = if has(Rule::kw_as) {
        "a payment ends with its nature: `as price`, `as price reduction`, `as bonus`, `as indemnity`, `as deposit`, `as sale`, `as interest` or `as fee`; its parts come in the order amount, `per`, `for` or `while`, `prorated`, days counted, `times`, limits, `as`"
    } else if has(Rule::nature) {
        "natures are price, price reduction, bonus, indemnity, deposit, sale, interest and fee"
    } else if has(Rule::convention) {
        "conventions are listed in the language reference under “Conventions”"
    } else if has(Rule::item) || has(Rule::opening) {
        "items are use, given, precedence, contract, parties, term, currency, timezone, settled, conventions, asset, event, define, decide, clause and scenario"
    } else {
        return None;
    };
    Some(help.to_owned())
}
