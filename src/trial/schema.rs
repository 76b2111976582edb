//! What a contract expects of its feed.

use crate::base::quantity::Unit;
use crate::base::value::Kind;
use crate::base::vocabulary::{Counts, OldIdentity};
use crate::check::contract::{Contract, Field, Party};
use crate::feed::schema::{FamilySchema, FieldSchema, FieldType, KindSchema, Late, Named, Renames, Schema};

/// The schema by which the feed of a contract is read.
#[must_use]
pub fn schema(contract: &Contract) -> Schema {
    let has_families = contract.families.iter().any(|family| family.of_parties);
    let field = |field: &Field| self::field(field, has_families);
    let fields = |fields: &[Field]| fields.iter().map(field).collect();
    Schema {
        contract: contract.id.clone(),
        currency: contract.currency,
        zone: contract.zone,
        late: contract.conventions.late.map(|limit| Late { limit, settled: crate::plan::rhythm(contract.settled) }),
        parties: contract.parties.iter().map(names).collect(),
        families: contract
            .families
            .iter()
            .map(|family| FamilySchema {
                name: family.name.clone(),
                of_parties: family.of_parties,
                // An attribute may always be missing: the register need not hold it.
                attributes: family.attributes.iter().map(|attribute| optional(field(attribute))).collect(),
            })
            .collect(),
        kinds: contract
            .kinds
            .iter()
            .map(|kind| KindSchema {
                name: kind.name.clone(),
                family: kind.family,
                fields: fields(&kind.fields),
                counts: kind.counts.unwrap_or(Counts::Occurred),
                renames: renames(&kind.fields),
            })
            .collect(),
        series: contract.series.iter().map(|series| series.name.clone()).collect(),
    }
}

/// The field that gives the asset another name.
fn renames(fields: &[Field]) -> Option<Renames> {
    let mut renames = fields.iter().enumerate().filter_map(|(place, field)| Some((place, field.identity?)));
    renames.next().map(|(place, identity)| Renames {
        field: crate::base::ids::FieldId::at(place),
        old_ends: identity == OldIdentity::Ends,
    })
}

fn names(party: &Party) -> Vec<String> {
    vec![party.role.clone(), party.name.clone(), party.title.clone()]
}

fn optional(field: FieldSchema) -> FieldSchema {
    FieldSchema { optional: true, ..field }
}

fn field(field: &Field, has_families: bool) -> FieldSchema {
    let named = match (field.members, has_families) {
        (Some(_), _) => Named::Members,
        (None, true) => Named::PartiesAndMembers,
        (None, false) => Named::Parties,
    };
    FieldSchema { name: field.name.clone(), kind: field_type(&field.kind, named), optional: field.optional }
}

fn field_type(kind: &Kind, named: Named) -> FieldType {
    match kind {
        Kind::Number => FieldType::Number,
        Kind::Percentage => FieldType::Percentage,
        Kind::Money(currency) => FieldType::Money(*currency),
        Kind::Quantity(unit) => match unit {
            Unit::Second | Unit::WorkingSecond(_) => FieldType::Seconds,
            Unit::Day | Unit::BusinessDay => FieldType::Days,
            Unit::Month => FieldType::Months,
            Unit::Thing(name) => FieldType::Thing(name.to_string()),
            Unit::Money(currency) => FieldType::Money(*currency),
            Unit::One => FieldType::Number,
        },
        Kind::Text => FieldType::Text,
        Kind::Choice(words) => FieldType::Choice(words.clone()),
        Kind::Flag => FieldType::Flag,
        Kind::Date => FieldType::Date,
        Kind::Instant => FieldType::Instant,
        Kind::Party => FieldType::Party(named),
    }
}
