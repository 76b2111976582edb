//! Scenarios: the examples that stand beside the clauses, run on the engine itself.

mod expect;
mod facts;
mod held;
mod run;
mod schema;
mod table;
mod told;

pub use run::{Failure, Trial, run};
pub use schema::schema;
