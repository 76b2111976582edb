//! The working example that `consigne new` writes.

use std::path::Path;

use crate::session::files;
use crate::session::trouble::Trouble;

/// The files of the example, as they stand under `contracts/power-by-the-hour`.
const FILES: [(&str, &str); 5] = [
    ("consigne.toml", include_str!("../../contracts/power-by-the-hour/consigne.toml")),
    ("contract.consigne", include_str!("../../contracts/power-by-the-hour/contract.consigne")),
    ("flights.csv", include_str!("../../contracts/power-by-the-hour/flights.csv")),
    ("expected/settlement.csv", include_str!("../../contracts/power-by-the-hour/expected/settlement.csv")),
    ("README.md", include_str!("../../contracts/power-by-the-hour/README.md")),
];

/// Writes the example into a new folder.
pub fn create(folder: &Path) -> Result<Vec<&'static str>, Trouble> {
    if files::holds_something(folder) {
        return Err(Trouble::NotEmpty(folder.to_owned()));
    }
    for (name, text) in FILES {
        files::write(&folder.join(name), text.as_bytes())?;
    }
    Ok(FILES.iter().map(|(name, _)| *name).collect())
}
