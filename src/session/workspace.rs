//! `consigne.toml`: where contracts, register and feeds are.

use std::path::{Path, PathBuf};

use serde::Deserialize;

use crate::feed::input::{Compression, Format, Input};
use crate::feed::mapping::Mapping;
use crate::session::files;
use crate::session::trouble::Trouble;

const NAME: &str = "consigne.toml";

/// The workspace file.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Settings {
    /// Contract files, or folders of them.
    contracts: Vec<String>,
    /// Registers of assets.
    #[serde(default)]
    assets: Vec<String>,
    /// Values of indices.
    #[serde(default)]
    indices: Vec<String>,
    /// Feeds and how to read them.
    #[serde(default, rename = "feed")]
    feeds: Vec<Mapping>,
}

/// A workspace.
#[derive(Clone, Debug)]
pub struct Workspace {
    root: PathBuf,
    settings: Settings,
}

impl Workspace {
    /// The workspace of a folder: its `consigne.toml`, or the nearest one above it.
    pub fn find(folder: &Path) -> Result<Self, Trouble> {
        let folder = folder.canonicalize().map_err(|why| Trouble::Unreadable { path: folder.to_owned(), why })?;
        let root = folder.ancestors().find(|folder| folder.join(NAME).is_file());
        let Some(root) = root else {
            return Err(Trouble::NoWorkspace(folder));
        };
        Self::open(root)
    }

    /// The workspace of exactly this folder.
    fn open(root: &Path) -> Result<Self, Trouble> {
        let path = root.join(NAME);
        let text = files::text(&path)?;
        let settings = toml::from_str(&text).map_err(|why| Trouble::Malformed { path, why: in_words(&why) })?;
        Ok(Self { root: root.to_owned(), settings })
    }

    /// Its folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// The workspace file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        self.root.join(NAME)
    }

    /// The mappings of its feeds.
    #[must_use]
    pub fn mappings(&self) -> &[Mapping] {
        &self.settings.feeds
    }

    /// The contract files, in order.
    pub fn contract_files(&self) -> Result<Vec<PathBuf>, Trouble> {
        let mut found = Vec::new();
        if self.settings.contracts.is_empty() {
            return Err(self.nothing("contracts = []", "name a contract file, or a folder of them"));
        }
        for pattern in &self.settings.contracts {
            let path = self.root.join(pattern);
            let own = if path.is_dir() {
                let contracts = files::below(&path)?.into_iter();
                contracts.filter(|path| path.extension().is_some_and(|end| end == "consigne")).collect()
            } else {
                files::matching(&self.root, pattern)?
            };
            if own.is_empty() {
                return Err(self.nothing(pattern, "contract files end in `.consigne`"));
            }
            found.extend(own);
        }
        found.sort();
        found.dedup();
        Ok(found)
    }

    fn nothing(&self, pattern: &str, help: &str) -> Trouble {
        Trouble::NothingThere { file: self.file(), pattern: pattern.to_owned(), help: help.to_owned() }
    }

    /// The path of a file as a reader of the workspace knows it.
    #[must_use]
    pub fn shown(&self, path: &Path) -> String {
        path.strip_prefix(&self.root).unwrap_or(path).display().to_string()
    }

    /// The register files that are there now.
    #[must_use]
    pub fn register_files(&self) -> Vec<PathBuf> {
        self.registers().unwrap_or_default()
    }

    /// The register files.
    pub(super) fn registers(&self) -> Result<Vec<PathBuf>, Trouble> {
        self.tables(&self.settings.assets, "give the register's path from the workspace folder")
    }

    /// The files of index values.
    pub(super) fn indices(&self) -> Result<Vec<PathBuf>, Trouble> {
        self.tables(&self.settings.indices, "give the path of the index values from the workspace folder")
    }

    fn tables(&self, patterns: &[String], help: &str) -> Result<Vec<PathBuf>, Trouble> {
        let mut found = Vec::new();
        for pattern in patterns {
            let own = files::matching(&self.root, pattern)?;
            if own.is_empty() {
                return Err(self.nothing(pattern, help));
            }
            found.extend(own);
        }
        Ok(found)
    }

    /// The feed files, each with the place of its mapping. A pattern may name none yet; a plain path may not.
    pub(super) fn feeds(&self) -> Result<Vec<(usize, PathBuf)>, Trouble> {
        let mut found = Vec::new();
        for (place, mapping) in self.settings.feeds.iter().enumerate() {
            if mapping.path.texts().is_empty() {
                return Err(self.nothing("path = []", "name the files of the feed, or leave `[[feed]]` out"));
            }
            for pattern in mapping.path.texts() {
                let own = files::matching(&self.root, pattern)?;
                if own.is_empty() && !pattern.contains('*') {
                    return Err(self.nothing(pattern, "give the feed's path from the workspace folder"));
                }
                found.extend(own.into_iter().map(|path| (place, path)));
            }
        }
        Ok(found)
    }

    /// Patterns of feeds that name no file: what is settled may lack them, so that they are told like a file that cannot
    /// be read.
    pub(super) fn silent_feeds(&self) -> Result<Vec<Input<'static>>, Trouble> {
        let mut found = Vec::new();
        for (place, mapping) in self.settings.feeds.iter().enumerate() {
            for pattern in mapping.path.texts().iter().filter(|pattern| pattern.contains('*')) {
                if files::matching(&self.root, pattern)?.is_empty() {
                    found.push(Input {
                        name: pattern.clone(),
                        format: if mapping.events.is_empty() { Format::JsonLines } else { Format::Table },
                        compression: Compression::None,
                        bytes: Box::new(files::Nothing("the pattern names no file")),
                        placed: None,
                        mapping: place,
                    });
                }
            }
        }
        Ok(found)
    }

    /// A file as an input of the feed.
    pub(super) fn input(&self, path: &Path, mapping: usize) -> Result<Input<'static>, Trouble> {
        let name = self.shown(path);
        let Some((format, compression)) = Format::of(&name) else {
            return Err(Trouble::call(
                format!("{name} is of a form that is not read"),
                "feeds are `.jsonl`, `.csv`, `.tsv` or `.parquet` files, each also with `.gz` or `.zst`",
            ));
        };
        let placed = if name.to_ascii_lowercase().ends_with(".parquet") { Some(files::placed(path)?) } else { None };
        Ok(Input { name, format, compression, bytes: files::stream(path)?, placed, mapping })
    }
}

/// What is wrong with a workspace file: the place, and what the reader of such files says, in the words of whoever writes them.
fn in_words(why: &toml::de::Error) -> String {
    let shown = why.to_string();
    let shown = shown.replace("map, expected a sequence", "one table, and there may be several: write `[[feed]]`");
    shown.replace("expected a sequence", "expected a list, as in `[\"…\"]`").trim_end().to_owned()
}
