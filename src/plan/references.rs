//! Who reads what: clauses that ask for a clause, measures that read measures.

use rustc_hash::FxHashMap;

use crate::base::ids::{ClauseId, IndexationId, TermId};
use crate::check::contract::{Adjust, Amount, Basis, Contract, Dimension, Holds, Opener, Sentence, TermBody};
use crate::check::value::{Node, Value};
use crate::plan::formula::{Formula, Read};

/// For each clause, the groups for which sentences of other clauses ask what it charges, and those
/// of the caps and minimums over it.
pub(crate) fn asked_groups(contract: &Contract) -> FxHashMap<ClauseId, Vec<Dimension>> {
    let mut asked: FxHashMap<ClauseId, Vec<Dimension>> = FxHashMap::default();
    let mut ask = |clause: ClauseId, dims: &[Dimension]| {
        let groups = asked.entry(clause).or_default();
        for dim in dims {
            if !groups.contains(dim) {
                groups.push(*dim);
            }
        }
    };
    for sentence in &contract.sentences {
        for clause in clauses_of_sentence(contract, sentence) {
            ask(clause, &sentence.dims);
        }
    }
    for right in &contract.rights {
        if let Holds::Opened(Opener::When(condition)) = &right.holds {
            for clause in clauses_of(contract, condition) {
                ask(clause, &right.dims);
            }
        }
    }
    for owes in &contract.owes {
        for clause in clauses_of(contract, &owes.amount).into_iter().chain(owes.clauses()) {
            ask(clause, &owes.dims);
        }
    }
    for meeting in &contract.meetings {
        for clause in meeting.clauses.iter().chain(&meeting.others) {
            ask(*clause, &meeting.dims);
        }
    }
    asked
}

/// The clauses whose charges a sentence reads.
pub(crate) fn clauses_of_sentence(contract: &Contract, sentence: &Sentence) -> Vec<ClauseId> {
    values_of(sentence).into_iter().flat_map(|value| clauses_of(contract, value)).collect()
}

/// What clauses charged in earlier windows that a formula reads.
pub(crate) fn clauses_before(formula: &Formula) -> Vec<(ClauseId, i64)> {
    let mut found = Vec::new();
    leaves(formula, &mut |read| {
        if let Read::Clause(clause, back) = read {
            found.extend(Some((*clause, *back)).filter(|(_, back)| *back > 0));
        }
    });
    found
}

/// The indexations that a sentence reads.
pub(crate) fn indexations_of(contract: &Contract, sentence: &Sentence) -> Vec<IndexationId> {
    let mut found = Vec::new();
    for step in &sentence.adjustments {
        if let Adjust::Indexed(id) = step.what {
            found.push(id);
        }
    }
    for value in values_of(sentence) {
        visit(contract, value, &mut |node| {
            if let Node::Coefficient(id) = node {
                found.push(*id);
            }
        });
    }
    found
}

fn values_of(sentence: &Sentence) -> Vec<&Value> {
    let mut values: Vec<&Value> = Vec::new();
    match &sentence.amount {
        Amount::Value(value) => values.push(value),
        Amount::Tiers(_, tiers) => values.extend(tiers.iter().flat_map(|tier| tier.of.iter().chain([&tier.price]))),
    }
    match &sentence.opener {
        Opener::When(condition) => values.push(condition),
        Opener::Always | Opener::On(..) | Opener::Outcome(..) | Opener::Each(_) => {}
    }
    match &sentence.basis {
        Basis::For(value, ..) => values.push(value),
        Basis::Once | Basis::Each | Basis::Event | Basis::While(..) | Basis::Lateness(..) => {}
    }
    values.extend(&sentence.times);
    values.extend(sentence.adjustments.iter().filter_map(|step| step.what.value()));
    values
}

/// The clauses whose charges a value reads, through terms too.
pub(crate) fn clauses_of(contract: &Contract, value: &Value) -> Vec<ClauseId> {
    let mut clauses = Vec::new();
    visit(contract, value, &mut |node| {
        if let Node::Clause(clause, _) = node {
            clauses.push(*clause);
        }
    });
    clauses
}

/// The measures, each after those that it reads.
pub(crate) fn measures_in_order(contract: &Contract) -> Vec<TermId> {
    let mut order = Vec::new();
    for (index, term) in contract.terms.iter().enumerate() {
        if matches!(term.body, TermBody::Measure(_)) {
            place_measure(contract, TermId::at(index), &mut order, 0);
        }
    }
    order
}

/// INVARIANT (acyclic): the checker refuses terms that read themselves, so the depth is bounded by
/// the number of terms; the bound only guards against a broken contract value.
fn place_measure(contract: &Contract, id: TermId, order: &mut Vec<TermId>, depth: usize) {
    if order.contains(&id) || depth > contract.terms.len() {
        return;
    }
    if let Some(TermBody::Measure(measure)) = contract.term(id).map(|term| &term.body) {
        let mut read = Vec::new();
        let parts = [Some(&measure.value), measure.at_least.as_ref(), measure.at_most.as_ref()];
        for value in parts.into_iter().flatten() {
            visit(contract, value, &mut |node| match node {
                Node::Term(term) => read.push(*term),
                Node::Past(past) => read.push(past.term),
                Node::OverAll(all) => read.extend(all.weight.into_iter().chain([all.term])),
                Node::Literal(_)
                | Node::Field(..)
                | Node::Attribute(..)
                | Node::Decided(..)
                | Node::Judged(..)
                | Node::Deposit
                | Node::DepositPaid
                | Node::Looked(..)
                | Node::Aggregate(_)
                | Node::Clause(..)
                | Node::Series(..)
                | Node::Coefficient(_)
                | Node::WindowLength(_)
                | Node::Since(_)
                | Node::Rank(_)
                | Node::OfParty(..)
                | Node::Negated(_)
                | Node::Arithmetic(..)
                | Node::Beyond(..)
                | Node::Compare(..)
                | Node::Present(_)
                | Node::In(..)
                | Node::Not(_)
                | Node::And(_)
                | Node::Or(_)
                | Node::Card(_) => {}
            });
        }
        for term in read {
            place_measure(contract, term, order, depth.saturating_add(1));
        }
        order.push(id);
    }
}

/// Every node of a value, those of inlined terms included.
fn visit(contract: &Contract, value: &Value, see: &mut dyn FnMut(&Node)) {
    see(&value.node);
    for part in value.node.parts() {
        visit(contract, part, see);
    }
    if let Node::Term(id) | Node::Looked(id, _) = &*value.node
        && let Some(TermBody::Value(value)) = contract.term(*id).map(|term| &term.body)
    {
        visit(contract, value, see);
    }
}

impl Formula {
    /// Whether it is the same however many units there are.
    pub(crate) fn is_rate(&self) -> bool {
        let mut free = true;
        leaves(self, &mut |read| free &= !matches!(read, Read::Units | Read::LotQuantity));
        free
    }
}

/// Every leaf that a formula looks up.
pub(crate) fn leaves(formula: &Formula, see: &mut dyn FnMut(&Read)) {
    match formula {
        Formula::Constant(_) => {}
        Formula::Read(read) => {
            see(read);
            if let Read::MonthsSince(date) | Read::OfParty(date, ..) = read {
                leaves(date, see);
            }
        }
        Formula::Negated(a)
        | Formula::Rounded(a, _)
        | Formula::Present(a)
        | Formula::Not(a)
        | Formula::Indexed(a, _) => {
            leaves(a, see);
        }
        Formula::Plus(a, b)
        | Formula::Minus(a, b)
        | Formula::Times(a, b)
        | Formula::Over(a, b)
        | Formula::Shortfall(a, b)
        | Formula::Excess(a, b)
        | Formula::Greatest(a, b)
        | Formula::Least(a, b)
        | Formula::Compare(_, a, b)
        | Formula::OrElse(a, b) => {
            leaves(a, see);
            leaves(b, see);
        }
        Formula::In(a, list) => {
            leaves(a, see);
            for item in list {
                leaves(item, see);
            }
        }
        Formula::And(list) | Formula::Or(list) => {
            for item in list {
                leaves(item, see);
            }
        }
        Formula::Card(card) => {
            card.columns.iter().for_each(|(_, column, _)| leaves(column, see));
            card.rows.iter().for_each(|row| leaves(&row.value, see));
        }
    }
}
