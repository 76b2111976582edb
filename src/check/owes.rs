//! Caps and minimums over clauses.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{ClauseId, ObligationId};
use crate::base::value::Kind;
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::check::contract::{Basis, Dimension, Opener, Owes, Sentence};
use crate::check::value::Node;
use crate::check::values::Context;
use crate::syntax::tree;

impl Checker<'_> {
    /// Checks a cap or minimum and takes it in.
    pub(super) fn owed(&mut self, clause: ClauseId, text: &tree::Owes) {
        if let Some(owes) = self.checked_owes(clause, text) {
            self.owes.push(owes);
        }
    }

    fn checked_owes(&mut self, clause: ClauseId, text: &tree::Owes) -> Option<Owes> {
        let party = self.party(&text.party)?;
        let payee = self.other_party(party, text.party.span)?;
        let (window, dims) = self.window_and_groups(&text.per);
        let window = window.unwrap_or_else(|| self.rhythm());
        let money = Kind::Money(self.currency);
        let context =
            Context { window: Some(window), dims: dims.clone(), expected: Some(money.clone()), ..Context::default() };
        let amount = self.value_like(&text.amount, &money, &context)?;
        let mut under = Vec::new();
        for number in &text.under {
            under.push(self.clause_id(number)?);
        }
        if under.is_empty() {
            let help = "add `under clause N`, or `under clauses N and M`";
            return self.wrong(Code::C024, text.span, "it is not said under which clauses".to_owned(), help);
        }
        let mut grows = false;
        self.visit(&amount, &mut |node, _| grows |= matches!(node, Node::Clause(_)));
        if grows && self.is_longer(window) && text.so_far.is_none() {
            self.ask_about_base(text, window);
        }
        if self.is_longer(window) && self.observes(&amount) {
            let message = format!("what is counted in a {} is not known while it runs", window.word());
            let help = "state a fixed amount, or a part of what clauses charge `of the amount so far`";
            return self.wrong(Code::C023, text.amount.span, message, help);
        }
        Some(Owes { clause, span: text.span, party, payee, kind: text.kind, amount, window, dims, under })
    }

    /// Whether a window is longer than the settlement period, so that it is not over when settled.
    fn is_longer(&self, window: WindowKind) -> bool {
        window == WindowKind::Term || window.months() > self.rhythm().months()
    }

    fn ask_about_base(&mut self, text: &tree::Owes, window: WindowKind) {
        let span = text.amount.span;
        let words = self.words(span);
        let word = window.word();
        self.report(
            Diagnostic::new(
                Code::C062,
                span,
                format!("`{words}` still grows while the {word} runs, and it is not said which amount is meant"),
            )
            .answer("of the amount so far", format!("at each settlement, what was charged in the {word} until then"))
            .answer("a fixed amount, such as 10 000.00 EUR", format!("the same in the whole {word}"))
            .help("write `of the amount so far` behind the window, or a fixed amount"),
        );
    }

    /// Checks, when every sentence is known, that a clause whose charge another reads is counted by the groups of what
    /// reads it.
    pub(super) fn check_groups_of_readers(&mut self) {
        let mut wrong = Vec::new();
        for reader in self.sentences.iter().filter(|reader| !reader.dims.is_empty()) {
            for (clause, span) in self.clauses_read_by(reader) {
                let mut own = self.sentences.iter().filter(|sentence| sentence.clause == clause);
                if let Some(other) = own.find(|sentence| !self.charges_by(sentence, &reader.dims)) {
                    wrong.push((clause, span, reader.dims.clone(), other.dims.clone()));
                }
            }
        }
        for (clause, span, dims, theirs) in wrong {
            self.report_groups(clause, span, &dims, &theirs);
        }
    }

    fn report_groups(
        &mut self,
        clause: ClauseId,
        span: crate::base::span::Span,
        dims: &[Dimension],
        theirs: &[Dimension],
    ) {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let (own, theirs) = (self.dims_in_words(dims), self.dims_in_words(theirs));
        let message = format!("this is stated {own}, but clause {number} charges {theirs}");
        let help = "state it for the groups of the clause, or define the clause's measure for these groups";
        self.wrong::<()>(Code::C023, span, message, help);
    }

    /// Checks, when every sentence is known, that what stands under a cap or minimum is counted by its groups.
    pub(super) fn check_groups_of_owes(&mut self) {
        for owes in self.owes.clone() {
            let mut under = self.sentences.iter().filter(|sentence| owes.under.contains(&sentence.clause));
            let other = under.find(|sentence| !self.charges_by(sentence, &owes.dims));
            let other = other.map(|sentence| (sentence.clause, sentence.dims.clone()));
            let Some((clause, dims)) = other else {
                continue;
            };
            self.report_groups(clause, owes.span, &owes.dims, &dims);
        }
    }

    /// Whether what a sentence charges can be had for some groups: it has them itself, or it counts events or assets one
    /// by one that have them.
    fn charges_by(&self, sentence: &Sentence, dims: &[Dimension]) -> bool {
        let duty = |id: &ObligationId| self.obligations.get(id.index()).map(|obligation| obligation.family);
        let counted = match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => Some((self.family_of(*kind), Some(*kind))),
            (Opener::Outcome(id, _), _) | (_, Basis::Lateness(id, ..)) => Some((duty(id), None)),
            (_, Basis::While(_, family, _)) => Some((Some(*family), None)),
            (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => None,
        };
        let has = |dim: &Dimension| {
            sentence.dims.contains(dim) || counted.is_some_and(|(family, kind)| dim.is_of(family, kind))
        };
        dims.iter().all(has)
    }
}
