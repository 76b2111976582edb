//! Which contracts an event is for.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::ids::{FamilyId, KindId};
use crate::feed::evidence::Cause;
use crate::feed::fault::{Fault, near, shown};
use crate::feed::schema::Schema;

/// What an event itself says about its contract.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Claim<'a> {
    /// Nothing.
    None,
    /// A contract of the workspace.
    Known(usize),
    /// A contract that the workspace does not have.
    Other(&'a str),
    /// A value that the mapping gives to no contract: another's row, which is counted and needs no look.
    Elsewhere,
}

/// The kinds of one name.
#[derive(Clone, Debug, Default)]
pub(crate) struct Kinds {
    /// By contract, where it declares the kind.
    pub(crate) by_contract: Vec<Option<KindId>>,
    /// The fields that some contract declares for it.
    pub(crate) fields: BTreeSet<String>,
}

impl Kinds {
    /// The kind of a contract.
    pub(crate) fn of(&self, contract: usize) -> Option<KindId> {
        self.by_contract.get(contract).copied().flatten()
    }

    /// Says that a field is none of the kind's, if so.
    pub(crate) fn check_field(&self, kind: &str, field: &str) -> Result<(), Fault> {
        if self.fields.contains(field) {
            return Ok(());
        }
        let reason = format!("{} has no field {}", shown(kind), shown(field));
        Err(Fault::new(Cause::UnknownField, reason).among(field, self.fields.iter().map(String::as_str)))
    }
}

/// Names and the register, for finding the contracts of an event.
#[derive(Clone, Debug, Default)]
pub(crate) struct Router {
    contracts: FxHashMap<String, usize>,
    kinds: FxHashMap<String, Arc<Kinds>>,
    names: Vec<String>,
    /// By raw asset number: who holds it.
    holders: Vec<Holders>,
}

/// The contracts that hold an asset, each with its family there. Mostly there is one.
#[derive(Clone, Debug, Default)]
enum Holders {
    #[default]
    None,
    One([(u32, FamilyId); 1]),
    Several(Box<[(u32, FamilyId)]>),
}

impl Holders {
    fn all(&self) -> &[(u32, FamilyId)] {
        match self {
            Self::None => &[],
            Self::One(one) => one,
            Self::Several(several) => several,
        }
    }

    fn add(&mut self, holder: (u32, FamilyId)) {
        if self.all().contains(&holder) {
            return;
        }
        let mut all = self.all().to_vec();
        all.push(holder);
        all.sort_unstable();
        *self = match all.as_slice() {
            [one] => Self::One([*one]),
            _ => Self::Several(all.into()),
        };
    }
}

impl Router {
    /// The names of these contracts.
    pub(crate) fn new(schemas: &[Schema]) -> Self {
        let mut contracts = FxHashMap::default();
        let mut named: BTreeMap<&str, Kinds> = BTreeMap::new();
        for (contract, schema) in schemas.iter().enumerate() {
            contracts.insert(schema.contract.clone(), contract);
            for (index, kind) in schema.kinds.iter().enumerate() {
                let kinds = named.entry(&kind.name).or_default();
                kinds.by_contract.resize(schemas.len(), None);
                kinds.fields.extend(kind.fields.iter().map(|field| field.name.clone()));
                if let Some(place) = kinds.by_contract.get_mut(contract) {
                    *place = Some(KindId::at(index));
                }
            }
        }
        let names = named.keys().map(|name| (*name).to_owned()).collect();
        let kinds = named.into_iter().map(|(name, kinds)| (name.to_owned(), Arc::new(kinds)));
        Self { contracts, kinds: kinds.collect(), names, holders: Vec::new() }
    }

    /// Notes that a contract holds an asset.
    pub(crate) fn hold(&mut self, asset: u32, contract: usize, family: FamilyId) {
        let place = asset as usize;
        if self.holders.len() <= place {
            self.holders.resize(place.saturating_add(1), Holders::None);
        }
        if let Some(holders) = self.holders.get_mut(place) {
            holders.add((u32::try_from(contract).unwrap_or(u32::MAX), family));
        }
    }

    /// The kinds of a name; `None` where no contract declares it.
    pub(crate) fn kinds(&self, name: &str) -> Option<&Arc<Kinds>> {
        self.kinds.get(name)
    }

    /// A contract by its identifier.
    pub(crate) fn claim<'a>(&self, contract: &'a str) -> Claim<'a> {
        match self.contracts.get(contract) {
            Some(contract) => Claim::Known(*contract),
            None => Claim::Other(contract),
        }
    }

    /// The family of an asset under a contract, by the register.
    pub(crate) fn family(&self, asset: u32, contract: usize) -> Option<FamilyId> {
        let held = self.holders_of(Some(asset)).iter().find(|(holder, _)| *holder as usize == contract)?;
        Some(held.1)
    }

    /// Puts the contracts of an event into `targets`: its own, else every one whose register holds its
    /// asset and that declares the kind, else, for an asset in no register, the only one that declares
    /// the kind. `false` where there is none.
    pub(crate) fn route(&self, claim: Claim<'_>, asset: Option<u32>, kinds: &Kinds, targets: &mut Vec<usize>) -> bool {
        targets.clear();
        let declares = |contract: usize| kinds.of(contract).is_some();
        match claim {
            Claim::Other(_) | Claim::Elsewhere => {}
            Claim::Known(contract) => targets.extend(Some(contract).filter(|own| declares(*own))),
            Claim::None => {
                let holders = self.holders_of(asset);
                if holders.is_empty() {
                    targets.extend((0..kinds.by_contract.len()).filter(|contract| declares(*contract)));
                    if targets.len() > 1 {
                        targets.clear();
                    }
                } else {
                    let held = holders.iter().map(|(contract, _)| *contract as usize);
                    targets.extend(held.filter(|contract| declares(*contract)));
                    targets.dedup();
                }
            }
        }
        !targets.is_empty()
    }

    fn holders_of(&self, asset: Option<u32>) -> &[(u32, FamilyId)] {
        let held = asset.and_then(|asset| self.holders.get(asset as usize));
        held.map(Holders::all).unwrap_or_default()
    }

    /// The names of all kinds, in order.
    pub(crate) fn names(&self) -> Vec<String> {
        self.names.clone()
    }

    /// The kind of reason for which [`Router::route`] found no contract.
    pub(crate) fn astray_cause(&self, claim: Claim<'_>, kind: &str) -> Cause {
        match claim {
            Claim::Other(_) | Claim::Elsewhere => Cause::UnknownContract,
            Claim::None if self.kinds.contains_key(kind) => Cause::NoContract,
            Claim::Known(_) | Claim::None => Cause::UnknownKind,
        }
    }

    /// Why [`Router::route`] found no contract.
    pub(crate) fn astray(&self, claim: Claim<'_>, asset: Option<u32>, kind: &str, schemas: &[Schema]) -> Fault {
        let name = |contract: usize| schemas.get(contract).map_or("", |schema| &schema.contract);
        match claim {
            Claim::Other(other) => self.unknown_contract(other, schemas),
            Claim::Elsewhere => Fault::new(Cause::UnknownContract, "the mapping gives the row to no contract"),
            Claim::Known(contract) => {
                self.unknown_kind(kind, &format!("{} has no event {}", shown(name(contract)), shown(kind)), schemas)
            }
            Claim::None if self.kinds.contains_key(kind) => {
                let reason = match self.holders_of(asset).first() {
                    Some((holder, _)) => {
                        format!(
                            "the asset stands under {}, which has no event {}",
                            shown(name(*holder as usize)),
                            shown(kind)
                        )
                    }
                    None => format!("several contracts have an event {}, and no register holds its asset", shown(kind)),
                };
                Fault::new(Cause::NoContract, reason)
                    .help("name the contract in the event, or list the asset in the register")
            }
            Claim::None => self.unknown_kind(kind, &format!("no contract has an event {}", shown(kind)), schemas),
        }
    }

    fn unknown_kind(&self, kind: &str, reason: &str, schemas: &[Schema]) -> Fault {
        let fault = Fault::new(Cause::UnknownKind, reason);
        let names = schemas.iter().flat_map(|schema| schema.kinds.iter().map(|kind| kind.name.as_str()));
        match near(kind, names) {
            Some(close) => fault.help(format!("did you mean `{close}`?")),
            None => fault,
        }
    }

    fn unknown_contract(&self, contract: &str, schemas: &[Schema]) -> Fault {
        let fault =
            Fault::new(Cause::UnknownContract, format!("{} names no contract of this workspace", shown(contract)));
        match near(contract, schemas.iter().map(|schema| schema.contract.as_str())) {
            Some(close) => fault.help(format!("did you mean `{close}`?")),
            None => fault,
        }
    }
}
