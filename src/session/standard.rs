//! The library that every installation has.

/// Names and texts.
const TEXTS: [(&str, &str); 5] = [
    ("std/ccag-fcs-2009", include_str!("../../contracts/std/ccag-fcs-2009.consigne")),
    ("std/ccag-fcs-2021", include_str!("../../contracts/std/ccag-fcs-2021.consigne")),
    ("std/key-figures", include_str!("../../contracts/std/key-figures.consigne")),
    ("std/lifecycle", include_str!("../../contracts/std/lifecycle.consigne")),
    ("std/lifecycle-states", include_str!("../../contracts/std/lifecycle-states.consigne")),
];

/// The text of a name.
pub(super) fn text(name: &str) -> Option<&'static str> {
    TEXTS.iter().find(|(known, _)| *known == name).map(|(_, text)| *text)
}

/// All names, in order.
pub(super) fn names() -> impl Iterator<Item = &'static str> {
    TEXTS.iter().map(|(name, _)| *name)
}
