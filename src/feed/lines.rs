//! Bytes to lines: compression undone, length bounded, places kept.

use std::io::{self, BufRead, BufReader, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use crate::feed::input::{Compression, Input};
use crate::feed::quotes::Quotes;

/// The longest line, and the longest row of a table, in bytes.
pub(crate) const MAX_LINE: usize = 1 << 20;
const BUFFER: usize = 1 << 16;

/// Tells how many bytes have come in, compressed as they are.
pub(crate) type Progress<'a> = &'a (dyn Fn(u64) + Sync);

/// The bytes of an input, uncompressed.
pub(crate) fn open<'a>(input: Input<'a>, progress: Progress<'a>) -> BufReader<Box<dyn Read + Send + 'a>> {
    let counted = Counted { bytes: input.bytes, progress };
    let plain: Box<dyn Read + Send + 'a> = match input.compression {
        Compression::None => Box::new(counted),
        Compression::Gzip => Box::new(MultiGzDecoder::new(BufReader::with_capacity(BUFFER, counted))),
        Compression::Zstd => match zstd::Decoder::new(counted) {
            Ok(decoder) => Box::new(decoder),
            Err(error) => Box::new(Failing(Some(error))),
        },
    };
    BufReader::with_capacity(BUFFER, plain)
}

/// A stream that could not be opened.
struct Failing(Option<io::Error>);

impl Read for Failing {
    fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
        self.0.take().map_or(Ok(0), Err)
    }
}

struct Counted<'a> {
    bytes: Box<dyn Read + Send + 'a>,
    progress: Progress<'a>,
}

impl Read for Counted<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.bytes.read(buffer)?;
        (self.progress)(count as u64);
        Ok(count)
    }
}

/// What reading a line gave.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// A line.
    Line,
    /// A line longer than [`MAX_LINE`], which was passed over.
    TooLong,
    /// The end.
    End,
}

/// Reads the next line behind what is in `bytes`, without its end.
pub(crate) fn next(reader: &mut impl BufRead, bytes: &mut Vec<u8>) -> io::Result<Next> {
    let start = bytes.len();
    let mut too_long = false;
    loop {
        let read = match reader.fill_buf() {
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(error),
        };
        let length = bytes.len().saturating_sub(start);
        if read.is_empty() {
            let nothing = length == 0 && !too_long;
            return Ok(if nothing { Next::End } else { ended(bytes, start, too_long) });
        }
        let end = memchr::memchr(b'\n', read);
        let part = read.get(..end.unwrap_or(read.len())).unwrap_or_default();
        too_long |= length.saturating_add(part.len()) > MAX_LINE;
        if !too_long {
            bytes.extend_from_slice(part);
        }
        let consumed = part.len().saturating_add(usize::from(end.is_some()));
        reader.consume(consumed);
        if end.is_some() {
            return Ok(ended(bytes, start, too_long));
        }
    }
}

fn ended(bytes: &mut Vec<u8>, start: usize, too_long: bool) -> Next {
    if too_long {
        bytes.truncate(start);
        return Next::TooLong;
    }
    if bytes.len() > start && bytes.last() == Some(&b'\r') {
        bytes.pop();
    }
    Next::Line
}

/// A fence against rows without end: a quote that is never closed would take in the rest of the file.
#[derive(Clone, Debug, Default)]
pub(crate) struct Fence {
    limit: Arc<AtomicU64>,
}

impl Fence {
    /// Lets a row begin at this byte.
    pub(crate) fn row_at(&self, byte: u64) {
        let room = MAX_LINE.saturating_add(BUFFER) as u64;
        self.limit.store(byte.saturating_add(room), Ordering::Relaxed);
    }

    /// Stops a stream at the fence.
    pub(crate) fn around<R: Read>(&self, bytes: R, delimiter: u8) -> Fenced<R> {
        self.row_at(0);
        Fenced { bytes, passed: 0, fence: self.clone(), quotes: Quotes::new(delimiter) }
    }
}

/// A stream that fails where a row gets too long.
#[derive(Debug)]
pub(crate) struct Fenced<R> {
    bytes: R,
    passed: u64,
    fence: Fence,
    /// What is wrong with the quotes of what was passed.
    pub(crate) quotes: Quotes,
}

impl<R: Read> Read for Fenced<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.passed > self.fence.limit.load(Ordering::Relaxed) {
            let why = "a row is longer than 1 MiB; a quote is probably not closed";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, why));
        }
        let count = self.bytes.read(buffer)?;
        self.passed = self.passed.saturating_add(count as u64);
        self.quotes.pass(buffer.get(..count).unwrap_or_default());
        Ok(count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn lines(text: &[u8]) -> Vec<(Next, String)> {
        let mut reader = BufReader::with_capacity(7, text);
        let mut bytes = b"before".to_vec();
        let mut read = Vec::new();
        loop {
            let start = bytes.len();
            let next = next(&mut reader, &mut bytes).unwrap();
            if next == Next::End {
                return read;
            }
            read.push((next, String::from_utf8_lossy(&bytes[start..]).into_owned()));
        }
    }

    #[test]
    fn lines_end_in_any_of_three_ways() {
        let expected: Vec<_> = ["one", "", "two", "three and more"].map(|line| (Next::Line, line.to_owned())).into();
        assert_eq!(lines(b"one\n\r\ntwo\r\nthree and more"), expected);
        assert!(lines(b"").is_empty());
    }

    #[test]
    fn a_line_that_is_too_long_is_passed_over() {
        let mut text = vec![b'x'; MAX_LINE + 1];
        text.extend_from_slice(b"\nnext\n");
        let read = lines(&text);
        assert_eq!(read.len(), 2);
        assert_eq!(read[0].0, Next::TooLong);
        assert_eq!(read[1], (Next::Line, "next".to_owned()));
    }
}
