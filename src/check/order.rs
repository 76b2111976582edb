//! The order of the steps of an amount: where it changes what is paid and is not said, it is asked for.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::vocabulary::{Exemption, LimitKind};
use crate::check::checker::Checker;
use crate::check::contract::{Adjust, Adjustment};
use crate::syntax::tree::Payment;

/// A step, and the amount that it states: known, or taken for the sake of an example.
#[derive(Clone)]
struct Tried<'s> {
    step: &'s Adjustment,
    stated: Ratio,
}

/// An amount for which the order matters, and what is paid in both orders.
struct Example {
    amount: Ratio,
    first: Ratio,
    second: Ratio,
    /// What the steps state, where it is not known from the text.
    taken: Vec<(String, Ratio)>,
}

impl Checker<'_> {
    /// Asks for the order of two steps that may stand in either and pay differently.
    pub(super) fn ask_about_order(&mut self, payment: &Payment, steps: &[Adjustment]) {
        let mut group: Vec<&Adjustment> = Vec::new();
        for step in steps {
            if step.then {
                group.clear();
            }
            // What holds for each asset comes before what holds for the line, whatever the text says.
            let mut rivals = group.iter().filter(|other| {
                let indexed = is_index(other) || is_index(step);
                indexed || other.each_asset == step.each_asset
            });
            let found = rivals.find_map(|other| Some((*other, self.example(other, step)?)));
            if let Some((other, example)) = found {
                self.ask_which_first(payment, (other, step), &example);
                return;
            }
            group.push(step);
        }
    }

    fn ask_which_first(&mut self, payment: &Payment, (first, second): (&Adjustment, &Adjustment), example: &Example) {
        let worked = self.worked_at(payment.span);
        let (one, other) = (self.bare(first), self.bare(second));
        let clause = worked.clause().map_or_else(|| "this sentence".to_owned(), |number| format!("clause {number}"));
        let way = |end: &Ratio| {
            let (amount, paid) = (worked.money(&example.amount), worked.money(end));
            if end.is_zero() {
                return format!("of {amount}, nothing is paid");
            }
            let of = if *end > example.amount { "in place of" } else { "of" };
            format!("{of} {amount}, {paid} are paid")
        };
        let mut question = Diagnostic::new(
            Code::C100,
            second.span,
            format!("{clause}: `{one}` and `{other}` pay differently in either order, and none is said"),
        )
        .and_at(first.span, "the other one")
        .answer(format!("{one}, then {other}"), way(&example.first))
        .answer(format!("{other}, then {one}"), way(&example.second))
        .help("write `then` before the one that comes second");
        if let Some((words, means)) = self.both_indexed((first, second), example) {
            question = question.answer(words, means);
        }
        if is_index(first) || is_index(second) {
            question = question.note(format!("taking {} for the coefficient", coefficient().decimal_text(0, 6)));
        }
        for (words, taken) in &example.taken {
            question = question.note(format!("taking {} for `{words}`", worked.money(taken)));
        }
        self.report(question);
    }

    /// A third way for a cap or minimum of an indexed amount: it is indexed too.
    fn both_indexed(&self, (first, second): (&Adjustment, &Adjustment), example: &Example) -> Option<(String, String)> {
        let (index, limit) = if is_index(first) { (first, second) } else { (second, first) };
        let (Adjust::Indexed(id), Adjust::Limit(kind, value)) = (&index.what, &limit.what) else {
            return None;
        };
        let name = &self.declared_indexations.get(id.index())?.name.node;
        let bound = self.known(value)?.times(&coefficient());
        let indexed = example.amount.times(&coefficient());
        let end = match kind {
            LimitKind::AtMost => indexed.clone().min(bound.clone()),
            LimitKind::AtLeast => indexed.clone().max(bound.clone()),
        };
        let worked = self.worked_at(limit.span);
        let words = format!("{}, then {} * {name}", self.bare(index), self.bare(limit));
        let means = format!(
            "{} are {} with the index, the limit is {}: {} are paid",
            worked.money(&example.amount),
            worked.money(&indexed),
            worked.money(&bound),
            worked.money(&end)
        );
        Some((words, means))
    }

    /// The words of a step without `then`.
    fn bare(&self, step: &Adjustment) -> String {
        let words = self.words(step.span);
        words.strip_prefix("then ").map_or_else(|| words.clone(), str::to_owned)
    }

    /// An amount that two steps make differ by their order.
    fn example(&self, a: &Adjustment, b: &Adjustment) -> Option<Example> {
        let known = (self.stated(a), self.stated(b));
        let half = Ratio::scaled(5, 1);
        let around = |number: &Ratio| vec![number.times(&half), number.times(&Ratio::int(2))];
        let (of_a, of_b) = match &known {
            (Some(a), Some(b)) => (vec![a.clone()], vec![b.clone()]),
            (Some(a), None) => (vec![a.clone()], around(a)),
            (None, Some(b)) => (around(b), vec![b.clone()]),
            (None, None) => (vec![Ratio::int(100)], around(&Ratio::int(100))),
        };
        let pairs = of_a.iter().flat_map(|a| of_b.iter().map(move |b| (a.clone(), b.clone())));
        for (stated_a, stated_b) in pairs {
            let tried = (Tried { step: a, stated: stated_a }, Tried { step: b, stated: stated_b });
            let Some((amount, first, second)) = amounts(&tried).find_map(|amount| differs(&tried, amount)) else {
                continue;
            };
            let unknown = |known: &Option<Ratio>, tried: &Tried<'_>| {
                let words = tried.step.what.value().map(|value| self.words(value.span));
                words.filter(|_| known.is_none()).map(|words| (words, tried.stated.clone()))
            };
            let taken = [unknown(&known.0, &tried.0), unknown(&known.1, &tried.1)].into_iter().flatten().collect();
            return Some(Example { amount, first, second, taken });
        }
        None
    }

    /// What a step states, if the text alone tells it.
    fn stated(&self, step: &Adjustment) -> Option<Ratio> {
        match &step.what {
            Adjust::Limit(_, value) | Adjust::Exempt(_, value) => self.known(value),
            Adjust::Rounded(how) => Some(how.step.clone()),
            Adjust::Indexed(_) => Some(coefficient()),
        }
    }
}

/// The coefficient of examples.
fn coefficient() -> Ratio {
    Ratio::scaled(1071, 3)
}

fn is_index(step: &Adjustment) -> bool {
    matches!(step.what, Adjust::Indexed(_))
}

/// Amounts around what the steps state.
fn amounts(tried: &(Tried<'_>, Tried<'_>)) -> impl Iterator<Item = Ratio> {
    let parts = [(12, 1), (5, 1), (15, 1), (8, 1), (1004, 3), (996, 3), (3, 0), (1, 0)]
        .map(|(part, places)| Ratio::scaled(part, places));
    let (a, b) = (tried.0.stated.clone(), tried.1.stated.clone());
    let near = Ratio::scaled(4, 1);
    let beside = [a.minus(&b.times(&near)), a.plus(&b.times(&near)), b.minus(&a.times(&near)), b.plus(&a.times(&near))];
    let stated = [a, b];
    parts
        .into_iter()
        .flat_map(move |part| stated.clone().map(|stated| stated.times(&part)))
        .chain(beside.into_iter().filter(|amount| !amount.is_negative()))
}

fn differs((a, b): &(Tried<'_>, Tried<'_>), amount: Ratio) -> Option<(Ratio, Ratio, Ratio)> {
    let (first, second) = (done(b, &done(a, &amount)), done(a, &done(b, &amount)));
    (first != second).then_some((amount, first, second))
}

/// An amount after a step.
fn done(tried: &Tried<'_>, amount: &Ratio) -> Ratio {
    let stated = &tried.stated;
    let at_least = || amount.clone().max(stated.clone());
    match &tried.step.what {
        Adjust::Limit(LimitKind::AtMost, _) => amount.clone().min(stated.clone()),
        Adjust::Limit(LimitKind::AtLeast, _) => at_least(),
        Adjust::Exempt(Exemption::Below, _) if amount < stated => Ratio::ZERO,
        Adjust::Exempt(Exemption::Whole, _) if amount <= stated => Ratio::ZERO,
        Adjust::Exempt(Exemption::Excess, _) => at_least().minus(stated),
        Adjust::Exempt(Exemption::Below | Exemption::Whole, _) => amount.clone(),
        Adjust::Rounded(how) => amount.rounded(how),
        Adjust::Indexed(_) => amount.times(stated),
    }
}
