//! A JSON Lines file that grows, read line by line as it does.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use crate::server::Happened;

/// How long to wait for more.
const PAUSE: Duration = Duration::from_millis(40);

/// Follows a file for as long as somebody hears of it. A file that is cut or replaced is read from its start
/// again; one that is not there yet is waited for.
pub(super) fn follow(path: &Path, from_end: bool, tell: &Sender<Happened>) {
    let mut tail = Tail { source: path.display().to_string().into(), offset: 0, number: 0, rest: Vec::new() };
    let mut known = from_end;
    loop {
        match tail.read(path) {
            Ok(lines) => {
                for (number, text) in lines {
                    let line = Happened::Line { source: Arc::clone(&tail.source), number, text, known };
                    if tell.send(line).is_err() {
                        return;
                    }
                }
            }
            Err(Lost::Cut) => {
                let note = format!("{} became shorter: it is read from its start again", tail.source);
                if tell.send(Happened::Note(note)).is_err() {
                    return;
                }
            }
            Err(Lost::NotThere) => {}
        }
        known = false;
        thread::sleep(PAUSE);
    }
}

/// Why nothing was read.
enum Lost {
    /// The file is shorter than what was read of it.
    Cut,
    /// It cannot be opened now.
    NotThere,
}

/// How far a file was read.
struct Tail {
    source: Arc<str>,
    offset: u64,
    number: u64,
    /// The beginning of a line whose end is not written yet.
    rest: Vec<u8>,
}

impl Tail {
    /// The lines that are new and whole.
    #[expect(clippy::disallowed_methods, reason = "the server is a surface: it follows files")]
    fn read(&mut self, path: &Path) -> Result<Vec<(u64, String)>, Lost> {
        let mut file = File::open(path).map_err(|_| Lost::NotThere)?;
        let length = file.metadata().map_err(|_| Lost::NotThere)?.len();
        if length < self.offset {
            (self.offset, self.number) = (0, 0);
            self.rest.clear();
            return Err(Lost::Cut);
        }
        if length == self.offset {
            return Ok(Vec::new());
        }
        file.seek(SeekFrom::Start(self.offset)).map_err(|_| Lost::NotThere)?;
        let mut bytes = Vec::new();
        let read = file.read_to_end(&mut bytes).map_err(|_| Lost::NotThere)?;
        self.offset = self.offset.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Ok(self.whole_lines(&bytes))
    }

    fn whole_lines(&mut self, bytes: &[u8]) -> Vec<(u64, String)> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(piece);
            if self.rest.last() == Some(&b'\n') {
                self.number = self.number.saturating_add(1);
                let line = std::mem::take(&mut self.rest);
                lines.push((self.number, String::from_utf8_lossy(&line).into_owned()));
            }
        }
        lines
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_told_when_its_end_is_written() {
        let mut tail = Tail { source: "x".into(), offset: 0, number: 0, rest: Vec::new() };
        assert_eq!(tail.whole_lines(b"{\"a\":"), Vec::new());
        assert_eq!(tail.whole_lines(b"1}\n\n{"), vec![(1, "{\"a\":1}\n".to_owned()), (2, "\n".to_owned())]);
        assert_eq!(tail.whole_lines(b"}\n"), vec![(3, "{}\n".to_owned())]);
    }
}
