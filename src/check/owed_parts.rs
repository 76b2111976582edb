//! What counts toward a cap, minimum or exemption: money that goes the other way, and windows that the term cuts.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::ids::ClauseId;
use crate::base::number::{Mode, Ratio, Rounding};
use crate::base::time::MonthEnd;
use crate::base::value::Kind;
use crate::base::vocabulary::{Nature, OwedKind};
use crate::base::window::{WindowKind, Windows};
use crate::check::bands::shown;
use crate::check::checker::{Checker, listed};
use crate::check::contract::{Owes, Sentence};
use crate::check::value::{Node, Value};
use crate::syntax::tree;

impl Checker<'_> {
    /// Whether a fixed amount is prorated where the term cuts its window: asked where it does.
    pub(super) fn is_prorated(
        &mut self,
        text: &tree::Owed,
        amount: &Value,
        (window, rolling): (WindowKind, Option<i64>),
    ) -> Option<bool> {
        let mut parts = false;
        self.visit(amount, &mut |node, _| parts |= matches!(node, Node::Clause(..)));
        let fixed = self.constant_with(amount, Some(&Ratio::ZERO)).is_some_and(|fixed| !fixed.is_zero());
        if let Some(prorated) = &text.prorated {
            if window == WindowKind::Term || rolling.is_some() {
                let help = "remove it; the term cuts off no part of this window";
                return self.wrong(Code::C024, prorated.span, "there is no cut window to prorate".to_owned(), help);
            }
            if parts {
                let help = "remove it; what a clause charges in a cut window is less by itself";
                let message = "a part of what a clause charges is not prorated again".to_owned();
                return self.wrong(Code::C024, prorated.span, message, help);
            }
            return Some(prorated.node);
        }
        if window == WindowKind::Term || rolling.is_some() || !fixed {
            return Some(false);
        }
        let Some((label, days, of)) = self.cut_window(window) else { return Some(false) };
        let money = Kind::Money(self.currency);
        let stated = self.constant(amount).unwrap_or(Ratio::ZERO);
        let part = Ratio::new(days.into(), of.into()).unwrap_or(Ratio::ONE);
        let cents = Rounding { mode: Mode::HalfUp, step: Ratio::scaled(1, self.currency.minor_digits()) };
        let part = shown(&stated.times(&part).rounded(&cents), &money);
        let words = self.words(text.amount.span);
        let message =
            format!("the term cuts off a part of {label}, and it is not said whether `{words}` holds in full then");
        self.report(
            Diagnostic::new(Code::C144, text.amount.span, message)
                .answer("prorated by day", format!("{days} of {of} days: {part}"))
                .answer("in full", shown(&stated, &money))
                .help("write one of them behind the window"),
        );
        None
    }

    /// The first window that the term cuts: its name, its days in the term, all of its days.
    fn cut_window(&self, window: WindowKind) -> Option<(String, i64, i64)> {
        let (first, last) = self.term;
        let windows = Windows::new(self.zone, first, last, self.conventions.month_end.unwrap_or(MonthEnd::LastDay));
        let cut = |date| {
            let index = windows.index_of_date(window, date);
            let (from, to) = windows.days(window, index);
            let inside = from.max(first).days_until(to.min(last)).saturating_add(1);
            let all = from.days_until(to).saturating_add(1);
            (inside < all).then(|| (windows.label(window, index), inside, all))
        };
        cut(last).or_else(|| cut(first))
    }

    /// Asks, when every sentence is known, whether money that goes the other way counts.
    pub(super) fn check_money_going_back(&mut self) {
        for owes in self.owes.clone() {
            let back = self.clauses_going_back(&owes);
            match &owes.netted {
                None if !back.is_empty() => self.ask_about_netting(&owes, &back),
                None => {}
                Some(netted) => {
                    let idle = netted.iter().find(|clause| !self.pays_back(**clause, &owes));
                    if let Some(clause) = idle {
                        let message = format!("clause {} pays nothing the other way", self.number_of(*clause));
                        let help = "name a clause by which the other party pays this one";
                        self.wrong::<()>(Code::C024, owes.span, message, help);
                    } else if netted.is_empty() && back.is_empty() {
                        let help = "remove `gross`";
                        let message = "no money goes the other way under these clauses".to_owned();
                        self.wrong::<()>(Code::C024, owes.span, message, help);
                    }
                }
            }
        }
    }

    /// The clauses by which the other party pays back what stands under it: those under it that charge both ways, and
    /// for a minimum the price reductions that are parts of them.
    fn clauses_going_back(&self, owes: &Owes) -> Vec<ClauseId> {
        let credits = |clause: ClauseId| {
            owes.kind == OwedKind::AtLeast
                && self.sentences.iter().any(|sentence| {
                    sentence.clause == clause
                        && self.goes_back(sentence, owes)
                        && sentence.nature == Nature::PriceReduction
                        && self.clauses_read_by(sentence).iter().any(|(read, _)| owes.under.contains(read))
                })
        };
        let clauses = self.clauses.iter().map(|clause| clause.id);
        clauses.filter(|id| (owes.under.contains(id) && self.pays_back(*id, owes)) || credits(*id)).collect()
    }

    fn pays_back(&self, clause: ClauseId, owes: &Owes) -> bool {
        self.sentences.iter().any(|sentence| sentence.clause == clause && self.goes_back(sentence, owes))
    }

    /// Whether a sentence may move money from the one to whom something is owed to the one who owes it, in whatever words
    /// they are named.
    fn goes_back(&self, sentence: &Sentence, owes: &Owes) -> bool {
        self.may_be_one(sentence.payer, owes.payee) && self.may_be_one(sentence.payee, owes.party)
    }

    fn number_of(&self, clause: ClauseId) -> String {
        self.clauses.get(clause.index()).map(|clause| clause.number.clone()).unwrap_or_default()
    }

    fn ask_about_netting(&mut self, owes: &Owes, back: &[ClauseId]) {
        let money = Kind::Money(self.currency);
        let stated = self.constant(&owes.amount).unwrap_or_else(|| Ratio::int(100));
        let share = |part: i128| stated.times(&Ratio::new(part, 10).unwrap_or_default());
        let at_least = owes.kind == OwedKind::AtLeast;
        let (charged, other) = if at_least { (share(10), share(2)) } else { (share(12), share(5)) };
        let net = charged.minus(&other);
        let (gross, netted) = match owes.kind {
            OwedKind::AtLeast => (net.clone(), stated.clone()),
            OwedKind::AtMost => (stated.minus(&other), net.clone().min(stated.clone())),
            OwedKind::Exempt(_) => (net.clone(), Ratio::ZERO),
        };
        let numbers: Vec<String> = back.iter().map(|clause| self.number_of(*clause)).collect();
        let names: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let clauses = if let [only] = names.as_slice() {
            format!("clause {only}")
        } else {
            format!("clauses {}", names.join(" and "))
        };
        let what = if at_least { "minimum" } else { "limit" };
        let shown_names = listed(&names);
        let message = format!(
            "money goes the other way by clause {shown_names}, and it is not said whether it counts toward the {what}"
        );
        let label = format!(
            "with {} stated, {} charged and {} the other way, there is paid in all",
            shown(&stated, &money),
            shown(&charged, &money),
            shown(&other, &money)
        );
        self.report(
            Diagnostic::new(Code::C143, owes.span, message)
                .label(label)
                .answer("gross", shown(&gross, &money))
                .answer(format!("netted with {clauses}"), shown(&netted, &money))
                .help("write one of them before `under`"),
        );
    }
}
