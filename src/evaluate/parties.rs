//! Who pays and who is paid: by the text, or by the group of a line.

use crate::base::ids::{AssetId, FamilyId, PartyId};
use crate::base::number::Ratio;
use crate::base::value::Kind;
use crate::evaluate::charges::Charge;
use crate::evaluate::datum::Gap;
use crate::evaluate::desk::Desk;
use crate::evaluate::observations::{Group, Key};
use crate::plan::{Dimension, Owes, Plan, Who};

/// Whether two sentences name the same side: one party of the text, or members of a family.
pub(crate) fn on_one_side(a: Who, b: Who) -> bool {
    match (a, b) {
        (Who::Party(a), Who::Party(b)) => a == b,
        (Who::Group(_), Who::Group(_)) => true,
        (Who::Party(_), Who::Group(_)) | (Who::Group(_), Who::Party(_)) => false,
    }
}

/// Whether a group is a party.
pub(crate) fn is_party(plan: &Plan, dim: &Dimension) -> bool {
    let family = |id: &FamilyId| plan.families.get(id.index());
    let kind = match dim {
        Dimension::Asset(id) => return family(id).is_some_and(|family| family.of_parties),
        Dimension::Attribute(id, attribute) => family(id).and_then(|family| family.attributes.get(attribute.index())),
        Dimension::Field(kind, field) => plan.kinds.get(kind.index()).and_then(|kind| kind.fields.get(field.index())),
        Dimension::Event(_) | Dimension::Decided(..) => None,
        Dimension::Depositor(_) | Dimension::Bearer(_) => return true,
    };
    kind.is_some_and(|(_, kind)| *kind == Kind::Party)
}

impl Desk<'_> {
    /// A party of a sentence in a group of its line.
    pub(crate) fn who(&self, who: Who, dims: &[Dimension], group: &[Key]) -> Result<PartyId, Gap> {
        let place = match who {
            Who::Party(party) => return Ok(party),
            Who::Group(place) => place,
        };
        match (group.get(place), dims.get(place)) {
            (Some(Key::Asset(member)), _) => self.party_of(*member),
            (Some(Key::Value(Some(party))), _) => u32::try_from(*party).map(PartyId).map_err(|_| Gap::NotAtHand),
            (_, Some(Dimension::Field(kind, field))) => Err(Gap::NoField(*kind, *field)),
            (_, Some(Dimension::Attribute(family, attribute))) => Err(Gap::NoAttribute(*family, *attribute)),
            // A return for which no deposit is known is told and pays nothing: nobody is meant.
            (_, Some(Dimension::Depositor(_))) => Ok(PartyId::UNKNOWN),
            (_, Some(Dimension::Bearer(_))) => Err(Gap::Held("it is not known who owes the obligation".to_owned())),
            (_, Some(Dimension::Asset(_) | Dimension::Event(_) | Dimension::Decided(..)) | None) => Err(Gap::NotAtHand),
        }
    }

    /// The party of a member; what the register holds as an asset is none.
    fn party_of(&self, member: AssetId) -> Result<PartyId, Gap> {
        let contract = self.names.feed.contracts.get(self.observations.contract);
        let held = contract.and_then(|contract| contract.holding(member));
        let family = held.and_then(|holding| self.plan.families.get(holding.family.index()));
        match family.filter(|family| !family.of_parties) {
            Some(family) => {
                let name = self.names.feed.asset(member);
                Err(Gap::Held(format!("`{name}` is a {} in the register, and no party", family.name)))
            }
            None => Ok(PartyId::of_member(member)),
        }
    }

    /// Who owes what a cap or minimum changes, and to whom.
    pub(crate) fn who_owes(&self, owes: &Owes, group: &[Key]) -> (PartyId, PartyId) {
        let party = |who| self.who(who, &owes.dims, group).unwrap_or(PartyId::UNKNOWN);
        (party(owes.party), party(owes.payee))
    }

    /// The keys of a charge in the order of wanted groups. A party among them that is no group of the charge itself is
    /// the member that pays, else the one that is paid.
    pub(crate) fn keys(&self, charge: &Charge, wanted: &[Dimension]) -> Option<Group> {
        let own = |dim: &Dimension| {
            let place = charge.dims.iter().position(|known| known == dim)?;
            charge.group.get(place).copied()
        };
        let key = |dim: &Dimension| own(dim).or_else(|| self.member_of(charge, dim).map(Key::Asset));
        wanted.iter().map(key).collect()
    }

    fn member_of(&self, charge: &Charge, dim: &Dimension) -> Option<AssetId> {
        if !is_party(self.plan, dim) {
            return None;
        }
        let wanted = if let Dimension::Asset(family) = dim { Some(*family) } else { None };
        let members = [charge.payer, charge.payee].into_iter().filter_map(PartyId::member);
        members.into_iter().find(|member| wanted.is_none_or(|wanted| self.family_of(*member) == Some(wanted)))
    }

    /// The family of a member: by the register, else the only one there is.
    fn family_of(&self, member: AssetId) -> Option<FamilyId> {
        let contract = self.names.feed.contracts.get(self.observations.contract);
        if let Some(holding) = contract.and_then(|contract| contract.holding(member)) {
            return Some(holding.family);
        }
        let mut families = self.plan.families.iter().enumerate().filter(|(_, family)| family.of_parties);
        let (place, _) = families.next()?;
        families.next().is_none().then(|| FamilyId::at(place))
    }

    /// A charge as seen in the direction of the first sentence of its clause.
    pub(crate) fn directed(&self, charge: &Charge) -> Result<Ratio, Gap> {
        let amount = if self.plain { charge.plain.clone()? } else { charge.amount.clone()? };
        let first = self.plan.sentences.iter().find(|sentence| sentence.clause == charge.clause);
        let forward = match first.map(|first| (first.payer, first.payee)) {
            Some((Who::Party(payer), _)) => charge.payer == payer,
            Some((Who::Group(_), Who::Party(payee))) => charge.payer != payee,
            Some((Who::Group(_), Who::Group(_))) => true,
            None => false,
        };
        Ok(if forward { amount } else { amount.negated() })
    }
}
