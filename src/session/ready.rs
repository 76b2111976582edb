//! A contract that can be evaluated, with what follows from its text alone: each is worked out once, when it is first asked
//! for.

use std::sync::{Arc, OnceLock};

use crate::check::contract::Contract;
use crate::feed::schema::Schema;
use crate::plan::{Plan, plan};
use crate::session::period::Asked;

/// A checked contract.
#[derive(Debug)]
pub struct Ready {
    /// The contract.
    pub contract: Contract,
    /// SHA-256 of its texts: see [`Loaded::digest`](crate::session::Loaded::digest).
    pub digest: String,
    schema: OnceLock<Schema>,
    whole: OnceLock<Option<Arc<Plan>>>,
    failing: OnceLock<Vec<String>>,
}

impl Ready {
    /// A contract with the digest of its texts.
    #[must_use]
    pub fn new(contract: Contract, digest: String) -> Self {
        Self { contract, digest, schema: OnceLock::new(), whole: OnceLock::new(), failing: OnceLock::new() }
    }

    /// What it expects of events.
    pub fn schema(&self) -> &Schema {
        self.schema.get_or_init(|| crate::trial::schema(&self.contract))
    }

    /// Its plan for what was asked; `None` where no period ends in it.
    #[must_use]
    pub fn plan(&self, asked: Asked) -> Option<Plan> {
        Some(plan(&self.contract, asked.of(&self.contract)?, self.digest.clone()))
    }

    /// Its plan for the whole term; `None` where no period ends in it.
    pub fn whole(&self) -> Option<&Arc<Plan>> {
        let (first, last) = self.contract.term;
        self.whole.get_or_init(|| self.plan(Asked { first, last }).map(Arc::new)).as_ref()
    }

    /// Its scenarios that fail, in words.
    pub fn failing(&self) -> &[String] {
        self.failing.get_or_init(|| {
            let failed = crate::trial::run(&self.contract).into_iter().filter(|trial| !trial.failures.is_empty());
            failed.map(|trial| format!("“{}” of {}", trial.title, self.contract.id)).collect()
        })
    }
}
