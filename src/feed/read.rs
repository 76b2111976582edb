//! Reads all inputs, registers first: what stands under which contract decides where events go.

use std::io::{BufRead as _, BufReader, Read};
use std::path::Path;

use crate::feed::apart::Apart;
use crate::feed::events::Origin;
use crate::feed::evidence::Cause;
use crate::feed::fault::Fault;
use crate::feed::input::{Compression, Format, Input};
use crate::feed::leaves::Room;
use crate::feed::lines::{self, Progress};
use crate::feed::mapping::Mapping;
use crate::feed::placed::Placed;
use crate::feed::raw::RawFeed;
use crate::feed::rules::Defaults;
use crate::feed::schema::Schema;
use crate::feed::table::is_parquet;
use crate::feed::{Holds, holdings, indices, native, register, table};

/// What stands beside the events.
#[derive(Debug, Default)]
pub struct Tables<'a> {
    /// Registers of assets.
    pub registers: Vec<Input<'a>>,
    /// Values of indices.
    pub indices: Vec<Input<'a>>,
}

/// Reads tables and feeds. `progress` is told how many bytes came in, each time some did.
///
/// Never fails: what cannot be read is a finding of the account.
pub fn read(
    schemas: &[Schema],
    tables: Tables<'_>,
    mappings: &[Mapping],
    inputs: Vec<Input<'_>>,
    progress: &(dyn Fn(u64) + Sync),
) -> RawFeed {
    read_within((Room::unbounded(), Apart::default()), schemas, tables, (mappings, inputs), progress)
}

/// The same, where what was read may take so much memory until it is resolved, and some contracts are read by asset.
pub fn read_within(
    within: (Room, Apart),
    schemas: &[Schema],
    mut tables: Tables<'_>,
    (mappings, mut inputs): (&[Mapping], Vec<Input<'_>>),
    progress: &(dyn Fn(u64) + Sync),
) -> RawFeed {
    let mut raw = RawFeed::new(schemas, within);
    tables.registers.sort_by(|a, b| a.name.cmp(&b.name));
    tables.indices.sort_by(|a, b| a.name.cmp(&b.name));
    inputs.sort_by(|a, b| a.name.cmp(&b.name));
    for input in tables.registers {
        let file = raw.open(input.name.clone(), Holds::Register);
        let (bytes, _) = opened(input, progress);
        match bytes {
            Ok(bytes) => register::read(&mut raw, file, bytes),
            Err(fault) => raw.blame_file(Origin { file, line: 0 }, fault),
        }
    }
    for input in tables.indices {
        let file = raw.open(input.name.clone(), Holds::Indices);
        let (bytes, _) = opened(input, progress);
        match bytes {
            Ok(bytes) => indices::read(&mut raw, file, bytes),
            Err(fault) => raw.blame_file(Origin { file, line: 0 }, fault),
        }
    }
    holdings::agree(&mut raw);
    for input in inputs {
        let file = raw.open(input.name.clone(), Holds::Events);
        feed(&mut raw, file, mappings, input, progress);
    }
    raw
}

fn feed<'a>(raw: &mut RawFeed, file: u32, mappings: &[Mapping], input: Input<'a>, progress: Progress<'a>) {
    let top = Origin { file, line: 0 };
    let Some(mapping) = mappings.get(input.mapping) else {
        return raw.blame_file(top, Fault::new(Cause::Mapping, "no mapping says how to read the file"));
    };
    match input.format {
        Format::JsonLines => match Defaults::of(mapping) {
            Ok(defaults) => native::read(raw, file, &mut lines::open(input, progress), &defaults),
            Err(fault) => raw.blame_file(top, fault),
        },
        Format::Table => {
            let name = input.name.to_ascii_lowercase();
            let end = Path::new(Compression::of(&name).0).extension();
            let tabs = end.is_some_and(|end| end.eq_ignore_ascii_case("tsv"));
            match opened(input, progress) {
                (Ok(bytes), placed) => table::read(raw, file, (bytes, placed), mapping, tabs),
                (Err(fault), _) => raw.blame_file(top, fault),
            }
        }
    }
}

/// The bytes of a table, and those of Parquet to be read at any place. What is called Parquet is Parquet.
type Opened<'a> = (Result<BufReader<Box<dyn Read + Send + 'a>>, Fault>, Option<(Box<dyn Placed>, Progress<'a>)>);

fn opened<'a>(mut input: Input<'a>, progress: Progress<'a>) -> Opened<'a> {
    let placed = input.placed.take().map(|file| (file, progress));
    let mut bytes = lines::open(input, progress);
    let is_other = placed.is_some() && bytes.fill_buf().is_ok_and(|start| !start.is_empty()) && !is_parquet(&mut bytes);
    if is_other {
        let fault =
            Fault::new(Cause::Unreadable, "the file is called `.parquet` and is none: it does not begin as such");
        return (Err(fault.help("write the file again, or give it the name of what it is: `.csv`, `.csv.gz`")), None);
    }
    (Ok(bytes), placed)
}
