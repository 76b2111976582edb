//! Amendments: exactly one version of each clause governs each instant, or it is shown why not.

use std::collections::BTreeMap;

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{AttributeId, ClauseId, FamilyId};
use crate::base::span::Span;
use crate::base::time::Date;
use crate::base::value::Kind;
use crate::check::amended::{Change, Spared, SparedBy, Timeline, Version};
use crate::check::checker::Checker;
use crate::syntax::tree::{self, Amendment, Item, Kept, Word};

/// A change of one clause, as it is collected.
struct Dated {
    from: Date,
    /// Place of the amendment; `None` for the contract itself.
    amendment: Option<usize>,
    kind: Step,
    span: Span,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Step {
    /// The text of the contract itself.
    Original(usize),
    Replace(usize),
    Insert(usize),
    End,
}

impl Step {
    fn version(self) -> Option<usize> {
        match self {
            Self::Original(version) | Self::Replace(version) | Self::Insert(version) => Some(version),
            Self::End => None,
        }
    }
}

/// What amendments say of each clause.
#[derive(Default)]
struct Collected {
    steps: BTreeMap<ClauseId, Vec<Dated>>,
    holes: BTreeMap<ClauseId, Vec<(Date, Date, Span)>>,
    kept: Vec<(usize, ClauseId, Spared, Span)>,
}

impl<'a> Checker<'a> {
    /// The amendments, in the order of the text.
    pub(super) fn amendments(&self) -> Vec<&'a Amendment> {
        let items = self.file.items.iter();
        items.filter_map(|item| if let Item::Amendment(amendment) = item { Some(amendment) } else { None }).collect()
    }

    /// Every clause that the contract or an amendment states.
    pub(super) fn all_clauses(&self) -> Vec<&'a tree::Clause> {
        let own = self.file.items.iter();
        let own = own.filter_map(|item| if let Item::Clause(clause) = item { Some(clause) } else { None });
        let amended = self.amendments().into_iter().flat_map(|amendment| &amendment.changes);
        let amended = amended.filter_map(|change| match change {
            tree::Change::Replace(clause) | tree::Change::Insert(clause) => Some(clause),
            tree::Change::Suspend(..) | tree::Change::End(_) | tree::Change::Keep(_) | tree::Change::New(_) => None,
        });
        own.chain(amended).collect()
    }

    /// The version that a clause of the text is, where amendments touch it.
    pub(super) fn version_at(&self, clause: &tree::Clause) -> Option<usize> {
        self.amended.versions.iter().position(|version| version.span == clause.number.span)
    }

    /// Takes the versions of amended clauses in, when the contract's own clauses are declared.
    pub(super) fn declare_amendments(&mut self) {
        let mut collected = Collected::default();
        for (place, amendment) in self.amendments().into_iter().enumerate() {
            self.head_of(place, amendment);
            let from = self.in_force(amendment);
            for change in &amendment.changes {
                self.change(place, from, change, &mut collected);
            }
        }
        let Collected { mut steps, holes, kept } = collected;
        for (clause, found) in &mut steps {
            // Changes of one day stay in the order of the text.
            found.sort_by_key(|dated| dated.from);
            let timeline = self.timeline(*clause, found);
            self.amended.timelines.insert(*clause, timeline);
        }
        self.suspensions(holes);
        for (amendment, clause, spared, span) in kept {
            self.spare(amendment, (clause, span), spared, &steps);
        }
    }

    fn head_of(&mut self, place: usize, amendment: &Amendment) {
        let own = self
            .file
            .items
            .iter()
            .find_map(|item| if let Item::Contract(heading) = item { Some(&heading.id.node) } else { None });
        if let Some(id) = own.filter(|id| **id != amendment.to.node) {
            let message = format!("the amendment is to `{}`, but the contract is `{id}`", amendment.to.node);
            self.wrong::<()>(Code::C167, amendment.to.span, message, "name the contract that it changes");
        }
        let amendments = self.amendments();
        let earlier = amendments.iter().take(place).find(|known| known.number.node == amendment.number.node);
        if let Some(first) = earlier {
            let message = format!("there are two amendments {}", amendment.number.node);
            let twice = Diagnostic::new(Code::C167, amendment.number.span, message);
            self.report(twice.and_at(first.number.span, "first here").help("give each its own number"));
        }
    }

    /// The day from which an amendment governs; asked for where it is not said.
    fn in_force(&mut self, amendment: &Amendment) -> Date {
        let signed = amendment.signed.node;
        let (first, last) = self.term;
        let Some(from) = &amendment.in_force else {
            let number = &amendment.number.node;
            self.report(
                Diagnostic::new(
                    Code::C166,
                    amendment.span,
                    format!("it is not said from when on amendment {number} governs"),
                )
                .answer(
                    format!("in force from {signed}"),
                    "from the day of signature on: what occurs from then on goes by the new text",
                )
                .answer("in force from DATE", "from that day on; a day before the signature works back")
                .answer(
                    "in force from DATE, and `ASSET with EVENT before DATE keeps clause N`",
                    "by installation: assets that were there before keep the earlier text",
                )
                .help("write it behind the day of signature"),
            );
            return signed.clamp(first, last);
        };
        if from.node < first || from.node > last {
            let message = format!("{} lies outside of the term, {first} to {last}", from.node);
            self.wrong::<()>(Code::C167, from.span, message, "an amendment governs from a day of the term on");
        }
        from.node
    }

    fn change(&mut self, place: usize, from: Date, change: &'a tree::Change, out: &mut Collected) {
        match change {
            tree::Change::Replace(clause) => {
                let Some(id) = self.known_clause(&clause.number) else {
                    // It was told; what reads the clause finds it.
                    return self.declare_clause(clause);
                };
                let version = self.version_of(id, Some(place), clause);
                let dated =
                    Dated { from, amendment: Some(place), kind: Step::Replace(version), span: clause.number.span };
                self.steps_of(id, out).push(dated);
            }
            tree::Change::Insert(clause) => {
                if self.known_number(&clause.number).is_none() {
                    self.declare_clause(clause);
                }
                let Some(id) = self.known_number(&clause.number) else { return };
                let version = self.version_of(id, Some(place), clause);
                let dated =
                    Dated { from, amendment: Some(place), kind: Step::Insert(version), span: clause.number.span };
                self.steps_of(id, out).push(dated);
            }
            tree::Change::End(numbers) => {
                for number in numbers {
                    let Some(id) = self.known_clause(number) else { continue };
                    let dated = Dated { from, amendment: Some(place), kind: Step::End, span: number.span };
                    self.steps_of(id, out).push(dated);
                }
            }
            tree::Change::Suspend(numbers, first, last) => {
                if last.node < first.node {
                    let message = format!("the suspension ends on {} before it begins on {}", last.node, first.node);
                    self.wrong::<()>(Code::C025, last.span, message, "the first day comes first; both are included");
                    return;
                }
                if first.node < from {
                    let message = format!("the suspension begins on {}, before its amendment is in force", first.node);
                    let help = format!("suspend from {from} on, or let the amendment be in force earlier");
                    self.wrong::<()>(Code::C167, first.span, message, help);
                    return;
                }
                for number in numbers {
                    let Some(id) = self.known_clause(number) else { continue };
                    self.steps_of(id, out);
                    out.holes.entry(id).or_default().push((first.node, last.node, number.span));
                }
            }
            tree::Change::Keep(kept) => self.keeps_text(place, kept, out),
            tree::Change::New(_) => {}
        }
    }

    /// The steps of a clause; the first is the contract's own text, where it has one.
    fn steps_of<'o>(&mut self, id: ClauseId, out: &'o mut Collected) -> &'o mut Vec<Dated> {
        let first = self.term.0;
        let own = self.own_clause(id);
        if !out.steps.contains_key(&id)
            && let Some(clause) = own
        {
            let version = self.version_of(id, None, clause);
            let kind = Step::Original(version);
            let dated = Dated { from: first, amendment: None, kind, span: clause.number.span };
            out.steps.insert(id, vec![dated]);
        }
        out.steps.entry(id).or_default()
    }

    /// The contract's own text of a clause.
    fn own_clause(&self, id: ClauseId) -> Option<&'a tree::Clause> {
        let number = &self.clauses.get(id.index())?.number;
        let clauses = self.file.items.iter();
        let mut clauses = clauses.filter_map(|item| if let Item::Clause(clause) = item { Some(clause) } else { None });
        clauses.find(|clause| clause.number.node == *number)
    }

    fn version_of(&mut self, clause: ClauseId, amendment: Option<usize>, text: &tree::Clause) -> usize {
        let amendment =
            amendment.and_then(|place| self.amendments().get(place).map(|text| text.number.node.to_string()));
        self.amended.versions.push(Version {
            clause,
            amendment,
            title: text.title.node.clone(),
            prose: text.prose.as_ref().map(|prose| prose.node.split_whitespace().collect::<Vec<_>>().join(" ")),
            span: text.number.span,
        });
        self.amended.versions.len().saturating_sub(1)
    }

    fn known_number(&self, number: &Word) -> Option<ClauseId> {
        self.clauses.iter().find(|clause| clause.number == number.node).map(|clause| clause.id)
    }

    /// A clause that is there, or that another amendment inserts.
    fn known_clause(&mut self, number: &Word) -> Option<ClauseId> {
        if let Some(id) = self.known_number(number) {
            return Some(id);
        }
        let inserted = self.all_clauses().into_iter().find(|clause| clause.number.node == number.node);
        if let Some(clause) = inserted.filter(|clause| clause.number.span != number.span) {
            self.declare_clause(clause);
            return self.known_number(number);
        }
        let numbers: Vec<String> = self.clauses.iter().map(|clause| clause.number.clone()).collect();
        let known: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let list = crate::check::checker::listed(&known);
        let message = format!("there is no clause {} to change", number.node);
        self.wrong(
            Code::C167,
            number.span,
            message,
            format!("clauses: {list}; a new one is added with `insert clause`"),
        )
    }

    /// The versions of a clause in their order, each checked against what is in force when it begins.
    fn timeline(&mut self, clause: ClauseId, steps: &[Dated]) -> Timeline {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let mut timeline = Timeline::default();
        let mut running: Option<&Dated> = None;
        let mut before: Option<&Dated> = None;
        for step in steps {
            let from = step.from;
            let finding = match (step.kind, running) {
                (Step::Replace(_) | Step::End, None) => Some(
                    Diagnostic::new(Code::C167, step.span, format!("on {from} clause {number} is not in force"))
                        .help("add it with `insert clause`, or change it while it is in force"),
                ),
                (Step::Insert(_), Some(known)) => Some(
                    Diagnostic::new(Code::C167, step.span, format!("on {from} clause {number} is already in force"))
                        .and_at(known.span, "this text")
                        .help("write `replace clause`, or give the new clause another number"),
                ),
                _ => before.and_then(|before| self.out_of_order(&number, before, step)),
            };
            if let Some(finding) = finding {
                self.report(finding);
            }
            timeline.changes.push(Change { from, to: step.kind.version(), spared: Vec::new() });
            running = step.kind.version().map(|_| step);
            before = Some(step);
        }
        timeline
    }

    /// Two changes of one day, or one that was signed earlier and begins later.
    fn out_of_order(&self, number: &str, before: &Dated, step: &Dated) -> Option<Diagnostic> {
        let (from, earlier) = (step.from, before.amendment?);
        let amendments = self.amendments();
        let (first, second) = (amendments.get(earlier)?, amendments.get(step.amendment?)?);
        if before.from == from {
            let message = format!("from {from} on two texts of clause {number} govern");
            let finding =
                Diagnostic::new(Code::C167, step.span, message).and_at(before.span, "the other change of that day");
            return Some(finding.help("let one of them say what holds, or begin on another day"));
        }
        let back = second.signed.node < first.signed.node || second.number.node < first.number.node;
        back.then(|| {
            let message = format!(
                "from {from} on amendment {} would take the place of amendment {}, which was agreed later, in clause {number}",
                second.number.node, first.number.node
            );
            Diagnostic::new(Code::C167, step.span, message)
                .and_at(before.span, format!("in force from {}", before.from))
                .help("let the later amendment say what holds from that day on")
        })
    }

    fn suspensions(&mut self, holes: BTreeMap<ClauseId, Vec<(Date, Date, Span)>>) {
        for (clause, mut found) in holes {
            found.sort_by_key(|(first, ..)| *first);
            let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
            let mut last: Option<(Date, Span)> = None;
            for (first, end, span) in found {
                if let Some((known, other)) = last.filter(|(known, _)| *known >= first) {
                    let message = format!("on {first} clause {number} is already suspended, until {known}");
                    let twice = Diagnostic::new(Code::C167, span, message).and_at(other, "by this");
                    self.report(twice.help("join the two suspensions"));
                }
                let (begins, ends) = self.term;
                if first < begins || end > ends {
                    let message = format!("the suspension lies outside of the term, {begins} to {ends}");
                    self.wrong::<()>(Code::C167, span, message, "suspend the clause on days of the term");
                }
                let timeline = self.amended.timelines.entry(clause).or_default();
                let running = timeline.changes.iter().rev().find(|change| change.from <= first);
                if running.is_none_or(|change| change.to.is_none()) {
                    let message = format!("on {first} clause {number} is not in force");
                    self.wrong::<()>(Code::C167, span, message, "suspend it while it is in force");
                }
                if let Some(timeline) = self.amended.timelines.get_mut(&clause) {
                    timeline.holes.push((first, end));
                }
                last = Some((end, span));
            }
        }
    }

    fn keeps_text(&mut self, place: usize, kept: &Kept, out: &mut Collected) {
        let Some(family) = self.family(&kept.family) else { return };
        let Some(by) = self.spared_by(family, kept) else { return };
        for number in &kept.clauses {
            let Some(id) = self.known_clause(number) else { continue };
            out.kept.push((place, id, Spared { family, by, before: kept.before.node }, number.span));
        }
    }

    fn spared_by(&mut self, family: FamilyId, kept: &Kept) -> Option<SparedBy> {
        let name = &kept.by.node;
        if let Some(kind) = self.find_kind(name).filter(|kind| self.family_of(*kind) == Some(family)) {
            self.used.push(name.clone());
            return Some(SparedBy::Event(kind));
        }
        let attributes = &self.families.get(family.index())?.attributes;
        let dated = |field: &crate::check::contract::Field| field.name == *name && field.kind == Kind::Date;
        if let Some(place) = attributes.iter().position(dated) {
            return Some(SparedBy::Attribute(AttributeId::at(place)));
        }
        let message = format!("`{name}` is neither an event of `{}` nor a date that it has", kept.family.node);
        self.wrong(
            Code::C167,
            kept.by.span,
            message,
            "name the event or the date by which assets keep the earlier text",
        )
    }

    /// Exempts assets from the change that the same amendment makes of the clause.
    fn spare(
        &mut self,
        amendment: usize,
        (clause, span): (ClauseId, Span),
        spared: Spared,
        steps: &BTreeMap<ClauseId, Vec<Dated>>,
    ) {
        let changes = |step: &Dated| step.amendment == Some(amendment) && !matches!(step.kind, Step::Insert(_));
        let place = steps.get(&clause).and_then(|steps| steps.iter().position(changes));
        let change = place.and_then(|place| self.amended.timelines.get_mut(&clause)?.changes.get_mut(place));
        if let Some(change) = change {
            change.spared.push(spared);
        } else {
            let message = "the amendment does not replace or end this clause".to_owned();
            let help = "keep the earlier text of a clause that the same amendment changes";
            self.wrong::<()>(Code::C167, span, message, help);
        }
    }
}
