//! `consigne new`

use std::path::PathBuf;

use crate::cli::End;
use crate::cli::output::Output;
use crate::session::{Trouble, sample};

/// Writes a working example into a new folder.
#[derive(Debug, clap::Args)]
pub(super) struct New {
    /// The folder.
    dir: PathBuf,
}

impl New {
    pub(super) fn follow(&self, output: &Output) -> Result<End, Trouble> {
        let files = sample::create(&self.dir)?;
        let dir = self.dir.display();
        output.print(&format!("wrote {} into {dir}\nnext: cd {dir} && consigne settle 2013-01\n", files.join(", ")));
        Ok(End::Well)
    }
}
