//! The runs.

use consigne::base::time::Date;
use consigne::check::contract::Contract;
use consigne::syntax::tree::{Assume, Expr, ExprNode, Scenario, ScenarioEvent, Step};
use serde_json::{Map, json};

use super::engine::engine;
use super::generate::Draft;
use super::shrink::{fitted, printed, shrunk};
use super::{Case, reference};

/// How many cases agreed, and how many hold what the reference does not know.
#[derive(Debug, Default)]
pub(crate) struct Tally {
    pub(crate) agreed: usize,
    pub(crate) lines: usize,
    pub(crate) unsupported: std::collections::BTreeMap<String, usize>,
    pub(crate) differing: Vec<String>,
}

impl Tally {
    /// Compares one case; tells whether both sides know it, and agree.
    fn take(&mut self, contract: &Contract, case: &Case, name: &str) -> Option<bool> {
        match reference(contract, case) {
            Ok(told) => {
                let differences = engine(contract, case).differences(&told);
                if differences.is_empty() {
                    self.agreed += 1;
                    self.lines += told.lines.len();
                } else {
                    self.differing.push(format!("{name}:\n  {}", differences.join("\n  ")));
                }
                Some(differences.is_empty())
            }
            Err(what) => {
                *self.unsupported.entry(what).or_default() += 1;
                None
            }
        }
    }

    fn tell(&self, what: &str) {
        eprintln!("{what}: {} agree on {} lines, {} differ", self.agreed, self.lines, self.differing.len());
        for (what, count) in &self.unsupported {
            eprintln!("  not known to the reference: {what} ({count})");
        }
    }
}

#[test]
fn the_samples_agree() {
    let mut tally = Tally::default();
    for folder in crate::support::samples() {
        let read = |name: &str| std::fs::read_to_string(folder.join(name)).unwrap_or_default();
        let text = read("contract.consigne");
        let Some(contract) = crate::support::checked(&text).contract else { continue };
        let register = std::fs::read_dir(&folder).unwrap().filter_map(|entry| {
            let path = entry.unwrap().path();
            let text = std::fs::read_to_string(&path).ok()?;
            (path.extension()? == "csv" && text.starts_with("asset,")).then_some(text)
        });
        let (from, to) = contract.term;
        let case = Case {
            register: register.collect(),
            feed: read("feed.jsonl"),
            indices: String::new(),
            from,
            to,
            as_of: None,
        };
        tally.take(&contract, &case, &folder.display().to_string());
    }
    tally.tell("samples");
    assert!(tally.differing.is_empty(), "{}", tally.differing.join("\n"));
}

/// The scenarios of the samples, of the worked cases and of the language reference, as feeds.
#[test]
fn the_scenarios_agree() {
    let mut tally = Tally::default();
    for (name, text) in texts() {
        let Some(contract) = crate::support::checked(&text).contract else { continue };
        for scenario in &contract.scenarios {
            let title = format!("{name}, “{}”", scenario.title.node);
            match case_of(&contract, scenario) {
                Ok(case) => {
                    tally.take(&contract, &case, &title);
                }
                Err(what) => *tally.unsupported.entry(what.to_owned()).or_default() += 1,
            }
        }
    }
    tally.tell("scenarios");
    assert!(tally.differing.is_empty(), "{}", tally.differing.join("\n"));
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

/// The facts of a scenario as a register and a feed.
fn case_of(contract: &Contract, scenario: &Scenario) -> Result<Case, &'static str> {
    if scenario.table.is_some() {
        return Err("scenarios with a table");
    }
    let mut feed = String::new();
    let mut register: std::collections::BTreeMap<(String, String), Map<String, serde_json::Value>> =
        std::collections::BTreeMap::new();
    let mut to = contract.term.0;
    for (place, step) in scenario.steps.iter().enumerate() {
        match step {
            Step::Event(event) => {
                to = to.max(event.date.node);
                feed.push_str(&line(contract, event, place)?);
            }
            Step::Assume(assume) => attribute(contract, scenario, assume, &mut register)?,
            Step::Expect(_) => {}
        }
    }
    let names: std::collections::BTreeSet<&str> =
        contract.families.iter().flat_map(|family| &family.attributes).map(|field| field.name.as_str()).collect();
    let mut rows = format!("asset,family,from,{}\n", names.iter().copied().collect::<Vec<_>>().join(","));
    for ((asset, family), values) in &register {
        let first = first_day(scenario, asset)
            .into_iter()
            .chain(values.values().filter_map(|value| Date::parse(value.as_str()?)));
        let from = first.min().map(|day| day.to_string()).unwrap_or_default();
        let cells: Vec<&str> =
            names.iter().map(|name| values.get(*name).and_then(|value| value.as_str()).unwrap_or("")).collect();
        rows.push_str(&format!("{asset},{family},{from},{}\n", cells.join(",")));
    }
    let to = to.plus_days(100).min(contract.term.1);
    let (from, register) = (contract.term.0, if register.is_empty() { String::new() } else { rows });
    Ok(Case { register, feed, indices: String::new(), from, to, as_of: None })
}

fn first_day(scenario: &Scenario, asset: &str) -> Option<Date> {
    let days = scenario.steps.iter().filter_map(|step| match step {
        Step::Event(event) if event.asset.as_ref().is_some_and(|own| own.node == asset) => Some(event.date.node),
        Step::Event(_) | Step::Assume(_) | Step::Expect(_) => None,
    });
    days.min()
}

fn attribute(
    contract: &Contract,
    scenario: &Scenario,
    assume: &Assume,
    register: &mut std::collections::BTreeMap<(String, String), Map<String, serde_json::Value>>,
) -> Result<(), &'static str> {
    let (Some(of), None) = (&assume.of, &assume.period) else { return Err("assumed numbers, indices and changes") };
    let of_event = scenario.steps.iter().find_map(|step| match step {
        Step::Event(event) if event.asset.as_ref().is_some_and(|own| own.node == of.node) => {
            contract.kinds.iter().find(|kind| kind.name == event.kind.node)?.family
        }
        Step::Event(_) | Step::Assume(_) | Step::Expect(_) => None,
    });
    let by_event = of_event.and_then(|family| contract.families.get(family.index()));
    let has = |family: &&consigne::check::contract::Family| {
        family.attributes.iter().any(|field| field.name == assume.name.node)
    };
    let Some(family) = by_event.or_else(|| contract.families.iter().find(has)) else {
        return Err("assumed numbers, indices and changes");
    };
    let value = written(&assume.value).ok_or("assumed values of other forms")?;
    let row = register.entry((of.node.clone(), family.name.clone())).or_default();
    row.insert(assume.name.node.clone(), json!(value));
    Ok(())
}

fn line(contract: &Contract, event: &ScenarioEvent, place: usize) -> Result<String, &'static str> {
    let mut fields = Map::new();
    for (name, value) in &event.fields {
        fields.insert(name.node.clone(), json!(written(value).ok_or("event fields of other forms")?));
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
        ExprNode::Percent(number) => format!("{}%", number.times(&consigne::base::number::Ratio::int(100))),
        ExprNode::Measured(number, unit) => format!("{number} {}", unit.node),
        ExprNode::Text(text) | ExprNode::Name(text) => text.clone(),
        ExprNode::Date(date) => date.to_string(),
        ExprNode::Flag(flag) => if *flag { "yes" } else { "no" }.to_owned(),
        _ => return None,
    })
}

/// The reference does not import what it is compared with.
#[test]
fn the_reference_imports_no_evaluator() {
    let mut folders = vec![crate::support::root().join("tests/naive")];
    let mut files = Vec::new();
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    assert!(files.len() > 15, "{files:?}");
    for path in files.iter().filter(|path| !path.ends_with("engine.rs")) {
        let (name, text) = (path.display(), std::fs::read_to_string(path).unwrap());
        for layer in ["plan", "evaluate", "feed", "trial", "session", "live", "report"] {
            let imports = text.lines().filter(|line| !line.trim_start().starts_with("//"));
            let found = imports.filter(|line| line.contains(&format!("consigne::{layer}"))).count();
            assert_eq!(found, 0, "{name} imports consigne::{layer}");
        }
    }
}

/// What came of random contracts.
#[derive(Debug, Default)]
struct Sweep {
    tally: Tally,
    pieces: usize,
    refused: std::collections::BTreeMap<String, usize>,
    /// By construct: how many contracts that hold it were compared.
    features: std::collections::BTreeMap<&'static str, usize>,
    events: usize,
    failing: Vec<(u64, Draft)>,
}

fn sweep(seeds: impl Iterator<Item = u64>, most: usize, until: Option<std::time::Instant>) -> Sweep {
    let mut sweep = Sweep::default();
    for seed in seeds {
        if until.is_some_and(|until| std::time::Instant::now() > until) || sweep.failing.len() >= most {
            break;
        }
        if std::env::var("CONSIGNE_TRACE").is_ok() {
            eprintln!("seed {seed}");
        }
        let draft = Draft::new(seed);
        sweep.pieces += draft.pieces.iter().filter(|piece| !piece.text.is_empty()).count();
        let (draft, contract, refused) = fitted(draft);
        for reason in &refused {
            *sweep.refused.entry(reason.chars().take(160).collect()).or_default() += 1;
        }
        let Some(contract) = contract else { continue };
        match sweep.tally.take(&contract, &draft.case(), &format!("seed {seed}")) {
            Some(true) => {}
            Some(false) => sweep.failing.push((seed, draft.clone())),
            None => continue,
        }
        sweep.events += draft.events.len();
        let features: std::collections::BTreeSet<&str> = draft.pieces.iter().map(|piece| piece.feature).collect();
        for feature in features {
            *sweep.features.entry(feature).or_default() += 1;
        }
    }
    sweep
}

impl Sweep {
    fn tell(&self) {
        self.tally.tell("random contracts");
        let refused: usize = self.refused.values().sum();
        eprintln!("  {} events; {refused} of {} pieces refused by check", self.events, self.pieces);
        for (feature, count) in &self.features {
            eprintln!("  {feature}: {count}");
        }
    }

    fn must_agree(&self) {
        let small = std::env::var("CONSIGNE_SHRINK").is_err();
        for (seed, draft) in &self.failing {
            let told = if small { printed(&shrunk(draft)) } else { String::new() };
            eprintln!("seed {seed} differs:\n{told}");
        }
        assert!(self.failing.is_empty(), "{} of the random contracts differ", self.failing.len());
        let refused: usize = self.refused.values().sum();
        assert!(refused * 5 < self.pieces, "{refused} of {} pieces are refused: {:#?}", self.pieces, self.refused);
        let unsupported: usize = self.tally.unsupported.values().sum();
        assert!(unsupported * 5 < self.tally.agreed, "{unsupported} contracts are not known to the reference");
    }
}

/// A fixed set, of a few seconds.
#[test]
fn random_contracts_agree() {
    let until = std::time::Instant::now() + std::time::Duration::from_secs(20);
    let sweep = sweep(0..150, 3, Some(until));
    sweep.tell();
    sweep.must_agree();
    assert!(sweep.tally.agreed >= 20, "too few were compared in the time: {}", sweep.tally.agreed);
}

/// The long run: see the head of this folder.
#[test]
#[ignore = "a long run, by one command"]
fn long() {
    let number =
        |name: &str, default: u64| std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default);
    let from = number("CONSIGNE_FROM", 1_000);
    let most = usize::try_from(number("CONSIGNE_FAILURES", 5)).unwrap_or(5);
    let skip = std::env::var("CONSIGNE_SKIP").unwrap_or_default();
    let skip: Vec<u64> = skip.split(',').filter_map(|seed| seed.parse().ok()).collect();
    let seeds = (from..from + number("CONSIGNE_SEEDS", 2_000)).filter(|seed| !skip.contains(seed));
    let sweep = sweep(seeds, most, None);
    sweep.tell();
    if std::env::var("CONSIGNE_REFUSED").is_ok() {
        eprintln!("{:#?}", sweep.refused);
    }
    sweep.must_agree();
}
