//! Where packed lines wait: in memory, and in a scratch file once they take more of it than they may.

use std::io::{self, Read, Seek, SeekFrom, Write};
use std::sync::{Arc, Mutex, PoisonError};

use crate::feed::fork::Renumbered;

/// A file of nobody else's, which is gone when it is dropped.
pub trait Scratch: Read + Write + Seek + Send {}

impl<T: Read + Write + Seek + Send> Scratch for T {}

/// How much may wait in memory, and where the rest may.
pub struct Room {
    /// So many bytes.
    pub bytes: usize,
    /// The rest; it is made when it is needed.
    pub scratch: fn() -> io::Result<Box<dyn Scratch>>,
}

impl Room {
    /// All waits in memory.
    #[must_use]
    pub fn unbounded() -> Self {
        Self { bytes: usize::MAX, scratch: || Err(io::Error::other("there is no scratch file")) }
    }
}

impl std::fmt::Debug for Room {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Room").field("bytes", &self.bytes).finish_non_exhaustive()
    }
}

/// Bytes are kept in pieces of this size, so that none is copied as they grow. What is packed never runs over two.
pub(crate) const PIECE: usize = 1 << 16;

/// The packed lines of one contract, in the order in which they were read.
#[derive(Debug, Default)]
pub(crate) struct Leaf {
    /// Pieces in the scratch file: where each begins and its length.
    stored: Vec<(u64, usize, Names)>,
    /// The pieces that follow.
    pieces: Vec<(Vec<u8>, Names)>,
    /// How often bytes were added: one line, or one mark, each time.
    lines: usize,
}

/// What became of names in a piece that have other numbers by now; mostly, none has.
pub(crate) type Names = Option<Arc<Renumbered>>;

impl Leaf {
    /// How many bytes there are.
    pub(crate) fn len(&self) -> usize {
        let stored = self.stored.iter().map(|(_, length, _)| *length);
        stored.chain(self.pieces.iter().map(|(piece, _)| piece.len())).fold(0, usize::saturating_add)
    }

    /// How many lines they are.
    pub(crate) fn lines(&self) -> usize {
        self.lines
    }

    /// Adds bytes to the last piece, up to so many of them in one; tells how much memory that took.
    pub(crate) fn add(&mut self, bytes: &[u8], names: &Names, most: usize) -> usize {
        self.lines = self.lines.saturating_add(1);
        let same = |own: &Names| own.as_ref().map(Arc::as_ptr) == names.as_ref().map(Arc::as_ptr);
        match self.pieces.last_mut() {
            Some((piece, own)) if piece.len().saturating_add(bytes.len()) <= most && same(own) => {
                let before = piece.capacity();
                piece.extend_from_slice(bytes);
                piece.capacity().saturating_sub(before)
            }
            last => {
                // The first grows, because most leaves of a small feed hold a few lines.
                let mut piece = if last.is_some() { Vec::with_capacity(PIECE.max(bytes.len())) } else { Vec::new() };
                piece.extend_from_slice(bytes);
                let took = piece.capacity();
                self.pieces.push((piece, names.clone()));
                took
            }
        }
    }
}

/// All leaves.
#[derive(Debug)]
pub(crate) struct Leaves {
    all: Vec<Leaf>,
    room: Room,
    /// So many bytes stand in a piece.
    piece: usize,
    /// So many bytes of memory the pieces take.
    held: usize,
    store: Option<Store>,
    /// Why no more could be stored.
    failed: Option<io::Error>,
}

/// The scratch file.
pub(crate) struct Store {
    file: Mutex<Box<dyn Scratch>>,
    end: u64,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Store").field("end", &self.end).finish_non_exhaustive()
    }
}

impl Leaves {
    /// So many empty ones.
    pub(crate) fn new(count: usize, room: Room) -> Self {
        let all = std::iter::repeat_with(Leaf::default).take(count).collect();
        Self { all, room, piece: PIECE, held: 0, store: None, failed: None }
    }

    /// So many that others take over soon: each is one piece, whose memory stays.
    pub(crate) fn passing(count: usize) -> Self {
        Self { piece: usize::MAX, ..Self::new(count, Room::unbounded()) }
    }

    /// Adds bytes to a leaf.
    pub(crate) fn add(&mut self, leaf: usize, bytes: &[u8]) {
        if self.failed.is_some() {
            return;
        }
        let took = self.all.get_mut(leaf).map_or(0, |leaf| leaf.add(bytes, &None, self.piece));
        self.hold(took);
    }

    fn hold(&mut self, took: usize) {
        self.held = self.held.saturating_add(took);
        if self.held > self.room.bytes {
            self.failed = self.store().err();
        }
    }

    /// Adds what stands in others behind these, with what became of names in it, and empties them.
    pub(crate) fn take_over(&mut self, others: &mut Leaves, names: &Names) {
        let mut took: usize = 0;
        for (own, other) in self.all.iter_mut().zip(&mut others.all) {
            own.lines = own.lines.saturating_add(std::mem::take(&mut other.lines));
            for (piece, _) in other.pieces.iter_mut().filter(|(piece, _)| !piece.is_empty()) {
                if self.failed.is_none() {
                    took = took.saturating_add(piece.len());
                    own.pieces.push((piece.clone(), names.clone()));
                }
                piece.clear();
            }
        }
        if self.failed.is_none() {
            self.hold(took);
        }
    }

    /// Changes the bytes of leaves from one on.
    pub(crate) fn change(&mut self, from: usize, change: impl Fn(&mut [u8])) {
        let pieces = self.all.iter_mut().skip(from).flat_map(|leaf| &mut leaf.pieces);
        pieces.for_each(|(piece, _)| change(piece));
    }

    /// Takes the leaves out, with the file in which some of their pieces may be.
    ///
    /// # Errors
    ///
    /// Why the file could not be made or written.
    pub(crate) fn take(&mut self) -> io::Result<(Vec<Leaf>, Option<Store>)> {
        match self.failed.take() {
            Some(why) => Err(why),
            None => Ok((std::mem::take(&mut self.all), self.store.take())),
        }
    }

    /// Moves all pieces to the scratch file.
    fn store(&mut self) -> io::Result<()> {
        let store = match &mut self.store {
            Some(store) => store,
            none => none.insert(Store { file: Mutex::new((self.room.scratch)()?), end: 0 }),
        };
        let file = store.file.get_mut().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(store.end))?;
        for leaf in &mut self.all {
            for (piece, names) in leaf.pieces.drain(..) {
                file.write_all(&piece)?;
                leaf.stored.push((store.end, piece.len(), names));
                store.end = store.end.saturating_add(piece.len() as u64);
            }
        }
        self.held = 0;
        Ok(())
    }
}

impl Leaf {
    /// Adds the pieces of another one behind these.
    pub(crate) fn append(&mut self, mut other: Self) {
        self.stored.append(&mut other.stored);
        self.pieces.append(&mut other.pieces);
        self.lines = self.lines.saturating_add(other.lines);
    }

    /// Its pieces, in order.
    ///
    /// # Errors
    ///
    /// What `each` or the scratch file says.
    pub(crate) fn each(
        &self,
        store: Option<&Store>,
        mut each: impl FnMut(&[u8], &Names) -> io::Result<()>,
    ) -> io::Result<()> {
        from_store(&self.stored, store, &mut each)?;
        self.pieces.iter().try_for_each(|(piece, names)| each(piece, names))
    }

    /// Its pieces, in order, each given to `each` and freed.
    ///
    /// # Errors
    ///
    /// What `each` or the scratch file says.
    pub(crate) fn drain(
        self,
        store: Option<&Store>,
        mut each: impl FnMut(&[u8], &Names) -> io::Result<()>,
    ) -> io::Result<()> {
        from_store(&self.stored, store, &mut each)?;
        self.pieces.into_iter().try_for_each(|(piece, names)| each(&piece, &names))
    }
}

/// Gives pieces that are in the scratch file to `each`.
fn from_store(
    stored: &[(u64, usize, Names)],
    store: Option<&Store>,
    each: &mut dyn FnMut(&[u8], &Names) -> io::Result<()>,
) -> io::Result<()> {
    let mut bytes = Vec::new();
    for (start, length, names) in stored {
        let store = store.ok_or_else(|| io::Error::other("there is no scratch file"))?;
        bytes.resize(*length, 0);
        let mut file = store.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(*start))?;
        file.read_exact(&mut bytes)?;
        drop(file);
        each(&bytes, names)?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(leaf: Leaf, store: Option<&Store>) -> Vec<u8> {
        let mut all = Vec::new();
        leaf.drain(store, |bytes, _| {
            all.extend_from_slice(bytes);
            Ok(())
        })
        .unwrap();
        all
    }

    #[test]
    fn what_has_no_room_comes_back_from_the_scratch_file_in_order() {
        let room = Room { bytes: 1_000, scratch: || Ok(Box::new(io::Cursor::new(Vec::new()))) };
        let mut leaves = Leaves::new(3, room);
        let mut expected = vec![Vec::new(); 3];
        for number in 0..5_000_usize {
            let bytes = number.to_string().into_bytes();
            leaves.add(number % 3, &bytes);
            expected[number % 3].extend(bytes);
        }
        let (all, store) = leaves.take().unwrap();
        assert!(all.iter().all(|leaf| !leaf.stored.is_empty()));
        for (leaf, expected) in all.into_iter().zip(expected) {
            assert_eq!(leaf.len(), expected.len());
            assert_eq!(drained(leaf, store.as_ref()), expected);
        }
    }

    #[test]
    fn a_scratch_file_that_cannot_be_made_is_told() {
        let mut leaves = Leaves::new(1, Room { bytes: 10, ..Room::unbounded() });
        leaves.add(0, b"more than ten bytes");
        assert_eq!(leaves.take().unwrap_err().to_string(), "there is no scratch file");
    }
}
