//! A Python of its own, which has others to compare with.

use std::path::{Path, PathBuf};
use std::process::Command;

/// A Python that has some packages, in a folder beside the build; it takes them from its package index.
pub(crate) fn python(packages: &[&str]) -> PathBuf {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("peers");
    let python = folder.join("bin/python");
    let done = |command: &mut Command| {
        let status = command.status().unwrap();
        assert!(status.success(), "{command:?}");
    };
    if !python.exists() {
        done(Command::new("python3").args(["-m", "venv"]).arg(&folder));
    }
    done(Command::new(&python).args(["-m", "pip", "install", "--quiet"]).args(packages));
    python
}
