//! The port through which bytes come in: `session` opens files, this layer reads them.

use std::fmt;
use std::io::Read;

/// How a stream of bytes is written. Compression is undone here too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One JSON event a line.
    JsonLines,
    /// A table with a header.
    Csv,
}

impl Format {
    /// The format and whether it is compressed, from a file's name: `.jsonl`, `.ndjson`, `.json` or
    /// `.csv`, each with or without `.gz`. Standard input, `-`, is JSON Lines.
    pub fn of(name: &str) -> Option<(Format, bool)> {
        let lower = name.to_ascii_lowercase();
        let (stem, gzip) = match lower.strip_suffix(".gz") {
            Some(stem) => (stem, true),
            None => (lower.as_str(), false),
        };
        let is = |ends: &[&str]| ends.iter().any(|end| stem.ends_with(end));
        if stem == "-" || is(&[".jsonl", ".ndjson", ".json"]) {
            Some((Format::JsonLines, gzip))
        } else if is(&[".csv", ".tsv"]) {
            Some((Format::Csv, gzip))
        } else {
            None
        }
    }
}

/// A stream of bytes.
pub struct Input<'a> {
    /// The file's name, as the workspace shows it.
    pub name: String,
    /// How it is written.
    pub format: Format,
    /// Whether it is compressed by gzip.
    pub gzip: bool,
    /// Its bytes.
    pub bytes: Box<dyn Read + Send + 'a>,
    /// The place of its mapping in the list of mappings; not used for registers.
    pub mapping: usize,
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("format", &self.format).finish_non_exhaustive()
    }
}
