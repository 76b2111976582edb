//! `consigne serve`

use std::path::PathBuf;

use crate::cli::output::Output;
use crate::cli::{Common, End};
use crate::server::{Options, serve};
use crate::session::{Trouble, Workspace};

/// Decides live: events in, decisions out, contracts reloaded when they change.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Events are JSON Lines; each decision is a line of JSON on standard output that names the rule set (the
SHA-256 of the contract's text) under which it was made. A broken edit is told on the error stream and the last
good rules stay in force; a mended one is taken up by itself.

Examples:
  scanner | consigne serve                       events from standard input
  consigne serve --follow arrivals.jsonl         events from a file that grows, and from standard input
  consigne serve --follow arrivals.jsonl --from end --no-stdin"
)]
pub(super) struct Serve {
    /// A JSON Lines file that grows; may be given several times.
    #[arg(long, value_name = "FILE")]
    follow: Vec<PathBuf>,
    /// Where followed files are decided from: all of their lines, or only those that come from now on. Earlier lines
    /// still count as what is known of an asset.
    #[arg(long, value_name = "WHERE", default_value = "start")]
    from: From,
    /// Does not read standard input.
    #[arg(long)]
    no_stdin: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, clap::ValueEnum)]
enum From {
    /// All lines.
    Start,
    /// Only lines from now on.
    End,
}

impl Serve {
    pub(super) fn follow(&self, common: &Common, _output: &Output) -> Result<End, Trouble> {
        if self.no_stdin && self.follow.is_empty() {
            return Err(Trouble::call(
                "there is nothing to read events from",
                "give a file with `--follow`, or leave `--no-stdin` out",
            ));
        }
        let options = Options { follow: self.follow.clone(), stdin: !self.no_stdin, from_end: self.from == From::End };
        let whole = serve(&Workspace::find(&common.workspace)?, &options)?;
        Ok(if whole { End::Well } else { End::Findings })
    }
}
