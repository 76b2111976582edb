//! The live service as a state machine: events and rule sets in, decisions and refusals out. It knows no clock,
//! no file and no thread; `server` is its shell.
//!
//! A decision depends on the register and on the events of its asset that were accepted before it. An event is
//! decided under the rule set in force when it is accepted, and a later rule set never unsays it.

use std::sync::Arc;

use rustc_hash::FxHashMap;

use crate::evaluate::decide;
use crate::evaluate::decide::Decision;
use crate::feed::Feed;
use crate::feed::evidence::Finding;
use crate::feed::input::{Format, Input};
use crate::feed::mapping::Mapping;
use crate::feed::schema::Schema;
use crate::feed::slices::Slices;
use crate::plan::Plan;

/// The rules that decide, swapped as a whole.
#[derive(Debug)]
pub struct RuleSet {
    /// One plan for each contract.
    pub plans: Vec<Plan>,
    /// What each contract expects of events.
    pub schemas: Vec<Schema>,
    /// The registers, by asset.
    pub registers: Slices,
}

/// The service.
#[derive(Debug)]
pub struct Live {
    rules: Arc<RuleSet>,
    /// The lines of each asset that were accepted, in their order.
    history: FxHashMap<String, Vec<String>>,
}

/// What came of an event.
#[derive(Debug)]
pub struct Answer {
    /// The rules under which it was decided.
    pub rules: Arc<RuleSet>,
    /// The asset's feed, which names are looked up in.
    pub feed: Feed,
    /// Decisions, each with the place of its contract.
    pub decisions: Vec<(usize, Decision)>,
    /// Why the event was not accepted.
    pub findings: Vec<Finding>,
}

impl Live {
    /// The service under its first rules.
    #[must_use]
    pub fn new(rules: Arc<RuleSet>) -> Self {
        Self { rules, history: FxHashMap::default() }
    }

    /// Puts other rules in force, for the events that come from now on.
    pub fn swap(&mut self, rules: Arc<RuleSet>) {
        self.rules = rules;
    }

    /// Takes an event in, one line of JSON.
    pub fn event(&mut self, line: &str) -> Answer {
        let asset = asset_of(line).unwrap_or_default();
        let before = self.history.get(&asset).map_or(&[][..], Vec::as_slice);
        let feed = feed(&self.rules, &asset, before, line);
        let number = u32::try_from(before.len().saturating_add(1)).unwrap_or(u32::MAX);
        let decisions = decisions(&self.rules, &feed, number);
        let findings =
            feed.evidence.findings.iter().filter(|finding| finding.line == number && is_feed(&feed, finding));
        let findings: Vec<Finding> = findings.cloned().collect();
        let refused = findings.iter().any(|finding| finding.fate == Some(crate::feed::evidence::Fate::Rejected));
        if !refused && !asset.is_empty() {
            self.history.entry(asset).or_default().push(line.to_owned());
        }
        Answer { rules: Arc::clone(&self.rules), feed, decisions, findings }
    }
}

/// The decisions that the newest line of an asset asks for.
fn decisions(rules: &RuleSet, feed: &Feed, number: u32) -> Vec<(usize, Decision)> {
    let mut found = Vec::new();
    for (place, plan) in rules.plans.iter().enumerate() {
        let own = decide(plan, feed, place).into_iter().filter(|decision| decision.origin.line == number);
        found.extend(own.map(|decision| (place, decision)));
    }
    found
}

fn is_feed(feed: &Feed, finding: &Finding) -> bool {
    feed.files.get(finding.file as usize).is_some_and(|file| !file.is_register)
}

/// The feed of one asset: its rows of the register, its lines so far, the new one.
fn feed(rules: &RuleSet, asset: &str, before: &[String], line: &str) -> Feed {
    let mut text = before.join("\n");
    if !before.is_empty() {
        text.push('\n');
    }
    text.push_str(line);
    let register = rules.registers.of(asset).map(|rows| input("register", Format::Csv, rows));
    let events = vec![input("events", Format::JsonLines, text)];
    let mappings = [Mapping::native("events")];
    crate::feed::read(&rules.schemas, register.into_iter().collect(), &mappings, events, &|_| {}).resolve(None)
}

fn input(name: &str, format: Format, text: String) -> Input<'static> {
    Input {
        name: name.to_owned(),
        format,
        gzip: false,
        bytes: Box::new(std::io::Cursor::new(text.into_bytes())),
        mapping: 0,
    }
}

/// The asset that a line names, if it does.
fn asset_of(line: &str) -> Option<String> {
    #[derive(serde::Deserialize)]
    struct Head {
        asset: Option<String>,
    }
    serde_json::from_str::<Head>(line).ok()?.asset
}
