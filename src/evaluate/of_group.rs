//! What is known of a group: the values by which it is told apart.

use crate::base::number::Ratio;
use crate::base::symbol::Symbol;
use crate::evaluate::datum::{Computed, Datum, Gap};
use crate::evaluate::desk::At;
use crate::evaluate::observations::Key;
use crate::plan::Dimension;

impl<'a> At<'_, 'a> {
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
