//! A syntax tree as text without places, to look at and to compare.

use crate::syntax::tree::File;

/// The outline of a file: two files with the same outline say the same.
#[must_use]
pub fn outline(file: &File) -> String {
    let mut out = String::new();
    for item in &file.items {
        out.push_str(&without_places(&format!("{item:#?}")));
        out.push('\n');
    }
    out
}

/// Drops the lines of a debug print that tell places.
fn without_places(text: &str) -> String {
    let mut kept = Vec::new();
    let mut inside: Option<usize> = None;
    for line in text.lines() {
        let indent = line.len().saturating_sub(line.trim_start().len());
        match inside {
            Some(outer) if indent > outer => {}
            Some(_) => inside = None,
            None if line.trim_start().starts_with("span: Span {") || line.trim_start() == "Span {" => {
                inside = Some(indent);
            }
            None => kept.push(line),
        }
    }
    kept.join("\n")
}
