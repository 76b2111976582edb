//! What can be wrong with the world around a contract.

use std::io::{Error, ErrorKind};
use std::path::PathBuf;

/// Something about files, folders or the call; never about the text of a contract.
#[derive(Debug, thiserror::Error)]
pub enum Trouble {
    /// No workspace file here or above.
    #[error("there is no `consigne.toml` in {from} or above it\n  help: run `consigne new DIR`, or name the folder with `--workspace DIR`", from = .0.display())]
    NoWorkspace(PathBuf),
    /// A file could not be read.
    #[error("{path} could not be read: {why}", path = .path.display(), why = reason(.why))]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: Error,
    },
    /// A file could not be written.
    #[error("{path} could not be written: {why}", path = .path.display(), why = reason(.why))]
    Unwritable {
        /// The file.
        path: PathBuf,
        /// Why.
        why: Error,
    },
    /// What was read has no room in memory, and the scratch file fails.
    #[error(
        "the scratch file for what has no room in memory failed: {0}\n  help: give more `--memory`, or name a folder with room by the variable TMPDIR"
    )]
    Scratch(Error),
    /// The workspace file is malformed.
    #[error("{path} does not read as a workspace file\n{why}", path = .path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why, with the place.
        why: String,
    },
    /// A path of the workspace file leads nowhere.
    #[error("`{pattern}` in {file} names no file\n  help: {help}", file = .file.display())]
    NothingThere {
        /// The workspace file.
        file: PathBuf,
        /// The path.
        pattern: String,
        /// How to mend it.
        help: String,
    },
    /// A pattern is malformed.
    #[error("`{pattern}` is no pattern for files: {why}")]
    BadPattern {
        /// The pattern.
        pattern: String,
        /// Why.
        why: String,
    },
    /// A folder that should be new is not.
    #[error("{path} is there already and not empty\n  help: give a new folder", path = .0.display())]
    NotEmpty(PathBuf),
    /// Two contracts have the same identity.
    #[error("the contract `{id}` stands in {first} and in {second}\n  help: give one of them another identity", first = .first.display(), second = .second.display())]
    SameContract {
        /// The identity.
        id: String,
        /// One file.
        first: PathBuf,
        /// The other.
        second: PathBuf,
    },
    /// Findings in contracts keep what was asked for from beginning.
    #[error("the contracts are refused:\n{0}\n  help: `consigne check` shows the places")]
    Refused(String),
    /// The call itself is wrong.
    #[error("{message}\n  help: {help}")]
    Call {
        /// What is wrong.
        message: String,
        /// How to mend it.
        help: String,
    },
}

impl Trouble {
    /// A call that cannot be followed.
    pub fn call(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self::Call { message: message.into(), help: help.into() }
    }
}

/// Why a file could not be read or written, and how to mend that.
fn reason(why: &Error) -> String {
    let kind = why.kind();
    let help = if kind == ErrorKind::NotFound {
        "check the path: it goes from the folder that you are in"
    } else if kind == ErrorKind::IsADirectory {
        "name a file in the folder"
    } else if kind == ErrorKind::PermissionDenied {
        "ask for the right to it, or run as somebody who has it"
    } else if kind == ErrorKind::StorageFull {
        "make room, or write somewhere else"
    } else if kind == ErrorKind::BrokenPipe {
        "nobody reads it any longer"
    } else {
        return why.to_string();
    };
    format!("{why}\n  help: {help}")
}
