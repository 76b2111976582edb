//! Groups: their texts, and those that a number has in a window.

use std::collections::BTreeSet;

use consigne::base::ids::{PartyId, TermId};
use consigne::base::value::Kind;
use consigne::check::contract::{Dimension, Measure};

use super::World;
use super::calendar::Window;
use super::values::{Datum, Found, Group};

impl World<'_> {
    /// The text of a group, as the statement shows it.
    pub(crate) fn group_text(&self, group: &Group) -> String {
        let texts: Vec<String> = group.iter().map(|(dim, value)| self.key_text(*dim, value.as_ref())).collect();
        texts.join(", ")
    }

    fn key_text(&self, dim: Dimension, value: Option<&Datum>) -> String {
        let kind = match dim {
            Dimension::Asset(_) | Dimension::Event(_) | Dimension::Depositor(_) | Dimension::Bearer(_) => None,
            Dimension::Attribute(family, attribute) => {
                Some(self.contract.families[family.index()].attributes[attribute.index()].kind.clone())
            }
            Dimension::Field(kind, field) => Some(self.contract.kinds[kind.index()].fields[field.index()].kind.clone()),
            Dimension::Decided(_, table, output) => {
                Some(self.contract.dispositions[table.index()].outputs[output].1.clone())
            }
        };
        match (value, kind) {
            (None, _) => "(not known)".to_owned(),
            (Some(Datum::Asset(asset)), _) => self.shown(asset),
            (Some(Datum::Event(at, ..) | Datum::Instant(at)), _) => self.contract.zone.local_text(*at),
            (Some(Datum::Text(text)), _) => text.clone(),
            (Some(Datum::Choice(place)), Some(Kind::Choice(words))) => words[*place as usize].clone(),
            (Some(Datum::Flag(flag)), _) => if *flag { "yes" } else { "no" }.to_owned(),
            (Some(Datum::Date(date)), _) => date.to_string(),
            (Some(Datum::Party(party)), _) => self.party(*party),
            (Some(other), _) => panic!("check refuses a group by {other:?}"),
        }
    }

    /// The name of an asset as statements show it.
    pub(crate) fn shown(&self, asset: &str) -> String {
        let lot = super::lots::lot_of(asset);
        self.facts.shown.get(lot).cloned().unwrap_or_else(|| lot.to_owned())
    }

    pub(crate) fn party(&self, party: PartyId) -> String {
        self.contract.parties[party.index()].role.clone()
    }

    /// The groups of a number in a window: those for which something is observed, or set.
    pub(crate) fn groups_of(&self, term: TermId, measure: &Measure, window: Window) -> Found<BTreeSet<Group>> {
        if measure.dims.is_empty() {
            return Ok(BTreeSet::from([Group::new()]));
        }
        let mut found = BTreeSet::new();
        self.assumed_groups(term, window, &measure.dims, &mut found);
        self.seen(&measure.value, window, &measure.dims, &mut found)?;
        Ok(found)
    }
}
