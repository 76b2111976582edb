//! Decisions: checked in whatever order they are read, and what is read of them elsewhere. What a decision gives is
//! a value of the event on which it is made.

use crate::base::code::Code;
use crate::base::ids::{AttributeId, DispositionId, FamilyId, KindId};
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::Collect;
use crate::check::checker::{Checker, Progress};
use crate::check::contract::{Dimension, Disposition, Policy};
use crate::check::value::{Node, Point, Value};
use crate::check::values::{Context, value_of};
use crate::syntax::tree::{self, Decide, Word};

impl<'a> Checker<'a> {
    /// Checks all decisions.
    pub(super) fn decisions(&mut self) {
        for place in 0..self.decides.len() {
            self.decision(place);
        }
    }

    /// The decision at a place of the text, checked now if it was not yet.
    fn decision(&mut self, place: usize) -> Option<DispositionId> {
        let (decide, progress) = *self.decides.get(place)?;
        match progress {
            Progress::Done(id) => id,
            Progress::Open => {
                let name = decide.outputs.first()?;
                let message = format!("`{}` is decided by itself", name.node);
                self.wrong(Code::C014, name.span, message, "a decision reads others, never itself")
            }
            Progress::Waiting => {
                self.at_decision(place, Progress::Open);
                let id = self.checked_decision(decide);
                self.at_decision(place, Progress::Done(id));
                id
            }
        }
    }

    fn at_decision(&mut self, place: usize, progress: Progress<DispositionId>) {
        if let Some(entry) = self.decides.get_mut(place) {
            entry.1 = progress;
        }
    }

    fn checked_decision(&mut self, decide: &'a Decide) -> Option<DispositionId> {
        let names_are_free = self.refuse_taken_names(decide);
        let (kind, filter) = self.event_of_decision(decide)?;
        let context = Context::of_event(kind, self.family_of(kind));
        let disposition = match &decide.policy.node {
            tree::Policy::Best { highest, first_of_equals } => {
                self.best_of(decide, *highest, *first_of_equals, &context)?
            }
            tree::Policy::First
            | tree::Policy::One
            | tree::Policy::Any
            | tree::Policy::BestBy(_)
            | tree::Policy::Collect(_) => self.table(decide, &context, filter.as_ref())?,
        };
        let disposition = Disposition { on: Point::Event { kind, filter, after: None }, ..disposition };
        self.refuse_judgements(&disposition)?;
        let finality = self.finality(decide, &disposition);
        names_are_free?;
        let id = DispositionId::at(self.dispositions.len());
        self.dispositions.push(Disposition { id, finality, ..disposition });
        Some(id)
    }

    /// The event on which something is decided, and which ones.
    fn event_of_decision(&mut self, decide: &Decide) -> Option<(KindId, Option<Value>)> {
        let family = self.family(&decide.family)?;
        let kind = self.kind(&decide.on.name)?;
        if self.family_of(kind) != Some(family) {
            let message = format!("`{}` does not happen to `{}`", decide.on.name.node, decide.family.node);
            return self.wrong(Code::C022, decide.on.name.span, message, "decide on an event of the family");
        }
        let context = Context::of_event(kind, Some(family));
        Some((kind, self.filter(decide.on.filter.as_deref(), &context)?))
    }

    /// What is decided has a name of its own: it is read beside the fields of the event, the attributes of its asset
    /// and the definitions.
    fn refuse_taken_names(&mut self, decide: &'a Decide) -> Option<()> {
        let mut free = Some(());
        for name in &decide.outputs {
            let field = self.find_kind(&decide.on.name.node).and_then(|kind| self.kinds.get(kind.index()));
            let attribute = self.families.iter().find(|family| family.name == decide.family.node);
            let has = |fields: &[crate::check::contract::Field]| fields.iter().any(|field| field.name == name.node);
            let defined = self.defines.get(&name.node).map(|(define, _)| define.name.span);
            let others = self.decides.iter().flat_map(|(decide, _)| &decide.outputs);
            let first = others.into_iter().find(|other| other.node == name.node).map(|other| other.span);
            let taken = if field.is_some_and(|kind| has(&kind.fields)) {
                format!("a field of `{}`", decide.on.name.node)
            } else if attribute.is_some_and(|family| has(&family.attributes)) {
                format!("an attribute of each {}", decide.family.node)
            } else if defined.is_some() {
                "a definition".to_owned()
            } else if first.is_some_and(|first| first != name.span) {
                "something else that is decided".to_owned()
            } else {
                continue;
            };
            let message = format!("`{}` is already the name of {taken}", name.node);
            free = self.wrong(Code::C011, name.span, message, "give what is decided another name");
        }
        free
    }

    /// The place of a decision in the text and of the output that has a name.
    fn declared_output(&self, name: &str, on: Option<KindId>) -> Option<(usize, usize)> {
        self.decides.iter().enumerate().find_map(|(place, (decide, _))| {
            let output = decide.outputs.iter().position(|output| output.node == name)?;
            let fits = on.is_none_or(|kind| self.find_kind(&decide.on.name.node) == Some(kind));
            fits.then_some((place, output))
        })
    }

    /// An output: its name and kind.
    pub(super) fn output(&self, decision: DispositionId, place: usize) -> Option<&(String, Kind)> {
        self.dispositions.get(decision.index())?.outputs.get(place)
    }

    /// A field of an event, or what is decided on it.
    pub(super) fn of_event(&mut self, kind: KindId, name: &str, span: Span) -> Option<Value> {
        if let Some(field) = self.field(kind, name, span) {
            return Some(field);
        }
        let (place, output) = self.declared_output(name, Some(kind))?;
        self.decided_value(place, output, span)
    }

    /// In a definition, a name may be what is decided on the event for which the definition is used, or a field of it,
    /// where one kind of event alone has such a field.
    pub(super) fn any_of_event(&mut self, name: &str, span: Span) -> Option<Value> {
        if self.declared_output(name, None).is_some() {
            return self.any_decided(name, span);
        }
        let has = |kind: &crate::check::contract::EventKind| kind.fields.iter().any(|field| field.name == name);
        let mut holders = self.kinds.iter().enumerate().filter(|(_, kind)| has(kind)).map(|(place, _)| place);
        let (first, second) = (holders.next()?, holders.next());
        drop(holders);
        if second.is_some() || self.defines.contains_key(name) {
            return None;
        }
        self.field(KindId::at(first), name, span)
    }

    fn any_decided(&mut self, name: &str, span: Span) -> Option<Value> {
        let (place, output) = self.declared_output(name, None)?;
        self.decided_value(place, output, span)
    }

    fn decided_value(&mut self, place: usize, output: usize, span: Span) -> Option<Value> {
        let id = self.decision(place)?;
        let decision = self.dispositions.get(id.index())?;
        let (name, kind) = decision.outputs.get(output)?.clone();
        match decision.policy {
            Policy::Collect(Collect::List) => {
                let message = format!("`{name}` is a list of all rows that apply, and no single value");
                self.wrong(Code::C022, span, message, "decide by `first match`, or `collect` a sum or count")
            }
            Policy::Collect(Collect::Count) => Some(value_of(Node::Decided(id, output), Kind::Number, span)),
            Policy::Collect(Collect::Sum | Collect::Least | Collect::Greatest)
            | Policy::First
            | Policy::One
            | Policy::Any
            | Policy::Best(_)
            | Policy::BestBy(_) => Some(value_of(Node::Decided(id, output), kind, span)),
        }
    }

    /// The event on which something is decided that has a name.
    pub(super) fn decided_on(&self, name: &str) -> Option<String> {
        let (place, _) = self.declared_output(name, None)?;
        self.decides.get(place).map(|(decide, _)| decide.on.name.node.clone())
    }

    /// Something is decided on another event than the one at hand.
    pub(super) fn not_decided_here<T>(&mut self, name: &str, event: &str, span: Span) -> Option<T> {
        let message = format!("`{name}` is decided on each `{event}`, and none is at hand here");
        let help = format!("open the sentence with `on {event}`, or count: `count of ({event} where {name} is …)`");
        self.wrong(Code::C022, span, message, help)
    }

    /// A definition that reads a field, a decision or a judgement is used where its event is at hand.
    pub(super) fn refuse_foreign_events(&mut self, value: &Value, span: Span, context: &Context) -> Option<()> {
        if context.defining {
            return Some(());
        }
        self.refuse_foreign_judgements(value, span, context)?;
        let (mut read, mut fields, mut attributes) = (Vec::new(), Vec::new(), Vec::new());
        self.visit(value, &mut |node, inside| {
            if let (Node::Attribute(family, attribute), false) = (node, inside) {
                attributes.push((*family, *attribute));
            }
            if let (Node::Decided(decision, output), false) = (node, inside) {
                read.push((*decision, *output));
            }
            if let (Node::Field(kind, _), false) = (node, inside) {
                fields.push(*kind);
            }
        });
        if let Some(kind) = fields.into_iter().find(|kind| context.kind != Some(*kind)) {
            let words = self.words(span);
            let event = self.kinds.get(kind.index()).map_or_else(String::new, |kind| kind.name.clone());
            let message = format!("`{words}` is computed of a field of `{event}`, and none is at hand here");
            return self.wrong(Code::C022, span, message, format!("open the sentence with `on {event}`"));
        }
        let foreign = attributes.into_iter().find(|(family, _)| context.family != Some(*family));
        if let Some((family, attribute)) = foreign {
            return self.refuse_foreign_attribute((family, attribute), span, context);
        }
        for (decision, output) in read {
            if self.kind_of_decision(decision) != context.kind {
                let name = self.output(decision, output).map(|(name, _)| name.clone()).unwrap_or_default();
                let event = self.decided_on(&name).unwrap_or_default();
                return self.not_decided_here(&name, &event, span);
            }
        }
        Some(())
    }

    /// A definition reads an attribute of an asset or party that is not at hand where it is used.
    fn refuse_foreign_attribute(
        &mut self,
        (family, attribute): (FamilyId, AttributeId),
        span: Span,
        context: &Context,
    ) -> Option<()> {
        let words = self.words(span);
        let sources = self.sources_of(family, context.kind, context.family);
        let source = sources.first().and_then(|source| self.words_of(*source));
        let of = self.families.get(family.index())?;
        let (name, of_parties) = (of.name.clone(), of.of_parties);
        let read = of.attributes.get(attribute.index()).map(|field| field.name.clone()).unwrap_or_default();
        let message = format!("`{words}` reads `{read}`, an attribute of each {name}, and none is at hand here");
        let help = match source.filter(|_| of_parties) {
            Some(source) => format!("write `{source}.{read}` in the definition of `{words}`"),
            None => format!("use it where a {name} is at hand, such as `each {name} pays …`, or write a fixed value"),
        };
        self.wrong(Code::C022, span, message, help)
    }

    fn kind_of_decision(&self, decision: DispositionId) -> Option<KindId> {
        match &self.dispositions.get(decision.index())?.on {
            Point::Event { kind, .. } => Some(*kind),
            Point::Attribute(_) | Point::AnyOf(_) => None,
        }
    }

    /// Groups by what is decided.
    pub(super) fn decided_group(&mut self, name: &str, on: Option<KindId>) -> Option<Dimension> {
        let (place, output) = self.declared_output(name, on)?;
        let id = self.decision(place)?;
        Some(Dimension::Decided(self.kind_of_decision(id)?, id, output))
    }

    /// The name of a value that an event need not have: an optional field, or what is decided on some of the events
    /// only.
    pub(super) fn optional_value(&self, node: &Node) -> Option<String> {
        if let Node::Field(kind, field) = *node {
            let field = self.kinds.get(kind.index())?.fields.get(field.index())?;
            return field.optional.then(|| field.name.clone());
        }
        if let Node::Decided(decision, output) = *node {
            let Point::Event { filter: Some(_), .. } = self.dispositions.get(decision.index())?.on else {
                return None;
            };
            return self.output(decision, output).map(|(name, _)| name.clone());
        }
        None
    }

    /// Where what is decided is named.
    pub(super) fn place_of_decision(decide: &Decide) -> Span {
        decide.outputs.first().map_or(decide.family.span, |word: &Word| word.span)
    }
}
