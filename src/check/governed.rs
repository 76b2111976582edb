//! Which instant decides on the version of a clause, sentence by sentence, and what has to be asked for it.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{ClauseId, FamilyId, ObligationId};
use crate::base::span::Span;
use crate::base::time::{Date, MonthEnd};
use crate::base::vocabulary::{Meet, Part};
use crate::base::window::{WindowKind, Windows};
use crate::check::adjustment::Adjust;
use crate::check::amended::{By, common_days};
use crate::check::checker::Checker;
use crate::check::contract::{Basis, Dimension, Holds, Meeting, Opener, Right, Sentence, TimeUnit};
use crate::syntax::tree::{self, Amendment};

/// A day on which a clause changes, and the amendment that says so.
pub(super) type Cut<'a> = (Date, &'a Amendment);

impl<'a> Checker<'a> {
    /// Decides for every sentence of an amended clause which instant chooses its version.
    pub(super) fn govern(&mut self) {
        for (place, sentence) in self.sentences.clone().iter().enumerate() {
            let Some((version, _)) = self.amended.sentences.get(&sentence.id).copied() else { continue };
            let by = self.governed_by(sentence);
            if let Some(kept) = self.kept_family(sentence.clause)
                && self.walked_family(sentence) != Some(kept)
            {
                self.refuse_kept(sentence.clause, sentence.span, kept);
            }
            if let Some(duty) = obligation_of(sentence) {
                self.foreign_obligation(duty, sentence.span, version);
            }
            if let Some(id) = self.sentences.get(place).map(|sentence| sentence.id) {
                self.amended.sentences.insert(id, (version, by));
            }
        }
        let unamended: Vec<Sentence> =
            self.sentences.iter().filter(|own| !self.amended.sentences.contains_key(&own.id)).cloned().collect();
        for sentence in unamended {
            if let Some(duty) = obligation_of(&sentence) {
                self.foreign_obligation(duty, sentence.span, usize::MAX);
            }
        }
        self.govern_owes();
        self.govern_rights();
        self.govern_meetings();
    }

    /// Caps go by their windows.
    fn govern_owes(&mut self) {
        let owes = self.owes.iter().map(|owes| (owes.clause, owes.window, owes.span));
        let owes: Vec<_> = owes.enumerate().filter(|(place, _)| self.amended.owes.contains_key(place)).collect();
        for (place, (clause, window, span)) in owes {
            let by = self.by_own_window(clause, window, span);
            self.amended.owes.entry(place).and_modify(|(_, known)| *known = by);
        }
    }

    /// Rights go by what gives them: an event, an obligation, the window of a condition.
    fn govern_rights(&mut self) {
        for (place, right) in self.rights.clone().into_iter().enumerate() {
            let duty = if let Holds::Opened(Opener::Outcome(id, _)) = &right.holds { Some(*id) } else { None };
            let version = self.amended.rights.get(&place).map(|(version, _)| *version);
            if let Some(duty) = duty {
                self.foreign_obligation(duty, right.span, version.unwrap_or(usize::MAX));
            }
            if version.is_none() {
                continue;
            }
            let by = match (&right.holds, duty) {
                (Holds::Opened(Opener::On(..)), _) => {
                    self.by_asset(&right);
                    By::Instant
                }
                (_, Some(duty)) => {
                    self.by_asset(&right);
                    self.by_opening(right.clause, duty)
                }
                (Holds::Opened(_) | Holds::Moves(_), None) => {
                    self.by_own_window(right.clause, right.window, right.span)
                }
            };
            self.amended.rights.entry(place).and_modify(|(_, known)| *known = by);
        }
    }

    /// Refuses that assets keep an earlier text of a right that is not given for each of them.
    fn by_asset(&mut self, right: &Right) {
        let Some(kept) = self.kept_family(right.clause) else { return };
        if !right.dims.contains(&Dimension::Asset(kept)) {
            self.refuse_kept(right.clause, right.span, kept);
        }
    }

    /// What replaces other clauses goes by the text in force when it is charged; what it charges by a text of the very
    /// clause, by that text. Where the higher stands, the window decides in which they are compared; for one event its
    /// instant.
    fn govern_meetings(&mut self) {
        let all = self.meetings.clone().into_iter().enumerate();
        for (place, meeting) in all.filter(|(_, meeting)| meeting.how != Meet::AddsTo) {
            // What only ends deposits takes nothing back.
            let only_deposits = meeting.how == Meet::Replaces && meeting.others.is_empty();
            if only_deposits || !self.amended.meetings.contains_key(&place) {
                continue;
            }
            let by_text = meeting.how == Meet::Replaces && meeting.clauses == [meeting.clause];
            if let Some(kept) = self.kept_family(meeting.clause).filter(|_| !by_text) {
                self.refuse_kept(meeting.clause, meeting.span, kept);
            }
            let by = if meeting.dims.iter().any(|dim| matches!(dim, Dimension::Event(_))) {
                By::Instant
            } else if meeting.how == Meet::OnlyHigher {
                self.by_window(meeting.clause, meeting.window)
            } else {
                self.by_replacing(&meeting)
            };
            self.amended.meetings.entry(place).and_modify(|(_, known)| *known = by);
        }
    }

    /// By the windows in which other clauses charge that replace some.
    fn by_replacing(&mut self, meeting: &Meeting) -> By {
        let others = |clause: &ClauseId| meeting.clauses.contains(clause) && *clause != meeting.clause;
        let sentences = self.sentences.iter().filter(|sentence| others(&sentence.clause));
        let mut windows: Vec<WindowKind> = sentences.map(|sentence| sentence.window).collect();
        windows.sort_unstable();
        windows.dedup();
        let by: Vec<By> = windows.into_iter().map(|window| self.by_window(meeting.clause, window)).collect();
        if by.contains(&By::WindowEnd) { By::WindowEnd } else { By::WindowStart }
    }

    fn by_own_window(&mut self, clause: ClauseId, window: WindowKind, span: Span) -> By {
        if let Some(kept) = self.kept_family(clause) {
            self.refuse_kept(clause, span, kept);
        }
        self.by_window(clause, window)
    }

    fn governed_by(&mut self, sentence: &Sentence) -> By {
        if let Some(by) = sentence.gives_back.and_then(|back| self.govern_release(sentence, back)) {
            return by;
        }
        if let Some(duty) = obligation_of(sentence) {
            return self.by_opening(sentence.clause, duty);
        }
        if !is_cuttable(sentence) {
            return self.by_window(sentence.clause, sentence.window);
        }
        By::Instant
    }

    /// What touches a clause: the day, and the amendment that says so.
    pub(super) fn cuts(&self, clause: ClauseId) -> Vec<Cut<'a>> {
        let Some(number) = self.clauses.get(clause.index()).map(|clause| clause.number.clone()) else {
            return Vec::new();
        };
        let names = |numbers: &[tree::Word]| numbers.iter().any(|known| known.node == number);
        let mut found = Vec::new();
        for amendment in self.amendments() {
            let from = amendment.in_force.as_ref().map_or(amendment.signed.node, |from| from.node);
            for change in &amendment.changes {
                match change {
                    tree::Change::Replace(text) if text.number.node == number => found.push((from, amendment)),
                    tree::Change::End(numbers) if names(numbers) => found.push((from, amendment)),
                    tree::Change::Suspend(numbers, first, last) if names(numbers) => {
                        found.extend([(first.node, amendment), (last.node.plus_days(1), amendment)]);
                    }
                    tree::Change::Insert(text) if text.number.node == number => found.push((from, amendment)),
                    tree::Change::Replace(_)
                    | tree::Change::Insert(_)
                    | tree::Change::End(_)
                    | tree::Change::Suspend(..)
                    | tree::Change::Keep(_)
                    | tree::Change::New(_) => {}
                }
            }
        }
        found
    }

    /// The days, within the term, of what goes by a version, where an instant of its window decides.
    pub(super) fn days_decided(&self, version: usize, by: By, window: WindowKind) -> Vec<(Date, Date)> {
        let (first, last) = self.term;
        let days = common_days(&self.amended.days(version), &[self.term]);
        let by_start = match by {
            By::WindowStart => true,
            By::WindowEnd => false,
            By::Instant | By::Opening => return days,
        };
        let windows = Windows::new(self.zone, first, last, self.conventions.month_end.unwrap_or(MonthEnd::LastDay));
        let window = window.counted_by();
        let (mut found, mut day) = (Vec::new(), first);
        while day <= last {
            let (start, end) = windows.days(window, windows.index_of_date(window, day));
            let (start, end) = (start.max(first), end.min(last));
            let decides = if by_start { start } else { end };
            if days.iter().any(|(from, to)| *from <= decides && decides <= *to) {
                found.push((start, end));
            }
            day = end.max(day).plus_days(1);
        }
        found
    }

    /// The answer of the amendments that cut a window; asked for where one is silent.
    fn by_window(&mut self, clause: ClauseId, window: WindowKind) -> By {
        let window = window.counted_by();
        let (first, last) = self.term;
        let windows = Windows::new(self.zone, first, last, self.conventions.month_end.unwrap_or(MonthEnd::LastDay));
        let inside = |day: Date| {
            let (start, _) = windows.days(window, windows.index_of_date(window, day));
            first < day && day <= last && start < day
        };
        let cuts: Vec<Cut<'a>> = self.cuts(clause).into_iter().filter(|(day, _)| inside(*day)).collect();
        let mut answers: Vec<(bool, &'a Amendment)> = Vec::new();
        let mut asked: Vec<(Span, i64)> = Vec::new();
        for (day, amendment) in cuts {
            let cut = (amendment.span, windows.index_of_date(window, day));
            match amendment.cut_by_start {
                Some(by_start) => answers.push((by_start, amendment)),
                // A suspension begins and ends within one window.
                None if asked.contains(&cut) => {}
                None => {
                    asked.push(cut);
                    self.ask_about_window(clause, day, amendment, (window, &windows));
                }
            }
        }
        self.one_answer(clause, &answers);
        if answers.first().is_some_and(|(by_start, _)| !by_start) { By::WindowEnd } else { By::WindowStart }
    }

    fn ask_about_window(
        &mut self,
        clause: ClauseId,
        day: Date,
        amendment: &Amendment,
        (kind, windows): (WindowKind, &Windows),
    ) {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let label = windows.label(kind, windows.index_of_date(kind, day));
        let message = format!(
            "clause {number} counts by the {}, and amendment {} changes it within {label}",
            kind.word(),
            amendment.number.node
        );
        let (start, end) = windows.days(kind, windows.index_of_date(kind, day));
        let (start, end) = (start.max(self.term.0), end.min(self.term.1));
        let whole = |decides: Date, near: Date, which: &str| {
            if self.suspended_on(clause, decides) {
                return format!(
                    "{label} as a whole goes by its {which} day, {decides}, on which the clause is suspended"
                );
            }
            let held = if which == "first" { "held" } else { "holds" };
            let near = if self.suspended_on(clause, near) { decides } else { near };
            format!("{label} as a whole goes by the text that {held} on its {which} day, as on {near}")
        };
        self.report(
            Diagnostic::new(Code::C168, amendment.span, message)
                .answer("a window that is cut goes by its start", whole(start, day.plus_days(-1), "first"))
                .answer("a window that is cut goes by its end", whole(end, day, "last"))
                .help(format!("write it in the first line of the amendment, or let it begin with a {}", kind.word())),
        );
    }

    /// Whether a clause is suspended on a day.
    fn suspended_on(&self, clause: ClauseId, day: Date) -> bool {
        let timeline = self.amended.timelines.get(&clause);
        timeline.is_some_and(|timeline| timeline.holes.iter().any(|(first, last)| *first <= day && day <= *last))
    }

    /// The answer of the amendments for obligations that are open when the text changes.
    fn by_opening(&mut self, clause: ClauseId, duty: ObligationId) -> By {
        let mut answers: Vec<(bool, &'a Amendment)> = Vec::new();
        // Where a clause that is new states the obligation itself, none was opened before.
        let own = self.obligations.get(duty.index()).is_some_and(|duty| duty.clause == clause);
        let cuts = self.cuts(clause);
        let begins = self.amended.timelines.get(&clause).and_then(|timeline| timeline.changes.first());
        let new = begins.map(|change| change.from).filter(|_| own);
        let mut asked: Vec<Span> = Vec::new();
        for (day, amendment) in cuts.into_iter().filter(|(day, _)| Some(*day) != new) {
            if let Some(stays) = amendment.duties_stay {
                answers.push((stays, amendment));
            } else if !asked.contains(&amendment.span) {
                asked.push(amendment.span);
                self.ask_about_duties(clause, day, amendment);
            }
        }
        self.one_answer(clause, &answers);
        let goes_over = answers.first().is_some_and(|(stays, _)| !stays);
        if goes_over {
            self.refuse_moved_duty(clause);
        }
        if goes_over { By::Instant } else { By::Opening }
    }

    fn ask_about_duties(&mut self, clause: ClauseId, day: Date, amendment: &Amendment) {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let message = format!("clause {number} goes by obligations, and some can be open on {day}");
        let holes = self.amended.timelines.get(&clause).map(|timeline| timeline.holes.as_slice()).unwrap_or_default();
        let (stay, over) = match holes.iter().find(|(first, _)| *first == day) {
            Some((_, last)) => (
                "what was opened before goes by the text in force then, until it is met or missed, also while the clause is suspended",
                format!(
                    "lateness up to {day} is charged, and from {} on; none while the clause is suspended",
                    last.plus_days(1)
                ),
            ),
            None => (
                "what was opened before goes by the text in force then, until it is met or missed",
                format!("what is late or missed before {day} goes by the earlier text, from then on by the new"),
            ),
        };
        self.report(
            Diagnostic::new(Code::C169, amendment.span, message)
                .answer("open obligations stay under the earlier text", stay)
                .answer("open obligations go over to the new text", over)
                .help("write it in the first line of the amendment"),
        );
    }

    /// An obligation that a version states itself cannot go over to another one: its deadline was set when it opened.
    fn refuse_moved_duty(&mut self, clause: ClauseId) {
        let stated = self.obligations.iter().filter(|obligation| obligation.clause == clause).count();
        if stated > 1 {
            let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
            let span = self.cuts(clause).first().map(|(_, amendment)| amendment.span);
            let message = format!("clause {number} states the obligation itself, and its new text states it anew");
            let help = "write `open obligations stay under the earlier text`, or state the obligation in a clause that is not replaced";
            if let Some(span) = span {
                self.wrong::<()>(Code::C167, span, message, help);
            }
        }
    }

    pub(super) fn one_answer(&mut self, clause: ClauseId, answers: &[(bool, &Amendment)]) {
        let Some((first, by)) = answers.first() else { return };
        if let Some((_, other)) = answers.iter().find(|(answer, _)| answer != first) {
            let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
            let message = format!("two amendments of clause {number} answer in two ways");
            let two = Diagnostic::new(Code::C167, other.span, message).and_at(by.span, "otherwise here");
            self.report(two.help("answer in one way in all amendments of the clause"));
        }
    }

    /// The family of assets that keep an earlier text of a clause.
    pub(super) fn kept_family(&self, clause: ClauseId) -> Option<FamilyId> {
        let timeline = self.amended.timelines.get(&clause)?;
        timeline.changes.iter().flat_map(|change| &change.spared).map(|spared| spared.family).next()
    }

    pub(super) fn refuse_kept(&mut self, clause: ClauseId, span: Span, family: FamilyId) {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let name = self.families.get(family.index()).map(|family| family.name.clone()).unwrap_or_default();
        let message =
            format!("`{name}` keeps an earlier text of clause {number}, but this is not counted {name} by {name}");
        let help = "count it asset by asset, such as `per ASSET per month while STATE`, or let all assets go over";
        self.wrong::<()>(Code::C167, span, message, help);
    }

    /// The family whose assets a sentence counts one by one.
    fn walked_family(&self, sentence: &Sentence) -> Option<FamilyId> {
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => self.family_of(*kind),
            (Opener::Outcome(id, _), _) | (_, Basis::Lateness(id, ..)) => {
                self.obligations.get(id.index()).map(|obligation| obligation.family)
            }
            (_, Basis::While(_, family, _)) => Some(*family),
            (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => None,
        }
    }

    /// Refuses a sentence that reads an obligation of which there are several texts, from outside of them.
    fn foreign_obligation(&mut self, id: ObligationId, span: Span, version: usize) {
        let Some(name) = self.obligations.get(id.index()).map(|obligation| obligation.name.clone()) else { return };
        let own = self.amended.obligations.get(&id).copied();
        let several = self.obligations.iter().filter(|obligation| obligation.name == name).count() > 1;
        if several && own != Some(version) {
            let message = format!("an amendment states the obligation `{name}` anew, and this clause reads both texts");
            let help = "replace this clause in the same amendment, or give the new obligation another name";
            self.wrong::<()>(Code::C167, span, message, help);
        }
    }
}

fn obligation_of(sentence: &Sentence) -> Option<ObligationId> {
    match (&sentence.opener, &sentence.basis) {
        (Opener::Outcome(id, _), _) | (_, Basis::Lateness(id, ..)) => Some(*id),
        (Opener::Always | Opener::On(..) | Opener::When(_) | Opener::Each(_), _) => None,
    }
}

/// Whether each thing that a sentence counts has an instant of its own, so that a change can cut its window.
fn is_cuttable(sentence: &Sentence) -> bool {
    // A coefficient raises what each text charges; a limit or rounding is of the line.
    if sentence.adjustments.iter().any(|step| !step.each_asset && !matches!(step.what, Adjust::Indexed(_))) {
        return false;
    }
    match (&sentence.opener, &sentence.basis) {
        (Opener::On(..) | Opener::Outcome(..), _) | (_, Basis::Lateness(..)) => true,
        (_, Basis::While(_, _, unit)) => match unit {
            TimeUnit::Share { .. } | TimeUnit::Days { .. } | TimeUnit::BusinessDays { .. } => true,
            TimeUnit::Window(part) | TimeUnit::Time(_, _, part) => *part == Part::ProRata,
        },
        (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => false,
    }
}
