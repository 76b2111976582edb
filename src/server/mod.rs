//! The shell of the live service: lines come in, decisions go out, contracts are reloaded when they change.

mod follow;
mod rules;
mod watch;

use std::io::{BufRead as _, Write as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::Duration;

use crate::evaluate::shown::Names;
use crate::live::{Answer, Live};
use crate::report::{DecisionRecord, decision};
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
    /// A source cannot be read on.
    Broken(String),
    /// Something changed near the contracts.
    Changed,
    /// What the files hold now.
    Read(Box<rules::Read>),
}

/// Runs the service until every source has ended; tells whether each was read to its end.
pub fn serve(workspace: &Workspace, options: &Options) -> Result<bool, Trouble> {
    if let Some(path) = options.follow.iter().find(|path| path.is_dir()) {
        return Err(Trouble::call(format!("{} is a folder", path.display()), "name the JSON Lines file in it"));
    }
    if options.follow.iter().any(|path| path == Path::new("-")) {
        let help = "standard input is read besides, unless `--no-stdin` says otherwise";
        return Err(Trouble::call("`-` is no file that grows", help));
    }
    let (tell, hear) = channel();
    let (keeper, notes) = Keeper::open(workspace)?;
    say(&format!("rules in force: {}", keeper.named()));
    notes.iter().for_each(|note| say(note));
    // The watcher lives as long as the service; without one, changes are seen at a glance.
    let watcher = watch::watch(&keeper.folders(), tell.clone());
    if let Err(why) = &watcher {
        say(&format!("changes are looked for twice a second: the system does not tell of them ({why})"));
    }
    // The lines of one asset are few: waking other cores for them takes longer than deciding alone, so that this thread has a
    // pool of its own from here on; without one, it is only slower.
    let _alone = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread().build();
    let sources = start(options, &tell);
    let mut service = Service { live: Live::new(keeper.rules()), keeper, tell, reading: false, again: false };
    service.run(&hear, sources)
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
    let mut input = std::io::stdin().lock();
    for number in 1_u64.. {
        let mut bytes = Vec::new();
        let happened = match input.read_until(b'\n', &mut bytes) {
            Ok(0) => break,
            Ok(_) => line(&source, number, bytes, false),
            Err(why) => {
                let _ = tell.send(Happened::Broken(format!("standard input could not be read on: {why}")));
                return;
            }
        };
        if tell.send(happened).is_err() {
            return;
        }
    }
    // Nobody hears it only when the service has ended already.
    let _ = tell.send(Happened::Ended);
}

/// A line of a source, or what is wrong with its bytes.
pub(crate) fn line(source: &Arc<str>, number: u64, bytes: Vec<u8>, known: bool) -> Happened {
    if let Ok(text) = String::from_utf8(bytes) {
        let text = text.trim_start_matches('\u{feff}').trim().to_owned();
        return Happened::Line { source: Arc::clone(source), number, text, known };
    }
    let help = "save what is sent as UTF-8, one event a line, not compressed";
    Happened::Note(format!("{source}:{number} not UTF-8: the line is not accepted\n  help: {help}"))
}

/// The running service.
struct Service {
    live: Live,
    keeper: Keeper,
    tell: Sender<Happened>,
    /// Whether the files are being read aside, and whether they changed since.
    reading: bool,
    again: bool,
}

impl Service {
    /// Tells whether each source was read to its end.
    fn run(&mut self, hear: &Receiver<Happened>, mut sources: usize) -> Result<bool, Trouble> {
        let mut whole = true;
        while sources > 0 {
            match hear.recv_timeout(GLANCE) {
                Ok(Happened::Line { source, number, text, known }) => self.line(&source, number, &text, known)?,
                Ok(Happened::Note(text)) => say(&text),
                Ok(Happened::Ended) => sources = sources.saturating_sub(1),
                Ok(Happened::Broken(why)) => {
                    say(&why);
                    (whole, sources) = (false, sources.saturating_sub(1));
                }
                Ok(Happened::Changed) => self.read(),
                Ok(Happened::Read(read)) => self.take(*read),
                Err(RecvTimeoutError::Timeout) if self.keeper.is_stale() => self.read(),
                Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        Ok(whole)
    }

    /// Decides on an event. A decision that nobody gets ends the service.
    fn line(&mut self, source: &str, number: u64, text: &str, known: bool) -> Result<(), Trouble> {
        if text.is_empty() {
            return Ok(());
        }
        let answer = self.live.event(&format!("{source}:{number}"), text);
        let printed = if known { Ok(()) } else { print(&answer) };
        complain(&answer, source, number);
        printed.map_err(|why| Trouble::Unwritable { path: PathBuf::from("standard output"), why })
    }

    /// Reads the files aside, so that events go on being decided meanwhile.
    fn read(&mut self) {
        if std::mem::replace(&mut self.reading, true) {
            self.again = true;
            return;
        }
        let (root, before, tell) = (self.keeper.root(), self.keeper.before(), self.tell.clone());
        thread::spawn(move || tell.send(Happened::Read(Box::new(rules::read(&root, before)))));
    }

    fn take(&mut self, read: rules::Read) {
        self.reading = false;
        match self.keeper.take(read) {
            News::None => {}
            News::Refused(why) => {
                say(&format!("refused, the last good rules stay in force ({}):\n{why}", self.keeper.named()));
            }
            News::Mended => say(&format!("mended; rules in force: {}", self.keeper.named())),
            News::Swapped(notes) => {
                self.live.swap(self.keeper.rules());
                say(&format!("rules in force: {}", self.keeper.named()));
                notes.iter().for_each(|note| say(note));
            }
        }
        if std::mem::take(&mut self.again) {
            self.read();
        }
    }
}

/// Writes the decisions of an event, one line of JSON each.
fn print(answer: &Answer) -> std::io::Result<()> {
    let mut out = std::io::stdout().lock();
    let mut write = |record: &DecisionRecord| {
        let text = serde_json::to_string(record).unwrap_or_default();
        writeln!(out, "{text}")
    };
    for (place, found) in &answer.decisions {
        let Some(plan) = answer.rules.plans.get(*place) else { continue };
        let mut record = decision(Names { plan, feed: &answer.feed }, found);
        record.register.clone_from(&answer.rules.register);
        record.corrects.clone_from(&answer.replaces);
        write(&record)?;
    }
    for revised in answer.revised.iter().filter(|revised| revised.revision.is_some()) {
        let Some(plan) = revised.rules.plans.get(revised.contract) else { continue };
        let mut record = decision(Names { plan, feed: &revised.feed }, &revised.decision);
        record.register.clone_from(&revised.rules.register);
        record.event.clone_from(&revised.event);
        record.revision = revised.revision.unwrap_or_default();
        record.cause = Some(revised.cause.clone());
        write(&record)?;
    }
    out.flush()
}

fn complain(answer: &Answer, source: &str, number: u64) {
    if let Some(id) = answer.replaces.as_ref().filter(|_| answer.decisions.is_empty()) {
        say(&format!(
            "{source}:{number} takes the event `{id}` back; decisions made on it stand until somebody undoes them"
        ));
    }
    for revised in answer.revised.iter().filter(|revised| revised.revision.is_none()) {
        say(&format!(
            "{source}:{number} comes too late to change the decision on the event `{}`, which is final; it would be {}",
            revised.event, revised.words
        ));
    }
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
