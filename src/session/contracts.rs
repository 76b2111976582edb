//! Contract files of a workspace, read and checked.

use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sha2::{Digest, Sha256};

use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::check::contract::Contract;
use crate::session::files;
use crate::session::trouble::Trouble;

/// A contract file that was read and checked.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its path.
    pub path: PathBuf,
    /// SHA-256 of its text, in hexadecimal: what decisions and statements name.
    pub digest: String,
    /// The contract, unless a finding refuses it.
    pub contract: Option<Contract>,
    /// Everything that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether something keeps it from being evaluated.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        self.contract.is_none()
    }
}

/// Reads and checks contract files, on all cores; `shown` says how a path is named to the reader.
pub fn load(paths: &[PathBuf], shown: &dyn Fn(&Path) -> String) -> Result<(Sources, Vec<Loaded>), Trouble> {
    let mut sources = Sources::default();
    let mut texts = Vec::with_capacity(paths.len());
    for path in paths {
        let text = files::text(path)?;
        texts.push((path, sources.add(shown(path), text.as_str()), text));
    }
    let loaded: Vec<Loaded> = texts.par_iter().map(|(path, source, text)| read(path, *source, text)).collect();
    refuse_twins(&loaded)?;
    Ok((sources, loaded))
}

/// Reads and checks one text.
fn read(path: &Path, source: SourceId, text: &str) -> Loaded {
    let (file, mut diagnostics) = crate::syntax::parse(source, text);
    let mut contract = None;
    // What reads wrong is mended first: a check of half a text would find what is not there.
    if diagnostics.iter().all(|finding| finding.severity() == Severity::Warning) {
        let (checked, found) = crate::check::check(source, text, &file);
        contract = checked;
        diagnostics.extend(found);
    }
    let digest = format!("{:x}", Sha256::digest(text.as_bytes()));
    Loaded { path: path.to_owned(), digest, contract, diagnostics }
}

fn refuse_twins(loaded: &[Loaded]) -> Result<(), Trouble> {
    let named: Vec<(&str, &Path)> = loaded
        .iter()
        .filter_map(|loaded| Some((loaded.contract.as_ref()?.id.as_str(), loaded.path.as_path())))
        .collect();
    for (place, (id, path)) in named.iter().enumerate() {
        if let Some((_, first)) = named.iter().take(place).find(|(known, _)| known == id) {
            return Err(Trouble::SameContract {
                id: (*id).to_owned(),
                first: (*first).to_owned(),
                second: (*path).to_owned(),
            });
        }
    }
    Ok(())
}
