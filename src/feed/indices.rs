//! Tables of index values: one row a value, with the columns `series`, `month`, `value`, `published` and `status`.

use std::collections::BTreeMap;
use std::io::BufRead;

use csv::StringRecord;

use crate::base::number::Ratio;
use crate::base::series::{Point, Series};
use crate::base::time::{Date, Instant, Month, Zone};
use crate::feed::account::Account;
use crate::feed::cell::Cells as _;
use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, Fate};
use crate::feed::fault::{Fault, shown};
use crate::feed::moment::Clock;
use crate::feed::raw::RawFeed;
use crate::feed::register::sniff;
use crate::feed::rules::Header;
use crate::feed::table::{Row, Rows};

/// A row that was understood.
#[derive(Clone, Debug)]
pub(crate) struct RawPoint {
    series: String,
    point: Point,
    origin: Origin,
}

/// The places of the columns.
struct Columns {
    series: usize,
    month: usize,
    value: usize,
    published: Option<usize>,
    status: Option<usize>,
    /// Whether decimals have a comma.
    comma: bool,
}

/// Reads a table of index values.
pub(crate) fn read(raw: &mut RawFeed, file: u32, mut reader: impl BufRead) {
    let top = Origin { file, line: 1 };
    let delimiter = sniff(&mut reader);
    let opened = Rows::open(reader, delimiter, file).and_then(|(rows, header)| {
        let columns = Columns::new(&header, delimiter)?;
        Ok((rows, header, columns))
    });
    let (mut rows, header, columns) = match opened {
        Ok(opened) => opened,
        Err(fault) => return raw.blame_file(top, fault),
    };
    for (_, name) in header.iter().filter(|(_, name)| !NAMES.contains(name)) {
        let fault = Fault::new(Cause::UnknownColumn, format!("the column {} is not read", shown(name)));
        raw.blame_file(top, fault.among(name, NAMES.into_iter()));
    }
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
                match columns.point(&cells) {
                    Ok((series, point)) => take(raw, series, point, origin),
                    Err(fault) => raw.reject(origin, fault),
                }
            }
        }
    }
}

const NAMES: [&str; 5] = ["series", "month", "value", "published", "status"];

fn take(raw: &mut RawFeed, series: String, point: Point, origin: Origin) {
    let known = raw.schemas.iter().any(|schema| schema.series.contains(&series));
    if known {
        raw.points.push(RawPoint { series, point, origin });
        return;
    }
    raw.count(origin, |tally| &mut tally.unassigned);
    raw.note_stray(origin, Cause::UnknownSeries, |raw| {
        let names = raw.schemas.iter().flat_map(|schema| &schema.series).map(String::as_str);
        Fault::new(Cause::UnknownSeries, format!("no contract has an index {}", shown(&series))).among(&series, names)
    });
}

impl Columns {
    fn new(header: &Header, delimiter: u8) -> Result<Self, Fault> {
        Ok(Self {
            series: header.column("series")?,
            month: header.column("month")?,
            value: header.column("value")?,
            published: header.find("published"),
            status: header.find("status"),
            comma: delimiter == b';',
        })
    }

    fn point(&self, cells: &StringRecord) -> Result<(String, Point), Fault> {
        let needed = |column: usize, name: &str| {
            let missing = || Fault::new(Cause::MissingKey, format!("the row has no {name}"));
            cells.text(column).ok_or_else(|| missing().help(format!("fill the column `{name}`")))
        };
        let series = needed(self.series, "series")?;
        let month = needed(self.month, "month")?;
        let month = Month::parse(month).or_else(|| Date::parse(month).map(Date::as_month)).ok_or_else(|| {
            Fault::new(Cause::BadInstant, format!("{} is no month", shown(month))).help("write it as `2025-10`")
        })?;
        let text = needed(self.value, "value")?;
        let value = if self.comma { Ratio::parse(&text.replace(',', ".")) } else { Ratio::parse(text) };
        let value = value.ok().filter(|value| !value.is_negative() && !value.is_zero()).ok_or_else(|| {
            Fault::new(Cause::BadValue, format!("{} is no value of an index", shown(text)))
                .help("write a number above zero, such as `123.1`")
        })?;
        let said = self.published.and_then(|column| cells.text(column));
        let published = said.map(instant).transpose()?;
        let day = said.and_then(Date::parse);
        let provisional = match self.status.and_then(|column| cells.text(column)) {
            None | Some("final") => false,
            Some("provisional") => true,
            Some(other) => {
                let fault = Fault::new(Cause::BadValue, format!("{} is no status", shown(other)));
                return Err(fault.help("write `final` or `provisional`"));
            }
        };
        Ok((series.to_owned(), Point { month, published, day, provisional, value, contested: false }))
    }
}

/// A day, which begins at midnight UTC, or an instant.
fn instant(text: &str) -> Result<Instant, Fault> {
    match Date::parse(text) {
        Some(day) => Ok(Zone::UTC.start_of(day)),
        None => Clock::new(None).read(text).map_err(|fault| fault.help("write the day, as in `2026-03-20`")),
    }
}

/// What became of the rows.
#[derive(Default)]
pub(crate) struct Resolved {
    pub(crate) series: BTreeMap<String, Series>,
    pub(crate) fates: Vec<(Origin, Fate)>,
    pub(crate) account: Account,
}

/// The series as known at an instant. Two values of one month with one publication and status contradict each other:
/// neither counts.
pub(crate) fn resolve(raw: &RawFeed, as_of: Option<Instant>) -> Resolved {
    let mut resolved = Resolved::default();
    let mut by_series: BTreeMap<&str, Vec<&RawPoint>> = BTreeMap::new();
    for point in &raw.points {
        by_series.entry(&point.series).or_default().push(point);
    }
    for (name, mut points) in by_series {
        points.sort_by_key(|point| point.origin);
        let mut kept: Vec<Point> = Vec::new();
        for RawPoint { point, origin, .. } in points {
            let later = as_of.is_some_and(|as_of| point.published.is_some_and(|published| published > as_of));
            let same = |known: &&mut Point| {
                (known.month, known.published, known.provisional) == (point.month, point.published, point.provisional)
            };
            let fate = match kept.iter_mut().find(same) {
                _ if later => Fate::NotYetKnown,
                None => {
                    kept.push(point.clone());
                    Fate::Used
                }
                Some(known) if known.value == point.value => Fate::Duplicate,
                Some(known) => {
                    known.contested = true;
                    let words = || {
                        let (first, second) = (known.value.decimal_text(0, 10), point.value.decimal_text(0, 10));
                        let reason = format!("`{name}` has two values for {}: {first} and {second}", point.month);
                        Fault::new(Cause::Conflict, reason).help("remove one, or say when each was `published`")
                    };
                    resolved.account.note(*origin, Some(Fate::Conflict), Cause::Conflict, words);
                    Fate::Conflict
                }
            };
            resolved.fates.push((*origin, fate));
        }
        resolved.series.insert(name.to_owned(), Series::new(kept));
    }
    resolved
}
