//! Groups that are there because a scenario sets a number of them.

use std::collections::BTreeSet;

use consigne::base::ids::{PartyId, TermId};
use consigne::base::value::Kind;
use consigne::check::contract::{Dimension, TermBody};

use super::World;
use super::calendar::{self, Window};
use super::values::{Datum, Group};

impl World<'_> {
    /// "with `of GROUP` for one group, whether or not anything happened to it"
    pub(crate) fn assumed_groups(&self, term: TermId, window: Window, dims: &[Dimension], found: &mut BTreeSet<Group>) {
        let term = &self.contract.terms[term.index()];
        let TermBody::Measure(measure) = &term.body else { return };
        for known in self.assumed.iter().filter(|known| known.name == term.name) {
            let Some(words) = &known.group else { continue };
            if known.day.is_some_and(|day| calendar::window(self.contract, window.kind, day) != window) {
                continue;
            }
            let names: Vec<&str> = if measure.dims.len() == 1 { vec![words] } else { words.split(", ").collect() };
            let mut own = Group::new();
            for (dim, name) in measure.dims.iter().zip(names) {
                match self.named(*dim, name) {
                    Some(key) => own.push((*dim, Some(key))),
                    None => break,
                }
            }
            let wanted = dims.iter().map(|dim| own.iter().find(|(known, _)| known == dim).cloned());
            if own.len() == measure.dims.len() {
                found.extend(wanted.collect::<Option<Group>>());
            }
        }
    }

    /// What has a name among the groups of a dimension: "a word of the list that the group goes by, or something that the
    /// scenario names".
    fn named(&self, dim: Dimension, name: &str) -> Option<Datum> {
        let kind = match dim {
            Dimension::Asset(_) => return self.asset_named(name),
            Dimension::Attribute(family, attribute) => {
                &self.contract.families[family.index()].attributes[attribute.index()].kind
            }
            Dimension::Field(kind, field) => &self.contract.kinds[kind.index()].fields[field.index()].kind,
            Dimension::Decided(_, table, output) => &self.contract.dispositions[table.index()].outputs[output].1,
            Dimension::Event(_) | Dimension::Depositor(_) | Dimension::Bearer(_) => {
                panic!("check refuses a number per {dim:?}")
            }
        };
        match kind {
            Kind::Choice(words) => {
                let place = words.iter().position(|word| word == name)?;
                Some(Datum::Choice(u32::try_from(place).unwrap()))
            }
            Kind::Flag => Some(Datum::Flag(name == "yes")).filter(|_| ["yes", "no"].contains(&name)),
            Kind::Text => self.is_written(name).then(|| Datum::Text(name.to_owned())),
            Kind::Party => {
                let party = self.contract.parties.iter().position(|party| party.role == name);
                party.map(|party| Datum::Party(PartyId::at(party))).or_else(|| self.asset_named(name))
            }
            // A day or an instant has no name.
            Kind::Date | Kind::Instant => None,
            Kind::Number | Kind::Percentage | Kind::Money(_) | Kind::Quantity(_) => {
                panic!("check refuses a number per {kind:?}")
            }
        }
    }

    fn asset_named(&self, name: &str) -> Option<Datum> {
        let named = |value: &Datum| *value == Datum::Asset(name.to_owned());
        let mut events = self.facts.events.iter();
        let happened = |event: &super::facts::Event| {
            event.asset.as_deref() == Some(name) || event.fields.iter().flatten().any(named)
        };
        let is_there = events.any(happened) || self.facts.register.contains_key(name);
        is_there.then(|| Datum::Asset(name.to_owned()))
    }

    /// Whether a field or an attribute holds a text.
    fn is_written(&self, text: &str) -> bool {
        let text = Datum::Text(text.to_owned());
        let fields = self.facts.events.iter().flat_map(|event| event.fields.iter().flatten());
        let rows = self.facts.register.values().flat_map(|(_, rows)| rows);
        fields.chain(rows.flat_map(|row| row.values.values())).any(|value| *value == text)
    }
}
