//! A second evaluator, slow and obvious, and the comparison of the program with it.
//!
//! `facts` reads raw lines, `calendar` counts days, `values` and `groups` are what everything reads, and one file for each
//! construct (`states`, `measures`, `meters`, `estimates`, `levels`, `held`, `opened`, `duties`, `late`, `judged`, `decide`,
//! `money`, `occasions`, `members`, `lots`, `identity`, `amended`, `parts`, `ranks`, `indexation`, `owes`, `limits`, `rights`,
//! `deposits`, `returns`, `deposited`, `totals`, `variants`, `doubted`) computes what the language reference says, one event
//! and day at a time.
//! Nothing of this imports `consigne::plan`, `evaluate` or `feed`; only `engine`, the other side, does (a test reads the
//! imports). It knows the whole language: what check refuses ends a test at once. Of feeds it does not know two
//! things, an event of which the instant that counts is not told and two records of one instant of which none was known
//! first. Such a case is counted, and never as agreement; so is one of which a gap is told of no line.
//!
//! Every scenario that a test of the project runs is compared with it too: `support::trials` does that.
//!
//! `cargo test --test main naive` runs a fixed set of random contracts and feeds. A long run:
//!
//! ```sh
//! CONSIGNE_SEEDS=100000 cargo test --release --test main naive::runs::long -- --ignored --nocapture
//! ```
//!
//! `CONSIGNE_FROM=7000` starts at another seed, `CONSIGNE_STEP=48` takes each 48th: of one theme, `CONSIGNE_FAILURES=40` goes on until so many differ, `CONSIGNE_UNKNOWN=1` names
//! the cases whose feed is not known. A disagreement is made
//! small and printed as a scenario.
//!
//! Whether it would find a fault is tried with faults: `planted` builds a copy of the program that holds a list of them,
//! switches on one at a time and demands a disagreement for each. It takes some minutes:
//!
//! ```sh
//! cargo test --test main naive::planted -- --ignored --nocapture
//! ```
//!
//! `CONSIGNE_FAULTS=rank,tax` tries only those whose names hold one of the words.

#![expect(
    clippy::wildcard_enum_match_arm,
    clippy::format_push_string,
    clippy::panic,
    clippy::expect_used,
    clippy::unreachable,
    clippy::unnecessary_wraps,
    reason = "what check refuses ends a test at once, and all else may be held; texts are put together to be read"
)]

mod amended;
mod assumed;
mod calendar;
mod carried;
mod covered;
mod decide;
mod deposited;
mod deposits;
mod doubted;
mod duties;
mod engine;
mod estimates;
mod facts;
mod generate;
mod groups;
mod held;
mod identity;
mod indexation;
mod judged;
mod late;
mod levels;
mod limits;
mod lots;
mod measures;
mod meets;
mod members;
mod meters;
mod money;
mod occasions;
mod opened;
mod owes;
mod parts;
mod planted;
mod ranks;
mod recorded;
mod returns;
mod rights;
mod runs;
mod scenarios;
mod shrink;
mod spans;
mod states;
mod takings;
mod totals;
mod undivided;
mod unpaid;
mod values;
mod variants;

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;

use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Date, Instant};
use consigne::base::vocabulary::Part;
use consigne::check::contract::{Contract, TermBody};

pub(crate) use self::scenarios::agree;

use self::calendar::Window;
use self::facts::Facts;
use self::money::Charge;
use self::totals::Paid;
use self::values::{Datum, Found, Gap, Group};

/// A contract, what happened, and what is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Case {
    pub(crate) register: String,
    pub(crate) feed: String,
    pub(crate) indices: String,
    pub(crate) assumed: Vec<Assumed>,
    pub(crate) from: Date,
    pub(crate) to: Date,
    pub(crate) as_of: Option<Instant>,
}

/// A number observed from events that a scenario sets, in base units.
#[derive(Clone, Debug)]
pub(crate) struct Assumed {
    pub(crate) name: String,
    /// Its group in words; none where it is so for each.
    pub(crate) group: Option<String>,
    /// A day of its window; none where it is so in every one.
    pub(crate) day: Option<Date>,
    pub(crate) value: Ratio,
}

/// What comes of a case, in words and exact numbers.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Outcome {
    /// Period, clause, payer, payee, nature and group: the amount. Lines of nothing are left out.
    pub(crate) lines: BTreeMap<String, String>,
    sums: BTreeMap<String, Ratio>,
    /// Period, clause and group of what is held.
    pub(crate) held: BTreeSet<String>,
    pub(crate) figures: BTreeMap<String, String>,
    pub(crate) duties: BTreeMap<String, String>,
    owed: BTreeMap<String, BTreeMap<String, i64>>,
    pub(crate) decisions: BTreeMap<String, String>,
    /// Period, payer and payee: what is paid, and with tax.
    pub(crate) totals: BTreeMap<String, String>,
    /// Period, clause and group: who has the right.
    pub(crate) rights: BTreeMap<String, String>,
}

impl Outcome {
    pub(crate) fn add(&mut self, key: String, amount: &Ratio) {
        let sum = self.sums.entry(key.clone()).or_insert(Ratio::ZERO);
        *sum = sum.plus(amount);
        if sum.is_zero() {
            self.lines.remove(&key);
        } else {
            self.lines.insert(key, sum.to_string());
        }
    }

    /// So many units of an obligation stand in a way.
    pub(crate) fn owe(&mut self, key: String, text: String, units: i64) {
        let all = self.owed.entry(key.clone()).or_default();
        *all.entry(text).or_default() += units;
        let texts: Vec<String> = all.iter().map(|(text, units)| format!("{units} {text}")).collect();
        self.duties.insert(key, texts.join("; "));
    }

    /// Where two outcomes of one case differ; figures where both tell them.
    pub(crate) fn differences(&self, reference: &Self) -> Vec<String> {
        let mut found = Vec::new();
        let mut compare =
            |what: &str, ours: &BTreeMap<String, String>, theirs: &BTreeMap<String, String>, both: bool| {
                let keys: BTreeSet<&String> = ours.keys().chain(theirs.keys()).collect();
                for key in keys {
                    let (a, b) = (ours.get(key), theirs.get(key));
                    if a != b && !(both && (a.is_none() || b.is_none())) {
                        let text = |value: Option<&String>| value.map_or("nothing", String::as_str).to_owned();
                        found.push(format!("{what} {key}: the program says {}, the reference {}", text(a), text(b)));
                    }
                }
            };
        compare("line", &self.lines, &reference.lines, false);
        compare("number", &self.figures, &reference.figures, true);
        compare("obligation", &self.duties, &reference.duties, false);
        compare("decision", &self.decisions, &reference.decisions, false);
        compare("total", &self.totals, &reference.totals, false);
        compare("right", &self.rights, &reference.rights, false);
        for key in self.held.symmetric_difference(&reference.held) {
            let by = if self.held.contains(key) { "the program" } else { "the reference" };
            found.push(format!("held {key}: only by {by}"));
        }
        found
    }
}

type Measured = BTreeMap<(usize, Window, Group), Found<Ratio>>;
/// By the place of an aggregate in memory, window and groups.
type Seen = BTreeMap<(usize, Window, Vec<consigne::check::contract::Dimension>), Rc<Vec<measures::Occurrence>>>;

/// A contract and what happened under it; what was computed is remembered.
#[derive(Debug)]
pub(crate) struct World<'c> {
    pub(crate) contract: &'c Contract,
    pub(crate) facts: Facts,
    assumed: Vec<Assumed>,
    /// The last settlement period asked for.
    pub(crate) last: Window,
    /// Until when facts must have been known to count, where a decision is final.
    knowing: Cell<Option<Instant>>,
    /// The same with another record of an event of which two differ, or where a change may spare an asset.
    others: Vec<World<'c>>,
    /// Whether it is one in which another record of a member of a family of parties counts.
    of_member: bool,
    /// An asset that is taken to be spared by what may have happened to it before the records begin.
    spared: Option<String>,
    /// Whether lines are told without the steps behind them.
    bare: Cell<bool>,
    /// Whether amounts are told before indexation.
    plain: Cell<bool>,
    /// Whether the sentence at hand takes its parts of amounts before indexation.
    reads_plain: Cell<bool>,
    /// The window of the line at hand.
    line: Cell<Option<Window>>,
    /// Events that led to a payment of the sentence at hand, where they are used up by it.
    credited: RefCell<BTreeSet<ranks::Unit>>,
    /// Events whose rank is not known, where they may have used up others.
    doubtful: RefCell<BTreeSet<ranks::Unit>>,
    /// The last day of the latest window for which the sentence at hand has paid, by group.
    paid_until: RefCell<BTreeMap<Group, Date>>,
    /// States that are taken to be going on when the records began.
    going_on: RefCell<BTreeSet<usize>>,
    spans: RefCell<BTreeMap<(usize, Option<String>), Found<Vec<states::Span>>>>,
    measured: RefCell<Measured>,
    occurrences: RefCell<Seen>,
    known_duties: RefCell<BTreeMap<usize, Found<Vec<duties::Duty>>>>,
    charges: RefCell<BTreeMap<(usize, bool), Found<Vec<Charge>>>>,
    deposits: RefCell<BTreeMap<usize, Found<Vec<deposits::Step>>>>,
}

/// What the reference makes of a case, or what it does not know of it.
pub(crate) fn reference(contract: &Contract, case: &Case) -> Result<Outcome, String> {
    let facts = facts::read(contract, case)?;
    let periods = calendar::windows(contract, calendar::rhythm(contract));
    let end = |period: &Window| period.last.min(contract.term.1);
    let asked: Vec<Window> =
        periods.into_iter().filter(|period| case.from <= end(period) && end(period) <= case.to).collect();
    let Some(last) = asked.last().copied() else { return Ok(Outcome::default()) };
    let mut others = Vec::new();
    for (asset, facts) in facts.variants() {
        let mut other = World::new(contract, case, facts, last);
        let family = asset.and_then(|asset| other.family_of_asset(&asset));
        // "Of lots … in the two windows alone."
        if family.is_some_and(|family| contract.families[family].lots.is_some()) {
            continue;
        }
        other.of_member = family.is_some_and(|family| contract.families[family].of_parties);
        other.split_lots()?;
        others.push(other);
    }
    let mut world = World { others, ..World::new(contract, case, facts, last) };
    world.split_lots()?;
    for asset in world.perhaps_spared() {
        let spared = World { spared: Some(asset), ..World::new(contract, case, world.facts.clone(), last) };
        world.others.push(spared);
    }
    world.told(&asked).map_err(|gap| format!("{gap:?} of the whole"))
}

impl<'c> World<'c> {
    fn new(contract: &'c Contract, case: &Case, facts: Facts, last: Window) -> Self {
        Self {
            contract,
            facts,
            assumed: case.assumed.clone(),
            last,
            others: Vec::new(),
            of_member: false,
            spared: None,
            knowing: Cell::new(None),
            bare: Cell::new(false),
            plain: Cell::new(false),
            reads_plain: Cell::new(false),
            line: Cell::new(None),
            credited: RefCell::default(),
            doubtful: RefCell::default(),
            paid_until: RefCell::default(),
            going_on: RefCell::default(),
            spans: RefCell::default(),
            measured: RefCell::default(),
            occurrences: RefCell::default(),
            known_duties: RefCell::default(),
            charges: RefCell::default(),
            deposits: RefCell::default(),
        }
    }
}

impl World<'_> {
    fn told(&self, asked: &[Window]) -> Found<Outcome> {
        let mut outcome = Outcome::default();
        let mut paid: BTreeMap<Date, Vec<Paid>> = BTreeMap::new();
        let mut taken = None;
        for charge in self.all_charges()? {
            let period = calendar::period_of(self.contract, charge.window);
            if !asked.contains(&period) {
                continue;
            }
            let group = self.group_text(&charge.group);
            let group = if group.is_empty() { group } else { format!(" for {group}") };
            let number = &self.contract.clauses[charge.stands.index()].number;
            let label = period.first.max(self.contract.term.0);
            match charge.amount {
                Ok(amount) => {
                    let Charge { payer, payee, nature, .. } = charge;
                    let line = format!("{label} clause {number}: {payer} pays {payee} as {nature}{group}");
                    outcome.add(line.clone(), &amount);
                    let all = paid.entry(label).or_default();
                    // What is taken back of a clause is one line, whatever days it is of.
                    let of = (line, charge.clause);
                    match taken.as_ref().filter(|_| charge.met).filter(|known| **known == of) {
                        Some(_) => all.last_mut().into_iter().for_each(|last| last.amount = last.amount.plus(&amount)),
                        None => all.push(Paid { payer, payee, nature, amount }),
                    }
                    taken = charge.met.then_some(of);
                }
                Err(Gap::NotDue) => {}
                Err(_) => {
                    outcome.held.insert(format!("{label} clause {number}{group}"));
                }
            }
        }
        for (label, lines) in paid {
            let totals = self.totals(&lines).into_iter();
            outcome.totals.extend(totals.map(|(parties, amount)| (format!("{label} {parties}"), amount)));
        }
        self.tell_rights(asked, &mut outcome)?;
        self.tell_figures(asked, &mut outcome)?;
        self.tell_duties(&mut outcome)?;
        self.tell_decisions(&mut outcome)?;
        Ok(outcome)
    }

    /// Every clause, then the limits over them, each behind those that come before it.
    fn all_charges(&self) -> Found<Vec<Charge>> {
        let mut all = Vec::new();
        for clause in &self.contract.clauses {
            all.extend(self.charges_of(clause.id)?);
        }
        let own = |place: &usize| {
            let owes = &self.contract.owes[*place];
            owes.under == [owes.clause]
        };
        for meeting in &self.contract.meetings {
            let lines = self.met(meeting, &all)?;
            all.extend(lines);
        }
        let mut done: BTreeSet<usize> = (0..self.contract.owes.len()).filter(own).collect();
        while done.len() < self.contract.owes.len() {
            let ready = (0..self.contract.owes.len()).find(|place| {
                !done.contains(place) && self.contract.owes[*place].after.iter().all(|before| done.contains(before))
            });
            let place = ready.expect("check puts limits in an order");
            let lines = self.owed(&self.contract.owes[place], &all)?;
            all.extend(lines);
            done.insert(place);
        }
        Ok(all)
    }

    fn tell_figures(&self, asked: &[Window], outcome: &mut Outcome) -> Found<()> {
        for (place, term) in self.contract.terms.iter().enumerate() {
            let TermBody::Measure(measure) = &term.body else { continue };
            for window in calendar::windows(self.contract, measure.window) {
                if !asked.contains(&calendar::period_of(self.contract, window)) {
                    continue;
                }
                let id = consigne::base::ids::TermId::at(place);
                for group in self.groups_of(id, measure, window)? {
                    let value = match self.measure(id, measure, window, (&group, None)) {
                        Ok(value) => value.to_string(),
                        Err(_) => "no value".to_owned(),
                    };
                    let text = self.group_text(&group);
                    outcome.figures.insert(format!("{} of [{text}] from {}", term.name, window.first), value);
                }
            }
        }
        Ok(())
    }

    fn tell_duties(&self, outcome: &mut Outcome) -> Found<()> {
        let end = self.end_of_all();
        for obligation in &self.contract.obligations {
            for duty in self.duties(obligation.id)? {
                if duty.opened.at >= end {
                    continue;
                }
                let unit = if obligation.unit == Unit::Month { Unit::Day } else { obligation.unit.clone() };
                let late = self.lateness(&duty, end, (&unit, &Ratio::ONE, Part::Commenced));
                let asset = self.shown(duty.opened.asset.as_deref().unwrap_or_default());
                let stands = duty.done.or(duty.missed).filter(|at| *at < end).unwrap_or(end);
                let by = match duty.bearer_at(stands) {
                    Some(Datum::Asset(member)) => format!(" by {member}"),
                    Some(Datum::Party(party)) => format!(" by {}", self.party(party)),
                    _ => String::new(),
                };
                let deadline = duty.deadline.map_or_else(|| "never".to_owned(), |at| at.to_string());
                outcome.owe(
                    format!("{} of {asset} opened {}", obligation.name, duty.opened.at),
                    format!("{} due {deadline} late by {late}{by}", duty.outcome(end).word()),
                    // Of a lot each unit has its own; of what is not declared to be lots it is that of the asset.
                    1,
                );
            }
        }
        Ok(())
    }

    fn tell_decisions(&self, outcome: &mut Outcome) -> Found<()> {
        for table in &self.contract.dispositions {
            for event in &self.facts.events {
                if !self.decides_on(table, event)? {
                    continue;
                }
                let chosen = self.chosen(table, event)?;
                let value = chosen.map_or_else(|| "nothing".to_owned(), |outputs| format!("{outputs:?}"));
                let asset = self.shown(event.asset.as_deref().unwrap_or_default());
                let name = &table.outputs[0].0;
                outcome.decisions.insert(format!("{name} of {asset} on {} at {}", event.id, event.at), value);
            }
        }
        Ok(())
    }
}
