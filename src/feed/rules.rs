//! A mapping bound to what it maps: columns found in the header, kinds and fields found in the contracts.

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::time::Zone;
use crate::feed::condition::{Check, Condition};
use crate::feed::evidence::Cause;
use crate::feed::fault::{Fault, shown};
use crate::feed::mapping::{ConstantOrColumn, ConstantOrMap, EventRule, Mapping, OneOrMany};
use crate::feed::raw::RawFeed;
use crate::feed::route::{Claim, Kinds};
use crate::feed::value::Unit;

/// What a mapping says about JSON Lines: values for events that do not give their own.
#[derive(Clone, Debug, Default)]
pub(crate) struct Defaults {
    pub(crate) zone: Option<Zone>,
    pub(crate) source: Option<String>,
    pub(crate) contract: Option<String>,
}

impl Defaults {
    /// Refuses what only a table can have.
    pub(crate) fn of(mapping: &Mapping) -> Result<Self, Fault> {
        let columns = [
            mapping.asset.is_some(),
            mapping.at.is_some(),
            mapping.recorded.is_some(),
            mapping.id.is_some(),
            mapping.each_row.is_some(),
            mapping.corrects.is_some(),
            mapping.retracts.is_some(),
            mapping.quantity.is_some(),
            mapping.sequence.is_some(),
            mapping.delimiter.is_some(),
            mapping.decimal.is_some(),
            !mapping.events.is_empty(),
            matches!(mapping.source, Some(ConstantOrColumn::Column { .. })),
            matches!(mapping.contract, Some(ConstantOrMap::Mapped { .. })),
        ];
        if columns.contains(&true) {
            let fault = Fault::new(Cause::Mapping, "the mapping names columns, and JSON Lines have none");
            return Err(fault.help("a feed of JSON Lines takes `path`, `source`, `contract` and `timezone` only"));
        }
        Ok(Self {
            zone: mapping.timezone,
            source: match &mapping.source {
                Some(ConstantOrColumn::Constant(source)) => Some(source.clone()),
                Some(ConstantOrColumn::Column { .. }) | None => None,
            },
            contract: match &mapping.contract {
                Some(ConstantOrMap::Constant(contract)) => Some(contract.clone()),
                Some(ConstantOrMap::Mapped { .. }) | None => None,
            },
        })
    }
}

/// The columns of a table.
#[derive(Clone, Debug)]
pub(crate) struct Header(Vec<String>);

impl Header {
    /// Names as the file has them; space around them does not count.
    pub(crate) fn new<'a>(names: impl Iterator<Item = &'a str>) -> Self {
        Self(names.map(|name| name.trim_start_matches('\u{feff}').trim().to_owned()).collect())
    }

    /// How many columns there are.
    pub(crate) fn len(&self) -> usize {
        self.0.len()
    }

    /// The names with their places.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (usize, &str)> {
        self.0.iter().map(String::as_str).enumerate()
    }

    /// The place of a column, if there is one of this name.
    pub(crate) fn find(&self, name: &str) -> Option<usize> {
        self.0.iter().position(|column| column == name)
    }

    /// The place of a column that must be there, once.
    pub(crate) fn column(&self, name: &str) -> Result<usize, Fault> {
        let Some(place) = self.find(name) else {
            let fault = Fault::new(Cause::Mapping, format!("the file has no column {}", shown(name)));
            if let [only] = self.0.as_slice()
                && only.contains([',', ';', '\t', '|'])
            {
                let help = format!("its header is one column, {}: say which `delimiter` the file has", shown(only));
                return Err(fault.help(help));
            }
            return Err(fault.among(name, self.0.iter().map(String::as_str)));
        };
        if self.0.iter().filter(|column| *column == name).count() > 1 {
            let fault = Fault::new(Cause::Mapping, format!("the file has several columns {}", shown(name)));
            return Err(fault.help("rename all but one"));
        }
        Ok(place)
    }

    fn optional(&self, name: Option<&String>) -> Result<Option<usize>, Fault> {
        name.map(|name| self.column(name)).transpose()
    }

    /// A column, or a column and a unit.
    fn with_unit(&self, text: &str) -> Result<(usize, Option<Unit>), Fault> {
        let text = text.trim();
        if let Some(place) = self.find(text) {
            return Ok((place, None));
        }
        match text.rsplit_once(char::is_whitespace) {
            Some((column, unit)) => Ok((self.column(column.trim_end())?, Some(Unit::of(unit)))),
            None => self.column(text).map(|place| (place, None)),
        }
    }
}

/// A mapping, bound.
#[derive(Debug)]
pub(crate) struct Bound<'m> {
    pub(crate) asset: Option<usize>,
    pub(crate) at: usize,
    pub(crate) recorded: Option<usize>,
    /// Empty where each row is an event.
    pub(crate) id: Vec<usize>,
    /// Those of the row that a row replaces; empty where the mapping names none.
    pub(crate) corrects: Vec<usize>,
    /// Those of the row that it takes back.
    pub(crate) retracts: Vec<usize>,
    pub(crate) source: Source,
    pub(crate) contract: Contract<'m>,
    pub(crate) quantity: Option<usize>,
    pub(crate) sequence: Option<usize>,
    pub(crate) rules: Vec<Rule<'m>>,
}

/// Who says so.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Source {
    /// A text of the feed, always.
    Constant(u32),
    /// A column.
    Column(usize),
}

/// Where the contract of a row is from.
#[derive(Debug)]
pub(crate) enum Contract<'m> {
    /// Not said.
    None,
    /// The same for all rows.
    Constant(Claim<'m>),
    /// The identifier stands in a column.
    Column(usize),
    /// A column, through a map.
    Mapped(usize, FxHashMap<&'m str, Claim<'m>>),
}

/// An event rule, bound.
#[derive(Debug)]
pub(crate) struct Rule<'m> {
    pub(crate) kind: RuleKind<'m>,
    /// Alternatives of tests that must all hold; empty where every row stands for the event.
    pub(crate) when: Vec<Vec<(usize, &'m Check)>>,
    /// Fields: name, column, unit of the column.
    pub(crate) fields: Vec<(&'m str, usize, Option<Unit>)>,
}

/// The kind of a rule.
#[derive(Debug)]
pub(crate) enum RuleKind<'m> {
    /// The same for all rows.
    Constant(Target<'m>),
    /// The name of a declared kind stands in a column.
    Column(usize, FxHashMap<&'m str, Target<'m>>),
    /// A column, through a map.
    Mapped(usize, FxHashMap<&'m str, Target<'m>>),
}

/// A kind that a rule gives, in every contract that declares it.
#[derive(Clone, Debug)]
pub(crate) struct Target<'m> {
    pub(crate) name: &'m str,
    /// `None` where no contract declares it.
    pub(crate) kinds: Option<Arc<Kinds>>,
    /// By contract, then by field of the kind: the place in the fields of the rule.
    pub(crate) places: Vec<Vec<Option<usize>>>,
}

impl<'m> Bound<'m> {
    /// Binds a mapping to the header of a file; `names` are those of all kinds.
    pub(crate) fn new(
        mapping: &'m Mapping,
        names: &'m [String],
        header: &Header,
        raw: &mut RawFeed,
    ) -> Result<Self, Fault> {
        let at =
            mapping.at.as_ref().ok_or_else(|| asks("does not say when an event happened", "add `at = \"COLUMN\"`"))?;
        if mapping.events.is_empty() {
            return Err(asks("does not say which events a row stands for", "add `[[feed.event]]` with `kind = \"…\"`"));
        }
        let id = identity(mapping, header)?;
        let linked = |key: &str, named: Option<&OneOrMany>| link(key, named, &id, header);
        Ok(Self {
            corrects: linked("corrects", mapping.corrects.as_ref())?,
            retracts: linked("retracts", mapping.retracts.as_ref())?,
            asset: header.optional(mapping.asset.as_ref())?,
            at: header.column(at)?,
            recorded: header.optional(mapping.recorded.as_ref())?,
            id,
            source: source(mapping, header, raw)?,
            contract: contract(mapping, header, raw)?,
            quantity: header.optional(mapping.quantity.as_ref())?,
            sequence: header.optional(mapping.sequence.as_ref())?,
            rules: mapping.events.iter().map(|rule| bind_rule(rule, names, header, raw)).collect::<Result<_, _>>()?,
        })
    }
}

impl Bound<'_> {
    /// The columns that the mapping reads, and whether each may be read as what it is: an instant or a number. What tells
    /// a row from others or where it belongs is read as text.
    pub(crate) fn columns(&self) -> BTreeMap<usize, bool> {
        let mut columns = BTreeMap::new();
        let tests = self.rules.iter().flat_map(|rule| &rule.when).flatten().map(|(column, _)| *column);
        let fields = self.rules.iter().flat_map(|rule| &rule.fields).map(|(_, column, _)| *column);
        columns.extend(tests.chain(fields).chain([self.at]).chain(self.recorded).map(|column| (column, true)));
        let ids = [&self.id, &self.corrects, &self.retracts];
        let mut texts: Vec<usize> = ids.into_iter().flatten().copied().collect();
        texts.extend([self.asset, self.quantity, self.sequence].into_iter().flatten());
        match &self.source {
            Source::Constant(_) => {}
            Source::Column(column) => texts.push(*column),
        }
        match &self.contract {
            Contract::None | Contract::Constant(_) => {}
            Contract::Column(column) | Contract::Mapped(column, _) => texts.push(*column),
        }
        for rule in &self.rules {
            match &rule.kind {
                RuleKind::Constant(_) => {}
                RuleKind::Column(column, _) | RuleKind::Mapped(column, _) => texts.push(*column),
            }
        }
        columns.extend(texts.into_iter().map(|column| (column, false)));
        columns
    }
}

fn asks(what: &str, help: &str) -> Fault {
    Fault::new(Cause::Mapping, format!("the mapping {what}")).help(help)
}

fn identity(mapping: &Mapping, header: &Header) -> Result<Vec<usize>, Fault> {
    match (&mapping.id, mapping.each_row) {
        (Some(id), None) if !id.texts().is_empty() => id.texts().iter().map(|name| header.column(name)).collect(),
        (None, Some(_)) => Ok(Vec::new()),
        (Some(_), Some(_)) => {
            Err(asks("gives both `id` and `each_row`", "keep `id` if its columns tell one event from another"))
        }
        (Some(_) | None, None) => Err(asks(
            "does not say what tells one event from another, so that a row delivered twice would count twice",
            "add `id = [\"COLUMN\", …]`, or `each_row = \"an event\"` if two equal rows are two events",
        )),
    }
}

/// So many columns.
fn columns(count: usize) -> String {
    format!("{count} {}", if count == 1 { "column" } else { "columns" })
}

/// The columns of the id of another row.
fn link(key: &str, named: Option<&OneOrMany>, id: &[usize], header: &Header) -> Result<Vec<usize>, Fault> {
    let Some(named) = named.map(OneOrMany::texts) else { return Ok(Vec::new()) };
    if id.is_empty() {
        let fault = asks(&format!("gives `{key}`, and nothing identifies a row"), "add `id = [\"COLUMN\", …]`");
        return Err(fault);
    }
    if named.len() != id.len() {
        let what = format!("names {} as `{key}` and {} as `id`", columns(named.len()), columns(id.len()));
        return Err(asks(&what, "name as many, in the same order: together they are the `id` of the other row"));
    }
    named.iter().map(|name| header.column(name)).collect()
}

fn source(mapping: &Mapping, header: &Header, raw: &mut RawFeed) -> Result<Source, Fault> {
    match &mapping.source {
        Some(ConstantOrColumn::Column { column }) => header.column(column).map(Source::Column),
        Some(ConstantOrColumn::Constant(source)) => Ok(Source::Constant(raw.texts.intern(source))),
        None => {
            let path = mapping.path.texts().first().map(String::as_str);
            Ok(Source::Constant(raw.texts.intern(path.unwrap_or_default())))
        }
    }
}

fn contract<'m>(mapping: &'m Mapping, header: &Header, raw: &RawFeed) -> Result<Contract<'m>, Fault> {
    Ok(match &mapping.contract {
        None => Contract::None,
        Some(ConstantOrMap::Constant(contract)) => Contract::Constant(raw.router.claim(contract)),
        Some(ConstantOrMap::Mapped { column, map: None }) => Contract::Column(header.column(column)?),
        Some(ConstantOrMap::Mapped { column, map: Some(map) }) => {
            let claims = map.iter().map(|(value, contract)| (value.as_str(), raw.router.claim(contract)));
            Contract::Mapped(header.column(column)?, claims.collect())
        }
    })
}

fn bind_rule<'m>(rule: &'m EventRule, names: &'m [String], header: &Header, raw: &RawFeed) -> Result<Rule<'m>, Fault> {
    let mut fields = Vec::with_capacity(rule.fields.len());
    for (name, from) in &rule.fields {
        let (column, unit) = header.with_unit(from)?;
        fields.push((name.as_str(), column, unit));
    }
    let target = |name: &'m str| Target::new(name, &fields, raw);
    let kind = match &rule.kind {
        ConstantOrMap::Constant(name) => RuleKind::Constant(target(name)),
        ConstantOrMap::Mapped { column, map: None } => {
            let targets = names.iter().map(|name| (name.as_str(), target(name)));
            RuleKind::Column(header.column(column)?, targets.collect())
        }
        ConstantOrMap::Mapped { column, map: Some(map) } => {
            let targets = map.iter().map(|(value, name)| (value.as_str(), target(name)));
            RuleKind::Mapped(header.column(column)?, targets.collect())
        }
    };
    check_fields(rule, names, raw)?;
    let when = rule.when.as_ref().map_or(Ok(Vec::new()), |when| bind_condition(when, header))?;
    Ok(Rule { kind, when, fields })
}

fn bind_condition<'m>(when: &'m Condition, header: &Header) -> Result<Vec<Vec<(usize, &'m Check)>>, Fault> {
    let bind = |all: &'m Vec<crate::feed::condition::Test>| {
        all.iter().map(|test| Ok((header.column(&test.column)?, &test.check))).collect()
    };
    when.any.iter().map(bind).collect()
}

/// A field must be one of a kind that the rule can give.
fn check_fields(rule: &EventRule, names: &[String], raw: &RawFeed) -> Result<(), Fault> {
    let names: Vec<&String> = match &rule.kind {
        ConstantOrMap::Constant(name) => vec![name],
        ConstantOrMap::Mapped { map: None, .. } => names.iter().collect(),
        ConstantOrMap::Mapped { map: Some(map), .. } => map.values().collect(),
    };
    let kinds: Vec<_> = names.iter().filter_map(|name| Some((*name, raw.router.kinds(name)?))).collect();
    for field in rule.fields.keys() {
        let mut checks = kinds.iter().map(|(name, kinds)| kinds.check_field(name, field));
        if let Some(Err(fault)) = checks.clone().next()
            && checks.all(|check| check.is_err())
        {
            return Err(Fault { cause: Cause::Mapping, ..fault });
        }
    }
    Ok(())
}

impl<'m> Target<'m> {
    /// The kinds of this name, and where their fields come from.
    pub(crate) fn new(name: &'m str, fields: &[(&str, usize, Option<Unit>)], raw: &RawFeed) -> Self {
        let kinds = raw.router.kinds(name).cloned();
        let places = raw.schemas.iter().enumerate().map(|(contract, schema)| {
            let kind = kinds.as_ref().and_then(|kinds| kinds.of(contract));
            let declared = kind.and_then(|kind| schema.kinds.get(kind.index()));
            let place = |name: &str| fields.iter().position(|(field, _, _)| *field == name);
            declared.map_or(Vec::new(), |kind| kind.fields.iter().map(|field| place(&field.name)).collect())
        });
        Self { name, places: places.collect(), kinds }
    }
}
