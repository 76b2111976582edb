//! The native form: one JSON event a line.
//!
//! `{"id":"e1","kind":"installed","asset":"P1","occurred":"2026-03-02T09:00:00+01:00","fields":{"grade":"A"}}`.
//! Numbers are read as the text they are written in, so that none passes through a float.

use std::borrow::Cow;
use std::io::BufRead;
use std::ops::Range;
use std::sync::Arc;

use crate::base::ids::FieldId;
use crate::base::time::Instant;
use crate::feed::cell::Cell;
use crate::feed::digest::{Content, Digester, as_id};
use crate::feed::events::Origin;
use crate::feed::evidence::Cause;
use crate::feed::fault::{Fault, shown};
use crate::feed::json::{self, Entries};
use crate::feed::lines::{self, Next};
use crate::feed::moment::Clock;
use crate::feed::raw::{Hand, Line, RawFeed};
use crate::feed::route::{Claim, Router};
use crate::feed::rules::Defaults;
use crate::feed::schema::Schema;

/// The keys of an event.
const KEYS: [&str; 12] = [
    "id", "kind", "asset", "occurred", "recorded", "source", "contract", "quantity", "sequence", "fields", "corrects",
    "retracts",
];

/// How many bytes of lines are read before they are taken in: few at first, because nothing is taken in meanwhile.
const FIRST: usize = 1 << 19;
const BATCH: usize = 1 << 23;
/// How many lines are taken in beside as many others.
const PIECE: usize = 1 << 13;

/// Where a line stands, and its bytes in a batch; `None` for one that is too long.
type Placed = (Origin, Option<Range<usize>>);

/// Lines that were read and not yet taken in.
#[derive(Default)]
struct Batch {
    bytes: Vec<u8>,
    lines: Vec<Placed>,
}

impl Batch {
    /// Reads the next lines; tells whether more can follow.
    fn fill(&mut self, reader: &mut impl BufRead, origin: &mut Origin, size: usize) -> Result<bool, Fault> {
        while self.bytes.len() < size {
            origin.line = origin.line.saturating_add(1);
            let mut start = self.bytes.len();
            match lines::next(reader, &mut self.bytes) {
                Err(error) => {
                    return Err(Fault::of_file("the file cannot be read from here on", &error));
                }
                Ok(Next::End) => return Ok(false),
                Ok(Next::TooLong) => self.lines.push((*origin, None)),
                Ok(Next::Line) => {
                    let line = self.bytes.get(start..).unwrap_or_default();
                    if origin.line == 1 {
                        start = start.saturating_add(line.len().saturating_sub(without_mark(line).len()));
                    }
                    if !line.trim_ascii().is_empty() {
                        self.lines.push((*origin, Some(start..self.bytes.len())));
                    }
                }
            }
        }
        Ok(true)
    }

    fn line(&self, place: Option<&Range<usize>>) -> Result<&[u8], Fault> {
        let too_long = || Fault::new(Cause::TooLong, "the line is longer than 1 MiB").help("write one event a line");
        Ok(self.bytes.get(place.cloned().ok_or_else(too_long)?).unwrap_or_default())
    }

    /// Takes the lines in, on all cores.
    fn take(&mut self, raw: &mut RawFeed, defaults: &Defaults) {
        raw.take_pieces(self.lines.chunks(PIECE).collect(), |raw, lines| {
            let mut hand = Hand { point: b'.', clock: Clock::new(defaults.zone) };
            let (router, schemas, mut targets) = (Arc::clone(&raw.router), Arc::clone(&raw.schemas), Vec::new());
            for (origin, place) in lines {
                raw.begin(*origin);
                let said = self.line(place.as_ref()).and_then(|line| Said::parse(line, defaults, &mut hand.clock));
                let taken = said.and_then(|said| {
                    let desk = Desk { router: &router, schemas: &schemas, hand: &mut hand, targets: &mut targets };
                    desk.take(raw, *origin, &said)
                });
                if let Err(fault) = taken {
                    raw.reject(*origin, fault);
                }
            }
            true
        });
        self.bytes.clear();
        self.lines.clear();
    }
}

/// Reads JSON Lines.
pub(crate) fn read(raw: &mut RawFeed, file: u32, reader: &mut (impl BufRead + Send), defaults: &Defaults) {
    let (mut at_hand, mut following) = (Batch::default(), Batch::default());
    let mut origin = Origin { file, line: 0 };
    let (mut goes_on, mut size) = (Ok(true), FIRST);
    while goes_on == Ok(true) {
        // While the lines at hand are taken in, those that follow are read.
        let fill = || following.fill(reader, &mut origin, size);
        (goes_on, ()) = rayon::join(fill, || at_hand.take(raw, defaults));
        std::mem::swap(&mut at_hand, &mut following);
        size = size.saturating_mul(4).min(BATCH);
    }
    at_hand.take(raw, defaults);
    if let Err(fault) = goes_on {
        raw.blame_file(origin, fault);
    }
}

/// Without the byte order mark that some programs put first.
fn without_mark(line: &[u8]) -> &[u8] {
    line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line)
}

/// What lines are taken in with.
struct Desk<'d> {
    router: &'d Router,
    schemas: &'d [Schema],
    hand: &'d mut Hand,
    /// The contracts that the event at hand is for.
    targets: &'d mut Vec<usize>,
}

impl Desk<'_> {
    /// Takes in a line.
    fn take(self, raw: &mut RawFeed, origin: Origin, said: &Said<'_>) -> Result<(), Fault> {
        let id = said.id.as_deref().map_or_else(|| Cow::Owned(as_id(&said.content())), Cow::Borrowed);
        let link = said.link();
        if said.asset.is_none() {
            raw.nameless = raw.nameless.saturating_add(1);
        }
        let line = Line {
            origin,
            occurred: said.occurred,
            recorded: said.recorded,
            quantity: said.quantity,
            sequence: said.sequence,
            asset: said.asset.as_deref().map(|asset| raw.assets.intern(asset)),
            source: raw.texts.intern(said.source.as_deref().unwrap_or_default()),
            id: Some(id),
            link: link.map(|(target, retracts)| (Cow::Borrowed(target), retracts)),
        };
        if !matches!(link, Some((_, true))) {
            self.offer(raw, &line, said)?;
        }
        raw.close(&line);
        Ok(())
    }

    /// Offers the event to the contracts that it is for.
    fn offer(self, raw: &mut RawFeed, line: &Line<'_>, said: &Said<'_>) -> Result<(), Fault> {
        let Self { router, schemas, hand, targets } = self;
        let name = said.kind.as_deref().unwrap_or_default();
        let claim = said.contract.as_deref().map_or(Claim::None, |contract| router.claim(contract));
        let kinds = router.kinds(name);
        if let Some(kinds) = kinds {
            said.fields.iter().try_for_each(|(field, _)| kinds.check_field(name, field))?;
        }
        let Some(kinds) = kinds.filter(|kinds| router.route(claim, line.asset, kinds, targets)) else {
            let cause = router.astray_cause(claim, name);
            raw.note_stray(line.origin, cause, |_| router.astray(claim, line.asset, name, schemas));
            return Ok(());
        };
        for contract in targets.iter().copied() {
            let Some(kind) = kinds.of(contract) else { continue };
            let Some(declared) = schemas.get(contract).and_then(|schema| schema.kinds.get(kind.index())) else {
                continue;
            };
            let cell = |field: FieldId| {
                let wanted = &declared.fields.get(field.index())?.name;
                let (_, text) = said.fields.iter().find(|(name, _)| name == wanted)?;
                Some((Cell::Text(text), None))
            };
            raw.offer(line, (contract, kind), hand, cell);
        }
        Ok(())
    }
}

/// Says what a line is instead. What is no object is not shown: it may be as long as a line may be.
fn not_json(text: &str, error: &serde_json::Error) -> Fault {
    let what = match text.trim_start().as_bytes().first() {
        Some(b'[') if error.is_data() => "it is a list".to_owned(),
        Some(b'"') if error.is_data() => "it is a text".to_owned(),
        Some(_) if error.is_data() => "it is a single value".to_owned(),
        Some(_) | None => format!("{}, at column {}", without_place(error), error.column()),
    };
    Fault::new(Cause::NotJson, format!("the line is not a JSON object: {what}"))
        .help("write one event a line, as in `{\"kind\":\"failed\",\"asset\":\"P1\",\"occurred\":\"2026-03-02T09:00:00+01:00\"}`")
}

/// What is wrong, without the place: that is one in a line, or in a value of it.
fn without_place(error: &serde_json::Error) -> String {
    let message = error.to_string();
    message.split(" at line ").next().unwrap_or_default().to_owned()
}

/// A value as text; `None` for null and the empty text.
fn scalar<'a>(key: &str, text: &'a str) -> Result<Option<Cow<'a, str>>, Fault> {
    let value = match text.as_bytes().first() {
        Some(b'n') => return Ok(None),
        Some(b'{' | b'[') => {
            let reason = format!("{} is a list or an object, and should be one value", shown(key));
            return Err(Fault::new(Cause::BadValue, reason).help("write a text, a number, true, false or null"));
        }
        Some(b'"') => json::text(text).map_err(|error| {
            let reason = format!("{} is no text: {}", shown(key), without_place(&error));
            Fault::new(Cause::BadValue, reason).help("write its letters themselves, and save the file as UTF-8")
        })?,
        Some(_) | None => Cow::Borrowed(text),
    };
    Ok(Some(value).filter(|text| !text.trim().is_empty()))
}

/// What an event says, checked but not yet typed.
#[derive(Default)]
struct Said<'a> {
    id: Option<Cow<'a, str>>,
    kind: Option<Cow<'a, str>>,
    asset: Option<Cow<'a, str>>,
    occurred: Instant,
    recorded: Option<Instant>,
    source: Option<Cow<'a, str>>,
    contract: Option<Cow<'a, str>>,
    quantity: i64,
    sequence: i64,
    corrects: Option<Cow<'a, str>>,
    retracts: Option<Cow<'a, str>>,
    fields: Vec<(Cow<'a, str>, Cow<'a, str>)>,
}

impl<'a> Said<'a> {
    fn parse(bytes: &'a [u8], defaults: &Defaults, clock: &mut Clock) -> Result<Self, Fault> {
        let text = std::str::from_utf8(bytes)
            .map_err(|_| Fault::new(Cause::NotUtf8, "the line is not UTF-8").help("save the file as UTF-8"))?;
        let entries = Entries::of(text).map_err(|error| not_json(text, &error))?;
        Self::of(&entries, defaults, clock)
    }

    fn of(entries: &Entries<'a>, defaults: &Defaults, clock: &mut Clock) -> Result<Self, Fault> {
        let mut said = Self { quantity: 1, ..Self::default() };
        let mut occurred = None;
        entries.once()?;
        for (key, raw) in &entries.0 {
            if key == "fields" {
                said.fields = fields(raw)?;
                continue;
            }
            let value = scalar(key, raw)?;
            match key.as_ref() {
                "id" => said.id = named(key, value)?,
                "kind" => said.kind = value,
                "asset" => said.asset = named(key, value)?,
                "occurred" => occurred = value.map(|text| instant(clock, key, &text)).transpose()?,
                "recorded" => {
                    said.recorded = value.map(|text| instant(clock, key, &text)).transpose()?;
                }
                "source" => said.source = value,
                "contract" => said.contract = value,
                "quantity" => said.quantity = value.map_or(Ok(1), |text| quantity(&text))?,
                "sequence" => said.sequence = value.map_or(Ok(0), |text| whole(key, &text))?,
                "corrects" => said.corrects = value,
                "retracts" => said.retracts = value,
                _ => {
                    let fault = Fault::new(Cause::UnknownKey, format!("an event has no key {}", shown(key)));
                    return Err(fault.among(key, KEYS.into_iter()));
                }
            }
        }
        let retraction = said.retracts.is_some();
        said.occurred = match (occurred, said.recorded) {
            (Some(occurred), _) => occurred,
            (None, Some(recorded)) if retraction => recorded,
            (None, _) => return Err(lacks("occurred")),
        };
        if said.kind.is_none() && !retraction {
            return Err(lacks("kind"));
        }
        if retraction && said.corrects.is_some() {
            let fault = Fault::new(Cause::UnknownKey, "`corrects` and `retracts` stand in one event");
            return Err(fault.help("an event corrects another or takes it back, not both"));
        }
        said.source = said.source.or_else(|| defaults.source.clone().map(Cow::Owned));
        said.contract = said.contract.or_else(|| defaults.contract.clone().map(Cow::Owned));
        Ok(said)
    }

    fn link(&self) -> Option<(&str, bool)> {
        let corrects = self.corrects.as_deref().map(|id| (id, false));
        self.retracts.as_deref().map(|id| (id, true)).or(corrects)
    }

    /// A digest of all but the id and when it was recorded: the id of an event that has none.
    fn content(&self) -> Content {
        let mut digester = Digester::default();
        for part in [&self.kind, &self.asset, &self.source, &self.contract, &self.corrects, &self.retracts] {
            digester.part(part.as_deref());
        }
        for number in [self.occurred.0, self.quantity, self.sequence] {
            digester.number(number.into());
        }
        let mut fields: Vec<_> = self.fields.iter().collect();
        fields.sort();
        for (name, text) in fields {
            digester.part(Some(name));
            digester.part(Some(text));
        }
        digester.finish()
    }
}

/// A name, which may be told.
fn named<'a>(key: &str, name: Option<Cow<'a, str>>) -> Result<Option<Cow<'a, str>>, Fault> {
    name.as_deref().map_or(Ok(()), |name| Fault::unless_plain(key, name))?;
    Ok(name)
}

/// The fields that have a value.
fn fields(raw: &str) -> Result<Vec<(Cow<'_, str>, Cow<'_, str>)>, Fault> {
    if raw == "null" {
        return Ok(Vec::new());
    }
    let entries = Entries::of(raw).map_err(|_| {
        Fault::new(Cause::BadValue, "`fields` is not an object").help("write it as `\"fields\":{\"grade\":\"A\"}`")
    })?;
    entries.once()?;
    let mut fields = Vec::with_capacity(entries.0.len());
    for (name, raw) in &entries.0 {
        if let Some(text) = scalar(name, raw)? {
            fields.push((name.clone(), text));
        }
    }
    Ok(fields)
}

fn instant(clock: &mut Clock, key: &str, text: &str) -> Result<Instant, Fault> {
    clock.read(text).map_err(|mut fault| {
        fault.reason = format!("{}: {}", shown(key), fault.reason);
        fault
    })
}

/// A number of things: at least one.
pub(crate) fn quantity(text: &str) -> Result<i64, Fault> {
    match whole("quantity", text)? {
        number if number >= 1 => Ok(number),
        _ => Err(Fault::new(Cause::BadValue, format!("{} of `quantity` is not at least 1", shown(text)))
            .help("a lot holds one thing or more; to take an event back, retract it")),
    }
}

/// A whole number.
pub(crate) fn whole(key: &str, text: &str) -> Result<i64, Fault> {
    let figure = crate::feed::figure::Figure::parse(text, b'.').ok();
    figure.and_then(crate::feed::figure::Figure::to_i64).ok_or_else(|| {
        let reason = format!("{} of {} is not a whole number", shown(text), shown(key));
        Fault::new(Cause::BadValue, reason).help("write a number without decimals, such as `2`")
    })
}

fn lacks(key: &str) -> Fault {
    Fault::new(Cause::MissingKey, format!("the event has no {}", shown(key)))
        .help("every event needs `kind` and `occurred`; a retraction needs `retracts` and `occurred` or `recorded`")
}
