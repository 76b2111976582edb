//! The live service as a state machine: events and rule sets in, decisions and refusals out. It knows no clock,
//! no file and no thread; `server` is its shell.
//!
//! A decision depends on the register and on the events of its asset that were accepted before it. An event is
//! decided under the rule set in force when it is accepted, and a later rule set never unsays it. A late event gives a
//! revision under that same rule set, as long as the decision is not final; afterwards the difference is listed.

mod revisions;

use std::collections::BTreeMap;
use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::evaluate::decide;
use crate::evaluate::decide::Decision;
use crate::feed::evidence::{Cause, Fate, Finding};
use crate::feed::input::{Compression, Format, Input};
use crate::feed::mapping::Mapping;
use crate::feed::schema::Schema;
use crate::feed::slices::Slices;
use crate::feed::{Feed, Holds, Tables};
use crate::live::revisions::{Made, Place};
use crate::plan::Plan;

pub use revisions::Revised;

/// The rules that decide, swapped as a whole.
#[derive(Debug)]
pub struct RuleSet {
    /// One plan for each contract.
    pub plans: Vec<Arc<Plan>>,
    /// What each contract expects of events.
    pub schemas: Vec<Schema>,
    /// The registers, by asset.
    pub registers: Arc<Slices>,
    /// SHA-256 of the registers' texts.
    pub register: String,
}

/// The service.
#[derive(Debug)]
pub struct Live {
    rules: Arc<RuleSet>,
    /// Lines that were accepted, in their order.
    lines: Vec<Accepted>,
    /// What was decided last on each line, where it may be revised or its difference is listed.
    made: FxHashMap<Place, Made>,
    /// The lines of each asset, by their places.
    by_asset: FxHashMap<String, Vec<usize>>,
    /// The asset of each identified event: source and id.
    assets: FxHashMap<(String, String), String>,
    /// All names of an asset, by each of them.
    named: FxHashMap<String, Vec<String>>,
}

/// A line that was accepted.
#[derive(Debug)]
struct Accepted {
    /// Where it came from.
    origin: String,
    text: String,
    /// The rules in force then.
    rules: Arc<RuleSet>,
}

/// What came of an event.
#[derive(Debug)]
pub struct Answer {
    /// The rules under which it was decided.
    pub rules: Arc<RuleSet>,
    /// The asset's feed, which names are looked up in.
    pub feed: Arc<Feed>,
    /// Decisions, each with the place of its contract.
    pub decisions: Vec<(usize, Decision)>,
    /// What needs a look.
    pub findings: Vec<Finding>,
    /// Earlier decisions that come out otherwise by it.
    pub revised: Vec<Revised>,
    /// The id of the event that this one corrects or takes back.
    pub replaces: Option<String>,
}

/// What a line says about itself.
#[derive(Debug, Default, serde::Deserialize)]
struct Head {
    id: Option<String>,
    source: Option<String>,
    asset: Option<String>,
    corrects: Option<String>,
    retracts: Option<String>,
}

impl Live {
    /// The service under its first rules.
    #[must_use]
    pub fn new(rules: Arc<RuleSet>) -> Self {
        Self {
            rules,
            lines: Vec::new(),
            made: FxHashMap::default(),
            by_asset: FxHashMap::default(),
            assets: FxHashMap::default(),
            named: FxHashMap::default(),
        }
    }

    /// Puts other rules in force, for the events that come from now on.
    pub fn swap(&mut self, rules: Arc<RuleSet>) {
        self.rules = rules;
    }

    /// Takes an event in, one line of JSON; `origin` says where it stands.
    pub fn event(&mut self, origin: &str, line: &str) -> Answer {
        let head: Head = serde_json::from_str(line).unwrap_or_default();
        let source = head.source.clone().unwrap_or_default();
        let replaces = head.corrects.clone().or_else(|| head.retracts.clone());
        let target = replaces.as_ref().and_then(|id| self.assets.get(&(source.clone(), id.clone())).cloned());
        let assets: Vec<String> = head.asset.iter().cloned().chain(target).filter(|asset| !asset.is_empty()).collect();
        let (assets, before, feed) = self.gathered(assets, line);
        let feed = Arc::new(feed);
        let number = u32::try_from(before.len().saturating_add(1)).unwrap_or(u32::MAX);
        let findings = self.findings(&feed, &before, origin, number);
        // What contradicts an accepted event is told, and the accepted one stays in force.
        let refused =
            findings.iter().any(|finding| finding.fate == Some(Fate::Rejected) || finding.cause == Cause::Conflict);
        let mut answer = Answer {
            rules: Arc::clone(&self.rules),
            feed,
            decisions: Vec::new(),
            findings,
            revised: Vec::new(),
            replaces: replaces.filter(|_| !refused),
        };
        if !refused {
            let all = decisions(&self.rules, &answer.feed);
            answer.revised =
                self.revisions(&assets, &before, (head.id.as_deref().unwrap_or(origin), line), (&answer.feed, &all));
            answer.decisions = all.into_iter().filter(|(_, decision)| decision.origin.line == number).collect();
            self.accept(&head, &source, assets, origin, line);
            self.name(&answer.feed);
        }
        answer
    }

    /// The assets that a line concerns, with their other names, their lines so far and all of it as a feed. A line that
    /// gives a name concerns what was reported under it before.
    fn gathered(&self, assets: Vec<String>, line: &str) -> (Vec<String>, Vec<usize>, Feed) {
        let mut assets = self.with_other_names(assets);
        loop {
            let before = self.known(&assets);
            let feed = self.feed(&self.rules, &assets, &before, line);
            let given = feed.named.values().flat_map(|named| &named.names).cloned().collect();
            let more = self.with_other_names(given).into_iter().filter(|name| !assets.contains(name));
            let more: std::collections::BTreeSet<String> = more.collect();
            // INVARIANT (forward): each turn brings names that were not there, of which there are finitely many.
            if more.is_empty() {
                return (assets, before, feed);
            }
            assets.extend(more);
        }
    }

    /// The assets, also by the names that they bear or bore.
    fn with_other_names(&self, assets: Vec<String>) -> Vec<String> {
        let others = assets.iter().filter_map(|asset| self.named.get(asset)).flatten();
        let others: Vec<String> = others.filter(|other| !assets.contains(other)).cloned().collect();
        assets.into_iter().chain(others).collect()
    }

    /// Takes in which names are of one asset.
    fn name(&mut self, feed: &Feed) {
        for named in feed.named.values() {
            for name in &named.names {
                self.named.insert(name.clone(), named.names.clone());
            }
        }
    }

    fn accept(&mut self, head: &Head, source: &str, assets: Vec<String>, origin: &str, line: &str) {
        let place = self.lines.len();
        let rules = Arc::clone(&self.rules);
        self.lines.push(Accepted { origin: origin.to_owned(), text: line.to_owned(), rules });
        if let (Some(id), Some(asset)) = (&head.id, assets.first()) {
            self.assets.insert((source.to_owned(), id.clone()), asset.clone());
        }
        for asset in assets {
            let places = self.by_asset.entry(asset).or_default();
            if places.last() != Some(&place) {
                places.push(place);
            }
        }
    }

    /// The places of the accepted lines of some assets, in their order.
    fn known(&self, assets: &[String]) -> Vec<usize> {
        let mut places: Vec<usize> =
            assets.iter().filter_map(|asset| self.by_asset.get(asset)).flatten().copied().collect();
        places.sort_unstable();
        places.dedup();
        places
    }

    /// The feed of some assets: their rows of the register, their lines so far, the new one.
    fn feed(&self, rules: &RuleSet, assets: &[String], before: &[usize], line: &str) -> Feed {
        let accepted = before.iter().filter_map(|place| self.lines.get(*place)).map(|line| line.text.as_str());
        let text = accepted.chain([line]).collect::<Vec<_>>().join("\n");
        let registers = (1_usize..).zip(assets).filter_map(|(number, asset)| {
            let rows = rules.registers.of(asset)?;
            Some((asset, input(&format!("register {number}"), Format::Table, rows)))
        });
        let registers: BTreeMap<&String, Input<'static>> = registers.collect();
        let events = vec![input("events", Format::JsonLines, text)];
        let mappings = [Mapping::native("events")];
        let tables = Tables { registers: registers.into_values().collect(), ..Tables::default() };
        crate::feed::read(&rules.schemas, tables, &mappings, events, &|_| {}).resolve(None)
    }

    /// What is new about the lines: about the newest one, and what it contradicts.
    fn findings(&self, feed: &Feed, before: &[usize], origin: &str, number: u32) -> Vec<Finding> {
        let is_event =
            |finding: &&Finding| feed.files.get(finding.file as usize).is_some_and(|file| file.holds == Holds::Events);
        let new = |finding: &&Finding| finding.line == number || finding.cause == Cause::Conflict;
        let found = feed.evidence.findings.iter().filter(is_event).filter(new);
        found
            .map(|finding| Finding { reason: self.named(&finding.reason, before, origin), ..finding.clone() })
            .collect()
    }

    /// A reason with the lines named as their sources know them.
    fn named(&self, reason: &str, before: &[usize], origin: &str) -> String {
        let mut named = reason.replace(&format!("events:{}", before.len().saturating_add(1)), origin);
        for (number, place) in before.iter().enumerate().rev() {
            if let Some(line) = self.lines.get(*place) {
                named = named.replace(&format!("events:{}", number.saturating_add(1)), &line.origin);
            }
        }
        named
    }
}

/// The decisions that the lines of an asset ask for.
fn decisions(rules: &RuleSet, feed: &Feed) -> Vec<(usize, Decision)> {
    let mut found = Vec::new();
    for (place, plan) in rules.plans.iter().enumerate() {
        found.extend(decide(plan, feed, place).into_iter().map(|decision| (place, decision)));
    }
    found
}

fn input(name: &str, format: Format, text: String) -> Input<'static> {
    Input {
        name: name.to_owned(),
        format,
        compression: Compression::None,
        bytes: Box::new(std::io::Cursor::new(text.into_bytes())),
        placed: None,
        mapping: 0,
    }
}
