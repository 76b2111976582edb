//! What was read, packed: one line after the other in as few bytes as it takes, until its contracts are resolved.
//!
//! A line is kept by the first contract that it is for. Its texts stand in it as they are, but for values and names of
//! assets, which are numbers of the feed's pools.

use crate::base::ids::KindId;
use crate::base::time::Instant;
use crate::feed::events::Origin;
use crate::feed::figure::Figure;
use crate::feed::raw::Role;

/// A line as it is packed and unpacked.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Packed<'a> {
    pub(crate) origin: Origin,
    pub(crate) occurred: Instant,
    pub(crate) recorded: Option<Instant>,
    pub(crate) quantity: i64,
    pub(crate) sequence: i64,
    pub(crate) asset: Option<u32>,
    pub(crate) source: u32,
    pub(crate) id: Option<&'a str>,
    /// The id that it corrects or retracts, and whether it retracts.
    pub(crate) link: Option<(&'a str, bool)>,
    pub(crate) role: Role,
    /// How many events it gives, and these, packed.
    pub(crate) events: (u32, &'a [u8]),
}

const RECORDED: u8 = 1;
const ASSET: u8 = 2;
const ID: u8 = 4;
const LINK: u8 = 8;
const RETRACTS: u8 = 16;
const RETRACTION: u8 = 32;
const STRAY: u8 = 64;

impl Packed<'_> {
    /// Adds the line to others.
    pub(crate) fn pack(&self, out: &mut Vec<u8>) {
        let flag = |is: bool, flag: u8| if is { flag } else { 0 };
        let role = match self.role {
            Role::Events => 0,
            Role::Retraction => RETRACTION,
            Role::Stray => STRAY,
        };
        let flags = flag(self.recorded.is_some(), RECORDED)
            | flag(self.asset.is_some(), ASSET)
            | flag(self.id.is_some(), ID)
            | flag(self.link.is_some(), LINK)
            | flag(self.link.is_some_and(|(_, retracts)| retracts), RETRACTS)
            | role;
        out.push(flags);
        whole(out, u128::from(self.origin.file));
        whole(out, u128::from(self.origin.line));
        out.extend_from_slice(&self.occurred.0.to_le_bytes());
        if let Some(recorded) = self.recorded {
            out.extend_from_slice(&recorded.0.to_le_bytes());
        }
        signed(out, i128::from(self.quantity));
        signed(out, i128::from(self.sequence));
        whole(out, u128::from(self.source));
        if let Some(asset) = self.asset {
            whole(out, u128::from(asset));
        }
        if let Some(id) = self.id {
            text(out, id);
        }
        if let Some((target, _)) = self.link {
            text(out, target);
        }
        let (count, events) = self.events;
        whole(out, u128::from(count));
        out.extend_from_slice(events);
    }
}

/// Adds the start of an event; its values follow.
pub(crate) fn event(out: &mut Vec<u8>, contract: usize, kind: KindId) {
    whole(out, contract as u128);
    whole(out, kind.index() as u128);
}

/// Adds a value of an event.
pub(crate) fn value(out: &mut Vec<u8>, figure: Option<Figure>) {
    match figure {
        None => out.push(0),
        Some(figure) => {
            whole(out, u128::from(figure.scale).saturating_add(1));
            signed(out, figure.mantissa);
        }
    }
}

/// A number in sevens of bits, the lowest first; the highest bit of a byte says that more follow.
fn whole(out: &mut Vec<u8>, mut number: u128) {
    while number >= 0x80 {
        out.push(u8::try_from(number & 0x7f).unwrap_or_default() | 0x80);
        number >>= 7;
    }
    out.push(u8::try_from(number).unwrap_or_default());
}

/// A number whose sign is its lowest bit, so that small ones stay short.
fn signed(out: &mut Vec<u8>, number: i128) {
    whole(out, (number.cast_unsigned() << 1) ^ (number >> 127).cast_unsigned());
}

fn text(out: &mut Vec<u8>, text: &str) {
    whole(out, text.len() as u128);
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

    /// The next line, but for its events: so many follow.
    pub(crate) fn line(&mut self) -> Option<(Packed<'a>, u32)> {
        let flags = self.byte()?;
        let has = |flag: u8| flags & flag != 0;
        let origin = Origin { file: self.number()?, line: self.number()? };
        let occurred = self.instant()?;
        let recorded = if has(RECORDED) { Some(self.instant()?) } else { None };
        let quantity = i64::try_from(self.signed()?).ok()?;
        let sequence = i64::try_from(self.signed()?).ok()?;
        let source = self.number()?;
        let asset = if has(ASSET) { Some(self.number()?) } else { None };
        let id = if has(ID) { Some(self.text()?) } else { None };
        let link = if has(LINK) { Some((self.text()?, has(RETRACTS))) } else { None };
        let role = match (has(RETRACTION), has(STRAY)) {
            (true, _) => Role::Retraction,
            (false, true) => Role::Stray,
            (false, false) => Role::Events,
        };
        let events = (0, &[][..]);
        let line = Packed { origin, occurred, recorded, quantity, sequence, asset, source, id, link, role, events };
        Some((line, self.number()?))
    }

    /// The next line, packed as it is, where it gives no events.
    pub(crate) fn bare_line(&mut self) -> Option<&'a [u8]> {
        let before = self.0;
        let (_, events) = self.line()?;
        let length = before.len().checked_sub(self.0.len())?;
        if events == 0 { before.get(..length) } else { None }
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
        u32::try_from(self.more(first)?).ok()
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

    fn line(role: Role) -> impl Strategy<Value = (Packed<'static>, Vec<Option<Figure>>)> {
        let figure = (any::<i64>(), 0..=18_u32)
            .prop_map(|(mantissa, scale)| Figure { mantissa: i128::from(mantissa).saturating_mul(1 << 40), scale });
        let values = prop::collection::vec(prop::option::of(figure), 0..4);
        let texts = prop::sample::select(vec!["", "e1", "Überführung", "|\\|"]);
        let head = (any::<i64>(), prop::option::of(any::<i64>()), any::<i64>(), any::<u32>());
        (head, prop::option::of(texts.clone()), prop::option::of((texts, any::<bool>())), values).prop_map(
            move |((at, recorded, number, source), id, link, values)| {
                let packed = Packed {
                    origin: Origin { file: source, line: u32::MAX },
                    occurred: Instant(at),
                    recorded: recorded.map(Instant),
                    quantity: number,
                    sequence: number.wrapping_neg(),
                    asset: recorded.map(|_| source),
                    source,
                    id,
                    link,
                    role,
                    events: (0, &[]),
                };
                (packed, values)
            },
        )
    }

    proptest! {
        #[test]
        fn what_was_packed_is_unpacked(
            (packed, values) in prop_oneof![line(Role::Events), line(Role::Retraction), line(Role::Stray)],
        ) {
            let mut events = Vec::new();
            event(&mut events, 300, KindId::at(2));
            values.iter().for_each(|figure| value(&mut events, *figure));
            let mut bytes = Vec::new();
            Packed { events: (1, &events), ..packed }.pack(&mut bytes);
            let mut unpacked = Unpacked::new(&bytes);
            let (line, count) = unpacked.line().unwrap();
            prop_assert_eq!((format!("{line:?}"), count), (format!("{packed:?}"), 1));
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
