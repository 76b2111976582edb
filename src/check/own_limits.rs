//! Limits that stand in the clause itself, and who reads that clause by finer groups: what such a limit takes back is known for
//! its own groups alone.

use crate::base::code::Code;
use crate::base::ids::ClauseId;
use crate::base::span::Span;
use crate::base::vocabulary::Meet;
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, Owes, Who};

impl Checker<'_> {
    /// Checks, when every sentence is known, that a clause that has a limit of its own is read by the groups of that limit.
    pub(super) fn check_groups_of_own_limits(&mut self) {
        let own: Vec<Owes> = self.owes.iter().filter(|owes| owes.under == [owes.clause]).cloned().collect();
        let mut read: Vec<(ClauseId, Span, Vec<Dimension>)> = Vec::new();
        for sentence in self.sentences.iter().filter(|_| !own.is_empty()) {
            let clauses = self.clauses_read_by(sentence).into_iter();
            read.extend(clauses.map(|(clause, span)| (clause, span, sentence.dims.clone())));
        }
        for owes in self.owes.iter().filter(|_| !own.is_empty()) {
            // The order of limits over one clause is asked for by itself.
            let mut clauses: Vec<ClauseId> = owes.netted.iter().flatten().copied().collect();
            clauses.extend(self.clauses_of_amount(owes));
            read.extend(clauses.into_iter().map(|clause| (clause, owes.span, owes.dims.clone())));
        }
        for meeting in self.meetings.iter().filter(|meeting| meeting.how != Meet::AddsTo && !own.is_empty()) {
            read.extend(meeting.all().map(|clause| (clause, meeting.span, meeting.dims.clone())));
        }
        for (clause, span, dims) in read {
            let limit = own.iter().find(|owes| owes.clause == clause && !self.limits_by(owes, &dims));
            if let Some(limit) = limit.cloned() {
                self.report_own_limit(&limit, span, &dims);
            }
        }
    }

    /// Whether what a limit takes back can be had for some groups: it has them itself, or it is that of a party.
    fn limits_by(&self, owes: &Owes, dims: &[Dimension]) -> bool {
        let of_member = [owes.party, owes.payee].iter().any(|who| matches!(who, Who::Group(_)));
        dims.iter().all(|dim| owes.dims.contains(dim) || (of_member && self.holds_party(*dim)))
    }

    fn report_own_limit(&mut self, limit: &Owes, span: Span, dims: &[Dimension]) {
        let number = self.clauses.get(limit.clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let (own, theirs) = (self.dims_in_words(dims), self.dims_in_words(&limit.dims));
        let message = format!(
            "this is stated {own}, but the limit in clause {number} holds {theirs}: what it takes back has no part for each"
        );
        let help = "state the limit for the same groups, or in a clause of its own";
        self.wrong::<()>(Code::C023, span, message, help);
    }
}
