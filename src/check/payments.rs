//! Payment sentences.

use crate::base::code::Code;
use crate::base::ids::{ClauseId, FamilyId, ObligationId, SentenceId};
use crate::base::quantity::Unit;
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::IndexBase;
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::check::contract::{Amount, Basis, Dimension, Opener, Sentence, TermBody, TimeUnit, Who};
use crate::check::kinds::describe;
use crate::check::parties::AtHand;
use crate::check::rates::Pers;
use crate::check::value::{Node, Value};
use crate::check::values::{Context, Ranks};
use crate::syntax::tree::{self, Expr, ExprNode, Payment, Test};

/// What opens a sentence, and what is at hand in it.
pub(super) struct Opened {
    pub(super) opener: Opener,
    pub(super) context: Context,
}

impl Checker<'_> {
    /// Checks a payment and takes it in.
    pub(super) fn payment(&mut self, clause: ClauseId, payment: &Payment) {
        if self.gives_back(payment) {
            self.given_back(clause, payment);
            return;
        }
        self.refuse_rest(payment);
        if let Some(sentence) = self.checked_payment(clause, payment) {
            self.sentences.push(sentence);
        }
    }

    fn checked_payment(&mut self, clause: ClauseId, payment: &Payment) -> Option<Sentence> {
        let mut pers = self.pers(payment)?;
        let opened = self.opened(payment, &pers)?;
        self.charge_every_member(payment, &mut pers, &opened);
        let basis = self.basis(payment, &pers, &opened)?;
        self.refuse_time_of_events(payment, &opened.opener, &basis)?;
        crate::check::parts::refuse_parts(
            self,
            payment,
            &pers,
            &opened.opener,
            &basis,
            (opened.context.window, &opened.context.dims),
        )?;
        self.ask_about_threshold(payment, &opened.opener, &basis)?;
        let mut context = self.at_amount(&opened, &basis);
        let at = AtHand {
            kind: context.kind,
            family: context.family,
            dims: &context.dims.clone(),
            duty: duty_at_hand(&opened.opener, &basis),
        };
        let parties = self.payer_and_payee(payment, at);
        let amount = self.amount(payment, &basis, &context);
        let times = match &payment.times {
            Some(times) => Some(self.factor(times, &context)?),
            None => None,
        };
        let amount = amount?;
        let adjustments = self.adjustments(payment, &basis, &amount, &context)?;
        let (payer, payee) = parties?;
        for who in [payer, payee] {
            if let Who::Group(dim) = who
                && !context.dims.contains(&dim)
            {
                context.dims.push(dim);
            }
        }
        self.ask_about_attributes(&basis, &amount, times.as_ref(), &adjustments);
        let window = self.line_window(payment, &pers, &opened, &basis);
        let mut sentence = Sentence {
            id: SentenceId::at(self.sentences.len()),
            clause,
            span: payment.span,
            opener: opened.opener,
            payer,
            payee,
            amount,
            basis,
            times,
            adjustments,
            gives_back: None,
            not_indexed: says_not_indexed(payment),
            index_base: index_base_of(payment),
            index_in_walk: false,
            nature: payment.nature.node,
            window,
            dims: context.dims,
        };
        self.ranks_fit(&sentence)?;
        sentence.index_in_walk = self.index_in_walk(&sentence)?;
        self.refuse_mixed(&sentence)?;
        self.index_base_fits(&sentence)?;
        Some(sentence)
    }

    /// `each partner pays 25.00 EUR per month`: where nothing else says which member, each one pays or is paid for its own
    /// time under the contract.
    fn charge_every_member(&self, payment: &Payment, pers: &mut Pers, opened: &Opened) {
        let counted = payment.while_state.is_some()
            || payment.for_quantity.is_some()
            || matches!(payment.amount, tree::Amount::Tiers { .. })
            || matches!(opened.opener, Opener::On(..) | Opener::Outcome(..));
        if !counted && opened.context.dims.is_empty() && pers.family.is_none() {
            pers.family = self.every_member(payment);
        }
    }

    fn line_window(&self, _payment: &Payment, pers: &Pers, opened: &Opened, basis: &Basis) -> WindowKind {
        match (&opened.opener, basis) {
            (Opener::Each(window), _) => *window,
            (_, Basis::While(..) | Basis::Once) => match (pers.window, opened.context.window) {
                (_, Some(window)) | (Some((window, _)), None) => window,
                (None, None) => self.rhythm(),
            },
            (_, Basis::For(..) | Basis::Lateness(..)) => opened.context.window.unwrap_or_else(|| self.rhythm()),
            (_, Basis::Each | Basis::Event) => self.rhythm(),
        }
    }

    pub(super) fn opened(&mut self, payment: &Payment, pers: &Pers) -> Option<Opened> {
        match &payment.opener {
            Some(tree::Opener::On(event)) => {
                let kind = self.kind(&event.name)?;
                let context = Context { ranks: Ranks::Payment, ..Context::of_event(kind, self.family_of(kind)) };
                let filter = self.filter(event.filter.as_deref(), &context)?;
                Some(Opened { opener: Opener::On(kind, filter), context })
            }
            Some(tree::Opener::When(condition)) => self.opened_by_condition(condition, payment),
            Some(tree::Opener::Each(per)) => {
                let Some(window) = self.window(&per.words.node, per.words.span) else {
                    let help =
                        "write a window such as `each month`; what happens to single assets opens with `on EVENT`";
                    return self.wrong(Code::C023, per.words.span, format!("`{}` is no window", per.words.node), help);
                };
                Some(Opened {
                    opener: Opener::Each(window),
                    context: Context { window: Some(window), ..Context::default() },
                })
            }
            None => {
                let (window, dims) = self.read_groups(payment);
                let window = window.or(pers.window.map(|(window, _)| window));
                Some(Opened { opener: Opener::Always, context: Context { window, dims, ..Context::default() } })
            }
        }
    }

    fn opened_by_condition(&mut self, condition: &Expr, payment: &Payment) -> Option<Opened> {
        let groups = self.read_groups(payment);
        self.opened_when(condition, groups)
    }

    /// `when CONDITION`, in a window and groups.
    pub(super) fn opened_when(
        &mut self,
        condition: &Expr,
        (window, dims): (Option<WindowKind>, Vec<Dimension>),
    ) -> Option<Opened> {
        if let ExprNode::Is { left, negated, test: Test::Outcome(outcome) } = &*condition.node {
            let obligation = self.obligation_named(left)?;
            if *negated {
                let help = "write `when … is met`, `is late` or `is missed`";
                return self.wrong(
                    Code::C024,
                    condition.span,
                    "an outcome that does not happen opens nothing".to_owned(),
                    help,
                );
            }
            if *outcome == crate::base::vocabulary::Outcome::Open {
                let help = "write `when … is met`, `is late` or `is missed`";
                return self.wrong(
                    Code::C022,
                    condition.span,
                    "to be open is no outcome that opens a sentence".to_owned(),
                    help,
                );
            }
            let family = self.family_of_duty(obligation);
            return Some(Opened {
                opener: Opener::Outcome(obligation, *outcome),
                context: Context { family, ..Context::default() },
            });
        }
        let window = window.or_else(|| Some(self.rhythm()));
        let context = Context { window, dims, ..Context::default() };
        let checked = self.condition(condition, &context)?;
        if !self.observes(&checked) && self.constant(&checked).is_none() && !mentions_clause(self, &checked) {
            let help = "open with `on EVENT where …` to test an event, or compare a measure";
            return self.wrong(
                Code::C022,
                condition.span,
                "`when` tests a number observed from events".to_owned(),
                help,
            );
        }
        self.refuse_what_no_group_has(&checked, &context.dims)?;
        Some(Opened { opener: Opener::When(checked), context })
    }

    /// The obligation that an expression names.
    pub(super) fn obligation_named(&mut self, expr: &Expr) -> Option<ObligationId> {
        let name = if let ExprNode::Name(name) = &*expr.node { name.clone() } else { String::new() };
        if let Some(id) = self.find_obligation(&name) {
            self.used.push(name);
            return Some(id);
        }
        let names: Vec<String> =
            self.declared_obligations.iter().map(|obligation| obligation.name.node.clone()).collect();
        let known: Vec<&str> = names.iter().map(String::as_str).collect();
        self.unknown("obligation", &name, expr.span, &known)
    }

    /// Window and groups of the first measure that a payment reads.
    fn read_groups(&mut self, payment: &Payment) -> (Option<WindowKind>, Vec<Dimension>) {
        let mut names = Vec::new();
        if let Some(tree::Opener::When(condition)) = &payment.opener {
            names_in(condition, &mut names);
        }
        match &payment.amount {
            tree::Amount::Value(value) => names_in(value, &mut names),
            tree::Amount::Tiers { quantity, bands, .. } => {
                names_in(quantity, &mut names);
                bands.iter().for_each(|band| names_in(&band.value, &mut names));
            }
        }
        let others = [&payment.for_quantity, &payment.times].into_iter().flatten();
        others.for_each(|value| names_in(value, &mut names));
        self.groups_of(names)
    }

    /// Window and groups of the first measure that a condition reads.
    pub(super) fn groups_of_condition(&mut self, condition: &Expr) -> (Option<WindowKind>, Vec<Dimension>) {
        let mut names = Vec::new();
        names_in(condition, &mut names);
        self.groups_of(names)
    }

    fn groups_of(&mut self, names: Vec<String>) -> (Option<WindowKind>, Vec<Dimension>) {
        for name in names {
            let id = self.find_term(&name);
            if let Some(TermBody::Measure(measure)) =
                id.and_then(|id| self.terms.get(id.index())).map(|term| &term.body)
            {
                let rolls = matches!(measure.window, WindowKind::Rolling { .. });
                return (Some(if rolls { self.rhythm() } else { measure.window }), measure.dims.clone());
            }
        }
        (None, Vec::new())
    }

    fn basis(&mut self, payment: &Payment, pers: &Pers, opened: &Opened) -> Option<Basis> {
        if let tree::Amount::Tiers { quantity, .. } = &payment.amount {
            let quantity = self.value(quantity, &self.windowed(&opened.context))?;
            return self.measured_basis(quantity, pers, payment);
        }
        if let Some(quantity) = &payment.for_quantity {
            return self.for_basis(quantity, payment, pers, opened);
        }
        if let Some(state) = &payment.while_state {
            let while_span = state.span;
            let state = self.state(state)?;
            let family = pers.family.or_else(|| self.family_of_state(&state));
            let family = self.state_family_of_rate(family, &state, payment)?;
            self.timelines_fit(&state, Some(family), while_span)?;
            let unit = self.time_unit_of(payment, pers)?;
            return Some(Basis::While(state, family, unit));
        }
        self.refuse_loose_parts(payment, pers)?;
        match (&opened.opener, pers.family) {
            (Opener::On(..), None) => Some(Basis::Event),
            (Opener::On(..) | Opener::Outcome(..), _) => Some(Basis::Each),
            (Opener::Always | Opener::Each(_) | Opener::When(_), Some(family)) => {
                let unit = if let Opener::Each(window) = opened.opener {
                    self.each_part(window, payment, pers)?
                } else {
                    self.time_unit_of(payment, pers)?
                };
                Some(Basis::While(crate::check::value::State::Member, family, unit))
            }
            (Opener::Always, None) if pers.window.is_none() && opened.context.window.is_none() => {
                let help = "add `each month` before the party, `per month` behind the amount, or open with `on EVENT`";
                self.wrong(
                    Code::C024,
                    payment.span,
                    "the sentence does not say when or how often it is paid".to_owned(),
                    help,
                )
            }
            (Opener::Always | Opener::Each(_) | Opener::When(_), None) => Some(Basis::Once),
        }
    }

    /// `each month, customer pays 5.00 EUR per pump`: a pump that is there for a part of the month.
    fn each_part(&mut self, window: WindowKind, payment: &Payment, pers: &Pers) -> Option<TimeUnit> {
        if let Some(prorated) = payment.prorated {
            return self.share_of_window(window, prorated, payment);
        }
        if pers.unit.is_some() {
            return self.time_unit_of(payment, pers);
        }
        let span = match &payment.opener {
            Some(tree::Opener::Each(per)) => per.words.span,
            Some(tree::Opener::On(_) | tree::Opener::When(_)) | None => payment.span,
        };
        Some(TimeUnit::Window(self.window_part(pers, span, payment)?))
    }

    fn state_family_of_rate(
        &mut self,
        family: Option<FamilyId>,
        state: &crate::check::value::State,
        payment: &Payment,
    ) -> Option<FamilyId> {
        let of_state = self.family_of_state(state);
        match (family, of_state) {
            (Some(rate), Some(state)) if rate != state => {
                let help = "name the family of the state behind `per`";
                self.wrong(Code::C022, payment.span, "the state is that of another asset family".to_owned(), help)
            }
            (Some(family), _) => Some(family),
            (None, _) => self.wrong(
                Code::C024,
                payment.span,
                "the state belongs to no asset".to_owned(),
                "name a family behind `per`",
            ),
        }
    }

    fn refuse_loose_parts(&mut self, payment: &Payment, pers: &Pers) -> Option<()> {
        if let (Some((unit, _, span)), true) = (&pers.unit, pers.family.is_none()) {
            let message = format!("`per {}` multiplies nothing here", unit.word());
            return self.wrong(Code::C024, *span, message, "say what is counted: `for QUANTITY`, or `while STATE`");
        }
        if let (Some(span), None) = (payment.prorated, pers.family) {
            let help = "say for which time: `while STATE`, or `per ASSET`";
            return self.wrong(Code::C024, span, "there is no time in a state to prorate".to_owned(), help);
        }
        Some(())
    }

    fn for_basis(&mut self, quantity: &Expr, payment: &Payment, pers: &Pers, opened: &Opened) -> Option<Basis> {
        if let ExprNode::Of(left, right) = &*quantity.node
            && matches!(&*left.node, ExprNode::Name(word) if word == "lateness")
        {
            let obligation = self.obligation_named(right)?;
            return self.lateness_basis(obligation, quantity.span, payment, pers);
        }
        let context = self.windowed(&opened.context);
        let value = self.number(quantity, &context)?;
        self.measured_basis(value, pers, payment)
    }

    fn lateness_basis(
        &mut self,
        obligation: ObligationId,
        span: Span,
        payment: &Payment,
        pers: &Pers,
    ) -> Option<Basis> {
        self.ask_about_end_of_lateness(obligation, span);
        self.ask_about_growing_lateness(span);
        let Some((unit, size, unit_span)) = &pers.unit else {
            let help = "write `per calendar day commenced`, `per business day commenced` or `per hour commenced`";
            return self.wrong(Code::C024, span, "the rate does not say per what lateness is counted".to_owned(), help);
        };
        if !matches!(unit, Unit::Second | Unit::Day | Unit::BusinessDay | Unit::WorkingSecond(_)) {
            let message = format!("lateness is not counted per {}", unit.word());
            return self.wrong(
                Code::C021,
                *unit_span,
                message,
                "count it in days, business days, hours or working hours",
            );
        }
        self.need_calendar(unit, *unit_span);
        let part = self.part(pers, *unit_span, payment)?;
        Some(Basis::Lateness(obligation, unit.clone(), size.clone(), part))
    }

    /// The same place; what reads measures has at least the settlement period as its window.
    fn windowed(&self, context: &Context) -> Context {
        Context {
            window: if context.kind.is_some() { None } else { context.window.or_else(|| Some(self.rhythm())) },
            ..context.clone()
        }
    }

    /// What is at hand where the rate stands.
    fn at_amount(&self, opened: &Opened, basis: &Basis) -> Context {
        let family = match basis {
            Basis::While(_, family, _) => Some(*family),
            Basis::Lateness(obligation, ..) => self.family_of_duty(*obligation),
            Basis::Once | Basis::Each | Basis::Event | Basis::For(..) => opened.context.family,
        };
        Context { family, ..self.windowed(&opened.context) }
    }

    fn amount(&mut self, payment: &Payment, basis: &Basis, context: &Context) -> Option<Amount> {
        match &payment.amount {
            tree::Amount::Value(expr) => {
                let money = Kind::Money(self.currency);
                let expecting = context.expecting(&money);
                let value = self.value(expr, &expecting)?;
                self.must_be_price(&value, basis)?;
                Some(Amount::Value(value))
            }
            tree::Amount::Tiers { quantity, mode, bands } => {
                let Basis::For(counted, ..) = basis else {
                    return None;
                };
                self.tiers((quantity, counted), mode.as_ref(), bands, context)
            }
        }
    }

    /// A rate is money; for a quantity of money it is a percentage.
    fn must_be_price(&mut self, value: &Value, basis: &Basis) -> Option<()> {
        let of_money = matches!(basis, Basis::For(quantity, ..) if matches!(quantity.kind, Kind::Money(_)));
        let fits = if of_money {
            matches!(value.kind, Kind::Percentage | Kind::Number)
        } else {
            value.kind == Kind::Money(self.currency)
        };
        if fits {
            return Some(());
        }
        let expected = if of_money { "a percentage of the quantity" } else { "an amount of money" };
        let message = format!("{expected} is expected here, this is {}", describe(&value.kind));
        let help = format!(
            "write an amount such as `42.00 {}`, or a percentage of a clause such as `5% of clause 3.1`",
            self.currency
        );
        self.wrong(Code::C020, value.span, message, help)
    }

    pub(super) fn factor(&mut self, times: &Expr, context: &Context) -> Option<Value> {
        let value = self.number(times, &Context { expected: None, ..context.clone() })?;
        if matches!(value.kind, Kind::Money(_)) {
            return self.wrong(
                Code::C020,
                times.span,
                "an amount is not multiplied by an amount".to_owned(),
                "write a number behind `times`",
            );
        }
        Some(value)
    }
}

/// The obligation that a sentence is about.
fn duty_at_hand(opener: &Opener, basis: &Basis) -> Option<ObligationId> {
    match (opener, basis) {
        (Opener::Outcome(duty, _), _) | (_, Basis::Lateness(duty, ..)) => Some(*duty),
        (_, Basis::Once | Basis::Each | Basis::Event | Basis::While(..) | Basis::For(..)) => None,
    }
}

fn says_not_indexed(payment: &Payment) -> Option<Span> {
    payment.adjustments.iter().find(|step| matches!(step.what, tree::Adjust::NotIndexed)).map(|step| step.span)
}

fn index_base_of(payment: &Payment) -> Option<(IndexBase, Span)> {
    payment.adjustments.iter().find_map(|step| match &step.what {
        tree::Adjust::Base(base) => Some((*base, step.span)),
        tree::Adjust::Limit(..)
        | tree::Adjust::Exempt(..)
        | tree::Adjust::Rounded(_)
        | tree::Adjust::Indexed(_)
        | tree::Adjust::NotIndexed => None,
    })
}

pub(super) fn mentions_clause(checker: &Checker<'_>, value: &Value) -> bool {
    let mut found = false;
    checker.visit(value, &mut |node, _| found |= matches!(node, Node::Clause(..)));
    found
}

/// All names in an expression.
fn names_in(expr: &Expr, names: &mut Vec<String>) {
    match &*expr.node {
        ExprNode::Name(name) => names.push(name.clone()),
        ExprNode::Of(a, b)
        | ExprNode::Arithmetic(_, a, b)
        | ExprNode::Beyond(_, a, b)
        | ExprNode::Index(a, b)
        | ExprNode::Weighted(a, b) => {
            names_in(a, names);
            names_in(b, names);
        }
        ExprNode::Negated(a) | ExprNode::Not(a) | ExprNode::TimeSince(a) => names_in(a, names),
        ExprNode::And(list) | ExprNode::Or(list) => list.iter().for_each(|item| names_in(item, names)),
        ExprNode::Is { left, test, .. } => {
            names_in(left, names);
            match test {
                Test::Equal(a) | Test::AtLeast(a) | Test::AtMost(a) | Test::Above(a) | Test::Below(a) => {
                    names_in(a, names);
                }
                Test::In(list) => list.iter().for_each(|item| names_in(item, names)),
                Test::Present | Test::Absent | Test::Outcome(_) => {}
            }
        }
        ExprNode::Card { columns, bands } => {
            columns.iter().for_each(|column| names_in(column, names));
            bands.iter().for_each(|band| names_in(&band.value, names));
        }
        ExprNode::Past(past) => names_in(&past.of, names),
        ExprNode::Earlier(earlier) => names_in(&earlier.clause, names),
        ExprNode::Observed { value, .. } | ExprNode::Per(value, _) | ExprNode::OverAll(value, _) => {
            names_in(value, names);
        }
        ExprNode::Number(_)
        | ExprNode::Percent(_)
        | ExprNode::Percentile(_)
        | ExprNode::Measured(..)
        | ExprNode::Text(_)
        | ExprNode::Date(_)
        | ExprNode::Month(_)
        | ExprNode::Flag(_)
        | ExprNode::Nothing
        | ExprNode::Member(..)
        | ExprNode::Clause(_)
        | ExprNode::Charged(_)
        | ExprNode::Rank(_)
        | ExprNode::TimeWhile(_)
        | ExprNode::TimeBetween(..) => {}
    }
}
