//! Decisions that late events would change: revised as long as they are not final, afterwards listed.

use std::sync::Arc;

use crate::base::ids::DispositionId;
use crate::evaluate::decide::{Decision, outcome};
use crate::evaluate::shown::Names;
use crate::evaluate::tables::{Chosen, Undecided};
use crate::feed::Feed;
use crate::live::{Live, RuleSet, decisions};

/// An accepted line and the table that decides on it: line, contract, table.
pub(super) type Place = (usize, usize, DispositionId);

/// What was decided last.
#[derive(Debug)]
pub(super) struct Made {
    result: Result<Chosen, Undecided>,
    revision: u32,
    is_final: bool,
    /// The difference that was listed last.
    listed: Option<String>,
}

/// An earlier decision that comes out otherwise.
#[derive(Debug)]
pub struct Revised {
    /// The rules under which it was made, and is made again.
    pub rules: Arc<RuleSet>,
    /// The asset's feed under these rules.
    pub feed: Arc<Feed>,
    /// The place of its contract.
    pub contract: usize,
    /// What is decided now.
    pub decision: Decision,
    /// The same in words.
    pub words: String,
    /// The event on which it was decided: its id, or where it stands.
    pub event: String,
    /// The event that made the difference known.
    pub cause: String,
    /// The how-manieth revision; `None` where it is final and the difference is only listed.
    pub revision: Option<u32>,
}

impl Live {
    /// What the newest line of some assets changes; it is not accepted yet. The decisions under the rules in force are
    /// given.
    pub(super) fn revisions(
        &mut self,
        assets: &[String],
        before: &[usize],
        (cause, line): (&str, &str),
        (feed, all): (&Arc<Feed>, &[(usize, Decision)]),
    ) -> Vec<Revised> {
        let mut found = Vec::new();
        for rules in self.rules_of(before) {
            if Arc::ptr_eq(&rules, &self.rules) {
                self.compare(&rules, before, cause, (feed, all), &mut found);
            } else {
                let feed = Arc::new(self.feed(&rules, assets, before, line));
                let all = decisions(&rules, &feed);
                self.compare(&rules, before, cause, (&feed, &all), &mut found);
            }
        }
        found
    }

    /// The rules under which some lines and the newest one are decided, where a late fact can matter.
    fn rules_of(&self, before: &[usize]) -> Vec<Arc<RuleSet>> {
        let lines = before.iter().filter_map(|place| self.lines.get(*place));
        let mut found: Vec<Arc<RuleSet>> = Vec::new();
        for rules in lines.map(|line| &line.rules).chain([&self.rules]) {
            let matters = |rules: &RuleSet| {
                let mut tables = rules.plans.iter().flat_map(|plan| &plan.dispositions);
                tables.any(|table| table.finality.is_some())
            };
            if matters(rules) && !found.iter().any(|known| Arc::ptr_eq(known, rules)) {
                found.push(Arc::clone(rules));
            }
        }
        found
    }

    /// Compares what was decided with what is decided now.
    fn compare(
        &mut self,
        rules: &Arc<RuleSet>,
        before: &[usize],
        cause: &str,
        (feed, all): (&Arc<Feed>, &[(usize, Decision)]),
        found: &mut Vec<Revised>,
    ) {
        for (contract, decision) in all {
            let Some(plan) = rules.plans.get(*contract) else { continue };
            let table = plan.dispositions.get(decision.disposition.index());
            let Some(table) = table.filter(|table| table.finality.is_some()) else { continue };
            let line = (decision.origin.line as usize).saturating_sub(1);
            let place = before.get(line).copied().unwrap_or(self.lines.len());
            let accepted = self.lines.get(place);
            if !Arc::ptr_eq(accepted.map_or(&self.rules, |line| &line.rules), rules) {
                continue;
            }
            let event = decision.id(feed).map(str::to_owned).or_else(|| accepted.map(|line| line.origin.clone()));
            let names = Names { plan, feed };
            let words = decision.later.clone().unwrap_or_else(|| outcome(names, table, Some(&decision.result)));
            let key = (place, *contract, decision.disposition);
            let is_new = place == self.lines.len();
            let Some(revision) = self.revision(key, decision, is_new, &words) else { continue };
            found.push(Revised {
                rules: Arc::clone(rules),
                feed: Arc::clone(feed),
                contract: *contract,
                decision: decision.clone(),
                words,
                event: event.unwrap_or_default(),
                cause: cause.to_owned(),
                revision,
            });
        }
    }

    /// The number of the revision that a decision is, or `Some(None)` where it is final and differs. What was decided
    /// is kept.
    fn revision(&mut self, key: Place, decision: &Decision, is_new: bool, words: &str) -> Option<Option<u32>> {
        let result = decision.result.clone();
        let fresh =
            |revision: u32| Made { result: result.clone(), revision, is_final: decision.is_final, listed: None };
        let Some(made) = self.made.get_mut(&key) else {
            let revision = u32::from(!is_new);
            self.made.insert(key, fresh(revision));
            return (!is_new && !decision.is_final).then_some(Some(revision));
        };
        let differs = made.result != decision.result || decision.later.is_some();
        let is_final = made.is_final || decision.is_final;
        if !differs {
            made.is_final = is_final;
            return None;
        }
        if is_final {
            made.is_final = true;
            let told = made.listed.as_deref() == Some(words);
            made.listed = Some(words.to_owned());
            return (!told).then_some(None);
        }
        let revision = made.revision.saturating_add(1);
        *made = fresh(revision);
        Some(Some(revision))
    }
}
