//! The house: who may import whom, how long a file is, that every code has its page and its example.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

use consigne::base::code::Code;

use crate::support::{checked, root};

/// Who may import whom: a layer and those below it that it may use.
const TABLE: [(&str, &[&str]); 13] = [
    ("base", &[]),
    ("syntax", &["base"]),
    ("check", &["base", "syntax"]),
    ("plan", &["base", "check"]),
    ("feed", &["base"]),
    ("evaluate", &["base", "feed", "plan"]),
    ("report", &["base", "evaluate", "feed", "plan"]),
    ("live", &["base", "evaluate", "feed", "plan"]),
    ("trial", &["base", "check", "evaluate", "feed", "plan", "syntax"]),
    ("render", &["base"]),
    ("session", &["base", "check", "evaluate", "feed", "live", "plan", "syntax", "trial"]),
    ("server", &["base", "evaluate", "live", "render", "report", "session"]),
    ("cli", &["base", "evaluate", "feed", "render", "report", "server", "session", "syntax", "trial"]),
];

fn sources() -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut folders = vec![root().join("src")];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                found.push(path);
            }
        }
    }
    found.sort();
    assert!(found.len() > 100, "the sources are gone");
    found
}

/// The layer of a file: its first folder, or its own name.
fn layer(path: &Path) -> String {
    let inside = path.strip_prefix(root().join("src")).unwrap();
    let first = inside.components().next().unwrap().as_os_str().to_string_lossy();
    first.trim_end_matches(".rs").to_owned()
}

/// The layers that a text names behind `crate::`, in `use` lines and in paths.
fn imported(text: &str) -> BTreeSet<String> {
    let code = text.lines().filter(|line| !line.trim_start().starts_with("//"));
    let joined = code.collect::<Vec<_>>().join("\n");
    let pieces = joined.split("crate::").skip(1);
    pieces
        .map(|piece| piece.chars().take_while(|letter| letter.is_ascii_lowercase() || *letter == '_').collect())
        .collect()
}

#[test]
fn layers_import_downward_only() {
    let table: BTreeMap<&str, &[&str]> = TABLE.into_iter().collect();
    let mut wrong = Vec::new();
    let mut seen = BTreeSet::new();
    for path in sources() {
        let own = layer(&path);
        if own == "lib" || own == "main" {
            continue;
        }
        seen.insert(own.clone());
        let allowed = table.get(own.as_str()).unwrap_or_else(|| panic!("`{own}` is no layer of the table"));
        for other in imported(&std::fs::read_to_string(&path).unwrap()) {
            if other != own && !allowed.contains(&other.as_str()) {
                wrong.push(format!("{} imports {other}", path.display()));
            }
        }
    }
    assert_eq!(seen.len(), TABLE.len(), "a layer of the table is gone: {seen:?}");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_table_of_the_architecture_page_is_this_one() {
    let page = std::fs::read_to_string(root().join("src/ARCHITECTURE.md")).unwrap();
    for (layer, below) in TABLE {
        let row = format!("| `{layer}` | {} |", if below.is_empty() { "nothing".to_owned() } else { below.join(", ") });
        assert!(page.contains(&row), "ARCHITECTURE.md lacks the row\n{row}");
    }
}

#[test]
fn the_gate_runs_the_commands_of_the_readme() {
    let (readme, gate) = (root().join("README.md"), root().join(".ci/run"));
    let (readme, gate) = (std::fs::read_to_string(readme).unwrap(), std::fs::read_to_string(gate).unwrap());
    let commands: Vec<&str> = readme.lines().filter_map(|line| line.strip_prefix(". .ci/prepare && ")).collect();
    assert_eq!(commands.len(), 2);
    for command in commands {
        assert!(gate.contains(&format!("gate {command}\n")), "the gate does not run `{command}`");
    }
}

#[test]
fn files_have_a_head_and_an_end() {
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.starts_with("//! "), "{} does not say why it exists", path.display());
        assert!(text.lines().count() <= 600, "{} is longer than 600 lines", path.display());
        assert!(text.ends_with('\n'), "{} does not end with a line break", path.display());
    }
}

#[test]
fn third_party_crates_stay_where_they_belong() {
    let homes: [(&str, &[&str]); 13] = [
        ("rust_decimal", &["base"]),
        ("chrono", &["base"]),
        ("chrono_tz", &["base"]),
        ("num_bigint", &["base"]),
        ("pest", &["syntax"]),
        ("flate2", &["feed"]),
        ("clap", &["cli"]),
        ("indicatif", &["cli"]),
        ("codespan_reporting", &["render"]),
        ("notify", &["server"]),
        ("notify_debouncer_full", &["server"]),
        ("globset", &["session"]),
        ("memchr", &["feed"]),
    ];
    for path in sources() {
        let text = std::fs::read_to_string(&path).unwrap();
        for (name, home) in homes {
            let used = text.contains(&format!("use {name}::")) || text.contains(&format!(" {name}::"));
            assert!(!used || home.contains(&layer(&path).as_str()), "{} uses {name}", path.display());
        }
    }
}

#[test]
fn every_code_has_a_page_and_an_example_that_raises_it() {
    let mut wrong = Vec::new();
    for code in Code::ALL {
        let name = code.as_str();
        let page = code.page();
        if !page.starts_with(&format!("# {name}: ")) || page.lines().count() < 8 {
            wrong.push(format!("{name}: the page is too short or has another head"));
        }
        let path = root().join(format!("tests/diagnostics/{name}.consigne"));
        let Ok(text) = std::fs::read(&path) else {
            wrong.push(format!("{name}: no example"));
            continue;
        };
        let result = checked(&String::from_utf8_lossy(&text));
        let raised: BTreeSet<&str> = result.diagnostics.iter().map(|finding| finding.code.as_str()).collect();
        let others: Vec<&&str> =
            raised.iter().filter(|other| **other != name && !["C080", "C082"].contains(*other)).collect();
        if !raised.contains(name) || !others.is_empty() {
            wrong.push(format!("{name}: the example raises {raised:?}\n{}", result.listing()));
        }
        let finding = result.diagnostics.iter().find(|finding| finding.code == *code);
        let mended = finding.is_none_or(|finding| finding.help.is_some() || !finding.answers.is_empty());
        if !mended {
            wrong.push(format!("{name}: the finding offers no help"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_question_lists_its_answers() {
    use consigne::base::diagnostic::Severity;
    for code in Code::ALL.iter().filter(|code| code.severity() == Severity::Question) {
        let path = root().join(format!("tests/diagnostics/{}.consigne", code.as_str()));
        let result = checked(&std::fs::read_to_string(path).unwrap());
        let finding = result.diagnostics.iter().find(|finding| finding.code == *code).unwrap();
        assert!(finding.answers.len() >= 2, "{} lists {} answers", code.as_str(), finding.answers.len());
        assert!(result.contract.is_none(), "{} is open and the contract is evaluated", code.as_str());
    }
}
