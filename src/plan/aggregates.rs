//! Aggregates → folds and the figure that is read of them.

use crate::base::ids::{DepositId, FamilyId, FoldId, ObligationId};
use crate::base::number::Ratio;
use crate::base::quantity::Unit;
use crate::base::value::{Kind, Literal};
use crate::base::vocabulary::{Outcome, SecondStart};
use crate::check::contract::{Dimension as CheckedDimension, Who};
use crate::check::parties::sources;
use crate::check::value::{Aggregate, Level, Missing, Over, Point as CheckedPoint, State, Value, What};
use crate::plan::amended::Governs;
use crate::plan::builder::Builder;
use crate::plan::fold::{Dimension, Fold, HeldCount, Keep, MissingPolicy, Point, StateExpr, Trigger, Unread};
use crate::plan::formula::{Figure, Formula, Read};
use crate::plan::lower::Place;
use crate::plan::references::leaves;

/// The number one.
pub(crate) fn one() -> Formula {
    Formula::Constant(Literal::Quantity(Ratio::ONE))
}

impl Builder<'_> {
    /// The figure of an aggregate in the window and groups at hand.
    pub(crate) fn aggregate(&mut self, aggregate: &Aggregate, place: &Place) -> Formula {
        let fold = self.fold_of(aggregate, place);
        match aggregate.what {
            What::Count | What::Total => self.figure(fold, Figure::Sum),
            What::Least => self.figure(fold, Figure::Least),
            What::Greatest => self.figure(fold, Figure::Greatest),
            What::Latest => self.figure(fold, Figure::Latest),
            What::Percentile(rank, by) => self.figure(fold, Figure::Percentile(rank, by)),
            What::Mean if fold.weight.is_some() => {
                let total = self.figure(fold.clone(), Figure::Sum);
                ratio(total, self.figure(fold, Figure::Weight))
            }
            What::Mean => {
                let total = self.figure(fold.clone(), Figure::Sum);
                ratio(total, self.figure(fold, Figure::Count))
            }
            What::Share => self.share(&aggregate.over, fold),
        }
    }

    /// A part over all: of obligations, those that were met over these and those that were not.
    fn share(&mut self, over: &Over, fold: Fold) -> Formula {
        if let Over::Duties(duty, _) = over {
            let [met, failed] = self.met_or_not(*duty, fold).map(|fold| self.figure(fold, Figure::Sum));
            return ratio(met.clone(), Formula::Plus(Box::new(met), Box::new(failed)));
        }
        let all = share_base(&fold);
        let part = self.figure(fold, Figure::Sum);
        ratio(part, self.figure(all, Figure::Sum))
    }

    /// Those that were met, and those that were not, each once: when they come to be late, or missed at the deadline itself.
    fn met_or_not(&self, duty: ObligationId, met: Fold) -> [Fold; 2] {
        let obligation = self.contract.obligations.get(duty.index());
        let name = obligation.map_or("", |duty| duty.name.as_str());
        let at_once = obligation.and_then(|duty| duty.missed_after.as_ref()).is_some_and(|(after, _)| after.is_zero());
        let outcome = if at_once { Outcome::Missed } else { Outcome::Late };
        let failed =
            Fold { label: format!("{name} is not met"), trigger: Trigger::Outcome(duty, outcome), ..met.clone() };
        [Fold { label: format!("{name} is met"), ..met }, failed]
    }

    /// Whether members of families of parties owe an obligation.
    fn is_of_members(&self, duty: ObligationId) -> bool {
        let obligation = self.contract.obligations.get(duty.index());
        obligation.is_some_and(|duty| matches!(duty.party, Who::Group(_)))
    }

    fn figure(&mut self, fold: Fold, figure: Figure) -> Formula {
        Formula::Read(Read::Observed(self.add_fold(fold), figure))
    }

    /// Takes a fold in; one that observes the same is used again.
    pub(crate) fn add_fold(&mut self, mut fold: Fold) -> FoldId {
        fold.id = FoldId::at(self.folds.len());
        fold.reads_parties = reads_parties(&fold);
        let mut free = self.folds.iter().filter(|known| !self.amended.folds.contains_key(&known.id));
        let known = free.find(|known| observes_the_same(known, &fold));
        if let Some(known) = known {
            return known.id;
        }
        let id = fold.id;
        self.folds.push(fold);
        id
    }

    /// Adds the fold of one version of a clause: it stands for itself.
    pub(crate) fn add_governed_fold(&mut self, mut fold: Fold, governs: Governs) -> FoldId {
        fold.id = FoldId::at(self.folds.len());
        fold.reads_parties = reads_parties(&fold);
        let id = fold.id;
        self.folds.push(fold);
        self.amended.folds.insert(id, governs);
        id
    }

    fn fold_of(&mut self, aggregate: &Aggregate, place: &Place) -> Fold {
        let timeline = || match &aggregate.over {
            Over::Time(..) => asset_of(&place.dims),
            Over::Events(_) | Over::Spans(..) | Over::Meter(..) | Over::Level(..) | Over::Duties(..) => None,
        };
        let family = self.family_of(&aggregate.over).or_else(timeline);
        let trigger = self.trigger(aggregate, place);
        let filter = aggregate.filter.as_ref().map(|filter| self.formula(filter, place));
        let counted = matches!(aggregate.what, What::Count | What::Share);
        let value = match (&aggregate.value, &aggregate.over) {
            (_, Over::Meter(..) | Over::Level(..)) if !counted => Formula::Read(Read::Units),
            (Some(value), _) if !counted => self.observed_value(value, &aggregate.missing, place),
            (_, Over::Events(_)) if counted => Formula::Read(Read::LotQuantity),
            (_, Over::Time(..) | Over::Spans(..)) if !counted => Formula::Read(Read::Units),
            _ => one(),
        };
        let weight = aggregate.weight.as_ref().map(|weight| self.formula(weight, place));
        let value = match &weight {
            Some(weight) => Formula::Times(Box::new(value), Box::new(weight.clone())),
            None => value,
        };
        let keep = match aggregate.what {
            What::Least | What::Greatest | What::Latest => Keep::Extremes,
            What::Percentile(..) => Keep::Values,
            What::Count | What::Total | What::Mean | What::Share => Keep::Sums,
        };
        Fold {
            id: FoldId(0),
            label: aggregate.label.clone(),
            span: aggregate.span,
            family,
            trigger,
            filter,
            value,
            weight,
            priced: None,
            adjustments: Vec::new(),
            cuts: Vec::new(),
            window: place.window.counted_by(),
            dims: dimensions(&place.dims),
            keys: dimensions(&self.keys(&place.dims, &aggregate.over, family)),
            own: place.dims.len(),
            reads_parties: false,
            takes: None,
            missing: policy(&aggregate.missing),
            keep,
            ranked: None,
            kind: kind_of(aggregate),
        }
    }

    /// What gives the key of each group. The checker has seen that one field or attribute names the member of a family.
    fn keys(&self, dims: &[CheckedDimension], over: &Over, family: Option<FamilyId>) -> Vec<CheckedDimension> {
        let contract = self.contract;
        let kind = match over {
            Over::Events(kind) => Some(*kind),
            Over::Meter(..) | Over::Level(..) | Over::Time(..) | Over::Spans(..) | Over::Duties(..) => None,
        };
        let of_family = family.and_then(|family| Some((family, contract.families.get(family.index())?)));
        let of_kind = kind.and_then(|kind| contract.kinds.get(kind.index()));
        let bearer = match over {
            Over::Duties(duty, _) => Some(*duty).filter(|duty| self.is_of_members(*duty)),
            Over::Events(_) | Over::Meter(..) | Over::Level(..) | Over::Time(..) | Over::Spans(..) => None,
        };
        let key = |dim: &CheckedDimension| match dim {
            CheckedDimension::Asset(members)
                if contract.families.get(members.index()).is_some_and(|of| of.of_parties) =>
            {
                let named = || sources(*members, of_kind, kind, of_family).first().copied();
                bearer.map(CheckedDimension::Bearer).or_else(named).unwrap_or(*dim)
            }
            CheckedDimension::Attribute(..) => self.shared_key(*dim, family),
            CheckedDimension::Asset(_)
            | CheckedDimension::Field(..)
            | CheckedDimension::Event(_)
            | CheckedDimension::Decided(..)
            | CheckedDimension::Depositor(_)
            | CheckedDimension::Bearer(_) => *dim,
        };
        dims.iter().map(key).collect()
    }

    /// What gives the key of a group that several families have, for what happens to an asset of one of them.
    pub(crate) fn shared_key(&self, dim: CheckedDimension, family: Option<FamilyId>) -> CheckedDimension {
        let CheckedDimension::Attribute(own, place) = dim else { return dim };
        let of = |shared: &&Vec<_>| shared.contains(&(own, place));
        let mut others = self.contract.shared.iter().filter(of).flatten();
        let other = others.find(|(other, _)| Some(*other) == family && *other != own);
        other.map_or(dim, |(family, place)| CheckedDimension::Attribute(*family, *place))
    }

    fn observed_value(&mut self, value: &Value, missing: &Missing, place: &Place) -> Formula {
        let observed = self.formula(value, place);
        match missing {
            Missing::CountsAs(default) => {
                let default = self.formula(default, place);
                Formula::OrElse(Box::new(observed), Box::new(default))
            }
            Missing::Never | Missing::AddsNothing | Missing::Held | Missing::Estimated(_) => observed,
        }
    }

    fn trigger(&mut self, aggregate: &Aggregate, place: &Place) -> Trigger {
        match &aggregate.over {
            Over::Events(kind) => Trigger::Event(*kind),
            Over::Duties(duty, outcome) => Trigger::Outcome(*duty, *outcome),
            Over::Time(state, Unit::WorkingSecond(hours)) => {
                Trigger::Held(state_expr(state), HeldCount::WorkingSeconds(hours.clone()))
            }
            Over::Time(state, _) => Trigger::Held(state_expr(state), HeldCount::Seconds),
            Over::Spans(from, to, unit) => Trigger::Between {
                from: self.point(from),
                to: self.point(to),
                unit: unit.clone(),
                second_start: self.contract.conventions.second_start.unwrap_or(SecondStart::ChangesNothing),
            },
            Over::Level(kind, field, level) => self.level(*kind, *field, level),
            Over::Meter(kind, field, across) => Trigger::Meter {
                kind: *kind,
                field: *field,
                resets: self.resets(*kind, *field),
                across: *across,
                sources: self.contract.conventions.conflicting_readings.clone().unwrap_or_default(),
                unread: match &aggregate.missing {
                    Missing::Estimated(months) => Unread::Estimated(*months),
                    Missing::CountsAs(value) => Unread::CountsAs(self.formula(value, place)),
                    Missing::Never | Missing::AddsNothing | Missing::Held => Unread::Missing,
                },
            },
        }
    }

    fn level(&self, kind: crate::base::ids::KindId, field: crate::base::ids::FieldId, level: &Level) -> Trigger {
        Trigger::Level {
            kind,
            field,
            between: level.between,
            unit: level.unit.clone(),
            size: level.size.clone(),
            sources: self.contract.conventions.conflicting_readings.clone().unwrap_or_default(),
        }
    }

    fn resets(
        &self,
        kind: crate::base::ids::KindId,
        field: crate::base::ids::FieldId,
    ) -> Vec<crate::base::ids::KindId> {
        let kind = self.contract.kinds.get(kind.index());
        kind.and_then(|kind| kind.fields.get(field.index())).map(|field| field.resets.clone()).unwrap_or_default()
    }

    /// A point in the life of an asset.
    pub(crate) fn point(&mut self, point: &CheckedPoint) -> Point {
        match point {
            CheckedPoint::Attribute(attribute) => Point::Attribute(*attribute),
            CheckedPoint::AnyOf(points) => Point::AnyOf(points.iter().map(|point| self.point(point)).collect()),
            CheckedPoint::Event { kind, filter, after } => Point::Event {
                kind: *kind,
                filter: filter.as_ref().map(|filter| self.formula(filter, &Place::in_walk())),
                after: after.clone(),
            },
        }
    }

    fn family_of(&self, over: &Over) -> Option<FamilyId> {
        let of_kind =
            |kind: crate::base::ids::KindId| self.contract.kinds.get(kind.index()).and_then(|kind| kind.family);
        match over {
            Over::Events(kind) | Over::Meter(kind, ..) | Over::Level(kind, ..) => of_kind(*kind),
            Over::Time(state, _) => self.family_of_state(state),
            Over::Duties(duty, _) => self.contract.obligations.get(duty.index()).map(|duty| duty.family),
            Over::Spans(from, to, _) => [from, to].into_iter().find_map(|point| match point {
                CheckedPoint::Event { kind, .. } => of_kind(*kind),
                CheckedPoint::Attribute(_) | CheckedPoint::AnyOf(_) => None,
            }),
        }
    }

    /// The family of the primitive states of a state.
    pub(crate) fn family_of_state(&self, state: &State) -> Option<FamilyId> {
        match state {
            State::In(id) => self.contract.state(*id).and_then(|state| state.family),
            State::Member => None,
            State::Not(state) => self.family_of_state(state),
            State::And(states) | State::Or(states) => states.iter().find_map(|state| self.family_of_state(state)),
        }
    }
}

impl Place {
    /// Inside the walk there is no window at hand.
    pub(crate) fn in_walk() -> Self {
        Self { window: crate::base::window::WindowKind::Term, dims: Vec::new(), each_step: None }
    }
}

/// A state made of primitive ones.
pub(crate) fn state_expr(state: &State) -> StateExpr {
    match state {
        State::In(id) => StateExpr::In(*id),
        State::Member => StateExpr::Member,
        State::Not(state) => StateExpr::Not(Box::new(state_expr(state))),
        State::And(states) => StateExpr::And(states.iter().map(state_expr).collect()),
        State::Or(states) => StateExpr::Or(states.iter().map(state_expr).collect()),
    }
}

/// The groups of a tally.
pub(crate) fn dimensions(dims: &[CheckedDimension]) -> Vec<Dimension> {
    let one = |dim: &CheckedDimension| match *dim {
        CheckedDimension::Asset(family) => Dimension::Asset(family),
        CheckedDimension::Attribute(family, attribute) => Dimension::Attribute(family, attribute),
        CheckedDimension::Field(kind, field) => Dimension::Field(kind, field),
        CheckedDimension::Event(kind) => Dimension::Event(kind),
        CheckedDimension::Decided(_, decision, output) => Dimension::Decided(decision, output),
        CheckedDimension::Depositor(place) => Dimension::Depositor(DepositId::at(place)),
        CheckedDimension::Bearer(duty) => Dimension::Bearer(duty),
    };
    dims.iter().map(one).collect()
}

/// The base of a share: the occurrences whose filter can be told either way.
fn share_base(part: &Fold) -> Fold {
    let either = |filter: &Formula| Formula::Or(vec![filter.clone(), Formula::Not(Box::new(filter.clone()))]);
    Fold {
        label: format!("number that `{}` is a part of", part.label),
        filter: match part.missing {
            MissingPolicy::AddsNothing => part.filter.as_ref().map(either),
            MissingPolicy::Held => None,
        },
        ..part.clone()
    }
}

fn ratio(part: Formula, whole: Formula) -> Formula {
    Formula::Over(Box::new(part), Box::new(whole))
}

fn policy(missing: &Missing) -> MissingPolicy {
    match missing {
        Missing::AddsNothing => MissingPolicy::AddsNothing,
        Missing::Never | Missing::Held | Missing::CountsAs(_) | Missing::Estimated(_) => MissingPolicy::Held,
    }
}

fn kind_of(aggregate: &Aggregate) -> Kind {
    match (&aggregate.value, &aggregate.over) {
        (Some(value), _) => value.kind.clone(),
        (None, Over::Time(_, unit) | Over::Spans(_, _, unit)) => Kind::Quantity(unit.clone()),
        (None, Over::Events(_) | Over::Meter(..) | Over::Level(..) | Over::Duties(..)) => Kind::Number,
    }
}

/// The family whose assets are the groups.
fn asset_of(dims: &[CheckedDimension]) -> Option<FamilyId> {
    dims.iter().find_map(|dim| if let CheckedDimension::Asset(family) = dim { Some(*family) } else { None })
}

/// Whether an occurrence is counted or priced by an attribute of a party.
fn reads_parties(fold: &Fold) -> bool {
    let mut found = false;
    let limits = fold.adjustments.iter().filter_map(|step| step.what.formula());
    for formula in [&fold.value].into_iter().chain(&fold.filter).chain(&fold.weight).chain(&fold.priced).chain(limits) {
        leaves(formula, &mut |read| found |= matches!(read, Read::OfParty(..)));
    }
    found
}

fn observes_the_same(a: &Fold, b: &Fold) -> bool {
    let plain = |fold: &Fold| Fold { id: FoldId(0), label: String::new(), span: a.span, ..fold.clone() };
    plain(a) == plain(b)
}
