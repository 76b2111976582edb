//! The language reference runs: each of its examples is read, checked, and its scenarios pass.
//!
//! A block marked `consigne` is a whole contract. One marked `consigne fragment` is put into the frame that
//! the reference prints as the block marked `consigne frame`. One marked `consigne error C041` (whole) or
//! `consigne fragment error C041` must raise that code. One marked `consigne library NAME` can be taken in by the others.

use crate::support::{checked_with, root};

struct Block {
    line: usize,
    marks: Vec<String>,
    text: String,
}

fn blocks(markdown: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    let mut open: Option<Block> = None;
    for (number, line) in markdown.lines().enumerate() {
        match (line.strip_prefix("```"), &mut open) {
            (Some(_), Some(_)) => blocks.extend(open.take()),
            (Some(marks), None) => {
                open = Some(Block {
                    line: number + 1,
                    marks: marks.split_whitespace().map(str::to_owned).collect(),
                    text: String::new(),
                });
            }
            (None, Some(block)) => {
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, None) => {}
        }
    }
    blocks.retain(|block| block.marks.first().is_some_and(|mark| mark == "consigne"));
    blocks
}

/// The examples that hold a contract, each whole.
pub(crate) fn examples() -> Vec<String> {
    let markdown = std::fs::read_to_string(root().join("grammar/README.md")).unwrap();
    let blocks = blocks(&markdown);
    let frame = blocks.iter().find(|block| block.marks.iter().any(|mark| mark == "frame"));
    let frame = frame.map_or("", |block| block.text.as_str());
    let marked = |block: &Block, mark: &str| block.marks.iter().any(|found| found == mark);
    let whole =
        |block: &Block| if marked(block, "fragment") { format!("{frame}\n{}", block.text) } else { block.text.clone() };
    blocks.iter().filter(|block| !marked(block, "library") && !marked(block, "frame")).map(whole).collect()
}

#[test]
fn every_example_of_the_reference_runs() {
    let markdown = std::fs::read_to_string(root().join("grammar/README.md")).unwrap();
    let blocks = blocks(&markdown);
    assert!(blocks.len() >= 30, "the reference has only {} examples", blocks.len());
    let frame = blocks.iter().find(|block| block.marks.iter().any(|mark| mark == "frame"));
    let frame = frame.map_or("", |block| block.text.as_str());
    let named = |block: &Block| {
        block.marks.iter().position(|mark| mark == "library").map(|place| block.marks[place + 1].clone())
    };
    let names: Vec<(String, &str)> =
        blocks.iter().filter_map(|block| Some((named(block)?, block.text.as_str()))).collect();
    let library: Vec<(&str, &str)> = names.iter().map(|(name, text)| (name.as_str(), *text)).collect();
    let mut wrong = Vec::new();
    for block in blocks.iter().filter(|block| named(block).is_none()) {
        let marked = |mark: &str| block.marks.iter().position(|found| found == mark);
        let text = if marked("fragment").is_some() { format!("{frame}\n{}", block.text) } else { block.text.clone() };
        let result = checked_with(&text, &library);
        if let Some(place) = marked("error") {
            let code = &block.marks[place + 1];
            if !result.diagnostics.iter().any(|finding| finding.code.as_str() == code) {
                wrong.push(format!("line {}: {code} is not raised, but\n{}", block.line, result.listing()));
            }
            continue;
        }
        if !result.refusals().is_empty() {
            wrong.push(format!("line {}:\n{}", block.line, result.listing()));
            continue;
        }
        for trial in crate::support::trials(&result.contract.unwrap()) {
            if !trial.failures.is_empty() {
                wrong.push(format!("line {}: {} fails: {:?}", block.line, trial.title, trial.failures));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
