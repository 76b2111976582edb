//! Keys and values of a JSON object, as they stand in its text.
//!
//! Most lines of a feed are plain: no escapes, no lists. Those are cut in one pass; every surprise goes to the full parser,
//! which also says what is wrong. What both take, they take alike.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;

use serde::de::{Deserializer, MapAccess, Visitor};
use serde_json::value::RawValue;

use crate::feed::evidence::Cause;
use crate::feed::fault::{Fault, shown};

/// So many keys are compared one by one.
const FEW_KEYS: usize = 16;

/// The keys of an object, and the text of each value.
#[derive(PartialEq, Eq, Debug)]
pub(crate) struct Entries<'a>(pub(crate) Vec<(Cow<'a, str>, &'a str)>);

impl<'a> Entries<'a> {
    /// The entries of an object.
    pub(crate) fn of(text: &'a str) -> Result<Self, serde_json::Error> {
        match Scanner::new(text).whole() {
            Some(entries) => Ok(Self(entries)),
            None => serde_json::from_str(text),
        }
    }
}

impl Entries<'_> {
    /// Refuses a key that stands twice.
    pub(crate) fn once(&self) -> Result<(), Fault> {
        match self.repeated() {
            None => Ok(()),
            Some(key) => {
                let fault = Fault::new(Cause::RepeatedKey, format!("the key {} is given twice", shown(key)));
                Err(fault.help("give it once: which of the two counts is not for a reader to guess"))
            }
        }
    }

    fn repeated(&self) -> Option<&str> {
        if self.0.len() > FEW_KEYS {
            let mut seen = HashSet::with_capacity(self.0.len());
            return self.0.iter().find(|(key, _)| !seen.insert(key)).map(|(key, _)| &**key);
        }
        let before = |place: usize| self.0.iter().take(place);
        let again = |(place, (key, _)): &(usize, &(Cow<'_, str>, _))| before(*place).any(|(other, _)| other == key);
        self.0.iter().enumerate().find(again).map(|(_, (key, _))| &**key)
    }
}

impl<'de: 'a, 'a> serde::Deserialize<'de> for Entries<'a> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Collect;
        impl<'de> Visitor<'de> for Collect {
            type Value = Entries<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<M: MapAccess<'de>>(self, mut map: M) -> Result<Entries<'de>, M::Error> {
                let mut entries = Vec::with_capacity(8);
                while let Some(Key(key)) = map.next_key()? {
                    let value: &'de RawValue = map.next_value()?;
                    entries.push((key, value.get()));
                }
                Ok(Entries(entries))
            }
        }
        deserializer.deserialize_map(Collect)
    }
}

#[derive(serde::Deserialize)]
struct Key<'a>(#[serde(borrow)] Cow<'a, str>);

/// What a text in quotes says.
pub(crate) fn text(quoted: &str) -> Result<Cow<'_, str>, serde_json::Error> {
    let inner = quoted.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
    match inner.filter(|inner| !inner.bytes().any(|byte| matches!(byte, b'\\' | b'"'))) {
        Some(inner) => Ok(Cow::Borrowed(inner)),
        None => serde_json::from_str::<Key<'_>>(quoted).map(|Key(text)| text),
    }
}

/// Cuts plain objects; `None` where the full parser is to look.
struct Scanner<'a> {
    text: &'a str,
    at: usize,
    /// Whether it is in an object within the object.
    inside: bool,
}

impl<'a> Scanner<'a> {
    fn new(text: &'a str) -> Self {
        Self { text, at: 0, inside: false }
    }

    fn whole(mut self) -> Option<Vec<(Cow<'a, str>, &'a str)>> {
        self.blank();
        let entries = self.object()?;
        self.blank();
        (self.at == self.text.len()).then_some(entries)
    }

    fn object(&mut self) -> Option<Vec<(Cow<'a, str>, &'a str)>> {
        let mut entries = Vec::with_capacity(8);
        self.members(|key, value| entries.push((Cow::Borrowed(key), value)))?;
        Some(entries)
    }

    /// The members of an object, and its end.
    fn members(&mut self, mut member: impl FnMut(&'a str, &'a str)) -> Option<()> {
        self.take(b'{')?;
        self.blank();
        if self.take(b'}').is_some() {
            return Some(());
        }
        loop {
            let key = self.quoted()?;
            self.blank();
            self.take(b':')?;
            self.blank();
            let start = self.at;
            self.value()?;
            member(key.get(1..key.len().checked_sub(1)?)?, self.text.get(start..self.at)?);
            self.blank();
            if self.take(b'}').is_some() {
                return Some(());
            }
            self.take(b',')?;
            self.blank();
        }
    }

    fn value(&mut self) -> Option<()> {
        match self.next()? {
            b'"' => self.quoted().map(|_| ()),
            b't' => self.word("true"),
            b'f' => self.word("false"),
            b'n' => self.word("null"),
            b'-' | b'0'..=b'9' => self.number(),
            _ => self.inner(),
        }
    }

    /// An object within the object. One in that is a surprise, so that no line can make the scanner go deep.
    fn inner(&mut self) -> Option<()> {
        if std::mem::replace(&mut self.inside, true) {
            return None;
        }
        self.members(|_, _| {})?;
        self.inside = false;
        Some(())
    }

    /// A text without escapes, with its quotes.
    fn quoted(&mut self) -> Option<&'a str> {
        let start = self.at;
        self.take(b'"')?;
        let rest = self.text.as_bytes().get(self.at..)?;
        let end = rest.iter().position(|byte| matches!(byte, b'"' | b'\\' | 0..0x20))?;
        self.at = self.at.checked_add(end)?;
        self.take(b'"')?;
        self.text.get(start..self.at)
    }

    fn number(&mut self) -> Option<()> {
        let _ = self.take(b'-');
        if self.take(b'0').is_none() {
            self.digits()?;
        }
        if self.take(b'.').is_some() {
            self.digits()?;
        }
        if self.take(b'e').or_else(|| self.take(b'E')).is_some() {
            let _ = self.take(b'+').or_else(|| self.take(b'-'));
            self.digits()?;
        }
        Some(())
    }

    /// One digit or more.
    fn digits(&mut self) -> Option<()> {
        let rest = self.text.as_bytes().get(self.at..)?;
        let count = rest.iter().position(|byte| !byte.is_ascii_digit()).unwrap_or(rest.len());
        self.at = self.at.checked_add(count)?;
        (count > 0).then_some(())
    }

    fn word(&mut self, word: &str) -> Option<()> {
        self.text.get(self.at..)?.starts_with(word).then_some(())?;
        self.at = self.at.checked_add(word.len())?;
        Some(())
    }

    fn next(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn take(&mut self, byte: u8) -> Option<()> {
        (self.next()? == byte).then_some(())?;
        self.at = self.at.checked_add(1)?;
        Some(())
    }

    fn blank(&mut self) {
        while matches!(self.next(), Some(b' ' | b'\t' | b'\n' | b'\r')) {
            self.at = self.at.saturating_add(1);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn scanned(text: &str) -> Option<Entries<'_>> {
        Scanner::new(text).whole().map(Entries)
    }

    fn parsed(text: &str) -> Option<Entries<'_>> {
        serde_json::from_str(text).ok()
    }

    #[test]
    fn plain_lines_are_cut() {
        let line =
            r#" {"id":"e1", "kind" : "read","asset":"Pä","n":-1.5e+3,"t":true,"x":null,"fields":{"a":0,"b":"c"}} "#;
        let entries = scanned(line).unwrap();
        let values: Vec<_> = entries.0.iter().map(|(key, value)| (&**key, *value)).collect();
        let fields = ("fields", r#"{"a":0,"b":"c"}"#);
        let texts = [("id", r#""e1""#), ("kind", r#""read""#), ("asset", r#""Pä""#)];
        assert_eq!(values, [&texts[..], &[("n", "-1.5e+3"), ("t", "true"), ("x", "null"), fields]].concat());
        assert_eq!(Some(entries), parsed(line));
        assert_eq!(scanned("{}"), parsed("{}"));
    }

    #[test]
    fn surprises_go_to_the_parser() {
        for line in [
            r#"{"a":"\u00e4"}"#,
            r#"{"a":[1]}"#,
            r#"{"a":{"b":{"c":1}}}"#,
            r#"{"a":01}"#,
            r#"{"a":1.}"#,
            r#"{"a":-}"#,
            r#"{"a":1,}"#,
            r#"{"a" 1}"#,
            r#"{"a":1} x"#,
            r#"{"a":tru}"#,
            r#"{"a":1e}"#,
            r"{a:1}",
            "{\"a\":\"\t\"}",
            "{",
            "",
            "1",
            r#"{"a":+1}"#,
            &r#"{"a":"#.repeat(200_000),
            r#"{"a":.5}"#,
        ] {
            assert_eq!(scanned(line), None, "{line}");
        }
        assert_eq!(Entries::of(r#"{"a":"\u00e4"}"#).unwrap().0.len(), 1);
        assert_eq!(text(r#""\u00e4""#).unwrap(), "ä");
        assert!(text(r#""\ud800""#).is_err());
    }

    proptest! {
        /// What the scanner takes, the parser takes and takes alike, whatever bytes of a line were changed.
        #[test]
        fn scanner_and_parser_agree(places in prop::collection::vec((0_usize..120, "[{}\\[\\]\",:.0-9eE+ \\\\tfnü-]"), 0..4)) {
            let mut line = r#"{"id":"e0","n":-10.5e2,"asset":"M-1","t":true,"x":null,"q":0,"fields":{"pages":960,"grade":"a"}}"#.to_owned();
            for (place, with) in places {
                if line.is_char_boundary(place) && line.is_char_boundary(place + 1) && place < line.len() {
                    line.replace_range(place..=place, &with);
                }
            }
            if let Some(entries) = scanned(&line) {
                prop_assert_eq!(Some(entries), parsed(&line));
            }
        }
    }
}
