//! The test binary: one file a feature.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::indexing_slicing,
    clippy::print_stderr,
    clippy::string_slice,
    clippy::unwrap_used,
    reason = "tests read files and fail loudly"
)]

mod fleet;
mod oneline;
mod reference;
mod samples;
mod support;
