//! The feeds of the themes: few assets, and many events at the moments that matter.

use consigne::base::time::Date;
use serde_json::{Value as Json, json};

use super::events::{happens, in_any_order, keg, meter, register};
use super::themes::Theme;
use super::{Frame, Random};

/// Rows of the register and lines of the feed.
pub(super) fn facts(random: &mut Random, frame: &Frame, theme: Theme) -> (Vec<String>, Vec<String>) {
    let mut rows = Vec::new();
    let mut events: Vec<Json> = Vec::new();
    let assets = if theme == Theme::RecordsBegin { 3 } else { 2 };
    for number in 0..random.between(1, assets) {
        let name = format!("P{number}");
        if !random.one_in(5) {
            register(random, frame, &name, &mut rows);
        }
        match theme {
            Theme::Ranks => days_apart(random, frame, &name, &mut events),
            Theme::Equals | Theme::AmendedMeetings => {
                pairs(random, frame, &name, &mut events);
                inspections(random, frame, &name, &mut events);
            }
            Theme::CarriedOver => ups_and_downs(random, frame, &name, &mut events),
            Theme::GrowingCaps | Theme::AmendedCaps => {
                month_by_month(random, frame, &name, &mut events);
            }
            Theme::Percentiles => scores(random, frame, &name, &mut events),
            Theme::AmendedDeposits => kegs(random, frame, number, (&mut rows, &mut events)),
            Theme::RecordsBegin => around_the_records(random, frame, (&name, number), (&mut rows, &mut events)),
            Theme::Names => {}
            Theme::Chained => {
                in_service(random, frame, &name, &mut events);
                month_by_month(random, frame, &name, &mut events);
            }
            Theme::HeldValues => in_service(random, frame, &name, &mut events),
        }
        for _ in 0..random.below(3) {
            happens(random, frame, &name, &mut events);
        }
    }
    (rows, in_any_order(random, frame, events, false))
}

/// An event on a day, at an hour at which few clocks change.
fn on(random: &mut Random, frame: &Frame, (kind, asset): (&str, &str), date: Date, fields: &Json) -> Json {
    let hour = u32::try_from(random.between(8, 17)).unwrap_or(8);
    let at = frame.time_zone().at(date.min(frame.term.1), hour * 3600);
    let mut event = json!({ "kind": kind, "asset": asset, "occurred": at.to_string() });
    if !fields.is_null() {
        event["fields"] = fields.clone();
    }
    event
}

fn later(random: &mut Random, date: Date, from: i64, to: i64) -> Date {
    date.plus_days(i32::try_from(random.between(from, to)).unwrap_or(0))
}

/// Failures as many days apart as a rolling time has, or one more or less.
fn days_apart(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    let days = random.pick(&[&7_i64, &30, &30, &90]).to_owned();
    let mut day = later(random, frame.term.0, 0, 40);
    for _ in 0..random.between(3, 8) {
        events.push(on(random, frame, ("failed", asset), day, &Json::Null));
        let apart = match random.below(5) {
            0 => random.between(0, days),
            1 => days - 1,
            2 => days + 1,
            _ => days,
        };
        day = later(random, day, apart, apart);
    }
}

/// What two clauses charge for, in the same months.
fn pairs(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    for _ in 0..random.between(2, 4) {
        let day = later(random, frame.term.0, 0, 270);
        for _ in 0..random.between(1, 2) {
            let day = later(random, day, 0, 2);
            events.push(on(random, frame, ("failed", asset), day, &Json::Null));
        }
        for _ in 0..random.between(1, 2) {
            let day = later(random, day, 0, 2);
            let mut fields = json!({ "work": "1 hour", "score": random.pick(&["0", "3", "4.5"]) });
            if !random.one_in(3) {
                fields["parts"] = json!(random.pick(&["5.00 EUR", "20.00 EUR", "60.00 EUR"]));
            }
            events.push(on(random, frame, ("serviced", asset), day, &fields));
        }
    }
}

/// What is found at one time, at times for two clauses.
fn inspections(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    for _ in 0..random.between(2, 6) {
        let day = later(random, frame.term.0, 0, 300);
        let fields = json!({
            "grade": random.pick(&["B", "C", "D"]),
            "repair_cost": random.pick(&["5.00 EUR", "20.00 EUR", "140.00 EUR"]),
            "data_wiped": random.pick(&["no", "no", "yes"]),
        });
        events.push(on(random, frame, ("inspected", asset), day, &fields));
    }
}

/// A cost in most months, at times a high one.
fn month_by_month(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    let mut day = later(random, frame.term.0, 0, 40);
    for _ in 0..random.between(4, 9) {
        let cost = random.pick(&["5.00 EUR", "20.00 EUR", "25.50 EUR", "60.00 EUR", "140.00 EUR"]);
        let fields = json!({ "grade": "A", "repair_cost": cost, "data_wiped": random.pick(&["yes", "no"]) });
        events.push(on(random, frame, ("inspected", asset), day, &fields));
        day = later(random, day, 8, 45);
    }
}

/// A cost in most months: little of a cap, then some, then much.
fn ups_and_downs(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    let mut month = frame.term.0.as_month();
    let mut step = random.below(3);
    while month.first() < frame.term.1 {
        let costs: &[&str] = match step % 3 {
            0 => &["8.00 EUR", "15.50 EUR"],
            1 => &["15.50 EUR", "25.00 EUR", "40.00 EUR"],
            _ => &["60.00 EUR", "85.00 EUR", "130.00 EUR"],
        };
        let day = later(random, month.first(), 1, 25);
        let fields = json!({ "grade": "A", "repair_cost": random.pick(costs), "data_wiped": "yes" });
        if day >= frame.term.0 && !random.one_in(8) {
            events.push(on(random, frame, ("inspected", asset), day, &fields));
        }
        step += if random.one_in(4) { 2 } else { 1 };
        month = month.next();
    }
}

/// Kegs that are filled early or late and emptied some time later.
fn kegs(random: &mut Random, frame: &Frame, number: i64, (rows, events): (&mut Vec<String>, &mut Vec<Json>)) {
    keg(random, frame, &format!("K{number}"), (&mut *rows, &mut *events));
    for own in 1..4 {
        let asset = format!("K{number}{own}");
        rows.push(format!("{asset},keg,,,,,,120.00,{}", random.pick(&["small", "large"])));
        let filled = later(random, frame.term.0, (own - 1) * 80, own * 80);
        let emptied = later(random, filled, 10, 120);
        let grade = json!({ "grade": random.pick(&["A", "B", "C", "D"]) });
        events.push(on(random, frame, ("filled", &asset), filled, &Json::Null));
        events.push(on(random, frame, ("emptied", &asset), emptied, &grade));
    }
}

/// Scores near each other in time.
fn scores(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    let day = later(random, frame.term.0, 0, 200);
    for _ in 0..random.between(3, 9) {
        let score = format!("{}.{}", random.between(0, 6), random.between(0, 9));
        let day = later(random, day, 0, 60);
        events.push(on(random, frame, ("serviced", asset), day, &json!({ "work": "1 hour", "score": score })));
    }
}

/// What the records know first of an asset: an end or a beginning, near the day on which they begin.
fn around_the_records(
    random: &mut Random,
    frame: &Frame,
    (asset, number): (&str, i64),
    (rows, events): (&mut Vec<String>, &mut Vec<Json>),
) {
    let begin = frame.conventions.iter().find_map(|line| Date::parse(line.strip_prefix("records begin ")?.get(..10)?));
    let begin = begin.unwrap_or(frame.term.0);
    let mut day = later(random, begin, -12, 30);
    for kind in ["installed", "failed", "return_requested"] {
        let end = match kind {
            "installed" => "removed",
            "failed" => "restored",
            _ => "collected",
        };
        match random.below(4) {
            0 => {}
            1 => {
                events.push(on(random, frame, (kind, asset), day, &Json::Null));
                let day = later(random, day, 0, 60);
                events.push(on(random, frame, (end, asset), day, &Json::Null));
            }
            _ => events.push(on(random, frame, (end, asset), day, &Json::Null)),
        }
        day = later(random, day, -5, 15);
    }
    if random.one_in(2) {
        let day = later(random, begin, 30, 200);
        events.push(on(random, frame, ("failed", asset), day, &Json::Null));
    }
    if random.one_in(2) {
        keg(random, frame, &format!("K{number}"), (rows, events));
    }
    if random.one_in(2) {
        meter(random, frame, &format!("C{number}"), (rows, events));
    }
}

/// Installed early, at times removed.
fn in_service(random: &mut Random, frame: &Frame, asset: &str, events: &mut Vec<Json>) {
    let day = later(random, frame.term.0, 0, 30);
    events.push(on(random, frame, ("installed", asset), day, &Json::Null));
    if random.one_in(3) {
        let day = later(random, day, 60, 250);
        events.push(on(random, frame, ("removed", asset), day, &Json::Null));
    }
}
