//! Numbers that a scenario sets in place of what is counted.

use crate::base::ids::{AssetId, FoldId, MeasureId, PartyId};
use crate::base::number::Ratio;
use crate::base::value::Kind;
use crate::base::window::WindowKind;
use crate::evaluate::desk::Desk;
use crate::evaluate::observations::{Group, Key};
use crate::evaluate::settle::{Assumed, regrouped};
use crate::evaluate::shown::Names;
use crate::plan::{Dimension, Measure};

impl Desk<'_> {
    /// The value that is set of a measure in a window and group, if one is: the last that fits.
    pub(super) fn assumed(&self, measure: &Measure, window: i64, group: &Group) -> Option<Ratio> {
        let fits = self.wishes.assumed.iter().rev().find(|assumed| {
            assumed.measure == measure.id
                && assumed.window.is_none_or(|wanted| wanted == window)
                && assumed.group.as_ref().is_none_or(|wanted| self.names.is_group(&measure.dims, group, wanted))
        });
        fits.map(|assumed| assumed.value.clone())
    }

    /// The groups of which a measure is set that counts by some folds, in a window and so many before it: they are there
    /// although nothing happened to them.
    pub(super) fn assumed_groups(
        &self,
        folds: &[FoldId],
        (kind, window): (WindowKind, i64),
        reach: i64,
        dims: &[Dimension],
    ) -> Vec<Group> {
        let group = |assumed: &Assumed| {
            let measure = self.plan.measures.get(assumed.measure.index())?;
            if !measure.folds.iter().all(|fold| folds.contains(fold)) {
                return None;
            }
            let mut range = if kind == measure.window {
                window.saturating_sub(reach)..=window
            } else {
                self.windows_in(measure.window, (kind, window), reach)
            };
            let inside = assumed.window.is_none_or(|wanted| range.contains(&wanted)) && range.next().is_some();
            let keys = self.names.keys(assumed.measure, assumed.group.as_ref().filter(|_| inside)?)?;
            regrouped(&measure.dims, &keys, dims)
        };
        self.wishes.assumed.iter().filter_map(group).collect()
    }
}

impl Names<'_> {
    /// The group of a measure that some words name, one name for each of its dimensions; `None` where nothing is named so.
    #[must_use]
    pub fn keys(&self, measure: MeasureId, words: &str) -> Option<Group> {
        let dims = &self.plan.measures.get(measure.index())?.dims;
        let names: Vec<&str> = if dims.len() == 1 { vec![words] } else { words.split(", ").collect() };
        if names.len() != dims.len() {
            return None;
        }
        dims.iter().zip(names).map(|(dim, name)| self.key_of(dim, name)).collect()
    }

    fn key_of(&self, dim: &Dimension, name: &str) -> Option<Key> {
        let plan = self.plan;
        let kind = match dim {
            Dimension::Asset(_) => return self.asset_of(name).map(Key::Asset),
            Dimension::Event(_) => return None,
            Dimension::Depositor(_) | Dimension::Bearer(_) => &Kind::Party,
            Dimension::Attribute(family, attribute) => {
                &plan.families.get(family.index())?.attributes.get(attribute.index())?.1
            }
            Dimension::Field(kind, field) => &plan.kinds.get(kind.index())?.fields.get(field.index())?.1,
            Dimension::Decided(decision, output) => &plan.output(*decision, *output)?.kind,
        };
        let stored = match kind {
            Kind::Choice(words) => i128::try_from(words.iter().position(|word| word == name)?).ok()?,
            Kind::Text => self.feed.symbols.get(name)?.0.into(),
            Kind::Flag => {
                ["no", "yes"].iter().position(|word| *word == name).and_then(|flag| i128::try_from(flag).ok())?
            }
            Kind::Party => match plan.parties.iter().position(|party| party.role == name) {
                Some(party) => PartyId::at(party).0.into(),
                None => return self.asset_of(name).map(Key::Asset),
            },
            Kind::Number | Kind::Percentage | Kind::Money(_) | Kind::Quantity(_) | Kind::Date | Kind::Instant => {
                return None;
            }
        };
        Some(Key::Value(Some(stored)))
    }

    /// The asset that bears or bore a name.
    fn asset_of(&self, name: &str) -> Option<AssetId> {
        let renamed = || self.feed.named.keys().copied().find(|asset| self.feed.is_named(*asset, name));
        self.feed.assets.get(name).map(|symbol| AssetId(symbol.0)).or_else(renamed)
    }
}
