//! The order in which the parts of a sentence stand, told where they stand in another one.

/// Words with which a part of a cap or minimum begins.
const OWED: [&str; 14] = [
    "to", "per", "over", "of", "indexed", "not", "after", "before", "prorated", "in", "gross", "netted", "unused",
    "then",
];

/// Words with which a part of an expectation begins.
const EXPECTED: [&str; 7] = ["as", "for", "of", "in", "with", "applies", "does"];

const ORDER_OWED: &str = "the parts of a cap or minimum come in this order: the amount, `to PARTY` and `per …`, `of the amount so far` and its like, `indexed by …` or `after indexation`, `prorated by day` or `in full`, `gross` or `netted with …`, `unused …`, `then …`, and `under clause N` at the end";

/// How the parts go of the sentence or step of a scenario in which something does not fit. Its text is given up to that
/// place and as a whole, after the text that stands before it.
pub(super) fn order(found: &str, (before, read, whole): (&str, &str, &str)) -> Option<String> {
    if whole.trim_start().starts_with("expect ") {
        return Some(expectation(whole));
    }
    let line = before.lines().next_back().unwrap_or_default();
    if let Some((_, step)) = line.rsplit_once("expect ").filter(|(_, step)| !step.contains('}'))
        && read.trim().is_empty()
        && EXPECTED.contains(&found)
    {
        return Some(expectation(&format!("expect {step} {}", whole.lines().next().unwrap_or_default())));
    }
    let owed = read.split_whitespace().any(|word| word == "owes") || (read.trim().is_empty() && ends_a_limit(before));
    (owed && OWED.contains(&found)).then(|| ORDER_OWED.to_owned())
}

/// Whether a text ends with the clauses of a limit: `under clauses 3 and 4`.
fn ends_a_limit(before: &str) -> bool {
    let Some((_, clauses)) = before.rsplit_once("under clause") else { return false };
    let mut words = clauses.trim_start_matches('s').split([' ', ',', '\n', '\t', '\r']).filter(|word| !word.is_empty());
    words.all(|word| word == "and" || word.starts_with(|letter: char| letter.is_ascii_digit()))
}

/// How an expectation is written: with its own parts in their order, where that is what is wrong.
fn expectation(whole: &str) -> String {
    let spaced = whole.replace('=', " = ");
    let words: Vec<&str> = spaced.split_whitespace().skip(1).collect();
    let (form, order) = form(&words);
    let plain = !whole.contains(['"', '{']) && !whole.contains("/*");
    let turned = if plain { turned(&words, order) } else { None };
    turned.map_or_else(|| form.to_owned(), |turned| format!("write `expect {turned}`"))
}

/// The form of an expectation, and the words with which its parts begin, in their order.
fn form(words: &[&str]) -> (&'static str, &'static [&'static str]) {
    match words.first().copied() {
        Some("clause") if words.iter().any(|word| matches!(*word, "applies" | "apply")) => (
            "a right is expected so: `expect clause N applies for GROUP in PERIOD`, or `does not apply`; `for` and `in` may be left out",
            &["applies", "does", "for", "in"],
        ),
        Some("clause") => (
            "a clause is expected so: `expect clause N as NATURE for GROUP in PERIOD = AMOUNT`, or `is held`; `as`, `for` and `in` may be left out",
            &["as", "for", "in", "=", "is"],
        ),
        Some("deposits") => (
            "deposits are expected so: `expect deposits of clause N for ASSET in PERIOD = AMOUNT`, or `is held`; `for` and `in` may be left out",
            &["for", "in", "=", "is"],
        ),
        Some("total" | "payment") => (
            "money is expected so: `expect total of PARTY in PERIOD = AMOUNT`, `expect payment from PARTY to PARTY with tax in PERIOD = AMOUNT`, or `is held`; `with tax` and `in` may be left out",
            &["with", "in", "=", "is"],
        ),
        Some(_) | None => (
            "a number is expected so: `expect NAME of GROUP in PERIOD = VALUE`, or `is held`; an obligation so: `expect NAME of ASSET is met`, `late`, `missed`, `open` or `due DAY`",
            &["of", "in", "=", "is"],
        ),
    }
}

/// The same words with their parts in their order; `None` where they are in it, or where a part stands twice.
fn turned(words: &[&str], order: &[&str]) -> Option<String> {
    let place = |word: &str| order.iter().position(|known| *known == word);
    let mut parts: Vec<(Option<usize>, Vec<&str>)> = vec![(None, Vec::new())];
    for word in words.iter().copied() {
        match (place(word), parts.last_mut()) {
            (None, Some((_, part))) => part.push(word),
            (begun, _) => parts.push((begun, vec![word])),
        }
    }
    for (_, part) in &mut parts {
        // `is 50.00 EUR`
        if let [is @ "is", value, ..] = part.as_mut_slice()
            && value.starts_with(|letter: char| letter.is_ascii_digit() || letter == '-')
        {
            *is = "=";
        }
    }
    parts.sort_by_key(|(place, _)| *place);
    let twice = parts.iter().zip(parts.iter().skip(1)).any(|(one, next)| one.0 == next.0);
    let outcome = parts.iter().any(|(_, part)| matches!(part.as_slice(), ["is", word, ..] if *word != "held"));
    let sorted: Vec<&str> = parts.into_iter().flat_map(|(_, part)| part).collect();
    (!twice && !outcome && sorted != words).then(|| sorted.join(" "))
}
