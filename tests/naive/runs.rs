//! The runs.

use consigne::check::contract::Contract;

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
    pub(crate) fn take(&mut self, contract: &Contract, case: &Case, name: &str) -> Option<bool> {
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
                self.unknown(name, what);
                None
            }
        }
    }

    /// Counts what the reference does not know; `CONSIGNE_UNKNOWN` names the cases.
    pub(crate) fn unknown(&mut self, name: &str, what: String) {
        if std::env::var("CONSIGNE_UNKNOWN").is_ok() {
            eprintln!("{name}: not known: {what}");
        }
        *self.unsupported.entry(what).or_default() += 1;
    }

    pub(crate) fn tell(&self, what: &str) {
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
            assumed: Vec::new(),
            from,
            to,
            as_of: None,
        };
        tally.take(&contract, &case, &folder.display().to_string());
    }
    tally.tell("samples");
    assert!(tally.differing.is_empty(), "{}", tally.differing.join("\n"));
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

fn sweep(seeds: impl Iterator<Item = u64>, most: usize) -> Sweep {
    let mut sweep = Sweep::default();
    for seed in seeds {
        if sweep.failing.len() >= most {
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
        if std::env::var("CONSIGNE_TEXT").is_ok() {
            eprintln!("{}", draft.contract());
        }
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

/// A fixed set, whatever time it takes: some seconds on two cores.
#[test]
fn random_contracts_agree() {
    let sweep = sweep(0..300, 3);
    sweep.tell();
    sweep.must_agree();
    assert!(sweep.tally.agreed >= 240, "too few were compared: {}", sweep.tally.agreed);
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
    let step = usize::try_from(number("CONSIGNE_STEP", 1).max(1)).unwrap_or(1);
    let seeds = (from..from + number("CONSIGNE_SEEDS", 2_000)).step_by(step).filter(|seed| !skip.contains(seed));
    let sweep = sweep(seeds, most);
    sweep.tell();
    if std::env::var("CONSIGNE_REFUSED").is_ok() {
        eprintln!("{:#?}", sweep.refused);
    }
    sweep.must_agree();
}
