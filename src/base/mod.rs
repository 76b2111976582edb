//! The ground floor: texts and places, diagnostics, exact numbers, time and calendars, typed ids.
//! Imports no other layer.

pub mod calendar;
pub mod code;
pub mod currency;
pub mod datum;
pub mod decimal;
pub mod diagnostic;
pub mod holidays;
pub mod ids;
pub mod money;
pub mod movement;
pub mod number;
pub mod quantity;
pub mod series;
pub mod source;
pub mod span;
pub mod suggest;
pub mod symbol;
pub mod time;
pub mod value;
pub mod vocabulary;
pub mod window;
