//! What a number counted for groups can read: the groups themselves, not what differs inside of them.

use crate::base::code::Code;
use crate::base::span::Span;
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, TermBody};
use crate::check::value::{Card, Node, Value};

impl Checker<'_> {
    /// Refuses what is known of one asset or event where a number is computed for a group of many.
    pub(super) fn refuse_what_no_group_has(&mut self, value: &Value, dims: &[Dimension]) -> Option<()> {
        let Some((read, span)) = self.foreign_read(value, dims) else { return Some(()) };
        let (what, here) = (self.words(span), self.dims_in_words(dims));
        let goes = if what == read { String::new() } else { format!("`{what}` goes by `{read}`; ") };
        let message = format!("{goes}no single `{read}` is at hand for a number that is counted {here}");
        let help =
            format!("count the number `per {read}` too, or take it where one asset or event is priced: `on EVENT, …`");
        self.wrong(Code::C022, span, message, help)
    }

    /// The first read of a value that the groups do not tell, and where it stands.
    #[expect(clippy::wildcard_enum_match_arm, reason = "all other values are read through their parts")]
    fn foreign_read(&self, value: &Value, dims: &[Dimension]) -> Option<(String, Span)> {
        let own = |dim: Dimension, name: Option<String>| {
            (!dims.contains(&dim)).then(|| (name.unwrap_or_default(), value.span))
        };
        let named = |found: Option<(String, Span)>| found.map(|(read, _)| (read, value.span));
        match &*value.node {
            Node::Attribute(family, place) => {
                let fields = self.families.get(family.index()).map(|family| &family.attributes);
                let name = fields.and_then(|fields| fields.get(place.index())).map(|field| field.name.clone());
                own(Dimension::Attribute(*family, *place), name)
            }
            Node::Field(kind, place) => {
                let fields = self.kinds.get(kind.index()).map(|kind| &kind.fields);
                let name = fields.and_then(|fields| fields.get(place.index())).map(|field| field.name.clone());
                own(Dimension::Field(*kind, *place), name)
            }
            Node::Term(id) => match self.terms.get(id.index()).map(|term| &term.body) {
                Some(TermBody::Value(inner)) => named(self.foreign_read(inner, dims)),
                Some(TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_)) | None => None,
            },
            Node::Looked(id, keys) => {
                let rows = match self.terms.get(id.index()).map(|term| &term.body) {
                    Some(TermBody::Value(inner)) => card_of(inner).and_then(|card| self.foreign_row(card, dims)),
                    Some(TermBody::Unit(..) | TermBody::State(_) | TermBody::Measure(_)) | None => None,
                };
                keys.iter().find_map(|key| self.foreign_read(key, dims)).or_else(|| named(rows))
            }
            Node::Aggregate(_) => None,
            Node::Card(card) => {
                let column = card.columns.iter().find_map(|(_, column)| self.foreign_read(column, dims));
                column.or_else(|| self.foreign_row(card, dims))
            }
            node => node.parts().into_iter().find_map(|part| self.foreign_read(part, dims)),
        }
    }

    fn foreign_row(&self, card: &Card, dims: &[Dimension]) -> Option<(String, Span)> {
        card.rows.iter().find_map(|row| self.foreign_read(&row.value, dims))
    }
}

fn card_of(value: &Value) -> Option<&Card> {
    if let Node::Card(card) = &*value.node { Some(card) } else { None }
}
