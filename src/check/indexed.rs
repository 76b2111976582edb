//! What is indexed: where the coefficient of a sentence is applied, and whether penalties, caps and minimums follow the
//! prices.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{ClauseId, IndexationId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::time::MonthEnd;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Chain, IndexBase, Nature, OwedKind, Part};
use crate::base::window::{WindowKind, Windows};
use crate::check::checker::Checker;
use crate::check::contract::{Adjust, Amount, Basis, CapIndex, Opener, Owes, Revisions, Sentence, TimeUnit};
use crate::check::value::{Node, Value};
use crate::syntax::tree;

/// Where a sentence reads a coefficient.
struct Use {
    id: IndexationId,
    span: Span,
    /// Whether it multiplies the rate, before any step that caps, exempts or rounds.
    at_rate: bool,
    /// Whether it stands in a step for each asset.
    each_asset: bool,
    /// Whether it is `indexed by`, not a number in a value.
    whole: bool,
}

impl Checker<'_> {
    /// Whether the coefficient of a sentence is applied to each occurrence.
    pub(super) fn index_in_walk(&mut self, sentence: &Sentence) -> Option<bool> {
        let mut in_walk = false;
        for found in self.uses_of(sentence) {
            let Some(Some(indexation)) = self.indexations.get(found.id.index()) else {
                continue;
            };
            let chained = matches!(indexation.chain, Chain::Rounded(_));
            if chained && !(found.whole && found.at_rate) {
                let help = "let `indexed by` be the first step, or chain on exact amounts";
                let message = "amounts that are rounded at each revision have no coefficient to multiply by here";
                return self.wrong(Code::C024, found.span, message.to_owned(), help);
            }
            let moves = self.change_inside(sentence.window, found.id);
            if let Some(day) = moves
                && !(splits(sentence) && (found.at_rate || found.each_asset))
            {
                return self.refuse_split(found.span, sentence.window, day);
            }
            if (chained || moves.is_some()) && self.reads_rank(sentence) {
                let help = "chain on exact amounts, and revise when a settlement period begins";
                let message = "a price by the how-manieth event is not raised event by event".to_owned();
                return self.wrong(Code::C112, found.span, message, help);
            }
            let steps = sentence.adjustments.iter().any(|step| step.each_asset);
            // A price that goes by the asset is raised, and rounded, one by one.
            let one_by_one = chained && self.is_price_of_each_asset(sentence);
            in_walk |= moves.is_some() || (found.at_rate && found.whole && (steps || one_by_one));
        }
        // What is raised day by day has no whole amount of which a later step would be.
        if let Some(later) = self.uses_of(sentence).iter().find(|found| in_walk && found.whole && !found.at_rate) {
            let help = "let `indexed by` be the first step, or state the amount without another coefficient";
            let message = "the rate is raised by a coefficient day by day, and by another one behind other steps";
            return self.wrong(Code::C112, later.span, message.to_owned(), help);
        }
        Some(in_walk)
    }

    /// Whether the price of a sentence is an amount of money that goes by the event or asset.
    fn is_price_of_each_asset(&self, sentence: &Sentence) -> bool {
        let Amount::Value(price) = &sentence.amount else { return false };
        let factor = sentence.times.as_ref();
        let depends = self.depends_on_asset(price) || factor.is_some_and(|factor| self.depends_on_asset(factor));
        matches!(price.kind, Kind::Money(_)) && depends
    }

    fn reads_rank(&self, sentence: &Sentence) -> bool {
        let mut found = false;
        for value in crate::check::clauses::values_of(sentence) {
            self.visit(value, &mut |node, _| found |= matches!(node, Node::Rank(_)));
        }
        found
    }

    fn uses_of(&self, sentence: &Sentence) -> Vec<Use> {
        let mut uses = Vec::new();
        let mut read = |value: &Value, at_rate: bool, each_asset: bool| {
            let span = value.span;
            self.visit(value, &mut |node, _| {
                if let Node::Coefficient(id) = node {
                    uses.push(Use { id: *id, span, at_rate, each_asset, whole: false });
                }
            });
        };
        match &sentence.amount {
            Amount::Value(value) => read(value, true, false),
            Amount::Tiers(_, tiers) => tiers.iter().for_each(|tier| read(&tier.price, true, false)),
        }
        sentence.times.iter().for_each(|times| read(times, true, false));
        for step in &sentence.adjustments {
            if let Some(value) = step.what.value() {
                read(value, false, step.each_asset);
            }
        }
        for (place, step) in sentence.adjustments.iter().enumerate() {
            if let Adjust::Indexed(id) = step.what {
                uses.push(Use { id, span: step.span, at_rate: place == 0, each_asset: false, whole: true });
            }
        }
        uses
    }

    /// The first day inside a window on which the coefficient changes.
    fn change_inside(&self, window: WindowKind, id: IndexationId) -> Option<crate::base::time::Date> {
        let indexation = self.indexations.get(id.index())?.as_ref()?;
        let Revisions::On(days) = &indexation.revisions else {
            return None;
        };
        let (first, last) = self.term;
        let end = self.conventions.month_end.unwrap_or(MonthEnd::LastDay);
        let windows = Windows::new(self.zone, first, last, end);
        let starts = |day: crate::base::time::Date| windows.days(window, windows.index_of_date(window, day)).0 == day;
        days.iter().copied().find(|day| *day > first && *day <= last && !starts(*day))
    }

    fn refuse_split<T>(&mut self, span: Span, window: WindowKind, day: crate::base::time::Date) -> Option<T> {
        let word = window.word();
        let message = format!(
            "the coefficient changes on {day}, inside of a {word}, and the amount of one {word} has no part for each day"
        );
        let help = format!(
            "pay for a shorter window, by time with `prorated by day` or `pro rata`, or revise when a {word} begins"
        );
        self.wrong(Code::C112, span, message, help)
    }

    /// How a cap or minimum is indexed.
    pub(super) fn cap_index(&mut self, text: &tree::Owed, owes: &Owes) -> Option<CapIndex> {
        let Some(said) = &text.indexed else {
            return Some(CapIndex::Unsaid);
        };
        match &said.node {
            tree::CapIndex::Not => Some(CapIndex::Not),
            tree::CapIndex::By(name) => {
                let id = self.indexation_named(name)?;
                if let Some(day) = self.change_inside(owes.window, id) {
                    return self.refuse_split(said.span, owes.window, day);
                }
                Some(CapIndex::By(id))
            }
            tree::CapIndex::Base(base) => {
                let reads = self.clauses_of_value(&owes.amount);
                if reads.is_empty() {
                    let help = "write `indexed by NAME` or `not indexed`";
                    let message = "a fixed amount is not a part of what is indexed".to_owned();
                    return self.wrong(Code::C024, said.span, message, help);
                }
                Some(CapIndex::Base(*base))
            }
        }
    }

    fn clauses_of_value(&self, value: &Value) -> Vec<ClauseId> {
        let mut found = Vec::new();
        self.visit(value, &mut |node, _| {
            if let Node::Clause(id, _) = node {
                found.push(*id);
            }
        });
        found
    }

    /// Asks, when every sentence is known, whether penalties, caps and minimums are indexed in a contract that indexes.
    pub(super) fn ask_what_is_indexed(&mut self) {
        self.refuse_indexed_decisions();
        self.refuse_parts_of_unsplit();
        let Some(id) = self.sentences.iter().find_map(index_of) else {
            return;
        };
        let name = self.declared_indexations.get(id.index()).map(|known| known.name.node.clone()).unwrap_or_default();
        for sentence in self.sentences.clone() {
            self.refuse_part_not_indexed(&sentence);
            let penalty = matches!(sentence.nature, Nature::Indemnity | Nature::PriceReduction | Nature::Bonus);
            let said = sentence.not_indexed.is_some() || !self.uses_of(&sentence).is_empty();
            if let (true, false, Some(fixed)) = (penalty, said, self.fixed_amount_in(&sentence)) {
                let help = "write one of them behind the amount, `per`, `for` and `while`, before `as`";
                self.ask_whether_indexed((sentence.span, "a penalty, credit or bonus"), &fixed, &name, help);
            }
        }
        for owes in self.owes.clone() {
            self.ask_about_cap(&owes, &name);
        }
    }

    /// A part of what an indexed clause charges is a part of its indexed amount, whatever the sentence says.
    fn refuse_part_not_indexed(&mut self, sentence: &Sentence) {
        let Some(said) = sentence.not_indexed.filter(|_| sentence.gives_back.is_none()) else { return };
        let values = crate::check::clauses::values_of(sentence);
        let read: Vec<ClauseId> = values.into_iter().flat_map(|value| self.clauses_of_value(value)).collect();
        let Some(clause) = self.indexed_clauses().find(|clause| read.contains(clause)) else { return };
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let message =
            format!("clause {number} is indexed, and a part of what it charges is a part of its indexed amount");
        let help = "write `after indexation` or `before indexation` in place of `not indexed`";
        self.wrong::<()>(Code::C024, said, message, help);
    }

    /// What is charged before indexation is not known of a clause that is raised event by event, whatever raises it.
    fn refuse_parts_of_unsplit(&mut self) {
        let mut read: Vec<(Span, ClauseId)> = Vec::new();
        for sentence in &self.sentences {
            let Some((IndexBase::BeforeIndexation, said)) = sentence.index_base else { continue };
            let values = crate::check::clauses::values_of(sentence).into_iter();
            read.extend(values.flat_map(|value| self.clauses_of_value(value)).map(|clause| (said, clause)));
        }
        for owes in self.owes.iter().filter(|owes| owes.indexed == CapIndex::Base(IndexBase::BeforeIndexation)) {
            read.extend(self.clauses_of_value(&owes.amount).into_iter().map(|clause| (owes.span, clause)));
        }
        read.into_iter().for_each(|(span, clause)| self.refuse_unsplit_base(span, clause));
    }

    /// A decision is made as soon as its event is known, when values of an index are not published yet.
    fn refuse_indexed_decisions(&mut self) {
        let columns = self.dispositions.iter().flat_map(|table| table.columns.iter().map(|(_, value)| value));
        let options = self.dispositions.iter().flat_map(|table| &table.options);
        let options = options.flat_map(|option| [Some(&option.value), option.provided.as_ref()].into_iter().flatten());
        let found = columns.chain(options).find(|value| self.reads_coefficient(value)).map(|value| value.span);
        if let Some(span) = found {
            let help = "decide by an amount that is not indexed";
            let message = "a decision is made at once and cannot wait for values of an index".to_owned();
            self.wrong::<()>(Code::C022, span, message, help);
        }
    }

    fn ask_about_cap(&mut self, owes: &Owes, name: &str) {
        let word = match owes.kind {
            OwedKind::AtMost => "a cap",
            OwedKind::AtLeast => "a minimum",
            OwedKind::Exempt(_) => "an exemption",
        };
        let read = self.clauses_of_value(&owes.amount);
        let base = self.indexed_clauses().find(|clause| read.contains(clause));
        match (owes.indexed, base) {
            (CapIndex::Unsaid, Some(clause)) => self.ask_about_base_of_cap(owes, clause),
            (CapIndex::Unsaid, None) => {
                let fixed = self.money_in(&owes.amount).filter(|_| !self.reads_coefficient(&owes.amount));
                if let Some(fixed) = fixed {
                    self.ask_whether_indexed((owes.span, word), &fixed, name, PLACE_IN_CAP);
                }
            }
            (CapIndex::Not | CapIndex::By(_) | CapIndex::Base(_), _) => {}
        }
    }

    /// The clauses with an indexed sentence.
    fn indexed_clauses(&self) -> impl Iterator<Item = ClauseId> {
        self.sentences.iter().filter(|sentence| index_of(sentence).is_some()).map(|sentence| sentence.clause)
    }

    /// Whether a sentence that names the indexed or the plain amount of a clause takes a part of one, and has no
    /// coefficient of its own.
    pub(super) fn index_base_fits(&mut self, sentence: &Sentence) -> Option<()> {
        let Some((_, said)) = sentence.index_base else { return Some(()) };
        let mut read = crate::check::clauses::values_of(sentence).into_iter();
        if !read.any(|value| !self.clauses_of_value(value).is_empty()) {
            let help = "write `indexed by NAME` or `not indexed`";
            let message = "a fixed amount is not a part of what is indexed".to_owned();
            return self.wrong(Code::C024, said, message, help);
        }
        if let Some(own) = self.uses_of(sentence).first() {
            let help = "remove one of the two, or state the amount that is raised in a clause of its own";
            let message = "a part of what a clause charges is not raised a second time".to_owned();
            return self.wrong(Code::C024, own.span, message, help);
        }
        Some(())
    }

    /// What is charged before indexation is known line by line only.
    fn refuse_unsplit_base(&mut self, span: Span, clause: ClauseId) {
        let unknown = self.sentences.iter().any(|sentence| sentence.clause == clause && sentence.index_in_walk);
        if unknown {
            let help = "write `after indexation`";
            let message = "what is charged before indexation is not known where what each asset or event pays is raised by itself";
            self.wrong::<()>(Code::C112, span, message.to_owned(), help);
        }
    }

    fn ask_about_base_of_cap(&mut self, owes: &Owes, clause: ClauseId) {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let words = self.words(owes.amount.span);
        let share = |of: i64, coefficient: Ratio| Ratio::int(of).times(&coefficient);
        let part = if let Node::Arithmetic(_, part, _) = &*owes.amount.node { self.known(part) } else { None };
        let part = part.unwrap_or(Ratio::ONE);
        let worked = self.worked_at(owes.span);
        let (plain, indexed) = (share(1000, part.clone()), share(1071, part));
        self.report(
            Diagnostic::new(
                Code::C113,
                owes.amount.span,
                format!("clause {number} is indexed, and it is not said whether `{words}` means its indexed amount"),
            )
            .label("for a charge of 1 000.00 and a coefficient of 1.071")
            .answer("after indexation", format!("a part of 1 071.00: {}", worked.money(&indexed)))
            .answer("before indexation", format!("a part of 1 000.00: {}", worked.money(&plain)))
            .help(PLACE_IN_CAP),
        );
    }

    fn ask_whether_indexed(&mut self, (span, what): (Span, &str), fixed: &Ratio, name: &str, help: &str) {
        let worked = self.worked_at(span);
        let indexed = fixed.times(&Ratio::scaled(1071, 3));
        let amount = worked.money(fixed);
        self.report(
            Diagnostic::new(
                Code::C109,
                span,
                format!("prices are indexed by `{name}`, and it is not said whether this, {what}, is indexed too"),
            )
            .label("with a coefficient of 1.071")
            .answer(format!("indexed by {name}"), format!("{amount} become {}", worked.money(&indexed)))
            .answer("not indexed", format!("{amount} stay"))
            .help(help),
        );
    }

    /// The first fixed amount of money that a sentence states.
    fn fixed_amount_in(&self, sentence: &Sentence) -> Option<Ratio> {
        match &sentence.amount {
            Amount::Value(value) => self.money_in(value),
            Amount::Tiers(_, tiers) => tiers.iter().find_map(|tier| self.money_in(&tier.price)),
        }
    }

    /// The first fixed amount of money in a value that is not nothing.
    fn money_in(&self, value: &Value) -> Option<Ratio> {
        if let Node::Literal(Literal::Quantity(number)) = &*value.node
            && matches!(value.kind, Kind::Money(_))
        {
            return Some(number.clone()).filter(|number| !number.is_zero());
        }
        if let Node::Card(card) = &*value.node {
            return card.rows.iter().find_map(|row| self.money_in(&row.value));
        }
        if let Node::Term(id) | Node::Looked(id, _) = &*value.node {
            let body = self.terms.get(id.index()).map(|term| &term.body);
            let Some(crate::check::contract::TermBody::Value(inner)) = body else { return None };
            return self.money_in(inner);
        }
        value.node.parts().into_iter().find_map(|part| self.money_in(part))
    }

    fn reads_coefficient(&self, value: &Value) -> bool {
        let mut found = false;
        self.visit(value, &mut |node, _| found |= matches!(node, Node::Coefficient(_)));
        found
    }
}

/// Where a cap, minimum or exemption says how it is indexed.
const PLACE_IN_CAP: &str = "write one of them behind the amount, its window and `of the expected year`, before `prorated`, `gross`, `unused`, `then` and `under`";

/// The indexation of a sentence.
fn index_of(sentence: &Sentence) -> Option<IndexationId> {
    sentence.adjustments.iter().find_map(|step| if let Adjust::Indexed(id) = step.what { Some(id) } else { None })
}

/// Whether what a sentence counts has a part for each day, or an instant of its own.
fn splits(sentence: &Sentence) -> bool {
    match (&sentence.opener, &sentence.basis) {
        (Opener::On(..) | Opener::Outcome(..), _) | (_, Basis::Lateness(..)) => true,
        (_, Basis::While(_, _, unit)) => match unit {
            TimeUnit::Share { .. } | TimeUnit::Days { .. } | TimeUnit::BusinessDays { .. } => true,
            TimeUnit::Window(part) | TimeUnit::Time(_, _, part) => *part == Part::ProRata,
        },
        (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => false,
    }
}
