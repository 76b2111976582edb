//! In which window of a cap an amount counts that is corrected later: in that to which it belongs, or in that of the
//! settlement that pays it.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::{Corrected, CorrectedIn, OwedKind};
use crate::base::window::WindowKind;
use crate::check::bands::shown;
use crate::check::checker::Checker;
use crate::check::contract::{Carry, Owes};
use crate::check::worked::costing;

impl Checker<'_> {
    /// Takes the convention in. What a settlement pays depends on what was settled before, which is not kept.
    pub(super) fn corrected_in(&mut self, answer: CorrectedIn, span: Span) {
        self.conventions.corrected_in = Some(answer);
        if answer == CorrectedIn::Paying {
            let message = "what a settlement pays depends on what was settled before, which is not kept yet".to_owned();
            let help = "write `corrected amounts count in the window that they concern`, or `late events do not count`";
            self.wrong::<()>(Code::C137, span, message, help);
        }
    }

    /// Asks where a cap, minimum or exemption holds over several settlement periods, or leaves something to them, and what stands under it can be
    /// corrected after its window: over all of the term there is one window only, and a statement that is issued anew
    /// stands in its own.
    pub(super) fn ask_about_corrected_amounts(&mut self) {
        let corrected = matches!(self.conventions.corrected, Some(Corrected::NextSettlement | Corrected::CreditNote));
        if !corrected || self.conventions.corrected_in.is_some() {
            return;
        }
        let concerned = |owes: &&Owes| {
            let several = self.is_longer(owes.window) && owes.window != WindowKind::Term;
            let mut under = self.sentences.iter().filter(|sentence| owes.under.contains(&sentence.clause));
            let carried = owes.carry != Carry::No;
            (several || carried || owes.rolling.is_some()) && under.any(|sentence| self.hangs_on_events(sentence))
        };
        let Some(owes) = self.owes.iter().find(concerned).cloned() else { return };
        let (what, word) = match owes.kind {
            OwedKind::AtMost => ("cap", "uses up"),
            OwedKind::AtLeast => ("minimum", "makes up"),
            OwedKind::Exempt(_) => ("exemption", "uses up"),
        };
        let window = if owes.rolling.is_some() { "rolling window" } else { owes.window.word() };
        let fixed = self.constant(&owes.amount).filter(|_| owes.kind == OwedKind::AtMost);
        let tenths = |part: i128| {
            let money = Kind::Money(self.currency);
            fixed.as_ref().map(|cap| shown(&cap.times(&Ratio::new(part, 10).unwrap_or_default()), &money))
        };
        let label = tenths(9).zip(tenths(3)).map_or_else(String::new, |(used, late)| {
            format!("with {used} charged in a {window} and {late} more known after it, which would be due in full in the next one")
        });
        self.ask_once(
            Diagnostic::new(
                Code::C136,
                owes.span,
                format!("an amount that is corrected after the {window} {word} one {what} or the next one, and it is not said which"),
            )
            .label(label)
            .answer(
                "corrected amounts count in the window that they concern",
                costing(
                    "as if they had been known in time",
                    tenths(1).map(|left| format!("{left} of them are paid, the rest of that {what}")),
                ),
            )
            .answer(
                "corrected amounts count in the window that pays them",
                costing(
                    "under what is left when they are paid; it cannot be settled yet",
                    tenths(3).map(|all| format!("{all} are paid")),
                ),
            )
            .help("answer it in `conventions`"),
        );
    }
}
