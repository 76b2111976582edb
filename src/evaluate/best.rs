//! The option of the highest or lowest value.

use crate::base::number::Ratio;
use crate::base::vocabulary::Best;
use crate::evaluate::compute::number;
use crate::evaluate::datum::Gap;
use crate::evaluate::shown::{Names, quantity};
use crate::evaluate::subject::AtHand;
use crate::evaluate::tables::{Chosen, Undecided};
use crate::plan::Disposition;

/// What an option is worth; `None` where its condition does not hold.
pub(crate) type Worth = Result<Option<Ratio>, Gap>;

/// What each option is worth on the event at hand.
pub(crate) fn worth<'a>(hand: &mut AtHand<'_, 'a>, table: &'a Disposition) -> Vec<Worth> {
    let mut one = |option: &'a crate::plan::Choice| {
        if hand.passes(option.provided.as_ref())? { number(&option.value, hand).map(Some) } else { Ok(None) }
    };
    table.options.iter().map(&mut one).collect()
}

/// The option that is taken. One whose value cannot be told leaves the decision open: it might be the best.
pub(crate) fn taken(table: &Disposition, best: Best, worth: &[Worth]) -> Result<Chosen, Undecided> {
    let mut top: Option<(usize, &Ratio)> = None;
    let mut equals: Vec<usize> = Vec::new();
    for (place, worth) in worth.iter().enumerate() {
        let value = match worth {
            Ok(Some(value)) => value,
            Ok(None) => continue,
            Err(gap) => return Err(Undecided::Missing(gap.clone())),
        };
        let better = top.is_none_or(|(_, known)| if best.highest { value > known } else { value < known });
        if better {
            top = Some((place, value));
            equals = vec![place];
        } else if top.is_some_and(|(_, known)| value == known) {
            equals.push(place);
        }
    }
    let (place, value) = top.ok_or(Undecided::NoOption)?;
    if equals.len() > 1 && !best.first_of_equals {
        let name = |place: &usize| table.options.get(*place).map_or_else(String::new, |option| option.name.clone());
        return Err(Undecided::Equal(equals.iter().map(name).collect()));
    }
    Ok(Chosen::Option(place, value.clone()))
}

/// The value of each option in words, and why it was not taken.
pub(crate) fn told(
    names: Names<'_>,
    table: &Disposition,
    worth: &[Worth],
    result: &Result<Chosen, Undecided>,
) -> (Vec<(String, String)>, Vec<Option<String>>) {
    let taken = result.as_ref().ok().and_then(|chosen| chosen.rows().first().copied());
    let of_taken = taken.and_then(|place| worth.get(place)).and_then(|worth| worth.as_ref().ok()).cloned().flatten();
    let mut columns = Vec::new();
    let mut refused = Vec::new();
    for (place, (option, worth)) in table.options.iter().zip(worth).enumerate() {
        let shown = match worth {
            Ok(Some(value)) => quantity(&option.kind, value),
            Ok(None) => "not open".to_owned(),
            Err(gap) => names.gap(gap),
        };
        let reason = match (worth, &of_taken) {
            _ if taken == Some(place) => None,
            (Ok(None), _) => Some("its condition does not hold".to_owned()),
            (Err(gap), _) => Some(names.gap(gap)),
            (Ok(Some(own)), Some(best)) if own == best => Some(format!("{shown}, as much as an option before it")),
            (Ok(Some(_)), Some(best)) => Some(format!("{shown} against {}", quantity(&option.kind, best))),
            (Ok(Some(_)), None) => Some(format!("{shown}, and nothing was decided")),
        };
        columns.push((option.name.clone(), shown));
        refused.push(reason);
    }
    (columns, refused)
}
