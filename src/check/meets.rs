//! How clauses meet: `replaces`, `adds to`, `only the higher`, and the grain at which they do.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{ClauseId, FamilyId, KindId};
use crate::base::number::Ratio;
use crate::base::span::{Span, Spanned};
use crate::base::time::{Date, MonthEnd};
use crate::base::vocabulary::{Matching, Meet, Nature};
use crate::base::window::{WindowKind, Windows};
use crate::check::amended::{By, common_days};
use crate::check::checker::Checker;
use crate::check::contract::{Basis, Dimension, Opener, Sentence, Who};
use crate::check::windows::Per;
use crate::syntax::tree::{self, Expr, ExprNode, Meets, Payment, Word};

/// How clauses meet, checked.
#[derive(Clone, PartialEq, Debug)]
pub struct Meeting {
    /// The clause in which it stands.
    pub clause: ClauseId,
    /// Where it stands.
    pub span: Span,
    /// What the first clauses do.
    pub how: Meet,
    /// The clauses that it begins with.
    pub clauses: Vec<ClauseId>,
    /// The clauses to which they do it.
    pub others: Vec<ClauseId>,
    /// Only what belongs to the same window meets; the term where none is said.
    pub window: WindowKind,
    /// Only what belongs to the same group meets.
    pub dims: Vec<Dimension>,
}

impl Meeting {
    /// All clauses that meet.
    pub fn all(&self) -> impl Iterator<Item = ClauseId> + '_ {
        self.clauses.iter().chain(&self.others).copied()
    }

    /// Whether some of these clauses meet others, so that not all of them stand.
    #[must_use]
    pub fn meets_any(&self, clauses: &[ClauseId]) -> bool {
        self.how != Meet::AddsTo && self.all().any(|own| clauses.contains(&own))
    }
}

/// The grain of a meeting: what must be the same.
#[derive(Default)]
struct Grain {
    window: Option<WindowKind>,
    dims: Vec<Dimension>,
    event: bool,
}

impl<'a> Checker<'a> {
    /// Checks how clauses meet; all sentences that move money are known by now.
    pub(super) fn meetings(&mut self) {
        for clause in self.all_clauses() {
            self.version = self.version_at(clause);
            let before = (self.sentences.len(), self.owes.len(), self.rights.len());
            for sentence in &clause.sentences {
                if let tree::Sentence::Meets(meets) = sentence
                    && let Some(id) = self.clause_id(&clause.number)
                    && self.checked_meeting(id, meets).is_none()
                {
                    let named: Vec<&str> =
                        meets.clauses.iter().chain(&meets.others).map(|word| word.node.as_str()).collect();
                    let known = self.clauses.iter().filter(|clause| named.contains(&clause.number.as_str()));
                    self.open_meetings.push(known.map(|clause| clause.id).collect());
                }
            }
            self.of_version(before);
        }
        self.version = None;
    }

    fn checked_meeting(&mut self, clause: ClauseId, text: &'a Meets) -> Option<()> {
        let clauses = self.clauses_named(&text.clauses)?;
        let others = self.clauses_named(&text.others)?;
        let all: Vec<ClauseId> = clauses.iter().chain(&others).copied().collect();
        let mut once = all.clone();
        once.sort_unstable();
        once.dedup();
        if once.len() != all.len() || all.len() < 2 {
            let help = "name two clauses or more, each once";
            return self.wrong(Code::C024, text.span, "a clause does not meet itself".to_owned(), help);
        }
        let paid: Vec<Word> = text.clauses.iter().chain(&text.others).cloned().collect();
        let payer = self.parties_of_meeting(&paid, &all)?.0;
        let others = if text.how == Meet::Replaces { self.without_deposits(clause, text, &others)? } else { others };
        let meeting = Meeting {
            clause,
            span: text.span,
            how: text.how,
            clauses,
            others,
            window: WindowKind::Term,
            dims: Vec::new(),
        };
        let meeting = if text.how == Meet::AddsTo {
            self.without_grain(text, meeting)?
        } else {
            self.with_grain(text, meeting, payer)?
        };
        if let Some(version) = self.version {
            self.amended.meetings.insert(self.meetings.len(), (version, By::Instant));
        }
        self.meetings.push(meeting);
        Some(())
    }

    fn clauses_named(&mut self, numbers: &[Word]) -> Option<Vec<ClauseId>> {
        numbers.iter().map(|number| self.clause_id(number)).collect()
    }

    fn without_grain(&mut self, text: &Meets, meeting: Meeting) -> Option<Meeting> {
        if let Some(word) = text.scope.first() {
            let help = "remove it: both are due, whatever they are for";
            return self.wrong(Code::C024, word.words.span, "what is added has no grain".to_owned(), help);
        }
        Some(meeting)
    }

    /// The party that pays by all of the clauses, and the one that is paid.
    fn parties_of_meeting(&mut self, numbers: &[Word], clauses: &[ClauseId]) -> Option<(Who, Who)> {
        let mut found: Option<(Who, Who)> = None;
        for (number, clause) in numbers.iter().zip(clauses) {
            let pays = |sentence: &&Sentence| sentence.clause == *clause;
            let own: Vec<(Who, Who)> =
                self.sentences.iter().filter(pays).map(|sentence| (sentence.payer, sentence.payee)).collect();
            let Some(first) = own.first() else {
                let message = format!("clause {} moves no money", number.node);
                return self.wrong(Code::C024, number.span, message, "name a clause by which a party pays");
            };
            let same = found.unwrap_or(*first);
            if !own.contains(&same) {
                let message = format!("by clause {} another party pays, or is paid", number.node);
                return self.wrong(Code::C024, number.span, message, "only what one party pays another can meet");
            }
            found = Some(same);
        }
        found
    }

    /// The sentences of a clause by which a party pays.
    fn paid_by(&self, clause: ClauseId, payer: Who) -> Vec<Sentence> {
        let own = |sentence: &&Sentence| sentence.clause == clause && sentence.payer == payer;
        self.sentences.iter().filter(own).cloned().collect()
    }

    /// Where a party pays by a clause, in the text of it that is nearest to the one being checked.
    fn paid_beside(&self, clause: ClauseId, payer: Who) -> Option<Span> {
        self.nearest(self.version, &self.paid_by(clause, payer)).map(|sentence| sentence.span)
    }

    fn with_grain(&mut self, text: &Meets, mut meeting: Meeting, payer: Who) -> Option<Meeting> {
        let all: Vec<ClauseId> = meeting.clauses.iter().chain(&meeting.others).copied().collect();
        let sentences: Vec<Sentence> = all.iter().flat_map(|clause| self.paid_by(*clause, payer)).collect();
        let family = sentences.iter().find_map(|sentence| self.family_paid_for(sentence));
        let grain = self.grain(text, family)?;
        let by_asset = grain.dims.iter().any(|dim| matches!(dim, Dimension::Asset(_)));
        let open = match meeting.how {
            Meet::OnlyHigher => grain.window.is_none() && !grain.event,
            Meet::Replaces | Meet::AddsTo => grain.window.is_none() && !grain.event && !by_asset,
        };
        // What only ends deposits asks for no more than a grain of any kind.
        let only_deposits = meeting.how == Meet::Replaces && meeting.others.is_empty() && !text.scope.is_empty();
        if open && !only_deposits {
            return self.ask_about_grain(text, &meeting, (family, payer));
        }
        meeting.dims = grain.dims;
        if grain.event {
            meeting.dims = self.one_event(text, &sentences)?;
        }
        meeting.window = grain.window.unwrap_or(WindowKind::Term);
        self.none_reads_another(text, &sentences)?;
        for sentence in sentences.iter().filter(|sentence| self.may_meet(&meeting, sentence)).collect::<Vec<_>>() {
            self.told_apart(text, sentence, &meeting)?;
        }
        Some(meeting)
    }

    fn grain(&mut self, text: &Meets, family: Option<FamilyId>) -> Option<Grain> {
        let mut grain = Grain::default();
        for per in &text.scope {
            let word = &per.words;
            if word.node == "event" {
                grain.event = true;
                continue;
            }
            if self.find_party(&word.node).is_some() {
                continue;
            }
            match self.per(per)? {
                Per::Window(window) if grain.window.is_none() => grain.window = Some(window),
                Per::Window(_) => {
                    let message = format!("a second window `{}`", word.node);
                    return self.wrong(Code::C023, word.span, message, "give one window");
                }
                Per::Family(family) => grain.dims.push(Dimension::Asset(family)),
                Per::Group(dim) => grain.dims.push(self.group_in(dim, family)),
                Per::Unit(..) => {
                    let message = format!("`{}` is a unit, not a window or group", word.node);
                    let help = "write `for the same crate`, `for the same site and month` or `for the same event`";
                    return self.wrong(Code::C023, word.span, message, help);
                }
            }
        }
        if let (true, Some(word)) = (grain.event && text.scope.len() > 1, text.scope.first()) {
            let help = "write `for the same event` alone: it is that of one asset, at one time";
            return self.wrong(Code::C024, word.words.span, "nothing is finer than an event".to_owned(), help);
        }
        Some(grain)
    }

    /// The groups that tell single events apart; all sentences open with events of one kind.
    fn one_event(&mut self, text: &Meets, sentences: &[Sentence]) -> Option<Vec<Dimension>> {
        let kinds: Vec<Option<KindId>> = sentences
            .iter()
            .map(|sentence| if let Opener::On(kind, _) = &sentence.opener { Some(*kind) } else { None })
            .collect();
        match kinds.first().copied().flatten() {
            Some(kind) if kinds.iter().all(|other| *other == Some(kind)) => {
                let asset = self.family_of(kind).map(Dimension::Asset);
                Some(asset.into_iter().chain([Dimension::Event(kind)]).collect())
            }
            Some(_) | None => {
                let help = "write `for the same ASSET`, or name a group and a window";
                let message = "these clauses do not all pay on one kind of event".to_owned();
                self.wrong(Code::C023, text.span, message, help)
            }
        }
    }

    /// The family for whose assets a sentence pays.
    pub(super) fn family_paid_for(&self, sentence: &Sentence) -> Option<FamilyId> {
        let of_duty = |id: crate::base::ids::ObligationId| self.obligations.get(id.index()).map(|duty| duty.family);
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => self.family_of(*kind),
            (Opener::Outcome(duty, _), _) | (_, Basis::Lateness(duty, ..)) => of_duty(*duty),
            (_, Basis::While(_, family, _)) => Some(*family),
            (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => {
                sentence.dims.iter().find_map(|dim| match dim {
                    Dimension::Asset(family) | Dimension::Attribute(family, _) => Some(*family),
                    Dimension::Field(..)
                    | Dimension::Event(_)
                    | Dimension::Decided(..)
                    | Dimension::Depositor(_)
                    | Dimension::Bearer(_) => None,
                })
            }
        }
    }

    /// Whether what a sentence charges can be told apart by the groups and the window of a meeting.
    fn told_apart(&mut self, text: &Meets, sentence: &Sentence, meeting: &Meeting) -> Option<()> {
        let number = self.clauses.get(sentence.clause.index()).map_or("", |clause| clause.number.as_str()).to_owned();
        let kind = if let Opener::On(kind, _) = &sentence.opener { Some(*kind) } else { None };
        let observed = kind.is_some()
            || matches!(sentence.opener, Opener::Outcome(..))
            || matches!(sentence.basis, Basis::While(..) | Basis::Lateness(..));
        let family = self.family_paid_for(sentence);
        let told = |dim: &Dimension| if observed { dim.is_of(family, kind) } else { sentence.dims.contains(dim) };
        if let Some(foreign) = meeting.dims.iter().find(|dim| !told(dim)) {
            let group = self.dims_in_words(&[*foreign]);
            let message = format!("what clause {number} charges is not counted {group}");
            let help = "name what both clauses are counted by";
            return self.wrong(Code::C023, text.span, message, help);
        }
        let by_event = meeting.dims.iter().any(|dim| matches!(dim, Dimension::Event(_)));
        if by_event || lies_within(sentence.window, meeting.window) {
            return Some(());
        }
        let (own, wanted) = (sentence.window.word(), meeting.window.word());
        let message = format!("clause {number} charges per {own}, which does not lie within one {wanted}");
        self.wrong(Code::C023, text.span, message, format!("write `{own}` or a window that is made of it"))
    }

    /// Refuses clauses of which one is computed of another: taking one back would change the other.
    fn none_reads_another(&mut self, text: &Meets, sentences: &[Sentence]) -> Option<()> {
        let clauses: Vec<ClauseId> = sentences.iter().map(|sentence| sentence.clause).collect();
        let number = |checker: &Self, clause: ClauseId| {
            checker.clauses.get(clause.index()).map_or("", |clause| clause.number.as_str()).to_owned()
        };
        for sentence in sentences {
            let read = self.clauses_read_by(sentence).into_iter().find(|(read, _)| clauses.contains(read));
            if let Some((read, _)) = read {
                let (own, read) = (number(self, sentence.clause), number(self, read));
                let message = format!("clause {own} is computed of clause {read}, which it meets");
                let help = "let one of the two state its amount without the other";
                return self.wrong(Code::C014, text.span, message, help);
            }
        }
        Some(())
    }

    /// Whether what a sentence charges can lie in a window in which the text being checked says how clauses meet. What is
    /// paid for an obligation can be charged after its text.
    fn may_meet(&self, meeting: &Meeting, sentence: &Sentence) -> bool {
        let own = self.amended.sentences.get(&sentence.id).map(|(version, _)| *version);
        let (Some(version), Some(own), false) = (self.version, own, meeting.window == WindowKind::Term) else {
            return true;
        };
        if matches!(sentence.opener, Opener::Outcome(..)) || matches!(sentence.basis, Basis::Lateness(..)) {
            return true;
        }
        let (first, last) = self.term;
        let windows = Windows::new(self.zone, first, last, self.conventions.month_end.unwrap_or(MonthEnd::LastDay));
        let whole = |version: usize| -> Vec<(Date, Date)> {
            let window = |day: Date| windows.days(meeting.window, windows.index_of_date(meeting.window, day));
            let days = common_days(&self.amended.days(version), &[(first, last)]);
            days.into_iter().map(|(from, to)| (window(from).0, window(to).1)).collect()
        };
        !common_days(&whole(version), &whole(own)).is_empty()
    }

    fn ask_about_grain<T>(
        &mut self,
        text: &Meets,
        meeting: &Meeting,
        (family, payer): (Option<FamilyId>, Who),
    ) -> Option<T> {
        let months = self.rhythm().word();
        let asset = family.and_then(|family| self.families.get(family.index())).map(|family| family.name.clone());
        let each: Vec<Ratio> = meeting
            .clauses
            .iter()
            .chain(&meeting.others)
            .filter_map(|clause| self.paid_beside(*clause, payer))
            .filter_map(|span| self.worked_at(span).once())
            .collect();
        let worked = self.worked_at(text.span);
        let known = each.len() >= 2;
        let sum = each.iter().fold(Ratio::ZERO, |sum, amount| sum.plus(amount));
        let highest = each.iter().cloned().fold(Ratio::ZERO, Ratio::max);
        let first = each.first().cloned().unwrap_or_default();
        let met = if meeting.how == Meet::OnlyHigher { highest } else { first };
        let costs = |words: &str, amount: &Ratio| {
            if known { format!("{words}: {}", worked.money(amount)) } else { words.to_owned() }
        };
        let thing = asset.clone().unwrap_or_else(|| "party".to_owned());
        let mut question =
            Diagnostic::new(Code::C135, text.span, "it is not said what must be the same for these clauses to meet")
                .label(format!("one {thing}, charged by each clause once, in two different {months}s"));
        if let Some(asset) = &asset {
            let words = "they meet, whenever they are charged";
            let whole = if meeting.how == Meet::Replaces { "" } else { " and term" };
            question = question.answer(format!("for the same {asset}{whole}"), costs(words, &met));
            let words = format!("they do not meet: only what both charge in one {months} does");
            question = question.answer(format!("for the same {asset} and {months}"), costs(&words, &sum));
        }
        let words = format!("they do not meet; in one {months} they do, whatever the {thing}");
        question = question.answer(format!("for the same {months}"), costs(&words, &sum));
        question = question.answer("for the same term", costs("they meet, as does all that is charged", &met));
        self.report(
            question.help("write what must be the same behind the clauses; a site or another attribute may stand too"),
        );
        None
    }

    /// Clauses that are replaced, without those that hold deposits: what replaces a deposit ends it, and it goes back.
    fn without_deposits(&mut self, clause: ClauseId, text: &'a Meets, others: &[ClauseId]) -> Option<Vec<ClauseId>> {
        let mut left = Vec::new();
        for (number, id) in text.others.iter().zip(others) {
            if !self.takes_deposits(&number.node) {
                left.push(*id);
                continue;
            }
            self.refuse_loose_deposits(number, *id)?;
            self.refuse_amended_returns(clause, text, number)?;
            let returns = self.returns_of(text, number);
            if returns.is_empty() {
                let help = "name a clause that pays on an event, such as `on lost, …`";
                let message = "it is not said on which event the deposit ends".to_owned();
                return self.wrong(Code::C024, text.span, message, help);
            }
            for payment in returns {
                self.payment(clause, &payment);
            }
        }
        Some(left)
    }

    /// Refuses a deposit that goes back by sentences that do not say so: it would go back twice.
    fn refuse_loose_deposits(&mut self, number: &Word, clause: ClauseId) -> Option<()> {
        let taker = self.sentences.iter().find(|sentence| sentence.clause == clause)?.payer;
        let loose = self.sentences.iter().find(|sentence| {
            sentence.nature == Nature::Deposit && sentence.payer != taker && sentence.gives_back.is_none()
        });
        let Some(span) = loose.map(|sentence| sentence.span) else { return Some(()) };
        let help = format!("write `pays 60% of clause {} matched by serial as deposit`", number.node);
        let message = format!("this does not say that it gives back a deposit of clause {}", number.node);
        self.wrong(Code::C024, span, message, help)
    }

    /// Refuses a deposit that goes back on the events of a clause of which there are several texts, where another clause
    /// says so.
    fn refuse_amended_returns(&mut self, clause: ClauseId, text: &Meets, number: &Word) -> Option<()> {
        let amended = |own: &&Word| {
            let id = self.clauses.iter().find(|known| known.number == own.node).map(|known| known.id);
            id.is_some_and(|id| id != clause && self.amended.timelines.contains_key(&id))
        };
        let Some(own) = text.clauses.iter().find(amended) else { return Some(()) };
        let message = format!(
            "an amendment changes clause {}, and it is said outside of it that it replaces the deposits of clause {}",
            own.node, number.node
        );
        let help = format!("say it in each text of clause {}, and leave that clause out here", own.node);
        self.wrong(Code::C167, text.span, message, help)
    }

    /// The payments by which a deposit goes back on the events on which it is replaced.
    fn returns_of(&self, text: &Meets, number: &Word) -> Vec<Payment> {
        let mut openers: Vec<tree::Opener> = Vec::new();
        for clause in self.all_clauses() {
            let version = self.version_at(clause);
            let named = text.clauses.iter().any(|own| own.node == clause.number.node);
            if !named || (version.is_some() && version != self.version) {
                continue;
            }
            for sentence in &clause.sentences {
                if let tree::Sentence::Pays(payment) = sentence
                    && let Some(opener) = &payment.opener
                    && !openers.iter().any(|known| same_opener(known, opener))
                {
                    openers.push(opener.clone());
                }
            }
        }
        let holder = self.holder_of_deposit(number);
        let name = |text: &str| Expr { node: Box::new(ExprNode::Name(text.to_owned())), span: number.span };
        let all = Expr { node: Box::new(ExprNode::Percent(Ratio::ONE)), span: number.span };
        let of = Expr { node: Box::new(ExprNode::Clause(number.clone())), span: number.span };
        let amount = Expr { node: Box::new(ExprNode::Of(all, of)), span: number.span };
        let payment = |opener: tree::Opener| Payment {
            span: text.span,
            opener: Some(opener),
            each_payer: None,
            payer: name(&holder),
            amount: tree::Amount::Value(amount.clone()),
            payee: None,
            per: Vec::new(),
            for_quantity: None,
            whole: None,
            while_state: None,
            prorated: None,
            days: Vec::new(),
            times: None,
            adjustments: Vec::new(),
            matching: Some(Spanned::new(self.matching_of_deposit(number).unwrap_or(Matching::Serial), number.span)),
            pool: self.pool_of_deposit(number),
            nature: Spanned::new(Nature::Deposit, number.span),
            rest: None,
        };
        openers.into_iter().map(payment).collect()
    }

    /// The party that holds the deposits of a clause.
    fn holder_of_deposit(&self, number: &Word) -> String {
        let clause = self.clauses.iter().find(|clause| clause.number == number.node);
        let taken = clause.and_then(|clause| {
            self.sentences.iter().find(|sentence| sentence.clause == clause.id && sentence.nature == Nature::Deposit)
        });
        let holder = taken.and_then(|sentence| match sentence.payee {
            Who::Party(party) => self.parties.get(party.index()),
            Who::Group(_) => None,
        });
        holder.map_or_else(String::new, |party| party.role.clone())
    }
}

fn same_opener(a: &tree::Opener, b: &tree::Opener) -> bool {
    match (a, b) {
        (tree::Opener::On(a), tree::Opener::On(b)) => {
            a.name.node == b.name.node && a.filter.is_none() == b.filter.is_none()
        }
        (a, b) => a == b,
    }
}

/// Whether each window of a kind lies within one of another kind.
fn lies_within(inner: WindowKind, outer: WindowKind) -> bool {
    let calendar = [WindowKind::Day, WindowKind::Month, WindowKind::Quarter, WindowKind::Year];
    let contract = [WindowKind::Day, WindowKind::ContractMonth, WindowKind::ContractQuarter, WindowKind::ContractYear];
    let rises = |kinds: &[WindowKind]| {
        let place = |kind: WindowKind| kinds.iter().position(|known| *known == kind);
        place(inner).zip(place(outer)).is_some_and(|(inner, outer)| inner <= outer)
    };
    outer == WindowKind::Term
        || inner == outer
        || (inner, outer) == (WindowKind::Day, WindowKind::Week)
        || rises(&calendar)
        || rises(&contract)
}
