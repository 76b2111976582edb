//! Obligations that numbers count: each has one text, and is of the one who owes it.

use crate::base::code::Code;
use crate::base::ids::ObligationId;
use crate::base::span::Span;
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, TermBody, Who};
use crate::check::value::{Node, Over};

impl Checker<'_> {
    /// Checks, when every obligation is known, the numbers that count how they ended.
    pub(super) fn check_counted_duties(&mut self) {
        let mut counted: Vec<(ObligationId, Span, Vec<Dimension>)> = Vec::new();
        for term in &self.terms {
            let TermBody::Measure(measure) = &term.body else { continue };
            self.visit(&measure.value, &mut |node, _| {
                if let Node::Aggregate(aggregate) = node
                    && let Over::Duties(duty, _) = aggregate.over
                {
                    counted.push((duty, aggregate.span, measure.dims.clone()));
                }
            });
        }
        for (duty, span, dims) in counted {
            self.one_text(duty, span);
            self.of_who_owes(duty, span, &dims);
        }
    }

    fn one_text(&mut self, duty: ObligationId, span: Span) {
        if self.amended.obligations.contains_key(&duty) {
            let name = self.obligations.get(duty.index()).map(|duty| duty.name.clone()).unwrap_or_default();
            let message = format!("an amendment changes the clause that states `{name}`, and a number has one text");
            let help = "state the obligation in a clause that no amendment changes";
            self.wrong::<()>(Code::C167, span, message, help);
        }
    }

    /// An obligation of a member is counted by the member that owes it, whoever has the asset.
    fn of_who_owes(&mut self, duty: ObligationId, span: Span, dims: &[Dimension]) {
        let Some(Who::Group(party)) = self.obligations.get(duty.index()).map(|duty| duty.party) else { return };
        let owes = |dim: &Dimension| matches!(dim, Dimension::Asset(family) if self.members_of(party) == Some(*family));
        let Some(other) = dims.iter().copied().find(|dim| self.holds_party(*dim) && !owes(dim)) else { return };
        let family = self.members_of(party).and_then(|family| self.families.get(family.index()));
        let family = family.map_or("PARTY", |family| family.name.as_str());
        let help = format!("count `per {family}`: then it is of the one who owes it");
        let message = format!("this is not counted {}", self.dims_in_words(&[other]));
        self.wrong::<()>(Code::C023, span, message, help);
    }
}
