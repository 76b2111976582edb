//! Keeps findings while lines are read: all are counted, the first of each cause are kept.

use std::collections::BTreeMap;

use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, FINDINGS_PER_CAUSE, Fate, Finding};
use crate::feed::fault::Fault;

/// Adds counts to others.
pub(crate) fn add_counts(own: &mut BTreeMap<Cause, u64>, more: &BTreeMap<Cause, u64>) {
    for (cause, count) in more {
        let sum = own.entry(*cause).or_default();
        *sum = sum.saturating_add(*count);
    }
}

/// Counts a finding; tells whether it is one of the first of its cause, which are kept.
fn is_kept(counts: &mut BTreeMap<Cause, u64>, cause: Cause) -> bool {
    let count = counts.entry(cause).or_default();
    *count = count.saturating_add(1);
    *count <= FINDINGS_PER_CAUSE
}

/// Counts and findings of one account, in reading order.
#[derive(Clone, Debug, Default)]
pub(crate) struct Account {
    /// Complete counts.
    pub(crate) causes: BTreeMap<Cause, u64>,
    /// The first of each cause.
    pub(crate) findings: Vec<Finding>,
}

impl Account {
    /// Notes a finding; its words are only made if it is kept.
    pub(crate) fn note(&mut self, origin: Origin, fate: Option<Fate>, cause: Cause, words: impl FnOnce() -> Fault) {
        if !is_kept(&mut self.causes, cause) {
            return;
        }
        let fault = words();
        self.findings.push(Finding {
            file: origin.file,
            line: origin.line,
            cause,
            fate,
            reason: fault.reason,
            help: fault.help,
        });
    }

    /// Adds one of lines that follow.
    pub(crate) fn append(&mut self, following: Account) {
        let mut counts = self.causes.clone();
        let findings = following.findings.into_iter();
        self.findings.extend(findings.filter(|finding| is_kept(&mut counts, finding.cause)));
        add_counts(&mut self.causes, &following.causes);
    }

    /// Several accounts as one: findings by file and line, the first of each cause.
    pub(crate) fn merged<'a>(accounts: impl Iterator<Item = &'a Account>) -> Account {
        let mut merged = Account::default();
        for account in accounts {
            add_counts(&mut merged.causes, &account.causes);
            merged.findings.extend_from_slice(&account.findings);
        }
        merged.findings.sort();
        let mut counts = BTreeMap::new();
        merged.findings.retain(|finding| is_kept(&mut counts, finding.cause));
        merged
    }
}
