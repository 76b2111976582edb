//! Instants, local days and zones. The only user of chrono, whose own arithmetic can panic.

mod date;
mod instant;
mod offsets;
mod zone;

pub use date::{Date, Month, MonthEnd, Weekday};
pub use instant::{Between, Instant};
pub use zone::Zone;
