//! Values: read from what is at hand, computed one node at a time.

use std::cmp::Ordering;

use consigne::base::ids::{AttributeId, ClauseId, FamilyId, PartyId, TermId};
use consigne::base::number::Ratio;
use consigne::base::quantity::Unit;
use consigne::base::time::{Date, Instant};
use consigne::base::value::{Cell, Comparison, Literal};
use consigne::base::vocabulary::{Among, Beyond, Operator, ShortWindow};
use consigne::base::window::WindowKind;
use consigne::check::contract::{Dimension, Empty, Measure, TermBody};
use consigne::check::value::{Card, Node, OverAll, Past, Value};

use super::World;
use super::calendar::{self, Window};
use super::facts::Event;
use super::indexation::Coefficient;
use super::limits::Limited;

/// A value.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(crate) enum Datum {
    Number(Ratio),
    Choice(u32),
    Flag(bool),
    Date(Date),
    Instant(Instant),
    Text(String),
    Party(PartyId),
    /// An asset, where groups are by asset.
    Asset(String),
    /// An event, by its instant and record, where groups are by event.
    Event(Instant, String, String),
}

/// Why there is no value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Gap {
    /// An optional field or an attribute is not known.
    Absent,
    /// A divisor is zero, or there is no event to take a mean, share or extreme of.
    Empty,
    /// `empty : nothing due`
    NotDue,
    /// The lines that depend on it wait.
    Held,
}

pub(crate) type Found<T> = Result<T, Gap>;

/// A group: the value of each dimension, `None` where it is not known.
pub(crate) type Group = Vec<(Dimension, Option<Datum>)>;

/// What is at hand where a value is read.
#[derive(Clone, Debug)]
pub(crate) struct Hand<'e> {
    pub(crate) asset: Option<&'e str>,
    pub(crate) event: Option<&'e Event>,
    pub(crate) at: Instant,
    pub(crate) window: Option<Window>,
    pub(crate) group: Group,
    /// The day of which a coefficient is, where it is another one.
    pub(crate) on: Option<Date>,
    /// The how-manieth unit of its lot.
    pub(crate) unit: i64,
    /// The first day that counts of what is used up once credited.
    pub(crate) since: Option<Date>,
    /// The deposit that ends.
    pub(crate) deposit: Option<&'e super::deposits::Held>,
    /// When it is, where attributes are read at another instant: whose it is goes by that.
    pub(crate) now: Option<Instant>,
    /// Who owes the obligation.
    pub(crate) bearer: Option<Datum>,
    /// The limit of which it is the amount.
    pub(crate) limit: Option<Limited<'e>>,
    /// The coefficient that is computed.
    pub(crate) coefficient: Option<Coefficient<'e>>,
}

impl<'e> Hand<'e> {
    /// Nothing but an instant.
    fn at(at: Instant) -> Self {
        Self {
            asset: None,
            event: None,
            at,
            window: None,
            group: Group::new(),
            on: None,
            unit: 0,
            since: None,
            deposit: None,
            now: None,
            bearer: None,
            limit: None,
            coefficient: None,
        }
    }

    pub(crate) fn of_event(event: &'e Event) -> Self {
        Self { asset: event.asset.as_deref(), event: Some(event), ..Self::at(event.at) }
    }

    pub(crate) fn of_asset(asset: &'e str, at: Instant) -> Self {
        Self::of_subject(Some(asset), at)
    }

    /// Of an asset, or of what is not told apart.
    pub(crate) fn of_subject(asset: Option<&'e str>, at: Instant) -> Self {
        Self { asset, ..Self::at(at) }
    }

    pub(crate) fn of_window(window: Window, group: &Group) -> Self {
        Self { window: Some(window), group: group.clone(), ..Self::at(Instant(0)) }
    }

    /// "`rounded to … at every step`: each product, quotient and sum of the formula is."
    fn stepped(&self, found: Ratio) -> Ratio {
        match self.coefficient.and_then(|of| of.each) {
            Some(how) => super::money::rounded(&found, how),
            None => found,
        }
    }

    /// In the coefficient of an indexation.
    pub(crate) fn of_coefficient(of: Coefficient<'e>) -> Self {
        Self { coefficient: Some(of), ..Self::at(Instant(0)) }
    }
}

pub(crate) fn literal(literal: &Literal) -> Datum {
    match literal {
        Literal::Quantity(number) => Datum::Number(number.clone()),
        Literal::Text(text) => Datum::Text(text.clone()),
        Literal::Choice(place) => Datum::Choice(*place),
        Literal::Flag(flag) => Datum::Flag(*flag),
        Literal::Date(date) => Datum::Date(*date),
        Literal::Instant(instant) => Datum::Instant(*instant),
        Literal::Party(party) => Datum::Party(*party),
    }
}

/// Whether a cell takes a value.
pub(crate) fn takes(cell: &Cell, value: &Datum) -> bool {
    let is_one = |list: &[Literal]| list.iter().any(|one| literal(one) == *value);
    match cell {
        Cell::Anything => true,
        Cell::OneOf(list) => is_one(list),
        Cell::NoneOf(list) => !is_one(list),
        // "`from X`: belongs to the band; `above X`: does not; `up to X`: belongs; `below X`: does not"
        Cell::Range { low, high } => {
            let above = low.as_ref().is_none_or(|(bound, included)| match value.cmp(&literal(bound)) {
                Ordering::Less => false,
                Ordering::Equal => *included,
                Ordering::Greater => true,
            });
            let below = high.as_ref().is_none_or(|(bound, included)| match value.cmp(&literal(bound)) {
                Ordering::Less => true,
                Ordering::Equal => *included,
                Ordering::Greater => false,
            });
            above && below
        }
    }
}

impl World<'_> {
    /// A number.
    pub(crate) fn number(&self, value: &Value, hand: &Hand<'_>) -> Found<Ratio> {
        match self.value(value, hand)? {
            Datum::Number(number) => Ok(number),
            other => panic!("check refuses {other:?} as a number"),
        }
    }

    /// A condition.
    pub(crate) fn holds(&self, value: &Value, hand: &Hand<'_>) -> Found<bool> {
        match self.value(value, hand)? {
            Datum::Flag(flag) => Ok(flag),
            other => panic!("check refuses {other:?} as a condition"),
        }
    }

    /// Any value.
    pub(crate) fn value(&self, value: &Value, hand: &Hand<'_>) -> Found<Datum> {
        match &*value.node {
            Node::Literal(text) => Ok(literal(text)),
            Node::Field(kind, field) => match hand.event {
                Some(event) if event.kind == *kind => event.fields[field.index()].clone().ok_or(Gap::Absent),
                Some(_) | None => match hand.group.iter().find(|(dim, _)| *dim == Dimension::Field(*kind, *field)) {
                    Some((_, value)) => value.clone().ok_or(Gap::Held),
                    None => panic!("check refuses a field of another event"),
                },
            },
            Node::Attribute(family, attribute) => self.attribute_at_hand(*family, *attribute, hand),
            Node::Term(term) => self.term(*term, hand),
            Node::Looked(term, keys) => {
                let TermBody::Value(value) = &self.contract.terms[term.index()].body else {
                    panic!("check refuses to ask what is no card");
                };
                let Node::Card(card) = &*value.node else { panic!("check refuses to ask what is no card") };
                let keys: Found<Vec<Datum>> = keys.iter().map(|key| self.value(key, hand)).collect();
                self.row(card, &keys?, hand)
            }
            Node::Aggregate(aggregate) => match hand.window {
                Some(window) => self.aggregate(aggregate, window, &hand.group).map(Datum::Number),
                None => panic!("check refuses an aggregate without a window"),
            },
            Node::Past(past) => self.past(past, hand).map(Datum::Number),
            Node::OverAll(over) => self.over_all(over, hand).map(Datum::Number),
            Node::Clause(clause, back) => self.clause_read(*clause, *back, hand).map(Datum::Number),
            // "the length of the window, as time of the clock"
            Node::WindowLength(unit) => match (hand.window, unit) {
                (Some(window), Unit::Second) => Ok(Datum::Number(calendar::bounds(self.contract, window).seconds())),
                _ => panic!("check refuses the length of no window, and has it in seconds"),
            },
            Node::Since(date) => self.since(date, hand).map(Datum::Number),
            Node::Decided(table, output) => self.decided(*table, *output, hand),
            Node::Deposit | Node::DepositPaid => match hand.deposit {
                Some(held) if matches!(&*value.node, Node::Deposit) => held.amount.clone().map(Datum::Number),
                Some(held) => Ok(Datum::Instant(held.paid)),
                None => panic!("check refuses a deposit that is not at hand"),
            },
            Node::Judged(obligation, otherwise) => self.judged(*obligation, otherwise, hand),
            // "What the clause would charge with a coefficient of 1."
            Node::Coefficient(_) if self.plain.get() => Ok(Datum::Number(Ratio::ONE)),
            Node::Coefficient(id) => self.coefficient(*id, self.day_of(hand)).map(Datum::Number),
            Node::Series(series, month) => match &hand.coefficient {
                Some(of) => self.index_in(*of, *series, *month).map(Datum::Number),
                None => panic!("check refuses an index outside of a coefficient"),
            },
            Node::Rank(rank) => self.rank(rank, hand).map(Datum::Number),
            Node::OfParty(party, _, attribute) => self.of_party(party, attribute.index(), hand),
            Node::Negated(_)
            | Node::Arithmetic(..)
            | Node::Beyond(..)
            | Node::Compare(..)
            | Node::Present(_)
            | Node::In(..)
            | Node::Not(_)
            | Node::And(_)
            | Node::Or(_)
            | Node::Card(_) => self.computed(value, hand),
        }
    }

    /// What a clause charged: "in the window and group of the sentence that reads it", or as a limit has it.
    fn clause_read(&self, clause: ClauseId, back: i64, hand: &Hand<'_>) -> Found<Ratio> {
        if let Some(limit) = hand.limit {
            return self.charged_for_limit(limit, clause, &hand.group);
        }
        let window = calendar::earlier(self.contract, self.window_at(hand), back);
        self.charged(clause, window, &hand.group, self.reads_plain.get())
    }

    /// Months since a day.
    fn since(&self, date: &Value, hand: &Hand<'_>) -> Found<Ratio> {
        let zone = self.contract.zone;
        let from = match self.value(date, hand)? {
            Datum::Date(date) => date,
            Datum::Instant(at) => zone.date_of(at),
            other => panic!("check refuses the time since {other:?}"),
        };
        Ok(calendar::months_between(from, zone.date_of(hand.at)))
    }

    fn of_party(&self, party: &Value, attribute: usize, hand: &Hand<'_>) -> Found<Datum> {
        match self.value(party, hand)? {
            Datum::Asset(member) if hand.asset.is_some() || hand.event.is_some() => {
                self.attribute(&member, attribute, hand.at).ok_or(Gap::Absent)
            }
            Datum::Asset(member) => match hand.window {
                Some(window) => self.attribute_for_limit(&member, attribute, (window, hand.at)),
                None => panic!("check refuses an attribute of a party without a window"),
            },
            other => panic!("check refuses an attribute of {other:?}"),
        }
    }

    fn computed(&self, value: &Value, hand: &Hand<'_>) -> Found<Datum> {
        match &*value.node {
            Node::Negated(a) => Ok(Datum::Number(self.number(a, hand)?.negated())),
            Node::Arithmetic(operator, a, b) => {
                let (a, b) = (self.number(a, hand)?, self.number(b, hand)?);
                let found = match operator {
                    Operator::Plus => a.plus(&b),
                    Operator::Minus => a.minus(&b),
                    Operator::Times => a.times(&b),
                    Operator::Over => a.over(&b).ok_or(Gap::Empty)?,
                };
                Ok(Datum::Number(hand.stepped(found)))
            }
            // "`shortfall of X below Y` is Y − X where X is below Y, else zero; `excess of X over Y` is X − Y where X
            // is above Y, else zero"
            Node::Beyond(which, a, b) => {
                let (a, b) = (self.number(a, hand)?, self.number(b, hand)?);
                let beyond = match which {
                    Beyond::Shortfall => b.minus(&a),
                    Beyond::Excess => a.minus(&b),
                };
                Ok(Datum::Number(hand.stepped(if beyond.is_negative() { Ratio::ZERO } else { beyond })))
            }
            Node::Compare(how, a, b) => {
                let order = self.value(a, hand)?.cmp(&self.value(b, hand)?);
                Ok(Datum::Flag(match how {
                    Comparison::Equal => order == Ordering::Equal,
                    Comparison::NotEqual => order != Ordering::Equal,
                    Comparison::AtLeast => order != Ordering::Less,
                    Comparison::AtMost => order != Ordering::Greater,
                    Comparison::Above => order == Ordering::Greater,
                    Comparison::Below => order == Ordering::Less,
                }))
            }
            Node::Present(a) => match self.value(a, hand) {
                Ok(_) => Ok(Datum::Flag(true)),
                Err(Gap::Absent) => Ok(Datum::Flag(false)),
                Err(gap) => Err(gap),
            },
            Node::In(a, list) => {
                let a = self.value(a, hand)?;
                let list: Found<Vec<Datum>> = list.iter().map(|one| self.value(one, hand)).collect();
                Ok(Datum::Flag(list?.contains(&a)))
            }
            Node::Not(a) => Ok(Datum::Flag(!self.holds(a, hand)?)),
            Node::And(parts) => {
                for part in parts {
                    if !self.holds(part, hand)? {
                        return Ok(Datum::Flag(false));
                    }
                }
                Ok(Datum::Flag(true))
            }
            Node::Or(parts) => {
                for part in parts {
                    if self.holds(part, hand)? {
                        return Ok(Datum::Flag(true));
                    }
                }
                Ok(Datum::Flag(false))
            }
            Node::Card(card) => {
                let keys: Found<Vec<Datum>> = card.columns.iter().map(|(_, column)| self.value(column, hand)).collect();
                self.row(card, &keys?, hand)
            }
            _ => unreachable!("`value` sends only these here"),
        }
    }

    /// "`by VALUE { … }` takes one of its rows."
    fn row(&self, card: &Card, keys: &[Datum], hand: &Hand<'_>) -> Found<Datum> {
        let fits = |cells: &[Cell]| cells.iter().zip(keys).all(|(cell, key)| takes(cell, key));
        match card.rows.iter().find(|row| fits(&row.cells)) {
            Some(row) => self.value(&row.value, hand),
            None => Err(Gap::Held),
        }
    }

    fn attribute_at_hand(&self, family: FamilyId, attribute: AttributeId, hand: &Hand<'_>) -> Found<Datum> {
        if let Some(asset) = hand.asset {
            return self.attribute(asset, attribute.index(), hand.at).ok_or(Gap::Absent);
        }
        // "a number counted `per site` reads the row of its site"
        let dim = Dimension::Attribute(family, attribute);
        if let Some((_, value)) = hand.group.iter().find(|(known, _)| self.is_one_group(*known, dim)) {
            return value.clone().ok_or(Gap::Held);
        }
        match hand.group.iter().find(|(known, _)| *known == Dimension::Asset(family)) {
            Some((_, Some(Datum::Asset(asset)))) => match hand.window {
                Some(window) => self.attribute_for_limit(asset, attribute.index(), (window, hand.at)),
                None => panic!("check refuses an attribute of a group without a window"),
            },
            Some(_) => Err(Gap::Held),
            None => panic!("check refuses an attribute without an asset"),
        }
    }

    fn term(&self, term: TermId, hand: &Hand<'_>) -> Found<Datum> {
        match &self.contract.terms[term.index()].body {
            // What has a name is no step of a coefficient.
            TermBody::Value(value) => match hand.coefficient {
                Some(of) => self.value(value, &Hand::of_coefficient(of.exact())),
                None => self.value(value, hand),
            },
            TermBody::Unit(size, _) => Ok(Datum::Number(size.clone())),
            TermBody::State(_) => panic!("check refuses a state as a value"),
            TermBody::Measure(measure) => {
                self.measure(term, measure, self.window_at(hand), (&hand.group, hand.since)).map(Datum::Number)
            }
        }
    }

    /// A number observed from events, in a window and group.
    pub(crate) fn measure(
        &self,
        term: TermId,
        measure: &Measure,
        window: Window,
        (group, since): (&Group, Option<Date>),
    ) -> Found<Ratio> {
        let window = self.window_of(measure, window);
        let mut own = Group::new();
        for dim in &measure.dims {
            match group.iter().find(|(known, _)| self.is_one_group(*known, *dim)) {
                Some((_, key)) => own.push((*dim, key.clone())),
                None => panic!("check refuses a number of finer groups"),
            }
        }
        let words = self.group_text(&own);
        let is_assumed = |known: &&super::Assumed| {
            let name = self.contract.terms[term.index()].name == known.name;
            let group = known.group.as_ref().is_none_or(|group| *group == words);
            name && group && known.day.is_none_or(|day| calendar::window(self.contract, window.kind, day) == window)
        };
        if let Some(known) = self.assumed.iter().rev().find(is_assumed) {
            return Ok(known.value.clone());
        }
        // "`a short window : …` says what the number is then"
        let rest = Self::reaches_back(&measure.value);
        let rolls = matches!(measure.window, WindowKind::Rolling { .. });
        let first = calendar::earlier(self.contract, window, rest);
        // Of a rolling window a part lies before the term, of earlier windows some lie there as a whole.
        if first.last < self.contract.term.0 || (rolls && window.first < self.contract.term.0) {
            match measure.short {
                Some(ShortWindow::NothingDue) => return Err(Gap::NotDue),
                Some(ShortWindow::Held) => return Err(Gap::Held),
                Some(ShortWindow::AsItIs) | None => {}
            }
        }
        // "`used up once credited`: only later months count"
        let window = match since {
            Some(since) if measure.used_up == Some(true) => Window { first: window.first.max(since), ..window },
            Some(_) | None => window,
        };
        let key = (term.index(), window, own.clone());
        if let Some(known) = self.measured.borrow().get(&key) {
            return known.clone();
        }
        let found = self.fresh(measure, window, &own);
        self.measured.borrow_mut().insert(key, found.clone());
        found
    }

    /// The window of a number where one is at hand. "so many months that end with each settlement period"
    pub(crate) fn window_of(&self, measure: &Measure, window: Window) -> Window {
        let rolls = matches!(measure.window, WindowKind::Rolling { .. });
        let ends_with_it = rolls && window.kind == calendar::rhythm(self.contract);
        let (own, at_hand) = (measure.window, window.kind);
        assert!(own == at_hand || ends_with_it, "check refuses a number per {own:?} in a window per {at_hand:?}");
        calendar::window(self.contract, own, window.last)
    }

    /// The window of what is at hand: of an event or an obligation that of the line.
    fn window_at(&self, hand: &Hand<'_>) -> Window {
        hand.window.or(self.line.get()).expect("check refuses a number or a clause where there is no window")
    }

    /// How many windows back a number reads another one.
    fn reaches_back(value: &Value) -> i64 {
        let own = match &*value.node {
            Node::Past(past) => past.from,
            _ => 0,
        };
        value.node.parts().into_iter().map(Self::reaches_back).fold(own, i64::max)
    }

    fn fresh(&self, measure: &Measure, window: Window, group: &Group) -> Found<Ratio> {
        let hand = Hand::of_window(window, group);
        let computed = self.number(&measure.value, &hand).and_then(|number| {
            let mut number = match &measure.rounding {
                Some(rounding) => super::money::rounded(&number, rounding),
                None => number,
            };
            // "the number is never below, never above"
            if let Some(least) = &measure.at_least {
                number = number.max(self.number(least, &hand)?);
            }
            if let Some(greatest) = &measure.at_most {
                number = number.min(self.number(greatest, &hand)?);
            }
            Ok(number)
        });
        match (computed, &measure.empty) {
            (Err(Gap::Empty), Some(Empty::NothingDue)) => Err(Gap::NotDue),
            (Err(Gap::Empty), Some(Empty::CountsAs(Literal::Quantity(value)))) => Ok(value.clone()),
            (Err(Gap::Empty | Gap::Absent), _) => Err(Gap::Held),
            (other, _) => other,
        }
    }

    /// "`least of NAME over the last 3 months`: the least of this window and the two before it." "Windows in which the
    /// number is empty and nothing is due are left out. At the beginning of the term windows are missing: `a short
    /// window : …` says what the number is then."
    fn past(&self, past: &Past, hand: &Hand<'_>) -> Found<Ratio> {
        let (Some(window), TermBody::Measure(measure)) = (hand.window, &self.contract.terms[past.term.index()].body)
        else {
            panic!("check refuses an earlier number without a window");
        };
        let mut numbers = Vec::new();
        for back in past.to..=past.from {
            let earlier = calendar::earlier(self.contract, window, back);
            if earlier.last < self.contract.term.0 {
                continue;
            }
            match self.measure(past.term, measure, earlier, (&hand.group, None)) {
                Ok(number) => numbers.push((number, Ratio::ONE)),
                Err(Gap::NotDue) => {}
                Err(gap) => return Err(gap),
            }
        }
        among(past.among, &numbers)
    }

    /// "`mean of NAME over all sites` takes the figures of a finer number, one for each of its groups. Groups for which
    /// the number is empty and nothing is due are left out."
    fn over_all(&self, over: &OverAll, hand: &Hand<'_>) -> Found<Ratio> {
        let (Some(window), TermBody::Measure(measure)) = (hand.window, &self.contract.terms[over.term.index()].body)
        else {
            panic!("check refuses a number over groups without a window");
        };
        // Nobody can list the groups of what was not recorded.
        if self.reaches_unrecorded(&measure.value, window)? {
            return Err(Gap::Held);
        }
        let mut numbers = Vec::new();
        for group in self.groups_of(over.term, measure, window)? {
            if !hand.group.iter().all(|known| group.contains(known)) {
                continue;
            }
            let weight = match over.weight {
                None => Ok(Ratio::ONE),
                Some(term) => match &self.contract.terms[term.index()].body {
                    TermBody::Measure(measure) => self.measure(term, measure, window, (&group, None)),
                    _ => panic!("check refuses a weight that is no number"),
                },
            };
            match (self.measure(over.term, measure, window, (&group, None)), weight) {
                (Ok(number), Ok(weight)) => numbers.push((number, weight)),
                (Err(Gap::NotDue), _) | (_, Err(Gap::NotDue)) => {}
                (Err(gap), _) | (_, Err(gap)) => return Err(gap),
            }
        }
        among(over.among, &numbers)
    }
}

fn among(among: Among, numbers: &[(Ratio, Ratio)]) -> Found<Ratio> {
    let total = |numbers: &[(Ratio, Ratio)]| {
        numbers.iter().fold(Ratio::ZERO, |sum, (number, weight)| sum.plus(&number.times(weight)))
    };
    let weights = numbers.iter().fold(Ratio::ZERO, |sum, (_, weight)| sum.plus(weight));
    let values = numbers.iter().map(|(number, _)| number.clone());
    match among {
        Among::Total => Ok(total(numbers)),
        Among::Mean => total(numbers).over(&weights).ok_or(Gap::Empty),
        Among::Least => values.min().ok_or(Gap::Empty),
        Among::Greatest => values.max().ok_or(Gap::Empty),
    }
}
