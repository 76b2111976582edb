//! Texts kept once, in one run of memory: ten million ids must not be ten million allocations.

use std::cmp::Ordering;
use std::sync::Arc;

use ahash::RandomState;
use rayon::slice::ParallelSliceMut as _;

use crate::base::symbol::Symbol;
use crate::feed::column::Numbers;

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
        let (start, end) = self.span(number);
        self.bytes.get(start..end).unwrap_or_default()
    }

    /// Where the text of a number begins and ends.
    fn span(&self, number: u32) -> (usize, usize) {
        let place = number as usize;
        let start = match place.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or_default(),
            None => 0,
        };
        (start, self.ends.get(place).copied().unwrap_or(start))
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
    /// What it adds to: texts of that keep their numbers, those of its own follow.
    below: Option<Arc<Pool>>,
    /// Shared with what was resolved, which keeps the numbers.
    texts: Arc<Texts>,
    /// Open addressing. The length is a power of two.
    slots: Vec<Slot>,
    hasher: RandomState,
    /// The one that was asked for last: what follows often has the same.
    last: Option<u32>,
}

/// A place for a text: its hash and its number plus one; 0 is free. The hash tells most other texts apart without
/// looking them up.
#[derive(Clone, Copy, Debug, Default)]
struct Slot {
    hash: u32,
    number: u32,
}

impl Pool {
    /// An empty one with room for so many texts.
    pub(crate) fn with_room(count: usize) -> Self {
        let slots = count.saturating_mul(2).saturating_add(1).next_power_of_two();
        let texts = Texts { bytes: String::new(), ends: Vec::with_capacity(count) };
        Self { slots: vec![Slot::default(); slots], texts: Arc::new(texts), ..Self::default() }
    }

    /// An empty one that adds to another.
    pub(crate) fn over(below: &Arc<Pool>) -> Self {
        Self { below: Some(Arc::clone(below)), hasher: below.hasher.clone(), ..Self::default() }
    }

    /// The number of its first own text.
    pub(crate) fn first(&self) -> u32 {
        self.below.as_ref().map_or(0, |below| u32::try_from(below.len()).unwrap_or(u32::MAX))
    }

    /// The texts that it added, in the order of their numbers.
    pub(crate) fn added(&self) -> impl Iterator<Item = &str> {
        (0..u32::try_from(self.texts.len()).unwrap_or(u32::MAX)).map(|number| self.texts.get(number))
    }

    /// The text of a number.
    pub(crate) fn get(&self, number: u32) -> &str {
        match (number.checked_sub(self.first()), &self.below) {
            (None, Some(below)) => below.get(number),
            (own, _) => self.texts.get(own.unwrap_or(number)),
        }
    }

    /// How many there are.
    pub(crate) fn len(&self) -> usize {
        self.texts.len().saturating_add(self.first() as usize)
    }

    /// Those that it added, as they are now.
    pub(crate) fn texts(&self) -> Arc<Texts> {
        Arc::clone(&self.texts)
    }

    /// The number of a text, taken in if it is new.
    pub(crate) fn intern(&mut self, text: &str) -> u32 {
        if let Some(last) = self.last.filter(|last| self.get(*last) == text) {
            return last;
        }
        let hash = self.hash(text);
        let below = self.below.as_ref().and_then(|below| below.known(text, hash));
        let number = below.unwrap_or_else(|| self.add(text, hash).saturating_add(self.first()));
        self.last = Some(number);
        number
    }

    /// The own number of a text that is not below.
    fn add(&mut self, text: &str, hash: u32) -> u32 {
        if self.texts.len().saturating_mul(2) >= self.slots.len() {
            self.grow();
        }
        let (place, known) = self.probe(text, hash);
        if let Some(number) = known {
            return number;
        }
        let number = Arc::make_mut(&mut self.texts).push(text);
        self.occupy(place, Slot { hash, number: number.saturating_add(1) });
        number
    }

    /// The numbers of texts, of those that are there. Together they are looked up faster than each by itself: at each step
    /// the memory of all is asked for before the next step needs it of one.
    pub(crate) fn find_all<'t>(&self, texts: impl Iterator<Item = Option<&'t str>>, found: &mut Vec<Option<u32>>) {
        let hashed: Vec<Option<(&str, u32)>> = texts.map(|text| text.map(|text| (text, self.hash(text)))).collect();
        let deepest = self.below.as_deref().unwrap_or(self);
        let home =
            |text: &Option<(&str, u32)>| text.and_then(|(_, hash)| deepest.slots.get(deepest.home(hash)).copied());
        let slots: Vec<Slot> = hashed.iter().map(|text| home(text).unwrap_or_default()).collect();
        let spans: Vec<(usize, usize)> =
            slots.iter().map(|slot| deepest.texts.span(slot.number.wrapping_sub(1))).collect();
        found.clear();
        found.extend(hashed.into_iter().zip(slots.iter().zip(spans)).map(|(text, (slot, (start, end)))| {
            let (text, hash) = text?;
            let is_it = slot.hash == hash && deepest.texts.bytes.get(start..end) == Some(text);
            // The free place of a slot has the number before the first, which has no text.
            if is_it { slot.number.checked_sub(1) } else { self.find_hashed(text, hash) }
        }));
    }

    /// The number of a text, if it is there.
    pub(crate) fn find(&self, text: &str) -> Option<u32> {
        self.find_hashed(text, self.hash(text))
    }

    fn find_hashed(&self, text: &str, hash: u32) -> Option<u32> {
        let below = self.below.as_ref().and_then(|below| below.known(text, hash));
        below.or_else(|| self.known(text, hash).map(|own| own.saturating_add(self.first())))
    }

    /// The own number of a text, if it is there.
    fn known(&self, text: &str, hash: u32) -> Option<u32> {
        if self.slots.is_empty() { None } else { self.probe(text, hash).1 }
    }

    /// The place of a text, and its number if it is there.
    fn probe(&self, text: &str, hash: u32) -> (usize, Option<u32>) {
        let mut place = self.home(hash);
        loop {
            let slot = self.slots.get(place).copied().unwrap_or_default();
            match slot.number.checked_sub(1) {
                None => return (place, None),
                Some(number) if slot.hash == hash && self.texts.get(number) == text => return (place, Some(number)),
                Some(_) => place = self.next(place),
            }
        }
    }

    fn hash(&self, text: &str) -> u32 {
        // Half of the bits are enough: there are no more places than they tell apart.
        u32::try_from(self.hasher.hash_one(text) >> 32).unwrap_or_default()
    }

    fn home(&self, hash: u32) -> usize {
        hash as usize & self.slots.len().wrapping_sub(1)
    }

    fn next(&self, place: usize) -> usize {
        place.wrapping_add(1) & self.slots.len().wrapping_sub(1)
    }

    fn occupy(&mut self, place: usize, slot: Slot) {
        if let Some(free) = self.slots.get_mut(place) {
            *free = slot;
        }
    }

    /// Doubles the places. What is moved is all different, so that no text is looked up.
    fn grow(&mut self) {
        let wider = vec![Slot::default(); self.slots.len().saturating_mul(2).max(64)];
        for slot in std::mem::replace(&mut self.slots, wider).into_iter().filter(|slot| slot.number > 0) {
            let mut place = self.home(slot.hash);
            while self.slots.get(place).is_some_and(|other| other.number > 0) {
                place = self.next(place);
            }
            self.occupy(place, slot);
        }
    }
}

/// Final numbers of the texts of a pool: their places in order.
#[derive(Debug)]
pub(crate) struct Ranks(Vec<u32>);

impl Ranks {
    /// Puts the texts in order.
    pub(crate) fn new(pool: &Pool) -> (Self, Ordered) {
        let count = u32::try_from(pool.len()).unwrap_or(u32::MAX);
        let mut order: Vec<u32> = (0..count).collect();
        order.par_sort_unstable_by(|a, b| pool.get(*a).cmp(pool.get(*b)));
        let mut ranks = vec![0; order.len()];
        let mut texts = Texts::default();
        for (rank, number) in (0_u32..).zip(&order) {
            texts.push(pool.get(*number));
            if let Some(place) = ranks.get_mut(*number as usize) {
                *place = rank;
            }
        }
        (Self(ranks), Ordered(Arc::new(texts)))
    }

    /// The final number of a text.
    pub(crate) fn rank(&self, number: u32) -> u32 {
        self.0.get(number as usize).copied().unwrap_or(u32::MAX)
    }

    /// The final numbers, by the numbers in the pool.
    pub(crate) fn all(&self) -> Numbers<'_> {
        Numbers { from: 0, to: &self.0 }
    }
}

/// Texts in their order, each once: the greater symbol has the greater text.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Ordered(Arc<Texts>);

impl Ordered {
    /// The text of a symbol; empty for one of others.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.0.get(symbol.0)
    }

    /// The symbol of a text that is there.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Symbol> {
        let (mut from, mut to) = (0, u32::try_from(self.0.len()).unwrap_or(u32::MAX));
        while from < to {
            let middle = from.midpoint(to);
            match self.0.get(middle).cmp(text) {
                Ordering::Less => from = middle.saturating_add(1),
                Ordering::Equal => return Some(Symbol(middle)),
                Ordering::Greater => to = middle,
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_keeps_its_number() {
        let mut pool = Pool::with_room(10);
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
    fn texts_are_found_in_their_order() {
        let mut pool = Pool::default();
        for text in ["m", "z", "", "a", "mm"] {
            pool.intern(text);
        }
        let (ranks, ordered) = Ranks::new(&pool);
        assert_eq!([0, 1, 2, 3, 4].map(|number| ranks.rank(number)), [2, 4, 0, 1, 3]);
        for text in ["", "a", "m", "mm", "z"] {
            assert_eq!(ordered.get(text).map(|symbol| ordered.text(symbol)), Some(text));
        }
        assert_eq!((ordered.get("b"), ordered.get("zz"), ordered.text(Symbol(9))), (None, None, ""));
    }

    #[test]
    fn a_pool_over_another_goes_on_counting() {
        let mut below = Pool::default();
        assert_eq!(["a", "b"].map(|text| below.intern(text)), [0, 1]);
        let below = Arc::new(below);
        let mut pool = Pool::over(&below);
        assert_eq!(["b", "c", "a", "d", "c"].map(|text| pool.intern(text)), [1, 2, 0, 3, 2]);
        assert_eq!([0, 1, 2, 3, 4].map(|number| pool.get(number)), ["a", "b", "c", "d", ""]);
        assert_eq!(["a", "d", "e"].map(|text| pool.find(text)), [Some(0), Some(3), None]);
        let mut found = vec![Some(9)];
        pool.find_all([Some("d"), None, Some("e"), Some("a")].into_iter(), &mut found);
        assert_eq!(found, [Some(3), None, None, Some(0)]);
        assert_eq!((pool.first(), pool.len(), pool.added().collect::<Vec<_>>()), (2, 4, vec!["c", "d"]));
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
