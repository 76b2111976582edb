//! Themes: small contracts about one rare construct each, with a feed in which it matters.

use super::{Draft, Random, dense, pool, text};

/// What a contract is about.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Theme {
    Ranks,
    Equals,
    CarriedOver,
    Percentiles,
    Chained,
    HeldValues,
    GrowingCaps,
    AmendedCaps,
    AmendedDeposits,
    AmendedMeetings,
    RecordsBegin,
    Names,
}

const THEMES: [Theme; 12] = [
    Theme::Ranks,
    Theme::Equals,
    Theme::CarriedOver,
    Theme::Percentiles,
    Theme::Chained,
    Theme::HeldValues,
    Theme::GrowingCaps,
    Theme::AmendedCaps,
    Theme::AmendedDeposits,
    Theme::AmendedMeetings,
    Theme::RecordsBegin,
    Theme::Names,
];

/// A contract of a theme; the themes follow each other.
pub(super) fn draft(random: &mut Random, place: u64) -> Draft {
    let theme = THEMES[usize::try_from(place).unwrap_or(0) % THEMES.len()];
    if theme == Theme::Names {
        return pool::draft(random, true);
    }
    let mut frame = text::frame(random);
    if theme == Theme::RecordsBegin {
        text::records_begin(random, &mut frame);
    }
    let pieces = text::themed(random, &frame, theme);
    let (rows, events) = dense::facts(random, &frame, theme);
    let indexed = matches!(theme, Theme::Chained | Theme::HeldValues);
    let indices = if indexed { text::published(random, &frame, theme == Theme::HeldValues) } else { Vec::new() };
    Draft { frame, pieces, events, rows, indices, as_of: None }
}
