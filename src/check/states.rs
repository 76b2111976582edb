//! States: the time between two events of one asset, and what is made of them.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, FamilyId, StateId};
use crate::base::span::{Span, Spanned};
use crate::base::value::Kind;
use crate::base::vocabulary::{LoneEnd, SecondStart, StillOpen};
use crate::check::checker::Checker;
use crate::check::contract::{PrimitiveState, TermBody};
use crate::check::value::{Point, State};
use crate::check::values::Context;
use crate::check::worked::costing;
use crate::syntax::tree::{Declared, Define, Expr, ExprNode, Same, StatePoint};

impl Checker<'_> {
    /// `from installed to removed`
    pub(super) fn state_define(
        &mut self,
        define: &Define,
        (from, to): (&StatePoint, &StatePoint),
        (same, declared): (Option<&Same>, Option<&Spanned<Declared>>),
    ) -> Option<State> {
        let family = if self.is_timeline(from, to) { None } else { Some(self.state_family(from, to)?) };
        let from_point = self.points(from, family);
        let to_point = self.points(to, family);
        let ends = (from.name.span, to.name.span);
        let (from, to) = (from_point?, to_point?);
        self.ask_about_ends((&from, ends.0), (&to, ends.1));
        let (from, declared) = self.declared(from, ends.0, declared)?;
        let same = self.same(define, (&from, &to), family, same)?;
        let state = PrimitiveState {
            name: define.name.node.clone(),
            family,
            same,
            from,
            declared,
            to,
            second_start: self.conventions.second_start.unwrap_or(SecondStart::ChangesNothing),
            lone_end: self.conventions.lone_end.unwrap_or(LoneEnd::Ignored),
            still_open: self.conventions.still_open.unwrap_or(StillOpen::Counts),
            span: define.name.span,
        };
        self.ask_about_pairing(&state.name, define.name.span);
        self.states.push(state);
        Some(State::In(StateId::at(self.states.len().saturating_sub(1))))
    }

    /// Asks what a second start before the end does.
    pub(super) fn ask_about_second_start(&mut self, name: &str, span: Span) {
        if self.conventions.second_start.is_none() {
            let worked = self.worked_at(span);
            let time = |words: &str, days: i64| costing(format!("{words}, {days} days"), worked.days(days));
            self.ask_once(
                Diagnostic::new(
                    Code::C051,
                    span,
                    format!("`{name}` does not say what a second start before the end does"),
                )
                .label("started on the 3rd and again on the 6th, ended on the 10th")
                .answer("a second start changes nothing", time("the time counts from the first start", 7))
                .answer("a second start restarts the time", time("the time counts from the latest start", 4))
                .help("answer it in `conventions`"),
            );
        }
    }

    fn ask_about_pairing(&mut self, name: &str, span: Span) {
        self.ask_about_second_start(name, span);
        let worked = self.worked_at(span);
        let time = |words: &str, days: i64| costing(format!("{words}, {days} days"), worked.days(days));
        if self.conventions.lone_end.is_none() {
            self.ask_once(
                Diagnostic::new(Code::C052, span, format!("`{name}` does not say what an end without a start means"))
                    .label("ended 9 days after the term began, without a start")
                    .answer("an end without a start is ignored", "nothing counts")
                    .answer(
                        "an end without a start counts from the start of the term",
                        time("the state held since the term began", 9),
                    )
                    .help("answer it in `conventions`"),
            );
        }
        if self.conventions.still_open.is_none() {
            self.ask_once(
                Diagnostic::new(Code::C053, span, format!("`{name}` does not say what counts while it has not ended"))
                    .label("started on the 21st of a month of 30 days, and not ended in it")
                    .answer(
                        "still open counts to the end of the window",
                        time("the time so far counts in each window", 10),
                    )
                    .answer("still open does not count", "nothing counts until it has ended")
                    .help("answer it in `conventions`"),
            );
        }
    }

    /// The family of the events that bound a state or span.
    pub(super) fn state_family(&mut self, from: &StatePoint, to: &StatePoint) -> Option<FamilyId> {
        for point in [from, to] {
            if let Some(kind) = self.find_kind(&point.name.node) {
                if let Some(family) = self.family_of(kind) {
                    return Some(family);
                }
                let message = format!("`{}` happens without an asset", point.name.node);
                return self.wrong(
                    Code::C022,
                    point.name.span,
                    message,
                    "the time between events is that of an asset: declare the event `of` a family",
                );
            }
        }
        self.kind(&from.name)?;
        None
    }

    /// One end of a state: an event, or any of some.
    fn points(&mut self, point: &StatePoint, family: Option<FamilyId>) -> Option<Point> {
        if point.others.is_empty() {
            return self.point(point, family);
        }
        let mut points = Vec::new();
        for one in std::iter::once(point).chain(&point.others) {
            let checked = self.point(one, family)?;
            if family.is_none() || !matches!(checked, Point::Event { after: None, .. }) {
                let message = "only events of an asset stand side by side at one end of a state".to_owned();
                let help = "define a state for each end and join them with `or`";
                return self.wrong(Code::C024, one.name.span, message, help);
            }
            points.push(checked);
        }
        Some(Point::AnyOf(points))
    }

    /// A point in the life of an asset.
    pub(super) fn point(&mut self, point: &StatePoint, family: Option<FamilyId>) -> Option<Point> {
        if self.find_kind(&point.name.node).is_none()
            && let Some(family) = family
            && let Some(attribute) = self.date_attribute(&point.name.node, family)
        {
            return Some(Point::Attribute(attribute));
        }
        let kind = self.kind(&point.name)?;
        if self.family_of(kind) != family {
            let message = format!("`{}` does not happen to the same assets", point.name.node);
            return self.wrong(
                Code::C022,
                point.name.span,
                message,
                "both ends of a state are events of one asset family",
            );
        }
        let context = Context::of_event(kind, family);
        let filter = self.filter(point.filter.as_deref(), &context)?;
        let after = match &point.after {
            Some(after) => Some(self.duration_from(after)?),
            None => None,
        };
        Some(Point::Event { kind, filter, after })
    }

    fn date_attribute(&self, name: &str, family: FamilyId) -> Option<AttributeId> {
        let attributes = &self.families.get(family.index())?.attributes;
        let place = attributes
            .iter()
            .position(|field| field.name == name && matches!(field.kind, Kind::Date | Kind::Instant))?;
        Some(AttributeId::at(place))
    }

    /// A state of an expression: names of states joined by `and`, `or`, `not`. Reports what is none.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other value is a state")]
    pub(super) fn state(&mut self, expr: &Expr) -> Option<State> {
        match &*expr.node {
            ExprNode::Name(name) => {
                if let Some(id) = self.term_id(name, expr.span)
                    && let Some(TermBody::State(state)) = self.terms.get(id.index()).map(|term| &term.body)
                {
                    return Some(state.clone());
                }
                if matches!(self.defines.get(name.as_str()), Some((_, crate::check::checker::Progress::Done(None)))) {
                    return None;
                }
                let states: Vec<String> = self.states.iter().map(|state| state.name.clone()).collect();
                let known: Vec<&str> = states.iter().map(String::as_str).collect();
                self.unknown("state", name, expr.span, &known)
            }
            ExprNode::Not(inner) => Some(State::Not(Box::new(self.state(inner)?))),
            ExprNode::And(parts) => Some(State::And(self.all_states(parts, expr.span)?)),
            ExprNode::Or(parts) => Some(State::Or(self.all_states(parts, expr.span)?)),
            _ => {
                let help = "define it with `define NAME = from EVENT to EVENT` and use the name";
                self.wrong(Code::C020, expr.span, "a state is expected here".to_owned(), help)
            }
        }
    }

    fn all_states(&mut self, parts: &[Expr], span: Span) -> Option<Vec<State>> {
        let states: Vec<Option<State>> = parts.iter().map(|part| self.state(part)).collect();
        let states: Vec<State> = states.into_iter().collect::<Option<_>>()?;
        self.one_family(&states, span)?;
        Some(states)
    }

    /// Whether an expression is one of states: its first name is that of a state.
    #[expect(clippy::wildcard_enum_match_arm, reason = "no other value is a state")]
    pub(super) fn is_state(&mut self, expr: &Expr) -> bool {
        match &*expr.node {
            ExprNode::Name(name) => {
                let id = self.find_term(name);
                let body = id.and_then(|id| self.terms.get(id.index())).map(|term| &term.body);
                matches!(body, Some(TermBody::State(_)))
            }
            ExprNode::Not(inner) => self.is_state(inner),
            ExprNode::And(parts) | ExprNode::Or(parts) => parts.first().is_some_and(|part| self.is_state(part)),
            _ => false,
        }
    }

    /// The family of a state.
    pub(super) fn family_of_state(&self, state: &State) -> Option<FamilyId> {
        match state {
            State::In(id) => self.states.get(id.index()).and_then(|state| state.family),
            State::Member => None,
            State::Not(inner) => self.family_of_state(inner),
            State::And(parts) | State::Or(parts) => parts.iter().find_map(|part| self.family_of_state(part)),
        }
    }
}
