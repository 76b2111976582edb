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

mod again;
mod aggregates;
mod amended;
mod amended_deposits;
mod amended_figures;
mod amendments;
mod at_hand;
mod bad_input;
mod before_the_term;
mod carried;
mod cli;
mod contested;
mod corrected;
mod costs;
mod decay;
mod decisions;
mod deposits;
mod deposits_by_outcome;
mod deposits_of_members;
mod documents;
mod earn_back;
mod ended;
mod estimates;
mod expectations;
mod feeds;
mod finality;
mod fleet;
mod identity;
mod indexation;
mod instants;
mod judgements;
mod key_figures;
mod late;
mod lateness;
mod lifecycle;
mod limits;
mod limits_of_members;
mod lone_returns;
mod lots;
mod lots_shared;
mod meaning;
mod memory;
mod mutilated;
mod naive;
mod named_hours;
mod nothing;
mod notices;
mod obligations_of_members;
mod offered;
mod oneline;
mod order;
mod overlaps;
mod parquet;
mod parties;
mod partitions;
mod prose;
mod ranks;
mod records;
mod reference;
mod rights;
mod samples;
#[cfg(feature = "serve")]
mod second_look;
mod second_look_later;
mod serve;
mod served_names;
mod shared_groups;
mod sharing;
mod slips;
mod snapshots;
mod stumbles;
mod stumbles_two;
mod support;
mod tables;
mod tax;
mod tidy;
mod timelines;
mod told;
mod windows;
mod words;
mod worked;
