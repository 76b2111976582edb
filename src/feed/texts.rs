//! Texts kept once, in one run of memory: ten million ids must not be ten million allocations.

use std::hash::{BuildHasher, RandomState};

/// Texts in one run of memory, by number.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Texts {
    bytes: String,
    ends: Vec<usize>,
}

impl Texts {
    /// Adds a text and gives its number.
    pub(crate) fn push(&mut self, text: &str) -> u32 {
        let number = u32::try_from(self.ends.len()).unwrap_or(u32::MAX);
        self.bytes.push_str(text);
        self.ends.push(self.bytes.len());
        number
    }

    /// The text of a number; empty for a number that was never given.
    pub fn get(&self, number: u32) -> &str {
        let place = number as usize;
        let start = match place.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        let end = self.ends.get(place).copied().unwrap_or(start);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }
}

/// Texts that know whether they have a text already.
///
/// Hashed with a random key, so that no feed can be made to collide; the key never shows, because
/// numbers follow the order of arrival.
#[derive(Clone, Debug, Default)]
pub(crate) struct Pool {
    texts: Texts,
    /// Open addressing: 0 is free, else a number plus one. The length is a power of two.
    slots: Vec<u32>,
    hasher: RandomState,
}

impl Pool {
    /// The text of a number.
    pub(crate) fn get(&self, number: u32) -> &str {
        self.texts.get(number)
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len()
    }

    /// The number of a text, taken in if it is new.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if self.texts.len().saturating_mul(2) >= self.slots.len() {
            self.grow();
        }
        let (slot, known) = self.probe(text);
        if let Some(number) = known {
            return number;
        }
        let number = self.texts.push(text);
        self.occupy(slot, number);
        number
    }

    /// The number of a text, if it is there.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.probe(text).1 }
    }

    /// The slot of a text, and its number if it is there.
    fn probe(&self, text: &str) -> (usize, Option<u32>) {
        let mask = self.slots.len().wrapping_sub(1);
        let mut slot = self.home(text, mask);
        loop {
            match self.slots.get(slot).copied().unwrap_or_default().checked_sub(1) {
                None => return (slot, None),
                Some(number) if self.texts.get(number) == text => return (slot, Some(number)),
                Some(_) => slot = slot.wrapping_add(1) & mask,
            }
        }
    }

    fn home(&self, text: &str, mask: usize) -> usize {
        // Only the low bits matter: the mask is below the number of slots.
        usize::try_from(self.hasher.hash_one(text) & (mask as u64)).unwrap_or_default()
    }

    fn occupy(&mut self, slot: usize, number: u32) {
        if let Some(free) = self.slots.get_mut(slot) {
            *free = number.saturating_add(1);
        }
    }

    fn grow(&mut self) {
        self.slots = vec![0; self.slots.len().saturating_mul(2).max(64)];
        let numbers = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        for number in 0..numbers {
            let (slot, _) = self.probe(self.texts.get(number));
            self.occupy(slot, number);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut pool = Pool::default();
        let numbers: Vec<u32> = (0..1_000).map(|n| pool.intern(&format!("t{n}"))).collect();
        for (n, number) in numbers.iter().enumerate() {
            let text = format!("t{n}");
            assert_eq!(pool.intern(&text), *number);
            assert_eq!(pool.get(*number), text);
        }
        assert_eq!(pool.len(), 1_000);
        assert_eq!(pool.get(5_000), "");
    }

    #[test]
    fn the_empty_text_is_a_text() {
        let mut pool = Pool::default();
        let a = pool.intern("a");
        let empty = pool.intern("");
        assert_eq!((pool.get(a), pool.get(empty)), ("a", ""));
        assert_eq!(pool.intern(""), empty);
    }
}
