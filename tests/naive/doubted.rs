//! Times in which it cannot be told whether a timeline holds.

use consigne::base::time::{Between, Instant};
use consigne::check::contract::PrimitiveState;
use consigne::check::value::State;

use super::World;
use super::calendar;
use super::states::{kinds_of, told_apart};
use super::values::Found;

impl World<'_> {
    /// When it is not known of an asset whether the timelines hold that a state reads.
    pub(crate) fn doubts_of(&self, state: &State, asset: Option<&str>) -> Found<Vec<Between>> {
        match state {
            State::In(id) => {
                let primitive = &self.contract.states[id.index()];
                if primitive.family.is_some() {
                    return Ok(Vec::new());
                }
                let mut found = self.unclear(primitive);
                found.extend(self.of_no_value(primitive, asset)?);
                Ok(found)
            }
            State::Member => Ok(Vec::new()),
            State::Not(inner) => self.doubts_of(inner, asset),
            State::And(parts) | State::Or(parts) => {
                let all: Found<Vec<Vec<Between>>> = parts.iter().map(|part| self.doubts_of(part, asset)).collect();
                Ok(all?.into_iter().flatten().collect())
            }
        }
    }

    /// Where it begins or ends for all or for nobody knows whom: two records differ, or the field is missing.
    fn unclear(&self, state: &PrimitiveState) -> Vec<Between> {
        let mut kinds = Vec::new();
        kinds_of(&state.from, &mut kinds);
        kinds_of(&state.to, &mut kinds);
        let two = self.facts.events.iter().filter(|event| event.contested).chain(&self.facts.rivals);
        let own = two.filter(|event| event.asset.is_none() && kinds.contains(&event.kind));
        let nameless = self.events_of(None).filter(|event| {
            let same = state.same.as_ref().filter(|_| kinds.contains(&event.kind));
            same.is_some_and(|same| told_apart(state, same, event).is_none())
        });
        let times = own.chain(nameless).map(|event| Between::new(event.at, Instant(event.at.0 + 1)));
        // Of two at one instant nobody knows the order: from then on.
        let open = self.tied_of(None, (&state.from, &state.to)).into_iter();
        times.chain(open.map(|at| Between::new(at, Instant::MAX))).collect()
    }

    /// "Where the attribute of an asset is not known while some site is closed, what depends on it is held."
    fn of_no_value(&self, state: &PrimitiveState, asset: Option<&str>) -> Found<Vec<Between>> {
        let (Some(same), Some(asset)) = (&state.same, asset) else { return Ok(Vec::new()) };
        let there = self.times(&State::Member, Some(asset), calendar::term(self.contract))?;
        let pieces = self.pieces_for_the_same(state, same, asset)?.into_iter();
        let open = pieces
            .filter(|(.., own)| own.is_none())
            .map(|((from, to), ..)| Between::new(from, to.unwrap_or(Instant::MAX)));
        Ok(open
            .flat_map(|open| there.iter().filter_map(move |there| open.intersect(*there)).collect::<Vec<_>>())
            .collect())
    }
}
