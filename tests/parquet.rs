//! Feeds in Parquet: every type of column reads as a table of text with the same values does, and damage is told.
//! The files are written here, so that the tests need none.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;

use parquet::basic::Compression;
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray, Int96};
use parquet::errors::ParquetError;
use parquet::file::properties::{WriterProperties, WriterVersion};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use serde_json::Value;

use crate::support::{consigne, root};

/// The values of a column; those of a column that may be empty come with the rows in which they are.
enum Values {
    Flags(Vec<bool>),
    Int32(Vec<i32>),
    Int64(Vec<i64>),
    Int96(Vec<Int96>),
    #[expect(clippy::disallowed_types, reason = "a type of Parquet")]
    Floats(Vec<f32>),
    #[expect(clippy::disallowed_types, reason = "a type of Parquet")]
    Doubles(Vec<f64>),
    Texts(Vec<&'static str>),
    Fixed(Vec<Vec<u8>>),
    /// Bytes that need not be text.
    Bytes(Vec<&'static [u8]>),
    /// Texts, or nothing.
    Some(Vec<Option<&'static str>>),
    /// Numbers, or nothing.
    SomeInt32(Vec<Option<i32>>),
    /// A list of one text in each row.
    Lists(Vec<&'static str>),
}

/// A file of groups of rows.
fn file(schema: &str, compression: Compression, groups: &[Vec<Values>]) -> Vec<u8> {
    file_by(WriterProperties::builder().set_compression(compression).build(), schema, groups)
}

/// The same, written in some way.
fn file_by(properties: WriterProperties, schema: &str, groups: &[Vec<Values>]) -> Vec<u8> {
    let (schema, properties) = (Arc::new(parse_message_type(schema).unwrap()), Arc::new(properties));
    let mut bytes = Vec::new();
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, properties).unwrap();
    for columns in groups {
        let mut group = writer.next_row_group().unwrap();
        for values in columns {
            let mut column = group.next_column().unwrap().unwrap();
            write(column.untyped(), values);
            column.close().unwrap();
        }
        group.close().unwrap();
    }
    writer.close().unwrap();
    bytes
}

fn write(column: &mut ColumnWriter<'_>, values: &Values) {
    let levels = |there: Vec<bool>| there.into_iter().map(i16::from).collect::<Vec<_>>();
    match (column, values) {
        (ColumnWriter::BoolColumnWriter(column), Values::Flags(values)) => column.write_batch(values, None, None),
        (ColumnWriter::Int32ColumnWriter(column), Values::Int32(values)) => column.write_batch(values, None, None),
        (ColumnWriter::Int64ColumnWriter(column), Values::Int64(values)) => column.write_batch(values, None, None),
        (ColumnWriter::Int96ColumnWriter(column), Values::Int96(values)) => column.write_batch(values, None, None),
        (ColumnWriter::FloatColumnWriter(column), Values::Floats(values)) => column.write_batch(values, None, None),
        (ColumnWriter::DoubleColumnWriter(column), Values::Doubles(values)) => column.write_batch(values, None, None),
        (ColumnWriter::ByteArrayColumnWriter(column), Values::Texts(values)) => {
            let values: Vec<ByteArray> = values.iter().copied().map(ByteArray::from).collect();
            column.write_batch(&values, None, None)
        }
        (ColumnWriter::FixedLenByteArrayColumnWriter(column), Values::Fixed(values)) => {
            let values: Vec<FixedLenByteArray> = values.iter().cloned().map(FixedLenByteArray::from).collect();
            column.write_batch(&values, None, None)
        }
        (ColumnWriter::ByteArrayColumnWriter(column), Values::Bytes(values)) => {
            let values: Vec<ByteArray> = values.iter().map(|bytes| bytes.to_vec().into()).collect();
            column.write_batch(&values, None, None)
        }
        (ColumnWriter::ByteArrayColumnWriter(column), Values::Some(values)) => {
            let levels = levels(values.iter().map(Option::is_some).collect());
            let values: Vec<ByteArray> = values.iter().flatten().copied().map(ByteArray::from).collect();
            column.write_batch(&values, Some(&levels), None)
        }
        (ColumnWriter::Int32ColumnWriter(column), Values::SomeInt32(values)) => {
            let levels = levels(values.iter().map(Option::is_some).collect());
            let values: Vec<i32> = values.iter().flatten().copied().collect();
            column.write_batch(&values, Some(&levels), None)
        }
        (ColumnWriter::ByteArrayColumnWriter(column), Values::Lists(values)) => {
            let levels = vec![1; values.len()];
            let values: Vec<ByteArray> = values.iter().copied().map(ByteArray::from).collect();
            column.write_batch(&values, Some(&levels), Some(&vec![0; levels.len()]))
        }
        _ => Err(ParquetError::General("values of another type than their column".to_owned())),
    }
    .unwrap();
}

const CONTRACT: &str = r#"contract T-1 "Test"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions { rounded to 0.01 half up on each line  conflicting records first known stays }
asset pump "Pump" { }
event worked of pump {
    hours number  parts money  travel number  count number  big number  urgent yes or no  ordered date
    visit text  note text, optional  extra number, optional
}
clause 1 "Hours"   { on worked, customer pays 1.00 EUR per pump times hours as price }
clause 2 "Parts"   { on worked, customer pays parts per pump as price }
clause 3 "Travel"  { on worked, customer pays 1.00 EUR per pump times travel as price }
clause 4 "Count"   { on worked, customer pays 1.00 EUR per pump times count as price }
clause 5 "Big"     { on worked, customer pays 0.01 EUR per pump times big as price }
clause 6 "Urgent"  { on worked where urgent, customer pays 7.00 EUR per pump as price }
clause 7 "Ordered" { on worked where ordered is below 2026-03-02, customer pays 9.00 EUR per pump as price }
clause 8 "Noted"   { on worked where note is present, customer pays 5.00 EUR per pump as price }
clause 9 "Extra"   { on worked where extra is present, customer pays 1.00 EUR per pump times extra as price }
scenario "s" { 2026-05-02 09:00 worked P1 { hours 1, parts 1.00 EUR, travel 1, count 1, big 1, urgent no, ordered 2026-05-01, visit "v" } expect clause 1 = 1.00 EUR }
"#;

const SETTINGS: &str = r#"contracts = ["t.consigne"]
[[feed]]
path = "FILE"
asset = "pump"
at = "at"
id = ["visit"]
timezone = "Europe/Paris"
[[feed.event]]
kind = "worked"
fields = { hours = "hours", parts = "parts EUR", travel = "travel", count = "count", big = "big", urgent = "urgent", ordered = "ordered", visit = "visit", note = "note", extra = "extra" }
"#;

/// What March settles to, by clause; and the counts of lines.
fn settled(name: &str, bytes: &[u8]) -> (Vec<(String, String)>, Value) {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.consigne"), CONTRACT).unwrap();
    std::fs::write(folder.path().join("consigne.toml"), SETTINGS.replace("FILE", name)).unwrap();
    std::fs::create_dir_all(folder.path().join(name).parent().unwrap()).unwrap();
    std::fs::write(folder.path().join(name), bytes).unwrap();
    let output = consigne(folder.path(), &["settle", "2026-03", "--format", "json"]);
    assert!(!output.stdout.is_empty(), "{}", String::from_utf8_lossy(&output.stderr));
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    let lines = json["statements"][0]["periods"][0]["lines"].as_array().cloned().unwrap_or_default();
    let text = |line: &Value, key: &str| line[key].as_str().unwrap().to_owned();
    (lines.iter().map(|line| (text(line, "clause"), text(line, "amount"))).collect(), json["evidence"].clone())
}

const SCHEMA: &str = "message rows {
    required int64 at (TIMESTAMP(MILLIS,true));
    required binary pump (UTF8);
    required int64 hours (DECIMAL(10,2));
    required fixed_len_byte_array(4) parts (DECIMAL(9,2));
    required double travel;
    required int32 count;
    required int32 big (INTEGER(32,false));
    required boolean urgent;
    required int32 ordered (DATE);
    required fixed_len_byte_array(16) visit (UUID);
    optional binary note (UTF8);
    optional int32 extra (DECIMAL(5,1));
    required group more { optional int32 depth; }
    repeated binary tags (UTF8);
}";

/// Two visits of March, the second in a group of rows of its own.
fn visits(compression: Compression) -> Vec<u8> {
    let visit = |at: i64, first: bool| {
        vec![
            Values::Int64(vec![at]),
            Values::Texts(vec!["P1"]),
            Values::Int64(vec![if first { 150 } else { -25 }]),
            Values::Fixed(vec![if first { vec![0, 0, 0x30, 0x39] } else { vec![0xff, 0xff, 0xff, 0x9c] }]),
            Values::Doubles(vec![if first { 0.1 } else { 12.25 }]),
            Values::Int32(vec![if first { 3 } else { 4 }]),
            Values::Int32(vec![if first { 5 } else { -1 }]),
            Values::Flags(vec![first]),
            // 1 and 2 March 2026 are the days 20 513 and 20 514 since 1970.
            Values::Int32(vec![if first { 20_513 } else { 20_514 }]),
            Values::Fixed(vec![vec![u8::from(first); 16]]),
            Values::Some(vec![if first { None } else { Some("late") }]),
            Values::SomeInt32(vec![if first { Some(-15) } else { None }]),
            Values::SomeInt32(vec![Some(1)]),
            Values::Lists(vec!["a"]),
        ]
    };
    // 2026-03-05T08:10:00Z and 2026-03-06T08:10:00Z.
    file(SCHEMA, compression, &[visit(1_772_698_200_000, true), visit(1_772_784_600_000, false)])
}

/// The same visits as text.
const TEXT: &str = "at,pump,hours,parts,travel,count,big,urgent,ordered,visit,note,extra
2026-03-05T08:10:00Z,P1,1.50,123.45,0.1,3,5,yes,2026-03-01,01010101-0101-0101-0101-010101010101,,-1.5
2026-03-06T08:10:00Z,P1,-0.25,-1.00,12.25,4,4294967295,no,2026-03-02,00000000-0000-0000-0000-000000000000,late,
";

#[test]
fn every_type_of_column_reads_as_text_does() {
    let (text, evidence) = settled("visits.csv", TEXT.as_bytes());
    assert_eq!(evidence["used"], 2, "{evidence:#}");
    // 1.50 − 0.25; 123.45 − 1.00; 0.10 + 12.25; 3 + 4; 0.05 + 42 949 672.95, from 2^32 − 1 hundredths; the first visit alone; the one
    // ordered on 1 March; the second; −1.5.
    let expected = ["1.25", "122.45", "12.35", "7", "42949673", "7", "9", "5", "-1.5"].map(ToOwned::to_owned);
    assert_eq!(text.iter().map(|(_, amount)| amount.clone()).collect::<Vec<_>>(), expected);
    let kinds = [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::ZSTD(parquet::basic::ZstdLevel::default()),
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::LZ4_RAW,
    ];
    for compression in kinds {
        assert_eq!(settled("visits.parquet", &visits(compression)).0, text, "{compression}");
    }
    // Folders by year and month are named by a pattern.
    let (partitioned, evidence) = settled("year=2026/month=03/visits.parquet", &visits(Compression::SNAPPY));
    assert_eq!(partitioned, text);
    assert_eq!((evidence["read"].as_u64(), evidence["used"].as_u64()), (Some(2), Some(2)), "{evidence:#}");
}

#[test]
fn a_table_and_a_feed_may_be_compressed_by_zstandard() {
    let (plain, _) = settled("visits.csv", TEXT.as_bytes());
    let packed = zstd::encode_all(TEXT.as_bytes(), 3).unwrap();
    assert_eq!(settled("visits.csv.zst", &packed).0, plain);
    let (lines, evidence) = settled("visits.csv.zst", b"not compressed at all");
    assert!(lines.is_empty());
    assert!(evidence["findings"][0]["reason"].as_str().unwrap().contains("cannot be read"), "{evidence:#}");
}

/// Instants in every unit, with and without a zone; 5 March 2026, 9:10 in Paris, which is 8:10 UTC.
#[test]
fn instants_are_read_in_every_unit() {
    let utc = 1_772_698_200_i64;
    // Days since the Julian epoch and nanoseconds of the day: 20 517 days after 1970, 8 h 10.
    let mut julian = Int96::new();
    let nanos: u64 = (8 * 3_600 + 10 * 60) * 1_000_000_000;
    julian.set_data(
        u32::try_from(nanos & 0xffff_ffff).unwrap(),
        u32::try_from(nanos >> 32).unwrap(),
        2_440_588 + 20_517,
    );
    let cases = [
        ("int64 at (TIMESTAMP(MILLIS,true))", Values::Int64(vec![utc * 1_000])),
        ("int64 at (TIMESTAMP(MICROS,true))", Values::Int64(vec![utc * 1_000_000])),
        ("int64 at (TIMESTAMP(NANOS,true))", Values::Int64(vec![utc * 1_000_000_000])),
        ("int64 at (TIMESTAMP_MILLIS)", Values::Int64(vec![utc * 1_000])),
        ("int64 at (TIMESTAMP_MICROS)", Values::Int64(vec![utc * 1_000_000])),
        // By the clock on the wall, read in the zone of the feed.
        ("int64 at (TIMESTAMP(MILLIS,false))", Values::Int64(vec![(utc + 3_600) * 1_000])),
        ("int96 at", Values::Int96(vec![julian])),
        ("binary at (UTF8)", Values::Texts(vec!["2026-03-05T09:10:00+01:00"])),
    ];
    for (column, at) in cases {
        let folder = tempfile::tempdir().unwrap();
        let settings = "contracts = [\"t.consigne\"]\n[[feed]]\npath = \"*.parquet\"\nasset = \"pump\"\nat = \"at\"\n\
                        each_row = \"an event\"\ntimezone = \"Europe/Paris\"\n[[feed.event]]\nkind = \"failed\"\n";
        let text = "contract T-1 \"Test\"\nparties { provider pro \"P\"  customer cus \"C\" }\nterm 2026-01-01 to 2026-12-31\n\
                    currency EUR\ntimezone UTC\nsettled monthly\nconventions { conflicting records first known stays }\n\
                    asset pump { }\nevent failed of pump\ndefine failures per day = count of failed\n\
                    clause 1 \"F\" { on failed, provider pays 1.00 EUR per pump as indemnity }\n\
                    scenario \"s\" { 2026-05-02 09:00 failed P1 expect clause 1 = 1.00 EUR }\n";
        std::fs::write(folder.path().join("t.consigne"), text).unwrap();
        std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
        let schema =
            format!("message rows {{ required {column}; required binary pump (UTF8); required float weight; }}");
        let group = vec![at, Values::Texts(vec!["P1"]), Values::Floats(vec![0.5])];
        std::fs::write(folder.path().join("a.parquet"), file(&schema, Compression::SNAPPY, &[group])).unwrap();
        let output = consigne(folder.path(), &["explain", "clause", "1", "2026-03"]);
        let said = String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert!(said.contains("2026-03-05 08:10"), "{column}: {said}");
    }
}

/// The last day of the year 9999, as Spark writes it, is 2 932 896 days after 1970: of more nanoseconds than are kept.
#[test]
fn an_instant_beyond_all_that_are_kept_is_told() {
    let mut never = Int96::new();
    never.set_data(0, 0, 2_440_588 + 2_932_896);
    let folder = tempfile::tempdir().unwrap();
    let settings = "contracts = [\"t.consigne\"]\n[[feed]]\npath = \"v.parquet\"\nasset = \"pump\"\nat = \"at\"\n\
                    each_row = \"an event\"\n[[feed.event]]\nkind = \"worked\"\n";
    std::fs::write(folder.path().join("t.consigne"), CONTRACT).unwrap();
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    let schema = "message rows { required int96 at; required binary pump (UTF8); }";
    let group = vec![Values::Int96(vec![never]), Values::Texts(vec!["P1"])];
    std::fs::write(folder.path().join("v.parquet"), file(schema, Compression::UNCOMPRESSED, &[group])).unwrap();
    let output = consigne(folder.path(), &["feed", "check"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(said.contains("v.parquet:1 bad value: the value of `at` lies outside of the years 1678 to 2262"), "{said}");
}

/// Bytes changed or cut anywhere: a finding or other values, never a crash.
#[test]
fn damaged_files_are_told() {
    let whole = visits(Compression::SNAPPY);
    let (_, evidence) = settled("visits.parquet", &whole[..whole.len() / 2]);
    let reason = evidence["findings"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("cannot be read as Parquet"), "{reason}");
    for step in 0..60 {
        let mut bytes = whole.clone();
        let place = (step * 37 + 4) % bytes.len();
        bytes[place] ^= 1 << (step % 8);
        let folder = tempfile::tempdir().unwrap();
        run(folder.path(), &bytes);
    }
}

fn run(folder: &Path, bytes: &[u8]) {
    std::fs::write(folder.join("t.consigne"), CONTRACT).unwrap();
    std::fs::write(folder.join("consigne.toml"), SETTINGS.replace("FILE", "v.parquet")).unwrap();
    std::fs::write(folder.join("v.parquet"), bytes).unwrap();
    let output = consigne(folder, &["feed", "check"]);
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(matches!(output.status.code(), Some(0 | 1)) && !said.contains("panicked"), "{said}");
}

/// Groups of rows are read beside each other; behind one that cannot be read, none counts.
#[test]
fn a_group_that_cannot_be_read_ends_the_file() {
    let mut bytes = visits(Compression::UNCOMPRESSED);
    let whole = [("0", 2, 0), ("1", 2, 0), ("2", 2, 0)];
    let broken = [("0", 1, 1), ("1", 1, 1), ("2", 1, 1)];
    let counted = |bytes: &[u8], expected: [(&str, u64, u64); 3]| {
        for (threads, read, findings) in expected {
            let folder = tempfile::tempdir().unwrap();
            std::fs::write(folder.path().join("t.consigne"), CONTRACT).unwrap();
            std::fs::write(folder.path().join("consigne.toml"), SETTINGS.replace("FILE", "v.parquet")).unwrap();
            std::fs::write(folder.path().join("v.parquet"), bytes).unwrap();
            let mut command = Command::new(env!("CARGO_BIN_EXE_consigne"));
            command.args(["settle", "2026-03", "--format", "json"]).env("RAYON_NUM_THREADS", threads);
            let output = command.current_dir(folder.path()).output().unwrap();
            let json: Value = serde_json::from_slice(&output.stdout).unwrap();
            let evidence = &json["evidence"];
            assert_eq!(evidence["read"], read, "{threads} threads: {evidence}");
            assert_eq!(evidence["findings"].as_array().unwrap().len() as u64, findings, "{evidence}");
        }
    };
    counted(&bytes, whole);
    // What stands before the instant of the second group is the head of its page.
    let page = bytes.windows(8).position(|value| value == 1_772_784_600_000_i64.to_le_bytes()).unwrap();
    bytes[page - 24..page].fill(0xff);
    counted(&bytes, broken);
}

const NOTED: &str = r#"contract T-1 "Test"
parties { provider pro "Provider"  customer cus "Customer" }
term 2026-01-01 to 2026-12-31
currency EUR
timezone Europe/Paris
settled monthly
conventions { rounded to 0.01 half up on each line  conflicting records first known stays }
asset pump "Pump"
event worked of pump { note text, optional  word text }
clause 1 "Noted" { on worked where note is present, customer pays 1.00 EUR as price }
clause 2 "Late"  { on worked where note is present and note is "late", customer pays 1.00 EUR as price }
scenario "s" { 2026-05-02 09:00 worked P1 { word "a" } expect clause 1 = 0.00 EUR }
"#;

/// Values of a dictionary are read once; each row has its own all the same, whatever is around it, and what is no text is told
/// of each row.
#[test]
fn words_that_repeat_are_those_of_their_rows() {
    const ROWS: usize = 4_000;
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.consigne"), NOTED).unwrap();
    let rule = "[[feed.event]]\nkind = \"worked\"\nfields = { note = \"note\", word = \"word\" }\n";
    let settings =
        SETTINGS.split("[[feed.event]]").next().unwrap().replace("id = [\"visit\"]", "each_row = \"an event\"") + rule;
    std::fs::write(folder.path().join("consigne.toml"), settings.replace("FILE", "v.parquet")).unwrap();
    let schema = "message rows {
        required int64 at (TIMESTAMP(MILLIS,true)); required binary pump (UTF8);
        optional binary note (UTF8); required binary word;
    }";
    let notes = [None, Some("late"), Some(" late "), Some(""), Some("NA"), Some("  "), Some("later"), Some("zu spät ")];
    let words: [&[u8]; 5] = [b"a", b"b", b"\xff", b"bb", b"\xff\xfe"];
    let columns = vec![
        Values::Int64((0..ROWS).map(|row| 1_772_698_200_000 + i64::try_from(row).unwrap() * 1_000).collect()),
        Values::Texts((0..ROWS).map(|row| if row % 3 == 0 { "P1" } else { "P2 " }).collect()),
        Values::Some((0..ROWS).map(|row| notes[row % notes.len()]).collect()),
        Values::Bytes((0..ROWS).map(|row| words[row % words.len()]).collect()),
    ];
    let second = || WriterProperties::builder().set_writer_version(WriterVersion::PARQUET_2_0);
    let ways = [
        WriterProperties::builder().set_compression(Compression::SNAPPY).build(),
        WriterProperties::builder().set_dictionary_enabled(false).set_data_page_row_count_limit(700).build(),
        // Without a dictionary, and behind one that has no more room, texts are packed by what they share.
        second().set_dictionary_enabled(false).build(),
        second().set_dictionary_page_size_limit(8).set_data_page_row_count_limit(300).set_write_batch_size(100).build(),
    ];
    for properties in ways {
        std::fs::write(folder.path().join("v.parquet"), file_by(properties, schema, std::slice::from_ref(&columns)))
            .unwrap();
        counted(folder.path());
    }
}

/// What the rows of words come to.
fn counted(folder: &Path) {
    let output = consigne(folder, &["settle", "2026-03", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    // Two words of five are no text. Eight notes and five words meet in each combination as often: of 4 000 rows in 100
    // each, of which 3 × 8 can be read. Four of the notes say something, two of them `late`.
    assert_eq!((json["evidence"]["rejected"].as_u64(), json["evidence"]["used"].as_u64()), (Some(1_600), Some(2_400)));
    let lines = json["statements"][0]["periods"][0]["lines"].as_array().unwrap();
    let amounts: Vec<&str> = lines.iter().map(|line| line["amount"].as_str().unwrap()).collect();
    assert_eq!(amounts, ["1200", "600"], "{lines:?}");
}

/// The flights of the sample, with their numbers as numbers.
#[test]
fn the_sample_settles_to_the_same_from_parquet() {
    let source = root().join("contracts/power-by-the-hour");
    let table = std::fs::read_to_string(source.join("flights.csv")).unwrap();
    let leak = |text: &str| -> &'static str { String::from(text).leak() };
    let column = |place: usize| {
        let cells = table.lines().skip(1).map(|line| line.split(',').nth(place).unwrap());
        cells.map(|cell| Some(leak(cell)).filter(|cell| !cell.is_empty())).collect::<Vec<_>>()
    };
    let schema = "message flights { optional binary carrier (UTF8); optional int32 flight; optional binary tailnum (UTF8);
        optional int32 dep_time; optional int32 dep_delay; optional int32 air_time; optional binary time_hour (UTF8); }";
    let rows = table.lines().skip(1).count();
    let groups = |size: usize| -> Vec<Vec<Values>> {
        let group = |from: usize| {
            let to = rows.min(from + size);
            let texts = |place| Values::Some(column(place)[from..to].to_vec());
            let numbers = |place| {
                let cells = column(place)[from..to].to_vec();
                Values::SomeInt32(cells.into_iter().map(|cell| cell.and_then(|cell| cell.parse().ok())).collect())
            };
            vec![texts(0), numbers(1), texts(2), numbers(3), numbers(4), numbers(5), texts(6)]
        };
        (0..rows).step_by(size).map(group).collect()
    };
    let settings = std::fs::read_to_string(source.join("consigne.toml")).unwrap();
    let statement = |name: &str, bytes: &[u8]| {
        let folder = tempfile::tempdir().unwrap();
        std::fs::copy(source.join("contract.consigne"), folder.path().join("contract.consigne")).unwrap();
        std::fs::write(folder.path().join("consigne.toml"), settings.replace("flights.csv", name)).unwrap();
        std::fs::write(folder.path().join(name), bytes).unwrap();
        let output = consigne(folder.path(), &["settle", "2013", "--format", "json"]);
        let json: Value = serde_json::from_slice(&output.stdout).unwrap();
        json["statements"][0]["periods"].clone()
    };
    let plain = statement("flights.csv", table.as_bytes());
    assert_eq!(plain[0]["lines"][0]["amount"], "2695");
    for size in [rows, rows / 9] {
        let bytes = file(schema, Compression::SNAPPY, &groups(size));
        assert_eq!(statement("flights.parquet", &bytes), plain, "groups of {size} of {rows} rows");
    }
}

/// What the service decides about a laptop of the triage sample with a register under a name.
fn served(name: &str, register: &[u8]) -> String {
    let folder = tempfile::tempdir().unwrap();
    let source = root().join("contracts/triage");
    std::fs::copy(source.join("contract.consigne"), folder.path().join("contract.consigne")).unwrap();
    let settings = format!("contracts = [\"contract.consigne\"]\nassets = [\"{name}\"]\n");
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    std::fs::write(folder.path().join(name), register).unwrap();
    let mut child = Command::new(env!("CARGO_BIN_EXE_consigne"))
        .arg("serve")
        .current_dir(folder.path())
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let line = "{\"id\":\"e1\",\"contract\":\"TR-2026-003\",\"kind\":\"inspected\",\"asset\":\"L1\",\"occurred\":\"2026-03-02T08:10:00Z\",\
                \"fields\":{\"data_wiped\":\"yes\",\"safety\":\"pass\",\"grade\":\"C\",\"repair_cost\":\"250.00 EUR\",\"parts_available\":\"yes\"}}\n";
    child.stdin.take().unwrap().write_all(line.as_bytes()).unwrap();
    let output = child.wait_with_output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let outputs = |line: &str| serde_json::from_str::<Value>(line).unwrap()["outputs"].to_string();
    text.lines().map(outputs).collect::<Vec<_>>().join(" ")
}

/// The service reads a register as a settlement does: as text, compressed, with semicolons, as Parquet.
#[test]
fn the_service_reads_a_register_in_every_form() {
    let text = std::fs::read_to_string(root().join("contracts/triage/assets.csv")).unwrap();
    let plain = served("assets.csv", text.as_bytes());
    assert_eq!(plain, r#"{"priority":"4","route":"harvest"} {"best":"refurbish","worth":"140.00 EUR"}"#);
    assert_ne!(served("assets.csv", b"asset,family,contract\n"), plain);
    assert_eq!(served("assets.csv.zst", &zstd::encode_all(text.as_bytes(), 3).unwrap()), plain);
    assert_eq!(served("assets.csv", text.replace(',', ";").as_bytes()), plain);
    let names: Vec<&str> = text.lines().next().unwrap().split(',').collect();
    let fields: Vec<String> = names.iter().map(|name| format!("optional binary {name} (UTF8);")).collect();
    let leak = |text: &str| -> &'static str { String::from(text).leak() };
    let columns = (0..names.len()).map(|place| {
        let cells = text.lines().skip(1).map(|line| leak(line.split(',').nth(place).unwrap()));
        Values::Some(cells.map(|cell| Some(cell).filter(|cell| !cell.is_empty())).collect())
    });
    let group: Vec<Values> = columns.collect();
    let bytes = file(&format!("message assets {{ {} }}", fields.join(" ")), Compression::SNAPPY, &[group]);
    assert_eq!(served("assets.parquet", &bytes), plain);
}

/// With a comma as the mark, `1.500` is one thousand five hundred: a typed 1.500 must not be read so.
#[test]
fn a_decimal_mark_is_refused_for_typed_numbers() {
    let folder = tempfile::tempdir().unwrap();
    std::fs::write(folder.path().join("t.consigne"), CONTRACT).unwrap();
    let settings = SETTINGS.replace("FILE", "v.parquet").replace("timezone", "decimal = \",\"\ntimezone");
    std::fs::write(folder.path().join("consigne.toml"), settings).unwrap();
    std::fs::write(folder.path().join("v.parquet"), visits(Compression::SNAPPY)).unwrap();
    let output = consigne(folder.path(), &["settle", "2026-03", "--format", "json"]);
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(json["evidence"]["used"], 0);
    let reason = json["evidence"]["findings"][0]["reason"].as_str().unwrap();
    assert!(reason.contains("`decimal` is the mark of numbers in text"), "{reason}");
}
