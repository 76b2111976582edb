//! What was read, packed: one line after the other in as few bytes as it takes, until its contracts are resolved.
//!
//! A line is kept by the first contract that it is for. Its texts stand in it as they are, but for values and names of
//! assets, which are numbers of the feed's pools.

use std::borrow::Cow;

use crate::base::ids::KindId;
use crate::base::time::Instant;
use crate::feed::events::Origin;
use crate::feed::figure::Figure;
use crate::feed::raw::{Line, Role};

const RECORDED: u8 = 1;
const ASSET: u8 = 2;
const ID: u8 = 4;
const LINK: u8 = 8;
const RETRACTS: u8 = 16;
const RETRACTION: u8 = 32;
const STRAY: u8 = 64;

/// Adds a line to others, with so many events, which are packed already.
pub(crate) fn pack(out: &mut Vec<u8>, line: &Line<'_>, role: Role, (count, events): (usize, &[u8])) {
    let flag = |is: bool, flag: u8| if is { flag } else { 0 };
    let role = match role {
        Role::Events => 0,
        Role::Retraction => RETRACTION,
        Role::Stray => STRAY,
    };
    let flags = flag(line.recorded.is_some(), RECORDED)
        | flag(line.asset.is_some(), ASSET)
        | flag(line.id.is_some(), ID)
        | flag(line.link.is_some(), LINK)
        | flag(line.link.as_ref().is_some_and(|(_, retracts)| *retracts), RETRACTS)
        | role;
    out.push(flags);
    whole(out, u64::from(line.origin.file));
    whole(out, u64::from(line.origin.line));
    out.extend_from_slice(&line.occurred.0.to_le_bytes());
    if let Some(recorded) = line.recorded {
        out.extend_from_slice(&recorded.0.to_le_bytes());
    }
    signed(out, line.quantity);
    signed(out, line.sequence);
    whole(out, u64::from(line.source));
    if let Some(asset) = line.asset {
        whole(out, u64::from(asset));
    }
    let texts = line.id.iter().chain(line.link.as_ref().map(|(target, _)| target));
    texts.for_each(|id| text(out, id));
    whole(out, count as u64);
    out.extend_from_slice(events);
}

/// Adds the start of an event; its values follow.
pub(crate) fn event(out: &mut Vec<u8>, contract: usize, kind: KindId) {
    whole(out, contract as u64);
    whole(out, kind.index() as u64);
}

/// Adds a value of an event.
pub(crate) fn value(out: &mut Vec<u8>, figure: Option<Figure>) {
    match figure {
        None => out.push(0),
        Some(figure) => {
            whole(out, u64::from(figure.scale).saturating_add(1));
            long(out, figure.mantissa);
        }
    }
}

/// A number in sevens of bits, the lowest first; the highest bit of a byte says that more follow.
fn whole(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

/// A number whose sign is its lowest bit, so that small ones stay short.
fn signed(out: &mut Vec<u8>, number: i64) {
    whole(out, (number.cast_unsigned() << 1) ^ (number >> 63).cast_unsigned());
}

/// The same of a number of any length.
fn long(out: &mut Vec<u8>, number: i128) {
    let mut folded = (number.cast_unsigned() << 1) ^ (number >> 127).cast_unsigned();
    while u64::try_from(folded).is_err() {
        out.push(u8::try_from(folded & 0x7f).unwrap_or_default() | 0x80);
        folded >>= 7;
    }
    whole(out, u64::try_from(folded).unwrap_or_default());
}

fn text(out: &mut Vec<u8>, text: &str) {
    whole(out, text.len() as u64);
    out.extend_from_slice(text.as_bytes());
}

/// Unpacks lines. What is asked for and not there is `None`, which only bytes that were damaged on a disk can be.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Unpacked<'a>(&'a [u8]);

impl<'a> Unpacked<'a> {
    /// The lines in these bytes.
    pub(crate) fn new(bytes: &'a [u8]) -> Self {
        Self(bytes)
    }

    /// Whether all were unpacked.
    pub(crate) fn is_over(&self) -> bool {
        self.0.is_empty()
    }

    /// The next line and what it is to the feed, but for its events: so many follow.
    pub(crate) fn line(&mut self) -> Option<(Line<'a>, Role, u32)> {
        let flags = self.byte()?;
        let has = |flag: u8| flags & flag != 0;
        let origin = Origin { file: self.number()?, line: self.number()? };
        let occurred = self.instant()?;
        let recorded = if has(RECORDED) { Some(self.instant()?) } else { None };
        let quantity = i64::try_from(self.signed()?).ok()?;
        let sequence = i64::try_from(self.signed()?).ok()?;
        let source = self.number()?;
        let asset = if has(ASSET) { Some(self.number()?) } else { None };
        let id = if has(ID) { Some(Cow::Borrowed(self.text()?)) } else { None };
        let link = if has(LINK) { Some((Cow::Borrowed(self.text()?), has(RETRACTS))) } else { None };
        let role = match (has(RETRACTION), has(STRAY)) {
            (true, _) => Role::Retraction,
            (false, true) => Role::Stray,
            (false, false) => Role::Events,
        };
        let line = Line { origin, occurred, recorded, quantity, sequence, asset, source, id, link };
        Some((line, role, self.number()?))
    }

    /// The next line, packed as it is, where it gives no events.
    pub(crate) fn bare_line(&mut self) -> Option<&'a [u8]> {
        let before = self.0;
        let (_, _, events) = self.line()?;
        let length = before.len().checked_sub(self.0.len())?;
        if events == 0 { before.get(..length) } else { None }
    }

    /// The next line and all of its bytes, where `fields` tells how many values an event of a contract and kind has.
    pub(crate) fn whole_line(
        &mut self,
        fields: impl Fn(usize, usize) -> Option<usize>,
    ) -> Option<(Line<'a>, &'a [u8])> {
        let before = self.0;
        let (line, _, events) = self.line()?;
        for _ in 0..events {
            let (contract, kind) = self.event()?;
            for _ in 0..fields(contract, kind.index())? {
                self.value()?;
            }
        }
        let length = before.len().checked_sub(self.0.len())?;
        Some((line, before.get(..length)?))
    }

    /// The contract and kind of the next event.
    pub(crate) fn event(&mut self) -> Option<(usize, KindId)> {
        Some((self.number()? as usize, KindId::at(self.number()? as usize)))
    }

    /// Its next value.
    pub(crate) fn value(&mut self) -> Option<Option<Figure>> {
        match self.number()?.checked_sub(1) {
            None => Some(None),
            Some(scale) => Some(Some(Figure { mantissa: self.signed()?, scale })),
        }
    }

    fn byte(&mut self) -> Option<u8> {
        let (first, rest) = self.0.split_first()?;
        self.0 = rest;
        Some(*first)
    }

    fn take<const N: usize>(&mut self) -> Option<&'a [u8; N]> {
        let (taken, rest) = self.0.split_first_chunk::<N>()?;
        self.0 = rest;
        Some(taken)
    }

    fn instant(&mut self) -> Option<Instant> {
        self.take::<8>().map(|bytes| Instant(i64::from_le_bytes(*bytes)))
    }

    fn text(&mut self) -> Option<&'a str> {
        let length = self.number()? as usize;
        let (text, rest) = self.0.split_at_checked(length)?;
        self.0 = rest;
        std::str::from_utf8(text).ok()
    }

    fn number(&mut self) -> Option<u32> {
        let first = self.byte()?;
        if first < 0x80 {
            return Some(u32::from(first));
        }
        self.short(first)
    }

    /// The rest of a number of a few bytes.
    fn short(&mut self, first: u8) -> Option<u32> {
        let mut number = u64::from(first & 0x7f);
        for shift in [7, 14, 21, 28] {
            let byte = self.byte()?;
            number |= u64::from(byte & 0x7f) << shift;
            if byte < 0x80 {
                return u32::try_from(number).ok();
            }
        }
        None
    }

    fn signed(&mut self) -> Option<i128> {
        let first = self.byte()?;
        let folded = if first < 0x80 { u128::from(first) } else { self.more(first)? };
        Some((folded >> 1).cast_signed() ^ (folded & 1).cast_signed().wrapping_neg())
    }

    /// The rest of a number of several bytes.
    fn more(&mut self, first: u8) -> Option<u128> {
        let mut number = u128::from(first & 0x7f);
        let mut shift: u32 = 7;
        loop {
            let byte = self.byte()?;
            number |= u128::from(byte & 0x7f).checked_shl(shift)?;
            if byte < 0x80 {
                return Some(number);
            }
            shift = shift.checked_add(7)?;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn line() -> impl Strategy<Value = (Line<'static>, Vec<Option<Figure>>)> {
        let figure = (any::<i64>(), 0..=18_u32)
            .prop_map(|(mantissa, scale)| Figure { mantissa: i128::from(mantissa).saturating_mul(1 << 40), scale });
        let values = prop::collection::vec(prop::option::of(figure), 0..4);
        let texts = prop::sample::select(vec!["", "e1", "Überführung", "|\\|"]).prop_map(Cow::Borrowed);
        let head = (any::<i64>(), prop::option::of(any::<i64>()), any::<i64>(), any::<u32>());
        (head, prop::option::of(texts.clone()), prop::option::of((texts, any::<bool>())), values).prop_map(
            |((at, recorded, number, source), id, link, values)| {
                let line = Line {
                    origin: Origin { file: source, line: u32::MAX },
                    occurred: Instant(at),
                    recorded: recorded.map(Instant),
                    quantity: number,
                    sequence: number.wrapping_neg(),
                    asset: recorded.map(|_| source),
                    source,
                    id,
                    link,
                };
                (line, values)
            },
        )
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(
            (line, values) in line(),
            role in prop::sample::select(vec![Role::Events, Role::Retraction, Role::Stray]),
        ) {
            let mut events = Vec::new();
            event(&mut events, 300, KindId::at(2));
            values.iter().for_each(|figure| value(&mut events, *figure));
            let mut bytes = Vec::new();
            pack(&mut bytes, &line, role, (1, &events));
            let mut unpacked = Unpacked::new(&bytes);
            let (found, as_what, count) = unpacked.line().unwrap();
            prop_assert_eq!((format!("{found:?}"), as_what, count), (format!("{line:?}"), role, 1));
            prop_assert_eq!(unpacked.event(), Some((300, KindId::at(2))));
            for value in values {
                prop_assert_eq!(unpacked.value(), Some(value));
            }
            prop_assert!(unpacked.is_over());
            // Cut off anywhere, it is told.
            let mut cut = Unpacked::new(bytes.get(..bytes.len() / 3).unwrap());
            prop_assert!(cut.line().is_none());
        }
    }
}
