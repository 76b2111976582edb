//! Tax on what is paid: its rates by the nature of money, and the questions that a rate raises.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::span::{Span, Spanned};
use crate::base::vocabulary::{Nature, RoundingPlace, TaxedAmounts};
use crate::check::checker::Checker;

/// What the conventions say about tax.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Taxes {
    /// Rates and the natures that bear them.
    pub rates: Vec<(Ratio, Vec<Nature>)>,
    /// Natures outside the scope of tax.
    pub free: Vec<Nature>,
    /// Whether amounts are stated before tax.
    pub amounts: Option<TaxedAmounts>,
    /// How tax is rounded.
    pub rounding: Option<(Rounding, RoundingPlace)>,
    /// Where tax is first spoken of.
    pub span: Option<Span>,
}

impl Taxes {
    fn covers(&self, nature: Nature) -> bool {
        self.free.contains(&nature) || self.rates.iter().any(|(_, natures)| natures.contains(&nature))
    }
}

impl Checker<'_> {
    /// `tax 20% on price, fee`; without a rate `no tax on indemnity`.
    pub(super) fn tax(&mut self, rate: Option<&Spanned<Ratio>>, natures: &[Spanned<Nature>], span: Span) {
        self.conventions.taxes.span.get_or_insert(span);
        for nature in natures {
            if self.conventions.taxes.covers(nature.node) {
                let message = format!("tax on `{}` is answered twice", nature.node.word());
                self.wrong::<()>(Code::C011, nature.span, message, "keep one rate for each nature");
                return;
            }
            let natures = vec![nature.node];
            match rate {
                None => self.conventions.taxes.free.extend(natures),
                Some(rate) => match self.conventions.taxes.rates.iter_mut().find(|(known, _)| *known == rate.node) {
                    Some((_, known)) => known.extend(natures),
                    None => self.conventions.taxes.rates.push((rate.node.clone(), natures)),
                },
            }
        }
    }

    /// Asks what a contract with tax leaves open, once all clauses are known.
    pub(super) fn ask_about_tax(&mut self) {
        let taxes = self.conventions.taxes.clone();
        let Some(span) = taxes.span else { return };
        let Some((rate, _)) = taxes.rates.first() else {
            let help = "add a rate such as `tax 20% on price`, or remove what is said about tax";
            self.wrong::<()>(Code::C024, span, "there is no tax".to_owned(), help);
            return;
        };
        let open = self.sentences.iter().find(|sentence| !taxes.covers(sentence.nature));
        if let Some((nature, place)) = open.map(|sentence| (sentence.nature, sentence.span)) {
            self.ask_about_nature(nature, place, rate);
        }
        if taxes.amounts.is_none() {
            self.ask_about_amounts(span, rate);
        }
        if taxes.rounding.is_none() {
            self.ask_about_rounding_of_tax(span, rate);
        }
    }

    fn shown_money(&self, amount: &Ratio) -> String {
        let digits = self.currency.minor_digits();
        format!("{} {}", amount.decimal_text(digits, 6), self.currency)
    }

    fn cent(&self, amount: &Ratio) -> Ratio {
        amount.rounded(&Rounding { mode: Mode::HalfUp, step: Ratio::scaled(1, self.currency.minor_digits()) })
    }

    fn ask_about_nature(&mut self, nature: Nature, span: Span, rate: &Ratio) {
        let hundred = Ratio::int(100);
        let tax = self.cent(&hundred.times(rate));
        let (net, gross) = (self.shown_money(&hundred), self.shown_money(&hundred.plus(&tax)));
        let percent = percent(rate);
        let word = nature.word();
        self.report(
            Diagnostic::new(Code::C173, span, format!("it is not said whether `{word}` bears tax"))
                .label(format!("where it comes to {net}"))
                .answer(format!("tax {percent} on {word}"), format!("{gross} is paid"))
                .answer(format!("no tax on {word}"), format!("{net} is paid, outside the scope of tax"))
                .help("answer it in `conventions`, with the rate that applies"),
        );
    }

    fn ask_about_amounts(&mut self, span: Span, rate: &Ratio) {
        let stated = Ratio::int(42);
        let tax = self.cent(&stated.times(rate));
        let inside = stated.times(rate).over(&Ratio::ONE.plus(rate)).unwrap_or_default();
        let inside = self.cent(&inside);
        let shown = |amount: &Ratio| self.shown_money(amount);
        let before = format!("{} and {} of tax, together {}", shown(&stated), shown(&tax), shown(&stated.plus(&tax)));
        let including =
            format!("{} and {} of tax, together {}", shown(&stated.minus(&inside)), shown(&inside), shown(&stated));
        let label = format!("where a clause states {}", shown(&stated));
        self.ask_once(
            Diagnostic::new(Code::C174, span, "it is not said whether the amounts of the clauses include the tax")
                .label(label)
                .answer("amounts before tax", before)
                .answer("amounts including tax", including)
                .help("answer it in `conventions`"),
        );
    }

    fn ask_about_rounding_of_tax(&mut self, span: Span, rate: &Ratio) {
        let line = Ratio::scaled(1003, 2);
        let step = Ratio::scaled(1, self.currency.minor_digits()).decimal_text(0, 6);
        let three = Ratio::int(3);
        let exact = line.times(rate);
        let by_line = self.cent(&exact);
        let total = self.cent(&exact.times(&three));
        let shown = |amount: &Ratio| self.shown_money(amount);
        let question = Diagnostic::new(Code::C175, span, "it is not said where tax is rounded")
            .label(format!("three lines of {} bear", shown(&line)))
            .answer(
                format!("tax rounded to {step} half up on each line"),
                format!("3 × {} = {}", shown(&by_line), shown(&by_line.times(&three))),
            )
            .answer(
                format!("tax rounded to {step} half up on the total"),
                format!("{} becomes {}", shown(&exact.times(&three)), shown(&total)),
            )
            .help("answer it in `conventions`");
        self.ask_once(question);
    }
}

fn percent(rate: &Ratio) -> String {
    format!("{}%", rate.times(&Ratio::int(100)).decimal_text(0, 6))
}
