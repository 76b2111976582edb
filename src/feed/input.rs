//! The port through which bytes come in: `session` opens files, this layer reads them.

use std::fmt;
use std::io::Read;

use crate::feed::placed::Placed;

/// How a stream of bytes is written. Compression is undone here too.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Format {
    /// One JSON event a line.
    JsonLines,
    /// A table: text with a header, or Parquet.
    Table,
}

/// How bytes are compressed.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Compression {
    /// Not at all.
    None,
    /// By gzip.
    Gzip,
    /// By Zstandard.
    Zstd,
}

impl Format {
    /// The format and how it is compressed, from a file's name: `.jsonl`, `.ndjson`, `.json`, `.csv`, `.tsv` or
    /// `.parquet`, each also with `.gz` or `.zst`. Standard input, `-`, is JSON Lines.
    pub fn of(name: &str) -> Option<(Format, Compression)> {
        let lower = name.to_ascii_lowercase();
        let (stem, compression) = Compression::of(&lower);
        let is = |ends: &[&str]| ends.iter().any(|end| stem.ends_with(end));
        if stem == "-" || is(&[".jsonl", ".ndjson", ".json"]) {
            Some((Format::JsonLines, compression))
        } else if is(&[".csv", ".tsv", ".parquet"]) {
            Some((Format::Table, compression))
        } else {
            None
        }
    }
}

impl Compression {
    /// The name without the ending that tells its compression, and that.
    pub fn of(name: &str) -> (&str, Compression) {
        let endings = [(".gz", Compression::Gzip), (".zst", Compression::Zstd)];
        let found = endings.into_iter().find_map(|(end, how)| Some((name.strip_suffix(end)?, how)));
        found.unwrap_or((name, Compression::None))
    }
}

/// A stream of bytes.
pub struct Input<'a> {
    /// The file's name, as the workspace shows it.
    pub name: String,
    /// How it is written.
    pub format: Format,
    /// How it is compressed.
    pub compression: Compression,
    /// Its bytes.
    pub bytes: Box<dyn Read + Send + 'a>,
    /// The same file, to be read at any place; where there is none, Parquet is read into memory as a whole.
    pub placed: Option<Box<dyn Placed>>,
    /// The place of its mapping in the list of mappings; not used for registers.
    pub mapping: usize,
}

impl fmt::Debug for Input<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Input").field("name", &self.name).field("format", &self.format).finish_non_exhaustive()
    }
}
