//! Contract files of a workspace, read together with what they take in, and checked.

use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sha2::{Digest, Sha256};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::check::contract::Contract;
use crate::check::documents::{Documents, misplaced_in_library};
use crate::session::files;
use crate::session::shelf::{Filling, Places};
use crate::session::trouble::Trouble;
use crate::syntax::tree::{File, Item, Word};

/// A contract file that was read and checked.
#[derive(Clone, Debug)]
pub struct Loaded {
    /// Its path.
    pub path: PathBuf,
    /// SHA-256 of its text, in hexadecimal; where it takes others in, of the digests of all texts. It is what decisions
    /// and statements name.
    pub digest: String,
    /// The contract, unless a finding refuses it.
    pub contract: Option<Contract>,
    /// Whether the file is a library or holds amendments only: it is a part of contracts, and nothing of it is evaluated
    /// alone.
    pub is_part: bool,
    /// Everything that was found, in the order of the text.
    pub diagnostics: Vec<Diagnostic>,
}

impl Loaded {
    /// Whether something keeps it from being evaluated.
    #[must_use]
    pub fn is_refused(&self) -> bool {
        let wrong = |finding: &Diagnostic| finding.severity() != Severity::Warning;
        if self.is_part { self.diagnostics.iter().any(wrong) } else { self.contract.is_none() }
    }
}

/// What was read.
#[derive(Clone, Debug, Default)]
pub struct Texts {
    /// All texts.
    pub sources: Sources,
    /// The files that were asked for.
    pub loaded: Vec<Loaded>,
    /// Where files to take in were looked for.
    pub looked: Vec<PathBuf>,
}

/// A file that was read and not yet checked.
struct Read<'a> {
    path: &'a Path,
    source: SourceId,
    text: String,
    file: File,
    mistakes: Vec<Diagnostic>,
}

/// Reads and checks contract files, on all cores; `shown` says how a path is named to the reader, `root` is the
/// workspace folder.
pub fn load(paths: &[PathBuf], root: Option<&Path>, shown: &dyn Fn(&Path) -> String) -> Result<Texts, Trouble> {
    let mut sources = Sources::default();
    let mut texts = Vec::with_capacity(paths.len());
    for path in paths {
        let text = files::text(path)?;
        texts.push((path.as_path(), sources.add(shown(path), text.as_str()), text));
    }
    let disk = |path: &Path| {
        let path = path.canonicalize().ok().filter(|path| path.is_file())?;
        let text = files::text(&path).ok()?;
        Some((path, text))
    };
    let texts = together(texts, sources, Places { root, disk: &disk, shown });
    refuse_twins(&texts.loaded)?;
    Ok(texts)
}

/// Reads and checks one text; `library` holds the texts that it may take in beside the standard library, by name.
#[must_use]
pub fn load_text(name: &str, text: &str, library: &[(&str, &str)]) -> Texts {
    let mut sources = Sources::default();
    let source = sources.add(name, text);
    let disk = |path: &Path| {
        let name = path.with_extension("");
        let (_, text) = library.iter().find(|(known, _)| Path::new(known) == name)?;
        Some((path.to_owned(), (*text).to_owned()))
    };
    let shown = |path: &Path| path.display().to_string();
    together(
        vec![(Path::new(name), source, text.to_owned())],
        sources,
        Places { root: Some(Path::new("")), disk: &disk, shown: &shown },
    )
}

fn together(texts: Vec<(&Path, SourceId, String)>, sources: Sources, places: Places<'_>) -> Texts {
    let parsed: Vec<(File, Vec<Diagnostic>)> =
        texts.par_iter().map(|(_, source, text)| crate::syntax::parse(*source, text)).collect();
    let reads: Vec<Read<'_>> = texts
        .into_iter()
        .zip(parsed)
        .map(|((path, source, text), (file, mistakes))| Read { path, source, text, file, mistakes })
        .collect();
    let mut filling = Filling::new(places, sources);
    for read in &reads {
        filling.follow(read.path, &read.file);
    }
    let Filling { sources, shelf, mistakes, looked, .. } = &filling;
    let parts: Vec<Parts<'_>> = reads.iter().map(|read| parts(read, &reads, &filling)).collect();
    let pairs: Vec<(&Read<'_>, &Parts<'_>)> = reads.iter().zip(&parts).collect();
    let mut loaded: Vec<Loaded> = pairs
        .par_iter()
        .map(|(read, parts)| {
            let own = mistakes.get(&read.source).into_iter().flatten();
            let theirs = parts.texts.iter().filter_map(|source| mistakes.get(source)).flatten();
            let amending = parts.amending.iter().flat_map(|read| &read.mistakes);
            let mut found: Vec<Diagnostic> =
                read.mistakes.iter().chain(own).chain(theirs).chain(amending).cloned().collect();
            found.extend(orphan(read, &reads));
            let amendments: Vec<&File> = parts.amending.iter().map(|read| &read.file).collect();
            let documents = Documents { sources, main: read.source, file: &read.file, shelf, amendments: &amendments };
            checked(read, &parts.texts, found, &documents)
        })
        .collect();
    once_each(&mut loaded, &reads);
    Texts { sources: sources.clone(), loaded, looked: looked.clone() }
}

/// What belongs to a contract beside its own text.
struct Parts<'a> {
    /// Files that amend it.
    amending: Vec<&'a Read<'a>>,
    /// Every other text: the amendments and what any of them takes in.
    texts: Vec<SourceId>,
}

fn parts<'a>(read: &Read<'_>, reads: &'a [Read<'a>], filling: &Filling<'_>) -> Parts<'a> {
    let id = contract_id(&read.file);
    let amends = |other: &&Read<'_>| id.is_some_and(|id| other.file.amends().any(|to| to.node == id));
    let amending: Vec<&Read<'_>> = reads.iter().filter(amends).collect();
    let mut texts = filling.behind(&read.file);
    for read in &amending {
        texts.push(read.source);
        texts.extend(filling.behind(&read.file));
    }
    let mut known = Vec::new();
    texts.retain(|source| {
        let new = !known.contains(source);
        known.push(*source);
        new
    });
    Parts { amending, texts }
}

fn contract_id(file: &File) -> Option<&str> {
    file.items
        .iter()
        .find_map(|item| if let Item::Contract(heading) = item { Some(heading.id.node.as_str()) } else { None })
}

/// Amendments to a contract that is not among the files.
fn orphan(read: &Read<'_>, reads: &[Read<'_>]) -> Vec<Diagnostic> {
    let missing = read.file.amends().filter(|to| reads.iter().all(|other| contract_id(&other.file) != Some(&to.node)));
    let finding = |to: &Word| {
        let message = format!("there is no contract `{}` among the files", to.node);
        Diagnostic::new(Code::C167, to.span, message).help("put the contract and its amendments into one workspace")
    };
    missing.map(finding).collect()
}

/// Checks one text.
fn checked(read: &Read<'_>, behind: &[SourceId], mut found: Vec<Diagnostic>, documents: &Documents<'_>) -> Loaded {
    let is_library = read.file.library().is_some();
    let is_part = is_library || read.file.amends().next().is_some();
    let mut contract = None;
    if is_library {
        found.extend(misplaced_in_library(&read.file));
    }
    // What reads wrong is mended first: a check of half a text would find what is not there.
    if !is_part && found.iter().all(|finding| finding.severity() == Severity::Warning) {
        let (checked, more) = crate::check::check(documents);
        contract = checked;
        found.extend(more);
    }
    let digest = digest(&read.text, behind, documents.sources);
    Loaded { path: read.path.to_owned(), digest, contract, is_part, diagnostics: found }
}

fn digest(text: &str, behind: &[SourceId], sources: &Sources) -> String {
    let of = |text: &str| format!("{:x}", Sha256::digest(text.as_bytes()));
    if behind.is_empty() {
        return of(text);
    }
    let others = behind.iter().filter_map(|source| sources.get(*source)).map(|source| of(&source.text));
    let all: Vec<String> = std::iter::once(of(text)).chain(others).collect();
    of(&all.join("\n"))
}

/// What stands in a library or an amendment is told once, however many contracts it belongs to.
fn once_each(loaded: &mut [Loaded], reads: &[Read<'_>]) {
    let contracts: Vec<SourceId> =
        reads.iter().filter(|read| contract_id(&read.file).is_some()).map(|read| read.source).collect();
    let mut told: Vec<Diagnostic> = Vec::new();
    for loaded in loaded {
        loaded.diagnostics.retain(|finding| {
            let own = contracts.binary_search(&finding.primary.span.source).is_ok();
            let first = own || !told.contains(finding);
            if first && !own {
                told.push(finding.clone());
            }
            first
        });
    }
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
