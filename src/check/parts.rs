//! Parts of a payment that its other parts give no meaning to: nothing that is written is ignored.

use crate::base::code::Code;
use crate::base::window::WindowKind;
use crate::check::checker::Checker;
use crate::check::contract::{Basis, Dimension, Opener, TimeUnit};
use crate::check::rates::Pers;
use crate::syntax::tree::Payment;

/// Refuses the first part that would be ignored.
pub(super) fn refuse_parts(
    checker: &mut Checker<'_>,
    payment: &Payment,
    pers: &Pers,
    opener: &Opener,
    basis: &Basis,
    (read, dims): (Option<WindowKind>, &[Dimension]),
) -> Option<()> {
    let time = if let Basis::While(_, _, unit) = basis { Some(unit) } else { None };
    let shares = matches!(time, Some(TimeUnit::Share { .. }));
    let days = shares || matches!(time, Some(TimeUnit::Days { .. } | TimeUnit::BusinessDays { .. }));
    if let (Some(day), false) = (payment.days.first(), days) {
        let help = "remove it, or charge `per day while STATE`, or a month `prorated by day`";
        return checker.wrong(Code::C024, day.span, "no days are counted here".to_owned(), help);
    }
    if let (Some(span), false) = (payment.prorated, shares) {
        let help = "remove it, or write a rate such as `42.00 EUR per ASSET per month while STATE`";
        return checker.wrong(Code::C024, span, "there is no time in a state to prorate".to_owned(), help);
    }
    if let (Some((window, span)), Some(read)) =
        (pers.window, read.filter(|read| Some(*read) != pers.window.map(|(window, _)| window)))
    {
        let message = format!("the rate is per {}, but what it goes by is counted per {}", window.word(), read.word());
        return checker.wrong(Code::C023, span, message, "count it over the same window, or remove the window here");
    }
    refuse_units(checker, pers, opener, basis)?;
    refuse_family(checker, payment, pers, (opener, basis), dims)
}

fn refuse_units(checker: &mut Checker<'_>, pers: &Pers, opener: &Opener, basis: &Basis) -> Option<()> {
    let on_event = matches!(opener, Opener::On(..) | Opener::Outcome(..));
    if let (Some((window, span)), true) = (pers.window, on_event) {
        let message = format!("what is paid on an event is not paid per {}", window.word());
        let help = "remove the window, or leave out the event and write `while STATE`";
        return checker.wrong(Code::C024, span, message, help);
    }
    let counts = matches!(basis, Basis::While(..) | Basis::For(..) | Basis::Lateness(..));
    if let (Some((unit, _, span)), false) = (&pers.unit, counts) {
        let message = format!("`per {}` multiplies nothing here", unit.word());
        return checker.wrong(Code::C024, *span, message, "say what is counted: `for QUANTITY`, or `while STATE`");
    }
    if let (Some(_), false, Some(span)) = (pers.part, counts, pers.span) {
        let help = "remove it; it says how a part of a unit of time or of a quantity counts";
        return checker.wrong(Code::C024, span, "nothing is counted in parts here".to_owned(), help);
    }
    Some(())
}

/// A family in the rate of a measured quantity must be one of its groups.
fn refuse_family(
    checker: &mut Checker<'_>,
    payment: &Payment,
    pers: &Pers,
    (opener, basis): (&Opener, &Basis),
    dims: &[Dimension],
) -> Option<()> {
    if let (Some(family), Opener::On(kind, _)) = (pers.family, opener)
        && checker.family_of(*kind) != Some(family)
    {
        let span = payment.per.first().map_or(payment.span, |per| per.unit.words.span);
        let help = "name the family of the event behind `per`, or leave it out: then it is paid once for each event";
        return checker.wrong(Code::C022, span, "the event happens to another asset family".to_owned(), help);
    }
    let (Some(family), Basis::For(quantity, ..)) = (pers.family, basis) else { return Some(()) };
    if dims.contains(&Dimension::Asset(family)) || !checker.observes(quantity) {
        return Some(());
    }
    let name = checker.families.get(family.index()).map(|family| family.name.clone()).unwrap_or_default();
    let span = payment.per.first().map_or(payment.span, |per| per.unit.words.span);
    let message = format!("the quantity is not counted per {name}");
    checker.wrong(Code::C024, span, message, format!("define it `per {name} per month`, or remove `per {name}` here"))
}
