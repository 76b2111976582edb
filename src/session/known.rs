//! What was parsed and checked of some texts, for a service that reads the same files again and again.
//!
//! Places name their text by its number, so that a text is the same only where its number, its name and each of its
//! characters are.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::base::span::{SourceId, Span};
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
        let (file, mut mistakes) = crate::syntax::parse(source, text);
        if let Some(lost) = lost(source, text) {
            // What else is no text in it is so for the same reason.
            mistakes.retain(|mistake| mistake.code != Code::C004);
            mistakes.insert(0, lost);
        }
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

/// The first letter that was lost since the bytes of a file are no UTF-8. It would stand in names and in the signed words.
fn lost(source: SourceId, text: &str) -> Option<Diagnostic> {
    let mark = char::REPLACEMENT_CHARACTER;
    let place = text.find(mark)?;
    let count = text.matches(mark).count();
    let others = match count.saturating_sub(1) {
        0 => String::new(),
        1 => " and in another place".to_owned(),
        more => format!(" and in {more} other places"),
    };
    let span = Span::new(source, place, place.saturating_add(mark.len_utf8()));
    let message = format!("the file is not UTF-8 here{others}: a letter is lost");
    Some(Diagnostic::new(Code::C004, span, message).help("save the file as UTF-8, and look at the letter"))
}
