//! The test binary: one file a feature.

#![expect(
    clippy::arithmetic_side_effects,
    clippy::disallowed_methods,
    clippy::tests_outside_test_module,
    reason = "tests read files and fail loudly"
)]

mod fleet;
mod oneline;
mod reference;
mod samples;
mod support;
