//! Workspaces of many contract files, each a sample under a number of its own.

use std::path::Path;

/// Writes so many files into a folder `contracts`, and the workspace file; gives how many lines each has.
pub(crate) fn write(folder: &Path, files: usize, sample: &str) -> usize {
    let contracts = folder.join("contracts");
    std::fs::create_dir(&contracts).unwrap();
    std::fs::write(folder.join("consigne.toml"), "contracts = [\"contracts\"]\n").unwrap();
    for number in 0..files {
        std::fs::write(contracts.join(format!("{number}.consigne")), renamed(sample, number)).unwrap();
    }
    sample.lines().count()
}

/// The longest of the sample agreements.
pub(crate) fn longest_sample() -> String {
    let folders = std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("contracts")).unwrap();
    let paths = folders.map(|entry| entry.unwrap().path().join("contract.consigne")).filter(|path| path.exists());
    let texts = paths.map(|path| std::fs::read_to_string(path).unwrap());
    texts.max_by_key(|text| text.lines().count()).unwrap()
}

/// The contract under another identity.
fn renamed(text: &str, number: usize) -> String {
    let (head, rest) = text.split_once("contract ").unwrap();
    let (_, title) = rest.split_once(" \"").unwrap();
    format!("{head}contract BENCH-{number} \"{title}")
}
