//! Interned texts.

use rustc_hash::FxHashMap;

/// A text of an [`Interner`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Symbol(pub u32);

/// Texts, each kept once.
#[derive(Clone, Debug, Default)]
pub struct Interner {
    known: FxHashMap<Box<str>, u32>,
    texts: Vec<Box<str>>,
}

impl Interner {
    /// The symbol of a text, taken in if it is new.
    pub fn intern(&mut self, text: &str) -> Symbol {
        if let Some(known) = self.known.get(text) {
            return Symbol(*known);
        }
        let id = u32::try_from(self.texts.len()).unwrap_or(u32::MAX);
        self.known.insert(text.into(), id);
        self.texts.push(text.into());
        Symbol(id)
    }

    /// The symbol of a text that is known.
    #[must_use]
    pub fn get(&self, text: &str) -> Option<Symbol> {
        self.known.get(text).copied().map(Symbol)
    }

    /// The text of a symbol; empty for one of another interner.
    #[must_use]
    pub fn text(&self, symbol: Symbol) -> &str {
        self.texts.get(symbol.0 as usize).map_or("", |text| text)
    }

    /// How many texts there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.texts.len()
    }

    /// Whether there is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.texts.is_empty()
    }

    /// All texts with their symbols.
    pub fn iter(&self) -> impl Iterator<Item = (Symbol, &str)> {
        (0_u32..).map(Symbol).zip(self.texts.iter().map(|text| &**text))
    }
}
