//! The figures of a text: amounts, percentages, times, dates, numbers and references to clauses. Prose and sentences are
//! read by the same eyes, so that whatever a sentence may hold one day is compared with its prose.

use crate::base::currency::Currency;
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::time::{Date, Month};
use crate::check::number_words::{fraction, is_filler, is_number, month, number, ordinal, refers, rhythm, unit};

/// What a figure is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) enum What {
    /// Money of any currency.
    Amount,
    /// A percentage.
    Percent,
    /// A time of this many base units.
    Time(Unit, Ratio),
    /// A day.
    Day(Date),
    /// A month of a year.
    Month(Month),
    /// A bare number.
    Number,
    /// A place in an order.
    Ordinal,
    /// `clause 4.2`
    Clause(String),
}

/// A figure and where it stands.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Figure {
    /// Where, in bytes of the text.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) what: What,
    /// The number as written; two where the writing is ambiguous, such as `1,250`.
    values: Vec<Ratio>,
    /// Whether the other text must have it: words such as `yearly` or `twice` only answer for the other side.
    pub(super) firm: bool,
}

impl Figure {
    /// Whether it says nothing that another text must repeat: none, one of something, all of it.
    pub(super) fn is_trivial(&self) -> bool {
        let all = |value: &Ratio| *value == Ratio::int(100);
        match self.what {
            What::Number | What::Time(..) | What::Ordinal => {
                self.values.iter().any(|value| value.is_zero() || *value == Ratio::ONE)
            }
            What::Amount => self.values.iter().any(Ratio::is_zero),
            What::Percent => self.values.iter().any(|value| value.is_zero() || all(value)),
            What::Day(_) | What::Month(_) | What::Clause(_) => false,
        }
    }

    /// Whether two figures, one of each text, say the same.
    pub(super) fn agrees(&self, other: &Self) -> bool {
        let same = |factor: &Ratio| {
            self.values.iter().any(|own| other.values.iter().any(|theirs| own.times(factor) == *theirs))
        };
        let hundred = Ratio::int(100);
        match (&self.what, &other.what) {
            (What::Time(unit, size), What::Time(theirs, other)) => same_time(unit, theirs) && size == other,
            (What::Day(own), What::Day(theirs)) => own == theirs,
            (What::Month(own), What::Month(theirs)) => own == theirs,
            (What::Clause(own), What::Clause(theirs)) => own == theirs,
            (What::Percent, What::Number) => same(&Ratio::ONE) || same(&Ratio::scaled(1, 2)),
            (What::Number, What::Percent) => same(&Ratio::ONE) || same(&hundred),
            (What::Ordinal, _) | (_, What::Ordinal) => self.is_place_of(other),
            (What::Number, What::Amount | What::Time(..) | What::Number)
            | (What::Amount | What::Time(..), What::Number)
            | (What::Amount, What::Amount) => same(&Ratio::ONE),
            (What::Percent, What::Percent) => same(&Ratio::ONE) || self.is_rest_of(other),
            (What::Day(_) | What::Month(_) | What::Clause(_), _)
            | (_, What::Day(_) | What::Month(_) | What::Clause(_))
            | (What::Amount, What::Percent | What::Time(..))
            | (What::Percent, What::Amount | What::Time(..))
            | (What::Time(..), What::Amount | What::Percent) => false,
        }
    }

    /// Down to 80 % is a saving of 20 %, up to 102.5 % an overrun of 2.5 %.
    fn is_rest_of(&self, other: &Self) -> bool {
        let rest = |value: &Ratio| value.minus(&Ratio::int(100)).abs();
        self.values.iter().any(|own| other.values.iter().any(|theirs| rest(own) == *theirs || rest(theirs) == *own))
    }

    /// Whether a number of the prose names the first one above a bound: from 21 on is above 20.
    pub(super) fn is_next_to(&self, bound: &Self) -> bool {
        let is_whole = |value: &Ratio| value.is_integer() && *value > Ratio::ONE;
        let numbers = matches!((&self.what, &bound.what), (What::Number, What::Number | What::Time(..)));
        numbers && self.values.iter().any(|own| is_whole(own) && bound.values.contains(&own.minus(&Ratio::ONE)))
    }

    /// The fourth is what lies above three.
    fn is_place_of(&self, other: &Self) -> bool {
        let near = |own: &Ratio, theirs: &Ratio| {
            let apart = own.minus(theirs).abs();
            apart.is_zero() || apart == Ratio::ONE
        };
        self.values.iter().any(|own| other.values.iter().any(|theirs| near(own, theirs)))
    }

    /// Whether a mistake may have made one of the other: they are of one sort.
    pub(super) fn is_like(&self, other: &Self) -> bool {
        std::mem::discriminant(&self.what) == std::mem::discriminant(&other.what)
    }
}

fn same_time(own: &Unit, theirs: &Unit) -> bool {
    let clock = |unit: &Unit| matches!(unit, Unit::Second | Unit::WorkingSecond(_));
    own == theirs || (clock(own) && clock(theirs))
}

/// A piece of a text.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Token<'t> {
    start: usize,
    text: &'t str,
    /// It begins with a digit.
    digits: bool,
    /// Nothing but white space stands before it on its line.
    opens_line: bool,
}

impl Token<'_> {
    fn end(&self) -> usize {
        self.start.saturating_add(self.text.len())
    }
}

/// The figures of a text, in its order.
pub(super) fn figures(text: &str) -> Vec<Figure> {
    let tokens = tokens(text);
    let lower: Vec<String> = tokens.iter().map(|token| token.text.to_lowercase()).collect();
    let lower: Vec<&str> = lower.iter().map(String::as_str).collect();
    let mut reader = Reader { text, tokens: &tokens, lower: &lower, found: Vec::new() };
    let mut place = 0;
    while place < tokens.len() {
        place = reader.at(place).max(place.saturating_add(1));
    }
    reader.found
}

struct Reader<'t> {
    text: &'t str,
    tokens: &'t [Token<'t>],
    /// The tokens in small letters.
    lower: &'t [&'t str],
    found: Vec<Figure>,
}

impl<'t> Reader<'t> {
    fn word(&self, place: usize) -> &'t str {
        self.lower.get(place).copied().unwrap_or_default()
    }

    fn rest(&self, place: usize) -> &'t [&'t str] {
        self.lower.get(place..).unwrap_or_default()
    }

    /// Reads what stands at a token; gives the place behind it.
    fn at(&mut self, place: usize) -> usize {
        let Some(token) = self.tokens.get(place).copied() else { return place };
        if matches!(self.word(place), "clause" | "clauses" | "article" | "articles") {
            return self.clauses(place.saturating_add(1));
        }
        if token.digits {
            return self.date(place).unwrap_or_else(|| self.digits(place));
        }
        if let (Some(month), Some(found)) = (month(self.word(place)), self.tokens.get(place.saturating_add(1)))
            && let Some(end) = self.named_month(month, place, found.text)
        {
            return end;
        }
        self.words(place)
    }

    /// `clauses 4.2 and 6.1`
    fn clauses(&mut self, mut place: usize) -> usize {
        while let Some(token) = self.tokens.get(place).filter(|token| token.digits) {
            let next = place.saturating_add(1);
            let measured = unit(self.rest(next)).is_some() || self.word(next) == "%" || is_currency(self.word(next));
            if measured {
                break;
            }
            let what = What::Clause(token.text.to_owned());
            self.push(place, next, what, Vec::new(), true);
            let joined = matches!(self.word(next), "," | "and" | "et" | "or" | "ou" | "to");
            let goes_on = joined && self.tokens.get(next.saturating_add(1)).is_some_and(|token| token.digits);
            place = if goes_on { next.saturating_add(1) } else { next };
            if !goes_on {
                break;
            }
        }
        place
    }

    /// `2026-03-31`, `31/03/2026`, `31 March 2026`, `1er avril 2026`.
    fn date(&mut self, place: usize) -> Option<usize> {
        let token = self.tokens.get(place)?;
        if token.text.contains(':') {
            return Some(place.saturating_add(1));
        }
        let day = Date::parse(token.text).or_else(|| slashed(token.text));
        if let Some(day) = day {
            self.push(place, place.saturating_add(1), What::Day(day), Vec::new(), true);
            return Some(place.saturating_add(1));
        }
        if let (Some(month), true) = (Month::parse(token.text), token.text.contains('-')) {
            self.push(place, place.saturating_add(1), What::Month(month), Vec::new(), true);
            return Some(place.saturating_add(1));
        }
        let number = token.text.trim_end_matches(|letter: char| letter.is_alphabetic()).parse::<u32>().ok()?;
        let of = usize::from(self.word(place.saturating_add(1)) == "of");
        let named = place.saturating_add(1).saturating_add(of);
        let month = month(self.word(named))?;
        let behind = named.saturating_add(1);
        let year = self.word(behind).parse::<i32>().ok().filter(|year| (1900..2200).contains(year))?;
        let day = Date::ymd(year, month, number)?;
        self.push(place, behind.saturating_add(1), What::Day(day), Vec::new(), true);
        Some(behind.saturating_add(1))
    }

    /// `March 2026`, `March 31, 2026`.
    fn named_month(&mut self, month: u32, place: usize, next: &str) -> Option<usize> {
        let behind = place.saturating_add(1);
        if let Some(year) = next.parse::<i32>().ok().filter(|year| (1900..2200).contains(year)) {
            self.push(place, behind.saturating_add(1), What::Month(Month::of(year, month)), Vec::new(), true);
            return Some(behind.saturating_add(1));
        }
        let day = next.trim_end_matches(|letter: char| letter.is_alphabetic()).parse::<u32>().ok()?;
        let comma = usize::from(self.word(behind.saturating_add(1)) == ",");
        let at = behind.saturating_add(1).saturating_add(comma);
        let year = self.word(at).parse::<i32>().ok().filter(|year| (1900..2200).contains(year))?;
        let day = Date::ymd(year, month, day)?;
        self.push(place, at.saturating_add(1), What::Day(day), Vec::new(), true);
        Some(at.saturating_add(1))
    }

    /// A number in digits, with what stands around it.
    fn digits(&mut self, place: usize) -> usize {
        let Some(token) = self.tokens.get(place).copied() else { return place };
        let next = place.saturating_add(1);
        if token.text.contains(['/', '-', ':']) {
            return next;
        }
        if token.text.ends_with(char::is_alphabetic) {
            let digits = token.text.trim_end_matches(char::is_alphabetic);
            if let Ok(number) = digits.parse::<i64>() {
                self.push(place, next, What::Ordinal, vec![Ratio::int(number)], false);
            }
            return next;
        }
        let values = readings(token.text);
        if self.counted(place, next, &values) {
            return self.found.last().map_or(next, |figure| self.place_behind(figure.end, next));
        }
        let before = place.checked_sub(1).map_or("", |before| self.word(before));
        if is_currency(before) {
            let start = self.tokens.get(place.saturating_sub(1)).map_or(token.start, |token| token.start);
            self.found.push(Figure { start, end: token.end(), what: What::Amount, values, firm: true });
            return next;
        }
        let after = self.word(next);
        let year =
            token.text.len() == 4 && values.iter().any(|value| (1900..2200).contains(&value.to_i64().unwrap_or(0)));
        let listed = (token.opens_line && matches!(after, "." | ")")) || (before == "(" && after == ")");
        let of_a_name =
            refers(before) || before == "/" || after == "/" || before == "°" || before == "§" || before == "-";
        let rounding = before == "to" && place.checked_sub(2).is_some_and(|place| self.word(place) == "rounded");
        if !year && !listed {
            let divided = before == "/" && !of_a_reference(self.word(place.saturating_sub(2)));
            self.push(place, next, What::Number, values, (!of_a_name || divided) && !rounding);
        }
        next
    }

    /// Where the tokens go on behind a byte.
    fn place_behind(&self, end: usize, at_least: usize) -> usize {
        let behind = self.tokens.iter().position(|token| token.start >= end).unwrap_or(self.tokens.len());
        behind.max(at_least)
    }

    /// A number whose unit stands behind it: `5 %`, `42.00 EUR`, `ten (10) business days`.
    fn counted(&mut self, place: usize, next: usize, values: &[Ratio]) -> bool {
        let mut at = next;
        // `ten (10) days`
        if self.word(at) == "(" && self.word(at.saturating_add(2)) == ")" {
            let repeated = self
                .tokens
                .get(at.saturating_add(1))
                .is_some_and(|token| token.digits && readings(token.text).iter().any(|value| values.contains(value)));
            at = if repeated { at.saturating_add(3) } else { at };
        }
        if is_filler(self.word(at)) {
            at = at.saturating_add(1);
        }
        let word = self.word(at);
        let two = (word, self.word(at.saturating_add(1)));
        if matches!(word, "%" | "percent" | "‰") || matches!(two, ("per" | "pour", "cent")) {
            let width = if matches!(word, "per" | "pour") { 2 } else { 1 };
            let share = if word == "‰" { Ratio::scaled(1, 1) } else { Ratio::ONE };
            let values = values.iter().map(|value| value.times(&share)).collect();
            self.push(place, at.saturating_add(width), What::Percent, values, true);
            return true;
        }
        if is_currency(word) {
            self.push(place, at.saturating_add(1), What::Amount, values.to_vec(), true);
            return true;
        }
        if let (Some((unit, size, width)), Some(value)) = (unit(self.rest(at)), values.first()) {
            let size = value.times(&Ratio::int(size));
            self.push(place, at.saturating_add(width), What::Time(unit, size), values.to_vec(), true);
            return true;
        }
        false
    }

    /// A number in words, an ordinal, a fraction or a rhythm.
    fn words(&mut self, place: usize) -> usize {
        let run = || -> Vec<&str> { self.rest(place).iter().copied().take(12).filter(|word| *word != "-").collect() };
        let counts = is_number(self.word(place));
        if let Some((value, used)) = counts.then(run).and_then(|run| number(&run)) {
            let mut next = place;
            let mut left = used;
            while left > 0 {
                left = left.saturating_sub(usize::from(self.word(next) != "-"));
                next = next.saturating_add(1);
            }
            let values = vec![Ratio::int(value)];
            if self.counted(place, next, &values) {
                return self.found.last().map_or(next, |figure| self.place_behind(figure.end, next));
            }
            self.push(place, next, What::Number, values, false);
            return next;
        }
        let word = self.word(place);
        let next = place.saturating_add(1);
        if let Some(value) = fraction(word) {
            let inverse = Ratio::ONE.over(&value);
            self.push(place, next, What::Number, std::iter::once(value).chain(inverse).collect(), false);
        }
        if let Some(value) = ordinal(word) {
            self.push(place, next, What::Ordinal, vec![Ratio::int(value)], false);
        }
        if let Some((unit, size)) = rhythm(word) {
            self.push(place, next, What::Time(unit, Ratio::int(size)), vec![Ratio::int(size)], false);
        }
        next
    }

    fn push(&mut self, from: usize, to: usize, what: What, values: Vec<Ratio>, firm: bool) {
        let start = self.tokens.get(from).map_or(0, |token| token.start);
        let end = to.checked_sub(1).and_then(|last| self.tokens.get(last)).map_or(self.text.len(), Token::end);
        self.found.push(Figure { start, end, what, values, firm });
    }
}

fn of_a_reference(word: &str) -> bool {
    refers(word) || word.is_empty()
}

fn is_currency(word: &str) -> bool {
    let code = |word: &str| {
        if word.len() != 3 {
            return false;
        }
        let upper = word.to_uppercase();
        ["EUR", "USD", "GBP", "CHF", "JPY", "SEK", "NOK", "DKK", "PLN", "CAD", "AUD"].contains(&upper.as_str())
            && Currency::parse(&upper).is_some()
    };
    matches!(word, "€" | "$" | "£" | "euro" | "euros" | "dollar" | "dollars" | "pound" | "pounds") || code(word)
}

/// `31/03/2026`, `31.03.2026`
fn slashed(text: &str) -> Option<Date> {
    let mut parts = text.split(['/', '.']).map(str::parse::<u32>);
    let (day, month, year) = (parts.next()?.ok()?, parts.next()?.ok()?, parts.next()?.ok()?);
    let year = i32::try_from(year).ok().filter(|year| (1900..2200).contains(year))?;
    Date::ymd(year, month, day)
}

/// What a number in digits may mean: `1 250.50`, `1.250,50`, and `1,250`, which is read both ways.
fn readings(text: &str) -> Vec<Ratio> {
    let plain: String = text.chars().filter(|letter| letter.is_ascii_digit() || matches!(letter, '.' | ',')).collect();
    let signs: Vec<char> = plain.chars().filter(|letter| !letter.is_ascii_digit()).collect();
    let with = |decimal: Option<char>| {
        let mut out = String::new();
        for letter in plain.chars() {
            if letter.is_ascii_digit() {
                out.push(letter);
            } else if Some(letter) == decimal {
                out.push('.');
            }
        }
        Ratio::parse(&out).ok()
    };
    let groups = |sign: char| plain.split(sign).skip(1).all(|group| group.len() == 3);
    match signs.as_slice() {
        [] => with(None).into_iter().collect(),
        [sign] if groups(*sign) => [with(Some(*sign)), with(None)].into_iter().flatten().collect(),
        [sign] => with(Some(*sign)).into_iter().collect(),
        [.., last] if signs.iter().all(|sign| sign == last) => with(None).into_iter().collect(),
        [.., last] => with(Some(*last)).into_iter().collect(),
    }
}

/// Words, numbers and signs.
fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut found = Vec::new();
    let mut start = 0;
    let mut opens_line = true;
    while let Some(rest) = text.get(start..).filter(|rest| !rest.is_empty()) {
        let Some(first) = rest.chars().next() else { break };
        if first.is_whitespace() {
            opens_line |= first == '\n';
            start = start.saturating_add(first.len_utf8());
            continue;
        }
        let length = if first.is_ascii_digit() {
            number_length(rest)
        } else if first.is_alphabetic() || first == '_' {
            rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
        } else {
            first.len_utf8()
        };
        let piece = rest.get(..length).unwrap_or_default();
        found.push(Token { start, text: piece, digits: first.is_ascii_digit(), opens_line });
        opens_line = false;
        start = start.saturating_add(length.max(1));
    }
    found
}

/// How far a number goes: groups, decimals, dates, times of the day, the letters of an ordinal.
fn number_length(text: &str) -> usize {
    let bytes = text.as_bytes();
    let digits = |from: usize| bytes.iter().skip(from).take_while(|byte| byte.is_ascii_digit()).count();
    let mut end = digits(0);
    let first = end;
    loop {
        let rest = text.get(end..).unwrap_or_default();
        let Some(sign) = rest.chars().next() else { break };
        let behind = end.saturating_add(sign.len_utf8());
        let more = digits(behind);
        let groups = matches!(sign, ' ' | '\u{a0}' | '\u{202f}' | '\'' | '’') && more == 3 && first <= 3;
        let joins = matches!(sign, '.' | ',' | '-' | '/' | ':') && more > 0;
        let apart = (sign == '-' && first != 4) || (sign == '/' && !(first <= 2 && more <= 2) && end == first);
        if !(groups || (joins && !apart)) {
            break;
        }
        end = behind.saturating_add(more);
    }
    let letters = text.get(end..).unwrap_or_default();
    let suffix = letters.find(|letter: char| !letter.is_alphabetic()).unwrap_or(letters.len());
    if suffix <= 3 { end.saturating_add(suffix) } else { end }
}
