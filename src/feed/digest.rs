//! Digests of what an event says, to tell a repeated line from a contradicting one.

use sha2::{Digest, Sha256};

/// The first half of a SHA-256.
pub(crate) type Content = [u8; 16];

/// Takes in the parts of an event one by one; parts never run into each other.
#[derive(Debug, Default)]
pub(crate) struct Digester(Sha256);

impl Digester {
    /// Takes in a part; one that is absent differs from one that is empty.
    pub(crate) fn part(&mut self, text: Option<&str>) {
        let length = text.map_or(u64::MAX, |text| text.len() as u64);
        self.0.update(length.to_le_bytes());
        self.0.update(text.unwrap_or_default());
    }

    /// Takes in a number.
    pub(crate) fn number(&mut self, number: i128) {
        self.0.update(number.to_le_bytes());
    }

    /// The digest.
    pub(crate) fn finish(self) -> Content {
        let mut content = Content::default();
        for (to, from) in content.iter_mut().zip(self.0.finalize()) {
            *to = from;
        }
        content
    }
}

/// A digest as an id.
pub(crate) fn as_id(content: &Content) -> String {
    use std::fmt::Write;
    content.iter().fold(String::with_capacity(32), |mut id, byte| {
        // Writing to a String cannot fail.
        let _ = write!(id, "{byte:02x}");
        id
    })
}
