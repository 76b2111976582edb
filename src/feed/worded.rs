//! Columns of texts of Parquet. Of each text the library makes a value with a count of its own; so it is given pages in
//! which numbers stand in place of texts, and unpacks these. Pages in which texts are packed in rarer ways it reads itself.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use parquet::basic::Encoding;
use parquet::column::page::{Page, PageMetadata, PageReader};
use parquet::column::reader::ColumnReaderImpl;
use parquet::data_type::Int32Type;
use parquet::errors::{ParquetError, Result};
use parquet::schema::types::ColumnDescPtr;

/// A column that is being read.
pub(crate) struct Worded {
    numbers: ColumnReaderImpl<Int32Type>,
    texts: Arc<Mutex<Texts>>,
    /// The level at which a text is there.
    defined: i16,
    /// How many rows of the page at hand follow.
    left: usize,
    /// How many rows were read.
    read: usize,
}

/// The pages of a column, in which numbers stand in place of texts.
struct Numbered {
    pages: Box<dyn PageReader>,
    texts: Arc<Mutex<Texts>>,
    has_levels: bool,
}

/// The texts of a dictionary, by number, and those of the page at hand, in their order.
#[derive(Default)]
struct Texts {
    words: Bytes,
    /// Where each word stands in them.
    places: Vec<(usize, usize)>,
    /// The page at hand, each text behind its length, and where the next one begins.
    page: (Bytes, usize),
    /// How many rows the page at hand has.
    rows: usize,
    /// Whether only the library can read it.
    is_rare: bool,
}

/// Stands for the next text of the page at hand.
const NEXT: i32 = -1;

impl Worded {
    /// The column of these pages.
    pub(crate) fn new(column: ColumnDescPtr, pages: Box<dyn PageReader>) -> Self {
        let texts = Arc::default();
        let defined = column.max_def_level();
        let pages = Numbered { pages, texts: Arc::clone(&texts), has_levels: defined > 0 };
        Self { numbers: ColumnReaderImpl::new(column, Box::new(pages)), texts, defined, left: 0, read: 0 }
    }

    /// Reads so many rows, or fewer at the end and before a page that only the library can read; gives the text of each,
    /// or none, to `take`, and its number where it is a word of the dictionary.
    pub(crate) fn read(&mut self, most: usize, mut take: impl FnMut(Option<(&[u8], Option<i32>)>)) -> Result<()> {
        let (mut levels, mut numbers) = (Vec::new(), Vec::new());
        let mut wanted = most;
        while wanted > 0 {
            levels.clear();
            numbers.clear();
            // Those of a page are all taken before the first of the next brings its texts.
            let asked = self.left.clamp(1, wanted);
            let (rows, _, _) = self.numbers.read_records(asked, Some(&mut levels), None, &mut numbers)?;
            let mut texts = locked(&self.texts);
            if rows == 0 {
                break;
            }
            self.left = if self.left == 0 { texts.rows } else { self.left }.saturating_sub(rows);
            let mut numbers = numbers.iter();
            for row in 0..rows {
                let is_there = self.defined == 0 || levels.get(row).is_some_and(|level| *level == self.defined);
                if is_there {
                    take(Some(numbers.next().and_then(|number| texts.text(*number)).ok_or_else(missing)?));
                } else {
                    take(None);
                }
            }
            self.read = self.read.saturating_add(rows);
            wanted = wanted.saturating_sub(rows);
        }
        Ok(())
    }

    /// How many rows stand before a page that only the library can read; `None` where none was met.
    pub(crate) fn before_rare(&self) -> Option<usize> {
        locked(&self.texts).is_rare.then_some(self.read)
    }
}

fn locked(texts: &Mutex<Texts>) -> MutexGuard<'_, Texts> {
    texts.lock().unwrap_or_else(PoisonError::into_inner)
}

impl PageReader for Numbered {
    fn get_next_page(&mut self) -> Result<Option<Page>> {
        let page = self.pages.get_next_page()?;
        Ok(page.and_then(|page| locked(&self.texts).numbered(page, self.has_levels)))
    }

    fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
        self.pages.peek_next_page()
    }

    fn skip_next_page(&mut self) -> Result<()> {
        self.pages.skip_next_page()
    }
}

impl Iterator for Numbered {
    type Item = Result<Page>;

    fn next(&mut self) -> Option<Self::Item> {
        self.get_next_page().transpose()
    }
}

impl Texts {
    /// The text for which a number stands, and its number where it is a word of the dictionary.
    fn text(&mut self, number: i32) -> Option<(&[u8], Option<i32>)> {
        if number != NEXT {
            let (start, end) = *self.places.get(usize::try_from(number).ok()?)?;
            return Some((self.words.get(start..end)?, Some(number)));
        }
        let (page, at) = &mut self.page;
        let (start, end) = behind_length(page, *at)?;
        *at = end;
        Some((page.get(start..end)?, None))
    }

    /// A page with numbers in place of its texts; `None` where they are packed in a rarer way. What contradicts itself
    /// stays as it is: the library tells.
    fn numbered(&mut self, mut page: Page, has_levels: bool) -> Option<Page> {
        let (count, encoding) = (page.num_values(), page.encoding());
        if page.is_data_page() {
            self.rows = count as usize;
            if matches!(encoding, Encoding::PLAIN_DICTIONARY | Encoding::RLE_DICTIONARY) {
                return Some(page);
            }
            if encoding != Encoding::PLAIN {
                self.is_rare = true;
                return None;
            }
        }
        let is_dictionary = page.is_dictionary_page();
        let (bytes, levels) = match &mut page {
            Page::DictionaryPage { buf, .. } => (buf, Some(0)),
            Page::DataPage { buf, .. } if !has_levels => (buf, Some(0)),
            Page::DataPage { buf, def_level_encoding: Encoding::RLE, .. } => {
                let length = buf.first_chunk::<4>().map(|length| u32::from_le_bytes(*length));
                (buf, length.and_then(|length| length.checked_add(4)))
            }
            Page::DataPage { .. } => {
                self.is_rare = true;
                return None;
            }
            Page::DataPageV2 { buf, def_levels_byte_len, rep_levels_byte_len, .. } => {
                (buf, def_levels_byte_len.checked_add(*rep_levels_byte_len))
            }
        };
        if let Some((levels, values)) = levels.and_then(|levels| bytes.split_at_checked(levels as usize)) {
            let mut numbered = levels.to_vec();
            let texts = bytes.slice_ref(values);
            if is_dictionary {
                self.take_words(texts, count, &mut numbered);
            } else {
                // Each text takes at least its length, whatever the page says of their number.
                let most = (count as usize).min(texts.len() / 4);
                numbered.resize(numbered.len().saturating_add(most.saturating_mul(4)), 0xff);
                self.page = (texts, 0);
            }
            *bytes = numbered.into();
        }
        Some(page)
    }

    /// Takes in the words of a dictionary and writes their numbers. Where bytes are missing, so are numbers.
    fn take_words(&mut self, words: Bytes, count: u32, numbers: &mut Vec<u8>) {
        self.places.clear();
        let mut at = 0;
        for _ in 0..count {
            let Some(word) = behind_length(&words, at) else { break };
            let number = i32::try_from(self.places.len()).unwrap_or(i32::MAX);
            numbers.extend_from_slice(&number.to_le_bytes());
            self.places.push(word);
            at = word.1;
        }
        self.words = words;
    }
}

/// Where a text begins and ends that stands behind its length, at a place.
fn behind_length(bytes: &[u8], at: usize) -> Option<(usize, usize)> {
    let (length, _) = bytes.get(at..)?.split_first_chunk::<4>()?;
    let start = at.checked_add(4)?;
    let end = start.checked_add(u32::from_le_bytes(*length) as usize)?;
    (end <= bytes.len()).then_some((start, end))
}

fn missing() -> ParquetError {
    ParquetError::EOF("a page ends before its texts do".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use parquet::data_type::{ByteArray, ByteArrayType};
    use parquet::file::properties::{WriterProperties, WriterVersion};
    use parquet::file::reader::{FileReader as _, SerializedFileReader};
    use parquet::file::writer::SerializedFileWriter;
    use parquet::schema::parser::parse_message_type;
    use proptest::prelude::*;

    type Row = Option<Vec<u8>>;

    /// A file of one column, in pages of so many rows; of a dictionary of so many bytes, none if none.
    fn file(rows: &[Row], may_be_empty: bool, (page, dictionary, is_second): (usize, usize, bool)) -> Bytes {
        let form = if may_be_empty { "optional" } else { "required" };
        let schema = parse_message_type(&format!("message m {{ {form} binary a; }}")).unwrap();
        let version = if is_second { WriterVersion::PARQUET_2_0 } else { WriterVersion::PARQUET_1_0 };
        let properties = WriterProperties::builder()
            .set_writer_version(version)
            .set_data_page_row_count_limit(page)
            .set_write_batch_size(page)
            .set_dictionary_enabled(dictionary > 0)
            .set_dictionary_page_size_limit(dictionary.max(1));
        let mut bytes = Vec::new();
        let mut writer = SerializedFileWriter::new(&mut bytes, Arc::new(schema), Arc::new(properties.build())).unwrap();
        let mut group = writer.next_row_group().unwrap();
        let mut column = group.next_column().unwrap().unwrap();
        let levels: Vec<i16> = rows.iter().map(|row| i16::from(row.is_some())).collect();
        let values: Vec<ByteArray> = rows.iter().flatten().cloned().map(ByteArray::from).collect();
        let levels = may_be_empty.then_some(levels.as_slice());
        column.typed::<ByteArrayType>().write_batch(&values, levels, None).unwrap();
        column.close().unwrap();
        group.close().unwrap();
        writer.close().unwrap();
        bytes.into()
    }

    /// What is read of it, so many rows at a time, up to a page that only the library can read.
    fn read(bytes: &Bytes, most: usize) -> (Vec<Row>, Option<usize>) {
        let reader = SerializedFileReader::new(bytes.clone()).unwrap();
        let group = reader.get_row_group(0).unwrap();
        let column = group.metadata().column(0).column_descr_ptr();
        let mut column = Worded::new(column, group.get_column_page_reader(0).unwrap());
        let mut rows = Vec::new();
        let mut words: std::collections::BTreeMap<i32, Vec<u8>> = std::collections::BTreeMap::new();
        loop {
            let before = rows.len();
            column
                .read(most, |text| {
                    if let Some((bytes, Some(word))) = text {
                        assert_eq!(words.entry(word).or_insert_with(|| bytes.to_vec()), bytes);
                    }
                    rows.push(text.map(|(bytes, _)| bytes.to_vec()));
                })
                .unwrap();
            if rows.len() == before {
                return (rows, column.before_rare());
            }
        }
    }

    /// A column of one page.
    struct One(Option<Page>);

    impl PageReader for One {
        fn get_next_page(&mut self) -> Result<Option<Page>> {
            Ok(self.0.take())
        }

        fn peek_next_page(&mut self) -> Result<Option<PageMetadata>> {
            Ok(None)
        }

        fn skip_next_page(&mut self) -> Result<()> {
            Ok(())
        }
    }

    impl Iterator for One {
        type Item = Result<Page>;

        fn next(&mut self) -> Option<Self::Item> {
            self.get_next_page().transpose()
        }
    }

    #[test]
    fn a_page_that_ends_before_its_texts_do_is_an_error() {
        let schema = parse_message_type("message m { required binary a; }").unwrap();
        let schema = parquet::schema::types::SchemaDescriptor::new(Arc::new(schema));
        let texts = b"\x01\0\0\0a\x01\0\0\0b";
        for (length, num_values, is_whole) in [(10, 2, true), (9, 2, false), (10, 3, false), (10, u32::MAX, false)] {
            let page = Page::DataPage {
                buf: Bytes::copy_from_slice(&texts[..length]),
                num_values,
                encoding: Encoding::PLAIN,
                def_level_encoding: Encoding::RLE,
                rep_level_encoding: Encoding::RLE,
                statistics: None,
            };
            let mut column = Worded::new(schema.column(0), Box::new(One(Some(page))));
            let mut found = Vec::new();
            let read = column.read(5, |text| found.extend(text.map(|(bytes, _)| bytes.to_vec())));
            assert_eq!(read.is_ok(), is_whole, "{length} bytes, {num_values} texts");
            assert!(!is_whole || found == [b"a", b"b"]);
        }
    }

    proptest! {
        #[test]
        fn every_text_comes_back(
            rows in prop::collection::vec(prop::option::of(prop::collection::vec(b'a'..b'd', 0..4)), 1..200),
            may_be_empty in any::<bool>(),
            form in (1..50_usize, prop::sample::select(vec![0_usize, 20, 1 << 20]), any::<bool>()),
            most in 1..70_usize,
        ) {
            let rows: Vec<Row> = rows.into_iter().map(|row| if may_be_empty { row } else { row.or(Some(vec![])) }).collect();
            let (found, rare) = read(&file(&rows, may_be_empty, form), most);
            prop_assert_eq!(&found, &rows[..found.len()]);
            // The second version of pages packs by differences what is in no dictionary.
            prop_assert_eq!(rare.unwrap_or(rows.len()), found.len());
            prop_assert!(rare.is_none() || form.2);
        }
    }
}
