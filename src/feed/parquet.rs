//! Tables as Parquet: columns of typed values become the cells of rows. Instants and numbers stay what they are where a
//! mapping reads them as such; all else is written as a table of text would have it.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use std::sync::atomic::AtomicU64;

use bytes::Bytes;
use csv::StringRecord;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit, Type};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{AsBytes, DataType, Int96};
use parquet::errors::ParquetError;
use parquet::file::reader::{ChunkReader, FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefMutIterator as _, ParallelIterator as _};

use crate::base::time::{Date, Instant};
use crate::feed::cell::{Cells as _, decimal};
use crate::feed::columns::{ColumnCells, Columns, How, Lies};
use crate::feed::events::Origin;
use crate::feed::evidence::Cause;
use crate::feed::fault::Fault;
use crate::feed::guard::guarded;
use crate::feed::placed::{Placed, Shared};
use crate::feed::rules::Header;
use crate::feed::table::Row;
use crate::feed::worded::Worded;

/// The bytes with which such a file begins.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// How many rows are read at once: as many as stay near the core that takes them in.
const BATCH: usize = 1024;

/// A file.
pub(crate) struct ParquetFile {
    reader: Box<dyn FileReader>,
    /// The columns with one value a row, by their place in the file.
    leaves: Vec<(usize, Leaf)>,
    number: u32,
}

/// The rows of a file, one by one.
pub(crate) struct ParquetRows {
    pub(crate) file: ParquetFile,
    at_hand: AtHand,
}

/// A group of rows that is being read.
pub(crate) struct Group {
    place: usize,
    columns: Vec<Column>,
    /// The last row that was read.
    origin: Origin,
}

/// A column of a group that is being read.
enum Column {
    Texts(Box<Worded>),
    Other(ColumnReader),
}

/// The rows at hand and the one that comes next, their group and the place of the one after it.
#[derive(Default)]
struct AtHand {
    rows: (Columns, usize),
    group: Option<Group>,
    next: usize,
}

impl ParquetFile {
    /// Reads what a file in memory says about itself.
    pub(crate) fn open(bytes: Vec<u8>, file: u32) -> Result<(Self, Header), Fault> {
        Self::new(Bytes::from(bytes), file)
    }

    /// The same of a file that is read at any place; `passed` counts the bytes that are read.
    pub(crate) fn placed(bytes: Box<dyn Placed>, passed: &Arc<AtomicU64>, file: u32) -> Result<(Self, Header), Fault> {
        let failed = |error| Fault::new(Cause::Unreadable, format!("the file cannot be read: {error}"));
        Self::new(Shared::new(bytes, passed).map_err(failed)?, file)
    }

    fn new(bytes: impl ChunkReader + 'static, file: u32) -> Result<(Self, Header), Fault> {
        let reader = whole(|| SerializedFileReader::new(bytes)).map_err(|error| unreadable(&error))?;
        let reader = Box::new(reader);
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let single = schema.columns().iter().enumerate().filter(|(_, column)| column.max_rep_level() == 0);
        let leaves: Vec<(usize, Leaf)> = single.map(|(place, column)| (place, Leaf::of(column))).collect();
        let names: Vec<String> = leaves.iter().map(|(place, _)| schema.column(*place).path().string()).collect();
        let header = Header::new(names.iter().map(String::as_str));
        Ok((Self { reader, leaves, number: file }, header))
    }

    /// Where the file begins.
    fn top(&self) -> Origin {
        Origin { file: self.number, line: 0 }
    }

    /// The groups of rows: the place of each, the row before its first, and how many it has.
    pub(crate) fn groups(&self) -> Vec<(usize, Origin, u32)> {
        let (metadata, mut before) = (self.reader.metadata(), self.top());
        let groups = metadata.row_groups().iter().enumerate();
        let placed = groups.map(|(place, group)| {
            let rows = u32::try_from(group.num_rows()).unwrap_or(u32::MAX);
            let origin = before;
            before.line = before.line.saturating_add(rows);
            (place, origin, rows)
        });
        placed.collect()
    }

    /// Begins to read a group of rows.
    pub(crate) fn group(&self, place: usize, origin: Origin) -> Result<Group, Fault> {
        let columns = whole(|| {
            let group = self.reader.get_row_group(place)?;
            let column = |place: usize, leaf: &Leaf| {
                if leaf.physical != Type::BYTE_ARRAY {
                    return group.get_column_reader(place).map(Column::Other);
                }
                let column = group.metadata().column(place).column_descr_ptr();
                Ok(Column::Texts(Box::new(Worded::new(column, group.get_column_page_reader(place)?))))
            };
            self.leaves.iter().map(|(place, leaf)| column(*place, leaf)).collect::<Result<_, _>>()
        });
        Ok(Group { place, columns: columns.map_err(|error| unreadable(&error))?, origin })
    }

    /// A column of a group, behind so many rows, as the library reads it.
    fn behind(&self, (group, column): (usize, usize), rows: usize) -> Result<Column, ParquetError> {
        let mut column = self.reader.get_row_group(group)?.get_column_reader(column)?;
        if let ColumnReader::ByteArrayColumnReader(column) = &mut column {
            column.skip_records(rows)?;
        }
        Ok(Column::Other(column))
    }

    /// Reads these columns only; those that may be are read as what they are instead of as text.
    pub(crate) fn only(&mut self, wanted: &BTreeMap<usize, bool>) {
        for (place, (_, leaf)) in self.leaves.iter_mut().enumerate() {
            leaf.how = match wanted.get(&place) {
                None => How::Not,
                Some(true) => leaf.typed(),
                Some(false) => How::Text,
            };
        }
    }
}

impl ParquetRows {
    /// Those of a file.
    pub(crate) fn of(file: ParquetFile) -> Self {
        Self { file, at_hand: AtHand::default() }
    }

    /// Reads the next row into `cells`. Its place is its number; there is no header to count.
    pub(crate) fn next(&mut self, cells: &mut StringRecord) -> Row {
        let AtHand { rows: (mut columns, mut row), mut group, mut next } = std::mem::take(&mut self.at_hand);
        while row == columns.len() {
            row = 0;
            let filled = match &mut group {
                Some(group) => group.fill(&self.file, &mut columns),
                None => Ok(()),
            };
            let origin = group.as_ref().map_or(self.file.top(), |group| group.origin);
            let opened = filled.and_then(|()| match columns.len() {
                0 if next == self.file.reader.num_row_groups() => Ok(None),
                0 => self.file.group(next, origin).map(|group| Some((group, next.saturating_add(1)))),
                _ => Ok(group.take().map(|group| (group, next))),
            });
            match opened {
                Err(fault) => return Row::Broken(origin, fault),
                Ok(None) => return Row::End,
                Ok(Some((opened, place))) => (group, next) = (Some(opened), place),
            }
        }
        let (origin, at) = columns.row(row, None);
        cells.clear();
        for column in 0..self.file.leaves.len() {
            cells.push_field(at.text(column).unwrap_or_default());
        }
        let fault = at.fault();
        self.at_hand = AtHand { rows: (columns, row.saturating_add(1)), group, next };
        fault.map_or(Row::Cells(origin), |fault| Row::Bad(origin, fault))
    }
}

impl Group {
    /// The last row that was read.
    pub(crate) fn origin(&self) -> Origin {
        self.origin
    }

    /// Reads the next rows; none at the end of the group.
    pub(crate) fn fill(&mut self, file: &ParquetFile, into: &mut Columns) -> Result<(), Fault> {
        let columns = into.empty(file.leaves.len(), self.origin);
        let rows = self.read(file, columns).map_err(|error| unreadable(&error))?;
        into.filled(rows);
        self.origin.line = self.origin.line.saturating_add(u32::try_from(rows).unwrap_or(u32::MAX));
        Ok(())
    }

    /// Reads the next rows of all columns; tells how many.
    fn read(&mut self, file: &ParquetFile, into: &mut [ColumnCells]) -> Result<usize, ParquetError> {
        let group = self.place;
        let columns = self.columns.par_iter_mut().zip(&file.leaves).zip(into);
        let read = columns
            .filter(|((_, (_, leaf)), _)| leaf.how != How::Not)
            .map(|((column, (place, leaf)), cells)| whole(|| leaf.fill(column, cells, (file, group, *place))));
        let read: Vec<usize> = read.collect::<Result<_, _>>()?;
        let rows = read.first().copied().unwrap_or(0);
        if read.iter().any(|read| *read != rows) {
            return Err(ParquetError::General("its columns have different numbers of rows".to_owned()));
        }
        Ok(rows)
    }
}

/// What the library reads. Where the bytes contradict each other it may assert instead of failing.
fn whole<T>(read: impl FnOnce() -> Result<T, ParquetError>) -> Result<T, ParquetError> {
    guarded(read).unwrap_or_else(|| Err(ParquetError::General("its bytes contradict each other".to_owned())))
}

fn unreadable(error: &ParquetError) -> Fault {
    Fault::new(Cause::Unreadable, format!("the file cannot be read as Parquet: {error}"))
        .help("write the file again; compression by snappy, gzip, lz4 and zstd is read")
}

/// How the values of a column are written.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Leaf {
    name: String,
    form: Form,
    /// The level at which a value is there.
    defined: i16,
    /// What the file holds of each value.
    physical: Type,
    how: How,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Form {
    Unsigned,
    /// A number of this many digits behind the point.
    Decimal(i32),
    Day,
    /// A time of day, in units of so many nanoseconds.
    Clock(i64),
    /// An instant, in units of so many nanoseconds; without `true` by the clock on the wall.
    Instant(i64, bool),
    Uuid,
    /// As it is.
    Plain,
}

const MILLI: i64 = 1_000_000;
const MICRO: i64 = 1_000;
/// Why an instant cannot be told in nanoseconds since 1970.
const FAR: &str = "lies outside of the years 1678 to 2262";

impl Leaf {
    fn of(column: &ColumnDescriptor) -> Self {
        let form = match column.logical_type_ref() {
            Some(logical) => by_logical(logical, column),
            None => by_converted(column),
        };
        let (name, defined) = (column.path().string(), column.max_def_level());
        Self { name, form, defined, physical: column.physical_type(), how: How::Text }
    }

    /// How the column can be read as what it is.
    fn typed(&self) -> How {
        match (self.physical, self.form) {
            (Type::INT64, Form::Instant(unit, true)) => How::Instants(unit),
            (Type::INT32 | Type::INT64, Form::Plain) => How::Numbers(0),
            (Type::INT32 | Type::INT64, Form::Decimal(scale)) => u32::try_from(scale).map_or(How::Text, How::Numbers),
            _ => How::Text,
        }
    }

    /// Reads the next rows of a group; tells how many.
    fn fill(
        &self,
        column: &mut Column,
        cells: &mut ColumnCells,
        (file, group, place): (&ParquetFile, usize, usize),
    ) -> Result<usize, ParquetError> {
        if let Column::Texts(texts) = column {
            cells.how = How::Text;
            let mut known = Repeated::default();
            texts.read(BATCH, |value| self.text(value, cells, &mut known))?;
            if let Some(rows) = texts.before_rare() {
                *column = file.behind((group, place), rows)?;
            }
        }
        if let Column::Other(column) = column {
            self.read(column, cells)?;
        }
        Ok(cells.len())
    }

    /// Reads the next rows.
    fn read(&self, column: &mut ColumnReader, cells: &mut ColumnCells) -> Result<(), ParquetError> {
        cells.how = self.how;
        match (self.how, column) {
            (How::Instants(unit), ColumnReader::Int64ColumnReader(column)) => {
                self.numbers(column, cells, |value| value.checked_mul(unit))
            }
            (How::Numbers(_), ColumnReader::Int64ColumnReader(column)) => {
                self.numbers(column, cells, |value| Some(*value))
            }
            (How::Numbers(_), ColumnReader::Int32ColumnReader(column)) => {
                self.numbers(column, cells, |value| Some(i64::from(*value)))
            }
            (_, column) => self.texts(column, cells),
        }
    }

    /// Reads some values as numbers.
    fn numbers<T: DataType>(
        &self,
        column: &mut ColumnReaderImpl<T>,
        cells: &mut ColumnCells,
        number: impl Fn(&T::T) -> Option<i64>,
    ) -> Result<(), ParquetError> {
        self.each(column, cells, |value, cells| {
            let outside = || format!("the value of `{}` {FAR}", self.name);
            cells.end_number(value.map(|value| number(value).ok_or_else(outside)).transpose());
        })
    }

    /// Reads some rows as text.
    fn texts(&self, column: &mut ColumnReader, cells: &mut ColumnCells) -> Result<(), ParquetError> {
        cells.how = How::Text;
        match column {
            ColumnReader::BoolColumnReader(column) => {
                self.write(column, cells, |value, text| written(text, if *value { "yes" } else { "no" }))
            }
            ColumnReader::Int32ColumnReader(column) => self.write(column, cells, |value, text| {
                if self.form == Form::Unsigned {
                    return written(text, value.cast_unsigned());
                }
                self.integer(i64::from(*value), text)
            }),
            ColumnReader::Int64ColumnReader(column) => self.write(column, cells, |value, text| {
                if self.form == Form::Unsigned {
                    return written(text, value.cast_unsigned());
                }
                self.integer(*value, text)
            }),
            ColumnReader::Int96ColumnReader(column) => self.write(column, cells, |value, text| match nanos(value) {
                Some(nanos) => written(text, Instant(nanos)),
                None => self.odd(FAR),
            }),
            ColumnReader::FloatColumnReader(column) => self.write(column, cells, |value, text| match value {
                number if number.is_nan() => Ok(()),
                number if number.is_infinite() => self.odd("is infinite"),
                number => written(text, number),
            }),
            ColumnReader::DoubleColumnReader(column) => self.write(column, cells, |value, text| match value {
                number if number.is_nan() => Ok(()),
                number if number.is_infinite() => self.odd("is infinite"),
                number => written(text, number),
            }),
            ColumnReader::ByteArrayColumnReader(column) => {
                self.write(column, cells, |value, text| self.bytes(value.as_bytes(), text))
            }
            ColumnReader::FixedLenByteArrayColumnReader(column) => {
                self.write(column, cells, |value, text| self.bytes(value.as_bytes(), text))
            }
        }
    }

    /// Takes in a text, which may be a word of a dictionary.
    fn text(&self, value: Option<(&[u8], Option<i32>)>, cells: &mut ColumnCells, known: &mut Repeated) {
        let Some((bytes, word)) = value else {
            cells.again((0, 0));
            return;
        };
        if let Some(lies) = word.and_then(|word| known.lies(word)) {
            cells.again(lies);
            return;
        }
        let written = self.bytes(bytes, &mut cells.text);
        let is_whole = written.is_ok();
        let lies = cells.end_text(written);
        if let (true, Some(word)) = (is_whole, word) {
            known.keep(word, lies);
        }
    }

    /// Reads some values and writes each; where there is none, the cell is empty.
    fn write<T: DataType>(
        &self,
        column: &mut ColumnReaderImpl<T>,
        cells: &mut ColumnCells,
        write: impl Fn(&T::T, &mut String) -> Result<(), String>,
    ) -> Result<(), ParquetError> {
        self.each(column, cells, |value, cells| {
            let written = value.map_or(Ok(()), |value| write(value, &mut cells.text));
            cells.end_text(written);
        })
    }

    /// Reads the rows that a batch lacks and gives the value of each, or none, to `take`.
    fn each<T: DataType>(
        &self,
        column: &mut ColumnReaderImpl<T>,
        cells: &mut ColumnCells,
        take: impl Fn(Option<&T::T>, &mut ColumnCells),
    ) -> Result<(), ParquetError> {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let wanted = BATCH.saturating_sub(cells.len());
        let (rows, _, _) = column.read_records(wanted, Some(&mut levels), None, &mut values)?;
        let mut values = values.iter();
        for row in 0..rows {
            let there = self.defined == 0 || levels.get(row).is_some_and(|level| *level == self.defined);
            take(if there { values.next() } else { None }, cells);
        }
        Ok(())
    }

    fn odd(&self, why: &str) -> Result<(), String> {
        Err(format!("the value of `{}` {why}", self.name))
    }

    fn integer(&self, value: i64, text: &mut String) -> Result<(), String> {
        match self.form {
            Form::Decimal(scale) => written(text, number(i128::from(value), scale)),
            Form::Day => i32::try_from(value).map_or_else(|_| self.odd("is no day"), |day| written(text, Date(day))),
            Form::Clock(unit) => match value.checked_mul(unit) {
                Some(nanos) => written(text, clock(&Instant(nanos).to_string())),
                None => self.odd("is no time of day"),
            },
            Form::Instant(unit, is_utc) => match value.checked_mul(unit) {
                Some(nanos) if is_utc => written(text, Instant(nanos)),
                Some(nanos) => written(text, Instant(nanos).to_string().trim_end_matches('Z')),
                None => self.odd(FAR),
            },
            Form::Plain | Form::Unsigned | Form::Uuid => written(text, value),
        }
    }

    fn bytes(&self, bytes: &[u8], text: &mut String) -> Result<(), String> {
        match self.form {
            Form::Decimal(scale) => match big_endian(bytes) {
                Some(value) => written(text, number(value, scale)),
                None => self.odd("has more than 38 digits"),
            },
            Form::Uuid => bytes.iter().enumerate().try_for_each(|(place, byte)| {
                let dash = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
                written(text, format_args!("{dash}{byte:02x}"))
            }),
            Form::Plain | Form::Unsigned | Form::Day | Form::Clock(_) | Form::Instant(..) => {
                match std::str::from_utf8(bytes) {
                    Ok(found) => {
                        text.push_str(found);
                        Ok(())
                    }
                    Err(_) => self.odd("is not UTF-8"),
                }
            }
        }
    }
}

/// Words of a dictionary that were written already, by their numbers; those of a small one have a place each.
struct Repeated([(i32, Lies); 64]);

impl Default for Repeated {
    fn default() -> Self {
        Self([(-1, (0, 0)); 64])
    }
}

impl Repeated {
    /// Where a word was written, if that is known.
    fn lies(&mut self, word: i32) -> Option<Lies> {
        let (known, lies) = *self.at(word)?;
        (known == word).then_some(lies)
    }

    fn keep(&mut self, word: i32, lies: Lies) {
        if let Some(kept) = self.at(word) {
            *kept = (word, lies);
        }
    }

    fn at(&mut self, word: i32) -> Option<&mut (i32, Lies)> {
        self.0.get_mut(usize::try_from(word & 63).ok()?)
    }
}

fn by_logical(logical: &LogicalType, column: &ColumnDescriptor) -> Form {
    let unit = |unit: &TimeUnit| match unit {
        TimeUnit::MILLIS => MILLI,
        TimeUnit::MICROS => MICRO,
        TimeUnit::NANOS => 1,
    };
    if let LogicalType::Time(time) = logical {
        return Form::Clock(unit(&time.unit));
    }
    if let LogicalType::Timestamp(time) = logical {
        return Form::Instant(unit(&time.unit), time.is_adjusted_to_u_t_c);
    }
    if matches!(logical, LogicalType::Integer(integer) if !integer.is_signed) {
        return Form::Unsigned;
    }
    if *logical == LogicalType::Uuid {
        return Form::Uuid;
    }
    // The others have a type of older writers that says the same.
    by_converted(column)
}

/// The same in files of older writers.
fn by_converted(column: &ColumnDescriptor) -> Form {
    let known = [
        (ConvertedType::DECIMAL, Form::Decimal(column.type_scale())),
        (ConvertedType::DATE, Form::Day),
        (ConvertedType::TIME_MILLIS, Form::Clock(MILLI)),
        (ConvertedType::TIME_MICROS, Form::Clock(MICRO)),
        (ConvertedType::TIMESTAMP_MILLIS, Form::Instant(MILLI, true)),
        (ConvertedType::TIMESTAMP_MICROS, Form::Instant(MICRO, true)),
        (ConvertedType::UINT_8, Form::Unsigned),
        (ConvertedType::UINT_16, Form::Unsigned),
        (ConvertedType::UINT_32, Form::Unsigned),
        (ConvertedType::UINT_64, Form::Unsigned),
    ];
    let own = column.converted_type();
    known.into_iter().find(|(converted, _)| *converted == own).map_or(Form::Plain, |(_, form)| form)
}

fn written(text: &mut String, value: impl std::fmt::Display) -> Result<(), String> {
    write!(text, "{value}").map_err(|error| error.to_string())
}

/// The time of day of an instant of the first day.
fn clock(instant: &str) -> String {
    instant.trim_end_matches('Z').rsplit('T').next().unwrap_or_default().to_owned()
}

/// A number in units of 10^-scale, where that may be a power of ten as well.
fn number(value: i128, scale: i32) -> String {
    match u32::try_from(scale) {
        Ok(places) => decimal(value, places),
        Err(_) => format!("{value}{}", "0".repeat(usize::try_from(scale.unsigned_abs()).unwrap_or(0))),
    }
}

/// A number of up to 16 bytes, the highest first, negative ones as two's complement.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let mut whole = if negative { [0xff_u8; 16] } else { [0; 16] };
    let start = whole.len().checked_sub(bytes.len())?;
    whole.get_mut(start..)?.copy_from_slice(bytes);
    Some(i128::from_be_bytes(whole))
}

/// The Julian day of 1 January 1970.
const JULIAN: i64 = 2_440_588;
/// The nanoseconds of a day.
const DAY: i64 = 86_400_000_000_000;

/// Nanoseconds since 1970, of a Julian day and the nanoseconds in it.
fn nanos(value: &Int96) -> Option<i64> {
    let [low, high, day]: [u32; 3] = value.data().try_into().ok()?;
    let within = i64::from(high).checked_mul(1 << 32)?.checked_add(i64::from(low))?;
    i64::from(day).checked_sub(JULIAN)?.checked_mul(DAY)?.checked_add(within)
}
