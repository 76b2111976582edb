//! A register cut up by asset, so that one asset's rows can be read by themselves.

use csv::{StringRecord, WriterBuilder};
use rustc_hash::FxHashMap;

use crate::feed::input::Input;
use crate::feed::lines;
use crate::feed::register::sniff;
use crate::feed::table::{Row, Rows};

/// The rows of registers, by asset.
#[derive(Clone, Debug, Default)]
pub struct Slices {
    by_asset: FxHashMap<String, Vec<(usize, StringRecord)>>,
    heads: Vec<StringRecord>,
}

impl Slices {
    /// Takes a register in, whatever it is written in. Rows that cannot be read are left out here: `consigne feed check`
    /// tells them.
    pub fn add(&mut self, register: Input<'_>) {
        let mut bytes = lines::open(register, &|_| {});
        let delimiter = sniff(&mut bytes);
        let Ok((mut rows, header)) = Rows::open(bytes, delimiter, 0) else { return };
        let Some(column) = header.find("asset") else { return };
        let place = self.heads.len();
        self.heads.push(header.iter().map(|(_, name)| name).collect());
        let mut cells = StringRecord::new();
        loop {
            match rows.next(&mut cells) {
                Row::End | Row::Broken(..) => return,
                Row::Bad(..) => {}
                Row::Cells(_) => {
                    if let Some(asset) = cells.get(column) {
                        self.by_asset.entry(asset.to_owned()).or_default().push((place, cells.clone()));
                    }
                }
            }
        }
    }

    /// The rows of an asset as a table with its header; those of the first register that has some.
    #[must_use]
    pub fn of(&self, asset: &str) -> Option<String> {
        let rows = self.by_asset.get(asset)?;
        let (place, _) = rows.first()?;
        let mut out = WriterBuilder::new().flexible(true).from_writer(Vec::new());
        // Writing to memory does not fail.
        let _ = out.write_record(self.heads.get(*place)?);
        for (_, row) in rows.iter().filter(|(own, _)| own == place) {
            let _ = out.write_record(row);
        }
        String::from_utf8(out.into_inner().ok()?).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::input::{Compression, Format};

    fn register(bytes: &[u8]) -> Input<'_> {
        let (format, compression) = (Format::Table, Compression::None);
        Input { name: "register".to_owned(), format, compression, bytes: Box::new(bytes), placed: None, mapping: 0 }
    }

    #[test]
    fn an_asset_keeps_its_header_and_its_rows() {
        let mut slices = Slices::default();
        slices.add(register(b"asset,family,contract,name\nA,pump,C,\"a, b\"\nB,pump,C,x\nA,pump,C,y\n"));
        slices.add(register(b"asset;family;contract;name\nD;pump;C;a, b\nE;pump\n"));
        let rows = slices.of("A");
        assert_eq!(rows.as_deref(), Some("asset,family,contract,name\nA,pump,C,\"a, b\"\nA,pump,C,y\n"));
        assert_eq!(slices.of("D").as_deref(), Some("asset,family,contract,name\nD,pump,C,\"a, b\"\n"));
        assert_eq!(slices.of("C"), None);
    }
}
