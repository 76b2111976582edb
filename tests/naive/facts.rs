//! What happened: raw lines of a feed and rows of a register, read one at a time into plain lists.
//!
//! A small reader of its own, so that a fault of the program's reader does not hide here.

use std::collections::BTreeMap;

use consigne::base::ids::KindId;
use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Date, Instant};
use consigne::base::value::Kind;
use consigne::base::vocabulary::{ConflictingRecords, Counts};
use consigne::check::contract::{Contract, Field};
use serde_json::Value as Json;

use super::indexation::{self, Indices};
use super::values::Datum;
use super::{Case, calendar, identity};

/// An event that counts.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Event {
    pub(crate) kind: KindId,
    pub(crate) asset: Option<String>,
    pub(crate) at: Instant,
    pub(crate) sequence: i64,
    pub(crate) units: i64,
    pub(crate) id: String,
    pub(crate) source: String,
    pub(crate) fields: Vec<Option<Datum>>,
    /// Two records of it differ, so that what depends on it is held.
    pub(crate) contested: bool,
    /// Another one does that was known at the same instant.
    pub(crate) tied: bool,
    /// When it became known, and the record that it corrects.
    pub(crate) known: Instant,
    pub(crate) corrects: Option<String>,
    /// Its place in total order, before lots are told apart; a record that is set aside has none, `NO_ROW`.
    pub(crate) row: usize,
    /// Of a lot: whether it is about more units than there are.
    pub(crate) too_many: bool,
}

/// The place of a record that is set aside: that of no event.
const NO_ROW: usize = usize::MAX;

impl Event {
    /// What events go by, one after the other.
    pub(crate) fn order(&self) -> (Instant, i64, KindId, &str, usize) {
        (self.at, self.sequence, self.kind, &self.id, self.row)
    }
}

/// A row of the register.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) from: Option<Date>,
    pub(crate) to: Option<Date>,
    pub(crate) values: BTreeMap<String, Datum>,
}

/// Everything that is known.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    /// Events in total order: "by instant, sequence, declared order of kinds, id".
    pub(crate) events: Vec<Event>,
    /// The same, with those of a lot once for each unit that they are about.
    pub(crate) single: Vec<Event>,
    /// The places of the units of lots among those of their lot: those of one history have one.
    pub(crate) units: BTreeMap<String, usize>,
    /// How assets are shown that have more than one name.
    pub(crate) shown: BTreeMap<String, String>,
    /// Records that contradict one of them: what depends on the asset is held in their windows too.
    pub(crate) rivals: Vec<Event>,
    /// Copies of records of new names of which two differ, and of events of which nobody knows the order: what depends on the
    /// asset is not known from then on.
    pub(crate) doubted: Vec<Event>,
    /// The register: family and rows of each asset.
    pub(crate) register: BTreeMap<String, (usize, Vec<Row>)>,
    /// What was published of indices.
    pub(crate) indices: Indices,
}

impl Facts {
    /// Whether an event is about units of a lot that are told apart.
    pub(crate) fn is_lot(&self, event: &Event) -> bool {
        self.single.iter().any(|own| own.row == event.row && own.asset != event.asset)
    }

    /// An event is about more units than there are.
    pub(crate) fn too_many(&mut self, row: usize) {
        self.events[row].too_many = true;
    }

    /// What would be known if another record of an event counted: in place of it, or where the two are of two assets, one
    /// asset without it and the other with it. Each with the asset of which that is.
    pub(crate) fn variants(&self) -> Vec<(Option<String>, Self)> {
        let same = |a: &Event, b: &Event| a.id == b.id && a.source == b.source;
        let changed = |without: Option<&Event>, with: Option<&Event>| {
            let mut events: Vec<Event> = self.events.iter().filter(|event| Some(*event) != without).cloned().collect();
            if let Some(rival) = with {
                let order = |event: &Event| (event.at, event.sequence, event.kind);
                let place = events.partition_point(|event| order(event) <= order(rival));
                events.insert(place, rival.clone());
            }
            for (row, event) in events.iter_mut().enumerate() {
                (event.row, event.contested) = (row, false);
            }
            let of = without.or(with).and_then(|event| event.asset.clone());
            (of, Self { single: events.clone(), events, rivals: Vec::new(), doubted: Vec::new(), ..self.clone() })
        };
        let mut found = Vec::new();
        for event in self.events.iter().filter(|event| event.contested && event.asset.is_some()) {
            let rivals: Vec<&Event> = self.rivals.iter().filter(|rival| same(rival, event)).collect();
            let (own, others): (Vec<&Event>, Vec<&Event>) =
                rivals.into_iter().partition(|rival| rival.asset == event.asset);
            if own.is_empty() {
                found.push(changed(Some(event), None));
            }
            found.extend(own.into_iter().map(|rival| changed(Some(event), Some(rival))));
            let others = others.into_iter().filter(|rival| rival.asset.is_some());
            found.extend(others.map(|rival| changed(None, Some(rival))));
        }
        found
    }

    /// The records of which nobody knows whether they count.
    pub(crate) fn contested(&self) -> impl Iterator<Item = &Event> {
        self.events.iter().filter(|event| event.contested).chain(&self.rivals).chain(&self.doubted)
    }
}

/// A line of the feed.
#[derive(Clone, Debug)]
struct Record {
    event: Event,
    known: Instant,
    occurred: Instant,
    /// All but the id and when it was recorded.
    content: String,
    corrects: Option<String>,
    retracts: Option<String>,
}

/// Reads what is known at an instant; a line that this reader does not understand is an error in words.
pub(crate) fn read(contract: &Contract, case: &Case) -> Result<Facts, String> {
    let Case { register, feed, as_of, .. } = case;
    let mut records = Vec::new();
    for line in feed.lines().filter(|line| !line.trim().is_empty()) {
        let record = record(contract, line)?;
        // "a settlement `--as-of` an instant reads what was recorded until then"
        if as_of.is_none_or(|as_of| record.known <= as_of) {
            records.push(record);
        }
    }
    // "An event counts only if it was known before": what comes too late contradicts nothing either.
    records.retain(|record: &Record| {
        let link = record.corrects.is_some() || record.retracts.is_some();
        link || limit(contract, record.event.at).is_none_or(|limit| record.known < limit)
    });
    let alike = |one: &Record, other: &Record| {
        let same = one.event.id == other.event.id && one.event.source == other.event.source;
        same && (one.known, one.occurred) == (other.known, other.occurred) && one.content != other.content
    };
    if records.iter().any(|one| records.iter().any(|other| alike(one, other))) {
        return Err("two records of one instant of which none was known first".to_owned());
    }
    let (kept, mut rivals) = first_known(contract, records);
    let mut events = standing(contract, &kept);
    events.sort_by(|one, other| one.order().cmp(&other.order()));
    let (mut events, shown, given) = identity::resolved(contract, events, &mut rivals);
    (0..events.len()).for_each(|row| events[row].row = row);
    // One that was corrected since, or is rejected, is contradicted by nothing any more.
    let same = |a: &Event, b: &Event| a.id == b.id && a.source == b.source;
    rivals.retain(|rival| events.iter().any(|event| event.contested && same(event, rival)));
    let indices = indexation::read(contract, &case.indices, *as_of)?;
    let single = events.clone();
    let register = rows(contract, register, &given)?;
    let (units, doubted) = (BTreeMap::new(), Vec::new());
    let facts = Facts { events, single, units, shown, rivals, doubted, register, indices };
    let mut doubted = identity::doubted(contract, &facts);
    doubted.extend(identity::tied(contract, &facts));
    Ok(Facts { doubted, ..facts })
}

fn text(json: &Json, key: &str) -> Option<String> {
    match json.get(key)? {
        Json::String(text) => Some(text.clone()).filter(|text| !text.trim().is_empty()),
        Json::Number(number) => Some(number.to_string()),
        Json::Bool(flag) => Some(flag.to_string()),
        Json::Null | Json::Array(_) | Json::Object(_) => None,
    }
}

fn instant(contract: &Contract, text: &str) -> Result<Instant, String> {
    Instant::parse_rfc3339(text)
        .or_else(|| Date::parse(text).map(|day| contract.zone.start_of(day)))
        .ok_or_else(|| format!("instant {text}"))
}

fn record(contract: &Contract, line: &str) -> Result<Record, String> {
    let json: Json = serde_json::from_str(line).map_err(|error| error.to_string())?;
    let retracts = text(&json, "retracts");
    let recorded = text(&json, "recorded").map(|text| instant(contract, &text)).transpose()?;
    let at = match text(&json, "occurred") {
        Some(text) => instant(contract, &text)?,
        None => recorded.ok_or("an event without a time")?,
    };
    let name = text(&json, "kind").unwrap_or_default();
    let kind = contract.kinds.iter().position(|kind| kind.name == name);
    if kind.is_none() && retracts.is_none() {
        return Err(format!("a kind of event that is not declared: {name}"));
    }
    let kind = kind.unwrap_or(0);
    let mut fields = Vec::new();
    for field in &contract.kinds[kind].fields {
        let written = json.get("fields").and_then(|fields| text(fields, &field.name));
        if written.is_none() && !field.optional && retracts.is_none() {
            return Err(format!("an event without {}", field.name));
        }
        fields.push(written.map(|written| value(contract, field, &written)).transpose()?);
    }
    // "`counts when …` behind the names of an event says which instant counts"
    let counted = match &contract.kinds[kind].counts {
        Some(Counts::Recorded) => recorded.ok_or("an event of which the instant that counts is not told")?,
        Some(Counts::Field(field)) if retracts.is_none() => match &fields[field.index()] {
            Some(Datum::Instant(at)) => *at,
            _ => return Err("an event of which the instant that counts is not told".to_owned()),
        },
        None | Some(Counts::Occurred | Counts::Field(_)) => at,
    };
    let number = |key: &str| text(&json, key).and_then(|text| text.parse::<i64>().ok());
    let mut content = json.clone();
    if let Json::Object(map) = &mut content {
        map.remove("id");
        map.remove("recorded");
    }
    Ok(Record {
        event: Event {
            kind: KindId::at(kind),
            asset: text(&json, "asset"),
            at: counted,
            sequence: number("sequence").unwrap_or(0),
            units: number("quantity").unwrap_or(1),
            id: text(&json, "id").unwrap_or_else(|| format!("~{content}")),
            source: text(&json, "source").unwrap_or_default(),
            fields,
            contested: false,
            tied: false,
            known: recorded.unwrap_or(at),
            corrects: text(&json, "corrects"),
            row: 0,
            too_many: false,
        },
        known: recorded.unwrap_or(at),
        occurred: at,
        content: content.to_string(),
        corrects: text(&json, "corrects"),
        retracts,
    })
}

/// "`id`: the identity of the record: said twice, it counts once." Two that differ: "the one known first counts and
/// the other is listed, or what depends on the asset is held in the window of each of the two. It is held too where none
/// was known first."
fn first_known(contract: &Contract, mut records: Vec<Record>) -> (Vec<Record>, Vec<Event>) {
    // "Where none was known first, that which happened first is told."
    records.sort_by_key(|record| (record.known, record.occurred, record.content.clone()));
    let mut kept: Vec<Record> = Vec::new();
    let mut rivals = Vec::new();
    for record in records {
        let same = |known: &&mut Record| known.event.id == record.event.id && known.event.source == record.event.source;
        match kept.iter_mut().find(same) {
            None => kept.push(record),
            Some(first) if first.content == record.content => {}
            Some(first) => {
                let held = contract.conventions.conflicting_records == Some(ConflictingRecords::Held);
                let tied = first.known == record.known;
                first.event.contested |= held || tied;
                first.event.tied |= tied;
                rivals.push(Event { contested: true, row: NO_ROW, ..record.event });
            }
        }
    }
    (kept, rivals)
}

/// "An event counts only if it was known before so much time had passed after its settlement period."
fn limit(contract: &Contract, at: Instant) -> Option<Instant> {
    let late = contract.conventions.late?;
    let period = calendar::window(contract, calendar::rhythm(contract), contract.zone.date_of(at));
    let months = calendar::months_after(period.last.plus_days(1), late.months, consigne::base::time::MonthEnd::LastDay);
    Some(contract.zone.start_of(months.plus_days(late.days)))
}

/// Corrections and retractions: a correction stands in place of the record that it names, a retraction takes it back.
/// Of several the latest known wins, unless it was itself taken back.
fn standing(contract: &Contract, records: &[Record]) -> Vec<Event> {
    // A correction of what is not known stands for itself, and must be known in time as any event must.
    let own = |record: &&Record| {
        let target = record.corrects.as_ref();
        record.retracts.is_none()
            && target.is_none_or(|target| {
                let in_time = limit(contract, record.event.at).is_none_or(|limit| record.known < limit);
                let is_target = |known: &Record| known.event.id == *target && known.event.source == record.event.source;
                in_time && !records.iter().any(is_target)
            })
    };
    let roots: Vec<Record> = records.iter().filter(own).cloned().collect();
    let mut events = Vec::new();
    for root in &roots {
        events.extend(chained(contract, records, root));
    }
    events
}

/// What a record comes to: corrections and retractions are judged in the order in which they became known. "It must be
/// known in time for every settlement period that it changes, that of the old occurrence and that of the new one;
/// otherwise what stood before stays."
fn chained(contract: &Contract, records: &[Record], root: &Record) -> Option<Event> {
    let mut links: Vec<&Record> =
        records.iter().filter(|record| record.corrects.is_some() || record.retracts.is_some()).collect();
    links.sort_by_key(|link| link.known);
    let mut taken: Vec<&Record> = Vec::new();
    for link in links.into_iter().filter(|link| link.event.id != root.event.id) {
        let before = settled(&taken, root);
        taken.push(link);
        let after = settled(&taken, root);
        let late = |event: &Option<Event>| {
            let limit = event.as_ref().and_then(|event| limit(contract, event.at));
            limit.is_some_and(|limit| link.known >= limit)
        };
        if before != after && (late(&before) || late(&after)) {
            taken.pop();
        }
    }
    settled(&taken, root)
}

/// What a record comes to once some corrections and retractions are applied.
fn settled(links: &[&Record], root: &Record) -> Option<Event> {
    match last_word(links, root) {
        None => Some(root.event.clone()),
        Some(link) if link.retracts.is_some() => None,
        Some(link) => settled(links, link),
    }
}

/// The latest known record that corrects or retracts another and is not taken back.
fn last_word<'r>(links: &[&'r Record], of: &Record) -> Option<&'r Record> {
    let points = |link: &&&Record| {
        let target = link.corrects.as_ref().or(link.retracts.as_ref());
        target == Some(&of.event.id) && link.event.source == of.event.source && link.event.id != of.event.id
    };
    let taken_back = |link: &Record| last_word(links, link).is_some_and(|word| word.retracts.is_some());
    links.iter().filter(points).filter(|link| !taken_back(link)).max_by_key(|link| link.known).copied()
}

fn rows(
    contract: &Contract,
    register: &str,
    given: &[identity::Given],
) -> Result<BTreeMap<String, (usize, Vec<Row>)>, String> {
    let mut found: BTreeMap<String, (usize, Vec<Row>)> = BTreeMap::new();
    let mut reader = csv::Reader::from_reader(register.as_bytes());
    let head: Vec<String> = reader.headers().map_err(|error| error.to_string())?.iter().map(str::to_owned).collect();
    for row in reader.records() {
        let row = row.map_err(|error| error.to_string())?;
        let cells: BTreeMap<&str, &str> = head.iter().map(String::as_str).zip(row.iter()).collect();
        let cell = |name: &str| cells.get(name).copied().filter(|text| !text.is_empty());
        if cell("contract").is_some_and(|id| id != contract.id) {
            continue;
        }
        let family = match cell("family") {
            Some(name) => contract.families.iter().position(|family| family.name == name),
            None => Some(0),
        };
        let (Some(asset), Some(family)) = (cell("asset"), family) else { continue };
        let mut values = BTreeMap::new();
        for field in &contract.families[family].attributes {
            if let Some(text) = cell(&field.name) {
                values.insert(field.name.clone(), value(contract, field, text)?);
            }
        }
        let row = Row { from: cell("from").and_then(Date::parse), to: cell("to").and_then(Date::parse), values };
        let on = row.from.map_or(Instant::MAX, |from| contract.zone.start_of(from.plus_days(1)));
        let asset = identity::bearer(given, asset, on);
        found.entry(asset).or_insert((family, Vec::new())).1.push(row);
    }
    for (_, rows) in found.values_mut() {
        rows.sort_by_key(|row| row.from);
    }
    Ok(found)
}

/// A value as a file holds it.
fn value(contract: &Contract, field: &Field, text: &str) -> Result<Datum, String> {
    let wrong = || format!("{} is no value of {}", text, field.name);
    let (number, unit) = text.split_once(' ').map_or((text, ""), |(number, unit)| (number, unit));
    let ratio = || Ratio::parse(number).map_err(|_| wrong());
    Ok(match &field.kind {
        Kind::Number
        | Kind::Money(_)
        | Kind::Quantity(
            Unit::One
            | Unit::Money(_)
            | Unit::Day
            | Unit::Month
            | Unit::BusinessDay
            | Unit::WorkingSecond(_)
            | Unit::Thing(_),
        ) => Datum::Number(ratio()?),
        Kind::Percentage => match text.strip_suffix('%') {
            Some(points) => {
                let points = Ratio::parse(points.trim()).map_err(|_| wrong())?;
                Datum::Number(points.over(&Ratio::int(100)).unwrap_or_default())
            }
            None => Datum::Number(ratio()?),
        },
        Kind::Quantity(Unit::Second) => {
            let (_, factor) = Unit::of_time(unit).ok_or_else(wrong)?;
            Datum::Number(ratio()?.times(&Ratio::int(factor)))
        }
        Kind::Text => Datum::Text(text.to_owned()),
        Kind::Choice(words) => {
            let place = words.iter().position(|word| word == text).ok_or_else(wrong)?;
            Datum::Choice(u32::try_from(place).unwrap_or(0))
        }
        Kind::Flag => Datum::Flag(text == "yes" || text == "true"),
        Kind::Date => Datum::Date(Date::parse(text).ok_or_else(wrong)?),
        Kind::Instant => Datum::Instant(instant(contract, text)?),
        Kind::Party => {
            let is = |party: &consigne::check::contract::Party| {
                party.role == text || party.name == text || party.title == text
            };
            match contract.parties.iter().position(is).filter(|_| field.members.is_none()) {
                Some(place) => Datum::Party(consigne::base::ids::PartyId::at(place)),
                // A member of a family.
                None if contract.families.iter().any(|family| family.of_parties) => Datum::Asset(text.to_owned()),
                None => return Err(wrong()),
            }
        }
    })
}
