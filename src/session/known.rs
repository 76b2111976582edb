//! What was parsed and checked of some texts, for a service that reads the same files again and again.
//!
//! Places name their text by its number, so that a text is the same only where its number, its name and each of its
//! characters are.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::check::documents::Shelf;
use crate::session::ready::Ready;
use crate::syntax::tree::File;

/// A text that was read, and what does not read.
#[derive(Clone, Debug)]
pub(super) struct Parsed {
    pub(super) file: Arc<File>,
    pub(super) mistakes: Arc<[Diagnostic]>,
}

/// A contract that was checked, and what was found in it.
#[derive(Clone, Debug)]
pub(super) struct Checked {
    /// Every text that belongs to it beside its own, in order.
    pub(super) behind: Vec<SourceId>,
    pub(super) ready: Option<Arc<Ready>>,
    pub(super) found: Arc<[Diagnostic]>,
}

/// What is known of the texts of a run.
#[derive(Clone, Debug, Default)]
pub(super) struct Known {
    pub(super) sources: Sources,
    pub(super) parsed: FxHashMap<SourceId, Parsed>,
    pub(super) checked: FxHashMap<SourceId, Checked>,
    /// What the `use`s of the texts meant.
    pub(super) named: FxHashMap<(SourceId, String), SourceId>,
}

impl Known {
    /// A text of other sources as a tree: the one that is known, if it is the same.
    pub(super) fn parsed(&self, source: SourceId, sources: &Sources) -> Parsed {
        if let Some(parsed) = self.parsed.get(&source).filter(|_| self.is_same(source, sources)) {
            return parsed.clone();
        }
        let text = sources.get(source).map_or("", |source| &source.text);
        let (file, mistakes) = crate::syntax::parse(source, text);
        Parsed { file: Arc::new(file), mistakes: mistakes.into() }
    }

    /// A contract among other sources, if it is known and everything that belongs to it is the same.
    pub(super) fn checked(
        &self,
        source: SourceId,
        behind: &[SourceId],
        (sources, shelf): (&Sources, &Shelf),
    ) -> Option<Checked> {
        let checked = self.checked.get(&source).filter(|checked| checked.behind == behind)?;
        let same = self.named == shelf.named
            && std::iter::once(&source).chain(behind).all(|source| self.is_same(*source, sources));
        same.then(|| checked.clone())
    }

    fn is_same(&self, source: SourceId, sources: &Sources) -> bool {
        self.sources.get(source).is_some_and(|known| sources.get(source) == Some(known))
    }
}
