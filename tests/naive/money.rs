//! Payment sentences: what each one charges, window by window, group by group.

use consigne::base::ids::ClauseId;
use consigne::base::number::{Mode, Ratio, Rounding};
use consigne::base::time::{Between, Date};
use consigne::base::value::{Kind, Literal};
use consigne::base::vocabulary::{Chain, Exemption, IndexBase, LimitKind, TierMode};
use consigne::check::amended::By;
use consigne::check::contract::{Adjust, Adjustment, Amount, Basis, Dimension, Opener, Sentence, Tier};
use consigne::check::value::{Node, Value};

use super::World;
use super::calendar::{self, Window};
use super::duties::counted;
use super::unpaid::is_unknown;
use super::values::{Found, Gap, Group, Hand};

/// A charge: a line of a statement, also one of nothing.
#[derive(Clone, Debug)]
pub(crate) struct Charge {
    pub(crate) clause: ClauseId,
    pub(crate) stands: ClauseId,
    /// The sentence, for its parts by finer groups.
    pub(crate) sentence: Option<usize>,
    /// The sentence of which it is, or of which it takes back.
    pub(crate) of: Option<usize>,
    /// The limit that it is of.
    pub(crate) limit: Option<usize>,
    pub(crate) window: Window,
    /// The day by which it belongs to a window of a limit.
    pub(crate) last: Date,
    pub(crate) group: Group,
    pub(crate) payer: String,
    pub(crate) payee: String,
    pub(crate) nature: String,
    pub(crate) amount: Found<Ratio>,
    /// Whether it is what clauses that meet take back.
    pub(crate) met: bool,
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
        let base = sentence.index_base.map(|(base, _)| base);
        let before = self.reads_plain.replace(base == Some(IndexBase::BeforeIndexation));
        let paid_until = self.paid_until.take();
        let found = self.in_turn(|| self.charges_of_sentence(sentence));
        self.paid_until.replace(paid_until);
        self.reads_plain.set(before);
        found
    }

    fn charges_of_sentence(&self, sentence: &Sentence) -> Found<Vec<Charge>> {
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
                // A line of a group that is not known is held.
                let unknown =
                    group.iter().any(|(dim, value)| value.is_none() && matches!(dim, Dimension::Attribute(..)));
                let amount = match amount {
                    Ok(amount) if unknown && !amount.is_zero() => Err(Gap::Held),
                    other => other,
                };
                // "`used up once credited`: after a sentence has paid for a group, only later months count"
                if matches!(&amount, Ok(amount) if !amount.is_zero()) {
                    self.paid_until.borrow_mut().insert(group.clone(), window.last);
                }
                let (payer, payee) = (self.who(sentence.payer, &group), self.who(sentence.payee, &group));
                // "Where the payer is the payee, nothing is due. Where an optional field names nobody, the line is held."
                let amount = match (amount, &payer, &payee) {
                    (_, Some(payer), Some(payee)) if payer == payee => continue,
                    // What is not due is charged nothing.
                    (Err(Gap::NotDue), ..) => continue,
                    (amount, Some(_), Some(_)) => amount,
                    (Ok(amount), ..) if amount.is_zero() => Ok(amount),
                    _ => Err(Gap::Held),
                };
                let (payer, payee) = (payer.unwrap_or_default(), payee.unwrap_or_default());
                charges.push(Charge {
                    clause: sentence.clause,
                    stands: sentence.clause,
                    sentence: Some(sentence.id.index()),
                    of: Some(sentence.id.index()),
                    limit: None,
                    window,
                    last: window.last.min(self.contract.term.1),
                    group,
                    payer,
                    payee,
                    nature: sentence.nature.word().to_owned(),
                    amount,
                    met: false,
                });
            }
        }
        Ok(charges)
    }

    /// The exact amounts of a sentence in a window, by group, as what is known has them.
    pub(crate) fn lines_told(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        if self.is_unrecorded(sentence, window)? {
            // What is held uses up events, or may.
            if self.ranks_of(sentence).iter().any(|rank| rank.used_up) {
                self.lines_recorded(sentence, dims, window)?;
            }
            let group = Group::new();
            let hand = Hand::of_window(window, &group);
            // Where its condition is known not to hold, nothing is due.
            if let (Opener::When(condition), true) = (&sentence.opener, sentence.dims.is_empty())
                && matches!(self.holds(condition, &hand), Ok(false) | Err(Gap::NotDue))
            {
                return Ok(Vec::new());
            }
            let amount = match self.unpaid_unrecorded(sentence, &hand).unwrap_or(Err(Gap::Held)) {
                Ok(nothing) if !self.bare.get() => self.steps(sentence, false, nothing, &hand),
                amount => amount,
            };
            return Ok(vec![(group, amount)]);
        }
        self.lines_recorded(sentence, dims, window)
    }

    fn lines_recorded(
        &self,
        sentence: &Sentence,
        dims: &[Dimension],
        window: Window,
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let before = self.line.replace(Some(window));
        let found = self.lines_in(sentence, dims, window);
        self.line.set(before);
        found
    }

    fn lines_in(&self, sentence: &Sentence, dims: &[Dimension], window: Window) -> Found<Vec<(Group, Found<Ratio>)>> {
        if let Some((family, paid)) = self.paid_of_deposit(sentence)? {
            let mut parts = self.contested(family, dims, (window, self.text_of(sentence)))?;
            parts.extend(self.too_many_deposits(sentence, dims, self.inside(window))?);
            parts.extend(self.held_for_lots(sentence, dims, window)?);
            if let (Opener::Outcome(obligation, _), None) = (&sentence.opener, &sentence.gives_back) {
                parts.extend(self.too_many_for(*obligation, dims, self.inside(window))?);
                if self.may_govern_of(sentence, window) {
                    parts.extend(self.not_opened(*obligation, dims, self.inside(window))?);
                }
            }
            for paid in paid.into_iter().filter(|paid| self.inside(window).contains(paid.step.at)) {
                parts.push((self.group_at(dims, &paid.hand())?, paid.amount.clone()));
            }
            return self.added(sentence, dims, window, parts);
        }
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, filter), _) => self.on_events(sentence, dims, (*kind, filter.as_ref()), window),
            (Opener::Outcome(obligation, outcome), _) => {
                let mut parts = self.contested(
                    self.contract.obligations[obligation.index()].family,
                    dims,
                    (window, self.text_of(sentence)),
                )?;
                parts.extend(self.too_many_for(*obligation, dims, self.inside(window))?);
                if self.may_govern_of(sentence, window) {
                    parts.extend(self.not_opened(*obligation, dims, self.inside(window))?);
                }
                let (lots, held) = self.undivided_for((*obligation, self.text_of(sentence)), dims, window)?;
                parts.extend(held);
                let of_lots =
                    |duty: &super::duties::Duty| duty.opened.asset.as_ref().is_some_and(|asset| lots.contains(asset));
                // What cannot be told is held for whom it is of, too.
                let own = |duty: &super::duties::Duty| duty.unknown || !of_lots(duty);
                for duty in self.duties(*obligation)?.into_iter().filter(own) {
                    let at = self.comes_to(self.text_of(sentence), &duty, self.outcome_of(*outcome));
                    let Some(at) = at.filter(|at| self.inside(window).contains(*at)) else { continue };
                    // What it is, and whose, is read when it comes to stand so.
                    let on = Some(self.contract.zone.date_of(at));
                    let hand = Hand { at, on, bearer: duty.bearer_at(at), ..Hand::of_event(&duty.opened) };
                    let hand = Hand { group: self.group_at(&sentence.dims, &hand)?, ..hand };
                    let units = Ratio::int(duty.opened.units);
                    let amount = if duty.unknown { Err(Gap::Held) } else { self.each(sentence, &units, &hand) };
                    parts.push((self.group_at(dims, &hand)?, amount));
                }
                self.added(sentence, dims, window, parts)
            }
            (Opener::Always | Opener::Each(_) | Opener::When(_), Basis::Lateness(..)) => {
                let parts = self.late(sentence, dims, window)?;
                self.lines_opened(sentence, dims, window, parts)
            }
            (Opener::Always | Opener::Each(_) | Opener::When(_), Basis::While(..)) => {
                let parts = self.in_states(sentence, dims, window)?;
                self.lines_opened(sentence, dims, window, parts)
            }
            (Opener::Always | Opener::Each(_) | Opener::When(_), _) => self.of_window(sentence, window),
        }
    }

    /// "or what depends on the asset in that window is held"
    pub(crate) fn contested(
        &self,
        family: consigne::base::ids::FamilyId,
        dims: &[Dimension],
        (window, text): (Window, Option<(usize, By)>),
    ) -> Found<Vec<(Group, Found<Ratio>)>> {
        let inside = self.inside(window);
        let mut parts = Vec::new();
        for event in self.facts.contested().filter(|event| inside.contains(event.at)) {
            // Where the text does not govern anything in the window nothing depends on it.
            if !self.concerns(text, event.asset.as_deref(), window) {
                continue;
            }
            if self.contract.kinds[event.kind.index()].family == Some(family) {
                let groups = self.groups_contested(dims, event, &Hand::of_event(event))?;
                parts.extend(groups.into_iter().map(|group| (group, Err(Gap::Held))));
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

    /// The amount of one occurrence after its factor and the steps that are of each.
    pub(crate) fn each(&self, sentence: &Sentence, units: &Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        let mut amount = self.priced(sentence, units, hand)?;
        if let Some(times) = &sentence.times {
            amount = amount.times(&of_nothing(&amount, self.number(times, hand), Ratio::ONE)?);
        }
        self.steps(sentence, true, amount, hand)
    }

    /// The amount of an occurrence after its factor and the coefficient of its day, without the steps behind.
    pub(crate) fn indexed_rate(&self, sentence: &Sentence, units: &Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        let mut amount = self.priced(sentence, units, hand)?;
        if let Some(times) = &sentence.times {
            amount = amount.times(&of_nothing(&amount, self.number(times, hand), Ratio::ONE)?);
        }
        match sentence.adjustments.first().map(|step| &step.what) {
            Some(Adjust::Indexed(id)) if !self.raises_rate(sentence) => {
                of_nothing(&amount, self.indexed(*id, &amount, self.day_of(hand)), Ratio::ZERO)
            }
            _ => Ok(amount),
        }
    }

    fn priced(&self, sentence: &Sentence, units: &Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        match &sentence.amount {
            Amount::Value(rate) => {
                let raised = self.number(rate, hand).and_then(|rate| self.raised(sentence, rate, hand));
                Ok(of_nothing(units, raised, Ratio::ZERO)?.times(units))
            }
            Amount::Tiers(mode, tiers) => {
                let size = match &sentence.basis {
                    Basis::For(_, size, _) => size.clone(),
                    _ => Ratio::ONE,
                };
                self.tiers(sentence, (*mode, tiers), (&units.times(&size), &size), hand)
            }
        }
    }

    /// "Where amounts are chained and rounded and `indexed by` is the first step, the rate is the amount that is raised; of a
    /// percentage what it comes to."
    fn raises_rate(&self, sentence: &Sentence) -> bool {
        let Some(Adjust::Indexed(id)) = sentence.adjustments.first().map(|step| &step.what) else { return false };
        let is_money = |value: &Value| matches!(value.kind, Kind::Money(_));
        let of_money = match &sentence.amount {
            Amount::Value(value) => is_money(value),
            Amount::Tiers(_, tiers) => tiers.iter().all(|tier| is_money(&tier.price)),
        };
        of_money && matches!(self.contract.indexations[id.index()].chain, Chain::Rounded(_))
    }

    pub(crate) fn raised(&self, sentence: &Sentence, rate: Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        match sentence.adjustments.first().map(|step| &step.what) {
            Some(Adjust::Indexed(id)) if self.raises_rate(sentence) => {
                of_nothing(&rate, self.indexed(*id, &rate, self.day_of(hand)), Ratio::ZERO)
            }
            _ => Ok(rate),
        }
    }

    /// "`each band at its own price`: what lies in a band is priced by that band. `all at the price of the band
    /// reached`: the whole quantity is priced by the band in which it falls."
    fn tiers(
        &self,
        sentence: &Sentence,
        (mode, tiers): (TierMode, &[Tier]),
        (whole, size): (&Ratio, &Ratio),
        hand: &Hand<'_>,
    ) -> Found<Ratio> {
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
                // A quantity below nothing lies in the lowest band.
                TierMode::EachBand if whole.is_negative() => {
                    if low.is_some() {
                        continue;
                    }
                    whole.clone()
                }
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
            let price = self.raised(sentence, self.number(&tier.price, hand)?, hand)?;
            sum = sum.plus(&units.times(&price));
        }
        Ok(sum)
    }

    /// The steps of an amount, in the order of the text.
    fn steps(&self, sentence: &Sentence, each: bool, amount: Ratio, hand: &Hand<'_>) -> Found<Ratio> {
        let raised = usize::from(self.raises_rate(sentence));
        self.steps_behind(sentence, raised, each, amount, hand)
    }

    /// The steps behind the first ones.
    pub(crate) fn steps_behind(
        &self,
        sentence: &Sentence,
        first: usize,
        each: bool,
        amount: Ratio,
        hand: &Hand<'_>,
    ) -> Found<Ratio> {
        let mut amount = amount;
        // A coefficient that changes within a line is applied to each part of it.
        let of_each =
            |step: &&Adjustment| step.each_asset || (sentence.index_in_walk && matches!(step.what, Adjust::Indexed(_)));
        for step in sentence.adjustments.iter().skip(first).filter(|step| of_each(step) == each) {
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
                Adjust::Indexed(id) => of_nothing(&amount, self.indexed(*id, &amount, self.day_of(hand)), Ratio::ZERO)?,
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
                        (Err(gap), _) | (_, Err(gap)) => Err(gap),
                    };
                }
            }
        }
        // A line that is not of groups stands also where nothing happened: "12.00 EUR at least".
        if lines.is_empty() && dims.is_empty() {
            lines.push((Group::new(), Ok(Ratio::ZERO)));
        }
        let whole = dims == sentence.dims && !self.bare.get();
        let by_asset = self.is_priced_by_asset(sentence);
        for (group, amount) in lines.iter_mut().filter(|(_, amount)| !by_asset && is_unknown(amount)) {
            let own: Group = group.iter().filter(|(dim, _)| sentence.dims.contains(dim)).cloned().collect();
            let since = self.paid_until.borrow().get(&own).map(|until| until.plus_days(1));
            if let Some(of_nothing) = self.unpaid(sentence, &Hand { since, ..Hand::of_window(window, &own) }) {
                *amount = of_nothing;
            }
        }
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
                // "from the first one that is read up to the one at hand"
                for back in 0..=reach(sentence) {
                    self.seen(value, calendar::earlier(self.contract, window, back), &sentence.dims, &mut groups)?;
                }
                let earlier = self.charged_earlier(value, (sentence.window, window), &sentence.dims, &mut groups);
                if let Err(gap) = earlier {
                    return Ok(vec![(Group::new(), Err(gap))]);
                }
            }
        }
        let mut lines = Vec::new();
        let governs = |group: &Group| self.governs_window(self.text_of(sentence), window, group);
        for group in groups.into_iter().filter(governs) {
            let since = self.paid_until.borrow().get(&group).map(|until| until.plus_days(1));
            let hand = Hand { since, ..Hand::of_window(window, &group) };
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

    /// The groups for which a clause charged in the earlier window that a value reads.
    fn charged_earlier(
        &self,
        value: &Value,
        (kind, window): (consigne::base::window::WindowKind, Window),
        dims: &[Dimension],
        found: &mut std::collections::BTreeSet<Group>,
    ) -> Found<()> {
        if let Node::Clause(clause, back) = &*value.node
            && *back > 0
        {
            let earlier = calendar::earlier(self.contract, window, *back);
            for charge in self.charges_of(*clause)? {
                let own = charge.stands == *clause && !charge.met && charge.amount != Ok(Ratio::ZERO);
                if !own || calendar::window(self.contract, kind, charge.last) != earlier {
                    continue;
                }
                match (self.of_group(&charge, dims), &charge.amount) {
                    (Some(group), _) => found.extend([group]),
                    // Nobody can list for whom it is.
                    (None, Err(gap)) => return Err(gap.clone()),
                    (None, Ok(_)) => found.extend(self.finer(&charge, dims)?.into_iter().map(|(group, _)| group)),
                }
            }
        }
        value.node.parts().into_iter().try_for_each(|part| self.charged_earlier(part, (kind, window), dims, found))
    }

    /// The amount of a window; nothing where the condition does not hold.
    fn in_window(&self, sentence: &Sentence, hand: &Hand<'_>) -> Found<Option<Ratio>> {
        if let Opener::When(condition) = &sentence.opener
            && !self.holds(condition, hand)?
        {
            return Ok(None);
        }
        let units = match &sentence.basis {
            Basis::For(value, size, part) => {
                match self.number(value, hand).map(|value| in_units(&value, size, *part)) {
                    units if is_unknown(&units) => self.unpaid(sentence, hand).unwrap_or(units)?,
                    units => units?,
                }
            }
            _ => Ratio::ONE,
        };
        let amount = self.each(sentence, &units, hand)?;
        self.steps(sentence, false, amount, hand).map(Some)
    }
}

/// Whether the first step of a sentence is that it is indexed.
pub(crate) fn raised_first(sentence: &Sentence) -> bool {
    matches!(sentence.adjustments.first().map(|step| &step.what), Some(Adjust::Indexed(_)))
}

/// A quantity in units, a part of one counted as it is said.
pub(crate) fn in_units(value: &Ratio, size: &Ratio, part: Option<consigne::base::vocabulary::Part>) -> Ratio {
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
pub(crate) fn read_by(sentence: &Sentence) -> Vec<&Value> {
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

/// How many windows before the one at hand a sentence reads of what a clause charged.
pub(crate) fn reach(sentence: &Sentence) -> i64 {
    fn of(value: &Value) -> i64 {
        let own = if let Node::Clause(_, back) = &*value.node { *back } else { 0 };
        value.node.parts().into_iter().map(of).fold(own, i64::max)
    }
    read_by(sentence).into_iter().map(of).max().unwrap_or(0)
}

/// "Of nothing, nothing is held": where an amount is nothing, a rate, factor or limit that cannot be told changes nothing.
pub(crate) fn of_nothing(amount: &Ratio, found: Found<Ratio>, instead: Ratio) -> Found<Ratio> {
    match found {
        Err(_) if amount.is_zero() => Ok(instead),
        found => found,
    }
}
