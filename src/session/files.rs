//! Files and folders: the port to the disk.

use std::io::Read;
use std::path::{Path, PathBuf};

use globset::GlobBuilder;

use crate::feed::placed::Placed;
use crate::session::trouble::Trouble;

/// The text of a file; bytes that are no UTF-8 become replacement characters, which the parser refuses by place.
pub(super) fn text(path: &Path) -> Result<String, Trouble> {
    let bytes = bytes(path)?;
    Ok(match String::from_utf8(bytes) {
        Ok(text) => text,
        Err(bad) => String::from_utf8_lossy(bad.as_bytes()).into_owned(),
    })
}

/// The bytes of a file.
#[expect(clippy::disallowed_methods, reason = "session is the layer that opens files")]
pub(super) fn bytes(path: &Path) -> Result<Vec<u8>, Trouble> {
    std::fs::read(path).map_err(|why| unreadable(path, why))
}

/// A stream of the bytes of a file; `-` is standard input.
#[expect(clippy::disallowed_methods, reason = "session is the layer that opens files")]
pub(super) fn stream(path: &Path) -> Result<Box<dyn Read + Send>, Trouble> {
    if path == Path::new("-") {
        return Ok(Box::new(std::io::stdin()));
    }
    let file = std::fs::File::open(path).map_err(|why| unreadable(path, why))?;
    Ok(Box::new(file))
}

/// A file to be read at any place.
#[expect(clippy::disallowed_methods, reason = "session is the layer that opens files")]
pub(super) fn placed(path: &Path) -> Result<Box<dyn Placed>, Trouble> {
    Ok(Box::new(std::fs::File::open(path).map_err(|why| unreadable(path, why))?))
}

/// A stream that cannot be read, and why.
pub(super) struct Nothing(pub(super) &'static str);

impl Read for Nothing {
    fn read(&mut self, _: &mut [u8]) -> std::io::Result<usize> {
        Err(std::io::Error::new(std::io::ErrorKind::NotFound, self.0))
    }
}

/// The size of a file, for progress.
pub(super) fn size(path: &Path) -> u64 {
    path.metadata().map_or(0, |data| data.len())
}

fn unreadable(path: &Path, why: std::io::Error) -> Trouble {
    Trouble::Unreadable { path: path.to_owned(), why }
}

/// The files of a folder and the folders in it, in order.
#[expect(clippy::disallowed_methods, reason = "session is the layer that lists folders")]
pub(super) fn below(folder: &Path) -> Result<Vec<PathBuf>, Trouble> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_owned()];
    while let Some(folder) = waiting.pop() {
        for entry in std::fs::read_dir(&folder).map_err(|why| unreadable(&folder, why))? {
            let entry = entry.map_err(|why| unreadable(&folder, why))?;
            let path = entry.path();
            // A link to a folder is not followed, so that no circle of links can be walked.
            if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
                waiting.push(path);
            } else {
                found.push(path);
            }
        }
    }
    found.sort();
    Ok(found)
}

/// The files that a pattern names, in order; a plain path names itself.
pub(super) fn matching(root: &Path, pattern: &str) -> Result<Vec<PathBuf>, Trouble> {
    if !pattern.contains(['*', '?', '[', '{']) {
        let path = root.join(pattern);
        return Ok(if path.is_file() { vec![path] } else { Vec::new() });
    }
    let pattern = pattern.trim_start_matches("./");
    let glob = GlobBuilder::new(pattern)
        .literal_separator(true)
        .build()
        .map_err(|why| Trouble::BadPattern { pattern: pattern.to_owned(), why: why.kind().to_string() })?;
    let matcher = glob.compile_matcher();
    let folder: PathBuf = Path::new(pattern)
        .parent()
        .into_iter()
        .flat_map(Path::components)
        .take_while(|part| !part.as_os_str().to_string_lossy().contains(['*', '?', '[', '{']))
        .collect();
    let start = root.join(folder);
    if !start.is_dir() {
        return Ok(Vec::new());
    }
    let files = below(&start)?;
    let from = if Path::new(pattern).is_absolute() { Path::new("") } else { root };
    let named = |path: &PathBuf| path.strip_prefix(from).is_ok_and(|path| matcher.is_match(path));
    Ok(files.into_iter().filter(named).collect())
}

/// Writes a file and the folders above it.
#[expect(clippy::disallowed_methods, reason = "session is the layer that writes files")]
pub(super) fn write(path: &Path, text: &[u8]) -> Result<(), Trouble> {
    let failed = |why| Trouble::Unwritable { path: path.to_owned(), why };
    if let Some(folder) = path.parent() {
        std::fs::create_dir_all(folder).map_err(failed)?;
    }
    std::fs::write(path, text).map_err(failed)
}

/// Whether a folder holds anything.
#[expect(clippy::disallowed_methods, reason = "session is the layer that lists folders")]
pub(super) fn holds_something(folder: &Path) -> bool {
    folder.is_file() || std::fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some())
}
