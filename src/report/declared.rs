//! Events that start no state, because another party had to declare them.

use serde::Serialize;

use crate::evaluate::observations::Undeclared;
use crate::evaluate::shown::Names;

/// An event that starts no state, because another party had to declare it.
#[derive(Clone, PartialEq, Eq, Debug, Serialize)]
pub struct UndeclaredRecord {
    /// The event.
    pub event: String,
    /// The state.
    pub state: String,
    /// Role of the party that had to declare it.
    pub declared_by: String,
    /// File.
    pub file: String,
    /// Line.
    pub line: u32,
}

impl UndeclaredRecord {
    /// A line for people.
    pub(super) fn words(&self) -> String {
        let Self { event, state, declared_by, file, line } = self;
        format!("{file}:{line} `{event}` does not start `{state}`: it is not declared by the {declared_by}")
    }
}

/// The record of one.
pub(super) fn undeclared(names: Names<'_>, found: &Undeclared) -> Option<UndeclaredRecord> {
    let plan = names.plan;
    let state = plan.states.get(found.state.index())?;
    let (party, _) = state.declared.as_ref()?;
    Some(UndeclaredRecord {
        event: plan.kinds.get(found.kind.index())?.name.clone(),
        state: state.name.clone(),
        declared_by: plan.parties.get(party.index())?.role.clone(),
        file: names.feed.file(found.origin.file).to_owned(),
        line: found.origin.line,
    })
}
