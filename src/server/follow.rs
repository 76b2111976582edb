//! A JSON Lines file that grows, read line by line as it does.

use std::fs::{File, Metadata};
use std::io::{Error, ErrorKind, Read as _, Seek as _, SeekFrom};
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::Sender;
use std::thread;
use std::time::Duration;

use crate::server::{Happened, line};

/// How long to wait for more.
const PAUSE: Duration = Duration::from_millis(40);

/// Follows a file for as long as somebody hears of it. A file that is cut or replaced is read from its start
/// again, after the rest of the old one; one that is not there yet is waited for.
pub(super) fn follow(path: &Path, from_end: bool, tell: &Sender<Happened>) {
    let mut tail = Tail::of(path.display().to_string().into());
    let mut known = from_end;
    if !path.exists() && tell.send(Happened::Note(format!("waiting for {}", tail.source))).is_err() {
        return;
    }
    loop {
        let (lines, note) = tail.read(path);
        for (number, bytes) in lines {
            if tell.send(line(&tail.source, number, bytes, known)).is_err() {
                return;
            }
        }
        if let Some(note) = note
            && tell.send(Happened::Note(note)).is_err()
        {
            return;
        }
        known = false;
        thread::sleep(PAUSE);
    }
}

/// A line's number and bytes.
type Numbered = (u64, Vec<u8>);

/// How far a file was read.
struct Tail {
    source: Arc<str>,
    /// The file that is open and what tells it from another one of the same name.
    open: Option<(File, Identity)>,
    offset: u64,
    number: u64,
    /// The beginning of a line whose end is not written yet.
    rest: Vec<u8>,
    /// Why it cannot be opened, as it was told last.
    closed: Option<String>,
}

/// What tells a file from another one that takes its name.
type Identity = (u64, u64);

#[cfg(unix)]
fn identity(data: &Metadata) -> Identity {
    use std::os::unix::fs::MetadataExt as _;
    (data.dev(), data.ino())
}

#[cfg(not(unix))]
fn identity(_: &Metadata) -> Identity {
    (0, 0)
}

impl Tail {
    /// Nothing was read yet.
    fn of(source: Arc<str>) -> Self {
        Self { source, open: None, offset: 0, number: 0, rest: Vec::new(), closed: None }
    }

    /// The lines that are new and whole; what is worth saying about the file.
    fn read(&mut self, path: &Path) -> (Vec<Numbered>, Option<String>) {
        let lines = self.read_open().unwrap_or_default();
        let Ok(now) = path.metadata() else { return (lines, None) };
        let note = match &self.open {
            Some((_, known)) if *known != identity(&now) => Some("was replaced"),
            Some(_) if now.len() < self.offset => Some("became shorter"),
            Some(_) => return (lines, None),
            None => None,
        };
        match self.reopen(path) {
            Ok(()) => {
                self.closed = None;
                (lines, note.map(|what| format!("{} {what}: it is read from its start", self.source)))
            }
            Err(why) => {
                let why = format!("{} cannot be read: {why}; it is tried again until it can be", self.source);
                let is_new = self.closed.as_ref() != Some(&why);
                self.closed = Some(why.clone());
                (lines, is_new.then_some(why))
            }
        }
    }

    #[expect(clippy::disallowed_methods, reason = "the server is a surface: it follows files")]
    fn reopen(&mut self, path: &Path) -> Result<(), Error> {
        self.open = None;
        (self.offset, self.number) = (0, 0);
        self.rest.clear();
        let file = File::open(path)?;
        let data = file.metadata()?;
        if data.is_dir() {
            return Err(ErrorKind::IsADirectory.into());
        }
        self.open = Some((file, identity(&data)));
        Ok(())
    }

    /// What was written to the open file since.
    fn read_open(&mut self) -> Option<Vec<Numbered>> {
        let (file, _) = self.open.as_mut()?;
        if file.metadata().ok()?.len() <= self.offset {
            return None;
        }
        file.seek(SeekFrom::Start(self.offset)).ok()?;
        let mut bytes = Vec::new();
        let read = file.read_to_end(&mut bytes).ok()?;
        self.offset = self.offset.saturating_add(u64::try_from(read).unwrap_or(u64::MAX));
        Some(self.whole_lines(&bytes))
    }

    fn whole_lines(&mut self, bytes: &[u8]) -> Vec<Numbered> {
        let mut lines = Vec::new();
        for piece in bytes.split_inclusive(|byte| *byte == b'\n') {
            self.rest.extend_from_slice(piece);
            if self.rest.last() == Some(&b'\n') {
                self.number = self.number.saturating_add(1);
                let line = std::mem::take(&mut self.rest);
                lines.push((self.number, line));
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
        let mut tail = Tail::of("x".into());
        assert_eq!(tail.whole_lines(b"{\"a\":"), Vec::new());
        assert_eq!(tail.whole_lines(b"1}\n\n{"), vec![(1, b"{\"a\":1}\n".to_vec()), (2, b"\n".to_vec())]);
        assert_eq!(tail.whole_lines(b"}\n"), vec![(3, b"{}\n".to_vec())]);
    }
}
