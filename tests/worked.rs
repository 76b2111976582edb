//! Worked examples with results that others published or computed: each is a folder of contracts under
//! `tests/worked/`, and settles to exactly its figures.
//!
//! A folder holds `contract.consigne`, or, where the published terms can be read in several ways, `open.consigne`, which
//! leaves the point open and must raise the question that its first line names, and one contract for each reading. The
//! scenarios state the figures. Where the shared collection of examples is present, each of its figures must be stated by
//! the contract of its case.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use consigne::base::number::Ratio;
use consigne::check::contract::Contract;
use consigne::syntax::tree::{Expected, Expr, ExprNode, Step, Wanted};

use crate::support::{checked, root, shared};

fn folders() -> Vec<PathBuf> {
    let entries = std::fs::read_dir(root().join("tests/worked")).unwrap();
    let mut folders: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| path.is_dir()).collect();
    folders.sort();
    folders
}

fn contracts_of(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
    let mut files: Vec<PathBuf> =
        entries.filter(|path| path.extension().is_some_and(|end| end == "consigne")).collect();
    files.sort();
    assert!(!files.is_empty(), "{} holds no contract", folder.display());
    files
}

fn is_open(path: &Path) -> bool {
    path.file_stem().is_some_and(|stem| stem == "open")
}

#[test]
fn every_worked_example_settles_to_its_figures() {
    let mut wrong = Vec::new();
    for path in folders().iter().flat_map(|folder| contracts_of(folder)).filter(|path| !is_open(path)) {
        let result = checked(&std::fs::read_to_string(&path).unwrap());
        let name = path.strip_prefix(root()).unwrap().display().to_string();
        let Some(contract) = result.contract.as_ref() else {
            wrong.push(format!("{name} is refused:\n{}", result.listing()));
            continue;
        };
        let trials = crate::support::trials(contract);
        assert!(!trials.is_empty(), "{name} has no scenario");
        wrong
            .extend(trials.iter().filter(|trial| !trial.failures.is_empty()).map(|trial| format!("{name}: {trial:?}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn what_a_published_text_leaves_open_is_asked() {
    for folder in folders() {
        let files = contracts_of(&folder);
        let Some(open) = files.iter().find(|path| is_open(path)) else { continue };
        let name = open.strip_prefix(root()).unwrap().display().to_string();
        let text = std::fs::read_to_string(open).unwrap();
        let code = text.strip_prefix("/* asks ").and_then(|rest| rest.split_once(' ')).map(|(code, _)| code);
        let code = code.unwrap_or_else(|| panic!("{name}: the first line names no question"));
        let result = checked(&text);
        let asked: Vec<&str> = result.refusals().iter().map(|finding| finding.code.as_str()).collect();
        assert_eq!(asked, [code], "{name}:\n{}", result.listing());
        assert!(files.len() >= 3, "{name}: a question has at least two readings");
    }
}

/// The shared collection, case by case: what it expects of `contract.consigne`, or of each reading.
fn collection(path: &Path) -> BTreeMap<String, BTreeMap<String, Vec<String>>> {
    let text = std::fs::read_to_string(path).unwrap();
    let table: toml::Table = text.parse().unwrap();
    let mut cases = BTreeMap::new();
    for case in table["case"].as_array().unwrap() {
        let mut files: BTreeMap<String, Vec<String>> = BTreeMap::new();
        if let Some(expected) = case.get("expect") {
            files.insert("contract".to_owned(), texts(expected));
        }
        for (reading, expected) in case.get("readings").and_then(toml::Value::as_table).into_iter().flatten() {
            files.insert(slug(reading), texts(expected));
        }
        cases.insert(case["id"].as_str().unwrap().to_owned(), files);
    }
    cases
}

fn texts(value: &toml::Value) -> Vec<String> {
    if let Some(table) = value.as_table() {
        return table.iter().filter(|(key, _)| *key != "file").flat_map(|(_, value)| texts(value)).collect();
    }
    match value.as_array() {
        Some(list) => list.iter().flat_map(texts).collect(),
        None => vec![value.as_str().map_or_else(|| value.to_string(), str::to_owned)],
    }
}

/// A reading's name as a file name: lower case, every run of other characters one hyphen.
fn slug(name: &str) -> String {
    let words = name.split(|letter: char| !letter.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    words.map(str::to_lowercase).collect::<Vec<_>>().join("-")
}

#[test]
fn every_figure_of_the_collection_is_stated() {
    let Some(path) = shared("worked", "worked/cases.toml") else { return };
    let mut wrong = Vec::new();
    for (case, files) in collection(&path) {
        let folder = root().join("tests/worked").join(&case);
        let asks = files.len() > 1;
        if asks && !folder.join("open.consigne").exists() {
            wrong.push(format!("{case}: no open.consigne leaves the point open"));
        }
        for (file, figures) in files {
            let path = folder.join(format!("{file}.consigne"));
            let Ok(text) = std::fs::read_to_string(&path) else {
                wrong.push(format!("{case}: {file}.consigne is missing"));
                continue;
            };
            let Some(contract) = checked(&text).contract else { continue };
            let stated = Stated::of(&contract);
            wrong.extend(
                figures
                    .iter()
                    .filter(|figure| !stated.holds(figure))
                    .map(|figure| format!("{case}: no scenario of {file}.consigne expects {figure}")),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What the scenarios of a contract expect: figures, and the titles that name what is no figure.
struct Stated {
    figures: Vec<Ratio>,
    titles: Vec<String>,
}

impl Stated {
    fn of(contract: &Contract) -> Self {
        let mut stated = Self { figures: Vec::new(), titles: Vec::new() };
        for scenario in &contract.scenarios {
            stated.titles.push(scenario.title.node.to_lowercase());
            for row in scenario.table.iter().flat_map(|table| &table.rows) {
                row.1.iter().for_each(|value| stated.take(value));
            }
            for step in &scenario.steps {
                if let Step::Expect(expect) = step {
                    stated.expected(&expect.what);
                }
            }
        }
        stated
    }

    fn expected(&mut self, what: &Expected) {
        match what {
            Expected::Clause { wanted, .. }
            | Expected::Deposits { wanted, .. }
            | Expected::Total { wanted, .. }
            | Expected::Value { wanted, .. } => {
                if let Wanted::Amount(value) = wanted {
                    self.take(value);
                }
            }
            Expected::Due { .. } | Expected::Right { .. } => {}
            Expected::Obligation { by, .. } => by.iter().for_each(|value| self.take(value)),
        }
    }

    fn take(&mut self, value: &Expr) {
        let number = |value: &Expr| {
            if let ExprNode::Number(number) | ExprNode::Percent(number) | ExprNode::Measured(number, _) = &*value.node {
                Some(number.clone())
            } else {
                None
            }
        };
        let inner = if let ExprNode::Negated(inner) = &*value.node { number(inner) } else { None };
        self.figures.extend(number(value).or(inner));
    }

    /// Whether a figure is expected; a word such as `met` stands in the title of a scenario.
    fn holds(&self, wanted: &str) -> bool {
        let (digits, percent) = wanted.strip_suffix('%').map_or((wanted, false), |digits| (digits, true));
        let Ok(number) = Ratio::parse(digits) else {
            return self.titles.iter().any(|title| title.contains(&wanted.to_lowercase()));
        };
        let number = if percent { number.over(&Ratio::int(100)).unwrap() } else { number };
        self.figures.iter().any(|figure| figure.abs() == number)
    }
}
