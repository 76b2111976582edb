//! Caps, minimums and exemptions over clauses.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{ClauseId, ObligationId};
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::{Exemption, LimitKind, OwedKind};
use crate::base::window::WindowKind;
use crate::check::bands::shown;
use crate::check::checker::Checker;
use crate::check::contract::{Basis, CapIndex, Dimension, FirstWindow, Opener, OwedBase, Owes, Sentence, Who};
use crate::check::parties::AtHand;
use crate::check::value::{Node, Value};
use crate::check::values::Context;
use crate::syntax::tree::{self, OwedWhat};

/// Over which time something is owed, and for which groups.
struct Reach {
    window: WindowKind,
    rolling: Option<i64>,
    dims: Vec<Dimension>,
}

impl Checker<'_> {
    /// Checks the caps, minimums and exemptions of a sentence and takes them in.
    pub(super) fn owed(&mut self, clause: ClauseId, text: &tree::Owes) {
        let Some((party, mut members)) = self.owing(text) else { return };
        let Some(under) = self.clauses_once(&text.under) else { return };
        let named = text.parts.iter().find_map(|part| part.payee.as_ref());
        let payee = match named {
            Some(payee) => self.who_is_owed(payee, &mut members),
            None => self.other_side(party, text.party.span),
        };
        let Some(payee) = payee else { return };
        for (place, part) in text.parts.iter().enumerate() {
            let Some(owes) = self.checked_owed(clause, part, (party, payee), members.clone()) else { continue };
            self.owes.push(Owes { under: under.clone(), then: text.then || place > 0, ..owes });
        }
    }

    fn checked_owed(
        &mut self,
        clause: ClauseId,
        text: &tree::Owed,
        sides: (Who, Who),
        members: Vec<Dimension>,
    ) -> Option<Owes> {
        let kind = self.owed_kind(text)?;
        let mut reach = self.reach(text, kind)?;
        reach.dims.extend(members.into_iter().filter(|dim| !reach.dims.contains(dim)).collect::<Vec<_>>());
        let money = Kind::Money(self.currency);
        let dims = reach.dims.clone();
        // What is owed for each asset or member may go by its attributes.
        let family = self.single_family(&dims);
        let expected = Some(money.clone());
        let context = Context { window: Some(reach.window), family, dims, expected, ..Context::default() };
        let amount = self.value_like(&text.amount, &money, &context)?;
        self.ask_when_limits_read(&amount);
        self.refuse_earlier(&amount)?;
        let base = self.base(text, &amount, &reach, &context)?;
        let longer = self.is_longer(reach.window) || reach.rolling.is_some();
        if longer && self.observes(&amount) {
            let word = if reach.rolling.is_some() { "rolling window" } else { reach.window.word() };
            let message = format!("what is counted in a {word} is not known while it runs");
            let help = "state a fixed amount, or a part of what clauses charge `of the amount so far`";
            return self.wrong(Code::C023, text.amount.span, message, help);
        }
        let prorated = self.is_prorated(text, &amount, (reach.window, reach.rolling))?;
        let carry = self.carry(text, kind, &amount, (reach.window, reach.rolling, &reach.dims))?;
        let netted = match &text.netted {
            Some(netted) => Some(self.clauses_once(&netted.node)?),
            None => None,
        };
        let mut owes = Owes {
            clause,
            span: text.span,
            party: sides.0,
            payee: sides.1,
            kind,
            amount,
            indexed: CapIndex::Unsaid,
            window: reach.window,
            rolling: reach.rolling,
            base,
            dims: reach.dims,
            prorated,
            carry,
            under: Vec::new(),
            netted,
            then: false,
            after: Vec::new(),
        };
        owes.indexed = self.cap_index(text, &owes)?;
        Some(owes)
    }

    fn owed_kind(&mut self, text: &tree::Owed) -> Option<OwedKind> {
        match (&text.what, &text.then) {
            (OwedWhat::Limit(LimitKind::AtMost), None) => Some(OwedKind::AtMost),
            (OwedWhat::Limit(LimitKind::AtLeast), None) => Some(OwedKind::AtLeast),
            (OwedWhat::NothingBelow, None) => Some(OwedKind::Exempt(Exemption::Below)),
            (OwedWhat::NothingUpTo, Some(then)) => Some(OwedKind::Exempt(then.node)),
            (OwedWhat::NothingUpTo, None) => {
                let money = Kind::Money(self.currency);
                let exempt = self.value_like(&text.amount, &money, &Context::default())?;
                self.ask_what_is_exempt(text.span, &exempt).map(OwedKind::Exempt)
            }
            (OwedWhat::Limit(_) | OwedWhat::NothingBelow, Some(then)) => {
                let help = "remove it, or write `nothing up to` in place of the limit";
                self.wrong(Code::C024, then.span, "it belongs to `nothing up to`".to_owned(), help)
            }
        }
    }

    /// The window and groups.
    fn reach(&mut self, text: &tree::Owed, kind: OwedKind) -> Option<Reach> {
        let (window, dims) = self.window_and_groups(&text.per);
        let own = self.rhythm();
        let Some(WindowKind::Rolling { months, every }) = window else {
            return Some(Reach { window: window.unwrap_or(own), rolling: None, dims });
        };
        if kind != OwedKind::AtMost {
            let message = "only a cap holds over a rolling window: a minimum or an exemption needs one that ends";
            let help = "write `per year`, `per contract year` or `over the term`";
            return self.wrong(Code::C023, text.span, message.to_owned(), help);
        }
        let (months, every) = (i64::from(months), i64::from(every));
        let Some(periods) = months.checked_div(every).filter(|periods| periods.checked_mul(every) == Some(months))
        else {
            let message = format!(
                "a cap over {months} months that roll, settled every {every} months: it holds for whole settlement periods"
            );
            let help = "name as many months as some settlement periods have, or settle more often";
            return self.wrong(Code::C023, text.span, message, help);
        };
        Some(Reach { window: own, rolling: Some(periods), dims })
    }

    /// Of which amount a part of what a clause charges is taken.
    fn base(&mut self, text: &tree::Owed, amount: &Value, reach: &Reach, context: &Context) -> Option<OwedBase> {
        let mut grows = false;
        self.visit(amount, &mut |node, _| grows |= matches!(node, Node::Clause(..)));
        let running = grows && self.is_longer(reach.window) && reach.rolling.is_none();
        let Some(base) = &text.base else {
            if running {
                self.ask_about_base(text, amount, reach.window);
            }
            return Some(OwedBase::SoFar);
        };
        if !running {
            let message = "the amount does not grow while its window runs";
            let help = "remove it; it says of which amount a part of what a clause charges is taken in a window longer than the settlement period";
            return self.wrong(Code::C024, base.span, message.to_owned(), help);
        }
        match &base.node {
            tree::OwedBase::SoFar => Some(OwedBase::SoFar),
            tree::OwedBase::Expected(window) => {
                self.must_be_window(window, reach.window)?;
                Some(OwedBase::Expected)
            }
            tree::OwedBase::Previous(window, first) => {
                self.must_be_window(window, reach.window)?;
                if reach.window == WindowKind::Term {
                    let help = "write `of the amount so far` or `of the expected term`";
                    return self.wrong(Code::C023, base.span, "no term comes before the term".to_owned(), help);
                }
                let first = match first.as_ref().map(|first| &first.node) {
                    None => {
                        self.ask_about_first_window(base.span, &window.node);
                        return None;
                    }
                    Some(tree::FirstWindow::SoFar) => FirstWindow::SoFar,
                    Some(tree::FirstWindow::Expected) => FirstWindow::Expected,
                    Some(tree::FirstWindow::Amount(value)) => {
                        FirstWindow::Amount(self.value_like(value, &Kind::Money(self.currency), context)?)
                    }
                };
                Some(OwedBase::Previous(first))
            }
        }
    }

    /// `of the expected year`: the year is the window of the cap.
    pub(super) fn must_be_window(&mut self, word: &tree::Word, window: WindowKind) -> Option<()> {
        let own = window.word();
        if own == word.node || own.strip_prefix("contract ") == Some(word.node.as_str()) {
            return Some(());
        }
        let message = format!("the amount is stated per {own}, not per {}", word.node);
        self.wrong(Code::C023, word.span, message, format!("write `{own}` here too"))
    }

    fn ask_about_first_window(&mut self, span: Span, word: &str) {
        self.report(
            Diagnostic::new(Code::C142, span, format!("the first {word} has no {word} before it"))
                .answer(
                    format!("in the first {word} of the expected {word}"),
                    "at each settlement, what was charged so far, at that pace for the whole window",
                )
                .answer(
                    format!("in the first {word} of the amount so far"),
                    "at each settlement, what was charged until then",
                )
                .answer(
                    format!("in the first {word} 10 000.00 {}", self.currency),
                    "a fixed amount, in place of the whole",
                )
                .help(format!("add one of them behind `of the previous {word}`")),
        );
    }

    /// The party that owes; each member of a family has a line of its own.
    fn owing(&mut self, text: &tree::Owes) -> Option<(Who, Vec<Dimension>)> {
        self.refuse_single_member(&text.party, "each ")?;
        let members: Vec<Dimension> = self.members_named(&text.party).into_iter().collect();
        let at = AtHand { kind: None, family: None, dims: &members, duty: None };
        Some((self.who(&text.party, text.each_party, at)?, members))
    }

    /// To whom it is owed.
    fn who_is_owed(&mut self, payee: &tree::Expr, members: &mut Vec<Dimension>) -> Option<Who> {
        self.refuse_single_member(payee, "to ")?;
        members.extend(self.members_named(payee));
        self.who(payee, None, AtHand { kind: None, family: None, dims: members, duty: None })
    }

    /// A limit is about no event and no asset that could name a member.
    fn refuse_single_member(&mut self, party: &tree::Expr, before: &str) -> Option<()> {
        let words = self.words(party.span);
        let Some(family) = self.family_meant(party).filter(|family| *family != words) else { return Some(()) };
        let message = format!("a limit is about no event or asset that could say who `{words}` is");
        self.wrong(Code::C010, party.span, message, format!("write `{before}{family}`"))
    }

    fn members_named(&self, party: &tree::Expr) -> Option<Dimension> {
        if let tree::ExprNode::Name(name) = &*party.node {
            self.find_party_family(name).map(Dimension::Asset)
        } else {
            None
        }
    }

    /// Whether a window is longer than the settlement period, so that it is not over when settled.
    pub(super) fn is_longer(&self, window: WindowKind) -> bool {
        window == WindowKind::Term || window.months() > self.rhythm().months()
    }

    fn ask_about_base(&mut self, text: &tree::Owed, amount: &Value, window: WindowKind) {
        let (span, money) = (text.amount.span, Kind::Money(self.currency));
        let words = self.words(span);
        let word = window.word().trim_start_matches("contract ");
        let at =
            |charged: i64| self.constant_with(amount, Some(&Ratio::int(charged))).map(|found| shown(&found, &money));
        let months = window.months().map_or(24, i64::from);
        let figures = [at(100), at(200), at(months.saturating_mul(100))];
        let [so_far, expected, previous] = match figures {
            [Some(one), Some(two), Some(whole)] => [
                format!(": {one} after one month, {two} after two"),
                format!(": {whole} from the first month on"),
                format!(": {whole} if it was as much"),
            ],
            _ => [String::new(), String::new(), String::new()],
        };
        let label = format!("with {} charged each month", shown(&Ratio::int(100), &money));
        let message = format!("`{words}` still grows while the {word} runs, and it is not said which amount is meant");
        let mut question = Diagnostic::new(Code::C062, span, message)
            .label(label)
            .answer(
                "of the amount so far",
                format!("at each settlement, what was charged in the {word} until then{so_far}"),
            )
            .answer(
                format!("of the expected {word}"),
                format!("what was charged so far, at that pace for the whole {word}{expected}"),
            );
        if window != WindowKind::Term {
            let previous = format!("what was charged in the {word} before{previous}");
            question = question.answer(format!("of the previous {word}"), previous);
        }
        self.report(
            question
                .answer("a fixed amount, such as 10 000.00 EUR", format!("the same in the whole {word}"))
                .help("write one of them behind the window, or a fixed amount"),
        );
    }

    /// Checks, when every sentence is known, that a clause whose charge another reads is counted by the groups of what
    /// reads it.
    fn check_groups_of_readers(&mut self) {
        let mut wrong = Vec::new();
        for reader in self.sentences.iter().filter(|reader| !reader.dims.is_empty()) {
            for (clause, span) in self.clauses_read_by(reader) {
                let mut own = self.sentences.iter().filter(|sentence| sentence.clause == clause);
                if let Some(other) = own.find(|sentence| !self.charges_by(sentence, &reader.dims)) {
                    wrong.push((clause, span, reader.dims.clone(), other.dims.clone()));
                }
            }
        }
        for (clause, span, dims, theirs) in wrong {
            self.report_groups(clause, span, &dims, &theirs);
        }
    }

    fn report_groups(&mut self, clause: ClauseId, span: Span, dims: &[Dimension], theirs: &[Dimension]) {
        let number = self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default();
        let (own, theirs) = (self.dims_in_words(dims), self.dims_in_words(theirs));
        let message = format!("this is stated {own}, but clause {number} charges {theirs}");
        let help = "state it for the groups of the clause, or define the clause's measure for these groups";
        self.wrong::<()>(Code::C023, span, message, help);
    }

    /// Checks, when every sentence is known, what caps, minimums and exemptions compare, and what reads a clause.
    pub(super) fn check_owes(&mut self) {
        self.check_money_going_back();
        self.check_groups_of_owes();
        self.check_groups_of_readers();
        self.check_groups_of_own_limits();
    }

    /// Checks, when every sentence is known, that what stands under a cap or minimum, and what its amount is a part of, is
    /// counted by its groups.
    fn check_groups_of_owes(&mut self) {
        for owes in self.owes.clone() {
            let clauses: Vec<ClauseId> = owes.clauses().chain(self.clauses_of_amount(&owes)).collect();
            let mut under = self.sentences.iter().filter(|sentence| clauses.contains(&sentence.clause));
            let other = under.find(|sentence| !self.charges_by(sentence, &owes.dims));
            let other = other.map(|sentence| (sentence.clause, sentence.dims.clone()));
            let Some((clause, dims)) = other else {
                continue;
            };
            self.report_groups(clause, owes.span, &owes.dims, &dims);
        }
    }

    /// The clauses that the amount of a cap or minimum is a part of.
    pub(super) fn clauses_of_amount(&self, owes: &Owes) -> Vec<ClauseId> {
        let mut found = Vec::new();
        let first = if let OwedBase::Previous(FirstWindow::Amount(first)) = &owes.base { Some(first) } else { None };
        for value in std::iter::once(&owes.amount).chain(first) {
            self.visit(value, &mut |node, _| {
                if let Node::Clause(clause, _) = node {
                    found.push(*clause);
                }
            });
        }
        found
    }

    /// Whether what a sentence charges can be had for some groups: it has them itself, or it counts events or assets one
    /// by one that have them.
    fn charges_by(&self, sentence: &Sentence, dims: &[Dimension]) -> bool {
        let duty = |id: &ObligationId| self.family_of_duty(*id);
        let counted = match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => Some((self.family_of(*kind), Some(*kind))),
            (Opener::Outcome(id, _), _) | (_, Basis::Lateness(id, ..)) => Some((duty(id), None)),
            (_, Basis::While(_, family, _)) => Some((Some(*family), None)),
            (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => None,
        };
        // A party that pays or is paid is known of every line, whatever names it.
        let concerns = |dim: &Dimension| {
            let moves = [sentence.payer, sentence.payee].iter().any(|who| matches!(who, Who::Group(_)));
            moves && self.holds_party(*dim)
        };
        let has = |dim: &Dimension| {
            sentence.dims.contains(dim)
                || concerns(dim)
                || counted.is_some_and(|(family, kind)| dim.is_of(family, kind) || self.makes_one_group(*dim, family))
        };
        dims.iter().all(has)
    }
}
