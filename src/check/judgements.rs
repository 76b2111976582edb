//! Open terms: what is left to the judgement of a party, and what holds where nothing was decided in time.
//!
//! An open term is a duty to decide: it opens with each event about which it is decided and ends with an event that
//! has the name of the term.

use crate::base::code::Code;
use crate::base::ids::{ClauseId, FieldId, ObligationId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::value::{Comparison, Kind, Literal};
use crate::base::vocabulary::RepeatedTrigger;
use crate::check::checker::Checker;
use crate::check::contract::{Disposition, EventKind, Field, Obligation};
use crate::check::parties::Who;
use crate::check::value::{Node, Point, Value};
use crate::check::values::{Context, value_of};
use crate::syntax::tree::{self, Define, DefineBody, EventRef, Expr, ExprNode, OpenTerm, Word};

/// The field of a judgement that holds what was decided.
const VALUE: &str = "value";
/// The field that holds who decided.
const BY: &str = "decided_by";

impl Checker<'_> {
    /// Takes in the event that brings the judgement of an open term.
    pub(super) fn judgement(&mut self, define: &Define) {
        let DefineBody::Open(open) = &define.body else { return };
        let Some(kind) = self.kind_of_default(&open.otherwise) else { return };
        let name = &define.name;
        if self.find_kind(&name.node).is_some() {
            let message = format!("`{}` is already the name of an event", name.node);
            self.wrong::<()>(Code::C011, name.span, message, "a judgement is an event with the name of its term");
            return;
        }
        let family = self.find_kind(&open.of.node).and_then(|kind| self.family_of(kind));
        let field = |field: &str, kind: Kind| Field {
            name: field.to_owned(),
            kind,
            optional: false,
            identity: None,
            members: None,
            cumulative: false,
            resets: Vec::new(),
            span: name.span,
        };
        self.kinds.push(EventKind {
            name: name.node.clone(),
            family,
            fields: vec![field(VALUE, kind), field(BY, Kind::Party)],
            counts: None,
            sets: Vec::new(),
            span: name.span,
        });
    }

    /// What can be decided is what can be written as the value that holds otherwise.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other value can be judged")]
    fn kind_of_default(&mut self, default: &Expr) -> Option<Kind> {
        match &*default.node {
            ExprNode::Flag(_) => Some(Kind::Flag),
            ExprNode::Number(_) => Some(Kind::Number),
            ExprNode::Percent(_) => Some(Kind::Percentage),
            ExprNode::Measured(_, unit) if unit.node == self.currency.to_string() => Some(Kind::Money(self.currency)),
            _ => {
                let help = format!("write `yes`, `no`, a number, a percentage or an amount of {}", self.currency);
                self.wrong(Code::C020, default.span, "this cannot be decided by a person".to_owned(), help)
            }
        }
    }

    /// Whether a name is that of an open term.
    pub(super) fn is_open_term(&self, name: &str) -> bool {
        self.defines.get(name).is_some_and(|(define, _)| matches!(define.body, DefineBody::Open(_)))
    }

    /// `decided by provider within 10 business days of inspected, otherwise yes`
    pub(super) fn open_term(&mut self, define: &Define, open: &OpenTerm) -> Option<Value> {
        let kind = self.find_kind(&define.name.node)?;
        let of = self.kind(&open.of)?;
        let Some(family) = self.family_of(of).and_then(|family| self.families.get(family.index())) else {
            let help = "declare the event `of` a family";
            return self.wrong(Code::C022, open.of.span, "a judgement is about an asset".to_owned(), help);
        };
        let family = Word::new(family.name.clone(), open.of.span);
        let event = |word: &Word| EventRef { name: word.clone(), filter: None };
        let duty = tree::Obligation {
            span: define.name.span,
            name: define.name.clone(),
            party: open.party.clone(),
            each_party: None,
            family,
            done: event(&define.name),
            within: open.within.clone(),
            opens: event(&open.of),
            days: open.days.clone(),
            paused: None,
            missed_after: None,
            matched_by: None,
        };
        // INVARIANT (no clause): an open term stands in no clause; the place beyond all clauses names none.
        let duty = self.obligation(ClauseId(u32::MAX), &duty)?;
        let Who::Party(party) = duty.party else {
            let help = "name a party by its role";
            let message = "a member of a family of parties decides no open term".to_owned();
            return self.wrong(Code::C022, open.party.span, message, help);
        };
        let default = self.literal(&open.otherwise, &self.kinds.get(kind.index())?.fields.first()?.kind.clone())?;
        let id = ObligationId::at(self.obligations.len());
        let by = value_of(Node::Field(kind, FieldId(1)), Kind::Party, define.name.span);
        let party = value_of(Node::Literal(Literal::Party(party)), Kind::Party, define.name.span);
        let own = value_of(Node::Compare(Comparison::Equal, by, party), Kind::Flag, define.name.span);
        let done = Point::Event { kind, filter: Some(own), after: None };
        // A judgement that comes when the time is over is none about this event; it may be about the next one. A time
        // in hours includes its end.
        let after = if matches!(duty.unit, Unit::Second | Unit::WorkingSecond(_)) { Ratio::ONE } else { Ratio::ZERO };
        let missed_after = Some((after, Unit::Second));
        self.obligations.push(Obligation { id, done, missed_after, repeated: RepeatedTrigger::OpensAnother, ..duty });
        let of_value = self.kinds.get(kind.index())?.fields.first()?.kind.clone();
        Some(value_of(Node::Judged(id, default), of_value, define.name.span))
    }

    /// An open term is used where the event is at hand about which it is decided.
    pub(super) fn refuse_foreign_judgements(&mut self, value: &Value, span: Span, context: &Context) -> Option<()> {
        for id in self.judgements_in(value) {
            let Some(duty) = self.obligations.get(id.index()) else { continue };
            let Point::Event { kind, .. } = duty.opens else { continue };
            if context.kind != Some(kind) {
                let name = duty.name.clone();
                let event = self.kinds.get(kind.index()).map_or_else(String::new, |kind| kind.name.clone());
                let message = format!("`{name}` is decided about each `{event}`, and none is at hand here");
                let help =
                    format!("open the sentence with `on {event}`, or count: `count of ({event} where {name} is …)`");
                return self.wrong(Code::C022, span, message, help);
            }
        }
        Some(())
    }

    /// A decision is made at once, a judgement comes later.
    pub(super) fn refuse_judgements(&mut self, decision: &Disposition) -> Option<()> {
        match self.read_by(decision).into_iter().find(|value| !self.judgements_in(value).is_empty()) {
            Some(value) => {
                let help = "let a sentence or a number read it, once it is decided";
                let message = "a decision is made on the event, and a judgement comes later".to_owned();
                self.wrong(Code::C022, value.span, message, help)
            }
            None => Some(()),
        }
    }

    fn judgements_in(&self, value: &Value) -> Vec<ObligationId> {
        let mut found = Vec::new();
        self.visit(value, &mut |node, inside| {
            if let (Node::Judged(id, _), false) = (node, inside) {
                found.push(*id);
            }
        });
        found
    }
}
