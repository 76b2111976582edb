//! A workspace on disk, and the ladder from its texts to statements and decisions. The only layer that opens
//! files; every surface works through it.

mod contracts;
mod files;
mod known;
mod ladder;
pub mod memory;
pub mod period;
mod ready;
mod rules;
pub mod sample;
mod shelf;
mod standard;
pub mod trouble;
mod workspace;

pub use contracts::{Loaded, Texts, load, load_text};
pub use ladder::{Asked, Feeds, Run};
pub use memory::Memory;
pub use ready::Ready;
pub use rules::Rules;
pub use trouble::Trouble;
pub use workspace::Workspace;
