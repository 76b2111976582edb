//! Text → `File`: the syntax tree of one contract file, with a place for everything, and nothing
//! resolved yet.

mod amendments;
mod answers;
mod conventions;
mod cursor;
mod documents;
mod expected;
mod grammar;
mod indices;
mod items;
mod limits;
mod meets;
mod orders;
mod outline;
mod owes;
mod parse;
mod rounding;
mod scenarios;
mod sentences;
pub mod tree;
mod values;

pub use outline::outline;
pub use parse::parse;
