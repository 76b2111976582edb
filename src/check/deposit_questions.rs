//! What is asked about deposits.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::vocabulary::{Matching, Nature};
use crate::check::checker::Checker;
use crate::check::contract::{Basis, Opener, Sentence};
use crate::check::deposits::Deposit;
use crate::check::value::Value;
use crate::check::worked::costing;
use crate::syntax::tree::{Payment, Word};

impl Checker<'_> {
    pub(super) fn ask_about_matching(&mut self, span: Span, deposit: &Deposit, taken: Option<&Sentence>) {
        let number = self.clauses.get(deposit.clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let worked = self.worked_at(taken.map_or(span, |taken| taken.span));
        self.report(
            Diagnostic::new(Code::C120, span, format!("it is not said which deposit of clause {number} this ends"))
                .label(format!("each of them is {}", worked.units(1)))
                .answer(
                    "matched by serial",
                    "the one paid for this very asset, at its amount and age; without one nothing comes back",
                )
                .answer("oldest first", "the one paid first of all that are held, whatever the asset")
                .answer("latest first", "the one paid last of all that are held, whatever the asset")
                .help("write one of them before `as`"),
        );
    }

    pub(super) fn ask_about_rest(&mut self, payment: &Payment, number: &Word, share: &Value) {
        let Some(span) = self.deposit_beside(&number.node).map(|taken| taken.span) else { return };
        let worked = self.worked_at(span);
        let least = self.least_share(share).filter(|least| *least < Ratio::ONE);
        let label = match &least {
            Some(least) => {
                let percent = least.times(&Ratio::int(100)).decimal_text(0, 4);
                let left = worked.units(Ratio::ONE.minus(least));
                format!("where {percent} % come back, {left} are left")
            }
            None => "where not all of it comes back, something is left".to_owned(),
        };
        self.report(
            Diagnostic::new(
                Code::C121,
                payment.nature.span,
                "it is not said what becomes of the part that is not paid back",
            )
            .label(label)
            .answer(
                "as deposit, the rest as indemnity",
                "it is kept as damages: the deposit is cleared, and as much is charged",
            )
            .answer(
                "as deposit, the rest as sale",
                "the asset is sold for it: the deposit is cleared, and as much is charged with the tax of a sale",
            )
            .answer("as deposit, the rest stays held", "it goes on being a deposit until another sentence ends it")
            .help("write one of them behind `as deposit`"),
        );
    }

    pub(super) fn ask_about_second_deposits(&mut self, deposit: &Deposit, taken: Option<&Sentence>) {
        let Some(taken) = taken else { return };
        if deposit.matching != Matching::Serial || self.conventions.second_deposit.is_some() {
            return;
        }
        let worked = self.worked_at(taken.span);
        self.ask_once(
            Diagnostic::new(
                Code::C122,
                taken.span,
                "it is not said what a second deposit for an asset does while one is held",
            )
            .label("paid twice without a return between")
            .answer("a second deposit is not charged", format!("the one that is held covers it: {}", worked.units(1)))
            .answer("a second deposit is held too", format!("{}; the next return gives both back", worked.units(2)))
            .help("answer it in `conventions`"),
        );
    }

    /// Asks whether a deposit that is kept is less by its age, where the time that the asset is out is paid for too.
    pub(super) fn ask_about_decay(&mut self) {
        for (span, number, version) in std::mem::take(&mut self.kept_whole) {
            self.version = version;
            let Some(taken) = self.deposit_beside(&number).map(|payment| payment.span) else { continue };
            let Some(taken) = self.sentences.iter().find(|sentence| sentence.span == taken).cloned() else { continue };
            let Opener::On(kind, _) = &taken.opener else { continue };
            let family = self.family_of(*kind);
            let is_hire = |sentence: &&Sentence| {
                matches!(&sentence.basis, Basis::While(_, own, _) if Some(*own) == family)
                    && (sentence.payer, sentence.payee) == (taken.payer, taken.payee)
                    && matches!(sentence.nature, Nature::Price | Nature::Fee)
            };
            let Some(hire) = self.sentences.iter().find(is_hire).map(|hire| hire.span) else { continue };
            self.report_decay(span, hire, (&number, &taken));
        }
        self.version = None;
    }

    fn report_decay(&mut self, span: Span, hire: Span, (number, taken): (&str, &Sentence)) {
        let event = match &taken.opener {
            Opener::On(kind, _) => self.kinds.get(kind.index()).map_or("", |kind| kind.name.as_str()),
            Opener::Always | Opener::When(_) | Opener::Each(_) | Opener::Outcome(..) => "",
        };
        let by_age = format!("pays by time since {event} {{ … }} of clause {number} … the rest as …");
        let worked = self.worked_at(taken.span);
        let (whole, half) = (worked.units(1), worked.units(Ratio::new(1, 2).unwrap_or_default()));
        self.report(
            Diagnostic::new(
                Code::C138,
                span,
                format!("the deposit of clause {number} is kept, and it is not said whether it is less the longer the hire was paid"),
            )
            .and_at(hire, "the time that it is out is paid for too")
            .answer(format!("keeps clause {number} in full"), costing("beside all of the hire", Some(whole)))
            .answer(by_age, costing("by its age a share comes back, and the rest is kept", Some(format!("where half comes back, {half} are kept"))))
            .help("write `in full` behind the clause, or pay a share back in place of `keeps`"),
        );
    }

    pub(super) fn ask_about_lone_returns(&mut self, payment: &Payment, number: &Word) {
        if self.conventions.lone_return.is_some() {
            return;
        }
        let Some(span) = self.deposit_beside(&number.node).map(|taken| taken.span) else { return };
        let worked = self.worked_at(span);
        let before = if self.begin_later() { "the records begin" } else { "the term" };
        self.ask_once(
            Diagnostic::new(Code::C123, payment.span, "it is not said what a return means for which no deposit is known")
                .label("the records may begin after the contract, so that its deposit is not among them")
                .answer("a return without a deposit is listed", "nothing comes back, and the statement counts such returns")
                .answer(
                    "a return without a deposit is held",
                    format!("{} may be owed: the line is held until its deposit is recorded, with a day before {before} if need be", worked.units(1)),
                )
                .help("answer it in `conventions`"),
        );
    }
}
