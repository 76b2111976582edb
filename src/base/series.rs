//! Values of an outside index, month by month, as they became known.

use crate::base::number::Ratio;
use crate::base::time::{Date, Instant, Month, Zone};

/// A value of one month.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Point {
    /// The month.
    pub month: Month,
    /// When it became known; `None` where that is not said.
    pub published: Option<Instant>,
    /// The day of it, where a day is told and no instant: it is the same day everywhere.
    pub day: Option<Date>,
    /// Whether another value is still to come.
    pub provisional: bool,
    /// The value.
    pub value: Ratio,
    /// Whether another record says otherwise with the same publication.
    pub contested: bool,
}

impl Point {
    /// The day on which it became known, for whoever is in a zone.
    #[must_use]
    pub fn published_on(&self, zone: Zone) -> Option<Date> {
        self.day.or_else(|| self.published.map(|at| zone.date_of(at)))
    }
}

/// A series.
///
/// INVARIANT (sorted): points are in the order of months, then of publication, a final one after a provisional one.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct Series {
    points: Vec<Point>,
}

impl Series {
    /// A series of some points.
    #[must_use]
    pub fn new(mut points: Vec<Point>) -> Self {
        points.sort_by(|a, b| order(a).cmp(&order(b)));
        Self { points }
    }

    /// What was known at an instant; what has no publication was always known.
    #[must_use]
    pub fn as_of(&self, known: Instant) -> Self {
        let points = self.points.iter().filter(|point| point.published.is_none_or(|published| published <= known));
        Self { points: points.cloned().collect() }
    }

    /// The last known value of the latest of some months, both included.
    #[must_use]
    pub fn between(&self, from: Month, to: Month) -> Option<&Point> {
        let behind = self.points.partition_point(|point| point.month <= to);
        self.points.get(..behind)?.last().filter(|point| point.month >= from)
    }

    /// All points.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }
}

fn order(point: &Point) -> (Month, Option<Instant>, bool, &Ratio) {
    (point.month, point.published, !point.provisional, &point.value)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn point(month: &str, published: Option<i64>, provisional: bool, value: i64) -> Point {
        let month = Month::parse(month).unwrap_or(Month::at(0));
        Point {
            month,
            published: published.map(Instant),
            day: None,
            provisional,
            value: Ratio::int(value),
            contested: false,
        }
    }

    #[test]
    fn the_last_known_value_of_a_month_counts() {
        let series = Series::new(vec![
            point("2025-10", Some(200), false, 124),
            point("2025-10", Some(100), true, 123),
            point("2025-09", None, false, 121),
        ]);
        let month = |text: &str| Month::parse(text).unwrap_or(Month::at(0));
        let value = |series: &Series, from: &str, to: &str| {
            series.between(month(from), month(to)).map(|point| point.value.clone())
        };
        assert_eq!(value(&series, "2025-10", "2025-10"), Some(Ratio::int(124)));
        assert_eq!(value(&series.as_of(Instant(150)), "2025-10", "2025-10"), Some(Ratio::int(123)));
        assert_eq!(value(&series.as_of(Instant(50)), "2025-10", "2025-10"), None);
        assert_eq!(value(&series, "2025-08", "2025-11"), Some(Ratio::int(124)));
        assert_eq!(value(&series.as_of(Instant(50)), "2025-08", "2025-11"), Some(Ratio::int(121)));
        assert_eq!(value(&series, "2025-11", "2025-12"), None);
    }
}
