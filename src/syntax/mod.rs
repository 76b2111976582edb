//! Text → `File`: the syntax tree of one contract file, with a place for everything, and nothing
//! resolved yet.

pub mod tree;
