//! Line breaks and indentation carry no meaning.

use consigne::base::span::SourceId;

use crate::support::contracts;

fn outline(text: &str) -> String {
    let (file, findings) = consigne::syntax::parse(SourceId(0), text);
    assert!(findings.is_empty(), "{findings:?}");
    consigne::syntax::outline(&file)
}

/// A text with every run of white space outside of quotes made one space.
fn joined(text: &str) -> String {
    let mut out = String::new();
    for (place, piece) in text.split('"').enumerate() {
        if place > 0 {
            out.push('"');
        }
        // Pieces at odd places stand between quotes; the pieces of a prose (three quotes) too, since the
        // two empty pieces around them keep the count.
        if place % 2 == 1 {
            out.push_str(piece);
        } else {
            let spaced = piece.split_whitespace().collect::<Vec<_>>().join(" ");
            let (start, end) = (piece.starts_with(char::is_whitespace), piece.ends_with(char::is_whitespace));
            out.push_str(if start { " " } else { "" });
            out.push_str(&spaced);
            out.push_str(if end { " " } else { "" });
        }
    }
    out
}

#[test]
fn every_contract_joined_into_one_line_gives_the_same_tree() {
    for (path, text) in contracts() {
        let line = joined(&text);
        let prose_lines = text.matches("\"\"\"").count() / 2;
        assert!(line.lines().count() <= 1 + prose_lines * 20, "{} was not joined", path.display());
        assert_eq!(outline(&text), outline(&line), "{}", path.display());
    }
}

#[test]
fn every_contract_broken_at_every_space_gives_the_same_tree() {
    for (path, text) in contracts() {
        let broken: String = text
            .split('"')
            .enumerate()
            .map(|(place, piece)| if place % 2 == 1 { piece.to_owned() } else { broken_at_spaces(piece) })
            .collect::<Vec<_>>()
            .join("\"");
        assert_eq!(outline(&text), outline(&broken), "{}", path.display());
    }
}

/// Every space becomes a line break, but for those that group the digits of a number.
fn broken_at_spaces(piece: &str) -> String {
    let letters: Vec<char> = piece.chars().collect();
    let digit = |place: usize| letters.get(place).is_some_and(char::is_ascii_digit);
    let swap = |(place, letter): (usize, &char)| match letter {
        ' ' if place > 0 && digit(place - 1) && digit(place + 1) => ' ',
        ' ' => '\n',
        other => *other,
    };
    letters.iter().enumerate().map(swap).collect()
}
