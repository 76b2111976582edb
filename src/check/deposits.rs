//! Deposits: payments `of clause N as deposit` that give them back, and `keeps`, which ends them.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::{ClauseId, KindId, PartyId, SentenceId};
use crate::base::number::Ratio;
use crate::base::span::{Span, Spanned};
use crate::base::value::Kind;
use crate::base::vocabulary::{LoneReturn, Matching, Nature, Operator, SecondDeposit, Transfer};
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Basis, Dimension, Opener, Sentence, Who};
use crate::check::depositors::Depositor;
use crate::check::held_deposits::EndsBy;
use crate::check::payments::{Opened, mentions_clause};
use crate::check::value::{Node, Value};
use crate::check::values::{Context, quantity, value_of};
use crate::syntax::tree::{self, Expr, ExprNode, Keeps, Payment, Pool, Rest, Word};

/// What is held as deposit under a clause, and what ends it.
#[derive(Clone, PartialEq, Debug)]
pub struct Deposit {
    /// The clause under which it is paid.
    pub clause: ClauseId,
    /// Who pays it.
    pub depositor: Depositor,
    /// Who holds it.
    pub holder: PartyId,
    /// Which one comes back.
    pub matching: Matching,
    /// The sentences that take it.
    pub taken_by: Vec<SentenceId>,
    /// What ends it.
    pub releases: Vec<Release>,
    /// A deposit while one is held for the asset.
    pub second: SecondDeposit,
    /// A return for which none is known.
    pub lone: LoneReturn,
    /// Whose it is when the asset goes on to another member.
    pub transfer: Transfer,
}

/// What ends a deposit.
#[derive(Clone, PartialEq, Debug)]
pub struct Release {
    /// Where it stands.
    pub span: Span,
    /// When it happens.
    pub opener: Opener,
    /// The share that is paid back, where the rest stays held; otherwise all of it ends.
    pub share: Option<Value>,
    /// Whether it is always all of it that is paid back or kept.
    pub whole: bool,
    /// Among whose deposits it looks, as said in the sentence.
    pub pool: Option<Spanned<Pool>>,
    /// What names the member among whose deposits it looks; none where it looks among those of all.
    pub of: Option<Dimension>,
    /// The version of its clause in which it stands, where that is amended.
    pub version: Option<usize>,
    /// Which text of an amended clause decides, where it ends them on an event.
    pub by: Option<EndsBy>,
}

/// The part that a sentence has in the end of a deposit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct GivesBack {
    /// The place of the deposit.
    pub deposit: usize,
    /// The place of the release.
    pub release: usize,
    /// Whether a return without a deposit is told here.
    pub tells: bool,
}

/// A sentence that ends a deposit, as far as it is checked.
pub(super) struct Ending {
    clause: ClauseId,
    span: Span,
    opened: Opened,
    /// The place of the deposit.
    pub(super) place: usize,
    pool: Option<Spanned<Pool>>,
}

impl<'a> Checker<'a> {
    /// Whether a payment gives a deposit back: it is a share of a clause that takes one, or says which one it is.
    pub(super) fn gives_back(&self, payment: &Payment) -> bool {
        let takes = |number: &Word| !self.deposit_payments(&number.node).is_empty();
        payment.matching.is_some()
            || (payment.nature.node == Nature::Deposit && clause_of(&payment.amount).is_some_and(takes))
    }

    /// `the rest as …` belongs to a deposit that is given back.
    pub(super) fn refuse_rest(&mut self, payment: &Payment) {
        if let Some(rest) = &payment.rest {
            let help = "state the payment as a share of the clause that takes the deposit: `pays 60% of clause 3 … as deposit, the rest as sale`";
            self.wrong::<()>(
                Code::C024,
                rest.span,
                "no deposit is given back here that could leave a rest".to_owned(),
                help,
            );
        }
    }

    /// The payments of a clause that take a deposit.
    pub(super) fn deposit_payments(&self, number: &str) -> Vec<&'a Payment> {
        let own = self.all_clauses().into_iter().filter(|clause| clause.number.node == number);
        let paid = own.flat_map(|clause| &clause.sentences).filter_map(|sentence| match sentence {
            tree::Sentence::Pays(payment) => Some(&**payment),
            tree::Sentence::Owes(_)
            | tree::Sentence::Keeps(_)
            | tree::Sentence::Right(_)
            | tree::Sentence::Meets(_)
            | tree::Sentence::Obligation(_) => None,
        });
        let takes = |payment: &&Payment| {
            payment.nature.node == Nature::Deposit
                && payment.matching.is_none()
                && clause_of(&payment.amount).is_none_or(|read| read.node != number)
        };
        paid.filter(takes).collect()
    }

    /// Whether a clause takes deposits.
    pub(super) fn takes_deposits(&self, number: &str) -> bool {
        !self.deposit_payments(number).is_empty()
    }

    /// Which deposit of a clause comes back, where a sentence says so.
    pub(super) fn matching_of_deposit(&self, number: &Word) -> Option<Matching> {
        let clause = self.clauses.iter().find(|clause| clause.number == number.node)?;
        self.deposits.iter().find(|deposit| deposit.clause == clause.id).map(|deposit| deposit.matching)
    }

    /// The events on which a clause takes deposits.
    fn deposit_kinds(&self, number: &str) -> Vec<KindId> {
        let opened = self.deposit_payments(number).into_iter().filter_map(|payment| match &payment.opener {
            Some(tree::Opener::On(event)) => self.find_kind(&event.name.node),
            Some(tree::Opener::When(_) | tree::Opener::Each(_)) | None => None,
        });
        opened.collect()
    }

    /// `time since delivered`, where a deposit is given back: since it was paid.
    pub(super) fn deposit_paid(&self, expr: &Expr, context: &Context) -> Option<Value> {
        let ExprNode::Name(name) = &*expr.node else { return None };
        let kind = self.find_kind(name).filter(|kind| context.deposit.contains(kind));
        kind.map(|_| value_of(Node::DepositPaid, Kind::Instant, expr.span))
    }

    /// Checks that a clause takes deposits that are given back or kept.
    pub(super) fn deposits_of_clause(&mut self, number: &Word) {
        let Some(id) = self.clause_id(number) else { return };
        if !self.deposits.iter().any(|deposit| deposit.clause == id) {
            let message = format!("clause {} holds no deposits that come back", number.node);
            let help = "name the clause that takes the deposit; what it holds is known where a sentence gives it back or keeps it";
            self.wrong::<()>(Code::C032, number.span, message, help);
        }
    }

    /// Checks a payment that gives a deposit back, and takes its lines in.
    pub(super) fn given_back(&mut self, clause: ClauseId, payment: &Payment) {
        let Some(number) = clause_of(&payment.amount) else {
            let help = "write `pays 60% of clause 3 matched by serial as deposit`";
            let span = payment.matching.as_ref().map_or(payment.span, |matching| matching.span);
            self.wrong::<()>(Code::C125, span, "only a share of a deposit is matched".to_owned(), help);
            return;
        };
        if payment.nature.node != Nature::Deposit {
            let help =
                "write `as deposit`; what is left over gets its nature behind it: `as deposit, the rest as sale`";
            let message = "what comes back of a deposit is a deposit".to_owned();
            self.wrong::<()>(Code::C125, payment.nature.span, message, help);
            return;
        }
        let Some(ending) = self.ending(clause, payment, number) else { return };
        let context = Context { deposit: self.deposit_kinds(&number.node), ..ending.opened.context.clone() };
        let Some(share) = self.share(payment, &context) else { return };
        let whole = self.least_share(&share) == Some(Ratio::ONE);
        if let (Some(rest), true) = (&payment.rest, whole) {
            let help = "remove it: the whole deposit is paid back";
            self.wrong::<()>(Code::C024, rest.span, "nothing is left over".to_owned(), help);
        }
        if payment.rest.is_none() && !whole {
            self.ask_about_rest(payment, number, &share);
        }
        self.ask_about_lone_returns(payment, number);
        let rest = payment.rest.as_ref().map(|rest| rest.node);
        let kept = (rest == Some(Rest::StaysHeld)).then(|| share.clone());
        self.release(&ending, (kept, whole));
        let span = payment.span;
        let held = value_of(Node::Deposit, Kind::Money(self.currency), span);
        let paid = value_of(Node::Arithmetic(Operator::Times, share, held.clone()), held.kind.clone(), span);
        self.lines_back(&ending, &paid, Nature::Deposit, true);
        if let Some(Rest::Charged(nature)) = rest {
            let left = value_of(Node::Arithmetic(Operator::Minus, held.clone(), paid), held.kind, span);
            self.lines_back(&ending, &left, Nature::Deposit, false);
            self.line_charged(&ending, &left, nature);
        }
    }

    /// Checks a sentence that keeps a deposit: it goes back, and as much is charged.
    pub(super) fn kept(&mut self, clause: ClauseId, keeps: &Keeps) {
        let Some(ending) = self.ending(clause, &as_payment(keeps), &keeps.clause) else { return };
        if !keeps.in_full {
            self.kept_whole.push((keeps.span, keeps.clause.node.clone(), self.version));
        }
        self.release(&ending, (None, true));
        let held = value_of(Node::Deposit, Kind::Money(self.currency), keeps.span);
        self.lines_back(&ending, &held, Nature::Deposit, false);
        self.line_charged(&ending, &held, keeps.nature.node);
    }

    /// What both forms have in common: an opener, the parties of the deposit the other way round, which one it is.
    fn ending(&mut self, clause: ClauseId, payment: &Payment, number: &Word) -> Option<Ending> {
        self.refuse_parts_of_return(payment)?;
        let pers = self.pers(payment)?;
        let opened = self.opened(payment, &pers)?;
        if !matches!(opened.opener, Opener::On(..) | Opener::Outcome(..)) {
            let help = "open with `on EVENT,` or `when OBLIGATION is missed,`";
            let message = "it is not said on which event the deposit ends".to_owned();
            return self.wrong(Code::C125, payment.span, message, help);
        }
        let target = self.clause_id(number)?;
        let sides = self.parties_of_deposit(number)?;
        self.sides_of_return(payment, number, sides)?;
        let place = self.place_of_deposit(target, sides);
        let ending = Ending { clause, span: payment.span, opened, place, pool: payment.pool.clone() };
        self.match_deposit(&ending, payment, number);
        Some(ending)
    }

    /// What is given back is the deposit itself: nothing multiplies or limits it.
    fn refuse_parts_of_return(&mut self, payment: &Payment) -> Option<()> {
        let quantity = payment.for_quantity.iter().chain(&payment.while_state).chain(&payment.times);
        let spans = quantity.map(|expr| expr.span).chain(payment.prorated);
        let spans = spans.chain(payment.days.iter().map(|day| day.span));
        let spans: Vec<Span> = spans.chain(payment.adjustments.iter().map(|step| step.span)).collect();
        match spans.first() {
            None => Some(()),
            Some(span) => {
                let message = "what is given back is a share of the deposit; nothing else multiplies or limits it";
                let help =
                    "say it in the share: `by grade { … } of clause 3`, `by time since delivered { … } of clause 3`";
                self.wrong(Code::C125, *span, message.to_owned(), help)
            }
        }
    }

    fn place_of_deposit(&mut self, clause: ClauseId, (depositor, holder): (Depositor, PartyId)) -> usize {
        if let Some(place) = self.deposits.iter().position(|deposit| deposit.clause == clause) {
            return place;
        }
        self.deposits.push(Deposit {
            clause,
            depositor,
            holder,
            matching: Matching::Serial,
            taken_by: Vec::new(),
            releases: Vec::new(),
            second: self.conventions.second_deposit.unwrap_or(SecondDeposit::NotCharged),
            lone: self.conventions.lone_return.unwrap_or(LoneReturn::Held),
            transfer: self.goes_over(),
        });
        self.matched_deposits.push(None);
        self.deposits.len().saturating_sub(1)
    }

    fn share(&mut self, payment: &Payment, context: &Context) -> Option<Value> {
        let tree::Amount::Value(amount) = &payment.amount else { return None };
        let ExprNode::Of(share, _) = &*amount.node else {
            return Some(quantity(Ratio::ONE, Kind::Percentage, amount.span));
        };
        let value = self.value_like(share, &Kind::Percentage, &Context { window: None, ..context.clone() })?;
        if self.observes(&value) || mentions_clause(self, &value) {
            let help = "let it depend on the event, the asset or `time since EVENT` only";
            let message = "the share of a deposit is known for each asset, not for a window".to_owned();
            return self.wrong(Code::C125, share.span, message, help);
        }
        if self.greatest_share(&value).is_some_and(|most| most > Ratio::ONE) {
            let help = "pay what is added by a sentence of its own, such as `… as interest`";
            return self.wrong(Code::C125, share.span, "no more comes back than was paid".to_owned(), help);
        }
        Some(value)
    }

    /// The least share, where the text fixes it.
    pub(super) fn least_share(&self, share: &Value) -> Option<Ratio> {
        self.shares(share).and_then(|shares| shares.into_iter().reduce(Ratio::min))
    }

    fn greatest_share(&self, share: &Value) -> Option<Ratio> {
        self.shares(share).and_then(|shares| shares.into_iter().reduce(Ratio::max))
    }

    fn shares(&self, share: &Value) -> Option<Vec<Ratio>> {
        if let Node::Card(card) = &*share.node {
            return card.rows.iter().map(|row| self.constant(&row.value)).collect();
        }
        self.constant(share).map(|share| vec![share])
    }

    fn release(&mut self, ending: &Ending, (share, whole): (Option<Value>, bool)) {
        if let Some(deposit) = self.deposits.get_mut(ending.place) {
            let (span, opener) = (ending.span, ending.opened.opener.clone());
            let (pool, version) = (ending.pool.clone(), self.version);
            deposit.releases.push(Release { span, opener, share, whole, pool, of: None, version, by: None });
        }
    }

    /// A line from who holds the deposit to who paid it.
    fn lines_back(&mut self, ending: &Ending, amount: &Value, nature: Nature, tells: bool) {
        let Some(deposit) = self.deposits.get(ending.place) else { return };
        let (payer, payee) = (Who::Party(deposit.holder), self.side_of_depositor(ending.place));
        self.line_of_deposit(ending, amount.clone(), (payer, payee, nature, tells));
    }

    /// A line the other way, for what the deposit becomes.
    fn line_charged(&mut self, ending: &Ending, amount: &Value, nature: Nature) {
        let Some(deposit) = self.deposits.get(ending.place) else { return };
        let (payer, payee) = (self.side_of_depositor(ending.place), Who::Party(deposit.holder));
        self.line_of_deposit(ending, amount.clone(), (payer, payee, nature, false));
    }

    fn line_of_deposit(
        &mut self,
        ending: &Ending,
        amount: Value,
        (payer, payee, nature, tells): (Who, Who, Nature, bool),
    ) {
        let release = self.deposits.get(ending.place).map_or(0, |deposit| deposit.releases.len().saturating_sub(1));
        let dims = [payer, payee].into_iter().filter_map(|who| match who {
            Who::Group(dim) => Some(dim),
            Who::Party(_) => None,
        });
        let dims = dims.collect();
        self.sentences.push(Sentence {
            id: SentenceId::at(self.sentences.len()),
            clause: ending.clause,
            span: ending.span,
            opener: ending.opened.opener.clone(),
            payer,
            payee,
            amount: Amount::Value(amount),
            basis: Basis::Each,
            times: None,
            adjustments: Vec::new(),
            not_indexed: Some(ending.span),
            index_base: None,
            index_in_walk: false,
            gives_back: Some(GivesBack { deposit: ending.place, release, tells }),
            nature,
            window: self.rhythm(),
            dims,
        });
    }

    /// Checks, when every sentence is known, that what takes a deposit that comes back is known for each asset.
    pub(super) fn deposits(&mut self) {
        for place in 0..self.deposits.len() {
            let Some(deposit) = self.deposits.get(place).cloned() else { continue };
            let takes = |sentence: &&Sentence| {
                sentence.clause == deposit.clause
                    && sentence.nature == Nature::Deposit
                    && sentence.gives_back.is_none()
                    && Self::is_paid_by(sentence, deposit.depositor)
            };
            let taken: Vec<Sentence> = self.sentences.iter().filter(takes).cloned().collect();
            self.refuse_other_payers(&deposit);
            for sentence in &taken {
                self.check_taken(sentence, &deposit);
            }
            self.depositors(place, &deposit, &taken);
            if let Some(Some(_)) = self.matched_deposits.get(place) {
                self.ask_about_second_deposits(&deposit, taken.first());
            } else if let Some(release) = deposit.releases.first() {
                self.ask_about_matching(release.span, &deposit, self.nearest(release.version, &taken));
            }
            if let Some(known) = self.deposits.get_mut(place) {
                known.taken_by = taken.iter().map(|sentence| sentence.id).collect();
            }
        }
    }

    /// Where the rest of a share stays held, another share would be of the rest or of the whole. No deposit ends by two
    /// texts of which each ends those that were taken under it.
    pub(super) fn check_shares(&mut self) {
        for deposit in self.deposits.clone() {
            self.check_shares_of(&deposit);
        }
    }

    fn check_shares_of(&mut self, deposit: &Deposit) {
        let apart = |one: &Release, other: &Release| {
            one.version != other.version && [one, other].iter().all(|release| release.by == Some(EndsBy::Taking))
        };
        let stays = deposit.releases.iter().filter(|release| release.share.is_some());
        let pairs = stays.flat_map(|first| deposit.releases.iter().map(move |other| (first, other)));
        let mut clash = pairs.filter(|(first, other)| !other.whole && other.span != first.span && !apart(first, other));
        if let Some((first, other)) = clash.next() {
            let message =
                "a share of a deposit of which a rest stays held: it is not told of which amount it is".to_owned();
            let finding =
                Diagnostic::new(Code::C125, other.span, message).and_at(first.span, "the rest stays held here");
            self.report(finding.help("where the rest stays held, let the other sentences end all of it: `pays 100% of clause 3`, or `keeps clause 3`"));
        }
    }

    fn check_taken(&mut self, sentence: &Sentence, deposit: &Deposit) {
        let back = deposit.releases.first().map_or(sentence.span, |release| release.span);
        let known = match &sentence.amount {
            Amount::Value(value) => !self.observes(value) && !mentions_clause(self, value),
            Amount::Tiers(..) => false,
        };
        let wrong = if !matches!(sentence.opener, Opener::On(..) | Opener::Outcome(..)) {
            Some(("it is not paid on an event", "open it with `on EVENT,`"))
        } else if sentence.basis == Basis::Event {
            Some(("it is paid once for an event, whatever its lot", "write it for one unit: `25.00 EUR per crate`"))
        } else if !known || sentence.basis != Basis::Each || !sentence.adjustments.is_empty() {
            let help = "state a fixed amount `per ASSET`, or one that depends on the asset or event, without limits";
            Some(("it is not known for each asset", help))
        } else {
            None
        };
        if let Some((why, help)) = wrong {
            let finding = Diagnostic::new(Code::C125, sentence.span, format!("this deposit comes back, but {why}"));
            self.report(finding.and_at(back, "comes back here").help(help));
            return;
        }
        let other = deposit
            .releases
            .iter()
            .find(|release| self.family_of_opener(&release.opener) != self.family_of_opener(&sentence.opener));
        if let (Some(other), Matching::Serial) = (other, deposit.matching) {
            let message = "the deposit is paid for another asset family than the one that comes back".to_owned();
            let finding = Diagnostic::new(Code::C125, other.span, message).and_at(sentence.span, "paid here");
            self.report(
                finding.help("let both happen to the same family, or match them `oldest first` or `latest first`"),
            );
        }
    }

    pub(super) fn family_of_opener(&self, opener: &Opener) -> Option<crate::base::ids::FamilyId> {
        match opener {
            Opener::On(kind, _) => self.family_of(*kind),
            Opener::Outcome(id, _) => self.family_of_duty(*id),
            Opener::Always | Opener::When(_) | Opener::Each(_) => None,
        }
    }
}

/// The clause of which an amount is a share, or which it is.
fn clause_of(amount: &tree::Amount) -> Option<&Word> {
    let tree::Amount::Value(value) = amount else { return None };
    let inner = if let ExprNode::Of(_, of) = &*value.node { of } else { value };
    if let ExprNode::Clause(number) = &*inner.node { Some(number) } else { None }
}

/// `keeps` in the form of a payment of the whole clause.
fn as_payment(keeps: &Keeps) -> Payment {
    let amount = Expr { node: Box::new(ExprNode::Clause(keeps.clause.clone())), span: keeps.clause.span };
    Payment {
        span: keeps.span,
        opener: keeps.opener.clone(),
        payer: keeps.party.clone(),
        each_payer: None,
        amount: tree::Amount::Value(amount),
        payee: None,
        per: Vec::new(),
        for_quantity: None,
        whole: None,
        while_state: None,
        prorated: None,
        days: Vec::new(),
        times: None,
        adjustments: Vec::new(),
        matching: keeps.matching.clone(),
        pool: keeps.pool.clone(),
        nature: keeps.nature.clone(),
        rest: None,
    }
}
