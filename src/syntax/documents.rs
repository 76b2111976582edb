//! Matched items that put documents together → the tree.

use crate::base::span::Spanned;
use crate::syntax::cursor::Cursor;
use crate::syntax::grammar::Rule;
use crate::syntax::items::field_kind;
use crate::syntax::tree::{Document, FieldKind, Given, GivenKind, Library, Precedence, Use, Word};
use crate::syntax::values::value;

/// The first line of a library; the keyword is passed.
pub(super) fn library(mut cursor: Cursor<'_>) -> Library {
    Library { title: cursor.word(), edition: edition(&mut cursor) }
}

fn edition(cursor: &mut Cursor<'_>) -> Option<Word> {
    cursor.skip(Rule::kw_edition).then(|| cursor.word())
}

/// A `use`.
pub(super) fn used(mut cursor: Cursor<'_>) -> Use {
    let span = cursor.span();
    let path = cursor.word();
    let edition = edition(&mut cursor);
    cursor.skip(Rule::kw_with);
    let with = cursor.each(Rule::filled).into_iter().map(|mut filled| (filled.word(), value(&mut filled))).collect();
    Use { span, path, edition, with }
}

/// A `given`.
pub(super) fn given(mut cursor: Cursor<'_>) -> Given {
    let name = cursor.word();
    let span = cursor.span();
    let kind = match cursor.inside(Rule::field_type) {
        Some(kind) => Spanned::new(GivenKind::Value(field_kind(kind.clone())), kind.span()),
        None => match cursor.inside(Rule::given_asset) {
            Some(asset) => Spanned::new(GivenKind::Asset, asset.span()),
            None => Spanned::new(GivenKind::Value(FieldKind::Text), span),
        },
    };
    Given { name, kind }
}

/// A `precedence`.
pub(super) fn precedence(mut cursor: Cursor<'_>) -> Precedence {
    let mut documents = Vec::new();
    while let Some(rule) = cursor.peek() {
        match cursor.inside(Rule::document) {
            Some(mut document) => {
                let span = document.span();
                let this = document.peek() == Some(Rule::this_contract);
                let node = if this { Document::This } else { Document::Library(document.word().node) };
                documents.push(Spanned::new(node, span));
            }
            None => {
                cursor.skip(rule);
            }
        }
    }
    Precedence { documents }
}
