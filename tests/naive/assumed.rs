//! Groups that are there because a scenario sets a number of them.

use std::collections::BTreeSet;

use consigne::base::ids::TermId;
use consigne::base::value::Kind;
use consigne::check::contract::{Dimension, TermBody};

use super::World;
use super::calendar::{self, Window};
use super::values::{Datum, Found, Group, unsupported};

impl World<'_> {
    /// "with `of GROUP` for one group, whether or not anything happened to it"
    pub(crate) fn assumed_groups(
        &self,
        term: TermId,
        window: Window,
        dims: &[Dimension],
        found: &mut BTreeSet<Group>,
    ) -> Found<()> {
        let term = &self.contract.terms[term.index()];
        let TermBody::Measure(measure) = &term.body else { return Ok(()) };
        for known in self.assumed.iter().filter(|known| known.name == term.name) {
            let Some(words) = &known.group else { continue };
            if known.day.is_some_and(|day| calendar::window(self.contract, window.kind, day) != window) {
                continue;
            }
            let names: Vec<&str> = if measure.dims.len() == 1 { vec![words] } else { words.split(", ").collect() };
            let mut own = Group::new();
            for (dim, name) in measure.dims.iter().zip(names) {
                match self.named(*dim, name)? {
                    Some(key) => own.push((*dim, Some(key))),
                    None => break,
                }
            }
            let wanted = dims.iter().map(|dim| own.iter().find(|(known, _)| known == dim).cloned());
            if own.len() == measure.dims.len() {
                found.extend(wanted.collect::<Option<Group>>());
            }
        }
        Ok(())
    }

    fn named(&self, dim: Dimension, name: &str) -> Found<Option<Datum>> {
        let kind = match dim {
            Dimension::Asset(_) => {
                let is_there = self.facts.events.iter().any(|event| event.asset.as_deref() == Some(name));
                let known = is_there || self.facts.register.contains_key(name);
                return Ok(known.then(|| Datum::Asset(name.to_owned())));
            }
            Dimension::Attribute(family, attribute) => {
                &self.contract.families[family.index()].attributes[attribute.index()].kind
            }
            Dimension::Field(kind, field) => &self.contract.kinds[kind.index()].fields[field.index()].kind,
            _ => return unsupported("a number that is set for such a group"),
        };
        match kind {
            Kind::Choice(words) => {
                let place = words.iter().position(|word| word == name);
                Ok(place.map(|place| Datum::Choice(u32::try_from(place).unwrap())))
            }
            _ => unsupported("a number that is set for such a group"),
        }
    }
}
