//! Tells of changes near the contracts. Folders are watched, not files: an editor may write a new file and
//! move it into place.

use std::path::PathBuf;
use std::sync::mpsc::Sender;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode};
use notify_debouncer_full::{DebounceEventResult, Debouncer, RecommendedCache, new_debouncer};

use crate::server::Happened;

/// How long a folder has to be quiet: an editor's save is several changes.
const QUIET: Duration = Duration::from_millis(20);
/// How often it is looked whether it is.
const TICK: Duration = Duration::from_millis(5);

/// A watcher; it stops when it is dropped.
pub(super) type Watcher = Debouncer<RecommendedWatcher, RecommendedCache>;

/// Watches folders and everything in them.
pub(super) fn watch(folders: &[PathBuf], tell: Sender<Happened>) -> Result<Watcher, notify::Error> {
    let mut watcher = new_debouncer(QUIET, Some(TICK), move |happened: DebounceEventResult| {
        // To read a file is no change of it: the service itself reads them.
        let changed = happened.map_or(true, |events| events.iter().any(|event| !event.kind.is_access()));
        if changed {
            // Nobody hears it only when the service has ended.
            let _ = tell.send(Happened::Changed);
        }
    })?;
    for folder in folders {
        watcher.watch(folder, RecursiveMode::Recursive)?;
    }
    Ok(watcher)
}
