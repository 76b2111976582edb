//! The payment that a place of the text is about: the one there, or the nearest one that depends on what stands there.
//!
//! A place is one of a document: offsets alone say nothing. Where amendments give a clause several texts, only those
//! count that can hold beside the text in which the place is, and first those in force on the first day of that text.

use crate::base::span::Span;
use crate::check::amended::common_days;
use crate::check::checker::Checker;
use crate::check::contract::Sentence;
use crate::check::worked::DEEPEST;
use crate::syntax::tree::{self, Clause, DefineBody, Item, Payment};

/// A payment and the clause in whose text it stands.
#[derive(Clone, Copy)]
pub(super) struct Paid<'a> {
    pub(super) clause: &'a Clause,
    pub(super) payment: &'a Payment,
}

/// How near a text is to another one beside which it can hold: its own text, then one in force on its first day.
type Nearness = (bool, bool);

/// What has a name that payments read, its piece of the text, and the version of a clause in which it stands.
struct Named<'a> {
    name: &'a str,
    piece: Span,
    version: Option<usize>,
}

impl<'a> Checker<'a> {
    /// The payment at a place, or the nearest that depends on what stands there; one with a fixed rate by time comes
    /// before another one that is as near.
    pub(super) fn payment_at(&self, span: Span) -> Option<(&'a Clause, &'a Payment)> {
        let all = self.payments_beside(None);
        if let Some(found) = all.iter().find(|paid| paid.payment.span.holds(span)) {
            return Some((found.clause, found.payment));
        }
        let named = self.named_pieces();
        let there = named.iter().find(|named| named.piece.holds(span));
        let version = there.map_or(self.version, |named| named.version);
        let payments = self.payments_beside(version);
        let mut near: Vec<&str> = there.map_or_else(|| words_in(self.sources.text_of(span)), |named| vec![named.name]);
        let mut seen = near.clone();
        for _ in 0..DEEPEST {
            let reads = |piece: Span| {
                let text = self.sources.text_of(piece);
                words_in(text).into_iter().any(|word| near.contains(&word))
            };
            let readers = payments.iter().filter(|paid| reads(paid.payment.span));
            let best = readers.min_by_key(|paid| {
                let worked = self.worked(paid.clause, paid.payment);
                let nearness = self.nearness(version, self.version_at(paid.clause));
                (nearness, worked.rate.is_none(), worked.time.is_none())
            });
            if let Some(found) = best {
                return Some((found.clause, found.payment));
            }
            near = named
                .iter()
                .filter(|named| !seen.contains(&named.name) && reads(named.piece))
                .filter(|named| self.nearness(version, named.version).is_some())
                .map(|named| named.name)
                .collect();
            seen.extend(&near);
        }
        None
    }

    /// The payments that can be charged beside a text of a clause, or beside what is in no such text; the nearest first.
    pub(super) fn payments_beside(&self, version: Option<usize>) -> Vec<Paid<'a>> {
        let mut found = Vec::new();
        for clause in self.all_clauses() {
            let Some(nearness) = self.nearness(version, self.version_at(clause)) else { continue };
            for sentence in &clause.sentences {
                if let tree::Sentence::Pays(payment) = sentence {
                    found.push((nearness, Paid { clause, payment }));
                }
            }
        }
        found.sort_by_key(|(nearness, _)| *nearness);
        found.into_iter().map(|(_, paid)| paid).collect()
    }

    /// How near a text is to another one, the nearest first; `None` where they never hold on one day.
    pub(super) fn nearness(&self, version: Option<usize>, other: Option<usize>) -> Option<Nearness> {
        let Some(version) = version else {
            let first = other.is_none_or(|other| self.amended.governs_on(other, self.term.0));
            return Some((false, !first));
        };
        let days = self.amended.days(version);
        let days_of_other = other.map_or_else(|| vec![self.term], |other| self.amended.days(other));
        let first = days.iter().map(|(from, _)| *from).min();
        let on_first = first.is_some_and(|first| other.is_none_or(|other| self.amended.governs_on(other, first)));
        let beside = other == Some(version) || !common_days(&days, &days_of_other).is_empty();
        beside.then_some((other != Some(version), !on_first))
    }

    /// The sentence of which the text is nearest to a version.
    pub(super) fn nearest<'s>(&self, version: Option<usize>, sentences: &'s [Sentence]) -> Option<&'s Sentence> {
        let text_of = |sentence: &Sentence| self.amended.sentences.get(&sentence.id).map(|(version, _)| *version);
        sentences.iter().min_by_key(|sentence| {
            let nearness = self.nearness(version, text_of(sentence));
            (nearness.is_none(), nearness)
        })
    }

    /// The payment that takes the deposits of a clause, in the text of it that is nearest to the one being checked.
    pub(super) fn deposit_beside(&self, number: &str) -> Option<&'a Payment> {
        let taking = self.deposit_payments(number);
        let mut near = self.payments_beside(self.version).into_iter().map(|paid| paid.payment);
        near.find(|payment| taking.iter().any(|taken| taken.span == payment.span))
    }

    /// What has a name that payments read: definitions and obligations.
    fn named_pieces(&self) -> Vec<Named<'a>> {
        let mut found = Vec::new();
        for item in &self.file.items {
            if let Item::Define(define) = item {
                let end = match &define.body {
                    DefineBody::Value(value) => value.span,
                    DefineBody::Open(open) => open.otherwise.span,
                    DefineBody::State { to, .. } => to.name.span,
                };
                found.push(Named { name: &define.name.node, piece: define.name.span.to(end), version: None });
            }
        }
        let duties = self.declared_obligations.iter().zip(&self.declared_in);
        found.extend(duties.map(|(duty, version)| Named {
            name: &duty.name.node,
            piece: duty.span,
            version: *version,
        }));
        found
    }
}

/// The words of a piece of text.
fn words_in(text: &str) -> Vec<&str> {
    text.split(|letter: char| !letter.is_alphanumeric() && letter != '_').filter(|word| !word.is_empty()).collect()
}
