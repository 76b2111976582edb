//! Tables as Parquet: columns of typed values become the cells of rows, written as a table of text would have them.

use std::fmt::Write as _;

use bytes::Bytes;
use csv::StringRecord;
use parquet::basic::{ConvertedType, LogicalType, TimeUnit};
use parquet::column::reader::{ColumnReader, ColumnReaderImpl};
use parquet::data_type::{AsBytes, DataType};
use parquet::errors::ParquetError;
use parquet::file::reader::{FileReader, SerializedFileReader};
use parquet::schema::types::ColumnDescriptor;
use rayon::iter::{IndexedParallelIterator as _, IntoParallelRefMutIterator as _, ParallelIterator as _};

use crate::base::time::{Date, Instant};
use crate::feed::events::Origin;
use crate::feed::evidence::Cause;
use crate::feed::fault::Fault;
use crate::feed::guard::guarded;
use crate::feed::rules::Header;
use crate::feed::table::Row;

/// The bytes with which such a file begins.
pub(crate) const MAGIC: &[u8] = b"PAR1";

/// How many rows are turned into text at once.
const BATCH: usize = 4096;

/// The rows of a file.
pub(crate) struct ParquetRows {
    reader: SerializedFileReader<Bytes>,
    /// The columns with one value a row, by their place in the file.
    leaves: Vec<(usize, Leaf)>,
    /// The group of rows that comes next.
    group: usize,
    /// The columns of the group that is being read.
    columns: Vec<ColumnReader>,
    /// Their cells of the rows at hand.
    cells: Vec<Cells>,
    /// The row of these that comes next, and how many there are.
    row: usize,
    rows: usize,
    origin: Origin,
}

impl ParquetRows {
    /// Reads what the file says about itself.
    pub(crate) fn open(bytes: Vec<u8>, file: u32) -> Result<(Self, Header), Fault> {
        let reader = whole(|| SerializedFileReader::new(Bytes::from(bytes))).map_err(|error| unreadable(&error))?;
        let schema = reader.metadata().file_metadata().schema_descr_ptr();
        let single = schema.columns().iter().enumerate().filter(|(_, column)| column.max_rep_level() == 0);
        let leaves: Vec<(usize, Leaf)> = single.map(|(place, column)| (place, Leaf::of(column))).collect();
        let names: Vec<String> = leaves.iter().map(|(place, _)| schema.column(*place).path().string()).collect();
        let header = Header::new(names.iter().map(String::as_str));
        let cells = leaves.iter().map(|_| Cells::default()).collect();
        let (columns, origin) = (Vec::new(), Origin { file, line: 0 });
        Ok((Self { reader, leaves, group: 0, columns, cells, row: 0, rows: 0, origin }, header))
    }

    /// Reads the next row into `cells`. Its place is its number; there is no header to count.
    pub(crate) fn next(&mut self, cells: &mut StringRecord) -> Row {
        while self.row == self.rows {
            match self.fill() {
                Ok(true) => {}
                Ok(false) => return Row::End,
                Err(error) => return Row::Broken(self.origin, unreadable(&error)),
            }
        }
        self.origin.line = self.origin.line.saturating_add(1);
        cells.clear();
        let row = self.row;
        self.row = row.saturating_add(1);
        for column in &self.cells {
            match column.get(row) {
                Ok(text) => cells.push_field(text),
                Err(odd) => {
                    let fault = Fault::new(Cause::BadValue, odd);
                    return Row::Bad(self.origin, fault.help("write the column as text, a number or an instant"));
                }
            }
        }
        Row::Cells(self.origin)
    }

    /// Reads the next rows of the group, or the first of the next group; tells whether there was one.
    fn fill(&mut self) -> Result<bool, ParquetError> {
        self.row = 0;
        self.rows = 0;
        let columns = self.columns.par_iter_mut().zip(&self.leaves).zip(&mut self.cells);
        let read = columns.map(|((column, (_, leaf)), cells)| {
            cells.clear();
            whole(|| leaf.read(column, cells))
        });
        let read: Vec<usize> = read.collect::<Result<_, _>>()?;
        let rows = read.first().copied().unwrap_or(0);
        if read.iter().any(|read| *read != rows) {
            return Err(ParquetError::General("its columns have different numbers of rows".to_owned()));
        }
        self.rows = rows;
        if self.rows > 0 {
            return Ok(true);
        }
        if self.group >= self.reader.num_row_groups() {
            return Ok(false);
        }
        let (reader, leaves, group) = (&self.reader, &self.leaves, self.group);
        self.columns = whole(|| {
            let group = reader.get_row_group(group)?;
            leaves.iter().map(|(place, _)| group.get_column_reader(*place)).collect::<Result<_, _>>()
        })?;
        self.group = self.group.saturating_add(1);
        Ok(true)
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

/// The texts of one column, one after the other.
#[derive(Debug, Default)]
struct Cells {
    text: String,
    /// Where each of them ends.
    ends: Vec<usize>,
    /// Rows whose value cannot be written, and why.
    odd: Vec<(usize, String)>,
}

impl Cells {
    fn clear(&mut self) {
        self.text.clear();
        self.ends.clear();
        self.odd.clear();
    }

    /// Takes in the text that was written since the last cell.
    fn end(&mut self, written: Result<(), String>) {
        if let Err(why) = written {
            self.odd.push((self.ends.len(), why));
        }
        self.ends.push(self.text.len());
    }

    fn get(&self, row: usize) -> Result<&str, String> {
        if let Ok(place) = self.odd.binary_search_by_key(&row, |(row, _)| *row) {
            return Err(self.odd.get(place).map_or_else(String::new, |(_, why)| why.clone()));
        }
        let start = row.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied()).unwrap_or_default();
        let end = self.ends.get(row).copied().unwrap_or(start);
        Ok(self.text.get(start..end).unwrap_or_default())
    }
}

/// How the values of a column are written.
#[derive(Clone, PartialEq, Eq, Debug)]
struct Leaf {
    name: String,
    form: Form,
    /// The level at which a value is there.
    defined: i16,
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

impl Leaf {
    fn of(column: &ColumnDescriptor) -> Self {
        let form = match column.logical_type_ref() {
            Some(logical) => by_logical(logical, column),
            None => by_converted(column),
        };
        Self { name: column.path().string(), form, defined: column.max_def_level() }
    }

    /// Reads some rows; tells how many.
    fn read(&self, column: &mut ColumnReader, cells: &mut Cells) -> Result<usize, ParquetError> {
        match column {
            ColumnReader::BoolColumnReader(column) => {
                self.each(column, cells, |value, text| written(text, if *value { "yes" } else { "no" }))
            }
            ColumnReader::Int32ColumnReader(column) => self.each(column, cells, |value, text| {
                if self.form == Form::Unsigned {
                    return written(text, value.cast_unsigned());
                }
                self.integer(i64::from(*value), text)
            }),
            ColumnReader::Int64ColumnReader(column) => self.each(column, cells, |value, text| {
                if self.form == Form::Unsigned {
                    return written(text, value.cast_unsigned());
                }
                self.integer(*value, text)
            }),
            ColumnReader::Int96ColumnReader(column) => {
                self.each(column, cells, |value, text| written(text, Instant(value.to_nanos())))
            }
            ColumnReader::FloatColumnReader(column) => self.each(column, cells, |value, text| match value {
                number if number.is_nan() => Ok(()),
                number if number.is_infinite() => self.odd("is infinite"),
                number => written(text, number),
            }),
            ColumnReader::DoubleColumnReader(column) => self.each(column, cells, |value, text| match value {
                number if number.is_nan() => Ok(()),
                number if number.is_infinite() => self.odd("is infinite"),
                number => written(text, number),
            }),
            ColumnReader::ByteArrayColumnReader(column) => {
                self.each(column, cells, |value, text| self.bytes(value.as_bytes(), text))
            }
            ColumnReader::FixedLenByteArrayColumnReader(column) => {
                self.each(column, cells, |value, text| self.bytes(value.as_bytes(), text))
            }
        }
    }

    /// Reads some values and writes each; where there is none, the cell is empty.
    fn each<T: DataType>(
        &self,
        column: &mut ColumnReaderImpl<T>,
        cells: &mut Cells,
        write: impl Fn(&T::T, &mut String) -> Result<(), String>,
    ) -> Result<usize, ParquetError> {
        let (mut levels, mut values) = (Vec::new(), Vec::new());
        let (rows, _, _) = column.read_records(BATCH, Some(&mut levels), None, &mut values)?;
        let mut values = values.iter();
        for row in 0..rows {
            let there = self.defined == 0 || levels.get(row).is_some_and(|level| *level == self.defined);
            let value = if there { values.next() } else { None };
            let written = value.map_or(Ok(()), |value| write(value, &mut cells.text));
            cells.end(written);
        }
        Ok(rows)
    }

    fn odd(&self, why: &str) -> Result<(), String> {
        Err(format!("the value of `{}` {why}", self.name))
    }

    fn integer(&self, value: i64, text: &mut String) -> Result<(), String> {
        match self.form {
            Form::Decimal(scale) => written(text, decimal(i128::from(value), scale)),
            Form::Day => i32::try_from(value).map_or_else(|_| self.odd("is no day"), |day| written(text, Date(day))),
            Form::Clock(unit) => match value.checked_mul(unit) {
                Some(nanos) => written(text, clock(&Instant(nanos).to_string())),
                None => self.odd("is no time of day"),
            },
            Form::Instant(unit, is_utc) => match value.checked_mul(unit) {
                Some(nanos) if is_utc => written(text, Instant(nanos)),
                Some(nanos) => written(text, Instant(nanos).to_string().trim_end_matches('Z')),
                None => self.odd("lies outside of the years 1678 to 2262"),
            },
            Form::Plain | Form::Unsigned | Form::Uuid => written(text, value),
        }
    }

    fn bytes(&self, bytes: &[u8], text: &mut String) -> Result<(), String> {
        match self.form {
            Form::Decimal(scale) => match big_endian(bytes) {
                Some(value) => written(text, decimal(value, scale)),
                None => self.odd("has more than 38 digits"),
            },
            Form::Uuid => bytes.iter().enumerate().try_for_each(|(place, byte)| {
                let dash = if matches!(place, 4 | 6 | 8 | 10) { "-" } else { "" };
                written(text, format_args!("{dash}{byte:02x}"))
            }),
            Form::Plain | Form::Unsigned | Form::Day | Form::Clock(_) | Form::Instant(..) => {
                match std::str::from_utf8(bytes) {
                    Ok(found) => written(text, found),
                    Err(_) => self.odd("is not UTF-8"),
                }
            }
        }
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

/// A number in units of 10^-scale.
fn decimal(value: i128, scale: i32) -> String {
    let digits = value.unsigned_abs().to_string();
    let places = usize::try_from(scale).unwrap_or(0);
    let sign = if value < 0 { "-" } else { "" };
    if places == 0 {
        return format!("{sign}{digits}{}", "0".repeat(usize::try_from(scale.unsigned_abs()).unwrap_or(0)));
    }
    let digits = format!("{digits:0>width$}", width = places.saturating_add(1));
    let (whole, part) = digits.split_at_checked(digits.len().saturating_sub(places)).unwrap_or((&digits, "0"));
    format!("{sign}{whole}.{part}")
}

/// A number of up to 16 bytes, the highest first, negative ones as two's complement.
fn big_endian(bytes: &[u8]) -> Option<i128> {
    let negative = bytes.first().is_some_and(|first| *first >= 0x80);
    let mut whole = if negative { [0xff_u8; 16] } else { [0; 16] };
    let start = whole.len().checked_sub(bytes.len())?;
    whole.get_mut(start..)?.copy_from_slice(bytes);
    Some(i128::from_be_bytes(whole))
}
