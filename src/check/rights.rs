//! Rights and warnings: what a party may do when a condition holds. They move no money.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{ClauseId, FamilyId, IndexationId};
use crate::base::movement::{Since, Way};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::vocabulary::Chain;
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::check::contract::{Dimension, Opener, Who};
use crate::check::parties::AtHand;
use crate::check::payments::Opened;
use crate::check::value::{Node, Value};
use crate::check::values::{Context, Ranks};
use crate::syntax::tree;

/// A right or warning that moves no money.
#[derive(Clone, PartialEq, Debug)]
pub struct Right {
    /// The clause in which it stands.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// Who has it.
    pub party: Who,
    /// What it is.
    pub text: String,
    /// When it holds.
    pub holds: Holds,
    /// Its window.
    pub window: WindowKind,
    /// Its groups.
    pub dims: Vec<Dimension>,
}

/// When a right holds.
#[derive(Clone, PartialEq, Debug)]
pub enum Holds {
    /// When a condition does, or something happened.
    Opened(Opener),
    /// On each day on which a coefficient moved so far.
    Moves(Notice),
}

/// How far the coefficient of an indexation must move.
#[derive(Clone, PartialEq, Debug)]
pub struct Notice {
    /// The indexation.
    pub indexation: IndexationId,
    /// Which movements count.
    pub way: Way,
    /// How far: 0.05 for 5 %.
    pub threshold: Ratio,
    /// Whether a movement by just so much counts.
    pub included: bool,
    /// What the coefficient is compared with.
    pub since: Since,
    /// Whether it is that after the limits of the indexation.
    pub after_limits: bool,
    /// The condition in the text.
    pub span: Span,
}

impl Checker<'_> {
    /// Checks a right and takes it in.
    pub(super) fn right(&mut self, clause: ClauseId, text: &tree::Right) {
        if let Some(right) = self.checked_right(clause, text) {
            self.rights.push(right);
        }
    }

    fn checked_right(&mut self, clause: ClauseId, text: &tree::Right) -> Option<Right> {
        if text.text.node.trim().is_empty() {
            let help = "say it in quotes: `customer may \"end this contract\"`";
            self.wrong::<()>(Code::C024, text.text.span, "it is not said what the party may do".to_owned(), help);
        }
        let text_of = text.text.node.split_whitespace().collect::<Vec<_>>().join(" ");
        let (party, holds, window, dims) = match &text.holds {
            Some(tree::Holds::Moves(moves)) => {
                let at = AtHand { kind: None, family: None, dims: &[], duty: None };
                let party = self.who(&text.party, text.each_party, at);
                (party, Holds::Moves(self.notice(moves)?), WindowKind::Day, Vec::new())
            }
            Some(tree::Holds::Opened(opener)) => self.holds_when(text, Some(opener))?,
            None => self.holds_when(text, None)?,
        };
        Some(Right { clause, span: text.span, party: party?, text: text_of, holds, window, dims })
    }

    fn holds_when(
        &mut self,
        text: &tree::Right,
        opener: Option<&tree::Opener>,
    ) -> Option<(Option<Who>, Holds, WindowKind, Vec<Dimension>)> {
        let opened = self.opened_right(text, opener)?;
        let mut dims = self.dims_of_right(&opened);
        let duty = if let Opener::Outcome(duty, _) = &opened.opener { Some(*duty) } else { None };
        let at = AtHand { kind: opened.context.kind, family: opened.context.family, dims: &dims, duty };
        let party = self.who(&text.party, text.each_party, at);
        // A member has the right by the group that it is.
        if let Some(Who::Group(dim)) = party
            && !dims.contains(&dim)
        {
            dims.push(dim);
        }
        if let Opener::When(condition) = &opened.opener {
            self.refuse_charges_by_group(condition, &dims)?;
        }
        let window = opened.context.window.unwrap_or_else(|| self.rhythm());
        Some((party, Holds::Opened(opened.opener), window, dims))
    }

    fn opened_right(&mut self, text: &tree::Right, opener: Option<&tree::Opener>) -> Option<Opened> {
        match opener {
            Some(tree::Opener::On(event)) => {
                let kind = self.kind(&event.name)?;
                let context = Context { ranks: Ranks::Right, ..Context::of_event(kind, self.family_of(kind)) };
                let filter = self.filter(event.filter.as_deref(), &context)?;
                self.ranks_of_right_fit(kind, filter.as_ref())?;
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

    fn notice(&mut self, text: &tree::Moves) -> Option<Notice> {
        let id = self.indexation_named(&text.name);
        let threshold = self.movement(&text.threshold)?;
        if threshold.is_negative() {
            let help = "write how far it must fall: `falls by at least 3%`";
            let message = "a movement is not smaller than nothing".to_owned();
            return self.wrong(Code::C005, text.threshold.span, message, help);
        }
        let indexation = id?;
        let Some(since) = text.since else {
            self.ask_since_when(text, &threshold);
            return None;
        };
        let checked = self.indexations.get(indexation.index()).and_then(Option::as_ref);
        let stepwise = checked.is_some_and(|own| matches!(own.chain, Chain::Rounded(_)));
        if stepwise && text.after_limits && since == Since::Contract {
            let help = "measure it `before limits`, or `per revision`";
            let message =
                "amounts that are rounded at each revision have no coefficient in all after limits".to_owned();
            return self.wrong(Code::C024, text.span, message, help);
        }
        Some(Notice {
            indexation,
            way: text.way,
            threshold,
            included: text.included,
            since,
            after_limits: text.after_limits,
            span: text.span,
        })
    }

    /// Two steps of nine tenths of the threshold each: neither reaches it, both do.
    fn ask_since_when(&mut self, text: &tree::Moves, threshold: &Ratio) {
        let step = threshold.times(&Ratio::scaled(9, 1));
        let step = if text.way == Way::Down { step.negated() } else { step };
        let one = Ratio::ONE.plus(&step);
        let both = one.times(&one).minus(&Ratio::ONE);
        let shown = |share: &Ratio| format!("{}%", share.abs().times(&Ratio::int(100)).decimal_text(0, 4));
        let (way, name) = (if text.way == Way::Down { "falls" } else { "rises" }, &text.name.node);
        let (each, both) = (shown(&step), shown(&both));
        self.report(
            Diagnostic::new(Code::C128, text.span, format!("it is not said since when `{name}` has moved so far"))
                .label(format!("when the coefficient {way} by {each} at two revisions"))
                .answer("per revision", format!("since the revision before: by {each} and {each}, no right"))
                .answer("in all", format!("since the contract: by {both} in all, with the second revision a right"))
                .help("write one of them behind the percentage"),
        );
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
        let states = |text: &&tree::Clause| {
            text.number.node == number.node
                && text.sentences.iter().any(|sentence| matches!(sentence, tree::Sentence::Right(_)))
        };
        let stated = self.all_clauses().iter().any(states);
        if !stated && !self.rights.iter().any(|right| right.clause == clause) {
            let message = format!("clause {} gives no right that could apply", number.node);
            let help = "expect an amount of a clause that moves money: `expect clause N in PERIOD = AMOUNT`";
            self.wrong::<()>(Code::C032, number.span, message, help);
        }
    }
}
