//! The world as Parquet, and what it takes to settle it: seconds, work and memory.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::peers;

/// What one run took: seconds, the seconds in which its threads were at work, together, and the peak memory in kB.
pub(crate) type Cost = [f64; 3];

/// Writes a workspace file that reads the columns of tables as events.
pub(crate) fn write(folder: &Path, tables: &str) {
    let text = include_str!("columns.toml").replace("TABLES", tables);
    std::fs::write(folder.join("consigne.toml"), text).unwrap();
}

/// Who runs what is measured, and where.
pub(crate) struct Side<'a> {
    python: PathBuf,
    folder: &'a Path,
}

impl<'a> Side<'a> {
    /// In a folder.
    pub(crate) fn new(folder: &'a Path) -> Self {
        Self { python: peers::python(&["duckdb"]), folder }
    }

    /// Makes Parquet of the lines in `events.jsonl`.
    pub(crate) fn pack(&self, table: &str) {
        self.measured("write", &[table.as_ref()]);
    }

    /// The settlement of December.
    pub(crate) fn settled(&self, more: &[&str]) -> Cost {
        let words = [env!("CARGO_BIN_EXE_consigne"), "settle", "2026-12"];
        let words: Vec<&Path> = words.iter().chain(more).map(Path::new).collect();
        self.measured("run", &words)
    }

    /// What a task of `peers/parquet.py` took.
    pub(crate) fn measured(&self, task: &str, words: &[&Path]) -> Cost {
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("benches/peers/parquet.py");
        let output = Command::new(&self.python).arg(script).arg(self.folder).arg(task).args(words).output().unwrap();
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        let told = String::from_utf8(output.stdout).unwrap();
        let figures: Vec<f64> = told.split_whitespace().map(|figure| figure.parse().unwrap()).collect();
        figures.try_into().unwrap()
    }
}

/// Prints what something took.
pub(crate) fn tell(name: &str, [seconds, worked, memory]: &Cost) {
    println!("{name}: {seconds:.2} s, at work {worked:.2} s, {:.0} MB", memory / 1000.0);
}

/// The least of each.
pub(crate) fn least(costs: &[Cost]) -> Cost {
    costs.iter().fold([f64::INFINITY; 3], |least, cost| std::array::from_fn(|place| least[place].min(cost[place])))
}
