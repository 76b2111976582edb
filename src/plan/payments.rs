//! Payment sentences → what to observe for them and how to price it.
//!
//! INVARIANT (priced once): an amount is computed in the walk exactly when it depends on the asset or
//! event (its attributes, its fields, a limit for each asset); otherwise the walk only counts, and
//! settle multiplies.

use crate::base::ids::{DepositId, FamilyId, FoldId, IndexationId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::time::Date;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Chain, IndexBase, Matching, MonthLength, Part, SecondDeposit, YearLength};
use crate::base::window::WindowKind;
use crate::check::contract::{
    Adjust as CheckedAdjust, Adjustment as CheckedAdjustment, Amount as CheckedAmount, Basis, Dimension, Opener,
    Sentence as CheckedSentence, TimeUnit,
};
use crate::check::parties::holds_party;
use crate::check::value::Value;
use crate::plan::adjustment::{Adjust, Adjustment};
use crate::plan::aggregates::{dimensions, state_expr};
use crate::plan::builder::{Builder, who};
use crate::plan::fold::{Fold, HeldCount, Keep, MissingPolicy, ShareLength, Trigger};
use crate::plan::formula::{Formula, Read};
use crate::plan::indexation::{Revisions, indexed};
use crate::plan::lower::{Place, counted, depends_on_asset};
use crate::plan::references::{clauses_before, indexations_of};
use crate::plan::sentence::{Amount, Measured, Quantity, Sentence, Tier};

/// What a sentence observes, before it is known whether it is priced in the walk.
struct Observed {
    trigger: Trigger,
    family: Option<FamilyId>,
    filter: Option<Formula>,
    value: Formula,
    kind: Kind,
}

impl Builder<'_> {
    /// The plan of a sentence.
    pub(crate) fn sentence(&mut self, sentence: &CheckedSentence) -> Sentence {
        let place = Place { window: sentence.window, dims: sentence.dims.clone(), each_step: None };
        let (quantity, amount, in_walk) = match self.observed(sentence, &place) {
            Some(observed) => self.observed_sentence(sentence, observed, &place),
            None => (self.measured(sentence, &place), self.amount(sentence, &place), false),
        };
        let times = sentence.times.as_ref().filter(|_| !in_walk).map(|times| self.formula(times, &place));
        let rate_index = self.rate_index(sentence);
        let of_line = sentence.adjustments.iter().enumerate().filter(|(place, step)| {
            let at_rate = *place == 0 && rate_index.is_some();
            !at_rate && (!in_walk || !step.each_asset)
        });
        let of_line = of_line.map(|(_, step)| step);
        let adjustments: Vec<_> = of_line.map(|step| self.adjustment(step, &place)).collect();
        let condition = self.condition(sentence, &place);
        let mut read = read_by_line(condition.as_ref(), &quantity, &amount);
        read.extend(&times);
        read.extend(adjustments.iter().filter_map(|step: &Adjustment| step.what.formula()));
        let reach = read.iter().map(|formula| self.reach(formula, sentence.window)).max().unwrap_or(0);
        let uses_up = read.iter().any(|formula| self.uses_up(formula));
        let folds = self.folds_of_line(&read, &quantity, &amount);
        let earlier = read.iter().flat_map(|formula| clauses_before(formula)).collect();
        Sentence {
            folds,
            reach,
            earlier,
            uses_up,
            id: sentence.id,
            clause: sentence.clause,
            span: sentence.span,
            payer: who(sentence.payer, &sentence.dims),
            payee: who(sentence.payee, &sentence.dims),
            nature: sentence.nature,
            before_index: sentence.index_base.is_some_and(|(base, _)| base == IndexBase::BeforeIndexation),
            window: sentence.window,
            dims: dimensions(&sentence.dims),
            condition,
            quantity,
            amount,
            times,
            adjustments,
            indexed_in_walk: if in_walk { indexations_of(self.contract, sentence) } else { Vec::new() },
            rounding: self.contract.conventions.line_rounding.clone(),
            unit: self.unit_words(sentence),
        }
    }

    /// The folds that a line is computed of: where they have seen a group, there is a line for it.
    fn folds_of_line(&self, read: &[&Formula], quantity: &Quantity, amount: &Amount) -> Vec<FoldId> {
        let mut folds: Vec<FoldId> = read.iter().flat_map(|formula| self.folds_behind(formula)).collect();
        if let Quantity::Folded(fold) = quantity {
            folds.push(*fold);
        }
        if let Amount::Priced(fold) = amount {
            folds.push(*fold);
        }
        folds.sort_unstable();
        folds.dedup();
        folds
    }

    /// A rate, raised where the coefficient belongs to it.
    fn rate(&mut self, sentence: &CheckedSentence, value: &Value, place: &Place) -> Formula {
        let rate = self.formula(value, place);
        match self.rate_index(sentence) {
            Some(id) => indexed(rate, id),
            None => rate,
        }
    }

    /// The indexation of a sentence whose coefficient is applied to the rate: amounts are chained and rounded, or the
    /// coefficient changes within a line. A percentage is no amount: what it comes to is raised.
    fn rate_index(&self, sentence: &CheckedSentence) -> Option<IndexationId> {
        let Some(CheckedAdjust::Indexed(id)) = sentence.adjustments.first().map(|step| &step.what) else {
            return None;
        };
        (sentence.index_in_walk || self.is_chained(sentence, *id)).then_some(*id)
    }

    /// Whether what a sentence pays for one is an amount that is chained, and rounded at each revision.
    fn is_chained(&self, sentence: &CheckedSentence, id: IndexationId) -> bool {
        let is_money = |value: &Value| matches!(value.kind, Kind::Money(_));
        let of_money = match &sentence.amount {
            CheckedAmount::Value(value) => is_money(value),
            CheckedAmount::Tiers(_, tiers) => tiers.iter().all(|tier| is_money(&tier.price)),
        };
        let indexation = self.contract.indexations.get(id.index());
        of_money && indexation.is_some_and(|indexation| matches!(indexation.chain, Chain::Rounded(_)))
    }

    /// The days on which a coefficient that a sentence reads changes.
    fn revision_days(&self, sentence: &CheckedSentence) -> Vec<Date> {
        let mut days: Vec<Date> = Vec::new();
        for id in indexations_of(self.contract, sentence) {
            if let Some(Revisions::On(own)) = self.contract.indexations.get(id.index()).map(|found| &found.revisions) {
                days.extend(own);
            }
        }
        days.sort_unstable();
        days.dedup();
        days
    }

    fn adjustment(&mut self, step: &CheckedAdjustment, place: &Place) -> Adjustment {
        let what = match &step.what {
            CheckedAdjust::Limit(kind, value) => Adjust::Limit(*kind, self.formula(value, place)),
            CheckedAdjust::Exempt(kind, value) => Adjust::Exempt(*kind, self.formula(value, place)),
            CheckedAdjust::Rounded(rounding) => Adjust::Rounded(rounding.clone()),
            CheckedAdjust::Indexed(id) => Adjust::Indexed(*id),
        };
        Adjustment { what, span: step.span }
    }

    fn condition(&mut self, sentence: &CheckedSentence, place: &Place) -> Option<Formula> {
        match &sentence.opener {
            Opener::When(condition) => Some(self.formula(condition, place)),
            Opener::Always | Opener::On(..) | Opener::Outcome(..) | Opener::Each(_) => None,
        }
    }

    fn measured(&mut self, sentence: &CheckedSentence, place: &Place) -> Quantity {
        match &sentence.basis {
            Basis::For(value, size, part) => Quantity::Measured(Measured {
                formula: self.formula(value, place),
                per: size.clone(),
                part: *part,
                kind: value.kind.clone(),
            }),
            Basis::Once | Basis::Each | Basis::Event | Basis::While(..) | Basis::Lateness(..) => Quantity::One,
        }
    }

    fn amount(&mut self, sentence: &CheckedSentence, place: &Place) -> Amount {
        match &sentence.amount {
            CheckedAmount::Value(value) => Amount::Rate(self.rate(sentence, value, place)),
            CheckedAmount::Tiers(mode, tiers) => {
                let tiers = tiers
                    .iter()
                    .map(|tier| Tier {
                        span: tier.span,
                        low: tier.low.clone(),
                        high: tier.high.clone(),
                        of: tier.of.as_ref().map(|of| self.formula(of, place)),
                        price: self.rate(sentence, &tier.price, place),
                    })
                    .collect();
                Amount::Tiers(*mode, tiers)
            }
        }
    }

    /// A sentence whose quantity is a fold of its own.
    fn observed_sentence(
        &mut self,
        sentence: &CheckedSentence,
        observed: Observed,
        place: &Place,
    ) -> (Quantity, Amount, bool) {
        let in_walk = self.depends_on_asset(sentence);
        let mut fold = self.own_fold(sentence, observed);
        if in_walk {
            fold.priced = Some(self.price_in_walk(sentence));
            let each_asset = sentence.adjustments.iter().filter(|step| step.each_asset);
            fold.adjustments = each_asset.map(|step| self.adjustment(step, &Place::in_walk())).collect();
        }
        fold.ranked = self.ranked(&fold);
        let id = match self.amended.sentences.get(&sentence.id).cloned() {
            Some(governs) => self.add_governed_fold(fold, governs),
            None => self.add_fold(fold),
        };
        let amount = if in_walk { Amount::Priced(id) } else { self.amount(sentence, place) };
        (Quantity::Folded(id), amount, in_walk)
    }

    fn depends_on_asset(&self, sentence: &CheckedSentence) -> bool {
        let depends = |value: &Value| depends_on_asset(value, &self.contract.terms);
        let rate = match &sentence.amount {
            CheckedAmount::Value(value) => depends(value),
            CheckedAmount::Tiers(..) => false,
        };
        sentence.index_in_walk
            || rate
            || sentence.times.as_ref().is_some_and(depends)
            || sentence.adjustments.iter().any(|step| step.each_asset)
    }

    /// The amount of one occurrence: rate × units × factor. Where the factor is nothing no coefficient is needed.
    pub(crate) fn price_in_walk(&mut self, sentence: &CheckedSentence) -> Formula {
        let place = Place::in_walk();
        let last = self.rate_index(sentence).filter(|id| sentence.times.is_some() && !self.is_chained(sentence, *id));
        let rate = match &sentence.amount {
            CheckedAmount::Value(value) if last.is_some() => self.formula(value, &place),
            CheckedAmount::Value(value) => self.rate(sentence, value, &place),
            CheckedAmount::Tiers(..) => Formula::Constant(Literal::Quantity(Ratio::ZERO)),
        };
        let priced = Formula::Times(Box::new(rate), Box::new(Formula::Read(Read::Units)));
        let priced = match &sentence.times {
            Some(times) => Formula::Times(Box::new(priced), Box::new(self.formula(times, &place))),
            None => priced,
        };
        match last {
            Some(id) => indexed(priced, id),
            None => priced,
        }
    }

    /// The fold of a sentence, kept by its own groups and by those that another sentence asks its
    /// clause for.
    fn own_fold(&mut self, sentence: &CheckedSentence, observed: Observed) -> Fold {
        let mut dims = sentence.dims.clone();
        for asked in self.asked_groups(sentence.clause) {
            // The party of a line is known whatever names it.
            let kind = if let Trigger::Event(kind) = observed.trigger { Some(kind) } else { None };
            let named = self.shared_key(asked, observed.family).is_of(observed.family, kind);
            let of_line = !named && holds_party(&self.contract.families, &self.contract.kinds, asked);
            if !dims.contains(&asked) && !of_line {
                dims.push(asked);
            }
        }
        let keys: Vec<Dimension> = dims.iter().map(|dim| self.shared_key(*dim, observed.family)).collect();
        Fold {
            id: FoldId(0),
            label: self.quantity_words(sentence),
            span: sentence.span,
            family: observed.family,
            trigger: observed.trigger,
            filter: observed.filter,
            value: observed.value,
            weight: None,
            priced: None,
            adjustments: Vec::new(),
            cuts: if sentence.index_in_walk { self.revision_days(sentence) } else { Vec::new() },
            window: sentence.window,
            dims: dimensions(&dims),
            keys: dimensions(&keys),
            own: sentence.dims.len(),
            reads_parties: false,
            takes: self.serial_taking(sentence).map(|(deposit, _)| deposit),
            missing: MissingPolicy::Held,
            keep: Keep::Sums,
            ranked: None,
            kind: observed.kind,
        }
    }

    /// What a sentence observes by itself; `None` where it reads measures only.
    fn observed(&mut self, sentence: &CheckedSentence, place: &Place) -> Option<Observed> {
        if let Some(trigger) = self.deposit_trigger(sentence) {
            return Some(Observed {
                trigger,
                family: self.family_of_opener(&sentence.opener),
                filter: None,
                value: Formula::Read(Read::Units),
                kind: Kind::Number,
            });
        }
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, filter), basis) => Some(Observed {
                trigger: Trigger::Event(*kind),
                family: self.contract.kinds.get(kind.index()).and_then(|kind| kind.family),
                filter: filter.as_ref().map(|filter| self.formula(filter, place)),
                value: self.event_quantity(basis),
                kind: Kind::Number,
            }),
            (Opener::Outcome(obligation, outcome), _) => Some(Observed {
                trigger: Trigger::Outcome(*obligation, *outcome),
                family: self.contract.obligations.get(obligation.index()).map(|obligation| obligation.family),
                filter: None,
                value: crate::plan::aggregates::one(),
                kind: Kind::Number,
            }),
            (_, Basis::While(state, family, unit)) => {
                let (count, value, kind) = self.time_count(unit, sentence.window);
                Some(Observed {
                    trigger: Trigger::Held(state_expr(state), count),
                    family: Some(*family),
                    filter: None,
                    value,
                    kind,
                })
            }
            (_, Basis::Lateness(obligation, unit, size, part)) => Some(Observed {
                trigger: Trigger::Lateness {
                    obligation: *obligation,
                    unit: unit.clone(),
                    size: size.clone(),
                    part: *part,
                },
                family: self.contract.obligations.get(obligation.index()).map(|obligation| obligation.family),
                filter: None,
                value: Formula::Read(Read::Units),
                kind: Kind::Number,
            }),
            (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => None,
        }
    }

    /// What a sentence observes of deposits: those that it gives back; those that it takes, where one that is held
    /// covers the next.
    fn deposit_trigger(&self, sentence: &CheckedSentence) -> Option<Trigger> {
        if let Some(back) = sentence.gives_back {
            let deposit = DepositId::at(back.deposit);
            return Some(Trigger::Released { deposit, release: back.release, tells: back.tells });
        }
        let (id, taking) = self.serial_taking(sentence)?;
        let covers = self.contract.deposits.get(id.index())?.second == SecondDeposit::NotCharged;
        covers.then_some(Trigger::Taken(id, taking))
    }

    /// The deposit of the asset that a sentence takes, and its place among those that do.
    fn serial_taking(&self, sentence: &CheckedSentence) -> Option<(DepositId, usize)> {
        let all = self.contract.deposits.iter().enumerate();
        let mut serial = all.filter(|(_, deposit)| deposit.matching == Matching::Serial);
        serial.find_map(|(place, deposit)| {
            let taking = deposit.taken_by.iter().position(|id| *id == sentence.id)?;
            Some((DepositId::at(place), taking))
        })
    }

    fn family_of_opener(&self, opener: &Opener) -> Option<FamilyId> {
        match opener {
            Opener::On(kind, _) => self.contract.kinds.get(kind.index()).and_then(|kind| kind.family),
            Opener::Outcome(id, _) => self.contract.obligations.get(id.index()).map(|obligation| obligation.family),
            Opener::Always | Opener::When(_) | Opener::Each(_) => None,
        }
    }

    /// What one event adds: the size of its lot, or the units of a quantity that it carries.
    fn event_quantity(&mut self, basis: &Basis) -> Formula {
        match basis {
            Basis::For(value, size, part) => {
                let quantity = self.formula(value, &Place::in_walk());
                counted(quantity, size, part.unwrap_or(Part::ProRata))
            }
            Basis::Event => crate::plan::aggregates::one(),
            Basis::Once | Basis::Each | Basis::While(..) | Basis::Lateness(..) => Formula::Read(Read::LotQuantity),
        }
    }

    /// How time in a state counts: what the walk observes, and the quantity made of it.
    fn time_count(&self, unit: &TimeUnit, window: WindowKind) -> (HeldCount, Formula, Kind) {
        let units = Formula::Read(Read::Units);
        match unit {
            TimeUnit::Share { first, last } => {
                let count = HeldCount::ShareOfWindow { first: *first, last: *last, length: self.share_length(window) };
                (count, units, Kind::Number)
            }
            TimeUnit::Window(part) => {
                let count = match part {
                    Part::ProRata => HeldCount::ShareOfTime,
                    Part::Commenced => HeldCount::Touched,
                    Part::Completed => HeldCount::Filled,
                };
                (count, units, Kind::Number)
            }
            TimeUnit::Days { first, last } => {
                let count = HeldCount::Days { first: *first, last: *last };
                (count, units, Kind::Quantity(Unit::Day))
            }
            TimeUnit::BusinessDays { first, last } => {
                let count = HeldCount::BusinessDays { first: *first, last: *last };
                (count, units, Kind::Quantity(Unit::BusinessDay))
            }
            TimeUnit::Time(Unit::WorkingSecond(hours), size, part) => {
                (HeldCount::WorkingSeconds(hours.clone()), counted(units, size, *part), Kind::Number)
            }
            TimeUnit::Time(_, size, part) => (HeldCount::Seconds, counted(units, size, *part), Kind::Number),
        }
    }

    fn share_length(&self, window: WindowKind) -> ShareLength {
        let conventions = &self.contract.conventions;
        match window {
            WindowKind::Month => ShareLength::Month(conventions.month_of.unwrap_or(MonthLength::Actual)),
            WindowKind::Year | WindowKind::ContractYear => match conventions.year_of {
                Some(YearLength::Days365) => ShareLength::Days(365),
                Some(YearLength::Days360) => ShareLength::Days(360),
                Some(YearLength::Actual) | None => ShareLength::Actual,
            },
            WindowKind::Day
            | WindowKind::Week
            | WindowKind::Quarter
            | WindowKind::ContractMonth
            | WindowKind::ContractQuarter
            | WindowKind::Term
            | WindowKind::Rolling { .. } => ShareLength::Actual,
        }
    }

    /// The words for what a sentence counts.
    fn quantity_words(&self, sentence: &CheckedSentence) -> String {
        let contract = self.contract;
        if let Some(deposit) = sentence.gives_back.and_then(|back| contract.deposits.get(back.deposit)) {
            let clause = contract.clauses.get(deposit.clause.index()).map_or("", |clause| clause.number.as_str());
            return format!("deposits of clause {clause} that end");
        }
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), _) => {
                contract.kinds.get(kind.index()).map_or_else(String::new, |kind| format!("{} events", kind.name))
            }
            (Opener::Outcome(obligation, _), _) | (_, Basis::Lateness(obligation, ..)) => {
                let obligation = contract.obligations.get(obligation.index());
                obligation.map_or_else(String::new, |obligation| format!("lateness of {}", obligation.name))
            }
            (_, Basis::While(_, family, _)) => {
                let family = contract.families.get(family.index());
                family.map_or_else(String::new, |family| format!("time of each {}", family.name))
            }
            (_, Basis::Once | Basis::Each | Basis::Event | Basis::For(..)) => String::new(),
        }
    }

    /// One unit of the quantity in the reader's words.
    fn unit_words(&self, sentence: &CheckedSentence) -> String {
        let contract = self.contract;
        let family = |id: FamilyId| contract.families.get(id.index()).map_or("", |family| family.name.as_str());
        match (&sentence.opener, &sentence.basis) {
            (Opener::On(kind, _), basis) => {
                let counted = if let Basis::For(value, size, _) = basis { for_words(value, size) } else { None };
                let kind = contract.kinds.get(kind.index()).map(|kind| kind.family.map_or(kind.name.as_str(), family));
                counted.unwrap_or_else(|| kind.unwrap_or_default().to_owned())
            }
            (_, Basis::While(_, id, unit)) => {
                format!("{} × {}", family(*id), time_words(unit, sentence.window))
            }
            (_, Basis::Lateness(_, unit, size, _)) => size_words(unit, size),
            (_, Basis::For(value, size, _)) => for_words(value, size).unwrap_or_default(),
            (Opener::Outcome(..), _) | (_, Basis::Once | Basis::Each | Basis::Event) => String::new(),
        }
    }

    /// The groups for which other sentences ask what a clause charges.
    fn asked_groups(&self, clause: crate::base::ids::ClauseId) -> Vec<Dimension> {
        self.asked_groups.get(&clause).cloned().unwrap_or_default()
    }
}

/// One unit of what is paid for; none of a bare number or of money.
fn for_words(value: &Value, size: &Ratio) -> Option<String> {
    match &value.kind {
        Kind::Quantity(unit) => Some(size_words(unit, size)),
        Kind::Percentage => Some("point".to_owned()),
        Kind::Number
        | Kind::Money(_)
        | Kind::Text
        | Kind::Choice(_)
        | Kind::Flag
        | Kind::Date
        | Kind::Instant
        | Kind::Party => None,
    }
}

/// The formulas of a line whose groups make it.
fn read_by_line<'f>(condition: Option<&'f Formula>, quantity: &'f Quantity, amount: &'f Amount) -> Vec<&'f Formula> {
    let mut read: Vec<&Formula> = condition.into_iter().collect();
    match quantity {
        Quantity::Measured(measured) => read.push(&measured.formula),
        Quantity::One | Quantity::Folded(_) => {}
    }
    match amount {
        Amount::Rate(formula) => read.push(formula),
        Amount::Tiers(_, tiers) => read.extend(tiers.iter().flat_map(|tier| tier.of.iter().chain([&tier.price]))),
        Amount::Priced(_) => {}
    }
    read
}

fn time_words(unit: &TimeUnit, window: WindowKind) -> String {
    match unit {
        TimeUnit::Share { .. } | TimeUnit::Window(_) => window.word().to_owned(),
        TimeUnit::Days { .. } => "day".to_owned(),
        TimeUnit::BusinessDays { .. } => "business day".to_owned(),
        TimeUnit::Time(unit, size, _) => size_words(unit, size),
    }
}

/// `hour` for 3600 seconds, `block of 5 hours` as `5 hours`, `business day`, `page`.
fn size_words(unit: &Unit, size: &Ratio) -> String {
    unit.in_words(size)
}
