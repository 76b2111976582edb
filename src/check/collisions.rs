//! Two penalties that can fire for one cause: their order must be stated.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{KindId, ObligationId, TermId};
use crate::base::number::Ratio;
use crate::base::value::{Comparison, Literal};
use crate::base::vocabulary::{Nature, Outcome};
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Basis, Opener, Sentence, TermBody};
use crate::check::value::{Node, Value};

/// What makes a penalty fire.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Cause {
    /// An event.
    Event(KindId),
    /// An obligation that comes to stand so; `None` for its lateness as it accrues.
    Duty(ObligationId, Option<Outcome>),
    /// A measure.
    Measure(TermId),
}

/// A condition on a value: its words, how it compares, and with what.
type Condition = (String, Comparison, Literal);

impl Checker<'_> {
    /// Refuses two penalties of one party for one cause where no sentence says how they meet.
    pub(super) fn penalties_meet(&mut self) {
        let penal = |sentence: &&Sentence| matches!(sentence.nature, Nature::Indemnity | Nature::PriceReduction);
        let penalties: Vec<Sentence> = self.sentences.iter().filter(penal).cloned().collect();
        let mut told = Vec::new();
        for (place, first) in penalties.iter().enumerate() {
            for second in penalties.iter().skip(place.saturating_add(1)) {
                let pair = (first.clause, second.clause);
                let same_parties = (first.payer, first.payee) == (second.payer, second.payee);
                if first.clause == second.clause || !same_parties || told.contains(&pair) || self.is_ordered(pair) {
                    continue;
                }
                if let Some(cause) = self.common_cause(first, second) {
                    told.push(pair);
                    self.report_collision((first, second), cause);
                }
            }
        }
    }

    fn is_ordered(&self, (a, b): (crate::base::ids::ClauseId, crate::base::ids::ClauseId)) -> bool {
        self.meetings.iter().any(|meeting| {
            let has = |clause| meeting.all().any(|own| own == clause);
            has(a) && has(b)
        })
    }

    fn common_cause(&self, first: &Sentence, second: &Sentence) -> Option<Cause> {
        let others = self.causes(second);
        let cause =
            self.causes(first).into_iter().find(|cause| others.iter().any(|other| self.is_one(*cause, *other)))?;
        let (a, b) = (self.conditions_to_pay(first), self.conditions_to_pay(second));
        let exclusive = a.iter().any(|one| b.iter().any(|other| excludes(one, other)));
        (!exclusive).then_some(cause)
    }

    fn causes(&self, sentence: &Sentence) -> Vec<Cause> {
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => return vec![Cause::Event(*kind)],
            (Opener::Outcome(duty, outcome), _) => return vec![Cause::Duty(*duty, Some(*outcome))],
            (_, Basis::Lateness(duty, ..)) => return vec![Cause::Duty(*duty, None)],
            _ => {}
        }
        let mut values: Vec<&Value> = Vec::new();
        if let Opener::When(condition) = &sentence.opener {
            values.push(condition);
        }
        if let Basis::For(value, ..) = &sentence.basis {
            values.push(value);
        }
        if let Amount::Value(value) = &sentence.amount {
            values.push(value);
        }
        let mut found = Vec::new();
        for value in values {
            self.visit(value, &mut |node, _| {
                if let Node::Term(id) = node
                    && matches!(self.terms.get(id.index()).map(|term| &term.body), Some(TermBody::Measure(_)))
                {
                    found.push(Cause::Measure(*id));
                }
            });
        }
        found
    }

    /// Whether two causes can be one.
    fn is_one(&self, a: Cause, b: Cause) -> bool {
        let (Cause::Duty(one, first), Cause::Duty(other, second)) = (a, b) else { return a == b };
        if one != other {
            return false;
        }
        let missed = self.obligations.get(one.index()).and_then(|duty| duty.missed_after.clone());
        let late_before_missed = missed.is_none_or(|(after, _)| !after.is_zero());
        let late = |outcome: Option<Outcome>| matches!(outcome, None | Some(Outcome::Late));
        match (first, second) {
            (first, second) if first == second => true,
            (first, second) if late(first) && late(second) => late_before_missed,
            (first, Some(Outcome::Missed)) | (Some(Outcome::Missed), first) => late(first) && late_before_missed,
            _ => false,
        }
    }

    /// The conditions under which a sentence pays that compare a value with a fixed one.
    fn conditions_to_pay(&self, sentence: &Sentence) -> Vec<Condition> {
        let mut found = Vec::new();
        match &sentence.opener {
            Opener::On(_, Some(filter)) => self.fixed_conditions(filter, &mut found),
            Opener::When(condition) => self.fixed_conditions(condition, &mut found),
            Opener::On(_, None) | Opener::Always | Opener::Outcome(..) | Opener::Each(_) => {}
        }
        found
    }

    fn fixed_conditions(&self, value: &Value, found: &mut Vec<Condition>) {
        if let Node::And(parts) = &*value.node {
            parts.iter().for_each(|part| self.fixed_conditions(part, found));
        } else if let Node::Compare(how, left, right) = &*value.node
            && let Node::Literal(literal) = &*right.node
        {
            found.push((self.words(left.span), *how, literal.clone()));
        }
    }

    fn report_collision(&mut self, (first, second): (&Sentence, &Sentence), cause: Cause) {
        let number = |sentence: &Sentence| {
            self.clauses.get(sentence.clause.index()).map_or_else(String::new, |clause| clause.number.clone())
        };
        let (one, other) = (number(first), number(second));
        let (opened, _) = self.term;
        let day = opened.plus_days(60);
        let asset = self.family_paid_for(first).and_then(|family| self.families.get(family.index()));
        let asset = asset.map_or_else(|| "one case".to_owned(), |family| format!("{} X1", family.name));
        let what = match cause {
            Cause::Event(kind) => {
                let kind = self.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str());
                format!("{asset}, `{kind}` on {day}")
            }
            Cause::Duty(duty, _) => {
                let name = self.obligations.get(duty.index()).map_or("", |duty| duty.name.as_str());
                format!("{asset}, `{name}` not done in time, its deadline passed on {day}")
            }
            Cause::Measure(term) => {
                let name = self.terms.get(term.index()).map_or("", |term| term.name.as_str());
                format!("`{name}` in {}-{:02}", day.parts().0, day.parts().1)
            }
        };
        let (a, b) = (self.worked_at(first.span), self.worked_at(second.span));
        let shown = |amount: Option<Ratio>| amount.map_or_else(|| "its rate".to_owned(), |amount| a.money(&amount));
        let sum = a.once().zip(b.once()).map(|(x, y)| x.plus(&y));
        let highest = a.once().zip(b.once()).map(|(x, y)| x.max(y));
        let both = sum.map_or_else(|| "both".to_owned(), |sum| format!("together {}", a.money(&sum)));
        let charged =
            format!("{what}: clause {one} charges {}, clause {other} {}, {both}", shown(a.once()), shown(b.once()));
        let question = Diagnostic::new(
            Code::C134,
            second.span,
            format!("clauses {one} and {other} can both charge for one cause, and it is not said what then holds"),
        )
        .label(charged)
        .and_at(first.span, format!("clause {one}"))
        .answer(format!("clause {other} adds to clause {one}"), format!("both are due: {both}"))
        .answer(
            format!("clause {other} replaces clause {one} for the same …"),
            format!("only clause {other} is due: {}", shown(b.once())),
        )
        .answer(
            format!("clauses {one} and {other} only the higher for the same …"),
            format!("the higher is due: {}", shown(highest)),
        )
        .help(format!("add one of them as a sentence to clause {other}"));
        self.report(question);
    }
}

/// Whether two conditions on one value cannot both hold.
fn excludes((left, how, literal): &Condition, (other_left, other_how, other): &Condition) -> bool {
    if left != other_left {
        return false;
    }
    let order = match (literal, other) {
        (Literal::Quantity(a), Literal::Quantity(b)) => a.cmp(b),
        (a, b) if a == b => std::cmp::Ordering::Equal,
        _ => return matches!((how, other_how), (Comparison::Equal, Comparison::Equal)),
    };
    let upper = |how: &Comparison| matches!(how, Comparison::AtMost | Comparison::Below | Comparison::Equal);
    let lower = |how: &Comparison| matches!(how, Comparison::AtLeast | Comparison::Above | Comparison::Equal);
    let open = |how: &Comparison| matches!(how, Comparison::Below | Comparison::Above);
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
