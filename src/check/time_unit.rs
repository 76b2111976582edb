//! How time in a state is counted.

use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::vocabulary::Part;

/// How time in a state becomes a quantity.
#[derive(Clone, PartialEq, Debug)]
pub enum TimeUnit {
    /// `per month prorated by day`: the part of the line's window that the counted days are.
    Share {
        /// Whether the first day counts.
        first: bool,
        /// Whether the last day counts.
        last: bool,
    },
    /// `per month pro rata | commenced | completed`: by time.
    Window(Part),
    /// `per day`: counted days.
    Days {
        /// Whether the first day counts.
        first: bool,
        /// Whether the last day counts.
        last: bool,
    },
    /// `per business day`: counted business days.
    BusinessDays {
        /// Whether the first day counts.
        first: bool,
        /// Whether the last day counts.
        last: bool,
    },
    /// `per hour`: time, in units of this size of seconds of the clock or of working hours.
    Time(Unit, Ratio, Part),
}
