//! Rows of the register to holdings: repeated rows left out, contradicting ones listed, changes in order.

use crate::base::ids::AssetId;
use crate::base::time::{Date, Instant};
use crate::feed::column::Column;
use crate::feed::evidence::{Cause, Fate};
use crate::feed::fault::{Fault, shown};
use crate::feed::identity::Identities;
use crate::feed::raw::RawFeed;
use crate::feed::register::{Change, Entry, Holding, RegisterRows};
use crate::feed::schema::FieldSchema;
use crate::feed::texts::Ranks;

/// Leaves only rows that agree with one another, once all registers are read.
///
/// Of rows that cannot both hold, the first by family, days and values stays, so that the order of rows
/// never matters.
pub(crate) fn agree(raw: &mut RawFeed) {
    for contract in 0..raw.books.len() {
        let Some(books) = raw.books.get_mut(contract) else {
            continue;
        };
        let mut register = std::mem::take(&mut books.register);
        let mut entries = std::mem::take(&mut register.entries);
        entries.sort_by(|a, b| register.order(raw, contract, a, b));
        let mut kept: Vec<Entry> = Vec::with_capacity(entries.len());
        for entry in entries {
            match kept.last().filter(|before| before.asset == entry.asset) {
                Some(before) => match register.clash(before, &entry) {
                    None => kept.push(entry),
                    Some(clash) => leave_out(raw, &mut register, clash, before, &entry),
                },
                None => kept.push(entry),
            }
        }
        for entry in &kept {
            raw.count(entry.origin, |tally| &mut tally.used);
        }
        register.entries = kept;
        if let Some(books) = raw.books.get_mut(contract) {
            books.register = register;
        }
    }
}

/// How a row does not go with the one before it.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Clash {
    Duplicate,
    Family,
    Values,
}

impl RegisterRows {
    /// By asset, family, days, values, place.
    fn order(&self, raw: &RawFeed, contract: usize, a: &Entry, b: &Entry) -> std::cmp::Ordering {
        let key = |entry: &Entry| (entry.asset, entry.family, entry.from, entry.to);
        key(a)
            .cmp(&key(b))
            .then_with(|| self.shown_values(raw, contract, a).cmp(&self.shown_values(raw, contract, b)))
            .then(a.origin.cmp(&b.origin))
    }

    /// Values in an order that does not depend on when texts were first seen.
    fn shown_values<'a>(&self, raw: &'a RawFeed, contract: usize, entry: &Entry) -> Vec<(Option<i128>, &'a str)> {
        let family = raw.schemas.get(contract).and_then(|schema| schema.families.get(entry.family.index()));
        let attributes = family.map(|family| family.attributes.as_slice()).unwrap_or_default();
        let values = self.values(entry).into_iter().zip(attributes);
        let shown = |(value, field): (_, &FieldSchema)| match field.kind.text(value, raw) {
            Some(text) => (Some(0), text),
            None => (value, ""),
        };
        values.map(shown).collect()
    }

    fn clash(&self, before: &Entry, entry: &Entry) -> Option<Clash> {
        if before.family != entry.family {
            Some(Clash::Family)
        } else if before.from != entry.from {
            None
        } else if before.to == entry.to && self.values(before) == self.values(entry) {
            Some(Clash::Duplicate)
        } else {
            Some(Clash::Values)
        }
    }
}

fn leave_out(raw: &mut RawFeed, register: &mut RegisterRows, clash: Clash, before: &Entry, entry: &Entry) {
    let asset = shown(raw.assets.get(entry.asset));
    let file = raw.files.get(before.origin.file as usize).map_or("", |file| file.name.as_str());
    let other = format!("{file}:{}", before.origin.line);
    let (fate, fault) = match clash {
        Clash::Duplicate => (Fate::Duplicate, Fault::new(Cause::Duplicate, format!("says again what {other} says"))),
        Clash::Family => (
            Fate::Conflict,
            Fault::new(Cause::Conflict, format!("{asset} is of another family in {other}, which stays"))
                .help("an asset is of one family under a contract"),
        ),
        Clash::Values => (
            Fate::Conflict,
            Fault::new(Cause::Conflict, format!("{asset} differs from {other} for the same first day; that row stays"))
                .help("give a change its own `from`, or remove one of the rows"),
        ),
    };
    let again = fate == Fate::Duplicate;
    let count = if again { &mut register.duplicate } else { &mut register.conflict };
    *count = count.saturating_add(1);
    raw.cause(entry.origin, fault.cause);
    raw.count(entry.origin, |tally| if again { &mut tally.duplicate } else { &mut tally.conflict });
    register.account.note(entry.origin, Some(fate), fault.cause, || fault);
}

/// Holdings of the assets that are asked for and their attributes, in the order of assets; `ranks` gives the final number of an asset,
/// `texts` that of a text.
pub(crate) fn build(
    raw: &RawFeed,
    contract: usize,
    (identities, ranks): (&Identities, &Ranks),
    texts: &Ranks,
    is_here: &dyn Fn(u32) -> bool,
) -> (Vec<Holding>, Vec<Vec<Column>>) {
    let Some((books, schema)) = raw.books.get(contract).zip(raw.schemas.get(contract)) else {
        return (Vec::new(), Vec::new());
    };
    let register = &books.register;
    let rank = |asset: u32| ranks.rank(asset);
    // A row under a later name is a row of the asset that bears it then.
    let bearer = |entry: &Entry| {
        let at = entry.from.map_or(Instant::MAX, |from| schema.zone.start_of(from.plus_days(1)));
        Entry { asset: identities.of(entry.asset, at), ..*entry }
    };
    let mut entries: Vec<Entry> = register.entries.iter().map(bearer).filter(|entry| is_here(entry.asset)).collect();
    entries.sort_by_key(|entry| (rank(entry.asset), entry.from));
    let mut rows: Vec<Vec<u32>> = vec![Vec::new(); register.columns.len()];
    let mut holdings = Vec::new();
    for group in entries.chunk_by(|a, b| a.asset == b.asset) {
        let Some(first) = group.first() else { continue };
        let mut holding = Holding {
            asset: AssetId(rank(first.asset)),
            family: first.family,
            members: members(group),
            changes: Vec::with_capacity(group.len()),
        };
        if let Some(rows) = rows.get_mut(first.family.index()) {
            for entry in group {
                let row = u32::try_from(rows.len()).unwrap_or(u32::MAX);
                rows.push(entry.row);
                holding.changes.push(Change { from: entry.from, row });
            }
        }
        holdings.push(holding);
    }
    let families = register.columns.iter().zip(&schema.families).zip(&rows);
    let columns = families.map(|((columns, family), rows)| {
        let fields = columns.iter().zip(&family.attributes);
        fields.map(|(column, field)| column.gather(rows, field.kind.renumber(texts.all(), ranks.all()))).collect()
    });
    (holdings, columns.collect())
}

/// When an asset stands under the contract: each row holds until its `to`, or until the next row takes
/// over.
fn members(rows: &[Entry]) -> Vec<(Option<Date>, Option<Date>)> {
    let mut members: Vec<(Option<Date>, Option<Date>)> = Vec::new();
    let next = rows.iter().skip(1).map(|row| row.from).chain([None]);
    for (row, next) in rows.iter().zip(next) {
        let cut = next.map(|from| from.plus_days(-1));
        let end = match (row.to, cut) {
            (Some(to), Some(cut)) => Some(to.min(cut)),
            (to, cut) => to.or(cut),
        };
        match members.last_mut() {
            Some((_, last)) if last.map(|last| last.plus_days(1)) == row.from => *last = end,
            Some(_) | None => members.push((row.from, end)),
        }
    }
    members
}
