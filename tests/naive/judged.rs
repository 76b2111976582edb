//! What is left to a person, decisions by value, and decisions that are final.

use consigne::base::ids::ObligationId;
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::value::Literal;
use consigne::base::vocabulary::Best;
use consigne::check::contract::Disposition;

use super::World;
use super::calendar;
use super::facts::Event;
use super::values::{Datum, Found, Gap, Hand, literal};

impl World<'_> {
    /// The end of what is asked for.
    pub(crate) fn end_of_all(&self) -> Instant {
        calendar::bounds(self.contract, self.last).end.min(calendar::term(self.contract).end)
    }

    /// "A judgement in time counts. When the time is over without one, the value behind `otherwise` holds. Until then the
    /// term is open: what depends on it is held."
    pub(crate) fn judged(&self, id: ObligationId, otherwise: &Literal, hand: &Hand<'_>) -> Found<Datum> {
        let Some(event) = hand.event else { panic!("check refuses a judgement without an event") };
        let Some(duty) = self.duties(id)?.into_iter().find(|duty| duty.opened == *event) else {
            panic!("check refuses a judgement of another event");
        };
        if duty.unknown {
            return Err(Gap::Held);
        }
        if let Some(judgement) = &duty.done_by {
            let fields = &self.contract.kinds[judgement.kind.index()].fields;
            let value = fields.iter().position(|field| field.name == "value");
            return value.and_then(|place| judgement.fields[place].clone()).ok_or(Gap::Held);
        }
        if duty.missed.is_some_and(|missed| missed <= self.end_of_all()) {
            Ok(literal(otherwise))
        } else {
            Err(Gap::Held)
        }
    }

    /// "takes the option of the highest value, `lowest of` the one of the lowest. Where two options may have one value:
    /// the one written first, or nothing is decided. Where no option is open nothing is decided. The same holds where the
    /// value of an open option cannot be told." The option and its value.
    pub(crate) fn best(&self, table: &Disposition, best: Best, event: &Event) -> Found<Option<Vec<Vec<Literal>>>> {
        let hand = Hand::of_event(event);
        let mut open: Vec<(usize, Ratio)> = Vec::new();
        for (place, option) in table.options.iter().enumerate() {
            let told = match &option.provided {
                None => Ok(true),
                Some(condition) => self.holds(condition, &hand),
            };
            match told {
                Ok(false) => continue,
                Ok(true) => {}
                Err(_) => return Ok(None),
            }
            match self.number(&option.value, &hand) {
                Ok(value) => open.push((place, value)),
                Err(_) => return Ok(None),
            }
        }
        let values = open.iter().map(|(_, value)| value.clone());
        let Some(value) = (if best.highest { values.max() } else { values.min() }) else { return Ok(None) };
        let equal: Vec<usize> = open.iter().filter(|(_, own)| *own == value).map(|(place, _)| *place).collect();
        if equal.len() > 1 && !best.first_of_equals {
            return Ok(None);
        }
        let place = u32::try_from(equal[0]).unwrap_or(0);
        let outputs = [Literal::Choice(place), Literal::Quantity(value)];
        Ok(Some(outputs.into_iter().take(table.outputs.len()).map(|output| vec![output]).collect()))
    }
}
