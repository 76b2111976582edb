//! Consigne, a rules engine for circular B2B contracts: the contract file itself computes,
//! explains and proves every decision and amount.
//!
//! Start with `src/ARCHITECTURE.md`.

#![cfg_attr(
    test,
    expect(clippy::arithmetic_side_effects, reason = "a test that overflows fails, which is what it should do")
)]

pub mod base;
pub mod check;
pub mod cli;
pub mod evaluate;
pub mod feed;
pub mod live;
pub mod plan;
pub mod render;
pub mod report;
#[cfg(feature = "serve")]
pub mod server;
pub mod session;
pub mod syntax;
pub mod trial;
