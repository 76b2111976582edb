//! What looks wrong without being wrong: names that nothing uses, clauses that no scenario shows.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::span::Span;
use crate::check::checker::Checker;
use crate::syntax::tree::{Define, Expected, Item, Sentence, Step};

impl Checker<'_> {
    /// Reports all warnings.
    pub(super) fn warnings(&mut self) {
        self.unused_names();
        self.uncovered_clauses();
        self.compare_prose();
    }

    fn unused_names(&mut self) {
        let unused = |name: &str| !self.used.iter().any(|used| used == name);
        let mut found: Vec<(Span, String, &str)> = Vec::new();
        // A measure is a key figure of the statement, whether or not a sentence pays by it.
        let fixed = |define: &Define| define.per.is_empty();
        let mut defines: Vec<_> =
            self.defines.values().filter(|(define, _)| fixed(define)).map(|(define, _)| &define.name).collect();
        defines.sort_by_key(|name| name.span);
        for name in defines.into_iter().filter(|name| unused(&name.node)) {
            found.push((name.span, name.node.clone(), "definition"));
        }
        for kind in self.kinds.iter().filter(|kind| unused(&kind.name) && kind.sets.is_empty()) {
            found.push((kind.span, kind.name.clone(), "event"));
        }
        for family in self.families.iter().filter(|family| unused(&family.name)) {
            found.push((family.span, family.name.clone(), "asset family"));
        }
        // What a library offers need not all be used.
        let main = self.main;
        for (span, name, what) in found.into_iter().filter(|(span, ..)| span.source == main) {
            let warning = Diagnostic::new(Code::C080, span, format!("the {what} `{name}` is never used"));
            self.report(warning.help("use it, or remove it"));
        }
    }

    /// Clauses that move money or place a duty, and that no scenario expects anything of.
    fn uncovered_clauses(&mut self) {
        let file = self.file;
        let expected: Vec<&Expected> = file
            .items
            .iter()
            .filter_map(|item| if let Item::Scenario(scenario) = item { Some(scenario) } else { None })
            .flat_map(|scenario| &scenario.steps)
            .filter_map(|step| if let Step::Expect(expect) = step { Some(&expect.what) } else { None })
            .collect();
        for item in &file.items {
            let Item::Clause(clause) = item else { continue };
            if clause.number.span.source != self.main {
                continue;
            }
            let duties: Vec<&str> = clause.sentences.iter().filter_map(obligation_name).collect();
            let shown = expected.iter().any(|what| match what {
                Expected::Clause { number, .. }
                | Expected::Deposits { number, .. }
                | Expected::Right { number, .. } => number.node == clause.number.node,
                Expected::Obligation { name, .. } | Expected::Due { name, .. } => duties.contains(&name.node.as_str()),
                Expected::Total { .. } | Expected::Value { .. } => false,
            });
            if !shown && !clause.sentences.is_empty() {
                let number = &clause.number.node;
                let warning = Diagnostic::new(
                    Code::C082,
                    clause.number.span,
                    format!("no scenario shows what clause {number} does"),
                );
                let moves = |sentence: &Sentence| !matches!(sentence, Sentence::Obligation(_) | Sentence::Right(_));
                let expected = match duties.first() {
                    _ if clause.sentences.iter().any(moves) => format!("expect clause {number} in PERIOD = AMOUNT"),
                    Some(duty) => format!("expect {duty} of ASSET is met"),
                    None => format!("expect clause {number} applies in PERIOD"),
                };
                self.report(warning.help(format!("add a `scenario` with events and `{expected}`")));
            }
        }
    }
}

fn obligation_name(sentence: &Sentence) -> Option<&str> {
    match sentence {
        Sentence::Obligation(obligation) => Some(obligation.name.node.as_str()),
        Sentence::Pays(_) | Sentence::Owes(_) | Sentence::Keeps(_) | Sentence::Right(_) | Sentence::Meets(_) => None,
    }
}
