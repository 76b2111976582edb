//! The scenarios of the samples, of the worked cases and of the language reference, as feeds.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::Date;
use consigne::base::value::Kind;
use consigne::base::vocabulary::Operator;
use consigne::check::contract::{Contract, TermBody};
use consigne::syntax::tree::{Assume, Expr, ExprNode, Scenario, ScenarioEvent, Step, Word};
use serde_json::{Map, json};

use super::runs::Tally;
use super::{Assumed, Case};

#[test]
fn the_scenarios_agree() {
    let mut tally = Tally::default();
    for (name, text) in texts() {
        let Some(contract) = crate::support::checked(&text).contract else { continue };
        compare(&contract, &name, &mut tally);
    }
    tally.tell("scenarios");
    assert!(tally.differing.is_empty(), "{}", tally.differing.join("\n"));
}

/// Compares the scenarios of a contract of another test.
#[track_caller]
pub(crate) fn agree(contract: &Contract) {
    let mut tally = Tally::default();
    compare(contract, &contract.id, &mut tally);
    if std::env::var("CONSIGNE_UNKNOWN").is_ok() {
        eprintln!("scenarios of a test: {} agree", tally.agreed);
    }
    assert!(tally.differing.is_empty(), "{}", tally.differing.join("\n"));
}

fn compare(contract: &Contract, name: &str, tally: &mut Tally) {
    for scenario in &contract.scenarios {
        for (row, steps) in runs(scenario) {
            let title = format!("{name}, “{}”{row}", scenario.title.node);
            match case_of(contract, &steps) {
                Ok(case) => {
                    tally.take(contract, &case, &title);
                }
                Err(what) => tally.unknown(&title, what.to_owned()),
            }
        }
    }
}

/// Contract texts: samples, worked cases, and the examples of the language reference.
fn texts() -> Vec<(String, String)> {
    let root = crate::support::root();
    let mut found: Vec<(String, String)> =
        crate::support::contracts().into_iter().map(|(path, text)| (path.display().to_string(), text)).collect();
    let mut folders: Vec<_> =
        std::fs::read_dir(root.join("tests/worked")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.sort();
    for folder in folders.iter().filter(|folder| folder.is_dir()) {
        let mut files: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        for path in files.iter().filter(|path| path.extension().is_some_and(|end| end == "consigne")) {
            found.push((path.display().to_string(), std::fs::read_to_string(path).unwrap()));
        }
    }
    let page = std::fs::read_to_string(root.join("grammar/README.md")).unwrap();
    let mut frame = String::new();
    for (place, block) in page.split("\n```consigne").skip(1).enumerate() {
        let (kind, rest) = block.split_once('\n').unwrap_or_default();
        let text = rest.split("\n```").next().unwrap_or_default();
        match kind.trim() {
            "frame" => text.clone_into(&mut frame),
            "" => found.push((format!("reference, block {place}"), text.to_owned())),
            "fragment" => found.push((format!("reference, block {place}"), format!("{frame}\n{text}"))),
            _ => {}
        }
    }
    found
}

/// The steps of a scenario, once for each row of its table: the words of the header stand for the values of the row.
fn runs(scenario: &Scenario) -> Vec<(String, Vec<Step>)> {
    let Some(table) = &scenario.table else { return vec![(String::new(), scenario.steps.clone())] };
    let mut found = Vec::new();
    for (place, (_, values)) in table.rows.iter().enumerate() {
        let row: BTreeMap<&str, &Expr> = table.header.iter().map(|word| word.node.as_str()).zip(values).collect();
        let steps = scenario.steps.iter().map(|step| filled(step, &row)).collect();
        found.push((format!(", row {}", place + 1), steps));
    }
    found
}

fn filled(step: &Step, row: &BTreeMap<&str, &Expr>) -> Step {
    let fill = |value: &mut Expr| {
        if let ExprNode::Name(name) = &*value.node
            && let Some(found) = row.get(name.as_str())
        {
            *value = (*found).clone();
        }
    };
    let rename = |word: &mut Word| {
        if let Some(found) = row.get(word.node.as_str()).and_then(|value| written(value)) {
            word.node = found;
        }
    };
    let mut step = step.clone();
    match &mut step {
        Step::Assume(assume) => {
            fill(&mut assume.value);
            assume.of.iter_mut().for_each(rename);
        }
        Step::Event(event) => {
            event.asset.iter_mut().for_each(rename);
            event.fields.iter_mut().for_each(|(_, value)| fill(value));
        }
        Step::Expect(_) => {}
    }
    step
}

/// The facts of a scenario.
fn case_of(contract: &Contract, steps: &[Step]) -> Result<Case, &'static str> {
    let mut case = Case {
        register: String::new(),
        feed: String::new(),
        indices: String::new(),
        assumed: Vec::new(),
        from: contract.term.0,
        to: contract.term.0,
        as_of: None,
    };
    let mut register = Register::default();
    for (place, step) in steps.iter().enumerate() {
        match step {
            Step::Event(event) => {
                case.to = case.to.max(event.date.node);
                if let Some(asset) = &event.asset {
                    register.known_on(&asset.node, event.date.node);
                }
                case.feed.push_str(&line(contract, event, place)?);
            }
            Step::Assume(assume) => {
                let day = assume.period.as_ref().and_then(first_day);
                case.to = case.to.max(day.unwrap_or(case.to));
                assumed(contract, steps, assume, (&mut case, &mut register))?;
            }
            Step::Expect(_) => {}
        }
    }
    case.register = register.text(contract);
    case.to = case.to.plus_days(100).min(contract.term.1);
    Ok(case)
}

/// The first day of a month, day or year as written.
fn first_day(period: &Word) -> Option<Date> {
    let text = &period.node;
    Date::parse(text).or_else(|| Date::parse(&format!("{text}-01"))).or_else(|| Date::parse(&format!("{text}-01-01")))
}

fn assumed(
    contract: &Contract,
    steps: &[Step],
    assume: &Assume,
    (case, register): (&mut Case, &mut Register),
) -> Result<(), &'static str> {
    let name = &assume.name.node;
    let is_measure =
        |term: &&consigne::check::contract::Term| term.name == *name && matches!(term.body, TermBody::Measure(_));
    if contract.terms.iter().any(|term| is_measure(&term)) {
        let day = assume.period.as_ref().and_then(first_day);
        let value = computed(&assume.value).ok_or("assumed values of other forms")?;
        let group = assume.of.as_ref().map(|of| of.node.clone());
        case.assumed.push(Assumed { name: name.clone(), group, day, value });
        return Ok(());
    }
    let value = written(&assume.value).ok_or("assumed values of other forms")?;
    if contract.series.iter().any(|series| series.name == *name) {
        if case.indices.is_empty() {
            case.indices.push_str("series,month,value,published,status\n");
        }
        let month = assume.period.as_ref().map_or("", |period| period.node.as_str());
        let published = assume.published.as_ref().map(|day| day.node.to_string()).unwrap_or_default();
        let status = if assume.provisional.is_some() { "provisional" } else { "final" };
        case.indices.push_str(&format!("{name},{month},{value},{published},{status}\n"));
        return Ok(());
    }
    let Some(of) = &assume.of else { return Err("assumed coefficients and other values") };
    let family = family_of(contract, steps, &of.node, name).ok_or("attributes of no family")?;
    if let ExprNode::Date(day) = &*assume.value.node {
        register.known_on(&of.node, *day);
    }
    let asset = register.assets.entry(of.node.clone()).or_insert((family, BTreeMap::new()));
    let change = asset.1.entry(assume.period.as_ref().and_then(first_day)).or_default();
    change.insert(name.clone(), value);
    Ok(())
}

/// A number that may be computed of others.
fn computed(value: &Expr) -> Option<Ratio> {
    let ExprNode::Arithmetic(operator, a, b) = &*value.node else { return number(&written(value)?) };
    let (a, b) = (computed(a)?, computed(b)?);
    match operator {
        Operator::Plus => Some(a.plus(&b)),
        Operator::Minus => Some(a.minus(&b)),
        Operator::Times => Some(a.times(&b)),
        Operator::Over => a.over(&b),
    }
}

/// A number in base units.
fn number(text: &str) -> Option<Ratio> {
    if let Some(points) = text.strip_suffix('%') {
        return Ratio::parse(points).ok()?.over(&Ratio::int(100));
    }
    let (number, unit) = text.split_once(' ').unwrap_or((text, ""));
    let factor = Unit::of_time(unit).map_or(1, |(_, factor)| factor);
    Some(Ratio::parse(number).ok()?.times(&Ratio::int(factor)))
}

/// Assumed attributes: family, then by first day name and value.
#[derive(Default)]
struct Register {
    assets: BTreeMap<String, (String, BTreeMap<Option<Date>, BTreeMap<String, String>>)>,
    /// The first day on which something happens to each asset, or that it has as a date.
    first: BTreeMap<String, Date>,
}

impl Register {
    fn known_on(&mut self, asset: &str, day: Date) {
        let first = self.first.entry(asset.to_owned()).or_insert(day);
        *first = day.min(*first);
    }

    /// A row for each asset and day on which something changes, with all that holds from then on.
    fn text(&self, contract: &Contract) -> String {
        if self.assets.is_empty() {
            return String::new();
        }
        let names: BTreeSet<&str> =
            contract.families.iter().flat_map(|family| &family.attributes).map(|field| field.name.as_str()).collect();
        let mut rows = format!("asset,family,from,{}\n", names.iter().copied().collect::<Vec<_>>().join(","));
        for (asset, (family, changes)) in &self.assets {
            let first = self.first.get(asset).copied();
            let mut known: BTreeMap<&str, &str> = BTreeMap::new();
            let mut days = changes.iter().peekable();
            while let Some((day, change)) = days.next() {
                known.extend(change.iter().map(|(name, value)| (name.as_str(), value.as_str())));
                if days.peek().is_some_and(|(next, _)| first.is_some() && **next <= first) {
                    continue;
                }
                let from = (*day).max(first).map(|day| day.to_string()).unwrap_or_default();
                let cells: Vec<&str> = names.iter().map(|name| known.get(name).copied().unwrap_or("")).collect();
                rows.push_str(&format!("{asset},{family},{from},{}\n", cells.join(",")));
            }
        }
        rows
    }
}

/// The family of an asset: that of its events, else one that has the attribute.
fn family_of(contract: &Contract, steps: &[Step], asset: &str, attribute: &str) -> Option<String> {
    let by_event = steps.iter().find_map(|step| match step {
        Step::Event(event) if event.asset.as_ref().is_some_and(|own| own.node == asset) => {
            contract.kinds.iter().find(|kind| kind.name == event.kind.node)?.family
        }
        Step::Event(_) | Step::Assume(_) | Step::Expect(_) => None,
    });
    let has = |family: &&consigne::check::contract::Family| family.attributes.iter().any(|own| own.name == attribute);
    let by_event = by_event.and_then(|family| contract.families.get(family.index()));
    Some(by_event.or_else(|| contract.families.iter().find(has))?.name.clone())
}

fn line(contract: &Contract, event: &ScenarioEvent, place: usize) -> Result<String, &'static str> {
    let declared = contract.kinds.iter().find(|kind| kind.name == event.kind.node);
    let mut fields = Map::new();
    for (name, value) in &event.fields {
        let text = written(value).ok_or("event fields of other forms")?;
        let field = declared.and_then(|kind| kind.fields.iter().find(|field| field.name == name.node));
        let moment = field.filter(|field| field.kind == Kind::Instant).and_then(|_| contract.zone.moment(&text));
        fields.insert(name.node.clone(), json!(moment.map_or(text, |at| at.to_string())));
    }
    let mut json = json!({
        "id": format!("s{place:04}"),
        "kind": event.kind.node,
        "occurred": contract.zone.at(event.date.node, event.time).to_string(),
        "sequence": place,
        "fields": fields,
    });
    if let Some(asset) = &event.asset {
        json["asset"] = json!(asset.node);
    }
    if let Some(units) = event.quantity.as_ref().and_then(|units| units.node.to_i64()) {
        json["quantity"] = json!(units);
    }
    if let Some((day, time)) = &event.recorded {
        json["recorded"] = json!(contract.zone.at(day.node, *time).to_string());
    }
    Ok(format!("{json}\n"))
}

fn written(value: &Expr) -> Option<String> {
    Some(match &*value.node {
        ExprNode::Number(number) => number.to_string(),
        ExprNode::Percent(number) => format!("{}%", number.times(&Ratio::int(100))),
        ExprNode::Measured(number, unit) => format!("{number} {}", unit.node),
        ExprNode::Text(text) | ExprNode::Name(text) => text.clone(),
        ExprNode::Date(date) => date.to_string(),
        ExprNode::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        ExprNode::Negated(value) => format!("-{}", written(value)?),
        _ => return None,
    })
}
