//! The accounts: what became of every line, in all, by file and by contract.

use std::collections::{BTreeMap, BTreeSet};

use rustc_hash::FxHashSet;

use crate::base::ids::{FieldId, KindId};
use crate::feed::account::Account;
use crate::feed::corrections::{Fates, Verdict};
use crate::feed::evidence::{Cause, Evidence, Fate, MissingField, Tally};
use crate::feed::fault::{Fault, shown};
use crate::feed::indices::Resolved;
use crate::feed::part::{Known, Record};
use crate::feed::raw::{RawFeed, Role};
use crate::feed::register::RegisterRows;
use crate::feed::{FileAccount, Holds};

/// What became of the lines of one part, beside what its contracts make of them.
#[derive(Debug, Default)]
pub(crate) struct Accounts {
    /// By file.
    files: Vec<(Tally, BTreeMap<Cause, u64>)>,
    /// What resolution has to say about lines.
    verdicts: Account,
    /// Of that, what is about lines which name no contract themselves: retractions.
    common: Account,
    /// Those that take back nothing.
    lost: Vec<u32>,
}

impl Accounts {
    /// The accounts of the lines of a part.
    pub(crate) fn new(known: Known<'_>, fates: &Fates) -> Self {
        let part = known.part;
        let mut accounts =
            Self { files: vec![(Tally::default(), BTreeMap::new()); known.frame.files.len()], ..Self::default() };
        for ((number, record), fate) in (0_u32..).zip(&part.records).zip(&fates.all) {
            if record.role == Role::Stray || record.elsewhere {
                continue;
            }
            if let Some((tally, _)) = accounts.files.get_mut(record.origin.file as usize) {
                add(tally, *fate, 1);
            }
            if record.role == Role::Retraction && *fate == Fate::Rejected {
                accounts.lost.push(number);
            }
        }
        for verdict in &fates.verdicts {
            let Some(record) = part.record(verdict.record).filter(|record| !record.elsewhere) else { continue };
            if let Some((_, causes)) = accounts.files.get_mut(record.origin.file as usize) {
                let count = causes.entry(verdict.cause).or_default();
                *count = count.saturating_add(1);
            }
            note(&mut accounts.verdicts, known, fates, verdict, record);
            if accounts.lost.binary_search(&verdict.record).is_ok() {
                note(&mut accounts.common, known, fates, verdict, record);
            }
        }
        accounts
    }
}

/// What stands beside all parts.
#[derive(Debug)]
pub(crate) struct Totals {
    /// Lines of events that were read.
    lines: u64,
    /// Rows of registers that were.
    rows: u64,
    /// Rows of index values.
    indices: Tally,
}

impl Totals {
    /// Counts what was read.
    pub(crate) fn new(frame: &RawFeed, points: &Resolved) -> Self {
        let total = |holds: Holds| {
            let mut sum = Tally::default();
            frame.files.iter().filter(|file| file.holds == holds).for_each(|file| sum.add(&file.tally));
            sum
        };
        let mut indices = total(Holds::Indices);
        points.fates.iter().for_each(|(_, fate)| add(&mut indices, *fate, 1));
        Self { lines: total(Holds::Events).read, rows: total(Holds::Register).read, indices }
    }
}

/// The account of all lines, and of each file.
pub(crate) fn whole(
    frame: &RawFeed,
    points: &Resolved,
    totals: &Totals,
    parts: &[Accounts],
) -> (Vec<FileAccount>, Evidence) {
    let mut files = frame.files.clone();
    for (origin, fate) in &points.fates {
        if let Some(file) = files.get_mut(origin.file as usize) {
            add(&mut file.tally, *fate, 1);
        }
    }
    for (file, (tally, causes)) in parts.iter().flat_map(|part| part.files.iter().enumerate()) {
        let Some(file) = files.get_mut(file) else { continue };
        file.add(tally, causes);
    }
    let mut lines = Tally::default();
    files.iter().filter(|file| file.holds == Holds::Events).for_each(|file| lines.add(&file.tally));
    let mut rows = Tally::default();
    files.iter().filter(|file| file.holds == Holds::Register).for_each(|file| rows.add(&file.tally));
    let own = frame.books.iter().flat_map(|books| [&books.account, &books.register.account]);
    let verdicts = parts.iter().map(|part| &part.verdicts);
    let account =
        Account::merged([&frame.common, &frame.stray, &points.account].into_iter().chain(verdicts).chain(own));
    let evidence = Evidence {
        tally: lines,
        register: rows,
        indices: totals.indices,
        without_asset: frame.nameless,
        missing: Vec::new(),
        causes: account.causes,
        findings: account.findings,
    };
    (files, evidence)
}

fn add(tally: &mut Tally, fate: Fate, count: u64) {
    let place = tally.of_mut(fate);
    *place = place.saturating_add(count);
}

impl Tally {
    /// The count of a fate.
    pub fn of(&self, fate: Fate) -> u64 {
        match fate {
            Fate::Used => self.used,
            Fate::Duplicate => self.duplicate,
            Fate::Superseded => self.superseded,
            Fate::Retracted => self.retracted,
            Fate::Conflict => self.conflict,
            Fate::Unassigned => self.unassigned,
            Fate::NotYetKnown => self.not_yet_known,
            Fate::TooLate => self.too_late,
            Fate::Rejected => self.rejected,
        }
    }

    fn of_mut(&mut self, fate: Fate) -> &mut u64 {
        match fate {
            Fate::Used => &mut self.used,
            Fate::Duplicate => &mut self.duplicate,
            Fate::Superseded => &mut self.superseded,
            Fate::Retracted => &mut self.retracted,
            Fate::Conflict => &mut self.conflict,
            Fate::Unassigned => &mut self.unassigned,
            Fate::NotYetKnown => &mut self.not_yet_known,
            Fate::TooLate => &mut self.too_late,
            Fate::Rejected => &mut self.rejected,
        }
    }

    pub(crate) fn add(&mut self, other: &Tally) {
        self.read = self.read.saturating_add(other.read);
        for fate in Fate::ALL {
            add(self, fate, other.of(fate));
        }
    }
}

fn note(account: &mut Account, known: Known<'_>, fates: &Fates, verdict: &Verdict, record: &Record) {
    let fate = fates.all.get(verdict.record as usize).copied();
    account.note(record.origin, fate, verdict.cause, || words(known, verdict, record));
}

fn words(known: Known<'_>, verdict: &Verdict, record: &Record) -> Fault {
    let place = |number: Option<u32>| {
        let origin = number.and_then(|number| known.part.record(number)).map(|record| record.origin);
        let file = origin.and_then(|origin| known.frame.files.get(origin.file as usize));
        match (origin, file) {
            (Some(origin), Some(file)) => format!("{}:{}", file.name, origin.line),
            _ => "another line".to_owned(),
        }
    };
    let id = record.id.map(|id| shown(known.part.ids.get(id))).unwrap_or_default();
    let by = place(verdict.by);
    let fault = |reason: String| Fault::new(verdict.cause, reason);
    match verdict.cause {
        Cause::Duplicate if verdict.by.is_none() => fault("says again what another line says".to_owned()),
        Cause::Duplicate => fault(format!("says again what {by} says")),
        Cause::Conflict if verdict.by.and_then(|by| known.part.record(by)).map(Record::known) == Some(record.known()) => {
            fault(format!("the event {id} says something else in {by}, and none of the two was known first: what depends on it is held"))
                .help("take one of them back, or send the change with an id of its own and `corrects`")
        }
        Cause::Conflict => fault(format!("the event {id} says something else in {by}, which stays in use"))
            .help("if this is a change, send it with an id of its own and `corrects`"),
        Cause::Superseded => fault(format!("corrected by {by}")),
        Cause::Retracted if record.role == Role::Retraction => fault("takes another event back".to_owned()),
        Cause::Retracted => fault(format!("taken back by {by}")),
        Cause::Cycle => fault(format!("corrects {by}, which in the end corrects it"))
            .help("a correction names the event that it replaces; one of these names the wrong one"),
        Cause::UnknownTarget if record.role == Role::Retraction => {
            fault("takes back an event that is not in the feed, or was not known yet".to_owned())
                .help("name an event of the same source by its id")
        }
        Cause::UnknownTarget => fault(
            "corrects an event that is not in the feed, or was not known yet; it counts as an event of its own"
                .to_owned(),
        )
        .help("name an event of the same source by its id"),
        Cause::RenamedBack => fault("gives the asset a name that it bore before".to_owned())
            .help("a name that comes back cannot be told from the first one: give a new one, or take the other renaming back"),
        Cause::NameTaken => fault("gives the asset a name that another asset bears".to_owned())
            .help("give that one another name first, or correct one of the renamings"),
        Cause::NameEnded => fault(format!("names an asset by a name that ended with {by}"))
            .help("report it under the new name, or declare `new identity, the old one stays`"),
        Cause::TooLate if known.part.links.iter().any(|link| link.record == verdict.record) => fault(format!(
            "known only from {}, too late for the settlement period that it changes: what stood before stays",
            record.known()
        )),
        Cause::TooLate => {
            fault(format!("known only from {}, too late for the settlement period in which it occurred", record.known()))
        }
        Cause::NotYetKnown => fault(format!("known only from {}", record.known())),
        Cause::Unreadable
        | Cause::Mapping
        | Cause::UnknownColumn
        | Cause::TooLong
        | Cause::NotUtf8
        | Cause::NotJson
        | Cause::Ragged
        | Cause::UnknownKey
        | Cause::RepeatedKey
        | Cause::MissingKey
        | Cause::UnknownField
        | Cause::MissingField
        | Cause::BadValue
        | Cause::BadInstant
        | Cause::WrongFamily
        | Cause::UnknownKind
        | Cause::UnknownContract
        | Cause::NoContract
        | Cause::NoRule
        | Cause::UnknownFamily
        | Cause::UnknownSeries => fault("not in use".to_owned()),
    }
}

/// What became of the lines of one part for one contract.
#[derive(Debug, Default)]
pub(crate) struct Own {
    tally: Tally,
    without_asset: u64,
    /// What resolution has to say about them, and about lines of the part that name no contract.
    account: Account,
    /// How many events leave an optional field empty.
    missing: Vec<MissingField>,
}

/// What stands beside the lines of a contract in its account.
#[derive(Clone, Copy)]
pub(crate) struct Beside<'a> {
    /// What was read.
    pub(crate) frame: &'a RawFeed,
    /// What stands beside all parts.
    pub(crate) totals: &'a Totals,
    /// The values of indices.
    pub(crate) points: &'a Resolved,
    /// The account of the lines that have to do with no contract.
    pub(crate) loose: &'a Accounts,
}

impl Beside<'_> {
    /// The account of a contract, by what became of its lines in each part.
    pub(crate) fn evidence(&self, contract: usize, parts: &[Own]) -> Evidence {
        let Some(books) = self.frame.books.get(contract) else { return Evidence::default() };
        let (frame, loose) = (self.frame, self.loose);
        let rejected = [books.rejected, frame.lost_lines, loose.lost.len() as u64];
        let mut tally = Tally { rejected: rejected.into_iter().fold(0, u64::saturating_add), ..Tally::default() };
        parts.iter().for_each(|own| tally.add(&own.tally));
        tally.read = self.totals.lines;
        tally.unassigned = tally.rest();
        let beside = [&self.points.account, &frame.common, &loose.common, &books.account, &books.register.account];
        let account = Account::merged(beside.into_iter().chain(parts.iter().map(|own| &own.account)));
        let mut missing: BTreeMap<(KindId, FieldId), u64> = BTreeMap::new();
        for found in parts.iter().flat_map(|own| &own.missing) {
            let count = missing.entry((found.kind, found.field)).or_default();
            *count = count.saturating_add(found.count);
        }
        let missing = missing.into_iter().map(|((kind, field), count)| MissingField { kind, field, count });
        Evidence {
            tally,
            register: self.register(&books.register),
            indices: self.totals.indices,
            without_asset: parts.iter().map(|own| own.without_asset).fold(0, u64::saturating_add),
            missing: missing.collect(),
            causes: account.causes,
            findings: account.findings,
        }
    }

    fn register(&self, register: &RegisterRows) -> Tally {
        let mut tally = Tally {
            read: self.totals.rows,
            used: register.entries.len() as u64,
            duplicate: register.duplicate,
            conflict: register.conflict,
            rejected: register.rejected.saturating_add(self.frame.lost_rows),
            ..Tally::default()
        };
        tally.unassigned = tally.rest();
        tally
    }
}

/// The lines of a part as one contract sees them.
pub(crate) struct View<'a> {
    /// The lines.
    pub(crate) known: Known<'a>,
    /// What became of them.
    pub(crate) fates: &'a Fates,
    /// The contract.
    pub(crate) contract: usize,
    /// Their accounts.
    pub(crate) accounts: &'a Accounts,
}

impl View<'_> {
    /// What became of them; their events leave some fields empty.
    pub(crate) fn own(&self, missing: Vec<MissingField>) -> Own {
        let part = self.known.part;
        let mine = self.mine();
        let here = |number: &usize| part.records.get(*number).is_some_and(|record| !record.elsewhere);
        let mut late = self.fates.late_for(self.contract);
        late.retain(here);
        let (mut tally, mut without_asset) = (Tally::default(), 0_u64);
        let mut counted: Vec<u32> = mine.iter().chain(&self.accounts.lost).copied().collect();
        counted.sort_unstable();
        counted.dedup();
        for number in counted {
            let place = number as usize;
            let (Some(record), Some(fate)) = (part.record(number), self.fates.all.get(place)) else { continue };
            let fate = if late.contains(&place) { Fate::TooLate } else { *fate };
            add(&mut tally, fate, 1);
            if fate == Fate::Used && record.asset.is_none() {
                without_asset = without_asset.saturating_add(1);
            }
        }
        let account = Account::merged([&self.accounts.common, &self.account(&mine, &late)].into_iter());
        Own { tally, without_asset, account, missing }
    }

    /// What resolution has to say about the lines of the contract.
    fn account(&self, mine: &[u32], late: &BTreeSet<usize>) -> Account {
        let part = self.known.part;
        let mut account = Account::default();
        for number in late.iter().filter_map(|number| u32::try_from(*number).ok()) {
            let verdict = Verdict { record: number, cause: Cause::TooLate, by: None };
            if let Some(record) = part.record(number) {
                account.note(record.origin, Some(Fate::TooLate), verdict.cause, || words(self.known, &verdict, record));
            }
        }
        // Both are in the order of records.
        let mut own = mine.iter().peekable();
        for verdict in &self.fates.verdicts {
            while own.next_if(|number| **number < verdict.record).is_some() {}
            let is_mine = own.peek().is_some_and(|number| **number == verdict.record);
            if let (true, Some(record)) = (is_mine, part.record(verdict.record)) {
                note(&mut account, self.known, self.fates, verdict, record);
            }
        }
        account
    }

    /// The records that give events to this contract, or take such a line back; in their order.
    fn mine(&self) -> Vec<u32> {
        let events = self.known.part.stores.get(self.contract).map(|store| store.events.as_slice()).unwrap_or_default();
        let here = |record: &u32| self.known.part.record(*record).is_some_and(|record| !record.elsewhere);
        let mut mine: Vec<u32> = events.iter().map(|event| event.record).filter(here).collect();
        mine.sort_unstable();
        mine.dedup();
        let mut back: FxHashSet<u32> = FxHashSet::default();
        for (retraction, target) in &self.fates.retractions {
            if back.contains(target) || mine.binary_search(target).is_ok() {
                back.insert(*retraction);
            }
        }
        mine.extend(back);
        mine.sort_unstable();
        mine.dedup();
        mine
    }
}

impl Tally {
    /// Lines read that have no other fate.
    fn rest(&self) -> u64 {
        Fate::ALL.iter().map(|fate| self.of(*fate)).fold(self.read, u64::saturating_sub)
    }
}
