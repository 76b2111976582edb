//! The test binary: one file per feature.
