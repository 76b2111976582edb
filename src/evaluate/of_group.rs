//! What is known of a group: the values by which it is told apart.

use crate::base::ids::{AssetId, AttributeId, FamilyId};
use crate::base::number::Ratio;
use crate::base::symbol::Symbol;
use crate::base::time::Between;
use crate::base::vocabulary::LimitsRead;
use crate::evaluate::charges::Charged;
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::desk::At;
use crate::evaluate::observations::Key;
use crate::evaluate::scene::Scene;
use crate::evaluate::subject::Subject;
use crate::evaluate::variants::undisputed;
use crate::plan::Dimension;

impl<'a> At<'_, 'a> {
    /// The one asset of a family for which the group is.
    pub(crate) fn asset_of(&self, family: FamilyId) -> Option<AssetId> {
        let place = self.dims.iter().position(|dim| *dim == Dimension::Asset(family))?;
        match self.group.get(place) {
            Some(Key::Asset(asset)) => Some(*asset),
            Some(Key::Value(_)) | None => None,
        }
    }

    /// An attribute of that asset, as it holds for the window; held where it changes within the window and it is not
    /// said which value counts.
    pub(crate) fn of_asset(&self, asset: AssetId, (family, attribute): (FamilyId, AttributeId)) -> Computed<'a> {
        let (plan, feed) = (self.desk.plan, self.desk.names.feed);
        let missing = Gap::NoAttribute(family, attribute);
        let contract = feed.contracts.get(self.desk.observations.contract).ok_or_else(|| missing.clone())?;
        let walked = contract.subject(asset).ok_or_else(|| missing.clone())?;
        let subject = Subject::new(Scene::new(plan, feed, contract), walked);
        let when = self.reading();
        let read = |subject: &Subject<'_>| {
            let changes = subject.changes().into_iter().filter(|at| when.start < *at && *at < when.end);
            let instants = std::iter::once(when.start).chain(changes);
            let known: Vec<_> = instants.filter_map(|at| subject.attribute(attribute, at)).collect();
            let (first, last) = known.first().cloned().zip(known.last().cloned()).ok_or_else(|| missing.clone())?;
            match plan.limits_read {
                Some(LimitsRead::AtWindowStart) => Ok(first),
                Some(LimitsRead::AtWindowEnd) => Ok(last),
                None if known.iter().all(|value| *value == first) => Ok(first),
                None => {
                    let family = plan.families.get(family.index());
                    let name = family.and_then(|family| family.attributes.get(attribute.index()));
                    let name = name.map_or("", |(name, _)| name);
                    Err(Gap::Held(format!(
                        "`{name}` changes within the window, and the conventions do not say when `limits read attributes`"
                    )))
                }
            }
        };
        let (raw, number) = undisputed(&subject, &read)??;
        let kind = subject.attribute_kind(family, attribute).ok_or(Gap::NotAtHand)?;
        Ok(Datum::stored(kind, raw, number, |text| feed.symbols.text(Symbol(text))))
    }

    /// The time of the window within the term, up to the end of the period through which it is settled.
    fn reading(&self) -> Between {
        let plan = self.desk.plan;
        let whole = self.desk.in_term(self.kind, self.window);
        let end = match self.charged {
            Charged::Through(until) | Charged::Expected(until) | Charged::Rolling(_, until) => {
                whole.end.min(plan.windows.bounds(plan.settled, until).end)
            }
            Charged::Whole | Charged::Before(_) => whole.end,
        };
        Between::new(whole.start, end.max(whole.start))
    }

    /// The value of an attribute or field that all of the group at hand has.
    pub(crate) fn of_group(&self, dim: &Dimension) -> Computed<'a> {
        let (plan, feed) = (self.desk.plan, self.desk.names.feed);
        let (kind, missing) = match dim {
            Dimension::Attribute(family, attribute) => {
                let family_of = plan.families.get(family.index());
                let of = family_of.and_then(|family| family.attributes.get(attribute.index()));
                (of.map(|(_, kind)| kind), Gap::NoAttribute(*family, *attribute))
            }
            Dimension::Field(kind, field) => {
                let of = plan.kinds.get(kind.index()).and_then(|kind| kind.fields.get(field.index()));
                (of.map(|(_, kind)| kind), Gap::NoField(*kind, *field))
            }
            Dimension::Asset(_)
            | Dimension::Event(_)
            | Dimension::Decided(..)
            | Dimension::Depositor(_)
            | Dimension::Bearer(_) => {
                return Err(Gap::NotAtHand);
            }
        };
        let place = self.dims.iter().position(|own| own == dim).ok_or(Gap::NotAtHand)?;
        match (self.group.get(place), kind) {
            (Some(Key::Value(Some(raw))), Some(kind)) => {
                Ok(Datum::stored(kind, *raw, Ratio::big(*raw), |text| feed.symbols.text(Symbol(text))))
            }
            (Some(Key::Value(None)), Some(_)) => Err(missing),
            (Some(Key::Asset(_) | Key::Value(_)) | None, _) => Err(Gap::NotAtHand),
        }
    }
}
