//! The same case, by the program: library calls from the text to the settlement.

use std::collections::BTreeMap;

use consigne::base::ids::{AssetId, KindId};
use consigne::check::contract::Contract;
use consigne::evaluate::observations::Observations;
use consigne::evaluate::settle::{Assumed, Cause, Settlement, Wishes};
use consigne::evaluate::shown::Names;
use consigne::evaluate::{decide, observe, ranked, settle, together};
use consigne::feed::apart::Apart;
use consigne::feed::evidence::Evidence;
use consigne::feed::input::{Compression, Format, Input};
use consigne::feed::leaves::Room;
use consigne::feed::mapping::Mapping;
use consigne::feed::parts::Work;
use consigne::feed::raw::RawFeed;
use consigne::feed::{Feed, Tables};
use consigne::plan::{Plan, plan};
use consigne::session::{Asked, Run};

use super::totals::total_text;
use super::{Case, Outcome};

fn read(contract: &Contract, case: &Case, within: (Room, Apart)) -> RawFeed {
    let input = |name: &str, format, text: &str| Input {
        name: name.to_owned(),
        format,
        compression: Compression::None,
        bytes: Box::new(std::io::Cursor::new(text.as_bytes().to_vec())),
        placed: None,
        mapping: 0,
    };
    let tables = Tables {
        registers: vec![input("register.csv", Format::Table, &case.register)],
        indices: if case.indices.is_empty() {
            Vec::new()
        } else {
            vec![input("indices.csv", Format::Table, &case.indices)]
        },
    };
    let mapping = Mapping::native("feed.jsonl".to_owned());
    let inputs = vec![input("feed.jsonl", Format::JsonLines, &case.feed)];
    let schema = consigne::trial::schema(contract);
    consigne::feed::read_within(within, &[schema], tables, (&[mapping], inputs), &|_| {})
}

/// What the program makes of a case.
pub(crate) fn engine(contract: &Contract, case: &Case) -> Outcome {
    let feed = read(contract, case, (Room::unbounded(), Apart::default())).resolve(case.as_of);
    let Some(asked) = (Asked { first: case.from, last: case.to }).of(contract) else { return Outcome::default() };
    let plan = plan(contract, asked, String::new());
    let names = Names { plan: &plan, feed: &feed };
    let wishes = Wishes { assumed: assumed(&plan, case), question: None };
    let settlement = settled(names, &wishes);
    alone(names, &wishes, &settlement);
    if plan.is_by_asset() {
        in_parts(names, (contract, case), &wishes, &settlement);
    }
    let mut outcome = Outcome::default();
    for period in &settlement.periods {
        let label = period.days.0.to_string();
        for line in &period.lines {
            let key = format!(
                "{label} clause {}: {} pays {} as {}{}",
                number(&plan, &line.cause),
                names.party(line.payer),
                names.party(line.payee),
                line.nature.word(),
                group(names, &line.cause)
            );
            outcome.add(key, &line.amount);
        }
        for held in &period.held {
            outcome.held.insert(format!("{label} clause {}{}", number(&plan, &held.cause), group(names, &held.cause)));
        }
        for total in &period.totals {
            let gross = total.taxed.as_ref().map_or(&total.amount, |taxed| &taxed.gross);
            let parties = (names.party(total.payer), names.party(total.payee));
            let text = total_text((&parties.0, &parties.1), &total.amount, gross);
            outcome.totals.extend(text.map(|(parties, amount)| (format!("{label} {parties}"), amount)));
        }
        for right in &period.rights {
            let key = format!("{label} clause {}{}", number(&plan, &right.cause), group(names, &right.cause));
            outcome.rights.insert(key, names.party(right.party).clone());
        }
        for figure in &period.figures {
            let Some(measure) = plan.measures.iter().find(|measure| measure.id == figure.measure) else { continue };
            let group = names.group(&measure.dims, &figure.group);
            let window = plan.windows.days(measure.window, figure.window).0;
            let value = figure.value.as_ref().map_or_else(|_| "no value".to_owned(), ToString::to_string);
            outcome.figures.insert(format!("{} of [{group}] from {window}", measure.name), value);
        }
    }
    for duty in &settlement.duties {
        let name = plan.obligations.iter().find(|known| known.id == duty.obligation).map_or("", |known| &known.name);
        let key = format!("{name} of {} opened {}", feed.asset(duty.asset), duty.opened);
        let deadline = duty.deadline.map_or_else(|| "never".to_owned(), |at| at.to_string());
        let by =
            if duty.bearer.member().is_some() { format!(" by {}", names.party(duty.bearer)) } else { String::new() };
        let text = format!("{} due {deadline} late by {}{by}", duty.outcome.word(), duty.late_by);
        outcome.owe(key, text, duty.units);
    }
    outcome.decisions = decisions(&plan, &feed);
    outcome
}

fn settled(names: Names<'_>, wishes: &Wishes) -> Settlement {
    settle(names, &ranked(names, observe(names.plan, names.feed, 0, None)), wishes)
}

/// The last period comes to the same where it is asked for alone, so that what came before is observed only as far as it
/// is read.
fn alone(names: Names<'_>, wishes: &Wishes, all: &Settlement) {
    let plan = Plan { asked: (names.plan.asked.1, names.plan.asked.1), ..names.plan.clone() };
    let last = settled(Names { plan: &plan, ..names }, wishes);
    assert_eq!(last.periods.last(), all.periods.last(), "the last period asked for alone, then among all");
    assert_eq!(last.duties, all.duties);
    assert_eq!(last.deposits, all.deposits);
}

/// Where no asset has to do with another one, they come to the same in many parts as together, to the last word.
fn in_parts(names: Names<'_>, (contract, case): (&Contract, &Case), wishes: &Wishes, whole: &Settlement) {
    let within = (Room::unbounded(), Apart::of(vec![Run::nameless(names.plan)]));
    let parts = read(contract, case, within).parts(case.as_of).unwrap();
    let mut found = Vec::new();
    let rest = parts.each(1, &InParts { plan: names.plan, wishes }, |done| found.push(done)).unwrap();
    let own = &names.feed.contracts[0];
    assert_eq!(found.len(), 1);
    let (settlement, evidence, assets) = &found[0];
    let told = "the assets in parts, then together";
    assert_eq!(settlement, whole, "{told}");
    assert_eq!(evidence, &own.evidence, "{told}");
    assert_eq!(assets, &own.subjects.iter().map(|subject| subject.asset).collect::<Vec<_>>(), "{told}");
    assert_eq!((&rest.files, &rest.evidence), (&names.feed.files, &names.feed.evidence), "{told}");
}

struct InParts<'a> {
    plan: &'a Plan,
    wishes: &'a Wishes,
}

impl Work for InParts<'_> {
    type Done = (Settlement, Evidence, Vec<Option<AssetId>>);
    type Seen = Observations;

    fn whole(&self, _: Vec<usize>, feed: Feed) -> Self::Done {
        self.joined(0, vec![self.some(0, &feed)], feed)
    }

    fn some(&self, _: usize, feed: &Feed) -> Observations {
        observe(self.plan, feed, 0, None)
    }

    fn is_needed(&self, _: usize, kind: KindId) -> bool {
        self.plan.is_read_when_settled(kind)
    }

    fn joined(&self, _: usize, seen: Vec<Observations>, feed: Feed) -> Self::Done {
        let names = Names { plan: self.plan, feed: &feed };
        let settlement = settle(names, &ranked(names, together(seen.into_iter())), self.wishes);
        let contract = &feed.contracts[0];
        (settlement, contract.evidence.clone(), contract.subjects.iter().map(|subject| subject.asset).collect())
    }
}

fn assumed(plan: &Plan, case: &Case) -> Vec<Assumed> {
    let one = |known: &super::Assumed| {
        let measure = plan.measures.iter().find(|measure| measure.name == known.name)?;
        let window = known.day.map(|day| plan.windows.index_of_date(measure.window, day));
        Some(Assumed { measure: measure.id, group: known.group.clone(), window, value: known.value.clone() })
    };
    case.assumed.iter().filter_map(one).collect()
}

fn number(plan: &Plan, cause: &Cause) -> String {
    plan.clauses.iter().find(|clause| clause.id == cause.clause).map(|clause| clause.number.clone()).unwrap_or_default()
}

fn group(names: Names<'_>, cause: &Cause) -> String {
    let group = names.group(&cause.dims, &cause.group);
    if group.is_empty() { group } else { format!(" for {group}") }
}

fn decisions(plan: &Plan, feed: &Feed) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for decision in decide(plan, feed, 0) {
        let Some(table) = plan.dispositions.iter().find(|table| table.id == decision.disposition) else { continue };
        let asset = decision.asset.map_or("", |asset| feed.asset(asset));
        let event = decision.id(feed).unwrap_or_default();
        let key = format!("{} of {asset} on {event} at {}", table.name, decision.at);
        let value = match decision.result {
            Ok(chosen) => format!("{:?}", chosen.outputs(table)),
            Err(_) => "nothing".to_owned(),
        };
        found.insert(key, value);
    }
    found
}
