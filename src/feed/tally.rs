//! The accounts: what became of every line, in all, by file and by contract.

use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefIterator as _, ParallelIterator as _};
use rustc_hash::FxHashSet;

use crate::feed::account::Account;
use crate::feed::corrections::{Fates, Verdict};
use crate::feed::evidence::{Cause, Evidence, Fate, Tally};
use crate::feed::fault::{Fault, shown};
use crate::feed::indices::Resolved;
use crate::feed::raw::{RawFeed, Record, Role, Store};
use crate::feed::{FileAccount, Holds};

/// All accounts of a feed.
pub(crate) struct Accounts {
    pub(crate) files: Vec<FileAccount>,
    pub(crate) whole: Evidence,
    pub(crate) contracts: Vec<Evidence>,
}

/// Draws up the accounts.
pub(crate) fn accounts(raw: &RawFeed, fates: &Fates, points: &Resolved) -> Accounts {
    let mut files = raw.files.clone();
    for (origin, fate) in &points.fates {
        if let Some(file) = files.get_mut(origin.file as usize) {
            add(&mut file.tally, *fate, 1);
        }
    }
    for (record, fate) in raw.records.iter().zip(&fates.all) {
        if record.role == Role::Stray {
            continue;
        }
        if let Some(file) = files.get_mut(record.origin.file as usize) {
            add(&mut file.tally, *fate, 1);
        }
    }
    let verdicts = Verdicts::new(raw, fates, &mut files);
    let total = |holds: Holds| {
        let mut sum = Tally::default();
        for file in files.iter().filter(|file| file.holds == holds) {
            sum.add(&file.tally);
        }
        sum
    };
    let (lines, rows, values) = (total(Holds::Events), total(Holds::Register), total(Holds::Indices));
    let own = raw.stores.iter().flat_map(|store| [&store.account, &store.register.account]);
    let account = Account::merged([&raw.common, &raw.stray, &verdicts.all, &points.account].into_iter().chain(own));
    let contracts = raw.stores.par_iter().enumerate().map(|(contract, store)| {
        let view = View { raw, fates, contract, store, points };
        Evidence { indices: values, ..view.evidence(&lines, &rows, &verdicts) }
    });
    let contracts = contracts.collect();
    let whole = Evidence {
        tally: lines,
        register: rows,
        indices: values,
        without_asset: raw.nameless,
        missing: Vec::new(),
        causes: account.causes,
        findings: account.findings,
    };
    Accounts { files, whole, contracts }
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

    fn add(&mut self, other: &Tally) {
        self.read = self.read.saturating_add(other.read);
        for fate in Fate::ALL {
            add(self, fate, other.of(fate));
        }
    }
}

/// What resolution has to say about lines.
struct Verdicts {
    all: Account,
    /// Lines that name no contract themselves: retractions.
    common: Account,
    /// Those that take back nothing.
    lost: Vec<u32>,
}

impl Verdicts {
    fn new(raw: &RawFeed, fates: &Fates, files: &mut [FileAccount]) -> Self {
        let records = (0_u32..).zip(&raw.records).zip(&fates.all);
        let lost = records.filter(|((_, record), fate)| record.role == Role::Retraction && **fate == Fate::Rejected);
        let lost = lost.map(|((number, _), _)| number).collect();
        let mut verdicts = Self { all: Account::default(), common: Account::default(), lost };
        for verdict in &fates.verdicts {
            let Some(record) = raw.record(verdict.record) else {
                continue;
            };
            if let Some(file) = files.get_mut(record.origin.file as usize) {
                let count = file.causes.entry(verdict.cause).or_default();
                *count = count.saturating_add(1);
            }
            note(&mut verdicts.all, raw, fates, verdict, record);
            if record.role == Role::Retraction && fates.all.get(verdict.record as usize) == Some(&Fate::Rejected) {
                note(&mut verdicts.common, raw, fates, verdict, record);
            }
        }
        verdicts
    }
}

fn note(account: &mut Account, raw: &RawFeed, fates: &Fates, verdict: &Verdict, record: &Record) {
    let fate = fates.all.get(verdict.record as usize).copied();
    account.note(record.origin, fate, verdict.cause, || words(raw, verdict, record));
}

fn words(raw: &RawFeed, verdict: &Verdict, record: &Record) -> Fault {
    let place = |number: Option<u32>| {
        let origin = number.and_then(|number| raw.record(number)).map(|record| record.origin);
        let file = origin.and_then(|origin| raw.files.get(origin.file as usize));
        match (origin, file) {
            (Some(origin), Some(file)) => format!("{}:{}", file.name, origin.line),
            _ => "another line".to_owned(),
        }
    };
    let id = raw.id_of(record).map(|id| shown(raw.ids.get(id))).unwrap_or_default();
    let by = place(verdict.by);
    let fault = |reason: String| Fault::new(verdict.cause, reason);
    match verdict.cause {
        Cause::Duplicate if verdict.by.is_none() => fault("says again what another line says".to_owned()),
        Cause::Duplicate => fault(format!("says again what {by} says")),
        Cause::Conflict if verdict.by.and_then(|by| raw.record(by)).map(Record::known) == Some(record.known()) => {
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
        Cause::TooLate if raw.links.iter().any(|link| link.record == verdict.record) => fault(format!(
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

/// The feed as one contract sees it.
struct View<'a> {
    raw: &'a RawFeed,
    fates: &'a Fates,
    contract: usize,
    store: &'a Store,
    points: &'a Resolved,
}

impl View<'_> {
    fn evidence(&self, lines: &Tally, rows: &Tally, verdicts: &Verdicts) -> Evidence {
        let mine = self.mine();
        let late = self.fates.late_for(self.contract);
        let mut tally = Tally { rejected: self.store.rejected.saturating_add(self.raw.lost_lines), ..Tally::default() };
        let mut without_asset = 0_u64;
        let mut counted: Vec<u32> = mine.iter().chain(&verdicts.lost).copied().collect();
        counted.sort_unstable();
        counted.dedup();
        for number in counted {
            let place = number as usize;
            let (Some(record), Some(fate)) = (self.raw.record(number), self.fates.all.get(place)) else { continue };
            let fate = if late.contains(&place) { Fate::TooLate } else { *fate };
            add(&mut tally, fate, 1);
            if fate == Fate::Used && record.asset.is_none() {
                without_asset = without_asset.saturating_add(1);
            }
        }
        tally.read = lines.read;
        tally.unassigned = tally.rest();
        let mut account = Account::default();
        let too_late: Vec<Verdict> = late
            .iter()
            .filter_map(|number| {
                let record = u32::try_from(*number).ok()?;
                Some(Verdict { record, cause: Cause::TooLate, by: None })
            })
            .collect();
        for verdict in &too_late {
            if let Some(record) = self.raw.record(verdict.record) {
                account.note(record.origin, Some(Fate::TooLate), verdict.cause, || words(self.raw, verdict, record));
            }
        }
        // Both are in the order of records.
        let mut own = mine.iter().peekable();
        for verdict in &self.fates.verdicts {
            while own.next_if(|number| **number < verdict.record).is_some() {}
            let is_mine = own.peek().is_some_and(|number| **number == verdict.record);
            if let (true, Some(record)) = (is_mine, self.raw.record(verdict.record)) {
                note(&mut account, self.raw, self.fates, verdict, record);
            }
        }
        let parts = [
            &self.points.account,
            &self.raw.common,
            &verdicts.common,
            &self.store.account,
            &self.store.register.account,
            &account,
        ];
        let account = Account::merged(parts.into_iter());
        Evidence {
            tally,
            register: self.register(rows),
            indices: Tally::default(),
            without_asset,
            missing: Vec::new(),
            causes: account.causes,
            findings: account.findings,
        }
    }

    /// The records that give events to this contract, or take such a line back; in their order.
    fn mine(&self) -> Vec<u32> {
        let mut mine: Vec<u32> = self.store.events.iter().map(|event| event.record).collect();
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

    fn register(&self, rows: &Tally) -> Tally {
        let register = &self.store.register;
        let mut tally = Tally {
            read: rows.read,
            used: register.entries.len() as u64,
            duplicate: register.duplicate,
            conflict: register.conflict,
            rejected: register.rejected.saturating_add(self.raw.lost_rows),
            ..Tally::default()
        };
        tally.unassigned = tally.rest();
        tally
    }
}

impl Tally {
    /// Lines read that have no other fate.
    fn rest(&self) -> u64 {
        Fate::ALL.iter().map(|fate| self.of(*fate)).fold(self.read, u64::saturating_sub)
    }
}
