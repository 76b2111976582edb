//! `Plan` and `Feed` → observations, decisions, settlements. A function from values to values: no clock, no
//! file, no environment.

mod adjust;
pub mod balances;
mod best;
mod charges;
mod compute;
mod contested;
mod datum;
pub mod decide;
mod declared;
mod deposits;
mod desk;
mod duties;
mod governed;
mod held;
pub mod indices;
mod judged;
mod lateness;
mod ledger;
mod level;
mod lines;
mod lots;
mod meetings;
mod meter;
pub mod observations;
mod observe;
mod of_group;
mod owes;
mod parties;
mod past;
mod percentile;
pub mod ranks;
pub mod rights;
mod scene;
pub mod settle;
mod shares;
pub mod shown;
mod states;
mod subject;
mod timelines;
mod totals;

pub use datum::Gap;
pub use decide::decide;
pub use observe::observe;
pub use ranks::ranked;
pub use settle::settle;
