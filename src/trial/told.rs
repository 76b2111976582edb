//! Whether the lines of a clause tell the group apart that an expectation names.

use crate::base::ids::ClauseId;
use crate::base::number::Ratio;
use crate::base::value::Kind;
use crate::evaluate::settle::{Cause, Line};
use crate::evaluate::shown::quantity;
use crate::plan::{Clause, Dimension, Plan};
use crate::trial::run::Came;

/// Why a group can have no line of a clause; `None` where it has one, or could have one.
pub(super) fn untold(came: &Came<'_>, clause: ClauseId, group: &str) -> Option<String> {
    let names = came.names();
    let periods = &came.settlement.periods;
    let lines = periods.iter().flat_map(|period| period.lines.iter().map(|line| &line.cause));
    let held = periods.iter().flat_map(|period| period.held.iter().map(|held| &held.cause));
    let rights = periods.iter().flat_map(|period| period.rights.iter().map(|standing| &standing.cause));
    if lines.chain(held).chain(rights).any(|cause| cause.clause == clause && is_of_group(came, cause, group)) {
        return None;
    }
    if !group.split(", ").all(|part| is_known(came, part)) {
        return Some(format!("nothing in the scenario is named `{group}`"));
    }
    let dims = dims_of(&came.plan, clause);
    if tells(came, &dims, group) {
        return None;
    }
    let number = came.plan.clauses.get(clause.index()).map_or("", |clause| clause.number.as_str());
    let own: Vec<String> = dims.iter().map(|dim| names.dimension(dim)).collect();
    let by = if own.is_empty() { "at all".to_owned() } else { format!("by {} only", own.join(", ")) };
    let not = if own.is_empty() { "not " } else { "" };
    Some(format!("the lines of clause {number} are {not}told apart {by}: leave out `for {group}`"))
}

/// Whether a line is of a group: by all of its names, or one of them.
pub(super) fn is_of_group(came: &Came<'_>, cause: &Cause, group: &str) -> bool {
    let names = came.names();
    let one = |(dim, key)| names.is_group(std::slice::from_ref(dim), std::slice::from_ref(key), group);
    cause.dims.iter().zip(&cause.group).any(one) || names.group(&cause.dims, &cause.group) == group
}

/// Whether a line is of a group, or is not told apart so that it can be of it in part.
pub(super) fn may_be_of(came: &Came<'_>, cause: &Cause, group: &str) -> bool {
    is_of_group(came, cause, group) || !tells(came, &cause.dims, group)
}

/// Whether groups tell apart what a name says.
fn tells(came: &Came<'_>, dims: &[Dimension], group: &str) -> bool {
    group.split(", ").all(|part| dims.iter().any(|dim| can_be(came, dim, part)))
}

/// What the lines of a clause come to that cannot be told to be of a group or not, where there are some.
pub(super) fn loose(came: &Came<'_>, clause: &Clause, group: &str, lines: &[&Line]) -> Option<String> {
    let of_clause = lines.iter().filter(|line| line.cause.clause == clause.id);
    let loose =
        of_clause.filter(|line| !is_of_group(came, &line.cause, group) && !tells(came, &line.cause.dims, group));
    let amounts: Vec<&Ratio> = loose.map(|line| &line.amount).collect();
    if amounts.is_empty() {
        return None;
    }
    let sum = amounts.into_iter().fold(Ratio::ZERO, |sum, amount| sum.plus(amount));
    let sum = quantity(&Kind::Money(came.plan.currency), &sum);
    let number = &clause.number;
    Some(format!(
        "only some lines of clause {number} are told apart; others come to {sum}, and no part of them is known to be of `{group}`: leave out `for {group}`, or put them in a clause of their own"
    ))
}

/// By what the lines of a clause are told apart.
fn dims_of(plan: &Plan, clause: ClauseId) -> Vec<Dimension> {
    let sentences = plan.sentences.iter().filter(|sentence| sentence.clause == clause);
    let owes = plan.owes.iter().filter(|owes| owes.clause == clause);
    let meetings = plan.meetings.iter().filter(|meeting| meeting.clause == clause);
    let rights = plan.rights.iter().filter(|right| right.clause == clause);
    let all = sentences
        .flat_map(|sentence| &sentence.dims)
        .chain(owes.flat_map(|owes| &owes.dims))
        .chain(meetings.flat_map(|meeting| &meeting.dims))
        .chain(rights.flat_map(|right| &right.dims));
    let mut found = Vec::new();
    for dim in all {
        if !found.contains(dim) {
            found.push(dim.clone());
        }
    }
    found
}

/// Whether a name is that of an asset, a party, a word of the contract or a text of the scenario.
fn is_known(came: &Came<'_>, name: &str) -> bool {
    let plan = &came.plan;
    let families = plan.families.iter().flat_map(|family| &family.attributes);
    let kinds = plan.kinds.iter().flat_map(|kind| &kind.fields);
    let word = |kind: &Kind| matches!(kind, Kind::Choice(words) if words.iter().any(|word| word == name));
    let is_word = families.chain(kinds).any(|(_, kind)| word(kind));
    let figures = came.settlement.periods.iter().flat_map(|period| &period.figures);
    let is_figure = figures.into_iter().any(|figure| {
        let measure = plan.measures.get(figure.measure.index());
        measure.is_some_and(|measure| {
            let keys = measure.dims.iter().zip(&figure.group);
            keys.into_iter()
                .any(|(dim, key)| came.names().is_group(std::slice::from_ref(dim), std::slice::from_ref(key), name))
        })
    });
    is_asset(came, name) || is_word || is_figure || is_text(came, name)
}

/// Whether a name is that of an asset.
pub(super) fn is_asset(came: &Came<'_>, name: &str) -> bool {
    came.feed.assets.get(name).is_some()
        || came.feed.named.values().any(|named| named.shown == name || named.names.iter().any(|own| own == name))
}

fn is_text(came: &Came<'_>, name: &str) -> bool {
    came.feed.symbols.get(name).is_some() || came.plan.parties.iter().any(|party| party.role == name)
}

/// Whether a key of a dimension can have a name.
fn can_be(came: &Came<'_>, dim: &Dimension, name: &str) -> bool {
    let plan = &came.plan;
    let kind = match dim {
        Dimension::Asset(_) => return is_asset(came, name),
        Dimension::Event(_) | Dimension::Depositor(_) | Dimension::Bearer(_) => return true,
        Dimension::Attribute(family, attribute) => plan
            .families
            .get(family.index())
            .and_then(|family| family.attributes.get(attribute.index()))
            .map(|it| &it.1),
        Dimension::Field(kind, field) => {
            plan.kinds.get(kind.index()).and_then(|kind| kind.fields.get(field.index())).map(|it| &it.1)
        }
        Dimension::Decided(decision, output) => plan.output(*decision, *output).map(|output| &output.kind),
    };
    match kind {
        Some(Kind::Choice(words)) => words.iter().any(|word| word == name),
        Some(_) | None => true,
    }
}
