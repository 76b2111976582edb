//! What becomes of what a cap leaves in a window: nothing, unless the text says that it is carried over. How long it is,
//! and whether it is used before the amount of the next window, is asked with what each answer would allow.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::OwedKind;
use crate::base::window::WindowKind;
use crate::check::bands::shown;
use crate::check::checker::Checker;
use crate::check::contract::{Carry, Dimension};
use crate::check::value::Value;
use crate::syntax::tree;

impl Checker<'_> {
    /// What becomes of what a cap leaves.
    pub(super) fn carry(
        &mut self,
        text: &tree::Owed,
        kind: OwedKind,
        amount: &Value,
        (window, rolling, dims): (WindowKind, Option<i64>, &[Dimension]),
    ) -> Option<Carry> {
        let Some(carry) = &text.carry else { return Some(Carry::No) };
        let lone = match (kind, window, rolling) {
            (OwedKind::AtLeast | OwedKind::Exempt(_), ..) => Some("only a cap leaves something unused"),
            (_, _, Some(_)) => Some("a rolling window has no next one: what is not used frees itself"),
            (_, WindowKind::Term, None) => Some("no term comes after the term"),
            (OwedKind::AtMost, _, None) => None,
        };
        if let Some(message) = lone {
            let help = "remove it; a cap `per year` or `per month` may carry over what it leaves";
            return self.wrong(Code::C024, carry.span, message.to_owned(), help);
        }
        let kept = match &carry.node {
            tree::Carry::No => return Some(Carry::No),
            tree::Carry::UntilUsed => Carry::UntilUsed,
            tree::Carry::Next(next, only, first) => {
                self.must_be_window(next, window)?;
                match (only, first) {
                    (false, _) => return self.ask_how_long(carry.span, &next.node, amount),
                    (true, None) => return self.ask_what_is_used_first(carry.span, &next.node, amount),
                    (true, Some(first)) => Carry::Once { first: *first },
                }
            }
        };
        if matches!(dims, [] | [Dimension::Asset(_)]) {
            return Some(kept);
        }
        let message = format!(
            "what is left {} is not carried over: since when each has a cap is not known",
            self.dims_in_words(dims)
        );
        let help = "carry it over for all together, for each asset or for each member of a family of parties";
        self.wrong(Code::C023, carry.span, message, help)
    }

    /// A cap that is stated, or one of 100, as often as told.
    fn times_the_cap(&self, amount: &Value, times: i64) -> String {
        let stated = self.constant(amount).filter(|stated| !stated.is_zero());
        shown(&stated.unwrap_or_else(|| Ratio::int(100)).times(&Ratio::int(times)), &Kind::Money(self.currency))
    }

    fn ask_how_long<T>(&mut self, span: Span, word: &str, amount: &Value) -> Option<T> {
        let times = |times| self.times_the_cap(amount, times);
        let label = format!("with a cap of {} and nothing charged in two {word}s, the third allows", times(1));
        let message = "whether what was carried over once is carried over again is not said".to_owned();
        self.report(
            Diagnostic::new(Code::C129, span, message)
                .label(label)
                .answer("unused is carried over until it is used", format!("{}: its own and that of both", times(3)))
                .answer(
                    format!("unused is carried over to the next {word} only"),
                    format!("{}: its own and that of the second", times(2)),
                )
                .help("write one of them in place of this"),
        );
        None
    }

    fn ask_what_is_used_first<T>(&mut self, span: Span, word: &str, amount: &Value) -> Option<T> {
        let times = |times| self.times_the_cap(amount, times);
        let label =
            format!("with a cap of {0}, nothing charged in a {word} and {0} in the next, the third allows", times(1));
        let message =
            format!("whether the amount of the {word} or what was carried over to it is used first is not said");
        self.report(
            Diagnostic::new(Code::C139, span, message)
                .label(label)
                .answer("used first", format!("{}: the second used what the first left, and leaves its own", times(2)))
                .answer("used last", format!("{}: the second used its own, and the rest lapsed", times(1)))
                .help("write one of them behind `only`"),
        );
        None
    }
}
