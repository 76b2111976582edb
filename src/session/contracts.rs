//! Contract files of a workspace, read together with what they take in, and checked.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use sha2::{Digest, Sha256};

use crate::base::code::Code;
use crate::base::diagnostic::{Diagnostic, Severity};
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::check::documents::{Documents, misplaced_in_library};
use crate::session::files;
use crate::session::known::{Checked, Known, Parsed};
use crate::session::ready::Ready;
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
    pub ready: Option<Arc<Ready>>,
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
        if self.is_part { self.diagnostics.iter().any(wrong) } else { self.ready.is_none() }
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
    /// What a later reading need not do again.
    pub(super) known: Known,
}

/// A file that was read and not yet checked.
struct Read<'a> {
    path: &'a Path,
    source: SourceId,
    parsed: Parsed,
}

impl Read<'_> {
    fn file(&self) -> &File {
        &self.parsed.file
    }
}

/// Reads and checks contract files, on all cores; `shown` says how a path is named to the reader, `root` is the
/// workspace folder.
pub fn load(
    paths: &[PathBuf],
    root: Option<&Path>,
    shown: &(dyn Fn(&Path) -> String + Sync),
) -> Result<Texts, Trouble> {
    load_after(&Known::default(), paths, root, shown)
}

/// The same; what is known from before is neither parsed nor checked again.
pub(super) fn load_after(
    before: &Known,
    paths: &[PathBuf],
    root: Option<&Path>,
    shown: &(dyn Fn(&Path) -> String + Sync),
) -> Result<Texts, Trouble> {
    let mut sources = Sources::default();
    let mut asked = Vec::with_capacity(paths.len());
    for path in paths {
        asked.push((path.as_path(), sources.add(shown(path), files::text(path)?)));
    }
    let disk = |path: &Path| {
        let path = path.canonicalize().ok().filter(|path| path.is_file())?;
        let text = files::text(&path).ok()?;
        Some((path, text))
    };
    let texts = together(&asked, sources, Places { root, disk: &disk, shown }, before);
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
        &[(Path::new(name), source)],
        sources,
        Places { root: Some(Path::new("")), disk: &disk, shown: &shown },
        &Known::default(),
    )
}

fn together(asked: &[(&Path, SourceId)], sources: Sources, places: Places<'_>, before: &Known) -> Texts {
    let read = asked.par_iter().map(|&(path, source)| Read { path, source, parsed: before.parsed(source, &sources) });
    let reads: Vec<Read<'_>> = read.collect();
    let mut filling = Filling::new(places, before, sources);
    for read in &reads {
        filling.follow(read.path, read.file());
    }
    let pairs: Vec<(&Read<'_>, Parts<'_>)> = reads.iter().map(|read| (read, parts(read, &reads, &filling))).collect();
    let checked: Vec<(Loaded, Option<Checked>)> =
        pairs.par_iter().map(|(read, parts)| loaded(read, &reads, parts, &filling)).collect();
    let (mut loaded, checked): (Vec<Loaded>, Vec<Option<Checked>>) = checked.into_iter().unzip();
    once_each(&mut loaded, &reads);
    let checked = asked.iter().zip(checked).filter_map(|((_, source), checked)| Some((*source, checked?))).collect();
    let Filling { sources, shelf, looked, parsed, .. } = filling;
    let parsed = reads.into_iter().map(|read| (read.source, read.parsed)).chain(parsed).collect();
    let known = Known { sources: sources.clone(), parsed, checked, named: shelf.named };
    Texts { sources, loaded, looked, known }
}

/// Checks a file, unless that is known from before.
fn loaded(read: &Read<'_>, reads: &[Read<'_>], parts: &Parts<'_>, filling: &Filling<'_>) -> (Loaded, Option<Checked>) {
    let Filling { sources, shelf, mistakes, before, .. } = filling;
    let own = mistakes.get(&read.source).into_iter().flatten();
    let theirs = parts.texts.iter().filter_map(|source| mistakes.get(source)).flatten();
    let amending = parts.amending.iter().flat_map(|read| &*read.parsed.mistakes);
    let mut found: Vec<Diagnostic> =
        read.parsed.mistakes.iter().chain(own).chain(theirs).chain(amending).cloned().collect();
    found.extend(orphan(read, reads));
    let is_library = read.file().library().is_some();
    let is_part = is_library || read.file().amends().next().is_some();
    if is_library {
        found.extend(misplaced_in_library(read.file()));
    }
    let digest = digest(read.source, &parts.texts, sources);
    // What reads wrong is mended first: a check of half a text would find what is not there.
    let reads_well = !is_part && found.iter().all(|finding| finding.severity() == Severity::Warning);
    let checked = reads_well.then(|| {
        before.checked(read.source, &parts.texts, (sources, shelf)).unwrap_or_else(|| {
            let amendments: Vec<&File> = parts.amending.iter().map(|read| read.file()).collect();
            let documents = Documents { sources, main: read.source, file: read.file(), shelf, amendments: &amendments };
            let (contract, found) = crate::check::check(&documents);
            let ready = contract.map(|contract| Arc::new(Ready::new(contract, digest.clone())));
            Checked { behind: parts.texts.clone(), ready, found: found.into() }
        })
    });
    found.extend(checked.iter().flat_map(|checked| checked.found.iter().cloned()));
    let ready = checked.as_ref().and_then(|checked| checked.ready.clone());
    (Loaded { path: read.path.to_owned(), digest, ready, is_part, diagnostics: found }, checked)
}

/// What belongs to a contract beside its own text.
struct Parts<'a> {
    /// Files that amend it.
    amending: Vec<&'a Read<'a>>,
    /// Every other text: the amendments and what any of them takes in.
    texts: Vec<SourceId>,
}

fn parts<'a>(read: &Read<'_>, reads: &'a [Read<'a>], filling: &Filling<'_>) -> Parts<'a> {
    let id = contract_id(read.file());
    let amends = |other: &&Read<'_>| id.is_some_and(|id| other.file().amends().any(|to| to.node == id));
    let amending: Vec<&Read<'_>> = reads.iter().filter(amends).collect();
    let mut texts = filling.behind(read.file());
    for read in &amending {
        texts.push(read.source);
        texts.extend(filling.behind(read.file()));
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
    let missing =
        read.file().amends().filter(|to| reads.iter().all(|other| contract_id(other.file()) != Some(&to.node)));
    let finding = |to: &Word| {
        let message = format!("there is no contract `{}` among the files", to.node);
        Diagnostic::new(Code::C167, to.span, message).help("put the contract and its amendments into one workspace")
    };
    missing.map(finding).collect()
}

fn digest(own: SourceId, behind: &[SourceId], sources: &Sources) -> String {
    let of = |text: &str| format!("{:x}", Sha256::digest(text.as_bytes()));
    let texts = std::iter::once(&own).chain(behind).filter_map(|source| sources.get(*source));
    let all: Vec<String> = texts.map(|source| of(&source.text)).collect();
    match all.as_slice() {
        [alone] => alone.clone(),
        _ => of(&all.join("\n")),
    }
}

/// What stands in a library or an amendment is told once, however many contracts it belongs to.
fn once_each(loaded: &mut [Loaded], reads: &[Read<'_>]) {
    let contracts: Vec<SourceId> =
        reads.iter().filter(|read| contract_id(read.file()).is_some()).map(|read| read.source).collect();
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
        .filter_map(|loaded| Some((loaded.ready.as_ref()?.contract.id.as_str(), loaded.path.as_path())))
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
