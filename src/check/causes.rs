//! What makes a penalty fire: events and obligations, and through its numbers the events and states that they count.
//!
//! A number is followed down to what it counts, in the direction in which it costs: `1 - downtime / committed` costs
//! where `downtime` is more. What stands below a division only measures, and so does a state that is paid for
//! (`while in_service … as price`): neither is a cause, unless nothing else is left.

use crate::base::ids::{DispositionId, FieldId, KindId, ObligationId, StateId, TermId};
use crate::base::number::Ratio;
use crate::base::value::{Cell, Comparison, Literal};
use crate::base::vocabulary::{Beyond, Nature, Operator, Outcome};
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Basis, Opener, Sentence, TermBody};
use crate::check::value::{Aggregate, Card, Node, Over, Point, State, Value, What};

/// In which direction a number costs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Sense {
    /// The more of it.
    More,
    /// The less of it.
    Less,
    /// One of them: the text does not show which.
    Either,
}

impl Sense {
    fn flipped(self) -> Self {
        match self {
            Self::More => Self::Less,
            Self::Less => Self::More,
            Self::Either => Self::Either,
        }
    }

    fn meets(self, other: Self) -> bool {
        self == other || self == Self::Either || other == Self::Either
    }
}

/// A condition on a value: its words, how it compares, and with one of what.
#[derive(Clone, PartialEq, Debug)]
pub(super) struct Condition {
    words: String,
    how: Comparison,
    literals: Vec<Literal>,
}

impl Condition {
    /// Whether a value of these words may be this number by it.
    pub(super) fn lets(&self, words: &str, number: &Ratio) -> bool {
        let lets = |literal: &Literal| {
            let Literal::Quantity(bound) = literal else { return true };
            match self.how {
                Comparison::Equal => number == bound,
                Comparison::NotEqual => number != bound,
                Comparison::AtLeast => number >= bound,
                Comparison::AtMost => number <= bound,
                Comparison::Above => number > bound,
                Comparison::Below => number < bound,
            }
        };
        self.words != words || self.literals.iter().any(lets)
    }
}

/// What of an event is looked at.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Aspect {
    /// A field.
    Field(KindId, FieldId),
    /// What is decided on it.
    Decided(DispositionId, usize),
}

/// What makes a penalty fire.
#[derive(Clone, PartialEq, Debug)]
pub(super) enum Cause {
    /// An event of which the conditions hold: one by one, or counted.
    Event {
        /// The kind.
        kind: KindId,
        /// Whether the sentence opens on it.
        opens: bool,
        /// What of it is looked at; nothing for the event itself.
        aspects: Vec<Aspect>,
        /// Whether more or less of it costs.
        sense: Sense,
        /// The conditions that the text fixes.
        conditions: Vec<Condition>,
    },
    /// An obligation that comes to stand so; `None` for its lateness as it accrues.
    Duty(ObligationId, Option<Outcome>),
    /// A number.
    Measure(TermId),
    /// Time in a state.
    State(StateId, Sense),
}

/// Causes as they are gathered, and the numbers that were followed.
#[derive(Default)]
struct Gathered {
    causes: Vec<Cause>,
    followed: Vec<(TermId, Sense)>,
}

impl Checker<'_> {
    /// What makes a sentence fire. `measuring` are the states that only measure.
    pub(super) fn causes(&self, sentence: &Sentence, measuring: &[StateId]) -> Vec<Cause> {
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, filter), _) => {
                let (mut aspects, mut conditions) = (Vec::new(), Vec::new());
                if let Some(filter) = filter {
                    self.aspects_of(filter, &mut aspects);
                    self.fixed_conditions(filter, &mut conditions);
                }
                return vec![Cause::Event { kind: *kind, opens: true, aspects, sense: Sense::More, conditions }];
            }
            (Opener::Outcome(duty, outcome), _) => return vec![Cause::Duty(*duty, Some(*outcome))],
            (_, Basis::Lateness(duty, ..)) => return vec![Cause::Duty(*duty, None)],
            _ => {}
        }
        let mut found = Gathered::default();
        if let Opener::When(condition) = &sentence.opener {
            self.follow(condition, Sense::More, measuring, &mut found);
        }
        match &sentence.basis {
            Basis::For(value, ..) => self.follow(value, Sense::More, measuring, &mut found),
            Basis::While(state, ..) => found.causes.extend(causes_in(state, Sense::More, measuring)),
            Basis::Once | Basis::Each | Basis::Event | Basis::Lateness(..) => {}
        }
        if let Amount::Value(value) = &sentence.amount {
            self.follow(value, Sense::More, measuring, &mut found);
        }
        found.causes
    }

    /// The states that only measure: those below a division, and those that are paid for.
    pub(super) fn measuring_states(&self) -> Vec<StateId> {
        let mut found = Vec::new();
        for sentence in &self.sentences {
            let penal = matches!(sentence.nature, Nature::Indemnity | Nature::PriceReduction);
            if let (false, Basis::While(state, ..)) = (penal, &sentence.basis) {
                primitives(state, false, &mut |id, _| found.push(id));
            }
        }
        for term in &self.terms {
            if let TermBody::Measure(measure) = &term.body {
                self.below_divisions(&measure.value, &mut found);
            }
        }
        found
    }

    fn below_divisions(&self, value: &Value, found: &mut Vec<StateId>) {
        if let Node::Arithmetic(Operator::Over, _, whole) = &*value.node {
            self.states_behind(whole, found, 0);
        }
        value.node.parts().into_iter().for_each(|part| self.below_divisions(part, found));
    }

    fn follow(&self, value: &Value, sense: Sense, measuring: &[StateId], found: &mut Gathered) {
        let mut each = |parts: &[&Value], sense: Sense| {
            parts.iter().for_each(|part| self.follow(part, sense, measuring, found));
        };
        match &*value.node {
            Node::Term(id) | Node::Looked(id, _) => self.follow_term(*id, sense, measuring, found),
            Node::Past(past) => self.follow_term(past.term, sense, measuring, found),
            Node::OverAll(over) => self.follow_term(over.term, sense, measuring, found),
            Node::Aggregate(aggregate) => found.causes.extend(self.counted_by(aggregate, sense, measuring)),
            Node::Negated(inner) | Node::Not(inner) => each(&[inner], sense.flipped()),
            Node::Arithmetic(Operator::Over, part, _) | Node::Beyond(Beyond::Excess, part, _) => each(&[part], sense),
            Node::Arithmetic(Operator::Minus, left, right) => {
                each(&[left], sense);
                each(&[right], sense.flipped());
            }
            Node::Arithmetic(Operator::Plus | Operator::Times, left, right) => each(&[left, right], sense),
            Node::Beyond(Beyond::Shortfall, part, _) => each(&[part], sense.flipped()),
            Node::Compare(how, left, right) => {
                let sense = match how {
                    Comparison::AtLeast | Comparison::Above => sense,
                    Comparison::AtMost | Comparison::Below => sense.flipped(),
                    Comparison::Equal | Comparison::NotEqual => Sense::Either,
                };
                if matches!(*left.node, Node::Literal(_)) {
                    each(&[right], sense.flipped());
                } else {
                    each(&[left], sense);
                }
            }
            Node::And(list) | Node::Or(list) => each(&list.iter().collect::<Vec<_>>(), sense),
            Node::Card(card) => {
                let by: Vec<&Value> = card.columns.iter().map(|(_, column)| column).collect();
                each(&by, dear_end(card));
                each(&card.rows.iter().map(|row| &row.value).collect::<Vec<_>>(), sense);
            }
            Node::In(inner, _) => each(&[inner], Sense::Either),
            Node::Literal(_)
            | Node::Field(..)
            | Node::Attribute(..)
            | Node::Decided(..)
            | Node::Deposit
            | Node::DepositPaid
            | Node::Judged(..)
            | Node::Clause(..)
            | Node::Series(..)
            | Node::Coefficient(_)
            | Node::WindowLength(_)
            | Node::Since(_)
            | Node::Rank(_)
            | Node::OfParty(..)
            | Node::Present(_) => {}
        }
    }

    fn follow_term(&self, id: TermId, sense: Sense, measuring: &[StateId], found: &mut Gathered) {
        if found.followed.contains(&(id, sense)) {
            return;
        }
        found.followed.push((id, sense));
        match self.terms.get(id.index()).map(|term| &term.body) {
            Some(TermBody::Measure(measure)) => {
                found.causes.push(Cause::Measure(id));
                self.follow(&measure.value, sense, measuring, found);
            }
            Some(TermBody::Value(value)) => self.follow(value, sense, measuring, found),
            Some(TermBody::Unit(..) | TermBody::State(_)) | None => {}
        }
    }

    fn counted_by(&self, aggregate: &Aggregate, sense: Sense, measuring: &[StateId]) -> Vec<Cause> {
        let (kind, field) = match &aggregate.over {
            Over::Time(state, _) => return causes_in(state, sense, measuring),
            Over::Spans(from, to, _) => return self.between(from, to, sense),
            Over::Duties(duty, outcome) => return ended(*duty, *outcome, sense),
            Over::Events(kind) => (*kind, None),
            Over::Meter(kind, field, _) | Over::Level(kind, field, _) => (*kind, Some(Aspect::Field(*kind, *field))),
        };
        let mut filtered = Vec::new();
        let mut conditions = Vec::new();
        if let Some(filter) = &aggregate.filter {
            self.aspects_of(filter, &mut filtered);
            self.fixed_conditions(filter, &mut conditions);
        }
        // Fewer of those that pass a test are more of those that do not.
        if sense != Sense::More {
            conditions.clear();
        }
        let sense = if filtered.is_empty() && aggregate.what != What::Share { sense } else { Sense::Either };
        let mut aspects: Vec<Aspect> = field.into_iter().chain(filtered).collect();
        aggregate.value.iter().for_each(|value| self.aspects_of(value, &mut aspects));
        vec![Cause::Event { kind, opens: false, aspects, sense, conditions }]
    }

    fn aspects_of(&self, value: &Value, found: &mut Vec<Aspect>) {
        self.visit(value, &mut |node, _| {
            if let Node::Field(kind, field) = node {
                found.push(Aspect::Field(*kind, *field));
            } else if let Node::Decided(disposition, place) = node {
                found.push(Aspect::Decided(*disposition, *place));
            }
        });
    }

    /// The time from one point to another: a state of these ends, or else the event at which it begins.
    fn between(&self, from: &Point, to: &Point, sense: Sense) -> Vec<Cause> {
        let ends = (kinds_of(from), kinds_of(to));
        let of_these = self.states.iter().position(|state| (kinds_of(&state.from), kinds_of(&state.to)) == ends);
        if let Some(place) = of_these {
            return vec![Cause::State(StateId::at(place), sense)];
        }
        let event = |kind| Cause::Event { kind, opens: false, aspects: Vec::new(), sense, conditions: Vec::new() };
        ends.0.into_iter().map(event).collect()
    }

    /// Whether two causes can be one.
    pub(super) fn is_one(&self, a: &Cause, b: &Cause) -> bool {
        match (a, b) {
            (Cause::Duty(one, first), Cause::Duty(other, second)) => {
                one == other && self.stand_together(*one, *first, *second)
            }
            (Cause::Measure(one), Cause::Measure(other)) => one == other,
            (Cause::State(one, sense), Cause::State(other, second)) => one == other && sense.meets(*second),
            (Cause::State(id, sense), Cause::Event { kind, sense: second, .. })
            | (Cause::Event { kind, sense: second, .. }, Cause::State(id, sense)) => {
                let starts = |state| kinds_of(state).contains(kind);
                let state = self.states.get(id.index());
                *sense != Sense::Less && *second != Sense::Less && state.is_some_and(|state| starts(&state.from))
            }
            (
                Cause::Event { kind, opens, aspects, sense, conditions },
                Cause::Event { kind: other, opens: also, aspects: others, sense: second, conditions: more },
            ) => {
                let itself = *opens && *also || aspects.is_empty() || others.is_empty();
                let of_one = itself || aspects.iter().any(|own| others.contains(own));
                kind == other && sense.meets(*second) && of_one && !exclude(conditions, more)
            }
            (Cause::Duty(..) | Cause::Measure(_) | Cause::State(..) | Cause::Event { .. }, _) => false,
        }
    }

    /// Whether one obligation can come to stand both ways.
    fn stand_together(&self, duty: ObligationId, first: Option<Outcome>, second: Option<Outcome>) -> bool {
        let missed = self.obligations.get(duty.index()).and_then(|duty| duty.missed_after.clone());
        let late_before_missed = missed.is_none_or(|(after, _)| !after.is_zero());
        let late = |outcome: Option<Outcome>| matches!(outcome, None | Some(Outcome::Late));
        match (first, second) {
            (first, second) if first == second => true,
            (first, second) if late(first) && late(second) => late_before_missed,
            (first, Some(Outcome::Missed)) | (Some(Outcome::Missed), first) => late(first) && late_before_missed,
            _ => false,
        }
    }

    /// The conditions of a value that compare with what the text fixes.
    pub(super) fn fixed_conditions(&self, value: &Value, found: &mut Vec<Condition>) {
        let fixed = |value: &Value| {
            if let Node::Literal(literal) = &*value.node { Some(literal.clone()) } else { None }
        };
        let (left, how, literals) = if let Node::And(parts) = &*value.node {
            return parts.iter().for_each(|part| self.fixed_conditions(part, found));
        } else if let Node::Compare(how, left, right) = &*value.node {
            (left, *how, fixed(right).map(|literal| vec![literal]))
        } else if let Node::In(left, list) = &*value.node {
            (left, Comparison::Equal, list.iter().map(fixed).collect())
        } else {
            return;
        };
        if let Some(literals) = literals {
            found.push(Condition { words: self.words(left.span), how, literals });
        }
    }
}

/// In which direction a number costs by which bands choose: away from the end at which nothing is due.
fn dear_end(card: &Card) -> Sense {
    let free = |value: &Value| matches!(&*value.node, Node::Literal(Literal::Quantity(amount)) if amount.is_zero());
    let mut senses = card.rows.iter().filter(|row| free(&row.value)).filter_map(|row| match row.cells.as_slice() {
        [Cell::Range { low: Some(_), high: None }] => Some(Sense::Less),
        [Cell::Range { low: None, high: Some(_) }] => Some(Sense::More),
        _ => None,
    });
    let first = senses.next();
    first.filter(|first| senses.all(|other| other == *first)).unwrap_or(Sense::Either)
}

/// The states that make the time in a state a cause: where more of it costs those that must hold, where less of it
/// costs those that must not. Those that only measure are left out while others are there.
fn causes_in(state: &State, sense: Sense, measuring: &[StateId]) -> Vec<Cause> {
    let mut all: Vec<(StateId, bool)> = Vec::new();
    primitives(state, false, &mut |id, negated| all.push((id, negated)));
    if all.iter().any(|(id, _)| !measuring.contains(id)) {
        all.retain(|(id, _)| !measuring.contains(id));
    }
    let wanted = sense == Sense::Less;
    if all.iter().any(|(_, negated)| *negated == wanted) {
        all.retain(|(_, negated)| *negated == wanted);
    }
    let turned = |negated: bool| if negated { sense.flipped() } else { sense };
    all.into_iter().map(|(id, negated)| Cause::State(id, turned(negated))).collect()
}

/// Every primitive state, and whether it must not hold.
fn primitives(state: &State, negated: bool, see: &mut dyn FnMut(StateId, bool)) {
    match state {
        State::In(id) => see(*id, negated),
        State::Member => {}
        State::Not(inner) => primitives(inner, !negated, see),
        State::And(list) | State::Or(list) => list.iter().for_each(|part| primitives(part, negated, see)),
    }
}

fn kinds_of(point: &Point) -> Vec<KindId> {
    let mut found = Vec::new();
    point.kinds(&mut found);
    found
}

/// Whether conditions cannot hold together.
pub(super) fn exclude(some: &[Condition], others: &[Condition]) -> bool {
    let apart = |one: &Condition, other: &Condition| {
        let pairs = one.literals.iter().flat_map(|a| other.literals.iter().map(move |b| (a, b)));
        one.words == other.words && pairs.fold(true, |all, (a, b)| all && excludes((one.how, a), (other.how, b)))
    };
    some.iter().any(|one| others.iter().any(|other| apart(one, other)))
}

/// Whether two conditions on one value cannot both hold.
fn excludes((how, literal): (Comparison, &Literal), (other_how, other): (Comparison, &Literal)) -> bool {
    let order = match (literal, other) {
        (Literal::Quantity(a), Literal::Quantity(b)) => a.cmp(b),
        (a, b) if a == b => std::cmp::Ordering::Equal,
        _ => return matches!((how, other_how), (Comparison::Equal, Comparison::Equal)),
    };
    let upper = |how: Comparison| matches!(how, Comparison::AtMost | Comparison::Below | Comparison::Equal);
    let lower = |how: Comparison| matches!(how, Comparison::AtLeast | Comparison::Above | Comparison::Equal);
    let open = |how: Comparison| matches!(how, Comparison::Below | Comparison::Above);
    let unequal = matches!(
        (how, other_how),
        (Comparison::Equal, Comparison::NotEqual) | (Comparison::NotEqual, Comparison::Equal)
    );
    match order {
        std::cmp::Ordering::Equal => {
            unequal
                || ((upper(how) && lower(other_how) || lower(how) && upper(other_how))
                    && (open(how) || open(other_how)))
        }
        std::cmp::Ordering::Less => upper(how) && lower(other_how),
        std::cmp::Ordering::Greater => lower(how) && upper(other_how),
    }
}

/// What makes a number of obligations cost that ended so: more of them, or fewer since they ended otherwise.
fn ended(duty: ObligationId, outcome: Outcome, sense: Sense) -> Vec<Cause> {
    let all = [Outcome::Met, Outcome::Late, Outcome::Missed].into_iter();
    let costs = |own: &Outcome| match sense {
        Sense::More => *own == outcome,
        Sense::Less => (*own == Outcome::Met) != (outcome == Outcome::Met),
        Sense::Either => true,
    };
    all.filter(costs).map(|outcome| Cause::Duty(duty, Some(outcome))).collect()
}
