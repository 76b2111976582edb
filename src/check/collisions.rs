//! Two penalties that can fire for one cause: their order must be stated.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::time::Date;
use crate::base::vocabulary::Nature;
use crate::check::amended::{common_days, without_days};
use crate::check::causes::{Cause, Condition, exclude};
use crate::check::checker::Checker;
use crate::check::contract::{Opener, Sentence};

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
        for (place, Penalty { sentence: first, causes, conditions }) in penalties.iter().enumerate() {
            for Penalty { sentence: second, causes: others, conditions: more } in
                penalties.iter().skip(place.saturating_add(1))
            {
                let pair = (first.clause, second.clause);
                let same_parties = (first.payer, first.payee) == (second.payer, second.payee);
                if first.clause == second.clause || !same_parties || told.contains(&pair) {
                    continue;
                }
                let Some(since) = self.unordered_since(first, second) else { continue };
                let common = causes.iter().find(|cause| others.iter().any(|other| self.is_one(cause, other)));
                if let Some(cause) = common.filter(|_| !exclude(conditions, more)) {
                    told.push(pair);
                    self.report_collision((first, second), cause, since);
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
            let version = self.amended.meetings.get(&place).map(|(version, _)| *version);
            let own = [first, second].into_iter().find(|sentence| sentence.clause == meeting.clause);
            let holds = match own {
                Some(own) if text_of(own) == version => term(),
                Some(_) => Vec::new(),
                None => days(version),
            };
            left = without_days(&left, &holds);
        }
        left.into_iter().map(|(from, _)| from).min()
    }

    fn report_collision(&mut self, (first, second): (&Sentence, &Sentence), cause: &Cause, since: Date) {
        let number = |sentence: &Sentence| {
            self.clauses.get(sentence.clause.index()).map_or_else(String::new, |clause| clause.number.clone())
        };
        let (one, other) = (number(first), number(second));
        let (opened, _) = self.term;
        let day = if since > opened { since } else { opened.plus_days(60) };
        let from = if since > opened { format!("from {since} on ") } else { String::new() };
        let asset = self.family_paid_for(first).and_then(|family| self.families.get(family.index()));
        let asset = asset.map_or_else(|| "one case".to_owned(), |family| format!("{} X1", family.name));
        let month = format!("{}-{:02}", day.parts().0, day.parts().1);
        let what = match cause {
            Cause::Event { kind, opens, .. } => {
                let kind = self.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str());
                if *opens { format!("{asset}, `{kind}` on {day}") } else { format!("`{kind}` in {month}") }
            }
            Cause::Duty(duty, _) => {
                let name = self.obligations.get(duty.index()).map_or("", |duty| duty.name.as_str());
                format!("{asset}, `{name}` not done in time, its deadline passed on {day}")
            }
            Cause::Measure(term) => {
                let name = self.terms.get(term.index()).map_or("", |term| term.name.as_str());
                format!("`{name}` in {month}")
            }
            Cause::State(state, _) => {
                let name = self.states.get(state.index()).map_or("", |state| state.name.as_str());
                format!("the time of `{name}` in {month}")
            }
        };
        let (a, b) = (self.worked_at(first.span), self.worked_at(second.span));
        let shown = |amount: &Option<Ratio>| amount.as_ref().map_or_else(|| "its rate".to_owned(), |x| a.money(x));
        let (x, y) = (a.example(), b.example());
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
