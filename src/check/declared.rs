//! Whose declarations start a state: those of one party, which a field of the event names, or of either.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{FieldId, KindId, PartyId, StateId};
use crate::base::span::{Span, Spanned};
use crate::base::value::{Comparison, Kind, Literal};
use crate::check::checker::{Checker, listed};
use crate::check::value::{Node, Point, State, Value};
use crate::check::values::value_of;
use crate::check::worked::costing;
use crate::syntax::tree::{self, Word};

/// Whose declarations start a state.
#[derive(Clone, PartialEq, Debug)]
pub enum Declared {
    /// Nothing is said: it starts whoever declares it.
    Unsaid,
    /// Either party's.
    Anyone,
    /// Those of this party; where it would start if anyone's did.
    By(PartyId, Point),
}

impl Checker<'_> {
    /// The start of a state when only one party's declarations count, and whose they are.
    pub(super) fn declared(
        &mut self,
        from: Point,
        at: Span,
        declared: Option<&Spanned<tree::Declared>>,
    ) -> Option<(Point, Declared)> {
        let Some(declared) = declared else { return Some((from, Declared::Unsaid)) };
        let tree::Declared::By { party, field } = &declared.node else { return Some((from, Declared::Anyone)) };
        let Some(found) = self.find_party(&party.node) else {
            let roles: Vec<String> = self.parties.iter().map(|party| party.role.clone()).collect();
            let mut known: Vec<&str> = roles.iter().map(String::as_str).collect();
            known.push("either party");
            return self.unknown("party", &party.node, party.span, &known);
        };
        let only = self.only(&from, at, found, field.as_ref())?;
        Some((only, Declared::By(found, from)))
    }

    /// A point where only one party declares it.
    fn only(&mut self, point: &Point, at: Span, party: PartyId, field: Option<&Word>) -> Option<Point> {
        match point {
            Point::Event { kind, filter, after } => {
                let value = self.declarer(*kind, at, field)?;
                let literal = value_of(Node::Literal(Literal::Party(party)), Kind::Party, at);
                let own = value_of(Node::Compare(Comparison::Equal, value, literal), Kind::Flag, at);
                let both = filter.clone().map(|filter| value_of(Node::And(vec![filter, own.clone()]), Kind::Flag, at));
                Some(Point::Event { kind: *kind, filter: Some(both.unwrap_or(own)), after: after.clone() })
            }
            Point::AnyOf(points) => {
                let points = points.iter().map(|point| self.only(point, at, party, field));
                Some(Point::AnyOf(points.collect::<Option<_>>()?))
            }
            Point::Attribute(_) => {
                let message = "the state starts with a date of the asset, which nobody declares".to_owned();
                self.wrong(Code::C024, at, message, "remove `declared by …`")
            }
        }
    }

    /// The field of an event that names who declares it.
    fn declarer(&mut self, kind: KindId, at: Span, field: Option<&Word>) -> Option<Value> {
        let kind_of = self.kinds.get(kind.index())?.clone();
        let name = &kind_of.name;
        let fields = kind_of.fields.iter().enumerate();
        let parties = fields.filter(|(_, field)| field.kind == Kind::Party && field.members.is_none());
        let parties: Vec<(usize, &str, bool)> =
            parties.map(|(place, field)| (place, field.name.as_str(), field.optional)).collect();
        let names: Vec<&str> = parties.iter().map(|(_, name, _)| *name).collect();
        let found = match (field, parties.as_slice()) {
            (Some(word), _) => {
                let found = parties.iter().find(|(_, name, _)| *name == word.node);
                found.or_else(|| self.unknown(&format!("party of `{name}`"), &word.node, word.span, &names))?
            }
            (None, [only]) => only,
            (None, []) => {
                let message = format!("`{name}` does not tell who declares it");
                let help = format!("give it a field that does: `event {name} … {{ declarer party }}`");
                return self.wrong(Code::C022, at, message, help);
            }
            (None, [first, ..]) => {
                let message = format!("`{name}` names several parties: {}", listed(&names));
                let help = format!("say which of them declares it: `declared by …, named in {}`", first.1);
                return self.wrong(Code::C022, at, message, help);
            }
        };
        let (place, field, optional) = *found;
        if optional {
            let message = format!("`{field}` of `{name}` may be missing, and then nobody knows who declares it");
            return self.wrong(Code::C022, at, message, format!("declare `{field}` without `optional`"));
        }
        Some(value_of(Node::Field(kind, FieldId::at(place)), Kind::Party, at))
    }

    /// Asks whose declarations count that start a state while which the clock of an obligation pauses.
    pub(super) fn ask_who_declares(&mut self, state: &State, text: &tree::Obligation, at: Span) {
        let mut states = Vec::new();
        primitive(state, &mut states);
        for id in states {
            let Some(state) = self.states.get(id.index()) else { continue };
            let open = state.declared == Declared::Unsaid && !self.names_party(&state.from);
            let Some(event) = self.first_event(&state.from).filter(|_| open) else { continue };
            let (name, defined) = (state.name.clone(), state.span);
            let duty = &text.name.node;
            let message =
                format!("`{event}` pauses the clock of `{duty}`, and it is not said whose declaration of it counts");
            let worked = self.worked_at(text.name.span);
            let late = |days: i64| costing(format!("late by {days} days"), worked.late(days, Some(days)));
            let acts = self.find_party(&self.words(text.party.span)).map_or(0, PartyId::index);
            let acting = self.parties.get(acts).map_or("", |party| &party.role);
            let mut question = Diagnostic::new(Code::C117, at, message)
                .label(format!("two days of it, declared by the {acting} alone; done five days after the deadline"))
                .and_at(defined, "the state that it starts");
            for (place, party) in self.parties.iter().enumerate() {
                let days = if place == acts { 3 } else { 5 };
                question = question.answer(format!("declared by {}", party.role), late(days));
            }
            let question = question
                .answer("declared by either party", late(3))
                .help(format!("add it to the definition: `define {name} = from {event} to … declared by either party`; one party is named by a field of `{event}`, such as `declarer party`"));
            self.report(question);
        }
    }

    /// Whether it is said by a condition which party an event must name.
    fn names_party(&self, point: &Point) -> bool {
        match point {
            Point::Event { filter, .. } => filter.as_ref().is_some_and(|filter| {
                let mut found = false;
                self.visit(filter, &mut |node, _| {
                    if let Node::Field(kind, field) = node {
                        let kind = self.kinds.get(kind.index());
                        let field = kind.and_then(|kind| kind.fields.get(field.index()));
                        found |= field.is_some_and(|field| field.kind == Kind::Party);
                    }
                });
                found
            }),
            Point::Attribute(_) => false,
            Point::AnyOf(points) => points.iter().all(|point| self.names_party(point)),
        }
    }

    /// The event of a point, or the first of some; `None` for a date.
    fn first_event(&self, point: &Point) -> Option<String> {
        match point {
            Point::Event { kind, .. } => self.kinds.get(kind.index()).map(|kind| kind.name.clone()),
            Point::Attribute(_) => None,
            Point::AnyOf(points) => points.iter().find_map(|point| self.first_event(point)),
        }
    }
}

/// The states of which another is made, each once.
fn primitive(state: &State, found: &mut Vec<StateId>) {
    match state {
        State::In(id) if found.contains(id) => {}
        State::In(id) => found.push(*id),
        State::Member => {}
        State::Not(inner) => primitive(inner, found),
        State::And(parts) | State::Or(parts) => parts.iter().for_each(|part| primitive(part, found)),
    }
}
