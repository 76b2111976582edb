//! What is read of a clause that another clause limits: as it charges, or after the limit.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::ClauseId;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::vocabulary::{Operator, OwedKind};
use crate::check::checker::Checker;
use crate::check::clauses::values_of;
use crate::check::contract::TermBody;
use crate::check::value::{Node, Value};
use crate::check::worked::costing;

/// A clause that is read, where, and the fixed share of it that is taken.
type Read = (ClauseId, Span, Option<Ratio>);

impl Checker<'_> {
    /// Asks, when every sentence is known, whether a clause is read before or after what other clauses limit it to.
    pub(super) fn ask_about_charges(&mut self) {
        let sentences = self.sentences.iter().map(|sentence| (sentence.clause, values_of(sentence)));
        let owed = self.owes.iter().map(|owes| (owes.clause, vec![&owes.amount]));
        let (mut asked, mut empty) = (Vec::new(), Vec::new());
        for (reader, values) in sentences.chain(owed) {
            let mut reads = Vec::new();
            values.iter().for_each(|value| self.clauses_read(value, None, &mut reads));
            for (clause, span, share) in &reads {
                let charges = self.sentences.iter().any(|sentence| sentence.clause == *clause);
                let limits = self.owes.iter().any(|owes| owes.clause == *clause);
                if limits && !charges {
                    empty.push((*clause, *span));
                }
                let others = self.owes.iter().filter(|owes| owes.under.contains(clause));
                let limit =
                    others.map(|owes| (owes.clause, owes.kind)).find(|(limit, _)| limit != clause && *limit != reader);
                let Some(limit) = limit else { continue };
                if !self.as_charged.contains(span) {
                    asked.push((*clause, limit, *span, share.clone()));
                }
            }
        }
        for (clause, span) in empty {
            let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
            let message = format!("clause {number} limits other clauses and charges nothing of its own");
            self.wrong::<()>(Code::C022, span, message, "read a clause that charges something");
        }
        for (clause, limit, span, share) in asked {
            self.ask_about_charge((clause, limit), span, share.as_ref());
        }
    }

    fn ask_about_charge(
        &mut self,
        (clause, (limit, kind)): (ClauseId, (ClauseId, OwedKind)),
        span: Span,
        share: Option<&Ratio>,
    ) {
        let number =
            |id: ClauseId| self.clauses.get(id.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let (read, by) = (number(clause), number(limit));
        let worked = self.worked_at(span);
        let cost = |amount: i64| {
            let share = share?;
            let percent = share.times(&Ratio::int(100)).decimal_text(0, 4);
            Some(format!(
                "{percent}% of {} = {}",
                worked.money(&Ratio::int(amount)),
                worked.money(&share.times(&Ratio::int(amount)))
            ))
        };
        let message =
            format!("it is not said whether clause {read} is read before or after what clause {by} limits it to");
        let (charged, moved) = (worked.money(&Ratio::int(1000)), worked.money(&Ratio::int(300)));
        let (does, after) = match kind {
            OwedKind::AtLeast => (format!("adds {moved} up to its minimum"), 1300),
            OwedKind::AtMost | OwedKind::Exempt(_) => (format!("takes {moved} of it back"), 700),
        };
        let question = Diagnostic::new(Code::C182, span, message)
            .label(format!("where clause {read} charges {charged} and clause {by} {does}"))
            .answer(format!("clause {read} as charged"), costing(format!("before clause {by}"), cost(1000)))
            .answer(
                format!("the limit of clause {by} in clause {read} itself"),
                costing("a clause is read after its own limits", cost(after)),
            )
            .help(format!("write `clause {read} as charged` here, or state the limit in clause {read}"));
        self.report(question);
    }

    /// The clauses that a value reads, over definitions.
    fn clauses_read(&self, value: &Value, share: Option<&Ratio>, found: &mut Vec<Read>) {
        if let Node::Clause(clause, _) = &*value.node {
            found.push((*clause, value.span, share.cloned()));
        }
        if let Node::Arithmetic(Operator::Times, factor, inner) = &*value.node
            && let Some(factor) = self.constant(factor)
        {
            return self.clauses_read(inner, Some(&factor), found);
        }
        if let Node::Term(id) = &*value.node
            && let Some(TermBody::Value(value)) = self.terms.get(id.index()).map(|term| &term.body)
        {
            self.clauses_read(value, None, found);
        }
        value.node.parts().into_iter().for_each(|part| self.clauses_read(part, None, found));
    }
}
