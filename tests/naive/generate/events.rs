//! Random feeds: repeated, conflicting, late, corrected and retracted records, out of order, at awkward moments.

use consigne::base::time::Instant;
use serde_json::{Value as Json, json};

use super::{Frame, Random};

/// Rows of the register and lines of the feed.
pub(super) fn facts(random: &mut Random, frame: &Frame) -> (Vec<String>, Vec<String>) {
    let mut rows = Vec::new();
    let mut events: Vec<Json> = Vec::new();
    let pumps = random.between(1, 4);
    for number in 0..pumps {
        let name = format!("P{number}");
        if !random.one_in(5) {
            register(random, frame, &name, &mut rows);
        }
        for _ in 0..random.between(0, 14) {
            happens(random, frame, &name, &mut events);
        }
        // A level needs more than one reading.
        if random.one_in(4) {
            for _ in 0..random.between(2, 5) {
                let mut event =
                    json!({ "kind": "stocked", "asset": name, "occurred": moment(random, frame).to_string() });
                tell(random, "stocked", &mut event);
                events.push(event);
            }
        }
    }
    for number in 0..random.between(0, 3) {
        keg(random, frame, &format!("K{number}"), (&mut rows, &mut events));
    }
    for number in 0..random.between(0, 2) {
        meter(random, frame, &format!("C{number}"), (&mut rows, &mut events));
    }
    for number in 0..random.between(0, 2) {
        van(random, frame, &format!("V{number}"), (&mut rows, &mut events));
    }
    for _ in 0..random.between(0, 4) {
        let (asset, depot) = (random.pick(&["X1", "LOT-7"]), random.pick(&["near", "far"]));
        let at = moment(random, frame).to_string();
        let units = random.between(1, 6);
        events.push(
            json!({ "kind": "lost", "asset": asset, "occurred": at, "quantity": units, "fields": { "depot": depot } }),
        );
    }
    for _ in 0..random.between(0, 3) {
        let kind = random.pick(&["closed", "opened", "closed", "order_cancelled", "shut", "shut", "reopened"]);
        let mut event = json!({ "kind": kind, "occurred": moment(random, frame).to_string() });
        if matches!(kind, "shut" | "reopened") {
            event["fields"] = json!({ "site": random.pick(&["north", "south"]) });
        }
        if kind == "order_cancelled" {
            event["fields"] = json!({ "fee_share": format!("{}%", random.between(0, 130)), "amount": amount(random) });
        }
        events.push(event);
    }
    let mut power = random.between(0, 400);
    for _ in 0..random.below(5) {
        power += random.between(-5, 200);
        let at = moment(random, frame).to_string();
        events.push(json!({ "kind": "metered", "occurred": at, "fields": { "power": format!("{power} kwh") } }));
    }
    (rows, in_any_order(random, frame, events, false))
}

/// Events as lines with their records: late, repeated, contradicted, corrected and taken back, in any order; those of lots
/// less often.
pub(super) fn in_any_order(random: &mut Random, frame: &Frame, events: Vec<Json>, lots: bool) -> Vec<String> {
    let mut lines = Vec::new();
    for (place, mut event) in events.into_iter().enumerate() {
        event["id"] = json!(format!("e{place}"));
        if random.one_in(10) {
            event["sequence"] = json!(random.between(-1, 2));
        }
        if event["recorded"].is_null() && random.one_in(8) {
            event["recorded"] = json!(later(random, &event));
        }
        if !lots || random.one_in(4) {
            disturb(random, frame, (&event, place), &mut lines);
        }
        lines.push(event.to_string());
    }
    // Out of order.
    for place in (1..lines.len()).rev() {
        let other = usize::try_from(random.below(place as u64 + 1)).unwrap_or(0);
        lines.swap(place, other);
    }
    lines
}

pub(super) fn register(random: &mut Random, frame: &Frame, name: &str, rows: &mut Vec<String>) {
    let price = random.pick(&["1000.00", "333.33", "0.00", "1850.50"]);
    let commissioned = random.pick(&["2024-02-29", "2025-01-31", "2022-06-15"]);
    let site = random.pick(&["north", "south", "east", "north"]);
    let site = if random.one_in(20) { "" } else { site };
    let first = frame.term.0;
    let from = if random.one_in(4) { day(random, frame).to_string() } else { String::new() };
    let to = if from.is_empty() && random.one_in(6) { frame.term.1.plus_days(-40).to_string() } else { String::new() };
    rows.push(format!("{name},pump,{from},{to},{price},{commissioned},{site},,"));
    if from.is_empty() && to.is_empty() && random.one_in(3) {
        let change = first.plus_days(i32::try_from(random.between(20, 200)).unwrap_or(20));
        rows.pop();
        rows.push(format!("{name},pump,{first},,{price},{commissioned},{site},,"));
        rows.push(format!("{name},pump,{change},,{price},{commissioned},{},,", random.pick(&["north", "south"])));
    }
}

pub(super) fn day(random: &mut Random, frame: &Frame) -> consigne::base::time::Date {
    let (first, last) = frame.term;
    let length = first.days_until(last);
    let anywhere = first.plus_days(i32::try_from(random.between(0, length)).unwrap_or(0));
    match random.below(8) {
        // Month ends and beginnings.
        0 => anywhere.last_of_month(),
        1 => anywhere.last_of_month().plus_days(1).min(last),
        // The nights of the clock.
        2 => consigne::base::time::Date::parse(random.pick(&[
            "2026-03-29",
            "2026-10-25",
            "2024-02-29",
            "2024-03-31",
            "2026-04-05",
            "2026-09-06",
        ]))
        .unwrap_or(anywhere)
        .clamp(first, last),
        // At times so many days apart as a rolling time has.
        3 if random.one_in(2) => first.plus_days(i32::try_from(random.between(0, 3) * 30).unwrap_or(0)).min(last),
        // On the first day, or before the term.
        3 => first.plus_days(-i32::try_from(random.between(0, 3) * random.between(0, 15)).unwrap_or(0)),
        // Near each other.
        4..=6 => first.plus_days(i32::try_from(random.between(0, 70)).unwrap_or(0)),
        _ => anywhere,
    }
}

/// A moment: often a round one, at times with parts of a second.
pub(super) fn moment(random: &mut Random, frame: &Frame) -> Instant {
    let date = day(random, frame);
    let seconds = match random.below(7) {
        0 => 0,
        1 => 9 * 3600,
        2 => 2 * 3600 + 1800,
        3 => 86_399,
        4 => u32::try_from(random.below(24)).unwrap_or(0) * 3600,
        _ => u32::try_from(random.below(86_400)).unwrap_or(0),
    };
    let at = frame.time_zone().at(date, seconds);
    if random.one_in(12) { Instant(at.0 + 250_000_000) } else { at }
}

fn amount(random: &mut Random) -> String {
    match random.below(5) {
        0 => "0.00 EUR".to_owned(),
        1 => "98765432109876.54 EUR".to_owned(),
        _ => format!("{}.{:02} EUR", random.between(0, 900), random.between(0, 99)),
    }
}

pub(super) fn happens(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    let kind = random.pick(&[
        "installed",
        "installed",
        "removed",
        "failed",
        "failed",
        "restored",
        "restored",
        "access_denied",
        "access_granted",
        "return_requested",
        "return_requested",
        "collected",
        "moved",
        "serviced",
        "serviced",
        "inspected",
        "inspected",
        "stocked",
        "fair_wear",
        "locked",
        "unlocked",
        "noticed",
        "barred",
        "unbarred",
        "phoned",
        "called",
        "called",
        "answered",
    ]);
    // At times in the very moment of another event.
    let same = events.last().and_then(|event| event["occurred"].as_str()).map(str::to_owned);
    let at = match same {
        Some(same) if random.one_in(9) => same,
        Some(_) | None => moment(random, frame).to_string(),
    };
    let mut event = json!({ "kind": kind, "asset": asset, "occurred": at });
    tell(random, kind, &mut event);
    events.push(event);
}

/// What an event tells beside its kind and instant.
fn tell(random: &mut Random, kind: &str, event: &mut Json) {
    match kind {
        "moved" => event["fields"] = json!({ "site": random.pick(&["north", "south", "east"]) }),
        "serviced" => {
            let mut fields = json!({
                "work": format!("{} minutes", random.between(0, 400)),
                "score": random.pick(&["0", "3", "4.5", "5", "5", "9.25", "-1"]),
            });
            if !random.one_in(3) {
                fields["parts"] = json!(amount(random));
            }
            event["fields"] = fields;
        }
        "noticed" => {
            let hours = random.between(0, 90);
            let sent = event["occurred"].as_str().and_then(Instant::parse_rfc3339).unwrap_or_default();
            event["fields"] = json!({ "received": Instant(sent.0 + hours * 3_600_000_000_000).to_string() });
        }
        "barred" => {
            let mut party = || random.pick(&["provider", "customer"]);
            event["fields"] = json!({ "declarer": party(), "witness": party() });
        }
        "called" | "answered" => event["fields"] = json!({ "ticket": random.pick(&["T1", "T1", "T2", "T3"]) }),
        // When it was told is what counts.
        "phoned" => event["recorded"] = json!(later(random, event)),
        "locked" => event["fields"] = json!({ "declarer": random.pick(&["provider", "customer"]) }),
        "stocked" => {
            let pallets = random.pick(&["0 pallet", "4 pallet", "7.5 pallet", "3 pallet"]);
            event["fields"] = json!({ "pallets": pallets });
        }
        "fair_wear" => {
            event["fields"] = json!({
                "value": random.pick(&["yes", "no"]),
                "decided_by": random.pick(&["provider", "customer"]),
            });
        }
        "inspected" => {
            event["fields"] = json!({
                "grade": random.pick(&["A", "B", "C", "D"]),
                "repair_cost": amount(random),
                "data_wiped": random.pick(&["yes", "no"]),
            });
        }
        _ => {}
    }
}

/// A keg that is filled and emptied, not always in turn.
pub(super) fn keg(random: &mut Random, frame: &Frame, asset: &str, (rows, events): (&mut Vec<String>, &mut Vec<Json>)) {
    let worth = random.pick(&["120.00", "120.00", "120.00", "99.99", "99.99", "99.99", ""]);
    let size = random.pick(&["small", "small", "small", "large", "large", "large", ""]);
    rows.push(format!("{asset},keg,,,,,,{worth},{size}"));
    // At times it is several, and nobody says that kegs are lots.
    let several = random.one_in(6);
    for _ in 0..random.between(0, 6) {
        let kind = random.pick(&["filled", "filled", "emptied", "emptied", "lost_keg"]);
        let mut event = json!({ "kind": kind, "asset": asset, "occurred": moment(random, frame).to_string() });
        if kind == "emptied" {
            event["fields"] = json!({ "grade": random.pick(&["A", "B", "C", "D"]) });
        }
        if several && random.one_in(2) {
            event["quantity"] = json!(random.between(1, 3));
        }
        events.push(event);
    }
}

fn van(random: &mut Random, frame: &Frame, asset: &str, (rows, events): (&mut Vec<String>, &mut Vec<Json>)) {
    if !random.one_in(6) {
        rows.push(format!("{asset},van,,,,,{},,", random.pick(&["north", "south", "east"])));
    }
    for _ in 0..random.between(0, 3) {
        events.push(json!({ "kind": "hauled", "asset": asset, "occurred": moment(random, frame).to_string() }));
    }
}

pub(super) fn meter(
    random: &mut Random,
    frame: &Frame,
    asset: &str,
    (rows, events): (&mut Vec<String>, &mut Vec<Json>),
) {
    let mut moments: Vec<Instant> = (0..random.between(1, 7)).map(|_| moment(random, frame)).collect();
    if random.one_in(3) {
        let from = random.one_in(2).then(|| day(random, frame));
        let to = Some(frame.term.1.plus_days(-40)).filter(|to| random.one_in(4) && from.is_none_or(|from| from <= *to));
        let [from, to] = [from, to].map(|day| day.map_or_else(String::new, |day| day.to_string()));
        rows.push(format!("{asset},copier,{from},{to},,,,,"));
        moments.truncate(usize::try_from(random.between(0, 7)).unwrap_or(0));
    }
    // Where the meter stood before the term.
    if random.one_in(4) {
        let days = i32::try_from(random.between(1, 70)).unwrap_or(1);
        moments.push(frame.time_zone().start_of(frame.term.0.plus_days(-days)));
    }
    moments.sort_unstable();
    let mut pages = random.between(0, 500);
    for at in moments {
        if random.one_in(8) {
            events.push(json!({ "kind": "replaced", "asset": asset, "occurred": at.to_string() }));
            pages = 0;
        }
        pages += random.between(0, 900);
        if random.one_in(15) {
            pages = 1;
        }
        let fields = json!({ "pages": format!("{pages} page") });
        events.push(
            json!({ "kind": "reading", "asset": asset, "occurred": at.to_string(), "fields": fields, "sequence": 1,
            "source": random.pick(&["", "", "provider_meter", "customer_meter"]) }),
        );
    }
}

fn later(random: &mut Random, event: &Json) -> String {
    let at = event["occurred"].as_str().and_then(Instant::parse_rfc3339).unwrap_or_default();
    Instant(at.0 + random.between(1, 100) * 86_400_000_000_000).to_string()
}

/// Records that repeat, contradict, correct or take back another one.
fn disturb(random: &mut Random, frame: &Frame, (event, place): (&Json, usize), lines: &mut Vec<String>) {
    let mut other = event.clone();
    match random.below(14) {
        // Another name than the first record says.
        4..=8 if event["kind"] == "retagged" => {
            other["fields"]["tag"] = json!(random.pick(&["P0", "P1", "P7", "P8"]));
            other["recorded"] = json!(later(random, &other));
            lines.push(other.to_string());
        }
        // Said twice.
        0 => lines.push(event.to_string()),
        // Said twice and not the same.
        1 => {
            other["occurred"] = json!(moment(random, frame).to_string());
            other["recorded"] = json!(later(random, &other));
            // At times none of the two was known first.
            if random.one_in(8) {
                other["recorded"] =
                    event["recorded"].as_str().map_or_else(|| event["occurred"].clone(), |text| json!(text));
            }
            lines.push(other.to_string());
        }
        2 => {
            other["id"] = json!(format!("c{place}"));
            other["corrects"] = event["id"].clone();
            other["occurred"] = json!(moment(random, frame).to_string());
            other["recorded"] = json!(later(random, event));
            lines.push(other.to_string());
            if random.one_in(3) {
                let recorded = later(random, &other);
                lines.push(json!({ "id": format!("r{place}"), "retracts": format!("c{place}"), "occurred": recorded, "source": event["source"] }).to_string());
            }
        }
        3 => {
            let recorded = later(random, event);
            lines.push(json!({ "id": format!("r{place}"), "retracts": event["id"], "occurred": recorded, "source": event["source"] }).to_string());
        }
        _ => {}
    }
}
