//! Where a command's words go: results to standard output, everything else to the error stream.

use std::io::{IsTerminal as _, Write as _};

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
}

impl Output {
    pub(super) fn new(common: &Common) -> Self {
        let colours = match common.color {
            Colours::Always => true,
            Colours::Never => false,
            Colours::Auto => std::io::stderr().is_terminal() && no_colour_is_unset(),
        };
        Self { json: common.format == Form::Json, colours, quiet: common.quiet }
    }

    /// Whether only what was found is told.
    pub(super) fn is_quiet(&self) -> bool {
        self.quiet
    }

    /// Whether JSON is asked for.
    pub(super) fn is_json(&self) -> bool {
        self.json
    }

    /// Prints a result. A reader that went away ends the printing, not the program.
    pub(super) fn print(&self, text: &str) {
        let mut out = std::io::stdout().lock();
        let _ = out.write_all(text.as_bytes()).and_then(|()| out.flush());
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

/// A result as one line of JSON.
pub(super) fn json_line(value: &impl Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

#[expect(clippy::disallowed_methods, reason = "the command line is a surface: NO_COLOR is a habit of terminals")]
fn no_colour_is_unset() -> bool {
    std::env::var("NO_COLOR").map_or(true, |value| value.is_empty())
}
