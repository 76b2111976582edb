//! Where a command's words go: results to standard output, everything else to the error stream.

use std::borrow::Cow;
use std::io::{ErrorKind, IsTerminal as _, Write as _};
use std::path::PathBuf;
use std::sync::OnceLock;

use indicatif::{ProgressBar, ProgressStyle};
use serde::Serialize;

use crate::base::diagnostic::Diagnostic;
use crate::base::source::Sources;
use crate::cli::{Colours, Common, Form};
use crate::render;
use crate::session::Trouble;

/// The streams of a command and how they are written.
#[derive(Debug)]
pub(super) struct Output {
    json: bool,
    colours: bool,
    quiet: bool,
    /// Why results are printed no longer.
    broken: OnceLock<std::io::Error>,
}

impl Output {
    pub(super) fn new(common: &Common) -> Self {
        let colours = match common.color {
            Colours::Always => true,
            Colours::Never => false,
            Colours::Auto => std::io::stderr().is_terminal() && no_colour_is_unset(),
        };
        Self { json: common.format == Form::Json, colours, quiet: common.quiet, broken: OnceLock::new() }
    }

    /// Whether only what was found is told.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether JSON is asked for.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a result. What names and texts of a feed hold is never taken as a command by a terminal.
    pub(super) fn print(&self, text: &str) {
        let text = if self.json { Cow::Borrowed(text) } else { plain(text) };
        self.print_as_it_is(&text);
    }

    /// Prints a result that has colours.
    pub(super) fn print_as_it_is(&self, text: &str) {
        if self.broken.get().is_some() {
            return;
        }
        let mut out = std::io::stdout().lock();
        if let Err(why) = out.write_all(text.as_bytes()).and_then(|()| out.flush()) {
            let _ = self.broken.set(why);
        }
    }

    /// Whether all results were printed. A reader that went away has what it wanted.
    pub(super) fn is_whole(&self) -> Result<(), Trouble> {
        match self.broken.get().filter(|why| why.kind() != ErrorKind::BrokenPipe) {
            None => Ok(()),
            Some(why) => {
                let why = std::io::Error::new(why.kind(), why.to_string());
                Err(Trouble::Unwritable { path: PathBuf::from("standard output"), why })
            }
        }
    }

    /// Prints a result as one JSON document.
    pub(super) fn json(&self, value: &impl Serialize) {
        let text = serde_json::to_string_pretty(value).unwrap_or_default();
        self.print(&format!("{text}\n"));
    }

    /// Says something on the error stream.
    pub(super) fn say(&self, text: &str) {
        let mut out = std::io::stderr().lock();
        let _ = writeln!(out, "{text}");
    }

    /// Prints what is wrong with the world.
    pub(super) fn complain(&self, trouble: &Trouble) {
        self.say(&format!("error: {trouble}"));
    }

    /// Prints findings on the error stream.
    pub(super) fn findings(&self, sources: &Sources, findings: &[Diagnostic]) {
        self.say(render::text(sources, findings, self.colours).trim_end());
    }

    /// Findings as text for a result.
    pub(super) fn findings_text(&self, sources: &Sources, findings: &[Diagnostic]) -> String {
        render::text(sources, findings, self.colours && std::io::stdout().is_terminal())
    }

    /// A bar for so many bytes; it shows on a terminal only, and only when the work takes a while.
    pub(super) fn progress(&self, bytes: u64) -> ProgressBar {
        if self.quiet || bytes < 4_000_000 || !std::io::stderr().is_terminal() {
            return ProgressBar::hidden();
        }
        let bar = ProgressBar::new(bytes);
        if let Ok(style) = ProgressStyle::with_template("reading {bar:30} {bytes} of {total_bytes}") {
            bar.set_style(style);
        }
        bar
    }
}

/// A text without control characters, but for tabs and the ends of its lines.
fn plain(text: &str) -> Cow<'_, str> {
    let is_command = |letter: char| letter.is_control() && !matches!(letter, '\n' | '\t');
    if text.contains(is_command) { Cow::Owned(text.replace(is_command, "\u{fffd}")) } else { Cow::Borrowed(text) }
}

/// A result as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the command line is a surface: NO_COLOR is a habit of terminals")]
fn no_colour_is_unset() -> bool {
    std::env::var("NO_COLOR").map_or(true, |value| value.is_empty())
}
