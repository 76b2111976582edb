//! Ratios of times: where the time counts in which an asset is in a state that the ratio does not mention, such as planned
//! maintenance in an availability.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::StateId;
use crate::base::vocabulary::Operator;
use crate::check::checker::Checker;
use crate::check::contract::{PrimitiveState, Term, TermBody};
use crate::check::value::{Node, Over, State, Value};

impl Checker<'_> {
    /// Asks where the time of a state counts that is defined, used nowhere, and a state of the assets whose times make a
    /// ratio.
    pub(super) fn ask_about_unplaced_time(&mut self) {
        let questions: Vec<Diagnostic> = self.terms.iter().filter_map(|term| self.unplaced_in(term)).collect();
        questions.into_iter().for_each(|question| self.report(question));
    }

    fn unplaced_in(&self, term: &Term) -> Option<Diagnostic> {
        let TermBody::Measure(measure) = &term.body else { return None };
        let (part, whole) = ratio(&measure.value)?;
        let (mut above, mut below) = (Vec::new(), Vec::new());
        self.states_behind(part, &mut above, 0);
        self.states_behind(whole, &mut below, 0);
        let first = above.first().and_then(|id| self.states.get(id.index()))?;
        let families: Vec<_> =
            above.iter().chain(&below).filter_map(|id| self.states.get(id.index())).map(|state| state.family).collect();
        let unused = |name: &str| !self.used.iter().any(|used| used == name);
        // What a library offers beside the ratio says nothing of the contract.
        let said = |state: &PrimitiveState| [self.main, term.span.source].contains(&state.span.source);
        let mut of_these = self.states.iter().filter(|state| families.contains(&state.family) && said(state));
        let open = of_these.find(|state| unused(&state.name))?;
        let (down, name) = (&first.name, &open.name);
        let message =
            format!("`{}` is a ratio of times, and it is not said where the time of `{name}` counts in it", term.name);
        Some(
            Diagnostic::new(Code::C148, term.span, message)
                .label(format!("of 720 hours, 12 are {down} and 12 are {name}"))
                .and_at(open.span, "a state of the same assets, which nothing else uses")
                .answer(format!("time while {down} or {name}, over all of the time"), "24 of 720 hours")
                .answer(format!("time while {down} and not {name}, over the time while not {name}"), "12 of 708 hours")
                .answer(format!("time while {down} and not {name}, over all of the time"), "12 of 720 hours")
                .help(format!(
                    "name `{name}` in the times of the ratio, or remove it if it has no part in the contract"
                )),
        )
    }

    /// The states whose time a value counts, through the numbers that it reads.
    pub(super) fn states_behind(&self, value: &Value, found: &mut Vec<StateId>, depth: usize) {
        if depth > self.terms.len() {
            return;
        }
        if let Node::Aggregate(aggregate) = &*value.node
            && let Over::Time(state, _) = &aggregate.over
        {
            primitive(state, found);
        }
        if let Node::Term(id) = &*value.node
            && let Some(TermBody::Measure(measure)) = self.terms.get(id.index()).map(|term| &term.body)
        {
            self.states_behind(&measure.value, found, depth.saturating_add(1));
        }
        value.node.parts().into_iter().for_each(|part| self.states_behind(part, found, depth));
    }
}

/// The division in a value.
fn ratio(value: &Value) -> Option<(&Value, &Value)> {
    if let Node::Arithmetic(Operator::Over, part, whole) = &*value.node {
        return Some((part, whole));
    }
    value.node.parts().into_iter().find_map(ratio)
}

fn primitive(state: &State, found: &mut Vec<StateId>) {
    match state {
        State::In(id) => found.push(*id),
        State::Member => {}
        State::Not(inner) => primitive(inner, found),
        State::And(list) | State::Or(list) => list.iter().for_each(|part| primitive(part, found)),
    }
}
