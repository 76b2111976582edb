//! Which caps of the texts of an amended clause hand on to each other what they leave, or what was owed in rolling windows.

use crate::base::vocabulary::OwedKind;
use crate::check::contract::{Carry, Contract, Owes};

/// The caps of successive texts of one clause that hand on what they leave, in the order of the texts, the cap at this
/// place among them. It is alone where its clause is not amended, or the text before has no such cap.
pub(crate) fn texts_of_cap(contract: &Contract, place: usize) -> Vec<usize> {
    let mut texts = vec![place];
    let mut first = place;
    // INVARIANT (ordered): what a cap takes over is that of an earlier text, so both ends are reached.
    while let Some(before) = before(contract, first) {
        texts.insert(0, before);
        first = before;
    }
    let mut last = place;
    while let Some(after) = (0..contract.owes.len()).find(|other| before(contract, *other) == Some(last)) {
        texts.push(after);
        last = after;
    }
    texts
}

/// The cap of the text before that hands on what it leaves to the one at a place.
fn before(contract: &Contract, place: usize) -> Option<usize> {
    let amended = &contract.amended;
    let version = version_of(contract, place)?;
    let changes = &amended.timelines.get(&amended.versions.get(version)?.clause)?.changes;
    let begins = changes.iter().position(|change| change.to == Some(version))?;
    let earlier = changes.get(begins.checked_sub(1)?)?.to?;
    let own = contract.owes.get(place)?;
    let alike = |version: usize| -> Vec<usize> {
        let all = contract.owes.iter().enumerate().filter(|(_, other)| is_alike(own, other));
        let of_text = all.filter(|(place, _)| version_of(contract, *place) == Some(version));
        of_text.map(|(place, _)| place).collect()
    };
    let over = |place: &usize| contract.owes.get(*place).is_some_and(|other| other.under == own.under);
    let (befores, owns) = (alike(earlier), alike(version));
    let found = match (befores.as_slice(), owns.as_slice()) {
        ([one], [_]) => Some(*one),
        _ => befores.into_iter().find(over),
    };
    let hands_on = |before: &Owes| before.carry != Carry::No || before.rolling.is_some();
    found.filter(|found| contract.owes.get(*found).is_some_and(hands_on))
}

fn version_of(contract: &Contract, place: usize) -> Option<usize> {
    contract.amended.owes.get(&place).map(|(version, _)| *version)
}

/// Whether two caps hold between the same parties, by the same windows and for the same groups.
fn is_alike(one: &Owes, other: &Owes) -> bool {
    let cap = |owes: &Owes| owes.kind == OwedKind::AtMost;
    cap(one)
        && cap(other)
        && one.rolling.is_some() == other.rolling.is_some()
        && (one.party, one.payee, one.window) == (other.party, other.payee, other.window)
        && one.dims == other.dims
}
