//! What comes of contracts in any order is told in theirs, so that none has to wait for all.

use std::collections::BTreeMap;

/// What came of contracts and waits for that of earlier ones.
#[derive(Debug)]
pub(super) struct Turns<T> {
    waiting: BTreeMap<usize, T>,
    /// The contract that comes next.
    next: usize,
}

impl<T> Turns<T> {
    /// Nothing came yet.
    pub(super) fn new() -> Self {
        Self { waiting: BTreeMap::new(), next: 0 }
    }

    /// Takes in what came of some contracts, by their places, and gives what has its turn.
    pub(super) fn take(&mut self, found: Vec<(usize, T)>) -> Vec<T> {
        self.waiting.extend(found);
        let mut ready = Vec::new();
        while let Some(one) = self.waiting.remove(&self.next) {
            self.next = self.next.saturating_add(1);
            ready.push(one);
        }
        ready
    }
}
