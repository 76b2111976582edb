//! Times between two events.

use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Between, Instant};
use consigne::base::vocabulary::SecondStart;
use consigne::check::contract::Dimension;
use consigne::check::value::Point;

use super::World;
use super::calendar::{self, Window};
use super::measures::Occurrence;
use super::values::{Found, Gap, Hand};

impl World<'_> {
    /// "`time from EVENT to EVENT` counts where it ends, as a whole."
    pub(crate) fn between(
        &self,
        (from, to): (&Point, &Point),
        unit: &Unit,
        (inside, window): (Between, Window),
        dims: &[Dimension],
    ) -> Found<Vec<Occurrence>> {
        let family = self.family_of_point(from).expect("check refuses times that begin with no event of an asset");
        let mut found = Vec::new();
        for asset in self.assets(family) {
            let lots = self.undivided(&asset, &[(from, to)], window.kind, window);
            for lot in &lots {
                found.push(Occurrence::of(inside.start, self.group_at(dims, &Hand::of_event(lot))?, Err(Gap::Held)));
            }
            if let Some((group, at)) = self.not_begun((from, to), &asset, dims, inside)? {
                found.push(Occurrence::of(at, group, Err(Gap::Held)));
            }
            if !lots.is_empty() {
                continue;
            }
            let mut open: Option<Instant> = None;
            for event in self.events_of(Some(&asset)) {
                if self.is_point(to, event)?
                    && let Some(start) = open.take()
                    && inside.contains(event.at)
                {
                    let value = self.length(Between::new(start, event.at), unit);
                    let group = self.group_at(dims, &Hand::of_event(event))?;
                    found.push(Occurrence::on(event, group, Ok(Some(value))));
                }
                if self.is_point(from, event)? {
                    let restarts = self.contract.conventions.second_start == Some(SecondStart::Restarts);
                    if open.is_none() || restarts {
                        open = Some(event.at);
                    }
                }
            }
        }
        Ok(found)
    }

    /// "In days, it is the number of days from one date to the other. In business days, it is the business days after
    /// the first day, up to and with the last."
    fn length(&self, span: Between, unit: &Unit) -> Ratio {
        let zone = self.contract.zone;
        let (mut date, last) = (zone.date_of(span.start), zone.date_of(span.end));
        let business = match unit {
            Unit::Day => false,
            Unit::BusinessDay => true,
            _ => return self.in_unit(span, unit),
        };
        let mut days = 0;
        while date < last {
            date = date.plus_days(1);
            days += i64::from(!business || calendar::is_business_day(self.contract, date));
        }
        Ratio::int(days)
    }
}
