//! The facts of a scenario as a register and a feed, in the forms that files have, so that a scenario
//! takes the same way through the engine as real data.

use std::collections::BTreeMap;

use serde_json::{Map, Value as Json, json};

use crate::base::number::Ratio;
use crate::base::time::Date;
use crate::base::value::Kind;
use crate::base::vocabulary::Counts;
use crate::check::contract::Contract;
use crate::syntax::tree::{Assume, Expr, ExprNode, ScenarioEvent, Step, Word};

/// A register and a feed.
#[derive(Clone, PartialEq, Debug, Default)]
pub(super) struct Facts {
    /// CSV, empty without assumed attributes.
    pub(super) register: String,
    /// Index values as CSV, empty without any.
    pub(super) indices: String,
    /// JSON Lines.
    pub(super) feed: String,
}

/// The facts that the steps of a scenario state. Asset names are taken as they are written.
pub(super) fn facts(contract: &Contract, steps: &[Step]) -> Facts {
    let mut feed = String::new();
    let mut register = Register::default();
    let mut indices = String::new();
    for (line, step) in steps.iter().enumerate() {
        match step {
            Step::Event(event) => {
                register.seen(event);
                feed.push_str(&event_line(contract, event, line).to_string());
                feed.push('\n');
            }
            Step::Assume(assume) if contract.series.iter().any(|series| series.name == assume.name.node) => {
                indices.push_str(&index_row(assume));
            }
            Step::Assume(assume) => register.take(contract, steps, assume),
            Step::Expect(_) => {}
        }
    }
    if !indices.is_empty() {
        indices.insert_str(0, "series,month,value,published,status\n");
    }
    Facts { register: register.text(contract), indices, feed }
}

fn index_row(assume: &Assume) -> String {
    let month = assume.period.as_ref().map_or("", |period| period.node.as_str());
    let published = assume.published.as_ref().map(|day| day.node.to_string()).unwrap_or_default();
    let status = if assume.provisional.is_some() { "provisional" } else { "final" };
    format!("{},{month},{},{published},{status}\n", assume.name.node, text_of(&assume.value))
}

fn event_line(contract: &Contract, event: &ScenarioEvent, line: usize) -> Json {
    let occurred = contract.zone.at(event.date.node, event.time);
    let mut json = Map::new();
    json.insert("id".into(), json!(format!("step {line}")));
    json.insert("contract".into(), json!(contract.id));
    json.insert("kind".into(), json!(event.kind.node));
    json.insert("occurred".into(), json!(occurred.to_string()));
    let kind = contract.kinds.iter().find(|kind| kind.name == event.kind.node);
    if let Some((day, time)) = &event.recorded {
        json.insert("recorded".into(), json!(contract.zone.at(day.node, *time).to_string()));
    } else if kind.is_some_and(|kind| kind.counts == Some(Counts::Recorded)) {
        // Without a word about it the record is made at once.
        json.insert("recorded".into(), json!(occurred.to_string()));
    }
    json.insert("sequence".into(), json!(line));
    if let Some(asset) = &event.asset {
        json.insert("asset".into(), json!(asset.node));
    }
    if let Some(quantity) = event.quantity.as_ref().and_then(|quantity| quantity.node.to_i64()) {
        json.insert("quantity".into(), json!(quantity));
    }
    let fact = |(name, value): &(Word, Expr)| {
        let field = kind.and_then(|kind| kind.fields.iter().find(|field| field.name == name.node));
        let instant =
            field.filter(|field| field.kind == Kind::Instant).and_then(|_| contract.zone.moment(&text_of(value)));
        (name.node.clone(), json!(instant.map_or_else(|| text_of(value), |instant| instant.to_string())))
    };
    let fields: Map<String, Json> = event.fields.iter().map(fact).collect();
    if !fields.is_empty() {
        json.insert("fields".into(), Json::Object(fields));
    }
    Json::Object(json)
}

/// A value as a file would hold it.
pub(super) fn text_of(value: &Expr) -> String {
    match &*value.node {
        ExprNode::Number(number) => number.to_string(),
        ExprNode::Percent(number) => format!("{}%", number.times(&Ratio::int(100))),
        ExprNode::Measured(number, unit) => format!("{number} {}", unit.node),
        ExprNode::Text(text) | ExprNode::Name(text) => text.clone(),
        ExprNode::Date(date) => date.to_string(),
        ExprNode::Month(month) => month.to_string(),
        ExprNode::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        ExprNode::Negated(value) => format!("-{}", text_of(value)),
        ExprNode::Nothing => "0".to_owned(),
        ExprNode::Member(..)
        | ExprNode::Index(..)
        | ExprNode::Clause(_)
        | ExprNode::Charged(_)
        | ExprNode::Earlier(_)
        | ExprNode::Of(..)
        | ExprNode::Weighted(..)
        | ExprNode::Per(..)
        | ExprNode::Past(_)
        | ExprNode::Percentile(_)
        | ExprNode::OverAll(..)
        | ExprNode::Observed { .. }
        | ExprNode::TimeWhile(_)
        | ExprNode::TimeBetween(..)
        | ExprNode::TimeSince(_)
        | ExprNode::Rank(_)
        | ExprNode::Card { .. }
        | ExprNode::Beyond(..)
        | ExprNode::Arithmetic(..)
        | ExprNode::Is { .. }
        | ExprNode::Not(_)
        | ExprNode::And(_)
        | ExprNode::Or(_) => String::new(),
    }
}

/// The first day of an assumed period: a month, day or year as written.
pub(super) fn first_day(period: &Word) -> Option<Date> {
    let text = &period.node;
    Date::parse(text).or_else(|| Date::parse(&format!("{text}-01"))).or_else(|| Date::parse(&format!("{text}-01-01")))
}

/// Assumed attributes: by asset, then by first day, name and value.
#[derive(Default)]
struct Register {
    assets: BTreeMap<String, Asset>,
    /// The first day on which something happens to each asset, or that it has as a date.
    first: BTreeMap<String, Date>,
}

#[derive(Default)]
struct Asset {
    family: String,
    changes: BTreeMap<Option<Date>, BTreeMap<String, String>>,
}

impl Register {
    fn seen(&mut self, event: &ScenarioEvent) {
        if let Some(asset) = &event.asset {
            self.known_on(&asset.node, event.date.node);
        }
    }

    fn known_on(&mut self, asset: &str, day: Date) {
        let first = self.first.entry(asset.to_owned()).or_insert(day);
        *first = day.min(*first);
    }

    fn take(&mut self, contract: &Contract, steps: &[Step], assume: &Assume) {
        let Some(of) = &assume.of else { return };
        let Some(family) = family_of(contract, steps, &of.node, &assume.name.node) else {
            return;
        };
        // A date that the asset has, such as the day of its commissioning, is a day on which it is there.
        if let ExprNode::Date(day) = &*assume.value.node {
            self.known_on(&of.node, *day);
        }
        let asset = self.assets.entry(of.node.clone()).or_default();
        asset.family = family;
        let day = assume.period.as_ref().and_then(first_day);
        let change = asset.changes.entry(day).or_default();
        change.insert(assume.name.node.clone(), text_of(&assume.value));
    }

    /// A row for each asset and day on which something changes, with all that holds from then on.
    fn text(&self, contract: &Contract) -> String {
        let mut names: Vec<&str> =
            contract.families.iter().flat_map(|family| &family.attributes).map(|field| field.name.as_str()).collect();
        names.sort_unstable();
        names.dedup();
        if self.assets.is_empty() {
            return String::new();
        }
        let mut out = csv::Writer::from_writer(Vec::new());
        let head = ["asset", "family", "contract", "from"];
        let mut rows = vec![head.iter().chain(&names).map(|name| (*name).to_owned()).collect::<Vec<_>>()];
        for (id, asset) in &self.assets {
            let mut known: BTreeMap<&str, &str> = BTreeMap::new();
            // An assumed word or number does not bring an asset under the contract before anything happens to it.
            let first = self.first.get(id).copied();
            let mut changes = asset.changes.iter().peekable();
            while let Some((day, change)) = changes.next() {
                known.extend(change.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                if changes.peek().is_some_and(|(next, _)| first.is_some() && **next <= first) {
                    continue;
                }
                let from = (*day).max(first).map(|day| day.to_string()).unwrap_or_default();
                let mut row = vec![id.clone(), asset.family.clone(), contract.id.clone(), from];
                row.extend(names.iter().map(|name| known.get(name).copied().unwrap_or("").to_owned()));
                rows.push(row);
            }
        }
        // Writing to memory does not fail.
        for row in rows {
            let _ = out.write_record(row);
        }
        out.into_inner().ok().and_then(|bytes| String::from_utf8(bytes).ok()).unwrap_or_default()
    }
}

/// The family of an asset of a scenario: that of its events, else one that has the attribute.
fn family_of(contract: &Contract, steps: &[Step], asset: &str, attribute: &str) -> Option<String> {
    let by_event = steps.iter().find_map(|step| match step {
        Step::Event(event) if event.asset.as_ref().is_some_and(|word| word.node == asset) => {
            let kind = contract.kinds.iter().find(|kind| kind.name == event.kind.node)?;
            contract.families.get(kind.family?.index())
        }
        Step::Event(_) | Step::Assume(_) | Step::Expect(_) => None,
    });
    let by_attribute = || {
        let holds =
            |family: &&crate::check::contract::Family| family.attributes.iter().any(|field| field.name == attribute);
        contract.families.iter().find(holds)
    };
    by_event.or_else(by_attribute).map(|family| family.name.clone())
}
