//! Price tables over a quantity.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::span::Spanned;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::TierMode;
use crate::check::bands::{Range, shown};
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Tier};
use crate::check::kinds::{agree, describe};
use crate::check::value::Value;
use crate::check::values::Context;
use crate::syntax::tree::{Band, BandTest, Expr, ExprNode};

impl Checker<'_> {
    /// A price table: the quantity as written and as counted, how bands price it, and the bands.
    pub(super) fn tiers(
        &mut self,
        quantity: (&Expr, &Value),
        mode: Option<&Spanned<TierMode>>,
        bands: &[Band],
        context: &Context,
    ) -> Option<Amount> {
        let kind = quantity.1.kind.clone();
        let of = self.amount_of_bounds(bands, &kind, context)?;
        let whole = mode.map_or(quantity.0.span, |mode| mode.span);
        let ranges = match &of {
            Some(_) => {
                let parts: Vec<Band> = bands.iter().map(as_parts).collect();
                self.ranges(&parts.iter().collect::<Vec<_>>(), &Kind::Percentage, false, whole)?
            }
            None => self.ranges(&bands.iter().collect::<Vec<_>>(), &kind, false, whole)?,
        };
        let expected = if matches!(kind, Kind::Money(_)) { Kind::Percentage } else { Kind::Money(self.currency) };
        let mut tiers = Vec::new();
        for (band, range) in bands.iter().zip(ranges) {
            let price = self.value(&band.value, &context.expecting(&expected))?;
            if !agree(&price.kind, &expected) {
                let message = format!("a price is {} here, this is {}", describe(&expected), describe(&price.kind));
                let help = "give each band a price of one unit of the quantity";
                return self.wrong(Code::C020, band.value.span, message, help);
            }
            let Range { span, low, high } = range;
            let end = |end: Option<(Ratio, bool)>| end.map(|(number, included)| (Literal::Quantity(number), included));
            tiers.push(Tier { span, low: end(low), high: end(high), of: of.clone(), price });
        }
        let Some(mode) = mode else {
            self.ask_about_mode(quantity.0, &tiers, &kind);
            return None;
        };
        Some(Amount::Tiers(mode.node, tiers))
    }

    /// The amount of which every bound is a percentage, where it is not fixed by the text: `up to 80% of target`.
    fn amount_of_bounds(&mut self, bands: &[Band], kind: &Kind, context: &Context) -> Option<Option<Value>> {
        let mut found: Option<(String, Value)> = None;
        for bound in bands.iter().flat_map(bounds) {
            let value = self.value_like(bound, kind, context)?;
            if self.constant(&value).is_some() {
                continue;
            }
            let ExprNode::Of(part, of) = &*bound.node else {
                let help = "write a number, or a percentage of an amount that is counted in the same window: `up to 80% of target`";
                return self.wrong(
                    Code::C030,
                    bound.span,
                    "a bound is a fixed value or a part of one amount".to_owned(),
                    help,
                );
            };
            let value = self.value_like(of, kind, context)?;
            let words = self.words(of.span);
            if !matches!(&*part.node, ExprNode::Percent(_)) || !self.observes(&value) {
                let help = "name a number with the window and groups of the quantity, and write a percentage of it";
                return self.wrong(Code::C030, bound.span, "this is no part of a counted amount".to_owned(), help);
            }
            found = Some((words, value));
        }
        let Some((words, value)) = found else { return Some(None) };
        let odd = bands.iter().flat_map(bounds).find(|bound| {
            let ExprNode::Of(_, of) = &*bound.node else { return true };
            self.words(of.span) != words
        });
        if let Some(bound) = odd {
            let message = format!("the other bounds are parts of `{words}`, and this one is not");
            let help = format!("write all bounds as percentages of `{words}`, so that their order is known");
            return self.wrong(Code::C030, bound.span, message, help);
        }
        Some(Some(value))
    }

    fn ask_about_mode(&mut self, quantity: &Expr, tiers: &[Tier], kind: &Kind) {
        let words = self.words(quantity.span);
        let ends = tiers.iter().filter_map(|tier| tier.high.clone().or_else(|| tier.low.clone()));
        let highest = ends.filter_map(|(end, _)| if let Literal::Quantity(end) = end { Some(end) } else { None }).max();
        let sample =
            highest.map(|highest| highest.times(&Ratio::int(2))).filter(|_| tiers.iter().all(|tier| tier.of.is_none()));
        let money = Kind::Money(self.currency);
        let figures = sample.as_ref().and_then(|sample| {
            let (each, reached) =
                (self.priced(tiers, sample, TierMode::EachBand)?, self.priced(tiers, sample, TierMode::BandReached)?);
            Some((shown(&each, &money), shown(&reached, &money)))
        });
        let message = format!("it is not said how the bands price `{words}`");
        let mut question = Diagnostic::new(Code::C149, quantity.span, message);
        if let (Some(sample), Some(_)) = (&sample, &figures) {
            question = question.label(format!("{} would cost", shown(sample, kind)));
        }
        let (each, reached) = figures.unwrap_or_else(|| {
            (
                "what lies in a band is priced by that band".to_owned(),
                "the whole quantity is priced by the band in which it falls".to_owned(),
            )
        });
        self.report(
            question
                .answer("each band at its own price", each)
                .answer("all at the price of the band reached", reached)
                .help("write one of them behind the quantity"),
        );
    }

    /// What a quantity costs, where every price is fixed by the text and a unit is one of the quantity.
    fn priced(&self, tiers: &[Tier], quantity: &Ratio, mode: TierMode) -> Option<Ratio> {
        let end = |end: &Option<(Literal, bool)>| match end {
            Some((Literal::Quantity(number), _)) => Some(number.clone()),
            Some(_) | None => None,
        };
        let mut total = Ratio::ZERO;
        for tier in tiers {
            let (low, high) =
                (end(&tier.low).unwrap_or(Ratio::ZERO), end(&tier.high).unwrap_or_else(|| quantity.clone()));
            let inside = match mode {
                TierMode::EachBand => high.min(quantity.clone()).minus(&low).max(Ratio::ZERO),
                TierMode::BandReached if low < *quantity && *quantity <= high => quantity.clone(),
                TierMode::BandReached => Ratio::ZERO,
            };
            total = total.plus(&inside.times(&self.constant(&tier.price)?));
        }
        Some(total)
    }
}

/// The bounds that a band writes.
fn bounds(band: &Band) -> Vec<&Expr> {
    match &band.test {
        BandTest::Bounds(bounds) => bounds.iter().filter_map(|(_, bound)| bound.as_ref()).collect(),
        BandTest::When(_) | BandTest::Otherwise => Vec::new(),
    }
}

/// A band with the percentages of its bounds in place of the bounds.
fn as_parts(band: &Band) -> Band {
    let part = |bound: &Expr| if let ExprNode::Of(part, _) = &*bound.node { part.clone() } else { bound.clone() };
    let test = match &band.test {
        BandTest::Bounds(bounds) => {
            BandTest::Bounds(bounds.iter().map(|(which, bound)| (*which, bound.as_ref().map(part))).collect())
        }
        BandTest::When(list) => BandTest::When(list.clone()),
        BandTest::Otherwise => BandTest::Otherwise,
    };
    Band { test, ..band.clone() }
}
