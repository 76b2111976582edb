//! Numbers and units as prose writes them, in English and French: `ten business days`, `quatre-vingt-dix jours ouvrés`.

use crate::base::number::Ratio;
use crate::base::quantity::{Hours, Unit};

/// A number that one word adds to, or multiplies by.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Step {
    Add(i64),
    Times(i64),
}

/// What a run of number words comes to, and how many of the words belong to it: `vingt`, `cinq` are 25.
pub(super) fn number(words: &[&str]) -> Option<(i64, usize)> {
    let (mut total, mut current, mut used, mut last_was_number): (i64, i64, usize, bool) = (0, 0, 0, false);
    for (place, word) in words.iter().enumerate() {
        let joins = matches!(*word, "and" | "et")
            && last_was_number
            && words.get(place.saturating_add(1)).is_some_and(|next| step(next).is_some());
        if joins {
            continue;
        }
        let Some(step) = step(word) else { break };
        match step {
            // quatre-vingts
            Step::Add(20) if current % 100 == 4 && matches!(*word, "vingt" | "vingts") => {
                current = current.saturating_add(76);
            }
            Step::Add(value) => {
                // Two numbers beside each other are no sum: `two three`.
                if current % 100 != 0 && current % 10 != 0 && value < 100 && !(value >= 10 && current % 100 >= 60) {
                    break;
                }
                current = current.saturating_add(value);
            }
            Step::Times(1000) => {
                total = total.saturating_add(current.max(1).saturating_mul(1000));
                current = 0;
            }
            Step::Times(factor) => current = current.max(1).saturating_mul(factor),
        }
        last_was_number = true;
        used = place.saturating_add(1);
    }
    (used > 0).then(|| (total.saturating_add(current), used))
}

/// Whether a number in words can begin with a word.
pub(super) fn is_number(word: &str) -> bool {
    step(word).is_some()
}

fn step(word: &str) -> Option<Step> {
    Some(Step::Add(match word {
        "zero" | "zéro" => 0,
        "one" | "un" | "une" => 1,
        "two" | "deux" => 2,
        "three" | "trois" => 3,
        "four" | "quatre" => 4,
        "five" | "cinq" => 5,
        "six" => 6,
        "seven" | "sept" => 7,
        "eight" | "huit" => 8,
        "nine" | "neuf" => 9,
        "ten" | "dix" => 10,
        "eleven" | "onze" => 11,
        "twelve" | "douze" | "dozen" => 12,
        "thirteen" | "treize" => 13,
        "fourteen" | "quatorze" => 14,
        "fifteen" | "quinze" => 15,
        "sixteen" | "seize" => 16,
        "seventeen" => 17,
        "eighteen" => 18,
        "nineteen" => 19,
        "twenty" | "vingt" | "vingts" => 20,
        "thirty" | "trente" => 30,
        "forty" | "quarante" => 40,
        "fifty" | "cinquante" => 50,
        "sixty" | "soixante" => 60,
        "seventy" | "septante" => 70,
        "eighty" | "huitante" => 80,
        "ninety" | "nonante" => 90,
        "hundred" | "cent" | "cents" => return Some(Step::Times(100)),
        "thousand" | "mille" => return Some(Step::Times(1000)),
        _ => return None,
    }))
}

/// The place that an ordinal names: `fourth`, `neuvième`.
pub(super) fn ordinal(word: &str) -> Option<i64> {
    Some(match word {
        "first" | "premier" => 1,
        "second" | "deuxième" => 2,
        "third" | "troisième" => 3,
        "fourth" | "quatrième" => 4,
        "fifth" | "cinquième" => 5,
        "sixth" | "sixième" => 6,
        "seventh" | "septième" => 7,
        "eighth" | "huitième" => 8,
        "ninth" | "neuvième" => 9,
        "tenth" | "dixième" => 10,
        "eleventh" | "onzième" => 11,
        "twelfth" | "douzième" => 12,
        "fifteenth" | "quinzième" => 15,
        "twentieth" | "vingtième" => 20,
        "thirtieth" | "trentième" => 30,
        _ => return None,
    })
}

/// Fractions and multiples in words, as a numerator and a denominator.
pub(super) fn fraction(word: &str) -> Option<Ratio> {
    let (over, under) = match word {
        "half" | "moitié" | "demi" | "demie" => (1, 2),
        "third" | "tiers" => (1, 3),
        "quarter" | "quart" => (1, 4),
        "tenth" | "dixième" => (1, 10),
        "hundredth" | "centième" => (1, 100),
        "thousandth" | "millième" => (1, 1000),
        "double" | "doubled" | "twice" | "doublé" | "doublée" => (2, 1),
        "triple" | "thrice" => (3, 1),
        _ => return None,
    };
    Ratio::new(over, under)
}

/// A unit of time at the start of some words: the base unit, its size, and how many words it takes.
pub(super) fn unit(words: &[&str]) -> Option<(Unit, i64, usize)> {
    let first = *words.first()?;
    let second = words.get(1).copied().unwrap_or_default();
    let singular = first.strip_suffix('s').unwrap_or(first);
    let next = second.strip_suffix('s').unwrap_or(second);
    let two = match (singular, next) {
        ("busines" | "business" | "working", "day") | ("jour", "ouvré" | "ouvrable") => Some((Unit::BusinessDay, 1)),
        ("busines" | "business" | "working", "hour") | ("heure", "ouvrée" | "ouvrable") => {
            Some((Unit::WorkingSecond(Hours::default()), 3600))
        }
        ("busines" | "business" | "working", "minute") => Some((Unit::WorkingSecond(Hours::default()), 60)),
        ("calendar", "day") | ("jour", "calendaire" | "franc") => Some((Unit::Day, 1)),
        ("calendar" | "contract", "month") => Some((Unit::Month, 1)),
        ("calendar" | "contract", "quarter") => Some((Unit::Month, 3)),
        ("calendar" | "contract", "year") => Some((Unit::Month, 12)),
        _ => None,
    };
    if let Some((unit, size)) = two {
        return Some((unit, size, 2));
    }
    let (unit, size) = match singular {
        "day" | "jour" => (Unit::Day, 1),
        "week" | "semaine" => (Unit::Day, 7),
        "month" | "moi" => (Unit::Month, 1),
        "quarter" | "trimestre" => (Unit::Month, 3),
        "semester" | "semestre" => (Unit::Month, 6),
        "year" | "an" | "année" => (Unit::Month, 12),
        "hour" | "heure" => (Unit::Second, 3600),
        "minute" => (Unit::Second, 60),
        "second" | "seconde" => (Unit::Second, 1),
        _ => return None,
    };
    Some((unit, size, 1))
}

/// A rhythm in one word: `yearly` is each year, twelve months.
pub(super) fn rhythm(word: &str) -> Option<(Unit, i64)> {
    Some(match word {
        "daily" | "quotidien" | "quotidienne" | "day" | "jour" => (Unit::Day, 1),
        "weekly" | "hebdomadaire" | "week" | "semaine" => (Unit::Day, 7),
        "monthly" | "mensuel" | "mensuelle" | "month" | "mois" => (Unit::Month, 1),
        "quarterly" | "trimestriel" | "trimestrielle" | "quarter" | "trimestre" => (Unit::Month, 3),
        "yearly" | "annual" | "annually" | "annuel" | "annuelle" | "year" | "an" | "année" => (Unit::Month, 12),
        _ => return None,
    })
}

/// The month of a name, from 1.
pub(super) fn month(word: &str) -> Option<u32> {
    let names = [
        ["january", "janvier", "jan"],
        ["february", "février", "feb"],
        ["march", "mars", "mar"],
        ["april", "avril", "apr"],
        ["may", "mai", "may"],
        ["june", "juin", "jun"],
        ["july", "juillet", "jul"],
        ["august", "août", "aug"],
        ["september", "septembre", "sep"],
        ["october", "octobre", "oct"],
        ["november", "novembre", "nov"],
        ["december", "décembre", "dec"],
    ];
    let place = names.iter().position(|names| names.contains(&word))?;
    u32::try_from(place).ok().map(|place| place.saturating_add(1))
}

/// Words before a number that make it a reference or a name: `article 12`, `annex 2`.
pub(super) fn refers(word: &str) -> bool {
    [
        "article",
        "articles",
        "section",
        "sections",
        "annex",
        "annexes",
        "annexe",
        "appendix",
        "schedule",
        "paragraph",
        "paragraphs",
        "page",
        "chapter",
        "part",
        "item",
        "table",
        "figure",
        "no",
        "number",
        "numéro",
        "directive",
        "regulation",
        "règlement",
        "loi",
        "version",
        "edition",
        "lot",
        "alinéa",
        "art",
        "iso",
        "en",
        "nf",
        "din",
        "iec",
        "incoterms",
    ]
    .contains(&word)
}

/// Words that stand between a number and its unit without changing it.
pub(super) fn is_filler(word: &str) -> bool {
    [
        "full",
        "whole",
        "consecutive",
        "further",
        "additional",
        "more",
        "complete",
        "clear",
        "successive",
        "entiers",
        "consécutifs",
    ]
    .contains(&word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_two_languages() {
        let cases = [
            ("ten", 10),
            ("twenty five", 25),
            ("sixty", 60),
            ("one hundred and twenty", 120),
            ("two thousand five hundred", 2500),
            ("quinze", 15),
            ("vingt et un", 21),
            ("soixante dix", 70),
            ("quatre vingt dix", 90),
            ("quatre vingts", 80),
            ("quatre vingt dix neuf", 99),
            ("deux cents", 200),
            ("mille deux cent trente", 1230),
        ];
        for (text, value) in cases {
            let words: Vec<&str> = text.split(' ').collect();
            assert_eq!(number(&words), Some((value, words.len())), "{text}");
        }
        assert_eq!(number(&["three", "six"]), Some((3, 1)));
        assert_eq!(number(&["parties"]), None);
    }

    #[test]
    fn units_in_two_languages() {
        assert_eq!(unit(&["business", "days"]), Some((Unit::BusinessDay, 1, 2)));
        assert_eq!(unit(&["jours", "ouvrés"]), Some((Unit::BusinessDay, 1, 2)));
        assert_eq!(unit(&["days", "of"]), Some((Unit::Day, 1, 1)));
        assert_eq!(unit(&["mois"]), Some((Unit::Month, 1, 1)));
        assert_eq!(unit(&["ans"]), Some((Unit::Month, 12, 1)));
        assert_eq!(unit(&["pages"]), None);
    }
}
