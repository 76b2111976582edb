//! The ground floor: texts and places, diagnostics, exact numbers, time and calendars, typed ids.
//! Imports no other layer.

pub mod code;
pub mod diagnostic;
pub mod ids;
pub mod source;
pub mod span;
pub mod value;
pub mod vocabulary;
