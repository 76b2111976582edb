//! The word that someone probably meant.

/// The candidate closest to a word, if one is close: at most two changes, at most a third of the word, and less than
/// half of the longer one, so that no letter stands for another.
#[must_use]
pub fn closest<'a>(word: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let length = word.chars().count();
    let limit = length.div_ceil(3).min(2);
    candidates
        .into_iter()
        .filter(|candidate| *candidate != word)
        .map(|candidate| (distance(word, candidate), candidate))
        .filter(|(distance, candidate)| {
            *distance <= limit && distance.saturating_mul(2) < candidate.chars().count().max(length)
        })
        .min()
        .map(|(_, candidate)| candidate)
}

/// Levenshtein distance in characters, case folded.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().flat_map(char::to_lowercase).collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (line, letter) in a.chars().flat_map(char::to_lowercase).enumerate() {
        let mut diagonal = line;
        let mut left = line.saturating_add(1);
        if let Some(first) = row.first_mut() {
            *first = left;
        }
        for (other, cell) in b.iter().zip(row.iter_mut().skip(1)) {
            let replaced = diagonal.saturating_add(usize::from(letter != *other));
            diagonal = *cell;
            left = replaced.min(left.saturating_add(1)).min(cell.saturating_add(1));
            *cell = left;
        }
    }
    row.last().copied().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn suggests_only_what_is_close() {
        let words = ["availability", "downtime", "pump"];
        assert_eq!(closest("availabilty", words), Some("availability"));
        assert_eq!(closest("pumps", words), Some("pump"));
        assert_eq!(closest("crate", words), None);
        assert_eq!(closest("k", ["A", "B"]), None);
        assert_eq!(closest("a", ["A", "B"]), Some("A"));
        assert_eq!(closest("kg", ["kgs", "kW"]), Some("kgs"));
    }
}
