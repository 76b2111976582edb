//! Tables: a header, then rows that a mapping reads as events.

use std::borrow::Cow;
use std::io::{self, BufRead, Read};
use std::sync::Arc;
use std::sync::atomic::Ordering;

use csv::{ErrorKind, ReaderBuilder, StringRecord};

use crate::base::ids::FieldId;
use crate::base::time::Instant;
use crate::feed::cell::{Cell, Cells};
use crate::feed::columns::Columns;
use crate::feed::events::Origin;
use crate::feed::evidence::Cause;
use crate::feed::fault::Fault;
use crate::feed::lines::{Fence, Fenced, Progress};
use crate::feed::mapping::Mapping;
use crate::feed::moment::Clock;
use crate::feed::native::{quantity, whole};
use crate::feed::parquet::{Group, MAGIC, ParquetFile, ParquetRows};
use crate::feed::placed::Placed;
use crate::feed::quotes::Amiss;
use crate::feed::raw::{Hand, Line, RawFeed};
use crate::feed::route::Claim;
use crate::feed::rules::{Bound, Contract, Header, Rule, RuleKind, Source, Target};

/// The rows of a table, whatever it is written in.
pub(crate) enum Rows<R> {
    /// Text with a delimiter.
    Text(TextRows<R>),
    /// Parquet.
    Parquet(ParquetRows),
}

impl<R: BufRead> Rows<R> {
    /// Reads the header. `delimiter` is that of a text.
    pub(crate) fn open(mut bytes: R, delimiter: u8, file: u32) -> Result<(Self, Header), Fault> {
        if !is_parquet(&mut bytes) {
            return TextRows::open(bytes, delimiter, file).map(|(rows, header)| (Self::Text(rows), header));
        }
        let mut whole = Vec::new();
        if let Err(error) = bytes.read_to_end(&mut whole) {
            return Err(Fault::of_file("the file cannot be read", &error));
        }
        ParquetFile::open(whole, file).map(|(rows, header)| (Self::Parquet(ParquetRows::of(rows)), header))
    }

    /// Reads the next row into `cells`.
    pub(crate) fn next(&mut self, cells: &mut StringRecord) -> Row {
        match self {
            Self::Text(rows) => rows.next(cells),
            Self::Parquet(rows) => rows.next(cells),
        }
    }
}

/// Whether a table is Parquet, by its first bytes.
pub(crate) fn is_parquet(bytes: &mut impl BufRead) -> bool {
    bytes.fill_buf().is_ok_and(|start| start.starts_with(MAGIC))
}

/// The rows of a text.
pub(crate) struct TextRows<R> {
    reader: csv::Reader<Fenced<R>>,
    fence: Fence,
    columns: usize,
    file: u32,
}

/// What reading a row gave.
pub(crate) enum Row {
    /// A row with as many cells as the header.
    Cells(Origin),
    /// A row that cannot be used.
    Bad(Origin, Fault),
    /// Nothing can be read from here on.
    Broken(Origin, Fault),
    /// The end.
    End,
}

impl<R: Read> TextRows<R> {
    /// Reads the header.
    fn open(bytes: R, delimiter: u8, file: u32) -> Result<(Self, Header), Fault> {
        let fence = Fence::default();
        let bytes = fence.around(bytes, delimiter);
        let mut reader = ReaderBuilder::new().delimiter(delimiter).flexible(true).from_reader(bytes);
        let header = match reader.headers() {
            Ok(names) => Header::new(names.iter()),
            Err(error) => return Err(header_fault(&error)),
        };
        if header.iter().all(|(_, name)| name.is_empty()) {
            let reason = if header.len() == 0 { "the file is empty" } else { "the first line of the file is blank" };
            return Err(Fault::new(Cause::Unreadable, reason).help("a table starts with a header"));
        }
        let mut rows = Self { reader, fence, columns: header.len(), file };
        match rows.quotes_amiss() {
            None => Ok((rows, header)),
            Some(Fault { reason, help, .. }) => Err(Fault { cause: Cause::Unreadable, reason, help }),
        }
    }

    /// What is wrong with the quotes of what was read last.
    fn quotes_amiss(&mut self) -> Option<Fault> {
        let end = self.reader.position().byte();
        let reason = match self.reader.get_mut().quotes.amiss_before(end)? {
            Amiss::Followed => "something follows behind a quote that should end its cell",
            Amiss::Open => "a quote is never closed: all that follows it is in one cell",
        };
        let help = "close the quote, and write one that belongs to the text twice: `\"6\"\" pipe\"`; each row that is joined to this one is lost with it";
        Some(Fault::new(Cause::Ragged, reason).help(help))
    }

    fn next(&mut self, cells: &mut StringRecord) -> Row {
        let (byte, first) = (self.reader.position().byte(), self.reader.position().line());
        self.fence.row_at(byte);
        let read = self.reader.read_record(cells);
        let origin = |line: u64| Origin { file: self.file, line: u32::try_from(line).unwrap_or(u32::MAX) };
        let at = |position: Option<&csv::Position>| origin(position.map_or(0, csv::Position::line));
        match read {
            Ok(false) => Row::End,
            Ok(true) => {
                let at = at(cells.position());
                if let Some(fault) = self.quotes_amiss() {
                    return Row::Bad(at, fault);
                }
                if cells.len() == self.columns {
                    return Row::Cells(at);
                }
                let reason = format!("the row has {} cells, the header has {}", cells.len(), self.columns);
                let help = "quote a cell that holds the delimiter, or say which `delimiter` the file has";
                Row::Bad(at, Fault::new(Cause::Ragged, reason).help(help))
            }
            Err(error) => {
                if let ErrorKind::Utf8 { .. } = error.kind() {
                    let fault = Fault::new(Cause::NotUtf8, "the row is not UTF-8").help("save the file as UTF-8");
                    return Row::Bad(at(error.position()), fault);
                }
                // A row that is too long is named by its beginning.
                let here = if is_too_long(&error) { first } else { self.reader.position().line() };
                Row::Broken(origin(here), broken("the file cannot be read from here on", &error))
            }
        }
    }
}

/// Why a header cannot be read.
fn header_fault(error: &csv::Error) -> Fault {
    if let ErrorKind::Utf8 { .. } = error.kind() {
        return Fault::new(Cause::Unreadable, "the header is not UTF-8")
            .help("save the file as UTF-8; the name of a compressed file ends in `.gz` or `.zst`");
    }
    broken("the header cannot be read", error)
}

/// Why a file cannot be read on.
fn broken(what: &str, error: &csv::Error) -> Fault {
    if let ErrorKind::Io(error) = error.kind() {
        return Fault::of_file(what, error);
    }
    Fault::new(Cause::Unreadable, format!("{what}: {error}"))
}

/// Whether a row is longer than one may be.
fn is_too_long(error: &csv::Error) -> bool {
    matches!(error.kind(), ErrorKind::Io(why) if why.kind() == io::ErrorKind::FileTooLarge)
}

/// Reads a table of events.
pub(crate) fn read(
    raw: &mut RawFeed,
    file: u32,
    (mut reader, placed): (impl BufRead + Send, Option<(Box<dyn Placed>, Progress<'_>)>),
    mapping: &Mapping,
    tabs: bool,
) {
    let top = Origin { file, line: 1 };
    let usual = if tabs { b'\t' } else { b',' };
    let passed = Arc::default();
    let (placed, progress) = placed.filter(|_| is_parquet(&mut reader)).unzip();
    let opened = match placed {
        Some(bytes) => {
            let opened = ParquetFile::placed(bytes, &passed, file);
            opened.map(|(rows, header)| (Rows::Parquet(ParquetRows::of(rows)), header))
        }
        None => Rows::open(reader, mapping.delimiter.unwrap_or(usual), file),
    };
    let (rows, header) = match opened {
        Ok(opened) => opened,
        Err(fault) => return raw.blame_file(top, fault),
    };
    if matches!(rows, Rows::Parquet(_)) && mapping.decimal.is_some() {
        let fault = Fault::new(
            Cause::Mapping,
            "`decimal` is the mark of numbers in text, and the numbers of Parquet have types",
        );
        return raw.blame_file(top, fault.help("give the file a `[[feed]]` of its own, without `decimal`"));
    }
    let names = raw.router.names();
    let bound = match Bound::new(mapping, &names, &header, raw) {
        Ok(bound) => bound,
        Err(fault) => return raw.blame_file(top, fault),
    };
    let hand = || Hand { point: mapping.decimal.unwrap_or(b'.'), clock: Clock::new(mapping.timezone) };
    match rows {
        Rows::Text(rows) => Table::new(raw, &bound, hand()).take_rows(rows),
        Rows::Parquet(ParquetRows { file: mut rows, .. }) => {
            rows.only(&bound.columns());
            let told = || progress.map_or((), |told| told(passed.swap(0, Ordering::Relaxed)));
            take_groups(raw, &rows, |raw, group| Table::new(raw, &bound, hand()).take_group(&rows, group, &told));
        }
    }
}

/// A group of more rows than this is taken in by itself, so that no more of it than of others waits for those before it.
const GREAT: u32 = 1 << 21;

/// Takes in groups of rows, as many beside each other as there are cores, up to the first that cannot be read.
fn take_groups(raw: &mut RawFeed, rows: &ParquetFile, take: impl Fn(&mut RawFeed, Group) -> bool + Sync) {
    let begin = |raw: &mut RawFeed, (place, origin, _): (usize, Origin, u32)| match rows.group(place, origin) {
        Ok(group) => take(raw, group),
        Err(fault) => {
            raw.blame_file(origin, fault);
            false
        }
    };
    let mut groups = rows.groups().into_iter().peekable();
    let mut goes_on = true;
    while goes_on && let Some(first) = groups.next() {
        let mut beside = vec![first];
        let fits = |(.., rows): &(usize, Origin, u32)| first.2.max(*rows) <= GREAT;
        while beside.len() < rayon::current_num_threads()
            && let Some(next) = groups.next_if(fits)
        {
            beside.push(next);
        }
        goes_on = raw.take_pieces(beside, begin);
    }
}

/// So many rows are read while as many before them are taken in.
const TOGETHER: usize = 1 << 12;

/// Rows of a text that were read and not yet taken in.
#[derive(Default)]
struct Block {
    rows: Vec<Row>,
    /// The cells of each; there may be more from a block before.
    cells: Vec<StringRecord>,
}

impl Block {
    /// Reads the next rows; tells whether more can follow.
    fn fill<R: Read>(&mut self, rows: &mut TextRows<R>) -> bool {
        self.rows.clear();
        self.cells.resize_with(TOGETHER, StringRecord::new);
        for cells in &mut self.cells {
            let row = rows.next(cells);
            let ends = matches!(row, Row::End | Row::Broken(..));
            self.rows.push(row);
            if ends {
                return false;
            }
        }
        true
    }
}

struct Table<'r, 'm> {
    raw: &'r mut RawFeed,
    bound: &'r Bound<'m>,
    hand: Hand,
    targets: Vec<usize>,
    /// The assets of the rows at hand that are known already.
    assets: Vec<Option<u32>>,
}

impl<'r, 'm> Table<'r, 'm> {
    fn new(raw: &'r mut RawFeed, bound: &'r Bound<'m>, hand: Hand) -> Self {
        Self { raw, bound, hand, targets: Vec::new(), assets: Vec::new() }
    }
    /// Takes in the rows of a text. While some are taken in, those that follow are read.
    fn take_rows<R: Read + Send>(&mut self, mut rows: TextRows<R>) {
        let (mut at_hand, mut following) = (Block::default(), Block::default());
        let mut goes_on = true;
        while goes_on {
            (goes_on, ()) = rayon::join(|| following.fill(&mut rows), || self.take_block(&at_hand));
            std::mem::swap(&mut at_hand, &mut following);
        }
        self.take_block(&at_hand);
    }

    /// Takes in a group of rows of Parquet in the same way; tells whether it could be read.
    fn take_group(&mut self, rows: &ParquetFile, mut group: Group, told: &(dyn Fn() + Sync)) -> bool {
        let (mut at_hand, mut following) = (Columns::default(), Columns::default());
        loop {
            let (read, ()) = rayon::join(|| group.fill(rows, &mut following), || self.take_columns(&at_hand));
            told();
            if let Err(fault) = read {
                self.raw.blame_file(group.origin(), fault);
                return false;
            }
            if following.len() == 0 {
                return true;
            }
            std::mem::swap(&mut at_hand, &mut following);
        }
    }

    fn take_columns(&mut self, columns: &Columns) {
        let mut assets = std::mem::take(&mut self.assets);
        if let Some(column) = self.bound.asset {
            self.raw.assets.find_all(columns.texts(column), &mut assets);
        }
        for row in 0..columns.len() {
            let (origin, cells) = columns.row(row, assets.get(row).copied().flatten());
            self.raw.begin(origin);
            let taken = cells.fault().map_or_else(|| self.take(origin, &cells), Err);
            if let Err(fault) = taken {
                self.raw.reject(origin, fault);
            }
        }
        self.assets = assets;
    }

    fn take_block(&mut self, block: &Block) {
        for (row, cells) in block.rows.iter().zip(&block.cells) {
            match row {
                Row::End => {}
                Row::Broken(origin, fault) => self.raw.blame_file(*origin, fault.clone()),
                Row::Bad(origin, fault) => {
                    self.raw.begin(*origin);
                    self.raw.reject(*origin, fault.clone());
                }
                Row::Cells(origin) => {
                    self.raw.begin(*origin);
                    if let Err(fault) = self.take(*origin, cells) {
                        self.raw.reject(*origin, fault);
                    }
                }
            }
        }
    }

    /// Takes in a row.
    fn take(&mut self, origin: Origin, cells: &impl Cells) -> Result<(), Fault> {
        let claim = self.claim(cells);
        if self.bound.asset.is_some_and(|column| cells.cell(column).is_none()) {
            self.raw.nameless = self.raw.nameless.saturating_add(1);
        }
        if matches!(claim, Claim::Elsewhere) && self.bound.id.is_empty() {
            self.raw.count(origin, |tally| &mut tally.unassigned);
            return Ok(());
        }
        if let (Claim::Other(_), true) = (claim, self.bound.id.is_empty()) {
            // Nothing that follows could matter: the row is for no contract and contradicts no other.
            self.raw.note_stray(origin, Cause::UnknownContract, |raw| raw.router.astray(claim, None, "", &raw.schemas));
            self.raw.count(origin, |tally| &mut tally.unassigned);
            return Ok(());
        }
        let line = self.line(origin, cells)?;
        let mut applied = matches!(line.link, Some((_, true)));
        let rules = if applied { &[] } else { self.bound.rules.as_slice() };
        for rule in rules {
            if applies(rule, cells, self.hand.point) {
                applied |= self.apply(rule, &line, claim, cells);
            }
        }
        if !applied {
            let words = || {
                Fault::new(Cause::NoRule, "no event rule applies to the row")
                    .help("add a `[[feed.event]]` for such rows, if they are events")
            };
            self.raw.note_stray(origin, Cause::NoRule, |_| words());
        }
        self.raw.close(&line);
        Ok(())
    }

    /// What the row says about its contract.
    fn claim<'c>(&self, cells: &'c impl Cells) -> Claim<'c>
    where
        Self: 'c,
    {
        match &self.bound.contract {
            Contract::None => Claim::None,
            Contract::Constant(claim) => *claim,
            Contract::Column(column) => cells.text(*column).map_or(Claim::None, |value| self.raw.router.claim(value)),
            Contract::Mapped(column, map) => {
                let value = cells.text(*column).unwrap_or_default();
                map.get(value).copied().unwrap_or(Claim::Elsewhere)
            }
        }
    }

    fn line<'c>(&mut self, origin: Origin, cells: &'c impl Cells) -> Result<Line<'c>, Fault> {
        let bound = self.bound;
        let link = self.link(cells)?;
        let recorded = bound.recorded.and_then(|column| cells.cell(column));
        // As in JSON Lines, what takes a row back needs no instant but the one at which it was recorded.
        let instead = recorded.filter(|_| matches!(link, Some((_, true))));
        let occurred = cells.cell(bound.at).or(instead).ok_or_else(|| {
            Fault::new(Cause::MissingKey, "the row does not say when it happened")
                .help("fill the column that `at` names")
        })?;
        let source = match bound.source {
            Source::Constant(source) => source,
            Source::Column(column) => self.raw.texts.intern(cells.text(column).unwrap_or_default()),
        };
        Ok(Line {
            origin,
            occurred: self.instant(occurred)?,
            recorded: recorded.map(|cell| self.instant(cell)).transpose()?,
            quantity: self.quantity(cells)?,
            sequence: said(cells, bound.sequence, |text| whole("sequence", text))?.unwrap_or(0),
            asset: self.asset(cells)?,
            source,
            id: self.own_id(cells)?,
            link,
        })
    }

    /// The asset of a row; what is known already was looked at.
    fn asset(&mut self, cells: &impl Cells) -> Result<Option<u32>, Fault> {
        if let Some(known) = cells.asset() {
            return Ok(Some(known));
        }
        let Some(asset) = self.bound.asset.and_then(|column| cells.text(column)) else { return Ok(None) };
        Fault::unless_plain("asset", asset)?;
        Ok(Some(self.raw.assets.intern(asset)))
    }

    fn instant(&mut self, cell: Cell<'_>) -> Result<Instant, Fault> {
        match cell {
            Cell::Instant(instant) => Ok(instant),
            Cell::Text(text) => self.hand.clock.read(text),
            Cell::Number(..) => self.hand.clock.read(&cell.text()),
        }
    }

    /// How many units a row is about: one, where no column says it.
    fn quantity(&self, cells: &impl Cells) -> Result<i64, Fault> {
        let Some(column) = self.bound.quantity else { return Ok(1) };
        let Some(text) = cells.text(column) else {
            let fault = Fault::new(Cause::MissingKey, "the row does not say how many units it is about");
            return Err(fault.help("fill the column that `quantity` names; write 1 for a single one"));
        };
        quantity(text)
    }

    /// The id of a row, where columns identify it.
    fn own_id<'c>(&self, cells: &'c impl Cells) -> Result<Option<Cow<'c, str>>, Fault> {
        if self.bound.id.is_empty() {
            return Ok(None);
        }
        let Some(id) = id(cells, &self.bound.id) else {
            let fault = Fault::new(Cause::MissingKey, "the columns that identify a row are empty");
            return Err(fault.help("fill one of them, or name other columns as `id`"));
        };
        Fault::unless_plain("id", &id)?;
        Ok(Some(id))
    }

    /// The row that a row replaces or takes back.
    fn link<'c>(&self, cells: &'c impl Cells) -> Result<Option<(Cow<'c, str>, bool)>, Fault> {
        match (id(cells, &self.bound.corrects), id(cells, &self.bound.retracts)) {
            (Some(_), Some(_)) => {
                let fault = Fault::new(Cause::BadValue, "the row corrects another and takes one back");
                Err(fault.help("fill the columns of `corrects` or those of `retracts`, not both"))
            }
            (None, Some(target)) => Ok(Some((target, true))),
            (target, None) => Ok(target.map(|target| (target, false))),
        }
    }

    /// Gives the event of a rule to the contracts that it is for; `false` if the rule gives no kind for
    /// the row.
    fn apply(&mut self, rule: &Rule<'_>, line: &Line<'_>, claim: Claim<'_>, cells: &impl Cells) -> bool {
        match &rule.kind {
            RuleKind::Constant(target) => self.give(rule, target, line, claim, cells),
            RuleKind::Mapped(column, map) => match map.get(cells.text(*column).unwrap_or_default()) {
                Some(target) => self.give(rule, target, line, claim, cells),
                None => return false,
            },
            RuleKind::Column(column, map) => match cells.text(*column) {
                Some(name) => match map.get(name) {
                    Some(target) => self.give(rule, target, line, claim, cells),
                    None => self.astray(line, claim, name),
                },
                None => return false,
            },
        }
        true
    }

    fn astray(&mut self, line: &Line<'_>, claim: Claim<'_>, kind: &str) {
        if matches!(claim, Claim::Elsewhere) {
            return;
        }
        let cause = self.raw.router.astray_cause(claim, kind);
        self.raw.note_stray(line.origin, cause, |raw| raw.router.astray(claim, line.asset, kind, &raw.schemas));
    }

    fn give(&mut self, rule: &Rule<'_>, target: &Target<'_>, line: &Line<'_>, claim: Claim<'_>, cells: &impl Cells) {
        let kinds = target.kinds.as_deref();
        let found = kinds.is_some_and(|kinds| self.raw.router.route(claim, line.asset, kinds, &mut self.targets));
        if !found {
            return self.astray(line, claim, target.name);
        }
        for contract in self.targets.iter().copied() {
            let Some(kind) = kinds.and_then(|kinds| kinds.of(contract)) else {
                continue;
            };
            let places = target.places.get(contract).map(Vec::as_slice).unwrap_or_default();
            let field = |field: FieldId| {
                let place = places.get(field.index()).copied().flatten()?;
                let (_, column, unit) = rule.fields.get(place)?;
                Some((cells.cell(*column)?, unit.as_ref()))
            };
            self.raw.offer(line, (contract, kind), &mut self.hand, field);
        }
    }
}

/// Whether a row stands for the event of a rule.
fn applies(rule: &Rule<'_>, cells: &impl Cells, point: u8) -> bool {
    let holds = |all: &Vec<(usize, &crate::feed::condition::Check)>| {
        all.iter().all(|(column, check)| check.holds(cells.cell(*column), point))
    };
    rule.when.is_empty() || rule.when.iter().any(holds)
}

/// The value of a column that need not be there or filled.
fn said(
    cells: &impl Cells,
    column: Option<usize>,
    read: impl Fn(&str) -> Result<i64, Fault>,
) -> Result<Option<i64>, Fault> {
    column.and_then(|column| cells.text(column)).map(read).transpose()
}

/// The id that columns hold; `None` where they are empty.
fn id<'c>(cells: &'c impl Cells, columns: &[usize]) -> Option<Cow<'c, str>> {
    match columns {
        [one] => cells.text(*one).map(Cow::Borrowed),
        several if several.iter().all(|column| cells.text(*column).is_none()) => None,
        several => {
            let parts: Vec<String> = several.iter().map(|column| escaped(cells.text(*column))).collect();
            Some(Cow::Owned(parts.join("|")))
        }
    }
}

/// A part of an id, so that parts never run into each other.
fn escaped(part: Option<&str>) -> String {
    part.unwrap_or_default().replace('\\', "\\\\").replace('|', "\\|")
}
