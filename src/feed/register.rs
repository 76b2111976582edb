//! The register: which assets stand under which contract, from when to when, with which attributes.
//!
//! A table with the columns `asset`, `family`, `contract`, `from`, `to` and one for each attribute.
//! Several rows of one asset with different `from` are dated changes of its attributes.

use std::io::BufRead;
use std::sync::Arc;

use csv::StringRecord;

use crate::base::ids::{AssetId, FamilyId};
use crate::base::time::Date;
use crate::feed::account::Account;
use crate::feed::cell::{Cell, Cells as _};
use crate::feed::column::Column;
use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, Fate};
use crate::feed::fault::{Fault, near, shown};
use crate::feed::moment::Clock;
use crate::feed::raw::{Books, RawFeed};
use crate::feed::route::Claim;
use crate::feed::rules::Header;
use crate::feed::schema::Schema;
use crate::feed::table::{Row, Rows, is_parquet};
use crate::feed::value::{self, Reading};

/// An asset under a contract.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Holding {
    /// The asset.
    pub asset: AssetId,
    /// Its family.
    pub family: FamilyId,
    /// When it stands under the contract: first and last day, both included, `None` for no limit. In
    /// order, not touching one another.
    pub members: Vec<(Option<Date>, Option<Date>)>,
    /// Its attributes over time, in order of their first day.
    pub changes: Vec<Change>,
}

/// Attributes that hold from a day on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Change {
    /// The first day; `None` for always.
    pub from: Option<Date>,
    /// The row in the columns of the family.
    pub row: u32,
}

impl Holding {
    /// The row of attributes that holds on a day: the last change not after it, else the first there is
    /// (attributes are known before an asset joins).
    pub fn row_on(&self, day: Date) -> Option<u32> {
        let later = self.changes.partition_point(|change| change.from.is_none_or(|from| from <= day));
        let change = self.changes.get(later.saturating_sub(1))?;
        Some(change.row)
    }

    /// Whether it stands under the contract on a day.
    pub fn is_member(&self, day: Date) -> bool {
        self.members.iter().any(|(from, to)| from.is_none_or(|from| from <= day) && to.is_none_or(|to| day <= to))
    }
}

/// The rows of one contract.
#[derive(Clone, Debug, Default)]
pub(crate) struct RegisterRows {
    /// By family, then by attribute.
    pub(crate) columns: Vec<Vec<Column>>,
    /// By family: how many rows its columns have.
    rows: Vec<u32>,
    pub(crate) entries: Vec<Entry>,
    pub(crate) rejected: u64,
    pub(crate) duplicate: u64,
    pub(crate) conflict: u64,
    /// What is wrong with rows of this contract.
    pub(crate) account: Account,
}

/// One row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Entry {
    /// In the pool of assets.
    pub(crate) asset: u32,
    pub(crate) family: FamilyId,
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) row: u32,
    pub(crate) origin: Origin,
}

impl RegisterRows {
    /// No rows yet.
    pub(crate) fn new(schema: &Schema) -> Self {
        let columns = schema.families.iter().map(|family| vec![Column::default(); family.attributes.len()]);
        Self { columns: columns.collect(), rows: vec![0; schema.families.len()], ..Self::default() }
    }

    /// The values of a row.
    pub(crate) fn values(&self, entry: &Entry) -> Vec<Option<i128>> {
        let columns = self.columns.get(entry.family.index()).map(Vec::as_slice).unwrap_or_default();
        columns.iter().map(|column| column.get(entry.row)).collect()
    }
}

/// Reads a register.
pub(crate) fn read(raw: &mut RawFeed, file: u32, mut reader: impl BufRead) {
    let top = Origin { file, line: 1 };
    let delimiter = sniff(&mut reader);
    let (mut rows, header) = match Rows::open(reader, delimiter, file) {
        Ok(opened) => opened,
        Err(fault) => return raw.blame_file(top, fault),
    };
    let columns = match Columns::new(&header, raw) {
        Ok(columns) => columns,
        Err(fault) => return raw.blame_file(top, fault),
    };
    columns.strangers(&header, raw, top);
    let mut cells = StringRecord::new();
    loop {
        match rows.next(&mut cells) {
            Row::End => return,
            Row::Broken(origin, fault) => return raw.blame_file(origin, fault),
            Row::Bad(origin, fault) => {
                raw.begin(origin);
                raw.reject(origin, fault);
            }
            Row::Cells(origin) => {
                raw.begin(origin);
                take(raw, &columns, &header, origin, &cells);
            }
        }
    }
}

/// What stands between the columns: the mark that the first line has most of.
pub(crate) fn sniff(reader: &mut impl BufRead) -> u8 {
    if is_parquet(reader) {
        return b',';
    }
    let start = reader.fill_buf().unwrap_or_default();
    let line = start.split(|byte| *byte == b'\n').next().unwrap_or_default();
    let count = |mark: u8| line.iter().map(|byte| usize::from(*byte == mark)).fold(0, usize::saturating_add);
    [b'\t', b';', b','].into_iter().max_by_key(|mark| count(*mark)).unwrap_or(b',')
}

/// The places of the columns that every register has.
#[derive(Debug)]
struct Columns {
    asset: usize,
    family: Option<usize>,
    contract: Option<usize>,
    from: Option<usize>,
    to: Option<usize>,
}

impl Columns {
    fn new(header: &Header, raw: &RawFeed) -> Result<Self, Fault> {
        let columns = Self {
            asset: header.column("asset")?,
            family: header.find("family"),
            contract: header.find("contract"),
            from: header.find("from"),
            to: header.find("to"),
        };
        if columns.contract.is_none() && raw.schemas.len() > 1 {
            let fault =
                Fault::new(Cause::Mapping, "the register has no column `contract`, and there are several contracts");
            return Err(fault.help("add it: the contract under which each asset stands"));
        }
        let several = |schema: &Schema| schema.families.len() > 1;
        if columns.family.is_none() && raw.schemas.iter().any(several) {
            let fault =
                Fault::new(Cause::Mapping, "the register has no column `family`, and a contract has several families");
            return Err(fault.help("add it: the family of each asset"));
        }
        Ok(columns)
    }

    /// Points out columns that mean nothing: mostly attributes that are misspelt.
    fn strangers(&self, header: &Header, raw: &mut RawFeed, top: Origin) {
        let own = [Some(self.asset), self.family, self.contract, self.from, self.to];
        let families = raw.schemas.iter().flat_map(|schema| &schema.families);
        let names: Vec<String> =
            families.flat_map(|family| &family.attributes).map(|field| field.name.clone()).collect();
        for (place, column) in header.iter() {
            if own.contains(&Some(place)) || names.iter().any(|name| name == column) {
                continue;
            }
            let reason = format!("the column {} is no attribute of any family, and is not read", shown(column));
            let fault = Fault::new(Cause::UnknownColumn, reason);
            let fixed = ["family", "contract", "from", "to"];
            let words = names.iter().map(String::as_str).chain(fixed);
            let close = meant(column).or_else(|| near(column, words));
            raw.blame_file(
                top,
                match close {
                    Some(close) => fault.help(format!("did you mean `{close}`?")),
                    None => fault,
                },
            );
        }
    }
}

/// The column of a register that another word for it stands for.
fn meant(column: &str) -> Option<&'static str> {
    match column.to_ascii_lowercase().as_str() {
        "until" | "till" | "end" | "ends" | "end_date" | "valid_to" | "valid_until" | "last_day" => Some("to"),
        "since" | "start" | "starts" | "start_date" | "valid_from" | "first_day" => Some("from"),
        _ => None,
    }
}

/// Takes in a row.
fn take(raw: &mut RawFeed, columns: &Columns, header: &Header, origin: Origin, cells: &StringRecord) {
    let text = |column: Option<usize>| column.and_then(|column| cells.text(column));
    let Some(asset) = cells.text(columns.asset) else {
        let fault = Fault::new(Cause::MissingKey, "the row names no asset");
        return raw.reject(origin, fault.help("fill the column `asset`"));
    };
    if let Err(fault) = Fault::unless_plain("asset", asset) {
        return raw.reject(origin, fault);
    }
    let contract = match (text(columns.contract), raw.schemas.len()) {
        (Some(contract), _) => match raw.router.claim(contract) {
            Claim::Known(contract) => contract,
            Claim::Other(_) | Claim::Elsewhere | Claim::None => {
                raw.count(origin, |tally| &mut tally.unassigned);
                let claim = Claim::Other(contract);
                return raw.note_stray(origin, Cause::UnknownContract, |raw| {
                    raw.router.astray(claim, None, "", &raw.schemas)
                });
            }
        },
        (None, 1) => 0,
        (None, _) => {
            let fault = Fault::new(Cause::MissingKey, "the row names no contract");
            return raw.reject(origin, fault.help("fill the column `contract`"));
        }
    };
    let asset = raw.assets.intern(asset);
    match entry(raw, contract, asset, columns, header, origin, cells) {
        Ok(family) => {
            Arc::make_mut(&mut raw.router).hold(asset, contract, family);
            raw.clusters.meet(asset, contract);
        }
        Err(fault) => {
            raw.cause(origin, fault.cause);
            raw.count(origin, |tally| &mut tally.rejected);
            if let Some(books) = raw.books.get_mut(contract) {
                books.register.rejected = books.register.rejected.saturating_add(1);
                books.register.account.note(origin, Some(Fate::Rejected), fault.cause, || fault);
            }
        }
    }
}

/// Reads a row of a contract and stores it.
fn entry(
    raw: &mut RawFeed,
    contract: usize,
    asset: u32,
    columns: &Columns,
    header: &Header,
    origin: Origin,
    cells: &StringRecord,
) -> Result<FamilyId, Fault> {
    let RawFeed { schemas, books, texts, assets, .. } = raw;
    let (Some(schema), Some(Books { register, .. })) = (schemas.get(contract), books.get_mut(contract)) else {
        return Ok(FamilyId(0));
    };
    let family = family(schema, columns.family.and_then(|column| cells.text(column)))?;
    let (from, to) = (date(cells, columns.from, "from")?, date(cells, columns.to, "to")?);
    if let (Some(from), Some(to)) = (from, to)
        && to < from
    {
        let fault = Fault::new(Cause::BadValue, format!("`to` {to} lies before `from` {from}"));
        return Err(fault.help("both days are included: an asset for one day has the same twice"));
    }
    let attributes = schema.families.get(family.index()).map(|family| family.attributes.as_slice()).unwrap_or_default();
    let mut clock = Clock::new(Some(schema.zone));
    let mut reading = Reading { point: b'.', clock: &mut clock, texts, assets, schema };
    let mut values = Vec::with_capacity(attributes.len());
    for field in attributes {
        let text = header.find(&field.name).and_then(|column| cells.text(column));
        values.push(text.map(|text| value::read(field, Cell::Text(text), None, &mut reading)).transpose()?);
    }
    if let (Some(columns), Some(rows)) =
        (register.columns.get_mut(family.index()), register.rows.get_mut(family.index()))
    {
        for (column, value) in columns.iter_mut().zip(values) {
            column.push(value);
        }
        register.entries.push(Entry { asset, family, from, to, row: *rows, origin });
        *rows = rows.saturating_add(1);
    }
    Ok(family)
}

fn family(schema: &Schema, name: Option<&str>) -> Result<FamilyId, Fault> {
    let Some(name) = name else {
        return match schema.families.as_slice() {
            [_] => Ok(FamilyId(0)),
            _ => Err(Fault::new(Cause::MissingKey, "the row names no family").help("fill the column `family`")),
        };
    };
    let place = schema.families.iter().position(|family| family.name == name);
    place.map(FamilyId::at).ok_or_else(|| {
        let reason = format!("{} is no family of {}", shown(name), shown(&schema.contract));
        let names = schema.families.iter().map(|family| family.name.as_str());
        Fault::new(Cause::UnknownFamily, reason).among(name, names)
    })
}

fn date(cells: &StringRecord, column: Option<usize>, name: &str) -> Result<Option<Date>, Fault> {
    let Some(text) = column.and_then(|column| cells.text(column)) else {
        return Ok(None);
    };
    let date = Date::parse(text).ok_or_else(|| {
        let reason = format!("{} of {} is not a date", shown(text), shown(name));
        Fault::new(Cause::BadInstant, reason).help("write it as `2026-03-02`")
    })?;
    Ok(Some(date))
}
