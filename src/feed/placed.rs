//! Bytes that are read at any place, by several cores: a table of Parquet of which only the columns that are asked for
//! come into memory.

use std::io::{self, BufReader, Read, Seek, SeekFrom};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use parquet::errors::{ParquetError, Result};
use parquet::file::reader::{ChunkReader, Length};

/// A file that can be read at any place.
pub trait Placed: Read + Seek + Send {}

impl<T: Read + Seek + Send> Placed for T {}

/// One file for several readers, each with a place of its own.
#[derive(Clone)]
pub(crate) struct Shared {
    file: Arc<Mutex<Box<dyn Placed>>>,
    length: u64,
    passed: Arc<AtomicU64>,
}

impl Shared {
    /// Finds out how long the file is. `passed` counts the bytes that are read.
    pub(crate) fn new(mut file: Box<dyn Placed>, passed: &Arc<AtomicU64>) -> io::Result<Self> {
        let length = file.seek(SeekFrom::End(0))?;
        Ok(Self { file: Arc::new(Mutex::new(file)), length, passed: Arc::clone(passed) })
    }

    fn read_at(&self, start: u64, buffer: &mut [u8]) -> io::Result<usize> {
        let mut file = self.file.lock().unwrap_or_else(PoisonError::into_inner);
        file.seek(SeekFrom::Start(start))?;
        let count = file.read(buffer)?;
        self.passed.fetch_add(count as u64, Ordering::Relaxed);
        Ok(count)
    }
}

/// A reader with its place.
pub(crate) struct Reader {
    shared: Shared,
    at: u64,
}

impl Read for Reader {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let count = self.shared.read_at(self.at, buffer)?;
        self.at = self.at.saturating_add(count as u64);
        Ok(count)
    }
}

impl Length for Shared {
    fn len(&self) -> u64 {
        self.length
    }
}

impl ChunkReader for Shared {
    type T = BufReader<Reader>;

    fn get_read(&self, start: u64) -> Result<Self::T> {
        Ok(BufReader::new(Reader { shared: self.clone(), at: start }))
    }

    fn get_bytes(&self, start: u64, length: usize) -> Result<Bytes> {
        let left = self.length.saturating_sub(start);
        // A damaged file may name any length: no more is asked for than there is.
        if left < length as u64 {
            return Err(ParquetError::EOF(format!("{length} bytes are asked for where {left} are left")));
        }
        let mut bytes = Vec::with_capacity(length);
        Reader { shared: self.clone(), at: start }.take(length as u64).read_to_end(&mut bytes)?;
        if bytes.len() < length {
            return Err(ParquetError::EOF("the file got shorter while it was read".to_owned()));
        }
        Ok(Bytes::from(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_reader_has_a_place_of_its_own() {
        let shared = Shared::new(Box::new(io::Cursor::new(b"0123456789".to_vec())), &Arc::default()).unwrap();
        let (mut first, mut second) = (shared.get_read(0).unwrap(), shared.get_read(5).unwrap());
        let mut two = [0; 2];
        for (reader, expected) in [(0, b"01"), (1, b"56"), (0, b"23"), (1, b"78")] {
            [&mut first, &mut second][reader].read_exact(&mut two).unwrap();
            assert_eq!(&two, expected);
        }
        assert_eq!(shared.get_bytes(3, 4).unwrap().as_ref(), b"3456");
        assert!(shared.get_bytes(8, 3).is_err());
        assert!(shared.get_bytes(99, 1).is_err());
    }
}
