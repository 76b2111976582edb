//! Clauses: their numbers, their sentences, and that none reads itself in a circle.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::ClauseId;
use crate::check::amended::By;
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Basis, Clause, Meeting, Opener, Sentence};
use crate::check::value::{Node, Value};
use crate::syntax::tree::{self, Word};

impl<'a> Checker<'a> {
    /// Takes a clause in by its number.
    pub(super) fn declare_clause(&mut self, clause: &'a tree::Clause) {
        let number = &clause.number;
        if let Some(known) = self.clauses.iter().find(|known| known.number == number.node) {
            let span = known.span;
            let twice = Diagnostic::new(Code::C011, number.span, format!("clause {} stands twice", number.node));
            self.report(twice.and_at(span, "first here").help("give one of them another number"));
        }
        self.clauses.push(Clause {
            id: ClauseId::at(self.clauses.len()),
            number: number.node.clone(),
            title: clause.title.node.clone(),
            prose: clause.prose.as_ref().map(|prose| prose.node.split_whitespace().collect::<Vec<_>>().join(" ")),
            span: number.span,
        });
    }

    /// The clause of a number.
    pub(super) fn clause_id(&mut self, number: &Word) -> Option<ClauseId> {
        if let Some(clause) = self.clauses.iter().find(|clause| clause.number == number.node) {
            return Some(clause.id);
        }
        let numbers: Vec<String> = self.clauses.iter().map(|clause| clause.number.clone()).collect();
        let known: Vec<&str> = numbers.iter().map(String::as_str).collect();
        self.unknown("clause", &number.node, number.span, &known)
    }

    /// The clauses of some numbers, each named once.
    pub(super) fn clauses_once(&mut self, numbers: &[Word]) -> Option<Vec<ClauseId>> {
        let mut found = Vec::new();
        for number in numbers {
            let id = self.clause_id(number)?;
            if found.contains(&id) {
                let message = format!("clause {} is named twice", number.node);
                return self.wrong(Code::C024, number.span, message, "name it once; what it charges counts once");
            }
            found.push(id);
        }
        Some(found)
    }

    /// Checks the sentences of all clauses.
    pub(super) fn clauses(&mut self) {
        self.indexations();
        for clause in self.all_clauses() {
            let Some(id) = self.clause_id(&clause.number) else {
                continue;
            };
            if clause.sentences.is_empty() && clause.number.span.source == self.main {
                let nothing = format!("clause {} moves no money and places no duty", clause.number.node);
                let warning = Diagnostic::new(Code::C081, clause.number.span, nothing);
                self.report(warning.help("add a sentence, or leave the clause to the prose of the agreement"));
            }
            self.version = self.version_at(clause);
            let before = (self.sentences.len(), self.owes.len(), self.rights.len());
            for sentence in &clause.sentences {
                match sentence {
                    tree::Sentence::Pays(payment) => self.payment(id, payment),
                    tree::Sentence::Keeps(keeps) => self.kept(id, keeps),
                    tree::Sentence::Owes(owes) => self.owed(id, owes),
                    tree::Sentence::Right(right) => self.right(id, right),
                    tree::Sentence::Meets(_) | tree::Sentence::Obligation(_) => {}
                }
            }
            self.of_version(before);
        }
        self.version = None;
        self.meetings();
    }

    /// Notes the version of the sentences that were taken in since there were so many.
    pub(super) fn of_version(&mut self, (sentences, owes, rights): (usize, usize, usize)) {
        let Some(version) = self.version else { return };
        let new = self.sentences.iter().skip(sentences).map(|sentence| (sentence.id, (version, By::Instant)));
        self.amended.sentences.extend(new);
        self.amended.owes.extend((owes..self.owes.len()).map(|place| (place, (version, By::Instant))));
        self.amended.rights.extend((rights..self.rights.len()).map(|place| (place, (version, By::Instant))));
    }

    /// Refuses clauses that read each other in a circle, and references to a clause that charges both ways.
    pub(super) fn check_circles(&mut self) {
        let reads: Vec<(ClauseId, Vec<(ClauseId, crate::base::span::Span)>)> = self
            .clauses
            .iter()
            .map(|clause| {
                let mut found = Vec::new();
                let own = self.sentences.iter().filter(|sentence| sentence.clause == clause.id);
                for value in own.flat_map(values_of) {
                    self.clauses_in(value, &mut found);
                }
                let owes = self.owes.iter().filter(|owes| owes.clause == clause.id);
                for owes in owes {
                    self.clauses_in(&owes.amount, &mut found);
                    let before = owes.after.iter().filter_map(|place| self.owes.get(*place));
                    let before = before.map(|before| before.clause).filter(|before| *before != clause.id);
                    found.extend(before.map(|before| (before, owes.span)));
                    // What a cap compares is what is left after clauses have met.
                    let meet = self.meetings.iter().filter(|meeting| meeting.meets_any(&owes.under));
                    let met = meet.filter(|_| owes.under.iter().any(|under| *under != clause.id));
                    let under: Vec<ClauseId> = owes.clauses().chain(met.flat_map(Meeting::all)).collect();
                    found.extend(under.into_iter().filter(|under| *under != clause.id).map(|under| (under, owes.span)));
                }
                (clause.id, found)
            })
            .collect();
        for (clause, found) in &reads {
            for (other, span) in found {
                if reaches(&reads, *other, *clause, reads.len()) {
                    let number = |id: &ClauseId| {
                        self.clauses.get(id.index()).map_or("", |clause| clause.number.as_str()).to_owned()
                    };
                    let message = format!(
                        "clause {} is computed of clause {}, which is computed of it",
                        number(clause),
                        number(other)
                    );
                    self.wrong::<()>(
                        Code::C014,
                        *span,
                        message,
                        "let one of the two state its amount without the other",
                    );
                    return;
                }
            }
        }
    }

    /// The clauses that a sentence reads, each with the place where it does.
    pub(super) fn clauses_read_by(&self, sentence: &Sentence) -> Vec<(ClauseId, crate::base::span::Span)> {
        let mut found = Vec::new();
        for value in values_of(sentence) {
            self.clauses_in(value, &mut found);
        }
        found
    }

    fn clauses_in(&self, value: &Value, found: &mut Vec<(ClauseId, crate::base::span::Span)>) {
        let span = value.span;
        self.visit(value, &mut |node, _| {
            if let Node::Clause(id, _) = node {
                found.push((*id, span));
            }
        });
    }
}

pub(super) fn values_of(sentence: &Sentence) -> Vec<&Value> {
    let mut values: Vec<&Value> = Vec::new();
    match &sentence.amount {
        Amount::Value(value) => values.push(value),
        Amount::Tiers(_, tiers) => values.extend(tiers.iter().flat_map(|tier| tier.of.iter().chain([&tier.price]))),
    }
    if let Opener::When(condition) = &sentence.opener {
        values.push(condition);
    }
    if let Basis::For(value, ..) = &sentence.basis {
        values.push(value);
    }
    values.extend(&sentence.times);
    values.extend(sentence.adjustments.iter().filter_map(|step| step.what.value()));
    values
}

type Reads = Vec<(ClauseId, Vec<(ClauseId, crate::base::span::Span)>)>;

fn reaches(reads: &Reads, from: ClauseId, to: ClauseId, depth: usize) -> bool {
    if from == to {
        return true;
    }
    let Some(depth) = depth.checked_sub(1) else {
        return false;
    };
    let found = reads.iter().find(|(clause, _)| *clause == from);
    found.is_some_and(|(_, found)| found.iter().any(|(next, _)| reaches(reads, *next, to, depth)))
}
