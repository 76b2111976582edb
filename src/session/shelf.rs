//! The files that contracts take in: found beside the file that names them, in the workspace folder, or in the
//! standard library; each read once.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::base::span::SourceId;
use crate::base::suggest::closest;
use crate::check::documents::Shelf;
use crate::session::known::{Known, Parsed};
use crate::session::standard;
use crate::syntax::tree::{File, Use};

/// The most files that one run takes in.
const MOST: usize = 1_000;

/// Where files are read from: the identity and the text of a path, where there is a file.
pub(super) type Disk<'a> = &'a (dyn Fn(&Path) -> Option<(PathBuf, String)> + Sync);

/// Where to look and how to name what is found.
#[derive(Clone, Copy)]
pub(super) struct Places<'a> {
    /// The workspace folder, if there is one.
    pub(super) root: Option<&'a Path>,
    /// Reads a path.
    pub(super) disk: Disk<'a>,
    /// How a path is named to the reader.
    pub(super) shown: &'a (dyn Fn(&Path) -> String + Sync),
}

/// The shelf while it is filled.
pub(super) struct Filling<'a> {
    places: Places<'a>,
    /// What is known from before.
    pub(super) before: &'a Known,
    /// All texts.
    pub(super) sources: Sources,
    /// What was found.
    pub(super) shelf: Shelf,
    /// What does not read, or is not there, by the text in which it stands.
    pub(super) mistakes: FxHashMap<SourceId, Vec<Diagnostic>>,
    /// The same, with what does not read.
    pub(super) parsed: Vec<(SourceId, Parsed)>,
    /// Every path that was looked for, so that a service sees when it changes.
    pub(super) looked: Vec<PathBuf>,
    known: FxHashMap<PathBuf, SourceId>,
    /// Files whose own `use`s are still to be followed: their folder, their tree's id.
    waiting: Vec<(Option<PathBuf>, SourceId)>,
}

impl<'a> Filling<'a> {
    /// An empty shelf beside some texts; what is known from before is not parsed again.
    pub(super) fn new(places: Places<'a>, before: &'a Known, sources: Sources) -> Self {
        Self {
            places,
            before,
            sources,
            shelf: Shelf::default(),
            mistakes: FxHashMap::default(),
            parsed: Vec::new(),
            looked: Vec::new(),
            known: FxHashMap::default(),
            waiting: Vec::new(),
        }
    }

    /// Takes in what a file names, and what that names.
    pub(super) fn follow(&mut self, path: &Path, file: &File) {
        self.names(path.parent(), file);
        while let Some((folder, source)) = self.waiting.pop() {
            if let Some(file) = self.shelf.files.get(&source).cloned() {
                self.names(folder.as_deref(), &file);
            }
        }
    }

    fn names(&mut self, folder: Option<&Path>, file: &File) {
        for used in file.uses() {
            let key = (used.path.span.source, used.path.node.clone());
            if self.shelf.named.contains_key(&key) {
                continue;
            }
            match self.find(folder, used) {
                Ok(source) => {
                    self.shelf.named.insert(key, source);
                }
                Err(finding) => self.mistakes.entry(used.path.span.source).or_default().push(*finding),
            }
        }
    }

    fn find(&mut self, folder: Option<&Path>, used: &Use) -> Result<SourceId, Box<Diagnostic>> {
        let name = used.path.node.as_str();
        let refused = |message: String, help: &str| {
            Err(Box::new(Diagnostic::new(Code::C160, used.path.span, message).help(help)))
        };
        let file = PathBuf::from(format!("{name}.consigne"));
        if name.is_empty() || file.is_absolute() {
            let help = "write a path from this file or from the workspace folder, without its ending: `use \"templates/lighting\"`";
            return refused(format!("\"{name}\" is no path of a document"), help);
        }
        let places = [folder, folder.and(self.places.root)];
        for place in places.into_iter().flatten() {
            let path = place.join(&file);
            let found = (self.places.disk)(&path);
            if !self.looked.contains(&path) {
                self.looked.push(path);
            }
            let Some((path, text)) = found else { continue };
            if let Some(known) = self.known.get(&path) {
                return Ok(*known);
            }
            if self.known.len() >= MOST {
                return refused(format!("more than {MOST} documents are taken in"), "join some of them");
            }
            let shown = (self.places.shown)(&path);
            let folder = path.parent().map(Path::to_owned);
            return Ok(self.read(path, shown, folder, &text));
        }
        let Some(text) = standard::text(name) else {
            let help = match closest(name, standard::names()) {
                Some(meant) => format!("did you mean \"{meant}\"?"),
                None => format!("it would be `{}`, beside this file or in the workspace folder", file.display()),
            };
            return refused(format!("there is no document \"{name}\""), &help);
        };
        let path = PathBuf::from(name);
        if let Some(known) = self.known.get(&path) {
            return Ok(*known);
        }
        Ok(self.read(path, file.display().to_string(), None, text))
    }

    fn read(&mut self, path: PathBuf, shown: String, folder: Option<PathBuf>, text: &str) -> SourceId {
        let source = self.sources.add(shown, text);
        let parsed = self.before.parsed(source, &self.sources);
        if !parsed.mistakes.is_empty() {
            self.mistakes.entry(source).or_default().extend(parsed.mistakes.iter().cloned());
        }
        self.shelf.files.insert(source, Arc::clone(&parsed.file));
        self.parsed.push((source, parsed));
        self.known.insert(path, source);
        self.waiting.push((folder, source));
        source
    }

    /// The texts that a file takes in, and those that they take in, in order.
    pub(super) fn behind(&self, file: &File) -> Vec<SourceId> {
        let mut found: Vec<SourceId> = Vec::new();
        let mut waiting: Vec<&File> = vec![file];
        while let Some(file) = waiting.pop() {
            for used in file.uses() {
                let key = (used.path.span.source, used.path.node.clone());
                let Some(source) = self.shelf.named.get(&key).copied().filter(|source| !found.contains(source)) else {
                    continue;
                };
                found.push(source);
                waiting.extend(self.shelf.files.get(&source).map(|file| &**file));
            }
        }
        found
    }
}
