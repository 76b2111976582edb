//! A register cut up by asset, so that one asset's rows can be read by themselves.

use csv::{ReaderBuilder, StringRecord, WriterBuilder};
use rustc_hash::FxHashMap;

/// The rows of registers, by asset.
#[derive(Clone, Debug, Default)]
pub struct Slices {
    by_asset: FxHashMap<String, Vec<(usize, StringRecord)>>,
    heads: Vec<StringRecord>,
}

impl Slices {
    /// Takes a register in. Rows that cannot be read are left out here: `consigne feed check` tells them.
    pub fn add(&mut self, text: &str) {
        let mut reader = ReaderBuilder::new().flexible(true).from_reader(text.as_bytes());
        let Ok(head) = reader.headers().cloned() else { return };
        let Some(column) = head.iter().position(|name| name.trim() == "asset") else { return };
        let place = self.heads.len();
        self.heads.push(head);
        for row in reader.records().flatten() {
            if let Some(asset) = row.get(column) {
                self.by_asset.entry(asset.to_owned()).or_default().push((place, row));
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

    #[test]
    fn an_asset_keeps_its_header_and_its_rows() {
        let mut slices = Slices::default();
        slices.add("asset,family,contract,name\nA,pump,C,\"a, b\"\nB,pump,C,x\nA,pump,C,y\n");
        let rows = slices.of("A");
        assert_eq!(rows.as_deref(), Some("asset,family,contract,name\nA,pump,C,\"a, b\"\nA,pump,C,y\n"));
        assert_eq!(slices.of("C"), None);
    }
}
