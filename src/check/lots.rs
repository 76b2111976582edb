//! Assets of many units: what brings units in, and which of them an event is about.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{FamilyId, KindId};
use crate::base::span::Span;
use crate::base::vocabulary::{Matching, Part};
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Basis, Sentence, TimeUnit};
use crate::syntax::tree::{self, Item};

/// How the assets of a family are lots.
#[derive(Clone, PartialEq, Debug)]
pub struct Lots {
    /// Where that is said.
    pub span: Span,
    /// The events that bring units in.
    pub from: Vec<KindId>,
    /// Which units an event is about; `None` where it does not matter.
    pub order: Option<Matching>,
}

impl Checker<'_> {
    /// Takes in which families are lots, once all kinds of events are known.
    pub(super) fn lots(&mut self) {
        let file = self.file;
        for item in &file.items {
            if let Item::Asset(asset) = item
                && let Some(text) = &asset.lots
                && let Some(place) = self.families.iter().position(|family| family.span == asset.name.span)
            {
                let lots = self.lots_of(FamilyId::at(place), text);
                if let Some(family) = self.families.get_mut(place) {
                    family.lots = lots;
                }
            }
        }
    }

    fn lots_of(&mut self, family: FamilyId, text: &tree::Lots) -> Option<Lots> {
        let mut from = Vec::new();
        for word in &text.from {
            let kind = self.kind(word)?;
            if self.family_of(kind) != Some(family) {
                let message = format!("`{}` does not happen to these assets", word.node);
                return self.wrong(Code::C022, word.span, message, "name events of this family that bring units in");
            }
            from.push(kind);
        }
        if let Some(order) = text.order.as_ref().filter(|order| order.node == Matching::Serial) {
            let message = "the units of a lot have no serial numbers".to_owned();
            return self.wrong(Code::C024, order.span, message, "write `oldest first` or `latest first`");
        }
        Some(Lots { span: text.span, from, order: text.order.as_ref().map(|order| order.node) })
    }

    /// Asks which units of a lot an event is about, where that can change what is due.
    pub(super) fn ask_about_lots(&mut self) {
        for place in 0..self.families.len() {
            let family = self.families.get(place);
            let Some((name, lots)) = family.and_then(|family| Some((family.name.clone(), family.lots.clone()?))) else {
                continue;
            };
            if lots.order.is_some() {
                continue;
            }
            let Some(why) = self.order_of_lots_matters(FamilyId::at(place)) else { continue };
            let text = self.words(lots.span);
            self.report(
                Diagnostic::new(
                    Code::C124,
                    lots.span,
                    format!("it is not said which units of a lot of `{name}` a later event is about"),
                )
                .and_at(why, "this depends on it")
                .label("10 brought in on the 3rd and 10 on the 20th; on the 25th something happens to 10 of them")
                .answer(format!("{text}, oldest first"), "to those of the 3rd; those of the 20th stay as they are")
                .answer(format!("{text}, latest first"), "to those of the 20th; those of the 3rd stay as they are")
                .help("add one of them behind the events that bring units in"),
            );
        }
    }

    /// What depends on which units come first: deadlines, deposits, what a unit must hold for a whole window, a rate that
    /// goes by the asset. Time alone adds up to the same.
    fn order_of_lots_matters(&self, family: FamilyId) -> Option<Span> {
        let duty = self.obligations.iter().find(|duty| duty.family == family).map(|duty| duty.span);
        let counts = |sentence: &&Sentence| {
            let of_kind = |kind: KindId| self.family_of(kind) == Some(family);
            let deposit = sentence.gives_back.and_then(|back| self.deposits.get(back.deposit));
            let serial = deposit.is_some_and(|deposit| deposit.matching == Matching::Serial);
            let on = matches!(&sentence.opener, crate::check::contract::Opener::On(kind, _) if of_kind(*kind));
            let by_time = matches!(&sentence.basis, Basis::While(_, own, unit)
                if *own == family && (*unit == TimeUnit::Window(Part::Completed) || self.goes_by_asset(sentence)));
            (serial && on) || by_time
        };
        duty.or_else(|| self.sentences.iter().find(counts).map(|sentence| sentence.span))
    }

    fn goes_by_asset(&self, sentence: &Sentence) -> bool {
        let rate = match &sentence.amount {
            Amount::Value(value) => self.depends_on_asset(value),
            Amount::Tiers(..) => false,
        };
        rate || sentence.times.as_ref().is_some_and(|times| self.depends_on_asset(times))
    }
}
