//! The command line: one file per command.

mod check;
mod debug;
mod decide;
mod explain;
mod feed;
mod new;
mod output;
mod pages;
#[cfg(feature = "serve")]
mod serve;
mod settle;
mod test;
mod turns;

use std::path::PathBuf;
use std::process::ExitCode;

use clap::{CommandFactory as _, Parser, Subcommand, ValueEnum};

use crate::cli::output::Output;
use crate::session::{Run, Trouble, Workspace};

/// How a command ends.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum End {
    /// All well: 0.
    Well,
    /// Something was found that needs a look: 1.
    Findings,
}

/// A rules engine for circular B2B contracts: the contract file computes, explains and proves every decision and
/// amount.
#[derive(Debug, Parser)]
#[command(name = "consigne", version, after_help = EXAMPLES)]
struct Arguments {
    #[command(flatten)]
    common: Common,
    #[command(subcommand)]
    command: Command,
}

const EXAMPLES: &str = "Examples:
  consigne new demo && cd demo     a working example that settles at once
  consigne check                   errors and open questions of every contract
  consigne settle 2013-01          the statements of a month
  consigne explain clause 3 2013-01
  consigne explain C041            what a finding means

Exit codes: 0 all well, 1 findings, 2 wrong call, 3 files or folders.";

/// Options of every command.
#[derive(Debug, clap::Args)]
struct Common {
    /// The folder of the workspace, or one below it.
    #[arg(long, global = true, default_value = ".", value_name = "DIR")]
    workspace: PathBuf,
    /// The form of the output.
    #[arg(long, global = true, default_value = "text")]
    format: Form,
    /// Colours: on a terminal unless told otherwise.
    #[arg(long, global = true, default_value = "auto", value_name = "WHEN")]
    color: Colours,
    /// No progress on the error stream, and no word of a check that finds nothing.
    #[arg(long, short, global = true)]
    quiet: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Form {
    Text,
    Json,
}

#[derive(Clone, Copy, PartialEq, Eq, Debug, ValueEnum)]
enum Colours {
    Auto,
    Always,
    Never,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Writes a working example into a new folder.
    New(new::New),
    /// Finds errors and open questions in contracts.
    Check(check::Check),
    /// Runs the scenarios of contracts.
    Test(test::Test),
    /// Prints the statement of each contract for a period.
    Settle(settle::Settle),
    /// Prints the decisions of the tables, one for each event that asks for one.
    Decide(decide::Decide),
    /// Tells why a figure or decision is what it is, or what a finding means.
    Explain(explain::Explain),
    /// Looks into feeds.
    Feed(feed::Feed),
    /// Prints a stage between text and statement.
    Debug(debug::Debug),
    /// Decides live: events in, decisions out, contracts reloaded when they change.
    #[cfg(feature = "serve")]
    Serve(serve::Serve),
    /// Prints completions for a shell.
    Completions {
        /// The shell.
        shell: clap_complete::Shell,
    },
}

/// Runs the program.
#[must_use]
pub fn run() -> ExitCode {
    let arguments = Arguments::parse();
    let output = Output::new(&arguments.common);
    let ended = follow(&arguments, &output).and_then(|end| output.is_whole().map(|()| end));
    match ended {
        Ok(End::Well) => ExitCode::SUCCESS,
        Ok(End::Findings) => ExitCode::from(1),
        Err(trouble) => {
            output.complain(&trouble);
            ExitCode::from(code(&trouble))
        }
    }
}

/// The exit code of what is wrong.
fn code(trouble: &Trouble) -> u8 {
    match trouble {
        Trouble::Refused(_) => 1,
        Trouble::Call { .. } | Trouble::NotEmpty(_) => 2,
        Trouble::NoWorkspace(_)
        | Trouble::Unreadable { .. }
        | Trouble::Unwritable { .. }
        | Trouble::Scratch(_)
        | Trouble::Malformed { .. }
        | Trouble::NothingThere { .. }
        | Trouble::BadPattern { .. }
        | Trouble::SameContract { .. } => 3,
    }
}

fn follow(arguments: &Arguments, output: &Output) -> Result<End, Trouble> {
    let common = &arguments.common;
    match &arguments.command {
        Command::New(new) => new.follow(output),
        Command::Check(check) => check.follow(common, output),
        Command::Test(test) => test.follow(common, output),
        Command::Settle(settle) => settle.follow(common, output),
        Command::Decide(decide) => decide.follow(common, output),
        Command::Explain(explain) => explain.follow(common, output),
        Command::Feed(feed) => feed.follow(common, output),
        Command::Debug(debug) => debug.follow(common, output),
        #[cfg(feature = "serve")]
        Command::Serve(serve) => serve.follow(common, output),
        Command::Completions { shell } => {
            let mut text = Vec::new();
            clap_complete::generate(*shell, &mut Arguments::command(), "consigne", &mut text);
            output.print_as_it_is(&String::from_utf8_lossy(&text));
            Ok(End::Well)
        }
    }
}

/// The workspace's contracts. Any that is refused is printed, and the command ends with findings.
fn loaded(common: &Common, output: &Output) -> Result<Option<Run>, Trouble> {
    let run = Run::load(Workspace::find(&common.workspace)?)?;
    let refused: Vec<_> = run.loaded.iter().filter(|loaded| loaded.is_refused()).collect();
    if refused.is_empty() {
        return Ok(Some(run));
    }
    for loaded in refused {
        output.findings(&run.sources, &loaded.diagnostics);
    }
    Ok(None)
}

/// An asset of which nothing is decided, which may be another one misspelt.
fn no_decision(asset: &str) -> Trouble {
    Trouble::call(format!("no decision is about an asset `{asset}`"), "`consigne decide` lists all decisions")
}
