//! Payment sentences: what each one charges, window by window, group by group.

use consigne::base::ids::ClauseId;
use consigne::base::number::{Mode, Ratio, Rounding};
use consigne::base::time::{Between, Instant};
use consigne::base::value::Literal;
use consigne::base::vocabulary::{Exemption, LatenessPaid, LimitKind, TierMode};
use consigne::check::contract::{Adjust, Amount, Basis, Dimension, Opener, Sentence, Tier, Who};
use consigne::check::value::{Node, Value};

use super::World;
use super::calendar::{self, Window};
use super::duties::counted;
use super::values::{Found, Gap, Group, Hand, unsupported};

/// A charge: a line of a statement, also one of nothing.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(crate) clause: ClauseId,
    pub(crate) stands: ClauseId,
    /// The sentence, for its parts by finer groups.
    pub(crate) sentence: Option<usize>,
    pub(crate) window: Window,
    pub(crate) group: Group,
    pub(crate) payer: String,
    pub(crate) payee: String,
    pub(crate) nature: String,
    pub(crate) amount: Found<Ratio>,
}

/// "`half up`, `half even` (to the even neighbour), `upward` or `downward`", by counting steps.
pub(crate) fn rounded(number: &Ratio, how: &Rounding) -> Ratio {
    let Some(steps) = number.over(&how.step) else { return number.clone() };
    let below = steps.floor();
    let rest = steps.minus(&below);
    let half = Ratio::new(1, 2).unwrap_or_default();
    let even = below.over(&Ratio::int(2)).is_some_and(|half| half.is_integer());
    let up = match how.mode {
        Mode::Downward => false,
        Mode::Upward => !rest.is_zero(),
        Mode::HalfUp => rest > half || (rest == half && !number.is_negative()),
        Mode::HalfEven => rest > half || (rest == half && !even),
    };
    let whole = if up { below.plus(&Ratio::ONE) } else { below };
    whole.times(&how.step)
}

impl World<'_> {
    /// Every charge of a sentence.
    pub(crate) fn sentence(&self, sentence: &Sentence) -> Found<Vec<Charge>> {
        if sentence.gives_back.is_some() {
            return unsupported("deposits");
        }
        if !self.contract.deposits.is_empty() {
            return unsupported("deposits");
        }
        let mut charges = Vec::new();
        for window in calendar::windows(self.contract, sentence.window) {
            if calendar::period_of(self.contract, window).first > self.last.first {
                continue;
            }
            for (group, amount) in self.lines(sentence, &sentence.dims, window)? {
                let amount = amount.map(|amount| match &self.contract.conventions.line_rounding {
                    Some(rounding) => rounded(&amount, rounding),
                    None => amount,
                });
                if let Err(Gap::Unsupported(what)) = amount {
                    return unsupported(what);
                }
                // A line of a group that is not known is held.
                let unknown = group.iter().any(|(_, value)| value.is_none());
                let amount = match amount {
                    Ok(amount) if unknown && !amount.is_zero() => Err(Gap::Held),
                    other => other,
                };
                charges.push(Charge {
                    clause: sentence.clause,
                    stands: sentence.clause,
                    sentence: Some(sentence.id.index()),
                    window,
                    group,
                    payer: self.who(sentence.payer)?,
                    payee: self.who(sentence.payee)?,
                    nature: sentence.nature.word().to_owned(),
                    amount,
                });
            }
        }
        Ok(charges)
    }

    pub(crate) fn who(&self, who: Who) -> Found<String> {
        match who {
            Who::Party(party) => Ok(self.party(party)),
            Who::Group(_) => unsupported("families of parties"),
        }
    }

    /// The exact amounts of a sentence in a window, by group.
    fn lines(&self, sentence: &Sentence, dims: &[Dimension], window: Window) -> Found<Vec<(Group, Found<Ratio>)>> {
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, filter), _) => self.on_events(sentence, dims, (*kind, filter.as_ref()), window),
            (Opener::Outcome(obligation, outcome), _) => {
                let mut parts = self.contested(self.contract.obligations[obligation.index()].family, dims, window)?;
                for duty in self.duties(*obligation)? {
                    if duty.unknown && self.inside(window).contains(duty.opened.at) {
                        parts.push((self.group_at(dims, &Hand::of_event(&duty.opened))?, Err(Gap::Held)));
                    }
                    let reached = duty.reached(self.outcome_of(*outcome)).filter(|_| !duty.unknown);
                    if reached.is_some_and(|at| self.inside(window).contains(at)) {
                        let hand = Hand::of_event(&duty.opened);
                        let units = Ratio::int(duty.opened.units);
                        let amount = self.each(sentence, &units, &hand);
                        parts.push((self.group_at(dims, &hand)?, amount));
                    }
                }
                self.added(sentence, dims, window, parts)
            }
            (Opener::Always, Basis::Lateness(..)) => self.late(sentence, dims, window),
            (Opener::Always | Opener::Each(_), Basis::While(..)) => self.in_states(sentence, dims, window),
            (Opener::When(_), Basis::While(..)) => unsupported("a state behind a condition"),
            (_, Basis::Lateness(..)) => unsupported("lateness behind a condition"),
            (Opener::Always | Opener::Each(_) | Opener::When(_), _) => self.of_window(sentence, window),
        }
    }

    /// "or what depends on the asset in that window is held"
    fn contested(
        &self,
        family: consigne::base::ids::FamilyId,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let inside = self.inside(window);
        let mut parts = Vec::new();
        for event in self.facts.contested().filter(|event| inside.contains(event.at)) {
            if self.contract.kinds[event.kind.index()].family == Some(family) {
                parts.push((self.group_at(dims, &Hand::of_event(event))?, Err(Gap::Held)));
            }
        }
        Ok(parts)
    }

    fn outcome_of(&self, outcome: consigne::syntax::tree::Outcome) -> consigne::base::vocabulary::Outcome {
        outcome
    }

    /// A window as far as it lies in the term.
    pub(crate) fn inside(&self, window: Window) -> Between {
        let term = calendar::term(self.contract);
        calendar::bounds(self.contract, window).intersect(term).unwrap_or(term)
    }

    /// "`on EVENT,` pays for each event."
    fn on_events(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        (kind, filter): (consigne::base::ids::KindId, Option<&Value>),
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let inside = self.inside(window);
        let family = self.contract.kinds[kind.index()].family;
        let mut parts = Vec::new();
        for event in self.facts.contested().filter(|event| inside.contains(event.at)) {
            let same_asset = family.is_some() && self.contract.kinds[event.kind.index()].family == family;
            if event.kind == kind || same_asset {
                parts.push((self.group_at(dims, &Hand::of_event(event))?, Err(Gap::Held)));
            }
        }
        for event in self.facts.events.iter().filter(|event| event.kind == kind && inside.contains(event.at)) {
            let hand = Hand::of_event(event);
            let group = self.group_at(dims, &hand)?;
            match filter.map_or(Ok(true), |filter| self.holds(filter, &hand)) {
                Ok(false) => continue,
                Ok(true) => {}
                Err(Gap::Unsupported(what)) => return unsupported(what),
                Err(_) => {
                    parts.push((group, Err(Gap::Held)));
                    continue;
                }
            }
            let units = match &sentence.basis {
                Basis::Once | Basis::Event => Ok(Ratio::ONE),
                // "it counts as so many events in what is paid `per crate` on the event"
                Basis::Each => Ok(Ratio::int(event.units)),
                Basis::For(value, size, part) => self.number(value, &hand).map(|value| in_units(&value, size, *part)),
                Basis::While(..) | Basis::Lateness(..) => unsupported("time behind an event"),
            };
            let amount = units.and_then(|units| self.each(sentence, &units, &hand));
            parts.push((group, amount));
        }
        self.added(sentence, dims, window, parts)
    }

    /// The amount of one occurrence after its factor and the steps that are of each.
    pub(crate) fn each(&self, sentence: &Sentence, units: &Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        let mut amount = self.priced(sentence, units, hand)?;
        if let Some(times) = &sentence.times {
            amount = amount.times(&of_nothing(&amount, self.number(times, hand), Ratio::ONE)?);
        }
        self.steps(sentence, true, amount, hand)
    }

    fn priced(&self, sentence: &Sentence, units: &Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        match &sentence.amount {
            Amount::Value(rate) => Ok(of_nothing(units, self.number(rate, hand), Ratio::ZERO)?.times(units)),
            Amount::Tiers(mode, tiers) => {
                let size = match &sentence.basis {
                    Basis::For(_, size, _) => size.clone(),
                    _ => Ratio::ONE,
                };
                self.tiers(*mode, tiers, &units.times(&size), &size, hand)
            }
        }
    }

    /// "`each band at its own price`: what lies in a band is priced by that band. `all at the price of the band
    /// reached`: the whole quantity is priced by the band in which it falls."
    fn tiers(&self, mode: TierMode, tiers: &[Tier], whole: &Ratio, size: &Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        let mut sum = Ratio::ZERO;
        for tier in tiers {
            let of = match &tier.of {
                Some(of) => self.number(of, hand)?,
                None => Ratio::ONE,
            };
            if of.is_negative() {
                return Err(Gap::Held);
            }
            let bound = |bound: &Option<(Literal, bool)>| match bound {
                Some((Literal::Quantity(number), included)) => Some((number.times(&of), *included)),
                Some(_) | None => None,
            };
            let (low, high) = (bound(&tier.low), bound(&tier.high));
            let above = low.as_ref().is_none_or(|(low, included)| whole > low || (*included && whole == low));
            let below = high.as_ref().is_none_or(|(high, included)| whole < high || (*included && whole == high));
            let part = match mode {
                TierMode::BandReached if above && below => whole.clone(),
                TierMode::BandReached => continue,
                TierMode::EachBand => {
                    let from = low.map_or(Ratio::ZERO, |(low, _)| low);
                    let to = high.map_or(whole.clone(), |(high, _)| high.min(whole.clone()));
                    if to <= from {
                        continue;
                    }
                    to.minus(&from)
                }
            };
            if part.is_zero() {
                continue;
            }
            let units = part.over(size).unwrap_or_default();
            sum = sum.plus(&units.times(&self.number(&tier.price, hand)?));
        }
        Ok(sum)
    }

    /// The steps of an amount, in the order of the text.
    fn steps(&self, sentence: &Sentence, each: bool, amount: Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        let mut amount = amount;
        for step in sentence.adjustments.iter().filter(|step| step.each_asset == each) {
            amount = match &step.what {
                Adjust::Limit(LimitKind::AtMost, limit) => {
                    let limit = of_nothing(&amount, self.number(limit, hand), Ratio::ZERO)?;
                    amount.min(limit)
                }
                Adjust::Limit(LimitKind::AtLeast, limit) => amount.max(self.number(limit, hand)?),
                Adjust::Exempt(kind, exempt) => {
                    let exempt = of_nothing(&amount, self.number(exempt, hand), Ratio::ZERO)?;
                    exempted(*kind, amount, &exempt)
                }
                Adjust::Rounded(rounding) => rounded(&amount, rounding),
                Adjust::Indexed(_) => return unsupported("indexation"),
            };
        }
        Ok(amount)
    }

    /// Occurrences added up by group, then the steps that hold for the line.
    pub(crate) fn added(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
        parts: Vec<(Group, Found<Ratio>)>,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let mut lines: Vec<(Group, Found<Ratio>)> = Vec::new();
        for (group, amount) in parts {
            let known = lines.iter_mut().find(|(known, _)| *known == group);
            match known {
                None => lines.push((group, amount)),
                Some((_, sum)) => {
                    *sum = match (sum.clone(), amount) {
                        (Ok(sum), Ok(amount)) => Ok(sum.plus(&amount)),
                        (Err(Gap::Unsupported(what)), _) | (_, Err(Gap::Unsupported(what))) => {
                            return unsupported(what);
                        }
                        (Err(gap), _) | (_, Err(gap)) => Err(gap),
                    };
                }
            }
        }
        // A line that is not of groups stands also where nothing happened: "12.00 EUR at least".
        if lines.is_empty() && dims.is_empty() {
            lines.push((Group::new(), Ok(Ratio::ZERO)));
        }
        let whole = dims == sentence.dims;
        for (group, amount) in lines.iter_mut().filter(|_| whole) {
            let hand = Hand::of_window(window, group);
            *amount = match amount.clone() {
                Ok(exact) => self.steps(sentence, false, exact, &hand),
                Err(Gap::Absent | Gap::Empty) => Err(Gap::Held),
                other => other,
            };
        }
        Ok(lines)
    }

    /// "Without any of them the sentence pays for each window of what it reads or states."
    fn of_window(&self, sentence: &Sentence, window: Window) -> Found<Vec<(Group, Found<Ratio>)>> {
        let mut groups = std::collections::BTreeSet::new();
        if sentence.dims.is_empty() {
            groups.insert(Group::new());
        } else {
            for value in read_by(sentence) {
                self.seen(value, window, &sentence.dims, &mut groups)?;
            }
        }
        let mut lines = Vec::new();
        for group in groups {
            let hand = Hand::of_window(window, &group);
            let amount = self.in_window(sentence, &hand).transpose();
            let Some(amount) = amount else { continue };
            match amount {
                Err(Gap::NotDue) => {}
                Err(Gap::Absent | Gap::Empty) => lines.push((group, Err(Gap::Held))),
                other => lines.push((group, other)),
            }
        }
        Ok(lines)
    }

    /// The amount of a window; nothing where the condition does not hold.
    fn in_window(&self, sentence: &Sentence, hand: &Hand<'_>) -> Found<Option<Ratio>> {
        if let Opener::When(condition) = &sentence.opener
            && !self.holds(condition, hand)?
        {
            return Ok(None);
        }
        let units = match &sentence.basis {
            Basis::For(value, size, part) => in_units(&self.number(value, hand)?, size, *part),
            _ => Ratio::ONE,
        };
        let amount = self.each(sentence, &units, hand)?;
        self.steps(sentence, false, amount, hand).map(Some)
    }

    /// "Lateness can grow over several settlements. With `is paid as it accrues` each settlement period pays what was
    /// added in it. With `is paid when it ends` the period pays all of it in which the thing is done, or missed."
    fn late(&self, sentence: &Sentence, dims: &[Dimension], window: Window) -> Found<Vec<(Group, Found<Ratio>)>> {
        let Basis::Lateness(id, unit, size, part) = &sentence.basis else { return unsupported("lateness") };
        let inside = self.inside(window);
        let mut parts = self.contested(self.contract.obligations[id.index()].family, dims, window)?;
        for duty in self.duties(*id)? {
            let hand = Hand::of_event(&duty.opened);
            if duty.unknown && inside.contains(duty.opened.at) {
                parts.push((self.group_at(dims, &hand)?, Err(Gap::Held)));
            }
            let through = |until: Instant| -> Found<Ratio> {
                let units = self.lateness(&duty, until, (unit, size, *part))?;
                if units.is_zero() {
                    return Ok(Ratio::ZERO);
                }
                self.each(sentence, &units.times(&Ratio::int(duty.opened.units)), &hand)
            };
            let amount = match self.contract.conventions.lateness {
                Some(LatenessPaid::WhenItEnds) => {
                    let ends = duty.done.or(duty.missed);
                    if ends.is_some_and(|end| inside.contains(end)) {
                        through(Instant(i64::MAX))
                    } else {
                        Ok(Ratio::ZERO)
                    }
                }
                Some(LatenessPaid::AsItAccrues) | None => {
                    let units = |until: Instant| self.lateness(&duty, until, (unit, size, *part));
                    if units(inside.end)? == units(inside.start)? {
                        continue;
                    }
                    through(inside.end).and_then(|now| Ok(now.minus(&through(inside.start)?)))
                }
            };
            parts.push((self.group_at(dims, &hand)?, amount));
        }
        self.added(sentence, dims, window, parts)
    }

    /// What a clause charges in a window and group, after the caps and minimums that stand in it.
    pub(crate) fn charged(&self, clause: ClauseId, window: Window, group: &Group) -> Found<Ratio> {
        let first = self.contract.sentences.iter().find(|sentence| sentence.clause == clause);
        let Some(first) = first else { return unsupported("a clause without a payment") };
        let payer = self.who(first.payer)?;
        let mut sum = Ratio::ZERO;
        for charge in self.charges_of(clause)? {
            if charge.stands != clause {
                continue;
            }
            let last = charge.window.last.min(self.contract.term.1);
            if calendar::window(self.contract, window.kind, last) != window {
                continue;
            }
            let amount = self.part_of(&charge, group)?;
            sum = if charge.payer == payer { sum.plus(&amount) } else { sum.minus(&amount) };
        }
        Ok(sum)
    }

    /// What of a charge is of a group. "Where the clause is charged asset by asset, its part for a group is taken."
    pub(crate) fn part_of(&self, charge: &Charge, group: &Group) -> Found<Ratio> {
        let missing = group.iter().any(|(dim, _)| !charge.group.iter().any(|(known, _)| known == dim));
        if !missing {
            let own = group.iter().all(|key| charge.group.contains(key));
            return if own { charge.amount.clone() } else { Ok(Ratio::ZERO) };
        }
        let dims: Vec<Dimension> = group.iter().map(|(dim, _)| *dim).collect();
        let mut sum = Ratio::ZERO;
        for (found, amount) in self.finer(charge, &dims)? {
            if found == *group {
                sum = sum.plus(&amount);
            }
        }
        Ok(sum)
    }

    /// A charge by finer groups: each has the part of the rounded line that its own amount is of the line before the
    /// steps and the rounding.
    pub(crate) fn finer(&self, charge: &Charge, dims: &[Dimension]) -> Found<Vec<(Group, Ratio)>> {
        let Some(place) = charge.sentence else { return unsupported("the part of a limit for a group") };
        let sentence = &self.contract.sentences[place];
        let of_assets = matches!(sentence.opener, Opener::On(..) | Opener::Outcome(..))
            || matches!(sentence.basis, Basis::While(..) | Basis::Lateness(..));
        if !of_assets {
            return unsupported("the part of a clause for a group of its assets");
        }
        let whole = charge.amount.clone()?;
        let mut all = sentence.dims.clone();
        all.extend(dims.iter().filter(|dim| !sentence.dims.contains(dim)));
        let mut parts: Vec<(Group, Ratio)> = Vec::new();
        for (group, amount) in self.lines(sentence, &all, charge.window)? {
            if charge.group.iter().all(|key| group.contains(key)) {
                let own = dims.iter().filter_map(|dim| group.iter().find(|(known, _)| known == dim).cloned());
                let amount = match amount {
                    Err(Gap::Unsupported(what)) => return unsupported(what),
                    Err(_) => return Err(Gap::Held),
                    Ok(amount) => amount,
                };
                parts.push((own.collect(), amount));
            }
        }
        let total = parts.iter().fold(Ratio::ZERO, |sum, (_, amount)| sum.plus(amount));
        let part = |amount: Ratio| whole.times(&amount.over(&total).unwrap_or_default());
        Ok(parts.into_iter().map(|(group, amount)| (group, part(amount))).collect())
    }

    /// The charges of a clause, computed once.
    pub(crate) fn charges_of(&self, clause: ClauseId) -> Found<Vec<Charge>> {
        if let Some(known) = self.charges.borrow().get(&clause.index()) {
            return known.clone();
        }
        let mut all = Vec::new();
        let sentences = self.contract.sentences.iter().filter(|sentence| sentence.clause == clause);
        for sentence in sentences {
            all.extend(self.sentence(sentence)?);
        }
        for owes in self.contract.owes.iter().filter(|owes| owes.clause == clause && owes.under == [clause]) {
            let lines = self.owed(owes, &all)?;
            all.extend(lines);
        }
        let found: Found<Vec<Charge>> = Ok(all);
        self.charges.borrow_mut().insert(clause.index(), found.clone());
        found
    }
}

/// A quantity in units, a part of one counted as it is said.
fn in_units(value: &Ratio, size: &Ratio, part: Option<consigne::base::vocabulary::Part>) -> Ratio {
    let units = value.over(size).unwrap_or_default();
    part.map_or(units.clone(), |part| counted(&units, part))
}

/// "`nothing below X` is not paid below X; X itself is paid. `nothing up to X, then the whole`: a greater one is paid in
/// full. `then the excess`: of a greater one, what exceeds X is paid."
pub(crate) fn exempted(kind: Exemption, amount: Ratio, exempt: &Ratio) -> Ratio {
    match kind {
        Exemption::Below if amount >= *exempt => amount,
        Exemption::Whole if amount > *exempt => amount,
        Exemption::Excess if amount > *exempt => amount.minus(exempt),
        Exemption::Below | Exemption::Whole | Exemption::Excess => Ratio::ZERO,
    }
}

/// The values that a sentence reads.
fn read_by(sentence: &Sentence) -> Vec<&Value> {
    let mut found: Vec<&Value> = Vec::new();
    if let Opener::When(condition) = &sentence.opener {
        found.push(condition);
    }
    match &sentence.amount {
        Amount::Value(value) => found.push(value),
        Amount::Tiers(_, tiers) => {
            found.extend(tiers.iter().flat_map(|tier| tier.of.iter().chain(std::iter::once(&tier.price))));
        }
    }
    if let Basis::For(value, ..) = &sentence.basis {
        found.push(value);
    }
    found.extend(&sentence.times);
    found.extend(sentence.adjustments.iter().filter_map(|step| step.what.value()));
    found
}

/// Whether a value reads what a clause charges.
pub(crate) fn reads_clause(value: &Value) -> bool {
    matches!(&*value.node, Node::Clause(..)) || value.node.parts().into_iter().any(reads_clause)
}

/// "Of nothing, nothing is held": where an amount is nothing, a rate, factor or limit that cannot be told changes nothing.
pub(crate) fn of_nothing(amount: &Ratio, found: Found<Ratio>, instead: Ratio) -> Found<Ratio> {
    match found {
        Err(Gap::Unsupported(what)) => unsupported(what),
        Err(_) if amount.is_zero() => Ok(instead),
        found => found,
    }
}
