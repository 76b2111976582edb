//! Keeps findings while lines are read: all are counted, the first of each cause are kept.

use std::collections::BTreeMap;

use crate::feed::events::Origin;
use crate::feed::evidence::{Cause, FINDINGS_PER_CAUSE, Fate, Finding};
use crate::feed::fault::Fault;

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
        let count = self.causes.entry(cause).or_default();
        *count = count.saturating_add(1);
        if *count > FINDINGS_PER_CAUSE {
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
        self.findings.extend(following.findings.into_iter().filter(|finding| {
            let count = counts.entry(finding.cause).or_default();
            *count = count.saturating_add(1);
            *count <= FINDINGS_PER_CAUSE
        }));
        for (cause, count) in following.causes {
            let sum = self.causes.entry(cause).or_default();
            *sum = sum.saturating_add(count);
        }
    }

    /// Several accounts as one: findings by file and line, the first of each cause.
    pub(crate) fn merged<'a>(accounts: impl Iterator<Item = &'a Account>) -> Account {
        let mut merged = Account::default();
        for account in accounts {
            for (cause, count) in &account.causes {
                let sum = merged.causes.entry(*cause).or_default();
                *sum = sum.saturating_add(*count);
            }
            merged.findings.extend_from_slice(&account.findings);
        }
        merged.findings.sort();
        let mut kept: BTreeMap<Cause, u64> = BTreeMap::new();
        merged.findings.retain(|finding| {
            let count = kept.entry(finding.cause).or_default();
            *count = count.saturating_add(1);
            *count <= FINDINGS_PER_CAUSE
        });
        merged
    }
}
