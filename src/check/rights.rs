//! Rights and warnings: what a party may do when a condition holds. They move no money.

use crate::base::code::Code;
use crate::base::ids::{ClauseId, FamilyId};
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, Opener, Right};
use crate::check::payments::Opened;
use crate::check::value::{Node, Value};
use crate::check::values::Context;
use crate::syntax::tree;

impl Checker<'_> {
    /// Checks a right and takes it in.
    pub(super) fn right(&mut self, clause: ClauseId, text: &tree::Right) {
        if let Some(right) = self.checked_right(clause, text) {
            self.rights.push(right);
        }
    }

    fn checked_right(&mut self, clause: ClauseId, text: &tree::Right) -> Option<Right> {
        let party = self.party(&text.party);
        if text.text.node.trim().is_empty() {
            let help = "say it in quotes: `customer may \"end this contract\"`";
            self.wrong::<()>(Code::C024, text.text.span, "it is not said what the party may do".to_owned(), help);
        }
        let opened = self.opened_right(text)?;
        let dims = self.dims_of_right(&opened);
        if let Opener::When(condition) = &opened.opener {
            self.refuse_charges_by_group(condition, &dims)?;
        }
        let window = opened.context.window.unwrap_or_else(|| self.rhythm());
        let text_of = text.text.node.split_whitespace().collect::<Vec<_>>().join(" ");
        Some(Right { clause, span: text.span, party: party?, text: text_of, opener: opened.opener, window, dims })
    }

    fn opened_right(&mut self, text: &tree::Right) -> Option<Opened> {
        match &text.opener {
            Some(tree::Opener::On(event)) => {
                let kind = self.kind(&event.name)?;
                let context = Context::of_event(kind, self.family_of(kind));
                let filter = self.filter(event.filter.as_deref(), &context)?;
                Some(Opened { opener: Opener::On(kind, filter), context })
            }
            Some(tree::Opener::When(condition)) => {
                let groups = self.groups_of_condition(condition);
                self.opened_when(condition, groups)
            }
            Some(tree::Opener::Each(_)) | None => {
                let help =
                    "open it with `when CONDITION` or `on EVENT`; what a party may always do stands in the prose";
                self.wrong(Code::C024, text.span, "it is not said when the party may do this".to_owned(), help)
            }
        }
    }

    /// What happens to an asset gives the right for that asset.
    fn dims_of_right(&self, opened: &Opened) -> Vec<Dimension> {
        let asset = |family: Option<FamilyId>| family.map(Dimension::Asset).into_iter().collect();
        match &opened.opener {
            Opener::On(kind, _) => asset(self.family_of(*kind)),
            Opener::Outcome(obligation, _) => {
                asset(self.obligations.get(obligation.index()).map(|obligation| obligation.family))
            }
            Opener::Always | Opener::When(_) | Opener::Each(_) => opened.context.dims.clone(),
        }
    }

    /// What a clause charges is read for all together only.
    fn refuse_charges_by_group(&mut self, condition: &Value, dims: &[Dimension]) -> Option<()> {
        let mut charges = false;
        self.visit(condition, &mut |node, _| charges |= matches!(node, Node::Clause(..)));
        if !charges || dims.is_empty() {
            return Some(());
        }
        let message = format!("what a clause charges is not asked {} here", self.dims_in_words(dims));
        self.wrong(Code::C023, condition.span, message, "compare it with a number that is counted for all together")
    }

    /// A clause of which it is expected that it applies gives a right.
    pub(super) fn expected_right(&mut self, number: &tree::Word) {
        let Some(clause) = self.clause_id(number) else { return };
        if !self.rights.iter().any(|right| right.clause == clause) {
            let message = format!("clause {} gives no right that could apply", number.node);
            let help = "expect an amount of a clause that moves money: `expect clause N in PERIOD = AMOUNT`";
            self.wrong::<()>(Code::C032, number.span, message, help);
        }
    }
}
