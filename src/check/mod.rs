//! `File` → `Contract`: names, types and units, dates, bands, questions.
//!
//! INVARIANT (checked): only this layer builds a `Contract`, and only from a file without errors and
//! open questions. After it no name is looked up as a string.

pub mod contract;
pub mod value;
