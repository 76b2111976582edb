//! Parties: those that the contract names, and members of families, which are groups of a line.

use consigne::check::contract::{Dimension, Sentence, Who};

use super::World;
use super::money::Charge;
use super::values::{Datum, Group, Hand};

impl World<'_> {
    /// The party that a line is about: one that the contract names, or one that is a group of it.
    pub(crate) fn who(&self, who: Who, group: &Group) -> Option<String> {
        match who {
            Who::Party(party) => Some(self.party(party)),
            Who::Group(dim) => match group.iter().find(|(known, _)| *known == dim) {
                Some((_, Some(Datum::Asset(name)))) => {
                    let family = self.facts.register.get(name).map(|(family, _)| *family);
                    let is_party = family.is_none_or(|family| self.contract.families[family].of_parties);
                    Some(name.clone()).filter(|_| is_party)
                }
                Some((_, Some(Datum::Party(party)))) => Some(self.party(*party)),
                Some(_) | None => None,
            },
        }
    }

    /// Whether a charge goes the way of the first payment of its clause.
    pub(crate) fn goes_with(&self, first: &Sentence, charge: &Charge) -> bool {
        match first.payer {
            Who::Party(party) => charge.payer == self.party(party),
            Who::Group(_) => !self.is_named(&charge.payer),
        }
    }

    /// Whether a party is one that the contract names.
    pub(crate) fn is_named(&self, party: &str) -> bool {
        self.contract.parties.iter().any(|own| own.role == party)
    }

    /// "The member that the event, the asset or the number is about."
    pub(crate) fn member_at(&self, family: consigne::base::ids::FamilyId, hand: &Hand<'_>) -> Option<Datum> {
        let own = hand.asset.and_then(|asset| self.family_of_asset(asset));
        if own == Some(family.index()) {
            return hand.asset.map(|asset| Datum::Asset(asset.to_owned()));
        }
        let holds = |field: &consigne::check::contract::Field| {
            field.kind == consigne::base::value::Kind::Party && field.members.is_none_or(|members| members == family)
        };
        if let Some(event) = hand.event
            && let Some(place) = self.contract.kinds[event.kind.index()].fields.iter().position(holds)
        {
            return event.fields[place].clone();
        }
        let place = self.contract.families[own?].attributes.iter().position(holds)?;
        self.attribute(hand.asset?, place, hand.now.unwrap_or(hand.at))
    }

    /// Whether two dimensions are one: "one group of several families".
    pub(crate) fn is_one_group(&self, one: Dimension, other: Dimension) -> bool {
        let is_in = |shared: &[_], dim| matches!(dim, Dimension::Attribute(family, attribute) if shared.contains(&(family, attribute)));
        one == other || self.contract.shared.iter().any(|shared| is_in(shared, one) && is_in(shared, other))
    }

    /// The group of a charge in a dimension. "A party is a group": a charge is of the member that it names.
    pub(crate) fn key_of(&self, charge: &Charge, dim: Dimension) -> Option<Option<Datum>> {
        if let Some((_, key)) = charge.group.iter().find(|(known, _)| self.is_one_group(*known, dim)) {
            return Some(key.clone());
        }
        if !self.is_of_members(dim) {
            return None;
        }
        let member = [&charge.payer, &charge.payee].into_iter().find(|party| !self.is_named(party))?;
        Some(Some(member.clone()).filter(|member| !member.is_empty()).map(Datum::Asset))
    }

    /// Whether a group is of members of a family of parties.
    pub(crate) fn is_of_members(&self, dim: Dimension) -> bool {
        let field = match dim {
            Dimension::Asset(family) => return self.contract.families[family.index()].of_parties,
            Dimension::Depositor(_) | Dimension::Bearer(_) => return true,
            Dimension::Attribute(family, attribute) => {
                &self.contract.families[family.index()].attributes[attribute.index()]
            }
            Dimension::Field(kind, field) => &self.contract.kinds[kind.index()].fields[field.index()],
            Dimension::Event(_) | Dimension::Decided(..) => return false,
        };
        field.kind == consigne::base::value::Kind::Party
    }

    /// The group of a charge, where it tells these groups.
    pub(crate) fn of_group(&self, charge: &Charge, dims: &[Dimension]) -> Option<Group> {
        dims.iter().map(|dim| Some((*dim, self.key_of(charge, *dim)?))).collect()
    }
}
