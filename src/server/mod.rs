//! The shell of the live service: lines come in, decisions go out, contracts are reloaded when they change.

mod follow;
mod rules;
mod watch;

use std::io::{BufRead as _, Write as _};
use std::path::PathBuf;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::evaluate::shown::Names;
use crate::live::{Answer, Live};
use crate::report::decision;
use crate::server::rules::{Keeper, News};
use crate::session::{Trouble, Workspace};

/// How often the files are looked at, in case the system did not tell of a change.
const GLANCE: Duration = Duration::from_millis(500);

/// What the service is asked to do.
#[derive(Clone, Debug)]
pub struct Options {
    /// JSON Lines files that grow.
    pub follow: Vec<PathBuf>,
    /// Whether standard input is read.
    pub stdin: bool,
    /// Lines that the files hold at the start are taken as known, without decisions.
    pub from_end: bool,
}

/// Something that happened.
pub(crate) enum Happened {
    /// A line of a source, with its number; `known` lines are history and ask for no decision.
    Line { source: Arc<str>, number: u64, text: String, known: bool },
    /// A source says something about itself.
    Note(String),
    /// A source has ended.
    Ended,
    /// Something changed near the contracts.
    Changed,
}

/// Runs the service until every source has ended.
pub fn serve(workspace: Workspace, options: &Options) -> Result<(), Trouble> {
    let (tell, hear) = channel();
    let keeper = Keeper::open(workspace)?;
    say(&format!("rules in force: {}", keeper.named()));
    // The watcher lives as long as the service; without one, changes are seen at a glance.
    let watcher = watch::watch(&keeper.folders(), tell.clone());
    if let Err(why) = &watcher {
        say(&format!("changes are looked for twice a second: the system does not tell of them ({why})"));
    }
    let sources = start(options, &tell);
    drop(tell);
    run(keeper, &hear, sources);
    Ok(())
}

/// Starts the sources and gives their number.
fn start(options: &Options, tell: &Sender<Happened>) -> usize {
    for path in &options.follow {
        let (path, tell, from_end) = (path.clone(), tell.clone(), options.from_end);
        thread::spawn(move || follow::follow(&path, from_end, &tell));
    }
    if options.stdin {
        let tell = tell.clone();
        thread::spawn(move || standard_input(&tell));
    }
    options.follow.len().saturating_add(usize::from(options.stdin))
}

fn standard_input(tell: &Sender<Happened>) {
    let source: Arc<str> = "-".into();
    for (number, line) in (1_u64..).zip(std::io::stdin().lock().lines()) {
        let happened = match line {
            Ok(text) => Happened::Line { source: Arc::clone(&source), number, text, known: false },
            Err(why) => Happened::Note(format!("standard input could not be read on: {why}")),
        };
        if tell.send(happened).is_err() {
            return;
        }
    }
    // Nobody hears it only when the service has ended already.
    let _ = tell.send(Happened::Ended);
}

fn run(mut keeper: Keeper, hear: &Receiver<Happened>, mut sources: usize) {
    let mut live = Live::new(keeper.rules());
    while sources > 0 {
        match hear.recv_timeout(GLANCE) {
            Ok(Happened::Line { source, number, text, known }) => {
                if text.trim().is_empty() {
                    continue;
                }
                let answer = live.event(text.trim());
                if !known {
                    print(&answer);
                }
                complain(&answer, &source, number);
            }
            Ok(Happened::Note(text)) => say(&text),
            Ok(Happened::Ended) => sources = sources.saturating_sub(1),
            Ok(Happened::Changed) => reload(&mut keeper, &mut live, true),
            Err(RecvTimeoutError::Timeout) => reload(&mut keeper, &mut live, false),
            Err(RecvTimeoutError::Disconnected) => return,
        }
    }
}

fn reload(keeper: &mut Keeper, live: &mut Live, told: bool) {
    match keeper.look(told) {
        News::None => {}
        News::Refused(why) => say(&format!("refused, the last good rules stay in force ({}):\n{why}", keeper.named())),
        News::Mended => say(&format!("mended; rules in force: {}", keeper.named())),
        News::Swapped => {
            live.swap(keeper.rules());
            say(&format!("rules in force: {}", keeper.named()));
        }
    }
}

/// Writes the decisions of an event, one line of JSON each.
fn print(answer: &Answer) {
    let mut out = std::io::stdout().lock();
    for (place, found) in &answer.decisions {
        let Some(plan) = answer.rules.plans.get(*place) else { continue };
        let names = Names { plan, feed: &answer.feed };
        let text = serde_json::to_string(&decision(names, found)).unwrap_or_default();
        // A reader that went away is told by the shell that ends the service.
        let _ = writeln!(out, "{text}");
    }
    let _ = out.flush();
}

fn complain(answer: &Answer, source: &str, number: u64) {
    for finding in &answer.findings {
        let help = finding.help.as_ref().map(|help| format!("\n  help: {help}")).unwrap_or_default();
        say(&format!("{source}:{number} {}: {}{help}", finding.cause.words(), finding.reason));
    }
}

/// Says something on the error stream.
fn say(text: &str) {
    let mut out = std::io::stderr().lock();
    let _ = writeln!(out, "serve: {text}");
}
