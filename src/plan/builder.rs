//! Assembles a plan from a checked contract.

use rustc_hash::FxHashMap;

use crate::base::ids::{ClauseId, FieldId, MeasureId, PartyId, TermId};
use crate::base::vocabulary::{
    AtOneInstant, AttributesRead, ConflictingRecords, Counts, Frequency, IndexBase, LatenessPaid, LimitsRead, Matching,
    Meet, ShortWindow,
};
use crate::base::window::{WindowKind, Windows};
use crate::check::contract::{self, CapIndex, Contract, Dimension, TermBody};
use crate::plan::aggregates::{dimensions, state_expr};
use crate::plan::amended::{Amended, amended, taking_back};
use crate::plan::carried::texts_of_cap;
use crate::plan::fold::{Fold, Same, StatePlan};
use crate::plan::formula::{Formula, Read};
use crate::plan::indexation::indexed;
use crate::plan::lower::{Place, clamped};
use crate::plan::obligation::Bearer;
use crate::plan::ranks::Rank;
use crate::plan::references::{asked_groups, measures_in_order};
use crate::plan::ties;
use crate::plan::{
    Clause, Empty, EventKind, Family, FirstWindow, Lots, Measure, Obligation, OwedBase, Owes, Party, Pause, Plan, Tax,
    Who,
};
use crate::plan::{order, references};

/// The plan under construction.
#[derive(Debug)]
pub(crate) struct Builder<'a> {
    /// The contract.
    pub(crate) contract: &'a Contract,
    /// What amendments make of the contract.
    pub(crate) amended: Amended,
    /// Folds so far.
    pub(crate) folds: Vec<Fold>,
    /// Ranks so far.
    pub(crate) ranks: Vec<Rank>,
    /// Measures so far.
    pub(crate) measures: Vec<Measure>,
    /// Ids of the measures so far.
    pub(crate) measure_ids: FxHashMap<TermId, MeasureId>,
    /// For each clause, the groups for which other sentences ask what it charges.
    pub(crate) asked_groups: FxHashMap<ClauseId, Vec<Dimension>>,
}

/// The plan of a contract for the settlement periods from `asked.0` to `asked.1`, as indices of
/// its rhythm; `digest` names the text.
#[must_use]
pub fn plan(contract: &Contract, asked: (i64, i64), digest: String) -> Plan {
    let mut builder = Builder {
        contract,
        amended: amended(contract),
        folds: Vec::new(),
        ranks: Vec::new(),
        measures: Vec::new(),
        measure_ids: FxHashMap::default(),
        asked_groups: asked_groups(contract),
    };
    for term in measures_in_order(contract) {
        builder.measure(term);
    }
    let states = builder.states();
    let obligations = builder.obligations();
    let deposits = builder.deposits();
    let sentences = contract.sentences.iter().map(|sentence| builder.sentence(sentence)).collect();
    let owes = contract.owes.iter().enumerate().map(|(place, owes)| builder.owes(place, owes)).collect();
    let rights = builder.rights();
    let meetings = taking_back(contract).map(|(_, meeting)| meeting_of(contract, meeting)).collect();
    let dispositions = builder.dispositions();
    let indexations = contract.indexations.iter().map(|indexation| builder.indexation(indexation)).collect();
    let conventions = &contract.conventions;
    let held = conventions.at_one_instant == Some(AtOneInstant::Held);
    let ties = if held { ties::ties((&states, &obligations), &deposits, &builder.folds) } else { Vec::new() };
    Plan {
        contract: contract.id.clone(),
        title: contract.title.clone(),
        digest,
        currency: contract.currency,
        zone: contract.zone,
        windows: windows(contract),
        calendar: contract.calendar.clone(),
        named_hours: contract.named_hours.clone(),
        settled: rhythm(contract.settled),
        payable_within: contract.payable_within,
        set_off: contract.set_off,
        corrected: conventions.corrected,
        asked,
        until: None,
        parties: contract.parties.iter().map(party).collect(),
        families: contract.families.iter().map(family).collect(),
        kinds: contract.kinds.iter().map(kind).collect(),
        states,
        folds: builder.folds,
        ranks: builder.ranks,
        amended: builder.amended,
        obligations,
        measures: builder.measures,
        series: contract.series.clone(),
        indexations,
        clauses: contract.clauses.iter().map(clause).collect(),
        sentences,
        owes,
        meetings,
        steps: order::steps(contract),
        rights,
        dispositions,
        deposits,
        lateness_when_it_ends: conventions.lateness == Some(LatenessPaid::WhenItEnds),
        holds_contested: conventions.conflicting_records == Some(ConflictingRecords::Held),
        limits_read: limits_read(conventions),
        records: conventions.records.clone(),
        ties,
        attributes_read: conventions.attributes_read.unwrap_or(AttributesRead::AtTheEvent),
        line_rounding: conventions.line_rounding.clone(),
        total_rounding: conventions.total_rounding.clone(),
        tax: tax(&conventions.taxes),
    }
}

/// The window kind of a rhythm of settlement.
#[must_use]
pub fn rhythm(settled: Frequency) -> WindowKind {
    match settled {
        Frequency::Monthly => WindowKind::Month,
        Frequency::Quarterly => WindowKind::Quarter,
        Frequency::Yearly => WindowKind::Year,
    }
}

impl Builder<'_> {
    fn measure(&mut self, id: TermId) {
        let contract = self.contract;
        let Some(term) = contract.term(id) else {
            return;
        };
        let TermBody::Measure(measure) = &term.body else {
            return;
        };
        let place = Place { window: measure.window, dims: measure.dims.clone(), each_step: None };
        let value = self.formula(&measure.value, &place);
        let at_least = measure.at_least.as_ref().map(|bound| self.formula(bound, &place));
        let at_most = measure.at_most.as_ref().map(|bound| self.formula(bound, &place));
        let rounded = match &measure.rounding {
            Some(rounding) => Formula::Rounded(Box::new(value), rounding.clone()),
            None => value,
        };
        let formula = clamped(rounded, at_least, at_most);
        let measure_id = MeasureId::at(self.measures.len());
        self.measures.push(Measure {
            id: measure_id,
            name: term.name.clone(),
            span: term.span,
            window: measure.window,
            dims: dimensions(&measure.dims),
            folds: self.folds_behind(&formula),
            empty: match &measure.empty {
                None | Some(contract::Empty::Held) => Empty::Held,
                Some(contract::Empty::NothingDue) => Empty::NothingDue,
                Some(contract::Empty::CountsAs(value)) => Empty::CountsAs(value.clone()),
            },
            short: measure.short.unwrap_or(ShortWindow::AsItIs),
            back: self.back(&formula),
            used_up: measure.used_up == Some(true),
            reach: self.reach(&formula, measure.window),
            formula,
            kind: measure.value.kind.clone(),
        });
        self.measure_ids.insert(id, measure_id);
    }

    /// The folds that a formula reads, directly or through measures.
    pub(crate) fn folds_behind(&self, formula: &Formula) -> Vec<crate::base::ids::FoldId> {
        let mut folds = Vec::new();
        references::leaves(formula, &mut |read| {
            if let Read::Observed(fold, _) = read {
                folds.push(*fold);
            }
            folds.extend(read.measure().into_iter().flat_map(|measure| self.folds_of_measure(measure)));
        });
        folds.sort_unstable();
        folds.dedup();
        folds
    }

    fn folds_of_measure(&self, measure: MeasureId) -> impl Iterator<Item = crate::base::ids::FoldId> {
        self.measures.get(measure.index()).into_iter().flat_map(|measure| measure.folds.iter().copied())
    }

    fn states(&mut self) -> Vec<StatePlan> {
        let contract = self.contract;
        let plan = |(index, state): (usize, &contract::PrimitiveState)| StatePlan {
            id: crate::base::ids::StateId::at(index),
            name: state.name.clone(),
            span: state.span,
            family: state.family,
            same: state.same.as_ref().map(|same| Same {
                from: same.from,
                to: same.to,
                attributes: same.attributes.clone(),
            }),
            from: self.point(&state.from),
            declared: match &state.declared {
                contract::Declared::Unsaid | contract::Declared::Anyone => None,
                contract::Declared::By(party, point) => Some((*party, self.point(point))),
            },
            to: self.point(&state.to),
            second_start: state.second_start,
            lone_end: state.lone_end,
            still_open: state.still_open,
        };
        contract.states.iter().enumerate().map(plan).collect()
    }

    fn obligations(&mut self) -> Vec<Obligation> {
        let contract = self.contract;
        let plan = |obligation: &contract::Obligation| Obligation {
            id: obligation.id,
            name: obligation.name.clone(),
            clause: obligation.clause,
            span: obligation.span,
            bearer: bearer(obligation),
            family: obligation.family,
            opens: self.point(&obligation.opens),
            done: self.point(&obligation.done),
            within: self.formula(&obligation.within, &Place::in_walk()),
            unit: obligation.unit.clone(),
            first_day_counted: obligation.first_day_counted,
            moves_to_business_day: obligation.moves_to_business_day,
            paused: obligation
                .paused
                .as_ref()
                .map(|(state, after_deadline)| Pause { state: state_expr(state), after_deadline: *after_deadline }),
            missed_after: obligation.missed_after.clone(),
            repeated: obligation.repeated,
            matched_by: obligation.matched_by,
        };
        contract.obligations.iter().map(plan).collect()
    }

    fn owes(&mut self, at: usize, owes: &contract::Owes) -> Owes {
        let place = Place { window: owes.window, dims: owes.dims.clone(), each_step: None };
        Owes {
            clause: owes.clause,
            span: owes.span,
            party: who(owes.party, &owes.dims),
            payee: who(owes.payee, &owes.dims),
            kind: owes.kind,
            amount: match owes.indexed {
                CapIndex::By(id) => indexed(self.formula(&owes.amount, &place), id),
                CapIndex::Unsaid | CapIndex::Not | CapIndex::Base(_) => self.formula(&owes.amount, &place),
            },
            before_index: owes.indexed == CapIndex::Base(IndexBase::BeforeIndexation),
            window: owes.window,
            rolling: owes.rolling,
            base: match &owes.base {
                contract::OwedBase::SoFar => OwedBase::SoFar,
                contract::OwedBase::Expected => OwedBase::Expected,
                contract::OwedBase::Previous(first) => OwedBase::Previous(match first {
                    contract::FirstWindow::SoFar => FirstWindow::SoFar,
                    contract::FirstWindow::Expected => FirstWindow::Expected,
                    contract::FirstWindow::Amount(amount) => FirstWindow::Amount(self.formula(amount, &place)),
                }),
            },
            dims: dimensions(&owes.dims),
            prorated: owes.prorated,
            carry: owes.carry,
            texts: texts_of_cap(self.contract, at),
            under: owes.under.clone(),
            netted: owes.netted.clone().unwrap_or_default(),
            rounding: self.contract.conventions.line_rounding.clone(),
        }
    }
}

/// When an attribute is read on which a limit depends, where the conventions say so.
fn limits_read(conventions: &contract::Conventions) -> Option<LimitsRead> {
    conventions.limits_read.or(match conventions.attributes_read {
        Some(AttributesRead::AtWindowStart) => Some(LimitsRead::AtWindowStart),
        Some(AttributesRead::AtTheEvent) | None => None,
    })
}

/// The tax that the conventions know; the checker has asked for all that a rate needs.
fn tax(taxes: &contract::Taxes) -> Option<Tax> {
    let (rounding, place) = taxes.rounding.clone()?;
    let amounts = taxes.amounts?;
    (!taxes.rates.is_empty()).then(|| Tax { rates: taxes.rates.clone(), amounts, rounding, place })
}

/// A party of a sentence with these groups.
pub(crate) fn who(who: contract::Who, dims: &[Dimension]) -> Who {
    match who {
        contract::Who::Party(party) => Who::Party(party),
        contract::Who::Group(dim) => Who::Group(dims.iter().position(|own| *own == dim).unwrap_or(usize::MAX)),
    }
}

/// Who owes an obligation: by the opening, or by an attribute with which it goes over.
fn bearer(obligation: &contract::Obligation) -> Bearer {
    let one = |dim| dimensions(&[dim]).into_iter().next();
    match (obligation.party, obligation.carried) {
        (contract::Who::Party(party), _) => Bearer::Party(party),
        (contract::Who::Group(_), Some(attribute)) => {
            Bearer::Holder(crate::plan::Dimension::Attribute(obligation.family, attribute))
        }
        (contract::Who::Group(dim), None) => one(dim).map_or(Bearer::Party(PartyId::UNKNOWN), Bearer::Opening),
    }
}

/// The meeting of clauses by which something is taken back.
fn meeting_of(contract: &Contract, meeting: &contract::Meeting) -> crate::plan::Meeting {
    let (instead, clauses) = match meeting.how {
        Meet::Replaces => (meeting.clauses.clone(), meeting.others.clone()),
        Meet::OnlyHigher | Meet::AddsTo => (Vec::new(), meeting.clauses.clone()),
    };
    crate::plan::Meeting {
        clause: meeting.clause,
        span: meeting.span,
        instead,
        clauses,
        window: meeting.window,
        dims: dimensions(&meeting.dims),
        rounding: contract.conventions.line_rounding.clone(),
    }
}

/// The windows of the contract.
fn windows(contract: &Contract) -> Windows {
    let month_end = contract.conventions.month_end.unwrap_or(crate::base::time::MonthEnd::LastDay);
    Windows::new(contract.zone, contract.term.0, contract.term.1, month_end)
}

fn party(party: &contract::Party) -> Party {
    Party { role: party.role.clone(), name: party.name.clone(), title: party.title.clone() }
}

fn family(family: &contract::Family) -> Family {
    Family {
        name: family.name.clone(),
        attributes: family.attributes.iter().map(shown).collect(),
        of_parties: family.of_parties,
        lots: family
            .lots
            .as_ref()
            .map(|lots| Lots { from: lots.from.clone(), order: lots.order.unwrap_or(Matching::OldestFirst) }),
    }
}

fn kind(kind: &contract::EventKind) -> EventKind {
    EventKind {
        name: kind.name.clone(),
        family: kind.family,
        fields: kind.fields.iter().map(shown).collect(),
        counts: kind.counts.unwrap_or(Counts::Occurred),
        sets: kind.sets.clone(),
        renames: kind.fields.iter().position(|field| field.identity.is_some()).map(FieldId::at),
    }
}

fn shown(field: &contract::Field) -> (String, crate::base::value::Kind) {
    (field.name.clone(), field.kind.clone())
}

fn clause(clause: &contract::Clause) -> Clause {
    Clause {
        id: clause.id,
        number: clause.number.clone(),
        title: clause.title.clone(),
        prose: clause.prose.clone(),
        span: clause.span,
    }
}
