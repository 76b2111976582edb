//! Two penalties that can fire for one cause: their order must be stated.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::TermId;
use crate::base::number::Ratio;
use crate::base::time::Date;
use crate::base::value::Literal;
use crate::base::vocabulary::{Beyond, Nature};
use crate::check::amended::{common_days, without_days};
use crate::check::bands::shown;
use crate::check::causes::{Cause, Condition, exclude};
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Basis, Opener, Sentence, TermBody};
use crate::check::value::{Node, Value, What};
use crate::check::worked::Worked;

/// A penalty, what makes it fire, and the conditions on numbers under which it is due.
struct Penalty {
    sentence: Sentence,
    causes: Vec<Cause>,
    conditions: Vec<Condition>,
}

impl Checker<'_> {
    /// Refuses two penalties of one party for one cause where no sentence says how they meet.
    pub(super) fn penalties_meet(&mut self) {
        let penalties = self.penalties();
        let mut told = Vec::new();
        for (place, penalty) in penalties.iter().enumerate() {
            let Penalty { sentence: first, causes, conditions } = penalty;
            for other in penalties.iter().skip(place.saturating_add(1)) {
                let Penalty { sentence: second, causes: others, conditions: more } = other;
                let pair = (first.clause, second.clause);
                let same_parties = (first.payer, first.payee) == (second.payer, second.payee);
                let open = self.open_meetings.iter().any(|all| all.contains(&pair.0) && all.contains(&pair.1));
                if first.clause == second.clause || !same_parties || open || told.contains(&pair) {
                    continue;
                }
                let Some(since) = self.unordered_since(first, second) else { continue };
                let common = causes.iter().find(|cause| others.iter().any(|known| self.is_one(cause, known)));
                if let Some(cause) = common.filter(|_| !exclude(conditions, more)) {
                    told.push(pair);
                    self.report_collision((penalty, other), cause, since);
                }
            }
        }
    }

    fn penalties(&self) -> Vec<Penalty> {
        let penal = |sentence: &&Sentence| matches!(sentence.nature, Nature::Indemnity | Nature::PriceReduction);
        let found: Vec<&Sentence> = self.sentences.iter().filter(penal).collect();
        if found.len() < 2 {
            return Vec::new();
        }
        let measuring = self.measuring_states();
        let with_causes = |sentence: &Sentence| {
            let mut conditions = Vec::new();
            if let Opener::When(condition) = &sentence.opener {
                self.fixed_conditions(condition, &mut conditions);
            }
            Penalty { sentence: sentence.clone(), causes: self.causes(sentence, &measuring), conditions }
        };
        found.into_iter().map(with_causes).collect()
    }

    /// The first day on which both can charge and no text in force says how their clauses meet. What one charges by a text
    /// of its clause meets the other as that text says.
    fn unordered_since(&self, first: &Sentence, second: &Sentence) -> Option<Date> {
        let term = || vec![self.term];
        let days = |version: Option<usize>| {
            version.map_or_else(term, |version| common_days(&self.amended.days(version), &term()))
        };
        let text_of = |sentence: &Sentence| self.amended.sentences.get(&sentence.id).map(|(version, _)| *version);
        let mut left = common_days(&days(text_of(first)), &days(text_of(second)));
        for (place, meeting) in self.meetings.iter().enumerate() {
            let has = |clause| meeting.all().any(|own| own == clause);
            if !has(first.clause) || !has(second.clause) {
                continue;
            }
            let said = self.amended.meetings.get(&place).copied();
            let own = [first, second].into_iter().find(|sentence| sentence.clause == meeting.clause);
            let holds = match own {
                Some(own) if text_of(own) == said.map(|(version, _)| version) => term(),
                Some(_) => Vec::new(),
                None => said.map_or_else(term, |(version, by)| self.days_decided(version, by, meeting.window)),
            };
            left = without_days(&left, &holds);
        }
        left.into_iter().map(|(from, _)| from).min()
    }

    /// The least amount of what both count at which both charge; `None` where they do not charge by an amount.
    fn least_case(&self, pair: (&Penalty, &Penalty), cause: &Cause) -> Option<Ratio> {
        let sizes = [pair.0, pair.1].map(|penalty| match (&penalty.sentence.opener, &penalty.sentence.basis) {
            (Opener::On(..), _) => Some(Ratio::ONE),
            (_, Basis::For(_, size, _)) => Some(size.clone()),
            (_, Basis::Once | Basis::Each | Basis::Event | Basis::While(..) | Basis::Lateness(..)) => None,
        });
        let step = sizes.into_iter().flatten().next()?;
        let counts = |penalty: &Penalty| {
            matches!(penalty.sentence.opener, Opener::On(..))
                || measure_of(penalty, cause).is_some_and(|term| self.counts_events(term))
        };
        let fits = match cause {
            Cause::Measure(_) => true,
            Cause::Event { .. } => counts(pair.0) && counts(pair.1),
            Cause::Duty(..) | Cause::State(..) => false,
        };
        if !fits {
            return None;
        }
        let charges = |penalty: &Penalty, amount: &Ratio| {
            let words = measure_of(penalty, cause).and_then(|term| self.terms.get(term.index()));
            let lets = words.is_none_or(|term| penalty.conditions.iter().all(|known| known.lets(&term.name, amount)));
            lets && counted(penalty, cause, amount).is_none_or(|units| !units.is_zero())
        };
        let amounts = (1..=1000).map(|count: i64| step.times(&Ratio::int(count)));
        amounts.into_iter().find(|amount| charges(pair.0, amount) && charges(pair.1, amount))
    }

    /// Whether a measure counts all events of a kind.
    fn counts_events(&self, term: TermId) -> bool {
        let body = self.terms.get(term.index()).map(|term| &term.body);
        let Some(TermBody::Measure(measure)) = body else { return false };
        let Node::Aggregate(aggregate) = &*measure.value.node else { return false };
        aggregate.what == What::Count && aggregate.filter.is_none()
    }

    /// What a penalty comes to for an amount of what it counts.
    fn charge_for(&self, penalty: &Penalty, worked: &Worked, cause: &Cause, amount: Option<&Ratio>) -> Option<Ratio> {
        let sentence = &penalty.sentence;
        let Some(amount) = amount else { return worked.example_of(&Ratio::ONE) };
        let units = counted(penalty, cause, amount).unwrap_or(Ratio::ONE);
        if matches!(sentence.opener, Opener::On(..)) {
            return Some(worked.example_of(&Ratio::ONE)?.times(&units));
        }
        let by_tiers = matches!(sentence.amount, Amount::Tiers(..)) && units != Ratio::ONE;
        worked.example_of(&units).filter(|_| !by_tiers)
    }

    /// A case in which both are charged: `crate X1, `damaged` on 2026-03-02`.
    fn both_charge_in(&self, sentence: &Sentence, cause: &Cause, day: Date, amount: Option<&Ratio>) -> String {
        let asset = self.family_paid_for(sentence).and_then(|family| self.families.get(family.index()));
        let asset = asset.map_or_else(|| "one case".to_owned(), |family| format!("{} X1", family.name));
        let month = format!("{}-{:02}", day.parts().0, day.parts().1);
        let several = amount.filter(|amount| **amount > Ratio::ONE);
        match cause {
            Cause::Event { kind, opens, .. } => {
                let kind = self.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str());
                match several {
                    Some(amount) => format!("`{kind}` {} times in {month}", amount.decimal_text(0, 4)),
                    None if *opens => format!("{asset}, `{kind}` on {day}"),
                    None => format!("`{kind}` in {month}"),
                }
            }
            Cause::Duty(duty, _) => {
                let name = self.obligations.get(duty.index()).map_or("", |duty| duty.name.as_str());
                format!("{asset}, `{name}` not done in time, its deadline passed on {day}")
            }
            Cause::Measure(term) => {
                let term = self.terms.get(term.index());
                let name = term.map_or("", |term| term.name.as_str());
                let measured = term.and_then(|term| match &term.body {
                    TermBody::Measure(measure) => several.map(|amount| shown(amount, &measure.value.kind)),
                    TermBody::Value(_) | TermBody::Unit(..) | TermBody::State(_) => None,
                });
                measured.map_or_else(|| format!("`{name}` in {month}"), |is| format!("`{name}` is {is} in {month}"))
            }
            Cause::State(state, _) => {
                let name = self.states.get(state.index()).map_or("", |state| state.name.as_str());
                format!("the time of `{name}` in {month}")
            }
        }
    }

    fn report_collision(&mut self, pair: (&Penalty, &Penalty), cause: &Cause, since: Date) {
        let (first, second) = (&pair.0.sentence, &pair.1.sentence);
        let number = |sentence: &Sentence| {
            self.clauses.get(sentence.clause.index()).map_or_else(String::new, |clause| clause.number.clone())
        };
        let (one, other) = (number(first), number(second));
        let (opened, _) = self.term;
        let day = if since > opened { since } else { opened.plus_days(60) };
        let from = if since > opened { format!("from {since} on ") } else { String::new() };
        let amount = self.least_case(pair, cause);
        let what = self.both_charge_in(first, cause, day, amount.as_ref());
        let (a, b) = (self.worked_at(first.span), self.worked_at(second.span));
        let shown = |amount: &Option<Ratio>| amount.as_ref().map_or_else(|| "its rate".to_owned(), |x| a.money(x));
        let x = self.charge_for(pair.0, &a, cause, amount.as_ref());
        let y = self.charge_for(pair.1, &b, cause, amount.as_ref());
        let sum = x.as_ref().zip(y.as_ref()).map(|(x, y)| x.plus(y));
        let highest = x.clone().zip(y.clone()).map(|(x, y)| x.max(y));
        let both = sum.map_or_else(|| "both".to_owned(), |sum| format!("together {}", a.money(&sum)));
        let supposed = if x.is_some() && y.is_some() { a.supposition_with(&b) } else { String::new() };
        let (of_one, of_other) = (shown(&x), shown(&y));
        let charged = format!("{what}: clause {one} charges {of_one}, clause {other} {of_other}, {both}{supposed}");
        let question = Diagnostic::new(
            Code::C134,
            second.span,
            format!(
                "{from}clauses {one} and {other} can both charge for one cause, and it is not said what then holds"
            ),
        )
        .label(charged)
        .and_at(first.span, format!("clause {one}"))
        .answer(format!("clause {other} adds to clause {one}"), format!("both are due: {both}"))
        .answer(
            format!("clause {other} replaces clause {one} for the same …"),
            format!("only clause {other} is due: {of_other}"),
        )
        .answer(
            format!("clauses {one} and {other} only the higher for the same …"),
            format!("the higher is due: {}", shown(&highest)),
        )
        .help(format!("add one of them as a sentence to clause {other}"));
        self.report(question);
    }
}

/// The measure by which a penalty goes that fires for a cause.
fn measure_of(penalty: &Penalty, cause: &Cause) -> Option<TermId> {
    let measure = |cause: &Cause| if let Cause::Measure(term) = cause { Some(*term) } else { None };
    measure(cause).or_else(|| penalty.causes.iter().find_map(measure))
}

/// How many units a penalty charges for an amount of what it counts; `None` where that takes more than this amount.
fn counted(penalty: &Penalty, cause: &Cause, amount: &Ratio) -> Option<Ratio> {
    let Basis::For(value, size, _) = &penalty.sentence.basis else {
        let each = matches!(penalty.sentence.opener, Opener::On(..));
        return Some(if each { amount.clone() } else { Ratio::ONE });
    };
    let of_measure =
        |value: &Value| matches!(&*value.node, Node::Term(term) if Some(*term) == measure_of(penalty, cause));
    let units = if let Node::Beyond(Beyond::Excess, part, free) = &*value.node {
        let Node::Literal(Literal::Quantity(free)) = &*free.node else { return None };
        Some(amount.minus(free).max(Ratio::ZERO)).filter(|_| of_measure(part))
    } else {
        Some(amount.clone()).filter(|_| of_measure(value))
    };
    units?.over(size)
}
