//! Two records of one event: what differs by which of them counts is held.

use std::collections::{BTreeMap, BTreeSet};

use consigne::base::ids::ClauseId;
use consigne::base::number::Ratio;
use consigne::base::time::Instant;
use consigne::base::vocabulary::Matching;
use consigne::check::contract::{Basis, Dimension, Holds, Opener, Right, Sentence};
use consigne::check::value::{Aggregate, Node, Over, Rank, Value, What};

use super::World;
use super::amended::Text;
use super::calendar::Window;
use super::measures::{self, Occurrence};
use super::money::read_by;
use super::values::{Found, Gap, Group};

impl World<'_> {
    /// The exact amounts of a sentence in a window, by group; "what depends on the asset is held … in every window in which
    /// it makes a difference which of the two counts."
    pub(crate) fn lines(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let before = (self.credited.borrow().clone(), self.doubtful.borrow().clone());
        let mut found = self.lines_told(sentence, dims, window)?;
        let observed = matches!(sentence.opener, Opener::On(..) | Opener::Outcome(..))
            || matches!(sentence.basis, Basis::While(..) | Basis::Lateness(..));
        // "Of pooled deposits in the two windows alone."
        let deposit = sentence.gives_back.as_ref().map(|gives| gives.deposit);
        let pooled = deposit.is_some_and(|place| self.contract.deposits[place].matching != Matching::Serial);
        // What compares assets is told by another record of one of them in its two windows; an attribute of a member is not.
        let compares = pooled || self.ranks_of(sentence).into_iter().any(compares_assets);
        let others: Vec<&Self> = self.others.iter().filter(|other| other.of_member || !compares).collect();
        if !observed || others.is_empty() {
            return Ok(found);
        }
        // "With a line its parts by groups that another clause asks for": where one of them is held, the line is.
        let mut all = dims.to_vec();
        all.extend(self.asked_of(sentence).into_iter().filter(|dim| !dims.contains(dim)));
        // What is told has used up what the same without the steps behind it uses up.
        let after = (self.credited.replace(before.0), self.doubtful.replace(before.1));
        let own = self.bare_lines(sentence, &all, window)?;
        self.credited.replace(after.0);
        self.doubtful.replace(after.1);
        for other in others {
            let before = other.plain.replace(self.plain.get());
            let others = other.bare_lines(sentence, &all, window);
            other.plain.set(before);
            let others = others?;
            let groups: Vec<Group> = own.iter().chain(&others).map(|(group, _)| group.clone()).collect();
            for group in groups {
                let of = |lines: &[(Group, Found<Ratio>)]| {
                    let line = lines.iter().find(|(known, _)| *known == group).map(|(_, amount)| amount.clone());
                    // What is not due comes to nothing.
                    line.filter(|amount| *amount != Err(Gap::NotDue)).unwrap_or(Ok(Ratio::ZERO))
                };
                if of(&own).is_err() || of(&own) == of(&others) {
                    continue;
                }
                let group: Group = group.into_iter().filter(|(dim, _)| dims.contains(dim)).collect();
                match found.iter_mut().find(|(known, _)| *known == group) {
                    Some((_, amount)) => *amount = Err(Gap::Held),
                    None => found.push((group, Err(Gap::Held))),
                }
            }
        }
        Ok(found)
    }

    /// The groups by which other sentences, limits and rights that read the clause of a sentence, and meetings of it, ask for
    /// parts of what it charges.
    fn asked_of(&self, sentence: &Sentence) -> Vec<Dimension> {
        let reads = |value: &Value| reads(value, sentence.clause);
        let of_right = |right: &&Right| matches!(&right.holds, Holds::Opened(Opener::When(value)) if reads(value));
        let limits = self.contract.owes.iter();
        let limits =
            limits.filter(|owes| reads(&owes.amount) || owes.clauses().any(|clause| clause == sentence.clause));
        let meetings =
            self.contract.meetings.iter().filter(|meeting| meeting.all().any(|clause| clause == sentence.clause));
        let sentences = self.contract.sentences.iter().filter(|other| read_by(other).into_iter().any(reads));
        let rights = self.contract.rights.iter().filter(of_right);
        let asked = limits.flat_map(|owes| &owes.dims).chain(meetings.flat_map(|meeting| &meeting.dims));
        let asked = asked.chain(sentences.flat_map(|other| &other.dims)).chain(rights.flat_map(|right| &right.dims));
        let asked = asked.copied();
        let family = match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => self.contract.kinds[kind.index()].family,
            (Opener::Outcome(id, _), _) | (_, Basis::Lateness(id, ..)) => {
                Some(self.contract.obligations[id.index()].family)
            }
            (_, Basis::While(_, family, _)) => Some(*family),
            _ => None,
        };
        let own = |dim: &Dimension| match dim {
            Dimension::Asset(of) | Dimension::Attribute(of, _) => Some(*of) == family,
            _ => false,
        };
        let mut all: Vec<Dimension> = Vec::new();
        for dim in asked.filter(own) {
            if !all.contains(&dim) {
                all.push(dim);
            }
        }
        all
    }

    /// Whether a right holds, by group, in the same way.
    pub(crate) fn standing(
        &self,
        (right, text): (&Right, Text),
        window: Window,
    ) -> Found<BTreeMap<Group, Found<bool>>> {
        let mut found = self.standing_told((right, text), window)?;
        if !matches!(&right.holds, Holds::Opened(Opener::On(..) | Opener::Outcome(..))) {
            return Ok(found);
        }
        let mut ranks = Vec::new();
        if let Holds::Opened(Opener::On(_, Some(filter))) = &right.holds {
            self.ranks_in(filter, &mut ranks);
        }
        let compares = ranks.into_iter().any(compares_assets);
        for other in self.others.iter().filter(|other| other.of_member || !compares) {
            let others = other.standing_told((right, text), window)?;
            let groups: Vec<Group> = found.keys().chain(others.keys()).cloned().collect();
            for group in groups {
                let of = |all: &BTreeMap<Group, Found<bool>>| all.get(&group).cloned().unwrap_or(Ok(false));
                if of(&found).is_ok() && of(&found) != of(&others) {
                    found.insert(group, Err(Gap::Held));
                }
            }
        }
        Ok(found)
    }

    /// The same without the steps behind them.
    fn bare_lines(&self, sentence: &Sentence, dims: &[Dimension], window: Window) -> Found<Vec<(Group, Found<Ratio>)>> {
        self.bare.set(true);
        let found = self.lines_told(sentence, dims, window);
        self.bare.set(false);
        found
    }
}

/// Whether a rank is counted among several assets.
fn compares_assets(rank: &Rank) -> bool {
    !rank.dims.iter().any(|dim| matches!(dim, Dimension::Asset(_)))
}

/// Whether a value reads what a clause charges.
fn reads(value: &Value, clause: ClauseId) -> bool {
    matches!(&*value.node, Node::Clause(own, _) if *own == clause)
        || value.node.parts().into_iter().any(|part| reads(part, clause))
}

/// "or what depends on the asset is held … in every window in which it makes a difference which of the two counts."
pub(crate) fn differ(aggregate: &Aggregate, found: &mut Vec<Occurrence>, others: &[Occurrence]) {
    let groups: BTreeSet<Group> = found.iter().chain(others).map(|occurrence| occurrence.group.clone()).collect();
    for group in groups {
        let of = |all: &[Occurrence]| -> Vec<Occurrence> {
            all.iter().filter(|occurrence| occurrence.group == group).cloned().collect()
        };
        let (own, others) = (of(found), of(others));
        let known = own.iter().all(|occurrence| occurrence.value.is_ok());
        if known && sums(aggregate, &own) != sums(aggregate, &others) {
            found.push(Occurrence::of(Instant(0), group, Err(Gap::Held)));
        }
    }
}

/// What occurrences come to: counted, added up, the least, the greatest and the latest. Into how many pieces a time or
/// reading falls does not matter.
fn sums(aggregate: &Aggregate, all: &[Occurrence]) -> Found<Vec<Ratio>> {
    let counts = matches!(&aggregate.over, Over::Events(_) | Over::Spans(..) | Over::Duties(..));
    let mut sums = vec![Ratio::ZERO; 5];
    let mut add = |place: usize, value: &Ratio| sums[place] = sums[place].plus(value);
    let mut values: Vec<Ratio> = Vec::new();
    for occurrence in all {
        if let Some(value) = occurrence.value.clone()? {
            add(0, &value);
            add(1, &value.times(&occurrence.weight));
            if counts {
                add(2, &occurrence.weight);
            }
            values.push(value);
        }
        if counts {
            add(3, &occurrence.units);
        }
        if counts && occurrence.passes {
            add(4, &occurrence.units);
        }
    }
    if matches!(aggregate.what, What::Least | What::Greatest | What::Latest | What::Percentile(..)) {
        let latest = measures::latest(all)?;
        let mut in_order = values;
        in_order.sort();
        let ends = [in_order.first().cloned(), in_order.last().cloned(), latest];
        sums.extend(ends.into_iter().flatten());
        if matches!(aggregate.what, What::Percentile(..)) {
            sums.extend(in_order);
        }
    }
    Ok(sums)
}
