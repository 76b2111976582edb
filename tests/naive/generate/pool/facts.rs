//! Facts of a pool: pallets that go from member to member, one by one or in lots, and some that nobody has.

use consigne::base::time::Instant;
use serde_json::{Value as Json, json};

use super::super::events::{day, in_any_order, moment};
use super::super::{Frame, Random};

const MEMBERS: [&str; 4] = ["acme", "bravo", "carl", "dora"];

fn member(random: &mut Random) -> &'static str {
    random.pick(&["acme", "acme", "bravo", "bravo", "carl", "dora"])
}

/// Rows of the register and lines of the feed.
pub(super) fn facts(random: &mut Random, frame: &Frame, (lots, names): (bool, bool)) -> (Vec<String>, Vec<String>) {
    let mut rows = Vec::new();
    let mut events: Vec<Json> = Vec::new();
    for name in MEMBERS.iter().take(usize::try_from(random.between(2, 4)).unwrap_or(2)) {
        register(random, frame, name, &mut rows);
        if random.one_in(4) {
            let tier = random.pick(&["gold", "silver"]);
            let at = moment(random, frame).to_string();
            events.push(json!({ "kind": "promoted", "asset": name, "occurred": at, "fields": { "tier": tier } }));
        }
    }
    for number in 0..random.between(1, 3) {
        let name = if lots { format!("LOT-{number}") } else { format!("P{number}") };
        if !random.one_in(3) {
            let holder = if random.one_in(2) { member(random) } else { "" };
            let grade = random.pick(&["A", "B", "C", ""]);
            rows.push(format!("{name},pallet,,,{holder},{grade},,"));
        }
        journey(random, frame, &name, (lots, names), &mut events);
    }
    if !lots && random.one_in(3) {
        journey(random, frame, "P7", (lots, names), &mut events);
    }
    for _ in 0..random.below(3) {
        let mut fields = json!({ "cost": format!("{}.50 EUR", random.between(0, 90)) });
        let who = random.pick(&["acme", "carrier", "pool", "bravo", ""]);
        if !who.is_empty() {
            fields["by_whom"] = json!(who);
        }
        events.push(json!({ "kind": "reported", "occurred": moment(random, frame).to_string(), "fields": fields }));
    }
    (rows, in_any_order(random, frame, events, lots))
}

fn register(random: &mut Random, frame: &Frame, name: &str, rows: &mut Vec<String>) {
    let tier = random.pick(&["gold", "silver"]);
    let floor = random.pick(&["35.00", "50.00", "120.00"]);
    match random.below(4) {
        0 => rows.push(format!("{name},partner,{},,,,{tier},{floor}", day(random, frame))),
        1 => {
            let change = frame.term.0.plus_days(i32::try_from(random.between(20, 200)).unwrap_or(20));
            rows.push(format!("{name},partner,{},,,,{tier},{floor}", frame.term.0));
            rows.push(format!("{name},partner,{change},,,,{},{floor}", random.pick(&["gold", "silver"])));
        }
        _ => rows.push(format!("{name},partner,,,,,{tier},{floor}")),
    }
}

/// What happens to one pallet, or to one lot: mostly in an order that makes sense.
fn journey(random: &mut Random, frame: &Frame, name: &str, (lots, names): (bool, bool), events: &mut Vec<Json>) {
    let count = random.between(2, 9);
    let mut moments: Vec<Instant> = (0..count).map(|_| moment(random, frame)).collect();
    moments.sort_unstable();
    let mut holder = member(random);
    // At times a pallet is several, and nobody says that pallets are lots.
    let several = !lots && random.one_in(8);
    let (mut there, mut held): (i64, i64) = (0, 0);
    let mut called = name.to_owned();
    for (place, at) in moments.into_iter().enumerate() {
        let kind = if place == 0 {
            "issued"
        } else {
            random.pick(&[
                "issued", "moved", "moved", "returned", "returned", "taken", "failed", "mended", "ended", "checked",
                "graded", "retagged",
            ])
        };
        let kind = if names && place > 0 && random.one_in(3) { "retagged" } else { kind };
        if kind == "retagged" && (lots || !(names || random.one_in(2))) {
            continue;
        }
        // What hands on or grades units that are not there holds everything.
        if lots && there == 0 && matches!(kind, "moved" | "graded" | "taken") {
            continue;
        }
        let next = member(random);
        let fields = match kind {
            "issued" | "taken" => json!({ "holder": if kind == "taken" && !random.one_in(3) { holder } else { next } }),
            "moved" => {
                json!({ "sender": if !lots && random.one_in(4) { member(random) } else { holder }, "holder": next })
            }
            "returned" if random.one_in(2) => json!({ "giver": holder }),
            "graded" => json!({ "grade": random.pick(&["A", "B", "C"]) }),
            "retagged" if names => json!({ "tag": random.pick(&["P0", "P1", "P7"]) }),
            "retagged" => json!({ "tag": random.pick(&["P7", "P8", "P9"]) }),
            _ => json!({}),
        };
        let mut event = json!({ "kind": kind, "asset": called, "occurred": at.to_string(), "fields": fields });
        if several && kind != "retagged" && random.one_in(2) {
            event["quantity"] = json!(random.between(1, 3));
        }
        if lots {
            let most = match kind {
                "issued" => 12,
                "moved" | "taken" => held.max(1),
                _ => there.max(1),
            };
            // At times more than there are.
            let more = i64::from(random.one_in(14));
            let units = random.between(1, most) + more;
            event["quantity"] = json!(units);
            match kind {
                "issued" => (there, held) = (there + units, units),
                "moved" => held = units,
                "returned" | "taken" => (there, held) = ((there - units).max(0), (held - units).max(0)),
                _ => {}
            }
        }
        if matches!(kind, "issued" | "moved") {
            holder = next;
        }
        if kind == "retagged" && random.one_in(2) {
            fields["tag"].as_str().unwrap_or(name).clone_into(&mut called);
        }
        events.push(event);
    }
}
