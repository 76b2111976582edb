//! Until when a late fact may change what is decided. It matters where a decision reads what other events bring: an
//! attribute of the asset that they set.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, DispositionId, FamilyId, KindId};
use crate::check::checker::Checker;
use crate::check::contract::Disposition;
use crate::check::value::{Node, Point, Value};
use crate::syntax::tree::{Decide, Finality, Word};

impl Checker<'_> {
    /// The events that make a decision final; no event where it is never revised, nothing where no late fact can change
    /// it and it is not said.
    pub(super) fn finality(&mut self, decide: &Decide, decision: &Disposition) -> Option<Vec<KindId>> {
        match &decide.finality {
            Some(Finality::Never) => Some(Vec::new()),
            Some(Finality::On(events)) => {
                Some(events.iter().filter_map(|event| self.final_event(event, decide, decision)).collect())
            }
            None => {
                if let Some((name, by)) = self.late_fact(decision) {
                    self.ask_about_finality(decide, &name, &by);
                }
                None
            }
        }
    }

    fn final_event(&mut self, event: &Word, decide: &Decide, decision: &Disposition) -> Option<KindId> {
        let kind = self.kind(event)?;
        if self.family_of(kind) == Some(decision.family) {
            return Some(kind);
        }
        let message = format!("`{}` does not happen to `{}`", event.node, decide.family.node);
        self.wrong(Code::C022, event.span, message, "name an event of the same family")
    }

    /// An attribute that a decision reads and another event sets, and that event.
    fn late_fact(&self, decision: &Disposition) -> Option<(String, String)> {
        let Point::Event { kind, .. } = &decision.on else { return None };
        let mut read: Vec<(FamilyId, AttributeId)> = Vec::new();
        for value in self.read_by(decision) {
            self.visit(value, &mut |node, _| self.note_attribute(node, &mut read));
        }
        read.into_iter().find_map(|(family, attribute)| {
            let name = &self.families.get(family.index())?.attributes.get(attribute.index())?.name;
            let mut others = (0_usize..).zip(&self.kinds).filter(|(place, _)| KindId::at(*place) != *kind);
            let (_, by) = others.find(|(_, other)| {
                other.sets.iter().any(|(_, set)| *set == attribute) && { other.family == Some(family) }
            })?;
            Some((name.clone(), by.name.clone()))
        })
    }

    fn note_attribute(&self, node: &Node, read: &mut Vec<(FamilyId, AttributeId)>) {
        if let Node::Attribute(family, attribute) = node {
            read.push((*family, *attribute));
        }
        if let Node::Decided(other, _) = node {
            self.note_attributes_of(*other, read);
        }
    }

    /// Decisions never read each other in a circle.
    fn note_attributes_of(&self, decision: DispositionId, read: &mut Vec<(FamilyId, AttributeId)>) {
        let Some(decision) = self.dispositions.get(decision.index()) else { return };
        for value in self.read_by(decision) {
            self.visit(value, &mut |node, _| self.note_attribute(node, read));
        }
    }

    /// What a decision is made by: its condition, columns and options.
    pub(super) fn read_by<'d>(&self, decision: &'d Disposition) -> Vec<&'d Value> {
        let columns = decision.columns.iter().map(|(_, column)| column);
        let options = decision.options.iter().flat_map(|option| option.provided.iter().chain([&option.value]));
        let filter = if let Point::Event { filter, .. } = &decision.on { filter.as_ref() } else { None };
        columns.chain(options).chain(filter).collect()
    }

    fn ask_about_finality(&mut self, decide: &Decide, attribute: &str, by: &str) {
        let name = decide.outputs.first().map_or("", |name| name.node.as_str());
        let on = &decide.on.name.node;
        self.report(
            Diagnostic::new(
                Code::C151,
                Self::place_of_decision(decide),
                format!(
                    "`{name}` goes by `{attribute}`, and it is not said until when a late fact may still change it"
                ),
            )
            .label(format!("`{by}` sets `{attribute}`, and may become known after `{on}`"))
            .answer("never revised", format!("what was known with `{on}` decides; a difference is listed"))
            .answer("final on EVENT", "until then the decision is revised, afterwards a difference is listed")
            .help("add one of them behind the closing brace"),
        );
    }
}
