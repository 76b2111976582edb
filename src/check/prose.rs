//! Prose and sentences agree: each figure of a clause's signed words stands in its sentences, or in what these use, and
//! each figure of its sentences stands in its words.

use std::cell::OnceCell;
use std::rc::Rc;

use rustc_hash::FxHashSet;

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::{SourceId, Span};
use crate::check::checker::Checker;
use crate::check::figures::{Figure, What, figures};
use crate::syntax::tree::{Amendment, Change, Clause, Item, Word};

/// How far definitions are followed.
const DEEPEST: usize = 12;

/// A piece of text that has a name: a definition, a decision, a clause.
struct Piece<'a> {
    name: &'a str,
    is_clause: bool,
    text: Rc<str>,
    /// What `text` holds, read when it is first asked for.
    figures: OnceCell<Vec<Figure>>,
}

impl Piece<'_> {
    fn figures(&self) -> &[Figure] {
        self.figures.get_or_init(|| figures(&self.text))
    }
}

/// A clause's words and what its sentences say.
struct Compared<'a> {
    clause: &'a Clause,
    prose: &'a Word,
    /// Where the sentences begin.
    start: usize,
    in_prose: &'a [Figure],
    /// Figures of the sentences themselves.
    own: &'a [Figure],
    /// Figures of what the sentences use, and of the frame.
    used: Vec<Figure>,
    /// Figures of the words and of the sentences of each clause.
    others: &'a [(Vec<Figure>, Vec<Figure>)],
    /// Names that the sentences read, over any number of definitions.
    names: FxHashSet<&'a str>,
}

impl<'a> Checker<'a> {
    /// Compares the prose of each clause with its sentences.
    pub(super) fn compare_prose(&mut self) {
        let told: Vec<(&Clause, &Word)> = self
            .all_clauses()
            .into_iter()
            .filter(|clause| !clause.sentences.is_empty())
            .filter_map(|clause| Some((clause, clause.prose.as_ref()?)))
            .collect();
        if told.is_empty() {
            return;
        }
        let pieces = self.pieces();
        let frame = self.frame_figures();
        let agreed: Vec<(Vec<Figure>, Vec<Figure>)> = told.iter().map(|(_, prose)| self.both_sides(prose)).collect();
        for (place, (clause, prose)) in told.into_iter().enumerate() {
            let Some((in_prose, own)) = agreed.get(place) else { continue };
            let (names, mut used) = self.used_by((prose, own), &pieces, &frame);
            used.extend(self.amending_figures(clause));
            let start = prose.span.range().end;
            let compared = Compared { clause, prose, start, in_prose, own, used, others: &agreed, names };
            let findings: Vec<Diagnostic> =
                self.differences(&compared).into_iter().chain(self.foreign_words(&compared)).collect();
            findings.into_iter().for_each(|finding| self.report(finding));
        }
    }

    /// The figures of the words of a clause and of its sentences.
    fn both_sides(&self, prose: &Word) -> (Vec<Figure>, Vec<Figure>) {
        let words = quoted_out(self.sources.text_of(prose.span));
        (figures(&words), figures(&without_strings(&self.body(prose))))
    }

    /// The text of the sentences behind the words of a clause.
    fn body(&self, prose: &Word) -> String {
        plain(block(self.text_from(prose.span.source, prose.span.range().end)))
    }

    /// The names that the sentences of a clause read, over any number of definitions, and the figures of these.
    fn used_by<'p>(
        &self,
        (prose, own): (&Word, &[Figure]),
        pieces: &'p [Piece<'a>],
        frame: &[Figure],
    ) -> (FxHashSet<&'p str>, Vec<Figure>) {
        let (mut names, mut used): (FxHashSet<&str>, Vec<Figure>) = (FxHashSet::default(), frame.to_vec());
        let mut near: Vec<&Piece<'_>> = read_by(&self.body(prose), own, pieces);
        for _ in 0..DEEPEST {
            // The versions of a clause have one number: they are met together.
            near.retain(|piece| !names.contains(piece.name));
            names.extend(near.iter().map(|piece| piece.name));
            used.extend(near.iter().flat_map(|piece| piece.figures().iter().cloned()));
            let definitions = near.iter().filter(|piece| !piece.is_clause);
            near = definitions.flat_map(|piece| read_by(&piece.text, piece.figures(), pieces)).collect();
        }
        (names, used)
    }

    /// Figures of one side that the other one lacks; those of one sort are told together.
    fn differences(&self, compared: &Compared<'_>) -> Vec<Diagnostic> {
        let answered = |figure: &Figure, by: &[&[Figure]]| {
            figure.is_trivial() || !figure.firm || by.iter().any(|side| side.iter().any(|other| figure.agrees(other)))
        };
        let (prose, own, used) = (compared.in_prose, compared.own, compared.used.as_slice());
        let cites = own.iter().any(|figure| matches!(figure.what, What::Clause(_)));
        let said: Vec<&Figure> = prose
            .iter()
            .filter(|figure| !answered(figure, &[own, used]) && !own.iter().any(|other| figure.is_next_to(other)))
            .filter(|figure| match &figure.what {
                What::Clause(number) => cites && *number != compared.clause.number.node && self.has_clause(number),
                What::Amount
                | What::Percent
                | What::Time(..)
                | What::Day(_)
                | What::Month(_)
                | What::Number
                | What::Ordinal => true,
            })
            .collect();
        let mut done: Vec<&Figure> = own
            .iter()
            .filter(|figure| !matches!(figure.what, What::Clause(_)) && !answered(figure, &[prose]))
            .collect();
        let mut found = Vec::new();
        for figure in said {
            let like = done.iter().position(|other| figure.is_like(other));
            let other = like.map(|place| done.remove(place));
            // A figure that another clause agrees on, in words and sentences, is only told again here.
            let told = |both: &(Vec<Figure>, Vec<Figure>)| {
                let has = |side: &[Figure]| side.iter().any(|other| figure.agrees(other));
                has(&both.0) && has(&both.1)
            };
            if other.is_none() && compared.others.iter().any(told) {
                continue;
            }
            found.push(self.prose_differs(compared, figure, other));
        }
        let mut told: Vec<String> = Vec::new();
        for figure in done {
            let words = self.words(compared.span_of(figure));
            if !told.contains(&words) {
                found.push(self.sentence_differs(compared, figure));
                told.push(words);
            }
        }
        found
    }

    fn prose_differs(&self, compared: &Compared<'_>, figure: &Figure, other: Option<&Figure>) -> Diagnostic {
        let number = &compared.clause.number.node;
        let place = compared.span_in_prose(figure);
        let words = self.words(place);
        let help = "write the same in both; the signed words are what the parties agreed";
        let Some(other) = other else {
            let message = format!("the prose of clause {number} says `{words}`, and none of its sentences does");
            return Diagnostic::new(Code::C085, place, message).help(help);
        };
        let own = compared.span_of(other);
        let message = format!("the prose of clause {number} says `{words}`, its sentences say `{}`", self.words(own));
        Diagnostic::new(Code::C085, place, message).and_at(own, "the sentence says this").help(help)
    }

    fn sentence_differs(&self, compared: &Compared<'_>, figure: &Figure) -> Diagnostic {
        let number = &compared.clause.number.node;
        let place = compared.span_of(figure);
        let message = format!("a sentence of clause {number} says `{}`, and its prose does not", self.words(place));
        Diagnostic::new(Code::C085, place, message)
            .and_at(compared.prose.span, "the signed words")
            .help("write the same in both; the signed words are what the parties agreed")
    }

    /// Defined terms of several words that the prose uses and the sentences do not read.
    fn foreign_words(&self, compared: &Compared<'_>) -> Vec<Diagnostic> {
        let text = self.sources.text_of(compared.prose.span);
        let lower = text.to_lowercase();
        let defines =
            self.file.items.iter().filter_map(|item| if let Item::Define(define) = item { Some(define) } else { None });
        let unread = defines
            .map(|define| define.name.node.as_str())
            .filter(|name| name.contains('_') && !compared.names.contains(name));
        let mut found = Vec::new();
        for name in unread {
            let phrase = name.replace('_', " ").to_lowercase();
            let Some(at) = lower.find(&phrase).filter(|_| lower.len() == text.len()) else { continue };
            let end = at.saturating_add(phrase.len());
            let letter = |piece: Option<&str>, last: bool| {
                let letters = piece.unwrap_or_default();
                let near = if last { letters.chars().next_back() } else { letters.chars().next() };
                near.is_some_and(char::is_alphanumeric)
            };
            if letter(lower.get(..at), true) || letter(lower.get(end..), false) {
                continue;
            }
            let start = compared.prose.span.range().start;
            let place = Span::new(compared.prose.span.source, start.saturating_add(at), start.saturating_add(end));
            let message = format!(
                "the prose of clause {} says `{phrase}`, and its sentences do not read `{name}`",
                compared.clause.number.node
            );
            found.push(
                Diagnostic::new(Code::C086, place, message)
                    .help("read the term in a sentence, or use other words in the prose"),
            );
        }
        found
    }

    fn has_clause(&self, number: &str) -> bool {
        self.clauses.iter().any(|clause| clause.number == number)
    }

    /// Definitions, decisions and clauses, each with its text up to the next one.
    fn pieces(&self) -> Vec<Piece<'a>> {
        let file = self.file;
        let others = file.items.iter().filter_map(|item| {
            let (place, names) = anchors(item)?;
            Some((place, names, false))
        });
        let clauses = self.all_clauses().into_iter().map(|clause| (clause.number.span, vec![&clause.number], true));
        let mut named: Vec<(Span, Vec<&'a Word>, bool)> = others.chain(clauses).collect();
        named.sort_by_key(|(place, ..)| (place.source, place.start));
        let mut pieces = Vec::new();
        for (place, (first, words, is_clause)) in named.iter().enumerate() {
            let next = named.get(place.saturating_add(1)).map(|(next, ..)| next);
            let end = next.filter(|next| next.source == first.source).map(|next| next.range().start);
            let text = self.text_from(first.source, first.range().end);
            let length = end.map_or(text.len(), |end| end.saturating_sub(first.range().end));
            let text = text.get(..length).unwrap_or_default();
            let text: Rc<str> = plain(if *is_clause { block_of(text) } else { text }).into();
            pieces.extend(words.iter().map(|word| Piece {
                name: &word.node,
                is_clause: *is_clause,
                text: Rc::clone(&text),
                figures: OnceCell::new(),
            }));
        }
        pieces
    }

    /// The figures in the first line of the amendment that states a clause: its dates belong to its clauses.
    fn amending_figures(&self, clause: &Clause) -> Vec<Figure> {
        let states = |amendment: &&Amendment| {
            amendment.changes.iter().any(|change| match change {
                Change::Replace(text) | Change::Insert(text) => text.number.span == clause.number.span,
                Change::Suspend(..) | Change::End(_) | Change::Keep(_) | Change::New(_) => false,
            })
        };
        let Some(amendment) = self.amendments().into_iter().find(states) else { return Vec::new() };
        let last = amendment.in_force.as_ref().unwrap_or(&amendment.signed);
        figures(self.sources.text_of(amendment.span.to(last.span)))
    }

    /// A text from a byte on.
    fn text_from(&self, source: SourceId, start: usize) -> &str {
        let text = self.sources.get(source).map_or("", |source| &*source.text);
        text.get(start..).unwrap_or_default()
    }

    /// The figures of the frame: they belong to every clause.
    fn frame_figures(&self) -> Vec<Figure> {
        let mut found = Vec::new();
        for item in &self.file.items {
            if let Item::Term(term) = item {
                found.extend(figures(self.sources.text_of(term.from.span.to(term.to.span))));
            } else if let Item::Settled(settled) = item {
                found.extend(figures(self.sources.text_of(settled.span)));
            } else if let Item::Conventions(rows) = item {
                // That the first known stays, or what a second start does, counts nothing.
                let all = rows.iter().flat_map(|row| figures(self.sources.text_of(row.span)));
                found.extend(all.filter(|figure| figure.what != What::Ordinal));
            }
        }
        found
    }
}

impl Compared<'_> {
    fn span_in_prose(&self, figure: &Figure) -> Span {
        let start = self.prose.span.range().start;
        Span::new(self.prose.span.source, start.saturating_add(figure.start), start.saturating_add(figure.end))
    }

    fn span_of(&self, figure: &Figure) -> Span {
        let place = |offset: usize| self.start.saturating_add(offset);
        Span::new(self.prose.span.source, place(figure.start), place(figure.end))
    }
}

/// Where an item that is no clause begins, and what it is called where sentences read it. No sentence reads a scenario or an
/// amendment, whatever its title: these only end what stands before them.
fn anchors(item: &Item) -> Option<(Span, Vec<&Word>)> {
    let names = if let Item::Define(define) = item {
        vec![&define.name]
    } else if let Item::Decide(decide) = item {
        decide.outputs.iter().collect()
    } else if let Item::Asset(asset) = item {
        vec![&asset.name]
    } else if let Item::Indexation(indexation) = item {
        vec![&indexation.name]
    } else if let Item::Series(series) = item {
        vec![&series.name]
    } else if let Item::Event(event) = item {
        event.names.iter().collect()
    } else if let Item::Scenario(scenario) = item {
        return Some((scenario.title.span, Vec::new()));
    } else if let Item::Amendment(amendment) = item {
        return Some((amendment.span, Vec::new()));
    } else {
        return None;
    };
    Some((names.first()?.span, names))
}

/// The pieces whose names a text holds; with the figures of that text.
fn read_by<'p, 'a>(text: &str, figures: &[Figure], pieces: &'p [Piece<'a>]) -> Vec<&'p Piece<'a>> {
    let words = |letter: char| !letter.is_alphanumeric() && letter != '_';
    let held: FxHashSet<&str> = text.split(words).collect();
    let cites =
        |number: &str| figures.iter().any(|figure| matches!(&figure.what, What::Clause(cited) if cited == number));
    pieces.iter().filter(|piece| if piece.is_clause { cites(piece.name) } else { held.contains(piece.name) }).collect()
}

/// A text up to the brace that closes the block in which it begins.
fn block(text: &str) -> &str {
    let (mut depth, mut quoted): (usize, bool) = (1, false);
    for (place, letter) in text.char_indices() {
        match letter {
            '"' => quoted = !quoted,
            '{' if !quoted => depth = depth.saturating_add(1),
            '}' if !quoted => depth = depth.saturating_sub(1),
            _ => {}
        }
        if depth == 0 {
            return text.get(..place).unwrap_or_default();
        }
    }
    text
}

/// A text up to the end of the first block in it.
fn block_of(text: &str) -> &str {
    let Some(open) = text.find('{') else { return text };
    let inside = block(text.get(open.saturating_add(1)..).unwrap_or_default());
    text.get(..open.saturating_add(1).saturating_add(inside.len())).unwrap_or_default()
}

/// The same text with blanks in place of comments.
fn plain(text: &str) -> String {
    blanked(text, ("/*", "*/"), |_| false)
}

/// The same text with blanks in place of texts in quotes, but for what a party may do.
fn without_strings(text: &str) -> String {
    blanked(text, ("\"", "\""), |before| before.trim_end().ends_with("may"))
}

/// The same prose with blanks in place of what it quotes of a template: `{fee}`.
fn quoted_out(text: &str) -> String {
    blanked(text, ("{", "}"), |_| false)
}

/// The text with blanks in place of pieces between two signs, but for those that stay by what stands before them.
fn blanked(text: &str, (opens, closes): (&str, &str), stays: impl Fn(&str) -> bool) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, inside)) = rest.split_once(opens) {
        out.push_str(before);
        let length = inside.find(closes).map_or(inside.len(), |end| end.saturating_add(closes.len()));
        let (piece, behind) = inside.split_at_checked(length).unwrap_or((inside, ""));
        if stays(before) {
            out.push_str(opens);
            out.push_str(piece);
        } else {
            out.extend(std::iter::repeat_n(' ', opens.len().saturating_add(length)));
        }
        rest = behind;
    }
    out.push_str(rest);
    out
}
