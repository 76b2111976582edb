//! The order of caps, minimums and exemptions that meet over the same clauses: asked where it can change what is owed.

use crate::base::code::Code;
use crate::base::diagnostic::Diagnostic;
use crate::base::number::Ratio;
use crate::base::span::Span;
use crate::base::value::Kind;
use crate::base::vocabulary::{Exemption, OwedKind};
use crate::base::window::WindowKind;
use crate::check::bands::shown;
use crate::check::checker::Checker;
use crate::check::contract::{Carry, Owes};

/// Two of them that meet, and what the order changes.
enum Meeting {
    /// Nothing.
    Indifferent,
    /// What is charged each period, in how many of them, and what is owed in all: the earlier first, the later first.
    Shown(Ratio, usize, Ratio, Ratio),
    /// Something, which no figure shows.
    Open,
}

impl Checker<'_> {
    /// Puts those that meet in the order of `then`, and asks where it is not said and can change what is owed.
    pub(super) fn order_owes(&mut self) {
        let all = self.owes.clone();
        for (later, own) in all.iter().enumerate() {
            let mut after = Vec::new();
            let mut questions = Vec::new();
            let mut longer = None;
            for (place, earlier) in all.iter().enumerate().take(later) {
                let meet = earlier.party == own.party
                    && !self.amended.are_apart(place, later)
                    && earlier.under.iter().any(|clause| own.under.contains(clause));
                longer = longer.or(Some(earlier.span).filter(|_| meet && self.is_cut_by(own, earlier)));
                match meet.then(|| self.meeting(earlier, own)) {
                    None | Some(Meeting::Indifferent) => {}
                    Some(_) if own.then => after.push(place),
                    Some(open) => questions.push(self.question_of_order(earlier, own, &open)),
                }
            }
            questions.into_iter().for_each(|question| self.report(question));
            let mut before = after.iter().filter_map(|place: &usize| all.get(*place));
            if let Some(earlier) = before.find(|earlier| is_finer(own, earlier)) {
                let message = "what holds for all together cannot come before what holds for each group".to_owned();
                let wrong = Diagnostic::new(Code::C023, own.span, message).and_at(earlier.span, "this comes first");
                self.report(wrong.help("put the one for each group first"));
            }
            self.refuse_shorter_behind_longer(own, longer);
            if let Some(own) = self.owes.get_mut(later) {
                own.after = after;
            }
        }
    }

    /// Refuses a limit over windows of which several lie in a settlement period, behind one over longer windows: what that takes
    /// back in a settlement is one amount, which no shorter window has.
    fn refuse_shorter_behind_longer(&mut self, own: &Owes, longer: Option<Span>) {
        if let Some(span) = longer {
            let word = own.window.word();
            let message =
                format!("what holds for each {word} cannot come behind what is settled for a longer time together");
            let wrong = Diagnostic::new(Code::C023, own.span, message).and_at(span, "this comes first");
            self.report(wrong.help("put the one for the shorter window first, or settle as often"));
        }
    }

    /// Whether several windows of a limit lie in one settlement period, and fewer of another one.
    fn is_cut_by(&self, own: &Owes, other: &Owes) -> bool {
        let length = |window: WindowKind| match window {
            WindowKind::Day => 0,
            WindowKind::Week => 1,
            WindowKind::Month
            | WindowKind::ContractMonth
            | WindowKind::Quarter
            | WindowKind::ContractQuarter
            | WindowKind::Year
            | WindowKind::ContractYear
            | WindowKind::Rolling { .. } => window.months().unwrap_or(1).saturating_add(1),
            WindowKind::Term => i32::MAX,
        };
        own.rolling.is_none()
            && length(own.window) < length(self.rhythm())
            && (other.rolling.is_some() || length(own.window) < length(other.window))
    }

    fn meeting(&self, earlier: &Owes, later: &Owes) -> Meeting {
        // What one takes back is left of the other, and carried over.
        if earlier.carry != Carry::No || later.carry != Carry::No {
            return Meeting::Open;
        }
        let alike = earlier.window == later.window
            && earlier.rolling == later.rolling
            && earlier.dims == later.dims
            && same(earlier, later);
        let limits = matches!(earlier.kind, OwedKind::AtMost | OwedKind::AtLeast);
        if alike && limits && earlier.kind == later.kind {
            return Meeting::Indifferent;
        }
        let figures = (self.constant(&earlier.amount), self.constant(&later.amount));
        let (Some(first), Some(second)) = figures else { return Meeting::Open };
        let rolling = earlier.rolling.is_some() || later.rolling.is_some();
        if !same(earlier, later) || earlier.dims != later.dims || rolling {
            return Meeting::Open;
        }
        let spans = (self.periods(earlier), self.periods(later));
        let (first, second) = ((earlier.kind, first, spans.0), (later.kind, second, spans.1));
        probe(&first, &second)
    }

    /// In how many settlement periods the window of one lies, for the sake of an example.
    fn periods(&self, owes: &Owes) -> usize {
        let each = self.rhythm().months().unwrap_or(1);
        let term = owes.window == WindowKind::Term;
        let months = if term { 24 } else { owes.window.months().unwrap_or(each) };
        let periods = months.checked_div(each).unwrap_or(1);
        usize::try_from(periods).unwrap_or(1).clamp(1, 24)
    }

    fn question_of_order(&self, earlier: &Owes, later: &Owes, open: &Meeting) -> Diagnostic {
        let (first, second) = (self.words_of_owed(earlier), self.words_of_owed(later));
        let message = format!("`{first}` and `{second}` meet, and it is not said which comes first");
        let money = Kind::Money(self.currency);
        let (label, one, two) = match open {
            Meeting::Shown(charged, periods, one, two) => {
                let each = if *periods == 1 { String::new() } else { format!(" in each of {periods} periods") };
                let label = format!("with {} charged{each}, there would be owed", shown(charged, &money));
                (label, shown(one, &money), shown(two, &money))
            }
            Meeting::Indifferent | Meeting::Open => {
                let one = "this one first; the other takes what it leaves".to_owned();
                (String::new(), one.clone(), one)
            }
        };
        Diagnostic::new(Code::C140, later.span, message)
            .label(label)
            .and_at(earlier.span, "it meets this one")
            .answer(format!("{first}, then {second}"), one)
            .answer(format!("{second}, then {first}"), two)
            .help("join them by `, then` in one sentence, or begin the sentence of the one that comes last, below the other, with `then`")
    }

    fn words_of_owed(&self, owes: &Owes) -> String {
        let words = self.words(owes.span);
        words.split(" under ").next().unwrap_or_default().trim_end_matches(',').to_owned()
    }
}

/// Whether both stand over the same clauses.
fn same(a: &Owes, b: &Owes) -> bool {
    a.under.len() == b.under.len() && a.under.iter().all(|clause| b.under.contains(clause))
}

fn is_finer(own: &Owes, earlier: &Owes) -> bool {
    own.dims.iter().any(|dim| !earlier.dims.contains(dim))
}

/// One of two that meet: which way, how much, over how many periods.
type Side = (OwedKind, Ratio, usize);

/// Charges that bring out what the order changes: as much each period, around each amount and their sum; then in the
/// first two periods only.
fn probe(first: &Side, second: &Side) -> Meeting {
    let periods = first.2.max(second.2);
    let shares = [(1_i128, 2_i128), (1, 1), (6, 5), (2, 1), (5, 1)];
    let sizes = [first.1.clone(), second.1.clone(), first.1.plus(&second.1)];
    for used in [periods, 2.min(periods)] {
        for size in &sizes {
            for share in shares {
                let charged = size.times(&Ratio::new(share.0, share.1).unwrap_or_default());
                let charges: Vec<Ratio> =
                    (0..periods).map(|place| if place < used { charged.clone() } else { Ratio::ZERO }).collect();
                let one = total(&applied(second, &applied(first, &charges)));
                let two = total(&applied(first, &applied(second, &charges)));
                if one != two {
                    return Meeting::Shown(charged, used, one, two);
                }
            }
        }
    }
    Meeting::Indifferent
}

fn total(amounts: &[Ratio]) -> Ratio {
    amounts.iter().fold(Ratio::ZERO, |sum, amount| sum.plus(amount))
}

/// What is owed each period of what is charged each period.
fn applied((kind, amount, window): &Side, charges: &[Ratio]) -> Vec<Ratio> {
    let mut owed = Vec::new();
    for of_window in charges.chunks(*window) {
        let (mut charged, mut before) = (Ratio::ZERO, Ratio::ZERO);
        for (place, charge) in of_window.iter().enumerate() {
            charged = charged.plus(charge);
            let over = place.saturating_add(1) == of_window.len();
            let through = match kind {
                OwedKind::AtMost => charged.clone().min(amount.clone()),
                OwedKind::AtLeast if over => charged.clone().max(amount.clone()),
                OwedKind::Exempt(Exemption::Below) if charged < *amount => Ratio::ZERO,
                OwedKind::Exempt(Exemption::Whole | Exemption::Excess) if charged <= *amount => Ratio::ZERO,
                OwedKind::AtLeast | OwedKind::Exempt(Exemption::Whole | Exemption::Below) => charged.clone(),
                OwedKind::Exempt(Exemption::Excess) => charged.minus(amount),
            };
            owed.push(through.minus(&before));
            before = through;
        }
    }
    owed
}
